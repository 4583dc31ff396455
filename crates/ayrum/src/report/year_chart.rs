//! Years as steps: what is so with the measures in force, and what is to be expected where projects slip, against the base.

use std::fmt::Write;

use super::drawing::Drawing;
use super::figure::number;
use super::frame::{Rectangle, escaped, lines};

const WIDTH: f64 = 420.0;
const PLOT: Rectangle = Rectangle { left: 58.0, top: 30.0, right: 404.0, bottom: 250.0 };

/// Measures in a row below a year.
const IN_A_ROW: usize = 3;

/// A line of steps, a value a year.
pub(crate) struct Series {
    /// What it is called.
    pub(crate) label: String,
    /// Its stroke.
    pub(crate) class: &'static str,
    /// By year.
    pub(crate) values: Vec<f64>,
}

/// What a chart of years shows.
pub(crate) struct YearChart {
    /// A short name.
    pub(crate) id: String,
    /// What it shows.
    pub(crate) title: String,
    /// What stands upright, with its unit.
    pub(crate) axis: String,
    /// The years.
    pub(crate) years: Vec<String>,
    /// Measures that come into force, by year.
    pub(crate) begins: Vec<Vec<usize>>,
    /// The lines.
    pub(crate) series: Vec<Series>,
    /// On what it rests.
    pub(crate) evidence: String,
}

impl YearChart {
    /// The chart; the base is the line at zero.
    pub(crate) fn drawing(&self) -> Drawing {
        let values =
            || self.series.iter().flat_map(|own| &own.values).copied().filter(|value| value.is_finite());
        let (least, most) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let step = step((most - least).max(1e-9) / 5.0);
        let (low, high) = ((least / step).floor() * step, ((most / step).ceil() * step).max(step));
        let x = |year: f64| PLOT.left + year / self.years.len().max(1) as f64 * (PLOT.right - PLOT.left);
        let y = |value: f64| PLOT.bottom - (value - low) / (high - low) * (PLOT.bottom - PLOT.top);
        let mut body = String::new();
        let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        let count = ((high - low) / step).round() as i32;
        for tick in 0..=count {
            let value = low + f64::from(tick) * step;
            let _ = writeln!(
                body,
                "<line class=\"map-grid\" x1=\"{}\" y1=\"{1:.1}\" x2=\"{2}\" y2=\"{1:.1}\"/><text class=\"chart-axis chart-end\" \
                 x=\"{3}\" y=\"{4:.1}\">{5}</text>",
                PLOT.left,
                y(value),
                PLOT.right,
                PLOT.left - 5.0,
                y(value) + 4.0,
                number(value, decimals)
            );
        }
        for (at, year) in self.years.iter().enumerate() {
            let middle = x(at as f64 + 0.5);
            let begins = self.begins.get(at).map(Vec::as_slice).unwrap_or_default();
            let _ = writeln!(
                body,
                "<text class=\"chart-axis chart-middle\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
                PLOT.bottom + 16.0,
                escaped(year)
            );
            for (row, numbers) in begins.chunks(IN_A_ROW).enumerate() {
                let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                let _ = writeln!(
                    body,
                    "<text class=\"chart-label chart-middle\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
                    PLOT.bottom + 32.0 + 14.0 * row as f64,
                    words.join(" ")
                );
            }
        }
        let _ = writeln!(
            body,
            "<path class=\"chart-base\" d=\"M{0} {1:.1}H{2}\"/><text class=\"chart-axis\" x=\"4\" y=\"14\">{3}</text>",
            PLOT.left,
            y(0.0),
            PLOT.right,
            escaped(&self.axis)
        );
        for own in self.series.iter().rev() {
            let mut path = String::new();
            for (at, value) in own.values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                let (from, to, height) = (x(at as f64), x(at as f64 + 1.0), y(*value));
                let _ =
                    write!(path, "{}{from:.1} {height:.1}H{to:.1}", if path.is_empty() { "M" } else { "L" });
            }
            let _ = writeln!(body, "<path class=\"{}\" d=\"{path}\"/>", own.class);
        }
        let height = self.legend(&mut body);
        Drawing {
            id: self.id.clone(),
            title: self.title.clone(),
            description: self.sentence(),
            class: "chart",
            size: (WIDTH, height),
            body,
            heading: vec!["year", "series", "value", "unit", "evidence"],
            rows: self.rows(),
        }
    }

    fn legend(&self, out: &mut String) -> f64 {
        let rows = self.begins.iter().map(|own| own.len().div_ceil(IN_A_ROW)).max().unwrap_or(0);
        let mut y = PLOT.bottom + 42.0 + 14.0 * rows as f64;
        let base = ("chart-base".to_owned(), "base: the same year without measures".to_owned());
        let keys = self.series.iter().map(|own| (own.class.to_owned(), own.label.clone()));
        for (class, label) in std::iter::once(base).chain(keys) {
            let _ = writeln!(
                out,
                "<line class=\"{class}\" x1=\"8\" y1=\"{0:.0}\" x2=\"52\" y2=\"{0:.0}\"/><text x=\"62\" y=\"{y:.0}\">{1}</text>",
                y - 4.0,
                escaped(&label)
            );
            y += 19.0;
        }
        for line in lines(&format!("Numbers below a year: measures that begin. {}", self.evidence), 66) {
            let _ =
                writeln!(out, "<text class=\"chart-axis\" x=\"8\" y=\"{y:.0}\">{}</text>", escaped(&line));
            y += 16.0;
        }
        y
    }

    fn sentence(&self) -> String {
        let told = self.series.iter().map(|own| {
            let values: Vec<String> = self
                .years
                .iter()
                .zip(&own.values)
                .map(|(year, value)| format!("{year} {}", number(*value, 4)))
                .collect();
            format!("{}: {}", own.label, values.join(", "))
        });
        format!("{}, against the base. {}. {}", self.axis, told.collect::<Vec<_>>().join(". "), self.evidence)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let of = |own: &Series| -> Vec<Vec<String>> {
            let row = |(year, value): (&String, &f64)| {
                vec![
                    year.clone(),
                    own.label.clone(),
                    value.to_string(),
                    self.axis.clone(),
                    "modelled".to_owned(),
                ]
            };
            self.years.iter().zip(&own.values).map(row).collect()
        };
        self.series.iter().flat_map(of).collect()
    }
}

/// A round step at least as large as a rough one: 1, 2 or 5 times a power of ten.
fn step(rough: f64) -> f64 {
    let power = 10.0_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|own| own * power).find(|own| *own >= rough).unwrap_or(rough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_of_years_has_a_step_for_each_and_its_data() {
        let chart = YearChart {
            id: "a".to_owned(),
            title: "Tonnes".to_owned(),
            axis: "thousand tonnes".to_owned(),
            years: ["2026", "2027"].map(str::to_owned).to_vec(),
            begins: vec![vec![0], vec![]],
            series: vec![Series {
                label: "with the measures".to_owned(),
                class: "track-best",
                values: vec![-1.0, 3.0],
            }],
            evidence: "Modelled.".to_owned(),
        };
        let drawing = chart.drawing();
        assert_eq!(drawing.rows.len(), 2);
        assert!(drawing.body.contains("track-best") && !drawing.body.contains("NaN"));
        assert!((step(0.03) - 0.05).abs() < 1e-12 && (step(7.0) - 10.0).abs() < 1e-12);
    }
}
