//! `ayrum check`

use case::Severity;

use super::{Done, overlaid, put};
use crate::arguments::{CaseSource, Check, Format};
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;
use crate::show::finding;

/// Lists what is wrong or doubtful in a case.
pub(crate) fn run(check: &Check, case: &CaseSource) -> Result<Done, Failure> {
    let source = check.folder.as_deref().map_or_else(|| case.clone(), |folder| case.over(folder));
    let mut model = overlaid(&source)?;
    let register = Desk::register_of(&source, &mut model)?;
    match check.format {
        Format::Json => put(&show::json(&finding::written(&model.findings))?)?,
        Format::Csv => put(&show::csv(finding::HEADING, finding::cells(&model.findings))?)?,
        Format::Geojson => return Err(Failure::new("findings have no geometry").hint("table, json or csv")),
        Format::Table => {
            let mut text = String::new();
            for (severity, heading) in [
                (Severity::Error, "Left out"),
                (Severity::Warning, "Doubtful"),
                (Severity::Note, "Worth knowing"),
            ] {
                let of_it: Vec<_> =
                    model.findings.iter().filter(|finding| finding.severity == severity).collect();
                if of_it.is_empty() {
                    continue;
                }
                text.push_str(&format!("{heading} ({})\n", of_it.len()));
                for finding in of_it {
                    text.push_str(&format!("  {} [{}]\n", finding, finding.code));
                }
                text.push('\n');
            }
            for table in &model.laid_over {
                let (used, all) = (table.used(), table.rows.len());
                text.push_str(&format!(
                    "Laid over: {} ({}), {used} of {all} rows used\n",
                    table.file, table.layout
                ));
            }
            text.push_str(&format!(
                "{}: {} places, {} links, {} crossings, {} rules with {} versions, {} claims, {} sources; {} finding(s)\n",
                model.case.settings.title,
                model.network.places.all().len(),
                model.network.links.len(),
                model.network.crossings.len(),
                model.regime.rules.rules.len(),
                model.regime.rules.versions.len(),
                register.claims.len(),
                model.case.sources.len(),
                model.findings.len(),
            ));
            put(&text)?;
        }
    }
    let good = model.findings.iter().all(|finding| finding.severity == Severity::Note);
    Ok(if good { Done::Good } else { Done::Findings })
}
