//! Odd input that real files hold.

use assignment::{
    AssignmentError, Class, Demand, Group, LinkFunction, Member, Options, Solver, Status, unwatched,
};

use crate::networks::{close, instance, solve, to};

#[test]
fn zones_are_not_passed_through() {
    // The short way leads over zone 1.
    let mut network =
        instance("0 1 constant 1\n1 2 constant 1\n0 3 constant 5\n3 2 constant 5", "0 2 1\n0 1 1");
    assert_eq!(solve(&network, &to(1e-9)).pairs[0].least_cost, Some(2.0));
    network.through = vec![false, false, false, true];
    for solution in [solve(&network, &to(1e-9)), {
        let mut solver = Solver::skeleton(network.clone()).unwrap();
        solver.run(&to(1e-9), &mut unwatched);
        solver.solution()
    }] {
        assert_eq!(solution.pairs[0].least_cost, Some(10.0));
        assert_eq!(solution.pairs[1].least_cost, Some(1.0));
        assert_eq!(solution.link_volumes, vec![1.0, 0.0, 1.0, 1.0]);
    }
}

#[test]
fn zero_power_zero_b_and_zero_free_flow_time_are_constant() {
    let network =
        instance("0 1 bpr 2 10 0.5 0\n1 2 bpr 3 10 0 4\n2 3 bpr 0 10 0.15 4\n2 3 bpr 0 0 0 0", "0 3 50");
    let solution = solve(&network, &to(1e-12));
    assert_eq!(solution.status, Status::Converged);
    assert_eq!(solution.pairs[0].least_cost, Some(6.0)); // 2 (1 + 0.5) + 3 + 0
}

#[test]
fn a_link_without_capacity_is_closed() {
    let network = instance("0 1 bpr 1 0 0.15 4\n0 1 constant 7", "0 1 5");
    assert_eq!(solve(&network, &to(1e-9)).link_volumes, vec![0.0, 5.0]);
}

#[test]
fn demand_without_a_way_is_reported_and_the_rest_assigned() {
    let network = instance("0 1 bpr 1 10 0.15 4\n2 3 constant 1", "0 1 5\n0 3 4\n1 1 2");
    let solution = solve(&network, &to(1e-9));
    assert_eq!(solution.status, Status::Converged);
    let pairs = &solution.pairs;
    assert_eq!((pairs[0].assigned, pairs[1].unconnected, pairs[2].intrazonal), (5.0, 4.0, 2.0));
    assert_eq!(pairs[1].least_cost, None);
    assert_eq!((solution.certificate.demand, solution.certificate.unconnected), (9.0, 4.0));
}

#[test]
fn links_with_the_same_ends_share_the_load() {
    let network = instance("0 1 bpr 1 1 1 1\n0 1 bpr 1 3 1 1", "0 1 8");
    let solution = solve(&network, &to(1e-12));
    assert!(close(solution.link_volumes[0], 2.0, 1e-9) && close(solution.link_volumes[1], 6.0, 1e-9));
}

#[test]
fn what_exceeds_a_hard_capacity_overflows_in_tonnes() {
    let mut network = instance("0 1 constant 1\n0 1 constant 3", "0 1 10");
    network.links[0].hard_capacity = Some(4.0);
    network.links[1].hard_capacity = Some(3.0);
    network.classes[0] =
        Class { value_of_time: 2.0, unit_size: 0.5, overflow_cost: Some(20.0), ..Class::plain("goods") };
    let solution = solve(&network, &Options { capacity_tolerance: 1e-9, ..to(1e-9) });
    assert_eq!(solution.status, Status::Converged, "{:?}", solution.certificate);
    // Half a unit a tonne: eight tonnes fit on the first, two on the second, which so stays free.
    assert!(
        close(solution.link_volumes[0], 4.0, 1e-7) && close(solution.link_volumes[1], 1.0, 1e-6),
        "{solution:?}"
    );
    assert!(close(solution.link_prices[0], 2.0, 1e-6), "{:?}", solution.link_prices);
    assert_eq!(solution.link_prices[1], 0.0);

    network.demands[0].tonnes = 20.0;
    let solution = solve(&network, &Options { capacity_tolerance: 1e-9, ..to(1e-9) });
    assert!(close(solution.pairs[0].overflow, 6.0, 1e-6), "{:?}", solution.pairs);
    assert!(close(solution.pairs[0].assigned, 14.0, 1e-6));
    // Staying costs 20, so 10 hours: a place is worth 9 of them on the first, 7 on the second.
    assert!(close(solution.link_prices[0], 9.0, 1e-6) && close(solution.link_prices[1], 7.0, 1e-6));
    assert!(solution.certificate.capacity_excess < 2e-9 && solution.certificate.slackness < 1e-8);
    assert!(close(solution.certificate.overflow, 6.0, 1e-6));
}

