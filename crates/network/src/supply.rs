//! The supply graph: where goods can be, and what can be done with them there.
//!
//! A *state* is a place together with the mode, gauge and vehicle that goods are in; an *arc* is
//! a move, a change or a handling. The graph holds what exists physically or could: whether an
//! arc is open on a date, what it takes and what it costs is not known here, so that one supply
//! serves every date.
//!
//! A state in a vehicle comes twice: *ready* to set off, and *arrived*. Goods are loaded and changed
//! into a vehicle that is ready, and changed and unloaded only from one that has arrived: nobody
//! puts goods on a truck to take them off again in the same town, though it may dodge a wait for
//! wagons or cut a haul in two.
//!
//! On rails a railway charges for a haul as a whole, not by link. Tracks inside one railway are
//! listed apart, as [`Track`]s, for the hauls that the crate `regime` makes of them between ready and
//! arrived states. Two hauls of one railway cannot follow each other without a border, a voyage or a
//! drive between, or a tariff that falls with distance could be bought in slices.

use std::collections::HashMap;

use case::{Case, Form, Mode};

use crate::Network;
use crate::crossing::GoodsScope;
use crate::link::{Direction, LinkId};
use crate::place::PlaceId;
use crate::transfer::{Side, Transfer};

/// The phase of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Goods lie in store where the journey starts.
    Origin,
    /// Goods are in a vehicle that is to set off.
    Ready,
    /// Goods have come here in a vehicle.
    Arrived,
    /// Goods lie in store where the journey ends.
    Destination,
}

/// Where goods are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// The place.
    pub place: PlaceId,
    /// The phase.
    pub phase: Phase,
    /// Mode (a wagon on a ferry is in the mode `ferry`) and vehicle by number; nothing in store.
    pub on: Option<(Mode, u32)>,
}

/// What an arc does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a vehicle at the start, by the transfer of that number; nothing where handling is
    /// left out of the question.
    Load(Option<u32>),
    /// Out of a vehicle at the end.
    Unload(Option<u32>),
    /// Along a link; on a service where the link has some. A crossing on the link is passed.
    Move {
        /// The link.
        link: LinkId,
        /// In which direction.
        direction: Direction,
        /// On which service.
        service: Option<u32>,
    },
    /// A change of mode, gauge or vehicle.
    Change(u32),
}

/// An arc of the supply graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupplyArc {
    /// From this state, by number.
    pub tail: u32,
    /// To this one.
    pub head: u32,
    /// What it does.
    pub step: Step,
    /// In which vehicle (after the change, for one).
    pub vehicle: u32,
}

/// A rail link inside one railway, in one direction, for one vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Track {
    /// The link.
    pub link: LinkId,
    /// In which direction.
    pub direction: Direction,
    /// In which vehicle.
    pub vehicle: u32,
}

/// What a supply is built for.
#[derive(Debug, Clone)]
pub struct Need<'a> {
    /// The form of the goods.
    pub form: Form,
    /// Where they may start.
    pub origins: &'a [PlaceId],
    /// Where they may end.
    pub destinations: &'a [PlaceId],
    /// The modes allowed.
    pub modes: &'a [Mode],
    /// Whether goods are loaded and unloaded, or taken up and left on the way (for comparing with
    /// an observed train between two stations).
    pub handling: bool,
}

/// The supply graph for one form of goods.
#[derive(Debug, Clone, Default)]
pub struct Supply {
    /// States by number.
    pub states: Vec<State>,
    /// Arcs other than hauls, by number.
    pub arcs: Vec<SupplyArc>,
    /// Rail links inside railways.
    pub tracks: Vec<Track>,
    numbers: HashMap<State, u32>,
}

