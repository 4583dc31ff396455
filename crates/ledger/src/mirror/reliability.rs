//! How reliable reporters are, from all mirror pairs at hand.
//!
//! With X the exporter's report, M the importer's on FOB basis, for exporter i and importer j:
//!
//! - **Reporter reliability.** d = |ln(X/M)| is fitted as a_i + b_j by least squares with the weight
//!   ln(1 + (X + M)/2), so that small flows, which are noisy, count less. a_i is how far exporter i's
//!   reports lie from those of its partners, b_j the same for importer j. The exporter's report weighs
//!   b_j / (a_i + b_j). A constant can be moved from all a to all b of economies that trade with one
//!   another without a change in any sum; it is chosen so that the best exporter among them is as near to
//!   its partners as the best importer. Where data do not settle more (two economies alone never do), a
//!   sum is divided evenly: the iteration starts from nothing and treats both sides alike.
//! - **Symmetry index.** S = 2 Σ min(X, M) / Σ (X + M) over all partners, between 0 (no partner confirms
//!   anything) and 1 (all agree), for i as exporter and for j as importer. The exporter's report weighs
//!   S_i / (S_i + S_j).
//!
//! Both weights are one half where nothing is known of either side.

use std::collections::BTreeMap;

use super::{Margin, Method, fob};

/// One flow as both sides report it.
#[derive(Debug, Clone, PartialEq)]
pub struct MirrorFlow {
    /// Who sends.
    pub exporter: String,
    /// Who receives.
    pub importer: String,
    /// The exporter's report, FOB.
    pub by_exporter: f64,
    /// The importer's report, CIF.
    pub by_importer: f64,
}

/// What is known of reporters.
#[derive(Debug, Clone, Default)]
pub struct Reliability {
    distance_as_exporter: BTreeMap<String, f64>,
    distance_as_importer: BTreeMap<String, f64>,
    symmetry_as_exporter: BTreeMap<String, f64>,
    symmetry_as_importer: BTreeMap<String, f64>,
    /// How many mirror pairs it rests on.
    pub pairs: usize,
}

/// A report is never taken as certain: no reporter is nearer to the truth than this, in logarithms.
const LEAST_DISTANCE: f64 = 0.01;
/// Rounds of the fit; it has settled long before.
const ROUNDS: usize = 500;

impl Reliability {
    /// Works out the reliability of all reporters of some flows. Flows of which one side is missing or
    /// nothing are passed over: absence is not a report.
    #[must_use]
    pub fn of(flows: &[MirrorFlow], margin: Margin) -> Self {
        let mut reported: Vec<(&str, &str, f64, f64)> = flows
            .iter()
            .filter(|flow| flow.by_exporter > 0.0 && flow.by_importer > 0.0)
            .map(|flow| {
                (
                    flow.exporter.as_str(),
                    flow.importer.as_str(),
                    flow.by_exporter,
                    fob(flow.by_importer, margin.default),
                )
            })
            .filter(|(_, _, x, m)| x.is_finite() && m.is_finite())
            .collect();
        // Sums do not depend on the order in which files were imported.
        reported
            .sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)).then(a.3.total_cmp(&b.3)));
        let mut own = Self { pairs: reported.len(), ..Self::default() };
        own.fit_distances(&reported);
        let mut sums: [BTreeMap<&str, (f64, f64)>; 2] = Default::default();
        for (exporter, importer, x, m) in &reported {
            for (side, name) in sums.iter_mut().zip([exporter, importer]) {
                let sum = side.entry(name).or_default();
                *sum = (sum.0 + 2.0 * x.min(*m), sum.1 + x + m);
            }
        }
        let [exporters, importers] = sums;
        let index = |side: BTreeMap<&str, (f64, f64)>| {
            side.into_iter().map(|(name, (agreed, all))| (name.to_owned(), agreed / all)).collect()
        };
        own.symmetry_as_exporter = index(exporters);
        own.symmetry_as_importer = index(importers);
        own
    }

    fn fit_distances(&mut self, reported: &[(&str, &str, f64, f64)]) {
        let terms: Vec<(&str, &str, f64, f64)> = reported
            .iter()
            .map(|(i, j, x, m)| (*i, *j, (x / m).ln().abs(), f64::midpoint(*x, *m).ln_1p().max(1e-6)))
            .collect();
        let mut a: BTreeMap<&str, f64> = terms.iter().map(|(i, ..)| (*i, 0.0)).collect();
        let mut b: BTreeMap<&str, f64> = terms.iter().map(|(_, j, ..)| (*j, 0.0)).collect();
        for _ in 0..ROUNDS {
            let mut step_a: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
            let mut step_b: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
            for (i, j, distance, weight) in &terms {
                let rest = distance - a[i] - b[j];
                for (step, name) in [(&mut step_a, i), (&mut step_b, j)] {
                    let sum = step.entry(name).or_default();
                    *sum = (sum.0 + weight * rest, sum.1 + weight);
                }
            }
            // Both sides move half of the way at once, so that neither takes what belongs to both.
            let mut moved = 0.0f64;
            for (own, step) in [(&mut a, step_a), (&mut b, step_b)] {
                for (name, (sum, weight)) in step {
                    if let Some(value) = own.get_mut(name) {
                        let by = 0.5 * sum / weight;
                        moved = moved.max(by.abs());
                        *value += by;
                    }
                }
            }
            if moved < 1e-13 {
                break;
            }
        }
        level(&terms, &mut a, &mut b);
        let floor = |side: BTreeMap<&str, f64>| {
            side.into_iter().map(|(name, value)| (name.to_owned(), value.max(LEAST_DISTANCE))).collect()
        };
        self.distance_as_exporter = floor(a);
        self.distance_as_importer = floor(b);
    }

    /// The weight of the exporter's report of a flow.
    #[must_use]
    pub fn weight(&self, method: Method, exporter: &str, importer: &str) -> f64 {
        let (first, second) = match method {
            // Who is far from its partners weighs little: the weight is the other's distance.
            Method::ReporterReliability => {
                (self.distance_as_importer.get(importer), self.distance_as_exporter.get(exporter))
            }
            Method::SymmetryIndex => {
                (self.symmetry_as_exporter.get(exporter), self.symmetry_as_importer.get(importer))
            }
        };
        match (first, second) {
            (Some(first), Some(second)) if first + second > 0.0 => first / (first + second),
            _ => 0.5,
        }
    }

    /// The weight of the first side's report of turnover: the mean of its weights as exporter and as
    /// importer.
    #[must_use]
    pub fn turnover_weight(&self, method: Method, first: &str, second: &str) -> f64 {
        f64::midpoint(self.weight(method, first, second), 1.0 - self.weight(method, second, first))
    }
}

