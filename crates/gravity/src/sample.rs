//! From a table and a specification to the rows that are estimated with, and what became of the others.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::absorb::Absorber;
use crate::finding::Tally;
use crate::formula::{Factor, Term};
use crate::panel::Panel;
use crate::separation::{DropReason, prune};
use crate::table::MISSING;
use crate::{Estimator, Expression, Finding, FitOptions, GravityError, Groups, Specification, Table};

/// A row that was left out of the estimation although nothing is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// Row of the table, counted from 0.
    pub row: usize,
    /// Why.
    pub reason: DropReason,
}

/// The rows of an estimation, in the order of its fixed effects.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Row of the table of each position.
    pub(crate) rows: Vec<u32>,
    pub(crate) panel: Panel,
    /// Names of the regressors, and what they are made of.
    pub(crate) names: Vec<String>,
    /// The fixed effects, by position.
    pub(crate) ways: Vec<Groups>,
    pub(crate) absorber: Absorber,
    pub(crate) dropped: Vec<Dropped>,
}

/// What the rows of a table say before any is dropped for the sake of the estimator.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    /// Rows with nothing missing.
    rows: Vec<u32>,
    y: Vec<f64>,
    names: Vec<String>,
    x: Vec<Vec<f64>>,
    weights: Option<Vec<f64>>,
    offset: Option<Vec<f64>>,
    ways: Vec<Groups>,
}

/// The columns of a term, with their names.
pub(crate) fn columns(term: &Term, table: &Table) -> Result<Vec<(String, Vec<f64>)>, GravityError> {
    let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
    for (position, factor) in term.factors.iter().enumerate() {
        let of_factor = match factor {
            Factor::Column(expression) => vec![(expression.text().to_owned(), expression.evaluate(table)?)],
            Factor::Each { key, by, reference } => each(key, by.as_ref(), reference.as_deref(), table)?,
        };
        if position == 0 {
            columns = of_factor;
            continue;
        }
        columns = columns
            .iter()
            .flat_map(|(name, values)| {
                of_factor.iter().map(move |(other, factors)| {
                    let product = values.iter().zip(factors).map(|(a, b)| a * b).collect();
                    (format!("{name}:{other}"), product)
                })
            })
            .collect();
    }
    Ok(columns)
}

/// One column per label of a key, in the order of the labels, numbers before texts.
fn each(
    key: &str,
    by: Option<&Expression>,
    reference: Option<&str>,
    table: &Table,
) -> Result<Vec<(String, Vec<f64>)>, GravityError> {
    let keys = table.keys(key)?;
    let by_values = by.map(|by| by.evaluate(table)).transpose()?;
    let mut occurs = vec![false; keys.labels.len()];
    keys.codes.iter().filter(|code| **code != MISSING).for_each(|code| occurs[*code as usize] = true);
    let mut labels: Vec<(u32, &str)> = (0..).zip(keys.labels.iter().map(String::as_str)).collect();
    labels.retain(|(code, _)| occurs[*code as usize]);
    if let Some(reference) = reference
        && !labels.iter().any(|(_, label)| *label == reference)
    {
        return Err(GravityError::UnknownName {
            what: format!("the reference of `i({key})`"),
            name: reference.to_owned(),
            valid: keys.labels.join(", "),
        });
    }
    labels.sort_by(|(_, a), (_, b)| {
        match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.total_cmp(&b),
            (a, b) => a.is_err().cmp(&b.is_err()),
        }
        .then_with(|| a.cmp(b))
    });
    let column = |code: u32| {
        (0..table.rows())
            .map(|row| match keys.codes[row] {
                MISSING => f64::NAN,
                other if other == code => by_values.as_ref().map_or(1.0, |values| values[row]),
                _ => 0.0,
            })
            .collect()
    };
    Ok(labels
        .into_iter()
        .filter(|(_, label)| Some(*label) != reference)
        .map(|(code, label)| {
            let name = match by {
                Some(by) => format!("{key}::{label}:{}", by.text()),
                None => format!("{key}::{label}"),
            };
            (name, column(code))
        })
        .collect())
}

