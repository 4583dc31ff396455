//! Assignment: tonnes onto links, with capacity, to any precision.

mod certificate;
mod columns;
mod error;
mod function;
mod instance;
mod network_search;
mod options;
mod path_search;
mod proximal;
mod resources;
mod skeleton;
mod solution;
mod solver;
mod sum;
mod tolls;
mod tree;

pub use certificate::{Certificate, Flows, certify};
pub use error::AssignmentError;
pub use function::LinkFunction;
pub use instance::{Class, Demand, Group, Instance, Link, Member};
pub use options::{Method, Options, Progress, Watcher, unwatched};
pub use solution::{PairResult, PathFlows, Solution, Status};
pub use solver::{Solver, assign};
pub use tolls::marginal_tolls;
