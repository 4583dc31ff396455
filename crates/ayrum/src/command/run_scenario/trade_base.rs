//! On what the trade of a run rests: what is observed, and with what the rest was modelled.

use scenario::baseline::{Basis, ILLUSTRATIVE_BELOW};
use scenario::{GroupBasis, Model};
use serde::Serialize;

/// On what the trade rests.
#[derive(Serialize)]
pub(crate) struct TradeBase {
    pub(super) observed_share_percent: f64,
    pub(super) illustrative: bool,
    observed_cells: usize,
    /// By group that differs by origin.
    modelled_with: Vec<WrittenBasis>,
}

/// With what the modelled cells of a group were made.
#[derive(Serialize)]
struct WrittenBasis {
    group: String,
    basis: String,
    cells: usize,
    elasticity_to_cost: WrittenCoefficient,
    contiguity: WrittenCoefficient,
}

#[derive(Serialize)]
struct WrittenCoefficient {
    value: f64,
    estimated: bool,
    standard_error: Option<f64>,
    /// Why it was not estimated.
    why_published: Option<String>,
}

impl WrittenCoefficient {
    fn new(value: f64, basis: &Basis) -> Self {
        match basis {
            Basis::Estimated(own) => {
                Self { value, estimated: true, standard_error: Some(own.standard_error), why_published: None }
            }
            Basis::Published(why) => {
                Self { value, estimated: false, standard_error: None, why_published: Some(why.clone()) }
            }
        }
    }
}

impl TradeBase {
    pub(crate) fn new(
        model: &Model,
        observed_share: f64,
        observed_cells: usize,
        modelled_with: &[GroupBasis],
    ) -> Self {
        let basis = |own: &GroupBasis| WrittenBasis {
            group: model.baseline.groups[own.group].name.clone(),
            basis: own.basis.words(),
            cells: own.basis.cells,
            elasticity_to_cost: WrittenCoefficient::new(
                own.elasticity_to_cost,
                &own.basis.elasticity_to_cost,
            ),
            contiguity: WrittenCoefficient::new(own.contiguity, &own.basis.contiguity),
        };
        Self {
            observed_share_percent: 100.0 * observed_share,
            illustrative: observed_share < ILLUSTRATIVE_BELOW,
            observed_cells,
            modelled_with: modelled_with.iter().map(basis).collect(),
        }
    }

    /// Lines for a reader.
    pub(crate) fn words(&self) -> String {
        let mut text = format!(
            "{}{:.0} % of the trade across borders behind these figures is observed, the rest is modelled by gravity on \
             network cost.\n",
            if self.illustrative { "Illustrative: " } else { "" },
            self.observed_share_percent
        );
        // Without an observed cell all is published, which needs no line for each group.
        for own in self.modelled_with.iter().filter(|_| self.observed_cells > 0) {
            let error = |own: &WrittenCoefficient| {
                own.standard_error.map(|error| format!(" (standard error {error:.3})")).unwrap_or_default()
            };
            text.push_str(&format!(
                "  {}: elasticity to cost {:.3}{}, {}\n",
                own.group,
                own.elasticity_to_cost.value,
                error(&own.elasticity_to_cost),
                own.basis
            ));
        }
        text
    }
}
