//! Laws that every query keeps, checked against the listing of all simple paths on small random graphs with
//! parallel arcs, self-loops, closed arcs, arcs that cost nothing and parts that are not joined; and the
//! behaviour a reader would ask about first, one named test each.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use routing::{
    AlternativeOptions, ArcGroups, CLOSED, Clock, Graph, Metric, Objective, ParetoSet, Risk, Route, Search,
    Windows,
};

const K: usize = 3;
/// In every random case the second criterion is the clock and the third the variance.
const CLOCK: usize = 1;
const VARIANCE: usize = 2;

/// A small world, as arrays.
#[derive(Debug, Clone)]
struct World {
    nodes: usize,
    arcs: Vec<(u32, u32)>,
    costs: Vec<[u32; K]>,
    windows: Vec<(u32, Vec<(u64, u64)>)>,
    groups: Vec<(u32, u32)>,
    departure: u64,
    sources: Vec<u32>,
    targets: Vec<u32>,
    /// In eighths, so that scores are exact.
    weights: [u32; K],
    risk: u32,
}

impl World {
    fn graph(&self) -> Graph {
        Graph::new(self.nodes, &self.arcs).unwrap()
    }

    fn metrics(&self) -> [Metric; K] {
        std::array::from_fn(|criterion| Metric::new(self.costs.iter().map(|arc| arc[criterion]).collect()))
    }

    fn objective(&self) -> Objective<K> {
        let risk = Risk { criterion: VARIANCE, weight: f64::from(self.risk) / 8.0 };
        Objective::new(self.weights.map(|weight| f64::from(weight) / 8.0), Some(risk)).unwrap()
    }

    fn windows(&self) -> Windows {
        Windows::new(self.arcs.len(), &self.windows).unwrap()
    }

