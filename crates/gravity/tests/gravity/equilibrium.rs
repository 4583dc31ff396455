//! Equilibria against published results, and the laws they obey.

use gravity::equilibrium::{
    Change, Charge, Deficits, EquilibriumKind, EquilibriumOptions, NewTrade, Receiver, Sector, World, solve,
};
use gravity::{CovarianceKind, Expression, Fit, FitOptions, SmallSample, Table, fit, parse_formula};
use proptest::prelude::*;

use crate::{agtpa, bytes, printed, shipped, table};

/// Fitted trade of one year as a square, economies in alphabetical order.
fn square(fit: &Fit, table: &Table, value: impl Fn(usize) -> f64) -> (Vec<String>, Vec<f64>) {
    let (exporter, importer) = (table.keys("exporter").unwrap(), table.keys("importer").unwrap());
    let mut names: Vec<String> = exporter.labels.clone();
    names.sort();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let mut flows = vec![0.0; names.len() * names.len()];
    for (row, mu) in fit.fitted() {
        let cell = place(exporter.label(row)) * names.len() + place(importer.label(row));
        flows[cell] = mu * value(row);
    }
    (names, flows)
}

fn chapter_2() -> (Table, Fit) {
    let panel = agtpa::panel();
    let table = panel.only(&Expression::parse("year == 2006").unwrap()).unwrap();
    let formula = "trade ~ log(dist) + cntg + I(exporter != importer) | exporter + importer";
    let options = FitOptions { small_sample: SmallSample::Ppmlhdfe, covariance: CovarianceKind::Heteroskedastic, ..FitOptions::default() };
    let fit = fit(&table, &parse_formula(formula).unwrap(), &options).unwrap().remove(0);
    (table, fit)
}

fn world(names: Vec<String>, flows: Vec<f64>, elasticity: f64) -> World {
    World::new(names, vec![Sector { name: "all".to_owned(), elasticity, flows, charges: Vec::new() }]).unwrap()
}

fn column(file: &str, name: &str) -> Vec<f64> {
    let text = String::from_utf8(bytes(&shipped(file))).unwrap();
    let mut lines = text.lines();
    let at = lines.next().unwrap().split(',').position(|heading| heading.trim() == name).unwrap();
    lines.map(|line| line.split(',').nth(at).unwrap().parse().unwrap()).collect()
}

#[test]
fn agtpa_chapter_2_estimates() {
    let (_, fit) = chapter_2();
    assert_eq!(fit.rows(), 4_761);
    for (name, estimate, error) in [
        ("log(dist)", -0.7912879, 0.0501494), ("cntg", 0.6736456, 0.1073719), ("I(exporter!=importer)", -2.47445, 0.1193816),
    ] {
        let found = fit.coefficient(name).unwrap();
        println!("{name}: {} ({}) against {estimate} ({error})", found.estimate, found.standard_error);
        assert!((found.estimate - estimate).abs() < 6e-8 * 10f64, "{} against {estimate}", found.estimate);
        assert!((found.standard_error / error - 1.0).abs() < 2e-3, "{} against {error}", found.standard_error);
    }
    println!("{:?}", fit.quality);
    printed(fit.quality.squared_correlation, 0.99450921, 8);
    assert!((fit.quality.log_likelihood + 2_284_121.5).abs() < 60.0, "{}", fit.quality.log_likelihood);
}

#[test]
fn agtpa_chapter_2_without_borders() {
    let (table, fit) = chapter_2();
    let (names, flows) = square(&fit, &table, |_| 1.0);
    let n = names.len();
    let border = fit.coefficient("I(exporter!=importer)").unwrap().estimate;
    let world = world(names, flows, 6.0);
    let mut change = Change::none(&world);
    let away = (border / 6.0).exp();
    (0..n * n).filter(|cell| cell / n != cell % n).for_each(|cell| change.costs[0][cell] = away);
    let reference = world.find("DEU").unwrap();
    let file = "agtpa/ge_trade_without_border_results.csv";

    let options = EquilibriumOptions { kind: EquilibriumKind::Conditional, ..EquilibriumOptions::default() };
    let conditional = solve(&world, &change, &options, None).unwrap().in_prices_of(reference);
    println!("conditional: {} steps, residual {:e}", conditional.iterations, conditional.residual);
    assert!(conditional.residual <= 1e-10);
    let mut worst = [0.0f64; 3];
    for (k, economy) in conditional.economies.iter().enumerate() {
        let exports = column(file, "Xi_CDL")[k];
        worst[0] = worst[0].max((economy.exports.1 / exports - 1.0).abs());
        worst[1] = worst[1].max((100.0 * (economy.price_index - 1.0) - column(file, "change_IMR_CDL")[k]).abs());
        worst[2] = worst[2].max((100.0 * (economy.outward_resistance - 1.0) - column(file, "change_OMR_CDL")[k]).abs());
    }
    println!("exports {:e}, inward {:e}, outward {:e}", worst[0], worst[1], worst[2]);
    assert!(worst[0] <= 1e-5, "conditional exports differ by {:e}", worst[0]);
    assert!(worst[1] <= 1e-3 && worst[2] <= 1e-3, "{worst:?}");

    let full = solve(&world, &change, &EquilibriumOptions::default(), None).unwrap();
    println!("full: {} steps, residual {:e}", full.iterations, full.residual);
    assert!(full.residual <= 1e-10);
    let (made, new, index) = (column(file, "Y_BLN"), column(file, "Y_FULL"), column(file, "IMR_FULL"));
    let old_index = column(file, "IMR_BLN");
    let (mut worst, mut at) = (0.0, "");
    for (k, economy) in full.economies.iter().enumerate() {
        let published = 100.0 * (new[k] / made[k] / (index[k] / old_index[k]).powf(1.0 / -6.0) - 1.0);
        let gap = (100.0 * (economy.real_output - 1.0) - published).abs();
        if gap > worst {
            (worst, at) = (gap, &economy.name);
        }
    }
    println!("real output differs by {worst:.3} percentage points at most, in {at}");
    assert!(worst <= 0.6, "{worst} in {at}");
}

#[test]
fn gegravity_canada_and_japan() {
    let text = bytes(&shipped("gegravity/sample_data_set.csv.gz"));
    let text = String::from_utf8(text).unwrap();
    let formula = "trade ~ lndist + contiguity + common_language + pta + international | exporter + importer";
    let table = table(text.trim_start().as_bytes(), &[formula], &FitOptions::default(), &["Y", "E"]);
    let fit = fit(&table, &parse_formula(formula).unwrap(), &FitOptions::default()).unwrap().remove(0);
    for (name, estimate) in [
        ("lndist", -0.3898623), ("contiguity", 0.891577), ("common_language", 0.0326249), ("pta", 0.4711383), ("international", -3.412584),
    ] {
        let found = fit.coefficient(name).unwrap();
        println!("{name} {} against {estimate}", found.estimate);
        assert!((found.estimate - estimate).abs() < 1e-6, "{name} {} against {estimate}", found.estimate);
    }
    let _ = square(&fit, &table, |_| 1.0);
}
