//! A sheet in the making: the lines of the route, fees of papers, duties and subsidies.

use std::collections::BTreeSet;

use case::{Figure, Mode, Party, Terms, Vat};
use regime::{CostItem, Effect, Movement, Needed, Stage, Trip, What};

use super::{CostSheet, SheetLine};
use crate::answer::{Answer, PairCharge};
use crate::incoterm::{CostPart, Incoterm};
use crate::model::Model;
use crate::route::{Leg, LegKind, Line, LinePrice, RouteAnswer};

/// A sheet in the making.
pub(super) struct Sheet<'a> {
    pub(super) model: &'a Model,
    pub(super) answer: &'a Answer,
    pub(super) route: &'a RouteAnswer,
    /// What the whole route uses and touches.
    pub(super) trip: Trip,
    pub(super) lines: Vec<SheetLine>,
    term: Incoterm,
    subsidies: Vec<SheetLine>,
}

impl<'a> Sheet<'a> {
    /// An empty sheet.
    pub(super) fn new(model: &'a Model, answer: &'a Answer, route: &'a RouteAnswer, term: Incoterm) -> Self {
        let trip = model.trip(answer, &route.legs);
        Self { model, answer, route, trip, lines: Vec::new(), term, subsidies: Vec::new() }
    }

    /// The sheet with all its lines.
    pub(super) fn made(mut self) -> CostSheet {
        self.route_lines();
        self.charges();
        self.documents();
        self.duties();
        // Within an item lines stay in the order of the route.
        self.lines.sort_by_key(|line| line.item);
        CostSheet { term: self.term, lines: self.lines, subsidies: self.subsidies }
    }

    /// The lines of the route, those of one row and kind together.
    fn route_lines(&mut self) {
        let is_ship = |leg: &Leg| self.model.vessel(leg) == Some(Mode::Sea);
        let first_ship = self.route.legs.iter().position(is_ship);
        for (number, leg) in self.route.legs.iter().enumerate() {
            let part = match first_ship {
                Some(ship) if is_ship(leg) && number >= ship => CostPart::Ship,
                Some(ship) if number > ship => CostPart::Beyond,
                Some(ship) if number + 1 == ship && leg.kind == LegKind::Change => CostPart::Aboard,
                _ => CostPart::Carriage,
            };
            // Money first: motion and seasons then find the line of the carriage they belong to.
            for line in leg.lines.iter().filter(|line| !is_time(line.what)) {
                self.route_line(leg, line, part);
            }
            for line in leg.lines.iter().filter(|line| is_time(line.what)) {
                self.time_line(leg, line, part);
            }
        }
    }

    /// The label of a line: carriage at a rate for any carrier still says whose carriage it is.
    fn label(leg: &Leg, line: &Line) -> String {
        match line.what {
            What::Carriage(_, Mode::Rail)
                if !leg.carrier.is_empty() && !line.label.ends_with(&leg.carrier) =>
            {
                format!("{}, {}", line.label, leg.carrier)
            }
            _ => line.label.clone(),
        }
    }

    fn route_line(&mut self, leg: &Leg, line: &Line, part: CostPart) {
        let label = Self::label(leg, line);
        let (item, part) = item_of(leg.kind, self.model.vessel(leg).is_some(), line.what, part);
        let payer = self.payer(part, line.price.as_ref().map(|price| &price.terms));
        let money = line.of_figure(Figure::Money);
        let row = money.map(|own| own.place.as_str());
        let same = |other: &&mut SheetLine| {
            other.item == item
                && other.label == label
                && other.payer == payer
                && other.provenance.as_ref().map(|own| own.place.as_str()) == row
                && other.usd_per_tonne.is_some() == line.usd_per_tonne.is_some()
        };
        if let Some(other) = self.lines.iter_mut().find(same) {
            other.usd_per_tonne = other.usd_per_tonne.zip(line.usd_per_tonne).map(|(a, b)| a + b);
            other.hours += line.hours;
            if let (Some(own), Some(price)) = (&mut other.price, &line.price) {
                own.amount = own.amount.zip(price.amount).map(|(a, b)| a + b);
            }
            return;
        }
        self.lines.push(SheetLine {
            item,
            label,
            usd_per_tonne: line.usd_per_tonne,
            hours: line.hours,
            payer,
            vat: line.price.as_ref().map_or(Vat::NotKnown, |price| price.terms.vat),
            price: line.price.clone(),
            how: String::new(),
            on_the_route: true,
            counts: true,
            provenance: money.cloned(),
        });
    }

