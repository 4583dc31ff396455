//! Scenarios from the command line: listed, written, checked, shown, asked under; and every link closed
//! in turn.

use std::path::Path;

use serde_json::Value;

use crate::{ayrum, run, run_in, wheat};

fn write(folder: &Path, name: &str, measures: &str) -> String {
    let text = format!("name = \"{name}\"\ntitle = \"Test\"\ndates = [\"2026-05-01\"]\n{measures}");
    let path = folder.join(format!("{name}.toml"));
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn the_list_names_every_shipped_scenario_with_its_dates_and_evidence() {
    let listed = ayrum("scenario list --format json");
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let listed = listed.json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap()).collect();
    for name in [
        "ban-returns",
        "border-digitalisation",
        "direct-air-cargo",
        "flood",
        "gazakh-ijevan",
        "georgian-fuel-tariff",
        "kars-both-ways",
        "middle-corridor-10mt",
        "rasht-astara",
        "roadmap-2026-2030",
        "tripp-2028",
        "tripp-2030",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let text = ayrum("scenario list").stdout;
    assert!(
        text.contains("Ayrum’s illustrative measures; those of the signed roadmap are not public"),
        "{text}"
    );
    assert!(text.contains("all assumed") && text.contains("1 with a source, 2 assumed"), "{text}");
}

#[test]
fn a_new_scenario_checks_clean_and_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let made = run_in(folder.path(), &["scenario", "new", "mine"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let checked = run_in(folder.path(), &["scenario", "check", "mine.toml"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    assert!(checked.stdout.contains("1 measure(s), 0 finding(s)"), "{}", checked.stdout);
    let again = run_in(folder.path(), &["scenario", "new", "mine"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    // Every measure of the template that stands in a comment works too.
    let path = folder.path().join("mine.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, commented) = text.split_once("# How sure the day is").unwrap();
    let commented = commented.lines().skip(1).map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>();
    std::fs::write(&path, format!("{head}\n{}\n", commented.join("\n").replace("#\n", "\n"))).unwrap();
    let whole = run_in(folder.path(), &["scenario", "check", "mine.toml"]);
    assert!(whole.stdout.contains("5 measure(s), 0 finding(s)"), "{}{}", whole.stdout, whole.stderr);
}

#[test]
fn what_is_wrong_with_a_file_is_said_at_its_line_and_asking_under_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "wrong",
        "[[measure]]\nkind = \"speed\"\nlinks = [\"rail-ayrum-sanahim\"]\nvalue = 60\ndate = \"2026-01-01\"\n\
         source = \"assumed\"\n[[measure]]\nkind = \"speed\"\nlinks = [\"rail-ayrum-sanahin\"]\nvalu = 60\n\
         date = \"2026-01-01\"\nsource = \"assumed\"\n",
    );
    let checked = run(&["scenario", "check", &file]);
    assert_eq!(checked.code, 1);
    for part in ["wrong.toml:4", "rail-ayrum-sanahin", "wrong.toml:13, column valu", "did you mean value?"] {
        assert!(checked.stdout.contains(part), "{part}: {}", checked.stdout);
    }
    let asked =
        run(&["route", "--from", "Baku", "--to", "Yerevan", "--commodity", "diesel", "--scenario", &file]);
    assert_eq!(asked.code, 2);
    assert!(asked.stderr.contains("2 fault(s)"), "{}", asked.stderr);
    let unknown = ayrum("scenario show ban-return");
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean ban-returns?"), "{}", unknown.stderr);
    let missing = ayrum("scenario check nowhere.toml");
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("nowhere.toml cannot be read"), "{}", missing.stderr);
}

#[test]
fn two_measures_that_contradict_each_other_are_named_with_both_places() {
    let folder = tempfile::tempdir().unwrap();
    let speed = |value: &str| {
        format!(
            "[[measure]]\nkind = \"speed\"\nlinks = [\"rail-ayrum-sanahin\"]\nvalue = {value}\n\
             date = \"2026-01-01\"\nsource = \"assumed\"\n"
        )
    };
    write(folder.path(), "slow", &speed("20"));
    let file = write(folder.path(), "fast", &format!("inherits = [\"slow\"]\n{}", speed("60")));
    let checked = run(&["scenario", "check", &file]);
    assert_eq!(checked.code, 1);
    assert!(checked.stdout.contains("fast.toml:5"), "{}", checked.stdout);
    assert!(checked.stdout.contains("slow.toml:4; the later is used"), "{}", checked.stdout);
}

#[test]
fn showing_a_scenario_tells_what_changes_from_which_day_by_which_source() {
    let shown = ayrum("scenario show tripp-2030");
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let (first, then) =
        (shown.stdout.find("2028-07-01  ").unwrap(), shown.stdout.find("2030-01-01  ").unwrap());
    assert!(first < then, "what is inherited comes first, by date");
    for part in
        ["rail-yeraskh-sadarak", "disused → open", "source: assumed (tripp-2030.toml:", "likely 2028-07-01"]
    {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    let csv = ayrum("scenario show middle-corridor-10mt --format csv").stdout;
    assert!(csv.contains("links,ferry-kuryk-alat,capacity,4100000,× 1.667,assumed"), "{csv}");
}

#[test]
fn a_route_under_a_scenario_takes_its_date_and_marks_what_it_assumes() {
    let under = wheat("--scenario ban-returns --format json");
    assert_eq!(under.code, 0, "{}", under.stderr);
    assert!(under.stderr.contains("the scenario's date, 2026-07-01"), "{}", under.stderr);
    let under = under.json();
    let base = wheat("--date 2026-07-01 --format json").json();
    let by = |answer: &Value| answer["routes"][0]["by"].clone();
    assert_ne!(by(&under), by(&base));
    let assumed = under["question"]["assumed"].to_string();
    assert!(assumed.contains("ban-returns.toml:") && assumed.contains("from 2026-07-01"), "{assumed}");
    // The day before, the routes are those of the case.
    let eve = wheat("--scenario ban-returns --date 2026-06-30 --format json").json();
    let figures = |answer: &Value| -> Vec<String> {
        let route = |own: &Value| format!("{} {} {}", own["by"], own["usd_per_tonne"], own["hours_mean"]);
        answer["routes"].as_array().unwrap().iter().map(route).collect()
    };
    assert_eq!(figures(&eve), figures(&wheat("--date 2026-06-30 --format json").json()));
    // A figure that a measure changed carries its place and is not published.
    let digital = wheat("--scenario border-digitalisation --date 2027-07-01 --format json").json();
    assert!(
        digital["routes"].to_string().contains("border-digitalisation.toml:"),
        "no line names the scenario"
    );
}

#[test]
fn a_comparison_under_a_scenario_is_the_case_alone_against_it() {
    let compared =
        ayrum("compare --from Kostanay --to Dalarik --commodity wheat --scenario ban-returns --format json");
    assert_eq!(compared.code, 0, "{}", compared.stderr);
    let labels: Vec<String> =
        compared.json().as_array().unwrap().iter().map(|own| own["label"].as_str().unwrap().into()).collect();
    assert_eq!(labels, ["2026-07-01, the case alone", "2026-07-01, under ban-returns"]);
    // Two dates are compared under it: an undated figure changes with the day.
    let dates = ayrum(
        "compare --from Kostanay --to Dalarik --commodity wheat --scenario border-digitalisation --date 2027-06-30 \
         --date 2027-07-01 --format json",
    )
    .json();
    let hours = |index: usize| dates[index]["answer"]["routes"][0]["hours_mean"].as_f64();
    assert!(hours(1) < hours(0), "{:?} to {:?}", hours(0), hours(1));
}

#[test]
fn a_cost_sheet_under_a_scenario_is_that_of_the_changed_case() {
    let sheet = |rest: &str| {
        ayrum(&format!("cost --from Baku --to Yerevan --commodity diesel --tonnes 2000 --format json {rest}"))
            .json()
    };
    let base = sheet("--date 2026-06-01");
    let charged = sheet("--scenario georgian-fuel-tariff");
    assert_ne!(base["both"], charged["both"]);
}

#[test]
fn a_command_that_does_not_ask_under_a_scenario_refuses_one() {
    for words in ["rules", "network", "demo --out nowhere", "check", "case export nowhere"] {
        let refused = ayrum(&format!("{words} --scenario flood"));
        assert_eq!(refused.code, 2, "{words}: {}", refused.stdout);
        assert!(refused.stderr.contains("scenario"), "{words}: {}", refused.stderr);
    }
}

#[test]
fn the_schema_in_the_repository_is_the_one_that_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenario.schema.json");
    let printed = ayrum("scenario schema");
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == printed.stdout,
        "docs/scenario.schema.json is not current; `ayrum scenario schema > docs/scenario.schema.json` writes it"
    );
}

#[test]
fn every_link_closed_in_turn_ranks_what_single_journeys_lose() {
    let found = ayrum("resilience --journeys --format json");
    let written = found.json();
    assert_eq!(written["journeys"].as_array().unwrap().len(), 3);
    let closings = written["closings"].as_array().unwrap();
    assert!(closings.len() > 10);
    let increase = |own: &Value| (own["stranded_tonnes"].as_f64(), own["increase_usd"].as_f64());
    for pair in closings.windows(2) {
        assert!(increase(&pair[0]) >= increase(&pair[1]), "worst first");
    }
    // Once Azerbaijan is shut, what comes from its side hangs on other links.
    let shut = ayrum("resilience --journeys --scenario ban-returns --format csv");
    assert!(shut.stdout.starts_with("rank,link,name,crossing,journey"), "{}", shut.stdout);
    let one = ayrum("resilience --from Gyumri --to Dalarik --commodity wheat --date 2026-05-01");
    assert!(one.stdout.contains("Single points of failure"), "{}", one.stdout);
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("case");
    run(&["case", "export", other.to_str().unwrap()]);
    let refused = run(&["resilience", "--journeys", "--case", other.to_str().unwrap()]);
    assert!(refused.stderr.contains("--from PLACE"), "{}", refused.stderr);
    let listed = run(&["scenario", "list", "--case", other.to_str().unwrap()]);
    assert!(listed.stdout.contains("ban-returns"), "an exported case has its scenarios: {}", listed.stdout);
}

/// A ministry analyst: which border could we least do without, and who would pay?
#[test]
fn links_closed_through_the_loop_say_where_the_tonnes_go_and_who_suffers() {
    let words = "resilience --only rail-sadakhlo-ayrum --only road-upper-lars --date 2026-05-01";
    let found = ayrum(&format!("{words} --format json"));
    assert_eq!(found.code, 0, "{}", found.stderr);
    let written = found.json();
    assert_eq!((&written["settled"], &written["illustrative"]), (&Value::Bool(true), &Value::Bool(true)));
    let closings = written["closings"].as_array().unwrap();
    assert_eq!(closings.len(), 2);
    for own in closings {
        let figure = |name: &str| own[name].as_f64().unwrap();
        let parts = ["rerouted_tonnes", "beyond_tonnes", "diverted_tonnes", "lost_tonnes"].map(figure);
        assert!((parts.iter().sum::<f64>() / figure("tonnes") - 1.0).abs() < 1e-9, "{own}");
        assert!(figure("cost_usd") > 0.0 && own["largest_flow"]["route"]["by"].is_array(), "{own}");
    }
    let text = ayrum(words).stdout;
    for part in [
        "Illustrative: 0 %",
        "Single points of failure",
        "who suffers: ARM",
        "largest flow:",
        "rule of a half",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let rows = ayrum(&format!("{words} --format csv")).stdout;
    assert!(
        rows.starts_with("rank,closed,name,crossing,tonnes,rerouted_tonnes") && rows.lines().count() == 3
    );
    let unknown = ayrum("resilience --only rail-sadaklo-ayrum");
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("rail-sadakhlo-ayrum"), "{}", unknown.stderr);
}

#[test]
fn two_scenarios_share_their_draws() {
    let told =
        ayrum("scenario compare ban-returns georgian-fuel-tariff --date 2026-07-02 --draws 1 --format json")
            .json();
    let differences = told["draws"]["differences"].as_array().unwrap();
    let armenia = differences.iter().find(|own| own["what"] == "ARM").unwrap();
    let figure = |name: &str, at: usize| armenia[name][at].as_f64().unwrap();
    // In the one draw there is, B less A is the difference of both changes.
    let between = figure("second", 2) - figure("first", 2);
    assert!((figure("second_less_first", 2) - between).abs() < 1e-9, "{armenia}");
    assert!(figure("first", 1) < 0.0 && figure("first", 1) == figure("first", 3));
}
