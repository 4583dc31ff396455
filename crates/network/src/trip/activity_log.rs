//! Activity logs: one row a move up to a stop or an activity at it, as drivers note them for
//! CAREC's Corridor Performance Measurement and Monitoring.
//!
//! The columns are those of the project's own layout; CPMM publishes its method and the names of
//! activities, but no files and no codes.

use std::collections::BTreeMap;

use case::{Finding, Mode, Severity};

use super::log_table::{Entry, Heading, LogRow, LogTable, drafts_by_trip, plain};
use super::{BorderRole, Stage, StageKind, Trip, TripDirection, TripLog};

const REQUIRED: &[&str] =
    &["trip_id", "mode", "seq", "record", "stop", "country", "border_role", "distance_km", "hours"];
const OPTIONAL: &[&str] = &[
    "corridor",
    "direction",
    "cargo",
    "tonnes",
    "activity_code",
    "activity",
    "usd",
    "usd_unofficial",
    "date",
    "year",
];

/// Activities of road trips, numbered `R01` and so on. Names 1 to 8 are CPMM's; the others and all
/// numbers are the project's.
const ROAD: &[&str] = &[
    "Border security and control",
    "Customs controls",
    "Health or quarantine inspection",
    "Phytosanitary inspection",
    "Veterinary inspection",
    "Visa or immigration",
    "Traffic inspection",
    "Police checkpoint or stop",
    "Transport inspection",
    "Weight or standard inspection",
    "Vehicle registration",
    "Emergency repair",
    "Escort or convoy",
    "Loading and unloading",
    "Road toll",
    "Waiting or queue",
];

/// Activities of rail trips, numbered `L01` and so on by the project.
const RAIL: &[&str] = &[
    "Load cargo",
    "Unload cargo",
    "Fix cargo shift",
    "Remove excess cargo",
    "Transload at gauge change point",
    "Pick up and deliver cargo",
    "Replace or repair inoperable wagon",
    "Emergency repair",
    "Train classification (marshalling)",
    "Document errors",
    "Reissue of transit documents",
    "Customs inspection",
    "Technical inspection",
    "Commercial inspection",
    "Sanitary and phytosanitary control",
    "Busy facility",
    "Faulty handling equipment",
    "No wagons available",
    "Restriction on entry",
    "Waiting for priority trains to pass",
    "Waiting for ferry",
];

/// A mean speed of a move above which it is called doubtful, in km/h.
const DOUBTFUL_KMH: f64 = 130.0;

/// The name of an activity by its code and mode.
fn activity_name(mode: Mode, code: &str) -> Option<&'static str> {
    let (letter, names) = match mode {
        Mode::Road => ("R", ROAD),
        Mode::Rail => ("L", RAIL),
        Mode::Ferry | Mode::Sea | Mode::Air => return None,
    };
    let number = code.strip_prefix(letter).filter(|number| number.len() == 2)?;
    let index = number.parse::<usize>().ok()?.checked_sub(1)?;
    names.get(index).copied()
}

/// A trip in the making.
#[derive(Default)]
struct Draft {
    trip: Trip,
    stages: Vec<(u64, Option<i16>, Stage)>,
    /// The row of each number in the trip.
    numbers: BTreeMap<u64, LogRow>,
}

pub(super) fn read(table: &LogTable, start: usize, log: &mut TripLog, findings: &mut Vec<Finding>) {
    let row = &table.rows[start];
    let Some(heading) = Heading::read(&table.file, row, REQUIRED, OPTIONAL, plain, findings) else { return };
    let drafts = drafts_by_trip(
        (table, start),
        (&heading, "one row a move or an activity"),
        log,
        findings,
        |trip| Draft { trip, ..Draft::default() },
        |draft, entry, row| draft.take(entry, row),
    );
    if !heading.has("date") && !heading.has("year") && log.rows > 0 {
        let finding = Finding::warning("not-known", &table.file, "the year of the trips is not known")
            .at_row(row.line)
            .valid("a column date or year");
        findings.push(Finding { severity: Severity::Note, ..finding });
    }
    for draft in drafts {
        let trip = draft.finish(findings);
        log.trips.push(trip);
    }
}

