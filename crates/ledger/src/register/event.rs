//! Events, whose times may be intervals, and the timeline of everything that has a time.

use case::{Case, Finding, Provenance, Sheets};

use super::{Modality, Register, span};
use crate::period::Period;

/// Something that happened or is to happen.
#[derive(Debug, Clone)]
pub struct Event {
    /// Identifier.
    pub id: String,
    /// What it was.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Whether it happened or was planned.
    pub modality: Modality,
    /// When: from the first day on which it can have been to the last.
    pub when: Period,
    /// Economies and blocs it concerns.
    pub parties: Vec<String>,
    /// Where.
    pub place: String,
    /// Events of one series can be compared.
    pub series: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Event {
    pub(super) fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Vec<Self> {
        let mut events = Vec::new();
        for row in sheets.rows("events") {
            let Some(when) = span(row, findings) else { continue };
            events.push(Self {
                id: row.owned("event"),
                title: row.owned("title"),
                kind: row.owned("kind"),
                modality: Modality::of(row.text("modality")),
                when,
                parties: row.list("parties").map(str::to_owned).collect(),
                place: row.owned("place"),
                series: row.owned("series"),
                provenance: Provenance::of(row),
            });
        }
        events
    }
}

/// Which table a moment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `events.csv`
    Event,
    /// `visits.csv`
    Visit,
    /// `agreement_steps.csv`
    Step,
    /// `institutions.csv`
    Institution,
    /// `blocs.csv`
    Membership,
    /// `progress.csv`
    Progress,
}

impl Source {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Visit => "visit",
            Self::Step => "agreement",
            Self::Institution => "institution",
            Self::Membership => "membership",
            Self::Progress => "progress",
        }
    }
}

/// A moment of the timeline.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When, as an interval.
    pub when: Period,
    /// What kind of entry it is.
    pub from: Source,
    /// The entry's identifier.
    pub id: String,
    /// What it was.
    pub title: String,
    /// Whether it happened or was planned.
    pub modality: Modality,
    /// Economies and blocs it concerns.
    pub parties: Vec<String>,
    /// Identifier in `sources.csv`.
    pub source: String,
    /// How sure it is.
    pub confidence: &'static str,
}

/// Everything of a register that has a time, by time. What may overlap is sorted by its earliest day.
#[must_use]
pub fn timeline(case: &Case, register: &Register) -> Vec<Moment> {
    let moment = |when, from, id: &str, title: String, parties: &[String], own: &Provenance| Moment {
        when,
        from,
        id: id.to_owned(),
        title,
        modality: Modality::Fact,
        parties: parties.to_vec(),
        source: own.source.clone(),
        confidence: own.confidence.word(),
    };
    let mut moments = Vec::new();
    for own in &register.events {
        let mut entry =
            moment(own.when, Source::Event, &own.id, own.title.clone(), &own.parties, &own.provenance);
        entry.modality = own.modality;
        moments.push(entry);
    }
    for own in &register.visits {
        let parties = [own.guest.clone(), own.host.clone()];
        moments.push(moment(own.when, Source::Visit, &own.id, own.title.clone(), &parties, &own.provenance));
    }
    for own in &register.agreements {
        for step in &own.steps {
            let by = if step.by.is_empty() {
                String::new()
            } else {
                format!(" by {}", case.economies.name(&step.by))
            };
            let title = format!("{}: {}{by}", own.title, step.status.words());
            moments.push(moment(step.when, Source::Step, &own.id, title, &own.parties, &step.provenance));
        }
    }
    for own in &register.institutions {
        let Some(founded) = own.founded else { continue };
        let title = format!("{}: founded", own.name);
        moments.push(moment(founded, Source::Institution, &own.id, title, &own.parties, &own.provenance));
    }
    for own in &register.projects {
        for report in &own.reports {
            let Some(when) = report.date.tomorrow().ok().and_then(|end| Period::new(report.date, end)) else {
                continue;
            };
            let title = format!("{}: {} % reported", own.title, crate::figure::plain_number(report.percent));
            moments.push(moment(when, Source::Progress, &own.id, title, &own.parties, &report.provenance));
        }
    }
    moments.sort_by(|a, b| (a.when, a.from, &a.id).cmp(&(b.when, b.from, &b.id)));
    moments
}
