//! The loop on a generated world: 200 zones in 40 economies, 10 groups of goods, 66 scarce borders, 8 scenarios.
//!
//! `cargo bench --package scenario --bench generated`
//!
//! Towns stand in a grid of 20 × 10, five in a row to an economy with its own railway; roads and rails join neighbours, and
//! rails that leave an economy pass a border that can let through about as much as it would be asked to: a fifth to nine
//! tenths of it are taken. Everything goes through the tables of a case, so that what is timed is what a user waits for.

#![allow(missing_docs)]

#[path = "../tests/scenario/fixture.rs"]
#[allow(dead_code)]
mod fixture;

use std::fmt::Write;

use divan::Bencher;
use gravity::equilibrium::uniform;
use jiff::civil::{Date, date};
use rayon::prelude::*;
use scenario::{LoopSettings, Model, Scenario, Settled};

const DAY: Date = date(2026, 5, 1);
const COLUMNS: usize = 20;
const ROWS: usize = 10;
/// Towns of an economy.
const TOWNS: usize = 5;

fn main() {
    divan::main();
}

/// Numbers between two ends, the same in every run.
fn drawn(counter: usize, least: f64, most: f64) -> f64 {
    least + (most - least) * uniform(7, counter as u64)
}

fn town(column: usize, row: usize) -> String {
    format!("t{column}-{row}")
}

fn economy(column: usize, row: usize) -> String {
    let number = column / TOWNS * ROWS + row;
    let letter = |value: usize| char::from(b'A' + value as u8);
    format!("Q{}{}", letter(number / 26), letter(number % 26))
}

/// The groups: identifier, form, unit value, value of time, per cent of GDP; no share where it does not differ by origin.
const GROUPS: [(&str, &str, f64, f64, Option<f64>); 10] = [
    ("grain", "dry_bulk", 200.0, 0.02, None),
    ("fuel", "liquid_bulk", 700.0, 0.03, None),
    ("ores", "dry_bulk", 400.0, 0.02, Some(3.0)),
    ("chemicals", "liquid_bulk", 900.0, 0.1, Some(4.0)),
    ("metals", "general", 700.0, 0.1, Some(5.0)),
    ("food", "general", 1500.0, 0.3, Some(8.0)),
    ("textiles", "container", 6000.0, 0.5, Some(6.0)),
    ("machinery", "container", 8000.0, 1.0, Some(12.0)),
    ("electronics", "container", 20000.0, 2.0, Some(8.0)),
    ("other", "general", 2500.0, 0.4, Some(10.0)),
];

