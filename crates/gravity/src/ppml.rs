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
//! * The end is told by the steps themselves: the root of `Σ w δ² / Σ w`, the change of log fitted trade, and its fall
//!   from step to step, which tells the change that is left.
//!
//! A row with `y = 0` that has no finite estimate shows itself: its step stays near −1 for ever while all
//! others vanish, or slowly falls while the information on some coefficient vanishes. Where there is any sign of
//! that, [`crate::separation`] is asked which rows are separated; otherwise the check costs nothing.

use rayon::prelude::*;

use crate::absorb::Absorber;
use crate::dense::Matrix;
use crate::panel::{Panel, Standardised, cross, cross_with, independent, sum};
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

/// A fitted value; below the least exponent it is next to nothing, and its inverse must stay finite.
#[inline(always)]
fn fitted(eta: f64) -> f64 {
    eta.max(-690.0).exp()
}

/// One row's part of the deviance, without the factor 2; `log_y` is 0 where `y` is.
#[inline(always)]
fn deviance_part(y: f64, log_y: f64, eta: f64, mu: f64) -> f64 {
    y * (log_y - eta) - y + mu
}

/// Rows of a piece of work: short enough for its columns to stay in the cache from one loop to the next.
const PIECE: usize = 1 << 13;

/// What the iteration moves: the linear predictor, its exponential, and the step of the moment. All that a step
/// does to rows is done piece by piece, since it is memory that costs.
struct Iterate<'p> {
    panel: &'p Panel,
    log_y: Vec<f64>,
    eta: Vec<f64>,
    mu: Vec<f64>,
    /// The working residual, what effects leave of it, and at last the step.
    working: Vec<f64>,
}

impl<'p> Iterate<'p> {
    fn new(panel: &'p Panel, eta: Vec<f64>) -> Self {
        let rows = panel.rows();
        let log_y = panel.y.iter().map(|y| if *y > 0.0 { y.ln() } else { 0.0 }).collect();
        Self { panel, log_y, eta, mu: vec![0.0; rows], working: vec![0.0; rows] }
    }

    /// Runs over pieces of `eta`, `mu` and `working`; what each returns is added up in order.
    fn over_pieces<const N: usize>(
        &mut self,
        of: impl Fn(std::ops::Range<usize>, &mut [f64], &mut [f64], &mut [f64]) -> [f64; N] + Sync,
    ) -> [f64; N] {
        let (eta, mu) = (self.eta.par_chunks_mut(PIECE), self.mu.par_chunks_mut(PIECE));
        let parts: Vec<[f64; N]> = eta
            .zip(mu)
            .zip(self.working.par_chunks_mut(PIECE))
            .enumerate()
            .map(|(piece, ((eta, mu), working))| {
                let start = piece * PIECE;
                of(start..start + eta.len(), eta, mu, working)
            })
            .collect();
        let mut sums = [0.0; N];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        sums
    }

    /// The predictor moved by `share` of the step: fitted values follow. Returns the deviance,
    /// `2 Σ weight (y log(y/μ) − y + μ)`.
    fn moved(&mut self, share: f64) -> f64 {
        let (panel, log_y) = (self.panel, std::mem::take(&mut self.log_y));
        let [sum] = self.over_pieces(|rows, eta, mu, step| {
            let (y, log_y) = (&panel.y[rows.clone()], &log_y[rows.clone()]);
            if share != 0.0 {
                eta.iter_mut().zip(&*step).for_each(|(eta, step)| *eta += share * step);
            }
            mu.iter_mut().zip(&*eta).for_each(|(mu, eta)| *mu = fitted(*eta));
            let parts = (0..y.len()).map(|row| deviance_part(y[row], log_y[row], eta[row], mu[row]));
            [match &panel.weights {
                None => parts.sum(),
                Some(weights) => parts.zip(&weights[rows]).map(|(part, weight)| part * weight).sum(),
            }]
        });
        self.log_y = log_y;
        2.0 * sum
    }

