//! The currency and the price level in which an answer is told.

use case::{Confidence, suggestion};
use jiff::civil::Date;

use crate::model::Model;

/// A currency in which dollars are told, at one rate for the whole answer.
///
/// One rate, so that lines add up to their total. A price that was in this currency from the start
/// may come out different, where its own date has another rate; its own amount stands beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Denomination {
    /// ISO 4217 code.
    pub currency: String,
    /// Units for one dollar.
    pub per_usd: f64,
    /// The date, source and confidence of the rate; nothing for the dollar.
    pub rate: Option<(Date, String, Confidence)>,
}

impl Denomination {
    /// Dollars in this currency.
    #[must_use]
    pub fn of_usd(&self, usd: f64) -> f64 {
        usd * self.per_usd
    }

    /// Money of this currency in dollars.
    #[must_use]
    pub fn to_usd(&self, amount: f64) -> f64 {
        amount / self.per_usd
    }

    /// The rate in words: `500 KZT per USD on 2025-01-01, low confidence`; empty for the dollar.
    #[must_use]
    pub fn words(&self) -> String {
        self.rate.as_ref().map_or_else(String::new, |(date, source, confidence)| {
            format!(
                "{} {} per USD on {date} ({source}, {} confidence)",
                self.per_usd,
                self.currency,
                confidence.word()
            )
        })
    }
}

/// Money cannot be told as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DenominationError {
    /// There is no rate for the currency.
    #[error("there is no rate of exchange for `{asked}`")]
    UnknownCurrency {
        /// The currency asked for.
        asked: String,
        /// What would be valid.
        hint: String,
    },
    /// There is no price index.
    #[error("the case has no price index to bring prices to those of {0}")]
    NoIndex(Date),
}

impl Model {
    /// A currency for telling answers, at the rate nearest to a date.
    ///
    /// # Errors
    /// Where the case has no rate for it.
    pub fn denomination(&self, currency: &str, date: Date) -> Result<Denomination, DenominationError> {
        let exchange = &self.case.exchange;
        let currency = currency.to_uppercase();
        if currency == "USD" {
            return Ok(Denomination { currency, per_usd: 1.0, rate: None });
        }
        let Some(rate) = exchange.rate(&currency, Some(date)) else {
            let known: Vec<&str> = exchange.currencies().collect();
            let hint = suggestion(&currency, known.iter().copied());
            return Err(DenominationError::UnknownCurrency { asked: currency, hint });
        };
        let of_user = rate.laid_over.as_ref().map(|place| format!("user: {place}"));
        let source = of_user.unwrap_or_else(|| rate.source.clone());
        Ok(Denomination { currency, per_usd: rate.per_usd, rate: Some((rate.date, source, rate.confidence)) })
    }

    /// A copy of the model in which all money that has a price date is in the prices of another
    /// date, by the case's index of dollar prices: prices, tariffs, the value of goods and of their
    /// time.
    ///
    /// # Errors
    /// Where the case has no price index.
    pub fn in_prices_of(&self, date: Date) -> Result<Self, DenominationError> {
        if self.case.exchange.index_span().is_none() {
            return Err(DenominationError::NoIndex(date));
        }
        let mut model = self.clone();
        model.case.exchange.in_prices_of(date);
        let exchange = model.case.exchange.clone();
        model.case.goods.restate(&exchange);
        Ok(model)
    }
}
