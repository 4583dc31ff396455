//! Another metric along the routes that are least in cost, worked out for every arc of the hierarchy at once.
//!
//! Whoever pays by one metric wants to know the hours, kilometres and emissions of the way so chosen, for whole
//! matrices. To unpack a million routes takes long; to add the other metric up along with the arcs of the
//! hierarchy takes one more pass over the triangles, and then a matrix of it costs little more than one of
//! distances.

use crate::climb::{Climb, Way};
use crate::customise::{CustomMetric, INFINITY};
use crate::topology::{NOTHING, Topology};
use crate::{CLOSED, Metric, RoutingError, Weights};

/// Sums of a metric along what the arcs of a hierarchy stand for in one lane.
///
/// They hold as long as the hierarchy has the weights for which they were made. They may outlive a change: while it
/// stands they are refused, and once it is undone they hold again.
#[derive(Debug, Clone)]
pub struct Skim<'t, const K: usize> {
    sums: Vec<[u64; 2]>,
    lane: usize,
    topology: &'t Topology,
    weights: Weights<K>,
}

impl<'t, const K: usize> Skim<'t, K> {
    /// The sums of `metric` along least routes in a lane of a hierarchy. Where several routes are least, those
    /// that [`Query::route`](crate::Query::route) finds in an arc of the hierarchy count.
    ///
    /// # Errors
    /// [`RoutingError::Lane`], [`RoutingError::MetricLength`], and [`RoutingError::SkimClosed`] if the metric
    /// closes an arc that is open in the lane.
    pub fn new(hierarchy: &CustomMetric<'t, K>, lane: usize, metric: &Metric) -> Result<Self, RoutingError> {
        hierarchy.check_lane(lane)?;
        let (topology, values) = (hierarchy.topology, metric.values());
        let (arc_count, weights) = (topology.arc_count(), hierarchy.weights.values());
        if values.len() != arc_count {
            return Err(RoutingError::MetricLength { criterion: lane, values: values.len(), arc_count });
        }
        if let Some(arc) = (0..arc_count).find(|&arc| values[arc] == CLOSED && weights[arc][lane] != CLOSED) {
            return Err(RoutingError::SkimClosed { arc });
        }
        let mut sums = vec![[u64::MAX; 2]; topology.up_count()];
        let cost = |arc: usize, side: usize| hierarchy.cells[arc][side][lane];
        for (arc, sum) in sums.iter_mut().enumerate() {
            for (side, sum) in sum.iter_mut().enumerate() {
                let mut originals = topology.originals((2 * arc + side) as u32).iter();
                if let Some(&own) = originals.find(|&&own| weights[own as usize][lane] == cost(arc, side)) {
                    *sum = u64::from(values[own as usize]);
                }
            }
        }
        // What is left stands for going by a lower node: the first that costs as much, as in unpacking.
        let mut place = vec![NOTHING; topology.height];
        for rank in 0..topology.node_count() as u32 {
            for arc in topology.row(rank) {
                place[topology.head_depth[arc] as usize] = arc as u32;
            }
            for &one in topology.downs(rank) {
                let one = one as usize;
                for other in one + 1..topology.row(topology.tail[one]).end {
                    let target = place[topology.head_depth[other] as usize] as usize;
                    for side in 0..2 {
                        let sum = cost(one, 1 - side) + cost(other, side);
                        if sums[target][side] == u64::MAX && sum < INFINITY && sum == cost(target, side) {
                            sums[target][side] = sums[one][1 - side] + sums[other][side];
                        }
                    }
                }
            }
        }
        Ok(Self { sums, lane, topology, weights: hierarchy.weights.clone() })
    }

    /// Whether the sums are those of a lane of a hierarchy as it is.
    pub(crate) fn check(&self, hierarchy: &CustomMetric<'_, K>, lane: usize) -> Result<(), RoutingError> {
        if self.lane != lane {
            return Err(RoutingError::SkimLane { skim: self.lane, lane });
        }
        if !std::ptr::eq(self.topology, hierarchy.topology) || self.weights != hierarchy.weights {
            return Err(RoutingError::SkimOutdated);
        }
        Ok(())
    }

    /// Sums along a climb that kept its arcs, by depth; in `sums`, of which places whose cost is finite hold.
    pub(crate) fn climb(
        &self,
        hierarchy: &CustomMetric<'_, K>,
        climb: &Climb,
        start: u32,
        way: Way,
        sums: &mut Vec<u64>,
    ) {
        let topology = hierarchy.topology;
        let depth = topology.depth[start as usize] as usize;
        sums.clear();
        sums.resize(depth + 1, 0);
        for at in (0..depth).rev() {
            if climb.costs[at] < INFINITY {
                let arc = climb.arcs[at] as usize;
                let below = topology.depth[topology.tail[arc] as usize] as usize;
                sums[at] = sums[below] + self.sums[arc][way as usize];
            }
        }
    }
}
