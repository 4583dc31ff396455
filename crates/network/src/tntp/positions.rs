//! `*_node.tntp`: where nodes lie.

use std::fmt::Write;

use case::Finding;

use super::{TntpFile, cells, number, place};
use crate::spatial_graph::GraphFile;
use crate::traffic::TrafficNetwork;

/// Reads the coordinates of nodes into a TNTP network: `node x y`, with a heading in words or without.
pub fn read_positions(file: &GraphFile<'_>, network: &mut TrafficNetwork, findings: &mut Vec<Finding>) {
    let tntp = TntpFile::read(file, findings);
    let nodes = network.nodes.len() as u32;
    for (line, text) in tntp.rows() {
        let row: Vec<&str> = cells(text).collect();
        if row.first().is_some_and(|cell| cell.eq_ignore_ascii_case("node")) {
            continue;
        }
        let node = place((file.name, line, "node"), row.first().unwrap_or(&""), (nodes, "node"), findings);
        let position = [1, 2].map(|column| row.get(column).and_then(|cell| number(cell)));
        match (node, position) {
            (Some(node), [Some(x), Some(y)]) => network.nodes[node as usize].position = Some([x, y]),
            (Some(_), _) => findings.push(
                Finding::error(
                    "malformed-row",
                    file.name,
                    format!("`{text}` has no coordinates; it was left out"),
                )
                .at_row(line)
                .valid("node, x, y"),
            ),
            (None, _) => {}
        }
    }
}

/// Writes the coordinates of nodes that have some, in the order of their numbers.
#[must_use]
pub fn write_positions(numbers: &[u32], network: &TrafficNetwork) -> String {
    let mut rows: Vec<(u32, [f64; 2])> = numbers
        .iter()
        .zip(&network.nodes)
        .filter_map(|(number, node)| Some((*number, node.position?)))
        .collect();
    rows.sort_by_key(|(number, _)| *number);
    let mut text = "Node\tX\tY\t;\n".to_owned();
    for (number, [x, y]) in rows {
        let _ = writeln!(text, "{number}\t{x}\t{y}\t;");
    }
    text
}
