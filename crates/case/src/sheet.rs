//! Tables read from CSV, each cell checked against the schema.
//!
//! A row that lacks a required cell, or has one that cannot be read, is set aside with a finding;
//! an optional cell that cannot be read counts as empty, with a finding. What remains can be read
//! without further checks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::finding::Finding;
use crate::folder::Folder;
use crate::loose::Identifiers;
use crate::names::{nearest, suggestion};
use crate::overlay::{LaidTable, Overlays, RowPlace};
use crate::provenance::{Confidence, Evidence};
use crate::schema::{Column, Kind, TABLES, Table};
use crate::validity::{End, parse_date};

/// The rows of one table that can be used.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) table: &'static Table,
    pub(crate) rows: Vec<Record>,
}

#[derive(Debug)]
pub(crate) struct Record {
    /// The line of the case's file; nothing for a row that an overlay added.
    line: Option<u64>,
    /// One cell a column of the schema; empty where absent or unreadable.
    pub(crate) cells: Vec<String>,
    /// The cells that an overlay speaks to, by position.
    pub(crate) laid: BTreeMap<usize, LaidCell>,
    /// What added the row, where it is not of the case.
    pub(crate) added: Option<Arc<Origin>>,
}

impl Record {
    /// A row that an overlay adds, without cells yet.
    pub(crate) fn added(table: &Table, origin: Arc<Origin>) -> Self {
        let cells = vec![String::new(); table.columns.len()];
        Self { line: None, cells, laid: BTreeMap::new(), added: Some(origin) }
    }

    /// A finding of the cell, at the place where its text stands: the case's file, or an overlay's.
    fn found(&self, table: &Table, index: Option<usize>, finding: Finding) -> Finding {
        let name = index.and_then(|index| table.columns.get(index)).map_or("", |column| column.name);
        let laid = index.and_then(|index| self.laid.get(&index)).filter(|laid| laid.changes);
        let (origin, column) = match (laid, &self.added) {
            (Some(laid), _) => (Some(&laid.origin), laid.column),
            (None, added) => (added.as_ref(), name),
        };
        let (file, row) = match origin {
            Some(origin) => (origin.place.file.to_string(), origin.place.row),
            None => (format!("{}.csv", table.name), self.line),
        };
        let column = (!column.is_empty()).then(|| column.to_owned());
        Finding { file, row, column, ..finding }
    }
}

/// A cell that an overlay speaks to.
#[derive(Debug, Clone)]
pub(crate) struct LaidCell {
    pub(crate) origin: Arc<Origin>,
    /// The heading under which it stands in the overlay.
    pub(crate) column: &'static str,
    /// Whether it says anything that the case does not say itself.
    pub(crate) changes: bool,
}

/// The row of an overlay that a cell comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The overlay's file and row.
    pub(crate) place: RowPlace,
    /// Its position in the stack: the overlay, and the row in it. The later speaks.
    pub(crate) order: (usize, u64),
    /// Who said so, as the overlay has it.
    pub(crate) source: String,
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// What the user says the figures are; `quoted` unless weaker.
    pub(crate) evidence: Evidence,
    /// Whether it is a figure of the user, and not of a measure.
    pub(crate) by_user: bool,
}

/// One usable row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'static Table,
    record: &'a Record,
}

/// All tables of a case, cell by cell.
#[derive(Debug)]
pub struct Sheets {
    pub(crate) sheets: BTreeMap<&'static str, Sheet>,
}

impl Sheets {
    /// Reads every table of the schema from a folder.
    pub fn read(folder: &Folder, findings: &mut Vec<Finding>) -> Self {
        Self::read_with(folder, &Overlays::default(), findings).0
    }

    /// Reads every table of the schema from a folder and lays tables of the user over them, before
    /// anything gets its meaning. Says what was laid over what.
    pub fn read_with(
        folder: &Folder,
        overlays: &Overlays,
        findings: &mut Vec<Finding>,
    ) -> (Self, Vec<LaidTable>) {
        let mut sheets = BTreeMap::new();
        for table in TABLES {
            sheets.insert(table.name, read_table(folder, table, findings));
        }
        for name in folder.names() {
            if let Some(stem) = name.strip_suffix(".csv")
                && !TABLES.iter().any(|table| table.name == stem)
            {
                let valid = suggestion(stem, TABLES.iter().map(|table| table.name));
                findings.push(
                    Finding::warning("unknown-file", name, "no table of a case has this name").valid(valid),
                );
            }
        }
        let mut sheets = Self { sheets };
        let laid = if overlays.is_empty() { Vec::new() } else { sheets.lay_over(overlays, findings) };
        sheets.check_references(findings);
        (sheets, laid)
    }

