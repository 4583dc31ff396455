//! What the project is for: the wheat's routes before and after October 2025.

use serde_json::Value;

use crate::{ayrum, run_in, wheat};

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no list `{key}`"))
}

fn links(route: &Value) -> Vec<&str> {
    list(route, "links").iter().filter_map(Value::as_str).collect()
}

fn rules(closed_by: &Value) -> Vec<&str> {
    list(closed_by, "closed_by").iter().filter_map(|closure| closure["rule"].as_str()).collect()
}

/// Whether a route is the one of the first trains: by Yalama, Boyuk Kesik, Sadakhlo and Ayrum.
fn is_by_rail_through_azerbaijan(route: &Value) -> bool {
    let links = links(route);
    ["rail-samur-yalama", "rail-boyuk-kesik-gardabani", "rail-sadakhlo-ayrum"]
        .iter()
        .all(|link| links.contains(link))
}

fn goes_through_azerbaijan(route: &Value) -> bool {
    links(route)
        .iter()
        .any(|link| link.contains("yalama") || link.contains("boyuk-kesik") || link.contains("alat"))
}

fn closed_train(answer: &Value) -> &Value {
    list(answer, "why_not")
        .iter()
        .find(|own| is_by_rail_through_azerbaijan(&own["route"]))
        .expect("why-not has the way of the trains")
}

#[test]
fn on_20_october_only_the_transit_ban_closes_azerbaijan() {
    let answer = wheat("--date 2025-10-20 --format json").json();
    assert!(!list(&answer, "routes").iter().any(goes_through_azerbaijan));
    assert!(!list(&answer, "pareto").iter().any(goes_through_azerbaijan));
    assert_eq!(rules(closed_train(&answer)), ["az-transit-ban"]);
}

#[test]
fn on_15_october_the_way_by_russia_is_closed_by_two_rules() {
    let answer = wheat("--date 2025-10-15 --format json").json();
    let mut closed_by = rules(closed_train(&answer));
    closed_by.sort_unstable();
    assert_eq!(closed_by, ["az-transit-ban", "ru-kz-wheat-restriction"]);
}

#[test]
fn declared_papers_lift_the_russian_condition_but_not_the_ban() {
    let answer =
        wheat("--date 2025-10-15 --meets phytosanitary-destination,sealed-wagons --format json").json();
    assert_eq!(rules(closed_train(&answer)), ["az-transit-ban"]);
}

#[test]
fn on_8_november_the_way_of_the_trains_is_open_and_the_ferry_has_a_turning_price() {
    let answer = wheat("--date 2025-11-08 --format json").json();
    let train = list(&answer, "routes")
        .iter()
        .find(|route| is_by_rail_through_azerbaijan(route))
        .expect("it is open");
    assert_eq!(train["vehicles"][0]["vehicle"], "hopper-1520");
    assert_eq!(
        train["vehicles"][0]["count"], 15.0,
        "1,000 t at 69.8 t a hopper fill 15 wagons, as the pilot had"
    );
    let ferries: Vec<&Value> = list(&answer, "turning_prices")
        .iter()
        .filter(|flip| {
            flip["with"].to_string().contains("ferry Kuryk")
                || flip["with"].to_string().contains("ferry Aktau")
        })
        .collect();
    assert!(!ferries.is_empty(), "the price at which the Caspian ferry overtakes is stated");
    for flip in ferries {
        assert!(flip["turning_usd_per_tonne"].as_f64().is_some_and(f64::is_finite));
    }
}

#[test]
fn as_known_on_1_october_the_ban_still_stands_on_8_november() {
    let answer = wheat("--date 2025-11-08 --known 2025-10-01 --format json").json();
    assert!(!list(&answer, "routes").iter().any(goes_through_azerbaijan));
    assert!(rules(closed_train(&answer)).contains(&"az-transit-ban"));
}

#[test]
fn wheat_handed_over_on_20_october_finds_azerbaijan_open_and_says_on_which_date_that_rests() {
    let answer = wheat("--depart 2025-10-20 --format json").json();
    let train = list(&answer, "routes")
        .iter()
        .find(|route| is_by_rail_through_azerbaijan(route))
        .expect("open on arrival");
    let lawful = train["lawful_probability"].as_f64().expect("a probability");
    assert!((0.9..=1.0).contains(&lawful), "{lawful}");
    let border = list(train, "legs")
        .iter()
        .find(|leg| leg["from"] == "samur" && leg["to"] == "yalama")
        .expect("the border");
    let day = border["starts_at_hours"].as_f64().expect("hours") / 24.0;
    assert!(
        (3.0..12.0).contains(&day),
        "the wheat gets to Yalama around the end of October, not on day {day}"
    );
    let rests: Vec<&str> =
        list(&answer, "remarks").iter().filter_map(|remark| remark["text"].as_str()).collect();
    assert!(
        rests.iter().any(|text| text.contains("2025-10-21") && text.contains("ban on transit to Armenia")),
        "the lifting of 21 October is named: {rests:?}"
    );
}

