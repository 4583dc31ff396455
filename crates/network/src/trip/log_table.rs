//! The rows and cells of a file of trips, and what can be wrong with one.

use std::collections::BTreeMap;

use case::{Finding, Severity};

use super::{Layout, Trip, TripLog};

/// A table as a file holds it, before anything in it has a meaning.
#[derive(Debug, Clone, Default)]
pub struct LogTable {
    /// The file.
    pub file: String,
    /// Its rows in order, the heading and what stands above it included.
    pub rows: Vec<LogRow>,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct LogRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// How many rows may stand above a heading.
const MOST_ROWS_ABOVE: usize = 30;

/// What would be a valid heading, for findings.
const LAYOUTS: &str = "a comma-separated heading with trip_id and record (activity log), trip_id and latitude \
                       (satellite log), or Section or node (time/cost–distance sheet)";

/// Codes of ISO 3166-1 alpha-3, and `XKX`, a code of user assignment that statistics use.
const ECONOMIES: &str = "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES \
    BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD \
    COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN \
    FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND \
    HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO \
    LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP \
    MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL \
    PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM \
    SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN \
    TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM XKX YEM ZAF ZMB ZWE";

/// A name in lower case with single blanks.
pub(super) fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl LogTable {
    /// The layout and the row of the heading; where there is none, a finding.
    pub(super) fn find_heading(&self, findings: &mut Vec<Finding>) -> Option<(Layout, usize)> {
        for (index, row) in self.rows.iter().take(MOST_ROWS_ABOVE).enumerate() {
            let has = |name: &str| row.cells.iter().any(|cell| plain(cell) == name);
            let layout = match (has("trip_id"), has("record"), has("latitude"), has("section or node")) {
                (_, _, _, true) => Layout::DistanceSheet,
                (true, true, _, _) => Layout::ActivityLog,
                (true, false, true, _) => Layout::SatelliteLog,
                _ => continue,
            };
            return Some((layout, index));
        }
        let finding = match self.rows.first() {
            None => Finding::error("empty-file", &self.file, "the file has no heading and no rows"),
            Some(row) => {
                let first = row.cells.join(",");
                let shown: String = first.chars().take(80).collect();
                let separator = [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
                    .into_iter()
                    .find(|(separator, _)| row.cells.len() == 1 && first.contains(separator));
                let problem = match separator {
                    Some((_, name)) => {
                        format!("the heading is one field, `{shown}`; the file looks separated by {name}")
                    }
                    None => format!("no heading of a trip log was found; the file begins with `{shown}`"),
                };
                Finding::error("unknown-layout", &self.file, problem).at_row(row.line)
            }
        };
        findings.push(finding.valid(LAYOUTS));
        None
    }
}

/// Where the columns of a layout stand in a file.
#[derive(Debug)]
pub(super) struct Heading {
    /// Names as they are written, trimmed.
    names: Vec<String>,
    /// The same as they are compared.
    plain: Vec<String>,
}

impl Heading {
    /// Reads a heading. Where a column is missing or stands twice, all such findings and nothing.
    /// `compared` turns a written name into the one it is compared by.
    pub(super) fn read(
        file: &str,
        row: &LogRow,
        required: &[&str],
        optional: &[&str],
        compared: impl Fn(&str) -> String,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let names: Vec<String> = row.cells.iter().map(|cell| cell.trim().to_owned()).collect();
        let heading = Self { plain: names.iter().map(|name| compared(name)).collect(), names };
        let mut usable = true;
        let expected = || [required, optional].concat().join(", ");
        for name in required {
            if heading.position(name).is_none() {
                usable = false;
                let found = heading.names.join(", ");
                findings.push(
                    Finding::error("missing-column", file, format!("the column is missing; found {found}"))
                        .at(row.line, *name)
                        .valid(expected()),
                );
            }
        }
        for (index, name) in heading.plain.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if let Some(first) = heading.plain[..index].iter().position(|other| other == name) {
                usable = false;
                let fields = format!("the column occurs twice, as fields {} and {}", first + 1, index + 1);
                findings.push(
                    Finding::error("repeated-column", file, fields)
                        .at(row.line, &heading.names[index])
                        .valid("each column once"),
                );
            } else if !required.contains(&name.as_str()) && !optional.contains(&name.as_str()) {
                findings.push(
                    Finding::warning("unknown-column", file, "the column is not read")
                        .at(row.line, &heading.names[index])
                        .valid(expected()),
                );
            }
        }
        usable.then_some(heading)
    }

    /// Whether the file has a column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.position(column).is_some()
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.plain.iter().position(|name| name == column)
    }

