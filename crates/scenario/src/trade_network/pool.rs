//! Routes found so far.
//!
//! Only a dozen capacities are scarce, so that a route is known by what it costs without delay and by which of them it
//! takes. The routes that searches have found at one set of delays or another are kept in a pool, and the equilibrium over
//! the pool is that over the network as long as no route outside it is better. Whether one is, the next search tells, as
//! it is made at the delays of the last loading: column generation (Leventhal, Nemhauser and Trotter, *Transportation
//! Science* 7, 1973).
//!
//! A search and the pool count in the same fixed point, so that "better" is a comparison of whole numbers, and a route
//! that is known is not written out again. What passes look at, again and again, lies in one row ([`LivePairs`]).

use std::collections::{BTreeMap, HashMap};

use network::LinkId;
use rayon::prelude::*;
use regime::Sums;
use routing::RoutingError;

use super::form_supply::NO_ARC;
use super::live_pairs::LivePairs;
use super::shared_list::{Part, SharedList};
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

/// A route in the pool.
#[derive(Debug, Clone, PartialEq)]
struct PooledRoute {
    /// The next route of the pair.
    next: u32,
    entries: (u32, u32),
    arcs: Part,
    /// Those of its arcs that take scarce capacities.
    scarce_arcs: Part,
    /// Scarce capacities, with units a tonne, each once, ascending.
    passes: Part,
    /// Money and time of the other arcs and between zones and entries, in the fixed point of searches.
    fixed: u64,
    /// Generalised cost without delays, USD a tonne.
    cost: f64,
}

/// The routes found so far, and how tonnes were last spread over them.
#[derive(Debug, Clone)]
pub struct RoutePool {
    pub(super) zones: usize,
    routes: Vec<PooledRoute>,
    /// By route, its share of the pair's tonnes in the last loading.
    pub(super) shares: Vec<f64>,
    /// By pair, its first route.
    first: Vec<u32>,
    arcs: SharedList<u32>,
    scarce_arcs: SharedList<u32>,
    passes: SharedList<(u32, f64)>,
    /// Pairs with a route that takes a scarce capacity: only their costs answer to delays.
    pub(super) live: LivePairs,
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

/// What a search has brought into the pool.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learnt {
    /// The largest saving that a new route offers over those known before, in generalised cost and relative to it: zero
    /// where nothing better was found.
    pub saving: f64,
    /// Pairs with a new route, ascending.
    pub pairs: Vec<u32>,
}

impl RoutePool {
    /// A pool without routes.
    #[must_use]
    pub fn new(network: &TradeNetwork) -> Self {
        let zones = network.zones.len();
        Self {
            zones,
            routes: Vec::new(),
            shares: Vec::new(),
            first: vec![NONE; network.cargoes.len() * zones * zones],
            arcs: SharedList::default(),
            scarce_arcs: SharedList::default(),
            passes: SharedList::default(),
            live: LivePairs::default(),
        }
    }

    /// Number of pairs: cargoes × zones × zones.
    pub(super) fn pairs(&self) -> usize {
        self.first.len()
    }

    /// Pairs whose costs answer to delays, ascending.
    #[must_use]
    pub fn live(&self) -> &[u32] {
        &self.live.pairs
    }

