//! The interior-point method: all lanes carry a little, and what is too dear carries less and less.
//!
//! A step solves `(E + Aᵀ S A) dx = push`, with lanes weighted by `E`, slopes of prices `S` and `A` that adds lanes up
//! at their ends. With more lanes than places it is solved at the places, by Woodbury's identity:
//!
//! ```text
//! dx = E⁻¹ (push − Aᵀ y),   y = √S (I + √S A E⁻¹ Aᵀ √S)⁻¹ √S A E⁻¹ push
//! ```

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use super::{Lane, Problem, RIDGE, SETTLED};
use crate::GravityError;

/// Most steps, and what is left of complementarity at the end, relative to prices times quantities.
const MOST_STEPS: usize = 300;
const TOLERANCE: f64 = 1e-16;
/// What may be left between prices at the end, relative to the largest.
const BALANCE: f64 = 1e-9;
/// What each place begins with, as a part of the quantity that its curve names.
const START: f64 = 0.1;
/// How far a step goes towards the bounds.
const TO_THE_BOUND: f64 = 0.99;
/// What may be left of complementarity when the lanes in use are first tried alone, and how much less then for the
/// next try.
const FIRST_TRY: f64 = 1e-5;
const AGAIN: f64 = 1e-2;

impl Problem<'_> {
    /// Flows and the number of steps.
    pub(super) fn interior_point(&self) -> Result<(Vec<f64>, usize), GravityError> {
        // Closed lanes are left out, and put back empty.
        if let Some(closed) = self.lanes.iter().position(|lane| !lane.is_open()) {
            let open: Vec<Lane> = self.lanes.iter().copied().filter(Lane::is_open).collect();
            let without = Problem { lanes: &open, ..*self };
            let (flows, steps) = without.interior_point()?;
            let mut flows = flows.into_iter();
            let all = self.lanes.iter().enumerate().map(|(number, lane)| {
                if number >= closed && !lane.is_open() { 0.0 } else { flows.next().unwrap_or(0.0) }
            });
            return Ok((all.collect(), steps));
        }
        let n = self.lanes.len();
        if n == 0 {
            return Ok((Vec::new(), 0));
        }
        // Each place has its part of its own quantity: a curve of low elasticity has a price without measure at a part of
        // another's.
        let (of_supplies, of_demands) = (self.own_scales(self.supplies), self.own_scales(self.demands));
        let all = of_supplies.iter().sum::<f64>().max(of_demands.iter().sum());
        let mut x: Vec<f64> = self
            .lanes
            .iter()
            .map(|lane| {
                let start = START * of_supplies[lane.origin] / all * of_demands[lane.destination];
                lane.capacity.map_or(start, |capacity| start.min(0.5 * capacity))
            })
            .collect();
        let (_, largest) = self.margins(&x);
        let mut z = vec![0.1 * largest.max(1e-6); n];
        let mut rents: Vec<f64> =
            self.lanes.iter().map(|lane| if lane.capacity.is_some() { z[0] } else { 0.0 }).collect();
        let mut try_below = FIRST_TRY;
        for step in 1..=MOST_STEPS {
            let (margins, largest) = self.margins(&x);
            let slack = |lane: usize, x: &[f64]| self.lanes[lane].capacity.map(|capacity| capacity - x[lane]);
            let pairs = (0..n).map(|r| (x[r] * z[r], slack(r, &x).map_or(0.0, |slack| slack * rents[r])));
            let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), (low, high)| {
                (sum + low + high, count + 1.0 + f64::from(u8::from(high != 0.0)))
            });
            let gap = sum / count;
            let infeasible = (0..n).map(|r| (-margins[r] - z[r] + rents[r]).abs()).fold(0.0, f64::max);
            let size = largest.max(1e-300) * self.scale();
            if gap <= TOLERANCE * size && infeasible <= BALANCE * largest {
                return Ok((x, step - 1));
            }
            let target = 0.1 * gap;
            // Once it is known which lanes are used, the rest is exact and faster.
            if gap <= try_below * size {
                try_below = gap / size * AGAIN;
                let scale = self.scale();
                let flow = |r: usize| match slack(r, &x) {
                    Some(slack) if slack / scale < rents[r] / largest => x[r] + slack,
                    _ if x[r] / scale < z[r] / largest => 0.0,
                    _ => x[r],
                };
                let support: Vec<f64> = (0..n).map(flow).collect();
                if let Some((flows, pivots)) = self.refined(&support) {
                    return Ok((flows, step - 1 + pivots));
                }
            }
            let (mut weights, mut push) = (Vec::with_capacity(n), Vec::with_capacity(n));
            for r in 0..n {
                let (mut weight, mut pushed) = (z[r] / x[r], margins[r] + target / x[r]);
                if let Some(slack) = slack(r, &x) {
                    weight += rents[r] / slack;
                    pushed -= target / slack;
                }
                weights.push(weight);
                push.push(pushed);
            }
            let dx = match self.newton(&x, &weights, &push) {
                Some(dx) => dx,
                // Rounding ends what is as good as settled; what is not has no unique flows.
                None if self.settled(x.clone(), step).violation < SETTLED => return Ok((x, step)),
                None => {
                    return Err(GravityError::Singular {
                        what: "the spatial equilibrium".to_owned(),
                        why: "prices that do not move with quantities leave flows undetermined".to_owned(),
                    });
                }
            };
            let dz: Vec<f64> = (0..n).map(|r| target / x[r] - z[r] - z[r] / x[r] * dx[r]).collect();
            let drents: Vec<f64> = (0..n)
                .map(|r| {
                    slack(r, &x).map_or(0.0, |slack| target / slack - rents[r] + rents[r] / slack * dx[r])
                })
                .collect();
            let longest =
                |value: f64, change: f64| if change < 0.0 { -TO_THE_BOUND * value / change } else { 1.0 };
            let (mut primal, mut dual) = (1.0f64, 1.0f64);
            for r in 0..n {
                primal = primal.min(longest(x[r], dx[r]));
                dual = dual.min(longest(z[r], dz[r]));
                if let Some(slack) = slack(r, &x) {
                    primal = primal.min(longest(slack, -dx[r]));
                    dual = dual.min(longest(rents[r], drents[r]));
                }
            }
            // Curves bend: a step that leaves prices further from balance than before is halved.
            let mut share = 1.0;
            loop {
                let moved = |value: &[f64], step: f64, change: &[f64]| -> Vec<f64> {
                    value.iter().zip(change).map(|(value, change)| value + share * step * change).collect()
                };
                let next = (moved(&x, primal, &dx), moved(&z, dual, &dz), moved(&rents, dual, &drents));
                let (margins, _) = self.margins(&next.0);
                let worst = (0..n).map(|r| (-margins[r] - next.1[r] + next.2[r]).abs()).fold(0.0, f64::max);
                if (worst.is_finite() && worst <= 1.1 * infeasible + gap / self.scale()) || share < 1e-6 {
                    (x, z, rents) = next;
                    break;
                }
                share *= 0.5;
            }
        }
        let settled = self.settled(x.clone(), MOST_STEPS);
        if settled.violation < SETTLED {
            return Ok((x, MOST_STEPS));
        }
        Err(GravityError::NotConverged {
            what: "the spatial equilibrium",
            iterations: MOST_STEPS,
            measure: "the largest violation of complementarity",
            value: settled.violation,
            asked: SETTLED,
        })
    }

    /// The change of flows for a push on each lane.
    fn newton(&self, flows: &[f64], weights: &[f64], push: &[f64]) -> Option<Vec<f64>> {
        let (n, origins) = (self.lanes.len(), self.supplies.len());
        let (at_supply, at_demand) = self.slopes(flows);
        let places = origins + self.demands.len();
        if n <= places {
            let mut matrix = Mat::<f64>::zeros(n, n);
            for r in 0..n {
                for s in 0..n {
                    let (a, b) = (&self.lanes[r], &self.lanes[s]);
                    if a.origin == b.origin {
                        matrix[(r, s)] += at_supply[a.origin];
                    }
                    if a.destination == b.destination {
                        matrix[(r, s)] += at_demand[a.destination];
                    }
                }
                // Lanes that could replace each other at equal cost leave flows undetermined but for this.
                matrix[(r, r)] = (matrix[(r, r)] + weights[r]) * (1.0 + RIDGE);
            }
            let mut right = Mat::from_fn(n, 1, |r, _| push[r]);
            matrix.llt(Side::Lower).ok()?.solve_in_place(&mut right);
            return Some((0..n).map(|r| right[(r, 0)]).collect());
        }
        let root: Vec<f64> = at_supply.iter().chain(&at_demand).map(|slope| slope.sqrt()).collect();
        let ends = |lane: &Lane| (lane.origin, origins + lane.destination);
        let mut matrix = Mat::<f64>::identity(places, places);
        let mut right = Mat::<f64>::zeros(places, 1);
        for ((lane, weight), push) in self.lanes.iter().zip(weights).zip(push) {
            let (i, j) = ends(lane);
            let inverse = 1.0 / (weight * (1.0 + RIDGE));
            matrix[(i, i)] += root[i] * root[i] * inverse;
            matrix[(j, j)] += root[j] * root[j] * inverse;
            matrix[(j, i)] += root[i] * root[j] * inverse;
            right[(i, 0)] += root[i] * inverse * push;
            right[(j, 0)] += root[j] * inverse * push;
        }
        matrix.llt(Side::Lower).ok()?.solve_in_place(&mut right);
        let change = |((lane, weight), push): ((&Lane, &f64), &f64)| {
            let (i, j) = ends(lane);
            (push - root[i] * right[(i, 0)] - root[j] * right[(j, 0)]) / (weight * (1.0 + RIDGE))
        };
        Some(self.lanes.iter().zip(weights).zip(push).map(change).collect())
    }
}
