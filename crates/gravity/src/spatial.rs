//! Spatial price equilibrium: homogeneous goods, such as a class of wheat or a fuel, between places that supply
//! and places that demand.
//!
//! Gravity is for goods that differ by origin. Wheat of one class does not: it comes from wherever it lands
//! cheapest. With supply prices `p_i(S_i)`, demand prices `q_j(D_j)`, routes `r` from `i` to `j` of unit cost `t_r`
//! and capacity `u_r`, flows `x_r` and rents `λ_r` of scarce capacity are an equilibrium (Samuelson, *American
//! Economic Review* 42, 1952; Takayama and Judge, *Econometrica* 32, 1964) where
//!
//! ```text
//! p_i + t_r + λ_r − q_j ≥ 0,  x_r ≥ 0,  one of them zero      no route left unused would pay, none used loses
//! u_r − x_r ≥ 0,              λ_r ≥ 0,  one of them zero      rent only where capacity is full
//! ```
//!
//! These are the optimum of Samuelson's net social payoff, a concave function, and are solved by a primal–dual
//! interior-point method in the flows. The largest violation of any of them is the certificate of a solution.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use crate::GravityError;

/// A price as a function of a quantity: rising for a supply, falling for a demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Curve {
    /// `intercept + slope × quantity`.
    Linear {
        /// Price at quantity zero.
        intercept: f64,
        /// Change of the price per unit; zero or above for a supply, zero or below for a demand.
        slope: f64,
    },
    /// `price × (quantity / at)^(1 / elasticity)`.
    Elastic {
        /// A price.
        price: f64,
        /// The quantity at that price.
        at: f64,
        /// Elasticity of the quantity to the price; above zero for a supply, below for a demand.
        elasticity: f64,
    },
}

impl Curve {
    /// The price at a quantity.
    #[must_use]
    pub fn price(&self, quantity: f64) -> f64 {
        match *self {
            Self::Linear { intercept, slope } => intercept + slope * quantity,
            Self::Elastic { price, at, elasticity } => price * (quantity / at).powf(1.0 / elasticity),
        }
    }

    fn slope(&self, quantity: f64) -> f64 {
        match *self {
            Self::Linear { slope, .. } => slope,
            Self::Elastic { elasticity, .. } => self.price(quantity) / (elasticity * quantity),
        }
    }

    /// `sign` is +1 for a supply and −1 for a demand.
    fn check(&self, name: &str, sign: f64) -> Result<(), GravityError> {
        let side = if sign > 0.0 { "supply" } else { "demand" };
        let value = |what: &str, value: f64, valid: &str| {
            Err(GravityError::Value {
                what: format!("the {what} of the {side} of {name}"),
                value,
                valid: valid.to_owned(),
            })
        };
        match *self {
            Self::Linear { intercept, .. } if !intercept.is_finite() => {
                value("intercept", intercept, "a finite price")
            }
            Self::Linear { slope, .. } if !(slope.is_finite() && slope * sign >= 0.0) => {
                value("slope", slope, if sign > 0.0 { "zero or above" } else { "zero or below" })
            }
            Self::Elastic { price, .. } if !(price.is_finite() && price > 0.0) => {
                value("price", price, "above zero")
            }
            Self::Elastic { at, .. } if !(at.is_finite() && at > 0.0) => value("quantity", at, "above zero"),
            Self::Elastic { elasticity, .. } if !(elasticity.is_finite() && elasticity * sign > 0.0) => {
                value("elasticity", elasticity, if sign > 0.0 { "above zero" } else { "below zero" })
            }
            _ => Ok(()),
        }
    }
}

/// A place that supplies or demands.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// Its name.
    pub name: String,
    /// Its price as a function of its quantity.
    pub curve: Curve,
}

/// A way from a supply to a demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// The supply, by position.
    pub origin: usize,
    /// The demand, by position.
    pub destination: usize,
    /// Cost per unit.
    pub cost: f64,
    /// Most that can pass; none where there is no limit.
    pub capacity: Option<f64>,
}

/// A solved spatial price equilibrium.
#[derive(Debug, Clone, PartialEq)]
pub struct SpatialEquilibrium {
    /// Flow of each lane.
    pub flows: Vec<f64>,
    /// Rent of each lane's capacity, per unit.
    pub rents: Vec<f64>,
    /// Price at each supply.
    pub supply_prices: Vec<f64>,
    /// Quantity of each supply.
    pub supplied: Vec<f64>,
    /// Price at each demand.
    pub demand_prices: Vec<f64>,
    /// Quantity of each demand.
    pub demanded: Vec<f64>,
    /// What a unit would gain on each lane: demand price less supply price and cost; at most its rent.
    pub margins: Vec<f64>,
    /// Certificate: the largest gain on a lane that is not full, or loss on a lane in use, relative to the
    /// largest price.
    pub violation: f64,
    /// Steps it took.
    pub iterations: usize,
}

