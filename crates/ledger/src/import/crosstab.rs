//! Tables of statistics offices: partners down, flows and years across; as a workbook or as text.

use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, SheetVisible, open_workbook_auto_from_rs};
use case::Finding;
use encoding_rs::Encoding;

use super::Options;
use super::column_map::{ColumnMap, Crosstab};
use super::economies::Economies;
use super::numbers::Notation;
use super::records::Records;
use super::session::{ImportError, Session};
use crate::figure::FigureKind;
use crate::period::Period;
use crate::trade::{Flow, NewObservation};

/// A cell.
#[derive(Debug, Clone)]
enum Cell {
    Empty,
    Number(f64),
    Text(String),
}

impl Cell {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}'),
            _ => "",
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Number(_) => false,
            Self::Text(_) => self.text().is_empty(),
        }
    }
}

/// The state of a table while its rows go by.
struct Table<'a> {
    map: &'a ColumnMap,
    own: &'a Crosstab,
    notation: Notation,
    reporter: String,
    /// The flows of the heading's columns, once it has come by.
    flows: Option<Vec<(String, Option<Flow>)>>,
    /// Column, name, flow and year of each value, once the years have come by.
    values: Vec<(usize, String, Flow, Period)>,
    unit_was_seen: bool,
}

impl<'a> Table<'a> {
    fn new(map: &'a ColumnMap, own: &'a Crosstab, options: &Options) -> Self {
        Self {
            map,
            own,
            notation: Notation {
                decimal: options.decimal.unwrap_or(map.decimal()),
                three_decimals: map.three_decimals,
            },
            reporter: options.reporter.clone().or_else(|| map.economy.fixed.clone()).unwrap_or_default(),
            flows: None,
            values: Vec::new(),
            unit_was_seen: false,
        }
    }

    fn row(&mut self, session: &mut Session<'_>, line: u64, cells: &[Cell]) -> Result<(), ImportError> {
        let Some(first) = cells.first() else { return Ok(()) };
        if self.values.is_empty() {
            self.unit_was_seen |= cells.iter().any(|cell| cell.text().contains(&self.own.unit));
        }
        if first.text() == self.own.heading {
            if self.flows.is_none() {
                self.flows = Some(self.flows_of(cells));
            }
            return Ok(());
        }
        let Some(flows) = &self.flows else { return Ok(()) };
        if self.values.is_empty() {
            for (column, (name, flow)) in flows.iter().enumerate() {
                let year = cells.get(column).and_then(year);
                if let (Some(flow), Some(period)) = (flow, year) {
                    self.values.push((column, format!("{name} {period}"), *flow, period));
                }
            }
            return Ok(());
        }
        // Labels, footnotes, empty rows.
        if first.text().is_empty() || cells[1..].iter().all(Cell::is_empty) {
            return Ok(());
        }
        // The row that numbers the columns.
        let number = |cell: &Cell| match cell {
            Cell::Number(number) => Some(*number),
            Cell::Text(_) => cell.text().parse().ok(),
            Cell::Empty => None,
        };
        if cells[1..].iter().zip(1..).all(|(cell, index)| number(cell) == Some(f64::from(index))) {
            return Ok(());
        }
        let name = first.text().trim_end_matches(|c: char| {
            matches!(c, '*' | ')' | '¹' | '²' | '³') || c.is_ascii_digit() || c.is_whitespace()
        });
        session.row()?;
        if self.own.sums.iter().any(|sum| sum == name) {
            session.set_aside += 1;
            return Ok(());
        }
        let Some(partner) = self.map.names.get(name) else {
            let finding = session.fault(
                "unknown-economy",
                line,
                &self.own.heading,
                format!("\"{name}\" is not in the map's names"),
            );
            return session.reject(finding.valid("a line in the map's [names], or in its sums"));
        };
        let mut read = Vec::with_capacity(self.values.len());
        for (column, title, flow, period) in &self.values {
            let cell = cells.get(*column).unwrap_or(&Cell::Empty);
            let value = match cell {
                Cell::Number(value) => Ok(*value),
                // A dash is "none", not "not known".
                Cell::Text(_) if matches!(cell.text(), "–" | "-" | "—") => Ok(0.0),
                Cell::Text(_) if !matches!(cell.text(), "" | "…" | "..." | "x" | "х") => {
                    self.notation.read(cell.text())
                }
                _ => continue,
            };
            match value {
                Ok(value) if value >= 0.0 => read.push((*flow, *period, value)),
                outcome => {
                    let problem = outcome
                        .map_or_else(|problem| problem, |value| format!("the value is negative: {value}"));
                    let finding = session.fault("malformed-value", line, title, problem);
                    return session.reject(
                        finding
                            .valid(format!("a number with the decimal sign \"{}\"", self.notation.decimal)),
                    );
                }
            }
        }
        for (flow, period, value) in read {
            session.store(&NewObservation {
                measure: self.map.measure(),
                reporter: &self.reporter,
                economy: &self.reporter,
                partner,
                flow,
                commodity: self.map.commodity.fixed.as_deref().unwrap_or(crate::trade::TOTAL),
                period,
                kind: FigureKind::Exact,
                value,
                high: None,
                scale: self.map.scale,
                currency: &self.map.currency,
                valuation: self.map.valuation(flow),
                kilograms: None,
                ancestry: "",
            })?;
        }
        Ok(())
    }

