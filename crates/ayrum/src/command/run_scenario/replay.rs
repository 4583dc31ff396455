//! `ayrum replay`: a result of a run, run again.

use scenario::Library;
use serde::Deserialize;

use super::settled;
use crate::arguments::scenarios::{Freeze, Replay, RunScenario};
use crate::arguments::{CaseSource, Format};
use crate::command::{Done, load, put};
use crate::failure::Failure;
use crate::show;

/// What a result says of how it came about.
#[derive(Deserialize)]
struct Asked {
    program: String,
    case_hash: String,
    scenario: AskedScenario,
    date: String,
    frozen: Option<String>,
    unlimited_capacity: bool,
    assume_open: bool,
    trade_base: AskedBase,
}

#[derive(Deserialize)]
struct AskedScenario {
    name: String,
    files: Vec<AskedFile>,
}

#[derive(Deserialize)]
struct AskedFile {
    file: String,
    text: String,
}

#[derive(Deserialize)]
struct AskedBase {
    observed_cells: usize,
}

/// Runs what a result was made of again, and says whether the same bytes come out.
pub(crate) fn run(asked: &Replay, case: &CaseSource) -> Result<Done, Failure> {
    let path = asked.result.display();
    let text = std::fs::read_to_string(&asked.result)
        .map_err(|error| Failure::new(format!("{path} cannot be read: {error}")))?;
    let hint = "a result of `ayrum run SCENARIO --format json`";
    let result: Asked = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("{path} is no result of a run: {error}")).hint(hint))?;
    let model = load(case)?;
    if model.case_hash != result.case_hash {
        return Err(Failure::new(format!("{path} was made with another case: {}", result.case_hash))
            .hint(format!("the case at hand is {}; --case FOLDER names another", model.case_hash)));
    }
    if result.trade_base.observed_cells > 0 && asked.store.is_none() {
        return Err(Failure::new(format!("{path} rests on observed trade, which it does not hold"))
            .hint("--store FOLDER names the store of imported statistics"));
    }
    let mut library = Library::default();
    let mut findings = Vec::new();
    for AskedFile { file, text } in &result.scenario.files {
        if let Some(own) = scenario::Scenario::read(file, text, &mut findings) {
            library.add(own);
        }
    }
    let names: Vec<&str> = result.scenario.name.split(" + ").collect();
    let scenario = library.combined(&names, &mut findings);
    if let Some(found) = findings.first() {
        return Err(Failure::new(format!("the scenario in {path} cannot be read: {found}")).hint(hint));
    }
    let again = RunScenario {
        name: result.scenario.name.clone(),
        date: Some(result.date),
        freeze: match result.frozen.as_deref() {
            Some("trade") => Some(Freeze::Trade),
            Some("congestion") => Some(Freeze::Congestion),
            _ => None,
        },
        unlimited: result.unlimited_capacity,
        assume_open: result.assume_open,
        store: asked.store.clone(),
        into: None,
        report: None,
        figures: None,
        format: Format::Json,
    };
    let written = show::json(&settled(&model, &scenario, &again)?)?;
    put(&written)?;
    if written == text {
        eprintln!("the same bytes as {path}");
        return Ok(Done::Good);
    }
    let program = concat!("ayrum ", env!("CARGO_PKG_VERSION"));
    eprintln!("warning: not the bytes of {path}, which {} made; this is {program}", result.program);
    Ok(Done::Findings)
}
