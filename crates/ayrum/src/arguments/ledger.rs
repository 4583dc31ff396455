//! Arguments of the ledger and the register.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

/// `ayrum trade`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true)]
pub(crate) struct Trade {
    /// What to do with the store
    #[command(subcommand)]
    pub(crate) command: Option<TradeCommand>,
    /// An economy, by code or name
    #[arg(value_name = "ECONOMY", required = true)]
    pub(crate) first: Option<String>,
    /// The other one
    #[arg(value_name = "ECONOMY", required = true)]
    pub(crate) second: Option<String>,
    /// Only periods inside these years, such as 2019..2025
    #[arg(long, value_name = "YEARS")]
    pub(crate) years: Option<String>,
    /// Only this HS code [default: all goods together]
    #[arg(long, value_name = "CODE")]
    pub(crate) hs: Option<String>,
    /// Freight and insurance as a share of FOB value
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    pub(crate) margin: f64,
    /// Show what parts of a year would be in a year, as if all months were alike
    #[arg(long)]
    pub(crate) annualise: bool,
    /// Folder of imported statistics; figures of the case are always shown
    #[arg(long, value_name = "FOLDER", default_value = "trade-store")]
    pub(crate) store: PathBuf,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// What to do with the store of trade statistics.
#[derive(Debug, Subcommand)]
pub(crate) enum TradeCommand {
    /// Import files of trade statistics: BACI, UN Comtrade, CEPII Gravity, WITS, workbooks, own tables
    Import(Import),
    /// “A trades so much with B, and C is larger, so A should trade more with C”: by size, by the great
    /// circle, by what carriage costs
    Analogy(Analogy),
}

/// `ayrum trade analogy`
#[derive(Debug, Args)]
pub(crate) struct Analogy {
    /// A: who trades with both, by code or name
    #[arg(value_name = "A")]
    pub(crate) from: String,
    /// B: whose trade with A is known
    #[arg(value_name = "B")]
    pub(crate) reference: String,
    /// C: whose trade with A is judged
    #[arg(value_name = "C")]
    pub(crate) subject: String,
    /// What A and B trade in a year, USD [default: the last whole year that the register has]
    #[arg(long, value_name = "USD", conflicts_with = "claim")]
    pub(crate) usd: Option<f64>,
    /// The claim of the register that says what A and B trade
    #[arg(long, value_name = "ID")]
    pub(crate) claim: Option<String>,
    /// A zone of A from which the great circle is taken; may be given more than once [default: all]
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Vec<String>,
    /// The day whose lines and rules cost is reckoned by [default: the case's horizon]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum trade import`
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files; .gz is read as it is
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Folder that keeps them
    #[arg(long, value_name = "FOLDER", default_value = "trade-store")]
    pub(crate) store: PathBuf,
    /// A column map: one that comes with the program, or a TOML file
    #[arg(long, value_name = "MAP")]
    pub(crate) map: Option<String>,
    /// What stands between fields: a sign, or tab [default: , or the map's]
    #[arg(long, value_name = "SIGN")]
    pub(crate) delimiter: Option<String>,
    /// Decimal sign [default: . or the map's]
    #[arg(long, value_name = "SIGN", value_parser = [".", ","])]
    pub(crate) decimal: Option<String>,
    /// Encoding, such as windows-1251 [default: utf-8 or the map's]
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// Table of economies that came with the file: country_code, country_iso3
    #[arg(long, value_name = "FILE")]
    pub(crate) economies: Option<PathBuf>,
    /// The economy that reports, where the table does not say
    #[arg(long, value_name = "CODE")]
    pub(crate) reporter: Option<String>,
    /// The source as it is to be cited
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: Option<String>,
    /// When it was published: a year, month or day
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum claims`
#[derive(Debug, Subcommand)]
pub(crate) enum Claims {
    /// Look at all claims of the case with all rules
    Check {
        /// Only this rule
        #[arg(long, value_name = "RULE")]
        rule: Option<String>,
        /// Show what was found consistent too
        #[arg(long)]
        all: bool,
        /// List the rules
        #[arg(long, conflicts_with_all = ["rule", "all"])]
        rules: bool,
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Look at a figure that is in no case yet
    Try(Try),
    /// One claim: who said it, from whom, what it conflicts with, how to cite it
    Show {
        /// Its identifier
        id: String,
        /// Only the citation
        #[arg(long, value_enum, value_name = "FORM")]
        cite: Option<Cite>,
        /// Shape of the output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// How a claim is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cite {
    /// A sentence
    Text,
    /// A BibTeX entry
    Bibtex,
}

/// `ayrum claims try`
#[derive(Debug, Args)]
pub(crate) struct Try {
    /// Tonnes of a cargo
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) tonnes: Option<f64>,
    /// In so many wagons
    #[arg(long, value_name = "N", conflicts_with_all = ["trucks", "teu"])]
    pub(crate) wagons: Option<f64>,
    /// In so many trucks
    #[arg(long, value_name = "N", allow_hyphen_values = true, conflicts_with = "teu")]
    pub(crate) trucks: Option<f64>,
    /// In so many twenty-foot containers
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) teu: Option<f64>,
    /// Kind of wagon
    #[arg(long, value_name = "KIND", value_parser = ["wagon", "hopper", "tank", "covered", "platform"])]
    pub(crate) vehicle: Option<String>,
    /// Tonnes are each day, month or year; --wagons is the length of a train
    #[arg(long, value_name = "SPAN", value_parser = ["day", "month", "year"])]
    pub(crate) per: Option<String>,
    /// Length of a journey
    #[arg(long, value_name = "KM", allow_hyphen_values = true, requires = "hours")]
    pub(crate) km: Option<f64>,
    /// Its time
    #[arg(long, value_name = "H", allow_hyphen_values = true, requires = "km")]
    pub(crate) hours: Option<f64>,
    /// A CSV file with the heading of claims.csv and one row or more, or - for standard input; all rules look at it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tonnes", "km", "per", "wagons", "trucks", "teu"])]
    pub(crate) row: Option<PathBuf>,
    /// Shape of the output; csv is the figure as a row of claims.csv with its verdict
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum timeline`
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// From this day, month or year
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// To this day, month or year, included
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Only what concerns this economy or bloc
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: Option<String>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `ayrum projects`
#[derive(Debug, Args)]
pub(crate) struct Projects {
    /// Only those that no pace so far would open as announced
    #[arg(long)]
    pub(crate) late: bool,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}
