//! What both sides report of a flow, from the ledger, for the rows of a table.

use std::collections::BTreeMap;

use gravity::Table;
use ledger::{Margin, Period, Store, TOTAL};

use crate::arguments::CaseSource;
use crate::arguments::gravity::FromLedger;
use crate::command::trade::report_of;
use crate::failure::Failure;
use crate::register::Desk;

/// Names of the columns that a table gets; no file has columns of such names.
pub(super) const LOW: &str = "(ledger, lowest)";
pub(super) const HIGH: &str = "(ledger, highest)";

/// The least and most that is reported of each row's flow, in units of the table: by the exporter, by the importer
/// brought to FOB, and by third parties. A row of which the ledger knows nothing has none.
pub(super) fn with_reports(
    table: Table,
    asked: &FromLedger,
    commodity: Option<&str>,
    case: &CaseSource,
) -> Result<Table, Failure> {
    if !(asked.unit.is_finite() && asked.unit > 0.0) {
        return Err(Failure::new(format!("{} dollars are no unit of trade", asked.unit))
            .hint("--unit says how many dollars one of the table's column is, such as 1000000"));
    }
    if !(0.0..1.0).contains(&asked.margin) {
        return Err(Failure::new(format!("{} is not a margin", asked.margin)).hint("a share such as 0.05"));
    }
    let margin = Margin::of(asked.margin);
    let desk = Desk::load(case)?;
    let store = Store::open(&asked.store)?;
    let (from, to) = (table.keys(&asked.exporter)?.into_owned(), table.keys(&asked.importer)?.into_owned());
    let years = table.keys(&asked.year)?.into_owned();
    let mut known: BTreeMap<(String, String, String), Option<(f64, f64)>> = BTreeMap::new();
    let (mut low, mut high) = (vec![f64::NAN; table.rows()], vec![f64::NAN; table.rows()]);
    for row in 0..table.rows() {
        let key = (from.label(row).to_owned(), to.label(row).to_owned(), years.label(row).to_owned());
        if key.0 == key.1 || key.0.is_empty() || key.1.is_empty() {
            continue;
        }
        let Some(year) = Period::parse(&key.2) else {
            return Err(Failure::new(format!(
                "{}:{}, column {}: `{}` is no year",
                table.name(),
                table.line(row),
                asked.year,
                key.2
            ))
            .hint("--year names the column of years"));
        };
        let range = match known.get(&key) {
            Some(range) => *range,
            None => {
                let code = commodity.unwrap_or(TOTAL);
                let report =
                    report_of(&desk.register, Some(&store), (&key.0, &key.1), Some(year), code, margin)?;
                let mut figures: Vec<f64> = Vec::new();
                for flow in report.flows.iter().filter(|flow| flow.exporter == key.0 && flow.period == year) {
                    let in_dollars = |own: &&ledger::Observation| own.currency == "USD";
                    let by_exporter =
                        flow.by_exporter.chosen.iter().filter(in_dollars).map(|own| own.amount());
                    let by_importer = flow.by_importer.chosen.iter().filter(in_dollars).map(|own| {
                        if own.valuation == ledger::Valuation::Fob {
                            own.amount()
                        } else {
                            own.amount() / (1.0 + margin.default)
                        }
                    });
                    let by_others = flow.by_others.iter().filter(in_dollars).map(ledger::Observation::amount);
                    figures.extend(
                        by_exporter.chain(by_importer).chain(by_others).filter(|own| own.is_finite()),
                    );
                }
                let range = figures
                    .iter()
                    .copied()
                    .map(|figure| (figure, figure))
                    .reduce(|(low, high), (own, _)| (low.min(own), high.max(own)));
                known.insert(key, range);
                range
            }
        };
        if let Some((least, most)) = range {
            (low[row], high[row]) = (least / asked.unit, most / asked.unit);
        }
    }
    Ok(table.with_numbers(LOW, low)?.with_numbers(HIGH, high)?)
}
