//! Which figures matter: what an answer owes to each unknown, assumed or weak figure, and the value
//! at which another route becomes the best.
//!
//! One figure at a time is set to the ends of its range, all else kept, and the question is asked
//! again: a figure may make a route the best that nobody had on the list. Where the choice changes
//! is then found in two steps. Money, time and variance of a given route are straight lines in a
//! price, a mean time, the square of a standard deviation and the reciprocal of a speed, so that
//! two values give the costs of all known routes at every other, and their least difference from
//! the best one has its root by bisection. At that root the question is asked again: if a route
//! comes out that was not known and beats both, it joins the others and the root is sought anew.
//! This is the parametric search of Eisner and Severance (*Journal of the ACM* 23, 1976); each
//! round ends with a proof or with one more route.
//!
//! The ranges are assumptions of this module where the case states none: see [`share`].

use std::cmp::Ordering;

use case::{Confidence, Evidence, Provenance};
use network::LinkId;
use regime::{Consignment, Timing};

use crate::input::Input;
use crate::model::Model;
use crate::question::{Question, QuestionError};
use crate::study::Study;
use crate::trial::Trial;

/// Routes among which the choice is studied where what may be open counts as open, at least.
const DOUBTFUL_ROUTES: usize = 6;

/// The share of its value by which a figure is varied where the case states no range: half for what
/// is assumed, a quarter for what is computed or calibrated, a fifth for what is published or
/// observed with low confidence. These shares are themselves assumptions.
///
/// Nothing for a figure that is published or observed with better confidence: it is not doubted.
#[must_use]
pub fn share(provenance: Option<&Provenance>) -> Option<f64> {
    let Some(provenance) = provenance else { return Some(0.5) };
    match provenance.evidence {
        Evidence::Assumed => Some(0.5),
        Evidence::Computed | Evidence::Calibrated => Some(0.25),
        _ => (provenance.confidence == Confidence::Low).then_some(0.2),
    }
}

/// Where the range of a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RangeBasis {
    /// The case states it.
    Stated,
    /// A share of the value, by [`share`].
    Share(f64),
    /// The price is not known: from nothing to the highest price of its kind in the case.
    PricesOfTheKind,
    /// The price is not known and the case has none of its kind: from nothing to all known money of
    /// the best route.
    MoneyOfTheRoute,
}

/// What a route takes and costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// What makes it the best, in the unit of the criterion.
    pub score: f64,
    /// USD per tonne.
    pub generalised_cost: f64,
    /// USD per tonne, as far as known.
    pub usd_per_tonne: f64,
    /// Mean hours.
    pub hours_mean: f64,
    /// Hours that are kept nine times out of ten.
    pub hours_90: f64,
    /// Kilograms of CO2e per tonne.
    pub co2_kg: f64,
}

/// A route that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The borders, ferries, ships and flights that set it apart.
    pub substance: Vec<LinkId>,
    /// The same in words.
    pub by: Vec<String>,
    /// Whether it is surely open; otherwise what closes it may have ended.
    pub open: bool,
    /// Labels of lines for which no price is known: its money leaves them out.
    pub unknown_prices: Vec<String>,
}

/// What comes out where one figure has another value.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The value.
    pub value: f64,
    /// The best route then.
    pub best: Figures,
    /// The route that is the best in the case, at that value.
    pub kept: Figures,
    /// Another route, where it is the best then.
    pub changes_to: Option<Choice>,
}

impl Outcome {
    /// What it costs to stay with the best route of the case, in the unit of the criterion.
    #[must_use]
    pub fn loss(&self) -> f64 {
        (self.kept.score - self.best.score).max(0.0)
    }
}

/// A flip value.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The value at which the best route of the case and the other one are equally good.
    pub value: f64,
    /// Whether the other one is better above the value; below it otherwise.
    pub above: bool,
    /// Whether the value lies in the range of the figure.
    pub in_range: bool,
    /// The other route.
    pub to: Choice,
}

/// What an answer owes to one figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// The figure.
    pub input: Input,
    /// In words.
    pub label: String,
    /// The unit of its values.
    pub unit: String,
    /// Its ancestry; nothing where the case has no row for it.
    pub provenance: Option<Provenance>,
    /// Its value in the case; nothing for a price that is not known.
    pub value: Option<f64>,
    /// The range over which it was varied.
    pub range: (f64, f64),
    /// Where the range comes from.
    pub basis: RangeBasis,
    /// What comes out at the low end.
    pub at_low: Outcome,
    /// What comes out at the high end.
    pub at_high: Outcome,
    /// The values nearest to that of the case at which the choice changes, below and above.
    pub turns: Vec<Turn>,
}

impl Influence {
    /// Where to look the figure up: file and line as far as there is a row.
    #[must_use]
    pub fn place(&self) -> &str {
        self.provenance.as_ref().map_or(self.input.file(), |provenance| provenance.place.as_str())
    }

