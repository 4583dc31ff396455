//! `ayrum gravity potential`

use gravity::Reported;
use serde_json::json;

use super::predict::{Prepared, label, prepare, support};
use super::{digits, single, tell};
use crate::arguments::gravity::{Potential, RowFormat};
use crate::command::{Done, put};
use crate::failure::Failure;
use crate::show;

/// Works out what is traded against what is expected, and prints it.
pub(crate) fn run(asked: &Potential) -> Result<Done, Failure> {
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
    let new = asked.new.as_deref();
    let prepared =
        prepare(&asked.formula, &asked.data, new, asked.only.as_deref(), &asked.estimation, &columns)?;
    let Prepared { fit, table, rows, findings } = &prepared;
    let reported = Reported { value: value.to_owned(), low: asked.low.clone(), high: asked.high.clone() };
    let potentials = fit.potential(table, rows, &reported, asked.level)?;
    let done = tell(findings);
    let range = |pair: Option<(f64, f64)>| {
        pair.map_or(String::new(), |(low, high)| format!("{} – {}", digits(low, 4), digits(high, 4)))
    };
    match asked.format {
        RowFormat::Json => {
            let all: Vec<_> = potentials
                .iter()
                .map(|one| json!({
                    "line": rows.line(one.row), "row": label(fit, rows, one.row),
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
                "line",
                "row",
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
            let cells = potentials.iter().map(|one| {
                let pair = |pair: Option<(f64, f64)>| [text(pair.map(|p| p.0)), text(pair.map(|p| p.1))];
                let mut row = vec![rows.line(one.row).to_string(), label(fit, rows, one.row)];
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
            let heading =
                ["line>", "row", "actual>", "expected>", "expected / actual>", "trade less>", "verdict"];
            let cells = potentials.iter().map(|one| {
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
                vec![
                    rows.line(one.row).to_string(),
                    label(fit, rows, one.row),
                    actual,
                    range(one.predicted.map(|(_, low, high)| (low, high))),
                    range(one.ratio),
                    one.lower_share.map_or(String::new(), show::percent),
                    verdict,
                ]
            });
            put(&show::table(&heading, cells.collect()))?;
            put(&format!(
                "\nIntervals of {:.0} %. \"trade less\": share of the sample's rows of similar expected trade that trade less in proportion to it.\n",
                100.0 * asked.level
            ))?;
        }
    }
    Ok(done)
}
