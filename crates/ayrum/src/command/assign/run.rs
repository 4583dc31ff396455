//! The solvers, with a progress line and Ctrl-C.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use assignment::{
    ChoiceSetOptions, Flows, Instance, LogitOptions, Method, Options, PairResult, PathFlows, Progress,
    Solution, Solver, Status, certify, choice_set, proportional_paths, stochastic,
};

use serde::Serialize;

use super::summary::short;
use super::task::Task;
use crate::arguments::assign::{Assign, AssignMethod};
use crate::failure::Failure;

/// A solution, and how its routes were chosen where that was not by least cost alone.
pub(super) struct Solved {
    pub(super) solution: Solution,
    pub(super) choice: Option<Choice>,
    /// How far origins and classes split alike between ways of equal cost, where that was asked for.
    pub(super) proportionality: Option<Proportionality>,
}

/// How far origins and classes split alike.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Proportionality {
    /// Greatest difference of a share from the common one.
    pub(super) residual: f64,
    /// Whether that is within the tolerance asked for.
    pub(super) converged: bool,
}

/// What path-size logit says besides flows.
pub(super) struct Choice {
    /// Greatest difference between a share and what the formula gives at the final costs.
    pub(super) residual: f64,
    /// How much a path is its own, by path: one where it shares nothing.
    pub(super) path_sizes: Vec<f64>,
}

/// Solves a task, from a start where there is one. The first Ctrl-C ends the run with the best solution so far, the
/// second the program.
pub(super) fn solve(task: &Task, asked: &Assign, start: Option<PathFlows>) -> Result<Solved, Failure> {
    let method = match asked.method {
        AssignMethod::Ue => Method::UserEquilibrium,
        AssignMethod::So => Method::SystemOptimum,
        AssignMethod::Psl => return choose(task, asked, start),
    };
    let options = Options { method, gap: asked.gap, iterations: asked.iterations, ..Options::default() };
    let stop = stop_on_interrupt()?;
    let line = indicatif::ProgressBar::new_spinner().with_message("reading the network into arrays");
    line.enable_steady_tick(std::time::Duration::from_millis(100));
    let mut solver = Solver::new(task.instance.clone())?;
    if let Some(paths) = start {
        solver.start_from(&paths)?;
    }
    let mut watch = |progress: &Progress| {
        let gap = if progress.gap.is_finite() { short(progress.gap) } else { "not known yet".to_owned() };
        line.set_message(format!(
            "iteration {}: relative gap {gap} (asked for {}), {} paths; Ctrl-C keeps the best so far",
            progress.iteration,
            short(asked.gap),
            progress.paths
        ));
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    solver.run(&options, &mut watch);
    let mut solution = solver.solution();
    tell_no_way_from_overflow(&task.instance, &mut solution)?;
    let mut proportionality = None;
    if let Some(tolerance) = asked.proportional.filter(|_| method == Method::UserEquilibrium) {
        line.set_message("sharing out paths of equal cost");
        let alike = proportional_paths(&task.instance, &solution, tolerance, asked.iterations);
        proportionality = Some(Proportionality { residual: alike.residual, converged: alike.converged });
        (solution.paths, solution.link_tonnes) = (alike.paths, alike.link_tonnes);
    }
    line.finish_and_clear();
    Ok(Solved { solution, choice: None, proportionality })
}

/// Tonnes that stay at home because nothing leads to where they should go are told as such: to the solver any pair that
/// may overflow has a way. Looks for one on the empty network.
fn tell_no_way_from_overflow(instance: &Instance, solution: &mut Solution) -> Result<(), Failure> {
    let at_home: Vec<usize> = (0..solution.pairs.len())
        .filter(|&demand| solution.pairs[demand].overflow > 0.0 && solution.pairs[demand].assigned == 0.0)
        .collect();
    if at_home.is_empty() {
        return Ok(());
    }
    let asked = Instance {
        demands: at_home.iter().map(|&demand| instance.demands[demand]).collect(),
        ..instance.clone()
    };
    let ways =
        choice_set(&asked, &ChoiceSetOptions { paths: 1, searches: 1, ..ChoiceSetOptions::default() })?;
    for (_, demand) in at_home.into_iter().enumerate().filter(|(place, _)| ways.of_demand(*place).is_empty())
    {
        let pair = &mut solution.pairs[demand];
        pair.unconnected += std::mem::take(&mut pair.overflow);
        pair.least_cost = None;
    }
    Ok(())
}

/// Path-size logit over the paths of a start, or over a set made anew.
fn choose(task: &Task, asked: &Assign, start: Option<PathFlows>) -> Result<Solved, Failure> {
    let instance = &task.instance;
    let line = indicatif::ProgressBar::new_spinner().with_message("looking for routes to choose from");
    line.enable_steady_tick(std::time::Duration::from_millis(100));
    let choices = match start {
        Some(paths) => paths,
        None => choice_set(
            instance,
            &ChoiceSetOptions { paths: asked.routes, detour: asked.detour, ..ChoiceSetOptions::default() },
        )?,
    };
    line.set_message("sharing demand among routes");
    let options = LogitOptions {
        scale: asked.scale,
        congestion: !asked.no_congestion,
        tolerance: asked.gap,
        iterations: asked.iterations,
        ..LogitOptions::default()
    };
    let chosen = stochastic(instance, &choices, &options)?;
    line.finish_and_clear();
    let flows =
        Flows { link_tonnes: &chosen.link_tonnes, overflow: &[], link_prices: &[], group_prices: &[] };
    let pair = |(number, demand): (usize, &assignment::Demand)| {
        let unconnected = chosen.unconnected[number];
        let stays = demand.origin == demand.destination;
        let costs = chosen.paths.of_demand(number).map(|path| chosen.paths.costs[path]);
        PairResult {
            least_cost: costs.reduce(f64::min),
            assigned: if stays { 0.0 } else { demand.tonnes - unconnected },
            unconnected,
            intrazonal: if stays { demand.tonnes } else { 0.0 },
            ..PairResult::default()
        }
    };
    let of_group = |group: &assignment::Group| -> f64 {
        group.members.iter().map(|member| member.weight * chosen.link_volumes[member.link as usize]).sum()
    };
    let solution = Solution {
        certificate: certify(instance, &flows, Method::UserEquilibrium),
        pairs: instance.demands.iter().enumerate().map(pair).collect(),
        group_volumes: instance.groups.iter().map(of_group).collect(),
        group_delays: vec![0.0; instance.groups.len()],
        group_prices: vec![0.0; instance.groups.len()],
        link_prices: vec![0.0; instance.links.len()],
        link_volumes: chosen.link_volumes,
        link_times: chosen.link_times,
        link_tonnes: chosen.link_tonnes,
        paths: chosen.paths,
        status: if chosen.converged { Status::Converged } else { Status::OutOfIterations },
        iterations: chosen.iterations,
    };
    let choice = Choice { residual: chosen.residual, path_sizes: chosen.path_sizes };
    Ok(Solved { solution, choice: Some(choice), proportionality: None })
}

/// A flag that Ctrl-C raises; a second one ends the program as it would without us.
fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    /// What a shell calls a program that was interrupted.
    const INTERRUPTED: i32 = 130;
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    })
    .map_err(|error| Failure::new(format!("Ctrl-C cannot be listened for: {error}")))?;
    Ok(stop)
}
