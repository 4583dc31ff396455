//! The files of a case, from a folder on disk or from the program itself.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The texts of a case by file name.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    files: BTreeMap<String, Vec<u8>>,
}

/// A folder that cannot be read as a case at all.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no such folder.
    #[error("there is no folder at {}", .0.display())]
    Missing(PathBuf),
    /// There is a folder, but no `case.toml` in it.
    #[error("{} is not a case: it has no case.toml", .0.display())]
    NotACase(PathBuf),
    /// A file or the folder cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Folder {
    /// Reads the files directly inside a folder.
    ///
    /// # Errors
    /// Where there is no folder, no `case.toml` in it, or a file cannot be read.
    pub fn read(path: &Path) -> Result<Self, FolderError> {
        if !path.is_dir() {
            return Err(FolderError::Missing(path.to_owned()));
        }
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| FolderError::Unreadable { path, source }
        };
        let mut folder = Self::default();
        for entry in std::fs::read_dir(path).map_err(unreadable(path))? {
            let file = entry.map_err(unreadable(path))?.path();
            let known = file.extension().is_some_and(|extension| extension == "csv" || extension == "toml");
            if !known || !file.is_file() {
                continue;
            }
            if let Some(name) = file.file_name().and_then(|name| name.to_str()) {
                folder.put(name, std::fs::read(&file).map_err(unreadable(&file))?);
            }
        }
        if !folder.files.contains_key("case.toml") {
            return Err(FolderError::NotACase(path.to_owned()));
        }
        Ok(folder)
    }

    /// Adds or replaces a file.
    pub fn put(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(name.to_owned(), bytes.into());
    }

    /// The bytes of a file.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// The names of all files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The SHA-256 of all files, in 64 hexadecimal digits: the same files give the same hash on every
    /// machine, and a changed cell gives another. Hashed are, in the order of their names, the name
    /// and the bytes of every file, each with its length before it; `\r\n` counts as `\n`, as some
    /// checkouts turn one into the other.
    ///
    /// ```
    /// use case::Folder;
    ///
    /// let mut folder = Folder::default();
    /// folder.put("case.toml", "name = \"a\"\n");
    /// let before = folder.hash();
    /// folder.put("case.toml", "name = \"a\"\r\n");
    /// assert_eq!(folder.hash(), before);
    /// folder.put("links.csv", "");
    /// assert_ne!(folder.hash(), before);
    /// ```
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for (name, bytes) in &self.files {
            let ends_line = |at: usize| bytes.get(at + 1) == Some(&b'\n');
            let text: Vec<u8> = bytes
                .iter()
                .enumerate()
                .filter(|(at, byte)| **byte != b'\r' || !ends_line(*at))
                .map(|(_, byte)| *byte)
                .collect();
            add(name.as_bytes());
            add(&text);
        }
        let mut digits = String::new();
        for byte in hash.finalize() {
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}
