//! `ayrum cost`: what a shipment costs, who pays, and how much of that is known how well.

use serde_json::Value;

use crate::{Run, ayrum, run_in};

fn cost(rest: &str) -> Run {
    ayrum(&format!(
        "cost --from Kostanay --to Dalarik --commodity wheat --tonnes 1000 --date 2025-11-08 {rest}"
    ))
}

fn json(rest: &str) -> Value {
    let run = cost(&format!("{rest} --format json"));
    assert_eq!(run.code, 0, "{}", run.whole());
    run.json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

#[test]
fn a_sheet_in_tenge_and_dollars_says_how_much_is_assumed() {
    insta::assert_snapshot!(cost("--incoterm DAP --currency KZT --alternatives 2").whole());
}

#[test]
fn a_sheet_as_csv() {
    insta::assert_snapshot!(cost("--incoterm CIP --format csv").stdout);
}

/// Every line, in dollars, in tenge and for the consignment: they are the same money.
#[test]
fn dollars_tenge_and_the_consignment_agree() {
    let sheet = json("--incoterm DAP --currency KZT");
    let rate = number(&sheet["per_usd"]);
    assert_eq!(sheet["rate_confidence"], "low", "the shipped rate of 2025 is implied by a press article");
    let mut sum = 0.0;
    for line in sheet["lines"].as_array().expect("lines") {
        if line["usd_per_tonne"].is_null() {
            assert!(line["per_tonne"].is_null(), "not known is no zero: {line}");
            assert_eq!(line["evidence"], "not known");
            continue;
        }
        assert!((number(&line["usd_per_tonne"]) * rate - number(&line["per_tonne"])).abs() < 1e-3 * rate);
        if line["pays"] == "seller" && line["counted"] == true && line["item"] != "import_vat" {
            sum += number(&line["usd_per_tonne"]);
        }
    }
    let seller = &sheet["seller"];
    assert!((sum - number(&seller["usd_per_tonne"])).abs() < 0.05, "{sum} in the lines, {seller}");
    assert!((number(&seller["per_tonne"]) * 1000.0 - number(&seller["consignment"])).abs() < 1.0 * rate);
    assert_eq!(seller["is_lower_bound"], true);
    let shares: f64 = ["firm", "published_low_confidence", "quoted", "modelled", "assumed"]
        .iter()
        .map(|share| number(&seller[format!("share_{share}")]))
        .sum();
    assert!((shares - 1.0).abs() < 0.01, "{shares}");
}

#[test]
fn a_route_prints_its_sheet_by_a_term_of_delivery() {
    let shipment = "route --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08 --alternatives 2";
    let plain = ayrum(shipment).stdout;
    let with = ayrum(&format!("{shipment} --incoterm FCA")).stdout;
    assert!(with.starts_with(&plain), "the sheet comes after the answer");
    assert!(with.contains("FCA Kostanay by route via"), "{with}");
    let written = ayrum(&format!("{shipment} --incoterm FCA --format json")).json();
    assert_eq!(written["cost_sheets"].as_array().map(Vec::len), Some(2));
    assert!(ayrum(&format!("{shipment} --format json")).json()["cost_sheets"].is_null());
}

#[test]
fn prices_of_one_date_are_said_to_be() {
    let plain = json("--incoterm DAP");
    let restated = json("--incoterm DAP --price-date 2024-07-01");
    assert!(plain["prices_of"].is_null());
    assert_eq!(restated["prices_of"], "2024-07-01");
    let tariff = |sheet: &Value| {
        let lines = sheet["lines"].as_array().expect("lines");
        let line = lines.iter().find(|line| line["label"] == "tariff of KTZ").expect("the tariff");
        (number(&line["usd_per_tonne"]), number(&line["amount"]))
    };
    let ((was, written), (is, still)) = (tariff(&plain), tariff(&restated));
    assert!(is > was * 1.04 && is < was * 1.08, "prices of 2022 rose by some six per cent: {was}, {is}");
    assert!((written - still).abs() < 1e-9, "what the row says stays");
}

#[test]
fn what_cannot_be_asked_is_told_with_what_can() {
    for (rest, message, hint) in [
        ("--incoterm FOB", "FOB is for goods that go by ship, and the route has none", "FCA, CPT"),
        ("--incoterm DAF", "`DAF` is not a term of delivery", "one of EXW, FCA"),
        ("--currency XXX", "no rate of exchange for `XXX`", "fx.csv"),
        ("--route 99", "there is no route 99", "one of 1"),
        ("--price-date 2024-02-30", "2024-02-30", ""),
        ("--format geojson", "no geometry", "table, json or csv"),
    ] {
        let run = cost(rest);
        assert_eq!(run.code, 2, "{rest}: {}", run.whole());
        assert!(run.stderr.contains(message), "{rest}: {}", run.stderr);
        assert!(run.stderr.contains(hint), "{rest}: {}", run.stderr);
    }
}

#[test]
fn no_open_route_is_told_and_is_a_finding() {
    let run = ayrum("cost --from Kostanay --to Dalarik --commodity wheat --date 2024-06-01 --mode rail");
    assert_eq!(run.code, 1, "{}", run.whole());
    assert!(run.stdout.contains("No route is open."));
}

/// Three quotes that an exporter got: KTZ's tariff, the ferry from Aktau, the hire of wagons.
const QUOTES: &str = "\
what,service,carrier,to_km,goods,item,amount,currency,basis,vat,price_date,from_whom
tariff,,KTZ,4000,1001,,28,USD,tonne,none,2025-11-03,Forwarder A
service,aktau-alat-wagons,,,,,205000,KZT,vehicle,none,2025-11-04,Forwarder A
cost,,,,,wagon_rent,20,USD,vehicle_day,none,2025-11-04,Wagon owner B
";

#[test]
fn three_quotes_change_the_total_the_shares_and_the_ranking() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("quotes.csv"), QUOTES).expect("written");
    let asked = "cost --from Kostanay --to Dalarik --commodity wheat --tonnes 1000 --date 2025-11-08 --incoterm DAP \
                 --currency KZT --assume-open --format json";
    let ask = |more: &str| {
        let words = format!("{asked} {more}");
        run_in(folder.path(), &words.split_whitespace().collect::<Vec<_>>()).json()
    };
    let (without, with) = (ask(""), ask("--with quotes.csv"));
    let seller = |sheet: &Value, what: &str| number(&sheet["seller"][what]);
    assert_eq!(seller(&without, "share_quoted"), 0.0);
    assert!(seller(&without, "share_modelled") + seller(&without, "share_assumed") > 0.99);
    assert!(seller(&with, "share_quoted") > 0.4, "{}", with["seller"]);
    // By the ferry the wheat is now the cheapest, and it was not.
    let first = |sheet: &Value| sheet["ranking"][0]["via"][0].as_str().expect("text").to_owned();
    assert!(!first(&without).contains("ferry"), "{}", first(&without));
    assert!(first(&with).contains("ferry Aktau"), "{}", first(&with));
    // What was not known has a figure, and the total says one less.
    let line = |sheet: &Value, item: &str| {
        let lines = sheet["lines"].as_array().expect("lines").clone();
        lines.into_iter().find(|line| line["item"] == item).expect("a line")
    };
    assert!(line(&without, "wagon_rent")["usd_per_tonne"].is_null());
    let hire = line(&with, "wagon_rent");
    assert_eq!((&hire["evidence"], &hire["row"]), (&Value::from("quoted"), &Value::from("quotes.csv:4")));
    assert_eq!(hire["source"], "Wagon owner B");
    let not_known = |sheet: &Value| sheet["seller"]["not_known"].as_array().map(Vec::len);
    assert_eq!(not_known(&with), not_known(&without).map(|count| count - 1));
    // 205,000 tenge at 500 over 69.8 t.
    let ferry = line(&with, "vessel");
    assert!((number(&ferry["usd_per_tonne"]) - 205_000.0 / 500.0 / 69.8).abs() < 0.01, "{ferry}");
    assert!((number(&ferry["per_tonne"]) - 205_000.0 / 69.8).abs() < 1.0);
}
