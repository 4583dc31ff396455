//! Whether a step is open on a date, and every reason why not.

use std::collections::BTreeSet;

use case::{Holds, Mode};
use jiff::civil::Date;
use network::{Direction, LinkId, LinkState, Network, PlaceId, Step, Supply, SupplyArc};

use crate::Regime;
use crate::consignment::Consignment;
use crate::rule::{Effect, Heading, Perspective, Speaking, Version, VersionId};

/// A reason why a step is not open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closure {
    /// A version of a rule forbids it.
    Rule {
        /// Which one.
        version: VersionId,
        /// Whether it surely holds.
        certain: bool,
    },
    /// The link is not there or cannot be used.
    State {
        /// The link.
        link: LinkId,
        /// The span of its history that says so, by position.
        span: u32,
        /// Whether it surely holds.
        certain: bool,
    },
    /// The service does not run.
    Service {
        /// The service.
        service: u32,
        /// Whether it surely does not.
        certain: bool,
    },
}

impl Closure {
    /// Whether it surely holds. A step is open if nothing closes it, closed if something surely does,
    /// and neither if all that closes it may have ended.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Rule { certain, .. } | Self::State { certain, .. } | Self::Service { certain, .. } => {
                *certain
            }
        }
    }
}

/// The rules that speak to one consignment on one date, by one perspective.
///
/// The class part of every scope has been judged; what is left is where.
#[derive(Debug, Clone)]
pub struct Day<'a> {
    /// The date.
    pub date: Date,
    /// As of when, and of what standing.
    pub perspective: Perspective,
    /// What is shipped.
    pub consignment: &'a Consignment,
    /// The versions that speak, by rule.
    pub speaking: Vec<Speaking>,
    /// Those of them that speak to links and places, and not to hauls or to the pair of origin and
    /// destination.
    local: Vec<Speaking>,
    /// Those of the local ones that take money or time where they speak. They are few and looked for
    /// on every link of every haul.
    taking: Vec<Speaking>,
    /// The tariffs that may price the goods, the one that speaks first in front: looked through for every haul.
    pub(crate) tariffs: Vec<u32>,
    network: &'a Network,
    regime: &'a Regime,
}

impl<'a> Day<'a> {
    /// The rules of a day.
    #[must_use]
    pub fn new(
        case: &case::Case,
        network: &'a Network,
        regime: &'a Regime,
        consignment: &'a Consignment,
        date: Date,
        perspective: Perspective,
    ) -> Self {
        let speaking: Vec<Speaking> = regime
            .rules
            .rules
            .iter()
            .filter_map(|rule| regime.rules.speaking(rule, date, perspective))
            .filter(|speaking| consignment.is_in(&regime.rules.get(speaking.version).class, case, date))
            .collect();
        let is_local = |speaking: &Speaking| {
            let effect = regime.rules.get(speaking.version).effect;
            !effect.belongs_to_the_pair() && !effect.belongs_to_hauls()
        };
        let takes = |speaking: &Speaking| {
            matches!(regime.rules.get(speaking.version).effect, Effect::Fee | Effect::Permit)
        };
        let local: Vec<Speaking> = speaking.iter().copied().filter(is_local).collect();
        let taking = local.iter().copied().filter(takes).collect();
        let tariffs = regime.tariffs.shortlist(consignment.form, &consignment.commodity.hs, date);
        Self { date, perspective, consignment, speaking, local, taking, tariffs, network, regime }
    }

