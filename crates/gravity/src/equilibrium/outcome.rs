//! What a solution means for each economy.

use super::solve::{State, System};
use super::{Change, EquilibriumKind, EquilibriumOptions, Sector, World};
use crate::GravityError;

/// A solved equilibrium. Hats are new over old.
#[derive(Debug, Clone, PartialEq)]
pub struct Equilibrium {
    /// What was held fixed.
    pub kind: EquilibriumKind,
    /// One entry per economy.
    pub economies: Vec<Outcome>,
    /// New value by sector, then origin and destination row by row, before charges.
    pub flows: Vec<Vec<f64>>,
    /// Hat of the price index by sector and destination.
    pub sector_prices: Vec<Vec<f64>>,
    /// Cells that were zero and are not any more: sector, origin, destination.
    pub new_trade: Vec<(usize, usize, usize)>,
    /// Steps it took.
    pub iterations: usize,
    /// Certificate: largest excess of an origin's sales over its output, relative to that output, worked out
    /// from the flows above.
    pub residual: f64,
    /// Log of the hats of factor prices, to begin a similar solution with.
    pub log_prices: Vec<f64>,
}

/// What happens to one economy.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Hat of the price of its factor; in the conditional equilibrium, of the price at which its goods sell.
    pub factor_price: f64,
    /// Hat of its price index: its inward multilateral resistance.
    pub price_index: f64,
    /// Hat of its outward multilateral resistance, over all its sectors.
    pub outward_resistance: f64,
    /// Value of what it makes, old and new.
    pub output: (f64, f64),
    /// What it spends, old and new.
    pub expenditure: (f64, f64),
    /// Revenue from charges it receives, old and new.
    pub revenue: (f64, f64),
    /// Exports, without trade at home, before charges, old and new.
    pub exports: (f64, f64),
    /// Imports, likewise.
    pub imports: (f64, f64),
    /// Trade at home, old and new.
    pub home: (f64, f64),
    /// Hat of the price of its factor over that of its price index.
    pub terms_of_trade: f64,
    /// Hat of real output: of its value over the price index.
    pub real_output: f64,
    /// Hat of real expenditure: welfare.
    pub welfare: f64,
}

impl Equilibrium {
    /// From a solution of the full system.
    pub(super) fn full(
        system: &System<'_>,
        change: &Change,
        log_prices: Vec<f64>,
        state: State,
        iterations: usize,
    ) -> Self {
        let flows: Vec<Vec<f64>> = (0..system.markets.len())
            .map(|s| {
                let demand = system.demand(s, &state.expenditure, &state.sums[s], None);
                flows_of(system, s, &state, &demand)
            })
            .collect();
        let sector_prices = (0..system.markets.len()).map(|s| prices_of(system, s, &state)).collect();
        let hats = Hats {
            factor_price: log_prices.iter().map(|price| price.exp()).collect(),
            price_index: state.prices,
            output: state.output,
            expenditure: state.expenditure,
            revenue: state.revenue,
        };
        let mut solved =
            assemble(system, change, EquilibriumKind::Full, flows, sector_prices, hats, iterations);
        solved.log_prices = log_prices;
        solved
    }

    /// From the solutions of each sector with outputs and expenditures held fixed.
    pub(super) fn conditional(
        system: &System<'_>,
        change: &Change,
        solutions: Vec<(Vec<f64>, State, usize, f64)>,
    ) -> Self {
        let n = system.world.size();
        let (mut flows, mut sector_prices, mut iterations) = (Vec::new(), Vec::new(), 0);
        let (mut log_factor, mut log_index) = (vec![0.0; n], vec![0.0; n]);
        for (s, (log_prices, state, steps, _)) in solutions.iter().enumerate() {
            let demand = system.demand(s, &state.expenditure, &state.sums[s], Some(s));
            flows.push(flows_of(system, s, state, &demand));
            let prices = prices_of(system, s, state);
            for i in 0..n {
                let made = system.markets[s].fixed_output[i] / system.world.output[i];
                log_factor[i] += made * log_prices[i];
                if system.markets[s].alpha[i] > 0.0 {
                    log_index[i] += system.markets[s].alpha[i] * prices[i].ln();
                }
            }
            sector_prices.push(prices);
            iterations = iterations.max(*steps);
        }
        let hats = Hats {
            factor_price: log_factor.iter().map(|price| price.exp()).collect(),
            price_index: log_index.iter().map(|index| index.exp()).collect(),
            output: system.world.output.clone(),
            expenditure: system.world.expenditure.clone(),
            revenue: system.world.revenue.clone(),
        };
        let mut solved =
            assemble(system, change, EquilibriumKind::Conditional, flows, sector_prices, hats, iterations);
        solved.log_prices = log_factor;
        solved
    }

    /// The same equilibrium with prices counted so that one economy's price index does not change, as is the
    /// custom of gravity: values of outputs and spending are in its prices.
    #[must_use]
    pub fn in_prices_of(&self, reference: usize) -> Self {
        let unit = self.economies[reference].price_index;
        let mut scaled = self.clone();
        let values = self.kind == EquilibriumKind::Full;
        for economy in &mut scaled.economies {
            economy.price_index /= unit;
            economy.factor_price /= unit;
            economy.outward_resistance *= unit;
            if values {
                for pair in [
                    &mut economy.output,
                    &mut economy.expenditure,
                    &mut economy.revenue,
                    &mut economy.exports,
                    &mut economy.imports,
                    &mut economy.home,
                ] {
                    pair.1 /= unit;
                }
            }
        }
        scaled.sector_prices.iter_mut().flatten().for_each(|price| *price /= unit);
        if values {
            scaled.flows.iter_mut().flatten().for_each(|flow| *flow /= unit);
        }
        scaled
    }
}

