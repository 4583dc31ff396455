//! Poisson pseudo-maximum likelihood by Newton steps on the linear predictor.
//!
//! With `μ = exp(η)` and weights `w = weight · μ`, each step projects the working residual `u = (y − μ)/μ` on
//! regressors and effects,
//!
//! ```text
//! ũ = M u,   b = (X̃ᵀ W X̃)⁻¹ X̃ᵀ W ũ,   η ← η + u − (ũ − X̃ b),
//! ```
//!
//! where `M` takes out the effects and `X̃ = M X` (Frisch–Waugh–Lovell). Four things make it fast:
//!
//! * It begins with effects fitted to the sums of their groups, which lies in the span, has weights that are
//!   nearly separable and is never so far off that a step would overshoot: six steps instead of fourteen.
//! * What is projected is the *residual*, which shrinks as the iteration settles, so that a modest relative
//!   tolerance of the inner solver is a warm start in itself (Correia, Guimarães and Zylkin 2020 tighten the
//!   tolerance of the whole instead).
//! * `X̃` of an earlier step differs from `X` by effects only, whatever the weights were. Projecting it again
//!   is a small correction; and a step with an `X̃` slightly out of date is still a step within the span, so
//!   it is only brought up to date while the weights still move.
//! * The end is told by the step itself: the root of `Σ w δ² / Σ w`, the change of log fitted trade.
//!
//! A row with `y = 0` that has no finite estimate shows itself: its step stays near −1 for ever while all
//! others vanish, or slowly falls while the information on some coefficient vanishes. Where there is any sign of
//! that, [`crate::separation`] is asked which rows are separated; otherwise the check costs nothing.

use rayon::prelude::*;

use crate::absorb::Absorber;
use crate::dense::Matrix;
use crate::panel::{Panel, Standardised, cross, cross_with, dot, independent, sum};
use crate::{Certificate, GravityError, Groups, SolverOptions};

/// The steps while `X̃` is brought up to date: once the predictor changes by less, the weights stand still.
const WEIGHTS_STAND_STILL: f64 = 0.05;
/// Inner tolerance to start with, and the least.
const INNER: (f64, f64) = (1e-2, 1e-8);
/// Inner tolerance of the regressors that standard errors are made of.
const FINAL: f64 = 1e-8;
/// Rounds of proportional fitting before the first step.
const FITTING_ROUNDS: usize = 4;
/// Share of a regressor's weighted square below which nothing is known of its coefficient.
const FLAT: f64 = 1e-14;
/// A step larger than this, in a row without trade and after all others have settled, is a drift.
const DRIFT: f64 = 1e-3;
/// More steps than this are a sign of a drift too slow to be told from the last step.
const MANY: usize = 40;

/// What the iteration found, in the order of the absorber's rows.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    /// The regressors that are independent, by position.
    pub(crate) kept: Vec<usize>,
    /// Their coefficients.
    pub(crate) coefficients: Vec<f64>,
    /// What the effects leave of them under the final weights.
    pub(crate) residual_x: Vec<Vec<f64>>,
    /// `X̃ᵀ W X̃`.
    pub(crate) hessian: Matrix,
    /// Linear predictor, with the offset.
    pub(crate) eta: Vec<f64>,
    /// Fitted values.
    pub(crate) mu: Vec<f64>,
    pub(crate) certificate: Certificate,
    /// Whether some fitted value still falls, or seems to: no finite estimate may exist for its row.
    pub(crate) drifts: bool,
}

/// The deviance, `2 Σ weight (y log(y/μ) − y + μ)`; `log_y` is 0 where `y` is.
fn deviance(panel: &Panel, log_y: &[f64], eta: &[f64], mu: &[f64]) -> f64 {
    2.0 * sum(panel.rows(), |rows| {
        let (y, log_y, eta, mu) =
            (&panel.y[rows.clone()], &log_y[rows.clone()], &eta[rows.clone()], &mu[rows.clone()]);
        let parts = y.iter().zip(log_y).zip(eta).zip(mu);
        let parts = parts.map(|(((y, log_y), eta), mu)| y * (log_y - eta) - y + mu);
        match &panel.weights {
            None => parts.sum(),
            Some(weights) => parts.zip(&weights[rows]).map(|(part, weight)| part * weight).sum(),
        }
    })
}

fn exponentials(eta: &[f64], mu: &mut [f64]) {
    mu.par_chunks_mut(1 << 15).zip(eta.par_chunks(1 << 15)).for_each(|(mu, eta)| {
        for (mu, eta) in mu.iter_mut().zip(eta) {
            // Below this a fitted value is nothing, and its inverse must stay finite.
            *mu = eta.max(-690.0).exp();
        }
    });
}

