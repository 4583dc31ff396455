//! From arcs of the hierarchy back to arcs of the graph.

use crate::climb::Way;
use crate::customise::{CustomMetric, INFINITY};
use crate::topology::NOTHING;

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
        if let Some(&own) = topology.originals(slot).iter().find(|&&own| weights[own as usize][lane] == cost)
        {
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
            let Some(place) = topology.head[rest.clone()].iter().position(|&head| head == high) else {
                continue;
            };
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
}

/// What arcs were found to stand for in a lane, so that it is looked for once: the arcs high up are part of most
/// routes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meanings {
    lane: usize,
    /// By slot: where a list of arcs of the graph begins and, marked by [`LISTED`], how many they are; an arc of
    /// the graph and `NOTHING`; or two arcs of the hierarchy. Twice `NOTHING` if not known. All that is looked
    /// at for a slot is in one place, as a route has thousands of them all over the memory.
    known: Vec<[u32; 2]>,
}

/// Marks the length of a list; arcs of the hierarchy have lower numbers.
const LISTED: u32 = 1 << 31;

impl Meanings {
    /// Appends the arcs of the graph that an arc of the hierarchy stands for.
    pub(crate) fn unpack<const K: usize>(
        &mut self,
        metric: &CustomMetric<'_, K>,
        lane: usize,
        arc: u32,
        way: Way,
        arcs: &mut Vec<u32>,
    ) {
        let topology = metric.topology;
        if self.known.is_empty() || self.lane != lane {
            self.lane = lane;
            self.known.clear();
            self.known.extend((0..2 * topology.up_count() as u32).map(|slot| {
                let listed = topology.fixed_range(slot);
                if listed.is_empty() {
                    [NOTHING; 2]
                } else {
                    [listed.start as u32, listed.len() as u32 | LISTED]
                }
            }));
        }
        let mut stack = vec![2 * arc + way as u32];
        while let Some(slot) = stack.pop() {
            let known = &mut self.known[slot as usize];
            if known[0] == NOTHING {
                let way = if slot % 2 == 0 { Way::Up } else { Way::Down };
                *known = match metric.meaning(lane, slot / 2, way) {
                    Some(Meaning::Original(own)) => [own, NOTHING],
                    Some(Meaning::By(first, second)) => [first, second],
                    // Only closed arcs stand for nothing, and no route has one.
                    None => continue,
                };
            }
            match *known {
                [own, NOTHING] => arcs.push(own),
                [start, length] if length & LISTED != 0 => {
                    let start = start as usize;
                    arcs.extend_from_slice(&topology.fixed[start..start + (length & !LISTED) as usize]);
                }
                [first, second] => {
                    crate::lanes::fetch(&self.known, 2 * second as usize);
                    stack.extend([2 * second, 2 * first + 1]);
                }
            }
        }
    }
}
