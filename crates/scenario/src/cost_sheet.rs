//! The cost sheet: all that a shipment costs by one route, line by line, and who pays it.
//!
//! Three kinds of money meet here. What the route itself costs comes from its lines and adds up to
//! the route's money. What belongs to the whole shipment (hire of wagons, insurance, finance) comes
//! from the charges of the case. Duties and subsidies belong to origin and destination. A line for
//! which nobody has a figure stands in the sheet as not known: it is in no total, and the total says
//! how many such lines there are.
//!
//! The search for routes sees only the first kind. Charges that differ between routes can therefore
//! change the order of the routes found, not which are found.

mod charges;
mod making;

use case::{Mode, Party, Provenance, Vat};
use network::PlaceId;
use regime::{CostItem, DocumentUse, Trip, documents_of};

use crate::answer::Answer;
use crate::incoterm::Incoterm;
use crate::model::Model;
use crate::route::{Leg, LinePrice, RouteAnswer};
use crate::shares::Shares;
use making::Sheet;

/// A line of a cost sheet.
#[derive(Debug, Clone)]
pub struct SheetLine {
    /// The item under which it stands.
    pub item: CostItem,
    /// What it is, in words.
    pub label: String,
    /// Dollars per tonne without value added tax; nothing where nobody has a figure.
    pub usd_per_tonne: Option<f64>,
    /// Hours it takes, mean; zero for what takes none of the route's time.
    pub hours: f64,
    /// Who pays by the term of delivery, or by the row where it says so.
    pub payer: Party,
    /// The price as its row has it, where a row has one.
    pub price: Option<LinePrice>,
    /// Value added tax of the line.
    pub vat: Vat,
    /// How the amount comes about, where it is more than a price: `2 × 9.9 days`.
    pub how: String,
    /// Whether it is part of the route's own money.
    pub on_the_route: bool,
    /// Whether it counts; what is disputed or may have ended is only shown.
    pub counts: bool,
    /// Where the money comes from.
    pub provenance: Option<Provenance>,
}

impl SheetLine {
    /// Value added tax on the line, dollars per tonne; nothing where it is not known.
    #[must_use]
    pub fn vat_per_tonne(&self) -> Option<f64> {
        if self.item == CostItem::ImportVat {
            return self.usd_per_tonne;
        }
        self.vat.on(self.usd_per_tonne?)
    }

    /// Whether it is in the net total: value added tax at import is not.
    #[must_use]
    pub fn is_net(&self) -> bool {
        self.counts && self.item != CostItem::ImportVat
    }
}

/// What the lines of one side, or of both, come to.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetTotal {
    /// Dollars per tonne of all lines with a figure, without value added tax and subsidies.
    pub usd_per_tonne: f64,
    /// How their figures came about.
    pub shares: Shares,
    /// Labels of lines for which nobody has a figure.
    pub not_known: Vec<String>,
    /// Value added tax as far as known, dollars per tonne.
    pub vat_per_tonne: f64,
    /// How many lines with money have a tax that is not known.
    pub vat_not_known: usize,
}

/// What a shipment costs by one route.
#[derive(Debug, Clone)]
pub struct CostSheet {
    /// The term of delivery.
    pub term: Incoterm,
    /// Lines in the order of the items.
    pub lines: Vec<SheetLine>,
    /// Money that comes back: subsidies. All are the seller's.
    pub subsidies: Vec<SheetLine>,
}

impl CostSheet {
    /// The total of one side, or of both, before subsidies.
    #[must_use]
    pub fn total(&self, side: Option<Party>) -> SheetTotal {
        let lines = || self.lines.iter().filter(|line| side.is_none_or(|side| line.payer == side));
        let net = || lines().filter(|line| line.is_net());
        let known = || net().filter_map(|line| line.usd_per_tonne.map(|usd| (usd, line)));
        let taxed = || lines().filter(|line| line.counts && line.usd_per_tonne.is_none_or(|usd| usd != 0.0));
        SheetTotal {
            // A sum of nothing is −0.
            usd_per_tonne: known().map(|(usd, _)| usd).sum::<f64>() + 0.0,
            shares: Shares::of(known().map(|(usd, line)| (usd, line.provenance.as_ref()))),
            not_known: net()
                .filter(|line| line.usd_per_tonne.is_none())
                .map(|line| line.label.clone())
                .collect(),
            vat_per_tonne: taxed().filter_map(SheetLine::vat_per_tonne).sum(),
            vat_not_known: taxed().filter(|line| line.vat_per_tonne().is_none()).count(),
        }
    }

