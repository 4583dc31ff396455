//! Wishes laid over the tables of a case: cells changed, rows added, conflicts found.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::finding::Finding;
use crate::schema::{Kind, Table, table};
use crate::sheet::{LaidCell, Origin, Record, Sheets, expected, key_column, parts};

use super::wish::{Find, Wish};
use super::{Fate, RowPlace};

/// Tables with what is laid over them so far.
pub(super) struct Layer<'a> {
    sheets: &'a mut Sheets,
    /// What became of the rows of overlays that were laid over so far.
    fates: BTreeMap<RowPlace, Fate>,
    /// Pairs of rows that were found to contradict each other at a record.
    said: HashSet<(&'static str, usize, RowPlace, RowPlace)>,
}

impl<'a> Layer<'a> {
    pub(super) fn new(sheets: &'a mut Sheets) -> Self {
        Self { sheets, fates: BTreeMap::new(), said: HashSet::new() }
    }

    /// The tables as they are now.
    pub(super) fn sheets(&self) -> &Sheets {
        self.sheets
    }

    /// Lays a wish over the tables.
    pub(super) fn lay(&mut self, wish: Wish, findings: &mut Vec<Finding>) {
        let rows = match &wish.find {
            Find::Rows(rows) => rows.clone(),
            Find::Own => vec![self.own_row(&wish)],
        };
        for row in rows {
            let Some(record) =
                self.sheets.sheets.get_mut(wish.table.name).and_then(|own| own.rows.get_mut(row))
            else {
                continue;
            };
            let is_added = record.added.is_some();
            if let Some(added) = &mut record.added {
                // Who added it must not depend on the order of files; who gives it a price did not.
                if matches!(wish.find, Find::Own) && wish.origin.place < added.place {
                    *added = Arc::clone(&wish.origin);
                }
                self.fates.entry(wish.origin.place.clone()).or_insert(Fate::Adds);
            } else {
                self.fates.insert(wish.origin.place.clone(), Fate::Changes);
            }
            let about = wish.about.iter().filter(|_| is_added);
            for (column, cell, heading) in wish.cells.iter().chain(about) {
                let laid = LaidCell { origin: Arc::clone(&wish.origin), column: heading, changes: true };
                self.lay_cell(wish.table, row, column, cell, laid, wish.always || is_added, findings);
            }
        }
    }

    /// The row that a wish speaks of by its own cells: that of its identifier, else the one that has
    /// what sets rows apart, else a new one.
    fn own_row(&mut self, wish: &Wish) -> usize {
        let table = wish.table;
        let cell = |name: &str| {
            wish.cells.iter().find(|(column, ..)| *column == name).map_or("", |(_, cell, _)| cell.as_str())
        };
        let sheet = self
            .sheets
            .sheets
            .entry(table.name)
            .or_insert_with(|| crate::sheet::Sheet { table, rows: Vec::new() });
        let key = key_column(table);
        let by_key = key.and_then(|key| {
            let wanted = cell(table.columns[key].name);
            sheet.rows.iter().position(|row| !wanted.is_empty() && row.cells[key] == wanted)
        });
        let sets_apart: Vec<usize> = table
            .unique
            .iter()
            .filter_map(|name| table.columns.iter().position(|column| column.name == *name))
            .collect();
        let found = by_key.or_else(|| {
            sheet.rows.iter().position(|row| {
                Some(sets_apart.as_slice()) != key.as_ref().map(std::slice::from_ref)
                    && sets_apart.iter().all(|index| {
                        let column = &table.columns[*index];
                        same(column.kind, &row.cells[*index], cell(column.name))
                    })
            })
        });
        found.unwrap_or_else(|| {
            sheet.rows.push(Record::added(table, Arc::clone(&wish.origin)));
            sheet.rows.len() - 1
        })
    }

    #[allow(clippy::too_many_arguments)]
    fn lay_cell(
        &mut self,
        table: &'static Table,
        row: usize,
        column: &str,
        cell: &str,
        mut laid: LaidCell,
        always: bool,
        findings: &mut Vec<Finding>,
    ) {
        let Some(index) = table.columns.iter().position(|own| own.name == column) else { return };
        let kind = table.columns[index].kind;
        let Some(record) = self.sheets.sheets.get_mut(table.name).and_then(|own| own.rows.get_mut(row))
        else {
            return;
        };
        // An identifier is how the row was found.
        if kind == Kind::Key && !record.cells[index].is_empty() {
            return;
        }
        let agrees = same(kind, &record.cells[index], cell);
        let Some(before) = record.laid.get(&index) else {
            // Who says what the case says already changes nothing, and the figure stays the case's.
            laid.changes = always || !agrees;
            if !agrees {
                cell.clone_into(&mut record.cells[index]);
            }
            record.laid.insert(index, laid);
            return;
        };
        if agrees {
            let stronger = (!laid.changes, &laid.origin.place) < (!before.changes, &before.origin.place);
            if stronger && (laid.changes == before.changes || always) {
                record.laid.insert(index, laid);
            }
            return;
        }
        let is_later = laid.origin.order > before.origin.order;
        let (later, earlier) = if is_later { (&laid, before) } else { (before, &laid) };
        let (new, old) = if is_later {
            (cell, record.cells[index].as_str())
        } else {
            (record.cells[index].as_str(), cell)
        };
        let pair = (table.name, row, later.origin.place.clone(), earlier.origin.place.clone());
        if self.said.insert(pair) {
            findings.push(conflict(later, new, &earlier.origin, old));
        }
        if is_later {
            cell.clone_into(&mut record.cells[index]);
            record.laid.insert(index, laid);
        }
    }

