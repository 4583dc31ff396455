//! One trade observation: what somebody says that an economy traded with another.

use crate::figure::FigureKind;
use crate::period::Period;

/// Which way goods went, as seen by the economy whose trade it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// Out, re-exports included.
    Export,
    /// In, re-imports included.
    Import,
    /// Out again of what came in; part of exports.
    ReExport,
    /// In again of what went out; part of imports.
    ReImport,
    /// Exports and imports together.
    Turnover,
}

impl Flow {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Export, Self::Import, Self::ReExport, Self::ReImport, Self::Turnover];

    /// The flow of a word of the store.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.word() == word)
    }

    /// The word of the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
            Self::ReExport => "re_export",
            Self::ReImport => "re_import",
            Self::Turnover => "turnover",
        }
    }
}

/// What a value contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Valuation {
    /// Free on board: at the border of the exporter.
    Fob,
    /// Cost, insurance, freight: at the border of the importer.
    Cif,
    /// Not said.
    Unknown,
}

impl Valuation {
    /// The valuation of a word of the store.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "FOB" => Self::Fob,
            "CIF" => Self::Cif,
            "unknown" | "" => Self::Unknown,
            _ => return None,
        })
    }

    /// The word of the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fob => "FOB",
            Self::Cif => "CIF",
            Self::Unknown => "unknown",
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Value of goods.
    Value,
    /// An ad-valorem duty in per cent; never summed, never reconciled.
    Tariff,
}

impl Measure {
    /// The word of the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Tariff => "tariff",
        }
    }
}

/// The code of all goods together.
pub const TOTAL: &str = "TOTAL";
/// The code of the whole world as a partner.
pub const WORLD: &str = "WLD";

/// An observation about to be stored, borrowed from whatever it was read from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewObservation<'a> {
    /// What is counted.
    pub measure: Measure,
    /// The economy that reports; empty where a third party worked the figure out.
    pub reporter: &'a str,
    /// The economy whose trade it is, ISO 3166 alpha-3.
    pub economy: &'a str,
    /// With whom, ISO 3166 alpha-3, or [`WORLD`].
    pub partner: &'a str,
    /// Which way.
    pub flow: Flow,
    /// HS code of two to ten digits, or [`TOTAL`].
    pub commodity: &'a str,
    /// When.
    pub period: Period,
    /// How the value was said.
    pub kind: FigureKind,
    /// The value as written, in `scale` of `currency`.
    pub value: f64,
    /// The upper end of a range.
    pub high: Option<f64>,
    /// What one unit of the value is: 1, 1,000 or 1,000,000 of the currency.
    pub scale: f64,
    /// ISO 4217 code; empty for tariffs.
    pub currency: &'a str,
    /// What the value contains.
    pub valuation: Valuation,
    /// Mass in kilograms, where known.
    pub kilograms: Option<f64>,
    /// Which source the figure's source took it from; empty where it is its own.
    pub ancestry: &'a str,
}

/// A stored observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// What is counted.
    pub measure: Measure,
    /// The economy that reports; empty where a third party worked the figure out or none is named.
    pub reporter: String,
    /// The economy whose trade it is.
    pub economy: String,
    /// With whom.
    pub partner: String,
    /// Which way.
    pub flow: Flow,
    /// HS code or [`TOTAL`].
    pub commodity: String,
    /// When.
    pub period: Period,
    /// How the value was said.
    pub kind: FigureKind,
    /// The value as written.
    pub value: f64,
    /// The upper end of a range.
    pub high: Option<f64>,
    /// What one unit of the value is.
    pub scale: f64,
    /// ISO 4217 code.
    pub currency: String,
    /// What the value contains.
    pub valuation: Valuation,
    /// Mass in kilograms, where known.
    pub kilograms: Option<f64>,
    /// Which source the figure's source took it from; empty where it is its own.
    pub ancestry: String,
    /// The source: a name given at import, or an identifier of `sources.csv`.
    pub source: String,
    /// When it was published, as far as known.
    pub published: String,
    /// The claim of the register from which it was taken; empty for imported statistics.
    pub claim: String,
}

impl Observation {
    /// The value in units of the currency.
    #[must_use]
    pub fn amount(&self) -> f64 {
        self.value * self.scale
    }

    /// Who says so, in words.
    #[must_use]
    pub fn voice(&self) -> &str {
        if self.reporter.is_empty() { "reporter not stated" } else { &self.reporter }
    }
}
