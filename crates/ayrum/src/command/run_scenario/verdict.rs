//! What must be known before the figures of a run are read.

use scenario::{LoopRun, Settled};

use crate::show;

/// Sentences about a run: where the network carries nothing, and where a state is only the best point met.
pub(super) fn explanations(run: &LoopRun) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(nothing_carried(run));
    let states = [
        ("the base", Some(&run.base)),
        ("the step in which only routes move", run.routes.as_ref()),
        ("the step in which delays answer", run.congestion.as_ref()),
        ("the scenario", Some(&run.after)),
    ];
    all.extend(states.into_iter().filter_map(|(name, state)| not_settled(name, state?)));
    all
}

/// Where the network of the scenario carries nothing: that it is no fault, and where the goods are.
fn nothing_carried(run: &LoopRun) -> Option<String> {
    let (before, after) = (run.base.totals(), run.after.totals());
    if after.tonnes > 0.0 {
        return None;
    }
    let is_open = |settled: &Settled| settled.network_costs.iter().any(|cost| cost.is_finite());
    let why = if is_open(&run.after) {
        "though routes are open, none is taken"
    } else {
        "no route is open between any two zones"
    };
    if before.tonnes <= 0.0 {
        return Some(format!(
            "Nothing is carried on the network, with the measures or without: {why}. All trade goes by ways beyond the \
             network."
        ));
    }
    let thousand = |tonnes: f64| show::grouped((tonnes / 1000.0).round());
    let beyond = after.all_tonnes - (before.all_tonnes - before.tonnes);
    Some(format!(
        "With these measures nothing is carried on the network: {why}. In the base it carries {} thousand tonnes a year; \
         ways beyond the network carry {} thousand tonnes more instead, and {} thousand tonnes are no longer traded.",
        thousand(before.tonnes),
        thousand(beyond),
        thousand(before.all_tonnes - after.all_tonnes),
    ))
}

fn not_settled(name: &str, state: &Settled) -> Option<String> {
    let own = &state.certificate;
    if own.settled {
        return None;
    }
    Some(format!(
        "NOT SETTLED: {name} gave up after {} passes. Its figures are those of the best point met, at which delays still move by \
         {:.1e} h in a pass, a route outside those known would save {:.1e} of its cost, the gap of the assignment is {:.1e}, and \
         the equilibria of trade are off by {:.1e} (general) and {:.1e} (prices). Do not take small differences from it.",
        own.passes,
        own.delay_change,
        own.saving,
        own.assignment_gap.abs(),
        own.equilibrium_residual,
        own.spatial_violation
    ))
}