    /// A column as the file writes it.
    fn written<'a>(&'a self, column: &'a str) -> &'a str {
        self.position(column).map_or(column, |index| &self.names[index])
    }

    /// Whether a row says the heading again, as where files were pasted together.
    pub(super) fn is_repeated_by(&self, row: &LogRow) -> bool {
        row.cells.len() == self.names.len()
            && row.cells.iter().zip(&self.names).all(|(cell, name)| cell.trim() == name)
    }
}

/// A row under its heading, and the faults found in it so far.
pub(super) struct Entry<'a> {
    file: &'a str,
    heading: &'a Heading,
    row: &'a LogRow,
    faults: Vec<Finding>,
}

impl<'a> Entry<'a> {
    /// A row, looked at for what makes all of it unreadable.
    pub(super) fn new(file: &'a str, heading: &'a Heading, row: &'a LogRow) -> Self {
        let mut entry = Self { file, heading, row, faults: Vec::new() };
        let (cells, names) = (row.cells.len(), heading.names.len());
        let filled_beyond =
            row.cells.get(names..).is_some_and(|rest| rest.iter().any(|cell| !cell.trim().is_empty()));
        if cells < names {
            entry.whole(format!("the row has {cells} cells under {names} headings: it was probably cut"));
        } else if filled_beyond {
            entry.whole(format!(
                "the row has {cells} cells under {names} headings: probably a decimal comma or a comma in a text"
            ));
        }
        if row.cells.iter().any(|cell| cell.contains('\0')) {
            entry.whole("the row holds a NUL byte".to_owned());
        }
        entry
    }

    fn whole(&mut self, problem: String) {
        self.faults.push(
            Finding::error("malformed-row", self.file, problem)
                .at_row(self.row.line)
                .valid("one cell a heading; a cell with a comma in it stands in double quotes"),
        );
    }

    /// The line.
    pub(super) fn line(&self) -> u64 {
        self.row.line
    }

