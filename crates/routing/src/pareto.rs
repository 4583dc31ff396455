//! All routes that no other beats in every criterion, or a few that stand for all of them.
//!
//! NAMOA* (Mandow and Pérez de la Cruz, *Journal of the ACM* 57, 2010): labels are taken in lexicographic
//! order of costs so far plus lower bounds of what remains, one bound per criterion. A label is dropped if
//! a label taken before at the same node, or a route found before, is at least as good in every criterion.
//!
//! As labels come in order of the first criterion and a node's bounds are the same for all its labels,
//! those taken before are never worse in it, and it need not be compared: *dimensionality reduction*
//! (Pulido, Mandow and Pérez de la Cruz, *Computers & Operations Research* 64, 2015). It pays twice,
//! because a vector that counts only in the other criteria also makes more of its elders redundant.
//! A label is compared when it is made and again when its turn comes, and not otherwise.
//!
//! With a clock, dominance stays right because waiting is allowed: whoever is earlier can become later.
//!
//! The bounds come from a search backward for each criterion or, on large graphs, from sweeps down a hierarchy
//! ([`Search::with_hierarchy`]); both are the exact distances.
//!
//! # With a tolerance
//!
//! The full set may hold thousands of routes that differ by pennies. With a tolerance ε, two labels that
//! wait at one node become one, as in A*pex (Zhang, Salzman, Kumar, Felner, Hernández Ulloa and Koenig,
//! *ICAPS* 2022): it keeps the arcs and costs of one of them, its *representative*, and beside these the
//! *apex*, the least of both in each criterion, provided that the representative with what remains is
//! within 1 + ε of the apex with what remains. Labels are ordered and compared by apex, so that nothing is
//! dropped without a route that stands for it, and what remains adds the same to both, so that the ratio
//! can only shrink.
//! On a clock the representative must be the earlier of the two: a later one might meet a shut gate.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::bounds::Bounds;
use crate::search::Role;
use crate::trace::{Step, Trace};
use crate::{CustomMetric, End, Query, Route, Search};

/// Routes none of which is beaten by another in every criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParetoSet<const K: usize> {
    /// One route for every cost vector, in lexicographic order of costs.
    pub routes: Vec<Route<K>>,
    /// Whether the search stopped at its label limit. Without a tolerance every route found belongs to the
    /// full set even then, but routes that are worse in the first criterion are missing.
    pub truncated: bool,
}

/// A cost vector that stands, and the label it belongs to.
#[derive(Clone, Copy)]
struct Standing<const K: usize> {
    costs: [u64; K],
    label: u32,
}

/// Vectors that stand at one node, compared in all criteria but the first.
#[derive(Clone)]
struct Front<const K: usize> {
    standing: Vec<Standing<K>>,
}

impl<const K: usize> Front<K> {
    /// The vector that makes `costs` useless, if there is one. It is `costs` itself where that stands.
    fn dominator(&self, costs: &[u64; K]) -> Option<&Standing<K>> {
        // The youngest first: it is the nearest in lexicographic order and the likeliest to dominate.
        self.standing.iter().rev().find(|elder| at_most_but_first(&elder.costs, costs))
    }

    fn insert(&mut self, costs: [u64; K], label: u32) {
        self.standing.retain(|elder| !at_most_but_first(&costs, &elder.costs));
        self.standing.push(Standing { costs, label });
    }
}

fn at_most_but_first<const K: usize>(one: &[u64; K], other: &[u64; K]) -> bool {
    // No early way out: the loop is unrolled and has no branches.
    (1..K).fold(true, |at_most, criterion| at_most & (one[criterion] <= other[criterion]))
}

fn at_most<const K: usize>(one: &[u64; K], other: &[u64; K]) -> bool {
    (0..K).fold(true, |at_most, criterion| at_most & (one[criterion] <= other[criterion]))
}

fn plus<const K: usize>(mut one: [u64; K], other: &[u64; K]) -> [u64; K] {
    one.iter_mut().zip(other).for_each(|(sum, part)| *sum += part);
    one
}

/// A route to a node, and all routes it stands for.
struct Label<const K: usize> {
    /// The least of all routes it stands for, in each criterion: the costs, without a tolerance.
    apex: [u64; K],
    costs: [u64; K],
    node: u32,
    /// Whether it is in the queue and has not become part of another.
    waiting: bool,
}

/// The turn of a label: costs of the apex so far plus bounds of what remains, depth, label.
type Turn<const K: usize> = Reverse<([u64; K], u32, u32)>;

/// Bounds of every criterion at every node, side by side.
struct Ahead<const K: usize> {
    /// Searches backward from the targets; none if the bounds are a hierarchy's.
    searched: Vec<Bounds<u64>>,
    nodes: Vec<Option<[u64; K]>>,
}

