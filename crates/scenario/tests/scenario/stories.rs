//! Stories: a small case, a question, and what a user must be told.

use jiff::civil::{Date, date};
use regime::{Closure, What};
use scenario::{Answer, Criterion, LegKind, Measure, Model, Question, RouteAnswer};

use crate::fixture::{best, link, links, model, wheat};

/// From a field in Kazakhstan to a mill in Armenia: by rail through Azerbaijan and Georgia, or by a
/// long and dear road.
const CORRIDOR: &str = "
place Field KAZ 44.0 50.0
place North KAZ 43.9 50.0
place South AZE 43.8 50.0
place West  AZE 43.7 50.0
place Ridge GEO 43.6 50.0
place Mill  ARM 43.5 50.0
rail   Field North 400 KTZ KAZ
border North South 10 KTZ KAZ|AZE 6±3
rail   South West  400 ADY AZE
border West  Ridge 10 GR AZE|GEO 6±3
border Ridge Mill  90 GR GEO|ARM 6±3
road   Field Mill 3000 KAZ|IRN|ARM 12±6
";
const BY_RAIL: &str = "rail-Field-North rail-North-South rail-South-West rail-West-Ridge rail-Ridge-Mill";
const BY_ROAD: &str = "road-Field-Mill";

/// A ban on what passes through Azerbaijan to Armenia, and its lifting.
const TRANSIT_BAN: &str = "
rule transit-ban v1 ban  2000-01-01..open territory=AZE movement=transit destinations=ARM
rule transit-ban v2 none 2025-10-21..open territory=AZE movement=transit destinations=ARM status=ended
";

const EVER: Date = Date::MAX;

fn corridor(rules: &str) -> Model {
    model(&format!("{CORRIDOR}{rules}"))
}

fn ask(model: &Model, change: impl FnOnce(&mut Question)) -> Answer {
    let mut question = wheat(model, "Field", "Mill").on(date(2025, 1, 1));
    change(&mut question);
    model.answer(&question).unwrap()
}

fn best_links(model: &Model, answer: &Answer) -> String {
    best(answer).map_or_else(|| "none".to_owned(), |route| links(model, route))
}

/// The titles of the rules among closures. (A fixture's rules are called like their identifiers.)
fn rules_of<'a>(model: &'a Model, closures: &[Closure]) -> Vec<&'a str> {
    let rule = |closure: &Closure| match closure {
        Closure::Rule { version, .. } => Some(model.regime.rules.rule_of(*version).title.as_str()),
        _ => None,
    };
    closures.iter().filter_map(rule).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

// Rules and their versions

#[test]
fn a_ban_closes_its_lifting_opens_and_who_asks_as_of_earlier_still_sees_the_ban() {
    let model = corridor(TRANSIT_BAN);
    for (day, known, expected) in [
        (date(2025, 10, 20), EVER, BY_ROAD),
        (date(2025, 10, 21), EVER, BY_RAIL),
        (date(2025, 11, 8), EVER, BY_RAIL),
        (date(2025, 11, 8), date(2025, 10, 21), BY_RAIL),
        (date(2025, 11, 8), date(2025, 10, 1), BY_ROAD),
    ] {
        let answer = model.answer(&wheat(&model, "Field", "Mill").on(day).known(known)).unwrap();
        assert_eq!(best_links(&model, &answer), expected, "on {day}, as known on {known}");
        let reasons: Vec<(String, Vec<&str>)> = answer
            .why_not
            .iter()
            .map(|why| (links(&model, &why.route), rules_of(&model, &why.closures)))
            .collect();
        if expected == BY_ROAD {
            assert_eq!(reasons, [(BY_RAIL.to_owned(), vec!["transit-ban"])], "on {day}, as known on {known}");
        } else {
            assert_eq!(reasons, [], "on {day}, as known on {known}");
        }
    }
}

#[test]
fn the_ban_is_on_transit_to_armenia_and_on_nothing_else() {
    let model = corridor(TRANSIT_BAN);
    for (to, is_open) in [("West", true), ("Ridge", true), ("Mill", false)] {
        let question = wheat(&model, "Field", to).on(date(2025, 10, 20));
        let answer = model.answer(&question).unwrap();
        let by_rail = answer.routes.iter().any(|route| links(&model, route).contains("rail-South-West"));
        assert_eq!(by_rail, is_open, "to {to}");
    }
}

