//! From one node, or one of some nodes, to another: distance and route.
//!
//! The elimination tree query (Bauer, Columbus, Rutter and Wagner 2016): both ends climb, the lower one first,
//! until they are at the same node; from there on they climb together. There is no queue.

use crate::climb::{Climb, Way, most};
use crate::customise::{CustomMetric, INFINITY, WEIGHT_LIMIT};
use crate::unpack::Meanings;
use crate::{Metric, RoutingError};

/// Asks for distances and routes. Holds the memory for it, so that one is made for many questions.
#[derive(Debug, Clone)]
pub struct Query<'m, const K: usize> {
    metric: &'m CustomMetric<'m, K>,
    up: Climb,
    down: Climb,
    /// Arcs climbed, twice each, plus one for those that lead down.
    slots: Vec<u32>,
    meanings: Meanings,
}

/// A least route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HierarchyRoute {
    /// Node at which it begins.
    pub source: u32,
    /// Node at which it ends.
    pub target: u32,
    /// What it costs, offsets of its ends included.
    pub distance: u64,
    /// Arcs of the graph in order.
    pub arcs: Vec<u32>,
}

impl HierarchyRoute {
    /// Another metric along the route: hours, kilometres, emissions. `None` if it closes an arc of it.
    ///
    /// # Panics
    /// If the metric has fewer arcs than the graph.
    #[must_use]
    pub fn skim(&self, metric: &Metric) -> Option<u64> {
        self.arcs.iter().try_fold(0, |sum, &arc| {
            let value = metric.value(arc);
            (value != crate::CLOSED).then(|| sum + u64::from(value))
        })
    }
}

/// A node where routes may begin or end, and what that costs: a connector of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct End {
    /// The node.
    pub node: u32,
    /// What it costs to begin or to end there, below 2³⁰.
    pub offset: u32,
}

impl End {
    /// A node at no cost.
    #[must_use]
    pub fn at(node: u32) -> Self {
        Self { node, offset: 0 }
    }

    /// The rank of the node, if node and offset are valid.
    pub(crate) fn rank<const K: usize>(
        self,
        role: &'static str,
        metric: &CustomMetric<'_, K>,
    ) -> Result<u32, RoutingError> {
        let (node, offset, node_count) = (self.node, self.offset, metric.topology.node_count());
        let &rank = metric.topology.rank.get(node as usize).ok_or(RoutingError::SearchEnd {
            role,
            node,
            node_count,
        })?;
        if offset >= WEIGHT_LIMIT {
            return Err(RoutingError::Offset { role, node, offset, limit: WEIGHT_LIMIT });
        }
        Ok(rank)
    }
}

impl<'m, const K: usize> Query<'m, K> {
    /// A query on a customised hierarchy.
    #[must_use]
    pub fn new(metric: &'m CustomMetric<'m, K>) -> Self {
        let climb = Climb::new(metric.topology);
        Self { metric, up: climb.clone(), down: climb, slots: Vec::new(), meanings: Meanings::default() }
    }

    /// The least cost from `source` to `target` in a lane, or `None` if there is no way.
    ///
    /// # Errors
    /// [`RoutingError::Lane`] or [`RoutingError::SearchEnd`] for a lane or node that is not there.
    pub fn distance(&mut self, lane: usize, source: u32, target: u32) -> Result<Option<u64>, RoutingError> {
        self.metric.check_lane(lane)?;
        let source = End::at(source).rank("source", self.metric)?;
        let target = End::at(target).rank("target", self.metric)?;
        Ok(self.distance_of_ranks(lane, source, target))
    }

    pub(crate) fn distance_of_ranks(&mut self, lane: usize, source: u32, target: u32) -> Option<u64> {
        let (sum, _) = self.meet::<false>(lane, source, target)?;
        if sum < INFINITY { Some(u64::from(sum)) } else { self.long_distance(lane, source, target) }
    }

    /// A least route from `source` to `target` in a lane, or `None` if there is no way. Of several the same
    /// is found always.
    ///
    /// # Errors
    /// As [`Query::distance`], and [`RoutingError::TooFar`] if the route costs 2³¹ − 1 or more.
    pub fn route(
        &mut self,
        lane: usize,
        source: u32,
        target: u32,
    ) -> Result<Option<HierarchyRoute>, RoutingError> {
        self.route_between(lane, &[End::at(source)], &[End::at(target)])
    }

