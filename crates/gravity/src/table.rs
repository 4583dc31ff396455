//! Tables: named columns of numbers, of keys (countries, years, pairs), or of both.
//!
//! A column is asked for in a role. The year of a panel is a key where it is a fixed effect and a number
//! where it is a trend; a cell that is no number is a finding only where a number was asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use crate::finding::Tally;
use crate::{Finding, GravityError};

/// The code of a key that is missing.
pub const MISSING: u32 = u32::MAX;

/// A column of keys: one code per row, and the label of each code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// One code per row, numbered from 0, or [`MISSING`].
    pub codes: Vec<u32>,
    /// The label of each code.
    pub labels: Vec<String>,
}

impl Keys {
    /// Codes labels in the order of their first appearance. An empty label is missing.
    pub fn from_labels<S: AsRef<str>>(labels: impl IntoIterator<Item = S>) -> Self {
        let mut encoder = Encoder::default();
        for label in labels {
            encoder.push(label.as_ref());
        }
        encoder.keys
    }

    /// The label of a row, or the empty text where it is missing.
    #[must_use]
    pub fn label(&self, row: usize) -> &str {
        self.labels.get(self.codes[row] as usize).map_or("", String::as_str)
    }
}

#[derive(Debug, Default)]
struct Encoder {
    known: HashMap<String, u32>,
    keys: Keys,
    last: u32,
}

impl Encoder {
    fn push(&mut self, label: &str) {
        let label = label.trim();
        // Files are mostly sorted by some key: the last label is a good guess.
        let code = if label.is_empty() {
            MISSING
        } else if self.keys.labels.get(self.last as usize).is_some_and(|last| last == label) {
            self.last
        } else if let Some(code) = self.known.get(label) {
            *code
        } else {
            let code = self.keys.labels.len() as u32;
            self.known.insert(label.to_owned(), code);
            self.keys.labels.push(label.to_owned());
            code
        };
        if code != MISSING {
            self.last = code;
        }
        self.keys.codes.push(code);
    }
}

/// What a column is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Role {
    /// As numbers.
    pub number: bool,
    /// As keys.
    pub key: bool,
}

/// The columns a question needs, by name.
pub type Roles = BTreeMap<String, Role>;

#[derive(Debug, Clone, Default)]
struct Column {
    numbers: Option<Vec<f64>>,
    keys: Option<Keys>,
}

/// Named columns of equal length.
#[derive(Debug, Clone, Default)]
pub struct Table {
    name: String,
    rows: usize,
    columns: BTreeMap<String, Column>,
    /// Line of each row in its file; empty where rows follow the heading line by line.
    lines: Vec<u64>,
}

impl Table {
    /// A table without columns.
    #[must_use]
    pub fn new(name: impl Into<String>, rows: usize) -> Self {
        Self { name: name.into(), rows, ..Self::default() }
    }

    /// Adds a column of numbers; a missing one is NaN.
    ///
    /// # Errors
    /// If the length is not that of the table.
    pub fn with_numbers(mut self, name: &str, numbers: Vec<f64>) -> Result<Self, GravityError> {
        self.check(name, numbers.len())?;
        self.columns.entry(name.to_owned()).or_default().numbers = Some(numbers);
        Ok(self)
    }

    /// Adds a column of keys.
    ///
    /// # Errors
    /// If the length is not that of the table.
    pub fn with_keys(mut self, name: &str, keys: Keys) -> Result<Self, GravityError> {
        self.check(name, keys.codes.len())?;
        self.columns.entry(name.to_owned()).or_default().keys = Some(keys);
        Ok(self)
    }

    /// Adds a column of cells of text in a role: as in [`Self::from_csv`], what is no number where one is needed becomes
    /// NaN and a finding. Rows are counted from 1.
    ///
    /// # Errors
    /// If the length is not that of the table.
    pub fn with_cells<S: AsRef<str>>(
        mut self,
        name: &str,
        cells: impl IntoIterator<Item = S>,
        role: Role,
    ) -> Result<(Self, Vec<Finding>), GravityError> {
        let mut parser = Parser::new(&self.name, name, 0, role);
        let mut rows = 0;
        for (line, cell) in (1..).zip(cells) {
            parser.push(cell.as_ref().as_bytes(), line);
            rows += 1;
        }
        self.check(name, rows)?;
        let mut findings = Vec::new();
        parser.bad.finish(&mut findings);
        let keys = parser.encoder.map(|encoder| encoder.keys);
        self.columns.insert(name.to_owned(), Column { numbers: parser.numbers, keys });
        Ok((self, findings))
    }