    /// Runs `query` on a search of this world, on its clock or without.
    fn ask<T>(&self, timed: bool, query: impl FnOnce(&Search<'_, K>) -> T) -> T {
        let (graph, metrics, windows) = (self.graph(), self.metrics(), self.windows());
        let search = Search::new(&graph, metrics.each_ref(), &self.sources, &self.targets).unwrap();
        let clock = Clock { criterion: CLOCK, departure: self.departure, windows: &windows };
        query(&if timed { search.with_clock(clock).unwrap() } else { search })
    }

    fn least(&self, timed: bool) -> Option<(Route<K>, f64)> {
        self.ask(timed, |search| search.least(&self.objective()))
    }

    fn pareto(&self, timed: bool) -> ParetoSet<K> {
        self.ask(timed, |search| search.pareto())
    }

    fn score(&self, costs: &[u64; K]) -> f64 {
        let weighted = self.weights.iter().zip(costs).map(|(&weight, &cost)| f64::from(weight) * cost as f64);
        weighted.sum::<f64>() / 8.0 + f64::from(self.risk) / 8.0 * (costs[VARIANCE] as f64).sqrt()
    }

    fn linear(&self, costs: &[u64; K]) -> u64 {
        self.weights.iter().zip(costs).map(|(&weight, &cost)| u64::from(weight) * cost).sum()
    }

    /// Costs and wait after an arc, told apart from the crate's own way of doing it.
    fn take(&self, arc: usize, costs: &[u64; K], timed: bool) -> Option<([u64; K], u64)> {
        if self.costs[arc].contains(&CLOSED) {
            return None;
        }
        let now = self.departure + costs[CLOCK];
        let listed = self.windows.iter().find(|(listed, _)| *listed as usize == arc).filter(|_| timed);
        let start = match listed {
            None => Some(now),
            Some((_, windows)) => {
                windows.iter().filter(|(_, to)| *to > now).map(|(from, _)| now.max(*from)).min()
            }
        };
        let wait = start? - now;
        let mut sums: [u64; K] = std::array::from_fn(|k| costs[k] + u64::from(self.costs[arc][k]));
        sums[CLOCK] += wait;
        Some((sums, wait))
    }

    /// All simple paths from a source to a target, with their costs.
    fn paths(&self, timed: bool) -> Vec<(Vec<u32>, [u64; K])> {
        let mut found = Vec::new();
        for &source in &self.sources {
            let mut visited = vec![false; self.nodes];
            self.extend(source, &mut visited, &mut Vec::new(), [0; K], timed, &mut found);
        }
        found
    }

    fn extend(
        &self,
        node: u32,
        visited: &mut Vec<bool>,
        arcs: &mut Vec<u32>,
        costs: [u64; K],
        timed: bool,
        found: &mut Vec<(Vec<u32>, [u64; K])>,
    ) {
        if self.targets.contains(&node) {
            found.push((arcs.clone(), costs));
        }
        visited[node as usize] = true;
        for (arc, &(tail, head)) in self.arcs.iter().enumerate() {
            if tail == node
                && !visited[head as usize]
                && let Some((costs, _)) = self.take(arc, &costs, timed)
            {
                arcs.push(arc as u32);
                self.extend(head, visited, arcs, costs, timed, found);
                arcs.pop();
            }
        }
        visited[node as usize] = false;
    }

    /// Fails unless a route is a walk from a source to a target that costs and waits what it says.
    fn check(&self, route: &Route<K>, timed: bool) {
        assert!(self.sources.contains(&route.source) && self.targets.contains(&route.target));
        assert_eq!(route.arcs.len(), route.waits.len());
        let (mut node, mut costs) = (route.source, [0; K]);
        let mut visited = BTreeSet::from([node]);
        for (&arc, &waited) in route.arcs.iter().zip(&route.waits) {
            let (tail, head) = self.arcs[arc as usize];
            assert_eq!(tail, node);
            let (sums, wait) = self.take(arc as usize, &costs, timed).expect("the arc is open");
            assert_eq!(wait, waited);
            (node, costs) = (head, sums);
            assert!(visited.insert(node), "{node} is visited twice");
        }
        assert_eq!((node, costs), (route.target, route.costs));
        assert_eq!(route.waits.iter().sum::<u64>(), route.waited);
    }
}

/// Whether `one` is no worse anywhere and better somewhere.
fn beats(one: &[u64; K], other: &[u64; K]) -> bool {
    one != other && one.iter().zip(other).all(|(one, other)| one <= other)
}

fn cost() -> impl Strategy<Value = u32> {
    prop_oneof![3 => Just(0u32), 20 => 1..9u32, 1 => Just(CLOSED)]
}

fn window_list() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((0..6u64, 1..5u64), 0..3).prop_map(|steps| {
        let mut end = 0;
        let window = |(gap, length)| {
            let from = end + gap;
            end = from + length;
            (from, end)
        };
        steps.into_iter().map(window).collect()
    })
}

