//! Days cut out of a span of dates.

use case::{End, Validity};
use jiff::civil::Date;

use crate::measure::Window;

/// What is left of a span around the days of a measure, and what lies among them. A doubt whether the
/// span had ended stays with what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pieces {
    pub(super) before: Option<Validity>,
    pub(super) inside: Option<Validity>,
    pub(super) after: Option<Validity>,
}

/// Cuts a span by the days of a measure.
pub(super) fn cut(span: Validity, window: Window) -> Pieces {
    let goes_past = |date: Date| match span.to {
        End::On(end) => end > date,
        End::Open | End::Unknown => true,
    };
    let before = (span.from < window.from).then(|| {
        let to = if goes_past(window.from) { End::On(window.from) } else { span.to };
        Validity { to, ..span }
    });
    let begins_before_the_end = window.until.is_none_or(|until| span.from < until);
    let inside = (goes_past(window.from) && begins_before_the_end).then(|| {
        let to = match window.until {
            Some(until) if goes_past(until) => End::On(until),
            _ => span.to,
        };
        Validity { from: span.from.max(window.from), to, ..span }
    });
    let after = window
        .until
        .filter(|until| goes_past(*until))
        .map(|until| Validity { from: span.from.max(until), ..span });
    Pieces { before, inside, after }
}

/// A span that holds on no day.
pub(super) fn never(span: Validity) -> Validity {
    Validity { to: End::On(span.from), ..span }
}

/// The days of a measure as a span.
pub(super) fn whole(window: Window) -> Validity {
    Validity { from: window.from, to: window.until.map_or(End::Open, End::On), confirmed_until: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn span(from: Date, to: End) -> Validity {
        Validity { from, to, confirmed_until: None }
    }

    #[test]
    fn a_span_is_cut_around_the_days_of_a_measure_and_goes_on_after_them() {
        let window = Window { from: date(2026, 1, 1), until: Some(date(2026, 3, 1)) };
        let open = span(date(2025, 1, 1), End::Open);
        let pieces = cut(open, window);
        assert_eq!(pieces.before, Some(span(date(2025, 1, 1), End::On(date(2026, 1, 1)))));
        assert_eq!(pieces.inside, Some(span(date(2026, 1, 1), End::On(date(2026, 3, 1)))));
        assert_eq!(pieces.after, Some(span(date(2026, 3, 1), End::Open)));
    }

    #[test]
    fn a_span_outside_the_days_stays_whole() {
        let window = Window { from: date(2026, 1, 1), until: Some(date(2026, 3, 1)) };
        let early = span(date(2024, 1, 1), End::On(date(2025, 1, 1)));
        assert_eq!(cut(early, window), Pieces { before: Some(early), inside: None, after: None });
        let late = span(date(2027, 1, 1), End::Open);
        assert_eq!(cut(late, window), Pieces { before: None, inside: None, after: Some(late) });
    }

    #[test]
    fn a_measure_without_an_end_leaves_nothing_after_it() {
        let window = Window { from: date(2026, 1, 1), until: None };
        assert_eq!(cut(span(date(2027, 1, 1), End::Open), window).after, None);
        let doubt =
            Validity { confirmed_until: Some(date(2025, 6, 1)), ..span(date(2025, 1, 1), End::Unknown) };
        let before = cut(doubt, window).before.unwrap();
        assert_eq!(before.to, End::On(date(2026, 1, 1)));
        assert_eq!(before.confirmed_until, Some(date(2025, 6, 1)), "it may have ended before");
    }
}