impl Draft {
    /// Takes in a row: its stage, or what can be said of a stage that was left out.
    fn take(&mut self, entry: &mut Entry<'_>, row: &LogRow) {
        let number = self.number(entry, row);
        let repeats = number
            .is_some_and(|number| self.numbers.get(&number).is_some_and(|first| first.cells == row.cells));
        let mut stage = stage(entry);
        let year = entry.year("date").or_else(|| entry.year("year"));
        let direction = entry.text("direction");
        let stated = TripDirection::of(direction);
        if stated.is_none() {
            entry.error(
                "malformed-value",
                "direction",
                format!("`{direction}` is not a direction"),
                "inbound, outbound or empty",
            );
        }
        let tonnes = entry.tonnes();
        if entry.is_left_out() {
            // The same row twice tells nothing new, so nothing is missing without it.
            if repeats {
                return;
            }
            stage.set_aside = true;
            (stage.hours, stage.usd, stage.usd_unofficial) = (None, None, None);
            if let StageKind::Move { km } = &mut stage.kind {
                *km = None;
            }
        }
        // What a row says of its trip can be right where its own figures are not.
        let readable = !entry.is_malformed();
        if readable {
            self.describe(entry, stated, tonnes);
        }
        let last = self.stages.last().map_or(0, |(number, ..)| *number);
        if let Some(number) = number {
            self.numbers.entry(number).or_insert_with(|| row.clone());
        }
        self.stages.push((number.unwrap_or(last), year.filter(|_| readable), stage));
    }

    /// The number of the row in its trip; a number that another row has is a fault.
    fn number(&self, entry: &mut Entry<'_>, row: &LogRow) -> Option<u64> {
        let value = entry.number("seq", "a whole number")?;
        if value.fract() != 0.0 || value > 1e9 {
            entry.error("malformed-value", "seq", format!("{value} is not a whole number"), "a whole number");
            return None;
        }
        let number = value as u64;
        if let Some(first) = self.numbers.get(&number) {
            let same = if first.cells == row.cells { ", cell by cell the same" } else { "" };
            entry.error(
                "repeated-row",
                "seq",
                format!("seq {number} of trip {} repeats line {}{same}", self.trip.id, first.line),
                "one row a number",
            );
        }
        Some(number)
    }

    /// What the first row says of the whole trip holds; a later row that disagrees is a warning.
    fn describe(&mut self, entry: &mut Entry<'_>, direction: Option<TripDirection>, tonnes: Option<f64>) {
        let trip = &mut self.trip;
        let mut differs: Vec<(&str, String)> = Vec::new();
        for (column, own) in [("corridor", &mut trip.corridor), ("cargo", &mut trip.cargo)] {
            let said = entry.text(column);
            if own.is_empty() {
                own.push_str(said);
            } else if !said.is_empty() && own != said {
                differs.push((column, own.clone()));
            }
        }
        match (trip.direction, direction) {
            (TripDirection::NotStated, Some(said)) => trip.direction = said,
            (own, Some(said)) if said != TripDirection::NotStated && own != said => {
                differs.push(("direction", own.words().to_owned()));
            }
            _ => {}
        }
        match (trip.tonnes, tonnes) {
            (None, some) => trip.tonnes = some,
            (Some(own), Some(said)) if own != said => differs.push(("tonnes", own.to_string())),
            _ => {}
        }
        for (column, taken) in differs {
            let problem = format!("`{}` differs within the trip; {taken} is taken", entry.text(column));
            entry.warning("contradiction", column, problem, "one value a trip");
        }
    }

    /// The trip, its stages in the order of their numbers.
    fn finish(mut self, findings: &mut Vec<Finding>) -> Trip {
        // Stable: rows of one number, or without one, stay in the order of the file.
        self.stages.sort_by_key(|(number, ..)| *number);
        let numbers: Vec<(u64, u64)> = self.numbers.iter().map(|(number, row)| (*number, row.line)).collect();
        for pair in numbers.windows(2) {
            let [(before, _), (after, line)] = pair else { continue };
            if after - before > 1 {
                let missing = if after - before == 2 {
                    format!("seq {} of trip {} is missing", before + 1, self.trip.id)
                } else {
                    format!("seq {} to {} of trip {} are missing", before + 1, after - 1, self.trip.id)
                };
                findings.push(
                    Finding::warning("missing-row", &self.trip.file, missing)
                        .at(*line, "seq")
                        .valid("numbers without gaps"),
                );
            }
        }
        self.trip.year = self.stages.iter().find_map(|(_, year, _)| *year);
        self.trip.stages = self.stages.into_iter().map(|(.., stage)| stage).collect();
        self.trip
    }
}

