//! Scenarios as users write them: what each kind of measure does, on which days, and what is said
//! where one cannot be used. Laws of measures on the shipped case.

use case::{Evidence, Figure, Finding, Severity};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use scenario::{Answer, Library, Model, Scenario};

use crate::fixture::{best, model, wheat};
use crate::shipped::shipped;

const DAY: Date = date(2025, 6, 1);

/// Two ways from a field to a mill: the near one by a border, the far one round it.
const WAYS: &str = "
    place Field KAZ 44.0 50.0
    place Gate  KAZ 44.0 50.5
    place Mill  RUS 44.0 51.0
    place Far   KAZ 45.0 50.5
    rail   Field Gate 50 KTZ KAZ
    border Gate  Mill 50 RZD KAZ|RUS 10±5
    road   Field Far 200 KAZ
    road   Far   Mill 200 KAZ|RUS 4±2
    rule fee v1 fee 2000-01-01..open value=5 unit=per_tonne currency=USD links=rail-Gate-Mill text=A
";

/// A scenario of measures: `kind field…` in TOML, each from a day on and assumed unless it says so.
fn scenario(measures: &[&str]) -> Scenario {
    let mut findings = Vec::new();
    let read = read(measures, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    read
}

fn text(measures: &[&str]) -> String {
    let mut text = "name = \"test\"\ntitle = \"Test\"\ndates = [\"2025-06-01\"]\n".to_owned();
    for measure in measures {
        text.push_str("[[measure]]\n");
        for (field, default) in [("date", "2025-01-01"), ("source", "assumed")] {
            if !measure.lines().any(|line| line.starts_with(&format!("{field} ="))) {
                text.push_str(&format!("{field} = \"{default}\"\n"));
            }
        }
        text.push_str(measure);
        text.push('\n');
    }
    text
}

fn read(measures: &[&str], findings: &mut Vec<Finding>) -> Scenario {
    Scenario::read("test.toml", &text(measures), findings).expect("a scenario")
}

fn ask(model: &Model, day: Date) -> Answer {
    model.answer(&wheat(model, "Field", "Mill").on(day)).expect("a question that can be asked")
}

/// Best route's generalised cost; infinite where none is open.
fn cost(model: &Model, day: Date) -> f64 {
    ask(model, day).routes.first().map_or(f64::INFINITY, |route| route.generalised_cost)
}

fn under(base: &Model, measures: &[&str], day: Date) -> Model {
    let scenario = scenario(measures);
    let wrong = scenario.check(base);
    assert!(wrong.is_empty(), "{wrong:?}");
    scenario.apply(base, day).model
}

/// Each kind that moves this question, whether it makes the best route dearer or cheaper, and what
/// undoes it.
const KINDS: &[(&str, &str, std::cmp::Ordering)] = {
    use std::cmp::Ordering::{Greater, Less};
    &[
        (
            "kind = \"close\"\nlinks = [\"rail-Gate-Mill\"]",
            "kind = \"open\"\nlinks = [\"rail-Gate-Mill\"]",
            Greater,
        ),
        (
            "kind = \"km\"\nlinks = [\"rail-Field-Gate\"]\nfactor = 2",
            "kind = \"km\"\nlinks = [\"rail-Field-Gate\"]\nvalue = 50",
            Greater,
        ),
        (
            "kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]\nfactor = 2",
            "kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]\nfactor = 0.5",
            Less,
        ),
        (
            "kind = \"activity-time\"\ncrossings = [\"rail-Gate-Mill\"]\nfactor = 0.5",
            "kind = \"activity-time\"\ncrossings = [\"*\"]\nactivities = [\"customs\"]\nfactor = 2\n",
            Less,
        ),
        (
            "kind = \"activity-fee\"\ncrossings = [\"rail-Gate-Mill\"]\nvalue = 3",
            "kind = \"activity-fee\"\ncrossings = [\"rail-Gate-Mill\"]\nvalue = 0",
            Greater,
        ),
        (
            "kind = \"tariff\"\ntariffs = [\"rail\"]\nfactor = 2",
            "kind = \"tariff\"\ntariffs = [\"rail\"]\nper_km = 0.02",
            Greater,
        ),
        (
            "kind = \"rule-value\"\nrules = [\"fee\"]\nfactor = 3",
            "kind = \"rule-value\"\nrules = [\"fee\"]\nvalue = 5",
            Greater,
        ),
        (
            "kind = \"end-rule\"\nrules = [\"fee\"]",
            "kind = \"repeat-version\"\nrule = \"fee\"\nversion = 1",
            Less,
        ),
        (
            "kind = \"add-rule\"\nrule = \"toll\"\ntitle = \"Toll\"\nissuer = \"RUS\"\neffect = \"fee\"\n\
             text = \"A toll.\"\nlinks = [\"rail-Gate-Mill\"]\nvalue = 2\nunit = \"per_tonne\"\ncurrency = \"USD\"",
            "kind = \"end-rule\"\nrules = [\"toll\"]",
            Greater,
        ),
        (
            "kind = \"add-version\"\nrule = \"fee\"\neffect = \"ban\"\ntext = \"Shut.\"\nlinks = [\"rail-Gate-Mill\"]",
            "kind = \"repeat-version\"\nrule = \"fee\"\nversion = 1",
            Greater,
        ),
        (
            "kind = \"tariff-multiplier\"\ncarriers = [\"KTZ\", \"RZD\"]\nrule = \"dear\"\nfactor = 1.5",
            "kind = \"end-rule\"\nrules = [\"dear\"]",
            Greater,
        ),
        (
            "kind = \"gauge\"\nlinks = [\"rail-Gate-Mill\"]\nvalue = 1435",
            "kind = \"gauge\"\nlinks = [\"rail-Gate-Mill\"]\nvalue = 1520",
            Greater,
        ),
        (
            "kind = \"add-link\"\nlink = \"short\"\nfrom = \"Field\"\nto = \"Mill\"\nmode = \"road\"\nkm = 60\n\
             territory = [\"KAZ\"]",
            "kind = \"close\"\nlinks = [\"short\"]",
            Less,
        ),
        (
            "kind = \"transfer-time\"\ntransfers = [\"any-store-rail\"]\nfactor = 40",
            "kind = \"transfer-time\"\ntransfers = [\"any-store-rail\"]\nvalue = 2\nsd = 1",
            Greater,
        ),
    ]
};

#[test]
fn every_kind_moves_the_cost_from_its_day_on_and_not_the_day_before_and_its_inverse_undoes_it() {
    let base = model(WAYS);
    let before = cost(&base, DAY);
    for (measure, inverse, expected) in KINDS {
        let changed = under(&base, &[measure], DAY);
        let after = cost(&changed, DAY);
        assert_eq!(after.total_cmp(&before), *expected, "{measure}: {before} to {after}");
        let eve = date(2024, 12, 31);
        let on_the_eve = under(&base, &[measure], eve);
        assert_eq!(cost(&on_the_eve, eve).to_bits(), cost(&base, eve).to_bits(), "{measure}");
        let undone = scenario(&[inverse]).apply(&changed, DAY);
        let wrong: Vec<_> = undone.findings.iter().collect();
        assert!(wrong.is_empty(), "{inverse}: {wrong:?}");
        let back = cost(&undone.model, DAY);
        assert!((back - before).abs() < 1e-9, "{measure} and back: {before} to {back}");
    }
}

/// A field and a mill on two shores, and the ferry between them.
const FERRY: &str = "
    place Field KAZ 44.0 50.0
    place Port  KAZ 44.0 50.5
    place Haven AZE 44.0 51.0
    place Mill  AZE 44.0 51.5
    rail  Field Port 50 KTZ KAZ
    ferry Port Haven 400 24±24 50
    rail  Haven Mill 50 ADY AZE
    transfer Port  rail ferry 3±1 1
    transfer Haven rail ferry 3±1 1
    wait KAZ rail 10±5
";

#[test]
fn services_waits_transfers_and_new_rows_move_the_cost_from_their_day_on() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let (by_ferry, by_land) = (model(FERRY), model(WAYS));
    let wait = by_ferry.network.waits[0].id.clone();
    let waits = format!("kind = \"wait-time\"\nwaits = [\"{wait}\"]\nfactor = 0.5");
    let ferry = "services = [\"ferry-Port-Haven\"]";
    let service = |kind: &str, amount: &str| format!("kind = \"{kind}\"\n{ferry}\n{amount}");
    let place = "kind = \"add-place\"\nplace = \"Pass\"\nname = \"Pass\"\neconomy = \"RUS\"\nlatitude = 44.0\n\
                 longitude = 50.6\nplace_kind = \"junction\"";
    let road = |link: &str, from: &str, to: &str| {
        format!(
            "kind = \"add-link\"\nlink = \"{link}\"\nfrom = \"{from}\"\nto = \"{to}\"\nmode = \"road\"\nkm = 40\n\
             territory = [\"RUS\"]"
        )
    };
    let (first, second) = (road("one", "Field", "Pass"), road("two", "Pass", "Mill"));
    let cases: Vec<(&Model, Vec<String>, std::cmp::Ordering)> = vec![
        (&by_ferry, vec![service("service-price", "value = 40")], Less),
        (&by_ferry, vec![service("service-wait", "factor = 2")], Greater),
        (&by_ferry, vec![service("service-frequency", "factor = 2")], Less),
        (&by_ferry, vec![service("close", "")], Greater),
        (&by_ferry, vec![waits], Less),
        (&by_ferry, vec!["kind = \"hours\"\nlinks = [\"ferry-Port-Haven\"]\nvalue = 4".into()], Less),
        (&by_ferry, vec!["kind = \"transfer-fee\"\ntransfers = [\"Port-rail-ferry\"]\nvalue = 9".into()], Greater),
        (
            &by_ferry,
            vec![
                "kind = \"add-service\"\nservice = \"fast\"\nname = \"Fast\"\nlink = \"ferry-Port-Haven\"\n\
                 wait_hours_mean = 1\nwait_hours_sd = 1\namount = 50\ncurrency = \"USD\"\nbasis = \"tonne\"\n\
                 price_date = \"2025-01-01\""
                    .into(),
            ],
            Less,
        ),
        (
            &by_ferry,
            vec![
                "kind = \"add-transfer\"\ntransfer = \"ramp\"\nplace = \"Port\"\nfrom_mode = \"rail\"\n\
                 to_mode = \"ferry\"\nboth_ways = true\nhours_mean = 1\nhours_sd = 0\namount = 1\n\
                 currency = \"USD\"\nbasis = \"tonne\"\nprice_date = \"2025-01-01\""
                    .into(),
            ],
            Less,
        ),
        (
            &by_ferry,
            vec![
                "kind = \"capacity\"\nlinks = [\"ferry-Port-Haven\"]\nvalue = 1000\nunit = \"tonnes_per_year\""
                    .into(),
            ],
            Equal,
        ),
        (
            &by_land,
            vec![
                "kind = \"add-activity\"\ncrossing = \"rail-Gate-Mill\"\nactivity = \"veterinary\"\n\
                 hours_mean = 5\nhours_sd = 1"
                    .into(),
            ],
            Greater,
        ),
        (&by_land, vec![second, place.into(), first], Less),
        (&by_land, vec!["kind = \"demand\"\nfactor = 2".into()], Equal),
        (&by_land, vec!["kind = \"gdp\"\neconomies = [\"KAZ\"]\nfactor = 2".into()], Equal),
    ];
    for (base, measures, expected) in cases {
        let measures: Vec<&str> = measures.iter().map(String::as_str).collect();
        let (before, after) = (cost(base, DAY), cost(&under(base, &measures, DAY), DAY));
        assert_eq!(after.total_cmp(&before), expected, "{measures:?}: {before} to {after}");
        let eve = date(2024, 12, 31);
        assert_eq!(
            cost(&under(base, &measures, eve), eve).to_bits(),
            cost(base, eve).to_bits(),
            "{measures:?}"
        );
        let applied = scenario(&measures).apply(base, DAY);
        let data = measures[0].contains("demand") || measures[0].contains("gdp");
        assert_eq!(applied.trade.len(), usize::from(data), "{measures:?}");
        assert_eq!(applied.touched.is_empty(), data, "{measures:?}");
    }
}

