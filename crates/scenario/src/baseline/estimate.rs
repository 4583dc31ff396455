//! How trade falls with cost, estimated from the observed cells of a group where there are enough of them.
//!
//! ```text
//! X_ij = exp(a_i + b_j + β ln c_ij + κ [neighbours] − θ ln(1 + duty_ij))
//! ```
//!
//! by Poisson pseudo-maximum likelihood over the observed cells across borders, zeros included, with the cost as a share of
//! value `c` of the baseline itself and the effect of duties held at the published θ. What a border leaves of trade cannot
//! be told without trade at home and stays as published.
//!
//! **Enough** are 50 cells above zero whose origin and destination are each in at least two of them, so that the effects of
//! exporters and importers leave something to estimate with. An estimate replaces a published coefficient where it can be
//! told apart from zero and has the sign that the coefficient must have: β where its interval of 95 per cent lies below
//! zero, κ where its estimate is not below zero. Otherwise the published one stays, and why is said.

use gravity::{Expression, FitOptions, Keys, Table, fit, parse_formula};

use super::trade::LEAST_COST;
use super::{Baseline, ObservedCell};

/// Cells above zero from which a group is estimated.
pub const LEAST_CELLS: usize = 50;
/// Probability that the interval of β lies below zero.
const LEVEL: f64 = 0.95;

/// An estimated coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimated {
    /// The estimate.
    pub value: f64,
    /// Its standard error, robust to heteroskedasticity.
    pub standard_error: f64,
}

/// Where a coefficient of a group's gravity comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// From observed cells.
    Estimated(Estimated),
    /// From the case's coefficients, and why it was not estimated.
    Published(String),
}

/// What the modelled cells of a group were made with.
#[derive(Debug, Clone, PartialEq)]
pub struct GravityBasis {
    /// Observed cells that were estimated with, zeros included; those above zero that would have been usable where nothing
    /// was estimated.
    pub cells: usize,
    /// Elasticity of trade to cost.
    pub elasticity_to_cost: Basis,
    /// Logarithm of what neighbours trade more.
    pub contiguity: Basis,
}

impl GravityBasis {
    /// In words: `estimated from 240 observed cells`, or `published: …`.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.elasticity_to_cost {
            Basis::Estimated(_) => format!("estimated from {} observed cells", self.cells),
            Basis::Published(why) => format!("published: {why}"),
        }
    }

    fn published(cells: usize, why: &str) -> Self {
        Self {
            cells,
            elasticity_to_cost: Basis::Published(why.to_owned()),
            contiguity: Basis::Published(why.to_owned()),
        }
    }
}

impl Baseline {
    /// What observed cells of a group say of its elasticity to cost and of neighbours, at iceberg factors and duties by pair
    /// of economies.
    pub(super) fn estimate(
        &self,
        group: usize,
        iceberg: &[f64],
        duties: &[f64],
        theta: f64,
        observed: &[ObservedCell],
    ) -> GravityBasis {
        let n = self.economies.len();
        let pair = |cell: &ObservedCell| cell.origin * n + cell.destination;
        let of_group: Vec<&ObservedCell> = observed
            .iter()
            .filter(|cell| cell.group == group && cell.origin != cell.destination)
            .filter(|cell| iceberg[pair(cell)].is_finite() && duties[pair(cell)] > -1.0)
            .collect();
        if of_group.is_empty() {
            return GravityBasis::published(0, "no cell is observed");
        }
        let usable = self.connected(&of_group);
        if usable < LEAST_CELLS {
            let why = format!(
                "{usable} observed cells above zero whose ends are each in two or more; {LEAST_CELLS} are needed"
            );
            return GravityBasis::published(usable, &why);
        }
        match self.fitted(&of_group, iceberg, duties, theta) {
            Ok(basis) => basis,
            Err(error) => GravityBasis::published(usable, &format!("the estimation failed: {error}")),
        }
    }

