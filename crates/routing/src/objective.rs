//! One score out of many criteria: a weighted sum, and a price on uncertainty.

use crate::RoutingError;

/// A price on uncertainty: so much per unit of standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// The criterion that holds a variance. Variances of independent arcs add along a route; standard
    /// deviations do not, which is why the root is taken of the route's sum.
    pub criterion: usize,
    /// What one unit of standard deviation adds to the score.
    pub weight: f64,
}

/// What makes one route better than another:
///
/// ```text
/// score(route) = Σᵢ weightᵢ · costᵢ + risk weight · √cost[risk criterion]
/// ```
///
/// The lower, the better. With a price on risk this is the mean–standard deviation shortest path problem
/// (Khani and Boyles, *Transportation Research Part B* 81, 2015).
///
/// Weights are held as 64-bit whole numbers on one power-of-two scale, and weighted sums in 128 bits, so
/// that two routes whose weighted sums are equal are seen as equal, whatever the order of their arcs.
/// A weight not below a 2000th of the largest is held without any rounding; the error of a smaller one is
/// at most 2⁻⁶⁴ of the largest.
///
/// ```
/// use routing::{Objective, Risk};
///
/// // Dollars, 20 dollars for an hour, and 15 for an hour of standard deviation.
/// let objective = Objective::new([1.0, 20.0, 0.0], Some(Risk { criterion: 2, weight: 15.0 }))?;
/// assert_eq!(objective.score(&[500, 40, 16]), 500.0 + 800.0 + 15.0 * 4.0);
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Objective<const K: usize> {
    weights: [u64; K],
    /// What one unit of the whole-numbered weighted sum is worth: a power of two.
    unit: f64,
    risk: Option<Risk>,
}

impl<const K: usize> Objective<K> {
    /// An objective with one weight per criterion and, if uncertainty has a price, that price.
    ///
    /// # Errors
    /// [`RoutingError::Weight`] for a weight that is neither 0 nor between 10⁻⁶⁰ and 10⁶⁰,
    /// [`RoutingError::Criterion`] if the risk names a criterion that is not there.
    pub fn new(weights: [f64; K], risk: Option<Risk>) -> Result<Self, RoutingError> {
        let check = |value: f64, of: &dyn Fn() -> String| {
            // Adding 0.0 turns -0.0 into 0.0.
            if value == 0.0 || (1e-60..=1e60).contains(&value) {
                Ok(value + 0.0)
            } else {
                Err(RoutingError::Weight { of: of(), value })
            }
        };
        let mut largest = 0f64;
        for (criterion, &weight) in weights.iter().enumerate() {
            largest = largest.max(check(weight, &|| format!("criterion {criterion}"))?);
        }
        if let Some(Risk { criterion, weight }) = risk {
            check(weight, &|| "the standard deviation".to_owned())?;
            if criterion >= K {
                return Err(RoutingError::Criterion { role: "risk", criterion, criteria: K });
            }
        }
        // The largest weight comes to lie between 2⁶³ and 2⁶⁴.
        let scale = if largest > 0.0 { 63 - exponent(largest) } else { 0 };
        Ok(Self {
            weights: weights.map(|weight| (weight * power_of_two(scale)).round() as u64),
            unit: power_of_two(-scale),
            risk: risk.filter(|risk| risk.weight > 0.0),
        })
    }

    /// Score of a route with the given costs. It never falls when a cost rises, not even by rounding.
    #[must_use]
    pub fn score(&self, costs: &[u64; K]) -> f64 {
        self.evaluate(self.linear(costs), self.variance(costs))
    }

    /// The weighted sum in whole units.
    pub(crate) fn linear(&self, costs: &[u64; K]) -> u128 {
        let mut sum = 0u128;
        for (&weight, &cost) in self.weights.iter().zip(costs) {
            // The product of two 64-bit numbers fits; the sum does too for any route of a graph, and
            // saturates for costs that no route has.
            sum = sum.saturating_add(u128::from(weight) * u128::from(cost));
        }
        sum
    }

    /// The part of the weighted sum that one criterion makes up.
    pub(crate) fn linear_of(&self, criterion: usize, cost: u64) -> u128 {
        u128::from(self.weights[criterion]) * u128::from(cost)
    }

    /// The criterion under the root, or 0 where risk has no price.
    pub(crate) fn variance(&self, costs: &[u64; K]) -> u64 {
        self.risk.map_or(0, |risk| costs[risk.criterion])
    }

    /// The criterion that holds the variance, if risk has a price.
    pub(crate) fn risk_criterion(&self) -> Option<usize> {
        self.risk.map(|risk| risk.criterion)
    }

    /// Score out of a whole-numbered weighted sum and a variance. Conversion, product, root and sum are
    /// each rounded to nearest and so each keep order; hence bounds computed here are never above what
    /// they bound.
    pub(crate) fn evaluate(&self, linear: u128, variance: u64) -> f64 {
        let sum = linear as f64 * self.unit;
        self.risk.map_or(sum, |risk| sum + risk.weight * (variance as f64).sqrt())
    }
}

/// `e` such that `value` lies between 2ᵉ and 2ᵉ⁺¹, for normal positive values.
fn exponent(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023
}

/// 2ᵉ exactly, for exponents of normal numbers.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbered_sums_are_exact() {
        let objective = Objective::new([0.1, 3.0, 100.0], None).unwrap();
        assert_eq!(objective.score(&[10, 0, 0]), 1.0);
        assert_eq!(objective.score(&[0, 7, 2]), 221.0);
        let zero = Objective::new([0.0, -0.0], None).unwrap();
        assert_eq!(zero.score(&[u64::MAX, 9]), 0.0);
        assert!(Objective::new([1e60; 4], None).unwrap().score(&[u64::MAX; 4]).is_finite());
    }

    #[test]
    fn powers_of_two() {
        for (value, e) in [(1.0, 0), (1.99, 0), (2.0, 1), (0.75, -1), (1e60, 199)] {
            assert_eq!(exponent(value), e, "{value}");
            assert!(power_of_two(e) <= value && value < power_of_two(e + 1));
        }
    }

    #[test]
    fn weights_that_are_none_are_named() {
        let error = Objective::new([1.0, -1.0], None).unwrap_err();
        assert!(error.to_string().starts_with("the weight of criterion 1 is -1;"), "{error}");
        for bad in [f64::NAN, f64::INFINITY, 1e-80] {
            assert!(Objective::new([bad], None).is_err());
            assert!(Objective::new([1.0], Some(Risk { criterion: 0, weight: bad })).is_err());
        }
        let risk = Some(Risk { criterion: 2, weight: 1.0 });
        assert!(matches!(Objective::new([1.0, 1.0], risk), Err(RoutingError::Criterion { .. })));
    }
}
