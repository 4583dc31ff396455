//! `ayrum claims try`: a figure that is in no case yet.

use std::io::Read;
use std::path::Path;

use case::schema::table;
use case::{Folder, heading};
use ledger::{Check, Verdict, verdict};

use super::{Done, HEADING, WrittenCheck, cells, no_geometry, paragraph};
use crate::arguments::ledger::Try;
use crate::arguments::{CaseSource, Format};
use crate::command::{laid, put};
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;

/// Looks at a figure as if it stood in the case.
pub(super) fn run(attempt: &Try, case: &CaseSource) -> Result<Done, Failure> {
    let (mut folder, overlays) = laid(case)?;
    let (text, file) = match &attempt.row {
        Some(path) => (read(path)?, path.display().to_string()),
        None => (row_of(attempt)?, "the figure".to_owned()),
    };
    let tried = add(&mut folder, &text)?;
    let (desk, findings) = Desk::of(folder, &overlays);
    // Rows of the case itself are not in question here.
    let first = tried.first_line;
    let bad: Vec<String> = findings
        .iter()
        .filter(|own| own.file == "claims.csv" && own.row.is_some_and(|row| row >= first))
        .map(|own| {
            let mut own = own.clone();
            own.row = own.row.map(|row| row - first + 2);
            own.file.clone_from(&file);
            own.to_string()
        })
        .collect();
    if let Some(problem) = bad.first() {
        let more = if bad.len() > 1 { format!(" and {} more", bad.len() - 1) } else { String::new() };
        return Err(Failure::new(format!("{problem}{more}"))
            .hint("docs/case-format.md explains every column of claims.csv"));
    }
    let about: Vec<&Check> =
        desk.checks.iter().filter(|own| own.claims.iter().any(|id| tried.ids.contains(id))).collect();
    let worst = tried.ids.iter().map(|id| verdict(id, &desk.checks)).max().unwrap_or(Verdict::Unverified);
    match attempt.format {
        Format::Geojson => return Err(no_geometry()),
        Format::Json => {
            let written: Vec<WrittenCheck<'_>> = about.iter().map(|own| WrittenCheck::of(own)).collect();
            put(&show::json(&serde_json::json!({ "verdict": worst.word(), "checks": written }))?)?;
        }
        Format::Csv => put(&show::csv(HEADING, about.iter().map(|own| cells(own)))?)?,
        Format::Table => {
            let mut text = format!("{}\n", worst.word());
            for own in &about {
                text.push_str(&paragraph(own));
            }
            if about.is_empty() {
                text.push_str("  no rule looks at a claim of this kind; that is no blame and no praise\n");
            }
            put(&text)?;
        }
    }
    Ok(if worst >= Verdict::Implausible { Done::Findings } else { Done::Good })
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
    Ok(text)
}

