//! Nested dissection of what reduction leaves: separators last, both sides before, and so on within them.
//!
//! George, *SIAM Journal on Numerical Analysis* 10 (1973). The order of elimination is the order of a sparse
//! Cholesky factorisation: a small separator that comes last keeps the fill small, and the elimination tree
//! shallow. Small pieces are ordered by least degree instead.

use super::bisection::{Piece, bisect, lines_by_place};

/// Pieces of at most this many nodes are ordered by least degree.
const SMALL: usize = 8;

/// Order of the nodes in `members`, from first eliminated to last. `neighbours` are those among members.
pub(super) fn dissect(neighbours: &[Vec<u32>], members: Vec<u32>, places: Option<&[[f64; 2]]>) -> Vec<u32> {
    let mut order = vec![0; members.len()];
    let mut local = vec![u32::MAX; neighbours.len()];
    // Nodes of a piece, and where its part of the order begins.
    let mut stack = vec![(members, 0)];
    while let Some((nodes, begin)) = stack.pop() {
        for (number, &node) in nodes.iter().enumerate() {
            local[node as usize] = number as u32;
        }
        if nodes.len() <= SMALL {
            let small = by_least_degree(neighbours, &nodes, &local);
            order[begin..begin + nodes.len()].copy_from_slice(&small);
        } else {
            let mut end = begin + nodes.len();
            for part in components(neighbours, &nodes, &local) {
                if part.len() < nodes.len() {
                    end -= part.len();
                    stack.push((part, end));
                    continue;
                }
                let piece = extract(neighbours, &nodes, &local);
                let lines = match places {
                    Some(places) => {
                        lines_by_place(&nodes.iter().map(|&node| places[node as usize]).collect::<Vec<_>>())
                    }
                    None => piece.lines_by_steps(),
                };
                let parts = bisect(&piece, &lines).map(|parts| {
                    parts.map(|part| part.into_iter().map(|node| nodes[node as usize]).collect::<Vec<_>>())
                });
                match parts {
                    Some([left, right, separator]) if left.len().max(right.len()) < nodes.len() => {
                        let top = end - separator.len();
                        order[top..end].copy_from_slice(&separator);
                        stack.push((right, begin + left.len()));
                        stack.push((left, begin));
                    }
                    // A piece that cannot be cut, such as a clique.
                    _ => order[begin..end].copy_from_slice(&by_least_degree(neighbours, &nodes, &local)),
                }
            }
        }
        for &node in &nodes {
            local[node as usize] = u32::MAX;
        }
    }
    order
}

/// Parts of `nodes` that are not joined, each in ascending order of `nodes`.
fn components(neighbours: &[Vec<u32>], nodes: &[u32], local: &[u32]) -> Vec<Vec<u32>> {
    let mut part = vec![u32::MAX; nodes.len()];
    let mut parts = 0;
    for start in 0..nodes.len() {
        if part[start] != u32::MAX {
            continue;
        }
        part[start] = parts;
        let mut stack = vec![start];
        while let Some(number) = stack.pop() {
            for &other in &neighbours[nodes[number] as usize] {
                let other = local[other as usize];
                if other != u32::MAX && part[other as usize] == u32::MAX {
                    part[other as usize] = parts;
                    stack.push(other as usize);
                }
            }
        }
        parts += 1;
    }
    let mut found = vec![Vec::new(); parts as usize];
    for (&node, &part) in nodes.iter().zip(&part) {
        found[part as usize].push(node);
    }
    found
}

fn extract(neighbours: &[Vec<u32>], nodes: &[u32], local: &[u32]) -> Piece {
    let (mut first, mut head) = (vec![0], Vec::new());
    for &node in nodes {
        let inside = neighbours[node as usize].iter().map(|&other| local[other as usize]);
        head.extend(inside.filter(|&other| other != u32::MAX));
        first.push(head.len() as u32);
    }
    // Tails come in ascending order for every head, hence in the order of the head's own list if that is
    // sorted by number.
    for node in 0..nodes.len() {
        head[first[node] as usize..first[node + 1] as usize].sort_unstable();
    }
    let mut place: Vec<u32> = first[..nodes.len()].to_vec();
    let back = head
        .iter()
        .map(|&other| {
            let here = &mut place[other as usize];
            *here += 1;
            *here - 1
        })
        .collect();
    Piece { first, head, back }
}

/// The order in which each time a node with the fewest neighbours goes, and its neighbours are joined.
fn by_least_degree(neighbours: &[Vec<u32>], nodes: &[u32], local: &[u32]) -> Vec<u32> {
    let words = nodes.len().div_ceil(64);
    let mut rows = vec![0u64; nodes.len() * words];
    for (number, &node) in nodes.iter().enumerate() {
        for &other in &neighbours[node as usize] {
            let other = local[other as usize] as usize;
            if other != u32::MAX as usize {
                rows[number * words + other / 64] |= 1 << (other % 64);
            }
        }
    }
    let mut left: Vec<usize> = (0..nodes.len()).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while !left.is_empty() {
        let degree = |number: usize| -> u32 {
            rows[number * words..(number + 1) * words].iter().map(|word| word.count_ones()).sum()
        };
        let spot = (0..left.len()).min_by_key(|&spot| (degree(left[spot]), left[spot])).unwrap_or(0);
        let number = left.remove(spot);
        order.push(nodes[number]);
        let own: Vec<u64> = rows[number * words..(number + 1) * words].to_vec();
        for &other in &left {
            if own[other / 64] >> (other % 64) & 1 == 1 {
                let row = &mut rows[other * words..(other + 1) * words];
                row.iter_mut().zip(&own).for_each(|(word, more)| *word |= more);
                row[other / 64] &= !(1 << (other % 64));
                row[number / 64] &= !(1 << (number % 64));
            }
        }
    }
    order
}
