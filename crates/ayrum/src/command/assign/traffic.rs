//! A task from a network of others: TNTP or GMNS.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use assignment::{Class, Demand, Instance, Link, LinkFunction};
use case::{Finding, Severity, suggestion};
use network::gmns::{self, Curve, GmnsFiles, MeasuredIn};
use network::{GraphFile, PairDemand, TrafficLink, TrafficNetwork, tntp};

use super::super::graph_files;
use super::classes::{self, ClassRow};
use super::demand;
use super::rows::file_name;
use super::task::{PairNames, ReportedLink, Task};
use crate::arguments::assign::Assign;
use crate::failure::Failure;

/// Findings of a network that cannot be used, as far as an error lists them.
const MOST_FINDINGS: usize = 20;

/// Demand between zones, with the number of its class.
type Entry = (PairDemand, u32);

/// Reads network, classes and demand.
pub(super) fn task(path: &Path, asked: &Assign) -> Result<Task, Failure> {
    let mut findings = Vec::new();
    let network = if path.is_dir() { gmns(path, asked, &mut findings)? } else { tntp(path, &mut findings)? };
    let classes = match &asked.classes {
        Some(path) => classes::read(path, asked, &mut findings)?,
        None => vec![classes::single(asked)],
    };
    for class in &classes {
        for word in
            class.uses.iter().filter(|word| !network.links.iter().any(|link| link.uses.contains(word)))
        {
            let file = asked.classes.as_deref().map(file_name).unwrap_or_default();
            let problem =
                format!("class {} may use `{word}`, which no link of the network allows", class.name);
            let words: BTreeSet<&str> =
                network.links.iter().flat_map(|link| &link.uses).map(String::as_str).collect();
            findings.push(
                Finding::warning("unknown-reference", file, problem)
                    .valid(suggestion(word, words.iter().copied())),
            );
        }
    }
    let entries = entries(&asked.demand, &network, &classes, &mut findings)?;
    let instance = instance(&network, &classes, &entries, asked)?;
    let zone = |place: u32| network.zones[place as usize].id.clone();
    let pairs = entries
        .iter()
        .map(|(pair, _)| PairNames { origin: zone(pair.origin), destination: zone(pair.destination) })
        .collect();
    let node = |place: u32| network.nodes[place as usize].id.clone();
    let links = (0u32..)
        .zip(&network.links)
        .map(|(place, link)| ReportedLink {
            id: link.id.clone(),
            name: link.name.clone(),
            from: node(link.from),
            to: node(link.to),
            members: vec![place],
            capacity: Some(link.capacity).filter(|capacity| capacity.is_finite() && *capacity > 0.0),
            is_one: true,
        })
        .collect();
    Ok(Task {
        title: format!("{} on {}", file_name(&asked.demand), file_name(path)),
        instance,
        links,
        pairs,
        groups: Vec::new(),
        amount: "units",
        time: network.units.time.clone(),
        cost: String::new(),
        runs_on: (0..network.links.len() as u32).map(|place| vec![place]).collect(),
        traffic: Some((network, entries.into_iter().map(|(pair, _)| pair).collect())),
        findings,
    })
}

fn tntp(path: &Path, findings: &mut Vec<Finding>) -> Result<TrafficNetwork, Failure> {
    let (name, text) = (file_name(path), graph_files::text(path)?);
    let mut network = tntp::read_network(&GraphFile { name: &name, text: &text }, findings);
    if network.links.is_empty() {
        return Err(unusable(&name, findings, "a *_net.tntp, or a folder with node.csv and link.csv"));
    }
    let positions = path.with_file_name(name.replace("_net.tntp", "_node.tntp"));
    if positions != path && positions.is_file() {
        let (name, text) = (file_name(&positions), graph_files::text(&positions)?);
        tntp::read_positions(&GraphFile { name: &name, text: &text }, &mut network, findings);
    }
    Ok(network)
}

fn gmns(folder: &Path, asked: &Assign, findings: &mut Vec<Finding>) -> Result<TrafficNetwork, Failure> {
    let units = match asked.units.as_deref().map(|words| (words, words.split_once(','))) {
        None => None,
        Some((words, pair)) => {
            Some(pair.and_then(|(length, speed)| MeasuredIn::of(length, speed)).ok_or_else(|| {
                Failure::new(format!("--units {words} are no units"))
                    .hint("a length and a speed, such as km,kph or mile,mph")
            })?)
        }
    };
    let mut texts = Vec::new();
    for table in ["config", "node", "link", "geometry", "use_definition"] {
        let names = [format!("{table}.csv"), format!("{table}.csv.gz")];
        let path: Option<PathBuf> =
            names.map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
        texts.push(
            path.map(|path| graph_files::text(&path).map(|text| (format!("{table}.csv"), text)))
                .transpose()?,
        );
    }
    let file = |place: usize| texts[place].as_ref().map(|(name, text)| GraphFile { name, text });
    let files = GmnsFiles {
        config: file(0),
        node: file(1),
        link: file(2),
        geometry: file(3),
        use_definition: file(4),
    };
    let network = gmns::read_network(&files, units, Curve::default(), findings);
    network.filter(|network| !network.links.is_empty()).ok_or_else(|| {
        unusable(
            &folder.display().to_string(),
            findings,
            "--units LENGTH,SPEED gives units that a folder does not say",
        )
    })
}

/// What stops everything, with all that was found.
fn unusable(name: &str, findings: &[Finding], hint: &str) -> Failure {
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error).take(MOST_FINDINGS) {
        eprintln!("error: {finding}");
    }
    Failure::new(format!("{name} holds no network that can be used")).hint(hint)
}

