//! A few arcs change: only what depends on them is worked out again, and can be taken back.
//!
//! Arcs of the hierarchy are gone through from the bottom up. One whose cost stays ends there. One that
//! changes can change a target above it only if it is the reason for the target's cost, or becomes it; of the
//! hundreds of triangles it is in, few are either (Dibbelt, Strasser and Wagner 2016, section 7.5).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::RoutingError;
use crate::customise::{Cell, CustomMetric, INFINITY, check_sums};
use crate::weights::check;

/// What it takes to take a change back. It is spent by [`CustomMetric::undo`], last change first.
#[derive(Debug)]
#[must_use = "a change that is kept can never be taken back"]
pub struct Undo<const K: usize> {
    weights: Vec<(u32, [u32; K])>,
    cells: Vec<(u32, Cell<K>)>,
    most: [u32; K],
    /// Changes made when this one was.
    after: u64,
}

impl<const K: usize> Undo<K> {
    /// Arcs of the hierarchy that the change reached.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.cells.len()
    }
}

impl<const K: usize> CustomMetric<'_, K> {
    /// Changes what some arcs of the graph cost, in all lanes. The result is, bit for bit, that of customising
    /// with the changed weights. Of two changes to one arc the later counts.
    ///
    /// ```
    /// use routing::{CLOSED, CustomMetric, Graph, Metric, Order, Query, Topology, Weights};
    ///
    /// let graph = Graph::new(3, &[(0, 1), (1, 2), (0, 2)])?;
    /// let topology = Topology::new(&graph, &Order::by_structure(&graph))?;
    /// let mut metric = CustomMetric::new(&topology, Weights::new(vec![[10], [10], [50]])?)?;
    /// let undo = metric.change(&[(1, [CLOSED])])?;
    /// assert_eq!(Query::new(&metric).distance(0, 0, 2)?, Some(50));
    /// metric.undo(undo)?;
    /// assert_eq!(Query::new(&metric).distance(0, 0, 2)?, Some(20));
    /// # Ok::<(), routing::RoutingError>(())
    /// ```
    ///
    /// # Errors
    /// [`RoutingError::ChangedArc`] for an arc that is not there, [`RoutingError::WeightLimit`],
    /// [`RoutingError::SumLimit`]. Nothing is changed then.
    pub fn change(&mut self, changes: &[(u32, [u32; K])]) -> Result<Undo<K>, RoutingError> {
        let arc_count = self.topology.arc_count();
        for (arc, numbers) in changes {
            if *arc as usize >= arc_count {
                return Err(RoutingError::ChangedArc { arc: *arc, arc_count });
            }
            check(*arc as usize, numbers)?;
        }
        let mut undo =
            Undo { weights: Vec::new(), cells: Vec::new(), most: self.most, after: self.changes + 1 };
        let mut queue = BinaryHeap::new();
        let weights = self.weights.values_mut();
        for &(arc, numbers) in changes {
            undo.weights.push((arc, weights[arc as usize]));
            weights[arc as usize] = numbers;
            let own = self.topology.slot[arc as usize] / 2;
            if (own as usize) < self.topology.up_count() {
                queue.push(Reverse(own));
            }
        }
        self.changes += 1;
        let mut before = None;
        while let Some(Reverse(arc)) = queue.pop() {
            if before == Some(arc) {
                continue;
            }
            before = Some(arc);
            let (old, new) = (self.cells[arc as usize], self.recompute(arc));
            if new == old {
                continue;
            }
            undo.cells.push((arc, old));
            self.cells[arc as usize] = new;
            for side in new {
                for (most, value) in self.most.iter_mut().zip(side) {
                    *most = if value == INFINITY { *most } else { value.max(*most) };
                }
            }
            self.enqueue_targets(arc, &old, &new, &mut queue);
        }
        match check_sums(&self.most) {
            Ok(()) => Ok(undo),
            Err(error) => {
                self.undo(undo)?;
                Err(error)
            }
        }
    }

    /// Takes the last change back, exactly.
    ///
    /// # Errors
    /// [`RoutingError::UndoOrder`] unless it is the last that stands.
    pub fn undo(&mut self, undo: Undo<K>) -> Result<(), RoutingError> {
        if undo.after != self.changes {
            return Err(RoutingError::UndoOrder { change: undo.after, last: self.changes });
        }
        let weights = self.weights.values_mut();
        // The first of several changes to an arc has what was there before all.
        for &(arc, numbers) in undo.weights.iter().rev() {
            weights[arc as usize] = numbers;
        }
        for (arc, cell) in undo.cells {
            self.cells[arc as usize] = cell;
        }
        self.most = undo.most;
        self.changes -= 1;
        Ok(())
    }

    /// What an arc costs by the arcs of the graph and by all lower nodes.
    fn recompute(&self, arc: u32) -> Cell<K> {
        let topology = self.topology;
        let mut cell = [[INFINITY; K]; 2];
        for (side, costs) in (0..).zip(&mut cell) {
            for &own in topology.originals(2 * arc + side) {
                let weights = &self.weights.values()[own as usize];
                costs.iter_mut().zip(weights).for_each(|(cost, weight)| *cost = (*cost).min(*weight));
            }
        }
        let (low, high) = (topology.tail[arc as usize], topology.head[arc as usize]);
        // Lower neighbours of both ends; the end that has fewer of them is asked.
        let from_low = topology.downs(low).len() <= topology.downs(high).len();
        for &one in topology.downs(if from_low { low } else { high }) {
            let tail = topology.tail[one as usize];
            if tail >= low {
                break;
            }
            let row = topology.row(tail);
            let (to, from) = if from_low {
                let rest = one as usize + 1..row.end;
                let Some(place) = topology.head[rest.clone()].iter().position(|&head| head == high) else {
                    continue;
                };
                (one as usize, rest.start + place)
            } else {
                let Some(place) = topology.head[row.start..one as usize].iter().position(|&head| head == low)
                else {
                    continue;
                };
                (row.start + place, one as usize)
            };
            let (to, from) = (&self.cells[to], &self.cells[from]);
            for lane in 0..K {
                cell[0][lane] = cell[0][lane].min(to[1][lane] + from[0][lane]);
                cell[1][lane] = cell[1][lane].min(to[0][lane] + from[1][lane]);
            }
        }
        cell
    }

    /// Puts the targets in line that a changed arc was, or may become, the reason for.
    fn enqueue_targets(&self, arc: u32, old: &Cell<K>, new: &Cell<K>, queue: &mut BinaryHeap<Reverse<u32>>) {
        let topology = self.topology;
        let row = topology.row(topology.tail[arc as usize]);
        let own = topology.head[arc as usize];
        for other in row.filter(|&other| other != arc as usize) {
            let (cell, head) = (&self.cells[other], topology.head[other]);
            let Some(target) = topology.arc(own.min(head), own.max(head)) else { continue };
            let known = &self.cells[target as usize];
            // Seen from the target, the lower of the two is the arc to the lower node.
            let side = usize::from(own > head);
            let matters = (0..K).any(|lane| {
                [0, 1].into_iter().any(|way: usize| {
                    // `way` as seen by the changed arc as the one to the lower node.
                    let known = known[way ^ side][lane];
                    let was = old[1 - way][lane] + cell[way][lane];
                    let is = new[1 - way][lane] + cell[way][lane];
                    is < known || was == known && is != was
                })
            });
            if matters {
                queue.push(Reverse(target));
            }
        }
    }
}
