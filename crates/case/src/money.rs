//! Money with its currency, what it is paid for, value added tax, its price date and who pays it.

use jiff::civil::Date;

use crate::exchange::Exchange;
use crate::finding::Finding;
use crate::sheet::Row;

/// What a price is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Each tonne.
    Tonne,
    /// Each wagon, truck, hold or aircraft.
    Vehicle,
    /// Each twenty-foot container.
    Teu,
    /// Each train, full or not.
    Train,
    /// The whole consignment, whatever its size.
    Consignment,
}

impl Basis {
    /// The basis of a word of the case format.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "tonne" => Self::Tonne,
            "vehicle" => Self::Vehicle,
            "teu" => Self::Teu,
            "train" => Self::Train,
            "consignment" => Self::Consignment,
            _ => return None,
        })
    }

    /// How a unit says it after a currency: `/t`, ` a TEU`.
    #[must_use]
    pub fn per(self) -> &'static str {
        match self {
            Self::Tonne => "/t",
            Self::Vehicle => " a vehicle",
            Self::Teu => " a TEU",
            Self::Train => " a train",
            Self::Consignment => " a consignment",
        }
    }
}

/// Value added tax in a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Vat {
    /// Nobody says whether the price holds it.
    NotKnown,
    /// Zero-rated or exempt, as carriage across borders often is.
    None,
    /// The price holds it, at this rate in per cent.
    Included(f64),
    /// It comes on top, at this rate in per cent where it is known.
    Excluded(Option<f64>),
}

impl Vat {
    /// The part of an amount that is without tax. Where nothing is known of the tax, all of it.
    #[must_use]
    pub fn net(self, amount: f64) -> f64 {
        match self {
            Self::Included(percent) => amount / (1.0 + percent / 100.0),
            _ => amount,
        }
    }

    /// The tax on a net amount; nothing where it is not known.
    #[must_use]
    pub fn on(self, net: f64) -> Option<f64> {
        match self {
            Self::None => Some(0.0),
            Self::Included(percent) | Self::Excluded(Some(percent)) => Some(net * percent / 100.0),
            Self::NotKnown | Self::Excluded(None) => None,
        }
    }

    /// In words, as a line of a cost sheet prints it.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::NotKnown => "not known".to_owned(),
            Self::None => "none".to_owned(),
            Self::Included(percent) => format!("{percent} % taken out"),
            Self::Excluded(Some(percent)) => format!("{percent} % on top"),
            Self::Excluded(None) => "on top, rate not known".to_owned(),
        }
    }
}

/// One of the two sides of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// Who sells the goods.
    Seller,
    /// Who buys them.
    Buyer,
}

impl Party {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Buyer => "buyer",
        }
    }
}

/// Everything about a price but its amount.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// ISO 4217 code.
    pub currency: String,
    /// What it is paid for.
    pub basis: Basis,
    /// Value added tax.
    pub vat: Vat,
    /// When the price held.
    pub price_date: Option<Date>,
    /// Who pays, where that does not follow from the term of delivery.
    pub payer: Option<Party>,
}

impl Terms {
    /// Dollars for a tonne, with nothing known of tax, date and payer: how a question states a price.
    #[must_use]
    pub fn usd_per_tonne() -> Self {
        Self {
            currency: "USD".to_owned(),
            basis: Basis::Tonne,
            vat: Vat::NotKnown,
            price_date: None,
            payer: None,
        }
    }

    /// The terms of a row with the columns `vat`, `vat_percent` and `payer`. Tax that is in the price
    /// at a rate that is not stated cannot be taken out; it is a finding, and the tax not known.
    #[must_use]
    pub fn of(
        row: Row<'_>,
        currency: &str,
        basis: Basis,
        price_date: Option<Date>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let percent = row.number("vat_percent");
        let vat = match row.text("vat") {
            "none" => Vat::None,
            "excluded" => Vat::Excluded(percent),
            "included" => percent.map_or_else(
                || {
                    let problem = "the tax that the price holds has no rate, and was not taken out";
                    findings.push(
                        row.warning("incomplete-money", "vat_percent", problem).valid("a rate in per cent"),
                    );
                    Vat::NotKnown
                },
                Vat::Included,
            ),
            _ => Vat::NotKnown,
        };
        let payer = match if row.has("payer") { row.text("payer") } else { "" } {
            "seller" => Some(Party::Seller),
            "buyer" => Some(Party::Buyer),
            _ => None,
        };
        Self { currency: currency.to_owned(), basis, vat, price_date, payer }
    }

