//! `ayrum gravity`: the crate `gravity` over files.

mod counterfactual;
mod fit;
mod ledger_spread;
mod parquet_file;
mod potential;
mod predict;

use std::io::Read;
use std::path::Path;

use gravity::{
    CovarianceKind, Expression, Finding, FitOptions, GravityError, Roles, Specification, Table, parse_formula,
};

use super::Done;
use crate::arguments::CaseSource;
use crate::arguments::gravity::{Errors, Estimation, Estimator, Gravity};
use crate::failure::Failure;

/// Runs one of the commands.
pub(crate) fn run(command: &Gravity, case: &CaseSource) -> Result<Done, Failure> {
    match command {
        Gravity::Fit(asked) => fit::run(asked),
        Gravity::Predict(asked) => predict::run(asked),
        Gravity::Potential(asked) => potential::run(asked, case),
        Gravity::Counterfactual(asked) => counterfactual::run(asked, &case.set),
    }
}

impl From<GravityError> for Failure {
    fn from(error: GravityError) -> Self {
        Self::new(error.to_string())
    }
}

/// The options of an estimation, as the crate takes them.
fn options(asked: &Estimation) -> Result<FitOptions, Failure> {
    let expression = |text: &Option<String>| text.as_deref().map(Expression::parse).transpose();
    Ok(FitOptions {
        estimator: match asked.estimator {
            Estimator::Ppml => gravity::Estimator::Ppml,
            Estimator::LogOls => gravity::Estimator::LogOls,
            Estimator::Ols => gravity::Estimator::Ols,
        },
        covariance: match (&asked.cluster, asked.errors) {
            (Some(keys), _) => CovarianceKind::clustered(keys),
            (None, Errors::Robust) => CovarianceKind::Heteroskedastic,
            (None, Errors::Information) => CovarianceKind::Information,
        },
        small_sample: asked.small_sample.parse()?,
        drop_separated: !asked.keep_separated,
        keep_singletons: asked.keep_singletons,
        weights: expression(&asked.weights)?,
        offset: expression(&asked.offset)?,
        ..FitOptions::default()
    })
}

/// Columns that a question needs, gathered from its parts.
#[derive(Debug, Default)]
struct Needs {
    roles: Roles,
}

impl Needs {
    fn of(specifications: &[Specification], options: &FitOptions) -> Self {
        let mut needs = Self::default();
        for specification in specifications {
            for (name, role) in specification.needs() {
                let known = needs.roles.entry(name).or_default();
                known.number |= role.number;
                known.key |= role.key;
            }
        }
        options.covariance.keys().for_each(|key| needs.key(key));
        [&options.weights, &options.offset]
            .into_iter()
            .flatten()
            .for_each(|expression| needs.expression(expression));
        needs
    }

    fn key(&mut self, name: &str) {
        self.roles.entry(name.to_owned()).or_default().key = true;
    }

    fn number(&mut self, name: &str) {
        self.roles.entry(name.to_owned()).or_default().number = true;
    }

    fn expression(&mut self, expression: &Expression) {
        expression.needs(&mut self.roles);
    }
}

/// Reads a file's columns; a condition keeps some of its rows.
fn read(
    path: &Path,
    needs: &Needs,
    condition: Option<&Expression>,
) -> Result<(Table, Vec<Finding>), Failure> {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let mut roles = needs.roles.clone();
    if let Some(condition) = condition {
        condition.needs(&mut roles);
    }
    let (table, findings) = match ending(path).as_deref() {
        Some("parquet" | "pq") => parquet_file::read(path, &name, &roles)?,
        _ => Table::from_csv(&name, &bytes(path)?, &roles)?,
    };
    let Some(condition) = condition else { return Ok((table, findings)) };
    let kept = table.only(condition)?;
    if kept.rows() == 0 {
        return Err(Failure::new(format!("no row of {name} has {}", condition.text()))
            .hint(format!("the file has {} rows", table.rows())));
    }
    Ok((kept, findings))
}

fn ending(path: &Path) -> Option<String> {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase())
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let bytes =
        std::fs::read(path).map_err(|error| Failure::new(format!("{shown} cannot be read: {error}")))?;
    match ending(path).as_deref() {
        Some("gz") => {
            let mut text = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes.as_slice())
                .read_to_end(&mut text)
                .map_err(|error| Failure::new(format!("{shown} cannot be unpacked: {error}")))?;
            Ok(text)
        }
        _ => Ok(bytes),
    }
}

/// One specification, where several make no sense.
fn single(formula: &str) -> Result<Vec<Specification>, Failure> {
    let specifications = parse_formula(formula)?;
    if specifications.len() == 1 {
        return Ok(specifications);
    }
    Err(Failure::new(format!(
        "the formula stands for {} specifications; this needs one",
        specifications.len()
    ))
    .hint("`ayrum gravity fit` takes several"))
}

/// Tells findings; they are talk, not data.
fn tell(findings: &[Finding]) -> Done {
    for finding in findings {
        eprintln!("warning: {finding}");
    }
    if findings.is_empty() { Done::Good } else { Done::Findings }
}

/// A number with so many significant digits, without needless zeros of an exponent.
fn digits(value: f64, significant: usize) -> String {
    if !value.is_finite() || value == 0.0 {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..9).contains(&magnitude) {
        return format!("{value:.*e}", significant - 1);
    }
    let decimals = (significant as i32 - 1 - magnitude).max(0) as usize;
    format!("{value:.decimals$}")
}
