//! `ayrum replay`: a result of a run or of a roadmap, run again.

use std::path::Path;

use scenario::{Library, Model, Scenario};
use serde::Deserialize;

use super::settled;
use crate::arguments::scenarios::{Doubted, Freeze, Replay, Roadmap, RunScenario};
use crate::arguments::{CaseSource, Format};
use crate::command::{Done, load, put, roadmap};
use crate::failure::Failure;
use crate::show;

/// What every result says of how it came about.
#[derive(Deserialize)]
struct Head {
    program: String,
    case_hash: String,
    trade_base: HeadBase,
}

#[derive(Deserialize)]
struct HeadBase {
    observed_cells: usize,
}

/// What a result of a run says beside.
#[derive(Deserialize)]
struct OfRun {
    scenario: Named,
    date: String,
    frozen: Option<String>,
    unlimited_capacity: bool,
    assume_open: bool,
    most_passes: usize,
    draws: Option<Drawn>,
}

#[derive(Deserialize)]
struct Drawn {
    count: usize,
    seed: u64,
    only: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    file: String,
    text: String,
}

/// What a result of a roadmap says beside.
#[derive(Deserialize)]
struct OfRoadmap {
    scenario: String,
    files: Vec<File>,
    assume_open: bool,
    draws: usize,
    seed: u64,
    economies: Vec<String>,
    years: Vec<Year>,
}

#[derive(Deserialize)]
struct Year {
    date: String,
}

/// Either of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    Run(OfRun),
    Roadmap(OfRoadmap),
}

const HINT: &str = "a result of `ayrum run SCENARIO --format json` or `ayrum roadmap SCENARIO --format json`";

/// Runs what a result was made of again, and says whether the same bytes come out.
pub(crate) fn run(asked: &Replay, case: &CaseSource) -> Result<Done, Failure> {
    let path = asked.result.display();
    let text = std::fs::read_to_string(&asked.result)
        .map_err(|error| Failure::new(format!("{path} cannot be read: {error}")))?;
    let no_result =
        |error: serde_json::Error| Failure::new(format!("{path} is no result of a run: {error}")).hint(HINT);
    let head: Head = serde_json::from_str(&text).map_err(no_result)?;
    let result: Asked = serde_json::from_str(&text).map_err(no_result)?;
    let model = load(case)?;
    if model.case_hash != head.case_hash {
        return Err(Failure::new(format!("{path} was made with another case: {}", head.case_hash))
            .hint(format!("the case at hand is {}; --case FOLDER names another", model.case_hash)));
    }
    if head.trade_base.observed_cells > 0 && asked.store.is_none() {
        return Err(Failure::new(format!("{path} rests on observed trade, which it does not hold"))
            .hint("--store FOLDER names the store of imported statistics"));
    }
    let written = match result {
        Asked::Run(own) => of_run(&model, own, asked)?,
        Asked::Roadmap(own) => of_roadmap(&model, own, asked)?,
    };
    put(&written)?;
    if written == text {
        eprintln!("the same bytes as {path}");
        return Ok(Done::Good);
    }
    let program = concat!("ayrum ", env!("CARGO_PKG_VERSION"));
    eprintln!("warning: not the bytes of {path}, which {} made; this is {program}", head.program);
    Ok(Done::Findings)
}

/// The scenario that the files of a result make.
fn scenario_of(name: &str, files: &[File], path: &Path) -> Result<Scenario, Failure> {
    let mut library = Library::default();
    let mut findings = Vec::new();
    for File { file, text } in files {
        if let Some(own) = Scenario::read(file, text, &mut findings) {
            library.add(own);
        }
    }
    let names: Vec<&str> = name.split(" + ").collect();
    let scenario = library.combined(&names, &mut findings);
    if let Some(found) = findings.first() {
        let problem = format!("the scenario in {} cannot be read: {found}", path.display());
        return Err(Failure::new(problem).hint(HINT));
    }
    Ok(scenario)
}

fn of_run(model: &Model, own: OfRun, asked: &Replay) -> Result<String, Failure> {
    let scenario = scenario_of(&own.scenario.name, &own.scenario.files, &asked.result)?;
    let again = RunScenario {
        name: own.scenario.name,
        date: Some(own.date),
        freeze: match own.frozen.as_deref() {
            Some("trade") => Some(Freeze::Trade),
            Some("congestion") => Some(Freeze::Congestion),
            _ => None,
        },
        unlimited: own.unlimited_capacity,
        assume_open: own.assume_open,
        store: asked.store.clone(),
        most_passes: own.most_passes,
        draws: own.draws.as_ref().map(|own| own.count),
        seed: own.draws.as_ref().map_or(1, |own| own.seed),
        drawn: match own.draws.and_then(|own| own.only).as_deref() {
            Some("parameters") => Some(Doubted::Parameters),
            Some("inputs") => Some(Doubted::Inputs),
            _ => None,
        },
        into: None,
        report: None,
        figures: None,
        format: Format::Json,
    };
    show::json(&settled(model, &scenario, &again)?)
}

fn of_roadmap(model: &Model, own: OfRoadmap, asked: &Replay) -> Result<String, Failure> {
    let scenario = scenario_of(&own.scenario, &own.files, &asked.result)?;
    let year = |year: Option<&Year>| year.and_then(|year| year.date.get(..4)?.parse::<i16>().ok());
    let (Some(from), Some(to)) = (year(own.years.first()), year(own.years.last())) else {
        return Err(Failure::new(format!("{} has no year", asked.result.display())).hint(HINT));
    };
    let again = Roadmap {
        name: own.scenario,
        from,
        to,
        draws: own.draws,
        seed: own.seed,
        assume_open: own.assume_open,
        economy: own.economies,
        store: asked.store.clone(),
        report: None,
        figures: None,
        format: Format::Json,
    };
    show::json(&roadmap::told(model, &scenario, &again)?)
}
