//! Scenario files: a name, dates, and measures, in TOML.
//!
//! ```toml
//! name = "lars-shut"
//! title = "Upper Lars is shut for a winter"
//! dates = ["2027-01-15"]
//!
//! [[measure]]
//! kind = "close"
//! crossings = ["road-upper-lars"]
//! date = "2027-01-01"
//! until = "2027-03-01"
//! source = "assumed"
//! ```
//!
//! What cannot be read is a finding with the file, the line and what would be valid; the other
//! measures go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use case::{Finding, RowPlace, suggestion};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;

use crate::measure::{About, Change, Day, Measure};
use crate::model::Model;
use crate::patch::{self, Applied};

/// A named list of measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Identifier: how the command line and other scenarios name it.
    pub name: String,
    /// Title that a report can print.
    pub title: String,
    /// What it is about, in a few sentences; may be empty.
    pub summary: String,
    /// The dates for which it is meant; the first is asked about where a question has none.
    pub dates: Vec<Day>,
    /// Scenarios whose measures it has too.
    pub inherits: Vec<String>,
    /// Its measures, in the order of the file.
    pub measures: Vec<Measure>,
    /// The file it was read from.
    pub file: String,
    /// The texts of the files it was made of, each with the file's name: what it takes to run it again.
    pub texts: Vec<(String, String)>,
}

/// A measure as it is written: its fields with their places.
type Fields = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    title: String,
    #[serde(default)]
    summary: String,
    dates: Spanned<Vec<toml::Value>>,
    #[serde(default)]
    inherits: Vec<String>,
    #[serde(default)]
    measure: Vec<Spanned<Fields>>,
}

/// The fields that all kinds of measures have.
const ABOUT: &[&str] = &["date", "until", "source", "note", "expected"];