    /// The flow over each column: words of merged cells stand over the first of theirs only.
    fn flows_of(&self, cells: &[Cell]) -> Vec<(String, Option<Flow>)> {
        let mut current = (String::new(), None);
        cells
            .iter()
            .map(|cell| {
                if let Some(word) = self.own.flows.get(cell.text()) {
                    current = (cell.text().to_owned(), Flow::of(word));
                } else if !cell.is_empty() {
                    current = (String::new(), None);
                }
                current.clone()
            })
            .collect()
    }

    fn end(&self, session: &mut Session<'_>) -> Result<(), ImportError> {
        if self.values.is_empty() {
            let problem = format!(
                "there is no heading that begins with \"{}\" and has years below it",
                self.own.heading
            );
            return Err(Finding::error("missing-column", &session.file, problem)
                .valid("a table of the map's form")
                .into());
        }
        if !self.unit_was_seen {
            let finding = Finding::warning(
                "unit-not-seen",
                &session.file,
                format!(
                    "nothing above the table says \"{}\"; values were taken times {}",
                    self.own.unit, self.map.scale
                ),
            );
            session.keep(finding);
        }
        Ok(())
    }
}

/// A year such as `2022`, `2022 г.`, `2022 год`; nothing for `2023 г. в % к 2022 г.`
fn year(cell: &Cell) -> Option<Period> {
    let text = match cell {
        Cell::Number(number) if number.fract() == 0.0 => format!("{number}"),
        Cell::Text(_) => cell.text().trim_end_matches("год").trim_end_matches("г.").trim().to_owned(),
        _ => return None,
    };
    (text.len() == 4).then(|| Period::rough(&text)).flatten()
}

/// The encoding of a text.
pub(crate) fn encoding(
    session: &Session<'_>,
    options: &Options,
    map: Option<&ColumnMap>,
) -> Result<&'static Encoding, ImportError> {
    let Some(name) = options.encoding.as_deref().or_else(|| map.and_then(ColumnMap::encoding)) else {
        return Ok(encoding_rs::UTF_8);
    };
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        Finding::error("encoding", &session.file, format!("no encoding is called \"{name}\""))
            .valid("utf-8, windows-1251, iso-8859-1 and others of the web")
            .into()
    })
}