    /// Completes what was added, and sets aside what lacks a cell that it needs. Says what became of
    /// the rows of the overlays.
    pub(super) fn finish(mut self, findings: &mut Vec<Finding>) -> BTreeMap<RowPlace, Fate> {
        self.mark_lengths();
        for sheet in self.sheets.sheets.values_mut() {
            let table = sheet.table;
            sheet.rows.retain_mut(|record| {
                let Some(origin) = record.added.clone() else { return true };
                for (index, column) in table.columns.iter().enumerate() {
                    let cell = &mut record.cells[index];
                    match column.name {
                        _ if super::names_a_source(column) => cell.clone_from(&origin.source),
                        "confidence" if cell.is_empty() => origin.confidence.word().clone_into(cell),
                        _ => {}
                    }
                }
                let missing: Vec<_> = table
                    .columns
                    .iter()
                    .zip(&record.cells)
                    .filter(|(column, cell)| column.required && cell.is_empty())
                    .collect();
                for (column, _) in &missing {
                    findings.push(Finding {
                        row: origin.place.row,
                        column: Some(column.name.to_owned()),
                        ..Finding::error(
                            "missing-value",
                            &*origin.place.file,
                            format!("{} has no such row, and a new one needs `{}`", table.name, column.name),
                        )
                        .valid(expected(column))
                    });
                }
                missing.is_empty()
            });
        }
        self.fates
    }

    /// A length laid over a link becomes its sourced length that is used.
    fn mark_lengths(&mut self) {
        let (Some(links), Some(lengths)) = (table("links"), table("link_lengths")) else { return };
        let Some(km) = links.columns.iter().position(|column| column.name == "km") else { return };
        let Some(sheet) = self.sheets.sheets.get("links") else { return };
        let new: Vec<(String, String, LaidCell)> = sheet
            .rows
            .iter()
            .filter(|record| record.added.is_none())
            .filter_map(|record| {
                let laid = record.laid.get(&km).filter(|laid| laid.changes)?;
                Some((record.cells[0].clone(), record.cells[km].clone(), laid.clone()))
            })
            .collect();
        let Some(sheet) = self.sheets.sheets.get_mut("link_lengths") else { return };
        let position =
            |name: &str| lengths.columns.iter().position(|column| column.name == name).unwrap_or(0);
        let (link, length, used) = (position("link"), position("km"), position("used"));
        for (id, km, laid) in new {
            let mut of_link = sheet.rows.iter_mut().filter(|record| record.cells[link] == id).peekable();
            if of_link.peek().is_none() {
                continue;
            }
            for record in of_link {
                "no".clone_into(&mut record.cells[used]);
            }
            let mut record = Record::added(lengths, Arc::clone(&laid.origin));
            for (index, cell) in [(link, id.as_str()), (length, &km), (used, "yes")] {
                cell.clone_into(&mut record.cells[index]);
                record.laid.insert(index, LaidCell { column: laid.column, ..laid.clone() });
            }
            sheet.rows.push(record);
        }
    }
}

fn conflict(later: &LaidCell, new: &str, earlier: &Origin, old: &str) -> Finding {
    let words = |cell: &str| if cell.is_empty() { "nothing".to_owned() } else { format!("`{cell}`") };
    Finding {
        row: later.origin.place.row,
        column: Some(later.column.to_owned()),
        ..Finding::warning(
            "overlay-conflict",
            &*later.origin.place.file,
            format!("{} stands against {} in {}; the later is used", words(new), words(old), earlier.place),
        )
        .valid("one value for one figure")
    }
}

/// Whether two cells say the same.
fn same(kind: Kind, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let number = |cell: &str| cell.parse::<f64>().ok();
    match kind {
        Kind::Number | Kind::SignedNumber | Kind::Count => {
            number(one).is_some() && number(one) == number(other)
        }
        Kind::SomeOf(_) | Kind::SeveralOf(_) | Kind::Parties | Kind::Goods => {
            let set = |cell| parts(cell, true).collect::<BTreeSet<&str>>();
            set(one) == set(other)
        }
        _ => false,
    }
}