/// Demand from TNTP or CSV.
fn entries(
    path: &Path,
    network: &TrafficNetwork,
    classes: &[ClassRow],
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, Failure> {
    let name = file_name(path);
    if name.trim_end_matches(".gz").to_lowercase().ends_with(".csv") {
        return csv_entries(path, network, classes, findings);
    }
    let text = graph_files::text(path)?;
    let pairs =
        tntp::read_demand(&GraphFile { name: &name, text: &text }, network.zones.len() as u32, findings);
    Ok(pairs.into_iter().flat_map(|pair| shared(pair, classes)).collect())
}

/// Demand that names no class, shared among the classes.
fn shared(pair: PairDemand, classes: &[ClassRow]) -> impl Iterator<Item = Entry> {
    let part = move |(place, class): (u32, &ClassRow)| {
        (PairDemand { amount: pair.amount * class.share, ..pair }, place)
    };
    (0u32..).zip(classes).map(part).filter(|(pair, _)| pair.amount > 0.0)
}

fn csv_entries(
    path: &Path,
    network: &TrafficNetwork,
    classes: &[ClassRow],
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, Failure> {
    let table = demand::read(path, findings)?;
    let zones = network.zone_places();
    let numbers: HashMap<&str, u32> = classes.iter().map(|class| class.name.as_str()).zip(0u32..).collect();
    let is_other = |row: &demand::DemandRow| !row.class.is_empty() && row.class != classes[0].name;
    if let (Some(column), [only], Some(row)) =
        (table.class_column, classes, table.rows.iter().find(|row| is_other(row)))
    {
        let problem =
            format!("`{}` is not looked at: all demand is of the one class `{}`", row.class, only.name);
        let finding = Finding::warning("class-not-read", &table.file, problem).at(row.line, column);
        findings.push(Finding { severity: Severity::Note, ..finding.valid("--classes FILE for several") });
    }
    let mut entries = Vec::new();
    for row in &table.rows {
        let mut look_up = |names: &HashMap<&str, u32>, column: &str, name: &str, what: &str| {
            let place = names.get(name).copied();
            if place.is_none() {
                let problem = format!("there is no {what} `{name}`; the row was left out");
                let mut known: Vec<&str> = names.keys().copied().collect();
                known.sort_unstable();
                findings.push(
                    Finding::error("unknown-reference", &table.file, problem)
                        .at(row.line, column)
                        .valid(suggestion(name, known.into_iter())),
                );
            }
            place
        };
        let origin = look_up(&zones, "origin", &row.origin, "zone");
        let destination = look_up(&zones, "destination", &row.destination, "zone");
        let named = table.class_column.filter(|_| !row.class.is_empty() && classes.len() > 1);
        let class = named.map(|column| look_up(&numbers, column, &row.class, "class"));
        let (Some(origin), Some(destination)) = (origin, destination) else { continue };
        let pair = PairDemand { origin, destination, amount: row.tonnes };
        match class {
            Some(Some(class)) => entries.push((pair, class)),
            Some(None) => {}
            None => entries.extend(shared(pair, classes)),
        }
    }
    Ok(entries)
}

/// The time of a link as the kernel has it.
fn function(link: &TrafficLink) -> LinkFunction {
    if link.is_constant() {
        return LinkFunction::Constant { time: link.time(0.0) };
    }
    LinkFunction::Bpr {
        free_flow_time: link.free_flow_time,
        capacity: link.capacity,
        coefficient: link.b,
        power: link.power,
    }
}

fn instance(
    network: &TrafficNetwork,
    classes: &[ClassRow],
    entries: &[Entry],
    asked: &Assign,
) -> Result<Instance, Failure> {
    if let Some(link) =
        network.links.iter().find(|link| link.power > 0.0 && link.power < 1.0 && !link.is_constant())
    {
        let problem = format!(
            "link {} has the power {}: its time would rise without bound at no flow",
            link.id, link.power
        );
        return Err(Failure::new(problem).hint("a power of 0, or of 1 and more"));
    }
    let may_use = |class: &ClassRow, link: &TrafficLink| {
        class.uses.is_empty()
            || link.uses.is_empty()
            || link.uses.iter().any(|word| word.eq_ignore_ascii_case("all") || class.uses.contains(word))
    };
    let class = |own: &ClassRow| Class {
        name: own.name.clone(),
        value_of_time: own.value_of_time,
        unit_size: own.unit_size,
        fixed_costs: network
            .links
            .iter()
            .map(|link| own.toll_weight * link.toll + own.distance_weight * link.length)
            .collect(),
        allowed: if own.uses.is_empty() {
            Vec::new()
        } else {
            network.links.iter().map(|link| may_use(own, link)).collect()
        },
        overflow_cost: asked.overflow_cost,
    };
    let node = |zone: u32| network.zones[zone as usize].node;
    Ok(Instance {
        node_count: network.nodes.len(),
        through: network.nodes.iter().map(|node| node.through).collect(),
        links: network
            .links
            .iter()
            .map(|link| Link {
                tail: link.from,
                head: link.to,
                function: function(link),
                hard_capacity: None,
            })
            .collect(),
        groups: Vec::new(),
        classes: classes.iter().map(class).collect(),
        demands: entries
            .iter()
            .map(|(pair, class)| Demand {
                class: *class,
                origin: node(pair.origin),
                destination: node(pair.destination),
                tonnes: pair.amount,
                overflow_cost: None,
            })
            .collect(),
    })
}
