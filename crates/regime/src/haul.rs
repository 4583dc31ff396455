//! Hauls: the ways through one railway between two gates.
//!
//! A railway's tariff depends on the distance of the whole haul, so it cannot be a price per link.
//! Between each pair of gates (borders, ports, transfers, the ends of the journey) the tracks of a
//! railway are therefore drawn together into *haul arcs*, and the search never sees the tracks.
//! One pair has one haul arc for each way that no other way beats in length, time, variance and
//! CO2e at once; where a network is a line, as most of this one is, that is one arc.
//!
//! A way may run over links that are open only on some days. It must not be given up for a
//! shorter one that is closed when the train gets there, so ways compete only with ways whose
//! time-bound links they contain. Likewise a rule can take money for a link by name, so ways compete only
//! with ways over the same such links. A coefficient that holds from some length on is not looked through: a
//! way that is longer just to reach a lower rate is not found.
//!
//! Source of the method: multi-objective label setting, E. Q. V. Martins, *European Journal of
//! Operational Research* 16 (1984).

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use network::{Direction, LinkId, Network, PlaceId};

use crate::Regime;
use crate::rule::{Effect, Speaking};

/// A track that may be used, with what it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UsableTrack {
    pub(crate) link: LinkId,
    pub(crate) direction: Direction,
    pub(crate) tail: PlaceId,
    pub(crate) head: PlaceId,
    pub(crate) km: f64,
    pub(crate) hours: f64,
    pub(crate) variance: f64,
    pub(crate) co2_kg: f64,
    /// A bit of its own if it is open only on some of the days asked about.
    pub(crate) time_bound: u128,
    /// A bit of its own if a rule takes money or time for it by name.
    pub(crate) priced: u128,
    /// The places to be visited that its head is, as bits.
    pub(crate) visits: u32,
}

/// A way through one railway.
#[derive(Debug, Clone)]
pub struct Haul {
    /// The railway.
    pub carrier: String,
    /// In which vehicle.
    pub vehicle: u32,
    /// From this gate.
    pub from: PlaceId,
    /// To this one.
    pub to: PlaceId,
    /// Over these links.
    pub links: Vec<(LinkId, Direction)>,
    /// Kilometres.
    pub km: f64,
    /// Kilograms of CO2e per tonne.
    pub co2_kg: f64,
    /// The places to be visited that lie on it, as bits.
    pub visits: u32,
}

#[derive(Debug, Clone, Copy)]
struct Label {
    /// By position among the railway's places.
    place: u32,
    km: f64,
    hours: f64,
    variance: f64,
    co2_kg: f64,
    time_bound: u128,
    priced: u128,
    visits: u32,
    /// The label before.
    before: u32,
    /// The track taken from it.
    track: u32,
    /// The label that was settled at the place before this one.
    settled_before: u32,
}

impl Label {
    /// Whether another label at the same place need not be looked at beside this one.
    fn makes_needless(&self, other: &Self) -> bool {
        self.km <= other.km
            && self.hours <= other.hours
            && self.variance <= other.variance
            && self.co2_kg <= other.co2_kg
            && self.time_bound & !other.time_bound == 0
            // What rules take for a link by name is not in the four numbers, and can go either way.
            && self.priced == other.priced
            && other.visits & !self.visits == 0
    }
}

/// A heap entry: least kilometres first, then in the order of creation.
struct Entry(f64, u32);

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}

/// No label, no place.
const NONE: u32 = u32::MAX;

/// The tracks of one railway for one vehicle.
#[derive(Debug, Default)]
pub(crate) struct Railway {
    /// By the place they leave from.
    tracks: Vec<UsableTrack>,
    /// Every place, ascending.
    places: Vec<PlaceId>,
    /// By place, where its tracks begin.
    leaving: Vec<u32>,
    /// By track, the place it leads to, by position.
    heads: Vec<u32>,
}

impl Railway {
    /// A railway of tracks. Those that leave a place keep their order.
    pub(crate) fn new(mut tracks: Vec<UsableTrack>) -> Self {
        tracks.sort_by_key(|track| track.tail);
        let mut places: Vec<PlaceId> = tracks.iter().flat_map(|track| [track.tail, track.head]).collect();
        places.sort_unstable();
        places.dedup();
        let position = |place: PlaceId| places.binary_search(&place).map_or(NONE, |at| at as u32);
        let heads = tracks.iter().map(|track| position(track.head)).collect();
        let first = |place: &PlaceId| tracks.partition_point(|track| track.tail < *place) as u32;
        let leaving = places.iter().map(first).chain([tracks.len() as u32]).collect();
        Self { tracks, places, leaving, heads }
    }

