//! Incidental-parameter bias of three-way gravity, and its correction.
//!
//! With exporter-year, importer-year and pair effects, Poisson estimates are consistent but biased by an order
//! that does not vanish beside their standard error, and clustered standard errors are too small (Weidner and
//! Zylkin, "Bias and consistency in three-way gravity models", *Journal of International Economics* 132, 2021).
//! Pair effects drop out of the scores, so that a pair is a vector over years: `θ` its shares of fitted trade
//! `m = Σ μ`, `S = y − μ`, `H = m (diag θ − θ θᵀ)`, and `G[x̃]` the derivative of `−H` along `x̃`. Then
//!
//! ```text
//! B_k = Σ_i { −tr[ A_i⁺ Σ_j H_ij x̃_ijk S_ijᵀ ] + ½ tr[ A_i⁺ (Σ_j G_ij[x̃_k]) A_i⁺ Σ_j S_ij S_ijᵀ ] },  A_i = Σ_j H_ij
//! ```
//!
//! and `D_k` the same with the roles of exporter and importer changed; the bias is `(X̃ᵀ W X̃)⁻¹ (B + D)`. In the
//! covariance, the residuals are freed of what the effects took from them: `S` becomes `(I − H (A_i⁺ + A_j⁺) − H x̃
//! (X̃ᵀ W X̃)⁻¹ x̃ᵀ)⁻¹ S` on one side of the product.

use crate::dense::Matrix;
use crate::{Estimator, Fit, GravityError, Table};

/// Estimates freed of the bias of three-way effects.
#[derive(Debug, Clone, PartialEq)]
pub struct BiasCorrection {
    /// The bias of each coefficient, to be taken off.
    pub bias: Vec<f64>,
    /// Coefficients without it.
    pub corrected: Vec<f64>,
    /// Covariance, clustered by pair, with residuals freed of what the effects took.
    pub covariance: Matrix,
}

impl BiasCorrection {
    /// Standard errors.
    #[must_use]
    pub fn standard_errors(&self) -> Vec<f64> {
        (0..self.covariance.size).map(|index| self.covariance.at(index, index).max(0.0).sqrt()).collect()
    }
}

/// The rows of one pair, laid out over all years.
struct Pair {
    exporter: usize,
    importer: usize,
    mu: Vec<f64>,
    gap: Vec<f64>,
    /// One list per regressor.
    x: Vec<Vec<f64>>,
}

impl Pair {
    fn total(&self) -> f64 {
        self.mu.iter().sum()
    }

    /// Adds `H`, times a factor, to a matrix.
    fn add_curvature(&self, sum: &mut Matrix) {
        let (total, years) = (self.total(), self.mu.len());
        for s in 0..years {
            for t in 0..years {
                let diagonal = if s == t { self.mu[s] } else { 0.0 };
                sum.values[s * years + t] += diagonal - self.mu[s] * self.mu[t] / total;
            }
        }
    }

    /// Adds `G[x̃]` to a matrix. The regressor has mean zero over the pair, by its projection.
    fn add_third(&self, x: &[f64], sum: &mut Matrix) {
        let (total, years) = (self.total(), self.mu.len());
        for s in 0..years {
            for t in 0..years {
                let diagonal = if s == t { self.mu[s] * x[s] } else { 0.0 };
                sum.values[s * years + t] -= diagonal - self.mu[s] * self.mu[t] * (x[s] + x[t]) / total;
            }
        }
    }

    fn add_outer(&self, sum: &mut Matrix) {
        let years = self.mu.len();
        for s in 0..years {
            for t in 0..years {
                sum.values[s * years + t] += self.gap[s] * self.gap[t];
            }
        }
    }
}

