//! Predictions, in the sample and beyond it, with standard errors that hold the uncertainty of the fixed effects.
//!
//! A predictor `η = ℓᵀ θ` of all parameters `θ` (coefficients and effects) is a weighted sum of scores: with
//! `q = Z (Zᵀ W Z)⁻¹ ℓ`, its variance is the sum over clusters of `(Σ q weight (y − μ))²`, whatever the number of
//! effects. `q` is the projection of a vector that is zero except in one row with regressors and effects `ℓ` and
//! next to no weight, so that the solver of the estimation gives it, without ever forming a covariance of effects.
//! The same projection tells whether the sample says anything of `ℓ`: if not, that row alone would decide it.

use std::collections::HashMap;

use crate::absorb::Absorber;
use crate::sample::columns;
use crate::{CovarianceKind, Estimator, Fit, GravityError, Groups, Table};

/// Weight of a row to be predicted, relative to the mean weight of the sample.
const NEXT_TO_NOTHING: f64 = 1e-7;
/// Share of its own prediction that a row without weight may have at most.
const MOST_LEVERAGE: f64 = 1e-2;

/// Whether, and how, a row lies outside what the sample knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Support {
    /// Inside: all effects are known, all regressors within the range of the sample.
    Inside,
    /// A regressor lies outside the range of the sample: an extrapolation.
    Beyond {
        /// The regressor.
        regressor: String,
        /// Its value.
        value: f64,
        /// Range in the sample.
        range: (f64, f64),
    },
    /// A group of a fixed effect is not in the sample, or never traded: no prediction.
    UnknownGroup {
        /// The effect, such as `exporter^year`.
        effect: String,
        /// The group.
        group: String,
    },
    /// The sample does not tie the effects of the row together: no prediction.
    NotIdentified,
    /// A regressor or key is missing: no prediction.
    Missing,
}

/// What a fit says of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Row of the table, counted from 0.
    pub row: usize,
    /// The linear predictor; none where there is no prediction.
    pub linear: Option<f64>,
    /// Its standard error, of coefficients and effects together.
    pub standard_error: Option<f64>,
    /// The value, in units of the response (for least squares of a logarithm: the exponential of the predictor).
    pub value: Option<f64>,
    /// Whether the sample supports it.
    pub support: Support,
}

impl Prediction {
    /// Interval of the expected value that holds the truth with probability `level`.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<(f64, f64)> {
        let (linear, error) = (self.linear?, self.standard_error?);
        let width = crate::fit::quantile(0.5 + level / 2.0, None) * error;
        Some(match self.value {
            Some(value) if (value - linear).abs() < 1e-300 => (linear - width, linear + width),
            _ => ((linear - width).exp(), (linear + width).exp()),
        })
    }
}

/// The rows to be predicted, as far as the sample knows them.
struct Known {
    /// Row of the new table.
    row: usize,
    /// Group of each way.
    groups: Vec<u32>,
    x: Vec<f64>,
    offset: f64,
}

