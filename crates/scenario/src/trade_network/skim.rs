//! Least routes from zone to zone at given delays.

use rayon::prelude::*;
use regime::Sums;
use routing::{CustomMetric, End, Matrix, Metric, RoutingError, Tree, Weights};

use super::class::{Class, Entry};
use super::form_supply::FormSupply;
use super::{Pair, TradeNetwork};

/// Fixed point: units for one USD a tonne.
const UNITS: f64 = 10_000.0;
/// USD a tonne for one arc above which all are alike: nobody pays as much, and sums of the search stay in bounds while
/// delays are far from where they settle.
const MOST: f64 = 10_000.0;
/// No goods enter or leave the network at a node.
const NO_END: u32 = u32::MAX;
/// Classes that the hierarchy customises side by side.
const LANES: usize = 8;

/// Least costs of all classes at given delays, between all nodes where goods enter and leave the network.
#[derive(Debug, Clone)]
pub struct Skims {
    /// What each arc costs, by class.
    metrics: Vec<Metric>,
    /// By class, in the order of its starts and ends.
    matrices: Vec<Matrix>,
}

/// The least route between two zones: what a search found, before it is written out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Money and time without reliability, in fixed point.
    pub(super) cost: u64,
    pub(super) class: usize,
    pub(super) entries: (u32, u32),
    /// The nodes at which the goods enter and leave the network.
    pub(super) nodes: (u32, u32),
}

impl Skims {
    /// Least costs at delays of scarce capacities, in hours by capacity.
    ///
    /// # Errors
    /// If costs are too large for the search.
    pub fn new(network: &TradeNetwork, delays: &[f64]) -> Result<Self, RoutingError> {
        let metrics = metrics(network, delays)?;
        let mut batches: Vec<&[usize]> = Vec::new();
        let by_supply: Vec<Vec<usize>> = (0..network.supplies.len())
            .map(|supply| {
                let of_it = |class: &usize| network.classes[*class].supply == supply;
                (0..network.classes.len()).filter(of_it).collect()
            })
            .collect();
        for classes in &by_supply {
            batches.extend(classes.chunks(LANES));
        }
        let of_batch = |classes: &&[usize]| -> Result<Vec<(usize, Matrix)>, RoutingError> {
            let lanes: Vec<&Metric> = classes.iter().map(|class| &metrics[*class]).collect();
            let topology = &network.supply_of(classes[0]).topology;
            let hierarchy = CustomMetric::new(topology, Weights::<LANES>::filling(&lanes)?)?;
            let matrix = |(lane, class): (usize, &usize)| {
                let own = &network.classes[*class];
                Ok((*class, hierarchy.matrix(lane, &own.starts.nodes, &own.ends.nodes)?))
            };
            classes.iter().enumerate().map(matrix).collect()
        };
        let mut matrices: Vec<(usize, Matrix)> =
            batches.par_iter().map(of_batch).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        matrices.sort_unstable_by_key(|(class, _)| *class);
        let matrices = matrices.into_iter().map(|(_, matrix)| matrix).collect();
        Ok(Self { metrics, matrices })
    }

    /// What an arc of a class costs at the delays, in fixed point.
    pub(super) fn arc_cost(&self, class: usize, arc: u32) -> u64 {
        u64::from(self.metrics[class].value(arc))
    }

    /// The least routes of a class from a node to some others. The hierarchy tells costs; routes are written out from trees, as those
    /// that are new mostly start at few nodes.
    pub(super) fn tree(
        &self,
        network: &TradeNetwork,
        (class, node): (usize, u32),
        ends: &[u32],
    ) -> Result<Tree, RoutingError> {
        Tree::to_targets(&network.supply_of(class).graph, &self.metrics[class], &[End::at(node)], ends)
    }

    /// The least route of a cargo between two zones by money and time; nothing where no route is open, and between zones
    /// beyond the network, whose goods it does not carry.
    pub(super) fn found(&self, network: &TradeNetwork, pair: Pair) -> Option<Found> {
        let Pair { cargo, origin, destination } = pair;
        let (from, to) = (&network.zones[origin], &network.zones[destination]);
        if origin == destination || !(from.on_network || to.on_network) {
            return None;
        }
        let number = network.class_of_pair(pair);
        let (class, supply) = (&network.classes[number], network.supply_of(number));
        let (mut best, mut least) = (None, u64::MAX);
        for (first, entry) in (0u32..).zip(&from.entries[cargo]) {
            let Some(start) = supply.end(entry.place, 0) else { continue };
            let Some(row) = class.starts.position(start) else { continue };
            let before = network.beyond_cost(cargo, entry);
            for (last, entry) in (0u32..).zip(&to.entries[cargo]) {
                let Some(end) = supply.end(entry.place, 1) else { continue };
                let Some(column) = class.ends.position(end) else { continue };
                let Some(cost) = self.matrices[number].get(row, column) else { continue };
                let cost = before + u64::from(cost) + network.beyond_cost(cargo, entry);
                if cost < least {
                    least = cost;
                    best = Some(Found { cost, class: number, entries: (first, last), nodes: (start, end) });
                }
            }
        }
        best
    }
}

