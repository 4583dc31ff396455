//! Covariances of coefficients: from the information, robust to heteroskedasticity, and clustered.
//!
//! With `H = X̃ᵀ W X̃` and the score of each row `s = X̃ weight (y − μ)`, all are sandwiches `H⁻¹ B H⁻¹`. For
//! clusters `B` is the sum over clusters of the outer products of summed scores. For several ways of clusters
//! it is the alternating sum over all their intersections (Cameron, Gelbach and Miller, *Journal of Business &
//! Economic Statistics* 29, 2011); should that have negative eigenvalues, they are set to zero, and
//! [`Covariance::repaired`] says so.

use std::fmt;
use std::str::FromStr;

use crate::dense::Matrix;
use crate::{GravityError, Groups};

/// Which dependence between rows standard errors allow for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CovarianceKind {
    /// The inverse of the information: right only if the model of the variance is.
    Information,
    /// Rows are independent, of any variance.
    #[default]
    Heteroskedastic,
    /// Rows of one cluster may depend on each other in any way; each entry is a list of keys that act
    /// together, and several entries are ways that cross.
    Clustered(Vec<Vec<String>>),
}

impl CovarianceKind {
    /// Reads `exporter^year + importer`.
    #[must_use]
    pub fn clustered(text: &str) -> Self {
        let ways =
            text.split(['+', ',']).map(|way| way.split('^').map(|key| key.trim().to_owned()).collect());
        Self::Clustered(ways.collect())
    }

    /// The keys that are needed.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        let ways: &[Vec<String>] = match self {
            Self::Clustered(ways) => ways,
            _ => &[],
        };
        ways.iter().flatten()
    }
}

impl fmt::Display for CovarianceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Information => write!(f, "from the information matrix"),
            Self::Heteroskedastic => write!(f, "robust to heteroskedasticity"),
            Self::Clustered(ways) => {
                let ways: Vec<String> = ways.iter().map(|keys| keys.join("^")).collect();
                write!(f, "clustered by {}", ways.join(" and "))
            }
        }
    }
}

/// How a covariance is corrected for a small sample, after the program that does it so by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmallSample {
    /// The R package fixest, by default: (n − 1)/(n − K), where K counts a fixed effect that is nested in a
    /// cluster once, times G/(G − 1) with the smallest number of clusters G.
    Fixest,
    /// Stata's ppmlhdfe: G/(G − 1) with the smallest number of clusters G, or n/(n − 1) without clusters.
    #[default]
    Ppmlhdfe,
    /// Stata's reghdfe: the same times (n − 1)/(n − K), where K does not count effects nested in a cluster.
    Reghdfe,
    /// None.
    None,
}

impl fmt::Display for SmallSample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixest => "fixest",
            Self::Ppmlhdfe => "ppmlhdfe",
            Self::Reghdfe => "reghdfe",
            Self::None => "none",
        })
    }
}

impl FromStr for SmallSample {
    type Err = GravityError;

    fn from_str(name: &str) -> Result<Self, GravityError> {
        match name {
            "fixest" => Ok(Self::Fixest),
            "ppmlhdfe" => Ok(Self::Ppmlhdfe),
            "reghdfe" => Ok(Self::Reghdfe),
            "none" => Ok(Self::None),
            _ => Err(GravityError::UnknownName {
                what: "the small-sample convention".to_owned(),
                name: name.to_owned(),
                valid: "fixest, ppmlhdfe, reghdfe, none".to_owned(),
            }),
        }
    }
}

/// What the correction for small samples needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Degrees<'g> {
    pub(crate) rows: usize,
    pub(crate) regressors: usize,
    pub(crate) ways: &'g [Groups],
    pub(crate) least_squares: bool,
}

/// A covariance matrix and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    /// Which dependence it allows for.
    pub kind: CovarianceKind,
    /// How it was corrected.
    pub small_sample: SmallSample,
    /// The matrix, in the order of the coefficients.
    pub matrix: Matrix,
    /// Number of clusters of each way.
    pub clusters: Vec<usize>,
    /// Whether negative eigenvalues were set to zero.
    pub repaired: bool,
    /// Degrees of freedom of Student's distribution; none where the normal one is used.
    pub degrees_of_freedom: Option<f64>,
}

impl Degrees<'_> {
    /// Parameters, with fixed effects that are nested in a cluster counted as `nested` says.
    fn parameters(&self, clusters: &[Groups], fixest: bool) -> f64 {
        let nested = |way: &Groups| clusters.iter().any(|cluster| way.nested_in(cluster));
        let free = self.ways.iter().filter(|way| !nested(way)).map(|way| way.count - 1).sum::<usize>();
        let any_free = self.ways.iter().any(|way| !nested(way));
        // With effects there is one constant that all share; reghdfe counts it only with a free effect.
        let constant = usize::from(!self.ways.is_empty() && (fixest || any_free));
        (self.regressors + free + constant) as f64
    }

    fn factor(&self, small_sample: SmallSample, clusters: &[Groups], robust: bool) -> f64 {
        let n = self.rows as f64;
        let parameters = self.parameters(clusters, small_sample == SmallSample::Fixest);
        let for_parameters = (n - 1.0) / (n - parameters).max(1.0);
        let fewest = clusters.iter().map(|cluster| cluster.count as f64).reduce(f64::min).unwrap_or(n);
        let for_clusters = if robust { fewest / (fewest - 1.0).max(1.0) } else { 1.0 };
        match small_sample {
            SmallSample::Fixest | SmallSample::Reghdfe => for_parameters * for_clusters,
            SmallSample::Ppmlhdfe => for_clusters,
            SmallSample::None => 1.0,
        }
    }
}

