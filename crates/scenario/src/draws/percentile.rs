//! From draws to percentiles and signs.

use super::told::Told;

/// Of a hundred draws, those that are told: all but five lie above the first, half above the second, five above the third.
pub const PERCENTILES: [f64; 3] = [0.05, 0.5, 0.95];

/// One figure without draws, and over the draws.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Interval {
    /// Without draws; nothing where the state does not have the figure, as the price of what nobody buys.
    pub central: Option<f64>,
    /// By [`PERCENTILES`], over the draws that have the figure; nothing where none has.
    pub drawn: Option<[f64; 3]>,
}

/// A figure with its intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FigureInterval {
    /// Which figure.
    pub told: Told,
    /// Without the measures.
    pub base: Interval,
    /// With them.
    pub after: Interval,
    /// With them less without them, draw by draw.
    pub difference: Interval,
    /// Share of the draws in which the difference has the sign that it has without draws.
    pub same_sign: Option<f64>,
    /// Draws that have the figure both without and with the measures.
    pub draws: usize,
}

impl FigureInterval {
    pub(super) fn new(
        told: Told,
        (base, after): (Option<f64>, Option<f64>),
        draws: impl Iterator<Item = (Option<f64>, Option<f64>)>,
    ) -> Self {
        let difference =
            |(base, after): (Option<f64>, Option<f64>)| base.zip(after).map(|(base, after)| after - base);
        let sign = |(base, after): (Option<f64>, Option<f64>)| {
            base.zip(after).map(|(base, after)| sign(after - base, told.tolerance(base, after)))
        };
        let (mut bases, mut afters, mut differences, mut signs) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for own in draws {
            bases.extend(own.0);
            afters.extend(own.1);
            differences.extend(difference(own));
            signs.extend(sign(own));
        }
        let central = sign((base, after));
        let same_sign = central
            .filter(|_| !signs.is_empty())
            .map(|central| signs.iter().filter(|own| **own == central).count() as f64 / signs.len() as f64);
        Self {
            told,
            base: Interval { central: base, drawn: percentiles(&mut bases) },
            after: Interval { central: after, drawn: percentiles(&mut afters) },
            draws: differences.len(),
            difference: Interval { central: difference((base, after)), drawn: percentiles(&mut differences) },
            same_sign,
        }
    }

    /// Whether it is nothing with and without the measures, in every draw that is told.
    pub(super) fn is_nothing(&self) -> bool {
        let nothing = |own: &Interval| {
            own.central.is_none_or(|value| value == 0.0)
                && own.drawn.is_none_or(|drawn| drawn.iter().all(|value| *value == 0.0))
        };
        nothing(&self.base) && nothing(&self.after)
    }
}

/// −1, 0 or 1; changes within a tolerance are none.
fn sign(value: f64, tolerance: f64) -> i8 {
    if value.abs() <= tolerance {
        0
    } else if value > 0.0 {
        1
    } else {
        -1
    }
}

/// By [`PERCENTILES`], on the straight line between the two draws that are nearest in order (definition 7 of Hyndman and Fan,
/// *The American Statistician* 50, 1996).
fn percentiles(values: &mut [f64]) -> Option<[f64; 3]> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    Some(PERCENTILES.map(|share| {
        let at = share * last as f64;
        let (below, above) = (at.floor() as usize, (at.ceil() as usize).min(last));
        // Not beyond either, whatever is rounded.
        let value = values[below] + (values[above] - values[below]) * (at - at.floor());
        value.clamp(values[below], values[above])
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_hundred_and_one_draws_are_the_draws_themselves() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(percentiles(&mut values), Some([5.0, 50.0, 95.0]));
        assert_eq!(percentiles(&mut [7.0]), Some([7.0; 3]));
        assert_eq!(percentiles(&mut []), None);
    }

    #[test]
    fn a_change_within_the_tolerance_has_no_sign() {
        assert_eq!([1e-9, -1e-9, 2e-6, -2e-6].map(|value| sign(value, 1e-6)), [0, 0, 1, -1]);
    }
}
