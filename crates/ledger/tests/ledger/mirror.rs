//! Laws of reconciliation, for any reports of any economies.

use ledger::{
    Figure, FigureKind, Flow, Gap, Margin, Measure, Method, MirrorFlow, Observation, Period, Reconciled,
    Reliability, TOTAL, Valuation, fob, pair_report,
};
use proptest::prelude::*;

const NAMES: [&str; 5] = ["ARM", "GEO", "KAZ", "RUS", "TUR"];

fn flows() -> impl Strategy<Value = Vec<MirrorFlow>> {
    let value = 0.001f64..1e6;
    proptest::collection::vec((0..5usize, 0..5usize, value.clone(), value), 1..30).prop_map(|rows| {
        rows.into_iter()
            .filter(|(i, j, ..)| i != j)
            .map(|(i, j, by_exporter, by_importer)| MirrorFlow {
                exporter: NAMES[i].to_owned(),
                importer: NAMES[j].to_owned(),
                by_exporter,
                by_importer,
            })
            .collect()
    })
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

proptest! {
    #[test]
    fn a_reconciliation_lies_between_the_two_reports(flows in flows(), x in 0.001f64..1e9, m in 0.001f64..1e9, margin in 0.0f64..0.3) {
        let margin = Margin::of(margin);
        let reliability = Reliability::of(&flows, margin);
        let on_board = fob(m, margin.default);
        for method in Method::ALL {
            let own = Reconciled::between(method, x, on_board, reliability.weight(method, "KAZ", "ARM"));
            let (least, most) = (x.min(on_board), x.max(on_board));
            prop_assert!(least <= own.low && own.low <= own.value && own.value <= own.high && own.high <= most, "{own:?}");
        }
    }

    #[test]
    fn a_reconciliation_of_reports_that_agree_is_what_they_say(flows in flows(), x in 0.001f64..1e9) {
        let margin = Margin::default();
        let reliability = Reliability::of(&flows, margin);
        for method in Method::ALL {
            let own = Reconciled::between(method, x, fob(x * 1.05, margin.default), reliability.weight(method, "KAZ", "ARM"));
            prop_assert!(near(own.low, x) && near(own.value, x) && near(own.high, x), "{own:?}");
        }
    }

    #[test]
    fn who_is_called_what_changes_nothing(flows in flows(), x in 0.001f64..1e9, m in 0.001f64..1e9) {
        let margin = Margin::default();
        let swap = |name: &str| match name { "KAZ" => "ARM".to_owned(), "ARM" => "KAZ".to_owned(), other => other.to_owned() };
        let renamed: Vec<MirrorFlow> = flows
            .iter()
            .map(|own| MirrorFlow { exporter: swap(&own.exporter), importer: swap(&own.importer), ..own.clone() })
            .collect();
        let (before, after) = (Reliability::of(&flows, margin), Reliability::of(&renamed, margin));
        for method in Method::ALL {
            let one = Reconciled::between(method, x, m, before.weight(method, "KAZ", "ARM"));
            let two = Reconciled::between(method, x, m, after.weight(method, "ARM", "KAZ"));
            prop_assert!(near(one.value, two.value) && near(one.low, two.low) && near(one.high, two.high), "{one:?} {two:?}");
        }
    }

    #[test]
    fn the_order_of_the_two_reports_changes_nothing(x in 0.001f64..1e9, m in 0.001f64..1e9, weight in 0.0f64..1.0) {
        for method in Method::ALL {
            let one = Reconciled::between(method, x, m, weight);
            let two = Reconciled::between(method, m, x, 1.0 - weight);
            prop_assert!(near(one.value, two.value) && near(one.low, two.low) && near(one.high, two.high), "{one:?} {two:?}");
        }
    }

    #[test]
    fn a_turnover_of_either_side_weighs_what_the_other_leaves(flows in flows()) {
        let reliability = Reliability::of(&flows, Margin::default());
        for method in Method::ALL {
            let (one, two) = (reliability.turnover_weight(method, "KAZ", "ARM"), reliability.turnover_weight(method, "ARM", "KAZ"));
            prop_assert!((0.0..=1.0).contains(&one) && near(one + two, 1.0), "{one} {two}");
        }
    }

    #[test]
    fn a_gap_is_explained_exactly_up_to_the_margin(x in 1.0f64..1e9, factor in 0.5f64..2.0) {
        let margin = Margin::default();
        let gap = Gap::of_flow(x, x * factor, margin).expect("two reports");
        let expected = (1.0 - 1e-12..=1.0 + margin.high + 1e-12).contains(&factor);
        prop_assert_eq!(gap.is_explained(margin), expected, "{:?}", gap);
        prop_assert!(gap.ratio >= 1.0 && (0.0..2.0).contains(&gap.symmetric));
    }
}

fn observation(reporter: &str, economy: &str, flow: Flow, period: &str, value: f64) -> Observation {
    Observation {
        measure: Measure::Value,
        reporter: reporter.to_owned(),
        economy: economy.to_owned(),
        partner: if economy == "KAZ" { "ARM" } else { "KAZ" }.to_owned(),
        flow,
        commodity: TOTAL.to_owned(),
        period: Period::parse(period).expect("a period"),
        kind: FigureKind::Exact,
        value,
        high: None,
        scale: 1e6,
        currency: "USD".to_owned(),
        valuation: Valuation::Unknown,
        kilograms: None,
        ancestry: String::new(),
        source: "paper".to_owned(),
        published: "2024".to_owned(),
        claim: String::new(),
    }
}

fn report(observations: Vec<Observation>) -> ledger::PairReport {
    pair_report(("KAZ", "ARM"), observations, &Reliability::default(), Margin::default())
}

#[test]
fn both_originals_are_kept_beside_what_lies_between() {
    let own = report(vec![
        observation("KAZ", "KAZ", Flow::Turnover, "2023", 53.1),
        observation("ARM", "ARM", Flow::Turnover, "2023", 104.0),
        observation("ARM", "ARM", Flow::Export, "2023", 71.3),
    ]);
    let row = &own.turnover[0];
    let value = |side: &ledger::Side| side.chosen.as_ref().map(|own| own.value);
    assert_eq!((value(&row.by_first), value(&row.by_second)), (Some(53.1), Some(104.0)));
    let gap = row.gap.expect("two reports");
    assert!((gap.ratio - 1.9586).abs() < 1e-3 && (gap.symmetric - 0.648).abs() < 1e-3, "{gap:?}");
    // Of what Armenia reports, 104 − 71.3 are imports; of Kazakhstan's a half is assumed.
    let [kaz, arm] = row.import_shares;
    assert!(kaz == (0.5, false) && arm.1 && (arm.0 - 32.7 / 104.0).abs() < 1e-9, "{:?}", row.import_shares);
    let (least, most) = (53.1 * (0.5 + 0.5 / 1.05) * 1e6, (71.3 + 32.7 / 1.05) * 1e6);
    for own in &row.reconciled {
        assert!(near(own.low, least) && near(own.high, most), "equal weights give the whole span: {own:?}");
    }
}

#[test]
fn a_part_of_a_year_is_never_set_beside_a_whole_one() {
    let own = report(vec![
        observation("KAZ", "KAZ", Flow::Turnover, "2024-01..2024-08", 57.0),
        observation("ARM", "ARM", Flow::Turnover, "2024", 104.0),
        observation("KAZ", "KAZ", Flow::Turnover, "2025-01..2025-08", 35.0),
        observation("KAZ", "KAZ", Flow::Turnover, "2025-02..2025-09", 36.0),
    ]);
    assert!(own.turnover.iter().all(|row| row.gap.is_none() && row.reconciled.is_empty()));
    let [like] = own.like_for_like.as_slice() else {
        panic!("one pair of the same months: {:?}", own.like_for_like)
    };
    assert_eq!((like.earlier.value, like.later.value), (57.0, 35.0));
    assert!((like.change + 0.386).abs() < 1e-3);
}

#[test]
fn exports_and_imports_of_one_source_make_its_turnover() {
    let own = report(vec![
        observation("KAZ", "KAZ", Flow::Export, "2023", 24.9),
        observation("KAZ", "KAZ", Flow::Import, "2023", 54.0),
        observation("ARM", "ARM", Flow::Export, "2023", 84.8),
    ]);
    let turnover = own.turnover[0].by_first.chosen.as_ref().expect("a sum");
    assert!(near(turnover.amount(), 78.9e6) && turnover.ancestry.contains("sum"));
    assert!(own.turnover[0].by_second.chosen.is_none(), "one direction is no turnover");
    let back = own.flows.iter().find(|row| row.exporter == "ARM").expect("a flow");
    let gap = back.gap.expect("two reports");
    assert!(
        (gap.difference + 30.8e6).abs() < 1.0 && gap.explained == (0.0, 0.0, 0.0),
        "the wrong sign: {gap:?}"
    );
}

#[test]
fn two_currencies_are_not_compared() {
    let mut other = observation("ARM", "ARM", Flow::Turnover, "2023", 104.0);
    other.currency = "AMD".to_owned();
    let own = report(vec![observation("KAZ", "KAZ", Flow::Turnover, "2023", 53.1), other]);
    assert!(own.turnover[0].gap.is_none());
}

#[test]
fn a_figure_is_read_as_it_was_said() {
    let of = |kind, value, high| Figure::read(kind, value, high).expect("a figure");
    assert_eq!(of(FigureKind::AtLeast, "35", "").words(), "> 35");
    assert_eq!(of(FigureKind::Range, "7", "8").words(), "7–8");
    assert_eq!(of(FigureKind::About, "1000", "").words(), "about 1,000");
}