    /// Writes the working residual and the weights; returns the sum of the weights. `from_level` adds the
    /// predictor itself, for one that may lie outside the span of regressors and effects.
    fn work(&mut self, weights: &mut [f64], from_level: bool) -> f64 {
        let panel = self.panel;
        weights.copy_from_slice(&self.mu);
        if let Some(of_user) = &panel.weights {
            weights.iter_mut().zip(of_user).for_each(|(weight, of_user)| *weight *= of_user);
        }
        let weights = &*weights;
        let [sum] = self.over_pieces(|rows, eta, mu, working| {
            let y = &panel.y[rows.clone()];
            for ((working, y), mu) in working.iter_mut().zip(y).zip(&*mu) {
                *working = y / mu - 1.0;
            }
            if from_level {
                let first = rows.start;
                for (at, working) in working.iter_mut().enumerate() {
                    *working += eta[at] - panel.offset(first + at);
                }
            }
            [weights[rows].iter().sum()]
        });
        sum
    }

    /// Turns what effects left of the working residual into the step of coefficients `b`, and returns the weighted
    /// sum of its squares.
    fn step(&mut self, x: &[Vec<f64>], b: &[f64], weights: &[f64]) -> f64 {
        let panel = self.panel;
        let [square] = self.over_pieces(|rows, _, mu, working| {
            let (y, weights) = (&panel.y[rows.clone()], &weights[rows.clone()]);
            pulp::Arch::new().dispatch(|| {
                for (b, column) in b.iter().zip(x) {
                    working.iter_mut().zip(&column[rows.clone()]).for_each(|(left, x)| *left -= b * x);
                }
                let mut square = 0.0;
                for (((working, y), mu), weight) in working.iter_mut().zip(y).zip(&*mu).zip(weights) {
                    // With or without the level, the predictor itself is not part of the step.
                    let step = y / mu - 1.0 - *working;
                    *working = step;
                    square += weight * step * step;
                }
                [square]
            })
        });
        square
    }
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
    let mut scale: Vec<f64> = Vec::new();
    let mut before: Option<&Groups> = None;
    for _ in 0..FITTING_ROUNDS {
        for ((way, wanted), factors) in ways.iter().zip(&wanted).zip(&mut factors) {
            // The factors of the way before are brought in while this one is summed: one pass for each.
            let mut sums = vec![0.0; way.count];
            match before {
                None => sums = way.sums(&mu),
                Some(before) => {
                    for ((mu, last), code) in mu.iter_mut().zip(&before.codes).zip(&way.codes) {
                        *mu *= scale[*last as usize];
                        sums[*code as usize] += *mu;
                    }
                }
            }
            scale.clear();
            scale.extend(sums.iter().zip(wanted).map(|(sum, wanted)| wanted.max(least) / sum));
            factors.iter_mut().zip(&scale).for_each(|(factor, scale)| *factor *= scale);
            before = Some(way);
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
    let mean = total / weight;
    let spanned = start.is_none() && !ways.is_empty();
    let eta = match start {
        Some(eta) => eta,
        None if spanned => first_guess(panel, ways),
        None => panel.y.iter().map(|y| (0.5 * (y + mean)).ln()).collect(),
    };
    let mut iterate = Iterate::new(panel, eta);
    let beginning = iterate.moved(0.0);
    let (mut kept, mut residual_x, mut coefficients) = (Vec::new(), Vec::new(), Vec::new());
    let mut certificate = Certificate::default();
    let mut change = f64::INFINITY;
    let mut last = if spanned { beginning } else { f64::INFINITY };
    let (mut stalled, mut flat) = (0, false);
    loop {
        let first = certificate.iterations == 0;
        certificate.iterations += 1;
        // A first predictor may lie outside the span of regressors and effects; from then on it does not.
        let from_level = first && !spanned;
        let mut weights = absorber.take_weights(rows);
        let weight_sum = iterate.work(&mut weights, from_level);
        absorber.set_weights(weights);
        if first {
            let found;
            (kept, residual_x, found) =
                independent(std::mem::take(&mut columns), absorber, options.most_inner_steps);
            certificate.inner_steps += found;
            coefficients = vec![0.0; kept.len()];
        } else if change > WEIGHTS_STAND_STILL {
            for column in &mut residual_x {
                certificate.inner_steps +=
                    absorber.residualize(column, INNER.0, options.most_inner_steps).steps;
            }
        }
        let hessian = cross(&residual_x, absorber.weights());
        // Where the weights leave next to nothing of a column, the step does without it.
        let least: Vec<f64> = (0..kept.len()).map(|index| FLAT * hessian.at(index, index)).collect();
        let factor = hessian.cholesky(&least);
        flat |= factor.kept.len() < kept.len();
        let tolerance = if first { 1e-3 } else { change.clamp(INNER.1, INNER.0) };
        certificate.inner_steps +=
            absorber.residualize(&mut iterate.working, tolerance, options.most_inner_steps).steps;
        let score = cross_with(&residual_x, absorber.weights(), &iterate.working);
        let mut b = vec![0.0; kept.len()];
        let used: Vec<f64> = factor.kept.iter().map(|index| score[*index]).collect();
        for (index, value) in factor.kept.iter().zip(factor.solve(&used)) {
            b[*index] = value;
        }
        let square = iterate.step(&residual_x, &b, absorber.weights());
        // Halved until the deviance does not rise by more than rounding; the first step only if it overflows.
        let mut share = 1.0;
        let mut now = iterate.moved(share);
        let allowed = if from_level { f64::MAX } else { last + 1e-9 * last.abs().max(1e-9 * total) };
        while !(now <= allowed || share < 1e-6) {
            share *= 0.5;
            now = iterate.moved(-share);
        }
        if !now.is_finite() {
            return Err(GravityError::NotConverged {
                what: "the Poisson iteration",
                iterations: certificate.iterations,
                measure: "the deviance",
                value: now,
                asked: options.tolerance,
            });
        }
        for (coefficient, b) in coefficients.iter_mut().zip(&b) {
            *coefficient += share * b;
        }
        let before = change;
        change = if from_level { f64::INFINITY } else { (square / weight_sum).sqrt() };
        certificate.deviance_change =
            if from_level { f64::INFINITY } else { (last - now).abs() / now.abs().max(1e-300) };
        certificate.deviance = now;
        certificate.change = change;
        last = now;
        stalled = if change < 1e-6 && change > 0.5 * before { stalled + 1 } else { 0 };
        // Newton steps shrink ever faster: what the next one would change is less than this one's share of the last.
        let next = if before.is_finite() { change * (change / before).min(1.0) } else { change };
        // Rounding sets a floor; three steps on it are as good as it gets.
        if next <= options.tolerance || stalled >= 3 {
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
    let Iterate { eta, mu, working: step, log_y, .. } = iterate;
    let moves = (0..rows).any(|row| panel.y[row] == 0.0 && step[row].abs() > DRIFT);
    drop((step, log_y));
    let drifts = moves || flat || stalled > 0 || certificate.iterations > MANY;
    let mut weights = absorber.take_weights(rows);
    (0..rows).for_each(|row| weights[row] = panel.weight(row) * mu[row]);
    absorber.set_weights(weights);
    for column in &mut residual_x {
        certificate.inner_steps += absorber.residualize(column, FINAL, options.most_inner_steps).steps;
    }
    let hessian = cross(&residual_x, absorber.weights());
    certificate.score = (0..residual_x.len())
        .map(|column| {
            let column = &residual_x[column];
            let score = |row: usize| panel.weight(row) * (panel.y[row] - mu[row]) * column[row];
            let spread = sum(rows, |rows| rows.map(|row| score(row).powi(2)).sum()).sqrt();
            let total = sum(rows, |rows| rows.map(score).sum());
            if spread > 0.0 { total.abs() / spread } else { 0.0 }
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
