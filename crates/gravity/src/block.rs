//! Two fixed effects solved exactly within one block of rows.
//!
//! A block is a connected component of the graph of two effects, such as the exporter-years and
//! importer-years of one year. With weights `w[a, b]`, row sums `A` and column sums `G`, the normal equations
//! of the two effects are
//!
//! ```text
//! [ A   w ] [α]   [r]
//! [ wᵀ  G ] [γ] = [c]      S = G − wᵀ A⁻¹ w,   S γ = c − wᵀ A⁻¹ r,   α = A⁻¹ (r − w γ)
//! ```
//!
//! `S` is positive semidefinite with one null vector, the constant. It is scaled to `I − C Cᵀ`, with
//! `C = G^(−1/2) wᵀ A^(−1/2)`, the null vector is filled by adding its outer product, and the sum is factored
//! once for each set of weights.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, MatRef, Par};

/// Rows of one block: `a` levels follow each other, each with a run of rows.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// First row of each `a` level, and the end of the last, counted from the block's first row.
    pub(crate) starts: Vec<u32>,
    /// Whether the rows of an `a` level have consecutive `b` levels, so that no indices are needed.
    pub(crate) consecutive: Vec<bool>,
    /// The `b` level of each row; empty where there is no second effect.
    pub(crate) b: Vec<u32>,
    /// Number of `b` levels; 0 where there is no second effect.
    pub(crate) b_count: usize,
}

impl Shape {
    fn a_count(&self) -> usize {
        self.starts.len() - 1
    }

    fn rows(&self, a: usize) -> std::ops::Range<usize> {
        self.starts[a] as usize..self.starts[a + 1] as usize
    }

    /// Whether the levels of a third effect follow each other along the rows of every `a` level, as those of pairs do
    /// in a panel without holes, so that a run of rows is a slice of levels.
    pub(crate) fn runs_in(&self, codes: &[u32]) -> bool {
        let follow = |a: usize| {
            self.consecutive[a] && codes[self.rows(a)].windows(2).all(|pair| pair[1] == pair[0] + 1)
        };
        self.b_count > 0 && (0..self.a_count()).all(follow)
    }
}

/// The factor of one block for one set of weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Factor {
    /// 1 / row sum of each `a` level; 0 where it has no weight.
    inverse_a: Vec<f64>,
    /// 1 / √ column sum of each `b` level; 0 where it has no weight.
    scale_b: Vec<f64>,
    /// Lower Cholesky factor of the scaled Schur complement, column by column.
    lower: Vec<f64>,
}

/// Room for one block's work, kept from call to call.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    dense: Vec<f64>,
    right: Vec<f64>,
    alpha: Vec<f64>,
}

/// A pivot below this is a level without a tie to the others, by rounding.
const LEAST_PIVOT: f64 = 1e-14;

/// What is left of a row at least, for the sake of dividing by it.
const LEAST_SHARE: f64 = 1e-3;

