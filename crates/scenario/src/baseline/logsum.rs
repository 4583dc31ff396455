//! From costs between zones to costs between economies, and from trade between economies back to zones.

use rayon::prelude::*;

use super::{Baseline, BaselineError, GroupKind, shape};

/// `w_a w_b t_ab^(−θ)` by pair of zones, of which costs between economies are made; kept, so that a few costs can change
/// without the others being looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Logsum {
    theta: f64,
    unit_value: f64,
    /// By pair of zones, row by row.
    pub(crate) terms: Vec<f64>,
}

impl Logsum {
    /// The terms of a group at costs between zones, USD a tonne.
    pub(crate) fn new(baseline: &Baseline, group: usize, zone_costs: &[f64]) -> Result<Self, BaselineError> {
        let own = &baseline.groups[group];
        let theta = baseline.theta(group)?;
        let count = baseline.zones.len();
        shape(format!("the costs of {}", own.id), zone_costs.len(), count * count, "zones × zones")?;
        let unit_value = own.commodity.unit_value;
        if let Some(pair) = zone_costs.iter().position(|cost| cost.is_nan() || *cost <= -unit_value) {
            let (a, b) = (&baseline.zones[pair / count], &baseline.zones[pair % count]);
            return Err(BaselineError::Value {
                what: format!("the cost of {} from {} to {}, USD per tonne", own.id, a.id, b.id),
                value: zone_costs[pair],
                valid: "above minus the unit value, or infinite where there is no way",
            });
        }
        let logsum = Self { theta, unit_value, terms: Vec::new() };
        let term = |(pair, cost): (usize, &f64)| logsum.term(baseline, pair, *cost);
        let terms = zone_costs.par_iter().enumerate().map(term).collect();
        Ok(Self { terms, ..logsum })
    }

    /// The term of a pair of zones at a cost, USD a tonne.
    pub(crate) fn term(&self, baseline: &Baseline, pair: usize, cost: f64) -> f64 {
        let count = baseline.zones.len();
        let weights = baseline.zones[pair / count].weight * baseline.zones[pair % count].weight;
        weights * (1.0 + cost / self.unit_value).powf(-self.theta)
    }

    /// The same from its term at a cost close by, up to the third order of the step.
    pub(crate) fn term_near(&self, pair: usize, before: f64, cost: f64) -> f64 {
        let step = (cost - before) / (self.unit_value + before);
        let fall = -self.theta * (step - 0.5 * step * step);
        self.terms[pair] * (1.0 + fall + 0.5 * fall * fall)
    }

    /// The elasticity θ.
    pub(crate) fn theta(&self) -> f64 {
        self.theta
    }

    /// Sums of terms by pair of economies.
    pub(crate) fn sums(&self, baseline: &Baseline) -> Vec<f64> {
        sums(baseline, &self.terms)
    }

    /// Iceberg factors between economies, from those sums.
    pub(crate) fn factors(&self, sums: &[f64]) -> Vec<f64> {
        let factor = |sum: &f64| if *sum > 0.0 { sum.powf(-1.0 / self.theta) } else { f64::INFINITY };
        sums.iter().map(factor).collect()
    }
}

/// Sums of terms by pair of economies.
fn sums(baseline: &Baseline, terms: &[f64]) -> Vec<f64> {
    let n = baseline.economies.len();
    let mut sums = vec![0.0; n * n];
    let mut terms = terms.iter();
    for from in &baseline.zones {
        let row = &mut sums[from.economy * n..(from.economy + 1) * n];
        for (to, term) in baseline.zones.iter().zip(&mut terms) {
            row[to.economy] += term;
        }
    }
    sums
}

impl Baseline {
    /// Iceberg factors between economies, from generalised costs between zones in USD per tonne, row by row; infinite
    /// where there is no way:
    ///
    /// ```text
    /// t_ij = (Σ_ab w_a w_b t_ab^(−θ))^(−1/θ),   t_ab = 1 + cost_ab / unit value
    /// ```
    ///
    /// A closed pair of zones counts for nothing; economies between which all are closed are infinitely far apart.
    ///
    /// # Errors
    /// If the group is homogeneous, or costs are not zones × zones.
    pub fn aggregate(&self, group: usize, zone_costs: &[f64]) -> Result<Vec<f64>, BaselineError> {
        let logsum = Logsum::new(self, group, zone_costs)?;
        Ok(logsum.factors(&logsum.sums(self)))
    }

    /// The share of the trade between two economies that goes between two of their zones, by pair of zones, row by row:
    ///
    /// ```text
    /// s_ab = w_a w_b t_ab^(−θ) / Σ_cd w_c w_d t_cd^(−θ)
    /// ```
    ///
    /// The shares of each pair of economies add up to one, or are all zero where no way is open.
    ///
    /// # Errors
    /// As [`Baseline::aggregate`].
    pub fn spread(&self, group: usize, zone_costs: &[f64]) -> Result<Vec<f64>, BaselineError> {
        let Logsum { terms, .. } = &Logsum::new(self, group, zone_costs)?;
        let (n, count) = (self.economies.len(), self.zones.len());
        let sums = sums(self, terms);
        let share = |pair: usize| {
            let sum = sums[self.zones[pair / count].economy * n + self.zones[pair % count].economy];
            if sum > 0.0 { terms[pair] / sum } else { 0.0 }
        };
        Ok((0..count * count).map(share).collect())
    }

    /// Great-circle distance between economies over their zones, in kilometres, row by row: the weighted harmonic mean,
    /// which is Head and Mayer's effective distance at the exponent −1 that they recommend. A zone is `within_km` from
    /// itself.
    #[must_use]
    pub fn effective_km(&self) -> Vec<f64> {
        let n = self.economies.len();
        let mut sums = vec![0.0; n * n];
        for (a, from) in self.zones.iter().enumerate() {
            for (b, to) in self.zones.iter().enumerate() {
                // Hubs that stand side by side are still as far apart as goods go within them.
                let least = f64::midpoint(from.within_km, to.within_km);
                let km = if a == b { from.within_km } else { self.km_between(a, b).max(least) };
                sums[from.economy * n + to.economy] += from.weight * to.weight / km;
            }
        }
        sums.into_iter().map(f64::recip).collect()
    }

    /// The elasticity θ of a group.
    pub(super) fn theta(&self, group: usize) -> Result<f64, BaselineError> {
        let own = &self.groups[group];
        own.elasticity.as_ref().map(|theta| theta.value).ok_or_else(|| BaselineError::Group {
            group: own.id.clone(),
            what: "trade elasticity",
            valid: self
                .groups_of(GroupKind::Differentiated)
                .map(|group| self.groups[group].id.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }
}
