//! What users lay over a case: prices, times and lengths of their own, what is wrong with them, and
//! what they do to an answer.

use case::{Evidence, Figure, Overlay, Overlays, Setting, Severity};
use jiff::civil::date;
use proptest::prelude::*;
use scenario::{Answer, Model, RouteAnswer};

use crate::fixture::{best, folder, link, links, wheat};

/// By rail across a border, or by a ferry that is a little dearer.
const CASE: &str = "
place Field KAZ 44.0 50.0
place North KAZ 43.9 50.0
place South AZE 43.8 50.0
place Port  KAZ 43.9 50.1
place Quay  AZE 43.8 50.1
place Mill  AZE 43.7 50.0
rail   Field North 400 KTZ KAZ
border North South 10 KTZ KAZ|AZE 6±3
rail   South Mill  400 ADY AZE
rail   Field Port  400 KTZ KAZ
rail   Quay  Mill  400 ADY AZE
ferry  Port  Quay  100 24±12 12
transfer Port rail ferry 5±2 1
transfer Quay rail ferry 5±2 1
wait   KAZ rail 24±12
parameters parameter=speed_rail unit=km/h value=40 low=30 high=50
rule toll v1 fee 2022-01-01..open links=rail-North-South value=5 unit=per_tonne currency=USD
fx currency=KZT date=2020-01-01 per_usd=500
fx currency=RUB date=2020-01-01 per_usd=80
";

const BY_RAIL: &str = "rail-Field-North rail-North-South rail-South-Mill";
const BY_FERRY: &str = "rail-Field-Port ferry-Port-Quay rail-Quay-Mill";

/// A table of the user from text: the heading, then rows, cells separated by commas.
fn table(file: &str, text: &str) -> Overlay {
    let rows = (1..).zip(text.trim().lines());
    let cells = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect();
    Overlay {
        file: file.to_owned(),
        name: file.trim_end_matches(".csv").to_owned(),
        rows: rows.map(|(row, line)| (row, cells(line))).collect(),
    }
}

fn with(tables: &[Overlay], settings: &[&str]) -> Model {
    let settings = settings.iter().filter_map(|text| Setting::of(text)).collect();
    let overlays = Overlays { tables: tables.to_vec(), settings, ..Overlays::default() };
    Model::load_with(&folder(CASE), &overlays)
}

fn answer(model: &Model) -> Answer {
    model.answer(&wheat(model, "Field", "Mill").on(date(2025, 1, 1))).unwrap()
}

/// The findings of the user's own rows, as `code file:row column`.
fn found(model: &Model) -> Vec<String> {
    let words = |finding: &case::Finding| {
        let row = finding.row.map(|row| format!(":{row}")).unwrap_or_default();
        format!("{} {}{row} {}", finding.code, finding.file, finding.column.as_deref().unwrap_or("-"))
    };
    model.findings_of_the_user().map(words).collect()
}

fn usd(answer: &Answer) -> f64 {
    best(answer).map_or(f64::NAN, |route| route.usd_per_tonne)
}

/// The line of a route with a label that begins so.
fn line<'a>(route: &'a RouteAnswer, label: &str) -> &'a scenario::Line {
    let mut lines = route.legs.iter().flat_map(|leg| &leg.lines);
    lines.find(|line| line.label.starts_with(label)).unwrap_or_else(|| panic!("no line {label}"))
}

/// The fixture's ferry costs 12 and, with the change of mode, 2 more than the toll of 5 saves.
#[test]
fn a_quote_changes_the_total_the_shares_and_the_ranking() {
    let before = answer(&with(&[], &[]));
    let model = with(
        &[table(
            "quotes.csv",
            "what,service,amount,currency,basis,price_date,from_whom
             service,ferry-Port-Quay,70,USD,vehicle,2024-12-01,Forwarder A",
        )],
        &[],
    );
    let after = answer(&model);
    let bare = with(&[], &[]);
    assert_eq!(found(&model), Vec::<String>::new());
    assert_eq!(links(&bare, best(&before).unwrap()), BY_RAIL);
    assert_eq!(links(&model, best(&after).unwrap()), BY_FERRY, "70 USD a hopper of 70 t is 1 USD a tonne");
    let by_ferry = |answer: &Answer, model: &Model| {
        answer.routes.iter().find(|route| links(model, route) == BY_FERRY).cloned().unwrap()
    };
    let (old, new) = (by_ferry(&before, &bare), by_ferry(&after, &model));
    assert!((old.usd_per_tonne - new.usd_per_tonne - 11.0).abs() < 1e-9);
    assert_eq!(old.shares.quoted, 0.0);
    assert!((new.shares.quoted - 1.0 / new.usd_per_tonne).abs() < 1e-9, "its share of the money is quoted");
    assert_eq!(model.bearings(&after)[0].bearing, 1);
}