#[test]
fn a_measure_ends_on_its_last_day_and_the_case_goes_on_as_before() {
    let base = model(WAYS);
    for (measure, _, _) in KINDS {
        let ended = format!("until = \"2025-06-01\"\n{measure}");
        let last = date(2025, 5, 31);
        assert_ne!(cost(&under(&base, &[&ended], last), last), cost(&base, last), "{measure}");
        let after = cost(&under(&base, &[&ended], DAY), DAY);
        assert_eq!(after.to_bits(), cost(&base, DAY).to_bits(), "{measure}");
    }
}

/// Kinds that speak to different figures: of those that speak to the rule `fee`, one.
fn without_contradiction() -> Vec<&'static str> {
    let of_the_fee = |measure: &str| measure.contains("\"fee\"") && !measure.contains("rule-value");
    KINDS.iter().map(|(measure, ..)| *measure).filter(|measure| !of_the_fee(measure)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_measures_that_do_not_contradict_each_other_makes_no_difference(
        some in proptest::sample::subsequence(without_contradiction(), 1..=11).prop_shuffle(),
        turn in 0usize..11,
    ) {
        let base = model(WAYS);
        let mut turned = some.clone();
        turned.rotate_left(turn % some.len());
        let (one, other) = (under(&base, &some, DAY), under(&base, &turned, DAY));
        prop_assert_eq!(cost(&one, DAY).to_bits(), cost(&other, DAY).to_bits());
    }
}

