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

/// Steps without a better point after which shorter ones are tried.
const PATIENCE: usize = 8;
/// What is left of a step then, and what it grows by where it leads on.
const SHORTER: f64 = 0.4;
const LONGER: f64 = 1.25;
/// Better is at most this much of the best so far.
const BETTER: f64 = 0.9;

/// Accelerated steps that do not run in circles. Where routes change hands all at once, `F` has edges, and mixtures of points
/// on both sides of one can lead round it for ever. When no better point is found for some steps, the search begins anew from
/// the best one with shorter steps, `x ← x + α (F(x) − x)`, which for small `α` lead down to it (Mann, *Proceedings of the
/// American Mathematical Society* 4, 1953).
#[derive(Debug, Clone)]
pub(super) struct Steps {
    acceleration: Acceleration,
    /// How far off it was, the point, and its image.
    best: Option<(f64, Vec<f64>, Vec<f64>)>,
    since: usize,
    length: f64,
}

impl Default for Steps {
    fn default() -> Self {
        Self { acceleration: Acceleration::default(), best: None, since: 0, length: 1.0 }
    }
}

impl Steps {
    /// The next point to look at, after `F(point) = image` and the point was found to be `off`.
    pub(super) fn next(&mut self, point: &[f64], image: &[f64], off: f64) -> Vec<f64> {
        let towards = |point: &[f64], image: &[f64], length: f64| -> Vec<f64> {
            point.iter().zip(image).map(|(own, image)| own + length * (image - own)).collect()
        };
        match &self.best {
            Some((least, best, its_image)) if off > BETTER * least => {
                self.since += 1;
                if self.since >= PATIENCE {
                    self.since = 0;
                    self.length *= SHORTER;
                    self.acceleration = Acceleration::default();
                    return towards(best, its_image, self.length);
                }
            }
            _ => {
                self.best = Some((off, point.to_vec(), image.to_vec()));
                self.since = 0;
                self.length = (self.length * LONGER).min(1.0);
            }
        }
        self.acceleration.next(point, &towards(point, image, self.length))
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

    /// `F` falls off a cliff and is flat on both sides, so that whole steps jump to and fro; its fixed point lies on the cliff.
    #[test]
    fn steps_do_not_run_in_circles_around_an_edge() {
        let image = |x: f64| if x < 0.5 { 1.0 } else { 1.0 - (40.0 * (x - 0.5)).min(1.0) };
        let (mut steps, mut x, mut off) = (Steps::default(), 0.2, f64::INFINITY);
        for _ in 0..200 {
            off = (image(x) - x).abs();
            if off < 1e-9 {
                break;
            }
            x = steps.next(&[x], &[image(x)], off)[0];
        }
        assert!(off < 1e-9, "{x} is off by {off}");
    }

    #[test]
    fn a_fixed_point_stays_where_it_is() {
        let mut acceleration = Acceleration::default();
        for _ in 0..3 {
            assert_eq!(acceleration.next(&[2.0, 3.0], &[2.0, 3.0]), [2.0, 3.0]);
        }
    }
}
