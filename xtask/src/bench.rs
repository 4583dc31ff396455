//! Whole processes against the clock, as a user meets them; then the benchmarks of the crates.
//!
//! Times go to stdout as a table and as one line of JSON each, so that they can be kept and
//! compared. They are measurements of one machine and are tested against nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::json;

use crate::house;

/// Runs of each command unless told otherwise.
pub(crate) const RUNS: usize = 20;

/// Runs before the clock starts, so that the program lies in the disk's cache.
const WARM_UP: usize = 2;

const WHEAT: &[&str] =
    &["route", "--from", "Kostanay", "--to", "Dalarik", "--commodity", "wheat", "--tonnes", "1000"];

/// Times in milliseconds.
struct Times {
    name: &'static str,
    least: f64,
    median: f64,
    most: f64,
}

/// Builds the program, times it over so many runs, and runs the benchmarks.
pub(crate) fn run(runs: usize) -> Result<(), String> {
    let program = build()?;
    let folder = std::env::temp_dir().join(format!("ayrum-bench-{}", std::process::id()));
    let out = folder.to_string_lossy().into_owned();
    let commands: [(&str, Vec<&str>); 3] = [
        ("route, snapshot", [WHEAT, &["--date", "2025-11-08"]].concat()),
        ("route, dispatch", [WHEAT, &["--depart", "2025-10-20"]].concat()),
        ("demo", vec!["demo", "--out", &out]),
    ];
    let outcome: Result<Vec<Times>, String> =
        commands.iter().map(|(name, arguments)| time(&program, name, arguments, runs)).collect();
    // What the demo wrote is of no use; that it stays behind would harm nobody.
    let _ = std::fs::remove_dir_all(&folder);
    let times = outcome?;
    println!("{:<20}{:>12}{:>12}{:>12}   ({runs} runs)", "", "min ms", "median ms", "max ms");
    for Times { name, least, median, most } in &times {
        println!("{name:<20}{least:>12.1}{median:>12.1}{most:>12.1}");
    }
    for Times { name, least, median, most } in &times {
        let rounded = |milliseconds: f64| (milliseconds * 1000.0).round() / 1000.0;
        let line = json!({
            "command": name,
            "runs": runs,
            "min_ms": rounded(*least),
            "median_ms": rounded(*median),
            "max_ms": rounded(*most),
        });
        println!("{line}");
    }
    for package in house::packages()? {
        for bench in &package.benches {
            println!("\n{} / {bench}", package.name);
            house::run(house::cargo().args(["bench", "--package", &package.name, "--bench", bench]))?;
        }
    }
    Ok(())
}

/// Seeds of the coverage experiment unless told otherwise.
pub(crate) const SEEDS: u64 = 2_000;

/// Runs the coverage experiment of `bench/gravity`, which is a workspace of its own.
pub(crate) fn coverage(seeds: u64) -> Result<(), String> {
    let manifest = house::root().join("bench/gravity/Cargo.toml");
    let seeds = seeds.to_string();
    house::run(
        house::cargo()
            .args(["run", "--release", "--quiet", "--manifest-path"])
            .arg(manifest)
            .args(["--", "coverage", "150", "20", &seeds]),
    )
}

/// Builds the program for release and says where it is.
pub(crate) fn build() -> Result<PathBuf, String> {
    let messages = house::json_lines(house::cargo().args([
        "build",
        "--release",
        "--package",
        "ayrum",
        "--message-format",
        "json-render-diagnostics",
    ]))?;
    messages
        .iter()
        .filter(|message| message["target"]["name"] == "ayrum")
        .find_map(|message| message["executable"].as_str())
        .map(PathBuf::from)
        .ok_or_else(|| "cargo built no program called ayrum".to_owned())
}

fn time(program: &Path, name: &'static str, arguments: &[&str], runs: usize) -> Result<Times, String> {
    let mut milliseconds = Vec::with_capacity(runs);
    for run in 0..WARM_UP + runs {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("{name}: ayrum cannot be run: {error}"))?;
        let time = start.elapsed();
        // 1 means findings, such as a rule that changes on the way: an answer all the same.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
        }
        if run >= WARM_UP {
            milliseconds.push(time.as_secs_f64() * 1000.0);
        }
    }
    milliseconds.sort_by(f64::total_cmp);
    let (least, most) = (milliseconds[0], milliseconds[runs - 1]);
    Ok(Times { name, least, median: median(&milliseconds), most })
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_of_an_even_count_lies_between_the_middle_two() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }
}
