//! Agreements and their legal steps, visits, institutions.

use case::{Finding, LegalStatus, Provenance, Sheets};
use jiff::civil::Date;

use super::{span, term};
use crate::period::Period;

/// A legal step of an agreement.
#[derive(Debug, Clone)]
pub struct Step {
    /// The status reached.
    pub status: LegalStatus,
    /// When.
    pub when: Period,
    /// Whose step, where it is one side's.
    pub by: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A treaty, declaration, programme or set of documents.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Economies and blocs that are parties.
    pub parties: Vec<String>,
    /// Parties that the case does not know.
    pub other_parties: String,
    /// How many documents it stands for.
    pub documents: Option<u32>,
    /// What it is about.
    pub content: String,
    /// `yes`, `partly`, `no`, `not_known`.
    pub text_public: String,
    /// The term it covers.
    pub term: Option<Period>,
    /// Its steps, in the order of the case.
    pub steps: Vec<Step>,
    /// Its note.
    pub note: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Agreement {
    pub(super) fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Vec<Self> {
        let mut agreements: Vec<Self> = sheets
            .rows("agreements")
            .map(|row| Self {
                id: row.owned("agreement"),
                title: row.owned("title"),
                kind: row.owned("kind"),
                parties: row.list("parties").map(str::to_owned).collect(),
                other_parties: row.owned("other_parties"),
                documents: row.count("documents"),
                content: row.owned("content"),
                text_public: row.owned("text_public"),
                term: term(row, "from", "to", findings),
                steps: Vec::new(),
                note: row.owned("note"),
                provenance: Provenance::of(row),
            })
            .collect();
        for row in sheets.rows("agreement_steps") {
            let Some(own) = agreements.iter_mut().find(|own| own.id == row.text("agreement")) else {
                continue;
            };
            if let (Some(status), Some(when)) = (LegalStatus::of(row.text("status")), span(row, findings)) {
                own.steps.push(Step { status, when, by: row.owned("by"), provenance: Provenance::of(row) });
            }
        }
        agreements
    }

    /// The furthest status that it can have reached by a day, over both sides. A step of one side alone,
    /// such as its ratification, does not carry the agreement further.
    #[must_use]
    pub fn status_by(&self, date: Date) -> Option<LegalStatus> {
        self.steps
            .iter()
            .filter(|step| step.by.is_empty() && step.when.from <= date)
            .map(|step| step.status)
            .max()
    }
}

/// A visit.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Identifier.
    pub id: String,
    /// Who went where, for what.
    pub title: String,
    /// Whose officer.
    pub guest: String,
    /// Host.
    pub host: String,
    /// Level of the guest.
    pub level: String,
    /// When.
    pub when: Period,
    /// Where.
    pub place: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Visit {
    pub(super) fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Vec<Self> {
        let mut visits = Vec::new();
        for row in sheets.rows("visits") {
            let Some(when) = span(row, findings) else { continue };
            visits.push(Self {
                id: row.owned("visit"),
                title: row.owned("title"),
                guest: row.owned("guest"),
                host: row.owned("host"),
                level: row.owned("level"),
                when,
                place: row.owned("place"),
                provenance: Provenance::of(row),
            });
        }
        visits
    }
}

/// A body, centre, park or group.
#[derive(Debug, Clone)]
pub struct Institution {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Economies it ties.
    pub parties: Vec<String>,
    /// Where.
    pub place: String,
    /// Since when.
    pub founded: Option<Period>,
    /// `existing`, `announced`, `planned`, `not_known`.
    pub state: String,
    /// What it does.
    pub what: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Institution {
    pub(super) fn load(sheets: &Sheets) -> Vec<Self> {
        sheets
            .rows("institutions")
            .map(|row| Self {
                id: row.owned("institution"),
                name: row.owned("name"),
                parties: row.list("parties").map(str::to_owned).collect(),
                place: row.owned("place"),
                founded: Period::rough(row.text("founded")),
                state: row.owned("state"),
                what: row.owned("what"),
                provenance: Provenance::of(row),
            })
            .collect()
    }
}
