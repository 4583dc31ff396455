//! Fixed effects taken out of vectors: the weighted least-squares projection, made for trade panels.
//!
//! Of the ways of fixed effects, two are solved exactly block by block ([`crate::block`]): those of a trade
//! panel that vary by exporter-year and importer-year fall into one block per year. All others, such as pairs,
//! are solved by conjugate gradients on what the first two leave over,
//!
//! ```text
//! Dᵀ W M D h = Dᵀ W M v,     M = projection off the two exact ways under weights W,
//! ```
//!
//! preconditioned with its diagonal, in which each row counts for what the two exact effects that it belongs to
//! would leave of it alone: trade at home is most of the trade of a country, and of such a row little is left. As the weights of trade are nearly separable over time, the
//! two projections nearly commute, and one to three steps suffice. Which two ways are exact is chosen by cost:
//! the pair that takes most levels out of the iteration while its dense factors stay cheap. Where no pair
//! does (two ways with tens of thousands of levels in one component), only the largest way is exact and the
//! rest is left to the iteration, which is the usual general method.
//!
//! Rows are kept in an order of their own, by block and by level of the first way; [`Absorber::order`] tells
//! it, and all vectors are in it. Work is cut into a fixed number of chunks, whatever the number of threads,
//! so that the bits of a result do not depend on it.

use rayon::prelude::*;

use crate::Groups;
use crate::block::{Factor, Scratch, Shape};
use crate::groups::components;

/// Pieces of work; sums are formed per piece and then in order.
const CHUNKS: usize = 8;
/// Most floating-point work, per row, that dense factors may take.
const MOST_WORK_PER_ROW: f64 = 2000.0;
/// Most values that dense factors may hold, per row, and in any case.
const MOST_VALUES_PER_ROW: usize = 16;
const VALUES_ANYWAY: usize = 1 << 20;
/// What rounding leaves of a vector, relative to its length.
const ROUNDING: f64 = 4e-16;
/// A direction whose curvature is less than this, relative to its length, is taken to be of the null space.
const NULL_CURVATURE: f64 = 1e-13;
/// New beginnings after a descent that ended so.
const RESTARTS: usize = 2;
/// Rows of a block that has one way only.
const ROWS_OF_A_PLAIN_BLOCK: usize = 16_384;

/// How much of a projection is done, and at what cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Effort {
    /// Steps of conjugate gradients.
    pub(crate) steps: usize,
    /// Residual of the normal equations, relative to where it began.
    pub(crate) residual: f64,
}

/// The fixed effects of a set of rows, in their own order, factored for one set of weights.
#[derive(Debug, Clone)]
pub(crate) struct Absorber {
    /// For each position, the row that stands there.
    order: Vec<u32>,
    blocks: Vec<Shape>,
    /// First row of each block, and the end of the last.
    block_rows: Vec<usize>,
    /// First block of each chunk, and the end of the last.
    chunk_blocks: Vec<usize>,
    /// The ways that are iterated on: codes in this order, and the first unknown of each.
    others: Vec<Groups>,
    first_unknown: Vec<usize>,
    unknowns: usize,
    /// Names of `a` and `b` levels: which group of which way.
    exact: Vec<usize>,
    iterated: Vec<usize>,
    /// For each iterated way, which of its groups each number stands for.
    iterated_level: Vec<Vec<u32>>,
    /// For each block, whether the levels of a single iterated way follow each other along every run of rows.
    in_runs: Vec<bool>,
    a_level: Vec<u32>,
    b_level: Vec<Vec<u32>>,
    weights: Vec<f64>,
    factors: Vec<Factor>,
    diagonal: Vec<f64>,
}

/// The value of each level of each way, in the order the ways were given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Levels {
    /// One list per way, one value per group.
    pub(crate) values: Vec<Vec<f64>>,
}

struct Plan {
    a: usize,
    b: Option<usize>,
    component_of_a: Vec<u32>,
}

