//! Resilience through the loop: every link that carries something closed in turn, and the world settled anew each time.
//!
//! [`resilience`](crate::resilience) asks what single journeys lose. Here all trade answers: it takes other routes, leaves the
//! network for its rivals, goes to other partners or is not made, and the lines that take it over fill up.
//!
//! # What need not be closed
//!
//! Closing a link that nobody uses changes nothing. In the base no route outside those that are used is better at the base's
//! delays; with the link closed those that are used are still open and cost the same, no other has become cheaper, and so the
//! base is still where costs, trade and loads agree. Thus only links that carry at least a tonne a year are closed. (What
//! carries less is counted as unused: between economies that trade in fractions of a tonne, gravity puts grams on every
//! link.) A test closes some of the others by hand.
//!
//! # What is told of a closing
//!
//! With `t`, `n` and `c` the tonnes of a pair of zones and a good by whichever way, those on the network, and the cost with
//! the rival way brought in, primes after the closing, and `l` the pair's tonnes on what is closed:
//!
//! ```text
//! left      = n − n′, not below 0 nor above l       what the pair no longer has on the network
//! rerouted  = l − left                              it goes by other routes of the network
//! untraded  = t − t′, not below 0 nor above left    the pair no longer trades it
//! beyond    = left − untraded                       it goes by ways beyond the network
//! diverted  = of what is untraded into an economy, what others sell it more of that good
//! lost      = untraded − diverted
//! ```
//!
//! so that all that was on it is rerouted, beyond, diverted or lost. The cost is the loss of surplus by the rule of a half,
//! `Σ ½ (t + t′)(c′ − c)`, in USD a year. It is told beside real incomes and never added to them: both measure the same loss.
//! Real incomes hold goods that differ by origin only, the cost holds all.
//!
//! | module | concept |
//! |---|---|
//! | `account` | where the tonnes go, and what that costs |
//! | `next` | the next best route of the largest flow |

mod account;
mod next;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use network::{LinkId, PlaceId};
use rayon::prelude::*;

pub use account::Account;
pub use next::{LargestFlow, NextRoute};

use crate::baseline::ObservedCell;
use crate::feedback::{FeedbackError, Levy, LoopCertificate, LoopSettings, PublicMoney, Settled};
use crate::measure::Measure;
use crate::model::Model;
use crate::run::scaled;
use crate::scenario_file::Scenario;
use crate::trade_network::Scarce;

/// Tonnes a year from which something is used.
const LEAST_TONNES: f64 = 1.0;

/// What is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// A link, and the crossing on it.
    Link(LinkId),
    /// A place: every link that ends at it.
    Place(PlaceId),
}

/// What is to be closed in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closings {
    /// Every link that carries something.
    Links,
    /// Every place at which such a link ends.
    Places,
    /// These, whether they carry something or not.
    These(Vec<Closed>),
}

/// What a closing does to an economy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosingEffect {
    /// The economy, by position in the baseline.
    pub economy: usize,
    /// Real income over that before the closing: of goods that differ by origin.
    pub real_income: f64,
    /// Cost of what it buys, at home and abroad, by the rule of a half. USD a year.
    pub cost_usd: f64,
}

/// What a closing does to a scarce capacity elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct DelayElsewhere {
    /// What is scarce.
    pub of: Scarce,
    /// Its name in words.
    pub name: String,
    /// Share of it that is taken, before and after.
    pub share: [f64; 2],
    /// Tonne-hours a year that it adds, before and after.
    pub tonne_hours: [f64; 2],
}

/// A closing and what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopClosing {
    /// What is closed.
    pub closed: Closed,
    /// Its links.
    pub links: Vec<LinkId>,
    /// Where the tonnes go that were on it.
    pub account: Account,
    /// Loss of surplus by the rule of a half, USD a year.
    pub cost_usd: f64,
    /// Every economy, those first whose real income falls most.
    pub economies: Vec<ClosingEffect>,
    /// Real income of the world over that before: GDP as weights.
    pub world_real_income: f64,
    /// The largest flow on it, between two zones, and where it goes.
    pub largest: Option<LargestFlow>,
    /// Scarce capacities elsewhere that add more or fewer tonne-hours, most first.
    pub delays: Vec<DelayElsewhere>,
    /// Duties less subsidies over those before, USD a year.
    pub public_money_usd: f64,
    /// How well the world has settled after it.
    pub certificate: LoopCertificate,
}

