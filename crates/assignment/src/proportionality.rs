//! Path and class flows made unique: proportionality.
//!
//! Equilibrium settles how much flows on each link, not whose. If goods of two origins meet at a node and part of them takes
//! one segment to the next common node and part another of equal cost, any split by origin that adds up is an equilibrium.
//! The one of greatest entropy splits all alike: the same proportions for every origin and class that may use both
//! segments (Bar-Gera, Boyce and Nie, *Transportation Research B* 46, 2012; in TAPAS by Bar-Gera, *Transportation Research
//! B* 44, 2010). It is found here on flows by origin and class: pairs of segments are read off the paths in use; for each,
//! flow is exchanged among origins until all split alike, total by segment unchanged; and in the end paths follow by the
//! shares of each node's approaches, which is the entropy's answer within an origin.
//!
//! What single pairs cannot see stays as the solver left it: swaps among three or more pairs of segments at once that cancel
//! on every link. So the result is proportional to the tolerance, and depends on the start much less than raw path flows
//! do, but it is not in every network the one point of greatest entropy.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::certificate::{closed_by_groups, open};
use crate::instance::Instance;
use crate::solution::{PathFlows, Solution};
use crate::tree::{Room, Star, Tree};

/// Paths made proportional, and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Proportional {
    /// Path flows with the same volume on each link as before.
    pub paths: PathFlows,
    /// Tonnes by class and link.
    pub link_tonnes: Vec<Vec<f64>>,
    /// Pairs of segments found.
    pub pairs: usize,
    /// Greatest difference, over pairs of segments and origins, of an origin's share of the first segment from the common
    /// one, weighed by the origin's part of the pair's flow.
    pub residual: f64,
    /// Greatest change of a link's units by the step, as a share of the greatest volume: rounding.
    pub drift: f64,
    /// Whether the residual is within tolerance.
    pub converged: bool,
}

/// Two ways from a node to another.
type Pair = (Vec<u32>, Vec<u32>);

/// Links into a node with the units on them, by node.
type Approaches = HashMap<u32, Vec<(u32, f64)>>;

/// Units by link of one class and origin.
struct Bush {
    class: u32,
    origin: u32,
    units: HashMap<u32, f64>,
    /// Units into each node.
    inflow: HashMap<u32, f64>,
}

impl Bush {
    /// Units that take a segment from its first node to its last: what arrives at the end, by the shares of approaches
    /// along the segment.
    fn on(&self, instance: &Instance, segment: &[u32]) -> f64 {
        let mut product = 1.0;
        for (place, link) in segment.iter().rev().enumerate() {
            let units = self.units.get(link).copied().unwrap_or(0.0);
            if units <= 0.0 {
                return 0.0;
            }
            product *= if place == 0 {
                units
            } else {
                let head = instance.links[*link as usize].head;
                units / self.inflow.get(&head).copied().unwrap_or(units).max(units)
            };
        }
        product
    }

    fn add(&mut self, instance: &Instance, segment: &[u32], units: f64) {
        for link in segment {
            let value = self.units.entry(*link).or_insert(0.0);
            *value += units;
            let clipped = if *value > 0.0 { 0.0 } else { -*value };
            *value += clipped;
            *self.inflow.entry(instance.links[*link as usize].head).or_insert(0.0) += units + clipped;
        }
    }
}

