//! GMNS: units of every kind, faults, and round trips.

use case::Finding;
use network::gmns::{self, Curve, GmnsFiles, MeasuredIn};
use network::{GraphFile, TrafficLink, TrafficNetwork, TrafficNode, Units, Zone};
use proptest::prelude::*;

use crate::lines;

const CONFIG: &str =
    "dataset_name,short_length,long_length,speed,crs,geometry_field_format,currency,version_number,id_type
a port and two stations,meter,km,kph,EPSG:4326,WKT,USD,0.96,integer
";
const NODE: &str = "node_id,name,x_coord,y_coord,z_coord,node_type,ctrl_type,zone_id,parent_node_id
1,Port,49.4,39.9,,port,,7,
2,Junction,45.2,41.3,,station,none,NaN,
3,City,44.8,41.7,,centroid,none,9,
";
const USES: &str = "use,persons_per_vehicle,pce,special_conditions,description\nrail,0,1,,\ntruck,1,2.5,,\n";
const HEADING: &str = "link_id,name,from_node_id,to_node_id,directed,geometry_id,geometry,dir_flag,length,facility_type,capacity,free_speed,lanes,allowed_uses,toll";

fn read(
    config: Option<&str>,
    (node, link): (&str, &str),
    units: Option<MeasuredIn>,
) -> (Option<TrafficNetwork>, Vec<Finding>) {
    let mut findings = Vec::new();
    let files = GmnsFiles {
        config: config.map(|text| GraphFile { name: "config.csv", text }),
        node: Some(GraphFile { name: "node.csv", text: node }),
        link: Some(GraphFile { name: "link.csv", text: link }),
        geometry: None,
        use_definition: Some(GraphFile { name: "use_definition.csv", text: USES }),
    };
    let network = gmns::read_network(&files, units, Curve::default(), &mut findings);
    (network, findings)
}

fn links(rows: &str) -> String {
    format!("{HEADING}\n{rows}")
}

