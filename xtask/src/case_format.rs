//! `docs/case-format.md`: the reference page of the case format, printed from the schema.
//!
//! Tables and columns come from `case::schema::TABLES`, parameters from `case::PARAMETERS`. Only
//! the introduction and the keys of `case.toml` are written here; tests hold both to the reader.

use std::fmt::Write;
use std::path::PathBuf;

use case::schema::{Column, Kind, TABLES, Table};
use case::{PARAMETERS, expected};

use crate::house;

/// The keys of `case.toml`: name, whether required, what it holds, what it means.
const SETTINGS: &[(&str, bool, &str, &str)] = &[
    ("name", true, "text", "Identifier of the case."),
    ("title", true, "text", "Title that a report can print."),
    (
        "first_date",
        true,
        "a date, YYYY-MM-DD",
        "The first date that can be asked about; an earlier one is refused.",
    ),
    (
        "horizon",
        true,
        "a date, YYYY-MM-DD",
        "The last date on which a fact was confirmed. Answers after it say “as last known on …”. It lies between \
         `first_date` and `last_date`.",
    ),
    (
        "last_date",
        true,
        "a date, YYYY-MM-DD",
        "The last date that can be asked about; a later one is refused.",
    ),
    ("currency", false, "USD", "Currency of answers; only the dollar so far."),
    (
        "travel_time_distribution",
        false,
        "lognormal or gamma",
        "The distribution that percentiles of a whole route’s time are read off. Without it: lognormal.",
    ),
    ("attribution", false, "text", "Credit that outputs carry, as the licences of the data ask."),
    ("disputed_borders", false, "text", "What is said of disputed borders and names."),
];

const INTRODUCTION: &str = "\
# The format of a case

<!-- Printed by `cargo xtask case-format` from crates/case/src/schema.rs. Edit that and run the command. -->

A case is a folder of CSV files for rows and one `case.toml` for settings. `ayrum case new DIR` starts an
empty one, `ayrum case export DIR` writes out the one inside the program, `ayrum check DIR` lists
everything that is wrong or doubtful in one: file, row, column, what is wrong, and what would be valid.
Nothing stops at the first fault and nothing is dropped in silence: what is wrong is left out with an
error, what is doubtful is used with a warning.

Files are UTF-8 CSV with a heading; columns may stand in any order and optional ones may be missing. A cell
with a comma in it stands in double quotes. Numbers have a decimal point and no thousands separator. Where
a cell holds several values they are separated by `|`. Dates are ISO 8601, economies ISO 3166 alpha-3 codes,
currencies ISO 4217 codes, goods HS codes.

## What every row says of itself

- **`source`** names a row of [sources.csv](#sourcescsv). Every figure has one; what the authors merely
  believe has the source `general-knowledge`, what they worked out `computed`.
- **`confidence`** is `high` (reported by those who must know, without conflict), `medium` (reported, with
  conflicts or gaps) or `low` (general knowledge, an assumption, or one weak report).
- **`evidence`** says how a figure came about: `observed`, `published`, `quoted`, `computed`, `calibrated` (chosen so
  that the model meets an observation) or `assumed`. Where a table has no such column or the cell is empty,
  a row of the source `computed` counts as computed, any other row of low confidence as assumed, and the
  rest as published. An answer says which share of its money is sourced, modelled and assumed.
- **`last_confirmed`** is the last date on which the row was known to hold, wherever it can change.
- **`note`** is for what a reader must know, such as a conflict between sources.

## Two times

What changes has two times. It is **valid** from a first day (`valid_from`) to the day after its last
(`valid_to`); it was **known** from the day on which it became public (`known_from`). A question asks about
one day as known on another, so nothing is ever overwritten: lifting a ban is a new version of the rule,
and whoever asks as of the day before still sees the ban.

`valid_to` is a date, or `open` where no end is set, or `unknown` where it may have ended and nobody said.
With `unknown`, `confirmed_until` is the last day on which it is known to have held; after that day what it
closes is neither open nor closed but *not known*, and answers keep such routes apart.

`status` says how far a rule or plan has come: `announced` < `initialled` < `signed` < `ratified` <
`in_force` < `ended`. By default only `in_force` and `ended` bind. `disputed` is a mark beside the status:
such versions are shown, not applied, unless a question asks for it.
";

/// Writes the page.
pub(crate) fn write() -> Result<(), String> {
    let path = path();
    std::fs::write(&path, page())
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    println!("wrote docs/case-format.md");
    Ok(())
}

/// Says whether the page is up to date.
pub(crate) fn check() -> Result<(), String> {
    let on_disk = std::fs::read_to_string(path()).unwrap_or_default();
    let page = page();
    if on_disk == page {
        return Ok(());
    }
    let line = on_disk.lines().zip(page.lines()).take_while(|(one, other)| one == other).count() + 1;
    Err(format!("docs/case-format.md is out of date from line {line}: run `cargo xtask case-format`"))
}

fn path() -> PathBuf {
    house::root().join("docs/case-format.md")
}

/// The whole page.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    // Writing to a string cannot fail.
    let _ = write_files(&mut page);
    let _ = write_settings(&mut page);
    for table in TABLES {
        let _ = write_table(&mut page, table);
    }
    let _ = write_parameters(&mut page);
    page
}

fn write_files(page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## Files\n\n| file | |\n|---|---|")?;
    writeln!(page, "| [case.toml](#casetoml) | required |")?;
    for table in TABLES {
        let required = if table.required { "required" } else { "" };
        writeln!(page, "| {} | {required} |", link(table.name))?;
    }
    Ok(())
}

