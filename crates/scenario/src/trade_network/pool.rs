//! Routes found so far, and tonnes spread over them with capacity.
//!
//! Only a dozen capacities are scarce, so that a route is known by what it costs without delay and by which of them it
//! takes. The routes that skims have found at one set of delays or another are kept in a pool. Between two zones each is
//! one link from the one to the other, its capacities are groups, and the equilibrium over these links is that over the
//! network as long as no route outside the pool is better. Whether one is, the next skims tell, as they are made at the
//! delays of the last loading: column generation (Leventhal, Nemhauser and Trotter, *Transportation Science* 7, 1973).

use std::collections::BTreeMap;

use assignment::{
    AssignmentError, Certificate, Class, Demand, Group, Instance, Link, LinkFunction, Member, Options,
    PathFlows, Solver, unwatched,
};
use network::LinkId;
use rayon::prelude::*;
use regime::Sums;

use super::{Skims, TradeNetwork};

/// Passes of the solver, each over all pairs, before it gives up.
const MOST_PASSES: usize = 300;

/// A route in the pool.
#[derive(Debug, Clone, PartialEq)]
struct PooledRoute {
    class: usize,
    arcs: Vec<u32>,
    /// Without delays, entries included.
    sums: Sums,
    /// Generalised cost without delays, USD a tonne.
    cost: f64,
    /// Scarce capacities, with units a tonne.
    passes: Vec<(u32, f64)>,
    /// Share of the pair's tonnes in the last loading.
    share: f64,
}

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
    fn of(number: usize, zones: usize) -> Self {
        let (row, destination) = (number / zones, number % zones);
        Self { cargo: row / zones, origin: row % zones, destination }
    }
}

/// The routes found so far, and how tonnes were last spread over them.
#[derive(Debug, Clone)]
pub struct RoutePool {
    zones: usize,
    /// By cargo, zone of origin and of destination.
    routes: Vec<Vec<PooledRoute>>,
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

/// Tonnes on all routes, and the delays they make.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Hours by capacity.
    pub delays: Vec<f64>,
    /// Units a year by capacity.
    pub volumes: Vec<f64>,
    /// Routes with tonnes.
    pub routes: Vec<RouteLoad>,
    /// How far from equilibrium the spread over the pool is.
    pub certificate: Certificate,
}

impl RoutePool {
    /// A pool without routes.
    #[must_use]
    pub fn new(network: &TradeNetwork) -> Self {
        let zones = network.zones.len();
        Self { zones, routes: vec![Vec::new(); network.cargoes.len() * zones * zones] }
    }

    /// Takes the routes of skims in. The largest saving that a new one offers at the skims' delays over those known before,
    /// relative to these: zero where nothing better was found.
    pub fn learn(&mut self, network: &TradeNetwork, skims: &Skims, delays: &[f64]) -> f64 {
        let zones = self.zones;
        let savings = self.routes.par_iter_mut().enumerate().map(|(number, known)| {
            let pair = Pair::of(number, zones);
            let Some(route) = pooled(network, skims, pair) else { return 0.0 };
            if known.iter().any(|other| other.class == route.class && other.arcs == route.arcs) {
                return 0.0;
            }
            let value_of_time = network.cargoes[pair.cargo].commodity.value_of_time;
            let least =
                known.iter().map(|other| other.cost_at(value_of_time, delays)).fold(f64::INFINITY, f64::min);
            let own = route.cost_at(value_of_time, delays);
            known.push(PooledRoute { share: if known.is_empty() { 1.0 } else { 0.0 }, ..route });
            if least.is_finite() { 1.0 - own / least } else { 0.0 }
        });
        savings.reduce(|| 0.0, f64::max)
    }

    /// Takes over the routes of a pool on another network that are open here too, so that two states differ by what changed
    /// and not by which routes happened to be found.
    pub(crate) fn inherit(&mut self, network: &TradeNetwork, pool: &Self, other: &TradeNetwork) {
        if self.routes.len() != pool.routes.len() || network.supplies.len() != other.supplies.len() {
            return;
        }
        let zones = self.zones;
        self.routes.par_iter_mut().enumerate().for_each(|(number, known)| {
            let pair = Pair::of(number, zones);
            let economy = |zone: usize| network.economy_of[zone];
            let class = network.class_of(pair.cargo, economy(pair.origin), economy(pair.destination));
            let own = &network.classes[class];
            let supply = &network.supplies[own.supply].supply;
            for route in &pool.routes[number] {
                let theirs = &other.classes[route.class];
                let there = (theirs, &other.supplies[theirs.supply].supply);
                let arcs: Option<Vec<u32>> =
                    route.arcs.iter().map(|arc| own.same_arc(supply, there, *arc)).collect();
                let Some(route) = arcs.and_then(|arcs| PooledRoute::new(network, pair, class, arcs)) else {
                    continue;
                };
                let share = if known.is_empty() { 1.0 } else { 0.0 };
                known.push(PooledRoute { share, ..route });
            }
        });
    }

