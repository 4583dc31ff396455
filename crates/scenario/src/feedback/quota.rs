//! Quotas: what they limit, and what a tonne more would be worth.
//!
//! A quota limits tonnes a year of all goods in its scope together: of every homogeneous good and every pair of zones that its
//! versions' parties, movement and goods hold. It is one limit `Q` over many lanes of several spatial equilibria, and its
//! shadow price `λ` is a charge on each of these lanes:
//!
//! ```text
//! Q − Σ x_r ≥ 0,  λ ≥ 0,  one of them zero
//! ```
//!
//! The tonnes under a quota fall as its price rises, so that `λ` is found by bisection, one quota after another until none
//! moves. Where lanes tie exactly at `λ`, tonnes jump there; the mixture of the solutions on both sides that fills the quota
//! is an equilibrium too, as solutions of one concave problem are.
//!
//! Quotas that name links, places, carriers or modes, or that limit transit, belong to a way and not to a pair: they are
//! shown. So is what a quota would limit of goods that differ by origin.

use std::collections::BTreeSet;

use gravity::{
    Curve, Lane, SpatialEquilibrium, spatial_equilibrium, spatial_equilibrium_from, spatial_state,
};
use jiff::civil::Date;
use regime::{Consignment, Effect, Movement, Perspective, VersionId};

use super::ground::{FeedbackError, Ground};
use super::settle::Settled;
use super::trade::GoodsTrade;
use crate::Model;
use crate::baseline::{Baseline, GoodsMarket, GroupKind};

/// Relative to the quota: tonnes that are none.
const MET: f64 = 1e-9;
/// USD a tonne, relative to the largest bound tried: a difference of shadow prices that is none.
const SAME_PRICE: f64 = 1e-12;
/// The part of the tonnes at which a demand is stated, below which its curve is no guide.
const LEAST_OF_CURVE: f64 = 0.2;
/// Steps at most: doublings of the bound, halvings, and rounds over all quotas.
const MOST_STEPS: usize = 100;
const MOST_ROUNDS: usize = 30;

/// Whether a quota binds in the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaBinding {
    /// It limits homogeneous goods between pairs of economies.
    Binds,
    /// It is shown only: it belongs to a way.
    OfAWay,
    /// It is shown only: whether it still holds is not known.
    NotCertain,
}

/// A quota that speaks on the day.
#[derive(Debug, Clone)]
pub struct Quota {
    /// The version.
    pub version: VersionId,
    /// Tonnes a year.
    pub tonnes: f64,
    /// Whether it binds.
    pub binding: QuotaBinding,
    /// What is in its scope: group, economy of origin and of destination, by position in the baseline.
    cells: BTreeSet<(usize, usize, usize)>,
}

/// How much of a quota is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuotaUse {
    /// The version.
    pub version: VersionId,
    /// Tonnes a year that it allows.
    pub tonnes: f64,
    /// Whether it binds.
    pub binding: QuotaBinding,
    /// Tonnes of homogeneous goods in its scope, which it limits where it binds.
    pub used: f64,
    /// Tonnes of goods that differ by origin in its scope, which it does not limit.
    pub not_limited: f64,
    /// What a tonne more would be worth, USD; zero where it is not full.
    pub shadow_price: f64,
    /// Whether it leaves some buyer so little that the curve of its demand is no guide to what a tonne is worth.
    pub is_beyond_curves: bool,
}

impl QuotaBinding {
    /// Why a quota is shown only; nothing where it binds.
    #[must_use]
    pub fn why_not(self) -> Option<&'static str> {
        match self {
            Self::Binds => None,
            Self::OfAWay => {
                Some("it limits a way (links, places, carriers, modes, transit) and is shown only")
            }
            Self::NotCertain => Some("whether it still holds is not known; it is shown only"),
        }
    }
}