/// What each economy sells, buys and keeps at home, over all sectors, before charges.
struct Sums {
    sold: Vec<f64>,
    bought: Vec<f64>,
    home: Vec<f64>,
}

impl Sums {
    fn of(flows: &[Vec<f64>], n: usize) -> Self {
        let mut sums = Self { sold: vec![0.0; n], bought: vec![0.0; n], home: vec![0.0; n] };
        for row_by_row in flows {
            for (i, row) in row_by_row.chunks_exact(n).enumerate() {
                sums.sold[i] += row.iter().sum::<f64>();
                sums.home[i] += row[i];
                sums.bought.iter_mut().zip(row).for_each(|(bought, flow)| *bought += flow);
            }
        }
        sums
    }
}

struct Hats {
    factor_price: Vec<f64>,
    price_index: Vec<f64>,
    output: Vec<f64>,
    expenditure: Vec<f64>,
    revenue: Vec<f64>,
}

fn flows_of(system: &System<'_>, s: usize, state: &State, demand: &[f64]) -> Vec<f64> {
    let (market, n) = (&system.markets[s], demand.len());
    (0..n * n)
        .map(|cell| {
            let net = market.net.get(cell).copied().unwrap_or(1.0);
            market.weights[cell] * state.powers[s][cell / n] * demand[cell % n] * net
        })
        .collect()
}

fn prices_of(system: &System<'_>, s: usize, state: &State) -> Vec<f64> {
    state.sums[s].iter().map(|sum| sum.powf(-1.0 / system.markets[s].elasticity)).collect()
}

fn assemble(
    system: &System<'_>,
    change: &Change,
    kind: EquilibriumKind,
    flows: Vec<Vec<f64>>,
    sector_prices: Vec<Vec<f64>>,
    hats: Hats,
    iterations: usize,
) -> Equilibrium {
    let (world, n) = (system.world, system.world.size());
    let before: Vec<Vec<f64>> = world.sectors.iter().map(|sector: &Sector| sector.flows.clone()).collect();
    let (old, new) = (Sums::of(&before, n), Sums::of(&flows, n));
    let sold_before: Vec<f64> = world.output_of_sector.iter().map(|made| made.iter().sum()).collect();
    let sold_after: Vec<f64> = flows.iter().map(|flows| flows.iter().sum()).collect();
    let mut residual = 0.0f64;
    let economies = (0..n)
        .map(|k| {
            residual = residual.max((new.sold[k] / hats.output[k] - 1.0).abs());
            let real = hats.output[k] / world.output[k] / hats.price_index[k];
            // Y/Y_world = (γ p Π)^(1−σ) in each sector; averaged over them in proportion to output.
            let outward: f64 = (0..system.markets.len())
                .map(|s| {
                    let made = world.output_of_sector[s][k] / world.output[k];
                    let now: f64 = flows[s][k * n..(k + 1) * n].iter().sum();
                    let world_output = sold_after[s] / sold_before[s];
                    let share =
                        if made > 0.0 { now / world.output_of_sector[s][k] / world_output } else { 1.0 };
                    if made > 0.0 { -made * share.ln() / system.markets[s].elasticity } else { 0.0 }
                })
                .sum();
            Outcome {
                name: world.names[k].clone(),
                factor_price: hats.factor_price[k],
                price_index: hats.price_index[k],
                outward_resistance: outward.exp() / hats.factor_price[k],
                output: (world.output[k], hats.output[k]),
                expenditure: (world.expenditure[k], hats.expenditure[k]),
                revenue: (world.revenue[k], hats.revenue[k]),
                exports: (old.sold[k] - old.home[k], new.sold[k] - new.home[k]),
                imports: (old.bought[k] - old.home[k], new.bought[k] - new.home[k]),
                home: (old.home[k], new.home[k]),
                terms_of_trade: hats.factor_price[k] / hats.price_index[k],
                real_output: real,
                welfare: hats.expenditure[k] / world.expenditure[k] / hats.price_index[k],
            }
        })
        .collect();
    let new_trade = change.new_trade.iter().map(|new| (new.sector, new.origin, new.destination)).collect();
    Equilibrium {
        kind,
        economies,
        flows,
        sector_prices,
        new_trade,
        iterations,
        residual,
        log_prices: Vec::new(),
    }
}

/// The world at its own costs without deficits.
pub(super) fn balanced(world: &World, options: &EquilibriumOptions) -> Result<World, GravityError> {
    // Multiplicative closure with every ratio of spending to income set to one is what balances it.
    let change = Change::none(world);
    let system = System::new(world, &change, options);
    let (log_prices, ..) = system.solve(vec![0.0; world.size()], None)?;
    let state = system.state(&log_prices, None);
    let sectors = world
        .sectors
        .iter()
        .enumerate()
        .map(|(s, sector)| {
            let demand = system.demand(s, &state.expenditure, &state.sums[s], None);
            Sector { flows: flows_of(&system, s, &state, &demand), ..sector.clone() }
        })
        .collect();
    World::new(world.names.clone(), sectors)
}
