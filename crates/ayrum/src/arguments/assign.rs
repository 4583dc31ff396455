//! Arguments of `ayrum assign`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;

/// `ayrum assign`
#[derive(Debug, Args)]
pub(crate) struct Assign {
    /// The network: a *_net.tntp, packed or not, or a folder of GMNS with node.csv and link.csv [default: the
    /// case's]
    #[arg(long, value_name = "PATH")]
    pub(crate) network: Option<PathBuf>,
    /// What is to be carried: a *_trips.tntp, or a CSV with the columns origin, destination, tonnes and, where there
    /// are several, class; on the case's network commodity
    #[arg(long, value_name = "FILE")]
    pub(crate) demand: PathBuf,
    /// What a unit of toll adds to the cost of a passage, such as minutes a cent
    #[arg(long, value_name = "X", default_value_t = 0.0, allow_hyphen_values = true)]
    pub(crate) toll_weight: f64,
    /// What a unit of length adds to the cost of a passage, such as minutes a mile
    #[arg(long, value_name = "Y", default_value_t = 0.0, allow_hyphen_values = true)]
    pub(crate) distance_weight: f64,
    /// Classes: a CSV with the columns class and, as needed, share, value_of_time, unit_size, uses, toll_weight,
    /// distance_weight
    #[arg(long, value_name = "FILE", requires = "network")]
    pub(crate) classes: Option<PathBuf>,
    /// Units of a GMNS folder that has no config.csv: of length and of speed, such as km,kph or mile,mph
    #[arg(long, value_name = "LENGTH,SPEED", requires = "network")]
    pub(crate) units: Option<String>,
    /// Relative gap at which to stop
    #[arg(long, value_name = "GAP", default_value_t = 1e-6, allow_hyphen_values = true)]
    pub(crate) gap: f64,
    /// Iterations at which to give up
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) iterations: usize,
    /// Whose best: each shipper's own, everybody's together, or shares by likeness and cost
    #[arg(long, value_enum, default_value_t = AssignMethod::Ue)]
    pub(crate) method: AssignMethod,
    /// With ue: share path flows out so that all origins and classes split alike between ways of equal cost, until
    /// shares differ by this much at most; flows by class and on selected links are then repeatable
    #[arg(long, value_name = "TOLERANCE", allow_hyphen_values = true)]
    pub(crate) proportional: Option<f64>,
    /// With psl: how much a unit of cost matters; zero for not at all
    #[arg(long, value_name = "THETA", default_value_t = 1.0, allow_hyphen_values = true)]
    pub(crate) scale: f64,
    /// With psl: routes that a pair chooses from, at most
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) routes: usize,
    /// With psl: a route dearer than this many times the cheapest, on an empty network, is no choice
    #[arg(long, value_name = "RATIO", default_value_t = 1.6, allow_hyphen_values = true)]
    pub(crate) detour: f64,
    /// With psl: times are those of empty links
    #[arg(long)]
    pub(crate) no_congestion: bool,
    /// Begin with the paths.csv that an earlier run wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) warm_start: Option<PathBuf>,
    /// Cost at which a tonne stays at home rather than travel [default: all travel; on the case's network 1000 USD]
    #[arg(long, value_name = "COST", allow_hyphen_values = true)]
    pub(crate) overflow_cost: Option<f64>,
    /// Links whose goods to list by origin, destination and class
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) select_link: Vec<String>,
    /// On the case's network: apply this day's rules [default: the case's horizon]
    #[arg(long, value_name = "DATE", conflicts_with = "network")]
    pub(crate) date: Option<String>,
    /// On the case's network: as it would have been known on this day [default: all the case knows]
    #[arg(long, value_name = "DATE", conflicts_with = "network")]
    pub(crate) known: Option<String>,
    /// On the case's network: take what may be open as open
    #[arg(long, conflicts_with = "network")]
    pub(crate) assume_open: bool,
    /// On the case's network: tonnes of a usual consignment, over which prices are spread
    #[arg(long, value_name = "TONNES", default_value_t = 1000.0, conflicts_with = "network")]
    pub(crate) consignment: f64,
    /// Folder for flows, paths, unmet demand, certificate and matrices; without it nothing is written
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write network, demand and flows into that folder in these formats too
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', requires = "out", requires = "network")]
    pub(crate) export: Vec<Export>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Whose best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AssignMethod {
    /// User equilibrium: nobody could do better alone
    Ue,
    /// System optimum: all hours together are least
    So,
    /// Path-size logit: shares over a set of routes
    Psl,
}

/// Formats of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Export {
    /// TNTP: *_net.tntp, *_trips.tntp, *_flow.tntp
    Tntp,
    /// GMNS: config.csv, node.csv, link.csv
    Gmns,
}
