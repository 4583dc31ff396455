//! `ayrum trade import`

use std::ops::ControlFlow;
use std::path::Path;

use case::{Finding, Severity, suggestion};
use indicatif::{ProgressBar, ProgressStyle};
use ledger::{ColumnMap, ImportError, Options, Outcome, Period, Store, import};
use serde::Serialize;

use super::{Done, put};
use crate::arguments::Format;
use crate::arguments::ledger::Import;
use crate::failure::Failure;
use crate::show;
use crate::show::finding::{self, WrittenFinding};

#[derive(Serialize)]
struct Written<'a> {
    store: String,
    files: Vec<WrittenFile<'a>>,
    findings: Vec<WrittenFinding<'a>>,
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    file: &'a str,
    format: &'a str,
    source: &'a str,
    read: u64,
    stored: u64,
    rejected: u64,
    set_aside: u64,
    first: &'a str,
    end: &'a str,
    was_there: bool,
    rejected_list: Option<String>,
}

/// Imports files, each whole or not at all.
pub(super) fn run(asked: &Import) -> Result<Done, Failure> {
    if asked.format == Format::Geojson {
        return Err(Failure::new("imports have no geometry").hint("table, json or csv"));
    }
    let options = options(asked)?;
    let mut store = Store::open(&asked.store)?;
    let mut outcomes = Vec::new();
    for path in &asked.files {
        outcomes.push(one(&mut store, path, &options, outcomes.len())?);
    }
    let findings: Vec<Finding> = outcomes.iter().flat_map(|own| own.findings.iter().cloned()).collect();
    let written = Written {
        store: asked.store.display().to_string(),
        files: outcomes.iter().map(|own| written(own, &asked.store)).collect(),
        findings: finding::written(&findings),
    };
    match asked.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            for finding in &findings {
                eprintln!("{}: {finding} [{}]", finding.severity.word(), finding.code);
            }
            let heading = [
                "file",
                "format",
                "source",
                "read",
                "stored",
                "rejected",
                "set_aside",
                "first",
                "end",
                "was_there",
            ];
            let rows = written.files.iter().map(|own| {
                let counts =
                    [own.read, own.stored, own.rejected, own.set_aside].map(|count| count.to_string());
                let [read, stored, rejected, set_aside] = counts;
                let was_there = if own.was_there { "yes" } else { "no" };
                [
                    own.file, own.format, own.source, &read, &stored, &rejected, &set_aside, own.first,
                    own.end, was_there,
                ]
                .map(str::to_owned)
                .to_vec()
            });
            put(&show::csv(&heading, rows)?)?;
        }
        Format::Table | Format::Geojson => put(&text(&written, &outcomes))?,
    }
    let good = findings.iter().all(|finding| finding.severity == Severity::Note);
    Ok(if good { Done::Good } else { Done::Findings })
}

fn options(asked: &Import) -> Result<Options, Failure> {
    let sign = |text: &str| match text {
        "tab" | "\\t" | "\t" => Some(b'\t'),
        _ => match text.as_bytes() {
            [sign] => Some(*sign),
            _ => None,
        },
    };
    let delimiter = match asked.delimiter.as_deref() {
        Some(text) => Some(sign(text).ok_or_else(|| {
            Failure::new(format!("`{text}` is no delimiter")).hint("one sign, such as ; or tab")
        })?),
        None => None,
    };
    let published = asked.published.clone().unwrap_or_default();
    if !published.is_empty() && Period::rough(&published).is_none() {
        return Err(Failure::new(format!("`{published}` is not a date")).hint("YYYY, YYYY-MM or YYYY-MM-DD"));
    }
    if let Some(reporter) = asked.reporter.as_deref()
        && !(reporter.len() == 3 && reporter.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return Err(Failure::new(format!("`{reporter}` is no code of an economy"))
            .hint("three capital letters, such as KAZ"));
    }
    Ok(Options {
        delimiter,
        decimal: asked.decimal.as_deref().and_then(|text| text.chars().next()),
        encoding: asked.encoding.clone(),
        map: asked.map.as_deref().map(map).transpose()?,
        economies: asked.economies.clone(),
        source: asked.source.clone(),
        reporter: asked.reporter.clone(),
        published,
    })
}

