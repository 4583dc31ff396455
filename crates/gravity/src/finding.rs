//! Findings: rows and cells of a table that are wrong or doubtful, and what was done about them.

use std::fmt;

/// Something wrong with a row or a cell of a table. Nothing is left out without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable name for the kind, such as `not-a-number`.
    pub code: &'static str,
    /// The table's name.
    pub table: String,
    /// Line in the table's file, the heading being line 1; none where the whole table is meant.
    pub line: Option<u64>,
    /// The column, where one is meant.
    pub column: Option<String>,
    /// What is wrong, with the value.
    pub problem: String,
    /// What would be valid.
    pub valid: String,
    /// What was done about it.
    pub done: String,
    /// How many rows this stands for: findings of one kind are listed a few times, then counted.
    pub rows: usize,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.problem)?;
        if !self.valid.is_empty() {
            write!(f, " (valid: {})", self.valid)?;
        }
        write!(f, "; {}", self.done)
    }
}

/// Findings of one kind in one column: the first few by line, the rest as one count.
#[derive(Debug)]
pub(crate) struct Tally {
    code: &'static str,
    table: String,
    column: Option<String>,
    valid: String,
    done: String,
    listed: Vec<Finding>,
    more: usize,
}

/// Rows of one kind that are listed one by one.
const LISTED: usize = 5;

impl Tally {
    pub(crate) fn new(
        code: &'static str,
        table: &str,
        column: Option<&str>,
        valid: &str,
        done: &str,
    ) -> Self {
        Self {
            code,
            table: table.to_owned(),
            column: column.map(str::to_owned),
            valid: valid.to_owned(),
            done: done.to_owned(),
            listed: Vec::new(),
            more: 0,
        }
    }

    pub(crate) fn add(&mut self, line: u64, problem: impl FnOnce() -> String) {
        if self.listed.len() < LISTED {
            let finding = self.finding(Some(line), problem(), 1);
            self.listed.push(finding);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn finish(mut self, findings: &mut Vec<Finding>) {
        if self.more > 0 {
            let problem = format!("{} more rows like this", self.more);
            let finding = self.finding(None, problem, self.more);
            self.listed.push(finding);
        }
        findings.append(&mut self.listed);
    }

    fn finding(&self, line: Option<u64>, problem: String, rows: usize) -> Finding {
        Finding {
            code: self.code,
            table: self.table.clone(),
            line,
            column: self.column.clone(),
            problem,
            valid: self.valid.clone(),
            done: self.done.clone(),
            rows,
        }
    }
}
