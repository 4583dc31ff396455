//! The system of market clearing and its Newton steps.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::{PartialPivLu, Solve};
use faer::{Accum, Mat, MatRef, Par};

use super::{Change, Deficits, Equilibrium, EquilibriumKind, EquilibriumOptions, NewTrade, Receiver, World};
use crate::GravityError;

/// The residual must fall by this factor per step for the Jacobian to be kept.
const KEEPS: f64 = 0.2;
/// Where a fresh Jacobian leaves more of the residual than this, the next is formed by differences.
const SLOW: f64 = 0.6;
/// Difference of a log price.
const DIFFERENCE: f64 = 1e-6;
/// Longest step of a log price.
const LONGEST_STEP: f64 = 2.0;

/// One sector of the system: all matrices by origin and destination, row by row.
pub(super) struct Market {
    pub(super) elasticity: f64,
    /// Shares at old factor prices and new costs, not yet normalised: `π (d̂ τ̂)^(−θ)`, or the share of new trade.
    pub(super) weights: Vec<f64>,
    /// One over one plus the new charges; empty where there are none.
    pub(super) net: Vec<f64>,
    /// Share of spending that is charged, by receiver.
    pub(super) charged: Vec<(Receiver, Vec<f64>)>,
    /// Share of the sector in each economy's spending.
    pub(super) alpha: Vec<f64>,
    /// What is held fixed in the conditional equilibrium.
    pub(super) fixed_output: Vec<f64>,
    pub(super) fixed_expenditure: Vec<f64>,
}

pub(super) struct System<'w> {
    pub(super) world: &'w World,
    pub(super) options: EquilibriumOptions,
    pub(super) markets: Vec<Market>,
    /// Spending over income.
    ratio: Vec<f64>,
    deficit: Vec<f64>,
    total_output: f64,
}

/// Everything that follows from factor prices.
pub(super) struct State {
    /// `Σ_i weights ŵ_i^(−θ)`, by sector and destination.
    pub(super) sums: Vec<Vec<f64>>,
    /// `ŵ_i^(−θ)`, by sector and origin.
    pub(super) powers: Vec<Vec<f64>>,
    pub(super) prices: Vec<f64>,
    pub(super) output: Vec<f64>,
    pub(super) expenditure: Vec<f64>,
    pub(super) revenue: Vec<f64>,
    /// Sales less output.
    residual: Vec<f64>,
    sales: Vec<f64>,
}

impl<'w> System<'w> {
    pub(super) fn new(world: &'w World, change: &Change, options: &EquilibriumOptions) -> Self {
        let n = world.size();
        let markets = world.sectors.iter().enumerate().map(|(s, sector)| {
            let (old, theta) = (sector.markup(), sector.elasticity);
            let spent = &world.expenditure_of_sector[s];
            let rates = &change.rates[s];
            let charged_at_all =
                sector.charges.iter().any(|charge| charge.rates.iter().any(|rate| *rate > 0.0))
                    || rates.iter().flatten().any(|rate| *rate > 0.0);
            let mut new = vec![1.0; n * n];
            rates.iter().for_each(|rates| new.iter_mut().zip(rates).for_each(|(new, rate)| *new += rate));
            let mut weights: Vec<f64> = (0..n * n)
                .map(|cell| {
                    let flow = sector.flows[cell];
                    if flow == 0.0 {
                        return 0.0;
                    }
                    let share = flow * old[cell] / spent[cell % n];
                    let cost = change.costs[s][cell] * new[cell] / old[cell];
                    if cost == 1.0 { share } else { share * cost.powf(-theta) }
                })
                .collect();
            for NewTrade { sector, origin, destination, share } in &change.new_trade {
                if *sector == s {
                    let cell = origin * n + destination;
                    let cost = change.costs[s][cell] * new[cell] / old[cell];
                    weights[cell] = share * cost.powf(-theta);
                }
            }
            let share = |rates: &Vec<f64>| rates.iter().zip(&new).map(|(rate, new)| rate / new).collect();
            Market {
                elasticity: theta,
                weights,
                net: if charged_at_all { new.iter().map(|new| 1.0 / new).collect() } else { Vec::new() },
                charged: if charged_at_all {
                    sector
                        .charges
                        .iter()
                        .zip(rates)
                        .map(|(charge, rates)| (charge.receiver, share(rates)))
                        .collect()
                } else {
                    Vec::new()
                },
                alpha: spent.iter().zip(&world.expenditure).map(|(spent, all)| spent / all).collect(),
                fixed_output: world.output_of_sector[s].clone(),
                fixed_expenditure: spent.clone(),
            }
        });
        let income: Vec<f64> =
            world.output.iter().zip(&world.revenue).map(|(output, revenue)| output + revenue).collect();
        let balanced = options.deficits == Deficits::Balanced;
        Self {
            markets: markets.collect(),
            ratio: world
                .expenditure
                .iter()
                .zip(&income)
                .map(|(e, y)| if balanced { 1.0 } else { e / y })
                .collect(),
            deficit: world.expenditure.iter().zip(&income).map(|(e, y)| e - y).collect(),
            total_output: world.output.iter().sum(),
            world,
            options: *options,
        }
    }

