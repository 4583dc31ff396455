//! The network for one form of goods: one graph for all classes, so that a class is no more than numbers on its arcs.

use std::collections::BTreeMap;
use std::sync::Arc;

use case::{Form, Mode};
use network::{Direction, LinkId, Need, Phase, PlaceId, State, Step, Supply};
use regime::Haul;
use routing::{Graph, Order, RoutingError, Topology};

use super::capacity::Capacity;
use crate::Model;

/// No arc: the leg is not there.
pub(super) const NO_ARC: u32 = u32::MAX;

/// The supply of one form of goods, with the ends of all zones in it.
///
/// Arcs are its steps, by number, and after them the hauls of any class.
#[derive(Debug, Clone)]
pub(super) struct FormSupply {
    pub(super) supply: Supply,
    /// The states in store at a place where goods start, and where they end.
    ends: Vec<[Option<u32>; 2]>,
    /// Hauls of any class.
    pub(super) hauls: Vec<Haul>,
    /// Nodes are the states of the supply.
    pub(super) graph: Graph,
    /// The hierarchy of the graph, for all classes and delays.
    pub(super) topology: Arc<Topology>,
    /// Scarce capacities by arc: where each arc's begin in `passes`.
    first_pass: Vec<u32>,
    /// The capacity, and units of it that a tonne takes.
    passes: Vec<(u32, f64)>,
    /// Arcs that take any, ascending.
    scarce: Vec<u32>,
}

/// Hauls of one supply while they are gathered, each once.
#[derive(Debug, Default)]
pub(super) struct Hauls {
    all: Vec<Haul>,
    numbers: BTreeMap<HaulKey, u32>,
}

/// Vehicle, first place, links: what makes a haul.
type HaulKey = (u32, PlaceId, Vec<(LinkId, Direction)>);

fn key(haul: &Haul) -> HaulKey {
    (haul.vehicle, haul.from, haul.links.clone())
}

impl Hauls {
    /// The number of a haul.
    pub(super) fn number(&mut self, haul: &Haul) -> u32 {
        *self.numbers.entry(key(haul)).or_insert_with(|| {
            self.all.push(haul.clone());
            self.all.len() as u32 - 1
        })
    }
}

/// The supply of a form of goods between some places.
pub(super) fn supply_of(model: &Model, form: Form, places: &[PlaceId]) -> Supply {
    let need = Need { form, origins: places, destinations: places, modes: &Mode::ALL, handling: true };
    Supply::build(&model.network, &model.case, &need)
}

impl FormSupply {
    /// A supply joined with the hauls of its classes into a graph.
    ///
    /// # Errors
    /// If there are too many nodes or arcs.
    pub(super) fn new(
        model: &Model,
        supply: Supply,
        hauls: Hauls,
        capacities: &[Capacity],
        near: Option<&Self>,
    ) -> Result<Self, RoutingError> {
        let mut ends = vec![[None; 2]; model.network.places.all().len()];
        for (number, state) in (0u32..).zip(&supply.states) {
            let side = match state.phase {
                Phase::Origin => 0,
                Phase::Destination => 1,
                Phase::Ready | Phase::Arrived => continue,
            };
            ends[state.place.0 as usize][side] = Some(number);
        }
        let of_haul = |haul: &Haul| {
            let state = |place, phase| {
                let state = State { place, phase, on: Some((Mode::Rail, haul.vehicle)) };
                supply.number(state).unwrap_or(NO_ARC)
            };
            (state(haul.from, Phase::Ready), state(haul.to, Phase::Arrived))
        };
        let steps = supply.arcs.iter().map(|arc| (arc.tail, arc.head));
        let arcs: Vec<(u32, u32)> = steps.chain(hauls.all.iter().map(of_haul)).collect();
        let graph = Graph::new(supply.states.len(), &arcs)?;
        let topology = match near.filter(|near| near.graph == graph) {
            Some(near) => Arc::clone(&near.topology),
            None => Arc::new(Topology::new(&graph, &Order::by_structure(&graph))?),
        };
        let hauls = hauls.all;
        let mut made = Self {
            supply,
            ends,
            hauls,
            graph,
            topology,
            first_pass: vec![0],
            passes: Vec::new(),
            scarce: Vec::new(),
        };
        made.find_passes(model, capacities);
        Ok(made)
    }