fn map(name: &str) -> Result<ColumnMap, Failure> {
    let path = Path::new(name);
    let parsed = if path.extension().is_some_and(|extension| extension == "toml") {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::new(format!("the column map {name} cannot be read: {error}")))?;
        ColumnMap::parse(name, &text)
    } else {
        ColumnMap::named(name)
    };
    parsed.map_err(|error| {
        let hint = match &error {
            ledger::MapError::Unknown(name) => {
                let shipped: Vec<&str> = ColumnMap::names_of_shipped().collect();
                format!(
                    "{} The program has {}; FILE.toml is read as a file",
                    suggestion(name, shipped.iter().copied()),
                    shipped.join(", ")
                )
            }
            ledger::MapError::Malformed { .. } => "docs/ledger.md explains column maps".to_owned(),
        };
        Failure::new(error.to_string()).hint(hint)
    })
}

fn one(store: &mut Store, path: &Path, options: &Options, before: usize) -> Result<Outcome, Failure> {
    let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    // Drawn on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(0).with_style(style);
    bar.set_message(path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()));
    let outcome = import(store, path, options, &mut |progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.bytes);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    outcome.map_err(|error| {
        let earlier = match before {
            0 => "the store is as it was".to_owned(),
            1 => "the file before it was imported; nothing of this one was".to_owned(),
            count => format!("the {count} files before it were imported; nothing of this one was"),
        };
        match error {
            ImportError::Rejected(mut finding) => {
                let valid = std::mem::take(&mut finding.valid);
                let valid = if valid.is_empty() { String::new() } else { format!("valid: {valid}; ") };
                Failure::new(finding.to_string()).hint(format!("{valid}{earlier}"))
            }
            ImportError::Store(error) => Failure::from(error),
            ImportError::Stopped => Failure::new("the import was stopped").hint(earlier),
        }
    })
}

fn written<'a>(own: &'a Outcome, store: &Path) -> WrittenFile<'a> {
    let part = &own.part;
    WrittenFile {
        file: &part.original,
        format: &part.format,
        source: &part.source,
        read: own.rows,
        stored: if own.was_there { 0 } else { part.rows },
        rejected: part.rejected,
        set_aside: part.set_aside,
        first: &part.first,
        end: &part.last,
        was_there: own.was_there,
        rejected_list: (part.rejected > 0 && !part.file.is_empty())
            .then(|| store.join(part.file.replace(".parquet", ".rejected.csv")).display().to_string()),
    }
}

fn text(written: &Written<'_>, outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for (own, outcome) in written.files.iter().zip(outcomes) {
        if own.was_there {
            text.push_str(&format!("{}: was imported before; nothing was stored twice\n", own.file));
            continue;
        }
        text.push_str(&format!(
            "{}: {}, {} row(s) read, {} observation(s) stored, {} rejected, {} set aside\n",
            own.file, own.format, own.read, own.stored, own.rejected, own.set_aside
        ));
        for (severity, heading) in [
            (Severity::Error, "Rejected"),
            (Severity::Warning, "Doubtful"),
            (Severity::Note, "Worth knowing"),
        ] {
            let of_it: Vec<&Finding> =
                outcome.findings.iter().filter(|own| own.severity == severity).collect();
            if of_it.is_empty() {
                continue;
            }
            text.push_str(&format!("  {heading}\n"));
            for finding in of_it.iter().take(20) {
                text.push_str(&format!("    {finding} [{}]\n", finding.code));
            }
            if of_it.len() > 20 {
                text.push_str(&format!("    and {} more\n", of_it.len() - 20));
            }
        }
        if let Some(list) = &own.rejected_list {
            text.push_str(&format!("  all rejected rows: {list}\n"));
        }
    }
    text
}
