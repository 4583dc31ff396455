//! Cells of trade from what the ledger holds.
//!
//! Of each pair and group the last whole year counts in which somebody reported goods of the group. Codes that hold each
//! other are counted once, by the shortest. Two reports are reconciled by the method asked for; what a third party worked
//! out comes next, and last a single report, an importer's brought to FOB. What the register claims is not used: a
//! statement about one good is not the trade of its group.

use std::collections::BTreeMap;

use ledger::{
    Flow, FlowRow, Margin, Measure, Method, MirrorFlow, Observation, PairReport, Period, Reliability,
    Selection, Store, StoreError, TOTAL, fob, pair_report,
};

use super::Baseline;

/// Trade that somebody reported, for one pair and group.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedCell {
    /// Who sends, by position of the economy.
    pub origin: usize,
    /// Who receives, by position of the economy.
    pub destination: usize,
    /// What, by position of the group.
    pub group: usize,
    /// USD a year, free on board.
    pub usd: f64,
    /// Low end of what the reports allow.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// Who reported what, and how it was reconciled, in words.
    pub note: String,
}

/// Origin, destination and group, by position.
type Key = (usize, usize, usize);
/// What a flow is worth by its reports: low, value, high, and how that is known.
type Worth = ([f64; 3], &'static str);
/// Reports of one pair and group by year.
type Years<'r> = BTreeMap<Period, Vec<(&'r FlowRow, Worth)>>;

impl Baseline {
    /// Whether an observation is of goods of a group between two economies of the baseline: what to keep of a store that
    /// is streamed.
    #[must_use]
    pub fn wants(&self, own: &Observation) -> bool {
        own.measure == Measure::Value
            && self.groups.iter().any(|group| group.holds(&own.commodity))
            && self.economy(&own.economy).is_some()
            && self.economy(&own.partner).is_some()
    }

    /// Observed cells of all that was imported into a store, and in words what was left out. The store is read twice: for
    /// the last whole year of each pair and group, and for the reports of these years, which alone are held in memory.
    ///
    /// # Errors
    /// Where a file of the store cannot be read.
    pub fn observed_in(
        &self,
        store: &Store,
        margin: Margin,
        method: Method,
    ) -> Result<(Vec<ObservedCell>, Vec<String>), StoreError> {
        let everything = Selection { pair: None, within: None, commodity: None };
        let mut last: BTreeMap<Key, Period> = BTreeMap::new();
        store.select(&everything, |own| {
            for key in self.keys(&own) {
                let year = last.entry(key).or_insert(own.period);
                *year = own.period.max(*year);
            }
        })?;
        let mut kept = Vec::new();
        store.select(&everything, |own| {
            if self.keys(&own).iter().any(|key| last.get(key) == Some(&own.period)) {
                kept.push(own);
            }
        })?;
        Ok(self.observed(&self.reports(kept, margin), method))
    }

    /// Pair and groups of which an observation tells the trade of a whole year.
    fn keys(&self, own: &Observation) -> Vec<Key> {
        let (origin, destination) = match own.flow {
            Flow::Export => (&own.economy, &own.partner),
            Flow::Import => (&own.partner, &own.economy),
            _ => return Vec::new(),
        };
        if !own.period.is_one_year() || !self.wants(own) {
            return Vec::new();
        }
        let Some((from, to)) = self.economy(origin).zip(self.economy(destination)) else { return Vec::new() };
        let holds = |group: &usize| self.groups[*group].holds(&own.commodity);
        (0..self.groups.len()).filter(holds).map(|group| (from, to, group)).collect()
    }

