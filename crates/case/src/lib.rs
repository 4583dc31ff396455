//! The ground floor: the tables of a case and what is wrong with them.
//!
//! A *case* is a folder of CSV and TOML that describes one corridor system. This crate declares
//! its format ([`schema`]), reads it cell by cell ([`Sheets`]), and gives meaning to the tables
//! that every other crate needs: economies and blocs, commodities and vehicles, money with its
//! price date, spans of dates, legal status, sources and confidence.
//!
//! Nothing here stops at the first fault: loaders return everything that is right and a list of
//! [`Finding`]s.
//!
//! ```text
//! Folder ──Sheets::read──▶ Sheets ──Case::load──▶ Case        (this crate)
//!                            ├────Network::load──▶ Network     (crate `network`)
//!                            └────Regime::load───▶ Regime      (crate `regime`)
//! ```
//!
//! | module | concept |
//! |---|---|
//! | [`schema`] | every file and column of the format, with unit and meaning |
//! | `folder` | the files of a case, on disk or embedded |
//! | `sheet` | tables whose cells are checked against the schema |
//! | `overlay` | tables of the user, laid over those of the case |
//! | `finding` | what is wrong, where, and what would be valid |
//! | `names` | identifiers, nearest names |
//! | `validity` | spans of dates whose end may be open or unknown |
//! | `provenance` | source, confidence, evidence, legal status |
//! | `money` | prices: amount, currency, basis, tax, price date, payer |
//! | `exchange` | rates of exchange and price levels |
//! | `origin_price` | what goods are sold for where they start |
//! | `economy`, `goods`, `settings` | economies and blocs; commodities and vehicles; `case.toml` |
//!
//! Deliberately absent: links, rules, routes, any output format. This crate knows how a rule's
//! row must look, not what a rule does.

mod economy;
mod exchange;
mod finding;
mod folder;
mod goods;
mod money;
mod names;
mod origin_price;
mod overlay;
mod provenance;
pub mod schema;
mod settings;
mod sheet;
mod validity;

use std::collections::BTreeMap;

pub use economy::{Economies, Economy};
pub use exchange::{Exchange, Rate};
pub use finding::{Finding, Severity};
pub use folder::{Folder, FolderError};
pub use goods::{Commodity, Form, Goods, Mode, Vehicle};
pub use money::{Basis, Lot, Money, Party, Terms, Vat, usd_per_tonne};
pub use names::{Names, nearest, plain, suggestion};
pub use origin_price::{OriginPrice, OriginTerm};
pub use overlay::{Fate, LaidTable, Layout, Overlay, Overlays, RowPlace, Setting};
pub use provenance::{Confidence, Evidence, Figure, LegalStatus, Provenance, Source};
pub use settings::{Settings, TimeDistribution};
pub use sheet::{Row, Sheets, expected, heading};
pub use validity::{End, Holds, Validity, parse_date};

/// A single figure of the model.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The value used.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// The low and high end of its range, where stated.
    pub range: Option<(f64, f64)>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The parameters that the model reads, with their unit and the value taken where a case has none.
pub const PARAMETERS: &[(&str, &str, f64)] = &[
    ("reliability_ratio", "ratio", 0.4),
    ("speed_rail", "km/h", 40.0),
    ("speed_road", "km/h", 42.0),
    ("road_hours_per_day", "h/day", 12.0),
    ("speed_ferry", "km/h", 22.0),
    ("speed_sea", "km/h", 22.0),
    ("speed_air", "km/h", 750.0),
    ("variance_rail", "h2/h", 3.0),
    ("variance_road", "h2/h", 1.5),
    ("variance_ferry", "h2/h", 2.0),
    ("variance_sea", "h2/h", 2.0),
    ("variance_air", "h2/h", 0.2),
];

/// The ground-floor tables of a case.
#[derive(Debug, Clone)]
pub struct Case {
    /// `case.toml`.
    pub settings: Settings,
    /// `sources.csv`, by identifier.
    pub sources: BTreeMap<String, Source>,
    /// Economies and blocs.
    pub economies: Economies,
    /// Commodities, vehicles, loads.
    pub goods: Goods,
    /// Rates of exchange.
    pub exchange: Exchange,
    /// What goods are sold for where they start.
    pub origin_prices: Vec<OriginPrice>,
    /// `parameters.csv`, by identifier.
    pub parameters: BTreeMap<String, Parameter>,
}

impl Case {
    /// Gives meaning to the ground-floor tables.
    #[must_use]
    pub fn load(folder: &Folder, sheets: &mut Sheets, findings: &mut Vec<Finding>) -> Self {
        let settings = Settings::load(folder, findings);
        let sources = sheets
            .rows("sources")
            .map(|row| {
                let source = Source {
                    id: row.owned("source"),
                    title: row.owned("title"),
                    publisher: row.owned("publisher"),
                    date: row.owned("date"),
                    address: row.owned("address"),
                    licence: row.owned("licence"),
                };
                (source.id.clone(), source)
            })
            .collect();
        let mut parameters = BTreeMap::new();
        for row in sheets.rows("parameters") {
            let name = row.text("parameter");
            let known = PARAMETERS.iter().find(|(known, ..)| *known == name);
            match known {
                None => findings.push(
                    row.warning(
                        "unknown-parameter",
                        "parameter",
                        format!("nothing reads the parameter `{name}`"),
                    )
                    .valid(suggestion(name, PARAMETERS.iter().map(|(known, ..)| *known))),
                ),
                Some((_, unit, _)) if *unit != row.text("unit") => {
                    findings.push(
                        row.error(
                            "wrong-unit",
                            "unit",
                            format!("`{name}` is read in {unit}, not in `{}`", row.text("unit")),
                        )
                        .valid(*unit),
                    );
                    continue;
                }
                Some(_) => {}
            }
            let parameter = Parameter {
                value: row.value("value"),
                unit: row.owned("unit"),
                range: row.number("low").zip(row.number("high")),
                provenance: Provenance::of(row).of_cells(&["value"]).clone(),
            };
            if name.starts_with("speed_") && parameter.value <= 0.0 {
                findings.push(
                    row.error("malformed-value", "value", "a speed of zero was left out").valid("above zero"),
                );
                continue;
            }
            parameters.insert(name.to_owned(), parameter);
        }
        for (name, unit, default) in PARAMETERS {
            if !parameters.contains_key(*name) {
                findings.push(
                    Finding::warning(
                        "missing-parameter",
                        "parameters.csv",
                        format!("`{name}` is missing; {default} {unit} is taken"),
                    )
                    .valid(format!("a row for {name} in {unit}")),
                );
            }
        }
        let economies = Economies::load(sheets, findings);
        let goods = Goods::load(sheets, findings);
        let exchange = Exchange::load(sheets, findings);
        let origin_prices = OriginPrice::load(sheets, &exchange, findings);
        Self { settings, sources, economies, goods, exchange, origin_prices, parameters }
    }

    /// The value of a parameter, or its default.
    #[must_use]
    pub fn parameter(&self, name: &str) -> f64 {
        self.parameters.get(name).map_or_else(
            || PARAMETERS.iter().find(|(known, ..)| *known == name).map_or(0.0, |(_, _, default)| *default),
            |parameter| parameter.value,
        )
    }
}