/// Splits flow alike among origins and classes wherever two used segments lie side by side, until splits differ by
/// `tolerance` at most. The volume of each link stays as it is.
#[must_use]
pub fn proportional_paths(
    instance: &Instance,
    solution: &Solution,
    tolerance: f64,
    most: usize,
) -> Proportional {
    let mut bushes = bushes(instance, solution);
    let pairs = segment_pairs(instance, solution, &bushes);
    // Who may use both segments: same class costs do not differ between classes that use both at equilibrium, so a class
    // that has flow on both, or may have at no loss, takes part.
    let members: Vec<Vec<usize>> =
        pairs.iter().map(|pair| members(instance, solution, &bushes, pair)).collect();
    let mut residual: f64 = 0.0;
    for _ in 0..most.max(1) {
        residual = 0.0;
        for ((first, second), members) in pairs.iter().zip(&members) {
            let flows: Vec<(f64, f64)> = members
                .iter()
                .map(|&bush| (bushes[bush].on(instance, first), bushes[bush].on(instance, second)))
                .collect();
            let (a, b) = flows.iter().fold((0.0, 0.0), |sum, flow| (sum.0 + flow.0, sum.1 + flow.1));
            if a <= 0.0 || b <= 0.0 {
                continue;
            }
            let common = a / (a + b);
            for (&(own, other), &bush) in flows.iter().zip(members) {
                // To the common split, the sum over all is zero.
                let change = common * (own + other) - own;
                residual = residual.max(change.abs() / (a + b));
                if change != 0.0 {
                    bushes[bush].add(instance, first, change);
                    bushes[bush].add(instance, second, -change);
                }
            }
        }
        if residual <= tolerance {
            break;
        }
    }
    let paths = paths_of(instance, solution, &bushes);
    let mut link_tonnes = vec![vec![0.0; instance.links.len()]; instance.classes.len()];
    for (number, demand) in instance.demands.iter().enumerate() {
        for path in paths.of_demand(number) {
            for &link in paths.links_of(path) {
                link_tonnes[demand.class as usize][link as usize] += paths.tonnes[path];
            }
        }
    }
    let (volumes, _) = crate::certificate::volumes(instance, &link_tonnes);
    let greatest = solution.link_volumes.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let drift = (volumes.iter().zip(&solution.link_volumes))
        .map(|(a, b)| (a - b).abs() / greatest)
        .fold(0.0, f64::max);
    Proportional { paths, link_tonnes, pairs: pairs.len(), residual, drift, converged: residual <= tolerance }
}

fn bushes(instance: &Instance, solution: &Solution) -> Vec<Bush> {
    let mut place: BTreeMap<(u32, u32), Bush> = BTreeMap::new();
    for (number, demand) in instance.demands.iter().enumerate() {
        let size = instance.classes[demand.class as usize].unit_size;
        let bush = place.entry((demand.class, demand.origin)).or_insert_with(|| Bush {
            class: demand.class,
            origin: demand.origin,
            units: HashMap::new(),
            inflow: HashMap::new(),
        });
        for path in solution.paths.of_demand(number) {
            bush.add(instance, solution.paths.links_of(path), size * solution.paths.tonnes[path]);
        }
    }
    place.into_values().collect()
}

