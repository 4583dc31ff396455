//! One number per arc, in fixed point, with a true infinity.

use crate::RoutingError;

/// The value of a closed arc: a true infinity. It is never added to anything, so that no sum wraps and no
/// closed arc is ever used because its cost turned out finite.
pub const CLOSED: u32 = u32::MAX;

/// One criterion: a whole, non-negative number per arc, in units that the caller declares (cents per
/// tonne, minutes, grams per tonne) and that this crate never sees.
///
/// Whole numbers make sums exact and independent of the order of addition, hence the same bits always.
///
/// ```
/// use routing::{CLOSED, Metric};
///
/// // Hours in minutes: 60 units make up one hour.
/// let minutes = Metric::fixed_point(&[1.5, 0.0, f64::INFINITY], 60.0)?;
/// assert_eq!(minutes.values(), [90, 0, CLOSED]);
///
/// let error = Metric::fixed_point(&[1.5, -2.0], 60.0).unwrap_err();
/// assert!(error.to_string().starts_with("arc 1 has the value -2"));
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    values: Vec<u32>,
}

impl Metric {
    /// A metric of ready fixed-point values; [`CLOSED`] closes an arc.
    #[must_use]
    pub fn new(values: Vec<u32>) -> Self {
        Self { values }
    }

    /// A metric of real values, each multiplied by `units_per_one` and rounded to the nearest unit (halves
    /// away from zero). `f64::INFINITY` closes an arc.
    ///
    /// # Errors
    /// [`RoutingError::MetricValue`] for a value that is negative, not a number, or as large as [`CLOSED`]
    /// or larger in units; [`RoutingError::MetricScale`] unless `units_per_one` is finite and above 0.
    pub fn fixed_point(values: &[f64], units_per_one: f64) -> Result<Self, RoutingError> {
        if !(units_per_one.is_finite() && units_per_one > 0.0) {
            return Err(RoutingError::MetricScale { units_per_one });
        }
        let fixed = |(arc, &value): (usize, &f64)| {
            if value == f64::INFINITY {
                return Ok(CLOSED);
            }
            let units = (value * units_per_one).round();
            if value >= 0.0 && units < f64::from(CLOSED) {
                // In range by the line above, so the conversion loses nothing.
                Ok(units as u32)
            } else {
                let largest = f64::from(CLOSED - 1) / units_per_one;
                Err(RoutingError::MetricValue { arc, value, units_per_one, largest })
            }
        };
        values.iter().enumerate().map(fixed).collect::<Result<_, _>>().map(Self::new)
    }

    /// Value of `arc` in units, or [`CLOSED`].
    ///
    /// # Panics
    /// If there is no such arc.
    #[must_use]
    pub fn value(&self, arc: u32) -> u32 {
        self.values[arc as usize]
    }

    /// All values, by arc.
    #[must_use]
    pub fn values(&self) -> &[u32] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_held_is_refused() {
        for bad in [f64::NAN, -0.1, f64::NEG_INFINITY, 5e9, f64::MAX] {
            let error = Metric::fixed_point(&[0.0, 1.0, bad], 1.0).unwrap_err();
            assert!(matches!(error, RoutingError::MetricValue { arc: 2, .. }), "{bad}: {error}");
        }
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(Metric::fixed_point(&[], bad), Err(RoutingError::MetricScale { .. })));
        }
    }

    #[test]
    fn the_largest_finite_value_is_not_closed() {
        let metric = Metric::fixed_point(&[f64::from(CLOSED - 1), -0.0, 0.5], 1.0).unwrap();
        assert_eq!(metric.values(), [CLOSED - 1, 0, 1]);
    }
}
