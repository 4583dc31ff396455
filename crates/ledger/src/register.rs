//! The register: what was said, agreed, visited, founded and built.

mod agreement;
mod claim;
mod event;
mod project;

use case::{Case, Finding, Row, Sheets};

pub use agreement::{Agreement, Institution, Step, Visit};
pub use claim::{Claim, ClaimMeasure, Link, Modality, Relation};
pub use event::{Event, Moment, Source, timeline};
pub use project::{ProgressReport, Project};

use crate::period::Period;

/// What a wagon, truck or container carries.
#[derive(Debug, Clone)]
pub struct Equipment {
    /// Identifier.
    pub id: String,
    /// Name that a finding can print.
    pub name: String,
    /// What a claim calls it.
    pub family: String,
    /// Least load of a full one, tonnes.
    pub low: f64,
    /// The most it carries, tonnes.
    pub high: f64,
    /// Whether it is meant where nothing more is said.
    pub is_usual: bool,
    /// Identifier in `sources.csv`.
    pub source: String,
}

/// A line or pipe between two economies.
#[derive(Debug, Clone)]
pub struct Connection {
    /// `power_line` or `gas_pipeline`.
    pub kind: String,
    /// One side.
    pub from: String,
    /// The other side.
    pub to: String,
    /// Identifier in `sources.csv`.
    pub source: String,
}

/// Everything registered.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// What vehicles carry.
    pub equipment: Vec<Equipment>,
    /// Lines and pipes.
    pub connections: Vec<Connection>,
    /// Events.
    pub events: Vec<Event>,
    /// Agreements with their steps.
    pub agreements: Vec<Agreement>,
    /// Visits.
    pub visits: Vec<Visit>,
    /// Bodies, centres, parks.
    pub institutions: Vec<Institution>,
    /// Projects with their progress.
    pub projects: Vec<Project>,
    /// Claims, in the order of the case.
    pub claims: Vec<Claim>,
    /// How claims stand to one another.
    pub links: Vec<Link>,
}

impl Register {
    /// Gives meaning to the tables of the register. What is wrong with a row becomes a finding; the row
    /// is left out or, where only a cell is wrong, used without it.
    #[must_use]
    pub fn load(case: &Case, sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let equipment = sheets
            .rows("equipment")
            .map(|row| Equipment {
                id: row.owned("equipment"),
                name: row.owned("name"),
                family: row.owned("family"),
                low: row.value("low"),
                high: row.value("high"),
                is_usual: row.is_yes("usual"),
                source: row.owned("source"),
            })
            .collect();
        let connections = sheets
            .rows("connections")
            .map(|row| Connection {
                kind: row.owned("kind"),
                from: row.owned("from"),
                to: row.owned("to"),
                source: row.owned("source"),
            })
            .collect();
        Self {
            equipment,
            connections,
            events: Event::load(sheets, findings),
            agreements: Agreement::load(sheets, findings),
            visits: Visit::load(sheets, findings),
            institutions: Institution::load(sheets),
            projects: Project::load(sheets, findings),
            claims: Claim::load(case, sheets, findings),
            links: Link::load(sheets),
        }
    }

    /// A claim by its identifier, in any case of letters.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id.eq_ignore_ascii_case(id))
    }

    /// An event by its identifier.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.id == id)
    }

    /// An agreement by its identifier.
    #[must_use]
    pub fn agreement(&self, id: &str) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.id == id)
    }

    /// The claims that stand in a relation to a claim, the claim being the second.
    pub fn related<'a>(&'a self, other: &'a str, relation: Relation) -> impl Iterator<Item = &'a Claim> + 'a {
        self.links
            .iter()
            .filter(move |link| link.other == other && link.relation == relation)
            .filter_map(|link| self.claim(&link.claim))
    }

    /// The claims to which a claim stands in a relation, the claim being the first.
    pub fn relates<'a>(&'a self, claim: &'a str, relation: Relation) -> impl Iterator<Item = &'a Claim> + 'a {
        self.links
            .iter()
            .filter(move |link| link.claim == claim && link.relation == relation)
            .filter_map(|link| self.claim(&link.other))
    }
}

/// The span of a row with the columns `earliest` and `latest`.
fn span(row: Row<'_>, findings: &mut Vec<Finding>) -> Option<Period> {
    let (first, last) = (row.date("earliest")?, row.date("latest")?);
    let span = last.tomorrow().ok().and_then(|end| Period::new(first, end));
    if span.is_none() {
        findings.push(
            row.error("contradiction", "latest", format!("{last} lies before {first}; the row was left out"))
                .valid("the day of `earliest` or a later one"),
        );
    }
    span
}

/// The period of two optional rough dates, both included.
fn term(row: Row<'_>, first: &str, last: &str, findings: &mut Vec<Finding>) -> Option<Period> {
    let (from, to) = (row.text(first), row.text(last));
    if from.is_empty() && to.is_empty() {
        return None;
    }
    let from = if from.is_empty() { to } else { from };
    let period = Period::between(from, if to.is_empty() { from } else { to });
    if period.is_none() {
        findings.push(
            row.error(
                "contradiction",
                last,
                format!("the period from {from} to {to} is empty and was not used"),
            )
            .valid(format!("a date not before `{first}`")),
        );
    }
    period
}