impl Supply {
    /// Builds the supply that a need calls for.
    #[must_use]
    pub fn build(network: &Network, case: &Case, need: &Need<'_>) -> Self {
        let mut supply = Self::default();
        let goods = &case.goods;
        for (number, link) in (0u32..).zip(&network.links) {
            if !need.modes.contains(&link.mode) {
                continue;
            }
            let vehicles: Vec<u32> = if link.mode == Mode::Ferry {
                let (rail, road) = link.carries;
                (0u32..)
                    .zip(goods.vehicles())
                    .filter(|(_, vehicle)| vehicle.form == need.form)
                    .filter(|(_, vehicle)| {
                        vehicle.mode == Mode::Rail && rail || vehicle.mode == Mode::Road && road
                    })
                    .map(|(number, _)| number)
                    .collect()
            } else {
                goods.vehicle(need.form, link.mode, link.gauge_mm).into_iter().collect()
            };
            let inside_a_railway = link.mode == Mode::Rail && link.crossing.is_none();
            let services: Vec<Option<u32>> = if link.services.is_empty() {
                vec![None]
            } else {
                let takes = |service: &&u32| {
                    let forms = &network.services[**service as usize].forms;
                    forms.is_empty() || forms.contains(&need.form)
                };
                link.services.iter().filter(takes).copied().map(Some).collect()
            };
            for vehicle in vehicles {
                for direction in link.directions() {
                    if inside_a_railway {
                        supply.tracks.push(Track { link: LinkId(number), direction, vehicle });
                        continue;
                    }
                    let on = Some((link.mode, vehicle));
                    for service in &services {
                        let step = Step::Move { link: LinkId(number), direction, service: *service };
                        for (before, after) in phases(link.mode) {
                            let tail = State { place: link.tail(direction), phase: *before, on };
                            let head = State { place: link.head(direction), phase: *after, on };
                            supply.add(tail, head, step, vehicle);
                        }
                    }
                }
            }
        }
        let at_each = |places: &[PlaceId], mut at: Box<dyn FnMut(PlaceId, Mode, u32) + '_>| {
            for place in places {
                for mode in need.modes.iter().filter(|mode| **mode != Mode::Ferry) {
                    for (number, vehicle) in (0u32..).zip(goods.vehicles()) {
                        let serves = vehicle.form == need.form && vehicle.mode == *mode;
                        if serves && network.touches(*place, *mode, vehicle.gauge_mm) {
                            at(*place, *mode, number);
                        }
                    }
                }
            }
        };
        let mut ends: Vec<(State, State, Step, u32)> = Vec::new();
        at_each(
            need.origins,
            Box::new(|place, mode, vehicle| {
                let gauge_mm = goods.vehicles()[vehicle as usize].gauge_mm;
                let transfer = network.handling(place, mode, gauge_mm, need.form, true);
                if transfer.is_some() || !need.handling {
                    let origin = State { place, phase: Phase::Origin, on: None };
                    let ready = State { place, phase: Phase::Ready, on: Some((mode, vehicle)) };
                    ends.push((origin, ready, Step::Load(transfer.filter(|_| need.handling)), vehicle));
                }
            }),
        );
        at_each(
            need.destinations,
            Box::new(|place, mode, vehicle| {
                let gauge_mm = goods.vehicles()[vehicle as usize].gauge_mm;
                let transfer = network.handling(place, mode, gauge_mm, need.form, false);
                if transfer.is_some() || !need.handling {
                    let there = State { place, phase: Phase::Arrived, on: Some((mode, vehicle)) };
                    let destination = State { place, phase: Phase::Destination, on: None };
                    ends.push((
                        there,
                        destination,
                        Step::Unload(transfer.filter(|_| need.handling)),
                        vehicle,
                    ));
                }
            }),
        );
        for (tail, head, step, vehicle) in ends {
            supply.add(tail, head, step, vehicle);
        }
        for (number, transfer) in (0u32..).zip(&network.transfers) {
            if let Some(place) = transfer.place {
                supply.add_changes(case, need, number, transfer, place);
            }
        }
        supply
    }

    /// The number of a state, where the supply has it.
    #[must_use]
    pub fn number(&self, state: State) -> Option<u32> {
        self.numbers.get(&state).copied()
    }

    fn state(&mut self, state: State) -> u32 {
        let next = self.states.len() as u32;
        *self.numbers.entry(state).or_insert_with(|| {
            self.states.push(state);
            next
        })
    }

    fn add(&mut self, tail: State, head: State, step: Step, vehicle: u32) {
        let (tail, head) = (self.state(tail), self.state(head));
        self.arcs.push(SupplyArc { tail, head, step, vehicle });
    }

    fn add_changes(
        &mut self,
        case: &Case,
        need: &Need<'_>,
        number: u32,
        transfer: &Transfer,
        place: PlaceId,
    ) {
        if !transfer.forms.is_empty() && !transfer.forms.contains(&need.form) {
            return;
        }
        let mut directions = vec![(transfer.from, transfer.to)];
        if transfer.both_ways {
            directions.push((transfer.to, transfer.from));
        }
        for (from, to) in directions {
            let (Side::On(from_mode, _), Side::On(to_mode, _)) = (from, to) else { continue };
            if !need.modes.contains(&from_mode) || !need.modes.contains(&to_mode) {
                continue;
            }
            for (before, after) in vehicles_through(case, need.form, from, to) {
                let tail = State { place, phase: Phase::Arrived, on: Some((from_mode, before)) };
                let head = State { place, phase: Phase::Ready, on: Some((to_mode, after)) };
                self.add(tail, head, Step::Change(number), after);
            }
        }
    }
}

