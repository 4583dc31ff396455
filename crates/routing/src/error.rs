//! What can be wrong with the arrays a caller hands over.

use thiserror::Error;

/// An input this crate cannot work with. Every message names the value, where it stands and what would
/// be valid. That no route exists is not an error: a query then answers `None` or an empty set.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RoutingError {
    /// More nodes than sums of costs have room for.
    #[error("a graph of {nodes} nodes is too large; at most {limit} nodes are possible")]
    TooManyNodes {
        /// Nodes asked for.
        nodes: usize,
        /// Most nodes a graph can have.
        limit: usize,
    },
    /// More arcs than a 32-bit number can name.
    #[error("a graph of {arcs} arcs is too large; at most {limit} arcs are possible")]
    TooManyArcs {
        /// Arcs asked for.
        arcs: usize,
        /// Most arcs a graph can have.
        limit: usize,
    },
    /// An arc begins or ends at a node that the graph does not have.
    #[error("arc {arc} has {end} {node}, but the graph has {node_count} nodes, numbered from 0")]
    ArcEnd {
        /// Position of the arc in the list.
        arc: usize,
        /// `"tail"` or `"head"`.
        end: &'static str,
        /// The node named.
        node: u32,
        /// Nodes of the graph.
        node_count: usize,
    },
    /// A search begins or ends at a node that the graph does not have.
    #[error("{role} {node} is not a node; the graph has {node_count} nodes, numbered from 0")]
    SearchEnd {
        /// `"source"` or `"target"`.
        role: &'static str,
        /// The node named.
        node: u32,
        /// Nodes of the graph.
        node_count: usize,
    },
    /// A value that no fixed-point number of a metric can hold.
    #[error(
        "arc {arc} has the value {value}; at {units_per_one} units per one a value must lie between 0 and \
         {largest}, or be infinite for a closed arc"
    )]
    MetricValue {
        /// The arc.
        arc: usize,
        /// Its value.
        value: f64,
        /// Fixed-point units that make up 1.0.
        units_per_one: f64,
        /// Largest value that would be valid.
        largest: f64,
    },
    /// A fixed-point scale that is no scale.
    #[error("{units_per_one} units per one is no scale; it must be a finite number above 0")]
    MetricScale {
        /// The scale asked for.
        units_per_one: f64,
    },
    /// A metric that belongs to another graph.
    #[error("criterion {criterion} has {values} values, but the graph has {arc_count} arcs")]
    MetricLength {
        /// Position of the metric among the criteria.
        criterion: usize,
        /// Values of the metric.
        values: usize,
        /// Arcs of the graph.
        arc_count: usize,
    },
    /// Windows for an arc that does not exist.
    #[error("windows are listed for arc {arc}, but there are {arc_count} arcs, numbered from 0")]
    WindowArc {
        /// The arc named.
        arc: u32,
        /// Arcs there are.
        arc_count: usize,
    },
    /// Two entries for one arc.
    #[error("windows of arc {arc} are listed twice; list them once, all in one entry")]
    WindowArcTwice {
        /// The arc.
        arc: u32,
    },
    /// A window that ends before or when it begins.
    #[error("arc {arc} has the window [{from}, {to}), which is empty; its end must be after its beginning")]
    WindowEmpty {
        /// The arc.
        arc: u32,
        /// Clock reading at which the window opens.
        from: u64,
        /// Clock reading at which it shuts.
        to: u64,
    },
    /// A window that begins before the one ahead of it has ended.
    #[error(
        "arc {arc} has a window that opens at {from}, before the one ahead of it shuts at {previous_to}; \
         windows must be in order and must not overlap"
    )]
    WindowOrder {
        /// The arc.
        arc: u32,
        /// Clock reading at which the window opens.
        from: u64,
        /// Clock reading at which the window ahead of it shuts.
        previous_to: u64,
    },
    /// A window so late that sums might not fit.
    #[error("arc {arc} has a window that opens at {from}; the latest opening possible is {limit}")]
    WindowTooLate {
        /// The arc.
        arc: u32,
        /// Clock reading at which the window opens.
        from: u64,
        /// Latest opening possible.
        limit: u64,
    },
    /// Windows that belong to another graph.
    #[error("windows are for {windows} arcs, but the graph has {arc_count} arcs")]
    WindowsLength {
        /// Arcs the windows were made for.
        windows: usize,
        /// Arcs of the graph.
        arc_count: usize,
    },
    /// A criterion that the search does not have.
    #[error("the {role} is criterion {criterion}, but there are {criteria} criteria, numbered from 0")]
    Criterion {
        /// `"clock"` or `"risk"`.
        role: &'static str,
        /// The criterion named.
        criterion: usize,
        /// Criteria there are.
        criteria: usize,
    },
    /// A weight that is no weight.
    #[error("the weight of {of} is {value}; a weight must be 0 or lie between 1e-60 and 1e60")]
    Weight {
        /// What is weighted, such as `criterion 2` or `the standard deviation`.
        of: String,
        /// The weight given.
        value: f64,
    },
    /// A tolerance that is none.
    #[error("a tolerance of {tolerance} is none; it must be a finite number, 0 or above")]
    Tolerance {
        /// The tolerance given.
        tolerance: f64,
    },
    /// A group for an arc that does not exist.
    #[error("arc {arc} is put into group {group}, but there are {arc_count} arcs, numbered from 0")]
    GroupArc {
        /// The arc named.
        arc: u32,
        /// The group.
        group: u32,
        /// Arcs there are.
        arc_count: usize,
    },
    /// Groups that belong to another graph.
    #[error("groups are for {groups} arcs, but the graph has {arc_count} arcs")]
    GroupsLength {
        /// Arcs the groups were made for.
        groups: usize,
        /// Arcs of the graph.
        arc_count: usize,
    },
}
