//! The baseline: who sells what to whom, what is charged on it, and who receives that.

use crate::GravityError;

/// Who receives a charge on trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// The destination, as with a tariff.
    Importer,
    /// The origin, as with an export duty.
    Exporter,
    /// One economy whatever the ends, as with a fee of transit.
    Economy(usize),
}

/// A charge on the value of trade at the border.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Its name, such as `tariff`.
    pub name: String,
    /// Who receives it.
    pub receiver: Receiver,
    /// Rate by origin and destination, row by row: 0.05 is five per cent.
    pub rates: Vec<f64>,
}

/// The trade of one sector.
#[derive(Debug, Clone, PartialEq)]
pub struct Sector {
    /// Its name.
    pub name: String,
    /// Elasticity of trade to costs, above zero: σ − 1 for Armington, θ for Eaton–Kortum.
    pub elasticity: f64,
    /// Value by origin and destination, row by row, before charges; trade at home on the diagonal.
    pub flows: Vec<f64>,
    /// Charges on it in the baseline. A charge that only comes with a change has rates of zero here.
    pub charges: Vec<Charge>,
}

impl Sector {
    /// A sector whose flows are those of given cost weights `t^(−θ)` (origin and destination row by row) with
    /// given outputs and expenditures: `X_ij = Y_i E_j t_ij^(−θ) / (Π_i P_j)^(−θ)`, found by proportional fitting.
    /// Expenditures are scaled to add up to the outputs.
    ///
    /// # Errors
    /// If a list has the wrong length, or no flows have those sums.
    pub fn of_costs(
        name: &str,
        elasticity: f64,
        weights: &[f64],
        output: &[f64],
        expenditure: &[f64],
    ) -> Result<Self, GravityError> {
        let n = output.len();
        for (what, found, expected) in
            [("expenditures", expenditure.len(), n), ("cost weights", weights.len(), n * n)]
        {
            if found != expected {
                let (what, why) = (format!("the {what} of sector {name}"), format!("{n} outputs"));
                return Err(GravityError::Shape { what, found, expected, why });
            }
        }
        let scale = output.iter().sum::<f64>() / expenditure.iter().sum::<f64>();
        let (mut rows, mut columns) = (vec![1.0; n], vec![1.0; n]);
        let mut worst = f64::INFINITY;
        for _ in 0..MOST_FITTING_ROUNDS {
            // All columns at once, row by row as weights lie.
            let mut sums = vec![0.0; n];
            for (row, weights) in rows.iter().zip(weights.chunks_exact(n)) {
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += row * weight);
            }
            for (j, sum) in sums.into_iter().enumerate() {
                columns[j] = if expenditure[j] > 0.0 { scale * expenditure[j] / sum } else { 0.0 };
            }
            worst = 0.0;
            for i in 0..n {
                let sum: f64 = (0..n).map(|j| columns[j] * weights[i * n + j]).sum();
                let next = if output[i] > 0.0 { output[i] / sum } else { 0.0 };
                worst = if next > 0.0 { f64::max(worst, (next / rows[i] - 1.0).abs()) } else { worst };
                rows[i] = next;
            }
            if worst < FITTED {
                let flows =
                    (0..n * n).map(|cell| rows[cell / n] * weights[cell] * columns[cell % n]).collect();
                return Ok(Self { name: name.to_owned(), elasticity, flows, charges: Vec::new() });
            }
        }
        Err(GravityError::NotConverged {
            what: "fitting flows to outputs and expenditures",
            iterations: MOST_FITTING_ROUNDS,
            measure: "the largest change of a factor",
            value: worst,
            asked: FITTED,
        })
    }

    /// One plus all charges, by origin and destination.
    pub(crate) fn markup(&self) -> Vec<f64> {
        let mut markup = vec![1.0; self.flows.len()];
        for charge in &self.charges {
            markup.iter_mut().zip(&charge.rates).for_each(|(markup, rate)| *markup += rate);
        }
        markup
    }
}

/// Rounds of proportional fitting at most, and the change of a factor at which it ends.
const MOST_FITTING_ROUNDS: usize = 20_000;
const FITTED: f64 = 1e-13;

/// A baseline that is consistent: every economy makes something and buys something.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Names of the economies.
    pub names: Vec<String>,
    pub(crate) sectors: Vec<Sector>,
    /// Value made by each economy, in all and by sector.
    pub(crate) output: Vec<f64>,
    pub(crate) output_of_sector: Vec<Vec<f64>>,
    /// Spending of each economy, with charges, in all and by sector.
    pub(crate) expenditure: Vec<f64>,
    pub(crate) expenditure_of_sector: Vec<Vec<f64>>,
    /// Revenue each economy receives.
    pub(crate) revenue: Vec<f64>,
}

