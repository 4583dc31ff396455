//! `link.csv`, `geometry.csv` and `use_definition.csv`.

use std::collections::{HashMap, HashSet};

use case::Finding;

use super::Curve;
use super::config::{Config, MeasuredIn};
use super::shape;
use super::table::{Row, Table};
use crate::traffic::{TrafficLink, TrafficNetwork};

/// The highest free speed that the specification allows, in whatever unit.
const HIGHEST_SPEED: f64 = 200.0;

/// What ends the identifier of the way back on a link that is not directed.
const BACK: &str = "-back";

/// What the rows of links may refer to.
pub(super) struct Known<'c> {
    pub(super) config: &'c Config,
    /// Shapes by identifier, where there is a file of them.
    pub(super) shapes: Option<HashMap<String, Vec<[f64; 2]>>>,
    /// Words of `allowed_uses`, where there is a file of them.
    pub(super) uses: Option<HashSet<String>>,
    /// The curve of links that state none.
    pub(super) curve: Curve,
}

/// Shapes by identifier.
pub(super) fn shapes(table: &Table<'_>, findings: &mut Vec<Finding>) -> HashMap<String, Vec<[f64; 2]>> {
    let mut shapes = HashMap::new();
    if !table.has(&["geometry_id", "geometry"], findings) {
        return shapes;
    }
    for row in table.rows() {
        match shape::points(row.text("geometry")) {
            Some(points) => {
                shapes.insert(row.text("geometry_id").to_owned(), points);
            }
            None => findings.push(not_a_line(&row)),
        }
    }
    shapes
}

fn not_a_line(row: &Row<'_>) -> Finding {
    row.error("malformed-value", "geometry", format!("`{}` is no line", row.text("geometry")))
        .valid("well-known text such as LINESTRING (51.2 43.6, 49.4 39.9)")
}

/// Words for who may use a link.
pub(super) fn uses(table: &Table<'_>, findings: &mut Vec<Finding>) -> HashSet<String> {
    table.has(&["use"], findings);
    table.rows().map(|row| row.text("use").to_owned()).collect()
}

/// Reads links; says whether the table has its columns.
pub(super) fn read(
    table: &Table<'_>,
    known: &Known<'_>,
    network: &mut TrafficNetwork,
    findings: &mut Vec<Finding>,
) -> bool {
    if !table.has(&["link_id", "from_node_id", "to_node_id", "directed"], findings) {
        return false;
    }
    let nodes: HashMap<String, u32> = network.nodes.iter().map(|node| node.id.clone()).zip(0u32..).collect();
    let mut ids = HashSet::new();
    let (mut without_lanes, mut without_capacity) = (0usize, 0usize);
    for row in table.rows() {
        let mut faults = Vec::new();
        let id = row.text("link_id");
        if id.is_empty() || !ids.insert(id) {
            let problem = if id.is_empty() {
                "a link without an identifier".to_owned()
            } else {
                format!("link {id} comes twice; the first is kept")
            };
            findings.push(
                row.error("not-unique", "link_id", problem).valid("an identifier that no other link has"),
            );
            continue;
        }
        let read = link(&row, id, known, &nodes, network, &mut faults);
        findings.append(&mut faults);
        let Some((link, directed)) = read else { continue };
        without_capacity += usize::from(link.capacity.is_infinite());
        without_lanes += usize::from(link.capacity.is_finite() && row.text("lanes").is_empty());
        if !directed {
            let mut back =
                TrafficLink { id: format!("{id}{BACK}"), from: link.to, to: link.from, ..link.clone() };
            back.shape.reverse();
            network.links.push(link);
            network.links.push(back);
        } else {
            network.links.push(link);
        }
    }
    for (count, column, taken) in [
        (without_lanes, "lanes", "one is taken"),
        (without_capacity, "capacity", "their time does not depend on their flow"),
    ] {
        if count > 0 {
            let problem = format!("{count} link(s) state no {column}: {taken}");
            let finding = Finding::warning("missing-value", table.file, problem);
            findings.push(Finding { column: Some(column.to_owned()), ..finding });
        }
    }
    true
}

