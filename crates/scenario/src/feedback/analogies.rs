//! One pair's trade judged by another's, at the costs of a settled state: the naive argument in several ways.

use super::settle::Settled;
use crate::baseline::{Analogy, BaselineError, GroupKind, Nearness};

/// A way to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnalogyBy {
    /// Size alone.
    Size,
    /// Great-circle kilometres from a zone of the first economy, by position.
    Zone(usize),
    /// What it costs on the network and beside it to bring goods of a group, by position: the mean of both directions.
    Group(usize),
}

impl Settled {
    /// What `from` would trade with `subject`, judged by what it trades with `reference` (USD: low, value, high): by size, by
    /// the great circle from each zone of `from`, and by the cost of each group of goods that differ by origin, in this
    /// order. Nothing but the base of a run has the slope of cost on distance, so that elsewhere the last are missing.
    ///
    /// Size and great circle take the coefficients of the first of these groups.
    ///
    /// # Errors
    /// If the case has no such group, or a distance or cost is not above zero.
    pub fn analogies(
        &self,
        (from, reference, subject): (usize, usize, usize),
        usd: [f64; 3],
    ) -> Result<Vec<(AnalogyBy, Analogy)>, BaselineError> {
        let baseline = &self.ground.baseline;
        let groups: Vec<usize> = baseline.groups_of(GroupKind::Differentiated).collect();
        let Some(&first) = groups.first() else {
            return Err(BaselineError::Missing {
                what: "group of goods that differ by origin",
                table: "trade_groups",
                valid: "a row of kind differentiated",
            });
        };
        let pairs = (from, reference, subject);
        let mut all = vec![(AnalogyBy::Size, baseline.analogy(first, pairs, usd, Nearness::Size)?)];
        for zone in baseline.economies[from].zones.clone() {
            let own = baseline.analogy(first, pairs, usd, Nearness::GreatCircle(zone))?;
            all.push((AnalogyBy::Zone(zone), own));
        }
        let n = baseline.economies.len();
        for (sector, &group) in groups.iter().enumerate() {
            let Some(trade) = self.trade.baseline.as_ref().and_then(|own| own.groups.get(sector)) else {
                continue;
            };
            let factors = &self.trade.iceberg[sector];
            let cost = |to: usize| f64::midpoint(factors[from * n + to], factors[to * n + from]) - 1.0;
            let nearness = Nearness::Cost {
                reference: cost(reference),
                subject: cost(subject),
                cost_of_distance: trade.cost_of_distance,
            };
            all.push((AnalogyBy::Group(group), baseline.analogy(group, pairs, usd, nearness)?));
        }
        Ok(all)
    }
}
