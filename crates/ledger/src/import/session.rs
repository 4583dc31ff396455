//! One import under way: what was stored, what could not be read, how far it is.

use std::cell::Cell;
use std::io::Read;
use std::ops::ControlFlow;
use std::rc::Rc;

use case::Finding;
use sha2::{Digest, Sha256};

use super::records::RecordError;
use crate::trade::{Incoming, NewObservation, StoreError};

/// Findings kept in memory; all of them are on the disk.
pub(crate) const KEPT: usize = 200;
/// Rows between two calls of the progress callback.
const STRIDE: u64 = 1 << 14;

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes read of the file as it lies on the disk.
    pub bytes: u64,
    /// Its size.
    pub of: u64,
    /// Rows read.
    pub rows: u64,
}

/// What ends an import; the store is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file as a whole cannot be taken, with the place and what would be valid.
    #[error("{0}")]
    Rejected(Box<Finding>),
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller asked for it.
    #[error("the import was stopped; the store is as it was")]
    Stopped,
}

impl From<Finding> for ImportError {
    fn from(finding: Finding) -> Self {
        Self::Rejected(Box::new(finding))
    }
}

/// An import under way.
pub(crate) struct Session<'a> {
    pub(crate) incoming: Incoming<'a>,
    /// The file's name as findings give it.
    pub(crate) file: String,
    pub(crate) findings: Vec<Finding>,
    pub(crate) rows: u64,
    pub(crate) stored: u64,
    pub(crate) rejected: u64,
    pub(crate) set_aside: u64,
    pub(crate) bytes: Rc<Cell<u64>>,
    pub(crate) of: u64,
    pub(crate) progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl Session<'_> {
    /// Counts a row of the file.
    pub(crate) fn row(&mut self) -> Result<(), ImportError> {
        self.rows += 1;
        if self.rows.is_multiple_of(STRIDE) { self.report() } else { Ok(()) }
    }

    pub(crate) fn report(&mut self) -> Result<(), ImportError> {
        let progress = Progress { bytes: self.bytes.get(), of: self.of, rows: self.rows };
        match (self.progress)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ImportError::Stopped),
        }
    }

    pub(crate) fn store(&mut self, observation: &NewObservation<'_>) -> Result<(), ImportError> {
        self.stored += 1;
        Ok(self.incoming.push(observation)?)
    }

    /// A row that could not be read.
    pub(crate) fn reject(&mut self, finding: Finding) -> Result<(), ImportError> {
        self.rejected += 1;
        self.incoming.reject(&finding)?;
        self.keep(finding);
        Ok(())
    }

    /// Something worth knowing of a row that was read.
    pub(crate) fn keep(&mut self, finding: Finding) {
        if self.findings.len() < KEPT {
            self.findings.push(finding);
        }
    }

    pub(crate) fn fault(
        &self,
        code: &'static str,
        line: u64,
        column: &str,
        problem: impl Into<String>,
    ) -> Finding {
        let finding = Finding::error(code, &self.file, problem);
        if column.is_empty() { finding.at_row(line) } else { finding.at(line, column) }
    }

    /// What it means that records cannot be read further.
    pub(crate) fn stop(&self, error: RecordError, columns: &[String]) -> ImportError {
        match error {
            RecordError::Io { error, after_line } => {
                let bytes = self.bytes.get();
                let problem = if error.kind() == std::io::ErrorKind::UnexpectedEof {
                    format!(
                        "the compressed stream ends early, after {bytes} bytes and after line {after_line}; nothing was stored"
                    )
                } else {
                    format!("the file cannot be read after {bytes} bytes and line {after_line}: {error}")
                };
                Finding::error("unreadable-file", &self.file, problem).valid("the whole file").into()
            }
            RecordError::Unclosed { line, field } => {
                let name = columns.get(field).map_or("", String::as_str);
                let place = if name.is_empty() { String::new() } else { format!(", column {name},") };
                self.fault(
                    "unclosed-quote",
                    line,
                    name,
                    format!(
                        "the quote opened in line {line}{place} is not closed before the end of the file"
                    ),
                )
                .valid("quotes in pairs")
                .into()
            }
            RecordError::TooLong { line } => self
                .fault("malformed-row", line, "", "the row is longer than a million bytes")
                .valid("a table")
                .into(),
        }
    }
}

/// Counts and hashes what goes through.
pub(crate) struct Tee<R> {
    pub(crate) reader: R,
    pub(crate) bytes: Rc<Cell<u64>>,
    pub(crate) hash: Rc<std::cell::RefCell<Sha256>>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes.set(self.bytes.get() + read as u64);
        self.hash.borrow_mut().update(&buffer[..read]);
        Ok(read)
    }
}
