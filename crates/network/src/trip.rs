//! Trips as drivers, forwarders and receivers recorded them: what was done where, how long it took
//! and what was paid.
//!
//! Three layouts are read, each told by its heading: an *activity log* in the manner of CAREC's
//! Corridor Performance Measurement and Monitoring (CPMM), a *time/cost–distance sheet* in the
//! manner of UNESCAP, and a *satellite log* of positions. All three become [`Trip`]s, lists of
//! [`Stage`]s with kilometres, hours and US dollars.
//!
//! A row that cannot be read is set aside with a finding, and its place in the trip is kept: what
//! the row would have added is not known, so no sum over it is. Otherwise a crossing would look
//! faster for every fault in its log.
//!
//! | module | concept |
//! |---|---|
//! | `log_table` | rows and cells of a file, and what can be wrong with one |
//! | `activity_log` | one row a move or an activity, many trips |
//! | `distance_sheet` | one row a leg or a node, one route |
//! | `satellite_log` | one row a position with its time |

mod activity_log;
mod distance_sheet;
mod log_table;
mod satellite_log;

use case::{Finding, Mode};

pub use log_table::{LogRow, LogTable};

/// Which way a trip goes, as its survey names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TripDirection {
    /// Towards the economy from which the survey looks.
    Inbound,
    /// Away from it.
    Outbound,
    /// The log does not say.
    #[default]
    NotStated,
}

impl TripDirection {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::NotStated => "not stated",
        }
    }

    /// The direction of a cell; empty is [`Self::NotStated`], another word is none.
    fn of(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::NotStated),
            "inbound" => Some(Self::Inbound),
            "outbound" => Some(Self::Outbound),
            _ => None,
        }
    }
}

/// What a stop is to a border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BorderRole {
    /// Nothing: it lies inland.
    #[default]
    Inland,
    /// The post of the economy that is left.
    Exit,
    /// The post of the economy that is entered.
    Entry,
    /// The post of one side; the log does not say which.
    OneSide,
    /// Both posts, which the log does not keep apart.
    BothSides,
}

impl BorderRole {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Inland => "inland",
            Self::Exit => "exit",
            Self::Entry => "entry",
            Self::OneSide => "not stated",
            Self::BothSides => "both",
        }
    }

    /// The role of a cell; empty is inland, another word is none.
    fn of(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Inland),
            "exit" => Some(Self::Exit),
            "entry" => Some(Self::Entry),
            _ => None,
        }
    }
}

/// What a stage of a trip is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StageKind {
    /// In motion to a stop, over so many kilometres where known.
    Move {
        /// Kilometres.
        km: Option<f64>,
    },
    /// On the way to a stop, in motion or not: the record cannot tell.
    Silence {
        /// Kilometres.
        km: f64,
    },
    /// At rest: a formality, a wait, a loading.
    Activity,
    /// A row of which not even that can be read.
    Unreadable,
}

/// A part of a trip that has its own time and money.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// The line of the file.
    pub line: u64,
    /// What it is.
    pub kind: StageKind,
    /// The mode of transport, where known.
    pub mode: Option<Mode>,
    /// The stop at which it is, or to which it leads; empty where none is named.
    pub stop: String,
    /// The economy of the stop, ISO 3166 alpha-3; empty where none is named.
    pub economy: String,
    /// What the stop is to a border.
    pub role: BorderRole,
    /// What was done, in the words of the log.
    pub activity: String,
    /// Hours; `None` where not known.
    pub hours: Option<f64>,
    /// US dollars of all payments, official or not; `None` where not known.
    pub usd: Option<f64>,
    /// The part of `usd` that was unofficial; `None` where nobody asked.
    pub usd_unofficial: Option<f64>,
    /// Whether the row was set aside, so that its figures are not known.
    pub set_aside: bool,
}

/// A journey of one consignment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trip {
    /// Identifier in its log.
    pub id: String,
    /// The file it comes from.
    pub file: String,
    /// The corridor or route, as the log names it.
    pub corridor: String,
    /// Which way it goes.
    pub direction: TripDirection,
    /// The year in which it began, or in which the survey was made.
    pub year: Option<i16>,
    /// The goods, as the log names them.
    pub cargo: String,
    /// Tonnes of cargo.
    pub tonnes: Option<f64>,
    /// Stages in order.
    pub stages: Vec<Stage>,
}

