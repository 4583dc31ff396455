//! Demand put on networks: textbook answers, traps, what is written, Ctrl-C, and the case.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::{Run, run, run_in};

/// The textbook networks of the crate `network`.
fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../network/tests/data").join(name).display().to_string()
}

fn textbook(name: &str, more: &[&str]) -> Run {
    let (network, demand) = (data(&format!("{name}_net.tntp")), data(&format!("{name}_trips.tntp")));
    run(&[&["assign", "--network", &network, "--demand", &demand], more].concat())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A column of a CSV by its heading.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let place = reader.headers().expect("a heading").iter().position(|own| own == name).expect(name);
    reader.records().map(|record| record.expect("a row")[place].to_owned()).collect()
}

fn near(value: &serde_json::Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() <= tolerance * expected.abs(), "{value} is not {expected}");
}

/// Braess (1968): the road between makes everybody slower. With it six drivers need 92 each, without it 83.
#[test]
fn the_paradox_of_braess() {
    let told = textbook("braess", &["--gap", "1e-10"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    for said in ["user equilibrium: converged", "total time (TSTT)    552", "3 paths in use"] {
        assert!(told.stdout.contains(said), "{}", told.stdout);
    }
    let equilibrium = textbook("braess", &["--gap", "1e-10", "--format", "json"]).json();
    near(&equilibrium["certificate"]["objective"], 386.0, 1e-8);
    near(&equilibrium["total_time"], 552.0, 1e-8);
    let optimum = textbook("braess", &["--gap", "1e-10", "--method", "so", "--format", "json"]).json();
    near(&optimum["total_time"], 498.0, 1e-8);
}

/// Pigou (1920): left alone, all take the road that takes as long as there are drivers on it; best is half on each.
#[test]
fn the_two_roads_of_pigou() {
    let alone = textbook("pigou", &["--gap", "1e-9", "--format", "json"]).json();
    near(&alone["total_time"], 1.0, 1e-6);
    let best = textbook("pigou", &["--gap", "1e-9", "--method", "so", "--format", "json"]).json();
    near(&best["total_time"], 0.75, 1e-6);
    // The toll that brings it about is what half a unit on the second road adds to its own half: 0.5.
    let told = textbook("pigou", &["--gap", "1e-9", "--method", "so", "--format", "csv"]);
    let toll: f64 = column(&told.stdout, "marginal_toll:all")[1].parse().expect("a toll");
    assert!((toll - 0.5).abs() < 1e-6, "{toll}");
}

/// Two origins meet before two roads that cost the same: any split by origin that adds up is an equilibrium, and the
/// proportional one is half and half for both.
#[test]
fn path_flows_can_be_made_repeatable() {
    let folder = folder();
    write(
        folder.path(),
        "twin_net.tntp",
        "<NUMBER OF ZONES> 3\n<NUMBER OF NODES> 6\n<FIRST THRU NODE> 4\n<END OF METADATA>\n\
         1 4 10 1 1 0 0 0 0 1 ;\n2 4 10 1 1 0 0 0 0 1 ;\n4 5 10 1 5 1 1 0 0 1 ;\n4 6 10 1 5 1 1 0 0 1 ;\n\
         5 3 10 1 0 0 0 0 0 1 ;\n6 3 10 1 0 0 0 0 0 1 ;\n",
    );
    write(folder.path(), "demand.csv", "origin,destination,tonnes\n1,3,30\n2,3,10\n");
    let words = ["assign", "--network", "twin_net.tntp", "--demand", "demand.csv", "--gap", "1e-12"];
    let more = ["--proportional", "1e-9", "--select-link", "4-5", "--out", "out"];
    let told = run_in(folder.path(), &[&words[..], &more[..]].concat());
    assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
    assert!(told.stdout.contains("proportionality      shares differ by"), "{}", told.stdout);
    let selected = column(&text(&folder.path().join("out"), "select_link.csv"), "tonnes");
    let selected: Vec<f64> = selected.iter().map(|cell| cell.parse().expect("tonnes")).collect();
    assert!((selected[0] - 15.0).abs() < 1e-6 && (selected[1] - 5.0).abs() < 1e-6, "{selected:?}");
}

#[test]
fn a_folder_holds_flows_paths_matrices_certificate_and_exports_that_can_be_read_again() {
    let folder = folder();
    let out = folder.path().join("out");
    let words = [
        "--gap",
        "1e-10",
        "--out",
        &out.display().to_string(),
        "--export",
        "tntp,gmns",
        "--select-link",
        "3-4",
    ];
    let told = textbook("braess", &words);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.contains("On link 3-4: 2 units of 1 pair"), "{}", told.stdout);
    let flows: Vec<f64> = column(&text(&out, "link_flows.csv"), "volume")
        .iter()
        .map(|cell| cell.parse().expect("a flow"))
        .collect();
    for (flow, expected) in flows.iter().zip([4.0, 2.0, 2.0, 2.0, 4.0]) {
        assert!((flow - expected).abs() < 1e-6, "{flows:?}");
    }
    let mut paths = column(&text(&out, "paths.csv"), "links");
    paths.sort();
    assert_eq!(paths, ["1-3 3-2", "1-3 3-4 4-2", "1-4 4-2"]);
    let certificate: serde_json::Value =
        serde_json::from_str(&text(&out, "certificate.json")).expect("a certificate");
    assert_eq!(certificate["converged"], true);
    assert!(certificate["relative_gap"].as_f64().expect("a gap") <= 1e-10);
    assert_eq!(text(&out, "unmet.csv"), "origin,destination,class,tonnes,reason\n");
    let file = std::fs::File::open(out.join("matrix.parquet")).expect("a file");
    let reader = SerializedFileReader::new(file).expect("parquet");
    let row = reader.get_row_iter(None).expect("rows").next().expect("a row").expect("a row").to_string();
    let ends = "{origin: \"1\", destination: \"2\", class: \"all\", tonnes: 6.0, assigned: 6.0";
    assert!(row.starts_with(ends) && row.contains("least_cost: 92.0"), "{row}");
    assert_eq!(column(&text(&out, "matrix.csv"), "tonnes"), ["6"]);
    // What was written is the same network: it has the same answer, from TNTP and from GMNS.
    for network in ["network_net.tntp", "gmns"] {
        let words = [
            "assign",
            "--network",
            network,
            "--demand",
            "network_trips.tntp",
            "--gap",
            "1e-10",
            "--format",
            "json",
        ];
        let again = run_in(&out, &words).json();
        near(&again["certificate"]["objective"], if network == "gmns" { 386.0 / 60.0 } else { 386.0 }, 1e-8);
    }
}

#[test]
fn a_warm_start_ends_where_it_began() {
    let folder = folder();
    let out = folder.path().join("out").display().to_string();
    assert_eq!(textbook("braess", &["--gap", "1e-12", "--out", &out]).code, 0);
    let paths = format!("{out}/paths.csv");
    let cold = textbook("braess", &["--gap", "1e-9", "--format", "json"]).json();
    let warm = textbook("braess", &["--gap", "1e-9", "--format", "json", "--warm-start", &paths]).json();
    assert_eq!(warm["converged"], true);
    assert!(
        warm["iterations"].as_u64() < cold["iterations"].as_u64(),
        "{} {}",
        warm["iterations"],
        cold["iterations"]
    );
    write(folder.path(), "foreign.csv", "origin,destination,class,tonnes,links\n1,2,all,6,9-9\n");
    let foreign =
        textbook("braess", &["--warm-start", &folder.path().join("foreign.csv").display().to_string()]);
    assert_eq!(foreign.code, 2);
    assert!(foreign.stderr.contains("there is no link `9-9`"), "{}", foreign.stderr);
}

/// Zones that are no thoroughfare, a duplicate link, no capacity, no time, power and B of zero, demand within a zone
/// and to a zone that nothing leads to.
#[test]
fn every_trap_of_the_format_is_handled_and_said() {
    let folder = folder();
    write(
        folder.path(),
        "traps_net.tntp",
        "<NUMBER OF ZONES> 4\n<NUMBER OF NODES> 6\n<FIRST THRU NODE> 5\n<NUMBER OF LINKS> 9\n<END OF METADATA>\n\
         1 5 10 1 1 0 0 0 0 1 ;\n\
         5 2 10 1 5 0.15 4 0 0 1 ;\n\
         5 2 10 1 1 0.15 4 0 0 1 ;\n\
         5 3 10 1 0 0.15 4 0 0 1 ;\n\
         3 2 10 1 1 0.15 4 0 0 1 ;\n\
         5 6 0 1 1 0.15 4 0 0 1 ;\n\
         6 2 10 1 1 0.15 4 0 0 1 ;\n\
         2 5 10 1 1 0.15 0 0 0 1 ;\n\
         3 5 10 1 1 0.15 4 0 0 1 ;\n",
    );
    write(
        folder.path(),
        "traps_trips.tntp",
        "<NUMBER OF ZONES> 4\n<END OF METADATA>\nOrigin 1\n 1 : 7; 2 : 10; 4 : 3;\nOrigin 2\n 3 : 1;\n",
    );
    let words = ["assign", "--network", "traps_net.tntp", "--demand", "traps_trips.tntp"];
    let told = run_in(folder.path(), &words);
    insta::assert_snapshot!(told.whole(), @r"
    exit code 1
    ── stdout ──
    traps_trips.tntp on traps_net.tntp
    6 nodes, 8 links, 4 pairs of 4 zones, 21 units
    user equilibrium: converged, 2 iterations, 2 paths in use

    relative gap         -8.41e-17 (asked for 1.00e-6)
    average excess cost  -5.25e-16 a unit
    flow conservation    off by 0 at most
    objective            62.65
    total cost           68.65
    total time (TSTT)    68.65 units of time
    delay                7.5 units of time
    within zones         7 units, not on the network
    unmet                3 units: 3 without a way, 0 stay at home

    Highest volume over capacity
    link  from  to  volume  capacity   v/c  empty  time  delay
    1-5   1     5       10        10  1.00      1     1      0
    5-2   5     2       10        10  1.00      5  5.75    7.5
    5-3   5     3        1        10  0.10      0     0      0
    2-5   2     5        1        10  0.10   1.15  1.15      0

    Unmet demand (1 pair)
    origin  destination  class  units  why
    1       4            all        3  no way
    ── stderr ──
    error: traps_net.tntp:8, column init_node: the link 5-2 stands in line 7 already; the first is kept (valid: one link from a node to another; a second way needs a node of its own)
    warning: traps_net.tntp:11, column capacity: the link 5-6 has no capacity: it is closed (valid: a number above zero, or b = 0 for a link that does not congest)
    warning: 3 units stay unmet
    ");
}

#[test]
fn classes_differ_in_value_of_time_size_and_links() {
    let folder = folder();
    write(
        folder.path(),
        "node.csv",
        "node_id,name,x_coord,y_coord,node_type,zone_id\n1,Port,49.4,39.9,,A\n2,City,44.8,41.7,,B\n",
    );
    write(
        folder.path(),
        "config.csv",
        "dataset_name,long_length,speed,currency\nferry and road,km,kph,USD\n",
    );
    write(
        folder.path(),
        "link.csv",
        "link_id,from_node_id,to_node_id,directed,length,capacity,free_speed,lanes,allowed_uses,toll\n\
         rail,1,2,1,400,10,40,1,rail,0\nroad,1,2,1,400,20,50,1,truck,30\nold-road,1,2,1,400,20,40,1,truck,0\n",
    );
    write(
        folder.path(),
        "classes.csv",
        "class,value_of_time,unit_size,uses,toll_weight\ngrain,1,0.015,rail,1\nparcels,40,0.05,truck,1\ntimber,1,0.05,truck,1\n",
    );
    write(
        folder.path(),
        "demand.csv",
        "origin,destination,class,tonnes\nA,B,grain,600\nA,B,parcels,100\nA,B,timber,100\nA,C,timber,5\nA,B,spice,5\n",
    );
    let words =
        ["assign", "--network", ".", "--demand", "demand.csv", "--classes", "classes.csv", "--format", "csv"];
    let told = run_in(folder.path(), &words);
    assert_eq!(told.code, 1);
    for said in [
        "demand.csv:5, column destination: there is no zone `C`",
        "demand.csv:6, column class: there is no class `spice`",
    ] {
        assert!(told.stderr.contains(said), "{}", told.stderr);
    }
    for (class, expected) in
        [("grain", ["600", "0", "0"]), ("parcels", ["0", "100", "0"]), ("timber", ["0", "0", "100"])]
    {
        assert_eq!(column(&told.stdout, &format!("tonnes:{class}")), expected);
    }
    assert_eq!(column(&told.stdout, "volume"), ["9", "5", "5"]);
    let one = run_in(folder.path(), &["assign", "--network", ".", "--demand", "demand.csv"]);
    assert!(
        one.stderr.contains("note: demand.csv:2, column class: `grain` is not looked at"),
        "{}",
        one.stderr
    );
}

#[test]
fn bad_words_and_bad_files_are_named() {
    for (more, said) in [
        (&["--gap", "-1"][..], "--gap -1 cannot be used"),
        (&["--toll-weight", "nan"], "--toll-weight NaN cannot be used"),
        (&["--select-link", "1-9"], "no link is called `1-9`"),
        (&["--format", "geojson"], "an assignment has no GeoJSON"),
        (&["--warm-start", "nowhere.csv"], "nowhere.csv cannot be read"),
        (&["--units", "km,kph"], "--units would not be read"),
        (&["--method", "so", "--proportional", "1e-6"], "--proportional would not be read"),
        (&["--no-congestion"], "--no-congestion would not be read"),
    ] {
        let told = textbook("braess", more);
        assert_eq!(told.code, 2, "{more:?}: {}", told.stderr);
        assert!(told.stderr.contains(said), "{}", told.stderr);
    }
    let folder = folder();
    write(folder.path(), "empty_net.tntp", "");
    write(folder.path(), "node.csv", "node_id,x_coord,y_coord\n1,1,1\n");
    write(folder.path(), "demand.csv", "from,to,tonnes\n1,2,3\n");
    for (network, said) in
        [("empty_net.tntp", "empty_net.tntp holds no network"), (".", "units are not known")]
    {
        let told = run_in(folder.path(), &["assign", "--network", network, "--demand", "demand.csv"]);
        assert_eq!(told.code, 2);
        assert!(told.stderr.contains(said), "{}", told.stderr);
    }
    let told = run(&[
        "assign",
        "--network",
        &data("braess_net.tntp"),
        "--demand",
        &folder.path().join("demand.csv").display().to_string(),
    ]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("demand.csv has no column `origin`"), "{}", told.stderr);
}

/// Three million tonnes a year would go to Poti by one border; it is open on one date and closed on another.
#[test]
fn goods_of_the_case_go_where_rules_of_the_date_allow() {
    let folder = folder();
    write(
        folder.path(),
        "demand.csv",
        "origin,destination,commodity,tonnes\nKostanay,Dalarik,wheat,200000\nAktobe,Poti,wheat,300000\nAtlantis,Poti,wheat,1\nAktobe,Poti,dragons,1\n",
    );
    let before = run_in(
        folder.path(),
        &["assign", "--demand", "demand.csv", "--date", "2025-09-01", "--format", "json"],
    );
    let after = run_in(
        folder.path(),
        &["assign", "--demand", "demand.csv", "--date", "2025-11-08", "--format", "json", "--out", "out"],
    );
    assert_eq!((before.code, after.code), (1, 1), "two rows name what the case does not know");
    for said in ["no place is called `Atlantis`", "no commodity is called `dragons`"] {
        assert!(after.stderr.contains(said), "{}", after.stderr);
    }
    let cost = |run: &Run| run.json()["certificate"]["total_cost"].as_f64().expect("a cost");
    assert!(cost(&after) < cost(&before), "{} {}", cost(&after), cost(&before));
    near(&after.json()["demand"]["assigned"], 500_000.0, 1e-9);
    let by = column(&text(&folder.path().join("out"), "paths.csv"), "by");
    assert!(by.iter().all(|by| by.contains("rail-")), "{by:?}");
}

/// The line from Akhalkalaki to Kars takes five million tonnes a year. Of nine million the rest takes the dearer road, or
/// stays at home where that is cheaper still; both is told in tonnes, with what the capacity is worth.
#[test]
fn what_does_not_fit_goes_another_way_or_stays_at_home() {
    let folder = folder();
    write(
        folder.path(),
        "demand.csv",
        "origin,destination,commodity,tonnes\nAkhalkalaki,Kars,wheat,9000000\n",
    );
    let line = |table: &str| {
        let names = column(table, "capacity");
        let place =
            names.iter().position(|name| name.starts_with("rail-kartsakhi-akhalkalaki")).expect("the line");
        ["volume", "limit", "price_hours"]
            .map(|name| column(table, name)[place].parse::<f64>().expect("a number"))
    };
    for (cost, stays) in [("1000", 0.0), ("27", 4e6)] {
        let words =
            ["assign", "--demand", "demand.csv", "--overflow-cost", cost, "--out", "out", "--format", "json"];
        let told = run_in(folder.path(), &words);
        assert_eq!(told.code, i32::from(stays > 0.0), "{}", told.stderr);
        let overflow = told.json()["demand"]["overflow"].as_f64().expect("tonnes");
        assert!((overflow - stays).abs() < 20.0, "{overflow}");
        let [volume, limit, price] = line(&text(&folder.path().join("out"), "capacities.csv"));
        assert!((volume - limit).abs() < 20.0 && price > 0.0, "{volume} {limit} {price}");
        let unmet = column(&text(&folder.path().join("out"), "unmet.csv"), "reason");
        assert_eq!(unmet.len(), usize::from(stays > 0.0));
    }
}

/// Where demand may stay at home, a zone that nothing leads to is still told apart from one that costs too much.
#[test]
fn no_way_is_not_a_way_that_costs_too_much() {
    let folder = folder();
    write(
        folder.path(),
        "far_net.tntp",
        "<NUMBER OF ZONES> 3\n<NUMBER OF NODES> 3\n<END OF METADATA>\n1 2 10 1 5 0 0 0 0 1 ;\n",
    );
    write(folder.path(), "demand.csv", "origin,destination,tonnes\n1,2,4\n1,3,6\n");
    let words = [
        "assign",
        "--network",
        "far_net.tntp",
        "--demand",
        "demand.csv",
        "--overflow-cost",
        "3",
        "--out",
        "out",
    ];
    assert_eq!(run_in(folder.path(), &words).code, 1);
    let out = folder.path().join("out");
    assert_eq!(
        text(&out, "unmet.csv"),
        "origin,destination,class,tonnes,reason\n1,2,all,4,stays at home\n1,3,all,6,no way\n"
    );
    assert_eq!(column(&text(&out, "paths.csv"), "links").len(), 0);
}

/// Braess once more: by path-size logit all three routes are taken by some, and the gap says that this is no equilibrium.
#[test]
fn shares_by_path_size_logit_come_with_their_choice_set() {
    let folder = folder();
    let out = folder.path().join("out").display().to_string();
    // On an empty network the two outer routes are five times as long, and nobody's choice; with all on the road they are.
    let alone = textbook("braess", &["--method", "psl", "--format", "json"]).json();
    assert_eq!(alone["paths"], 1);
    assert_eq!(textbook("braess", &["--gap", "1e-9", "--out", &out]).code, 0);
    let start = format!("{out}/paths.csv");
    let words = ["--method", "psl", "--scale", "0.1", "--gap", "1e-9", "--out", &out, "--warm-start", &start];
    let told = textbook("braess", &words);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.contains("shares off by"), "{}", told.stdout);
    let numbers = |name| -> Vec<f64> {
        let cells = column(&text(&folder.path().join("out"), "paths.csv"), name);
        cells.iter().map(|cell| cell.parse().expect("a number")).collect()
    };
    let (shares, costs, sizes) = (numbers("share"), numbers("cost"), numbers("path_size"));
    assert_eq!(shares.len(), 3);
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{shares:?}");
    let utility = |path: usize| sizes[path].ln() - 0.1 * costs[path];
    for path in 1..3 {
        let asked = (utility(path) - utility(0)).exp();
        assert!((shares[path] / shares[0] - asked).abs() < 1e-6, "{shares:?} {costs:?} {sizes:?}");
    }
}

fn shared(name: &str) -> Option<PathBuf> {
    let Some(data) = std::env::var_os("AYRUM_DATA") else {
        eprintln!("skipped: no shared data (AYRUM_DATA names no folder with tntp)");
        return None;
    };
    Some(Path::new(&data).join("tntp").join(name))
}

/// Objectives as published or recomputed in the collection's README.
#[test]
fn published_objectives_come_out_of_packed_files() {
    let Some(folder) = shared("") else { return };
    for (network, demand, weights, objective) in [
        (
            "SiouxFalls/SiouxFalls_net.tntp",
            "SiouxFalls/SiouxFalls_trips.tntp",
            ["0", "0"],
            4_231_335.287_107_44,
        ),
        (
            "Barcelona/Barcelona_net.tntp.gz",
            "Barcelona/Barcelona_trips.tntp.gz",
            ["0", "0"],
            1_265_654.922_031_76,
        ),
        (
            "Chicago-Sketch/ChicagoSketch_net.tntp.gz",
            "Chicago-Sketch/ChicagoSketch_trips.tntp.gz",
            ["0.02", "0.04"],
            17_313_018.738_747_7,
        ),
    ] {
        let words =
            ["assign", "--network", network, "--demand", demand, "--gap", "1e-10", "--format", "json"];
        let weights = ["--toll-weight", weights[0], "--distance-weight", weights[1]];
        let told = run_in(&folder, &[&words[..], &weights[..]].concat()).json();
        assert_eq!(told["converged"], true);
        near(&told["certificate"]["objective"], objective, 1e-9);
    }
}

/// Ctrl-C in a run without end, on a grid of streets with demand between all crossings: the best so far is told, marked
/// not converged.
#[cfg(unix)]
#[test]
fn an_interrupted_run_tells_the_best_so_far() {
    const SIDE: usize = 9;
    let folder = folder();
    let (mut links, mut demand) = (String::new(), "origin,destination,tonnes\n".to_owned());
    for node in 0..SIDE * SIDE {
        let (row, column) = (node / SIDE, node % SIDE);
        let ways = [(row > 0).then(|| node - SIDE), (row + 1 < SIDE).then_some(node + SIDE)]
            .into_iter()
            .chain([(column > 0).then(|| node - 1), (column + 1 < SIDE).then_some(node + 1)]);
        for to in ways.flatten() {
            let capacity = 60 + (7 * node + 11 * to) % 40;
            links.push_str(&format!(
                "{} {} {capacity} 1 {} 0.15 4 0 0 1 ;\n",
                node + 1,
                to + 1,
                2 + (node + to) % 3
            ));
        }
        for to in (0..SIDE * SIDE).filter(|to| *to != node) {
            demand.push_str(&format!("{},{},{}\n", node + 1, to + 1, 1 + (node * to) % 5));
        }
    }
    let nodes = SIDE * SIDE;
    let head = format!("<NUMBER OF ZONES> {nodes}\n<NUMBER OF NODES> {nodes}\n<END OF METADATA>\n");
    write(folder.path(), "grid_net.tntp", &(head + &links));
    write(folder.path(), "demand.csv", &demand);
    let child = Command::new(env!("CARGO_BIN_EXE_ayrum"))
        .args(["assign", "--network", "grid_net.tntp", "--demand", "demand.csv"])
        .args(["--gap", "0", "--iterations", "1000000000", "--format", "json"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_secs(4));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    let output = child.wait_with_output().expect("the program ends");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((&told["status"], &told["converged"]), (&"not converged: stopped".into(), &false.into()));
    assert!(told["certificate"]["relative_gap"].as_f64().expect("a gap") < 1e-6);
    assert!(String::from_utf8_lossy(&output.stderr).contains("not converged: it was stopped"));
}
