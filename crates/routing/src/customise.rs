//! Costs on the hierarchy: every arc gets the least cost of going by lower nodes.
//!
//! *Basic customisation* (Dibbelt, Strasser and Wagner 2016): from the bottom up, for each node `x` and each
//! pair of its upper neighbours `y < z`,
//!
//! ```text
//! up(y,z)   ← min(up(y,z),   down(x,y) + up(x,z))
//! down(y,z) ← min(down(y,z), up(x,y) + down(x,z))
//! ```
//!
//! where `up(y,z)` is the cost from `y` to `z` and `down(y,z)` that from `z` to `y`. This is an LU factorisation in
//! the semiring of minimum and sum, and memory is what it costs:
//!
//! * Both directions of an arc are one [`Cell`], and with `c = (down(x,y), up(x,y))` both lines above become
//!   `cell(y,z) ← min(cell(y,z), c + cell(x,z))`, one operation on vectors. With `K` metrics at once a cell has
//!   `2 K` numbers, and the same operation does all.
//! * Nodes are taken in post-order, and what an arc costs is written where all that it needs was just written.
//!   An arc first takes the costs of the arcs of the graph, then what lower nodes make of it: memory is gone
//!   through once.
//! * Triangles of the fringe, most of the nodes, are listed; they are read once, in order.
//! * In the core a row is finished in one go: it is spread out by the depth of its heads in a small array that
//!   stays in the first cache, and what lower neighbours tell is added there. A supernode is summed up first,
//!   in vectors, as its rows end alike. No triangle is stored and none is searched for.
//!
//! Infinity is 2³¹ − 1: two of them add up without wrapping, and the minimum with what was there, which is never
//! more, makes the sum an infinity again. That a long open route is never taken for a closed one is seen to
//! by a bound: if a finite value of 2³⁰ or more shows up, customising fails with [`RoutingError::SumLimit`].

use crate::aligned::Aligned;
use crate::{RoutingError, Topology, Weights, lanes};

/// A closed arc, inside the hierarchy.
pub(crate) const INFINITY: u32 = (1 << 31) - 1;

/// Values from here on cannot be added up safely.
pub(crate) const WEIGHT_LIMIT: u32 = 1 << 30;

/// Cost up and cost down an arc, in each lane.
pub(crate) type Cell<const K: usize> = [[u32; K]; 2];

/// `K` metrics on one hierarchy: customised together, changed together, asked one at a time or all at once.
///
/// The same weights give the same bits, whatever was customised or changed before.
///
/// ```
/// use routing::{CLOSED, CustomMetric, Graph, Metric, Order, Query, Topology, Weights};
///
/// let graph = Graph::new(3, &[(0, 1), (1, 2), (0, 2), (2, 0)])?;
/// let topology = Topology::new(&graph, &Order::by_structure(&graph))?;
/// let today = Metric::new(vec![10, 10, 50, 5]);
/// let closed = Metric::new(vec![10, CLOSED, 50, 5]);
/// let metric = CustomMetric::new(&topology, Weights::of([&today, &closed])?)?;
/// let mut query = Query::new(&metric);
/// assert_eq!(query.distance(0, 0, 2)?, Some(20)); // lane 0
/// assert_eq!(query.distance(1, 0, 2)?, Some(50)); // lane 1
/// assert_eq!(query.distance(0, 2, 1)?, Some(15));
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CustomMetric<'t, const K: usize> {
    pub(crate) topology: &'t Topology,
    pub(crate) weights: Weights<K>,
    /// By arc of the hierarchy.
    pub(crate) cells: Aligned<Cell<K>>,
    scratch: Aligned<Cell<K>>,
    /// Largest finite value in each lane, or more.
    pub(crate) most: [u32; K],
    /// Changes made since customising that have not been taken back.
    pub(crate) changes: u64,
}

impl<'t, const K: usize> CustomMetric<'t, K> {
    /// Customises a hierarchy with `K` lanes of weights.
    ///
    /// # Errors
    /// [`RoutingError::MetricLength`] if the weights are for another number of arcs,
    /// [`RoutingError::SumLimit`] if they add up to 2³⁰ or more along a shortcut.
    pub fn new(topology: &'t Topology, weights: Weights<K>) -> Result<Self, RoutingError> {
        let mut own = Self {
            topology,
            weights,
            cells: Aligned::zeroed(topology.up_count()),
            scratch: Aligned::zeroed(2 * topology.height),
            most: [0; K],
            changes: 0,
        };
        own.run()?;
        Ok(own)
    }

    /// Customises again with other weights, in the memory of the old ones.
    ///
    /// # Errors
    /// As [`CustomMetric::new`]. After an error the metric must be customised again before it is asked.
    pub fn customise(&mut self, weights: Weights<K>) -> Result<(), RoutingError> {
        self.weights = weights;
        self.changes = 0;
        self.run()
    }

    /// The hierarchy.
    #[must_use]
    pub fn topology(&self) -> &'t Topology {
        self.topology
    }

    /// The weights, with all changes made since they were handed over.
    #[must_use]
    pub fn weights(&self) -> &Weights<K> {
        &self.weights
    }

    /// Whether every arc of the hierarchy costs the same as in another metric on it: the same bits.
    #[must_use]
    pub fn same_costs(&self, other: &Self) -> bool {
        std::ptr::eq(self.topology, other.topology) && self.cells[..] == other.cells[..]
    }

    /// Checks that a lane exists.
    pub(crate) fn check_lane(&self, lane: usize) -> Result<(), RoutingError> {
        if lane < K { Ok(()) } else { Err(RoutingError::Lane { lane, lanes: K }) }
    }

    fn run(&mut self) -> Result<(), RoutingError> {
        let (weights, arc_count) = (self.weights.values(), self.topology.arc_count());
        if weights.len() != arc_count {
            return Err(RoutingError::MetricLength { criterion: 0, values: weights.len(), arc_count });
        }
        self.most = lanes::customise(self.topology, weights, &mut self.cells, &mut self.scratch);
        check_sums(&self.most)
    }
}

/// Whether values can be added up, two at a time. The largest tells: a sum that became too large had a part of
/// at least half its size.
pub(crate) fn check_sums(most: &[u32]) -> Result<(), RoutingError> {
    match most.iter().position(|&value| value >= WEIGHT_LIMIT) {
        Some(lane) => Err(RoutingError::SumLimit { lane, sum: most[lane], limit: WEIGHT_LIMIT }),
        None => Ok(()),
    }
}