/// Pairs of segments side by side: those in which two used paths of one demand differ, after a common node and before the
/// next, and those of which an origin uses one and others the other, though it would cost the origin nothing more.
fn segment_pairs(instance: &Instance, solution: &Solution, bushes: &[Bush]) -> Vec<Pair> {
    let mut pairs: BTreeMap<Pair, ()> = BTreeMap::new();
    let paths = &solution.paths;
    for number in 0..instance.demands.len() {
        let range = paths.of_demand(number);
        for a in range.clone() {
            for b in a + 1..range.end {
                if paths.tonnes[a] > 0.0 && paths.tonnes[b] > 0.0 {
                    differences(instance, paths.links_of(a), paths.links_of(b), &mut pairs);
                }
            }
        }
    }
    let closed = closed_by_groups(instance);
    let mut into = vec![Vec::new(); instance.node_count];
    for (number, link) in instance.links.iter().enumerate() {
        if solution.link_volumes[number] > 0.0 && link.tail != link.head {
            into[link.head as usize].push(number as u32);
        }
    }
    let star = Star::new(instance);
    let mut room = Room::default();
    for bush in bushes {
        let class = bush.class as usize;
        let parameters = &instance.classes[class];
        let cost: Vec<f64> = (0..instance.links.len())
            .map(|link| {
                if open(instance, class, link) && !closed[link] {
                    parameters.value_of_time * solution.link_times[link] + parameters.fixed_cost(link)
                } else {
                    f64::INFINITY
                }
            })
            .collect();
        let by_star: Vec<f64> = star.links.iter().map(|&link| cost[link as usize]).collect();
        Tree::new(bush.origin, instance.node_count).mend(&star, &by_star, &mut room);
        let slack = 10.0 * solution.certificate.average_excess_cost.max(0.0);
        let tight = |link: u32| {
            let ends = &instance.links[link as usize];
            let (from, to) = (room.distance[ends.tail as usize], room.distance[ends.head as usize]);
            let passable = ends.tail == bush.origin || instance.passable(ends.tail as usize);
            passable && from + cost[link as usize] <= to + slack.max(1e-9 * to)
        };
        let mut nodes: Vec<u32> =
            bush.inflow.iter().filter(|(_, units)| **units > 0.0).map(|(&node, _)| node).collect();
        nodes.sort_unstable();
        let carries = |link: u32| bush.units.get(&link).is_some_and(|units| *units > 0.0);
        let reached =
            |node: u32| node == bush.origin || bush.inflow.get(&node).is_some_and(|units| *units > 0.0);
        for node in nodes {
            for &link in into[node as usize].iter().filter(|&&link| !carries(link) && tight(link)) {
                let tail = instance.links[link as usize].tail;
                let other = back(instance, &into, tail, &tight, &reached);
                let Some(mut other) = other else { continue };
                other.push(link);
                let start = instance.links[other[0] as usize].tail;
                let own = back(instance, &into, node, &carries, &|node| node == start);
                if let Some(own) = own.filter(|own| !own.is_empty()) {
                    let pair = if own < other { (own, other) } else { (other, own) };
                    pairs.insert(pair, ());
                }
            }
        }
    }
    pairs.into_keys().collect()
}

/// The way of fewest links, among those that `may`, from a node that is `reached` to this one; empty where this is one.
fn back(
    instance: &Instance,
    into: &[Vec<u32>],
    node: u32,
    may: &dyn Fn(u32) -> bool,
    reached: &dyn Fn(u32) -> bool,
) -> Option<Vec<u32>> {
    let mut next: HashMap<u32, u32> = HashMap::new();
    let mut queue = VecDeque::from([node]);
    while let Some(at) = queue.pop_front() {
        if reached(at) {
            let (mut links, mut at) = (Vec::new(), at);
            while at != node {
                let link = next[&at];
                links.push(link);
                at = instance.links[link as usize].head;
            }
            return Some(links);
        }
        for &link in into[at as usize].iter().filter(|&&link| may(link)) {
            let tail = instance.links[link as usize].tail;
            if tail != node && !next.contains_key(&tail) {
                next.insert(tail, link);
                queue.push_back(tail);
            }
        }
    }
    None
}

fn differences(instance: &Instance, a: &[u32], b: &[u32], pairs: &mut BTreeMap<Pair, ()>) {
    // Where a node of `a` is on `b`: after how many links.
    let after: HashMap<u32, usize> =
        b.iter().enumerate().map(|(place, &link)| (instance.links[link as usize].head, place + 1)).collect();
    let (mut from_a, mut from_b) = (0, 0);
    for (place, &link) in a.iter().enumerate() {
        let Some(&on_b) = after.get(&instance.links[link as usize].head) else { continue };
        if on_b <= from_b {
            continue;
        }
        let (left, right) = (&a[from_a..=place], &b[from_b..on_b]);
        if left != right {
            let pair =
                if left < right { (left.to_vec(), right.to_vec()) } else { (right.to_vec(), left.to_vec()) };
            pairs.insert(pair, ());
        }
        (from_a, from_b) = (place + 1, on_b);
    }
}

