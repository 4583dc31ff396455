//! The figures of a settled state of which intervals are told.

use std::collections::BTreeMap;

use crate::baseline::MarketSide;
use crate::feedback::{Settled, Totals};
use crate::trade_network::Scarce;

/// A sum over all freight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TotalFigure {
    /// Tonnes on the network.
    Tonnes,
    /// Tonne-kilometres on the network.
    TonneKm,
    /// USD paid for carriage on the network.
    Freight,
    /// Tonnes of CO2e on the network.
    Co2,
    /// Tonne-hours that scarce capacities add.
    Delay,
    /// Tonnes between zones by whichever way.
    AllTonnes,
}

impl TotalFigure {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Tonnes, Self::TonneKm, Self::Freight, Self::Co2, Self::Delay, Self::AllTonnes];

    /// Its value in some totals.
    #[must_use]
    pub fn of(self, totals: &Totals) -> f64 {
        match self {
            Self::Tonnes => totals.tonnes,
            Self::TonneKm => totals.tonne_km,
            Self::Freight => totals.freight_usd,
            Self::Co2 => totals.co2_tonnes,
            Self::Delay => totals.delay_tonne_hours,
            Self::AllTonnes => totals.all_tonnes,
        }
    }
}

/// A figure of a settled state. Groups and economies are positions in the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// A sum over all freight, a year.
    Total(TotalFigure),
    /// Real income of an economy over that of the base, less one, in per cent.
    RealIncome(usize),
    /// Mean price of a homogeneous good (group) where an economy buys it, USD per tonne.
    Price(usize, usize),
    /// Tonnes a year of a homogeneous good (group) from one economy into another.
    Tonnes(usize, usize, usize),
    /// Share of a scarce capacity that is taken, in per cent.
    CapacityShare(Scarce),
}

impl Told {
    /// The largest change that is none: what the tolerances of the loop and of its equilibria leave.
    pub(super) fn tolerance(&self, base: f64, after: f64) -> f64 {
        match self {
            Self::RealIncome(_) => 1e-6,
            Self::Tonnes(..) => 1e-5 * base.abs().max(after.abs()).max(1.0),
            Self::CapacityShare(_) => 1e-4,
            Self::Total(_) | Self::Price(..) => 1e-6 * base.abs().max(after.abs()),
        }
    }
}

/// All figures that some draw of some states, the base first, can have.
pub(super) fn all(states: &[&Settled]) -> Vec<Told> {
    let base = states[0];
    let baseline = &base.ground.baseline;
    let mut told: Vec<Told> = TotalFigure::ALL.map(Told::Total).to_vec();
    told.extend((0..baseline.economies.len()).map(Told::RealIncome));
    for goods in &base.trade.goods {
        let economies = |side: MarketSide| {
            let rows = baseline.markets.iter();
            let of_side = rows.filter(|row| row.group == goods.group && row.side == side);
            let mut all: Vec<usize> = of_side.map(|row| baseline.zones[row.zone].economy).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (sellers, buyers) = (economies(MarketSide::Supply), economies(MarketSide::Demand));
        for buyer in buyers {
            told.push(Told::Price(goods.group, buyer));
            told.extend(sellers.iter().map(|seller| Told::Tonnes(goods.group, *seller, buyer)));
        }
    }
    let capacities = states.iter().flat_map(|settled| &settled.ground.network.capacities);
    let mut scarce: Vec<Scarce> = capacities.map(|own| own.of).collect();
    scarce.sort_unstable();
    scarce.dedup();
    told.extend(scarce.into_iter().map(Told::CapacityShare));
    told
}

/// The values of figures in a settled state; nothing where it does not have one.
pub(super) fn values(settled: &Settled, told: &[Told]) -> Vec<Option<f64>> {
    let totals = settled.totals();
    let economies = settled.economies();
    let capacities = settled.capacities();
    let zones = &settled.ground.baseline.zones;
    let mut flows: BTreeMap<(usize, usize, usize), f64> = BTreeMap::new();
    for goods in &settled.trade.goods {
        for (lane, flow) in goods.solution.flows.iter().enumerate() {
            let (supply, demand) = goods.ends(lane);
            let seller = zones[goods.market.supply_zones[supply]].economy;
            let buyer = zones[goods.market.demand_zones[demand]].economy;
            *flows.entry((goods.group, seller, buyer)).or_default() += flow;
        }
    }
    let position = |group: usize| settled.trade.goods.iter().position(|goods| goods.group == group);
    told.iter()
        .map(|told| match *told {
            Told::Total(figure) => Some(figure.of(&totals)),
            Told::RealIncome(economy) => Some(100.0 * (economies[economy].real_income - 1.0)),
            Told::Price(group, buyer) => economies[buyer].goods[position(group)?].2,
            Told::Tonnes(group, seller, buyer) => {
                Some(flows.get(&(group, seller, buyer)).copied().unwrap_or(0.0))
            }
            Told::CapacityShare(scarce) => {
                capacities.iter().find(|own| own.of == scarce).map(|own| 100.0 * own.share)
            }
        })
        .collect()
}
