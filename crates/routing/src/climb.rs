//! Climbing from a node to its root, all that a query does before it meets the other side.
//!
//! Every least route can be rewritten as one that climbs to an ancestor of both ends and then descends. An
//! ancestor is known by its depth, so that the costs of climbing to all ancestors are an array as long as the
//! node is deep: its [`Climb`]. Two climbs meet where their nodes have a common ancestor, which are the first
//! places of both arrays, up to the depth of the lowest common ancestor.

use crate::customise::{CustomMetric, INFINITY};
use crate::topology::{NOTHING, Topology};

/// Which way a climb is gone: up from a source, or down to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up = 0,
    Down = 1,
}

/// Costs between a node and each of its ancestors, root first, in one lane.
#[derive(Debug, Clone)]
pub(crate) struct Climb {
    /// Least costs that climbing finds, by depth; infinite where there is no way.
    pub(crate) costs: Vec<u32>,
    /// The arc by which each ancestor was reached at that cost, the first among equals.
    pub(crate) arcs: Vec<u32>,
}

impl Climb {
    pub(crate) fn new(topology: &Topology) -> Self {
        Self { costs: vec![INFINITY; topology.height], arcs: vec![NOTHING; topology.height] }
    }

    /// Makes ready to climb from a rank.
    pub(crate) fn begin(&mut self, topology: &Topology, start: u32) {
        let depth = topology.depth[start as usize] as usize;
        self.costs[..=depth].fill(INFINITY);
        self.costs[depth] = 0;
        self.arcs[depth] = NOTHING;
    }

    /// Goes along the arcs up from a rank; gives its parent.
    #[inline(always)]
    pub(crate) fn step<const K: usize, const ARCS: bool>(
        &mut self,
        metric: &CustomMetric<'_, K>,
        lane: usize,
        rank: u32,
        way: Way,
    ) -> Option<u32> {
        let topology = metric.topology;
        let row = topology.row(rank);
        let cost = self.costs[topology.depth[rank as usize] as usize];
        if cost < INFINITY {
            let arcs = metric.cells[row.clone()].iter().zip(&topology.head_depth[row.clone()]);
            for (arc, (cell, &depth)) in (row.start as u32..).zip(arcs) {
                let sum = cost + cell[way as usize][lane];
                let known = &mut self.costs[depth as usize];
                if ARCS {
                    if sum < *known {
                        *known = sum;
                        self.arcs[depth as usize] = arc;
                    }
                } else {
                    *known = sum.min(*known);
                }
            }
        }
        (!row.is_empty()).then(|| topology.head[row.start])
    }

    /// Climbs from `start` to its root. Afterwards places up to the depth of `start` hold.
    pub(crate) fn run<const K: usize, const ARCS: bool>(
        &mut self,
        metric: &CustomMetric<'_, K>,
        lane: usize,
        start: u32,
        way: Way,
    ) {
        self.begin(metric.topology, start);
        let mut next = Some(start);
        while let Some(rank) = next {
            next = self.step::<K, ARCS>(metric, lane, rank, way);
        }
    }

    /// Arcs of the hierarchy between the start and the ancestor at a depth, that at the ancestor first.
    pub(crate) fn arcs_from<'c>(
        &'c self,
        topology: &'c Topology,
        mut depth: usize,
    ) -> impl Iterator<Item = u32> + 'c {
        std::iter::from_fn(move || {
            let arc = self.arcs[depth];
            (arc != NOTHING).then(|| {
                depth = topology.depth[topology.tail[arc as usize] as usize] as usize;
                arc
            })
        })
    }
}

/// The largest finite of some costs.
pub(crate) fn most(costs: &[u32]) -> u32 {
    costs.iter().map(|&cost| if cost == INFINITY { 0 } else { cost }).max().unwrap_or(0)
}

/// Depth of the lowest common ancestor of two ranks, or `None` if they have no common root.
pub(crate) fn meeting_depth(topology: &Topology, one: u32, other: u32) -> Option<u32> {
    let (mut one, mut other) = (one, other);
    while one != other {
        // Ancestors have higher ranks: the lower of the two climbs.
        let low = if one < other { &mut one } else { &mut other };
        *low = topology.parent(*low)?;
    }
    Some(topology.depth[one as usize])
}
