//! The order in which nodes are eliminated: all that is slow about a hierarchy, and worth keeping.
//!
//! An order knows who is joined to whom and nothing of costs. [`Topology`](crate::Topology) is built from it in a
//! moment, so that the order is what one stores.

mod bisection;
mod dissection;
mod reduction;

use crate::{Graph, RoutingError};

/// A permutation of the nodes of a graph, the first to be eliminated first.
///
/// Trees, chains and nodes of three neighbours go first; what is left is cut in halves, and the separators go
/// last. Arc directions do not matter, nor do parallel arcs and self-loops. The same graph and the same
/// coordinates give the same order, always.
///
/// ```
/// use routing::{Graph, Order, Topology};
///
/// let graph = Graph::new(4, &[(0, 1), (1, 2), (2, 3), (3, 2)])?;
/// let order = Order::by_structure(&graph);
/// let stored = order.to_bytes();
/// assert_eq!(Order::from_bytes(&stored)?, order);
/// assert!(Topology::new(&graph, &order).is_ok());
///
/// let error = Order::new(vec![0, 2, 2]).unwrap_err();
/// assert_eq!(error.to_string(), "the order names node 2 twice; it must name each of its 3 nodes once");
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    nodes: Vec<u32>,
}

/// What stored orders begin with.
const MARK: [u8; 8] = *b"ayrumOR1";

impl Order {
    /// An order from a permutation of the numbers from 0.
    ///
    /// # Errors
    /// [`RoutingError::OrderNode`] for a number that is no node, [`RoutingError::OrderTwice`] for one that
    /// comes twice.
    pub fn new(nodes: Vec<u32>) -> Result<Self, RoutingError> {
        let node_count = nodes.len();
        let mut seen = vec![false; node_count];
        for &node in &nodes {
            match seen.get_mut(node as usize) {
                None => return Err(RoutingError::OrderNode { node, node_count }),
                Some(true) => return Err(RoutingError::OrderTwice { node, node_count }),
                Some(seen) => *seen = true,
            }
        }
        Ok(Self { nodes })
    }

    /// An order that uses where nodes lie: `places[node]` is any plane position, such as longitude and
    /// latitude. Only good cuts depend on it, never results.
    ///
    /// # Errors
    /// [`RoutingError::PlacesLength`] unless there is one place a node, [`RoutingError::Place`] for a
    /// coordinate that is not finite.
    pub fn by_place(graph: &Graph, places: &[[f64; 2]]) -> Result<Self, RoutingError> {
        let node_count = graph.node_count();
        if places.len() != node_count {
            return Err(RoutingError::PlacesLength { places: places.len(), node_count });
        }
        let broken = |place: &[f64; 2]| place.iter().any(|value| !value.is_finite());
        if let Some(node) = places.iter().position(broken) {
            let [x, y] = places[node];
            return Err(RoutingError::Place { node, x, y });
        }
        Ok(Self::compute(graph, Some(places)))
    }

    /// An order that uses nothing but who is joined to whom.
    #[must_use]
    pub fn by_structure(graph: &Graph) -> Self {
        Self::compute(graph, None)
    }

    fn compute(graph: &Graph, places: Option<&[[f64; 2]]>) -> Self {
        let reduction = reduction::reduce(neighbours(graph));
        let mut nodes = reduction.eliminated;
        let mut eliminated = vec![false; graph.node_count()];
        for &node in &nodes {
            eliminated[node as usize] = true;
        }
        let core = (0..graph.node_count() as u32).filter(|&node| !eliminated[node as usize]).collect();
        nodes.extend(dissection::dissect(&reduction.core, core, places));
        Self { nodes }
    }

    /// The nodes, the first to be eliminated first.
    #[must_use]
    pub fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    /// The order as bytes, to be stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MARK.to_vec();
        bytes.extend((self.nodes.len() as u64).to_le_bytes());
        bytes.extend(self.nodes.iter().flat_map(|node| node.to_le_bytes()));
        bytes
    }

    /// An order that was stored.
    ///
    /// # Errors
    /// [`RoutingError::OrderBytes`] if the bytes are no stored order, and the errors of [`Order::new`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RoutingError> {
        let wrong = |reason| RoutingError::OrderBytes { bytes: bytes.len(), reason };
        let body = bytes.strip_prefix(&MARK).ok_or(wrong("it does not begin as one"))?;
        let (count, body) = body.split_first_chunk::<8>().ok_or(wrong("it ends too early"))?;
        let (nodes, rest) = body.as_chunks::<4>();
        if !rest.is_empty() || nodes.len() as u64 != u64::from_le_bytes(*count) {
            return Err(wrong("its length is not the one it states"));
        }
        Self::new(nodes.iter().map(|&node| u32::from_le_bytes(node)).collect())
    }
}

/// Neighbours of every node, ascending, without loops and repetition.
pub(crate) fn neighbours(graph: &Graph) -> Vec<Vec<u32>> {
    let of = |node: u32| {
        let heads = graph.outgoing(node).iter().map(|&arc| graph.head(arc));
        let tails = graph.incoming(node).iter().map(|&arc| graph.tail(arc));
        let mut around: Vec<u32> = heads.chain(tails).filter(|&other| other != node).collect();
        around.sort_unstable();
        around.dedup();
        around
    };
    (0..graph.node_count() as u32).map(of).collect()
}
