//! Which measure speaks to which figure, on which days; and where two contradict each other.

use std::collections::HashMap;

use case::{Finding, RowPlace};
use jiff::civil::Date;

use crate::measure::Window;

/// What a measure does to one figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alteration {
    /// The measure, by position.
    pub measure: usize,
    /// The table of the case in which the figure stands; for demand, the word.
    pub table: &'static str,
    /// Its row, by identifier.
    pub row: String,
    /// Its column.
    pub column: &'static str,
    /// The first day.
    pub from: Date,
    /// The day after the last; nothing: it stays.
    pub until: Option<Date>,
    /// What the case says, where that is one value; may be empty.
    pub before: String,
    /// What the measure says.
    pub after: String,
    /// Where the measure stands.
    pub place: RowPlace,
}

impl Alteration {
    fn window(&self) -> Window {
        Window { from: self.from, until: self.until }
    }
}

/// All alterations so far.
#[derive(Debug, Default)]
pub(super) struct Claims {
    all: Vec<Alteration>,
    by_figure: HashMap<(&'static str, String, &'static str), Vec<usize>>,
}

impl Claims {
    /// Adds an alteration. Says whether it is new; it is not where the same was said already for days
    /// that hold all of its own.
    pub(super) fn add(&mut self, alteration: Alteration, findings: &mut Vec<Finding>) -> bool {
        let figure = (alteration.table, alteration.row.clone(), alteration.column);
        let before = self.by_figure.entry(figure).or_default();
        let mut is_new = true;
        for other in before.iter().map(|index| &self.all[*index]) {
            if !other.window().overlaps(alteration.window()) {
                continue;
            }
            if other.after != alteration.after {
                findings.push(conflict(other, &alteration));
                continue;
            }
            is_new = false;
            if other.window() != alteration.window() {
                findings.push(repeated(other, &alteration));
            }
        }
        before.push(self.all.len());
        self.all.push(alteration);
        is_new
    }

    pub(super) fn into_alterations(mut self) -> Vec<Alteration> {
        self.all.sort_by_key(|own| own.measure);
        self.all
    }
}

fn at(alteration: &Alteration, finding: Finding) -> Finding {
    Finding { row: alteration.place.row, column: Some(alteration.column.to_owned()), ..finding }
}

fn conflict(earlier: &Alteration, later: &Alteration) -> Finding {
    let problem = format!(
        "{} of {} {}: `{}` {} stands against `{}` {} in {}; the later is used",
        later.column,
        later.table,
        later.row,
        later.after,
        later.window().words(),
        earlier.after,
        earlier.window().words(),
        earlier.place,
    );
    at(later, Finding::warning("measure-conflict", &*later.place.file, problem))
        .valid("one value for one figure on one day; `until` ends a measure")
}

fn repeated(earlier: &Alteration, later: &Alteration) -> Finding {
    let problem = format!(
        "{} of {} {}: `{}` {} was said {} in {} already; the earlier is used",
        later.column,
        later.table,
        later.row,
        later.after,
        later.window().words(),
        earlier.window().words(),
        earlier.place,
    );
    at(later, Finding::warning("measure-repeated", &*later.place.file, problem))
        .valid("one measure for one figure on one day")
}
