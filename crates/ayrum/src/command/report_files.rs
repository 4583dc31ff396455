//! Writing reports and their figures: what `ayrum demo` and `ayrum route` share.

use std::path::Path;

use scenario::{Answer, Incoterm, Model};

use super::cost;
use super::sensitivity::studied;
use crate::failure::Failure;
use crate::story::{self, Chapter};
use crate::{arguments, report};

/// Writes a text file, and the folders above it where they are missing.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let unwritable =
        |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    std::fs::write(path, text).map_err(unwritable)
}

/// Writes every figure of a report into a folder: `NAME.svg`, and its data as `NAME.csv`.
pub(super) fn write_figures(folder: &Path, model: &Model, chapters: &[Chapter]) -> Result<(), Failure> {
    let figures = report::figures(model, chapters);
    for figure in &figures {
        write(&folder.join(format!("{}.svg", figure.id)), &report::alone(model, figure))?;
        write(&folder.join(format!("{}.csv", figure.id)), &figure.csv()?)?;
    }
    eprintln!("{} figures, each with its data, written to {}", figures.len(), folder.display());
    Ok(())
}

/// Writes a chapter of its own as a report, as figures, both or neither, as the options ask.
pub(super) fn where_asked(
    (report, figures): (Option<&Path>, Option<&Path>),
    model: &Model,
    chapter: impl FnOnce() -> Chapter,
) -> Result<(), Failure> {
    if report.is_none() && figures.is_none() {
        return Ok(());
    }
    written(&[chapter()], model, report, figures)
}

/// Writes the report and the figures of some chapters, as far as they are asked for.
fn written(
    chapters: &[Chapter],
    model: &Model,
    report: Option<&Path>,
    figures: Option<&Path>,
) -> Result<(), Failure> {
    if let Some(path) = report {
        write(path, &report::html(model, chapters, None)?)?;
        eprintln!("report written to {}", path.display());
    }
    match figures {
        Some(folder) => write_figures(folder, model, chapters),
        None => Ok(()),
    }
}

/// Writes what a route's options ask for: the report of an answer, its figures, both or neither.
pub(super) fn of_answer(asked: &arguments::Route, model: &Model, answer: &Answer) -> Result<(), Failure> {
    if asked.report.is_none() && asked.figures.is_none() {
        return Ok(());
    }
    let sensitivity = studied(model, &answer.question)?;
    let term = match &asked.incoterm {
        Some(letters) => cost::incoterm(letters)?,
        None => Incoterm::Dap,
    };
    // What the sheet cannot be told in is said here; the chapter itself goes without.
    if let Some(best) = answer.routes.first() {
        model.cost_sheet(answer, best, term)?;
        cost::denomination(model, &asked.currency, answer.question.timing)?;
    }
    let chapters = [story::one(model, answer, sensitivity, (term, &asked.currency))];
    written(&chapters, model, asked.report.as_deref(), asked.figures.as_deref())
}
