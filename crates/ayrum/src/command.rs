//! The commands, one file each, and what they share: loading a case and asking a question.

pub(crate) mod assign;
pub(crate) mod case;
pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod compare;
pub(crate) mod cost;
pub(crate) mod demo;
mod graph_files;
mod graph_order;
pub(crate) mod gravity;
pub(crate) mod import;
pub(crate) mod landed;
mod loop_resilience;
pub(crate) mod matrix;
pub(crate) mod network;
pub(crate) mod observations;
mod parquet_table;
pub(crate) mod projects;
mod report_files;
pub(crate) mod resilience;
pub(crate) mod roadmap;
pub(crate) mod route;
pub(crate) mod rules;
pub(crate) mod run_scenario;
pub(crate) mod scenarios;
pub(crate) mod sensitivity;
pub(crate) mod template;
pub(crate) mod timeline;
pub(crate) mod trade;

use std::io::Write;

use ::case::{Finding, Folder, LegalStatus, Mode, Overlays, Setting, Severity, suggestion};
use jiff::civil::Date;
use regime::Perspective;
use scenario::{Criterion, Measure, Model, Quantity, Question};

use crate::arguments::{CaseSource, Least, Shipment};
use crate::failure::Failure;
use crate::{shipped, workbook};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// Nothing to complain of.
    Good,
    /// Something was found that the caller should look at.
    Findings,
}

/// Loads a case with what is laid over it. What is wrong with the case is said in one line; `ayrum
/// check` lists it. What is wrong with the user's own rows is said row by row.
pub(crate) fn load(source: &CaseSource) -> Result<Model, Failure> {
    let model = overlaid(source)?;
    let errors = model.errors();
    let own: Vec<&Finding> = model.findings_of_the_user().collect();
    let own_errors = own.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors > own_errors {
        let case = source.case.as_ref();
        let check =
            case.map_or_else(|| "ayrum check".to_owned(), |path| format!("ayrum check {}", path.display()));
        eprintln!(
            "warning: {} row(s) or cell(s) of the case were left out; `{check}` lists them",
            errors - own_errors
        );
    }
    for finding in own.iter().take(MOST_FINDINGS) {
        eprintln!("{}: {finding}", finding.severity.word());
    }
    if own.len() > MOST_FINDINGS {
        let more = own.len() - MOST_FINDINGS;
        eprintln!(
            "warning: … and {more} more of what was laid over; `ayrum check` with the same --with lists them"
        );
    }
    for table in &model.laid_over {
        if !table.file.starts_with("--set") {
            let (used, all) = (table.used(), table.rows.len());
            eprintln!("note: laid over: {} ({}), {used} of {all} rows used", table.file, table.layout);
        }
    }
    Ok(model)
}

/// Findings of the user's own rows that a command lists.
const MOST_FINDINGS: usize = 20;

/// A case with what is laid over it, its findings not said yet.
///
/// # Errors
/// Where the case or a file cannot be read, and where a value of `--set` cannot be used.
pub(crate) fn overlaid(source: &CaseSource) -> Result<Model, Failure> {
    let (folder, overlays) = laid(source)?;
    let model = Model::load_with(&folder, &overlays);
    let fault = model.findings_of_the_user().find(|finding| {
        finding.severity == Severity::Error
            && overlays.settings.iter().any(|own| *own.place().file == finding.file)
    });
    match fault {
        Some(finding) => {
            Err(Failure::new(format!("{}: {}", finding.file, finding.problem)).hint(&finding.valid))
        }
        None => Ok(model),
    }
}

/// The files of a case, and what is to be laid over them.
///
/// # Errors
/// Where the case or a file cannot be read, and where `--set` has no value.
pub(crate) fn laid(source: &CaseSource) -> Result<(Folder, Overlays), Failure> {
    let folder = shipped::folder(source.case.as_deref())?;
    let setting = |text: &String| {
        Setting::of(text).ok_or_else(|| {
            Failure::new(format!("`{text}` sets nothing"))
                .hint("PARAMETER=VALUE or TABLE.ROW.COLUMN=VALUE, such as speed_rail=45")
        })
    };
    let settings = source.set.iter().map(setting).collect::<Result<Vec<_>, _>>()?;
    let overlays = Overlays { tables: workbook::read(&source.with)?, settings, ..Overlays::default() };
    Ok((folder, overlays))
}

/// Refuses what a command does not read, so that nobody believes it was.
pub(crate) fn lays_nothing_over(source: &CaseSource, command: &str) -> Result<(), Failure> {
    if !source.is_changed() {
        return Ok(());
    }
    Err(Failure::new(format!("`{command}` does not read --with, --set and --scenario"))
        .hint("leave them out"))
}

/// A date of the command line.
pub(crate) fn date(text: &str) -> Result<Date, Failure> {
    ::case::parse_date(text).map_err(Failure::new)
}