    fn find_passes(&mut self, model: &Model, capacities: &[Capacity]) {
        let mut by_link: Vec<Vec<u32>> = vec![Vec::new(); model.network.links.len()];
        for (number, capacity) in (0u32..).zip(capacities) {
            if let Some(link) = capacity.link(model) {
                by_link[link.0 as usize].push(number);
            }
        }
        for arc in 0..self.graph.arc_count() as u32 {
            let (service, vehicle) = match self.leg(arc) {
                Leg::Step(own) => {
                    let service = if let Step::Move { service, .. } = own.step { service } else { None };
                    (service, own.vehicle)
                }
                Leg::Haul(haul) => (None, haul.vehicle),
            };
            let tonnes = model.case.goods.vehicles()[vehicle as usize].tonnes;
            let mut found: Vec<(u32, f64)> = Vec::new();
            let take = |number: &u32| (*number, capacities[*number as usize].units_per_tonne(tonnes));
            self.links_of(arc, |link| found.extend(by_link[link.0 as usize].iter().map(take)));
            if let Some(service) = service {
                let on_it = (0u32..).zip(capacities).filter(|(_, own)| own.is_service(service));
                found.extend(on_it.map(|(number, _)| take(&number)));
            }
            if !found.is_empty() {
                self.scarce.push(arc);
            }
            self.passes.extend(found);
            self.first_pass.push(self.passes.len() as u32);
        }
    }

    /// Where goods start at a place (side 0) or end there (side 1), where they can.
    pub(super) fn end(&self, place: PlaceId, side: usize) -> Option<u32> {
        self.ends.get(place.0 as usize)?[side]
    }

    /// What an arc is.
    pub(super) fn leg(&self, arc: u32) -> Leg<'_> {
        let steps = self.supply.arcs.len();
        match self.supply.arcs.get(arc as usize) {
            Some(step) => Leg::Step(step),
            None => Leg::Haul(&self.hauls[arc as usize - steps]),
        }
    }

    /// The links of an arc, in order; none where goods are handled.
    pub(super) fn links_of(&self, arc: u32, mut each: impl FnMut(LinkId)) {
        match self.leg(arc) {
            Leg::Step(own) => {
                if let Step::Move { link, .. } = own.step {
                    each(link);
                }
            }
            Leg::Haul(haul) => haul.links.iter().for_each(|(link, _)| each(*link)),
        }
    }

    /// The scarce capacities that an arc takes, with units a tonne.
    pub(super) fn passes(&self, arc: u32) -> &[(u32, f64)] {
        let at = |arc: usize| self.first_pass[arc] as usize;
        &self.passes[at(arc as usize)..at(arc as usize + 1)]
    }

    /// The arcs that take scarce capacities, ascending.
    pub(super) fn scarce_arcs(&self) -> &[u32] {
        &self.scarce
    }

    /// By arc of another state of the same network, the arc here that is the same leg between the same states.
    pub(super) fn arcs_of(&self, other: &Self) -> Vec<u32> {
        let (steps, theirs) = (self.supply.arcs.len(), other.supply.arcs.len());
        let mut arcs = Vec::with_capacity(theirs + other.hauls.len());
        if self.supply.states == other.supply.states && self.supply.arcs == other.supply.arcs {
            arcs.extend(0..steps as u32);
        } else {
            let state = |node: u32| self.supply.number(other.supply.states[node as usize]);
            arcs.extend(other.supply.arcs.iter().map(|arc| {
                let (Some(tail), Some(head)) = (state(arc.tail), state(arc.head)) else { return NO_ARC };
                let is_same = |found: &&u32| {
                    self.graph.head(**found) == head
                        && matches!(self.leg(**found), Leg::Step(own) if own.step == arc.step)
                };
                self.graph.outgoing(tail).iter().find(is_same).copied().unwrap_or(NO_ARC)
            }));
        }
        let is_same = |a: &Haul, b: &Haul| (a.vehicle, a.from, &a.links) == (b.vehicle, b.from, &b.links);
        let mut numbers: Option<BTreeMap<HaulKey, u32>> = None;
        for (position, haul) in other.hauls.iter().enumerate() {
            // Mostly they are the same in the same order.
            let number = if self.hauls.get(position).is_some_and(|own| is_same(own, haul)) {
                Some(position as u32)
            } else {
                let numbers = numbers.get_or_insert_with(|| self.hauls.iter().map(key).zip(0u32..).collect());
                numbers.get(&key(haul)).copied()
            };
            arcs.push(number.map_or(NO_ARC, |number| steps as u32 + number));
        }
        arcs
    }
}

/// What an arc is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leg<'a> {
    /// A step of the supply.
    Step(&'a network::SupplyArc),
    /// A haul.
    Haul(&'a Haul),
}
