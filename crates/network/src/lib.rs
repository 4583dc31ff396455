//! Places, links, crossings, transfers and services, and the supply graph made of them.
//!
//! The network holds every link that exists, existed or is planned, with its states over time;
//! [`Link::condition`] says what a link is on a date, as it was known on another. [`Supply`] is
//! the graph of states and steps for one form of goods: places in it come apart by mode, gauge
//! and vehicle, so that a change of any of them is an arc with its time and price.
//!
//! | module | concept |
//! |---|---|
//! | `place` | places and finding one by any name |
//! | `link` | links, sourced lengths, states over time |
//! | `corridor` | named ways through the network |
//! | `crossing` | border crossings and activities; services, waits, seasons |
//! | `transfer` | changes of mode, gauge and vehicle; loading and unloading |
//! | `supply` | states and arcs for one form of goods |
//! | `observation` | movements of real cargo |
//! | `trip` | logs of trips: activities, legs, positions |
//! | `indicator` | time, cost and speed that trips show |
//! | `spatial_graph` | node and edge tables of others: reading, healing, nearest node |
//! | `traffic` | networks of others with capacities, and their demand |
//! | [`tntp`], [`gmns`] | reading and writing these |
//!
//! Deliberately absent: rules and tariffs (crate `regime`), money per tonne, any search. A link
//! closed by law is open here.

mod corridor;
mod crossing;
pub mod gmns;
mod indicator;
mod link;
mod observation;
mod place;
mod spatial_graph;
mod supply;
pub mod tntp;
mod traffic;
mod transfer;
mod trip;

use case::{Case, Finding, Mode, Sheets};

pub use corridor::{Corridor, Waypoint};
pub use crossing::{Activity, Crossing, Duration, GoodsScope, Season, Service, Wait};
pub use indicator::{
    Estimate, Group, Indicator, LEAST_SAMPLES, SECTION_KM, Sample, Scope, Statistics, UNIT_TONNES, estimates,
};
pub use link::{Condition, Direction, Length, Link, LinkId, LinkState, StateSpan, load_validity};
pub use observation::Observation;
pub use place::{Place, PlaceId, Places, UnknownPlace, great_circle_between, great_circle_km};
pub use spatial_graph::{
    AddedLink, GraphEdge, GraphFile, GraphNode, Healed, Healing, Snap, Snapper, SpatialGraph,
};
pub use supply::{Need, Phase, State, Step, Supply, SupplyArc, Track};
pub use traffic::{LinkFlow, PairDemand, TrafficLink, TrafficNetwork, TrafficNode, Units, Zone};
pub use transfer::{Side, Transfer};
pub use trip::{BorderRole, Layout, LogRow, LogTable, Stage, StageKind, Trip, TripDirection, TripLog, Visit};

/// The strategic network of a case.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Places.
    pub places: Places,
    /// Links, by [`LinkId`].
    pub links: Vec<Link>,
    /// Border crossings.
    pub crossings: Vec<Crossing>,
    /// Changes of mode, gauge and vehicle.
    pub transfers: Vec<Transfer>,
    /// Services.
    pub services: Vec<Service>,
    /// Waits before departure.
    pub waits: Vec<Wait>,
    /// Seasons.
    pub seasons: Vec<Season>,
    /// Movements of real cargo.
    pub observations: Vec<Observation>,
    /// Corridors, in the order in which routes are counted to them.
    pub corridors: Vec<Corridor>,
}

impl Network {
    /// Gives meaning to the tables of the network.
    #[must_use]
    pub fn load(case: &Case, sheets: &mut Sheets, findings: &mut Vec<Finding>) -> Self {
        let mut network = Self::default();
        network.extend(case, sheets, findings);
        network.corridors = corridor::load_corridors(case, &network, sheets, findings);
        network.check(findings);
        network
    }

