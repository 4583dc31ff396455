//! The loop itself.

use rayon::prelude::*;

use super::acceleration::Steps;
use super::ground::{FeedbackError, Ground, LoopSettings};
use super::trade::Trade;
use super::zone_costs::ZoneCosts;
use crate::baseline::Logsum;
use crate::trade_network::{Capacity, Loaded, RoutePool, Skims, Spread};

/// Pairs that a thread takes at once, at least.
const PIECE: usize = 4096;
/// Share of a capacity by which a step may change its load.
const LONGEST_STEP: f64 = 0.25;

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
    /// What costs between economies are made of.
    pub(super) logsums: Vec<Logsum>,
    /// Trade.
    pub trade: Trade,
    /// Tonnes on routes and capacities.
    pub loaded: Loaded,
    /// The routes found on the way.
    pool: RoutePool,
    /// How well it has settled.
    pub certificate: LoopCertificate,
}

/// What one pass gives.
struct Pass {
    trade: Trade,
    spread: Spread,
}

impl Ground {
    /// The state in which costs, trade and loads agree, without anything to compare with.
    ///
    /// # Errors
    /// If numbers of the case do not fit. That the loop does not settle is no error: the certificate says it.
    pub fn settle(self, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        self.settle_from(None, None, settings)
    }

    /// As [`Ground::settle`], looked for near a state of another day: nothing is compared with it, it only saves passes.
    ///
    /// # Errors
    /// As [`Ground::settle`].
    pub fn settle_near(self, near: &Settled, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        self.settle_from(None, Some(near), settings)
    }

    /// The state to which a base moves on this ground, which differs from the base's by some measures.
    ///
    /// # Errors
    /// As [`Ground::settle`].
    pub fn settle_after(self, base: &Settled, settings: &LoopSettings) -> Result<Settled, FeedbackError> {
        self.settle_from(Some(base), Some(base), settings)
    }

