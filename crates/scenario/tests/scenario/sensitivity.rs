//! Which figures matter: what is recorded is what a whole answer would say, and a flip value flips.

use jiff::civil::date;
use proptest::prelude::*;
use scenario::{Answer, Influence, Input, Model, Part, Quantity, Question, RangeBasis, Ranking, Turn};

use crate::fixture::{best, link, model};

/// What rounding to the search's fixed point can amount to on a route of these cases.
const ROUNDING: f64 = 0.02;

/// A way by rail, cheap and slow, and one by road. Each has a border, a doubtful time there and,
/// by rail, a price that nobody knows.
const TWO_WAYS: &str = "
place A KAZ 50.0 60.0
place B RUS 50.0 61.0
border A B 100 KTZ KAZ|RUS 10±5
road A B 100 KAZ|RUS 1±0
commodities commodity=maize hs=1005 form=dry_bulk unit_value=200 value_of_time=0.1 confidence=low
tariff KTZ rail 0.. 0+0.02 evidence=assumed confidence=low
activities crossing=rail-A-B direction=any activity=technical_inspection hours_mean=2 hours_sd=1 confidence=low
activities crossing=road-A-B direction=any activity=waiting hours_mean=8 hours_sd=2 amount=1 currency=USD basis=tonne price_date=2000-01-01 confidence=low
parameters parameter=speed_rail unit=km/h value=40 low=10 high=60 evidence=assumed confidence=low
parameters parameter=speed_road unit=km/h value=42 evidence=observed confidence=high
wait RUS rail 10±5 confidence=low
";

fn maize(model: &Model) -> Question {
    let question = Question::new(model, "A", "B", "maize", Quantity::Tonnes(1000.0)).unwrap();
    question.on(date(2025, 1, 10))
}

fn ranking(model: &Model, question: &Question) -> Ranking {
    model.sensitivity(question, |_, _| {}).unwrap().open.expect("a route is open")
}

/// The whole answer where a figure has another value.
fn answer(model: &Model, question: &Question, input: &Input, value: f64) -> Answer {
    let (mut model, mut question) = (model.clone(), question.clone());
    input.set(value, &mut model, &mut question);
    model.answer(&question).unwrap()
}

fn find<'a>(ranking: &'a Ranking, label: &str) -> &'a Influence {
    let labels = || ranking.influences.iter().map(|own| own.label.as_str()).collect::<Vec<_>>().join("; ");
    ranking
        .influences
        .iter()
        .find(|own| own.label == label)
        .unwrap_or_else(|| panic!("no figure is called {label}: {}", labels()))
}

/// At the value both routes are equally good, and beside it the choice differs.
fn assert_turns(model: &Model, question: &Question, own: &Influence, ranking: &Ranking, turn: &Turn) {
    let there = answer(model, question, &own.input, turn.value);
    let cost = |substance: &[network::LinkId]| {
        let route = there.routes.iter().find(|route| route.substance == substance);
        route.map(|route| route.generalised_cost)
    };
    if let (Some(kept), Some(other)) = (cost(&ranking.best.substance), cost(&turn.to.substance)) {
        assert!((kept - other).abs() < ROUNDING, "{} at {}: {kept} and {other}", own.label, turn.value);
    }
    // Where a small step makes a difference that rounding cannot swallow.
    let step = |side: f64| turn.value * (1.0 + side * 0.05);
    let (inside, outside) = if turn.above { (step(-1.0), step(1.0)) } else { (step(1.0), step(-1.0)) };
    for (value, substance, kept) in
        [(inside, &ranking.best.substance, true), (outside, &ranking.best.substance, false)]
    {
        let there = answer(model, question, &own.input, value);
        let best = best(&there).expect("a route is open");
        let margin =
            there.routes.get(1).map_or(f64::INFINITY, |next| next.generalised_cost - best.generalised_cost);
        if margin > ROUNDING {
            assert_eq!(
                best.substance == *substance,
                kept,
                "{} at {value}, turns at {}",
                own.label,
                turn.value
            );
        }
    }
}

