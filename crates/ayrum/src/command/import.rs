//! `ayrum import`

use std::path::Path;

use case::Finding;
use network::{AddedLink, Healing, SpatialGraph};
use serde::Serialize;

use super::{Done, graph_files, graph_order, put};
use crate::arguments::{Format, Import, ImportGraph};
use crate::failure::Failure;
use crate::show;
use crate::show::finding::{self, WrittenFinding};

#[derive(Serialize)]
struct Written<'a> {
    nodes: usize,
    edges: usize,
    components: usize,
    largest_component: usize,
    added_links: Vec<WrittenLink<'a>>,
    findings: Vec<WrittenFinding<'a>>,
}

#[derive(Serialize)]
struct WrittenLink<'a> {
    from: &'a str,
    to: &'a str,
    km: f64,
    from_lat: f64,
    from_lon: f64,
    to_lat: f64,
    to_lon: f64,
    joins_components: bool,
}

/// Reads a graph, heals it and writes it.
pub(crate) fn run(import: &Import) -> Result<Done, Failure> {
    let Import::Graph(arguments) = import;
    if arguments.format == Format::Geojson {
        return Err(Failure::new("an import has no GeoJSON").hint("table, json or csv"));
    }
    let (mut graph, mut findings) = graph_files::read(&arguments.nodes, &arguments.edges)?;
    let added = match arguments.heal {
        Some(within_km) => {
            let healing = healing(within_km, arguments, &graph)?;
            let healed = graph.heal(&healing);
            for (place, pair) in arguments.skip.iter().enumerate() {
                if !healed.skipped.contains(&place) {
                    let problem = "healing would not have joined these two nodes, so that nothing is skipped";
                    findings.push(
                        Finding::warning("nothing-to-skip", format!("--skip {pair}"), problem)
                            .valid("two nodes that a link added by healing joins"),
                    );
                }
            }
            healed.added
        }
        None => Vec::new(),
    };
    if let Some(folder) = &arguments.out {
        write(folder, &graph, &added)?;
    }
    let (_, sizes) = graph.components();
    let written = Written {
        nodes: graph.nodes.len(),
        edges: graph.edges.len(),
        components: sizes.len(),
        largest_component: sizes.iter().copied().max().unwrap_or(0),
        added_links: links(&graph, &added),
        findings: finding::written(&findings),
    };
    match arguments.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => put(&links_csv(&written.added_links)?)?,
        _ => put(&table(&written, &findings))?,
    }
    Ok(if findings.is_empty() { Done::Good } else { Done::Findings })
}

fn healing(within_km: f64, arguments: &ImportGraph, graph: &SpatialGraph) -> Result<Healing, Failure> {
    if !(within_km > 0.0 && within_km <= 100.0) {
        return Err(Failure::new(format!("--heal {within_km} cannot be used"))
            .hint("a distance above 0 and up to 100 km, such as 2"));
    }
    let mut skip = Vec::new();
    for pair in &arguments.skip {
        let (one, other) = pair.split_once(':').ok_or_else(|| {
            Failure::new(format!("--skip {pair} names no two nodes")).hint("NODE:NODE, such as 85938:82577")
        })?;
        for name in [one, other] {
            if !graph.nodes.iter().any(|node| node.name == name) {
                return Err(Failure::new(format!("--skip {pair}: there is no node `{name}`")));
            }
        }
        skip.push((one.to_owned(), other.to_owned()));
    }
    Ok(Healing { within_km, skip })
}

fn links<'a>(graph: &'a SpatialGraph, added: &[AddedLink]) -> Vec<WrittenLink<'a>> {
    let written = |link: &AddedLink| {
        let (from, to) = (&graph.nodes[link.from as usize], &graph.nodes[link.to as usize]);
        WrittenLink {
            from: &from.name,
            to: &to.name,
            km: metres(link.km),
            from_lat: from.latitude,
            from_lon: from.longitude,
            to_lat: to.latitude,
            to_lon: to.longitude,
            joins_components: link.joins_components,
        }
    };
    added.iter().map(written).collect()
}

/// Kilometres to the metre.
fn metres(km: f64) -> f64 {
    (km * 1000.0).round() / 1000.0
}

fn links_csv(links: &[WrittenLink<'_>]) -> Result<String, Failure> {
    let heading = ["from", "to", "km", "from_lat", "from_lon", "to_lat", "to_lon", "joins_components"];
    show::csv(
        &heading,
        links.iter().map(|link| {
            let numbers = [link.km, link.from_lat, link.from_lon, link.to_lat, link.to_lon];
            let mut row = vec![link.from.to_owned(), link.to.to_owned()];
            row.extend(numbers.map(|number| number.to_string()));
            row.push(u8::from(link.joins_components).to_string());
            row
        }),
    )
}

fn write(folder: &Path, graph: &SpatialGraph, added: &[AddedLink]) -> Result<(), Failure> {
    let broken = |path: &Path, error: std::io::Error| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| broken(folder, error))?;
    let nodes = graph
        .nodes
        .iter()
        .map(|node| vec![node.name.clone(), node.latitude.to_string(), node.longitude.to_string()]);
    let name = |node: u32| graph.nodes[node as usize].name.clone();
    let healed = graph.edges.len() - added.len();
    let edges = graph.edges.iter().enumerate().map(|(place, edge)| {
        let km = if place < healed { edge.km } else { metres(edge.km) };
        vec![name(edge.from), name(edge.to), km.to_string(), u8::from(edge.one_way).to_string()]
    });
    for (file, text) in [
        ("nodes.csv", show::csv(&["node", "lat", "lon"], nodes)?),
        ("edges.csv", show::csv(&["from", "to", "km", "one_way"], edges)?),
        ("added_links.csv", links_csv(&links(graph, added))?),
    ] {
        let path = folder.join(file);
        std::fs::write(&path, text).map_err(|error| broken(&path, error))?;
    }
    let (file, order) = graph_order::to_be_kept(graph).map_err(|error| Failure::new(error.to_string()))?;
    let path = folder.join(file);
    std::fs::write(&path, order).map_err(|error| broken(&path, error))?;
    Ok(())
}

fn table(written: &Written<'_>, findings: &[Finding]) -> String {
    let mut text = format!(
        "{} nodes, {} edges, {} part(s), the largest of {} nodes\n",
        written.nodes, written.edges, written.components, written.largest_component
    );
    if !written.added_links.is_empty() {
        text.push_str(&format!("\nLinks added ({})\n", written.added_links.len()));
        let rows = written.added_links.iter().map(|link| {
            vec![
                link.from.to_owned(),
                link.to.to_owned(),
                format!("{:.3}", link.km),
                format!("{:.3}, {:.3}", link.from_lat, link.from_lon),
                if link.joins_components { "joins two parts" } else { "shortens a way round" }.to_owned(),
            ]
        });
        text.push_str(&show::table(&["from", "to", "km>", "at", "effect"], rows.collect()));
    }
    if !findings.is_empty() {
        text.push_str(&format!("\nFindings ({})\n", findings.len()));
        for finding in findings {
            text.push_str(&format!("  {finding} [{}]\n", finding.code));
        }
    }
    text
}
