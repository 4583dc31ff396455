//! What is scarce: tracks, crossings and ships of which it is known how much they can pass in a year.
//!
//! A capacity of which nobody has a figure binds nobody: it is not made up. Both directions share one, as a single
//! track, a berth and a border post do.

use assignment::LinkFunction;
use case::Provenance;
use network::LinkId;

use crate::Model;

/// Hours in a year.
const YEAR: f64 = 8760.0;
/// Days and weeks in a year.
const DAYS: f64 = 365.0;
const WEEKS: f64 = DAYS / 7.0;
/// Wagons of a usual train where no vehicle says.
const TRAIN: f64 = 50.0;
/// Share of a capacity from which the delay goes on along its tangent.
const SATURATION: f64 = 0.98;

/// What is scarce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scarce {
    /// The track or berth of a link.
    Link(LinkId),
    /// A crossing, by number.
    Crossing(u32),
    /// The ships or flights of a service, by number.
    Service(u32),
}

/// In what a capacity is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Tonnes,
    Vehicles,
}

/// A scarce capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// What is scarce.
    pub of: Scarce,
    /// Its name in words.
    pub name: String,
    /// Units a year, both ways.
    pub yearly: f64,
    /// Units that pass at once: a train, a ship, a truck.
    pub lot: f64,
    /// Where the figure comes from.
    pub provenance: Provenance,
    unit: Unit,
}

impl Capacity {
    /// The word for what it counts.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self.unit {
            Unit::Tonnes => "tonnes",
            Unit::Vehicles => "vehicles",
        }
    }

    /// Units that a tonne takes in a vehicle of a load.
    pub(super) fn units_per_tonne(&self, tonnes_per_vehicle: f64) -> f64 {
        match self.unit {
            Unit::Tonnes => 1.0,
            Unit::Vehicles => 1.0 / tonnes_per_vehicle,
        }
    }

    /// Whether another one is of the same, in the same unit.
    pub(super) fn is_counted_as(&self, other: &Self) -> bool {
        (self.of, self.unit) == (other.of, other.unit)
    }

    pub(super) fn is_service(&self, service: u32) -> bool {
        self.of == Scarce::Service(service)
    }

    /// The link it lies on, where all that passes the link takes of it.
    pub(super) fn link(&self, model: &Model) -> Option<LinkId> {
        match self.of {
            Scarce::Link(link) => Some(link),
            Scarce::Crossing(number) => Some(model.network.crossings[number as usize].link),
            Scarce::Service(_) => None,
        }
    }

    /// Hours that one lot takes to pass.
    #[must_use]
    pub fn hours_of_a_lot(&self) -> f64 {
        YEAR * self.lot / self.yearly
    }

    /// Hours of delay by units a year.
    ///
    /// Lots come at random and pass one after the other, each taking `s = year × lot / capacity` hours: the mean wait of a
    /// queue with one server (Kleinrock, *Queueing Systems* I, 1975),
    ///
    /// ```text
    /// delay = s ρ / (1 − ρ),   ρ = load / capacity
    /// ```
    ///
    /// and its tangent beyond 98 % of the capacity, so that more than fits has a finite, steep cost.
    #[must_use]
    pub fn function(&self) -> LinkFunction {
        LinkFunction::Queue {
            free_flow_time: 0.0,
            capacity: self.yearly,
            servers: 1,
            service_time: self.hours_of_a_lot(),
            variability: 1.0,
            saturation: SATURATION,
        }
    }

    /// Hours of delay at a share of the capacity, and what they grow by as the share does.
    pub(crate) fn delay_at(&self, share: f64) -> (f64, f64) {
        let (function, load) = (self.function(), share * self.yearly);
        (function.time(load), function.slope(load) * self.yearly)
    }

    /// Hours of delay where `load` units a year pass.
    #[must_use]
    pub fn delay(&self, load: f64) -> f64 {
        self.function().time(load)
    }
}

/// Every capacity of which the case has a figure.
pub(super) fn capacities(model: &Model) -> Vec<Capacity> {
    let network = &model.network;
    let vehicles = model.case.goods.vehicles();
    let place = |id| &network.places.get(id).name;
    let typical = |mode: case::Mode| {
        let own = || vehicles.iter().filter(move |vehicle| vehicle.mode == mode);
        let count = own().count().max(1) as f64;
        own().map(|vehicle| vehicle.tonnes).sum::<f64>() / count
    };
    let train = typical(case::Mode::Rail) * TRAIN;
    let mut all = Vec::new();
    for (number, link) in (0u32..).zip(&network.links) {
        let Some((amount, unit)) = &link.capacity else { continue };
        let mut add = |yearly: f64, lot: f64, unit: Unit| {
            if yearly > 0.0 {
                let name = format!("{}–{} ({})", place(link.from), place(link.to), link.mode.word());
                let provenance = link.provenance.of_cells(&["capacity"]).clone();
                all.push(Capacity { of: Scarce::Link(LinkId(number)), name, yearly, lot, provenance, unit });
            }
        };
        match unit.as_str() {
            "tonnes_per_year" => {
                let lot = if link.mode == case::Mode::Road { typical(case::Mode::Road) } else { train };
                add(*amount, lot, Unit::Tonnes);
            }
            "trains_per_day" => add(amount * DAYS * train, train, Unit::Tonnes),
            "vehicles_per_day" => add(amount * DAYS, 1.0, Unit::Vehicles),
            "teu_per_year" => {
                let container = vehicles.iter().find_map(|own| own.teu.map(|teu| own.tonnes / teu));
                add(amount * container.unwrap_or(1.0), train, Unit::Tonnes);
            }
            _ => {}
        }
    }
    for (number, crossing) in (0u32..).zip(&network.crossings) {
        if let Some(daily) = crossing.capacity.filter(|daily| *daily > 0.0) {
            all.push(Capacity {
                of: Scarce::Crossing(number),
                name: crossing.name.clone(),
                yearly: daily * DAYS,
                lot: 1.0,
                provenance: crossing.provenance.of_cells(&["capacity"]).clone(),
                unit: Unit::Vehicles,
            });
        }
    }
    for (number, service) in (0u32..).zip(&network.services) {
        if let Some(((amount, unit), weekly)) = service.capacity.as_ref().zip(service.departures_per_week)
            && *amount * weekly > 0.0
        {
            let tonnes = match unit.as_str() {
                "wagons" => typical(case::Mode::Rail),
                "trucks" => typical(case::Mode::Road),
                "teu" => vehicles.iter().find_map(|own| own.teu.map(|teu| own.tonnes / teu)).unwrap_or(1.0),
                _ => 1.0,
            };
            all.push(Capacity {
                of: Scarce::Service(number),
                name: service.name.clone(),
                // Both ways: a departure from either end.
                yearly: 2.0 * amount * tonnes * weekly * WEEKS,
                lot: amount * tonnes,
                provenance: service.provenance.of_cells(&["capacity"]).clone(),
                unit: Unit::Tonnes,
            });
        }
    }
    all
}
