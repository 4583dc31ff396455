//! Networks of others to assign demand on: links with a capacity and a curve of time, zones, tables of demand.
//!
//! Not the network of a case: no modes, no borders, no rules, no dates. What is read from TNTP ([`crate::tntp`]) and
//! GMNS ([`crate::gmns`]) comes together here, and both are written from here.
//!
//! The time on a link that carries the flow `x` is the curve of the Bureau of Public Roads (*Traffic Assignment
//! Manual*, 1964), `t(x) = free_flow_time · (1 + b · (x / capacity) ^ power)`.

use std::collections::HashMap;

/// Links with capacities between nodes, some of which are zones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrafficNetwork {
    /// Nodes; links and zones name them by their place here.
    pub nodes: Vec<TrafficNode>,
    /// Zones; tables of demand name them by their place here.
    pub zones: Vec<Zone>,
    /// Links in the order of their file. No two lead from one node to the same other in TNTP; in GMNS they may.
    pub links: Vec<TrafficLink>,
    /// What the figures are measured in.
    pub units: Units,
    /// The reference system of coordinates, empty where the file does not say.
    pub crs: String,
}

/// Where demand starts and ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Zone {
    /// Its identifier in the file; in TNTP the number of its node.
    pub id: String,
    /// The node at which its demand enters and leaves the network.
    pub node: u32,
}

/// A node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrafficNode {
    /// Its identifier in the file.
    pub id: String,
    /// Its name, empty where it has none.
    pub name: String,
    /// Its coordinates `x` and `y` as the file has them: degrees east and north, unless [`TrafficNetwork::crs`] says
    /// otherwise.
    pub position: Option<[f64; 2]>,
    /// Kind of node in the file's own words.
    pub kind: String,
    /// Whether a way may lead on through it. Where not, ways only start and end there.
    pub through: bool,
}

/// A link of one direction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrafficLink {
    /// Its identifier: that of GMNS, or the numbers of its nodes, `1-2`. No two links share one.
    pub id: String,
    /// Its name, empty where it has none.
    pub name: String,
    /// Place among the nodes where it begins.
    pub from: u32,
    /// Place among the nodes where it ends.
    pub to: u32,
    /// Flow at which the time is `1 + b` times that of the empty link. Infinite where none is known; zero closes a
    /// link whose time depends on its flow ([`TrafficLink::is_closed`]).
    pub capacity: f64,
    /// Length in [`Units::length`].
    pub length: f64,
    /// Time of the empty link in [`Units::time`].
    pub free_flow_time: f64,
    /// Share of the free-flow time that is added at capacity.
    pub b: f64,
    /// How steeply time grows with flow over capacity.
    pub power: f64,
    /// Speed as the file has it, 0 where it says none. Nothing is worked out from it.
    pub speed: f64,
    /// Toll in [`Units::currency`].
    pub toll: f64,
    /// Kind of link in the file's own words: a number in TNTP, a word in GMNS.
    pub kind: String,
    /// Who may use it, in the file's own words. Empty: everybody.
    pub uses: Vec<String>,
    /// Where it runs, from its first point to its last, as `x`, `y`. Empty where not known.
    pub shape: Vec<[f64; 2]>,
}

/// What the figures of a network are measured in. Empty where the file does not say: TNTP never does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units {
    /// Of lengths, such as `km`.
    pub length: String,
    /// Of times, such as `h`.
    pub time: String,
    /// Of tolls, such as `USD`.
    pub currency: String,
}

/// What is to be carried between two zones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairDemand {
    /// Place among the zones where it starts.
    pub origin: u32,
    /// Place among the zones where it ends; the same within a zone.
    pub destination: u32,
    /// How much, in the units of capacity; above zero.
    pub amount: f64,
}

/// What a flow file says of a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkFlow {
    /// Flow, zero or more.
    pub volume: f64,
    /// Cost of a passage at that flow, where the file says it.
    pub cost: Option<f64>,
}

impl TrafficLink {
    /// Whether the time is the same at any flow.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.b == 0.0
            || self.power == 0.0
            || self.capacity.is_infinite()
            || (self.free_flow_time == 0.0 && self.capacity > 0.0)
    }

    /// Whether nothing can pass: it has no capacity, and its time depends on it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.capacity == 0.0 && self.b != 0.0 && self.power != 0.0
    }

    /// Time of a passage when the link carries a flow; infinite on a closed link.
    #[must_use]
    pub fn time(&self, flow: f64) -> f64 {
        if self.is_closed() {
            f64::INFINITY
        } else if self.power == 0.0 {
            self.free_flow_time * (1.0 + self.b)
        } else if self.is_constant() {
            self.free_flow_time
        } else {
            self.free_flow_time * (1.0 + self.b * (flow / self.capacity).powf(self.power))
        }
    }

    /// The integral of [`TrafficLink::time`] from no flow up to a flow: the link's part of the objective of Beckmann,
    /// McGuire and Winsten (*Studies in the Economics of Transportation*, 1956).
    #[must_use]
    pub fn time_integral(&self, flow: f64) -> f64 {
        if self.is_closed() {
            if flow == 0.0 { 0.0 } else { f64::INFINITY }
        } else if self.is_constant() {
            flow * self.time(0.0)
        } else {
            let share = (flow / self.capacity).powf(self.power);
            self.free_flow_time * flow * (1.0 + self.b * share / (self.power + 1.0))
        }
    }
}

impl TrafficNetwork {
    /// The places of nodes by their identifiers.
    #[must_use]
    pub fn node_places(&self) -> HashMap<&str, u32> {
        self.nodes.iter().map(|node| node.id.as_str()).zip(0u32..).collect()
    }

    /// The places of zones by their identifiers.
    #[must_use]
    pub fn zone_places(&self) -> HashMap<&str, u32> {
        self.zones.iter().map(|zone| zone.id.as_str()).zip(0u32..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(capacity: f64, free_flow_time: f64, b: f64, power: f64) -> TrafficLink {
        TrafficLink { capacity, free_flow_time, b, power, ..TrafficLink::default() }
    }

    #[test]
    fn the_curve_is_that_of_the_bureau_of_public_roads() {
        let road = link(100.0, 10.0, 0.15, 4.0);
        assert!((road.time(100.0) - 11.5).abs() < 1e-12);
        assert!((road.time_integral(100.0) - 1000.0 * (1.0 + 0.03)).abs() < 1e-9);
        assert_eq!(road.time(0.0), 10.0);
    }

    #[test]
    fn a_link_without_curve_takes_the_same_time_at_any_flow() {
        for (road, time) in [
            (link(1.0, 2.0, 0.0, 0.0), 2.0),
            (link(1.0, 2.0, 0.5, 0.0), 3.0),
            (link(0.0, 2.0, 0.5, 0.0), 3.0),
            (link(5.0, 0.0, 0.15, 4.0), 0.0),
            (link(f64::INFINITY, 2.0, 0.15, 4.0), 2.0),
            (link(f64::INFINITY, 2.0, 0.5, 0.0), 3.0),
        ] {
            assert!(road.is_constant() && !road.is_closed(), "{road:?}");
            assert_eq!((road.time(0.0), road.time(7.0), road.time_integral(7.0)), (time, time, 7.0 * time));
        }
    }

    #[test]
    fn no_capacity_closes_what_can_congest() {
        let road = link(0.0, 2.0, 0.15, 4.0);
        assert!(road.is_closed());
        assert_eq!((road.time(1.0), road.time_integral(0.0)), (f64::INFINITY, 0.0));
        assert!(link(0.0, 0.0, 0.15, 4.0).is_closed());
    }
}
