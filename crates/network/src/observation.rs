//! Movements of real cargo, as intervals.

use case::{Finding, Provenance, Sheets};
use jiff::civil::Date;

use crate::place::{PlaceId, Places};

/// A movement that was reported.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Where the time starts.
    pub from: PlaceId,
    /// Where it ends.
    pub to: PlaceId,
    /// Places on the way, in order.
    pub via: Vec<PlaceId>,
    /// Identifier of the commodity.
    pub commodity: String,
    /// Whose goods.
    pub origin_economy: String,
    /// For whom.
    pub destination_economy: String,
    /// The day of the start.
    pub date: Date,
    /// Least and most hours that the reports allow.
    pub hours: Option<(f64, f64)>,
    /// Tonnes, where reported.
    pub tonnes: Option<f64>,
    /// Wagons or trucks, where reported.
    pub vehicles: Option<u32>,
    /// Which events bound the interval.
    pub what_counts: String,
    /// Whether a figure of the case was chosen to meet it.
    pub used_for_calibration: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Reads `observations.csv`.
#[must_use]
pub(crate) fn load_observations(
    sheets: &Sheets,
    places: &Places,
    findings: &mut Vec<Finding>,
) -> Vec<Observation> {
    let mut observations = Vec::new();
    for row in sheets.rows("observations") {
        let (Some(from), Some(to)) = (places.id(row.text("from")), places.id(row.text("to"))) else {
            continue;
        };
        let Some(date) = row.date("date") else { continue };
        let hours = row.number("hours_min").zip(row.number("hours_max"));
        if let Some((least, most)) = hours
            && most < least
        {
            findings.push(
                row.error(
                    "malformed-value",
                    "hours_max",
                    format!("{most} h is less than hours_min, {least} h; the row was left out"),
                )
                .valid("the larger of the two"),
            );
            continue;
        }
        observations.push(Observation {
            id: row.owned("observation"),
            title: row.owned("title"),
            from,
            to,
            via: row.list("via").filter_map(|place| places.id(place)).collect(),
            commodity: row.owned("commodity"),
            origin_economy: row.owned("origin_economy"),
            destination_economy: row.owned("destination_economy"),
            date,
            hours,
            tonnes: row.number("tonnes"),
            vehicles: row.count("vehicles"),
            what_counts: row.owned("what_counts"),
            used_for_calibration: row.is_yes("used_for_calibration"),
            provenance: Provenance::of(row),
        });
    }
    observations
}