impl Scenario {
    /// Reads a scenario file. Nothing, and a finding, where it is no such file at all; a measure that
    /// cannot be read is a finding and left out.
    #[must_use]
    pub fn read(file: &str, text: &str, findings: &mut Vec<Finding>) -> Option<Self> {
        let reader = Reader { file, text };
        let written: Written = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let hint = "name, title, dates and measures; `ayrum scenario new NAME` writes a template";
                findings.push(reader.fault("malformed-scenario", at, error.message()).valid(hint));
                return None;
            }
        };
        let name = written.name.get_ref().clone();
        let is_plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(is_plain) {
            findings.push(
                reader
                    .fault("malformed-value", written.name.span().start, &format!("`{name}` is no name"))
                    .valid("letters, digits, `-`, `_`, `.`"),
            );
            return None;
        }
        let mut dates = Vec::new();
        for date in written.dates.get_ref() {
            match day(date) {
                Ok(day) => dates.push(day),
                Err(problem) => {
                    findings.push(reader.fault("impossible-date", written.dates.span().start, &problem));
                }
            }
        }
        if dates.is_empty() {
            let at = written.dates.span().start;
            findings.push(
                reader
                    .fault("missing-value", at, "the scenario has no date")
                    .valid("dates = [\"2028-07-01\"]: the days for which it is meant"),
            );
            return None;
        }
        let mut measures = Vec::new();
        for fields in written.measure {
            measures.extend(reader.measure(fields, findings));
        }
        Some(Self {
            name,
            title: written.title,
            summary: written.summary.trim().to_owned(),
            dates,
            inherits: written.inherits,
            measures,
            file: file.to_owned(),
            texts: vec![(file.to_owned(), text.to_owned())],
        })
    }

    /// The scenario on a copy of a model as it is asked on a date: what has dates of its own changes on
    /// the days of the measures; what has none is changed where the date is one of them.
    #[must_use]
    pub fn apply(&self, model: &Model, date: jiff::civil::Date) -> Applied {
        patch::apply(model, &self.measures, Some(date))
    }

    /// Everything that is wrong or doubtful in it beside a model, whatever the day.
    #[must_use]
    pub fn check(&self, model: &Model) -> Vec<Finding> {
        let mut findings = self.check_days(model);
        let mut days: Vec<Day> = self.measures.iter().map(|measure| measure.about.date).collect();
        days.extend(&self.dates);
        days.sort_unstable();
        days.dedup();
        for day in days {
            for finding in self.apply(model, day.0).findings {
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
        findings.sort_by(|a, b| (&a.file, a.row, &a.column).cmp(&(&b.file, b.row, &b.column)));
        findings
    }

    fn check_days(&self, model: &Model) -> Vec<Finding> {
        let settings = &model.case.settings;
        let (first, last) = (settings.first_date, settings.last_date);
        let mut findings = Vec::new();
        for date in &self.dates {
            if !(first..=last).contains(&date.0) {
                findings.push(
                    Finding::error(
                        "impossible-date",
                        &self.file,
                        format!("dates: {} lies outside the case", date.0),
                    )
                    .valid(format!("a date from {first} to {last}")),
                );
            }
        }
        for measure in &self.measures {
            let about = &measure.about;
            let at = |column: &str, finding: Finding| Finding {
                row: measure.place.row,
                column: Some(column.to_owned()),
                ..finding
            };
            let file = &*measure.place.file;
            if about.source.trim().is_empty() {
                let problem = "it does not say where it comes from";
                let valid = "a source of the case, a source in words, or `assumed`";
                findings.push(at("source", Finding::error("missing-source", file, problem).valid(valid)));
            }
            if about.date.0 > last {
                let problem = format!("{} lies after the last date of the case", about.date.0);
                let finding = Finding::warning("impossible-date", file, problem);
                findings.push(at("date", finding.valid(format!("a date from {first} to {last}"))));
            }
            if let Some(expected) = &about.expected
                && expected.is_in_order()
                && !(expected.earliest..=expected.latest).contains(&about.date)
            {
                let problem = format!("{} lies outside the days that are expected", about.date.0);
                let valid = format!("from {} to {}", expected.earliest.0, expected.latest.0);
                findings.push(at("date", Finding::warning("impossible-date", file, problem).valid(valid)));
            }
        }
        findings
    }

    /// The same scenario with the date of every measure that has a distribution drawn from it.
    /// `probability` gives a number from 0 to 1 for a measure, by position; a seeded draw is the
    /// caller's. An end that would come before its start moves with it.
    #[must_use]
    pub fn drawn(&self, mut probability: impl FnMut(usize, &Measure) -> f64) -> Self {
        let mut drawn = self.clone();
        for (number, measure) in drawn.measures.iter_mut().enumerate() {
            let Some(expected) = measure.about.expected.clone() else { continue };
            let moved = Day(expected.quantile(probability(number, measure)));
            if let Some(until) = &mut measure.about.until
                && *until <= moved
            {
                let span = until.0 - measure.about.date.0;
                until.0 = moved.0.checked_add(span).unwrap_or(until.0);
            }
            measure.about.date = moved;
        }
        drawn
    }
}

/// A day as it stands in a file: in quotes, or as a date of TOML.
fn day(value: &toml::Value) -> Result<Day, String> {
    match value {
        toml::Value::String(text) => Day::try_from(text.clone()),
        toml::Value::Datetime(moment) => Day::try_from(moment.to_string()),
        other => Err(format!("`{other}` is not a date; dates are written \"2025-11-08\"")),
    }
}

/// Dates of TOML as text, wherever they stand.
fn plain(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(moment) => toml::Value::String(moment.to_string()),
        toml::Value::Table(table) => {
            toml::Value::Table(table.into_iter().map(|(name, value)| (name, plain(value))).collect())
        }
        toml::Value::Array(all) => toml::Value::Array(all.into_iter().map(plain).collect()),
        other => other,
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    /// The line of a position in the text.
    fn line(&self, at: usize) -> u64 {
        1 + self.text.get(..at).map_or(0, |before| before.matches('\n').count() as u64)
    }

    fn fault(&self, code: &'static str, at: usize, problem: &str) -> Finding {
        Finding::error(code, self.file, problem).at_row(self.line(at))
    }

    fn measure(&self, fields: Spanned<Fields>, findings: &mut Vec<Finding>) -> Option<Measure> {
        let start = fields.span().start;
        let place = RowPlace { file: Arc::from(self.file), row: Some(self.line(start)) };
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        let (mut about, mut change) = (toml::Table::new(), toml::Table::new());
        for (name, value) in fields.into_inner() {
            let span = name.span().start;
            let name = name.into_inner();
            at.insert(name.clone(), span);
            let own = if ABOUT.contains(&name.as_str()) { &mut about } else { &mut change };
            own.insert(name, plain(value.into_inner()));
        }
        let read = read_strictly::<About>(&about, ABOUT);
        let kind = change.get("kind").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let known = crate::scenario_schema::fields_of(&kind);
        let changed = match &known {
            None => Err(unknown_kind(&kind)),
            Some(known) => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                read_strictly::<Change>(&change, &known)
            }
        };
        let mut say = |fault: &Fault| {
            let position = fault.field.as_ref().and_then(|field| at.get(field)).copied().unwrap_or(start);
            let mut finding = self.fault(fault.code, position, &fault.problem).valid(&*fault.valid);
            finding.column.clone_from(&fault.field);
            findings.push(finding);
        };
        match (read, changed) {
            (Ok(about), Ok(change)) => Some(Measure { about, change, place }),
            (about, change) => {
                about.err().iter().for_each(&mut say);
                change.err().iter().for_each(&mut say);
                None
            }
        }
    }
}

