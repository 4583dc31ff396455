//! Loose rows: rows that stand in no file of a case and are to be added to it after it was loaded.
//!
//! A measure that adds a line says the same as a row of `links.csv`, so it is checked cell by cell
//! against the same schema and read by the same loaders. Only where its references lead to is
//! different: to the tables of a case that has its meaning already, of which [`Identifiers`] are kept.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::finding::Finding;
use crate::names::suggestion;
use crate::overlay::{RowPlace, names_a_source};
use crate::provenance::{Confidence, Evidence, Provenance};
use crate::schema::{Kind, table};
use crate::sheet::{Origin, Record, Sheet, Sheets, check_cell, key_column};

/// The identifiers of all tables of a case.
#[derive(Debug, Clone, Default)]
pub struct Identifiers {
    pub(crate) keys: HashMap<&'static str, HashSet<String>>,
    pub(crate) parties: HashSet<String>,
}

impl Identifiers {
    /// Whether a table has a row of that identifier.
    #[must_use]
    pub fn has(&self, table: &str, key: &str) -> bool {
        self.keys.get(table).is_some_and(|keys| keys.contains(key))
    }

    /// Whether an economy or bloc has that identifier.
    #[must_use]
    pub fn has_party(&self, key: &str) -> bool {
        self.parties.contains(key)
    }

    /// What could have been meant by an identifier that a table does not have.
    #[must_use]
    pub fn suggestion(&self, table: &str, key: &str) -> String {
        let known = if table == "parties" { Some(&self.parties) } else { self.keys.get(table) };
        let mut sorted: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
        sorted.sort_unstable();
        suggestion(key, sorted.iter().copied())
    }

    /// Adds those of loose rows.
    pub fn extend(&mut self, sheets: &Sheets) {
        let added = sheets.identifiers();
        for (table, keys) in added.keys {
            self.keys.entry(table).or_default().extend(keys);
        }
        self.parties.extend(added.parties);
    }
}

/// A row to be added to a table.
#[derive(Debug, Clone)]
pub struct LooseRow {
    /// The table's name.
    pub table: &'static str,
    /// Its cells, by column; what is not there is empty.
    pub cells: BTreeMap<String, String>,
    /// Who says so, how sure it is, and how its figures came about. Its place is of the form
    /// `FILE:LINE`, given apart.
    pub provenance: Provenance,
    /// Where it stands.
    pub place: RowPlace,
}

impl Sheets {
    /// Tables of loose rows alone. A row with a cell that cannot be read, with a reference that leads
    /// nowhere, or with an identifier that is there already, is a finding at its place and left out.
    #[must_use]
    pub fn of_loose(rows: &[LooseRow], known: &Identifiers, findings: &mut Vec<Finding>) -> Self {
        let mut sheets = Self { sheets: BTreeMap::new() };
        for row in rows {
            let Some(table) = table(row.table) else { continue };
            let origin = Arc::new(Origin {
                place: row.place.clone(),
                order: (0, row.place.row.unwrap_or(0)),
                source: row.provenance.source.clone(),
                confidence: row.provenance.confidence,
                evidence: row.provenance.evidence,
                by_user: row.provenance.by_user,
            });
            let at = |code: &'static str, column: &str, problem: String, valid: String| Finding {
                row: row.place.row,
                column: Some(column.to_owned()),
                ..Finding::error(code, &*row.place.file, problem).valid(valid)
            };
            let mut record = Record::added(table, origin);
            let mut usable = true;
            for (index, column) in table.columns.iter().enumerate() {
                let text = match row.cells.get(column.name) {
                    Some(text) => text.clone(),
                    None if names_a_source(column) => row.provenance.source.clone(),
                    None if column.name == "confidence" => row.provenance.confidence.word().to_owned(),
                    None => String::new(),
                };
                if let Err((code, problem, valid)) = check_cell(column, &text) {
                    findings.push(at(code, column.name, problem, valid));
                    usable = false;
                }
                if column.kind == Kind::Key && known.has(table.name, &text) {
                    let problem = format!("{} has a row `{text}` already", table.name);
                    findings.push(at("duplicate-row", column.name, problem, "a name of its own".to_owned()));
                    usable = false;
                }
                record.cells[index] = text;
            }
            let sheet = sheets.sheets.entry(table.name).or_insert_with(|| Sheet { table, rows: Vec::new() });
            let twice = key_column(table)
                .is_some_and(|key| sheet.rows.iter().any(|own| own.cells[key] == record.cells[key]));
            if twice {
                let key = key_column(table).map_or("", |key| table.columns[key].name);
                let problem = format!("{} gets two rows of this name; the first is used", table.name);
                findings.push(at("duplicate-row", key, problem, "a name of its own".to_owned()));
            } else if usable {
                sheet.rows.push(record);
            }
        }
        let mut keys = known.keys.clone();
        let mut parties = known.parties.clone();
        let own = sheets.identifiers();
        for (table, own) in own.keys {
            keys.entry(table).or_default().extend(own);
        }
        parties.extend(own.parties);
        sheets.check_against(keys, &parties, findings);
        sheets
    }

    /// Whether there is no row at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sheets.values().all(|sheet| sheet.rows.is_empty())
    }
}

impl Provenance {
    /// The ancestry of what a measure says: its source, or an assumption.
    #[must_use]
    pub fn of_measure(source: String, evidence: Evidence, place: String) -> Self {
        let confidence = match evidence {
            Evidence::Assumed => Confidence::Low,
            _ => Confidence::Medium,
        };
        Self { source, confidence, evidence, last_confirmed: None, place, by_user: false, cells: Vec::new() }
    }
}
