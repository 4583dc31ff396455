//! One good cut through a graph: inertial flow, grown step by step.
//!
//! Nodes are lined up along a direction; the first few become sources, the last few sinks, and a greatest
//! flow shows the least cut between them (Schild and Sommer, *SEA* 2015). Sources and sinks then grow along
//! the line, and the flow with them, so that one run gives cuts of rising balance, each of least size for
//! its terminals, as in FlowCutter (Hamann and Strasser, *ACM Journal of Experimental Algorithmics* 23,
//! 2018). Of all cuts along all lines the one with the least size for what it cuts off is taken. Where
//! there are no coordinates, lines are differences of distance from two far ends.
//!
//! A cut of edges becomes a separator of nodes by a least vertex cover of the cut edges (Kőnig 1931).

/// Share of all nodes that are sources, and as many that are sinks, step by step.
const SHARES: [f64; 5] = [0.08, 0.16, 0.24, 0.32, 0.40];

/// Share of nodes on the lesser side beyond which a cut is not thought better for more.
const ENOUGH: f64 = 0.4;

/// A connected graph, nodes numbered from 0.
pub(super) struct Piece {
    pub(super) first: Vec<u32>,
    pub(super) head: Vec<u32>,
    /// Number of the same edge seen from its other end.
    pub(super) back: Vec<u32>,
}

impl Piece {
    fn node_count(&self) -> usize {
        self.first.len() - 1
    }

    fn edges(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// Steps from `start` to every node.
    fn steps_from(&self, start: u32) -> Vec<u32> {
        let mut steps = vec![u32::MAX; self.node_count()];
        steps[start as usize] = 0;
        let mut queue = vec![start];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            for edge in self.edges(node) {
                let other = self.head[edge];
                if steps[other as usize] == u32::MAX {
                    steps[other as usize] = steps[node as usize] + 1;
                    queue.push(other);
                }
            }
        }
        steps
    }

    /// Lines without coordinates: from pairs of far ends.
    pub(super) fn lines_by_steps(&self) -> Vec<Vec<f64>> {
        let farthest = |steps: &[u32]| {
            let far = (0..self.node_count() as u32).max_by_key(|&node| (steps[node as usize], node));
            far.unwrap_or(0)
        };
        let mut lines = Vec::new();
        // Ends of the first line, and from then on whatever is far from all ends before.
        let mut from_ends: Vec<Vec<u32>> = Vec::new();
        let mut end = farthest(&self.steps_from(0));
        for _ in 0..4 {
            from_ends.push(self.steps_from(end));
            let least = |node: usize| from_ends.iter().map(|steps| steps[node]).min().unwrap_or(0);
            let nearest: Vec<u32> = (0..self.node_count()).map(least).collect();
            end = farthest(&nearest);
        }
        for one in 0..from_ends.len() {
            for other in 0..one {
                let line = from_ends[one].iter().zip(&from_ends[other]);
                lines.push(line.map(|(&a, &b)| f64::from(a) - f64::from(b)).collect());
            }
        }
        lines
    }
}

/// Lines by coordinates: four directions.
pub(super) fn lines_by_place(places: &[[f64; 2]]) -> Vec<Vec<f64>> {
    [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]]
        .iter()
        .map(|[a, b]| places.iter().map(|[x, y]| a * x + b * y).collect())
        .collect()
}

/// A cut: which side each node is on, and the size of both.
struct Cut {
    size: usize,
    /// Nodes on the side of the sources.
    inside: Vec<bool>,
}

/// Terminal sets and a flow between them.
struct Flow<'p> {
    piece: &'p Piece,
    /// Units that flow along each edge, -1 to 1; the edge seen from its other end has the opposite.
    units: Vec<i8>,
    value: usize,
    source: Vec<bool>,
    sink: Vec<bool>,
    sources: Vec<u32>,
    sinks: Vec<u32>,
    level: Vec<u32>,
    queue: Vec<u32>,
    next_edge: Vec<u32>,
}

