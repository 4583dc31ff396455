//! Paths in use (columns) with their flows, and the step that evens out costs among those of one demand.

use crate::resources::Resources;

/// The name of an overflow arc; a path of no links has no other.
pub(crate) const OVERFLOW: u64 = 0;

/// A path of a demand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The sum of its links' names.
    pub(crate) name: u64,
    start: u32,
    length: u32,
    /// What does not depend on flows, in hours.
    pub(crate) fixed: f64,
    /// Units.
    pub(crate) flow: f64,
}

/// A demand as the solver sees it: hours and units.
#[derive(Debug, Clone)]
pub(crate) struct Commodity {
    /// Number of the demand in the instance.
    pub(crate) demand: u32,
    pub(crate) class: u32,
    pub(crate) destination: u32,
    /// Units to be moved.
    pub(crate) units: f64,
    /// Money of an hour of one unit: value of time by unit size.
    pub(crate) weight: f64,
    pub(crate) columns: Vec<Column>,
}

/// Links of all columns, one after another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arena {
    links: Vec<u32>,
}

impl Arena {
    pub(crate) fn links(&self, column: &Column) -> &[u32] {
        &self.links[column.start as usize..(column.start + column.length) as usize]
    }

    pub(crate) fn column(&mut self, name: u64, links: &[u32], fixed: f64) -> Column {
        let start = self.links.len() as u32;
        self.links.extend_from_slice(links);
        Column { name, start, length: links.len() as u32, fixed, flow: 0.0 }
    }

    /// Drops columns without flow, but for overflow arcs, and closes the gaps when they have grown.
    pub(crate) fn purge(&mut self, commodities: &mut [Commodity]) {
        let mut used = 0;
        for commodity in commodities.iter_mut() {
            if commodity.columns.len() > 1 {
                commodity.columns.retain(|column| column.flow > 0.0 || column.name == OVERFLOW);
            }
            used += commodity.columns.iter().map(|column| column.length as usize).sum::<usize>();
        }
        if self.links.len() > 2 * used + 1024 {
            let mut links = Vec::with_capacity(used + used / 4);
            for column in commodities.iter_mut().flat_map(|commodity| &mut commodity.columns) {
                let start = links.len() as u32;
                links.extend_from_slice(self.links(column));
                column.start = start;
            }
            self.links = links;
        }
    }
}

/// Room for the step: marks on links and the links in which two paths differ.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    marks: Vec<u32>,
    stamp: u32,
    leave: Vec<u32>,
    enter: Vec<u32>,
    groups: Vec<(u32, f64, f64)>,
}

impl Marks {
    pub(crate) fn new(link_count: usize) -> Self {
        Self { marks: vec![0; link_count], ..Self::default() }
    }

    /// Two fresh marks: on the best path, and on what another shares with it.
    fn stamp(&mut self) -> u32 {
        if self.stamp > u32::MAX - 4 {
            self.marks.fill(0);
            self.stamp = 0;
        }
        self.stamp += 2;
        self.stamp
    }
}

fn sums(resources: &Resources, links: &[u32]) -> f64 {
    links.iter().map(|&link| resources.jets[link as usize].0).sum()
}

