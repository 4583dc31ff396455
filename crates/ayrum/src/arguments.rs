//! The command line.

pub(crate) mod assign;
mod graph;
pub(crate) mod gravity;
pub(crate) mod ledger;
pub(crate) mod scenarios;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use graph::{Import, ImportGraph, Matrix};

/// Freight corridors: what moves, which way, at what cost, under which rules, on which date.
#[derive(Debug, Parser)]
#[command(name = "ayrum", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The case, and what is laid over it
    #[command(flatten)]
    pub(crate) source: CaseSource,
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The case, and what is laid over it.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CaseSource {
    /// Folder of the case [default: the Kazakhstan–Armenia case inside the program]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) case: Option<PathBuf>,
    /// Lay your own figures over the case: a .csv or .xlsx in one of the templates of `ayrum case
    /// template`, or a table of a case; may be given more than once, the later speaks
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) with: Vec<PathBuf>,
    /// Lay one value over the case: PARAMETER=VALUE or TABLE.ROW.COLUMN=VALUE, such as
    /// services.kuryk-alat-wagons.amount=600; may be given more than once
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Ask under a scenario: one of `ayrum scenario list`, or a .toml file; may be given more than once
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub(crate) scenario: Vec<String>,
}

impl CaseSource {
    /// The case without any figures over it, and under no scenario.
    pub(crate) fn alone(&self) -> Self {
        Self { with: Vec::new(), set: Vec::new(), scenario: Vec::new(), ..self.clone() }
    }

    /// Whether the user's figures are laid over it, or a scenario.
    pub(crate) fn is_changed(&self) -> bool {
        !(self.with.is_empty() && self.set.is_empty() && self.scenario.is_empty())
    }

    /// What is laid over, in words: `with quotes.csv, --set speed_rail=45, under tripp-2028`.
    pub(crate) fn words(&self) -> String {
        let files = self.with.iter().map(|path| format!("with {}", path.display()));
        let values = self.set.iter().map(|value| format!("--set {value}"));
        let scenarios = self.scenario.iter().map(|name| format!("under {name}"));
        files.chain(values).chain(scenarios).collect::<Vec<_>>().join(", ")
    }

    /// The same figures over another case.
    pub(crate) fn over(&self, folder: &Path) -> Self {
        Self { case: Some(folder.to_owned()), ..self.clone() }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Change a border and see the wheat: the end of the ban of October 2025, the wheat train, and what else would
    /// change
    Demo(Demo),
    /// Routes for a shipment, what they cost, how sure that is, and why not the better ones
    Route(Route),
    /// What a shipment costs by a term of delivery, line by line, who pays, and which papers it needs
    Cost(Cost),
    /// What goods of every origin cost where they are wanted: price there, way, netback, who would win
    Landed(Landed),
    /// The same shipment on two dates, as known on two dates, in two cases, or without and with your
    /// own figures
    Compare(Compare),
    /// Which unknown and assumed figures matter most, and at which values the choice of route changes
    Sensitivity(Sensitivity),
    /// The network: a summary, or one place or link with its history; model against observation
    Network(Network),
    /// The rules that hold on a date, as known on a date
    Rules(Rules),
    /// Scenarios: named lists of dated measures, to ask under with --scenario
    #[command(subcommand)]
    Scenario(scenarios::Scenarios),
    /// Run a scenario through the loop: costs move trade, trade loads the network, loads move costs
    Run(scenarios::RunScenario),
    /// A scenario over years: each year, which measure buys what, and the path where projects slip
    Roadmap(scenarios::Roadmap),
    /// Run again what a result of `ayrum run` was made of, and say whether the same bytes come out
    Replay(scenarios::Replay),
    /// Close every link and crossing in turn and settle routes, trade and delays anew: what it costs, who suffers, the next
    /// best route; or what single journeys lose
    Resilience(scenarios::Resilience),
    /// List everything that is wrong or doubtful in a case
    Check(Check),
    /// Put demand on a network with capacities so that nobody could do better, and certify it
    Assign(Box<assign::Assign>),
    /// Distances along an imported graph, from many points to many
    Matrix(Matrix),
    /// Read the data of others
    #[command(subcommand)]
    Import(Import),
    /// Logs of observed trips, and what they show of borders and corridors
    #[command(subcommand)]
    Observations(Observations),
    /// What two economies trade, as each of them reports it; import statistics
    Trade(ledger::Trade),
    /// Claims: can they be so, who said them, how to cite them
    #[command(subcommand)]
    Claims(ledger::Claims),
    /// What happened when, with times that may be intervals
    Timeline(ledger::Timeline),
    /// Projects, and when they would open at their pace so far
    Projects(ledger::Projects),
    /// Write a case out, or start an empty one
    #[command(subcommand)]
    Case(Case),
    /// Structural gravity over tables of trade: estimates, predictions, potential, general equilibrium
    #[command(subcommand)]
    Gravity(gravity::Gravity),
}

/// How output is shaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for reading
    Table,
    /// JSON
    Json,
    /// GeoJSON lines and points
    Geojson,
    /// Comma-separated values
    Csv,
}