    fn version(&self, speaking: Speaking) -> &'a Version {
        self.regime.rules.get(speaking.version)
    }

    /// Whether a version speaks to the consignment.
    pub(crate) fn knows(&self, speaking: Speaking) -> bool {
        self.speaking.contains(&speaking)
    }

    /// The versions that speak to a link in a direction.
    pub fn at_link(&self, link: LinkId, direction: Direction) -> impl Iterator<Item = Speaking> + '_ {
        self.local
            .iter()
            .copied()
            .filter(move |speaking| holds_link(self.network, self.version(*speaking), link, direction))
    }

    /// The fees and permits that surely hold on a link in a direction and name it.
    pub fn taking_at_link(&self, link: LinkId, direction: Direction) -> impl Iterator<Item = VersionId> + '_ {
        self.taking.iter().filter(|speaking| speaking.certain).map(|speaking| speaking.version).filter(
            move |version| {
                // A fee or paper of a place is taken where goods are handled, not on each link there.
                let own = self.regime.rules.get(*version);
                own.scope.links.contains(&link) && holds_link(self.network, own, link, direction)
            },
        )
    }

    /// The versions that speak to the handling that an arc is: loading, unloading or a change.
    ///
    /// Handling lies at a place, on no link and with no carrier, so only a scope of places reaches
    /// it. A scope of modes holds it if goods leave or enter a vehicle of one of them.
    pub fn at_handling(
        &self,
        supply: &Supply,
        arc: &SupplyArc,
    ) -> impl Iterator<Item = Speaking> + use<'_, 'a> {
        let handling = Handling::of(supply, arc);
        self.local.iter().copied().filter(move |speaking| {
            handling.is_some_and(|own| own.is_held(self.network, self.version(*speaking)))
        })
    }

    /// The versions that speak to the pair of origin and destination: duties and subsidies.
    pub fn at_pair(&self) -> impl Iterator<Item = Speaking> + '_ {
        self.speaking.iter().copied().filter(|speaking| self.version(*speaking).effect.belongs_to_the_pair())
    }

    /// Every reason why a link is not open in a direction.
    pub fn link_closures(&self, link: LinkId, direction: Direction, into: &mut BTreeSet<Closure>) {
        into.extend(self.state_closure(link));
        self.close(self.at_link(link, direction), into);
    }

    /// What closes a link by its state, whatever is carried on it.
    pub(crate) fn state_closure(&self, link: LinkId) -> Option<Closure> {
        let own = self.network.link(link);
        let condition = own.condition(self.date, self.perspective.known, self.perspective.binding);
        let span = condition.span.filter(|_| condition.state != LinkState::Open)?;
        let position = own.history.iter().position(|other| std::ptr::eq(other, span)).unwrap_or(0);
        Some(Closure::State { link, span: position as u32, certain: condition.certain })
    }

    /// Every reason why an arc of the supply is not open.
    pub fn arc_closures(&self, supply: &Supply, arc: &SupplyArc, into: &mut BTreeSet<Closure>) {
        match arc.step {
            Step::Move { link, direction, service } => {
                self.link_closures(link, direction, into);
                into.extend(service.and_then(|service| self.service_closure(service)));
            }
            Step::Load(_) | Step::Unload(_) | Step::Change(_) => {
                self.close(self.at_handling(supply, arc), into);
            }
        }
    }

    /// What closes a service, if anything.
    pub(crate) fn service_closure(&self, service: u32) -> Option<Closure> {
        match self.network.services[service as usize].validity.at(self.date) {
            Holds::Yes => None,
            Holds::No => Some(Closure::Service { service, certain: true }),
            Holds::Unknown => Some(Closure::Service { service, certain: false }),
        }
    }

    fn close(&self, speaking: impl Iterator<Item = Speaking>, into: &mut BTreeSet<Closure>) {
        into.extend(speaking.filter_map(|speaking| self.closure(speaking)));
    }

    /// What a version closes where it speaks, if anything.
    pub(crate) fn closure(&self, speaking: Speaking) -> Option<Closure> {
        let version = self.version(speaking);
        let closes = match version.effect {
            Effect::Ban | Effect::Embargo => true,
            Effect::AllowedIf => self.met(version).is_none(),
            _ => false,
        };
        closes.then_some(Closure::Rule { version: speaking.version, certain: speaking.certain })
    }

    /// The alternative of a version's conditions that the consignment meets.
    #[must_use]
    pub fn met<'v>(&self, version: &'v Version) -> Option<&'v Vec<String>> {
        version.conditions.iter().find(|alternative| {
            alternative.iter().all(|condition| self.consignment.meets.contains(condition))
        })
    }
}

/// Loading, unloading or a change: where, and out of and into what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handling {
    place: PlaceId,
    modes: [Option<Mode>; 2],
}

impl Handling {
    /// The handling that an arc is; nothing where it is a move.
    pub(crate) fn of(supply: &Supply, arc: &SupplyArc) -> Option<Self> {
        let (before, after) = (supply.states[arc.tail as usize], supply.states[arc.head as usize]);
        let modes = [before.on, after.on].map(|on| on.map(|(mode, _)| mode));
        (!matches!(arc.step, Step::Move { .. })).then_some(Self { place: before.place, modes })
    }

    /// Whether the scope of a version holds it.
    pub(crate) fn is_held(self, network: &Network, version: &Version) -> bool {
        let scope = &version.scope;
        scope.places.contains(&self.place)
            && scope.links.is_empty()
            && scope.carriers.is_empty()
            && (scope.territory.is_empty()
                || scope.territory.contains(&network.places.get(self.place).economy))
            && (scope.modes.is_empty() || self.modes.iter().flatten().any(|mode| scope.modes.contains(mode)))
            && match version.heading {
                Heading::Any => true,
                // Into or out of a place goods come on links, not by handling.
                Heading::Forward | Heading::Backward | Heading::Entry | Heading::Exit => false,
            }
    }
}

pub(crate) fn holds_link(network: &Network, version: &Version, id: LinkId, direction: Direction) -> bool {
    let link = network.link(id);
    let scope = &version.scope;
    let (tail, head) = (link.tail(direction), link.head(direction));
    // Entry and exit are of the territory; without one, of the places.
    let inside = |place: PlaceId| {
        if scope.territory.is_empty() {
            scope.places.contains(&place)
        } else {
            scope.territory.contains(&network.places.get(place).economy)
        }
    };
    let heading = match version.heading {
        Heading::Any => true,
        Heading::Forward => direction == Direction::Forward,
        Heading::Backward => direction == Direction::Backward,
        Heading::Entry => inside(head) && !inside(tail),
        Heading::Exit => inside(tail) && !inside(head),
    };
    heading
        && (scope.territory.is_empty()
            || link.territory.iter().any(|economy| scope.territory.contains(economy)))
        && (scope.links.is_empty() || scope.links.contains(&id))
        && (scope.places.is_empty() || scope.places.contains(&tail) || scope.places.contains(&head))
        && (scope.carriers.is_empty() || scope.carriers.contains(&link.carrier))
        && (scope.modes.is_empty() || scope.modes.contains(&link.mode))
}