    /// The usable rows of a table.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = Row<'_>> {
        self.sheets
            .get(table)
            .into_iter()
            .flat_map(|sheet| sheet.rows.iter().map(|record| Row { table: sheet.table, record }))
    }

    /// Sets aside rows, by identifier, that whoever gives them meaning cannot use, and with a finding
    /// each every row that names one of them. What stayed would mean something else: a ban on one
    /// link that is not there would be a ban on all.
    pub fn set_aside(&mut self, table: &str, keys: &[String], findings: &mut Vec<Finding>) {
        if keys.is_empty() {
            return;
        }
        if let Some(sheet) = self.sheets.get_mut(table) {
            let own = sheet.table;
            sheet.rows.retain(|record| key_of(own, record).is_none_or(|key| !keys.contains(&key)));
        }
        self.check_references(findings);
    }

    /// Sets aside rows whose required references name nothing, until none is left: setting a row
    /// aside can leave another without what it names.
    fn check_references(&mut self, findings: &mut Vec<Finding>) {
        let Identifiers { keys, parties } = self.identifiers();
        self.check_against(keys, &parties, findings);
    }

    /// The identifiers of all tables.
    #[must_use]
    pub fn identifiers(&self) -> Identifiers {
        let keys = self.sheets.iter().map(|(name, sheet)| (*name, sheet.keys())).collect();
        let blocs = self.rows("blocs").map(|row| row.text("bloc").to_owned());
        let economies = self.rows("economies").map(|row| row.text("economy").to_owned());
        Identifiers { keys, parties: blocs.chain(economies).collect() }
    }

    /// The same against identifiers that may be of more tables than these.
    pub(crate) fn check_against(
        &mut self,
        mut keys: HashMap<&'static str, HashSet<String>>,
        parties: &HashSet<String>,
        findings: &mut Vec<Finding>,
    ) {
        loop {
            let mut gone: Vec<(&'static str, String)> = Vec::new();
            for sheet in self.sheets.values_mut() {
                let table = sheet.table;
                sheet.rows.retain_mut(|record| {
                    let mut keep = true;
                    for (index, column) in table.columns.iter().enumerate() {
                        let (known, what) = match column.kind {
                            Kind::Of(other) | Kind::SeveralOf(other) => (keys.get(other), other),
                            Kind::Parties => (Some(parties), "economies and blocs"),
                            _ => continue,
                        };
                        let Some(known) = known else { continue };
                        // A user names who said so in words of their own.
                        if column.name == "source" && record.added.is_some() {
                            continue;
                        }
                        let several = !matches!(column.kind, Kind::Of(_));
                        let cell = record.cells[index].clone();
                        let unknown: Vec<&str> =
                            parts(&cell, several).filter(|part| !known.contains(*part)).collect();
                        if unknown.is_empty() {
                            continue;
                        }
                        let mut sorted: Vec<&str> = known.iter().map(String::as_str).collect();
                        sorted.sort_unstable();
                        for part in unknown {
                            let code =
                                if column.name == "source" { "missing-source" } else { "unknown-reference" };
                            let finding = Finding::error(code, "", format!("{what} has no `{part}`"))
                                .valid(suggestion(part, sorted.iter().copied()));
                            findings.push(record.found(table, Some(index), finding));
                        }
                        // A scope that lost one of its members would mean something else, so the
                        // whole row goes, not the one name.
                        keep = false;
                    }
                    if !keep && let Some(key) = key_of(table, record) {
                        gone.push((table.name, key));
                    }
                    keep
                });
            }
            if gone.is_empty() {
                break;
            }
            for (table, key) in gone {
                if let Some(set) = keys.get_mut(table) {
                    set.remove(&key);
                }
            }
        }
    }
}

/// The position of the column of a table's own identifiers.
pub(crate) fn key_column(table: &Table) -> Option<usize> {
    table.columns.iter().position(|column| column.kind == Kind::Key)
}

fn key_of(table: &Table, record: &Record) -> Option<String> {
    Some(record.cells[key_column(table)?].clone())
}

impl Sheet {
    fn keys(&self) -> HashSet<String> {
        self.rows.iter().filter_map(|record| key_of(self.table, record)).collect()
    }
}

