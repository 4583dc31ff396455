//! Our routing engine beside `routingkit-cch` and `cch`, in one process, on one core, peers taking turns.
//!
//! ```text
//! cargo run --release --manifest-path bench/Cargo.toml -- [--repeats N] PREFIX…
//! ```
//!
//! A prefix such as `data/rail` stands for `data/rail_nodes.csv.gz` and `data/rail_edges.csv.gz`. Each measurement is
//! one line of JSON: peer, network, operation, median in seconds of the processor, checksum. Peers whose checksums of
//! one operation differ end the program with an error.

mod input;
mod measure;
mod peers;

use std::collections::BTreeMap;
use std::error::Error;

use input::Network;
use measure::Measurement;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut repeats = 21;
    if arguments.first().is_some_and(|first| first == "--repeats") {
        repeats = arguments.get(1).ok_or("--repeats needs a number")?.parse()?;
        arguments.drain(..2);
    }
    if arguments.is_empty() {
        return Err("name at least one network, such as data/rail for data/rail_nodes.csv.gz".into());
    }
    let mut differ = false;
    for prefix in &arguments {
        let name = std::path::Path::new(prefix).file_name().map_or("", |name| name.to_str().unwrap_or(""));
        let network = Network::read(prefix)?;
        let mut checksums: BTreeMap<String, u64> = BTreeMap::new();
        let label = format!("{name} ({} nodes)", network.places.len());
        peers::compare(&network, repeats, &mut |Measurement {
                                                    peer,
                                                    operation,
                                                    seconds,
                                                    checksum,
                                                    more,
                                                }| {
            let mut line = serde_json::json!({
                "peer": peer, "network": label, "operation": operation, "median_seconds": seconds,
                "checksum": checksum.map(|sum| format!("{sum:016x}")),
            });
            if let (Some(line), Some(more)) = (line.as_object_mut(), more.as_object()) {
                line.extend(more.clone());
            }
            println!("{line}");
            if let Some(sum) = checksum
                && *checksums.entry(operation.clone()).or_insert(sum) != sum
            {
                eprintln!("{label}: {operation}: {peer} gives another checksum");
                differ = true;
            }
        })?;
    }
    if differ { Err("peers differ".into()) } else { Ok(()) }
}
