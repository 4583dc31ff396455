//! What is read off a solution: select link, loads, corridor shares, derivatives; and stochastic choice.

use assignment::{
    ChoiceSetOptions, Class, Demand, Instance, LinkFunction, LogitOptions, Parameter, PathFlows, Selection,
    Status, choice_set, corridor_shares, link_loads, select_links, sensitivity, stochastic,
};

use crate::freight;
use crate::networks::{close, instance, solve, to};

#[test]
fn select_link_names_whose_goods_cross() {
    let mut network =
        instance("0 2 constant 1\n1 2 constant 1\n2 3 constant 1\n3 4 constant 1", "0 4 5\n1 4 7\n0 2 11");
    network.classes.push(Class::plain("other"));
    network.demands[1].class = 1;
    let solution = solve(&network, &to(1e-9));
    let border = select_links(&network, &solution, &Selection::Any(vec![2]));
    assert_eq!(border.demands, vec![(0, 5.0), (1, 7.0)]);
    assert_eq!((border.by_class, border.tonnes), (vec![5.0, 7.0], 12.0));
    assert_eq!(border.link_tonnes, vec![5.0, 7.0, 12.0, 12.0]);
    let both = select_links(&network, &solution, &Selection::All(vec![0, 2]));
    assert_eq!(both.demands, vec![(0, 5.0)]);
    let shares = corridor_shares(&solution, &[vec![0], vec![1], vec![3]], |_| true);
    assert_eq!((shares.tonnes, shares.none), (vec![16.0, 7.0, 12.0], 0.0));
    assert_eq!((shares.several, shares.all), (12.0, 23.0));
}

#[test]
fn loads_are_volume_by_capacity_and_hours_lost() {
    let network = instance("0 1 queue 1 10 1 0.5", "0 1 5");
    let load = link_loads(&network, &solve(&network, &to(1e-9)))[0];
    assert_eq!((load.volume, load.capacity, load.ratio), (5.0, Some(10.0), Some(0.5)));
    assert!(close(load.delay, 0.5, 1e-12) && close(load.delay_hours, 2.5, 1e-12));
}

/// Two paths that share all but a siding of no length, and one apart; all cost the same.
fn overlap() -> Instance {
    instance("0 2 constant 10\n2 1 constant 0\n2 1 constant 0\n0 1 constant 10", "0 1 8")
}

fn all_paths() -> PathFlows {
    PathFlows {
        first: vec![0, 3],
        link_first: vec![0, 2, 4, 5],
        links: vec![0, 1, 0, 2, 3],
        tonnes: vec![0.0; 3],
        costs: vec![0.0; 3],
    }
}

#[test]
fn overlapping_routes_share_as_path_sizes_say_when_cost_does_not_count() {
    let logit = LogitOptions { scale: 0.0, ..LogitOptions::default() };
    let answer = stochastic(&overlap(), &all_paths(), &logit).unwrap();
    assert_eq!(answer.path_sizes, vec![0.5, 0.5, 1.0]);
    for (share, expected) in answer.shares.iter().zip([0.25, 0.25, 0.5]) {
        assert!(close(*share, expected, 1e-12), "{:?}", answer.shares);
    }
    assert!(answer.converged && answer.residual < 1e-12);
    assert_eq!(answer.link_tonnes[0], vec![4.0, 2.0, 2.0, 4.0]);
    // Without path sizes, the siding would count as a route.
    let plain = LogitOptions { path_size: 0.0, ..logit };
    assert!(close(stochastic(&overlap(), &all_paths(), &plain).unwrap().shares[2], 1.0 / 3.0, 1e-12));
}

#[test]
fn the_best_route_takes_all_when_cost_is_all_that_counts() {
    let mut network = overlap();
    network.links[2].function = LinkFunction::Constant { time: 0.1 };
    network.links[3].function = LinkFunction::Constant { time: 10.2 };
    for scale in [1e3, 1e6, 1e12] {
        let logit = LogitOptions { scale, ..LogitOptions::default() };
        let answer = stochastic(&network, &all_paths(), &logit).unwrap();
        assert!(close(answer.shares[0], 1.0, 1e-12), "{scale}: {:?}", answer.shares);
    }
}

