//! GMNS, the General Modeling Network Specification of Zephyr (version 0.96), read and written.
//!
//! ```text
//! config.csv            one row; the only place where units are said
//! node.csv, link.csv    the network
//! geometry.csv          shapes that several links share (optional)
//! use_definition.csv    the words of `allowed_uses` (optional)
//! ```
//!
//! Lengths come out in kilometres, times in hours, tolls in the currency of `config.csv`. The capacity of a link is
//! that of a lane and hour times its lanes. The specification has no curve of time: the columns `vdf_alpha` and
//! `vdf_beta` give `b` and `power`, and `vdf_fftt` the free-flow time in minutes, where a file has them, as files of
//! DTALite and path4gmns do; otherwise [`Curve`] and length over free speed count. A link that is not `directed` makes
//! two. A node of the type `centroid` only starts and ends ways.
//!
//! A row that cannot be used becomes a finding and the rest goes on; a network without nodes, links or units is none.
//!
//! | module | concept |
//! |---|---|
//! | `config` | units |
//! | `table` | rows under headings |
//! | `shape` | lines as well-known text |
//! | `nodes`, `links` | rows with their meaning |
//! | `writing` | a network as files |

mod config;
mod links;
mod nodes;
mod shape;
mod table;
mod writing;

use case::Finding;

use crate::spatial_graph::GraphFile;
use crate::traffic::TrafficNetwork;

pub use config::{LengthUnit, MeasuredIn};
pub use writing::{GmnsText, write_network};

use config::Config;
use table::Table;

/// The files of a network.
#[derive(Debug, Clone, Copy, Default)]
pub struct GmnsFiles<'f> {
    /// `config.csv`.
    pub config: Option<GraphFile<'f>>,
    /// `node.csv`.
    pub node: Option<GraphFile<'f>>,
    /// `link.csv`.
    pub link: Option<GraphFile<'f>>,
    /// `geometry.csv`.
    pub geometry: Option<GraphFile<'f>>,
    /// `use_definition.csv`.
    pub use_definition: Option<GraphFile<'f>>,
}

/// The curve of links that state none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Share of the free-flow time that is added at capacity.
    pub b: f64,
    /// How steeply time grows.
    pub power: f64,
}

impl Default for Curve {
    /// The figures of the Bureau of Public Roads, *Traffic Assignment Manual*, 1964.
    fn default() -> Self {
        Self { b: 0.15, power: 4.0 }
    }
}

/// Reads a network. `units` are for files that come without `config.csv`; where there is one, it speaks.
///
/// `None` where there is nothing to go on with: a required file or column is missing, or units are not known. All
/// findings are made in any case.
#[must_use]
pub fn read_network(
    files: &GmnsFiles<'_>,
    units: Option<MeasuredIn>,
    curve: Curve,
    findings: &mut Vec<Finding>,
) -> Option<TrafficNetwork> {
    let config = Config::read(files.config.as_ref(), units, findings);
    let shapes = files.geometry.as_ref().map(|file| links::shapes(&Table::read(file, findings), findings));
    let uses = files.use_definition.as_ref().map(|file| links::uses(&Table::read(file, findings), findings));
    for (file, name) in [(&files.node, "node.csv"), (&files.link, "link.csv")] {
        if file.is_none() {
            findings.push(Finding::error("missing-file", name, "the file is missing"));
        }
    }
    let mut network = TrafficNetwork { crs: config.crs.clone(), ..TrafficNetwork::default() };
    let has_nodes =
        files.node.is_some_and(|file| nodes::read(&Table::read(&file, findings), &mut network, findings));
    let has_links = files.link.is_some_and(|file| {
        let known = links::Known { config: &config, shapes, uses, curve };
        links::read(&Table::read(&file, findings), &known, &mut network, findings)
    });
    network.units = config.units()?;
    (has_nodes && has_links).then_some(network)
}