impl World {
    /// Checks a baseline and adds it up.
    ///
    /// # Errors
    /// If a list has the wrong length, a value is negative or not finite, an elasticity is not above zero, or an
    /// economy makes nothing or buys nothing; each names the place.
    pub fn new(names: Vec<String>, sectors: Vec<Sector>) -> Result<Self, GravityError> {
        let n = names.len();
        let of_square = format!("{n} origins × {n} destinations");
        for sector in &sectors {
            let name = &sector.name;
            let lists = std::iter::once((format!("the flows of sector {name}"), &sector.flows)).chain(
                sector
                    .charges
                    .iter()
                    .map(|charge| (format!("the rates of {} in sector {name}", charge.name), &charge.rates)),
            );
            for (what, values) in lists {
                if values.len() != n * n {
                    let why = of_square.clone();
                    return Err(GravityError::Shape { what, found: values.len(), expected: n * n, why });
                }
                if let Some(at) = values.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
                    return Err(GravityError::Value {
                        what: format!("{what} from {} to {}", names[at / n], names[at % n]),
                        value: values[at],
                        valid: "a finite number, zero or more".to_owned(),
                    });
                }
            }
            if !(sector.elasticity.is_finite() && sector.elasticity > 0.0) {
                return Err(GravityError::Value {
                    what: format!("the elasticity of sector {name}"),
                    value: sector.elasticity,
                    valid: "a finite number above zero: σ − 1, so that σ is above one".to_owned(),
                });
            }
            for charge in &sector.charges {
                if let Receiver::Economy(receiver) = charge.receiver
                    && receiver >= n
                {
                    return Err(GravityError::Shape {
                        what: format!("the receiver of {}", charge.name),
                        found: receiver,
                        expected: n,
                        why: "a number of an economy".to_owned(),
                    });
                }
            }
        }
        let mut world = Self {
            output: vec![0.0; n],
            output_of_sector: Vec::new(),
            expenditure: vec![0.0; n],
            expenditure_of_sector: Vec::new(),
            revenue: vec![0.0; n],
            names,
            sectors,
        };
        for sector in &world.sectors {
            let markup = sector.markup();
            let (mut made, mut spent) = (vec![0.0; n], vec![0.0; n]);
            for (i, made) in made.iter_mut().enumerate() {
                for (j, spent) in spent.iter_mut().enumerate() {
                    let cell = i * n + j;
                    *made += sector.flows[cell];
                    *spent += sector.flows[cell] * markup[cell];
                    for charge in &sector.charges {
                        world.revenue[charge.receiver.of(i, j)] += sector.flows[cell] * charge.rates[cell];
                    }
                }
            }
            world.output.iter_mut().zip(&made).for_each(|(all, made)| *all += made);
            world.expenditure.iter_mut().zip(&spent).for_each(|(all, spent)| *all += spent);
            world.output_of_sector.push(made);
            world.expenditure_of_sector.push(spent);
        }
        for (values, what) in [(&world.output, "the output"), (&world.expenditure, "the expenditure")] {
            if let Some(at) = values.iter().position(|value| *value <= 0.0) {
                return Err(GravityError::Value {
                    what: format!("{what} of {}", world.names[at]),
                    value: values[at],
                    valid: "above zero; leave an economy out that trades with nobody, not even itself"
                        .to_owned(),
                });
            }
        }
        Ok(world)
    }

    /// Number of economies.
    #[must_use]
    pub fn size(&self) -> usize {
        self.names.len()
    }

    /// The same world at its own costs without deficits, from which [`Deficits::Balanced`](super::Deficits) counts
    /// changes. To solve many changes, balance once: a balanced world is found to be so at no cost.
    ///
    /// # Errors
    /// If the steps do not settle.
    pub fn balanced(&self, options: &super::EquilibriumOptions) -> Result<Self, GravityError> {
        let options = super::EquilibriumOptions { deficits: super::Deficits::Balanced, ..*options };
        super::outcome::balanced(self, &options)
    }

    /// The sectors.
    #[must_use]
    pub fn sectors(&self) -> &[Sector] {
        &self.sectors
    }

    /// Value made by each economy.
    #[must_use]
    pub fn output(&self) -> &[f64] {
        &self.output
    }

    /// Spending of each economy, with charges.
    #[must_use]
    pub fn expenditure(&self) -> &[f64] {
        &self.expenditure
    }

    /// Revenue each economy receives from charges.
    #[must_use]
    pub fn revenue(&self) -> &[f64] {
        &self.revenue
    }

    /// The number of an economy, by name.
    ///
    /// # Errors
    /// If there is none of that name; the names are listed.
    pub fn find(&self, name: &str) -> Result<usize, GravityError> {
        self.names.iter().position(|known| known == name).ok_or_else(|| GravityError::UnknownName {
            what: "the economy".to_owned(),
            name: name.to_owned(),
            valid: self.names.join(", "),
        })
    }
}

impl Receiver {
    /// The economy that receives a charge on trade from `i` to `j`.
    pub(crate) fn of(self, i: usize, j: usize) -> usize {
        match self {
            Self::Importer => j,
            Self::Exporter => i,
            Self::Economy(receiver) => receiver,
        }
    }
}