    /// The cell's text, empty where there is none.
    pub(super) fn text(&self, column: &str) -> &'a str {
        let index = self.heading.position(column);
        index.and_then(|index| self.row.cells.get(index)).map_or("", |cell| cell.trim())
    }

    /// A fault that leaves the row out.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        column: &str,
        problem: impl Into<String>,
        valid: impl Into<String>,
    ) {
        let finding = Finding::error(code, self.file, problem)
            .at(self.line(), self.heading.written(column))
            .valid(valid);
        self.faults.push(finding);
    }

    /// A doubt that leaves the row in.
    pub(super) fn warning(
        &mut self,
        code: &'static str,
        column: &str,
        problem: impl Into<String>,
        valid: impl Into<String>,
    ) {
        let finding = Finding::warning(code, self.file, problem)
            .at(self.line(), self.heading.written(column))
            .valid(valid);
        self.faults.push(finding);
    }

    /// Something worth knowing.
    pub(super) fn note(&mut self, code: &'static str, column: &str, problem: impl Into<String>) {
        let finding =
            Finding::warning(code, self.file, problem).at(self.line(), self.heading.written(column));
        self.faults.push(Finding { severity: Severity::Note, ..finding });
    }

    /// A number, zero or more; `None` where the cell is empty, or wrong, which is a fault.
    pub(super) fn number(&mut self, column: &str, unit: &str) -> Option<f64> {
        let value = self.signed_number(column, unit)?;
        if value < 0.0 {
            let valid = format!("{unit}, zero or more");
            self.error("negative-number", column, format!("{value} is negative"), valid);
            return None;
        }
        Some(value)
    }

    /// A number; `None` where the cell is empty, or wrong, which is a fault.
    pub(super) fn signed_number(&mut self, column: &str, unit: &str) -> Option<f64> {
        let cell = self.text(column);
        if cell.is_empty() {
            return None;
        }
        match cell.parse::<f64>() {
            Ok(value) if value.is_finite() => Some(value),
            _ => {
                let problem = if cell.contains(',') {
                    format!(
                        "`{cell}` is not a number here; it may hold a decimal comma or a separator of thousands"
                    )
                } else if cell.contains(':') {
                    format!("`{cell}` is a clock time or a duration, not a number")
                } else {
                    format!("`{cell}` is not a number")
                };
                let valid = format!("{unit} as a decimal number with a point, such as 31.5");
                self.error("malformed-value", column, problem, valid);
                None
            }
        }
    }

    /// A number, with a note where the cell is empty: it is not known, and neither is any sum over it.
    pub(super) fn number_or_note(&mut self, column: &str, unit: &str) -> Option<f64> {
        if self.heading.has(column) && self.text(column).is_empty() && !self.is_malformed() {
            self.note("not-known", column, format!("the cell is empty: the {unit} are not known"));
        }
        self.number(column, unit)
    }

    /// The tonnes of the cargo, above zero.
    pub(super) fn tonnes(&mut self) -> Option<f64> {
        let tonnes = self.number("tonnes", "tonnes")?;
        if tonnes == 0.0 {
            self.error("malformed-value", "tonnes", "a trip of 0 t", "tonnes, above zero, or empty");
            return None;
        }
        Some(tonnes)
    }

    /// An economy, or empty.
    pub(super) fn economy(&mut self, column: &str) -> String {
        let code = self.text(column);
        if !code.is_empty() && !ECONOMIES.split_whitespace().any(|known| known == code) {
            self.error(
                "unknown-reference",
                column,
                format!("no economy has the code `{code}`"),
                "ISO 3166 alpha-3, such as KAZ",
            );
            return String::new();
        }
        code.to_owned()
    }

    /// The year of a date of any length, or of a year.
    pub(super) fn year(&mut self, column: &str) -> Option<i16> {
        let text = self.text(column);
        let year = year_of(text);
        if !text.is_empty() && year.is_none() {
            self.error(
                "malformed-value",
                column,
                format!("`{text}` is not a date"),
                "YYYY, YYYY-MM or YYYY-MM-DD, from 1900 to 2199",
            );
        }
        year
    }

    /// Whether the row as a whole is broken, so that its cells may stand under wrong headings.
    pub(super) fn is_malformed(&self) -> bool {
        self.faults.iter().any(|fault| fault.code == "malformed-row")
    }

    /// Whether a fault leaves the row out.
    pub(super) fn is_left_out(&self) -> bool {
        self.faults.iter().any(|fault| fault.severity == Severity::Error)
    }

    /// The findings of the row.
    pub(super) fn into_faults(self) -> Vec<Finding> {
        self.faults
    }
}

/// The year of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn year_of(text: &str) -> Option<i16> {
    let whole = match text.split('-').count() {
        1 => format!("{text}-01-01"),
        2 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    case::parse_date(&whole).ok().map(|date| date.year()).filter(|year| (1900..2200).contains(year))
}

