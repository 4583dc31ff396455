//! Where a figure comes from and how sure it is; the legal status of what is said.

use crate::sheet::Row;

/// How sure a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// General knowledge, an assumption, or one weak report.
    Low,
    /// Reported, with conflicts or gaps.
    Medium,
    /// Reported by those who must know, without conflict.
    High,
}

impl Confidence {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The confidence of a word; low for any that is none.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "high" => Self::High,
            "medium" => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// How a figure came about. An assumed figure must never look like an observed one, so every
/// figure that reaches an output carries this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Measured or reported of a real movement.
    Observed,
    /// Published by somebody.
    Published,
    /// Given by the user, as an offer that was received or a figure of their own, and laid over the
    /// case.
    Quoted,
    /// Worked out from other figures, such as a great-circle length.
    Computed,
    /// Chosen so that the model meets an observation.
    Calibrated,
    /// Assumed.
    Assumed,
}

impl Evidence {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Published => "published",
            Self::Quoted => "quoted",
            Self::Computed => "computed",
            Self::Calibrated => "calibrated",
            Self::Assumed => "assumed",
        }
    }

    /// Whether a figure stands on a source of its own, and not on the model or on belief.
    #[must_use]
    pub fn is_sourced(self) -> bool {
        matches!(self, Self::Observed | Self::Published)
    }
}

/// The ancestry of a row: its source, its confidence, how its figures came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Identifier in `sources.csv`.
    pub source: String,
    /// How sure the row is.
    pub confidence: Confidence,
    /// How its figures came about.
    pub evidence: Evidence,
    /// The last date on which the row was known to hold, where it can change.
    pub last_confirmed: Option<jiff::civil::Date>,
    /// The file and line it stands in, as `links.csv:12`.
    pub place: String,
}

impl Provenance {
    /// The ancestry of a row. Without a column for evidence, a row of low confidence counts as
    /// assumed and any other as published.
    #[must_use]
    pub fn of(row: Row<'_>) -> Self {
        let confidence = Confidence::of(row.text("confidence"));
        let evidence = match if row.has("evidence") { row.text("evidence") } else { "" } {
            "observed" => Evidence::Observed,
            "published" => Evidence::Published,
            "quoted" => Evidence::Quoted,
            "computed" => Evidence::Computed,
            "calibrated" => Evidence::Calibrated,
            "assumed" => Evidence::Assumed,
            _ if row.text("source") == "computed" => Evidence::Computed,
            _ if confidence == Confidence::Low => Evidence::Assumed,
            _ => Evidence::Published,
        };
        Self {
            source: row.owned("source"),
            confidence,
            evidence,
            last_confirmed: if row.has("last_confirmed") { row.date("last_confirmed") } else { None },
            place: format!("{}:{}", row.file(), row.line()),
        }
    }
}

/// How far a rule, an agreement or a plan has come, weakest first.
///
/// ```
/// use case::LegalStatus;
/// // The treaty of August 2025 was initialled: it binds nobody yet.
/// assert!(LegalStatus::Initialled < LegalStatus::InForce);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalStatus {
    /// Somebody said it would come.
    Announced,
    /// Negotiators agreed on a text.
    Initialled,
    /// Signed.
    Signed,
    /// Ratified.
    Ratified,
    /// In force.
    InForce,
    /// It was in force and has been ended by an act.
    Ended,
}

impl LegalStatus {
    /// The status of a word of the case format or of the command line.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "announced" => Self::Announced,
            "initialled" => Self::Initialled,
            "signed" => Self::Signed,
            "ratified" => Self::Ratified,
            "in_force" | "in-force" => Self::InForce,
            "ended" => Self::Ended,
            _ => return None,
        })
    }

    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Initialled => "initialled",
            Self::Signed => "signed",
            Self::Ratified => "ratified",
            Self::InForce => "in force",
            Self::Ended => "ended",
        }
    }
}

/// A publication or data set.
#[derive(Debug, Clone)]
pub struct Source {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When, as far as known.
    pub date: String,
    /// Where it can be found; may be empty.
    pub address: String,
    /// Licence and attribution; may be empty.
    pub licence: String,
}
