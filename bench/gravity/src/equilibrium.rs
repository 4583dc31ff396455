//! Counterfactuals of one sector: costs between economies fall by a tenth, and by drawn amounts.

use std::time::Instant;

use gravity::equilibrium::{Change, EquilibriumOptions, Sector, World, solve, solve_all};

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
