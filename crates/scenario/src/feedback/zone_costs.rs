//! Costs between zones: the network and its rival brought together, and what costs between economies are made of.
//!
//! Passes of the loop move some hundred thousand costs by ever smaller steps. A cost that moves by a ten-thousandth or less
//! takes what is made of it along by two terms of its series; powers are worked out anew only for what moves more.

use rayon::prelude::*;

use super::ground::{FeedbackError, Ground};
use super::settle::Settled;
use crate::baseline::Logsum;
use crate::trade_network::RoutePool;

/// Change of a cost, relative and times the elasticity, up to which a series stands for a power: its third term is below
/// 10⁻¹².
const SMALL: f64 = 1e-4;
/// Costs below a tenth of a dollar are taken as that: of costs near zero the logarithm runs away.
const LEAST: f64 = 0.1;

/// Costs by cargo, zone of origin and of destination.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ZoneCosts {
    /// On the network, USD a tonne; infinite where no route is open.
    pub(super) network: Vec<f64>,
    /// Logsum of the network and its rival, USD a tonne.
    pub(super) cost: Vec<f64>,
    /// Share of the tonnes that the network has.
    pub(super) on_network: Vec<f64>,
    /// By differentiated group in order.
    pub(super) logsums: Vec<Logsum>,
}

/// What follows from the cost of a pair on the network: its cost with the rival, the network's share, the logsum's term.
type Following = (f64, f64, f64);

/// The cost of a pair with its rival brought in, and the share that the network has.
fn brought_together(network: f64, rival: f64, rivalry: f64) -> (f64, f64) {
    let (own, rival) = (network.max(LEAST), rival.max(LEAST));
    let odds = if own.is_finite() { (own / rival).powf(-rivalry) } else { 0.0 };
    (rival * (1.0 + odds).powf(-1.0 / rivalry), odds / (1.0 + odds))
}

impl ZoneCosts {
    pub(super) fn new(ground: &Ground, network: Vec<f64>) -> Result<Self, FeedbackError> {
        let square = ground.zones() * ground.zones();
        let (cost, on_network): (Vec<f64>, Vec<f64>) = network
            .par_iter()
            .zip(&ground.outside[..])
            .enumerate()
            .map(|(pair, (own, rival))| brought_together(*own, *rival, ground.rivalry(pair / square)))
            .unzip();
        let of_group = |group: &usize| {
            Logsum::new(&ground.baseline, *group, &cost[group * square..(group + 1) * square])
        };
        let logsums = ground.differentiated.iter().map(of_group).collect::<Result<_, _>>()?;
        Ok(Self { network, cost, on_network, logsums })
    }

    /// Those of a pool at delays, begun from a near state where that is made of the same rivals and coefficients.
    pub(super) fn of_pool(
        ground: &Ground,
        pool: &RoutePool,
        delays: &[f64],
        near: Option<&Settled>,
    ) -> Result<Self, FeedbackError> {
        let network = pool.costs(&ground.network, delays);
        match near.filter(|near| ground.is_made_like(&near.ground)) {
            Some(near) => {
                let mut costs = Self {
                    network: near.network_costs.clone(),
                    cost: near.zone_costs.clone(),
                    on_network: near.on_network.clone(),
                    logsums: near.logsums.clone(),
                };
                let all = || (0..network.len() as u32).into_par_iter();
                costs.move_to(ground, all().zip(network.par_iter().copied()).collect());
                Ok(costs)
            }
            None => Self::new(ground, network),
        }
    }

    /// Moves some pairs, by number, to where their costs on the network are now.
    pub(super) fn move_to(&mut self, ground: &Ground, costs: Vec<(u32, f64)>) {
        let square = ground.zones() * ground.zones();
        let following: Vec<Option<Following>> = costs
            .par_iter()
            .map(|(pair, network)| self.following(ground, *pair as usize, *network))
            .collect();
        for ((pair, network), following) in costs.into_iter().zip(following) {
            let Some((cost, share, term)) = following else { continue };
            let pair = pair as usize;
            (self.network[pair], self.cost[pair], self.on_network[pair]) = (network, cost, share);
            if let Some(sector) = ground.sector_of[pair / square] {
                self.logsums[sector].terms[pair % square] = term;
            }
        }
    }

    /// What follows from another cost of a pair on the network; nothing where it is the same.
    fn following(&self, ground: &Ground, pair: usize, network: f64) -> Option<Following> {
        let before = self.network[pair];
        if network == before {
            return None;
        }
        let square = ground.zones() * ground.zones();
        let (cargo, zones) = (pair / square, pair % square);
        let (rivalry, rival) = (ground.rivalry(cargo), ground.outside[pair]);
        let logsum = ground.sector_of[cargo].map(|sector| &self.logsums[sector]);
        let step = network / before - 1.0;
        let theta = logsum.map_or(0.0, Logsum::theta);
        if step.abs() * rivalry.max(theta) < SMALL && before.min(network).min(rival) >= LEAST {
            // d ln c / d ln n = s and d s / d ln n = −λ s (1 − s), of the cost n on the network and the share s.
            let share = self.on_network[pair];
            let step = step - 0.5 * step * step;
            let shift = rivalry * share * (1.0 - share) * step;
            let other = share - shift + 0.5 * rivalry * (1.0 - 2.0 * share) * shift * step;
            let rise = share * step - 0.5 * shift * step;
            let cost = self.cost[pair] * (1.0 + rise + 0.5 * rise * rise);
            let term = logsum.map_or(0.0, |own| own.term_near(zones, self.cost[pair], cost));
            return Some((cost, other, term));
        }
        let (cost, share) = brought_together(network, rival, rivalry);
        Some((cost, share, logsum.map_or(0.0, |own| own.term(&ground.baseline, zones, cost))))
    }

    /// Those of one cargo.
    pub(super) fn of(&self, ground: &Ground, cargo: usize) -> &[f64] {
        let square = ground.zones() * ground.zones();
        &self.cost[cargo * square..(cargo + 1) * square]
    }
}
