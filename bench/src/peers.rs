//! What is compared: order and build, customising, changes, distances, routes, matrices.

use std::error::Error;

use routing::{CustomMetric, Graph, Metric, Order, Query, Search, Topology, Weights};
use routingkit_cch::{CCH, CCHMetric, CCHMetricPartialUpdater, CCHOneToMany, CCHQuery};

use crate::input::Network;
use crate::measure::{Checksum, Draws, Measurement, Run, in_turn, timed};

const OURS: &str = "ayrum";
const ROUTINGKIT: &str = "routingkit-cch 0.1.4";
const CCH_CRATE: &str = "cch 0.3.0";

/// Routes are summed up by what they cost, as several may be least.
fn cost(arcs: &[u32], metres: &[u32]) -> u64 {
    arcs.iter().map(|&arc| u64::from(metres[arc as usize])).sum()
}

pub fn compare(
    network: &Network,
    repeats: usize,
    tell: &mut dyn FnMut(Measurement),
) -> Result<(), Box<dyn Error>> {
    let count = network.places.len();
    let graph = Graph::new(count, &network.arcs)?;
    let (tails, heads): (Vec<u32>, Vec<u32>) = network.arcs.iter().copied().unzip();
    let latitudes: Vec<f32> = network.places.iter().map(|place| place[1] as f32).collect();
    let longitudes: Vec<f32> = network.places.iter().map(|place| place[0] as f32).collect();

    // The `cch` crate wants arcs by tail; where each arc of ours went:
    let mut by_tail: Vec<u32> = (0..tails.len() as u32).collect();
    by_tail.sort_by_key(|&arc| tails[arc as usize]);
    let mut first_out = vec![0u32; count + 1];
    for &tail in &tails {
        first_out[tail as usize + 1] += 1;
    }
    for node in 0..count {
        first_out[node + 1] += first_out[node];
    }
    let sorted = |values: &[u32]| -> Vec<u32> { by_tail.iter().map(|&arc| values[arc as usize]).collect() };
    let cch_graph = cch::graph::Graph { first_out, head: sorted(&heads), weight: sorted(&network.metres) };

    // Order and build, a few times: they take seconds.
    let build_ours = || {
        let order = Order::by_place(&graph, &network.places).expect("a place for every node");
        Topology::new(&graph, &order).expect("an order of this graph")
    };
    let build_routingkit = || {
        let order =
            routingkit_cch::compute_order_inertial(count as u32, &tails, &heads, &latitudes, &longitudes);
        CCH::new(&order, &tails, &heads, |_| {}, false)
    };
    let build_cch = || {
        let order = cch::inertial_order(count as u32, &tails, &heads, &latitudes, &longitudes);
        cch::Cch::build(&cch_graph, &order)
    };
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (OURS, Box::new(|| (timed(build_ours).0, None))),
        (ROUTINGKIT, Box::new(|| (timed(build_routingkit).0, None))),
        (CCH_CRATE, Box::new(|| (timed(build_cch).0, None))),
    ];
    in_turn("order + build", repeats.min(3), runs, tell);
    let (seconds, by_structure) = timed(|| Topology::new(&graph, &Order::by_structure(&graph)));
    let topology = build_ours();
    for (peer, seconds, statistics) in [
        (OURS, None, topology.statistics()),
        ("ayrum, without coordinates", Some(seconds), by_structure?.statistics()),
    ] {
        tell(Measurement {
            peer,
            operation: "shape of the hierarchy".to_owned(),
            seconds: seconds.unwrap_or(0.0),
            checksum: None,
            more: serde_json::json!({
                "edges": statistics.edges, "fill": statistics.fill, "triangles": statistics.triangles,
                "depth": statistics.depth, "widest": statistics.widest, "fringe": statistics.fringe,
                "supernodes": statistics.supernodes, "arcs_climbed": statistics.climb,
            }),
        });
    }
    let their_topology = build_routingkit();
    let cch_topology = build_cch();
    let cch_view = cch_topology.view();

    // Customising.
    let metric = Metric::new(network.metres.clone());
    let one = Weights::of([&metric])?;
    let eight = Weights::of([&metric; 8])?;
    let mut ours = CustomMetric::new(&topology, one.clone())?;
    let mut lanes = CustomMetric::new(&topology, eight.clone())?;
    let mut theirs = CCHMetric::new(&their_topology, network.metres.clone());
    let customizer = cch_topology.customizer();
    let mut cch_metric = customizer.customize(&cch_graph.weight);
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (OURS, Box::new(|| (timed(|| ours.customise(one.clone())).0, None))),
        (
            ROUTINGKIT,
            Box::new(|| {
                let weights = network.metres.clone();
                (timed(|| theirs.reset(weights)).0, None)
            }),
        ),
        (
            CCH_CRATE,
            Box::new(|| (timed(|| customizer.customize_into(&cch_graph.weight, &mut cch_metric)).0, None)),
        ),
        ("ayrum, 8 lanes, per lane", Box::new(|| (timed(|| lanes.customise(eight.clone())).0 / 8.0, None))),
        (
            "ayrum, laying 8 metrics side by side, per lane",
            Box::new(|| (timed(|| Weights::of([&metric; 8])).0 / 8.0, None)),
        ),
    ];
    in_turn("customise", repeats, runs, tell);
    drop(eight);
    drop(lanes);

    // Eight arcs change, and change back.
    let mut draws = Draws(88_172_645_463_325_252);
    let changed: Vec<u32> = (0..8).map(|_| draws.below(tails.len())).collect();
    let shape = |factor: u32| -> Vec<(u32, [u32; 1])> {
        changed.iter().map(|&arc| (arc, [(network.metres[arc as usize] + 1) * factor])).collect()
    };
    let (up, down) = (shape(3), shape(1));
    let mut updater = CCHMetricPartialUpdater::new(&their_topology);
    let (up_map, down_map) = (
        up.iter().map(|&(arc, [weight])| (arc, weight)).collect::<std::collections::BTreeMap<_, _>>(),
        down.iter().map(|&(arc, [weight])| (arc, weight)).collect::<std::collections::BTreeMap<_, _>>(),
    );
    // The first change copies weights that are shared.
    drop(one);
    let _ = ours.change(&down)?;
    updater.apply(&mut theirs, &down_map);
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (
            OURS,
            Box::new(|| {
                let (seconds, _) = timed(|| (ours.change(&up).map(drop), ours.change(&down).map(drop)));
                (seconds / 2.0, None)
            }),
        ),
        (
            ROUTINGKIT,
            Box::new(|| {
                let (seconds, ()) = timed(|| {
                    updater.apply(&mut theirs, &up_map);
                    updater.apply(&mut theirs, &down_map);
                });
                (seconds / 2.0, None)
            }),
        ),
    ];
    in_turn("change of 8 arcs", repeats * 5, runs, tell);
    ours.customise(Weights::of([&metric])?)?;
    theirs.reset(network.metres.clone());

    // Distances and routes.
    let pairs: Vec<(u32, u32)> = (0..2000).map(|_| (draws.below(count), draws.below(count))).collect();
    let mut query = Query::new(&ours);
    let mut their_query = CCHQuery::new(&theirs);
    let cch_metric_view = cch_metric.view();
    let each = pairs.len() as f64;
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (
            OURS,
            Box::new(|| {
                let (seconds, sum) = timed(|| {
                    Checksum::of(pairs.iter().map(|&(from, to)| query.distance(0, from, to).expect("nodes")))
                });
                (seconds / each, sum)
            }),
        ),
        (
            ROUTINGKIT,
            Box::new(|| {
                let (seconds, sum) = timed(|| {
                    Checksum::of(pairs.iter().map(|&(from, to)| {
                        their_query.add_source(from, 0);
                        their_query.add_target(to, 0);
                        their_query.run().distance().map(u64::from)
                    }))
                });
                (seconds / each, sum)
            }),
        ),
    ];
    in_turn("distance", repeats, runs, tell);
    // Routes between pairs that nobody has met before: what a peer keeps from one to the next may help it, but no
    // answer is asked for twice. And routes for somebody who has just begun.
    let mut fresh = |queries: usize| -> Vec<Vec<(u32, u32)>> {
        let mut pairs = || (0..500).map(|_| (draws.below(count), draws.below(count))).collect();
        (0..queries).map(|_| pairs()).collect()
    };
    let (met, unmet) = (fresh(repeats), fresh(repeats));
    let between = network.least_between();
    let metres = &network.metres;
    let ours_sum = |routes: &[Option<routing::HierarchyRoute>]| {
        Checksum::of(routes.iter().map(|route| route.as_ref().map(|route| cost(&route.arcs, metres))))
    };
    let theirs_sum = |routes: &[Option<Vec<u32>>]| {
        Checksum::of(routes.iter().map(|route| route.as_ref().map(|arcs| cost(arcs, metres))))
    };
    let cch_sum = |routes: &[Option<Vec<u32>>]| {
        let steps =
            |nodes: &Vec<u32>| nodes.windows(2).map(|two| u64::from(between[&(two[0], two[1])])).sum();
        Checksum::of(routes.iter().map(|route| route.as_ref().map(steps)))
    };
    let ours_routes = |query: &mut Query<'_, 1>, pairs: &[(u32, u32)]| -> Vec<_> {
        pairs.iter().map(|&(from, to)| query.route(0, from, to).expect("nodes")).collect()
    };
    let their_routes = |query: &mut CCHQuery<'_>, pairs: &[(u32, u32)]| -> Vec<_> {
        let route = |&(from, to): &(u32, u32)| {
            query.add_source(from, 0);
            query.add_target(to, 0);
            let found = query.run();
            found.distance().map(|_| found.arc_path())
        };
        pairs.iter().map(route).collect()
    };
    let cch_routes = |query: &mut cch::PathQuery, pairs: &[(u32, u32)]| -> Vec<_> {
        pairs.iter().map(|&(from, to)| query.path(&cch_metric_view, from, to)).collect()
    };
    let mut query = Query::new(&ours);
    let mut their_query = CCHQuery::new(&theirs);
    let mut cch_query = cch::PathQuery::new(&cch_view);
    let mut turns = [met.iter(), met.iter(), met.iter()];
    let [our_turns, their_turns, cch_turns] = &mut turns;
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (
            OURS,
            Box::new(|| {
                let pairs = our_turns.next().expect("one a turn");
                let (seconds, routes) = timed(|| ours_routes(&mut query, pairs));
                (seconds / 500.0, ours_sum(&routes))
            }),
        ),
        (
            ROUTINGKIT,
            Box::new(|| {
                let pairs = their_turns.next().expect("one a turn");
                let (seconds, routes) = timed(|| their_routes(&mut their_query, pairs));
                (seconds / 500.0, theirs_sum(&routes))
            }),
        ),
        (
            CCH_CRATE,
            Box::new(|| {
                let pairs = cch_turns.next().expect("one a turn");
                let (seconds, routes) = timed(|| cch_routes(&mut cch_query, pairs));
                (seconds / 500.0, cch_sum(&routes))
            }),
        ),
    ];
    in_turn("distance with path", repeats, runs, tell);
    let mut turns = [unmet.iter(), unmet.iter(), unmet.iter()];
    let [our_turns, their_turns, cch_turns] = &mut turns;
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (
            OURS,
            Box::new(|| {
                let pairs = our_turns.next().expect("one a turn");
                let (seconds, routes) = timed(|| ours_routes(&mut Query::new(&ours), pairs));
                (seconds / 500.0, ours_sum(&routes))
            }),
        ),
        (
            ROUTINGKIT,
            Box::new(|| {
                let pairs = their_turns.next().expect("one a turn");
                let (seconds, routes) = timed(|| their_routes(&mut CCHQuery::new(&theirs), pairs));
                (seconds / 500.0, theirs_sum(&routes))
            }),
        ),
        (
            CCH_CRATE,
            Box::new(|| {
                let pairs = cch_turns.next().expect("one a turn");
                let (seconds, routes) = timed(|| cch_routes(&mut cch::PathQuery::new(&cch_view), pairs));
                (seconds / 500.0, cch_sum(&routes))
            }),
        ),
    ];
    in_turn("distance with path, the first 500", repeats, runs, tell);

    // Matrices.
    let sources: Vec<u32> = (0..1000).map(|_| draws.below(count)).collect();
    let targets: Vec<u32> = (0..1000).map(|_| draws.below(count)).collect();
    let finite = |value: u32| (value < routingkit_cch::INF_WEIGHT).then_some(u64::from(value));
    let skims = [routing::Skim::new(&ours, 0, &metric)?];
    let runs: Vec<(&'static str, Run<'_>)> = vec![
        (
            OURS,
            Box::new(|| {
                let (seconds, matrix) = timed(|| ours.matrix(0, &sources, &targets).expect("nodes"));
                (seconds, Checksum::of(matrix.values.iter().map(|&value| finite(value))))
            }),
        ),
        (
            ROUTINGKIT,
            Box::new(|| {
                let (seconds, rows) = timed(|| {
                    let mut query = CCHOneToMany::new(&theirs, &targets);
                    sources.iter().map(|&source| query.distances_from(source)).collect::<Vec<_>>()
                });
                (seconds, Checksum::of(rows.into_iter().flatten().map(|value| value.map(u64::from))))
            }),
        ),
        (
            CCH_CRATE,
            Box::new(|| {
                let (seconds, values) =
                    timed(|| cch::distance_matrix(&cch_view, &cch_metric_view, &sources, &targets));
                (seconds, Checksum::of(values.into_iter().map(finite)))
            }),
        ),
        (
            "ayrum, with a skim",
            Box::new(|| {
                let (seconds, found) =
                    timed(|| ours.skimmed_matrix(0, &sources, &targets, &skims).expect("nodes"));
                // The skim is the metric itself and must give the same sums.
                (seconds, Checksum::of(found.skims[0].iter().copied()))
            }),
        ),
    ];
    in_turn("matrix of 1000 by 1000", repeats.min(7), runs, tell);

    // All distances from one node.
    let runs: Vec<(&'static str, Run<'_>)> = vec![(
        OURS,
        Box::new(|| {
            let ends = [routing::End::at(sources[0])];
            let (seconds, all) = timed(|| ours.distances_from(0, &ends).expect("nodes"));
            (seconds, Checksum::of(all))
        }),
    )];
    in_turn("one to all", repeats, runs, tell);
    pareto(&graph, &topology, &metric, &sources, &targets, tell)?;
    Ok(())
}

