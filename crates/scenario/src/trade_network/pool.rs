//! Routes found so far.
//!
//! Only a dozen capacities are scarce, so that a route is known by what it costs without delay and by which of them it
//! takes. The routes that searches have found at one set of delays or another are kept in a pool, and the equilibrium over
//! the pool is that over the network as long as no route outside it is better. Whether one is, the next search tells, as
//! it is made at the delays of the last loading: column generation (Leventhal, Nemhauser and Trotter, *Transportation
//! Science* 7, 1973).
//!
//! A search and the pool count in the same fixed point, so that "better" is a comparison of whole numbers, and a route
//! that is known is not written out again.

use std::collections::BTreeMap;

use network::LinkId;
use rayon::prelude::*;
use regime::Sums;
use routing::RoutingError;

use super::form_supply::NO_ARC;
use super::skim::{Found, add};
use super::{Capacity, Skims, TradeNetwork};

/// No route.
const NONE: u32 = u32::MAX;

/// Cargo, zone of origin, zone of destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The cargo, by number.
    pub cargo: usize,
    /// The zone of origin, by number.
    pub origin: usize,
    /// The zone of destination, by number.
    pub destination: usize,
}

impl Pair {
    /// The pair of a number: cargo by cargo, then origin by origin.
    pub(super) fn of(number: usize, zones: usize) -> Self {
        let (row, destination) = (number / zones, number % zones);
        Self { cargo: row / zones, origin: row % zones, destination }
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Part {
    first: u32,
    count: u32,
}

impl Part {
    fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.first as usize..(self.first + self.count) as usize]
    }
}

/// A route in the pool.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PooledRoute {
    /// The number of its pair.
    pair: u32,
    /// The next route of the pair.
    next: u32,
    entries: (u32, u32),
    arcs: Part,
    /// Those of its arcs that take scarce capacities.
    scarce_arcs: Part,
    /// Scarce capacities, with units a tonne, each once.
    passes: Part,
    /// Money and time of the other arcs and between zones and entries, in the fixed point of searches.
    fixed: u64,
    /// Without delays, entries included.
    pub(super) sums: Sums,
    /// Generalised cost without delays, USD a tonne.
    pub(super) cost: f64,
    /// Share of the pair's tonnes in the last loading.
    pub(super) share: f64,
}

/// The routes found so far, and how tonnes were last spread over them.
#[derive(Debug, Clone)]
pub struct RoutePool {
    pub(super) zones: usize,
    pub(super) routes: Vec<PooledRoute>,
    /// By pair, its first route.
    first: Vec<u32>,
    arcs: Vec<u32>,
    scarce_arcs: Vec<u32>,
    passes: Vec<(u32, f64)>,
    /// Pairs with a route that takes a scarce capacity, ascending: only their costs answer to delays.
    live: Vec<u32>,
}

/// Tonnes on a route.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteLoad {
    /// Between which zones, and what.
    pub pair: Pair,
    /// Tonnes a year.
    pub tonnes: f64,
    /// What a tonne takes and costs, without delays.
    pub sums: Sums,
    /// Hours that scarce capacities add.
    pub delay: f64,
    /// Scarce capacities, with units a tonne.
    pub(crate) passes: Vec<(u32, f64)>,
    pub(super) class: usize,
    pub(super) arcs: Vec<u32>,
}

/// A route that is to enter the pool.
struct NewRoute {
    pair: Pair,
    entries: (u32, u32),
    arcs: Vec<u32>,
    route: Route,
    saving: f64,
}

impl RoutePool {
    /// A pool without routes.
    #[must_use]
    pub fn new(network: &TradeNetwork) -> Self {
        let zones = network.zones.len();
        Self {
            zones,
            routes: Vec::new(),
            first: vec![NONE; network.cargoes.len() * zones * zones],
            arcs: Vec::new(),
            scarce_arcs: Vec::new(),
            passes: Vec::new(),
            live: Vec::new(),
        }
    }

    /// Number of pairs: cargoes × zones × zones.
    pub(super) fn pairs(&self) -> usize {
        self.first.len()
    }