    /// A line of time alone: its hours go to the line of the same leg that has the money, so that the
    /// hours of a sheet add up as its money does. What nobody has a price for is not known: a wait
    /// costs something.
    fn time_line(&mut self, leg: &Leg, line: &Line, part: CostPart) {
        let (item, part) = item_of(leg.kind, self.model.vessel(leg).is_some(), line.what, part);
        // A rate that replaces the tariff is the carriage.
        let rate = || leg.lines.iter().find(|own| matches!(own.what, What::TariffRule(_)));
        let carriage = || {
            let own = leg.lines.iter().find(|own| matches!(own.what, What::Carriage(..) | What::Boarding(_)));
            own.or_else(rate)
        };
        let label = match line.what {
            What::Motion(_) | What::Season(_) => Self::label(leg, carriage().unwrap_or(line)),
            _ => line.label.clone(),
        };
        let same = |other: &&mut SheetLine| other.item == item && other.label == label;
        if let Some(other) = self.lines.iter_mut().rev().find(same) {
            other.hours += line.hours;
            return;
        }
        let mut own = self.not_known(item, label);
        own.hours = line.hours;
        own.payer = self.payer(part, None);
        own.on_the_route = true;
        self.lines.push(own);
    }

    pub(super) fn payer(&self, part: CostPart, terms: Option<&Terms>) -> Party {
        terms.and_then(|terms| terms.payer).unwrap_or_else(|| self.term.payer(part))
    }

    pub(super) fn not_known(&self, item: CostItem, label: String) -> SheetLine {
        SheetLine {
            item,
            label,
            usd_per_tonne: None,
            hours: 0.0,
            payer: self.payer(part_of(item), None),
            price: None,
            vat: Vat::NotKnown,
            how: String::new(),
            on_the_route: false,
            counts: true,
            provenance: None,
        }
    }

    /// Fees of papers: a line for each that has one, and one line for all that have none.
    fn documents(&mut self) {
        let uses = self.model.documents(self.answer, self.route);
        let mut without: BTreeSet<(Party, &str)> = BTreeSet::new();
        for used in &uses {
            let document = used.document;
            let part = match document.stage {
                Stage::Export => CostPart::Export,
                Stage::Carriage | Stage::Transit => CostPart::Carriage,
                Stage::Import => CostPart::Import,
            };
            let terms = document.fee.as_ref().map(|fee| &fee.terms);
            let payer = self.payer(part, terms);
            let lot = self.lot(self.vehicle_of(&document.scope.modes));
            let usd = document
                .fee
                .as_ref()
                .zip(lot)
                .and_then(|(fee, lot)| fee.usd_per_tonne(lot, &self.model.case.exchange));
            let Some(usd) = usd else {
                if document.needed == Needed::Yes {
                    without.insert((payer, &document.title));
                }
                continue;
            };
            self.lines.push(SheetLine {
                item: CostItem::Documents,
                label: document.title.clone(),
                usd_per_tonne: Some(usd),
                hours: 0.0,
                payer,
                price: document
                    .fee
                    .as_ref()
                    .map(|fee| LinePrice { amount: Some(fee.amount), terms: fee.terms.clone() }),
                vat: terms.map_or(Vat::NotKnown, |terms| terms.vat),
                how: String::new(),
                on_the_route: false,
                // A paper that may not be needed is shown with its fee, not counted.
                counts: document.needed == Needed::Yes,
                provenance: Some(document.provenance.of_figure(Figure::Money).clone()),
            });
        }
        for party in [Party::Seller, Party::Buyer] {
            let count = without.iter().filter(|(payer, _)| *payer == party).count();
            if count > 0 {
                let papers = if count == 1 { "paper" } else { "papers" };
                let label = format!("fees of {count} {papers} that have no known fee");
                let mut line = self.not_known(CostItem::Documents, label);
                line.payer = party;
                self.lines.push(line);
            }
        }
        let has_line = self.lines.iter().any(|line| line.item == CostItem::Documents);
        if !has_line && uses.is_empty() {
            let line = self.not_known(CostItem::Documents, CostItem::Documents.title().to_owned());
            self.lines.push(line);
        }
    }

    pub(super) fn crosses_a_border(&self) -> bool {
        let own = &self.answer.consignment;
        own.origin_economy != own.destination_economy
    }

    /// Duties of both ends and subsidies.
    fn duties(&mut self) {
        let mut spoken = (false, false);
        for charge in &self.answer.pair {
            // What is bound to places counts only on a route that comes by one.
            let places = &self.model.regime.rules.get(charge.version).scope.places;
            if !places.is_empty() && !places.iter().any(|place| self.trip.places.contains(place)) {
                continue;
            }
            let (at_origin, at_destination) = self.ends_of(charge);
            let mut line = self.pair_line(charge);
            if charge.is_subsidy {
                line.payer = Party::Seller;
                self.subsidies.push(line);
                continue;
            }
            // One duty is paid once: a rule that speaks to both ends counts at the first unless it takes
            // nothing.
            let takes_nothing = line.usd_per_tonne == Some(0.0);
            if at_origin {
                spoken.0 |= line.counts;
                line.item = CostItem::ExportDuty;
                line.payer = self.payer(CostPart::Export, None);
                self.lines.push(line.clone());
            }
            if at_destination && (!at_origin || takes_nothing) {
                spoken.1 |= line.counts;
                line.item = CostItem::ImportDuty;
                line.payer = self.payer(CostPart::Import, None);
                self.lines.push(line);
            } else if !at_origin {
                line.item = CostItem::Other;
                line.payer = self.payer(CostPart::Carriage, None);
                self.lines.push(line);
            }
        }
        if self.crosses_a_border() {
            for (item, known) in [(CostItem::ExportDuty, spoken.0), (CostItem::ImportDuty, spoken.1)] {
                if !known {
                    let line = self.not_known(item, item.title().to_owned());
                    self.lines.push(line);
                }
            }
        }
    }

