//! A few routes that differ in substance, best first.
//!
//! Lawler's scheme (*Management Science* 18, 1972), as Yen (*Management Science* 17, 1971) has it for
//! single arcs, but with the caller's [`ArcGroups`] in place of arcs, so that a siding instead of the main
//! track is no alternative. A subproblem is a set of forbidden groups, and its answer is the least route
//! that keeps clear of them. Of all subproblems the one with the best answer is next. If that answer's
//! signature holds all groups of a route accepted before, it offers no way to avoid anything and is passed
//! over. Either way what remains must lack at least one group of the accepted signature, so there is
//! one new subproblem for each of its groups.
//!
//! A subproblem is no better than the one it came from. It is therefore put in line with that score and
//! solved only when its turn comes, which most never see.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashSet};

use crate::least::{Guide, least};
use crate::{ArcGroups, Objective, Route, RoutingError, Search};

/// How far to look for alternatives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlternativeOptions {
    /// Routes whose score is above this many times the best score are left out. Infinite for no limit.
    pub max_score_ratio: f64,
    /// Searches made at most.
    pub subproblem_limit: usize,
}

impl Default for AlternativeOptions {
    /// Any score, 500 searches.
    fn default() -> Self {
        Self { max_score_ratio: f64::INFINITY, subproblem_limit: 500 }
    }
}

/// A route and what sets it apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative<const K: usize> {
    /// The route.
    pub route: Route<K>,
    /// Its score.
    pub score: f64,
    /// The groups it uses, in ascending order. It holds all groups of no alternative before it.
    pub signature: Vec<u32>,
}

/// Routes that differ in substance.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternatives<const K: usize> {
    /// The alternatives, by score; the first is the least route.
    pub routes: Vec<Alternative<K>>,
    /// Whether the search stopped at its limit of subproblems, so that more alternatives may exist.
    pub truncated: bool,
}

/// A set of forbidden groups, and its answer once it is known.
struct Subproblem<const K: usize> {
    /// The score of the answer, or a bound of it.
    score: f64,
    forbidden: Vec<u32>,
    answer: Option<Route<K>>,
}

impl<const K: usize> Subproblem<K> {
    /// Best score first; at equal scores those still to be solved, as they may turn out worse; then the
    /// canonical order of answers, then fewer forbidden groups.
    fn order(&self, other: &Self) -> Ordering {
        let key = |route: &Route<K>| (route.costs, route.arcs.len());
        let scores = self.score.total_cmp(&other.score);
        let answers = || match (&self.answer, &other.answer) {
            (Some(one), Some(two)) => key(one).cmp(&key(two)).then_with(|| one.arcs.cmp(&two.arcs)),
            (one, two) => one.is_some().cmp(&two.is_some()),
        };
        let sizes = || self.forbidden.len().cmp(&other.forbidden.len());
        scores.then_with(answers).then_with(sizes).then_with(|| self.forbidden.cmp(&other.forbidden))
    }
}

impl<const K: usize> PartialEq for Subproblem<K> {
    fn eq(&self, other: &Self) -> bool {
        self.order(other) == Ordering::Equal
    }
}

impl<const K: usize> Eq for Subproblem<K> {}

impl<const K: usize> PartialOrd for Subproblem<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const K: usize> Ord for Subproblem<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order(other)
    }
}

/// Whether all of `part` is in `whole`; both in ascending order.
fn holds(whole: &[u32], part: &[u32]) -> bool {
    part.iter().all(|group| whole.binary_search(group).is_ok())
}

impl<const K: usize> Search<'_, K> {
    /// Up to `count` routes that differ in the groups they use, by score. The first is that of
    /// [`Search::least`]; no other holds all groups of one before it. A route without any group therefore
    /// ends the list, as there is nothing left to avoid.
    ///
    /// ```
    /// use routing::{AlternativeOptions, ArcGroups, Graph, Metric, Objective, Search};
    ///
    /// // Three ways from 0 to 1; the first two use the same crossing, group 9.
    /// let graph = Graph::new(2, &[(0, 1), (0, 1), (0, 1)])?;
    /// let cost = Metric::new(vec![10, 11, 15]);
    /// let crossings = ArcGroups::new(3, &[(0, 9), (1, 9), (2, 4)])?;
    /// let search = Search::new(&graph, [&cost], &[0], &[1])?;
    /// let objective = Objective::new([1.0], None)?;
    /// let found = search.alternatives(&objective, &crossings, 5, AlternativeOptions::default())?;
    /// let arcs: Vec<_> = found.routes.iter().map(|way| way.route.arcs[0]).collect();
    /// assert_eq!(arcs, [0, 2]);
    /// # Ok::<(), routing::RoutingError>(())
    /// ```
    ///
    /// # Errors
    /// [`RoutingError::GroupsLength`] if the groups are for another number of arcs.
    pub fn alternatives(
        &self,
        objective: &Objective<K>,
        groups: &ArcGroups,
        count: usize,
        options: AlternativeOptions,
    ) -> Result<Alternatives<K>, RoutingError> {
        let arc_count = self.graph.arc_count();
        if groups.arc_count() != arc_count {
            return Err(RoutingError::GroupsLength { groups: groups.arc_count(), arc_count });
        }
        let guide = Guide::new(self, objective);
        let mut closed = vec![false; arc_count];
        let mut ceiling = f64::INFINITY;
        let mut solved = 0;
        let mut routes: Vec<Alternative<K>> = Vec::new();
        let mut seen = HashSet::from([Vec::new()]);
        let mut queue =
            BinaryHeap::from([Reverse(Subproblem { score: 0.0, forbidden: Vec::new(), answer: None })]);
        while let Some(Reverse(subproblem)) = queue.pop() {
            if routes.len() >= count {
                break;
            }
            let Subproblem { score, forbidden, answer } = subproblem;
            let Some(route) = answer else {
                if solved >= options.subproblem_limit {
                    return Ok(Alternatives { routes, truncated: true });
                }
                solved += 1;
                let mark = |closed: &mut [bool], to| {
                    let arcs = forbidden.iter().flat_map(|&group| groups.arcs(group));
                    arcs.for_each(|arc| closed[arc as usize] = to);
                };
                mark(&mut closed, true);
                let found = least(self, objective, &guide, |arc| !closed[arc as usize], ceiling);
                mark(&mut closed, false);
                if let Some((route, score)) = found {
                    queue.push(Reverse(Subproblem { score, forbidden, answer: Some(route) }));
                }
                continue;
            };
            let signature = groups.signature(&route.arcs);
            let elder = routes.iter().find(|elder| holds(&signature, &elder.signature));
            let to_lack = elder.map_or_else(|| signature.clone(), |elder| elder.signature.clone());
            for group in to_lack {
                // No group of the answer is forbidden already.
                let mut forbidden = forbidden.clone();
                forbidden.insert(forbidden.partition_point(|&other| other < group), group);
                if seen.insert(forbidden.clone()) {
                    queue.push(Reverse(Subproblem { score, forbidden, answer: None }));
                }
            }
            if elder.is_none() {
                if routes.is_empty() && options.max_score_ratio < f64::INFINITY {
                    ceiling = score * options.max_score_ratio.max(1.0);
                }
                routes.push(Alternative { route, score, signature });
            }
        }
        Ok(Alternatives { routes, truncated: false })
    }
}
