//! UN Comtrade: what a record says, and the CSV of its web download.
//!
//! Exports hold re-exports and imports hold re-imports, so that they are kept apart and never added.
//! Records of one mode of transport, second partner or customs procedure are parts of a total that is
//! there too; they are set aside and counted.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use case::Finding;

use super::economies::Economies;
use super::heading::{Heading, Shape};
use super::numbers::Notation;
use super::records::Records;
use super::repeated::Repeated;
use super::session::{ImportError, Session};
use crate::figure::FigureKind;
use crate::period::Period;
use crate::trade::{Flow, Measure, NewObservation, TOTAL, Valuation};

/// How the source is cited.
pub(crate) const SOURCE: &str = "UN Comtrade";

/// The fields of a record that are read.
pub(crate) const FIELDS: [&str; 15] = [
    "typeCode",
    "period",
    "reporterCode",
    "reporterISO",
    "flowCode",
    "partnerCode",
    "partnerISO",
    "partner2Code",
    "cmdCode",
    "customsCode",
    "mosCode",
    "motCode",
    "netWgt",
    "primaryValue",
    "freqCode",
];

/// Where a record stands, for findings.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Line(u64),
    /// Its number in `data`, from 0.
    Record(usize),
}

impl Place {
    fn finding(self, session: &Session<'_>, code: &'static str, field: &str, problem: String) -> Finding {
        match self {
            Self::Line(line) => session.fault(code, line, field, problem),
            Self::Record(number) => {
                let mut finding = Finding::error(code, &session.file, problem);
                finding.column = Some(format!("data[{number}].{field}"));
                finding
            }
        }
    }
}

/// Checks records one by one and stores them.
#[derive(Default)]
pub(crate) struct Taker {
    repeated: Repeated,
}