/// Most steps, and what is left of complementarity at the end, relative to prices times quantities.
const MOST_STEPS: usize = 300;
const TOLERANCE: f64 = 1e-16;
/// Violation below which a solution is one, however the steps ended.
const SETTLED: f64 = 1e-8;
/// What may be left between prices at the end, relative to the largest.
const BALANCE: f64 = 1e-9;
/// Flows to begin with, as a part of the smallest quantity that a curve names.
const START: f64 = 0.1;
/// How far a step goes towards the bounds.
const TO_THE_BOUND: f64 = 0.99;
/// What is added to the diagonal of a step's system, relative to it.
const RIDGE: f64 = 1e-11;
/// A flow below this part of the quantities that curves name is none.
const NO_FLOW: f64 = 1e-9;
/// A lane that lacks less than this part of its capacity may be full.
const FULL: f64 = 1e-5;

/// Solves for flows and prices.
///
/// # Errors
/// If a curve slopes the wrong way, a lane names a place that does not exist, a cost is not finite or a capacity
/// not above zero, trade would be without bound, or the steps do not settle.
pub fn spatial_equilibrium(
    supplies: &[Market],
    demands: &[Market],
    lanes: &[Lane],
) -> Result<SpatialEquilibrium, GravityError> {
    for market in supplies {
        market.curve.check(&market.name, 1.0)?;
    }
    for market in demands {
        market.curve.check(&market.name, -1.0)?;
    }
    for (number, lane) in lanes.iter().enumerate() {
        for (what, found, limit) in
            [("origin", lane.origin, supplies.len()), ("destination", lane.destination, demands.len())]
        {
            if found >= limit {
                let (what, why) =
                    (format!("the {what} of lane {number}"), "a place's number lies below it".to_owned());
                return Err(GravityError::Shape { what, found, expected: limit, why });
            }
        }
        let value = |what: &str, value: f64, valid: &str| {
            Err(GravityError::Value {
                what: format!("the {what} of lane {number}"),
                value,
                valid: valid.to_owned(),
            })
        };
        if !lane.cost.is_finite() {
            return value("cost", lane.cost, "a finite number; leave a lane out that cannot be used");
        }
        if let Some(capacity) = lane.capacity
            && !(capacity.is_finite() && capacity > 0.0)
        {
            return value("capacity", capacity, "above zero; leave a lane out that is closed");
        }
        let flat = |curve: &Curve| matches!(curve, Curve::Linear { slope: 0.0, .. });
        let (from, to) = (&supplies[lane.origin], &demands[lane.destination]);
        if lane.capacity.is_none()
            && flat(&from.curve)
            && flat(&to.curve)
            && from.curve.price(0.0) + lane.cost < to.curve.price(0.0)
        {
            return Err(GravityError::Singular {
                what: format!("trade from {} to {}", from.name, to.name),
                why: "both prices are fixed and it pays without limit; give the lane a capacity".to_owned(),
            });
        }
    }
    let problem = Problem { supplies, demands, lanes };
    let (flows, iterations) = problem.interior_point()?;
    Ok(problem.settled(flows, iterations))
}

struct Problem<'p> {
    supplies: &'p [Market],
    demands: &'p [Market],
    lanes: &'p [Lane],
}

