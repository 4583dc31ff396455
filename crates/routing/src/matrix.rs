//! From many to many.
//!
//! A climb is an array by depth, and two climbs meet where their nodes have common ancestors: in a first part of
//! both arrays. Hence every end climbs once, and an entry of the matrix is the least sum over that part,
//!
//! ```text
//! d(s, t) = min over depths k ≤ depth of the lowest common ancestor of  up_s[k] + down_t[k]
//! ```
//!
//! which are labels of two hops (Abraham, Delling, Goldberg and Werneck, *SEA* 2011) that need no labelling, as
//! the elimination tree has the hubs in order. Compared with a sweep down the hierarchy that is restricted to
//! ancestors of the targets (RPHAST: Delling, Goldberg and Werneck, *WEA* 2011) nothing is handed down: on
//! the road and rail graphs of the world two ends have a few dozen common ancestors, while the rows to be swept
//! have thousands of arcs a target.
//!
//! Sixteen sources, neighbours in the order of the tree, lie side by side in a vector. They mostly share the
//! lowest common ancestor with a target; where they do not, those with more go on alone.

use crate::climb::{Climb, Way, meeting_depth, most};
use crate::customise::{CustomMetric, INFINITY};
use crate::{CLOSED, End, Query, RoutingError, Skim, lanes};

/// Sources side by side in a vector.
pub(crate) const WIDE: usize = 16;

/// Targets worked on at once, so that what is kept for each source stays small.
const CHUNK: usize = 64;

/// Numbers from many to many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Number of sources.
    pub rows: usize,
    /// Number of targets.
    pub columns: usize,
    /// Row by row; [`CLOSED`] where there is no way.
    pub values: Vec<u32>,
}

impl Matrix {
    /// The entry from a source to a target, by their places in the lists; `None` where there is no way.
    ///
    /// # Panics
    /// If there is no such entry.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<u32> {
        assert!(column < self.columns, "column {column} of {}", self.columns);
        Some(self.values[row * self.columns + column]).filter(|&value| value != CLOSED)
    }
}

/// A distance matrix and, for the same routes, sums of other metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkimmedMatrix {
    /// Least costs.
    pub distances: Matrix,
    /// By skim, row by row: the sum along the least route; `None` where there is no way.
    pub skims: Vec<Vec<Option<u64>>>,
}

/// Ends in the order of the tree: rank, offset, and place in the caller's list.
struct Sorted {
    ends: Vec<(u32, u32, usize)>,
}

impl Sorted {
    fn new<const K: usize>(
        metric: &CustomMetric<'_, K>,
        role: &'static str,
        sets: &[Vec<End>],
    ) -> Result<Self, RoutingError> {
        let mut ends = Vec::new();
        for (place, set) in sets.iter().enumerate() {
            for end in set {
                ends.push((end.rank(role, metric)?, end.offset, place));
            }
        }
        ends.sort_unstable();
        Ok(Self { ends })
    }
}

/// For every target, the number of ancestors it shares with each source.
struct Shared {
    /// Shared by neighbours in the merged order of all ranks.
    neighbours: Vec<u32>,
    /// Ranks of all ends, ascending, once each.
    ranks: Vec<u32>,
    /// Places in `ranks` of the sources, and of the targets.
    sources: Vec<u32>,
    targets: Vec<u32>,
}

impl Shared {
    fn new<const K: usize>(metric: &CustomMetric<'_, K>, sources: &Sorted, targets: &Sorted) -> Self {
        let mut ranks: Vec<u32> = sources.ends.iter().chain(&targets.ends).map(|end| end.0).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let both =
            |pair: &[u32]| meeting_depth(metric.topology, pair[0], pair[1]).map_or(0, |depth| depth + 1);
        let neighbours = ranks.windows(2).map(both).collect();
        let place = |end: &(u32, u32, usize)| ranks.partition_point(|&rank| rank < end.0) as u32;
        let (sources, targets) =
            (sources.ends.iter().map(place).collect(), targets.ends.iter().map(place).collect());
        Self { neighbours, ranks, sources, targets }
    }

    /// Ancestors that a target shares with every source. In post-order, what two nodes share is the least of
    /// what neighbours between them share.
    fn of_target<const K: usize>(&self, metric: &CustomMetric<'_, K>, target: usize, shared: &mut [u32]) {
        let place = self.targets[target] as usize;
        let own = metric.topology.depth[self.ranks[place] as usize] + 1;
        let middle = self.sources.partition_point(|&source| (source as usize) < place);
        let (before, after) = shared.split_at_mut(middle);
        let (mut least, mut at) = (own, place);
        for (shared, &source) in before.iter_mut().zip(&self.sources[..middle]).rev() {
            while at > source as usize {
                at -= 1;
                least = least.min(self.neighbours[at]);
            }
            *shared = least;
        }
        (least, at) = (own, place);
        for (shared, &source) in after.iter_mut().zip(&self.sources[middle..]) {
            while at < source as usize {
                least = least.min(self.neighbours[at]);
                at += 1;
            }
            *shared = least;
        }
    }
}

