//! Generated panels: full squares of countries and years with trade at home, known coefficients and
//! negative-binomial errors, the same for the same seed.

use gravity::{Keys, Table};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, Normal, Poisson};

/// The coefficients the panels are made with.
pub const TRUTH: [(&str, f64); 3] = [("rta", 0.4), ("tariff", -3.0), ("union", 0.2)];

/// What a panel looks like.
#[derive(Debug, Clone, Copy)]
pub struct Design {
    pub countries: usize,
    pub years: usize,
    /// Variance of the multiplicative error: fitted value μ, variance μ + dispersion μ².
    pub dispersion: f64,
    /// Log of a typical flow between two countries.
    pub level: f64,
    /// Standard deviation of the log sizes of countries.
    pub spread: f64,
    pub seed: u64,
}

/// A panel in the order year, exporter, importer.
pub fn generate(design: &Design) -> Table {
    let Design { countries: n, years, dispersion, level, spread, seed } = *design;
    let mut random = StdRng::seed_from_u64(seed);
    let normal = Normal::new(0.0, 1.0).expect("a standard normal");
    let mut draw = |scale: f64| scale * normal.sample(&mut random);
    let size: Vec<f64> = (0..n).map(|_| draw(spread)).collect();
    let place: Vec<(f64, f64)> = (0..n).map(|_| (draw(1.0), draw(1.0))).collect();
    let growth: Vec<(f64, f64)> = (0..n * years).map(|_| (draw(0.1), draw(0.1))).collect();
    let affinity: Vec<f64> = (0..n * n).map(|_| draw(0.7)).collect();
    let mut random = StdRng::seed_from_u64(seed ^ 0x5eed);
    // The year from which a pair has an agreement, or a common currency; never for most.
    let from: Vec<(usize, usize, f64)> = (0..n * n)
        .map(|_| {
            let start = |share: f64, random: &mut StdRng| {
                if random.random::<f64>() < share { random.random_range(0..years.max(2)) } else { usize::MAX }
            };
            (start(0.5, &mut random), start(0.15, &mut random), 0.02 + 0.15 * random.random::<f64>())
        })
        .collect();
    let error = Gamma::new(1.0 / dispersion, dispersion).expect("a gamma of mean one");
    let rows = n * n * years;
    let mut columns: [Vec<f64>; 4] = std::array::from_fn(|_| Vec::with_capacity(rows));
    let (mut exporter, mut importer, mut year, mut pair) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for t in 0..years {
        for i in 0..n {
            for j in 0..n {
                let distance = ((place[i].0 - place[j].0).powi(2) + (place[i].1 - place[j].1).powi(2)).sqrt();
                let both = (i.min(j)) * n + i.max(j);
                let (agreement, union, tariff) = from[both];
                let abroad = f64::from(u8::from(i != j));
                let rta = abroad * f64::from(u8::from(t >= agreement));
                let union = abroad * f64::from(u8::from(t >= union));
                let trend = 1.0 - t as f64 / (2 * years) as f64;
                let tariff =
                    abroad * (1.0 - rta) * (tariff * trend + 0.01 * normal.sample(&mut random)).max(0.0);
                let home = if i == j { 3.0 } else { 0.0 };
                let log_mean = level
                    + size[i]
                    + size[j]
                    + growth[i * years + t].0
                    + growth[j * years + t].1
                    + affinity[i * n + j]
                    - distance
                    + home
                    + TRUTH[0].1 * rta
                    + TRUTH[1].1 * tariff
                    + TRUTH[2].1 * union;
                let mean = (log_mean.exp() * error.sample(&mut random)).max(1e-12);
                let trade = Poisson::new(mean).map_or(mean, |poisson| poisson.sample(&mut random));
                for (column, value) in columns.iter_mut().zip([trade, rta, tariff, union]) {
                    column.push(value);
                }
                exporter.push(i as u32);
                importer.push(j as u32);
                year.push(t as u32);
                pair.push((i * n + j) as u32);
            }
        }
    }
    let keys = |codes: Vec<u32>, count: usize, prefix: &str| Keys {
        codes,
        labels: (0..count).map(|code| format!("{prefix}{code}")).collect(),
    };
    let [trade, rta, tariff, union] = columns;
    let table = Table::new("generated", rows)
        .with_numbers("trade", trade)
        .and_then(|table| table.with_numbers("rta", rta))
        .and_then(|table| table.with_numbers("tariff", tariff))
        .and_then(|table| table.with_numbers("union", union))
        .and_then(|table| table.with_keys("exporter", keys(exporter, n, "")))
        .and_then(|table| table.with_keys("importer", keys(importer, n, "")))
        .and_then(|table| table.with_keys("year", keys(year, years, "")))
        .and_then(|table| table.with_keys("pair", keys(pair, n * n, "")));
    table.expect("columns of one length")
}

/// The panel as CSV, for other programs.
pub fn csv(table: &Table) -> String {
    use std::fmt::Write;
    let mut text = String::from("exporter,importer,year,pair,trade,rta,tariff,union\n");
    let keys =
        ["exporter", "importer", "year", "pair"].map(|name| table.keys(name).expect("a column").into_owned());
    let numbers =
        ["trade", "rta", "tariff", "union"].map(|name| table.numbers(name).expect("a column").into_owned());
    for row in 0..table.rows() {
        let [i, j, t, p] = [0, 1, 2, 3].map(|key| keys[key].codes[row]);
        let [y, a, b, c] = [0, 1, 2, 3].map(|column| numbers[column][row]);
        let _ = writeln!(text, "{i},{j},{t},{p},{y},{a},{b},{c}");
    }
    text
}
