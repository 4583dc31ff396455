//! The store: a folder of Parquet files and a manifest that says which of them count.
//!
//! An import writes a new file beside the others and, when it is whole and on the disk, a new
//! manifest that names it; the manifest takes the place of the old one by a rename, which a file
//! system does as one step. Until then nothing has changed, so that a crash half-way leaves the store
//! as it was; what it left behind is swept away by the next import. Two imports at once are kept
//! apart by a lock that the operating system releases when a process ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::observation::NewObservation;
use super::table::TableWriter;
use crate::period::Period;

const MANIFEST: &str = "manifest.json";
const NEXT_MANIFEST: &str = "manifest.json.next";
const INCOMING: &str = "incoming.parquet";
const REJECTED: &str = "incoming.rejected.csv";
const LOCK: &str = "lock";
const FORM: u32 = 1;

/// A folder of trade observations.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Which files of a store count.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the store's form.
    form: u32,
    /// The imports, in the order in which they were made.
    pub parts: Vec<Part>,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The Parquet file in the store's folder.
    pub file: String,
    /// SHA-256 of the file that was imported, as it lay on the disk.
    pub content: String,
    /// The name of the file that was imported.
    pub original: String,
    /// The importer that read it.
    pub format: String,
    /// The source, as it is cited.
    pub source: String,
    /// When it was published, as far as known.
    pub published: String,
    /// Observations stored.
    pub rows: u64,
    /// Rows that could not be read; the file `…rejected.csv` beside lists them.
    pub rejected: u64,
    /// Rows left out on purpose, such as breakdowns of a total.
    pub set_aside: u64,
    /// First day of the observations; empty where there are none.
    pub first: String,
    /// The day after their last.
    pub last: String,
}

