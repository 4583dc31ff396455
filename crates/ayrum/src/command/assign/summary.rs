//! What is said of an assignment: text and JSON.

use assignment::{Solution, Status};
use serde::Serialize;

use super::paths;
use super::run::{Choice, Proportionality, Solved};
use super::task::{LinkRow, Selected, Task};
use crate::arguments::assign::{Assign, AssignMethod};
use crate::show;
use crate::show::finding::{self, WrittenFinding};

/// Links, pairs and selections that a text lists.
const MOST_ROWS: usize = 10;

/// A number with so many digits as a reader needs: `4.1e-9`, `1286032.171`.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    if !(1e-3..1e12).contains(&size) {
        return format!("{value:.2e}");
    }
    let digits = (6 - size.log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number with all its digits that mean something, as one compares an objective with a published one.
fn exact(value: f64) -> String {
    let digits = (12 - value.abs().max(1.0).log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// `1 pair`, `2 pairs`.
fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A solution with the sums that are told of it.
pub(super) struct Summary<'t> {
    task: &'t Task,
    solution: &'t Solution,
    choice: Option<&'t Choice>,
    proportionality: Option<Proportionality>,
    asked: &'t Assign,
    pub(super) rows: Vec<LinkRow<'t>>,
    pub(super) selected: Vec<Selected>,
    overflow: f64,
    unconnected: f64,
    intrazonal: f64,
}

#[derive(Serialize)]
pub(super) struct WrittenSummary<'t> {
    task: &'t str,
    method: &'static str,
    status: &'static str,
    converged: bool,
    iterations: usize,
    zones_in_use: usize,
    nodes: usize,
    links: usize,
    classes: Vec<&'t str>,
    paths: usize,
    time_unit: &'t str,
    pub(super) certificate: WrittenCertificate,
    #[serde(skip_serializing_if = "Option::is_none")]
    proportionality: Option<Proportionality>,
    demand: WrittenDemand,
    total_time: f64,
    delay: f64,
    unmet: Vec<WrittenUnmet<'t>>,
    highest_loads: Vec<WrittenLoad<'t>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shared_capacities: Vec<WrittenGroup<'t>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    selected: Vec<WrittenSelected<'t>>,
    findings: Vec<WrittenFinding<'t>>,
}

/// The certificate, with what was asked for.
#[derive(Serialize)]
pub(super) struct WrittenCertificate {
    converged: bool,
    gap_asked_for: f64,
    /// Greatest difference between a share and what its costs ask for, with path-size logit.
    #[serde(skip_serializing_if = "Option::is_none")]
    share_residual: Option<f64>,
    relative_gap: f64,
    average_excess_cost: f64,
    conservation_error: f64,
    objective: Option<f64>,
    total_cost: f64,
    least_cost: f64,
    capacity_excess: f64,
    slackness: f64,
    demand: f64,
    overflow: f64,
    unconnected: f64,
}

#[derive(Serialize)]
struct WrittenDemand {
    pairs: usize,
    total: f64,
    assigned: f64,
    overflow: f64,
    unconnected: f64,
    within_zones: f64,
}

#[derive(Serialize)]
struct WrittenUnmet<'t> {
    origin: &'t str,
    destination: &'t str,
    class: &'t str,
    amount: f64,
    reason: &'static str,
}

#[derive(Serialize)]
struct WrittenLoad<'t> {
    link: &'t str,
    from: &'t str,
    to: &'t str,
    volume: f64,
    capacity: Option<f64>,
    volume_over_capacity: Option<f64>,
    free_time: Option<f64>,
    time: Option<f64>,
    delay: Option<f64>,
}

#[derive(Serialize)]
struct WrittenGroup<'t> {
    capacity: &'t str,
    volume: f64,
    limit: Option<f64>,
    price: f64,
}

#[derive(Serialize)]
struct WrittenSelected<'t> {
    link: &'t str,
    origin: &'t str,
    destination: &'t str,
    class: &'t str,
    amount: f64,
}

/// What stays unmet, and why.
pub(super) struct Unmet {
    pub(super) demand: usize,
    pub(super) amount: f64,
    pub(super) reason: &'static str,
}

impl<'t> Summary<'t> {
    pub(super) fn new(task: &'t Task, solved: &'t Solved, asked: &'t Assign, selected: &[usize]) -> Self {
        let solution = &solved.solution;
        let sum = |part: fn(&assignment::PairResult) -> f64| solution.pairs.iter().map(part).sum();
        Self {
            task,
            solution,
            choice: solved.choice.as_ref(),
            proportionality: solved.proportionality,
            asked,
            rows: task.link_rows(solution),
            selected: task.select(selected, solution),
            overflow: sum(|pair| pair.overflow),
            unconnected: sum(|pair| pair.unconnected),
            intrazonal: sum(|pair| pair.intrazonal),
        }
    }

