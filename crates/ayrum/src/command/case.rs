//! `ayrum case export`, `ayrum case new` and `ayrum case template`

use std::path::Path;

use case::schema::TABLES;

use super::{Done, lays_nothing_over, template};
use crate::arguments::{Case, CaseSource};
use crate::failure::Failure;
use crate::shipped;

/// Writes a case into a new folder.
pub(crate) fn run(make: &Case, case: &CaseSource) -> Result<Done, Failure> {
    lays_nothing_over(case, "ayrum case")?;
    match make {
        Case::Template(asked) => return template::run(asked),
        Case::Export { folder } => {
            prepare(folder)?;
            let count = match case.case.as_deref() {
                Some(source) => {
                    let files = shipped::folder(Some(source))?;
                    let names: Vec<&str> = files.names().collect();
                    for name in &names {
                        write(&folder.join(name), files.bytes(name).unwrap_or_default())?;
                    }
                    names.len()
                }
                None => export(&shipped::CASE, folder)?,
            };
            eprintln!("{count} files written to {}", folder.display());
        }
        Case::New { folder } => {
            prepare(folder)?;
            for (name, text) in empty_case() {
                write(&folder.join(name), text.as_bytes())?;
            }
            eprintln!(
                "an empty case was written to {}; `ayrum check {}` checks it",
                folder.display(),
                folder.display()
            );
        }
    }
    Ok(Done::Good)
}

fn export(dir: &include_dir::Dir<'_>, folder: &Path) -> Result<usize, Failure> {
    let mut count = 0;
    for file in dir.files() {
        let target = folder.join(file.path());
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(|error| unwritable(parent, &error))?;
        }
        write(&target, file.contents())?;
        count += 1;
    }
    for inner in dir.dirs() {
        count += export(inner, folder)?;
    }
    Ok(count)
}

/// A folder that is there and empty.
fn prepare(folder: &Path) -> Result<(), Failure> {
    let taken =
        folder.exists() && std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some());
    if taken {
        return Err(Failure::new(format!("{} exists and is not an empty folder", folder.display()))
            .hint("name a folder that does not exist yet"));
    }
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}", path.display()))
}

/// The files of an empty case: headings, one source, and the parameters that the model reads.
fn empty_case() -> Vec<(String, String)> {
    let settings = "name = \"my-case\"\n\
                    title = \"My corridor\"\n\
                    # The dates that can be asked about, and the last on which a fact was confirmed.\n\
                    first_date = \"2020-01-01\"\n\
                    horizon = \"2025-12-31\"\n\
                    last_date = \"2035-12-31\"\n\
                    currency = \"USD\"\n\
                    # Percentiles of a route's time come from this: lognormal or gamma.\n\
                    travel_time_distribution = \"lognormal\"\n\
                    attribution = \"\"\n\
                    disputed_borders = \"\"\n";
    let mut files = vec![("case.toml".to_owned(), settings.to_owned())];
    for table in TABLES {
        let mut text = case::heading(table);
        text.push('\n');
        if table.name == "sources" {
            text.push_str(
                "general-knowledge,General knowledge,nobody,,,,Figures without a source; confidence low\n",
            );
        }
        if table.name == "parameters" {
            for (name, unit, value) in case::PARAMETERS {
                text.push_str(&format!("{name},{value},{unit},,,assumed,general-knowledge,low,\n"));
            }
        }
        files.push((format!("{}.csv", table.name), text));
    }
    files
}