/// Gathers the rows below a heading by trip, in the order in which trips appear: `begin` makes a
/// draft of a trip, `take` adds a row to it. `one_row` says what a row is, for a file that has none.
pub(super) fn drafts_by_trip<'t, Draft>(
    (table, start): (&'t LogTable, usize),
    (heading, one_row): (&Heading, &str),
    log: &mut TripLog,
    findings: &mut Vec<Finding>,
    begin: impl Fn(Trip) -> Draft,
    mut take: impl FnMut(&mut Draft, &mut Entry<'_>, &'t LogRow),
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for row in &table.rows[start + 1..] {
        log.rows += 1;
        if heading.is_repeated_by(row) {
            log.left_out += 1;
            findings.push(
                Finding::warning("repeated-heading", &table.file, "the row repeats the heading")
                    .at_row(row.line)
                    .valid("one heading a file"),
            );
            continue;
        }
        let mut entry = Entry::new(&table.file, heading, row);
        let id = entry.text("trip_id");
        if id.is_empty() {
            entry.error("missing-value", "trip_id", "the cell is empty", "the identifier of the trip");
        } else {
            let number = *numbers.entry(id.to_owned()).or_insert_with(|| {
                drafts.push(begin(Trip { id: id.to_owned(), file: table.file.clone(), ..Trip::default() }));
                drafts.len() - 1
            });
            take(&mut drafts[number], &mut entry, row);
        }
        log.left_out += usize::from(entry.is_left_out());
        findings.extend(entry.into_faults());
    }
    if log.rows == 0 {
        findings.push(
            Finding::warning("no-rows", &table.file, "the file has a heading and no rows")
                .at_row(table.rows[start].line)
                .valid(one_row),
        );
    }
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, text: &str) -> LogRow {
        LogRow { line, cells: text.split('|').map(str::to_owned).collect() }
    }

    fn heading(text: &str, required: &[&str], findings: &mut Vec<Finding>) -> Option<Heading> {
        Heading::read("a.csv", &row(1, text), required, &["note"], plain, findings)
    }

    #[test]
    fn a_heading_says_all_that_is_wrong_with_it_at_once() {
        let mut findings = Vec::new();
        assert!(heading("hours|hours|colour", &["trip_id", "hours"], &mut findings).is_none());
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["missing-column", "repeated-column", "unknown-column"]);
    }

    #[test]
    fn each_wrong_number_says_why() {
        let mut findings = Vec::new();
        let heading = heading("hours", &["hours"], &mut findings).expect("a heading");
        for (cell, word) in [
            ("1,1", "decimal comma"),
            ("31:00", "clock time"),
            ("-0.4", "negative"),
            ("many", "not a number"),
            ("NaN", "not a number"),
            ("inf", "not a number"),
        ] {
            let row = row(7, cell);
            let mut entry = Entry::new("a.csv", &heading, &row);
            assert_eq!(entry.number("hours", "hours"), None);
            assert!(entry.is_left_out());
            let finding = entry.into_faults().pop().expect("a finding").to_string();
            assert!(finding.starts_with("a.csv:7, column hours: ") && finding.contains(word), "{finding}");
        }
    }

    #[test]
    fn a_row_that_is_cut_or_too_long_is_left_out_and_commas_at_its_end_are_not() {
        let mut findings = Vec::new();
        let heading = heading("hours|note", &["hours"], &mut findings).expect("a heading");
        let left_out = |text: &str| Entry::new("a.csv", &heading, &row(2, text)).is_left_out();
        assert!(left_out("1"));
        assert!(left_out("1|a|5"));
        assert!(left_out("1|a\0"));
        assert!(!left_out("1|a||"));
    }

    #[test]
    fn a_wrong_separator_is_named() {
        let table = LogTable { file: "a.csv".to_owned(), rows: vec![row(1, "trip_id;record;hours")] };
        let mut findings = Vec::new();
        assert_eq!(table.find_heading(&mut findings), None);
        assert!(findings[0].problem.contains("separated by semicolons"), "{}", findings[0]);
    }

    #[test]
    fn years_come_from_dates_of_any_length() {
        assert_eq!(year_of("2024"), Some(2024));
        assert_eq!(year_of("2024-05"), Some(2024));
        assert_eq!(year_of("2024-02-29"), Some(2024));
        assert_eq!(year_of("2023-02-29"), None);
        assert_eq!(year_of("24"), None);
        assert_eq!(year_of("2024-13"), None);
    }

    #[test]
    fn codes_of_economies_are_distinct_and_in_order() {
        let codes: Vec<&str> = ECONOMIES.split_whitespace().collect();
        assert_eq!(codes.len(), 250);
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
