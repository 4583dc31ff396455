//! The shipped scenarios keep what is said of them.

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use scenario::{Answer, Library, Model, Quantity, Question, RouteAnswer, Scenario};

use crate::shipped::shipped;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/kazakhstan-armenia/scenarios");
    let mut library = Library::default();
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap().to_str().unwrap();
        let mut findings = Vec::new();
        let scenario = Scenario::read(file, &std::fs::read_to_string(&path).unwrap(), &mut findings);
        assert_eq!(findings, [], "{file}");
        let scenario = scenario.unwrap();
        assert_eq!(format!("{}.toml", scenario.name), file, "a file is called like its scenario");
        library.add(scenario);
    }
    library
});

fn whole(name: &str) -> Scenario {
    let mut findings = Vec::new();
    let scenario = LIBRARY.combined(&[name], &mut findings);
    assert_eq!(findings, [], "{name}");
    scenario
}

/// A journey on which each scenario tells: goods, from where to where.
const JOURNEYS: &[(&str, &str, &str, &str, f64)] = &[
    ("ban-returns", "Kostanay", "Dalarik", "wheat", 1000.0),
    ("border-digitalisation", "Kostanay", "Dalarik", "wheat", 1000.0),
    ("direct-air-cargo", "Astana", "Yerevan", "electronics", 5.0),
    ("flood", "Kostanay", "Dalarik", "wheat", 1000.0),
    ("gazakh-ijevan", "Kostanay", "Yerevan", "wheat", 1000.0),
    ("georgian-fuel-tariff", "Baku", "Yerevan", "diesel", 2000.0),
    ("kars-both-ways", "Gyumri", "Kars", "wheat", 1000.0),
    ("middle-corridor-10mt", "Aktau", "Tbilisi", "wheat", 1000.0),
    ("rasht-astara", "Baku", "Tehran", "wheat", 1000.0),
    ("roadmap-2026-2030", "Kostanay", "Yerevan", "wheat", 1000.0),
    ("tripp-2028", "Baku", "Nakhchivan", "wheat", 1000.0),
    ("tripp-2030", "Kostanay", "Yerevan", "wheat", 1000.0),
];

fn question(model: &Model, name: &str, day: Date) -> Question {
    let journey = JOURNEYS.iter().find(|journey| journey.0 == name);
    let (_, from, to, commodity, tonnes) = journey.unwrap_or_else(|| panic!("no journey tells of {name}"));
    Question::new(model, from, to, commodity, Quantity::Tonnes(*tonnes)).unwrap().on(day)
}

/// What the routes of an answer cost and by what they go, to the last bit, and what is paid beside them.
fn figures(answer: &Answer) -> Vec<String> {
    let route = |route: &RouteAnswer| {
        let (money, hours) = (route.usd_per_tonne.to_bits(), route.time.mean.to_bits());
        format!("{money:x} {hours:x} by {}", route.by.join(", "))
    };
    let routes = answer.routes.iter().chain(&answer.pareto).map(route);
    let paid = answer.pair.iter().map(|charge| format!("{:?} {}", charge.usd_per_tonne, charge.applied));
    routes.chain(paid).collect()
}

#[test]
fn every_shipped_scenario_checks_clean() {
    assert_eq!(LIBRARY.all().count(), 12);
    for scenario in LIBRARY.all() {
        let found: Vec<String> =
            whole(&scenario.name).check(shipped()).iter().map(ToString::to_string).collect();
        assert_eq!(found, Vec::<String>::new(), "{}", scenario.name);
        for measure in &scenario.measures {
            let source = &measure.about.source;
            let known = measure.is_assumed() || shipped().case.sources.contains_key(source);
            assert!(known, "{}: `{source}` is neither a source of the case nor the word", scenario.name);
        }
    }
}

#[test]
fn every_shipped_scenario_changes_something_on_its_date_and_nothing_the_day_before_its_first() {
    for scenario in LIBRARY.all() {
        let (name, scenario) = (&scenario.name, whole(&scenario.name));
        let told = |model: &Model, day: Date| figures(&model.answer(&question(model, name, day)).unwrap());
        let first = scenario.measures.iter().map(|measure| measure.about.date.0).min().unwrap();
        let eve = first.yesterday().unwrap();
        let before = scenario.apply(shipped(), eve);
        assert!(before.touched.is_empty() && before.trade.is_empty(), "{name}");
        assert_eq!(told(&before.model, eve), told(shipped(), eve), "{name}: the day before");
        let day = scenario.dates[0].0;
        assert!(first <= day, "{name}: its date lies before its measures");
        let after = scenario.apply(shipped(), day);
        assert!(!after.touched.is_empty(), "{name}");
        assert_ne!(told(&after.model, day), told(shipped(), day), "{name} changes nothing");
    }
}

#[test]
fn the_ban_s_return_gives_the_routes_of_the_days_before_it_was_lifted() {
    let ban = whole("ban-returns");
    let day = date(2026, 7, 1);
    let model = ban.apply(shipped(), day).model;
    let wheat = |model: &Model, day: Date| {
        let question =
            Question::new(model, "Kostanay", "Dalarik", "wheat", Quantity::Tonnes(1000.0)).unwrap();
        model.answer(&question.on(day)).unwrap()
    };
    let by = |answer: &Answer| answer.routes[0].by.clone();
    assert_eq!(
        by(&wheat(&model, day)),
        by(&wheat(shipped(), date(2025, 10, 20))),
        "no ban of Russia's either"
    );
    assert_ne!(by(&wheat(&model, day)), by(&wheat(shipped(), day)));
    // Whoever lifts it again has the base back.
    let lifted = model.with(&[
        scenario::Measure::lift("az-transit-ban", day),
        scenario::Measure::lift("az-transit-ban-from-armenia", day),
    ]);
    assert_eq!(figures(&wheat(&lifted, day)), figures(&wheat(shipped(), day)));
}

#[test]
fn the_disputed_tariff_once_charged_costs_what_the_demo_says_it_would() {
    let model = whole("georgian-fuel-tariff").apply(shipped(), date(2026, 6, 1)).model;
    let diesel = |model: &Model, disputed: bool| {
        let mut question = Question::new(model, "Baku", "Yerevan", "diesel", Quantity::Tonnes(2000.0))
            .unwrap()
            .on(date(2026, 6, 1));
        question.perspective.disputed = disputed;
        model.answer(&question).unwrap().routes[0].usd_per_tonne
    };
    assert!((diesel(&model, false) - diesel(shipped(), true)).abs() < 1e-9);
    assert!(diesel(&model, false) > diesel(shipped(), false));
}
