//! Tonnes and values at given costs.

use gravity::SpatialEquilibrium;
use gravity::equilibrium::{Change, Equilibrium, EquilibriumOptions, solve};
use regime::VersionId;

use super::ground::{FeedbackError, Ground, LoopSettings};
use super::quota::under_quotas;
use super::settle::Settled;
use super::zone_costs::ZoneCosts;
use crate::baseline::{BaselineTrade, GoodsMarket};

/// The least iceberg factor: goods do not gain value on the way, however much is paid for taking them.
const LEAST_FACTOR: f64 = 1.0 + 1e-6;

/// The trade of a homogeneous good.
#[derive(Debug, Clone)]
pub struct GoodsTrade {
    /// The group, by position in the baseline.
    pub group: usize,
    /// Its supplies and demands.
    pub market: GoodsMarket,
    /// Landed cost of each lane beside the price at origin: freight, time, duties less subsidies. USD a tonne, by supply
    /// and demand.
    pub costs: Vec<f64>,
    /// Flows and prices.
    pub solution: SpatialEquilibrium,
}

/// Trade at given costs.
#[derive(Debug, Clone)]
pub struct Trade {
    /// Iceberg factors by differentiated group, then economy of origin and of destination.
    pub iceberg: Vec<Vec<f64>>,
    /// Duties as a share of value, likewise.
    pub duties: Vec<Vec<f64>>,
    /// Value before duties in USD, likewise.
    pub values: Vec<Vec<f64>>,
    /// What it does to each economy; nothing in the base.
    pub equilibrium: Option<Equilibrium>,
    /// Homogeneous goods.
    pub goods: Vec<GoodsTrade>,
    /// Shadow price of each quota that speaks, by version, USD a tonne; zero where it is not full.
    pub quota_rents: Vec<(VersionId, f64)>,
    /// The baseline that hats start from; only in the base.
    pub baseline: Option<BaselineTrade>,
    /// Tonnes a year by cargo, zone of origin and of destination, by whichever way.
    pub tonnes: Vec<f64>,
}