#[test]
fn a_scenario_without_measures_changes_nothing_bit_for_bit() {
    let base = shipped();
    let same = scenario(&[]).apply(base, date(2025, 11, 8));
    assert!(same.touched.is_empty() && same.alterations.is_empty() && same.trade.is_empty());
    assert_eq!(format!("{:?}", same.model.network), format!("{:?}", base.network));
    assert_eq!(format!("{:?}", same.model.regime), format!("{:?}", base.regime));
    assert_eq!(same.model.assumed, base.assumed);
}

#[test]
fn what_a_measure_touches_carries_its_source_and_place() {
    let base = model(WAYS);
    for (source, evidence) in [
        ("assumed", Evidence::Assumed),
        ("test", Evidence::Published),
        ("a letter of the railway", Evidence::Quoted),
    ] {
        let fee = format!(
            "source = \"{source}\"\nkind = \"activity-fee\"\ncrossings = [\"rail-Gate-Mill\"]\nvalue = 3"
        );
        let changed = under(&base, &[&fee], DAY);
        let answer = ask(&changed, DAY);
        let lines = best(&answer).expect("a route").legs.iter().flat_map(|leg| &leg.lines);
        let of_it = |line: &&scenario::Line| {
            line.of_figure(Figure::Money).is_some_and(|own| own.place == "test.toml:4")
        };
        let own: Vec<_> = lines.filter(of_it).collect();
        let [line] = own.as_slice() else { panic!("{} lines of the measure", own.len()) };
        assert_eq!(line.evidence(Figure::Money), evidence, "{source}");
        assert_eq!(line.usd_per_tonne, Some(3.0));
    }
}

