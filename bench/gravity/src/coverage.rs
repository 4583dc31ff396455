//! How often 95 % intervals hold the coefficients that panels were made with: as estimated, with the bias
//! taken off, and with the corrected standard errors besides.

use std::time::Instant;

use gravity::{CovarianceKind, Expression, FitOptions, fit, parse_formula};
use rayon::prelude::*;

use crate::panel::{Design, TRUTH, generate};

/// One estimate and its two standard errors, before and after the correction.
struct Outcome {
    plain: Vec<(f64, f64)>,
    corrected: Vec<(f64, f64)>,
}

fn one(design: &Design) -> Outcome {
    // The expansion behind the correction takes every pair for a small part of its exporter's and importer's
    // trade, which trade at home is not.
    let abroad = Expression::parse("exporter != importer").expect("an expression");
    let table = generate(design).only(&abroad).expect("rows");
    let formula = "trade ~ rta + tariff + union | exporter^year + importer^year + pair";
    let options = FitOptions { covariance: CovarianceKind::clustered("pair"), ..FitOptions::default() };
    let specifications = parse_formula(formula).expect("a formula");
    let fit = fit(&table, &specifications, &options).expect("an estimate").remove(0);
    let correction = fit.bias_corrected(&table, "exporter", "importer", "year").expect("a correction");
    Outcome {
        plain: fit.coefficients.iter().map(|b| (b.estimate, b.standard_error)).collect(),
        corrected: correction.corrected.iter().copied().zip(correction.standard_errors()).collect(),
    }
}

/// Runs the experiment and prints a table.
pub fn run(base: &Design, seeds: u64) {
    // Sizes less uneven than in the timings, so that no single pair is most of the sample.
    let base = Design { spread: 0.5, dispersion: 0.5, ..*base };
    println!("{base:?}, {seeds} seeds");
    let start = Instant::now();
    let outcomes: Vec<Outcome> =
        (0..seeds).into_par_iter().map(|seed| one(&Design { seed: 1_000 + seed, ..base })).collect();
    println!("{:<8} {:<22} {:>10} {:>12} {:>10} {:>10}", "", "", "mean bias", "mean s.e.", "sd", "cover");
    for (k, (name, truth)) in TRUTH.iter().enumerate() {
        let count = outcomes.len() as f64;
        let line = |what: &str, values: Vec<(f64, f64)>| {
            let mean = values.iter().map(|(b, _)| b).sum::<f64>() / count;
            let sd = (values.iter().map(|(b, _)| (b - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
            let error = values.iter().map(|(_, s)| s).sum::<f64>() / count;
            let cover =
                values.iter().filter(|(b, s)| (b - truth).abs() <= 1.959_964 * s).count() as f64 / count;
            println!(
                "{name:<8} {what:<22} {:>10.5} {error:>12.5} {sd:>10.5} {:>9.1} %",
                mean - truth,
                100.0 * cover
            );
        };
        line("as estimated", outcomes.iter().map(|o| o.plain[k]).collect());
        line("bias taken off", outcomes.iter().map(|o| (o.corrected[k].0, o.plain[k].1)).collect());
        line("both corrected", outcomes.iter().map(|o| o.corrected[k]).collect());
    }
    println!("{:.0} s", start.elapsed().as_secs_f64());
}
