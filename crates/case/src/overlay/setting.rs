//! A single value laid over a case: `--set KEY=VALUE`.

use std::sync::Arc;

use crate::PARAMETERS;
use crate::finding::Finding;
use crate::names::suggestion;
use crate::provenance::{Confidence, Evidence};
use crate::schema::{TABLES, Table, table};
use crate::sheet::{Origin, Sheets, check_cell, key_column};

use super::RowPlace;
use super::wish::{Find, Wish};

/// A value for a parameter, `speed_rail`, or for a cell, `services.kuryk-alat-wagons.amount`: table,
/// identifier, column. Where the rows of a table have no identifier, the columns that set them apart
/// stand in its place in order, and the last of them may be left out: `fx.KZT.per_usd` is every rate
/// of the tenge, `fx.KZT.2025-01-01.per_usd` one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What is set.
    pub key: String,
    /// To what.
    pub value: String,
}

impl Setting {
    /// A setting of the form `KEY=VALUE`; nothing where there is no `=` or no key.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (key, value) = text.split_once('=')?;
        let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
        (!key.is_empty() && !value.is_empty()).then_some(Self { key, value })
    }

    /// How findings and outputs name it.
    #[must_use]
    pub fn place(&self) -> RowPlace {
        RowPlace { file: format!("--set {}", self.key).into(), row: None }
    }

    /// The cells it sets. What cannot be set is an error at its place.
    pub(super) fn wishes(
        &self,
        order: (usize, u64),
        sheets: &Sheets,
        findings: &mut Vec<Finding>,
    ) -> Vec<Wish> {
        let mut fail = |problem: String, valid: String| {
            findings.push(Finding::error("unknown-setting", &*self.place().file, problem).valid(valid));
            Vec::new()
        };
        let origin = Arc::new(Origin {
            place: self.place(),
            order,
            source: "the user".to_owned(),
            confidence: Confidence::Medium,
            evidence: Evidence::Quoted,
            by_user: true,
        });
        let (table, rows, name) = match self.key.split_once('.') {
            None => {
                let known = PARAMETERS.iter().map(|(name, ..)| *name);
                let Some((name, unit, _)) = PARAMETERS.iter().find(|(name, ..)| *name == self.key) else {
                    let tables = "or a cell as TABLE.ROW.COLUMN";
                    return fail(
                        format!("no parameter is called `{}`", self.key),
                        format!("{} {tables}", suggestion(&self.key, known)),
                    );
                };
                let Some(table) = table("parameters") else { return Vec::new() };
                let rows = matching(sheets, table, &[0], name);
                if rows.is_empty() {
                    // The model takes a default for it, which no row of the case has.
                    let cells = [("parameter", *name), ("value", &self.value), ("unit", unit)];
                    let cells = cells.iter().map(|(name, cell)| (*name, (*cell).to_owned(), *name)).collect();
                    return vec![Wish {
                        table,
                        find: Find::Own,
                        cells,
                        about: Vec::new(),
                        origin,
                        always: true,
                    }];
                }
                (table, rows, "value")
            }
            Some((name, rest)) => {
                let Some(table) = table(name) else {
                    let known = TABLES.iter().map(|table| table.name);
                    return fail(format!("no table is called `{name}`"), suggestion(name, known));
                };
                let Some((key, column)) = rest.rsplit_once('.') else {
                    return fail(format!("`{}` names no column", self.key), format!("{name}.ROW.COLUMN"));
                };
                let columns = unique_columns(table);
                let settable = |own: &&crate::schema::Column| !own.name.eq("source");
                if !table.columns.iter().filter(settable).any(|own| own.name == column) {
                    let known = table.columns.iter().filter(settable).map(|own| own.name);
                    return fail(format!("{name} has no column `{column}`"), suggestion(column, known));
                }
                let rows = matching(sheets, table, &columns, key);
                if rows.is_empty() {
                    let keys: Vec<String> = sheets.sheets.get(name).map_or_else(Vec::new, |sheet| {
                        sheet.rows.iter().map(|row| joined(&row.cells, &columns)).collect()
                    });
                    let valid = suggestion(key, keys.iter().map(String::as_str));
                    return fail(format!("{name} has no row `{key}`"), valid);
                }
                (table, rows, column)
            }
        };
        let Some(column) = table.columns.iter().find(|own| own.name == name) else { return Vec::new() };
        if let Err((_, problem, valid)) = check_cell(column, &self.value) {
            return fail(problem, valid);
        }
        let cells = vec![(column.name, self.value.clone(), column.name)];
        vec![Wish { table, find: Find::Rows(rows), cells, about: Vec::new(), origin, always: true }]
    }
}

/// The columns by which a row is named: its identifier, else those that set it apart.
fn unique_columns(table: &Table) -> Vec<usize> {
    if let Some(key) = key_column(table) {
        return vec![key];
    }
    let position = |name: &&str| table.columns.iter().position(|column| column.name == *name);
    table.unique.iter().filter_map(position).collect()
}

fn joined(cells: &[String], columns: &[usize]) -> String {
    let parts: Vec<&str> = columns.iter().map(|index| cells[*index].as_str()).collect();
    parts.join(".").trim_end_matches('.').to_owned()
}

/// The rows whose identifying cells are these, or begin with these.
fn matching(sheets: &Sheets, table: &Table, columns: &[usize], key: &str) -> Vec<usize> {
    let Some(sheet) = sheets.sheets.get(table.name) else { return Vec::new() };
    let fits = |cells: &[String]| {
        let own = joined(cells, columns);
        own == key || own.strip_prefix(key).is_some_and(|rest| columns.len() > 1 && rest.starts_with('.'))
    };
    (0..sheet.rows.len()).filter(|index| fits(&sheet.rows[*index].cells)).collect()
}
