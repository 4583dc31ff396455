//! Path flows that do not depend on how the solver got there.

use std::collections::BTreeMap;

use assignment::{Class, PathFlows, Solver, proportional_paths, unwatched};

use crate::networks::{close, instance, solve, to};
use crate::tntp;

#[test]
fn all_split_alike_where_two_segments_lie_side_by_side() {
    // From 0 and from 1 to 2, then two like segments to 3, then to 4 and 5.
    let mut network = instance(
        "0 2 constant 1\n1 2 constant 1\n2 3 bpr 1 10 1 1\n2 6 constant 0\n6 3 bpr 1 30 1 1\n3 4 constant 1\n3 5 constant 1",
        "0 4 10\n1 4 30\n0 5 20\n1 5 4",
    );
    network.classes.push(Class { value_of_time: 5.0, unit_size: 0.5, ..Class::plain("fast") });
    network.demands[1].class = 1;
    let solution = solve(&network, &to(1e-13));
    let even = proportional_paths(&network, &solution, 1e-10, 100);
    assert!(even.converged && even.drift < 1e-12, "{} {}", even.residual, even.drift);
    assert_eq!(even.pairs, 1);
    for demand in 0..4 {
        let range = even.paths.of_demand(demand);
        assert_eq!(range.len(), 2);
        for path in range {
            let expected = if even.paths.links_of(path).contains(&2) { 0.25 } else { 0.75 };
            let share = even.paths.tonnes[path] / network.demands[demand].tonnes;
            assert!(close(share, expected, 1e-8), "{demand}: {share}");
        }
    }
}

#[test]
fn sioux_falls_splits_alike_and_depends_little_on_the_start() {
    let Some(network) = tntp::instance("SiouxFalls", "SiouxFalls", 0.0, 0.0) else { return };
    let cold = solve(&network, &to(1e-13));
    // From another start: the demand of half the pairs first, then all.
    let mut solver = Solver::new(network.clone()).unwrap();
    for demand in (0..network.demands.len()).step_by(2) {
        solver.set_tonnes(demand, 0.0).unwrap();
    }
    solver.run(&to(1e-4), &mut unwatched);
    for demand in (0..network.demands.len()).step_by(2) {
        solver.set_tonnes(demand, network.demands[demand].tonnes).unwrap();
    }
    solver.run(&to(1e-13), &mut unwatched);
    let warm = solver.solution();
    let flows = |paths: &PathFlows| {
        let mut flows = BTreeMap::new();
        for demand in 0..network.demands.len() {
            for path in paths.of_demand(demand) {
                flows.insert((demand, paths.links_of(path).to_vec()), paths.tonnes[path]);
            }
        }
        flows
    };
    let differ = |a: &PathFlows, b: &PathFlows| -> f64 {
        let (a, b) = (flows(a), flows(b));
        let one: f64 = a.iter().map(|(path, tonnes)| (tonnes - b.get(path).unwrap_or(&0.0)).abs()).sum();
        one + b.iter().filter(|(path, _)| !a.contains_key(*path)).map(|(_, tonnes)| tonnes).sum::<f64>()
    };
    let (a, b) =
        (proportional_paths(&network, &cold, 1e-9, 2000), proportional_paths(&network, &warm, 1e-9, 2000));
    assert!(a.converged && b.converged, "{} {}", a.residual, b.residual);
    assert!(a.drift < 1e-9 && b.drift < 1e-9, "{} {}", a.drift, b.drift);
    // What is left comes from swaps among three or more pairs of segments, which no single pair sees.
    let (before, after) = (differ(&cold.paths, &warm.paths), differ(&a.paths, &b.paths));
    assert!(after < 0.25 * before, "{before} {after}");
}
