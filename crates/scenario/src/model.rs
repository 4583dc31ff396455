//! A case loaded whole.

use case::{Case, Finding, Folder, Severity, Sheets};
use network::Network;
use regime::Regime;

/// A case with its network and regime, and what was found wrong with it.
#[derive(Debug, Clone)]
pub struct Model {
    /// The ground floor.
    pub case: Case,
    /// Places, links, crossings, transfers, services.
    pub network: Network,
    /// Rules, tariffs, intensities.
    pub regime: Regime,
    /// What is wrong or doubtful; what is wrong was left out.
    pub findings: Vec<Finding>,
    /// The hash of the files that it was loaded from: [`Folder::hash`].
    pub case_hash: String,
    /// What a question assumes of this model that the case does not say, in words.
    pub assumed: Vec<String>,
}

impl Model {
    /// Loads a case. Whatever is wrong with it becomes findings; the rest goes on.
    #[must_use]
    pub fn load(folder: &Folder) -> Self {
        let mut findings = Vec::new();
        let mut sheets = Sheets::read(folder, &mut findings);
        let case = Case::load(folder, &mut sheets, &mut findings);
        let network = Network::load(&case, &mut sheets, &mut findings);
        let regime = Regime::load(&case, &network, &sheets, &mut findings);
        findings.sort_by(|a, b| (&a.file, a.row, &a.column).cmp(&(&b.file, b.row, &b.column)));
        Self { case, network, regime, findings, case_hash: folder.hash(), assumed: Vec::new() }
    }

    /// How many findings left something out.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}
