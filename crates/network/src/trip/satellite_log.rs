//! Satellite logs: one row a position with its time, as receivers in vehicles write them (GPS,
//! GLONASS and others). UNESCAP suggests such records as a source for its time/cost–distance
//! charts (*Quick Guide on the Use of Satellite Positioning Systems*).
//!
//! Between two positions lies a stage. It is a stay where both name one stop, or where the pace
//! is below a walk; a move otherwise. What lies between the two posts of a crossing belongs to the
//! post of entry. Distances are great circles between positions, so they are lower bounds, and the
//! closer the positions the better. After a long silence nobody can say how much of it was motion:
//! its kilometres and hours count, but the speed without delay of the trip is not known. Such logs
//! know no payments.

use case::{Finding, Mode};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::log_table::{Entry, Heading, LogTable, drafts_by_trip, plain};
use crate::place::great_circle_between;

use super::{BorderRole, Stage, StageKind, Trip, TripDirection, TripLog};

const REQUIRED: &[&str] = &["trip_id", "time", "latitude", "longitude"];
const OPTIONAL: &[&str] =
    &["mode", "corridor", "direction", "cargo", "tonnes", "stop", "country", "border_role"];

/// A pace below which a vehicle is taken to stand or to creep in a queue, in km/h: that of a walk.
/// A choice of the project.
const WALK_KMH: f64 = 5.0;

/// A silence longer than this, in hours, cannot be told apart into motion and rest. A choice of the
/// project.
const LONGEST_SILENCE_HOURS: f64 = 1.0;

/// A speed between positions above which the later position is taken to be wrong, in km/h. A choice
/// of the project; nothing on wheels in the region is faster.
const IMPOSSIBLE_KMH: f64 = 250.0;

/// Two posts of a crossing lie no farther apart, in kilometres. A choice of the project.
const POSTS_APART_KM: f64 = 10.0;

/// A position that can be used, or a stop whose position cannot.
struct Fix {
    line: u64,
    time: Timestamp,
    latitude: f64,
    longitude: f64,
    stop: String,
    economy: String,
    role: BorderRole,
}

#[derive(Default)]
struct Draft {
    trip: Trip,
    mode: Option<Mode>,
    fixes: Vec<Fix>,
    /// Stops at borders whose row was left out: their times are not known.
    in_doubt: Vec<(String, BorderRole)>,
}

pub(super) fn read(table: &LogTable, start: usize, log: &mut TripLog, findings: &mut Vec<Finding>) {
    let row = &table.rows[start];
    let Some(heading) = Heading::read(&table.file, row, REQUIRED, OPTIONAL, plain, findings) else { return };
    let drafts = drafts_by_trip(
        (table, start),
        (&heading, "one row a position"),
        log,
        findings,
        |trip| Draft { trip, ..Draft::default() },
        |draft, entry, _| draft.take(entry),
    );
    for draft in drafts {
        let trip = draft.finish(&mut log.left_out, findings);
        log.trips.push(trip);
    }
}

/// A coordinate within its bounds.
fn coordinate(entry: &mut Entry<'_>, column: &str, most: f64) -> Option<f64> {
    if entry.text(column).is_empty() {
        entry.error("missing-value", column, "the cell is empty", "degrees as a decimal number");
    }
    let value = entry.signed_number(column, "degrees")?;
    if value.abs() > most {
        let problem = format!("{value} is not a {column}");
        entry.error("malformed-value", column, problem, format!("degrees from -{most} to {most}"));
        return None;
    }
    Some(value)
}

impl Draft {
    fn take(&mut self, entry: &mut Entry<'_>) {
        let time: Option<Timestamp> = entry.text("time").parse().ok();
        if time.is_none() {
            let problem = format!("`{}` is not a moment", entry.text("time"));
            entry.error(
                "malformed-value",
                "time",
                problem,
                "ISO 8601 with the offset from UTC, such as 2024-05-01T08:00:00+04:00",
            );
        }
        let latitude = coordinate(entry, "latitude", 90.0);
        let longitude = coordinate(entry, "longitude", 180.0);
        let role = BorderRole::of(entry.text("border_role"));
        if role.is_none() {
            let problem = format!("`{}` is not a role at a border", entry.text("border_role"));
            entry.error("malformed-value", "border_role", problem, "exit, entry, or empty for inland");
        }
        let economy = entry.economy("country");
        if role.is_some_and(|role| role != BorderRole::Inland) {
            for (column, valid) in [("stop", "the name of the post"), ("country", "ISO 3166 alpha-3")] {
                if entry.text(column).is_empty() {
                    entry.error("missing-value", column, "a post at a border without it", valid);
                }
            }
        }
        let stop = entry.text("stop").to_owned();
        self.describe(entry);
        match (time, latitude, longitude, role) {
            (Some(time), Some(latitude), Some(longitude), Some(role)) if !entry.is_left_out() => {
                self.fixes.push(Fix { line: entry.line(), time, latitude, longitude, stop, economy, role });
            }
            _ if !stop.is_empty() => self.in_doubt.push((stop, role.unwrap_or_default())),
            _ => {}
        }
    }