/// Inverse on the space where a symmetric matrix is not zero.
fn pseudo_inverse(matrix: &Matrix) -> Matrix {
    let (values, vectors) = matrix.eigen();
    let largest = values.iter().copied().fold(0.0, f64::max);
    let mut inverse = Matrix::zeros(matrix.size);
    for (k, value) in values.iter().enumerate().filter(|(_, value)| **value > 1e-10 * largest) {
        for i in 0..matrix.size {
            for j in 0..matrix.size {
                let part = vectors.at(i, k) * vectors.at(j, k) / value;
                inverse.values[i * matrix.size + j] += part;
            }
        }
    }
    inverse
}

fn trace_of_product(a: &Matrix, b: &Matrix) -> f64 {
    (0..a.size).map(|i| (0..a.size).map(|j| a.at(i, j) * b.at(j, i)).sum::<f64>()).sum()
}

/// One side of the bias: pairs grouped by one of their ends.
fn side(
    pairs: &[Pair],
    group: impl Fn(&Pair) -> usize,
    groups: usize,
    regressors: usize,
) -> (Vec<f64>, Vec<Matrix>) {
    let years = pairs.first().map_or(0, |pair| pair.mu.len());
    let mut members: Vec<Vec<&Pair>> = vec![Vec::new(); groups];
    pairs.iter().for_each(|pair| members[group(pair)].push(pair));
    let mut bias = vec![0.0; regressors];
    let mut inverses = Vec::with_capacity(groups);
    for members in &members {
        let (mut curvature, mut outer) = (Matrix::zeros(years), Matrix::zeros(years));
        for pair in members {
            pair.add_curvature(&mut curvature);
            pair.add_outer(&mut outer);
        }
        let inverse = pseudo_inverse(&curvature);
        let around = inverse.product(&outer).product(&inverse);
        for (k, bias) in bias.iter_mut().enumerate() {
            let mut third = Matrix::zeros(years);
            for pair in members {
                let weighted: Vec<f64> = pair.mu.iter().zip(&pair.x[k]).map(|(mu, x)| mu * x).collect();
                let moved = inverse.times(&weighted);
                *bias -= moved.iter().zip(&pair.gap).map(|(a, b)| a * b).sum::<f64>();
                pair.add_third(&pair.x[k], &mut third);
            }
            *bias += 0.5 * trace_of_product(&around, &third);
        }
        inverses.push(inverse);
    }
    (bias, inverses)
}

/// Solves a small dense system by elimination with pivots.
fn solve_dense(mut matrix: Matrix, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    for column in 0..n {
        let pivot =
            (column..n).max_by(|a, b| matrix.at(*a, column).abs().total_cmp(&matrix.at(*b, column).abs()))?;
        if matrix.at(pivot, column).abs() < 1e-12 {
            return None;
        }
        if pivot != column {
            (0..n).for_each(|k| matrix.values.swap(pivot * n + k, column * n + k));
            right.swap(pivot, column);
        }
        for row in column + 1..n {
            let factor = matrix.at(row, column) / matrix.at(column, column);
            if factor != 0.0 {
                (column..n)
                    .for_each(|k| matrix.values[row * n + k] -= factor * matrix.values[column * n + k]);
                right[row] -= factor * right[column];
            }
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| matrix.at(row, k) * right[k]).sum();
        right[row] = (right[row] - known) / matrix.at(row, row);
    }
    Some(right)
}

