//! Newton steps on the lanes in use, with a lane more or less where one would pay or has run dry.
//!
//! On lanes that are neither empty nor full, prices must meet costs exactly: as many equations as flows, solved by
//! Newton steps that stop where a lane runs dry or fills up. Then the lane that would pay most is taken in, until
//! none would. Lanes that close a circle are told apart by a small ridge: the step along the circle is then so long
//! that one of its lanes runs dry, which is a pivot of the simplex method.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use super::{EXACT, Lane, Problem, RIDGE};

/// What may be left between prices and costs, relative to the largest price, and what counts as a gain.
const MET: f64 = 1e-13;
const PAYS: f64 = 1e-11;
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
    pub(super) fn from_flows(&self, start: &[f64]) -> Option<(Vec<f64>, usize)> {
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
        let most = MOST_STEPS + MOST_STEPS_PER_PLACE * (self.supplies.len() + self.demands.len());
        let mut steps = 0;
        while steps < most {
            let (margins, largest) = self.met(&mut flows, &mut held, &mut steps)?;
            let gain = |r: usize| match held[r] {
                Held::Empty => margins[r],
                Held::Full => -margins[r],
                Held::Free => 0.0,
            };
            let best = (0..flows.len()).max_by(|a, b| gain(*a).total_cmp(&gain(*b)))?;
            if gain(best) <= PAYS * largest {
                let settled = self.settled(flows.clone(), steps);
                return (settled.violation <= EXACT).then_some((flows, steps));
            }
            held[best] = Held::Free;
        }
        None
    }

    /// Steps until prices meet costs on all free lanes; the margins then, and the largest price.
    fn met(&self, flows: &mut Vec<f64>, held: &mut [Held], steps: &mut usize) -> Option<(Vec<f64>, f64)> {
        let worst = |margins: &[f64], free: &[usize]| {
            free.iter().fold(0.0f64, |worst, r| {
                if margins[*r].is_finite() { worst.max(margins[*r].abs()) } else { f64::INFINITY }
            })
        };
        let mut stalled = 0;
        for _ in 0..MOST_STEPS.max(2 * flows.len().min(400)) {
            let free: Vec<usize> = (0..flows.len()).filter(|r| held[*r] == Held::Free).collect();
            let (margins, largest) = self.margins(flows);
            let left = worst(&margins, &free);
            if left <= MET * largest || stalled > 2 && left <= PAYS * largest {
                return Some((margins, largest));
            }
            if !left.is_finite() {
                return None;
            }
            *steps += 1;
            let change = self.free_step(flows, &free, &margins, largest)?;
            // How far until a lane runs dry or fills up, and which.
            let (supplied, demanded) = self.quantities(flows);
            let (mut share, mut blocked) = (1.0, None);
            for (r, change) in free.iter().zip(&change) {
                let (lane, flow) = (&self.lanes[*r], flows[*r]);
                let elastic = self.is_most_of_an_end(lane, flow, &supplied, &demanded);
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
            let before = flows.clone();
            loop {
                for (r, change) in free.iter().zip(&change) {
                    flows[*r] = before[*r] + share * change;
                }
                let now = worst(&self.margins(flows).0, &free);
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

    /// The Newton step on free lanes: `Aᵀ S A dx = margins`.
    fn free_step(&self, flows: &[f64], free: &[usize], margins: &[f64], largest: f64) -> Option<Vec<f64>> {
        let (at_supply, at_demand) = self.slopes(flows);
        let n = free.len();
        let mut matrix = Mat::<f64>::zeros(n, n);
        for (r, a) in free.iter().map(|r| &self.lanes[*r]).enumerate() {
            for (s, b) in free[..=r].iter().map(|s| &self.lanes[*s]).enumerate() {
                let of_supply = if a.origin == b.origin { at_supply[a.origin] } else { 0.0 };
                let of_demand = if a.destination == b.destination { at_demand[a.destination] } else { 0.0 };
                matrix[(r, s)] = of_supply + of_demand;
            }
        }
        let steepest = (0..n).map(|r| matrix[(r, r)]).fold(0.0, f64::max);
        let ridge = if steepest > 0.0 { steepest } else { largest / self.scale() } * RIDGE;
        (0..n).for_each(|r| matrix[(r, r)] += ridge);
        let mut right = Mat::from_fn(n, 1, |r, _| margins[free[r]]);
        matrix.llt(Side::Lower).ok()?.solve_in_place(&mut right);
        Some((0..n).map(|r| right[(r, 0)]).collect())
    }
}
