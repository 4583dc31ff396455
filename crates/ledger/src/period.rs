//! Periods: spans of whole days, written as roughly as their source writes them.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

/// A span of days, half open: `from` is its first day, `to` the day after its last.
///
/// ```
/// use ledger::Period;
///
/// let months = Period::parse("2024-01..2024-08").expect("eight months");
/// assert_eq!(months.months(), Some(8));
/// assert!(!months.is_whole_years());
/// assert_eq!(months.to_string(), "2024-01..2024-08");
/// assert_eq!(Period::year(2023).expect("a year").to_string(), "2023");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub to: Date,
}

impl Period {
    /// A period of days; nothing where it would be empty.
    #[must_use]
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// A calendar year.
    #[must_use]
    pub fn year(year: i16) -> Option<Self> {
        Self::new(Date::new(year, 1, 1).ok()?, Date::new(year.checked_add(1)?, 1, 1).ok()?)
    }

    /// A calendar month.
    #[must_use]
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let from = Date::new(year, month, 1).ok()?;
        Self::new(from, from.checked_add(1.month()).ok()?)
    }

    /// What `2023`, `2023-05` or `2023-05-17` spans.
    #[must_use]
    pub fn rough(text: &str) -> Option<Self> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match text.len() {
            4 if digits(text) => Self::year(text.parse().ok()?),
            7 => {
                let (year, month) = text.split_once('-')?;
                (digits(year) && digits(month)).then_some(())?;
                Self::month(year.parse().ok()?, month.parse().ok()?)
            }
            _ => {
                let day = case::parse_date(text).ok()?;
                Self::new(day, day.tomorrow().ok()?)
            }
        }
    }

    /// From the beginning of one rough date to the end of another, both included.
    #[must_use]
    pub fn between(first: &str, last: &str) -> Option<Self> {
        Self::new(Self::rough(first)?.from, Self::rough(last)?.to)
    }

    /// A rough date, or two with `..` between them, both included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once("..") {
            Some((first, last)) => Self::between(first.trim(), last.trim()),
            None => Self::rough(text.trim()),
        }
    }

    /// How many days it has.
    #[must_use]
    pub fn days(&self) -> i32 {
        days_between(self.from, self.to)
    }

    /// How many calendar months it has, where it begins and ends with one.
    #[must_use]
    pub fn months(&self) -> Option<i32> {
        let index = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
        (self.from.day() == 1 && self.to.day() == 1).then(|| index(self.to) - index(self.from))
    }

    /// Whether it consists of calendar years.
    #[must_use]
    pub fn is_whole_years(&self) -> bool {
        self.months().is_some_and(|months| months % 12 == 0) && self.from.month() == 1
    }

    /// Whether it is one calendar year.
    #[must_use]
    pub fn is_one_year(&self) -> bool {
        self.is_whole_years() && self.months() == Some(12)
    }

    /// Whether it is longer than a year and a day.
    #[must_use]
    pub fn is_several_years(&self) -> bool {
        self.days() > 367
    }

    /// Whether two periods are the same part of the year, in whatever years: only such partial
    /// periods may be compared.
    #[must_use]
    pub fn is_same_season(&self, other: &Self) -> bool {
        let season = |period: &Self| (period.from.month(), period.from.day(), period.months());
        self.months().is_some() && season(self) == season(other)
    }

    /// Whether it holds another one.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Whether it shares a day with another one.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// The last day.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.to.yesterday().unwrap_or(self.to)
    }

    /// The factor by which a figure of a part of a year is multiplied to stand for a year, as if all
    /// months were alike; nothing for periods that are no part of one year.
    #[must_use]
    pub fn annualising_factor(&self) -> Option<f64> {
        match self.months() {
            Some(months @ 1..=12) => Some(12.0 / f64::from(months)),
            Some(_) => None,
            None => (self.days() <= 366).then(|| 365.25 / f64::from(self.days())),
        }
    }
}

/// Days from one date to another.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.last_day();
        if self.is_whole_years() {
            return if self.is_one_year() {
                write!(formatter, "{:04}", self.from.year())
            } else {
                write!(formatter, "{:04}..{:04}", self.from.year(), last.year())
            };
        }
        match self.months() {
            Some(1) => write!(formatter, "{:04}-{:02}", self.from.year(), self.from.month()),
            Some(_) => write!(
                formatter,
                "{:04}-{:02}..{:04}-{:02}",
                self.from.year(),
                self.from.month(),
                last.year(),
                last.month()
            ),
            None if self.days() == 1 => write!(formatter, "{}", self.from),
            None => write!(formatter, "{}..{last}", self.from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rough_dates_span_what_they_say() {
        for (text, days) in
            [("2024", 366), ("2023", 365), ("2024-02", 29), ("2025-11-08", 1), ("2005..2024", 7305)]
        {
            let period = Period::parse(text).expect(text);
            assert_eq!((period.days(), period.to_string().as_str()), (days, text));
        }
        for bad in ["2022-13", "202", "2024-02-30", "2024..2023", "twenty", "2024-1", "+024", ""] {
            assert_eq!(Period::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_same_months_are_the_same_season() {
        let of = |text: &str| Period::parse(text).expect(text);
        assert!(of("2024-01..2024-08").is_same_season(&of("2025-01..2025-08")));
        assert!(!of("2024-01..2024-08").is_same_season(&of("2023")));
        assert!(!of("2024-01..2024-08").is_same_season(&of("2024-02..2024-09")));
        assert_eq!(of("2024-01..2024-08").annualising_factor(), Some(1.5));
        assert_eq!(of("2005..2024").annualising_factor(), None);
    }
}
