//! Arguments of `ayrum scenario` and `ayrum resilience`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

/// `ayrum scenario`
#[derive(Debug, Subcommand)]
pub(crate) enum Scenarios {
    /// The scenarios that can be named, with their dates and what stands behind them
    List {
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// What a scenario changes, by date, with sources
    Show {
        /// A name of `ayrum scenario list`, or a file
        #[arg(value_name = "NAME|FILE")]
        name: String,
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// List everything that is wrong or doubtful in scenario files
    Check {
        /// Files, or names of `ayrum scenario list`
        #[arg(required = true, value_name = "NAME|FILE")]
        names: Vec<String>,
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Run two scenarios through the loop from one base, side by side
    Compare {
        /// A name of `ayrum scenario list`, or a file
        #[arg(value_name = "A")]
        first: String,
        /// Another one
        #[arg(value_name = "B")]
        second: String,
        /// The day whose rules hold [default: the later of the scenarios' dates]
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        /// Statistics of `ayrum trade import`, whose cells replace modelled ones
        #[arg(long, value_name = "FOLDER")]
        store: Option<PathBuf>,
        /// Draw the doubted figures this many times and tell how far the changes move: 5 to 95 of 100 draws
        #[arg(long, value_name = "N", value_parser = at_least_one)]
        draws: Option<usize>,
        /// Seed of the draws
        #[arg(long, value_name = "S", default_value_t = 1, requires = "draws")]
        seed: u64,
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Start a scenario: write a commented template to NAME.toml
    New {
        /// Its name: letters, digits, `-`, `_`, `.`
        name: String,
        /// Write it to this file instead
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print the JSON Schema of scenario files, for editors
    Schema,
}

/// `ayrum resilience`
#[derive(Debug, Args)]
pub(crate) struct Resilience {
    /// The day whose rules hold [default: the scenario's date, else the case's horizon]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Close places (stations, ports, cities) in turn, each with all its links, instead of links
    #[arg(long, conflicts_with_all = ["journeys", "from"])]
    pub(crate) places: bool,
    /// Close only this link, crossing or place; may be given more than once
    #[arg(long, value_name = "ID", conflicts_with_all = ["journeys", "from", "places"])]
    pub(crate) only: Vec<String>,
    /// Statistics of `ayrum trade import`, whose cells replace modelled ones
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["journeys", "from"])]
    pub(crate) store: Option<PathBuf>,
    /// Ask what the journeys of the demo lose, instead of what all trade does
    #[arg(long, conflicts_with = "from")]
    pub(crate) journeys: bool,
    /// Ask what one journey loses, instead of what all trade does: where goods start
    #[arg(long, value_name = "PLACE", requires_all = ["to", "commodity"])]
    pub(crate) from: Option<String>,
    /// Where they end
    #[arg(long, value_name = "PLACE", requires = "from")]
    pub(crate) to: Option<String>,
    /// A commodity of the case, such as wheat, or its HS code
    #[arg(long, value_name = "GOOD", requires = "from")]
    pub(crate) commodity: Option<String>,
    /// How much, in tonnes
    #[arg(long, value_name = "N", default_value_t = 1000.0, requires = "from")]
    pub(crate) tonnes: f64,
    /// Closings to list; JSON and CSV have all
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(crate) most: usize,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum run`
#[derive(Debug, Args)]
pub(crate) struct RunScenario {
    /// A name of `ayrum scenario list`, or a file
    #[arg(value_name = "SCENARIO")]
    pub(crate) name: String,
    /// The day whose rules hold, in the base and with the measures [default: the scenario's date]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Hold this where it was in the base, to see what it contributes
    #[arg(long, value_enum)]
    pub(crate) freeze: Option<Freeze>,
    /// Take scarce capacities as without limit
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// Take as open what is not known to be closed
    #[arg(long)]
    pub(crate) assume_open: bool,
    /// Statistics of `ayrum trade import`, whose cells replace modelled ones
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,
    /// Draw the doubted figures this many times and tell intervals: 5 to 95 of 100 draws
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) draws: Option<usize>,
    /// Seed of the draws
    #[arg(long, value_name = "S", default_value_t = 1, requires = "draws")]
    pub(crate) seed: u64,
    /// Draw only these [default: both]
    #[arg(long, value_enum, requires = "draws")]
    pub(crate) drawn: Option<Doubted>,
    /// Passes of the loop at which it gives up and tells the best point met
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = at_least_one)]
    pub(crate) most_passes: usize,
    /// Tell rivals on the markets of this economy [default: where prices change most]
    #[arg(long, value_name = "ECONOMY")]
    pub(crate) into: Option<String>,
    /// Write a report: one HTML file with flow maps, tables and sources that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write each figure of the report alone, as SVG and its data as CSV, into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) figures: Option<PathBuf>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// A number of draws or passes.
fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| "valid is a whole number, 1 or more".to_owned())
}

/// Which figures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Doubted {
    /// Coefficients of trade: elasticities, distance, borders, the choice between the network and its rival
    Parameters,
    /// Figures of the case: prices, times, capacities, quantities
    Inputs,
}

/// What can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Freeze {
    /// Tonnes between zones: only routes and ways move
    Trade,
    /// Delays of scarce capacities
    Congestion,
}

impl Freeze {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Congestion => "congestion",
        }
    }
}

/// `ayrum roadmap`
#[derive(Debug, Args)]
pub(crate) struct Roadmap {
    /// A name of `ayrum scenario list`, or a file
    #[arg(value_name = "SCENARIO")]
    pub(crate) name: String,
    /// The first year, of which 1 July is asked about
    #[arg(long, value_name = "YEAR", default_value_t = 2026)]
    pub(crate) from: i16,
    /// The last one
    #[arg(long, value_name = "YEAR", default_value_t = 2030)]
    pub(crate) to: i16,
    /// Draw the dates of measures that may slip this many times, for the path to be expected (no other figure is drawn: that
    /// is `ayrum run --draws`)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) draws: usize,
    /// Seed of the draws
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Take as open what is not known to be closed
    #[arg(long)]
    pub(crate) assume_open: bool,
    /// Economies whose real income is told, by code; may be given more than once [default: those that gain or lose most]
    #[arg(long, value_name = "ECONOMY")]
    pub(crate) economy: Vec<String>,
    /// Statistics of `ayrum trade import`, whose cells replace modelled ones
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,
    /// Write a report: one HTML file with charts, tables and sources that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write each figure of the report alone, as SVG and its data as CSV, into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) figures: Option<PathBuf>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum replay`
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A result of `ayrum run` or `ayrum roadmap` with `--format json`
    #[arg(value_name = "RESULT.json")]
    pub(crate) result: PathBuf,
    /// The store of statistics that the run had, where it had one
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,
}