prop_compose! {
    /// Worlds of up to `nodes` nodes and `arcs` arcs.
    fn worlds(nodes: usize, arcs: usize)(count in 1..=nodes, arc_count in 0..=arcs)(
        nodes in Just(count),
        arcs in prop::collection::vec((0..count as u32, 0..count as u32), arc_count),
        costs in prop::collection::vec([cost(), cost(), cost()], arc_count),
        windows in prop::collection::btree_map(0..arc_count.max(1) as u32, window_list(), 0..=arc_count / 2),
        groups in prop::collection::vec((0..arc_count.max(1) as u32, 0..5u32), 0..=arc_count),
        departure in 0..4u64,
        sources in prop::collection::vec(0..count as u32, 0..3),
        targets in prop::collection::vec(0..count as u32, 0..3),
        weights in [0..12u32, 0..12u32, 0..3u32],
        risk in 0..40u32,
    ) -> World {
        let windows = windows.into_iter().collect();
        World { nodes, arcs, costs, windows, groups, departure, sources, targets, weights, risk }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn least_is_the_least_of_all_paths(world in worlds(6, 14), risky: bool) {
        let world = World { risk: if risky { world.risk } else { 0 }, ..world };
        let rank = |(arcs, costs): &(Vec<u32>, [u64; K])| {
            let variance = if world.risk > 0 { costs[VARIANCE] } else { 0 };
            // Scores are not negative, so their bits are in order.
            let score = world.score(costs).to_bits();
            (score, world.linear(costs), variance, *costs, arcs.len(), arcs.clone())
        };
        let expected = world.paths(false).into_iter().min_by_key(rank);
        let found = world.least(false);
        if let Some((route, score)) = &found {
            world.check(route, false);
            prop_assert_eq!(*score, world.score(&route.costs));
        }
        prop_assert_eq!(found.map(|(route, _)| (route.arcs, route.costs)), expected);
    }

    #[test]
    fn least_on_a_clock_is_the_least_of_all_paths(world in worlds(6, 14)) {
        let expected = world.paths(true).iter().map(|(_, costs)| world.score(costs)).min_by(f64::total_cmp);
        let found = world.least(true);
        if let Some((route, _)) = &found {
            world.check(route, true);
        }
        prop_assert_eq!(found.map(|(_, score)| score), expected);
    }

    #[test]
    fn pareto_is_all_that_no_path_beats(world in worlds(6, 14), timed: bool) {
        let paths = world.paths(timed);
        let mut expected: BTreeMap<[u64; K], (usize, Vec<u32>)> = BTreeMap::new();
        for (arcs, costs) in &paths {
            if !paths.iter().any(|(_, other)| beats(other, costs)) {
                let canonical = (arcs.len(), arcs.clone());
                let kept = expected.entry(*costs).or_insert_with(|| canonical.clone());
                *kept = canonical.min(kept.clone());
            }
        }
        let set = world.pareto(timed);
        prop_assert!(!set.truncated);
        set.routes.iter().for_each(|route| world.check(route, timed));
        let found: Vec<_> = set.routes.iter().map(|route| route.costs).collect();
        prop_assert_eq!(found, expected.keys().copied().collect::<Vec<_>>());
        if !timed {
            let arcs: Vec<_> = set.routes.into_iter().map(|route| route.arcs).collect();
            prop_assert_eq!(arcs, expected.into_values().map(|(_, arcs)| arcs).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_least_route_is_the_best_of_the_pareto_set(world in worlds(30, 150), timed: bool) {
        let set = world.pareto(timed);
        prop_assert!(!set.truncated);
        for (place, route) in set.routes.iter().enumerate() {
            world.check(route, timed);
            prop_assert!(!set.routes.iter().any(|other| beats(&other.costs, &route.costs)));
            prop_assert!(place == 0 || set.routes[place - 1].costs < route.costs);
        }
        let best = set.routes.iter().map(|route| world.score(&route.costs)).min_by(f64::total_cmp);
        prop_assert_eq!(world.least(timed).map(|(_, score)| score), best);
    }

    #[test]
    fn closing_or_raising_an_arc_never_lowers_the_score(
        world in worlds(8, 30), timed: bool, arc: prop::sample::Index, criterion in 0..K, raise in 1..9u32,
        close: bool,
    ) {
        prop_assume!(!world.arcs.is_empty());
        let before = world.least(timed).map_or(f64::INFINITY, |(_, score)| score);
        let mut worse = world.clone();
        let value = &mut worse.costs[arc.index(world.arcs.len())][criterion];
        *value = if close { CLOSED } else { value.saturating_add(raise) };
        let after = worse.least(timed).map_or(f64::INFINITY, |(_, score)| score);
        prop_assert!(before <= after, "{before} became {after}");
    }

    #[test]
    fn the_way_back_on_reversed_arcs_costs_the_same(world in worlds(12, 50)) {
        let back = World {
            arcs: world.arcs.iter().map(|&(tail, head)| (head, tail)).collect(),
            sources: world.targets.clone(),
            targets: world.sources.clone(),
            ..world.clone()
        };
        prop_assert_eq!(world.least(false).map(|(_, score)| score), back.least(false).map(|(_, score)| score));
    }

    #[test]
    fn alternatives_differ_in_substance(world in worlds(6, 14), timed: bool) {
        let groups = ArcGroups::new(world.arcs.len(), if world.arcs.is_empty() { &[] } else { &world.groups });
        let groups = groups.unwrap();
        let options = AlternativeOptions { subproblem_limit: 100_000, ..AlternativeOptions::default() };
        let ask = |options| {
            world.ask(timed, |search| search.alternatives(&world.objective(), &groups, 99, options).unwrap())
        };
        let found = ask(options);
        prop_assert!(!found.truncated);
        let first = found.routes.first().map(|first| (first.route.clone(), first.score));
        prop_assert_eq!(&first, &world.least(timed));
        for (place, here) in found.routes.iter().enumerate() {
            world.check(&here.route, timed);
            prop_assert_eq!(here.score, world.score(&here.route.costs));
            prop_assert_eq!(&here.signature, &groups.signature(&here.route.arcs));
            for before in &found.routes[..place] {
                prop_assert!(before.score <= here.score);
                prop_assert!(!before.signature.iter().all(|group| here.signature.contains(group)));
            }
        }
        // Against all paths by score: what is accepted in that order scores the same.
        let mut paths: Vec<_> = world.paths(timed);
        paths.sort_by(|(_, one), (_, two)| world.score(one).total_cmp(&world.score(two)));
        if let Some(worst) = found.routes.last() {
            let missed = paths.iter().filter(|(_, costs)| world.score(costs) < worst.score).find(|(arcs, costs)| {
                let signature = groups.signature(arcs);
                !found.routes.iter().any(|way| {
                    way.score <= world.score(costs) && way.signature.iter().all(|group| signature.contains(group))
                })
            });
            prop_assert!(missed.is_none(), "{missed:?} is missing");
        }
        // Nothing is left at the end: every path holds all groups of some alternative.
        for (arcs, _) in &paths {
            let signature = groups.signature(arcs);
            let holds = |way: &routing::Alternative<K>| way.signature.iter().all(|group| signature.contains(group));
            prop_assert!(found.routes.iter().any(holds));
        }
        // A limit on the ratio cuts the list and does not change it.
        let near = ask(AlternativeOptions { max_score_ratio: 1.5, ..options });
        let limit = first.map_or(0.0, |(_, score)| score * 1.5);
        let kept = found.routes.iter().take_while(|way| way.score <= limit).count();
        prop_assert_eq!(&near.routes[..], &found.routes[..kept]);
    }

    #[test]
    fn with_a_tolerance_the_set_stands_for_every_path(
        world in worlds(7, 24), timed: bool, percent in 1..60u32,
    ) {
        let tolerance = f64::from(percent) / 100.0;
        let set = world.ask(timed, |search| search.clone().with_tolerance(tolerance).unwrap().pareto());
        prop_assert!(!set.truncated);
        for route in &set.routes {
            world.check(route, timed);
            prop_assert!(!set.routes.iter().any(|other| beats(&other.costs, &route.costs)));
        }
        for (arcs, costs) in world.paths(timed) {
            let near = |route: &Route<K>| {
                route.costs.iter().zip(&costs).all(|(one, other)| *one as f64 <= *other as f64 * (1.0 + tolerance))
            };
            prop_assert!(set.routes.iter().any(near), "nothing stands for {arcs:?} {costs:?}");
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer(world in worlds(20, 90), timed: bool) {
        prop_assert_eq!(world.least(timed), world.least(timed));
        prop_assert_eq!(world.pareto(timed), world.pareto(timed));
    }

    #[test]
    fn less_room_never_makes_up_routes(world in worlds(12, 60), limit in 0..60usize) {
        let full = world.pareto(false);
        let cut = world.ask(false, |search| search.clone().with_label_limit(limit).pareto());
        prop_assert!(cut.routes.iter().all(|route| full.routes.iter().any(|other| other.costs == route.costs)));
        prop_assert!(cut.truncated || cut == full);
    }
}

#[test]
fn a_route_waits_for_a_window() {
    // A ferry from 1 to 2 that sails at 10 and at 50; the road to it takes 12.
    let graph = Graph::new(3, &[(0, 1), (1, 2), (0, 2)]).unwrap();
    let (dollars, hours) = (Metric::new(vec![1, 1, 100]), Metric::new(vec![12, 8, 30]));
    let windows = Windows::new(3, &[(1, vec![(10, 11), (50, 51)])]).unwrap();
    let clock = Clock { criterion: 1, departure: 0, windows: &windows };
    let search = Search::new(&graph, [&dollars, &hours], &[0], &[2]).unwrap().with_clock(clock).unwrap();
    let cheap = Objective::new([1.0, 0.0], None).unwrap();
    let (route, score) = search.least(&cheap).unwrap();
    assert_eq!((route.arcs, route.costs, score), (vec![0, 1], [2, 58], 2.0));
    assert_eq!((route.waited, route.waits), (38, vec![0, 38]));
    // Whoever pays for time takes the other way.
    let (route, _) = search.least(&Objective::new([1.0, 10.0], None).unwrap()).unwrap();
    assert_eq!((route.arcs, route.waited), (vec![2], 0));
    assert_eq!(search.pareto().routes.len(), 2);
    // Whoever leaves at 38 need not wait, as the clock is the windows' and not the route's.
    let late = Clock { departure: 38, ..clock };
    let (route, _) = search.with_clock(late).unwrap().least(&cheap).unwrap();
    assert_eq!((route.costs, route.waited), ([2, 20], 0));
}

#[test]
fn a_cheap_way_that_comes_too_late_is_no_way() {
    // To 1 cheap and slow or dear and fast; the gate from 1 to 2 shuts at 5.
    let graph = Graph::new(3, &[(0, 1), (0, 1), (1, 2)]).unwrap();
    let (dollars, hours) = (Metric::new(vec![1, 9, 0]), Metric::new(vec![9, 1, 1]));
    let windows = Windows::new(3, &[(2, vec![(0, 5)])]).unwrap();
    let clock = Clock { criterion: 1, departure: 0, windows: &windows };
    let search = Search::new(&graph, [&dollars, &hours], &[0], &[2]).unwrap();
    let objective = Objective::new([1.0, 0.0], None).unwrap();
    assert_eq!(search.least(&objective).unwrap().0.arcs, [0, 2]);
    assert_eq!(search.with_clock(clock).unwrap().least(&objective).unwrap().0.arcs, [1, 2]);
}

#[test]
fn a_safe_long_way_beats_a_risky_short_one() {
    // The parts of the safe way are each worse than a risky detour by any sum of weights; only the root of
    // the whole shows it: 24 + 2·√9 = 30 against 20 + 2·√100 = 40.
    let graph = Graph::new(3, &[(0, 1), (1, 2), (0, 2)]).unwrap();
    let (hours, variance) = (Metric::new(vec![12, 12, 20]), Metric::new(vec![4, 5, 100]));
    let search = Search::new(&graph, [&hours, &variance], &[0], &[2]).unwrap();
    let (route, _) = search.least(&Objective::new([1.0, 0.0], None).unwrap()).unwrap();
    assert_eq!(route.arcs, [2]);
    let risk = Some(Risk { criterion: 1, weight: 2.0 });
    let (route, score) = search.least(&Objective::new([1.0, 0.0], risk).unwrap()).unwrap();
    assert_eq!((route.arcs, score), (vec![0, 1], 30.0));
}

#[test]
fn the_best_way_need_not_begin_with_the_best_way() {
    // To 1: 10 + √0 = 10 or 5 + √36 = 11, so the first is better there. On to 2 with variance 64 it is
    // 10 + √64 = 18 against 5 + √100 = 15.
    let graph = Graph::new(3, &[(0, 1), (0, 1), (1, 2)]).unwrap();
    let (hours, variance) = (Metric::new(vec![10, 5, 0]), Metric::new(vec![0, 36, 64]));
    let search = Search::new(&graph, [&hours, &variance], &[0], &[1]).unwrap();
    let objective = Objective::new([1.0, 0.0], Some(Risk { criterion: 1, weight: 1.0 })).unwrap();
    assert_eq!(search.least(&objective).unwrap().0.arcs, [0]);
    let (route, score) = search.between(&[0], &[2]).unwrap().least(&objective).unwrap();
    assert_eq!((route.arcs, score), (vec![1, 2], 15.0));
}

#[test]
fn where_all_is_closed_there_is_no_route() {
    let graph = Graph::new(2, &[(0, 1), (0, 1)]).unwrap();
    let (closed, open) = (Metric::new(vec![CLOSED, 3]), Metric::new(vec![2, CLOSED]));
    let search = Search::new(&graph, [&closed, &open], &[0], &[1]).unwrap();
    let objective = Objective::new([0.0, 0.0], None).unwrap();
    assert_eq!(search.least(&objective), None);
    assert!(search.pareto().routes.is_empty() && !search.pareto().truncated);
    let groups = ArcGroups::new(2, &[]).unwrap();
    let found = search.alternatives(&objective, &groups, 3, AlternativeOptions::default()).unwrap();
    assert!(found.routes.is_empty() && !found.truncated);
}

#[test]
fn the_dearest_open_arcs_are_not_closed() {
    let graph = Graph::new(4, &[(0, 1), (1, 2), (2, 3)]).unwrap();
    let dear = Metric::new(vec![CLOSED - 1; 3]);
    let search = Search::new(&graph, [&dear], &[0], &[3]).unwrap();
    let (route, score) = search.least(&Objective::new([1.0], None).unwrap()).unwrap();
    assert_eq!(route.costs, [3 * (u64::from(CLOSED) - 1)]);
    assert_eq!(score, 3.0 * 4_294_967_294.0);
}

#[test]
fn a_search_that_ran_out_of_labels_says_so() {
    // A ladder of pairs of arcs (2ⁱ, 0) and (0, 2ⁱ): 2¹² routes, none beaten.
    let arcs: Vec<_> = (0..12u32).flat_map(|rung| [(rung, rung + 1); 2]).collect();
    let graph = Graph::new(13, &arcs).unwrap();
    let side =
        |side| Metric::new((0..24).map(|arc| if arc % 2 == side { 1 << (arc / 2) } else { 0 }).collect());
    let (left, right) = (side(0), side(1));
    let search = Search::new(&graph, [&left, &right], &[0], &[12]).unwrap();
    let full = search.pareto();
    assert_eq!((full.routes.len(), full.truncated), (1 << 12, false));
    let cut = search.with_label_limit(1000).pareto();
    assert!(cut.truncated && cut.routes.len() < 1 << 12);
}

#[test]
fn a_tolerance_thins_the_set_out() {
    let arcs: Vec<_> = (0..12u32).flat_map(|rung| [(rung, rung + 1); 2]).collect();
    let graph = Graph::new(13, &arcs).unwrap();
    let side =
        |side| Metric::new((0..24).map(|arc| if arc % 2 == side { 110 } else { 100 + arc / 8 }).collect());
    let (left, right) = (side(0), side(1));
    let search = Search::new(&graph, [&left, &right], &[0], &[12]).unwrap();
    let full = search.pareto().routes.len();
    let near = search.clone().with_tolerance(0.02).unwrap().pareto().routes.len();
    assert!(full > 10 && near < full / 2, "{full} {near}");
    assert!(search.with_tolerance(-0.1).is_err());
}

#[test]
fn a_search_that_ran_out_of_subproblems_says_so() {
    let graph = Graph::new(2, &[(0, 1); 6]).unwrap();
    let cost = Metric::new((0..6).collect());
    let groups = ArcGroups::new(6, &(0..6).map(|arc| (arc, arc)).collect::<Vec<_>>()).unwrap();
    let search = Search::new(&graph, [&cost], &[0], &[1]).unwrap();
    let objective = Objective::new([1.0], None).unwrap();
    let options = AlternativeOptions { subproblem_limit: 3, ..AlternativeOptions::default() };
    let found = search.alternatives(&objective, &groups, 6, options).unwrap();
    assert_eq!((found.routes.len(), found.truncated), (3, true));
    let found = search.alternatives(&objective, &groups, 4, AlternativeOptions::default()).unwrap();
    assert_eq!((found.routes.len(), found.truncated), (4, false));
}
