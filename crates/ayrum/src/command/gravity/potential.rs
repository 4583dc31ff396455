//! `ayrum gravity potential`

use gravity::{Reported, Table, fit};
use serde_json::json;

use super::predict::{Ready, label, ready, support};
use super::{digits, ledger_spread, single, tell};
use crate::arguments::CaseSource;
use crate::arguments::gravity::{FromLedger, Potential, RowFormat};
use crate::command::{Done, put};
use crate::failure::Failure;
use crate::show;

/// One row, with what it stands for.
struct Shown {
    /// The label of the column by which the data were taken apart.
    part: String,
    line: u64,
    label: String,
    /// Whether both sides' reports were to be had.
    mirrored: bool,
    potential: gravity::Potential,
}

/// Works out what is traded against what is expected, and prints it.
pub(crate) fn run(asked: &Potential, case: &CaseSource) -> Result<Done, Failure> {
    let specification = single(&asked.formula)?.remove(0);
    let Some(value) = specification.response.name() else {
        return Err(Failure::new(format!(
            "the response `{}` is not a column",
            specification.response.text()
        ))
        .hint(
            "write the formula for trade itself, such as trade ~ …; --estimator log-ols takes its logarithm",
        ));
    };
    let mut columns = vec![value];
    columns.extend(asked.low.as_deref());
    columns.extend(asked.high.as_deref());
    let mut keys: Vec<&str> = asked.by.as_deref().into_iter().collect();
    let ledger = asked.ledger.from_ledger.then_some(&asked.ledger);
    if let Some(FromLedger { exporter, importer, year, .. }) = ledger {
        keys.extend([exporter.as_str(), importer, year]);
    }
    let ready = ready(
        &asked.formula,
        &asked.data,
        asked.new.as_deref(),
        asked.only.as_deref(),
        &asked.estimation,
        &columns,
        &keys,
    )?;
    let Ready { specifications, options, table, rows, mut findings } = ready;
    let mut all: Vec<Shown> = Vec::new();
    let mut missed: Vec<String> = Vec::new();
    for part in parts(asked.by.as_deref(), &rows)? {
        let of_part = |table: &Table| match &asked.by {
            Some(by) => rows_of(table, by, &part),
            None => Ok(table.clone()),
        };
        let (table, mut rows) = (of_part(&table)?, of_part(&rows)?);
        let fit = match fit(&table, &specifications, &options) {
            Ok(mut fits) => fits.remove(0),
            // One commodity that cannot be estimated must not hide the others.
            Err(error) if asked.by.is_some() => {
                missed.push(format!("{part}: {error}"));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        findings.extend(fit.findings.iter().cloned());
        if let Some(ledger) = ledger {
            let code = asked.by.as_ref().map(|_| part.as_str());
            rows = ledger_spread::with_reports(rows, ledger, code, case)?;
        }
        let column = |name: &str| ledger.map(|_| name.to_owned());
        let reported = Reported {
            value: value.to_owned(),
            low: column(ledger_spread::LOW).or_else(|| asked.low.clone()),
            high: column(ledger_spread::HIGH).or_else(|| asked.high.clone()),
        };
        let mirrors = match (&reported.low, &reported.high) {
            (Some(low), Some(high)) => {
                Some((rows.numbers(low)?.into_owned(), rows.numbers(high)?.into_owned()))
            }
            _ => None,
        };
        let potentials = fit.potential(&table, &rows, &reported, asked.level)?;
        all.extend(potentials.into_iter().map(|potential| {
            let row = potential.row;
            let both = |(low, high): &(Vec<f64>, Vec<f64>)| low[row] < high[row];
            Shown {
                part: part.clone(),
                line: rows.line(row),
                label: label(&fit, &rows, row),
                mirrored: mirrors.as_ref().is_some_and(both),
                potential,
            }
        }));
    }
    let mut done = tell(&findings);
    for missed in &missed {
        eprintln!("warning: not estimated: {missed}");
        done = Done::Findings;
    }
    if all.is_empty() && !missed.is_empty() {
        return Err(Failure::new("no part of the data can be estimated")
            .hint("leave --by out, or choose rows by --where"));
    }
    print(asked, &all)?;
    Ok(done)
}

/// The labels of a column among the rows to be looked at, in the order of their first appearance; a single nameless
/// part without one.
fn parts(by: Option<&str>, rows: &Table) -> Result<Vec<String>, Failure> {
    let Some(by) = by else { return Ok(vec![String::new()]) };
    let keys = rows.keys(by)?;
    let used = |(code, _): &(u32, &String)| keys.codes.contains(code);
    Ok((0u32..).zip(&keys.labels).filter(used).map(|(_, label)| label.clone()).collect())
}

/// The rows of one label.
fn rows_of(table: &Table, by: &str, part: &str) -> Result<Table, Failure> {
    let keys = table.keys(by)?;
    let kept: Vec<usize> = (0..table.rows()).filter(|row| keys.label(*row) == part).collect();
    Ok(table.of_rows(&kept))
}

fn print(asked: &Potential, all: &[Shown]) -> Result<(), Failure> {
    let by = asked.by.as_deref();
    let sides = |own: &Shown| match (asked.ledger.from_ledger || asked.low.is_some(), own.mirrored) {
        (false, _) => "one report, spread not asked for",
        (true, true) => "reports of both sides",
        (true, false) => "one report, spread not known",
    };
    let range = |pair: Option<(f64, f64)>| {
        pair.map_or(String::new(), |(low, high)| format!("{} – {}", digits(low, 4), digits(high, 4)))
    };
    match asked.format {
        RowFormat::Json => {
            let all: Vec<_> = all
                .iter()
                .map(|own| (own, &own.potential))
                .map(|(own, one)| json!({
                    "part": by.map(|_| own.part.clone()), "reports": sides(own),
                    "line": own.line, "row": own.label,
                    "actual": [one.actual.0, one.actual.1],
                    "expected": one.predicted.map(|(_, low, high)| [low, high]),
                    "expected_value": one.predicted.map(|(value, ..)| value),
                    "ratio": one.ratio.map(|(low, high)| [low, high]),
                    "gap": one.gap.map(|(low, high)| [low, high]),
                    "lower_share": one.lower_share, "verdict": one.verdict(), "support": support(&one.support),
                }))
                .collect();
            put(&show::json(&all)?)?;
        }
        RowFormat::Csv => {
            let heading = [
                "part",
                "line",
                "row",
                "reports",
                "actual_low",
                "actual_high",
                "expected_low",
                "expected_high",
                "ratio_low",
                "ratio_high",
                "gap_low",
                "gap_high",
                "lower_share",
                "verdict",
                "support",
            ];
            let text = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
            let cells = all.iter().map(|own| {
                let one = &own.potential;
                let pair = |pair: Option<(f64, f64)>| [text(pair.map(|p| p.0)), text(pair.map(|p| p.1))];
                let mut row =
                    vec![own.part.clone(), own.line.to_string(), own.label.clone(), sides(own).to_owned()];
                row.extend(pair(Some(one.actual)));
                row.extend(pair(one.predicted.map(|(_, low, high)| (low, high))));
                row.extend(pair(one.ratio));
                row.extend(pair(one.gap));
                row.extend([text(one.lower_share), one.verdict().to_owned(), support(&one.support)]);
                row
            });
            put(&show::csv(&heading, cells)?)?;
        }
        RowFormat::Table => {
            let mut heading: Vec<&str> = by.into_iter().collect();
            heading.extend([
                "line>",
                "row",
                "actual>",
                "reports",
                "expected>",
                "expected / actual>",
                "trade less>",
                "verdict",
            ]);
            let cells = all.iter().map(|own| {
                let one = &own.potential;
                let note = support(&one.support);
                let verdict = if note.is_empty() {
                    one.verdict().to_owned()
                } else {
                    format!("{}; {note}", one.verdict())
                };
                let actual = if one.actual.0 == one.actual.1 {
                    digits(one.actual.0, 4)
                } else {
                    range(Some(one.actual))
                };
                let mut row: Vec<String> = by.map(|_| own.part.clone()).into_iter().collect();
                row.extend([
                    own.line.to_string(),
                    own.label.clone(),
                    actual,
                    sides(own).to_owned(),
                    range(one.predicted.map(|(_, low, high)| (low, high))),
                    range(one.ratio),
                    one.lower_share.map_or(String::new(), show::percent),
                    verdict,
                ]);
                row
            });
            put(&show::table(&heading, cells.collect()))?;
            put(&format!(
                "\nIntervals of {:.0} %. \"trade less\": share of the sample's rows of similar expected trade that trade less in proportion to it.\n",
                100.0 * asked.level
            ))?;
        }
    }
    Ok(())
}
