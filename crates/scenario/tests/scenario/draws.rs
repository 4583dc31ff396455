//! Intervals by a seeded draw: what holds of any draws of any run.

use std::sync::OnceLock;

use case::{Confidence, Evidence};
use jiff::civil::{Date, date};
use scenario::baseline::ObservedCell;
use scenario::{
    Doubt, DoubtKind, DrawSettings, Draws, FigureInterval, LoopRun, LoopSettings, Model, RangeBasis,
    Scenario, Told, TotalFigure,
};

use crate::shipped::shipped;

const DAY: Date = date(2026, 7, 1);

fn ban() -> &'static Scenario {
    static BAN: OnceLock<Scenario> = OnceLock::new();
    BAN.get_or_init(|| {
        let path = format!(
            "{}/../../cases/kazakhstan-armenia/scenarios/ban-returns.toml",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).expect("a file of the case");
        Scenario::read("ban-returns.toml", &text, &mut Vec::new()).expect("a scenario of the case")
    })
}

fn central() -> &'static LoopRun {
    static RUN: OnceLock<LoopRun> = OnceLock::new();
    RUN.get_or_init(|| {
        shipped().run(ban(), DAY, Vec::new(), &LoopSettings::default()).expect("the case has a baseline")
    })
}

fn doubts(model: &Model) -> Vec<Doubt> {
    model.doubts(&[])
}

fn drawn_of(doubts: Vec<Doubt>, count: usize) -> Draws {
    let asked = DrawSettings { count, seed: 7, only: None };
    shipped().draws_of(doubts, ban(), central(), &LoopSettings::default(), &asked, &|_| ())
}

/// All doubted figures, two draws.
fn drawn() -> &'static Draws {
    static DRAWN: OnceLock<Draws> = OnceLock::new();
    DRAWN.get_or_init(|| drawn_of(doubts(shipped()), 2))
}

fn told(draws: &Draws, told: Told) -> &FigureInterval {
    draws.figures.iter().find(|own| own.told == told).expect("a figure that is told")
}

#[test]
fn what_is_not_doubted_is_not_drawn_and_what_shares_a_row_is_one_figure() {
    let doubts = doubts(shipped());
    for own in &doubts {
        assert!(own.range.0 < own.range.1, "{}", own.label);
        assert!((own.range.0..=own.range.1).contains(&own.value), "{}", own.label);
        if own.basis != RangeBasis::Stated
            && let Some(provenance) = &own.provenance
        {
            let doubted = provenance.confidence == Confidence::Low || !provenance.evidence.is_sourced();
            assert!(doubted, "{}: {provenance:?}", own.label);
        }
    }
    let distance: Vec<&Doubt> =
        doubts.iter().filter(|own| own.label.starts_with("elasticity of trade to distance")).collect();
    assert_eq!(distance.len(), 1, "one row stands for all groups");
    assert!(distance[0].label.contains("Machinery") && distance[0].kind == DoubtKind::Parameter);
    assert_eq!(distance[0].range, (-0.8896, -0.693), "the range of the case");
    for wanted in
        ["capacity of", "price asked for Wheat, class 3", "The deep sea", "value of time of", "tariff of"]
    {
        assert!(doubts.iter().any(|own| own.label.starts_with(wanted)), "nothing of `{wanted}` is doubted");
    }
}

/// What two sides report differently is drawn between their reports.
#[test]
fn an_observed_cell_is_drawn_over_the_interval_of_its_reports() {
    let baseline = &shipped().baseline;
    let economy = |id: &str| baseline.economy(id).expect("an economy of the case");
    let cell = |low: f64, high: f64| ObservedCell {
        origin: economy("KAZ"),
        destination: economy("ARM"),
        group: baseline.group("machinery").expect("a group of the case"),
        usd: 10e6,
        low,
        high,
        note: "KAZ and ARM".to_owned(),
    };
    let of = |cell: ObservedCell| {
        let all = shipped().doubts(&[cell]);
        all.into_iter().find(|own| own.label.starts_with("observed trade of"))
    };
    let doubt = of(cell(8e6, 15e6)).expect("the reports differ");
    assert_eq!((doubt.range, doubt.basis), ((8e6, 15e6), RangeBasis::Stated));
    assert_eq!(doubt.provenance.map(|own| own.evidence), Some(Evidence::Observed));
    assert!(of(cell(10e6, 10e6)).is_none(), "where both agree nothing is doubted");
}

