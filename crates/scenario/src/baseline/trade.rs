//! The trade matrix of the baseline: gravity on network cost, and observed cells in place of modelled ones.

use gravity::equilibrium::{Charge, Receiver, Sector, World};

use super::{Baseline, BaselineError, Basis, GravityBasis, GroupKind, ObservedCell, shape};

/// Below this observed share a headline says "illustrative".
pub const ILLUSTRATIVE_BELOW: f64 = 0.5;
/// The least cost, as a share of value, that the law of distance is asked for: carriage that costs nothing has no
/// logarithm.
pub(super) const LEAST_COST: f64 = 1e-4;
/// Slopes of cost on distance below this are none: trade could not be carried over from distance to cost.
const LEAST_SLOPE: f64 = 0.05;
/// What at least stays of modelled trade at home where observed exports exceed the output that GDP gives.
const LEAST_HOME: f64 = 0.1;

/// How a cell of trade is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Trade within an economy: what is left of its output.
    Home,
    /// By gravity.
    Modelled,
    /// From the ledger: the observed cell, by position in the list that was given.
    Observed(usize),
}

/// One cell of trade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// USD a year.
    pub usd: f64,
    /// How it is known.
    pub kind: CellKind,
    /// Low and high end, where reporters give an interval.
    pub interval: Option<(f64, f64)>,
}

/// The trade of a differentiated group.
#[derive(Debug, Clone)]
pub struct GroupTrade {
    /// The group, by position in the baseline.
    pub group: usize,
    /// Cells by origin and destination, row by row, the same values as the world's sector.
    pub cells: Vec<Cell>,
    /// Slope of the logarithm of cost on that of distance, over all pairs of economies.
    pub cost_of_distance: f64,
    /// Elasticity of trade to cost with which the modelled cells were made: estimated, or that to distance over the slope.
    pub elasticity_to_cost: f64,
    /// Logarithm of what neighbours trade more, likewise.
    pub contiguity: f64,
    /// Where both come from.
    pub basis: GravityBasis,
    /// Economies whose observed exports exceed what their GDP gives, so that their output was raised: position, and factor
    /// over the output that GDP gives.
    pub raised: Vec<(usize, f64)>,
}

/// The trade of the baseline.
#[derive(Debug, Clone)]
pub struct BaselineTrade {
    /// The baseline of the equilibrium: sectors are the differentiated groups in order, with their duties.
    pub world: World,
    /// What is known of each sector.
    pub groups: Vec<GroupTrade>,
    /// Observed cells of homogeneous goods: they stand beside the spatial equilibrium and do not enter it.
    pub beside: Vec<usize>,
}

impl BaselineTrade {
    /// The observed share of the trade across borders, by value, of the cells that are asked for (sector, origin,
    /// destination); 0 where there are none.
    pub fn observed_share(&self, mut of: impl FnMut(usize, usize, usize) -> bool) -> f64 {
        let n = self.world.size();
        let (mut observed, mut all) = (0.0, 0.0);
        for (sector, own) in self.groups.iter().enumerate() {
            for (at, cell) in own.cells.iter().enumerate() {
                if cell.kind == CellKind::Home || !of(sector, at / n, at % n) {
                    continue;
                }
                all += cell.usd;
                observed += if matches!(cell.kind, CellKind::Observed(_)) { cell.usd } else { 0.0 };
            }
        }
        if all > 0.0 { observed / all } else { 0.0 }
    }

    /// Whether a headline over these cells must say that it is illustrative.
    pub fn is_illustrative(&self, of: impl FnMut(usize, usize, usize) -> bool) -> bool {
        self.observed_share(of) < ILLUSTRATIVE_BELOW
    }
}

