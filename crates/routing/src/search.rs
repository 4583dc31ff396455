//! The question: from where to where, over which criteria, on which clock.

use std::sync::Arc;

use crate::{CLOSED, Clock, CustomMetric, Graph, Metric, RoutingError, Weights};

/// Labels a Pareto search makes before it gives up, unless told otherwise.
pub const DEFAULT_LABEL_LIMIT: usize = 1_000_000;

/// A search for routes from any of some sources to any of some targets over `K` criteria (1 to 16).
///
/// All criteria are non-negative, so that a best route never repeats a node. An arc that is
/// [`CLOSED`](crate::CLOSED) in any criterion is used by no route. A source that is a target too is reached
/// by the route without arcs.
///
/// ```
/// use routing::{Graph, Metric, Objective, Search};
///
/// //      ┌─ 1 ─┐        by 1: dear and fast
/// //   0 ─┤     ├─ 3
/// //      └─ 2 ─┘        by 2: cheap and slow
/// let graph = Graph::new(4, &[(0, 1), (1, 3), (0, 2), (2, 3)])?;
/// let dollars = Metric::new(vec![40, 50, 20, 30]);
/// let hours = Metric::new(vec![5, 5, 10, 20]);
/// let search = Search::new(&graph, [&dollars, &hours], &[0], &[3])?;
///
/// let patient = Objective::new([1.0, 1.0], None)?;
/// let (route, score) = search.least(&patient).expect("the nodes are joined");
/// assert_eq!((route.arcs, route.costs, score), (vec![2, 3], [50, 30], 80.0));
///
/// let hurried = Objective::new([1.0, 5.0], None)?;
/// let (route, score) = search.least(&hurried).expect("the nodes are joined");
/// assert_eq!((route.arcs, route.costs, score), (vec![0, 1], [90, 10], 140.0));
///
/// // Neither beats the other in both criteria.
/// assert_eq!(search.pareto().routes.len(), 2);
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Search<'a, const K: usize> {
    pub(crate) graph: &'a Graph,
    /// Costs by arc, all criteria side by side, so that taking an arc touches one place in memory. The
    /// first is `CLOSED` if the arc is closed in any.
    costs: Arc<[[u32; K]]>,
    pub(crate) clock: Option<Clock<'a>>,
    pub(crate) sources: Vec<u32>,
    pub(crate) targets: Vec<u32>,
    pub(crate) label_limit: usize,
    pub(crate) tolerance: f64,
    pub(crate) hierarchy: Option<&'a CustomMetric<'a, K>>,
}

/// A walk along arcs, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<const K: usize> {
    /// Node at which it begins, one of the sources.
    pub source: u32,
    /// Node at which it ends, one of the targets.
    pub target: u32,
    /// The arcs in order; empty if the source is a target.
    pub arcs: Vec<u32>,
    /// Sum of each criterion, waiting included in the clock's.
    pub costs: [u64; K],
    /// Clock units spent waiting for windows, all told.
    pub waited: u64,
    /// Clock units spent waiting before each arc, aligned with `arcs`.
    pub waits: Vec<u64>,
}

/// What a node is to a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Source,
    Target,
    Passage,
}

impl<'a, const K: usize> Search<'a, K> {
    /// A search over all arcs, without a clock.
    ///
    /// # Errors
    /// [`RoutingError::MetricLength`] if a metric is for another number of arcs,
    /// [`RoutingError::SearchEnd`] if a source or target is no node.
    pub fn new(
        graph: &'a Graph,
        criteria: [&Metric; K],
        sources: &[u32],
        targets: &[u32],
    ) -> Result<Self, RoutingError> {
        const { assert!(K >= 1 && K <= 16, "a search has 1 to 16 criteria") };
        let arc_count = graph.arc_count();
        for (criterion, metric) in criteria.iter().enumerate() {
            let values = metric.values().len();
            if values != arc_count {
                return Err(RoutingError::MetricLength { criterion, values, arc_count });
            }
        }
        let beside = |arc| {
            let mut costs = criteria.map(|metric| metric.value(arc));
            if costs.contains(&CLOSED) {
                costs[0] = CLOSED;
            }
            costs
        };
        let costs = (0..arc_count as u32).map(beside).collect();
        let (sources, targets) = (checked("source", sources, graph)?, checked("target", targets, graph)?);
        let (clock, label_limit, tolerance) = (None, DEFAULT_LABEL_LIMIT, 0.0);
        Ok(Self { graph, costs, clock, sources, targets, label_limit, tolerance, hierarchy: None })
    }

