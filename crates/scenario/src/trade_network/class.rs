//! Classes: goods that travel alike, each with one compiled graph.

use std::collections::BTreeMap;

use case::{Commodity, Form};
use jiff::civil::Date;
use network::{PlaceId, Supply};
use rayon::prelude::*;
use regime::{
    ClassScope, CompiledClasses, Consignment, Day, Effect, Leniency, Movement, Perspective, Pricing, Reach,
    Speaking, Sums, VersionId, compile_classes,
};
use routing::{Metric, RoutingError};

use super::capacity::{Capacity, capacities};
use super::form_supply::{FormSupply, Hauls, supply_of};
use super::pool::Pair;
use super::skim::{Ends, free_costs};
use crate::Model;

/// Tonnes of a consignment over which prices by consignment or train are spread.
const CONSIGNMENT: f64 = 1000.0;

/// Goods that stand for a group of trade on the network.
#[derive(Debug, Clone)]
pub struct Cargo {
    /// The name of the group.
    pub name: String,
    /// The commodity that stands for it: its form, value, value of time and heading.
    pub commodity: Commodity,
}

/// A place by which a zone's goods enter and leave the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The place.
    pub place: PlaceId,
    /// USD a tonne between the zone and the place, beyond the network.
    pub usd_per_tonne: f64,
    /// Hours likewise.
    pub hours: f64,
}

/// A part of an economy in which goods start and end.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkZone {
    /// The code of its economy.
    pub economy: String,
    /// Whether it lies on the network. Between two zones beyond it nothing is carried on it.
    pub on_network: bool,
    /// Where each cargo meets the network: the zone's own place at no cost, or gateways.
    pub entries: Vec<Vec<Entry>>,
}

/// Duties and subsidies between two economies for a cargo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairMoney {
    /// The version that asks or gives it.
    pub version: VersionId,
    /// Whether it is given rather than taken.
    pub is_subsidy: bool,
    /// USD a tonne.
    pub usd_per_tonne: f64,
}

/// One class: a cargo under one set of versions, as numbers on the arcs of its form's graph.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// The cargo, by number.
    pub(super) cargo: usize,
    /// The supply, by number.
    pub(super) supply: usize,
    /// What each arc takes and costs without congestion; nothing where it may not be used.
    pub(super) sums: Vec<Option<Sums>>,
    /// Money and time of each arc without congestion, in the fixed point of searches.
    pub(super) free: Metric,
    /// Where its goods enter the network.
    pub(super) starts: Ends,
    /// Where they leave it.
    pub(super) ends: Ends,
}

/// All classes of a case on a date.
#[derive(Debug, Clone)]
pub struct TradeNetwork {
    /// The date whose rules hold.
    pub date: Date,
    /// The goods.
    pub cargoes: Vec<Cargo>,
    /// The economies, as zones name them.
    pub economies: Vec<String>,
    /// Where goods start and end.
    pub zones: Vec<NetworkZone>,
    /// The economy of each zone.
    pub economy_of: Vec<usize>,
    /// The classes.
    pub(super) classes: Vec<Class>,
    /// What is scarce.
    pub capacities: Vec<Capacity>,
    pub(super) supplies: Vec<FormSupply>,
    /// By cargo, economy of origin and of destination.
    class_of: Vec<u32>,
    pair_money: BTreeMap<(usize, usize, usize), Vec<PairMoney>>,
    pub(super) reliability_ratio: f64,
}

/// What tells economies apart in the rules of a date: for each version whether it names the economy as an origin, as a
/// destination, and as its own territory. Economies of one standing share their classes.
type Standing = Vec<[bool; 3]>;