    /// Spending of each economy, and the revenue it receives, given outputs and the shares of a state.
    fn spending(&self, output: &[f64], sums: &[Vec<f64>], powers: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
        let n = output.len();
        let scale = output.iter().sum::<f64>() / self.total_output;
        // Revenue received by r from a unit of spending in j: to the spender itself, or to others.
        let mut own = vec![0.0; n];
        let mut others: Vec<Vec<f64>> = Vec::new();
        for ((market, sums), powers) in self.markets.iter().zip(sums).zip(powers) {
            for (receiver, charged) in &market.charged {
                for (i, power) in powers.iter().enumerate() {
                    for j in 0..n {
                        let cell = i * n + j;
                        let part = market.alpha[j] * market.weights[cell] * power / sums[j] * charged[cell];
                        match receiver.of(i, j) {
                            _ if part == 0.0 => {}
                            own_or_other if own_or_other == j => own[j] += part,
                            other => {
                                if others.is_empty() {
                                    others = vec![vec![0.0; n]; n];
                                }
                                others[other][j] += part;
                            }
                        }
                    }
                }
            }
        }
        let close = |revenue: &[f64]| -> Vec<f64> {
            let income: Vec<f64> =
                output.iter().zip(revenue).map(|(output, revenue)| output + revenue).collect();
            if self.options.deficits == Deficits::Additive {
                return income
                    .iter()
                    .zip(&self.deficit)
                    .map(|(income, deficit)| income + scale * deficit)
                    .collect();
            }
            let wanted: Vec<f64> =
                income.iter().zip(&self.ratio).map(|(income, ratio)| income * ratio).collect();
            let world = income.iter().sum::<f64>() / wanted.iter().sum::<f64>();
            wanted.into_iter().map(|wanted| wanted * world).collect()
        };
        let mut revenue = vec![0.0; n];
        let mut spending = close(&revenue);
        if own.iter().all(|own| *own == 0.0) && others.is_empty() {
            return (spending, revenue);
        }
        // Spending makes revenue, which is spent; the share that returns is below one, so that this settles.
        for _ in 0..200 {
            for j in 0..n {
                let foreign: f64 = others
                    .get(j)
                    .map_or(0.0, |row| row.iter().zip(&spending).map(|(share, spent)| share * spent).sum());
                revenue[j] = own[j] * spending[j] + foreign;
            }
            let next = close(&revenue);
            let moved = next.iter().zip(&spending).map(|(a, b)| ((a - b) / b).abs()).fold(0.0, f64::max);
            spending = next;
            if moved < 1e-15 {
                break;
            }
        }
        (spending, revenue)
    }

