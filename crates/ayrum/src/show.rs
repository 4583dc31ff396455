//! Shapes of output.

pub(crate) mod answer_csv;
pub(crate) mod answer_geojson;
pub(crate) mod answer_json;
pub(crate) mod answer_text;
pub(crate) mod cost_json;
pub(crate) mod cost_text;
pub(crate) mod finding;
pub(crate) mod landed;

use case::{Figure, Provenance};
use scenario::{Leg, Line, Model};
use serde::Serialize;

use crate::failure::Failure;

/// Where the figures of a line come from. What no row has is assumed.
pub(crate) struct Ancestry<'a> {
    /// Of the money; of the time for a line of time alone.
    pub(crate) main: Option<&'a Provenance>,
    /// Of the mean time, where there is any.
    pub(crate) time: Option<Option<&'a Provenance>>,
    /// Of its spread, where there is any.
    pub(crate) spread: Option<Option<&'a Provenance>>,
}

impl<'a> Ancestry<'a> {
    pub(crate) fn of(line: &'a Line) -> Self {
        let figure = |wanted| line.figures().any(|own| own == wanted).then(|| line.of_figure(wanted));
        let time = figure(Figure::Hours);
        let main = figure(Figure::Money).or(time).unwrap_or(line.provenance.as_ref());
        Self { main, time, spread: figure(Figure::Spread) }
    }

    /// Whether the user laid any of it over the case.
    pub(crate) fn by_user(&self) -> bool {
        [self.main, self.time.flatten(), self.spread.flatten()].into_iter().flatten().any(|own| own.by_user)
    }
}

/// How a figure came about, in a word.
pub(crate) fn word(provenance: Option<&Provenance>) -> &'static str {
    provenance.map_or("assumed", |own| own.evidence.word())
}

/// The rows of the user that lengths on a leg come from.
pub(crate) fn length_rows(model: &Model, leg: &Leg) -> Vec<String> {
    let links = leg.links.iter().map(|(link, _)| model.network.link(*link));
    let lengths = links.map(|link| link.provenance.of_figure(Figure::Length)).filter(|own| own.by_user);
    let mut rows: Vec<String> = lengths.map(|own| own.place.clone()).collect();
    rows.dedup();
    rows
}

/// JSON, indented, with a line end.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format!("the output cannot be written as JSON: {error}")))
}

/// CSV with a heading.
pub(crate) fn csv(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, Failure> {
    let broken =
        |error: &dyn std::fmt::Display| Failure::new(format!("the output cannot be written as CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heading).map_err(|error| broken(&error))?;
    for row in rows {
        writer.write_record(row).map_err(|error| broken(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

/// A table of text with aligned columns. Columns whose heading ends in `>` are aligned right.
pub(crate) fn table(heading: &[&str], rows: Vec<Vec<String>>) -> String {
    use comfy_table::{CellAlignment, Table, presets};
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(heading.iter().map(|name| name.trim_end_matches('>')));
    for row in rows {
        table.add_row(row);
    }
    for (index, name) in heading.iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, 2));
            if name.ends_with('>') {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// A number with thin groups of thousands: `1 000`.
pub(crate) fn grouped(value: f64) -> String {
    if value != 0.0 && value.abs() < 10.0 && value.fract().abs() > 1e-9 {
        return format!("{value:.2}");
    }
    let whole = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if value < 0.0 && out != "0" { format!("−{out}") } else { out }
}

/// Days with one decimal.
pub(crate) fn days(hours: f64) -> String {
    format!("{:.1}", hours / 24.0)
}

/// A share in per cent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Text broken into lines of at most so many characters.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}