impl<const K: usize> Ahead<K> {
    fn new(search: &Search<'_, K>) -> Self {
        if let Some(ahead) = search.hierarchy.and_then(|hierarchy| Self::swept(search, hierarchy)) {
            return ahead;
        }
        let of = |criterion| {
            let cost = |arc| search.arc(arc).map(|costs: [u64; K]| costs[criterion]);
            Bounds::to_targets(search.graph, &search.targets, cost)
        };
        let searched: Vec<_> = (0..K).map(of).collect();
        let at = |node| {
            let mut bounds = [0; K];
            for (bound, criterion) in bounds.iter_mut().zip(&searched) {
                *bound = criterion.at(node)?;
            }
            Some(bounds)
        };
        let nodes = (0..search.graph.node_count() as u32).map(at).collect();
        Self { searched, nodes }
    }

    /// Bounds by a sweep down the hierarchy, one for each criterion.
    fn swept(search: &Search<'_, K>, hierarchy: &CustomMetric<'_, K>) -> Option<Self> {
        let targets: Vec<End> = search.targets.iter().map(|&target| End::at(target)).collect();
        let mut nodes = vec![Some([0; K]); search.graph.node_count()];
        for criterion in 0..K {
            let distances = hierarchy.distances_to(criterion, &targets).ok()?;
            for (node, distance) in nodes.iter_mut().zip(distances) {
                match (&mut *node, distance) {
                    (Some(bounds), Some(distance)) => bounds[criterion] = distance,
                    _ => *node = None,
                }
            }
        }
        Some(Self { searched: Vec::new(), nodes })
    }

    /// A route that is least in one criterion.
    fn least(&self, search: &Search<'_, K>, criterion: usize, source: u32) -> Vec<u32> {
        match (self.searched.get(criterion), search.hierarchy) {
            (Some(bounds), _) => bounds.arcs(search.graph, source).collect(),
            (None, Some(hierarchy)) => {
                let targets: Vec<End> = search.targets.iter().map(|&target| End::at(target)).collect();
                let route = Query::new(hierarchy).route_between(criterion, &[End::at(source)], &targets);
                // A route too long to be unpacked is not known beforehand, that is all.
                route.ok().flatten().map(|route| route.arcs).unwrap_or_default()
            }
            (None, None) => Vec::new(),
        }
    }
}

/// Everything one search keeps.
struct Run<'r, 'a, const K: usize> {
    search: &'r Search<'a, K>,
    roles: Vec<Role>,
    ahead: Ahead<K>,
    /// Routes known before the search begins: those the bounds were made of.
    known: Vec<Standing<K>>,
    labels: Vec<Label<K>>,
    trace: Trace,
    queue: BinaryHeap<Turn<K>>,
    /// What stands at each node, by apex. All targets share the last, by costs, as they are one goal.
    fronts: Vec<Front<K>>,
    /// Labels that wait at each node; kept only with a tolerance.
    rooms: Vec<Vec<u32>>,
    found: Vec<Standing<K>>,
}

impl<'r, 'a, const K: usize> Run<'r, 'a, K> {
    fn new(search: &'r Search<'a, K>) -> Self {
        let places = search.graph.node_count() + 1;
        let mut run = Run {
            search,
            roles: search.roles(),
            ahead: Ahead::new(search),
            known: Vec::new(),
            labels: Vec::new(),
            trace: Trace::default(),
            queue: BinaryHeap::new(),
            fronts: vec![Front { standing: Vec::new() }; places],
            rooms: vec![Vec::new(); if search.tolerance > 0.0 { places } else { 0 }],
            found: Vec::new(),
        };
        for &source in &search.sources {
            if run.ahead.nodes[source as usize].is_some() {
                run.learn(source);
                run.push(source, [0; K], [0; K], Trace::source(source));
            }
        }
        run
    }

    fn tolerant(&self) -> bool {
        self.search.tolerance > 0.0
    }

    /// The costs that are tolerated in place of others.
    fn relaxed(&self, bound: &[u64; K]) -> [u64; K] {
        if !self.tolerant() {
            return *bound;
        }
        // The conversion saturates, and so does the sum, for tolerances beyond all reason.
        bound.map(|cost| cost.saturating_add((cost as f64 * self.search.tolerance) as u64))
    }

    /// Adds the routes from `source` that the bounds were made of to those known.
    fn learn(&mut self, source: u32) {
        for criterion in 0..K {
            let arcs = self.ahead.least(self.search, criterion, source);
            let (mut costs, mut label) = ([0; K], self.add(source, [0; K], [0; K], Trace::source(source)));
            let walked = arcs.into_iter().try_for_each(|arc| {
                let (sums, wait) = self.search.advance(arc, &costs)?;
                let step = self.trace.after(label, arc, wait);
                (costs, label) = (sums, self.add(self.search.graph.head(arc), sums, sums, step));
                Some(())
            });
            let arrived =
                walked.is_some() && self.roles[self.labels[label as usize].node as usize] == Role::Target;
            if arrived && !self.known.iter().any(|other| at_most(&other.costs, &costs)) {
                self.known.retain(|other| !at_most(&costs, &other.costs));
                self.known.push(Standing { costs, label });
            }
        }
    }

