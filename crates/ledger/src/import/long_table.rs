//! Tables with a row for each flow, by a column map.

use std::io::Read;

use case::Finding;

use super::column_map::{ColumnMap, Field};
use super::economies::Economies;
use super::heading::{Heading, Shape};
use super::numbers::Notation;
use super::records::Records;
use super::session::{ImportError, Session};
use super::{Options, crosstab};
use crate::figure::FigureKind;
use crate::period::Period;
use crate::trade::{Flow, Measure, NewObservation, TOTAL};

/// A field of the map with the place of its column.
struct Placed<'a> {
    field: &'a Field,
    column: Option<usize>,
    name: &'a str,
}

impl<'a> Placed<'a> {
    fn of(session: &Session<'_>, heading: &Heading, field: &'a Field) -> Result<Self, ImportError> {
        let column = match &field.column {
            Some(name) => Some(heading.must(session, name, "")?),
            None => None,
        };
        Ok(Self { field, column, name: field.column.as_deref().unwrap_or_default() })
    }

    fn text(&self, cells: &[String]) -> String {
        let raw = match (self.column, &self.field.fixed) {
            (Some(column), _) => cells.get(column).map_or("", String::as_str).trim(),
            (None, Some(fixed)) => fixed,
            (None, None) => "",
        };
        self.field.words.get(raw).map_or(raw, String::as_str).to_owned()
    }
}

