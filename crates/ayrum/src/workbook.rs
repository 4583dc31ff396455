//! Tables of the user as files: CSV and workbooks, read into text; templates, written.
//!
//! Nothing is understood here: what a table is and what its rows mean is for `case` to say. Numbers
//! and dates of a workbook become the text that the same cell has in CSV.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, DataType, Reader, Xlsx};
use case::schema::Template;
use case::{Layout, Overlay, schema};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use crate::failure::Failure;

/// The tables of files, in their order. Sheets of a workbook that are no table of a case are passed
/// over with a warning, as long as one of it is.
///
/// # Errors
/// Where a file cannot be read, or nothing in it is a template or a table of a case.
pub(crate) fn read(paths: &[impl AsRef<Path>]) -> Result<Vec<Overlay>, Failure> {
    let mut labels: HashMap<String, usize> = HashMap::new();
    for path in paths {
        *labels.entry(file_name(path.as_ref())).or_default() += 1;
    }
    let mut overlays = Vec::new();
    for path in paths {
        let path = path.as_ref();
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
        let label = label(path, labels.get(&file_name(path)).is_some_and(|count| *count > 1));
        let mut tables = if is_workbook(path, &bytes) {
            workbook(&label, &bytes).map_err(|error| {
                Failure::new(format!("{} cannot be read as a workbook: {error}", path.display()))
                    .hint("save it as .xlsx or .csv")
            })?
        } else {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            vec![comma_separated(label, name, &bytes)?]
        };
        // The sheet that explains a template says nothing of a case.
        let explains =
            |table: &Overlay| table.rows.first().is_some_and(|(_, heading)| heading[..] == EXPLANATION);
        tables.retain(|table| !table.rows.is_empty() && !explains(table));
        let (known, unknown): (Vec<Overlay>, Vec<Overlay>) =
            tables.into_iter().partition(|table| Layout::of(table).is_some());
        if known.is_empty() {
            let valid = unknown.first().map(Layout::suggestion);
            let valid = valid.unwrap_or_else(|| "a heading in its first row".to_owned());
            let problem = format!("{} is no template and no table of a case", path.display());
            return Err(
                Failure::new(problem).hint(format!("{valid}; `ayrum case template` lists the templates"))
            );
        }
        for table in unknown {
            eprintln!("warning: {} is no template and no table of a case, and was not read", table.file);
        }
        overlays.extend(known);
    }
    Ok(overlays)
}

/// The heading of the sheet that says what the columns of a template mean.
const EXPLANATION: [&str; 4] = ["column", "required", "holds", "meaning"];

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// What outputs call a file: its name, or more of its path where two files share the name or a table
/// of the case has it.
fn label(path: &Path, is_shared: bool) -> String {
    let of_the_case =
        |name: &str| schema::TABLES.iter().any(|table| name.strip_suffix(".csv") == Some(table.name));
    let name = file_name(path);
    if !is_shared && !of_the_case(&name) {
        return name;
    }
    let whole = path.display().to_string();
    if of_the_case(&whole) { format!("./{whole}") } else { whole }
}

fn is_workbook(path: &Path, bytes: &[u8]) -> bool {
    let named = path.extension().is_some_and(|own| own.eq_ignore_ascii_case("xlsx"));
    named || bytes.starts_with(b"PK\x03\x04")
}

fn comma_separated(file: String, name: String, bytes: &[u8]) -> Result<Overlay, Failure> {
    let broken = |problem: String| Failure::new(format!("{file}: {problem}"));
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).trim(csv::Trim::All).from_reader(bytes);
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(|error| broken(format!("a row cannot be read: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |cell: &[u8]| {
            std::str::from_utf8(cell).map(|text| text.trim_start_matches('\u{feff}').to_owned())
        };
        let cells: Result<Vec<String>, _> = record.iter().map(cell).collect();
        let cells = cells.map_err(|_| {
            broken(format!("row {line} is not UTF-8 text")).hint("save the file as CSV UTF-8, or as .xlsx")
        })?;
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, cells));
        }
    }
    if let Some((_, heading)) = rows.first()
        && heading.len() == 1
        && heading[0].contains(';')
    {
        return Err(broken("the cells are separated by `;`".to_owned())
            .hint("separate them by commas, with points in numbers, or save the file as .xlsx"));
    }
    Ok(Overlay { file, name, rows })
}