#[test]
fn a_quote_for_the_money_of_a_row_leaves_its_hours_what_they_were_and_the_reverse() {
    let quotes = table(
        "quotes.csv",
        "what,service,amount,currency,basis,price_date,from_whom
         service,ferry-Port-Quay,70,USD,vehicle,2024-12-01,Forwarder A",
    );
    let times = table(
        "times.csv",
        "what,crossing,activity,hours_mean,hours_sd
         activity,rail-North-South,customs,3,",
    );
    let model = with(&[quotes, times], &[]);
    let answer = answer(&model);
    let ferry = line(&answer.routes[0], "ferry-Port-Quay");
    let place = |line: &scenario::Line, figure| line.of_figure(figure).map(|own| own.place.clone()).unwrap();
    assert_eq!(ferry.evidence(Figure::Money), Evidence::Quoted);
    assert_eq!(place(ferry, Figure::Money), "quotes.csv:2");
    assert_eq!(ferry.of_figure(Figure::Money).map(|own| own.source.as_str()), Some("Forwarder A"));
    assert_eq!(ferry.evidence(Figure::Hours), Evidence::Published);
    assert!(place(ferry, Figure::Hours).starts_with("services.csv:"));
    let by_rail = answer.routes.iter().find(|route| links(&model, route) == BY_RAIL).unwrap();
    let customs = line(by_rail, "customs");
    assert_eq!((customs.hours, customs.sd), (3.0, 3.0), "a spread that the user does not state stays");
    assert_eq!(place(customs, Figure::Hours), "times.csv:2");
    for figure in [Figure::Money, Figure::Spread] {
        assert_eq!(customs.evidence(figure), Evidence::Published, "{figure:?}");
    }
}

#[test]
fn a_length_of_the_user_is_the_length_used_and_a_speed_of_theirs_is_no_length() {
    let mut text = CASE.to_owned();
    text.push_str("link_lengths link=rail-Field-North km=400 used=yes\n");
    let overlays = Overlays {
        tables: vec![table("distances.csv", "link,km,from_whom\nrail-Field-North,410,Railway B")],
        settings: vec![Setting::of("links.rail-South-Mill.speed_kmh=80").unwrap()],
        ..Overlays::default()
    };
    let model = Model::load_with(&folder(&text), &overlays);
    assert_eq!(found(&model), Vec::<String>::new());
    let own = model.network.link(link(&model, "rail-Field-North"));
    assert_eq!(own.km, 410.0);
    assert_eq!(own.provenance.of_figure(Figure::Length).place, "distances.csv:2");
    assert!(!own.provenance.of_figure(Figure::Hours).by_user);
    let used: Vec<(f64, &str)> = own
        .lengths
        .iter()
        .filter(|length| length.used)
        .map(|length| (length.km, length.provenance.source.as_str()))
        .collect();
    assert_eq!(used, [(410.0, "Railway B")], "the other sourced length is kept, and not used");
    assert_eq!(own.lengths.len(), 2);
    let answer = answer(&model);
    let by_rail = answer.routes.iter().find(|route| links(&model, route) == BY_RAIL).unwrap();
    let last = by_rail.legs.iter().find(|leg| links_of(&model, leg) == "rail-South-Mill").unwrap();
    let motion = last.lines.iter().find(|line| line.label.starts_with("in motion")).unwrap();
    assert_eq!(motion.hours, 5.0);
    assert_eq!(motion.of_figure(Figure::Hours).unwrap().place, "--set links.rail-South-Mill.speed_kmh");
    assert!(!motion.of_figure(Figure::Spread).unwrap().by_user, "its spread is the case's parameter");
    assert!(
        !model.network.link(link(&model, "rail-South-Mill")).provenance.of_figure(Figure::Length).by_user
    );
}

fn links_of(model: &Model, leg: &scenario::Leg) -> String {
    leg.links.iter().map(|(link, _)| model.network.link(*link).id.clone()).collect::<Vec<_>>().join(" ")
}

