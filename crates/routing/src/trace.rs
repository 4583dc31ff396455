//! How labels came about: a tree of steps, from which routes are read off and by which ties are settled.

use std::cmp::Ordering;

use crate::{Graph, Route};

/// In place of a parent: the step stands at a source.
pub(crate) const NONE: u32 = u32::MAX;

/// The last step of a route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The step before it, or `NONE`.
    pub(crate) parent: u32,
    /// The arc taken; at a source, the node.
    pub(crate) arc: u32,
    /// Arcs since the source.
    pub(crate) depth: u32,
    /// Clock units waited before the arc.
    pub(crate) wait: u64,
}

/// All steps of a search.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    steps: Vec<Step>,
}

impl Trace {
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn push(&mut self, step: Step) -> u32 {
        self.steps.push(step);
        (self.steps.len() - 1) as u32
    }

    pub(crate) fn step(&self, id: u32) -> Step {
        self.steps[id as usize]
    }

    /// Puts another step of the same depth in the place of one; all that come after it follow.
    pub(crate) fn replace(&mut self, id: u32, step: Step) {
        self.steps[id as usize] = step;
    }

    /// The step at a source.
    pub(crate) fn source(node: u32) -> Step {
        Step { parent: NONE, arc: node, depth: 0, wait: 0 }
    }

    /// The step after `parent`.
    pub(crate) fn after(&self, parent: u32, arc: u32, wait: u64) -> Step {
        Step { parent, arc, depth: self.step(parent).depth + 1, wait }
    }

    /// The canonical order of two routes of equal cost: fewer arcs first, then by the numbers of their
    /// arcs from the source on, then by source.
    pub(crate) fn order(&self, mut one: Step, mut other: Step) -> Ordering {
        if one.depth != other.depth {
            return one.depth.cmp(&other.depth);
        }
        // Walking back, the difference seen last is the one nearest to the source.
        let mut order = Ordering::Equal;
        while one.depth > 0 {
            order = one.arc.cmp(&other.arc).then(order);
            if one.parent == other.parent {
                return order;
            }
            (one, other) = (self.step(one.parent), self.step(other.parent));
        }
        order.then(one.arc.cmp(&other.arc))
    }

    /// The route that ends with a step.
    pub(crate) fn route<const K: usize>(&self, graph: &Graph, id: u32, costs: [u64; K]) -> Route<K> {
        let mut step = self.step(id);
        let (mut arcs, mut waits) = (Vec::new(), Vec::new());
        while step.parent != NONE {
            arcs.push(step.arc);
            waits.push(step.wait);
            step = self.step(step.parent);
        }
        arcs.reverse();
        waits.reverse();
        let source = step.arc;
        let target = arcs.last().map_or(source, |&arc| graph.head(arc));
        Route { source, target, arcs, costs, waited: waits.iter().sum(), waits }
    }
}
