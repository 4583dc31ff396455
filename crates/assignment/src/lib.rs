//! Assignment: tonnes onto links, with capacity, to any precision.

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
