//! Nodes of few neighbours go first: trees are stripped, chains contracted, stars turned into triangles.
//!
//! A node of degree 1 or 2 can be eliminated without adding an edge to what remains, one of degree 3 without
//! adding more than it takes away. On real networks that removes three quarters of the nodes before any
//! separator is looked for, and each costs one triangle or three.
//!
//! The order among them decides how deep the elimination tree gets. Each node has a *level*, one above the
//! highest level of the neighbours eliminated before it, and the lowest level goes first. In a chain this
//! takes every other node, then every other one of those left, so that a chain of `n` nodes is `log₂ n` deep
//! and not `n`: the *rake and compress* of parallel tree contraction (Miller and Reif, *FOCS* 1985).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nodes with at most this many neighbours are eliminated before separators are looked for.
const MOST_NEIGHBOURS: usize = 3;

/// Levels of leaves that count as one: a leaf costs no triangle, so that a stub of eight nodes is stripped
/// from its end, which is cheaper than to halve it, and a longer one is halved after all.
const LEAF_LEVELS: u32 = 8;

/// What is left of a graph, and what went before.
pub(super) struct Reduction {
    /// Nodes eliminated, in order.
    pub(super) eliminated: Vec<u32>,
    /// Neighbours of each node that is left among those left, ascending; empty for the others.
    pub(super) core: Vec<Vec<u32>>,
}

struct State {
    neighbours: Vec<Vec<u32>>,
    /// Changes to a list of neighbours since it was last brought into order.
    touched: Vec<u32>,
    level: Vec<u32>,
    gone: Vec<bool>,
    queue: BinaryHeap<Reverse<(u32, u32, u32)>>,
}

impl State {
    /// Drops what is gone or double from a node's list. Done when half the list has changed, so that a hub
    /// with a hundred thousand leaves is not searched for each of them.
    fn tidy(&mut self, node: u32) {
        let list = &mut self.neighbours[node as usize];
        list.retain(|&other| !self.gone[other as usize]);
        list.sort_unstable();
        list.dedup();
        self.touched[node as usize] = 0;
    }

    /// Place of a node in the queue.
    fn turn(&self, node: u32) -> (u32, u32, u32) {
        let level = self.level[node as usize];
        let degree = self.neighbours[node as usize].len() as u32;
        let rank = match degree {
            0 | 1 => level / LEAF_LEVELS,
            2 => level,
            _ => level + 1,
        };
        (rank, degree, node)
    }

    fn offer(&mut self, node: u32) {
        if self.neighbours[node as usize].len() <= MOST_NEIGHBOURS {
            self.queue.push(Reverse(self.turn(node)));
        }
    }

    fn eliminate(&mut self, node: u32) {
        self.gone[node as usize] = true;
        let around = std::mem::take(&mut self.neighbours[node as usize]);
        let above = self.level[node as usize] + 1;
        for &one in &around {
            let list = &mut self.neighbours[one as usize];
            list.extend(around.iter().filter(|&&other| other != one));
            let (level, touched) = (&mut self.level[one as usize], &mut self.touched[one as usize]);
            *level = above.max(*level);
            *touched += 1;
            if *touched as usize * 2 >= list.len() {
                self.tidy(one);
                self.offer(one);
            }
        }
    }
}

/// Eliminates nodes of few neighbours from a graph given by neighbours of each node, ascending and without
/// the node itself.
pub(super) fn reduce(neighbours: Vec<Vec<u32>>) -> Reduction {
    let count = neighbours.len();
    let mut state = State {
        neighbours,
        touched: vec![0; count],
        level: vec![0; count],
        gone: vec![false; count],
        queue: BinaryHeap::new(),
    };
    let mut eliminated = Vec::new();
    loop {
        // Lists that are out of order may hide more nodes of few neighbours.
        for node in 0..count as u32 {
            if !state.gone[node as usize] {
                state.tidy(node);
                state.offer(node);
            }
        }
        let before = eliminated.len();
        while let Some(Reverse(turn)) = state.queue.pop() {
            let node = turn.2;
            if state.gone[node as usize] {
                continue;
            }
            state.tidy(node);
            if state.turn(node) == turn {
                eliminated.push(node);
                state.eliminate(node);
            } else {
                state.offer(node);
            }
        }
        if eliminated.len() == before {
            return Reduction { eliminated, core: state.neighbours };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(count: usize, edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
        let mut neighbours = vec![Vec::new(); count];
        for &(one, other) in edges {
            neighbours[one as usize].push(other);
            neighbours[other as usize].push(one);
        }
        neighbours
    }

    #[test]
    fn trees_and_chains_vanish() {
        let ring: Vec<(u32, u32)> = (0..9).map(|node| (node, (node + 1) % 9)).collect();
        let reduction = reduce(graph(9, &ring));
        assert_eq!(reduction.eliminated.len(), 9);
        let star: Vec<(u32, u32)> = (1..1000).map(|leaf| (0, leaf)).collect();
        assert_eq!(reduce(graph(1000, &star)).eliminated.len(), 1000);
    }

    #[test]
    fn what_has_many_neighbours_stays() {
        let mut edges: Vec<(u32, u32)> =
            (0..6).flat_map(|one| (0..one).map(move |other| (one, other))).collect();
        edges.push((5, 6));
        let reduction = reduce(graph(7, &edges));
        assert_eq!(reduction.eliminated, [6]);
        assert_eq!(reduction.core[5], [0, 1, 2, 3, 4]);
    }
}
