//! The directed graph: who is joined to whom, and nothing else.

use crate::RoutingError;

/// Most nodes a graph can have: a route visits each node at most once and an arc costs less than 2³², so
/// that every sum of one criterion stays below 2⁵⁶ and every weighted sum fits into 128 bits.
pub(crate) const NODE_LIMIT: usize = 1 << 23;

/// A directed graph in forward- and backward-star form. Nodes and arcs are numbers from 0; an arc keeps
/// the number of its place in the list it came from, so that a caller's arrays by arc stay aligned.
///
/// Parallel arcs, self-loops and parts that are not joined are normal.
///
/// ```
/// use routing::Graph;
///
/// // Two arcs from 0 to 1 (say rail and road), and one on to 2.
/// let graph = Graph::new(3, &[(0, 1), (0, 1), (1, 2)])?;
/// assert_eq!(graph.outgoing(0), [0, 1]);
/// assert_eq!(graph.incoming(2), [2]);
/// assert_eq!((graph.tail(2), graph.head(2)), (1, 2));
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    tails: Vec<u32>,
    heads: Vec<u32>,
    first_outgoing: Vec<u32>,
    outgoing: Vec<u32>,
    first_incoming: Vec<u32>,
    incoming: Vec<u32>,
}

impl Graph {
    /// A graph of `node_count` nodes and the given arcs, each a pair of tail and head.
    ///
    /// # Errors
    /// [`RoutingError::ArcEnd`] if an arc names a node that is not there,
    /// [`RoutingError::TooManyNodes`] above 2²³ nodes, [`RoutingError::TooManyArcs`] above 2³¹ arcs.
    pub fn new(node_count: usize, arcs: &[(u32, u32)]) -> Result<Self, RoutingError> {
        if node_count > NODE_LIMIT {
            return Err(RoutingError::TooManyNodes { nodes: node_count, limit: NODE_LIMIT });
        }
        let arc_limit = 1 << 31;
        if arcs.len() > arc_limit {
            return Err(RoutingError::TooManyArcs { arcs: arcs.len(), limit: arc_limit });
        }
        for (arc, &(tail, head)) in arcs.iter().enumerate() {
            for (end, node) in [("tail", tail), ("head", head)] {
                if node as usize >= node_count {
                    return Err(RoutingError::ArcEnd { arc, end, node, node_count });
                }
            }
        }
        let tails: Vec<u32> = arcs.iter().map(|&(tail, _)| tail).collect();
        let heads: Vec<u32> = arcs.iter().map(|&(_, head)| head).collect();
        let (first_outgoing, outgoing) = star(node_count, &tails);
        let (first_incoming, incoming) = star(node_count, &heads);
        Ok(Self { tails, heads, first_outgoing, outgoing, first_incoming, incoming })
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.first_outgoing.len() - 1
    }

    /// Number of arcs.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.tails.len()
    }

    /// Node at which `arc` begins.
    ///
    /// # Panics
    /// If there is no such arc.
    #[must_use]
    pub fn tail(&self, arc: u32) -> u32 {
        self.tails[arc as usize]
    }

    /// Node at which `arc` ends.
    ///
    /// # Panics
    /// If there is no such arc.
    #[must_use]
    pub fn head(&self, arc: u32) -> u32 {
        self.heads[arc as usize]
    }

    /// Arcs that begin at `node`, in ascending order.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn outgoing(&self, node: u32) -> &[u32] {
        slice(&self.first_outgoing, &self.outgoing, node)
    }

    /// Arcs that end at `node`, in ascending order.
    ///
    /// # Panics
    /// If there is no such node.
    #[must_use]
    pub fn incoming(&self, node: u32) -> &[u32] {
        slice(&self.first_incoming, &self.incoming, node)
    }
}

fn slice<'a>(first: &[u32], arcs: &'a [u32], node: u32) -> &'a [u32] {
    &arcs[first[node as usize] as usize..first[node as usize + 1] as usize]
}

/// Arcs sorted by the node in `ends` (a counting sort, stable), and where each node's arcs begin.
fn star(node_count: usize, ends: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0u32; node_count + 1];
    for &node in ends {
        first[node as usize + 1] += 1;
    }
    for node in 0..node_count {
        first[node + 1] += first[node];
    }
    let mut place = first.clone();
    let mut arcs = vec![0u32; ends.len()];
    for (arc, &node) in ends.iter().enumerate() {
        let here = &mut place[node as usize];
        arcs[*here as usize] = arc as u32;
        *here += 1;
    }
    (first, arcs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_hold_parallel_arcs_and_loops() {
        let graph = Graph::new(4, &[(2, 0), (0, 2), (0, 2), (2, 2)]).unwrap();
        assert_eq!((graph.node_count(), graph.arc_count()), (4, 4));
        assert_eq!(graph.outgoing(0), [1, 2]);
        assert_eq!(graph.outgoing(2), [0, 3]);
        assert_eq!(graph.incoming(2), [1, 2, 3]);
        assert!(graph.outgoing(3).is_empty() && graph.incoming(1).is_empty());
    }

    #[test]
    fn an_arc_to_nowhere_is_named() {
        let error = Graph::new(2, &[(0, 1), (1, 2)]).unwrap_err();
        assert_eq!(error.to_string(), "arc 1 has head 2, but the graph has 2 nodes, numbered from 0");
        assert!(matches!(Graph::new(NODE_LIMIT + 1, &[]), Err(RoutingError::TooManyNodes { .. })));
        assert_eq!(Graph::new(0, &[]).unwrap().node_count(), 0);
    }
}