    /// Subsidies that apply, dollars per tonne.
    #[must_use]
    pub fn subsidy_per_tonne(&self) -> f64 {
        self.subsidies.iter().filter(|line| line.counts).filter_map(|line| line.usd_per_tonne).sum::<f64>()
            + 0.0
    }

    /// What one side, or both, pay after subsidies, dollars per tonne.
    #[must_use]
    pub fn net(&self, side: Option<Party>) -> f64 {
        let subsidy = if side == Some(Party::Buyer) { 0.0 } else { self.subsidy_per_tonne() };
        self.total(side).usd_per_tonne - subsidy
    }
}

/// A cost sheet cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CostSheetError {
    /// A term for ships, and a route without one.
    #[error("{} is for goods that go by ship, and the route has none", .0.letters())]
    NoShip(Incoterm),
}

impl Model {
    /// The cost sheet of a route of an answer.
    ///
    /// # Errors
    /// For a term of delivery that needs a ship on a route without one.
    pub fn cost_sheet(
        &self,
        answer: &Answer,
        route: &RouteAnswer,
        term: Incoterm,
    ) -> Result<CostSheet, CostSheetError> {
        let has_ship = route.legs.iter().any(|leg| self.vessel(leg) == Some(Mode::Sea));
        if term.needs_a_ship() && !has_ship {
            return Err(CostSheetError::NoShip(term));
        }
        Ok(Sheet::new(self, answer, route, term).made())
    }

    /// The place that a term of delivery names on a route: where the seller's carriage ends.
    #[must_use]
    pub fn named_place(&self, answer: &Answer, route: &RouteAnswer, term: Incoterm) -> PlaceId {
        let mut ships = route.legs.iter().filter(|leg| self.vessel(leg) == Some(Mode::Sea));
        let port = match term {
            Incoterm::Fas | Incoterm::Fob => ships.next().map(|leg| leg.from),
            Incoterm::Cfr | Incoterm::Cif => ships.next_back().map(|leg| leg.to),
            Incoterm::Exw | Incoterm::Fca => Some(answer.question.from),
            _ => None,
        };
        port.unwrap_or(answer.question.to)
    }

    /// The papers that a shipment needs by a route.
    #[must_use]
    pub fn documents<'a>(&'a self, answer: &Answer, route: &RouteAnswer) -> Vec<DocumentUse<'a>> {
        let trip = self.trip(answer, &route.legs);
        let date = answer.question.timing.first_day();
        documents_of(&self.regime.documents, &answer.consignment, &trip, &self.case, date)
    }

    /// The mode of the vessel of a leg: wagons and trucks keep theirs on a ferry.
    fn vessel(&self, leg: &Leg) -> Option<Mode> {
        let modes = leg.links.iter().map(|(link, _)| self.network.link(*link).mode);
        modes.into_iter().find(|mode| matches!(mode, Mode::Ferry | Mode::Sea | Mode::Air))
    }

    /// What some legs of a route use and touch.
    fn trip<'a>(&self, answer: &Answer, legs: impl IntoIterator<Item = &'a Leg>) -> Trip {
        let mut trip = Trip::default();
        let mut territory = vec![answer.consignment.origin_economy.clone()];
        for leg in legs {
            trip.modes.extend(leg.mode);
            if !leg.carrier.is_empty() {
                trip.carriers.push(leg.carrier.clone());
            }
            trip.places.extend([leg.from, leg.to]);
            for (link, forward) in &leg.links {
                let own = self.network.link(*link);
                trip.places.extend([own.from, own.to]);
                trip.modes.push(own.mode);
                trip.crossings.extend(own.crossing);
                let end = if *forward { own.to } else { own.from };
                territory.push(self.network.places.get(end).economy.clone());
            }
        }
        territory.dedup();
        trip.territory = territory;
        trip
    }
}
