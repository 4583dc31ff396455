//! Classes: who pays what for time, tolls and length, and who may go where.

use std::path::Path;

use case::Finding;

use super::rows::Rows;
use crate::arguments::assign::Assign;
use crate::failure::Failure;

/// A class before it meets a network.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClassRow {
    /// Its name.
    pub(super) name: String,
    /// Its share of demand that names no class.
    pub(super) share: f64,
    /// Cost of a unit of time.
    pub(super) value_of_time: f64,
    /// Units of capacity that a unit of demand takes.
    pub(super) unit_size: f64,
    /// Words of `allowed_uses` of which a link must have one, or have none at all. Empty: every link.
    pub(super) uses: Vec<String>,
    /// Cost of a unit of toll.
    pub(super) toll_weight: f64,
    /// Cost of a unit of length.
    pub(super) distance_weight: f64,
}

/// The one class of who names none.
pub(super) fn single(asked: &Assign) -> ClassRow {
    ClassRow {
        name: "all".to_owned(),
        share: 1.0,
        value_of_time: 1.0,
        unit_size: 1.0,
        uses: Vec::new(),
        toll_weight: asked.toll_weight,
        distance_weight: asked.distance_weight,
    }
}

/// Reads classes from a table. A class without shares has an equal part of demand that names no class.
///
/// # Errors
/// Where the file cannot be read, or no row can be used.
pub(super) fn read(
    path: &Path,
    asked: &Assign,
    findings: &mut Vec<Finding>,
) -> Result<Vec<ClassRow>, Failure> {
    let rows = Rows::read(path, &[&["class"]], findings)?;
    let mut classes: Vec<ClassRow> = Vec::new();
    for row in rows.rows() {
        let name = row.text("class");
        if name.is_empty() || classes.iter().any(|class| class.name == name) {
            let problem = if name.is_empty() {
                "a class without a name".to_owned()
            } else {
                format!("class {name} comes twice")
            };
            findings.push(row.error("not-unique", "class", problem).valid("a name that no other class has"));
            continue;
        }
        let before = findings.len();
        let mut number = |column: &str, otherwise: f64| row.number(column, findings).unwrap_or(otherwise);
        let class = ClassRow {
            name: name.to_owned(),
            share: number("share", f64::NAN),
            value_of_time: number("value_of_time", 1.0),
            unit_size: number("unit_size", 1.0),
            uses: row
                .text("uses")
                .split([',', ' ', ';'])
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
            toll_weight: number("toll_weight", asked.toll_weight),
            distance_weight: number("distance_weight", asked.distance_weight),
        };
        for (column, value) in [("value_of_time", class.value_of_time), ("unit_size", class.unit_size)] {
            if value == 0.0 {
                let problem = format!("class {name} has a {column} of zero; it was left out");
                findings.push(row.error("malformed-value", column, problem).valid("a number above zero"));
            }
        }
        if findings.len() == before {
            classes.push(class);
        }
    }
    if classes.is_empty() {
        return Err(Failure::new(format!("{} has no class that can be used", rows.file)));
    }
    let stated: f64 = classes.iter().map(|class| class.share).filter(|share| share.is_finite()).sum();
    let without = classes.iter().filter(|class| class.share.is_nan()).count();
    let rest = (1.0 - stated).max(0.0) / without.max(1) as f64;
    for class in classes.iter_mut().filter(|class| class.share.is_nan()) {
        class.share = rest;
    }
    let sum: f64 = classes.iter().map(|class| class.share).sum();
    if (sum - 1.0).abs() > 1e-9 {
        findings.push(
            Finding::warning("shares", &rows.file, format!("the shares add up to {sum}"))
                .valid("shares that add up to 1"),
        );
    }
    Ok(classes)
}
