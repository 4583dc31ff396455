//! Equal costs among the columns in use, where few links and groups can congest: Newton's method on their prices.
//!
//! A queue near its capacity is steep. Two demands that should swap sides of a border can then move only in tiny steps if
//! each moves alone, and [`columns::balance`](crate::columns::balance) crawls. Here all move at once. Each demand answers
//! prices `p` of the shared resources (hours on a link, delay of a group) by
//!
//! ```text
//! h(p) = argmin over shares of the demand of  (f + Aᵀp)·h + |h − h̄|² / 2τ
//! ```
//!
//! a projection onto a simplex, near where it stands, `h̄` (the proximal point method: Rockafellar, *SIAM Journal on Control
//! and Optimization* 14, 1976). What is left is to find prices at which the volumes that the demands load are those at
//! which resources ask these prices. That is the maximum of a smooth concave function of as many variables as there are
//! resources, some hundred, with gradient `A h(p) − T⁻¹(p)` and Hessian `−(K + S⁻¹)`, where `K` collects the faces of the
//! simplices and `S = T'`: a Newton step solves one small dense system (as Li, Sun and Toh do for other such problems,
//! *SIAM Journal on Optimization* 28, 2018).

use crate::columns::{Arena, Commodity};
use crate::instance::Instance;
use crate::resources::Resources;

/// More resources than this, and dense matrices cost more than small steps.
pub(crate) const MOST_RESOURCES: usize = 600;

/// Columns of the demands that have a choice, flat.
#[derive(Debug, Clone, Default)]
struct Choices {
    commodities: Vec<u32>,
    /// Columns of choice `c` are `first[c]..first[c + 1]`.
    first: Vec<u32>,
    fixed: Vec<f64>,
    flow: Vec<f64>,
    next: Vec<f64>,
    /// Loads of column `k` are `load_first[k]..load_first[k + 1]`.
    load_first: Vec<u32>,
    resource: Vec<u32>,
    weight: Vec<f64>,
}

/// The links and groups that can congest, numbered anew.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    links: Vec<u32>,
    groups: Vec<u32>,
    place: Vec<u32>,
    choices: Choices,
    curvature: Vec<f64>,
    /// Width asked for last that worked, as a multiple of what is out of balance.
    caution: f64,
}

/// One resource at some volume.
#[derive(Debug, Clone, Copy)]
struct Point {
    volume: f64,
    slope: f64,
}

impl Prices {
    /// None where the method does not apply: too many resources, or groups that are felt otherwise than loaded.
    pub(crate) fn new(instance: &Instance) -> Option<Self> {
        if !instance.is_integrable() {
            return None;
        }
        let mut place = vec![u32::MAX; instance.links.len()];
        let mut links = Vec::new();
        for (number, link) in instance.links.iter().enumerate() {
            if !link.function.is_constant() || link.hard_capacity.is_some() {
                place[number] = links.len() as u32;
                links.push(number as u32);
            }
        }
        let groups: Vec<u32> = (0..instance.groups.len() as u32)
            .filter(|&group| !instance.groups[group as usize].members.is_empty())
            .collect();
        (links.len() + groups.len() <= MOST_RESOURCES).then(|| Self {
            links,
            groups,
            place,
            choices: Choices::default(),
            curvature: Vec::new(),
            caution: 10.0,
        })
    }

    fn count(&self) -> usize {
        self.links.len() + self.groups.len()
    }

    /// Price and slope of a resource at a volume.
    fn ask(&self, resources: &Resources, number: usize, volume: f64) -> (f64, f64) {
        match self.links.get(number) {
            Some(&link) => resources.own_jet(link as usize, volume),
            None => resources.group_jet(self.groups[number - self.links.len()] as usize, volume),
        }
    }

    /// Volume at which a resource asks a price; where it asks it at many, the one nearest to `wish`.
    fn offer(&self, resources: &Resources, number: usize, price: f64, wish: f64, start: f64) -> Point {
        let (asked, slope) = self.ask(resources, number, wish);
        if (asked - price).abs() <= 1e-14 * price.abs() {
            return Point { volume: wish, slope };
        }
        let (lowest, slope) = self.ask(resources, number, 0.0);
        if price <= lowest {
            return Point { volume: 0.0, slope };
        }
        let (mut low, mut high) = (0.0, start.max(wish).max(1e-9));
        while self.ask(resources, number, high).0 < price && high < 1e300 {
            low = high;
            high *= 2.0;
        }
        let mut volume = start.clamp(low, high);
        let mut slope = 0.0;
        for _ in 0..100 {
            let (asked, rate) = self.ask(resources, number, volume);
            slope = rate;
            let miss = asked - price;
            if miss > 0.0 {
                high = volume;
            } else {
                low = volume;
            }
            if miss.abs() <= 1e-14 * price.abs() || high - low <= 1e-15 * high {
                break;
            }
            let newton = volume - miss / rate;
            volume = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        }
        Point { volume, slope }
    }

