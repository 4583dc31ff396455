//! Small dense symmetric matrices: factoring with a test for collinearity, inverting, eigenvalues.

/// A square matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Rows, and columns.
    pub size: usize,
    /// Values, row by row.
    pub values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(size: usize) -> Self {
        Self { size, values: vec![0.0; size * size] }
    }

    /// The value in a row and a column.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.size + column] = value;
    }

    /// This matrix, multiplied by `factor` and added to by `other`.
    pub(crate) fn add(&mut self, factor: f64, other: &Self) {
        for (value, other) in self.values.iter_mut().zip(&other.values) {
            *value += factor * other;
        }
    }

    pub(crate) fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.values
            .chunks_exact(self.size.max(1))
            .map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
            .collect()
    }

    pub(crate) fn product(&self, other: &Self) -> Self {
        let n = self.size;
        let mut product = Self::zeros(n);
        for i in 0..n {
            for k in 0..n {
                let factor = self.at(i, k);
                for j in 0..n {
                    product.values[i * n + j] += factor * other.at(k, j);
                }
            }
        }
        product
    }

    /// `vᵀ M v`.
    pub(crate) fn quadratic(&self, vector: &[f64]) -> f64 {
        self.times(vector).iter().zip(vector).map(|(a, b)| a * b).sum()
    }

    /// Lower Cholesky factor, of the columns that are independent of those before them. A column is dropped
    /// where its pivot is at most `least[column]`.
    pub(crate) fn cholesky(&self, least: &[f64]) -> Cholesky {
        let mut kept: Vec<usize> = Vec::new();
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (column, least) in least.iter().enumerate() {
            let mut row = Vec::with_capacity(kept.len() + 1);
            for (other, known) in kept.iter().zip(&rows) {
                let inner: f64 = known.iter().zip(&row).map(|(a, b): (&f64, &f64)| a * b).sum();
                let pivot = known[known.len() - 1];
                row.push((self.at(column, *other) - inner) / pivot);
            }
            let pivot = self.at(column, column) - row.iter().map(|value| value * value).sum::<f64>();
            if pivot > *least && pivot.is_finite() {
                row.push(pivot.sqrt());
                rows.push(row);
                kept.push(column);
            }
        }
        Cholesky { kept, rows }
    }

    /// The inverse of a positive semidefinite matrix, and the columns it was made of: those that others add up
    /// to, next to rounding, have zeros there.
    pub(crate) fn inverse_of_independent(&self) -> (Self, Vec<usize>) {
        // Scaled to a diagonal of ones, so that the units of the columns do not matter.
        let scale: Vec<f64> = (0..self.size).map(|i| 1.0 / self.at(i, i).sqrt()).collect();
        let mut scaled = self.clone();
        for i in 0..self.size {
            for j in 0..self.size {
                scaled.set(i, j, self.at(i, j) * scale[i] * scale[j]);
            }
        }
        let factor = scaled.cholesky(&vec![1e-14; self.size]);
        let mut inverse = Self::zeros(self.size);
        for (position, j) in factor.kept.iter().enumerate() {
            let mut unit = vec![0.0; factor.kept.len()];
            unit[position] = 1.0;
            for (i, value) in factor.kept.iter().zip(factor.solve(&unit)) {
                inverse.set(*i, *j, value * scale[*i] * scale[*j]);
            }
        }
        (inverse, factor.kept)
    }

    /// The inverse of a positive definite matrix, or none.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let (inverse, kept) = self.inverse_of_independent();
        (kept.len() == self.size).then_some(inverse)
    }

    /// Eigenvalues and, as columns, eigenvectors of a symmetric matrix (cyclic Jacobi rotations).
    pub(crate) fn eigen(&self) -> (Vec<f64>, Self) {
        let n = self.size;
        let mut a = self.clone();
        let mut vectors = Self::zeros(n);
        (0..n).for_each(|i| vectors.set(i, i, 1.0));
        for _ in 0..60 {
            let off: f64 =
                (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
            let diagonal: f64 = (0..n).map(|i| a.at(i, i).powi(2)).sum();
            if off <= 1e-32 * diagonal {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    if a.at(p, q) == 0.0 {
                        continue;
                    }
                    let theta = (a.at(q, q) - a.at(p, p)) / (2.0 * a.at(p, q));
                    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                    let t = if theta == 0.0 { 1.0 } else { t };
                    let cosine = 1.0 / (t * t + 1.0).sqrt();
                    let sine = t * cosine;
                    for k in 0..n {
                        let (x, y) = (a.at(k, p), a.at(k, q));
                        a.set(k, p, cosine * x - sine * y);
                        a.set(k, q, sine * x + cosine * y);
                    }
                    for k in 0..n {
                        let (x, y) = (a.at(p, k), a.at(q, k));
                        a.set(p, k, cosine * x - sine * y);
                        a.set(q, k, sine * x + cosine * y);
                        let (x, y) = (vectors.at(k, p), vectors.at(k, q));
                        vectors.set(k, p, cosine * x - sine * y);
                        vectors.set(k, q, sine * x + cosine * y);
                    }
                }
            }
        }
        ((0..n).map(|i| a.at(i, i)).collect(), vectors)
    }
}

/// A Cholesky factor of some of the columns of a matrix.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    /// The columns that are independent.
    pub(crate) kept: Vec<usize>,
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Solves for the kept columns; `right` has one value for each of them.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = Vec::with_capacity(right.len());
        for (row, value) in self.rows.iter().zip(right) {
            let inner: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            x.push((value - inner) / row[row.len() - 1]);
        }
        for i in (0..x.len()).rev() {
            x[i] /= self.rows[i][i];
            for j in 0..i {
                x[j] -= self.rows[i][j] * x[i];
            }
        }
        x
    }

    /// Pivot of each kept column, squared: what is left of its diagonal.
    pub(crate) fn pivots(&self) -> impl Iterator<Item = f64> + '_ {
        self.rows.iter().map(|row| row[row.len() - 1].powi(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eigenvectors_give_the_matrix_back(values in prop::collection::vec(-3.0f64..3.0, 16)) {
            let mut matrix = Matrix { size: 4, values };
            for i in 0..4 { for j in 0..i { let value = matrix.at(i, j); matrix.set(j, i, value); } }
            let (eigenvalues, vectors) = matrix.eigen();
            for i in 0..4 {
                for j in 0..4 {
                    let back: f64 = (0..4).map(|k| vectors.at(i, k) * eigenvalues[k] * vectors.at(j, k)).sum();
                    prop_assert!((back - matrix.at(i, j)).abs() < 1e-10);
                }
            }
        }

        #[test]
        fn an_inverse_inverts(values in prop::collection::vec(-3.0f64..3.0, 9)) {
            let root = Matrix { size: 3, values };
            let mut matrix = Matrix::zeros(3);
            for i in 0..3 { for j in 0..3 {
                let square: f64 = (0..3).map(|k| root.at(i, k) * root.at(j, k)).sum();
                matrix.set(i, j, square + if i == j { 0.5 } else { 0.0 });
            } }
            let product = matrix.product(&matrix.inverse().unwrap());
            for i in 0..3 { for j in 0..3 {
                prop_assert!((product.at(i, j) - f64::from(u8::from(i == j))).abs() < 1e-9);
            } }
        }
    }

    #[test]
    fn a_column_that_others_add_up_to_is_left_out() {
        let matrix = Matrix { size: 3, values: vec![1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0] };
        assert_eq!(matrix.cholesky(&[1e-12; 3]).kept, [0, 1]);
    }
}
