//! The legs of a loaded route, to be looked at anew.

use std::collections::BTreeSet;

use network::{LinkId, Supply, SupplyArc};
use regime::Haul;

use super::form_supply::Leg;
use super::{Entry, RouteLoad, TradeNetwork};

/// A leg of a route.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RouteLeg<'n> {
    /// An arc of a supply: a move, a change, loading or unloading.
    Step(&'n Supply, &'n SupplyArc),
    /// A haul on one railway.
    Haul(&'n Haul),
}

impl RouteLoad {
    /// The class of its goods, by number.
    pub(crate) fn class(&self) -> usize {
        self.class
    }

    /// The scarce capacities that it takes, once for each arc that takes them.
    pub(crate) fn capacities(&self, network: &TradeNetwork, mut each: impl FnMut(u32)) {
        let supply = network.supply_of(self.class);
        for arc in &self.arcs {
            supply.passes(*arc).iter().for_each(|(capacity, _)| each(*capacity));
        }
    }

    /// Its arcs, by number in the supply of its class.
    pub(crate) fn arcs(&self) -> &[u32] {
        &self.arcs
    }
}

impl TradeNetwork {
    /// Where the goods of a route come into the network and leave it.
    pub(crate) fn entries_of(&self, route: &RouteLoad) -> [Option<&Entry>; 2] {
        let own = self.supply_of(route.class);
        let entry = |zone: usize, side: usize, node: u32| {
            let at = |entry: &&Entry| own.end(entry.place, side) == Some(node);
            self.zones[zone].entries[route.pair.cargo].iter().find(at)
        };
        let first = route.arcs.first().and_then(|arc| entry(route.pair.origin, 0, own.graph.tail(*arc)));
        let last = route.arcs.last().and_then(|arc| entry(route.pair.destination, 1, own.graph.head(*arc)));
        [first, last]
    }

    /// The links over which goods of some class may go on the date.
    #[must_use]
    pub fn open_links(&self) -> BTreeSet<LinkId> {
        let mut open = BTreeSet::new();
        for class in &self.classes {
            let supply = &self.supplies[class.supply];
            let usable = (0u32..).zip(&class.sums).filter(|(_, sums)| sums.is_some());
            for (arc, _) in usable {
                supply.links_of(arc, |link| {
                    open.insert(link);
                });
            }
        }
        open
    }

    /// The leg that an arc of a class is.
    pub(crate) fn leg(&self, class: usize, arc: u32) -> RouteLeg<'_> {
        let own = self.supply_of(class);
        match own.leg(arc) {
            Leg::Step(step) => RouteLeg::Step(&own.supply, step),
            Leg::Haul(haul) => RouteLeg::Haul(haul),
        }
    }
}
