//! Intervals by a seeded draw: how far the figures of a run move where its coefficients and its weak figures do.
//!
//! # What is drawn
//!
//! Every figure that is doubted: one for which the case states a range, and one that is assumed, computed, calibrated or of
//! low confidence, over the share of its value that [`share`](crate::share) gives. Each has a triangular distribution with
//! its value as the mode and its range as the ends. Figures are drawn independently of each other; what several groups or
//! rows take from one row of the case is one figure. What is not doubted is not drawn.
//!
//! # How
//!
//! Draw `k` of a figure is number `k` of a stream that belongs to the figure and the seed alone, so that it depends neither
//! on how many draws are made, nor on what else is doubted, nor on threads. In each draw the world is settled without and
//! with the measures *on the same figures*, so that what both have in common falls out of the difference: its interval is far
//! narrower than those of its two sides suggest.
//!
//! # What is told
//!
//! Of each figure the 5th, 50th and 95th of a hundred draws, in the base, in the scenario and of the difference, beside the
//! value without draws, and in how many draws the difference has the sign that it has without. These are statements about
//! the assumptions, not about the world: nobody has estimated the joint distribution of all these figures.
//!
//! | module | concept |
//! |---|---|
//! | `doubt` | which figures are doubted, and over which range |
//! | `trade_input` | single figures of trade and of capacities, to be read and set |
//! | `told` | the figures of a settled state of which intervals are told |
//! | `percentile` | from draws to percentiles and signs |

mod doubt;
mod percentile;
mod told;
mod trade_input;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use rayon::prelude::*;

pub use doubt::{Doubt, DoubtKind};
pub use percentile::{FigureInterval, Interval, PERCENTILES};
pub use told::{Told, TotalFigure};

use crate::baseline::ObservedCell;
use crate::feedback::{FeedbackError, LoopCertificate, LoopSettings, Settled};
use crate::model::Model;
use crate::run::LoopRun;
use crate::scenario_file::Scenario;

/// Hours by which delays may still move where a draw has settled, and the relative saving of a route that is not looked for:
/// figures that are drawn by tens of per cent need no more.
const DRAW_HOURS: f64 = 1e-3;
const DRAW_SAVING: f64 = 1e-6;
/// Hours that a delay may still have moved by in the last pass of a draw that counts.
const ROUGH_HOURS: f64 = 0.1;
/// What a route outside the pool may still have saved in a draw that counts.
const ROUGH_SAVING: f64 = 1e-3;

/// What is drawn, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawSettings {
    /// How many draws.
    pub count: usize,
    /// The seed.
    pub seed: u64,
    /// Only figures of this kind; all where nothing is said.
    pub only: Option<DoubtKind>,
}

/// Intervals of a run.
#[derive(Debug, Clone)]
pub struct Draws {
    /// What was asked for.
    pub settings: DrawSettings,
    /// The figures that were drawn.
    pub doubts: Vec<Doubt>,
    /// Draws that count.
    pub counted: usize,
    /// Draws of them that did not settle to the tolerance, and came within a tenth of an hour of it.
    pub rough: usize,
    /// Draws left out because they did not settle, nor came near.
    pub unsettled: usize,
    /// Draws left out because their figures make no world, as where cost does not rise with distance.
    pub impossible: usize,
    /// Why the first of these was left out.
    pub first_fault: Option<String>,
    /// Figures that are not nothing throughout, with their intervals.
    pub figures: Vec<FigureInterval>,
}

/// Intervals of two scenarios from one base, on the same draws.
#[derive(Debug, Clone)]
pub struct DrawsSideBySide {
    /// What was drawn, and the first scenario against the base.
    pub first: Draws,
    /// The second scenario against the base.
    pub second: Vec<FigureInterval>,
    /// The second scenario against the first.
    pub between: Vec<FigureInterval>,
}

/// A copy of what is drawn from.
pub(crate) struct Draft {
    pub(crate) model: Model,
    pub(crate) observed: Vec<ObservedCell>,
}

/// The figures of one draw: of the base, and under each scenario.
struct Drawn {
    states: Vec<Vec<Option<f64>>>,
    settled: Settlement,
}

