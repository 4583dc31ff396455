use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use rayon::prelude::*;

use crate::instance::Instance;
use crate::options::Method;
use crate::sum::Sum;

/// How good flows are, worked out from the instance and the flows alone, by searches of its own that share no line with
/// the solver.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Certificate {
    /// `(total_cost − least_cost) / total_cost`: what all could save together if each took the cheapest way under the
    /// final times. Zero at equilibrium. Marginal times for a system optimum.
    pub relative_gap: f64,
    /// The same saving by tonne, in money.
    pub average_excess_cost: f64,
    /// Tonnes by which flow into and out of a node differ from what starts and ends there, at the worst node and class.
    pub conservation_error: f64,
    /// Beckmann's objective, in unit-hours, where the classes are integrable. For a system optimum, total unit-hours.
    pub objective: Option<f64>,
    /// Money of all tonnes under the final times, overflow arcs included.
    pub total_cost: f64,
    /// Money of all tonnes if each took its cheapest way under the final times.
    pub least_cost: f64,
    /// Greatest share by which a hard capacity is exceeded.
    pub capacity_excess: f64,
    /// Unit-hours of shadow price on capacity that is left free, as a share of all unit-hours: zero if a capacity with a
    /// price is full.
    pub slackness: f64,
    /// Tonnes to be assigned, those within a zone not counted.
    pub demand: f64,
    /// Tonnes on overflow arcs.
    pub overflow: f64,
    /// Tonnes to which nothing leads.
    pub unconnected: f64,
}

/// Flows to be judged. Nothing of how they were found.
#[derive(Debug, Clone, Copy)]
pub struct Flows<'a> {
    /// Tonnes by class and link.
    pub link_tonnes: &'a [Vec<f64>],
    /// Tonnes by demand that stay off the network; empty for none.
    pub overflow: &'a [f64],
    /// Hours by link that its hard capacity is worth; empty for none.
    pub link_prices: &'a [f64],
    /// Hours by group that its hard capacity is worth; empty for none.
    pub group_prices: &'a [f64],
}

fn at(values: &[f64], index: usize) -> f64 {
    values.get(index).copied().unwrap_or(0.0)
}

/// Units by link and group under these flows.
pub(crate) fn volumes(instance: &Instance, link_tonnes: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let mut links = vec![0.0; instance.links.len()];
    for (class, tonnes) in instance.classes.iter().zip(link_tonnes) {
        for (volume, tonnes) in links.iter_mut().zip(tonnes) {
            *volume += class.unit_size * tonnes;
        }
    }
    let groups = instance
        .groups
        .iter()
        .map(|group| group.members.iter().map(|member| member.weight * links[member.link as usize]).sum())
        .collect();
    (links, groups)
}

/// Hours by link under these volumes: marginal ones for a system optimum; delays of groups and prices included.
pub(crate) fn link_hours(
    instance: &Instance,
    links: &[f64],
    groups: &[f64],
    flows: &Flows<'_>,
    method: Method,
) -> Vec<f64> {
    let hours = |function: &crate::LinkFunction, volume: f64| match method {
        Method::UserEquilibrium => function.time(volume),
        Method::SystemOptimum => function.marginal(volume).0,
    };
    let mut times: Vec<f64> = instance
        .links
        .iter()
        .enumerate()
        .map(|(number, link)| hours(&link.function, links[number]) + at(flows.link_prices, number))
        .collect();
    for (number, group) in instance.groups.iter().enumerate() {
        let delay = hours(&group.function, groups[number]) + at(flows.group_prices, number);
        for member in &group.members {
            times[member.link as usize] += member.felt * delay;
        }
    }
    times
}

/// Whether a class may drive on a link at all.
pub(crate) fn open(instance: &Instance, class: usize, link: usize) -> bool {
    instance.classes[class].may_use(link)
        && !instance.links[link].function.is_closed()
        && instance.links[link].hard_capacity != Some(0.0)
}

/// Links that no class can use because a group of theirs has no capacity.
pub(crate) fn closed_by_groups(instance: &Instance) -> Vec<bool> {
    let mut closed = vec![false; instance.links.len()];
    for group in &instance.groups {
        if group.function.is_closed() || group.hard_capacity == Some(0.0) {
            for member in &group.members {
                closed[member.link as usize] = true;
            }
        }
    }
    closed
}

