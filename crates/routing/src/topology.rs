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
//! Nodes are renumbered: *ranks*. First comes the *fringe*, the nodes with at most three upper neighbours
//! below which there are only such; then the *core*. Both are in post-order of the tree, so that what is near
//! in the graph is near in memory and a parent's row follows those of its last child. The arcs from a node up
//! lie side by side, in order of their heads. A head is also known by its *depth*, its number of ancestors:
//! as all heads of all arcs on the way up are on one path, a search from a node needs no more memory than the
//! tree is deep, and no node number at all.

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
    /// Ranks below this one are the fringe.
    pub(crate) fringe: u32,
    /// For each rank of the fringe, in order, the arcs between its upper neighbours: 1-2, 1-3, 2-3.
    pub(crate) fringe_targets: Vec<u32>,
    /// Arcs that end at each rank, by tail.
    pub(crate) first_down: Vec<u32>,
    pub(crate) down: Vec<u32>,
    /// Where each arc of the graph goes: twice the arc, and one more if it leads down; `NOTHING` for a loop.
    pub(crate) slot: Vec<u32>,
    /// Arcs of the graph in each slot, ascending.
    pub(crate) first_original: Vec<u32>,
    pub(crate) original: Vec<u32>,
    statistics: TopologyStatistics,
}

/// What explains the speed of a hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        let (ranks, fringe) = eliminated.ranks();
        let mut topology = Self::renumber(&eliminated, order.nodes(), &ranks, fringe);
        topology.place_originals(graph);
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
            fringe: fringe as usize,
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

    /// Arcs of the graph in a slot.
    pub(crate) fn originals(&self, slot: u32) -> &[u32] {
        let slot = slot as usize;
        &self.original[self.first_original[slot] as usize..self.first_original[slot + 1] as usize]
    }

    /// The arc from a rank up to another.
    pub(crate) fn arc(&self, low: u32, high: u32) -> Option<u32> {
        let row = self.row(low);
        let heads = &self.head[row.clone()];
        let place =
            if heads.len() <= 8 { heads.iter().position(|&h| h == high) } else { heads.binary_search(&high).ok() };
        place.map(|place| (row.start + place) as u32)
    }

    /// The parent of a rank in the elimination tree.
    pub(crate) fn parent(&self, rank: u32) -> Option<u32> {
        self.row(rank).next().map(|arc| self.head[arc])
    }

    fn renumber(eliminated: &Eliminated, sequence: &[u32], ranks: &[u32], fringe: u32) -> Self {
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
        let mut topology = Self {
            rank: rank_of,
            node,
            head_depth: head.iter().map(|&head| depth[head as usize]).collect(),
            first,
            head,
            tail,
            depth,
            height,
            fringe,
            fringe_targets: Vec::new(),
            first_down,
            down,
            slot: Vec::new(),
            first_original: Vec::new(),
            original: Vec::new(),
            statistics: TopologyStatistics {
                nodes: 0,
                edges: 0,
                fill: 0,
                triangles: 0,
                depth: 0,
                widest: 0,
                fringe: 0,
                climb: 0,
            },
        };
        let mut targets = Vec::new();
        for rank in 0..fringe {
            let heads = &topology.head[topology.row(rank)];
            for (place, &low) in heads.iter().enumerate() {
                for &high in &heads[place + 1..] {
                    // Any two upper neighbours are joined, so that this is never `NOTHING`.
                    targets.push(topology.arc(low, high).unwrap_or(NOTHING));
                }
            }
        }
        topology.fringe_targets = targets;
        topology
    }

    fn place_originals(&mut self, graph: &Graph) {
        let slot_of = |arc| {
            let (tail, head) = (self.rank[graph.tail(arc) as usize], self.rank[graph.head(arc) as usize]);
            // Arcs of the graph are arcs of the hierarchy, unless they are loops.
            self.arc(tail.min(head), tail.max(head)).map_or(NOTHING, |own| 2 * own + u32::from(tail > head))
        };
        let slot: Vec<u32> = (0..graph.arc_count() as u32).map(slot_of).collect();
        let used: Vec<u32> = slot.iter().copied().filter(|&slot| slot != NOTHING).collect();
        let (first, by_slot) = by_end(self.head.len() * 2, &used);
        let arcs: Vec<u32> = (0..slot.len() as u32).filter(|&arc| slot[arc as usize] != NOTHING).collect();
        self.original = by_slot.iter().map(|&place| arcs[place as usize]).collect();
        self.first_original = first;
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

    /// Rank of each step, and how many ranks are the fringe.
    fn ranks(&self) -> (Vec<u32>, u32) {
        let count = self.first.len() - 1;
        let parent = |step: usize| self.row(step).first().copied();
        let mut fringe = vec![true; count];
        let mut size = vec![1u32; count];
        for step in 0..count {
            fringe[step] &= self.row(step).len() <= FRINGE;
            if let Some(parent) = parent(step) {
                fringe[parent as usize] &= fringe[step];
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
        let mut by_place = vec![0u32; count];
        for step in 0..count {
            by_place[end[step] as usize - 1] = step as u32;
        }
        let mut ranks = vec![0; count];
        let mut rank = 0;
        for wanted in [true, false] {
            for &step in &by_place {
                if fringe[step as usize] == wanted {
                    ranks[step as usize] = rank;
                    rank += 1;
                }
            }
        }
        (ranks, fringe.iter().filter(|&&fringe| fringe).count() as u32)
    }
}
