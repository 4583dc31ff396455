//! `ayrum sensitivity`: figures by what they can change, and nothing assumed in disguise.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{Run, ayrum, wheat};

fn sensitivity(rest: &str) -> Run {
    ayrum(&format!("sensitivity --from Kostanay --to Dalarik --commodity wheat --tonnes 1000 {rest}"))
}

/// The wheat as JSON: asked once for all tests that read it.
static JSON: LazyLock<Value> = LazyLock::new(|| {
    let run = sensitivity("--date 2025-11-08 --format json");
    assert_eq!(run.code, 0, "{}", run.whole());
    run.json()
});

fn figures(choice: &Value) -> &Vec<Value> {
    choice["figures"].as_array().expect("figures")
}

#[test]
fn a_ranking_as_text() {
    insta::assert_snapshot!(
        sensitivity("--date 2025-11-08 --mode rail,ferry --alternatives 2 --most 6").whole()
    );
}

#[test]
fn three_figures_are_named_with_their_rows() {
    let json = &*JSON;
    let named = json["most_worth_asking_for"].as_array().expect("a list");
    assert_eq!(named.len(), 3);
    for (named, figure) in named.iter().zip(figures(&json["choices"][0])) {
        let (named, row) = (named.as_str().expect("text"), figure["row"].as_str().expect("text"));
        assert!(named.contains(row) && row.contains(".csv:"), "{named}: {row}");
    }
}

#[test]
fn no_figure_looks_surer_than_it_is() {
    for figure in JSON["choices"].as_array().expect("choices").iter().flat_map(figures) {
        let (evidence, confidence) = (&figure["evidence"], &figure["confidence"]);
        match evidence.as_str() {
            Some("not known") => assert!(figure["value"].is_null(), "{figure}"),
            Some("published" | "observed") => assert_eq!(confidence, "low", "{figure}"),
            _ => assert!(figure["value"].is_number(), "{figure}"),
        }
        let range = figure["range_is"].as_str().expect("text");
        assert!(range.starts_with("assumed") || range == "stated in the case", "{figure}");
    }
}

#[test]
fn flip_values_agree_with_the_prices_at_which_the_choice_turns() {
    let route = wheat("--date 2025-11-08 --format json").json();
    let apart = JSON["choices"].as_array().expect("choices").last().expect("what may be open");
    assert_eq!(apart["among"], "if what may be open is open");
    let price = |figure: &&Value| figure["column"] == "amount" && figure["unit"] == "USD a vehicle";
    let mut compared = 0;
    for figure in figures(apart).iter().filter(price) {
        let label = figure["figure"].as_str().expect("text");
        for turn in route["turning_prices"].as_array().expect("a list") {
            if label != format!("{}: price", turn["name"].as_str().unwrap_or_default()) {
                continue;
            }
            let (one, two) = (&turn["turning_usd_per_vehicle"], &figure["flip_values"][0]["value"]);
            let (one, two) = (one.as_f64().expect("a price"), two.as_f64().expect("a flip value"));
            assert!((one - two).abs() < 2.0, "{label}: {one} and {two}");
            compared += 1;
        }
    }
    assert!(compared > 0, "{apart:#}");
}

#[test]
fn csv_has_every_figure_and_an_empty_cell_for_a_price_that_nobody_knows() {
    let question = "--date 2025-11-08 --mode rail --alternatives 2 --format";
    let json = sensitivity(&format!("{question} json")).json();
    let csv = sensitivity(&format!("{question} csv")).stdout;
    let count: usize =
        json["choices"].as_array().expect("choices").iter().map(|own| figures(own).len()).sum();
    assert_eq!(csv.lines().count(), count + 1);
    let unknown = csv.lines().find(|line| line.contains("not known")).expect("a price is not known");
    assert!(unknown.contains(",USD/t,,not known,"), "{unknown}");
}

#[test]
fn where_no_route_is_open_it_says_so() {
    let run = sensitivity("--date 2025-10-15 --mode rail");
    assert_eq!(run.code, 1, "{}", run.whole());
    assert!(run.stdout.contains("No route is open."));
}

#[test]
fn a_shape_that_it_does_not_have_is_an_error() {
    let run = sensitivity("--format geojson");
    assert_eq!(run.code, 2, "{}", run.whole());
    assert!(run.stdout.is_empty() && run.stderr.contains("hint: table, json or csv"), "{}", run.stderr);
}
