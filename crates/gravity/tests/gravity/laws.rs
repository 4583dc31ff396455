//! Laws of the estimator, and tables that are not as they should be.

use gravity::{CovarianceKind, DropReason, Fit, FitOptions, GravityError, Keys, Table, fit, parse_formula};
use proptest::prelude::*;

/// A panel of four countries and three years from a list of numbers.
fn panel(trade: &[f64], cost: &[f64], label: impl Fn(usize) -> String) -> Table {
    let cells: Vec<(usize, usize, usize)> = (0..48).map(|cell| (cell / 12, cell / 3 % 4, cell % 3)).collect();
    let keys = |of: &dyn Fn(&(usize, usize, usize)) -> String| Keys::from_labels(cells.iter().map(of));
    Table::new("panel.csv", 48)
        .with_keys("exporter", keys(&|cell| label(cell.0)))
        .unwrap()
        .with_keys("importer", keys(&|cell| label(cell.1)))
        .unwrap()
        .with_keys("year", keys(&|cell| (2000 + cell.2).to_string()))
        .unwrap()
        .with_numbers("trade", trade.to_vec())
        .unwrap()
        .with_numbers("cost", cost.to_vec())
        .unwrap()
}

fn estimate(table: &Table, effects: &str) -> Result<Fit, GravityError> {
    let options =
        FitOptions { covariance: CovarianceKind::clustered("exporter^importer"), ..FitOptions::default() };
    fit(table, &parse_formula(&format!("trade ~ cost | {effects}")).unwrap(), &options)
        .map(|mut fits| fits.remove(0))
}

const THREE: &str = "exporter^year + importer^year + exporter^importer";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_unit_of_trade_and_the_names_of_countries_do_not_matter(
        trade in prop::collection::vec(prop_oneof![1 => Just(0.0), 9 => 0.1f64..50.0], 48),
        cost in prop::collection::vec(-1.0f64..1.0, 48),
        unit in 1e-3f64..1e6,
    ) {
        let plain = panel(&trade, &cost, |country| format!("C{country}"));
        let scaled: Vec<f64> = trade.iter().map(|trade| trade * unit).collect();
        let other = panel(&scaled, &cost, |country| format!("Z{}", 9 - country));
        for effects in ["exporter^year + importer^year", THREE] {
            match (estimate(&plain, effects), estimate(&other, effects)) {
                (Ok(a), Ok(b)) => {
                    let (x, y) = (&a.coefficients[0], &b.coefficients[0]);
                    prop_assert!((x.estimate - y.estimate).abs() < 1e-5 * (1.0 + x.estimate.abs()), "{x:?} {y:?}");
                    if x.standard_error.is_finite() {
                        prop_assert!((x.standard_error - y.standard_error).abs() < 1e-4 * (1.0 + x.standard_error));
                    }
                    for ((_, mu), (_, scaled)) in a.fitted().zip(b.fitted()) {
                        prop_assert!((mu * unit - scaled).abs() < 1e-4 * (1.0 + scaled.abs()));
                    }
                    prop_assert!(a.certificate.effect_score < 1e-6, "{:?}", a.certificate);
                }
                (Err(_), Err(_)) => {}
                (a, b) => prop_assert!(false, "{a:?} against {b:?}"),
            }
        }
    }
}

fn plain() -> (Vec<f64>, Vec<f64>) {
    (
        (0..48).map(|cell| f64::from(cell * 7 % 23 + 1)).collect(),
        (0..48).map(|cell| f64::from(cell * 5 % 13)).collect(),
    )
}

