//! `ayrum observations`

use std::io::Read;
use std::path::PathBuf;

use case::{Finding, Severity};
use network::{Estimate, Indicator, LEAST_SAMPLES, LogRow, LogTable, Scope, TripLog, estimates};
use serde::Serialize;

use super::{Done, lays_nothing_over, put};
use crate::arguments::{CaseSource, Format, Observations};
use crate::failure::Failure;
use crate::show;
use crate::show::finding::{self, WrittenFinding};
use crate::workbook;

#[derive(Serialize)]
struct Written<'a> {
    files: Vec<WrittenFile<'a>>,
    indicators: Vec<WrittenEstimate<'a>>,
    findings: Vec<WrittenFinding<'a>>,
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    file: &'a str,
    layout: Option<&'static str>,
    rows: usize,
    left_out: usize,
    trips: usize,
}

#[derive(Serialize)]
struct WrittenEstimate<'a> {
    indicator: &'static str,
    title: &'static str,
    unit: &'static str,
    scope: &'static str,
    place: &'a str,
    economy: &'a str,
    side: &'static str,
    mode: &'a str,
    direction: &'static str,
    year: Option<i16>,
    n: usize,
    not_known: usize,
    mean: Option<f64>,
    median: Option<f64>,
    coefficient_of_variation: Option<f64>,
    mean_by_tonnes: Option<f64>,
    default_mean: Option<f64>,
    default_standard_deviation: Option<f64>,
    default_note: String,
}

/// Reads logs of trips and prints what they show.
pub(crate) fn run(observations: &Observations, source: &CaseSource) -> Result<Done, Failure> {
    lays_nothing_over(source, "ayrum observations")?;
    let Observations::Import { files, format } = observations;
    if *format == Format::Geojson {
        return Err(Failure::new("indicators have no geometry").hint("table, json or csv"));
    }
    let mut findings = Vec::new();
    let mut logs: Vec<TripLog> = Vec::new();
    for path in files {
        for mut log in import(path, &mut findings)? {
            log.leave_out_repeated(&logs, &mut findings);
            logs.push(log);
        }
    }
    let trips: Vec<_> = logs.iter().flat_map(|log| log.trips.iter().cloned()).collect();
    let estimates = estimates(&trips);
    let written = written(&logs, &estimates, &findings);
    match format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            for finding in &findings {
                eprintln!("{}: {finding} [{}]", finding.severity.word(), finding.code);
            }
            put(&csv(&written)?)?;
        }
        Format::Table | Format::Geojson => put(&text(&written, &estimates, &findings))?,
    }
    let good = findings.iter().all(|finding| finding.severity == Severity::Note);
    Ok(if good { Done::Good } else { Done::Findings })
}

/// Reads a file: one log, or one for each sheet of a workbook that is not empty. What is wrong inside
/// becomes findings; only a file that cannot be opened ends the command.
fn import(path: &PathBuf, findings: &mut Vec<Finding>) -> Result<Vec<TripLog>, Failure> {
    let file = path.display().to_string();
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|mut open| open.read_to_end(&mut bytes))
        .map_err(|error| Failure::new(format!("{file} cannot be read: {error}")))?;
    let nothing = |file| TripLog { file, layout: None, rows: 0, left_out: 0, trips: Vec::new() };
    if bytes.starts_with(b"PK\x03\x04") {
        let sheets = match workbook::sheets_with_times(&bytes) {
            Ok(sheets) => sheets,
            Err(error) => {
                let problem = format!("the workbook cannot be read: {error}");
                findings.push(
                    Finding::error("unreadable-file", &file, problem)
                        .valid("a whole .xlsx, or its sheet as CSV"),
                );
                return Ok(vec![nothing(file)]);
            }
        };
        let filled = sheets.into_iter().filter(|sheet| !sheet.rows.is_empty());
        let logs = filled.map(|sheet| {
            let rows = sheet.rows.into_iter().map(|(line, cells)| LogRow { line, cells }).collect();
            TripLog::read(&LogTable { file: format!("{file}#{}", sheet.name), rows }, findings)
        });
        return Ok(logs.collect());
    }
    match text_of(&bytes) {
        Err((problem, valid)) => {
            findings.push(Finding::error("unreadable-file", &file, problem).valid(valid));
            Ok(vec![nothing(file)])
        }
        Ok(text) => {
            let (table, broken) = split(&file, text, findings);
            let mut log = TripLog::read(&table, findings);
            log.rows += broken;
            log.left_out += broken;
            Ok(vec![log])
        }
    }
}

