//! Paths with their flows: written, and read again for a warm start.

use std::collections::HashMap;
use std::path::Path;

use assignment::{PathFlows, Solution};
use case::Finding;

use super::rows::Rows;
use super::run::Solved;
use super::task::Task;
use crate::failure::Failure;
use crate::show;

/// Findings of a table of paths that are listed.
const MOST_FINDINGS: usize = 5;

/// The paths in use as CSV; the links of each by their identifiers, with blanks between. On the network of a case the
/// links of the instance have numbers only, which hold for the same case and demand; the column `by` says on which
/// links of the case they run.
///
/// Of path-size logit all routes that could be chosen are written, with their path sizes.
pub(super) fn csv(task: &Task, solved: &Solved) -> Result<String, Failure> {
    let solution = &solved.solution;
    let is_chosen = solved.choice.is_some();
    let names = member_names(task);
    let rows = (0..task.pairs.len()).flat_map(|demand| {
        let names = &names;
        solution.paths.of_demand(demand).filter(move |&path| is_used(solution, path) || is_chosen).map(
            move |path| {
                let own = solution.paths.links_of(path);
                let links: Vec<&str> = own.iter().map(|&link| names[link as usize].as_str()).collect();
                let by = own.iter().flat_map(|&link| &task.runs_on[link as usize]);
                let by: Vec<&str> = by.map(|&link| task.links[link as usize].id.as_str()).collect();
                let tonnes = solution.paths.tonnes[path];
                let of_all = solution.pairs[demand].assigned + solution.pairs[demand].overflow;
                let share = if of_all > 0.0 { tonnes / of_all } else { 0.0 };
                vec![
                    task.pairs[demand].origin.clone(),
                    task.pairs[demand].destination.clone(),
                    task.class_of(demand).to_owned(),
                    tonnes.to_string(),
                    share.to_string(),
                    solution.paths.costs[path].to_string(),
                    links.join(" "),
                    by.join(" "),
                    solved
                        .choice
                        .as_ref()
                        .map(|choice| choice.path_sizes[path].to_string())
                        .unwrap_or_default(),
                ]
            },
        )
    });
    show::csv(
        &["origin", "destination", "class", "tonnes", "share", "cost", "links", "by", "path_size"],
        rows,
    )
}

/// Whether some goods take a path. What stays at home has one without links.
pub(super) fn is_used(solution: &Solution, path: usize) -> bool {
    solution.paths.tonnes[path] > 0.0 && !solution.paths.links_of(path).is_empty()
}

/// The identifier of each link of the instance.
fn member_names(task: &Task) -> Vec<String> {
    let mut names: Vec<String> = (0..task.instance.links.len()).map(|place| format!("#{place}")).collect();
    for link in task.links.iter().filter(|link| link.is_one) {
        names[link.members[0] as usize].clone_from(&link.id);
    }
    names
}

/// Reads paths for a start. Those that this task does not know are left out with a word.
///
/// # Errors
/// Where the file cannot be read, lacks a column, or no row of it fits.
pub(super) fn read(path: &Path, task: &Task) -> Result<PathFlows, Failure> {
    let mut findings = Vec::new();
    let rows = Rows::read(
        path,
        &[&["origin"], &["destination"], &["class"], &["tonnes"], &["links"]],
        &mut findings,
    )?;
    let names = member_names(task);
    let links: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0u32..).collect();
    let mut demands: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for (place, pair) in task.pairs.iter().enumerate() {
        demands.entry((&pair.origin, &pair.destination, task.class_of(place))).or_insert(place);
    }
    let mut by_demand: Vec<Vec<(Vec<u32>, f64)>> = vec![Vec::new(); task.pairs.len()];
    let mut used = 0usize;
    for row in rows.rows() {
        let key = (row.text("origin"), row.text("destination"), row.text("class"));
        let Some(&demand) = demands.get(&key) else {
            let problem =
                format!("there is no demand of {} from {} to {}; the path was left out", key.2, key.0, key.1);
            findings.push(row.error("unknown-reference", "origin", problem));
            continue;
        };
        let Some(tonnes) = row.number("tonnes", &mut findings) else { continue };
        let numbers: Result<Vec<u32>, &str> =
            row.text("links").split_whitespace().map(|id| links.get(id).copied().ok_or(id)).collect();
        match numbers {
            Ok(numbers) if numbers.is_empty() => {
                findings.push(row.error("missing-value", "links", "a path without links; it was left out"));
            }
            Ok(numbers) => {
                used += 1;
                by_demand[demand].push((numbers, tonnes));
            }
            Err(id) => {
                let problem = format!("there is no link `{id}`; the path was left out");
                findings.push(row.error("unknown-reference", "links", problem));
            }
        }
    }
    tell(&findings);
    if used == 0 {
        return Err(Failure::new(format!("{} has no path of this network and demand", rows.file))
            .hint("a paths.csv that `ayrum assign --out DIR` wrote for the same network"));
    }
    let mut flows = PathFlows { first: vec![0], link_first: vec![0], ..PathFlows::default() };
    for paths in by_demand {
        for (links, tonnes) in paths {
            flows.links.extend(links);
            flows.link_first.push(flows.links.len() as u32);
            flows.tonnes.push(tonnes);
            flows.costs.push(0.0);
        }
        flows.first.push(flows.tonnes.len() as u32);
    }
    Ok(flows)
}

fn tell(findings: &[Finding]) {
    for finding in findings.iter().take(MOST_FINDINGS) {
        eprintln!("warning: {finding}");
    }
    if findings.len() > MOST_FINDINGS {
        eprintln!("warning: … and {} more rows of that file were left out", findings.len() - MOST_FINDINGS);
    }
}