/// A linear predictor to begin with: effects alone, so scaled that the sums of each group come close to those
/// of the response (iterative proportional fitting). It lies in the span of the effects, its weights are
/// nearly separable, and no group is so far off that a Newton step would overshoot.
fn first_guess(panel: &Panel, ways: &[Groups]) -> Vec<f64> {
    let rows = panel.rows();
    let mut mu: Vec<f64> = (0..rows).map(|row| panel.weight(row) * panel.offset(row).exp()).collect();
    let mut factors: Vec<Vec<f64>> = ways.iter().map(|way| vec![1.0; way.count]).collect();
    let weighted: Vec<f64> = (0..rows).map(|row| panel.weight(row) * panel.y[row]).collect();
    let wanted: Vec<Vec<f64>> = ways.iter().map(|way| way.sums(&weighted)).collect();
    let least = 1e-9 * weighted.iter().sum::<f64>() / rows as f64;
    for _ in 0..FITTING_ROUNDS {
        for ((way, wanted), factors) in ways.iter().zip(&wanted).zip(&mut factors) {
            let scale: Vec<f64> =
                way.sums(&mu).iter().zip(wanted).map(|(sum, wanted)| wanted.max(least) / sum).collect();
            mu.iter_mut().zip(&way.codes).for_each(|(mu, code)| *mu *= scale[*code as usize]);
            factors.iter_mut().zip(scale).for_each(|(factor, scale)| *factor *= scale);
        }
    }
    factors.iter_mut().flatten().for_each(|factor| *factor = factor.ln());
    (0..rows)
        .map(|row| {
            let of_groups: f64 =
                ways.iter().zip(&factors).map(|(way, factors)| factors[way.codes[row] as usize]).sum();
            panel.offset(row) + of_groups
        })
        .collect()
}

