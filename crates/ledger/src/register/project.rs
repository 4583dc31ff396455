//! Projects with their reports of progress.

use case::{Finding, Provenance, Sheets};
use jiff::civil::Date;

use crate::period::Period;

/// A report on how far a project is.
#[derive(Debug, Clone)]
pub struct ProgressReport {
    /// The day of the report.
    pub date: Date,
    /// Share built, in per cent.
    pub percent: f64,
    /// The opening as announced then.
    pub announced: Option<Period>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Something being built or planned.
#[derive(Debug, Clone)]
pub struct Project {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Economies it lies in.
    pub parties: Vec<String>,
    /// Who builds or owns it; empty where not known.
    pub owner: String,
    /// When the works began.
    pub started: Option<Period>,
    /// Cost in millions, from one figure to another.
    pub cost: Option<(f64, f64)>,
    /// Currency of the cost.
    pub currency: String,
    /// The last announced opening.
    pub announced: Option<Period>,
    /// `planned`, `under_construction`, `complete`, `not_known`.
    pub state: String,
    /// Reports by date.
    pub reports: Vec<ProgressReport>,
    /// Its note.
    pub note: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Project {
    pub(super) fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Vec<Self> {
        let mut projects: Vec<Self> = sheets
            .rows("projects")
            .map(|row| Self {
                id: row.owned("project"),
                title: row.owned("title"),
                parties: row.list("parties").map(str::to_owned).collect(),
                owner: row.owned("owner"),
                started: Period::rough(row.text("started")),
                cost: row.number("cost").map(|cost| (cost, row.number("cost_high").unwrap_or(cost))),
                currency: row.owned("currency"),
                announced: Period::rough(row.text("announced")),
                state: row.owned("state"),
                reports: Vec::new(),
                note: row.owned("note"),
                provenance: Provenance::of(row),
            })
            .collect();
        for row in sheets.rows("progress") {
            let (Some(own), Some(date)) =
                (projects.iter_mut().find(|own| own.id == row.text("project")), row.date("date"))
            else {
                continue;
            };
            let percent = row.value("percent");
            if percent > 100.0 {
                findings.push(
                    row.error("malformed-value", "percent", format!("{percent} % built was left out"))
                        .valid("at most 100"),
                );
                continue;
            }
            let announced = Period::rough(row.text("announced"));
            own.reports.push(ProgressReport { date, percent, announced, provenance: Provenance::of(row) });
        }
        for own in &mut projects {
            own.reports.sort_by_key(|report| report.date);
        }
        projects
    }
}
