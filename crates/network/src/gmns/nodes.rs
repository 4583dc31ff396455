//! `node.csv`.

use std::collections::HashSet;

use case::Finding;

use super::table::Table;
use crate::traffic::{TrafficNetwork, TrafficNode, Zone};

/// The type of a node that only starts and ends ways.
pub(super) const CENTROID: &str = "centroid";

/// Reads nodes and zones; says whether the table has its columns.
pub(super) fn read(table: &Table<'_>, network: &mut TrafficNetwork, findings: &mut Vec<Finding>) -> bool {
    if !table.has(&["node_id", "x_coord", "y_coord"], findings) {
        return false;
    }
    let everywhere = (f64::MIN, f64::MAX);
    let (mut ids, mut zones) = (HashSet::new(), HashSet::new());
    for row in table.rows() {
        let id = row.text("node_id");
        if id.is_empty() || !ids.insert(id) {
            let problem = if id.is_empty() {
                "a node without an identifier".to_owned()
            } else {
                format!("node {id} comes twice; the first is kept")
            };
            findings.push(
                row.error("not-unique", "node_id", problem).valid("an identifier that no other node has"),
            );
            continue;
        }
        let before = findings.len();
        let position = ["x_coord", "y_coord"].map(|column| row.number(column, everywhere, findings));
        let [Some(x), Some(y)] = position else {
            if findings.len() == before {
                let problem = format!("node {id} has no coordinates; it was left out");
                findings.push(row.error("missing-value", "x_coord", problem).valid("x_coord and y_coord"));
            }
            continue;
        };
        let zone = row.text("zone_id");
        if !["", "0"].contains(&zone) {
            if zones.insert(zone) {
                network.zones.push(Zone { id: zone.to_owned(), node: network.nodes.len() as u32 });
            } else {
                let problem = format!("zone {zone} has a node already; its demand enters at the first");
                findings.push(row.warning("not-unique", "zone_id", problem).valid("one node a zone"));
            }
        }
        let kind = row.text("node_type");
        network.nodes.push(TrafficNode {
            id: id.to_owned(),
            name: row.text("name").to_owned(),
            position: Some([x, y]),
            through: !kind.eq_ignore_ascii_case(CENTROID),
            kind: kind.to_owned(),
        });
    }
    true
}