impl TradeNetwork {
    /// Compiles every class of the zones' economies on a date. Routes that are not known to be open are closed, unless
    /// `assume_open`. What takes time and depends on the shape of graphs alone is shared with a near network where the
    /// shape is the same.
    ///
    /// # Errors
    /// If the case's numbers do not fit a graph.
    pub fn new(
        model: &Model,
        date: Date,
        perspective: Perspective,
        assume_open: bool,
        cargoes: Vec<Cargo>,
        zones: Vec<NetworkZone>,
        near: Option<&Self>,
    ) -> Result<Self, RoutingError> {
        let mut economies: Vec<String> = Vec::new();
        let economy_of: Vec<usize> = zones
            .iter()
            .map(|zone| {
                economies.iter().position(|known| *known == zone.economy).unwrap_or_else(|| {
                    economies.push(zone.economy.clone());
                    economies.len() - 1
                })
            })
            .collect();
        let mut places: Vec<PlaceId> =
            zones.iter().flat_map(|zone| zone.entries.iter().flatten().map(|entry| entry.place)).collect();
        places.sort_unstable();
        places.dedup();
        let mut forms: Vec<Form> = Vec::new();
        let supply_of_cargo: Vec<usize> = cargoes
            .iter()
            .map(|cargo| {
                let form = cargo.commodity.form;
                forms.iter().position(|known| *known == form).unwrap_or_else(|| {
                    forms.push(form);
                    forms.len() - 1
                })
            })
            .collect();
        let supplies: Vec<Supply> = forms.par_iter().map(|form| supply_of(model, *form, &places)).collect();
        let capacities = capacities(model);
        let signatures = Signatures::new(model, date, perspective, &economies);
        let reach = Reach::new(&model.case, &model.network, &model.regime, date, perspective);
        let leniency = if assume_open { Leniency::NotKnown } else { Leniency::None };
        let compiled: Vec<CargoClasses> = cargoes
            .par_iter()
            .zip(&supply_of_cargo)
            .map(|(cargo, supply)| {
                let compiling = Compiling { model, reach: &reach, supply: &supplies[*supply], leniency };
                compiling.classes_of(cargo, date, perspective, &economies, &signatures)
            })
            .collect();
        let mut hauls: Vec<Hauls> = forms.iter().map(|_| Hauls::default()).collect();
        // By cargo, the number in its form of each haul of its own.
        let numbers: Vec<Vec<u32>> = compiled
            .iter()
            .zip(&supply_of_cargo)
            .map(|(own, supply)| own.classes.hauls.iter().map(|haul| hauls[*supply].number(haul)).collect())
            .collect();
        let supplies = supplies
            .into_iter()
            .zip(hauls)
            .enumerate()
            .map(|(number, (supply, hauls))| {
                let near = near.and_then(|near| near.supplies.get(number));
                FormSupply::new(model, supply, hauls, &capacities, near)
            })
            .collect::<Result<Vec<FormSupply>, RoutingError>>()?;
        let count = economies.len();
        let mut class_of = Vec::with_capacity(cargoes.len() * count * count);
        let mut pair_money = BTreeMap::new();
        let mut classes: Vec<Class> = Vec::new();
        for (cargo, (own, numbers)) in compiled.into_iter().zip(numbers).enumerate() {
            let supply = supply_of_cargo[cargo];
            let first = classes.len() as u32;
            class_of.extend(own.day_of.iter().map(|day| first + own.classes.class_of[*day]));
            for (cell, day) in own.day_of.iter().enumerate() {
                if !own.money[*day].is_empty() {
                    pair_money.insert((cargo, cell / count, cell % count), own.money[*day].clone());
                }
            }
            let form = &supplies[supply];
            let steps = form.supply.arcs.len();
            for legs in own.classes.legs {
                let mut sums: Vec<Option<Sums>> = vec![None; form.graph.arc_count()];
                sums[..steps].copy_from_slice(&legs[..steps]);
                for (number, leg) in numbers.iter().zip(&legs[steps..]) {
                    sums[steps + *number as usize] = *leg;
                }
                let free = free_costs(&sums, cargoes[cargo].commodity.value_of_time)?;
                let (starts, ends) = (Ends::default(), Ends::default());
                classes.push(Class { cargo, supply, sums, free, starts, ends });
            }
        }
        let reliability_ratio = model.case.parameter("reliability_ratio");
        let mut network = Self {
            date,
            cargoes,
            economies,
            zones,
            economy_of,
            classes,
            capacities,
            supplies,
            class_of,
            pair_money,
            reliability_ratio,
        };
        network.find_ends();
        Ok(network)
    }

    /// Number of classes.
    #[must_use]
    pub fn class_count(&self) -> usize {
        self.classes.len()
    }

    /// The class of a cargo between two economies, by number.
    #[must_use]
    pub fn class_of(&self, cargo: usize, origin: usize, destination: usize) -> usize {
        let count = self.economies.len();
        self.class_of[(cargo * count + origin) * count + destination] as usize
    }

