//! The baseline: who trades what with whom before anything changes.
//!
//! # The problem
//!
//! A change of one border moves the trade of everybody. To say by how much, one must start from a world that is
//! complete: every economy with its size, every pair with a cost, and for every cell of trade whether somebody
//! *observed* it or the model filled it in. Bilateral statistics may not be shipped, and for most cells of this region
//! two reporters disagree or none exists.
//!
//! # What is done
//!
//! *Distance is where goods start.* Economies have zones with weights, and the cost between two economies is a logsum of
//! the costs between their zones (the effective distance of Head and Mayer, "Illusory border effects", 2002, with the
//! trade elasticity θ in place of its exponent):
//!
//! ```text
//! t_ab = 1 + cost_ab / unit value               iceberg factor between zones
//! t_ij = (Σ_ab w_a w_b t_ab^(−θ))^(−1/θ)        between economies, Σ_a w_a = Σ_b w_b = 1
//! ```
//!
//! *Corridors have rivals.* Every pair of zones has a way that the network does not draw (the deep sea, the northern
//! land way), at a cost by a stated formula, and zones off the network reach its gateways by the same formula.
//!
//! *Differentiated goods follow gravity on network cost.* Trade falls with distance as published estimates say; what
//! they say of distance is carried over to cost by the slope of cost on distance in the baseline itself
//! ([`Baseline::trade`]). *Homogeneous goods* come from wherever they land cheapest ([`Baseline::market`]).
//!
//! *Observed trade replaces modelled trade*, cell by cell, and every sum says which part of it is observed
//! ([`BaselineTrade::observed_share`]).
//!
//! | module | concept |
//! |---|---|
//! | `zone` | economies, their zones, how zones reach the network |
//! | `outside` | ways beyond the network and their formula |
//! | `group` | groups of goods and the coefficients of their trade |
//! | `logsum` | from costs between zones to costs between economies, and back |
//! | `market` | supplies and demands of homogeneous goods |
//! | `estimate` | how trade falls with cost, from observed cells where there are enough |
//! | `trade` | gravity, and observed cells in place of modelled ones |
//! | `analogy` | one pair's trade judged by another's: the naive argument, and what distance makes of it |
//! | `observed` | cells of trade from what the ledger holds |

mod analogy;
mod estimate;
mod group;
mod logsum;
mod market;
mod observed;
mod outside;
mod trade;
mod zone;

use std::collections::BTreeSet;
use std::sync::Arc;

use case::{Case, Finding, Sheets};
use network::Network;

pub use analogy::{Analogy, Nearness};
pub use estimate::{Basis, Estimated, GravityBasis, LEAST_CELLS};
pub use group::{Coefficient, GroupKind, TradeGroup};
pub(crate) use logsum::Logsum;
pub use market::{GoodsMarket, MarketSide, ZoneMarket};
pub use observed::ObservedCell;
pub use outside::{OutsideKind, OutsideRate, OutsideWay, Passage};
pub use trade::{BaselineTrade, Cell, CellKind, GroupTrade, ILLUSTRATIVE_BELOW};
pub use zone::{Approach, BaselineEconomy, Zone, ZoneEntry};

/// Economies, zones, groups of goods and their coefficients: what trade is made of.
///
/// Economies, zones and groups are known by their position in these lists. Tables by pair of zones or of economies are
/// row by row: from `a` to `b` at `a × count + b`.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// Economies with a size and at least one zone, in the case's order.
    pub economies: Vec<BaselineEconomy>,
    /// Pairs of economies that share a border on land over which goods may pass, by position, both ways.
    pub neighbours: BTreeSet<(usize, usize)>,
    /// Their zones, together by economy, in the economies' order.
    pub zones: Vec<Zone>,
    /// How zones off the network reach it.
    pub approaches: Vec<Approach>,
    /// Ways beyond the network.
    pub ways: Vec<OutsideWay>,
    /// Groups of goods.
    pub groups: Vec<TradeGroup>,
    /// Supplies and demands of homogeneous goods.
    pub markets: Vec<ZoneMarket>,
    /// Great-circle kilometres between zones, row by row: asked for by every group and pass, and never changed.
    great_circle_km: Arc<[f64]>,
}