/// Reads a crosstab that was saved as text.
pub(crate) fn read_text<R: Read>(
    session: &mut Session<'_>,
    records: &mut Records<R>,
    map: &ColumnMap,
    options: &Options,
    _economies: &Economies,
) -> Result<(), ImportError> {
    let Some(own) = &map.crosstab else { return Ok(()) };
    let encoding = encoding(session, options, Some(map))?;
    let mut table = Table::new(map, own, options);
    while let Some(record) = records.next().map_err(|error| session.stop(error, &[]))? {
        let line = record.line;
        let whole: Vec<u8> = record.iter().collect::<Vec<_>>().join(&b';');
        let is_plain = whole.is_ascii();
        let is_utf8 = std::str::from_utf8(&whole).is_ok();
        if !is_plain && is_utf8 && encoding != encoding_rs::UTF_8 {
            let name = encoding.name();
            let problem =
                format!("no single encoding fits: {name} up to line {}, UTF-8 from line {line}", line - 1);
            return Err(session
                .fault("encoding", line, "", problem)
                .valid("one encoding, or --encoding utf-8")
                .into());
        }
        if !is_utf8 && encoding == encoding_rs::UTF_8 {
            let problem = format!("line {line} is not UTF-8");
            return Err(session
                .fault("encoding", line, "", problem)
                .valid("UTF-8, or the right --encoding")
                .into());
        }
        let cells: Vec<Cell> = record
            .iter()
            .map(|field| match encoding.decode_without_bom_handling(field).0.into_owned() {
                text if text.is_empty() => Cell::Empty,
                text => Cell::Text(text),
            })
            .collect();
        table.row(session, line, &cells)?;
    }
    table.end(session)
}

/// Reads a workbook: the first visible sheet whose heading the map knows. What other visible sheets
/// hold is not read, and that is said.
pub(crate) fn read_workbook(
    session: &mut Session<'_>,
    bytes: Vec<u8>,
    options: &Options,
    _economies: &Economies,
) -> Result<String, ImportError> {
    let has_directory = bytes.windows(4).any(|window| window == b"PK\x05\x06");
    let is_zip = bytes.starts_with(b"PK");
    let file = session.file.clone();
    let broken = move |problem: String| {
        let missing = if is_zip && !has_directory { " (ZIP directory missing)" } else { "" };
        Finding::error("unreadable-file", &file, format!("not a whole workbook{missing}: {problem}"))
            .valid("a workbook that opens in a spreadsheet program")
    };
    let mut workbook =
        open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let shipped = ColumnMap::shipped();
    let maps: Vec<&ColumnMap> = options
        .map
        .as_ref()
        .map_or_else(|| shipped.iter().collect(), |map| vec![map])
        .into_iter()
        .filter(|map| map.is_crosstab())
        .collect();
    let sheets: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let mut source = None;
    for (name, is_visible) in sheets {
        if !is_visible {
            let finding = Finding::warning(
                "hidden-sheet",
                &session.file,
                format!("the sheet \"{name}\" is hidden and was skipped"),
            );
            session.keep(finding);
            continue;
        }
        let range = workbook.worksheet_range(&name).map_err(|error| broken(error.to_string()))?;
        let above = range.start().map_or(0, |(row, _)| u64::from(row));
        let before = range.start().map_or(0, |(_, column)| column as usize);
        let heading = |map: &&&ColumnMap| {
            let word = map.crosstab.as_ref().map_or("", |own| own.heading.as_str());
            range
                .rows()
                .any(|row| before == 0 && row.first().is_some_and(|cell| cell_of(cell).text() == word))
        };
        let map = maps.iter().find(heading).filter(|_| source.is_none());
        let Some((map, own)) = map.and_then(|map| map.crosstab.as_ref().map(|own| (*map, own))) else {
            if range.rows().len() > 0 {
                let problem =
                    format!("the sheet \"{name}\" has no heading that a map knows; it was not read");
                session.keep(Finding::warning("sheet-not-read", &session.file, problem));
            }
            continue;
        };
        let mut table = Table::new(map, own, options);
        for (line, row) in (above + 1..).zip(range.rows()) {
            let cells: Vec<Cell> = row.iter().map(cell_of).collect();
            table.row(session, line, &cells)?;
        }
        table.end(session)?;
        source = Some(map.source.clone());
    }
    source.ok_or_else(|| {
        Finding::error("unknown-format", &session.file, "no sheet has a heading that a map knows")
            .valid("a column map with [crosstab], by --map")
            .into()
    })
}

fn cell_of(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::String(text) if text.is_empty() => Cell::Empty,
        other => Cell::Text(other.to_string()),
    }
}
