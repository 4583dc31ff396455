//! What is shipped: goods, their form, from which economy to which, how much.

use case::{Case, Commodity, Form, Lot, Mode};
use jiff::civil::Date;

use crate::rule::{ClassScope, Movement};

/// Goods to be carried. Together with the dates this is the class for which rules are compiled.
#[derive(Debug, Clone)]
pub struct Consignment {
    /// The goods.
    pub commodity: Commodity,
    /// The form in which they travel.
    pub form: Form,
    /// ISO 3166 alpha-3 code of the economy they come from.
    pub origin_economy: String,
    /// … and go to.
    pub destination_economy: String,
    /// How much.
    pub tonnes: f64,
    /// Conditions of rules that the shipper declares to meet.
    pub meets: Vec<String>,
    /// Quantities by vehicle number, for spreading prices.
    pub lots: Vec<Lot>,
}

impl Consignment {
    /// A consignment; quantities per vehicle come from the case.
    #[must_use]
    pub fn new(
        case: &Case,
        commodity: &Commodity,
        form: Form,
        origin: &str,
        destination: &str,
        tonnes: f64,
    ) -> Self {
        let mut lots = Vec::new();
        for vehicle in case.goods.vehicles() {
            let per_vehicle = case.goods.tonnes_per_vehicle(commodity, vehicle);
            let tonnes_per_teu = vehicle.teu.map(|teu| per_vehicle / teu);
            lots.push(Lot {
                tonnes,
                tonnes_per_vehicle: per_vehicle,
                tonnes_per_teu,
                vehicles_per_train: vehicle.per_train.map(f64::from),
            });
        }
        Self {
            commodity: commodity.clone(),
            form,
            origin_economy: origin.to_owned(),
            destination_economy: destination.to_owned(),
            tonnes,
            meets: Vec::new(),
            lots,
        }
    }

    /// Tonnes in one container of this consignment by the rail platform of the case, or a truck.
    #[must_use]
    pub fn tonnes_per_teu(&self, case: &Case) -> Option<f64> {
        let container = |mode: Mode| {
            (0..)
                .zip(case.goods.vehicles())
                .find(|(_, vehicle)| {
                    vehicle.form == Form::Container && vehicle.mode == mode && vehicle.teu.is_some()
                })
                .and_then(|(number, _): (usize, _)| self.lots[number].tonnes_per_teu)
        };
        container(Mode::Rail).or_else(|| container(Mode::Road))
    }

    /// Whether a version's class scope holds this consignment on a date.
    #[must_use]
    pub fn is_in(&self, scope: &ClassScope, case: &Case, date: Date) -> bool {
        let party = |economy: &str, parties: &[String]| {
            parties.is_empty() || parties.iter().any(|party| case.economies.belongs(economy, party, date))
        };
        let from_it = scope.movement_territory.contains(&self.origin_economy);
        let to_it = scope.movement_territory.contains(&self.destination_economy);
        let moves = match scope.movement {
            Movement::Any => true,
            Movement::Transit => !from_it && !to_it,
            Movement::Import => !from_it && to_it,
            Movement::Export => from_it && !to_it,
            Movement::Domestic => from_it && to_it,
        };
        moves
            && party(&self.origin_economy, &scope.origins)
            && party(&self.destination_economy, &scope.destinations)
            && scope.goods.holds(&self.commodity.hs)
            && (scope.forms.is_empty() || scope.forms.contains(&self.form))
    }

    /// Vehicles of a number that the consignment fills, the last one perhaps in part.
    #[must_use]
    pub fn vehicles(&self, vehicle: u32) -> f64 {
        (self.tonnes / self.lots[vehicle as usize].tonnes_per_vehicle - 1e-9).ceil().max(1.0)
    }
}