/// Moves flow among the columns of one demand towards equal costs and returns what was out of balance before, in units
/// times hours.
///
/// From each costlier path `k` to the cheapest `b` goes the step of Newton's method on their difference of cost,
/// `(c_k − c_b) / Σ t'` over the links that only one of them uses (Jayakrishnan, Tsai, Prashker and Rajadhyaksha,
/// *Transportation Research Record* 1443, 1994), at once and with fresh costs for the next (Gauss–Seidel). A step that
/// overshoots is drawn back along the secant, so the objective does not rise.
pub(crate) fn balance(
    commodity: &mut Commodity,
    arena: &Arena,
    resources: &mut Resources,
    marks: &mut Marks,
    threshold: f64,
) -> f64 {
    let count = commodity.columns.len();
    let mut best = 0;
    let mut least = f64::INFINITY;
    let mut total = 0.0;
    for (number, column) in commodity.columns.iter().enumerate() {
        let cost = column.fixed + sums(resources, arena.links(column));
        total += cost * column.flow;
        if cost < least {
            (best, least) = (number, cost);
        }
    }
    let imbalance = total - least * commodity.units;
    if imbalance <= threshold {
        return imbalance.max(0.0);
    }
    let best_column = commodity.columns[best];
    let best_links = arena.links(&best_column);
    let on_best = marks.stamp();
    let shared = on_best + 1;
    for &link in best_links {
        marks.marks[link as usize] = on_best;
    }
    let (mut best_cost, mut best_slope) = (0.0, 0.0);
    let mut fresh = false;
    for number in 0..count {
        let column = commodity.columns[number];
        if number == best || column.flow <= 0.0 {
            continue;
        }
        if !fresh {
            (best_cost, best_slope) = (best_column.fixed, 0.0);
            for &link in best_links {
                let (cost, slope) = resources.jets[link as usize];
                best_cost += cost;
                best_slope += slope;
            }
            fresh = true;
        }
        let (mut cost, mut slope) = (column.fixed - best_cost, best_slope);
        marks.leave.clear();
        for &link in arena.links(&column) {
            let (hours, rate) = resources.jets[link as usize];
            cost += hours;
            if marks.marks[link as usize] == on_best {
                slope -= rate;
                marks.marks[link as usize] = shared;
            } else {
                slope += rate;
                marks.leave.push(link);
            }
        }
        marks.enter.clear();
        for &link in best_links {
            if marks.marks[link as usize] == shared {
                marks.marks[link as usize] = on_best;
            } else {
                marks.enter.push(link);
            }
        }
        if resources.has_groups() {
            slope += group_slope(resources, &marks.leave, &marks.enter, &mut marks.groups);
        }
        if cost <= 0.0 {
            continue;
        }
        let wanted = if slope > 0.0 { cost / slope } else { f64::INFINITY };
        let step = shift(
            resources,
            &marks.leave,
            &marks.enter,
            column.fixed - best_column.fixed,
            cost,
            wanted.min(column.flow),
        );
        let left = column.flow - step;
        commodity.columns[number].flow = if left > 0.0 { left } else { 0.0 };
        commodity.columns[best].flow += step;
        fresh = false;
    }
    imbalance
}

/// Slope that groups add to a shift: a group that both paths load alike adds nothing.
pub(crate) fn group_slope(
    resources: &Resources,
    leave: &[u32],
    enter: &[u32],
    groups: &mut Vec<(u32, f64, f64)>,
) -> f64 {
    groups.clear();
    for (links, sign) in [(leave, -1.0), (enter, 1.0)] {
        for &link in links {
            for &(group, weight, felt) in resources.memberships(link as usize) {
                match groups.iter_mut().find(|(number, ..)| *number == group) {
                    Some((_, weights, felts)) => {
                        *weights += sign * weight;
                        *felts += sign * felt;
                    }
                    None => groups.push((group, sign * weight, sign * felt)),
                }
            }
        }
    }
    groups.iter().map(|&(group, weight, felt)| resources.group_slope(group) * (weight * felt).max(0.0)).sum()
}

/// Moves units from links to links and takes some back while the difference of cost has turned by more than a tenth.
/// Returns what was moved in the end.
fn shift(resources: &mut Resources, leave: &[u32], enter: &[u32], fixed: f64, before: f64, step: f64) -> f64 {
    let move_by = |resources: &mut Resources, units: f64| {
        for &link in leave {
            resources.add(link as usize, -units);
        }
        for &link in enter {
            resources.add(link as usize, units);
        }
        fixed + sums(resources, leave) - sums(resources, enter)
    };
    let mut moved = step;
    let mut after = move_by(resources, step);
    for _ in 0..60 {
        if after >= -0.1 * before {
            break;
        }
        // A share, by the secant, kept away from its ends.
        let share = (before / (before - after)).clamp(0.05, 0.9);
        let next = moved * share;
        after = move_by(resources, next - moved);
        moved = next;
    }
    moved
}