    /// Demand that stays at home or has no way.
    pub(super) fn unmet(&self) -> f64 {
        self.overflow + self.unconnected
    }

    /// The same pair by pair.
    pub(super) fn unmet_pairs(&self) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        for (demand, pair) in self.solution.pairs.iter().enumerate() {
            for (amount, reason) in [(pair.unconnected, "no way"), (pair.overflow, "stays at home")] {
                if amount > 0.0 {
                    unmet.push(Unmet { demand, amount, reason });
                }
            }
        }
        unmet
    }

    pub(super) fn certificate(&self) -> WrittenCertificate {
        let own = &self.solution.certificate;
        WrittenCertificate {
            converged: self.solution.status == Status::Converged,
            gap_asked_for: self.asked.gap,
            share_residual: self.choice.map(|choice| choice.residual),
            relative_gap: own.relative_gap,
            average_excess_cost: own.average_excess_cost,
            conservation_error: own.conservation_error,
            objective: own.objective,
            total_cost: own.total_cost,
            least_cost: own.least_cost,
            capacity_excess: own.capacity_excess,
            slackness: own.slackness,
            demand: own.demand,
            overflow: own.overflow,
            unconnected: own.unconnected,
        }
    }

    fn method(&self) -> &'static str {
        match self.asked.method {
            AssignMethod::Ue => "user equilibrium",
            AssignMethod::So => "system optimum",
            AssignMethod::Psl => "path-size logit",
        }
    }

    fn status(&self) -> &'static str {
        match self.solution.status {
            Status::Converged => "converged",
            Status::OutOfIterations => "not converged: out of iterations",
            Status::Cancelled => "not converged: stopped",
        }
    }

    /// Time that all units spend on links.
    fn total_time(&self) -> f64 {
        let (volumes, times) = (&self.solution.link_volumes, &self.solution.link_times);
        volumes
            .iter()
            .zip(times)
            .filter(|(volume, _)| **volume > 0.0)
            .map(|(volume, time)| volume * time)
            .sum()
    }

    /// The part of it that empty links would not take.
    fn delay(&self) -> f64 {
        let free = self.task.instance.links.iter().map(|link| link.function.free_flow_time());
        let (volumes, times) = (&self.solution.link_volumes, &self.solution.link_times);
        let links = volumes.iter().zip(times).zip(free);
        links
            .filter(|((volume, _), _)| **volume > 0.0)
            .map(|((volume, time), free)| volume * (time - free))
            .sum()
    }

    fn paths(&self) -> usize {
        (0..self.solution.paths.tonnes.len()).filter(|&path| paths::is_used(self.solution, path)).count()
    }

    /// Zones with demand.
    fn zones_in_use(&self) -> usize {
        let ends = self.task.pairs.iter().flat_map(|pair| [pair.origin.as_str(), pair.destination.as_str()]);
        ends.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// The links with the highest load, highest first.
    fn highest(&self) -> Vec<&LinkRow<'t>> {
        let mut rows: Vec<&LinkRow<'t>> = self.rows.iter().filter(|row| row.volume > 0.0).collect();
        rows.sort_by(|a, b| {
            let key = |row: &LinkRow<'_>| row.load.unwrap_or(-1.0);
            key(b).total_cmp(&key(a)).then(b.volume.total_cmp(&a.volume))
        });
        rows.truncate(MOST_ROWS);
        rows
    }

    fn groups(&self) -> Vec<WrittenGroup<'_>> {
        let all = self.task.groups.iter().zip(&self.task.instance.groups).enumerate();
        all.map(|(place, (name, group))| WrittenGroup {
            capacity: name,
            volume: self.solution.group_volumes[place],
            limit: group.hard_capacity,
            price: self.solution.group_prices[place],
        })
        .collect()
    }

    /// As JSON has it.
    pub(super) fn written(&self) -> WrittenSummary<'_> {
        let pair = |demand: usize| (&self.task.pairs[demand], self.task.class_of(demand));
        WrittenSummary {
            task: &self.task.title,
            method: self.method(),
            status: self.status(),
            converged: self.solution.status == Status::Converged,
            iterations: self.solution.iterations,
            zones_in_use: self.zones_in_use(),
            nodes: self.task.instance.node_count,
            links: self.task.links.len(),
            classes: self.task.instance.classes.iter().map(|class| class.name.as_str()).collect(),
            paths: self.paths(),
            time_unit: &self.task.time,
            certificate: self.certificate(),
            proportionality: self.proportionality,
            demand: WrittenDemand {
                pairs: self.task.pairs.len(),
                total: self.task.instance.demands.iter().map(|demand| demand.tonnes).sum(),
                assigned: self.solution.pairs.iter().map(|pair| pair.assigned).sum(),
                overflow: self.overflow,
                unconnected: self.unconnected,
                within_zones: self.intrazonal,
            },
            total_time: self.total_time(),
            delay: self.delay(),
            unmet: self
                .unmet_pairs()
                .into_iter()
                .map(|unmet| {
                    let (names, class) = pair(unmet.demand);
                    let (origin, destination) = (&names.origin, &names.destination);
                    WrittenUnmet { origin, destination, class, amount: unmet.amount, reason: unmet.reason }
                })
                .collect(),
            highest_loads: self
                .highest()
                .into_iter()
                .map(|row| WrittenLoad {
                    link: &row.link.id,
                    from: &row.link.from,
                    to: &row.link.to,
                    volume: row.volume,
                    capacity: row.link.capacity,
                    volume_over_capacity: row.load,
                    free_time: row.times.map(|times| times.free),
                    time: row.times.map(|times| times.loaded),
                    delay: row.times.map(|times| times.delay),
                })
                .collect(),
            shared_capacities: self.groups(),
            selected: self
                .selected
                .iter()
                .map(|own| {
                    let (names, class) = pair(own.demand);
                    let (origin, destination) = (&names.origin, &names.destination);
                    WrittenSelected {
                        link: &self.task.links[own.link].id,
                        origin,
                        destination,
                        class,
                        amount: own.tonnes,
                    }
                })
                .collect(),
            findings: finding::written(&self.task.findings),
        }
    }

    /// As a reader has it.
    pub(super) fn text(&self) -> String {
        let (task, own) = (self.task, &self.solution.certificate);
        let demand: f64 = task.instance.demands.iter().map(|demand| demand.tonnes).sum();
        let classes = task.instance.classes.len();
        let mut text = format!(
            "{}\n{}, {}, {} of {}{}, {} {}\n{}: {}, {}, {} in use\n\n",
            task.title,
            count(task.instance.node_count, "node"),
            count(task.links.len(), "link"),
            count(task.pairs.len(), "pair"),
            count(self.zones_in_use(), "zone"),
            if classes > 1 { format!(", {classes} classes") } else { String::new() },
            short(demand),
            task.amount,
            self.method(),
            self.status(),
            count(self.solution.iterations, "iteration"),
            count(self.paths(), "path"),
        );
        let time = if task.time.is_empty() { "units of time" } else { &task.time };
        let cost = if task.cost.is_empty() { String::new() } else { format!(" {}", task.cost) };
        let asked_for = format!("(asked for {})", short(self.asked.gap));
        let mut lines: Vec<(&str, String)> = Vec::new();
        match self.choice {
            Some(choice) => {
                lines.push(("shares off by", format!("{} {asked_for}", short(choice.residual))));
                lines.push((
                    "relative gap",
                    format!("{}, as not all take the least cost", short(own.relative_gap)),
                ));
            }
            None => lines.push(("relative gap", format!("{} {asked_for}", short(own.relative_gap)))),
        }
        lines.push(("average excess cost", format!("{}{cost} a unit", short(own.average_excess_cost))));
        lines.push(("flow conservation", format!("off by {} at most", short(own.conservation_error))));
        if let Some(objective) = own.objective {
            lines.push(("objective", exact(objective)));
        }
        let marginal = if self.asked.method == AssignMethod::So { " at marginal times" } else { "" };
        lines.push(("total cost", format!("{}{cost}{marginal}", exact(own.total_cost))));
        lines.push(("total time (TSTT)", format!("{} {time}", exact(self.total_time()))));
        let priced = if task.groups.is_empty() { "" } else { ", prices of full capacities included" };
        lines.push(("delay", format!("{} {time}{priced}", short(self.delay()))));
        if !task.groups.is_empty() {
            lines.push(("capacity", format!("exceeded by {} at most", short(own.capacity_excess))));
        }
        if let Some(alike) = self.proportionality {
            let reached = if alike.converged { "" } else { ", more than asked for" };
            lines.push((
                "proportionality",
                format!("shares differ by {} at most{reached}", short(alike.residual)),
            ));
        }
        if self.intrazonal > 0.0 {
            lines.push((
                "within zones",
                format!("{} {}, not on the network", short(self.intrazonal), task.amount),
            ));
        }
        if self.unmet() > 0.0 {
            let parts =
                format!("{} without a way, {} stay at home", short(self.unconnected), short(self.overflow));
            lines.push(("unmet", format!("{} {}: {parts}", short(self.unmet()), task.amount)));
        }
        for (what, value) in lines {
            text.push_str(&format!("{what:<21}{value}\n"));
        }
        self.say_loads(&mut text);
        self.say_groups(&mut text);
        self.say_unmet(&mut text);
        self.say_selected(&mut text);
        text
    }

    fn say_loads(&self, text: &mut String) {
        let highest = self.highest();
        if highest.is_empty() {
            return;
        }
        let has_capacities = highest.iter().any(|row| row.load.is_some());
        text.push_str(if has_capacities {
            "\nHighest volume over capacity\n"
        } else {
            "\nHighest volumes\n"
        });
        let dash = || "–".to_owned();
        let load = |row: &LinkRow<'_>| row.load.map_or_else(dash, |load| format!("{load:.2}"));
        let rows = highest.iter().map(|row| {
            vec![
                row.link.id.clone(),
                row.link.from.clone(),
                row.link.to.clone(),
                short(row.volume),
                row.link.capacity.map_or_else(dash, short),
                load(row),
                row.times.map_or_else(dash, |times| short(times.free)),
                row.times.map_or_else(dash, |times| short(times.loaded)),
                row.times.map_or_else(dash, |times| short(times.delay)),
            ]
        });
        let heading = ["link", "from", "to", "volume>", "capacity>", "v/c>", "empty>", "time>", "delay>"];
        text.push_str(&show::table(&heading, rows.collect()));
    }

    fn say_groups(&self, text: &mut String) {
        let groups = self.groups();
        let mut used: Vec<&WrittenGroup<'_>> = groups.iter().filter(|group| group.volume > 0.0).collect();
        if used.is_empty() {
            return;
        }
        let load = |group: &WrittenGroup<'_>| group.limit.map(|limit| group.volume / limit);
        used.sort_by(|a, b| load(b).unwrap_or(0.0).total_cmp(&load(a).unwrap_or(0.0)));
        text.push_str("\nShared capacities in use\n");
        let rows = used.iter().take(MOST_ROWS).map(|group| {
            vec![
                group.capacity.to_owned(),
                short(group.volume),
                group.limit.map_or_else(|| "–".to_owned(), short),
                load(group).map_or_else(|| "–".to_owned(), |load| format!("{load:.2}")),
                short(group.price),
            ]
        });
        text.push_str(&show::table(
            &["capacity", "volume>", "limit>", "v/c>", "price in h>"],
            rows.collect(),
        ));
    }

    fn say_unmet(&self, text: &mut String) {
        let unmet = self.unmet_pairs();
        if unmet.is_empty() {
            return;
        }
        text.push_str(&format!("\nUnmet demand ({})\n", count(unmet.len(), "pair")));
        let rows = unmet.iter().take(MOST_ROWS).map(|own| {
            let names = &self.task.pairs[own.demand];
            vec![
                names.origin.clone(),
                names.destination.clone(),
                self.task.class_of(own.demand).to_owned(),
                short(own.amount),
                own.reason.to_owned(),
            ]
        });
        let amount = format!("{}>", self.task.amount);
        text.push_str(&show::table(&["origin", "destination", "class", &amount, "why"], rows.collect()));
        if unmet.len() > MOST_ROWS {
            text.push_str(&format!(
                "… and {} more; --out DIR and --format json list all\n",
                unmet.len() - MOST_ROWS
            ));
        }
    }

    fn say_selected(&self, text: &mut String) {
        let mut by_link: Vec<usize> = self.selected.iter().map(|own| own.link).collect();
        by_link.dedup();
        for link in by_link {
            let mut own: Vec<&Selected> = self.selected.iter().filter(|own| own.link == link).collect();
            own.sort_by(|a, b| b.tonnes.total_cmp(&a.tonnes));
            let total: f64 = own.iter().map(|own| own.tonnes).sum();
            text.push_str(&format!(
                "\nOn link {}: {} {} of {}\n",
                self.task.links[link].words(),
                short(total),
                self.task.amount,
                count(own.len(), "pair")
            ));
            let rows = own.iter().take(MOST_ROWS).map(|own| {
                let names = &self.task.pairs[own.demand];
                vec![
                    names.origin.clone(),
                    names.destination.clone(),
                    self.task.class_of(own.demand).to_owned(),
                    short(own.tonnes),
                    show::percent(own.tonnes / total),
                ]
            });
            let amount = format!("{}>", self.task.amount);
            text.push_str(&show::table(
                &["origin", "destination", "class", &amount, "share>"],
                rows.collect(),
            ));
        }
    }
}
