//! Landed prices: what goods of several origins cost where they are wanted, and who would win.
//!
//! ```text
//! landed  = price at the origin + what the term of delivery leaves to be paid − subsidies that count
//! netback = landed price of the best rival − what it costs to bring the own goods there
//! ```
//!
//! A netback is the price at the origin at which it would draw level with its best rival: who asks less wins,
//! who asks more loses. Goods of one grade are one good and are ranked together; other grades of the same code
//! are shown, and ranked among themselves. A price or a line that nobody knows makes a landed price unknown or
//! a lower bound, and is never taken for zero.

use case::{OriginPrice, OriginTerm, Party};

use crate::answer::Answer;
use crate::cost_sheet::{CostSheet, CostSheetError, SheetLine};
use crate::incoterm::Incoterm;
use crate::model::Model;
use crate::question::{Question, QuestionError};

/// The way by which an offer lands cheapest.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The route, by position in the answer.
    pub route: usize,
    /// The lines between the price at the origin and the destination.
    pub lines: Vec<SheetLine>,
    /// Subsidies, those that do not count included.
    pub subsidies: Vec<SheetLine>,
    /// What is still to be paid after the price at the origin, dollars per tonne: lines with a figure.
    pub cost: f64,
    /// Subsidies that count, dollars per tonne.
    pub subsidy: f64,
    /// Labels of lines among them for which nobody has a figure.
    pub not_known: Vec<String>,
}

impl Delivery {
    /// What it costs to bring the goods there, net of subsidies.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.cost - self.subsidy
    }
}

/// An offer and what becomes of it at the destination.
#[derive(Debug, Clone)]
pub struct Landed {
    /// The offer.
    pub offer: OriginPrice,
    /// Its price at the origin, dollars per tonne without value added tax; nothing where it is not known.
    pub price: Option<f64>,
    /// The routes from there.
    pub answer: Answer,
    /// The cheapest open way; nothing where no route is open.
    pub delivery: Option<Delivery>,
    /// Price at which it would draw level with its best rival; nothing without a rival or a way.
    pub netback: Option<f64>,
    /// The rival: position in the list.
    pub rival: Option<usize>,
}

impl Landed {
    /// The landed price, dollars per tonne: of what is known, see [`Self::is_lower_bound`].
    #[must_use]
    pub fn landed(&self) -> Option<f64> {
        Some(self.price? + self.delivery.as_ref()?.net())
    }

    /// Whether lines of the way are not known, so that the landed price is at least what is said.
    #[must_use]
    pub fn is_lower_bound(&self) -> bool {
        self.delivery.as_ref().is_some_and(|delivery| !delivery.not_known.is_empty())
    }

    /// What the price would have to change by to draw level with the best rival.
    #[must_use]
    pub fn margin(&self) -> Option<f64> {
        Some(self.netback? - self.price?)
    }
}

/// Offers of one grade, cheapest landing first; then those without a price; then those without a way.
#[derive(Debug, Clone)]
pub struct Grade {
    /// Identifier of the commodity.
    pub commodity: String,
    /// Its grade in words; empty where it has none.
    pub grade: String,
    /// The offers.
    pub offers: Vec<Landed>,
}

/// Why there are no landed prices.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LandedError {
    /// A question cannot be asked.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The case has no offer of the good.
    #[error("no origin offers {commodity}")]
    NoOffer {
        /// The good asked for.
        commodity: String,
        /// What is offered.
        offered: String,
    },
    /// A term of delivery that leaves the goods at their origin.
    #[error("{} leaves the goods at their origin; a landed price needs a term of arrival", .0.letters())]
    NotAtDestination(Incoterm),
}

/// What is offered for a destination.
#[derive(Debug, Clone)]
pub struct LandedPrices {
    /// Offers by grade, that asked for first.
    pub grades: Vec<Grade>,
    /// Offers at the destination itself, which need no way.
    pub here: Vec<OriginPrice>,
}

impl Model {
    /// Landed prices of every offer of a commodity, and of the other grades of its code, at the destination of a
    /// question by a term of delivery. The question says all but where goods start.
    ///
    /// # Errors
    /// If the question cannot be asked, nobody offers the good, or the term leaves it at its origin.
    pub fn landed(&self, template: &Question, term: Incoterm) -> Result<LandedPrices, LandedError> {
        if term < Incoterm::Cfr {
            return Err(LandedError::NotAtDestination(term));
        }
        let goods = &self.case.goods;
        let asked = goods
            .commodity(&template.commodity)
            .map_err(|hint| QuestionError::UnknownCommodity { asked: template.commodity.clone(), hint })?;
        let of_code =
            |own: &&case::Commodity| own.id == asked.id || !asked.hs.is_empty() && own.hs == asked.hs;
        let mut commodities: Vec<&case::Commodity> = goods.commodities().iter().filter(of_code).collect();
        commodities.sort_by_key(|own| own.id != asked.id);
        let destination = &self.network.places.get(template.to).id;
        let (mut grades, mut here) = (Vec::new(), Vec::new());
        for commodity in commodities {
            let mut offers = Vec::new();
            for offer in self.offers(&commodity.id, template) {
                if offer.place == *destination {
                    here.push(offer.clone());
                } else {
                    offers.push(self.landed_offer(offer, template, term)?);
                }
            }
            if !offers.is_empty() {
                let grade = commodity.grade.clone();
                grades.push(Grade { commodity: commodity.id.clone(), grade, offers: ranked(offers) });
            }
        }
        if grades.is_empty() && here.is_empty() {
            let mut offered: Vec<&str> =
                self.case.origin_prices.iter().map(|offer| offer.commodity.as_str()).collect();
            offered.sort_unstable();
            offered.dedup();
            let (commodity, offered) = (asked.name.clone(), offered.join(", "));
            return Err(LandedError::NoOffer { commodity, offered });
        }
        Ok(LandedPrices { grades, here })
    }

