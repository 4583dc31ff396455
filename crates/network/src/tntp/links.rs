//! `*_net.tntp`: nodes, zones and links.

use std::collections::BTreeMap;
use std::fmt::Write;

use case::Finding;

use super::{TntpFile, cells, not_negative, place};
use crate::spatial_graph::GraphFile;
use crate::traffic::{TrafficLink, TrafficNetwork, TrafficNode, Zone};

/// The columns, where no comment names others.
const COLUMNS: [&str; 10] = [
    "init_node",
    "term_node",
    "capacity",
    "length",
    "free_flow_time",
    "b",
    "power",
    "speed",
    "toll",
    "link_type",
];

/// How many of the columns no file may lack.
const NEEDED: usize = 7;

/// Most nodes that a file may number; above, a number is taken for a slip.
const MOST_NODES: u32 = 100_000_000;

/// Where the columns stand in the rows of a file.
struct Columns {
    names: Vec<String>,
    places: [Option<usize>; COLUMNS.len()],
}

impl Columns {
    fn of<'c>(names: impl Iterator<Item = &'c str>) -> Self {
        let names: Vec<String> = names.map(str::to_lowercase).collect();
        let places = COLUMNS.map(|column| names.iter().position(|name| name == column));
        Self { names, places }
    }

    fn cell<'c>(&self, row: &[&'c str], column: usize) -> Option<&'c str> {
        self.places[column].and_then(|place| row.get(place)).copied()
    }
}

/// Reads a network. Of links between the same two nodes the first is kept. Links that lead from a node to itself,
/// and rows of which a needed cell cannot be used, are left out.
///
/// ```
/// use network::{GraphFile, tntp};
///
/// let text = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 2\n<FIRST THRU NODE> 1\n<END OF METADATA>\n1 2 10 5 6 0.15 4 0 0 1 ;\n";
/// let mut findings = Vec::new();
/// let network = tntp::read_network(&GraphFile { name: "a_net.tntp", text }, &mut findings);
/// assert!(findings.is_empty());
/// assert_eq!(network.links[0].free_flow_time, 6.0);
/// ```
#[must_use]
pub fn read_network(file: &GraphFile<'_>, findings: &mut Vec<Finding>) -> TrafficNetwork {
    let tntp = TntpFile::read(file, findings);
    let columns = columns(&tntp, findings);
    let rows: Vec<(u64, Vec<&str>)> = tntp.rows().map(|(line, text)| (line, cells(text).collect())).collect();
    let nodes = tntp.count("NUMBER OF NODES", findings).filter(|count| (1..=MOST_NODES).contains(count));
    let nodes = nodes.unwrap_or_else(|| {
        let seen = rows.iter().flat_map(|(_, row)| [columns.cell(row, 0), columns.cell(row, 1)]);
        let largest = seen.flatten().filter_map(|cell| cell.parse().ok());
        let largest = largest.filter(|number| *number <= MOST_NODES).max().unwrap_or(0);
        let problem =
            format!("the file has no usable <NUMBER OF NODES>; {largest}, the largest number seen, is taken");
        findings.push(Finding::warning("missing-value", file.name, problem).valid("<NUMBER OF NODES> 24"));
        largest
    });
    let zones = tntp.count("NUMBER OF ZONES", findings);
    let zones = match zones {
        Some(zones) if (1..=nodes).contains(&zones) => zones,
        other => {
            let said = other.map_or("no <NUMBER OF ZONES>".to_owned(), |zones| format!("{zones} zones"));
            let problem = format!("the file has {said} and {nodes} nodes; every node is taken for a zone");
            findings.push(
                Finding::warning("missing-value", file.name, problem)
                    .valid("zones from 1 to the number of nodes"),
            );
            nodes
        }
    };
    let first_through = tntp.count("FIRST THRU NODE", findings).unwrap_or(1);
    let mut network = TrafficNetwork {
        nodes: (1..=nodes)
            .map(|number| TrafficNode {
                id: number.to_string(),
                through: number >= first_through,
                ..TrafficNode::default()
            })
            .collect(),
        zones: (0..zones).map(|node| Zone { id: (node + 1).to_string(), node }).collect(),
        links: Vec::with_capacity(rows.len()),
        ..TrafficNetwork::default()
    };
    let mut lines = BTreeMap::new();
    for (line, row) in &rows {
        let Some(link) = link(&tntp, &columns, (*line, row), nodes, findings) else { continue };
        if let Some(first) = lines.get(&(link.from, link.to)) {
            let problem = format!("the link {} stands in line {first} already; the first is kept", link.id);
            findings.push(
                Finding::error("duplicate-link", file.name, problem)
                    .at(*line, COLUMNS[0])
                    .valid("one link from a node to another; a second way needs a node of its own"),
            );
            continue;
        }
        lines.insert((link.from, link.to), *line);
        network.links.push(link);
    }
    if let Some(said) = tntp.count("NUMBER OF LINKS", findings)
        && said as usize != rows.len()
    {
        let problem = format!("the file says {said} links and has {}", rows.len());
        findings.push(Finding::warning("count-mismatch", file.name, problem).valid("as many rows as links"));
    }
    network
}