/// Estimates a panel with its fixed effects; `start` is a linear predictor to begin with.
pub(crate) fn estimate(
    panel: &Panel,
    ways: &[Groups],
    absorber: &mut Absorber,
    options: &SolverOptions,
    start: Option<Vec<f64>>,
) -> Result<Solution, GravityError> {
    let rows = panel.rows();
    let Standardised { mut columns, units } = Standardised::new(panel, absorber);
    let (total, weight) = panel.totals();
    if total <= 0.0 {
        return Err(GravityError::NothingLeft { rows, why: "the response is zero everywhere".to_owned() });
    }
    let log_y: Vec<f64> = panel.y.iter().map(|y| if *y > 0.0 { y.ln() } else { 0.0 }).collect();
    let mean = total / weight;
    let spanned = start.is_none() && !ways.is_empty();
    let mut eta = match start {
        Some(eta) => eta,
        None if spanned => first_guess(panel, ways),
        None => panel.y.iter().map(|y| (0.5 * (y + mean)).ln()).collect(),
    };
    let mut mu = vec![0.0; rows];
    exponentials(&eta, &mut mu);

    let (mut weights, mut working, mut step, mut trial) =
        (vec![0.0; rows], vec![0.0; rows], vec![0.0; rows], vec![0.0; rows]);
    let (mut kept, mut residual_x, mut coefficients) = (Vec::new(), Vec::new(), Vec::new());
    let mut certificate = Certificate::default();
    let mut change = f64::INFINITY;
    let mut last = if spanned { deviance(panel, &log_y, &eta, &mu) } else { f64::INFINITY };
    let (mut stalled, mut flat) = (0, false);
    loop {
        let first = certificate.iterations == 0;
        certificate.iterations += 1;
        for (((working, weight), y), mu) in working.iter_mut().zip(&mut weights).zip(&panel.y).zip(&mu) {
            *weight = *mu;
            *working = y / mu - 1.0;
        }
        if let Some(of_user) = &panel.weights {
            weights.iter_mut().zip(of_user).for_each(|(weight, of_user)| *weight *= of_user);
        }
        // A first predictor may lie outside the span of regressors and effects; from then on it does not.
        if first && !spanned {
            (0..rows).for_each(|row| working[row] += eta[row] - panel.offset(row));
        }
        absorber.set_weights(&weights);
        if first {
            let found;
            (kept, residual_x, found) =
                independent(std::mem::take(&mut columns), absorber, &weights, options.most_inner_steps);
            certificate.inner_steps += found;
            coefficients = vec![0.0; kept.len()];
        } else if change > WEIGHTS_STAND_STILL {
            for column in &mut residual_x {
                certificate.inner_steps +=
                    absorber.residualize(column, INNER.0, options.most_inner_steps).steps;
            }
        }
        let hessian = cross(&residual_x, &weights);
        // Where the weights leave next to nothing of a column, the step does without it.
        let least: Vec<f64> = (0..kept.len()).map(|index| FLAT * hessian.at(index, index)).collect();
        let factor = hessian.cholesky(&least);
        flat |= factor.kept.len() < kept.len();
        step.copy_from_slice(&working);
        let tolerance = if first { 1e-3 } else { change.clamp(INNER.1, INNER.0) };
        certificate.inner_steps +=
            absorber.residualize(&mut working, tolerance, options.most_inner_steps).steps;
        let score = cross_with(&residual_x, &weights, &working);
        let mut b = vec![0.0; kept.len()];
        let used: Vec<f64> = factor.kept.iter().map(|index| score[*index]).collect();
        for (index, value) in factor.kept.iter().zip(factor.solve(&used)) {
            b[*index] = value;
        }
        for (b, column) in b.iter().zip(&residual_x) {
            for (working, x) in working.iter_mut().zip(column) {
                *working -= b * x;
            }
        }
        step.iter_mut().zip(&working).for_each(|(step, left)| *step -= left);
        if first && !spanned {
            (0..rows).for_each(|row| step[row] += panel.offset(row) - eta[row]);
        }
        // Halved until the deviance does not rise by more than rounding; the first step only if it overflows.
        let mut share = 1.0;
        let now = loop {
            for ((trial, eta), step) in trial.iter_mut().zip(&eta).zip(&step) {
                *trial = eta + share * step;
            }
            exponentials(&trial, &mut mu);
            let now = deviance(panel, &log_y, &trial, &mu);
            let allowed =
                if first && !spanned { f64::MAX } else { last + 1e-9 * last.abs().max(1e-9 * total) };
            if now <= allowed || share < 1e-6 {
                break now;
            }
            share *= 0.5;
        };
        if !now.is_finite() {
            return Err(GravityError::NotConverged {
                what: "the Poisson iteration",
                iterations: certificate.iterations,
                measure: "the deviance",
                value: now,
                asked: options.tolerance,
            });
        }
        std::mem::swap(&mut eta, &mut trial);
        for (coefficient, b) in coefficients.iter_mut().zip(&b) {
            *coefficient += share * b;
        }
        let before = change;
        let square: f64 = cross_with(std::slice::from_ref(&step), &weights, &step).iter().sum();
        change =
            if first && !spanned { f64::INFINITY } else { (square / weights.iter().sum::<f64>()).sqrt() };
        certificate.deviance_change =
            if first && !spanned { f64::INFINITY } else { (last - now).abs() / now.abs().max(1e-300) };
        certificate.deviance = now;
        certificate.change = change;
        last = now;
        stalled = if change < 1e-6 && change > 0.5 * before { stalled + 1 } else { 0 };
        // Rounding sets a floor; three steps on it are as good as it gets.
        if change <= options.tolerance || stalled >= 3 {
            break;
        }
        if certificate.iterations >= options.most_iterations {
            return Err(GravityError::NotConverged {
                what: "the Poisson iteration",
                iterations: certificate.iterations,
                measure: "the change of log fitted values",
                value: change,
                asked: options.tolerance,
            });
        }
    }
    let moves = (0..rows).any(|row| panel.y[row] == 0.0 && step[row].abs() > DRIFT);
    let drifts = moves || flat || stalled > 0 || certificate.iterations > MANY;
    for row in 0..rows {
        weights[row] = panel.weight(row) * mu[row];
    }
    absorber.set_weights(&weights);
    for column in &mut residual_x {
        certificate.inner_steps += absorber.residualize(column, FINAL, options.most_inner_steps).steps;
    }
    let hessian = cross(&residual_x, &weights);
    certificate.score = (0..residual_x.len())
        .map(|column| {
            let column = &residual_x[column];
            let scores: Vec<f64> =
                (0..rows).map(|row| panel.weight(row) * (panel.y[row] - mu[row]) * column[row]).collect();
            let spread = dot(&scores, &scores).sqrt();
            if spread > 0.0 { scores.iter().sum::<f64>().abs() / spread } else { 0.0 }
        })
        .fold(0.0, f64::max);
    // Back to the units of the regressors.
    let units: Vec<f64> = kept.iter().map(|column| units[*column]).collect();
    let mut in_units = Matrix::zeros(kept.len());
    for i in 0..kept.len() {
        coefficients[i] /= units[i];
        residual_x[i].iter_mut().for_each(|value| *value *= units[i]);
        for j in 0..kept.len() {
            in_units.set(i, j, hessian.at(i, j) * units[i] * units[j]);
        }
    }
    Ok(Solution { kept, coefficients, residual_x, hessian: in_units, eta, mu, certificate, drifts })
}