/// The quotas of a day.
pub(super) fn quotas(model: &Model, baseline: &Baseline, date: Date, perspective: Perspective) -> Vec<Quota> {
    let rules = &model.regime.rules;
    let mut found = Vec::new();
    for speaking in rules.rules.iter().filter_map(|rule| rules.speaking(rule, date, perspective)) {
        let version = rules.get(speaking.version);
        let (Effect::Quota, Some((tonnes, _))) = (version.effect, version.value) else { continue };
        let scope = &version.scope;
        let of_a_way = scope.is_local()
            || !scope.carriers.is_empty()
            || !scope.modes.is_empty()
            || version.class.movement == Movement::Transit
            || (!scope.territory.is_empty() && version.class.movement == Movement::Any);
        let binding = match (speaking.certain, of_a_way) {
            (false, _) => QuotaBinding::NotCertain,
            (true, true) => QuotaBinding::OfAWay,
            (true, false) => QuotaBinding::Binds,
        };
        let mut cells = BTreeSet::new();
        for (group, own) in baseline.groups.iter().enumerate() {
            let goods = &own.commodity;
            let mut consignment = Consignment::new(&model.case, goods, goods.form, "", "", 1.0);
            for (origin, from) in baseline.economies.iter().enumerate() {
                consignment.origin_economy.clone_from(&from.id);
                for (destination, to) in baseline.economies.iter().enumerate() {
                    consignment.destination_economy.clone_from(&to.id);
                    if origin != destination && consignment.is_in(&version.class, &model.case, date) {
                        cells.insert((group, origin, destination));
                    }
                }
            }
        }
        found.push(Quota { version: speaking.version, tonnes, binding, cells });
    }
    found
}

/// Shadow prices of quotas by version, USD a tonne.
type ShadowPrices = Vec<(VersionId, f64)>;
/// Group, market and landed cost by lane.
type Goods = (usize, GoodsMarket, Vec<f64>);

/// The equilibria of all goods, with the quotas that limit them together.
struct Limited<'g> {
    goods: &'g [Goods],
    /// Lanes by good, with costs.
    lanes: Vec<Vec<Lane>>,
    /// By quota that binds: its tonnes, and its lanes by good.
    quotas: Vec<(f64, Vec<(usize, usize)>)>,
}

/// Flows and prices of homogeneous goods under the quotas of a ground, and the shadow price of each.
pub(super) fn under_quotas(
    ground: &Ground,
    goods: Vec<Goods>,
    before: Option<&[GoodsTrade]>,
) -> Result<(Vec<GoodsTrade>, ShadowPrices), FeedbackError> {
    let economy = |zone: usize| ground.baseline.zones[zone].economy;
    let mut lanes: Vec<Vec<Lane>> =
        goods.iter().map(|(_, market, costs)| Lane::matrix(costs, market.demand_zones.len())).collect();
    let mut quotas = Vec::new();
    let mut numbers = Vec::new();
    for (number, quota) in ground.quotas.iter().enumerate() {
        if quota.binding != QuotaBinding::Binds {
            continue;
        }
        let mut own = Vec::new();
        for (at, (group, market, _)) in goods.iter().enumerate() {
            for (lane, of_lane) in lanes[at].iter_mut().enumerate() {
                let from = economy(market.supply_zones[of_lane.origin]);
                let to = economy(market.demand_zones[of_lane.destination]);
                if !quota.cells.contains(&(*group, from, to)) {
                    continue;
                }
                // A quota of nothing is a closed lane.
                if quota.tonnes > 0.0 {
                    own.push((at, lane));
                } else {
                    of_lane.cost = f64::INFINITY;
                }
            }
        }
        if !own.is_empty() {
            quotas.push((quota.tonnes, own));
            numbers.push(number);
        }
    }
    let limited = Limited { goods: &goods, lanes, quotas };
    let start: Option<Vec<&SpatialEquilibrium>> =
        before.map(|before| before.iter().map(|own| &own.solution).collect());
    let (solutions, rents) = limited.solve(start.as_deref())?;
    let mut of_quotas: ShadowPrices = ground.quotas.iter().map(|quota| (quota.version, 0.0)).collect();
    numbers.into_iter().zip(rents).for_each(|(number, rent)| of_quotas[number].1 = rent);
    let trades = goods
        .into_iter()
        .zip(solutions)
        .map(|((group, market, costs), solution)| GoodsTrade { group, market, costs, solution })
        .collect();
    Ok((trades, of_quotas))
}

