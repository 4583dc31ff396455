//! Assignment: tonnes onto links, with capacity, to any precision, and certified.
//!
//! # The problem
//!
//! Corridors are decided at a few scarce places: a border post, a ferry berth, a single track. The more goods go there, the
//! longer each waits, and some take another way. An assignment puts the demand of all pairs on the network so that nobody
//! could do better alone: user equilibrium (Wardrop, *Proceedings of the Institution of Civil Engineers* 1, 1952). A tonne
//! of class `k` on link `a` costs `VOT_k · t_a + m_ak`, where `t_a` is a function of all units on the link (tonnes times
//! unit size) and of those in the groups it shares capacity with. In hours and units this is the minimum of
//!
//! ```text
//! Σ_a ∫₀^{v_a} t_a + Σ_g ∫₀^{V_g} D_g + Σ_k Σ_a u_k x_ak m_ak / VOT_k
//! ```
//!
//! over flows `x ≥ 0` that carry the demand (Beckmann, McGuire and Winsten, 1956), for any number of classes, as all of them
//! see the same hours. With marginal hours in place of hours it is the system optimum.
//!
//! # Method
//!
//! Flow lies on *columns*, paths of a demand. In turn, cheapest paths are searched for all pairs, which gives the gap and new
//! columns; then costs among the columns there are are evened out.
//!
//! * **Search.** On the full network, a tree for each origin and class, mended rather than grown anew: most of it holds from
//!   pass to pass, and the look that proves it costs a tenth of a search (`tree`). Where few links can congest, a *skeleton*:
//!   all else is skimmed once, and a search is arithmetic on small matrices (`skeleton`).
//! * **Evening out, a demand at a time.** Newton's step on the difference of two paths, with costs fresh for the next demand
//!   (`columns`): gradient projection (Jayakrishnan, Tsai, Prashker and Rajadhyaksha, 1994), in the greedy order of Xie, Nie
//!   and Liu (*Transportation Research Record* 2672, 2018).
//! * **Evening out, all at once.** Near capacity a queue is steep, and demands that should swap sides could move in tiny
//!   steps only. There, and wherever a skeleton is used, Newton's method on the prices of the few resources that can congest
//!   moves all demands together (`prices`, `choices`).
//! * **Hard capacity.** An augmented Lagrangian, whose multipliers are the shadow prices (`resources`).
//!
//! Measured on the TNTP networks, this reaches gaps of 1e-12 in less time than one search from nothing a pass would take, so
//! bushes (Dial, *Transportation Research B* 40, 2006; Bar-Gera 2010) were not needed; path flows come with it, and so
//! do select link, stochastic choice and derivatives, that all live on paths.
//!
//! # Why it is hard
//!
//! * A relative gap of 1e-12 is below what plain sums keep: gaps are differences of compensated sums, and volumes are summed
//!   anew each pass. The hierarchy of the crate `routing` adds whole numbers of 32 bits and is seven digits short of that,
//!   which is why trees here are of `f64`.
//! * Who solves must not judge: [`certify`] knows flows and demand only, and searches by itself.
//! * Equilibrium settles link volumes, not whose goods they are: [`proportional_paths`] splits alike what ties leave open.
//! * The same bits at any number of threads: searches run in parallel, each into its own place; all that adds up is in order.
//!
//! # Map
//!
//! | module | holds |
//! |---|---|
//! | `instance` | [`Instance`]: links, groups, classes, demand, and their check |
//! | `function` | [`LinkFunction`]: BPR, conical, queue, constant; slopes and integrals |
//! | `options`, `solution`, `error` | [`Options`], [`Progress`]; [`Solution`], [`PathFlows`]; [`AssignmentError`] |
//! | `solver` | [`Solver`]: keeps paths and flows between runs; `changes` to its instance; the loop |
//! | `path_search` | one face for the two searches |
//! | `network_search`, `tree` | trees on the full network |
//! | `skeleton` | matrices between the links that can congest |
//! | `columns` | paths in use; a demand's step |
//! | `prices`, `choices` | Newton's method on prices; how demands answer them |
//! | `resources` | volumes, hours, slopes, groups, shadow prices as flows move |
//! | `certificate`, `sum` | [`Certificate`] from flows and demand alone; sums that keep digits |
//! | `tolls` | [`marginal_tolls`] |
//! | `stochastic` | [`choice_set`], [`stochastic()`]: path-size logit with and without capacity |
//! | `sensitivity` | [`sensitivity()`]: derivatives at a solution |
//! | `proportionality` | [`proportional_paths`] |
//! | `analysis` | [`select_links`], [`link_loads`], [`group_loads`], [`corridor_shares`] |
//!
//! # What is never here
//!
//! * Never a country, a date or a commodity by name: classes are numbers with a label.
//! * Never a file, a clock or a random number.
//! * Never tonnes that are lost: what does not fit is on an overflow arc, what nothing leads to is reported by pair.
//!
//! # Example
//!
//! ```
//! use assignment::{Class, Demand, Instance, Link, LinkFunction, Options, assign, unwatched};
//!
//! // A border with a queue, and a long way round.
//! let queue = LinkFunction::Queue {
//!     free_flow_time: 2.0, capacity: 100.0, servers: 1, service_time: 0.24, variability: 1.0, saturation: 0.98,
//! };
//! let link = |function| Link { tail: 0, head: 1, function, hard_capacity: None };
//! let instance = Instance {
//!     node_count: 2,
//!     through: Vec::new(),
//!     links: vec![link(queue), link(LinkFunction::Constant { time: 6.0 })],
//!     groups: Vec::new(),
//!     classes: vec![Class { unit_size: 1.0 / 60.0, ..Class::plain("wheat") }],
//!     demands: vec![Demand { class: 0, origin: 0, destination: 1, tonnes: 9000.0, overflow_cost: None }],
//! };
//! let solution = assign(instance, &Options { gap: 1e-10, ..Options::default() }, &mut unwatched)?;
//! assert!(solution.certificate.relative_gap < 1e-9);
//! // So many wait at the border that it takes six hours too.
//! assert!((solution.link_times[0] - 6.0).abs() < 1e-6);
//! # Ok::<(), assignment::AssignmentError>(())
//! ```

mod analysis;
mod certificate;
mod choices;
mod columns;
mod error;
mod function;
mod instance;
mod network_search;
mod options;
mod path_search;
mod prices;
mod proportionality;
mod resources;
mod sensitivity;
mod skeleton;
mod solution;
mod solver;
mod stochastic;
mod sum;
mod tolls;
mod tree;

pub use analysis::{
    CorridorShares, Load, Selected, Selection, corridor_shares, group_loads, link_loads, select_links,
};
pub use certificate::{Certificate, Flows, certify};
pub use error::AssignmentError;
pub use function::LinkFunction;
pub use instance::{Class, Demand, Group, Instance, Link, Member};
pub use options::{Method, Options, Progress, Watcher, unwatched};
pub use proportionality::{Proportional, proportional_paths};
pub use sensitivity::{Parameter, Sensitivity, sensitivity};
pub use solution::{PairResult, PathFlows, Solution, Status};
pub use solver::{Solver, assign};
pub use stochastic::{ChoiceSetOptions, LogitOptions, StochasticSolution, choice_set, stochastic};
pub use tolls::marginal_tolls;