    /// Puts observations side by side by pair of economies, with the reliability of reporters worked out from all of them.
    #[must_use]
    pub fn reports(&self, observations: Vec<Observation>, margin: Margin) -> Vec<PairReport> {
        let mut mirrors: BTreeMap<(String, String, String, Period, String), [f64; 2]> = BTreeMap::new();
        let mut pairs: BTreeMap<(String, String), Vec<Observation>> = BTreeMap::new();
        for own in observations.into_iter().filter(|own| self.wants(own)) {
            let (exporter, importer, side) = match own.flow {
                Flow::Export => (&own.economy, &own.partner, 0),
                Flow::Import => (&own.partner, &own.economy, 1),
                _ => continue,
            };
            if !own.reporter.is_empty() {
                let key = (
                    exporter.clone(),
                    importer.clone(),
                    own.commodity.clone(),
                    own.period,
                    format!("{} {}", own.source, own.ancestry),
                );
                mirrors.entry(key).or_default()[side] = own.amount();
            }
            let pair = (exporter.min(importer).clone(), exporter.max(importer).clone());
            pairs.entry(pair).or_default().push(own);
        }
        let flows: Vec<MirrorFlow> = mirrors
            .into_iter()
            .filter(|(_, [x, m])| *x > 0.0 && *m > 0.0)
            .map(|((exporter, importer, ..), [by_exporter, by_importer])| MirrorFlow {
                exporter,
                importer,
                by_exporter,
                by_importer,
            })
            .collect();
        let reliability = Reliability::of(&flows, margin);
        pairs
            .into_iter()
            .map(|((first, second), own)| pair_report((&first, &second), own, &reliability, margin))
            .collect()
    }

    /// Observed cells of the pairs reported, and in words what was left out. Cells of groups that hold the same goods, as
    /// classes of wheat do, are all made from the same reports.
    #[must_use]
    pub fn observed(&self, reports: &[PairReport], method: Method) -> (Vec<ObservedCell>, Vec<String>) {
        let (mut cells, mut left_out) = (Vec::new(), Vec::new());
        let mut by_year: BTreeMap<Key, Years<'_>> = BTreeMap::new();
        for report in reports {
            for row in &report.flows {
                let (origin, destination) = (self.economy(&row.exporter), self.economy(&row.importer));
                let (Some(origin), Some(destination)) = (origin, destination) else { continue };
                if origin == destination || !row.period.is_one_year() || row.commodity == TOTAL {
                    continue;
                }
                let groups: Vec<usize> = (0..self.groups.len())
                    .filter(|group| self.groups[*group].holds(&row.commodity))
                    .collect();
                if groups.is_empty() {
                    continue;
                }
                match worth(row, report.margin, method) {
                    Ok(worth) => {
                        for group in groups {
                            let years = by_year.entry((origin, destination, group)).or_default();
                            years.entry(row.period).or_default().push((row, worth));
                        }
                    }
                    Err(why) => left_out.push(format!(
                        "{} to {}, HS {}, {}: {why}",
                        row.exporter, row.importer, row.commodity, row.period
                    )),
                }
            }
        }
        for ((origin, destination, group), years) in by_year {
            let Some((year, mut rows)) = years.into_iter().next_back() else { continue };
            rows.sort_by_key(|(row, _)| (row.commodity.len(), row.commodity.clone()));
            let mut counted: Vec<&str> = Vec::new();
            let mut sums = [0.0; 3];
            let mut how: Vec<&str> = Vec::new();
            for (row, (values, known)) in &rows {
                if counted.iter().any(|code| row.commodity.starts_with(code)) {
                    continue;
                }
                counted.push(&row.commodity);
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
                if !how.contains(known) {
                    how.push(known);
                }
            }
            let [low, usd, high] = sums;
            let note = format!("{year}, HS {}: {}", counted.join(", "), how.join("; "));
            cells.push(ObservedCell { origin, destination, group, usd, low, high, note });
        }
        (cells, left_out)
    }
}

fn worth(row: &FlowRow, margin: Margin, method: Method) -> Result<Worth, &'static str> {
    let usable =
        |own: &&Observation| own.claim.is_empty() && own.currency == "USD" && own.amount().is_finite();
    let exporter = row.by_exporter.chosen.as_ref();
    let importer = row.by_importer.chosen.as_ref();
    let (sends, receives) = (exporter.filter(usable), importer.filter(usable));
    if let (Some(_), Some(_)) = (sends, receives)
        && let Some(own) = row.reconciled.iter().find(|own| own.method == method)
    {
        return Ok(([own.low, own.value, own.high], "both sides report, reconciled"));
    }
    if let Some(other) = row.by_others.iter().find(usable) {
        return Ok(([other.amount(); 3], "worked out by a third party"));
    }
    if let Some(own) = sends {
        return Ok(([own.amount(); 3], "the exporter alone reports"));
    }
    if let Some(own) = receives {
        let at = |margin: f64| fob(own.amount(), margin);
        return Ok((
            [at(margin.high), at(margin.default), at(margin.low)],
            "the importer alone reports, brought to FOB",
        ));
    }
    Err("no report in USD that is not a claim of the register")
}
