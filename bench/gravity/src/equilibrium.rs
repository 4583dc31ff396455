//! Counterfactuals of one sector: costs between economies fall by a tenth, and by drawn amounts.

use std::time::Instant;

use gravity::equilibrium::{
    Change, Charge, Deficits, EquilibriumOptions, Receiver, Sector, World, solve, solve_all,
};
use gravity::{Curve, Lane, Market, spatial_equilibrium, spatial_equilibrium_from};

use crate::panel::{Design, generate};

/// Times one solution (median of many) and a batch.
pub fn time(countries: usize, draws: usize) {
    let design = Design { countries, years: 1, dispersion: 0.2, level: 5.0, spread: 1.3, seed: 1 };
    let table = generate(&design);
    let flows = table.numbers("trade").expect("a column").iter().map(|flow| flow + 1.0).collect();
    let names = (0..countries).map(|number| format!("E{number}")).collect();
    let sector = Sector { name: "all".to_owned(), elasticity: 6.0, flows, charges: Vec::new() };
    let world = World::new(names, vec![sector]).expect("a world");
    let options = EquilibriumOptions::default();
    let fall = |to: f64| {
        let mut change = Change::none(&world);
        for cell in (0..countries * countries).filter(|cell| cell / countries != cell % countries) {
            change.costs[0][cell] = to;
        }
        change
    };
    let change = fall(0.9);
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            let solved = solve(&world, &change, &options, None).expect("an equilibrium");
            assert!(solved.residual < 1e-10);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{countries} economies: {:.3} ms (median of {}, least {:.3})", times[7], times.len(), times[0]);
    if draws > 0 {
        let start = Instant::now();
        let solved =
            solve_all(&world, draws, |number| fall(0.8 + 0.2 * number as f64 / draws as f64), &options, None);
        let settled = solved.iter().filter(|solved| solved.is_ok()).count();
        println!("{draws} draws, {settled} settled: {:.2} s", start.elapsed().as_secs_f64());
    }
}

/// One pass of the loop over a corridor: a few economies and sectors with tariffs, costs that move by some per cent from
/// pass to pass, each solved from the last.
pub fn passes(economies: usize, sectors: usize) {
    let design =
        Design { countries: economies, years: sectors, dispersion: 0.2, level: 5.0, spread: 1.3, seed: 2 };
    let table = generate(&design);
    let flows: Vec<f64> = table.numbers("trade").expect("a column").iter().map(|flow| flow + 1.0).collect();
    let square = economies * economies;
    let abroad = |cell: usize| cell / economies != cell % economies;
    let sector = |s: usize| Sector {
        name: format!("S{s}"),
        elasticity: 3.0 + s as f64,
        flows: flows[s * square..(s + 1) * square].to_vec(),
        charges: vec![Charge {
            name: "tariff".to_owned(),
            receiver: Receiver::Importer,
            rates: (0..square)
                .map(|cell| if abroad(cell) { 0.02 * (cell % 7) as f64 } else { 0.0 })
                .collect(),
        }],
    };
    let names = (0..economies).map(|number| format!("E{number}")).collect();
    let world = World::new(names, (0..sectors).map(sector).collect()).expect("a world");
    for deficits in [Deficits::Multiplicative, Deficits::Additive, Deficits::Balanced] {
        let options = EquilibriumOptions { deficits, ..EquilibriumOptions::default() };
        let balanced = world.balanced(&options).expect("a balanced world");
        let world = if deficits == Deficits::Balanced { &balanced } else { &world };
        let mut last: Option<Vec<f64>> = None;
        let (mut cold, mut warm, mut steps) = (Vec::new(), Vec::new(), 0);
        for pass in 0..60 {
            let mut change = Change::none(world);
            for s in 0..sectors {
                for cell in (0..square).filter(|cell| abroad(*cell)) {
                    let wave = ((cell * 31 + s * 17) % 97) as f64 / 97.0;
                    change.costs[s][cell] = 0.85 + 0.2 * wave + 0.03 * (0.3 * pass as f64 + 6.0 * wave).sin();
                    change.rates[s][0][cell] *= 0.5 + 0.01 * pass as f64;
                }
            }
            let start = Instant::now();
            solve(world, &change, &options, None).expect("an equilibrium");
            cold.push(start.elapsed().as_secs_f64() * 1e3);
            let start = Instant::now();
            let solved = solve(world, &change, &options, last.as_deref()).expect("an equilibrium");
            warm.push(start.elapsed().as_secs_f64() * 1e3);
            assert!(solved.residual < 1e-10);
            steps = solved.iterations;
            last = Some(solved.log_prices);
        }
        let median = |times: &mut Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        println!(
            "{economies} economies, {sectors} sectors with tariffs, {deficits:?}: {:.3} ms from nothing, {:.3} ms from the last pass ({steps} steps)",
            median(&mut cold),
            median(&mut warm)
        );
    }
}

/// Spatial prices: so many supplies and demands, every lane open, costs that move from pass to pass.
pub fn spatial(places: usize) {
    let curve = |k: usize, sign: f64| Curve::Elastic {
        price: if sign > 0.0 { 150.0 + (k * 37 % 60) as f64 } else { 220.0 + (k * 53 % 90) as f64 },
        at: 50.0 + (k * 29 % 400) as f64,
        elasticity: sign * (0.4 + 0.1 * (k % 5) as f64),
    };
    let market = |k: usize, sign: f64| Market { name: format!("{k}"), curve: curve(k, sign) };
    let supplies: Vec<Market> = (0..places).map(|k| market(k, 1.0)).collect();
    let demands: Vec<Market> = (0..places).map(|k| market(k + 7, -1.0)).collect();
    let lanes = |pass: usize| {
        let cost = |cell: usize| {
            let wave = ((cell * 131 + cell / places * 17) % 211) as f64 / 211.0;
            20.0 + 100.0 * wave + 2.0 * (0.4 * pass as f64 + 9.0 * wave).sin()
        };
        let mut lanes = Lane::matrix(&(0..places * places).map(cost).collect::<Vec<_>>(), places);
        lanes.iter_mut().step_by(11).for_each(|lane| lane.capacity = Some(20.0));
        lanes
    };
    let mut last = spatial_equilibrium(&supplies, &demands, &lanes(0)).expect("an equilibrium");
    let (mut cold, mut warm, mut worst) = (Vec::new(), Vec::new(), 0.0f64);
    for pass in 1..60 {
        let lanes = lanes(pass);
        let start = Instant::now();
        worst =
            worst.max(spatial_equilibrium(&supplies, &demands, &lanes).expect("an equilibrium").violation);
        cold.push(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        last = spatial_equilibrium_from(&supplies, &demands, &lanes, &last).expect("an equilibrium");
        warm.push(start.elapsed().as_secs_f64() * 1e3);
        worst = worst.max(last.violation);
    }
    cold.sort_by(f64::total_cmp);
    warm.sort_by(f64::total_cmp);
    println!(
        "{places} × {places} places: {:.3} ms from nothing, {:.3} ms from the last pass (most {:.3}), violation at most {worst:.1e}",
        cold[29], warm[29], warm[58]
    );
}