fn plan(ways: &[Groups], rows: usize) -> Option<Plan> {
    let (largest, _) = ways.iter().enumerate().max_by_key(|(index, way)| (way.count, usize::MAX - index))?;
    let mut best: Option<(usize, Plan)> = None;
    for second in 0..ways.len() {
        for first in 0..second {
            let (of_first, of_second, count) = components(&ways[first], &ways[second]);
            let mut sizes = vec![(0usize, 0usize); count];
            of_first.iter().for_each(|component| sizes[*component as usize].0 += 1);
            of_second.iter().for_each(|component| sizes[*component as usize].1 += 1);
            // The way that is eliminated first is the one whose complement is the smaller work.
            let cost = |swap: bool| {
                let mut cost = (0.0, 0usize);
                for (a, b) in &sizes {
                    let (a, b) = if swap { (*b, *a) } else { (*a, *b) };
                    cost.0 += (a as f64 + b as f64 / 3.0) * (b * b) as f64;
                    cost.1 += b * b.max(a);
                }
                cost
            };
            let swap = cost(true).0 < cost(false).0;
            let (work, values) = cost(swap);
            if work > MOST_WORK_PER_ROW * rows as f64 + 1e7
                || values > (MOST_VALUES_PER_ROW * rows).max(VALUES_ANYWAY)
            {
                continue;
            }
            let taken_out = ways[first].count + ways[second].count;
            if best.as_ref().is_none_or(|(most, _)| taken_out > *most) {
                let plan = if swap {
                    Plan { a: second, b: Some(first), component_of_a: of_second }
                } else {
                    Plan { a: first, b: Some(second), component_of_a: of_first }
                };
                best = Some((taken_out, plan));
            }
        }
    }
    let plain = || Plan { a: largest, b: None, component_of_a: vec![0; ways[largest].count] };
    Some(best.map_or_else(plain, |(_, plan)| plan))
}

impl Absorber {
    /// Prepares the ways of `rows` rows. Without ways, nothing is taken out and the order is as given.
    pub(crate) fn new(ways: &[Groups], rows: usize) -> Self {
        let Some(plan) = plan(ways, rows) else {
            return Self {
                order: (0..rows as u32).collect(),
                blocks: Vec::new(),
                block_rows: vec![0],
                chunk_blocks: vec![0],
                others: Vec::new(),
                first_unknown: Vec::new(),
                unknowns: 0,
                exact: Vec::new(),
                iterated: Vec::new(),
                iterated_level: Vec::new(),
                in_runs: Vec::new(),
                a_level: Vec::new(),
                b_level: Vec::new(),
                weights: Vec::new(),
                factors: Vec::new(),
                diagonal: Vec::new(),
            };
        };
        let a = &ways[plan.a];
        let b = plan.b.map(|b| &ways[b]);
        let mut order: Vec<u32> = (0..rows as u32).collect();
        let key = |row: u32| {
            let a_code = a.codes[row as usize];
            let b_code = b.map_or(0, |b| b.codes[row as usize]);
            (plan.component_of_a[a_code as usize], a_code, b_code)
        };
        // Panels mostly come in order, or close to it.
        if !order.is_sorted_by_key(|row| key(*row)) {
            order.sort_by_cached_key(|row| key(*row));
        }
        let mut absorber = Self {
            blocks: Vec::new(),
            block_rows: vec![0],
            chunk_blocks: vec![0],
            others: Vec::new(),
            first_unknown: Vec::new(),
            unknowns: 0,
            exact: [Some(plan.a), plan.b].into_iter().flatten().collect(),
            iterated: (0..ways.len()).filter(|way| *way != plan.a && Some(*way) != plan.b).collect(),
            iterated_level: Vec::new(),
            in_runs: Vec::new(),
            a_level: Vec::new(),
            b_level: Vec::new(),
            weights: Vec::new(),
            factors: Vec::new(),
            diagonal: Vec::new(),
            order,
        };
        absorber.cut(a, b, &plan.component_of_a);
        for way in absorber.iterated.clone() {
            absorber.first_unknown.push(absorber.unknowns);
            absorber.unknowns += ways[way].count;
            // Numbered by appearance in this order, so that the levels of a run of rows mostly follow each other.
            let mut level_of = Vec::with_capacity(ways[way].count);
            let mut number_of = vec![u32::MAX; ways[way].count];
            let number = |row: &u32| {
                let level = ways[way].codes[*row as usize];
                let number = &mut number_of[level as usize];
                if *number == u32::MAX {
                    *number = level_of.len() as u32;
                    level_of.push(level);
                }
                *number
            };
            let codes = absorber.order.iter().map(number).collect();
            absorber.others.push(Groups { codes, count: ways[way].count });
            absorber.iterated_level.push(level_of);
        }
        if let [only] = absorber.others.as_slice() {
            let blocks = absorber.blocks.iter().zip(absorber.block_rows.windows(2));
            absorber.in_runs =
                blocks.map(|(shape, rows)| shape.runs_in(&only.codes[rows[0]..rows[1]])).collect();
        } else {
            absorber.in_runs = vec![false; absorber.blocks.len()];
        }
        absorber.factors = vec![Factor::default(); absorber.blocks.len()];
        absorber
    }

