//! When a project will open, by its own reports of progress.
//!
//! **Model.** From one report to the next a project gained so many points in so many days: its pace. At a
//! pace p, what is left after the last report takes (100 − last) / p days. The pace of the whole series
//! (first report to last) gives one date, the last pace another; each pace between two reports is a draw,
//! weighted by its days, and the quantiles of these draws are the distribution of the opening. No
//! learning, no seasons, no money: reports are few, and a model with more in it would only look better
//! informed. It says what follows if the works go on as they have gone, not what will be.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::period::{Period, days_between};
use crate::register::Project;

/// The pace between two reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// From this day.
    pub from: Date,
    /// To this day.
    pub to: Date,
    /// Points gained.
    pub points: f64,
    /// The opening at this pace; nothing where no point was gained or it lies beyond the calendar.
    pub opening: Option<Date>,
}

impl Pace {
    /// Points in a year.
    #[must_use]
    pub fn per_year(&self) -> f64 {
        self.points / f64::from(days_between(self.from, self.to)) * 365.25
    }
}

/// What the reports of a project say about its opening.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The last report.
    pub last: (Date, f64),
    /// The pace from the first report to the last.
    pub whole: Pace,
    /// The pace from the last report but one.
    pub latest: Pace,
    /// The pace between each two reports.
    pub paces: Vec<Pace>,
    /// The announced opening, as a period.
    pub announced: Option<Period>,
    /// Points a year that the announced opening would need from the last report on.
    pub needed: Option<f64>,
}

impl Outlook {
    /// The outlook of a project that has at least two reports and is not complete.
    ///
    /// ```
    /// # use jiff::civil::date;
    /// // Horadiz–Aghband: 45 % on 12 December 2023, 67 % on 5 September 2025, 70 % on 27 February 2026.
    /// let reports = [(date(2023, 12, 12), 45.0), (date(2025, 9, 5), 67.0), (date(2026, 2, 27), 70.0)];
    /// let outlook = ledger::Outlook::of_reports(&reports, None).expect("three reports");
    /// let month = |pace: ledger::Pace| pace.opening.map(|day| (day.year(), day.month()));
    /// assert_eq!(month(outlook.latest), Some((2030, 12)));
    /// assert_eq!(month(outlook.whole), Some((2028, 10)));
    /// ```
    #[must_use]
    pub fn of(project: &Project) -> Option<Self> {
        let reports: Vec<(Date, f64)> = project.reports.iter().map(|own| (own.date, own.percent)).collect();
        Self::of_reports(&reports, project.announced)
    }

    /// The same from reports by date.
    #[must_use]
    pub fn of_reports(reports: &[(Date, f64)], announced: Option<Period>) -> Option<Self> {
        let (first, last) = (*reports.first()?, *reports.last()?);
        if reports.len() < 2 || last.1 >= 100.0 || reports.windows(2).any(|two| two[0].0 >= two[1].0) {
            return None;
        }
        let left = 100.0 - last.1;
        let pace = |from: (Date, f64), to: (Date, f64)| {
            let points = to.1 - from.1;
            let days = f64::from(days_between(from.0, to.0)) * left / points;
            let opening = (points > 0.0 && days < 200_000.0)
                .then(|| last.0.checked_add((days.round() as i64).days()).ok())
                .flatten();
            Pace { from: from.0, to: to.0, points, opening }
        };
        let paces: Vec<Pace> = reports.windows(2).map(|two| pace(two[0], two[1])).collect();
        let needed = announced.map(|announced| {
            let days = f64::from(days_between(last.0, announced.to));
            if days > 0.0 { left / days * 365.25 } else { f64::INFINITY }
        });
        Some(Self { last, whole: pace(first, last), latest: *paces.last()?, paces, announced, needed })
    }

    /// The opening that so great a share of the paces, weighted by their days, reach: 0.5 for the median.
    /// Nothing where that share is only reached by paces that never end.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Date> {
        let mut draws: Vec<(Option<Date>, f64)> = self
            .paces
            .iter()
            .map(|pace| (pace.opening, f64::from(days_between(pace.from, pace.to))))
            .collect();
        // A pace that never ends is later than all dates.
        draws.sort_by_key(|(opening, _)| opening.unwrap_or(Date::MAX));
        let all: f64 = draws.iter().map(|(_, days)| days).sum();
        let mut so_far = 0.0;
        for (opening, days) in draws {
            so_far += days;
            if so_far >= share * all - 1e-9 {
                return opening;
            }
        }
        None
    }

    /// Whether even the fastest pace so far misses the announced opening.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.announced.is_some_and(|announced| {
            self.paces
                .iter()
                .chain([&self.whole])
                .all(|pace| pace.opening.is_none_or(|day| day >= announced.to))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_project_without_progress_never_opens_and_one_report_says_nothing() {
        let still = [(date(2025, 1, 1), 40.0), (date(2026, 1, 1), 40.0)];
        let outlook = Outlook::of_reports(&still, Period::year(2027)).expect("two reports");
        assert_eq!((outlook.latest.opening, outlook.quantile(0.5), outlook.is_late()), (None, None, true));
        assert!(Outlook::of_reports(&still[..1], None).is_none());
        assert!(Outlook::of_reports(&[(date(2025, 1, 1), 40.0), (date(2026, 1, 1), 100.0)], None).is_none());
    }

    #[test]
    fn late_is_what_no_pace_so_far_would_reach() {
        // 50 points in 365 days leave 365 days more: 1 January 2027.
        let reports = [(date(2025, 1, 1), 0.0), (date(2026, 1, 1), 50.0)];
        let announced = |text| Outlook::of_reports(&reports, Period::parse(text)).expect("two reports");
        assert_eq!(announced("2027").latest.opening, Some(date(2027, 1, 1)));
        assert!(announced("2026").is_late(), "1 January 2027 is after 2026");
        assert!(!announced("2027-01").is_late());
        assert!((announced("2026").needed.expect("a pace") - 50.0).abs() < 0.1);
    }
}