fn read_table(folder: &Folder, table: &'static Table, findings: &mut Vec<Finding>) -> Sheet {
    let file = format!("{}.csv", table.name);
    let mut sheet = Sheet { table, rows: Vec::new() };
    let Some(bytes) = folder.bytes(&file) else {
        if table.required {
            findings.push(
                Finding::error("missing-file", &file, "the file is missing")
                    .valid(format!("a CSV file with the heading {}", heading(table))),
            );
        }
        return sheet;
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headers = match reader.byte_headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            findings.push(Finding::error(
                "unreadable-file",
                &file,
                format!("the heading cannot be read: {error}"),
            ));
            return sheet;
        }
    };
    let headers: Vec<String> = headers
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    if let [only] = headers.as_slice()
        && only.contains(';')
    {
        findings.push(
            Finding::error("unreadable-file", &file, "the cells are separated by `;`; nothing was read")
                .at_row(1)
                .valid("cells separated by commas"),
        );
        return sheet;
    }
    let mut position: Vec<Option<usize>> = Vec::new();
    for column in table.columns {
        let found = headers.iter().position(|header| header == column.name);
        if found.is_none() && column.required {
            findings.push(
                Finding::error("missing-column", &file, format!("the column `{}` is missing", column.name))
                    .at(1, column.name)
                    .valid(heading(table)),
            );
        }
        position.push(found);
    }
    for header in &headers {
        if !table.columns.iter().any(|column| column.name == header) {
            let valid = nearest(header, table.columns.iter().map(|column| column.name), 1);
            findings.push(
                Finding::warning("unknown-column", &file, format!("the column `{header}` is not read"))
                    .at(1, header.as_str())
                    .valid(
                        valid.first().map_or_else(|| heading(table), |name| format!("did you mean {name}?")),
                    ),
            );
        }
    }
    let mut seen: HashMap<String, u64> = HashMap::new();
    for record in reader.byte_records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                findings.push(
                    Finding::error("malformed-row", &file, format!("the row cannot be read: {error}"))
                        .at_row(line),
                );
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != headers.len() {
            findings.push(
                Finding::error(
                    "malformed-row",
                    &file,
                    format!(
                        "the row has {} cells under {} headings and was left out",
                        record.len(),
                        headers.len()
                    ),
                )
                .at_row(line)
                .valid("one cell a heading; a cell with a comma in it stands in double quotes"),
            );
            continue;
        }
        let mut usable = true;
        let mut cells = Vec::with_capacity(table.columns.len());
        for (column, position) in table.columns.iter().zip(&position) {
            let raw = position.and_then(|position| record.get(position)).unwrap_or_default();
            let cell = match std::str::from_utf8(raw) {
                Ok(text) => text.trim().to_owned(),
                Err(_) => {
                    findings.push(
                        Finding::error("malformed-row", &file, "the cell is not UTF-8 text")
                            .at(line, column.name)
                            .valid("UTF-8"),
                    );
                    usable &= !column.required;
                    cells.push(String::new());
                    continue;
                }
            };
            match check_cell(column, &cell) {
                Ok(()) => cells.push(cell),
                Err((code, problem, valid)) => {
                    // A missing column was reported once, for the file.
                    if position.is_some() {
                        findings
                            .push(Finding::error(code, &file, problem).at(line, column.name).valid(valid));
                    }
                    usable &= !column.required;
                    cells.push(String::new());
                }
            }
        }
        if !usable {
            continue;
        }
        let record = Record { line: Some(line), cells, laid: BTreeMap::new(), added: None };
        let row = Row { table, record: &record };
        let unique: Vec<&str> = table.unique.iter().map(|name| row.text(name)).collect();
        let key = unique.join(" + ");
        if let Some(first) = seen.get(&key) {
            findings.push(
                Finding::error(
                    "duplicate-row",
                    &file,
                    format!("`{key}` stands already in row {first}; this row was left out"),
                )
                .at(line, table.unique.first().copied().unwrap_or_default())
                .valid(format!("one row for each {}", table.unique.join(" + "))),
            );
            continue;
        }
        seen.insert(key, line);
        sheet.rows.push(record);
    }
    sheet
}

/// The heading of a table as it is written.
#[must_use]
pub fn heading(table: &Table) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

pub(crate) fn parts(cell: &str, several: bool) -> impl Iterator<Item = &str> {
    let separator = if several { '|' } else { '\u{0}' };
    cell.split(separator).map(str::trim).filter(|part| !part.is_empty())
}