    /// The class of a cargo between two zones.
    pub(super) fn class_of_pair(&self, pair: Pair) -> usize {
        self.class_of(pair.cargo, self.economy_of[pair.origin], self.economy_of[pair.destination])
    }

    /// The supply over which a class goes.
    pub(super) fn supply_of(&self, class: usize) -> &FormSupply {
        &self.supplies[self.classes[class].supply]
    }

    /// Duties and subsidies on a cargo between two economies.
    #[must_use]
    pub fn pair_money(&self, cargo: usize, origin: usize, destination: usize) -> &[PairMoney] {
        self.pair_money.get(&(cargo, origin, destination)).map_or(&[], Vec::as_slice)
    }
}

/// The classes of one cargo between all pairs of economies.
struct CargoClasses {
    /// By origin and destination, the day of a consignment that stands as theirs does.
    day_of: Vec<usize>,
    /// Duties and subsidies by day.
    money: Vec<Vec<PairMoney>>,
    classes: CompiledClasses,
}

/// What all cargoes of a form are compiled with.
struct Compiling<'a> {
    model: &'a Model,
    reach: &'a Reach,
    supply: &'a Supply,
    leniency: Leniency,
}

impl Compiling<'_> {
    fn classes_of(
        &self,
        cargo: &Cargo,
        date: Date,
        perspective: Perspective,
        economies: &[String],
        signatures: &Signatures,
    ) -> CargoClasses {
        let Model { case, network, regime, .. } = self.model;
        let count = economies.len();
        let goods = &cargo.commodity;
        let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut consignments: Vec<Consignment> = Vec::new();
        let day_of = (0..count * count)
            .map(|cell| {
                let (origin, destination) = (cell / count, cell % count);
                let standings = (signatures.standing[origin], signatures.standing[destination]);
                *known.entry(standings).or_insert_with(|| {
                    let (from, to) = (&economies[origin], &economies[destination]);
                    consignments.push(Consignment::new(case, goods, goods.form, from, to, CONSIGNMENT));
                    consignments.len() - 1
                })
            })
            .collect();
        let days: Vec<Day<'_>> =
            consignments.iter().map(|own| Day::new(case, network, regime, own, date, perspective)).collect();
        CargoClasses {
            day_of,
            money: days.iter().map(|day| money_of(self.model, day)).collect(),
            classes: compile_classes(case, network, regime, self.supply, self.reach, &days, self.leniency),
        }
    }
}

/// What duties and subsidies come to, in USD a tonne. One whose end nobody reported counts as last known.
fn money_of(model: &Model, day: &Day<'_>) -> Vec<PairMoney> {
    let pricing = Pricing { case: &model.case, network: &model.network, regime: &model.regime, day };
    day.at_pair()
        .filter_map(|speaking| {
            let usd_per_tonne = pricing.pair_money(speaking.version).filter(|usd| *usd > 0.0)?;
            let is_subsidy = model.regime.rules.get(speaking.version).effect == Effect::Subsidy;
            Some(PairMoney { version: speaking.version, is_subsidy, usd_per_tonne })
        })
        .collect()
}

/// Which versions speak on a date, and how the economies stand to them.
struct Signatures {
    /// By economy, the number of its standing.
    standing: Vec<usize>,
}

impl Signatures {
    fn new(model: &Model, date: Date, perspective: Perspective, economies: &[String]) -> Self {
        let rules = &model.regime.rules;
        let speaking: Vec<Speaking> =
            rules.rules.iter().filter_map(|rule| rules.speaking(rule, date, perspective)).collect();
        let party = |economy: &str, parties: &[String]| {
            parties.is_empty()
                || parties.iter().any(|party| model.case.economies.belongs(economy, party, date))
        };
        let of = |economy: &String| -> Standing {
            let own = |scope: &ClassScope| {
                let inside = scope.movement != Movement::Any && scope.movement_territory.contains(economy);
                [party(economy, &scope.origins), party(economy, &scope.destinations), inside]
            };
            speaking.iter().map(|speaking| own(&rules.get(speaking.version).class)).collect()
        };
        let mut known: BTreeMap<Standing, usize> = BTreeMap::new();
        let standing = economies
            .iter()
            .map(|economy| {
                let next = known.len();
                *known.entry(of(economy)).or_insert(next)
            })
            .collect();
        Self { standing }
    }
}
