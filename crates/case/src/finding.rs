//! Findings: what is wrong with a case, where, and what would be right.

use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing was left out.
    Note,
    /// Doubtful; the row is used as it stands.
    Warning,
    /// Wrong; the row or the cell was left out.
    Error,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something wrong or doubtful in a case, with its place and what would be valid.
///
/// Loaders return everything that is right together with a list of these; nothing is dropped
/// without one.
///
/// ```
/// use case::Finding;
///
/// let finding = Finding::error("negative-number", "links.csv", "the length is negative: -12")
///     .at(7, "km")
///     .valid("a number of kilometres, zero or more");
/// assert_eq!(
///     finding.to_string(),
///     "links.csv:7, column km: the length is negative: -12 (valid: a number of kilometres, zero or more)"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `unknown-reference`.
    pub code: &'static str,
    /// The file, relative to the case's folder.
    pub file: String,
    /// The line of the file, counted from 1, the heading included.
    pub row: Option<u64>,
    /// The column's heading.
    pub column: Option<String>,
    /// What is wrong, with the value.
    pub problem: String,
    /// What would be valid; empty where that is plain.
    pub valid: String,
}

impl Finding {
    /// A finding that left out a row or a cell.
    #[must_use]
    pub fn error(code: &'static str, file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            file: file.into(),
            row: None,
            column: None,
            problem: problem.into(),
            valid: String::new(),
        }
    }

    /// A finding that left nothing out.
    #[must_use]
    pub fn warning(code: &'static str, file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, problem) }
    }

    /// The same finding at a line and column.
    #[must_use]
    pub fn at(mut self, row: u64, column: impl Into<String>) -> Self {
        self.row = Some(row);
        self.column = Some(column.into());
        self
    }

    /// The same finding at a line, with no column of its own.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same finding with what would be valid.
    #[must_use]
    pub fn valid(mut self, valid: impl Into<String>) -> Self {
        self.valid = valid.into();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(formatter, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(formatter, ", column {column}")?;
        }
        write!(formatter, ": {}", self.problem)?;
        if !self.valid.is_empty() {
            write!(formatter, " (valid: {})", self.valid)?;
        }
        Ok(())
    }
}
