//! Costs from zone to zone, and the routes behind them.

use std::collections::BTreeSet;

use rayon::prelude::*;
use regime::Sums;
use routing::{CLOSED, End, Metric, RoutingError, Tree};

use super::class::{Class, Entry};
use super::{Pair, TradeNetwork};

/// Fixed point: units for one USD a tonne.
const UNITS: f64 = 10_000.0;

/// What a tonne takes and costs from one zone to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairSkim {
    /// Generalised cost, USD a tonne: money, time, reliability.
    pub generalised_cost: f64,
    /// Money, USD a tonne, without duties and subsidies.
    pub usd_per_tonne: f64,
    /// Hours, mean, delays included.
    pub hours: f64,
    /// Hours of them that scarce capacities add.
    pub delay: f64,
    /// Variance of the hours.
    pub variance: f64,
    /// Kilometres on the network.
    pub km: f64,
    /// Kilograms of CO2e a tonne.
    pub co2_kg: f64,
    /// The entries by which the goods come into the network and leave it, by position in their zones' lists.
    pub entries: (u32, u32),
}

/// Trees of a class by the node at their root, ascending.
type Trees = Vec<(u32, Tree)>;

/// Trees and skims of all classes at given delays.
#[derive(Debug, Clone)]
pub struct Skims {
    /// By class and node where its cargo enters the network, ascending. Zones beyond it share the trees of their gateways.
    trees: Vec<Trees>,
    /// By cargo, zone of origin and zone of destination.
    pairs: Vec<Option<PairSkim>>,
    zones: usize,
}

impl Skims {
    /// Skims at delays of scarce capacities, in hours by capacity.
    ///
    /// # Errors
    /// If costs are too large for the search.
    pub fn new(network: &TradeNetwork, delays: &[f64]) -> Result<Self, RoutingError> {
        let (zones, cargoes) = (network.zones.len(), network.cargoes.len());
        let starts = starts(network);
        let trees = network
            .classes
            .par_iter()
            .zip(&starts)
            .map(|(class, starts)| trees_of(network, class, starts, delays))
            .collect::<Result<Vec<_>, _>>()?;
        let pairs = (0..cargoes * zones)
            .into_par_iter()
            .flat_map_iter(|row| {
                let (cargo, origin) = (row / zones, row % zones);
                let trees = &trees;
                (0..zones).map(move |destination| pair(network, trees, delays, cargo, origin, destination))
            })
            .collect();
        Ok(Self { trees, pairs, zones })
    }

    /// The skim of a cargo between two zones; nothing where no route is open.
    #[must_use]
    pub fn get(&self, pair: Pair) -> Option<&PairSkim> {
        self.pairs[(pair.cargo * self.zones + pair.origin) * self.zones + pair.destination].as_ref()
    }

    /// The class and the arcs of a cargo's route between two zones.
    pub(super) fn route(&self, network: &TradeNetwork, pair: Pair) -> Option<(usize, Vec<u32>)> {
        let Pair { cargo, origin, destination } = pair;
        let skim = self.get(pair)?;
        let number = network.class_of(cargo, network.economy_of[origin], network.economy_of[destination]);
        let class = &network.classes[number];
        let ends = &network.supplies[class.supply].ends;
        let first = network.zones[origin].entries[cargo][skim.entries.0 as usize];
        let last = network.zones[destination].entries[cargo][skim.entries.1 as usize];
        let tree = tree_from(&self.trees[number], ends.get(&first.place)?[0]?)?;
        Some((number, tree.arcs_to(&class.graph, ends.get(&last.place)?[1]?)))
    }
}

fn tree_from(trees: &Trees, node: u32) -> Option<&Tree> {
    trees.binary_search_by_key(&node, |(root, _)| *root).ok().map(|at| &trees[at].1)
}