/// The stage of a row; what is wrong with it becomes faults of the entry.
fn stage(entry: &mut Entry<'_>) -> Stage {
    let mode = Mode::of(entry.text("mode"));
    if mode.is_none() {
        let problem = format!("`{}` is not a mode", entry.text("mode"));
        entry.error("malformed-value", "mode", problem, Mode::ALL.map(Mode::word).join(", "));
    }
    let role = BorderRole::of(entry.text("border_role"));
    if role.is_none() {
        let problem = format!("`{}` is not a role at a border", entry.text("border_role"));
        entry.error("malformed-value", "border_role", problem, "exit, entry, or empty for inland");
    }
    if entry.text("stop").is_empty() {
        entry.error("missing-value", "stop", "the cell is empty", "the name of the stop");
    }
    let economy = entry.economy("country");
    if role.is_some_and(|role| role != BorderRole::Inland) && entry.text("country").is_empty() {
        let problem = "a post at a border has no country";
        entry.error("missing-value", "country", problem, "ISO 3166 alpha-3, such as KAZ");
    }
    let hours = entry.number_or_note("hours", "hours");
    let usd = entry.number_or_note("usd", "US dollars");
    let usd_unofficial = entry.number("usd_unofficial", "US dollars");
    if let (Some(all), Some(part)) = (usd, usd_unofficial)
        && part > all
    {
        let problem = format!("unofficial payments of {part} USD are more than all payments, {all} USD");
        entry.error("malformed-value", "usd_unofficial", problem, "a part of usd");
    }
    let kind = match entry.text("record") {
        "move" => StageKind::Move { km: move_km(entry, hours) },
        "activity" => {
            if !entry.text("distance_km").is_empty() {
                let problem = "an activity has a distance; it is not counted";
                entry.warning("not-read", "distance_km", problem, "empty, or a row of record move");
            }
            check_activity(entry, mode);
            StageKind::Activity
        }
        other => {
            let problem = format!("`{other}` is not a kind of record");
            entry.error("malformed-value", "record", problem, "move or activity");
            StageKind::Unreadable
        }
    };
    Stage {
        line: entry.line(),
        kind,
        mode,
        stop: entry.text("stop").to_owned(),
        economy,
        role: role.unwrap_or_default(),
        activity: entry.text("activity").to_owned(),
        hours,
        usd,
        usd_unofficial,
        set_aside: false,
    }
}

/// The kilometres of a move, which must fit its hours.
fn move_km(entry: &mut Entry<'_>, hours: Option<f64>) -> Option<f64> {
    let km = entry.number_or_note("distance_km", "kilometres");
    if let (Some(km), Some(hours)) = (km, hours)
        && km > 0.0
    {
        if hours == 0.0 {
            let problem = format!("{km} km in no time");
            entry.error("malformed-value", "hours", problem, "hours, above zero, or empty where not known");
        } else if km / hours > DOUBTFUL_KMH {
            let problem = format!("{km} km in {hours} h are {:.0} km/h", km / hours);
            entry.warning("doubtful-speed", "hours", problem, format!("up to {DOUBTFUL_KMH} km/h"));
        }
    }
    km
}

