//! `ayrum scenario`, and asking under a scenario.

mod compare;

use std::path::{Path, PathBuf};

use case::{Finding, Severity};
use jiff::civil::Date;
use scenario::{DrawSettings, Library, Model, Scenario};
use serde::Serialize;

use super::{Done, load, put};
use crate::arguments::scenarios::Scenarios;
use crate::arguments::{CaseSource, Command, Format};
use crate::failure::Failure;
use crate::shipped;
use crate::show::{self, finding};

/// Scenarios.
pub(crate) fn run(asked: &Scenarios, case: &CaseSource) -> Result<Done, Failure> {
    match asked {
        Scenarios::Schema => put(&show::json(&Scenario::schema())?).map(|()| Done::Good),
        Scenarios::New { name, out } => new(name, out.as_deref()),
        Scenarios::List { format } => list(&load(case)?, case, *format),
        Scenarios::Show { name, format } => show_one(&load(case)?, case, name, *format),
        Scenarios::Compare { first, second, date, store, draws, seed, format } => {
            let asked = compare::Asked {
                names: [first, second],
                date: date.as_deref(),
                store: store.as_deref(),
                draws: draws.map(|count| DrawSettings { count, seed: *seed, only: None }),
            };
            compare::run(&load(case)?, case, &asked, *format)
        }
        Scenarios::Check { names, format } => check(&load(case)?, case, names, *format),
    }
}

/// Refuses a scenario where a command does not ask under one, so that nobody believes it did.
pub(crate) fn are_read(command: &Command, source: &CaseSource) -> Result<(), Failure> {
    let asks = matches!(
        command,
        Command::Route(_)
            | Command::Cost(_)
            | Command::Compare(_)
            | Command::Sensitivity(_)
            | Command::Resilience(_)
    );
    match source.scenario.first() {
        Some(name) if !asks => {
            Err(Failure::new(format!("this command does not ask under a scenario, and `{name}` was named"))
                .hint("route, cost, compare, sensitivity and resilience do; `ayrum scenario show` shows one"))
        }
        _ => Ok(()),
    }
}

/// The scenario under which a command asks, with all that it inherits; nothing where none is named.
/// What is doubtful about it is said.
///
/// # Errors
/// Where a name is unknown or a file cannot be read, and where a measure cannot be used: a scenario
/// without one of its measures would be another.
pub(crate) fn chosen(model: &Model, source: &CaseSource) -> Result<Option<Scenario>, Failure> {
    if source.scenario.is_empty() {
        return Ok(None);
    }
    let names: Vec<&str> = source.scenario.iter().map(String::as_str).collect();
    let (scenario, mut findings) = read(source, &names)?;
    findings.extend(scenario.check(model));
    for found in &findings {
        eprintln!("{}: {found}", found.severity.word());
    }
    let errors = findings.iter().filter(|found| found.severity == Severity::Error).count();
    if errors > 0 {
        return Err(Failure::new(format!("{errors} fault(s) in {}", scenario.file))
            .hint("a scenario without one of its measures would be another; put it right or leave it out"));
    }
    Ok(Some(scenario))
}

/// The model under a scenario as it is asked on a day.
pub(crate) fn under(model: Model, scenario: Option<&Scenario>, day: Date) -> Model {
    match scenario {
        Some(scenario) => scenario.apply(&model, day).model,
        None => model,
    }
}

/// The day of a question that has none: the scenario's, else the case's horizon.
pub(crate) fn day(model: &Model, scenario: Option<&Scenario>) -> Date {
    let own = scenario.and_then(|scenario| scenario.dates.first());
    own.map_or(model.case.settings.horizon, |day| day.0)
}

