//! The hierarchy without costs: the elimination tree and the arcs that go up it.
//!
//! Eliminating a node joins all its neighbours that are still there. What results is a chordal graph: every
//! pair of upper neighbours of a node is joined, so that every least route can be rewritten as one that first
//! only climbs and then only descends (Dibbelt, Strasser and Wagner, *ACM Journal of Experimental
//! Algorithmics* 21, 2016). A node's parent is the lowest of its upper neighbours, and all its upper
//! neighbours are ancestors (Bauer, Columbus, Rutter and Wagner, *Theoretical Computer Science* 645, 2016).
//!
//! # Layout
//!
//! Nodes are renumbered in post-order of the tree, *ranks*, so that what is near in the graph is near in memory.
//! The arcs from a node up lie side by side, in order of their heads. A head is also known by its *depth*, its
//! number of ancestors: as all heads of all arcs on the way up are on one path, a search from a node needs no
//! more memory than the tree is deep, and no node number at all.
//!
//! Most nodes are of the *fringe*: at most three upper neighbours, and below them only such. Their triangles are
//! listed one by one. In what remains, the *core*, nodes that follow each other and have the same upper
//! neighbours but for themselves make up a *supernode*, the dense blocks of sparse factorisation (Ng and
//! Peyton, *SIAM Journal on Scientific Computing* 14, 1993); what they tell an upper neighbour has one pattern.

use crate::order::neighbours;
use crate::{Graph, Order, RoutingError};

/// No node, arc or slot.
pub(crate) const NOTHING: u32 = u32::MAX;

/// Most upper neighbours of a node of the fringe.
const FRINGE: usize = 3;

/// The hierarchy of a graph without costs; costs come with [`CustomMetric`](crate::CustomMetric).
#[derive(Debug)]
pub struct Topology {
    /// Rank of each node, and node of each rank.
    pub(crate) rank: Vec<u32>,
    pub(crate) node: Vec<u32>,
    /// Arcs up from each rank.
    pub(crate) first: Vec<u32>,
    /// Rank at the upper end of each arc, and how many ancestors it has.
    pub(crate) head: Vec<u32>,
    pub(crate) head_depth: Vec<u32>,
    /// Rank at the lower end of each arc.
    pub(crate) tail: Vec<u32>,
    /// Number of ancestors of each rank.
    pub(crate) depth: Vec<u32>,
    /// Most ancestors that a node has, and itself.
    pub(crate) height: usize,
    /// Where the costs of each arc come from: arcs of the graph that lead up and down, or [`NO_SOURCE`].
    pub(crate) sources: Vec<[u32; 2]>,
    /// Further arcs of the graph that lie beside those: slot and arc, by slot.
    pub(crate) parallel: Vec<[u32; 2]>,
    /// Triangles whose lowest node is in the fringe, by target: the arc to its one upper neighbour, twice,
    /// plus one if the arc to the other is not the next but the one after; and the arc between those two.
    pub(crate) triangles: Vec<[u32; 2]>,
    /// All ranks in pieces, each of which ends with a node of the core, but for the last.
    pub(crate) blocks: Vec<Block>,
    /// Supernodes below each node of the core, by node.
    pub(crate) below: Vec<Below>,
    /// Arcs that end at each rank, by tail.
    pub(crate) first_down: Vec<u32>,
    pub(crate) down: Vec<u32>,
    /// Where each arc of the graph goes: twice the arc, and one more if it leads down. Loops go behind all.
    pub(crate) slot: Vec<u32>,
    /// Arcs of the graph in each slot, ascending.
    pub(crate) first_original: Vec<u32>,
    pub(crate) original: Vec<u32>,
    /// Arcs of the graph that each slot stands for, if that is the same whatever they cost: chains.
    pub(crate) first_fixed: Vec<u32>,
    pub(crate) fixed: Vec<u32>,
    statistics: TopologyStatistics,
}

/// Most arcs of the graph that are listed for a slot, so that lists of chains in chains do not grow too long.
const LONGEST_LIST: usize = 2048;

/// Marks an arc without a source; the rest of the number is an arc that exists.
pub(crate) const NO_SOURCE: u32 = 1 << 31;

/// Some nodes of the fringe and the node of the core that follows them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// Where its arcs end, and where the row of its node of the core begins.
    pub(crate) end: u32,
    pub(crate) row: u32,
    /// Where the triangles end that lead to its arcs.
    pub(crate) triangles: u32,
    /// Where its part of `below` ends.
    pub(crate) below: u32,
    /// Nodes right before the one of the core that are of its supernode.
    pub(crate) elders: u32,
}