impl Baseline {
    /// The trade of the differentiated groups.
    ///
    /// `iceberg` has the factors between economies of each differentiated group in order ([`Baseline::aggregate`]),
    /// `duties` the ad-valorem charges likewise (0.05 is five per cent, received by the importer), row by row.
    ///
    /// **Modelled cells.** Output and spending of a group are a share of GDP. With the elasticity of trade to distance
    /// `β`, what a border leaves of it `γ` and what neighbours have more `κ` (all from estimates with distance), the elasticity θ to charges, the cost as a share of
    /// value `c = t − 1`, and `ε` the least-squares slope of `ln c` on the logarithm of distance over all pairs,
    ///
    /// ```text
    /// X_ij ∝ Y_i E_j c_ij^(β/ε) (1 + duty_ij)^(−θ) e^(γ [i ≠ j] + κ [neighbours])       with the sums Y_i and E_j
    /// ```
    ///
    /// so that trade falls with distance as was estimated, and less or more where the network is better or worse than its
    /// distance. Freight alone would not do: c^(β/ε) stands for everything else too that comes with being far. A *change*
    /// of cost acts by θ on t and leaves the rest as it is.
    ///
    /// Where enough cells of a group are observed, `β/ε` and `κ` are estimated from these instead ([`GroupTrade::basis`]).
    ///
    /// **Observed cells** stand as they were observed. Trade at home takes up the difference, so that outputs stay what
    /// GDP gives; spending is what follows, with the surpluses and deficits that were observed. Where observed exports
    /// leave less than a tenth of modelled trade at home, that tenth stays and the output is raised, which
    /// [`GroupTrade::raised`] tells.
    ///
    /// # Errors
    /// If a list has the wrong length, cost does not rise with distance, an observed cell is negative, within one
    /// economy, unknown or named twice, or no flows have the sums.
    pub fn trade(
        &self,
        iceberg: &[Vec<f64>],
        duties: &[Vec<f64>],
        observed: &[ObservedCell],
    ) -> Result<BaselineTrade, BaselineError> {
        self.check()?;
        let n = self.economies.len();
        let groups: Vec<usize> = self.groups_of(GroupKind::Differentiated).collect();
        for (what, lists) in [("the list of iceberg factors", iceberg), ("the list of duties", duties)] {
            shape(what, lists.len(), groups.len(), "one for each differentiated group")?;
            for (list, group) in lists.iter().zip(&groups) {
                let what = format!("{what} of {}", self.groups[*group].id);
                shape(what, list.len(), n * n, "economies × economies")?;
            }
        }
        self.check_observed(observed)?;
        let km = self.effective_km();
        let (mut sectors, mut made) = (Vec::new(), Vec::new());
        for ((group, iceberg), duties) in groups.iter().zip(iceberg).zip(duties) {
            let (sector, trade) = self.group_trade(*group, iceberg, duties, &km, observed)?;
            sectors.push(sector);
            made.push(trade);
        }
        let beside = (0..observed.len())
            .filter(|cell| self.groups[observed[*cell].group].kind == GroupKind::Homogeneous)
            .collect();
        let names = self.economies.iter().map(|economy| economy.id.clone()).collect();
        Ok(BaselineTrade { world: World::new(names, sectors)?, groups: made, beside })
    }

    fn check_observed(&self, observed: &[ObservedCell]) -> Result<(), BaselineError> {
        for (number, cell) in observed.iter().enumerate() {
            let refuse = |what: &str, value: f64, valid| {
                Err(BaselineError::Value { what: format!("{what} of observed cell {number}"), value, valid })
            };
            for (what, position, count) in [
                ("the origin", cell.origin, self.economies.len()),
                ("the destination", cell.destination, self.economies.len()),
                ("the group", cell.group, self.groups.len()),
            ] {
                if position >= count {
                    return refuse(what, position as f64, "a position in the baseline's list");
                }
            }
            if cell.origin == cell.destination {
                return refuse("the origin", cell.origin as f64, "another economy than the destination");
            }
            if !(cell.usd.is_finite() && cell.usd >= 0.0) {
                return refuse("the value", cell.usd, "a finite number of USD, zero or more");
            }
            let same = |other: &ObservedCell| {
                (other.origin, other.destination, other.group) == (cell.origin, cell.destination, cell.group)
            };
            if let Some(first) = observed[..number].iter().position(same) {
                return refuse("the cell repeated", first as f64, "one observed cell for a pair and group");
            }
        }
        Ok(())
    }

