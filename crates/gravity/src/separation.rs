//! Separation: rows whose fitted value would have to be zero, so that no finite estimate exists for them.
//!
//! A row with `y = 0` is separated where some combination `z` of regressors and effects is zero in every row
//! with `y > 0`, at least zero in every row with `y = 0`, and above zero there (Correia, Guimarães and Zylkin,
//! "Verifying the existence of maximum likelihood estimates for generalized linear models", 2019). Dropping
//! all such rows changes no other estimate. They are found in two ways, the reason kept with each row:
//!
//! * by fixed effects alone: a group without any trade ([`prune`]), repeated until nothing changes;
//! * by the iterative rectifier ([`rectify`]), which finds all others: project the indicator of `y = 0` on
//!   all `z` that vanish where `y > 0`, cut the result at zero, and project again, until it no longer falls
//!   below zero. What is above zero then is separated, and `z` is its certificate.
//!
//! That `z` vanishes where `y > 0` is an equality; it is reached by heavy weights there and by moving the
//! target against what is left (the method of multipliers), so that no extreme weight is needed.

use crate::absorb::Absorber;
use crate::panel::{Panel, Standardised, cross, independent, sum};
use crate::{Groups, SolverOptions};

/// Why a row was dropped.
#[derive(Debug, Clone, PartialEq)]
pub enum DropReason {
    /// All responses of its group of this way of fixed effects are zero.
    GroupWithoutTrade {
        /// The way, by position.
        way: usize,
    },
    /// It is alone in its group of this way of fixed effects, which fits it perfectly.
    Singleton {
        /// The way, by position.
        way: usize,
    },
    /// A combination of regressors and effects is positive here and zero wherever there is trade.
    Rectifier {
        /// The value of the combination, the largest being 1.
        certificate: f64,
    },
}

/// Rows to drop because of a way of fixed effects, with the reason, until no more are found. `keep_singletons`
/// keeps rows that are alone in a group with a response above zero.
pub(crate) fn prune(
    y: &[f64],
    ways: &[Groups],
    alive: &mut [bool],
    zero_groups: bool,
    keep_singletons: bool,
) -> Vec<(u32, DropReason)> {
    let mut dropped = Vec::new();
    loop {
        let before = dropped.len();
        for (way, groups) in ways.iter().enumerate() {
            let mut sums = vec![(0.0, 0u32); groups.count];
            for (row, code) in groups.codes.iter().enumerate().filter(|(row, _)| alive[*row]) {
                let (sum, count) = &mut sums[*code as usize];
                *sum += y[row];
                *count += 1;
            }
            for (row, code) in groups.codes.iter().enumerate() {
                let (sum, count) = sums[*code as usize];
                if !alive[row] {
                    continue;
                }
                let reason = if zero_groups && sum == 0.0 {
                    DropReason::GroupWithoutTrade { way }
                } else if count == 1 && !keep_singletons {
                    DropReason::Singleton { way }
                } else {
                    continue;
                };
                alive[row] = false;
                dropped.push((row as u32, reason));
            }
        }
        if dropped.len() == before {
            return dropped;
        }
    }
}

/// Weight of rows with `y > 0`, against 1 elsewhere.
const HEAVY: f64 = 1e4;
/// A combination counts as zero below this, where its largest value is 1.
const ZERO: f64 = 1e-5;
/// Rectifications at most.
const MOST_ROUNDS: usize = 2_000;
/// Corrections of the equalities at most, and when they hold.
const CORRECTIONS: (usize, f64) = (30, 1e-9);

/// Positions of separated rows, in the order of the absorber, with the value of their certificate.
pub(crate) fn rectify(panel: &Panel, absorber: &mut Absorber, options: &SolverOptions) -> Vec<(u32, f64)> {
    let rows = panel.rows();
    let zero: Vec<bool> = panel.y.iter().map(|y| *y == 0.0).collect();
    if !zero.contains(&true) {
        return Vec::new();
    }
    let weights: Vec<f64> = zero.iter().map(|zero| if *zero { 1.0 } else { HEAVY }).collect();
    absorber.set_weights(weights.clone());
    let Standardised { columns, .. } = Standardised::new(panel, absorber);
    let (kept, mut x, _) = independent(columns, absorber, options.most_inner_steps);
    for column in &mut x {
        absorber.residualize(column, 1e-12, options.most_inner_steps);
    }
    let factor = cross(&x, &weights).cholesky(&vec![0.0; kept.len()]);
    let x: Vec<&Vec<f64>> = factor.kept.iter().map(|column| &x[*column]).collect();
    let project = |target: &[f64]| {
        let mut left = target.to_vec();
        absorber.residualize(&mut left, 1e-12, options.most_inner_steps);
        let score: Vec<f64> = x
            .iter()
            .map(|column| sum(rows, |rows| rows.map(|row| weights[row] * column[row] * left[row]).sum()))
            .collect();
        for (b, column) in factor.solve(&score).into_iter().zip(&x) {
            left.iter_mut().zip(*column).for_each(|(left, x)| *left -= b * x);
        }
        target.iter().zip(left).map(|(target, left)| target - left).collect::<Vec<f64>>()
    };
    let mut u: Vec<f64> = zero.iter().map(|zero| f64::from(u8::from(*zero))).collect();
    let mut moved = vec![0.0; rows];
    for _ in 0..MOST_ROUNDS {
        // The combination closest to u among those that vanish where there is trade.
        let mut z = Vec::new();
        for _ in 0..CORRECTIONS.0 {
            let target: Vec<f64> = u.iter().zip(&moved).map(|(u, moved)| u - moved).collect();
            z = project(&target);
            let worst =
                (0..rows).filter(|row| !zero[*row]).fold(0.0f64, |worst, row| worst.max(z[row].abs()));
            if worst <= CORRECTIONS.1 {
                break;
            }
            (0..rows).filter(|row| !zero[*row]).for_each(|row| moved[row] += z[row]);
        }
        let most = (0..rows).filter(|row| zero[*row]).fold(0.0f64, |most, row| most.max(z[row]));
        if most <= ZERO {
            return Vec::new();
        }
        let separated = |row: &usize| zero[*row] && z[*row] > ZERO * most;
        let negative = (0..rows).any(|row| zero[row] && z[row] < -ZERO * most);
        // The residual is orthogonal to every combination. Where it is nowhere negative, a combination of
        // the kind sought must be zero wherever it is positive.
        let residual_negative = (0..rows).any(|row| zero[row] && u[row] - z[row] < -ZERO * most);
        if !negative || !residual_negative {
            return (0..rows)
                .filter(separated)
                .filter(|row| !negative || u[*row] - z[*row] <= ZERO * most)
                .map(|row| (row as u32, z[row] / most))
                .collect();
        }
        for row in 0..rows {
            u[row] = if zero[row] { z[row].max(0.0) / most } else { 0.0 };
            moved[row] /= most;
        }
    }
    Vec::new()
}