/// A store that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder cannot be read or written.
    #[error("{} cannot be read or written: {source}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process is importing.
    #[error("another import is writing to {}", .0.display())]
    Busy(PathBuf),
    /// The manifest is not one.
    #[error("{} is not a manifest of this program: {problem}", path.display())]
    Manifest {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A Parquet file cannot be read or written.
    #[error("{}: {problem}", path.display())]
    Table {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError + '_ {
    move |source| StoreError::Io { path: path.to_owned(), source }
}

impl Store {
    /// Opens the store of a folder. A folder that does not exist or is empty is an empty store.
    ///
    /// # Errors
    /// Where the manifest cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(MANIFEST);
        let manifest = match std::fs::read(&path) {
            Ok(bytes) => {
                let broken = |problem: String| StoreError::Manifest { path: path.clone(), problem };
                let manifest: Manifest =
                    serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
                if manifest.form != FORM {
                    return Err(broken(format!("its form is {}, not {FORM}", manifest.form)));
                }
                manifest
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Manifest { form: FORM, parts: Vec::new() }
            }
            Err(error) => return Err(io(&path)(error)),
        };
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// Whether nothing has been imported into it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.manifest.parts.is_empty()
    }

    /// The store's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The import of a file of this content, if there was one.
    #[must_use]
    pub fn holding(&self, content: &str) -> Option<&Part> {
        self.manifest.parts.iter().find(|part| part.content == content)
    }

    /// Begins an import. The store stays as it is until [`Incoming::commit`].
    ///
    /// # Errors
    /// Where the folder cannot be written or another import is running.
    pub fn begin(&mut self) -> Result<Incoming<'_>, StoreError> {
        std::fs::create_dir_all(&self.folder).map_err(io(&self.folder))?;
        let path = self.folder.join(LOCK);
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(io(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(StoreError::Busy(self.folder.clone())),
            Err(std::fs::TryLockError::Error(error)) => return Err(io(&path)(error)),
        }
        // Another import may have ended between the opening and the lock.
        self.manifest = Self::open(&self.folder)?.manifest;
        self.sweep();
        let table = TableWriter::create(&self.folder.join(INCOMING))?;
        Ok(Incoming { store: self, table: Some(table), rejected: None, committed: false, _lock: lock })
    }

    /// Removes what a crash has left behind. What cannot be removed does no harm.
    fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let counts = self
                .manifest
                .parts
                .iter()
                .any(|part| part.file == name || part.file.replace(".parquet", ".rejected.csv") == name);
            let ours = name == NEXT_MANIFEST
                || name == INCOMING
                || name == REJECTED
                || (name.starts_with("part-")
                    && (name.ends_with(".parquet") || name.ends_with(".rejected.csv")));
            if ours && !counts {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// An import under way. Dropping it undoes it.
#[derive(Debug)]
pub struct Incoming<'a> {
    store: &'a mut Store,
    table: Option<TableWriter>,
    rejected: Option<std::io::BufWriter<File>>,
    committed: bool,
    _lock: File,
}

impl Incoming<'_> {
    /// The store, as it is without this import.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.store
    }

    /// Adds an observation.
    ///
    /// # Errors
    /// Where the disk cannot be written.
    pub fn push(&mut self, observation: &NewObservation<'_>) -> Result<(), StoreError> {
        match &mut self.table {
            Some(table) => table.push(observation),
            None => Ok(()),
        }
    }

    /// Notes a row that could not be read. All of them go to a file; memory does not grow with them.
    ///
    /// # Errors
    /// Where the disk cannot be written.
    pub fn reject(&mut self, finding: &case::Finding) -> Result<(), StoreError> {
        let path = self.store.folder.join(REJECTED);
        let mut file = match self.rejected.take() {
            Some(file) => file,
            None => {
                let mut file = std::io::BufWriter::new(File::create(&path).map_err(io(&path))?);
                file.write_all(b"file,row,column,code,problem,valid\n").map_err(io(&path))?;
                file
            }
        };
        let row = finding.row.map(|row| row.to_string()).unwrap_or_default();
        let column = finding.column.as_deref().unwrap_or_default();
        let cells = [&finding.file, &row, column, finding.code, &finding.problem, &finding.valid];
        let line: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        writeln!(file, "{}", line.join(",")).map_err(io(&path))?;
        self.rejected = Some(file);
        Ok(())
    }

    /// Makes the import count: from the rename of the manifest on it is there, before it is not.
    ///
    /// # Errors
    /// Where the disk cannot be written; the store is then as it was.
    pub fn commit(mut self, mut part: Part) -> Result<Part, StoreError> {
        let folder = self.store.folder.clone();
        let Some(table) = self.table.take() else { return Ok(part) };
        let summary = table.finish()?;
        part.file = format!("part-{}.parquet", part.content.get(..16).unwrap_or(&part.content));
        part.rows = summary.rows;
        if let Some(Period { from, to }) = summary.span {
            (part.first, part.last) = (from.to_string(), to.to_string());
        }
        let path = folder.join(&part.file);
        std::fs::rename(folder.join(INCOMING), &path).map_err(io(&path))?;
        if let Some(mut rejected) = self.rejected.take() {
            let path = folder.join(part.file.replace(".parquet", ".rejected.csv"));
            rejected.flush().map_err(io(&path))?;
            rejected.get_ref().sync_all().map_err(io(&path))?;
            std::fs::rename(folder.join(REJECTED), &path).map_err(io(&path))?;
        }
        let mut manifest = self.store.manifest.clone();
        manifest.form = FORM;
        manifest.parts.push(part.clone());
        let next = folder.join(NEXT_MANIFEST);
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| StoreError::Manifest { path: next.clone(), problem: error.to_string() })?;
        let mut file = File::create(&next).map_err(io(&next))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(io(&next))?;
        let path = folder.join(MANIFEST);
        std::fs::rename(&next, &path).map_err(io(&path))?;
        // The renames themselves are only safe once the folder is on the disk; where a system cannot
        // do that for folders, nothing more can be done.
        if let Ok(own) = File::open(&folder) {
            let _ = own.sync_all();
        }
        self.store.manifest = manifest;
        self.committed = true;
        Ok(part)
    }
}

impl Drop for Incoming<'_> {
    fn drop(&mut self) {
        if !self.committed {
            self.table = None;
            self.rejected = None;
            self.store.sweep();
        }
    }
}
