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

use crate::choices::{Choices, Rule};
use crate::columns::{Arena, Commodity};
use crate::instance::Instance;
use crate::resources::Resources;

/// More resources than this, and dense matrices cost more than small steps.
pub(crate) const MOST_RESOURCES: usize = 600;

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

    /// Pushes what a path loads onto the column that is being put together, and returns its hours on other links.
    fn push_loads(&mut self, instance: &Instance, resources: &Resources, links: &[u32]) -> f64 {
        let choices = &mut self.choices;
        let from = choices.resource.len();
        let mut hours = 0.0;
        for &link in links {
            let place = self.place[link as usize];
            if place == u32::MAX {
                hours += instance.links[link as usize].function.free_flow_time();
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
        hours
    }

    fn gather(
        &mut self,
        instance: &Instance,
        commodities: &[Commodity],
        arena: &Arena,
        resources: &Resources,
    ) {
        self.choices.clear();
        for (number, commodity) in commodities.iter().enumerate() {
            if commodity.columns.len() < 2 || commodity.units <= 0.0 {
                continue;
            }
            for column in &commodity.columns {
                let hours = self.push_loads(instance, resources, arena.links(column));
                self.choices.column(column.fixed + hours, column.flow, 0.0);
            }
            self.choices.choice(number as u32, commodity.units, 0.0);
        }
    }

    /// Starts a list of choices for [`Self::logit`].
    pub(crate) fn begin(&mut self) {
        self.choices.clear();
    }

    /// Adds a path to the demand that is being put together: hours that do not depend on flows, and `β ln PS`.
    pub(crate) fn add_path(
        &mut self,
        instance: &Instance,
        resources: &Resources,
        links: &[u32],
        fixed: f64,
        size: f64,
    ) {
        let hours = self.push_loads(instance, resources, links);
        self.choices.column(fixed + hours, 0.0, size);
    }

    /// Ends a demand: units, and `θ` an hour.
    pub(crate) fn end_demand(&mut self, number: usize, units: f64, scale: f64) {
        self.choices.choice(number as u32, units, scale);
    }

    /// Units by path, in the order in which they were added, at which logit shares and costs agree. Where choice is so
    /// sharp that Newton's method fails, it is led there from softer ones; false where it did not get there.
    pub(crate) fn logit(&mut self, resources: &Resources) -> (Vec<f64>, bool) {
        let count = self.count();
        let rest = vec![0.0; count];
        let scales = self.choices.scale.clone();
        let mut price: Vec<f64> = (0..count).map(|number| self.ask(resources, number, 0.0).0).collect();
        // The share of the scale that is tried, that was reached last, and the stride from one to the next.
        let (mut share, mut last, mut stride): (f64, f64, f64) = (1.0, 0.0, 10.0);
        let mut reached = false;
        for _ in 0..100 {
            for (scale, wanted) in self.choices.scale.iter_mut().zip(&scales) {
                *scale = share * wanted;
            }
            let mut trial = price.clone();
            if self.seek(Rule::Logit, resources, &rest, &rest, &mut trial, 0.0, 40).is_some() {
                price = trial;
                reached = share >= 1.0;
                if reached {
                    break;
                }
                last = share;
                share = (last * stride).min(1.0);
            } else if last == 0.0 {
                share *= 0.1;
            } else {
                stride = stride.sqrt();
                share = (last * stride).min(1.0);
            }
        }
        if !reached {
            for (scale, wanted) in self.choices.scale.iter_mut().zip(&scales) {
                *scale = *wanted;
            }
            let _ = self.respond(Rule::Logit, resources, &rest, &rest, &price);
        }
        (self.choices.next.clone(), reached)
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
            let mut price: Vec<f64> = start
                .iter()
                .enumerate()
                .map(|(number, &volume)| self.ask(resources, number, volume).0)
                .collect();
            let steps = self.seek(Rule::Near { width }, resources, &rest, &start, &mut price, tolerance, 12);
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
    /// Newton's method on prices from where they are. The number of steps made, or none where they did not settle.
    #[allow(clippy::too_many_arguments)]
    fn seek(
        &mut self,
        rule: Rule,
        resources: &Resources,
        rest: &[f64],
        start: &[f64],
        price: &mut Vec<f64>,
        tolerance: f64,
        most: usize,
    ) -> Option<usize> {
        let count = self.count();
        let lowest: Vec<f64> = (0..count).map(|number| self.ask(resources, number, 0.0).0).collect();
        let (mut volumes, mut points) = self.respond(rule, resources, rest, start, price);
        for steps in 0..most {
            let asked: Vec<f64> = (0..count)
                .map(|number| self.ask(resources, number, volumes[number]).0 - price[number])
                .collect();
            let miss: f64 =
                asked.iter().zip(&volumes).map(|(asked, volume)| volume.max(0.0) * asked.abs()).sum();
            // Products of volumes and prices are known to so many digits.
            let digits: f64 = price.iter().zip(&volumes).map(|(price, volume)| (price * volume).abs()).sum();
            if miss <= tolerance.max(1e-13 * digits) {
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
                (volumes, points) = self.respond(rule, resources, rest, start, &trial);
                let slope: f64 = (0..count)
                    .map(|number| {
                        (trial[number] - price[number]) / share * (volumes[number] - points[number].volume)
                    })
                    .sum();
                // Concave: as long as the slope has not turned much, the value has risen.
                if slope >= -0.5 * ascent {
                    *price = trial;
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
        rule: Rule,
        resources: &Resources,
        rest: &[f64],
        start: &[f64],
        price: &[f64],
    ) -> (Vec<f64>, Vec<Point>) {
        let count = self.count();
        let mut volumes = rest.to_vec();
        self.curvature.clear();
        self.curvature.resize(count * count, 0.0);
        self.choices.answer(rule, price, &mut volumes, &mut self.curvature);
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