    /// Most that it can cost to stay with the best route of the case, over the range.
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.at_low.loss().max(self.at_high.loss())
    }

    /// Whether the choice changes within the range.
    #[must_use]
    pub fn changes_the_choice(&self) -> bool {
        self.at_low.changes_to.is_some() || self.at_high.changes_to.is_some()
    }

    /// How far a figure of the best route moves over the range.
    #[must_use]
    pub fn swing(&self, base: &Figures, figure: fn(&Figures) -> f64) -> f64 {
        let (base, low, high) = (figure(base), figure(&self.at_low.best), figure(&self.at_high.best));
        base.max(low).max(high) - base.min(low).min(high)
    }
}

/// Figures by what they can change, for one choice among routes.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// The best route of the case.
    pub best: Choice,
    /// What it takes and costs.
    pub figures: Figures,
    /// The routes whose figures were looked at besides, best first.
    pub others: Vec<(Choice, Figures)>,
    /// The figures: first those that change the choice within their range, by what a wrong choice
    /// would cost; then the others, by how far they move the score, then the 90 % time.
    pub influences: Vec<Influence>,
}

impl Ranking {
    /// The three figures most worth asking for: those that rank first, as far as they change
    /// anything.
    pub fn most_worth_asking_for(&self) -> impl Iterator<Item = &Influence> {
        let matters = |own: &&Influence| {
            own.changes_the_choice()
                || own.swing(&self.figures, |figures| figures.score) > 0.0
                || own.swing(&self.figures, |figures| figures.hours_90) > 0.0
        };
        self.influences.iter().filter(matters).take(3)
    }

    pub(crate) fn sort(&mut self) {
        let base = self.figures;
        let down = |a: f64, b: f64| b.total_cmp(&a);
        self.influences.sort_by(|a, b| -> Ordering {
            let swing = |figure: fn(&Figures) -> f64| down(a.swing(&base, figure), b.swing(&base, figure));
            b.changes_the_choice()
                .cmp(&a.changes_the_choice())
                .then_with(|| down(a.loss(), b.loss()))
                .then_with(|| swing(|figures| figures.score))
                .then_with(|| swing(|figures| figures.hours_90))
                .then_with(|| a.input.cmp(&b.input))
        });
    }
}

/// What an answer owes to its figures.
#[derive(Debug, Clone)]
pub struct Sensitivity {
    /// The question, as a snapshot.
    pub question: Question,
    /// What is shipped.
    pub consignment: Consignment,
    /// USD per tonne and hour.
    pub value_of_time: f64,
    /// The choice among the routes that are surely open; nothing where none is. Among all that may
    /// be open, if the question takes them as open.
    pub open: Option<Ranking>,
    /// The same choice if what may be open is open, as far as a route that may be open is chosen or
    /// given up; nothing where there is none.
    pub not_known: Option<Ranking>,
}

impl Model {
    /// Ranks the unknown, assumed and weak figures behind a question by what they can change, with
    /// the values at which the choice of route changes. A dispatch is studied as a snapshot of its
    /// first day.
    ///
    /// `progress` is told how many figures are done, and of how many.
    ///
    /// # Errors
    /// Where the question cannot be asked. That no route is open is an answer, not an error.
    pub fn sensitivity(
        &self,
        question: &Question,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Sensitivity, QuestionError> {
        let question = Question { timing: Timing::Snapshot(question.timing.first_day()), ..question.clone() };
        let trial = Trial::new(self, &question)?;
        let lenient = Question {
            not_known_is_open: true,
            count: question.count.max(DOUBTFUL_ROUTES),
            ..question.clone()
        };
        let open = Study::new(self, &question, &trial)?;
        let doubtful = if question.not_known_is_open { None } else { Study::new(self, &lenient, &trial)? };
        let doubtful = doubtful.filter(Study::is_doubtful);
        let count = |study: &Option<Study<'_>>| study.as_ref().map_or(0, |study| study.count());
        let total = count(&open) + count(&doubtful);
        let mut done = 0;
        let mut tell = || {
            done += 1;
            progress(done, total);
        };
        let value_of_time = trial.ask(self, &question).weights.value_of_time;
        let open = open.map(|study| study.ranking(&mut tell)).transpose()?;
        let not_known = doubtful.map(|study| study.ranking(&mut tell)).transpose()?.map(|mut ranking| {
            let doubted = |choice: &Choice| !choice.open || !ranking.best.open;
            ranking.influences.retain(|own| {
                let ends = [&own.at_low, &own.at_high].into_iter().filter_map(|end| end.changes_to.as_ref());
                ends.chain(own.turns.iter().map(|turn| &turn.to)).any(doubted)
            });
            ranking
        });
        Ok(Sensitivity { consignment: trial.consignment.clone(), question, value_of_time, open, not_known })
    }
}