    /// At which ends a duty is taken: a rule on exports at the origin, any other on both, as far as
    /// its territory reaches.
    fn ends_of(&self, charge: &PairCharge) -> (bool, bool) {
        let version = self.model.regime.rules.get(charge.version);
        let consignment = &self.answer.consignment;
        let reaches = |economy: &String| {
            version.class.movement_territory.is_empty() || version.class.movement_territory.contains(economy)
        };
        let takes_nothing = charge.usd_per_tonne == Some(0.0);
        let at_origin = match version.class.movement {
            Movement::Export => true,
            Movement::Any => takes_nothing || !version.class.movement_territory.is_empty(),
            _ => false,
        };
        let at_destination = matches!(version.class.movement, Movement::Import | Movement::Any);
        (
            at_origin && reaches(&consignment.origin_economy),
            at_destination && reaches(&consignment.destination_economy),
        )
    }

    fn pair_line(&self, charge: &PairCharge) -> SheetLine {
        let version = self.model.regime.rules.get(charge.version);
        debug_assert!(matches!(version.effect, Effect::Duty | Effect::Subsidy));
        SheetLine {
            item: CostItem::ImportDuty,
            label: self.model.regime.rules.rule_of(charge.version).title.clone(),
            usd_per_tonne: charge.usd_per_tonne,
            hours: 0.0,
            payer: Party::Seller,
            price: version
                .value
                .filter(|(_, unit)| matches!(unit, regime::Unit::Money(_)))
                .map(|(value, _)| LinePrice { amount: Some(value), terms: version.terms.clone() }),
            vat: Vat::None,
            how: match version.value {
                Some((percent, regime::Unit::PercentOfValue)) => {
                    format!("{percent} % of {:.0} USD/t", self.answer.consignment.commodity.unit_value)
                }
                _ => String::new(),
            },
            on_the_route: false,
            counts: charge.applied && charge.certain,
            provenance: Some(version.provenance.of_figure(Figure::Money).clone()),
        }
    }
}

/// Whether a line is of time alone: what it costs in money is another row's to say.
fn is_time(what: What) -> bool {
    matches!(what, What::Motion(_) | What::Season(_) | What::Waiting(_) | What::Permit(_))
}

/// The item of a line of the route, and the part of the way it belongs to.
fn item_of(kind: LegKind, vessel: bool, what: What, part: CostPart) -> (CostItem, CostPart) {
    match what {
        What::Loading(_) => (CostItem::Loading, CostPart::Origin),
        What::Waiting(_) if kind == LegKind::Loading => (CostItem::Waiting, CostPart::Origin),
        What::Waiting(_) => (CostItem::Waiting, part),
        What::Unloading(_) => (CostItem::Unloading, CostPart::Destination),
        What::Change(_) => (CostItem::Transhipment, part),
        What::Boarding(_) => (if vessel { CostItem::Vessel } else { CostItem::Carriage }, part),
        What::Activity(..) => (CostItem::Border, part),
        What::Permit(_) => (CostItem::Documents, part),
        What::Fee(_) if kind == LegKind::Border => (CostItem::Border, part),
        What::Fee(_) if kind == LegKind::Loading => (CostItem::Other, CostPart::Origin),
        What::Fee(_) if kind == LegKind::Unloading => (CostItem::Other, CostPart::Destination),
        What::Fee(_) => (CostItem::Other, part),
        What::Motion(_) | What::Season(_) | What::Carriage(..) | What::TariffRule(_) => {
            (if vessel { CostItem::Vessel } else { CostItem::Carriage }, part)
        }
    }
}

/// The part of the way to which a charge belongs.
pub(super) fn part_of(item: CostItem) -> CostPart {
    match item {
        CostItem::Loading | CostItem::Waiting | CostItem::Surveyor => CostPart::Origin,
        CostItem::Unloading => CostPart::Destination,
        CostItem::Insurance => CostPart::Insurance,
        CostItem::Finance | CostItem::Losses => CostPart::Risk,
        CostItem::Vessel => CostPart::Ship,
        CostItem::ExportDuty => CostPart::Export,
        CostItem::ImportDuty | CostItem::ImportVat => CostPart::Import,
        CostItem::Carriage
        | CostItem::WagonRent
        | CostItem::EmptyReturn
        | CostItem::Transhipment
        | CostItem::Border
        | CostItem::Documents
        | CostItem::Demurrage
        | CostItem::Other => CostPart::Carriage,
    }
}
