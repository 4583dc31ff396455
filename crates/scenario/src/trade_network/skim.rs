//! Costs from zone to zone, and the routes behind them.

use rayon::prelude::*;
use regime::Sums;
use routing::{CLOSED, End, Metric, RoutingError, Tree};

use super::class::Class;
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

/// Trees and skims of all classes at given delays.
#[derive(Debug, Clone)]
pub struct Skims {
    /// By class and zone; nothing where no cargo of the class starts.
    trees: Vec<Vec<Option<Tree>>>,
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
        let tree = self.trees[number][origin].as_ref()?;
        let entry = network.zones[destination].entries[cargo][skim.entries.1 as usize];
        let node = network.supplies[class.supply].ends.get(&entry.place)?[1]?;
        Some((number, tree.arcs_to(&class.graph, node)))
    }
}

/// By class, the zones from which its cargo starts.
fn starts(network: &TradeNetwork) -> Vec<Vec<usize>> {
    let mut starts: Vec<Vec<usize>> = vec![Vec::new(); network.classes.len()];
    for cargo in 0..network.cargoes.len() {
        for (origin, zone) in network.zones.iter().enumerate() {
            if zone.entries[cargo].is_empty() {
                continue;
            }
            for destination in 0..network.economies.len() {
                let class = network.class_of(cargo, network.economy_of[origin], destination);
                if starts[class].last() != Some(&origin) && !starts[class].contains(&origin) {
                    starts[class].push(origin);
                }
            }
        }
    }
    starts
}

fn trees_of(
    network: &TradeNetwork,
    class: &Class,
    starts: &[usize],
    delays: &[f64],
) -> Result<Vec<Option<Tree>>, RoutingError> {
    let value_of_time = network.cargoes[class.cargo].commodity.value_of_time;
    let metric = Metric::fixed_point(&class.costs(value_of_time, delays), UNITS)?;
    let ends = &network.supplies[class.supply].ends;
    let mut trees = vec![None; network.zones.len()];
    for &zone in starts {
        let sources: Vec<End> = network.zones[zone].entries[class.cargo]
            .iter()
            .filter_map(|entry| {
                let node = ends.get(&entry.place)?[0]?;
                let cost = entry.usd_per_tonne + value_of_time * entry.hours;
                Some(End { node, offset: (cost * UNITS).round() as u32 })
            })
            .collect();
        trees[zone] = Some(Tree::new(&class.graph, &metric, &sources)?);
    }
    Ok(trees)
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
    trees: &[Vec<Option<Tree>>],
    delays: &[f64],
    cargo: usize,
    origin: usize,
    destination: usize,
) -> Option<PairSkim> {
    if origin == destination || !(network.zones[origin].on_network || network.zones[destination].on_network) {
        return None;
    }
    let number = network.class_of(cargo, network.economy_of[origin], network.economy_of[destination]);
    let (class, tree) = (&network.classes[number], trees[number][origin].as_ref()?);
    let ends = &network.supplies[class.supply].ends;
    let value_of_time = network.cargoes[cargo].commodity.value_of_time;
    let (mut best, mut least) = (None, u64::from(CLOSED));
    for (position, entry) in (0u32..).zip(&network.zones[destination].entries[cargo]) {
        let Some(node) = ends.get(&entry.place).and_then(|ends| ends[1]) else { continue };
        let offset = ((entry.usd_per_tonne + value_of_time * entry.hours) * UNITS).round() as u64;
        if let Some(cost) = tree.cost(node).map(|cost| cost + offset)
            && cost < least
        {
            (best, least) = (Some((position, node, entry)), cost);
        }
    }
    let (position, node, last) = best?;
    let arcs = tree.arcs_to(&class.graph, node);
    let start = class.graph.tail(*arcs.first()?);
    let (first_position, first) = (0u32..)
        .zip(&network.zones[origin].entries[cargo])
        .find(|(_, entry)| ends.get(&entry.place).and_then(|ends| ends[0]) == Some(start))?;
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