/// The columns: those that a comment names, or the usual ones.
fn columns(tntp: &TntpFile<'_>, findings: &mut Vec<Finding>) -> Columns {
    let usual = || Columns::of(COLUMNS.into_iter());
    let named = tntp.lines.iter().find(|(_, line)| {
        line.starts_with('~') && cells(line).any(|cell| cell.eq_ignore_ascii_case(COLUMNS[0]))
    });
    let Some((line, text)) = named else { return usual() };
    let columns = Columns::of(cells(text.trim_start_matches('~')));
    let missing: Vec<&str> = COLUMNS[..NEEDED]
        .iter()
        .zip(&columns.places)
        .filter(|(_, place)| place.is_none())
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        return columns;
    }
    findings.push(
        Finding::warning(
            "missing-column",
            tntp.name,
            format!("the heading names no {}; the usual columns are taken", missing.join(", ")),
        )
        .at_row(*line)
        .valid(COLUMNS.join(" ")),
    );
    usual()
}

fn link(
    tntp: &TntpFile<'_>,
    columns: &Columns,
    (line, row): (u64, &[&str]),
    nodes: u32,
    findings: &mut Vec<Finding>,
) -> Option<TrafficLink> {
    let needed = columns.places[..NEEDED].iter().flatten().max().map_or(0, |last| last + 1);
    if row.len() < needed || row.len() > columns.names.len() {
        let problem = format!("the row has {} cells; it was left out", row.len());
        findings.push(Finding::error("malformed-row", tntp.name, problem).at_row(line).valid(format!(
            "{needed} to {} cells: {}",
            columns.names.len(),
            columns.names.join(" ")
        )));
        return None;
    }
    let at = |column: usize| (tntp.name, line, COLUMNS[column]);
    let cell = |column: usize| columns.cell(row, column).unwrap_or("0");
    // Every cell is looked at before the row is given up, so that all its faults are said at once.
    let ends = [0, 1].map(|column| place(at(column), cell(column), (nodes, "node"), findings));
    let [capacity, length, free_flow_time, b, power] =
        [2, 3, 4, 5, 6].map(|column| not_negative(at(column), cell(column), findings));
    let toll = not_negative(at(8), cell(8), findings);
    let speed = super::number(cell(7)).unwrap_or_else(|| {
        let problem = format!("`{}` is not a number; no speed is taken", cell(7));
        findings.push(Finding::warning("malformed-value", tntp.name, problem).at(line, COLUMNS[7]));
        0.0
    });
    let [Some(from), Some(to)] = ends else { return None };
    let link = TrafficLink {
        id: format!("{}-{}", from + 1, to + 1),
        from,
        to,
        capacity: capacity?,
        length: length?,
        free_flow_time: free_flow_time?,
        b: b?,
        power: power?,
        speed,
        toll: toll?,
        kind: columns.cell(row, 9).unwrap_or_default().to_owned(),
        ..TrafficLink::default()
    };
    if from == to {
        let problem = format!("the link leads from node {} to itself; it was left out", from + 1);
        findings.push(Finding::error("loop", tntp.name, problem).at(line, COLUMNS[1]).valid("another node"));
        return None;
    }
    if link.is_closed() {
        let problem = format!("the link {} has no capacity: it is closed", link.id);
        findings.push(
            Finding::warning("zero-capacity", tntp.name, problem)
                .at(line, COLUMNS[2])
                .valid("a number above zero, or b = 0 for a link that does not congest"),
        );
    }
    Some(link)
}