/// The case; `capacity` gives the vehicles a day that each border lets through, by its link.
fn text(capacity: impl Fn(&str) -> Option<f64>) -> String {
    let mut text = String::new();
    let mut line = |words: String| writeln!(text, "{words}").expect("a string takes all");
    for (form, wagon) in [("liquid_bulk", 60), ("general", 60), ("container", 48)] {
        line(format!(
            "vehicles vehicle=wagon-{form} mode=rail gauge_mm=1520 form={form} tonnes={wagon} per_train=50"
        ));
        line(format!("vehicles vehicle=truck-{form} mode=road form={form} tonnes=20"));
    }
    for (number, (group, form, value, time, percent)) in GROUPS.iter().enumerate() {
        let kind = if percent.is_some() { "differentiated" } else { "homogeneous" };
        let share = percent.map(|own| format!("gdp_percent={own}")).unwrap_or_default();
        line(format!(
            "commodities commodity={group} hs={} form={form} unit_value={value} value_of_time={time}",
            20 + number
        ));
        line(format!("trade_groups group={group} kind={kind} commodity={group} hs={} {share}", 20 + number));
    }
    for (coefficient, value) in
        [("elasticity", 5.0), ("distance", -0.8), ("border", -2.4), ("contiguity", 0.6), ("rivalry", 8.0)]
    {
        line(format!("trade_coefficients coefficient={coefficient} value={value}"));
    }
    line("outside_ways way=sea kind=sea route_factor=1.5".to_owned());
    line("outside_ways way=inland kind=inland route_factor=1.25".to_owned());
    for form in ["dry_bulk", "liquid_bulk", "general", "container"] {
        line(format!(
            "outside_rates way=sea form={form} usd_per_tonne_km=0.004 usd_per_tonne=45 km_per_hour=20 hours=96"
        ));
        line(format!(
            "outside_rates way=inland form={form} usd_per_tonne_km=0.04 usd_per_tonne=8 km_per_hour=30 hours=24"
        ));
    }
    let mut counter = 0;
    let mut next = |least: f64, most: f64| {
        counter += 1;
        drawn(counter, least, most)
    };
    for column in 0..COLUMNS {
        for row in 0..ROWS {
            let (town, own) = (town(column, row), economy(column, row));
            let (latitude, longitude) = (40.0 + 1.2 * row as f64, 30.0 + 1.6 * column as f64);
            line(format!("place {town} {own} {latitude} {longitude}"));
            let weight = next(100.0, 2000.0).round();
            let port = next(300.0, 2500.0).round();
            line(format!(
                "zones zone=z-{town} economy={own} place={town} weight={weight} within_km=60 port_km={port} ways=inland"
            ));
            if column % TOWNS == 0 {
                line(format!("gdp economy={own} year=2017 usd_million={}", next(8e3, 9e5).round()));
            }
        }
    }
    let mut neighbours: Vec<(String, String)> = Vec::new();
    let mut join = |from: (usize, usize), to: (usize, usize), km: f64| {
        let (a, b) = (town(from.0, from.1), town(to.0, to.1));
        let (own, other) = (economy(from.0, from.1), economy(to.0, to.1));
        if own == other {
            line(format!("rail {a} {b} {km:.0} R{own} {own}"));
            line(format!("road {a} {b} {:.0} {own}", 0.95 * km));
            return;
        }
        let hours = next(6.0, 40.0);
        line(format!("border {a} {b} {km:.0} R{own} {own}|{other} {hours:.1}±{:.1}", 0.6 * hours));
        line(format!("road {a} {b} {:.0} {own}|{other} {:.1}±{:.1}", 0.95 * km, 0.8 * hours, 0.5 * hours));
        neighbours.push((own, other));
    };
    for row in 0..ROWS {
        for column in 0..COLUMNS - 1 {
            join((column, row), (column + 1, row), drawn(10_000 + COLUMNS * row + column, 160.0, 330.0));
        }
    }
    for row in 0..ROWS - 1 {
        for column in (TOWNS / 2..COLUMNS).step_by(TOWNS) {
            join((column, row), (column, row + 1), drawn(20_000 + COLUMNS * row + column, 150.0, 320.0));
        }
    }
    neighbours.sort_unstable();
    neighbours.dedup();
    for (own, other) in neighbours {
        line(format!("neighbours economy={own} neighbour={other}"));
    }
    // Rules that tell some of the pairs apart.
    for number in 0..6 {
        let (own, shut) = (economy(5 * (number % 4), number), economy(5 * ((number + 2) % 4), number + 2));
        line(format!(
            "rule ban-{number} v1 ban 2001-01-01..open territory={own} movement=transit destinations={shut}"
        ));
    }
    for (number, (group, ..)) in GROUPS.iter().enumerate().filter(|(_, own)| own.4.is_none()) {
        for row in 0..ROWS {
            for column in (0..COLUMNS).step_by(3) {
                let at = 30_000 + 1000 * number + COLUMNS * row + column;
                let (zone, tonnes) = (town(column, row), drawn(at, 1e5, 2e6).round());
                // In the west they sell, in the east they buy.
                let (side, elasticity) = if column < 6 { ("supply", 1.0) } else { ("demand", -0.5) };
                line(format!(
                    "markets group={group} zone=z-{zone} side={side} tonnes={tonnes} elasticity={elasticity}"
                ));
            }
        }
    }
    // A border's row takes its capacity from the link that it lies on.
    text.lines()
        .map(|line| {
            let mut words = line.split(' ');
            let found = match (words.next(), words.next(), words.next()) {
                (Some("border"), Some(a), Some(b)) => capacity(&format!("rail-{a}-{b}")),
                _ => None,
            };
            found.map_or_else(
                || format!("{line}\n"),
                |daily| format!("{line} capacity={daily:.1} capacity_unit=trains_per_day\n"),
            )
        })
        .collect()
}