fn said(table: &Table, effects: &str) -> String {
    match estimate(table, effects) {
        Ok(fit) => {
            let mut lines: Vec<String> = fit.findings.iter().map(ToString::to_string).collect();
            lines.push(format!(
                "{} rows, {} separated, {} alone",
                fit.rows(),
                fit.separated(),
                fit.singletons()
            ));
            lines.join("\n")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn bad_rows_are_named_and_the_rest_goes_on() {
    let (mut trade, mut cost) = plain();
    trade[3] = -5.0;
    trade[7] = f64::NAN;
    cost[11] = f64::INFINITY;
    let table =
        panel(&trade, &cost, |country| if country == 3 { String::new() } else { format!("C{country}") });
    insta::assert_snapshot!(said(&table, "exporter + importer"));
}

#[test]
fn all_zeros_for_an_exporter_a_single_country_and_no_trade_at_all() {
    let (mut trade, cost) = plain();
    trade[..12].iter_mut().for_each(|trade| *trade = 0.0);
    let table = panel(&trade, &cost, |country| format!("C{country}"));
    let fit = estimate(&table, THREE).unwrap();
    assert_eq!(fit.separated(), 12);
    assert!(
        fit.dropped.iter().all(|row| row.row < 12 && row.reason == DropReason::GroupWithoutTrade { way: 0 })
    );
    assert_eq!(said(&table, THREE), "36 rows, 12 separated, 0 alone");

    let one = panel(&trade, &cost, |_| "ARM".to_owned());
    insta::assert_snapshot!(said(&one, "exporter^year + importer^year"));
    let none = panel(&[0.0; 48], &cost, |country| format!("C{country}"));
    insta::assert_snapshot!(said(&none, THREE));
    let absorbed =
        panel(&plain().0, &(0..48).map(|cell| f64::from(cell % 3)).collect::<Vec<_>>(), |country| {
            format!("C{country}")
        });
    insta::assert_snapshot!(said(&absorbed, THREE));
}

#[test]
fn specifications_in_one_call_agree_with_each_alone() {
    let (trade, cost) = plain();
    let table = panel(&trade, &cost, |country| format!("C{country}"))
        .with_numbers("rule", (0..48).map(|cell| f64::from(cell * 11 % 5)).collect())
        .unwrap();
    let formula = "trade ~ csw(cost, rule) | sw(exporter^year + importer^year, exporter^year + importer^year + exporter^importer)";
    let specifications = parse_formula(formula).unwrap();
    let options = FitOptions::default();
    let together = fit(&table, &specifications, &options).unwrap();
    assert_eq!(together.len(), 4);
    for (one, specification) in together.iter().zip(&specifications) {
        let alone = fit(&table, std::slice::from_ref(specification), &options).unwrap().remove(0);
        for (a, b) in one.coefficients.iter().zip(&alone.coefficients) {
            assert!(
                (a.estimate - b.estimate).abs() < 1e-8 && (a.standard_error - b.standard_error).abs() < 1e-7,
                "{a:?} {b:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_order_of_rows_does_not_matter(
        trade in prop::collection::vec(prop_oneof![1 => Just(0.0), 9 => 0.1f64..50.0], 48),
        cost in prop::collection::vec(-1.0f64..1.0, 48),
        order in Just((0..48).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let plain = panel(&trade, &cost, |country| format!("C{country}"));
        let shuffled = plain.of_rows(&order);
        for effects in ["exporter^year + importer^year", THREE] {
            match (estimate(&plain, effects), estimate(&shuffled, effects)) {
                (Ok(a), Ok(b)) => {
                    let (x, y) = (&a.coefficients[0], &b.coefficients[0]);
                    prop_assert!((x.estimate - y.estimate).abs() < 1e-5 * (1.0 + x.estimate.abs()), "{x:?} {y:?}");
                    let mut of_plain = vec![0.0; 48];
                    a.fitted().for_each(|(row, mu)| of_plain[row] = mu);
                    for (row, mu) in b.fitted() {
                        prop_assert!((of_plain[order[row]] - mu).abs() < 1e-4 * (1.0 + mu));
                    }
                }
                (Err(_), Err(_)) => {}
                (a, b) => prop_assert!(false, "{a:?} against {b:?}"),
            }
        }
    }
}

#[test]
fn bits_do_not_depend_on_threads() {
    // Long enough for several pieces of every sum.
    let (countries, years) = (70usize, 16usize);
    let cells: Vec<(usize, usize, usize)> = (0..countries * countries * years)
        .map(|cell| (cell / years / countries, cell / years % countries, cell % years))
        .collect();
    let wave = |a: usize, b: usize| ((a * 7919 + b * 104_729) % 1_009) as f64 / 1_009.0;
    let keys = |of: &dyn Fn(&(usize, usize, usize)) -> usize| {
        Keys::from_labels(cells.iter().map(|cell| of(cell).to_string()))
    };
    let table = Table::new("panel.csv", cells.len())
        .with_keys("exporter", keys(&|cell| cell.0))
        .and_then(|table| table.with_keys("importer", keys(&|cell| cell.1)))
        .and_then(|table| table.with_keys("year", keys(&|cell| cell.2)))
        .and_then(|table| table.with_numbers("cost", (0..cells.len()).map(|row| wave(row, 3)).collect()))
        .and_then(|table| {
            table.with_numbers(
                "trade",
                (0..cells.len()).map(|row| (9.0 * wave(row, 1)).exp().floor()).collect(),
            )
        })
        .unwrap();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let fit = pool.install(|| estimate(&table, THREE)).unwrap();
        let one = &fit.coefficients[0];
        let mut bits =
            vec![one.estimate.to_bits(), one.standard_error.to_bits(), fit.quality.log_likelihood.to_bits()];
        bits.extend(fit.fitted().map(|(_, mu)| mu.to_bits()));
        bits
    };
    assert!(on(1) == on(2) && on(2) == on(3));
}