/// A supernode as an upper neighbour of its nodes sees it: the arcs that come from it, and what follows them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Below {
    /// The arc from the first of its nodes.
    pub(crate) arc: u32,
    /// Nodes of the supernode.
    pub(crate) nodes: u32,
    /// Arcs that follow in each row.
    pub(crate) rest: u32,
    /// Arcs in the row of the first node; each row has one less than the one before.
    pub(crate) row: u32,
}

/// What explains the speed of a hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TopologyStatistics {
    /// Nodes of the graph.
    pub nodes: usize,
    /// Pairs of nodes that an arc of the graph joins.
    pub edges: usize,
    /// Pairs that are joined only by elimination: the fill.
    pub fill: usize,
    /// Pairs of upper neighbours of a node, all told: what customising has to compare.
    pub triangles: usize,
    /// Nodes on the longest path from a node to its root.
    pub depth: usize,
    /// Most upper neighbours of a node.
    pub widest: usize,
    /// Nodes eliminated with at most three neighbours and only such below them.
    pub fringe: usize,
    /// Blocks that the other nodes make up.
    pub supernodes: usize,
    /// Arcs met on all ways from a node to its root, on average: what a query has to look at, twice.
    pub climb: usize,
}

impl Topology {
    /// The hierarchy of a graph under an order.
    ///
    /// # Errors
    /// [`RoutingError::OrderLength`] if the order is of another number of nodes,
    /// [`RoutingError::TooManyArcs`] if elimination joins more than 2³¹ pairs.
    pub fn new(graph: &Graph, order: &Order) -> Result<Self, RoutingError> {
        let node_count = graph.node_count();
        if order.nodes().len() != node_count {
            return Err(RoutingError::OrderLength { nodes: order.nodes().len(), node_count });
        }
        let neighbours = neighbours(graph);
        let edges = neighbours.iter().map(Vec::len).sum::<usize>() / 2;
        let eliminated = Eliminated::new(&neighbours, order.nodes())?;
        let mut topology = Self::renumber(&eliminated, order.nodes(), &eliminated.ranks());
        topology.place_originals(graph);
        let (fringe, supernodes) = topology.partition();
        topology.list_chains();
        let ups = || (0..node_count).map(|rank| topology.row(rank as u32).len());
        let mut climb = vec![0; node_count];
        for rank in (0..node_count).rev() {
            let row = topology.row(rank as u32);
            climb[rank] = row.len() + row.clone().next().map_or(0, |arc| climb[topology.head[arc] as usize]);
        }
        topology.statistics = TopologyStatistics {
            nodes: node_count,
            edges,
            fill: topology.head.len() - edges,
            triangles: ups().map(|up| up * up.saturating_sub(1) / 2).sum(),
            depth: topology.height,
            widest: ups().max().unwrap_or(0),
            fringe,
            supernodes,
            climb: climb.iter().sum::<usize>() / node_count.max(1),
        };
        Ok(topology)
    }

    /// Figures that explain the speed.
    #[must_use]
    pub fn statistics(&self) -> TopologyStatistics {
        self.statistics
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.rank.len()
    }