/// Moves a constant between exporters and importers that trade with one another, directly or through
/// others, so that the least of both is the same.
fn level<'a>(
    terms: &[(&'a str, &'a str, f64, f64)],
    a: &mut BTreeMap<&'a str, f64>,
    b: &mut BTreeMap<&'a str, f64>,
) {
    // Each exporter's group, by the least number that reaches it.
    let mut exporters: BTreeMap<&str, usize> =
        a.keys().enumerate().map(|(number, name)| (*name, number)).collect();
    let mut importers: BTreeMap<&str, usize> = b.keys().map(|name| (*name, usize::MAX)).collect();
    let mut changed = true;
    while std::mem::take(&mut changed) {
        for (i, j, ..) in terms {
            if let (Some(one), Some(two)) = (exporters.get_mut(i), importers.get_mut(j)) {
                let least = (*one).min(*two);
                changed |= *one != least || *two != least;
                (*one, *two) = (least, least);
            }
        }
    }
    let mut least: BTreeMap<usize, [f64; 2]> = BTreeMap::new();
    for (role, (side, groups)) in [(&*a, &exporters), (&*b, &importers)].into_iter().enumerate() {
        for (name, value) in side {
            let slot = &mut least.entry(groups[name]).or_insert([f64::INFINITY; 2])[role];
            *slot = slot.min(*value);
        }
    }
    for (side, groups, sign) in [(a, exporters, 1.0), (b, importers, -1.0)] {
        for (name, value) in side {
            let [exporter, importer] = least[&groups[name]];
            *value += sign * (importer - exporter) / 2.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(exporter: &str, importer: &str, by_exporter: f64, by_importer: f64) -> MirrorFlow {
        MirrorFlow { exporter: exporter.to_owned(), importer: importer.to_owned(), by_exporter, by_importer }
    }

    #[test]
    fn two_economies_alone_are_equally_reliable() {
        let flows = [flow("KAZ", "ARM", 18.0, 28.0), flow("ARM", "KAZ", 62.0, 39.0)];
        let own = Reliability::of(&flows, Margin::default());
        assert!((own.weight(Method::ReporterReliability, "KAZ", "ARM") - 0.5).abs() < 1e-9);
    }

    #[test]
    fn who_disagrees_with_everybody_weighs_less() {
        let margin = Margin { default: 0.0, low: 0.0, high: 0.0 };
        let mut flows = Vec::new();
        for partner in ["A", "B", "C", "D"] {
            flows.push(flow("BAD", partner, 300.0, 100.0));
            flows.push(flow(partner, "BAD", 100.0, 30.0));
            for other in ["A", "B", "C", "D"].iter().filter(|other| **other != partner) {
                flows.push(flow(partner, other, 100.0, 101.0));
            }
        }
        let own = Reliability::of(&flows, margin);
        for method in Method::ALL {
            assert!(own.weight(method, "BAD", "A") < 0.4, "{method:?}");
            assert!(own.weight(method, "A", "BAD") > 0.6, "{method:?}");
            assert!((own.weight(method, "A", "B") - 0.5).abs() < 0.05, "{method:?}");
        }
        assert_eq!(own.weight(Method::SymmetryIndex, "X", "Y"), 0.5);
    }
}
