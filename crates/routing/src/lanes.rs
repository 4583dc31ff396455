//! The loops that all time is spent in, compiled for vectors of the processor at hand.
//!
//! The loops are plain and safe; the compiler turns them into vector code. But it may only use what every
//! processor of the target has, and the least of the x86-64 family lacks a minimum of 32-bit numbers. Each loop
//! is therefore compiled twice, once as it is and once with AVX2, and the processor is asked which it
//! can run. Both do the same whole-numbered arithmetic, so that results are the same bits.

use crate::Topology;
use crate::customise::{Cell, INFINITY};
use crate::topology::NO_SOURCE;

/// Defines a loop that is compiled twice and calls the right one.
macro_rules! for_this_processor {
    ($(#[$doc:meta])* $name:ident<const $k:ident>($($argument:ident: $kind:ty),*) $(-> $answer:ty)? $body:block) => {
        $(#[$doc])*
        pub(crate) fn $name<const $k: usize>($($argument: $kind),*) $(-> $answer)? {
            #[inline(always)]
            fn plain<const $k: usize>($($argument: $kind),*) $(-> $answer)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn wide<const $k: usize>($($argument: $kind),*) $(-> $answer)? {
                    plain::<$k>($($argument),*)
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has AVX2, as was just asked; there is no other condition.
                    #[expect(unsafe_code, reason = "a safe loop, compiled for the processor at hand")]
                    return unsafe { wide::<$k>($($argument),*) };
                }
            }
            plain::<$k>($($argument),*)
        }
    };
}

/// The cell of going by a lower node: to it by one arc, from it by the other.
#[inline(always)]
fn by<const K: usize>(to: &Cell<K>, from: &Cell<K>) -> Cell<K> {
    let mut sum = [[0; K]; 2];
    for lane in 0..K {
        sum[0][lane] = to[1][lane] + from[0][lane];
        sum[1][lane] = to[0][lane] + from[1][lane];
    }
    sum
}

#[inline(always)]
fn lower<const K: usize>(cell: &mut Cell<K>, other: &Cell<K>) {
    for side in 0..2 {
        for lane in 0..K {
            cell[side][lane] = cell[side][lane].min(other[side][lane]);
        }
    }
}

/// What an arc of the graph costs inside the hierarchy.
#[inline(always)]
fn source<const K: usize>(weights: &[[u32; K]], source: u32) -> [u32; K] {
    // Without a branch: an arc without a source reads that of another and sets all its bits but the highest.
    let closed = if source & NO_SOURCE == 0 { 0 } else { INFINITY };
    weights[(source & !NO_SOURCE) as usize].map(|weight| weight.min(INFINITY) | closed)
}

/// Arcs between the one whose weights are taken and the one whose weights are fetched.
const AHEAD: usize = 24;

/// Asks for an element before it is needed. Weights lie in the caller's order, not in ours, and waiting for memory
/// was a third of the time of customising.
#[inline(always)]
pub(crate) fn fetch<T>(values: &[T], place: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let place = values.as_ptr().wrapping_add(place);
        // SAFETY: fetching is a hint that neither reads nor faults, whatever the address; SSE is part of
        // every x86-64 processor.
        #[expect(unsafe_code, reason = "a hint to the processor, for which there is no safe function")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(place.cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, place);
}

for_this_processor! {
    /// Basic customisation of all arcs, bottom up. Gives the largest finite value in each lane.
    customise<const K>(
        topology: &Topology,
        weights: &[[u32; K]],
        cells: &mut [Cell<K>],
        scratch: &mut [Cell<K>]
    ) -> [u32; K] {
        let mut most = [0i32; K];
        let (mut begin, mut triangle, mut parallel, mut below) = (0, 0, 0, 0);
        let (scratch, sums) = scratch.split_at_mut(topology.height);
        for block in &topology.blocks {
            let end = block.end as usize;
            for (place, cell) in (begin..).zip(&mut cells[begin..end]) {
                let [up, down] = topology.sources[place];
                if let Some(&[up, down]) = topology.sources.get(place + AHEAD) {
                    fetch(weights, (up & !NO_SOURCE) as usize);
                    fetch(weights, (down & !NO_SOURCE) as usize);
                }
                *cell = [source(weights, up), source(weights, down)];
            }
            while let Some(&[slot, arc]) = topology.parallel.get(parallel)
                && (slot as usize) < 2 * end
            {
                let cell = &mut cells[slot as usize / 2][slot as usize % 2];
                let other = source(weights, arc);
                for lane in 0..K {
                    cell[lane] = cell[lane].min(other[lane]);
                }
                parallel += 1;
            }
            for &[arc, target] in &topology.triangles[triangle..block.triangles as usize] {
                let one = arc as usize / 2;
                let sum = by(&cells[one], &cells[one + 1 + arc as usize % 2]);
                lower(&mut cells[target as usize], &sum);
            }
            let row = block.row as usize..end;
            if below < block.below as usize {
                let depths = &topology.head_depth[row.clone()];
                for (cell, &depth) in cells[row.clone()].iter().zip(depths) {
                    scratch[depth as usize] = *cell;
                }
                for own in &topology.below[below..block.below as usize] {
                    let (mut arc, mut stride, rest) = (own.arc as usize, own.row as usize, own.rest as usize);
                    let depths = &topology.head_depth[arc + 1..arc + 1 + rest];
                    if own.nodes == 1 {
                        let to = cells[arc];
                        for (cell, &depth) in cells[arc + 1..arc + 1 + rest].iter().zip(depths) {
                            lower(&mut scratch[depth as usize], &by(&to, cell));
                        }
                        continue;
                    }
                    let sums = &mut sums[..rest];
                    let to = cells[arc];
                    for (sum, cell) in sums.iter_mut().zip(&cells[arc + 1..arc + 1 + rest]) {
                        *sum = by(&to, cell);
                    }
                    for _ in 1..own.nodes {
                        stride -= 1;
                        arc += stride;
                        let to = cells[arc];
                        for (sum, cell) in sums.iter_mut().zip(&cells[arc + 1..arc + 1 + rest]) {
                            lower(sum, &by(&to, cell));
                        }
                    }
                    for (sum, &depth) in sums.iter().zip(depths) {
                        lower(&mut scratch[depth as usize], sum);
                    }
                }
                for (cell, &depth) in cells[row.clone()].iter_mut().zip(depths) {
                    *cell = scratch[depth as usize];
                }
            }
            let (before, own) = cells.split_at_mut(row.start);
            let own = &mut own[..row.len()];
            let (mut rest, mut stride) = (row.start, row.len());
            for _ in 0..block.elders {
                // Rows of the same supernode end alike, each one arc longer than the next.
                stride += 1;
                let to = before[rest - row.len() - 1];
                for (cell, other) in own.iter_mut().zip(&before[rest - row.len()..rest]) {
                    lower(cell, &by(&to, other));
                }
                rest -= stride;
            }
            for cell in &cells[begin..end] {
                for side in cell {
                    for lane in 0..K {
                        // Infinity wraps to the least of all.
                        most[lane] = most[lane].max(side[lane].wrapping_add(1).cast_signed());
                    }
                }
            }
            (begin, triangle, below) = (end, block.triangles as usize, block.below as usize);
        }
        most.map(|most| most.cast_unsigned().saturating_sub(1))
    }
}

for_this_processor! {
    /// Least sums of `W` climbs, side by side and root first, with another, each over as many ancestors as it
    /// shares with it.
    meet_many<const W>(ups: &[[u32; W]], down: &[u32], shared: &[u32]) -> [u32; W] {
        let all = shared.iter().copied().min().unwrap_or(0) as usize;
        let mut least = [u32::MAX; W];
        for (up, &down) in ups[..all].iter().zip(&down[..all]) {
            for lane in 0..W {
                least[lane] = least[lane].min(up[lane] + down);
            }
        }
        for (lane, &shared) in shared.iter().enumerate() {
            for at in all..shared as usize {
                least[lane] = least[lane].min(ups[at][lane] + down[at]);
            }
        }
        least
    }
}