/// All scope columns that are filled must match.
#[test]
fn a_ban_closes_what_its_scope_holds() {
    let member = "blocs bloc=EAEU economy=KAZ from=2015-01-01 to=2030-01-01";
    for (scope, expected) in [
        ("territory=AZE direction=entry", BY_ROAD),
        ("territory=AZE direction=exit", BY_ROAD),
        ("links=rail-South-West direction=forward", BY_ROAD),
        ("links=rail-South-West direction=backward", BY_RAIL),
        ("links=rail-South-West|road-Field-Mill", "none"),
        ("territory=ARM movement=import modes=rail", BY_ROAD),
        ("territory=KAZ movement=export modes=rail", BY_ROAD),
        ("territory=KAZ movement=transit", BY_RAIL),
        ("territory=KAZ movement=domestic", BY_RAIL),
        ("territory=AZE origins=KAZ", BY_ROAD),
        ("territory=AZE origins=EAEU", BY_ROAD),
        ("territory=AZE origins=ARM|GEO", BY_RAIL),
        ("territory=AZE destinations=EAEU", BY_RAIL),
        ("territory=AZE goods=10", BY_ROAD),
        ("territory=AZE goods=1002|2710", BY_RAIL),
        ("territory=AZE forms=container", BY_RAIL),
        ("territory=AZE modes=road", BY_RAIL),
        ("carriers=ADY", BY_ROAD),
        ("carriers=ADY territory=KAZ", BY_RAIL),
        ("places=South", BY_ROAD),
        ("places=Mill", "none"),
        ("places=Mill modes=rail", BY_ROAD),
    ] {
        let model = corridor(&format!("{member}\nrule stop v1 ban 2020-01-01..open {scope}"));
        let answer = ask(&model, |_| {});
        assert_eq!(best_links(&model, &answer), expected, "{scope}");
    }
}

#[test]
fn a_closure_that_is_over_is_over_whatever_is_announced_for_later() {
    let floods = "state rail-South-West closed 2024-05-26..2024-08-15";
    for (later, expected) in [
        ("", BY_RAIL),
        ("state rail-South-West closed 2028-01-01..2028-06-01 status=announced", BY_RAIL),
        ("state rail-South-West closed 2028-01-01..2028-06-01 known_from=2027-01-01", BY_RAIL),
        // The end of the closure is itself only announced: it must not be believed.
        ("state rail-South-West open 2024-08-15..open status=announced", BY_ROAD),
    ] {
        let model = corridor(&format!("{floods}\n{later}"));
        let answer = ask(&model, |question| *question = question.clone().known(date(2026, 1, 1)));
        assert_eq!(best_links(&model, &answer), expected, "{later}");
    }
}

#[test]
fn every_rule_and_state_that_closes_a_route_is_named_not_only_the_first() {
    let model = corridor(&format!(
        "{TRANSIT_BAN}
        rule export-stop v1 embargo 2025-10-01..2025-11-01 carriers=KTZ movement=any goods=10
        state rail-Ridge-Mill closed 2025-10-01..2025-12-01"
    ));
    let answer = ask(&model, |question| *question = question.clone().on(date(2025, 10, 15)));
    let nearest = answer.why_not.iter().find(|why| links(&model, &why.route) == BY_RAIL).unwrap();
    let mut rules = rules_of(&model, &nearest.closures);
    rules.sort_unstable();
    assert_eq!(rules, ["export-stop", "transit-ban"]);
    let states = nearest.closures.iter().filter(|closure| matches!(closure, Closure::State { .. })).count();
    assert_eq!(states, 1);
}

#[test]
fn a_version_known_later_supersedes_even_for_days_before_it_was_known() {
    let model = corridor(
        "rule stop v1 ban  2025-01-01..open links=rail-South-West
         rule stop v2 none 2025-01-15..open links=rail-South-West known_from=2025-03-01 status=ended",
    );
    for (day, known, expected) in [
        (date(2025, 2, 1), date(2025, 2, 1), BY_ROAD),
        (date(2025, 2, 1), date(2025, 3, 1), BY_RAIL),
        (date(2025, 1, 10), EVER, BY_ROAD),
        (date(2025, 1, 15), EVER, BY_RAIL),
    ] {
        let answer = model.answer(&wheat(&model, "Field", "Mill").on(day).known(known)).unwrap();
        assert_eq!(best_links(&model, &answer), expected, "on {day}, as known on {known}");
    }
}

