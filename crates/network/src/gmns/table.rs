//! Rows under headings.

use case::Finding;

use crate::spatial_graph::GraphFile;

/// A CSV file by its headings.
pub(super) struct Table<'f> {
    pub(super) file: &'f str,
    headings: Vec<String>,
    records: Vec<(u64, csv::StringRecord)>,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table<'t>,
    line: u64,
    record: &'t csv::StringRecord,
}

impl<'f> Table<'f> {
    /// Takes a file apart. Rows that are no CSV, or have more or fewer cells than headings, are left out.
    pub(super) fn read(file: &GraphFile<'f>, findings: &mut Vec<Finding>) -> Self {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file.text.as_bytes());
        let headings: Vec<String> = reader
            .headers()
            .map(|row| row.iter().map(|cell| cell.trim().to_lowercase()).collect())
            .unwrap_or_default();
        let mut records = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    findings.push(Finding::error("not-csv", file.name, error.to_string()));
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() == headings.len() {
                records.push((line, record));
                continue;
            }
            let problem = format!("the row has {} cells; it was left out", record.len());
            findings.push(
                Finding::error("malformed-row", file.name, problem)
                    .at_row(line)
                    .valid(format!("{} cells, one a heading", headings.len())),
            );
        }
        Self { file: file.name, headings, records }
    }

    /// Whether all columns are there; a finding for each that is not.
    pub(super) fn has(&self, columns: &[&str], findings: &mut Vec<Finding>) -> bool {
        let missing: Vec<&&str> = columns.iter().filter(|column| !self.has_column(column)).collect();
        for column in &missing {
            let problem = format!("the required column `{column}` is missing");
            findings.push(
                Finding::error("missing-column", self.file, problem)
                    .at(1, **column)
                    .valid(format!("the columns {}", columns.join(", "))),
            );
        }
        missing.is_empty()
    }

    /// Whether there is such a column.
    pub(super) fn has_column(&self, column: &str) -> bool {
        self.headings.iter().any(|heading| heading == column)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|(line, record)| Row { table: self, line: *line, record })
    }
}

impl<'t> Row<'t> {
    /// The text of a cell; empty where it is missing, `NaN`, or has no column.
    pub(super) fn text(&self, column: &str) -> &'t str {
        let place = self.table.headings.iter().position(|heading| heading == column);
        let text = place.and_then(|place| self.record.get(place)).unwrap_or("").trim();
        if text.eq_ignore_ascii_case("nan") { "" } else { text }
    }

    /// A number from `least` to `most`; `None` where the cell is empty. Where it is no such number, a fault.
    pub(super) fn number(
        &self,
        column: &'static str,
        (least, most): (f64, f64),
        faults: &mut Vec<Finding>,
    ) -> Option<f64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let number =
            text.parse::<f64>().ok().filter(|number| number.is_finite() && (least..=most).contains(number));
        if number.is_none() {
            let valid = match most.is_finite() {
                true => format!("a number from {least} to {most}"),
                false => format!("a number, {least} or more"),
            };
            faults
                .push(self.error("malformed-value", column, format!("`{text}` cannot be used")).valid(valid));
        }
        number
    }

    /// A fault of a cell.
    pub(super) fn error(&self, code: &'static str, column: &str, problem: impl Into<String>) -> Finding {
        Finding::error(code, self.table.file, problem).at(self.line, column)
    }

    /// A doubt about a cell.
    pub(super) fn warning(&self, code: &'static str, column: &str, problem: impl Into<String>) -> Finding {
        Finding::warning(code, self.table.file, problem).at(self.line, column)
    }

    /// A fault of the row as a whole.
    pub(super) fn whole(&self, code: &'static str, problem: impl Into<String>) -> Finding {
        Finding::error(code, self.table.file, problem).at_row(self.line)
    }
}