    /// The offers of a commodity that speak on the day of a question: one for each place and term.
    fn offers(&self, commodity: &str, template: &Question) -> Vec<&OriginPrice> {
        let day = template.timing.first_day();
        // Prices of the past before those of the future, the nearest first.
        let rank = |offer: &OriginPrice| {
            offer.date.map_or((1, i32::MAX), |date| ((date > day).into(), (day - date).get_days().abs()))
        };
        let mut chosen: Vec<&OriginPrice> = Vec::new();
        for offer in self.case.origin_prices.iter().filter(|offer| offer.commodity == commodity) {
            match chosen.iter_mut().find(|own| own.place == offer.place && own.term == offer.term) {
                Some(own) if rank(offer) < rank(own) => *own = offer,
                Some(_) => {}
                None => chosen.push(offer),
            }
        }
        chosen
    }

    fn landed_offer(
        &self,
        offer: &OriginPrice,
        template: &Question,
        term: Incoterm,
    ) -> Result<Landed, LandedError> {
        let from = self.network.places.find(&offer.place).map_err(|unknown| QuestionError::UnknownPlace {
            asked: unknown.asked,
            nearest: unknown.nearest,
        })?;
        let question = Question { from, commodity: offer.commodity.clone(), ..template.clone() };
        let mut answer = self.answer(&question)?;
        let price = offer.usd_per_tonne(&self.case.exchange);
        if let Some(price) = price {
            // Insurance, finance and losses are shares of what these goods are worth, not of a usual value.
            answer.consignment.commodity.unit_value = price;
        }
        let delivery = self
            .deliveries(&answer, incoterm(offer.term), term)
            .into_iter()
            .reduce(|best, other| if other.net() < best.net() { other } else { best });
        Ok(Landed { offer: offer.clone(), price, answer, delivery, netback: None, rival: None })
    }

    /// Every open route, with what one term leaves to be paid until the other. A route on which a term of the
    /// sea has no ship has none.
    fn deliveries(&self, answer: &Answer, from: Incoterm, to: Incoterm) -> Vec<Delivery> {
        let sheets = |route| -> Result<_, CostSheetError> {
            Ok((self.cost_sheet(answer, route, from)?, self.cost_sheet(answer, route, to)?))
        };
        let mut deliveries = Vec::new();
        for (number, route) in answer.routes.iter().enumerate() {
            let Ok((paid, sheet)) = sheets(route) else { continue };
            let of_seller = |sheet: &CostSheet| -> Vec<SheetLine> {
                let counts = |line: &&SheetLine| line.payer == Party::Seller && line.is_net();
                sheet.lines.iter().filter(counts).cloned().collect()
            };
            // What the price at the origin holds already is taken out line by line.
            let mut lines = of_seller(&sheet);
            for held in of_seller(&paid) {
                let same = |own: &SheetLine| {
                    own.item == held.item
                        && own.label == held.label
                        && own.usd_per_tonne == held.usd_per_tonne
                };
                if let Some(at) = lines.iter().position(same) {
                    lines.remove(at);
                }
            }
            let cost = lines.iter().filter_map(|line| line.usd_per_tonne).sum::<f64>() + 0.0;
            let unknown = lines.iter().filter(|line| line.usd_per_tonne.is_none());
            let not_known = unknown.map(|line| line.label.clone()).collect();
            let subsidy = sheet.subsidy_per_tonne();
            deliveries.push(Delivery {
                route: number,
                lines,
                subsidies: sheet.subsidies,
                cost,
                subsidy,
                not_known,
            });
        }
        deliveries
    }
}

fn incoterm(term: OriginTerm) -> Incoterm {
    match term {
        OriginTerm::Exw => Incoterm::Exw,
        OriginTerm::Fca => Incoterm::Fca,
        OriginTerm::Fas => Incoterm::Fas,
        OriginTerm::Fob => Incoterm::Fob,
    }
}

/// Offers in the order of their landed prices, with their netbacks.
fn ranked(mut offers: Vec<Landed>) -> Vec<Landed> {
    let standing = |own: &Landed| match (own.landed(), &own.delivery) {
        (Some(landed), _) => (0, landed),
        (None, Some(delivery)) => (1, delivery.net()),
        (None, None) => (2, own.price.unwrap_or(f64::INFINITY)),
    };
    offers.sort_by(|a, b| {
        let (a, b) = (standing(a), standing(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let landed: Vec<Option<f64>> = offers.iter().map(Landed::landed).collect();
    for (number, own) in offers.iter_mut().enumerate() {
        // The list is in order: the best rival of all but the first is the first.
        let rival = (0..landed.len()).find(|other| *other != number && landed[*other].is_some());
        let price = rival.and_then(|rival| landed[rival]);
        own.netback = price.zip(own.delivery.as_ref()).map(|(price, delivery)| price - delivery.net());
        own.rival = own.netback.and(rival);
    }
    offers
}