impl<'p> Flow<'p> {
    fn new(piece: &'p Piece) -> Self {
        let count = piece.node_count();
        Self {
            piece,
            units: vec![0; piece.head.len()],
            value: 0,
            source: vec![false; count],
            sink: vec![false; count],
            sources: Vec::new(),
            sinks: Vec::new(),
            level: vec![0; count],
            queue: Vec::with_capacity(count),
            next_edge: vec![0; count],
        }
    }

    /// Levels from all sources along edges that can take more; whether a sink was reached.
    fn rise(&mut self) -> bool {
        self.level.fill(u32::MAX);
        self.queue.clear();
        for &node in &self.sources {
            self.level[node as usize] = 0;
            self.queue.push(node);
        }
        let (mut next, mut reached) = (0, u32::MAX);
        while let Some(&node) = self.queue.get(next) {
            next += 1;
            let level = self.level[node as usize];
            if level >= reached {
                break;
            }
            for edge in self.piece.edges(node) {
                let other = self.piece.head[edge];
                if self.units[edge] < 1 && self.level[other as usize] == u32::MAX {
                    self.level[other as usize] = level + 1;
                    self.queue.push(other);
                    if self.sink[other as usize] {
                        reached = level + 1;
                    }
                }
            }
        }
        reached != u32::MAX
    }

    /// Sends units along paths of rising level until none is left (Dinic 1970); gives up beyond `limit`.
    fn send(&mut self, limit: usize) {
        while self.value < limit && self.rise() {
            for node in 0..self.next_edge.len() {
                self.next_edge[node] = self.piece.first[node];
            }
            for start in 0..self.sources.len() {
                while self.send_one(self.sources[start]) {
                    self.value += 1;
                }
            }
        }
    }

    fn send_one(&mut self, start: u32) -> bool {
        let mut path: Vec<u32> = Vec::new();
        let mut node = start;
        loop {
            if self.sink[node as usize] {
                for &edge in &path {
                    self.units[edge as usize] += 1;
                    self.units[self.piece.back[edge as usize] as usize] -= 1;
                }
                return true;
            }
            let end = self.piece.first[node as usize + 1];
            let mut edge = self.next_edge[node as usize];
            let level = self.level[node as usize];
            while edge < end {
                let other = self.piece.head[edge as usize];
                if self.units[edge as usize] < 1 && self.level[other as usize] == level + 1 {
                    break;
                }
                edge += 1;
            }
            self.next_edge[node as usize] = edge;
            if edge < end {
                path.push(edge);
                node = self.piece.head[edge as usize];
            } else {
                let Some(edge) = path.pop() else { return false };
                // A dead end: its parent goes on to the edge after.
                node = self.piece.head[self.piece.back[edge as usize] as usize];
                self.next_edge[node as usize] += 1;
            }
        }
    }

    /// What can still be reached from the sources, or what can still reach the sinks.
    fn reach(&self, from_sources: bool) -> (Vec<bool>, usize) {
        let mut reached = if from_sources { self.source.clone() } else { self.sink.clone() };
        let mut queue = if from_sources { self.sources.clone() } else { self.sinks.clone() };
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            for edge in self.piece.edges(node) {
                let open = if from_sources { self.units[edge] < 1 } else { self.units[edge] > -1 };
                let other = self.piece.head[edge];
                if open && !reached[other as usize] {
                    reached[other as usize] = true;
                    queue.push(other);
                }
            }
        }
        (reached, queue.len())
    }
}

/// How bad a cut is: its size, for each node on the lesser side.
fn badness(size: usize, lesser: usize, count: usize) -> f64 {
    size as f64 / (lesser as f64 / count as f64).min(ENOUGH)
}