#[test]
fn a_link_has_its_capacity_by_lane_and_its_time_by_speed_and_undirected_ones_make_two() {
    let rows = links(
        "a,Main line,1,2,TRUE,,\"LINESTRING (45.2 41.3, 49.4 39.9)\",-1,460,rail,12,46,2,rail,35\n\
         b,Road,2,3,0,,,,10,primary road,900,50,,\"truck, rail\",\n",
    );
    let (network, findings) = read(Some(CONFIG), (NODE, &rows), None);
    insta::assert_snapshot!(lines(&findings), @r"
    link.csv, column lanes: 1 link(s) state no lanes: one is taken [missing-value]
    ");
    let network = network.expect("a network");
    let ids: Vec<&str> = network.links.iter().map(|link| link.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "b-back"]);
    let [line, road, back] = &network.links[..] else { panic!("three links") };
    assert_eq!(
        (line.capacity, line.free_flow_time, line.toll, line.b, line.power),
        (24.0, 10.0, 35.0, 0.15, 4.0)
    );
    assert_eq!(line.shape, [[49.4, 39.9], [45.2, 41.3]], "in the direction of travel");
    assert_eq!((road.from, road.to, back.from, back.to), (1, 2, 2, 1));
    assert_eq!(road.uses, ["truck", "rail"]);
    let zones: Vec<(&str, u32)> = network.zones.iter().map(|zone| (zone.id.as_str(), zone.node)).collect();
    assert_eq!(zones, [("7", 0), ("9", 2)]);
    assert_eq!(network.nodes.iter().map(|node| node.through).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn the_same_network_in_miles_and_cents_is_the_same_network() {
    let (metric, _) =
        read(Some(CONFIG), (NODE, &links("a,,1,2,1,,,,160.9344,rail,12,16.09344,1,rail,35\n")), None);
    let config = CONFIG.replace("meter,km,kph", "foot,mile,mph").replace("USD", "US cents");
    let (miles, _) = read(Some(&config), (NODE, &links("a,,1,2,1,,,,100,rail,12,10,1,rail,3500\n")), None);
    assert_eq!(metric.expect("a network"), miles.expect("a network"));
}

#[test]
fn every_fault_is_a_finding_at_its_row_and_the_rest_is_read() {
    let node = format!("{NODE}3,Again,1,1,,,,,\n4,Nowhere,,,,,,,\n5,Twin,1,1,,,,7,\n6,Short,1\n");
    let rows = links(
        "a,,1,99,1,,,,5,rail,1,50,1,rail,\n\
         b,,1,2,1,,\"LINESTRING 1 2, 3 4)\",,5,rail,1,50,1,rail,\n\
         c,,1,2,1,,,,-5,rail,1,50,1,rail,\n\
         d,,1,2,maybe,,,,5,rail,1,500,1,tram,\n\
         e,,1,2,1,,,,,rail,,50,1,rail,\n\
         e,,1,2,1,,,,5,rail,1,50,1,rail,\n\
         f,,1,2,1,,,,5,rail,1,,1,rail,\n\
         g,,2,2,1,,,,5,rail,1,50,1,rail,\n\
         h,,1,2,1,,,,5,rail,0,50,1,rail,\n",
    );
    let (network, findings) = read(Some(CONFIG), (&node, &rows), None);
    insta::assert_snapshot!(lines(&findings), @r"
    node.csv:8: the row has 3 cells; it was left out (valid: 9 cells, one a heading) [malformed-row]
    node.csv:5, column node_id: node 3 comes twice; the first is kept (valid: an identifier that no other node has) [not-unique]
    node.csv:6, column x_coord: node 4 has no coordinates; it was left out (valid: x_coord and y_coord) [missing-value]
    node.csv:7, column zone_id: zone 7 has a node already; its demand enters at the first (valid: one node a zone) [not-unique]
    link.csv:2, column to_node_id: there is no node `99` (valid: a node of node.csv) [unknown-reference]
    link.csv:3, column geometry: `LINESTRING 1 2, 3 4)` is no line (valid: well-known text such as LINESTRING (51.2 43.6, 49.4 39.9)) [malformed-value]
    link.csv:4, column length: `-5` cannot be used (valid: a number, 0 or more) [malformed-value]
    link.csv:5, column directed: `maybe` is neither true nor false (valid: true, false, 1 or 0) [malformed-value]
    link.csv:5, column allowed_uses: the use `tram` is not defined (valid: words of use_definition.csv: rail, truck) [unknown-reference]
    link.csv:5, column free_speed: `500` cannot be used (valid: a number from 0 to 200) [malformed-value]
    link.csv:6, column length: link e has no length; 387.2 km along its shape are taken (valid: a number, zero or more) [missing-value]
    link.csv:7, column link_id: link e comes twice; the first is kept (valid: an identifier that no other link has) [not-unique]
    link.csv:8, column free_speed: link f has no speed: its time is not known; it was left out (valid: a number above zero) [missing-value]
    link.csv:9, column to_node_id: link g leads from node 2 to itself (valid: another node) [loop]
    link.csv:10, column capacity: link h has no capacity: it is closed (valid: a number above zero, or empty) [zero-capacity]
    link.csv, column capacity: 1 link(s) state no capacity: their time does not depend on their flow [missing-value]
    ");
    let network = network.expect("a network");
    assert_eq!(network.links.iter().map(|link| link.id.as_str()).collect::<Vec<_>>(), ["e", "h"]);
}

#[test]
fn without_units_or_a_required_column_there_is_no_network_but_all_findings() {
    let good = links("a,,1,2,1,,,,5,rail,1,50,1,rail,\n");
    let bad = good.replace(",directed,", ",guided,");
    let (network, findings) = read(None, (NODE, &bad), None);
    assert!(network.is_none());
    insta::assert_snapshot!(lines(&findings), @r"
    config.csv: the file is missing: units are not known (valid: a config.csv with long_length and speed, or units that the caller gives) [missing-file]
    link.csv:1, column directed: the required column `directed` is missing (valid: the columns link_id, from_node_id, to_node_id, directed) [missing-column]
    ");
    let (network, findings) = read(None, (NODE, &good), MeasuredIn::of("mile", "mph"));
    assert_eq!(lines(&findings), "");
    assert!((network.expect("a network").links[0].length - 8.04672).abs() < 1e-12);
    let twice = format!("{CONFIG}b,foot,furlong,mph,4326,wkt,USD,0.96,integer\n");
    let (network, findings) = read(Some(&twice), (NODE, &good), None);
    assert!(network.is_none());
    assert_eq!(
        lines(&findings),
        "config.csv:3: a second row: it is not known which units hold (valid: exactly one row) [malformed-row]\n"
    );
}

/// Any network in kilometres and hours.
fn any_network() -> impl Strategy<Value = TrafficNetwork> {
    let figure = || prop_oneof![Just(0.0), 1e-6..1e9f64];
    let capacity = prop_oneof![Just(f64::INFINITY), figure()];
    let link = (
        (0u32..7, 0u32..7),
        (capacity, figure(), figure(), figure(), 0.0..6.0f64),
        figure(),
        0usize..4,
        any::<bool>(),
    );
    let position = || [-180.0..180.0f64, -90.0..90.0f64];
    let points = proptest::collection::vec(position(), 7);
    (proptest::collection::vec(link, 0..30), points).prop_map(|(links, points)| TrafficNetwork {
        nodes: (0usize..7)
            .map(|node| TrafficNode {
                id: format!("n{node}"),
                name: ["", "Port, \"old\""][node % 2].to_owned(),
                position: Some(points[node]),
                kind: ["centroid", "", "station"][node % 3].to_owned(),
                through: node % 3 != 0,
            })
            .collect(),
        zones: vec![Zone { id: "z".to_owned(), node: 4 }, Zone { id: "y".to_owned(), node: 5 }],
        links: links
            .into_iter()
            .filter(|((from, to), ..)| from != to)
            .enumerate()
            .map(
                |(number, ((from, to), (capacity, length, free_flow_time, b, power), toll, uses, shaped))| {
                    TrafficLink {
                        id: number.to_string(),
                        name: "Baku – Tbilisi".to_owned(),
                        from,
                        to,
                        capacity,
                        length,
                        free_flow_time,
                        b,
                        power,
                        toll,
                        kind: "rail".to_owned(),
                        uses: ["rail", "truck"].iter().take(uses).map(|word| (*word).to_owned()).collect(),
                        shape: if shaped { points[..3].to_vec() } else { Vec::new() },
                        ..TrafficLink::default()
                    }
                },
            )
            .collect(),
        units: Units { length: "km".to_owned(), time: "h".to_owned(), currency: "EUR".to_owned() },
        crs: "EPSG:4326".to_owned(),
    })
}

proptest! {
    /// All but free-flow times to the last bit: these are written in minutes.
    #[test]
    fn a_network_that_is_written_is_read_again(own in any_network()) {
        let mut findings = Vec::new();
        let text = gmns::write_network("any", &own, &mut findings);
        prop_assert_eq!(lines(&findings), "");
        let files = GmnsFiles {
            config: Some(GraphFile { name: "config.csv", text: &text.config }),
            node: Some(GraphFile { name: "node.csv", text: &text.node }),
            link: Some(GraphFile { name: "link.csv", text: &text.link }),
            geometry: None,
            use_definition: text.use_definition.as_ref().map(|text| GraphFile { name: "use_definition.csv", text }),
        };
        let read = gmns::read_network(&files, None, Curve::default(), &mut findings);
        let only_notes = findings.iter().all(|finding| ["missing-value", "zero-capacity"].contains(&finding.code) && finding.severity == case::Severity::Warning);
        prop_assert!(only_notes, "{}", lines(&findings));
        let mut read = read.expect("a network");
        for (read, own) in read.links.iter_mut().zip(&own.links) {
            prop_assert!((read.free_flow_time - own.free_flow_time).abs() <= 1e-12 * own.free_flow_time);
            read.free_flow_time = own.free_flow_time;
            read.speed = own.speed;
        }
        prop_assert_eq!(read, own);
    }
}

fn sample(folder: &str) -> Option<(Option<TrafficNetwork>, Vec<Finding>)> {
    let Some(data) = std::env::var_os("AYRUM_DATA") else {
        eprintln!("skipped: no shared data (AYRUM_DATA names no folder with format-samples)");
        return None;
    };
    let folder = std::path::Path::new(&data).join("format-samples").join(folder);
    let text = ["config", "node", "link", "geometry", "use_definition"].map(|name| {
        (format!("{name}.csv"), std::fs::read_to_string(folder.join(format!("{name}.csv"))).ok())
    });
    let file = |place: usize| {
        let (name, text) = &text[place];
        text.as_ref().map(|text| GraphFile { name, text })
    };
    let files = GmnsFiles {
        config: file(0),
        node: file(1),
        link: file(2),
        geometry: file(3),
        use_definition: file(4),
    };
    let mut findings = Vec::new();
    let network = gmns::read_network(&files, None, Curve::default(), &mut findings);
    Some((network, findings))
}

#[test]
fn the_two_samples_are_one_network() {
    let (Some((metric, findings)), Some((miles, more))) =
        (sample("gmns/rail6-km"), sample("gmns/rail6-mi-wkt"))
    else {
        return;
    };
    assert_eq!((lines(&findings), lines(&more)), (String::new(), String::new()));
    let (metric, miles) = (metric.expect("a network"), miles.expect("a network"));
    assert_eq!((metric.nodes.len(), metric.zones.len(), metric.links.len()), (6, 3, 12));
    let km = |network: &TrafficNetwork| network.links.iter().map(|link| link.length).sum::<f64>();
    assert!((km(&metric) - (2895.0 + 275.0)).abs() < 1e-9, "the undirected link counts both ways");
    for (a, b) in metric.links.iter().zip(&miles.links) {
        assert_eq!(
            (&a.id, a.capacity, a.toll, &a.uses, &a.shape),
            (&b.id, b.capacity, b.toll, &b.uses, &b.shape)
        );
        assert!((a.length - b.length).abs() < 1e-3 && (a.free_flow_time - b.free_flow_time).abs() < 1e-3);
    }
}

#[test]
fn the_damaged_samples_are_refused_with_all_their_findings_at_once() {
    let (Some((rows, all)), Some((column, some))) =
        (sample("broken/gmns_bad_rows"), sample("broken/gmns_missing_column"))
    else {
        return;
    };
    assert!(rows.is_none() && column.is_none());
    let places: Vec<(&str, u64)> =
        all.iter().filter_map(|finding| Some((finding.file.as_str(), finding.row?))).collect();
    let expected = [("config.csv", 3), ("node.csv", 8), ("node.csv", 9)].into_iter();
    let links = [4, 6, 8, 10, 11, 12].map(|row| ("link.csv", row));
    assert_eq!(places, expected.chain(links).collect::<Vec<_>>(), "{}", lines(&all));
    assert!(lines(&some).contains("link.csv:1, column directed: the required column `directed` is missing"));
    assert!(lines(&some).contains("config.csv: the file is missing: units are not known"));
}
