//! Estimation: specifications in, coefficients with their standard errors and a certificate out.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::absorb::Absorber;
use crate::covariance::{Degrees, Scores, covariance};
use crate::dense::Matrix;
use crate::panel::{Standardised, cross, independent, sum};
use crate::ppml::{self, Solution};
use crate::sample::{Dropped, Evaluated, Sample};
use crate::separation::{DropReason, rectify};
use crate::{
    Covariance, CovarianceKind, Expression, Finding, GravityError, SmallSample, Specification, Table,
};

/// How coefficients are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Estimator {
    /// Poisson pseudo-maximum likelihood; the response may be zero.
    #[default]
    Ppml,
    /// Least squares of the logarithm of the response; rows in which it is zero are left out.
    LogOls,
    /// Least squares of the response as it is.
    Ols,
}

/// When iterations end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolverOptions {
    /// Change of log fitted values (root of the mean square, weighted by fitted values) at which to stop.
    pub tolerance: f64,
    /// Most Newton steps.
    pub most_iterations: usize,
    /// Most steps of conjugate gradients for one vector.
    pub most_inner_steps: usize,
}

impl Default for SolverOptions {
    fn default() -> Self {
        Self { tolerance: 1e-9, most_iterations: 200, most_inner_steps: 1_000 }
    }
}

/// What is asked of an estimation besides its formula.
#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    /// The estimator.
    pub estimator: Estimator,
    /// Which dependence standard errors allow for.
    pub covariance: CovarianceKind,
    /// How they are corrected for a small sample.
    pub small_sample: SmallSample,
    /// Whether rows without a finite estimate are dropped. If not, their fitted values go to zero.
    pub drop_separated: bool,
    /// Whether rows that are alone in a group of a fixed effect stay.
    pub keep_singletons: bool,
    /// Weights of rows, above zero.
    pub weights: Option<Expression>,
    /// What is added to the linear predictor with a coefficient of one.
    pub offset: Option<Expression>,
    /// Whether to test the form of the mean by adding the squared linear predictor (Ramsey's RESET).
    pub reset: bool,
    /// When iterations end.
    pub solver: SolverOptions,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            estimator: Estimator::default(),
            covariance: CovarianceKind::default(),
            small_sample: SmallSample::default(),
            drop_separated: true,
            keep_singletons: false,
            weights: None,
            offset: None,
            reset: false,
            solver: SolverOptions::default(),
        }
    }
}

/// What shows that an iteration has settled.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Certificate {
    /// Newton steps.
    pub iterations: usize,
    /// Steps of conjugate gradients in all.
    pub inner_steps: usize,
    /// Change of log fitted values in the last step: root of the mean square, weighted by fitted values.
    pub change: f64,
    /// The deviance, or the sum of squared residuals.
    pub deviance: f64,
    /// Its change in the last step, relative.
    pub deviance_change: f64,
    /// The largest score of a regressor, in its standard deviations over rows.
    pub score: f64,
    /// The largest gap between the sums of response and fit over a group of a fixed effect, relative to the
    /// sum over all rows.
    pub effect_score: f64,
}

/// A coefficient and its standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// Name of the regressor.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Ramsey's test of the form of the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reset {
    /// Coefficient of the squared linear predictor over its standard error.
    pub statistic: f64,
    /// Probability of one as large if the form is right.
    pub p_value: f64,
}

/// How well a fit describes its rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Log-likelihood, of the Poisson or the normal model.
    pub log_likelihood: f64,
    /// The same with a constant only.
    pub log_likelihood_null: f64,
    /// McFadden's pseudo-R², or R² of least squares.
    pub r2: f64,
    /// The same, corrected for the number of parameters.
    pub adjusted_r2: f64,
    /// Squared correlation of response and fitted values.
    pub squared_correlation: f64,
    /// R² within the fixed effects, of least squares only.
    pub within_r2: Option<f64>,
}

/// An estimated specification.
#[derive(Debug)]
pub struct Fit {
    /// What was estimated.
    pub specification: Specification,
    /// How.
    pub options: FitOptions,
    /// The coefficients, in the order of the formula.
    pub coefficients: Vec<Coefficient>,
    /// Regressors that others or the fixed effects add up to, and that were therefore left out.
    pub collinear: Vec<String>,
    /// Covariance of the coefficients.
    pub covariance: Covariance,
    /// The fixed effects, with the number of their groups.
    pub effects: Vec<(String, usize)>,
    /// Rows that were left out although nothing is wrong with them.
    pub dropped: Vec<Dropped>,
    /// What is wrong with the table, and what was done about it.
    pub findings: Vec<Finding>,
    /// How well the fit describes its rows.
    pub quality: Quality,
    /// Test of the form of the mean, if asked for.
    pub reset: Option<Reset>,
    /// What shows that the iteration has settled.
    pub certificate: Certificate,
    pub(crate) sample: Sample,
    /// Positions of the coefficients among the regressors of the sample.
    pub(crate) kept: Vec<usize>,
    /// The information, inverted.
    pub(crate) bread: Matrix,
    pub(crate) residual_x: Vec<Vec<f64>>,
    pub(crate) eta: Vec<f64>,
    pub(crate) mu: Vec<f64>,
}

