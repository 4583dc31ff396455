//! Findings as JSON and CSV.

use case::Finding;
use serde::Serialize;

/// A finding as it is written.
#[derive(Serialize)]
pub(crate) struct WrittenFinding<'a> {
    severity: &'static str,
    code: &'static str,
    file: &'a str,
    row: Option<u64>,
    column: Option<&'a str>,
    problem: &'a str,
    valid: &'a str,
}

/// Writes findings.
pub(crate) fn written(findings: &[Finding]) -> Vec<WrittenFinding<'_>> {
    findings
        .iter()
        .map(|finding| WrittenFinding {
            severity: finding.severity.word(),
            code: finding.code,
            file: &finding.file,
            row: finding.row,
            column: finding.column.as_deref(),
            problem: &finding.problem,
            valid: &finding.valid,
        })
        .collect()
}

/// The heading of findings as CSV.
pub(crate) const HEADING: &[&str] = &["severity", "code", "file", "row", "column", "problem", "valid"];

/// The cells of findings as CSV.
pub(crate) fn cells(findings: &[Finding]) -> impl Iterator<Item = Vec<String>> + '_ {
    findings.iter().map(|finding| {
        vec![
            finding.severity.word().to_owned(),
            finding.code.to_owned(),
            finding.file.clone(),
            finding.row.map(|row| row.to_string()).unwrap_or_default(),
            finding.column.clone().unwrap_or_default(),
            finding.problem.clone(),
            finding.valid.clone(),
        ]
    })
}
