//! Tonnes spread over the pool with capacity.
//!
//! Between two zones each route of the pool is one link from the one to the other, and its capacities are groups of links.
//! Of some ten thousand pairs nearly all have one route that is best at any delay that could come about; they are loaded
//! without being asked. Which those are is found with bounds on the delays: a route is left out where another one of its
//! pair is no dearer at all delays within them, which one sees from the capacities that only one of the two takes. What is
//! left, some dozen pairs, goes to the solver. If the delays that come out break the bounds, these are widened to hold them,
//! at last to all delays there are.

use std::collections::BTreeMap;

use assignment::{
    AssignmentError, Certificate, Class, Demand, Group, Instance, Link, LinkFunction, Member, Options,
    PathFlows, Solver, unwatched,
};
use network::LinkId;

use super::pool::by_link;
use super::{Capacity, RouteLoad, RoutePool, TradeNetwork};

/// Passes of the solver, each over all pairs, before it gives up.
const MOST_PASSES: usize = 300;
/// How far bounds lie from delays that they are to hold: a share of the delay up and down, and of the hours that one lot
/// takes to pass.
const WIDTH: (f64, f64) = (0.25, 0.5);
/// Times that bounds are widened before all delays are looked at.
const WIDENINGS: usize = 4;

/// Loads and delays.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spread {
    /// Hours by capacity.
    pub(crate) delays: Vec<f64>,
    /// Units a year by capacity.
    pub(crate) volumes: Vec<f64>,
    /// How far from equilibrium the spread over the pool is.
    pub(crate) certificate: Certificate,
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

impl Loaded {
    /// Tonnes a year by link, cargo by cargo.
    #[must_use]
    pub fn by_link(&self, network: &TradeNetwork) -> BTreeMap<LinkId, Vec<f64>> {
        by_link(&self.routes, network)
    }
}

/// Delays between which a spread is looked for.
struct Bounds {
    least: Vec<f64>,
    most: Vec<f64>,
}

impl Bounds {
    /// All delays there are.
    fn none(count: usize) -> Self {
        Self { least: vec![0.0; count], most: vec![f64::INFINITY; count] }
    }

    /// Widened to hold delays and what lies near them; from nothing where there are none yet.
    fn widened(known: Option<Self>, capacities: &[Capacity], delays: &[f64]) -> Self {
        let (share, lots) = WIDTH;
        let slack = |(capacity, delay): (&Capacity, &f64)| share * delay + lots * capacity.hours_of_a_lot();
        let slacks: Vec<f64> = capacities.iter().zip(delays).map(slack).collect();
        let mut bounds = known.unwrap_or_else(|| Self { least: delays.to_vec(), most: delays.to_vec() });
        for (number, (delay, slack)) in delays.iter().zip(slacks).enumerate() {
            bounds.least[number] = bounds.least[number].min((delay - slack).max(0.0));
            bounds.most[number] = bounds.most[number].max(delay + slack);
        }
        bounds
    }

    fn hold(&self, delays: &[f64]) -> bool {
        let held = |((delay, least), most): ((&f64, &f64), &f64)| least <= delay && delay <= most;
        delays.iter().zip(&self.least).zip(&self.most).all(held)
    }

    /// Whether the first of two routes is no dearer than the second at all delays within the bounds. Passes are ascending.
    fn spares(&self, first: (f64, &[(u32, f64)]), second: (f64, &[(u32, f64)]), value_of_time: f64) -> bool {
        let takes = |passes: &[(u32, f64)], capacity: u32| passes.iter().any(|own| own.0 == capacity);
        let own = first.1.iter().filter(|own| !takes(second.1, own.0));
        let theirs = second.1.iter().filter(|own| !takes(first.1, own.0));
        let most: f64 = own.map(|own| self.most[own.0 as usize]).sum();
        let least: f64 = theirs.map(|own| self.least[own.0 as usize]).sum();
        first.0 + if most > 0.0 { value_of_time * most } else { 0.0 } <= second.0 + value_of_time * least
    }
}

/// A pair that has a choice, and its routes.
struct Choice {
    pair: usize,
    routes: Vec<u32>,
}

impl RoutePool {
    /// Spreads tonnes a year (by cargo, zone of origin and of destination) over the pool until nobody could do better in
    /// it, near some delays. Pairs of which the pool has no route are left out.
    ///
    /// # Errors
    /// If the numbers do not fit an assignment.
    pub(crate) fn spread(
        &mut self,
        network: &TradeNetwork,
        tonnes: &[f64],
        near: &[f64],
        gap: f64,
    ) -> Result<Spread, AssignmentError> {
        let mut bounds = Bounds::widened(None, &network.capacities, near);
        for _ in 0..WIDENINGS {
            let spread = self.spread_within(network, tonnes, &bounds, gap)?;
            if bounds.hold(&spread.delays) {
                return Ok(spread);
            }
            bounds = Bounds::widened(Some(bounds), &network.capacities, &spread.delays);
        }
        self.spread_within(network, tonnes, &Bounds::none(near.len()), gap)
    }

    /// Spreads tonnes over the pool and writes the routes out that carry them.
    ///
    /// # Errors
    /// As for the spread.
    pub fn load(
        &mut self,
        network: &TradeNetwork,
        tonnes: &[f64],
        near: &[f64],
        gap: f64,
    ) -> Result<Loaded, AssignmentError> {
        let spread = self.spread(network, tonnes, near, gap)?;
        Ok(self.loaded(network, tonnes, spread))
    }