#[test]
fn measures_that_contradict_each_other_are_a_finding_that_names_both_and_the_later_is_used() {
    let base = model(WAYS);
    let speed = |factor: &str, dates: &str| {
        format!("kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]\nfactor = {factor}\n{dates}")
    };
    let (slow, fast) = (speed("0.5", ""), speed("2", ""));
    let both = scenario(&[&slow, &fast]);
    let found = both.check(&base);
    let [conflict] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((conflict.code, conflict.severity), ("measure-conflict", Severity::Warning));
    assert_eq!(conflict.row, Some(11), "the line of the later");
    assert!(conflict.problem.contains("`× 2`") && conflict.problem.contains("test.toml:4"), "{conflict}");
    let later = cost(&both.apply(&base, DAY).model, DAY);
    assert_eq!(later.to_bits(), cost(&under(&base, &[&fast], DAY), DAY).to_bits(), "not twice and half");
    // On different days, and for the same figure said twice, there is no contradiction.
    let first = speed("0.5", "until = \"2025-03-01\"");
    let then = speed("2", "date = \"2025-03-01\"");
    assert_eq!(scenario(&[&first, &then]).check(&base), []);
    assert_eq!(scenario(&[&fast, &fast]).check(&base), []);
    let twice = cost(&scenario(&[&fast, &fast]).apply(&base, DAY).model, DAY);
    assert_eq!(twice.to_bits(), later.to_bits(), "said twice is not done twice");
}