#[test]
fn the_best_route_and_the_doubtful_figures_of_all_routes_are_listed() {
    let model = model(TWO_WAYS);
    let ranking = ranking(&model, &maize(&model));
    assert_eq!(ranking.best.substance, [link(&model, "rail-A-B")]);
    assert_eq!(ranking.others.len(), 1);
    let mut labels: Vec<&str> = ranking.influences.iter().map(|own| own.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(
        labels,
        [
            "speed rail",
            "tariff of KTZ for 100 km",
            "technical inspection, rail-A-B: mean time",
            "technical inspection, rail-A-B: price",
            "technical inspection, rail-A-B: spread of time",
            "value of time of maize",
            "waiting, road-A-B: mean time",
            "waiting, road-A-B: price",
            "waiting, road-A-B: spread of time",
        ],
        "figures that are published or observed with confidence are not doubted, and those that no route uses are not there"
    );
    assert!(
        ranking.best.unknown_prices.contains(&"technical inspection, rail-A-B".to_owned()),
        "M is a lower bound"
    );
}

#[test]
fn a_figure_that_no_route_uses_has_no_effect() {
    let model = model(TWO_WAYS);
    let question = maize(&model);
    let before = model.answer(&question).unwrap();
    let there = answer(&model, &question, &Input::Wait(0, Part::Hours), 1000.0);
    assert_eq!(best(&there).unwrap().generalised_cost, best(&before).unwrap().generalised_cost);
}

#[test]
fn effects_have_the_right_sign() {
    let model = model(TWO_WAYS);
    let ranking = ranking(&model, &maize(&model));
    let base = ranking.figures.generalised_cost;
    let tariff = find(&ranking, "tariff of KTZ for 100 km");
    assert_eq!((tariff.value, tariff.range, tariff.basis), (Some(2.0), (1.0, 3.0), RangeBasis::Share(0.5)));
    assert!((tariff.at_low.best.generalised_cost - (base - 1.0)).abs() < ROUNDING);
    assert!((tariff.at_high.best.generalised_cost - (base + 1.0)).abs() < ROUNDING);
    assert_eq!(tariff.at_high.best.hours_90, ranking.figures.hours_90, "money takes no time");
    let speed = find(&ranking, "speed rail");
    assert_eq!((speed.range, speed.basis), ((10.0, 60.0), RangeBasis::Stated));
    assert!(speed.at_low.kept.generalised_cost > base && speed.at_high.best.generalised_cost < base);
    assert!(speed.at_high.best.hours_mean < ranking.figures.hours_mean);
    let spread = find(&ranking, "technical inspection, rail-A-B: spread of time");
    assert!(spread.at_high.best.hours_90 > ranking.figures.hours_90);
    assert_eq!(spread.at_high.best.hours_mean, ranking.figures.hours_mean);
}

#[test]
fn an_unknown_price_is_ranked_and_its_flip_value_is_what_the_other_route_costs_more() {
    let model = model(TWO_WAYS);
    let question = maize(&model);
    let ranking = ranking(&model, &question);
    let price = find(&ranking, "technical inspection, rail-A-B: price");
    assert_eq!((price.value, price.unit.as_str()), (None, "USD/t"));
    assert_eq!((price.range, price.basis), ((0.0, 1.0), RangeBasis::PricesOfTheKind), "the wait costs 1");
    assert_eq!(price.place(), "activities.csv:4");
    let gap = ranking.others[0].1.generalised_cost - ranking.figures.generalised_cost;
    let [turn] = price.turns.as_slice() else { panic!("one flip value: {:?}", price.turns) };
    assert!((turn.value - gap).abs() < 1e-6, "{} is not {gap}", turn.value);
    assert!(turn.above && !turn.in_range);
    assert_turns(&model, &question, price, &ranking, turn);
}

#[test]
fn a_price_of_the_other_route_turns_the_choice_from_below() {
    let model = model(&TWO_WAYS.replace("amount=1 ", "amount=7 ").replace("0+0.02", "0+0.07"));
    let question = maize(&model);
    let ranking = ranking(&model, &question);
    let price = find(&ranking, "waiting, road-A-B: price");
    assert_eq!((price.range, &price.at_low.changes_to), ((3.5, 10.5), &None), "half of it is not enough");
    let [turn] = price.turns.as_slice() else { panic!("one flip value: {:?}", price.turns) };
    assert!(!turn.above && turn.value < 3.5, "a dearer road changes nothing, a cheaper one does");
    assert_turns(&model, &question, price, &ranking, turn);
}

#[test]
fn figures_that_change_the_choice_come_first_and_by_what_a_wrong_choice_costs() {
    let model = model(&TWO_WAYS.replace("value_of_time=0.1", "value_of_time=0.9"));
    let question = maize(&model);
    let ranking = ranking(&model, &question);
    let changing: Vec<bool> = ranking.influences.iter().map(Influence::changes_the_choice).collect();
    assert!(changing[0], "{:?}", ranking.influences);
    assert!(changing.is_sorted_by(|a, b| a >= b), "{changing:?}");
    let losses: Vec<f64> = ranking.influences.iter().map(Influence::loss).collect();
    assert!(losses.is_sorted_by(|a, b| a >= b), "{losses:?}");
    let first = ranking.most_worth_asking_for().next().unwrap();
    assert_eq!(first.label, ranking.influences[0].label);
    assert!(
        first.turns.iter().any(|turn| turn.in_range),
        "what changes the choice in its range has a flip value there"
    );
}

#[test]
fn what_may_be_closed_is_reported_apart() {
    let text = format!(
        "{TWO_WAYS}\nrule stop v1 embargo 2024-01-01..unknown links=rail-A-B confirmed_until=2024-02-01\n"
    );
    let model = model(&text);
    let sensitivity = model.sensitivity(&maize(&model), |_, _| {}).unwrap();
    let open = sensitivity.open.expect("the road is open");
    assert_eq!(open.best.substance, [link(&model, "road-A-B")]);
    assert!(open.influences.iter().all(|own| own.turns.is_empty()), "there is nothing to choose");
    let apart = sensitivity.not_known.expect("the railway may be open");
    assert!(!apart.best.open && apart.best.substance == [link(&model, "rail-A-B")]);
    let price = find(&apart, "technical inspection, rail-A-B: price");
    assert!(price.turns[0].to.open, "above its flip value the road is better even so");
}

#[test]
fn where_nothing_is_open_there_is_no_ranking_and_no_error() {
    let model = model(&format!("{TWO_WAYS}\nrule stop v1 ban 2024-01-01..open territory=RUS\n"));
    let sensitivity = model.sensitivity(&maize(&model), |_, _| {}).unwrap();
    assert!(sensitivity.open.is_none() && sensitivity.not_known.is_none());
}

#[test]
fn a_missing_tariff_is_an_unknown_price() {
    let text = TWO_WAYS.replace("place A", "ferry A B 50 1±1 40\nplace A");
    let mut model = model(&text);
    model.regime.tariffs.tariffs.retain(|tariff| tariff.mode != case::Mode::Road);
    let question = maize(&model);
    let ranking = ranking(&model, &question);
    let price = find(&ranking, "carriage by road for 100 km");
    assert_eq!((price.value, price.place()), (None, "tariffs.csv"));
    for turn in &price.turns {
        assert_turns(&model, &question, price, &ranking, turn);
    }
}

#[test]
fn progress_counts_every_figure_once() {
    let model = model(TWO_WAYS);
    let mut told = Vec::new();
    let sensitivity = model.sensitivity(&maize(&model), |done, total| told.push((done, total))).unwrap();
    let total = sensitivity.open.unwrap().influences.len();
    assert_eq!(told, (1..=total).map(|done| (done, total)).collect::<Vec<_>>());
}

/// A way from A to B: by rail or road, its length, its border's mean time and spread, a doubtful
/// charge there, and the price of its tariff in cents a tonne-kilometre.
type RandomWay = (bool, u32, u32, u32, u32, u32);

fn text_of(ways: &[RandomWay], value_of_time: u32) -> String {
    let mut text = format!(
        "place A KAZ 50.0 60.0\nplace B RUS 50.0 61.0
commodities commodity=maize hs=1005 form=dry_bulk unit_value=200 value_of_time=0.{value_of_time:02} confidence=low
parameters parameter=speed_rail unit=km/h value=40 low=20 high=60 evidence=assumed confidence=low
parameters parameter=reliability_ratio unit=ratio value=0.4 low=0.1 high=1.2 evidence=assumed confidence=low\n"
    );
    if ways.iter().any(|(by_rail, ..)| *by_rail) {
        text.push_str("tariff RZD rail 0.. 0.5+0.02 evidence=computed confidence=low\n");
    }
    for (number, (by_rail, km, hours, sd, charge, cents)) in ways.iter().enumerate() {
        let (half, mode) = (km / 2 + 1, if *by_rail { "rail" } else { "road" });
        let on = format!("place M{number} RUS 50.{number} 60.5\n");
        let links = if *by_rail {
            format!("border A M{number} {half} C{number} KAZ|RUS 1±0\nrail M{number} B {half} RZD RUS\n")
        } else {
            format!("road A M{number} {half} KAZ|RUS 1±0\nroad M{number} B {half} RUS\n")
        };
        let tariff = if *by_rail {
            format!("tariff C{number} rail 0.. 1+0.{cents:02} evidence=assumed confidence=low\n")
        } else {
            String::new()
        };
        let waiting = format!(
            "activities crossing={mode}-A-M{number} direction=any activity=waiting hours_mean={hours} hours_sd={sd} \
             amount={charge} currency=USD basis=vehicle price_date=2000-01-01 evidence=computed confidence=low\n"
        );
        text.push_str(&[on, links, tariff, waiting].concat());
    }
    text
}

fn random_ways() -> impl Strategy<Value = (Vec<RandomWay>, u32)> {
    let way = (any::<bool>(), 120..900_u32, 1..60_u32, 1..60_u32, 1..900_u32, 1..9_u32);
    (proptest::collection::vec(way, 2..5), 1..60_u32)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_recorded_is_what_a_whole_answer_says((ways, value_of_time) in random_ways()) {
        let model = model(&text_of(&ways, value_of_time));
        let question = maize(&model);
        let ranking = ranking(&model, &question);
        for own in &ranking.influences {
            for outcome in [&own.at_low, &own.at_high] {
                let there = answer(&model, &question, &own.input, outcome.value);
                let route = best(&there).expect("a route is open");
                prop_assert!(
                    (route.generalised_cost - outcome.best.generalised_cost).abs() < ROUNDING,
                    "{} at {}: {} is not {}",
                    own.label, outcome.value, outcome.best.generalised_cost, route.generalised_cost
                );
                prop_assert!(outcome.best.score <= outcome.kept.score);
            }
            let (low, high) = (own.at_low.best.score, own.at_high.best.score);
            let harm = if own.input.more_is_better() { low - high } else { high - low };
            prop_assert!(harm > -ROUNDING, "{}: {low} to {high}", own.label);
        }
    }

    #[test]
    fn a_flip_value_flips((ways, value_of_time) in random_ways()) {
        let model = model(&text_of(&ways, value_of_time));
        let question = maize(&model);
        let ranking = ranking(&model, &question);
        for own in &ranking.influences {
            for turn in &own.turns {
                assert_turns(&model, &question, own, &ranking, turn);
            }
            let changes = own.at_low.loss() > ROUNDING || own.at_high.loss() > ROUNDING;
            prop_assert!(!changes || own.turns.iter().any(|turn| turn.in_range), "{} has no flip value", own.label);
        }
    }

    #[test]
    fn a_ranking_is_the_same_every_time((ways, value_of_time) in random_ways()) {
        let model = model(&text_of(&ways, value_of_time));
        let question = maize(&model);
        let (one, two) = (ranking(&model, &question), ranking(&model, &question));
        prop_assert_eq!(one.influences, two.influences);
        prop_assert_eq!(one.others, two.others);
    }
}