/// How well a draw settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Settlement {
    Whole,
    Rough,
    Not,
}

impl Settlement {
    fn of(own: &LoopCertificate) -> Self {
        if own.settled {
            Self::Whole
        } else if own.delay_change <= ROUGH_HOURS && own.saving <= ROUGH_SAVING {
            Self::Rough
        } else {
            Self::Not
        }
    }
}

/// How a draw is settled.
fn settings_of_a_draw(settings: &LoopSettings) -> LoopSettings {
    let LoopSettings { tolerance, saving, .. } = settings;
    LoopSettings { tolerance: tolerance.max(DRAW_HOURS), saving: saving.max(DRAW_SAVING), ..settings.clone() }
}

/// What all draws have in common.
struct Drawing<'a> {
    model: &'a Model,
    date: Date,
    scenarios: &'a [&'a Scenario],
    /// Without draws: the base, and what each scenario makes of it.
    central: &'a [&'a Settled],
    settings: LoopSettings,
    seed: u64,
    doubts: &'a [Doubt],
    told: &'a [Told],
    /// Whether nothing is drawn that the compiled networks hold.
    shares_networks: bool,
}

impl Drawing<'_> {
    fn draw(&self, number: usize) -> Result<Drawn, FeedbackError> {
        let mut draft =
            Draft { model: self.model.clone(), observed: self.central[0].ground.observed.to_vec() };
        for doubt in self.doubts {
            doubt.set(doubt.value_of(self.seed, number as u64), &mut draft);
        }
        let Draft { model, observed } = draft;
        let settings = &self.settings;
        let observed: Arc<[ObservedCell]> = observed.into();
        let of_trade =
            |central: &Settled| central.ground.with_trade(Arc::clone(&model.baseline), Arc::clone(&observed));
        let ground = if self.shares_networks {
            of_trade(self.central[0])
        } else {
            let ground = self.central[0].ground.changed(&model, settings)?;
            ground.with_trade(Arc::clone(&model.baseline), Arc::clone(&observed))
        };
        let base = ground.settle_near(self.central[0], settings)?;
        let of = |settled: &Settled| told::values(settled, self.told);
        let mut drawn = Drawn { states: vec![of(&base)], settled: Settlement::of(&base.certificate) };
        for (scenario, central) in self.scenarios.iter().zip(&self.central[1..]) {
            let after = if self.shares_networks {
                of_trade(central).settle_after(&base, settings)?
            } else {
                model.changed(scenario, self.date, &base, settings)?.into_settled(&base, settings)?
            };
            drawn.settled = drawn.settled.max(Settlement::of(&after.certificate));
            drawn.states.push(of(&after));
        }
        Ok(drawn)
    }
}

/// All draws that count, of the base and of each scenario, and what became of the others.
struct Sample {
    told: Vec<Told>,
    central: Vec<Vec<Option<f64>>>,
    counted: Vec<Drawn>,
    draws: Draws,
}

impl Sample {
    /// Intervals of two states, by position, and of their difference.
    fn between(&self, from: usize, to: usize) -> Vec<FigureInterval> {
        let intervals = self.told.iter().enumerate().map(|(at, told)| {
            let of = |states: &[Vec<Option<f64>>]| (states[from][at], states[to][at]);
            let each = self.counted.iter().map(|own| of(&own.states));
            FigureInterval::new(*told, of(&self.central), each)
        });
        intervals.filter(|own| !own.is_nothing()).collect()
    }
}

impl Model {
    /// The figures of a run that are doubted: the coefficients of trade and the weak figures of the case, in the order of the
    /// case's tables.
    #[must_use]
    pub fn doubts(&self, observed: &[ObservedCell]) -> Vec<Doubt> {
        doubt::doubts(self, observed)
    }