    /// Pairs whose costs answer to delays, ascending.
    #[must_use]
    pub fn live(&self) -> &[u32] {
        &self.live
    }

    /// The routes of a pair, in the order in which they were found.
    pub(super) fn of_pair(&self, pair: usize) -> impl Iterator<Item = u32> + '_ {
        let known = |number: u32| (number != NONE).then_some(number);
        std::iter::successors(known(self.first[pair]), move |number| {
            known(self.routes[*number as usize].next)
        })
    }

    /// The scarce capacities of a route, with units a tonne.
    pub(super) fn passes_of(&self, route: u32) -> &[(u32, f64)] {
        self.routes[route as usize].passes.of(&self.passes)
    }

    /// Hours that delays add to a route.
    pub(super) fn delay(&self, route: u32, delays: &[f64]) -> f64 {
        self.passes_of(route).iter().map(|(capacity, _)| delays[*capacity as usize]).sum()
    }

    /// Generalised cost of a route at delays, USD a tonne.
    pub(super) fn cost_at(&self, route: u32, value_of_time: f64, delays: &[f64]) -> f64 {
        self.routes[route as usize].cost + value_of_time * self.delay(route, delays)
    }

    /// Takes in the routes of searches that are better than all known ones by money and time at the searches' delays. The
    /// largest saving that a new one offers over those known before, in generalised cost and relative to it: zero where
    /// nothing better was found.
    ///
    /// # Errors
    /// Not for skims of the same network.
    pub fn learn(
        &mut self,
        network: &TradeNetwork,
        skims: &Skims,
        delays: &[f64],
    ) -> Result<f64, RoutingError> {
        let zones = self.zones;
        let known = &*self;
        let of_row = |row: usize| {
            let pair = move |destination| Pair { cargo: row / zones, origin: row % zones, destination };
            (0..zones).filter_map(move |destination| known.better(network, skims, pair(destination)))
        };
        let rows = network.cargoes.len() * zones;
        let found: Vec<(Pair, Found)> = (0..rows).into_par_iter().flat_map_iter(of_row).collect();
        // By where they start, so that a tree is made once and forgotten when its routes are written out.
        let mut order: Vec<u32> = (0..found.len() as u32).collect();
        let start = |number: &u32| {
            let own = &found[*number as usize].1;
            (own.class, own.nodes.0)
        };
        order.sort_by_key(start);
        let batches: Vec<&[u32]> = order.chunk_by(|a, b| start(a) == start(b)).collect();
        let of_batch = |batch: &&[u32]| -> Result<Vec<NewRoute>, RoutingError> {
            let tree = skims.tree(network, start(&batch[0]))?;
            let write = |number: &u32| {
                let (pair, found) = &found[*number as usize];
                let arcs = tree.arcs_to(&network.supply_of(found.class).graph, found.nodes.1);
                known.measured(network, *pair, found.entries, arcs, delays)
            };
            Ok(batch.iter().filter_map(write).collect())
        };
        let written: Vec<Vec<NewRoute>> = batches.par_iter().map(of_batch).collect::<Result<_, _>>()?;
        let mut saving = 0.0f64;
        for NewRoute { pair, entries, arcs, route, saving: own } in written.into_iter().flatten() {
            saving = saving.max(own);
            let part = Part { first: self.arcs.len() as u32, count: arcs.len() as u32 };
            self.arcs.extend_from_slice(&arcs);
            let number = (pair.cargo * zones + pair.origin) * zones + pair.destination;
            self.push(number as u32, entries, part, &route);
        }
        self.settle_order();
        Ok(saving)
    }

    /// What a search found, where it is better than all known routes.
    fn better(&self, network: &TradeNetwork, skims: &Skims, pair: Pair) -> Option<(Pair, Found)> {
        let found = skims.found(network, pair)?;
        let number = (pair.cargo * self.zones + pair.origin) * self.zones + pair.destination;
        let at_search = |route: u32| {
            let own = &self.routes[route as usize];
            let scarce = own.scarce_arcs.of(&self.scarce_arcs).iter();
            own.fixed + scarce.map(|arc| skims.arc_cost(found.class, *arc)).sum::<u64>()
        };
        let known = self.of_pair(number).map(at_search).min();
        known.is_none_or(|known| found.cost < known).then_some((pair, found))
    }

    /// A route with what it takes and costs, and what it saves.
    fn measured(
        &self,
        network: &TradeNetwork,
        pair: Pair,
        entries: (u32, u32),
        arcs: Vec<u32>,
        delays: &[f64],
    ) -> Option<NewRoute> {
        let mut route = Route::default();
        if !route.measure(network, pair, entries, &arcs) {
            return None;
        }
        let number = (pair.cargo * self.zones + pair.origin) * self.zones + pair.destination;
        let value_of_time = network.cargoes[pair.cargo].commodity.value_of_time;
        let least = self.cost(network, number, delays);
        let delay: f64 = route.passes.iter().map(|(capacity, _)| delays[*capacity as usize]).sum();
        let saving = if least.is_finite() { 1.0 - (route.cost + value_of_time * delay) / least } else { 0.0 };
        Some(NewRoute { pair, entries, arcs, route, saving })
    }

    /// Adds a route whose arcs are in the list already.
    fn push(&mut self, number: u32, entries: (u32, u32), arcs: Part, own: &Route) {
        let last = self.of_pair(number as usize).last().unwrap_or(NONE);
        let route = self.append(number, entries, arcs, own);
        self.link(number, last, route);
    }

    /// Makes a route follow another one of its pair, or be the first.
    fn link(&mut self, pair: u32, last: u32, route: u32) {
        match self.routes.get_mut(last as usize) {
            Some(last) => last.next = route,
            None => self.first[pair as usize] = route,
        }
    }

    fn append(&mut self, number: u32, entries: (u32, u32), arcs: Part, own: &Route) -> u32 {
        let list = |first: usize, count: usize| Part { first: first as u32, count: count as u32 };
        let scarce_arcs = list(self.scarce_arcs.len(), own.scarce_arcs.len());
        self.scarce_arcs.extend_from_slice(&own.scarce_arcs);
        let passes = list(self.passes.len(), own.passes.len());
        self.passes.extend_from_slice(&own.passes);
        self.routes.push(PooledRoute {
            pair: number,
            next: NONE,
            entries,
            arcs,
            scarce_arcs,
            passes,
            fixed: own.fixed,
            sums: own.sums,
            cost: own.cost,
            share: 0.0,
        });
        self.routes.len() as u32 - 1
    }

    /// After routes have come in: which pairs answer to delays. Of the others all goods take the cheapest route, the first
    /// of equals.
    fn settle_order(&mut self) {
        let mut is_live = vec![false; self.pairs()];
        for route in &self.routes {
            is_live[route.pair as usize] |= route.passes.count > 0;
        }
        self.live = (0..self.pairs() as u32).filter(|pair| is_live[*pair as usize]).collect();
        for (pair, live) in is_live.into_iter().enumerate() {
            let mut cheapest: Option<u32> = None;
            let (mut at, mut shares) = (self.first[pair], 0.0);
            while at != NONE {
                let route = &mut self.routes[at as usize];
                if live {
                    shares += route.share;
                } else {
                    route.share = 0.0;
                }
                let next = route.next;
                let cost = route.cost;
                if cheapest.is_none_or(|known| cost < self.routes[known as usize].cost) {
                    cheapest = Some(at);
                }
                at = next;
            }
            if let Some(cheapest) = cheapest.filter(|_| !live || shares == 0.0) {
                self.routes[cheapest as usize].share = 1.0;
            }
        }
    }

    /// A pool of the routes of another one, on another state of its network, that are open here too, so that two states
    /// differ by what changed and not by which routes happened to be found.
    pub(crate) fn inherited(network: &TradeNetwork, pool: &Self, other: &TradeNetwork) -> Self {
        let mut own = Self::new(network);
        if own.pairs() != pool.pairs() || network.supplies.len() != other.supplies.len() {
            return own;
        }
        let arc_of: Vec<Vec<u32>> =
            network.supplies.iter().zip(&other.supplies).map(|(own, other)| own.arcs_of(other)).collect();
        own.arcs.reserve_exact(pool.arcs.len());
        let mut scratch: Vec<(u32, Part)> = Vec::with_capacity(pool.routes.len());
        for (number, route) in (0u32..).zip(&pool.routes) {
            let class = network.class_of_pair(Pair::of(route.pair as usize, own.zones));
            let arc_of = &arc_of[network.classes[class].supply];
            let first = own.arcs.len();
            own.arcs.extend(route.arcs.of(&pool.arcs).iter().map(|arc| arc_of[*arc as usize]));
            if own.arcs[first..].contains(&NO_ARC) {
                own.arcs.truncate(first);
                continue;
            }
            scratch.push((number, Part { first: first as u32, count: route.arcs.count }));
        }
        let arcs = &own.arcs;
        // Where the same is scarce, what a route takes of it has not changed.
        let is_same = |(a, b): (&Capacity, &Capacity)| a.is_counted_as(b);
        let same_scarce = network.capacities.len() == other.capacities.len()
            && network.capacities.iter().zip(&other.capacities).all(is_same);
        let measured: Vec<Option<Route>> = scratch
            .par_iter()
            .with_min_len(256)
            .map(|(number, part)| {
                let theirs = &pool.routes[*number as usize];
                let pair = Pair::of(theirs.pair as usize, pool.zones);
                let mut route = Route::default();
                let is_open = if same_scarce {
                    route.cost_of(network, pair, theirs.entries, part.of(arcs))
                } else {
                    route.measure(network, pair, theirs.entries, part.of(arcs))
                };
                is_open.then_some(route)
            })
            .collect();
        own.routes.reserve_exact(measured.len());
        let mut last_of: Vec<u32> = vec![NONE; own.pairs()];
        for ((number, part), route) in scratch.into_iter().zip(measured) {
            let Some(mut route) = route else { continue };
            let theirs = &pool.routes[number as usize];
            if same_scarce {
                let arc_of = &arc_of[network.classes[route.class].supply];
                let scarce = theirs.scarce_arcs.of(&pool.scarce_arcs);
                route.scarce_arcs.extend(scarce.iter().map(|arc| arc_of[*arc as usize]));
                route.passes.extend_from_slice(theirs.passes.of(&pool.passes));
            }
            let place = own.append(theirs.pair, theirs.entries, part, &route);
            own.routes[place as usize].share = theirs.share;
            let last = &mut last_of[theirs.pair as usize];
            own.link(theirs.pair, *last, place);
            *last = place;
        }
        own.settle_order();
        own
    }

    /// Generalised cost of the best route in the pool at delays, USD a tonne, by cargo, zone of origin and of destination;
    /// infinite where there is none.
    #[must_use]
    pub fn costs(&self, network: &TradeNetwork, delays: &[f64]) -> Vec<f64> {
        (0..self.pairs()).into_par_iter().map(|pair| self.cost(network, pair, delays)).collect()
    }

    /// The same of one pair.
    pub(crate) fn cost(&self, network: &TradeNetwork, pair: usize, delays: &[f64]) -> f64 {
        let value_of_time = network.cargoes[pair / (self.zones * self.zones)].commodity.value_of_time;
        let costs = self.of_pair(pair).map(|route| self.cost_at(route, value_of_time, delays));
        costs.fold(f64::INFINITY, f64::min)
    }

    /// The capacities that a tonne of a pair takes, as tonnes were last spread.
    pub(crate) fn taken(&self, pair: usize, mut each: impl FnMut(u32, f64)) {
        for route in self.of_pair(pair) {
            let share = self.routes[route as usize].share;
            if share > 0.0 {
                self.passes_of(route).iter().for_each(|(capacity, units)| each(*capacity, share * units));
            }
        }
    }

    /// The routes that have tonnes as they were last spread, of tonnes by pair.
    pub(super) fn loads(&self, network: &TradeNetwork, tonnes: &[f64], delays: &[f64]) -> Vec<RouteLoad> {
        let mut loads = Vec::new();
        for pair in (0..self.pairs()).filter(|pair| tonnes[*pair] > 0.0) {
            for number in self.of_pair(pair) {
                let route = &self.routes[number as usize];
                if route.share > 0.0 {
                    let own = Pair::of(pair, self.zones);
                    loads.push(RouteLoad {
                        pair: own,
                        tonnes: route.share * tonnes[pair],
                        sums: route.sums,
                        delay: self.delay(number, delays),
                        passes: self.passes_of(number).to_vec(),
                        class: network.class_of_pair(own),
                        arcs: route.arcs.of(&self.arcs).to_vec(),
                    });
                }
            }
        }
        loads
    }
}