    fn check(&self, column: &str, rows: usize) -> Result<(), GravityError> {
        if rows == self.rows {
            return Ok(());
        }
        Err(GravityError::ColumnLength { column: column.to_owned(), rows, expected: self.rows })
    }

    /// Reads the columns of `roles` from CSV text with a heading. Cells that are no number where one is
    /// needed become NaN and a finding; lines with too few or too many cells are left out with a finding.
    ///
    /// # Errors
    /// If a column is missing or the text has no heading.
    pub fn from_csv(name: &str, text: &[u8], roles: &Roles) -> Result<(Self, Vec<Finding>), GravityError> {
        let unreadable = |error: csv::Error| GravityError::Unreadable {
            table: name.to_owned(),
            problem: error.to_string(),
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
        let heading = reader.byte_headers().map_err(unreadable)?.clone();
        let names: Vec<String> = heading
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).trim().trim_start_matches('\u{feff}').to_owned())
            .collect();
        let mut parsers = Vec::new();
        for (column, role) in roles {
            let Some(index) = names.iter().position(|name| name == column) else {
                return Err(GravityError::UnknownColumn {
                    table: name.to_owned(),
                    column: column.clone(),
                    columns: names.join(", "),
                });
            };
            parsers.push(Parser::new(name, column, index, *role));
        }
        let mut lengths = Tally::new(
            "wrong-number-of-cells",
            name,
            None,
            &format!("{} cells, as in the heading", names.len()),
            "the row was left out",
        );
        let mut record = csv::ByteRecord::new();
        let mut lines = Vec::new();
        while reader.read_byte_record(&mut record).map_err(unreadable)? {
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != names.len() {
                if !record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                    lengths.add(line, || format!("the row has {} cells", record.len()));
                }
                continue;
            }
            for parser in &mut parsers {
                parser.push(&record[parser.index], line);
            }
            lines.push(line);
        }
        let mut findings = Vec::new();
        lengths.finish(&mut findings);
        let mut table = Self { name: name.to_owned(), rows: lines.len(), ..Self::default() };
        if lines.iter().zip(2..).any(|(line, plain)| *line != plain) {
            table.lines = lines;
        }
        for parser in parsers {
            parser.bad.finish(&mut findings);
            let column = Column { numbers: parser.numbers, keys: parser.encoder.map(|encoder| encoder.keys) };
            table.columns.insert(parser.column, column);
        }
        Ok((table, findings))
    }

    /// The rows for which an expression is neither zero nor missing; lines stay those of the file.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn only(&self, condition: &crate::Expression) -> Result<Self, GravityError> {
        let holds = condition.evaluate(self)?;
        let kept: Vec<usize> =
            (0..self.rows).filter(|row| holds[*row] != 0.0 && !holds[*row].is_nan()).collect();
        Ok(self.of_rows(&kept))
    }

    /// The same table with other numbers in a column, or with one column more.
    ///
    /// # Errors
    /// If the length is not that of the table.
    pub fn replacing(&self, name: &str, numbers: Vec<f64>) -> Result<Self, GravityError> {
        self.check(name, numbers.len())?;
        let mut table = self.clone();
        table.columns.insert(name.to_owned(), Column { numbers: Some(numbers), keys: None });
        Ok(table)
    }

    /// Some rows, in the order given.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        let columns = self
            .columns
            .iter()
            .map(|(name, column)| {
                let numbers = column.numbers.as_ref();
                let keys = column.keys.as_ref().map(|keys| Keys {
                    codes: rows.iter().map(|row| keys.codes[*row]).collect(),
                    labels: keys.labels.clone(),
                });
                let numbers = numbers.map(|numbers| rows.iter().map(|row| numbers[*row]).collect());
                (name.clone(), Column { numbers, keys })
            })
            .collect();
        Self {
            name: self.name.clone(),
            rows: rows.len(),
            columns,
            lines: rows.iter().map(|row| self.line(*row)).collect(),
        }
    }

    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The line of a row in its file; the heading is line 1.
    #[must_use]
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(row as u64 + 2)
    }

    /// Names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    fn column(&self, name: &str) -> Result<&Column, GravityError> {
        self.columns.get(name).ok_or_else(|| GravityError::UnknownColumn {
            table: self.name.clone(),
            column: name.to_owned(),
            columns: self.names().collect::<Vec<_>>().join(", "),
        })
    }

    /// A column as numbers, missing ones NaN. A column of keys is read label by label; what is no number
    /// is NaN.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn numbers(&self, name: &str) -> Result<Cow<'_, [f64]>, GravityError> {
        let column = self.column(name)?;
        if let Some(numbers) = &column.numbers {
            return Ok(Cow::Borrowed(numbers));
        }
        let keys = column.keys.as_ref().map_or_else(Keys::default, Keys::clone);
        let values: Vec<f64> = keys.labels.iter().map(|label| label.parse().unwrap_or(f64::NAN)).collect();
        Ok(keys.codes.iter().map(|code| values.get(*code as usize).copied().unwrap_or(f64::NAN)).collect())
    }

    /// A column as keys. A column of numbers has one key per distinct value.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn keys(&self, name: &str) -> Result<Cow<'_, Keys>, GravityError> {
        let column = self.column(name)?;
        if let Some(keys) = &column.keys {
            return Ok(Cow::Borrowed(keys));
        }
        let mut encoder = Encoder::default();
        for value in column.numbers.iter().flatten() {
            encoder.push(&if value.is_nan() { String::new() } else { value.to_string() });
        }
        Ok(Cow::Owned(encoder.keys))
    }
}

