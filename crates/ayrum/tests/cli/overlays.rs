//! The user's own figures: templates, files laid over the case, and their marks in every output.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;

use crate::{Run, run_in};

/// A wheat train at the date of the first one.
const ROUTE: &str = "route --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08";

fn ayrum(folder: &Path, words: &str) -> Run {
    run_in(folder, &words.split_whitespace().collect::<Vec<_>>())
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).expect("written");
}

const QUOTES: &str = "\
what,carrier,service,to_km,goods,amount,currency,basis,vat,price_date,from_whom
tariff,KTZ,,4000,1001,45,USD,tonne,none,2025-11-03,Forwarder A
service,,kuryk-alat-wagons,,,400,USD,vehicle,none,2025-11-04,Forwarder B
service,,aktau-alat-wagons,,,300000,KZT,vehicle,none,2025-11-04,Forwarder B
";

fn lines(answer: &Value) -> Vec<&Value> {
    let routes = ["routes", "not_known"].iter().filter_map(|key| answer[*key].as_array()).flatten();
    let legs = routes.filter_map(|route| route["legs"].as_array()).flatten();
    legs.filter_map(|leg| leg["lines"].as_array()).flatten().collect()
}

#[test]
fn every_template_can_be_laid_over_the_shipped_case_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = ayrum(folder.path(), "case template");
    let names: Vec<&str> =
        list.stdout.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["quotes", "distances", "times", "tariffs", "trips", "rules"]);
    for name in names {
        for ending in ["csv", "xlsx"] {
            let file = format!("{name}.{ending}");
            let made = ayrum(folder.path(), &format!("case template {name} --out {file}"));
            assert_eq!(made.code, 0, "{}", made.whole());
            let check = ayrum(folder.path(), &format!("check --with {file}"));
            assert_eq!(check.code, 0, "{file}: {}", check.whole());
            assert!(check.stdout.contains("2 of 2 rows used"), "{}", check.stdout);
            assert_eq!(check.stderr, "", "{file}");
        }
    }
}

#[test]
fn three_quotes_change_the_total_the_shares_and_the_ranking() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "quotes.csv", QUOTES);
    let before = ayrum(folder.path(), &format!("{ROUTE} --format json")).json();
    let after = ayrum(folder.path(), &format!("{ROUTE} --format json --with quotes.csv")).json();
    let best = |answer: &Value| answer["routes"][0].clone();
    let money = |route: &Value| route["usd_per_tonne"].as_f64().expect("money");
    assert_eq!(best(&before)["share_quoted"], 0.0, "without quotes nothing looks like one");
    assert!(best(&before)["share_assumed"].as_f64() > Some(0.2), "and how much is assumed is said");
    let share = best(&after)["share_quoted"].as_f64().expect("a share");
    assert!((share - 45.0 / money(&best(&after))).abs() < 1e-3, "45 USD of {}", money(&best(&after)));
    assert!(money(&best(&after)) > money(&best(&before)) + 10.0, "the dearer rate is in the total");
    let by = |answer: &Value, list: &str| {
        let routes = answer[list].as_array().expect("routes").iter();
        routes.map(|route| route["by"].to_string()).collect::<Vec<_>>()
    };
    assert_ne!(by(&before, "routes"), by(&after, "routes"), "a detour off the dear railway moves up");
    let bearing = &after["laid_over"][0];
    assert_eq!((&bearing["rows"], &bearing["rows_used"]), (&Value::from(3), &Value::from(3)));
    assert_eq!(bearing["rows_that_bear_on_the_routes"], 3, "{bearing}");
}