    /// Draws the doubted figures of a run and runs the scenario on each draw. `central` is the run without draws, as
    /// [`Model::run`] gives it with the same settings. Draws run in parallel; `progress` is told how many are done.
    ///
    /// A draw that does not settle to the tolerance counts if its delays came to within a tenth of an hour; otherwise it is
    /// left out, and so is one whose figures make no world. Either is told, and neither is drawn anew, as that would make
    /// what is easily settled more likely.
    pub fn draws(
        &self,
        scenario: &Scenario,
        central: &LoopRun,
        settings: &LoopSettings,
        asked: &DrawSettings,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Draws {
        let doubts = self.doubts_of(asked, &central.base);
        self.draws_of(doubts, scenario, central, settings, asked, progress)
    }

    /// As [`Model::draws`], of these figures: some of [`Model::doubts`], perhaps over other ranges.
    pub fn draws_of(
        &self,
        doubts: Vec<Doubt>,
        scenario: &Scenario,
        central: &LoopRun,
        settings: &LoopSettings,
        asked: &DrawSettings,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Draws {
        let states = [&central.base, &central.after];
        let mut sample = self.sample(doubts, &[scenario], (central.date, &states), settings, asked, progress);
        sample.draws.figures = sample.between(0, 1);
        sample.draws
    }

    /// Two scenarios from one base on the same draws: of each against the base, and of the second against the first.
    ///
    /// # Errors
    /// As [`Model::settle`], without draws.
    pub fn draws_side_by_side(
        &self,
        scenarios: [&Scenario; 2],
        date: Date,
        observed: Vec<ObservedCell>,
        settings: &LoopSettings,
        asked: &DrawSettings,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<DrawsSideBySide, FeedbackError> {
        let base = self.settle(date, observed, settings)?;
        let under = |scenario: &Scenario| {
            self.changed(scenario, date, &base, settings)?.into_settled(&base, settings)
        };
        let (first, second) = (under(scenarios[0])?, under(scenarios[1])?);
        let doubts = self.doubts_of(asked, &base);
        let states = [&base, &first, &second];
        let mut sample = self.sample(doubts, &scenarios, (date, &states), settings, asked, progress);
        let (second, between) = (sample.between(0, 2), sample.between(1, 2));
        sample.draws.figures = sample.between(0, 1);
        Ok(DrawsSideBySide { first: sample.draws, second, between })
    }

    fn doubts_of(&self, asked: &DrawSettings, base: &Settled) -> Vec<Doubt> {
        let mut doubts = self.doubts(&base.ground.observed);
        doubts.retain(|doubt| asked.only.is_none_or(|only| doubt.kind == only));
        doubts
    }

    fn sample(
        &self,
        doubts: Vec<Doubt>,
        scenarios: &[&Scenario],
        (date, central): (Date, &[&Settled]),
        settings: &LoopSettings,
        asked: &DrawSettings,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Sample {
        let told = told::all(central);
        // Measures that scale the world need it compiled anew.
        let moves_no_world = scenarios.iter().all(|own| own.apply(self, date).trade.is_empty());
        let drawing = Drawing {
            model: self,
            date,
            scenarios,
            central,
            settings: settings_of_a_draw(settings),
            seed: asked.seed,
            doubts: &doubts,
            told: &told,
            shares_networks: moves_no_world && doubts.iter().all(|doubt| doubt.kind == DoubtKind::Parameter),
        };
        let done = AtomicUsize::new(0);
        let drawn: Vec<Result<Drawn, FeedbackError>> = (0..asked.count)
            .into_par_iter()
            .map(|number| {
                let drawn = drawing.draw(number);
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                drawn
            })
            .collect();
        let mut draws = Draws {
            settings: *asked,
            doubts: Vec::new(),
            counted: 0,
            rough: 0,
            unsettled: 0,
            impossible: 0,
            first_fault: None,
            figures: Vec::new(),
        };
        let mut counted = Vec::with_capacity(drawn.len());
        for own in drawn {
            match own {
                Ok(own) if own.settled == Settlement::Not => draws.unsettled += 1,
                Ok(own) => {
                    draws.rough += usize::from(own.settled == Settlement::Rough);
                    counted.push(own);
                }
                Err(fault) => {
                    draws.impossible += 1;
                    draws.first_fault.get_or_insert_with(|| fault.to_string());
                }
            }
        }
        draws.counted = counted.len();
        let central = central.iter().map(|settled| told::values(settled, &told)).collect();
        draws.doubts = doubts;
        Sample { told, central, counted, draws }
    }
}
