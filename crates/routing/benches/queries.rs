//! Queries on made-up strategic networks: a lean corridor of 210 nodes, a dense one of 600 nodes and 8,000
//! arcs, and one of 3,000 nodes and 27,000 arcs.
//!
//! Cities lie in a band ten times as long as it is wide, as along a corridor. Each is joined to its
//! nearest neighbours by two or three modes, parallel arcs that trade money against time, risk and
//! emissions; a few long-haul arcs skip many cities for less than the sum of the steps; and every city
//! changes modes at a price, as modes are nodes of their own.

use divan::{Bencher, black_box};
use routing::{
    AlternativeOptions, ArcGroups, Clock, CustomMetric, Graph, Metric, Objective, Order, ParetoSet, Risk,
    Route, Search, Topology, Windows,
};

fn main() {
    divan::main();
}

const MODES: usize = 3;

/// Numbers that look random and are always the same (xorshift).
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

struct Network {
    graph: Graph,
    /// US cents per tonne, minutes, minutes² of variance, grams of CO2e per tonne.
    metrics: [Metric; 4],
    crossings: ArcGroups,
    windows: Windows,
    source: u32,
    target: u32,
}

/// Per kilometre: cents per tonne, minutes, minutes² of variance, grams of CO2e. Rail, road, water.
const PER_KILOMETRE: [[f64; 4]; MODES] =
    [[4.0, 2.0, 3.0, 20.0], [9.0, 1.2, 1.5, 75.0], [2.0, 3.5, 9.0, 12.0]];

fn network(cities: usize, neighbours: usize) -> Network {
    let mut draws = Draws(0x9e37_79b9_7f4a_7c15);
    let mut places: Vec<(f64, f64)> = (0..cities)
        .map(|_| (draws.below(6_000_000) as f64 / 1e3, draws.below(600_000) as f64 / 1e3))
        .collect();
    places.sort_by(|one, two| one.0.total_cmp(&two.0));
    let node = |city: usize, mode: usize| (city * MODES + mode) as u32;
    let mut arcs = Vec::new();
    let mut costs: Vec<[f64; 4]> = Vec::new();
    let mut crossings = Vec::new();
    let mut windows = Vec::new();
    // Four borders cut the band across; whatever passes one there is a crossing of some kind.
    let zone = |city: usize| (places[city].0 / 1200.0) as u32;
    let mut join = |draws: &mut Draws, from: usize, to: usize, mode: usize, discount: f64| {
        let (a, b) = (places[from], places[to]);
        let kilometres = (a.0 - b.0).hypot(a.1 - b.1) * 1.2;
        // Detours raise everything alike; carriers differ by a few per cent in price and in time.
        let detour = kilometres * (1.0 + draws.below(300) as f64 / 1e3) * discount;
        let mut cost: [f64; 4] = PER_KILOMETRE[mode].map(|rate| rate * detour);
        cost[0] *= 1.0 + draws.below(100) as f64 / 1e3;
        cost[1] *= 1.0 + draws.below(100) as f64 / 1e3;
        if zone(from) != zone(to) {
            crossings.push((arcs.len() as u32, (from * cities + to) as u32));
            cost[0] += 300.0 + draws.below(500) as f64;
            cost[1] += 120.0 + draws.below(1500) as f64;
            cost[2] += draws.below(400_000) as f64;
            if draws.below(2) == 0 {
                let days = (0..60).map(|day| (day * 1440 + 480, day * 1440 + 1080)).collect();
                windows.push((arcs.len() as u32, days));
            }
        }
        arcs.push((node(from, mode), node(to, mode)));
        costs.push(cost);
    };
    for from in 0..cities {
        let mut near: Vec<usize> = (0..cities).filter(|&to| to != from).collect();
        let distance = |to: usize| (places[from].0 - places[to].0).hypot(places[from].1 - places[to].1);
        near.sort_by(|&one, &two| distance(one).total_cmp(&distance(two)));
        for &to in &near[..neighbours] {
            for mode in 0..MODES {
                if draws.below(5) > 0 {
                    join(&mut draws, from, to, mode, 1.0);
                    if draws.below(3) == 0 {
                        join(&mut draws, from, to, mode, 1.05); // a second carrier
                    }
                }
            }
        }
        for _ in 0..2 {
            let to = draws.below(cities as u64) as usize;
            if to != from {
                let mode = draws.below(2) as usize;
                join(&mut draws, from, to, mode, 0.9);
            }
        }
    }
    for city in 0..cities {
        for (from, to) in [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)] {
            arcs.push((node(city, from), node(city, to)));
            let (cents, minutes) = (200 + draws.below(400), 300 + draws.below(1200));
            costs.push([cents as f64, minutes as f64, 20_000.0 + draws.below(90_000) as f64, 500.0]);
        }
    }
    let metric =
        |k: usize| Metric::fixed_point(&costs.iter().map(|cost| cost[k]).collect::<Vec<_>>(), 1.0).unwrap();
    Network {
        graph: Graph::new(cities * MODES, &arcs).unwrap(),
        metrics: std::array::from_fn(metric),
        crossings: ArcGroups::new(arcs.len(), &crossings).unwrap(),
        windows: Windows::new(arcs.len(), &windows).unwrap(),
        source: node(3, 0),
        target: node(cities - 4, 1),
    }
}

fn of_size(size: &str) -> Network {
    match size {
        "corridor" => network(70, 4),
        "small" => network(200, 10),
        _ => network(1000, 6),
    }
}