/// A distance in a heap, ordered as numbers are.
#[derive(PartialEq)]
struct Distance(f64);

impl Eq for Distance {}

impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Distance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Distances from an origin to all nodes by Dijkstra's algorithm, plainly.
fn distances(instance: &Instance, out: &[Vec<u32>], costs: &[f64], origin: usize) -> Vec<f64> {
    let mut distance = vec![f64::INFINITY; instance.node_count];
    distance[origin] = 0.0;
    let mut heap = BinaryHeap::from([Reverse((Distance(0.0), origin))]);
    while let Some(Reverse((Distance(reached), node))) = heap.pop() {
        if reached > distance[node] || (node != origin && !instance.passable(node)) {
            continue;
        }
        for &link in &out[node] {
            let head = instance.links[link as usize].head as usize;
            let next = reached + costs[link as usize];
            if next < distance[head] {
                distance[head] = next;
                heap.push(Reverse((Distance(next), head)));
            }
        }
    }
    distance
}

/// Judges flows. Work: one search for each class and origin; the same bits at any number of threads.
#[must_use]
pub fn certify(instance: &Instance, flows: &Flows<'_>, method: Method) -> Certificate {
    judge(instance, flows, method).0
}

/// The certificate, and the least cost in money a tonne by demand (infinite where nothing leads there).
pub(crate) fn judge(instance: &Instance, flows: &Flows<'_>, method: Method) -> (Certificate, Vec<f64>) {
    let (links, groups) = volumes(instance, flows.link_tonnes);
    let times = link_hours(instance, &links, &groups, flows, method);
    let closed = closed_by_groups(instance);
    let mut out = vec![Vec::new(); instance.node_count];
    for (number, link) in instance.links.iter().enumerate() {
        out[link.tail as usize].push(number as u32);
    }

    let mut by_origin: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for (number, demand) in instance.demands.iter().enumerate() {
        by_origin.entry((demand.class, demand.origin)).or_default().push(number);
    }
    let class_costs: Vec<Vec<f64>> = (0..instance.classes.len())
        .map(|class| {
            let parameters = &instance.classes[class];
            (0..instance.links.len())
                .map(|link| {
                    if open(instance, class, link) && !closed[link] {
                        parameters.value_of_time * times[link] + parameters.fixed_cost(link)
                    } else {
                        f64::INFINITY
                    }
                })
                .collect()
        })
        .collect();
    let origins: Vec<(&(u32, u32), &Vec<usize>)> = by_origin.iter().collect();
    let found: Vec<Vec<f64>> = origins
        .par_iter()
        .map(|((class, origin), numbers)| {
            let distance = distances(instance, &out, &class_costs[*class as usize], *origin as usize);
            numbers.iter().map(|&number| distance[instance.demands[number].destination as usize]).collect()
        })
        .collect();
    let mut least = vec![f64::INFINITY; instance.demands.len()];
    for ((_, numbers), found) in origins.iter().zip(found) {
        for (&number, cost) in numbers.iter().zip(found) {
            least[number] = cost;
        }
    }

    let (mut demand_sum, mut least_cost, mut overflow_sum, mut unconnected) =
        (Sum::default(), Sum::default(), Sum::default(), Sum::default());
    let mut total_cost = Sum::default();
    let mut balance = vec![vec![Sum::default(); instance.node_count]; instance.classes.len()];
    for (number, demand) in instance.demands.iter().enumerate() {
        if demand.origin == demand.destination {
            least[number] = 0.0;
            continue;
        }
        demand_sum.add(demand.tonnes);
        let overflow_cost = instance.overflow_cost(demand);
        if let Some(cost) = overflow_cost {
            least[number] = least[number].min(cost);
        }
        if least[number] == f64::INFINITY {
            unconnected.add(demand.tonnes);
            continue;
        }
        least_cost.add(demand.tonnes * least[number]);
        let overflow = at(flows.overflow, number);
        if overflow != 0.0 {
            overflow_sum.add(overflow);
            // Overflow without an overflow arc has no price; it shows as an infinite gap rather than as none.
            total_cost.add(overflow * overflow_cost.unwrap_or(f64::INFINITY));
        }
        let balance = &mut balance[demand.class as usize];
        balance[demand.origin as usize].add(demand.tonnes - overflow);
        balance[demand.destination as usize].add(overflow - demand.tonnes);
    }
    for (class, tonnes) in flows.link_tonnes.iter().enumerate() {
        for (link, &tonnes) in tonnes.iter().enumerate().filter(|(_, tonnes)| **tonnes != 0.0) {
            total_cost.add(tonnes * class_costs[class][link]);
            balance[class][instance.links[link].tail as usize].add(-tonnes);
            balance[class][instance.links[link].head as usize].add(tonnes);
        }
    }
    let conservation_error = balance.iter().flatten().map(|sum| sum.value().abs()).fold(0.0, f64::max);

    let mut excess: f64 = 0.0;
    let mut slack = Sum::default();
    let limits = (instance.links.iter().map(|link| link.hard_capacity).zip(&links))
        .enumerate()
        .map(|(number, (limit, &volume))| (limit, volume, at(flows.link_prices, number)))
        .chain(
            (instance.groups.iter().map(|group| group.hard_capacity).zip(&groups))
                .enumerate()
                .map(|(number, (limit, &volume))| (limit, volume, at(flows.group_prices, number))),
        );
    for (limit, volume, price) in limits {
        if let Some(limit) = limit {
            excess = excess.max((volume - limit) / limit.max(f64::MIN_POSITIVE));
            slack.add(price * (limit - volume).abs());
        }
    }
    let unit_hours: Sum = links.iter().zip(&times).map(|(volume, time)| volume * time).collect();

    let (total, least_total) = (total_cost.value(), least_cost.value());
    let mut difference = total_cost;
    difference.add(-least_total);
    let assigned = demand_sum.value() - unconnected.value();
    let certificate = Certificate {
        relative_gap: if total > 0.0 { difference.value() / total } else { 0.0 },
        average_excess_cost: if assigned > 0.0 { difference.value() / assigned } else { 0.0 },
        conservation_error,
        objective: objective(instance, flows, method, &links, &groups),
        total_cost: total,
        least_cost: least_total,
        capacity_excess: excess,
        slackness: if unit_hours.value() > 0.0 { slack.value() / unit_hours.value() } else { 0.0 },
        demand: demand_sum.value(),
        overflow: overflow_sum.value(),
        unconnected: unconnected.value(),
    };
    (certificate, least)
}

