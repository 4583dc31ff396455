//! The loop itself.

use super::acceleration::Acceleration;
use super::ground::{FeedbackError, Ground, LoopSettings};
use super::trade::{Trade, ZoneCosts};
use crate::freight::{Loaded, RoutePool, Skims};

/// A saving outside the pool that is none.
const NO_SAVING: f64 = 1e-9;

/// How well a state has settled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoopCertificate {
    /// Whether it has, to the tolerance asked for.
    pub settled: bool,
    /// Passes made.
    pub passes: usize,
    /// Times that routes were looked for.
    pub searches: usize,
    /// Largest change of a delay in the last pass, hours.
    pub delay_change: f64,
    /// Best saving that a route outside the pool offered last, relative to the pool's best.
    pub saving: f64,
    /// Relative gap of the assignment.
    pub assignment_gap: f64,
    /// Largest excess of sales over output in the general equilibrium, relative to output.
    pub equilibrium_residual: f64,
    /// Largest violation of the spatial equilibrium, relative to the largest price.
    pub spatial_violation: f64,
}

/// A state of the world in which costs, trade and loads agree.
#[derive(Debug, Clone)]
pub struct Settled {
    /// What it stands on.
    pub ground: Ground,
    /// Hours that each capacity adds.
    pub delays: Vec<f64>,
    /// Generalised cost on the network, USD a tonne, by cargo, zone of origin and of destination; infinite where no
    /// route is open.
    pub network_costs: Vec<f64>,
    /// Cost with the rival way brought in, likewise.
    pub zone_costs: Vec<f64>,
    /// Share of the tonnes that the network has, likewise.
    pub on_network: Vec<f64>,
    /// Trade.
    pub trade: Trade,
    /// Tonnes on routes and capacities.
    pub loaded: Loaded,
    /// How well it has settled.
    pub certificate: LoopCertificate,
}

/// What one pass gives.
struct Pass {
    network_costs: Vec<f64>,
    costs: ZoneCosts,
    trade: Trade,
    loaded: Loaded,
}

impl Ground {
    /// The state in which costs, trade and loads agree, without anything to compare with.
    ///
    /// # Errors
    /// If numbers of the case do not fit. That the loop does not settle is no error: the certificate says it.
    pub fn settle(self, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        self.settle_from(None, settings)
    }

    /// The state to which a base moves on this ground, which differs from the base's by some measures.
    ///
    /// # Errors
    /// As [`Ground::settle`].
    pub fn settle_after(self, base: &Settled, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        self.settle_from(Some(base), settings)
    }

    fn settle_from(self, base: Option<&Settled>, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        let count = self.freight.capacities.len();
        let held = settings.unlimited || (settings.frozen.congestion && base.is_some());
        // A base with other capacities, as a measure may add some, is no place to start from.
        let mut delays = match base {
            Some(base) if base.delays.len() == count && !settings.unlimited => base.delays.clone(),
            _ => vec![0.0; count],
        };
        let mut pool = RoutePool::new(&self.freight);
        let (mut passes, mut searches) = (0, 0);
        let mut best: Option<(f64, Vec<f64>, Pass)> = None;
        let mut last: Option<Trade> = None;
        let (settled, saving) = 'search: loop {
            let skims = Skims::new(&self.freight, &delays)?;
            let found = pool.learn(&self.freight, &skims, &delays);
            searches += 1;
            // The first search fills the pool, and nothing has been loaded before it.
            if searches > 1 && found <= NO_SAVING {
                break (true, found);
            }
            let mut acceleration = Acceleration::default();
            loop {
                if passes >= settings.most_passes {
                    break 'search (false, found);
                }
                passes += 1;
                let pass = self.pass(&mut pool, &delays, base, last.as_ref(), settings)?;
                let image = if held { delays.clone() } else { pass.loaded.delays.clone() };
                let change = image.iter().zip(&delays).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
                last = Some(pass.trade.clone());
                if best.as_ref().is_none_or(|(least, ..)| change <= *least || searches > 1) {
                    best = Some((change, delays.clone(), pass));
                }
                if change <= settings.tolerance {
                    break;
                }
                delays = acceleration.next(&delays, &image);
            }
        };
        let Some((delay_change, delays, pass)) = best else { unreachable!("at least one pass is made") };
        let (equilibrium_residual, spatial_violation) = pass.trade.residuals();
        let certificate = LoopCertificate {
            settled,
            passes,
            searches,
            delay_change,
            saving,
            assignment_gap: pass.loaded.certificate.relative_gap,
            equilibrium_residual,
            spatial_violation,
        };
        Ok(Settled {
            ground: self,
            delays,
            network_costs: pass.network_costs,
            zone_costs: pass.costs.cost,
            on_network: pass.costs.on_network,
            trade: pass.trade,
            loaded: pass.loaded,
            certificate,
        })
    }

    /// From delays to the loads they bring about.
    fn pass(
        &self,
        pool: &mut RoutePool,
        delays: &[f64],
        base: Option<&Settled>,
        last: Option<&Trade>,
        settings: &LoopSettings,
    ) -> Result<Pass, FeedbackError> {
        let network_costs = pool.costs(&self.freight, delays);
        let costs = ZoneCosts::new(self, &network_costs, settings.rivalry);
        let trade = Trade::at(self, &costs, base, last, settings)?;
        let tonnes: Vec<f64> =
            trade.tonnes.iter().zip(&costs.on_network).map(|(tonnes, share)| tonnes * share).collect();
        let loaded = pool.load(&self.freight, &tonnes, settings.gap)?;
        Ok(Pass { network_costs, costs, trade, loaded })
    }
}