#[test]
fn what_is_only_announced_does_not_bind_unless_asked() {
    let model = corridor(
        "rule stop v1 ban 2025-01-01..open links=rail-South-West
         rule stop v2 none 2025-06-01..open links=rail-South-West status=initialled",
    );
    for (binding, expected) in [
        (case::LegalStatus::InForce, BY_ROAD),
        (case::LegalStatus::Signed, BY_ROAD),
        (case::LegalStatus::Initialled, BY_RAIL),
    ] {
        let answer = ask(&model, |question| {
            *question = question.clone().on(date(2025, 7, 1));
            question.perspective.binding = binding;
        });
        assert_eq!(best_links(&model, &answer), expected, "{binding:?}");
    }
}

#[test]
fn an_end_that_nobody_reported_makes_a_route_not_known_neither_open_nor_closed() {
    for stop in [
        "rule stop v1 embargo 2025-04-22..unknown confirmed_until=2025-06-30 links=rail-South-West",
        "state rail-South-West closed 2025-04-22..unknown confirmed_until=2025-06-30",
    ] {
        let model = corridor(stop);
        let routes = |routes: &[RouteAnswer]| -> Vec<String> {
            routes.iter().map(|route| links(&model, route)).collect()
        };
        let on = |day| ask(&model, |question| *question = question.clone().on(day));
        let before = on(date(2025, 6, 30));
        assert_eq!((routes(&before.routes), before.not_known.len()), (vec![BY_ROAD.to_owned()], 0), "{stop}");
        assert_eq!(before.why_not.len(), 1, "{stop}");
        let after = on(date(2025, 11, 8));
        assert_eq!(routes(&after.routes), [BY_ROAD], "{stop}");
        assert_eq!(routes(&after.not_known), [BY_RAIL], "{stop}");
        assert_eq!(after.why_not.len(), 0, "{stop}");
        let hopeful = ask(&model, |question| {
            *question = question.clone().on(date(2025, 11, 8));
            question.not_known_is_open = true;
        });
        assert_eq!(best_links(&model, &hopeful), BY_RAIL, "{stop}");
        assert_eq!(hopeful.not_known.len(), 0, "{stop}");
    }
}

#[test]
fn a_rule_with_conditions_opens_to_who_declares_one_alternative_in_full() {
    let model = corridor(
        "rule grain v1 allowed_if 2025-01-01..open territory=AZE conditions=sealed+escort|transhipment",
    );
    for (declared, expected, papers) in [
        (&[][..], BY_ROAD, &[][..]),
        (&["sealed"], BY_ROAD, &[]),
        (&["sealed", "escort"], BY_RAIL, &["sealed", "escort"]),
        (&["transhipment"], BY_RAIL, &["transhipment"]),
    ] {
        let answer = ask(&model, |question| {
            question.meets = declared.iter().map(|paper| (*paper).to_owned()).collect();
        });
        assert_eq!(best_links(&model, &answer), expected, "{declared:?}");
        assert_eq!(best(&answer).unwrap().declared, papers, "{declared:?}");
    }
}

#[test]
fn a_disputed_tariff_is_shown_and_not_applied_until_asked() {
    let model = corridor(
        "rule tariff-war v1 tariff_coefficient 2025-01-01..open carriers=ADY value=3 unit=factor disputed=yes",
    );
    let rail_money = |disputed: bool| {
        let answer = ask(&model, |question| question.perspective.disputed = disputed);
        let said = answer.remarks.iter().any(|remark| remark.code == "disputed-rule");
        assert_eq!(said, !disputed, "a remark says that it is not applied");
        answer.routes.iter().find(|route| links(&model, route) == BY_RAIL).unwrap().usd_per_tonne
    };
    // 400 km of ADY at 0.02 USD/(t km) is 8 USD/t; three times that is 16 more.
    assert!(close(rail_money(true) - rail_money(false), 16.0));
}