/// By carrier, goods and form the case may be more particular; the user's rate speaks all the same.
#[test]
fn a_tariff_of_the_user_speaks_before_one_of_the_case() {
    let mut text = CASE.to_owned();
    text.push_str("tariff KTZ rail 0.. 0+0.5 goods=1001 forms=dry_bulk\n");
    for (file, rows, expected) in [
        (
            "tariffs.csv",
            "tariff,mode,from_km,initial,per_km,currency,price_date\nmine,rail,0,1,0,USD,2001-01-01",
            1.0,
        ),
        (
            "quotes.csv",
            "what,carrier,to_km,amount,currency,basis,price_date\ntariff,KTZ,900,140,USD,vehicle,2001-01-01",
            2.0,
        ),
        (
            "quotes.csv",
            "what,carrier,gates,amount,currency,basis,price_date\ntariff,KTZ,North|Port,3,USD,tonne,2001-01-01",
            3.0,
        ),
    ] {
        let overlays = Overlays { tables: vec![table(file, rows)], ..Overlays::default() };
        let model = Model::load_with(&folder(&text), &overlays);
        assert_eq!(found(&model), Vec::<String>::new(), "{rows}");
        let answer = answer(&model);
        let haul = &best(&answer).unwrap().legs.iter().find(|leg| leg.carrier == "KTZ").unwrap();
        assert!((haul.usd_per_tonne - expected).abs() < 1e-9, "{rows}: {}", haul.usd_per_tonne);
        let sheet = model.cost_sheet(&answer, best(&answer).unwrap(), scenario::Incoterm::Dap).unwrap();
        assert!(
            sheet.lines.iter().all(|line| !line.label.starts_with("in motion")),
            "hours in motion stand with the carriage, whatever its rate: {rows}"
        );
        let money: Vec<_> = haul.lines.iter().filter(|line| line.usd_per_tonne != Some(0.0)).collect();
        assert_eq!(money.len(), 1, "the rate is one line, not the case's and a difference");
        assert_eq!(money[0].evidence(Figure::Money), Evidence::Quoted, "{rows}");
    }
}

#[test]
fn a_rule_of_the_user_closes_and_a_version_of_theirs_changes_a_rule_of_the_case() {
    let rows = "rule,version,effect,status,valid_from,links,value,unit,currency,text
                my-stop,,ban,,2020-01-01,rail-South-Mill,,,,Nothing may pass.
                toll,2,none,ended,2024-01-01,rail-North-South,,,,The toll is gone.";
    let model = with(&[table("rules.csv", rows)], &[]);
    assert_eq!(found(&model), Vec::<String>::new());
    let answer = answer(&model);
    assert_eq!(links(&model, best(&answer).unwrap()), BY_FERRY);
    let bearing = &model.bearings(&answer)[0];
    assert_eq!((bearing.used, bearing.bearing), (2, 2), "the ban closes a route that is shown: {bearing:?}");
    let closed = &answer.why_not[0].route;
    let crossing = closed.legs.iter().find(|leg| links_of(&model, leg) == "rail-North-South").unwrap();
    assert!(crossing.lines.iter().all(|line| line.label != "toll"), "the toll has ended");
}

/// Where the user says less than an offer, it must not look like one.
#[test]
fn an_assumption_of_the_user_stays_an_assumption() {
    let rows = "service,amount,evidence\nferry-Port-Quay,3,assumed";
    let model = with(&[table("services.csv", rows)], &[]);
    let service = &model.network.services[0];
    let money = service.provenance.of_figure(Figure::Money);
    assert_eq!((money.evidence, money.by_user), (Evidence::Assumed, true));
    let answer = answer(&model);
    let by_ferry = answer.routes.iter().find(|route| links(&model, route) == BY_FERRY).unwrap();
    assert_eq!(by_ferry.shares.quoted, 0.0);
    assert!(by_ferry.shares.assumed > 0.0);
}

#[test]
fn a_copy_of_a_table_with_one_figure_changed_is_the_users_in_that_figure_alone() {
    let bare = folder(CASE);
    let text = String::from_utf8(bare.bytes("services.csv").unwrap().to_vec()).unwrap();
    let model = with(&[table("services.csv", &text.replace(",12,USD,", ",9,USD,"))], &[]);
    let service = &model.network.services[0];
    assert_eq!(service.money.as_ref().map(|money| money.amount), Some(9.0));
    let laid: Vec<&str> = service.provenance.cells.iter().map(|(column, _)| *column).collect();
    assert_eq!(laid, ["amount"]);
}

