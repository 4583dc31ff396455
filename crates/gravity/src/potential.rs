//! Trade potential: what is traded against what a fit says would be, as an interval and never a bare point.
//!
//! Two things are uncertain. What is traded: exporter and importer rarely report the same, and the spread of
//! their reports is carried along. What would be: coefficients and effects are estimated. The ratio of the two
//! lies between the least of one over the most of the other and the reverse. Beside it stands how unusual the
//! ratio is: the share of the sample's rows of similar fitted trade that trade less in proportion.

use crate::predict::Support;
use crate::{Fit, GravityError, Prediction, Table};

/// Trade of similar size is within this factor of the fitted value.
const SIMILAR: f64 = 4.0;

/// The columns that hold what is traded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// Column of the value, usually the response.
    pub value: String,
    /// Column of the lower of the mirror reports, if known.
    pub low: Option<String>,
    /// Column of the higher.
    pub high: Option<String>,
}

/// What is traded in one row against what would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Potential {
    /// Row of the table, counted from 0.
    pub row: usize,
    /// Trade as reported: least and most.
    pub actual: (f64, f64),
    /// The expected value and its interval; none where the sample does not say.
    pub predicted: Option<(f64, f64, f64)>,
    /// Expected over actual: least and most; the most is infinite where nothing may be traded.
    pub ratio: Option<(f64, f64)>,
    /// Expected less actual: least and most.
    pub gap: Option<(f64, f64)>,
    /// Share of the sample's rows of similar fitted trade whose trade is lower in proportion to it.
    pub lower_share: Option<f64>,
    /// Whether the sample supports it.
    pub support: Support,
}

impl Potential {
    /// In words: whether trade lies below, above or within what is expected.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.gap {
            None => "not known: outside the sample's support",
            Some((low, _)) if low > 0.0 => "below the expected",
            Some((_, high)) if high < 0.0 => "above the expected",
            Some(_) => "not told apart from the expected",
        }
    }
}

impl Fit {
    /// The potential of each row of `new`, with intervals of probability `level`; `table` is the table the fit was
    /// made from.
    ///
    /// # Errors
    /// If a column is missing from `new`, or `level` is no probability.
    pub fn potential(
        &self,
        table: &Table,
        new: &Table,
        reported: &Reported,
        level: f64,
    ) -> Result<Vec<Potential>, GravityError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(GravityError::Value {
                what: "the probability of the intervals".to_owned(),
                value: level,
                valid: "above 0 and below 1, such as 0.95".to_owned(),
            });
        }
        let value = new.numbers(&reported.value)?;
        let low = reported.low.as_ref().map(|name| new.numbers(name)).transpose()?;
        let high = reported.high.as_ref().map(|name| new.numbers(name)).transpose()?;
        let predictions = self.predict(table, new, true)?;
        let mut fitted: Vec<(f64, f64)> =
            self.mu.iter().copied().zip(self.sample.panel.y.iter().copied()).collect();
        fitted.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(predictions
            .into_iter()
            .map(|prediction| {
                let row = prediction.row;
                let mut reports: Vec<f64> =
                    [Some(value[row]), low.as_ref().map(|low| low[row]), high.as_ref().map(|high| high[row])]
                        .into_iter()
                        .flatten()
                        .filter(|report| report.is_finite())
                        .collect();
                reports.sort_by(f64::total_cmp);
                one(&prediction, &reports, &fitted, level)
            })
            .collect())
    }
}

fn one(prediction: &Prediction, reports: &[f64], fitted: &[(f64, f64)], level: f64) -> Potential {
    let actual = match reports {
        [] => (f64::NAN, f64::NAN),
        [first, .., last] => (*first, *last),
        [only] => (*only, *only),
    };
    let interval = prediction.interval(level);
    let predicted = prediction.value.zip(interval).map(|(value, (low, high))| (value, low, high));
    let known = !reports.is_empty();
    let ratio = interval.filter(|_| known).map(|(low, high)| (low / actual.1, high / actual.0));
    let gap = interval.filter(|_| known).map(|(low, high)| (low - actual.1, high - actual.0));
    let lower_share = prediction.value.filter(|_| known).and_then(|value| {
        let from = fitted.partition_point(|(mu, _)| *mu < value / SIMILAR);
        let to = fitted.partition_point(|(mu, _)| *mu <= value * SIMILAR);
        let here = f64::midpoint(actual.0, actual.1) / value;
        let lower = fitted[from..to].iter().filter(|(mu, y)| y / mu < here).count();
        (to > from).then(|| lower as f64 / (to - from) as f64)
    });
    Potential {
        row: prediction.row,
        actual,
        predicted,
        ratio,
        gap,
        lower_share,
        support: prediction.support.clone(),
    }
}
