//! Routes over arrays: the least, the most dependable, all that are worth a look, and real alternatives.
//!
//! # The problem
//!
//! A directed graph has `K` numbers on every arc, all whole and none negative: money, time, a variance of
//! time, emissions. Some arcs are closed; some may be started only at certain times. Three questions are
//! asked of it, from any of some sources to any of some targets:
//!
//! * [`Search::least`]: the route `p` that is best by one score,
//!
//!   ```text
//!   score(p) = Σᵢ wᵢ cᵢ(p) + r √v(p),     cᵢ(p) = Σ cᵢ(a) over the arcs a of p
//!   ```
//!
//!   where `v` is the criterion that holds a variance: the mean–standard deviation shortest path
//!   (Khani and Boyles, *Transportation Research Part B* 81, 2015);
//! * [`Search::pareto`]: every route `p` such that no route `q` has `c(q) ≤ c(p)` and `c(q) ≠ c(p)`
//!   (Mandow and Pérez de la Cruz, *Journal of the ACM* 57, 2010; Pulido, Mandow and Pérez de la Cruz,
//!   *Computers & Operations Research* 64, 2015);
//! * [`Search::alternatives`]: the best few routes that differ in what the caller calls substance
//!   (Lawler, *Management Science* 18, 1972).
//!
//! All three are exact, and give the same bits on every run. Where all routes are too many, a tolerance
//! ([`Search::with_tolerance`]) asks for a small set that stands for all of them, and a limit of labels
//! ends what would take too long, and says so.
//!
//! Where one number decides, on graphs of hundreds of thousands of nodes and for many pairs, a customizable
//! contraction hierarchy answers in microseconds ([`Order`], [`Topology`], [`CustomMetric`], [`Query`]): nodes are
//! eliminated in an order that knows no costs, and each arc `(y, z)` of the chordal graph that results is given
//!
//! ```text
//! cost(y,z) = min(cost(y,z), cost(y,x) + cost(x,z))   over all nodes x eliminated before both
//! ```
//!
//! (Dibbelt, Strasser and Wagner, *ACM Journal of Experimental Algorithmics* 21, 2016).
//!
//! # Why it is hard
//!
//! * A root of a sum is not a sum of roots. The best route to a node need not be part of the best route
//!   beyond it, so Dijkstra's algorithm, which keeps one distance per node, gets it wrong. Labels of
//!   several numbers are needed, and their count can grow exponentially.
//! * The same holds for time with windows: the cheaper label may come after the gate has shut. Only because
//!   waiting is allowed may the earlier and cheaper one still push out the other.
//! * What keeps the count small is to know early what remains: a search backward from the targets, one per
//!   criterion, gives exact lower bounds, and with them most labels are dropped the moment they are made.
//! * Ties are everywhere, as networks made by people have parallel arcs of equal cost. An answer that
//!   changes with the order of a queue cannot be cited, so ties are settled by rule, and
//!   weighted sums are compared as whole numbers of 128 bits, not as rounded ones.
//! * A hierarchy is bound by memory: what takes a microsecond is a dozen lines of it. Its arrays are laid out
//!   so that all that is needed together lies together (see `topology` and `customise`).
//! * "Closed" as a large number is a bug that waits: sums of it wrap, or win where all else is dearer.
//!   [`CLOSED`] is a true infinity and is never added.
//!
//! # Map
//!
//! | module | holds |
//! |---|---|
//! | `graph` | [`Graph`]: nodes and arcs |
//! | `metric` | [`Metric`]: one criterion in fixed point; [`CLOSED`] |
//! | `windows` | [`Windows`], [`Clock`]: when arcs may be started, and waiting |
//! | `objective` | [`Objective`], [`Risk`]: the score |
//! | `search` | [`Search`], [`Route`]: the question and the shape of an answer |
//! | `bounds` | what remains from each node, at least |
//! | `trace` | how labels came about; the canonical order of ties |
//! | `least` | the least route |
//! | `pareto` | [`ParetoSet`]: all routes that no other beats |
//! | `groups` | [`ArcGroups`]: what makes routes differ in substance |
//! | `alternatives` | [`Alternatives`]: a few routes that do |
//! | `order` | [`Order`]: reduction, nested dissection, bisection by flow |
//! | `topology` | [`Topology`]: elimination tree, arcs, supernodes |
//! | `aligned` | arrays on lines of the cache |
//! | `weights` | [`Weights`]: what arcs cost, in lanes |
//! | `customise` | [`CustomMetric`]: costs on the hierarchy |
//! | `lanes` | the loops of customising and matrices |
//! | `partial` | [`Undo`]: a few arcs change, and change back |
//! | `climb` | from a node to its root |
//! | `query` | [`Query`], [`End`], [`HierarchyRoute`]: from one to another |
//! | `unpack` | what arcs of the hierarchy stand for |
//! | `matrix` | [`Matrix`]: from many to many |
//! | `sweep` | from some to all |
//! | `tree` | [`Tree`]: from some to all without a hierarchy, with the routes |
//! | `skim` | [`Skim`]: another metric along least routes |
//! | `skimmed_matrix` | [`SkimmedMatrix`]: from many to many, with other metrics |
//! | `error` | [`RoutingError`]: arrays that do not fit |
//!
//! # What is never here
//!
//! * Never a country, a date or a commodity: only arrays. Who may carry what, and when, has become a metric
//!   or a window before it gets here.
//! * Never a file, a thread, a random number or the time of day.
//! * Never a float in a sum of costs, and never a sum with a closed arc.
//! * Never a panic on bad arrays: constructors check them, and a search that exists can be run.
//!   Accessors by number panic beyond the end, as slices do.
//! * Never a limit met in silence: what was cut short says so.
//!
//! # Example
//!
//! A short road that cannot be relied upon against a long one that can:
//!
//! ```
//! use routing::{Graph, Metric, Objective, Risk, Search};
//!
//! let graph = Graph::new(3, &[(0, 2), (0, 1), (1, 2)])?;
//! let hours = Metric::new(vec![30, 20, 20]);
//! let variance = Metric::new(vec![400, 4, 5]); // hours², so a standard deviation of 20 against 3
//! let search = Search::new(&graph, [&hours, &variance], &[0], &[2])?;
//!
//! let mean = Objective::new([1.0, 0.0], None)?;
//! assert_eq!(search.least(&mean).unwrap().0.arcs, [0]);
//!
//! let dependable = Objective::new([1.0, 0.0], Some(Risk { criterion: 1, weight: 1.0 }))?;
//! let (route, score) = search.least(&dependable).unwrap();
//! assert_eq!((route.arcs, score), (vec![1, 2], 43.0)); // 40 + √9, against 30 + √400
//! # Ok::<(), routing::RoutingError>(())
//! ```
//!
//! # Example: many zones, several classes, and a link that closes
//!
//! What a loop over scenarios asks of a hierarchy. Zones are sets of [`End`]s, connectors with what they cost, and never
//! nodes. A lane is a class of shipments or a scenario; [`Weights::filling`] lays as many as there are side by side. A
//! [`Skim`] adds hours or kilometres up along the routes that are cheapest, and a change is taken back exactly.
//!
//! ```
//! use routing::{CLOSED, CustomMetric, End, Graph, Metric, Order, Query, Skim, Topology, Weights};
//!
//! //   0 ── 1 ── 2     and a detour 0 ── 3 ── 2; arcs both ways
//! let graph = Graph::new(4, &[(0, 1), (1, 0), (1, 2), (2, 1), (0, 3), (3, 0), (3, 2), (2, 3)])?;
//! let topology = Topology::new(&graph, &Order::by_structure(&graph))?; // once for all metrics
//!
//! let grain = Metric::fixed_point(&[10.0, 10.0, 12.0, 12.0, 30.0, 30.0, 5.0, 5.0], 1000.0)?; // USD/t
//! let metals = Metric::fixed_point(&[20.0, 20.0, f64::INFINITY, 15.0, 9.0, 9.0, 9.0, 9.0], 1000.0)?;
//! let hours = Metric::fixed_point(&[4.0, 4.0, 6.0, 6.0, 9.0, 9.0, 2.0, 2.0], 1000.0)?;
//! let mut hierarchy = CustomMetric::new(&topology, Weights::<8>::filling(&[&grain, &metals])?)?;
//!
//! // A zone with two stations, of which one is 1.5 USD/t further off, and one with a single station.
//! let zones = [vec![End::at(0), End { node: 3, offset: 1500 }], vec![End::at(2)]];
//! let usd_of = |hierarchy: &CustomMetric<'_, 8>| -> Result<Vec<_>, routing::RoutingError> {
//!     (0..2)
//!         .map(|class| {
//!             let skim = Skim::new(hierarchy, class, &hours)?;
//!             let found = hierarchy.skimmed_matrix_between(class, &zones, &zones, &[skim])?;
//!             let usd = found.distances.get(0, 1).map(|cost| f64::from(cost) / 1000.0);
//!             Ok((usd, found.skims[0][1].map(|hours| hours as f64 / 1000.0), found.ends[1]))
//!         })
//!         .collect()
//! };
//! // Both set out at the second end of the first zone.
//! assert_eq!(usd_of(&hierarchy)?, [(Some(6.5), Some(2.0), Some([1, 0])), (Some(10.5), Some(2.0), Some([1, 0]))]);
//!
//! // The link 3 – 2 closes for all, both ways: some microseconds, however large the graph.
//! let undo = hierarchy.change(&[(6, [CLOSED; 8]), (7, [CLOSED; 8])])?;
//! assert_eq!(usd_of(&hierarchy)?, [(Some(22.0), Some(10.0), Some([0, 0])), (None, None, None)]);
//! let mut query = Query::new(&hierarchy);
//! let route = query.route_between(0, &zones[0], &zones[1])?.expect("grain goes by 1");
//! assert_eq!(route.arcs, [0, 2]); // on which flows are put
//!
//! hierarchy.undo(undo)?; // and the next link may close
//! assert_eq!(usd_of(&hierarchy)?[1].0, Some(10.5));
//! # Ok::<(), routing::RoutingError>(())
//! ```

mod aligned;
mod alternatives;
mod bounds;
mod climb;
mod customise;
mod error;
mod graph;
mod groups;
mod lanes;
mod least;
mod matrix;
mod metric;
mod objective;
mod order;
mod pareto;
mod partial;
mod query;
mod search;
mod skim;
mod skimmed_matrix;
mod sweep;
mod topology;
mod trace;
mod tree;
mod unpack;
mod weights;
mod windows;

pub use alternatives::{Alternative, AlternativeOptions, Alternatives};
pub use customise::CustomMetric;
pub use error::RoutingError;
pub use graph::Graph;
pub use groups::ArcGroups;
pub use matrix::Matrix;
pub use metric::{CLOSED, Metric};
pub use objective::{Objective, Risk};
pub use order::Order;
pub use pareto::ParetoSet;
pub use partial::Undo;
pub use query::{End, HierarchyRoute, Query};
pub use search::{DEFAULT_LABEL_LIMIT, Route, Search};
pub use skim::Skim;
pub use skimmed_matrix::SkimmedMatrix;
pub use topology::{Topology, TopologyStatistics};
pub use tree::Tree;
pub use weights::Weights;
pub use windows::{Clock, Windows};
