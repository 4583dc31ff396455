//! Draws of coefficients from their covariance, the same for the same seed whatever else is drawn.

use statrs::distribution::ContinuousCDF;

use crate::dense::Matrix;
use crate::fit::normal;

/// A stream of whole numbers that look random (SplitMix64: Steele, Lea and Flood, *OOPSLA* 2014).
struct Stream(u64);

impl Stream {
    /// The stream of a number of a seed, whatever other numbers are asked for.
    fn of(seed: u64, number: u64) -> Self {
        Self(Self(seed).next() ^ number.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1, neither of them.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }
}

/// Draw number `number` of `seed` between 0 and 1, neither of them. A draw does not depend on how many others are made.
#[must_use]
pub fn uniform(seed: u64, number: u64) -> f64 {
    Stream::of(seed, number).uniform()
}

/// Draw number `number` of `seed` from the normal distribution with these means and this covariance. A draw does
/// not depend on how many others are made.
#[must_use]
pub fn draw(means: &[f64], covariance: &Matrix, seed: u64, number: u64) -> Vec<f64> {
    let mut stream = Stream::of(seed, number);
    let normal = normal();
    let (values, vectors) = covariance.eigen();
    let parts: Vec<f64> =
        values.iter().map(|value| value.max(0.0).sqrt() * normal.inverse_cdf(stream.uniform())).collect();
    means
        .iter()
        .enumerate()
        .map(|(i, mean)| {
            mean + parts.iter().enumerate().map(|(k, part)| vectors.at(i, k) * part).sum::<f64>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_mean_and_covariance_they_are_drawn_from() {
        let covariance = Matrix { size: 2, values: vec![4.0, -1.5, -1.5, 1.0] };
        let draws: Vec<Vec<f64>> =
            (0..20_000).map(|number| draw(&[1.0, -2.0], &covariance, 7, number)).collect();
        let mean = |k: usize| draws.iter().map(|draw| draw[k]).sum::<f64>() / draws.len() as f64;
        let (first, second) = (mean(0), mean(1));
        assert!((first - 1.0).abs() < 0.05 && (second + 2.0).abs() < 0.03, "{first} {second}");
        let cross =
            draws.iter().map(|draw| (draw[0] - first) * (draw[1] - second)).sum::<f64>() / draws.len() as f64;
        assert!((cross + 1.5).abs() < 0.06, "{cross}");
        assert_eq!(
            draw(&[0.0], &Matrix { size: 1, values: vec![1.0] }, 1, 5),
            draw(&[0.0], &Matrix { size: 1, values: vec![1.0] }, 1, 5)
        );
    }
}