// What is wrong with an overlay

#[test]
fn what_is_wrong_is_found_at_the_users_own_row_and_column_and_the_case_keeps_its_rows() {
    let bare = with(&[], &[]);
    for (file, rows, expected) in [
        (
            "quotes.csv",
            "what,service,amount,currency,basis\nservice,ferry-Port-Kay,7,USD,tonne",
            "unknown-reference quotes.csv:2 service",
        ),
        (
            "quotes.csv",
            "what,service,amount,currency,basis\nservice,ferry-Port-Quay,abc,USD,tonne",
            "malformed-value quotes.csv:2 amount",
        ),
        (
            "quotes.csv",
            "what,service,amount,currency,basis,price_date\nservice,ferry-Port-Quay,7,XXX,tonne,2020-01-01",
            "unknown-currency quotes.csv:2 currency",
        ),
        (
            "quotes.csv",
            "what,service,amount,currency\nservice,ferry-Port-Quay,7,USD",
            "missing-column quotes.csv:1 basis",
        ),
        (
            "quotes.csv",
            "what,carrier,amount,currency,basis,price_date\ntariff,KTZ,7,USD,tonne,2020-01-01",
            "missing-value quotes.csv:2 to_km",
        ),
        (
            "quotes.csv",
            "what,crossing,activity,amount,currency,basis\nactivity,rail-North-South,escort,7,USD,tonne",
            "unknown-reference quotes.csv:2 activity",
        ),
        (
            "quotes.csv",
            "what,item,amount,currency,basis\ncost,insurance,7,USD,train,beyond",
            "malformed-row quotes.csv:2 -",
        ),
        (
            "times.csv",
            "what,link,hours_mean\nlink,rail-South-Mill,0",
            "malformed-value times.csv:2 hours_mean",
        ),
        ("links.csv", "link,carrier\nrail-South-Mill,XYZ", "unknown-reference links.csv:2 carrier"),
        ("links.csv", "link,from,to,mode\nnew,Field,Mill,rail", "missing-value links.csv:2 km"),
        ("parameters.csv", "parameter,value\nspeed_rail,0", "malformed-value parameters.csv:2 value"),
        (
            "rules.csv",
            "rule,effect,valid_from,valid_to,text\nx,ban,2020-01-01,2019-01-01,Never.",
            "ends-before-start rules.csv:2 valid_to",
        ),
        (
            "tariffs.csv",
            "tariff,carrier,mode,from_km,initial,per_km,currency,price_date\nm,NOBODY,rail,0,1,1,USD,2020-01-01",
            "unknown-reference tariffs.csv:2 carrier",
        ),
        ("trips.csv", "observation,from,to\nx,Field,Mill", "missing-value trips.csv:2 title"),
        (
            "transfers.csv",
            "transfer,place\nPort-rail-ferry,Nowhere",
            "unknown-reference transfers.csv:2 place",
        ),
    ] {
        // A case's own file has the same name: the program gives such a file its path.
        let own = if file == "quotes.csv" || file == "times.csv" || file == "trips.csv" {
            file.to_owned()
        } else {
            format!("./{file}")
        };
        let mut overlay = table(file, rows);
        overlay.file.clone_from(&own);
        let model = with(&[overlay], &[]);
        let expected = expected.replace(file, &own);
        assert!(found(&model).contains(&expected), "{rows}\nexpected {expected}, found {:?}", found(&model));
        assert_eq!(model.laid_over[0].used(), 0, "{rows}");
        let of_the_case: Vec<&case::Finding> = model
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error && finding.file != own)
            .collect();
        assert_eq!(of_the_case, Vec::<&case::Finding>::new(), "the case's rows stay: {rows}");
        assert_eq!(usd(&answer(&model)), usd(&answer(&bare)), "{rows}");
    }
}

#[test]
fn a_row_that_only_another_broken_row_would_hurt_is_used() {
    let broken = table("mine/links.csv", "link,carrier\nrail-North-South,XYZ");
    let broken = Overlay { name: "links".to_owned(), ..broken };
    let added = table(
        "mine/activities.csv",
        "crossing,direction,activity,hours_mean,hours_sd\nrail-North-South,forward,escort,2,1",
    );
    let added = Overlay { name: "activities".to_owned(), ..added };
    let model = with(&[broken, added], &[]);
    assert_eq!(found(&model), ["unknown-reference mine/links.csv:2 carrier"]);
    assert_eq!(model.laid_over[1].used(), 1, "its crossing is there without the other row");
}