#[test]
fn figures_of_the_user_carry_their_file_and_row_in_text_json_csv_and_geojson() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "quotes.csv", QUOTES);
    write(
        folder.path(),
        "times.csv",
        "what,crossing,activity,hours_mean\nactivity,ganyushkino-kigash,handover,7\n",
    );
    write(folder.path(), "distances.csv", "link,km\nrail-sadakhlo-ayrum,14\nrail-tbilisi-khashuri,130\n");
    let with = format!("{ROUTE} --with quotes.csv --with times.csv --with distances.csv --set speed_rail=44");
    let text = ayrum(folder.path(), &with);
    assert_eq!(text.code, 0, "{}", text.stderr);
    let table = text.stdout.replace('\u{202f}', "");
    for said in [
        "laid over: quotes.csv (quotes), 3 of 3 rows used, 3 bear on the routes shown\n",
        "tariff of KTZ 45.00 [user: quotes.csv:2]",
        "0.14 [assumed] 7.0 h [user: times.csv:2] ± 1.5 h [assumed]",
        "14 [user: distances.csv:2]",
        "[user: --set speed_rail]",
        "given by the user",
    ] {
        assert!(table.contains(said), "{said}\n{table}");
    }
    let json = ayrum(folder.path(), &format!("{with} --format json")).json();
    let found = |label: &str, row: &str, key: &str| {
        lines(&json).iter().any(|line| line["label"].as_str() == Some(label) && line[key] == row)
    };
    assert!(found("tariff of KTZ", "quotes.csv:2", "row"));
    assert!(found("handover, Ganyushkino–Kigash", "times.csv:2", "time_row"));
    let handover = lines(&json).into_iter().find(|line| line["label"] == "handover, Ganyushkino–Kigash");
    let handover = handover.expect("the handover");
    assert_eq!(
        (&handover["evidence"], &handover["time_evidence"], &handover["sd_evidence"]),
        (&Value::from("assumed"), &Value::from("quoted"), &Value::from("assumed")),
        "its money and its spread are none of the user's"
    );
    let tariff = lines(&json).into_iter().find(|line| line["label"] == "tariff of KTZ").expect("the tariff");
    assert_eq!(
        (&tariff["evidence"], &tariff["source"]),
        (&Value::from("quoted"), &Value::from("Forwarder A"))
    );
    let csv = ayrum(folder.path(), &format!("{with} --format csv")).stdout;
    assert!(
        csv.lines().any(|line| line.contains("tariff of KTZ,45.0000")
            && line.contains("quoted,medium,Forwarder A,quotes.csv:2")),
        "{csv}"
    );
    let geojson = ayrum(folder.path(), &format!("{with} --format geojson")).stdout;
    assert!(geojson.contains("\"user_rows\": \"--set speed_rail quotes.csv:2\""), "{geojson}");
    let network = ayrum(folder.path(), "network rail-sadakhlo-ayrum --with distances.csv").stdout;
    assert!(network.contains("[user: distances.csv:2 for km]"), "{network}");
}

#[test]
fn a_rule_of_the_user_is_marked_where_rules_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(ayrum(folder.path(), "case template rules --out mine.csv").code, 0);
    let rules = ayrum(folder.path(), "rules --date 2026-01-12 --on Ayrum --with mine.csv");
    assert_eq!(rules.code, 0, "{}", rules.stderr);
    assert!(rules.stdout.contains("Winter stop of loading at Ayrum [my-winter-stop v1]"), "{}", rules.stdout);
    assert!(rules.stdout.contains("[user: mine.csv:3]"), "{}", rules.stdout);
    let closed =
        ayrum(folder.path(), &format!("{} --with mine.csv", ROUTE.replace("2025-11-08", "2026-02-01")));
    assert!(closed.stdout.contains("Handling fee at Sadakhlo 0.17 [user: mine.csv:2]"), "{}", closed.stdout);
}

#[test]
fn a_broken_row_is_said_with_its_row_and_column_and_the_rest_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "quotes.csv",
        &format!("{QUOTES}service,,kuryk-alat-wagon,,,400,USD,vehicle,none,2025-11-04,B\n"),
    );
    let run = ayrum(folder.path(), &format!("{ROUTE} --with quotes.csv"));
    assert_eq!(run.code, 1, "an answer beside which something was left out is one to look at");
    assert!(
        run.stderr.contains(
            "error: quotes.csv:5, column service: services has no `kuryk-alat-wagon`; the row was left out"
        ),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("note: laid over: quotes.csv (quotes), 3 of 4 rows used"), "{}", run.stderr);
    assert!(
        run.stdout.contains("3 of 4 rows used, 3 bear on the routes shown; left out: row 5"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("[overlay-has-faults]"));
    let check = ayrum(folder.path(), "check --with quotes.csv --format json");
    let findings = check.json();
    assert_eq!((&findings[0]["row"], &findings[0]["column"]), (&Value::from(5), &Value::from("service")));
}

