//! From arcs of the hierarchy back to arcs of the graph.

use crate::climb::Way;
use crate::customise::{CustomMetric, INFINITY};

/// What an arc of the hierarchy stands for.
pub(crate) enum Meaning {
    /// An arc of the graph.
    Original(u32),
    /// Going by a lower node: the arc down to it and the arc up from it, in the order of travel.
    By(u32, u32),
}

impl<const K: usize> CustomMetric<'_, K> {
    /// What an arc stands for in a lane. Among equals an arc of the graph comes before a lower node, the
    /// least arc number first, then the lowest node.
    pub(crate) fn meaning(&self, lane: usize, arc: u32, way: Way) -> Option<Meaning> {
        let topology = self.topology;
        let cost = self.cells[arc as usize][way as usize][lane];
        if cost == INFINITY {
            return None;
        }
        let weights = self.weights.values();
        let slot = 2 * arc + way as u32;
        if let Some(&own) = topology.originals(slot).iter().find(|&&own| weights[own as usize][lane] == cost) {
            return Some(Meaning::Original(own));
        }
        let (low, high) = (topology.tail[arc as usize], topology.head[arc as usize]);
        // From the tail of the way down to the lower node, and on up to its head.
        let (down, up) = match way {
            Way::Up => (1, 0),
            Way::Down => (0, 1),
        };
        for &one in topology.downs(low) {
            let part = self.cells[one as usize][down][lane];
            if part > cost {
                continue;
            }
            let end = topology.first[topology.tail[one as usize] as usize + 1] as usize;
            let rest = one as usize + 1..end;
            let Some(place) = topology.head[rest.clone()].iter().position(|&head| head == high) else { continue };
            let other = rest.start + place;
            if part + self.cells[other][up][lane] == cost {
                let other = other as u32;
                return Some(match way {
                    Way::Up => Meaning::By(one, other),
                    Way::Down => Meaning::By(other, one),
                });
            }
        }
        None
    }

    /// Appends the arcs of the graph that an arc of the hierarchy stands for.
    pub(crate) fn unpack(&self, lane: usize, arc: u32, way: Way, arcs: &mut Vec<u32>) {
        let mut stack = vec![(arc, way)];
        while let Some((arc, way)) = stack.pop() {
            let listed = self.topology.fixed_range(2 * arc + way as u32);
            if !listed.is_empty() {
                arcs.extend_from_slice(&self.topology.fixed[listed]);
                continue;
            }
            match self.meaning(lane, arc, way) {
                Some(Meaning::Original(own)) => arcs.push(own),
                Some(Meaning::By(first, second)) => {
                    stack.push((second, Way::Up));
                    stack.push((first, Way::Down));
                }
                // Only closed arcs stand for nothing, and no route has one.
                None => debug_assert!(false, "an open arc stands for something"),
            }
        }
    }
}