/// What one fit leaves for the next.
struct Previous {
    evaluated: Evaluated,
    absorber: Absorber,
    rows: Vec<u32>,
    eta: Vec<f64>,
}

/// Estimates every specification on one table. What they have in common is done once: the order of the fixed
/// effects where they are the same, and each fit begins where the one before it ended.
///
/// # Errors
/// If a column is missing, nothing is left to estimate, or the iteration does not settle.
pub fn fit(
    table: &Table,
    specifications: &[Specification],
    options: &FitOptions,
) -> Result<Vec<Fit>, GravityError> {
    let mut fits: Vec<Fit> = Vec::new();
    let mut previous: Option<Previous> = None;
    for (number, specification) in specifications.iter().enumerate() {
        let mut findings = Vec::new();
        let mut evaluated = Evaluated::new(table, specification, options, &mut findings)?;
        let before = previous.take().filter(|previous| previous.evaluated.same_effects(&evaluated));
        let more = number + 1 < specifications.len();
        let one = estimate(table, specification, options, findings, &mut evaluated, before, more)?;
        if more {
            previous = Some(Previous {
                evaluated,
                absorber: one.sample.absorber.clone(),
                rows: one.sample.rows.clone(),
                eta: one.eta.clone(),
            });
        }
        fits.push(one);
    }
    Ok(fits)
}

fn estimate(
    table: &Table,
    specification: &Specification,
    options: &FitOptions,
    findings: Vec<Finding>,
    evaluated: &mut Evaluated,
    previous: Option<Previous>,
    more: bool,
) -> Result<Fit, GravityError> {
    let shared = previous.as_ref().map(|previous| (&previous.absorber, previous.rows.as_slice()));
    let mut sample = evaluated.sample(options, &[], shared)?;
    evaluated.let_go(more);
    let mut separated: Vec<Dropped> = Vec::new();
    let mut start = previous.filter(|previous| previous.rows == sample.rows).map(|previous| previous.eta);
    let solution = loop {
        let solution = solve(&mut sample, options, start.take());
        let settled = solution.as_ref().is_ok_and(|solution| !solution.drifts);
        if settled || !options.drop_separated || options.estimator != Estimator::Ppml {
            break solution?;
        }
        // Some rows have no finite estimate. Which ones exactly is for the rectifier to say.
        let rectified = rectify(&sample.panel, &mut sample.absorber, &options.solver);
        if rectified.is_empty() {
            break solution?;
        }
        separated.extend(rectified.into_iter().map(|(position, certificate)| Dropped {
            row: sample.rows[position as usize] as usize,
            reason: DropReason::Rectifier { certificate },
        }));
        *evaluated = Evaluated::new(table, specification, options, &mut Vec::new())?;
        sample = evaluated.sample(options, &separated, None)?;
        evaluated.let_go(more);
    };
    let quality = quality(&sample, options.estimator, &solution);
    let (bread, informed) = solution.hessian.inverse_of_independent();
    let clusters = clusters(table, &sample, options)?;
    let covariance = covariance_of(&sample, &solution, &bread, options, &clusters);
    let coefficients = solution
        .kept
        .iter()
        .zip(&solution.coefficients)
        .enumerate()
        .map(|(index, (column, estimate))| Coefficient {
            name: sample.names[*column].clone(),
            estimate: *estimate,
            // Where the fit leaves no information on a coefficient, its error has no bound.
            standard_error: if informed.contains(&index) {
                covariance.matrix.at(index, index).max(0.0).sqrt()
            } else {
                f64::INFINITY
            },
        })
        .collect();
    let collinear = (0..sample.names.len())
        .filter(|column| !solution.kept.contains(column))
        .map(|column| sample.names[column].clone())
        .collect();
    let reset = if options.reset { Some(reset(&mut sample, &solution, options, &clusters)?) } else { None };
    let effects = specification.effect_names().zip(sample.ways.iter().map(|way| way.count)).collect();
    let mut certificate = solution.certificate;
    certificate.effect_score = effect_score(&sample, &solution);
    if options.reset {
        // The weights that belong to the solution, for predictions.
        let of_model = |row: usize| if options.estimator == Estimator::Ppml { solution.mu[row] } else { 1.0 };
        let weights = (0..sample.rows.len()).map(|row| sample.panel.weight(row) * of_model(row)).collect();
        sample.absorber.set_weights(weights);
    }
    Ok(Fit {
        specification: specification.clone(),
        options: options.clone(),
        coefficients,
        collinear,
        covariance,
        effects,
        dropped: std::mem::take(&mut sample.dropped),
        findings,
        quality,
        reset,
        certificate,
        sample,
        kept: solution.kept,
        bread,
        residual_x: solution.residual_x,
        eta: solution.eta,
        mu: solution.mu,
    })
}

