//! From costs between zones to costs between economies, and from trade between economies back to zones.

use super::{Baseline, BaselineError, GroupKind, shape};

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
        let (theta, terms) = self.terms(group, zone_costs)?;
        let n = self.economies.len();
        let sums = self.sums(&terms);
        Ok((0..n * n)
            .map(|pair| if sums[pair] > 0.0 { sums[pair].powf(-1.0 / theta) } else { f64::INFINITY })
            .collect())
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
        let (_, mut terms) = self.terms(group, zone_costs)?;
        let (n, count) = (self.economies.len(), self.zones.len());
        let sums = self.sums(&terms);
        for (a, from) in self.zones.iter().enumerate() {
            for (b, to) in self.zones.iter().enumerate() {
                let sum = sums[from.economy * n + to.economy];
                let term = &mut terms[a * count + b];
                *term = if sum > 0.0 { *term / sum } else { 0.0 };
            }
        }
        Ok(terms)
    }

    /// θ, and `w_a w_b t_ab^(−θ)` by pair of zones.
    fn terms(&self, group: usize, zone_costs: &[f64]) -> Result<(f64, Vec<f64>), BaselineError> {
        let own = &self.groups[group];
        let theta = self.theta(group)?;
        let count = self.zones.len();
        shape(format!("the costs of {}", own.id), zone_costs.len(), count * count, "zones × zones")?;
        let mut terms = Vec::with_capacity(count * count);
        for (pair, cost) in zone_costs.iter().enumerate() {
            if cost.is_nan() || *cost <= -own.commodity.unit_value {
                let (a, b) = (&self.zones[pair / count], &self.zones[pair % count]);
                return Err(BaselineError::Value {
                    what: format!("the cost of {} from {} to {}, USD per tonne", own.id, a.id, b.id),
                    value: *cost,
                    valid: "above minus the unit value, or infinite where there is no way",
                });
            }
            let weights = self.zones[pair / count].weight * self.zones[pair % count].weight;
            terms.push(weights * own.iceberg(*cost).powf(-theta));
        }
        Ok((theta, terms))
    }

    /// Sums of terms by pair of economies.
    fn sums(&self, terms: &[f64]) -> Vec<f64> {
        let (n, count) = (self.economies.len(), self.zones.len());
        let mut sums = vec![0.0; n * n];
        for (a, from) in self.zones.iter().enumerate() {
            for (b, to) in self.zones.iter().enumerate() {
                sums[from.economy * n + to.economy] += terms[a * count + b];
            }
        }
        sums
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
                let km = if a == b { from.within_km } else { from.great_circle_km(to).max(least) };
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
