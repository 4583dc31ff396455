//! What holds for every equilibrium.

use std::ops::ControlFlow;

use assignment::{Class, Demand, Flows, Method, Options, Solver, Status, certify, unwatched};
use proptest::prelude::*;

use crate::freight::{self, Draw};
use crate::networks::{braess, close, instance, solve, to};

#[test]
fn pigou_all_take_the_narrow_road_and_half_should() {
    // One road always takes an hour, the other as many hours as tonnes take it.
    let pigou = instance("0 1 constant 1\n0 1 bpr 0.000000001 1 1000000000 1", "0 1 1");
    let equilibrium = solve(&pigou, &to(1e-12));
    assert!(close(equilibrium.link_volumes[1], 1.0, 1e-8), "{:?}", equilibrium.link_volumes);
    assert!(close(equilibrium.certificate.total_cost, 1.0, 1e-8));
    let optimum = solve(&pigou, &Options { method: Method::SystemOptimum, ..to(1e-12) });
    assert!(close(optimum.link_volumes[1], 0.5, 1e-8), "{:?}", optimum.link_volumes);
    assert!(close(optimum.certificate.objective.unwrap(), 0.75, 1e-8));
}

#[test]
fn braess_a_road_that_makes_all_slower() {
    let with = solve(&braess(), &to(1e-13));
    assert!(close(with.certificate.objective.unwrap(), 386.0, 1e-9));
    assert!(close(with.certificate.total_cost, 552.0, 1e-9));
    for path in with.paths.of_demand(0) {
        assert!(close(with.paths.costs[path], 92.0, 1e-9));
        assert!(close(with.paths.tonnes[path], 2.0, 1e-6));
    }
    let mut without = braess();
    without.classes[0].allowed = vec![true, true, true, false, true];
    assert!(close(solve(&without, &to(1e-13)).certificate.total_cost, 6.0 * 83.0, 1e-9));
}

#[test]
fn tolls_at_marginal_cost_bring_the_system_optimum_about() {
    let optimum = solve(&braess(), &Options { method: Method::SystemOptimum, ..to(1e-12) });
    let mut tolled = braess();
    tolled.classes[0].fixed_costs = assignment::marginal_tolls(&tolled, &optimum.link_volumes).remove(0);
    let equilibrium = solve(&tolled, &to(1e-12));
    for (a, b) in equilibrium.link_volumes.iter().zip(&optimum.link_volumes) {
        assert!((a - b).abs() < 1e-6, "{:?} {:?}", equilibrium.link_volumes, optimum.link_volumes);
    }
}

#[test]
fn two_classes_that_are_alike_equal_one() {
    let one = freight::instance(9, 3, 12, 1, 0.5);
    let mut two = one.clone();
    two.classes.push(one.classes[0].clone());
    for demand in &one.demands {
        two.demands.push(Demand { class: 1, tonnes: 0.3 * demand.tonnes, ..*demand });
    }
    for demand in &mut two.demands[..one.demands.len()] {
        demand.tonnes *= 0.7;
    }
    let (one, two) = (solve(&one, &to(1e-12)), solve(&two, &to(1e-12)));
    assert_eq!(two.status, Status::Converged);
    for (a, b) in one.link_volumes.iter().zip(&two.link_volumes) {
        assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} {b}");
    }
}

#[test]
fn the_objective_never_rises() {
    for (name, instance) in [("Braess", braess()), ("freight", freight::instance(9, 3, 12, 2, 0.5))] {
        let mut solver = Solver::new(instance).unwrap();
        let mut last = f64::INFINITY;
        for step in 0..25 {
            // One iteration searches and moves; what follows is the next one's search alone.
            solver.run(&Options { iterations: 1, ..to(0.0) }, &mut unwatched);
            let objective = solver.solution().certificate.objective.unwrap();
            assert!(objective <= last * (1.0 + 1e-13), "{name} {step}: {objective} after {last}");
            last = objective;
        }
    }
}

#[test]
fn the_skeleton_gives_what_the_network_gives() {
    let instance = freight::instance(12, 4, 16, 3, 0.6);
    let full = solve(&instance, &to(1e-10));
    let mut skeleton = Solver::skeleton(instance).unwrap();
    assert_eq!(skeleton.run(&to(1e-10), &mut unwatched), Status::Converged);
    let skeleton = skeleton.solution();
    // The certificate of the skeleton's flows is worked out on the full network.
    assert!(skeleton.certificate.relative_gap <= 1.1e-10, "{:?}", skeleton.certificate);
    assert!(skeleton.certificate.conservation_error < 1e-9);
    let (a, b) = (full.certificate.objective.unwrap(), skeleton.certificate.objective.unwrap());
    assert!(close(a, b, 1e-9), "{a} {b}");
    for (a, b) in full.pairs.iter().zip(&skeleton.pairs) {
        assert!(close(a.least_cost.unwrap(), b.least_cost.unwrap(), 1e-4));
    }
}