    /// The unit of an amount, as `KZT/t`.
    #[must_use]
    pub fn unit(&self) -> String {
        format!("{}{}", self.currency, self.basis.per())
    }
}

/// A price.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// How much, in the currency and for the basis of its terms.
    pub amount: f64,
    /// Everything else about it.
    pub terms: Terms,
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
    /// Vehicles in a usual train; nothing for what does not run in trains.
    pub vehicles_per_train: Option<f64>,
}

impl Lot {
    /// Over how many tonnes a price of a basis is spread; nothing where the goods have no such unit.
    /// A train is paid whole: a consignment that fills half of one bears all of it.
    #[must_use]
    pub fn tonnes_for(&self, basis: Basis) -> Option<f64> {
        Some(match basis {
            Basis::Tonne => 1.0,
            Basis::Vehicle => self.tonnes_per_vehicle,
            Basis::Teu => self.tonnes_per_teu?,
            Basis::Train => {
                let tonnes_per_train = self.vehicles_per_train? * self.tonnes_per_vehicle;
                let trains = (self.tonnes / tonnes_per_train - 1e-9).ceil().max(1.0);
                self.tonnes / trains
            }
            Basis::Consignment => self.tonnes,
        })
    }
}

impl Money {
    /// The price of a row with the columns of a price; nothing where no amount is known.
    pub fn of(row: Row<'_>, exchange: &Exchange, findings: &mut Vec<Finding>) -> Option<Self> {
        let amount = row.number("amount")?;
        let Some(basis) = Basis::of(row.text("basis")) else {
            let problem = format!("the amount {amount} has no basis and was not used");
            findings.push(
                row.error("incomplete-money", "basis", problem)
                    .valid("tonne, vehicle, teu, train or consignment"),
            );
            return None;
        };
        Self::of_basis(row, amount, basis, exchange, findings)
    }

    /// The price of a row whose basis is known from elsewhere.
    pub fn of_basis(
        row: Row<'_>,
        amount: f64,
        basis: Basis,
        exchange: &Exchange,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let currency = row.text("currency");
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
        let terms = Terms::of(row, currency, basis, price_date, findings);
        exchange.check(row, "currency", findings).then_some(Self { amount, terms })
    }

    /// Dollars per tonne of a lot, without value added tax; nothing for a price per container or
    /// train of goods that are in none.
    #[must_use]
    pub fn usd_per_tonne(&self, lot: Lot, exchange: &Exchange) -> Option<f64> {
        usd_per_tonne(self.amount, &self.terms, lot, exchange)
    }
}

/// Dollars per tonne of a lot, without value added tax, for an amount on terms.
#[must_use]
pub fn usd_per_tonne(amount: f64, terms: &Terms, lot: Lot, exchange: &Exchange) -> Option<f64> {
    let tonnes = lot.tonnes_for(terms.basis)?;
    Some(exchange.to_usd(terms.vat.net(amount), &terms.currency, terms.price_date) / tonnes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOT: Lot = Lot {
        tonnes: 1000.0,
        tonnes_per_vehicle: 70.0,
        tonnes_per_teu: None,
        vehicles_per_train: Some(50.0),
    };

    fn usd(amount: f64, basis: Basis, vat: Vat) -> Option<f64> {
        let terms = Terms { basis, vat, ..Terms::usd_per_tonne() };
        Money { amount, terms }.usd_per_tonne(LOT, &Exchange::default())
    }

    #[test]
    fn a_train_is_paid_whole() {
        assert_eq!(usd(5000.0, Basis::Train, Vat::None), Some(5.0), "a part of one train bears it all");
        let long = Lot { tonnes: 7000.0, ..LOT };
        assert_eq!(long.tonnes_for(Basis::Train), Some(3500.0), "two trains share 7,000 t");
        let truck = Lot { vehicles_per_train: None, ..LOT };
        assert_eq!(truck.tonnes_for(Basis::Train), None, "trucks run in no train");
    }

    #[test]
    fn tax_that_is_in_a_price_is_taken_out_and_can_be_put_back() {
        let net = usd(112.0, Basis::Tonne, Vat::Included(12.0)).unwrap_or(0.0);
        assert!((net - 100.0).abs() < 1e-12);
        assert!((Vat::Included(12.0).on(net).unwrap_or(0.0) - 12.0).abs() < 1e-12);
        assert_eq!(usd(100.0, Basis::Tonne, Vat::Excluded(Some(12.0))), Some(100.0));
        assert_eq!(Vat::Excluded(None).on(100.0), None, "a rate nobody states is not zero");
        assert_eq!(Vat::NotKnown.on(100.0), None);
    }
}
