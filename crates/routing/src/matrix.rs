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
use crate::{CLOSED, End, Query, RoutingError, lanes};

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

/// An end of some set of a caller's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SetEnd {
    pub(crate) rank: u32,
    pub(crate) offset: u32,
    /// Place of the set in the list.
    pub(crate) set: usize,
    /// Place of the end in the set.
    pub(crate) member: u32,
}

/// Ends in the order of the tree.
pub(crate) struct Sorted {
    pub(crate) ends: Vec<SetEnd>,
}

impl Sorted {
    pub(crate) fn new<const K: usize>(
        metric: &CustomMetric<'_, K>,
        role: &'static str,
        sets: &[Vec<End>],
    ) -> Result<Self, RoutingError> {
        let mut ends = Vec::new();
        for (set, members) in sets.iter().enumerate() {
            for (member, end) in (0..).zip(members) {
                ends.push(SetEnd { rank: end.rank(role, metric)?, offset: end.offset, set, member });
            }
        }
        ends.sort_unstable();
        Ok(Self { ends })
    }
}

/// For every target, the number of ancestors it shares with each source.
pub(crate) struct Shared {
    /// Shared by neighbours in the merged order of all ranks.
    neighbours: Vec<u32>,
    /// Ranks of all ends, ascending, once each.
    ranks: Vec<u32>,
    /// Places in `ranks` of the sources, and of the targets.
    sources: Vec<u32>,
    targets: Vec<u32>,
}

impl Shared {
    pub(crate) fn new<const K: usize>(
        metric: &CustomMetric<'_, K>,
        sources: &Sorted,
        targets: &Sorted,
    ) -> Self {
        let mut ranks: Vec<u32> = sources.ends.iter().chain(&targets.ends).map(|end| end.rank).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let both =
            |pair: &[u32]| meeting_depth(metric.topology, pair[0], pair[1]).map_or(0, |depth| depth + 1);
        let neighbours = ranks.windows(2).map(both).collect();
        let place = |end: &SetEnd| ranks.partition_point(|&rank| rank < end.rank) as u32;
        let (sources, targets) =
            (sources.ends.iter().map(place).collect(), targets.ends.iter().map(place).collect());
        Self { neighbours, ranks, sources, targets }
    }

    /// Ancestors that a target shares with every source. In post-order, what two nodes share is the least of
    /// what neighbours between them share.
    pub(crate) fn of_target<const K: usize>(
        &self,
        metric: &CustomMetric<'_, K>,
        target: usize,
        shared: &mut [u32],
    ) {
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

/// Every node as a set of its own.
pub(crate) fn alone(nodes: &[u32]) -> Vec<Vec<End>> {
    nodes.iter().map(|&node| vec![End::at(node)]).collect()
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
        for (place, &SetEnd { rank, .. }) in sources.ends.iter().enumerate() {
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
            for (number, &SetEnd { rank, .. }) in ends.iter().enumerate() {
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
                for (number, target) in ends.iter().enumerate() {
                    let counts: &[u32] = &counts[(number * batches + batch) * WIDE..][..members.len()];
                    let sums = lanes::meet_many::<WIDE>(up, &downs[number * height..][..height], counts);
                    for (&sum, source) in sums.iter().zip(members) {
                        let entry = &mut values[source.set * columns + target.set];
                        if sum < INFINITY {
                            // Three numbers below 2³¹, of which two below 2³⁰.
                            *entry = (sum + source.offset + target.offset).min(*entry);
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
                let found = sorted.ends.iter().find(|end| end.set == place);
                found.map_or(0, |end| self.topology.node[end.rank as usize])
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
        for source in &sources.ends {
            for target in &targets.ends {
                if values[source.set * columns + target.set] != CLOSED {
                    continue;
                }
                if let Some(distance) = query.distance_of_ranks(lane, source.rank, target.rank) {
                    return Err(RoutingError::TooFar {
                        source_node: self.topology.node[source.rank as usize],
                        target_node: self.topology.node[target.rank as usize],
                        distance,
                        limit: INFINITY,
                    });
                }
            }
        }
        Ok(())
    }
}