    /// Generalised cost of the best route in the pool at delays, USD a tonne, by cargo, zone of origin and of destination;
    /// infinite where there is none.
    #[must_use]
    pub fn costs(&self, network: &TradeNetwork, delays: &[f64]) -> Vec<f64> {
        let cost = |(number, routes): (usize, &Vec<PooledRoute>)| {
            let value_of_time = network.cargoes[number / (self.zones * self.zones)].commodity.value_of_time;
            routes.iter().map(|route| route.cost_at(value_of_time, delays)).fold(f64::INFINITY, f64::min)
        };
        self.routes.iter().enumerate().map(cost).collect()
    }

    /// Spreads tonnes a year (by cargo, zone of origin and of destination) over the pool until nobody could do better in
    /// it. Pairs of which the pool has no route are left out.
    ///
    /// # Errors
    /// If the numbers do not fit an assignment.
    pub fn load(
        &mut self,
        network: &TradeNetwork,
        tonnes: &[f64],
        gap: f64,
    ) -> Result<Loaded, AssignmentError> {
        let count = network.capacities.len();
        let mut volumes = vec![0.0; count];
        let mut certificate = Certificate::default();
        let scarce = |number: &usize| {
            tonnes[*number] > 0.0 && self.routes[*number].iter().any(|route| !route.passes.is_empty())
        };
        let (with_choice, without): (Vec<usize>, Vec<usize>) =
            (0..self.routes.len()).filter(scarce).partition(|number| self.routes[*number].len() > 1);
        for number in without {
            for (capacity, units) in &self.routes[number][0].passes {
                volumes[*capacity as usize] += units * tonnes[number];
            }
        }
        if !with_choice.is_empty() {
            let (instance, start) = self.instance(network, tonnes, &with_choice, &volumes);
            let mut solver = Solver::new(instance)?;
            solver.start_from(&start)?;
            solver.run(&Options { gap, iterations: MOST_PASSES, ..Options::default() }, &mut unwatched);
            let solution = solver.solution();
            certificate = solution.certificate;
            volumes.clone_from(&solution.group_volumes);
            let mut link = 0;
            for (demand, number) in with_choice.iter().enumerate() {
                for route in &mut self.routes[*number] {
                    let takes = |path: &usize| solution.paths.links_of(*path) == [link];
                    let path = solution.paths.of_demand(demand).find(takes);
                    route.share = path.map_or(0.0, |path| solution.paths.tonnes[path] / tonnes[*number]);
                    link += 1;
                }
            }
        }
        let delays: Vec<f64> = network
            .capacities
            .iter()
            .zip(&volumes)
            .map(|(capacity, volume)| capacity.delay(*volume))
            .collect();
        let mut loads = Vec::new();
        for number in (0..self.routes.len()).filter(|number| tonnes[*number] > 0.0) {
            let pair = Pair::of(number, self.zones);
            let routes = &mut self.routes[number];
            if routes.iter().all(|route| route.passes.is_empty()) {
                // Nothing on them is scarce: all take the cheapest, the first of equals.
                let cheapest = (0..routes.len()).min_by(|a, b| routes[*a].cost.total_cmp(&routes[*b].cost));
                for (position, route) in routes.iter_mut().enumerate() {
                    route.share = if Some(position) == cheapest { 1.0 } else { 0.0 };
                }
            }
            loads.extend(routes.iter().filter(|route| route.share > 0.0).map(|route| RouteLoad {
                pair,
                tonnes: route.share * tonnes[number],
                sums: route.sums,
                delay: route.delay(&delays),
                passes: route.passes.clone(),
                class: route.class,
                arcs: route.arcs.clone(),
            }));
        }
        Ok(Loaded { delays, volumes, routes: loads, certificate })
    }