#[inline(always)]
pub(crate) fn sum_of_products(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let pairs = [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
    (pairs[0] + pairs[2]) + (pairs[1] + pairs[3]) + rest
}

/// `Σ w (v − γ)` over aligned slices.
#[inline(always)]
fn sum_of_gaps(w: &[f64], v: &[f64], gamma: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let length = w.len().min(v.len()).min(gamma.len());
    let (w, v, gamma) = (&w[..length], &v[..length], &gamma[..length]);
    let whole = length / 8 * 8;
    for at in (0..whole).step_by(8) {
        let (w, v, gamma) = (&w[at..at + 8], &v[at..at + 8], &gamma[at..at + 8]);
        for lane in 0..8 {
            lanes[lane] += w[lane] * (v[lane] - gamma[lane]);
        }
    }
    let rest: f64 = (whole..length).map(|at| w[at] * (v[at] - gamma[at])).sum();
    let pairs = [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
    (pairs[0] + pairs[2]) + (pairs[1] + pairs[3]) + rest
}

impl Factor {
    /// Factors the block for weights `w`, one per row of the block.
    pub(crate) fn new(shape: &Shape, w: &[f64], scratch: &mut Scratch, previous: Self) -> Self {
        let Self { mut inverse_a, mut scale_b, mut lower } = previous;
        inverse_a.clear();
        inverse_a.extend((0..shape.a_count()).map(|a| {
            let sum: f64 = w[shape.rows(a)].iter().sum();
            if sum > 0.0 { 1.0 / sum } else { 0.0 }
        }));
        let n = shape.b_count;
        scale_b.clear();
        scale_b.resize(n, 0.0);
        if n == 0 {
            return Self { inverse_a, scale_b, lower };
        }
        for (b, w) in shape.b.iter().zip(w) {
            scale_b[*b as usize] += w;
        }
        let total: f64 = scale_b.iter().sum();
        // The null vector of the scaled complement: √(G / ΣG).
        let null: Vec<f64> = scale_b.iter().map(|sum| (sum / total).max(0.0).sqrt()).collect();
        for sum in &mut scale_b {
            *sum = if *sum > 0.0 { 1.0 / sum.sqrt() } else { 0.0 };
        }
        // C, column by column: one column of n values for each a.
        let dense = &mut scratch.dense;
        dense.clear();
        dense.resize(n * shape.a_count(), 0.0);
        for (a, column) in dense.chunks_exact_mut(n).enumerate() {
            let root = inverse_a[a].sqrt();
            for row in shape.rows(a) {
                let b = shape.b[row] as usize;
                column[b] += w[row] * root * scale_b[b];
            }
        }
        lower.clear();
        lower.resize(n * n, 0.0);
        for (b, column) in lower.chunks_exact_mut(n).enumerate() {
            for (value, null_of_row) in column[b..].iter_mut().zip(&null[b..]) {
                *value = null_of_row * null[b];
            }
            column[b] += 1.0;
        }
        let c = MatRef::from_column_major_slice(dense, n, shape.a_count());
        let mut s = MatMut::from_column_major_slice_mut(&mut lower, n, n);
        triangular::matmul(
            s.as_mut(),
            BlockStructure::TriangularLower,
            Accum::Add,
            c,
            BlockStructure::Rectangular,
            c.transpose(),
            BlockStructure::Rectangular,
            -1.0,
            Par::Seq,
        );
        let regularization = llt::factor::LltRegularization {
            dynamic_regularization_delta: 1.0,
            dynamic_regularization_epsilon: LEAST_PIVOT,
        };
        let mut memory =
            MemBuffer::new(llt::factor::cholesky_in_place_scratch::<f64>(n, Par::Seq, Default::default()));
        // With regularization every pivot is positive, so that this cannot fail on finite weights.
        let _ = llt::factor::cholesky_in_place(
            s,
            regularization,
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        );
        Self { inverse_a, scale_b, lower }
    }

    /// For each row, its weight times the share that its own two effects would leave of it if it stood alone
    /// against the rest of their sums: with sums `A` and `G`, `1 − w (A + G − 2w) / (A G − w²)`.
    pub(crate) fn unexplained(&self, shape: &Shape, w: &[f64], left: &mut Vec<f64>) {
        left.clear();
        for (a, inverse) in self.inverse_a.iter().enumerate() {
            for row in shape.rows(a) {
                let weight = w[row];
                // Shares of the two sums; without a second effect, its share is 0.
                let (p, q) = match shape.b.get(row) {
                    Some(b) => (weight * inverse, weight * self.scale_b[*b as usize].powi(2)),
                    None => (weight * inverse, 0.0),
                };
                let share = (1.0 - p) * (1.0 - q) / (1.0 - p * q);
                left.push(weight * if share > LEAST_SHARE { share } else { LEAST_SHARE });
            }
        }
    }

    /// Solves with the scaled, filled Schur complement in place: `x ← S⁺ x` in the scale of the levels.
    #[inline(always)]
    fn solve(&self, x: &mut [f64]) {
        let n = x.len();
        for (value, scale) in x.iter_mut().zip(&self.scale_b) {
            *value *= scale;
        }
        for (j, column) in self.lower.chunks_exact(n).enumerate() {
            let pivot = x[j] / column[j];
            x[j] = pivot;
            for (value, below) in x[j + 1..].iter_mut().zip(&column[j + 1..]) {
                *value -= pivot * below;
            }
        }
        for (j, column) in self.lower.chunks_exact(n).enumerate().rev() {
            let (head, tail) = x.split_at_mut(j + 1);
            head[j] = (head[j] - sum_of_products(&column[j + 1..], tail)) / column[j];
        }
        for (value, scale) in x.iter_mut().zip(&self.scale_b) {
            *value *= scale;
        }
    }

    /// Effects of the values `v` under weights `w`: into `alpha` and, in the first `b_count`, `right`.
    #[inline(always)]
    fn effects(&self, shape: &Shape, w: &[f64], v: &[f64], scratch: &mut Scratch) {
        let n = shape.b_count;
        let right = &mut scratch.right;
        right.clear();
        right.resize(n, 0.0);
        if n > 0 {
            for a in 0..shape.a_count() {
                let rows = shape.rows(a);
                let (w, v) = (&w[rows.clone()], &v[rows.clone()]);
                let mean = sum_of_products(w, v) * self.inverse_a[a];
                let b = &shape.b[rows];
                if shape.consecutive[a] {
                    let first = b.first().map_or(0, |b| *b as usize);
                    for ((right, w), v) in right[first..first + w.len()].iter_mut().zip(w).zip(v) {
                        *right += w * (v - mean);
                    }
                } else {
                    for ((b, w), v) in b.iter().zip(w).zip(v) {
                        right[*b as usize] += w * (v - mean);
                    }
                }
            }
            self.solve(right);
        }
        scratch.alpha.clear();
        for a in 0..shape.a_count() {
            let rows = shape.rows(a);
            let (w, v) = (&w[rows.clone()], &v[rows.clone()]);
            let gap = if n == 0 {
                sum_of_products(w, v)
            } else if shape.consecutive[a] {
                let first = shape.b[rows].first().map_or(0, |b| *b as usize);
                sum_of_gaps(w, v, &right[first..first + w.len()])
            } else {
                let b = &shape.b[rows];
                b.iter().zip(w).zip(v).map(|((b, w), v)| w * (v - right[*b as usize])).sum()
            };
            scratch.alpha.push(gap * self.inverse_a[a]);
        }
    }

    /// Takes the effects out of `v`: what is left is orthogonal to both under the weights.
    pub(crate) fn residualize(&self, shape: &Shape, w: &[f64], v: &mut [f64], scratch: &mut Scratch) {
        pulp::Arch::new().dispatch(|| {
            self.effects(shape, w, v, scratch);
            let Scratch { right, alpha, .. } = scratch;
            for (a, alpha) in alpha.iter().enumerate() {
                let rows = shape.rows(a);
                let v = &mut v[rows.clone()];
                if shape.b_count == 0 {
                    v.iter_mut().for_each(|v| *v -= alpha);
                } else if shape.consecutive[a] {
                    let first = shape.b[rows].first().map_or(0, |b| *b as usize);
                    for (v, gamma) in v.iter_mut().zip(&right[first..]) {
                        *v -= alpha + gamma;
                    }
                } else {
                    for (v, b) in v.iter_mut().zip(&shape.b[rows]) {
                        *v -= alpha + right[*b as usize];
                    }
                }
            }
        });
    }

    /// Takes the effects out of values that are levels of a third effect, and adds weight × what is left to the sums
    /// of these levels, without ever writing a value for each row. `codes` are the levels of the rows, which must
    /// follow each other: [`Shape::runs_in`].
    pub(crate) fn between_levels(
        &self,
        shape: &Shape,
        w: &[f64],
        codes: &[u32],
        levels: &[f64],
        sums: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let n = shape.b_count;
        let run = |a: usize| {
            let rows = shape.rows(a);
            let first = codes[rows.start] as usize;
            (rows.clone(), first..first + rows.len())
        };
        pulp::Arch::new().dispatch(|| {
            let Scratch { right, .. } = &mut *scratch;
            right.clear();
            right.resize(n, 0.0);
            for a in 0..shape.a_count() {
                let (rows, own) = run(a);
                let (w, v) = (&w[rows.clone()], &levels[own]);
                let mean = sum_of_products(w, v) * self.inverse_a[a];
                let b = shape.b[rows.start] as usize;
                for ((right, w), v) in right[b..b + w.len()].iter_mut().zip(w).zip(v) {
                    *right += w * (v - mean);
                }
            }
            self.solve(right);
            for a in 0..shape.a_count() {
                let (rows, own) = run(a);
                let (w, v) = (&w[rows.clone()], &levels[own.clone()]);
                let b = shape.b[rows.start] as usize;
                let gamma = &right[b..b + w.len()];
                let alpha = sum_of_gaps(w, v, gamma) * self.inverse_a[a];
                for (((sum, w), v), gamma) in sums[own].iter_mut().zip(w).zip(v).zip(gamma) {
                    *sum += w * (v - gamma - alpha);
                }
            }
        });
    }

    /// The effects themselves: one per `a` level, one per `b` level.
    pub(crate) fn levels(
        &self,
        shape: &Shape,
        w: &[f64],
        v: &[f64],
        scratch: &mut Scratch,
    ) -> (Vec<f64>, Vec<f64>) {
        self.effects(shape, w, v, scratch);
        (scratch.alpha.clone(), scratch.right.clone())
    }
}
