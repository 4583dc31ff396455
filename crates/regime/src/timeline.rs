//! Days and hours: the days on which something changes, and spans of hours after departure.

use case::Case;
use jiff::civil::Date;
use network::Network;

use crate::Regime;
use crate::compile::Request;
use crate::judge::Day;

/// When the question is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// One day's rules for the whole journey.
    Snapshot(Date),
    /// Goods are handed over on this day; rules are judged when the cargo gets there.
    Dispatch(Date),
}

impl Timing {
    /// The day of the snapshot, or the first day of the journey.
    #[must_use]
    pub fn first_day(self) -> Date {
        match self {
            Self::Snapshot(date) | Self::Dispatch(date) => date,
        }
    }
}

/// Spans of hours after departure.
pub(crate) type Spans = Vec<(f64, f64)>;

/// How many days after departure a dispatch looks for changes.
const DISPATCH_DAYS: i32 = 180;

/// Hours by which the sum of rounded hours of a route may miss the start of a day.
pub(crate) const MOMENT: f64 = 0.01;

/// Segments that a dispatch can hold: their sets are the bits of a word.
const SEGMENTS: usize = 64;

/// The days that a question is about: one for a snapshot; for a dispatch the first, and every one
/// on which something may change.
#[derive(Debug)]
pub struct Timeline<'a> {
    /// The days, each with the rules that speak on it.
    pub days: Vec<Day<'a>>,
    /// The day from which on changes are not looked at, where there are more than a dispatch can
    /// hold; nothing where all are.
    pub blind_from: Option<Date>,
}

impl<'a> Timeline<'a> {
    /// The days of a request.
    #[must_use]
    pub fn new(case: &Case, network: &'a Network, regime: &'a Regime, request: &Request<'a>) -> Self {
        let first = request.timing.first_day();
        let mut dates = vec![first];
        if let Timing::Dispatch(_) = request.timing {
            dates.extend(changes_after(case, network, regime, first));
        }
        let blind_from = dates.get(SEGMENTS).copied();
        dates.truncate(SEGMENTS);
        let day = |date| Day::new(case, network, regime, request.consignment, date, request.perspective);
        Self { days: dates.into_iter().map(day).collect(), blind_from }
    }
}

/// Days after the first, within the reach of a dispatch, on which rules, states, seasons,
/// memberships, services or prices may change.
fn changes_after(case: &Case, network: &Network, regime: &Regime, first: Date) -> Vec<Date> {
    let last = first.checked_add(jiff::Span::new().days(DISPATCH_DAYS)).unwrap_or(Date::MAX);
    let seasons = network
        .seasons
        .iter()
        .flat_map(|season| [first.year(), last.year()].into_iter().flat_map(|year| season.changes(year)));
    let mut dates: Vec<Date> = regime
        .rules
        .changes()
        .chain(network.links.iter().flat_map(network::Link::changes))
        .chain(network.services.iter().flat_map(|service| service.validity.changes()))
        .chain(case.economies.changes())
        .chain(regime.tariffs.tariffs.iter().map(crate::Tariff::price_date))
        .chain(seasons)
        .filter(|date| first < *date && *date <= last)
        .collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// Hours from the start of one day to the start of another.
#[must_use]
pub fn hours_between(first: Date, second: Date) -> f64 {
    second.duration_since(first).as_secs_f64() / 3600.0
}

/// Spans, or none where they are all of time.
pub(crate) fn unless_always(spans: Spans) -> Spans {
    if spans == [(0.0, f64::INFINITY)] { Vec::new() } else { spans }
}

pub(crate) fn merged(spans: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = spans.collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (from, to) in sorted {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

pub(crate) fn common(a: &[(f64, f64)], b: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let pairs =
        a.iter().flat_map(|first| b.iter().map(move |second| (first.0.max(second.0), first.1.min(second.1))));
    pairs.filter(|(from, to)| from < to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOREVER: f64 = f64::INFINITY;

    #[test]
    fn spans_that_touch_become_one() {
        let spans = [(24.0, 48.0), (0.0, 24.0), (72.0, FOREVER), (30.0, 40.0)];
        assert_eq!(merged(spans.into_iter()), [(0.0, 48.0), (72.0, FOREVER)]);
        assert_eq!(unless_always(merged([(0.0, 24.0), (24.0, FOREVER)].into_iter())), []);
    }

    #[test]
    fn what_two_lists_of_spans_share_is_in_both() {
        let open = [(0.0, 48.0), (72.0, FOREVER)];
        assert_eq!(common(&open, &[(24.0, 96.0)]), [(24.0, 48.0), (72.0, 96.0)]);
        assert_eq!(common(&open, &[(48.0, 72.0)]), []);
    }

    #[test]
    fn hours_are_counted_from_the_start_of_a_day() {
        let day = jiff::civil::date(2025, 10, 20);
        assert_eq!(hours_between(day, jiff::civil::date(2025, 10, 31)), 264.0);
    }
}
