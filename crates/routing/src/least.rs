//! The route of least score, exactly, even where the score is not additive or time has windows.
//!
//! A root of a sum is not a sum of roots, so a route that is best up to a node need not be the beginning of
//! the best route, and one distance per node is not enough. Yet the score never falls when a cost rises.
//! Hence a label at a node is of no use if another there is as good in everything that later steps can
//! still tell apart:
//!
//! * nothing but a weighted sum: that sum, and this is A* (Hart, Nilsson and Raphael 1968);
//! * with risk: the weighted sum and the variance (Khani and Boyles 2015);
//! * with a clock: its reading, the weighted sum of all else, and the variance. An earlier reading is as
//!   good as a later one because waiting is allowed (Orda and Rom, *Journal of the ACM* 37, 1990).
//!
//! Labels are taken best first by the score of costs so far plus lower bounds of what remains, one bound
//! for the weighted sum and one for the variance. The score keeps order, so this bounds the score of
//! every way on; once it is above the best score known, the search is over.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::bounds::Bounds;
use crate::search::Role;
use crate::trace::{NONE, Step, Trace};
use crate::{Objective, Route, Search};

/// Bounds of the two parts of a score, per node. They hold for every subset of the arcs they were made
/// with, so that alternatives compute them once.
#[derive(Debug)]
pub(crate) struct Guide {
    linear: Bounds<u128>,
    variance: Option<Bounds<u64>>,
}

impl Guide {
    pub(crate) fn new<const K: usize>(search: &Search<'_, K>, objective: &Objective<K>) -> Self {
        let targets = &search.targets;
        let linear = |arc| search.arc(arc).map(|costs| objective.linear(&costs));
        let variance = objective.risk_criterion().map(|criterion| {
            Bounds::to_targets(search.graph, targets, |arc| search.arc(arc).map(|costs| costs[criterion]))
        });
        Self { linear: Bounds::to_targets(search.graph, targets, linear), variance }
    }

    /// Bounds of the weighted sum and of the variance at a node, or `None` if it leads to no target.
    fn at(&self, node: u32) -> Option<(u128, u64)> {
        let linear = self.linear.at(node)?;
        // Both bounds are over the same arcs, so that where one exists, so does the other.
        Some((linear, self.variance.as_ref().and_then(|bounds| bounds.at(node)).unwrap_or(0)))
    }
}

/// What later steps can tell apart; dominance compares these, all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    /// Reading of the clock since departure, or 0 without a clock.
    clock: u64,
    /// The weighted sum, without the clock's part if there is a clock.
    linear: u128,
    variance: u64,
}

impl Standing {
    fn new<const K: usize>(search: &Search<'_, K>, objective: &Objective<K>, costs: &[u64; K]) -> Self {
        let (linear, variance) = (objective.linear(costs), objective.variance(costs));
        match search.clock {
            None => Self { clock: 0, linear, variance },
            Some(clock) => {
                let reading = costs[clock.criterion];
                let linear = linear - objective.linear_of(clock.criterion, reading);
                Self { clock: reading, linear, variance }
            }
        }
    }

    fn at_most(&self, other: &Self) -> bool {
        self.linear <= other.linear && self.variance <= other.variance && self.clock <= other.clock
    }
}

struct Label<const K: usize> {
    costs: [u64; K],
    standing: Standing,
    node: u32,
    /// The next label in the list of the same node, or `NONE`.
    sibling: u32,
    live: bool,
}

/// Everything one run of the search keeps.
struct Run<'r, const K: usize> {
    search: &'r Search<'r, K>,
    objective: &'r Objective<K>,
    labels: Vec<Label<K>>,
    trace: Trace,
    /// First label of each node; all targets share one list, as they are one goal.
    first: Vec<u32>,
    /// Bits of the bound on the score (their order is that of the numbers, as none is negative), depth,
    /// and label.
    queue: BinaryHeap<Reverse<(u64, u32, u32)>>,
}

impl<const K: usize> Run<'_, K> {
    /// Adds a label unless one in its list makes it useless; removes those that it makes useless.
    fn add(&mut self, place: usize, node: u32, costs: [u64; K], standing: Standing, step: Step, bound: f64) {
        let mut before = NONE;
        let mut other = self.first[place];
        while other != NONE {
            let label = &self.labels[other as usize];
            let sibling = label.sibling;
            let tie = || label.costs.cmp(&costs).then_with(|| self.trace.order(self.trace.step(other), step));
            let order = if label.standing == standing {
                tie()
            } else if label.standing.at_most(&standing) {
                Ordering::Less
            } else if standing.at_most(&label.standing) {
                Ordering::Greater
            } else {
                before = other;
                other = sibling;
                continue;
            };
            if order != Ordering::Greater {
                return;
            }
            self.labels[other as usize].live = false;
            match before {
                NONE => self.first[place] = sibling,
                _ => self.labels[before as usize].sibling = sibling,
            }
            other = sibling;
        }
        let id = self.trace.push(step);
        self.labels.push(Label { costs, standing, node, sibling: self.first[place], live: true });
        self.first[place] = id;
        self.queue.push(Reverse((bound.to_bits(), step.depth, id)));
    }

    /// The order of routes to a target: by score, then by weighted sum, variance, costs, number of arcs,
    /// and arcs.
    fn better(&self, one: u32, other: u32) -> bool {
        let key = |id: u32| {
            let costs = &self.labels[id as usize].costs;
            (self.objective.linear(costs), self.objective.variance(costs), *costs)
        };
        let score = |id: u32| self.objective.score(&self.labels[id as usize].costs);
        let order = score(one).total_cmp(&score(other)).then_with(|| key(one).cmp(&key(other)));
        order.then_with(|| self.trace.order(self.trace.step(one), self.trace.step(other))) == Ordering::Less
    }
}

