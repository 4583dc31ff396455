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
    /// An order that names a node the graph cannot have.
    #[error("the order names node {node}, but it has {node_count} nodes, numbered from 0")]
    OrderNode {
        /// The node named.
        node: u32,
        /// Nodes of the order.
        node_count: usize,
    },
    /// An order that is no permutation.
    #[error("the order names node {node} twice; it must name each of its {node_count} nodes once")]
    OrderTwice {
        /// The node named twice.
        node: u32,
        /// Nodes of the order.
        node_count: usize,
    },
    /// An order that belongs to another graph.
    #[error("the order has {nodes} nodes, but the graph has {node_count}")]
    OrderLength {
        /// Nodes of the order.
        nodes: usize,
        /// Nodes of the graph.
        node_count: usize,
    },
    /// Bytes that are no stored order.
    #[error("{bytes} bytes are no stored order: {reason}")]
    OrderBytes {
        /// Bytes given.
        bytes: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// Places that belong to another graph.
    #[error("there are {places} places, but the graph has {node_count} nodes")]
    PlacesLength {
        /// Places given.
        places: usize,
        /// Nodes of the graph.
        node_count: usize,
    },
    /// A place that is nowhere.
    #[error("node {node} lies at ({x}, {y}); coordinates must be finite numbers")]
    Place {
        /// The node.
        node: usize,
        /// First coordinate.
        x: f64,
        /// Second coordinate.
        y: f64,
    },
    /// A weight that is too large for a hierarchy.
    #[error(
        "arc {arc} has the value {value} in lane {lane}; a hierarchy takes values from 0 to {limit}, and {} for \
         a closed arc",
        crate::CLOSED
    )]
    WeightLimit {
        /// The lane of the metric.
        lane: usize,
        /// The arc.
        arc: usize,
        /// Its value.
        value: u32,
        /// Largest value that would be valid.
        limit: u32,
    },
    /// Sums along routes that grow too large.
    #[error(
        "values in lane {lane} add up to {sum} along a shortcut; sums must stay below {limit}: use a coarser unit"
    )]
    SumLimit {
        /// The lane of the metric.
        lane: usize,
        /// A sum that is too large.
        sum: u32,
        /// First sum that is too large.
        limit: u32,
    },
    /// A change to an arc that does not exist.
    #[error("a change names arc {arc}, but there are {arc_count} arcs, numbered from 0")]
    ChangedArc {
        /// The arc named.
        arc: u32,
        /// Arcs there are.
        arc_count: usize,
    },
    /// A lane that the metric does not have.
    #[error("lane {lane} is asked for, but there are {lanes} lanes, numbered from 0")]
    Lane {
        /// The lane named.
        lane: usize,
        /// Lanes there are.
        lanes: usize,
    },
    /// An offset that is too large for a sum.
    #[error("{role} {node} has the offset {offset}; an offset must be below {limit}")]
    Offset {
        /// `"source"` or `"target"`.
        role: &'static str,
        /// The node.
        node: u32,
        /// Its offset.
        offset: u32,
        /// First offset that is too large.
        limit: u32,
    },
    /// A distance that fits into no entry of a matrix.
    #[error(
        "the distance from {source_node} to {target_node} is {distance}; a matrix holds distances below {limit}: \
         use a coarser unit"
    )]
    TooFar {
        /// Where the route begins.
        source_node: u32,
        /// Where it ends.
        target_node: u32,
        /// The distance.
        distance: u64,
        /// First distance that is too large.
        limit: u32,
    },
    /// A change taken back before one that was made after it.
    #[error("change {change} cannot be taken back before change {last}; take the last one back first")]
    UndoOrder {
        /// Number of the change, from 1 since customising.
        change: u64,
        /// Number of the last change that stands.
        last: u64,
    },
    /// A metric that cannot be added up along routes that use what it closes.
    #[error("arc {arc} is closed in the metric to be added up, but open in the one that routes are least in")]
    SkimClosed {
        /// The arc.
        arc: usize,
    },
    /// A skim of a lane other than the one that is asked.
    #[error("the skim is of lane {skim}, but lane {lane} is asked; make one of that lane")]
    SkimLane {
        /// The lane of the skim.
        skim: usize,
        /// The lane that is asked.
        lane: usize,
    },
    /// A skim whose hierarchy has been given other weights since.
    #[error(
        "the skim is of other weights than the hierarchy has; make it anew, or undo what was changed since"
    )]
    SkimOutdated,
    /// More metrics than lanes, or none.
    #[error("{metrics} metrics cannot be laid side by side in {lanes} lanes; 1 to {lanes} can")]
    Lanes {
        /// Metrics given.
        metrics: usize,
        /// Lanes there are.
        lanes: usize,
    },
    /// A hierarchy whose weights are not the costs of a search.
    #[error(
        "the hierarchy and the search differ in what arc {arc} costs; customise it with the weights of the search"
    )]
    OtherWeights {
        /// The first arc in which they differ.
        arc: usize,
    },
}
