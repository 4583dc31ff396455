//! Benchmarks and experiments of the crate `gravity`.

mod coverage;
mod equilibrium;
mod panel;

use std::time::Instant;

use gravity::{CovarianceKind, FitOptions, fit, parse_formula};
use panel::{Design, generate};

const HELP: &str = "\
bench-gravity fit COUNTRIES YEARS [TWO|THREE] [RUNS]   time an estimation on a generated panel
bench-gravity equilibrium COUNTRIES [DRAWS]            time a counterfactual, and many of them
bench-gravity passes ECONOMIES SECTORS                 time a pass of a loop: costs move, the last solution is the start
bench-gravity spatial PLACES                           the same with spatial prices between so many supplies and demands
bench-gravity coverage COUNTRIES YEARS SEEDS           how often 95 % intervals hold the truth
bench-gravity csv COUNTRIES YEARS FILE                 write the panel for other programs
";

/// CPU seconds of this process so far, user and system.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Most memory this process has held so far, in MB.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn design(countries: &str, years: &str) -> Design {
    let number = |text: &str| text.parse().expect("a whole number");
    Design {
        countries: number(countries),
        years: number(years),
        dispersion: 1.0,
        level: 5.0,
        spread: 1.3,
        seed: 1,
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fit", countries, years, rest @ ..] => {
            let three = !rest.contains(&"TWO");
            let runs = rest.iter().find_map(|word| word.parse().ok()).unwrap_or(3);
            time(&design(countries, years), three, runs);
        }
        ["equilibrium", countries, rest @ ..] => {
            let draws = rest.first().map_or(0, |draws| draws.parse().expect("a whole number"));
            equilibrium::time(countries.parse().expect("a whole number"), draws);
        }
        ["passes", economies, sectors] => {
            let number = |text: &str| text.parse().expect("a whole number");
            equilibrium::passes(number(economies), number(sectors));
        }
        ["spatial", places] => equilibrium::spatial(places.parse().expect("a whole number")),
        ["coverage", countries, years, seeds] => {
            coverage::run(&design(countries, years), seeds.parse().expect("a whole number"));
        }
        ["csv", countries, years, file] => {
            let text = panel::csv(&generate(&design(countries, years)));
            std::fs::write(file, text).expect("the file can be written");
        }
        _ => print!("{HELP}"),
    }
}

fn time(design: &Design, three: bool, runs: usize) {
    let table = generate(design);
    let pairs = if three { " + pair" } else { "" };
    let formula = format!("trade ~ rta + tariff + union | exporter^year + importer^year{pairs}");
    let options = FitOptions { covariance: CovarianceKind::clustered("pair"), ..FitOptions::default() };
    let specifications = parse_formula(&formula).expect("a formula");
    println!("{} rows, {formula}, memory with the table {:.0} MB", table.rows(), peak_memory());
    for _ in 0..runs {
        let (start, cpu) = (Instant::now(), cpu_seconds());
        let fit = fit(&table, &specifications, &options).expect("an estimate").remove(0);
        let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        println!(
            "wall {wall:.3} s, cpu {cpu:.2} s, peak {:.0} MB, rows {}, {:?}",
            peak_memory(),
            fit.rows(),
            fit.certificate
        );
        for coefficient in &fit.coefficients {
            println!(
                "  {:<8} {:.12} ({:.10})",
                coefficient.name, coefficient.estimate, coefficient.standard_error
            );
        }
    }
}