/// By class, the nodes at which its cargo enters the network.
fn starts(network: &TradeNetwork) -> Vec<BTreeSet<u32>> {
    let mut starts: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); network.classes.len()];
    // Between zones beyond the network nothing is carried on it.
    let mut reached = vec![false; network.economies.len()];
    for (zone, economy) in network.zones.iter().zip(&network.economy_of) {
        reached[*economy] |= zone.on_network;
    }
    for cargo in 0..network.cargoes.len() {
        for (origin, zone) in network.zones.iter().enumerate() {
            for destination in (0..network.economies.len()).filter(|own| zone.on_network || reached[*own]) {
                let class = network.class_of(cargo, network.economy_of[origin], destination);
                let ends = &network.supplies[network.classes[class].supply].ends;
                let nodes = zone.entries[cargo].iter().filter_map(|entry| ends.get(&entry.place)?[0]);
                starts[class].extend(nodes);
            }
        }
    }
    starts
}

fn trees_of(
    network: &TradeNetwork,
    class: &Class,
    starts: &BTreeSet<u32>,
    delays: &[f64],
) -> Result<Trees, RoutingError> {
    let value_of_time = network.cargoes[class.cargo].commodity.value_of_time;
    let metric = Metric::fixed_point(&class.costs(value_of_time, delays), UNITS)?;
    let tree = |node: &u32| Ok((*node, Tree::new(&class.graph, &metric, &[End::at(*node)])?));
    starts.iter().map(tree).collect()
}

impl Class {
    /// Money and time of each arc in USD a tonne, at delays.
    fn costs(&self, value_of_time: f64, delays: &[f64]) -> Vec<f64> {
        let cost = |(arc, sums): (u32, &Sums)| {
            sums.usd_per_tonne + value_of_time * (sums.hours + self.delay(arc, delays))
        };
        (0u32..).zip(&self.sums).map(cost).collect()
    }

    fn delay(&self, arc: u32, delays: &[f64]) -> f64 {
        self.passes(arc).iter().map(|(capacity, _)| delays[*capacity as usize]).sum()
    }
}

fn pair(
    network: &TradeNetwork,
    trees: &[Trees],
    delays: &[f64],
    cargo: usize,
    origin: usize,
    destination: usize,
) -> Option<PairSkim> {
    if origin == destination || !(network.zones[origin].on_network || network.zones[destination].on_network) {
        return None;
    }
    let number = network.class_of(cargo, network.economy_of[origin], network.economy_of[destination]);
    let class = &network.classes[number];
    let ends = &network.supplies[class.supply].ends;
    let value_of_time = network.cargoes[cargo].commodity.value_of_time;
    let beyond = |entry: &Entry| ((entry.usd_per_tonne + value_of_time * entry.hours) * UNITS).round() as u64;
    let (mut best, mut least) = (None, u64::from(CLOSED));
    for (from, first) in (0u32..).zip(&network.zones[origin].entries[cargo]) {
        let start = ends.get(&first.place).and_then(|ends| ends[0]);
        let Some(tree) = start.and_then(|start| tree_from(&trees[number], start)) else { continue };
        for (to, last) in (0u32..).zip(&network.zones[destination].entries[cargo]) {
            let Some(node) = ends.get(&last.place).and_then(|ends| ends[1]) else { continue };
            if let Some(cost) = tree.cost(node).map(|cost| beyond(first) + cost + beyond(last))
                && cost < least
            {
                (best, least) = (Some((from, first, tree, to, last, node)), cost);
            }
        }
    }
    let (first_position, first, tree, position, last, node) = best?;
    let arcs = tree.arcs_to(&class.graph, node);
    let mut skim = PairSkim {
        generalised_cost: 0.0,
        usd_per_tonne: first.usd_per_tonne + last.usd_per_tonne,
        hours: first.hours + last.hours,
        delay: 0.0,
        variance: 0.0,
        km: 0.0,
        co2_kg: 0.0,
        entries: (first_position, position),
    };
    for arc in arcs {
        let sums = &class.sums[arc as usize];
        let delay = class.delay(arc, delays);
        skim.usd_per_tonne += sums.usd_per_tonne;
        skim.hours += sums.hours + delay;
        skim.delay += delay;
        skim.variance += sums.variance;
        skim.km += sums.km;
        skim.co2_kg += sums.co2_kg;
    }
    let risk = network.reliability_ratio * skim.variance.sqrt();
    skim.generalised_cost = skim.usd_per_tonne + value_of_time * (skim.hours + risk);
    Some(skim)
}
