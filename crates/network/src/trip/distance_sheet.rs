//! Time/cost–distance sheets: one row a leg of a route or a node on it, after the methodology of
//! UNESCAP.
//!
//! A leg has a length and a mode; a node has no length and is a vertical step in the chart of time
//! or cost over distance. Of each, the sheet states a least, a greatest and a typical time and
//! cost. The typical ones become the stages of one trip; the others only check them, as a range
//! that somebody estimated is not a sample.

use case::{Finding, Mode, Severity};

use super::log_table::{Entry, Heading, LogRow, LogTable, plain, year_of};
use super::{BorderRole, Stage, StageKind, Trip, TripDirection, TripLog};

const REQUIRED: &[&str] = &["section or node", "mode or activity", "distance", "time"];
const OPTIONAL: &[&str] = &[
    "no.",
    "time min",
    "time max",
    "cost min",
    "cost max",
    "cost",
    "cumulative distance",
    "cumulative time",
    "cumulative cost",
    "remarks",
];

/// The figures that a sheet also gives summed up, and their unit.
const SUMMED: [(&str, &str, &str); 3] = [
    ("distance", "cumulative distance", "kilometres"),
    ("time", "cumulative time", "hours"),
    ("cost", "cumulative cost", "US dollars"),
];

/// By how much a stated sum may differ from the sum of the rows, for rounding.
const ROUNDING: f64 = 0.5;

/// A name of a column without its unit: `Time min (h)` is `time min`.
fn without_unit(name: &str) -> String {
    plain(name.split('(').next().unwrap_or_default())
}

pub(super) fn read(table: &LogTable, start: usize, log: &mut TripLog, findings: &mut Vec<Finding>) {
    let row = &table.rows[start];
    let Some(heading) = Heading::read(&table.file, row, REQUIRED, OPTIONAL, without_unit, findings) else {
        return;
    };
    if !units_are_read(&table.file, row, findings) {
        return;
    }
    let mut trip = head(table, start, findings);
    let money_is_read = currency_is_read(table, start, findings);
    let mut sums = Sums::default();
    for row in &table.rows[start + 1..] {
        let filled: Vec<&str> =
            row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        match filled.as_slice() {
            [] => continue,
            [text] => {
                let shown: String = text.chars().take(60).collect();
                let note = Finding::warning(
                    "not-read",
                    &table.file,
                    format!("a line of text below the table is not read: `{shown}`"),
                );
                findings.push(Finding { severity: Severity::Note, ..note.at_row(row.line) });
                continue;
            }
            _ => {}
        }
        let mut entry = Entry::new(&table.file, &heading, row);
        if plain(entry.text("section or node")) == "total" {
            sums.check_total(&mut entry);
            findings.extend(entry.into_faults());
            continue;
        }
        log.rows += 1;
        let mut stage = stage(&mut entry, money_is_read);
        sums.check(&mut entry);
        if entry.is_left_out() {
            log.left_out += 1;
            sums.broken = true;
            stage.set_aside = true;
            (stage.hours, stage.usd) = (None, None);
            if let StageKind::Move { km } = &mut stage.kind {
                *km = None;
            }
        }
        trip.stages.push(stage);
        findings.extend(entry.into_faults());
    }
    if trip.stages.is_empty() {
        findings.push(
            Finding::warning("no-rows", &table.file, "the sheet has a heading and no rows")
                .at_row(row.line)
                .valid("one row a leg or a node"),
        );
        return;
    }
    log.trips.push(trip);
}

