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
//! These are the optimum of Samuelson's net social payoff, a concave function. A primal–dual interior-point method in
//! the flows finds which lanes are used; Newton steps among these alone, with a lane more or less where one would pay
//! or has run dry, end it exactly. A solution of similar costs is a start for the second part by itself, which takes
//! a fraction of the time. The largest violation of any condition is the certificate.
//!
//! | module | holds |
//! |---|---|
//! | `interior` | the interior-point method: from nothing to nearly |
//! | `active` | Newton steps on the lanes in use: from nearly to exact |
//!
//! ```
//! use gravity::{Curve, Lane, Market, spatial_equilibrium, spatial_equilibrium_from};
//!
//! let at = |name: &str, curve| Market { name: name.to_owned(), curve };
//! let supplies = [
//!     at("Kostanay", Curve::Elastic { price: 170.0, at: 600.0, elasticity: 0.8 }),
//!     at("Gmelinskaya", Curve::Elastic { price: 171.0, at: 300.0, elasticity: 0.8 }),
//! ];
//! let demands = [at("Dalarik", Curve::Elastic { price: 230.0, at: 300.0, elasticity: -0.4 })];
//! // Landed-cost matrix, supplies by demands; what cannot be reached is infinite.
//! let before = spatial_equilibrium(&supplies, &demands, &Lane::matrix(&[f64::INFINITY, 56.0], 1))?;
//! assert_eq!(before.flows[0], 0.0);
//! let lifted = Lane::matrix(&[48.0, 56.0], 1);
//! let after = spatial_equilibrium_from(&supplies, &demands, &lifted, &before)?;
//! assert!(after.flows[0] > 0.0 && after.demand_prices[0] < before.demand_prices[0]);
//! assert!(after.violation < 1e-9);
//! # Ok::<(), gravity::GravityError>(())
//! ```

mod active;
mod interior;

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane {
    /// The supply, by position.
    pub origin: usize,
    /// The demand, by position.
    pub destination: usize,
    /// Cost per unit; infinite where there is no way, so that a lane can be closed and stay in its place.
    pub cost: f64,
    /// Most that can pass; none where there is no limit.
    pub capacity: Option<f64>,
}

impl Lane {
    /// One lane for each cell of a landed-cost matrix, supplies by demands, row by row, without limits of capacity.
    #[must_use]
    pub fn matrix(costs: &[f64], demands: usize) -> Vec<Self> {
        let lane = |(cell, cost): (usize, &f64)| Self {
            origin: cell / demands,
            destination: cell % demands,
            cost: *cost,
            capacity: None,
        };
        costs.iter().enumerate().map(lane).collect()
    }

