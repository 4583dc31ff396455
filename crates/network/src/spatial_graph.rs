//! Graphs of others: nodes with coordinates and edges with lengths, as node and edge CSV.
//!
//! Not the network of a case: no modes, no borders, no rules. Such graphs come by the hundred thousand nodes from
//! simplified maps and serve for distances.

mod healing;
mod snap;

use std::collections::HashMap;

use case::Finding;

pub use healing::{AddedLink, Healed, Healing};
pub use snap::{Snap, Snapper};

/// A node of such a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphNode {
    /// Its name in the file.
    pub name: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl GraphNode {
    /// Degrees north and east.
    #[must_use]
    pub fn position(&self) -> (f64, f64) {
        (self.latitude, self.longitude)
    }
}

/// An edge of such a graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GraphEdge {
    /// Place of the one end among the nodes.
    pub from: u32,
    /// Place of the other end.
    pub to: u32,
    /// Length along the edge.
    pub km: f64,
    /// Whether it leads from `from` to `to` only.
    pub one_way: bool,
}

/// Nodes and edges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpatialGraph {
    /// Nodes in the order of their file.
    pub nodes: Vec<GraphNode>,
    /// Edges in the order of their file.
    pub edges: Vec<GraphEdge>,
}

/// A file by name and text.
#[derive(Debug, Clone, Copy)]
pub struct GraphFile<'f> {
    /// The name findings give it.
    pub name: &'f str,
    /// What is in it.
    pub text: &'f str,
}

/// Longest edge that is believed: half way round the Earth, with detours.
const LONGEST_KM: f64 = 100_000.0;

/// Columns by any of their names; the second names are those of GMNS.
const NODE: [&str; 2] = ["node", "node_id"];
const LATITUDE: [&str; 2] = ["lat", "y_coord"];
const LONGITUDE: [&str; 2] = ["lon", "x_coord"];
const FROM: [&str; 2] = ["from", "from_node_id"];
const TO: [&str; 2] = ["to", "to_node_id"];
const KM: [&str; 2] = ["km", "length_km"];
const ONE_WAY: [&str; 2] = ["one_way", "directed"];

/// A table whose columns have been found.
struct Rows<'f> {
    file: &'f str,
    headings: Vec<String>,
    records: Vec<(u64, csv::StringRecord)>,
}

impl<'f> Rows<'f> {
    fn read(file: &GraphFile<'f>, findings: &mut Vec<Finding>) -> Self {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file.text.as_bytes());
        let headings = reader.headers().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect());
        let mut records = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => records.push((record.position().map_or(0, csv::Position::line), record)),
                Err(error) => findings.push(Finding::error("not-csv", file.name, error.to_string())),
            }
        }
        Self { file: file.name, headings: headings.unwrap_or_default(), records }
    }

    /// Place of a column; a finding if it is needed and not there.
    fn column(&self, names: [&str; 2], needed: bool, findings: &mut Vec<Finding>) -> Option<usize> {
        let found = self.headings.iter().position(|heading| names.contains(&heading.as_str()));
        if found.is_none() && needed {
            let problem = format!("there is no column `{}`", names[0]);
            let valid = format!("a column `{}` or `{}`", names[0], names[1]);
            findings.push(Finding::error("no-column", self.file, problem).valid(valid));
        }
        found
    }

    /// A number in a cell, from `least` to `most`.
    fn number(
        &self,
        row: &(u64, csv::StringRecord),
        column: usize,
        range: (f64, f64),
        findings: &mut Vec<Finding>,
    ) -> Option<f64> {
        let text = row.1.get(column).unwrap_or("").trim();
        let number = text.parse::<f64>().ok().filter(|number| (range.0..=range.1).contains(number));
        if number.is_none() {
            findings.push(
                Finding::error("not-a-number", self.file, format!("`{text}` cannot be used"))
                    .at(row.0, &self.headings[column])
                    .valid(format!("a number from {} to {}", range.0, range.1)),
            );
        }
        number
    }
}

impl SpatialGraph {
    /// Reads a table of nodes (`node`, `lat`, `lon`) and one of edges (`from`, `to`, `km`, and if there is one
    /// `one_way`: 1 for an edge of one direction). What is wrong becomes a finding and is left out.
    #[must_use]
    pub fn read(nodes: &GraphFile<'_>, edges: &GraphFile<'_>, findings: &mut Vec<Finding>) -> Self {
        let mut graph = Self::default();
        let mut number = HashMap::new();
        graph.read_nodes(nodes, &mut number, findings);
        graph.read_edges(edges, &number, findings);
        graph
    }

    fn read_nodes(
        &mut self,
        file: &GraphFile<'_>,
        number: &mut HashMap<String, u32>,
        findings: &mut Vec<Finding>,
    ) {
        let rows = Rows::read(file, findings);
        let columns = [NODE, LATITUDE, LONGITUDE].map(|names| rows.column(names, true, findings));
        let [Some(node), Some(latitude), Some(longitude)] = columns else { return };
        for row in &rows.records {
            let name = row.1.get(node).unwrap_or("").trim();
            let latitude = rows.number(row, latitude, (-90.0, 90.0), findings);
            let longitude = rows.number(row, longitude, (-180.0, 180.0), findings);
            let (Some(latitude), Some(longitude)) = (latitude, longitude) else { continue };
            if number.contains_key(name) || name.is_empty() {
                let problem = if name.is_empty() {
                    "a node without a name".to_owned()
                } else {
                    format!("node {name} comes twice")
                };
                findings.push(
                    Finding::error("not-unique", file.name, problem)
                        .at(row.0, &rows.headings[node])
                        .valid("a name that no other node has"),
                );
                continue;
            }
            number.insert(name.to_owned(), self.nodes.len() as u32);
            self.nodes.push(GraphNode { name: name.to_owned(), latitude, longitude });
        }
    }