    /// Number of arcs of the graph.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.slot.len()
    }

    /// Arcs up from a rank.
    pub(crate) fn row(&self, rank: u32) -> std::ops::Range<usize> {
        self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize
    }

    /// Arcs that end at a rank.
    pub(crate) fn downs(&self, rank: u32) -> &[u32] {
        &self.down[self.first_down[rank as usize] as usize..self.first_down[rank as usize + 1] as usize]
    }

    /// Number of arcs of the hierarchy.
    pub(crate) fn up_count(&self) -> usize {
        self.head.len()
    }

    /// Arcs of the graph in a slot.
    pub(crate) fn originals(&self, slot: u32) -> &[u32] {
        let slot = slot as usize;
        &self.original[self.first_original[slot] as usize..self.first_original[slot + 1] as usize]
    }

    /// The arc from a rank up to another.
    pub(crate) fn arc(&self, low: u32, high: u32) -> Option<u32> {
        let row = self.row(low);
        let heads = &self.head[row.clone()];
        let place = if heads.len() <= 8 {
            heads.iter().position(|&h| h == high)
        } else {
            heads.binary_search(&high).ok()
        };
        place.map(|place| (row.start + place) as u32)
    }

    /// Whether an arc of the graph leads from one node to another.
    pub(crate) fn joins(&self, arc: u32, tail: u32, head: u32) -> bool {
        let slot = self.slot[arc as usize];
        let (tail, head) = (self.rank[tail as usize], self.rank[head as usize]);
        match self.tail.get(slot as usize / 2) {
            None => tail == head,
            Some(&low) => {
                let ends = (low, self.head[slot as usize / 2]);
                ends == if slot.is_multiple_of(2) { (tail, head) } else { (head, tail) }
            }
        }
    }

    /// The parent of a rank in the elimination tree.
    pub(crate) fn parent(&self, rank: u32) -> Option<u32> {
        self.row(rank).next().map(|arc| self.head[arc])
    }

    fn renumber(eliminated: &Eliminated, sequence: &[u32], ranks: &[u32]) -> Self {
        let count = sequence.len();
        let mut at = vec![0; count];
        for (step, &rank) in ranks.iter().enumerate() {
            at[rank as usize] = step;
        }
        let arc_count = eliminated.head.len();
        let (mut first, mut head) = (Vec::with_capacity(count + 1), Vec::with_capacity(arc_count));
        let mut tail = Vec::with_capacity(arc_count);
        first.push(0);
        for (rank, &step) in at.iter().enumerate() {
            let begin = head.len();
            head.extend(eliminated.row(step).iter().map(|&other| ranks[other as usize]));
            head[begin..].sort_unstable();
            tail.resize(head.len(), rank as u32);
            first.push(head.len() as u32);
        }
        let mut depth = vec![0u32; count];
        for rank in (0..count).rev() {
            if first[rank] < first[rank + 1] {
                depth[rank] = depth[head[first[rank] as usize] as usize] + 1;
            }
        }
        let height = depth.iter().max().map_or(0, |&deepest| deepest as usize + 1);
        let (first_down, down) = by_end(count, &head);
        let mut rank_of = vec![0; count];
        let mut node = vec![0; count];
        for (step, &original) in sequence.iter().enumerate() {
            rank_of[original as usize] = ranks[step];
            node[ranks[step] as usize] = original;
        }
        Self {
            rank: rank_of,
            node,
            head_depth: head.iter().map(|&head| depth[head as usize]).collect(),
            first,
            head,
            tail,
            depth,
            height,
            sources: Vec::new(),
            parallel: Vec::new(),
            triangles: Vec::new(),
            blocks: Vec::new(),
            below: Vec::new(),
            first_down,
            down,
            slot: Vec::new(),
            first_original: Vec::new(),
            original: Vec::new(),
            first_fixed: Vec::new(),
            fixed: Vec::new(),
            statistics: TopologyStatistics::default(),
        }
    }

    /// Tells fringe from core, lists the triangles of the one and the supernodes of the other; how many nodes
    /// and supernodes that are.
    fn partition(&mut self) -> (usize, usize) {
        let count = self.node.len();
        let mut fringe = vec![true; count];
        let mut triangles = Vec::new();
        for rank in 0..count as u32 {
            let row = self.row(rank);
            fringe[rank as usize] &= row.len() <= FRINGE;
            if let Some(parent) = self.parent(rank) {
                fringe[parent as usize] &= fringe[rank as usize];
            }
            if !fringe[rank as usize] {
                continue;
            }
            for one in row.clone() {
                for other in one + 1..row.end {
                    // Any two upper neighbours are joined, so that this is never `NOTHING`.
                    let target = self.arc(self.head[one], self.head[other]).unwrap_or(NOTHING);
                    triangles.push([(2 * one + (other - one - 1)) as u32, target]);
                }
            }
        }
        triangles.sort_unstable_by_key(|&[arc, target]| (target, arc));
        // Supernodes: first rank of each, by rank.
        let mut supernode: Vec<u32> = (0..count as u32).collect();
        for rank in 1..count {
            let (before, own) = (self.row(rank as u32 - 1), self.row(rank as u32));
            let follows = before.len() == own.len() + 1 && self.head[before.start] as usize == rank;
            if follows && !fringe[rank - 1] {
                supernode[rank] = supernode[rank - 1];
            }
        }
        for rank in 0..count {
            let row = self.row(rank as u32);
            if fringe[rank] {
                continue;
            }
            for place in self.first_down[rank] as usize..self.first_down[rank + 1] as usize {
                let arc = self.down[place];
                let tail = self.tail[arc as usize];
                let first = supernode[tail as usize];
                let end = self.first[tail as usize + 1];
                // Told once for each supernode, by its first node; the last arc of a row has nothing to tell.
                if !fringe[tail as usize] && first == tail && first != supernode[rank] && arc + 1 < end {
                    let nodes = supernode[tail as usize..].iter().take_while(|&&own| own == first).count();
                    self.below.push(Below {
                        arc,
                        nodes: nodes as u32,
                        rest: end - arc - 1,
                        row: end - self.first[tail as usize],
                    });
                }
            }
            let triangles = triangles.partition_point(|&[_, target]| (target as usize) < row.end);
            self.blocks.push(Block {
                end: row.end as u32,
                row: row.start as u32,
                triangles: triangles as u32,
                below: self.below.len() as u32,
                elders: rank as u32 - supernode[rank],
            });
        }
        let end = self.head.len() as u32;
        let below = self.below.len() as u32;
        self.blocks.push(Block { end, row: end, triangles: triangles.len() as u32, below, elders: 0 });
        self.triangles = triangles;
        let heads = (0..count).filter(|&rank| !fringe[rank] && supernode[rank] == rank as u32).count();
        (fringe.iter().filter(|&&fringe| fringe).count(), heads)
    }

    /// Lists what arcs stand for where there is no choice: one arc of the graph, or going by one lower node,
    /// the arcs to and from which leave no choice either.
    fn list_chains(&mut self) {
        const MANY: u32 = NOTHING - 1;
        let arc_count = self.up_count();
        // The arcs to and from the one lower node, if there is one.
        let mut by = vec![[NOTHING; 2]; arc_count];
        let mut place = vec![NOTHING; self.height];
        for rank in 0..self.node.len() as u32 {
            for arc in self.row(rank) {
                place[self.head_depth[arc] as usize] = arc as u32;
            }
            for &one in self.downs(rank) {
                for other in one as usize + 1..self.row(self.tail[one as usize]).end {
                    let known = &mut by[place[self.head_depth[other] as usize] as usize];
                    *known = if known[0] == NOTHING { [one, other as u32] } else { [MANY; 2] };
                }
            }
        }
        self.first_fixed.push(0);
        for arc in 0..arc_count as u32 {
            let [one, other] = by[arc as usize];
            for side in 0..2 {
                match (self.originals(2 * arc + side), one) {
                    (&[own], NOTHING) => self.fixed.push(own),
                    ([], one) if one < MANY => {
                        let (first, second) = if side == 0 { (one, other) } else { (other, one) };
                        let (first, second) = (self.fixed_range(2 * first + 1), self.fixed_range(2 * second));
                        let length = first.len() + second.len();
                        if !first.is_empty() && !second.is_empty() && length <= LONGEST_LIST {
                            self.fixed.extend_from_within(first);
                            self.fixed.extend_from_within(second);
                        }
                    }
                    _ => {}
                }
                self.first_fixed.push(self.fixed.len() as u32);
            }
        }
    }

    /// Where the list of a slot stands; empty if there is none.
    pub(crate) fn fixed_range(&self, slot: u32) -> std::ops::Range<usize> {
        self.first_fixed[slot as usize] as usize..self.first_fixed[slot as usize + 1] as usize
    }

    fn place_originals(&mut self, graph: &Graph) {
        let slot_of = |arc| {
            let (tail, head) = (self.rank[graph.tail(arc) as usize], self.rank[graph.head(arc) as usize]);
            // Arcs of the graph are arcs of the hierarchy, unless they are loops.
            let own = self.arc(tail.min(head), tail.max(head));
            own.map_or(2 * self.head.len() as u32, |own| 2 * own + u32::from(tail > head))
        };
        let slot: Vec<u32> = (0..graph.arc_count() as u32).map(slot_of).collect();
        (self.first_original, self.original) = by_end(self.head.len() * 2 + 1, &slot);
        for own in 0..self.head.len() as u32 {
            let of = |side: u32| match self.originals(2 * own + side) {
                [] => NO_SOURCE,
                arcs => arcs[0],
            };
            self.sources.push([of(0), of(1)]);
            for side in 0..2 {
                let beside = self.originals(2 * own + side).iter().skip(1);
                let beside: Vec<_> = beside.map(|&arc| [2 * own + side, arc]).collect();
                self.parallel.extend(beside);
            }
        }
        self.slot = slot;
    }
}