    /// How many cells above zero are left where each origin and each destination is in at least two of them.
    fn connected(&self, cells: &[&ObservedCell]) -> usize {
        let mut kept: Vec<&ObservedCell> = cells.iter().copied().filter(|cell| cell.usd > 0.0).collect();
        loop {
            let mut sent = vec![0usize; self.economies.len()];
            let mut received = sent.clone();
            for cell in &kept {
                sent[cell.origin] += 1;
                received[cell.destination] += 1;
            }
            let before = kept.len();
            kept.retain(|cell| sent[cell.origin] > 1 && received[cell.destination] > 1);
            if kept.len() == before {
                return before;
            }
        }
    }

    fn fitted(
        &self,
        cells: &[&ObservedCell],
        iceberg: &[f64],
        duties: &[f64],
        theta: f64,
    ) -> Result<GravityBasis, gravity::GravityError> {
        let n = self.economies.len();
        let numbers = |of: &dyn Fn(&ObservedCell, usize) -> f64| -> Vec<f64> {
            cells.iter().map(|cell| of(cell, cell.origin * n + cell.destination)).collect()
        };
        let keys = |of: fn(&ObservedCell) -> usize| {
            Keys::from_labels(cells.iter().map(|cell| self.economies[of(cell)].id.as_str()))
        };
        let near = |cell: &ObservedCell| self.neighbours.contains(&(cell.origin, cell.destination));
        let table = Table::new("observed cells", cells.len())
            .with_numbers("usd", numbers(&|cell, _| cell.usd))?
            .with_numbers("log_cost", numbers(&|_, at| (iceberg[at] - 1.0).max(LEAST_COST).ln()))?
            .with_numbers("neighbours", numbers(&|cell, _| f64::from(u8::from(near(cell)))))?
            .with_numbers("wedge", numbers(&|_, at| -theta * (1.0 + duties[at]).ln()))?
            .with_keys("exporter", keys(|cell| cell.origin))?
            .with_keys("importer", keys(|cell| cell.destination))?;
        let options = FitOptions { offset: Some(Expression::parse("wedge")?), ..FitOptions::default() };
        let specifications = parse_formula("usd ~ log_cost + neighbours | exporter + importer")?;
        let fits = fit(&table, &specifications, &options)?;
        let Some(fit) = fits.first() else { return Ok(GravityBasis::published(0, "nothing was estimated")) };
        let cells = fit.rows();
        let Some(slope) = fit.coefficient("log_cost") else {
            return Ok(GravityBasis::published(cells, "exporters and importers leave no difference in cost"));
        };
        let of = |own: &gravity::Coefficient| Estimated {
            value: own.estimate,
            standard_error: own.standard_error,
        };
        let said = |own: &gravity::Coefficient| {
            format!("{:.3} (standard error {:.3})", own.estimate, own.standard_error)
        };
        let most = fit.interval(slope, LEVEL).1;
        let elasticity_to_cost = if slope.estimate.is_nan() || slope.estimate >= 0.0 {
            let why = format!("the estimate has the wrong sign: {}", said(slope));
            Basis::Published(why)
        } else if most.is_nan() || most >= 0.0 {
            Basis::Published(format!("the estimate cannot be told from zero: {}", said(slope)))
        } else {
            Basis::Estimated(of(slope))
        };
        let contiguity = match fit.coefficient("neighbours") {
            _ if matches!(elasticity_to_cost, Basis::Published(_)) => {
                Basis::Published("the elasticity to cost is published, and both belong together".to_owned())
            }
            None => Basis::Published("the observed cells do not tell neighbours apart".to_owned()),
            Some(own) if own.estimate < 0.0 => {
                Basis::Published(format!("the estimate has the wrong sign: {}", said(own)))
            }
            Some(own) if !own.standard_error.is_finite() => {
                Basis::Published("the estimate has no standard error".to_owned())
            }
            Some(own) => Basis::Estimated(of(own)),
        };
        Ok(GravityBasis { cells, elasticity_to_cost, contiguity })
    }
}
