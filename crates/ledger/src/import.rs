//! Importers: files of trade statistics, read as a stream, into the store.
//!
//! Memory does not grow with the file but for the keys that find rows given twice (12 bytes a row of a
//! sorted file). What cannot be read is listed with line and column, in memory up to a limit and on the
//! disk in full. A file that cannot be taken as a whole leaves the store as it was.
//!
//! | module | concept |
//! |---|---|
//! | `records` | delimited text, record by record, with physical lines |
//! | `heading` | the columns of a file, and what its rows must look like |
//! | `session` | counts, findings, progress |
//! | `baci`, `comtrade_csv`, `comtrade_json`, `gravity` | the formats of these sources |
//! | `column_map` | any other table, by a map in TOML |
//! | `crosstab` | tables of statistics offices: economies down, flows and years across |
//! | `numbers`, `economies`, `repeated` | how tables write numbers and economies; rows given twice |

mod baci;
mod column_map;
mod comtrade_csv;
mod comtrade_json;
mod crosstab;
mod economies;
mod gravity;
mod heading;
mod long_table;
mod numbers;
mod records;
mod repeated;
mod session;

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use case::Finding;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

pub use column_map::{ColumnMap, MapError};
pub use session::{ImportError, Progress};

use crate::trade::{Part, Store, StoreError};
use economies::Economies;
use records::Records;
use session::{Session, Tee};

/// The most bytes of a workbook or a table of economies, which are read whole.
const MOST_WHOLE: u64 = 256 << 20;

/// What the caller knows of a file that the file does not say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What stands between the fields, if not a comma.
    pub delimiter: Option<u8>,
    /// The decimal sign, if not a point.
    pub decimal: Option<char>,
    /// The encoding, if not UTF-8, by its name on the web.
    pub encoding: Option<String>,
    /// How to read a table that is none of the formats known.
    pub map: Option<ColumnMap>,
    /// A table of economies `country_code,…,country_iso3` that comes with the file.
    pub economies: Option<PathBuf>,
    /// The source as it is to be cited; the importer's own words where there is none.
    pub source: Option<String>,
    /// The economy that reports, where the table does not say.
    pub reporter: Option<String>,
    /// When the source was published, as far as known.
    pub published: String,
}

/// What an import came to.
#[derive(Debug)]
pub struct Outcome {
    /// What the store says of it; nothing was added where `was_there`.
    pub part: Part,
    /// Whether a file of the same content had been imported before.
    pub was_there: bool,
    /// Rows read, headings not counted.
    pub rows: u64,
    /// Findings, the first of them; the part says how many rows were rejected.
    pub findings: Vec<Finding>,
}

/// The formats that are told apart by their headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Baci,
    Comtrade,
    Gravity,
    Mapped,
}

/// Imports a file into a store. The callback is told how far it is and may stop it.
///
/// # Errors
/// Where the file as a whole cannot be taken, the store cannot be written, or the callback said so. In
/// every case the store is as it was.
pub fn import(
    store: &mut Store,
    path: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Outcome, ImportError> {
    let name =
        path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into_owned();
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (of, file) = opened.map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    if of == 0 {
        return Err(Finding::error("empty-file", &name, "the file is empty (0 bytes) and has no header")
            .valid("a table with a header")
            .into());
    }
    let (bytes, hash) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Sha256::new())));
    let tee = Tee { reader: file, bytes: Rc::clone(&bytes), hash: Rc::clone(&hash) };
    let mut reader = BufReader::with_capacity(1 << 17, tee);
    let start = reader.fill_buf().map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    let kind = Container::of(&name, start);

    let incoming = store.begin()?;
    let mut session = Session {
        incoming,
        file: name.clone(),
        findings: Vec::new(),
        rows: 0,
        stored: 0,
        rejected: 0,
        set_aside: 0,
        bytes,
        of,
        progress,
    };
    let economies = economies(path, options, &mut session)?;
    let read = match kind {
        Container::Html => {
            Err(Finding::error("unreadable-file", &name, "not a workbook: the file starts like HTML")
                .valid("a workbook, or a table as CSV")
                .into())
        }
        Container::Json => {
            let read = comtrade_json::read(&mut session, &mut reader, &economies);
            read.map(|()| ("comtrade-json", comtrade_csv::SOURCE.to_owned()))
        }
        Container::Workbook => {
            let workbook = whole(&mut reader, &session)?;
            crosstab::read_workbook(&mut session, workbook, options, &economies)
                .map(|source| ("workbook", source))
        }
        Container::Text | Container::Gzip => {
            let reader: Box<dyn Read + '_> = if kind == Container::Gzip {
                Box::new(MultiGzDecoder::new(&mut reader))
            } else {
                Box::new(&mut reader)
            };
            delimited(&mut session, reader, options, &economies)
        }
    };
    let (format, source) = read?;
    // What lies behind the last record, such as the trailer of a compressed stream, is part of the file.
    std::io::copy(&mut reader, &mut std::io::sink())
        .map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    drop(reader);
    session.report()?;
    let digest = hash.borrow_mut().finalize_reset();
    let content: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    if session.rows == 0 && session.set_aside == 0 {
        session.keep(Finding::warning(
            "no-rows",
            &name,
            "the file has a header and no rows; nothing was stored",
        ));
    }
    let part = Part {
        file: String::new(),
        content,
        original: name,
        format: format.to_owned(),
        source: options.source.clone().unwrap_or(source),
        published: options.published.clone(),
        rows: session.stored,
        rejected: session.rejected,
        set_aside: session.set_aside,
        first: String::new(),
        last: String::new(),
    };
    let Session { incoming, findings, rows, stored, .. } = session;
    if let Some(earlier) = incoming.store().holding(&part.content) {
        return Ok(Outcome { part: earlier.clone(), was_there: true, rows, findings });
    }
    if stored == 0 {
        // Nothing to keep; an empty part would only be in the way.
        return Ok(Outcome { part, was_there: false, rows, findings });
    }
    let part = incoming.commit(part)?;
    Ok(Outcome { part, was_there: false, rows, findings })
}

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Text,
    Gzip,
    Json,
    Workbook,
    Html,
}