/// Bushes with flow on one of the segments whose class may use both and pays the same on both.
fn members(instance: &Instance, solution: &Solution, bushes: &[Bush], pair: &Pair) -> Vec<usize> {
    let cost = |class: usize, segment: &[u32]| -> f64 {
        let parameters = &instance.classes[class];
        segment
            .iter()
            .map(|&link| {
                if !open(instance, class, link as usize) {
                    return f64::INFINITY;
                }
                parameters.value_of_time * solution.link_times[link as usize]
                    + parameters.fixed_cost(link as usize)
            })
            .sum()
    };
    let alike: Vec<bool> = (0..instance.classes.len())
        .map(|class| {
            let (a, b) = (cost(class, &pair.0), cost(class, &pair.1));
            (a - b).abs() <= 1e-6 * a.max(b)
        })
        .collect();
    (0..bushes.len())
        .filter(|&bush| {
            let bush = &bushes[bush];
            let through = |segment: &[u32]| {
                segment[..segment.len() - 1].iter().all(|&link| {
                    let node = instance.links[link as usize].head;
                    instance.passable(node as usize) || node == bush.origin
                })
            };
            alike[bush.class as usize]
                && through(&pair.0)
                && through(&pair.1)
                && (bush.on(instance, &pair.0) > 0.0 || bush.on(instance, &pair.1) > 0.0)
        })
        .collect()
}

/// Paths of each demand by the shares of approaches, from the destination back. Shares below a millionth of a millionth
/// are left out and the rest scaled up.
fn paths_of(instance: &Instance, solution: &Solution, bushes: &[Bush]) -> PathFlows {
    let mut approaches: HashMap<(u32, u32), Approaches> = HashMap::new();
    for bush in bushes {
        let into = approaches.entry((bush.class, bush.origin)).or_default();
        let mut links: Vec<(u32, f64)> = bush.units.iter().map(|(&link, &units)| (link, units)).collect();
        links.sort_by_key(|(link, _)| *link);
        for (link, units) in links.into_iter().filter(|(_, units)| *units > 0.0) {
            into.entry(instance.links[link as usize].head).or_default().push((link, units));
        }
    }
    let old = &solution.paths;
    let mut paths = PathFlows { first: vec![0], link_first: vec![0], ..PathFlows::default() };
    for (number, demand) in instance.demands.iter().enumerate() {
        let into = approaches.get(&(demand.class, demand.origin));
        let class = &instance.classes[demand.class as usize];
        let mut found: Vec<(Vec<u32>, f64)> = Vec::new();
        let overflow = old.of_demand(number).find(|&path| old.links_of(path).is_empty());
        let assigned = solution.pairs[number].assigned;
        if let Some(into) = into.filter(|_| assigned > 0.0) {
            let mut unfinished = vec![(demand.destination, Vec::new(), 1.0)];
            while let Some((node, links, share)) = unfinished.pop() {
                if node == demand.origin {
                    found.push((links, share));
                    continue;
                }
                let Some(approach) = into.get(&node) else { continue };
                let sum: f64 = approach.iter().map(|(_, units)| units).sum();
                for &(link, units) in approach.iter().rev() {
                    let next = share * units / sum;
                    // A cycle, which rounding can leave, would never end.
                    if next > 1e-12 && links.len() <= instance.node_count {
                        let mut longer = links.clone();
                        longer.push(link);
                        unfinished.push((instance.links[link as usize].tail, longer, next));
                    }
                }
            }
        }
        let sum: f64 = found.iter().map(|(_, share)| share).sum();
        for (mut links, share) in found {
            links.reverse();
            let money = |&link: &u32| {
                class.value_of_time * solution.link_times[link as usize] + class.fixed_cost(link as usize)
            };
            paths.costs.push(links.iter().map(money).sum());
            paths.tonnes.push(assigned * share / sum);
            paths.links.extend(links);
            paths.link_first.push(paths.links.len() as u32);
        }
        if let Some(path) = overflow {
            paths.costs.push(old.costs[path]);
            paths.tonnes.push(old.tonnes[path]);
            paths.link_first.push(paths.links.len() as u32);
        }
        paths.first.push(paths.tonnes.len() as u32);
    }
    paths
}
