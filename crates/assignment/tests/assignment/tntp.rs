//! The networks of *Transportation Networks for Research*, read from the folder that `AYRUM_DATA` names. They may not be
//! shipped; where they are missing, tests say that they were skipped.

use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;

use assignment::{Class, Demand, Instance, Link, LinkFunction};

/// A file of a network, packed or not; none where it is missing.
pub(crate) fn text(folder: &str, file: &str) -> Option<String> {
    let data = std::env::var_os("AYRUM_DATA")?;
    let path = PathBuf::from(data).join("tntp").join(folder).join(file);
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Some(text);
    }
    let packed = std::fs::File::open(path.with_file_name(format!("{file}.gz"))).ok()?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).ok()?;
    Some(text)
}

/// A network with its demand; none (and a word on stderr) where there are no data.
pub(crate) fn instance(folder: &str, stem: &str, toll_weight: f64, distance_weight: f64) -> Option<Instance> {
    let (Some(network), Some(trips)) =
        (text(folder, &format!("{stem}_net.tntp")), text(folder, &format!("{stem}_trips.tntp")))
    else {
        eprintln!("skipped: no shared data (AYRUM_DATA names no folder with tntp/{folder})");
        return None;
    };
    Some(read(&network, &trips, toll_weight, distance_weight))
}

/// Reads the two texts of a network. Of links with the same ends, the first is kept.
pub(crate) fn read(network: &str, trips: &str, toll_weight: f64, distance_weight: f64) -> Instance {
    let tag = |name: &str| {
        network
            .lines()
            .find_map(|line| line.trim().strip_prefix(name))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok())
    };
    let node_count = tag("<NUMBER OF NODES>").expect("a number of nodes");
    let first_through = tag("<FIRST THRU NODE>").unwrap_or(1);
    let (mut links, mut fixed_costs, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for line in network.split("<END OF METADATA>").nth(1).unwrap_or("").lines() {
        let line = line.trim().trim_end_matches(';').trim();
        if line.is_empty() || line.starts_with('~') {
            continue;
        }
        let values: Vec<f64> = line.split_whitespace().filter_map(|value| value.parse().ok()).collect();
        if values.len() < 9 || !seen.insert((values[0] as u32, values[1] as u32)) {
            continue;
        }
        links.push(Link {
            tail: values[0] as u32 - 1,
            head: values[1] as u32 - 1,
            function: LinkFunction::Bpr {
                free_flow_time: values[4],
                capacity: values[2],
                coefficient: values[5],
                power: values[6],
            },
            hard_capacity: None,
        });
        fixed_costs.push(toll_weight * values[8] + distance_weight * values[3]);
    }
    let mut demands = Vec::new();
    let mut origin = 0;
    for line in trips.split("<END OF METADATA>").nth(1).unwrap_or("").lines() {
        let line = line.split('~').next().unwrap_or("").trim();
        if let Some(rest) = line.strip_prefix("Origin") {
            origin = rest.trim().parse::<u32>().expect("an origin") - 1;
            continue;
        }
        for part in line.split(';') {
            if let Some((destination, tonnes)) = part.split_once(':') {
                let destination = destination.trim().parse::<u32>().expect("a destination") - 1;
                let tonnes: f64 = tonnes.trim().parse().expect("tonnes");
                if tonnes > 0.0 {
                    demands.push(Demand { class: 0, origin, destination, tonnes, overflow_cost: None });
                }
            }
        }
    }
    let plain = fixed_costs.iter().all(|&cost| cost == 0.0);
    Instance {
        node_count,
        through: (1..=node_count).map(|node| node >= first_through).collect(),
        links,
        groups: Vec::new(),
        classes: vec![Class {
            fixed_costs: if plain { Vec::new() } else { fixed_costs },
            ..Class::plain("cars")
        }],
        demands,
    }
}