#[test]
fn two_prices_for_one_thing_are_a_conflict_and_the_later_is_used() {
    let quote = |file: &str, amount: &str| {
        let rows = format!(
            "what,service,amount,currency,basis,price_date\nservice,ferry-Port-Quay,{amount},USD,tonne,2024-12-01"
        );
        Overlay { name: "quotes".to_owned(), ..table(file, &rows) }
    };
    let price = |model: &Model| model.network.services[0].money.as_ref().map(|money| money.amount);
    for (first, second, setting, expected, conflicts) in [
        ("8", "9", None, 9.0, vec!["overlay-conflict b.csv:2 amount"]),
        ("9", "8", None, 8.0, vec!["overlay-conflict b.csv:2 amount"]),
        ("8", "8.0", None, 8.0, vec![]),
        (
            "8",
            "8",
            Some("services.ferry-Port-Quay.amount=7"),
            7.0,
            vec!["overlay-conflict --set services.ferry-Port-Quay.amount amount"],
        ),
    ] {
        let model = with(&[quote("a.csv", first), quote("b.csv", second)], setting.as_slice());
        assert_eq!(price(&model), Some(expected));
        assert_eq!(found(&model), conflicts);
        if let Some(finding) = model.findings_of_the_user().next() {
            assert_eq!(finding.severity, Severity::Warning);
            assert!(finding.problem.contains("a.csv:2") || finding.problem.contains("b.csv:2"), "{finding}");
        }
    }
}

#[test]
fn one_value_is_set_by_its_name_and_a_name_that_is_none_gets_the_nearest() {
    let model = with(&[], &["speed_rail=45", "fx.KZT.per_usd=525", "fx.RUB.2020-01-01.per_usd=90"]);
    assert_eq!(found(&model), Vec::<String>::new());
    assert_eq!(model.case.parameter("speed_rail"), 45.0);
    let own = &model.case.parameters["speed_rail"].provenance;
    assert_eq!((own.place.as_str(), own.evidence), ("--set speed_rail", Evidence::Quoted));
    let rate = |currency| model.case.exchange.rate(currency, None).unwrap();
    assert_eq!((rate("KZT").per_usd, rate("RUB").per_usd), (525.0, 90.0));
    assert_eq!(rate("KZT").laid_over.as_deref(), Some("--set fx.KZT.per_usd"));
    for (text, said) in [
        ("speed_rale=45", "speed_rail"),
        ("servises.x.amount=1", "services"),
        ("services.ferry-Port-Kay.amount=1", "ferry-Port-Quay"),
        ("services.ferry-Port-Quay.amont=1", "amount"),
        ("services.ferry-Port-Quay.amount=-1", "zero or more"),
    ] {
        let model = with(&[], &[text]);
        let finding = model.findings_of_the_user().next().unwrap_or_else(|| panic!("{text} is no fault"));
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.valid.contains(said), "{text}: {finding}");
    }
}

// Laws

/// A figure that a random overlay speaks to, so that two rows never contradict each other.
#[derive(Debug, Clone)]
struct Row {
    figure: usize,
    value: u32,
}

const FIGURES: &[(&str, &str)] = &[
    ("distances", "link,km\nrail-Field-North,V"),
    ("distances", "link,km\nrail-South-Mill,V"),
    ("times", "what,wait,hours_mean\nwait,KAZ-rail,V"),
    ("times", "what,crossing,activity,hours_mean\nactivity,rail-North-South,customs,V"),
    (
        "quotes",
        "what,service,amount,currency,basis,price_date\nservice,ferry-Port-Quay,V,USD,tonne,2024-01-01",
    ),
    ("quotes", "what,rule,amount,currency,basis,price_date\nrule,toll,V,USD,tonne,2024-01-01"),
    ("quotes", "what,carrier,to_km,amount,currency,basis,price_date\ntariff,KTZ,900,V,USD,tonne,2024-01-01"),
    ("quotes", "what,carrier,gates,amount,currency,basis,price_date\ntariff,ADY,Mill,V,USD,tonne,2024-01-01"),
    (
        "services",
        "service,name,link,wait_hours_mean,wait_hours_sd,amount,currency,basis,price_date\nnew,New,ferry-Port-Quay,5,5,40,USD,tonne,2024-01-01",
    ),
    ("quotes", "what,service,amount,currency,basis,price_date\nservice,new,40,USD,tonne,2024-01-01"),
    (
        "rules",
        "rule,version,effect,valid_from,links,value,unit,currency,text\nmine,1,fee,2020-01-01,rail-South-Mill,V,per_tonne,USD,A fee.",
    ),
    ("parameters", "parameter,value\nspeed_rail,V"),
    ("transfers", "transfer,hours_sd\nPort-rail-ferry,V"),
];

