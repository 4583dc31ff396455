//! A synthetic file in the form of BACI, and how fast and in how little memory it is imported.
//!
//! Values are made up by a small generator with a fixed seed; none is a figure of anything. The form is
//! that of a real release: sorted by i, j, k, values and masses with up to three decimals, and masses
//! that are not known written `NA`, some with blanks before it.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::{bench, house};

/// Rows unless told otherwise: about those of one year of all trade.
pub(crate) const ROWS: u64 = 10_000_000;

/// Numbers of economies that BACI has.
const ECONOMIES: [u32; 60] = [
    8, 12, 24, 31, 32, 36, 40, 50, 51, 56, 68, 76, 100, 112, 124, 152, 156, 170, 188, 191, 196, 203, 208,
    218, 231, 233, 246, 251, 268, 276, 300, 348, 360, 364, 368, 372, 376, 380, 392, 398, 400, 404, 410, 414,
    417, 422, 428, 440, 458, 484, 504, 528, 554, 566, 579, 616, 643, 699, 792, 842,
];

/// Writes a file of so many rows.
pub(crate) fn write(path: &Path, rows: u64) -> Result<(), String> {
    let broken = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = BufWriter::with_capacity(1 << 20, std::fs::File::create(path).map_err(broken)?);
    writeln!(file, "t,i,j,k,v,q").map_err(broken)?;
    let pairs = (ECONOMIES.len() * (ECONOMIES.len() - 1)) as u64;
    let codes = rows.div_ceil(pairs).max(1);
    let (mut left, mut state) = (rows, 0x9E37_79B9_7F4A_7C15_u64);
    'all: for i in ECONOMIES {
        for j in ECONOMIES.iter().filter(|j| **j != i) {
            for code in 0..codes {
                if left == 0 {
                    break 'all;
                }
                left -= 1;
                // xorshift64: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003).
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let k = 10_100 + code * 980_000 / codes;
                let value = state % 4_000_000 + 1;
                write!(file, "2022,{i},{j},{k:06},{}.{:03},", value / 1000, value % 1000).map_err(broken)?;
                let mass = (state >> 32) % 3_000_000;
                match mass % 40 {
                    0 => writeln!(file, "NA"),
                    1 => writeln!(file, "           NA"),
                    _ => writeln!(file, "{}.{:03}", mass / 1000, mass % 1000),
                }
                .map_err(broken)?;
            }
        }
    }
    file.flush().map_err(broken)
}

/// Imports such a file with the program built for release and prints rows per second and peak memory.
pub(crate) fn run(rows: u64) -> Result<(), String> {
    let program = bench::build()?;
    let folder = std::env::temp_dir().join(format!("ayrum-baci-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let outcome = measured(&program, &folder, rows);
    // Only to be measured; that it stays behind would harm nobody.
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

fn measured(program: &Path, folder: &Path, rows: u64) -> Result<(), String> {
    let file = folder.join("BACI_HS17_Y2022_Vsynthetic.csv");
    write(&file, rows)?;
    let bytes = std::fs::metadata(&file).map_or(0, |data| data.len());
    let store = folder.join("store");
    let (seconds, peak) = watch(
        Command::new(program)
            .args(["trade", "import", "--format", "json"])
            .arg("--store")
            .arg(&store)
            .arg(&file),
    )?;
    let stored: u64 = std::fs::read_dir(&store)
        .map_err(|error| error.to_string())?
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "parquet"))
        .filter_map(|entry| entry.metadata().ok())
        .map(|data| data.len())
        .sum();
    let (query, query_peak) =
        watch(Command::new(program).args(["trade", "KAZ", "ARM", "--hs", "100101", "--store"]).arg(&store))?;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!("{rows} rows, {:.0} MiB of CSV, {:.0} MiB in the store", mib(bytes), mib(stored));
    println!("import {seconds:.2} s, {:.0} rows/s, peak memory {:.0} MiB", rows as f64 / seconds, mib(peak));
    println!("one pair and code out of it {query:.2} s, peak memory {:.0} MiB", mib(query_peak));
    let line = json!({ "rows": rows, "seconds": seconds, "rows_per_second": rows as f64 / seconds, "peak_bytes": peak });
    println!("{line}");
    Ok(())
}

/// Seconds that a process took, and the most memory it had: what the system keeps of it as high-water
/// mark, read until it ends. Zero where a system has no `/proc`.
fn watch(command: &mut Command) -> Result<(f64, u64), String> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("ayrum cannot be run: {error}"))?;
    let mut peak = 0;
    loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kibibytes.unwrap_or(0) << 10);
        match child.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(2)),
            Ok(Some(status)) if status.success() => return Ok((start.elapsed().as_secs_f64(), peak)),
            Ok(Some(status)) => {
                return Err(format!(
                    "ayrum ended with {status}; run at the root: {}",
                    house::root().display()
                ));
            }
            Err(error) => return Err(format!("ayrum cannot be watched: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_its_rows_in_order_and_no_pair_with_itself() {
        let path = std::env::temp_dir().join(format!("ayrum-baci-test-{}.csv", std::process::id()));
        write(&path, 5000).expect("written");
        let text = std::fs::read_to_string(&path).expect("read");
        std::fs::remove_file(&path).expect("removed");
        let keys: Vec<Vec<u32>> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').skip(1).take(3).map(|cell| cell.parse().expect("a number")).collect())
            .collect();
        assert_eq!(keys.len(), 5000);
        assert!(keys.windows(2).all(|two| two[0] < two[1]), "sorted by i, j, k, and none twice");
        assert!(keys.iter().all(|key| key[0] != key[1]));
    }
}
