//! A case loaded whole.

use std::sync::Arc;

use case::{Case, Fate, Finding, Folder, Identifiers, LaidTable, Overlays, RowPlace, Severity, Sheets};
use network::Network;
use regime::Regime;

use crate::baseline::Baseline;

/// A case with its network and regime, and what was found wrong with it.
#[derive(Debug, Clone)]
pub struct Model {
    /// The ground floor.
    pub case: Case,
    /// Places, links, crossings, transfers, services.
    pub network: Network,
    /// Rules, tariffs, intensities.
    pub regime: Regime,
    /// Economies, zones and groups of goods: what trade is made of; empty where the case has none.
    pub baseline: Arc<Baseline>,
    /// What is wrong or doubtful; what is wrong was left out.
    pub findings: Vec<Finding>,
    /// The hash of the files that it was loaded from: [`Folder::hash`].
    pub case_hash: String,
    /// What a question assumes of this model that the case does not say, in words.
    pub assumed: Vec<String>,
    /// The user's tables that were laid over the case.
    pub laid_over: Vec<LaidTable>,
    /// The identifiers of all tables, of those too of which no row is kept.
    pub(crate) identifiers: Arc<Identifiers>,
}

impl Model {
    /// Loads a case. Whatever is wrong with it becomes findings; the rest goes on.
    #[must_use]
    pub fn load(folder: &Folder) -> Self {
        Self::load_once(folder, &Overlays::default())
    }

    /// Loads a case with tables of the user laid over it.
    ///
    /// What is wrong with a row of the user may show only when it gets its meaning: a length of zero,
    /// a span that ends before it starts. The case's own row must not go with it, so the case is then
    /// loaded anew without the user's. Rows that change rows of the case go first: what other rows
    /// name may be there without them.
    #[must_use]
    pub fn load_with(folder: &Folder, overlays: &Overlays) -> Self {
        let mut overlays = overlays.clone();
        let mut kept: Vec<Finding> = Vec::new();
        loop {
            let mut model = Self::load_once(folder, &overlays);
            let faults: Vec<(RowPlace, bool)> = model
                .errors_of_the_user()
                .filter_map(|finding| model.laid_row(finding))
                .filter(|(place, _)| !overlays.left_out.contains(place))
                .collect();
            if faults.is_empty() {
                let repeated = |finding: &Finding| model.findings.contains(finding);
                kept.retain(|finding| !repeated(finding));
                model.findings.append(&mut kept);
                sort(&mut model.findings);
                return model;
            }
            let any_changes = faults.iter().any(|(_, changes)| *changes);
            let out: Vec<RowPlace> = faults
                .into_iter()
                .filter(|(_, changes)| *changes || !any_changes)
                .map(|(place, _)| place)
                .collect();
            let of_them = |finding: &Finding| out.contains(&place_of(finding));
            kept.extend(model.errors_of_the_user().filter(|finding| of_them(finding)).cloned());
            overlays.left_out.extend(out);
        }
    }

    fn load_once(folder: &Folder, overlays: &Overlays) -> Self {
        let mut findings = Vec::new();
        let (mut sheets, laid_over) = Sheets::read_with(folder, overlays, &mut findings);
        let case = Case::load(folder, &mut sheets, &mut findings);
        let network = Network::load(&case, &mut sheets, &mut findings);
        let regime = Regime::load(&case, &network, &sheets, &mut findings);
        let baseline = Baseline::read(&case, &network, &sheets, &mut findings);
        sort(&mut findings);
        let identifiers = Arc::new(sheets.identifiers());
        Self {
            case,
            network,
            regime,
            baseline: Arc::new(baseline),
            findings,
            case_hash: folder.hash(),
            assumed: Vec::new(),
            laid_over,
            identifiers,
        }
    }

    /// How many findings left something out.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    /// The findings of what was laid over the case, not of the case itself.
    pub fn findings_of_the_user(&self) -> impl Iterator<Item = &Finding> {
        let is_laid = |finding: &&Finding| self.laid_over.iter().any(|own| own.file == finding.file);
        self.findings.iter().filter(is_laid)
    }

    pub(crate) fn errors_of_the_user(&self) -> impl Iterator<Item = &Finding> {
        self.findings_of_the_user().filter(|finding| finding.severity == Severity::Error)
    }

    /// The user's row at which a finding stands, and whether it changes a row of the case.
    fn laid_row(&self, finding: &Finding) -> Option<(RowPlace, bool)> {
        let place = place_of(finding);
        let fate = self.laid_over.iter().find_map(|own| own.rows.get(&place))?;
        Some((place, *fate == Fate::Changes))
    }
}

fn place_of(finding: &Finding) -> RowPlace {
    RowPlace { file: finding.file.as_str().into(), row: finding.row }
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (&a.file, a.row, &a.column).cmp(&(&b.file, b.row, &b.column)));
}