    fn gather(
        &mut self,
        instance: &Instance,
        commodities: &[Commodity],
        arena: &Arena,
        resources: &Resources,
    ) {
        let choices = &mut self.choices;
        choices.commodities.clear();
        choices.first.clear();
        choices.first.push(0);
        choices.load_first.clear();
        choices.load_first.push(0);
        choices.fixed.clear();
        choices.flow.clear();
        choices.resource.clear();
        choices.weight.clear();
        for (number, commodity) in commodities.iter().enumerate() {
            if commodity.columns.len() < 2 || commodity.units <= 0.0 {
                continue;
            }
            choices.commodities.push(number as u32);
            for column in &commodity.columns {
                let from = choices.resource.len();
                let mut fixed = column.fixed;
                for &link in arena.links(column) {
                    let place = self.place[link as usize];
                    if place == u32::MAX {
                        fixed += instance.links[link as usize].function.free_flow_time();
                    } else {
                        choices.resource.push(place);
                        choices.weight.push(1.0);
                    }
                    for &(group, weight, _) in resources.memberships(link as usize) {
                        let Ok(place) = self.groups.binary_search(&group) else { continue };
                        let place = (self.links.len() + place) as u32;
                        match choices.resource[from..].iter().position(|&resource| resource == place) {
                            Some(at) => choices.weight[from + at] += weight,
                            None => {
                                choices.resource.push(place);
                                choices.weight.push(weight);
                            }
                        }
                    }
                }
                choices.fixed.push(fixed);
                choices.flow.push(column.flow);
                choices.load_first.push(choices.resource.len() as u32);
            }
            choices.first.push(choices.fixed.len() as u32);
        }
        choices.next.clear();
        choices.next.resize(choices.fixed.len(), 0.0);
    }

    /// Lets all demands with a choice move to where costs are even, so that of what is out of balance (`hours` a unit on
    /// average) little is left. Volumes are left as they were: sum them up afterwards.
    pub(crate) fn settle(
        &mut self,
        instance: &Instance,
        commodities: &mut [Commodity],
        arena: &Arena,
        resources: &Resources,
        hours: f64,
    ) {
        self.gather(instance, commodities, arena, resources);
        let count = self.count();
        if self.choices.commodities.is_empty() || count == 0 {
            return;
        }
        let mut rest: Vec<f64> = self
            .links
            .iter()
            .map(|&link| resources.volumes[link as usize])
            .chain(self.groups.iter().map(|&group| resources.group_volume(group as usize)))
            .collect();
        let start = rest.clone();
        self.choices.load(&self.choices.flow, -1.0, &mut rest);
        let units: f64 = commodities.iter().map(|commodity| commodity.units).sum();
        let tolerance = 0.01 * hours * units;
        // Where demands answer so sharply that prices do not settle, they are made to answer more softly.
        for _ in 0..8 {
            let width = self.caution * hours;
            let steps = self.seek(commodities, resources, &rest, &start, width, tolerance);
            match steps {
                Some(steps) => {
                    if steps <= 6 {
                        self.caution = (self.caution * 0.6).max(1.0);
                    }
                    break;
                }
                None => self.caution *= 6.0,
            }
        }
        // Prices may not have settled in full. Whatever the answer, the way to it leads down at first; it is gone as far
        // as the objective falls.
        let mut present = rest.clone();
        self.choices.load(&self.choices.flow, 1.0, &mut present);
        let mut wanted = rest.clone();
        self.choices.load(&self.choices.next, 1.0, &mut wanted);
        let choices = &self.choices;
        let fixed: f64 =
            (0..choices.fixed.len()).map(|k| choices.fixed[k] * (choices.next[k] - choices.flow[k])).sum();
        let rise = |prices: &Self, share: f64| -> f64 {
            let at = |number: usize| {
                let change = wanted[number] - present[number];
                change * prices.ask(resources, number, present[number] + share * change).0
            };
            fixed + (0..count).map(at).sum::<f64>()
        };
        let share = least_of(|share| rise(self, share));
        let choices = &mut self.choices;
        for (next, flow) in choices.next.iter_mut().zip(&choices.flow) {
            *next = (flow + share * (*next - flow)).max(0.0);
        }
        let choices = &mut self.choices;
        for (choice, &number) in choices.commodities.iter().enumerate() {
            let range = choices.first[choice] as usize..choices.first[choice + 1] as usize;
            let sum: f64 = choices.next[range.clone()].iter().sum();
            let units = commodities[number as usize].units;
            choices.next[range.clone()].iter_mut().for_each(|flow| *flow *= units / sum);
            for (column, &flow) in commodities[number as usize].columns.iter_mut().zip(&choices.next[range]) {
                column.flow = flow;
            }
        }
    }
}

