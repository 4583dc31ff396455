//! `docs/overlays.md`: the reference page of overlays, its tables printed from the templates.
//!
//! Templates and columns come from `case::schema::TEMPLATES`; only the introduction is written here.

use std::fmt::Write;
use std::path::PathBuf;

use case::schema::{TEMPLATES, Template};

use crate::case_format::{cell, holds, yes};
use crate::house;

const INTRODUCTION: &str = "\
# Your own figures over a case

<!-- Tables printed by `cargo xtask case-format` from crates/case/src/schema/template.rs. Edit that and run it. -->

A quote, a distance of the ministry, a tariff, an observed trip or a rule is laid over a case without touching its
files:

```sh
ayrum case template                              # lists the templates
ayrum case template quotes --out quotes.xlsx     # a workbook with two example rows, and what each column means
ayrum route --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08 --with quotes.xlsx
ayrum cost --from Kostanay --to Dalarik --commodity wheat --date 2025-11-08 --with quotes.xlsx --set speed_rail=45
ayrum check --with quotes.xlsx                   # every fault: file, row, column, what would be valid
```

`--with` takes CSV (UTF-8, commas, a point in numbers) and workbooks (`.xlsx`, one table a sheet; dates and numbers may
be cells of that kind). It may be given more than once and works with every command that reads a case.

## What a file is

A file, or a sheet of a workbook, is recognised by its name: a template below, or any table of a
[case](case-format.md). Where the name says nothing, the heading does. The first row that is not blank is the heading;
columns may stand in any order, and those that may be empty may be missing. What is neither is an error; a sheet of notes
beside a table is passed over with a warning.

A table of the case is laid over **row by row**. A row whose identifier (or whatever sets rows of the table apart) the case
has changes that row in the cells that are filled, and an empty cell leaves what the case says; any other row is added,
and needs all required columns. A cell that says what the case says stays the case's, so a copy of a table with one figure
changed is yours in that figure alone. `source` is free text, `confidence` is `medium` unless you say otherwise.

## One value

`--set KEY=VALUE` lays one value over the case: a parameter (`speed_rail=45`) or a cell as table, row and column
(`services.kuryk-alat-wagons.amount=600`). Where rows have no identifier, the columns that set them apart stand in its place
in order, and the last of them may be left out: `fx.KZT.per_usd=525` sets every rate of the tenge,
`fx.KZT.2025-01-01.per_usd=525` one. A key that is none stops the command, with the nearest names.

## What becomes of it

- **Marks.** Every figure of yours carries its file and row: `[user: quotes.csv:3]` in text, `quoted` with the row in JSON
  and CSV, a raised *u* in reports. The mark is on the figure, not on the row: a quote for the price of a ferry leaves the
  wait what it was, assumed or not, and the reverse. What you mark as `assumed`, `computed` or `calibrated` stays that: a
  figure of yours is never better than *quoted*, and never looks published.
- **Shares.** Totals say what share of the money you gave. Such figures are sure enough for `ayrum sensitivity` to leave
  alone, unless their confidence is `low`.
- **Lengths and times.** A length of yours changes times and tariffs worked out from it; those keep the evidence of the speed
  or the rate, and the kilometres carry the mark. It becomes the length used among the sourced lengths of the link.
- **Tariffs.** A rate of yours speaks before any of the case that fits the same haul, however particular. A quote between
  gates replaces tariff and coefficients.
- **Dates.** Prices of services, transfers, activities and rules hold on every day; a tariff by rail or a cost can be given
  a first and a last day.

## When something is wrong

A row with a cell that cannot be read, a name that nothing has, or a figure that makes no sense is **left out whole** with an
error at its file, row and column; the case's own row stays, and the rest goes on. Every command says so, and an answer
beside which something was left out ends with exit code 1. The head of an answer says how many rows of each file are used,
and how many of them bear on the routes shown; a row that bears on none is named.

Overlays **stack**: files in the order of `--with`, then `--set`. Where two give different values for one figure, the later is
used and a warning (`overlay-conflict`) names both places. Where none differ, their order makes no difference.
";

/// Writes the page.
pub(crate) fn write() -> Result<(), String> {
    std::fs::write(path(), page()).map_err(|error| format!("docs/overlays.md cannot be written: {error}"))?;
    println!("wrote docs/overlays.md");
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
    Err(format!("docs/overlays.md is out of date from line {line}: run `cargo xtask case-format`"))
}

fn path() -> PathBuf {
    house::root().join("docs/overlays.md")
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for template in TEMPLATES {
        // Writing to a string cannot fail.
        let _ = write_template(&mut page, template);
    }
    page
}

fn write_template(page: &mut String, template: &Template) -> std::fmt::Result {
    let link = |table: &&str| format!("[{table}](case-format.md#{table}csv)");
    let tables: Vec<String> = template.lays_over.iter().map(link).collect();
    writeln!(page, "\n## Template {}\n\n{}", template.name, template.meaning)?;
    writeln!(page, "Laid over {}.", tables.join(", "))?;
    if template.same_as().is_some() {
        writeln!(page, "Columns as there; `source` is free text.\n")?;
    } else {
        writeln!(page, "\n| column | required | holds | unit | meaning |\n|---|---|---|---|---|")?;
        for column in template.columns() {
            writeln!(
                page,
                "| `{}` | {} | {} | {} | {} |",
                column.name,
                yes(column.required),
                holds(column).replace("](#", "](case-format.md#"),
                cell(column.unit),
                cell(column.meaning)
            )?;
        }
        writeln!(page)?;
    }
    writeln!(page, "Two rows, in the columns that they fill:\n")?;
    for row in template.examples {
        let cells: Vec<String> = row.iter().map(|(name, text)| format!("{name} `{}`", cell(text))).collect();
        writeln!(page, "- {}", cells.join(", "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_overlays_is_up_to_date() {
        if let Err(problem) = check() {
            panic!("{problem}");
        }
    }

    #[test]
    fn examples_fill_columns_that_are_there_and_all_that_are_required() {
        for template in TEMPLATES {
            for row in template.examples {
                for (name, _) in *row {
                    assert!(
                        template.columns().iter().any(|column| column.name == *name),
                        "{}: {name}",
                        template.name
                    );
                }
                let filled = template.example(row).zip(template.columns());
                for (text, column) in filled.filter(|(_, column)| column.required) {
                    assert!(!text.is_empty(), "{}: {}", template.name, column.name);
                }
            }
        }
    }
}
