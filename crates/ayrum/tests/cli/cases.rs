//! Cases: exported, started, checked, replaced.

use crate::{run_in, wheat};

/// The wheat of the demo, asked of the exported case.
#[rustfmt::skip]
const QUESTION: &[&str] = &[
    "--case", "mine", "route", "--from", "Kostanay", "--to", "Dalarik", "--commodity", "wheat", "--date", "2025-11-08",
];

#[test]
fn an_exported_case_passes_its_check_and_gives_the_same_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = run_in(folder.path(), &["case", "export", "mine"]);
    assert_eq!(export.code, 0, "{}", export.stderr);
    let check = run_in(folder.path(), &["check", "mine"]);
    assert_eq!(check.code, 0, "{}", check.whole());
    assert_eq!(run_in(folder.path(), QUESTION).stdout, wheat("--date 2025-11-08").stdout);
}

#[test]
fn an_empty_case_passes_its_check_and_is_not_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(run_in(folder.path(), &["case", "new", "mine"]).code, 0);
    let check = run_in(folder.path(), &["check", "mine"]);
    assert_eq!(check.code, 0, "{}", check.whole());
    let again = run_in(folder.path(), &["case", "new", "mine"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is not an empty folder"), "{}", again.stderr);
}

#[test]
fn a_broken_row_is_listed_with_its_place_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    run_in(folder.path(), &["case", "export", "mine"]);
    let path = folder.path().join("mine/links.csv");
    let mut links = std::fs::read_to_string(&path).expect("links");
    links.push_str("rail-nowhere,kostanay,atlantis,rail,-12,1520,KTZ,KAZ,,,,,,,,,general-knowledge,low,,\n");
    std::fs::write(&path, links).expect("written");
    let check = run_in(folder.path(), &["check", "mine", "--format", "json"]);
    assert_eq!(check.code, 1);
    let findings = check.json();
    let first = &findings.as_array().expect("a list")[0];
    assert_eq!(
        (first["file"].as_str(), first["column"].as_str()),
        (Some("links.csv"), Some("km")),
        "{findings}"
    );
    assert_eq!(first["code"], "negative-number");
    let route = run_in(folder.path(), QUESTION);
    assert_eq!(route.code, 1, "an answer from a case with faults is one to look at");
    let without_notes = |text: &str| text.split("\nNotes\n").next().map(str::to_owned);
    assert!(without_notes(&route.stdout) == without_notes(&wheat("--date 2025-11-08").stdout));
    assert!(route.stdout.contains("[case-has-faults]"));
    assert!(route.stderr.contains("1 row(s) or cell(s) of the case were left out"), "{}", route.stderr);
}

#[test]
fn two_cases_are_compared_by_the_same_shipment() {
    let folder = tempfile::tempdir().expect("a folder");
    run_in(folder.path(), &["case", "export", "mine"]);
    let path = folder.path().join("mine/rule_versions.csv");
    let rules = std::fs::read_to_string(&path).expect("rules");
    let lifting =
        rules.lines().find(|line| line.starts_with("az-transit-ban,2,")).expect("the lifting").to_owned();
    std::fs::write(&path, rules.replace(&format!("{lifting}\n"), "")).expect("written");
    let compared = run_in(
        folder.path(),
        &[
            "compare",
            "--from",
            "Kostanay",
            "--to",
            "Dalarik",
            "--commodity",
            "wheat",
            "--date",
            "2025-11-08",
            "--case-too",
            "mine",
        ],
    );
    assert_eq!(compared.code, 0, "{}", compared.whole());
    let (_, difference) = compared.stdout.split_once("are closed with").expect("a difference");
    assert!(
        difference.contains("mine") && difference.contains("Azerbaijan’s ban on transit to Armenia"),
        "{difference}"
    );
}