/// Sets within 1 % over two criteria, with bounds by searches and by the hierarchy.
fn pareto(
    graph: &Graph,
    topology: &Topology,
    metric: &Metric,
    sources: &[u32],
    targets: &[u32],
    tell: &mut dyn FnMut(Measurement),
) -> Result<(), Box<dyn Error>> {
    // A second criterion that is not the first: half to one and a half times as much, drawn by arc.
    let mut draws = Draws(2_463_534_242);
    let other = metric
        .values()
        .iter()
        .map(|&value| value / 2 + (u64::from(value) * u64::from(draws.below(1000)) / 1000) as u32);
    let other = Metric::new(other.collect());
    let all = Search::new(graph, [metric, &other], &[], &[])?;
    let hierarchy = CustomMetric::new(topology, all.hierarchy_weights()?)?;
    let all = all.with_tolerance(0.01)?.with_label_limit(200_000);
    let (mut routes, mut truncated) = (0, 0);
    let mut seconds = [Vec::new(), Vec::new()];
    for (&source, &target) in sources.iter().zip(targets).take(9) {
        let search = all.between(&[source], &[target])?;
        seconds[0].push(timed(|| search.pareto()).0);
        let search = search.with_hierarchy(&hierarchy)?;
        let (time, set) = timed(|| search.pareto());
        seconds[1].push(time);
        routes += set.routes.len();
        truncated += usize::from(set.truncated);
    }
    for (peer, mut seconds) in ["ayrum, bounds by search", OURS].into_iter().zip(seconds) {
        seconds.sort_by(f64::total_cmp);
        tell(Measurement {
            peer,
            operation: "Pareto set within 1 %, 2 criteria".to_owned(),
            seconds: seconds[seconds.len() / 2],
            checksum: None,
            more: serde_json::json!({ "questions": 9, "routes": routes, "truncated": truncated }),
        });
    }
    Ok(())
}
