//! What does not change while the loop runs.

use std::sync::Arc;

use case::LegalStatus;
use jiff::civil::Date;
use rayon::prelude::*;
use regime::Perspective;
use routing::RoutingError;

use super::quota::{Quota, quotas};
use crate::Model;
use crate::baseline::{Baseline, BaselineError, GroupKind, ObservedCell};
use crate::question::QuestionError;
use crate::trade_network::{Cargo, Entry, NetworkZone, TradeNetwork};

/// What is held where it was in the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Frozen {
    /// Tonnes between zones: only routes and ways move.
    pub trade: bool,
    /// Delays of scarce capacities.
    pub congestion: bool,
}

/// How the loop runs.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopSettings {
    /// As of when, and of what standing, rules count.
    pub perspective: Perspective,
    /// Whether what may be open counts as open.
    pub assume_open: bool,
    /// Largest change of a delay in a pass, in hours, at which the loop has settled.
    pub tolerance: f64,
    /// Saving that a route outside the pool may offer, relative to the pool's best, where the loop has settled.
    pub saving: f64,
    /// Passes at which it gives up.
    pub most_passes: usize,
    /// Gap of the assignment.
    pub gap: f64,
    /// Whether capacities are without limit, so that nothing is ever delayed.
    pub unlimited: bool,
    /// What is held where it was.
    pub frozen: Frozen,
}

impl Default for LoopSettings {
    fn default() -> Self {
        Self {
            perspective: Perspective { known: Date::MAX, binding: LegalStatus::InForce, disputed: false },
            assume_open: false,
            tolerance: 1e-6,
            saving: 1e-9,
            most_passes: 200,
            gap: 1e-10,
            unlimited: false,
            frozen: Frozen::default(),
        }
    }
}

/// Why the loop cannot run.
#[derive(Debug, thiserror::Error)]
pub enum FeedbackError {
    /// The baseline is not complete, or an equilibrium failed.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The equilibrium failed.
    #[error(transparent)]
    Gravity(#[from] gravity::GravityError),
    /// The day lies outside the case.
    #[error(transparent)]
    Date(#[from] QuestionError),
    /// The network's numbers do not fit a search.
    #[error("the case's numbers cannot be searched: {0}")]
    Routing(#[from] RoutingError),
    /// The loads do not fit an assignment.
    #[error("tonnes cannot be put onto the network: {0}")]
    Assignment(#[from] assignment::AssignmentError),
    /// A pair of zones has no way at all.
    #[error(
        "{cargo} has no way at all from {from} to {to}, not even beyond the network; valid is a row for its form in outside_rates.csv"
    )]
    NoWay {
        /// The group of goods.
        cargo: String,
        /// The zone of origin.
        from: String,
        /// The zone of destination.
        to: String,
    },
}

/// What the loop stands on: a model on a date, compiled, and the rivals of its network.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Economies, zones, groups.
    pub baseline: Arc<Baseline>,
    /// The network as trade sees it; cargoes are the groups in order, zones the baseline's.
    pub network: Arc<TradeNetwork>,
    /// As of when, and of what standing, rules count.
    pub perspective: Perspective,
    /// Observed cells of trade.
    pub observed: Arc<[ObservedCell]>,
    /// Generalised cost of the way beyond the network, USD a tonne: by cargo, zone of origin and of destination.
    pub(super) outside: Arc<[f64]>,
    /// Duties less subsidies, USD a tonne, by cargo, economy of origin and of destination.
    pub(super) net_duties: Vec<f64>,
    /// Quotas that speak on the day.
    pub quotas: Vec<Quota>,
    /// Groups that differ by origin, in order: the sectors of the general equilibrium.
    pub(super) differentiated: Vec<usize>,
    /// By group, its position among those.
    pub(super) sector_of: Vec<Option<usize>>,
    /// Groups that do not.
    pub(super) homogeneous: Vec<usize>,
}

impl Ground {
    /// Compiles a model on a date.
    ///
    /// # Errors
    /// If the day lies outside the case, or the case has no complete baseline.
    pub fn new(
        model: &Model,
        date: Date,
        observed: Vec<ObservedCell>,
        settings: &LoopSettings,
    ) -> Result<Self, FeedbackError> {
        let outside = outside(&model.baseline)?;
        Self::with(model, date, observed.into(), outside, settings, None)
    }

    /// The ground under a changed model, on the same date and with the same observed trade. What measures cannot have
    /// changed is shared.
    ///
    /// # Errors
    /// As [`Ground::new`].
    pub fn changed(&self, model: &Model, settings: &LoopSettings) -> Result<Self, FeedbackError> {
        let outside = if Arc::ptr_eq(&model.baseline, &self.baseline) {
            Arc::clone(&self.outside)
        } else {
            outside(&model.baseline)?
        };
        let observed = Arc::clone(&self.observed);
        Self::with(model, self.network.date, observed, outside, settings, Some(&self.network))
    }

