//! Column maps: how to read a table that is none of the known formats, in a few lines of TOML.
//!
//! A *long* table has a row for each flow; the map says in which column economy, partner, flow, code,
//! period and value stand, or which value they all have. A *crosstab* has a row for each partner and
//! flows and years across; the map says by which word its heading is known, which words mean which flow,
//! which rows are sums, and what economies are called.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::trade::{Flow, Measure, Valuation};

/// The maps that come with the program, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("wits-tariff-preferential", include_str!("../../maps/wits-tariff-preferential.toml")),
    ("wits-tariff-mfn", include_str!("../../maps/wits-tariff-mfn.toml")),
    ("wits-query", include_str!("../../maps/wits-query.toml")),
    ("eaeu-tnved", include_str!("../../maps/eaeu-tnved.toml")),
    ("statistics-office-ru", include_str!("../../maps/statistics-office-ru.toml")),
];

/// A map that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// It is not TOML of the right form.
    #[error("{name}{}: {problem}", line.map(|line| format!(":{line}")).unwrap_or_default())]
    Malformed {
        /// The map's name.
        name: String,
        /// The line, where it is known.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
    },
    /// No map of that name comes with the program.
    #[error("no column map is called `{0}`")]
    Unknown(String),
}

/// A column map.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// What tables it reads.
    pub title: String,
    /// How their source is cited.
    pub source: String,
    delimiter: Option<char>,
    decimal: Option<char>,
    /// Whether numbers may have three decimals; where not, `1,021` is ambiguous and not guessed.
    #[serde(default = "yes")]
    pub(crate) three_decimals: bool,
    encoding: Option<String>,
    /// What one unit of the value is.
    #[serde(default = "one")]
    pub(crate) scale: f64,
    #[serde(default = "dollars")]
    pub(crate) currency: String,
    #[serde(default)]
    measure: MeasureWord,
    /// Valuation by flow; exports FOB and imports CIF where it says nothing.
    #[serde(default)]
    valuation: BTreeMap<String, String>,
    /// The economy whose trade it is, and who reports.
    pub(crate) economy: Field,
    /// With whom.
    pub(crate) partner: Option<Field>,
    /// Which way.
    pub(crate) flow: Option<Field>,
    /// HS code.
    pub(crate) commodity: Field,
    /// When.
    pub(crate) period: Option<Field>,
    /// The value.
    pub(crate) value: Option<Field>,
    /// Mass in kilograms, after its own scale.
    pub(crate) kilograms: Option<Field>,
    /// Only rows with these words in these columns; others are parts of what these say.
    #[serde(default)]
    pub(crate) only: BTreeMap<String, String>,
    /// That the table is a crosstab.
    pub(crate) crosstab: Option<Crosstab>,
    /// What economies are called, and their codes.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
}

/// Where something stands in a long table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// The column.
    pub(crate) column: Option<String>,
    /// Or the value of all rows.
    pub(crate) fixed: Option<String>,
    /// What the column's words mean.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
    /// Codes shorter than this had leading zeros.
    pub(crate) digits: Option<usize>,
    /// Numbers are to be multiplied by this.
    #[serde(default = "one")]
    pub(crate) scale: f64,
}