impl Fit {
    /// The bias of three-way effects and what remains without it; `exporter`, `importer` and `time` name the
    /// columns of the table the fit was made from.
    ///
    /// # Errors
    /// If the fit is not a Poisson one with effects of exporter-time, importer-time and pair, or a column is
    /// missing.
    pub fn bias_corrected(
        &self,
        table: &Table,
        exporter: &str,
        importer: &str,
        time: &str,
    ) -> Result<BiasCorrection, GravityError> {
        let named = |keys: &[&str]| {
            self.specification.effects.iter().any(|effect| {
                effect.len() == keys.len() && keys.iter().all(|key| effect.iter().any(|name| name == key))
            })
        };
        let pair_effect = self.specification.effects.len() == 3;
        if self.options.estimator != Estimator::Ppml
            || !(named(&[exporter, time]) && named(&[importer, time]) && pair_effect)
        {
            return Err(GravityError::UnknownName {
                what: "the three-way model with effects".to_owned(),
                name: self.specification.effect_names().collect::<Vec<_>>().join(" + "),
                valid: format!("Poisson with {exporter}^{time} + {importer}^{time} + {exporter}^{importer}"),
            });
        }
        let name = |key: &str| vec![key.to_owned()];
        let [i, j, t] = [exporter, importer, time].map(|key| self.sample.groups(table, &name(key)));
        let (i, j, t) = (i?, j?, t?);
        let pair = self.sample.groups(table, &[exporter.to_owned(), importer.to_owned()])?;
        let (years, regressors) = (t.count, self.kept.len());
        let mut pairs: Vec<Pair> = (0..pair.count)
            .map(|_| Pair {
                exporter: 0,
                importer: 0,
                mu: vec![0.0; years],
                gap: vec![0.0; years],
                x: vec![vec![0.0; years]; regressors],
            })
            .collect();
        for row in 0..self.sample.rows.len() {
            let (one, year) = (&mut pairs[pair.codes[row] as usize], t.codes[row] as usize);
            (one.exporter, one.importer) = (i.codes[row] as usize, j.codes[row] as usize);
            let weight = self.sample.panel.weight(row);
            one.mu[year] += weight * self.mu[row];
            one.gap[year] += weight * (self.sample.panel.y[row] - self.mu[row]);
            for (x, column) in one.x.iter_mut().zip(&self.residual_x) {
                x[year] = column[row];
            }
        }
        let (of_exporters, exporter_inverse) = side(&pairs, |pair| pair.exporter, i.count, regressors);
        let (of_importers, importer_inverse) = side(&pairs, |pair| pair.importer, j.count, regressors);
        let score: Vec<f64> = of_exporters.iter().zip(&of_importers).map(|(b, d)| b + d).collect();
        let bias = self.bread.times(&score);
        let mut meat = Matrix::zeros(regressors);
        for pair in &pairs {
            let mut curvature = Matrix::zeros(years);
            pair.add_curvature(&mut curvature);
            let mut effects = exporter_inverse[pair.exporter].clone();
            effects.add(1.0, &importer_inverse[pair.importer]);
            for s in 0..years {
                let at_s: Vec<f64> = pair.x.iter().map(|x| x[s]).collect();
                let moved = self.bread.times(&at_s);
                for u in 0..years {
                    let of_x: f64 = moved.iter().zip(&pair.x).map(|(b, x)| b * x[u]).sum();
                    effects.values[s * years + u] += of_x;
                }
            }
            let mut left = curvature.product(&effects);
            left.values.iter_mut().for_each(|value| *value = -*value);
            (0..years).for_each(|s| left.values[s * years + s] += 1.0);
            let freed = solve_dense(left, pair.gap.clone()).unwrap_or_else(|| pair.gap.clone());
            let with = |gap: &[f64]| -> Vec<f64> {
                pair.x.iter().map(|x| x.iter().zip(gap).map(|(x, gap)| x * gap).sum()).collect()
            };
            let (plain, freed) = (with(&pair.gap), with(&freed));
            for a in 0..regressors {
                for b in 0..regressors {
                    meat.values[a * regressors + b] += 0.5 * (plain[a] * freed[b] + plain[b] * freed[a]);
                }
            }
        }
        let clusters = pairs.len() as f64;
        let mut covariance = self.bread.product(&meat).product(&self.bread);
        covariance.values.iter_mut().for_each(|value| *value *= clusters / (clusters - 1.0).max(1.0));
        let corrected = self.coefficients.iter().zip(&bias).map(|(b, bias)| b.estimate - bias).collect();
        Ok(BiasCorrection { bias, corrected, covariance })
    }
}
