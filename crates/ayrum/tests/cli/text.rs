//! Shapes of output: what is printed stays as it is unless somebody means to change it.

use crate::{Run, ayrum, wheat};

/// The first lines of a run's data.
fn head(run: &Run, lines: usize) -> String {
    assert!(run.stderr.is_empty() || !run.stderr.contains("panicked"), "{}", run.stderr);
    run.stdout.lines().take(lines).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_route_as_text() {
    insta::assert_snapshot!(wheat("--date 2025-10-20").whole());
}

#[test]
fn a_dispatch_as_text() {
    insta::assert_snapshot!(wheat("--depart 2025-10-20 --alternatives 2").whole());
}

#[test]
fn a_route_as_json() {
    let answer = wheat("--date 2025-11-08 --alternatives 1 --format json").json();
    let train = serde_json::to_string_pretty(&answer["routes"][0]).expect("JSON");
    insta::assert_snapshot!(train);
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer["question"]).expect("JSON"));
}

#[test]
fn a_route_as_csv() {
    insta::assert_snapshot!(head(&wheat("--date 2025-11-08 --alternatives 1 --format csv"), 12));
}

#[test]
fn a_route_as_geojson_has_lines_points_and_its_credit() {
    let map = wheat("--date 2025-11-08 --format geojson").json();
    assert_eq!(map["type"], "FeatureCollection");
    let features = map["features"].as_array().expect("features");
    let of_type = |kind: &str| features.iter().filter(|feature| feature["geometry"]["type"] == kind).count();
    assert!(of_type("LineString") > 10 && of_type("Point") > 10);
    assert!(
        map["attribution"]
            .as_str()
            .is_some_and(|credit| credit.contains("GeoNames") && credit.contains("OpenStreetMap"))
    );
}

#[test]
fn two_dates_compared() {
    let run = ayrum(
        "compare --from Kostanay --to Dalarik --commodity wheat --date 2025-10-20 --date 2025-11-08 --alternatives 2",
    );
    insta::assert_snapshot!(run.whole());
}

#[test]
fn two_known_dates_compared() {
    let run = ayrum(
        "compare --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08 --known-too 2025-10-01 --alternatives 1",
    );
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("are closed with 2025-11-08, as known on 2025-10-01 by"), "{}", run.stdout);
    assert!(run.stdout.contains("Azerbaijan’s ban on transit to Armenia"), "{}", run.stdout);
}

#[test]
fn the_rules_of_a_place() {
    insta::assert_snapshot!(ayrum("rules --date 2025-11-08 --on Kuryk").whole());
}

#[test]
fn a_link_with_its_history() {
    insta::assert_snapshot!(ayrum("network rail-ayrum-sanahin --date 2024-06-01").whole());
}

#[test]
fn a_place_with_its_links() {
    insta::assert_snapshot!(ayrum("network Ayrum --date 2025-11-08").whole());
}

#[test]
fn the_network_shows_model_against_observation() {
    let run = ayrum("network");
    let trains: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("wheat train, Yalama to Ayrum")).collect();
    assert_eq!(trains.len(), 2, "{}", run.stdout);
    assert!(trains.iter().all(|line| line.contains("inside")), "{trains:?}");
}

#[test]
fn the_page_on_calibration_shows_what_the_program_says() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/calibration.md"))
        .expect("the page");
    let network = ayrum("network").stdout;
    let (_, after) = network.split_once("Model against observation").expect("the table");
    for line in after.lines().skip(1).take_while(|line| !line.is_empty()) {
        assert!(page.contains(line), "docs/calibration.md lacks: {line}");
    }
}