impl Limited<'_> {
    /// Solutions and shadow prices.
    fn solve(
        &self,
        start: Option<&[&SpatialEquilibrium]>,
    ) -> Result<(Vec<SpatialEquilibrium>, Vec<f64>), FeedbackError> {
        let mut rents = vec![0.0; self.quotas.len()];
        let mut solutions = self.at(&rents, start)?;
        for _ in 0..MOST_ROUNDS {
            let mut moved = false;
            for quota in 0..self.quotas.len() {
                let before = rents[quota];
                solutions = self.fill(quota, &mut rents, solutions)?;
                moved |= (rents[quota] - before).abs() > SAME_PRICE.sqrt() * rents[quota].max(1.0);
            }
            if !moved || self.quotas.len() == 1 {
                break;
            }
        }
        // Margins are told beside the true costs; what a full quota leaves of them is its rent.
        for (good, solution) in solutions.iter_mut().enumerate() {
            for (lane, charge) in self.charges(good, &rents).into_iter().enumerate().filter(|own| own.1 > 0.0)
            {
                solution.margins[lane] += charge;
                solution.rents[lane] = charge;
            }
        }
        Ok((solutions, rents))
    }

    /// The shadow price of one quota at those of the others, and the solution there.
    fn fill(
        &self,
        quota: usize,
        rents: &mut [f64],
        solutions: Vec<SpatialEquilibrium>,
    ) -> Result<Vec<SpatialEquilibrium>, FeedbackError> {
        let most = self.quotas[quota].0;
        let mut last = solutions;
        let mut at =
            |rent: f64, rents: &mut [f64]| -> Result<(f64, Vec<SpatialEquilibrium>), FeedbackError> {
                rents[quota] = rent;
                let start: Vec<&SpatialEquilibrium> = last.iter().collect();
                let found = self.at(rents, Some(&start))?;
                last.clone_from(&found);
                Ok((self.used(quota, &found) - most, found))
            };
        let guess = if rents[quota] > 0.0 { rents[quota] } else { 1.0 };
        let (excess, free) = at(0.0, rents)?;
        if excess <= MET * most {
            return Ok(free);
        }
        let mut low = (0.0, excess, free);
        let mut high = None;
        let mut bound = guess;
        for _ in 0..MOST_STEPS {
            let (excess, found) = at(bound, rents)?;
            if excess <= 0.0 {
                high = Some((bound, excess, found));
                break;
            }
            low = (bound, excess, found);
            bound *= 2.0;
        }
        // Nothing fills it however dear it is: the certificate shows what is left.
        let Some(mut high) = high else { return Ok(low.2) };
        for step in 0..MOST_STEPS {
            if high.1.abs() <= MET * most || high.0 - low.0 <= SAME_PRICE * high.0 {
                break;
            }
            // By the secant where it is inside, and by halves every other time.
            let secant = low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1);
            let inside = step % 2 == 0 && secant > low.0 && secant < high.0;
            let next = if inside { secant } else { f64::midpoint(low.0, high.0) };
            let (excess, found) = at(next, rents)?;
            if excess > 0.0 {
                low = (next, excess, found);
            } else {
                high = (next, excess, found);
            }
        }
        rents[quota] = high.0;
        if high.1.abs() <= MET * most {
            return Ok(high.2);
        }
        let share = -high.1 / (low.1 - high.1);
        self.mixed(rents, &low.2, &high.2, share)
    }

    /// What a tonne on each lane of a good is charged at shadow prices.
    fn charges(&self, good: usize, rents: &[f64]) -> Vec<f64> {
        let mut charges = vec![0.0; self.lanes[good].len()];
        for ((_, lanes), rent) in self.quotas.iter().zip(rents) {
            for (_, lane) in lanes.iter().filter(|(own, _)| *own == good) {
                charges[*lane] += rent;
            }
        }
        charges
    }

    fn lanes_at(&self, good: usize, rents: &[f64]) -> Vec<Lane> {
        let charged = self.lanes[good].iter().zip(self.charges(good, rents));
        charged.map(|(lane, charge)| Lane { cost: lane.cost + charge, ..*lane }).collect()
    }

    /// The equilibria at shadow prices.
    fn at(
        &self,
        rents: &[f64],
        start: Option<&[&SpatialEquilibrium]>,
    ) -> Result<Vec<SpatialEquilibrium>, FeedbackError> {
        let solve = |(good, (_, market, _)): (usize, &Goods)| {
            let lanes = self.lanes_at(good, rents);
            Ok(match start.and_then(|start| start.get(good)) {
                Some(start) => spatial_equilibrium_from(&market.supplies, &market.demands, &lanes, start)?,
                None => spatial_equilibrium(&market.supplies, &market.demands, &lanes)?,
            })
        };
        self.goods.iter().enumerate().map(solve).collect()
    }

    /// Tonnes under a quota.
    fn used(&self, quota: usize, solutions: &[SpatialEquilibrium]) -> f64 {
        self.quotas[quota].1.iter().map(|(good, lane)| solutions[*good].flows[*lane]).sum()
    }

    /// The mixture of two solutions, written out at shadow prices.
    fn mixed(
        &self,
        rents: &[f64],
        low: &[SpatialEquilibrium],
        high: &[SpatialEquilibrium],
        share: f64,
    ) -> Result<Vec<SpatialEquilibrium>, FeedbackError> {
        let mix = |(good, (_, market, _)): (usize, &Goods)| {
            let both = low[good].flows.iter().zip(&high[good].flows);
            let flows = both.map(|(low, high)| share * low + (1.0 - share) * high).collect();
            Ok(spatial_state(&market.supplies, &market.demands, &self.lanes_at(good, rents), flows)?)
        };
        self.goods.iter().enumerate().map(mix).collect()
    }
}

