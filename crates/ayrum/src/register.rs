//! The register of a case, loaded for the commands that need no network.

use case::{Case, Finding, Folder, Overlays, Severity, Sheets};
use ledger::{Check, Margin, Register};
use scenario::Model;

use crate::arguments::CaseSource;
use crate::command::laid;
use crate::failure::Failure;

/// The ground floor of a case, its register, and what rules found.
pub(crate) struct Desk {
    /// The files, for their fingerprint.
    pub(crate) folder: Folder,
    /// Files of the user that were laid over it.
    laid_over: Vec<String>,
    /// Economies, sources, settings.
    pub(crate) case: Case,
    /// Claims, agreements, projects and the rest.
    pub(crate) register: Register,
    /// What rules found of its claims.
    pub(crate) checks: Vec<Check>,
}

impl Desk {
    /// Loads a case with what is laid over it. What is wrong with it is said in one line, what is wrong
    /// with the user's own rows row by row.
    pub(crate) fn load(source: &CaseSource) -> Result<Self, Failure> {
        let (folder, overlays) = laid(source)?;
        let (desk, findings) = Self::of(folder, &overlays);
        let is_own = |finding: &Finding| desk.laid_over.contains(&finding.file);
        for finding in findings.iter().filter(|finding| is_own(finding)) {
            eprintln!("{}: {finding}", finding.severity.word());
        }
        let errors =
            findings.iter().filter(|finding| !is_own(finding) && finding.severity == Severity::Error).count();
        if errors > 0 {
            let case = source.case.as_ref();
            let check = case
                .map_or_else(|| "ayrum check".to_owned(), |path| format!("ayrum check {}", path.display()));
            eprintln!("warning: {errors} row(s) or cell(s) of the case were left out; `{check}` lists them");
        }
        Ok(desk)
    }

    /// The same of files at hand, with everything that is wrong with them.
    pub(crate) fn of(folder: Folder, overlays: &Overlays) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let (mut sheets, laid_over) = Sheets::read_with(&folder, overlays, &mut findings);
        let laid_over = laid_over.into_iter().map(|table| table.file).collect();
        let case = Case::load(&folder, &mut sheets, &mut findings);
        let register = Register::load(&case, &sheets, &mut findings);
        let checks = ledger::check(&case, &register, Margin::default());
        (Self { folder, laid_over, case, register, checks }, findings)
    }

    /// The register of a case that is loaded already; what is wrong with it is added to the findings.
    pub(crate) fn register_of(source: &CaseSource, model: &mut Model) -> Result<Register, Failure> {
        let (folder, overlays) = laid(source)?;
        // Cells were checked when the case was loaded, so that only meaning is left to complain of.
        let (sheets, _) = Sheets::read_with(&folder, &overlays, &mut Vec::new());
        let register = Register::load(&model.case, &sheets, &mut model.findings);
        model.findings.sort_by(|a, b| (&a.file, a.row, &a.column).cmp(&(&b.file, b.row, &b.column)));
        Ok(register)
    }

    /// A source as it is cited: title, publisher, date.
    pub(crate) fn cited(&self, id: &str) -> String {
        let Some(source) = self.case.sources.get(id) else { return id.to_owned() };
        let date = if source.date.is_empty() { "undated" } else { &source.date };
        format!("{}, “{}”, {date}", source.publisher, source.title)
    }
}