#[test]
fn duties_and_subsidies_stand_beside_the_route_and_not_in_its_cost() {
    let plain = corridor("");
    let model = corridor(
        "rule import-duty v1 duty 2025-01-01..open territory=ARM movement=import value=5 unit=percent_of_value
         rule grain-subsidy v1 subsidy 2025-01-01..open territory=KAZ movement=export value=12 unit=per_tonne currency=USD
         rule fuel-duty v1 duty 2025-01-01..open territory=ARM movement=import value=9 unit=percent_of_value goods=2710
         rule war-duty v1 duty 2025-01-01..open territory=ARM movement=import value=1 unit=per_tonne currency=USD disputed=yes",
    );
    let answer = ask(&model, |_| {});
    let mut pair: Vec<(&str, Option<f64>, bool, bool)> = answer
        .pair
        .iter()
        .map(|charge| {
            let rule = model.regime.rules.rule_of(charge.version).title.as_str();
            (rule, charge.usd_per_tonne, charge.is_subsidy, charge.applied)
        })
        .collect();
    pair.sort_by_key(|(rule, ..)| *rule);
    assert_eq!(
        pair,
        [
            ("grain-subsidy", Some(12.0), true, true),
            ("import-duty", Some(10.0), false, true),
            ("war-duty", Some(1.0), false, false),
        ]
    );
    let money = |answer: &Answer| best(answer).unwrap().usd_per_tonne;
    assert!(close(money(&answer), money(&ask(&plain, |_| {}))));
}

// Dispatch

/// The corridor with another length of the first haul, and the ban with its lifting.
fn with_first_haul(km: u32) -> Model {
    model(&format!("{CORRIDOR}{TRANSIT_BAN}").replace("North 400", &format!("North {km}")))
}

fn dispatched(model: &Model, day: Date) -> RouteAnswer {
    let answer = ask(model, |question| *question = question.clone().departing(day));
    let by_rail = answer.routes.iter().find(|route| links(model, route) == BY_RAIL);
    by_rail.unwrap_or_else(|| panic!("dispatched on {day} by rail")).clone()
}

#[test]
fn cargo_that_gets_to_the_border_after_the_lifting_is_lawful_with_a_probability() {
    // 2 h of loading and 2,000 km at 40 km/h: at the border 52 h after departure. The ban ends 24 h
    // after it.
    let route = dispatched(&with_first_haul(2000), date(2025, 10, 20));
    assert_eq!(route.waited, 0.0);
    assert!(0.0 < route.open_on_arrival && route.open_on_arrival < 1.0, "{}", route.open_on_arrival);
    assert_eq!(route.lawful, 1.0, "who is early can wait: the border is not closed for good");
    let later = dispatched(&with_first_haul(4000), date(2025, 10, 20));
    assert!(later.open_on_arrival > route.open_on_arrival, "at 102 h against at 52 h");
}

#[test]
fn cargo_that_gets_to_the_border_before_the_lifting_waits_for_it() {
    // At the border 12 h after departure: 12 h too early.
    let model = with_first_haul(400);
    let route = dispatched(&model, date(2025, 10, 20));
    assert!((route.waited - 12.0).abs() < 0.01, "{}", route.waited);
    let free = dispatched(&model, date(2025, 10, 21));
    assert_eq!((free.waited, free.open_on_arrival), (0.0, 1.0));
    assert!((route.counted.mean - free.counted.mean - 12.0).abs() < 0.01);
    assert!(route.time.mean > route.counted.mean, "who is late is late all the same");
    assert!(route.time.variance < free.time.variance, "a wait for a fixed hour takes spread away");
    let border = route.legs.iter().find(|leg| leg.kind == LegKind::Border).unwrap();
    assert_eq!((border.waited, border.starts_at), (route.waited, 24.0));
    let spoke: Vec<u32> =
        route.rules.iter().map(|used| model.regime.rules.get(used.version).number).collect();
    assert_eq!(spoke, [2], "the version that lifts the ban");
}

/// 333.31 km take 8.33275 h, which a search that counts in thousandths of an hour rounds up: by the
/// route's own sum the wait ends 0.9 s before midnight.
#[test]
fn a_wait_that_ends_at_midnight_ends_on_the_new_day() {
    let model = model(&format!("{CORRIDOR}{TRANSIT_BAN}").replace("North 400", "North 333.31"));
    let route = dispatched(&model, date(2025, 10, 20));
    let border = route.legs.iter().find(|leg| leg.kind == LegKind::Border).unwrap();
    assert!((border.starts_at - 24.0).abs() < 0.001, "{}", border.starts_at);
    assert_eq!(border.closures, []);
}