#[test]
fn what_cannot_be_used_is_a_finding_at_its_line_with_what_would_be_valid() {
    let base = model(WAYS);
    for (measure, code, line, says) in [
        (
            "kind = \"speed\"\nlinks = [\"rail-Field-Gat\"]\nvalue = 60",
            "unknown-reference",
            4,
            "rail-Field-Gate",
        ),
        ("kind = \"close\"\ncrossings = [\"rail-Gate-Mil\"]", "unknown-reference", 4, "rail-Gate-Mill"),
        ("kind = \"end-rule\"\nrules = [\"fees\"]", "unknown-reference", 4, "fee"),
        ("kind = \"sped\"\nlinks = []", "unknown-kind", 7, "speed"),
        ("kind = \"speed\"\nlink = [\"rail-Field-Gate\"]\nvalue = 60", "unknown-field", 8, "links"),
        ("kind = \"speed\"\nvalue = 60", "missing-value", 4, "schema"),
        ("kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]\nvalue = \"fast\"", "malformed-value", 9, "schema"),
        ("kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]", "missing-value", 4, "factor"),
        ("kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]\nvalue = -1", "malformed-value", 4, "zero or more"),
        (
            "kind = \"speed\"\nlinks = [\"rail-Field-Gate\"]\nvalue = 60\nfactor = 2",
            "malformed-value",
            4,
            "one of",
        ),
        (
            "date = \"2025-13-01\"\nkind = \"close\"\nlinks = [\"rail-Field-Gate\"]",
            "malformed-value",
            6,
            "schema",
        ),
        (
            "until = \"2024-01-01\"\nkind = \"close\"\nlinks = [\"rail-Field-Gate\"]",
            "ends-before-start",
            4,
            "a day",
        ),
        (
            "kind = \"rule-value\"\nrules = [\"fee\"]\nvalue = 1\ndate = \"1990-01-01\"\nuntil = \"1991-01-01\"",
            "nothing-to-change",
            4,
            "amount",
        ),
        (
            "kind = \"add-link\"\nlink = \"new\"\nfrom = \"Field\"\nto = \"Mil\"\nmode = \"road\"\nkm = 9",
            "unknown-reference",
            4,
            "Mill",
        ),
        (
            "kind = \"add-link\"\nlink = \"new\"\nfrom = \"Field\"\nto = \"Mill\"\nmode = \"rail\"\nkm = 9",
            "malformed-value",
            4,
            "1520",
        ),
        (
            "kind = \"add-link\"\nlink = \"rail-Field-Gate\"\nfrom = \"Field\"\nto = \"Mill\"\nmode = \"road\"\nkm = 9",
            "duplicate-row",
            4,
            "of its own",
        ),
        (
            "kind = \"activity-time\"\ncrossings = [\"*\"]\nactivities = [\"custom\"]\nfactor = 0.5",
            "unknown-word",
            4,
            "customs",
        ),
        ("kind = \"gdp\"\neconomies = [\"KAS\"]\nfactor = 1.1", "unknown-reference", 4, "KAZ"),
    ] {
        let mut findings = Vec::new();
        let read = read(&[measure], &mut findings);
        findings.extend(read.check(&base));
        let found = findings.iter().find(|finding| finding.code == code);
        let found = found.unwrap_or_else(|| panic!("{measure}: {findings:?}"));
        assert_eq!(found.row, Some(line), "{measure}: {found}");
        assert!(found.valid.contains(says), "{measure}: {found}");
        assert_eq!(found.severity, Severity::Error);
    }
    let absurd = "kind = \"activity-time\"\ncrossings = [\"*\"]\nfactor = 1e300";
    assert_eq!(scenario(&[absurd]).check(&base)[0].code, "too-large");
    let twice = "kind = \"add-crossing\"\ncrossing = \"new\"\nname = \"New\"\nlink = \"rail-Gate-Mill\"\n\
                 customs = \"full\"";
    assert_eq!(scenario(&[twice]).check(&base)[0].code, "duplicate-row");
    // A new border link is doubted without a crossing, and not with one.
    let border = "kind = \"add-link\"\nlink = \"new\"\nfrom = \"Field\"\nto = \"Mill\"\nmode = \"road\"\nkm = 99\n\
                  territory = [\"KAZ\", \"RUS\"]";
    let crossing = twice.replace("rail-Gate-Mill", "new");
    assert_eq!(scenario(&[border]).check(&base)[0].code, "border-without-crossing");
    assert_eq!(scenario(&[&crossing, border]).check(&base), [], "in whatever order");
    let mut findings = Vec::new();
    assert_eq!(Scenario::read("odd.toml", "name = ", &mut findings), None);
    assert_eq!((findings[0].code, findings[0].row), ("malformed-scenario", Some(1)));
}

