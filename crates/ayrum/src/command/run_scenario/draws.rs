//! The intervals of a run: how they are drawn, written and told.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use scenario::{
    Doubt, DoubtKind, DrawSettings, Draws, FigureInterval, Interval, LoopRun, LoopSettings, Model, Scenario,
    Settled, Told, TotalFigure,
};
use serde::Serialize;

use crate::arguments::scenarios::{Doubted, RunScenario};
use crate::command::sensitivity::basis_words;
use crate::show;

/// Rows of a table that a reader is shown; JSON and CSV have all.
const MOST: usize = 6;
/// Draws below which percentiles are coarse.
const FEW: usize = 100;
/// After this long, how far the draws are is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Intervals as they are written.
#[derive(Serialize)]
pub(super) struct Written {
    count: usize,
    seed: u64,
    only: Option<&'static str>,
    counted: usize,
    counted_though_not_settled_to_the_tolerance: usize,
    left_out_not_settled: usize,
    left_out_impossible: usize,
    first_fault: Option<String>,
    rules: [&'static str; 4],
    percentiles: [f64; 3],
    intervals: Vec<WrittenFigure>,
    drawn: Vec<WrittenDoubt>,
    not_drawn: [&'static str; 4],
}

/// A figure with its intervals.
#[derive(Serialize)]
struct WrittenFigure {
    /// Table, what, from, to and unit, as in the CSV of a run.
    table: &'static str,
    what: String,
    from: String,
    to: String,
    unit: &'static str,
    base: WrittenInterval,
    scenario: WrittenInterval,
    difference: WrittenInterval,
    same_sign_percent: Option<f64>,
    draws: usize,
}

#[derive(Serialize)]
struct WrittenInterval {
    without_draws: Option<f64>,
    p5: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
}

/// A figure that was drawn.
#[derive(Serialize)]
struct WrittenDoubt {
    figure: String,
    unit: String,
    kind: &'static str,
    value: f64,
    low: f64,
    high: f64,
    range: String,
    evidence: &'static str,
    confidence: &'static str,
    source: String,
    place: String,
}

/// What is drawn, if anything was asked for.
pub(super) fn settings(asked: &RunScenario) -> Option<DrawSettings> {
    let only = asked.drawn.map(|kind| match kind {
        Doubted::Parameters => DoubtKind::Parameter,
        Doubted::Inputs => DoubtKind::Input,
    });
    asked.draws.map(|count| DrawSettings { count, seed: asked.seed, only })
}

/// Draws for a run.
pub(super) fn drawn(
    model: &Model,
    scenario: &Scenario,
    run: &LoopRun,
    settings: &LoopSettings,
    asked: &DrawSettings,
) -> Written {
    let draws = with_bar(asked, |tell| model.draws(scenario, run, settings, asked, tell));
    written(model, run, &draws)
}

/// Draws with a bar where that takes long, and a note where they are few.
pub(crate) fn with_bar<T>(asked: &DrawSettings, draw: impl FnOnce(&(dyn Fn(usize) + Sync)) -> T) -> T {
    if asked.count < FEW {
        eprintln!("note: of {} draws, percentiles are coarse; with {FEW} or more they steady", asked.count);
    }
    let (started, bar) = (
        Instant::now(),
        ProgressBar::with_draw_target(Some(asked.count as u64), ProgressDrawTarget::hidden()),
    );
    if let Ok(style) = ProgressStyle::with_template("drawing {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    let drawn = draw(&|done| {
        if bar.is_hidden() && started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    drawn
}

fn written(model: &Model, run: &LoopRun, draws: &Draws) -> Written {
    Written {
        count: draws.settings.count,
        seed: draws.settings.seed,
        only: draws.settings.only.map(kind),
        counted: draws.counted,
        counted_though_not_settled_to_the_tolerance: draws.rough,
        left_out_not_settled: draws.unsettled,
        left_out_impossible: draws.impossible,
        first_fault: draws.first_fault.clone(),
        rules: [
            "each figure is drawn from a triangular distribution with its value as the mode and its range as the ends, \
             independently of the others; base and scenario share each draw",
            "drawn is what the case states a range for, and what is assumed, computed, calibrated or of low confidence",
            "a draw whose delays came to within 0.1 h of settling counts, any other that did not settle is left out, and so is \
             one whose figures make no world; none is drawn anew",
            "percentiles lie on the straight line between the nearest draws; same_sign_percent tells in how many draws the \
             difference has the sign that it has without draws",
        ],
        percentiles: scenario::PERCENTILES.map(|share| 100.0 * share),
        intervals: draws.figures.iter().map(|own| figure(model, run, own)).collect(),
        drawn: draws.doubts.iter().map(doubt).collect(),
        not_drawn: [
            "the measures of the scenario and their dates",
            "prices that are not known: they count as nothing, as everywhere",
            "lengths, loads of vehicles and weights of zones",
            "the form of the model: gravity, the shares of the network, queues",
        ],
    }
}

fn kind(kind: DoubtKind) -> &'static str {
    match kind {
        DoubtKind::Parameter => "parameters",
        DoubtKind::Input => "inputs",
    }
}

fn doubt(own: &Doubt) -> WrittenDoubt {
    let provenance = own.provenance.as_ref();
    WrittenDoubt {
        figure: own.label.clone(),
        unit: own.unit.clone(),
        kind: kind(own.kind),
        value: own.value,
        low: own.range.0,
        high: own.range.1,
        range: basis_words(own.basis),
        evidence: show::word(provenance),
        confidence: provenance.map_or("low", |own| own.confidence.word()),
        source: provenance.map(|own| own.source.clone()).unwrap_or_default(),
        place: provenance.map(|own| own.place.clone()).unwrap_or_default(),
    }
}

fn interval(own: &Interval) -> WrittenInterval {
    let at = |position: usize| own.drawn.map(|drawn| drawn[position]);
    WrittenInterval { without_draws: own.central, p5: at(0), p50: at(1), p95: at(2) }
}

/// The name of a total and its unit, as the run tells it.
fn total(figure: TotalFigure) -> (&'static str, &'static str) {
    match figure {
        TotalFigure::Tonnes => ("tonnes on the network", "t/year"),
        TotalFigure::TonneKm => ("tonne-kilometres on the network", "t km/year"),
        TotalFigure::Freight => ("carriage paid on the network", "USD/year"),
        TotalFigure::Co2 => ("CO2e on the network", "t/year"),
        TotalFigure::Delay => ("delay at scarce capacities", "t h/year"),
        TotalFigure::AllTonnes => ("tonnes between all zones, by whichever way", "t/year"),
    }
}

fn figure(model: &Model, run: &LoopRun, own: &FigureInterval) -> WrittenFigure {
    let baseline = &model.baseline;
    let code = |economy: usize| baseline.economies[economy].id.clone();
    let group = |group: usize| baseline.groups[group].name.clone();
    let (table, what, from, to, unit) = match own.told {
        Told::Total(figure) => {
            let (what, unit) = total(figure);
            ("total", what.to_owned(), String::new(), String::new(), unit)
        }
        Told::RealIncome(economy) => {
            ("economy", "real income, change".to_owned(), code(economy), String::new(), "%")
        }
        Told::Price(good, buyer) => ("price", group(good), String::new(), code(buyer), "USD/t"),
        Told::Tonnes(good, seller, buyer) => ("trade", group(good), code(seller), code(buyer), "t/year"),
        Told::CapacityShare(scarce) => {
            let named = |settled: &Settled| {
                settled
                    .ground
                    .network
                    .capacities
                    .iter()
                    .find(|own| own.of == scarce)
                    .map(|own| own.name.clone())
            };
            let name = named(&run.after).or_else(|| named(&run.base)).unwrap_or_default();
            ("capacity taken", name, String::new(), String::new(), "%")
        }
    };
    WrittenFigure {
        table,
        what,
        from,
        to,
        unit,
        base: interval(&own.base),
        scenario: interval(&own.after),
        difference: interval(&own.difference),
        same_sign_percent: own.same_sign.map(|share| 100.0 * share),
        draws: own.draws,
    }
}

/// The columns that intervals add to the rows of a run.
pub(super) const COLUMNS: [&str; 11] = [
    "base_p5",
    "base_p50",
    "base_p95",
    "scenario_p5",
    "scenario_p50",
    "scenario_p95",
    "difference_p5",
    "difference_p50",
    "difference_p95",
    "same_sign_percent",
    "draws",
];

impl Written {
    /// Whether every draw counts.
    pub(super) fn all_count(&self) -> bool {
        self.counted == self.count
    }

    /// The cells of a row of a run, by its table, what, from and to; empty where no interval is told of it.
    pub(super) fn cells(&self, row: &[String]) -> Vec<String> {
        let is_it = |own: &&WrittenFigure| {
            [own.table, &own.what, &own.from, &own.to].iter().zip(row).all(|(own, cell)| own == cell)
        };
        let Some(own) = self.intervals.iter().find(is_it) else { return vec![String::new(); COLUMNS.len()] };
        let cell = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let three = |own: &WrittenInterval| [own.p5, own.p50, own.p95].map(cell);
        let mut cells: Vec<String> =
            [&own.base, &own.scenario, &own.difference].into_iter().flat_map(three).collect();
        cells.push(cell(own.same_sign_percent));
        cells.push(own.draws.to_string());
        cells
    }

    /// The intervals in words and tables.
    pub(super) fn text(&self, into: Option<&str>) -> String {
        let mut text = format!(
            "\nIntervals: 5 to 95 of 100 draws, by {} draws of {} doubted figures (seed {})\n",
            self.counted,
            self.drawn.len(),
            self.seed
        );
        if let Some(only) = self.only {
            text.push_str(&format!("Only {only} are drawn.\n"));
        }
        let rows = |wanted: &dyn Fn(&&WrittenFigure) -> bool, name: &dyn Fn(&WrittenFigure) -> String| {
            let mut chosen: Vec<&WrittenFigure> = self.intervals.iter().filter(wanted).collect();
            // What moves most for its size comes first; totals stay in their order.
            if chosen.first().is_some_and(|own| own.table != "total") {
                chosen.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
            }
            chosen.iter().take(MOST).map(|own| own.row(name(own))).collect::<Vec<_>>()
        };
        let mut table: Vec<Vec<String>> =
            rows(&|own| own.table == "total", &|own| format!("{} ({})", own.what, own.unit));
        table.extend(rows(&|own| own.table == "economy" && own.moves(), &|own| {
            format!("real income of {} (%)", own.from)
        }));
        let of_buyer = |own: &&WrittenFigure| match into {
            Some(buyer) => own.to == buyer,
            None => own.moves(),
        };
        table.extend(rows(&|own| own.table == "price" && of_buyer(own), &|own| {
            format!("{} in {} (USD/t)", own.what, own.to)
        }));
        table.extend(rows(&|own| own.table == "trade" && of_buyer(own), &|own| {
            format!("{} {} → {} (t)", own.what, own.from, own.to)
        }));
        table.extend(rows(&|own| own.table == "capacity taken" && own.moves(), &|own| {
            format!("taken of {} (%)", own.what)
        }));
        let heading = ["", "base>", "its draws>", "change>", "its draws>", "same sign in>"];
        text.push_str(&show::table(&heading, table));
        if !self.all_count() {
            text.push_str(&format!(
                "{} of {} draws are left out: {} did not settle, {} have figures that make no world{}.\n",
                self.count - self.counted,
                self.count,
                self.left_out_not_settled,
                self.left_out_impossible,
                self.first_fault.as_ref().map(|fault| format!(" ({fault})")).unwrap_or_default()
            ));
        }
        if self.counted_though_not_settled_to_the_tolerance > 0 {
            text.push_str(&format!(
                "{} draws count though their delays still moved, by less than 0.1 h.\n",
                self.counted_though_not_settled_to_the_tolerance
            ));
        }
        text.push_str("Drawn independently, each from a triangle over its range; ranges that the case does not state are \
                       assumed. Base and scenario share each draw. Not drawn: ");
        text.push_str(&self.not_drawn.join("; "));
        text.push_str(".\n");
        text
    }
}

impl WrittenFigure {
    /// Whether the measures move it, without draws or in one of twenty, by what the text shows.
    fn moves(&self) -> bool {
        let own = &self.difference;
        let mut all = [own.without_draws, own.p5, own.p95].into_iter().flatten();
        all.any(|value| self.short(value, false).chars().any(|own| matches!(own, '1'..='9')))
    }

    /// The largest change that is told, over the size of the figure; of per cent, the change itself.
    fn weight(&self) -> f64 {
        let own = &self.difference;
        let most = [own.without_draws, own.p5, own.p95]
            .into_iter()
            .flatten()
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        match self.unit {
            "%" => most,
            _ => most / self.base.without_draws.unwrap_or(0.0).abs().max(1.0),
        }
    }

    fn row(&self, name: String) -> Vec<String> {
        let value = |value: Option<f64>, signed: bool| {
            value.map_or_else(|| "–".to_owned(), |value| self.short(value, signed))
        };
        let span = |own: &WrittenInterval, signed: bool| {
            format!("{} … {}", value(own.p5, signed), value(own.p95, signed))
        };
        // Real income is counted from the base.
        let is_counted_from_it = self.table == "economy";
        let of_base = |text: String| if is_counted_from_it { String::new() } else { text };
        vec![
            name,
            of_base(value(self.base.without_draws, false)),
            of_base(span(&self.base, false)),
            value(self.difference.without_draws, true),
            span(&self.difference, true),
            self.same_sign_percent.map_or_else(|| "–".to_owned(), |own| format!("{own:.0} %")),
        ]
    }

    fn short(&self, value: f64, signed: bool) -> String {
        let size = value.abs();
        let digits = if self.table == "economy" { 4 } else { 1 };
        let text = match self.unit {
            _ if size >= 1e9 => format!("{:.3} bn", value / 1e9),
            _ if size >= 1e6 => format!("{:.3} m", value / 1e6),
            "%" | "USD/t" => format!("{value:.digits$}"),
            _ => format!("{value:.0}"),
        };
        let text = if text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) {
            text.trim_start_matches('-').to_owned()
        } else {
            text
        };
        if signed && value > 0.0 { format!("+{text}") } else { text }
    }
}