/// Reads the rows.
pub(crate) fn read<R: Read>(
    session: &mut Session<'_>,
    records: &mut Records<R>,
    heading: &Heading,
    map: &ColumnMap,
    options: &Options,
    economies: &Economies,
) -> Result<(), ImportError> {
    let place = |session: &Session<'_>, field: &'_ Option<Field>| -> Result<Option<usize>, ImportError> {
        match field.as_ref().and_then(|field| field.column.as_ref()) {
            Some(name) => heading.must(session, name, "").map(Some),
            None => Ok(None),
        }
    };
    let (Some(partner), Some(flow), Some(period), Some(value)) =
        (&map.partner, &map.flow, &map.period, &map.value)
    else {
        return Ok(());
    };
    let economy = Placed::of(session, heading, &map.economy)?;
    let partner = Placed::of(session, heading, partner)?;
    let flow = Placed::of(session, heading, flow)?;
    let commodity = Placed::of(session, heading, &map.commodity)?;
    let period = Placed::of(session, heading, period)?;
    let value = Placed::of(session, heading, value)?;
    let kilograms = place(session, &map.kilograms)?.zip(map.kilograms.as_ref());
    let mut only = Vec::new();
    for (column, word) in &map.only {
        only.push((heading.must(session, column, "")?, word));
    }
    let notation =
        Notation { decimal: options.decimal.unwrap_or(map.decimal()), three_decimals: map.three_decimals };
    let encoding = crosstab::encoding(session, options, Some(map))?;
    let mut cells: Vec<String> = Vec::new();
    while let Some(record) = records.next().map_err(|error| session.stop(error, &heading.names))? {
        session.row()?;
        if let Shape::Bad(finding) = heading.shape(session, &record)? {
            session.reject(finding)?;
            continue;
        }
        let line = record.line;
        cells.clear();
        cells.extend(record.iter().map(|field| encoding.decode_without_bom_handling(field).0.into_owned()));
        if only.iter().any(|(column, word)| cells[*column].trim() != word.as_str()) {
            session.set_aside += 1;
            continue;
        }
        let bad = |code: &'static str, field: &Placed<'_>, problem: String, valid: &str| {
            Box::new(session.fault(code, line, field.name, problem).valid(valid))
        };
        let code_of = |field: &Placed<'_>| {
            let text = field.text(&cells);
            if let Some(code) = map.names.get(&text) {
                return Ok(code.clone());
            }
            if Economies::is_code(&text) {
                return Ok(text);
            }
            if let Some(country) = rust_iso3166::from_alpha2(&text) {
                return Ok(country.alpha3.to_owned());
            }
            if let Some(code) = economies.numeric(text.as_bytes()) {
                return Ok(code.to_owned());
            }
            let is_group = text.len() >= 2
                && text.starts_with(|first: char| first.is_ascii_alphabetic())
                && text[1..].bytes().all(|byte| byte.is_ascii_digit());
            if is_group {
                return Err(bad(
                    "unresolved-group",
                    field,
                    format!("\"{text}\" is a group of economies whose members stand in another table"),
                    "an economy",
                ));
            }
            Err(bad(
                "unknown-economy",
                field,
                format!("economy \"{text}\" is unknown"),
                "an ISO 3166 code or number",
            ))
        };
        let mut padded = None;
        let checked = (|| {
            let economy = match &options.reporter {
                Some(reporter) => reporter.clone(),
                None => code_of(&economy)?,
            };
            let partner = code_of(&partner)?;
            let direction = flow.text(&cells);
            let Some(flow) = Flow::of(&direction) else {
                return Err(bad(
                    "unknown-word",
                    &flow,
                    format!("flow \"{direction}\" is unknown"),
                    "a word of the map",
                ));
            };
            let mut code = commodity.text(&cells);
            if code != TOTAL {
                if let Some(digits) = commodity.field.digits
                    && code.len() + 1 == digits
                {
                    padded = Some(code.clone());
                    code.insert(0, '0');
                }
                if !matches!(code.len(), 2..=10) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(bad(
                        "malformed-code",
                        &commodity,
                        format!("\"{code}\" is not an HS code"),
                        "two to ten digits",
                    ));
                }
            }
            let text = period.text(&cells);
            let Some(span) = span(&text) else {
                return Err(bad(
                    "malformed-value",
                    &period,
                    format!("\"{text}\" is not a period"),
                    "YYYY, YYYYMM or MM/YYYY",
                ));
            };
            Ok((economy, partner, flow, code, span))
        })();
        let (economy, partner, flow, code, span) = match checked {
            Ok(checked) => checked,
            Err(finding) => {
                session.reject(*finding)?;
                continue;
            }
        };
        if let Some(short) = padded {
            let finding = Finding::warning(
                "malformed-code",
                &session.file,
                format!("\"{short}\" has lost its leading zero; {code} was taken"),
            );
            session.keep(finding.at(line, commodity.name));
        }
        let text = value.text(&cells);
        if matches!(text.as_str(), "" | "NA") {
            session.set_aside += 1;
            let finding =
                Finding::warning("missing-value", &session.file, "there is no value; the row was set aside");
            session.keep(finding.at(line, value.name));
            continue;
        }
        let amount = match notation.read(&text) {
            Ok(amount) if amount >= 0.0 => amount * value.field.scale,
            outcome => {
                let problem = outcome
                    .map_or_else(|problem| problem, |amount| format!("the value is negative: {amount}"));
                session.reject(
                    session
                        .fault("malformed-value", line, value.name, problem)
                        .valid("a number, zero or more"),
                )?;
                continue;
            }
        };
        let mass = kilograms.and_then(|(column, field)| {
            notation.read(cells[column].trim()).ok().map(|mass| mass * field.scale)
        });
        session.store(&NewObservation {
            measure: map.measure(),
            reporter: &economy,
            economy: &economy,
            partner: &partner,
            flow,
            commodity: &code,
            period: span,
            kind: FigureKind::Exact,
            value: amount,
            high: None,
            scale: if map.measure() == Measure::Tariff { 1.0 } else { map.scale },
            currency: &map.currency,
            valuation: map.valuation(flow),
            kilograms: mass.filter(|mass| *mass > 0.0),
            ancestry: "",
        })?;
    }
    Ok(())
}

/// A period as tables write it: `2021`, `202103`, `03/2021`, `2021-03`.
fn span(text: &str) -> Option<Period> {
    if let Some((month, year)) = text.split_once('/') {
        return Period::rough(&format!("{year}-{month:0>2}"));
    }
    match text.len() {
        6 if text.is_ascii() => Period::rough(&format!("{}-{}", &text[..4], &text[4..])),
        _ => Period::rough(text),
    }
}