fn clusters(
    table: &Table,
    sample: &Sample,
    options: &FitOptions,
) -> Result<Vec<crate::Groups>, GravityError> {
    match &options.covariance {
        CovarianceKind::Clustered(ways) => ways.iter().map(|names| sample.groups(table, names)).collect(),
        _ => Ok(Vec::new()),
    }
}

fn covariance_of(
    sample: &Sample,
    solution: &Solution,
    bread: &Matrix,
    options: &FitOptions,
    clusters: &[crate::Groups],
) -> Covariance {
    let rows = sample.rows.len();
    let gaps: Vec<f64> =
        (0..rows).map(|row| sample.panel.weight(row) * (sample.panel.y[row] - solution.mu[row])).collect();
    let degrees = Degrees {
        rows,
        regressors: solution.kept.len(),
        ways: &sample.ways,
        least_squares: options.estimator != Estimator::Ppml,
    };
    covariance(
        &options.covariance,
        options.small_sample,
        bread,
        &Scores { x: &solution.residual_x, gaps: &gaps },
        clusters,
        &degrees,
        solution.certificate.deviance,
    )
}

fn solve(
    sample: &mut Sample,
    options: &FitOptions,
    start: Option<Vec<f64>>,
) -> Result<Solution, GravityError> {
    let solution = match options.estimator {
        Estimator::Ppml => {
            ppml::estimate(&sample.panel, &sample.ways, &mut sample.absorber, &options.solver, start)?
        }
        Estimator::LogOls | Estimator::Ols => least_squares(sample, &options.solver),
    };
    if solution.kept.is_empty() && !sample.names.is_empty() {
        return Err(GravityError::NoRegressor {
            why: format!("the fixed effects take up {}", sample.names.join(", ")),
        });
    }
    Ok(solution)
}

/// Weighted least squares: one projection.
fn least_squares(sample: &mut Sample, options: &SolverOptions) -> Solution {
    let Sample { panel, absorber, .. } = sample;
    let rows = panel.rows();
    let weights: Vec<f64> = (0..rows).map(|row| panel.weight(row)).collect();
    absorber.set_weights(weights.clone());
    let Standardised { columns, units } = Standardised::new(panel, absorber);
    let (kept, mut residual_x, mut inner_steps) = independent(columns, absorber, options.most_inner_steps);
    for (column, unit) in residual_x.iter_mut().zip(kept.iter().map(|column| units[*column])) {
        inner_steps += absorber.residualize(column, 1e-9, options.most_inner_steps).steps;
        column.iter_mut().for_each(|value| *value *= unit);
    }
    let mut left: Vec<f64> = (0..rows).map(|row| panel.y[row] - panel.offset(row)).collect();
    let effort = absorber.residualize(&mut left, 1e-12, options.most_inner_steps);
    let hessian = cross(&residual_x, &weights);
    let score: Vec<f64> = residual_x
        .iter()
        .map(|column| sum(rows, |rows| rows.map(|row| weights[row] * column[row] * left[row]).sum()))
        .collect();
    let coefficients = hessian.cholesky(&vec![0.0; kept.len()]).solve(&score);
    for (b, column) in coefficients.iter().zip(&residual_x) {
        left.iter_mut().zip(column).for_each(|(left, x)| *left -= b * x);
    }
    let mu: Vec<f64> = panel.y.iter().zip(&left).map(|(y, left)| y - left).collect();
    let certificate = Certificate {
        iterations: 1,
        inner_steps: inner_steps + effort.steps,
        change: effort.residual,
        deviance: sum(rows, |rows| rows.map(|row| weights[row] * left[row] * left[row]).sum()),
        ..Certificate::default()
    };
    Solution { kept, coefficients, residual_x, hessian, eta: mu.clone(), mu, certificate, drifts: false }
}