    /// A least route from any of some sources to any of some targets, offsets included: what makes zones with
    /// connectors, without a node for the zone.
    ///
    /// # Errors
    /// As [`Query::route`], and [`RoutingError::Offset`] for an offset of 2³⁰ or more.
    pub fn route_between(
        &mut self,
        lane: usize,
        sources: &[End],
        targets: &[End],
    ) -> Result<Option<HierarchyRoute>, RoutingError> {
        self.metric.check_lane(lane)?;
        for (role, ends) in [("source", sources), ("target", targets)] {
            for end in ends {
                end.rank(role, self.metric)?;
            }
        }
        let best = match (sources, targets) {
            // One pair needs no comparing, and climbs once.
            (&[source], &[target]) => Some((source, target)),
            _ => self.best_pair(lane, sources, targets),
        };
        let Some((source, target)) = best else { return Ok(None) };
        let topology = self.metric.topology;
        let (one, other) = (topology.rank[source.node as usize], topology.rank[target.node as usize]);
        let Some((sum, depth)) = self.meet::<true>(lane, one, other) else { return Ok(None) };
        let offsets = u64::from(source.offset) + u64::from(target.offset);
        if sum >= INFINITY {
            let (source_node, target_node) = (source.node, target.node);
            return match self.long_distance(lane, one, other) {
                None => Ok(None),
                Some(sum) => {
                    let distance = sum + offsets;
                    Err(RoutingError::TooFar { source_node, target_node, distance, limit: INFINITY })
                }
            };
        }
        let distance = u64::from(sum) + offsets;
        self.slots.clear();
        self.slots.extend(self.up.arcs_from(topology, depth).map(|arc| 2 * arc));
        self.slots.reverse();
        self.slots.extend(self.down.arcs_from(topology, depth).map(|arc| 2 * arc + 1));
        let arcs = self.meanings.unpack(self.metric, lane, &self.slots);
        Ok(Some(HierarchyRoute { source: source.node, target: target.node, distance, arcs }))
    }

    /// The pair of ends between which a route is least, the first among equals.
    fn best_pair(&mut self, lane: usize, sources: &[End], targets: &[End]) -> Option<(End, End)> {
        let mut best: Option<(u64, End, End)> = None;
        for &source in sources {
            for &target in targets {
                let offsets = u64::from(source.offset) + u64::from(target.offset);
                // Nothing is found between these ends that is below their offsets.
                if best.is_some_and(|(least, ..)| least <= offsets) {
                    continue;
                }
                let rank = |end: End| self.metric.topology.rank[end.node as usize];
                let (one, other) = (rank(source), rank(target));
                if let Some(own) = self.distance_of_ranks(lane, one, other) {
                    let distance = own + offsets;
                    if best.is_none_or(|(least, ..)| distance < least) {
                        best = Some((distance, source, target));
                    }
                }
            }
        }
        best.map(|(_, source, target)| (source, target))
    }

    /// Climbs from both ends; the least sum where they meet, and the depth of the ancestor, the lowest among
    /// equals. `None` if the ends have no common root.
    #[inline(always)]
    fn meet<const ARCS: bool>(&mut self, lane: usize, source: u32, target: u32) -> Option<(u32, usize)> {
        let topology = self.metric.topology;
        self.up.begin(topology, source);
        self.down.begin(topology, target);
        let (mut one, mut other) = (source, target);
        while one != other {
            if one < other {
                one = self.up.step::<K, ARCS>(self.metric, lane, one, Way::Up)?;
            } else {
                other = self.down.step::<K, ARCS>(self.metric, lane, other, Way::Down)?;
            }
        }
        let (mut least, mut at) = (u32::MAX, 0);
        loop {
            let depth = topology.depth[one as usize] as usize;
            let (up, down) = (self.up.costs[depth], self.down.costs[depth]);
            if up + down < least {
                (least, at) = (up + down, depth);
            }
            // What is no cheaper than the best way known leads to none that is.
            let mut next = None;
            if up < least {
                next = self.up.step::<K, ARCS>(self.metric, lane, one, Way::Up);
            }
            if down < least {
                next = self.down.step::<K, ARCS>(self.metric, lane, one, Way::Down);
            }
            match next.or_else(|| topology.parent(one)) {
                Some(parent) => one = parent,
                None => return Some((least, at)),
            }
        }
    }

    /// The distance between two ranks for which 32 bits found none: there is none, or it is very long.
    #[cold]
    fn long_distance(&self, lane: usize, source: u32, target: u32) -> Option<u64> {
        let topology = self.metric.topology;
        let depth = |rank: u32| topology.depth[rank as usize] as usize;
        let (up, down) = (most(&self.up.costs[..=depth(source)]), most(&self.down.costs[..=depth(target)]));
        let step = self.metric.most[lane];
        if up.max(down) + step < INFINITY && up + down < INFINITY {
            // No sum can have become too large.
            return None;
        }
        let climb = |start: u32, way: Way| {
            let mut costs = vec![u64::MAX; depth(start) + 1];
            costs[depth(start)] = 0;
            let mut next = Some(start);
            while let Some(rank) = next {
                let cost = costs[depth(rank)];
                for arc in topology.row(rank) {
                    let step = self.metric.cells[arc][way as usize][lane];
                    if step < INFINITY && cost < u64::MAX {
                        let known = &mut costs[topology.head_depth[arc] as usize];
                        *known = (cost + u64::from(step)).min(*known);
                    }
                }
                next = topology.parent(rank);
            }
            costs
        };
        let meeting = crate::climb::meeting_depth(topology, source, target)? as usize;
        let (up, down) = (climb(source, Way::Up), climb(target, Way::Down));
        let sums = up[..=meeting].iter().zip(&down[..=meeting]).map(|(a, b)| a.saturating_add(*b));
        sums.min().filter(|&sum| sum < u64::MAX)
    }
}
