//! What is written to a folder.

use std::path::Path;

use assignment::{Solution, marginal_tolls};
use network::{GraphFile, LinkFlow, PairDemand, TrafficNetwork, gmns, tntp};

use super::super::parquet_table::{self, Column};
use super::paths;
use super::run::Solved;
use super::summary::Summary;
use super::task::Task;
use crate::arguments::assign::{Assign, AssignMethod, Export};
use crate::failure::Failure;
use crate::show;

/// Writes everything into a folder, which is made where it is not there.
pub(super) fn write(
    folder: &Path,
    task: &Task,
    solved: &Solved,
    summary: &Summary<'_>,
    asked: &Assign,
) -> Result<(), Failure> {
    let solution = &solved.solution;
    make(folder)?;
    put(folder, "link_flows.csv", &link_flows(task, solution, asked.method)?)?;
    put(folder, "paths.csv", &paths::csv(task, solved)?)?;
    put(folder, "unmet.csv", &unmet(task, summary)?)?;
    put(folder, "certificate.json", &show::json(&summary.certificate())?)?;
    put(folder, "summary.json", &show::json(&summary.written())?)?;
    matrix(folder, task, solution)?;
    if !asked.select_link.is_empty() {
        put(folder, "select_link.csv", &select_link(task, summary)?)?;
    }
    if !task.groups.is_empty() {
        put(folder, "capacities.csv", &capacities(task, solution)?)?;
    }
    if let Some((network, demand)) = &task.traffic {
        for format in &asked.export {
            match format {
                Export::Tntp => export_tntp(folder, network, demand, task, solution)?,
                Export::Gmns => export_gmns(&folder.join("gmns"), network, task)?,
            }
        }
    }
    Ok(())
}

fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("{} cannot be made: {error}", folder.display())))
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    std::fs::write(&path, text)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))
}

/// Flows link by link. With several classes each has a column of its own. Of a system optimum, the tolls by class that
/// would bring it about; on links of the case, which many arcs run on, there is no such single toll.
pub(super) fn link_flows(task: &Task, solution: &Solution, method: AssignMethod) -> Result<String, Failure> {
    let mut heading: Vec<String> = [
        "link",
        "name",
        "from",
        "to",
        "volume",
        "capacity",
        "volume_over_capacity",
        "free_time",
        "time",
        "delay",
        "capacity_price",
    ]
    .map(str::to_owned)
    .to_vec();
    let classes = &task.instance.classes;
    if classes.len() > 1 {
        heading.extend(classes.iter().map(|class| format!("tonnes:{}", class.name)));
    }
    let with_tolls = method == AssignMethod::So && task.links.iter().all(|link| link.is_one);
    let tolls = if with_tolls { marginal_tolls(&task.instance, &solution.link_volumes) } else { Vec::new() };
    if with_tolls {
        heading.extend(classes.iter().map(|class| format!("marginal_toll:{}", class.name)));
    }
    let maybe = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let rows = task.link_rows(solution).into_iter().map(|row| {
        let mut cells = vec![
            row.link.id.clone(),
            row.link.name.clone(),
            row.link.from.clone(),
            row.link.to.clone(),
            row.volume.to_string(),
            maybe(row.link.capacity),
            maybe(row.load),
            maybe(row.times.map(|times| times.free)),
            maybe(row.times.map(|times| times.loaded)),
            maybe(row.times.map(|times| times.delay)),
            row.price.to_string(),
        ];
        if classes.len() > 1 {
            cells.extend(row.tonnes.iter().map(f64::to_string));
        }
        cells.extend(tolls.iter().map(|toll| toll[row.link.members[0] as usize].to_string()));
        cells
    });
    let names: Vec<&str> = heading.iter().map(String::as_str).collect();
    show::csv(&names, rows)
}

fn unmet(task: &Task, summary: &Summary<'_>) -> Result<String, Failure> {
    let rows = summary.unmet_pairs().into_iter().map(|own| {
        let names = &task.pairs[own.demand];
        vec![
            names.origin.clone(),
            names.destination.clone(),
            task.class_of(own.demand).to_owned(),
            own.amount.to_string(),
            own.reason.to_owned(),
        ]
    });
    show::csv(&["origin", "destination", "class", "tonnes", "reason"], rows)
}

fn select_link(task: &Task, summary: &Summary<'_>) -> Result<String, Failure> {
    let rows = summary.selected.iter().map(|own| {
        let names = &task.pairs[own.demand];
        vec![
            task.links[own.link].id.clone(),
            names.origin.clone(),
            names.destination.clone(),
            task.class_of(own.demand).to_owned(),
            own.tonnes.to_string(),
        ]
    });
    show::csv(&["link", "origin", "destination", "class", "tonnes"], rows)
}

