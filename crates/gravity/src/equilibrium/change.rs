//! What changes, and how the world adjusts.

use super::World;
use crate::GravityError;

/// How spending relates to income when incomes change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deficits {
    /// Spending keeps its ratio to income, up to one factor for the world that makes spending equal income
    /// (as in Allen, Arkolakis and Takahashi, *Journal of Political Economy* 128, 2020).
    #[default]
    Multiplicative,
    /// Deficits keep their value in units of the world's output.
    Additive,
    /// There are none. The baseline is balanced first at its own costs, and changes are counted from there.
    Balanced,
}

/// What is held fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EquilibriumKind {
    /// Outputs and expenditures of each sector; prices clear its markets.
    Conditional,
    /// Endowments only.
    #[default]
    Full,
}

/// How an equilibrium is solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EquilibriumOptions {
    /// What is held fixed.
    pub kind: EquilibriumKind,
    /// How deficits close.
    pub deficits: Deficits,
    /// Elasticity ψ of supply to the real price of the factor, zero or more.
    pub supply_elasticity: f64,
    /// Largest residual, relative to output, at which to stop.
    pub tolerance: f64,
    /// Most steps.
    pub most_iterations: usize,
}

impl Default for EquilibriumOptions {
    fn default() -> Self {
        Self {
            kind: EquilibriumKind::Full,
            deficits: Deficits::Multiplicative,
            supply_elasticity: 0.0,
            tolerance: 1e-12,
            most_iterations: 500,
        }
    }
}

/// Trade where there was none: the cell's share of its destination's spending on the sector that it would have
/// at old prices and at a stated cost, in units in which the old shares add up to one. The change of cost of the
/// cell then counts from that stated cost, as every other counts from the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewTrade {
    /// The sector, by position.
    pub sector: usize,
    /// The origin, by position.
    pub origin: usize,
    /// The destination, by position.
    pub destination: usize,
    /// The share.
    pub share: f64,
}

/// A change of costs and charges.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// New over old iceberg cost, by sector, then origin and destination row by row; infinite closes a cell.
    pub costs: Vec<Vec<f64>>,
    /// New rates by sector and charge, in the order of the world's.
    pub rates: Vec<Vec<Vec<f64>>>,
    /// Cells that open.
    pub new_trade: Vec<NewTrade>,
}

impl Change {
    /// Nothing changes.
    #[must_use]
    pub fn none(world: &World) -> Self {
        Self {
            costs: world.sectors.iter().map(|sector| vec![1.0; sector.flows.len()]).collect(),
            rates: world
                .sectors
                .iter()
                .map(|sector| sector.charges.iter().map(|charge| charge.rates.clone()).collect())
                .collect(),
            new_trade: Vec::new(),
        }
    }

    /// The change of the iceberg cost of one cell, to be set: new over old, infinite to close it.
    ///
    /// # Panics
    /// If there is no such sector or economy.
    pub fn cost(&mut self, sector: usize, origin: usize, destination: usize) -> &mut f64 {
        let economies = self.costs[sector].len().isqrt();
        &mut self.costs[sector][origin * economies + destination]
    }

    /// The new rate of a charge in one cell, to be set: 0.05 is five per cent.
    ///
    /// # Panics
    /// If there is no such sector, charge or economy.
    pub fn rate(&mut self, sector: usize, charge: usize, origin: usize, destination: usize) -> &mut f64 {
        let economies = self.costs[sector].len().isqrt();
        &mut self.rates[sector][charge][origin * economies + destination]
    }

    pub(crate) fn check(&self, world: &World) -> Result<(), GravityError> {
        let n = world.size();
        let shape = |what: String, found: usize, expected: usize| {
            if found == expected {
                return Ok(());
            }
            Err(GravityError::Shape { what, found, expected, why: "as in the baseline".to_owned() })
        };
        shape("the list of cost changes".to_owned(), self.costs.len(), world.sectors.len())?;
        shape("the list of rates".to_owned(), self.rates.len(), world.sectors.len())?;
        let value = |what: &str, sector: &str, at: usize, value: f64, valid: &str| GravityError::Value {
            what: format!(
                "{what} of sector {sector} from {} to {}",
                world.names[at / n],
                world.names[at % n]
            ),
            value,
            valid: valid.to_owned(),
        };
        for ((sector, costs), rates) in world.sectors.iter().zip(&self.costs).zip(&self.rates) {
            let name = &sector.name;
            shape(format!("the cost changes of sector {name}"), costs.len(), n * n)?;
            if let Some(at) = costs.iter().position(|cost| cost.is_nan() || *cost <= 0.0) {
                return Err(value(
                    "the cost change",
                    name,
                    at,
                    costs[at],
                    "above zero, or infinite to close a cell",
                ));
            }
            shape(format!("the charges of sector {name}"), rates.len(), sector.charges.len())?;
            for (charge, rates) in sector.charges.iter().zip(rates) {
                shape(format!("the new rates of {} in sector {name}", charge.name), rates.len(), n * n)?;
                if let Some(at) = rates.iter().position(|rate| !(rate.is_finite() && *rate >= 0.0)) {
                    return Err(value("the new rate", name, at, rates[at], "a finite number, zero or more"));
                }
            }
        }
        for new in &self.new_trade {
            let inside = new.sector < world.sectors.len() && new.origin < n && new.destination < n;
            if !inside {
                let found = new.origin.max(new.destination);
                return shape("new trade names an economy or sector that".to_owned(), found, n).and(Ok(()));
            }
            let at = new.origin * n + new.destination;
            let sector = &world.sectors[new.sector];
            if !(new.share.is_finite() && new.share > 0.0) {
                return Err(value(
                    "the share of new trade",
                    &sector.name,
                    at,
                    new.share,
                    "a finite number above zero",
                ));
            }
            if sector.flows[at] > 0.0 {
                return Err(value(
                    "the baseline flow",
                    &sector.name,
                    at,
                    sector.flows[at],
                    "zero, for trade to be new",
                ));
            }
        }
        Ok(())
    }
}