/// The world: borders let through what their share of an uncongested year asks for.
fn world() -> Model {
    let free = fixture::model(&text(|_| Some(1e6)));
    let settings = LoopSettings { unlimited: true, ..LoopSettings::default() };
    let settled = free.settle(DAY, Vec::new(), &settings).expect("a world");
    let links = settled.links();
    let tonnes = |id: &str| -> f64 {
        links
            .iter()
            .filter(|(link, _)| free.network.link(**link).id == id)
            .map(|(_, own)| own.iter().sum::<f64>())
            .sum()
    };
    let mut counter = 50_000;
    let daily: Vec<(String, f64)> = free
        .network
        .links
        .iter()
        .filter(|link| link.capacity.is_some())
        .map(|link| {
            counter += 1;
            // Trains of some 50 wagons of some 60 tonnes.
            (link.id.clone(), (tonnes(&link.id) / drawn(counter, 0.2, 0.9) / 365.0 / 3000.0).max(1.0))
        })
        .collect();
    fixture::model(&text(|id| daily.iter().find(|(link, _)| link == id).map(|(_, daily)| *daily)))
}

/// Eight scenarios of one measure each, all over the world.
fn scenarios(model: &Model) -> Vec<Scenario> {
    let crossings = model.network.crossings.iter().map(|own| own.id.as_str());
    let borders: Vec<&str> = crossings.filter(|own| own.starts_with("rail")).collect();
    let at = |number: usize| borders[number * borders.len() / 8];
    let measures = (0..8).map(|number| match number % 4 {
        0 => format!("kind = \"close\"\nlinks = [\"{}\"]", at(number)),
        1 => format!(
            "kind = \"activity-time\"\ncrossings = [\"{}\"]\nactivities = [\"customs\"]\nfactor = 0.5",
            at(number)
        ),
        2 => format!("kind = \"tariff-multiplier\"\ncarriers = [\"R{}\"]\nfactor = 0.8", economy(10, number)),
        _ => format!("kind = \"capacity\"\nlinks = [\"{}\"]\nfactor = 0.7", at(number)),
    });
    let file = |(number, measure): (usize, String)| {
        let text = format!(
            "name = \"s{number}\"\ntitle = \"Scenario {number}\"\ndates = [\"{DAY}\"]\n\n[[measure]]\n{measure}\ndate = \"2026-01-01\"\nsource = \"assumed\"\n"
        );
        let mut findings = Vec::new();
        let scenario = Scenario::read(&format!("s{number}.toml"), &text, &mut findings);
        let scenario = scenario.unwrap_or_else(|| panic!("{findings:?}"));
        let wrong = scenario.check(model);
        assert!(findings.is_empty() && wrong.is_empty(), "{findings:?} {wrong:?}");
        scenario
    };
    measures.enumerate().map(file).collect()
}

fn base(model: &Model) -> Settled {
    let base = model.settle(DAY, Vec::new(), &LoopSettings::default()).expect("a world");
    assert!(base.certificate.settled, "{:?}", base.certificate);
    base
}

/// A base from nothing.
#[divan::bench(sample_count = 5)]
fn cold(bencher: Bencher<'_, '_>) {
    let model = world();
    bencher.bench_local(|| base(&model));
}

/// Eight scenarios from one base: applied, compiled and settled, side by side.
#[divan::bench(sample_count = 5)]
fn eight_scenarios(bencher: Bencher<'_, '_>) {
    let (model, settings) = (world(), LoopSettings::default());
    let (base, scenarios) = (base(&model), scenarios(&model));
    bencher.bench_local(|| {
        let settled = |scenario: &Scenario| {
            let changed = scenario.apply(&model, DAY).model;
            let ground = base.ground.changed(&changed, &settings).expect("a day");
            let after = ground.settle_after(&base, &settings).expect("it settles");
            assert!(after.certificate.settled, "{}: {:?}", scenario.name, after.certificate);
            after.totals().tonnes
        };
        scenarios.par_iter().map(settled).collect::<Vec<f64>>()
    });
}