impl Fit {
    /// Predicts the rows of `new`; `table` is the table the fit was made from. With `errors`, standard errors are
    /// worked out, one projection for each row.
    ///
    /// # Errors
    /// If a column is missing from `new`.
    pub fn predict(&self, table: &Table, new: &Table, errors: bool) -> Result<Vec<Prediction>, GravityError> {
        let (known, mut predictions) = self.known(table, new)?;
        let sample = &self.sample;
        let (rows, extra) = (sample.rows.len(), known.len());
        if extra == 0 {
            return Ok(predictions);
        }
        // The sample with the new rows behind it.
        let ways: Vec<Groups> = sample
            .ways
            .iter()
            .enumerate()
            .map(|(way, groups)| {
                let codes =
                    groups.codes.iter().copied().chain(known.iter().map(|known| known.groups[way])).collect();
                Groups { codes, count: groups.count }
            })
            .collect();
        let mut absorber = Absorber::new(&ways, rows + extra);
        let mut position = vec![0; rows + extra];
        absorber.order().iter().enumerate().for_each(|(at, row)| position[*row as usize] = at);
        let place = |sample_value: &dyn Fn(usize) -> f64, new_value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let of = |row: usize| if row < rows { sample_value(row) } else { new_value(row - rows) };
            absorber.order().iter().map(|row| of(*row as usize)).collect()
        };
        let weight = |row: usize| {
            let of_model = if self.options.estimator == Estimator::Ppml { self.mu[row] } else { 1.0 };
            sample.panel.weight(row) * of_model
        };
        let light = NEXT_TO_NOTHING * (0..rows).map(weight).sum::<f64>() / rows as f64;
        let weights = place(&weight, &|_| light);
        let x: Vec<Vec<f64>> = self
            .kept
            .iter()
            .enumerate()
            .map(|(k, column)| place(&|row| sample.panel.x[*column][row], &|new| known[new].x[k]))
            .collect();
        // What the effects explain: the predictor less the regressors.
        let beta: Vec<f64> = self.coefficients.iter().map(|coefficient| coefficient.estimate).collect();
        let explained = |row: usize| {
            let of_x: f64 =
                self.kept.iter().zip(&beta).map(|(column, b)| b * sample.panel.x[*column][row]).sum();
            self.eta[row] - sample.panel.offset(row) - of_x
        };
        let counts: Vec<usize> = ways.iter().map(|way| way.count).collect();
        let levels = sample.absorber.levels(&(0..rows).map(explained).collect::<Vec<_>>(), &counts);
        absorber.set_weights(weights);
        let mut residual_x = x.clone();
        for column in &mut residual_x {
            absorber.residualize(column, 1e-9, self.options.solver.most_inner_steps);
        }
        let clusters = self.score_groups(table)?;
        let scores: Vec<f64> =
            (0..rows).map(|row| sample.panel.weight(row) * (sample.panel.y[row] - self.mu[row])).collect();
        for (number, known) in known.iter().enumerate() {
            let here = position[rows + number];
            let of_effects: f64 =
                known.groups.iter().zip(&levels.values).map(|(group, values)| values[*group as usize]).sum();
            let of_x: f64 = known.x.iter().zip(&beta).map(|(x, b)| x * b).sum();
            let linear = known.offset + of_effects + of_x;
            let prediction = &mut predictions[known.row];
            let mut functional = vec![0.0; rows + extra];
            functional[here] = 1.0 / light;
            let mut left = functional.clone();
            let identified = if errors || !self.sample.ways.is_empty() {
                absorber.residualize(&mut left, 1e-8, self.options.solver.most_inner_steps);
                left[here] * light > 1.0 - MOST_LEVERAGE
            } else {
                true
            };
            if !identified {
                prediction.support = Support::NotIdentified;
                continue;
            }
            prediction.linear = Some(linear);
            prediction.value =
                Some(if self.options.estimator == Estimator::Ols { linear } else { linear.exp() });
            if errors {
                let at_row: Vec<f64> = residual_x.iter().map(|column| column[here]).collect();
                let through_x = self.bread.times(&at_row);
                let influence: Vec<f64> = (0..rows)
                    .map(|row| {
                        let at = position[row];
                        let of_x: f64 =
                            residual_x.iter().zip(&through_x).map(|(column, b)| column[at] * b).sum();
                        functional[at] - left[at] + of_x
                    })
                    .collect();
                prediction.standard_error = Some(self.error_of(&influence, &scores, &weight, &clusters));
            }
        }
        Ok(predictions)
    }

    /// The regressors of the coefficients, one list each, for the rows of a table.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn regressors(&self, table: &Table) -> Result<Vec<Vec<f64>>, GravityError> {
        let mut by_name: HashMap<String, Vec<f64>> = HashMap::new();
        by_name.insert("(Intercept)".to_owned(), vec![1.0; table.rows()]);
        for term in &self.specification.terms {
            by_name.extend(columns(term, table)?);
        }
        // A label of `i(key)` that the table lacks has a column of zeros.
        let mut of = |column: &usize| {
            by_name.remove(&self.sample.names[*column]).unwrap_or_else(|| vec![0.0; table.rows()])
        };
        Ok(self.kept.iter().map(&mut of).collect())
    }

    /// Clusters of the sample's rows, by subset with the sign of inclusion and exclusion.
    fn score_groups(&self, table: &Table) -> Result<Vec<(f64, Groups)>, GravityError> {
        let CovarianceKind::Clustered(ways) = &self.options.covariance else { return Ok(Vec::new()) };
        let ways: Result<Vec<Groups>, _> =
            ways.iter().map(|names| self.sample.groups(table, names)).collect();
        let ways = ways?;
        Ok((1u32..1 << ways.len())
            .map(|subset| {
                let members: Vec<&[u32]> = (0..ways.len())
                    .filter(|way| subset >> way & 1 == 1)
                    .map(|way| ways[way].codes.as_slice())
                    .collect();
                let sign = if subset.count_ones() % 2 == 1 { 1.0 } else { -1.0 };
                (sign, Groups::together(&members, self.sample.rows.len()))
            })
            .collect())
    }

    /// Standard error of a sum of scores with the given influence of each row.
    fn error_of(
        &self,
        influence: &[f64],
        scores: &[f64],
        weight: &dyn Fn(usize) -> f64,
        clusters: &[(f64, Groups)],
    ) -> f64 {
        let parts: Vec<f64> = influence.iter().zip(scores).map(|(q, score)| q * score).collect();
        let square = match &self.options.covariance {
            CovarianceKind::Information => {
                influence.iter().enumerate().map(|(row, q)| weight(row) * q * q).sum()
            }
            CovarianceKind::Heteroskedastic => parts.iter().map(|part| part * part).sum(),
            CovarianceKind::Clustered(_) => clusters
                .iter()
                .map(|(sign, groups)| sign * groups.sums(&parts).iter().map(|sum| sum * sum).sum::<f64>())
                .sum::<f64>(),
        };
        f64::max(square, 0.0).sqrt()
    }

    /// Rows of `new` whose groups the sample knows, and what is said of the others.
    fn known(&self, table: &Table, new: &Table) -> Result<(Vec<Known>, Vec<Prediction>), GravityError> {
        let sample = &self.sample;
        let mut groups_of: Vec<HashMap<Vec<String>, u32>> = Vec::new();
        let mut labels_of: Vec<Vec<Vec<String>>> = Vec::new();
        for (effect, way) in self.specification.effects.iter().zip(&sample.ways) {
            let keys: Result<Vec<_>, _> = effect.iter().map(|name| table.keys(name)).collect();
            let keys = keys?;
            let mut known = HashMap::new();
            let mut seen = vec![false; way.count];
            for (row, code) in sample.rows.iter().zip(&way.codes) {
                if !std::mem::replace(&mut seen[*code as usize], true) {
                    known.insert(
                        keys.iter().map(|keys| keys.label(*row as usize).to_owned()).collect(),
                        *code,
                    );
                }
            }
            groups_of.push(known);
            let keys: Result<Vec<_>, _> = effect.iter().map(|name| new.keys(name)).collect();
            let keys = keys?;
            let labels =
                (0..new.rows()).map(|row| keys.iter().map(|keys| keys.label(row).to_owned()).collect());
            labels_of.push(labels.collect());
        }
        let regressors = self.regressors(new)?;
        let offset = self.options.offset.as_ref().map(|offset| offset.evaluate(new)).transpose()?;
        let ranges: Vec<(f64, f64)> = self
            .kept
            .iter()
            .map(|column| {
                let values = &sample.panel.x[*column];
                values
                    .iter()
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)))
            })
            .collect();
        let (mut known, mut predictions) = (Vec::new(), Vec::new());
        for row in 0..new.rows() {
            let x: Vec<f64> = regressors.iter().map(|column| column[row]).collect();
            let offset = offset.as_ref().map_or(0.0, |offset| offset[row]);
            let mut prediction =
                Prediction { row, linear: None, standard_error: None, value: None, support: Support::Inside };
            let mut groups = Vec::new();
            for (way, labels) in labels_of.iter().enumerate() {
                match groups_of[way].get(&labels[row]) {
                    Some(code) => groups.push(*code),
                    None if prediction.support == Support::Inside => {
                        let missing = labels[row].iter().any(String::is_empty);
                        prediction.support = if missing {
                            Support::Missing
                        } else {
                            Support::UnknownGroup {
                                effect: self.effects[way].0.clone(),
                                group: labels[row].join("^"),
                            }
                        };
                    }
                    None => {}
                }
            }
            if x.iter().any(|x| !x.is_finite()) || !offset.is_finite() {
                prediction.support = Support::Missing;
            }
            if prediction.support == Support::Inside {
                let outside = x.iter().zip(&ranges).position(|(x, (low, high))| x < low || x > high);
                if let Some(k) = outside {
                    prediction.support = Support::Beyond {
                        regressor: sample.names[self.kept[k]].clone(),
                        value: x[k],
                        range: ranges[k],
                    };
                }
                known.push(Known { row, groups, x, offset });
            }
            predictions.push(prediction);
        }
        Ok((known, predictions))
    }
}