/// What is shipped, from where to where, and under which conditions.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shipment {
    /// Where goods start: a place by any of its names
    #[arg(long, value_name = "PLACE")]
    pub(crate) from: String,
    /// Where they end
    #[arg(long, value_name = "PLACE")]
    pub(crate) to: String,
    /// A commodity of the case, such as wheat, or its HS code
    #[arg(long, value_name = "GOOD")]
    pub(crate) commodity: String,
    /// How much, in tonnes [default: 1000]
    #[arg(long, value_name = "N", allow_hyphen_values = true, conflicts_with_all = ["teu", "trucks"])]
    pub(crate) tonnes: Option<f64>,
    /// How much, in twenty-foot containers
    #[arg(long, value_name = "N", conflicts_with = "trucks")]
    pub(crate) teu: Option<f64>,
    /// How much, in truckloads that stay on their trucks
    #[arg(long, value_name = "N")]
    pub(crate) trucks: Option<f64>,
    /// Answer as it would have been known on this day [default: all the case knows]
    #[arg(long, value_name = "DATE")]
    pub(crate) known: Option<String>,
    /// Least legal status that binds
    #[arg(long, value_name = "STATUS", default_value = "in-force",
          value_parser = ["announced", "initialled", "signed", "ratified", "in-force"])]
    pub(crate) status: String,
    /// Apply disputed rules too, instead of only showing them
    #[arg(long)]
    pub(crate) disputed: bool,
    /// Take what may be open as open
    #[arg(long)]
    pub(crate) assume_open: bool,
    /// Conditions of rules that the shipment meets, such as sealed-wagons
    #[arg(long, value_name = "CONDITION", value_delimiter = ',')]
    pub(crate) meets: Vec<String>,
    /// A place to be visited; may be given more than once
    #[arg(long, value_name = "PLACE")]
    pub(crate) via: Vec<String>,
    /// A place, economy (ISO code or name) or link to avoid; may be given more than once
    #[arg(long, value_name = "WHAT")]
    pub(crate) avoid: Vec<String>,
    /// The modes allowed [default: all]
    #[arg(long, value_name = "MODE", value_delimiter = ',', value_parser = ["rail", "road", "ferry", "sea", "air"])]
    pub(crate) mode: Vec<String>,
    /// What makes a route the best
    #[arg(long, value_enum, default_value_t = Least::Cost)]
    pub(crate) least: Least,
    /// Routes to show, the best included
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub(crate) alternatives: usize,
    /// USD per tonne and hour [default: the commodity's own]
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    pub(crate) value_of_time: Option<f64>,
    /// Bring all money to the prices of this day, by the case's index of dollar prices
    #[arg(long, value_name = "DATE")]
    pub(crate) price_date: Option<String>,
    /// Assume a link open, by identifier; may be given more than once
    #[arg(long, value_name = "LINK")]
    pub(crate) open: Vec<String>,
    /// Assume a link closed, by identifier; may be given more than once
    #[arg(long, value_name = "LINK")]
    pub(crate) close: Vec<String>,
    /// Assume a rule lifted, by identifier; may be given more than once
    #[arg(long, value_name = "RULE")]
    pub(crate) lift: Vec<String>,
}

/// What makes a route the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Least {
    /// Money + value of time × hours + reliability ratio × value of time × standard deviation
    Cost,
    /// Mean time
    Time,
    /// Money
    Money,
    /// Greenhouse gases
    Co2,
}

