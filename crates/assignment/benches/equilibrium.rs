//! Equilibria against the clock: the networks of `AYRUM_DATA` where it is set, and a generated freight network.

use assignment::{Instance, LinkFunction, Options, Solver, unwatched};
use divan::Bencher;

#[path = "../tests/assignment/freight.rs"]
mod freight;
#[path = "../tests/assignment/tntp.rs"]
mod tntp;

fn main() {
    divan::main();
}

fn to(gap: f64) -> Options {
    Options { gap, ..Options::default() }
}

fn cold(bencher: Bencher<'_, '_>, instance: Option<Instance>, gap: f64) {
    let Some(instance) = instance else { return };
    bencher.with_inputs(|| Solver::new(instance.clone()).expect("a valid instance")).bench_local_values(
        |mut solver| {
            solver.run(&to(gap), &mut unwatched);
            solver
        },
    );
}

/// The link of rank `rank` by volume to capacity, of those that can congest.
fn loaded_link(solver: &Solver, rank: usize) -> usize {
    let (links, solution) = (&solver.instance().links, solver.solution());
    let load = |link: usize| {
        links[link].function.capacity().map_or(0.0, |capacity| solution.link_volumes[link] / capacity)
    };
    let mut order: Vec<usize> =
        (0..links.len()).filter(|&link| !links[link].function.is_constant()).collect();
    order.sort_by(|&a, &b| load(b).total_cmp(&load(a)));
    order[rank]
}

/// The same function with a share of its capacity.
fn narrowed(function: LinkFunction, share: f64) -> LinkFunction {
    match function {
        LinkFunction::Bpr { free_flow_time, capacity, coefficient, power } => {
            LinkFunction::Bpr { free_flow_time, capacity: share * capacity, coefficient, power }
        }
        LinkFunction::Queue { free_flow_time, capacity, servers, service_time, variability, saturation } => {
            let capacity = share * capacity;
            LinkFunction::Queue { free_flow_time, capacity, servers, service_time, variability, saturation }
        }
        other => other,
    }
}

fn warm(bencher: Bencher<'_, '_>, mut solver: Solver, gap: f64, rank: usize, share: f64) {
    solver.run(&to(0.1 * gap), &mut unwatched);
    let link = loaded_link(&solver, rank);
    let function = narrowed(solver.instance().links[link].function, share);
    bencher.with_inputs(|| solver.clone()).bench_local_values(|mut solver| {
        solver.set_function(link, function).expect("a valid function");
        solver.run(&to(gap), &mut unwatched);
        solver
    });
}

#[divan::bench(args = [1e-6, 1e-12], sample_count = 50)]
fn sioux_falls(bencher: Bencher<'_, '_>, gap: f64) {
    cold(bencher, tntp::instance("SiouxFalls", "SiouxFalls", 0.0, 0.0), gap);
}

#[divan::bench(args = [1e-6, 1e-12], sample_count = 5)]
fn chicago_sketch(bencher: Bencher<'_, '_>, gap: f64) {
    cold(bencher, tntp::instance("Chicago-Sketch", "ChicagoSketch", 0.02, 0.04), gap);
}

/// Half the capacity of the link of this rank by load.
#[divan::bench(args = [0, 10, 100], sample_count = 10)]
fn chicago_sketch_warm(bencher: Bencher<'_, '_>, rank: usize) {
    let Some(instance) = tntp::instance("Chicago-Sketch", "ChicagoSketch", 0.02, 0.04) else { return };
    warm(bencher, Solver::new(instance).expect("a valid instance"), 1e-6, rank, 0.5);
}

/// Two hundred zones, ten classes, a hundred links that can congest; a quarter of all pairs have demand.
fn freight_network() -> Instance {
    freight::instance(33, 25, 200, 10, 0.25)
}

#[divan::bench(sample_count = 5)]
fn freight_skeleton(bencher: Bencher<'_, '_>) {
    let solver = Solver::skeleton(freight_network()).expect("a valid instance");
    bencher.with_inputs(|| solver.clone()).bench_local_values(|mut solver| {
        solver.run(&to(1e-6), &mut unwatched);
        solver
    });
}

/// A twentieth less capacity at the crossing of this rank by load.
#[divan::bench(args = [0, 20, 50, 80], sample_count = 10)]
fn freight_skeleton_warm(bencher: Bencher<'_, '_>, rank: usize) {
    let solver = Solver::skeleton(freight_network()).expect("a valid instance");
    warm(bencher, solver, 1e-6, rank, 0.95);
}

/// Expanding paths to the full network and judging them there.
#[divan::bench(sample_count = 5)]
fn freight_certificate(bencher: Bencher<'_, '_>) {
    let mut solver = Solver::skeleton(freight_network()).expect("a valid instance");
    solver.run(&to(1e-6), &mut unwatched);
    bencher.bench_local(|| solver.solution().certificate);
}