    /// What follows from log factor prices. In the conditional equilibrium of one sector, `only` is that sector.
    pub(super) fn state(&self, log_prices: &[f64], only: Option<usize>) -> State {
        let n = log_prices.len();
        let (mut sums, mut powers) = (Vec::new(), Vec::new());
        let mut log_index = vec![0.0; n];
        for (s, market) in self.markets.iter().enumerate() {
            if only.is_some_and(|only| only != s) {
                sums.push(Vec::new());
                powers.push(Vec::new());
                continue;
            }
            let power: Vec<f64> = log_prices.iter().map(|price| (-market.elasticity * price).exp()).collect();
            let mut sum = vec![0.0; n];
            for (row, power) in market.weights.chunks_exact(n).zip(&power) {
                sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * power);
            }
            for ((index, sum), alpha) in log_index.iter_mut().zip(&sum).zip(&market.alpha) {
                if *alpha > 0.0 {
                    *index -= alpha * sum.ln() / market.elasticity;
                }
            }
            sums.push(sum);
            powers.push(power);
        }
        let (output, expenditure, revenue) = match only {
            Some(s) => (
                self.markets[s].fixed_output.clone(),
                self.markets[s].fixed_expenditure.clone(),
                vec![0.0; n],
            ),
            None => {
                let psi = self.options.supply_elasticity;
                let output: Vec<f64> = (0..n)
                    .map(|i| {
                        self.world.output[i] * (log_prices[i] + psi * (log_prices[i] - log_index[i])).exp()
                    })
                    .collect();
                let (expenditure, revenue) = self.spending(&output, &sums, &powers);
                (output, expenditure, revenue)
            }
        };
        let mut sales = vec![0.0; n];
        for (s, market) in self.markets.iter().enumerate() {
            if sums[s].is_empty() {
                continue;
            }
            let demand = self.demand(s, &expenditure, &sums[s], only);
            for (i, row) in market.weights.chunks_exact(n).enumerate() {
                let sold: f64 = if market.net.is_empty() {
                    row.iter().zip(&demand).map(|(weight, demand)| weight * demand).sum()
                } else {
                    let net = &market.net[i * n..(i + 1) * n];
                    row.iter()
                        .zip(&demand)
                        .zip(net)
                        .map(|((weight, demand), net)| weight * demand * net)
                        .sum()
                };
                sales[i] += sold * powers[s][i];
            }
        }
        let residual = sales.iter().zip(&output).map(|(sales, output)| sales - output).collect();
        let prices = log_index.iter().map(|index| index.exp()).collect();
        State { sums, powers, prices, output, expenditure, revenue, residual, sales }
    }

    /// Spending on a sector over the sum of its weights, by destination.
    pub(super) fn demand(
        &self,
        s: usize,
        expenditure: &[f64],
        sums: &[f64],
        only: Option<usize>,
    ) -> Vec<f64> {
        let alpha = &self.markets[s].alpha;
        (0..sums.len())
            .map(|j| {
                let spent = if only.is_some() { expenditure[j] } else { alpha[j] * expenditure[j] };
                if spent > 0.0 { spent / sums[j] } else { 0.0 }
            })
            .collect()
    }

    /// The factored Jacobian of sales less output in log prices. What changes in revenue per spending and in the
    /// world's factor of deficits is left out: it is mostly small, and a step's residual is exact all the same.
    fn jacobian(&self, state: &State, only: Option<usize>) -> PartialPivLu<f64> {
        let n = self.world.size();
        let psi = self.options.supply_elasticity;
        let mut jacobian = Mat::<f64>::zeros(n, n);
        let (mut sold, mut shares) = (vec![0.0; n * n], vec![0.0; n * n]);
        let (mut sold_in_all, mut share_of_all) = (vec![0.0; n * n], vec![0.0; n * n]);
        for (s, market) in self.markets.iter().enumerate() {
            if state.sums[s].is_empty() {
                continue;
            }
            let demand = self.demand(s, &state.expenditure, &state.sums[s], only);
            for i in 0..n {
                for (j, demand) in demand.iter().enumerate() {
                    let cell = i * n + j;
                    let weight = market.weights[cell] * state.powers[s][i];
                    let net = market.net.get(cell).copied().unwrap_or(1.0);
                    sold[cell] = weight * demand * net;
                    shares[cell] = if state.sums[s][j] > 0.0 { weight / state.sums[s][j] } else { 0.0 };
                    sold_in_all[cell] += sold[cell];
                    share_of_all[cell] += market.alpha[j] * shares[cell];
                }
            }
            let sold_matrix = MatRef::from_row_major_slice(&sold, n, n);
            let share_matrix = MatRef::from_row_major_slice(&shares, n, n);
            matmul(
                jacobian.as_mut(),
                Accum::Add,
                sold_matrix,
                share_matrix.transpose(),
                market.elasticity,
                Par::Seq,
            );
            for i in 0..n {
                let row: f64 = sold[i * n..(i + 1) * n].iter().sum();
                jacobian[(i, i)] -= market.elasticity * row;
            }
        }
        if only.is_none() {
            // How spending in j moves with what j makes, of which log Y_j = (1 + ψ) log w_j − ψ log P_j.
            for j in 0..n {
                let moves = match self.options.deficits {
                    Deficits::Additive => {
                        state.output[j] / (state.expenditure[j] - state.revenue[j]).max(state.output[j] * 0.1)
                    }
                    _ => 1.0,
                };
                (0..n).for_each(|i| sold_in_all[i * n + j] *= moves);
                sold_in_all[j * n + j] -= state.output[j];
            }
            for k in 0..n {
                (0..n).for_each(|i| jacobian[(i, k)] += (1.0 + psi) * sold_in_all[i * n + k]);
            }
            if psi > 0.0 {
                let income = MatRef::from_row_major_slice(&sold_in_all, n, n);
                let share_matrix = MatRef::from_row_major_slice(&share_of_all, n, n);
                matmul(jacobian.as_mut(), Accum::Add, income, share_matrix.transpose(), -psi, Par::Seq);
            }
        }
        self.filled(jacobian, state, only)
    }

    /// The Jacobian by differences of the residual: as much work as there are economies, and nothing left out.
    fn jacobian_by_differences(
        &self,
        log_prices: &[f64],
        state: &State,
        only: Option<usize>,
    ) -> PartialPivLu<f64> {
        let n = log_prices.len();
        let mut jacobian = Mat::<f64>::zeros(n, n);
        for k in 0..n {
            let mut moved = log_prices.to_vec();
            moved[k] += DIFFERENCE;
            let other = self.state(&moved, only);
            for i in 0..n {
                jacobian[(i, k)] = (other.residual[i] - state.residual[i]) / DIFFERENCE;
            }
        }
        self.filled(jacobian, state, only)
    }

    /// Fills the null space of a Jacobian: the scale of all prices is free, and a step must not use it.
    fn filled(&self, mut jacobian: Mat<f64>, state: &State, only: Option<usize>) -> PartialPivLu<f64> {
        let n = self.world.size();
        let total: f64 = state.output.iter().sum();
        for i in 0..n {
            if only.is_some() && state.output[i] == 0.0 {
                // What makes nothing of this sector sells nothing at any price.
                jacobian[(i, i)] = -1.0;
                continue;
            }
            for k in 0..n {
                jacobian[(i, k)] -= state.output[i] * state.output[k] / total;
            }
        }
        jacobian.partial_piv_lu()
    }

    /// Solves from `log_prices` on; with the state, the steps and the largest residual relative to output.
    pub(super) fn solve(
        &self,
        mut log_prices: Vec<f64>,
        only: Option<usize>,
    ) -> Result<(Vec<f64>, State, usize, f64), GravityError> {
        let n = log_prices.len();
        let worst = |state: &State| {
            (0..n)
                .filter(|i| state.output[*i] > 0.0 || state.sales[*i] > 0.0)
                .map(|i| (state.residual[i] / state.output[i].max(f64::MIN_POSITIVE)).abs())
                .fold(0.0, f64::max)
        };
        let mut state = self.state(&log_prices, only);
        let mut size = worst(&state);
        let mut factored: Option<PartialPivLu<f64>> = None;
        let (mut iterations, mut stalled, mut by_differences) = (0, 0, false);
        while size.is_nan() || size > self.options.tolerance {
            if iterations >= self.options.most_iterations || !size.is_finite() {
                return Err(GravityError::NotConverged {
                    what: "the equilibrium",
                    iterations,
                    measure: "the largest excess of sales over output",
                    value: size,
                    asked: self.options.tolerance,
                });
            }
            iterations += 1;
            let fresh = factored.is_none();
            let lu = factored.get_or_insert_with(|| {
                if by_differences {
                    self.jacobian_by_differences(&log_prices, &state, only)
                } else {
                    self.jacobian(&state, only)
                }
            });
            let mut step = Mat::from_fn(n, 1, |i, _| -state.residual[i]);
            lu.solve_in_place(&mut step);
            let longest = (0..n).map(|i| step[(i, 0)].abs()).fold(0.0, f64::max);
            let mut share = if longest > LONGEST_STEP { LONGEST_STEP / longest } else { 1.0 };
            let (next, next_state, next_size) = loop {
                let next: Vec<f64> = (0..n).map(|i| log_prices[i] + share * step[(i, 0)]).collect();
                let next_state = self.state(&next, only);
                let next_size = worst(&next_state);
                if next_size < size || share < 1e-4 || size < 1e-9 {
                    break (next, next_state, next_size);
                }
                share *= 0.5;
            };
            // A fresh Jacobian that gains little is worth doing without shortcuts.
            by_differences |= fresh && next_size > SLOW * size && size > 1e-9;
            stalled = if fresh && next_size > 0.5 * size && size < 1e-9 { stalled + 1 } else { 0 };
            if next_size > KEEPS * size {
                factored = None;
            }
            if next_size < size || size > 1e-9 {
                (log_prices, state, size) = (next, next_state, next_size);
            }
            // Rounding sets a floor.
            if stalled >= 2 && size < 1e-10 {
                break;
            }
        }
        Ok((log_prices, state, iterations, size))
    }
}

