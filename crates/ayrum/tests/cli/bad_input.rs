//! Wrong questions: what is said, and that nothing panics.

use crate::{Run, ayrum, run, wheat};

fn said(run: &Run) -> String {
    assert_eq!(run.code, 2, "{}", run.whole());
    assert!(run.stdout.is_empty(), "an error prints no data: {}", run.stdout);
    run.stderr.clone()
}

#[test]
fn an_unknown_place_gets_the_nearest_names() {
    insta::assert_snapshot!(said(&ayrum(
        "route --from Kostenay --to Dalarik --commodity wheat --date 2025-11-08"
    )));
}

#[test]
fn an_impossible_date_is_named() {
    insta::assert_snapshot!(said(&wheat("--date 2025-02-30")));
}

#[test]
fn a_date_outside_the_case_says_what_the_case_covers() {
    insta::assert_snapshot!(said(&wheat("--date 1989-05-01")));
}

#[test]
fn an_unknown_commodity_gets_the_nearest() {
    insta::assert_snapshot!(said(&ayrum(
        "route --from Kostanay --to Dalarik --commodity weat --date 2025-11-08"
    )));
}

#[test]
fn nothing_cannot_be_shipped() {
    insta::assert_snapshot!(said(&ayrum(
        "route --from Kostanay --to Dalarik --commodity wheat --tonnes=-5 --date 2025-11-08"
    )));
}

#[test]
fn a_link_or_rule_of_a_measure_must_exist() {
    insta::assert_snapshot!(said(&wheat("--date 2025-11-08 --close rail-sanahin-ayrum")));
    insta::assert_snapshot!(said(&wheat("--date 2025-11-08 --lift az-ban")));
}

#[test]
fn a_condition_that_no_rule_names_is_an_error_and_not_a_silent_no() {
    let error = said(&wheat("--date 2025-10-15 --meets sealed"));
    assert!(
        error.contains("no rule names the condition `sealed`") && error.contains("sealed-wagons"),
        "{error}"
    );
}

#[test]
fn a_case_that_is_not_there_gets_a_hint() {
    insta::assert_snapshot!(said(&run(&["check", "no-such-folder"])));
}

#[test]
fn start_and_end_must_differ() {
    insta::assert_snapshot!(said(&ayrum("route --from Baku --to Bakı --commodity wheat --date 2025-11-08")));
}

#[test]
fn a_comparison_needs_one_difference() {
    insta::assert_snapshot!(said(&ayrum(
        "compare --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08"
    )));
}

#[test]
fn no_route_is_an_answer_and_says_what_would_have_to_change() {
    let run = wheat("--date 2025-10-15 --mode rail");
    assert_eq!(run.code, 1, "{}", run.whole());
    assert!(run.stdout.contains("No route is open."));
    assert!(run.stdout.contains("Azerbaijan’s ban on transit to Armenia"), "{}", run.stdout);
}
