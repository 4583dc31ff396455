//! Lower bounds of what is still to pay from each node to a target: Dijkstra's algorithm run backward.
//!
//! Windows are left out, as waiting only ever adds; the bounds stay valid, and they stay *consistent*
//! (no arc lowers cost so far plus bound), which best-first search relies on.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::Graph;
use crate::trace::NONE;

/// A whole number that distances are counted in.
pub(crate) trait Distance: Copy + Ord {
    const ZERO: Self;
    /// Above every distance that exists.
    const UNREACHABLE: Self;
    fn plus(self, other: Self) -> Self;
}

impl Distance for u64 {
    const ZERO: Self = 0;
    const UNREACHABLE: Self = u64::MAX;
    fn plus(self, other: Self) -> Self {
        self + other
    }
}

impl Distance for u128 {
    const ZERO: Self = 0;
    const UNREACHABLE: Self = u128::MAX;
    fn plus(self, other: Self) -> Self {
        self + other
    }
}

/// Least distance from each node to the nearest target, and the arc to take for it.
#[derive(Debug)]
pub(crate) struct Bounds<D> {
    distances: Vec<D>,
    next: Vec<u32>,
}

impl<D: Distance> Bounds<D> {
    /// Distances over the arcs for which `cost` gives a number.
    pub(crate) fn to_targets(graph: &Graph, targets: &[u32], cost: impl Fn(u32) -> Option<D>) -> Self {
        let mut distances = vec![D::UNREACHABLE; graph.node_count()];
        let mut next = vec![NONE; graph.node_count()];
        let mut queue = BinaryHeap::new();
        for &target in targets {
            distances[target as usize] = D::ZERO;
            queue.push(Reverse((D::ZERO, target)));
        }
        while let Some(Reverse((distance, node))) = queue.pop() {
            if distance > distances[node as usize] {
                continue;
            }
            for &arc in graph.incoming(node) {
                let Some(cost) = cost(arc) else { continue };
                let (tail, longer) = (graph.tail(arc), distance.plus(cost));
                if longer < distances[tail as usize] {
                    distances[tail as usize] = longer;
                    next[tail as usize] = arc;
                    queue.push(Reverse((longer, tail)));
                }
            }
        }
        Self { distances, next }
    }

    /// The bound at `node`, or `None` if no target can be reached from it.
    pub(crate) fn at(&self, node: u32) -> Option<D> {
        let distance = self.distances[node as usize];
        (distance != D::UNREACHABLE).then_some(distance)
    }

    /// The arcs of a least route from `node` to a target.
    pub(crate) fn arcs<'g>(&'g self, graph: &'g Graph, mut node: u32) -> impl Iterator<Item = u32> + 'g {
        std::iter::from_fn(move || {
            let arc = self.next[node as usize];
            (arc != NONE).then(|| {
                node = graph.head(arc);
                arc
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_run_backward_and_leave_closed_arcs_out() {
        let graph = Graph::new(4, &[(0, 1), (1, 2), (0, 2), (2, 0), (2, 2)]).unwrap();
        let costs = [Some(1), Some(1), Some(5), None, Some(0)];
        let bounds = Bounds::<u64>::to_targets(&graph, &[2], |arc| costs[arc as usize]);
        assert_eq!((0..4).map(|node| bounds.at(node)).collect::<Vec<_>>(), [Some(2), Some(1), Some(0), None]);
        assert_eq!(bounds.arcs(&graph, 0).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(bounds.arcs(&graph, 3).count(), 0);
    }
}
