//! Trees of cheapest ways from one origin, kept from pass to pass and mended rather than grown anew.
//!
//! Between two passes few costs change much and most of a tree stays. So its distances are added up along the old tree
//! first, then every link is looked at once: where one would shorten a way, its end is put on a heap and the change
//! spreads from there as in Dijkstra's algorithm. Where none does, this look is the proof that the tree still is one of
//! cheapest ways. That takes a tenth of a search from nothing.
//!
//! Distances are `f64`: the hierarchy of the crate `routing` adds whole numbers of 32 bits, which is right for routes and
//! skims but seven digits short of a gap of 1e-12.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::instance::Instance;

pub(crate) const NONE: u32 = u32::MAX;

/// Links sorted by the node at which they begin.
#[derive(Debug, Clone)]
pub(crate) struct Star {
    first: Vec<u32>,
    heads: Vec<u32>,
    tails: Vec<u32>,
    /// The instance's number of the link at a position.
    pub(crate) links: Vec<u32>,
    /// Adds up to a name of a path.
    names: Vec<u64>,
    passable: Vec<bool>,
}

/// A well-mixed number for a link, so that sums over different paths differ (the finaliser of SplitMix64: Steele, Lea
/// and Flood, OOPSLA 2014).
pub(crate) fn name_of(link: u32) -> u64 {
    let mut z = (u64::from(link) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Star {
    pub(crate) fn new(instance: &Instance) -> Self {
        let mut links: Vec<u32> = (0..instance.links.len() as u32).collect();
        links.sort_by_key(|&link| instance.links[link as usize].tail);
        let mut first = vec![0; instance.node_count + 1];
        for link in &instance.links {
            first[link.tail as usize + 1] += 1;
        }
        for node in 0..instance.node_count {
            first[node + 1] += first[node];
        }
        Self {
            first,
            heads: links.iter().map(|&link| instance.links[link as usize].head).collect(),
            tails: links.iter().map(|&link| instance.links[link as usize].tail).collect(),
            names: links.iter().map(|&link| name_of(link)).collect(),
            links,
            passable: (0..instance.node_count).map(|node| instance.passable(node)).collect(),
        }
    }

    pub(crate) fn link_count(&self) -> usize {
        self.links.len()
    }

    fn out(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }
}

/// Room for a search, used again and again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    pub(crate) distance: Vec<f64>,
    pub(crate) name: Vec<u64>,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
    first_child: Vec<u32>,
    next_child: Vec<u32>,
}

/// A tree of cheapest ways.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    origin: u32,
    /// Position in the star of the link that leads to a node.
    parent: Vec<u32>,
    /// Nodes that are reached, each after its parent.
    order: Vec<u32>,
}

impl Tree {
    pub(crate) fn new(origin: u32, node_count: usize) -> Self {
        Self { origin, parent: vec![NONE; node_count], order: vec![origin] }
    }

    /// Mends the tree for these costs, by position in the star; infinite ones are closed. Afterwards `room` holds distances
    /// and names of the paths.
    pub(crate) fn mend(&mut self, star: &Star, costs: &[f64], room: &mut Room) {
        let node_count = self.parent.len();
        room.distance.clear();
        room.distance.resize(node_count, f64::INFINITY);
        let distance = &mut room.distance;
        distance[self.origin as usize] = 0.0;
        for &node in &self.order[1..] {
            let link = self.parent[node as usize] as usize;
            distance[node as usize] = distance[star.tails[link] as usize] + costs[link];
        }
        let mut changed = false;
        room.heap.clear();
        for &node in &self.order {
            let reached = distance[node as usize];
            if reached == f64::INFINITY {
                changed = true;
                continue;
            }
            if !star.passable[node as usize] && node != self.origin {
                continue;
            }
            for link in star.out(node) {
                let next = reached + costs[link];
                let head = star.heads[link];
                if next < distance[head as usize] {
                    distance[head as usize] = next;
                    self.parent[head as usize] = link as u32;
                    room.heap.push(Reverse((next.to_bits(), head)));
                    changed = true;
                }
            }
        }
        // Costs are not negative, and such numbers are ordered as their bits are.
        while let Some(Reverse((bits, node))) = room.heap.pop() {
            let reached = f64::from_bits(bits);
            if reached > distance[node as usize] || (!star.passable[node as usize] && node != self.origin) {
                continue;
            }
            for link in star.out(node) {
                let next = reached + costs[link];
                let head = star.heads[link];
                if next < distance[head as usize] {
                    distance[head as usize] = next;
                    self.parent[head as usize] = link as u32;
                    room.heap.push(Reverse((next.to_bits(), head)));
                }
            }
        }
        if changed {
            self.sort(star, room);
        }
        room.name.resize(node_count, 0);
        room.name[self.origin as usize] = 0;
        for &node in &self.order[1..] {
            let link = self.parent[node as usize] as usize;
            room.name[node as usize] = room.name[star.tails[link] as usize].wrapping_add(star.names[link]);
        }
    }

    /// Puts the nodes that are reached in an order in which parents come first.
    fn sort(&mut self, star: &Star, room: &mut Room) {
        let node_count = self.parent.len();
        room.first_child.clear();
        room.first_child.resize(node_count, NONE);
        room.next_child.resize(node_count, NONE);
        for node in (0..node_count as u32).rev() {
            if node == self.origin || room.distance[node as usize] == f64::INFINITY {
                continue;
            }
            let tail = star.tails[self.parent[node as usize] as usize] as usize;
            room.next_child[node as usize] = room.first_child[tail];
            room.first_child[tail] = node;
        }
        self.order.clear();
        self.order.push(self.origin);
        let mut at = 0;
        while let Some(&node) = self.order.get(at) {
            let mut child = room.first_child[node as usize];
            while child != NONE {
                self.order.push(child);
                child = room.next_child[child as usize];
            }
            at += 1;
        }
    }

    /// Links of the way to a node that is reached, as the instance numbers them, from the origin on, into `links`.
    pub(crate) fn trace(&self, star: &Star, node: u32, links: &mut Vec<u32>) {
        let from = links.len();
        let mut node = node;
        while node != self.origin {
            let link = self.parent[node as usize] as usize;
            links.push(star.links[link]);
            node = star.tails[link];
        }
        links[from..].reverse();
    }
}
