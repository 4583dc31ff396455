//! Classes: goods that travel alike, each with one compiled graph.

use std::collections::BTreeMap;

use case::{Commodity, Form, Mode};
use jiff::civil::Date;
use network::{LinkId, Need, Phase, PlaceId, Step, Supply};
use rayon::prelude::*;
use regime::{
    Avoided, ClassScope, Compiler, Consignment, Day, Effect, Leg, Leniency, Movement, Perspective, Pricing,
    Request, Speaking, Sums, Timing, VersionId,
};
use routing::{Graph, RoutingError};

use super::capacity::{Capacity, capacities};
use crate::Model;

/// Tonnes of a consignment over which prices by consignment or train are spread.
const CONSIGNMENT: f64 = 1000.0;

/// No class: the cargo does not go from the one economy to the other, or no vehicle takes it.
const NO_CLASS: u32 = u32::MAX;

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

/// One class: a cargo under one set of versions, and its graph.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// The cargo, by number.
    pub cargo: usize,
    /// The supply, by number.
    pub(super) supply: usize,
    /// Nodes are the states of the supply.
    pub(super) graph: Graph,
    /// What each arc takes and costs without congestion.
    pub(super) sums: Vec<Sums>,
    /// The legs of arcs.
    pub(super) legs: Vec<Leg>,
    /// Links of hauls.
    pub(super) hauls: Vec<Vec<LinkId>>,
    /// Scarce capacities by arc: where each arc's begin in `passes`.
    pub(super) first_pass: Vec<u32>,
    /// The capacity, and units of it that a tonne takes.
    pub(super) passes: Vec<(u32, f64)>,
}

/// The supply of one form of goods, with the ends of all zones in it.
#[derive(Debug, Clone)]
pub(super) struct FormSupply {
    pub(super) form: Form,
    pub(super) supply: Supply,
    /// The states in store at a place where goods start, and where they end.
    pub(super) ends: BTreeMap<PlaceId, [Option<u32>; 2]>,
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
    /// `assume_open`.
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
        let mut supplies: Vec<FormSupply> = Vec::new();
        let supply_of: Vec<usize> = cargoes
            .iter()
            .map(|cargo| {
                let form = cargo.commodity.form;
                supplies.iter().position(|known| known.form == form).unwrap_or_else(|| {
                    supplies.push(FormSupply::new(model, form, &places));
                    supplies.len() - 1
                })
            })
            .collect();
        let capacities = capacities(model);
        let signatures = Signatures::new(model, date, perspective, &economies);
        let count = economies.len();
        let mut numbers: BTreeMap<(usize, Vec<Speaking>), u32> = BTreeMap::new();
        let mut samples: Vec<(usize, Consignment)> = Vec::new();
        let mut class_of = vec![NO_CLASS; cargoes.len() * count * count];
        let mut pair_money = BTreeMap::new();
        for (number, cargo) in cargoes.iter().enumerate() {
            let mut consignment =
                Consignment::new(&model.case, &cargo.commodity, cargo.commodity.form, "", "", CONSIGNMENT);
            let mut known: BTreeMap<(usize, usize), (u32, Vec<PairMoney>)> = BTreeMap::new();
            for origin in 0..count {
                for destination in 0..count {
                    let standings = (signatures.standing[origin], signatures.standing[destination]);
                    let (class, money) = known.entry(standings).or_insert_with(|| {
                        consignment.origin_economy.clone_from(&economies[origin]);
                        consignment.destination_economy.clone_from(&economies[destination]);
                        let day = Day::new(
                            &model.case,
                            &model.network,
                            &model.regime,
                            &consignment,
                            date,
                            perspective,
                        );
                        let of_the_pair = |speaking: &Speaking| {
                            model.regime.rules.get(speaking.version).effect.belongs_to_the_pair()
                        };
                        let own = day.speaking.iter().copied().filter(|own| !of_the_pair(own)).collect();
                        let next = numbers.len() as u32;
                        let class = *numbers.entry((number, own)).or_insert_with(|| {
                            samples.push((number, consignment.clone()));
                            next
                        });
                        (class, money_of(model, &day))
                    });
                    class_of[(number * count + origin) * count + destination] = *class;
                    if !money.is_empty() {
                        pair_money.insert((number, origin, destination), money.clone());
                    }
                }
            }
        }
        let leniency = if assume_open { Leniency::NotKnown } else { Leniency::None };
        let classes = samples
            .par_iter()
            .map(|(cargo, consignment)| {
                let form_supply = &supplies[supply_of[*cargo]];
                let request = Request {
                    consignment,
                    timing: Timing::Snapshot(date),
                    perspective,
                    avoided: Avoided::default(),
                    visits: Vec::new(),
                };
                let compiler =
                    Compiler::new(&model.case, &model.network, &model.regime, &form_supply.supply, request);
                Class::new(
                    *cargo,
                    supply_of[*cargo],
                    model,
                    &form_supply.supply,
                    &compiler,
                    leniency,
                    &capacities,
                )
            })
            .collect::<Result<Vec<Class>, RoutingError>>()?;
        let reliability_ratio = model.case.parameter("reliability_ratio");
        Ok(Self {
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
        })
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

