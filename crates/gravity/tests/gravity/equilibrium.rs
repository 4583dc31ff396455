//! Equilibria against published results, and the laws they obey.

use gravity::equilibrium::{
    Change, Charge, Deficits, EquilibriumKind, EquilibriumOptions, NewTrade, Receiver, Sector, World, solve,
    solve_all,
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
    let options = FitOptions {
        small_sample: SmallSample::Ppmlhdfe,
        covariance: CovarianceKind::Heteroskedastic,
        ..FitOptions::default()
    };
    let fit = fit(&table, &parse_formula(formula).unwrap(), &options).unwrap().remove(0);
    (table, fit)
}

fn world(names: Vec<String>, flows: Vec<f64>, elasticity: f64) -> World {
    World::new(names, vec![Sector { name: "all".to_owned(), elasticity, flows, charges: Vec::new() }])
        .unwrap()
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
        ("log(dist)", -0.7912879, 0.0501494),
        ("cntg", 0.6736456, 0.1073719),
        ("I(exporter!=importer)", -2.47445, 0.1193816),
    ] {
        let found = fit.coefficient(name).unwrap();
        println!("{name}: {} ({}) against {estimate} ({error})", found.estimate, found.standard_error);
        assert!((found.estimate - estimate).abs() < 6e-7, "{} against {estimate}", found.estimate);
        assert!(
            (found.standard_error / error - 1.0).abs() < 1e-5,
            "{} against {error}",
            found.standard_error
        );
    }
    println!("{:?}", fit.quality);
    printed(fit.quality.squared_correlation, 0.99450921, 8);
    assert!((fit.quality.log_likelihood + 2_284_121.5).abs() < 0.1, "{}", fit.quality.log_likelihood);
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
        worst[1] =
            worst[1].max((100.0 * (economy.price_index - 1.0) - column(file, "change_IMR_CDL")[k]).abs());
        worst[2] = worst[2]
            .max((100.0 * (economy.outward_resistance - 1.0) - column(file, "change_OMR_CDL")[k]).abs());
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
        ("lndist", -0.3898623),
        ("contiguity", 0.891577),
        ("common_language", 0.0326249),
        ("pta", 0.4711383),
        ("international", -3.412584),
    ] {
        let found = fit.coefficient(name).unwrap();
        println!("{name} {} against {estimate}", found.estimate);
        assert!((found.estimate - estimate).abs() < 1e-6, "{name} {} against {estimate}", found.estimate);
    }
    // Its baseline is built from the data's outputs and expenditures and the printed coefficients.
    let of = [
        ("lndist", -0.3898623),
        ("contiguity", 0.891577),
        ("common_language", 0.0326249),
        ("pta", 0.4711383),
        ("international", -3.412584),
    ];
    let columns: Vec<(f64, Vec<f64>)> =
        of.iter().map(|(name, b)| (*b, table.numbers(name).unwrap().into_owned())).collect();
    let weight = |row: usize| columns.iter().map(|(b, values)| b * values[row]).sum::<f64>().exp();
    let (exporter, importer) = (table.keys("exporter").unwrap(), table.keys("importer").unwrap());
    let mut names = exporter.labels.clone();
    names.sort();
    let (n, place) = (names.len(), |name: &str| names.iter().position(|known| known == name).unwrap());
    let (mut weights, mut output, mut expenditure) = (vec![0.0; n * n], vec![0.0; n], vec![0.0; n]);
    for row in 0..table.rows() {
        let (i, j) = (place(exporter.label(row)), place(importer.label(row)));
        weights[i * n + j] = weight(row);
        output[i] = table.numbers("Y").unwrap()[row];
        expenditure[j] = table.numbers("E").unwrap()[row];
    }
    let (canada, japan) = (place("CAN"), place("JPN"));
    let sector = Sector::of_costs("all", 4.0, &weights, &output, &expenditure).unwrap();
    let world = World::new(names.clone(), vec![sector]).unwrap();
    let mut change = Change::none(&world);
    for cell in [canada * n + japan, japan * n + canada] {
        change.costs[0][cell] = (0.4711383f64 / -4.0).exp();
    }
    // Its "full" equilibrium keeps the shares of output and spending in the resistances, so that its prices are
    // those of what is called conditional here.
    let options = EquilibriumOptions { kind: EquilibriumKind::Conditional, ..EquilibriumOptions::default() };
    let solved = solve(&world, &change, &options, None).unwrap();
    for (name, published) in
        [("CAN", 0.41826131), ("JPN", 0.05375488), ("USA", -0.007411), ("DEU", -0.002007)]
    {
        let found = 100.0 * (solved.economies[place(name)].terms_of_trade - 1.0);
        println!("{name} {found} against {published}");
        assert!((found - published).abs() < 6e-7, "{name} {found} against {published}");
    }
    let file = "gegravity/can_jpn_pta_country_results.csv";
    let published = column_of(file, "GDP change (percent)");
    for economy in &solved.economies {
        let found = 100.0 * (economy.terms_of_trade - 1.0);
        assert!((found - published[&economy.name]).abs() < 1e-6, "{} {found}", economy.name);
    }
    let full = solve(&world, &change, &EquilibriumOptions::default(), None).unwrap();
    println!(
        "exact: CAN {:.8} JPN {:.8}",
        100.0 * (full.economies[canada].real_output - 1.0),
        100.0 * (full.economies[japan].real_output - 1.0)
    );
}