impl Problem<'_> {
    fn quantities(&self, flows: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut supplied, mut demanded) = (vec![0.0; self.supplies.len()], vec![0.0; self.demands.len()]);
        for (lane, flow) in self.lanes.iter().zip(flows) {
            supplied[lane.origin] += flow;
            demanded[lane.destination] += flow;
        }
        (supplied, demanded)
    }

    /// A scale for quantities: what curves name, or where they would cross.
    fn scale(&self) -> f64 {
        let of = |curve: &Curve| match *curve {
            Curve::Elastic { at, .. } => at,
            Curve::Linear { intercept, slope } if slope != 0.0 => (intercept / slope).abs().max(1e-6),
            Curve::Linear { .. } => 0.0,
        };
        let curves = self.supplies.iter().chain(self.demands).map(|market| of(&market.curve));
        let capacities = self.lanes.iter().filter_map(|lane| lane.capacity);
        curves.chain(capacities).fold(0.0, f64::max).max(1e-6)
    }

    /// The smallest of these scales, where prices still move with quantities.
    fn least_scale(&self) -> f64 {
        let of = |market: &Market| match market.curve {
            Curve::Elastic { at, .. } => Some(at),
            Curve::Linear { intercept, slope } if slope != 0.0 && intercept != 0.0 => {
                Some((intercept / slope).abs())
            }
            Curve::Linear { .. } => None,
        };
        let curves = self.supplies.iter().chain(self.demands).filter_map(of);
        curves.reduce(f64::min).unwrap_or_else(|| self.scale())
    }

    fn interior_point(&self) -> Result<(Vec<f64>, usize), GravityError> {
        let n = self.lanes.len();
        if n == 0 {
            return Ok((Vec::new(), 0));
        }
        let start = START * self.least_scale() / n as f64;
        let mut x: Vec<f64> = self
            .lanes
            .iter()
            .map(|lane| lane.capacity.map_or(start, |capacity| start.min(0.5 * capacity)))
            .collect();
        let (_, largest) = self.margins(&x);
        let mut z = vec![0.1 * largest.max(1e-6); n];
        let mut rents: Vec<f64> =
            self.lanes.iter().map(|lane| if lane.capacity.is_some() { z[0] } else { 0.0 }).collect();
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
            let (supplied, demanded) = self.quantities(&x);
            let mut matrix = Mat::<f64>::zeros(n, n);
            let mut right = Mat::<f64>::zeros(n, 1);
            for r in 0..n {
                for s in 0..n {
                    let (a, b) = (&self.lanes[r], &self.lanes[s]);
                    if a.origin == b.origin {
                        matrix[(r, s)] += self.supplies[a.origin].curve.slope(supplied[a.origin]);
                    }
                    if a.destination == b.destination {
                        matrix[(r, s)] -= self.demands[a.destination].curve.slope(demanded[a.destination]);
                    }
                }
                matrix[(r, r)] += z[r] / x[r];
                let mut push = margins[r] + target / x[r];
                if let Some(slack) = slack(r, &x) {
                    matrix[(r, r)] += rents[r] / slack;
                    push -= target / slack;
                }
                // Lanes that could replace each other at equal cost leave flows undetermined but for this.
                matrix[(r, r)] *= 1.0 + RIDGE;
                right[(r, 0)] = push;
            }
            match matrix.llt(Side::Lower) {
                Ok(factor) => factor.solve_in_place(&mut right),
                // Rounding ends what is as good as settled; what is not has no unique flows.
                Err(_) if self.settled(x.clone(), step).violation < SETTLED => return Ok((x, step)),
                Err(_) => {
                    return Err(GravityError::Singular {
                        what: "the spatial equilibrium".to_owned(),
                        why: "prices that do not move with quantities leave flows undetermined".to_owned(),
                    });
                }
            }
            let dx: Vec<f64> = (0..n).map(|r| right[(r, 0)]).collect();
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

    /// Gain of a unit on each lane, and the largest price or cost.
    fn margins(&self, flows: &[f64]) -> (Vec<f64>, f64) {
        let (supplied, demanded) = self.quantities(flows);
        let p: Vec<f64> =
            self.supplies.iter().zip(&supplied).map(|(market, s)| market.curve.price(*s)).collect();
        let q: Vec<f64> =
            self.demands.iter().zip(&demanded).map(|(market, d)| market.curve.price(*d)).collect();
        let largest = p.iter().chain(&q).chain(self.lanes.iter().map(|lane| &lane.cost));
        let finite = largest
            .filter(|price| price.is_finite())
            .fold(0.0, |largest: f64, price| largest.max(price.abs()));
        let margins =
            self.lanes.iter().map(|lane| q[lane.destination] - p[lane.origin] - lane.cost).collect();
        (margins, finite)
    }

    /// Flows next to nothing taken for none, and what follows from the rest.
    fn settled(&self, mut flows: Vec<f64>, iterations: usize) -> SpatialEquilibrium {
        let least = NO_FLOW * self.scale();
        let (supplied, demanded) = self.quantities(&flows);
        // An elastic curve has no price at quantity zero: what is most of its quantity stays.
        let most_of = |market: &Market, quantity: f64, flow: f64| {
            matches!(market.curve, Curve::Elastic { .. }) && flow >= 0.5 * quantity
        };
        for (lane, flow) in self.lanes.iter().zip(&mut flows) {
            let kept = most_of(&self.supplies[lane.origin], supplied[lane.origin], *flow)
                || most_of(&self.demands[lane.destination], demanded[lane.destination], *flow);
            if *flow < least && !kept {
                *flow = 0.0;
            }
            if let Some(capacity) = lane.capacity
                && capacity - *flow < least.clamp(NO_FLOW * capacity, FULL * capacity)
            {
                *flow = capacity;
            }
        }
        let (supplied, demanded) = self.quantities(&flows);
        let (margins, largest) = self.margins(&flows);
        let (mut rents, mut violation) = (vec![0.0; flows.len()], 0.0f64);
        for (r, lane) in self.lanes.iter().enumerate() {
            let full = lane.capacity.is_some_and(|capacity| flows[r] >= capacity);
            if full {
                rents[r] = margins[r].max(0.0);
            }
            // A gain that stays open, and a loss that is borne, in proportion to what bears it.
            let gain = if full { 0.0 } else { margins[r].max(0.0) };
            let loss = if flows[r] >= least { (-margins[r]).max(0.0) } else { 0.0 };
            violation = violation.max(gain.max(loss) / largest.max(1e-300));
        }
        SpatialEquilibrium {
            supply_prices: self
                .supplies
                .iter()
                .zip(&supplied)
                .map(|(market, s)| market.curve.price(*s))
                .collect(),
            demand_prices: self
                .demands
                .iter()
                .zip(&demanded)
                .map(|(market, d)| market.curve.price(*d))
                .collect(),
            flows,
            rents,
            supplied,
            demanded,
            margins,
            violation,
            iterations,
        }
    }
}