/// A stay at one stop: the activities there, one after another.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The stop.
    pub stop: String,
    /// Its economy; empty where none is named.
    pub economy: String,
    /// What it is to a border.
    pub role: BorderRole,
    /// Hours from the first to the last activity; `None` where one of them is not known.
    pub hours: Option<f64>,
    /// US dollars paid there; `None` where one payment is not known.
    pub usd: Option<f64>,
    /// Whether it follows the visit before it without a move between.
    pub adjoins: bool,
    /// Whether economy and role come from a row that can be relied on.
    placed: bool,
}

fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(a? + b?)
}

impl Visit {
    fn begin(stage: &Stage, adjoins: bool, doubtful: bool) -> Self {
        let known = |value: Option<f64>| value.filter(|_| !doubtful);
        Self {
            stop: stage.stop.clone(),
            economy: stage.economy.clone(),
            role: stage.role,
            hours: known(stage.hours),
            usd: known(stage.usd),
            adjoins,
            placed: !stage.set_aside,
        }
    }

    fn holds(&self, stage: &Stage) -> bool {
        let same_place = self.economy == stage.economy && self.role == stage.role;
        self.stop == stage.stop && (same_place || stage.set_aside || !self.placed)
    }

    fn add(&mut self, stage: &Stage) {
        if !self.placed && !stage.set_aside {
            self.economy.clone_from(&stage.economy);
            self.role = stage.role;
            self.placed = true;
        }
        self.hours = sum(self.hours, stage.hours);
        self.usd = sum(self.usd, stage.usd);
    }
}

impl Trip {
    /// The modes of its moves as words joined by `+`, such as `rail+sea`; without moves, those of
    /// its other stages.
    #[must_use]
    pub fn modes(&self) -> String {
        let moves = |stage: &&Stage| matches!(stage.kind, StageKind::Move { .. } | StageKind::Silence { .. });
        let words = |stages: Vec<&Stage>| {
            let mut words: Vec<&str> = stages.iter().filter_map(|stage| stage.mode.map(Mode::word)).collect();
            words.sort_unstable();
            words.dedup();
            words.join("+")
        };
        let of_moves = words(self.stages.iter().filter(moves).collect());
        if of_moves.is_empty() { words(self.stages.iter().collect()) } else { of_moves }
    }

    /// Kilometres of all moves; `None` where one of them is not known, or where there is none.
    #[must_use]
    pub fn km(&self) -> Option<f64> {
        let total = self.stages.iter().try_fold(0.0, |total, stage| match stage.kind {
            StageKind::Move { km } => Some(total + km?),
            StageKind::Silence { km } => Some(total + km),
            StageKind::Activity => Some(total),
            StageKind::Unreadable => None,
        })?;
        (total > 0.0).then_some(total)
    }

    /// Hours of all stages.
    #[must_use]
    pub fn hours(&self) -> Option<f64> {
        self.stages.iter().map(|stage| stage.hours).sum()
    }

    /// Hours in motion.
    #[must_use]
    pub fn moving_hours(&self) -> Option<f64> {
        self.stages.iter().try_fold(0.0, |total, stage| match stage.kind {
            StageKind::Move { .. } => Some(total + stage.hours?),
            StageKind::Activity => Some(total),
            StageKind::Silence { .. } | StageKind::Unreadable => None,
        })
    }

    /// US dollars of all stages.
    #[must_use]
    pub fn usd(&self) -> Option<f64> {
        self.stages.iter().map(|stage| stage.usd).sum()
    }

    /// Its stays, in order.
    #[must_use]
    pub fn visits(&self) -> Vec<Visit> {
        let mut visits: Vec<Visit> = Vec::new();
        // Whether the last visit can still go on, and whether a row was set aside since whose stop
        // cannot be read: it may belong to the visit before it or to the one after it.
        let (mut open, mut doubtful) = (false, false);
        for stage in &self.stages {
            if matches!(stage.kind, StageKind::Move { .. } | StageKind::Silence { .. }) {
                (open, doubtful) = (false, false);
                continue;
            }
            let unplaced = stage.set_aside && stage.stop.is_empty();
            let last = visits.last_mut().filter(|_| open);
            match last {
                Some(visit) if unplaced => {
                    visit.add(stage);
                    doubtful = true;
                }
                Some(visit) if visit.holds(stage) => {
                    visit.add(stage);
                    doubtful = false;
                }
                _ if unplaced => doubtful = true,
                _ => {
                    visits.push(Visit::begin(stage, open, doubtful));
                    (open, doubtful) = (true, false);
                }
            }
        }
        visits
    }

