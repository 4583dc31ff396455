//! Where the tonnes go that were on what is closed, and what that costs.

use network::LinkId;

use crate::feedback::Settled;

/// Tonnes a year that were on what is closed, by where they go: the last four add up to the first.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Account {
    /// Tonnes that were on it.
    pub tonnes: f64,
    /// By other routes of the network.
    pub rerouted: f64,
    /// By ways beyond the network.
    pub beyond: f64,
    /// No longer traded by the pair; the buyer has as much more of the good from others.
    pub diverted: f64,
    /// No longer traded.
    pub lost: f64,
    /// Beside these: what the network carries more, or less, of all other goods and pairs.
    pub others: f64,
}

/// The account of a closing, and its cost by economy where goods go, USD a year.
pub(super) fn of(before: &Settled, after: &Settled, links: &[LinkId]) -> (Account, Vec<f64>) {
    let baseline = &before.ground.baseline;
    let (zones, n) = (baseline.zones.len(), baseline.economies.len());
    let mut on_it = vec![0.0; before.trade.tonnes.len()];
    for route in &before.loaded.routes {
        if route.links(&before.ground.network).iter().any(|link| links.contains(link)) {
            let pair = route.pair;
            on_it[(pair.cargo * zones + pair.origin) * zones + pair.destination] += route.tonnes;
        }
    }
    let mut account = Account::default();
    let mut costs = vec![0.0; n];
    // By good and economy where it goes: what pairs no longer trade of what was on it, and what others trade more.
    let mut untraded_into = vec![0.0; baseline.groups.len() * n];
    let mut more_into = vec![0.0; baseline.groups.len() * n];
    let mut left_in_all = 0.0;
    for (pair, on_it) in on_it.iter().enumerate() {
        let (group, to) = (pair / (zones * zones), baseline.zones[pair % zones].economy);
        let (old, new) = (before.trade.tonnes[pair], after.trade.tonnes[pair]);
        let (old_network, new_network) = (old * before.on_network[pair], new * after.on_network[pair]);
        let cost = 0.5 * (old + new) * (after.zone_costs[pair] - before.zone_costs[pair]);
        if old + new > 0.0 {
            costs[to] += cost;
        }
        let left = (old_network - new_network).clamp(0.0, *on_it);
        let untraded = (old - new).clamp(0.0, left);
        account.tonnes += on_it;
        account.rerouted += on_it - left;
        account.beyond += left - untraded;
        account.others += new_network - old_network;
        left_in_all += left;
        untraded_into[group * n + to] += untraded;
        more_into[group * n + to] += (new - old).max(0.0);
    }
    account.others += left_in_all;
    for (untraded, more) in untraded_into.iter().zip(&more_into) {
        let diverted = untraded.min(*more);
        account.diverted += diverted;
        account.lost += untraded - diverted;
    }
    (account, costs)
}
