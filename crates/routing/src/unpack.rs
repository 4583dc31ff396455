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

/// What arcs were found to stand for, so that it is looked for once: the arcs high up are part of most routes.
///
/// Lists are kept one behind the other, and the list of a part of an arc is a piece of the list of the whole. To
/// give out an arc again is then to copy from one place, where following parts of parts would wait for memory at
/// every one of a thousand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meanings {
    /// By lane, as far as asked for.
    lanes: Vec<Lists>,
}

#[derive(Debug, Clone, Default)]
struct Lists {
    /// By slot: where its list begins in `arcs` and how long it is; 0 if that is not known.
    known: Vec<[u32; 2]>,
    arcs: Vec<u32>,
    /// Slots to be written, and slots whose list ends when all above them is written, with where it began.
    stack: Vec<(u32, u32)>,
}

/// Marks a slot on the stack that is still to be written.
const UNWRITTEN: u32 = NOTHING;

/// Lists longer than so many times the slots of a hierarchy are forgotten, all at once: memory stays bounded.
const LISTS_PER_SLOT: usize = 8;

impl Meanings {
    /// The arcs of the graph that some slots stand for, one after the other.
    pub(crate) fn unpack<const K: usize>(
        &mut self,
        metric: &CustomMetric<'_, K>,
        lane: usize,
        slots: &[u32],
    ) -> Vec<u32> {
        if self.lanes.len() <= lane {
            self.lanes.resize_with(lane + 1, Lists::default);
        }
        let lists = &mut self.lanes[lane];
        let slot_count = 2 * metric.topology.up_count();
        if lists.known.is_empty() || lists.arcs.len() > (LISTS_PER_SLOT * slot_count).min(1 << 31) {
            lists.known = vec![[0; 2]; slot_count];
            lists.arcs.clear();
        }
        let mut length = 0;
        for &slot in slots {
            if lists.known[slot as usize][1] == 0 {
                lists.write(metric, lane, slot);
            }
            length += lists.known[slot as usize][1] as usize;
        }
        let mut arcs = Vec::with_capacity(length);
        for &slot in slots {
            let [start, length] = lists.known[slot as usize];
            arcs.extend_from_slice(&lists.arcs[start as usize..][..length as usize]);
        }
        arcs
    }
}

impl Lists {
    /// Writes the list of a slot, and notes where those of its parts are.
    fn write<const K: usize>(&mut self, metric: &CustomMetric<'_, K>, lane: usize, slot: u32) {
        let topology = metric.topology;
        self.stack.push((slot, UNWRITTEN));
        while let Some((slot, begin)) = self.stack.pop() {
            let start = self.arcs.len() as u32;
            if begin != UNWRITTEN {
                self.known[slot as usize] = [begin, start - begin];
                continue;
            }
            let [from, length] = self.known[slot as usize];
            if length > 0 {
                self.arcs.extend_from_within(from as usize..(from + length) as usize);
                continue;
            }
            let fixed = topology.fixed_range(slot);
            if !fixed.is_empty() {
                self.arcs.extend_from_slice(&topology.fixed[fixed]);
                self.known[slot as usize] = [start, self.arcs.len() as u32 - start];
                continue;
            }
            let way = if slot.is_multiple_of(2) { Way::Up } else { Way::Down };
            match metric.meaning(lane, slot / 2, way) {
                Some(Meaning::Original(own)) => {
                    self.arcs.push(own);
                    self.known[slot as usize] = [start, 1];
                }
                Some(Meaning::By(first, second)) => {
                    self.stack.extend([(slot, start), (2 * second, UNWRITTEN), (2 * first + 1, UNWRITTEN)]);
                }
                // Only closed arcs stand for nothing, and no route has one.
                None => {}
            }
        }
    }
}
