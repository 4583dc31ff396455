//! Charges of the whole shipment as lines of a sheet.

use case::{Evidence, Figure, Lot, Mode, Provenance, usd_per_tonne};
use regime::{Charge, ChargeUnit, CostItem, Trip, What};

use super::SheetLine;
use super::making::{Sheet, part_of};
use crate::incoterm::CostPart;
use crate::reliability::TravelTime;
use crate::route::{Leg, LegKind, LinePrice};

impl Sheet<'_> {
    /// Charges of the case, and a line that says "not known" for every item without one. Hire and
    /// empty return are asked for each kind of wagon, and of what that wagon touches: an empty wagon
    /// does not go back on a ferry that took trucks.
    pub(super) fn charges(&mut self) {
        let wagons = self.wagons();
        for item in CostItem::ALL {
            let mut lines: Vec<SheetLine> = Vec::new();
            match item {
                CostItem::WagonRent | CostItem::EmptyReturn => {
                    for wagon in &wagons {
                        for (legs, part) in self.runs(*wagon) {
                            let trip = self.model.trip(self.answer, legs.iter().copied());
                            let mut own = self.of_item(item, &trip, Some(*wagon), &legs);
                            for line in &mut own {
                                line.payer = line
                                    .price
                                    .as_ref()
                                    .and_then(|price| price.terms.payer)
                                    .unwrap_or_else(|| self.payer(part, None));
                                if wagons.len() > 1 {
                                    let name = &self.model.case.goods.vehicles()[*wagon as usize].name;
                                    line.label = format!("{}: {name}", line.label);
                                }
                            }
                            lines.extend(own);
                        }
                    }
                }
                CostItem::Demurrage if wagons.is_empty() => {}
                CostItem::Demurrage => {
                    let runs = self.runs(wagons[0]);
                    let legs: Vec<&Leg> = runs.iter().flat_map(|(legs, _)| legs.iter().copied()).collect();
                    lines = self.of_item(item, &self.trip, wagons.first().copied(), &legs);
                    if let Some((_, part)) = runs.first() {
                        let payer = self.payer(*part, None);
                        lines.iter_mut().for_each(|line| line.payer = payer);
                    }
                }
                CostItem::ImportVat if !self.crosses_a_border() => {}
                _ => {
                    let vehicle = match item {
                        CostItem::Loading | CostItem::Waiting => self.route.vehicles.first(),
                        CostItem::Unloading => self.route.vehicles.last(),
                        _ => None,
                    };
                    let vehicle = vehicle.map(|(vehicle, ..)| *vehicle);
                    let legs: Vec<&Leg> = self.route.legs.iter().collect();
                    lines = self.of_item(item, &self.trip, vehicle, &legs);
                }
            }
            if item == CostItem::Waiting {
                self.price_the_wait(&mut lines);
            }
            self.lines.extend(lines);
        }
    }

    /// The lines of an item: of every charge that holds on a trip, or one that says "not known".
    fn of_item(&self, item: CostItem, trip: &Trip, vehicle: Option<u32>, legs: &[&Leg]) -> Vec<SheetLine> {
        let date = self.answer.question.timing.first_day();
        let consignment = &self.answer.consignment;
        let holds = |charge: &&Charge| {
            charge.item == item && charge.scope.holds(consignment, trip, &self.model.case, date)
        };
        let own: Vec<&Charge> = self.model.regime.charges.iter().filter(holds).collect();
        // A figure of the user's answers what the case only says is not known, as far as it reaches.
        let answers = |other: &&Charge, charge: &Charge| {
            let money = other.provenance.of_figure(Figure::Money);
            let is_quoted = money.by_user || money.evidence == Evidence::Quoted;
            other.amount.is_some() && is_quoted && other.scope.is_as_wide_as(&charge.scope)
        };
        let said = own
            .iter()
            .filter(|charge| charge.amount.is_some() || !own.iter().any(|other| answers(other, charge)));
        let mut lines: Vec<SheetLine> = said
            .map(|charge| {
                let vehicle = vehicle.or_else(|| self.vehicle_of(&charge.scope.modes));
                self.charge(charge, vehicle, legs)
            })
            .collect();
        let expected = match item {
            CostItem::WagonRent
            | CostItem::EmptyReturn
            | CostItem::Demurrage
            | CostItem::Surveyor
            | CostItem::Insurance
            | CostItem::Finance
            | CostItem::Losses => true,
            CostItem::ImportVat => self.crosses_a_border(),
            _ => false,
        };
        if lines.is_empty() && expected {
            lines.push(self.not_known(item, item.title().to_owned()));
        }
        lines
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

    fn charge(&self, charge: &Charge, vehicle: Option<u32>, legs: &[&Leg]) -> SheetLine {
        let exchange = &self.model.case.exchange;
        let value = self.answer.consignment.commodity.unit_value;
        let days = self.route.time.mean / 24.0;
        let lot = self.lot(vehicle);
        let (usd, how) = match (charge.amount, charge.unit) {
            (None, _) => (None, String::new()),
            (Some(amount), ChargeUnit::Money(_)) => {
                (lot.and_then(|lot| usd_per_tonne(amount, &charge.terms, lot, exchange)), String::new())
            }
            (Some(amount), ChargeUnit::VehicleDay) => {
                let (days, how) = self.vehicle_days(charge.item, legs);
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
            provenance: Some(self.ancestry(charge)),
        }
    }

    /// The ancestry of a charge's money. What days or the value of the goods make of a rate is computed,
    /// however well the rate is known, and no surer than that value; what the user gave stays the
    /// user's.
    fn ancestry(&self, charge: &Charge) -> Provenance {
        let mut own = charge.provenance.of_figure(Figure::Money).clone();
        if matches!(charge.unit, ChargeUnit::Money(_)) || own.by_user || own.evidence == Evidence::Quoted {
            return own;
        }
        own.evidence = own.evidence.max(Evidence::Computed);
        if charge.unit != ChargeUnit::VehicleDay {
            own.confidence = own.confidence.min(self.answer.consignment.commodity.provenance.confidence);
        }
        own
    }

    /// The parts of the way on which a wagon is used: up to the first ship, and beyond it. A change
    /// belongs to the wagon that is emptied as well as to the one that is filled.
    fn runs(&self, wagon: u32) -> Vec<(Vec<&Leg>, CostPart)> {
        let legs = &self.route.legs;
        let ship = legs.iter().position(|leg| self.model.vessel(leg) == Some(Mode::Sea));
        let uses = |at: usize| {
            let emptied = legs[at].kind == LegKind::Change && at > 0 && legs[at - 1].vehicle == wagon;
            legs[at].vehicle == wagon || emptied
        };
        let run = |range: std::ops::Range<usize>| -> Vec<&Leg> {
            range.filter(|at| uses(*at)).map(|at| &legs[at]).collect()
        };
        let cut = ship.unwrap_or(legs.len());
        [(run(0..cut), CostPart::Carriage), (run(cut..legs.len()), CostPart::Beyond)]
            .into_iter()
            .filter(|(legs, _)| !legs.is_empty())
            .collect()
    }

    /// Days for which a vehicle is paid, and how they come about. Hire runs from loading until the
    /// empty wagon is back, taken as twice the loaded time; the way back alone once; demurrage for the
    /// mean time beyond the mean journey of the loaded wagon, E[max(T − E T, 0)].
    fn vehicle_days(&self, item: CostItem, legs: &[&Leg]) -> (f64, String) {
        let lines = || legs.iter().flat_map(|leg| &leg.lines);
        let waits = || lines().filter(|line| matches!(line.what, What::Waiting(_)));
        let waited: f64 = waits().map(|line| line.hours).sum();
        // Until a wagon has come nobody pays for it; once loaded it also stands for rules to change.
        let stood: f64 = legs.iter().filter(|leg| leg.kind != LegKind::Loading).map(|leg| leg.waited).sum();
        let loaded = legs.iter().map(|leg| leg.hours).sum::<f64>() - waited;
        let days = (loaded + stood) / 24.0;
        match item {
            CostItem::Demurrage => {
                let wait_variance: f64 = waits().map(|line| line.sd * line.sd).sum();
                let variance = legs.iter().map(|leg| leg.variance).sum::<f64>() - wait_variance;
                let time = TravelTime { mean: loaded, variance: variance.max(0.0), ..self.route.time };
                let beyond = (time.at_least(loaded).mean - loaded) / 24.0;
                (beyond, format!("by the day: {beyond:.1}, the mean time beyond the mean loaded journey"))
            }
            CostItem::WagonRent => (2.0 * days, format!("by the day: 2 × {days:.1}")),
            CostItem::Waiting => (waited / 24.0, format!("by the day: {:.1}", waited / 24.0)),
            _ => (days, format!("by the day: {days:.1}")),
        }
    }

    /// The first vehicle of the route that goes by one of these modes, or the first at all.
    pub(super) fn vehicle_of(&self, modes: &[Mode]) -> Option<u32> {
        let vehicles = self.model.case.goods.vehicles();
        let mut used = self.route.vehicles.iter().map(|(vehicle, ..)| *vehicle);
        used.find(|vehicle| modes.contains(&vehicles[*vehicle as usize].mode))
            .or_else(|| self.wagons().first().copied())
            .or_else(|| self.route.vehicles.first().map(|(vehicle, ..)| *vehicle))
    }

    /// The kinds of wagons that the route uses, in order.
    pub(super) fn wagons(&self) -> Vec<u32> {
        let vehicles = self.model.case.goods.vehicles();
        let used = self.route.vehicles.iter().map(|(vehicle, ..)| *vehicle);
        used.filter(|vehicle| vehicles[*vehicle as usize].mode == Mode::Rail).collect()
    }

    /// The quantities of a vehicle, or of the first one of the route.
    pub(super) fn lot(&self, vehicle: Option<u32>) -> Option<Lot> {
        let number = vehicle.or_else(|| self.route.vehicles.first().map(|(vehicle, ..)| *vehicle))?;
        self.answer.consignment.lots.get(number as usize).copied()
    }
}
