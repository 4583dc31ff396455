//! `ayrum run`: an analyst asks what a measure does to trade.

use serde_json::Value;

use crate::{ayrum, run_in};

fn json(words: &str) -> Value {
    let run = ayrum(words);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.json()
}

#[test]
fn the_ban_returns_and_armenia_pays() {
    let run = json("run ban-returns --format json");
    assert_eq!(run["settled"], true);
    assert_eq!(run["trade_base"]["illustrative"], true, "no observed trade ships");
    let economies = run["economies"].as_array().expect("economies");
    let income = |id: &str| {
        let own = economies.iter().find(|own| own["economy"] == id).expect("an economy");
        own["real_income_percent"].as_f64().expect("a number")
    };
    assert!(income("ARM") < 0.0);
    assert!(economies.iter().all(|own| own["real_income_percent"].as_f64() >= Some(income("ARM"))));
    let wheat = run["goods"]
        .as_array()
        .expect("goods")
        .iter()
        .find(|own| own["goods"] == "Wheat, class 3" && own["buyer"] == "ARM");
    let rivals = wheat.expect("Armenia buys wheat")["rivals"].as_array().expect("rivals");
    let kazakh =
        rivals.iter().find(|own| own["seller"] == "KAZ").expect("Kazakh wheat has a price in Armenia");
    let limit = kazakh["would_win_at_usd_per_tonne"].as_f64().expect("a price");
    assert!(limit < kazakh["origin_usd_per_tonne"].as_f64().expect("a price"), "it does not win now");
    // The three steps add up to the whole.
    for total in run["totals"].as_array().expect("totals") {
        let figure = |name: &str| total[name].as_f64().expect("a number");
        let steps = figure("by_routes") + figure("by_congestion") + figure("by_trade");
        let whole = figure("after") - figure("base");
        assert!((steps - whole).abs() <= 1e-9 * figure("base").abs(), "{total}");
    }
}

#[test]
fn what_is_frozen_is_said_and_stays() {
    let run = json("run ban-returns --freeze trade --format json");
    assert_eq!(run["frozen"], "trade");
    for pair in run["pairs"].as_array().expect("pairs") {
        assert_eq!(pair["tonnes"][0], pair["tonnes"][1], "{pair}");
    }
}

#[test]
fn the_text_says_first_on_what_it_rests() {
    let run = ayrum("run ban-returns");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = run.stdout;
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no `{part}` in\n{text}"));
    assert!(at("Illustrative: 0 %") < at("All freight, a year"));
    assert!(text.contains("2 of 2 measures are assumed."));
    assert!(text.contains("would sell below"));
    assert!(text.contains("scenario: settled"));
}

#[test]
fn a_scenario_that_is_not_there_gets_a_hint() {
    let run = ayrum("run ban-return");
    assert_eq!(run.code, 2);
    let said = run.stderr;
    assert!(said.contains("no scenario is called `ban-return`") && said.contains("ban-returns"), "{said}");
}

#[test]
fn everything_comes_as_one_table_of_rows() {
    let text = ayrum("run ban-returns --format csv").stdout;
    assert!(text.starts_with("table,what,from,to,unit,base,scenario\n"));
    for table in
        ["total,", "economy,", "price,", "landed price,", "trade,", "capacity taken,", "link,", "duty,"]
    {
        assert!(text.lines().any(|line| line.starts_with(table)), "no row of {table}");
    }
}

#[test]
fn a_roadmap_tells_each_year_and_each_measure() {
    let told = json("roadmap ban-returns --from 2025 --to 2026 --economy ARM --draws 2 --format json");
    let years = told["years"].as_array().expect("years");
    assert_eq!(years.len(), 2);
    let income = |state: &Value| state["real_income_percent"][0].as_f64().expect("a number");
    // In July 2025 the ban still stands, and its return is in July 2026.
    assert!(income(&years[0]["after"]).abs() < 1e-6 && years[0]["in_force"] == serde_json::json!([]));
    assert!(income(&years[1]["after"]) < 0.0);
    let measures = told["measures"].as_array().expect("measures");
    assert_eq!(measures.len(), 2);
    let whole = income(&years[1]["after"]);
    assert!((income(&measures[1]["in_sequence"]) - whole).abs() < 1e-6, "all measures are the scenario");
    let text = ayrum("roadmap ban-returns --from 2025 --to 2025").stdout;
    assert!(text.contains("Illustrative:") && text.contains("(in force: none)"), "{text}");
}

#[test]
fn two_scenarios_stand_side_by_side() {
    let told = json("scenario compare ban-returns georgian-fuel-tariff --date 2026-07-02 --format json");
    let incomes = told["real_income_percent"].as_array().expect("incomes");
    let armenia = incomes.iter().find(|own| own["what"] == "ARM").expect("Armenia");
    assert_eq!(armenia["base"], 0.0);
    assert!(armenia["first"].as_f64() < Some(0.0));
    assert!(ayrum("scenario compare ban-returns flood").stdout.starts_with("A  Azerbaijan"));
}

