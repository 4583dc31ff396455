//! Faults that reviews found, each with the small case that showed it.

use jiff::civil::{Date, date};
use scenario::{Answer, Criterion, LegKind, Measure, Model, RouteAnswer};

use crate::fixture::{best, links, model, wheat};

/// Two ways by rail, one through AZE and one by KAZ and RUS only, and a road.
const TWO_WAYS: &str = "
place Field KAZ 44.0 50.0
place Gate  KAZ 43.9 50.0
place South AZE 43.8 50.0
place Mill  ARM 43.5 50.0
rail   Field Gate  400 KTZ KAZ
border Gate  South 10 KTZ KAZ|AZE 6±3
rail   South Ridge 200 ADY AZE
place Ridge AZE 43.6 50.0
border Ridge Mill  90 ADY AZE|ARM 6±3
";
const BY_RAIL: &str = "rail-Field-Gate rail-Gate-South rail-South-Ridge rail-Ridge-Mill";

fn two_ways(more: &str) -> Model {
    model(&format!("{TWO_WAYS}{more}"))
}

fn dispatched(model: &Model, day: Date) -> Answer {
    model.answer(&wheat(model, "Field", "Mill").departing(day)).unwrap()
}

fn on(model: &Model, day: Date) -> Answer {
    model.answer(&wheat(model, "Field", "Mill").on(day)).unwrap()
}

#[test]
fn a_price_or_a_season_that_changes_on_the_way_makes_nothing_unlawful() {
    let dearer = two_ways(
        "tariff ADY rail 0.. 0+0.0208 price_date=2025-10-01
         tariff ADY rail 0.. 0+0.0209 price_date=2025-11-09 tariff=ady-later
         season rail-Ridge-Mill 11-09..12-31 5±1",
    );
    let answer = dispatched(&dearer, date(2025, 11, 8));
    let route = best(&answer).unwrap();
    assert_eq!((route.lawful, route.open_on_arrival), (1.0, 1.0));
    let codes: Vec<&str> = answer.remarks.iter().map(|remark| remark.code).collect();
    assert!(!codes.contains(&"lawful-if-on-time"), "{codes:?}");
}

#[test]
fn early_cargo_waits_and_the_dispatch_that_waits_arrives_in_time() {
    let banned = two_ways(
        "rule ban v1 ban  2000-01-01..open territory=AZE
         rule ban v2 none 2025-10-21..open territory=AZE status=ended",
    );
    let question = wheat(&banned, "Field", "Mill").departing(date(2025, 10, 1));
    let latest = banned.latest_dispatch(&question, date(2025, 10, 31), 0.9).unwrap();
    assert!(latest.by_any.is_some());
    let waits = dispatched(&banned, date(2025, 10, 5));
    let route = best(&waits).unwrap();
    assert_eq!(route.lawful, 1.0);
    assert!(route.waited > 300.0, "{}", route.waited);
    // The wait takes away the spread of what came before it.
    assert!(route.time.variance < route.counted.variance);
    assert!(route.time.quantile(0.1) / 24.0 > 16.0, "nobody is across before the ban ends");
}

#[test]
fn a_stop_of_one_mode_at_a_place_leaves_other_modes_alone() {
    let roads = "road Field Mill 900 KAZ|ARM 5±2";
    let stop = "rule stop v1 embargo 2020-01-01..open places=Field modes=";
    let by_rail = two_ways(&format!("{roads}\n{stop}rail"));
    assert_eq!(links(&by_rail, best(&on(&by_rail, date(2025, 1, 1))).unwrap()), "road-Field-Mill");
    let by_road = two_ways(&format!("{roads}\n{stop}road"));
    assert_eq!(links(&by_road, best(&on(&by_road, date(2025, 1, 1))).unwrap()), BY_RAIL);
}

#[test]
fn the_first_leg_is_never_a_transfer_that_dodges_the_wait_for_wagons() {
    let waiting = two_ways(
        "wait KAZ rail 96±96
         road Field Gate 400 KAZ
         transfer Field road rail 3±1 1",
    );
    let question = wheat(&waiting, "Field", "Mill").on(date(2025, 1, 1));
    let mut fast = question.clone();
    fast.criterion = Criterion::Time;
    for asked in [question, fast] {
        let answer = waiting.answer(&asked).unwrap();
        for route in answer.routes.iter().chain(&answer.pareto) {
            assert_eq!(route.legs[0].kind, LegKind::Loading);
            assert_ne!(route.legs[1].kind, LegKind::Change, "{}", links(&waiting, route));
        }
    }
}

#[test]
fn a_truck_that_drives_out_and_back_does_not_dodge_the_wait_for_wagons() {
    let waiting = two_ways(
        "wait KAZ rail 96±96
         place Farm KAZ 44.1 50.0
         road Field Farm 20 KAZ
         transfer Field road rail 3±1 1",
    );
    let mut question = wheat(&waiting, "Field", "Mill").on(date(2025, 1, 1));
    question.criterion = Criterion::Time;
    let answer = waiting.answer(&question).unwrap();
    for route in answer.routes.iter().chain(&answer.pareto) {
        assert_eq!(links(&waiting, route), BY_RAIL);
    }
}

