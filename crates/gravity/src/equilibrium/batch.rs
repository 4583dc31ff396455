//! Many changes at once: draws of uncertain costs, or scenarios.

use rayon::prelude::*;

use super::{Change, Equilibrium, EquilibriumOptions, World, solve};
use crate::GravityError;

/// Solves a change for each number below `count`, made by `change`, in parallel. Each begins at `start`, the
/// solution of a change in their middle, so that a result does not depend on which thread came first.
pub fn solve_all(
    world: &World,
    count: usize,
    change: impl Fn(usize) -> Change + Sync,
    options: &EquilibriumOptions,
    start: Option<&[f64]>,
) -> Vec<Result<Equilibrium, GravityError>> {
    (0..count).into_par_iter().map(|number| solve(world, &change(number), options, start)).collect()
}