    /// Adds rows to a network. What they name may be there already, or be among them. Nothing that is
    /// there changes its number.
    pub fn extend(&mut self, case: &Case, sheets: &mut Sheets, findings: &mut Vec<Finding>) {
        let exchange = &case.exchange;
        self.places.extend(sheets, findings);
        link::load_links(sheets, &self.places, &mut self.links, findings);
        crossing::load_crossings(sheets, &mut self.links, exchange, &mut self.crossings, findings);
        crossing::load_services(sheets, &mut self.links, exchange, &mut self.services, findings);
        crossing::load_seasons(sheets, &mut self.links, &mut self.seasons);
        self.transfers.extend(transfer::load_transfers(sheets, &self.places, exchange, findings));
        self.waits.extend(crossing::load_waits(sheets, &self.places));
        self.observations.extend(observation::load_observations(sheets, &self.places, findings));
    }

    /// The link of a number that this network gave.
    #[must_use]
    pub fn link(&self, id: LinkId) -> &Link {
        &self.links[id.0 as usize]
    }

    /// The link of an identifier.
    #[must_use]
    pub fn link_id(&self, identifier: &str) -> Option<LinkId> {
        self.links
            .iter()
            .position(|link| link.id == identifier)
            .and_then(|index| u32::try_from(index).ok())
            .map(LinkId)
    }

    /// A link in words: `Samur – Yalama (rail)`.
    #[must_use]
    pub fn link_words(&self, id: LinkId) -> String {
        let link = self.link(id);
        format!(
            "{} – {} ({})",
            self.places.get(link.from).name,
            self.places.get(link.to).name,
            link.mode.word()
        )
    }

    /// What no single row can show to be wrong.
    pub fn check(&self, findings: &mut Vec<Finding>) {
        for place in self.places.all() {
            let touched = self.links.iter().any(|link| {
                self.places.get(link.from).id == place.id || self.places.get(link.to).id == place.id
            });
            if !touched {
                findings.push(
                    Finding::warning(
                        "isolated-place",
                        "places.csv",
                        format!("no link ends at {}", place.name),
                    )
                    .valid("a place with a link"),
                );
            }
        }
        let loads = |transfer: &Transfer| transfer.from == Side::Store || transfer.to == Side::Store;
        if !self.links.is_empty() && !self.transfers.iter().any(loads) {
            findings.push(
                Finding::warning(
                    "nothing-is-loaded",
                    "transfers.csv",
                    "no transfer leads from or to `store`: goods can neither start nor end",
                )
                .valid("a row from `store` to a mode, and back, at a place or at `*`"),
            );
        }
        for (index, link) in self.links.iter().enumerate() {
            if link.mode != Mode::Rail && link.territory.len() > 1 && link.crossing.is_none() {
                findings.push(
                    Finding::warning(
                        "border-without-crossing",
                        "links.csv",
                        format!("{}: a link in {} economies has no crossing", link.id, link.territory.len()),
                    )
                    .valid("one economy, or a row in crossings.csv"),
                );
            }
            let rail_inside = link.mode == Mode::Rail && link.crossing.is_none();
            if rail_inside && link.carrier.is_empty() {
                findings.push(
                    Finding::warning(
                        "no-carrier",
                        "links.csv",
                        format!("{}: a rail link names no railway", link.id),
                    )
                    .valid("an identifier of carriers.csv"),
                );
            }
            if rail_inside && link.territory.len() != 1 {
                findings.push(
                    Finding::warning(
                        "border-without-crossing",
                        "links.csv",
                        format!(
                            "{}: a rail link in {} economies has no crossing",
                            link.id,
                            link.territory.len()
                        ),
                    )
                    .valid("one economy, or a row in crossings.csv"),
                );
            }
            for other in &self.links[..index] {
                let meets =
                    [other.from, other.to].contains(&link.from) || [other.from, other.to].contains(&link.to);
                let handover = rail_inside
                    && other.mode == Mode::Rail
                    && other.crossing.is_none()
                    && other.gauge_mm == link.gauge_mm
                    && other.carrier != link.carrier;
                if meets && handover {
                    findings.push(
                        Finding::warning(
                            "no-handover",
                            "links.csv",
                            format!(
                                "{} and {} belong to two railways and meet without a crossing",
                                link.id, other.id
                            ),
                        )
                        .valid("a link with a row in crossings.csv between two railways"),
                    );
                }
            }
        }
    }
}