/// Why a measure cannot be read.
struct Fault {
    code: &'static str,
    /// The field at which it lies, where that is known.
    field: Option<String>,
    problem: String,
    valid: String,
}

fn unknown_kind(kind: &str) -> Fault {
    let kinds = crate::scenario_schema::kinds();
    let problem = if kind.is_empty() {
        "the measure has no kind".to_owned()
    } else {
        format!("no measure is of the kind `{kind}`")
    };
    let valid = suggestion(kind, kinds.iter().map(String::as_str));
    Fault { code: "unknown-kind", field: Some("kind".to_owned()), problem, valid }
}

/// Reads fields. An error of the reader does not say at which field it is, so fields are left out one
/// by one until it becomes another.
fn read_strictly<'de, T: Deserialize<'de>>(table: &toml::Table, known: &[&str]) -> Result<T, Fault> {
    for name in table.keys().filter(|name| *name != "kind") {
        if !known.contains(&name.as_str()) {
            return Err(Fault {
                code: "unknown-field",
                field: Some(name.clone()),
                problem: format!("`{name}` is no field of this measure"),
                valid: suggestion(name, known.iter().copied()),
            });
        }
    }
    let read = |table: &toml::Table| {
        T::deserialize(toml::Value::Table(table.clone()).into_deserializer())
            .map_err(|error: toml::de::Error| error.message().trim().to_owned())
    };
    let problem = match read(table) {
        Ok(value) => return Ok(value),
        Err(problem) => problem,
    };
    if let Some(field) = problem.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return Err(Fault {
            code: "missing-value",
            field: Some(field.to_owned()),
            problem: format!("the measure has no `{field}`"),
            valid: "`ayrum scenario schema` says what each kind needs".to_owned(),
        });
    }
    let culprit = table.keys().filter(|name| *name != "kind").find(|name| {
        let mut without = table.clone();
        without.remove(*name);
        read(&without).err().is_none_or(|other| other != problem)
    });
    Err(Fault {
        code: "malformed-value",
        field: culprit.cloned(),
        problem,
        valid: "`ayrum scenario schema` says what each field holds".to_owned(),
    })
}
