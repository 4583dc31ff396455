//! The register of a case, loaded for the commands that need no network.

use std::path::Path;

use case::{Case, Finding, Folder, Severity, Sheets};
use ledger::{Check, Margin, Register};

use crate::failure::Failure;
use crate::shipped;

/// The ground floor of a case, its register, and what rules found.
pub(crate) struct Desk {
    /// The files, for their fingerprint.
    pub(crate) folder: Folder,
    /// Economies, sources, settings.
    pub(crate) case: Case,
    /// Claims, agreements, projects and the rest.
    pub(crate) register: Register,
    /// What rules found of its claims.
    pub(crate) checks: Vec<Check>,
}

impl Desk {
    /// Loads the case of a folder, or the one inside the program. What is wrong with it is said in one line.
    pub(crate) fn load(path: Option<&Path>) -> Result<Self, Failure> {
        let (desk, findings) = Self::of(shipped::folder(path)?);
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        if errors > 0 {
            let check = path
                .map_or_else(|| "ayrum check".to_owned(), |path| format!("ayrum check {}", path.display()));
            eprintln!("warning: {errors} row(s) or cell(s) of the case were left out; `{check}` lists them");
        }
        Ok(desk)
    }

    /// The same of files at hand, with everything that is wrong with them.
    pub(crate) fn of(folder: Folder) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut sheets = Sheets::read(&folder, &mut findings);
        let case = Case::load(&folder, &mut sheets, &mut findings);
        let register = Register::load(&case, &sheets, &mut findings);
        let checks = ledger::check(&case, &register, Margin::default());
        (Self { folder, case, register, checks }, findings)
    }

    /// The register of a case that is loaded already; what is wrong with it is added to the findings.
    pub(crate) fn register_of(folder: &Folder, case: &Case, findings: &mut Vec<Finding>) -> Register {
        // Cells were checked when the case was loaded, so that only meaning is left to complain of.
        let sheets = Sheets::read(folder, &mut Vec::new());
        let register = Register::load(case, &sheets, findings);
        findings.sort_by(|a, b| (&a.file, a.row, &a.column).cmp(&(&b.file, b.row, &b.column)));
        register
    }

    /// A source as it is cited: title, publisher, date.
    pub(crate) fn cited(&self, id: &str) -> String {
        let Some(source) = self.case.sources.get(id) else { return id.to_owned() };
        let date = if source.date.is_empty() { "undated" } else { &source.date };
        format!("{}, “{}”, {date}", source.publisher, source.title)
    }
}