#[test]
fn a_rule_on_most_chapters_holds_mixed_goods_and_a_rule_on_grain_does_not() {
    let chapters: Vec<String> =
        (1..=97).filter(|chapter| *chapter != 27).map(|chapter| format!("{chapter:02}")).collect();
    for (goods, is_open) in [(chapters.join("|"), false), ("10|11".to_owned(), true)] {
        let text = format!(
            "commodities commodity=mixed form=dry_bulk unit_value=200 value_of_time=0.02
             rule stop v1 ban 2020-01-01..open territory=AZE goods={goods}"
        );
        let ruled = two_ways(&text);
        let quantity = scenario::Quantity::Tonnes(100.0);
        let question =
            scenario::Question::new(&ruled, "Field", "Mill", "mixed", quantity).unwrap().on(date(2025, 1, 1));
        assert_eq!(ruled.answer(&question).unwrap().routes.is_empty(), !is_open);
    }
}

#[test]
fn a_closed_route_by_the_borders_of_an_open_one_is_named_too() {
    let flooded = two_ways(
        "rail Mill Store 50 SCR ARM
         place Store ARM 43.4 50.0
         road Mill Store 50 ARM
         transfer Mill rail road 24±6 12
         state rail-Mill-Store closed 2024-05-26..2030-01-01",
    );
    let answer = flooded.answer(&wheat(&flooded, "Field", "Store").on(date(2024, 6, 1))).unwrap();
    assert_eq!(links(&flooded, best(&answer).unwrap()), format!("{BY_RAIL} road-Mill-Store"));
    let closed: Vec<String> = answer.why_not.iter().map(|own| links(&flooded, &own.route)).collect();
    assert_eq!(closed, [format!("{BY_RAIL} rail-Mill-Store")]);
}

#[test]
fn a_tariff_rule_holds_where_its_scope_says_and_nowhere_else() {
    let money = |model: &Model| best(&on(model, date(2025, 1, 1))).unwrap().usd_per_tonne;
    let plain = money(&two_ways(""));
    let of_ady = 0.02 * 200.0;
    for (scope, added) in [
        ("territory=AZE", 2.0 * of_ady),
        ("places=South", 2.0 * of_ady),
        ("links=rail-South-Ridge", 2.0 * of_ady),
        ("carriers=ADY", 2.0 * of_ady),
        ("territory=GEO", 0.0),
    ] {
        let priced = two_ways(&format!(
            "place Other GEO 42.0 50.0\nrule k v1 tariff_coefficient 2020-01-01..open {scope} value=3 unit=factor"
        ));
        assert!((money(&priced) - plain - added).abs() < 1e-6, "{scope}: {} against {plain}", money(&priced));
    }
}

#[test]
fn a_tariff_rule_that_may_have_ended_is_named_and_not_applied() {
    let doubtful = two_ways(
        "rule k v1 tariff_coefficient 2020-01-01..unknown confirmed_until=2020-06-01 carriers=ADY value=3 unit=factor",
    );
    let answer = on(&doubtful, date(2025, 1, 1));
    let plain = on(&two_ways(""), date(2025, 1, 1));
    assert_eq!(best(&answer).unwrap().usd_per_tonne, best(&plain).unwrap().usd_per_tonne);
    assert!(answer.remarks.iter().any(|remark| remark.code == "may-hold"), "{:?}", answer.remarks);
}

#[test]
fn permits_and_fees_on_a_track_inside_a_railway_are_counted() {
    let hours = |model: &Model| best(&on(model, date(2025, 1, 1))).unwrap().counted.mean;
    let plain = hours(&two_ways(""));
    let permit = two_ways(
        "rule paper v1 permit 2020-01-01..open links=rail-South-Ridge value=100 unit=hours conditions=paper",
    );
    assert!((hours(&permit) - plain - 100.0).abs() < 1e-6);
    assert_eq!(best(&on(&permit, date(2025, 1, 1))).unwrap().papers, ["paper"]);
}

#[test]
fn what_is_planned_was_not_there_before_the_plan_was_known() {
    let planned = two_ways(
        "road Field Mill 100 KAZ|ARM 5±2
         state road-Field-Mill planned 2025-08-08..open",
    );
    for known in [date(2025, 6, 1), Date::MAX] {
        let answer =
            planned.answer(&wheat(&planned, "Field", "Mill").on(date(2025, 11, 8)).known(known)).unwrap();
        assert_eq!(links(&planned, best(&answer).unwrap()), BY_RAIL, "as known on {known}");
    }
}