    /// Whether two trips are the same record, whatever files they come from.
    fn repeats(&self, other: &Self) -> bool {
        let bare = |trip: &Self| {
            let mut bare = Self { file: String::new(), ..trip.clone() };
            bare.stages.iter_mut().for_each(|stage| stage.line = 0);
            bare
        };
        self.id == other.id && bare(self) == bare(other)
    }
}

/// How a file of trips is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One row a move or an activity.
    ActivityLog,
    /// One row a leg or a node of one route.
    DistanceSheet,
    /// One row a position.
    SatelliteLog,
}

impl Layout {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ActivityLog => "activity log",
            Self::DistanceSheet => "time/cost–distance sheet",
            Self::SatelliteLog => "satellite log",
        }
    }
}

/// What was read from one file.
#[derive(Debug, Clone, PartialEq)]
pub struct TripLog {
    /// The file.
    pub file: String,
    /// How it is laid out; `None` where nothing could be made of it.
    pub layout: Option<Layout>,
    /// Rows of data.
    pub rows: usize,
    /// Rows of data that were left out, each with a finding.
    pub left_out: usize,
    /// Trips, in the order in which they begin in the file.
    pub trips: Vec<Trip>,
}

impl TripLog {
    /// Reads the trips of a table, whichever layout it has.
    #[must_use]
    pub fn read(table: &LogTable, findings: &mut Vec<Finding>) -> Self {
        let mut log =
            Self { file: table.file.clone(), layout: None, rows: 0, left_out: 0, trips: Vec::new() };
        let Some((layout, heading)) = table.find_heading(findings) else { return log };
        log.layout = Some(layout);
        match layout {
            Layout::ActivityLog => activity_log::read(table, heading, &mut log, findings),
            Layout::DistanceSheet => distance_sheet::read(table, heading, &mut log, findings),
            Layout::SatelliteLog => satellite_log::read(table, heading, &mut log, findings),
        }
        log
    }

