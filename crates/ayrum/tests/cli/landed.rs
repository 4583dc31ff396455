//! `ayrum landed`: whose wheat is cheapest where it is wanted, and at which price another would win.

use serde_json::Value;

use crate::{Run, ayrum};

fn landed(rest: &str) -> Run {
    ayrum(&format!("landed --to Dalarik --commodity wheat-3 {rest}"))
}

fn json(rest: &str) -> Value {
    let run = landed(&format!("{rest} --format json"));
    assert!(run.code < 2, "{}", run.whole());
    run.json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

fn offers(answer: &Value) -> &Vec<Value> {
    answer["grades"][0]["offers"].as_array().expect("offers")
}

fn offer<'a>(answer: &'a Value, id: &str) -> &'a Value {
    offers(answer).iter().find(|own| own["price"]["offer"] == id).unwrap_or_else(|| panic!("{id}: {answer}"))
}

#[test]
fn rivals_for_wheat_at_dalarik() {
    let run = landed("--date 2025-11-08 --currency AMD");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let until = run.stdout.find("\n\nSaratov, Wheat").expect("offers, one after the other");
    insta::assert_snapshot!(run.stdout[..until]);
}

/// A landed price is the price at the origin and the lines after it; a netback is where two of them are level.
#[test]
fn landed_prices_add_up_and_netbacks_draw_level() {
    let answer = json("--date 2025-11-08");
    assert_eq!(offers(&answer).len(), 4);
    let mut last = 0.0;
    for own in offers(&answer) {
        let delivery = &own["delivery"];
        let lines = delivery["lines"].as_array().expect("lines");
        let sum: f64 = lines.iter().filter_map(|line| line["usd_per_tonne"].as_f64()).sum();
        assert!((sum - number(&delivery["cost_usd_per_tonne"])).abs() < 0.05, "{delivery}");
        let not_known = lines.iter().filter(|line| line["usd_per_tonne"].is_null()).count();
        assert_eq!(delivery["not_known"].as_array().map(Vec::len), Some(not_known));
        assert_eq!(delivery["is_lower_bound"], not_known > 0);
        if own["price"]["usd_per_tonne"].is_null() {
            assert!(own["rank"].is_null() && own["landed_usd_per_tonne"].is_null(), "not known is no number");
            assert!(
                own["netback_usd_per_tonne"].is_number(),
                "and yet there is a price at which it would win"
            );
            continue;
        }
        let landed = number(&own["landed_usd_per_tonne"]);
        let parts = number(&own["price"]["usd_per_tonne"]) + number(&delivery["cost_usd_per_tonne"])
            - number(&delivery["subsidy_usd_per_tonne"]);
        assert!((landed - parts).abs() < 0.02 && landed >= last, "{own}");
        last = landed;
        let rival = number(&offer(&answer, own["rival"].as_str().expect("a rival"))["landed_usd_per_tonne"]);
        let level = number(&own["netback_usd_per_tonne"]) + landed - number(&own["price"]["usd_per_tonne"]);
        assert!((level - rival).abs() < 0.03, "{level} and {rival}");
    }
}

/// The price that is said to turn the order does.
#[test]
fn at_its_netback_the_other_wins() {
    let netback = number(&offer(&json("--date 2025-11-08"), "kostanay-wheat-3")["netback_usd_per_tonne"]);
    let tenge = |usd: f64| (usd * 500.0).round();
    let first = |amount: f64| {
        let answer = json(&format!("--date 2025-11-08 --set origin_prices.kostanay-wheat-3.amount={amount}"));
        offers(&answer)[0]["price"]["offer"].as_str().map(str::to_owned)
    };
    assert_eq!(first(tenge(netback - 0.5)).as_deref(), Some("kostanay-wheat-3"));
    assert_eq!(first(tenge(netback + 0.5)).as_deref(), Some("gmelinskaya-wheat-3"));
}

#[test]
fn before_the_ban_was_lifted_no_wheat_comes_by_rail() {
    let run = landed("--date 2025-10-20 --mode rail");
    assert_eq!(run.code, 1, "that nothing lands is a finding: {}", run.whole());
    let answer = json("--date 2025-10-20 --mode rail");
    for own in offers(&answer) {
        assert!(own["delivery"].is_null() && own["landed_usd_per_tonne"].is_null(), "{own}");
        assert!(own["closed"].to_string().contains("Azerbaijan’s ban on transit to Armenia"), "{own}");
    }
    let after = json("--date 2025-10-21 --mode rail");
    assert!(offers(&after).iter().all(|own| own["delivery"]["modes"] == serde_json::json!(["rail"])));
    // By any mode, on the day before, rail is what the text names as closed.
    let any = landed("--date 2025-10-20");
    assert!(
        any.stdout.contains("closed: rail via") && any.stdout.contains("ban (since 1991-01-01)"),
        "{}",
        any.stdout
    );
}

#[test]
fn classes_of_wheat_are_goods_of_their_own() {
    let answer = json("--date 2025-11-08");
    let grades: Vec<&str> = answer["grades"]
        .as_array()
        .expect("grades")
        .iter()
        .filter_map(|own| own["commodity"].as_str())
        .collect();
    assert_eq!(grades, ["wheat-3", "wheat", "wheat-4"], "what was asked for comes first");
    let kostanay = &answer["grades"][2]["offers"][0];
    assert!(kostanay["rival"].is_null(), "class 4 has no rival of its class: {kostanay}");
}

#[test]
fn a_term_further_on_costs_no_less_and_csv_has_a_row_for_each_offer() {
    let price = |term: &str| {
        number(
            &offer(&json(&format!("--date 2025-11-08 --incoterm {term}")), "kostanay-wheat-3")["landed_usd_per_tonne"],
        )
    };
    let (cpt, dap, ddp) = (price("CPT"), price("DAP"), price("DDP"));
    assert!(cpt <= dap && dap <= ddp, "{cpt} {dap} {ddp}");
    let csv = landed("--date 2025-11-08 --format csv").stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 7, "{csv}");
    assert!(rows[0].starts_with("commodity,grade,rank,offer,place,term,price_usd_per_tonne"));
}

#[test]
fn what_cannot_be_landed_is_said() {
    let said = |words: &str| {
        let run = ayrum(words);
        assert_eq!(run.code, 2, "{}", run.whole());
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        run.stderr
    };
    insta::assert_snapshot!(
        [
            said("landed --to Dalarik --commodity tobacco"),
            said("landed --to Dalarik --commodity wheat-9"),
            said("landed --to Dalarik-Beach --commodity wheat-3"),
            said("landed --to Dalarik --commodity wheat-3 --incoterm FCA"),
            said("landed --to Dalarik --commodity wheat-3 --incoterm DAF"),
            said("landed --to Dalarik --commodity wheat-3 --format geojson"),
            said("landed --to Dalarik --commodity wheat-3 --tonnes -5"),
            said("landed --to Dalarik --commodity wheat-3 --date 2040-01-01"),
        ]
        .join("")
    );
    let at_home = ayrum("landed --to Kostanay --commodity wheat-3 --date 2025-11-08");
    assert!(
        at_home.stdout.contains("Kostanay offers Wheat, class 3 at the destination itself"),
        "{}",
        at_home.whole()
    );
}