/// Places of `ends` sorted by their value (a counting sort, stable), and where each value begins.
fn by_end(count: usize, ends: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0u32; count + 1];
    for &end in ends {
        first[end as usize + 1] += 1;
    }
    for value in 0..count {
        first[value + 1] += first[value];
    }
    let mut next = first.clone();
    let mut places = vec![0; ends.len()];
    for (place, &end) in ends.iter().enumerate() {
        let here = &mut next[end as usize];
        places[*here as usize] = place as u32;
        *here += 1;
    }
    (first, places)
}

/// Upper neighbours of every node, nodes numbered by the step in which they are eliminated.
struct Eliminated {
    first: Vec<u32>,
    head: Vec<u32>,
}

impl Eliminated {
    /// Symbolic elimination: a node's upper neighbours are those it has in the graph and those of its
    /// children in the elimination tree (Gilbert, Ng and Peyton, *SIAM Journal on Matrix Analysis* 15,
    /// 1994).
    fn new(neighbours: &[Vec<u32>], sequence: &[u32]) -> Result<Self, RoutingError> {
        let count = sequence.len();
        let mut step_of = vec![0u32; count];
        for (step, &node) in sequence.iter().enumerate() {
            step_of[node as usize] = step as u32;
        }
        let (mut first, mut head) = (vec![0u32], Vec::new());
        let mut first_child = vec![NOTHING; count];
        let mut sibling = vec![NOTHING; count];
        let mut mark = vec![NOTHING; count];
        for step in 0..count {
            let begin = head.len();
            mark[step] = step as u32;
            let mut add = |other: u32, head: &mut Vec<u32>| {
                if mark[other as usize] != step as u32 {
                    mark[other as usize] = step as u32;
                    head.push(other);
                }
            };
            for &other in &neighbours[sequence[step] as usize] {
                if step_of[other as usize] > step as u32 {
                    add(step_of[other as usize], &mut head);
                }
            }
            let mut child = first_child[step];
            while child != NOTHING {
                for place in first[child as usize]..first[child as usize + 1] {
                    let other = head[place as usize];
                    add(other, &mut head);
                }
                child = sibling[child as usize];
            }
            head[begin..].sort_unstable();
            if head.len() > 1 << 30 {
                return Err(RoutingError::TooManyArcs { arcs: head.len(), limit: 1 << 30 });
            }
            if let Some(&parent) = head.get(begin) {
                sibling[step] = first_child[parent as usize];
                first_child[parent as usize] = step as u32;
            }
            first.push(head.len() as u32);
        }
        Ok(Self { first, head })
    }