/// How a crosstab is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Crosstab {
    /// What stands in the first cell of the heading.
    pub(crate) heading: String,
    /// A part of the words that say the unit, such as `тысяч долларов`.
    pub(crate) unit: String,
    /// Words of the heading and their flow; an empty flow is left out.
    pub(crate) flows: BTreeMap<String, String>,
    /// Rows that sum others.
    #[serde(default)]
    pub(crate) sums: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MeasureWord {
    #[default]
    Value,
    Tariff,
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn dollars() -> String {
    "USD".to_owned()
}

impl ColumnMap {
    /// Reads a map.
    ///
    /// # Errors
    /// Where it is not TOML of the right form, with its line.
    pub fn parse(name: &str, text: &str) -> Result<Self, MapError> {
        let malformed = |line, problem: String| MapError::Malformed { name: name.to_owned(), line, problem };
        let map: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            malformed(line, error.message().to_owned())
        })?;
        for flow in map.crosstab.iter().flat_map(|own| own.flows.values()).filter(|flow| !flow.is_empty()) {
            if Flow::of(flow).is_none() {
                let words: Vec<&str> = Flow::ALL.iter().map(|flow| flow.word()).collect();
                return Err(malformed(
                    None,
                    format!("`{flow}` is not a flow; flows are {}", words.join(", ")),
                ));
            }
        }
        let long =
            [("partner", &map.partner), ("flow", &map.flow), ("period", &map.period), ("value", &map.value)];
        if map.crosstab.is_none()
            && let Some((missing, _)) = long.iter().find(|(_, field)| field.is_none())
        {
            return Err(malformed(None, format!("a map of a long table needs `{missing}`")));
        }
        let is_vague = |field: &Field| field.column.is_some() == field.fixed.is_some();
        if map.fields().any(is_vague) || is_vague(&map.economy) {
            return Err(malformed(None, "a field has either `column` or `fixed`".to_owned()));
        }
        if !(map.scale.is_finite() && map.scale > 0.0 && map.fields().all(|field| field.scale.is_finite())) {
            return Err(malformed(None, "`scale` must be a number above zero".to_owned()));
        }
        Ok(map)
    }

    /// The map of that name that comes with the program.
    ///
    /// # Errors
    /// Where there is none.
    pub fn named(name: &str) -> Result<Self, MapError> {
        match SHIPPED.iter().find(|(own, _)| *own == name) {
            Some((name, text)) => Self::parse(name, text),
            None => Err(MapError::Unknown(name.to_owned())),
        }
    }

    /// The names of the maps that come with the program.
    pub fn names_of_shipped() -> impl Iterator<Item = &'static str> + Clone {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// All maps that come with the program.
    pub(crate) fn shipped() -> Vec<Self> {
        SHIPPED.iter().filter_map(|(name, text)| Self::parse(name, text).ok()).collect()
    }

    pub(crate) fn is_crosstab(&self) -> bool {
        self.crosstab.is_some()
    }

    pub(crate) fn delimiter(&self) -> Option<u8> {
        self.delimiter.and_then(|sign| u8::try_from(sign).ok())
    }

    pub(crate) fn decimal(&self) -> char {
        self.decimal.unwrap_or('.')
    }

    pub(crate) fn encoding(&self) -> Option<&str> {
        self.encoding.as_deref()
    }

    pub(crate) fn measure(&self) -> Measure {
        match self.measure {
            MeasureWord::Value => Measure::Value,
            MeasureWord::Tariff => Measure::Tariff,
        }
    }

    pub(crate) fn valuation(&self, flow: Flow) -> Valuation {
        if let Some(own) = self.valuation.get(flow.word()).and_then(|word| Valuation::of(word)) {
            return own;
        }
        match (self.measure(), flow) {
            (Measure::Tariff, _) | (_, Flow::Turnover) => Valuation::Unknown,
            (_, Flow::Export | Flow::ReExport) => Valuation::Fob,
            (_, Flow::Import | Flow::ReImport) => Valuation::Cif,
        }
    }

    /// The fields of a long table but the economy.
    fn fields(&self) -> impl Iterator<Item = &Field> + Clone {
        [&self.partner, &self.flow, &self.period, &self.value, &self.kilograms]
            .into_iter()
            .flatten()
            .chain(std::iter::once(&self.commodity))
    }

    /// Whether a heading has every column of a long table's map.
    pub(crate) fn suits(&self, names: &[String]) -> bool {
        let wanted =
            self.fields().chain(std::iter::once(&self.economy)).filter_map(|field| field.column.as_ref());
        !self.is_crosstab() && wanted.chain(self.only.keys()).all(|column| names.contains(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_map_is_one() {
        for name in ColumnMap::names_of_shipped() {
            ColumnMap::named(name).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn a_bad_map_is_told_by_its_line() {
        let text = "title = \"x\"\nsource = \"x\"\ncolour = \"red\"\n";
        let error = ColumnMap::parse("own.toml", text).expect_err("an unknown field");
        assert!(error.to_string().starts_with("own.toml:3: "), "{error}");
    }
}