#[test]
fn both_directions_of_a_single_track_share_its_capacity() {
    let mut network =
        instance("0 1 constant 1\n1 0 constant 1\n0 1 constant 9\n1 0 constant 9", "0 1 30\n1 0 50");
    let track = LinkFunction::Queue {
        free_flow_time: 0.0,
        capacity: 60.0,
        servers: 1,
        service_time: 0.5,
        variability: 1.0,
        saturation: 0.98,
    };
    let members = [0, 1].map(|link| Member { link, weight: 1.0, felt: 1.0 }).to_vec();
    network.groups = vec![Group { members, function: track, hard_capacity: None }];
    for solution in [solve(&network, &to(1e-12)), {
        let mut solver = Solver::skeleton(network.clone()).unwrap();
        solver.run(&to(1e-12), &mut unwatched);
        solver.solution()
    }] {
        assert_eq!(solution.status, Status::Converged, "{:?}", solution.certificate);
        // 0.5 ρ/(1 − ρ) = 8 hours of wait at ρ = 16/17, whoever waits.
        assert!(close(solution.group_volumes[0], 60.0 * 16.0 / 17.0, 1e-7), "{:?}", solution.group_volumes);
        assert!(close(solution.group_delays[0], 8.0, 1e-6));
        assert!(solution.certificate.objective.is_some());
    }
    // Where trains one way feel the wait twice, there is no objective, but still an equilibrium.
    network.groups[0].members[1].felt = 2.0;
    let solution = solve(&network, &to(1e-9));
    assert_eq!(solution.status, Status::Converged);
    assert_eq!(solution.certificate.objective, None);
}

#[test]
fn a_closed_border_and_back() {
    let network = instance("0 1 queue 1 10 1 0.1\n1 2 constant 1\n0 2 constant 20", "0 2 8");
    for mut solver in [Solver::new(network.clone()).unwrap(), Solver::skeleton(network.clone()).unwrap()] {
        solver.run(&to(1e-10), &mut unwatched);
        let before = solver.solution();
        assert_eq!(before.link_volumes[2], 0.0);
        solver.set_allowed(0, 1, false).unwrap();
        assert_eq!(solver.run(&to(1e-10), &mut unwatched), Status::Converged);
        assert_eq!(solver.solution().link_volumes, vec![0.0, 0.0, 8.0]);
        solver.set_allowed(0, 1, true).unwrap();
        assert_eq!(solver.run(&to(1e-10), &mut unwatched), Status::Converged);
        assert_eq!(solver.solution().link_volumes, before.link_volumes);
    }
}

#[test]
fn bad_numbers_are_named_with_their_place() {
    let good = instance("0 1 bpr 1 1 1 1", "0 1 8");
    let mut bad = good.clone();
    bad.links[0].head = 7;
    assert_eq!(
        Solver::new(bad).unwrap_err().to_string(),
        "link 0 names node 7, but there are only 2 (valid: 0 to 1)"
    );
    let mut bad = good.clone();
    bad.demands.push(Demand { tonnes: f64::NAN, ..bad.demands[0] });
    assert!(
        matches!(Solver::new(bad).unwrap_err(), AssignmentError::Value { place, .. } if place == "demand 1")
    );
    let mut solver = Solver::new(good).unwrap();
    assert!(solver.set_fixed_cost(0, 0, -1.0).is_err());
    assert!(solver.set_tonnes(9, 1.0).is_err());
    assert!(
        solver
            .set_function(0, LinkFunction::Conical { free_flow_time: 1.0, capacity: 1.0, alpha: 1.0 })
            .is_err()
    );
}

#[test]
fn what_must_travel_and_does_not_fit_ends_with_a_certificate_that_says_so() {
    let mut network = instance("0 1 constant 1", "0 1 10");
    network.links[0].hard_capacity = Some(4.0);
    let solution = solve(&network, &Options { iterations: 200, ..to(1e-9) });
    assert_eq!(solution.status, Status::OutOfIterations);
    assert!(close(solution.certificate.capacity_excess, 1.5, 1e-9), "{:?}", solution.certificate);
    assert_eq!(solution.certificate.conservation_error, 0.0);
}

#[test]
fn a_link_that_begins_to_congest_or_gets_slower_counts_at_once() {
    let network = instance("0 1 queue 1 10 1 0.1\n1 2 constant 1\n1 2 constant 4\n0 2 constant 20", "0 2 8");
    for mut solver in [Solver::new(network.clone()).unwrap(), Solver::skeleton(network.clone()).unwrap()] {
        solver.run(&to(1e-10), &mut unwatched);
        solver.set_function(1, LinkFunction::Constant { time: 5.0 }).unwrap();
        assert_eq!(solver.run(&to(1e-10), &mut unwatched), Status::Converged);
        assert_eq!(solver.solution().link_volumes, vec![8.0, 0.0, 8.0, 0.0]);
        // One hour at no volume, four hours at three units.
        let function = LinkFunction::Bpr { free_flow_time: 1.0, capacity: 1.0, coefficient: 1.0, power: 1.0 };
        solver.set_function(1, function).unwrap();
        assert_eq!(solver.run(&to(1e-10), &mut unwatched), Status::Converged);
        let solution = solver.solution();
        assert!(close(solution.link_volumes[1], 3.0, 1e-6), "{:?}", solution.link_volumes);
        assert!(solution.certificate.relative_gap < 1e-9);
        solver.set_hard_capacity(1, Some(2.0)).unwrap();
        assert_eq!(
            solver.run(&Options { capacity_tolerance: 1e-9, ..to(1e-10) }, &mut unwatched),
            Status::Converged
        );
        let solution = solver.solution();
        assert!(close(solution.link_volumes[1], 2.0, 1e-7), "{:?}", solution.link_volumes);
        assert!(close(solution.link_prices[1], 1.0, 1e-5), "{:?}", solution.link_prices);
    }
}