struct Parser {
    column: String,
    index: usize,
    numbers: Option<Vec<f64>>,
    encoder: Option<Encoder>,
    bad: Tally,
}

impl Parser {
    fn new(table: &str, column: &str, index: usize, role: Role) -> Self {
        Self {
            column: column.to_owned(),
            index,
            numbers: role.number.then(Vec::new),
            encoder: (role.key || !role.number).then(Encoder::default),
            bad: Tally::new(
                "not-a-number",
                table,
                Some(column),
                "a number with a point for decimals, or an empty cell",
                "taken as missing; the row is left out where the column is used",
            ),
        }
    }

    fn push(&mut self, cell: &[u8], line: u64) {
        let text = String::from_utf8_lossy(cell.trim_ascii());
        if let Some(numbers) = &mut self.numbers {
            let missing = matches!(&*text, "" | "NA" | "NaN" | "nan" | ".");
            let value = if missing { Ok(f64::NAN) } else { text.parse::<f64>() };
            let value = value.unwrap_or_else(|_| {
                self.bad.add(line, || format!("`{text}` is not a number"));
                f64::NAN
            });
            numbers.push(value);
        }
        if let Some(encoder) = &mut self.encoder {
            encoder.push(if text == "NA" { "" } else { &text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_a_column_of_numbers_is_found_by_line_and_column() {
        let roles = Roles::from([
            ("trade".to_owned(), Role { number: true, key: false }),
            ("exporter".to_owned(), Role { number: false, key: true }),
        ]);
        let text = b"exporter,trade\nKAZ,1.5\nARM,n.a.\nGEO,\nAZE,2,3\n";
        let (table, findings) = Table::from_csv("trade.csv", text, &roles).unwrap();
        assert_eq!(table.rows(), 3);
        assert!(table.numbers("trade").unwrap()[1].is_nan());
        let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "trade.csv:5: the row has 3 cells (valid: 2 cells, as in the heading); the row was left out",
                "trade.csv:3, column trade: `n.a.` is not a number (valid: a number with a point for decimals, \
                 or an empty cell); taken as missing; the row is left out where the column is used",
            ]
        );
    }

    #[test]
    fn a_missing_column_names_those_that_exist() {
        let roles = Roles::from([("importer".to_owned(), Role { number: false, key: true })]);
        let error = Table::from_csv("trade.csv", b"exporter,trade\n", &roles).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`trade.csv` has no column `importer`; its columns are exporter, trade"
        );
    }
}