impl Container {
    fn of(name: &str, start: &[u8]) -> Self {
        let lower = name.to_lowercase();
        let begins = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        let is_named = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
        if start.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if begins.starts_with(b"<") {
            Self::Html
        } else if start.starts_with(b"PK\x03\x04") || is_named(&[".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"]) {
            Self::Workbook
        } else if begins.starts_with(b"{") || begins.starts_with(b"[") {
            Self::Json
        } else {
            Self::Text
        }
    }
}

/// The table of economies: the one named, else one of the usual name beside the file, else ISO's.
fn economies(path: &Path, options: &Options, session: &mut Session<'_>) -> Result<Economies, ImportError> {
    let mut economies = Economies::standard();
    let beside = || {
        let (_, release) = session.file.strip_prefix("BACI_")?.split_once("_V")?;
        let table = path.with_file_name(format!("country_codes_V{}.csv", release.split('.').next()?));
        table.is_file().then_some(table)
    };
    let Some(table) = options.economies.clone().or_else(beside) else { return Ok(economies) };
    let name =
        table.file_name().map_or_else(|| table.to_string_lossy(), |name| name.to_string_lossy()).into_owned();
    let file = File::open(&table).map_err(|source| StoreError::Io { path: table.clone(), source })?;
    let bytes = whole(&mut BufReader::new(file), session)?;
    let mut findings = Vec::new();
    economies.add(&name, &bytes, &mut findings)?;
    findings.into_iter().for_each(|finding| session.keep(finding));
    Ok(economies)
}

fn whole(reader: &mut dyn Read, session: &Session<'_>) -> Result<Vec<u8>, ImportError> {
    let mut bytes = Vec::new();
    let read = reader.take(MOST_WHOLE + 1).read_to_end(&mut bytes);
    match read {
        Ok(read) if read as u64 <= MOST_WHOLE => Ok(bytes),
        Ok(_) => Err(Finding::error("unreadable-file", &session.file, "the file is larger than 256 MiB")
            .valid("such tables as CSV, which is read as a stream")
            .into()),
        Err(error) => {
            Err(Finding::error("unreadable-file", &session.file, format!("the file cannot be read: {error}"))
                .into())
        }
    }
}

/// Reads delimited text: looks at its heading and hands it to the importer that knows it.
fn delimited(
    session: &mut Session<'_>,
    reader: Box<dyn Read + '_>,
    options: &Options,
    economies: &Economies,
) -> Result<(&'static str, String), ImportError> {
    let map = options.map.as_ref();
    let delimiter = options.delimiter.or_else(|| map.and_then(ColumnMap::delimiter)).unwrap_or(b',');
    let mut records = Records::new(reader, delimiter);
    let start = records.begin().map_err(|error| session.stop(error, &[]))?;
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Err(Finding::error("encoding", &session.file, "the file is UTF-16")
            .valid("the file saved in UTF-8")
            .into());
    }
    if let Some(map) = map.filter(|map| map.is_crosstab()) {
        crosstab::read_text(session, &mut records, map, options, economies)?;
        return Ok(("crosstab", map.source.clone()));
    }
    let heading = heading::Heading::read(session, &mut records, delimiter)?;
    let shipped;
    let (layout, map) = match map {
        Some(map) => (Layout::Mapped, Some(map)),
        None => match heading.layout() {
            Some(layout) => (layout, None),
            None => {
                shipped = ColumnMap::shipped().into_iter().find(|map| map.suits(&heading.names));
                match &shipped {
                    Some(map) => (Layout::Mapped, Some(map)),
                    None => return Err(heading.unknown(session, delimiter)),
                }
            }
        },
    };
    match (layout, map) {
        (Layout::Mapped, Some(map)) => {
            long_table::read(session, &mut records, &heading, map, options, economies)?;
            Ok(("column-map", map.source.clone()))
        }
        (Layout::Baci, _) => {
            let release = baci::read(session, &mut records, &heading, options, economies)?;
            Ok(("baci", release))
        }
        (Layout::Gravity, _) => {
            gravity::read(session, &mut records, &heading)?;
            Ok(("gravity", gravity::SOURCE.to_owned()))
        }
        _ => {
            comtrade_csv::read(session, &mut records, &heading, economies)?;
            Ok(("comtrade-csv", comtrade_csv::SOURCE.to_owned()))
        }
    }
}