fn column_of(file: &str, name: &str) -> std::collections::HashMap<String, f64> {
    let text = String::from_utf8(bytes(&shipped(file))).unwrap();
    let names = text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
    names.zip(column(file, name)).collect()
}

/// A small world of two sectors with tariffs, a fee of transit that one economy receives, and deficits.
fn any_world() -> impl Strategy<Value = World> {
    (3usize..=5).prop_flat_map(|n| {
        let flows = || prop::collection::vec(0.05f64..5.0, n * n);
        let rates = || prop::collection::vec(0.0f64..0.4, n * n);
        (flows(), flows(), rates(), rates(), 0..n, 1.0f64..8.0, 1.0f64..8.0).prop_map(
            move |(first, second, tariff, fee, receiver, theta, other)| {
                let home = |mut flows: Vec<f64>| {
                    (0..n).for_each(|i| flows[i * n + i] *= 5.0);
                    flows
                };
                let abroad = |mut rates: Vec<f64>| {
                    (0..n).for_each(|i| rates[i * n + i] = 0.0);
                    rates
                };
                let tariff =
                    Charge { name: "tariff".to_owned(), receiver: Receiver::Importer, rates: abroad(tariff) };
                let fee = Charge {
                    name: "transit".to_owned(),
                    receiver: Receiver::Economy(receiver),
                    rates: abroad(fee),
                };
                let names = (0..n).map(|i| format!("E{i}")).collect();
                let sector = |name: &str, elasticity, flows, charges| Sector {
                    name: name.to_owned(),
                    elasticity,
                    flows,
                    charges,
                };
                World::new(
                    names,
                    vec![
                        sector("goods", theta, home(first), vec![tariff]),
                        sector("grain", other, home(second), vec![fee]),
                    ],
                )
                .unwrap()
            },
        )
    })
}

fn any_change(world: &World, scale: &[f64]) -> Change {
    let n = world.size();
    let mut change = Change::none(world);
    for s in 0..2 {
        for cell in (0..n * n).filter(|cell| cell / n != cell % n) {
            change.costs[s][cell] = scale[(7 * s + cell) % scale.len()];
            change.rates[s][0][cell] *= scale[(3 * s + cell + 1) % scale.len()];
        }
    }
    change
}