    /// Cuts the ordered rows into blocks, and the blocks into chunks.
    fn cut(&mut self, a: &Groups, b: Option<&Groups>, component_of_a: &[u32]) {
        let rows = self.order.len();
        let mut local = vec![u32::MAX; b.map_or(0, |b| b.count)];
        let mut start = 0;
        while start < rows {
            let code = |row: usize| a.codes[self.order[row] as usize];
            let component = component_of_a[code(start) as usize];
            let mut shape = Shape { starts: vec![0], consecutive: Vec::new(), b: Vec::new(), b_count: 0 };
            let mut levels: Vec<u32> = Vec::new();
            let mut end = start;
            while end < rows {
                let here = code(end);
                let full = b.is_none() && end - start >= ROWS_OF_A_PLAIN_BLOCK;
                if full || component_of_a[here as usize] != component {
                    break;
                }
                while end < rows && code(end) == here {
                    end += 1;
                }
                self.a_level.push(here);
                shape.starts.push((end - start) as u32);
            }
            if let Some(b) = b {
                levels.extend(self.order[start..end].iter().map(|row| b.codes[*row as usize]));
                // Blocks share no level, so that a mark made here is never met again.
                let mut listed: Vec<u32> = Vec::new();
                for level in &levels {
                    if local[*level as usize] == u32::MAX {
                        local[*level as usize] = 0;
                        listed.push(*level);
                    }
                }
                listed.sort_unstable();
                for (number, level) in (0..).zip(&listed) {
                    local[*level as usize] = number;
                }
                shape.b = levels.iter().map(|level| local[*level as usize]).collect();
                shape.b_count = listed.len();
                self.b_level.push(listed);
                for a in 0..shape.starts.len() - 1 {
                    let run = &shape.b[shape.starts[a] as usize..shape.starts[a + 1] as usize];
                    shape.consecutive.push(run.windows(2).all(|pair| pair[1] == pair[0] + 1));
                }
            } else {
                self.b_level.push(Vec::new());
                shape.consecutive = vec![true; shape.starts.len() - 1];
            }
            self.blocks.push(shape);
            self.block_rows.push(end);
            start = end;
        }
        for chunk in 1..=CHUNKS {
            let target = rows * chunk / CHUNKS;
            let block = self.block_rows.partition_point(|row| *row < target).min(self.blocks.len());
            if block > self.chunk_blocks[self.chunk_blocks.len() - 1] {
                self.chunk_blocks.push(block);
            }
        }
    }

    /// For each position, the row that stands there.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Which ways are solved exactly, by position among those given.
    pub(crate) fn exact_ways(&self) -> &[usize] {
        &self.exact
    }

    /// Number of blocks that are solved exactly.
    pub(crate) fn block_count(&self) -> usize {
        self.blocks.len()
    }