impl Prices {
    /// Newton's method from the present prices. The number of steps made, or none where they did not settle.
    fn seek(
        &mut self,
        commodities: &[Commodity],
        resources: &Resources,
        rest: &[f64],
        start: &[f64],
        width: f64,
        tolerance: f64,
    ) -> Option<usize> {
        let count = self.count();
        let mut price: Vec<f64> =
            start.iter().enumerate().map(|(number, &volume)| self.ask(resources, number, volume).0).collect();
        let lowest: Vec<f64> = (0..count).map(|number| self.ask(resources, number, 0.0).0).collect();
        let (mut volumes, mut points) = self.respond(commodities, resources, rest, start, width, &price);
        for steps in 0..12 {
            let asked: Vec<f64> = (0..count)
                .map(|number| self.ask(resources, number, volumes[number]).0 - price[number])
                .collect();
            let miss: f64 =
                asked.iter().zip(&volumes).map(|(asked, volume)| volume.max(0.0) * asked.abs()).sum();
            if miss <= tolerance {
                return Some(steps);
            }
            let gradient: Vec<f64> =
                volumes.iter().zip(&points).map(|(loaded, point)| loaded - point.volume).collect();
            let slopes: Vec<f64> = (0..count)
                .map(|number| {
                    let secant = asked[number] / gradient[number];
                    if secant.is_finite() { points[number].slope.max(secant) } else { points[number].slope }
                })
                .collect();
            let step = newton_step(&mut self.curvature, &slopes, &gradient);
            let ascent: f64 = step.iter().zip(&gradient).map(|(step, gradient)| step * gradient).sum();
            if ascent.is_nan() || ascent <= 0.0 {
                return None;
            }
            let mut share = 1.0;
            loop {
                let trial: Vec<f64> = (0..count)
                    .map(|number| (price[number] + share * step[number]).max(lowest[number]))
                    .collect();
                (volumes, points) = self.respond(commodities, resources, rest, start, width, &trial);
                let slope: f64 = (0..count)
                    .map(|number| {
                        (trial[number] - price[number]) / share * (volumes[number] - points[number].volume)
                    })
                    .sum();
                // Concave: as long as the slope has not turned much, the value has risen.
                if slope >= -0.5 * ascent {
                    price = trial;
                    break;
                }
                share *= (ascent / (ascent - slope)).clamp(0.1, 0.7);
                if share < 1e-3 {
                    return None;
                }
            }
        }
        None
    }

    /// What all load at these prices, and where resources ask them; the curvature on the way.
    fn respond(
        &mut self,
        commodities: &[Commodity],
        resources: &Resources,
        rest: &[f64],
        start: &[f64],
        width: f64,
        price: &[f64],
    ) -> (Vec<f64>, Vec<Point>) {
        let count = self.count();
        let mut volumes = rest.to_vec();
        self.curvature.clear();
        self.curvature.resize(count * count, 0.0);
        self.choices.answer(price, commodities, width, &mut volumes, &mut self.curvature);
        let points = (0..count)
            .map(|number| self.offer(resources, number, price[number], volumes[number], start[number]))
            .collect();
        (volumes, points)
    }
}

