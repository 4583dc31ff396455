//! Measures: dated changes to a case that a question or a scenario assumes.
//!
//! A measure patches a copy of the model; the case itself is never changed, and whatever a
//! measure touches carries its source, or the word *assumed*, in every answer.

mod change;
mod dates;
mod words;

use std::sync::Arc;

use case::{Confidence, Evidence, Provenance, RowPlace};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::*;
pub use dates::{Day, Expected};

use crate::model::Model;

/// The word that stands for a source where there is none.
pub const ASSUMED: &str = "assumed";

/// When a measure holds, and who says so: what all kinds have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The first day on which it holds.
    pub date: Day,
    /// The day after the last; nothing: it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Where it comes from: a source of the case, a source in words, or `assumed`.
    pub source: String,
    /// What a reader must know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// How sure its date is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
}

/// A dated change.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// When, and who says so.
    pub about: About,
    /// What.
    pub change: Change,
    /// Where it stands: a scenario's file and line, or `the question`.
    pub place: RowPlace,
}

/// The days on which a measure holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Date,
    /// The day after the last.
    pub(crate) until: Option<Date>,
}

impl Window {
    pub(crate) fn holds(self, date: Date) -> bool {
        self.from <= date && self.until.is_none_or(|until| date < until)
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        let ends_before = |one: Self, two: Self| one.until.is_some_and(|until| until <= two.from);
        !ends_before(self, other) && !ends_before(other, self)
    }

    pub(crate) fn words(self) -> String {
        match self.until {
            Some(until) => match until.yesterday() {
                Ok(last) => format!("from {} to {last}", self.from),
                Err(_) => format!("from {}", self.from),
            },
            None => format!("from {}", self.from),
        }
    }
}

impl Measure {
    /// A measure that a question assumes, from a day on.
    fn of_the_question(change: Change, date: Date) -> Self {
        Self {
            about: About {
                date: Day(date),
                until: None,
                source: ASSUMED.to_owned(),
                note: String::new(),
                expected: None,
            },
            change,
            place: RowPlace { file: Arc::from(THE_QUESTION), row: None },
        }
    }

    /// The link, by identifier, is open from a date on.
    #[must_use]
    pub fn open(link: &str, date: Date) -> Self {
        let ways = Ways { links: vec![link.to_owned()], ..Ways::default() };
        Self::of_the_question(Change::Open(ways), date)
    }

    /// The link, by identifier, is closed from a date on.
    #[must_use]
    pub fn close(link: &str, date: Date) -> Self {
        let ways = Ways { links: vec![link.to_owned()], ..Ways::default() };
        Self::of_the_question(Change::Close(ways), date)
    }

    /// The rule, by identifier, has no effect from a date on.
    #[must_use]
    pub fn lift(rule: &str, date: Date) -> Self {
        Self::of_the_question(Change::EndRule(Rules { rules: vec![rule.to_owned()] }), date)
    }

    /// The service, by identifier, costs this much in the terms of its row (USD per tonne where it has
    /// no price), on every day.
    #[must_use]
    pub fn service_price(service: &str, amount: f64) -> Self {
        let price =
            OfServices { services: vec![service.to_owned()], value: Some(amount), ..OfServices::default() };
        Self::of_the_question(Change::ServicePrice(price), Date::MIN)
    }

    /// Whether no source stands behind it.
    #[must_use]
    pub fn is_assumed(&self) -> bool {
        self.about.source == ASSUMED
    }

    pub(crate) fn window(&self) -> Window {
        Window { from: self.about.date.0, until: self.about.until.map(|day| day.0) }
    }

    /// The ancestry of what it says. A source of the case stands as published; what is told in words
    /// is a claim that the case has not checked, and counts as a figure quoted to the user.
    pub(crate) fn provenance(&self, model: &Model) -> Provenance {
        if &*self.place.file == THE_QUESTION {
            return assumed();
        }
        let place = self.place.to_string();
        if self.is_assumed() {
            let source = format!("{ASSUMED} in {}", self.place.file);
            return Provenance::of_measure(source, Evidence::Assumed, place);
        }
        let known = model.case.sources.contains_key(&self.about.source);
        let evidence = if known { Evidence::Published } else { Evidence::Quoted };
        Provenance::of_measure(self.about.source.clone(), evidence, place)
    }

    /// The measure in words.
    #[must_use]
    pub fn words(&self, model: &Model) -> String {
        let what = self.change.words(model);
        let mut text = if matches!(&self.change, Change::ServicePrice(_)) && self.about.date.0 == Date::MIN {
            what
        } else {
            format!("{what} {}", self.window().words())
        };
        if &*self.place.file != THE_QUESTION {
            text.push_str(&format!(" ({}, {})", self.place, self.about.source));
        }
        text
    }
}

/// How measures of a question name their place.
const THE_QUESTION: &str = "the question";

/// The ancestry of what a question assumes.
pub(crate) fn assumed() -> Provenance {
    Provenance {
        source: THE_QUESTION.to_owned(),
        confidence: Confidence::Low,
        evidence: Evidence::Assumed,
        last_confirmed: None,
        place: THE_QUESTION.to_owned(),
        by_user: false,
        cells: Vec::new(),
    }
}

impl Model {
    /// A copy of the model with measures applied, whatever the day of a question: what has no dates of
    /// its own in the case is changed on every day. What is wrong with a measure is among the findings
    /// of the copy.
    #[must_use]
    pub fn with(&self, measures: &[Measure]) -> Self {
        let mut applied = crate::patch::apply(self, measures, None);
        applied.model.findings.append(&mut applied.findings);
        applied.model
    }
}
