//! Fixed points, found sooner.

/// Earlier steps that are looked back on.
const MEMORY: usize = 4;
/// What is added to the diagonal of the small system, relative to it, so that steps that repeat each other do no harm.
const RIDGE: f64 = 1e-10;

/// Anderson's acceleration of `x ← F(x)` (Anderson, *Journal of the ACM* 12, 1965; in the form of Walker and Ni, *SIAM
/// Journal on Numerical Analysis* 49, 2011): the next point is the mixture of the last few whose mixed residual is least,
/// were `F` linear between them. Nothing is kept that is not below zero: delays are not negative.
#[derive(Debug, Clone, Default)]
pub(super) struct Acceleration {
    points: Vec<Vec<f64>>,
    residuals: Vec<Vec<f64>>,
    least: f64,
}

impl Acceleration {
    /// The next point to look at, after `F(point) = image`.
    pub(super) fn next(&mut self, point: &[f64], image: &[f64]) -> Vec<f64> {
        let residual: Vec<f64> = image.iter().zip(point).map(|(image, point)| image - point).collect();
        let size = residual.iter().map(|own| own * own).sum::<f64>().sqrt();
        // Where mixing led astray, it starts anew from here.
        if self.residuals.is_empty() || size < self.least {
            self.least = size;
        } else if size > 2.0 * self.least {
            self.points.clear();
            self.residuals.clear();
            self.least = size;
        }
        self.points.push(point.to_vec());
        self.residuals.push(residual);
        if self.points.len() > MEMORY + 1 {
            self.points.remove(0);
            self.residuals.remove(0);
        }
        let last = self.points.len() - 1;
        let differences = |list: &[Vec<f64>]| -> Vec<Vec<f64>> {
            list.windows(2)
                .map(|pair| pair[1].iter().zip(&pair[0]).map(|(next, own)| next - own).collect())
                .collect()
        };
        let (of_points, of_residuals) = (differences(&self.points), differences(&self.residuals));
        let weights = least_squares(&of_residuals, &self.residuals[last]);
        let mut next: Vec<f64> = image.to_vec();
        for (weight, (point, residual)) in weights.iter().zip(of_points.iter().zip(&of_residuals)) {
            for (next, (point, residual)) in next.iter_mut().zip(point.iter().zip(residual)) {
                *next -= weight * (point + residual);
            }
        }
        if next.iter().any(|value| !value.is_finite()) {
            return image.to_vec();
        }
        next.iter().map(|value| value.max(0.0)).collect()
    }
}

/// Weights `g` that make `‖target − Σ g columns‖` least, by normal equations of the few columns there are.
fn least_squares(columns: &[Vec<f64>], target: &[f64]) -> Vec<f64> {
    let count = columns.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut rows: Vec<Vec<f64>> = columns
        .iter()
        .map(|own| columns.iter().map(|other| dot(own, other)).chain([dot(own, target)]).collect())
        .collect();
    for (pivot, row) in rows.iter_mut().enumerate() {
        row[pivot] *= 1.0 + RIDGE;
        if row[pivot] <= f64::MIN_POSITIVE {
            row[pivot] = 1.0;
            row[count] = 0.0;
        }
    }
    for pivot in 0..count {
        let (above, below) = rows.split_at_mut(pivot + 1);
        let own = &above[pivot];
        for row in below {
            let factor = row[pivot] / own[pivot];
            row.iter_mut().zip(own).skip(pivot).for_each(|(value, own)| *value -= factor * own);
        }
    }
    let mut weights = vec![0.0; count];
    for pivot in (0..count).rev() {
        let known: f64 = (pivot + 1..count).map(|column| rows[pivot][column] * weights[column]).sum();
        weights[pivot] = (rows[pivot][count] - known) / rows[pivot][pivot];
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `F` is linear with a slope of −3, so that plain iteration runs away.
    #[test]
    fn a_repelling_fixed_point_is_found() {
        let image = |x: &[f64]| vec![8.0 - 3.0 * x[0] + 0.5 * x[1], 2.0 + 0.2 * x[0] - 2.0 * x[1]];
        let mut acceleration = Acceleration::default();
        let mut point = vec![1.0, 1.0];
        for _ in 0..12 {
            point = acceleration.next(&point, &image(&point));
        }
        let off: f64 = image(&point).iter().zip(&point).map(|(image, own)| (image - own).abs()).sum();
        assert!(off < 1e-9, "{point:?} is off by {off}");
    }

    #[test]
    fn a_fixed_point_stays_where_it_is() {
        let mut acceleration = Acceleration::default();
        for _ in 0..3 {
            assert_eq!(acceleration.next(&[2.0, 3.0], &[2.0, 3.0]), [2.0, 3.0]);
        }
    }
}
