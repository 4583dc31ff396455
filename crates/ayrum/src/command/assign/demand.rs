//! Demand as a CSV: origin, destination, tonnes and, where there are several, class or commodity.

use std::path::Path;

use case::Finding;

use super::rows::Rows;
use crate::failure::Failure;

/// A row of demand, its names not looked up yet.
pub(super) struct DemandRow {
    pub(super) origin: String,
    pub(super) destination: String,
    /// Class or commodity; empty where the table has no such column.
    pub(super) class: String,
    /// Above zero.
    pub(super) tonnes: f64,
    /// Line of the file.
    pub(super) line: u64,
}

/// A table of demand.
pub(super) struct DemandTable {
    /// The file's name, for findings.
    pub(super) file: String,
    /// The column of classes, where there is one.
    pub(super) class_column: Option<&'static str>,
    pub(super) rows: Vec<DemandRow>,
}

/// Reads demand. Rows of nothing are left out without a word; rows that cannot be used become findings.
///
/// # Errors
/// Where the file cannot be read or lacks a column.
pub(super) fn read(path: &Path, findings: &mut Vec<Finding>) -> Result<DemandTable, Failure> {
    const AMOUNTS: [&str; 3] = ["tonnes", "amount", "trips"];
    let rows = Rows::read(path, &[&["origin"], &["destination"], &AMOUNTS], findings)?;
    let amount = rows.column(&AMOUNTS).unwrap_or(AMOUNTS[0]);
    let class_column = rows.column(&["class", "commodity"]);
    let mut table = DemandTable { file: rows.file.clone(), class_column, rows: Vec::new() };
    for row in rows.rows() {
        let before = findings.len();
        let tonnes = row.number(amount, findings);
        if tonnes.is_none() && findings.len() == before {
            findings.push(
                row.error("missing-value", amount, "the cell is empty; the row was left out")
                    .valid("a number, zero or more"),
            );
        }
        let Some(tonnes) = tonnes.filter(|tonnes| *tonnes > 0.0) else { continue };
        table.rows.push(DemandRow {
            origin: row.text("origin").to_owned(),
            destination: row.text("destination").to_owned(),
            class: class_column.map_or("", |column| row.text(column)).to_owned(),
            tonnes,
            line: row.line,
        });
    }
    Ok(table)
}