#[test]
fn a_snapshot_of_the_day_of_dispatch_still_sees_the_ban() {
    let model = with_first_haul(2000);
    let answer = ask(&model, |question| *question = question.clone().on(date(2025, 10, 20)));
    assert_eq!(best_links(&model, &answer), BY_ROAD);
}

#[test]
fn a_link_inside_a_haul_that_opens_before_the_train_gets_there_does_not_hold_it_up() {
    // A line of one railway, 50 h and 10 h long; its second half opens 24 h after departure.
    let model = model(
        "place Field KAZ 44.0 50.0
         place Halt  KAZ 43.9 50.0
         place Mill  KAZ 43.8 50.0
         rail Field Halt 2000 KTZ KAZ
         rail Halt  Mill 400  KTZ KAZ
         state rail-Halt-Mill closed 2025-01-01..2025-10-21",
    );
    for (day, waited) in [(date(2025, 10, 20), 0.0), (date(2025, 10, 18), 20.0)] {
        let answer = ask(&model, |question| *question = question.clone().departing(day));
        let route = best(&answer).unwrap();
        assert!((route.waited - waited).abs() < 0.01, "dispatched on {day}: {} h", route.waited);
        let closures: Vec<&Closure> = route.legs.iter().flat_map(|leg| &leg.closures).collect();
        assert_eq!(closures, Vec::<&Closure>::new(), "nothing closes an open route; dispatched on {day}");
    }
}

#[test]
fn a_longer_way_on_the_same_railway_is_taken_while_the_short_one_is_closed() {
    let model = model(
        "place Field KAZ 44.0 50.0
         place Halt  KAZ 43.9 50.0
         place Mill  KAZ 43.8 50.0
         rail Field Mill 100 KTZ KAZ
         rail Field Halt 80  KTZ KAZ
         rail Halt  Mill 80  KTZ KAZ
         state rail-Field-Mill closed 2025-01-01..2025-10-21",
    );
    for (day, expected) in
        [(date(2025, 10, 10), "rail-Field-Halt rail-Halt-Mill"), (date(2025, 10, 21), "rail-Field-Mill")]
    {
        let answer = ask(&model, |question| *question = question.clone().departing(day));
        assert_eq!(best_links(&model, &answer), expected, "dispatched on {day}");
        assert_eq!(best(&answer).unwrap().waited, 0.0, "dispatched on {day}");
    }
}

#[test]
fn a_season_slows_who_gets_there_in_it() {
    // 50 h to the pass, so that who leaves on the 30th gets there on 2 December.
    for pass in ["road Halt Mill 42 KAZ", "border Halt Mill 40 KTZ KAZ|RUS 1±1", "rail Halt Mill 40 KTZ KAZ"]
    {
        let link = pass.split(' ').take(3).collect::<Vec<_>>().join("-").replace("border", "rail");
        let model = model(&format!(
            "place Field KAZ 44.0 50.0
             place Halt  KAZ 43.9 50.0
             place Mill  KAZ 43.8 50.0
             rail Field Halt 2000 KTZ KAZ
             transfer Halt rail road 1±0 1
             {pass}
             season {link} 12-01..03-31 10±5"
        ));
        let hours = |question: Question| best(&model.answer(&question).unwrap()).unwrap().time.mean;
        let asked = || wheat(&model, "Field", "Mill");
        let slow = hours(asked().on(date(2025, 12, 2)));
        let fast = hours(asked().on(date(2025, 11, 30)));
        assert!(close(slow - fast, 10.0), "{pass}");
        assert!(close(hours(asked().departing(date(2025, 11, 20))), fast), "{pass}");
        // On rails inside one railway the day on which the haul sets off decides.
        let on_the_30th = if pass.starts_with("rail") { fast } else { slow };
        assert!(close(hours(asked().departing(date(2025, 11, 30))), on_the_30th), "{pass}");
    }
}