#[test]
fn two_flights_share_a_new_link_along_the_great_circle_from_the_first_day_of_either() {
    let flight = |service: &str, dates: &str| {
        format!(
            "kind = \"add-flight\"\nservice = \"{service}\"\nname = \"{service}\"\nfrom = \"ala-airport\"\n\
             to = \"nqz-airport\"\nwait_hours_mean = 24\nwait_hours_sd = 12\n{dates}"
        )
    };
    let (early, late) = (flight("early", "date = \"2026-06-01\""), flight("late", "date = \"2027-01-01\""));
    for measures in [[early.as_str(), &late], [&late, &early]] {
        let scenario = scenario(&measures);
        assert_eq!(scenario.check(shipped()), []);
        let applied = scenario.apply(shipped(), date(2026, 7, 1));
        assert!(applied.touched.links.contains("air-ala-airport-nqz-airport"));
        assert!(applied.touched.services.contains("early") && !applied.touched.services.contains("late"));
        let network = &applied.model.network;
        let link = network.link(network.link_id("air-ala-airport-nqz-airport").expect("a link"));
        let places = [link.from, link.to].map(|place| network.places.get(place));
        assert!((link.km - network::great_circle_km(places[0], places[1])).abs() < 1.0, "{} km", link.km);
        let open = |day: Date| {
            link.condition(day, Date::MAX, case::LegalStatus::InForce).state == network::LinkState::Open
        };
        assert_eq!([date(2026, 5, 31), date(2026, 6, 1), date(2028, 1, 1)].map(open), [false, true, true]);
    }
}

