//! From many to many, with other metrics along the routes.

use crate::climb::{Climb, Way};
use crate::customise::CustomMetric;
use crate::matrix::{Shared, Sorted, alone};
use crate::{CLOSED, End, Matrix, RoutingError, Skim};

/// A distance matrix and, for the same routes, sums of other metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkimmedMatrix {
    /// Least costs, offsets of the ends included.
    pub distances: Matrix,
    /// By skim, row by row: the sum along the least route, between its ends; `None` where there is no way.
    pub skims: Vec<Vec<Option<u64>>>,
    /// Row by row: which end of the source's set and which of the target's set the route joins, by their places in
    /// these. Of several that are least those of [`Query::route_between`](crate::Query::route_between).
    pub ends: Vec<Option<[u32; 2]>>,
}

impl<const K: usize> CustomMetric<'_, K> {
    /// Least costs from every source to every target in the lane of some skims, and the sums of these along the
    /// routes.
    ///
    /// # Errors
    /// As [`CustomMetric::skimmed_matrix_between`].
    pub fn skimmed_matrix(
        &self,
        lane: usize,
        sources: &[u32],
        targets: &[u32],
        skims: &[Skim<'_, K>],
    ) -> Result<SkimmedMatrix, RoutingError> {
        self.skimmed_matrix_between(lane, &alone(sources), &alone(targets), skims)
    }

    /// The same between sets of ends with offsets, such as zones with their connectors. What a connector adds to
    /// a skim is the caller's to add, who knows by [`SkimmedMatrix::ends`] which it was.
    ///
    /// # Errors
    /// As [`CustomMetric::matrix_between`]; [`RoutingError::SkimLane`] for a skim of another lane and
    /// [`RoutingError::SkimOutdated`] for one of other weights.
    pub fn skimmed_matrix_between(
        &self,
        lane: usize,
        sources: &[Vec<End>],
        targets: &[Vec<End>],
        skims: &[Skim<'_, K>],
    ) -> Result<SkimmedMatrix, RoutingError> {
        skims.iter().try_for_each(|skim| skim.check(self, lane))?;
        let distances = self.matrix_between(lane, sources, targets)?;
        let topology = self.topology;
        let mut sums_of = vec![vec![None; distances.values.len()]; skims.len()];
        let mut chosen: Vec<Option<[u32; 2]>> = vec![None; distances.values.len()];
        let mut climb = Climb::new(topology);
        let mut climbed = |rank: u32, way: Way| {
            climb.run::<K, true>(self, lane, rank, way);
            let of = |skim: &Skim<'_, K>| {
                let mut sums = Vec::new();
                skim.climb(self, &climb, rank, way, &mut sums);
                sums
            };
            let skims: Vec<Vec<u64>> = skims.iter().map(of).collect();
            (climb.costs[..=topology.depth[rank as usize] as usize].to_vec(), skims)
        };
        let sources = Sorted::new(self, "source", sources)?;
        let targets = Sorted::new(self, "target", targets)?;
        let shared = Shared::new(self, &sources, &targets);
        let mut counts = vec![0; sources.ends.len()];
        let ups: Vec<_> = sources.ends.iter().map(|end| climbed(end.rank, Way::Up)).collect();
        for (number, target) in targets.ends.iter().enumerate() {
            let (down, theirs) = climbed(target.rank, Way::Down);
            shared.of_target(self, number, &mut counts);
            for (((up, own), source), &shared) in ups.iter().zip(&sources.ends).zip(&counts) {
                let place = source.set * distances.columns + target.set;
                let ends = [source.member, target.member];
                let best = distances.values[place];
                if best == CLOSED || chosen[place].is_some_and(|chosen| chosen < ends) {
                    continue;
                }
                let Some(cost) = best.checked_sub(source.offset + target.offset) else { continue };
                // The lowest of the ancestors at which the least is met, as in a query.
                let shared = shared as usize;
                let sums = up[..shared].iter().zip(&down[..shared]).map(|(up, down)| up + down);
                let Some(at) = sums.rev().position(|sum| sum == cost) else { continue };
                let at = shared - 1 - at;
                chosen[place] = Some(ends);
                for (skim, sums) in sums_of.iter_mut().enumerate() {
                    sums[place] = Some(own[skim][at] + theirs[skim][at]);
                }
            }
        }
        Ok(SkimmedMatrix { distances, skims: sums_of, ends: chosen })
    }
}
