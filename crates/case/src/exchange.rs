//! Rates of exchange and price levels: how money of other currencies and years is compared.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::Finding;
use crate::provenance::{Confidence, Provenance};
use crate::sheet::{Row, Sheets};

/// A rate of exchange on a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Units of the currency for one dollar.
    pub per_usd: f64,
    /// The date of the rate.
    pub date: Date,
    /// Identifier of its source.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The row of the user that it comes from, as `fx.xlsx#fx:3`; nothing for a rate of the case.
    pub laid_over: Option<String>,
}

/// Dated rates of exchange to the dollar, and the level of dollar prices.
///
/// Money is taken to the dollar at the rate of its own price date. Where prices of one date are
/// wanted, the dollar amount is then multiplied by how much the index of dollar prices rose: the
/// order that keeps inflation of the other currency out of it.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    rates: BTreeMap<String, BTreeMap<Date, Rate>>,
    index: BTreeMap<Date, f64>,
    prices_of: Option<Date>,
}

impl Exchange {
    /// Reads `fx.csv` and `price_indices.csv`.
    #[must_use]
    pub fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let mut exchange = Self::default();
        for row in sheets.rows("fx") {
            let Some(date) = row.date("date") else { continue };
            let Some(per_usd) = above_zero(row, "per_usd", findings) else { continue };
            let provenance = Provenance::of(row);
            let own = provenance.of_cells(&["per_usd"]);
            let rate = Rate {
                per_usd,
                date,
                source: own.source.clone(),
                confidence: own.confidence,
                laid_over: own.by_user.then(|| own.place.clone()),
            };
            exchange.rates.entry(row.owned("currency")).or_default().insert(date, rate);
        }
        for row in sheets.rows("price_indices") {
            let Some(date) = row.date("date") else { continue };
            let Some(value) = above_zero(row, "value", findings) else { continue };
            exchange.index.insert(date, value);
        }
        exchange
    }

    /// Whether a currency can be converted; the dollar always can.
    #[must_use]
    pub fn knows(&self, currency: &str) -> bool {
        currency == "USD" || self.rates.contains_key(currency)
    }

    /// The currencies that can be converted, the dollar first.
    pub fn currencies(&self) -> impl Iterator<Item = &str> {
        std::iter::once("USD").chain(self.rates.keys().map(String::as_str).filter(|own| *own != "USD"))
    }

    /// Reports a row whose currency cannot be converted.
    pub fn check(&self, row: Row<'_>, column: &str, findings: &mut Vec<Finding>) -> bool {
        let currency = row.text(column);
        if self.knows(currency) {
            return true;
        }
        let known: Vec<&str> = self.currencies().collect();
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

    /// The rate of a currency: the nearest to the date, of two as near the earlier; without a date the
    /// last of all. Nothing for the dollar and for what has no rate.
    #[must_use]
    pub fn rate(&self, currency: &str, date: Option<Date>) -> Option<&Rate> {
        // Most money is in it, and it has no rate to be looked for.
        if currency == "USD" {
            return None;
        }
        let rates = self.rates.get(currency)?;
        let Some(date) = date else { return rates.values().next_back() };
        let days = |rate: &&Rate| (rate.date - date).get_days().abs();
        rates.values().min_by_key(days)
    }

    /// An amount in dollars at the rate of its date, see [`Exchange::rate`]; in the prices of another
    /// date where [`Exchange::in_prices_of`] asked for it.
    #[must_use]
    pub fn to_usd(&self, amount: f64, currency: &str, date: Option<Date>) -> f64 {
        let usd = self.rate(currency, date).map_or(amount, |rate| amount / rate.per_usd);
        usd * date.map_or(1.0, |date| self.restated(date))
    }

    /// Dollars in another currency at the rate of a date; nothing where there is no rate.
    #[must_use]
    pub fn from_usd(&self, usd: f64, currency: &str, date: Option<Date>) -> Option<f64> {
        if currency == "USD" {
            return Some(usd);
        }
        self.rate(currency, date).map(|rate| usd * rate.per_usd)
    }

    /// From now on all money with a price date is brought to the prices of this date.
    pub fn in_prices_of(&mut self, date: Date) {
        self.prices_of = Some(date);
    }

    /// The date to whose prices money is brought; nothing where prices stay as they are.
    #[must_use]
    pub fn prices_of(&self) -> Option<Date> {
        self.prices_of
    }

    /// The first and last date of the price index; nothing where the case has none.
    #[must_use]
    pub fn index_span(&self) -> Option<(Date, Date)> {
        Some((*self.index.keys().next()?, *self.index.keys().next_back()?))
    }

    /// By how much dollar prices rose from a date to the one whose prices are asked for: 1 where none
    /// are, or the case has no index.
    #[must_use]
    pub fn restated(&self, date: Date) -> f64 {
        let Some(level) = self.prices_of.and_then(|to| self.level(to)) else { return 1.0 };
        self.level(date).map_or(1.0, |own| level / own)
    }

    /// The price index on a date: straight between two rows, held outside them.
    fn level(&self, date: Date) -> Option<f64> {
        let before = self.index.range(..=date).next_back();
        let after = self.index.range(date..).next();
        Some(match (before, after) {
            (Some((from, low)), Some((to, high))) if from < to => {
                let days = |later: Date| f64::from((later - *from).get_days());
                low + (high - low) * days(date) / days(*to)
            }
            (Some((_, level)), _) | (None, Some((_, level))) => *level,
            (None, None) => return None,
        })
    }
}

