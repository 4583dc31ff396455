//! Spatial price equilibrium: a worked case, and the conditions of equilibrium as laws.

use gravity::equilibrium::uniform;
use gravity::{Curve, Lane, Market, spatial_equilibrium, spatial_equilibrium_from, spatial_state};
use proptest::prelude::*;

fn market(name: &str, curve: Curve) -> Market {
    Market { name: name.to_owned(), curve }
}

fn lane(origin: usize, destination: usize, cost: f64, capacity: Option<f64>) -> Lane {
    Lane { origin, destination, cost, capacity }
}

#[test]
fn two_places_meet_where_supply_and_cost_meet_demand() {
    // p = 10 + S, q = 40 − 2 D, cost 6: 10 + x + 6 = 40 − 2 x, so x = 8, p = 18, q = 24.
    let supply = [market("Kostanay", Curve::Linear { intercept: 10.0, slope: 1.0 })];
    let demand = [market("Dalarik", Curve::Linear { intercept: 40.0, slope: -2.0 })];
    let solved = spatial_equilibrium(&supply, &demand, &[lane(0, 0, 6.0, None)]).unwrap();
    assert!((solved.flows[0] - 8.0).abs() < 1e-7 && (solved.supply_prices[0] - 18.0).abs() < 1e-7);
    assert!((solved.demand_prices[0] - 24.0).abs() < 1e-7 && solved.violation < 1e-9, "{solved:?}");

    // With room for 5 only, the lane earns the rest: 40 − 10 − (10 + 5) − 6 = 9 a unit.
    let narrow = spatial_equilibrium(&supply, &demand, &[lane(0, 0, 6.0, Some(5.0))]).unwrap();
    assert!((narrow.flows[0] - 5.0).abs() < 1e-7 && (narrow.rents[0] - 9.0).abs() < 1e-6, "{narrow:?}");
}