/// Nodes whose removal separates a connected piece, and the two sides. `None` if no line tells nodes
/// apart.
pub(super) fn bisect(piece: &Piece, lines: &[Vec<f64>]) -> Option<[Vec<u32>; 3]> {
    let count = piece.node_count();
    let mut best: Option<(f64, Cut)> = None;
    for line in lines {
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.sort_unstable_by(|&a, &b| line[a as usize].total_cmp(&line[b as usize]).then(a.cmp(&b)));
        let mut flow = Flow::new(piece);
        for share in SHARES {
            let terminals = ((count as f64 * share) as usize).clamp(1, count / 2);
            for place in flow.sources.len()..terminals {
                let (source, sink) = (order[place], order[count - 1 - place]);
                flow.source[source as usize] = true;
                flow.sources.push(source);
                flow.sink[sink as usize] = true;
                flow.sinks.push(sink);
            }
            // No cut of that size, however balanced, is better than what is known.
            let known = best.as_ref().map_or(f64::INFINITY, |(badness, _)| *badness);
            let limit = (known * ENOUGH).min(count as f64) as usize + 1;
            flow.send(limit);
            if flow.value >= limit {
                break;
            }
            for from_sources in [true, false] {
                let (inside, size) = flow.reach(from_sources);
                let badness = badness(flow.value, size.min(count - size), count);
                if best.as_ref().is_none_or(|(known, _)| badness < *known) {
                    best = Some((badness, Cut { size: flow.value, inside }));
                }
            }
        }
    }
    let (_, cut) = best?;
    let separator = cover(piece, &cut);
    let mut parts = [Vec::new(), Vec::new(), Vec::new()];
    let mut apart = vec![false; count];
    for &node in &separator {
        apart[node as usize] = true;
    }
    for node in 0..count as u32 {
        let part = if apart[node as usize] { 2 } else { usize::from(!cut.inside[node as usize]) };
        parts[part].push(node);
    }
    Some(parts)
}

/// A least set of nodes that touches every edge of a cut.
fn cover(piece: &Piece, cut: &Cut) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let across = |node: u32| {
        piece
            .edges(node)
            .map(|edge| piece.head[edge])
            .filter(move |&other| cut.inside[node as usize] != cut.inside[other as usize])
    };
    let left: Vec<u32> = (0..piece.node_count() as u32)
        .filter(|&node| cut.inside[node as usize] && across(node).next().is_some())
        .collect();
    debug_assert!(left.len() <= cut.size);
    let mut partner = vec![NONE; piece.node_count()];
    // A largest matching by alternating paths, breadth first.
    let mut seen = vec![NONE; piece.node_count()];
    for &start in &left {
        let mut came_from: Vec<(u32, u32)> = Vec::new();
        let mut queue = vec![start];
        let mut next = 0;
        'search: while let Some(&node) = queue.get(next) {
            next += 1;
            for other in across(node) {
                if seen[other as usize] == start {
                    continue;
                }
                seen[other as usize] = start;
                came_from.push((other, node));
                if partner[other as usize] != NONE {
                    queue.push(partner[other as usize]);
                    continue;
                }
                let mut right = other;
                while let Some(&(_, node)) = came_from.iter().rev().find(|(end, _)| *end == right) {
                    let before = partner[node as usize];
                    partner[node as usize] = right;
                    partner[right as usize] = node;
                    if node == start {
                        break;
                    }
                    right = before;
                }
                break 'search;
            }
        }
    }
    // Kőnig: reached from unmatched left nodes by alternating paths.
    let mut reached = vec![false; piece.node_count()];
    let mut queue: Vec<u32> = left.iter().copied().filter(|&node| partner[node as usize] == NONE).collect();
    for &node in &queue {
        reached[node as usize] = true;
    }
    while let Some(node) = queue.pop() {
        for other in across(node) {
            if !reached[other as usize] {
                reached[other as usize] = true;
                let mate = partner[other as usize];
                if mate != NONE && !reached[mate as usize] {
                    reached[mate as usize] = true;
                    queue.push(mate);
                }
            }
        }
    }
    let mut cover: Vec<u32> = Vec::new();
    for &node in &left {
        if !reached[node as usize] {
            cover.push(node);
        }
        cover.extend(across(node).filter(|&other| reached[other as usize]));
    }
    cover.sort_unstable();
    cover.dedup();
    cover
}