    /// Duties and subsidies on a cargo between two economies.
    #[must_use]
    pub fn pair_money(&self, cargo: usize, origin: usize, destination: usize) -> &[PairMoney] {
        self.pair_money.get(&(cargo, origin, destination)).map_or(&[], Vec::as_slice)
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

impl FormSupply {
    fn new(model: &Model, form: Form, places: &[PlaceId]) -> Self {
        let need = Need { form, origins: places, destinations: places, modes: &Mode::ALL, handling: true };
        let supply = Supply::build(&model.network, &model.case, &need);
        let mut ends: BTreeMap<PlaceId, [Option<u32>; 2]> = BTreeMap::new();
        for (number, state) in (0u32..).zip(&supply.states) {
            let side = match state.phase {
                Phase::Origin => 0,
                Phase::Destination => 1,
                Phase::Ready | Phase::Arrived => continue,
            };
            ends.entry(state.place).or_default()[side] = Some(number);
        }
        Self { form, supply, ends }
    }
}

impl Class {
    fn new(
        cargo: usize,
        supply_number: usize,
        model: &Model,
        supply: &Supply,
        compiler: &Compiler<'_>,
        leniency: Leniency,
        capacities: &[Capacity],
    ) -> Result<Self, RoutingError> {
        let compiled = compiler.compile(leniency);
        let ends: Vec<(u32, u32)> = compiled.arcs.iter().map(|arc| (arc.tail, arc.head)).collect();
        let mut class = Self {
            cargo,
            supply: supply_number,
            graph: Graph::new(supply.states.len(), &ends)?,
            sums: compiled.arcs.iter().map(|arc| arc.sums).collect(),
            legs: compiled.arcs.iter().map(|arc| arc.leg).collect(),
            hauls: compiled
                .hauls
                .iter()
                .map(|haul| haul.links.iter().map(|(link, _)| *link).collect())
                .collect(),
            first_pass: vec![0],
            passes: Vec::new(),
        };
        let by_link = by_link(model, capacities);
        for arc in 0..ends.len() as u32 {
            let (service, vehicle) = match class.legs[arc as usize] {
                Leg::Step(number) => {
                    let own = &supply.arcs[number as usize];
                    let service = if let Step::Move { service, .. } = own.step { service } else { None };
                    (service, own.vehicle)
                }
                Leg::Haul(number) => (None, compiled.hauls[number as usize].vehicle),
            };
            let tonnes = model.case.goods.vehicles()[vehicle as usize].tonnes;
            let mut found: Vec<(u32, f64)> = Vec::new();
            class.links_of(supply, arc, |link| {
                found.extend(
                    by_link
                        .get(&link)
                        .into_iter()
                        .flatten()
                        .map(|&number| (number, capacities[number as usize].units_per_tonne(tonnes))),
                );
            });
            if let Some(service) = service {
                let on_it = |capacity: &Capacity| capacity.is_service(service);
                found.extend(
                    (0u32..)
                        .zip(capacities)
                        .filter(|(_, capacity)| on_it(capacity))
                        .map(|(number, capacity)| (number, capacity.units_per_tonne(tonnes))),
                );
            }
            class.passes.extend(found);
            class.first_pass.push(class.passes.len() as u32);
        }
        Ok(class)
    }

    /// The links of an arc, in order; none where goods are handled.
    pub(super) fn links_of(&self, supply: &Supply, arc: u32, mut each: impl FnMut(LinkId)) {
        match self.legs[arc as usize] {
            Leg::Step(number) => {
                if let Step::Move { link, .. } = supply.arcs[number as usize].step {
                    each(link);
                }
            }
            Leg::Haul(number) => self.hauls[number as usize].iter().copied().for_each(each),
        }
    }

    /// The arc that is an arc of another class: the same leg between the same states.
    pub(super) fn same_arc(&self, own: &Supply, (other, theirs): (&Self, &Supply), arc: u32) -> Option<u32> {
        let state = |node: u32| own.number(theirs.states[node as usize]);
        let (tail, head) = (state(other.graph.tail(arc))?, state(other.graph.head(arc))?);
        let step = |supply: &Supply, number: u32| supply.arcs[number as usize].step;
        let is_same = |found: &&u32| {
            self.graph.head(**found) == head
                && match (self.legs[**found as usize], other.legs[arc as usize]) {
                    (Leg::Step(here), Leg::Step(there)) => step(own, here) == step(theirs, there),
                    (Leg::Haul(here), Leg::Haul(there)) => {
                        self.hauls[here as usize] == other.hauls[there as usize]
                    }
                    _ => false,
                }
        };
        self.graph.outgoing(tail).iter().find(is_same).copied()
    }

    /// The scarce capacities that an arc takes, with units a tonne.
    pub(super) fn passes(&self, arc: u32) -> &[(u32, f64)] {
        let at = |arc: usize| self.first_pass[arc] as usize;
        &self.passes[at(arc as usize)..at(arc as usize + 1)]
    }
}

/// The capacities on each link, of tracks and crossings.
fn by_link(model: &Model, capacities: &[Capacity]) -> BTreeMap<LinkId, Vec<u32>> {
    let mut by_link: BTreeMap<LinkId, Vec<u32>> = BTreeMap::new();
    for (number, capacity) in (0u32..).zip(capacities) {
        if let Some(link) = capacity.link(model) {
            by_link.entry(link).or_default().push(number);
        }
    }
    by_link
}
