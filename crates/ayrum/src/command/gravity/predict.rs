//! `ayrum gravity predict`

use std::path::Path;

use gravity::{Expression, Finding, Fit, Support, Table, fit};
use serde_json::json;

use super::{Needs, digits, options, read, single, tell};
use crate::arguments::gravity::{Estimation, Predict, RowFormat};
use crate::command::{Done, put};
use crate::failure::Failure;
use crate::show;

/// A fit, the table it was made from, the rows to look at, and what is wrong with them.
pub(super) struct Prepared {
    pub(super) fit: Fit,
    pub(super) table: Table,
    pub(super) rows: Table,
    pub(super) findings: Vec<Finding>,
}

/// Estimates a formula and reads the rows it is to be applied to.
pub(super) fn prepare(
    formula: &str,
    data: &Path,
    new: Option<&Path>,
    only: Option<&str>,
    estimation: &Estimation,
    columns: &[&str],
) -> Result<Prepared, Failure> {
    let ready = ready(formula, data, new, only, estimation, columns, &[])?;
    let Ready { specifications, options, table, rows, mut findings } = ready;
    let fit = fit(&table, &specifications, &options)?.remove(0);
    findings.extend(fit.findings.iter().cloned());
    Ok(Prepared { fit, table, rows, findings })
}

/// What is needed for an estimate, read and not yet estimated.
pub(super) struct Ready {
    pub(super) specifications: Vec<gravity::Specification>,
    pub(super) options: gravity::FitOptions,
    pub(super) table: Table,
    pub(super) rows: Table,
    pub(super) findings: Vec<Finding>,
}

/// Reads the rows of an estimate and those it is to be applied to, with further columns of numbers and keys.
pub(super) fn ready(
    formula: &str,
    data: &Path,
    new: Option<&Path>,
    only: Option<&str>,
    estimation: &Estimation,
    columns: &[&str],
    keys: &[&str],
) -> Result<Ready, Failure> {
    let specifications = single(formula)?;
    let options = options(estimation)?;
    let mut needs = Needs::of(&specifications, &options);
    keys.iter().for_each(|key| needs.key(key));
    let condition = estimation.condition.as_deref().map(Expression::parse).transpose()?;
    let only = only.map(Expression::parse).transpose()?;
    if new.is_none() {
        columns.iter().for_each(|column| needs.number(column));
        if let Some(only) = &only {
            needs.expression(only);
        }
    }
    let (table, mut findings) = read(data, &needs, condition.as_ref())?;
    let rows = match new {
        Some(new) => {
            let mut needs = Needs::of(&specifications, &options);
            // The response may be missing from rows that are to be predicted; clusters are not needed.
            let mut response = gravity::Roles::new();
            specifications[0].response.needs(&mut response);
            needs.roles.retain(|name, _| !response.contains_key(name) || columns.contains(&name.as_str()));
            options.covariance.keys().for_each(|key| {
                if !specifications[0].effects.iter().flatten().any(|name| name == key) {
                    needs.roles.remove(key);
                }
            });
            columns.iter().for_each(|column| needs.number(column));
            keys.iter().for_each(|key| needs.key(key));
            let (rows, more) = read(new, &needs, only.as_ref())?;
            findings.extend(more);
            rows
        }
        None => match &only {
            Some(only) => table.only(only)?,
            None => table.clone(),
        },
    };
    Ok(Ready { specifications, options, table, rows, findings })
}

/// A row by the labels of its fixed effects: `KAZ · ARM · 2024`.
pub(super) fn label(fit: &Fit, rows: &Table, row: usize) -> String {
    let mut names: Vec<&String> = Vec::new();
    for name in fit.specification.effects.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let labels: Vec<String> =
        names.iter().filter_map(|name| rows.keys(name).ok().map(|keys| keys.label(row).to_owned())).collect();
    labels.join(" · ")
}

/// What is said of a row's support.
pub(super) fn support(support: &Support) -> String {
    match support {
        Support::Inside => String::new(),
        Support::Beyond { regressor, value, range } => format!(
            "outside the sample: {regressor} is {}, and {} to {} in the sample",
            digits(*value, 4),
            digits(range.0, 4),
            digits(range.1, 4)
        ),
        Support::UnknownGroup { effect, group } => {
            format!("outside the sample: it has no trade of {effect} {group}")
        }
        Support::NotIdentified => "outside the sample: it does not tie these effects together".to_owned(),
        Support::Missing => "a regressor or key is missing".to_owned(),
    }
}

/// Predicts and prints.
pub(crate) fn run(asked: &Predict) -> Result<Done, Failure> {
    if !(asked.level > 0.0 && asked.level < 1.0) {
        return Err(Failure::new(format!("{} is not a probability", asked.level)).hint("above 0 and below 1"));
    }
    let new = asked.new.as_deref();
    let prepared = prepare(&asked.formula, &asked.data, new, asked.only.as_deref(), &asked.estimation, &[])?;
    let Prepared { fit, table, rows, findings } = &prepared;
    let predictions = fit.predict(table, rows, !asked.no_errors)?;
    let done = tell(findings);
    let number = |value: Option<f64>| value.map_or(String::new(), |value| digits(value, 6));
    match asked.format {
        RowFormat::Json => {
            let all: Vec<_> = predictions
                .iter()
                .map(|one| {
                    let interval = one.interval(asked.level);
                    json!({
                        "line": rows.line(one.row), "row": label(fit, rows, one.row), "value": one.value,
                        "low": interval.map(|interval| interval.0), "high": interval.map(|interval| interval.1),
                        "linear": one.linear, "standard_error": one.standard_error,
                        "inside": one.support == Support::Inside, "support": support(&one.support),
                    })
                })
                .collect();
            put(&show::json(&all)?)?;
        }
        RowFormat::Csv | RowFormat::Table => {
            let csv = asked.format == RowFormat::Csv;
            let cells = predictions.iter().map(|one| {
                let interval = one.interval(asked.level);
                let numbers =
                    [one.value, interval.map(|i| i.0), interval.map(|i| i.1), one.linear, one.standard_error];
                let mut row = vec![rows.line(one.row).to_string(), label(fit, rows, one.row)];
                row.extend(numbers.iter().map(|value| {
                    if csv { value.map_or(String::new(), |value| value.to_string()) } else { number(*value) }
                }));
                row.push(support(&one.support));
                row
            });
            if csv {
                let heading = ["line", "row", "value", "low", "high", "linear", "standard_error", "support"];
                put(&show::csv(&heading, cells)?)?;
            } else {
                let heading =
                    ["line>", "row", "expected>", "low>", "high>", "linear>", "std. error>", "support"];
                put(&show::table(&heading, cells.collect()))?;
            }
        }
    }
    Ok(done)
}