#[test]
fn no_route_crosses_a_border_twice_to_buy_a_tariff_in_two_pieces_or_to_see_a_place() {
    let turns = |answer: &Answer| {
        let twice = |route: &RouteAnswer| {
            (1..route.substance.len()).any(|at| route.substance[..at].contains(&route.substance[at]))
        };
        answer.routes.iter().chain(&answer.pareto).any(twice)
    };
    // A second border at Gate, by which a detour could cut the haul in two.
    let sliced = two_ways(
        "place Side RUS 43.9 50.1
         border Gate Side 5 KTZ KAZ|RUS 1±1
         tariff KTZ rail 0..350 0+0.001
         tariff KTZ rail 350.. 0+1 tariff=ktz-far
         rail Gate Half 200 KTZ KAZ
         place Half KAZ 43.95 50.0
         rail Half Field 200 KTZ KAZ
         border Half Side 5 KTZ KAZ|RUS 1±1",
    );
    assert!(!turns(&on(&sliced, date(2025, 1, 1))));
    let mut question = wheat(&sliced, "Field", "Mill").on(date(2025, 1, 1));
    question.via = vec![sliced.network.places.find("Side").unwrap()];
    assert!(!turns(&sliced.answer(&question).unwrap()));
}

#[test]
fn rolling_on_a_ferry_and_off_again_does_not_cut_a_haul_in_two() {
    // Beyond 300 km the tariff of KTZ is ten times as high, and a ferry berth lies half way.
    let port = two_ways(
        "tariff KTZ rail 0..300 0+0.01
         tariff KTZ rail 300.. 0+0.1 tariff=ktz-far
         place Port KAZ 43.95 50.0
         place Isle KAZ 43.95 50.5
         rail Field Port 200 KTZ KAZ
         rail Port Gate 200 KTZ KAZ
         ferry Port Isle 50 3±1 5
         transfer Port rail ferry 1±1 0",
    );
    let mut question = wheat(&port, "Field", "Mill").on(date(2025, 1, 1));
    question.criterion = Criterion::Money;
    let answer = port.answer(&question).unwrap();
    let route = best(&answer).unwrap();
    assert!(route.legs.iter().all(|leg| leg.kind != LegKind::Change), "{}", links(&port, route));
    let freight: f64 = route
        .legs
        .iter()
        .filter(|leg| leg.carrier == "KTZ" && leg.kind == LegKind::Haul)
        .map(|leg| leg.usd_per_tonne)
        .sum();
    assert!((freight - 40.0).abs() < 1e-9, "400 km at 0.1 USD: {freight}");
}

#[test]
fn closing_a_link_that_a_coefficient_makes_dear_lowers_nothing() {
    let dear = two_ways(
        "rail Field Loop 300 KTZ KAZ
         place Loop KAZ 43.95 50.2
         rail Loop Gate 300 KTZ KAZ
         rule k v1 tariff_coefficient 2020-01-01..open links=rail-Field-Gate value=4 unit=factor",
    );
    let mut question = wheat(&dear, "Field", "Mill").on(date(2025, 1, 1));
    question.criterion = Criterion::Money;
    let before = dear.answer(&question).unwrap().routes[0].usd_per_tonne;
    let closed = dear.with(&[Measure::close("rail-Field-Gate", date(2000, 1, 1))]);
    let after = closed.answer(&question).unwrap().routes[0].usd_per_tonne;
    assert!((after - before).abs() < 1e-6, "{before} before and {after} after: the loop was there all along");
}

#[test]
fn a_price_per_container_of_loose_grain_is_not_known() {
    let priced = two_ways(
        "rule fee v1 fee 2020-01-01..open links=rail-Gate-South value=698 unit=per_teu currency=USD",
    );
    let answer = on(&priced, date(2025, 1, 1));
    assert_eq!(best(&answer).unwrap().unknown_prices, ["fee"]);
}

#[test]
fn what_was_taken_as_open_and_what_was_assumed_is_said() {
    let doubtful = two_ways("state rail-South-Ridge closed 2020-01-01..unknown confirmed_until=2020-06-01");
    let mut question = wheat(&doubtful, "Field", "Mill").on(date(2025, 1, 1));
    assert!(doubtful.answer(&question).unwrap().routes.is_empty());
    question.not_known_is_open = true;
    let answer = doubtful.answer(&question).unwrap();
    assert_eq!(best(&answer).unwrap().assumed_open.len(), 1);
    assert!(answer.remarks.iter().any(|remark| remark.code == "taken-as-open"));
    let opened = doubtful.with(&[Measure::open("rail-South-Ridge", date(2024, 1, 1))]);
    let answer = on(&opened, date(2025, 1, 1));
    assert!(answer.remarks.iter().any(|remark| remark.code == "assumed"), "{:?}", answer.remarks);
}

#[test]
fn the_horizon_binds_the_arrival_and_not_only_the_departure() {
    let near = two_ways("wait KAZ rail 96±96");
    let answer = dispatched(&near, date(2029, 12, 31));
    assert!(answer.remarks.iter().any(|remark| remark.code == "after-the-horizon"), "{:?}", answer.remarks);
}