/// `ayrum route`
#[derive(Debug, Args)]
pub(crate) struct Route {
    /// The shipment
    #[command(flatten)]
    pub(crate) shipment: Shipment,
    /// Apply this day's rules to the whole journey [default: the case's horizon]
    #[arg(long, value_name = "DATE", conflicts_with_all = ["depart", "arrive_by"])]
    pub(crate) date: Option<String>,
    /// Goods are handed over on this day; judge rules and seasons when the cargo gets there
    #[arg(long, value_name = "DATE", conflicts_with = "arrive_by")]
    pub(crate) depart: Option<String>,
    /// Find the latest day to hand goods over so that they arrive by this day
    #[arg(long, value_name = "DATE")]
    pub(crate) arrive_by: Option<String>,
    /// Print a cost sheet by this term of delivery too, such as DAP; see `ayrum cost`
    #[arg(long, value_name = "TERM")]
    pub(crate) incoterm: Option<String>,
    /// Tell the cost sheet in this currency too, at the case's rate of the day
    #[arg(long, value_name = "CODE", default_value = "USD", requires = "incoterm")]
    pub(crate) currency: String,
    /// With --arrive-by: the probability of arriving in time
    #[arg(long, value_name = "P", default_value_t = 0.9)]
    pub(crate) confidence: f64,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write a report too: one HTML file with map, charts, comparison, rules, sensitivity and sources
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write every figure of the report into this folder: SVG, and its data as CSV
    #[arg(long, value_name = "DIR")]
    pub(crate) figures: Option<PathBuf>,
}