/// The phases before and after a move. A truck drives on from link to link. A train that comes to
/// a border may go on across another one, be changed or unloaded, or set off on a haul. A ship or
/// aircraft goes from where it is loaded to where it is unloaded.
fn phases(mode: Mode) -> &'static [(Phase, Phase)] {
    match mode {
        Mode::Road => &[(Phase::Ready, Phase::Arrived), (Phase::Arrived, Phase::Arrived)],
        Mode::Rail => &[
            (Phase::Ready, Phase::Ready),
            (Phase::Ready, Phase::Arrived),
            (Phase::Arrived, Phase::Ready),
            (Phase::Arrived, Phase::Arrived),
        ],
        Mode::Ferry | Mode::Sea | Mode::Air => &[(Phase::Ready, Phase::Arrived)],
    }
}

/// The pairs of vehicles, before and after, that a transfer serves. Onto and off a ferry the
/// vehicle stays the same.
fn vehicles_through(case: &Case, form: Form, from: Side, to: Side) -> Vec<(u32, u32)> {
    let numbered = || (0u32..).zip(case.goods.vehicles()).filter(move |(_, vehicle)| vehicle.form == form);
    let mut pairs = Vec::new();
    match (from, to) {
        (Side::On(Mode::Ferry, _), land) | (land, Side::On(Mode::Ferry, _)) => {
            pairs.extend(
                numbered()
                    .filter(|(_, vehicle)| land.holds(vehicle.mode, vehicle.gauge_mm))
                    .map(|(number, _)| (number, number)),
            );
        }
        _ => {
            for (before, _) in numbered().filter(|(_, vehicle)| from.holds(vehicle.mode, vehicle.gauge_mm)) {
                for (after, _) in numbered().filter(|(_, vehicle)| to.holds(vehicle.mode, vehicle.gauge_mm)) {
                    if before != after {
                        pairs.push((before, after));
                    }
                }
            }
        }
    }
    pairs
}

impl Network {
    /// Whether a link of the mode (and gauge, on rails) ends at a place.
    #[must_use]
    pub fn touches(&self, place: PlaceId, mode: Mode, gauge_mm: u32) -> bool {
        self.links.iter().any(|link| {
            (link.from == place || link.to == place)
                && link.mode == mode
                && (mode != Mode::Rail || link.gauge_mm == gauge_mm)
        })
    }

    /// The transfer that loads (or unloads) at a place: one of its own before a general one.
    #[must_use]
    pub fn handling(
        &self,
        place: PlaceId,
        mode: Mode,
        gauge_mm: u32,
        form: Form,
        loading: bool,
    ) -> Option<u32> {
        let fits = |transfer: &Transfer| {
            let (store, vehicle) =
                if loading { (transfer.from, transfer.to) } else { (transfer.to, transfer.from) };
            let forward = store == Side::Store && vehicle.holds(mode, gauge_mm);
            let backward = transfer.both_ways && vehicle == Side::Store && store.holds(mode, gauge_mm);
            (forward || backward) && (transfer.forms.is_empty() || transfer.forms.contains(&form))
        };
        let numbered = || (0u32..).zip(&self.transfers).filter(|(_, transfer)| fits(transfer));
        numbered()
            .find(|(_, transfer)| transfer.place == Some(place))
            .or_else(|| numbered().find(|(_, transfer)| transfer.place.is_none()))
            .map(|(number, _)| number)
    }

    /// The waits before goods leave a place by a mode.
    pub fn waits_at<'a>(
        &'a self,
        place: PlaceId,
        mode: Mode,
        hs: &'a str,
    ) -> impl Iterator<Item = &'a crate::Wait> {
        let economy = &self.places.get(place).economy;
        self.waits.iter().filter(move |wait| {
            let here = wait.place.map_or(wait.economy == *economy, |own| own == place);
            here && wait.mode == mode && GoodsScope::holds(&wait.goods, hs)
        })
    }
}
