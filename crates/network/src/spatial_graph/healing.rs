//! Breaks in a graph: dead ends that lie next to a node they are not joined to.
//!
//! Simplified maps end lines a few hundred metres short of each other. A dead end is joined to the nearest node
//! within a distance that is far along the network: further than five kilometres and than eight times the
//! gap, or not to be reached at all. Such a link may be wrong, as a line may really end beside another. All
//! are listed, and any can be left out.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::{GraphEdge, Snapper, SpatialGraph};

/// A break lies where the way round is longer than this many kilometres ...
const LEAST_DETOUR_KM: f64 = 5.0;
/// ... and than this many times the gap.
const LEAST_DETOUR_RATIO: f64 = 8.0;

/// How to heal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Healing {
    /// Widest gap that is closed.
    pub within_km: f64,
    /// Pairs of names of nodes that are not to be joined, in either order.
    pub skip: Vec<(String, String)>,
}

/// A link that was added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AddedLink {
    /// The dead end.
    pub from: u32,
    /// The node it was joined to.
    pub to: u32,
    /// Great-circle kilometres between them: the length of the link.
    pub km: f64,
    /// Whether there was no way between them before.
    pub joins_components: bool,
}

/// What healing did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Healed {
    /// Links that were added, in the order of their dead ends.
    pub added: Vec<AddedLink>,
    /// Places in [`Healing::skip`] of the pairs that would have been joined, ascending.
    pub skipped: Vec<usize>,
}

impl SpatialGraph {
    /// Joins dead ends. Links are judged by the graph as it was, so that their order does not matter.
    pub fn heal(&mut self, healing: &Healing) -> Healed {
        let neighbours = self.neighbours();
        let (component, _) = self.components();
        let (mut added, mut skipped): (Vec<AddedLink>, Vec<usize>) = (Vec::new(), Vec::new());
        let snapper = Snapper::new(self);
        for from in 0..self.nodes.len() as u32 {
            let mut around: Vec<u32> = neighbours[from as usize].iter().map(|&(other, _)| other).collect();
            around.sort_unstable();
            around.dedup();
            if around.len() > 1 {
                continue;
            }
            let reach = LEAST_DETOUR_KM.max(LEAST_DETOUR_RATIO * healing.within_km);
            let near = near_along(&neighbours, from, reach);
            let broken =
                snapper.within(self.nodes[from as usize].position(), healing.within_km).find(|snap| {
                    let round = LEAST_DETOUR_KM.max(LEAST_DETOUR_RATIO * snap.km);
                    let broken = snap.node != from && near.get(&snap.node).is_none_or(|&km| km > round);
                    let before = skipped.len();
                    if broken {
                        skipped.extend(self.skipped(healing, from, snap.node));
                    }
                    broken && skipped.len() == before
                });
            let Some(snap) = broken else { continue };
            if !added.iter().any(|link| (link.from, link.to) == (snap.node, from)) {
                let joins_components = component[from as usize] != component[snap.node as usize];
                added.push(AddedLink { from, to: snap.node, km: snap.km, joins_components });
            }
        }
        let edge = |link: &AddedLink| GraphEdge { from: link.from, to: link.to, km: link.km, one_way: false };
        self.edges.extend(added.iter().map(edge));
        skipped.sort_unstable();
        skipped.dedup();
        Healed { added, skipped }
    }

    /// Which pairs of those to be skipped are two nodes.
    fn skipped(&self, healing: &Healing, one: u32, other: u32) -> impl Iterator<Item = usize> {
        let (one, other) = (&self.nodes[one as usize].name, &self.nodes[other as usize].name);
        let same =
            move |(from, to): &(String, String)| (from, to) == (one, other) || (from, to) == (other, one);
        let pairs = healing.skip.iter().enumerate();
        pairs.filter(move |(_, pair)| same(pair)).map(|(place, _)| place)
    }
}

/// Nodes within some kilometres along the network, and how far they are.
fn near_along(neighbours: &[Vec<(u32, f64)>], from: u32, reach: f64) -> HashMap<u32, f64> {
    let mut near = HashMap::new();
    // Kilometres are never negative, so that their bits are in their order.
    let mut queue = BinaryHeap::from([Reverse((0f64.to_bits(), from))]);
    while let Some(Reverse((bits, node))) = queue.pop() {
        let km = f64::from_bits(bits);
        if near.contains_key(&node) {
            continue;
        }
        near.insert(node, km);
        for &(other, step) in &neighbours[node as usize] {
            if km + step <= reach && !near.contains_key(&other) {
                queue.push(Reverse(((km + step).to_bits(), other)));
            }
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use super::super::{GraphFile, SpatialGraph};
    use super::*;

    /// Two lines that end 0.9 km short of each other, and a stub beside its own line.
    fn broken() -> SpatialGraph {
        let nodes = "node,lat,lon\na,40,44\nb,40,44.1\nc,40,44.11\nd,40,44.2\nstub,40.005,44.1\n";
        let edges = "from,to,km\na,b,8.6\nc,d,7.8\nb,stub,0.6\n";
        let mut findings = Vec::new();
        let file = |name, text| GraphFile { name, text };
        let graph = SpatialGraph::read(&file("n", nodes), &file("e", edges), &mut findings);
        assert_eq!(findings, []);
        graph
    }

    #[test]
    fn a_break_is_joined_and_a_stub_is_not() {
        let mut graph = broken();
        let added = graph.heal(&Healing { within_km: 0.95, skip: Vec::new() }).added;
        let ends: Vec<_> = added.iter().map(|link| (link.from, link.to, link.joins_components)).collect();
        assert_eq!(ends, [(2, 1, true)]);
        assert!((added[0].km - 0.852).abs() < 0.001, "{}", added[0].km);
        assert_eq!(graph.components().1, [5]);
    }

    #[test]
    fn what_is_to_be_skipped_is_skipped() {
        let mut graph = broken();
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let skip = vec![pair("a", "b"), pair("b", "c")];
        // That `a` and `b` are skipped means nothing: they would not have been joined.
        let healed = graph.heal(&Healing { within_km: 0.95, skip });
        assert_eq!((healed.added, healed.skipped), (vec![], vec![1]));
        assert_eq!(graph.heal(&Healing { within_km: 0.5, skip: Vec::new() }), Healed::default());
    }
}
