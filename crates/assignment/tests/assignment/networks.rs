//! Small networks written out by hand.

use assignment::{Class, Demand, Instance, Link, LinkFunction, Options, Solution, Solver, unwatched};

/// A network in lines `tail head function`, and demand in lines `origin destination tonnes`, for one plain class. Functions
/// are `constant t`, `bpr t0 c b p` and `queue t0 c n s`.
pub(crate) fn instance(network: &str, trips: &str) -> Instance {
    let mut node_count = 0;
    let mut node = |word: &str| -> u32 {
        let number: u32 = word.parse().unwrap();
        node_count = node_count.max(number as usize + 1);
        number
    };
    let links: Vec<Link> = network
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let value = |place: usize| -> f64 { words[place].parse().unwrap() };
            let function = match words[2] {
                "constant" => LinkFunction::Constant { time: value(3) },
                "bpr" => LinkFunction::Bpr {
                    free_flow_time: value(3),
                    capacity: value(4),
                    coefficient: value(5),
                    power: value(6),
                },
                "queue" => LinkFunction::Queue {
                    free_flow_time: value(3),
                    capacity: value(4),
                    servers: value(5) as u32,
                    service_time: value(6),
                    variability: 1.0,
                    saturation: 0.98,
                },
                other => panic!("no function {other}"),
            };
            Link { tail: node(words[0]), head: node(words[1]), function, hard_capacity: None }
        })
        .collect();
    let demands = trips
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let tonnes = words[2].parse().unwrap();
            Demand {
                class: 0,
                origin: node(words[0]),
                destination: node(words[1]),
                tonnes,
                overflow_cost: None,
            }
        })
        .collect();
    Instance {
        node_count,
        through: Vec::new(),
        links,
        groups: Vec::new(),
        classes: vec![Class::plain("goods")],
        demands,
    }
}

/// Braess's network: from 0 to 1 over 2 and 3.
pub(crate) fn braess() -> Instance {
    instance(
        "0 2 bpr 0.00000001 1 1000000000 1
         0 3 bpr 50 1 0.02 1
         2 1 bpr 50 1 0.02 1
         2 3 bpr 10 1 0.1 1
         3 1 bpr 0.00000001 1 1000000000 1",
        "0 1 6",
    )
}

/// Solved to a gap.
pub(crate) fn solve(instance: &Instance, options: &Options) -> Solution {
    let mut solver = Solver::new(instance.clone()).unwrap();
    solver.run(options, &mut unwatched);
    solver.solution()
}

/// Options for a gap.
pub(crate) fn to(gap: f64) -> Options {
    Options { gap, ..Options::default() }
}

/// Whether two numbers agree to a share of the greater.
pub(crate) fn close(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs()) + 1e-300
}
