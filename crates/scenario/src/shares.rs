//! Shares of money by how its figures came about.

use case::{Confidence, Evidence, Provenance};

/// Shares of known money by how its figures came about; they add up to 1, or are all zero where no
/// money is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shares {
    /// Observed or published, with medium or high confidence.
    pub sourced: f64,
    /// Published, but with low confidence: one weak report, another flow, an average from elsewhere.
    pub weakly_sourced: f64,
    /// Given by the user.
    pub quoted: f64,
    /// Computed or calibrated.
    pub modelled: f64,
    /// Assumed, or without a row behind it.
    pub assumed: f64,
}

impl Shares {
    /// The shares of amounts with the rows they come from. Money given back counts by its size, like
    /// money paid: both make the total.
    #[must_use]
    pub fn of<'a>(amounts: impl IntoIterator<Item = (f64, Option<&'a Provenance>)>) -> Self {
        let mut sums = Self::default();
        let mut total = 0.0;
        for (usd, provenance) in amounts {
            let slot = match provenance.map(|own| (own.evidence, own.confidence)) {
                Some((Evidence::Observed | Evidence::Published, Confidence::Low)) => &mut sums.weakly_sourced,
                Some((Evidence::Observed | Evidence::Published, _)) => &mut sums.sourced,
                Some((Evidence::Quoted, _)) => &mut sums.quoted,
                Some((Evidence::Computed | Evidence::Calibrated, _)) => &mut sums.modelled,
                Some((Evidence::Assumed, _)) | None => &mut sums.assumed,
            };
            *slot += usd.abs();
            total += usd.abs();
        }
        if total <= 0.0 {
            return Self::default();
        }
        Self {
            sourced: sums.sourced / total,
            weakly_sourced: sums.weakly_sourced / total,
            quoted: sums.quoted / total,
            modelled: sums.modelled / total,
            assumed: sums.assumed / total,
        }
    }
}