    /// The routes of a pair, in the order in which they were found.
    pub(super) fn of_pair(&self, pair: usize) -> impl Iterator<Item = u32> + '_ {
        let known = |number: u32| (number != NONE).then_some(number);
        std::iter::successors(known(self.first[pair]), move |number| {
            known(self.routes[*number as usize].next)
        })
    }

    /// Generalised cost of a route without delays, USD a tonne.
    pub(super) fn cost_of(&self, route: u32) -> f64 {
        self.routes[route as usize].cost
    }

    /// The scarce capacities of a route, with units a tonne.
    pub(super) fn passes_of(&self, route: u32) -> &[(u32, f64)] {
        self.passes.of(self.routes[route as usize].passes)
    }

    /// Hours that delays add to a route.
    fn delay(&self, route: u32, delays: &[f64]) -> f64 {
        self.passes_of(route).iter().map(|(capacity, _)| delays[*capacity as usize]).sum()
    }

    /// Takes in the routes of searches that are better than all known ones by money and time at the searches' delays.
    ///
    /// # Errors
    /// Not for skims of the same network.
    pub fn learn(
        &mut self,
        network: &TradeNetwork,
        skims: &Skims,
        delays: &[f64],
    ) -> Result<Learnt, RoutingError> {
        let zones = self.zones;
        let known = &*self;
        let of_row = |row: usize| {
            let pair = move |destination| Pair { cargo: row / zones, origin: row % zones, destination };
            (0..zones).filter_map(move |destination| known.better(network, skims, pair(destination)))
        };
        let rows = network.cargoes.len() * zones;
        let found: Vec<(Pair, Found)> = (0..rows).into_par_iter().flat_map_iter(of_row).collect();
        if found.is_empty() && !self.live.is_stale {
            return Ok(Learnt::default());
        }
        // By where they start, so that a tree is made once and forgotten when its routes are written out.
        let mut order: Vec<u32> = (0..found.len() as u32).collect();
        let start = |number: &u32| {
            let own = &found[*number as usize].1;
            (own.class, own.nodes.0)
        };
        order.sort_by_key(start);
        let batches: Vec<&[u32]> = order.chunk_by(|a, b| start(a) == start(b)).collect();
        let of_batch = |batch: &&[u32]| -> Result<Vec<NewRoute>, RoutingError> {
            let ends: Vec<u32> = batch.iter().map(|number| found[*number as usize].1.nodes.1).collect();
            let tree = skims.tree(network, start(&batch[0]), &ends)?;
            let write = |number: &u32| {
                let (pair, found) = &found[*number as usize];
                let arcs = tree.arcs_to(&network.supply_of(found.class).graph, found.nodes.1);
                known.measured(network, *pair, found.entries, arcs, delays)
            };
            Ok(batch.iter().filter_map(write).collect())
        };
        let written: Vec<Vec<NewRoute>> = batches.par_iter().map(of_batch).collect::<Result<_, _>>()?;
        let mut learnt = Learnt::default();
        for NewRoute { pair, entries, arcs, route, saving } in written.into_iter().flatten() {
            learnt.saving = learnt.saving.max(saving);
            let number = ((pair.cargo * zones + pair.origin) * zones + pair.destination) as u32;
            learnt.pairs.push(number);
            let arcs = self.arcs.extend(arcs);
            let last = self.of_pair(number as usize).last().unwrap_or(NONE);
            let place = self.append(entries, arcs, &route);
            match self.routes.get_mut(last as usize) {
                Some(last) => last.next = place,
                None => self.first[number as usize] = place,
            }
        }
        learnt.pairs.sort_unstable();
        self.settle_order();
        Ok(learnt)
    }

    /// What a search found, where it is better than all known routes.
    fn better(&self, network: &TradeNetwork, skims: &Skims, pair: Pair) -> Option<(Pair, Found)> {
        let found = skims.found(network, pair)?;
        let number = (pair.cargo * self.zones + pair.origin) * self.zones + pair.destination;
        let at_search = |route: u32| {
            let own = &self.routes[route as usize];
            let scarce = self.scarce_arcs.of(own.scarce_arcs).iter();
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

    /// Adds a route that no pair knows yet.
    fn append(&mut self, entries: (u32, u32), arcs: Part, own: &Route) -> u32 {
        let scarce_arcs = self.scarce_arcs.extend(own.scarce_arcs.iter().copied());
        let passes = self.passes.extend(own.passes.iter().copied());
        let (fixed, cost) = (own.fixed, own.cost);
        self.routes.push(PooledRoute { next: NONE, entries, arcs, scarce_arcs, passes, fixed, cost });
        self.shares.push(0.0);
        self.routes.len() as u32 - 1
    }

    /// After routes have come in: which pairs answer to delays. Of the others all goods take the cheapest route, the first
    /// of equals; of those that do, new pairs begin with it.
    fn settle_order(&mut self) {
        let mut live = LivePairs::default();
        for pair in 0..self.pairs() {
            let first = self.first[pair];
            if first == NONE {
                continue;
            }
            let is_live = self.of_pair(pair).any(|route| !self.routes[route as usize].passes.is_empty());
            let (mut cheapest, mut shares, mut at) = (first, 0.0, first);
            while at != NONE {
                let route = &self.routes[at as usize];
                if route.cost < self.routes[cheapest as usize].cost {
                    cheapest = at;
                }
                if is_live {
                    shares += self.shares[at as usize];
                    live.add_route(at, route.cost, self.passes.of(route.passes));
                } else {
                    self.shares[at as usize] = 0.0;
                }
                at = route.next;
            }
            if shares == 0.0 || self.routes[first as usize].next == NONE {
                self.shares[cheapest as usize] = 1.0;
            }
            if is_live {
                live.add_pair(pair as u32);
            }
        }
        self.live = live;
    }

    /// Lets states that come after share what routes are made of.
    pub(crate) fn freeze(&mut self) {
        self.arcs.freeze();
        self.scarce_arcs.freeze();
        self.passes.freeze();
    }

    /// A pool of the routes of another one, on another state of its network, that are open here too, so that two states
    /// differ by what changed and not by which routes happened to be found. Where arcs are numbered alike and the same is
    /// scarce, only routes over arcs that changed are looked at.
    pub(crate) fn inherited(network: &TradeNetwork, pool: &Self, other: &TradeNetwork) -> Self {
        let mut own = Self::new(network);
        if own.pairs() != pool.pairs() || network.supplies.len() != other.supplies.len() {
            return own;
        }
        let arc_of: Vec<Vec<u32>> =
            network.supplies.iter().zip(&other.supplies).map(|(own, other)| own.arcs_of(other)).collect();
        let is_kept = |arcs: &Vec<u32>| (0u32..).zip(arcs).all(|(number, arc)| *arc == number);
        let is_same = |(a, b): (&Capacity, &Capacity)| a.is_counted_as(b);
        let same_scarce = network.capacities.len() == other.capacities.len()
            && network.capacities.iter().zip(&other.capacities).all(is_same);
        let same_zones = network.zones == other.zones;
        if same_scarce && same_zones {
            own.routes.clone_from(&pool.routes);
            own.shares.clone_from(&pool.shares);
            own.first.clone_from(&pool.first);
            own.passes = pool.passes.clone();
            if arc_of.iter().all(is_kept) {
                own.arcs = pool.arcs.clone();
                own.scarce_arcs = pool.scarce_arcs.clone();
            } else {
                own.renumber(network, pool, &arc_of);
            }
            own.look_again(network, other, &arc_of);
        } else {
            own.take_over(network, pool, &arc_of);
        }
        own.live.is_stale = true;
        own
    }

    /// Takes the arcs of another pool, by what they are numbered here; arcs that are not here stay without a number.
    fn renumber(&mut self, network: &TradeNetwork, pool: &Self, arc_of: &[Vec<u32>]) {
        let mut arcs = vec![NO_ARC; pool.arcs.len()];
        let mut scarce_arcs = vec![NO_ARC; pool.scarce_arcs.len()];
        for pair in 0..pool.pairs() {
            let arc_of = &arc_of[network.classes[network.class_of_pair(Pair::of(pair, pool.zones))].supply];
            for route in pool.of_pair(pair) {
                let own = &pool.routes[route as usize];
                for (list, theirs, part) in [
                    (&mut arcs, &pool.arcs, own.arcs),
                    (&mut scarce_arcs, &pool.scarce_arcs, own.scarce_arcs),
                ] {
                    for (arc, theirs) in list[part.places()].iter_mut().zip(theirs.of(part)) {
                        *arc = arc_of[*theirs as usize];
                    }
                }
            }
        }
        self.arcs = SharedList::of_items(arcs);
        self.scarce_arcs = SharedList::of_items(scarce_arcs);
    }

    /// Looks again at the routes over arcs whose numbers are not those of another state; closed ones are forgotten.
    fn look_again(&mut self, network: &TradeNetwork, other: &TradeNetwork, arc_of: &[Vec<u32>]) {
        // By class here and there, the arcs that differ; nothing where none does.
        let mut differing: HashMap<(usize, usize), Option<Vec<bool>>> = HashMap::new();
        let mut of_cell: Vec<Vec<(usize, usize)>> = Vec::with_capacity(network.cargoes.len());
        let economies = network.economies.len();
        for cargo in 0..network.cargoes.len() {
            let cells = (0..economies * economies).map(|cell| {
                let (from, to) = (cell / economies, cell % economies);
                let classes = (network.class_of(cargo, from, to), other.class_of(cargo, from, to));
                differing.entry(classes).or_insert_with(|| {
                    let (own, theirs) = (&network.classes[classes.0], &other.classes[classes.1]);
                    let mut differ = vec![true; own.sums.len()];
                    for (arc, theirs) in arc_of[own.supply].iter().zip(&theirs.sums) {
                        if let Some(differ) = differ.get_mut(*arc as usize) {
                            *differ = own.sums[*arc as usize] != *theirs;
                        }
                    }
                    // An arc that is not here any more has no number, and its routes must be looked for.
                    let lost = arc_of[own.supply].contains(&NO_ARC);
                    (lost || differ.contains(&true)).then_some(differ)
                });
                classes
            });
            of_cell.push(cells.collect());
        }
        let changes = |pair: usize| {
            let own = Pair::of(pair, self.zones);
            let (from, to) = (network.economy_of[own.origin], network.economy_of[own.destination]);
            let differ = differing[&of_cell[own.cargo][from * economies + to]].as_ref()?;
            let touched = |route: &u32| {
                let arcs = self.arcs.of(self.routes[*route as usize].arcs);
                arcs.iter().any(|arc| differ.get(*arc as usize).copied().unwrap_or(true))
            };
            let again = |route: u32| {
                let known = &self.routes[route as usize];
                let mut measured = Route::default();
                let is_open = measured.cost_of(network, own, known.entries, self.arcs.of(known.arcs));
                (route, is_open.then_some((measured.fixed, measured.cost)))
            };
            let changed: Vec<_> = self.of_pair(pair).filter(touched).map(again).collect();
            (!changed.is_empty()).then_some((pair, changed))
        };
        let changed: Vec<_> = (0..self.pairs()).into_par_iter().filter_map(changes).collect();
        for (pair, changed) in changed {
            let mut closed = Vec::new();
            for (route, figures) in changed {
                match figures {
                    Some((fixed, cost)) => {
                        let own = &mut self.routes[route as usize];
                        (own.fixed, own.cost) = (fixed, cost);
                    }
                    None => closed.push(route),
                }
            }
            if !closed.is_empty() {
                let open: Vec<u32> = self.of_pair(pair).filter(|route| !closed.contains(route)).collect();
                self.first[pair] = open.first().copied().unwrap_or(NONE);
                for (number, route) in open.iter().enumerate() {
                    self.routes[*route as usize].next = open.get(number + 1).copied().unwrap_or(NONE);
                }
            }
        }
    }

    /// Takes the routes of another pool over, by the arcs here that its arcs are.
    fn take_over(&mut self, network: &TradeNetwork, pool: &Self, arc_of: &[Vec<u32>]) {
        let of_pair = |pair: usize| {
            let own = Pair::of(pair, pool.zones);
            let arc_of = &arc_of[network.classes[network.class_of_pair(own)].supply];
            let write = |route: u32| {
                let known = &pool.routes[route as usize];
                let arcs: Vec<u32> =
                    pool.arcs.of(known.arcs).iter().map(|arc| arc_of[*arc as usize]).collect();
                let mut measured = Route::default();
                let is_open = !arcs.contains(&NO_ARC) && measured.measure(network, own, known.entries, &arcs);
                is_open.then_some((known.entries, arcs, measured, pool.shares[route as usize]))
            };
            pool.of_pair(pair).filter_map(write).collect::<Vec<_>>()
        };
        let all: Vec<Vec<_>> = (0..pool.pairs()).into_par_iter().map(of_pair).collect();
        for (pair, routes) in all.into_iter().enumerate() {
            let mut last = NONE;
            for (entries, arcs, measured, share) in routes {
                let arcs = self.arcs.extend(arcs);
                let place = self.append(entries, arcs, &measured);
                self.shares[place as usize] = share;
                match self.routes.get_mut(last as usize) {
                    Some(last) => last.next = place,
                    None => self.first[pair] = place,
                }
                last = place;
            }
        }
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
        let at = |route: u32| self.cost_of(route) + value_of_time * self.delay(route, delays);
        self.of_pair(pair).map(at).fold(f64::INFINITY, f64::min)
    }

    /// The same of live pairs, each with its number, in order.
    pub(crate) fn live_costs(&self, network: &TradeNetwork, delays: &[f64]) -> Vec<(u32, f64)> {
        let square = self.zones * self.zones;
        let of_position = |position: usize| {
            let pair = self.live.pairs[position];
            let value_of_time = network.cargoes[pair as usize / square].commodity.value_of_time;
            let costs = self.live.routes(position).map(|route| route.cost_at(value_of_time, delays));
            (pair, costs.fold(f64::INFINITY, f64::min))
        };
        self.live.pieces().flat_map_iter(|piece| piece.map(of_position)).collect()
    }

    /// The routes that have tonnes as they were last spread, of tonnes by pair.
    pub(super) fn loads(&self, network: &TradeNetwork, tonnes: &[f64], delays: &[f64]) -> Vec<RouteLoad> {
        let of_pair = |pair: usize| {
            let own = Pair::of(pair, self.zones);
            self.of_pair(pair).filter_map(move |number| {
                let share = self.shares[number as usize];
                if share <= 0.0 {
                    return None;
                }
                let route = &self.routes[number as usize];
                let class = network.class_of_pair(own);
                let arcs = self.arcs.of(route.arcs);
                let mut sums = network.beyond(own, route.entries);
                arcs.iter()
                    .filter_map(|arc| network.classes[class].sums[*arc as usize].as_ref())
                    .for_each(|step| add(&mut sums, step));
                Some(RouteLoad {
                    pair: own,
                    tonnes: share * tonnes[pair],
                    sums,
                    delay: self.delay(number, delays),
                    class,
                    arcs: arcs.to_vec(),
                })
            })
        };
        let pairs = (0..self.pairs()).into_par_iter().filter(|pair| tonnes[*pair] > 0.0);
        pairs.flat_map_iter(of_pair).collect()
    }
}

/// What a route takes and costs.
#[derive(Debug, Clone, Default)]
struct Route {
    class: usize,
    scarce_arcs: Vec<u32>,
    passes: Vec<(u32, f64)>,
    fixed: u64,
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
        let mut sums = network.beyond(pair, entries);
        self.fixed = network.beyond_cost(pair.cargo, first) + network.beyond_cost(pair.cargo, last);
        for arc in arcs {
            let Some(Some(step)) = class.sums.get(*arc as usize) else { return false };
            add(&mut sums, step);
            if supply.passes(*arc).is_empty() {
                self.fixed += u64::from(class.free.value(*arc));
            }
        }
        let risk = network.reliability_ratio * sums.variance.sqrt();
        self.cost = sums.usd_per_tonne + goods.value_of_time * (sums.hours + risk);
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
