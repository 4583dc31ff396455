//! `ayrum case template`

use std::path::Path;

use case::schema::{TEMPLATES, template};
use case::suggestion;

use super::{Done, put};
use crate::arguments::{Sheet, Template};
use crate::failure::Failure;
use crate::{show, workbook};

/// Lists the templates, or writes one.
pub(crate) fn run(asked: &Template) -> Result<Done, Failure> {
    let Some(name) = &asked.name else {
        let rows = TEMPLATES.iter().map(|own| {
            let meaning = own.meaning.split(['.', ':']).next().unwrap_or_default();
            vec![own.name.to_owned(), own.lays_over.join(", "), meaning.to_owned()]
        });
        put(&show::table(&["template", "lays over", "a row is"], rows.collect()))?;
        eprintln!(
            "`ayrum case template NAME` prints one; any table of a case can be laid over under its own heading"
        );
        return Ok(Done::Good);
    };
    let Some(own) = template(name) else {
        let known = TEMPLATES.iter().map(|own| own.name);
        return Err(Failure::new(format!("no template is called `{name}`")).hint(suggestion(name, known)));
    };
    let ends_in_xlsx = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    let sheet = asked.format.unwrap_or_else(|| match &asked.out {
        Some(path) if ends_in_xlsx(path) => Sheet::Xlsx,
        _ => Sheet::Csv,
    });
    let bytes = match sheet {
        Sheet::Csv => workbook::template_csv(own)?.into_bytes(),
        Sheet::Xlsx => workbook::template_xlsx(own)?,
    };
    let Some(path) = &asked.out else {
        if sheet == Sheet::Xlsx {
            return Err(Failure::new("a workbook is not text to be printed")
                .hint("--out FILE.xlsx writes it to a file"));
        }
        put(&String::from_utf8_lossy(&bytes))?;
        return Ok(Done::Good);
    };
    if path.exists() {
        return Err(
            Failure::new(format!("{} exists", path.display())).hint("name a file that does not exist yet")
        );
    }
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))?;
    eprintln!("{} was written; replace its example rows, then lay it over with `--with {0}`", path.display());
    Ok(Done::Good)
}
