//! `ayrum assign`: demand on a network of others, or on the case's, by the crate `assignment`.
//!
//! | module | concept |
//! |---|---|
//! | `task` | the arrays of the kernel with the words for them |
//! | `traffic`, `freight` | a task from TNTP or GMNS, and from the case |
//! | `classes`, `demand`, `rows` | tables of the user |
//! | `paths` | paths written, and read again for a warm start |
//! | `run` | the solver with its progress and Ctrl-C |
//! | `summary` | what is said: text and JSON |
//! | `files` | what is written to a folder |

mod classes;
mod demand;
mod files;
mod freight;
mod paths;
mod rows;
mod run;
mod summary;
mod task;
mod traffic;

use assignment::{AssignmentError, Status};
use case::Severity;

use super::{Done, put};
use crate::arguments::assign::{Assign, AssignMethod};
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::show;

impl From<AssignmentError> for Failure {
    fn from(error: AssignmentError) -> Self {
        Self::new(error.to_string())
    }
}

/// Assigns demand to a network.
pub(crate) fn run(asked: &Assign, source: &CaseSource) -> Result<Done, Failure> {
    check(asked)?;
    let task = match &asked.network {
        Some(network) => {
            super::lays_nothing_over(source, "ayrum assign --network")?;
            traffic::task(network, asked)?
        }
        None => freight::task(source, asked)?,
    };
    for finding in &task.findings {
        eprintln!("{}: {finding}", finding.severity.word());
    }
    let selected = task.selected(&asked.select_link)?;
    let start = asked.warm_start.as_deref().map(|path| paths::read(path, &task)).transpose()?;
    let solved = run::solve(&task, asked, start)?;
    let summary = summary::Summary::new(&task, &solved, asked, &selected);
    let solution = &solved.solution;
    if let Some(folder) = &asked.out {
        files::write(folder, &task, &solved, &summary, asked)?;
    }
    match asked.format {
        Format::Json => put(&show::json(&summary.written())?)?,
        Format::Csv => put(&files::link_flows(&task, solution, asked.method)?)?,
        _ => put(&summary.text())?,
    }
    if solution.status != Status::Converged {
        let why = match solution.status {
            Status::Cancelled => "it was stopped",
            _ => "the iterations allowed were spent",
        };
        let (what, value) = match &solved.choice {
            Some(choice) => ("difference between shares and costs", choice.residual),
            None => ("relative gap", solution.certificate.relative_gap),
        };
        let (value, wanted) = (summary::short(value), summary::short(asked.gap));
        eprintln!("warning: not converged: {why} at a {what} of {value}, not {wanted}");
    }
    let unmet = summary.unmet();
    if unmet > 0.0 {
        eprintln!("warning: {} {} stay unmet", show::grouped(unmet), task.amount);
    }
    let faults = task.findings.iter().any(|finding| finding.severity != Severity::Note);
    let alike = solved.proportionality.is_none_or(|own| own.converged);
    let good = alike && solution.status == Status::Converged && unmet == 0.0 && !faults;
    Ok(if good { Done::Good } else { Done::Findings })
}

/// Refuses numbers that mean nothing, and options that nothing would read, before any file is.
fn check(asked: &Assign) -> Result<(), Failure> {
    let on_case = asked.network.is_none();
    let is_file = asked.network.as_ref().is_some_and(|path| path.is_file());
    let not = |method| asked.method != method;
    for (unread, option, reader) in [
        (on_case && asked.toll_weight != 0.0, "--toll-weight", "the case has prices of its own"),
        (on_case && asked.distance_weight != 0.0, "--distance-weight", "the case has prices of its own"),
        (is_file && asked.units.is_some(), "--units", "it is for a GMNS folder without config.csv"),
        (not(AssignMethod::Ue) && asked.proportional.is_some(), "--proportional", "it is for --method ue"),
        (not(AssignMethod::Psl) && asked.no_congestion, "--no-congestion", "it is for --method psl"),
        (
            !not(AssignMethod::Psl) && asked.overflow_cost.is_some(),
            "--overflow-cost",
            "it is not for --method psl",
        ),
    ] {
        if unread {
            return Err(Failure::new(format!("{option} would not be read: {reader}")).hint("leave it out"));
        }
    }
    if asked.format == Format::Geojson {
        return Err(Failure::new("an assignment has no GeoJSON").hint("table, json or csv"));
    }
    for (name, value) in [
        ("--gap", Some(asked.gap)),
        ("--toll-weight", Some(asked.toll_weight)),
        ("--distance-weight", Some(asked.distance_weight)),
        ("--overflow-cost", asked.overflow_cost),
        ("--consignment", Some(asked.consignment)),
        ("--scale", Some(asked.scale)),
        ("--detour", Some(asked.detour)),
        ("--proportional", asked.proportional),
    ] {
        if let Some(value) = value.filter(|value| !(value.is_finite() && *value >= 0.0)) {
            return Err(Failure::new(format!("{name} {value} cannot be used")).hint("a number, zero or more"));
        }
    }
    Ok(())
}