/// Adds what an arc takes and costs.
pub(super) fn add(sums: &mut Sums, step: &Sums) {
    sums.usd_per_tonne += step.usd_per_tonne;
    sums.hours += step.hours;
    sums.variance += step.variance;
    sums.km += step.km;
    sums.co2_kg += step.co2_kg;
}

impl TradeNetwork {
    /// Money and time between a zone and its entry, in fixed point.
    pub(super) fn beyond_cost(&self, cargo: usize, entry: &Entry) -> u64 {
        let value_of_time = self.cargoes[cargo].commodity.value_of_time;
        ((entry.usd_per_tonne + value_of_time * entry.hours) * UNITS).round() as u64
    }

    /// What it takes and costs between the zones of a pair and the entries that are used.
    pub(super) fn beyond(&self, pair: Pair, entries: (u32, u32)) -> Sums {
        let first = &self.zones[pair.origin].entries[pair.cargo][entries.0 as usize];
        let last = &self.zones[pair.destination].entries[pair.cargo][entries.1 as usize];
        Sums {
            usd_per_tonne: first.usd_per_tonne + last.usd_per_tonne,
            hours: first.hours + last.hours,
            ..Sums::default()
        }
    }
}

impl FormSupply {
    /// Hours that scarce capacities add to an arc.
    fn delay(&self, arc: u32, delays: &[f64]) -> f64 {
        self.passes(arc).iter().map(|(capacity, _)| delays[*capacity as usize]).sum()
    }
}

/// Nodes of a graph where goods of a class enter the network, or leave it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    /// Ascending.
    pub(super) nodes: Vec<u32>,
    /// By node, its position among them.
    positions: Vec<u32>,
}

impl Ends {
    fn new(is_end: &[bool]) -> Self {
        let mut ends = Self { nodes: Vec::new(), positions: vec![NO_END; is_end.len()] };
        for (node, _) in is_end.iter().enumerate().filter(|(_, own)| **own) {
            ends.positions[node] = ends.nodes.len() as u32;
            ends.nodes.push(node as u32);
        }
        ends
    }

    fn position(&self, node: u32) -> Option<usize> {
        Some(self.positions[node as usize]).filter(|own| *own != NO_END).map(|own| own as usize)
    }
}

impl TradeNetwork {
    /// Finds where the goods of each class enter and leave the network.
    pub(super) fn find_ends(&mut self) {
        let nodes = |class: &Class| self.supplies[class.supply].graph.node_count();
        let mut marks: Vec<[Vec<bool>; 2]> =
            self.classes.iter().map(|class| [vec![false; nodes(class)], vec![false; nodes(class)]]).collect();
        // Between zones beyond the network nothing is carried on it.
        let mut reached = vec![false; self.economies.len()];
        for (zone, economy) in self.zones.iter().zip(&self.economy_of) {
            reached[*economy] |= zone.on_network;
        }
        for cargo in 0..self.cargoes.len() {
            for (number, zone) in self.zones.iter().enumerate() {
                let own = self.economy_of[number];
                for other in (0..self.economies.len()).filter(|other| zone.on_network || reached[*other]) {
                    for (side, class) in [self.class_of(cargo, own, other), self.class_of(cargo, other, own)]
                        .into_iter()
                        .enumerate()
                    {
                        let supply = self.supply_of(class);
                        for node in
                            zone.entries[cargo].iter().filter_map(|entry| supply.end(entry.place, side))
                        {
                            marks[class][side][node as usize] = true;
                        }
                    }
                }
            }
        }
        for (class, [starts, ends]) in self.classes.iter_mut().zip(marks) {
            (class.starts, class.ends) = (Ends::new(&starts), Ends::new(&ends));
        }
    }
}

/// Money and time of each arc without delays.
pub(super) fn free_costs(sums: &[Option<Sums>], value_of_time: f64) -> Result<Metric, RoutingError> {
    let cost =
        |sums: &Option<Sums>| sums.map_or(f64::INFINITY, |sums| money_and_time(&sums, value_of_time, 0.0));
    Metric::fixed_point(&sums.iter().map(cost).collect::<Vec<f64>>(), UNITS)
}

fn money_and_time(sums: &Sums, value_of_time: f64, delay: f64) -> f64 {
    (sums.usd_per_tonne + value_of_time * (sums.hours + delay)).min(MOST)
}

/// What each arc costs by class: money and time at delays.
fn metrics(network: &TradeNetwork, delays: &[f64]) -> Result<Vec<Metric>, RoutingError> {
    let of_class = |class: &Class| {
        let value_of_time = network.cargoes[class.cargo].commodity.value_of_time;
        let supply = &network.supplies[class.supply];
        let mut values = class.free.values().to_vec();
        let scarce = supply.scarce_arcs();
        let cost = |arc: &u32| {
            class.sums[*arc as usize].map_or(f64::INFINITY, |sums| {
                money_and_time(&sums, value_of_time, supply.delay(*arc, delays))
            })
        };
        let costs = Metric::fixed_point(&scarce.iter().map(cost).collect::<Vec<f64>>(), UNITS)?;
        for (arc, cost) in scarce.iter().zip(costs.values()) {
            values[*arc as usize] = *cost;
        }
        Ok(Metric::new(values))
    };
    network.classes.iter().map(of_class).collect()
}
