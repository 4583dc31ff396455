//! Assignment: tonnes onto links, with capacity, to any precision.

mod certificate;
mod error;
mod function;
mod instance;
mod options;
mod solution;
mod solver;
mod sum;

pub use certificate::{Certificate, Flows, certify};
pub use error::AssignmentError;
pub use function::LinkFunction;
pub use instance::{Class, Demand, Group, Instance, Link, Member};
pub use options::{Method, Options, Progress, Watcher, unwatched};
pub use solution::{PairResult, PathFlows, Solution, Status};
pub use solver::{Solver, assign};