fn above_zero(row: Row<'_>, column: &str, findings: &mut Vec<Finding>) -> Option<f64> {
    let value = row.value(column);
    if value <= 0.0 {
        findings.push(
            row.error("malformed-value", column, "a value of zero was left out").valid("a number above zero"),
        );
        return None;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn exchange() -> Exchange {
        let rate = |per_usd: f64, date: Date| Rate {
            per_usd,
            date,
            source: "test".to_owned(),
            confidence: Confidence::High,
            laid_over: None,
        };
        let rates = [rate(444.32, date(2024, 4, 24)), rate(500.0, date(2025, 1, 1))];
        Exchange {
            rates: BTreeMap::from([("KZT".to_owned(), rates.map(|rate| (rate.date, rate)).into())]),
            index: BTreeMap::from([(date(2022, 7, 1), 292.655), (date(2024, 7, 1), 313.689)]),
            prices_of: None,
        }
    }

    #[test]
    fn the_rate_of_a_date_is_the_nearest() {
        let exchange = exchange();
        let per_usd = |day| exchange.rate("KZT", Some(day)).map(|rate| rate.per_usd);
        assert_eq!(per_usd(date(2024, 12, 31)), Some(500.0));
        assert_eq!(per_usd(date(2024, 6, 30)), Some(444.32));
        assert_eq!(per_usd(date(2025, 1, 1)), Some(500.0));
        assert_eq!(per_usd(date(2020, 1, 1)), Some(444.32));
        assert_eq!(exchange.rate("KZT", None).map(|rate| rate.per_usd), Some(500.0));
        assert_eq!(exchange.rate("AMD", None), None);
    }

    #[test]
    fn money_of_two_years_meets_in_the_prices_of_one() {
        let mut exchange = exchange();
        exchange.in_prices_of(date(2024, 7, 1));
        let restated = exchange.to_usd(292.655, "USD", Some(date(2022, 7, 1)));
        assert!((restated - 313.689).abs() < 1e-9, "{restated}");
        let half_way = exchange.to_usd(303.172, "USD", Some(date(2023, 7, 2)));
        assert!((half_way - 313.689).abs() < 0.02, "{half_way}");
        assert!((exchange.restated(date(2026, 1, 1)) - 1.0).abs() < 1e-12, "beyond the last it is held");
        assert_eq!(exchange.to_usd(5.0, "USD", None), 5.0, "money without a date stays");
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_money(amount in 0.0_f64..1e9, day in 0_i32..4000) {
            let exchange = exchange();
            let date = date(2020, 1, 1).saturating_add(jiff::Span::new().days(day));
            let usd = exchange.to_usd(amount, "KZT", Some(date));
            let back = exchange.from_usd(usd, "KZT", Some(date)).unwrap_or(f64::NAN);
            prop_assert!((back - amount).abs() <= 1e-9 * amount.max(1.0));
            prop_assert_eq!(exchange.from_usd(amount, "USD", Some(date)), Some(amount));
        }
    }
}