    fn rows_of_chunk(&self, chunk: usize) -> std::ops::Range<usize> {
        self.block_rows[self.chunk_blocks[chunk]]..self.block_rows[self.chunk_blocks[chunk + 1]]
    }

    /// Runs over the chunks, each with its rows of `values`; results come in order.
    fn over_chunks<T: Send>(
        &self,
        values: &mut [f64],
        work: impl Fn(std::ops::Range<usize>, usize, &mut [f64], &mut Scratch) -> T + Sync,
    ) -> Vec<T> {
        let mut pieces = Vec::new();
        let mut rest = values;
        for chunk in 0..self.chunk_blocks.len() - 1 {
            let rows = self.rows_of_chunk(chunk);
            let (piece, after) = rest.split_at_mut(rows.len());
            pieces.push((chunk, rows.start, piece));
            rest = after;
        }
        let run = |(chunk, start, piece): (usize, usize, &mut [f64])| {
            let blocks = self.chunk_blocks[chunk]..self.chunk_blocks[chunk + 1];
            work(blocks, start, piece, &mut Scratch::default())
        };
        pieces.into_par_iter().map(run).collect()
    }

    /// Factors all blocks for new weights, one per row, none negative.
    pub(crate) fn set_weights(&mut self, weights: Vec<f64>) {
        self.weights = weights;
        let weights = self.weights.as_slice();
        let mut factors = std::mem::take(&mut self.factors);
        let mut pieces = Vec::new();
        let mut rest = factors.as_mut_slice();
        for chunk in 0..self.chunk_blocks.len() - 1 {
            let blocks = self.chunk_blocks[chunk]..self.chunk_blocks[chunk + 1];
            let (piece, after) = rest.split_at_mut(blocks.len());
            pieces.push((blocks, piece));
            rest = after;
        }
        pieces.into_par_iter().for_each(|(blocks, factors)| {
            let mut scratch = Scratch::default();
            for (block, factor) in blocks.zip(factors) {
                let rows = self.block_rows[block]..self.block_rows[block + 1];
                *factor =
                    Factor::new(&self.blocks[block], &weights[rows], &mut scratch, std::mem::take(factor));
            }
        });
        self.factors = factors;
        if self.unknowns == 0 {
            return;
        }
        self.diagonal = vec![0.0; self.unknowns];
        let mut left = Vec::new();
        for (block, (shape, factor)) in self.blocks.iter().zip(&self.factors).enumerate() {
            let rows = self.block_rows[block]..self.block_rows[block + 1];
            factor.unexplained(shape, &weights[rows.clone()], &mut left);
            for (other, first) in self.others.iter().zip(&self.first_unknown) {
                for (code, left) in other.codes[rows.clone()].iter().zip(&left) {
                    self.diagonal[first + *code as usize] += left;
                }
            }
        }
    }

    /// The weights the blocks are factored for.
    pub(crate) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The room of the weights, to be written anew: `rows` numbers of no meaning.
    pub(crate) fn take_weights(&mut self, rows: usize) -> Vec<f64> {
        let mut weights = std::mem::take(&mut self.weights);
        weights.resize(rows, 0.0);
        weights
    }

    /// Takes the exact ways out of a block's values.
    fn block_residual(&self, block: usize, values: &mut [f64], scratch: &mut Scratch) {
        let rows = self.block_rows[block]..self.block_rows[block + 1];
        self.factors[block].residualize(&self.blocks[block], &self.weights[rows], values, scratch);
    }

    /// Takes the exact ways out of all values.
    fn exact_residual(&self, values: &mut [f64]) {
        self.over_chunks(values, |blocks, start, piece, scratch| {
            for block in blocks {
                let (from, to) = (self.block_rows[block] - start, self.block_rows[block + 1] - start);
                self.block_residual(block, &mut piece[from..to], scratch);
            }
        });
    }