    fn settle_from(
        self,
        base: Option<&Settled>,
        near: Option<&Settled>,
        settings: &LoopSettings,
    ) -> Result<Settled, FeedbackError> {
        let count = self.network.capacities.len();
        let held = settings.unlimited || (settings.frozen.congestion && base.is_some());
        let begin = near.filter(|_| !settings.unlimited);
        let mut shares = begin.map_or_else(
            || vec![0.0; count],
            |near| self.like(near, &near.ground.shares(&near.loaded.volumes)),
        );
        let delays_held = base.filter(|_| !settings.unlimited).map(|base| self.like(base, &base.delays));
        let delays_at = |shares: &[f64]| -> Vec<f64> {
            match &delays_held {
                Some(delays) if held => delays.clone(),
                _ if held => vec![0.0; count],
                _ => {
                    let capacities = self.network.capacities.iter().zip(shares);
                    capacities.map(|(own, share)| own.delay_at(*share).0).collect()
                }
            }
        };
        let mut pool = match near {
            Some(near) => RoutePool::inherited(&self.network, &near.pool, &near.ground.network),
            None => RoutePool::new(&self.network),
        };
        let (mut passes, mut searches) = (0, 0);
        let mut best: Option<(f64, Vec<f64>)> = None;
        let mut last: Option<Pass> = None;
        let mut costs: Option<ZoneCosts> = None;
        let (settled, saving) = 'search: loop {
            let delays = delays_at(&shares);
            let skims = Skims::new(&self.network, &delays)?;
            let learnt = pool.learn(&self.network, &skims, &delays)?;
            let found = learnt.saving;
            searches += 1;
            // The first search fills the pool, and nothing has been loaded before it.
            if searches > 1 && found <= settings.saving {
                break (true, found);
            }
            let costs = match &mut costs {
                Some(costs) => {
                    let cost = |pair: &u32| (*pair, pool.cost(&self.network, *pair as usize, &delays));
                    costs.move_to(&self, learnt.pairs.iter().map(cost).collect());
                    costs
                }
                costs => costs.insert(ZoneCosts::of_pool(&self, &pool, &delays, near)?),
            };
            let mut steps = Steps::default();
            best = None;
            loop {
                if passes >= settings.most_passes {
                    break 'search (false, found);
                }
                passes += 1;
                let delays = delays_at(&shares);
                let pass = self.pass(&mut pool, costs, &delays, base, last.as_ref(), settings)?;
                let image = if held { shares.clone() } else { self.shares(&pass.spread.volumes) };
                let change = delays_at(&image)
                    .iter()
                    .zip(&delays)
                    .map(|(new, old)| (new - old).abs())
                    .fold(0.0, f64::max);
                let damped = self.damped(&shares, &image, &pool, costs, &pass);
                last = Some(pass);
                if best.as_ref().is_none_or(|(least, _)| change <= *least) {
                    best = Some((change, shares.clone()));
                }
                if change <= settings.tolerance {
                    break;
                }
                let next = steps.next(&shares, &damped, change);
                for (share, next) in shares.iter_mut().zip(next) {
                    *share = next.clamp(*share - LONGEST_STEP, *share + LONGEST_STEP).max(0.0);
                }
            }
        };
        let (Some((delay_change, best)), Some(mut costs)) = (best, costs) else {
            unreachable!("at least one pass is made")
        };
        let delays = delays_at(&best);
        let pass = match last {
            Some(last) if settled => last,
            // It ended on another point than the best.
            last => self.pass(&mut pool, &mut costs, &delays, base, last.as_ref(), settings)?,
        };
        let Pass { trade, spread } = pass;
        let (equilibrium_residual, spatial_violation) = trade.residuals();
        let certificate = LoopCertificate {
            settled,
            passes,
            searches,
            delay_change,
            saving,
            assignment_gap: spread.certificate.relative_gap,
            equilibrium_residual,
            spatial_violation,
        };
        let ZoneCosts { network: network_costs, cost: zone_costs, on_network, logsums } = costs;
        let tonnes: Vec<f64> =
            trade.tonnes.iter().zip(&on_network).map(|(tonnes, share)| tonnes * share).collect();
        let loaded = pool.loaded(&self.network, &tonnes, spread);
        pool.freeze();
        Ok(Settled {
            ground: self,
            delays,
            network_costs,
            zone_costs,
            on_network,
            logsums,
            trade,
            loaded,
            pool,
            certificate,
        })
    }

    /// Figures by capacity of another state, for the capacities here; zero for those that it does not have, as a measure may
    /// add some.
    fn like(&self, other: &Settled, figures: &[f64]) -> Vec<f64> {
        let theirs = &other.ground.network.capacities;
        let of =
            |own: &Capacity| theirs.iter().position(|other| other.of == own.of).map_or(0.0, |at| figures[at]);
        self.network.capacities.iter().map(of).collect()
    }

    /// Shares of the capacities that loads take.
    fn shares(&self, volumes: &[f64]) -> Vec<f64> {
        self.network
            .capacities
            .iter()
            .zip(volumes)
            .map(|(capacity, volume)| volume / capacity.yearly)
            .collect()
    }

    /// A step towards an image, shortened by how strongly trade shies away from delays. With `x` the share of a capacity that
    /// is taken, a plain step is `F(x) − x`; near saturation delays are steep and `F` falls so fast that it would swing ever
    /// wider. Newton's step divides by `1 − F′(x)`, of which here stands an estimate: tonnes on each route fall with their
    /// delay by the elasticity of the choice of way and of trade, other capacities left as they are.
    fn damped(
        &self,
        shares: &[f64],
        image: &[f64],
        pool: &RoutePool,
        costs: &ZoneCosts,
        pass: &Pass,
    ) -> Vec<f64> {
        let square = self.zones() * self.zones();
        let answers = |position: usize| {
            let pair = pool.live()[position] as usize;
            let (cargo, on_network) = (pair / square, costs.on_network[pair]);
            let goods = &self.network.cargoes[cargo].commodity;
            let of_way = self.rivalry(cargo) * (1.0 - on_network) / costs.network[pair].max(0.1);
            let elasticity = self.baseline.groups[cargo].elasticity.as_ref();
            let of_trade = elasticity.map_or(1.0, |own| own.value) / goods.unit_value;
            pass.trade.tonnes[pair] * on_network * goods.value_of_time * (of_way + of_trade)
        };
        let response = pool.taken(shares.len(), answers);
        let of_capacity = self.network.capacities.iter().zip(response).zip(shares.iter().zip(image));
        of_capacity
            .map(|((capacity, response), (share, image))| {
                let falls = response / capacity.yearly * capacity.delay_at(*share).1;
                share + (image - share) / (1.0 + falls)
            })
            .collect()
    }

    /// From delays to the loads they bring about.
    fn pass(
        &self,
        pool: &mut RoutePool,
        costs: &mut ZoneCosts,
        delays: &[f64],
        base: Option<&Settled>,
        last: Option<&Pass>,
        settings: &LoopSettings,
    ) -> Result<Pass, FeedbackError> {
        costs.move_to(self, pool.live_costs(&self.network, delays));
        let trade = Trade::at(self, costs, base, last.map(|last| &last.trade), settings)?;
        let of_pair = |pair: &u32| trade.tonnes[*pair as usize] * costs.on_network[*pair as usize];
        let tonnes: Vec<f64> = pool.live().par_iter().with_min_len(PIECE).map(of_pair).collect();
        let spread = pool.spread(&self.network, &tonnes, delays, settings.gap)?;
        Ok(Pass { trade, spread })
    }
}