/// Beckmann's objective in unit-hours, `Σ ∫ t + Σ units · money / value of time` (Beckmann, McGuire and Winsten, *Studies in
/// the Economics of Transportation*, 1956), or total unit-hours for a system optimum. None where there is none.
fn objective(
    instance: &Instance,
    flows: &Flows<'_>,
    method: Method,
    links: &[f64],
    groups: &[f64],
) -> Option<f64> {
    let area = |function: &crate::LinkFunction, volume: f64| match method {
        Method::UserEquilibrium => function.integral(volume),
        Method::SystemOptimum => volume * function.time(volume),
    };
    let mut sum = Sum::default();
    for (link, &volume) in instance.links.iter().zip(links) {
        sum.add(area(&link.function, volume));
    }
    for (group, &volume) in instance.groups.iter().zip(groups).filter(|(group, _)| !group.members.is_empty())
    {
        sum.add(Instance::felt_ratio(group)? * area(&group.function, volume));
    }
    for (class, tonnes) in instance.classes.iter().zip(flows.link_tonnes) {
        let scale = class.unit_size / class.value_of_time;
        for (link, tonnes) in tonnes.iter().enumerate().take(class.fixed_costs.len()) {
            sum.add(scale * tonnes * class.fixed_cost(link));
        }
    }
    for (number, &tonnes) in flows.overflow.iter().enumerate().filter(|(_, tonnes)| **tonnes > 0.0) {
        let demand = &instance.demands[number];
        let class = &instance.classes[demand.class as usize];
        sum.add(class.unit_size / class.value_of_time * tonnes * instance.overflow_cost(demand)?);
    }
    Some(sum.value())
}
