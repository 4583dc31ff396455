//! Rows ready for estimation: response, regressors and weights in the order of the fixed effects, and the
//! sums over them.
//!
//! Sums are formed over pieces of a fixed length and then in order, so that their bits depend neither on the
//! number of threads nor on which of them was first.

use rayon::prelude::*;

use crate::absorb::Absorber;
use crate::dense::Matrix;

/// Rows of one piece of a sum.
const PIECE: usize = 1 << 15;

/// Sums `of` over all rows, piece by piece.
pub(crate) fn sum(rows: usize, of: impl Fn(std::ops::Range<usize>) -> f64 + Sync) -> f64 {
    let pieces: Vec<f64> = (0..rows.div_ceil(PIECE))
        .into_par_iter()
        .map(|piece| of(piece * PIECE..((piece + 1) * PIECE).min(rows)))
        .collect();
    pieces.iter().sum()
}

/// `Σ a b`.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    sum(a.len(), |rows| {
        let (a, b) = (&a[rows.clone()], &b[rows]);
        pulp::Arch::new().dispatch(|| crate::block::sum_of_products(a, b))
    })
}

/// Rows of a piece whose columns fit into the nearest cache together.
const NEAR: usize = 1 << 11;

/// Sums over all rows of `count` numbers that `of` adds to, piece by piece of near rows.
fn sums(rows: usize, count: usize, of: impl Fn(std::ops::Range<usize>, &mut [f64]) + Sync) -> Vec<f64> {
    let pieces: Vec<Vec<f64>> = (0..rows.div_ceil(PIECE))
        .into_par_iter()
        .map(|piece| {
            let end = ((piece + 1) * PIECE).min(rows);
            let mut sums = vec![0.0; count];
            for start in (piece * PIECE..end).step_by(NEAR) {
                of(start..(start + NEAR).min(end), &mut sums);
            }
            sums
        })
        .collect();
    let mut total = vec![0.0; count];
    for piece in pieces {
        total.iter_mut().zip(piece).for_each(|(total, part)| *total += part);
    }
    total
}

/// `Xᵀ W X`.
pub(crate) fn cross(x: &[Vec<f64>], weights: &[f64]) -> Matrix {
    let k = x.len();
    let total = sums(weights.len(), k * (k + 1) / 2, |rows, sums| {
        let weights = &weights[rows.clone()];
        pulp::Arch::new().dispatch(|| {
            let mut weighted = [0.0; NEAR];
            let mut sums = sums.iter_mut();
            for (i, column) in x.iter().enumerate() {
                for ((weighted, value), weight) in weighted.iter_mut().zip(&column[rows.clone()]).zip(weights)
                {
                    *weighted = value * weight;
                }
                for (other, sum) in x[..=i].iter().zip(&mut sums) {
                    *sum += crate::block::sum_of_products(&weighted[..weights.len()], &other[rows.clone()]);
                }
            }
        });
    });
    let mut cross = Matrix::zeros(k);
    let mut values = total.into_iter();
    for i in 0..k {
        for (j, value) in (0..=i).zip(&mut values) {
            cross.set(i, j, value);
            cross.set(j, i, value);
        }
    }
    cross
}

/// `Xᵀ W v`.
pub(crate) fn cross_with(x: &[Vec<f64>], weights: &[f64], v: &[f64]) -> Vec<f64> {
    sums(weights.len(), x.len(), |rows, sums| {
        let (weights, v) = (&weights[rows.clone()], &v[rows.clone()]);
        pulp::Arch::new().dispatch(|| {
            let mut weighted = [0.0; NEAR];
            for ((weighted, value), weight) in weighted.iter_mut().zip(v).zip(weights) {
                *weighted = value * weight;
            }
            for (column, sum) in x.iter().zip(sums) {
                *sum += crate::block::sum_of_products(&weighted[..weights.len()], &column[rows.clone()]);
            }
        });
    })
}

/// What is estimated: all vectors in the order of the absorber's rows.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    /// The response.
    pub(crate) y: Vec<f64>,
    /// The regressors, one list each.
    pub(crate) x: Vec<Vec<f64>>,
    /// Weights of the user, all above zero.
    pub(crate) weights: Option<Vec<f64>>,
    /// What is added to the linear predictor.
    pub(crate) offset: Option<Vec<f64>>,
}