    /// The same search between other nodes. Costs are shared, not copied.
    ///
    /// # Errors
    /// [`RoutingError::SearchEnd`] if a source or target is no node.
    pub fn between(&self, sources: &[u32], targets: &[u32]) -> Result<Self, RoutingError> {
        let sources = checked("source", sources, self.graph)?;
        let targets = checked("target", targets, self.graph)?;
        Ok(Self { sources, targets, ..self.clone() })
    }

    /// The same search on a clock: arcs with windows are started inside them, after a wait if need be.
    ///
    /// # Errors
    /// [`RoutingError::WindowsLength`] if the windows are for another number of arcs,
    /// [`RoutingError::Criterion`] if the clock's criterion is not there.
    pub fn with_clock(mut self, clock: Clock<'a>) -> Result<Self, RoutingError> {
        let (windows, arc_count) = (clock.windows.arc_count(), self.graph.arc_count());
        if windows != arc_count {
            return Err(RoutingError::WindowsLength { windows, arc_count });
        }
        let criterion = clock.criterion;
        if criterion >= K {
            return Err(RoutingError::Criterion { role: "clock", criterion, criteria: K });
        }
        // Without windows time decides nothing, and searches are faster for not knowing of it.
        self.clock = clock.windows.restrict().then_some(clock);
        Ok(self)
    }

    /// The same search with another limit on the labels of [`Search::pareto`].
    #[must_use]
    pub fn with_label_limit(mut self, label_limit: usize) -> Self {
        // Labels are numbered in 32 bits, and those of routes known beforehand need some too.
        self.label_limit = label_limit.min(1 << 31);
        self
    }

    /// The same search with a tolerance for [`Search::pareto`]: it leaves routes out that one it returns
    /// beats or comes close to, at most this share worse in any criterion (0.01 for 1 %). At 0, the
    /// default, the set is complete.
    ///
    /// # Errors
    /// [`RoutingError::Tolerance`] unless the tolerance is finite and not negative.
    pub fn with_tolerance(mut self, tolerance: f64) -> Result<Self, RoutingError> {
        if !(tolerance.is_finite() && tolerance >= 0.0) {
            return Err(RoutingError::Tolerance { tolerance });
        }
        self.tolerance = tolerance;
        Ok(self)
    }

    /// The costs of this search as weights of a hierarchy, one lane a criterion; an arc that is closed in any is
    /// closed in all.
    ///
    /// # Errors
    /// [`RoutingError::WeightLimit`] for a cost that a hierarchy cannot hold.
    pub fn hierarchy_weights(&self) -> Result<Weights<K>, RoutingError> {
        Weights::new(self.costs.iter().map(Self::lanes).collect())
    }

    fn lanes(costs: &[u32; K]) -> [u32; K] {
        if costs[0] == CLOSED { [CLOSED; K] } else { *costs }
    }

    /// The same search with lower bounds for [`Search::pareto`] from a hierarchy customised with
    /// [`Search::hierarchy_weights`]. Complete sets are the same; on large graphs the bounds take a fraction of
    /// the time.
    ///
    /// # Errors
    /// [`RoutingError::MetricLength`] or [`RoutingError::OtherWeights`] unless the hierarchy has the costs of this
    /// search: bounds of other costs would make results wrong.
    pub fn with_hierarchy(mut self, hierarchy: &'a CustomMetric<'a, K>) -> Result<Self, RoutingError> {
        let (weights, arc_count) = (hierarchy.weights().values(), self.graph.arc_count());
        let topology = hierarchy.topology();
        if weights.len() != arc_count || topology.node_count() != self.graph.node_count() {
            return Err(RoutingError::MetricLength { criterion: 0, values: weights.len(), arc_count });
        }
        let differs = |arc: &usize| {
            weights[*arc] != Self::lanes(&self.costs[*arc])
                || !topology.joins(*arc as u32, self.graph.tail(*arc as u32), self.graph.head(*arc as u32))
        };
        match (0..arc_count).find(differs) {
            Some(arc) => Err(RoutingError::OtherWeights { arc }),
            None => {
                self.hierarchy = Some(hierarchy);
                Ok(self)
            }
        }
    }