    /// A spread with the routes that carry it.
    pub(crate) fn loaded(&self, network: &TradeNetwork, tonnes: &[f64], spread: Spread) -> Loaded {
        let Spread { delays, volumes, certificate } = spread;
        let routes = self.loads(network, tonnes, &delays);
        Loaded { delays, volumes, routes, certificate }
    }

    fn spread_within(
        &mut self,
        network: &TradeNetwork,
        tonnes: &[f64],
        bounds: &Bounds,
        gap: f64,
    ) -> Result<Spread, AssignmentError> {
        let mut volumes = vec![0.0; network.capacities.len()];
        let mut choices: Vec<Choice> = Vec::new();
        let mut alone: Vec<(usize, u32)> = Vec::new();
        let mut routes: Vec<u32> = Vec::new();
        for &pair in self.live() {
            let pair = pair as usize;
            if tonnes[pair] <= 0.0 {
                continue;
            }
            let value_of_time = network.cargoes[pair / (self.zones * self.zones)].commodity.value_of_time;
            routes.clear();
            for route in self.of_pair(pair) {
                let own = |route: u32| (self.routes[route as usize].cost, self.passes_of(route));
                if routes.iter().any(|known| bounds.spares(own(*known), own(route), value_of_time)) {
                    continue;
                }
                routes.retain(|known| !bounds.spares(own(route), own(*known), value_of_time));
                routes.push(route);
            }
            if let [route] = routes[..] {
                for (capacity, units) in self.passes_of(route) {
                    volumes[*capacity as usize] += units * tonnes[pair];
                }
                alone.push((pair, route));
            } else {
                choices.push(Choice { pair, routes: routes.clone() });
            }
        }
        for (pair, route) in alone {
            self.set_shares(pair, &[(route, 1.0)]);
        }
        let mut certificate = Certificate::default();
        if !choices.is_empty() {
            let (instance, start) = self.instance(network, tonnes, &choices, &volumes);
            let mut solver = Solver::new(instance)?;
            solver.start_from(&start)?;
            solver.run(&Options { gap, iterations: MOST_PASSES, ..Options::default() }, &mut unwatched);
            let solution = solver.solution();
            certificate = solution.certificate;
            volumes.clone_from(&solution.group_volumes);
            let mut link = 0;
            for (demand, choice) in choices.iter().enumerate() {
                let shares: Vec<(u32, f64)> = choice
                    .routes
                    .iter()
                    .map(|route| {
                        let takes = |path: &usize| solution.paths.links_of(*path) == [link];
                        let path = solution.paths.of_demand(demand).find(takes);
                        link += 1;
                        (*route, path.map_or(0.0, |path| solution.paths.tonnes[path] / tonnes[choice.pair]))
                    })
                    .collect();
                self.set_shares(choice.pair, &shares);
            }
        }
        let of_capacity = network.capacities.iter().zip(&volumes);
        let delays = of_capacity.map(|(capacity, volume)| capacity.delay(*volume)).collect();
        Ok(Spread { delays, volumes, certificate })
    }

    /// Gives routes of a pair their shares, and the others none.
    fn set_shares(&mut self, pair: usize, shares: &[(u32, f64)]) {
        let all: Vec<u32> = self.of_pair(pair).collect();
        for route in all {
            let share = shares.iter().find(|own| own.0 == route).map_or(0.0, |own| own.1);
            self.routes[route as usize].share = share;
        }
    }

    /// The assignment over the pool: two nodes and some parallel links for each pair that has a choice, and one link for all
    /// that passes a capacity without one.
    fn instance(
        &self,
        network: &TradeNetwork,
        tonnes: &[f64],
        choices: &[Choice],
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
        for (position, choice) in choices.iter().enumerate() {
            let (tail, own) = (2 * position as u32, choice.pair / (self.zones * self.zones));
            let known: f64 = choice.routes.iter().map(|route| self.routes[*route as usize].share).sum();
            for (place, route) in choice.routes.iter().enumerate() {
                let link = links.len() as u32;
                let function = LinkFunction::Constant { time: 0.0 };
                links.push(Link { tail, head: tail + 1, function, hard_capacity: None });
                for (cargo, costs) in costs.iter_mut().enumerate() {
                    costs.push(if cargo == own { self.routes[*route as usize].cost } else { 0.0 });
                }
                for &(capacity, weight) in self.passes_of(*route) {
                    groups[capacity as usize].members.push(Member { link, weight, felt: 1.0 });
                }
                let share = match known {
                    known if known > 0.0 => self.routes[*route as usize].share / known,
                    _ if place == 0 => 1.0,
                    _ => 0.0,
                };
                if share > 0.0 {
                    start.links.push(link);
                    start.link_first.push(start.links.len() as u32);
                    start.tonnes.push(share * tonnes[choice.pair]);
                    start.costs.push(0.0);
                }
            }
            start.first.push(start.tonnes.len() as u32);
            demands.push(Demand {
                class: own as u32,
                origin: tail,
                destination: tail + 1,
                tonnes: tonnes[choice.pair],
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
