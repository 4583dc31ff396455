//! Spans of dates whose end may be open or unknown.

use jiff::civil::Date;

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// On this day: the day before is the last one.
    On(Date),
    /// No end is set.
    Open,
    /// It may have ended; nobody said.
    Unknown,
}

/// Whether something holds on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Its end is unknown and the date lies after the last confirmation.
    Unknown,
}

/// A span of dates, half open: `from` is its first day, an end is the day after its last.
///
/// ```
/// use case::{End, Holds, Validity};
/// use jiff::civil::date;
///
/// // A railway's stop whose lifting nobody reported.
/// let stop = Validity {
///     from: date(2025, 4, 22),
///     to: End::Unknown,
///     confirmed_until: Some(date(2025, 6, 30)),
/// };
/// assert_eq!(stop.at(date(2025, 4, 21)), Holds::No);
/// assert_eq!(stop.at(date(2025, 6, 30)), Holds::Yes);
/// assert_eq!(stop.at(date(2025, 11, 8)), Holds::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub to: End,
    /// The last day on which it is known to have held. Between it and the end it may have ended;
    /// an unknown end needs it.
    pub confirmed_until: Option<Date>,
}

impl Validity {
    /// Whether it holds on a date.
    #[must_use]
    pub fn at(&self, date: Date) -> Holds {
        if date < self.from {
            return Holds::No;
        }
        match self.to {
            End::Open => Holds::Yes,
            End::On(end) if date >= end => Holds::No,
            End::On(_) if self.confirmed_until.is_some_and(|last| date > last) => Holds::Unknown,
            End::On(_) => Holds::Yes,
            End::Unknown if date <= self.confirmed_until.unwrap_or(self.from) => Holds::Yes,
            End::Unknown => Holds::Unknown,
        }
    }

    /// Whether two spans share a day; an unknown end is taken as the last confirmation.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let end = |span: &Self| match span.to {
            End::On(end) => Some(end),
            End::Open => None,
            End::Unknown => span.confirmed_until.unwrap_or(span.from).tomorrow().ok(),
        };
        let before = |first: &Self, second: &Self| end(first).is_some_and(|end| end <= second.from);
        !before(self, other) && !before(other, self)
    }

    /// The days on which the answer of [`Validity::at`] changes.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        let end = match self.to {
            End::On(end) => Some(end),
            End::Open => None,
            End::Unknown => self.confirmed_until.unwrap_or(self.from).tomorrow().ok(),
        };
        let doubt = self.confirmed_until.and_then(|last| last.tomorrow().ok());
        [Some(self.from), doubt, end].into_iter().flatten()
    }

    /// The span in words: `since 2025-10-21`, `2024-10-17 to 2025-04-22`.
    #[must_use]
    pub fn words(&self) -> String {
        match self.to {
            End::Open => format!("since {}", self.from),
            End::On(end) => match end.yesterday() {
                Ok(last) => format!("{} to {last}", self.from),
                Err(_) => format!("until {end}"),
            },
            End::Unknown => match self.confirmed_until {
                Some(last) => format!("since {}, last confirmed {last}, end unknown", self.from),
                None => format!("since {}, end unknown", self.from),
            },
        }
    }
}

/// How a date is written: ISO 8601.
///
/// # Errors
/// A sentence that names the text and the form expected.
pub fn parse_date(text: &str) -> Result<Date, String> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text).ok_or_else(|| {
        format!("`{text}` is not a date of the calendar; dates are written YYYY-MM-DD, such as 2025-11-08")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn span(from: Date, to: End) -> Validity {
        Validity { from, to, confirmed_until: None }
    }

    #[test]
    fn spans_that_touch_do_not_overlap() {
        let first = span(date(2024, 1, 1), End::On(date(2024, 5, 26)));
        let second = span(date(2024, 5, 26), End::Open);
        assert!(!first.overlaps(&second));
        assert!(second.overlaps(&span(date(2030, 1, 1), End::Open)));
    }

    #[test]
    fn impossible_dates_are_refused() {
        assert!(parse_date("2025-02-30").is_err());
        assert!(parse_date("8 November 2025").is_err());
        assert!(parse_date("2025-11-08").is_ok());
    }
}