/// A network as TNTP has it: its text, and which node has which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TntpNetwork {
    /// The text of a `*_net.tntp`.
    pub text: String,
    /// The number of each node, from 1.
    pub numbers: Vec<u32>,
}

/// Writes a network. TNTP wants zones to come first, of these the ones that no way leads through, and one link between
/// two nodes; nodes are numbered anew where theirs is another order, and what cannot be said is a finding.
#[must_use]
pub fn write_network(name: &str, network: &TrafficNetwork, findings: &mut Vec<Finding>) -> TntpNetwork {
    let mut is_zone = vec![false; network.nodes.len()];
    for zone in &network.zones {
        is_zone[zone.node as usize] = true;
    }
    // A node that is no zone but cannot be passed becomes a zone without demand: TNTP has no other word for it.
    let closed = |node: usize| !network.nodes[node].through;
    let dead: Vec<usize> = (0..network.nodes.len()).filter(|&node| !is_zone[node] && closed(node)).collect();
    let zones = || network.zones.iter().map(|zone| zone.node as usize);
    let order: Vec<usize> = zones()
        .filter(|&node| closed(node))
        .chain(dead.iter().copied())
        .chain(zones().filter(|&node| !closed(node)))
        .chain((0..network.nodes.len()).filter(|&node| !is_zone[node] && !closed(node)))
        .collect();
    let mut numbers = vec![0u32; network.nodes.len()];
    for (number, &node) in (1u32..).zip(&order) {
        numbers[node] = number;
    }
    let first_through = 1 + network.nodes.iter().filter(|node| !node.through).count();
    let mut rows = String::new();
    let mut written = BTreeMap::new();
    for link in &network.links {
        let ends = (numbers[link.from as usize], numbers[link.to as usize]);
        if let Some(first) = written.get(&ends) {
            let problem = format!("{} leads between the same nodes as {first}; it was not written", link.id);
            findings.push(
                Finding::error("duplicate-link", name, problem).valid("one link from a node to another"),
            );
            continue;
        }
        written.insert(ends, &link.id);
        let (capacity, b) = if link.capacity.is_infinite() { (1.0, 0.0) } else { (link.capacity, link.b) };
        let kind =
            if link.kind.is_empty() || link.kind.contains(char::is_whitespace) { "0" } else { &link.kind };
        // A power of zero adds `b` at any flow, so an unlimited capacity is still a time of `1 + b`.
        let time = if link.capacity.is_infinite() { link.time(0.0) } else { link.free_flow_time };
        let _ = writeln!(
            rows,
            "\t{}\t{}\t{capacity}\t{}\t{time}\t{b}\t{}\t{}\t{}\t{kind}\t;",
            ends.0, ends.1, link.length, link.power, link.speed, link.toll
        );
    }
    if !dead.is_empty() {
        let problem = format!("{} node(s) that no way leads through were written as zones", dead.len());
        findings.push(Finding::warning("zone-without-demand", name, problem));
    }
    let text = format!(
        "<NUMBER OF ZONES> {}\n<NUMBER OF NODES> {}\n<FIRST THRU NODE> {first_through}\n<NUMBER OF LINKS> {}\n\
         <END OF METADATA>\n\n~\t{}\t;\n{rows}",
        network.zones.len() + dead.len(),
        network.nodes.len(),
        written.len(),
        COLUMNS.join("\t"),
    );
    TntpNetwork { text, numbers }
}