#[test]
fn a_solution_is_where_a_warm_start_begins() {
    let instance = freight::instance(9, 3, 12, 2, 0.5);
    let cold = solve(&instance, &to(1e-9));
    for mut warm in [Solver::new(instance.clone()).unwrap(), Solver::skeleton(instance).unwrap()] {
        warm.start_from(&cold.paths).unwrap();
        let mut first = None;
        warm.run(&to(1e-9), &mut |progress| {
            first.get_or_insert(progress.gap);
            ControlFlow::Continue(())
        });
        assert!(first.unwrap() < 2e-9, "{first:?}");
    }
}

#[test]
fn who_is_stopped_gets_the_best_so_far_and_a_true_gap() {
    let instance = freight::instance(9, 3, 12, 2, 0.5);
    let mut solver = Solver::new(instance.clone()).unwrap();
    let status = solver.run(&to(1e-12), &mut |progress| {
        if progress.iteration == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(status, Status::Cancelled);
    let solution = solver.solution();
    assert_eq!(solution.status, Status::Cancelled);
    assert!(solution.certificate.relative_gap > 1e-12);
    assert!(solution.certificate.conservation_error < 1e-9);
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let instance = freight::instance(24, 6, 60, 3, 0.8);
    let solutions: Vec<_> = [1, 2, 3]
        .into_iter()
        .flat_map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let full = solve(&instance, &to(1e-5));
                let mut skeleton = Solver::skeleton(instance.clone()).unwrap();
                skeleton.run(&to(1e-5), &mut unwatched);
                [full, skeleton.solution()]
            })
        })
        .collect();
    for other in solutions[2..].chunks(2) {
        assert!(solutions[0] == other[0] && solutions[1] == other[1]);
    }
}

#[test]
fn a_certificate_sees_through_wrong_flows() {
    let instance = braess();
    let judge = |tonnes: [f64; 5]| {
        let flows =
            Flows { link_tonnes: &[tonnes.to_vec()], overflow: &[], link_prices: &[], group_prices: &[] };
        certify(&instance, &flows, Method::UserEquilibrium)
    };
    let right = judge([4.0, 2.0, 2.0, 2.0, 4.0]);
    assert!(right.relative_gap < 1e-8 && right.conservation_error == 0.0, "{right:?}");
    // All on two roads: all would save by the bridge.
    let unequal = judge([3.0, 3.0, 3.0, 0.0, 3.0]);
    assert!(unequal.relative_gap > 0.1 && unequal.conservation_error == 0.0, "{unequal:?}");
    // A tonne got lost at node 3.
    assert_eq!(judge([4.0, 2.0, 2.0, 2.0, 3.0]).conservation_error, 1.0);
}

#[test]
fn classes_weigh_tolls_by_their_value_of_time() {
    // A toll of 10 saves two hours: worth it above 5 an hour.
    let mut instance = instance("0 1 constant 4\n0 1 constant 2", "0 1 1\n0 1 1");
    instance.classes = [4.0, 6.0]
        .map(|value_of_time| Class { value_of_time, fixed_costs: vec![0.0, 10.0], ..Class::plain("goods") })
        .to_vec();
    instance.demands[1].class = 1;
    let solution = solve(&instance, &to(1e-12));
    assert_eq!(solution.link_tonnes, vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
    assert_eq!(solution.pairs[1].least_cost, Some(22.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What starts arrives, and nobody could do better, on random networks with two classes.
    #[test]
    fn equilibria_conserve_flow_and_nobody_could_do_better(seed in 0u64..1000, nodes in 4usize..12) {
        let mut draw = Draw::new(seed);
        let mut network = String::new();
        for node in 0..nodes {
            for _ in 0..3 {
                let other = (draw.share() * nodes as f64) as usize;
                let (time, capacity) = (draw.share(), 1.0 + 5.0 * draw.share());
                let kind = if draw.share() < 0.3 { format!("queue {time} {capacity} 2 0.3") } else { format!("bpr {time} {capacity} 0.5 3") };
                network.push_str(&format!("{node} {other} {kind}\n"));
            }
        }
        let trips: String = (0..10)
            .map(|_| format!("{} {} {}\n", (draw.share() * nodes as f64) as usize, (draw.share() * nodes as f64) as usize, 2.0 * draw.share()))
            .collect();
        let mut instance = instance(&network, &format!("{trips}{} 0 0", nodes - 1));
        instance.classes.push(Class { value_of_time: 3.0, unit_size: 0.5, ..Class::plain("fast") });
        for demand in instance.demands.iter_mut().step_by(2) {
            demand.class = 1;
        }
        let solution = solve(&instance, &to(1e-8));
        prop_assert_eq!(solution.status, Status::Converged);
        prop_assert!(solution.certificate.relative_gap <= 1.01e-8 && solution.certificate.relative_gap > -1e-12);
        prop_assert!(solution.certificate.conservation_error < 1e-10);
        for (demand, pair) in instance.demands.iter().zip(&solution.pairs) {
            let parts = pair.assigned + pair.overflow + pair.unconnected + pair.intrazonal;
            prop_assert!((parts - demand.tonnes).abs() < 1e-10);
        }
    }
}
