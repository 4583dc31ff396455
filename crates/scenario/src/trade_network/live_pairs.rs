//! The pairs whose costs answer to delays, as passes of the loop look at them.
//!
//! A pass asks every such pair for its cost, loads every one, and asks how much each would shy away: three walks over some
//! hundred thousand routes. So what they need of a route, its cost without delay and the capacities it takes, lies in rows
//! that are read from end to end.

use rayon::prelude::*;

/// Pairs that are worked on at once; sums over pairs are formed within such pieces and then in order, so that their bits do
/// not depend on threads.
pub(super) const PIECE: usize = 4096;

/// Pairs with a route that takes a scarce capacity.
#[derive(Debug, Clone, Default)]
pub(super) struct LivePairs {
    /// The pairs, ascending.
    pub(super) pairs: Vec<u32>,
    /// By pair, where its routes end; they begin where those of the pair before end.
    ends: Vec<u32>,
    /// Routes, by number in the pool.
    routes: Vec<u32>,
    /// By route, its generalised cost without delays, USD a tonne.
    costs: Vec<f64>,
    /// By route, where its passes end.
    pass_ends: Vec<u32>,
    /// Scarce capacities, with units a tonne.
    passes: Vec<(u32, f64)>,
    /// Whether routes have changed since.
    pub(super) is_stale: bool,
}

/// A route of a live pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct LiveRoute<'a> {
    /// By number in the pool.
    pub(super) route: u32,
    /// Generalised cost without delays, USD a tonne.
    pub(super) cost: f64,
    /// Scarce capacities, with units a tonne, ascending.
    pub(super) passes: &'a [(u32, f64)],
}

impl LiveRoute<'_> {
    /// Generalised cost at delays, USD a tonne.
    pub(super) fn cost_at(&self, value_of_time: f64, delays: &[f64]) -> f64 {
        let hours: f64 = self.passes.iter().map(|(capacity, _)| delays[*capacity as usize]).sum();
        self.cost + value_of_time * hours
    }
}

impl LivePairs {
    /// Adds a route to the pair that is to be added next.
    pub(super) fn add_route(&mut self, route: u32, cost: f64, passes: &[(u32, f64)]) {
        self.routes.push(route);
        self.costs.push(cost);
        self.passes.extend_from_slice(passes);
        self.pass_ends.push(self.passes.len() as u32);
    }

    /// Adds the pair whose routes were added.
    pub(super) fn add_pair(&mut self, pair: u32) {
        self.pairs.push(pair);
        self.ends.push(self.routes.len() as u32);
    }

    /// The routes of a pair, by its position here.
    pub(super) fn routes(&self, position: usize) -> impl ExactSizeIterator<Item = LiveRoute<'_>> {
        let first = if position == 0 { 0 } else { self.ends[position - 1] };
        (first as usize..self.ends[position] as usize).map(|at| {
            let passes = if at == 0 { 0 } else { self.pass_ends[at - 1] };
            LiveRoute {
                route: self.routes[at],
                cost: self.costs[at],
                passes: &self.passes[passes as usize..self.pass_ends[at] as usize],
            }
        })
    }

    /// Number of pairs.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Pieces of positions, in order.
    pub(super) fn pieces(&self) -> impl IndexedParallelIterator<Item = std::ops::Range<usize>> {
        let count = self.len();
        (0..count.div_ceil(PIECE))
            .into_par_iter()
            .map(move |piece| piece * PIECE..((piece + 1) * PIECE).min(count))
    }
}
