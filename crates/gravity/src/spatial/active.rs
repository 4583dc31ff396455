//! Newton steps on the lanes in use, with a lane more or less where one would pay or has run dry.
//!
//! On lanes that are neither empty nor full, prices must meet costs exactly: as many equations as flows, solved by
//! Newton steps that stop where a lane runs dry or fills up. Then the lane that would pay most is taken in, until
//! none would. Lanes that close a circle are told apart by a small ridge: the step along the circle is then so long
//! that one of its lanes runs dry, which is a pivot of the simplex method.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use super::{EXACT, Lane, Market, Problem, RIDGE};

/// What may be left between prices and costs, relative to the largest price, and what counts as a gain.
const MET: f64 = 1e-13;
const PAYS: f64 = 1e-11;
/// Prices need not meet exactly while lanes are still taken in: tolerance to begin with, how much sharper it becomes when
/// no lane would pay, and how much more than it a gain must be.
const ROUGHLY_MET: f64 = 1e-3;
const SHARPER: f64 = 1e-5;
const ROUGHLY: f64 = 3.0;
/// Steps at most: with one set of lanes, and in all per place.
const MOST_STEPS: usize = 40;
const MOST_STEPS_PER_PLACE: usize = 6;
/// How far a step goes where an elastic curve would be left with nothing.
const MOST_OF_THE_WAY: f64 = 0.9;
/// A step that makes prices worse by this factor is halved.
const WORSE: f64 = 2.0;

/// What holds a lane's flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Empty,
    Free,
    Full,
}

