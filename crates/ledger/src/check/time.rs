//! Claims and the calendar.

use super::{Check, Desk, Verdict, ids, shown};
use crate::period::days_between;
use crate::register::{Claim, ClaimMeasure, Event, Modality};

/// What is told as done, and when it was told.
pub(super) fn after_publication(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.register.claims.iter().filter(|claim| claim.modality == Modality::Fact) {
        let (Some(period), Some(published)) = (claim.period, claim.published) else { continue };
        // Published in a month means at the latest on its last day.
        let (end, told) = (period.last_day(), published.last_day());
        // "In November" said of an event is some day of November; said of a sum it is all of it.
        let is_event = matches!(
            claim.measure,
            ClaimMeasure::Cargo
                | ClaimMeasure::Wagons
                | ClaimMeasure::Date
                | ClaimMeasure::Status
                | ClaimMeasure::Route
                | ClaimMeasure::Place
                | ClaimMeasure::First
        );
        if (if is_event { period.from } else { end }) <= told {
            continue;
        }
        checks.push(Check {
            rule: "after-publication",
            verdict: Verdict::Contradictory,
            claims: ids(&[claim]),
            judged: 1,
            found: format!("it is told as done by {end} and was published by {told}"),
            arithmetic: format!("{end} is {} days after {told}", days_between(told, end)),
            true_if: vec![
                format!("a count of the day of publication, not of {end}"),
                "a plan or a forecast, told as one".to_owned(),
            ],
        });
    }
}

/// Days of a unit of time.
fn days_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "years" => 365.25,
        "months" => 30.4375,
        "weeks" => 7.0,
        "days" => 1.0,
        _ => return None,
    })
}

/// Elapsed times between two events, both of which may be intervals. A whole number of years or months
/// is as precise as half of its unit.
pub(super) fn elapsed(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Elapsed) {
        let (Some(figure), Some(days), Some(since)) =
            (claim.figure, days_of(&claim.unit), desk.register.event(&claim.since))
        else {
            continue;
        };
        let (least, most) = figure.rounded_bounds();
        let (mut fits, mut misses, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        for until in claim.until.iter().filter_map(|id| desk.register.event(id)) {
            let shortest = f64::from(days_between(since.when.last_day(), until.when.from));
            let longest = f64::from(days_between(since.when.from, until.when.last_day()));
            let is_good = shortest / days <= most && least <= longest / days;
            let span = if shortest.max(0.0) == longest {
                format!("{longest:.0} days = {} {}", shown(longest / days), claim.unit)
            } else {
                format!("{} to {} {}", shown(shortest / days), shown(longest / days), claim.unit)
            };
            sums.push(format!("from {} to {} ({}): {span}", words(since), words(until), until.title));
            if is_good { fits.push(until) } else { misses.push(until) }
        }
        let titles = |events: &[&Event]| {
            events.iter().map(|own| format!("“{}”", own.title)).collect::<Vec<_>>().join(", ")
        };
        let (verdict, found) = match (fits.is_empty(), misses.is_empty()) {
            (true, true) => continue,
            (false, true) => (Verdict::Consistent, format!("{} fits the dates", claim.said())),
            (false, false) => (
                Verdict::Unverified,
                format!("{} is true of {}, not of {}", claim.said(), titles(&fits), titles(&misses)),
            ),
            (true, false) => (Verdict::Contradictory, format!("{} does not fit the dates", claim.said())),
        };
        checks.push(Check {
            rule: "elapsed",
            verdict,
            claims: ids(&[claim]),
            judged: 1,
            found,
            arithmetic: format!(
                "{}; said: {} to {} {}",
                sums.join("; "),
                shown(least),
                shown(most),
                claim.unit
            ),
            true_if: match verdict {
                Verdict::Consistent => Vec::new(),
                Verdict::Unverified => vec![format!("said of {} alone", titles(&fits))],
                _ => vec!["another beginning or another end".to_owned()],
            },
        });
    }
}

fn words(event: &Event) -> String {
    event.when.to_string()
}

/// Dates, against the event as another source tells it.
pub(super) fn date(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Date) {
        let (Some(period), Some(event)) = (claim.period, desk.register.event(&claim.event)) else { continue };
        // An event that the claim's own source tells confirms nothing.
        if event.provenance.source == claim.provenance.source {
            continue;
        }
        let is_good = period.overlaps(&event.when);
        checks.push(Check {
            rule: "date",
            verdict: if is_good { Verdict::Consistent } else { Verdict::Contradictory },
            claims: ids(&[claim]),
            judged: 1,
            found: format!("{period} is said; after {} it was {}", event.provenance.source, event.when),
            arithmetic: format!("{period} {} {}", if is_good { "holds" } else { "≠" }, event.when),
            true_if: if is_good {
                Vec::new()
            } else {
                vec!["another event, such as an earlier one of its kind".to_owned()]
            },
        });
    }
}

/// Firsts, against all events of the same series. Intervals that overlap settle nothing.
pub(super) fn first(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::First) {
        let Some(event) = desk.register.event(&claim.event).filter(|event| !event.series.is_empty()) else {
            continue;
        };
        let others =
            desk.register.events.iter().filter(|own| {
                own.series == event.series && own.id != event.id && own.modality == Modality::Fact
            });
        let (mut before, mut perhaps) = (Vec::new(), Vec::new());
        let mut count = 0;
        for other in others {
            count += 1;
            if other.when.to <= event.when.from {
                before.push(other);
            } else if other.when.from < event.when.to {
                perhaps.push(other);
            }
        }
        let list = |events: &[&Event]| {
            events.iter().map(|own| format!("{} ({})", own.title, own.when)).collect::<Vec<_>>().join("; ")
        };
        let (verdict, found, true_if) = if !before.is_empty() {
            (
                Verdict::Contradictory,
                format!("it was not the first: {}", list(&before)),
                vec![narrower(claim)],
            )
        } else if !perhaps.is_empty() {
            (
                Verdict::Unverified,
                format!("another may have been before it: {}", list(&perhaps)),
                vec!["closer times of both".to_owned()],
            )
        } else {
            (Verdict::Consistent, format!("none of {count} others of its series was before it"), Vec::new())
        };
        checks.push(Check {
            rule: "first",
            verdict,
            claims: ids(&[claim]),
            judged: 1,
            found,
            arithmetic: format!("{}: {}", event.title, event.when),
            true_if,
        });
    }
}

fn narrower(claim: &Claim) -> String {
    if claim.economy.is_empty() {
        "the first of a narrower kind".to_owned()
    } else {
        format!("the first of a narrower kind, such as the first from {}", claim.economy)
    }
}