    fn group_trade(
        &self,
        group: usize,
        iceberg: &[f64],
        duties: &[f64],
        km: &[f64],
        observed: &[ObservedCell],
    ) -> Result<(Sector, GroupTrade), BaselineError> {
        let n = self.economies.len();
        let own = &self.groups[group];
        let theta = self.theta(group)?;
        let coefficient = |own: &Option<super::Coefficient>| own.as_ref().map_or(0.0, |own| own.value);
        let (distance, border) = (coefficient(&own.distance), coefficient(&own.border));
        let contiguity = coefficient(&own.contiguity);
        let cost_of_distance = slope(iceberg, km);
        if cost_of_distance < LEAST_SLOPE {
            return Err(BaselineError::Value {
                what: format!("the slope of the cost of {} on distance", own.id),
                value: cost_of_distance,
                valid: "0.05 or more: the law of distance can only be carried over to costs that rise with it",
            });
        }
        let basis = self.estimate(group, iceberg, duties, theta, observed);
        let or = |basis: &Basis, published: f64| match basis {
            Basis::Estimated(own) => own.value,
            Basis::Published(_) => published,
        };
        let elasticity_to_cost = or(&basis.elasticity_to_cost, distance / cost_of_distance);
        let contiguity = or(&basis.contiguity, contiguity);
        let weights: Vec<f64> = (0..n * n)
            .map(|at| {
                let (i, j) = (at / n, at % n);
                let is_near = self.neighbours.contains(&(i, j));
                let crosses = if i == j { 0.0 } else { border + if is_near { contiguity } else { 0.0 } };
                let cost = (iceberg[at] - 1.0).max(LEAST_COST);
                cost.powf(elasticity_to_cost) * (1.0 + duties[at]).powf(-theta) * crosses.exp()
            })
            .collect();
        let output: Vec<f64> =
            self.economies.iter().map(|economy| economy.gdp_usd * own.gdp_share.unwrap_or(0.0)).collect();
        let mut sector = Sector::of_costs(&own.name, theta, &weights, &output, &output)?;
        let mut cells: Vec<Cell> = sector
            .flows
            .iter()
            .enumerate()
            .map(|(at, usd)| Cell {
                usd: *usd,
                kind: if at / n == at % n { CellKind::Home } else { CellKind::Modelled },
                interval: None,
            })
            .collect();
        for (number, cell) in observed.iter().enumerate().filter(|(_, cell)| cell.group == group) {
            cells[cell.origin * n + cell.destination] = Cell {
                usd: cell.usd,
                kind: CellKind::Observed(number),
                interval: Some((cell.low, cell.high)),
            };
        }
        let mut raised = Vec::new();
        for (i, output) in output.iter().enumerate() {
            let row = i * n..(i + 1) * n;
            let is_changed = cells[row.clone()].iter().any(|cell| matches!(cell.kind, CellKind::Observed(_)));
            if !is_changed {
                continue;
            }
            let home = i * n + i;
            let abroad: f64 = row.filter(|at| *at != home).map(|at| cells[at].usd).sum();
            let least = LEAST_HOME * cells[home].usd;
            cells[home].usd = (output - abroad).max(least);
            if output - abroad < least {
                raised.push((i, (abroad + least) / output));
            }
        }
        sector.flows = cells.iter().map(|cell| cell.usd).collect();
        sector.charges =
            vec![Charge { name: "duty".to_owned(), receiver: Receiver::Importer, rates: duties.to_vec() }];
        Ok((
            sector,
            GroupTrade { group, cells, cost_of_distance, elasticity_to_cost, contiguity, basis, raised },
        ))
    }
}

/// Least-squares slope of the logarithm of cost on that of distance, over pairs that have a way.
fn slope(iceberg: &[f64], km: &[f64]) -> f64 {
    let points: Vec<(f64, f64)> = iceberg
        .iter()
        .zip(km)
        .filter(|(factor, km)| factor.is_finite() && km.is_finite())
        .map(|(factor, km)| (km.ln(), (factor - 1.0).max(LEAST_COST).ln()))
        .collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let (mut square, mut product) = (0.0, 0.0);
    for point in &points {
        square += (point.0 - x).powi(2);
        product += (point.0 - x) * (point.1 - y);
    }
    // One economy, or all equally far: distance says nothing, and trade falls with cost as with distance.
    if square > 0.0 { product / square } else { 1.0 }
}