/// Everything that carries something, closed in turn.
#[derive(Debug, Clone)]
pub struct LoopResilience {
    /// The world before.
    pub before: Settled,
    /// Closings, worst first: by cost.
    pub closings: Vec<LoopClosing>,
    /// How many links, or places, there are; where every one was asked for, those not among the closings carry nothing.
    pub count: usize,
    /// The observed share of the trade across borders, by value.
    pub observed_share: f64,
}

/// What closings are compared with, and what they change.
struct Reference<'a> {
    /// The world before, under the scenario where one is asked under.
    before: &'a Settled,
    /// The state in levels from which changes are counted.
    levels: &'a Settled,
    model: &'a Model,
    date: Date,
    settings: &'a LoopSettings,
}

impl Model {
    /// Closes links or places in turn, and settles the world anew each time. Under a scenario, closings are added to its
    /// measures and compared with the world under it.
    ///
    /// `progress` is told how many closings are done, and of how many.
    ///
    /// # Errors
    /// As [`Model::settle`].
    pub fn loop_resilience(
        &self,
        scenario: Option<&Scenario>,
        date: Date,
        observed: Vec<ObservedCell>,
        settings: &LoopSettings,
        wanted: &Closings,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<LoopResilience, FeedbackError> {
        let base = self.settle(date, observed, settings)?;
        let Some(scenario) = scenario else {
            let closings = Reference { before: &base, levels: &base, model: self, date, settings }
                .close_each(wanted, progress)?;
            let (observed_share, count) = (observed_share(&base), self.count(wanted));
            return Ok(LoopResilience { before: base, closings, count, observed_share });
        };
        let applied = scenario.apply(self, date);
        let mut model = applied.model;
        let rebased = match scaled(self, &applied.trade) {
            Some(scaled) => {
                let ground = base.ground.changed(&scaled, settings)?;
                model.baseline = scaled.baseline;
                Some(ground.settle_near(&base, settings)?)
            }
            None => None,
        };
        let levels = rebased.as_ref().unwrap_or(&base);
        let before = levels.ground.changed(&model, settings)?.settle_after(levels, settings)?;
        let closings = Reference { before: &before, levels, model: &model, date, settings }
            .close_each(wanted, progress)?;
        let (observed_share, count) = (observed_share(levels), model.count(wanted));
        Ok(LoopResilience { before, closings, count, observed_share })
    }

    fn count(&self, wanted: &Closings) -> usize {
        match wanted {
            Closings::Links => self.network.links.len(),
            Closings::Places => self.network.places.all().len(),
            Closings::These(these) => these.len(),
        }
    }
}

fn observed_share(levels: &Settled) -> f64 {
    levels.trade.baseline.as_ref().map_or(0.0, |trade| trade.observed_share(|_, _, _| true))
}

impl Reference<'_> {
    fn close_each(
        &self,
        wanted: &Closings,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<LoopClosing>, FeedbackError> {
        let network = &self.model.network;
        let used = || -> BTreeSet<LinkId> {
            let loads = self.before.links().into_iter();
            loads
                .filter(|(_, tonnes)| tonnes.iter().sum::<f64>() >= LEAST_TONNES)
                .map(|(link, _)| link)
                .collect()
        };
        let chosen: Vec<Closed> = match wanted {
            Closings::Links => used().into_iter().map(Closed::Link).collect(),
            Closings::Places => {
                let ends = used().into_iter().flat_map(|link| {
                    let own = network.link(link);
                    [own.from, own.to]
                });
                let ends: BTreeSet<PlaceId> = ends.collect();
                ends.into_iter().map(Closed::Place).collect()
            }
            Closings::These(these) => these.clone(),
        };
        let links_of = |closed: Closed| match closed {
            Closed::Link(link) => vec![link],
            Closed::Place(place) => {
                let all = (0u32..).map(LinkId).zip(&network.links);
                all.filter(|(_, own)| own.from == place || own.to == place).map(|(link, _)| link).collect()
            }
        };
        let (count, done) = (chosen.len(), AtomicUsize::new(0));
        let mut closings = chosen
            .into_par_iter()
            .map(|closed| {
                let closing = self.close(closed, links_of(closed));
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, count);
                closing
            })
            .collect::<Result<Vec<_>, _>>()?;
        closings.sort_by(|a, b| b.cost_usd.total_cmp(&a.cost_usd).then(a.closed.cmp(&b.closed)));
        Ok(closings)
    }

