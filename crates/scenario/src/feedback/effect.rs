//! What a settled state means: for economies, for pairs, for what is scarce.

use std::collections::BTreeMap;

use network::LinkId;

use super::settle::Settled;
use crate::baseline::{GravityBasis, GroupTrade, ILLUSTRATIVE_BELOW};
use crate::trade_network::Scarce;

/// What all freight on the network comes to, a year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// Tonnes on the network.
    pub tonnes: f64,
    /// Tonnes of trade between zones by whichever way.
    pub all_tonnes: f64,
    /// Tonne-kilometres on the network.
    pub tonne_km: f64,
    /// Tonnes of CO2e on the network.
    pub co2_tonnes: f64,
    /// Tonne-hours that scarce capacities add.
    pub delay_tonne_hours: f64,
    /// USD paid for carriage on the network, without duties and subsidies.
    pub freight_usd: f64,
}

/// With what the modelled trade of a group was made.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupBasis {
    /// The group, by position in the baseline.
    pub group: usize,
    /// Elasticity of trade to cost.
    pub elasticity_to_cost: f64,
    /// Logarithm of what neighbours trade more.
    pub contiguity: f64,
    /// Where both come from.
    pub basis: GravityBasis,
}

/// What one economy trades and earns.
#[derive(Debug, Clone, PartialEq)]
pub struct EconomyEffect {
    /// The economy, by position in the baseline.
    pub economy: usize,
    /// Real income over that of the base: of goods that differ by origin. One in the base itself.
    pub real_income: f64,
    /// Value sold abroad of goods that differ by origin, USD a year.
    pub exports_usd: f64,
    /// Value bought abroad.
    pub imports_usd: f64,
    /// By homogeneous good in order: tonnes sold, tonnes bought, mean price where bought in USD a tonne.
    pub goods: Vec<(f64, f64, Option<f64>)>,
}

/// Trade of a group between two economies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairEffect {
    /// The group, by position in the baseline.
    pub group: usize,
    /// The economy of origin, by position.
    pub origin: usize,
    /// The economy of destination, by position.
    pub destination: usize,
    /// Tonnes a year by whichever way.
    pub tonnes: f64,
    /// Tonnes of them on the network.
    pub network_tonnes: f64,
    /// Value at the origin, USD a year.
    pub usd: f64,
    /// Generalised cost with the rival way brought in, tonnes as weights. USD a tonne.
    pub cost: f64,
    /// Mean hours of what is on the network.
    pub hours: f64,
    /// Tonnes of CO2e a year of what is on the network.
    pub co2_tonnes: f64,
}

/// How much of a scarce capacity is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapacityUse {
    /// What is scarce.
    pub of: Scarce,
    /// Units a year.
    pub volume: f64,
    /// Share of the capacity.
    pub share: f64,
    /// Hours that each passing unit waits.
    pub delay: f64,
    /// Hours waited by all units in a year.
    pub delay_hours: f64,
}

impl Settled {
    /// The share of the value of trade across borders that somebody observed; of a base, and zero in a state that is told
    /// as a change from one.
    #[must_use]
    pub fn observed_share(&self) -> f64 {
        self.trade.baseline.as_ref().map_or(0.0, |trade| trade.observed_share(|_, _, _| true))
    }

    /// Whether a headline over this base must say that it is illustrative.
    #[must_use]
    pub fn is_illustrative(&self) -> bool {
        self.observed_share() < ILLUSTRATIVE_BELOW
    }

    /// With what the modelled trade of each group that differs by origin was made; of a base.
    #[must_use]
    pub fn trade_basis(&self) -> Vec<GroupBasis> {
        let of = |own: &GroupTrade| GroupBasis {
            group: own.group,
            elasticity_to_cost: own.elasticity_to_cost,
            contiguity: own.contiguity,
            basis: own.basis.clone(),
        };
        self.trade.baseline.iter().flat_map(|trade| &trade.groups).map(of).collect()
    }

