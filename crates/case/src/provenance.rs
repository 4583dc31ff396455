//! Where a figure comes from and how sure it is; the legal status of what is said.

use crate::sheet::{Origin, Row};

/// Columns that make up a price. Payer and price date say nothing of how much it is.
const MONEY: &[&str] = &["amount", "initial", "per_km", "value"];
/// Columns of a mean time, or of the speed that makes it.
const HOURS: &[&str] = &["hours_mean", "wait_hours_mean", "hours", "speed_kmh"];
/// Columns of the standard deviation of a time.
const SPREAD: &[&str] = &["hours_sd", "wait_hours_sd"];

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

    /// The evidence of a word of the case format; `assumed` for any that is none.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "observed" => Self::Observed,
            "published" => Self::Published,
            "quoted" => Self::Quoted,
            "computed" => Self::Computed,
            "calibrated" => Self::Calibrated,
            _ => Self::Assumed,
        }
    }

    /// Whether a figure stands on a source of its own, and not on the model or on belief.
    #[must_use]
    pub fn is_sourced(self) -> bool {
        matches!(self, Self::Observed | Self::Published)
    }
}

/// A figure of a row that can have an ancestry of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The price.
    Money,
    /// The mean time, or the speed that makes it.
    Hours,
    /// The standard deviation of the time.
    Spread,
    /// A length.
    Length,
}

impl Figure {
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Money => MONEY,
            Self::Hours => HOURS,
            Self::Spread => SPREAD,
            Self::Length => &["km"],
        }
    }
}

/// The ancestry of a row: its source, its confidence, how its figures came about. Cells that the user
/// laid over have one of their own, so that a quote for the money of a row does not make its hours look
/// quoted: see [`Provenance::of_figure`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Identifier in `sources.csv`, or who said so where the user has it.
    pub source: String,
    /// How sure the row is.
    pub confidence: Confidence,
    /// How its figures came about.
    pub evidence: Evidence,
    /// The last date on which the row was known to hold, where it can change.
    pub last_confirmed: Option<jiff::civil::Date>,
    /// The file and line it stands in, as `links.csv:12`; for what the user laid over, the user's.
    pub place: String,
    /// Whether the user laid it over the case.
    pub by_user: bool,
    /// Cells with an ancestry of their own, by column.
    pub cells: Vec<(&'static str, Provenance)>,
}

impl Provenance {
    /// The ancestry of a row. Without a column for evidence, a row of low confidence counts as
    /// assumed and any other as published.
    #[must_use]
    pub fn of(row: Row<'_>) -> Self {
        let last_confirmed = if row.has("last_confirmed") { row.date("last_confirmed") } else { None };
        let own = row.added();
        let cells = row
            .laid()
            .filter(|(_, origin)| own.is_none_or(|own| own.place != origin.place))
            .map(|(column, origin)| (column, Self::laid_over(origin)))
            .collect();
        if let Some(origin) = own {
            return Self { last_confirmed, cells, ..Self::laid_over(origin) };
        }
        let confidence = Confidence::of(row.text("confidence"));
        let evidence = match if row.has("evidence") { row.text("evidence") } else { "" } {
            "" if row.text("source") == "computed" => Evidence::Computed,
            "" if confidence == Confidence::Low => Evidence::Assumed,
            "" => Evidence::Published,
            word => Evidence::of(word),
        };
        let (source, place) = (row.owned("source"), row.place());
        Self { source, confidence, evidence, last_confirmed, place, by_user: false, cells }
    }

    fn laid_over(origin: &Origin) -> Self {
        Self {
            source: origin.source.clone(),
            confidence: origin.confidence,
            evidence: origin.evidence,
            last_confirmed: None,
            place: origin.place.to_string(),
            by_user: origin.by_user,
            cells: Vec::new(),
        }
    }

    /// The ancestry of one figure of the row.
    #[must_use]
    pub fn of_figure(&self, figure: Figure) -> &Self {
        self.of_cells(figure.columns())
    }

    /// The ancestry of the first of these columns that has one of its own, else of the row.
    #[must_use]
    pub fn of_cells(&self, columns: &[&str]) -> &Self {
        let own = |column: &&str| self.cells.iter().find(|(name, _)| name == column);
        columns.iter().find_map(own).map_or(self, |(_, provenance)| provenance)
    }

    /// Gives a figure another ancestry; the rest of the row keeps its own.
    pub fn set_figure(&mut self, figure: Figure, provenance: &Self) {
        self.cells.retain(|(column, _)| !figure.columns().contains(column));
        self.cells.extend(figure.columns().iter().map(|column| (*column, provenance.clone())));
    }

    /// The rows of the user that this rests on, as `quotes.csv:3`.
    pub fn laid_places(&self) -> impl Iterator<Item = &str> {
        let own = self.by_user.then_some(self.place.as_str());
        own.into_iter().chain(self.cells.iter().filter(|(_, cell)| cell.by_user).map(|(_, own)| &*own.place))
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