#[test]
fn the_latest_dispatch_keeps_the_confidence_and_a_day_later_does_not() {
    let model = corridor("wait KAZ rail 48±48");
    for (arrive_by, confidence) in [
        (date(2025, 6, 30), 0.5),
        (date(2025, 6, 30), 0.9),
        (date(2025, 6, 30), 0.99),
        (date(2024, 3, 1), 0.8),
    ] {
        let question = wheat(&model, "Field", "Mill");
        let latest = model.latest_dispatch(&question, arrive_by, confidence).unwrap().by_any.unwrap();
        let kept = |dispatch: Date| {
            let hours = regime::hours_between(dispatch, arrive_by.tomorrow().unwrap());
            let answer = model.answer(&question.clone().departing(dispatch)).unwrap();
            let chances = answer
                .routes
                .iter()
                .chain(&answer.pareto)
                .map(|route| route.time.probability_within(hours).min(route.lawful));
            chances.fold(0.0, f64::max)
        };
        assert!(latest.probability >= confidence, "{}", latest.probability);
        assert!(kept(latest.dispatch) >= confidence, "on {}", latest.dispatch);
        let next = latest.dispatch.tomorrow().unwrap();
        assert!(kept(next) < confidence, "on {next}, {confidence} would still be kept");
    }
}

#[test]
fn a_dispatch_that_cannot_arrive_in_time_is_not_promised() {
    let model = corridor(
        "state rail-Ridge-Mill closed 2000-01-01..open\nstate road-Field-Mill closed 2000-01-01..open",
    );
    let question = wheat(&model, "Field", "Mill");
    assert!(model.latest_dispatch(&question, date(2025, 6, 30), 0.9).unwrap().by_any.is_none());
}

// Money

#[test]
fn a_haul_is_charged_whole_and_cannot_be_bought_in_slices() {
    // Below 300 km a tenth of the rate above. Changing to the road and back at Halt is possible.
    let model = model(
        "place Field KAZ 44.0 50.0
         place Halt  KAZ 43.9 50.0
         place Mill  KAZ 43.8 50.0
         place Side  KAZ 43.9 50.1
         rail Field Halt 200 KTZ KAZ
         rail Halt  Mill 200 KTZ KAZ
         road Halt  Side 10 KAZ
         transfer Halt rail road 1±0 100
         tariff KTZ rail 0..300 0+0.01
         tariff KTZ rail 300.. 0+0.1",
    );
    for via in [vec![], vec![model.network.places.find("Halt").unwrap()]] {
        let answer = ask(&model, |question| question.via = via.clone());
        let route = best(&answer).unwrap();
        let carriage: Vec<f64> = route
            .legs
            .iter()
            .flat_map(|leg| &leg.lines)
            .filter(|line| matches!(line.what, What::Carriage(..)))
            .filter_map(|line| line.usd_per_tonne)
            .collect();
        assert_eq!(carriage, [40.0], "via {via:?}");
        assert!(close(route.usd_per_tonne, 42.0), "loading, unloading and the haul: {}", route.usd_per_tonne);
    }
}

#[test]
fn a_coefficient_holds_for_hauls_to_its_gate() {
    let rails = "
        place Field KAZ 44.0 50.0
        place East  KAZ 43.9 50.1
        place West  KAZ 43.9 49.9
        place Mill  RUS 43.8 50.0
        rail Field East 300 KTZ KAZ
        rail Field West 310 KTZ KAZ
        border East Mill 10 RZD KAZ|RUS 5±2
        border West Mill 10 RZD KAZ|RUS 5±2";
    for (rule, expected) in [
        ("", "rail-Field-East rail-East-Mill"),
        (
            "rule relief v1 tariff_coefficient 2025-01-01..open carriers=KTZ gates=West value=0.5 unit=factor",
            "rail-Field-West rail-West-Mill",
        ),
        (
            "rule relief v1 tariff_coefficient 2025-01-01..open carriers=RZD gates=West value=0.5 unit=factor",
            "rail-Field-East rail-East-Mill",
        ),
        (
            "rule relief v1 tariff_coefficient 2025-01-01..open carriers=KTZ gates=West value=0.5 unit=factor min_km=311",
            "rail-Field-East rail-East-Mill",
        ),
    ] {
        let model = model(&format!("{rails}\n{rule}"));
        let answer = ask(&model, |_| {});
        assert_eq!(best_links(&model, &answer), expected, "{rule}");
        let west = answer.routes.iter().find(|route| links(&model, route).contains("West")).unwrap();
        let halved = expected.contains("West");
        // 310 km at 0.02, 10 km at 0.02, loading and unloading.
        assert!(close(west.usd_per_tonne, if halved { 3.1 } else { 6.2 } + 0.2 + 2.0), "{rule}");
    }
}