impl Settled {
    /// The quotas that speak on the day, and how much of each is used.
    #[must_use]
    pub fn quotas(&self) -> Vec<QuotaUse> {
        let baseline = &self.ground.baseline;
        let (zones, square) = (self.ground.zones(), self.ground.zones() * self.ground.zones());
        let economy = |zone: usize| baseline.zones[zone].economy;
        let mut told: Vec<QuotaUse> = self
            .ground
            .quotas
            .iter()
            .map(|quota| QuotaUse {
                version: quota.version,
                tonnes: quota.tonnes,
                binding: quota.binding,
                used: 0.0,
                not_limited: 0.0,
                // Where trade is frozen, it is the base's, and so are the prices behind it.
                shadow_price: self
                    .trade
                    .quota_rents
                    .iter()
                    .find(|(version, _)| *version == quota.version)
                    .map_or(0.0, |(_, rent)| *rent),
                is_beyond_curves: false,
            })
            .collect();
        if told.is_empty() {
            return told;
        }
        for (number, tonnes) in self.trade.tonnes.iter().enumerate().filter(|(_, tonnes)| **tonnes > 0.0) {
            let (group, from, to) = (number / square, number / zones % zones, number % zones);
            let cell = (group, economy(from), economy(to));
            let limited = baseline.groups[group].kind == GroupKind::Homogeneous;
            for (quota, own) in self.ground.quotas.iter().zip(&mut told) {
                if quota.cells.contains(&cell) {
                    *(if limited { &mut own.used } else { &mut own.not_limited }) += tonnes;
                }
            }
        }
        for (quota, own) in self.ground.quotas.iter().zip(&mut told) {
            own.is_beyond_curves = own.shadow_price > 0.0 && self.leaves_little(quota);
        }
        told
    }