impl Network {
    fn search(&self) -> Search<'_, 4> {
        Search::new(&self.graph, self.metrics.each_ref(), &[self.source], &[self.target]).unwrap()
    }

    fn timed(&self) -> Search<'_, 4> {
        let clock = Clock { criterion: 1, departure: 600, windows: &self.windows };
        self.search().with_clock(clock).unwrap()
    }
}

/// Dollars, two dollars an hour, and as much again for the standard deviation if it counts.
fn objective(risk: bool) -> Objective<4> {
    let risk = risk.then_some(Risk { criterion: 2, weight: 3.0 });
    Objective::new([1.0, 10.0 / 3.0, 0.0, 0.001], risk).unwrap()
}

const SIZES: [&str; 3] = ["corridor", "small", "large"];

#[divan::bench(args = SIZES)]
fn search_alone(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    bencher.bench(|| black_box(network.search()));
}

#[divan::bench(args = SIZES)]
fn least_sum(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    println!("{} nodes, {} arcs", network.graph.node_count(), network.graph.arc_count());
    let search = network.search();
    bencher.bench(|| -> Option<(Route<4>, f64)> { search.least(&objective(false)) });
}

#[divan::bench(args = SIZES)]
fn least_with_risk(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    let search = network.search();
    bencher.bench(|| search.least(&objective(true)));
}

#[divan::bench(args = SIZES)]
fn least_with_risk_on_a_clock(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    let search = network.timed();
    bencher.bench(|| search.least(&objective(true)));
}

#[divan::bench(args = SIZES)]
fn alternatives_8(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    let search = network.search();
    let options = AlternativeOptions::default();
    bencher.bench(|| search.alternatives(&objective(true), &network.crossings, 8, options));
}

fn pareto<const K: usize>(network: &Network, criteria: [usize; K], tolerance: f64) -> ParetoSet<K> {
    let metrics = criteria.map(|criterion| &network.metrics[criterion]);
    Search::new(&network.graph, metrics, &[network.source], &[network.target])
        .unwrap()
        .with_tolerance(tolerance)
        .unwrap()
        .pareto()
}

/// Prints how many routes there are, once, and times the search.
fn bench_pareto<const K: usize>(bencher: Bencher<'_, '_>, size: &str, criteria: [usize; K], tolerance: f64) {
    let network = of_size(size);
    let set = pareto(&network, criteria, tolerance);
    println!("{} routes{}", set.routes.len(), if set.truncated { ", truncated" } else { "" });
    bencher.bench(|| pareto(&network, criteria, tolerance));
}

// The full set of the larger networks has thousands of routes and takes a second and more.

#[divan::bench(args = ["corridor", "small"])]
fn pareto_2_exact(bencher: Bencher<'_, '_>, size: &str) {
    bench_pareto(bencher, size, [0, 1], 0.0);
}

#[divan::bench(args = ["corridor"])]
fn pareto_4_exact(bencher: Bencher<'_, '_>, size: &str) {
    bench_pareto(bencher, size, [0, 1, 2, 3], 0.0);
}

#[divan::bench(args = ["corridor", "small"], sample_count = 20)]
fn pareto_4_within_5_percent(bencher: Bencher<'_, '_>, size: &str) {
    bench_pareto(bencher, size, [0, 1, 2, 3], 0.05);
}

#[divan::bench(args = ["corridor", "small"], sample_count = 20)]
fn pareto_4_within_20_percent(bencher: Bencher<'_, '_>, size: &str) {
    bench_pareto(bencher, size, [0, 1, 2, 3], 0.2);
}

// What a hierarchy costs on graphs as small as a case's, and what its bounds bring.

#[divan::bench(args = ["corridor", "small"], sample_count = 20)]
fn hierarchy_order_and_topology(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    bencher.bench(|| Topology::new(&network.graph, &Order::by_structure(&network.graph)));
}

#[divan::bench(args = ["corridor", "small"], sample_count = 20)]
fn hierarchy_customise_4(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    let topology = Topology::new(&network.graph, &Order::by_structure(&network.graph)).unwrap();
    println!("{:?}", topology.statistics());
    let search = network.search();
    bencher.bench(|| CustomMetric::new(&topology, search.hierarchy_weights().unwrap()).unwrap());
}

#[divan::bench(args = ["corridor", "small"], sample_count = 20)]
fn hierarchy_pareto_4_within_20_percent(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    let topology = Topology::new(&network.graph, &Order::by_structure(&network.graph)).unwrap();
    let search = network.search();
    let hierarchy = CustomMetric::new(&topology, search.hierarchy_weights().unwrap()).unwrap();
    let search = search.with_hierarchy(&hierarchy).unwrap().with_tolerance(0.2).unwrap();
    bencher.bench(|| search.pareto());
}

/// Least costs among 200 nodes by the hierarchy, four criteria.
#[divan::bench(args = ["corridor", "small"], sample_count = 20)]
fn hierarchy_matrices_200_by_200_by_4(bencher: Bencher<'_, '_>, size: &str) {
    let network = of_size(size);
    let topology = Topology::new(&network.graph, &Order::by_structure(&network.graph)).unwrap();
    let hierarchy = CustomMetric::new(&topology, network.search().hierarchy_weights().unwrap()).unwrap();
    let nodes: Vec<u32> = (0..200).collect();
    bencher.bench(|| -> [_; 4] {
        std::array::from_fn(|criterion| hierarchy.matrix(criterion, &nodes, &nodes).unwrap())
    });
}
