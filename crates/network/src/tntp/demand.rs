//! `*_trips.tntp`: what is to be carried between zones.

use std::collections::BTreeMap;
use std::fmt::Write;

use case::Finding;

use super::{TntpFile, not_negative, place};
use crate::spatial_graph::GraphFile;
use crate::traffic::PairDemand;

/// How far the sum of a table may be from the total it states, as a share, before that is worth a word.
const TOTAL_TOLERANCE: f64 = 1e-6;

/// Reads a table of demand: blocks of `Origin o` and then `d : amount;`. Zones are as many as the network has. Pairs
/// without demand are not kept; of a pair that stands twice the first is.
#[must_use]
pub fn read_demand(file: &GraphFile<'_>, zones: u32, findings: &mut Vec<Finding>) -> Vec<PairDemand> {
    let tntp = TntpFile::read(file, findings);
    if let Some(said) = tntp.count("NUMBER OF ZONES", findings)
        && said != zones
    {
        let problem = format!("the table is of {said} zones, the network has {zones}");
        findings.push(
            Finding::warning("count-mismatch", file.name, problem).valid("a table of the network's zones"),
        );
    }
    let mut origin = None;
    let mut seen_origin = false;
    let mut first_lines = BTreeMap::new();
    let mut demand = Vec::new();
    let mut total = 0.0;
    for (line, text) in tntp.rows() {
        if let Some(rest) = block(text) {
            origin = place((file.name, line, "Origin"), rest, (zones, "zone"), findings);
            seen_origin = true;
            continue;
        }
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let Some((destination, amount)) = entry.split_once(':') else {
                findings.push(
                    Finding::error("malformed-row", file.name, format!("`{entry}` was left out"))
                        .at_row(line)
                        .valid("`Origin o`, or `destination : amount;`"),
                );
                continue;
            };
            let amount = not_negative((file.name, line, "amount"), amount.trim(), findings);
            let destination =
                place((file.name, line, "destination"), destination.trim(), (zones, "zone"), findings);
            if !seen_origin {
                let problem = format!("`{entry}` comes before any origin; it was left out");
                findings.push(
                    Finding::error("malformed-row", file.name, problem)
                        .at_row(line)
                        .valid("`Origin o` first"),
                );
            }
            let (Some(origin), Some(destination), Some(amount)) = (origin, destination, amount) else {
                continue;
            };
            if let Some(first) = first_lines.get(&(origin, destination)) {
                let problem = format!(
                    "the pair {} to {} stands in line {first} already; the first is kept",
                    origin + 1,
                    destination + 1
                );
                findings.push(
                    Finding::error("duplicate-pair", file.name, problem)
                        .at(line, "destination")
                        .valid("each pair once"),
                );
                continue;
            }
            first_lines.insert((origin, destination), line);
            total += amount;
            if amount > 0.0 {
                demand.push(PairDemand { origin, destination, amount });
            }
        }
    }
    if let Some((line, said)) = tntp.metadata.get("TOTAL OD FLOW")
        && let Some(said) = super::number(said)
        && (said - total).abs() > TOTAL_TOLERANCE * said.abs().max(total)
    {
        let problem = format!("the table says that it adds up to {said}; it adds up to {total}");
        findings.push(Finding::warning("count-mismatch", file.name, problem).at(*line, "TOTAL OD FLOW"));
    }
    demand
}

/// The number in a heading of a block: `Origin 1`.
fn block(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked("origin".len())?;
    word.eq_ignore_ascii_case("origin")
        .then(|| rest.trim_matches(|letter: char| letter.is_whitespace() || letter == ';'))
}

/// Writes a table of demand, origins and destinations in order. `numbers` is the number of each zone, from 1.
#[must_use]
pub fn write_demand(numbers: &[u32], demand: &[PairDemand]) -> String {
    let number = |zone: u32| numbers[zone as usize];
    let mut rows: Vec<(u32, u32, f64)> =
        demand.iter().map(|pair| (number(pair.origin), number(pair.destination), pair.amount)).collect();
    rows.sort_by_key(|(origin, destination, _)| (*origin, *destination));
    let total: f64 = rows.iter().map(|(.., amount)| amount).sum();
    let zones = numbers.iter().copied().max().unwrap_or(0);
    let mut text = format!("<NUMBER OF ZONES> {zones}\n<TOTAL OD FLOW> {total}\n<END OF METADATA>\n");
    let mut block = 0;
    for (origin, destination, amount) in rows {
        if origin != block {
            let _ = write!(text, "\n\nOrigin {origin}\n");
            block = origin;
        }
        let _ = write!(text, "{destination} : {amount}; ");
    }
    text.push('\n');
    text
}
