//! Overlays: tables of the user, laid over those of a case before anything gets its meaning.
//!
//! An overlay is a table in one of the templates of [`crate::schema::TEMPLATES`], or in the form of
//! a table of the case. Each of its rows becomes *wishes*: cells of rows that the case has, or rows
//! to be added. What is laid over is checked like the case itself, references included, and every
//! cell remembers the overlay's file, row and column, so that findings and answers can name them.
//!
//! Overlays stack. Where two speak to one cell and differ, the later is used and a finding names
//! both; where none differ, their order makes no difference.
//!
//! | module | concept |
//! |---|---|
//! | `recognise` | which template or table an overlay is |
//! | `wish` | what a row of an overlay asks for |
//! | `setting` | a single value, `--set KEY=VALUE` |
//! | `layer` | wishes laid over the tables; conflicts |

mod layer;
mod recognise;
mod setting;
mod wish;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::finding::Finding;
use crate::overlay::layer::Layer;
use crate::overlay::wish::{Filled, Translator, columns_of};
use crate::provenance::{Confidence, Evidence};
use crate::schema::Column;
use crate::sheet::{Origin, Sheets, check_cell, expected};

pub use recognise::Layout;
pub use setting::Setting;

/// Where a figure of the user stands: a file and a row, or an option of the command line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowPlace {
    /// The file, or `--set KEY`.
    pub file: Arc<str>,
    /// Its row; nothing for an option.
    pub row: Option<u64>,
}

impl fmt::Display for RowPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some(row) => write!(formatter, "{}:{row}", self.file),
            None => write!(formatter, "{}", self.file),
        }
    }
}

/// A table of the user, as text: one sheet of a workbook or one CSV file.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// What findings call it. It must differ from the names of the case's files and of other overlays.
    pub file: String,
    /// The name by which it may be recognised: of the sheet, or of the file without its ending.
    pub name: String,
    /// Its rows that are not blank, with their numbers; the first is the heading.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Overlay {
    /// The headings; none where the table is empty.
    fn heading(&self) -> &[String] {
        self.rows.first().map_or(&[], |(_, cells)| cells)
    }
}

/// What is laid over a case.
#[derive(Debug, Clone, Default)]
pub struct Overlays {
    /// Tables, in the order in which they stack.
    pub tables: Vec<Overlay>,
    /// Single values, after the tables.
    pub settings: Vec<Setting>,
    /// Rows that are not to be used: what they say was found to be wrong when it got its meaning.
    pub left_out: BTreeSet<RowPlace>,
}

impl Overlays {
    /// Whether nothing is laid over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.settings.is_empty()
    }
}

/// An overlay that was read: what it is, and its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidTable {
    /// The file, or `--set KEY`.
    pub file: String,
    /// The template or table that it is.
    pub layout: &'static str,
    /// Its rows, and what became of each.
    pub rows: BTreeMap<RowPlace, Fate>,
}

impl LaidTable {
    /// How many of its rows are used.
    #[must_use]
    pub fn used(&self) -> usize {
        self.rows.values().filter(|fate| **fate != Fate::LeftOut).count()
    }
}

/// What became of a row of an overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It could not be used; a finding says why.
    LeftOut,
    /// It added rows to the case and changed none.
    Adds,
    /// It changed rows that the case has.
    Changes,
}

impl Sheets {
    /// Lays overlays over the tables. What is wrong with them becomes findings at their own rows, and
    /// is not laid over.
    pub(crate) fn lay_over(&mut self, overlays: &Overlays, findings: &mut Vec<Finding>) -> Vec<LaidTable> {
        let mut laid: Vec<LaidTable> = Vec::new();
        let mut first = Vec::new();
        let mut then = Vec::new();
        for (number, overlay) in overlays.tables.iter().enumerate() {
            let Some(layout) = Layout::of(overlay) else {
                findings.push(
                    Finding::error(
                        "unknown-template",
                        &overlay.file,
                        "it is no template and no table of a case",
                    )
                    .at_row(overlay.rows.first().map_or(1, |(row, _)| *row))
                    .valid(Layout::suggestion(overlay)),
                );
                let file = overlay.file.clone();
                laid.push(LaidTable { file, layout: "not read", rows: BTreeMap::new() });
                continue;
            };
            let read = filled(overlay, number, layout, findings);
            let place = |row: u64| RowPlace { file: overlay.file.as_str().into(), row: Some(row) };
            laid.push(LaidTable {
                file: overlay.file.clone(),
                layout: layout.name(),
                rows: overlay.rows.iter().skip(1).map(|(row, _)| (place(*row), Fate::LeftOut)).collect(),
            });
            let used = read.into_iter().filter(|row| !overlays.left_out.contains(&row.origin.place));
            // Whole rows first, so that a price can be laid over a service that another overlay adds.
            for row in used {
                if row.adds_rows() { first.push(row) } else { then.push(row) }
            }
        }
        let mut layer = Layer::new(self);
        for rows in [first, then] {
            let wishes: Vec<_> =
                rows.iter().flat_map(|row| Translator::new(layer.sheets(), findings).wishes(row)).collect();
            for wish in wishes {
                layer.lay(wish, findings);
            }
        }
        for (number, setting) in overlays.settings.iter().enumerate() {
            let order = (overlays.tables.len() + number, 0);
            let place = setting.place();
            laid.push(LaidTable {
                file: place.file.to_string(),
                layout: "value",
                rows: BTreeMap::from([(place, Fate::LeftOut)]),
            });
            for wish in setting.wishes(order, layer.sheets(), findings) {
                layer.lay(wish, findings);
            }
        }
        let fates = layer.finish(findings);
        for table in &mut laid {
            for (place, fate) in &mut table.rows {
                *fate = fates.get(place).copied().unwrap_or(Fate::LeftOut);
            }
        }
        laid
    }
}