fn effect_score(sample: &Sample, solution: &Solution) -> f64 {
    let gaps: Vec<f64> = (0..sample.rows.len())
        .map(|row| sample.panel.weight(row) * (sample.panel.y[row] - solution.mu[row]))
        .collect();
    let total: f64 = sample.panel.y.iter().map(|y| y.abs()).sum();
    let worst =
        sample.ways.iter().flat_map(|way| way.sums(&gaps)).fold(0.0f64, |worst, gap| worst.max(gap.abs()));
    if total > 0.0 { worst / total } else { worst }
}

fn quality(sample: &Sample, estimator: Estimator, solution: &Solution) -> Quality {
    let (panel, rows) = (&sample.panel, sample.rows.len());
    let (total, weight) = panel.totals();
    let mean = total / weight;
    let free: usize =
        sample.ways.iter().map(|way| way.count - 1).sum::<usize>() + usize::from(!sample.ways.is_empty());
    let parameters = (free + solution.kept.len()) as f64;
    let squared_correlation = {
        let (mean_y, mean_mu) =
            (panel.y.iter().sum::<f64>() / rows as f64, solution.mu.iter().sum::<f64>() / rows as f64);
        let (mut yy, mut mm, mut ym) = (0.0, 0.0, 0.0);
        for (y, mu) in panel.y.iter().zip(&solution.mu) {
            yy += (y - mean_y).powi(2);
            mm += (mu - mean_mu).powi(2);
            ym += (y - mean_y) * (mu - mean_mu);
        }
        if yy * mm > 0.0 { ym * ym / (yy * mm) } else { 0.0 }
    };
    if estimator == Estimator::Ppml {
        // Of each row, what depends on the fit and what does not.
        let of_fit = sum(rows, |rows| {
            rows.map(|row| {
                let of_y = if panel.y[row] > 0.0 { panel.y[row] * solution.eta[row] } else { 0.0 };
                panel.weight(row) * (of_y - solution.mu[row])
            })
            .sum()
        });
        let of_data = sum(rows, |rows| rows.map(|row| panel.weight(row) * log_factorial(panel.y[row])).sum());
        let (full, null) = (of_fit - of_data, total * mean.ln() - total - of_data);
        return Quality {
            log_likelihood: full,
            log_likelihood_null: null,
            r2: 1.0 - full / null,
            adjusted_r2: 1.0 - (full - parameters + 1.0) / null,
            squared_correlation,
            within_r2: None,
        };
    }
    let spread = |centre: f64| {
        sum(rows, |rows| rows.map(|row| panel.weight(row) * (panel.y[row] - centre).powi(2)).sum())
    };
    let (residual, total_square) = (solution.certificate.deviance, spread(mean));
    let n = rows as f64;
    let normal = |square: f64| -0.5 * n * ((2.0 * std::f64::consts::PI * square / n).ln() + 1.0);
    let mut within = panel.y.clone();
    sample.absorber.residualize(&mut within, 1e-10, 1_000);
    let within_square = sum(rows, |rows| rows.map(|row| panel.weight(row) * within[row] * within[row]).sum());
    Quality {
        log_likelihood: normal(residual),
        log_likelihood_null: normal(total_square),
        r2: 1.0 - residual / total_square,
        adjusted_r2: 1.0 - residual / total_square * (n - 1.0) / (n - parameters).max(1.0),
        squared_correlation,
        within_r2: (!sample.ways.is_empty()).then(|| 1.0 - residual / within_square),
    }
}

/// `ln Γ(y + 1)`, which a likelihood needs of every row: where it is exact to the last digits, by Stirling's series.
fn log_factorial(y: f64) -> f64 {
    if y < 16.0 {
        return statrs::function::gamma::ln_gamma(y + 1.0);
    }
    let inverse = 1.0 / y;
    let square = inverse * inverse;
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0))));
    (y + 0.5) * y.ln() - y + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

/// Adds the squared linear predictor and tests its coefficient.
fn reset(
    sample: &mut Sample,
    solution: &Solution,
    options: &FitOptions,
    clusters: &[crate::Groups],
) -> Result<Reset, GravityError> {
    let before = std::mem::take(&mut sample.panel.x);
    let mut with: Vec<Vec<f64>> = solution.kept.iter().map(|column| before[*column].clone()).collect();
    let mean = solution.eta.iter().sum::<f64>() / solution.eta.len() as f64;
    with.push(solution.eta.iter().map(|eta| (eta - mean).powi(2)).collect());
    let added = with.len() - 1;
    sample.panel.x = with;
    let start = (options.estimator == Estimator::Ppml).then(|| solution.eta.clone());
    let outcome = solve(sample, options, start).and_then(|larger| {
        let bread = larger.hessian.inverse().filter(|_| larger.kept.last() == Some(&added));
        let bread = bread.ok_or_else(|| GravityError::Singular {
            what: "the RESET regression".to_owned(),
            why: "the squared predictor is collinear with the regressors".to_owned(),
        })?;
        let covariance = covariance_of(sample, &larger, &bread, options, clusters);
        let statistic = larger.coefficients[added] / covariance.matrix.at(added, added).sqrt();
        Ok(Reset { statistic, p_value: p_value(statistic, covariance.degrees_of_freedom) })
    });
    sample.panel.x = before;
    outcome
}