/// Why something of the baseline cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The case lacks a table that the baseline needs.
    #[error("the case has no {what}: {table}.csv has no row that can be used; valid would be {valid}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// The table.
        table: &'static str,
        /// What would be valid.
        valid: &'static str,
    },
    /// A list has the wrong length.
    #[error("{what} has {found} entries; {expected} are expected, {why}")]
    Shape {
        /// The list.
        what: String,
        /// Its length.
        found: usize,
        /// The length expected.
        expected: usize,
        /// Why.
        why: &'static str,
    },
    /// A group does not have what is asked of it.
    #[error("{group} has no {what}; valid are {valid}")]
    Group {
        /// The group.
        group: String,
        /// What it lacks.
        what: &'static str,
        /// Groups that have it.
        valid: String,
    },
    /// A value that cannot be.
    #[error("{what} is {value}; valid is {valid}")]
    Value {
        /// What it is.
        what: String,
        /// The value.
        value: f64,
        /// What would be valid.
        valid: &'static str,
    },
    /// The equilibrium or the fit failed.
    #[error(transparent)]
    Gravity(#[from] gravity::GravityError),
}

impl Baseline {
    /// Gives meaning to the tables of the baseline. What is wrong becomes findings; a case without these tables has an
    /// empty baseline.
    pub(crate) fn read(case: &Case, network: &Network, sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let ways = outside::load(sheets, findings);
        let (economies, zones) = zone::load(case, network, sheets, &ways, findings);
        let neighbours = zone::load_neighbours(sheets, &economies, findings);
        let approaches = zone::load_approaches(network, sheets, &zones, &ways, findings);
        let groups = group::load(case, sheets, &ways, findings);
        let markets = market::load(case, sheets, &zones, &groups, findings);
        let from = |from: &Zone| zones.iter().map(|to| from.great_circle_km(to)).collect::<Vec<f64>>();
        let great_circle_km = zones.iter().flat_map(from).collect();
        Self { economies, neighbours, zones, approaches, ways, groups, markets, great_circle_km }
    }

    /// Whether the case has enough of a baseline for trade to be modelled.
    ///
    /// # Errors
    /// If it lacks economies with zones, groups, or a way by sea.
    pub fn check(&self) -> Result<(), BaselineError> {
        let missing = |what, table, valid| Err(BaselineError::Missing { what, table, valid });
        if self.economies.is_empty() {
            return missing("economies of trade", "gdp", "a GDP and a zone for each economy");
        }
        if self.groups.is_empty() {
            return missing("groups of goods", "trade_groups", "a row for each group");
        }
        if !self.ways.iter().any(|way| way.kind == OutsideKind::Sea) {
            return missing("way by sea", "outside_ways", "a way of kind sea with rates for each form");
        }
        Ok(())
    }

    /// Great-circle kilometres between two zones, by position.
    fn km_between(&self, from: usize, to: usize) -> f64 {
        self.great_circle_km[from * self.zones.len() + to]
    }

    /// The position of an economy, by its code.
    #[must_use]
    pub fn economy(&self, id: &str) -> Option<usize> {
        self.economies.iter().position(|economy| economy.id == id)
    }

    /// The position of a group, by its identifier.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.id == id)
    }

    /// The position of a zone, by its identifier.
    #[must_use]
    pub fn zone(&self, id: &str) -> Option<usize> {
        self.zones.iter().position(|zone| zone.id == id)
    }

    /// Groups of a kind, by position, in the case's order.
    pub fn groups_of(&self, kind: GroupKind) -> impl Iterator<Item = usize> + '_ {
        (0..self.groups.len()).filter(move |group| self.groups[*group].kind == kind)
    }
}

fn shape(
    what: impl Into<String>,
    found: usize,
    expected: usize,
    why: &'static str,
) -> Result<(), BaselineError> {
    if found == expected {
        return Ok(());
    }
    Err(BaselineError::Shape { what: what.into(), found, expected, why })
}
