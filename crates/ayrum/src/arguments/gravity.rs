//! Arguments of `ayrum gravity`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `ayrum gravity`
#[derive(Debug, Subcommand)]
pub(crate) enum Gravity {
    /// Estimate a formula: coefficients, standard errors, what was dropped and why
    Fit(Fit),
    /// Predict rows, in the sample or beyond it, with errors that hold those of the fixed effects
    Predict(Predict),
    /// What is traded against what the formula expects, as an interval
    Potential(Potential),
    /// General equilibrium: what a change of trade costs does to every economy
    Counterfactual(Counterfactual),
}

/// What is estimated, and from what.
#[derive(Debug, Clone, Args)]
pub(crate) struct Estimation {
    /// Weights of rows: a column or an expression
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) weights: Option<String>,
    /// What is added to the linear predictor: a column or an expression
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) offset: Option<String>,
    /// Only rows for which this holds, such as "year == 2006 & exporter != importer"
    #[arg(long = "where", value_name = "EXPRESSION")]
    pub(crate) condition: Option<String>,
    /// Standard errors clustered by these keys: pair_id, exporter^year, or exporter+importer for two ways
    #[arg(long, value_name = "KEYS", conflicts_with = "errors")]
    pub(crate) cluster: Option<String>,
    /// Standard errors without clusters
    #[arg(long, value_enum, default_value_t = Errors::Robust)]
    pub(crate) errors: Errors,
    /// Small-sample convention, by the program whose default it is
    #[arg(long, value_name = "PROGRAM", default_value = "ppmlhdfe",
          value_parser = ["ppmlhdfe", "fixest", "reghdfe", "none"])]
    pub(crate) small_sample: String,
    /// Estimator
    #[arg(long, value_enum, default_value_t = Estimator::Ppml)]
    pub(crate) estimator: Estimator,
    /// Keep rows without a finite estimate, whose fitted value goes to zero
    #[arg(long)]
    pub(crate) keep_separated: bool,
    /// Keep rows that are alone in a group of a fixed effect
    #[arg(long)]
    pub(crate) keep_singletons: bool,
}

/// Estimators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Estimator {
    /// Poisson pseudo-maximum likelihood; zeros are kept
    Ppml,
    /// Least squares of the logarithm of the response; zeros are left out
    LogOls,
    /// Least squares of the response as it is
    Ols,
}

/// Standard errors without clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Errors {
    /// Robust to heteroskedasticity
    Robust,
    /// From the information matrix
    Information,
}

/// Shapes of a table of coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// Text for reading
    Table,
    /// JSON
    Json,
    /// LaTeX
    Latex,
    /// Comma-separated values
    Csv,
}

/// Shapes of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// Text for reading
    Table,
    /// JSON
    Json,
    /// Comma-separated values
    Csv,
}

/// `ayrum gravity fit`
#[derive(Debug, Args)]
pub(crate) struct Fit {
    /// Formula, such as "trade ~ log(dist) + rta | exporter^year + importer^year"; sw() and csw() give several
    pub(crate) formula: String,
    /// The rows: .csv or .csv.gz with a heading, or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// How it is estimated
    #[command(flatten)]
    pub(crate) estimation: Estimation,
    /// Test the form of the mean (RESET)
    #[arg(long)]
    pub(crate) reset: bool,
    /// Take off the bias of three-way effects (Weidner and Zylkin): the columns of exporter, importer and time
    #[arg(long, value_name = "EXPORTER,IMPORTER,TIME", value_delimiter = ',')]
    pub(crate) bias: Vec<String>,
    /// Stars beside coefficients: 10, 5 and 1 per cent
    #[arg(long)]
    pub(crate) stars: bool,
    /// List the rows that were dropped, with the reason
    #[arg(long)]
    pub(crate) dropped: bool,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
}

/// `ayrum gravity predict`
#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// Formula
    pub(crate) formula: String,
    /// The rows to estimate with
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// The rows to predict [default: those of --data]
    #[arg(long, value_name = "FILE")]
    pub(crate) new: Option<PathBuf>,
    /// Only these rows are predicted
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) only: Option<String>,
    /// How it is estimated
    #[command(flatten)]
    pub(crate) estimation: Estimation,
    /// Probability of the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    pub(crate) level: f64,
    /// Without standard errors, which cost one projection for each row
    #[arg(long)]
    pub(crate) no_errors: bool,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    pub(crate) format: RowFormat,
}