impl Problem<'_> {
    /// Flows and the number of steps, from flows of which it counts which are empty and which are full; nothing where
    /// that leads nowhere.
    pub(super) fn refined(&self, start: &[f64]) -> Option<(Vec<f64>, usize)> {
        let limit = |lane: &Lane| lane.capacity.unwrap_or(f64::INFINITY);
        let mut flows: Vec<f64> = self
            .lanes
            .iter()
            .zip(start)
            .map(|(lane, flow)| if lane.is_open() { flow.clamp(0.0, limit(lane)) } else { 0.0 })
            .collect();
        let mut held: Vec<Held> = self
            .lanes
            .iter()
            .zip(&flows)
            .map(|(lane, flow)| match *flow {
                0.0 => Held::Empty,
                flow if flow >= limit(lane) => Held::Full,
                _ => Held::Free,
            })
            .collect();
        // Lanes in use that close no circle are fewer than places; many more are not yet told from those that are not.
        let places = self.supplies.len() + self.demands.len();
        if held.iter().filter(|held| **held == Held::Free).count() > places {
            return None;
        }
        let most = MOST_STEPS + MOST_STEPS_PER_PLACE * places;
        let (mut steps, mut tolerance) = (0, ROUGHLY_MET);
        while steps < most {
            let (margins, largest) = self.met(&mut flows, &mut held, &mut steps, tolerance)?;
            let gain = |r: usize| match held[r] {
                Held::Empty => margins[r],
                Held::Full => -margins[r],
                Held::Free => 0.0,
            };
            // A gain that the rest of the prices could still eat up is not yet one.
            let pays = (ROUGHLY * tolerance).max(PAYS) * largest;
            let mut paying: Vec<usize> = (0..flows.len()).filter(|r| gain(*r) > pays).collect();
            if paying.is_empty() && tolerance <= MET {
                let settled = self.settled(flows.clone(), steps);
                return (settled.violation <= EXACT).then_some((flows, steps));
            }
            if paying.is_empty() {
                tolerance = (tolerance * SHARPER).max(MET);
            }
            // The best first, and no two at one place: one of them would mostly be driven out by the other.
            paying.sort_by(|a, b| gain(*b).total_cmp(&gain(*a)));
            let (mut from, mut to) = (vec![false; self.supplies.len()], vec![false; self.demands.len()]);
            for r in paying {
                let Lane { origin, destination, .. } = self.lanes[r];
                if !(from[origin] || to[destination]) {
                    (from[origin], to[destination]) = (true, true);
                    held[r] = Held::Free;
                }
            }
        }
        None
    }

    /// Steps until prices meet costs on all free lanes; the margins then, and the largest price.
    fn met(
        &self,
        flows: &mut [f64],
        held: &mut [Held],
        steps: &mut usize,
        tolerance: f64,
    ) -> Option<(Vec<f64>, f64)> {
        // Of a thousand lanes a few dozen are in use, and only these are looked at from step to step.
        let mut used: Vec<usize> =
            (0..flows.len()).filter(|r| held[*r] == Held::Free || flows[*r] > 0.0).collect();
        let largest = self.margins(flows).1;
        let mut stalled = 0;
        for _ in 0..MOST_STEPS {
            used.retain(|r| held[*r] != Held::Empty);
            let free: Vec<usize> = used.iter().copied().filter(|r| held[*r] == Held::Free).collect();
            let places = self.places(flows, &used);
            let margins = self.margins_of(&places, &free);
            let left = worst(&margins);
            if left <= tolerance * largest || stalled > 2 && left <= PAYS * largest {
                return Some(self.margins(flows));
            }
            if !left.is_finite() {
                return None;
            }
            *steps += 1;
            let change = self.free_step(&places, &free, &margins, largest)?;
            // How far until a lane runs dry or fills up, and which.
            let (mut share, mut blocked) = (1.0, None);
            for (r, change) in free.iter().zip(&change) {
                let (lane, flow) = (&self.lanes[*r], flows[*r]);
                let elastic = self.is_most_of_an_end(lane, flow, &places.supplied, &places.demanded);
                let room = match lane.capacity {
                    _ if *change < 0.0 && elastic => MOST_OF_THE_WAY * flow,
                    _ if *change < 0.0 => flow,
                    Some(capacity) => capacity - flow,
                    None => continue,
                };
                if room < share * change.abs() {
                    share = room / change.abs();
                    blocked = (!elastic || *change > 0.0).then_some((*r, *change));
                }
            }
            let before: Vec<f64> = free.iter().map(|r| flows[*r]).collect();
            loop {
                for ((r, before), change) in free.iter().zip(&before).zip(&change) {
                    flows[*r] = before + share * change;
                }
                let now = worst(&self.margins_of(&self.places(flows, &used), &free));
                // A pivot may leave prices where they are; a free step must not make them worse.
                if now <= WORSE * left || share < 1e-8 {
                    stalled = if now > 0.5 * left && blocked.is_none() { stalled + 1 } else { 0 };
                    break;
                }
                share *= 0.5;
                blocked = None;
            }
            if let Some((r, change)) = blocked {
                held[r] = if change < 0.0 { Held::Empty } else { Held::Full };
                flows[r] = if change < 0.0 { 0.0 } else { self.lanes[r].capacity.unwrap_or(flows[r]) };
            }
        }
        None
    }

    /// What passes the places by the lanes in use, and the prices there.
    fn places(&self, flows: &[f64], used: &[usize]) -> Places {
        let (mut supplied, mut demanded) = (vec![0.0; self.supplies.len()], vec![0.0; self.demands.len()]);
        for r in used {
            supplied[self.lanes[*r].origin] += flows[*r];
            demanded[self.lanes[*r].destination] += flows[*r];
        }
        let prices = |markets: &[Market], quantities: &[f64]| {
            markets.iter().zip(quantities).map(|(market, quantity)| market.curve.price(*quantity)).collect()
        };
        let (supply_prices, demand_prices) =
            (prices(self.supplies, &supplied), prices(self.demands, &demanded));
        Places { supplied, demanded, supply_prices, demand_prices }
    }

    fn margins_of(&self, places: &Places, lanes: &[usize]) -> Vec<f64> {
        let margin = |r: &usize| {
            let lane = &self.lanes[*r];
            places.demand_prices[lane.destination] - places.supply_prices[lane.origin] - lane.cost
        };
        lanes.iter().map(margin).collect()
    }

    /// The Newton step on free lanes: `Aᵀ S A dx = margins`.
    fn free_step(&self, places: &Places, free: &[usize], margins: &[f64], largest: f64) -> Option<Vec<f64>> {
        let slopes = |markets: &[Market], quantities: &[f64], sign: f64| -> Vec<f64> {
            markets.iter().zip(quantities).map(|(market, at)| sign * market.curve.slope(*at)).collect()
        };
        let at_supply = slopes(self.supplies, &places.supplied, 1.0);
        let at_demand = slopes(self.demands, &places.demanded, -1.0);
        let n = free.len();
        let mut matrix = Mat::<f64>::zeros(n, n);
        for (s, b) in free.iter().map(|s| &self.lanes[*s]).enumerate() {
            for (r, a) in free[s..].iter().map(|r| &self.lanes[*r]).enumerate() {
                if a.origin == b.origin {
                    matrix[(s + r, s)] += at_supply[a.origin];
                }
                if a.destination == b.destination {
                    matrix[(s + r, s)] += at_demand[a.destination];
                }
            }
        }
        let steepest = (0..n).map(|r| matrix[(r, r)]).fold(0.0, f64::max);
        let ridge = if steepest > 0.0 { steepest } else { largest / self.scale() } * RIDGE;
        (0..n).for_each(|r| matrix[(r, r)] += ridge);
        let mut right = Mat::from_fn(n, 1, |r, _| margins[r]);
        matrix.llt(Side::Lower).ok()?.solve_in_place(&mut right);
        Some((0..n).map(|r| right[(r, 0)]).collect())
    }
}

/// Quantities and prices at supplies and demands.
struct Places {
    supplied: Vec<f64>,
    demanded: Vec<f64>,
    supply_prices: Vec<f64>,
    demand_prices: Vec<f64>,
}

/// The largest of some margins; infinite where one is no number.
fn worst(margins: &[f64]) -> f64 {
    let size = |margin: &f64| if margin.is_finite() { margin.abs() } else { f64::INFINITY };
    margins.iter().map(size).fold(0.0, f64::max)
}