/// A link and whether it leads one way only; `None` where a fault leaves it out.
fn link(
    row: &Row<'_>,
    id: &str,
    known: &Known<'_>,
    nodes: &HashMap<String, u32>,
    network: &TrafficNetwork,
    faults: &mut Vec<Finding>,
) -> Option<(TrafficLink, bool)> {
    let mut end = |column: &'static str| {
        let node = nodes.get(row.text(column)).copied();
        if node.is_none() {
            let problem = format!("there is no node `{}`", row.text(column));
            faults.push(row.error("unknown-reference", column, problem).valid("a node of node.csv"));
        }
        node
    };
    let ends = [end("from_node_id"), end("to_node_id")];
    let directed = match row.text("directed").to_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        other => {
            let problem = format!("`{other}` is neither true nor false");
            faults.push(row.error("malformed-value", "directed", problem).valid("true, false, 1 or 0"));
            None
        }
    };
    let shape = shape_of(row, known, faults);
    let uses: Vec<String> = row
        .text("allowed_uses")
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    if let Some(defined) = &known.uses {
        for word in uses.iter().filter(|word| !defined.contains(*word) && !word.eq_ignore_ascii_case("all")) {
            let mut words: Vec<&str> = defined.iter().map(String::as_str).collect();
            words.sort_unstable();
            faults.push(
                row.error("unknown-reference", "allowed_uses", format!("the use `{word}` is not defined"))
                    .valid(format!("words of use_definition.csv: {}", words.join(", "))),
            );
        }
    }
    let any = (0.0, f64::INFINITY);
    let length = row.number("length", any, faults);
    let speed = row.number("free_speed", (0.0, HIGHEST_SPEED), faults);
    let lanes = row.number("lanes", any, faults).unwrap_or(1.0);
    let capacity = row.number("capacity", any, faults);
    let toll = row.number("toll", any, faults).unwrap_or(0.0);
    let minutes = row.number("vdf_fftt", any, faults);
    let b = row.number("vdf_alpha", any, faults).unwrap_or(known.curve.b);
    let power = row.number("vdf_beta", any, faults).unwrap_or(known.curve.power);
    let [Some(from), Some(to)] = ends else { return None };
    if from == to {
        let problem = format!("link {id} leads from node {} to itself", row.text("to_node_id"));
        faults.push(row.error("loop", "to_node_id", problem).valid("another node"));
    }
    if !faults.is_empty() {
        return None;
    }
    // Without units nothing is known of a length, and no network will be made; the rows are looked at all the same.
    let measured = known.config.measured.unwrap_or(MeasuredIn { km: 1.0, km_per_hour: 1.0 });
    let straight = || {
        let ends = [from, to].map(|node| network.nodes[node as usize].position);
        ends.iter().copied().collect::<Option<Vec<_>>>().and_then(|points| shape::km(&points))
    };
    let km = match length {
        Some(length) => length * measured.km,
        None => {
            let Some(km) = shape::km(&shape).or_else(straight) else {
                let problem = format!("link {id} has no length; it was left out");
                faults.push(row.error("missing-value", "length", problem).valid("a number, zero or more"));
                return None;
            };
            let problem = format!("link {id} has no length; {km:.1} km along its shape are taken");
            faults.push(row.warning("missing-value", "length", problem).valid("a number, zero or more"));
            km
        }
    };
    let speed = speed.unwrap_or(0.0) * measured.km_per_hour;
    let hours = match minutes {
        Some(minutes) => minutes / 60.0,
        None if km == 0.0 => 0.0,
        None if speed > 0.0 => km / speed,
        None => {
            let problem = format!("link {id} has no speed: its time is not known; it was left out");
            faults.push(row.error("missing-value", "free_speed", problem).valid("a number above zero"));
            return None;
        }
    };
    let link = TrafficLink {
        id: id.to_owned(),
        name: row.text("name").to_owned(),
        from,
        to,
        capacity: capacity.map_or(f64::INFINITY, |capacity| capacity * lanes),
        length: km,
        free_flow_time: hours,
        b,
        power,
        speed,
        toll: toll * known.config.money,
        kind: row.text("facility_type").to_owned(),
        uses,
        shape,
    };
    if link.is_closed() {
        let problem = format!("link {id} has no capacity: it is closed");
        faults.push(row.warning("zero-capacity", "capacity", problem).valid("a number above zero, or empty"));
    }
    Some((link, directed?))
}

/// The shape of a link in the direction of travel.
fn shape_of(row: &Row<'_>, known: &Known<'_>, faults: &mut Vec<Finding>) -> Vec<[f64; 2]> {
    let (own, shared) = (row.text("geometry"), row.text("geometry_id"));
    let mut shape = if !own.is_empty() {
        let points = shape::points(own);
        if points.is_none() {
            faults.push(not_a_line(row));
        }
        points.unwrap_or_default()
    } else if let (false, Some(shapes)) = (shared.is_empty(), &known.shapes) {
        let points = shapes.get(shared).cloned();
        if points.is_none() {
            let problem = format!("there is no geometry `{shared}`");
            faults.push(row.error("unknown-reference", "geometry_id", problem).valid("one of geometry.csv"));
        }
        points.unwrap_or_default()
    } else {
        Vec::new()
    };
    if row.text("dir_flag") == "-1" {
        shape.reverse();
    }
    shape
}