#[test]
fn with_capacity_shares_and_costs_agree() {
    let network = freight::instance(9, 3, 12, 2, 0.5);
    let choices = choice_set(&network, &ChoiceSetOptions::default()).unwrap();
    assert!(choices.tonnes.len() > network.demands.len(), "there is a choice");
    for scale in [0.1, 1.0, 10.0] {
        let logit = LogitOptions { scale, ..LogitOptions::default() };
        let answer = stochastic(&network, &choices, &logit).unwrap();
        assert!(answer.converged, "{scale}: {} after {}", answer.residual, answer.iterations);
        for (number, demand) in network.demands.iter().enumerate() {
            let range = answer.paths.of_demand(number);
            let tonnes: f64 = answer.paths.tonnes[range.clone()].iter().sum();
            assert!(close(tonnes, demand.tonnes, 1e-12));
            // The formula, from what is reported alone.
            let weight = |path: usize, least: f64| {
                answer.path_sizes[path] * (-scale * (answer.paths.costs[path] - least)).exp()
            };
            let least = range.clone().map(|path| answer.paths.costs[path]).fold(f64::INFINITY, f64::min);
            let sum: f64 = range.clone().map(|path| weight(path, least)).sum();
            for path in range {
                assert!((answer.shares[path] - weight(path, least) / sum).abs() < 1e-7);
            }
        }
    }
}

#[test]
fn very_sharp_choice_is_user_equilibrium() {
    let network = instance("0 1 bpr 1 1 1 1\n0 1 bpr 2 2 1 1", "0 1 4");
    let choices =
        choice_set(&network, &ChoiceSetOptions { detour: 3.0, ..ChoiceSetOptions::default() }).unwrap();
    let logit = LogitOptions { scale: 1e7, ..LogitOptions::default() };
    let sharp = stochastic(&network, &choices, &logit).unwrap();
    let equilibrium = solve(&network, &to(1e-12));
    for (a, b) in sharp.link_volumes.iter().zip(&equilibrium.link_volumes) {
        assert!((a - b).abs() < 1e-5, "{:?} {:?}", sharp.link_volumes, equilibrium.link_volumes);
    }
}

/// A network of which all paths stay in use when something changes a little.
fn grid() -> Instance {
    let mut network = instance(
        "0 1 bpr 2 4 0.5 3\n0 2 bpr 2.2 5 0.5 2\n1 3 bpr 3 6 0.7 4\n2 3 bpr 2.8 4 0.6 4\n1 2 bpr 0.3 3 0.4 2
         3 4 queue 1 14 2 0.8\n3 4 bpr 3 9 0.5 2",
        "0 4 6\n0 3 2\n1 4 4",
    );
    network.classes.push(Class { value_of_time: 3.0, unit_size: 0.5, ..Class::plain("fast") });
    network.demands.push(Demand { class: 1, ..network.demands[0] });
    for class in &mut network.classes {
        // Tolls, so that no two paths of the classes are equal by chance.
        class.fixed_costs = vec![0.5, 0.0, 0.0, 0.3, 0.0, 0.1, 0.0];
    }
    network
}

#[test]
fn derivatives_are_what_a_small_change_does() {
    let base = grid();
    let solution = solve(&base, &to(1e-13));
    let step = 1e-3;
    let changed = |parameter: Parameter, by: f64| {
        let mut network = base.clone();
        match parameter {
            Parameter::Capacity(link) => match &mut network.links[link].function {
                LinkFunction::Bpr { capacity, .. } | LinkFunction::Queue { capacity, .. } => *capacity += by,
                other => panic!("{other:?}"),
            },
            Parameter::FreeFlowTime(link) => match &mut network.links[link].function {
                LinkFunction::Bpr { free_flow_time, .. } | LinkFunction::Queue { free_flow_time, .. } => {
                    *free_flow_time += by;
                }
                other => panic!("{other:?}"),
            },
            Parameter::Toll(link) => {
                network.classes.iter_mut().for_each(|class| class.fixed_costs[link] += by);
            }
            Parameter::GroupCapacity(_) => unreachable!(),
        }
        let solution = solve(&network, &to(1e-13));
        assert_eq!(solution.status, Status::Converged, "{parameter:?} {by} {:?}", solution.certificate);
        solution
    };
    for link in [0, 3, 5] {
        for parameter in [Parameter::Capacity(link), Parameter::FreeFlowTime(link), Parameter::Toll(link)] {
            let derivative = sensitivity(&base, &solution, parameter).unwrap();
            let (high, low, width) = (changed(parameter, step), changed(parameter, -step), 2.0 * step);
            for (link, derivative) in derivative.link_volumes.iter().enumerate() {
                let difference = (high.link_volumes[link] - low.link_volumes[link]) / width;
                assert!(
                    (derivative - difference).abs() < 1e-3 * (1.0 + difference.abs()),
                    "{parameter:?} volume {link}: {derivative} {difference}"
                );
            }
            for (pair, derivative) in derivative.pair_costs.iter().enumerate() {
                let difference =
                    (high.pairs[pair].least_cost.unwrap() - low.pairs[pair].least_cost.unwrap()) / width;
                let derivative = derivative.unwrap();
                assert!(
                    (derivative - difference).abs() < 1e-3 * (1.0 + difference.abs()),
                    "{parameter:?} cost {pair}: {derivative} {difference}"
                );
            }
        }
    }
}