fn capacities(task: &Task, solution: &Solution) -> Result<String, Failure> {
    let rows = task.groups.iter().zip(&task.instance.groups).enumerate().map(|(place, (name, group))| {
        vec![
            name.clone(),
            solution.group_volumes[place].to_string(),
            group.hard_capacity.map(|limit| limit.to_string()).unwrap_or_default(),
            solution.group_prices[place].to_string(),
        ]
    });
    show::csv(&["capacity", "volume", "limit", "price_hours"], rows)
}

/// Demand and least costs pair by pair, as CSV and Parquet.
fn matrix(folder: &Path, task: &Task, solution: &Solution) -> Result<(), Failure> {
    const HEADING: [&str; 9] = [
        "origin",
        "destination",
        "class",
        "tonnes",
        "assigned",
        "stays_home",
        "no_way",
        "within_zone",
        "least_cost",
    ];
    let numbers = |demand: usize| {
        let pair = &solution.pairs[demand];
        let tonnes = task.instance.demands[demand].tonnes;
        [tonnes, pair.assigned, pair.overflow, pair.unconnected, pair.intrazonal]
    };
    let rows = task.pairs.iter().enumerate().map(|(demand, names)| {
        let mut cells =
            vec![names.origin.clone(), names.destination.clone(), task.class_of(demand).to_owned()];
        cells.extend(numbers(demand).iter().map(f64::to_string));
        cells.push(solution.pairs[demand].least_cost.map(|cost| cost.to_string()).unwrap_or_default());
        cells
    });
    put(folder, "matrix.csv", &show::csv(&HEADING, rows)?)?;
    let all = || 0..task.pairs.len();
    let text = |of: fn(&super::task::PairNames) -> &str| Column::Text(task.pairs.iter().map(of).collect());
    let number = |column: usize| Column::Number(all().map(|demand| numbers(demand)[column]).collect());
    let columns = [
        text(|pair| &pair.origin),
        text(|pair| &pair.destination),
        Column::Text(all().map(|demand| task.class_of(demand)).collect()),
        number(0),
        number(1),
        number(2),
        number(3),
        number(4),
        Column::MaybeNumber(solution.pairs.iter().map(|pair| pair.least_cost).collect()),
    ];
    let columns: Vec<(&str, Column<'_>)> = HEADING.into_iter().zip(columns).collect();
    parquet_table::write(&folder.join("matrix.parquet"), &columns)
}

/// Network, demand and flows as TNTP. Demand of several classes is added up.
fn export_tntp(
    folder: &Path,
    network: &TrafficNetwork,
    demand: &[PairDemand],
    task: &Task,
    solution: &Solution,
) -> Result<(), Failure> {
    let mut findings = Vec::new();
    let written = tntp::write_network("network_net.tntp", network, &mut findings);
    put(folder, "network_net.tntp", &written.text)?;
    let zones: Vec<u32> = network.zones.iter().map(|zone| written.numbers[zone.node as usize]).collect();
    let mut sums = std::collections::BTreeMap::new();
    for pair in demand {
        *sums.entry((pair.origin, pair.destination)).or_insert(0.0) += pair.amount;
    }
    let pairs: Vec<PairDemand> = sums
        .into_iter()
        .map(|((origin, destination), amount)| PairDemand { origin, destination, amount })
        .collect();
    put(folder, "network_trips.tntp", &tntp::write_demand(&zones, &pairs))?;
    if network.nodes.iter().any(|node| node.position.is_some()) {
        put(folder, "network_node.tntp", &tntp::write_positions(&written.numbers, network))?;
    }
    let class = &task.instance.classes[0];
    let flows: Vec<LinkFlow> = (0..network.links.len())
        .map(|link| {
            let cost = class.value_of_time * solution.link_times[link] + class.fixed_cost(link);
            LinkFlow { volume: solution.link_volumes[link], cost: Some(cost).filter(|cost| cost.is_finite()) }
        })
        .collect();
    // Of several links between two nodes TNTP has the first; its readers would refuse flows of the others.
    let mut quiet = Vec::new();
    let short = tntp::read_network(&GraphFile { name: "network_net.tntp", text: &written.text }, &mut quiet);
    if short.links.len() == network.links.len() {
        put(folder, "network_flow.tntp", &tntp::write_flows(&written.numbers, network, &flows))?;
    } else {
        eprintln!("warning: network_flow.tntp was not written: TNTP has one link between two nodes");
    }
    for finding in &findings {
        eprintln!("warning: {finding}");
    }
    Ok(())
}

fn export_gmns(folder: &Path, network: &TrafficNetwork, task: &Task) -> Result<(), Failure> {
    make(folder)?;
    let mut findings = Vec::new();
    let text = gmns::write_network(&task.title, network, &mut findings);
    put(folder, "config.csv", &text.config)?;
    put(folder, "node.csv", &text.node)?;
    put(folder, "link.csv", &text.link)?;
    if let Some(uses) = &text.use_definition {
        put(folder, "use_definition.csv", uses)?;
    }
    for finding in &findings {
        eprintln!("warning: {finding}");
    }
    Ok(())
}