/// The scores of rows, `x̃ × gap`, without a column of them ever being written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scores<'x> {
    /// What the effects leave of the regressors.
    pub(crate) x: &'x [Vec<f64>],
    /// Weight × (y − μ).
    pub(crate) gaps: &'x [f64],
}

impl Scores<'_> {
    /// Sums of outer products of the scores, summed by group; without groups, row by row.
    fn outer(&self, groups: Option<&Groups>) -> Matrix {
        let k = self.x.len();
        let Some(groups) = groups else {
            let squares: Vec<f64> = self.gaps.iter().map(|gap| gap * gap).collect();
            return crate::panel::cross(self.x, &squares);
        };
        let summed: Vec<Vec<f64>> =
            self.x.iter().map(|column| groups.sums_of_products(column, self.gaps)).collect();
        let mut outer = Matrix::zeros(k);
        for i in 0..k {
            for j in 0..=i {
                let value = crate::panel::dot(&summed[i], &summed[j]);
                outer.set(i, j, value);
                outer.set(j, i, value);
            }
        }
        outer
    }
}

/// The covariance of coefficients with the inverse information `bread` and the scores of rows.
pub(crate) fn covariance(
    kind: &CovarianceKind,
    small_sample: SmallSample,
    bread: &Matrix,
    scores: &Scores<'_>,
    clusters: &[Groups],
    degrees: &Degrees<'_>,
    dispersion: f64,
) -> Covariance {
    let robust = *kind != CovarianceKind::Information;
    let mut meat = Matrix::zeros(bread.size);
    match kind {
        CovarianceKind::Information => {}
        CovarianceKind::Heteroskedastic => meat = scores.outer(None),
        CovarianceKind::Clustered(_) => {
            for subset in 1u32..1 << clusters.len() {
                let members: Vec<&[u32]> = (0..clusters.len())
                    .filter(|way| subset >> way & 1 == 1)
                    .map(|way| clusters[way].codes.as_slice())
                    .collect();
                let groups = Groups::together(&members, degrees.rows);
                let sign = if subset.count_ones() % 2 == 1 { 1.0 } else { -1.0 };
                meat.add(sign, &scores.outer(Some(&groups)));
            }
        }
    }
    let mut matrix = if robust { bread.product(&meat).product(bread) } else { bread.clone() };
    let mut factor = degrees.factor(small_sample, clusters, robust);
    if !robust {
        // The information of a Poisson model has no variance to correct.
        factor = if degrees.least_squares {
            dispersion / (degrees.rows as f64 - degrees.parameters(&[], true)).max(1.0)
        } else {
            1.0
        };
    }
    matrix.values.iter_mut().for_each(|value| *value *= factor);
    let repaired = clusters.len() > 1 && repair(&mut matrix);
    let degrees_of_freedom = degrees.least_squares.then(|| {
        let fewest = clusters.iter().map(|cluster| cluster.count as f64 - 1.0).reduce(f64::min);
        fewest.unwrap_or(degrees.rows as f64 - degrees.parameters(&[], true)).max(1.0)
    });
    Covariance {
        kind: kind.clone(),
        small_sample,
        matrix,
        clusters: clusters.iter().map(|cluster| cluster.count).collect(),
        repaired,
        degrees_of_freedom,
    }
}

/// Sets negative eigenvalues to zero; says whether there were any. Columns are brought to a common scale
/// first, so that rounding in a large one is not taken for a negative value in a small one.
fn repair(matrix: &mut Matrix) -> bool {
    let n = matrix.size;
    let largest = (0..n).map(|i| matrix.at(i, i).abs()).fold(0.0, f64::max);
    let scale: Vec<f64> = (0..n).map(|i| matrix.at(i, i).abs().max(1e-30 * largest).sqrt()).collect();
    let mut scaled = matrix.clone();
    for i in 0..n {
        for j in 0..n {
            scaled.set(i, j, matrix.at(i, j) / (scale[i] * scale[j]));
        }
    }
    let (eigenvalues, vectors) = scaled.eigen();
    let most = eigenvalues.iter().copied().fold(0.0, f64::max);
    if eigenvalues.iter().all(|value| *value >= -1e-12 * most) {
        return false;
    }
    for i in 0..n {
        for j in 0..n {
            let value: f64 =
                (0..n).map(|k| vectors.at(i, k) * eigenvalues[k].max(0.0) * vectors.at(j, k)).sum();
            matrix.set(i, j, value * scale[i] * scale[j]);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covariance_with_a_negative_eigenvalue_is_repaired_and_says_so() {
        let mut matrix = Matrix { size: 2, values: vec![1.0, 2.0, 2.0, 1.0] };
        assert!(repair(&mut matrix));
        assert!(matrix.eigen().0.iter().all(|value| *value >= -1e-12));
        // The positive part of [[1, 2], [2, 1]] is 3/2 [[1, 1], [1, 1]].
        assert!(matrix.values.iter().all(|value| (value - 1.5).abs() < 1e-12));
        assert!(!repair(&mut Matrix { size: 2, values: vec![1.0, 0.5, 0.5, 1.0] }));
    }
}