    /// What a row says of the whole trip; the first one that says it holds.
    fn describe(&mut self, entry: &mut Entry<'_>) {
        let written = entry.text("mode");
        let mode = Mode::of(written);
        if mode.is_none() && !written.is_empty() {
            let problem = format!("`{written}` is not a mode");
            entry.error("malformed-value", "mode", problem, Mode::ALL.map(Mode::word).join(", "));
        }
        let direction = TripDirection::of(entry.text("direction"));
        if direction.is_none() {
            let problem = format!("`{}` is not a direction", entry.text("direction"));
            entry.error("malformed-value", "direction", problem, "inbound, outbound or empty");
        }
        let tonnes = entry.tonnes();
        if entry.is_left_out() {
            return;
        }
        let trip = &mut self.trip;
        let mut differs = Vec::new();
        for (column, own) in [("corridor", &mut trip.corridor), ("cargo", &mut trip.cargo)] {
            let said = entry.text(column);
            if own.is_empty() {
                own.push_str(said);
            } else if !said.is_empty() && own != said {
                differs.push((column, own.clone()));
            }
        }
        let stated = direction.filter(|direction| *direction != TripDirection::NotStated);
        match (trip.direction, stated) {
            (TripDirection::NotStated, Some(direction)) => trip.direction = direction,
            (own, Some(said)) if own != said => differs.push(("direction", own.words().to_owned())),
            _ => {}
        }
        match (self.mode, mode) {
            (Some(own), Some(said)) if own != said => differs.push(("mode", own.word().to_owned())),
            (own, said) => self.mode = own.or(said),
        }
        match (trip.tonnes, tonnes) {
            (Some(own), Some(said)) if own != said => differs.push(("tonnes", own.to_string())),
            (own, said) => trip.tonnes = own.or(said),
        }
        for (column, taken) in differs {
            let problem = format!("`{}` differs within the trip; {taken} is taken", entry.text(column));
            entry.warning("contradiction", column, problem, "one value a trip");
        }
    }

    /// The trip, a stage between each two positions.
    fn finish(mut self, left_out: &mut usize, findings: &mut Vec<Finding>) -> Trip {
        self.fixes.sort_by_key(|fix| (fix.time, fix.line));
        let mut stages: Vec<Stage> = Vec::new();
        let mut last: Option<&Fix> = None;
        for fix in &self.fixes {
            let Some(before) = last else {
                last = Some(fix);
                continue;
            };
            let hours = fix.time.duration_since(before.time).as_secs_f64() / 3600.0;
            let km = great_circle_km(before, fix);
            let fault = if hours <= 0.0 {
                let problem = format!("the moment of line {} again", before.line);
                Some(("time", problem, "one position a moment".to_owned()))
            } else if km / hours > IMPOSSIBLE_KMH {
                let problem = format!("{km:.0} km from line {} in {hours:.2} h", before.line);
                Some(("latitude", problem, format!("up to {IMPOSSIBLE_KMH} km/h")))
            } else {
                None
            };
            if let Some((column, problem, valid)) = fault {
                *left_out += 1;
                let finding = Finding::error("malformed-value", &self.trip.file, problem);
                findings.push(finding.at(fix.line, column).valid(valid));
                if !fix.stop.is_empty() {
                    self.in_doubt.push((fix.stop.clone(), fix.role));
                }
                continue;
            }
            stages.push(between(before, fix, km, hours, self.mode));
            last = Some(fix);
        }
        for stage in &mut stages {
            if self.in_doubt.contains(&(stage.stop.clone(), stage.role)) {
                doubt(stage);
            }
        }
        self.trip.year = self.fixes.first().map(|fix| fix.time.to_zoned(TimeZone::UTC).year());
        self.trip.stages = stages;
        self.trip
    }
}

/// Makes the time of a stay not known, of which some position was left out.
fn doubt(stage: &mut Stage) {
    if stage.kind == StageKind::Activity {
        stage.hours = None;
    }
}

/// The stage between two positions.
fn between(before: &Fix, fix: &Fix, km: f64, hours: f64, mode: Option<Mode>) -> Stage {
    let same_stop = !fix.stop.is_empty()
        && (&before.stop, &before.economy, before.role) == (&fix.stop, &fix.economy, fix.role);
    let crosses = before.role == BorderRole::Exit
        && fix.role == BorderRole::Entry
        && before.economy != fix.economy
        && km < POSTS_APART_KM;
    let at_post = same_stop || crosses;
    let at_rest = at_post || km / hours < WALK_KMH;
    let kind = if at_rest {
        StageKind::Activity
    } else if hours > LONGEST_SILENCE_HOURS {
        StageKind::Silence { km }
    } else {
        StageKind::Move { km: Some(km) }
    };
    // A rest on the way from one post to the next belongs to neither.
    let named = at_post || !at_rest;
    Stage {
        line: fix.line,
        kind,
        mode,
        stop: if named { fix.stop.clone() } else { String::new() },
        economy: if named { fix.economy.clone() } else { String::new() },
        role: if at_post { fix.role } else { BorderRole::Inland },
        activity: String::new(),
        hours: Some(hours),
        usd: None,
        usd_unofficial: None,
        set_aside: false,
    }
}