/// Probability, on both sides, of a statistic as large.
pub(crate) fn p_value(statistic: f64, degrees_of_freedom: Option<f64>) -> f64 {
    let below = match degrees_of_freedom {
        Some(degrees) => StudentsT::new(0.0, 1.0, degrees).map(|t| t.cdf(-statistic.abs())),
        None => Ok(normal().cdf(-statistic.abs())),
    };
    below.map_or(f64::NAN, |below| 2.0 * below)
}

pub(crate) fn normal() -> Normal {
    Normal::standard()
}

/// The point that a statistic stays below with probability `p`.
pub(crate) fn quantile(p: f64, degrees_of_freedom: Option<f64>) -> f64 {
    match degrees_of_freedom.map(|degrees| StudentsT::new(0.0, 1.0, degrees)) {
        Some(Ok(t)) => t.inverse_cdf(p),
        _ => normal().inverse_cdf(p),
    }
}

impl Fit {
    /// Rows estimated with.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.sample.rows.len()
    }

    /// Rows dropped because no finite estimate exists for them.
    #[must_use]
    pub fn separated(&self) -> usize {
        self.dropped.iter().filter(|dropped| !matches!(dropped.reason, DropReason::Singleton { .. })).count()
    }

    /// Rows dropped because they are alone in a group of a fixed effect.
    #[must_use]
    pub fn singletons(&self) -> usize {
        self.dropped.len() - self.separated()
    }

    /// A coefficient by the name of its regressor.
    #[must_use]
    pub fn coefficient(&self, name: &str) -> Option<&Coefficient> {
        self.coefficients.iter().find(|coefficient| coefficient.name == name)
    }

    /// Probability, on both sides, of a coefficient as far from zero.
    #[must_use]
    pub fn p_value(&self, coefficient: &Coefficient) -> f64 {
        p_value(coefficient.estimate / coefficient.standard_error, self.covariance.degrees_of_freedom)
    }

    /// Interval around a coefficient that covers the true one with probability `level`.
    #[must_use]
    pub fn interval(&self, coefficient: &Coefficient, level: f64) -> (f64, f64) {
        let width =
            quantile(0.5 + level / 2.0, self.covariance.degrees_of_freedom) * coefficient.standard_error;
        (coefficient.estimate - width, coefficient.estimate + width)
    }

    /// A sum of coefficients, each times a number, and its standard error.
    #[must_use]
    pub fn combination(&self, weights: &[(&str, f64)]) -> Option<(f64, f64)> {
        let mut vector = vec![0.0; self.coefficients.len()];
        let mut estimate = 0.0;
        for (name, weight) in weights {
            let index = self.coefficients.iter().position(|coefficient| coefficient.name == *name)?;
            vector[index] += weight;
            estimate += weight * self.coefficients[index].estimate;
        }
        Some((estimate, self.covariance.matrix.quadratic(&vector).max(0.0).sqrt()))
    }

    /// Fitted values with the row of the table each belongs to: of trade for PPML, of the response for least
    /// squares.
    pub fn fitted(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.sample.rows.iter().zip(&self.mu).map(|(row, mu)| (*row as usize, *mu))
    }

    /// Which fixed effects were solved exactly, and in how many blocks.
    #[must_use]
    pub fn blocks(&self) -> (Vec<&str>, usize) {
        let names = self.sample.absorber.exact_ways().iter().map(|way| self.effects[*way].0.as_str());
        (names.collect(), self.sample.absorber.block_count())
    }
}

#[cfg(test)]
mod tests {
    use super::log_factorial;

    #[test]
    fn the_logarithm_of_a_factorial_is_a_sum_of_logarithms() {
        let mut sum = 0.0;
        for n in 1u32..=400 {
            sum += f64::from(n).ln();
            assert!((log_factorial(f64::from(n)) - sum).abs() <= 1e-12 * sum.max(1.0), "{n}");
        }
    }
}
