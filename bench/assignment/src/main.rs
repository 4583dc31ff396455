//! `bench-assignment NET.tntp TRIPS.tntp --gap 1e-6 [--toll X] [--distance Y] [--runs N] [--flows FILE] [--warm N] [--factor F]`
//!
//! Assigns a TNTP network N times from nothing and prints one line of JSON: CPU seconds of the whole process for the
//! solver alone (files are read before, flows written after), and what the solver says of itself. Whether that is so
//! is for `audit.py`, which judges all programs alike by the flows they write. With `--warm`, every Nth
//! link that can congest is given F times its capacity (half of it, where nothing is said), one at a time, and the solver
//! goes on from the last solution each time: the median, the ninth decile and the longest of these are told.

use std::process::ExitCode;
use std::time::Duration;

use assignment::{Class, Demand, Instance, Link, LinkFunction, Options, Solver, unwatched};
use cpu_time::ProcessTime;
use network::{GraphFile, LinkFlow, TrafficNetwork, tntp};

struct Asked {
    files: Vec<String>,
    gap: f64,
    toll: f64,
    distance: f64,
    runs: usize,
    flows: Option<String>,
    warm: Option<usize>,
    factor: f64,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked {
        files: Vec::new(),
        gap: 1e-6,
        toll: 0.0,
        distance: 0.0,
        runs: 3,
        flows: None,
        warm: None,
        factor: 0.5,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        let number = |text: String| text.parse::<f64>().map_err(|error| format!("{text}: {error}"));
        match word.as_str() {
            "--gap" => asked.gap = number(value()?)?,
            "--toll" => asked.toll = number(value()?)?,
            "--distance" => asked.distance = number(value()?)?,
            "--runs" => asked.runs = number(value()?)? as usize,
            "--flows" => asked.flows = Some(value()?),
            "--warm" => asked.warm = Some(number(value()?)?.max(1.0) as usize),
            "--factor" => asked.factor = number(value()?)?,
            _ => asked.files.push(word),
        }
    }
    if asked.files.len() == 2 { Ok(asked) } else { Err("NET.tntp TRIPS.tntp are needed".to_owned()) }
}

fn read(asked: &Asked) -> Result<(TrafficNetwork, Instance), String> {
    let text = |name: &String| std::fs::read_to_string(name).map_err(|error| format!("{name}: {error}"));
    let mut findings = Vec::new();
    let (net, trips) = (text(&asked.files[0])?, text(&asked.files[1])?);
    let network = tntp::read_network(&GraphFile { name: &asked.files[0], text: &net }, &mut findings);
    let zones = network.zones.len() as u32;
    let pairs = tntp::read_demand(&GraphFile { name: &asked.files[1], text: &trips }, zones, &mut findings);
    for finding in &findings {
        eprintln!("{finding}");
    }
    let links = network.links.iter().map(|link| Link {
        tail: link.from,
        head: link.to,
        function: if link.is_constant() {
            LinkFunction::Constant { time: link.time(0.0) }
        } else {
            LinkFunction::Bpr {
                free_flow_time: link.free_flow_time,
                capacity: link.capacity,
                coefficient: link.b,
                power: link.power,
            }
        },
        hard_capacity: None,
    });
    let fixed = network.links.iter().map(|link| asked.toll * link.toll + asked.distance * link.length);
    let instance = Instance {
        node_count: network.nodes.len(),
        through: network.nodes.iter().map(|node| node.through).collect(),
        links: links.collect(),
        groups: Vec::new(),
        classes: vec![Class { fixed_costs: fixed.collect(), ..Class::plain("all") }],
        demands: pairs
            .iter()
            .map(|pair| Demand {
                class: 0,
                origin: network.zones[pair.origin as usize].node,
                destination: network.zones[pair.destination as usize].node,
                tonnes: pair.amount,
                overflow_cost: None,
            })
            .collect(),
    };
    Ok((network, instance))
}

/// The time that a share of the runs stays below.
fn quantile(times: &[Duration], share: f64) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = (share * times.len().saturating_sub(1) as f64).round() as usize;
    times.get(place).map(Duration::as_secs_f64)
}

fn run() -> Result<(), String> {
    let asked = asked()?;
    let (network, instance) = read(&asked)?;
    let options = Options { gap: asked.gap, ..Options::default() };
    let broken = |error: assignment::AssignmentError| error.to_string();
    let (mut cold, mut warm, mut last) = (Vec::new(), Vec::new(), None);
    for _ in 0..asked.runs.max(1) {
        let own = instance.clone();
        let start = ProcessTime::now();
        let mut solver = Solver::new(own).map_err(broken)?;
        let status = solver.run(&options, &mut unwatched);
        cold.push(start.elapsed());
        last = Some((status, solver));
    }
    let last = last.map(|(status, solver)| {
        let solution = solver.solution();
        (status, solver, solution)
    });
    if let (Some(step), Some((_, solved, _))) = (asked.warm, &last) {
        let congestible = instance.links.iter().enumerate().filter(|(_, link)| !link.function.is_constant());
        for (link, own) in congestible.step_by(step) {
            let LinkFunction::Bpr { free_flow_time, capacity, coefficient, power } = own.function else {
                continue;
            };
            let mut solver = solved.clone();
            let capacity = capacity * asked.factor;
            let start = ProcessTime::now();
            let function = LinkFunction::Bpr { free_flow_time, capacity, coefficient, power };
            solver.set_function(link, function).map_err(broken)?;
            let status = solver.run(&options, &mut unwatched);
            warm.push(start.elapsed());
            if status != assignment::Status::Converged {
                return Err(format!("link {link}: {status:?}"));
            }
        }
    }
    let Some((status, _, solution)) = last else { return Err("nothing was run".to_owned()) };
    if let Some(path) = &asked.flows {
        let flows: Vec<LinkFlow> =
            solution.link_volumes.iter().map(|volume| LinkFlow { volume: *volume, cost: None }).collect();
        let numbers: Vec<u32> = (1..=network.nodes.len() as u32).collect();
        std::fs::write(path, tntp::write_flows(&numbers, &network, &flows))
            .map_err(|error| format!("{path}: {error}"))?;
    }
    let line = serde_json::json!({
        "program": "ayrum",
        "cpu_seconds": cold.iter().map(Duration::as_secs_f64).collect::<Vec<_>>(),
        "median": quantile(&cold, 0.5),
        "warm_links": warm.len(),
        "warm_median": quantile(&warm, 0.5),
        "warm_ninth_decile": quantile(&warm, 0.9),
        "warm_longest": quantile(&warm, 1.0),
        "status": format!("{status:?}"),
        "iterations": solution.iterations,
        "own_gap": solution.certificate.relative_gap,
        "own_objective": solution.certificate.objective,
    });
    println!("{line}");
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