impl Trade {
    /// Trade at costs: in levels where there is no base, else as a change from it.
    pub(super) fn at(
        ground: &Ground,
        costs: &ZoneCosts,
        base: Option<&Settled>,
        last: Option<&Self>,
        settings: &LoopSettings,
    ) -> Result<Self, FeedbackError> {
        if let (Some(base), true) = (base, settings.frozen.trade) {
            return Ok(base.trade.clone());
        }
        let (n, square) = (ground.economies(), ground.economies() * ground.economies());
        let (mut iceberg, mut duties, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        for (&group, logsum) in ground.differentiated.iter().zip(&costs.logsums) {
            let own = &ground.baseline.groups[group];
            let terms = logsum.sums(&ground.baseline);
            let mut factors = logsum.factors(&terms);
            let mut rates = vec![0.0; square];
            for (cell, net) in ground.net_duties[group * square..(group + 1) * square].iter().enumerate() {
                let share = net / own.commodity.unit_value;
                // What is given rather than taken makes the way cheaper.
                rates[cell] = share.max(0.0);
                factors[cell] = (factors[cell] + share.min(0.0)).max(LEAST_FACTOR);
            }
            iceberg.push(factors);
            duties.push(rates);
            sums.push(terms);
        }
        let (values, prices, equilibrium, baseline) = match base {
            None => {
                let baseline = ground.baseline.trade(&iceberg, &duties, &ground.observed)?;
                let values = baseline.world.sectors().iter().map(|sector| sector.flows.clone()).collect();
                (values, vec![1.0; n], None, Some(baseline))
            }
            Some(base) => {
                let solved = changed(base, &iceberg, &duties, last)?;
                let prices = solved.economies.iter().map(|economy| economy.factor_price).collect();
                (solved.flows.clone(), prices, Some(solved), None)
            }
        };
        let mut trade = Self {
            iceberg,
            duties,
            values,
            equilibrium,
            goods: Vec::new(),
            quota_rents: Vec::new(),
            baseline,
            tonnes: Vec::new(),
        };
        trade.tonnes = vec![0.0; costs.cost.len()];
        trade.weigh(ground, costs, &sums, &prices);
        let mut markets = Vec::new();
        for (number, &group) in ground.homogeneous.iter().enumerate() {
            let market = match base {
                Some(base) => base.trade.goods[number].market.clone(),
                None => {
                    let landed = landed_costs(ground, group, costs.of(ground, group));
                    ground.baseline.market(group, &landed, &[])?
                }
            };
            let lanes = GoodsTrade::lane_costs(ground, group, &market, costs.of(ground, group));
            markets.push((group, market, lanes));
        }
        let before = last.or_else(|| base.map(|base| &base.trade)).map(|trade| trade.goods.as_slice());
        (trade.goods, trade.quota_rents) = under_quotas(ground, markets, before)?;
        trade.goods.iter().for_each(|goods| goods.weigh(ground, &mut trade.tonnes));
        Ok(trade)
    }

    /// Tonnes of differentiated goods: value at the origin's price over unit value, spread over zones in proportion to the
    /// terms of the logsum.
    fn weigh(&mut self, ground: &Ground, costs: &ZoneCosts, sums: &[Vec<f64>], prices: &[f64]) {
        let (n, zones) = (ground.economies(), ground.zones());
        let economies: Vec<usize> = ground.baseline.zones.iter().map(|zone| zone.economy).collect();
        for (sector, &group) in ground.differentiated.iter().enumerate() {
            let unit_value = ground.baseline.groups[group].commodity.unit_value;
            // Tonnes between economies for each unit of a term.
            let each: Vec<f64> = (0..n * n)
                .map(|cell| {
                    let at_origin =
                        self.values[sector][cell] / (self.iceberg[sector][cell] * prices[cell / n]);
                    let sum = sums[sector][cell];
                    if sum > 0.0 { at_origin / unit_value / sum } else { 0.0 }
                })
                .collect();
            let tonnes = &mut self.tonnes[group * zones * zones..(group + 1) * zones * zones];
            for ((from, row), terms) in economies
                .iter()
                .zip(tonnes.chunks_exact_mut(zones))
                .zip(costs.logsums[sector].terms.chunks_exact(zones))
            {
                let each = &each[from * n..(from + 1) * n];
                for ((tonnes, term), to) in row.iter_mut().zip(terms).zip(&economies) {
                    *tonnes = each[*to] * term;
                }
            }
        }
    }

    /// The largest residual of the equilibria: of the general one, and the violation of the spatial ones.
    pub(super) fn residuals(&self) -> (f64, f64) {
        let general = self.equilibrium.as_ref().map_or(0.0, |solved| solved.residual);
        let spatial = self.goods.iter().map(|goods| goods.solution.violation).fold(0.0, f64::max);
        (general, spatial)
    }
}

/// The equilibrium after a change of costs and duties from the base's.
fn changed(
    base: &Settled,
    iceberg: &[Vec<f64>],
    duties: &[Vec<f64>],
    last: Option<&Trade>,
) -> Result<Equilibrium, FeedbackError> {
    let Some(baseline) = &base.trade.baseline else { unreachable!("a base is made in levels") };
    let mut change = Change::none(&baseline.world);
    for (sector, (new, old)) in iceberg.iter().zip(&base.trade.iceberg).enumerate() {
        for (hat, (new, old)) in change.costs[sector].iter_mut().zip(new.iter().zip(old)) {
            *hat = new / old;
        }
        change.rates[sector] = vec![duties[sector].clone()];
    }
    let start = last.and_then(|last| last.equilibrium.as_ref()).map(|solved| solved.log_prices.as_slice());
    let options = EquilibriumOptions::default();
    Ok(solve(&baseline.world, &change, &options, start)?)
}

/// Costs of a good between zones with duties less subsidies.
fn landed_costs(ground: &Ground, group: usize, costs: &[f64]) -> Vec<f64> {
    let zones = ground.zones();
    (0..zones * zones).map(|pair| costs[pair] + ground.net_duty(group, pair / zones, pair % zones)).collect()
}

impl GoodsTrade {
    /// Landed cost of each lane beside the price at origin.
    fn lane_costs(ground: &Ground, group: usize, market: &GoodsMarket, costs: &[f64]) -> Vec<f64> {
        let zones = ground.zones();
        let mut own = Vec::with_capacity(market.supply_zones.len() * market.demand_zones.len());
        for from in &market.supply_zones {
            own.extend(
                market
                    .demand_zones
                    .iter()
                    .map(|to| costs[from * zones + to] + ground.net_duty(group, *from, *to)),
            );
        }
        own
    }

    /// Supply and demand of a lane, by position in the market.
    #[must_use]
    pub fn ends(&self, lane: usize) -> (usize, usize) {
        let demands = self.market.demand_zones.len();
        (lane / demands, lane % demands)
    }

    fn weigh(&self, ground: &Ground, tonnes: &mut [f64]) {
        let zones = ground.zones();
        for (lane, flow) in self.solution.flows.iter().enumerate() {
            let (origin, destination) = self.ends(lane);
            let (from, to) = (self.market.supply_zones[origin], self.market.demand_zones[destination]);
            tonnes[(self.group * zones + from) * zones + to] += flow;
        }
    }
}