/// What stands above the table: the route, the goods, the unit of cargo, the date.
fn head(table: &LogTable, start: usize, findings: &mut Vec<Finding>) -> Trip {
    let mut said = |name: &str, missing: &str, valid: &str| {
        let row =
            table.rows[..start].iter().find(|row| row.cells.first().is_some_and(|own| plain(own) == name));
        let value = row.and_then(|row| row.cells.get(1)).map(|value| value.trim().to_owned());
        if value.as_ref().is_none_or(String::is_empty) {
            let finding = Finding::warning("not-known", &table.file, missing).valid(valid);
            findings.push(Finding { severity: Severity::Note, ..finding });
        }
        value.unwrap_or_default()
    };
    let corridor = said("route", "the sheet names no route", "a line Route above the table");
    let cargo = said("commodity", "the sheet names no commodity", "a line Commodity above the table");
    let unit =
        said("unit of cargo", "the sheet names no unit of cargo", "a line Unit of cargo with its tonnes");
    let date = said("date of survey", "the sheet has no date of survey", "a line Date of survey, YYYY-MM");
    let direction = said(
        "direction",
        "the sheet states no direction",
        "a line Direction, inbound or outbound, above the table",
    );
    let tonnes = tonnes_of(&unit);
    let mut doubt = |problem: String, valid: &str| {
        findings.push(Finding::warning("malformed-value", &table.file, problem).valid(valid));
    };
    if tonnes.is_none() && !unit.is_empty() {
        doubt(format!("`{unit}` names no tonnes, so nothing can be put per tonne"), "such as 20 t");
    }
    if year_of(&date).is_none() && !date.is_empty() {
        doubt(format!("the date of survey, `{date}`, is not a date"), "YYYY, YYYY-MM or YYYY-MM-DD");
    }
    let stated = TripDirection::of(&plain(&direction));
    if stated.is_none() {
        doubt(format!("`{direction}` is not a direction"), "inbound or outbound");
    }
    Trip {
        id: if corridor.is_empty() { table.file.clone() } else { corridor.clone() },
        file: table.file.clone(),
        corridor,
        direction: stated.unwrap_or_default(),
        year: year_of(&date),
        cargo,
        tonnes,
        stages: Vec::new(),
    }
}

/// The tonnes in words such as `1 x 20 ft container, 20 t`.
fn tonnes_of(text: &str) -> Option<f64> {
    let words: Vec<String> = text.split([' ', ',', ';']).map(plain).filter(|word| !word.is_empty()).collect();
    let amount = |number: &str| number.parse::<f64>().ok().filter(|tonnes| *tonnes > 0.0);
    let apart = words
        .windows(2)
        .filter(|pair| ["t", "tonnes", "tonne", "tons"].contains(&pair[1].as_str()))
        .find_map(|pair| amount(&pair[0]));
    apart.or_else(|| words.iter().find_map(|word| word.strip_suffix('t').and_then(amount)))
}

/// Whether the units in the heading are those that are read; a finding for each that is not.
fn units_are_read(file: &str, row: &LogRow, findings: &mut Vec<Finding>) -> bool {
    let mut read = true;
    for cell in &row.cells {
        let Some((_, rest)) = cell.split_once('(') else { continue };
        let unit = plain(rest.trim_end().trim_end_matches(')'));
        let name = without_unit(cell);
        let valid = match () {
            () if name.contains("distance") => "km",
            () if name.contains("time") => "h",
            () => continue,
        };
        if unit != valid {
            read = false;
            findings.push(
                Finding::error("wrong-unit", file, format!("`{unit}` is not read"))
                    .at(row.line, cell.trim())
                    .valid(valid),
            );
        }
    }
    read
}

/// Whether money is in US dollars, by the line above the table and the heading.
fn currency_is_read(table: &LogTable, start: usize, findings: &mut Vec<Finding>) -> bool {
    let above = table.rows[..start]
        .iter()
        .filter(|row| row.cells.first().is_some_and(|name| plain(name) == "currency"))
        .filter_map(|row| row.cells.get(1).map(|currency| (row.line, currency.trim().to_owned())));
    let row = &table.rows[start];
    let in_heading = row
        .cells
        .iter()
        .filter(|cell| without_unit(cell).contains("cost"))
        .filter_map(|cell| cell.split_once('('))
        .map(|(_, unit)| (row.line, unit.trim().trim_end_matches(')').to_owned()));
    let stated: Vec<(u64, String)> = above.chain(in_heading).collect();
    match stated.iter().find(|(_, currency)| currency != "USD") {
        Some((line, currency)) => {
            findings.push(
                Finding::error(
                    "wrong-unit",
                    &table.file,
                    format!("money in `{currency}` is not read; times and distances are"),
                )
                .at(*line, "Currency")
                .valid("USD"),
            );
            false
        }
        None if stated.is_empty() => {
            findings.push(
                Finding::error(
                    "wrong-unit",
                    &table.file,
                    "the sheet states no currency; its money is not read",
                )
                .at(row.line, "Cost")
                .valid("a line Currency, USD, or (USD) in the heading"),
            );
            false
        }
        None => true,
    }
}

