//! Least routes from some nodes to all others, kept as a tree.
//!
//! On graphs of some hundred nodes that change all the time, as the compiled graph of a case does, a label-setting
//! search (Dijkstra, *Numerische Mathematik* 1, 1959) from each source takes some tens of microseconds and needs no
//! preparation; and its tree holds every route, so that any number of other metrics can be summed along them. For
//! large graphs that keep their shape there is the hierarchy ([`CustomMetric`](crate::CustomMetric)).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::{CLOSED, End, Graph, Metric, RoutingError};

/// No arc leads here: the node is a source, or cannot be reached.
const NO_ARC: u32 = u32::MAX;
/// No route leads here.
const NO_ROUTE: u64 = u64::MAX;

/// Least routes from any of some sources to every node.
///
/// Of equal routes the one counts whose last arc has the lowest number, so that a tree depends on the numbers alone.
///
/// ```
/// use routing::{CLOSED, End, Graph, Metric, Tree};
///
/// let graph = Graph::new(4, &[(0, 1), (1, 2), (0, 2), (2, 3)])?;
/// let tree = Tree::new(&graph, &Metric::new(vec![10, 10, 50, CLOSED]), &[End::at(0)])?;
/// assert_eq!(tree.cost(2), Some(20));
/// assert_eq!(tree.cost(3), None);
/// assert_eq!(tree.arcs_to(&graph, 2), [0, 1]);
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    costs: Vec<u64>,
    arcs: Vec<u32>,
}

/// Cost and node as one number, which compares in one go.
fn key(cost: u64, node: u32) -> Reverse<u128> {
    Reverse(u128::from(cost) << 32 | u128::from(node))
}

impl Tree {
    /// The tree of least routes from any of `sources`, offsets included.
    ///
    /// # Errors
    /// [`RoutingError::MetricLength`] for a metric of another graph, [`RoutingError::SearchEnd`] for a source that is
    /// not there.
    pub fn new(graph: &Graph, metric: &Metric, sources: &[End]) -> Result<Self, RoutingError> {
        Self::grown(graph, metric, sources, None)
    }

    /// The same, given up as soon as the least routes to some nodes are known: nothing is said of others.
    ///
    /// # Errors
    /// As [`Tree::new`], and [`RoutingError::SearchEnd`] for a target that is not there.
    pub fn to_targets(
        graph: &Graph,
        metric: &Metric,
        sources: &[End],
        targets: &[u32],
    ) -> Result<Self, RoutingError> {
        let node_count = graph.node_count();
        let mut is_wanted = vec![false; node_count];
        for &node in targets {
            let role = "target";
            *is_wanted.get_mut(node as usize).ok_or(RoutingError::SearchEnd { role, node, node_count })? =
                true;
        }
        Self::grown(graph, metric, sources, Some(is_wanted))
    }

    fn grown(
        graph: &Graph,
        metric: &Metric,
        sources: &[End],
        mut wanted: Option<Vec<bool>>,
    ) -> Result<Self, RoutingError> {
        let mut missing = wanted.iter().flatten().filter(|own| **own).count();
        let (node_count, arc_count) = (graph.node_count(), graph.arc_count());
        if metric.values().len() != arc_count {
            let values = metric.values().len();
            return Err(RoutingError::MetricLength { criterion: 0, values, arc_count });
        }
        let mut tree = Self { costs: vec![NO_ROUTE; node_count], arcs: vec![NO_ARC; node_count] };
        let mut queue = BinaryHeap::new();
        for end in sources {
            let node = end.node;
            let Some(cost) = tree.costs.get_mut(node as usize) else {
                return Err(RoutingError::SearchEnd { role: "source", node, node_count });
            };
            if u64::from(end.offset) < *cost {
                *cost = u64::from(end.offset);
                queue.push(key(*cost, node));
            }
        }
        while let Some(Reverse(next)) = queue.pop() {
            let (cost, node) = ((next >> 32) as u64, next as u32);
            if cost > tree.costs[node as usize] {
                continue;
            }
            if let Some(wanted) = &mut wanted
                && std::mem::take(&mut wanted[node as usize])
            {
                missing -= 1;
                // Whatever leads there on a least route was settled before, so that the route is that of the whole tree.
                if missing == 0 {
                    break;
                }
            }
            for &arc in graph.outgoing(node) {
                let step = metric.value(arc);
                if step == CLOSED {
                    continue;
                }
                let (next, head) = (cost + u64::from(step), graph.head(arc));
                let known = &mut tree.costs[head as usize];
                if next < *known {
                    *known = next;
                    tree.arcs[head as usize] = arc;
                    queue.push(key(next, head));
                } else if next == *known && step > 0 && arc < tree.arcs[head as usize] {
                    // A source has no arc that could be lower; an arc of no cost could close a circle.
                    if tree.arcs[head as usize] != NO_ARC {
                        tree.arcs[head as usize] = arc;
                    }
                }
            }
        }
        Ok(tree)
    }

    /// What the least route to a node costs, or `None` if there is none.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn cost(&self, node: u32) -> Option<u64> {
        Some(self.costs[node as usize]).filter(|&cost| cost != NO_ROUTE)
    }

    /// The arcs of the least route to a node in order; none where the node is a source or cannot be reached.
    ///
    /// # Panics
    /// If there is no such node, or the graph is another one.
    #[must_use]
    pub fn arcs_to(&self, graph: &Graph, node: u32) -> Vec<u32> {
        let mut arcs = Vec::new();
        let mut at = node;
        while self.arcs[at as usize] != NO_ARC {
            let arc = self.arcs[at as usize];
            arcs.push(arc);
            at = graph.tail(arc);
        }
        arcs.reverse();
        arcs
    }
}