/// A row of `claims.csv` from the command line.
fn row_of(attempt: &Try) -> Result<String, Failure> {
    for (name, value) in [
        ("tonnes", attempt.tonnes),
        ("wagons", attempt.wagons),
        ("trucks", attempt.trucks),
        ("teu", attempt.teu),
        ("km", attempt.km),
        ("hours", attempt.hours),
    ] {
        if let Some(value) = value.filter(|value| !(value.is_finite() && *value > 0.0)) {
            return Err(
                Failure::new(format!("--{name} {value} is not a quantity")).hint("a number above zero")
            );
        }
    }
    let (vehicles, vehicle) = match (attempt.wagons, attempt.trucks, attempt.teu) {
        (Some(count), ..) => (Some(count), attempt.vehicle.as_deref().unwrap_or("wagon")),
        (_, Some(count), _) => (Some(count), "truck"),
        (.., Some(count)) => (Some(count), "teu"),
        _ => (None, attempt.vehicle.as_deref().unwrap_or("")),
    };
    let mut row = vec![
        ("claim", "tried".to_owned()),
        ("statement", "A figure that was tried".to_owned()),
        ("topic", "a-figure-that-was-tried".to_owned()),
        ("modality", "fact".to_owned()),
        ("said_by", "not stated".to_owned()),
        ("source", "general-knowledge".to_owned()),
        ("confidence", "low".to_owned()),
        ("vehicle", vehicle.to_owned()),
    ];
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    row.push(("vehicles", number(vehicles)));
    match (attempt.tonnes, &attempt.per, attempt.km) {
        (Some(tonnes), per, _) => {
            if per.is_none() && vehicles.is_none() && attempt.km.is_none() {
                return Err(Failure::new("tonnes alone can be anything")
                    .hint("--wagons, --trucks or --teu says in how many, --per month how often"));
            }
            let measure = if per.is_some() { "flow_rate" } else { "cargo" };
            let unit = per.as_ref().map_or("t".to_owned(), |per| format!("t/{per}"));
            row.extend([("measure", measure.to_owned()), ("kind", "exact".to_owned())]);
            row.extend([("value", tonnes.to_string()), ("unit", unit)]);
        }
        (None, _, Some(_)) => row.push(("measure", "route".to_owned())),
        (None, _, None) => {
            return Err(Failure::new("there is no figure to look at").hint(
                "such as --tonnes 4500 --wagons 39 --vehicle tank, --km 815 --hours 72, or --row FILE for any claim",
            ));
        }
    }
    row.extend([("km", number(attempt.km)), ("hours", number(attempt.hours))]);
    let (names, values): (Vec<&str>, Vec<String>) = row.into_iter().unzip();
    show::csv(&names, std::iter::once(values))
}

/// The rows that were put behind those of the case.
struct Tried {
    ids: Vec<String>,
    first_line: u64,
}

/// Puts rows behind those of the case, under its heading.
fn add(folder: &mut Folder, text: &str) -> Result<Tried, Failure> {
    let Some(claims) = table("claims") else { return Err(Failure::new("the case format has no claims")) };
    let broken = |error: csv::Error| {
        let line = error.position().map(|position| format!("line {}: ", position.line())).unwrap_or_default();
        Failure::new(format!("{line}the row cannot be read: {error}"))
            .hint(format!("a heading of {}", heading(claims)))
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let names = reader.headers().map_err(broken)?.clone();
    let place = |name: &str| names.iter().position(|own| own.trim_start_matches('\u{feff}').trim() == name);
    if let Some(missing) =
        claims.columns.iter().find(|column| column.required && place(column.name).is_none())
    {
        return Err(Failure::new(format!("line 1: the column `{}` is missing", missing.name))
            .hint(format!("a heading of {}", heading(claims))));
    }
    if let Some(unknown) = names.iter().find(|name| {
        !claims.columns.iter().any(|column| column.name == name.trim_start_matches('\u{feff}').trim())
    }) {
        return Err(Failure::new(format!("line 1: the column `{unknown}` is not one of claims.csv"))
            .hint(case::suggestion(unknown, claims.columns.iter().map(|column| column.name))));
    }
    let whole: Vec<&str> = claims.columns.iter().map(|column| column.name).collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    if let Some(bytes) = folder.bytes("claims.csv") {
        // The rows of the case, brought under the heading of the format.
        let mut own = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let names = own.headers().map_err(broken)?.clone();
        for record in own.records().flatten() {
            let cell =
                |name: &&str| names.iter().position(|own| own == *name).and_then(|index| record.get(index));
            rows.push(whole.iter().map(|name| cell(name).unwrap_or_default().to_owned()).collect());
        }
    }
    let mut tried = Tried { ids: Vec::new(), first_line: rows.len() as u64 + 2 };
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let cell =
            |name: &str| place(name).and_then(|index| record.get(index)).unwrap_or_default().to_owned();
        tried.ids.push(cell("claim"));
        rows.push(whole.iter().map(|name| cell(name)).collect());
    }
    if tried.ids.is_empty() {
        return Err(Failure::new("there is a heading and no row below it").hint("one row of claims.csv"));
    }
    folder.put("claims.csv", show::csv(&whole, rows.into_iter())?);
    Ok(tried)
}