    fn row(&self, step: usize) -> &[u32] {
        &self.head[self.first[step] as usize..self.first[step + 1] as usize]
    }

    /// Rank of each step.
    fn ranks(&self) -> Vec<u32> {
        let count = self.first.len() - 1;
        let parent = |step: usize| self.row(step).first().copied();
        let mut size = vec![1u32; count];
        for step in 0..count {
            if let Some(parent) = parent(step) {
                size[parent as usize] += size[step];
            }
        }
        // Post-order from the top: a node's subtree ends where the node stands, and its children share what
        // is before. The largest child is last, next to its parent.
        let mut end = vec![0u32; count];
        let mut top = count as u32;
        let mut largest = vec![NOTHING; count];
        for step in 0..count {
            if let Some(parent) = parent(step) {
                let known = &mut largest[parent as usize];
                if *known == NOTHING || size[step] > size[*known as usize] {
                    *known = step as u32;
                }
            }
        }
        // Where the next child of a node ends; the largest has the place right before the node.
        let mut free = vec![0u32; count];
        for step in (0..count).rev() {
            end[step] = match parent(step) {
                None => {
                    top -= size[step];
                    top + size[step]
                }
                Some(parent) if largest[parent as usize] == step as u32 => end[parent as usize] - 1,
                Some(parent) => {
                    let free = &mut free[parent as usize];
                    *free -= size[step];
                    *free + size[step]
                }
            };
            free[step] =
                end[step] - 1 - if largest[step] == NOTHING { 0 } else { size[largest[step] as usize] };
        }
        end.into_iter().map(|end| end - 1).collect()
    }
}
