//! Graphs of others: read, healed, and asked for distances.

use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::run_in;

/// A line that breaks 0.9 km short of going on, a stub, and an island.
const NODES: &str = "node,lat,lon\na,40,44\nb,40,44.1\nc,40,44.11\nd,40,44.2\nisland,41,47\n";
const EDGES: &str = "from,to,km\na,b,8.6\nc,d,7.8\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("n.csv"), NODES).expect("a file");
    std::fs::write(folder.path().join("e.csv"), EDGES).expect("a file");
    folder
}

fn import(folder: &Path, more: &[&str]) -> crate::Run {
    let mut words = vec!["import", "graph", "--nodes", "n.csv", "--edges", "e.csv", "--out", "graph"];
    words.extend(more);
    run_in(folder, &words)
}

#[test]
fn a_break_is_healed_and_listed() {
    let folder = folder();
    let healed = import(folder.path(), &["--heal", "1"]);
    insta::assert_snapshot!(healed.whole(), @r"
    exit code 0
    ── stdout ──
    5 nodes, 3 edges, 2 part(s), the largest of 4 nodes

    Links added (1)
    from  to     km  at              effect
    b     c   0.852  40.000, 44.100  joins two parts
    ── stderr ──
    ");
    let links = std::fs::read_to_string(folder.path().join("graph/added_links.csv")).expect("a list");
    assert_eq!(
        links,
        "from,to,km,from_lat,from_lon,to_lat,to_lon,joins_components\nb,c,0.852,40,44.1,40,44.11,1\n"
    );
    let skipped = import(folder.path(), &["--heal", "1", "--skip", "c:b", "--format", "json"]);
    assert_eq!(skipped.json()["added_links"].as_array().map(Vec::len), Some(0));
    assert_eq!(skipped.json()["components"], 3);
    let needless = import(folder.path(), &["--heal", "1", "--skip", "a:b"]);
    assert_eq!(needless.code, 1);
    assert!(needless.stdout.contains("--skip a:b: healing would not have joined"), "{}", needless.stdout);
}

#[test]
fn distances_are_long_rows_and_no_way_is_empty() {
    let folder = folder();
    assert_eq!(import(folder.path(), &["--heal", "1"]).code, 0);
    let points = ["--from", "40.001,44", "--to", "east=40,44.2", "--to", "41,47.01"];
    let matrix = run_in(folder.path(), &[&["matrix", "--graph", "graph"], &points[..]].concat());
    insta::assert_snapshot!(matrix.whole(), @r#"
    exit code 0
    ── stdout ──
    from,to,km,from_snap_km,to_snap_km
    "40.001,44",east,17.252,0.111,0.000
    "40.001,44","41,47.01",,0.111,0.839
    ── stderr ──
    "#);
    let out = ["--out", "m.parquet"];
    let written = run_in(folder.path(), &[&["matrix", "--graph", "graph"], &points[..], &out[..]].concat());
    assert_eq!((written.code, written.stdout.as_str()), (0, ""));
    let file = std::fs::File::open(folder.path().join("m.parquet")).expect("a file");
    let reader = SerializedFileReader::new(file).expect("parquet");
    let rows: Vec<String> =
        reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()).collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
    {from: "40.001,44", to: "east", km: 17.252, from_snap_km: 0.11119508023324305, to_snap_km: 0E0}
    {from: "40.001,44", to: "41,47.01", km: null, from_snap_km: 0.11119508023324305, to_snap_km: 0.8391999228002508}
    "#);
}

#[test]
fn places_of_the_case_are_points_too_and_what_is_far_has_no_distances() {
    let folder = folder();
    assert_eq!(import(folder.path(), &[]).code, 0);
    let matrix = run_in(folder.path(), &["matrix", "--graph", "graph", "--from", "Ayrum", "--to", "40,44"]);
    insta::assert_snapshot!(matrix.whole(), @r#"
    exit code 1
    ── stdout ──
    from,to,km,from_snap_km,to_snap_km
    Ayrum,"40,44",,144.886,0.000
    ── stderr ──
    warning: Ayrum is 144.9 km from the nearest node and has no distances
    "#);
}

#[test]
fn a_bad_row_of_points_is_named_and_the_rest_has_distances() {
    let folder = folder();
    assert_eq!(import(folder.path(), &["--heal", "1"]).code, 0);
    let points = "name,lat,lon\nwest,40,44\nnowhere,x,44\npole,91,0\neast,40,44.2\n";
    std::fs::write(folder.path().join("p.csv"), points).expect("a file");
    let words = ["matrix", "--graph", "graph", "--from-file", "p.csv"];
    insta::assert_snapshot!(run_in(folder.path(), &words).whole(), @r"
    exit code 1
    ── stdout ──
    from,to,km,from_snap_km,to_snap_km
    west,west,0,0.000,0.000
    west,east,17.252,0.000,0.000
    east,west,17.252,0.000,0.000
    east,east,0,0.000,0.000
    ── stderr ──
    warning: p.csv:3: nowhere at `x`, `44` lies nowhere and is left out (valid: degrees north from -90 to 90 and degrees east from -180 to 180)
    warning: p.csv:4: pole at `91`, `0` lies nowhere and is left out (valid: degrees north from -90 to 90 and degrees east from -180 to 180)
    ");
}

#[test]
fn an_order_is_kept_and_one_of_another_graph_is_not_used() {
    let folder = folder();
    assert_eq!(import(folder.path(), &["--heal", "1"]).code, 0);
    let ask = || {
        run_in(folder.path(), &["matrix", "--graph", "graph", "--from", "40,44", "--to", "40,44.2"]).whole()
    };
    let (known, order) = (ask(), folder.path().join("graph/order.bin"));
    let kept = std::fs::read(&order).expect("an order");
    // Whatever stands there, the answer is the same.
    std::fs::remove_file(&order).expect("no order");
    assert_eq!(ask(), known);
    for broken in [&kept[..40], &[], &[7; 500]] {
        std::fs::write(&order, broken).expect("a file");
        assert_eq!(ask(), known);
    }
    std::fs::write(&order, &kept).expect("a file");
    let edges = folder.path().join("graph/edges.csv");
    let more = std::fs::read_to_string(&edges).expect("edges") + "a,d,3,0\n";
    std::fs::write(&edges, more).expect("a file");
    assert!(ask().contains(",3,0.000,0.000"), "{}", ask());
}

#[test]
fn bad_rows_and_bad_words_are_named() {
    let folder = folder();
    std::fs::write(folder.path().join("e.csv"), "from,to,km\na,nowhere,1\na,b,far\n").expect("a file");
    let imported = import(folder.path(), &[]);
    insta::assert_snapshot!(imported.whole(), @r"
    exit code 1
    ── stdout ──
    5 nodes, 0 edges, 5 part(s), the largest of 1 nodes

    Findings (2)
      e.csv:2, column to: there is no node `nowhere` (valid: a node of the table of nodes) [unknown-reference]
      e.csv:3, column km: `far` cannot be used (valid: a number from 0 to 100000) [not-a-number]
    ── stderr ──
    ");
    for (words, said) in [
        (&["--from", "Atlantis"][..], "`Atlantis` is neither a place of the case nor a position"),
        (&["--from", "95,44"], "95,44 lies nowhere on Earth"),
        (&[], "there is no point to begin at"),
        (&["--from", "40,44", "--out", "m.xlsx"], "a matrix cannot be written as `xlsx`"),
    ] {
        let run = run_in(folder.path(), &[&["matrix", "--graph", "graph"], words].concat());
        assert_eq!(run.code, 2, "{words:?}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let heal = import(folder.path(), &["--heal", "-1"]);
    assert_eq!(heal.code, 2, "{}", heal.stderr);
    assert!(heal.stderr.contains("--heal -1 cannot be used"), "{}", heal.stderr);
    let snap = ["matrix", "--graph", "graph", "--from", "40,44", "--snap-within", "-1"];
    let snap = run_in(folder.path(), &snap);
    assert!(snap.code == 2 && snap.stderr.contains("--snap-within -1 is no distance"), "{}", snap.stderr);
}

/// With the region network at hand (`AYRUM_DATA`), the published length of Baku–Gardabani comes out.
#[test]
fn the_region_network_gives_a_published_length() {
    let Some(data) = std::env::var_os("AYRUM_DATA") else {
        eprintln!("skipped: AYRUM_DATA names no folder with region-network");
        return;
    };
    let data = Path::new(&data).join("region-network");
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| data.join(name).display().to_string();
    let (nodes, edges) = (file("rail_nodes.csv.gz"), file("rail_edges.csv.gz"));
    let words = ["import", "graph", "--nodes", &nodes, "--edges", &edges, "--heal", "2", "--out", "rail"];
    let imported = run_in(folder.path(), &[&words[..], &["--format", "json"]].concat());
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    let links = imported.json()["added_links"].as_array().map_or(0, Vec::len);
    assert!((400..=600).contains(&links), "{links} links; the candidates published with the data are 450");
    let points = ["--from", "Baku=40.377,49.853", "--to", "Gardabani=41.460,45.092"];
    let matrix = run_in(folder.path(), &[&["matrix", "--graph", "rail"], &points[..]].concat());
    let km: f64 =
        matrix.stdout.lines().nth(1).and_then(|row| row.split(',').nth(2)?.parse().ok()).expect("a distance");
    assert!((km - 503.0).abs() < 10.0, "{km} km; the Azerbaijani section of Baku–Tbilisi–Kars is 503 km");
}
