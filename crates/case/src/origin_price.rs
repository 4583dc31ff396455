//! What goods are sold for where they start.

use jiff::civil::Date;

use crate::exchange::Exchange;
use crate::finding::Finding;
use crate::money::{Basis, Money};
use crate::provenance::Provenance;
use crate::sheet::Sheets;

/// How far the price of goods at their origin reaches: what comes after it is still to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginTerm {
    /// Ex works.
    Exw,
    /// Free carrier.
    Fca,
    /// Free alongside ship.
    Fas,
    /// Free on board.
    Fob,
}

impl OriginTerm {
    /// The term of a word of the case format.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Exw, Self::Fca, Self::Fas, Self::Fob].into_iter().find(|term| term.letters() == word)
    }

    /// Its three letters.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Exw => "EXW",
            Self::Fca => "FCA",
            Self::Fas => "FAS",
            Self::Fob => "FOB",
        }
    }
}

/// An offer: a commodity at a place, at a price or at one that nobody reported.
#[derive(Debug, Clone)]
pub struct OriginPrice {
    /// Identifier.
    pub id: String,
    /// Identifier of the commodity.
    pub commodity: String,
    /// Identifier of the place.
    pub place: String,
    /// How far the price reaches.
    pub term: OriginTerm,
    /// The price of a tonne; nothing where goods are known to be offered and not at which price.
    pub money: Option<Money>,
    /// When the price held; without a price, when the offer did.
    pub date: Option<Date>,
    /// What a reader must know.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl OriginPrice {
    /// Reads `origin_prices.csv`.
    pub(crate) fn load(sheets: &Sheets, exchange: &Exchange, findings: &mut Vec<Finding>) -> Vec<Self> {
        let mut offers = Vec::new();
        for row in sheets.rows("origin_prices") {
            let Some(term) = OriginTerm::of(row.text("term")) else { continue };
            let amount = row.number("amount");
            if amount == Some(0.0) {
                findings.push(
                    row.error("malformed-value", "amount", "goods for nothing were left out")
                        .valid("above zero, or empty where the price is not known"),
                );
                continue;
            }
            let money =
                amount.and_then(|amount| Money::of_basis(row, amount, Basis::Tonne, exchange, findings));
            if amount.is_some() && money.is_none() {
                // The currency has no rate, which is a finding by now: an offer without a price would hide it.
                continue;
            }
            offers.push(Self {
                id: row.owned("price"),
                commodity: row.owned("commodity"),
                place: row.owned("place"),
                term,
                money,
                date: row.date("price_date"),
                note: row.owned("note"),
                provenance: Provenance::of(row),
            });
        }
        offers
    }

    /// The price in dollars per tonne without value added tax, at the rate of its date.
    #[must_use]
    pub fn usd_per_tonne(&self, exchange: &Exchange) -> Option<f64> {
        let Money { amount, terms } = self.money.as_ref()?;
        Some(exchange.to_usd(terms.vat.net(*amount), &terms.currency, terms.price_date))
    }
}