#[test]
fn what_has_no_equilibrium_or_no_sense_is_named() {
    let rising = Curve::Linear { intercept: 10.0, slope: 1.0 };
    let flat = |intercept| Curve::Linear { intercept, slope: 0.0 };
    let said = |supply, demand, lane| {
        spatial_equilibrium(&[market("Kostanay", supply)], &[market("Dalarik", demand)], &[lane])
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(
        [
            said(rising, rising, lane(0, 0, 1.0, None)),
            said(flat(1.0), flat(9.0), lane(0, 0, 1.0, None)),
            said(rising, flat(9.0), lane(0, 1, 1.0, None)),
            said(rising, flat(9.0), lane(0, 0, f64::NAN, None)),
            said(rising, flat(9.0), lane(0, 0, 1.0, Some(0.0))),
            said(Curve::Elastic { price: 1.0, at: 0.0, elasticity: 1.0 }, flat(9.0), lane(0, 0, 1.0, None)),
        ]
        .join("\n")
    );
}

fn any_supply() -> impl Strategy<Value = Curve> {
    prop_oneof![
        (50.0f64..300.0, 0.01f64..2.0).prop_map(|(intercept, slope)| Curve::Linear { intercept, slope }),
        (50.0f64..300.0, 5.0f64..500.0, 0.2f64..4.0).prop_map(|(price, at, elasticity)| Curve::Elastic {
            price,
            at,
            elasticity
        }),
    ]
}

fn any_demand() -> impl Strategy<Value = Curve> {
    prop_oneof![
        (100.0f64..500.0, -2.0f64..-0.01).prop_map(|(intercept, slope)| Curve::Linear { intercept, slope }),
        (50.0f64..300.0, 5.0f64..500.0, -4.0f64..-0.3).prop_map(|(price, at, elasticity)| Curve::Elastic {
            price,
            at,
            elasticity
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_unused_lane_would_pay_and_no_used_one_loses(
        supplies in prop::collection::vec(any_supply(), 1..5),
        demands in prop::collection::vec(any_demand(), 1..5),
        lanes in prop::collection::vec((0usize..5, 0usize..5, 1.0f64..150.0, prop::option::of(1.0f64..200.0)), 1..20),
    ) {
        let lanes: Vec<Lane> = lanes.into_iter().map(|(i, j, cost, capacity)| lane(i % supplies.len(), j % demands.len(), cost, capacity)).collect();
        let supplies: Vec<Market> = supplies.into_iter().map(|curve| market("s", curve)).collect();
        let demands: Vec<Market> = demands.into_iter().map(|curve| market("d", curve)).collect();
        let solved = spatial_equilibrium(&supplies, &demands, &lanes).unwrap();
        prop_assert!(solved.violation < 1e-6, "{solved:?}");
        for (r, lane) in lanes.iter().enumerate() {
            prop_assert!(solved.flows[r] >= 0.0 && lane.capacity.is_none_or(|capacity| solved.flows[r] <= capacity));
            let full = lane.capacity.is_some_and(|capacity| solved.flows[r] >= capacity);
            prop_assert!(solved.rents[r] == 0.0 || full);
        }
        let shipped: f64 = solved.flows.iter().sum();
        prop_assert!((solved.supplied.iter().sum::<f64>() - shipped).abs() <= 1e-9 * shipped.max(1.0));
        prop_assert!((solved.demanded.iter().sum::<f64>() - shipped).abs() <= 1e-9 * shipped.max(1.0));
    }
}

fn worst(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / (1.0 + a.abs())).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Where a solution begins changes nothing of what it is: prices are unique, whatever the flows.
    #[test]
    fn from_a_similar_solution_the_same_prices_are_found(
        supplies in prop::collection::vec(any_supply(), 1..7),
        demands in prop::collection::vec(any_demand(), 1..7),
        costs in prop::collection::vec(prop_oneof![9 => 1.0f64..150.0, 1 => Just(f64::INFINITY)], 49),
        factors in prop::collection::vec(prop_oneof![8 => 0.8f64..1.25, 1 => Just(3.0), 1 => Just(f64::INFINITY)], 49),
    ) {
        let (n, m) = (supplies.len(), demands.len());
        let supplies: Vec<Market> = supplies.into_iter().map(|curve| market("s", curve)).collect();
        let demands: Vec<Market> = demands.into_iter().map(|curve| market("d", curve)).collect();
        // Every elastic curve needs one way at least; the first of each stays open.
        let open = |cell: usize| cell / m == cell % m % n || cell % m == cell / m % m;
        let before: Vec<f64> = (0..n * m).map(|cell| if open(cell) && costs[cell].is_infinite() { 75.0 } else { costs[cell] }).collect();
        let after: Vec<f64> = (0..n * m).map(|cell| if open(cell) && factors[cell].is_infinite() { before[cell] } else { before[cell] * factors[cell] }).collect();
        let first = spatial_equilibrium(&supplies, &demands, &Lane::matrix(&before, m)).unwrap();
        let lanes = Lane::matrix(&after, m);
        let cold = spatial_equilibrium(&supplies, &demands, &lanes).unwrap();
        let warm = spatial_equilibrium_from(&supplies, &demands, &lanes, &first).unwrap();
        prop_assert!(cold.violation < 1e-6 && warm.violation < 1e-6, "{} {}", cold.violation, warm.violation);
        prop_assert!(worst(&cold.supply_prices, &warm.supply_prices) < 1e-5, "{cold:?} {warm:?}");
        prop_assert!(worst(&cold.demand_prices, &warm.demand_prices) < 1e-5, "{cold:?} {warm:?}");
        // A lane that has no way carries nothing.
        for (flow, cost) in warm.flows.iter().zip(&after) {
            prop_assert!(cost.is_finite() || *flow == 0.0);
        }
        // Nothing changes from itself.
        let again = spatial_equilibrium_from(&supplies, &demands, &lanes, &warm).unwrap();
        prop_assert!(worst(&again.flows, &warm.flows) < 1e-8);
    }
}

#[test]
fn flows_of_a_solution_are_written_out_as_that_solution_and_others_by_what_they_miss() {
    let market = |price: f64, elasticity: f64| Market {
        name: "a place".to_owned(),
        curve: Curve::Elastic { price, at: 100.0, elasticity },
    };
    let (supplies, demands) = ([market(100.0, 1.0), market(120.0, 0.5)], [market(180.0, -0.5)]);
    let lanes = Lane::matrix(&[30.0, 40.0], 1);
    let solved = spatial_equilibrium(&supplies, &demands, &lanes).expect("it settles");
    let state = spatial_state(&supplies, &demands, &lanes, solved.flows.clone()).expect("flows that fit");
    assert_eq!((&state.demand_prices, &state.margins), (&solved.demand_prices, &solved.margins));
    assert!(state.violation < 1e-9);
    let half = solved.flows.iter().map(|flow| flow / 2.0).collect();
    assert!(spatial_state(&supplies, &demands, &lanes, half).expect("flows that fit").violation > 0.1);
    assert!(spatial_state(&supplies, &demands, &lanes, vec![1.0]).is_err());
}

/// Places of very different size whose demand hardly answers to prices: at a small part of its quantity such a demand has a
/// price without measure, and a start there is lost.
#[test]
fn small_places_and_stiff_demands_are_solved_from_nothing() {
    for world in 0..60_u64 {
        let mut number = world << 32;
        let mut draw = |low: f64, high: f64| {
            number += 1;
            low + (high - low) * uniform(1, number)
        };
        let mut elastic = |price: (f64, f64), elasticity: (f64, f64)| Curve::Elastic {
            price: draw(price.0, price.1),
            at: draw(8.0, 17.0).exp(),
            elasticity: draw(elasticity.0, elasticity.1),
        };
        let supplies: Vec<Market> =
            (0..6).map(|own| market(&format!("S{own}"), elastic((110.0, 190.0), (0.5, 1.4)))).collect();
        let demands: Vec<Market> =
            (0..20).map(|own| market(&format!("D{own}"), elastic((140.0, 260.0), (-0.6, -0.2)))).collect();
        let costs: Vec<f64> = (0..120).map(|_| draw(15.0, 150.0)).collect();
        let solved = spatial_equilibrium(&supplies, &demands, &Lane::matrix(&costs, 20));
        let violation = solved.map(|solved| solved.violation);
        assert!(violation.as_ref().is_ok_and(|own| *own < 1e-9), "world {world}: {violation:?}");
    }
}
