//! `ayrum matrix`

use std::path::Path;

use case::Finding;
use network::{Snapper, SpatialGraph};
use routing::{CustomMetric, RoutingError, Topology, Weights};

use super::parquet_table::{self, Column};
use super::{Done, graph_files, graph_order, load, put};
use crate::arguments::{CaseSource, Matrix};
use crate::failure::Failure;
use crate::show;

/// A name and a position, degrees north and east.
type Named = (String, (f64, f64));

/// A point and the node it stands for.
struct Point {
    name: String,
    /// The nearest node, unless it is too far.
    node: Option<u32>,
    /// Kilometres to the nearest node.
    snap_km: f64,
}

/// A row of the matrix, written long.
struct Row<'p> {
    from: &'p Point,
    to: &'p Point,
    /// Kilometres along the graph; `None` where there is no way.
    km: Option<f64>,
}

/// Works out distances between points along a graph.
pub(crate) fn run(arguments: &Matrix, source: &CaseSource) -> Result<Done, Failure> {
    let parquet = match arguments.out.as_deref().map(ending) {
        None | Some("csv") => false,
        Some("parquet") => true,
        Some(other) => {
            return Err(
                Failure::new(format!("a matrix cannot be written as `{other}`")).hint(".csv or .parquet")
            );
        }
    };
    if arguments.snap_within.is_nan() || arguments.snap_within < 0.0 {
        return Err(Failure::new(format!("--snap-within {} is no distance", arguments.snap_within)));
    }
    let mut findings = Vec::new();
    let from = positions(&arguments.from, arguments.from_file.as_deref(), source, &mut findings)?;
    let mut to = positions(&arguments.to, arguments.to_file.as_deref(), source, &mut findings)?;
    for finding in &findings {
        eprintln!("warning: {finding}");
    }
    if from.is_empty() {
        return Err(Failure::new("there is no point to begin at").hint("--from POINT or --from-file FILE"));
    }
    if to.is_empty() {
        to.clone_from(&from);
    }
    let folder = &arguments.graph;
    let (graph, in_graph) = graph_files::read(
        &graph_files::in_folder(folder, "nodes")?,
        &graph_files::in_folder(folder, "edges")?,
    )?;
    for finding in &in_graph {
        eprintln!("warning: {finding}");
    }
    let snapper = Snapper::new(&graph);
    let snap = |points: &[Named]| -> Vec<Point> {
        points
            .iter()
            .map(|(name, position)| {
                let snap = snapper.nearest(*position);
                let snap_km = snap.map_or(f64::INFINITY, |snap| snap.km);
                let node = snap.filter(|snap| snap.km <= arguments.snap_within).map(|snap| snap.node);
                Point { name: name.clone(), node, snap_km }
            })
            .collect()
    };
    let (from, to) = (snap(&from), snap(&to));
    let mut lost = 0;
    for point in from.iter().chain(&to).filter(|point| point.node.is_none()) {
        lost += 1;
        let (name, km) = (&point.name, point.snap_km);
        eprintln!("warning: {name} is {km:.1} km from the nearest node and has no distances");
    }
    let values = distances(folder, &graph, &from, &to).map_err(|error| Failure::new(error.to_string()))?;
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
    let rows: Vec<Row<'_>> = pairs.zip(&values).map(|((from, to), &km)| Row { from, to, km }).collect();
    match (&arguments.out, parquet) {
        (Some(path), true) => write_parquet(path, &rows)?,
        (Some(path), false) => std::fs::write(path, csv(&rows)?)
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))?,
        (None, _) => put(&csv(&rows)?)?,
    }
    Ok(if lost + findings.len() + in_graph.len() > 0 { Done::Findings } else { Done::Good })
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or("")
}

