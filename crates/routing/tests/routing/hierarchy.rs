//! The hierarchy against Dijkstra's algorithm on random graphs with parallel arcs, self-loops, closed arcs,
//! arcs that cost nothing, arcs of one direction and parts that are not joined; and what it refuses.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use proptest::prelude::*;
use routing::{
    CLOSED, CustomMetric, End, Graph, Metric, Order, Query, RoutingError, Search, Skim, Topology, Weights,
};

const LANES: usize = 3;

#[derive(Debug, Clone)]
struct World {
    nodes: u32,
    arcs: Vec<(u32, u32)>,
    weights: Vec<[u32; LANES]>,
    /// Order by place, by structure, or as it comes.
    order: u8,
    places: Vec<[f64; 2]>,
    /// Arcs and new weights, in steps; a step without any takes the last change back.
    changes: Vec<Vec<(usize, [u32; LANES])>>,
}

fn weight() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..6u32, 4 => 1..1000u32, 1 => Just(CLOSED), 1 => 0..20_000_000u32]
}

fn weights() -> impl Strategy<Value = [u32; LANES]> {
    [weight(), weight(), weight()]
}

fn world() -> impl Strategy<Value = World> {
    (1..40u32).prop_flat_map(|nodes| {
        // Near neighbours make graphs that are long as well as ones that are dense.
        let near = (0..nodes, -3..4i64).prop_map(move |(node, step)| {
            (node, (i64::from(node) + step).clamp(0, i64::from(nodes) - 1) as u32)
        });
        let arc = prop_oneof![3 => near, 1 => (0..nodes, 0..nodes)];
        let change = (any::<prop::sample::Index>(), weights());
        (
            prop::collection::vec((arc, weights()), 0..110),
            0..3u8,
            prop::collection::vec([-180.0..180.0f64, -90.0..90.0], nodes as usize),
            prop::collection::vec(prop::collection::vec(change, 0..4), 0..9),
        )
            .prop_map(move |(arcs, order, places, changes)| {
                let count = arcs.len();
                let (arcs, weights) = arcs.into_iter().unzip();
                let changes = if count == 0 { Vec::new() } else { changes };
                let index = |step: Vec<(prop::sample::Index, _)>| {
                    step.into_iter().map(|(arc, numbers)| (arc.index(count), numbers)).collect()
                };
                let changes = changes.into_iter().map(index).collect();
                World { nodes, arcs, weights, order, places, changes }
            })
    })
}

impl World {
    fn graph(&self) -> Graph {
        Graph::new(self.nodes as usize, &self.arcs).unwrap()
    }

    fn topology(&self) -> Topology {
        let graph = self.graph();
        let order = match self.order {
            0 => Order::by_place(&graph, &self.places).unwrap(),
            1 => Order::by_structure(&graph),
            _ => Order::new((0..self.nodes).collect()).unwrap(),
        };
        Topology::new(&graph, &order).unwrap()
    }

    /// Dijkstra's algorithm from a node in a lane.
    fn distances(&self, lane: usize, from: u32) -> Vec<Option<u64>> {
        let mut distances = vec![None; self.nodes as usize];
        let mut queue = BinaryHeap::from([Reverse((0u64, from))]);
        while let Some(Reverse((distance, node))) = queue.pop() {
            if distances[node as usize].is_some() {
                continue;
            }
            distances[node as usize] = Some(distance);
            for (&(tail, head), numbers) in self.arcs.iter().zip(&self.weights) {
                if tail == node && numbers[lane] != CLOSED {
                    queue.push(Reverse((distance + u64::from(numbers[lane]), head)));
                }
            }
        }
        distances
    }

    fn all_distances(&self, lane: usize) -> Vec<Vec<Option<u64>>> {
        (0..self.nodes).map(|node| self.distances(lane, node)).collect()
    }