    /// The assignment over the pool: two nodes and some parallel links for each pair that has a choice, and one link for all
    /// that passes a capacity without one.
    fn instance(
        &self,
        network: &TradeNetwork,
        tonnes: &[f64],
        with_choice: &[usize],
        without: &[f64],
    ) -> (Instance, PathFlows) {
        let mut links = Vec::new();
        let mut demands = Vec::new();
        let mut groups: Vec<Group> = network
            .capacities
            .iter()
            .map(|capacity| Group { members: Vec::new(), function: capacity.function(), hard_capacity: None })
            .collect();
        let mut costs: Vec<Vec<f64>> = vec![Vec::new(); network.cargoes.len()];
        let mut start = PathFlows { first: vec![0], link_first: vec![0], ..PathFlows::default() };
        for (position, number) in with_choice.iter().enumerate() {
            let (tail, pair) = (2 * position as u32, Pair::of(*number, self.zones));
            for route in &self.routes[*number] {
                let link = links.len() as u32;
                let function = LinkFunction::Constant { time: 0.0 };
                links.push(Link { tail, head: tail + 1, function, hard_capacity: None });
                for (cargo, costs) in costs.iter_mut().enumerate() {
                    costs.push(if cargo == pair.cargo { route.cost } else { 0.0 });
                }
                for &(capacity, weight) in &route.passes {
                    groups[capacity as usize].members.push(Member { link, weight, felt: 1.0 });
                }
                if route.share > 0.0 {
                    start.links.push(link);
                    start.link_first.push(start.links.len() as u32);
                    start.tonnes.push(route.share * tonnes[*number]);
                    start.costs.push(0.0);
                }
            }
            start.first.push(start.tonnes.len() as u32);
            demands.push(Demand {
                class: pair.cargo as u32,
                origin: tail,
                destination: tail + 1,
                tonnes: tonnes[*number],
                overflow_cost: None,
            });
        }
        for (capacity, volume) in without.iter().enumerate().filter(|(_, volume)| **volume > 0.0) {
            let (tail, link) = (2 * demands.len() as u32, links.len() as u32);
            let function = LinkFunction::Constant { time: 0.0 };
            links.push(Link { tail, head: tail + 1, function, hard_capacity: None });
            costs.iter_mut().for_each(|costs| costs.push(0.0));
            groups[capacity].members.push(Member { link, weight: 1.0, felt: 1.0 });
            start.links.push(link);
            start.link_first.push(start.links.len() as u32);
            start.tonnes.push(*volume);
            start.costs.push(0.0);
            start.first.push(start.tonnes.len() as u32);
            let demand = Demand {
                class: 0,
                origin: tail,
                destination: tail + 1,
                tonnes: *volume,
                overflow_cost: None,
            };
            demands.push(demand);
        }
        let class = |(cargo, fixed_costs): (&super::Cargo, Vec<f64>)| Class {
            name: cargo.name.clone(),
            value_of_time: cargo.commodity.value_of_time,
            unit_size: 1.0,
            fixed_costs,
            allowed: Vec::new(),
            overflow_cost: None,
        };
        let classes = network.cargoes.iter().zip(costs).map(class).collect();
        let node_count = 2 * demands.len();
        (Instance { node_count, through: Vec::new(), links, groups, classes, demands }, start)
    }
}

impl PooledRoute {
    /// A route of arcs of a class, with what it takes and costs without delays.
    fn new(network: &TradeNetwork, pair: Pair, class: usize, arcs: Vec<u32>) -> Option<Self> {
        let own = &network.classes[class];
        let ends = &network.supplies[own.supply].ends;
        let entry = |zone: usize, side: usize, node: u32| {
            let at = |place| ends.get(place).and_then(|ends| ends[side]) == Some(node);
            network.zones[zone].entries[pair.cargo].iter().find(|entry| at(&entry.place))
        };
        let first = entry(pair.origin, 0, own.graph.tail(*arcs.first()?))?;
        let last = entry(pair.destination, 1, own.graph.head(*arcs.last()?))?;
        let mut sums = Sums {
            usd_per_tonne: first.usd_per_tonne + last.usd_per_tonne,
            hours: first.hours + last.hours,
            ..Sums::default()
        };
        let mut passes: BTreeMap<u32, f64> = BTreeMap::new();
        for &arc in &arcs {
            let step = &own.sums[arc as usize];
            sums.usd_per_tonne += step.usd_per_tonne;
            sums.hours += step.hours;
            sums.variance += step.variance;
            sums.km += step.km;
            sums.co2_kg += step.co2_kg;
            for &(capacity, units) in own.passes(arc) {
                *passes.entry(capacity).or_default() += units;
            }
        }
        let value_of_time = network.cargoes[pair.cargo].commodity.value_of_time;
        let risk = network.reliability_ratio * sums.variance.sqrt();
        let cost = sums.usd_per_tonne + value_of_time * (sums.hours + risk);
        Some(Self { class, arcs, sums, cost, passes: passes.into_iter().collect(), share: 0.0 })
    }

    fn delay(&self, delays: &[f64]) -> f64 {
        self.passes.iter().map(|(capacity, _)| delays[*capacity as usize]).sum()
    }

    fn cost_at(&self, value_of_time: f64, delays: &[f64]) -> f64 {
        self.cost + value_of_time * self.delay(delays)
    }
}

/// The route of skims between two zones.
fn pooled(network: &TradeNetwork, skims: &Skims, pair: Pair) -> Option<PooledRoute> {
    let (class, arcs) = skims.route(network, pair)?;
    PooledRoute::new(network, pair, class, arcs)
}

impl Loaded {
    /// Tonnes a year by link, cargo by cargo.
    #[must_use]
    pub fn by_link(&self, network: &TradeNetwork) -> BTreeMap<LinkId, Vec<f64>> {
        let mut loads: BTreeMap<LinkId, Vec<f64>> = BTreeMap::new();
        for route in &self.routes {
            for link in route.links(network) {
                let of_link = loads.entry(link).or_insert_with(|| vec![0.0; network.cargoes.len()]);
                of_link[route.pair.cargo] += route.tonnes;
            }
        }
        loads
    }
}

impl RouteLoad {
    /// Its links, in order.
    #[must_use]
    pub fn links(&self, network: &TradeNetwork) -> Vec<LinkId> {
        let class = &network.classes[self.class];
        let mut links = Vec::new();
        for &arc in &self.arcs {
            class.links_of(&network.supplies[class.supply].supply, arc, |link| links.push(link));
        }
        links
    }
}