#[test]
fn figures_without_a_range_give_intervals_without_width() {
    let mut certain = doubts(shipped());
    certain.iter_mut().for_each(|own| own.range = (own.value, own.value));
    let draws = drawn_of(certain, 2);
    assert_eq!(draws.counted, 2);
    for own in &draws.figures {
        for interval in [own.base, own.after, own.difference] {
            let Some([low, middle, high]) = interval.drawn else { continue };
            assert!(low == middle && middle == high, "{own:?}");
            let central = interval.central.expect("a figure that draws have");
            let size = own.base.central.unwrap_or(0.0).abs().max(1.0);
            assert!((middle - central).abs() <= 1e-5 * size, "{own:?}");
        }
    }
}

#[test]
fn percentiles_are_in_order_and_signs_are_shares() {
    let draws = drawn();
    assert_eq!(
        (draws.counted, draws.rough, draws.unsettled, draws.impossible),
        (2, 0, 0, 0),
        "{:?}",
        draws.first_fault
    );
    let mut widths = 0;
    for own in &draws.figures {
        for interval in [own.base, own.after, own.difference] {
            let Some([low, middle, high]) = interval.drawn else { continue };
            assert!(low <= middle && middle <= high, "{own:?}");
            widths += usize::from(low < high);
        }
        assert!(own.same_sign.is_none_or(|share| (0.0..=1.0).contains(&share)), "{own:?}");
    }
    assert!(widths > 100, "draws differ: {widths}");
    // The ban costs Armenia income in every draw, and base and scenario share each draw: the difference is far narrower than
    // the tonnes themselves.
    let armenia = central().base.ground.baseline.economy("ARM").expect("an economy of the case");
    let income = told(draws, Told::RealIncome(armenia));
    assert_eq!(income.same_sign, Some(1.0), "{income:?}");
    assert!(income.difference.drawn.expect("drawn")[2] < 0.0, "{income:?}");
    let tonnes = told(draws, Told::Total(TotalFigure::Tonnes));
    let width = |drawn: Option<[f64; 3]>| drawn.map_or(0.0, |[low, _, high]| high - low);
    assert!(width(tonnes.difference.drawn) < width(tonnes.base.drawn) / 10.0, "{tonnes:?}");
}

#[test]
fn the_same_seed_gives_the_same_bits_at_one_thread_and_two() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| drawn_of(doubts(shipped()), 2)).figures
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn more_draws_keep_the_first_ones() {
    let one = drawn_of(doubts(shipped()), 1);
    for own in &one.figures {
        let both = drawn()
            .figures
            .iter()
            .find(|other| other.told == own.told)
            .expect("it is told of more draws too");
        if let (Some([first, ..]), Some([low, middle, high])) = (own.base.drawn, both.base.drawn)
            && both.draws == 2
        {
            // Of two draws the percentiles lie on the line between them.
            let half = (high - low) / 0.9 / 2.0;
            let nearest = (first - (middle - half)).abs().min((first - (middle + half)).abs());
            assert!(nearest <= 1e-9 * first.abs().max(1.0), "{own:?} {both:?}");
        }
    }
}

/// Coefficients of trade change nothing that is compiled: what is drawn on the run's own networks is what is drawn on new
/// ones.
#[test]
fn coefficients_alone_are_drawn_on_the_networks_of_the_run() {
    let all = doubts(shipped());
    let of_kind = |kind: DoubtKind| all.iter().filter(move |own| own.kind == kind).cloned();
    let parameters: Vec<Doubt> = of_kind(DoubtKind::Parameter).collect();
    let mut with_an_input = parameters.clone();
    let mut certain = of_kind(DoubtKind::Input).next().expect("a doubted figure of the case");
    certain.range = (certain.value, certain.value);
    with_an_input.push(certain);
    assert_eq!(drawn_of(parameters, 1).figures, drawn_of(with_an_input, 1).figures);
}