/// A workbook as people keep them: a sheet of notes, blank rows, dates as dates, a number as text.
#[test]
fn a_workbook_is_read_sheet_by_sheet_and_its_faults_name_sheet_row_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    let sheet = book.add_worksheet().set_name("November").expect("a sheet");
    let heading = ["what", "service", "amount", "currency", "basis", "price_date", "from_whom"];
    for (column, name) in (0_u16..).zip(heading) {
        sheet.write_string(2, column, name).expect("a cell");
    }
    for (row, service, amount) in [(4, "kuryk-alat-wagons", "612.5"), (7, "aktau-alat-wagons", "many")] {
        for (column, cell) in [(0, "service"), (1, service), (3, "USD"), (4, "vehicle"), (6, "Forwarder A")] {
            sheet.write_string(row, column, cell).expect("a cell");
        }
        match amount.parse::<f64>() {
            Ok(amount) => sheet.write_number(row, 2, amount).expect("a cell"),
            Err(_) => sheet.write_string(row, 2, amount).expect("a cell"),
        };
        // 4 November 2025, as a workbook counts days.
        sheet.write_number_with_format(row, 5, 45_965.0, &day).expect("a cell");
    }
    book.add_worksheet().set_name("Notes").expect("a sheet").write_string(0, 0, "call back").expect("a cell");
    book.save(folder.path().join("offers.xlsx")).expect("a workbook");
    let check = ayrum(folder.path(), "check --with offers.xlsx");
    assert_eq!(check.code, 1);
    assert!(
        check.stdout.contains("offers.xlsx#November:8, column amount: `many` is not a number"),
        "{}",
        check.whole()
    );
    assert!(
        check.stdout.contains("Laid over: offers.xlsx#November (quotes), 1 of 2 rows used"),
        "{}",
        check.stdout
    );
    assert!(check.stderr.contains("offers.xlsx#Notes is no template"), "{}", check.stderr);
    let network = ayrum(folder.path(), "network ferry-kuryk-alat --with offers.xlsx").stdout;
    assert!(network.contains("612.5 USD per Vehicle"), "{network}");
    assert!(network.contains("[user: offers.xlsx#November:5 for amount"), "{network}");
    let json = ayrum(folder.path(), &format!("{ROUTE} --via Kuryk --with offers.xlsx --format json")).json();
    let ferry = lines(&json).into_iter().find(|line| line["row"] == "offers.xlsx#November:5").cloned();
    assert_eq!(ferry.expect("the ferry")["price_date"], "2025-11-04", "a date of a workbook is a date");
}

#[test]
fn what_is_no_overlay_is_an_error_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "shopping.csv", "milk,eggs\n1,2\n");
    write(folder.path(), "semicolons.csv", "what;amount\nservice;1\n");
    write(folder.path(), "broken.xlsx", "no workbook");
    for (words, said) in [
        ("--with shopping.csv", "hint: a file or sheet named like a template (quotes, "),
        ("--with semicolons.csv", "hint: separate them by commas"),
        ("--with broken.xlsx", "hint: save it as .xlsx or .csv"),
        ("--with nothing.csv", "nothing.csv cannot be read"),
        ("--set speed_rale=3", "hint: did you mean speed_rail"),
        ("--set services.kuryk-alat-wagon.amount=3", "hint: did you mean kuryk-alat-wagons"),
        ("--set speed_rail=fast", "hint: a number, zero or more"),
        ("--set speed_rail", "hint: PARAMETER=VALUE or TABLE.ROW.COLUMN=VALUE"),
    ] {
        let run = ayrum(folder.path(), &format!("{ROUTE} {words}"));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words}: {}", run.whole());
        assert!(run.stderr.contains("error: ") && run.stderr.contains(said), "{words}: {}", run.stderr);
    }
    let ignored = ayrum(folder.path(), "case new mine --set speed_rail=3");
    assert_eq!(ignored.code, 2, "what a command does not read is refused: {}", ignored.whole());
}

#[test]
fn conflicts_are_said_and_the_later_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, amount) in [("a-quotes.csv", 500), ("b-quotes.csv", 600)] {
        let text = format!(
            "what,service,amount,currency,basis,price_date\nservice,kuryk-alat-wagons,{amount},USD,vehicle,2025-11-04\n"
        );
        write(folder.path(), file, &text);
    }
    let run = ayrum(folder.path(), "network ferry-kuryk-alat --with a-quotes.csv --with b-quotes.csv");
    assert!(run.stdout.contains("600 USD per Vehicle"), "{}", run.stdout);
    assert!(
        run.stderr.contains("warning: b-quotes.csv:2, column amount: `600` stands against `500` in a-quotes.csv:2; the later is used"),
        "{}",
        run.stderr
    );
    let same = ayrum(
        folder.path(),
        "network ferry-kuryk-alat --with a-quotes.csv --set services.kuryk-alat-wagons.amount=500",
    );
    assert!(!same.stderr.contains("warning"), "the same value is no conflict: {}", same.stderr);
}