fn workbook(label: &str, bytes: &[u8]) -> Result<Vec<Overlay>, calamine::XlsxError> {
    let tables = sheets(bytes, text)?;
    let overlay = |Sheet { name, rows }| Overlay { file: format!("{label}#{name}"), name, rows };
    Ok(tables.into_iter().map(overlay).collect())
}

/// A sheet of a workbook as text.
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) name: String,
    /// Its rows that are not blank, with their numbers.
    pub(crate) rows: Vec<(u64, Vec<String>)>,
}

/// The sheets of a workbook, with times of day beside dates where there are some: how logs of trips
/// read them.
pub(crate) fn sheets_with_times(bytes: &[u8]) -> Result<Vec<Sheet>, calamine::XlsxError> {
    sheets(bytes, |cell| match cell {
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                day
            } else {
                format!("{day}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::DateTimeIso(text) => text.clone(),
        other => text(other),
    })
}

fn sheets(bytes: &[u8], text: impl Fn(&Data) -> String) -> Result<Vec<Sheet>, calamine::XlsxError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name)?;
        // A range begins at its first cell that is not empty; its columns are those of the sheet.
        let (first, before) = range.start().map_or((0, 0), |(row, column)| (u64::from(row), column as usize));
        let cells = |row: &[Data]| -> Vec<String> {
            std::iter::repeat_n(String::new(), before).chain(row.iter().map(&text)).collect()
        };
        let rows = (first + 1..).zip(range.rows());
        let rows = rows.filter(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
        let rows = rows.map(|(number, row)| (number, cells(row))).collect();
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

/// The text of a cell, as CSV would have it: numbers with a point, dates as ISO 8601.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.trim().to_owned(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(true) => "yes".to_owned(),
        Data::Bool(false) => "no".to_owned(),
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(span) => span.as_f64().to_string(),
        Data::DateTimeIso(text) => text.chars().take(10).collect(),
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}

/// A template as CSV: its heading and its examples.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn template_csv(template: &Template) -> Result<String, Failure> {
    let heading: Vec<&str> = template.columns().iter().map(|column| column.name).collect();
    let rows = template.examples.iter().map(|row| template.example(row).map(str::to_owned).collect());
    crate::show::csv(&heading, rows)
}

/// A template as a workbook: a sheet of its name, and one that says what each column means.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn template_xlsx(template: &Template) -> Result<Vec<u8>, Failure> {
    write_xlsx(template).map_err(|error| Failure::new(format!("the workbook cannot be written: {error}")))
}

fn write_xlsx(template: &Template) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = book.add_worksheet().set_name(template.name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, own) in (0_u16..).zip(template.columns()) {
        sheet.write_string_with_format(0, column, own.name, &bold)?;
        sheet.set_column_width(column, own.name.len().max(10) as f64 + 2.0)?;
        for (row, cells) in (1_u32..).zip(template.examples) {
            let cell = cells.iter().find(|(name, _)| *name == own.name).map_or("", |(_, cell)| *cell);
            let is_number =
                matches!(own.kind, schema::Kind::Number | schema::Kind::SignedNumber | schema::Kind::Count);
            let date = cell.parse::<jiff::civil::Date>().ok();
            match (is_number.then(|| cell.parse::<f64>().ok()).flatten(), date) {
                (Some(number), _) => drop(sheet.write_number(row, column, number)?),
                (None, Some(date)) => {
                    let serial = f64::from((date - jiff::civil::date(1899, 12, 30)).get_days());
                    sheet.write_number_with_format(row, column, serial, &day)?;
                }
                (None, None) if cell.is_empty() => {}
                (None, None) => drop(sheet.write_string(row, column, cell)?),
            }
        }
    }
    let sheet = book.add_worksheet().set_name("columns")?;
    for (column, (word, width)) in (0_u16..).zip(EXPLANATION.into_iter().zip([16, 9, 40, 90])) {
        sheet.write_string_with_format(0, column, word, &bold)?;
        sheet.set_column_width(column, f64::from(width))?;
    }
    for (row, own) in (1_u32..).zip(template.columns()) {
        let required = if own.required { "yes" } else { "" };
        for (column, cell) in (0_u16..).zip([own.name, required, &case::expected(own), own.meaning]) {
            sheet.write_string_with_format(row, column, cell, &wrapped)?;
        }
    }
    book.save_to_buffer()
}