impl Panel {
    pub(crate) fn rows(&self) -> usize {
        self.y.len()
    }

    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    pub(crate) fn offset(&self, row: usize) -> f64 {
        self.offset.as_ref().map_or(0.0, |offset| offset[row])
    }

    /// Sum of weights × response, and of weights.
    pub(crate) fn totals(&self) -> (f64, f64) {
        let ones = self.rows() as f64;
        match &self.weights {
            Some(weights) => (dot(&self.y, weights), weights.iter().sum()),
            None => (self.y.iter().sum(), ones),
        }
    }
}

/// Regressors brought to mean zero (where effects take up the constant) and unit length, with the units kept.
#[derive(Debug, Clone)]
pub(crate) struct Standardised {
    pub(crate) columns: Vec<Vec<f64>>,
    pub(crate) units: Vec<f64>,
}

impl Standardised {
    pub(crate) fn new(panel: &Panel, absorber: &Absorber) -> Self {
        let centred = absorber.block_count() > 0;
        let rows = panel.rows() as f64;
        let mut units = Vec::with_capacity(panel.x.len());
        let columns = panel
            .x
            .iter()
            .map(|column| {
                let mean = if centred { column.iter().sum::<f64>() / rows } else { 0.0 };
                let square = column.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / rows;
                let unit = if square > 0.0 { square.sqrt() } else { 1.0 };
                units.push(unit);
                column.iter().map(|value| (value - mean) / unit).collect()
            })
            .collect();
        Self { columns, units }
    }
}

/// What must be left of a column's length for it to count as independent.
const LEAST_LEFT: f64 = 1e-9;

/// Columns that are independent of the fixed effects and of each other, by position, with what the effects
/// leave of them. The effects must have been factored.
///
/// A column counts as dependent where less than 10⁻⁹ of its length is left, which rounding and the iteration
/// keep far below that.
pub(crate) fn independent(
    columns: Vec<Vec<f64>>,
    absorber: &Absorber,
    most_steps: usize,
) -> (Vec<usize>, Vec<Vec<f64>>, usize) {
    let weights = absorber.weights();
    let lengths: Vec<f64> = columns
        .iter()
        .map(|column| {
            sum(column.len(), |rows| rows.map(|row| weights[row] * column[row] * column[row]).sum())
        })
        .collect();
    let mut steps = 0;
    let (mut left, count) = (columns, lengths.len());
    let mut take_out = |left: &mut [Vec<f64>], tolerance: f64| {
        for column in left {
            steps += absorber.residualize(column, tolerance, most_steps).steps;
        }
    };
    take_out(&mut left, 1e-3);
    let factor = cross(&left, weights).cholesky(&vec![0.0; count]);
    let certain = factor.kept.len() == count
        && factor.pivots().zip(&lengths).all(|(pivot, length)| pivot > 1e-5 * length);
    // Only where something looks dependent is it worth knowing exactly.
    if !certain {
        take_out(&mut left, 1e-10);
        take_out(&mut left, 1e-10);
    }
    let kept = if certain { (0..count).collect() } else { gram_schmidt(&left, weights, &lengths) };
    let left = left
        .into_iter()
        .enumerate()
        .filter(|(index, _)| kept.contains(index))
        .map(|(_, column)| column)
        .collect();
    (kept, left, steps)
}

/// Columns of which the ones before leave something, by modified Gram–Schmidt, which tells a dependent column
/// from a nearly dependent one to half the digits more than a matrix of products.
fn gram_schmidt(columns: &[Vec<f64>], weights: &[f64], lengths: &[f64]) -> Vec<usize> {
    let inner =
        |a: &[f64], b: &[f64]| sum(a.len(), |rows| rows.map(|row| weights[row] * a[row] * b[row]).sum());
    let mut kept = Vec::new();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let mut left = column.clone();
        for _ in 0..2 {
            for known in &basis {
                let share = inner(known, &left);
                left.iter_mut().zip(known).for_each(|(left, known)| *left -= share * known);
            }
        }
        let square = inner(&left, &left);
        if square > LEAST_LEFT * LEAST_LEFT * lengths[index] && square > 0.0 {
            let root = square.sqrt();
            left.iter_mut().for_each(|value| *value /= root);
            basis.push(left);
            kept.push(index);
        }
    }
    kept
}
