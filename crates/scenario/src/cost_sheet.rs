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

use std::collections::BTreeSet;

use case::{Figure, Lot, Mode, Party, Provenance, Terms, Vat, usd_per_tonne};
use regime::{
    Charge, ChargeUnit, CostItem, DocumentUse, Effect, Movement, Needed, Stage, Trip, What, documents_of,
};

use crate::answer::{Answer, PairCharge};
use crate::incoterm::{CostPart, Incoterm};
use crate::model::Model;
use crate::route::{Leg, LegKind, Line, LinePrice, RouteAnswer};
use crate::shares::Shares;

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
    fn is_net(&self) -> bool {
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
    /// Labels of lines with money of which the tax is not known.
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
            usd_per_tonne: known().map(|(usd, _)| usd).sum(),
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
        self.subsidies.iter().filter(|line| line.counts).filter_map(|line| line.usd_per_tonne).sum()
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
        let trip = self.trip(answer, route);
        let mut sheet =
            Sheet { model: self, answer, route, trip, term, lines: Vec::new(), subsidies: Vec::new() };
        sheet.route_lines();
        sheet.charges();
        sheet.documents();
        sheet.duties();
        // Within an item lines stay in the order of the route.
        sheet.lines.sort_by_key(|line| line.item);
        Ok(CostSheet { term, lines: sheet.lines, subsidies: sheet.subsidies })
    }

    /// The papers that a shipment needs by a route.
    #[must_use]
    pub fn documents<'a>(&'a self, answer: &Answer, route: &RouteAnswer) -> Vec<DocumentUse<'a>> {
        let trip = self.trip(answer, route);
        let date = answer.question.timing.first_day();
        documents_of(&self.regime.documents, &answer.consignment, &trip, &self.case, date)
    }

    /// The mode of the vessel of a leg: wagons and trucks keep theirs on a ferry.
    fn vessel(&self, leg: &Leg) -> Option<Mode> {
        let modes = leg.links.iter().map(|(link, _)| self.network.link(*link).mode);
        modes.into_iter().find(|mode| matches!(mode, Mode::Ferry | Mode::Sea | Mode::Air))
    }

    /// What a route uses and touches.
    fn trip(&self, answer: &Answer, route: &RouteAnswer) -> Trip {
        let mut trip = Trip::default();
        let mut territory = vec![answer.consignment.origin_economy.clone()];
        for leg in &route.legs {
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

/// A sheet in the making.
struct Sheet<'a> {
    model: &'a Model,
    answer: &'a Answer,
    route: &'a RouteAnswer,
    trip: Trip,
    term: Incoterm,
    lines: Vec<SheetLine>,
    subsidies: Vec<SheetLine>,
}

impl Sheet<'_> {
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

    fn payer(&self, part: CostPart, terms: Option<&Terms>) -> Party {
        terms.and_then(|terms| terms.payer).unwrap_or_else(|| self.term.payer(part))
    }

    /// Charges of the case, and a line that says "not known" for every item without one.
    fn charges(&mut self) {
        let date = self.answer.question.timing.first_day();
        let consignment = &self.answer.consignment;
        let fits = |charge: &&Charge| charge.scope.holds(consignment, &self.trip, &self.model.case, date);
        let all: Vec<&Charge> = self.model.regime.charges.iter().filter(fits).collect();
        let by_rail = self.rail_vehicle().is_some();
        for item in CostItem::ALL {
            let own: Vec<&Charge> = all.iter().copied().filter(|charge| charge.item == item).collect();
            // A figure of the user's answers what the case only says is not known.
            let answered = own.iter().any(|charge| {
                let money = charge.provenance.of_figure(Figure::Money);
                charge.amount.is_some() && (money.by_user || money.evidence == case::Evidence::Quoted)
            });
            let mut lines: Vec<SheetLine> = Vec::new();
            for charge in own.iter().filter(|charge| charge.amount.is_some() || !answered) {
                lines.push(self.charge(charge));
            }
            let expected = match item {
                CostItem::WagonRent | CostItem::EmptyReturn | CostItem::Demurrage => by_rail,
                CostItem::Surveyor | CostItem::Insurance | CostItem::Finance | CostItem::Losses => true,
                CostItem::ImportVat => self.crosses_a_border(),
                _ => false,
            };
            if lines.is_empty() && expected {
                lines.push(self.not_known(item, item.title().to_owned()));
            }
            if item == CostItem::Waiting {
                self.price_the_wait(&mut lines);
            }
            self.lines.extend(lines);
        }
    }

    /// A charge for waiting is the money of the wait that the route has: one line, not a line without
    /// money beside one without hours.
    fn price_the_wait(&mut self, charges: &mut [SheetLine]) {
        if charges.is_empty() {
            return;
        }
        let is_wait = |line: &SheetLine| line.item == CostItem::Waiting && line.usd_per_tonne.is_none();
        charges[0].hours =
            self.lines.iter().filter(|line| is_wait(line)).fold(0.0, |hours, line| hours + line.hours);
        self.lines.retain(|line| !is_wait(line));
    }

    fn not_known(&self, item: CostItem, label: String) -> SheetLine {
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

    fn charge(&self, charge: &Charge) -> SheetLine {
        let exchange = &self.model.case.exchange;
        let value = self.answer.consignment.commodity.unit_value;
        let days = self.route.time.mean / 24.0;
        let rail = self.rail_vehicle();
        let lot = self.lot(rail);
        let (usd, how) = match (charge.amount, charge.unit) {
            (None, _) => (None, String::new()),
            (Some(amount), ChargeUnit::Money(_)) => {
                (lot.and_then(|lot| usd_per_tonne(amount, &charge.terms, lot, exchange)), String::new())
            }
            (Some(amount), ChargeUnit::VehicleDay) => {
                let (days, how) = self.vehicle_days(charge.item, rail);
                let a_day = lot.and_then(|lot| usd_per_tonne(amount, &charge.terms, lot, exchange));
                (a_day.map(|usd| usd * days), how)
            }
            (Some(percent), ChargeUnit::PercentOfValue) => {
                (Some(value * percent / 100.0), format!("{percent} % of {value:.0} USD/t"))
            }
            (Some(percent), ChargeUnit::PercentOfValuePerYear) => (
                Some(value * percent / 100.0 * days / 365.0),
                format!("{percent} % a year of {value:.0} USD/t, {days:.1} days"),
            ),
        };
        let is_money = matches!(charge.unit, ChargeUnit::Money(_) | ChargeUnit::VehicleDay);
        SheetLine {
            item: charge.item,
            label: charge.title.clone(),
            usd_per_tonne: usd,
            hours: 0.0,
            payer: self.payer(part_of(charge.item), Some(&charge.terms)),
            price: is_money
                .then(|| LinePrice { amount: charge.amount, terms: charge.terms.clone() })
                .filter(|price| price.amount.is_some()),
            vat: charge.terms.vat,
            how,
            on_the_route: false,
            counts: true,
            provenance: Some(charge.provenance.of_figure(Figure::Money).clone()),
        }
    }

    /// Days for which a vehicle is paid, and how they come about. Hire runs from loading until the
    /// empty wagon is back, taken as twice the loaded time; demurrage for the mean time beyond the
    /// mean journey, E[max(T − E T, 0)].
    fn vehicle_days(&self, item: CostItem, rail: Option<u32>) -> (f64, String) {
        if item == CostItem::Demurrage {
            let time = &self.route.time;
            let days = (time.at_least(time.mean).mean - time.mean) / 24.0;
            return (days, format!("by the day: {days:.1}, the mean time beyond the mean journey"));
        }
        let used = |leg: &&Leg| rail.is_none_or(|rail| leg.vehicle == rail);
        let waits = |leg: &Leg| -> f64 {
            leg.lines.iter().filter(|line| matches!(line.what, What::Waiting(_))).map(|line| line.hours).sum()
        };
        let hours: f64 = self.route.legs.iter().filter(used).map(|leg| leg.hours - waits(leg)).sum();
        if matches!(item, CostItem::WagonRent | CostItem::EmptyReturn) {
            (hours / 12.0, format!("by the day: 2 × {:.1}", hours / 24.0))
        } else {
            (hours / 24.0, format!("by the day: {:.1}", hours / 24.0))
        }
    }

    /// The first wagon that the route uses.
    fn rail_vehicle(&self) -> Option<u32> {
        let vehicles = self.model.case.goods.vehicles();
        self.route
            .vehicles
            .iter()
            .map(|(vehicle, ..)| *vehicle)
            .find(|vehicle| vehicles[*vehicle as usize].mode == Mode::Rail)
    }

    /// The quantities of a vehicle, or of the first one of the route.
    fn lot(&self, vehicle: Option<u32>) -> Option<Lot> {
        let number = vehicle.or_else(|| self.route.vehicles.first().map(|(vehicle, ..)| *vehicle))?;
        self.answer.consignment.lots.get(number as usize).copied()
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
            let lot = self.lot(self.rail_vehicle());
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

    fn crosses_a_border(&self) -> bool {
        let own = &self.answer.consignment;
        own.origin_economy != own.destination_economy
    }

    /// Duties of both ends and subsidies.
    fn duties(&mut self) {
        let mut spoken = (false, false);
        for charge in &self.answer.pair {
            let (at_origin, at_destination) = self.ends_of(charge);
            let mut line = self.pair_line(charge);
            if charge.is_subsidy {
                line.payer = Party::Seller;
                self.subsidies.push(line);
                continue;
            }
            if at_origin && !spoken.0 {
                spoken.0 |= line.counts;
                line.item = CostItem::ExportDuty;
                line.payer = self.payer(CostPart::Export, None);
                self.lines.push(line.clone());
                // One duty is paid once: a rule that speaks to both ends counts at the first unless
                // it takes nothing.
                if line.usd_per_tonne.is_some_and(|usd| usd != 0.0) {
                    continue;
                }
            }
            if at_destination {
                spoken.1 |= line.counts;
                line.item = CostItem::ImportDuty;
                line.payer = self.payer(CostPart::Import, None);
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
        What::Waiting(_) => (CostItem::Waiting, CostPart::Origin),
        What::Unloading(_) => (CostItem::Unloading, CostPart::Destination),
        What::Change(_) => (CostItem::Transhipment, part),
        What::Boarding(_) => (CostItem::Vessel, part),
        What::Activity(..) => (CostItem::Border, part),
        What::Permit(_) => (CostItem::Documents, part),
        What::Fee(_) if kind == LegKind::Border => (CostItem::Border, part),
        What::Fee(_) => (CostItem::Other, part),
        What::Motion(_) | What::Season(_) | What::Carriage(..) | What::TariffRule(_) => {
            (if vessel { CostItem::Vessel } else { CostItem::Carriage }, part)
        }
    }
}

/// The part of the way to which a charge belongs.
fn part_of(item: CostItem) -> CostPart {
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