    /// Whether a route known before makes a label with such a bound useless.
    fn beaten(&self, bound: &[u64; K]) -> bool {
        if self.tolerant() {
            let relaxed = self.relaxed(bound);
            self.known.iter().any(|known| at_most(&known.costs, &relaxed))
        } else {
            // An equal one is not beaten: it may be the canonical one.
            self.known.iter().any(|known| at_most(&known.costs, bound) && known.costs != *bound)
        }
    }

    fn place(&self, node: u32) -> usize {
        if self.roles[node as usize] == Role::Target { self.roles.len() } else { node as usize }
    }

    fn bound(&self, node: u32, apex: [u64; K]) -> [u64; K] {
        // Only nodes with bounds get labels.
        self.ahead.nodes[node as usize].map_or(apex, |ahead| plus(apex, &ahead))
    }

    fn add(&mut self, node: u32, apex: [u64; K], costs: [u64; K], step: Step) -> u32 {
        self.labels.push(Label { apex, costs, node, waiting: false });
        self.trace.push(step)
    }

    fn push(&mut self, node: u32, apex: [u64; K], costs: [u64; K], step: Step) {
        let label = self.add(node, apex, costs, step);
        self.labels[label as usize].waiting = true;
        self.queue.push(Reverse((self.bound(node, apex), step.depth, label)));
        if self.tolerant() {
            let place = self.place(node);
            self.rooms[place].push(label);
        }
    }

    /// Whether a route to `node` with such costs can stand for all that an apex stands for.
    fn stands_for(&self, node: u32, costs: &[u64; K], apex: &[u64; K]) -> bool {
        let punctual = self.search.clock.is_none_or(|clock| costs[clock.criterion] == apex[clock.criterion]);
        punctual && at_most(&self.bound(node, *costs), &self.relaxed(&self.bound(node, *apex)))
    }

    /// Puts a label in line, as part of one that waits at the same node if the tolerance allows.
    fn line_up(&mut self, node: u32, mut apex: [u64; K], costs: [u64; K], step: Step) {
        if !self.tolerant() {
            return self.push(node, apex, costs, step);
        }
        let place = self.place(node);
        let mut room = std::mem::take(&mut self.rooms[place]);
        // Who became part of another or had its turn no longer waits.
        room.retain(|&other| self.labels[other as usize].waiting);
        let mut next = (node, costs, step);
        for spot in 0..room.len() {
            let other = room[spot];
            let label = &self.labels[other as usize];
            let mut both = apex;
            both.iter_mut().zip(&label.apex).for_each(|(least, cost)| *least = (*least).min(*cost));
            if self.stands_for(label.node, &label.costs, &both) {
                if both == label.apex {
                    self.rooms[place] = room;
                    return;
                }
                next = (label.node, label.costs, self.trace.step(other));
            } else if !self.stands_for(node, &costs, &both) {
                continue;
            }
            apex = both;
            self.labels[other as usize].waiting = false;
            room.swap_remove(spot);
            break;
        }
        self.rooms[place] = room;
        self.push(next.0, apex, next.1, next.2);
    }

    /// Takes all labels in turn; returns whether the limit of labels was met.
    fn search(&mut self) -> bool {
        let goal = self.roles.len();
        // What was made to learn the routes known does not count.
        let limit = self.trace.len().saturating_add(self.search.label_limit);
        while let Some(Reverse((bound, depth, id))) = self.queue.pop() {
            let Label { apex, costs, node, ref mut waiting } = self.labels[id as usize];
            if !std::mem::take(waiting) {
                continue;
            }
            let place = self.place(node);
            if place == goal {
                self.arrive(id, depth, apex, costs);
                continue;
            }
            if let Some(elder) = self.fronts[place].dominator(&apex) {
                let elder = *elder;
                self.settle(elder, id, depth, &apex);
                continue;
            }
            if self.fronts[goal].dominator(&self.relaxed(&bound)).is_some() {
                continue;
            }
            self.fronts[place].insert(apex, id);
            for &arc in self.search.graph.outgoing(node) {
                let head = self.search.graph.head(arc);
                let Some(remaining) = &self.ahead.nodes[head as usize] else { continue };
                // Whatever comes back to a source was better off there at the start.
                if self.roles[head as usize] == Role::Source {
                    continue;
                }
                let Some((apex, mut wait)) = self.search.advance(arc, &apex) else { continue };
                let bound = plus(apex, remaining);
                let place = self.place(head);
                if self.fronts[goal].dominator(&self.relaxed(&bound)).is_some()
                    || place != goal && self.fronts[place].dominator(&apex).is_some()
                    || self.beaten(&bound)
                {
                    continue;
                }
                let mut sums = apex;
                if self.tolerant() {
                    // As punctual as the apex, so that it waits as long and finds no gate shut.
                    let Some(own) = self.search.advance(arc, &costs) else { continue };
                    (sums, wait) = own;
                }
                if self.trace.len() >= limit {
                    return true;
                }
                let step = self.trace.after(id, arc, wait);
                self.line_up(head, apex, sums, step);
            }
        }
        false
    }