/// Writes data to standard output. A reader that stops reading is not an error.
pub(crate) fn put(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// The model with the measures that a shipment assumes, from a day on.
pub(crate) fn assume(model: Model, shipment: &Shipment, from: Date) -> Result<Model, Failure> {
    let model = match shipment.price_date.as_deref() {
        Some(day) => model.in_prices_of(date(day)?)?,
        None => model,
    };
    let links = || model.network.links.iter().map(|link| link.id.as_str());
    for id in shipment.open.iter().chain(&shipment.close) {
        if model.network.link_id(id).is_none() {
            return Err(Failure::new(format!("no link is called `{id}`")).hint(suggestion(id, links())));
        }
    }
    let rules = || model.regime.rules.rules.iter().map(|rule| rule.id.as_str());
    let mut measures = Vec::new();
    for id in &shipment.open {
        measures.push(Measure::open(id, from));
    }
    for id in &shipment.close {
        measures.push(Measure::close(id, from));
    }
    for id in &shipment.lift {
        if !rules().any(|rule| rule == id) {
            return Err(Failure::new(format!("no rule is called `{id}`")).hint(suggestion(id, rules())));
        }
        measures.push(Measure::lift(id, from));
    }
    if measures.is_empty() {
        return Ok(model);
    }
    for measure in &measures {
        eprintln!("note: assumed: {}", measure.words(&model));
    }
    Ok(model.with(&measures))
}

/// The question of a shipment; its timing is the caller's to set.
pub(crate) fn question(model: &Model, shipment: &Shipment) -> Result<Question, Failure> {
    let quantity = match (shipment.tonnes, shipment.teu, shipment.trucks) {
        (_, Some(teu), _) => Quantity::Teu(teu),
        (_, _, Some(trucks)) => Quantity::Trucks(trucks),
        (tonnes, ..) => Quantity::Tonnes(tonnes.unwrap_or(1000.0)),
    };
    let mut question = Question::new(model, &shipment.from, &shipment.to, &shipment.commodity, quantity)?;
    question.perspective = Perspective {
        known: shipment.known.as_deref().map_or(Ok(Date::MAX), date)?,
        binding: LegalStatus::of(&shipment.status).unwrap_or(LegalStatus::InForce),
        disputed: shipment.disputed,
    };
    question.not_known_is_open = shipment.assume_open;
    question.meets = conditions(model, &shipment.meets)?;
    for name in &shipment.via {
        question.via.push(place(model, name)?);
    }
    for name in &shipment.avoid {
        avoid(model, name, &mut question)?;
    }
    if !shipment.mode.is_empty() {
        question.modes = shipment.mode.iter().filter_map(|mode| Mode::of(mode)).collect();
    }
    question.criterion = match shipment.least {
        Least::Cost => Criterion::GeneralisedCost,
        Least::Time => Criterion::Time,
        Least::Money => Criterion::Money,
        Least::Co2 => Criterion::Co2,
    };
    question.count = shipment.alternatives;
    if let Some(value) = shipment.value_of_time {
        if !(value.is_finite() && value >= 0.0) {
            return Err(Failure::new(format!("{value} is not a value of time"))
                .hint("USD per tonne and hour, zero or more"));
        }
        question.value_of_time = Some(value);
    }
    Ok(question)
}

/// A place by any of its names.
pub(crate) fn place(model: &Model, name: &str) -> Result<::network::PlaceId, Failure> {
    model.network.places.find(name).map_err(|unknown| {
        Failure::from(scenario::QuestionError::UnknownPlace {
            asked: unknown.asked,
            nearest: unknown.nearest,
        })
    })
}

fn avoid(model: &Model, name: &str, question: &mut Question) -> Result<(), Failure> {
    if let Some(link) = model.network.link_id(name) {
        question.avoided.links.push(link);
        return Ok(());
    }
    if let Some(economy) = model.case.economies.find(name) {
        question.avoided.territory.push(economy.id.clone());
        return Ok(());
    }
    if let Ok(place) = model.network.places.find(name) {
        question.avoided.places.push(place);
        return Ok(());
    }
    let economies = model.case.economies.all().iter().flat_map(|economy| {
        std::iter::once(economy.name.as_str()).chain(economy.aliases.iter().map(String::as_str))
    });
    let places = model.network.places.all().iter().map(|place| place.name.as_str());
    let links = model.network.links.iter().map(|link| link.id.as_str());
    let names: Vec<&str> = economies.chain(places).chain(links).collect();
    Err(Failure::new(format!("no place, economy or link is called `{name}`"))
        .hint(suggestion(name, names.iter().copied())))
}

/// Conditions as rules name them; a word that no rule names is an error, not a silent no.
fn conditions(model: &Model, declared: &[String]) -> Result<Vec<String>, Failure> {
    let mut known: Vec<&str> = model
        .regime
        .rules
        .versions
        .iter()
        .flat_map(|version| version.conditions.iter().flatten())
        .map(String::as_str)
        .collect();
    known.sort_unstable();
    known.dedup();
    for condition in declared {
        if !known.contains(&condition.as_str()) {
            return Err(Failure::new(format!("no rule names the condition `{condition}`"))
                .hint(format!("rules name {}", known.join(", "))));
        }
    }
    Ok(declared.to_vec())
}
