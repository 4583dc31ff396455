//! The formats of others, read and written.

mod gmns;
mod tntp;

use case::Finding;

/// Findings as lines.
pub fn lines(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{finding} [{}]\n", finding.code)).collect()
}