/// The least route over the arcs that are `open`, and its score, if that score is at most `ceiling`.
pub(crate) fn least<const K: usize>(
    search: &Search<'_, K>,
    objective: &Objective<K>,
    guide: &Guide,
    open: impl Fn(u32) -> bool,
    ceiling: f64,
) -> Option<(Route<K>, f64)> {
    if let Some(route) = search.standstill() {
        return Some((route, 0.0)).filter(|_| ceiling >= 0.0);
    }
    let mut ceiling = ceiling.min(score_of_guide(search, objective, guide, &open));
    let graph = search.graph;
    let roles = search.roles();
    let goal = graph.node_count();
    let mut run = Run {
        search,
        objective,
        labels: Vec::new(),
        trace: Trace::default(),
        first: vec![NONE; graph.node_count() + 1],
        queue: BinaryHeap::new(),
    };
    for &source in &search.sources {
        let Some((linear, variance)) = guide.at(source) else { continue };
        let standing = Standing::new(search, objective, &[0; K]);
        let bound = objective.evaluate(linear, variance);
        run.add(source as usize, source, [0; K], standing, Trace::source(source), bound);
    }
    let mut best: Option<u32> = None;
    while let Some(Reverse((bound, _, id))) = run.queue.pop() {
        if f64::from_bits(bound) > ceiling {
            break;
        }
        let Label { costs, node, live, .. } = run.labels[id as usize];
        if !live {
            continue;
        }
        if roles[node as usize] == Role::Target {
            // No way on from a target can be better, so it is not taken further.
            if best.is_none_or(|best| run.better(id, best)) {
                best = Some(id);
            }
            continue;
        }
        for &arc in graph.outgoing(node) {
            let head = graph.head(arc);
            let role = roles[head as usize];
            // Whatever comes back to a source was better off there at the start.
            if role == Role::Source || !open(arc) {
                continue;
            }
            let Some((linear_ahead, variance_ahead)) = guide.at(head) else { continue };
            let Some((costs, wait)) = run.search.advance(arc, &costs) else { continue };
            let linear = objective.linear(&costs) + linear_ahead;
            let bound = objective.evaluate(linear, objective.variance(&costs) + variance_ahead);
            if bound > ceiling {
                continue;
            }
            let standing = Standing::new(search, objective, &costs);
            let step = run.trace.after(id, arc, wait);
            let place = if role == Role::Target {
                ceiling = bound;
                goal
            } else {
                head as usize
            };
            run.add(place, head, costs, standing, step, bound);
        }
    }
    best.map(|id| {
        let costs = run.labels[id as usize].costs;
        (run.trace.route(graph, id, costs), objective.score(&costs))
    })
}

/// Score of the better of the routes that the bounds were made of, or infinity if neither can be taken:
/// a ceiling to begin with, which spares labels that lead nowhere.
fn score_of_guide<const K: usize>(
    search: &Search<'_, K>,
    objective: &Objective<K>,
    guide: &Guide,
    open: &impl Fn(u32) -> bool,
) -> f64 {
    let walk = |arcs: &mut dyn Iterator<Item = u32>| {
        let mut costs = [0; K];
        for arc in arcs {
            let Some((sums, _)) = search.advance(arc, &costs).filter(|_| open(arc)) else {
                return f64::INFINITY;
            };
            costs = sums;
        }
        objective.score(&costs)
    };
    let mut score = f64::INFINITY;
    for &source in search.sources.iter().filter(|&&source| guide.at(source).is_some()) {
        score = score.min(walk(&mut guide.linear.arcs(search.graph, source)));
        if let Some(variance) = &guide.variance {
            score = score.min(walk(&mut variance.arcs(search.graph, source)));
        }
    }
    score
}

impl<const K: usize> Search<'_, K> {
    /// The route of least score and that score, or `None` if no route leads from a source to a target.
    ///
    /// Exact; the label limit does not apply. Among routes of equal score the one with the least weighted
    /// sum comes first, then the least variance, then the least costs in the order of the criteria, then
    /// the fewest arcs, then the least arc numbers from the source on. On a clock a
    /// wait may swallow a difference between two routes; which of those that end with equal score,
    /// weighted sum and variance is returned is fixed but follows no rule.
    #[must_use]
    pub fn least(&self, objective: &Objective<K>) -> Option<(Route<K>, f64)> {
        least(self, objective, &Guide::new(self, objective), |_| true, f64::INFINITY)
    }
}
