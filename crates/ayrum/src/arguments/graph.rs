//! Arguments of the commands on graphs of others: `ayrum import` and `ayrum matrix`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Format;

/// `ayrum import`
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Read a graph from node and edge CSV, join dead ends, and write it to a folder
    Graph(ImportGraph),
}

/// `ayrum import graph`
#[derive(Debug, Args)]
pub(crate) struct ImportGraph {
    /// Nodes: a .csv or .csv.gz with the columns node, lat, lon
    #[arg(long, value_name = "FILE")]
    pub(crate) nodes: PathBuf,
    /// Edges: a .csv or .csv.gz with the columns from, to, km and, if there is one, one_way
    #[arg(long, value_name = "FILE")]
    pub(crate) edges: PathBuf,
    /// Join dead ends to a node at most so many kilometres off that is far along the network
    #[arg(long, value_name = "KM", allow_negative_numbers = true)]
    pub(crate) heal: Option<f64>,
    /// Two nodes that healing is not to join; may be given more than once
    #[arg(long, value_name = "NODE:NODE", requires = "heal")]
    pub(crate) skip: Vec<String>,
    /// Folder for nodes.csv, edges.csv, added_links.csv and order.bin, which speeds up `ayrum matrix`;
    /// without it nothing is written
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum matrix`
#[derive(Debug, Args)]
pub(crate) struct Matrix {
    /// Folder of an imported graph, with nodes.csv and edges.csv
    #[arg(long, value_name = "FOLDER")]
    pub(crate) graph: PathBuf,
    /// Where distances begin: a place of the case by any name, LAT,LON or NAME=LAT,LON; may be given
    /// more than once
    #[arg(long, value_name = "POINT", allow_hyphen_values = true)]
    pub(crate) from: Vec<String>,
    /// Where they end [default: where they begin]
    #[arg(long, value_name = "POINT", allow_hyphen_values = true)]
    pub(crate) to: Vec<String>,
    /// Points to begin at, from a CSV with the columns name, lat, lon
    #[arg(long, value_name = "FILE")]
    pub(crate) from_file: Option<PathBuf>,
    /// Points to end at, from a CSV with the columns name, lat, lon
    #[arg(long, value_name = "FILE")]
    pub(crate) to_file: Option<PathBuf>,
    /// A point further than this from every node has no distances
    #[arg(long, value_name = "KM", default_value_t = 50.0, allow_negative_numbers = true)]
    pub(crate) snap_within: f64,
    /// File to write, .csv or .parquet [default: CSV to standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
