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

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

pub use doubt::{Doubt, DoubtKind};
pub use percentile::{FigureInterval, Interval, PERCENTILES};
pub use told::{Told, TotalFigure};

use crate::baseline::ObservedCell;
use crate::feedback::{FeedbackError, Ground, LoopCertificate, LoopSettings, Settled};
use crate::model::Model;
use crate::run::LoopRun;
use crate::scenario_file::Scenario;

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

/// A copy of what is drawn from.
pub(crate) struct Draft {
    pub(crate) model: Model,
    pub(crate) observed: Vec<ObservedCell>,
    pub(crate) settings: LoopSettings,
}

/// The figures of one draw, without and with the measures.
struct Drawn {
    base: Vec<Option<f64>>,
    after: Vec<Option<f64>>,
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

/// What all draws of a run have in common.
struct Drawing<'a> {
    model: &'a Model,
    scenario: &'a Scenario,
    central: &'a LoopRun,
    settings: &'a LoopSettings,
    seed: u64,
    doubts: &'a [Doubt],
    told: &'a [Told],
    /// Whether nothing is drawn that the compiled networks hold.
    shares_networks: bool,
}

impl Drawing<'_> {
    fn draw(&self, number: usize) -> Result<Drawn, FeedbackError> {
        let mut draft = Draft {
            model: self.model.clone(),
            observed: self.central.base.ground.observed.clone(),
            settings: self.settings.clone(),
        };
        for doubt in self.doubts {
            doubt.set(doubt.value_of(self.seed, number as u64), &mut draft);
        }
        let Draft { model, observed, settings } = draft;
        let (base, after) = if self.shares_networks {
            self.settle_on_known_networks(&model, observed, &settings)?
        } else {
            let ground = Ground::new(&model, self.central.date, observed, &settings)?;
            let base = ground.settle_near(&self.central.base, &settings)?;
            let changed = model.changed(self.scenario, self.central.date, &base, &settings)?;
            let after = changed.into_settled(&base, &settings)?;
            (base, after)
        };
        let settled = Settlement::of(&base.certificate).max(Settlement::of(&after.certificate));
        let of = |settled: &Settled| told::values(settled, self.told);
        Ok(Drawn { base: of(&base), after: of(&after), settled })
    }

    /// Where only coefficients of trade are drawn, the networks are those of the run.
    fn settle_on_known_networks(
        &self,
        model: &Model,
        observed: Vec<ObservedCell>,
        settings: &LoopSettings,
    ) -> Result<(Settled, Settled), FeedbackError> {
        let on = |known: &Settled| known.ground.with_trade(model.baseline.clone(), observed.clone());
        let base = on(&self.central.base).settle_near(&self.central.base, settings)?;
        let after = on(&self.central.after).settle_after(&base, settings)?;
        Ok((base, after))
    }
}

impl Model {
    /// The figures of a run that are doubted: the coefficients of trade and the weak figures of the case, in the order of the
    /// case's tables.
    #[must_use]
    pub fn doubts(&self, observed: &[ObservedCell], settings: &LoopSettings) -> Vec<Doubt> {
        doubt::doubts(self, observed, settings)
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
        let mut doubts = self.doubts(&central.base.ground.observed, settings);
        doubts.retain(|doubt| asked.only.is_none_or(|only| doubt.kind == only));
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
        let told = told::all(central);
        let moves_no_world = scenario.apply(self, central.date).trade.is_empty();
        let drawing = Drawing {
            model: self,
            scenario,
            central,
            settings,
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
            counted: 0,
            rough: 0,
            unsettled: 0,
            impossible: 0,
            first_fault: None,
            figures: Vec::new(),
            doubts: Vec::new(),
        };
        let mut counted = Vec::with_capacity(drawn.len());
        for own in drawn {
            match own {
                Ok(own) if own.settled == Settlement::Not => draws.unsettled += 1,
                Ok(own) => {
                    draws.rough += usize::from(own.settled == Settlement::Rough);
                    counted.push((own.base, own.after));
                }
                Err(fault) => {
                    draws.impossible += 1;
                    draws.first_fault.get_or_insert_with(|| fault.to_string());
                }
            }
        }
        draws.counted = counted.len();
        let (base, after) = (told::values(&central.base, &told), told::values(&central.after, &told));
        draws.figures = told
            .iter()
            .enumerate()
            .map(|(at, told)| {
                let each = counted.iter().map(|(base, after)| (base[at], after[at]));
                FigureInterval::new(*told, (base[at], after[at]), each)
            })
            .filter(|own| !own.is_nothing())
            .collect();
        draws.doubts = doubts;
        draws
    }
}