/// What a route takes and costs.
#[derive(Debug, Clone, Default)]
struct Route {
    class: usize,
    scarce_arcs: Vec<u32>,
    passes: Vec<(u32, f64)>,
    fixed: u64,
    sums: Sums,
    cost: f64,
}

impl Route {
    /// Adds up the arcs of a route and what it takes; false where one of them is closed.
    fn measure(&mut self, network: &TradeNetwork, pair: Pair, entries: (u32, u32), arcs: &[u32]) -> bool {
        if !self.cost_of(network, pair, entries, arcs) {
            return false;
        }
        let supply = network.supply_of(self.class);
        for arc in arcs {
            let passes = supply.passes(*arc);
            if passes.is_empty() {
                continue;
            }
            self.scarce_arcs.push(*arc);
            for (capacity, units) in passes {
                match self.passes.iter_mut().find(|own| own.0 == *capacity) {
                    Some(own) => own.1 += units,
                    None => self.passes.push((*capacity, *units)),
                }
            }
        }
        self.passes.sort_unstable_by_key(|own| own.0);
        true
    }

    /// Adds up the arcs alone.
    fn cost_of(&mut self, network: &TradeNetwork, pair: Pair, entries: (u32, u32), arcs: &[u32]) -> bool {
        self.class = network.class_of_pair(pair);
        let (class, supply) = (&network.classes[self.class], network.supply_of(self.class));
        let goods = &network.cargoes[pair.cargo].commodity;
        let entry =
            |zone: usize, position: u32| network.zones[zone].entries[pair.cargo].get(position as usize);
        let (Some(first), Some(last)) = (entry(pair.origin, entries.0), entry(pair.destination, entries.1))
        else {
            return false;
        };
        self.sums = network.beyond(pair, entries);
        self.fixed = network.beyond_cost(pair.cargo, first) + network.beyond_cost(pair.cargo, last);
        for arc in arcs {
            let Some(step) = &class.sums[*arc as usize] else { return false };
            add(&mut self.sums, step);
            if supply.passes(*arc).is_empty() {
                self.fixed += u64::from(class.free.value(*arc));
            }
        }
        let risk = network.reliability_ratio * self.sums.variance.sqrt();
        self.cost = self.sums.usd_per_tonne + goods.value_of_time * (self.sums.hours + risk);
        true
    }
}

impl RouteLoad {
    /// Its links, in order.
    #[must_use]
    pub fn links(&self, network: &TradeNetwork) -> Vec<LinkId> {
        let supply = network.supply_of(self.class);
        let mut links = Vec::new();
        for &arc in &self.arcs {
            supply.links_of(arc, |link| links.push(link));
        }
        links
    }
}

/// Tonnes a year by link, cargo by cargo.
pub(super) fn by_link(routes: &[RouteLoad], network: &TradeNetwork) -> BTreeMap<LinkId, Vec<f64>> {
    let mut loads: BTreeMap<LinkId, Vec<f64>> = BTreeMap::new();
    for route in routes {
        for link in route.links(network) {
            let of_link = loads.entry(link).or_insert_with(|| vec![0.0; network.cargoes.len()]);
            of_link[route.pair.cargo] += route.tonnes;
        }
    }
    loads
}
