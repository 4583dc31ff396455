//! The legs of a loaded route, to be looked at anew.

use std::collections::BTreeSet;

use network::{Direction, LinkId, Network, Supply, SupplyArc};
use regime::{Haul, Leg};

use super::{Entry, RouteLoad, TradeNetwork};

/// A leg of a route.
#[derive(Debug, Clone)]
pub(crate) enum RouteLeg<'n> {
    /// An arc of a supply: a move, a change, loading or unloading.
    Step(&'n Supply, &'n SupplyArc),
    /// A haul on one railway.
    Haul(Haul),
}

impl RouteLoad {
    /// The class of its goods, by number.
    pub(crate) fn class(&self) -> usize {
        self.class
    }

    /// Its arcs, by number in its class.
    pub(crate) fn arcs(&self) -> &[u32] {
        &self.arcs
    }
}

impl TradeNetwork {
    /// Where the goods of a route come into the network and leave it.
    pub(crate) fn entries_of(&self, route: &RouteLoad) -> [Option<&Entry>; 2] {
        let own = &self.classes[route.class];
        let ends = &self.supplies[own.supply].ends;
        let entry = |zone: usize, side: usize, node: u32| {
            let at = |place| ends.get(place).and_then(|ends| ends[side]) == Some(node);
            self.zones[zone].entries[route.pair.cargo].iter().find(|entry| at(&entry.place))
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
            let supply = &self.supplies[class.supply].supply;
            for arc in 0..class.legs.len() as u32 {
                class.links_of(supply, arc, |link| {
                    open.insert(link);
                });
            }
        }
        open
    }

    /// The leg that an arc of a class is, on the network that the classes were compiled of.
    pub(crate) fn leg(&self, network: &Network, class: usize, arc: u32) -> RouteLeg<'_> {
        let own = &self.classes[class];
        let supply = &self.supplies[own.supply].supply;
        match own.legs[arc as usize] {
            Leg::Step(number) => RouteLeg::Step(supply, &supply.arcs[number as usize]),
            Leg::Haul(_) => {
                let state = |node: u32| supply.states[node as usize];
                let (tail, head) = (state(own.graph.tail(arc)), state(own.graph.head(arc)));
                let mut at = tail.place;
                let mut links: Vec<(LinkId, Direction)> = Vec::new();
                own.links_of(supply, arc, |id| {
                    let link = network.link(id);
                    let direction = if link.from == at { Direction::Forward } else { Direction::Backward };
                    at = link.head(direction);
                    links.push((id, direction));
                });
                RouteLeg::Haul(Haul {
                    carrier: links
                        .first()
                        .map_or_else(String::new, |(id, _)| network.link(*id).carrier.clone()),
                    vehicle: tail.on.map_or(0, |(_, vehicle)| vehicle),
                    from: tail.place,
                    to: head.place,
                    km: links.iter().map(|(id, _)| network.link(*id).km).sum(),
                    co2_kg: own.sums[arc as usize].co2_kg,
                    links,
                    visits: 0,
                })
            }
        }
    }
}
