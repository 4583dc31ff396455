//! A scenario over years: each year's base and what the measures make of it, which measure buys what, and the path to be
//! expected where projects slip.

use gravity::equilibrium::uniform;
use jiff::civil::Date;

use crate::baseline::ObservedCell;
use crate::feedback::{FeedbackError, Ground, GroupBasis, LoopSettings, Settled, Totals};
use crate::measure::Measure;
use crate::model::Model;
use crate::scenario_file::Scenario;

/// What is told of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    /// Sums over all freight.
    pub totals: Totals,
    /// Real income over that of the base by economy, in the baseline's order.
    pub incomes: Vec<f64>,
    /// Whether the state settled.
    pub settled: bool,
}

/// One year.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadmapYear {
    /// The day.
    pub date: Date,
    /// Measures in force on it, by position in the scenario.
    pub in_force: Vec<usize>,
    /// The observed share of the value of trade across borders in its base.
    pub observed_share: f64,
    /// Without measures.
    pub base: Headline,
    /// With them.
    pub after: Headline,
    /// With them as they slip, the mean of the draws; nothing where none were asked for.
    pub expected: Option<Headline>,
}

/// What one measure buys on the last day.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureEffect {
    /// The measure, by position in the scenario.
    pub measure: usize,
    /// With it alone.
    pub alone: Headline,
    /// With it and all before it.
    pub in_sequence: Headline,
}

/// A base of a day and what each of some scenarios makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SideBySide {
    /// The base.
    pub base: Headline,
    /// The observed share of the value of trade across borders in it.
    pub observed_share: f64,
    /// With what its modelled trade was made.
    pub trade_basis: Vec<GroupBasis>,
    /// Under each scenario, in order.
    pub after: Vec<Headline>,
}

/// A scenario over years.
#[derive(Debug, Clone)]
pub struct Roadmap {
    /// By date.
    pub years: Vec<RoadmapYear>,
    /// By measure, on the last day.
    pub measures: Vec<MeasureEffect>,
    /// With what the modelled trade of the last base was made.
    pub trade_basis: Vec<GroupBasis>,
}

impl Headline {
    fn of(settled: &Settled) -> Self {
        Self {
            totals: settled.totals(),
            incomes: settled.economies().iter().map(|own| own.real_income).collect(),
            settled: settled.certificate.settled,
        }
    }

    /// The mean of some.
    fn mean(all: &[Self]) -> Option<Self> {
        let (first, count) = (all.first()?, all.len() as f64);
        let mean = |of: &dyn Fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / count;
        Some(Self {
            totals: Totals {
                tonnes: mean(&|own| own.totals.tonnes),
                all_tonnes: mean(&|own| own.totals.all_tonnes),
                tonne_km: mean(&|own| own.totals.tonne_km),
                co2_tonnes: mean(&|own| own.totals.co2_tonnes),
                delay_tonne_hours: mean(&|own| own.totals.delay_tonne_hours),
                freight_usd: mean(&|own| own.totals.freight_usd),
            },
            incomes: (0..first.incomes.len()).map(|at| mean(&|own| own.incomes[at])).collect(),
            settled: all.iter().all(|own| own.settled),
        })
    }
}

impl Model {
    /// The base of a day, and what each of some scenarios makes of it.
    ///
    /// # Errors
    /// As [`Model::settle`].
    pub fn side_by_side(
        &self,
        scenarios: &[&Scenario],
        date: Date,
        observed: &[ObservedCell],
        settings: &LoopSettings,
    ) -> Result<SideBySide, FeedbackError> {
        let base = self.settle(date, observed.to_vec(), settings)?;
        let under = |scenario: &&Scenario| -> Result<Headline, FeedbackError> {
            Ok(Headline::of(&self.changed(scenario, date, &base, settings)?.settle(&base, settings)?))
        };
        let after = scenarios.iter().map(under).collect::<Result<_, _>>()?;
        Ok(SideBySide {
            base: Headline::of(&base),
            observed_share: base.observed_share(),
            trade_basis: base.trade_basis(),
            after,
        })
    }

    /// Runs a scenario on each of some dates, in order; each year's search begins from the last one's. With `draws`, the
    /// dates of measures that carry a distribution are drawn that many times from a seed, and the mean path is told beside.
    ///
    /// Measures that scale GDP or demand move the world that incomes are counted from, as in [`Model::run`].
    ///
    /// # Errors
    /// As [`Model::settle`].
    pub fn roadmap(
        &self,
        scenario: &Scenario,
        dates: &[Date],
        observed: &[ObservedCell],
        settings: &LoopSettings,
        draws: usize,
        seed: u64,
    ) -> Result<Roadmap, FeedbackError> {
        let drawn: Vec<Scenario> = (0..draws)
            .map(|draw| scenario.drawn(|number, _| uniform(seed, (draw as u64) << 32 | number as u64)))
            .collect();
        let under = |scenario: &Scenario, date: Date, base: &Settled| -> Result<Headline, FeedbackError> {
            Ok(Headline::of(&self.changed(scenario, date, base, settings)?.settle(base, settings)?))
        };
        let (mut years, mut last): (Vec<RoadmapYear>, Option<Settled>) = (Vec::new(), None);
        for &date in dates {
            let ground = Ground::new(self, date, observed.to_vec(), settings)?;
            let base = match &last {
                Some(near) => ground.settle_near(near, settings)?,
                None => ground.settle(settings)?,
            };
            // What is the same on a day need not be run again.
            let mut known: Vec<(Vec<usize>, Headline)> = Vec::new();
            let mut paths = Vec::new();
            for own in &drawn {
                let force = in_force(own, date);
                let headline = match known.iter().find(|(other, _)| *other == force) {
                    Some((_, headline)) => headline.clone(),
                    None => under(own, date, &base)?,
                };
                known.push((force, headline.clone()));
                paths.push(headline);
            }
            years.push(RoadmapYear {
                date,
                in_force: in_force(scenario, date),
                observed_share: base.observed_share(),
                base: Headline::of(&base),
                after: under(scenario, date, &base)?,
                expected: Headline::mean(&paths),
            });
            last = Some(base);
        }
        let mut measures = Vec::new();
        if let (Some(base), Some(&date)) = (&last, dates.last()) {
            let with = |chosen: &[Measure]| Scenario { measures: chosen.to_vec(), ..scenario.clone() };
            for measure in in_force(scenario, date) {
                measures.push(MeasureEffect {
                    measure,
                    alone: under(&with(&scenario.measures[measure..=measure]), date, base)?,
                    in_sequence: under(&with(&scenario.measures[..=measure]), date, base)?,
                });
            }
        }
        let trade_basis = last.as_ref().map_or_else(Vec::new, Settled::trade_basis);
        Ok(Roadmap { years, measures, trade_basis })
    }
}

/// The measures that hold on a day.
fn in_force(scenario: &Scenario, date: Date) -> Vec<usize> {
    let holds = |measure: &Measure| {
        measure.about.date.0 <= date && measure.about.until.is_none_or(|until| date < until.0)
    };
    (0..scenario.measures.len()).filter(|at| holds(&scenario.measures[*at])).collect()
}
