//! CEPII BACI: `t,i,j,k,v,q`, thousand current dollars FOB, positive flows only.
//!
//! BACI's figures are reconciled by CEPII from the reports of both sides to UN Comtrade, so that no
//! economy reports them; its method is in Gaulier and Zignago, *BACI: International Trade Database at
//! the Product-Level*, CEPII working paper 2010-23.

use std::io::Read;

use case::Finding;

use super::Options;
use super::economies::{Economies, whole};
use super::heading::{Heading, Shape};
use super::numbers::Notation;
use super::records::Records;
use super::repeated::Repeated;
use super::session::{ImportError, Session};
use crate::figure::FigureKind;
use crate::period::Period;
use crate::trade::{Flow, Measure, NewObservation, Valuation};

/// Reads the rows; returns the source with its release, as far as the file's name tells.
pub(crate) fn read<R: Read>(
    session: &mut Session<'_>,
    records: &mut Records<R>,
    heading: &Heading,
    options: &Options,
    economies: &Economies,
) -> Result<String, ImportError> {
    let mut columns = [0; 6];
    for (slot, name) in columns.iter_mut().zip(["t", "i", "j", "k", "v", "q"]) {
        *slot = heading.must(session, name, "")?;
    }
    let [t, i, j, k, v, q] = columns;
    let notation = Notation { decimal: options.decimal.unwrap_or('.'), three_decimals: true };
    let mut year: Option<(Vec<u8>, Period)> = None;
    let mut repeated = Repeated::default();
    let mut number = String::new();
    while let Some(record) = records.next().map_err(|error| session.stop(error, &heading.names))? {
        session.row()?;
        let line = record.line;
        if let Shape::Bad(finding) = heading.shape(session, &record)? {
            session.reject(finding)?;
            continue;
        }
        let field = |column: usize| record.get(column).unwrap_or_default();
        let lossy = |column: usize| String::from_utf8_lossy(field(column)).into_owned();
        let period = match &year {
            Some((text, period)) if text.as_slice() == field(t) => *period,
            Some((text, _)) => {
                let first = String::from_utf8_lossy(text).into_owned();
                let problem = format!("year {} in a file of {first}", lossy(t));
                session.reject(session.fault("wrong-year", line, "t", problem).valid(first))?;
                continue;
            }
            None => match std::str::from_utf8(field(t))
                .ok()
                .filter(|text| text.len() == 4)
                .and_then(Period::rough)
            {
                Some(period) => {
                    year = Some((field(t).to_vec(), period));
                    period
                }
                None => {
                    let problem = format!("\"{}\" is not a year", lossy(t));
                    session
                        .reject(session.fault("malformed-value", line, "t", problem).valid("four digits"))?;
                    continue;
                }
            },
        };
        let unknown = |name: &str, column: usize| {
            session
                .fault("unknown-economy", line, name, format!("economy \"{}\" is unknown", lossy(column)))
                .valid("a number of BACI's country table, by --economies")
        };
        let Some(economy) = economies.numeric(field(i)) else {
            session.reject(unknown("i", i))?;
            continue;
        };
        let Some(partner) = economies.numeric(field(j)) else {
            session.reject(unknown("j", j))?;
            continue;
        };
        if economy == partner {
            let finding =
                session.fault("same-economy", line, "j", format!("exporter and importer are both {economy}"));
            session.reject(finding.valid("two economies"))?;
            continue;
        }
        let Some(code) = std::str::from_utf8(field(k)).ok().filter(|code| is_subheading(code)) else {
            let finding = code_fault(session, line, &lossy(k));
            session.reject(finding)?;
            continue;
        };
        let value = match fast(field(v)) {
            Some(value) => Ok(value),
            None => {
                number.clear();
                number.push_str(&String::from_utf8_lossy(field(v)));
                if notation.decimal == '.' && number.contains(',') {
                    return Err(session
                        .fault(
                            "decimal-comma",
                            line,
                            "v",
                            format!("\"{number}\" is not a number here; it may have a decimal comma or a thousands separator"),
                        )
                        .valid("decimal points, or --decimal \",\"")
                        .into());
                }
                notation.read(&number)
            }
        };
        let value = match value {
            Ok(value) if value > 0.0 => value,
            Ok(value) => {
                let what = if value < 0.0 { "negative" } else { "zero" };
                let finding =
                    session.fault("not-positive", line, "v", format!("the value is {what}: {}", lossy(v)));
                session.reject(finding.valid("a value above zero; BACI lists positive flows only"))?;
                continue;
            }
            Err(problem) => {
                let finding = session.fault("malformed-value", line, "v", problem);
                session.reject(finding.valid("thousand dollars, a number above zero"))?;
                continue;
            }
        };
        let tonnes = match field(q) {
            b"" | b"NA" => None,
            text => match fast(text).map_or_else(|| notation.read(&String::from_utf8_lossy(text)), Ok) {
                Ok(tonnes) if tonnes >= 0.0 => Some(tonnes),
                _ => {
                    let problem = format!("\"{}\" is not a number of tonnes", lossy(q));
                    let finding = session.fault("malformed-value", line, "q", problem);
                    session.reject(finding.valid("tonnes, or NA where unknown"))?;
                    continue;
                }
            },
        };
        let part = |text: &[u8]| u64::from(whole(text).unwrap_or(0));
        let key = (part(field(i)) << 40) | (part(field(j)) << 28) | part(field(k));
        if let Some(first) = repeated.note(key, line) {
            let finding =
                session.fault("duplicate-row", line, "", format!("the same i, j and k as in line {first}"));
            session.reject(finding.valid("one row for each i, j and k"))?;
            continue;
        }
        session.store(&NewObservation {
            measure: Measure::Value,
            reporter: "",
            economy,
            partner,
            flow: Flow::Export,
            commodity: code,
            period,
            kind: FigureKind::Exact,
            value,
            high: None,
            scale: 1000.0,
            currency: "USD",
            valuation: Valuation::Fob,
            kilograms: tonnes.map(|tonnes| tonnes * 1000.0),
            ancestry: "UN Comtrade",
        })?;
    }
    let release =
        session.file.split_once("_V").map_or("", |(_, rest)| rest.split('.').next().unwrap_or_default());
    Ok(if release.is_empty() { "CEPII BACI".to_owned() } else { format!("CEPII BACI V{release}") })
}

