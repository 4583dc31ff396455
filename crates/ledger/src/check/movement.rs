//! Speeds, and trains per day.

use super::{Check, Desk, Verdict, ids, shown};
use crate::register::ClaimMeasure;

/// The most that a freight train averages over a journey, km/h. Passenger-like container trains come near
/// it; general knowledge.
const FASTEST_RAIL: f64 = 80.0;
/// The most that a truck averages, km/h; general knowledge.
const FASTEST_ROAD: f64 = 90.0;
/// Freight trains a day and direction that a single-track line passes; general knowledge, and generous.
const MOST_TRAINS: f64 = 24.0;
/// Wagons of a full train, where a claim does not say.
const WAGONS: f64 = 50.0;
/// Days of a month and of a year.
const MONTH: f64 = 30.4375;
const YEAR: f64 = 365.25;

/// Kilometres by hours.
pub(super) fn speed(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in &desk.register.claims {
        let Some((km, hours)) = claim.km.zip(claim.hours).filter(|(km, hours)| *km > 0.0 && *hours > 0.0)
        else {
            continue;
        };
        let (what, most) = if claim.vehicle == "truck" {
            ("a truck", FASTEST_ROAD)
        } else {
            ("a freight train", FASTEST_RAIL)
        };
        let speed = km / hours;
        let is_good = speed <= most * (1.0 + 1e-9);
        checks.push(Check {
            rule: "speed",
            verdict: if is_good { Verdict::Consistent } else { Verdict::Implausible },
            claims: ids(&[claim]),
            judged: 1,
            found: if is_good {
                format!("{} km/h on average is within what {what} can do", shown(speed))
            } else {
                format!("{} km/h on average is more than {what} can do", shown(speed))
            },
            arithmetic: format!(
                "{} km / {} h = {} km/h; at most {} km/h",
                shown(km),
                shown(hours),
                shown(speed),
                shown(most)
            ),
            true_if: if is_good {
                Vec::new()
            } else {
                vec![format!("{} h or more", shown(km / most)), format!("at most {} km", shown(most * hours))]
            },
        });
    }
}

/// Tonnes a month or year by the load of full trains.
pub(super) fn trains_per_day(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::FlowRate) {
        let Some(figure) = claim.figure else { continue };
        let days = match claim.unit.as_str() {
            "t/day" => 1.0,
            "t/month" => MONTH,
            "t/year" => YEAR,
            _ => continue,
        };
        let family = if claim.vehicle.is_empty() { "hopper" } else { &claim.vehicle };
        let loads = desk.register.equipment.iter().filter(|own| own.is_usual && own.family == family);
        let Some(load) = loads.map(|own| own.high).reduce(f64::max) else { continue };
        let wagons = claim.vehicles.unwrap_or(WAGONS);
        let (least, most) = figure.bounds();
        let rate = if most.is_finite() { most } else { figure.middle() };
        let trains = |tonnes: f64| tonnes / days / (wagons * load);
        let is_good = trains(least) <= MOST_TRAINS * (1.0 + 1e-9);
        checks.push(Check {
            rule: "trains-per-day",
            verdict: if is_good { Verdict::Consistent } else { Verdict::Implausible },
            claims: ids(&[claim]),
            judged: 1,
            found: if is_good {
                format!("{} trains a day of {} wagons are within what a single-track line passes", shown(trains(rate)), shown(wagons))
            } else {
                format!("{} trains a day of {} wagons are more than a single-track line passes", shown(trains(least)), shown(wagons))
            },
            arithmetic: format!(
                "{} t / {} days / ({} wagons × {} t) = {} trains a day; a single-track line passes at most {}",
                shown(rate),
                shown(days),
                shown(wagons),
                shown(load),
                shown(trains(rate)),
                shown(MOST_TRAINS)
            ),
            true_if: if is_good {
                Vec::new()
            } else {
                let needed = (least / days / load / MOST_TRAINS).ceil();
                vec![format!("trains of {needed:.0} wagons or more"), "a double-track line".to_owned()]
            },
        });
    }
}