/// What a node is to a border, by the words for what is done there.
fn role_of(place: &str, activity: &str) -> BorderRole {
    let activity = plain(activity);
    if activity.contains("border") || (activity.contains("customs") && place.contains('/')) {
        BorderRole::BothSides
    } else if activity.contains("customs") {
        BorderRole::OneSide
    } else {
        BorderRole::Inland
    }
}

fn stage(entry: &mut Entry<'_>, money_is_read: bool) -> Stage {
    let (place, activity) = (entry.text("section or node"), entry.text("mode or activity"));
    if place.is_empty() {
        entry.error(
            "missing-value",
            "section or node",
            "the cell is empty",
            "a section, or the name of a node",
        );
    }
    if activity.is_empty() {
        entry.error("missing-value", "mode or activity", "the cell is empty", "a mode, or what is done");
    }
    let km = entry.number_or_note("distance", "kilometres");
    let hours = entry.number_or_note("time", "hours");
    let usd = entry.number_or_note("cost", "US dollars").filter(|_| money_is_read);
    in_range(entry, "time", hours);
    if money_is_read {
        in_range(entry, "cost", usd);
    }
    let mode = match plain(activity).as_str() {
        "truck" | "lorry" => Some(Mode::Road),
        "train" | "railway" => Some(Mode::Rail),
        "ship" | "vessel" => Some(Mode::Sea),
        other => Mode::of(other),
    };
    let is_leg = km.is_some_and(|km| km > 0.0) || (km.is_none() && mode.is_some());
    if is_leg && mode.is_none() && !activity.is_empty() {
        let problem = format!("a leg of {} km by `{activity}`, which is not a mode", km.unwrap_or_default());
        entry.error("malformed-value", "mode or activity", problem, Mode::ALL.map(Mode::word).join(", "));
    }
    if is_leg && km.is_some() && hours == Some(0.0) {
        entry.error("malformed-value", "time", "a leg in no time", "hours, above zero, or empty");
    }
    let stop = if is_leg { place.rsplit(" - ").next().unwrap_or(place) } else { place };
    Stage {
        line: entry.line(),
        kind: if is_leg { StageKind::Move { km } } else { StageKind::Activity },
        mode,
        stop: stop.trim().to_owned(),
        economy: String::new(),
        role: if is_leg { BorderRole::Inland } else { role_of(place, activity) },
        activity: activity.to_owned(),
        hours,
        usd,
        usd_unofficial: None,
        set_aside: false,
    }
}

/// A typical figure should lie between the least and the greatest.
fn in_range(entry: &mut Entry<'_>, name: &str, typical: Option<f64>) {
    let least = entry.number(&format!("{name} min"), "a number");
    let most = entry.number(&format!("{name} max"), "a number");
    let Some(typical) = typical else { return };
    let below = least.is_some_and(|least| typical < least);
    let above = most.is_some_and(|most| typical > most);
    if below || above {
        let range =
            format!("{typical} is {} the range that the sheet states", if below { "below" } else { "above" });
        entry.warning("contradiction", name, range, "between the least and the greatest");
    }
}

/// Running sums, against those that the sheet states.
#[derive(Default)]
struct Sums {
    running: [f64; 3],
    /// Whether a row was left out, or a sum was found wrong: one fault is reported once.
    broken: bool,
}

impl Sums {
    fn check(&mut self, entry: &mut Entry<'_>) {
        for (index, (name, cumulative, unit)) in SUMMED.into_iter().enumerate() {
            // Faults of the cell itself are found where its row is read.
            self.running[index] += entry.text(name).parse().unwrap_or(0.0);
            let Some(stated) = entry.number(cumulative, unit) else { continue };
            if !self.broken && !entry.is_left_out() && (stated - self.running[index]).abs() > ROUNDING {
                self.broken = true;
                let problem =
                    format!("{stated} {unit}, but the rows so far add up to {}", self.running[index]);
                entry.warning("contradiction", cumulative, problem, "the sum of the rows so far");
            }
        }
    }