#[test]
fn a_result_can_be_replayed_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let first = ayrum("run tripp-2030 --format json");
    assert_eq!(first.code, 0, "{}", first.stderr);
    std::fs::write(folder.path().join("result.json"), &first.stdout).unwrap();
    let again = run_in(folder.path(), &["replay", "result.json"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.stdout, first.stdout);
    assert!(again.stderr.contains("the same bytes"), "{}", again.stderr);
    let other = first.stdout.replacen("\"case_hash\": \"", "\"case_hash\": \"0", 1);
    std::fs::write(folder.path().join("other.json"), other).unwrap();
    let refused = run_in(folder.path(), &["replay", "other.json"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("another case"), "{}", refused.stderr);
}

#[test]
fn a_run_that_cannot_be_meant_is_refused() {
    for (words, said) in [
        ("run ban-returns --date 2050-01-01", "2050-01-01 lies outside the case"),
        ("roadmap ban-returns --from 2034 --to 2036", "2036-07-01 lies outside the case"),
        ("scenario compare ban-returns flood --date 1999-01-01", "1999-01-01 lies outside the case"),
        ("run ban-returns --into XYZ", "the baseline has no economy `XYZ`"),
        ("run ban-returns --store nowhere", "nowhere holds no imported statistics"),
    ] {
        let run = ayrum(words);
        assert_eq!(run.code, 2, "{words}: {}", run.stdout);
        assert!(run.stderr.contains(said) && run.stdout.is_empty(), "{words}: {}", run.stderr);
    }
}

/// A bank economist wants to know how far the figures move.
#[test]
fn draws_give_intervals_that_can_be_replayed() {
    let words = "run ban-returns --draws 3 --seed 3 --drawn parameters";
    let folder = tempfile::tempdir().unwrap();
    let first = ayrum(&format!("{words} --format json"));
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stderr.contains("of 3 draws, percentiles are coarse"), "{}", first.stderr);
    let run = first.json();
    assert_eq!((&run["seed"], &run["draws"]["count"]), (&Value::from(3), &Value::from(3)));
    assert_eq!(run["draws"]["counted"], 3);
    let intervals = run["draws"]["intervals"].as_array().expect("intervals");
    let armenia = intervals.iter().find(|own| own["table"] == "economy" && own["from"] == "ARM");
    let difference = &armenia.expect("Armenia")["difference"];
    let figure = |name: &str| difference[name].as_f64().expect("a number");
    assert!(
        figure("p5") <= figure("p50") && figure("p50") <= figure("p95") && figure("p95") < 0.0,
        "{difference}"
    );
    let drawn = run["draws"]["drawn"].as_array().expect("figures");
    assert!(drawn.iter().all(|own| own["kind"] == "parameters" && own["range"].is_string()));
    std::fs::write(folder.path().join("result.json"), &first.stdout).unwrap();
    let again = run_in(folder.path(), &["replay", "result.json"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.stdout, first.stdout);
}

#[test]
fn intervals_stand_in_text_and_rows_and_never_claim_to_be_more() {
    let words = "run ban-returns --draws 2 --drawn parameters";
    let text = ayrum(words).stdout;
    assert!(text.contains("Intervals: 5 to 95 of 100 draws, by 2 draws of"), "{text}");
    assert!(text.contains("real income of ARM (%)") && text.contains("Not drawn: "), "{text}");
    assert!(!text.to_lowercase().contains("confidence"), "{text}");
    let rows = ayrum(&format!("{words} --format csv")).stdout;
    assert!(
        rows.lines()
            .next()
            .is_some_and(|heading| heading.ends_with("difference_p95,same_sign_percent,draws"))
    );
    let of = |start: &str| rows.lines().find(|row| row.starts_with(start)).map(|row| row.ends_with(",2"));
    assert_eq!(of("total,tonnes on the network,"), Some(true));
    assert_eq!(of("economy,\"real income, change\",ARM"), Some(true));
    for (words, said) in [("run flood --draws 0", "1 or more"), ("run flood --seed 2", "--draws")] {
        let refused = ayrum(words);
        assert_eq!(refused.code, 2, "{words}");
        assert!(refused.stderr.contains(said), "{words}: {}", refused.stderr);
    }
}

/// Somebody closes everything to see what happens.
#[test]
fn with_every_link_closed_the_run_says_where_the_goods_are() {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &["case", "export", "case"]);
    let links = std::fs::read_to_string(folder.path().join("case/links.csv")).unwrap();
    let ids: Vec<String> = links
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .map(|id| format!("\"{id}\""))
        .collect();
    let text = format!(
        "name = \"shut\"\ntitle = \"Every link is shut\"\ndates = [\"2026-07-01\"]\n\n[[measure]]\nkind = \"close\"\n\
         links = [{}]\ndate = \"2026-07-01\"\nsource = \"assumed\"\n",
        ids.join(", ")
    );
    std::fs::write(folder.path().join("shut.toml"), text).unwrap();
    let shut = run_in(folder.path(), &["run", "shut.toml"]);
    assert_eq!(shut.code, 0, "{}", shut.stderr);
    let said =
        "With these measures nothing is carried on the network: no route is open between any two zones.";
    assert!(shut.stdout.contains(said), "{}", shut.stdout);
    assert!(
        shut.stdout.contains("ways beyond the network carry") && shut.stdout.contains("scenario: settled")
    );
}

#[test]
fn a_loop_that_does_not_settle_says_so_with_its_best_point() {
    let gave_up = ayrum("run ban-returns --most-passes 2");
    assert_eq!(gave_up.code, 1, "{}", gave_up.stderr);
    let said = "NOT SETTLED: the base gave up after 2 passes. Its figures are those of the best point met";
    assert!(gave_up.stdout.contains(said), "{}", gave_up.stdout);
    let run = ayrum("run ban-returns --most-passes 2 --format json").json();
    assert_eq!((&run["settled"], &run["most_passes"]), (&Value::Bool(false), &Value::from(2)));
    let base = &run["certificates"][0];
    assert!(base["settled"] == false && base["delay_change_hours"].as_f64() > Some(1e-6), "{base}");
    assert!(run["explanations"][0].as_str().is_some_and(|line| line.contains("delays still move by")));
}
