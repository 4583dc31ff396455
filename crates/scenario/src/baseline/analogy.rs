//! The naive argument, and what distance makes of it: "A trades so much with B, and C is larger than B, so A should trade
//! more with C".
//!
//! ```text
//! by size      X_AC = X_AB × Y_C / Y_B
//! by distance  X_AC = X_AB × Y_C / Y_B × (D_AC / D_AB)^β × e^(κ ([A, C neighbours] − [A, B neighbours]))
//! ```
//!
//! What `D` is, decides: the great circle from one city of A or from another, or the cost on the network. With cost in
//! place of distance the exponent is `β/ε`, where `ε` is the slope of cost on distance ([`GroupTrade::cost_of_distance`]).
//! Each is gravity with the terms of A left out, for an order of magnitude and no more.
//!
//! [`GroupTrade::cost_of_distance`]: super::GroupTrade::cost_of_distance

use super::{Baseline, BaselineError, TradeGroup};

/// What is taken for the distance between two economies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Nearness {
    /// Nothing: size alone.
    Size,
    /// Great-circle kilometres from one zone of the first economy, by position, to the zones of the other two.
    GreatCircle(usize),
    /// Costs as a share of value to the reference and to the subject, and their slope on distance.
    Cost {
        /// To the economy that is known.
        reference: f64,
        /// To the economy that is asked for.
        subject: f64,
        /// Slope of the logarithm of cost on that of distance.
        cost_of_distance: f64,
    },
}

/// Trade of one pair judged by that of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Analogy {
    /// Distance or cost to the economy that is known; nothing for size alone.
    pub reference: Option<f64>,
    /// Distance or cost to the economy that is asked for.
    pub subject: Option<f64>,
    /// USD by the coefficients used.
    pub usd: f64,
    /// USD over the ranges of the trade that is known and of the coefficients, least and most.
    pub interval: (f64, f64),
}

impl Baseline {
    /// What `from` would trade with `subject`, judged by what it trades with `reference` (USD: low, value, high), with the
    /// coefficients of a group.
    ///
    /// # Errors
    /// If the group is homogeneous, or a distance or cost is not above zero.
    pub fn analogy(
        &self,
        group: usize,
        (from, reference, subject): (usize, usize, usize),
        usd: [f64; 3],
        nearness: Nearness,
    ) -> Result<Analogy, BaselineError> {
        self.theta(group)?;
        let own = &self.groups[group];
        let size = self.economies[subject].gdp_usd / self.economies[reference].gdp_usd;
        let (near, slope) = match nearness {
            Nearness::Size => {
                return Ok(Analogy {
                    reference: None,
                    subject: None,
                    usd: usd[1] * size,
                    interval: (usd[0] * size, usd[2] * size),
                });
            }
            Nearness::GreatCircle(zone) => ([reference, subject].map(|to| self.km_to(zone, to)), 1.0),
            Nearness::Cost { reference, subject, cost_of_distance } => {
                ([reference, subject], cost_of_distance)
            }
        };
        for (what, value) in
            [("the distance or cost", near[0]), ("the distance or cost", near[1]), ("the slope", slope)]
        {
            if !(value.is_finite() && value > 0.0) {
                return Err(BaselineError::Value {
                    what: format!("{what} of an analogy"),
                    value,
                    valid: "a finite number above zero",
                });
            }
        }
        let neighbour = |to: usize| f64::from(u8::from(self.neighbours.contains(&(from, to))));
        let change = neighbour(subject) - neighbour(reference);
        let ratio = (near[1] / near[0]).ln() / slope;
        let coefficients = Ranges::of(own);
        let factor = |distance: f64, contiguity: f64| size * (distance * ratio + contiguity * change).exp();
        let mut interval = (f64::INFINITY, 0.0f64);
        for distance in coefficients.distance {
            for contiguity in coefficients.contiguity {
                let factor = factor(distance, contiguity);
                interval = (interval.0.min(usd[0] * factor), interval.1.max(usd[2] * factor));
            }
        }
        Ok(Analogy {
            reference: Some(near[0]),
            subject: Some(near[1]),
            usd: usd[1] * factor(coefficients.distance[0], coefficients.contiguity[0]),
            interval,
        })
    }

    /// Great-circle kilometres from a zone to an economy: the weighted harmonic mean over its zones.
    fn km_to(&self, zone: usize, economy: usize) -> f64 {
        let zones = self.economies[economy].zones.clone();
        zones.map(|to| self.zones[to].weight / self.km_between(zone, to)).sum::<f64>().recip()
    }
}

/// Value, low and high of the coefficients.
struct Ranges {
    distance: [f64; 3],
    contiguity: [f64; 3],
}

impl Ranges {
    fn of(group: &TradeGroup) -> Self {
        let of = |own: &Option<super::Coefficient>| {
            own.as_ref().map_or([0.0; 3], |own| {
                let (low, high) = own.range.unwrap_or((own.value, own.value));
                [own.value, low, high]
            })
        };
        Self { distance: of(&group.distance), contiguity: of(&group.contiguity) }
    }
}