/// `ayrum gravity potential`
#[derive(Debug, Args)]
pub(crate) struct Potential {
    /// Formula
    pub(crate) formula: String,
    /// The rows to estimate with
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// The rows to look at [default: those of --data]
    #[arg(long, value_name = "FILE")]
    pub(crate) new: Option<PathBuf>,
    /// Only these rows are looked at
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) only: Option<String>,
    /// How it is estimated
    #[command(flatten)]
    pub(crate) estimation: Estimation,
    /// Estimate and look at each label of this column on its own, such as a column of HS codes
    #[arg(long, value_name = "COLUMN")]
    pub(crate) by: Option<String>,
    /// What both sides report, from the ledger
    #[command(flatten)]
    pub(crate) ledger: FromLedger,
    /// Column of the lower of the mirror reports
    #[arg(long, value_name = "COLUMN", conflicts_with = "from_ledger")]
    pub(crate) low: Option<String>,
    /// Column of the higher of the mirror reports
    #[arg(long, value_name = "COLUMN", conflicts_with = "from_ledger")]
    pub(crate) high: Option<String>,
    /// Probability of the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    pub(crate) level: f64,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    pub(crate) format: RowFormat,
}

/// Where mirror reports come from, and which rows they belong to.
#[derive(Debug, Args)]
pub(crate) struct FromLedger {
    /// Take what exporter, importer and third parties report from the ledger (see `ayrum trade`), as the interval of
    /// what is traded; with --by, of that HS code
    #[arg(long = "ledger")]
    pub(crate) from_ledger: bool,
    /// Folder of imported statistics; figures of the case count always
    #[arg(long, value_name = "FOLDER", default_value = "trade-store", requires = "from_ledger")]
    pub(crate) store: PathBuf,
    /// Column of the exporter, by ISO code
    #[arg(long, value_name = "COLUMN", default_value = "exporter", requires = "from_ledger")]
    pub(crate) exporter: String,
    /// Column of the importer, by ISO code
    #[arg(long, value_name = "COLUMN", default_value = "importer", requires = "from_ledger")]
    pub(crate) importer: String,
    /// Column of the year
    #[arg(long, value_name = "COLUMN", default_value = "year", requires = "from_ledger")]
    pub(crate) year: String,
    /// Dollars in one unit of the table's trade
    #[arg(long, value_name = "USD", default_value_t = 1.0, requires = "from_ledger")]
    pub(crate) unit: f64,
    /// Freight and insurance as a share of FOB value, which an importer's figure holds
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, requires = "from_ledger")]
    pub(crate) margin: f64,
}

/// `ayrum gravity counterfactual`
///
/// What changes is said by `--set COLUMN=EXPRESSION`, with `if EXPRESSION` behind it for some rows only, such as
/// `--set 'border=0 if exporter == "CAN" & importer == "USA"'`.
#[derive(Debug, Args)]
pub(crate) struct Counterfactual {
    /// The baseline: one row for each origin and destination, with trade at home
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: PathBuf,
    /// Estimate the cost of trade from the baseline by this formula; fitted trade is the baseline
    #[arg(long, value_name = "FORMULA", required_unless_present = "coefficient")]
    pub(crate) formula: Option<String>,
    /// A coefficient known from elsewhere, NAME=VALUE; reported trade is the baseline. May be given more than once
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "formula")]
    pub(crate) coefficient: Vec<String>,
    /// Column of trade, with --coefficient
    #[arg(long, value_name = "COLUMN", default_value = "trade")]
    pub(crate) trade: String,
    /// Column of the origin
    #[arg(long, value_name = "COLUMN", default_value = "exporter")]
    pub(crate) exporter: String,
    /// Column of the destination
    #[arg(long, value_name = "COLUMN", default_value = "importer")]
    pub(crate) importer: String,
    /// How it is estimated
    #[command(flatten)]
    pub(crate) estimation: Estimation,
    /// Elasticity of substitution, above one
    #[arg(long, value_name = "SIGMA", default_value_t = 7.0)]
    pub(crate) sigma: f64,
    /// Economy in whose prices values are counted [default: the world's output keeps its value]
    #[arg(long, value_name = "NAME")]
    pub(crate) reference: Option<String>,
    /// How deficits close
    #[arg(long, value_enum, default_value_t = Closure::Multiplicative)]
    pub(crate) deficits: Closure,
    /// Hold outputs and expenditures fixed
    #[arg(long)]
    pub(crate) conditional: bool,
    /// Elasticity of supply to the real price of the factor
    #[arg(long, value_name = "PSI", default_value_t = 0.0)]
    pub(crate) supply_elasticity: f64,
    /// Draw the coefficients so often from their covariance, for intervals
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "coefficient")]
    pub(crate) draws: usize,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Probability of the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    pub(crate) level: f64,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    pub(crate) format: RowFormat,
}

/// How spending relates to income when incomes change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Closure {
    /// Spending keeps its ratio to income
    Multiplicative,
    /// Deficits keep their share of the world's output
    Additive,
    /// There are none; changes are counted from the balanced baseline
    Balanced,
}