    /// Whether some buyer in the scope of a quota has less than a part of the tonnes at which its demand is stated.
    fn leaves_little(&self, quota: &Quota) -> bool {
        let baseline = &self.ground.baseline;
        self.trade.goods.iter().any(|goods| {
            let demands = goods.market.demand_zones.iter().zip(&goods.market.demands);
            demands.zip(&goods.solution.demanded).any(|((zone, demand), tonnes)| {
                let to = baseline.zones[*zone].economy;
                let in_scope =
                    quota.cells.iter().any(|(group, _, other)| *group == goods.group && *other == to);
                let is_little =
                    matches!(demand.curve, Curve::Elastic { at, .. } if *tonnes < LEAST_OF_CURVE * at);
                in_scope && is_little
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use gravity::Market;

    use super::*;

    fn market(supplies: &[f64], demands: &[f64]) -> GoodsMarket {
        let all = |prices: &[f64], elasticity: f64| -> Vec<Market> {
            let market = |price: &f64| Market {
                name: "a place".to_owned(),
                curve: Curve::Elastic { price: *price, at: 100.0, elasticity },
            };
            prices.iter().map(market).collect()
        };
        GoodsMarket {
            supplies: all(supplies, 1.0),
            supply_zones: (0..supplies.len()).collect(),
            demands: all(demands, -1.0),
            demand_zones: (0..demands.len()).collect(),
            out_of_reach: Vec::new(),
        }
    }

    fn limited(
        goods: &[Goods],
        quotas: Vec<(f64, Vec<(usize, usize)>)>,
    ) -> (Vec<SpatialEquilibrium>, Vec<f64>) {
        let lanes =
            goods.iter().map(|(_, market, costs)| Lane::matrix(costs, market.demand_zones.len())).collect();
        Limited { goods, lanes, quotas }.solve(None).expect("it settles")
    }

    /// Two origins and two destinations, all as far from each other: whoever is limited sends the rest elsewhere, at no loss.
    #[test]
    fn where_lanes_tie_a_quota_is_filled_and_worth_nothing() {
        let goods = [(0, market(&[100.0, 100.0], &[130.0, 130.0]), vec![20.0; 4])];
        let (free, _) = limited(&goods, Vec::new());
        let most = 0.3 * free[0].flows[0].max(1.0);
        let (solved, rents) = limited(&goods, vec![(most, vec![(0, 0)])]);
        assert!(solved[0].flows[0] <= most * (1.0 + 1e-6), "{:?}", solved[0].flows);
        assert!(rents[0] < 1e-6 && solved[0].violation < 1e-8, "{rents:?} {}", solved[0].violation);
        for (now, before) in solved[0].demanded.iter().zip(&free[0].demanded) {
            assert!((now / before - 1.0).abs() < 1e-6);
        }
    }

    /// One quota on one lane, a second on all into the same place, and a third that leaves room.
    #[test]
    fn quotas_that_overlap_are_each_full_or_worth_nothing() {
        let goods = [
            (0, market(&[100.0, 105.0], &[150.0]), vec![20.0, 20.0]),
            (1, market(&[90.0], &[150.0]), vec![30.0]),
        ];
        let quotas = vec![(20.0, vec![(0, 0)]), (90.0, vec![(0, 0), (0, 1), (1, 0)]), (500.0, vec![(1, 0)])];
        let (solved, rents) = limited(&goods, quotas.clone());
        for ((most, lanes), rent) in quotas.iter().zip(&rents) {
            let used: f64 = lanes.iter().map(|(good, lane)| solved[*good].flows[*lane]).sum();
            let is_full = (used / most - 1.0).abs() < 1e-6;
            assert!(used <= most * (1.0 + 1e-6) && (is_full || *rent == 0.0), "{used} of {most} t at {rent}");
        }
        assert!(rents[0] > 0.0 && rents[1] > 0.0 && rents[2] == 0.0, "{rents:?}");
        assert!((solved[0].rents[0] - rents[0] - rents[1]).abs() < 1e-9, "both weigh on the first lane");
    }
}