/// Solves for the equilibrium after a change, from `start` (log changes of factor prices of a similar solution)
/// if given.
///
/// # Errors
/// If the change does not fit the world, or the steps do not settle.
pub fn solve(
    world: &World,
    change: &Change,
    options: &EquilibriumOptions,
    start: Option<&[f64]>,
) -> Result<Equilibrium, GravityError> {
    change.check(world)?;
    if !(options.supply_elasticity.is_finite() && options.supply_elasticity >= 0.0) {
        return Err(GravityError::Value {
            what: "the elasticity of supply".to_owned(),
            value: options.supply_elasticity,
            valid: "a finite number, zero or more".to_owned(),
        });
    }
    let balanced;
    let world = if options.deficits == Deficits::Balanced && options.kind == EquilibriumKind::Full {
        balanced = super::outcome::balanced(world, options)?;
        &balanced
    } else {
        world
    };
    let system = System::new(world, change, options);
    closed_market(&system)?;
    let n = world.size();
    let begin = start.filter(|start| start.len() == n).map_or_else(|| vec![0.0; n], <[f64]>::to_vec);
    match options.kind {
        EquilibriumKind::Full => {
            let (mut log_prices, _, iterations, _) = system.solve(begin, None)?;
            // World output keeps its value: the numeraire.
            let made: f64 = system.state(&log_prices, None).output.iter().sum();
            let shift = (system.total_output / made).ln();
            log_prices.iter_mut().for_each(|price| *price += shift);
            let state = system.state(&log_prices, None);
            Ok(Equilibrium::full(&system, change, log_prices, state, iterations))
        }
        EquilibriumKind::Conditional => {
            let mut solutions = Vec::new();
            for s in 0..world.sectors.len() {
                solutions.push(system.solve(begin.clone(), Some(s))?);
            }
            Ok(Equilibrium::conditional(&system, change, solutions))
        }
    }
}

/// An origin that can sell nowhere, or a destination that can buy nowhere, has no equilibrium.
fn closed_market(system: &System<'_>) -> Result<(), GravityError> {
    let n = system.world.size();
    let singular = |what: String| GravityError::Singular {
        what,
        why: "every cell is closed; leave at least trade at home open".to_owned(),
    };
    for (market, sector) in system.markets.iter().zip(&system.world.sectors) {
        for k in 0..n {
            let buys = (0..n).any(|i| market.weights[i * n + k] > 0.0);
            if market.fixed_expenditure[k] > 0.0 && !buys {
                return Err(singular(format!("the market of {} in {}", sector.name, system.world.names[k])));
            }
        }
    }
    for i in 0..n {
        let sells =
            system.markets.iter().any(|market| market.weights[i * n..(i + 1) * n].iter().any(|w| *w > 0.0));
        if !sells {
            return Err(singular(format!("what {} makes", system.world.names[i])));
        }
    }
    Ok(())
}