/// Hire of wagons has a row without a figure, insurance none at all.
#[test]
fn quotes_for_costs_fill_lines_of_the_cost_sheet_that_nobody_knew() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "quotes.csv",
        "what,item,amount,currency,basis,vat,price_date,from_whom\n\
         cost,wagon_rent,20,USD,vehicle_day,excluded,2025-11-03,Forwarder A\n\
         cost,insurance,0.3,,percent_of_value,none,2025-11-03,Insurer B\n\
         cost,empty_return,100,USD,vehicle,none,2025-11-03,Forwarder A\n",
    );
    let ask = format!("{} --format json", ROUTE.replace("route", "cost"));
    let before = ayrum(folder.path(), &ask).json();
    let run = ayrum(folder.path(), &format!("{ask} --with quotes.csv"));
    assert!(
        run.stderr.contains("quotes.csv:4, column cost: the case has several rows for `empty_return`"),
        "{}",
        run.stderr
    );
    let after = run.json();
    let line = |sheet: &Value, item: &str| {
        let lines = sheet["lines"].as_array().expect("lines");
        lines.iter().find(|line| line["item"] == item).cloned().unwrap_or_default()
    };
    for (item, row) in [("wagon_rent", "quotes.csv:2"), ("insurance", "quotes.csv:3")] {
        assert_eq!(line(&before, item)["usd_per_tonne"], Value::Null, "{item}");
        let own = line(&after, item);
        assert!(own["usd_per_tonne"].as_f64() > Some(0.0), "{own}");
        assert_eq!((&own["evidence"], &own["row"]), (&Value::from("quoted"), &Value::from(row)));
    }
    let share = |sheet: &Value| sheet["seller"]["share_quoted"].as_f64().expect("a share");
    assert!(share(&before) == 0.0 && share(&after) > 0.0);
    let text = ayrum(folder.path(), &format!("{} --with quotes.csv", ROUTE.replace("route", "cost"))).stdout;
    assert!(
        text.contains("user: quotes.csv:2") && text.contains("2 of 3 rows used, 2 bear on the routes"),
        "{text}"
    );
}

/// What is sure by a quote is not among the figures worth asking for.
#[test]
fn a_quoted_price_is_no_longer_doubted() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "quotes.csv", QUOTES);
    let ask = "sensitivity --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08 --format csv";
    let before = ayrum(folder.path(), ask).stdout;
    let after = ayrum(folder.path(), &format!("{ask} --with quotes.csv")).stdout;
    let has_tariff = |text: &str| text.lines().any(|line| line.contains("tariff of KTZ"));
    assert!(has_tariff(&before) && !has_tariff(&after), "{after}");
}

#[test]
fn a_comparison_shows_what_quotes_change() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "quotes.csv", QUOTES);
    let asked = "compare --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08 --with quotes.csv";
    let text = ayrum(folder.path(), asked);
    assert_eq!(text.code, 0, "{}", text.whole());
    assert!(
        text.stdout.contains("2025-11-08, the case alone against 2025-11-08, with quotes.csv"),
        "{}",
        text.stdout
    );
    assert!(text.stdout.contains("instead of 0 % is the user’s"), "{}", text.stdout);
    let pair = ayrum(folder.path(), &format!("{asked} --format json")).json();
    let (alone, with) = (&pair[0]["answer"]["routes"][0], &pair[1]["answer"]["routes"][0]);
    assert_eq!(alone["share_quoted"], 0.0);
    assert!(with["share_quoted"].as_f64().is_some_and(|share| share > 0.0));
    // Two dates are still two dates, both with the quotes.
    let dates = ayrum(folder.path(), &format!("{asked} --date 2025-11-09 --format json")).json();
    assert!(dates[0]["answer"]["routes"][0]["share_quoted"].as_f64().is_some_and(|share| share > 0.0));
}
