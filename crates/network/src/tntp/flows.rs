//! `*_flow.tntp`: the flows of a solution, link by link.

use std::collections::BTreeMap;
use std::fmt::Write;

use case::Finding;

use super::{TntpFile, cells, not_negative, place};
use crate::spatial_graph::GraphFile;
use crate::traffic::{LinkFlow, TrafficNetwork};

/// Reads flows of the links of a TNTP network, in the order of its links: `from to volume cost`, with a heading in
/// words or without, with metadata or without. `None` for a link of which the file does not speak.
#[must_use]
pub fn read_flows(
    file: &GraphFile<'_>,
    network: &TrafficNetwork,
    findings: &mut Vec<Finding>,
) -> Vec<Option<LinkFlow>> {
    let mut quiet = Vec::new();
    // The metadata of a flow file may hold -1 everywhere; nothing in it is needed.
    let tntp = TntpFile::read(file, &mut quiet);
    let links: BTreeMap<(u32, u32), usize> =
        network.links.iter().enumerate().map(|(place, link)| ((link.from, link.to), place)).collect();
    let nodes = network.nodes.len() as u32;
    let mut flows = vec![None; network.links.len()];
    for (line, text) in tntp.rows() {
        let row: Vec<&str> = cells(text).collect();
        let is_heading =
            row.first().is_some_and(|cell| ["from", "tail"].contains(&cell.to_lowercase().as_str()));
        if is_heading {
            continue;
        }
        let (&[from, to, volume], cost) = match row.split_first_chunk::<3>() {
            Some((first, rest)) => (first, rest.first()),
            None => {
                findings.push(
                    Finding::error(
                        "malformed-row",
                        file.name,
                        format!("the row has {} cells; it was left out", row.len()),
                    )
                    .at_row(line)
                    .valid("from, to, volume, cost"),
                );
                continue;
            }
        };
        let ends = [("from", from), ("to", to)]
            .map(|(column, cell)| place((file.name, line, column), cell, (nodes, "node"), findings));
        let volume = not_negative((file.name, line, "volume"), volume, findings);
        let cost = cost.and_then(|cost| not_negative((file.name, line, "cost"), cost, findings));
        let ([Some(from), Some(to)], Some(volume)) = (ends, volume) else { continue };
        match links.get(&(from, to)) {
            Some(&link) if flows[link].is_none() => flows[link] = Some(LinkFlow { volume, cost }),
            found => {
                let (code, what) = match found {
                    Some(_) => ("duplicate-link", "has a flow in an earlier row already; the first is kept"),
                    None => ("unknown-reference", "is no link of the network; the row was left out"),
                };
                let problem = format!("{}-{} {what}", from + 1, to + 1);
                findings.push(
                    Finding::error(code, file.name, problem)
                        .at(line, "to")
                        .valid("each link of the network once"),
                );
            }
        }
    }
    flows
}

/// Writes flows and costs, link by link. `numbers` is the number of each node, from 1.
#[must_use]
pub fn write_flows(numbers: &[u32], network: &TrafficNetwork, flows: &[LinkFlow]) -> String {
    let mut text = "From\tTo\tVolume\tCost\n".to_owned();
    for (link, flow) in network.links.iter().zip(flows) {
        let cost = flow.cost.map(|cost| cost.to_string()).unwrap_or_default();
        let ends = [link.from, link.to].map(|node| numbers[node as usize]);
        let _ = writeln!(text, "{}\t{}\t{}\t{cost}", ends[0], ends[1], flow.volume);
    }
    text
}
