//! Money with its currency, its basis and its price date.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::Finding;
use crate::sheet::{Row, Sheets};

/// What a price is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Each tonne.
    Tonne,
    /// Each wagon, truck, hold or aircraft.
    Vehicle,
    /// Each twenty-foot container.
    Teu,
    /// The whole consignment, whatever its size.
    Consignment,
}

/// A price.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// How much, in `currency`, for one of `basis`.
    pub amount: f64,
    /// ISO 4217 code.
    pub currency: String,
    /// What it is paid for.
    pub basis: Basis,
    /// When the price held.
    pub price_date: Option<Date>,
}

/// The quantities over which a price is spread to give dollars per tonne.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lot {
    /// Tonnes of the consignment.
    pub tonnes: f64,
    /// Tonnes in one vehicle.
    pub tonnes_per_vehicle: f64,
    /// Tonnes in one container; nothing for a vehicle that takes none.
    pub tonnes_per_teu: Option<f64>,
}

impl Money {
    /// The price of a row with the columns `amount`, `currency`, `basis` and `price_date`;
    /// nothing where no amount is known.
    pub fn of(row: Row<'_>, exchange: &Exchange, findings: &mut Vec<Finding>) -> Option<Self> {
        let amount = row.number("amount")?;
        let currency = row.text("currency");
        let basis = match row.text("basis") {
            "tonne" => Basis::Tonne,
            "vehicle" => Basis::Vehicle,
            "teu" => Basis::Teu,
            "consignment" => Basis::Consignment,
            _ => {
                let problem = format!("the amount {amount} has no basis and was not used");
                findings.push(
                    row.error("incomplete-money", "basis", problem)
                        .valid("tonne, vehicle, teu or consignment"),
                );
                return None;
            }
        };
        let price_date = row.date("price_date");
        if price_date.is_none() && amount > 0.0 {
            findings.push(
                row.warning(
                    "incomplete-money",
                    "price_date",
                    format!("the amount {amount} {currency} has no price date"),
                )
                .valid("the day on which the price held, YYYY-MM-DD"),
            );
        }
        exchange.check(row, "currency", findings).then(|| Self {
            amount,
            currency: currency.to_owned(),
            basis,
            price_date,
        })
    }

    /// Dollars per tonne of a lot; nothing for a price per container of goods that are in none.
    #[must_use]
    pub fn usd_per_tonne(&self, lot: Lot, exchange: &Exchange) -> Option<f64> {
        let tonnes = match self.basis {
            Basis::Tonne => 1.0,
            Basis::Vehicle => lot.tonnes_per_vehicle,
            Basis::Teu => lot.tonnes_per_teu?,
            Basis::Consignment => lot.tonnes,
        };
        Some(exchange.to_usd(self.amount, &self.currency, self.price_date) / tonnes)
    }
}

/// Dated rates of exchange to the dollar.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    per_usd: BTreeMap<String, BTreeMap<Date, f64>>,
}

impl Exchange {
    /// Reads `fx.csv`.
    #[must_use]
    pub fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let mut exchange = Self::default();
        for row in sheets.rows("fx") {
            let rate = row.value("per_usd");
            let Some(date) = row.date("date") else { continue };
            if rate <= 0.0 {
                findings.push(
                    row.error("malformed-value", "per_usd", "a rate of zero was left out")
                        .valid("a number above zero"),
                );
                continue;
            }
            exchange.per_usd.entry(row.owned("currency")).or_default().insert(date, rate);
        }
        exchange
    }

    /// Whether a currency can be converted; the dollar always can.
    #[must_use]
    pub fn knows(&self, currency: &str) -> bool {
        currency == "USD" || self.per_usd.contains_key(currency)
    }

    /// Reports a row whose currency cannot be converted.
    pub fn check(&self, row: Row<'_>, column: &str, findings: &mut Vec<Finding>) -> bool {
        let currency = row.text(column);
        if self.knows(currency) {
            return true;
        }
        let known: Vec<&str> =
            std::iter::once("USD").chain(self.per_usd.keys().map(String::as_str)).collect();
        findings.push(
            row.error(
                "unknown-currency",
                column,
                format!("there is no rate of exchange for `{currency}`; the amount was not used"),
            )
            .valid(format!("one of {}, or a row in fx.csv", known.join(", "))),
        );
        false
    }

    /// An amount in dollars, at the last rate on or before the date, else at the first after it.
    /// Without a date the last rate of all is taken.
    #[must_use]
    pub fn to_usd(&self, amount: f64, currency: &str, date: Option<Date>) -> f64 {
        let Some(rates) = self.per_usd.get(currency) else { return amount };
        let before = match date {
            Some(date) => rates.range(..=date).next_back(),
            None => rates.iter().next_back(),
        };
        before.or_else(|| rates.iter().next()).map_or(amount, |(_, rate)| amount / rate)
    }
}