fn is_subheading(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn code_fault(session: &Session<'_>, line: u64, code: &str) -> Finding {
    let problem = match code.len() {
        0 => "there is no HS code".to_owned(),
        5 if code.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("\"{code}\" has 5 digits; a leading zero was probably lost, and is not put back unasked")
        }
        length => format!("\"{code}\" has {length} characters"),
    };
    session.fault("malformed-code", line, "k", problem).valid("an HS subheading, six digits")
}

/// A plain decimal number of at most 15 digits, exactly as the slower way would read it: the digits as
/// a whole number and a power of ten up to 10^15 are both exact, and a quotient of two exact numbers
/// is rounded once.
fn fast(text: &[u8]) -> Option<f64> {
    if text.is_empty() || text.len() > 16 {
        return None;
    }
    let (mut digits, mut decimals, mut seen) = (0u64, 0usize, None);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                decimals += usize::from(seen.is_some());
            }
            b'.' if seen.is_none() && index > 0 => seen = Some(index),
            _ => return None,
        }
    }
    if digits >= 1_000_000_000_000_000 || seen == Some(text.len() - 1) {
        return None;
    }
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    Some(digits as f64 / POWERS.get(decimals)?)
}

#[cfg(test)]
mod tests {
    use super::fast;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_fast_way_reads_the_same_bits(whole in 0u64..1_000_000_000, decimals in 0u32..1_000_000, places in 0usize..7) {
            let text = if places == 0 { whole.to_string() } else { format!("{whole}.{:0places$}", decimals % 10u32.pow(places as u32)) };
            if let Some(value) = fast(text.as_bytes()) {
                prop_assert_eq!(value.to_bits(), text.parse::<f64>().expect("a number").to_bits());
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_slow_way() {
        for text in ["", "-1", "1e3", "1,5", ".5", "5.", "1.2.3", "NA", "99999999999999999"] {
            assert_eq!(fast(text.as_bytes()), None, "{text}");
        }
        assert_eq!(fast(b"133356434.315"), Some(133_356_434.315));
    }
}