    /// Takes a label at a target.
    fn arrive(&mut self, id: u32, depth: u32, apex: [u64; K], costs: [u64; K]) {
        let goal = self.roles.len();
        match self.fronts[goal].dominator(&self.relaxed(&apex)) {
            Some(&elder) => self.settle(elder, id, depth, &costs),
            None => {
                self.fronts[goal].insert(costs, id);
                self.found.push(Standing { costs, label: id });
            }
        }
    }

    /// Settles a tie between an elder and a label dropped on its account. The queue is in order of depth
    /// too, and whatever ties in bound and depth is in it by now; nothing that came of the elder has
    /// been taken yet. So the canonical route may still take the elder's place, for all that follows.
    fn settle(&mut self, elder: Standing<K>, id: u32, depth: u32, costs: &[u64; K]) {
        let (one, other) = (self.trace.step(id), self.trace.step(elder.label));
        let tie = !self.tolerant() && elder.costs == *costs && other.depth == depth;
        if tie && self.trace.order(one, other) == Ordering::Less {
            self.trace.replace(elder.label, one);
        }
    }

    fn routes(&self) -> Vec<Route<K>> {
        let route = |end: &Standing<K>| self.trace.route(self.search.graph, end.label, end.costs);
        if !self.tolerant() {
            return self.found.iter().map(route).collect();
        }
        // Routes known before stand for others too, and representatives may beat each other; what is
        // beaten goes, as what beats it stands for the same and more.
        let mut all: Vec<_> =
            self.found.iter().chain(&self.known).map(|end| self.without_loops(route(end))).collect();
        all.sort_by(|one, other| {
            let key = |route: &Route<K>| (route.costs, route.arcs.len());
            key(one).cmp(&key(other)).then_with(|| one.arcs.cmp(&other.arcs))
        });
        let mut routes: Vec<Route<K>> = Vec::new();
        for route in all {
            // Only what comes before in order can be at most as dear in every criterion.
            if !routes.iter().any(|elder| at_most(&elder.costs, &route.costs)) {
                routes.push(route);
            }
        }
        routes
    }

    /// A route that visits no node twice. A representative may, as its apex speaks for others as well; to
    /// leave the loop out is never dearer, and never later.
    fn without_loops(&self, route: Route<K>) -> Route<K> {
        let (mut nodes, mut arcs) = (vec![route.source], Vec::new());
        for &arc in &route.arcs {
            let head = self.search.graph.head(arc);
            arcs.push(arc);
            nodes.push(head);
            if let Some(before) = nodes.iter().position(|&node| node == head) {
                nodes.truncate(before + 1);
                arcs.truncate(before);
            }
        }
        if arcs.len() == route.arcs.len() {
            return route;
        }
        let (mut costs, mut waits) = ([0; K], Vec::new());
        for &arc in &arcs {
            let Some((sums, wait)) = self.search.advance(arc, &costs) else { return route };
            costs = sums;
            waits.push(wait);
        }
        Route { arcs, costs, waited: waits.iter().sum(), waits, ..route }
    }
}

impl<const K: usize> Search<'_, K> {
    /// All routes that no other beats: for each, no route is at least as good in every criterion and
    /// better in one. Of the routes that share a cost vector one is returned: the one with the fewest arcs
    /// and then the least arc numbers from the source on. On a clock, routes that share a cost vector may
    /// differ in where they wait; which of them is returned is fixed but follows no rule.
    ///
    /// There may be very many such routes. With a tolerance ([`Search::with_tolerance`]) the set is a
    /// small one that stands for all: for every route there is one in the set that is at most this share
    /// worse in any criterion; not each of them is then beaten by none outside the set. The limit of
    /// [`Search::with_label_limit`] bounds memory and time; [`ParetoSet::truncated`] tells whether it was
    /// met.
    #[must_use]
    pub fn pareto(&self) -> ParetoSet<K> {
        if let Some(route) = self.standstill() {
            return ParetoSet { routes: vec![route], truncated: false };
        }
        let mut run = Run::new(self);
        let truncated = run.search();
        ParetoSet { routes: run.routes(), truncated }
    }
}
