//! Cells of trade from what the ledger holds.

/// Trade that somebody reported, for one pair and group.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedCell {
    /// Who sends, by position of the economy.
    pub origin: usize,
    /// Who receives, by position of the economy.
    pub destination: usize,
    /// What, by position of the group.
    pub group: usize,
    /// USD a year, free on board.
    pub usd: f64,
    /// Low end of what the reports allow.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// Who reported what, and how it was reconciled, in words.
    pub note: String,
}