fn any_options() -> impl Strategy<Value = EquilibriumOptions> {
    let closures =
        prop_oneof![Just(Deficits::Multiplicative), Just(Deficits::Additive), Just(Deficits::Balanced)];
    (closures, prop_oneof![Just(0.0), 0.0f64..1.5]).prop_map(|(deficits, supply_elasticity)| {
        EquilibriumOptions { deficits, supply_elasticity, ..EquilibriumOptions::default() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn where_nothing_changes_nothing_changes(world in any_world(), options in any_options()) {
        let change = Change::none(&world);
        let full = solve(&world, &change, &options, None).unwrap();
        let conditional = EquilibriumOptions { kind: EquilibriumKind::Conditional, ..options };
        let conditional = solve(&world, &change, &conditional, None).unwrap();
        for economy in full.economies.iter().chain(&conditional.economies) {
            for hat in [economy.factor_price, economy.price_index, economy.outward_resistance, economy.real_output, economy.welfare] {
                prop_assert!((hat - 1.0).abs() < 1e-9, "{economy:?}");
            }
        }
    }

    #[test]
    fn markets_clear_and_every_dollar_charged_has_one_payer_and_one_receiver(
        world in any_world(), options in any_options(), scale in prop::collection::vec(0.6f64..1.6, 11),
    ) {
        let change = any_change(&world, &scale);
        let solved = solve(&world, &change, &options, None).unwrap();
        prop_assert!(solved.residual < 1e-10);
        let n = world.size();
        let total = |of: fn(&gravity::equilibrium::Outcome) -> f64| solved.economies.iter().map(of).sum::<f64>();
        let (made, spent, received) = (total(|e| e.output.1), total(|e| e.expenditure.1), total(|e| e.revenue.1));
        // Walras' law: the world spends what it earns.
        prop_assert!((spent / (made + received) - 1.0).abs() < 1e-10);
        let paid: f64 = (0..2).map(|s| (0..n * n).map(|cell| solved.flows[s][cell] * change.rates[s][0][cell]).sum::<f64>()).sum();
        prop_assert!((paid - received).abs() <= 1e-10 * made, "{paid} paid, {received} received");
        // What each buys, with charges, is what it spends.
        for j in 0..n {
            let bought: f64 = (0..2).map(|s| (0..n).map(|i| solved.flows[s][i * n + j] * (1.0 + change.rates[s][0][i * n + j])).sum::<f64>()).sum();
            prop_assert!((bought / solved.economies[j].expenditure.1 - 1.0).abs() < 1e-10);
        }
    }

    #[test]
    fn names_and_units_do_not_matter(
        world in any_world(), options in any_options(), scale in prop::collection::vec(0.6f64..1.6, 11), unit in 0.01f64..100.0,
    ) {
        let change = any_change(&world, &scale);
        let solved = solve(&world, &change, &options, None).unwrap();
        let n = world.size();
        let turn = |values: &[f64]| (0..n * n).map(|cell| values[((cell / n + 1) % n) * n + (cell % n + 1) % n]).collect::<Vec<f64>>();
        let receiver = |receiver| match receiver { Receiver::Economy(r) => Receiver::Economy((r + n - 1) % n), other => other };
        let sectors = world.sectors().iter().map(|sector| Sector {
            flows: turn(&sector.flows).into_iter().map(|flow| flow * unit).collect(),
            charges: sector.charges.iter().map(|charge| Charge { receiver: receiver(charge.receiver), rates: turn(&charge.rates), ..charge.clone() }).collect(),
            ..sector.clone()
        }).collect();
        let turned = World::new(world.names.clone(), sectors).unwrap();
        let turned_change = Change {
            costs: change.costs.iter().map(|costs| turn(costs)).collect(),
            rates: change.rates.iter().map(|rates| rates.iter().map(|rates| turn(rates)).collect()).collect(),
            new_trade: Vec::new(),
        };
        let other = solve(&turned, &turned_change, &options, None).unwrap();
        for k in 0..n {
            let (a, b) = (&solved.economies[(k + 1) % n], &other.economies[k]);
            prop_assert!((a.welfare - b.welfare).abs() < 1e-9 && (a.factor_price - b.factor_price).abs() < 1e-9);
            prop_assert!((a.exports.1 * unit / b.exports.1 - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn under_balanced_trade_a_uniform_fall_of_costs_between_economies_is_good_for_all(
        flows in prop::collection::vec(0.05f64..5.0, 16), theta in 1.0f64..8.0, fall in 0.5f64..0.99,
    ) {
        let names = (0..4).map(|i| format!("E{i}")).collect();
        let world = world(names, flows, theta);
        let mut change = Change::none(&world);
        (0..16).filter(|cell| cell / 4 != cell % 4).for_each(|cell| change.costs[0][cell] = fall);
        let options = EquilibriumOptions { deficits: Deficits::Balanced, ..EquilibriumOptions::default() };
        for economy in solve(&world, &change, &options, None).unwrap().economies {
            prop_assert!(economy.welfare > 1.0, "{economy:?}");
        }
    }
}

fn three() -> World {
    let names = ["ARM", "GEO", "KAZ"].map(str::to_owned).to_vec();
    world(names, vec![50.0, 4.0, 0.0, 6.0, 80.0, 3.0, 5.0, 9.0, 400.0], 5.0)
}

#[test]
fn trade_that_is_new_is_solved_in_levels_and_marked() {
    let world = three();
    let mut change = Change::none(&world);
    change.new_trade.push(NewTrade { sector: 0, origin: 0, destination: 2, share: 0.02 });
    let solved = solve(&world, &change, &EquilibriumOptions::default(), None).unwrap();
    assert_eq!(solved.new_trade, [(0, 0, 2)]);
    let share = solved.flows[0][2] / solved.economies[2].expenditure.1;
    assert!((0.01..0.02).contains(&share), "{share}");
    assert!(solved.economies[0].welfare > 1.0 && solved.economies[2].welfare > 1.0);
    assert!(solved.residual < 1e-10);
}

#[test]
fn an_infinite_cost_closes_a_cell_and_no_other() {
    let world = three();
    let mut change = Change::none(&world);
    change.costs[0][6] = f64::INFINITY;
    let solved = solve(&world, &change, &EquilibriumOptions::default(), None).unwrap();
    assert_eq!(solved.flows[0][6], 0.0);
    assert!(solved.flows[0].iter().enumerate().all(|(cell, flow)| *flow > 0.0 || cell == 6 || cell == 2));
    assert!(solved.economies[0].welfare < 1.0);
}

#[test]
fn what_has_no_equilibrium_is_named() {
    let world = three();
    let closed = |cells: &[usize]| {
        let mut change = Change::none(&world);
        cells.iter().for_each(|cell| change.costs[0][*cell] = f64::INFINITY);
        solve(&world, &change, &EquilibriumOptions::default(), None).unwrap_err().to_string()
    };
    let flows = |flows: Vec<f64>| {
        let names = ["ARM", "GEO", "KAZ"].map(str::to_owned).to_vec();
        let sector = Sector { name: "all".to_owned(), elasticity: 5.0, flows, charges: Vec::new() };
        World::new(names, vec![sector]).unwrap_err().to_string()
    };
    let mut change = Change::none(&world);
    change.costs[0][1] = 0.0;
    insta::assert_snapshot!([
        closed(&[0, 3, 6]),
        closed(&[0, 1, 2]),
        flows(vec![1.0; 8]),
        flows(vec![1.0, 1.0, 1.0, 1.0, -2.0, 1.0, 1.0, 1.0, 1.0]),
        flows(vec![0.0, 0.0, 0.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0]),
        solve(&world, &change, &EquilibriumOptions::default(), None).unwrap_err().to_string(),
    ].join("\n"), @r"
    the market of all in ARM is singular: every cell is closed; leave at least trade at home open
    what ARM makes is singular: every cell is closed; leave at least trade at home open
    the flows of sector all has 8 values; 9 are needed (3 origins × 3 destinations)
    the flows of sector all from GEO to GEO is -2; valid: a finite number, zero or more
    the output of ARM is 0; valid: above zero; leave an economy out that trades with nobody, not even itself
    the cost change of sector all from ARM to GEO is 0; valid: above zero, or infinite to close a cell
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Many at once are what each would be alone, to the last bit, whatever the number of threads.
    #[test]
    fn a_batch_has_the_same_bits_on_any_number_of_threads(
        world in any_world(), options in any_options(), scale in prop::collection::vec(0.6f64..1.6, 11),
    ) {
        let start = solve(&world, &any_change(&world, &scale), &options, None).unwrap().log_prices;
        let make = |number: usize| {
            let turned: Vec<f64> = (0..11).map(|k| scale[(k + number) % 11]).collect();
            any_change(&world, &turned)
        };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let solved = pool.install(|| solve_all(&world, 12, make, &options, Some(&start)));
            solved.into_iter().map(|one| one.unwrap().economies.iter().map(|e| e.welfare.to_bits()).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        prop_assert_eq!(on(1), on(2));
    }

    /// Where steps begin does not change where they end.
    #[test]
    fn from_a_similar_solution_the_same_equilibrium_is_found(
        world in any_world(), options in any_options(), scale in prop::collection::vec(0.6f64..1.6, 11), nudge in 0.9f64..1.1,
    ) {
        let similar: Vec<f64> = scale.iter().map(|scale| scale * nudge).collect();
        let first = solve(&world, &any_change(&world, &similar), &options, None).unwrap();
        let change = any_change(&world, &scale);
        let cold = solve(&world, &change, &options, None).unwrap();
        let warm = solve(&world, &change, &options, Some(&first.log_prices)).unwrap();
        for (a, b) in cold.economies.iter().zip(&warm.economies) {
            prop_assert!((a.welfare / b.welfare - 1.0).abs() < 1e-8 && (a.revenue.1 - b.revenue.1).abs() < 1e-8 * a.output.1);
        }
    }

    /// A world balanced once is balanced: changes counted from it are those counted from where it was.
    #[test]
    fn to_balance_twice_is_to_balance_once(world in any_world(), scale in prop::collection::vec(0.6f64..1.6, 11)) {
        let options = EquilibriumOptions { deficits: Deficits::Balanced, ..EquilibriumOptions::default() };
        let balanced = world.balanced(&options).unwrap();
        for (made, spent) in balanced.output().iter().zip(balanced.expenditure()).zip(balanced.revenue()).map(|((y, e), r)| (y + r, e)) {
            prop_assert!((made / spent - 1.0).abs() < 1e-9);
        }
        let change = any_change(&world, &scale);
        let (a, b) = (solve(&world, &change, &options, None).unwrap(), solve(&balanced, &change, &options, None).unwrap());
        for (a, b) in a.economies.iter().zip(&b.economies) {
            prop_assert!((a.welfare / b.welfare - 1.0).abs() < 1e-8);
        }
    }
}

#[test]
fn trade_that_is_new_gets_cheaper_with_its_cost() {
    let world = three();
    let share_at = |cost: f64| {
        let mut change = Change::none(&world);
        change.new_trade.push(NewTrade { sector: 0, origin: 0, destination: 2, share: 0.02 });
        *change.cost(0, 0, 2) = cost;
        let solved = solve(&world, &change, &EquilibriumOptions::default(), None).unwrap();
        solved.flows[0][2] / solved.economies[2].expenditure.1
    };
    assert!(share_at(0.8) > share_at(1.0) && share_at(1.0) > share_at(1.5));
    assert_eq!(share_at(f64::INFINITY), 0.0);
}
