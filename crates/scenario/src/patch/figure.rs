//! Figures without dates, changed where the day of the question is one of the measure's.

use case::{Figure, Mode};
use network::LinkId;

use super::Patching;
use crate::input::{Input, Part};
use crate::measure::{
    Capacity, Gauge, Measure, OfActivities, OfLinks, OfServices, OfTransfers, OfWaits, Tariff,
};
use crate::model::Model;

/// A new value, or a factor of the old one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    To(f64),
    Times(f64),
}

impl Amount {
    pub(super) fn of(self, before: f64) -> f64 {
        match self {
            Self::To(value) => value,
            Self::Times(factor) => before * factor,
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::To(value) => value.to_string(),
            Self::Times(factor) => format!("× {factor}"),
        }
    }
}

/// What a row's figure is called, and where.
type FigureName<'a> = (&'static str, &'a str, &'static str);

impl Patching<'_> {
    /// The amount of a measure; a finding where it is none, or two.
    pub(super) fn amount(
        &mut self,
        measure: &Measure,
        value: Option<f64>,
        factor: Option<f64>,
    ) -> Option<Amount> {
        let amount = match (value, factor) {
            (Some(value), None) => Amount::To(value),
            (None, Some(factor)) => Amount::Times(factor),
            (None, None) => {
                let problem = "it says neither a value nor a factor".to_owned();
                self.fault(measure, "missing-value", "value", problem, "`value = …` or `factor = …`");
                return None;
            }
            (Some(_), Some(_)) => {
                let problem = "it says both a value and a factor".to_owned();
                self.fault(measure, "malformed-value", "factor", problem, "one of the two");
                return None;
            }
        };
        let (field, number) = match amount {
            Amount::To(value) => ("value", value),
            Amount::Times(factor) => ("factor", factor),
        };
        if number.is_finite() && number >= 0.0 {
            return Some(amount);
        }
        self.fault(measure, "malformed-value", field, format!("{number} is no such number"), "zero or more");
        None
    }

    /// Changes one figure: claims it, and sets it where the measure holds.
    fn set(
        &mut self,
        own: (usize, &Measure),
        name: FigureName<'_>,
        (before, amount): (Option<f64>, Amount),
        set: impl FnOnce(&mut Model, f64),
    ) {
        let (_, measure) = own;
        if before.is_none() && matches!(amount, Amount::Times(_)) {
            let problem =
                format!("{} of {} {} is not known, so no factor changes it", name.2, name.0, name.1);
            self.fault(measure, "nothing-to-change", "factor", problem, "`value = …`");
            return;
        }
        let (value, most) = (amount.of(before.unwrap_or_default()), most(name.2));
        if value > most {
            let problem = format!("{} of {} {} becomes {value}, more than can be", name.2, name.0, name.1);
            self.fault(measure, "too-large", "value", problem, format!("at most {most}"));
            return;
        }
        let words = before.map(|before| before.to_string()).unwrap_or_default();
        if self.claim(own, name, words, amount.words()) && self.in_force(measure.window()) {
            set(&mut self.model, value);
        }
    }

    /// Links by identifier; a finding for each that is none.
    fn links_of(&mut self, measure: &Measure, links: &[String]) -> Vec<LinkId> {
        let mut found = Vec::new();
        for id in links {
            match self.model.network.link_id(id) {
                Some(link) => found.push(link),
                None => self.unknown(measure, "links", "links", id),
            }
        }
        found
    }

    /// The link as the case has it, else as a measure added it.
    fn case_link(&self, link: LinkId) -> &network::Link {
        self.base.network.links.get(link.0 as usize).unwrap_or_else(|| self.model.network.link(link))
    }

    pub(super) fn km(&mut self, own: (usize, &Measure), links: &OfLinks) {
        let (_, measure) = own;
        let Some(amount) = self.amount(measure, links.value, links.factor) else { return };
        if amount.of(1.0) <= 0.0 {
            self.fault(measure, "malformed-value", "value", "a link without length".to_owned(), "above zero");
            return;
        }
        let provenance = measure.provenance(self.base);
        for link in self.links_of(measure, &links.links) {
            let (id, before) = (self.case_link(link).id.clone(), self.case_link(link).km);
            self.set(own, ("links", &id, "km"), (Some(before), amount), |model, km| {
                let link = &mut model.network.links[link.0 as usize];
                link.km = km;
                link.provenance.set_figure(Figure::Length, &provenance);
                if !link.lengths.is_empty() {
                    link.lengths.iter_mut().for_each(|length| length.used = false);
                    let note = String::new();
                    let provenance = provenance.clone();
                    link.lengths.push(network::Length { km, used: true, note, provenance });
                }
            });
        }
    }

    pub(super) fn speed(&mut self, own: (usize, &Measure), links: &OfLinks) {
        let (_, measure) = own;
        let Some(amount) = self.amount(measure, links.value, links.factor) else { return };
        if amount.of(1.0) <= 0.0 {
            self.fault(measure, "malformed-value", "value", "a speed of zero".to_owned(), "above zero");
            return;
        }
        let provenance = measure.provenance(self.base);
        for link in self.links_of(measure, &links.links) {
            let case_link = self.case_link(link);
            let (id, mode) = (case_link.id.clone(), case_link.mode);
            if case_link.hours.is_some() {
                let problem = format!("the time on {id} is given in hours, which no speed changes");
                self.fault(measure, "nothing-to-change", "links", problem, "the kind `hours`");
                continue;
            }
            let before = case_link.speed_kmh.unwrap_or_else(|| self.base.case.parameter(speed_of(mode)));
            self.set(own, ("links", &id, "speed_kmh"), (Some(before), amount), |model, speed| {
                Input::LinkSpeed(link).set_in(speed, model, &provenance);
            });
        }
    }

    pub(super) fn hours(&mut self, own: (usize, &Measure), links: &OfLinks) {
        let (_, measure) = own;
        let Some(amount) = self.amount(measure, links.value, links.factor) else { return };
        if amount.of(1.0) <= 0.0 {
            let problem = "a way without time".to_owned();
            self.fault(measure, "malformed-value", "value", problem, "above zero, in hours");
            return;
        }
        let provenance = measure.provenance(self.base);
        for link in self.links_of(measure, &links.links) {
            let case_link = self.case_link(link);
            let (id, before) = (case_link.id.clone(), case_link.hours);
            self.set(own, ("links", &id, "hours"), (before, amount), |model, hours| {
                Input::LinkHours(link).set_in(hours, model, &provenance);
            });
        }
    }

    pub(super) fn gauge(&mut self, own: (usize, &Measure), gauge: &Gauge) {
        let (_, measure) = own;
        if gauge.value == 0 {
            let problem = "a railway without gauge".to_owned();
            self.fault(measure, "malformed-value", "value", problem, "1520 or 1435");
            return;
        }
        for link in self.links_of(measure, &gauge.links) {
            let case_link = self.case_link(link);
            let (id, mode, before) = (case_link.id.clone(), case_link.mode, case_link.gauge_mm);
            if mode != Mode::Rail {
                let problem = format!("{id} is no railway");
                self.fault(measure, "malformed-value", "links", problem, "links by rail");
                continue;
            }
            let amount = Amount::To(f64::from(gauge.value));
            self.set(own, ("links", &id, "gauge_mm"), (Some(f64::from(before)), amount), |model, gauge| {
                model.network.links[link.0 as usize].gauge_mm = gauge as u32;
            });
        }
    }

    pub(super) fn capacity(&mut self, own: (usize, &Measure), capacity: &Capacity) {
        let (_, measure) = own;
        let Some(amount) = self.amount(measure, capacity.value, capacity.factor) else { return };
        let known = |table: &str| -> &'static [&'static str] {
            let column = case::schema::table(table)
                .and_then(|table| table.columns.iter().find(|column| column.name == "capacity_unit"));
            match column.map(|column| column.kind) {
                Some(case::schema::Kind::OneOf(words)) => words,
                _ => &[],
            }
        };
        for (table, ids) in [("links", &capacity.links), ("services", &capacity.services)] {
            let words = known(table);
            if !ids.is_empty() && !capacity.unit.is_empty() && !words.contains(&capacity.unit.as_str()) {
                let problem = format!("`{}` is no unit of a capacity of {table}", capacity.unit);
                self.fault(measure, "unknown-word", "unit", problem, format!("one of {}", words.join(", ")));
                return;
            }
        }
        let provenance = measure.provenance(self.base);
        for link in self.links_of(measure, &capacity.links) {
            let (id, before) = (self.case_link(link).id.clone(), self.case_link(link).capacity.clone());
            let Some((before, unit)) = self.unit(measure, &id, before, amount, &capacity.unit) else {
                continue;
            };
            self.set(own, ("links", &id, "capacity"), (before, amount), |model, value| {
                let link = &mut model.network.links[link.0 as usize];
                link.capacity = Some((value, unit));
                link.provenance.cells.retain(|(column, _)| *column != "capacity");
                link.provenance.cells.push(("capacity", provenance.clone()));
            });
        }
        for id in &capacity.services {
            let Some(number) = self.service_number(measure, id) else { continue };
            let before = self.model.network.services[number].capacity.clone();
            let Some((before, unit)) = self.unit(measure, id, before, amount, &capacity.unit) else {
                continue;
            };
            self.set(own, ("services", id, "capacity"), (before, amount), |model, value| {
                for own in model.network.services.iter_mut().filter(|own| own.id == *id) {
                    own.capacity = Some((value, unit.clone()));
                }
            });
        }
        for id in &capacity.crossings {
            let Some(number) = self.model.network.crossings.iter().position(|own| own.id == *id) else {
                self.unknown(measure, "crossings", "crossings", id);
                continue;
            };
            let before = self.model.network.crossings[number].capacity;
            self.set(own, ("crossings", id, "capacity"), (before, amount), |model, value| {
                model.network.crossings[number].capacity = Some(value);
            });
        }
    }

    /// The known capacity and the unit of the new one. A factor keeps the unit; a value in another unit
    /// replaces both.
    fn unit(
        &mut self,
        measure: &Measure,
        id: &str,
        before: Option<(f64, String)>,
        amount: Amount,
        unit: &str,
    ) -> Option<(Option<f64>, String)> {
        let known = before.as_ref().map(|(_, unit)| unit.clone()).unwrap_or_default();
        let other = !unit.is_empty() && !known.is_empty() && unit != known;
        if matches!(amount, Amount::Times(_)) && other {
            let problem = format!("the capacity of {id} is in {known}, and a factor keeps the unit");
            self.fault(measure, "wrong-unit", "unit", problem, "no unit, or a value");
            return None;
        }
        if unit.is_empty() && known.is_empty() {
            let problem = format!("the capacity of {id} is not known, and the measure has no unit");
            self.fault(measure, "missing-value", "unit", problem, "a unit, such as tonnes_per_year");
            return None;
        }
        let value = before.map(|(value, _)| value).filter(|_| !other);
        Some((value, if unit.is_empty() { known } else { unit.to_owned() }))
    }

    fn service_number(&mut self, measure: &Measure, id: &str) -> Option<usize> {
        let found = self.model.network.services.iter().position(|own| own.id == id);
        if found.is_none() {
            self.unknown(measure, "services", "services", id);
        }
        found
    }

    pub(super) fn activities(&mut self, own: (usize, &Measure), wanted: &OfActivities, time: bool) {
        let (_, measure) = own;
        let Some(amount) = self.amount(measure, wanted.value, wanted.factor) else { return };
        let known = case::schema::ACTIVITIES;
        for activity in &wanted.activities {
            if !known.contains(&activity.as_str()) {
                let problem = format!("`{activity}` is no activity");
                let valid = case::suggestion(activity, known.iter().copied());
                self.fault(measure, "unknown-word", "activities", problem, valid);
                return;
            }
        }
        let direction = match wanted.direction.as_str() {
            "" => None,
            "forward" => Some(network::Direction::Forward),
            "backward" => Some(network::Direction::Backward),
            other => {
                let problem = format!("`{other}` is no direction");
                self.fault(measure, "unknown-word", "direction", problem, "forward or backward, or nothing");
                return;
            }
        };
        let every = wanted.crossings.iter().any(|id| id == "*");
        for id in wanted.crossings.iter().filter(|id| *id != "*") {
            if !self.model.network.crossings.iter().any(|crossing| crossing.id == *id) {
                self.unknown(measure, "crossings", "crossings", id);
            }
        }
        let mut found: Vec<(u32, u32, String)> = Vec::new();
        for (number, crossing) in (0u32..).zip(&self.model.network.crossings) {
            if !every && !wanted.crossings.contains(&crossing.id) {
                continue;
            }
            for (position, activity) in (0u32..).zip(&crossing.activities) {
                let named = wanted.activities.is_empty() || wanted.activities.contains(&activity.name);
                let headed = direction.is_none() || activity.direction == direction;
                // A factor changes no price that is not known, and none of nothing.
                let has = time
                    || matches!(amount, Amount::To(_))
                    || activity.money.as_ref().is_some_and(|money| money.amount > 0.0);
                if named && headed && has {
                    let way = match activity.direction {
                        None => "",
                        Some(network::Direction::Forward) => " forward",
                        Some(network::Direction::Backward) => " backward",
                    };
                    let goods = activity.goods.0.join("|");
                    let goods = if goods.is_empty() { goods } else { format!(" {goods}") };
                    found.push((number, position, format!("{} {}{way}{goods}", crossing.id, activity.name)));
                }
            }
        }
        if found.is_empty() {
            let problem = "no such activity is done at these crossings".to_owned();
            let valid = "`ayrum network CROSSING` lists what is done there";
            self.fault(measure, "nothing-to-change", "activities", problem, valid);
        }
        for (crossing, position, row) in found {
            let input = |part| Input::Activity(crossing, position, part);
            let touched = self.model.network.crossings[crossing as usize].id.clone();
            self.time_or_price(own, ("activities", &row), (amount, wanted.sd), time, input);
            if self.in_force(measure.window()) {
                self.touched.crossings.insert(touched);
            }
        }
    }

    /// Sets the time of a row, with its spread, or its price.
    fn time_or_price(
        &mut self,
        own: (usize, &Measure),
        (table, row): (&'static str, &str),
        (amount, sd): (Amount, Option<f64>),
        time: bool,
        input: impl Fn(Part) -> Input,
    ) {
        let (_, measure) = own;
        let provenance = measure.provenance(self.base);
        let column = match (table, time) {
            ("services", true) => "wait_hours_mean",
            (_, true) => "hours_mean",
            (_, false) => "amount",
        };
        let value = |part: Part| {
            let of_case = input(part).case_value(self.base);
            of_case.or_else(|| input(part).case_value(&self.model))
        };
        if !time {
            let before = value(Part::Price);
            let price = input(Part::Price);
            self.set(own, (table, row, column), (before, amount), |model, value| {
                price.set_in(value, model, &provenance);
            });
            return;
        }
        if let Some(sd) = sd
            && !(0.0..=MOST_SPREAD).contains(&sd)
        {
            let problem = format!("{sd} is no standard deviation");
            self.fault(measure, "malformed-value", "sd", problem, format!("0 to {MOST_SPREAD} hours"));
            return;
        }
        let (before, spread) = (value(Part::Hours), value(Part::Spread));
        let (hours, deviation) = (input(Part::Hours), input(Part::Spread));
        self.set(own, (table, row, column), (before, amount), |model, value| {
            hours.set_in(value, model, &provenance);
            let spread = match (sd, amount) {
                (Some(sd), _) => Some(sd),
                (None, Amount::Times(factor)) => spread.map(|spread| spread * factor),
                (None, Amount::To(_)) => None,
            };
            if let Some(spread) = spread {
                deviation.set_in(spread, model, &provenance);
            }
        });
    }

    pub(super) fn transfers(&mut self, own: (usize, &Measure), wanted: &OfTransfers, time: bool) {
        let Some(amount) = self.amount(own.1, wanted.value, wanted.factor) else { return };
        for id in &wanted.transfers {
            match self.model.network.transfers.iter().position(|transfer| transfer.id == *id) {
                Some(number) => {
                    let input = |part| Input::Transfer(number as u32, part);
                    self.time_or_price(own, ("transfers", id), (amount, wanted.sd), time, input);
                }
                None => self.unknown(own.1, "transfers", "transfers", id),
            }
        }
    }

    pub(super) fn waits(&mut self, own: (usize, &Measure), wanted: &OfWaits) {
        let Some(amount) = self.amount(own.1, wanted.value, wanted.factor) else { return };
        for id in &wanted.waits {
            match self.model.network.waits.iter().position(|wait| wait.id == *id) {
                Some(number) => {
                    let input = |part| Input::Wait(number as u32, part);
                    self.time_or_price(own, ("waits", id), (amount, wanted.sd), true, input);
                }
                None => self.unknown(own.1, "waits", "waits", id),
            }
        }
    }

    pub(super) fn service(&mut self, own: (usize, &Measure), wanted: &OfServices, time: bool) {
        let Some(amount) = self.amount(own.1, wanted.value, wanted.factor) else { return };
        for id in &wanted.services {
            let Some(number) = self.service_number(own.1, id) else { continue };
            let input = |part| Input::Service(number as u32, part);
            self.time_or_price(own, ("services", id), (amount, wanted.sd), time, input);
            self.copy_to_its_later_parts(number);
        }
    }

    /// Departures a week. Who comes without a timetable waits half the time between two departures on
    /// average, and in proportion for room on one; so the wait changes as the reciprocal.
    pub(super) fn frequency(&mut self, own: (usize, &Measure), wanted: &OfServices) {
        let (_, measure) = own;
        let Some(amount) = self.amount(measure, wanted.value, wanted.factor) else { return };
        if amount.of(1.0) <= 0.0 {
            let problem = "a service that never leaves".to_owned();
            self.fault(measure, "malformed-value", "value", problem, "above zero, or the kind `close`");
            return;
        }
        for id in &wanted.services {
            let Some(number) = self.service_number(measure, id) else { continue };
            let before = self.model.network.services[number].departures_per_week;
            let factor = match (amount, before) {
                (Amount::Times(factor), _) => factor,
                (Amount::To(value), Some(before)) if before > 0.0 => value / before,
                (Amount::To(_), _) => {
                    let problem = format!("the departures of {id} are not known, so its wait cannot follow");
                    let valid = "`factor = …`, or `service-wait` for the wait itself";
                    self.fault(measure, "nothing-to-change", "value", problem, valid);
                    continue;
                }
            };
            if self.claim(own, ("services", id, "departures_per_week"), number_words(before), amount.words())
                && self.in_force(measure.window())
            {
                let service = &mut self.model.network.services[number];
                service.departures_per_week = before.map(|before| amount.of(before));
            }
            let wait = Amount::Times(1.0 / factor);
            let input = |part| Input::Service(number as u32, part);
            self.time_or_price(own, ("services", id), (wait, None), true, input);
            self.copy_to_its_later_parts(number);
        }
    }

    /// A service that a measure cut in two has the same price and wait in both parts.
    fn copy_to_its_later_parts(&mut self, number: usize) {
        let services = &mut self.model.network.services;
        let first = services[number].clone();
        for later in services[number + 1..].iter_mut().filter(|later| later.id == first.id) {
            later.wait = first.wait;
            later.money.clone_from(&first.money);
            later.departures_per_week = first.departures_per_week;
            later.provenance.clone_from(&first.provenance);
        }
    }

    pub(super) fn tariff(&mut self, own: (usize, &Measure), wanted: &Tariff) {
        let (_, measure) = own;
        let sets = wanted.initial.is_some() || wanted.per_km.is_some();
        if wanted.factor.is_some() == sets {
            let problem = "a tariff gets a factor, or new parts".to_owned();
            self.fault(measure, "malformed-value", "factor", problem, "`factor`, or `initial` or `per_km`");
            return;
        }
        let provenance = measure.provenance(self.base);
        for id in &wanted.tariffs {
            let Some(number) = self.model.regime.tariffs.tariffs.iter().position(|tariff| tariff.id == *id)
            else {
                self.unknown(measure, "tariffs", "tariffs", id);
                continue;
            };
            let of_case = self.base.regime.tariffs.tariffs.get(number);
            let Some((initial, per_km)) = of_case.map(|tariff| (tariff.initial, tariff.per_km)) else {
                continue;
            };
            for (column, before, to) in
                [("initial", initial, wanted.initial), ("per_km", per_km, wanted.per_km)]
            {
                if to.is_none() && wanted.factor.is_none() {
                    continue;
                }
                let Some(amount) = self.amount(measure, to, wanted.factor) else { return };
                self.set(own, ("tariffs", id, column), (Some(before), amount), |model, value| {
                    let tariff = &mut model.regime.tariffs.tariffs[number];
                    let part = if column == "initial" { &mut tariff.initial } else { &mut tariff.per_km };
                    *part = value;
                    tariff.provenance.set_figure(Figure::Money, &provenance);
                });
            }
        }
    }
}

/// The most hours of standard deviation, as in the tables of a case.
const MOST_SPREAD: f64 = 2_000.0;

/// The most that a figure of a column can be, as in the tables of a case: beyond it is a slip of the pen,
/// and would not fit the search.
fn most(column: &str) -> f64 {
    match column {
        "km" => 50_000.0,
        "hours" | "hours_mean" | "wait_hours_mean" => 20_000.0,
        _ => 1e12,
    }
}

fn number_words(number: Option<f64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn speed_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Rail => "speed_rail",
        Mode::Road => "speed_road",
        Mode::Ferry => "speed_ferry",
        Mode::Sea => "speed_sea",
        Mode::Air => "speed_air",
    }
}
