//! From some nodes to all, or from all to some: one pass up the hierarchy and one down.
//!
//! PHAST (Delling, Goldberg, Nowatzyk and Werneck, *IPDPS* 2011) on a customizable hierarchy: costs are first
//! handed up from the nodes given, then every node, from the top down, takes the best that its upper neighbours
//! offer. There is no queue, and memory is gone through in order.

use crate::climb::Way;
use crate::customise::{CustomMetric, INFINITY};
use crate::{End, RoutingError};

impl<const K: usize> CustomMetric<'_, K> {
    /// Least costs in a lane from any of some nodes, offsets included, to every node; `None` for a node that
    /// cannot be reached.
    ///
    /// # Errors
    /// [`RoutingError::Lane`], [`RoutingError::SearchEnd`], [`RoutingError::Offset`].
    pub fn distances_from(&self, lane: usize, sources: &[End]) -> Result<Vec<Option<u64>>, RoutingError> {
        self.sweep(lane, sources, "source", Way::Up)
    }

    /// Least costs in a lane from every node to any of some nodes, offsets included; `None` for a node from
    /// which none can be reached.
    ///
    /// # Errors
    /// [`RoutingError::Lane`], [`RoutingError::SearchEnd`], [`RoutingError::Offset`].
    pub fn distances_to(&self, lane: usize, targets: &[End]) -> Result<Vec<Option<u64>>, RoutingError> {
        self.sweep(lane, targets, "target", Way::Down)
    }

    fn sweep(
        &self,
        lane: usize,
        ends: &[End],
        role: &'static str,
        way: Way,
    ) -> Result<Vec<Option<u64>>, RoutingError> {
        const NONE: u64 = u64::MAX;
        self.check_lane(lane)?;
        let topology = self.topology;
        let mut costs = vec![NONE; topology.node_count()];
        let mut lowest = topology.node_count();
        for end in ends {
            let rank = end.rank(role, self)? as usize;
            costs[rank] = costs[rank].min(u64::from(end.offset));
            lowest = lowest.min(rank);
        }
        for rank in lowest..costs.len() {
            let cost = costs[rank];
            if cost == NONE {
                continue;
            }
            for arc in topology.row(rank as u32) {
                let step = self.cells[arc][way as usize][lane];
                if step < INFINITY {
                    let known = &mut costs[topology.head[arc] as usize];
                    *known = (cost + u64::from(step)).min(*known);
                }
            }
        }
        let back = 1 - way as usize;
        for rank in (0..costs.len()).rev() {
            let mut cost = costs[rank];
            for arc in topology.row(rank as u32) {
                let step = self.cells[arc][back][lane];
                let above = costs[topology.head[arc] as usize];
                if step < INFINITY && above < NONE {
                    cost = cost.min(above + u64::from(step));
                }
            }
            costs[rank] = cost;
        }
        let of = |&rank: &u32| Some(costs[rank as usize]).filter(|&cost| cost < NONE);
        Ok(topology.rank.iter().map(of).collect())
    }
}