impl<const K: usize> CustomMetric<'_, K> {
    /// Least costs in a lane from every source to every target. Nodes may come more than once.
    ///
    /// ```
    /// use routing::{CustomMetric, Graph, Order, Topology, Weights};
    ///
    /// let graph = Graph::new(3, &[(0, 1), (1, 2)])?;
    /// let topology = Topology::new(&graph, &Order::by_structure(&graph))?;
    /// let metric = CustomMetric::new(&topology, Weights::new(vec![[5], [7]])?)?;
    /// let matrix = metric.matrix(0, &[0, 1], &[2, 0])?;
    /// assert_eq!((matrix.get(0, 0), matrix.get(1, 0)), (Some(12), Some(7)));
    /// assert_eq!((matrix.get(0, 1), matrix.get(1, 1)), (Some(0), None));
    /// # Ok::<(), routing::RoutingError>(())
    /// ```
    ///
    /// # Errors
    /// [`RoutingError::Lane`], [`RoutingError::SearchEnd`], and [`RoutingError::TooFar`] if an entry would be
    /// 2³¹ − 1 or more.
    pub fn matrix(&self, lane: usize, sources: &[u32], targets: &[u32]) -> Result<Matrix, RoutingError> {
        let alone =
            |nodes: &[u32]| -> Vec<Vec<End>> { nodes.iter().map(|&node| vec![End::at(node)]).collect() };
        self.matrix_between(lane, &alone(sources), &alone(targets))
    }

    /// The same between sets of ends with offsets, such as zones with their connectors: the least over all
    /// pairs.
    ///
    /// # Errors
    /// As [`CustomMetric::matrix`], and [`RoutingError::Offset`].
    pub fn matrix_between(
        &self,
        lane: usize,
        sources: &[Vec<End>],
        targets: &[Vec<End>],
    ) -> Result<Matrix, RoutingError> {
        self.check_lane(lane)?;
        let (rows, columns) = (sources.len(), targets.len());
        let sources = Sorted::new(self, "source", sources)?;
        let targets = Sorted::new(self, "target", targets)?;
        let mut values = vec![CLOSED; rows * columns];
        let shared = Shared::new(self, &sources, &targets);
        let height = self.topology.height;
        let mut climb = Climb::new(self.topology);
        let mut farthest = [0, 0];
        // Climbs of the sources, sixteen side by side.
        let batches = sources.ends.len().div_ceil(WIDE);
        let mut ups = vec![[INFINITY; WIDE]; batches * height];
        for (place, &(rank, ..)) in sources.ends.iter().enumerate() {
            climb.run::<K, false>(self, lane, rank, Way::Up);
            let costs = &climb.costs[..=self.topology.depth[rank as usize] as usize];
            farthest[0] = most(costs).max(farthest[0]);
            let batch = &mut ups[place / WIDE * height..];
            for (side_by_side, &cost) in batch.iter_mut().zip(costs) {
                side_by_side[place % WIDE] = cost;
            }
        }
        let mut doubtful = false;
        let mut counts = vec![0; batches * WIDE * CHUNK];
        let mut downs = vec![INFINITY; CHUNK * height];
        for (chunk, ends) in targets.ends.chunks(CHUNK).enumerate() {
            for (number, &(rank, ..)) in ends.iter().enumerate() {
                climb.run::<K, false>(self, lane, rank, Way::Down);
                let costs = &climb.costs[..=self.topology.depth[rank as usize] as usize];
                farthest[1] = most(costs).max(farthest[1]);
                downs[number * height..][..costs.len()].copy_from_slice(costs);
                let counts = &mut counts[number * batches * WIDE..][..sources.ends.len()];
                shared.of_target(self, chunk * CHUNK + number, counts);
            }
            for batch in 0..batches {
                let up = &ups[batch * height..][..height];
                let members = &sources.ends[batch * WIDE..(batch * WIDE + WIDE).min(sources.ends.len())];
                for (number, &(_, target_offset, column)) in ends.iter().enumerate() {
                    let counts: &[u32] = &counts[(number * batches + batch) * WIDE..][..members.len()];
                    let sums = lanes::meet_many::<WIDE>(up, &downs[number * height..][..height], counts);
                    for (&sum, &(_, offset, row)) in sums.iter().zip(members) {
                        let entry = &mut values[row * columns + column];
                        if sum < INFINITY {
                            // Three numbers below 2³¹, of which two below 2³⁰.
                            *entry = (sum + offset + target_offset).min(*entry);
                        } else {
                            doubtful = true;
                        }
                    }
                }
            }
        }
        let long = farthest[0].max(farthest[1]).saturating_add(self.most[lane]) >= INFINITY
            || farthest[0] + farthest[1] >= INFINITY;
        if doubtful && long {
            self.check_missing(lane, &sources, &targets, &values, columns)?;
        }
        if let Some(place) = values.iter().position(|&value| value >= INFINITY && value != CLOSED) {
            let node = |sorted: &Sorted, place: usize| {
                let found = sorted.ends.iter().find(|end| end.2 == place);
                found.map_or(0, |end| self.topology.node[end.0 as usize])
            };
            return Err(RoutingError::TooFar {
                source_node: node(&sources, place / columns),
                target_node: node(&targets, place % columns),
                distance: u64::from(values[place]),
                limit: INFINITY,
            });
        }
        Ok(Matrix { rows, columns, values })
    }

    /// Entries without a way, where sums may have become too large for 32 bits: whether there is one.
    #[cold]
    fn check_missing(
        &self,
        lane: usize,
        sources: &Sorted,
        targets: &Sorted,
        values: &[u32],
        columns: usize,
    ) -> Result<(), RoutingError> {
        let mut query = Query::new(self);
        for &(source, _, row) in &sources.ends {
            for &(target, _, column) in &targets.ends {
                if values[row * columns + column] != CLOSED {
                    continue;
                }
                if let Some(distance) = query.distance_of_ranks(lane, source, target) {
                    return Err(RoutingError::TooFar {
                        source_node: self.topology.node[source as usize],
                        target_node: self.topology.node[target as usize],
                        distance,
                        limit: INFINITY,
                    });
                }
            }
        }
        Ok(())
    }

    /// Least costs from many to many in the lane of some skims, and the sums of these along the routes. All
    /// skims must be of one lane.
    ///
    /// # Errors
    /// As [`CustomMetric::matrix`], and [`RoutingError::Lane`] if skims are of several lanes.
    pub fn skimmed_matrix(
        &self,
        lane: usize,
        sources: &[u32],
        targets: &[u32],
        skims: &[Skim],
    ) -> Result<SkimmedMatrix, RoutingError> {
        if let Some(skim) = skims.iter().find(|skim| skim.lane != lane) {
            return Err(RoutingError::Lane { lane: skim.lane, lanes: lane + 1 });
        }
        let distances = self.matrix(lane, sources, targets)?;
        let topology = self.topology;
        let mut sums_of = vec![vec![None; distances.values.len()]; skims.len()];
        let mut climb = Climb::new(topology);
        let mut climbed = |rank: u32, way: Way| {
            climb.run::<K, true>(self, lane, rank, way);
            let of = |skim: &Skim| {
                let mut sums = Vec::new();
                skim.climb(self, &climb, rank, way, &mut sums);
                sums
            };
            let skims: Vec<Vec<u64>> = skims.iter().map(of).collect();
            (climb.costs[..=topology.depth[rank as usize] as usize].to_vec(), skims)
        };
        let alone =
            |nodes: &[u32]| -> Vec<Vec<End>> { nodes.iter().map(|&node| vec![End::at(node)]).collect() };
        let sources = Sorted::new(self, "source", &alone(sources))?;
        let targets = Sorted::new(self, "target", &alone(targets))?;
        let shared = Shared::new(self, &sources, &targets);
        let mut counts = vec![0; sources.ends.len()];
        let ups: Vec<_> = sources.ends.iter().map(|&(rank, ..)| climbed(rank, Way::Up)).collect();
        for (target, &(rank, _, column)) in targets.ends.iter().enumerate() {
            let (down, theirs) = climbed(rank, Way::Down);
            shared.of_target(self, target, &mut counts);
            for (((up, own), &(_, _, row)), &shared) in ups.iter().zip(&sources.ends).zip(&counts) {
                let place = row * distances.columns + column;
                let cost = distances.values[place];
                if cost == CLOSED {
                    continue;
                }
                // The lowest of the ancestors at which the least is met, as in a query.
                let shared = shared as usize;
                let sums = up[..shared].iter().zip(&down[..shared]).map(|(up, down)| up + down);
                let Some(at) = sums.rev().position(|sum| sum == cost) else { continue };
                let at = shared - 1 - at;
                for (skim, sums) in sums_of.iter_mut().enumerate() {
                    sums[place] = Some(own[skim][at] + theirs[skim][at]);
                }
            }
        }
        Ok(SkimmedMatrix { distances, skims: sums_of })
    }
}