    /// Costs of an arc, or `None` if it is closed.
    pub(crate) fn arc(&self, arc: u32) -> Option<[u64; K]> {
        let costs = self.costs[arc as usize];
        (costs[0] != CLOSED).then(|| costs.map(u64::from))
    }

    /// Costs after `arc`, for a route that has cost `costs` so far, and the wait before it; `None` if the
    /// arc is closed or opens no more.
    pub(crate) fn advance(&self, arc: u32, costs: &[u64; K]) -> Option<([u64; K], u64)> {
        let mut sums = self.arc(arc)?;
        for (sum, cost) in sums.iter_mut().zip(costs) {
            *sum += cost;
        }
        let Some(clock) = self.clock else { return Some((sums, 0)) };
        let now = clock.departure.saturating_add(costs[clock.criterion]);
        let wait = clock.windows.earliest_start(arc, now)? - now;
        sums[clock.criterion] += wait;
        Some((sums, wait))
    }

    /// The role of every node. No node is both source and target when this is called.
    pub(crate) fn roles(&self) -> Vec<Role> {
        let mut roles = vec![Role::Passage; self.graph.node_count()];
        for &node in &self.sources {
            roles[node as usize] = Role::Source;
        }
        for &node in &self.targets {
            roles[node as usize] = Role::Target;
        }
        roles
    }

    /// The route without arcs, if some source is a target. Nothing can be better: it costs nothing.
    pub(crate) fn standstill(&self) -> Option<Route<K>> {
        let node = *self.sources.iter().find(|node| self.targets.binary_search(node).is_ok())?;
        let (arcs, waits) = (Vec::new(), Vec::new());
        Some(Route { source: node, target: node, arcs, costs: [0; K], waited: 0, waits })
    }
}

/// Nodes in order and without repetition.
fn checked(role: &'static str, nodes: &[u32], graph: &Graph) -> Result<Vec<u32>, RoutingError> {
    let node_count = graph.node_count();
    if let Some(&node) = nodes.iter().find(|&&node| node as usize >= node_count) {
        return Err(RoutingError::SearchEnd { role, node, node_count });
    }
    let mut nodes = nodes.to_vec();
    nodes.sort_unstable();
    nodes.dedup();
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Windows;

    #[test]
    fn arrays_of_another_graph_are_refused() {
        let graph = Graph::new(2, &[(0, 1), (1, 0)]).unwrap();
        let (right, wrong) = (Metric::new(vec![1, 2]), Metric::new(vec![1]));
        let error = Search::new(&graph, [&right, &wrong], &[0], &[1]).unwrap_err();
        assert_eq!(error, RoutingError::MetricLength { criterion: 1, values: 1, arc_count: 2 });
        let error = Search::new(&graph, [&right], &[0], &[7]).unwrap_err();
        assert_eq!(error.to_string(), "target 7 is not a node; the graph has 2 nodes, numbered from 0");
        let search = Search::new(&graph, [&right], &[0], &[1]).unwrap();
        assert!(search.between(&[2], &[0]).is_err());
        let windows = Windows::new(1, &[]).unwrap();
        let clock = Clock { criterion: 0, departure: 0, windows: &windows };
        assert_eq!(
            search.clone().with_clock(clock).unwrap_err(),
            RoutingError::WindowsLength { windows: 1, arc_count: 2 }
        );
        let windows = Windows::new(2, &[]).unwrap();
        let clock = Clock { criterion: 1, departure: 0, windows: &windows };
        assert!(matches!(search.with_clock(clock), Err(RoutingError::Criterion { role: "clock", .. })));
    }

    #[test]
    fn an_arc_closed_in_any_criterion_is_closed() {
        let graph = Graph::new(2, &[(0, 1), (0, 1)]).unwrap();
        let (open, half) = (Metric::new(vec![1, 2]), Metric::new(vec![CLOSED, CLOSED - 1]));
        let search = Search::new(&graph, [&open, &half], &[0], &[1]).unwrap();
        assert_eq!(search.arc(0), None);
        assert_eq!(search.arc(1), Some([2, u64::from(CLOSED) - 1]));
    }

    #[test]
    fn a_source_that_is_a_target_costs_nothing() {
        let graph = Graph::new(3, &[]).unwrap();
        let search = Search::<1>::new(&graph, [&Metric::new(vec![])], &[2, 1, 0], &[2, 1]).unwrap();
        let route = search.standstill().unwrap();
        assert_eq!((route.source, route.target, route.costs), (1, 1, [0]));
    }
}
