//! How long the shipped case takes: loading, measures, one question, a dispatch, the latest dispatch.
//!
//! `cargo bench --package scenario`

#![allow(missing_docs)]

use std::path::Path;

use case::Folder;
use divan::Bencher;
use jiff::civil::date;
use scenario::{Model, Quantity, Question, Scenario};

fn main() {
    divan::main();
}

fn folder() -> Folder {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/kazakhstan-armenia");
    Folder::read(&path).expect("the shipped case")
}

fn question(model: &Model) -> Question {
    Question::new(model, "Kostanay", "Dalarik", "wheat", Quantity::Tonnes(1000.0)).expect("a question")
}

#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    let folder = folder();
    bencher.bench_local(|| Model::load(&folder));
}

#[divan::bench]
fn snapshot(bencher: Bencher<'_, '_>) {
    let model = Model::load(&folder());
    let question = question(&model).on(date(2025, 11, 8));
    bencher.bench_local(|| model.answer(&question));
}

#[divan::bench]
fn dispatch(bencher: Bencher<'_, '_>) {
    let model = Model::load(&folder());
    let question = question(&model).departing(date(2025, 10, 20));
    bencher.bench_local(|| model.answer(&question));
}

#[divan::bench(sample_count = 5)]
fn latest_dispatch(bencher: Bencher<'_, '_>) {
    let model = Model::load(&folder());
    let mut question = question(&model);
    question.modes = vec![case::Mode::Rail];
    bencher.bench_local(|| model.latest_dispatch(&question, date(2025, 12, 15), 0.9));
}

/// A slider: what a scenario of one measure of each kind costs to apply.
const SLIDER: &str = r#"
name = "slider"
title = "A slider"
dates = ["2026-05-01"]
[[measure]]
kind = "close"
crossings = ["road-upper-lars"]
date = "2026-01-01"
source = "assumed"
[[measure]]
kind = "speed"
links = ["rail-yerevan-hrazdan"]
factor = 1.2
date = "2026-01-01"
source = "assumed"
[[measure]]
kind = "activity-time"
crossings = ["*"]
activities = ["customs"]
factor = 0.5
date = "2026-01-01"
source = "assumed"
[[measure]]
kind = "tariff-multiplier"
carriers = ["GR"]
factor = 0.8
date = "2026-01-01"
source = "assumed"
"#;

#[divan::bench]
fn apply_measures(bencher: Bencher<'_, '_>) {
    let model = Model::load(&folder());
    let mut findings = Vec::new();
    let scenario = Scenario::read("slider.toml", SLIDER, &mut findings).expect("a scenario");
    assert!(scenario.check(&model).is_empty() && findings.is_empty(), "{:?}", scenario.check(&model));
    bencher.bench_local(|| scenario.apply(&model, date(2026, 5, 1)));
}

#[divan::bench]
fn clone_model(bencher: Bencher<'_, '_>) {
    let model = Model::load(&folder());
    bencher.bench_local(|| model.clone());
}

#[divan::bench(sample_count = 10)]
fn resilience(bencher: Bencher<'_, '_>) {
    let model = Model::load(&folder());
    let question = question(&model).on(date(2025, 11, 8));
    bencher.bench_local(|| model.resilience(std::slice::from_ref(&question)));
}

/// The loop: a day compiled, a base from nothing, and a base moved by the slider above, measures and all.
mod the_loop {
    use divan::Bencher;
    use jiff::civil::{Date, date};
    use scenario::{Closings, DrawSettings, Ground, LoopSettings, Model, Scenario};

    const DAY: Date = date(2026, 5, 1);

    #[divan::bench(sample_count = 10)]
    fn compile(bencher: Bencher<'_, '_>) {
        let (model, settings) = (Model::load(&super::folder()), LoopSettings::default());
        bencher.bench_local(|| Ground::new(&model, DAY, Vec::new(), &settings));
    }

    #[divan::bench(sample_count = 10)]
    fn cold(bencher: Bencher<'_, '_>) {
        let (model, settings) = (Model::load(&super::folder()), LoopSettings::default());
        bencher.bench_local(|| model.settle(DAY, Vec::new(), &settings));
    }

    #[divan::bench(sample_count = 10)]
    fn warm(bencher: Bencher<'_, '_>) {
        let (model, settings) = (Model::load(&super::folder()), LoopSettings::default());
        let base = model.settle(DAY, Vec::new(), &settings).expect("a base");
        let scenario = Scenario::read("slider.toml", super::SLIDER, &mut Vec::new()).expect("a scenario");
        bencher.bench_local(|| {
            let model = scenario.apply(&model, DAY).model;
            let ground = base.ground.changed(&model, &settings).expect("a day");
            ground.settle_after(&base, &settings).expect("it settles").certificate
        });
    }

    /// Fifty draws of a scenario over all doubted figures, base and scenario settled in each.
    #[divan::bench(sample_count = 3)]
    fn fifty_draws(bencher: Bencher<'_, '_>) {
        let (model, settings) = (Model::load(&super::folder()), LoopSettings::default());
        let scenario = Scenario::read("slider.toml", super::SLIDER, &mut Vec::new()).expect("a scenario");
        let run = model.run(&scenario, DAY, Vec::new(), &settings).expect("it settles");
        let asked = DrawSettings { count: 50, seed: 1, only: None };
        bencher.bench_local(|| model.draws(&scenario, &run, &settings, &asked, &|_| ()).counted);
    }

    /// Every link that carries something closed in turn, the world settled anew each time.
    #[divan::bench(sample_count = 3)]
    fn every_link_closed(bencher: Bencher<'_, '_>) {
        let (model, settings) = (Model::load(&super::folder()), LoopSettings::default());
        bencher.bench_local(|| {
            let found = model.loop_resilience(None, DAY, Vec::new(), &settings, &Closings::Links, &|_, _| ());
            found.expect("it settles").closings.len()
        });
    }
}