#[test]
fn a_fee_is_taken_once_where_it_is_due() {
    let money = |rule: &str, from: &str, to: &str| {
        let model = corridor(rule);
        let answer = model.answer(&wheat(&model, from, to).on(date(2025, 1, 1))).unwrap();
        let rail = answer.routes.iter().find(|route| links(&model, route).starts_with("rail")).unwrap();
        rail.usd_per_tonne
    };
    for (scope, amount, expected) in [
        ("links=rail-North-South", "value=5 unit=per_tonne", 5.0),
        ("links=rail-North-South", "value=140 unit=per_vehicle", 2.0),
        ("links=rail-North-South", "value=3000 unit=per_consignment", 3.0),
        ("links=rail-North-South|rail-West-Ridge", "value=5 unit=per_tonne", 10.0),
        ("links=rail-South-West", "value=5 unit=per_tonne", 5.0),
        ("links=rail-Field-North direction=backward", "value=5 unit=per_tonne", 0.0),
        ("places=Mill", "value=5 unit=per_tonne", 5.0),
        ("places=South", "value=5 unit=per_tonne", 0.0),
    ] {
        let rule = format!("rule toll v1 fee 2025-01-01..open {scope} {amount} currency=USD");
        let taken = money(&rule, "Field", "Mill") - money("", "Field", "Mill");
        assert!(close(taken, expected), "{scope} {amount}: {taken} USD/t");
    }
}

// Where

#[test]
fn via_goes_by_a_place_and_avoid_leaves_out_places_territories_and_links() {
    let model = corridor("");
    let place = |name: &str| model.network.places.find(name).unwrap();
    type Change<'a> = &'a dyn Fn(&mut Question);
    let cases: [(&str, Change<'_>, &str); 8] = [
        ("nothing", &|_| {}, BY_RAIL),
        ("via Ridge", &|question| question.via = vec![place("Ridge")], BY_RAIL),
        ("via West and South", &|question| question.via = vec![place("West"), place("South")], BY_RAIL),
        ("avoid South", &|question| question.avoided.places = vec![place("South")], BY_ROAD),
        ("avoid GEO", &|question| question.avoided.territory = vec!["GEO".to_owned()], BY_ROAD),
        ("avoid a link", &|question| question.avoided.links = vec![link(&model, "rail-South-West")], BY_ROAD),
        ("by road only", &|question| question.modes = vec![case::Mode::Road], BY_ROAD),
        ("avoid ARM", &|question| question.avoided.territory = vec!["ARM".to_owned()], "none"),
    ];
    for (name, change, expected) in cases {
        assert_eq!(best_links(&model, &ask(&model, change)), expected, "{name}");
    }
    // The road does not touch Ridge.
    let answer = ask(&model, |question| question.via = vec![place("Ridge")]);
    assert!(answer.routes.iter().all(|route| links(&model, route).contains("Ridge")));
}

#[test]
fn with_the_last_line_closed_the_cargo_changes_to_the_road() {
    let model = corridor("road Ridge Mill 100 GEO|ARM 5±3\ntransfer Ridge rail road 6±3 4");
    let open = ask(&model, |_| {});
    assert_eq!(best_links(&model, &open), BY_RAIL);
    let flooded = model.with(&[Measure::close("rail-Ridge-Mill", date(2025, 1, 1))]);
    let answer = ask(&flooded, |_| {});
    assert_eq!(best_links(&flooded, &answer), BY_RAIL.replace("rail-Ridge-Mill", "road-Ridge-Mill"));
    let kinds: Vec<LegKind> = best(&answer).unwrap().legs.iter().map(|leg| leg.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == LegKind::Change).count(), 1);
    assert!(answer.why_not.iter().any(|why| links(&flooded, &why.route) == BY_RAIL));
    assert!(answer.remarks.iter().any(|remark| remark.code == "assumed"));
    let reopened = flooded.with(&[Measure::open("rail-Ridge-Mill", date(2025, 1, 1))]);
    assert_eq!(best_links(&reopened, &ask(&reopened, |_| {})), BY_RAIL);
}