fn overlay_of(row: &Row) -> Overlay {
    let (name, text) = FIGURES[row.figure];
    let file = format!("{name}-{}.csv", row.figure);
    Overlay { name: name.to_owned(), ..table(&file, &text.replace(",V", &format!(",{}", row.value))) }
}

/// Everything about a model that an overlay can change, without the order of what was added.
fn state(model: &Model) -> Vec<String> {
    let mut state: Vec<String> = Vec::new();
    state.extend(model.network.links.iter().map(|own| format!("{own:?}")));
    state.extend(model.network.services.iter().map(|own| format!("{own:?}")));
    state.extend(model.network.transfers.iter().map(|own| format!("{own:?}")));
    state.extend(model.network.waits.iter().map(|own| format!("{own:?}")));
    state.extend(model.network.crossings.iter().map(|own| format!("{own:?}")));
    state.extend(model.case.parameters.iter().map(|own| format!("{own:?}")));
    state.extend(model.regime.tariffs.tariffs.iter().map(|own| format!("{own:?}")));
    state.extend(model.regime.rules.versions.iter().map(|own| {
        let rule = &model.regime.rules.rules[own.rule as usize].id;
        let mut own = own.clone();
        own.rule = 0;
        format!("{rule} {own:?}")
    }));
    let mut findings: Vec<String> = model.findings.iter().map(ToString::to_string).collect();
    findings.sort();
    state.extend(findings);
    state.sort();
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Rows that speak to different figures can be laid over in any order, split into files as one
    /// likes: the model, and what is found, are the same.
    #[test]
    fn the_order_of_overlays_that_do_not_conflict_makes_no_difference(
        values in prop::collection::vec(prop::option::of(1_u32..400), FIGURES.len()),
        seed in any::<u64>(),
    ) {
        let rows: Vec<Row> = values
            .iter()
            .enumerate()
            .filter_map(|(figure, value)| value.map(|value| Row { figure, value }))
            // A price for a service that nobody adds is a fault, whatever the order.
            .filter(|row| row.figure != 9 || values[8].is_some())
            .collect();
        let mut shuffled = rows.clone();
        let mut state_of_shuffle = seed;
        for index in (1..shuffled.len()).rev() {
            state_of_shuffle = state_of_shuffle.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(index, (state_of_shuffle >> 33) as usize % (index + 1));
        }
        let tables = |rows: &[Row]| rows.iter().map(overlay_of).collect::<Vec<_>>();
        let (one, other) = (with(&tables(&rows), &[]), with(&tables(&shuffled), &[]));
        prop_assert_eq!(state(&one).len(), state(&other).len());
        for (one, other) in state(&one).iter().zip(state(&other)) {
            prop_assert_eq!(one, &other);
        }
        prop_assert!(one.laid_over.iter().all(|own| own.used() == own.rows.len()), "{:?}", one.findings);
        prop_assert_eq!(usd(&answer(&one)).to_bits(), usd(&answer(&other)).to_bits());
    }

    /// Whatever stands in the cells, nothing panics, and each row is used or has a finding.
    #[test]
    fn any_text_in_a_template_is_used_or_found(
        what in "(tariff|service|transfer|activity|rule|cost|x)",
        cells in prop::collection::vec("(|1|-1|abc|2024-01-01|2024-13-01|USD|KTZ|Mill|Field\\|North|tonne|train|open|toll|rail-North-South|ferry-Port-Quay|customs|insurance|percent_of_value|1e300)", 29),
    ) {
        let columns: Vec<&str> =
            case::schema::template("quotes").unwrap().columns().iter().map(|own| own.name).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).take(columns.len() - 1).collect();
        let text = format!("{}\n{what},{}", columns.join(","), cells.join(","));
        let model = with(&[table("quotes.csv", &text)], &[]);
        let is_found = model.findings_of_the_user().any(|own| own.severity == Severity::Error);
        prop_assert_eq!(model.laid_over[0].used() == 0, is_found, "{}\n{:?}", text, model.findings);
        let _ = answer(&model);
    }
}
