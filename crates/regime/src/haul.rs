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
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

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
    place: PlaceId,
    km: f64,
    hours: f64,
    variance: f64,
    co2_kg: f64,
    time_bound: u128,
    priced: u128,
    visits: u32,
    /// The label before, and the track taken from it.
    before: Option<(u32, u32)>,
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

/// The tracks of one railway for one vehicle.
#[derive(Debug, Default)]
pub(crate) struct Railway {
    tracks: Vec<UsableTrack>,
    leaving: BTreeMap<PlaceId, Vec<u32>>,
}

impl Railway {
    pub(crate) fn add(&mut self, track: UsableTrack) {
        let number = self.tracks.len() as u32;
        self.leaving.entry(track.tail).or_default().push(number);
        self.tracks.push(track);
    }

    pub(crate) fn touches(&self, place: PlaceId) -> bool {
        self.leaving.contains_key(&place)
    }

    /// Every way from a gate that is not needless, to each place for which `ends` holds.
    pub(crate) fn ways(
        &self,
        from: PlaceId,
        visits: u32,
        ends: impl Fn(PlaceId) -> bool,
        mut each: impl FnMut(Way<'_>),
    ) {
        let mut labels = vec![Label {
            place: from,
            km: 0.0,
            hours: 0.0,
            variance: 0.0,
            co2_kg: 0.0,
            time_bound: 0,
            priced: 0,
            visits,
            before: None,
        }];
        let mut settled: BTreeMap<PlaceId, Vec<u32>> = BTreeMap::new();
        let mut heap = BinaryHeap::from([Entry(0.0, 0)]);
        while let Some(Entry(_, number)) = heap.pop() {
            let label = labels[number as usize];
            let here = settled.entry(label.place).or_default();
            if here.iter().any(|other| labels[*other as usize].makes_needless(&label)) {
                continue;
            }
            here.push(number);
            if number != 0 && ends(label.place) {
                each(Way { railway: self, labels: &labels, last: number });
            }
            for track_number in self.leaving.get(&label.place).into_iter().flatten() {
                let track = &self.tracks[*track_number as usize];
                let next = Label {
                    place: track.head,
                    km: label.km + track.km,
                    hours: label.hours + track.hours,
                    variance: label.variance + track.variance,
                    co2_kg: label.co2_kg + track.co2_kg,
                    time_bound: label.time_bound | track.time_bound,
                    priced: label.priced | track.priced,
                    visits: label.visits | track.visits,
                    before: Some((number, *track_number)),
                };
                let there = settled.get(&track.head);
                let needless = there
                    .is_some_and(|all| all.iter().any(|other| labels[*other as usize].makes_needless(&next)));
                if !needless {
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
        let mut before = last.before;
        while let Some((label, track)) = before {
            let track = &self.railway.tracks[track as usize];
            links.push((track.link, track.direction));
            before = self.labels[label as usize].before;
        }
        links.reverse();
        Haul {
            carrier: carrier.to_owned(),
            vehicle,
            from,
            to: last.place,
            links,
            km: last.km,
            co2_kg: last.co2_kg,
            visits: last.visits,
        }
    }
}