    /// Sums of weight × value by level of the iterated ways, over some rows.
    fn gather(&self, first_row: usize, values: &[f64], sums: &mut [f64]) {
        let weights = &self.weights[first_row..first_row + values.len()];
        for (other, first) in self.others.iter().zip(&self.first_unknown) {
            let codes = &other.codes[first_row..first_row + values.len()];
            let sums = &mut sums[*first..first + other.count];
            for ((code, weight), value) in codes.iter().zip(weights).zip(values) {
                sums[*code as usize] += weight * value;
            }
        }
    }

    /// Writes, or takes off, the iterated ways' values row by row.
    fn scatter(&self, first_row: usize, levels: &[f64], values: &mut [f64], take_off: bool) {
        for (way, (other, first)) in self.others.iter().zip(&self.first_unknown).enumerate() {
            let codes = &other.codes[first_row..first_row + values.len()];
            let levels = &levels[*first..first + other.count];
            for (value, code) in values.iter_mut().zip(codes) {
                let level = levels[*code as usize];
                *value = match (take_off, way) {
                    (true, _) => *value - level,
                    (false, 0) => level,
                    (false, _) => *value + level,
                };
            }
        }
    }

    /// `Dᵀ W M D x`.
    fn apply(&self, levels: &[f64]) -> Vec<f64> {
        let chunks: Vec<usize> = (0..self.chunk_blocks.len() - 1).collect();
        let part = |chunk: usize| {
            let (mut sums, mut scratch, mut values) =
                (vec![0.0; self.unknowns], Scratch::default(), Vec::new());
            for block in self.chunk_blocks[chunk]..self.chunk_blocks[chunk + 1] {
                let rows = self.block_rows[block]..self.block_rows[block + 1];
                let (shape, factor) = (&self.blocks[block], &self.factors[block]);
                if self.in_runs[block] {
                    let (weights, codes) = (&self.weights[rows.clone()], &self.others[0].codes[rows.clone()]);
                    factor.between_levels(shape, weights, codes, levels, &mut sums, &mut scratch);
                    continue;
                }
                values.resize(rows.len(), 0.0);
                self.scatter(rows.start, levels, &mut values, false);
                self.block_residual(block, &mut values, &mut scratch);
                self.gather(rows.start, &values, &mut sums);
            }
            sums
        };
        in_order(chunks.into_par_iter().map(part).collect(), self.unknowns)
    }

    /// Takes all fixed effects out of `values`, until the normal equations of the iterated ways hold to
    /// `tolerance`, relative to where they began.
    pub(crate) fn residualize(&self, values: &mut [f64], tolerance: f64, most_steps: usize) -> Effort {
        self.solve(values, tolerance, most_steps).0
    }

    fn solve(&self, values: &mut [f64], tolerance: f64, most_steps: usize) -> (Effort, Vec<f64>) {
        if self.blocks.is_empty() {
            return (Effort::default(), Vec::new());
        }
        if self.unknowns == 0 {
            self.exact_residual(values);
            return (Effort::default(), Vec::new());
        }
        // What rounding leaves depends on where it began; a target, once set, is kept.
        let rounding =
            ROUNDING * ROUNDING * values.iter().zip(&self.weights).map(|(v, w)| w * v * v).sum::<f64>();
        let enough = |start: f64| (tolerance * tolerance * start).max(rounding);
        let (mut effort, mut levels, mut target) = self.descend(values, &enough, most_steps);
        // Where it ended in a direction of the null space, beginning anew from what is left gains what is to be had.
        for _ in 0..RESTARTS {
            let Some(enough) = target else { break };
            let (more, further, next) = self.descend(values, &|_| enough, most_steps);
            levels.iter_mut().zip(further).for_each(|(level, more)| *level += more);
            effort = Effort { steps: effort.steps + more.steps, residual: effort.residual * more.residual };
            target = next.filter(|_| more.steps > 0);
        }
        (effort, levels)
    }

