//! `crates/ayrum/assets/outlines.geojson`: land, lakes, boundaries and names under the maps of reports.
//!
//! The input is `countries-50m.json` of the npm package `world-atlas`: Natural Earth as TopoJSON, in
//! which neighbours share their arcs. An arc that two countries share is a boundary; one that only
//! one has is coast. Three things are done to it:
//!
//! 1. Arcs are simplified with Douglas and Peucker's method (*Cartographica* 10, 1973). Neighbours stay
//!    together, as an arc is simplified once for both, and its ends stay where they are.
//! 2. Rings and lines are thinned beyond the region: of a run of points on the same far side only
//!    the first and last stay. Inside the region nothing changes by that, as a half-plane is convex.
//! 3. Boundaries that `outlines.toml` calls disputed are set apart, and its own lines, lakes and
//!    names are added. The input's own names and its view of who holds what are not carried over: it
//!    has old names, and places Simferopol in Russia.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::house;

/// Degrees east and north.
type Position = [f64; 2];
/// West, south, east, north.
type Area = [f64; 4];

const SETTINGS: &str = "xtask/assets/outlines.toml";
const OUTLINES: &str = "crates/ayrum/assets/outlines.geojson";

/// `outlines.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    region: Area,
    tolerance: f64,
    disputed: Vec<Disputed>,
    drawn: Vec<Drawn>,
    lake: Vec<Lake>,
    sea: Vec<Sea>,
    state: Vec<State>,
}

/// A boundary of the input, or a part of it, that is disputed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disputed {
    about: String,
    between: [String; 2],
    within: Option<Area>,
}

/// A disputed line that the input does not have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drawn {
    about: String,
    line: Vec<Position>,
}

/// A lake that the input does not have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lake {
    name: String,
    ring: Vec<Position>,
}

/// The name of a sea and where it may stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sea {
    name: String,
    at: Vec<Position>,
}

/// The name of a state and where it may stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    code: String,
    name: String,
    at: Vec<Position>,
}

/// A TopoJSON file: <https://github.com/topojson/topojson-specification>.
#[derive(Debug, Deserialize)]
struct Topology {
    transform: Transform,
    arcs: Vec<Vec<[i64; 2]>>,
    objects: BTreeMap<String, Collection>,
}

#[derive(Debug, Deserialize)]
struct Transform {
    scale: Position,
    translate: Position,
}

#[derive(Debug, Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Debug, Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    arcs: Value,
    #[serde(default)]
    properties: Value,
}

/// Writes the outlines from a downloaded topology.
pub(crate) fn write(topology: &Path) -> Result<(), String> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
    };
    let settings: Settings = toml::from_str(&read(&house::root().join(SETTINGS))?)
        .map_err(|error| format!("{SETTINGS}: {error}"))?;
    let text = read(topology)?;
    let world: Topology = serde_json::from_str(&text)
        .map_err(|error| format!("{} is not the topology that is wanted: {error}", topology.display()))?;
    let written = outlines(&settings, &world)?;
    let path = house::root().join(OUTLINES);
    std::fs::write(&path, &written).map_err(|error| format!("{OUTLINES} cannot be written: {error}"))?;
    eprintln!("{OUTLINES}: {} features, {} kB", written.matches("\"Feature\"").count(), written.len() / 1000);
    Ok(())
}

/// The outlines as GeoJSON, one feature a line.
fn outlines(settings: &Settings, world: &Topology) -> Result<String, String> {
    let collection =
        |name: &str| world.objects.get(name).ok_or_else(|| format!("the topology has no object `{name}`"));
    let arcs: Vec<Vec<Position>> =
        (0..world.arcs.len()).map(|number| simplified(&decoded(world, number), settings.tolerance)).collect();
    let mut features = vec![land(collection("land")?, &arcs, settings.region)?];
    for lake in &settings.lake {
        features.push(feature(
            json!({"kind": "lake", "name": lake.name}),
            "Polygon",
            json!([closed(&lake.ring)]),
        ));
    }
    features.extend(boundaries(collection("countries")?, &arcs, settings)?);
    for own in &settings.drawn {
        let properties = json!({"kind": "disputed", "about": own.about, "drawn": true});
        features.push(feature(properties, "MultiLineString", json!([own.line])));
    }
    for sea in &settings.sea {
        features.push(feature(json!({"kind": "sea", "name": sea.name}), "MultiPoint", json!(sea.at)));
    }
    for state in &settings.state {
        let properties = json!({"kind": "state", "code": state.code, "name": state.name});
        features.push(feature(properties, "MultiPoint", json!(state.at)));
    }
    let mut out =
        format!("{{\"type\":\"FeatureCollection\",\"bbox\":{},\"features\":[\n", json!(settings.region));
    for (number, feature) in features.iter().enumerate() {
        let comma = if number + 1 < features.len() { "," } else { "" };
        let _ = writeln!(out, "{feature}{comma}");
    }
    out.push_str("]}\n");
    Ok(out)
}