    fn read_edges(
        &mut self,
        file: &GraphFile<'_>,
        number: &HashMap<String, u32>,
        findings: &mut Vec<Finding>,
    ) {
        let rows = Rows::read(file, findings);
        let columns = [FROM, TO, KM].map(|names| rows.column(names, true, findings));
        let one_way = rows.column(ONE_WAY, false, findings);
        let [Some(from), Some(to), Some(km)] = columns else { return };
        for row in &rows.records {
            let ends = [from, to].map(|column| {
                let name = row.1.get(column).unwrap_or("").trim();
                let end = number.get(name).copied();
                if end.is_none() {
                    findings.push(
                        Finding::error("unknown-reference", file.name, format!("there is no node `{name}`"))
                            .at(row.0, &rows.headings[column])
                            .valid("a node of the table of nodes"),
                    );
                }
                end
            });
            let km = rows.number(row, km, (0.0, LONGEST_KM), findings);
            let mark = one_way.and_then(|column| row.1.get(column)).unwrap_or("").trim().to_lowercase();
            let one_way = matches!(mark.as_str(), "1" | "true" | "yes");
            if !one_way && !matches!(mark.as_str(), "" | "0" | "false" | "no") {
                findings.push(
                    Finding::warning("not-a-mark", file.name, format!("`{mark}` is taken for 0"))
                        .at(row.0, ONE_WAY[0])
                        .valid("0 or 1"),
                );
            }
            if let ([Some(from), Some(to)], Some(km)) = (ends, km) {
                self.edges.push(GraphEdge { from, to, km, one_way });
            }
        }
    }

    /// Number of the connected part of each node, directions aside; and how many nodes each part has.
    #[must_use]
    pub fn components(&self) -> (Vec<u32>, Vec<usize>) {
        let neighbours = self.neighbours();
        let mut component = vec![u32::MAX; self.nodes.len()];
        let mut sizes = Vec::new();
        for start in 0..self.nodes.len() {
            if component[start] != u32::MAX {
                continue;
            }
            let own = sizes.len() as u32;
            component[start] = own;
            let mut stack = vec![start as u32];
            let mut size = 0;
            while let Some(node) = stack.pop() {
                size += 1;
                for &(other, _) in &neighbours[node as usize] {
                    if component[other as usize] == u32::MAX {
                        component[other as usize] = own;
                        stack.push(other);
                    }
                }
            }
            sizes.push(size);
        }
        (component, sizes)
    }

    /// Neighbours of each node and how far they are, directions aside.
    fn neighbours(&self) -> Vec<Vec<(u32, f64)>> {
        let mut neighbours = vec![Vec::new(); self.nodes.len()];
        for edge in self.edges.iter().filter(|edge| edge.from != edge.to) {
            neighbours[edge.from as usize].push((edge.to, edge.km));
            neighbours[edge.to as usize].push((edge.from, edge.km));
        }
        neighbours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_rows_are_named_and_the_rest_goes_on() {
        let nodes = "node,lat,lon\na,40,44\nb,95,44\nc,41,x\na,1,1\nd,42,45\n";
        let edges = "from,to,km,one_way\na,d,200,1\na,z,5,0\nd,a,-1,\nd,a,7,perhaps\n";
        let mut findings = Vec::new();
        let graph = SpatialGraph::read(
            &GraphFile { name: "nodes.csv", text: nodes },
            &GraphFile { name: "edges.csv", text: edges },
            &mut findings,
        );
        assert_eq!(graph.nodes.len(), 2);
        let kept: Vec<_> = graph.edges.iter().map(|edge| (edge.km, edge.one_way)).collect();
        assert_eq!(kept, [(200.0, true), (7.0, false)]);
        let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "nodes.csv:3, column lat: `95` cannot be used (valid: a number from -90 to 90)",
                "nodes.csv:4, column lon: `x` cannot be used (valid: a number from -180 to 180)",
                "nodes.csv:5, column node: node a comes twice (valid: a name that no other node has)",
                "edges.csv:3, column to: there is no node `z` (valid: a node of the table of nodes)",
                "edges.csv:4, column km: `-1` cannot be used (valid: a number from 0 to 100000)",
                "edges.csv:5, column one_way: `perhaps` is taken for 0 (valid: 0 or 1)",
            ]
        );
        assert_eq!(graph.components(), (vec![0, 0], vec![2]));
    }

    #[test]
    fn a_missing_column_is_named() {
        let mut findings = Vec::new();
        let nodes = GraphFile { name: "n.csv", text: "node,lat\na,1\n" };
        let graph = SpatialGraph::read(&nodes, &GraphFile { name: "e.csv", text: "" }, &mut findings);
        assert!(graph.nodes.is_empty());
        assert_eq!(
            findings[0].to_string(),
            "n.csv: there is no column `lon` (valid: a column `lon` or `x_coord`)"
        );
    }
}