#[test]
fn scenarios_inherit_and_combine_and_a_circle_is_a_finding() {
    let mut library = Library::default();
    let mut put = |name: &str, inherits: &str, factor: &str| {
        let text = format!(
            "name = \"{name}\"\ntitle = \"{name}\"\ndates = [\"2025-06-01\"]\ninherits = [{inherits}]\n\
             [[measure]]\nkind = \"km\"\nlinks = [\"rail-Field-Gate\"]\nfactor = {factor}\ndate = \"2025-01-01\"\n\
             until = \"2026-01-01\"\nsource = \"assumed\"\n"
        );
        library.add(Scenario::read(&format!("{name}.toml"), &text, &mut Vec::new()).unwrap());
    };
    put("ground", "", "2");
    put("left", "\"ground\"", "2");
    put("right", "\"ground\"", "2");
    put("top", "\"left\", \"right\"", "3");
    put("round", "\"about\"", "2");
    put("about", "\"round\"", "2");
    put("lost", "\"grund\"", "2");
    let mut findings = Vec::new();
    let top = library.combined(&["top"], &mut findings);
    assert_eq!(findings, []);
    let files: Vec<&str> = top.measures.iter().map(|measure| &*measure.place.file).collect();
    assert_eq!(files, ["ground.toml", "left.toml", "right.toml", "top.toml"], "each once, heirs last");
    let codes: Vec<&str> = top.check(&model(WAYS)).iter().map(|own| own.code).collect();
    assert_eq!(codes, ["measure-conflict"; 3], "the heir stands against each it inherits");
    let _ = library.combined(&["about"], &mut findings);
    let _ = library.combined(&["lost", "tops"], &mut findings);
    let found: Vec<(&str, &str)> = findings.iter().map(|own| (own.code, own.valid.as_str())).collect();
    assert_eq!(
        found,
        [
            ("circular-inheritance", "scenarios that do not inherit it"),
            ("unknown-scenario", "did you mean ground or round?"),
            ("unknown-scenario", "did you mean top?"),
        ]
    );
}

#[test]
fn a_date_is_drawn_from_its_distribution_and_an_end_moves_with_it() {
    let measure = "date = \"2025-02-01\"\nuntil = \"2025-03-01\"\nkind = \"close\"\nlinks = [\"rail-Gate-Mill\"]\n\
                   expected = { earliest = \"2025-01-01\", likely = \"2025-02-01\", latest = \"2025-12-01\" }";
    let scenario = scenario(&[measure]);
    let at = |probability: f64| scenario.drawn(|_, _| probability).measures[0].about.clone();
    assert_eq!(at(0.0).date.0, date(2025, 1, 1));
    assert_eq!(at(1.0).date.0, date(2025, 12, 1));
    assert_eq!(at(1.0).until.unwrap().0, date(2025, 12, 29), "as many days as before");
    assert!(at(0.3).date < at(0.7).date);
}

#[test]
fn every_field_of_a_kind_that_adds_a_row_is_a_column_of_its_table_and_the_schema_knows_it() {
    let schema = Scenario::schema();
    let kinds = schema["$defs"]["Measure"]["oneOf"].as_array().unwrap();
    for (kind, table, others) in [
        ("add-place", "places", &["place_kind"][..]),
        ("add-link", "links", &[]),
        ("add-crossing", "crossings", &[]),
        ("add-activity", "activities", &[]),
        ("add-transfer", "transfers", &[]),
        ("add-service", "services", &[]),
        ("add-version", "rule_versions", &["title", "issuer"]),
    ] {
        let own = kinds.iter().find(|own| own["title"] == kind).unwrap_or_else(|| panic!("{kind}"));
        let table = case::schema::table(table).unwrap();
        for field in own["properties"].as_object().unwrap().keys() {
            let known = table.columns.iter().any(|column| column.name == field);
            let common = ["kind", "date", "until", "source", "note", "expected"].contains(&field.as_str());
            assert!(known || common || others.contains(&field.as_str()), "{kind} has a field {field}");
        }
    }
    assert_eq!(kinds.len(), 31, "one branch a kind");
}
