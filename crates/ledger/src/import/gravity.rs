//! CEPII Gravity: the trade flows of its rows, thousand current dollars.
//!
//! A row has one flow as up to five sources tell it. Distances, populations and the other variables
//! are the gravity estimation's matter and are not kept here.

use std::io::Read;

use super::economies::Economies;
use super::heading::{Heading, Shape};
use super::numbers::Notation;
use super::records::Records;
use super::session::{ImportError, Session};
use crate::figure::FigureKind;
use crate::period::Period;
use crate::trade::{Flow, Measure, NewObservation, TOTAL, Valuation};

/// How the source is cited.
pub(crate) const SOURCE: &str = "CEPII Gravity";

/// Who reports a column of flows.
#[derive(Clone, Copy)]
enum Teller {
    Origin,
    Destination,
    Nobody,
}

/// Columns of flows, who tells them, and where CEPII took them from.
const FLOWS: [(&str, Teller, &str); 5] = [
    ("tradeflow_comtrade_o", Teller::Origin, "UN Comtrade"),
    ("tradeflow_comtrade_d", Teller::Destination, "UN Comtrade"),
    ("tradeflow_baci", Teller::Nobody, "CEPII BACI"),
    ("tradeflow_imf_o", Teller::Origin, "IMF DOTS"),
    ("tradeflow_imf_d", Teller::Destination, "IMF DOTS"),
];

/// Reads the rows. A row whose economies did not exist that year, and one of an economy with itself,
/// is set aside.
pub(crate) fn read<R: Read>(
    session: &mut Session<'_>,
    records: &mut Records<R>,
    heading: &Heading,
) -> Result<(), ImportError> {
    let why = "; without it (year, iso3_o, iso3_d) is not a key";
    let mut must = [0; 7];
    let names =
        ["year", "country_id_o", "country_id_d", "iso3_o", "iso3_d", "country_exists_o", "country_exists_d"];
    for (slot, name) in must.iter_mut().zip(names) {
        *slot = heading.must(session, name, if name.starts_with("country_id") { why } else { "" })?;
    }
    let [year, _, _, origin, destination, origin_exists, destination_exists] = must;
    let mut flows = Vec::new();
    for (name, teller, ancestry) in FLOWS {
        if heading.find(name).is_some() {
            flows.push((name, heading.must(session, name, "")?, teller, ancestry));
        }
    }
    if flows.is_empty() {
        heading.must(session, FLOWS[0].0, ", and so are all others with trade")?;
    }
    while let Some(record) = records.next().map_err(|error| session.stop(error, &heading.names))? {
        session.row()?;
        if let Shape::Bad(finding) = heading.shape(session, &record)? {
            session.reject(finding)?;
            continue;
        }
        let line = record.line;
        let text = |column: usize| {
            record.get(column).and_then(|field| std::str::from_utf8(field).ok()).unwrap_or_default()
        };
        let (from, to) = (text(origin), text(destination));
        if text(origin_exists) == "0" || text(destination_exists) == "0" || from == to {
            session.set_aside += 1;
            continue;
        }
        let Some(period) = Some(text(year)).filter(|year| year.len() == 4).and_then(Period::rough) else {
            let finding =
                session.fault("malformed-value", line, "year", format!("\"{}\" is not a year", text(year)));
            session.reject(finding.valid("four digits"))?;
            continue;
        };
        if let Some((name, code)) =
            [("iso3_o", from), ("iso3_d", to)].into_iter().find(|(_, code)| !Economies::is_code(code))
        {
            let finding =
                session.fault("unknown-economy", line, name, format!("economy \"{code}\" is unknown"));
            session.reject(finding.valid("an ISO 3166 code of three letters"))?;
            continue;
        }
        for (name, column, teller, ancestry) in &flows {
            let cell = text(*column);
            if matches!(cell, "" | "NA") {
                continue;
            }
            let value = match Notation::POINT.read(cell) {
                Ok(value) if value >= 0.0 => value,
                outcome => {
                    let problem = outcome
                        .map_or_else(|problem| problem, |value| format!("the flow is negative: {value}"));
                    let finding = session.fault("malformed-value", line, name, problem);
                    session.reject(finding.valid("thousand dollars, or nothing where unknown"))?;
                    continue;
                }
            };
            let (reporter, economy, partner, flow, valuation) = match teller {
                Teller::Origin => (from, from, to, Flow::Export, Valuation::Fob),
                Teller::Destination => (to, to, from, Flow::Import, Valuation::Cif),
                Teller::Nobody => ("", from, to, Flow::Export, Valuation::Fob),
            };
            session.store(&NewObservation {
                measure: Measure::Value,
                reporter,
                economy,
                partner,
                flow,
                commodity: TOTAL,
                period,
                kind: FigureKind::Exact,
                value,
                high: None,
                scale: 1000.0,
                currency: "USD",
                valuation,
                kilograms: None,
                ancestry,
            })?;
        }
    }
    Ok(())
}
