//! Charges of the whole shipment as lines of a sheet.

use case::{Figure, Lot, Mode, usd_per_tonne};
use regime::{Charge, ChargeUnit, CostItem, Trip, What};

use super::SheetLine;
use super::making::{Sheet, part_of};
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
                        let legs = self.route.legs.iter().filter(|leg| leg.vehicle == *wagon);
                        let trip = self.model.trip(self.answer, legs);
                        let mut own = self.of_item(item, &trip, Some(*wagon));
                        if wagons.len() > 1 {
                            let name = &self.model.case.goods.vehicles()[*wagon as usize].name;
                            own.iter_mut().for_each(|line| line.label = format!("{}: {name}", line.label));
                        }
                        lines.extend(own);
                    }
                }
                CostItem::Demurrage if wagons.is_empty() => {}
                _ => lines = self.of_item(item, &self.trip, wagons.first().copied()),
            }
            if item == CostItem::Waiting {
                self.price_the_wait(&mut lines);
            }
            self.lines.extend(lines);
        }
    }

    /// The lines of an item: of every charge that holds on a trip, or one that says "not known".
    fn of_item(&self, item: CostItem, trip: &Trip, vehicle: Option<u32>) -> Vec<SheetLine> {
        let date = self.answer.question.timing.first_day();
        let consignment = &self.answer.consignment;
        let holds = |charge: &&Charge| {
            charge.item == item && charge.scope.holds(consignment, trip, &self.model.case, date)
        };
        let own: Vec<&Charge> = self.model.regime.charges.iter().filter(holds).collect();
        // A figure of the user's answers what the case only says is not known.
        let answered = own.iter().any(|charge| {
            let money = charge.provenance.of_figure(Figure::Money);
            charge.amount.is_some() && (money.by_user || money.evidence == case::Evidence::Quoted)
        });
        let said = own.iter().filter(|charge| charge.amount.is_some() || !answered);
        let mut lines: Vec<SheetLine> = said.map(|charge| self.charge(charge, vehicle)).collect();
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

    fn charge(&self, charge: &Charge, vehicle: Option<u32>) -> SheetLine {
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
                let (days, how) = self.vehicle_days(charge.item, vehicle);
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
    fn vehicle_days(&self, item: CostItem, vehicle: Option<u32>) -> (f64, String) {
        if item == CostItem::Demurrage {
            let time = &self.route.time;
            let days = (time.at_least(time.mean).mean - time.mean) / 24.0;
            return (days, format!("by the day: {days:.1}, the mean time beyond the mean journey"));
        }
        let used = |leg: &&Leg| vehicle.is_none_or(|vehicle| leg.vehicle == vehicle);
        // Until a wagon has come nobody pays for it; once loaded it also stands for rules to change.
        let held = |leg: &Leg| -> f64 {
            let waits = leg.lines.iter().filter(|line| matches!(line.what, What::Waiting(_)));
            let stands = if leg.kind == LegKind::Loading { 0.0 } else { leg.waited };
            leg.hours + stands - waits.map(|line| line.hours).sum::<f64>()
        };
        let hours: f64 = self.route.legs.iter().filter(used).map(held).sum();
        if matches!(item, CostItem::WagonRent | CostItem::EmptyReturn) {
            (hours / 12.0, format!("by the day: 2 × {:.1}", hours / 24.0))
        } else {
            (hours / 24.0, format!("by the day: {:.1}", hours / 24.0))
        }
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
