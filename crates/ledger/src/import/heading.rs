//! The columns of a file, and what its rows must look like.

use std::io::Read;

use case::Finding;

use super::Layout;
use super::records::{Record, Records};
use super::session::{ImportError, Session};

/// The heading of a file.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    /// Names of the columns in order, without blanks around them.
    pub(crate) names: Vec<String>,
    line: u64,
}

/// What is wrong with the shape of a row.
pub(crate) enum Shape {
    /// Nothing.
    Good,
    /// The row is left out.
    Bad(Finding),
}

impl Heading {
    /// Reads the first record as names.
    pub(crate) fn read<R: Read>(
        session: &Session<'_>,
        records: &mut Records<R>,
        delimiter: u8,
    ) -> Result<Self, ImportError> {
        let record = records.next().map_err(|error| session.stop(error, &[]))?;
        let Some(record) = record else {
            return Err(Finding::error("empty-file", &session.file, "the file has no header")
                .valid("a table with a header")
                .into());
        };
        let names = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let own = Self { names, line: record.line };
        own.one_field(session, delimiter)?;
        Ok(own)
    }

    /// A heading of one field that holds another separator is one.
    fn one_field(&self, session: &Session<'_>, delimiter: u8) -> Result<(), ImportError> {
        let [only] = self.names.as_slice() else { return Ok(()) };
        let separators = [(';', "\";\""), ('\t', "tabs"), ('|', "\"|\""), (',', "\",\"")];
        let likely = separators.iter().filter(|(sign, _)| *sign as u8 != delimiter);
        let Some((sign, words)) = likely.max_by_key(|(sign, _)| only.matches(*sign).count()) else {
            return Ok(());
        };
        if !only.contains(*sign) {
            return Ok(());
        }
        let shown: String = only.chars().take(80).collect();
        Err(Finding::error(
            "wrong-delimiter",
            &session.file,
            format!("the header is one field \"{shown}\"; the file looks separated by {words}"),
        )
        .at_row(self.line)
        .valid(format!("columns separated by \"{}\", or the right --delimiter", delimiter as char))
        .into())
    }

    /// The place of a column.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|own| own == name)
    }

    /// The place of a column that must be there once.
    pub(crate) fn must(&self, session: &Session<'_>, name: &str, why: &str) -> Result<usize, ImportError> {
        let mut places =
            self.names.iter().enumerate().filter(|(_, own)| *own == name).map(|(index, _)| index);
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            (Some(first), Some(second)) => Err(Finding::error(
                "duplicate-column",
                &session.file,
                format!("column \"{name}\" occurs twice (fields {} and {})", first + 1, second + 1),
            )
            .at(self.line, name)
            .valid("each column once")
            .into()),
            _ => {
                let found = self.names.join(", ");
                let found: String = found.chars().take(160).collect();
                Err(Finding::error(
                    "missing-column",
                    &session.file,
                    format!("column \"{name}\" is missing{why}; found {found}"),
                )
                .at(self.line, name)
                .valid(format!("a column named {name}"))
                .into())
            }
        }
    }

    /// The format whose columns these are, even where one of them is missing.
    pub(crate) fn layout(&self) -> Option<Layout> {
        let has = |names: &[&str]| names.iter().filter(|name| self.find(name).is_some()).count();
        if has(&["typeCode", "reporterCode", "flowCode", "cmdCode", "primaryValue"]) >= 4 {
            Some(Layout::Comtrade)
        } else if has(&["iso3_o", "iso3_d", "country_id_o", "country_id_d"]) >= 3 {
            Some(Layout::Gravity)
        } else if self.names.len() <= 12 && has(&["t", "i", "j", "k", "v", "q"]) >= 4 {
            Some(Layout::Baci)
        } else {
            None
        }
    }

    /// That no importer knows these columns.
    pub(crate) fn unknown(&self, session: &Session<'_>, delimiter: u8) -> ImportError {
        let found: String = self.names.join(", ").chars().take(160).collect();
        Finding::error(
            "unknown-format",
            &session.file,
            format!(
                "no importer knows a table with these columns, separated by \"{}\": {found}",
                delimiter as char
            ),
        )
        .at_row(self.line)
        .valid("BACI, UN Comtrade, CEPII Gravity, or a column map by --map")
        .into()
    }

    /// Whether a row has the shape of the heading. What can only be a wrong notation of the whole file
    /// ends the import.
    pub(crate) fn shape(&self, session: &Session<'_>, record: &Record<'_>) -> Result<Shape, ImportError> {
        let (found, wanted) = (record.len(), self.names.len());
        let line = record.line;
        if let Some(field) = record.field_with_nul() {
            let name = self.names.get(field).map_or("", String::as_str);
            return Ok(Shape::Bad(
                session.fault("nul-byte", line, name, format!("NUL byte in line {line}")).valid("text"),
            ));
        }
        if found == wanted {
            if self.names.iter().zip(record.iter()).all(|(name, field)| name.as_bytes() == field) {
                let problem = format!("line {line} repeats the header; it was skipped");
                let finding = Finding::warning("repeated-header", &session.file, problem).at_row(line);
                return Ok(Shape::Bad(finding));
            }
            return Ok(Shape::Good);
        }
        if found > wanted {
            // One comma too many at the end of each line is a habit of some downloads.
            if (wanted..found).all(|index| record.get(index).is_some_and(<[u8]>::is_empty)) {
                return Ok(Shape::Good);
            }
            let problem = format!("line {line} has {found} fields, the header has {wanted}");
            if session.rows <= 1 {
                return Err(session
                    .fault("decimal-comma", line, "", format!("{problem}; probable decimal comma"))
                    .valid("decimal points, or fields in quotes")
                    .into());
            }
            return Ok(Shape::Bad(
                session.fault("malformed-row", line, "", problem).valid("one field a column"),
            ));
        }
        let problem = if record.is_cut {
            format!("line {line} has fewer fields than the header and no line end: the file was probably cut")
        } else {
            format!("line {line} has {found} fields, the header has {wanted}")
        };
        Ok(Shape::Bad(session.fault("malformed-row", line, "", problem).valid("one field a column")))
    }
}