    fn close(&self, closed: Closed, links: Vec<LinkId>) -> Result<LoopClosing, FeedbackError> {
        let measures: Vec<Measure> =
            links.iter().map(|link| Measure::close(&self.model.network.link(*link).id, self.date)).collect();
        let model = self.model.with(&measures);
        let ground = self.levels.ground.changed(&model, self.settings)?;
        let after = ground.settle_after(self.levels, self.settings)?;
        let (account, costs) = account::of(self.before, &after, &links);
        let (old, new) = (self.before.economies(), after.economies());
        let mut economies: Vec<ClosingEffect> = old
            .iter()
            .zip(&new)
            .map(|(old, new)| ClosingEffect {
                economy: old.economy,
                real_income: new.real_income / old.real_income,
                cost_usd: costs[old.economy],
            })
            .collect();
        let (mut gdp, mut income) = (0.0, 0.0);
        for (own, effect) in self.before.ground.baseline.economies.iter().zip(&economies) {
            gdp += own.gdp_usd;
            income += own.gdp_usd * effect.real_income;
        }
        economies.sort_by(|a, b| a.real_income.total_cmp(&b.real_income).then(a.economy.cmp(&b.economy)));
        let net = |settled: &Settled| -> f64 {
            let signed = |own: &PublicMoney| match own.levy {
                Levy::Subsidy(_) => -own.usd,
                _ => own.usd,
            };
            settled.duties_and_subsidies().iter().map(signed).sum()
        };
        Ok(LoopClosing {
            account,
            cost_usd: costs.iter().sum(),
            world_real_income: income / gdp,
            economies,
            largest: next::of(self.model, self.before, &after, &links),
            delays: self.delays(&after, &links),
            public_money_usd: net(&after) - net(self.before),
            certificate: after.certificate,
            closed,
            links,
        })
    }

    /// What scarce capacities elsewhere add, where that changes by a tonne-hour or more.
    fn delays(&self, after: &Settled, links: &[LinkId]) -> Vec<DelayElsewhere> {
        let network = &self.model.network;
        let is_closed = |of: Scarce| match of {
            Scarce::Link(link) => links.contains(&link),
            Scarce::Crossing(number) => links.contains(&network.crossings[number as usize].link),
            Scarce::Service(number) => links.contains(&network.services[number as usize].link),
        };
        let of = |settled: &Settled| -> Vec<f64> {
            let mut hours = vec![0.0; settled.ground.network.capacities.len()];
            for route in &settled.loaded.routes {
                route.capacities(&settled.ground.network, |capacity| {
                    hours[capacity as usize] += route.tonnes * settled.delays[capacity as usize];
                });
            }
            hours
        };
        let (old, new) = (of(self.before), of(after));
        let (old_uses, new_uses) = (self.before.capacities(), after.capacities());
        let mut all: Vec<DelayElsewhere> = new_uses
            .iter()
            .enumerate()
            .filter(|(_, own)| !is_closed(own.of))
            .map(|(at, own)| {
                let earlier = old_uses.iter().position(|other| other.of == own.of);
                DelayElsewhere {
                    of: own.of,
                    name: after.ground.network.capacities[at].name.clone(),
                    share: [earlier.map_or(0.0, |at| old_uses[at].share), own.share],
                    tonne_hours: [earlier.map_or(0.0, |at| old[at]), new[at]],
                }
            })
            .filter(|own| own.added().abs() >= 1.0)
            .collect();
        all.sort_by(|a, b| b.added().abs().total_cmp(&a.added().abs()).then(a.of.cmp(&b.of)));
        all
    }
}

impl DelayElsewhere {
    /// Tonne-hours a year more than before.
    #[must_use]
    pub fn added(&self) -> f64 {
        self.tonne_hours[1] - self.tonne_hours[0]
    }
}

impl LoopClosing {
    /// Tonne-hours a year that scarce capacities elsewhere add more than before.
    #[must_use]
    pub fn delay_added(&self) -> f64 {
        self.delays.iter().map(DelayElsewhere::added).sum()
    }
}