    /// Whether anything can pass.
    fn is_open(&self) -> bool {
        self.cost < f64::INFINITY
    }
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

/// Violation below which a solution is one, however the steps ended, and below which steps end at once.
const SETTLED: f64 = 1e-8;
const EXACT: f64 = 1e-10;
/// What is added to the diagonal of a step's system, relative to it.
const RIDGE: f64 = 1e-11;
/// A flow below this part of the quantities that curves name is none.
const NO_FLOW: f64 = 1e-9;
/// A lane that lacks less than this part of its capacity may be full.
const FULL: f64 = 1e-5;

/// Solves for flows and prices.
///
/// # Errors
/// If a curve slopes the wrong way, a lane names a place that does not exist, a cost is no number or a capacity
/// not above zero, trade would be without bound, or the steps do not settle.
pub fn spatial_equilibrium(
    supplies: &[Market],
    demands: &[Market],
    lanes: &[Lane],
) -> Result<SpatialEquilibrium, GravityError> {
    check(supplies, demands, lanes)?;
    let problem = Problem { supplies, demands, lanes };
    let (flows, iterations) = problem.interior_point()?;
    Ok(problem.settled(flows, iterations))
}

/// Solves from the solution of a similar problem: the same places and lanes in the same order, other costs, curves
/// or capacities. Where that is of no help, it is as [`spatial_equilibrium`].
///
/// # Errors
/// As [`spatial_equilibrium`].
pub fn spatial_equilibrium_from(
    supplies: &[Market],
    demands: &[Market],
    lanes: &[Lane],
    start: &SpatialEquilibrium,
) -> Result<SpatialEquilibrium, GravityError> {
    check(supplies, demands, lanes)?;
    let problem = Problem { supplies, demands, lanes };
    if start.flows.len() == lanes.len()
        && let Some((flows, iterations)) = problem.refined(&start.flows)
    {
        return Ok(problem.settled(flows, iterations));
    }
    let (flows, iterations) = problem.interior_point()?;
    Ok(problem.settled(flows, iterations))
}

/// What given flows mean: quantities, prices, margins, and by how much they miss an equilibrium. A mixture of two equilibria of
/// one problem is one too, and this is how it is written out.
///
/// # Errors
/// If a curve, a lane or the number of flows does not fit.
pub fn spatial_state(
    supplies: &[Market],
    demands: &[Market],
    lanes: &[Lane],
    flows: Vec<f64>,
) -> Result<SpatialEquilibrium, GravityError> {
    check(supplies, demands, lanes)?;
    if flows.len() != lanes.len() {
        return Err(GravityError::Shape {
            what: "the list of flows".to_owned(),
            found: flows.len(),
            expected: lanes.len(),
            why: "each lane has one".to_owned(),
        });
    }
    Ok(Problem { supplies, demands, lanes }.settled(flows, 0))
}

fn check(supplies: &[Market], demands: &[Market], lanes: &[Lane]) -> Result<(), GravityError> {
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
        if lane.cost.is_nan() || lane.cost == f64::NEG_INFINITY {
            return value("cost", lane.cost, "a number, or infinite where there is no way");
        }
        if let Some(capacity) = lane.capacity
            && !(capacity.is_finite() && capacity > 0.0)
        {
            return value("capacity", capacity, "above zero; an infinite cost closes a lane");
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
    Ok(())
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

    /// Slope of the price at each supply and, turned positive, at each demand.
    fn slopes(&self, flows: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (supplied, demanded) = self.quantities(flows);
        let slopes = |markets: &[Market], quantities: &[f64], sign: f64| {
            markets
                .iter()
                .zip(quantities)
                .map(|(market, quantity)| sign * market.curve.slope(*quantity))
                .collect()
        };
        (slopes(self.supplies, &supplied, 1.0), slopes(self.demands, &demanded, -1.0))
    }

    /// The quantity that the curve of each market names, or the smallest of any where it names none.
    fn own_scales(&self, markets: &[Market]) -> Vec<f64> {
        let of = |market: &Market| match market.curve {
            Curve::Elastic { at, .. } => Some(at),
            Curve::Linear { intercept, slope } if slope != 0.0 && intercept != 0.0 => {
                Some((intercept / slope).abs())
            }
            Curve::Linear { .. } => None,
        };
        let all = self.supplies.iter().chain(self.demands).filter_map(of);
        let least = all.reduce(f64::min).unwrap_or_else(|| self.scale());
        markets.iter().map(|market| of(market).unwrap_or(least)).collect()
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

    /// Whether a flow is most of what an elastic curve at one of its ends has: at quantity zero that has no price.
    fn is_most_of_an_end(&self, lane: &Lane, flow: f64, supplied: &[f64], demanded: &[f64]) -> bool {
        let most_of = |market: &Market, quantity: f64| {
            matches!(market.curve, Curve::Elastic { .. }) && flow >= 0.5 * quantity
        };
        flow > 0.0
            && (most_of(&self.supplies[lane.origin], supplied[lane.origin])
                || most_of(&self.demands[lane.destination], demanded[lane.destination]))
    }

    /// Flows next to nothing taken for none, and what follows from the rest.
    fn settled(&self, mut flows: Vec<f64>, iterations: usize) -> SpatialEquilibrium {
        let least = NO_FLOW * self.scale();
        let (supplied, demanded) = self.quantities(&flows);
        for (lane, flow) in self.lanes.iter().zip(&mut flows) {
            let kept = self.is_most_of_an_end(lane, *flow, &supplied, &demanded);
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
