//! The solver with its progress line and Ctrl-C.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use assignment::{Method, Options, PathFlows, Progress, Solution, Solver};

use super::summary::short;
use super::task::Task;
use crate::arguments::assign::{Assign, AssignMethod};
use crate::failure::Failure;

/// Solves a task, from a start where there is one. The first Ctrl-C ends the run with the best solution so far, the
/// second the program.
pub(super) fn solve(task: &Task, asked: &Assign, start: Option<PathFlows>) -> Result<Solution, Failure> {
    let method = match asked.method {
        AssignMethod::Ue => Method::UserEquilibrium,
        AssignMethod::So => Method::SystemOptimum,
        AssignMethod::Psl => return Err(Failure::new("path-size logit is not there yet")),
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
        line.set_message(format!(
            "iteration {}: relative gap {} (asked for {}), {} paths; Ctrl-C keeps the best so far",
            progress.iteration,
            short(progress.gap),
            short(asked.gap),
            progress.paths
        ));
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    solver.run(&options, &mut watch);
    let solution = solver.solution();
    line.finish_and_clear();
    Ok(solution)
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