/// The text of a file, or what is wrong with it and what would be valid.
fn text_of(bytes: &[u8]) -> Result<&str, (String, &'static str)> {
    const TABLE: &str = "CSV in UTF-8 with a heading";
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.is_empty() {
        return Err(("the file is empty and has no heading".to_owned(), TABLE));
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err((
            "the file is a workbook of the old form (.xls), which is not read".to_owned(),
            "the same, saved as .xlsx or CSV in UTF-8",
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        (format!("byte 0x{:02X} in line {line} is not UTF-8", bytes[at]), "the file saved in UTF-8")
    })
}

/// The rows of a text with the lines on which they begin, and how many rows a quote that is not
/// closed has swallowed.
fn split(file: &str, text: &str, findings: &mut Vec<Finding>) -> (LogTable, usize) {
    let bytes = text.as_bytes();
    let mut table = LogTable { file: file.to_owned(), rows: Vec::new() };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let (mut line, mut counted) = (1u64, 0usize);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let finding =
                    Finding::error("malformed-row", file, format!("the row cannot be read: {error}"));
                findings.push(finding);
                continue;
            }
        };
        let begun = record.position().map_or(counted, |position| position.byte() as usize).min(bytes.len());
        // A position may lie before the empty lines that the reader has passed over.
        let empty = bytes[begun..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let start = (begun + empty).max(counted);
        line += bytes[counted..start].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = start;
        table.rows.push(LogRow { line, cells: record.iter().map(str::to_owned).collect() });
    }
    let odd_quotes = bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    let swallowed = table
        .rows
        .last()
        .filter(|_| odd_quotes)
        .and_then(|row| row.cells.last())
        .map(|cell| cell.lines().skip(1).filter(|line| !line.trim().is_empty()).count());
    let Some(swallowed) = swallowed else { return (table, 0) };
    let row = table.rows.pop().unwrap_or_default();
    findings.push(
        Finding::error(
            "malformed-row",
            file,
            format!("a quote is not closed; the row and {swallowed} line(s) after it were left out"),
        )
        .at_row(row.line)
        .valid("quotes in pairs"),
    );
    (table, 1 + swallowed)
}

fn written<'a>(logs: &'a [TripLog], estimates: &'a [Estimate], findings: &'a [Finding]) -> Written<'a> {
    Written {
        files: logs
            .iter()
            .map(|log| WrittenFile {
                file: &log.file,
                layout: log.layout.map(network::Layout::words),
                rows: log.rows,
                left_out: log.left_out,
                trips: log.trips.len(),
            })
            .collect(),
        indicators: estimates.iter().map(written_estimate).collect(),
        findings: finding::written(findings),
    }
}

fn written_estimate(estimate: &Estimate) -> WrittenEstimate<'_> {
    let (group, statistics) = (&estimate.group, estimate.statistics);
    let default = estimate.default_value();
    WrittenEstimate {
        indicator: estimate.indicator.code(),
        title: estimate.indicator.title(),
        unit: estimate.indicator.unit(),
        scope: group.scope.words(),
        place: &group.place,
        economy: &group.economy,
        side: if group.scope == Scope::Corridor { "" } else { group.role.words() },
        mode: &group.modes,
        direction: group.direction.words(),
        year: group.year,
        n: estimate.count(),
        not_known: estimate.not_known,
        mean: statistics.map(|own| own.mean),
        median: statistics.map(|own| own.median),
        coefficient_of_variation: statistics.and_then(|own| own.coefficient_of_variation),
        mean_by_tonnes: statistics.and_then(|own| own.mean_by_tonnes),
        default_mean: default.map(|(mean, _)| mean),
        default_standard_deviation: default.map(|(_, deviation)| deviation),
        default_note: match default {
            Some(_) => String::new(),
            None => format!("n < {LEAST_SAMPLES}: no default"),
        },
    }
}