    /// One descent: the effort, the levels taken off, and, if it ended for want of a direction, its target.
    fn descend(
        &self,
        values: &mut [f64],
        enough: &dyn Fn(f64) -> f64,
        most_steps: usize,
    ) -> (Effort, Vec<f64>, Option<f64>) {
        let inverse: Vec<f64> =
            self.diagonal.iter().map(|sum| if *sum > 0.0 { 1.0 / sum } else { 0.0 }).collect();
        // The exact ways are taken out on the spot: what follows is linear, and sees no difference.
        let parts = self.over_chunks(values, |blocks, start, piece, scratch| {
            let mut sums = vec![0.0; self.unknowns];
            for block in blocks {
                let first_row = self.block_rows[block];
                let values = &mut piece[first_row - start..self.block_rows[block + 1] - start];
                self.block_residual(block, values, scratch);
                self.gather(first_row, values, &mut sums);
            }
            sums
        });
        let mut residual = in_order(parts, self.unknowns);
        let mut levels = vec![0.0; self.unknowns];
        let mut direction: Vec<f64> = residual.iter().zip(&inverse).map(|(r, d)| r * d).collect();
        let mut energy: f64 = residual.iter().zip(&direction).map(|(r, z)| r * z).sum();
        let start = energy;
        let enough = enough(start);
        let (mut effort, mut lost) = (Effort::default(), None);
        while effort.steps < most_steps && energy > enough {
            let image = self.apply(&direction);
            let curvature: f64 = direction.iter().zip(&image).map(|(p, q)| p * q).sum();
            let length: f64 = direction.iter().zip(&self.diagonal).map(|(p, d)| p * p * d).sum();
            // Rounding can leave a direction in the null space; there is nothing to gain along it.
            if curvature.is_nan() || curvature <= NULL_CURVATURE * length {
                lost = Some(enough);
                break;
            }
            let step = energy / curvature;
            for ((level, residual), (p, q)) in
                levels.iter_mut().zip(&mut residual).zip(direction.iter().zip(&image))
            {
                *level += step * p;
                *residual -= step * q;
            }
            let next: f64 = residual.iter().zip(&inverse).map(|(r, d)| r * r * d).sum();
            for ((p, r), d) in direction.iter_mut().zip(&residual).zip(&inverse) {
                *p = r * d + next / energy * *p;
            }
            energy = next;
            effort.steps += 1;
        }
        if effort.steps == 0 {
            return (effort, levels, lost);
        }
        effort.residual = if start > 0.0 { (energy / start).sqrt() } else { 0.0 };
        self.over_chunks(values, |blocks, start, piece, scratch| {
            for block in blocks {
                let first_row = self.block_rows[block];
                let values = &mut piece[first_row - start..self.block_rows[block + 1] - start];
                self.scatter(first_row, &levels, values, true);
                self.block_residual(block, values, scratch);
            }
        });
        (effort, levels, lost)
    }

    /// The value of every level that together come closest to `values`; for values that are sums of levels,
    /// exactly those sums.
    pub(crate) fn levels(&self, values: &[f64], counts: &[usize]) -> Levels {
        let mut found: Vec<Vec<f64>> = counts.iter().map(|count| vec![0.0; *count]).collect();
        let mut rest = values.to_vec();
        let mut left = rest.clone();
        let (_, mut iterated) = self.solve(&mut left, 1e-13, 2_000);
        // What rounding left over is solved for once more.
        for _ in 0..2 {
            let (_, more) = self.solve(&mut left, 1e-13, 2_000);
            iterated.iter_mut().zip(more).for_each(|(level, more)| *level += more);
        }
        if !self.others.is_empty() {
            self.scatter(0, &iterated, &mut rest, true);
        }
        for ((way, first), level_of) in
            self.iterated.iter().zip(&self.first_unknown).zip(&self.iterated_level)
        {
            for (level, value) in level_of.iter().zip(&iterated[*first..]) {
                found[*way][*level as usize] = *value;
            }
        }
        let (mut a, mut scratch) = (0, Scratch::default());
        for (block, shape) in self.blocks.iter().enumerate() {
            let rows = self.block_rows[block]..self.block_rows[block + 1];
            let weights = &self.weights[rows.clone()];
            let (alpha, gamma) = self.factors[block].levels(shape, weights, &rest[rows], &mut scratch);
            for value in alpha {
                found[self.exact[0]][self.a_level[a] as usize] = value;
                a += 1;
            }
            for (level, value) in self.b_level[block].iter().zip(gamma) {
                found[self.exact[1]][*level as usize] = value;
            }
        }
        Levels { values: found }
    }
}

