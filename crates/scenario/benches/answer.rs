//! How long the shipped case takes: loading, one question, a dispatch, the latest dispatch.
//!
//! `cargo bench --package scenario`

#![allow(missing_docs)]

use std::path::Path;

use case::Folder;
use divan::Bencher;
use jiff::civil::date;
use scenario::{Model, Quantity, Question};

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