    fn with(
        model: &Model,
        date: Date,
        observed: Arc<[ObservedCell]>,
        outside: Arc<[f64]>,
        settings: &LoopSettings,
        near: Option<&TradeNetwork>,
    ) -> Result<Self, FeedbackError> {
        model.check_date(date)?;
        let baseline = Arc::clone(&model.baseline);
        let cargoes: Vec<Cargo> = baseline
            .groups
            .iter()
            .map(|group| Cargo { name: group.name.clone(), commodity: group.commodity.clone() })
            .collect();
        let zones: Vec<NetworkZone> = (0..baseline.zones.len())
            .map(|zone| NetworkZone {
                economy: baseline.economies[baseline.zones[zone].economy].id.clone(),
                on_network: baseline.zones[zone].place.is_some(),
                entries: cargoes.iter().map(|cargo| entries(&baseline, zone, cargo)).collect(),
            })
            .collect();
        let LoopSettings { perspective, assume_open, .. } = *settings;
        let network = TradeNetwork::new(model, date, perspective, assume_open, cargoes, zones, near)?;
        let n = baseline.economies.len();
        let mut net_duties = vec![0.0; baseline.groups.len() * n * n];
        for (cell, net) in net_duties.iter_mut().enumerate() {
            let (cargo, origin, destination) = (cell / (n * n), cell / n % n, cell % n);
            for money in network.pair_money(cargo, origin, destination) {
                *net += if money.is_subsidy { -money.usd_per_tonne } else { money.usd_per_tonne };
            }
        }
        let quotas = quotas(model, &baseline, date, settings.perspective);
        let differentiated: Vec<usize> = baseline.groups_of(GroupKind::Differentiated).collect();
        let sector_of = (0..baseline.groups.len())
            .map(|group| differentiated.iter().position(|own| *own == group))
            .collect();
        let homogeneous = baseline.groups_of(GroupKind::Homogeneous).collect();
        Ok(Self {
            baseline,
            network: Arc::new(network),
            perspective: settings.perspective,
            observed,
            outside,
            net_duties,
            quotas,
            differentiated,
            sector_of,
            homogeneous,
        })
    }

    /// Whether costs between zones follow from costs on the network as they do on another ground.
    pub(super) fn is_made_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.baseline, &other.baseline) && Arc::ptr_eq(&self.outside, &other.outside)
    }

    /// The same network under another baseline, whose ways, zones and goods are the same: what coefficients of trade change.
    pub(crate) fn with_trade(&self, baseline: Arc<Baseline>, observed: Arc<[ObservedCell]>) -> Self {
        Self { baseline, observed, ..self.clone() }
    }

    /// Number of zones.
    pub(super) fn zones(&self) -> usize {
        self.baseline.zones.len()
    }

    /// Elasticity `λ` of the odds of the network over its rival to the ratio of their costs, of a cargo.
    pub(super) fn rivalry(&self, cargo: usize) -> f64 {
        self.baseline.groups[cargo].rivalry.value
    }

    /// Number of economies.
    pub(super) fn economies(&self) -> usize {
        self.baseline.economies.len()
    }

    /// Duties less subsidies on a cargo between the economies of two zones, USD a tonne.
    pub(super) fn net_duty(&self, cargo: usize, from: usize, to: usize) -> f64 {
        let n = self.economies();
        let economy = |zone: usize| self.baseline.zones[zone].economy;
        self.net_duties[(cargo * n + economy(from)) * n + economy(to)]
    }
}

/// Generalised cost of the way beyond the network, by cargo, zone of origin and of destination.
fn outside(baseline: &Baseline) -> Result<Arc<[f64]>, FeedbackError> {
    baseline.check()?;
    let count = baseline.zones.len();
    let of_row = |row: usize| {
        let (group, from) = (row / count, row % count);
        let own = &baseline.groups[group];
        (0..count).map(move |to| {
            let passage = baseline.outside(group, from, to).ok_or_else(|| FeedbackError::NoWay {
                cargo: own.name.clone(),
                from: baseline.zones[from].name.clone(),
                to: baseline.zones[to].name.clone(),
            })?;
            Ok(passage.generalised(own.commodity.value_of_time))
        })
    };
    let costs: Result<Vec<f64>, FeedbackError> =
        (0..baseline.groups.len() * count).into_par_iter().flat_map_iter(of_row).collect();
    costs.map(Arc::from)
}

fn entries(baseline: &Baseline, zone: usize, cargo: &Cargo) -> Vec<Entry> {
    baseline
        .entries(zone, cargo.commodity.form)
        .into_iter()
        .map(|entry| Entry { place: entry.place, usd_per_tonne: entry.usd_per_tonne, hours: entry.hours })
        .collect()
}