fn feature(properties: Value, kind: &str, coordinates: Value) -> Value {
    let geometry = json!({"type": kind, "coordinates": coordinates});
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

/// An arc in degrees: TopoJSON stores whole numbers, each as the step from the one before.
fn decoded(world: &Topology, number: usize) -> Vec<Position> {
    let Transform { scale, translate } = &world.transform;
    let mut at = [0_i64; 2];
    world.arcs[number]
        .iter()
        .map(|step| {
            at = [at[0] + step[0], at[1] + step[1]];
            [at[0] as f64 * scale[0] + translate[0], at[1] as f64 * scale[1] + translate[1]]
        })
        .collect()
}

/// A line with fewer points, by Douglas and Peucker: where all points between two that stay lie
/// nearer than the tolerance to the straight line between them, they go; else the farthest stays.
/// Degrees of longitude count as long as those of latitude, which errs on the side of keeping points.
fn simplified(line: &[Position], tolerance: f64) -> Vec<Position> {
    let mut stays = vec![false; line.len()];
    if let (Some(first), true) = (stays.first_mut(), line.len() > 1) {
        *first = true;
    }
    if let Some(last) = stays.last_mut() {
        *last = true;
    }
    let mut open = vec![(0, line.len().saturating_sub(1))];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to)
            .map(|number| (number, distance(line[number], line[from], line[to])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((number, away)) = farthest
            && away > tolerance
        {
            stays[number] = true;
            open.extend([(from, number), (number, to)]);
        }
    }
    line.iter().zip(stays).filter(|(_, stays)| *stays).map(|(point, _)| *point).collect()
}

/// How far a point is from the stretch between two others.
fn distance(point: Position, from: Position, to: Position) -> f64 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let off = [point[0] - from[0], point[1] - from[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let share =
        if length > 0.0 { ((off[0] * along[0] + off[1] * along[1]) / length).clamp(0.0, 1.0) } else { 0.0 };
    (off[0] - share * along[0]).hypot(off[1] - share * along[1])
}

/// On which sides of an area a point lies beyond it, one bit a side; none where it lies inside.
fn beyond([x, y]: Position, [west, south, east, north]: Area) -> u8 {
    u8::from(x < west) | u8::from(y < south) << 1 | u8::from(x > east) << 2 | u8::from(y > north) << 3
}

/// A line thinned beyond an area: of a run of points that lie beyond the same side, the first and
/// last stay.
fn thinned(line: &[Position], area: Area) -> Vec<Position> {
    let mut out: Vec<Position> = Vec::new();
    let mut shared = 0;
    for point in line {
        let sides = beyond(*point, area);
        let goes_on = shared & sides;
        if goes_on != 0 && out.len() > 1 && beyond(out[out.len() - 2], area) & goes_on != 0 {
            out.pop();
        }
        shared = if goes_on != 0 { goes_on } else { sides };
        out.push(*point);
    }
    out
}

/// Whether any part of a line may lie in an area: not all of it is beyond one side.
fn touches(line: &[Position], area: Area) -> bool {
    line.iter().fold(u8::MAX, |shared, point| shared & beyond(*point, area)) == 0
}

/// The points of a chain of arcs; a number below zero is an arc backwards, by its complement.
fn chain(numbers: &Value, arcs: &[Vec<Position>]) -> Result<Vec<Position>, String> {
    let mut line: Vec<Position> = Vec::new();
    for number in numbers.as_array().into_iter().flatten() {
        let number = number.as_i64().ok_or("the number of an arc is no whole number")?;
        let backwards = number < 0;
        let arc = arcs
            .get(usize::try_from(if backwards { !number } else { number }).unwrap_or(usize::MAX))
            .ok_or_else(|| format!("there is no arc {number}"))?;
        let skip = usize::from(!line.is_empty());
        if backwards {
            line.extend(arc.iter().rev().skip(skip));
        } else {
            line.extend(arc.iter().skip(skip));
        }
    }
    Ok(line)
}

/// The polygons of a geometry, each a list of rings, each a list of arcs.
fn polygons(geometry: &Geometry) -> Vec<&Vec<Value>> {
    match geometry.kind.as_str() {
        "Polygon" => geometry.arcs.as_array().into_iter().collect(),
        "MultiPolygon" => {
            geometry.arcs.as_array().into_iter().flatten().filter_map(Value::as_array).collect()
        }
        _ => Vec::new(),
    }
}

fn closed(ring: &[Position]) -> Vec<Position> {
    let mut ring = ring.to_vec();
    if ring.first() != ring.last() {
        ring.extend(ring.first().copied());
    }
    ring
}

/// Thousandths of a degree: some hundred metres.
fn rounded(line: &[Position]) -> Vec<Position> {
    let mut line: Vec<Position> =
        line.iter().map(|point| point.map(|degrees| (degrees * 1000.0).round() / 1000.0)).collect();
    line.dedup();
    line
}

/// All land in one feature; islands that a simplified outline leaves without an area go.
fn land(world: &Collection, arcs: &[Vec<Position>], region: Area) -> Result<Value, String> {
    let mut kept = Vec::new();
    for polygon in world.geometries.iter().flat_map(polygons) {
        let mut rings = Vec::new();
        for ring in polygon {
            let ring = rounded(&thinned(&chain(ring, arcs)?, region));
            if ring.len() > 3 && touches(&ring, region) {
                rings.push(closed(&ring));
            } else if rings.is_empty() {
                break;
            }
        }
        if !rings.is_empty() {
            kept.push(json!(rings));
        }
    }
    Ok(feature(json!({"kind": "land"}), "MultiPolygon", json!(kept)))
}

/// The arcs that two countries share, one feature for all that nobody disputes and one for each
/// dispute.
fn boundaries(world: &Collection, arcs: &[Vec<Position>], settings: &Settings) -> Result<Vec<Value>, String> {
    let mut sides: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for geometry in &world.geometries {
        let name = geometry.properties["name"].as_str().unwrap_or_default();
        for number in polygons(geometry).into_iter().flatten().filter_map(Value::as_array).flatten() {
            let number = number.as_i64().ok_or("the number of an arc is no whole number")?;
            let number = usize::try_from(if number < 0 { !number } else { number }).unwrap_or(usize::MAX);
            sides.entry(number).or_default().insert(name);
        }
    }
    for name in settings.disputed.iter().flat_map(|own| &own.between) {
        if !sides.values().any(|names| names.contains(name.as_str())) {
            return Err(format!("{SETTINGS}: the topology has no country `{name}`"));
        }
    }
    let (mut quiet, mut disputed) = (Vec::new(), BTreeMap::<&str, Vec<Vec<Position>>>::new());
    for (number, names) in sides.iter().filter(|(_, names)| names.len() > 1) {
        let arc = arcs.get(*number).ok_or_else(|| format!("there is no arc {number}"))?;
        if !touches(arc, settings.region) {
            continue;
        }
        let arc = rounded(&thinned(arc, settings.region));
        for (about, part) in parts(&arc, names, &settings.disputed) {
            match about {
                Some(about) => disputed.entry(about).or_default().push(part),
                None => quiet.push(part),
            }
        }
    }
    let mut features = vec![feature(json!({"kind": "boundary"}), "MultiLineString", json!(quiet))];
    for (about, lines) in disputed {
        features.push(feature(json!({"kind": "disputed", "about": about}), "MultiLineString", json!(lines)));
    }
    Ok(features)
}

/// A boundary cut into what is disputed, with what it is about, and what is not. A segment counts as
/// disputed where its middle does.
fn parts<'a>(
    arc: &[Position],
    names: &BTreeSet<&str>,
    disputed: &'a [Disputed],
) -> Vec<(Option<&'a str>, Vec<Position>)> {
    let about = |middle: Position| {
        disputed
            .iter()
            .find(|own| {
                own.between.iter().all(|name| names.contains(name.as_str()))
                    && own.within.is_none_or(|area| beyond(middle, area) == 0)
            })
            .map(|own| own.about.as_str())
    };
    let mut parts: Vec<(Option<&str>, Vec<Position>)> = Vec::new();
    for pair in arc.windows(2) {
        let middle = [f64::midpoint(pair[0][0], pair[1][0]), f64::midpoint(pair[0][1], pair[1][1])];
        let about = about(middle);
        match parts.last_mut() {
            Some((last, line)) if *last == about => line.push(pair[1]),
            _ => parts.push((about, pair.to_vec())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two squares side by side, A west of B; they share the arc from (1, 0) to (1, 2).
    const TWO_SQUARES: &str = r#"{
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[1, 0], [0, 1], [0, 1]], [[1, 2], [-1, 0], [0, -2], [1, 0]], [[1, 0], [1, 0], [0, 2], [-1, 0]]],
        "objects": {
            "countries": {"geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "A"}},
                {"type": "Polygon", "arcs": [[2, -1]], "properties": {"name": "B"}}]},
            "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[1, 2]]]}]}}}"#;

    fn settings(disputed: &str) -> Settings {
        let text = format!(
            "region = [0.0, 0.0, 2.0, 2.0]\ntolerance = 0.01\ndrawn = []\nlake = []\nsea = []\nstate = []\n{disputed}"
        );
        toml::from_str(&text).expect("the settings of the test")
    }

    fn kinds(written: &str) -> Vec<String> {
        let read: Value = serde_json::from_str(written).expect("GeoJSON");
        let features = read["features"].as_array().expect("features");
        features.iter().map(|own| own["properties"]["kind"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_shared_arc_is_a_boundary_and_a_part_of_it_can_be_disputed() {
        let world: Topology = serde_json::from_str(TWO_SQUARES).expect("the topology of the test");
        let quiet = outlines(&settings("disputed = []"), &world).expect("outlines");
        assert_eq!(kinds(&quiet), ["land", "boundary"]);
        assert!(quiet.contains("[[[1.0,0.0],[1.0,2.0]]]"), "{quiet}");
        let all = "[[disputed]]\nabout = \"a claim\"\nbetween = [\"B\", \"A\"]\n";
        let all = outlines(&settings(all), &world).expect("outlines");
        assert!(all.contains("[],\"type\":\"MultiLineString\"") && all.contains("a claim"), "{all}");
        let wrong = "[[disputed]]\nabout = \"a claim\"\nbetween = [\"A\", \"C\"]\n";
        let problem = outlines(&settings(wrong), &world).expect_err("there is no C");
        assert!(problem.contains("`C`"), "{problem}");
    }

    #[test]
    fn a_simplified_line_keeps_its_ends_and_stays_near() {
        let line: Vec<Position> = (0..100).map(|n| [f64::from(n), (f64::from(n) / 9.0).sin()]).collect();
        let short = simplified(&line, 0.05);
        assert!(short.len() < line.len() / 2);
        assert_eq!((short.first(), short.last()), (line.first(), line.last()));
        for point in &line {
            let away =
                short.windows(2).map(|pair| distance(*point, pair[0], pair[1])).fold(f64::MAX, f64::min);
            assert!(away <= 0.05, "{point:?} is {away} away");
        }
    }

    #[test]
    fn thinning_beyond_an_area_leaves_what_is_inside() {
        let area = [0.0, 0.0, 1.0, 1.0];
        let line = [[0.5, 0.5], [2.0, 0.5], [3.0, 0.1], [4.0, 5.0], [2.0, 3.0], [0.5, 2.0], [0.5, 0.7]];
        let thin = thinned(&line, area);
        assert!(thin.len() < line.len());
        assert_eq!((thin.first(), thin.last()), (line.first(), line.last()));
        assert!(thin.contains(&[2.0, 0.5]), "where the line leaves the area stays: {thin:?}");
        assert!(thin.contains(&[0.5, 2.0]), "where it comes back stays: {thin:?}");
    }
}
