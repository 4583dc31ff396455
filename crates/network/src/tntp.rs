//! TNTP: the text format of the collection *Transportation Networks for Research* (Bar-Gera, Stabler and others),
//! read and written.
//!
//! ```text
//! <NUMBER OF ZONES> 2           metadata, in any order
//! <END OF METADATA>
//! ~ init_node term_node …  ;    a comment; one with `init_node` names the columns
//!   1         3         …  ;    a row: numbers between blanks or tabs
//! ```
//!
//! Nodes are numbered from 1, zones are the first of them, and a node numbered below `<FIRST THRU NODE>` may only
//! start or end a way. Units are not said anywhere. Files differ in blanks, in the end of rows, in columns after
//! `power`, and in whether flow files have metadata; all of that is read. A row that cannot be used becomes a finding
//! and the rest goes on.
//!
//! | module | concept |
//! |---|---|
//! | `links` | `*_net.tntp` |
//! | `demand` | `*_trips.tntp` |
//! | `flows` | `*_flow.tntp` |
//! | `positions` | `*_node.tntp` |

mod demand;
mod flows;
mod links;
mod positions;

use std::collections::BTreeMap;

use case::Finding;

use crate::spatial_graph::GraphFile;

pub use demand::{read_demand, write_demand};
pub use flows::{read_flows, write_flows};
pub use links::{TntpNetwork, read_network, write_network};
pub use positions::{read_positions, write_positions};

/// A file taken apart into metadata and rows.
struct TntpFile<'f> {
    name: &'f str,
    /// Values by name in capitals, with their line.
    metadata: BTreeMap<String, (u64, &'f str)>,
    /// Lines that are neither metadata nor blank, comments included, with their number.
    lines: Vec<(u64, &'f str)>,
}

impl<'f> TntpFile<'f> {
    fn read(file: &GraphFile<'f>, findings: &mut Vec<Finding>) -> Self {
        let mut own = Self { name: file.name, metadata: BTreeMap::new(), lines: Vec::new() };
        for (number, line) in (1u64..).zip(file.text.lines()) {
            let line = line.trim();
            if let Some(rest) = line.strip_prefix('<') {
                match rest.split_once('>') {
                    Some((name, value)) => {
                        own.metadata.insert(name.trim().to_uppercase(), (number, value.trim()));
                    }
                    None => findings.push(
                        Finding::error("malformed-row", file.name, format!("`{line}` has no `>`"))
                            .at_row(number)
                            .valid("metadata such as <NUMBER OF ZONES> 24"),
                    ),
                }
            } else if !line.is_empty() {
                own.lines.push((number, line));
            }
        }
        own
    }

    /// A count among the metadata; a finding where it is not a whole number.
    fn count(&self, name: &str, findings: &mut Vec<Finding>) -> Option<u32> {
        let (line, text) = self.metadata.get(name)?;
        let count = text.parse().ok();
        if count.is_none() {
            findings.push(
                Finding::warning(
                    "malformed-value",
                    self.name,
                    format!("`{text}` is no count; it was left out"),
                )
                .at(*line, name)
                .valid("a whole number, zero or more"),
            );
        }
        count
    }

    /// Rows without comments.
    fn rows(&self) -> impl Iterator<Item = (u64, &'f str)> + '_ {
        self.lines.iter().copied().filter(|(_, line)| !line.starts_with('~'))
    }
}

/// The cells of a row.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| letter.is_whitespace() || letter == ';').filter(|cell| !cell.is_empty())
}

/// The finite number of a cell.
fn number(cell: &str) -> Option<f64> {
    cell.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// The number of a cell that is zero or more; a finding where it is not.
fn not_negative(
    (file, line, column): (&str, u64, &str),
    cell: &str,
    findings: &mut Vec<Finding>,
) -> Option<f64> {
    let found = number(cell);
    let problem = match found {
        Some(value) if value >= 0.0 => return Some(value.abs()),
        Some(_) => "is negative",
        None if cell.contains(',') => "is not a number here; it may hold a decimal comma",
        None => "is not a number",
    };
    let code = if found.is_some() { "negative-number" } else { "malformed-value" };
    findings.push(
        Finding::error(code, file, format!("`{cell}` {problem}; the row was left out"))
            .at(line, column)
            .valid("a number, zero or more"),
    );
    None
}

/// The place of a node or zone that a cell numbers from 1; a finding where there is none.
fn place(
    (file, line, column): (&str, u64, &str),
    cell: &str,
    (count, what): (u32, &str),
    findings: &mut Vec<Finding>,
) -> Option<u32> {
    let place = cell.parse::<u32>().ok().filter(|number| (1..=count).contains(number));
    if place.is_none() {
        findings.push(
            Finding::error(
                "unknown-reference",
                file,
                format!("there is no {what} `{cell}`; the row was left out"),
            )
            .at(line, column)
            .valid(format!("a {what} from 1 to {count}")),
        );
    }
    place.map(|number| number - 1)
}