/// The rows of an overlay whose cells can all be read. A row with one that cannot is left out whole:
/// half of what a user says is something else.
fn filled(overlay: &Overlay, number: usize, layout: Layout, findings: &mut Vec<Finding>) -> Vec<Filled> {
    let columns = columns_of(layout);
    let heading = overlay.heading();
    let top = overlay.rows.first().map_or(1, |(row, _)| *row);
    let mut position: Vec<Option<&Column>> = Vec::new();
    for name in heading {
        let column = columns.iter().find(|column| column.name == name);
        if column.is_none() && !name.is_empty() {
            let near = crate::suggestion(name, columns.iter().map(|column| column.name));
            findings.push(
                Finding::warning("unknown-column", &overlay.file, format!("the column `{name}` is not read"))
                    .at(top, name.as_str())
                    .valid(near),
            );
        }
        if let Some(column) = column
            && position.iter().flatten().any(|other| other.name == column.name)
        {
            findings.push(
                Finding::warning(
                    "unknown-column",
                    &overlay.file,
                    format!("`{name}` stands twice; the first is read"),
                )
                .at(top, name.as_str()),
            );
            position.push(None);
            continue;
        }
        position.push(column);
    }
    for column in columns.iter().filter(|column| column.required && layout.is_template()) {
        if !position.iter().flatten().any(|found| found.name == column.name) {
            findings.push(
                Finding::error(
                    "missing-column",
                    &overlay.file,
                    format!("the column `{}` is missing", column.name),
                )
                .at(top, column.name)
                .valid(columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")),
            );
        }
    }
    let mut rows = Vec::new();
    for (row, cells) in overlay.rows.iter().skip(1) {
        let beyond = cells.iter().skip(heading.len()).any(|cell| !cell.is_empty());
        if beyond {
            findings.push(
                Finding::error(
                    "malformed-row",
                    &overlay.file,
                    "cells stand beyond the heading; the row was left out",
                )
                .at_row(*row)
                .valid("one cell a heading; in CSV a cell with a comma in it stands in double quotes"),
            );
            continue;
        }
        let mut usable = true;
        let mut read: BTreeMap<&'static str, String> = BTreeMap::new();
        for (index, column) in position.iter().enumerate() {
            let Some(column) = column else { continue };
            let cell = cells.get(index).map_or("", |cell| cell.trim());
            // A table laid over one of the case need not fill what the case has already.
            if cell.is_empty() && !layout.is_template() {
                continue;
            }
            if names_a_source(column) {
                read.insert(column.name, cell.to_owned());
                continue;
            }
            match check_cell(column, cell) {
                Ok(()) if cell.is_empty() => {}
                Ok(()) => drop(read.insert(column.name, cell.to_owned())),
                Err((code, problem, valid)) => {
                    let problem =
                        if column.required { problem } else { format!("{problem}; the row was left out") };
                    findings.push(
                        Finding::error(code, &overlay.file, problem).at(*row, column.name).valid(valid),
                    );
                    usable = false;
                }
            }
        }
        let missing = columns.iter().any(|column| {
            column.required
                && layout.is_template()
                && !position.iter().flatten().any(|own| own.name == column.name)
        });
        if !usable || missing {
            continue;
        }
        let text = |column: &str| read.get(column).map_or("", String::as_str);
        let source = [text("from_whom"), text("source")].into_iter().find(|text| !text.is_empty());
        let origin = Origin {
            place: RowPlace { file: overlay.file.as_str().into(), row: Some(*row) },
            order: (number, *row),
            source: source.unwrap_or("the user").to_owned(),
            confidence: match text("confidence") {
                "" => Confidence::Medium,
                word => Confidence::of(word),
            },
            evidence: weakest(text("evidence")),
            by_user: true,
        };
        rows.push(Filled { layout, cells: read, origin: Arc::new(origin) });
    }
    rows
}

/// The evidence of a row of the user. That something was published or observed is a claim the case has
/// not checked, so that it counts as the user's figure; what is weaker than that stays so.
fn weakest(word: &str) -> Evidence {
    match word {
        "computed" | "calibrated" | "assumed" => Evidence::of(word),
        _ => Evidence::Quoted,
    }
}

/// Whether a column names the source of a row; a user says it in words of their own.
pub(crate) fn names_a_source(column: &Column) -> bool {
    column.name == "source" && column.kind == crate::schema::Kind::Of("sources")
}

/// What a cell must hold, for findings that a translation makes.
fn valid(columns: &[Column], name: &str) -> String {
    columns.iter().find(|column| column.name == name).map(expected).unwrap_or_default()
}