impl Evaluated {
    /// Evaluates a specification on a table. Rows in which something is missing, infinite or negative where
    /// it must not be become findings.
    pub(crate) fn new(
        table: &Table,
        specification: &Specification,
        options: &FitOptions,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, GravityError> {
        let mut alive = vec![true; table.rows()];
        let mut check = |name: &str, values: &[f64], lowest: Option<f64>, above: bool| {
            let valid = match (lowest, above) {
                (Some(lowest), true) => format!("a finite number above {lowest}"),
                (Some(lowest), false) => format!("a finite number, {lowest} or more"),
                (None, _) => "a finite number".to_owned(),
            };
            let tally = |code| Tally::new(code, table.name(), Some(name), &valid, "the row was left out");
            let (mut missing, mut infinite, mut low) =
                (tally("missing-value"), tally("not-finite"), tally("out-of-range"));
            for (row, value) in values.iter().enumerate() {
                let fits = value.is_finite()
                    && lowest.is_none_or(|lowest| *value > lowest || !above && *value == lowest);
                if fits {
                    continue;
                }
                let line = table.line(row);
                if value.is_nan() {
                    missing.add(line, || "the value is missing or undefined".to_owned());
                } else if value.is_infinite() {
                    infinite.add(line, || format!("the value is {value}"));
                } else {
                    low.add(line, || format!("the value is {value}"));
                }
                alive[row] = false;
            }
            missing.finish(findings);
            infinite.finish(findings);
            low.finish(findings);
        };
        let mut y = specification.response.evaluate(table)?;
        match options.estimator {
            Estimator::Ppml => check(specification.response.text(), &y, Some(0.0), false),
            Estimator::LogOls => {
                check(specification.response.text(), &y, Some(0.0), true);
                y.iter_mut().for_each(|y| *y = y.ln());
            }
            Estimator::Ols => check(specification.response.text(), &y, None, false),
        }
        let (mut names, mut x) = (Vec::new(), Vec::new());
        if specification.constant {
            names.push("(Intercept)".to_owned());
            x.push(vec![1.0; table.rows()]);
        }
        for term in &specification.terms {
            for (name, values) in columns(term, table)? {
                check(&name, &values, None, false);
                names.push(name);
                x.push(values);
            }
        }
        let weights = options.weights.as_ref().map(|weights| weights.evaluate(table)).transpose()?;
        if let (Some(weights), Some(expression)) = (&weights, &options.weights) {
            check(expression.text(), weights, Some(0.0), true);
        }
        let offset = options.offset.as_ref().map(|offset| offset.evaluate(table)).transpose()?;
        if let (Some(offset), Some(expression)) = (&offset, &options.offset) {
            check(expression.text(), offset, None, false);
        }
        let mut keys: BTreeMap<&str, Cow<'_, crate::Keys>> = BTreeMap::new();
        for name in specification.effects.iter().flatten().chain(options.covariance.keys()) {
            if keys.contains_key(name.as_str()) {
                continue;
            }
            let column = table.keys(name)?;
            let mut missing =
                Tally::new("missing-value", table.name(), Some(name), "a label", "the row was left out");
            for (row, _) in column.codes.iter().enumerate().filter(|(_, code)| **code == MISSING) {
                missing.add(table.line(row), || "the label is missing".to_owned());
                alive[row] = false;
            }
            missing.finish(findings);
            keys.insert(name, column);
        }
        let rows: Vec<u32> = (0..table.rows() as u32).filter(|row| alive[*row as usize]).collect();
        if rows.is_empty() {
            let why = match findings.last() {
                Some(finding) => format!("every row has a fault; the last: {finding}"),
                None => "the table has no rows".to_owned(),
            };
            return Err(GravityError::NothingLeft { rows: table.rows(), why });
        }
        let all = rows.len() == table.rows();
        let select = |values: Vec<f64>| {
            if all { values } else { rows.iter().map(|row| values[*row as usize]).collect() }
        };
        let ways = specification
            .effects
            .iter()
            .map(|names| together(names, &rows, all, |name| keys[name].codes.as_slice()))
            .collect();
        Ok(Self {
            y: select(y),
            names,
            x: x.into_iter().map(&select).collect(),
            weights: weights.map(&select),
            offset: offset.map(&select),
            ways,
            rows,
        })
    }

    /// Drops what cannot be estimated and orders the rest. `also` are rows of the table that are dropped for
    /// a reason found elsewhere.
    pub(crate) fn sample(
        &self,
        options: &FitOptions,
        also: &[Dropped],
        shared: Option<(&Absorber, &[u32])>,
    ) -> Result<Sample, GravityError> {
        let mut alive = vec![true; self.rows.len()];
        let mut dropped = also.to_vec();
        for row in also {
            if let Ok(position) = self.rows.binary_search(&(row.row as u32)) {
                alive[position] = false;
            }
        }
        let zero_groups = options.estimator == Estimator::Ppml && options.drop_separated;
        let pruned = prune(&self.y, &self.ways, &mut alive, zero_groups, options.keep_singletons);
        dropped.extend(
            pruned.into_iter().map(|(row, reason)| Dropped { row: self.rows[row as usize] as usize, reason }),
        );
        let kept: Vec<u32> = (0..self.rows.len() as u32).filter(|row| alive[*row as usize]).collect();
        if kept.is_empty() {
            return Err(GravityError::NothingLeft {
                rows: self.rows.len(),
                why: format!(
                    "{} rows are alone in a group of a fixed effect, or in one without any trade",
                    dropped.len()
                ),
            });
        }
        let ways: Vec<Groups> = self.ways.iter().map(|way| way.of_rows(&kept)).collect();
        // An order made for the same rows is as good as a new one.
        let same = |(absorber, rows): &(&Absorber, &[u32])| {
            absorber.order().len() == kept.len()
                && absorber
                    .order()
                    .iter()
                    .zip(*rows)
                    .all(|(at, row)| self.rows[kept[*at as usize] as usize] == *row)
        };
        let absorber = match shared.filter(same) {
            Some((absorber, _)) => absorber.clone(),
            None => Absorber::new(&ways, kept.len()),
        };
        let positions: Vec<u32> = absorber.order().iter().map(|row| kept[*row as usize]).collect();
        let place = |values: &[f64]| positions.iter().map(|row| values[*row as usize]).collect::<Vec<f64>>();
        Ok(Sample {
            rows: positions.iter().map(|row| self.rows[*row as usize]).collect(),
            panel: Panel {
                y: place(&self.y),
                x: self.x.iter().map(|column| place(column)).collect(),
                weights: self.weights.as_deref().map(place),
                offset: self.offset.as_deref().map(place),
            },
            names: self.names.clone(),
            ways: ways.iter().map(|way| way.of_rows(absorber.order())).collect(),
            absorber,
            dropped,
        })
    }

    /// Gives back the room of values that a sample now holds; rows and effects stay if another specification
    /// may want to share them.
    pub(crate) fn let_go(&mut self, more: bool) {
        (self.y, self.x, self.weights, self.offset) = (Vec::new(), Vec::new(), None, None);
        if !more {
            (self.rows, self.ways) = (Vec::new(), Vec::new());
        }
    }

    /// Whether another specification has the same rows and effects, so that their order can be shared.
    pub(crate) fn same_effects(&self, other: &Self) -> bool {
        self.rows == other.rows && self.ways == other.ways
    }
}

/// Groups of rows that agree in all of the named keys.
fn together<'k>(
    names: &'k [String],
    rows: &[u32],
    all: bool,
    codes: impl Fn(&'k str) -> &'k [u32],
) -> Groups {
    if all {
        let parts: Vec<&[u32]> = names.iter().map(|name| codes(name)).collect();
        return Groups::together(&parts, rows.len());
    }
    let parts: Vec<Vec<u32>> =
        names.iter().map(|name| rows.iter().map(|row| codes(name)[*row as usize]).collect()).collect();
    Groups::together(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>(), rows.len())
}

impl Sample {
    /// Groups of this sample's rows by keys of the table.
    pub(crate) fn groups(&self, table: &Table, names: &[String]) -> Result<Groups, GravityError> {
        let mut parts = Vec::new();
        for name in names {
            let keys = table.keys(name)?;
            parts.push(self.rows.iter().map(|row| keys.codes[*row as usize]).collect::<Vec<u32>>());
        }
        Ok(Groups::together(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>(), self.rows.len()))
    }
}