pub(crate) type CellProblem = (&'static str, String, String);

pub(crate) fn check_cell(column: &Column, cell: &str) -> Result<(), CellProblem> {
    if cell.is_empty() {
        if column.required {
            let code = if column.name == "source" { "missing-source" } else { "missing-value" };
            return Err((
                code,
                format!("the cell is empty; the row was left out: {}", column.meaning),
                expected(column),
            ));
        }
        return Ok(());
    }
    let bad = |code: &'static str, problem: String| Err((code, problem, expected(column)));
    match column.kind {
        Kind::Key => {
            if cell.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
                Ok(())
            } else {
                bad("malformed-value", format!("`{cell}` is not an identifier"))
            }
        }
        Kind::Number | Kind::SignedNumber | Kind::Count => match cell.parse::<f64>() {
            Ok(value) if !value.is_finite() => {
                bad("malformed-value", format!("`{cell}` is not a finite number"))
            }
            Ok(value) if value < 0.0 && column.kind != Kind::SignedNumber => {
                bad("negative-number", format!("the number is negative: {cell}"))
            }
            Ok(value) if value > most(column) => bad(
                "too-large",
                format!("{cell} is more than can be: at most {} {}", most(column), column.unit),
            ),
            Ok(value) if column.kind == Kind::Count && value.fract() != 0.0 => {
                bad("malformed-value", format!("`{cell}` is not a whole number"))
            }
            Ok(_) => Ok(()),
            Err(_) => bad("malformed-value", format!("`{cell}` is not a number")),
        },
        Kind::Date => parse_date(cell).map(drop).or_else(|problem| bad("impossible-date", problem)),
        Kind::End if cell == "open" || cell == "unknown" => Ok(()),
        Kind::End => parse_date(cell).map(drop).or_else(|problem| bad("impossible-date", problem)),
        Kind::RoughDate => {
            let full = match cell.len() {
                4 => format!("{cell}-01-01"),
                7 => format!("{cell}-01"),
                _ => cell.to_owned(),
            };
            parse_date(&full).map(drop).or_else(|_| bad("impossible-date", format!("`{cell}` is not a date")))
        }
        Kind::DayOfYear => parse_date(&format!("2024-{cell}"))
            .map(drop)
            .or_else(|_| bad("impossible-date", format!("`{cell}` is not a day of the year"))),
        Kind::YesNo => match cell {
            "yes" | "no" => Ok(()),
            _ => bad("malformed-value", format!("`{cell}` is neither yes nor no")),
        },
        Kind::OneOf(words) if words.contains(&cell) => Ok(()),
        Kind::OneOf(_) => bad("unknown-word", format!("`{cell}` is not one of the words")),
        Kind::SomeOf(words) => match parts(cell, true).find(|part| !words.contains(part)) {
            None => Ok(()),
            Some(part) => bad("unknown-word", format!("`{part}` is not one of the words")),
        },
        Kind::Goods => match parts(cell, true)
            .find(|part| !part.chars().all(|c| c.is_ascii_digit()) || part.len() > 10)
        {
            None => Ok(()),
            Some(part) => bad("malformed-value", format!("`{part}` is not an HS code")),
        },
        Kind::Conditions => {
            let empty = |part: &&str| part.split('+').any(|condition| condition.trim().is_empty());
            match cell.split('|').find(empty) {
                None => Ok(()),
                Some(_) => bad("malformed-value", format!("`{cell}` has an empty condition")),
            }
        }
        Kind::Text | Kind::Of(_) | Kind::SeveralOf(_) | Kind::Parties => Ok(()),
    }
}

/// The most that a number of a column can be: what is beyond is a slip of the pen, and would not fit
/// the search.
fn most(column: &Column) -> f64 {
    match column.unit {
        "km" => 50_000.0,
        "h" if column.name.ends_with("_sd") => 2_000.0,
        "h" => 20_000.0,
        _ => 1e12,
    }
}