    fn check_total(&self, entry: &mut Entry<'_>) {
        for (index, (name, _, unit)) in SUMMED.into_iter().enumerate() {
            let Some(stated) = entry.number(name, unit) else { continue };
            if !self.broken && (stated - self.running[index]).abs() > ROUNDING {
                let problem =
                    format!("{stated} {unit} in all, but the rows add up to {}", self.running[index]);
                entry.warning("contradiction", name, problem, "the sum of the rows");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Route|A (KAZ) - C (ARM)\nUnit of cargo|1 x 20 ft container, 20 t\nCurrency|USD\n\
                        Date of survey|2024-05\nCommodity|flour\nDirection|inbound\n\
                        No.|Section or node|Mode or activity|Distance (km)|Time min (h)|Time max (h)|Time (h)|\
                        Cost (USD)|Cumulative time (h)";

    fn read_text(text: &str) -> (TripLog, Vec<Finding>) {
        let rows = (1u64..)
            .zip(text.lines())
            .map(|(line, text)| LogRow { line, cells: text.split('|').map(str::to_owned).collect() })
            .collect();
        let mut findings = Vec::new();
        let table = LogTable { file: "sheet.csv".to_owned(), rows };
        (TripLog::read(&table, &mut findings), findings)
    }

    #[test]
    fn a_sheet_is_one_trip_with_legs_and_nodes() {
        let (log, findings) = read_text(&format!(
            "{HEAD}\n1|A|Loading|0|1|5|3|60|3\n2|A - B|Rail|1000|20|40|30|500|33\n\
             3|B / D|Border crossing|0|4|20|9|60|42\n4|D - C|Sea|500|10|20|15|300|57\n\
             |Total||1500|||57|920|\n\nNote: steps"
        ));
        let trip = &log.trips[0];
        assert_eq!((trip.km(), trip.hours(), trip.moving_hours()), (Some(1500.0), Some(57.0), Some(45.0)));
        assert_eq!((trip.usd(), trip.tonnes, trip.year), (Some(920.0), Some(20.0), Some(2024)));
        assert_eq!((trip.modes().as_str(), trip.direction), ("rail+sea", TripDirection::Inbound));
        let border = trip.visits().into_iter().find(|visit| visit.role == BorderRole::BothSides);
        assert_eq!(border.and_then(|visit| visit.hours), Some(9.0));
        let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("Note: steps"), "{said:?}");
    }

    #[test]
    fn sums_and_ranges_that_do_not_fit_are_warnings() {
        let (log, findings) = read_text(&format!(
            "{HEAD}\n1|A|Loading|0|1|5|7|60|3\n|Total||0|||7|60|\n2|A - B|Rail|10|1|1|1|1|8"
        ));
        assert_eq!(log.left_out, 0);
        let columns: Vec<_> = findings.iter().filter_map(|finding| finding.column.as_deref()).collect();
        assert_eq!(columns, ["Time (h)", "Cumulative time (h)"]);
    }

    #[test]
    fn a_bad_leg_is_left_out_and_the_totals_are_not_known() {
        let (log, findings) =
            read_text(&format!("{HEAD}\n1|A - B|Camel|10|1|5|3|60|3\n2|B - C|Rail|10|1|5|-3|60|6"));
        assert_eq!((log.rows, log.left_out), (2, 2));
        assert_eq!(log.trips[0].km(), None);
        assert!(findings.iter().any(|finding| finding.to_string().contains("`Camel`")));
    }

    #[test]
    fn other_units_are_not_read_and_other_money_is_not_counted() {
        let (log, findings) = read_text(&HEAD.replace("(km)", "(miles)"));
        assert!(log.trips.is_empty());
        assert_eq!(findings.iter().filter(|finding| finding.code == "wrong-unit").count(), 1);
        let euros = HEAD.replace("USD", "EUR");
        let (log, findings) = read_text(&format!("{euros}\n1|A - B|Rail|10|1|5|3|60|3"));
        assert_eq!((log.trips[0].usd(), log.trips[0].hours()), (None, Some(3.0)));
        assert_eq!(findings.iter().filter(|finding| finding.code == "wrong-unit").count(), 1);
    }

    #[test]
    fn tonnes_are_found_in_words() {
        assert_eq!(tonnes_of("1 x 20 ft container, 20 t"), Some(20.0));
        assert_eq!(tonnes_of("1 truck, 22.5t"), Some(22.5));
        assert_eq!(tonnes_of("one 20 ft container"), None);
    }
}
