//! `config.csv`: what figures are measured in.

use case::Finding;

use super::table::Table;
use crate::spatial_graph::GraphFile;
use crate::traffic::Units;

/// A unit of lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Kilometres.
    Kilometre,
    /// International miles.
    Mile,
    /// Metres.
    Metre,
    /// International feet.
    Foot,
}

impl LengthUnit {
    /// The unit of a word such as `km`, `mile` or `ft`.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "km" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => Some(Self::Kilometre),
            "mi" | "mile" | "miles" => Some(Self::Mile),
            "m" | "meter" | "meters" | "metre" | "metres" => Some(Self::Metre),
            "ft" | "foot" | "feet" => Some(Self::Foot),
            _ => None,
        }
    }

    /// Kilometres in one unit.
    #[must_use]
    pub fn km(self) -> f64 {
        match self {
            Self::Kilometre => 1.0,
            Self::Mile => 1.609_344,
            Self::Metre => 0.001,
            Self::Foot => 0.000_304_8,
        }
    }
}

/// Kilometres per hour in one unit of speed.
fn speed(word: &str) -> Option<f64> {
    match word.trim().to_lowercase().as_str() {
        "kph" | "kmh" | "km/h" => Some(1.0),
        "mph" | "mi/h" => Some(LengthUnit::Mile.km()),
        "m/s" | "mps" => Some(3.6),
        _ => None,
    }
}

/// What lengths and speeds are measured in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredIn {
    /// Kilometres in one unit of length.
    pub km: f64,
    /// Kilometres per hour in one unit of speed.
    pub km_per_hour: f64,
}

impl MeasuredIn {
    /// The units of two words such as `mile` and `mph`.
    #[must_use]
    pub fn of(length: &str, speed_word: &str) -> Option<Self> {
        Some(Self { km: LengthUnit::of(length)?.km(), km_per_hour: speed(speed_word)? })
    }
}

/// What `config.csv` says.
pub(super) struct Config {
    /// Units of lengths and speeds, where they are known.
    pub(super) measured: Option<MeasuredIn>,
    /// The currency of tolls.
    currency: String,
    /// Units of that currency in one unit of the file.
    pub(super) money: f64,
    /// The reference system of coordinates.
    pub(super) crs: String,
}

impl Config {
    pub(super) fn read(
        file: Option<&GraphFile<'_>>,
        given: Option<MeasuredIn>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut config = Self { measured: given, currency: String::new(), money: 1.0, crs: String::new() };
        let Some(file) = file else {
            if given.is_none() {
                findings.push(
                    Finding::error("missing-file", "config.csv", "the file is missing: units are not known")
                        .valid("a config.csv with long_length and speed, or units that the caller gives"),
                );
            }
            return config;
        };
        config.measured = None;
        let table = Table::read(file, findings);
        let mut rows = table.rows();
        let Some(row) = rows.next() else {
            findings.push(
                Finding::error("no-rows", file.name, "the file has no row: units are not known")
                    .valid("one row"),
            );
            return config;
        };
        let mut word = |column: &'static str, example: &'static str, known: fn(&str) -> Option<f64>| {
            let unit = known(row.text(column));
            if unit.is_none() {
                let problem = format!("`{}` is no unit that is known here", row.text(column));
                findings.push(row.error("malformed-value", column, problem).valid(example));
            }
            unit
        };
        let km = word("long_length", "km, mile, m or ft", |text| LengthUnit::of(text).map(LengthUnit::km));
        let km_per_hour = word("speed", "kph, mph or m/s", speed);
        config.measured = km.zip(km_per_hour).map(|(km, km_per_hour)| MeasuredIn { km, km_per_hour });
        let currency = row.text("currency");
        let cents = ["US cents", "US cent", "USc"].iter().any(|word| currency.eq_ignore_ascii_case(word));
        (config.currency, config.money) =
            if cents { ("USD".to_owned(), 0.01) } else { (currency.to_owned(), 1.0) };
        config.crs = row.text("crs").to_owned();
        for row in rows {
            config.measured = None;
            findings.push(
                row.whole("malformed-row", "a second row: it is not known which units hold")
                    .valid("exactly one row"),
            );
        }
        config
    }

    /// The units of the network that is made.
    pub(super) fn units(&self) -> Option<Units> {
        self.measured?;
        Some(Units { length: "km".to_owned(), time: "h".to_owned(), currency: self.currency.clone() })
    }
}