/// Scenarios by name or file as one, with what they inherit, and what is wrong with their files.
fn read(source: &CaseSource, asked: &[&str]) -> Result<(Scenario, Vec<Finding>), Failure> {
    let mut findings = Vec::new();
    let mut library = library(source, &mut findings)?;
    // What is wrong with a file that nobody asked for is not said here.
    let of_library = std::mem::take(&mut findings);
    let mut names: Vec<String> = Vec::new();
    for asked in asked {
        let path = Path::new(asked);
        let is_file = asked.ends_with(".toml") || path.components().count() > 1;
        if !is_file {
            names.push((*asked).to_owned());
            continue;
        }
        let Some(scenario) = read_file(path, &mut findings)? else {
            let first = findings.first().map(ToString::to_string).unwrap_or_default();
            return Err(Failure::new(first).hint("`ayrum scenario new NAME` writes a template"));
        };
        names.push(scenario.name.clone());
        let mut wanted = scenario.inherits.clone();
        library.add(scenario);
        while let Some(name) = wanted.pop() {
            let beside = path.with_file_name(format!("{name}.toml"));
            if library.get(&name).is_none()
                && beside.is_file()
                && let Some(inherited) = read_file(&beside, &mut findings)?
            {
                wanted.extend(inherited.inherits.iter().cloned());
                library.add(inherited);
            }
        }
    }
    for name in &names {
        if library.get(name).is_none() {
            let known: Vec<&str> = library.all().map(|own| own.name.as_str()).collect();
            return Err(Failure::new(format!("no scenario is called `{name}`"))
                .hint(case::suggestion(name, known.iter().copied())));
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let combined = library.combined(&names, &mut findings);
    let used = |found: &Finding| {
        names.iter().any(|name| library.get(name).is_some_and(|own| own.file == found.file))
            || combined.measures.iter().any(|measure| *measure.place.file == found.file)
    };
    findings.extend(of_library.into_iter().filter(used));
    Ok((combined, findings))
}

fn read_file(path: &Path, findings: &mut Vec<Finding>) -> Result<Option<Scenario>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("{} cannot be read: {error}", path.display()))
            .hint("`ayrum scenario list` lists the ones that need no file")
    })?;
    Ok(Scenario::read(&path.display().to_string(), &text, findings))
}