    fn position(&self, place: PlaceId) -> Option<usize> {
        self.places.binary_search(&place).ok()
    }

    fn leaving(&self, place: usize) -> std::ops::Range<u32> {
        self.leaving[place]..self.leaving[place + 1]
    }

    /// Whether a track leaves a place.
    pub(crate) fn touches(&self, place: PlaceId) -> bool {
        self.position(place).is_some_and(|place| !self.leaving(place).is_empty())
    }

    /// Every way from a gate that is not needless, to each place for which `ends` holds.
    pub(crate) fn ways(
        &self,
        from: PlaceId,
        visits: u32,
        ends: impl Fn(PlaceId) -> bool,
        mut each: impl FnMut(Way<'_>),
    ) {
        let Some(start) = self.position(from) else { return };
        let mut labels = vec![Label {
            place: start as u32,
            km: 0.0,
            hours: 0.0,
            variance: 0.0,
            co2_kg: 0.0,
            time_bound: 0,
            priced: 0,
            visits,
            before: NONE,
            track: NONE,
            settled_before: NONE,
        }];
        // The labels settled at a place are a list: the last one here, the one before it in the label.
        let mut settled = vec![NONE; self.places.len()];
        let is_needless = |labels: &[Label], mut number: u32, label: &Label| {
            while let Some(other) = labels.get(number as usize) {
                if other.makes_needless(label) {
                    return true;
                }
                number = other.settled_before;
            }
            false
        };
        let mut heap = BinaryHeap::from([Entry(0.0, 0)]);
        while let Some(Entry(_, number)) = heap.pop() {
            let label = labels[number as usize];
            let here = &mut settled[label.place as usize];
            if is_needless(&labels, *here, &label) {
                continue;
            }
            labels[number as usize].settled_before = *here;
            *here = number;
            if number != 0 && ends(self.places[label.place as usize]) {
                each(Way { railway: self, labels: &labels, last: number });
            }
            for own in self.leaving(label.place as usize) {
                let (track, head) = (&self.tracks[own as usize], self.heads[own as usize]);
                let next = Label {
                    place: head,
                    km: label.km + track.km,
                    hours: label.hours + track.hours,
                    variance: label.variance + track.variance,
                    co2_kg: label.co2_kg + track.co2_kg,
                    time_bound: label.time_bound | track.time_bound,
                    priced: label.priced | track.priced,
                    visits: label.visits | track.visits,
                    before: number,
                    track: own,
                    settled_before: NONE,
                };
                if !is_needless(&labels, settled[head as usize], &next) {
                    heap.push(Entry(next.km, labels.len() as u32));
                    labels.push(next);
                }
            }
        }
    }
}

/// The links for which some of the versions that speak take money or time by name, their own or that of a place at
/// their end.
pub(crate) fn links_named_by_prices(
    network: &Network,
    regime: &Regime,
    speaking: impl Iterator<Item = Speaking>,
) -> BTreeSet<LinkId> {
    let takes = |effect: Effect| effect.belongs_to_hauls() || matches!(effect, Effect::Fee | Effect::Permit);
    let versions = speaking.map(|speaking| regime.rules.get(speaking.version));
    let mut named = BTreeSet::new();
    for scope in versions.filter(|version| takes(version.effect)).map(|version| &version.scope) {
        named.extend(scope.links.iter().copied());
        if scope.places.is_empty() {
            continue;
        }
        for (number, link) in (0u32..).zip(&network.links) {
            if scope.places.contains(&link.from) || scope.places.contains(&link.to) {
                named.insert(LinkId(number));
            }
        }
    }
    named
}

/// A way found, before it is written out.
pub(crate) struct Way<'a> {
    railway: &'a Railway,
    labels: &'a [Label],
    last: u32,
}

impl Way<'_> {
    pub(crate) fn write(&self, carrier: &str, vehicle: u32, from: PlaceId) -> Haul {
        let last = self.labels[self.last as usize];
        let mut links = Vec::new();
        let mut at = last;
        while let Some(track) = self.railway.tracks.get(at.track as usize) {
            links.push((track.link, track.direction));
            at = self.labels[at.before as usize];
        }
        links.reverse();
        Haul {
            carrier: carrier.to_owned(),
            vehicle,
            from,
            to: self.railway.places[last.place as usize],
            links,
            km: last.km,
            co2_kg: last.co2_kg,
            visits: last.visits,
        }
    }
}