fn csv(written: &Written<'_>) -> Result<String, Failure> {
    let heading = [
        "indicator",
        "title",
        "unit",
        "scope",
        "place",
        "economy",
        "side",
        "mode",
        "direction",
        "year",
        "n",
        "not_known",
        "mean",
        "median",
        "coefficient_of_variation",
        "mean_by_tonnes",
        "default_mean",
        "default_standard_deviation",
        "default_note",
    ];
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    show::csv(
        &heading,
        written.indicators.iter().map(|own| {
            vec![
                own.indicator.to_owned(),
                own.title.to_owned(),
                own.unit.to_owned(),
                own.scope.to_owned(),
                own.place.to_owned(),
                own.economy.to_owned(),
                own.side.to_owned(),
                own.mode.to_owned(),
                own.direction.to_owned(),
                own.year.map(|year| year.to_string()).unwrap_or_default(),
                own.n.to_string(),
                own.not_known.to_string(),
                number(own.mean),
                number(own.median),
                number(own.coefficient_of_variation),
                number(own.mean_by_tonnes),
                number(own.default_mean),
                number(own.default_standard_deviation),
                own.default_note.clone(),
            ]
        }),
    )
}

fn text(written: &Written<'_>, estimates: &[Estimate], findings: &[Finding]) -> String {
    let mut text = String::new();
    for own in &written.files {
        text.push_str(&format!(
            "{}: {}, {} row(s), {} left out, {} trip(s)\n",
            own.file,
            own.layout.unwrap_or("not read"),
            own.rows,
            own.left_out,
            own.trips
        ));
    }
    for indicator in Indicator::ALL {
        let rows: Vec<Vec<String>> = estimates
            .iter()
            .zip(&written.indicators)
            .filter(|(own, _)| own.indicator == indicator)
            .map(|(_, own)| row(own))
            .collect();
        if rows.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{} {} ({})\n", indicator.code(), indicator.title(), indicator.unit()));
        text.push_str(&show::table(
            &[
                "where",
                "side",
                "mode",
                "direction",
                "year",
                "n>",
                "not known>",
                "mean>",
                "median>",
                "CV>",
                "by tonnes>",
                "default",
            ],
            rows,
        ));
    }
    if !written.indicators.is_empty() {
        text.push_str(&format!(
            "\nn: samples; not known: visits or trips without a known value; CV: coefficient of variation;\n\
             by tonnes: mean weighted by tonnes; default: mean ± standard deviation, from {LEAST_SAMPLES} samples on\n",
        ));
    }
    for (severity, heading) in
        [(Severity::Error, "Left out"), (Severity::Warning, "Doubtful"), (Severity::Note, "Worth knowing")]
    {
        let of_it: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == severity).collect();
        if of_it.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{heading} ({})\n", of_it.len()));
        for finding in of_it {
            text.push_str(&format!("  {finding} [{}]\n", finding.code));
        }
    }
    text
}

/// An estimate as a row of the table.
fn row(own: &WrittenEstimate<'_>) -> Vec<String> {
    let shown = |value: Option<f64>| value.map_or("–".to_owned(), figure);
    let place = match (own.scope, own.place) {
        ("all posts", _) => "all posts".to_owned(),
        ("corridor", "") => "corridor not stated".to_owned(),
        ("corridor", place) => format!("corridor {place}"),
        (_, place) if own.economy.is_empty() => place.to_owned(),
        (_, place) => format!("{place} ({})", own.economy),
    };
    let default = match own.default_mean.zip(own.default_standard_deviation) {
        Some((mean, deviation)) => format!("{} ± {}", figure(mean), figure(deviation)),
        None => own.default_note.clone(),
    };
    vec![
        place,
        own.side.to_owned(),
        if own.mode.is_empty() { "not stated" } else { own.mode }.to_owned(),
        own.direction.to_owned(),
        own.year.map_or("not known".to_owned(), |year| year.to_string()),
        own.n.to_string(),
        own.not_known.to_string(),
        shown(own.mean),
        shown(own.median),
        own.coefficient_of_variation.map_or("–".to_owned(), |value| format!("{value:.2}")),
        shown(own.mean_by_tonnes),
        default,
    ]
}

/// A figure with as many decimals as it can bear.
fn figure(value: f64) -> String {
    if value.abs() < 100.0 { format!("{value:.2}") } else { show::grouped(value) }
}
