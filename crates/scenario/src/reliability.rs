//! Percentiles of a whole route's time.
//!
//! Means and variances of independent parts add along a route; percentiles do not. They are read
//! off one named distribution that has the route's mean and variance.

use case::TimeDistribution;
use statrs::distribution::{ContinuousCDF, Gamma, Normal};

/// The time of a route or of its first part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TravelTime {
    /// Mean, h.
    pub mean: f64,
    /// Variance, h².
    pub variance: f64,
    /// From which percentiles come.
    pub distribution: TimeDistribution,
}

impl TravelTime {
    /// Standard deviation, h.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.variance.sqrt()
    }

    /// The time that is kept with a probability.
    ///
    /// Lognormal: exp(μ + z σ) with σ² = ln(1 + variance / mean²) and μ = ln mean − σ² / 2. Gamma:
    /// shape mean² / variance and rate mean / variance.
    ///
    /// ```
    /// use case::TimeDistribution;
    /// use scenario::TravelTime;
    ///
    /// let time = TravelTime { mean: 100.0, variance: 900.0, distribution: TimeDistribution::Lognormal };
    /// assert!(time.quantile(0.5) < 100.0, "the median of a skewed time lies below its mean");
    /// assert!((time.probability_within(time.quantile(0.9)) - 0.9).abs() < 1e-6);
    /// ```
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let probability = probability.clamp(1e-9, 1.0 - 1e-9);
        match self.shape() {
            Shape::Point => self.mean,
            Shape::Lognormal { mu, sigma } => (mu + sigma * standard_normal().inverse_cdf(probability)).exp(),
            Shape::Gamma(gamma) => gamma.inverse_cdf(probability),
        }
    }

    /// The probability that the time is at most so many hours.
    #[must_use]
    pub fn probability_within(&self, hours: f64) -> f64 {
        if hours <= 0.0 {
            // Time is never negative; only a journey without any takes none.
            return if hours == 0.0 && self.mean == 0.0 { 1.0 } else { 0.0 };
        }
        match self.shape() {
            Shape::Point => f64::from(u8::from(self.mean <= hours)),
            _ if hours.is_infinite() => 1.0,
            Shape::Lognormal { mu, sigma } => standard_normal().cdf((hours.ln() - mu) / sigma),
            Shape::Gamma(gamma) => gamma.cdf(hours),
        }
    }

    /// The time of something that waits until an hour if it is early: mean and variance of
    /// max(T, hour), in the same distribution from there on.
    ///
    /// With the partial moments Mₖ of Tᵏ beyond h: mean h P(T ≤ h) + M₁, second moment h² P(T ≤ h) + M₂.
    /// Lognormal: Mₖ = exp(k μ + k² σ² / 2) Φ((μ + k σ² − ln h) / σ). Gamma of shape a and rate b:
    /// Mₖ = a (a + 1) … (a + k − 1) / bᵏ · P(Gamma(a + k, b) > h).
    #[must_use]
    pub fn at_least(&self, hour: f64) -> Self {
        if hour <= 0.0 {
            return *self;
        }
        let early = self.probability_within(hour);
        let (first, second) = match self.shape() {
            Shape::Point => return Self { mean: self.mean.max(hour), ..*self },
            Shape::Lognormal { mu, sigma } => {
                let part = |k: f64| {
                    (k * mu + k * k * sigma * sigma / 2.0).exp()
                        * standard_normal().cdf((mu + k * sigma * sigma - hour.ln()) / sigma)
                };
                (part(1.0), part(2.0))
            }
            Shape::Gamma(_) => {
                let (shape, rate) = (self.mean * self.mean / self.variance, self.mean / self.variance);
                let beyond = |k: f64| Gamma::new(shape + k, rate).map_or(0.0, |gamma| gamma.sf(hour));
                (shape / rate * beyond(1.0), shape * (shape + 1.0) / (rate * rate) * beyond(2.0))
            }
        };
        let mean = (hour * early + first).max(hour);
        let variance = (hour * hour * early + second - mean * mean).max(0.0);
        Self { mean, variance, ..*self }
    }

    fn shape(&self) -> Shape {
        if self.mean <= 0.0 || self.variance <= 0.0 {
            return Shape::Point;
        }
        match self.distribution {
            TimeDistribution::Lognormal => {
                let sigma_squared = (self.variance / (self.mean * self.mean)).ln_1p();
                Shape::Lognormal { mu: self.mean.ln() - sigma_squared / 2.0, sigma: sigma_squared.sqrt() }
            }
            TimeDistribution::Gamma => {
                Gamma::new(self.mean * self.mean / self.variance, self.mean / self.variance)
                    .map_or(Shape::Point, Shape::Gamma)
            }
        }
    }
}

enum Shape {
    Point,
    Lognormal { mu: f64, sigma: f64 },
    Gamma(Gamma),
}

fn standard_normal() -> Normal {
    Normal::standard()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(distribution: TimeDistribution) -> TravelTime {
        TravelTime { mean: 240.0, variance: 3600.0, distribution }
    }

    #[test]
    fn quantile_and_probability_are_inverse_in_both_distributions() {
        for distribution in [TimeDistribution::Lognormal, TimeDistribution::Gamma] {
            for probability in [0.05, 0.5, 0.9, 0.99] {
                let there_and_back =
                    time(distribution).probability_within(time(distribution).quantile(probability));
                assert!(
                    (there_and_back - probability).abs() < 1e-6,
                    "{distribution:?} at {probability}: {there_and_back}"
                );
            }
        }
    }

    #[test]
    fn waiting_for_an_hour_raises_the_mean_and_narrows_the_spread() {
        for distribution in [TimeDistribution::Lognormal, TimeDistribution::Gamma] {
            let free = time(distribution);
            let early = free.at_least(300.0);
            assert!(
                early.mean > 300.0 && early.mean > free.mean && early.variance < free.variance,
                "{early:?}"
            );
            let late = free.at_least(24.0);
            assert!(
                (late.mean - free.mean).abs() < 0.01 && (late.variance - free.variance).abs() < 2.0,
                "{late:?}"
            );
            let certain = free.at_least(2000.0);
            assert!((certain.mean - 2000.0).abs() < 1e-6 && certain.sd() < 0.1, "{certain:?}");
        }
    }

    #[test]
    fn a_sure_time_is_itself_at_every_percentile() {
        let sure = TravelTime { variance: 0.0, ..time(TimeDistribution::Lognormal) };
        assert_eq!(sure.quantile(0.95), 240.0);
        assert_eq!(sure.probability_within(239.0), 0.0);
        assert_eq!(sure.probability_within(240.0), 1.0);
    }
}