/// Names and positions of the points given, those of the command line first. A row of a file that cannot be used
/// becomes a finding.
fn positions(
    words: &[String],
    file: Option<&Path>,
    source: &CaseSource,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Named>, Failure> {
    let mut points = Vec::new();
    let mut model = None;
    for word in words {
        let (name, text) = word.split_once('=').unwrap_or((word, word));
        if let Some(position) = position(text) {
            points.push((name.to_owned(), position?));
            continue;
        }
        if model.is_none() {
            model = Some(load(source)?);
        }
        let Some(model) = &model else { continue };
        let place = model.network.places.find(text).map_err(|unknown| {
            let nearest = unknown.nearest.join(" or ");
            let hint =
                if nearest.is_empty() { String::new() } else { format!(", or did you mean {nearest}?") };
            Failure::new(format!("`{text}` is neither a place of the case nor a position"))
                .hint(format!("LAT,LON such as 40.18,44.51{hint}"))
        })?;
        let place = model.network.places.get(place);
        points.push((name.to_owned(), (place.latitude, place.longitude)));
    }
    if let Some(path) = file {
        let text = graph_files::text(path)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let broken = |error: csv::Error| Failure::new(format!("{} cannot be read: {error}", path.display()));
        let headings = reader.headers().map_err(broken)?.clone();
        let column = |name: &str| {
            headings.iter().position(|heading| heading.trim() == name).ok_or_else(|| {
                Failure::new(format!("{} has no column `{name}`", path.display()))
                    .hint("columns name, lat, lon")
            })
        };
        let columns = [column("name")?, column("lat")?, column("lon")?];
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    findings.push(Finding::error("not-csv", file.as_ref(), error.to_string()));
                    continue;
                }
            };
            let [name, latitude, longitude] = columns.map(|column| record.get(column).unwrap_or("").trim());
            match position(&format!("{latitude},{longitude}")) {
                Some(Ok(position)) => points.push((name.to_owned(), position)),
                _ => {
                    let line = record.position().map_or(0, csv::Position::line);
                    let problem =
                        format!("{name} at `{latitude}`, `{longitude}` lies nowhere and is left out");
                    findings.push(
                        Finding::error("no-position", file.as_ref(), problem)
                            .at_row(line)
                            .valid("degrees north from -90 to 90 and degrees east from -180 to 180"),
                    );
                }
            }
        }
    }
    Ok(points)
}

/// A position written `LAT,LON`; `None` if that is not what the text is, an error if it lies nowhere.
fn position(text: &str) -> Option<Result<(f64, f64), Failure>> {
    let (latitude, longitude) = text.split_once(',')?;
    let (latitude, longitude) = (latitude.trim().parse::<f64>().ok()?, longitude.trim().parse::<f64>().ok()?);
    let valid = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    Some(if valid {
        Ok((latitude, longitude))
    } else {
        Err(Failure::new(format!("{text} lies nowhere on Earth"))
            .hint("degrees north from -90 to 90, then degrees east from -180 to 180"))
    })
}

/// Kilometres along the graph, row by row, by the hierarchy in metres.
fn distances(
    folder: &Path,
    graph: &SpatialGraph,
    from: &[Point],
    to: &[Point],
) -> Result<Vec<Option<f64>>, RoutingError> {
    let (arrays, metres) = graph_order::arrays(graph)?;
    let topology = Topology::new(&arrays, &graph_order::of(folder, graph, &arrays)?)?;
    let metric = CustomMetric::new(&topology, Weights::new(metres)?)?;
    let nodes = |points: &[Point]| points.iter().filter_map(|point| point.node).collect::<Vec<_>>();
    let matrix = metric.matrix(0, &nodes(from), &nodes(to))?;
    let mut values = Vec::with_capacity(from.len() * to.len());
    let mut row = 0;
    for from in from {
        let mut column = 0;
        for to in to {
            let known = from.node.is_some() && to.node.is_some();
            values.push(
                known.then(|| matrix.get(row, column)).flatten().map(|metres| f64::from(metres) / 1000.0),
            );
            column += usize::from(to.node.is_some());
        }
        row += usize::from(from.node.is_some());
    }
    Ok(values)
}

/// The matrix as Parquet: one row a pair, and a null where there is no way.
fn write_parquet(path: &Path, rows: &[Row<'_>]) -> Result<(), Failure> {
    let columns = [
        ("from", Column::Text(rows.iter().map(|row| row.from.name.as_str()).collect())),
        ("to", Column::Text(rows.iter().map(|row| row.to.name.as_str()).collect())),
        ("km", Column::MaybeNumber(rows.iter().map(|row| row.km).collect())),
        ("from_snap_km", Column::Number(rows.iter().map(|row| row.from.snap_km).collect())),
        ("to_snap_km", Column::Number(rows.iter().map(|row| row.to.snap_km).collect())),
    ];
    parquet_table::write(path, &columns)
}

fn csv(rows: &[Row<'_>]) -> Result<String, Failure> {
    show::csv(
        &["from", "to", "km", "from_snap_km", "to_snap_km"],
        rows.iter().map(|row| {
            vec![
                row.from.name.clone(),
                row.to.name.clone(),
                row.km.map(|km| km.to_string()).unwrap_or_default(),
                format!("{:.3}", row.from.snap_km),
                format!("{:.3}", row.to.snap_km),
            ]
        }),
    )
}
