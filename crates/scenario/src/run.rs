//! A scenario, run through the loop and told as differences from its base.

use std::sync::Arc;

use jiff::civil::Date;

use crate::baseline::{MarketSide, ObservedCell};
use crate::feedback::{FeedbackError, Frozen, Ground, LoopSettings, Settled};
use crate::measure::Change;
use crate::model::Model;
use crate::patch::{Touched, TradeChange};
use crate::scenario_file::Scenario;

/// A base, what a scenario makes of it, and the steps between.
///
/// The difference is taken apart in an order that is stated, as its parts are not independent: first only routes and ways
/// move, then delays answer, then trade. The three steps add up to the whole.
#[derive(Debug, Clone)]
pub struct LoopRun {
    /// The day.
    pub date: Date,
    /// The case on the day.
    pub base: Settled,
    /// With the measures: tonnes between zones and delays as in the base, so that only routes and ways move. Not made where
    /// something is frozen.
    pub routes: Option<Settled>,
    /// With the measures: tonnes between zones as in the base. Not made where something is frozen.
    pub congestion: Option<Settled>,
    /// With the measures: everything moves but what is frozen.
    pub after: Settled,
    /// What differs from the base on the day.
    pub touched: Touched,
}

impl Model {
    /// The state of the world on a day, without measures.
    ///
    /// # Errors
    /// If the case has no complete baseline, or its numbers do not fit.
    pub fn settle(
        &self,
        date: Date,
        observed: Vec<ObservedCell>,
        settings: &LoopSettings,
    ) -> Result<Settled, FeedbackError> {
        Ground::new(self, date, observed, settings)?.settle(settings)
    }

    /// Runs a scenario on a day: the base, the state with its measures, and the steps between.
    ///
    /// Measures that scale GDP or demand move the world that changes are counted from: it is settled anew in levels with
    /// them, and the other measures act as changes from there.
    ///
    /// # Errors
    /// As [`Model::settle`].
    pub fn run(
        &self,
        scenario: &Scenario,
        date: Date,
        observed: Vec<ObservedCell>,
        settings: &LoopSettings,
    ) -> Result<LoopRun, FeedbackError> {
        let base = self.settle(date, observed, settings)?;
        let changed = self.changed(scenario, date, &base, settings)?;
        let step = |frozen: Frozen| changed.settle(&base, &LoopSettings { frozen, ..settings.clone() });
        let free = settings.frozen == Frozen::default();
        let routes = if free { Some(step(Frozen { trade: true, congestion: true })?) } else { None };
        let congestion = if free { Some(step(Frozen { trade: true, congestion: false })?) } else { None };
        let after = step(settings.frozen)?;
        Ok(LoopRun { date, routes, congestion, after, touched: changed.touched, base })
    }

    /// What measures make of the ground of a base.
    pub(crate) fn changed(
        &self,
        scenario: &Scenario,
        date: Date,
        base: &Settled,
        settings: &LoopSettings,
    ) -> Result<Changed, FeedbackError> {
        let applied = scenario.apply(self, date);
        let mut model = applied.model;
        let rebased = match scaled(self, &applied.trade) {
            Some(scaled) => {
                let ground = base.ground.changed(&scaled, settings)?;
                model.baseline = scaled.baseline;
                Some(ground.settle_near(base, settings)?)
            }
            None => None,
        };
        let ground = base.ground.changed(&model, settings)?;
        Ok(Changed { ground, rebased, touched: applied.touched })
    }
}

/// The ground under measures.
pub(crate) struct Changed {
    ground: Ground,
    /// The world that changes are counted from, where measures scale it.
    rebased: Option<Settled>,
    touched: Touched,
}

impl Changed {
    pub(crate) fn settle(&self, base: &Settled, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        self.ground.clone().settle_after(self.rebased.as_ref().unwrap_or(base), settings)
    }

    /// As [`Changed::settle`], where nothing else is asked of it.
    pub(crate) fn into_settled(
        self,
        base: &Settled,
        settings: &LoopSettings,
    ) -> Result<Settled, FeedbackError> {
        self.ground.settle_after(self.rebased.as_ref().unwrap_or(base), settings)
    }
}

/// A model whose baseline has other sizes; nothing where no measure scales any.
pub(crate) fn scaled(model: &Model, changes: &[TradeChange]) -> Option<Model> {
    if changes.is_empty() {
        return None;
    }
    let mut scaled = model.clone();
    let baseline = Arc::make_mut(&mut scaled.baseline);
    for TradeChange { change, provenance } in changes {
        match change {
            Change::Gdp(gdp) => {
                for economy in gdp.economies.iter().filter_map(|id| model.baseline.economy(id)) {
                    baseline.scale_gdp(economy, gdp.factor, provenance.clone());
                }
            }
            Change::Demand(demand) => {
                let (zones, groups, economies) = (&baseline.zones, &baseline.groups, &baseline.economies);
                let wanted = |zone: usize, group: usize| {
                    let economy = &economies[zones[zone].economy].id;
                    let buys = demand.destinations.is_empty() || demand.destinations.contains(economy);
                    let commodity = &groups[group].commodity.id;
                    buys && (demand.commodities.is_empty() || demand.commodities.contains(commodity))
                };
                for row in baseline.markets.iter_mut().filter(|row| row.side == MarketSide::Demand) {
                    if wanted(row.zone, row.group) {
                        row.tonnes *= demand.factor;
                        row.provenance = provenance.clone();
                    }
                }
            }
            _ => {}
        }
    }
    Some(scaled)
}