#[test]
fn with_the_line_cut_by_the_flood_rail_changes_to_trucks_and_the_answer_says_why() {
    let answer = wheat("--date 2024-06-01 --format json").json();
    let best = &list(&answer, "routes")[0];
    assert!(!links(best).contains(&"rail-ayrum-sanahin"));
    assert!(list(best, "legs").iter().any(|leg| leg["kind"] == "change"), "goods change mode");
    let by_flood = list(&answer, "why_not").iter().any(|own| {
        list(own, "closed_by")
            .iter()
            .any(|closure| closure["text"].as_str().is_some_and(|text| text.contains("Flood")))
    });
    assert!(by_flood, "why-not names the flood");
    let only_rail = wheat("--date 2024-06-01 --mode rail,sea,ferry --format json");
    assert_eq!(only_rail.code, 1, "by rail alone nothing is open");
    assert!(list(&only_rail.json(), "routes").is_empty());
}

#[test]
fn a_disputed_tariff_is_shown_and_applied_only_when_asked() {
    let ask = |rest: &str| {
        ayrum(&format!("route --from Baku --to Yerevan --commodity diesel --tonnes 2000 --date 2026-03-05 {rest} --format json")).json()
    };
    let (without, with) = (ask(""), ask("--disputed"));
    let money = |answer: &Value| {
        list(answer, "routes")
            .iter()
            .find(|route| links(route).contains(&"rail-sadakhlo-ayrum"))
            .expect("by rail")["usd_per_tonne"]
            .as_f64()
            .expect("money")
    };
    assert!(money(&with) > money(&without) + 20.0, "{} {}", money(&with), money(&without));
    let shown = list(&without, "remarks").iter().any(|remark| remark["code"] == "disputed-rule");
    assert!(shown, "the dispute is named when it is not applied");
}

#[test]
fn an_answer_after_the_horizon_says_as_last_known() {
    let answer = wheat("--date 2027-03-01 --format json").json();
    let said = list(&answer, "remarks").iter().any(|remark| {
        remark["text"].as_str().is_some_and(|text| text.contains("as last known on 2026-05-27"))
    });
    assert!(said);
}

#[test]
fn any_spelling_of_a_place_gives_the_same_answer() {
    let reference = wheat("--date 2025-11-08 --format csv").stdout;
    for (from, to) in [("Qostanai", "Dalarik"), ("Костанай", "Даларик"), ("Қостанай", "Դալարիկ")]
    {
        let run =
            ayrum(&format!("route --from {from} --to {to} --commodity wheat --date 2025-11-08 --format csv"));
        assert_eq!(run.stdout, reference, "{from} → {to}: {}", run.stderr);
    }
}

#[test]
fn the_latest_dispatch_arrives_in_time_with_the_confidence_asked_for() {
    let run = wheat("--arrive-by 2025-12-15 --confidence 0.9 --mode rail");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let first = run.stdout.lines().next().unwrap_or_default();
    assert!(first.starts_with("By the best route hand the goods over on 2025-1"), "{first}");
}

#[test]
fn the_demo_tells_of_the_border_first_with_the_figures_of_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_in(folder.path(), &["demo", "--out", "out"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let at = |part: &str| run.stdout.find(part).unwrap_or_else(|| panic!("no `{part}`"));
    let mut places: Vec<usize> = [
        "1. Change a border and see the wheat",
        "Modelled, illustrative: 0 %",
        "2. Kazakh wheat to Armenia",
        "3. Diesel to Armenia",
        "4. The flood of May 2024",
        "5. TRIPP and Gazakh–Ijevan",
        "6. The Middle Corridor",
        "7. “Armenia’s trade should be more",
    ]
    .map(at)
    .to_vec();
    let told = places.clone();
    places.sort_unstable();
    assert_eq!(told, places, "the order of the story");
    let report = std::fs::read_to_string(folder.path().join("out/report.html")).expect("the report");
    assert!(report.contains("</html>") && report.contains("id=\"border-flows-difference\""));
    // What is told is what the run says: the base is the world without the ban, the scenario that with it.
    let json = ayrum("run ban-returns --format json").json();
    let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let armenia = list(&json, "economies").iter().find(|own| own["economy"] == "ARM").expect("Armenia");
    let change = armenia["real_income_percent"].as_f64().expect("a number");
    let gained = 100.0 * (1.0 / (1.0 + change / 100.0) - 1.0);
    assert!(gained > 0.0);
    let said = format!("Armenia gains most: its real income changes by +{gained:.3} %");
    assert!(words.contains(&said), "`{said}` is missing in\n{words}");
    for class in ["Wheat, class 3", "Wheat, class 4"] {
        let market = list(&json, "goods").iter().find(|own| own["goods"] == class && own["buyer"] == "ARM");
        let rivals = list(market.expect("Armenia buys wheat"), "rivals");
        let landed = |seller: &str, state: usize| {
            let own = rivals.iter().find(|own| own["seller"] == seller).expect("a seller");
            own["landed_usd_per_tonne"][state].as_f64().expect("a price")
        };
        let said = format!(
            "{class} lands in Armenia from Kazakhstan at {:.1} and from Russian Federation at {:.1} USD a tonne with the ban, at \
             {:.1} and {:.1} without it",
            landed("KAZ", 1),
            landed("RUS", 1),
            landed("KAZ", 0),
            landed("RUS", 0)
        );
        assert!(words.contains(&said), "`{said}` is missing in\n{words}");
        assert!(landed("KAZ", 0) < landed("KAZ", 1), "the ban’s end cheapens the way");
    }
}
