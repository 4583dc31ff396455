//! The next best route of the largest flow on what is closed.

use std::collections::BTreeMap;

use network::LinkId;

use crate::feedback::Settled;
use crate::model::Model;
use crate::trade_network::{Pair, RouteLoad};

/// A route in brief.
#[derive(Debug, Clone, PartialEq)]
pub struct NextRoute {
    /// The borders, ferries, ships and flights by which it goes.
    pub by: Vec<LinkId>,
    /// Length, km.
    pub km: f64,
    /// Mean hours, delays of scarce capacities included.
    pub hours: f64,
    /// Generalised cost of the pair on the network, USD a tonne.
    pub cost: f64,
}

/// The largest flow between two zones.
#[derive(Debug, Clone, PartialEq)]
pub struct LargestFlow {
    /// What, from where and to where.
    pub pair: Pair,
    /// Tonnes a year of it on what is closed.
    pub tonnes: f64,
    /// Its route there: the one with most tonnes.
    pub route: NextRoute,
    /// The route with most tonnes after the closing; nothing where the network has none that is taken.
    pub next: Option<NextRoute>,
    /// Tonnes that the pair trades by whichever way, before and after.
    pub traded: [f64; 2],
    /// Share of them that goes by the network, or would, before and after.
    pub on_network: [f64; 2],
}

/// The largest flow on links that are closed; nothing where there is none.
pub(super) fn of(model: &Model, before: &Settled, after: &Settled, links: &[LinkId]) -> Option<LargestFlow> {
    let on_it =
        |route: &&RouteLoad| route.links(&before.ground.network).iter().any(|link| links.contains(link));
    let routes: Vec<&RouteLoad> = before.loaded.routes.iter().filter(on_it).collect();
    let mut flows: BTreeMap<Pair, f64> = BTreeMap::new();
    for route in &routes {
        *flows.entry(route.pair).or_default() += route.tonnes;
    }
    // Of two that are equal, the first.
    let (pair, tonnes) = flows.into_iter().fold(None, |best: Option<(Pair, f64)>, own| match best {
        Some(best) if best.1 >= own.1 => Some(best),
        _ => Some(own),
    })?;
    let zones = before.ground.baseline.zones.len();
    let number = (pair.cargo * zones + pair.origin) * zones + pair.destination;
    let brief = |settled: &Settled, route: &RouteLoad| {
        let all = route.links(&settled.ground.network);
        NextRoute {
            by: all.into_iter().filter(|link| model.is_substantial(*link)).collect(),
            km: route.sums.km,
            hours: route.sums.hours + route.delay,
            cost: settled.network_costs[number],
        }
    };
    let most = |a: &&RouteLoad, b: &&RouteLoad| a.tonnes.total_cmp(&b.tonnes);
    let route = routes.into_iter().filter(|route| route.pair == pair).max_by(most)?;
    let next = after.loaded.routes.iter().filter(|route| route.pair == pair).max_by(most);
    Some(LargestFlow {
        pair,
        tonnes,
        route: brief(before, route),
        next: next.map(|route| brief(after, route)),
        traded: [before.trade.tonnes[number], after.trade.tonnes[number]],
        on_network: [before.on_network[number], after.on_network[number]],
    })
}