/// `ayrum landed`
///
/// Offers are rows of `origin_prices` of the case; `--with origin_prices.csv` lays your own over them, and
/// `--set origin_prices.ROW.amount=N` changes one.
#[derive(Debug, Args)]
pub(crate) struct Landed {
    /// Where the goods are wanted: a place by any of its names
    #[arg(long, value_name = "PLACE")]
    pub(crate) to: String,
    /// A commodity of the case, such as wheat-3, or its HS code; other grades of its code are shown beside it
    #[arg(long, value_name = "GOOD")]
    pub(crate) commodity: String,
    /// How much, in tonnes
    #[arg(long, value_name = "N", default_value_t = 1000.0, allow_hyphen_values = true)]
    pub(crate) tonnes: f64,
    /// Apply this day's rules to the whole journey [default: the case's horizon]
    #[arg(long, value_name = "DATE", conflicts_with = "depart")]
    pub(crate) date: Option<String>,
    /// Goods are handed over on this day; judge rules and seasons when the cargo gets there
    #[arg(long, value_name = "DATE")]
    pub(crate) depart: Option<String>,
    /// Term of delivery to which prices are brought: CFR, CIF, CPT, CIP, DAP, DPU or DDP
    #[arg(long, value_name = "TERM", default_value = "DAP")]
    pub(crate) incoterm: String,
    /// Tell landed prices in this currency too, at the case's rate of the day
    #[arg(long, value_name = "CODE", default_value = "USD")]
    pub(crate) currency: String,
    /// Answer as it would have been known on this day [default: all the case knows]
    #[arg(long, value_name = "DATE")]
    pub(crate) known: Option<String>,
    /// Apply disputed rules too, instead of only showing them
    #[arg(long)]
    pub(crate) disputed: bool,
    /// Take what may be open as open
    #[arg(long)]
    pub(crate) assume_open: bool,
    /// Conditions of rules that the shipment meets, such as sealed-wagons
    #[arg(long, value_name = "CONDITION", value_delimiter = ',')]
    pub(crate) meets: Vec<String>,
    /// A place, economy (ISO code or name) or link to avoid; may be given more than once
    #[arg(long, value_name = "WHAT")]
    pub(crate) avoid: Vec<String>,
    /// The modes allowed [default: all]
    #[arg(long, value_name = "MODE", value_delimiter = ',', value_parser = ["rail", "road", "ferry", "sea", "air"])]
    pub(crate) mode: Vec<String>,
    /// Assume a link open, by identifier; may be given more than once
    #[arg(long, value_name = "LINK")]
    pub(crate) open: Vec<String>,
    /// Assume a link closed, by identifier; may be given more than once
    #[arg(long, value_name = "LINK")]
    pub(crate) close: Vec<String>,
    /// Assume a rule lifted, by identifier; may be given more than once
    #[arg(long, value_name = "RULE")]
    pub(crate) lift: Vec<String>,
    /// Bring all money to the prices of this day, by the case's index of dollar prices
    #[arg(long, value_name = "DATE")]
    pub(crate) price_date: Option<String>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum cost`
#[derive(Debug, Args)]
pub(crate) struct Cost {
    /// The shipment
    #[command(flatten)]
    pub(crate) shipment: Shipment,
    /// Apply this day's rules to the whole journey [default: the case's horizon]
    #[arg(long, value_name = "DATE", conflicts_with = "depart")]
    pub(crate) date: Option<String>,
    /// Goods are handed over on this day; judge rules and seasons when the cargo gets there
    #[arg(long, value_name = "DATE")]
    pub(crate) depart: Option<String>,
    /// Term of delivery, of Incoterms 2020: EXW, FCA, FAS, FOB, CFR, CIF, CPT, CIP, DAP, DPU or DDP
    #[arg(long, value_name = "TERM", default_value = "DAP")]
    pub(crate) incoterm: String,
    /// Tell money in this currency too, at the case's rate of the day
    #[arg(long, value_name = "CODE", default_value = "USD")]
    pub(crate) currency: String,
    /// The route, by the number that `ayrum route` gives it [default: the best]
    #[arg(long, value_name = "N")]
    pub(crate) route: Option<usize>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum compare`
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The shipment
    #[command(flatten)]
    pub(crate) shipment: Shipment,
    /// A snapshot's date; give it twice to compare two dates
    #[arg(long, value_name = "DATE", num_args = 1)]
    pub(crate) date: Vec<String>,
    /// A second known date, to compare with --known
    #[arg(long, value_name = "DATE")]
    pub(crate) known_too: Option<String>,
    /// A second case, to compare with --case
    #[arg(long, value_name = "FOLDER")]
    pub(crate) case_too: Option<PathBuf>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum sensitivity`
#[derive(Debug, Args)]
pub(crate) struct Sensitivity {
    /// The shipment
    #[command(flatten)]
    pub(crate) shipment: Shipment,
    /// Apply this day's rules to the whole journey [default: the case's horizon]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Figures to list; JSON and CSV have all
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(crate) most: usize,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum network`
#[derive(Debug, Args)]
pub(crate) struct Network {
    /// A place by any name, or a link by its identifier
    pub(crate) what: Option<String>,
    /// List every place with its names
    #[arg(long, conflicts_with_all = ["what", "goods"])]
    pub(crate) places: bool,
    /// List every good
    #[arg(long, conflicts_with = "what")]
    pub(crate) goods: bool,
    /// The day on which states are shown [default: the case's horizon]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum rules`
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// The day on which they hold [default: the case's horizon]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// As known on this day [default: all the case knows]
    #[arg(long, value_name = "DATE")]
    pub(crate) known: Option<String>,
    /// Only those that speak to a place, its links or its economy
    #[arg(long, value_name = "PLACE")]
    pub(crate) on: Option<String>,
    /// Least legal status that binds
    #[arg(long, value_name = "STATUS", default_value = "in-force",
          value_parser = ["announced", "initialled", "signed", "ratified", "in-force"])]
    pub(crate) status: String,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folder of the case [default: --case, or the case inside the program]
    #[arg(value_name = "CASE")]
    pub(crate) folder: Option<PathBuf>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum observations`
#[derive(Debug, Subcommand)]
pub(crate) enum Observations {
    /// Read trip logs and print time, cost and speed by crossing, direction and year
    Import {
        /// CSV files or workbooks: activity logs, time/cost–distance sheets, satellite logs
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// `ayrum case`
#[derive(Debug, Subcommand)]
pub(crate) enum Case {
    /// Write the case inside the program (or --case) into a new folder
    Export {
        /// The folder; it must not exist or be empty
        folder: PathBuf,
    },
    /// Start an empty case that passes its check
    New {
        /// The folder; it must not exist or be empty
        folder: PathBuf,
    },
    /// Print a template for figures of your own, to be laid over a case with --with
    Template(Template),
}

/// `ayrum case template`
#[derive(Debug, Args)]
pub(crate) struct Template {
    /// Which one [default: list them]
    pub(crate) name: Option<String>,
    /// As CSV or as a workbook [default: by the ending of --out, else csv]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Sheet>,
    /// Write it to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How a template is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sheet {
    /// Comma-separated values
    Csv,
    /// A workbook
    Xlsx,
}

/// `ayrum demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder for report.html
    #[arg(long, value_name = "DIR", default_value = "report")]
    pub(crate) out: PathBuf,
    /// Write every figure of the report into this folder: SVG, and its data as CSV
    #[arg(long, value_name = "DIR")]
    pub(crate) figures: Option<PathBuf>,
}