fn in_order(parts: Vec<Vec<f64>>, length: usize) -> Vec<f64> {
    let mut parts = parts.into_iter();
    let mut sums = parts.next().unwrap_or_else(|| vec![0.0; length]);
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += value;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Weighted sums by level, of what is left: zero where the projection is right.
    fn worst_sum(ways: &[Groups], weights: &[f64], values: &[f64]) -> f64 {
        let weighted: Vec<f64> = values.iter().zip(weights).map(|(v, w)| v * w).collect();
        ways.iter().flat_map(|way| way.sums(&weighted)).fold(0.0, |worst, sum| worst.max(sum.abs()))
    }

    proptest! {
        #[test]
        fn what_is_left_is_orthogonal_to_every_level(
            seed in prop::collection::vec((0u32..6, 0u32..5, 0u32..4, 0.01f64..9.0, -5.0f64..5.0), 1..80),
            ways_used in 1usize..=4,
        ) {
            let column = |of: fn(&(u32, u32, u32, f64, f64)) -> u32| seed.iter().map(of).collect::<Vec<_>>();
            let (i, j, t) = (column(|r| r.0), column(|r| r.1), column(|r| r.2));
            let rows = seed.len();
            let all = [
                Groups::together(&[&i, &t], rows),
                Groups::together(&[&j, &t], rows),
                Groups::together(&[&i, &j], rows),
                Groups::together(&[&t], rows),
            ];
            let ways = &all[..ways_used];
            let mut absorber = Absorber::new(ways, rows);
            let place = |values: Vec<f64>| absorber.order().iter().map(|row| values[*row as usize]).collect::<Vec<_>>();
            let weights = place(seed.iter().map(|row| row.3).collect());
            let mut values = place(seed.iter().map(|row| row.4).collect());
            let ordered: Vec<Groups> = ways.iter().map(|way| way.of_rows(absorber.order())).collect();
            absorber.set_weights(weights.clone());
            absorber.residualize(&mut values, 1e-12, 500);
            let worst = worst_sum(&ordered, &weights, &values);
            prop_assert!(worst < 1e-8, "{worst:e}");
        }

        #[test]
        fn levels_add_up_to_the_values_they_were_made_of(
            seed in prop::collection::vec((0u32..5, 0u32..5, 0u32..3, 0.1f64..3.0), 1..60),
        ) {
            let rows = seed.len();
            let column = |of: fn(&(u32, u32, u32, f64)) -> u32| seed.iter().map(of).collect::<Vec<_>>();
            let (i, j, t) = (column(|r| r.0), column(|r| r.1), column(|r| r.2));
            let ways = [Groups::together(&[&i, &t], rows), Groups::together(&[&j, &t], rows), Groups::together(&[&i, &j], rows)];
            let mut absorber = Absorber::new(&ways, rows);
            let order = absorber.order().to_vec();
            let value = |row: u32| ways.iter().enumerate().map(|(way, groups)| f64::from(groups.codes[row as usize]) * (0.5 + way as f64)).sum::<f64>();
            let values: Vec<f64> = order.iter().map(|row| value(*row)).collect();
            absorber.set_weights(order.iter().map(|row| seed[*row as usize].3).collect());
            let counts: Vec<usize> = ways.iter().map(|way| way.count).collect();
            let levels = absorber.levels(&values, &counts);
            for (row, value) in order.iter().zip(values) {
                let sum: f64 = ways.iter().zip(&levels.values).map(|(way, levels)| levels[way.codes[*row as usize] as usize]).sum();
                prop_assert!((sum - value).abs() < 1e-6, "{} against {}", sum, value);
            }
        }
    }
}