/// The scenarios that can be named: those in the folder `scenarios` of the case.
fn library(source: &CaseSource, findings: &mut Vec<Finding>) -> Result<Library, Failure> {
    let mut library = Library::default();
    let Some(case) = &source.case else {
        for (file, text) in shipped::scenarios() {
            if let Some(scenario) = Scenario::read(file, text, findings) {
                library.add(scenario);
            }
        }
        return Ok(library);
    };
    let folder = case.join("scenarios");
    if !folder.is_dir() {
        return Ok(library);
    }
    let unreadable =
        |error: std::io::Error| Failure::new(format!("{} cannot be read: {error}", folder.display()));
    let entries = std::fs::read_dir(&folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(unreadable)?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    for path in paths {
        if let Some(scenario) = read_file(&path, findings)? {
            library.add(scenario);
        }
    }
    Ok(library)
}

#[derive(Serialize)]
struct Listed {
    name: String,
    title: String,
    summary: String,
    dates: Vec<String>,
    inherits: Vec<String>,
    measures: usize,
    sourced: usize,
    file: String,
}

fn list(model: &Model, case: &CaseSource, format: Format) -> Result<Done, Failure> {
    let mut findings = Vec::new();
    let library = library(case, &mut findings)?;
    let mut all = Vec::new();
    for scenario in library.all() {
        let whole = library.combined(&[&scenario.name], &mut findings);
        let sourced = whole.measures.iter().filter(|measure| !measure.is_assumed()).count();
        all.push(Listed {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            dates: scenario.dates.iter().map(|day| day.0.to_string()).collect(),
            inherits: scenario.inherits.clone(),
            measures: whole.measures.len(),
            sourced,
            file: scenario.file.clone(),
        });
    }
    match format {
        Format::Json => put(&show::json(&all)?)?,
        Format::Csv => put(&show::csv(
            &["name", "title", "dates", "inherits", "measures", "sourced", "file"],
            all.iter().map(|own| {
                let (measures, sourced) = (own.measures.to_string(), own.sourced.to_string());
                let (dates, inherits) = (own.dates.join("|"), own.inherits.join("|"));
                vec![
                    own.name.clone(),
                    own.title.clone(),
                    dates,
                    inherits,
                    measures,
                    sourced,
                    own.file.clone(),
                ]
            }),
        )?)?,
        Format::Geojson => return Err(no_geometry()),
        Format::Table => {
            let mut text = format!("Scenarios of {}\n\n", model.case.settings.title);
            if all.is_empty() {
                text = "the case has no scenarios; `ayrum scenario new NAME` starts one\n".to_owned();
            }
            for own in &all {
                let also = match own.inherits.as_slice() {
                    [] => String::new(),
                    all => format!("; has all of {}", all.join(", ")),
                };
                text.push_str(&format!(
                    "{}\n  {}\n  for {}; {} measure(s), {}{also}\n",
                    own.name,
                    own.title,
                    own.dates.join(", "),
                    own.measures,
                    evidence(own.measures, own.sourced),
                ));
            }
            put(&text)?;
        }
    }
    for found in &findings {
        eprintln!("{}: {found}", found.severity.word());
    }
    Ok(if findings.is_empty() { Done::Good } else { Done::Findings })
}

/// How many measures have a source, in words.
fn evidence(measures: usize, sourced: usize) -> String {
    match sourced {
        0 => "all assumed".to_owned(),
        _ if sourced == measures => "all with a source".to_owned(),
        _ => format!("{sourced} with a source, {} assumed", measures - sourced),
    }
}

fn no_geometry() -> Failure {
    Failure::new("a scenario has no geometry of its own").hint("table, json or csv")
}

#[derive(Serialize)]
struct Shown {
    name: String,
    title: String,
    summary: String,
    dates: Vec<String>,
    measures: Vec<ShownMeasure>,
}

#[derive(Serialize)]
struct ShownMeasure {
    date: String,
    until: Option<String>,
    expected: Option<[String; 3]>,
    project: Option<String>,
    what: String,
    source: String,
    note: String,
    place: String,
    changes: Vec<ShownChange>,
}

#[derive(Serialize)]
struct ShownChange {
    table: &'static str,
    row: String,
    column: &'static str,
    before: String,
    after: String,
}

/// What a scenario changes, by date.
fn show_one(model: &Model, case: &CaseSource, asked: &str, format: Format) -> Result<Done, Failure> {
    let (scenario, mut findings) = read(case, &[asked])?;
    findings.extend(scenario.check(model));
    let last = scenario.dates.iter().map(|day| day.0).max().unwrap_or(model.case.settings.horizon);
    let alterations = scenario.apply(model, last).alterations;
    let mut measures: Vec<ShownMeasure> = Vec::new();
    for (number, measure) in scenario.measures.iter().enumerate() {
        let about = &measure.about;
        let expected = about.expected.as_ref();
        measures.push(ShownMeasure {
            date: about.date.0.to_string(),
            until: about.until.map(|day| day.0.to_string()),
            expected: expected.map(|own| [own.earliest, own.likely, own.latest].map(|day| day.0.to_string())),
            project: expected.filter(|own| !own.project.is_empty()).map(|own| own.project.clone()),
            what: measure.change.words(model),
            source: about.source.clone(),
            note: about.note.clone(),
            place: measure.place.to_string(),
            changes: alterations
                .iter()
                .filter(|own| own.measure == number)
                .map(|own| ShownChange {
                    table: own.table,
                    row: own.row.clone(),
                    column: own.column,
                    before: own.before.clone(),
                    after: own.after.clone(),
                })
                .collect(),
        });
    }
    measures.sort_by(|a, b| a.date.cmp(&b.date));
    let shown = Shown {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        summary: scenario.summary.clone(),
        dates: scenario.dates.iter().map(|day| day.0.to_string()).collect(),
        measures,
    };
    match format {
        Format::Json => put(&show::json(&shown)?)?,
        Format::Csv => put(&show::csv(
            &["date", "until", "what", "table", "row", "column", "before", "after", "source", "place"],
            shown.measures.iter().flat_map(|own| {
                own.changes.iter().map(|change| {
                    vec![
                        own.date.clone(),
                        own.until.clone().unwrap_or_default(),
                        own.what.clone(),
                        change.table.to_owned(),
                        change.row.clone(),
                        change.column.to_owned(),
                        change.before.clone(),
                        change.after.clone(),
                        own.source.clone(),
                        own.place.clone(),
                    ]
                })
            }),
        )?)?,
        Format::Geojson => return Err(no_geometry()),
        Format::Table => put(&shown_text(&shown))?,
    }
    for found in &findings {
        eprintln!("{}: {found}", found.severity.word());
    }
    Ok(if findings.is_empty() { Done::Good } else { Done::Findings })
}

/// Changes of one measure that the table lists; JSON and CSV have all.
const MOST_CHANGES: usize = 6;

fn shown_text(shown: &Shown) -> String {
    let mut text = format!("{}\n{}\nfor {}\n", shown.name, shown.title, shown.dates.join(", "));
    if !shown.summary.is_empty() {
        text.push_str(&format!("\n{}\n", show::wrapped(&shown.summary, 100)));
    }
    for own in &shown.measures {
        let until = own.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
        text.push_str(&format!("\n{}{until}  {}\n", own.date, own.what));
        for change in own.changes.iter().take(MOST_CHANGES) {
            let before =
                if change.before.is_empty() { String::new() } else { format!("{} → ", change.before) };
            text.push_str(&format!(
                "  {} {}, {}: {before}{}\n",
                change.table, change.row, change.column, change.after
            ));
        }
        if own.changes.len() > MOST_CHANGES {
            let more = own.changes.len() - MOST_CHANGES;
            text.push_str(&format!("  … and {more} more (--format csv lists all)\n"));
        }
        if let Some([earliest, likely, latest]) = &own.expected {
            let of = own.project.as_ref().map(|own| format!(", project {own}")).unwrap_or_default();
            text.push_str(&format!("  expected from {earliest} to {latest}, likely {likely}{of}\n"));
        }
        text.push_str(&format!("  source: {} ({})\n", own.source, own.place));
        if !own.note.is_empty() {
            text.push_str(&format!("  {}\n", own.note));
        }
    }
    text
}

/// Everything that is wrong or doubtful in scenario files.
fn check(model: &Model, case: &CaseSource, asked: &[String], format: Format) -> Result<Done, Failure> {
    let mut findings = Vec::new();
    let mut text = String::new();
    for name in asked {
        let (scenario, mut found) = read(case, &[name])?;
        found.extend(scenario.check(model));
        text.push_str(&format!(
            "{}: {}; {} measure(s), {} finding(s)\n",
            scenario.file,
            scenario.title,
            scenario.measures.len(),
            found.len()
        ));
        for found in &found {
            text.push_str(&format!("  {}: {found} [{}]\n", found.severity.word(), found.code));
        }
        findings.extend(found);
    }
    match format {
        Format::Json => put(&show::json(&finding::written(&findings))?)?,
        Format::Csv => put(&show::csv(finding::HEADING, finding::cells(&findings))?)?,
        Format::Geojson => return Err(Failure::new("findings have no geometry").hint("table, json or csv")),
        Format::Table => put(&text)?,
    }
    let good = findings.iter().all(|found| found.severity == Severity::Note);
    Ok(if good { Done::Good } else { Done::Findings })
}

/// Writes a commented template.
fn new(name: &str, out: Option<&Path>) -> Result<Done, Failure> {
    let is_plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(
            Failure::new(format!("`{name}` is no name of a scenario")).hint("letters, digits, `-`, `_`, `.`")
        );
    }
    let path = out.map_or_else(|| PathBuf::from(format!("{name}.toml")), Path::to_owned);
    if path.exists() {
        return Err(
            Failure::new(format!("{} is there already", path.display())).hint("another name, or --out FILE")
        );
    }
    std::fs::write(&path, TEMPLATE.replace("NAME", name))
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))?;
    let path = path.display();
    eprintln!("a scenario was written to {path}; `ayrum scenario check {path}` checks it");
    Ok(Done::Good)
}

/// A scenario to start from: one measure that works, and others to be taken out of their comments.
const TEMPLATE: &str = include_str!("scenarios/template.toml");