/// Kilometres along the great circle.
fn great_circle_km(a: &Fix, b: &Fix) -> f64 {
    great_circle_between((a.latitude, a.longitude), (b.latitude, b.longitude))
}

#[cfg(test)]
mod tests {
    use super::super::LogRow;
    use super::*;

    /// Rows of time, latitude, stop, country and role; one degree of latitude is 111.195 km.
    fn read_rows(rows: &str) -> (TripLog, Vec<Finding>) {
        let heading = "trip_id time latitude stop country border_role longitude mode direction";
        let cells = |text: &str| -> Vec<String> {
            text.split_whitespace().map(|cell| if cell == "-" { "" } else { cell }.to_owned()).collect()
        };
        let mut table = LogTable { file: "gps.csv".to_owned(), rows: Vec::new() };
        table.rows.push(LogRow { line: 1, cells: cells(heading) });
        for (line, row) in (2..).zip(rows.trim().lines()) {
            table.rows.push(LogRow { line, cells: cells(&format!("G1 {} 45 road inbound", row.trim())) });
        }
        let mut findings = Vec::new();
        (TripLog::read(&table, &mut findings), findings)
    }

    #[test]
    fn motion_and_rest_are_told_apart_by_stop_and_pace() {
        let (log, findings) = read_rows(
            "2024-05-01T00:00:00Z 41.0 - - -
             2024-05-01T01:00:00Z 41.5 Sadakhlo GEO exit
             2024-05-01T03:00:00Z 41.5 Sadakhlo GEO exit
             2024-05-01T03:30:00Z 41.7 - - -
             2024-05-01T04:30:00Z 41.71 - - -",
        );
        assert!(findings.is_empty(), "{findings:?}");
        let trip = &log.trips[0];
        assert!((trip.km().expect("known") - 0.7 * 111.195).abs() < 0.01);
        assert_eq!((trip.hours(), trip.moving_hours()), (Some(4.5), Some(1.5)));
        let post = trip.visits().into_iter().find(|visit| visit.role == BorderRole::Exit);
        assert_eq!(post.and_then(|visit| visit.hours), Some(2.0));
        assert_eq!((trip.year, trip.usd()), (Some(2024), None));
    }

    #[test]
    fn the_way_between_two_posts_belongs_to_the_entry() {
        let (log, _) = read_rows(
            "2024-05-01T00:00:00Z 41.00 Bagratashen ARM exit
             2024-05-01T01:00:00Z 41.00 Bagratashen ARM exit
             2024-05-01T01:30:00Z 41.02 Sadakhlo GEO entry
             2024-05-01T03:00:00Z 41.02 Sadakhlo GEO entry",
        );
        let visits = log.trips[0].visits();
        let hours: Vec<Option<f64>> = visits.iter().map(|visit| visit.hours).collect();
        assert_eq!(hours, [Some(1.0), Some(2.0)]);
        assert!(visits[1].adjoins);
    }

    #[test]
    fn after_a_long_silence_the_speed_without_delay_is_not_known() {
        let (log, _) = read_rows(
            "2024-05-01T00:00:00Z 41.0 - - -
             2024-05-01T05:00:00Z 42.0 - - -",
        );
        let trip = &log.trips[0];
        assert_eq!((trip.hours(), trip.moving_hours()), (Some(5.0), None));
        assert!(trip.km().is_some());
    }

    #[test]
    fn wrong_positions_are_findings_and_the_rest_goes_on() {
        let (log, findings) = read_rows(
            "2024-05-01T00:00:00Z 41.0 - - -
             2024-05-01T00:20:00 41.1 - - -
             2024-05-01T00:30:00Z 91.2 - - -
             2024-05-01T00:40:00Z 49.0 - - -
             2024-05-01T01:00:00Z 41.5 - - -
             2024-05-01T01:00:00Z 41.5 - - -",
        );
        let rows: Vec<_> = findings.iter().filter_map(|finding| finding.row).collect();
        assert_eq!(rows, [3, 4, 5, 7]);
        assert_eq!((log.rows, log.left_out), (6, 4));
        assert_eq!(log.trips[0].hours(), Some(1.0));
    }

    #[test]
    fn a_post_of_which_a_position_was_left_out_has_no_known_time() {
        let (log, findings) = read_rows(
            "2024-05-01T00:00:00Z 41.0 - - -
             2024-05-01T00:30:00Z x Sadakhlo GEO exit
             2024-05-01T01:00:00Z 41.5 Sadakhlo GEO exit
             2024-05-01T03:00:00Z 41.5 Sadakhlo GEO exit",
        );
        assert_eq!(findings.len(), 1);
        let post = log.trips[0].visits().into_iter().find(|visit| visit.role == BorderRole::Exit);
        assert_eq!(post.map(|visit| visit.hours), Some(None));
    }
}