impl Taker {
    /// Takes a record, its fields in the order of [`FIELDS`]; absent ones are empty.
    pub(crate) fn take(
        &mut self,
        session: &mut Session<'_>,
        economies: &Economies,
        fields: &[&str; FIELDS.len()],
        place: Place,
    ) -> Result<(), ImportError> {
        let [
            kind,
            period,
            reporter,
            reporter_iso,
            flow,
            partner,
            partner_iso,
            partner2,
            code,
            customs,
            mos,
            mot,
            net,
            value,
            _,
        ] = *fields;
        let none = |text: &str| text.is_empty() || text.parse::<f64>().is_ok_and(|number| number == 0.0);
        let is_part = !none(partner2) || !none(mot) || !none(mos) || !matches!(customs, "" | "C00");
        if is_part || !matches!(kind, "" | "C") {
            session.set_aside += 1;
            return Ok(());
        }
        let bad = |code: &'static str, field: &str, problem: String, valid: &str| {
            Box::new(place.finding(session, code, field, problem).valid(valid))
        };
        let economy = |field: &str, number: &str, iso: &str| {
            if !number.is_empty() && super::economies::whole(number.as_bytes()).is_none() {
                return Err(bad(
                    "malformed-value",
                    field,
                    format!("\"{number}\" is not a number of an economy"),
                    "digits, such as 398",
                ));
            }
            if Economies::is_code(iso) {
                return Ok(iso.to_owned());
            }
            match economies.numeric(number.as_bytes()) {
                Some(code) => Ok(code.to_owned()),
                None => Err(bad(
                    "unknown-economy",
                    field,
                    format!("economy \"{number}\" is unknown"),
                    "a number of UN Comtrade's list",
                )),
            }
        };
        let checked = (|| {
            let reporter = economy("reporterCode", reporter, reporter_iso)?;
            let partner = economy("partnerCode", partner, partner_iso)?;
            let flow = match flow {
                "X" => Flow::Export,
                "M" => Flow::Import,
                "RX" => Flow::ReExport,
                "RM" => Flow::ReImport,
                other => {
                    return Err(bad(
                        "unknown-word",
                        "flowCode",
                        format!("flow \"{other}\" is unknown"),
                        "X, M, RX or RM",
                    ));
                }
            };
            let span = match period.len() {
                4 => Period::rough(period),
                6 if period.is_ascii() => Period::rough(&format!("{}-{}", &period[..4], &period[4..])),
                _ => Period::rough(period).filter(|span| span.months().is_some()),
            };
            let Some(span) = span else {
                return Err(bad(
                    "malformed-value",
                    "period",
                    format!("\"{period}\" is not a period"),
                    "YYYY or YYYYMM",
                ));
            };
            let is_code = code == TOTAL
                || (matches!(code.len(), 2..=10) && code.bytes().all(|byte| byte.is_ascii_digit()));
            if !is_code {
                return Err(bad(
                    "malformed-code",
                    "cmdCode",
                    format!("\"{code}\" is not an HS code"),
                    "TOTAL, or two to ten digits",
                ));
            }
            let amount = match value {
                "" => {
                    return Err(bad(
                        "missing-value",
                        "primaryValue",
                        "there is no value".to_owned(),
                        "dollars",
                    ));
                }
                text => match Notation::POINT.read(text) {
                    Ok(amount) if amount >= 0.0 => amount,
                    Ok(_) => {
                        return Err(bad(
                            "not-positive",
                            "primaryValue",
                            format!("the value is negative: {text}"),
                            "dollars, zero or more",
                        ));
                    }
                    Err(problem) => {
                        return Err(bad("malformed-value", "primaryValue", problem, "dollars, zero or more"));
                    }
                },
            };
            Ok((reporter, partner, flow, span, amount))
        })();
        let (reporter, partner, flow, span, amount) = match checked {
            Ok(checked) => checked,
            Err(finding) => return session.reject(*finding),
        };
        let mut hasher = DefaultHasher::new();
        (&reporter, &partner, flow, code, span).hash(&mut hasher);
        // 64 bits: among ten million records the chance that two different ones look alike is 3 in a million.
        let position = match place {
            Place::Line(line) => line,
            Place::Record(number) => number as u64,
        };
        if let Some(first) = self.repeated.note(hasher.finish(), position) {
            let first = match place {
                Place::Line(_) => format!("line {first}"),
                Place::Record(_) => format!("data[{first}]"),
            };
            let finding =
                place.finding(session, "duplicate-row", "period", format!("the same flow as in {first}"));
            return session.reject(finding.valid("each flow once"));
        }
        session.store(&NewObservation {
            measure: Measure::Value,
            reporter: &reporter,
            economy: &reporter,
            partner: &partner,
            flow,
            commodity: code,
            period: span,
            kind: FigureKind::Exact,
            value: amount,
            high: None,
            scale: 1.0,
            currency: "USD",
            valuation: match flow {
                Flow::Import | Flow::ReImport => Valuation::Cif,
                _ => Valuation::Fob,
            },
            // Comtrade writes 0.0 for a mass that nobody gave.
            kilograms: net.parse().ok().filter(|mass: &f64| mass.is_finite() && *mass > 0.0),
            ancestry: "",
        })
    }
}

/// Reads the rows of a download.
pub(crate) fn read<R: Read>(
    session: &mut Session<'_>,
    records: &mut Records<R>,
    heading: &Heading,
    economies: &Economies,
) -> Result<(), ImportError> {
    let mut columns = [None; FIELDS.len()];
    for (slot, name) in columns.iter_mut().zip(FIELDS) {
        *slot = match name {
            "reporterCode" | "flowCode" | "partnerCode" | "cmdCode" | "period" | "primaryValue" => {
                Some(heading.must(session, name, "")?)
            }
            optional => heading.find(optional),
        };
    }
    let mut taker = Taker::default();
    while let Some(record) = records.next().map_err(|error| session.stop(error, &heading.names))? {
        session.row()?;
        if let Shape::Bad(finding) = heading.shape(session, &record)? {
            session.reject(finding)?;
            continue;
        }
        // None of the fields read has a letter outside ASCII; descriptions, which may be in any
        // encoding, are not read.
        let fields = columns.map(|column| {
            column
                .and_then(|column| record.get(column))
                .and_then(|field| std::str::from_utf8(field).ok())
                .unwrap_or_default()
        });
        taker.take(session, economies, &fields, Place::Line(record.line))?;
    }
    Ok(())
}