    /// Takes out the trips that stand in earlier logs too, cell by cell the same, so that a file
    /// given twice is not counted twice. Another trip of the same name stays, with a warning.
    pub fn leave_out_repeated(&mut self, earlier: &[Self], findings: &mut Vec<Finding>) {
        let known = || earlier.iter().flat_map(|log| &log.trips);
        self.trips.retain(|trip| {
            if let Some(first) = known().find(|first| trip.repeats(first)) {
                let problem =
                    format!("trip {} stands in {} too, the same; it was counted once", trip.id, first.file);
                findings.push(
                    Finding::warning("repeated-trip", &trip.file, problem).valid("each trip in one file"),
                );
                return false;
            }
            if let Some(first) = known().find(|first| first.id == trip.id) {
                let problem = format!("{} has another trip {}; both are counted", first.file, trip.id);
                findings.push(
                    Finding::warning("repeated-trip", &trip.file, problem).valid("one identifier a trip"),
                );
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage in a line: what, stop, economy, role, hours, dollars; `?` is not known, and `!`
    /// before the first word a row that was set aside.
    fn stage(text: &str) -> Stage {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let number = |text: &str| text.parse().ok();
        let kind = match parts[0].trim_start_matches('!') {
            "activity" => StageKind::Activity,
            "silence" => StageKind::Silence { km: 100.0 },
            "unreadable" => StageKind::Unreadable,
            km => StageKind::Move { km: number(km) },
        };
        Stage {
            line: 0,
            kind,
            mode: Some(Mode::Rail),
            stop: parts[1].trim_start_matches('-').to_owned(),
            economy: parts[2].trim_start_matches('-').to_owned(),
            role: BorderRole::of(parts[3].trim_start_matches('-')).expect("a role"),
            activity: String::new(),
            hours: number(parts[4]),
            usd: number(parts[5]),
            usd_unofficial: None,
            set_aside: parts[0].starts_with('!'),
        }
    }

    fn trip(text: &str) -> Trip {
        Trip { stages: text.trim().lines().map(stage).collect(), ..Trip::default() }
    }

    fn hours_by_stop(text: &str) -> Vec<(String, Option<f64>)> {
        trip(text).visits().into_iter().map(|visit| (visit.stop, visit.hours)).collect()
    }

    #[test]
    fn totals_add_up_the_stages() {
        let trip =
            trip("activity Tobol KAZ - 10 5\n400 Samur - - 8 20\nactivity Samur RUS exit 2 1\n200 X - - 4 9");
        assert_eq!(trip.km(), Some(600.0));
        assert_eq!(trip.hours(), Some(24.0));
        assert_eq!(trip.moving_hours(), Some(12.0));
        assert_eq!(trip.usd(), Some(35.0));
        assert_eq!(trip.modes(), "rail");
    }

    #[test]
    fn a_sum_over_something_not_known_is_not_known() {
        let trip = trip("400 Samur - - 8 ?\nactivity Samur RUS exit ? 1");
        assert_eq!((trip.km(), trip.moving_hours()), (Some(400.0), Some(8.0)));
        assert_eq!((trip.hours(), trip.usd()), (None, None));
        assert_eq!(trip_of_moves("?").km(), None);
        let silent = super::tests::trip("silence X - - 5 0");
        assert_eq!((silent.km(), silent.moving_hours(), silent.hours()), (Some(100.0), None, Some(5.0)));
    }

    fn trip_of_moves(km: &str) -> Trip {
        trip(&format!("{km} X - - 1 1"))
    }

    #[test]
    fn activities_one_after_another_at_a_post_are_one_visit() {
        let visits = hours_by_stop(
            "activity Samur RUS exit 1 0\nactivity Samur RUS exit 2 0\nactivity Yalama AZE entry 4 0",
        );
        assert_eq!(visits, [("Samur".to_owned(), Some(3.0)), ("Yalama".to_owned(), Some(4.0))]);
    }

    #[test]
    fn two_posts_of_one_name_are_told_apart_by_their_economy() {
        let visits = trip("activity Red AZE exit 1 0\nactivity Red GEO entry 2 0").visits();
        assert_eq!(visits.len(), 2);
        assert!(visits[1].adjoins && !visits[0].adjoins);
    }

    #[test]
    fn a_move_parts_visits() {
        let visits = trip("activity A AZE exit 1 0\n5 B - - 1 0\nactivity B GEO entry 2 0").visits();
        assert!(!visits[1].adjoins);
    }

    #[test]
    fn a_row_set_aside_makes_its_visit_unknown_and_no_other() {
        let visits = hours_by_stop(
            "!activity Samur RUS exit ? ?\nactivity Samur RUS exit 2 0\nactivity Yalama AZE entry 4 0",
        );
        assert_eq!(visits, [("Samur".to_owned(), None), ("Yalama".to_owned(), Some(4.0))]);
    }

    #[test]
    fn a_row_whose_economy_cannot_be_read_belongs_to_the_post_of_its_name() {
        let visits = trip("!activity Lars - entry ? ?\nactivity Lars RUS entry 2 0").visits();
        assert_eq!(visits.len(), 1);
        assert_eq!((visits[0].economy.as_str(), visits[0].hours), ("RUS", None));
    }

    #[test]
    fn a_row_without_a_stop_leaves_its_neighbours_in_doubt() {
        let visits =
            hours_by_stop("activity A AZE exit 1 0\n!unreadable - - - ? ?\nactivity B GEO entry 4 0");
        assert_eq!(visits, [("A".to_owned(), None), ("B".to_owned(), None)]);
        let inside = hours_by_stop(
            "activity A AZE exit 1 0\n!unreadable - - - ? ?\nactivity A AZE exit 1 0\nactivity B GEO entry 4 0",
        );
        assert_eq!(inside, [("A".to_owned(), None), ("B".to_owned(), Some(4.0))]);
    }

    #[test]
    fn a_trip_given_twice_counts_once_and_a_namesake_stays() {
        let log = |file: &str, text: &str| TripLog {
            file: file.to_owned(),
            layout: Some(Layout::ActivityLog),
            rows: 1,
            left_out: 0,
            trips: vec![Trip { id: "T".to_owned(), file: file.to_owned(), ..trip(text) }],
        };
        let earlier = [log("a.csv", "400 X - - 8 1")];
        let mut findings = Vec::new();
        let mut same = log("b.csv", "400 X - - 8 1");
        same.leave_out_repeated(&earlier, &mut findings);
        assert!(same.trips.is_empty());
        let mut other = log("c.csv", "400 X - - 9 1");
        other.leave_out_repeated(&earlier, &mut findings);
        assert_eq!(other.trips.len(), 1);
        assert_eq!(findings.iter().filter(|finding| finding.code == "repeated-trip").count(), 2);
    }
}
