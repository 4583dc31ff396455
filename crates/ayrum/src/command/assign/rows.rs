//! A CSV of the user: rows under headings, each cell asked for by name.

use std::path::Path;

use case::Finding;

use super::super::graph_files;
use crate::failure::Failure;

/// A table by its headings.
pub(super) struct Rows {
    pub(super) file: String,
    headings: Vec<String>,
    records: Vec<(u64, csv::StringRecord)>,
}

/// A row.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    rows: &'t Rows,
    pub(super) line: u64,
    record: &'t csv::StringRecord,
}

/// A file's name without its folders.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

impl Rows {
    /// Reads a table, packed or not. Rows that are no CSV or are too short become findings.
    ///
    /// # Errors
    /// Where the file cannot be read, or lacks a column. Each of `required` is a column by any of its names.
    pub(super) fn read(
        path: &Path,
        required: &[&[&str]],
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Failure> {
        let text = graph_files::text(path)?;
        let file = file_name(path);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let headings: Vec<String> = reader
            .headers()
            .map(|row| row.iter().map(|cell| cell.trim().to_lowercase()).collect())
            .unwrap_or_default();
        for names in required {
            if !names.iter().any(|name| headings.iter().any(|heading| heading == name)) {
                let all: Vec<&str> = required.iter().map(|names| names[0]).collect();
                return Err(Failure::new(format!("{file} has no column `{}`", names[0])).hint(format!(
                    "columns {}; found {}",
                    all.join(", "),
                    headings.join(", ")
                )));
            }
        }
        let mut records = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if record.len() == headings.len() {
                        records.push((line, record));
                    } else {
                        let problem = format!("the row has {} cells; it was left out", record.len());
                        findings.push(
                            Finding::error("malformed-row", &file, problem)
                                .at_row(line)
                                .valid(format!("{} cells, one a heading", headings.len())),
                        );
                    }
                }
                Err(error) => findings.push(Finding::error("not-csv", &file, error.to_string())),
            }
        }
        Ok(Self { file, headings, records })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|(line, record)| Row { rows: self, line: *line, record })
    }

    /// The first of some columns that the table has.
    pub(super) fn column<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        names.iter().copied().find(|name| self.headings.iter().any(|heading| heading == name))
    }
}

impl<'t> Row<'t> {
    /// The text of a cell, empty where there is none.
    pub(super) fn text(&self, column: &str) -> &'t str {
        let place = self.rows.headings.iter().position(|heading| heading == column);
        place.and_then(|place| self.record.get(place)).unwrap_or("").trim()
    }

    /// A number, zero or more; `None` where the cell is empty, or no such number, which is a finding.
    pub(super) fn number(&self, column: &str, findings: &mut Vec<Finding>) -> Option<f64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            findings.push(
                self.error(
                    "malformed-value",
                    column,
                    format!("`{text}` cannot be used; the row was left out"),
                )
                .valid("a number, zero or more"),
            );
        }
        number
    }

    /// What is wrong with a cell.
    pub(super) fn error(&self, code: &'static str, column: &str, problem: impl Into<String>) -> Finding {
        Finding::error(code, &self.rows.file, problem).at(self.line, column)
    }
}