/// Where a rising slope crosses zero between zero and one, at most one.
fn least_of(slope: impl Fn(f64) -> f64) -> f64 {
    let end = slope(1.0);
    if end <= 0.0 {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if slope(middle) <= 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

impl Choices {
    fn loads(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.load_first[column] as usize..self.load_first[column + 1] as usize;
        self.resource[range.clone()]
            .iter()
            .zip(&self.weight[range])
            .map(|(&resource, &weight)| (resource as usize, weight))
    }

    fn load(&self, flows: &[f64], sign: f64, volumes: &mut [f64]) {
        for (column, &flow) in flows.iter().enumerate() {
            if flow != 0.0 {
                for (resource, weight) in self.loads(column) {
                    volumes[resource] += sign * weight * flow;
                }
            }
        }
    }

    /// Flows of all demands at these prices into `next`, what they load added to `volumes`, and the curvature `K`.
    fn answer(
        &mut self,
        price: &[f64],
        commodities: &[Commodity],
        width: f64,
        volumes: &mut [f64],
        curvature: &mut [f64],
    ) {
        let count = price.len();
        let mut cost = Vec::new();
        let mut order = Vec::new();
        let mut loads: Vec<(usize, f64)> = Vec::new();
        for choice in 0..self.commodities.len() {
            let units = commodities[self.commodities[choice] as usize].units;
            let range = self.first[choice] as usize..self.first[choice + 1] as usize;
            let speed = units / width;
            cost.clear();
            cost.extend(range.clone().map(|column| {
                let hours: f64 = self.loads(column).map(|(resource, weight)| weight * price[resource]).sum();
                self.fixed[column] + hours
            }));
            // From the least on, so that no digits are lost where a little cost moves much.
            let least = cost.iter().copied().fold(f64::INFINITY, f64::min);
            for (cost, column) in cost.iter_mut().zip(range.clone()) {
                *cost = self.flow[column] - speed * (*cost - least);
            }
            // Projection onto the simplex: what is above a level that makes the sum right (Held, Wolfe and Crowder,
            // Mathematical Programming 6, 1974).
            order.clear();
            order.extend(0..cost.len());
            order.sort_unstable_by(|&a: &usize, &b| cost[b].total_cmp(&cost[a]).then(a.cmp(&b)));
            let (mut level, mut used, mut sum) = (0.0, 0, 0.0);
            for (rank, &column) in order.iter().enumerate() {
                sum += cost[column];
                let candidate = (sum - units) / (rank + 1) as f64;
                if cost[column] > candidate {
                    (level, used) = (candidate, rank + 1);
                }
            }
            for (place, column) in range.clone().enumerate() {
                let flow = (cost[place] - level).max(0.0);
                self.next[column] = flow;
                if flow > 0.0 {
                    for (resource, weight) in self.loads(column) {
                        volumes[resource] += weight * flow;
                    }
                }
            }
            if used < 2 {
                continue;
            }
            {
                // τ (Σ a aᵀ − (Σ a)(Σ a)ᵀ / n) over the columns in use, from differences to the first of them.
                let first = range.start + order[0];
                let mut total: Vec<(usize, f64)> = Vec::new();
                for &place in &order[1..used] {
                    loads.clear();
                    loads.extend(self.loads(range.start + place));
                    subtract(&mut loads, self.loads(first));
                    outer(curvature, count, &loads, speed);
                    if used > 2 {
                        for &(resource, weight) in &loads {
                            add_to(&mut total, resource, weight);
                        }
                    } else {
                        std::mem::swap(&mut total, &mut loads);
                    }
                }
                outer(curvature, count, &total, -speed / used as f64);
            }
        }
    }
}

fn add_to(loads: &mut Vec<(usize, f64)>, resource: usize, weight: f64) {
    match loads.iter_mut().find(|(other, _)| *other == resource) {
        Some((_, sum)) => *sum += weight,
        None => loads.push((resource, weight)),
    }
}

fn subtract(loads: &mut Vec<(usize, f64)>, others: impl Iterator<Item = (usize, f64)>) {
    for (resource, weight) in others {
        add_to(loads, resource, -weight);
    }
}

fn outer(matrix: &mut [f64], count: usize, loads: &[(usize, f64)], scale: f64) {
    for &(row, left) in loads {
        for &(column, right) in loads.iter().filter(|(column, _)| *column <= row) {
            matrix[row * count + column] += scale * left * right;
        }
    }
}

/// `(K + S⁻¹)⁻¹ g`, as `S^½ (I + S^½ K S^½)⁻¹ S^½ g`, which stands `S = 0`. Takes the lower half of `K` and destroys it.
fn newton_step(curvature: &mut [f64], slopes: &[f64], gradient: &[f64]) -> Vec<f64> {
    let count = slopes.len();
    let roots: Vec<f64> = slopes.iter().map(|slope| slope.max(0.0).sqrt()).collect();
    for row in 0..count {
        for column in 0..=row {
            let value = &mut curvature[row * count + column];
            *value *= roots[row] * roots[column];
            if row == column {
                *value += 1.0;
            }
        }
    }
    // Cholesky's factor, by rows.
    for row in 0..count {
        let (above, rest) = curvature.split_at_mut(row * count);
        let current = &mut rest[..count];
        for column in 0..row {
            let other = &above[column * count..column * count + column + 1];
            let dot: f64 = current[..column].iter().zip(other).map(|(a, b)| a * b).sum();
            current[column] = (current[column] - dot) / other[column];
        }
        let dot: f64 = current[..row].iter().map(|a| a * a).sum();
        current[row] = (current[row] - dot).max(1e-300).sqrt();
    }
    let mut x: Vec<f64> = gradient.iter().zip(&roots).map(|(gradient, root)| gradient * root).collect();
    for row in 0..count {
        let dot: f64 = curvature[row * count..row * count + row].iter().zip(&x).map(|(a, b)| a * b).sum();
        x[row] = (x[row] - dot) / curvature[row * count + row];
    }
    for row in (0..count).rev() {
        x[row] /= curvature[row * count + row];
        let value = x[row];
        for column in 0..row {
            x[column] -= curvature[row * count + column] * value;
        }
    }
    x.iter().zip(&roots).map(|(x, root)| x * root).collect()
}
