//! What cannot go on: questions that do not fit the table, and systems that have no answer.

use thiserror::Error;

/// An input this crate cannot work with. Every message names the value, the place and what would be valid.
/// Bad rows are not errors: they become a [`Finding`](crate::Finding) and the rest goes on.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GravityError {
    /// A formula that cannot be read.
    #[error("the formula `{formula}` cannot be read at character {at}: {problem}; valid: {valid}")]
    Formula {
        /// The formula, or the part of it that was being read.
        formula: String,
        /// Position in characters, counted from 1.
        at: usize,
        /// What is wrong.
        problem: String,
        /// What would be valid.
        valid: String,
    },
    /// A column that the table does not have.
    #[error("`{table}` has no column `{column}`; its columns are {columns}")]
    UnknownColumn {
        /// Name of the table.
        table: String,
        /// The column asked for.
        column: String,
        /// The columns there are.
        columns: String,
    },
    /// A table that cannot be read at all.
    #[error("`{table}` cannot be read as CSV: {problem}")]
    Unreadable {
        /// Name of the table.
        table: String,
        /// What the reader says.
        problem: String,
    },
    /// Columns of different lengths.
    #[error("column `{column}` has {rows} rows, but the table has {expected}")]
    ColumnLength {
        /// The column.
        column: String,
        /// Its rows.
        rows: usize,
        /// Rows of the table.
        expected: usize,
    },
    /// Nothing is left to estimate with.
    #[error("no row is left of {rows}: {why}")]
    NothingLeft {
        /// Rows at the start.
        rows: usize,
        /// Where they went.
        why: String,
    },
    /// Every regressor was dropped, or none was given.
    #[error("no regressor is left: {why}")]
    NoRegressor {
        /// What became of them.
        why: String,
    },
    /// An iteration that did not settle.
    #[error(
        "{what} did not converge in {iterations} iterations: {measure} is {value:e}, asked for {asked:e}"
    )]
    NotConverged {
        /// The solver.
        what: &'static str,
        /// Iterations done.
        iterations: usize,
        /// What is measured.
        measure: &'static str,
        /// Its value at the end.
        value: f64,
        /// What was asked for.
        asked: f64,
    },
    /// An array of the wrong size.
    #[error("{what} has {found} values; {expected} are needed ({why})")]
    Shape {
        /// The array.
        what: String,
        /// Its length.
        found: usize,
        /// The length that fits.
        expected: usize,
        /// Where the number comes from.
        why: String,
    },
    /// A number outside its range.
    #[error("{what} is {value}; valid: {valid}")]
    Value {
        /// What the number is.
        what: String,
        /// The number.
        value: f64,
        /// What would be valid.
        valid: String,
    },
    /// A name that is not among the known ones.
    #[error("{what} `{name}` is not known; valid: {valid}")]
    UnknownName {
        /// What is named.
        what: String,
        /// The name.
        name: String,
        /// The names there are.
        valid: String,
    },
    /// A linear system that is singular.
    #[error("{what} is singular: {why}")]
    Singular {
        /// The system.
        what: String,
        /// The likely reason.
        why: String,
    },
}