/// The code of an activity, which must be one of the mode and fit the name.
fn check_activity(entry: &mut Entry<'_>, mode: Option<Mode>) {
    let (code, written) = (entry.text("activity_code"), entry.text("activity"));
    if code.is_empty() && written.is_empty() {
        entry.error("missing-value", "activity", "the activity has no code and no name", "a code or a name");
    }
    let Some(mode) = mode.filter(|_| !code.is_empty()) else { return };
    match activity_name(mode, code) {
        None => {
            let last = |letter, names: &[&str]| format!("{letter}01 to {letter}{}", names.len());
            let valid = format!("road: {}; rail: {}", last('R', ROAD), last('L', RAIL));
            let problem = format!("{} has no activity of the code `{code}`", mode.word());
            entry.error("unknown-reference", "activity_code", problem, valid);
        }
        Some(name) if !written.is_empty() && plain(name) != plain(written) => {
            let problem = format!("{code} is `{name}`, not `{written}`");
            entry.warning("contradiction", "activity", problem, "the name of the code");
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "trip_id mode direction tonnes seq record stop country border_role activity_code activity distance_km \
         hours usd usd_unofficial date";

    /// Rows in lines, cells parted by blanks, `-` for empty.
    fn read_rows(rows: &str) -> (TripLog, Vec<Finding>) {
        let lines = std::iter::once(HEADING).chain(rows.trim().lines());
        let rows = (1u64..)
            .zip(lines)
            .map(|(line, text)| LogRow {
                line,
                cells: text
                    .split_whitespace()
                    .map(|cell| if cell == "-" { "" } else { cell }.to_owned())
                    .collect(),
            })
            .collect();
        let table = LogTable { file: "log.csv".to_owned(), rows };
        let mut findings = Vec::new();
        (TripLog::read(&table, &mut findings), findings)
    }

    fn errors(findings: &[Finding]) -> Vec<String> {
        findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| {
                format!("{} {}", finding.row.unwrap_or(0), finding.column.as_deref().unwrap_or(""))
            })
            .collect()
    }

    #[test]
    fn a_trip_is_read_in_the_order_of_its_numbers() {
        let (log, findings) = read_rows(
            "T1 road outbound 20 2 move Sadakhlo - - - - 190 4.2 110 - 2024-12-31\n\
             T1 road outbound 20 1 activity Yerevan ARM - R14 - - 2.5 60 0 2024-12-30\n\
             T1 road outbound 20 3 activity Sadakhlo GEO entry R02 - - 0.8 30 5 2025-01-01",
        );
        assert!(findings.is_empty(), "{findings:?}");
        let trip = &log.trips[0];
        let stops: Vec<&str> = trip.stages.iter().map(|stage| stage.stop.as_str()).collect();
        assert_eq!(stops, ["Yerevan", "Sadakhlo", "Sadakhlo"]);
        assert_eq!((trip.year, trip.tonnes), (Some(2024), Some(20.0)));
        assert_eq!(trip.direction, TripDirection::Outbound);
        assert_eq!((trip.km(), trip.hours(), trip.usd()), (Some(190.0), Some(7.5), Some(200.0)));
        assert_eq!((log.rows, log.left_out), (3, 0));
    }

    #[test]
    fn each_bad_row_is_a_finding_and_the_rest_goes_on() {
        let (log, findings) = read_rows(
            "T1 road - 20 1 activity Yerevan ARM - R99 - - 2.5 60 0 2024\n\
             T1 road - 20 2 move Sadakhlo - - - - 190 4,2 110 - 2024\n\
             T1 road - 20 3 activity Sadakhlo QQQ entry R02 - - 0.8 30 5 2024\n\
             T1 road - 20 3 activity Sadakhlo GEO entry R01 - - 0.8 30 5 2024\n\
             T1 road - 20 4 activity Sadakhlo GEO entry R02 - - 0.8 30 50 2024\n\
             T1 road - 20 5 activity Sadakhlo GEO inside R02 - - 0.8 30 5 2024\n\
             T1 road - 20 6 move Tbilisi - - - - 70 0 30 - 2024\n\
             T1 road - 20 7 move Tbilisi - - - - 70 1.5 30 - 2024",
        );
        assert_eq!(
            errors(&findings),
            [
                "2 activity_code",
                "3 hours",
                "4 country",
                "5 seq",
                "6 usd_unofficial",
                "7 border_role",
                "8 hours"
            ]
        );
        assert_eq!((log.rows, log.left_out), (8, 7));
        assert_eq!(log.trips[0].stages.iter().filter(|stage| !stage.set_aside).count(), 1);
        assert_eq!(log.trips[0].hours(), None, "what was left out is not known");
    }

    #[test]
    fn a_row_given_twice_takes_nothing_from_its_trip() {
        let row = "T1 road - 20 1 activity Yerevan ARM - R14 - - 2.5 60 0 2024";
        let (log, findings) = read_rows(&format!("{row}\n{row}"));
        assert_eq!(errors(&findings), ["3 seq"]);
        assert_eq!(log.trips[0].hours(), Some(2.5));
    }

    #[test]
    fn empty_hours_are_not_known_and_zero_hours_are_none() {
        let (log, findings) = read_rows(
            "T1 rail - 20 1 activity Samur RUS exit L12 - - 0 0 - 2024\n\
             T1 rail - 20 2 activity Yalama AZE entry L12 - - - 0 - 2024",
        );
        let hours: Vec<Option<f64>> = log.trips[0].visits().iter().map(|visit| visit.hours).collect();
        assert_eq!(hours, [Some(0.0), None]);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].severity, findings[0].row), (Severity::Note, Some(3)));
    }

    #[test]
    fn a_gap_in_the_numbers_and_a_contradiction_are_warnings() {
        let (log, findings) = read_rows(
            "T1 rail inbound 20 1 activity Samur RUS exit L12 - - 1 0 - 2024\n\
             T1 rail outbound 22 4 activity Yalama AZE entry L12 Loading - 1 0 - 2024",
        );
        let columns: Vec<_> =
            findings.iter().map(|finding| finding.column.as_deref().unwrap_or_default()).collect();
        assert_eq!(columns, ["activity", "direction", "tonnes", "seq"]);
        assert!(findings.iter().all(|finding| finding.severity == Severity::Warning));
        assert_eq!(log.left_out, 0);
    }

    #[test]
    fn codes_belong_to_a_mode() {
        assert_eq!(activity_name(Mode::Road, "R16"), Some("Waiting or queue"));
        assert_eq!(activity_name(Mode::Rail, "L21"), Some("Waiting for ferry"));
        for (mode, code) in [
            (Mode::Road, "R17"),
            (Mode::Road, "R00"),
            (Mode::Road, "R2"),
            (Mode::Rail, "R02"),
            (Mode::Sea, "R01"),
        ] {
            assert_eq!(activity_name(mode, code), None, "{code}");
        }
    }
}
