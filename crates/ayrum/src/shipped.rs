//! The case inside the program.

use std::path::Path;

use case::Folder;
use include_dir::{Dir, include_dir};

/// `cases/kazakhstan-armenia`, as it was when the program was built.
pub(crate) static CASE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../cases/kazakhstan-armenia");

/// The scenarios of the case: name of the file, and text.
pub(crate) fn scenarios() -> impl Iterator<Item = (&'static str, &'static str)> {
    CASE.get_dir("scenarios").into_iter().flat_map(Dir::files).filter_map(|file| {
        let name = file.path().file_name()?.to_str()?;
        name.ends_with(".toml").then(|| Some((name, file.contents_utf8()?)))?
    })
}

/// The case of a folder, or the one inside the program.
pub(crate) fn folder(path: Option<&Path>) -> Result<Folder, case::FolderError> {
    if let Some(path) = path {
        return Folder::read(path);
    }
    let mut folder = Folder::default();
    for file in CASE.files() {
        let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".csv") || name.ends_with(".toml") {
            folder.put(name, file.contents());
        }
    }
    Ok(folder)
}