fn write_settings(page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## case.toml\n\nThe settings of the case. A key that is not listed is an error.\n")?;
    writeln!(page, "| key | required | holds | meaning |\n|---|---|---|---|")?;
    for (key, required, holds, meaning) in SETTINGS {
        writeln!(page, "| `{key}` | {} | {holds} | {meaning} |", yes(*required))?;
    }
    Ok(())
}

fn write_table(page: &mut String, table: &Table) -> std::fmt::Result {
    writeln!(page, "\n## {}.csv\n\n{}", table.name, table.meaning)?;
    let required = if table.required { "The file is required." } else { "The file may be missing." };
    let unique: Vec<String> = table.unique.iter().map(|column| format!("`{column}`")).collect();
    writeln!(page, "{required} One row for each {}.\n", unique.join(" + "))?;
    writeln!(page, "| column | required | holds | unit | meaning |\n|---|---|---|---|---|")?;
    for column in table.columns {
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            column.name,
            yes(column.required),
            holds(column),
            cell(column.unit),
            cell(column.meaning)
        )?;
    }
    Ok(())
}

fn write_parameters(page: &mut String) -> std::fmt::Result {
    writeln!(
        page,
        "\n## Parameters that are read\n\nThe rows of {} that the model reads, in the unit given. Where a case \
         lacks one, the value given here is taken, with a warning. A parameter that nothing reads is a \
         warning, a wrong unit an error.\n",
        link("parameters")
    )?;
    writeln!(page, "| parameter | unit | without it | meaning |\n|---|---|---|---|")?;
    for (name, unit, default) in PARAMETERS {
        let meaning = parameter_meaning(name).unwrap_or_default();
        writeln!(page, "| `{name}` | {unit} | {default} | {meaning} |")?;
    }
    Ok(())
}

/// What a parameter means; nothing for one that this page does not know yet.
fn parameter_meaning(name: &str) -> Option<String> {
    if let Some(mode) = name.strip_prefix("speed_") {
        return Some(format!("Speed in motion by {mode}, for links without one of their own."));
    }
    if let Some(mode) = name.strip_prefix("variance_") {
        return Some(format!("Variance that an hour in motion by {mode} adds."));
    }
    match name {
        "reliability_ratio" => {
            Some("What an hour of standard deviation is worth, over what an hour is worth.".to_owned())
        }
        "road_hours_per_day" => {
            Some("Hours a day in which a truck moves; the rest of the day its driver rests.".to_owned())
        }
        _ => None,
    }
}

/// What a cell holds, without the unit, which has a column of its own; a table named becomes a link.
pub(crate) fn holds(column: &Column) -> String {
    let mut text = expected(column);
    if let Some(bare) = text.strip_suffix(&format!(", in {}", column.unit)) {
        text = bare.to_owned();
    }
    let text = cell(&text);
    match column.kind {
        Kind::Of(table) | Kind::SeveralOf(table) => text.replace(&format!("{table}.csv"), &link(table)),
        _ => text,
    }
}

fn link(table: &str) -> String {
    format!("[{table}.csv](#{table}csv)")
}

/// Text inside a table of Markdown, where a bar would end the cell.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

pub(crate) fn yes(required: bool) -> &'static str {
    if required { "yes" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use case::{Finding, Folder, Settings};

    fn findings(keys: impl Iterator<Item = &'static str>) -> Vec<Finding> {
        let value = |key: &str| match key {
            "first_date" => "2020-01-01",
            "horizon" => "2025-01-01",
            "last_date" => "2030-01-01",
            "currency" => "USD",
            "travel_time_distribution" => "gamma",
            _ => "words",
        };
        let text: String = keys.map(|key| format!("{key} = \"{}\"\n", value(key))).collect();
        let mut folder = Folder::default();
        folder.put("case.toml", text);
        let mut findings = Vec::new();
        let _ = Settings::load(&folder, &mut findings);
        findings
    }

    #[test]
    fn the_page_is_up_to_date() {
        if let Err(problem) = check() {
            panic!("{problem}");
        }
    }

    #[test]
    fn the_keys_of_the_settings_are_those_that_are_read() {
        assert_eq!(findings(SETTINGS.iter().map(|(key, ..)| *key)), []);
        for (key, required, ..) in SETTINGS {
            let others = SETTINGS.iter().map(|(other, ..)| *other).filter(|other| other != key);
            assert_eq!(!findings(others).is_empty(), *required, "whether `{key}` is required");
        }
        let source = include_str!("../../crates/case/src/settings.rs");
        let read = source
            .split_once("struct Written {")
            .and_then(|(_, rest)| rest.split_once("\n}"))
            .map(|(fields, _)| fields.lines().filter_map(|line| line.trim().split_once(": ")))
            .expect("settings.rs declares what is written in case.toml");
        let read: Vec<&str> = read.map(|(key, _)| key).collect();
        let here: Vec<&str> = SETTINGS.iter().map(|(key, ..)| *key).collect();
        assert_eq!(here, read, "SETTINGS must name the keys that crates/case/src/settings.rs reads");
    }

    #[test]
    fn every_parameter_has_a_meaning() {
        for (name, ..) in PARAMETERS {
            assert!(
                parameter_meaning(name).is_some(),
                "say in xtask/src/case_format.rs what the parameter `{name}` means"
            );
        }
    }

    #[test]
    fn every_line_of_a_table_has_as_many_cells_as_its_heading() {
        let page = page();
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let mut heading = 0;
        for line in page.lines() {
            if !line.starts_with('|') {
                heading = 0;
            } else if heading == 0 {
                heading = cells(line);
            } else {
                assert_eq!(cells(line), heading, "{line}");
            }
        }
    }
}