    /// What a route costs in a lane; fails unless it is a walk over open arcs.
    fn walk(&self, arcs: &[u32], from: u32, to: u32, lane: usize) -> u64 {
        let (mut node, mut sum) = (from, 0);
        for &arc in arcs {
            let (tail, head) = self.arcs[arc as usize];
            assert_eq!(tail, node);
            assert_ne!(self.weights[arc as usize][lane], CLOSED);
            sum += u64::from(self.weights[arc as usize][lane]);
            node = head;
        }
        assert_eq!(node, to);
        sum
    }
}

fn every_distance<const K: usize>(metric: &CustomMetric<'_, K>, lane: usize) -> Vec<Vec<Option<u64>>> {
    let nodes = metric.topology().node_count() as u32;
    let mut query = Query::new(metric);
    (0..nodes).map(|from| (0..nodes).map(|to| query.distance(lane, from, to).unwrap()).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn distances_routes_matrices_and_sweeps_are_those_of_dijkstra(world in world()) {
        let topology = world.topology();
        let metric = CustomMetric::new(&topology, Weights::new(world.weights.clone()).unwrap()).unwrap();
        let nodes: Vec<u32> = (0..world.nodes).collect();
        for lane in 0..LANES {
            let expected = world.all_distances(lane);
            prop_assert_eq!(&every_distance(&metric, lane), &expected);
            let matrix = metric.matrix(lane, &nodes, &nodes).unwrap();
            // One lane alone gives the same bits.
            let alone: Vec<[u32; 1]> = world.weights.iter().map(|numbers| [numbers[lane]]).collect();
            let alone = CustomMetric::new(&topology, Weights::new(alone).unwrap()).unwrap();
            prop_assert_eq!(&alone.matrix(0, &nodes, &nodes).unwrap(), &matrix);
            let mut query = Query::new(&metric);
            for (from, row) in nodes.iter().zip(&expected) {
                prop_assert_eq!(&metric.distances_from(lane, &[End::at(*from)]).unwrap(), row);
                let column: Vec<_> = expected.iter().map(|row| row[*from as usize]).collect();
                prop_assert_eq!(metric.distances_to(lane, &[End::at(*from)]).unwrap(), column);
                for (to, &distance) in nodes.iter().zip(row) {
                    prop_assert_eq!(matrix.get(*from as usize, *to as usize).map(u64::from), distance);
                    let route = query.route(lane, *from, *to).unwrap();
                    prop_assert_eq!(route.as_ref().map(|route| route.distance), distance);
                    if let Some(route) = route {
                        prop_assert_eq!(world.walk(&route.arcs, *from, *to, lane), route.distance);
                        prop_assert_eq!(&query.route(lane, *from, *to).unwrap().unwrap(), &route);
                    }
                }
            }
        }
    }

    #[test]
    fn changes_are_as_if_customised_anew_and_can_be_taken_back(world in world()) {
        let topology = world.topology();
        let mut metric = CustomMetric::new(&topology, Weights::new(world.weights.clone()).unwrap()).unwrap();
        let mut now = world.clone();
        let mut before = Vec::new();
        for step in &world.changes {
            if step.is_empty() {
                if let Some((weights, _, undo)) = before.pop() {
                    metric.undo(undo).unwrap();
                    now.weights = weights;
                }
            } else {
                let changes: Vec<_> = step.iter().map(|&(arc, numbers)| (arc as u32, numbers)).collect();
                let (weights, distances) = (now.weights.clone(), every_distance(&metric, 1));
                before.push((weights, distances, metric.change(&changes).unwrap()));
                for &(arc, numbers) in step {
                    now.weights[arc] = numbers;
                }
            }
            let fresh = CustomMetric::new(&topology, Weights::new(now.weights.clone()).unwrap()).unwrap();
            prop_assert!(metric.same_costs(&fresh));
            prop_assert_eq!(metric.weights(), fresh.weights());
            prop_assert_eq!(every_distance(&metric, 0), now.all_distances(0));
        }
        while let Some((_, distances, undo)) = before.pop() {
            metric.undo(undo).unwrap();
            prop_assert_eq!(every_distance(&metric, 1), distances);
        }
        let fresh = CustomMetric::new(&topology, Weights::new(world.weights.clone()).unwrap()).unwrap();
        prop_assert!(metric.same_costs(&fresh));
    }

    #[test]
    fn sets_are_the_least_over_their_pairs(world in world(), seed in any::<u64>()) {
        let topology = world.topology();
        let metric = CustomMetric::new(&topology, Weights::new(world.weights.clone()).unwrap()).unwrap();
        let pick = |salt: u64| -> Vec<End> {
            let mix = |place: u64| (seed ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(place as u32 * 9);
            (0..salt % 4)
                .map(|place| End {
                    node: (mix(place) % u64::from(world.nodes)) as u32,
                    offset: (mix(place + 7) % 50) as u32,
                })
                .collect()
        };
        let (sources, targets) = (vec![pick(2), pick(3), pick(8)], vec![pick(5), pick(7)]);
        let expected = world.all_distances(2);
        let least = |from: &[End], to: &[End]| {
            let pairs = from.iter().flat_map(|one| to.iter().map(move |other| (one, other)));
            pairs
                .filter_map(|(one, other)| {
                    let own = expected[one.node as usize][other.node as usize]?;
                    Some(own + u64::from(one.offset) + u64::from(other.offset))
                })
                .min()
        };
        let matrix = metric.matrix_between(2, &sources, &targets).unwrap();
        let other = Metric::new((0..world.arcs.len() as u32).map(|arc| arc * 31 % 97).collect());
        let skim = Skim::new(&metric, 2, &other).unwrap();
        let skimmed = metric.skimmed_matrix_between(2, &sources, &targets, &[skim]).unwrap();
        prop_assert_eq!(&skimmed.distances, &matrix);
        let mut query = Query::new(&metric);
        for (row, from) in sources.iter().enumerate() {
            for (column, to) in targets.iter().enumerate() {
                prop_assert_eq!(matrix.get(row, column).map(u64::from), least(from, to));
                let route = query.route_between(2, from, to).unwrap();
                let place = row * targets.len() + column;
                prop_assert_eq!(skimmed.skims[0][place], route.as_ref().and_then(|route| route.skim(&other)));
                let ends = skimmed.ends[place].map(|[one, other]| {
                    (from[one as usize].node, to[other as usize].node)
                });
                prop_assert_eq!(ends, route.as_ref().map(|route| (route.source, route.target)));
                prop_assert_eq!(route.map(|route| route.distance), least(from, to));
            }
        }
    }

    #[test]
    fn skims_are_sums_along_the_route_that_is_found(world in world()) {
        let topology = world.topology();
        let metric = CustomMetric::new(&topology, Weights::new(world.weights.clone()).unwrap()).unwrap();
        let other = Metric::new((0..world.arcs.len() as u32).map(|arc| arc * arc % 97).collect());
        let skim = Skim::new(&metric, 0, &other).unwrap();
        let nodes: Vec<u32> = (0..world.nodes).collect();
        let found = metric.skimmed_matrix(0, &nodes, &nodes, &[skim]).unwrap();
        let mut query = Query::new(&metric);
        for &from in &nodes {
            for &to in &nodes {
                let route = query.route(0, from, to).unwrap();
                let expected = route.and_then(|route| route.skim(&other));
                prop_assert_eq!(found.skims[0][(from * world.nodes + to) as usize], expected);
            }
        }
    }

    #[test]
    fn complete_pareto_sets_are_the_same_with_bounds_of_a_hierarchy(world in world(), ends in any::<[u32; 3]>()) {
        let (graph, topology) = (world.graph(), world.topology());
        let metrics: [Metric; LANES] = std::array::from_fn(|lane| {
            Metric::new(world.weights.iter().map(|numbers| numbers[lane]).collect())
        });
        let [source, target, other] = ends.map(|end| end % world.nodes);
        let search = Search::new(&graph, metrics.each_ref(), &[source], &[target, other]).unwrap();
        let metric = CustomMetric::new(&topology, search.hierarchy_weights().unwrap()).unwrap();
        let expected = search.pareto();
        prop_assert_eq!(search.clone().with_hierarchy(&metric).unwrap().pareto(), expected.clone());
        // With a tolerance every route has one in the set that is at most so much worse.
        let tolerant = search.with_hierarchy(&metric).unwrap().with_tolerance(0.01).unwrap().pareto();
        for route in &expected.routes {
            let stands_for = |other: &routing::Route<LANES>| {
                other.costs.iter().zip(&route.costs).all(|(&own, &cost)| own <= cost + cost / 100 + 1)
            };
            prop_assert!(tolerant.routes.iter().any(stands_for));
        }
    }

    #[test]
    fn orders_name_every_node_once_and_survive_storage(world in world()) {
        let order = Order::by_place(&world.graph(), &world.places).unwrap();
        prop_assert_eq!(Order::new(order.nodes().to_vec()).unwrap().nodes().len(), world.nodes as usize);
        prop_assert_eq!(Order::from_bytes(&order.to_bytes()).unwrap(), order);
    }
}

fn line(weights: &[u32]) -> (Topology, Weights<1>) {
    let arcs: Vec<(u32, u32)> = (0..weights.len() as u32).map(|node| (node, node + 1)).collect();
    let graph = Graph::new(weights.len() + 1, &arcs).unwrap();
    let topology = Topology::new(&graph, &Order::by_structure(&graph)).unwrap();
    (topology, Weights::new(weights.iter().map(|&weight| [weight]).collect()).unwrap())
}

#[test]
fn everything_may_be_closed() {
    let (topology, weights) = line(&[CLOSED; 20]);
    let metric = CustomMetric::new(&topology, weights).unwrap();
    assert_eq!(Query::new(&metric).distance(0, 0, 20), Ok(None));
    assert_eq!(Query::new(&metric).distance(0, 7, 7), Ok(Some(0)));
    assert_eq!(metric.matrix(0, &[0, 3], &[3, 9]).unwrap().values, [CLOSED, CLOSED, 0, CLOSED]);
}

#[test]
fn long_routes_are_never_taken_for_none() {
    // Two arcs add up to less than 2³⁰, all six to more than 2³¹.
    let weight = (1 << 29) - 1;
    let (topology, weights) = line(&[weight; 2]);
    let metric = CustomMetric::new(&topology, weights).unwrap();
    assert_eq!(Query::new(&metric).distance(0, 0, 2), Ok(Some(2 * u64::from(weight))));
    // The ends go last, so that there is a shortcut from one to the other.
    let (_, weights) = line(&[weight; 6]);
    let arcs: Vec<(u32, u32)> = (0..6).map(|node| (node, node + 1)).collect();
    let graph = Graph::new(7, &arcs).unwrap();
    let topology = Topology::new(&graph, &Order::new(vec![1, 2, 3, 4, 5, 0, 6]).unwrap()).unwrap();
    let error = CustomMetric::new(&topology, weights).unwrap_err();
    assert!(matches!(error, RoutingError::SumLimit { lane: 0, .. }), "{error}");
    assert!(error.to_string().contains("use a coarser unit"));
}

#[test]
fn a_change_that_makes_sums_too_large_changes_nothing() {
    let arcs: Vec<(u32, u32)> = (0..6).map(|node| (node, node + 1)).collect();
    let graph = Graph::new(7, &arcs).unwrap();
    let topology = Topology::new(&graph, &Order::new(vec![1, 2, 3, 4, 5, 0, 6]).unwrap()).unwrap();
    let weights = Weights::new(vec![[1]; 6]).unwrap();
    let mut metric = CustomMetric::new(&topology, weights.clone()).unwrap();
    let error = metric.change(&[(0, [(1 << 30) - 1]), (3, [9])]).unwrap_err();
    assert_eq!(error, RoutingError::SumLimit { lane: 0, sum: (1 << 30) + 12, limit: 1 << 30 });
    assert_eq!(metric.weights(), &weights);
    assert!(metric.same_costs(&CustomMetric::new(&topology, weights).unwrap()));
    assert_eq!(Query::new(&metric).distance(0, 0, 6), Ok(Some(6)));
}

#[test]
fn distances_beyond_32_bits_are_exact_one_by_one_and_refused_in_a_matrix() {
    // An order that makes no shortcut: the ends go last.
    let arcs: Vec<(u32, u32)> = (0..8).map(|node| (node, node + 1)).collect();
    let graph = Graph::new(9, &arcs).unwrap();
    let topology = Topology::new(&graph, &Order::new((0..9).collect()).unwrap()).unwrap();
    let weight = (1 << 30) - 1;
    let metric = CustomMetric::new(&topology, Weights::new(vec![[weight]; 8]).unwrap()).unwrap();
    let mut query = Query::new(&metric);
    assert_eq!(query.distance(0, 0, 8), Ok(Some(8 * u64::from(weight))));
    assert_eq!(query.distance(0, 8, 0), Ok(None));
    let far = RoutingError::TooFar {
        source_node: 0,
        target_node: 8,
        distance: 8 * u64::from(weight),
        limit: (1 << 31) - 1,
    };
    assert_eq!(metric.matrix(0, &[0], &[8]).unwrap_err(), far);
    assert_eq!(query.route(0, 0, 8).unwrap_err(), far);
    assert_eq!(metric.matrix(0, &[8], &[0]).unwrap().values, [CLOSED]);
}

#[test]
fn bad_input_is_named() {
    let graph = Graph::new(3, &[(0, 1), (1, 2)]).unwrap();
    let said = |error: RoutingError| error.to_string();
    let short = Order::new(vec![1, 0]).unwrap();
    assert_eq!(
        said(Topology::new(&graph, &short).unwrap_err()),
        "the order has 2 nodes, but the graph has 3"
    );
    assert!(said(Order::new(vec![0, 9]).unwrap_err()).starts_with("the order names node 9,"));
    let nowhere = [[0.0, 1.0], [f64::NAN, 2.0], [0.0, 0.0]];
    let error = said(Order::by_place(&graph, &nowhere).unwrap_err());
    assert_eq!(error, "node 1 lies at (NaN, 2); coordinates must be finite numbers");
    assert!(matches!(
        Order::by_place(&graph, &nowhere[..2]),
        Err(RoutingError::PlacesLength { places: 2, .. })
    ));
    assert!(matches!(Order::from_bytes(b"ayrumOR1"), Err(RoutingError::OrderBytes { bytes: 8, .. })));
    let topology = Topology::new(&graph, &Order::by_structure(&graph)).unwrap();
    let few = CustomMetric::new(&topology, Weights::new(vec![[1]]).unwrap()).unwrap_err();
    assert_eq!(few, RoutingError::MetricLength { criterion: 0, values: 1, arc_count: 2 });
    let mut metric = CustomMetric::new(&topology, Weights::new(vec![[1], [2]]).unwrap()).unwrap();
    assert!(matches!(
        metric.change(&[(0, [5]), (1, [1 << 30])]),
        Err(RoutingError::WeightLimit { arc: 1, value: 1_073_741_824, .. })
    ));
    assert!(matches!(metric.change(&[(2, [5])]), Err(RoutingError::ChangedArc { arc: 2, arc_count: 2 })));
    assert_eq!(metric.weights().values(), [[1], [2]]);
    let first = metric.change(&[(0, [5])]).unwrap();
    let second = metric.change(&[(0, [6])]).unwrap();
    assert_eq!(metric.undo(first), Err(RoutingError::UndoOrder { change: 1, last: 2 }));
    metric.undo(second).unwrap();
    let mut query = Query::new(&metric);
    assert_eq!(query.distance(0, 0, 1), Ok(Some(5)));
    assert_eq!(
        said(query.distance(0, 3, 1).unwrap_err()),
        "source 3 is not a node; the graph has 3 nodes, numbered from 0"
    );
    assert_eq!(query.distance(4, 0, 1), Err(RoutingError::Lane { lane: 4, lanes: 1 }));
    assert!(matches!(metric.matrix(0, &[0], &[7]), Err(RoutingError::SearchEnd { role: "target", .. })));
    let dear = [End { node: 0, offset: 1 << 30 }];
    assert!(matches!(metric.distances_from(0, &dear), Err(RoutingError::Offset { role: "source", .. })));
    let dearer = Metric::new(vec![5, 3]);
    let search = Search::new(&graph, [&dearer], &[0], &[2]).unwrap();
    assert!(matches!(search.with_hierarchy(&metric), Err(RoutingError::OtherWeights { arc: 1 })));
    let closed = Metric::new(vec![1, CLOSED]);
    assert!(matches!(Skim::new(&metric, 0, &closed), Err(RoutingError::SkimClosed { arc: 1 })));
    assert_eq!(
        said(Weights::<2>::filling(&[&closed, &closed, &closed]).unwrap_err()),
        "3 metrics cannot be laid side by side in 2 lanes; 1 to 2 can"
    );
    assert!(matches!(
        Weights::<2>::filling::<Metric>(&[]),
        Err(RoutingError::Lanes { metrics: 0, lanes: 2 })
    ));
    for value in [f64::NAN, -1.0, 1e12] {
        let error = said(Metric::fixed_point(&[1.0, value], 1000.0).unwrap_err());
        assert!(error.starts_with(&format!("arc 1 has the value {value};")), "{error}");
    }
}

#[test]
fn a_skim_is_refused_while_other_weights_stand() {
    let (topology, weights) = line(&[5, 7]);
    let mut metric = CustomMetric::new(&topology, weights.clone()).unwrap();
    let hours = Metric::new(vec![2, 3]);
    let skims = [Skim::new(&metric, 0, &hours).unwrap()];
    let ask = |metric: &CustomMetric<'_, 1>| {
        metric
            .skimmed_matrix(0, &[0], &[2], &skims)
            .map(|found| (found.distances.values[0], found.skims[0][0]))
    };
    assert_eq!(ask(&metric), Ok((12, Some(5))));
    let undo = metric.change(&[(1, [70])]).unwrap();
    assert_eq!(ask(&metric), Err(RoutingError::SkimOutdated));
    metric.undo(undo).unwrap();
    assert_eq!(ask(&metric), Ok((12, Some(5))));
    // The same weights on another hierarchy are no excuse: arcs may lie elsewhere.
    let (other, _) = line(&[5, 7]);
    assert_eq!(ask(&CustomMetric::new(&other, weights).unwrap()), Err(RoutingError::SkimOutdated));
    let both = Weights::new(vec![[5, 5], [7, 7]]).unwrap();
    let both = CustomMetric::new(&topology, both).unwrap();
    let skims = [Skim::new(&both, 0, &hours).unwrap()];
    let wrong = both.skimmed_matrix(1, &[0], &[2], &skims).unwrap_err();
    assert_eq!(wrong, RoutingError::SkimLane { skim: 0, lane: 1 });
}

/// More lists are asked for than are kept, so that lists are forgotten and written again.
#[test]
fn routes_along_a_line_are_its_arcs_in_order() {
    let (topology, weights) = line(&[1; 3000]);
    let metric = CustomMetric::new(&topology, weights).unwrap();
    let mut query = Query::new(&metric);
    for from in (0..3000).step_by(7) {
        for to in (from..=3000).step_by(61) {
            let route = query.route(0, from, to).unwrap().unwrap();
            assert!(route.arcs.iter().copied().eq(from..to), "from {from} to {to}");
        }
    }
}

#[test]
fn a_star_with_a_hundred_thousand_leaves_is_no_clique() {
    let arcs: Vec<(u32, u32)> = (1..100_000).map(|leaf| (0, leaf)).collect();
    let graph = Graph::new(100_000, &arcs).unwrap();
    let statistics = Topology::new(&graph, &Order::by_structure(&graph)).unwrap().statistics();
    assert_eq!((statistics.fill, statistics.triangles), (0, 0));
}

#[test]
fn a_long_chain_makes_a_shallow_tree() {
    let (topology, _) = line(&[1; 4095]);
    let statistics = topology.statistics();
    // Halved twelve times, with eight leaves stripped from each end meanwhile.
    assert!(statistics.depth <= 12 * 8, "{statistics:?}");
    assert!(statistics.triangles <= 4095, "{statistics:?}");
}