    /// Sums over all network.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals { all_tonnes: self.trade.tonnes.iter().sum(), ..Totals::default() };
        for route in &self.loaded.routes {
            totals.tonnes += route.tonnes;
            totals.tonne_km += route.tonnes * route.sums.km;
            totals.co2_tonnes += route.tonnes * route.sums.co2_kg / 1000.0;
            totals.delay_tonne_hours += route.tonnes * route.delay;
            totals.freight_usd += route.tonnes * route.sums.usd_per_tonne;
        }
        totals
    }

    /// Every economy, in the baseline's order.
    #[must_use]
    pub fn economies(&self) -> Vec<EconomyEffect> {
        let n = self.ground.economies();
        (0..n)
            .map(|economy| {
                let abroad = |of: &dyn Fn(usize) -> usize| -> f64 {
                    let others = (0..n).filter(|other| *other != economy);
                    let values = &self.trade.values;
                    others.map(|other| values.iter().map(|sector| sector[of(other)]).sum::<f64>()).sum()
                };
                let solved = self.trade.equilibrium.as_ref();
                EconomyEffect {
                    economy,
                    real_income: solved.map_or(1.0, |solved| solved.economies[economy].welfare),
                    exports_usd: abroad(&|other| economy * n + other),
                    imports_usd: abroad(&|other| other * n + economy),
                    goods: self.goods_of(economy),
                }
            })
            .collect()
    }

    fn goods_of(&self, economy: usize) -> Vec<(f64, f64, Option<f64>)> {
        let of = |zone: &usize| self.ground.baseline.zones[*zone].economy == economy;
        let sum = |zones: &[usize], amounts: &[f64]| -> f64 {
            zones.iter().zip(amounts).filter(|(zone, _)| of(zone)).map(|(_, amount)| amount).sum()
        };
        self.trade
            .goods
            .iter()
            .map(|goods| {
                let (market, solution) = (&goods.market, &goods.solution);
                let bought = sum(&market.demand_zones, &solution.demanded);
                let paid: Vec<f64> = solution
                    .demanded
                    .iter()
                    .zip(&solution.demand_prices)
                    .map(|(own, price)| own * price)
                    .collect();
                let price = (bought > 0.0).then(|| sum(&market.demand_zones, &paid) / bought);
                (sum(&market.supply_zones, &solution.supplied), bought, price)
            })
            .collect()
    }

    /// Trade by group and pair of economies, of pairs that trade at least a tonne.
    #[must_use]
    pub fn pairs(&self) -> Vec<PairEffect> {
        let (n, zones) = (self.ground.economies(), self.ground.zones());
        let groups = &self.ground.baseline.groups;
        let blank = |cell: usize| PairEffect {
            group: cell / (n * n),
            origin: cell / n % n,
            destination: cell % n,
            tonnes: 0.0,
            network_tonnes: 0.0,
            usd: 0.0,
            cost: 0.0,
            hours: 0.0,
            co2_tonnes: 0.0,
        };
        let mut pairs: Vec<PairEffect> = (0..groups.len() * n * n).map(blank).collect();
        let economy = |zone: usize| self.ground.baseline.zones[zone].economy;
        let cell = |group: usize, from: usize, to: usize| (group * n + economy(from)) * n + economy(to);
        for (number, tonnes) in self.trade.tonnes.iter().enumerate().filter(|(_, tonnes)| **tonnes > 0.0) {
            let (group, from, to) = (number / (zones * zones), number / zones % zones, number % zones);
            let pair = &mut pairs[cell(group, from, to)];
            pair.tonnes += tonnes;
            pair.network_tonnes += tonnes * self.on_network[number];
            pair.cost += tonnes * self.zone_costs[number];
            pair.usd += tonnes * self.origin_price(group, from);
        }
        for route in &self.loaded.routes {
            let hours = route.tonnes * (route.sums.hours + route.delay);
            let pair = &mut pairs[cell(route.pair.cargo, route.pair.origin, route.pair.destination)];
            pair.hours += hours;
            pair.co2_tonnes += route.tonnes * route.sums.co2_kg / 1000.0;
        }
        pairs.retain(|pair| pair.tonnes >= 1.0);
        for pair in &mut pairs {
            pair.cost /= pair.tonnes;
            pair.hours = if pair.network_tonnes > 0.0 { pair.hours / pair.network_tonnes } else { 0.0 };
        }
        pairs
    }

    /// USD a tonne of a group where it starts.
    fn origin_price(&self, group: usize, zone: usize) -> f64 {
        let own = &self.ground.baseline.groups[group];
        if let Some(goods) = self.trade.goods.iter().find(|goods| goods.group == group) {
            let at = goods.market.supply_zones.iter().position(|supply| *supply == zone);
            return at.map_or(own.commodity.unit_value, |at| goods.solution.supply_prices[at]);
        }
        let economy = self.ground.baseline.zones[zone].economy;
        let hat =
            self.trade.equilibrium.as_ref().map_or(1.0, |solved| solved.economies[economy].factor_price);
        own.commodity.unit_value * hat
    }

    /// What is scarce and how much of it is taken.
    #[must_use]
    pub fn capacities(&self) -> Vec<CapacityUse> {
        let uses = self.ground.network.capacities.iter().zip(self.loaded.volumes.iter().zip(&self.delays));
        uses.map(|(capacity, (volume, delay))| CapacityUse {
            of: capacity.of,
            volume: *volume,
            share: volume / capacity.yearly,
            delay: *delay,
            delay_hours: delay * volume,
        })
        .collect()
    }

    /// Tonnes a year by link and cargo.
    #[must_use]
    pub fn links(&self) -> BTreeMap<LinkId, Vec<f64>> {
        self.loaded.by_link(&self.ground.network)
    }
}