/// What a cell of a column must hold, in words.
#[must_use]
pub fn expected(column: &Column) -> String {
    match column.kind {
        Kind::Key => "an identifier: letters, digits, `-`, `_`, `.`".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Number => with_unit("a number, zero or more", column.unit),
        Kind::SignedNumber => with_unit("a number", column.unit),
        Kind::Count => with_unit("a whole number", column.unit),
        Kind::Date => "a date, YYYY-MM-DD".to_owned(),
        Kind::RoughDate => "YYYY, YYYY-MM or YYYY-MM-DD".to_owned(),
        Kind::End => "a date, YYYY-MM-DD, or `open` or `unknown`".to_owned(),
        Kind::DayOfYear => "a day of the year, MM-DD".to_owned(),
        Kind::YesNo => "yes or no".to_owned(),
        Kind::OneOf(words) => format!("one of {}", words.join(", ")),
        Kind::SomeOf(words) => format!("some of {}, separated by |", words.join(", ")),
        Kind::Of(table) => format!("an identifier of {table}.csv"),
        Kind::SeveralOf(table) => format!("identifiers of {table}.csv, separated by |"),
        Kind::Parties => "economies or blocs, separated by |".to_owned(),
        Kind::Goods => "HS codes or their beginnings, separated by |".to_owned(),
        Kind::Conditions => "conditions joined by +, alternatives separated by |".to_owned(),
    }
}

fn with_unit(text: &str, unit: &str) -> String {
    if unit.is_empty() { text.to_owned() } else { format!("{text}, in {unit}") }
}

impl<'a> Row<'a> {
    /// The place of the row, as `links.csv:12`; of an overlay where it was added by one.
    #[must_use]
    pub fn place(&self) -> String {
        let found = self.record.found(self.table, None, Finding::error("", "", ""));
        found.row.map_or_else(|| found.file.clone(), |row| format!("{}:{row}", found.file))
    }

    /// An error at a column of this row. Where an overlay has the cell, it is at the overlay's.
    #[must_use]
    pub fn error(&self, code: &'static str, column: &str, problem: impl Into<String>) -> Finding {
        let index = self.table.columns.iter().position(|candidate| candidate.name == column);
        self.record.found(self.table, index, Finding::error(code, "", problem))
    }

    /// A warning at a column of this row.
    #[must_use]
    pub fn warning(&self, code: &'static str, column: &str, problem: impl Into<String>) -> Finding {
        Finding { severity: crate::Severity::Warning, ..self.error(code, column, problem) }
    }

    /// What added the row, where an overlay did.
    pub(crate) fn added(&self) -> Option<&'a Origin> {
        self.record.added.as_deref()
    }

    /// The cells that an overlay changed or confirmed, by column.
    pub(crate) fn laid(&self) -> impl Iterator<Item = (&'static str, &'a Origin)> {
        let (table, record) = (self.table, self.record);
        record
            .laid
            .iter()
            .filter(|(_, laid)| laid.changes)
            .map(|(index, laid)| (table.columns[*index].name, &*laid.origin))
    }

    /// Whether the table has a column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.table.columns.iter().any(|candidate| candidate.name == column)
    }

    /// The cell's text, empty where there is none.
    #[must_use]
    pub fn text(&self, column: &str) -> &'a str {
        let index = self.table.columns.iter().position(|candidate| candidate.name == column);
        debug_assert!(index.is_some(), "{} has no column {column}", self.table.name);
        index.and_then(|index| self.record.cells.get(index)).map_or("", String::as_str)
    }

    /// The cell's text as its owner keeps it.
    #[must_use]
    pub fn owned(&self, column: &str) -> String {
        self.text(column).to_owned()
    }

    /// A number, where there is one.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        self.text(column).parse().ok()
    }

    /// A number of a required column.
    #[must_use]
    pub fn value(&self, column: &str) -> f64 {
        self.number(column).unwrap_or(0.0)
    }

    /// A whole number, where there is one.
    #[must_use]
    pub fn count(&self, column: &str) -> Option<u32> {
        // Cells of the kind were checked to be whole; a `1520.0` is one too.
        self.number(column).map(|value| value as u32)
    }

    /// A date, where there is one.
    #[must_use]
    pub fn date(&self, column: &str) -> Option<Date> {
        self.text(column).parse().ok()
    }

    /// An end; open where the cell is empty.
    #[must_use]
    pub fn end(&self, column: &str) -> End {
        match self.text(column) {
            "unknown" => End::Unknown,
            text => text.parse().map_or(End::Open, End::On),
        }
    }

    /// Whether the cell says `yes`.
    #[must_use]
    pub fn is_yes(&self, column: &str) -> bool {
        self.text(column) == "yes"
    }

    /// The parts of a cell that holds several.
    pub fn list(&self, column: &str) -> impl Iterator<Item = &'a str> {
        parts(self.text(column), true)
    }
}