#[test]
fn lifting_a_rule_by_assumption_is_as_good_as_its_lifting() {
    let model = corridor("rule stop v1 ban 2000-01-01..open links=rail-South-West");
    let lifted = model.with(&[Measure::lift(&model.regime.rules.rules[0].id, date(2025, 6, 1))]);
    for (day, expected) in [(date(2025, 5, 31), BY_ROAD), (date(2025, 6, 1), BY_RAIL)] {
        let answer = ask(&lifted, |question| *question = question.clone().on(day));
        assert_eq!(best_links(&lifted, &answer), expected, "on {day}");
    }
}

#[test]
fn a_break_of_gauge_is_passed_only_where_wagons_or_goods_can_be_changed() {
    let rails = "
        place Field KAZ 44.0 50.0
        place Halt  KAZ 43.9 50.0
        place Mill  TUR 43.8 50.0
        rail Field Halt 100 KTZ KAZ
        border Halt Mill 100 TCDD KAZ|TUR 5±2 gauge_mm=1435";
    let change = "transfer Halt rail rail 12±4 3 from_gauge_mm=1520 to_gauge_mm=1435";
    let broken = model(rails);
    assert!(ask(&broken, |_| {}).routes.is_empty());
    let joined = model(&format!("{rails}\n{change}"));
    let answer = ask(&joined, |_| {});
    let route = best(&answer).unwrap();
    let changes: Vec<(f64, f64)> = route
        .legs
        .iter()
        .filter(|leg| leg.kind == LegKind::Change)
        .map(|leg| (leg.hours, leg.usd_per_tonne))
        .collect();
    assert_eq!(changes, [(12.0, 3.0)]);
    // 1,000 t in wagons of 70 t, of either gauge.
    let wagons: Vec<(f64, Option<f64>)> =
        route.vehicles.iter().map(|(_, wagons, trains)| (*wagons, *trains)).collect();
    assert_eq!(wagons, [(15.0, Some(1.0)), (15.0, Some(1.0))]);
}

#[test]
fn a_ferry_takes_wagons_and_its_price_decides() {
    let ferry = |usd: u32| {
        model(&format!(
            "{CORRIDOR}
            place Port  KAZ 43.9 50.1
            place Haven GEO 43.6 50.1
            rail  Field Port 300 KTZ KAZ
            ferry Port Haven 400 24±24 {usd}
            transfer Port rail ferry 3±1 1
            transfer Haven rail ferry 3±1 1
            border Haven Mill 50 GR GEO|ARM 6±3"
        ))
    };
    let by_ferry = "rail-Field-Port ferry-Port-Haven rail-Haven-Mill";
    for (usd, expected) in [(1, by_ferry), (100, BY_RAIL)] {
        let model = ferry(usd);
        assert_eq!(best_links(&model, &ask(&model, |_| {})), expected, "at {usd} USD/t");
        let repriced = ferry(50).with(&[Measure::service_price("ferry-Port-Haven", f64::from(usd))]);
        assert_eq!(best_links(&repriced, &ask(&repriced, |_| {})), expected, "at an assumed {usd} USD/t");
    }
}

#[test]
fn the_best_by_time_by_money_and_by_co2_can_be_three_routes() {
    let model = model(
        "place Field KAZ 44.0 50.0
         place Mill  RUS 43.8 50.0
         place East  KAZ 43.9 50.1
         place West  KAZ 43.9 49.9
         border Field Mill 500 RZD KAZ|RUS 90±5
         road   Field Mill 400 KAZ|RUS 1±1
         road   Field East 300 KAZ
         road   East  Mill 300 KAZ|RUS 1±1
         tariff KTZ rail 0.. 0+0.3
         rail   Field West 450 KTZ KAZ
         road   West Mill 5 KAZ|RUS 1±1
         transfer West rail road 1±1 1",
    );
    for (criterion, expected) in [
        (Criterion::Time, "road-Field-Mill"),
        (Criterion::Money, "rail-Field-Mill"),
        (Criterion::Co2, "rail-Field-West road-West-Mill"),
    ] {
        let answer = ask(&model, |question| question.criterion = criterion);
        assert_eq!(best_links(&model, &answer), expected, "{criterion:?}");
    }
}
