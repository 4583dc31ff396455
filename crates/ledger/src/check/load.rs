//! Tonnes per wagon, truck or container.

use super::{Check, Desk, Verdict, ids, shown};
use crate::figure::Figure;
use crate::register::{Claim, ClaimMeasure, Equipment};

/// Compares each cargo whose vehicles were counted, in the claim itself or in another of the same topic.
pub(super) fn look(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for cargo in desk.of(ClaimMeasure::Cargo) {
        let Some(tonnes) = cargo.figure.filter(|_| cargo.unit == "t") else { continue };
        if let Some(vehicles) = cargo.vehicles {
            checks.push(judge(desk, &[cargo], &tonnes, &Figure::exact(vehicles), &cargo.vehicle));
            continue;
        }
        for counted in desk.of(ClaimMeasure::Wagons).filter(|other| other.topic == cargo.topic) {
            if let Some(count) = counted.figure.filter(|count| count.value > 0.0) {
                let vehicle = if counted.vehicle.is_empty() { &cargo.vehicle } else { &counted.vehicle };
                checks.push(judge(desk, &[cargo, counted], &tonnes, &count, vehicle));
            }
        }
    }
}

fn judge(desk: &Desk<'_>, claims: &[&Claim], tonnes: &Figure, vehicles: &Figure, vehicle: &str) -> Check {
    let family = if vehicle.is_empty() { "wagon" } else { vehicle };
    let suits = |own: &&Equipment| match family {
        "wagon" => !matches!(own.family.as_str(), "truck" | "teu"),
        _ => own.family == family,
    };
    let all: Vec<&Equipment> = desk.register.equipment.iter().filter(suits).collect();
    let usual: Vec<&Equipment> = all.iter().copied().filter(|own| own.is_usual).collect();
    let (least, most) = tonnes.bounds();
    let (fewest, count_most) = vehicles.bounds();
    let (each_least, each_most) = (least / count_most, most / fewest);
    let each = tonnes.middle() / vehicles.middle();
    let words = family_words(family);
    let division = format!(
        "{} t / {} {words}s = {} t each",
        shown(tonnes.middle()),
        shown(vehicles.middle()),
        shown(each)
    );
    let base = |verdict, found: String, arithmetic: String, true_if| Check {
        rule: "tonnes-per-vehicle",
        verdict,
        claims: ids(claims),
        judged: claims.len(),
        found,
        arithmetic,
        true_if,
    };
    let (Some(high), Some(low)) =
        (usual.iter().map(|own| own.high).reduce(f64::max), usual.iter().map(|own| own.low).reduce(f64::min))
    else {
        let found =
            format!("{} t a {words} cannot be judged: the case has no equipment of that kind", shown(each));
        return base(
            Verdict::Unverified,
            found,
            division,
            vec![format!("a row of equipment.csv for {words}s")],
        );
    };
    let names: Vec<&str> = usual.iter().map(|own| own.name.as_str()).collect();
    let names = if names.len() > 3 { format!("usual {words}s") } else { names.join(" or ") };
    let arithmetic = format!("{division}; {names}: {} to {} t", shown(low), shown(high));
    if each_most <= high * (1.0 + 1e-9) || (each_most.is_infinite() && each <= high) {
        let found = if each < low {
            format!("{} t a {words} fits; it is less than a full load of {names}", shown(each))
        } else {
            format!("{} t a {words} is a usual load of {names}", shown(each))
        };
        return base(Verdict::Consistent, found, arithmetic, Vec::new());
    }
    if each_least <= high {
        let found = format!("only the lower end of what is said fits {names}");
        return base(
            Verdict::Unverified,
            found,
            arithmetic,
            vec![format!("at most {} t", shown(high * count_most))],
        );
    }
    let mut true_if = Vec::new();
    for other in all.iter().filter(|own| !own.is_usual && own.high >= each_least) {
        true_if.push(format!("{} ({} to {} t each)", other.name, shown(other.low), shown(other.high)));
    }
    let (from, to) = ((tonnes.middle() / high).ceil(), (tonnes.middle() / low).floor());
    true_if.push(if to > from {
        format!("{from:.0} to {to:.0} {words}s of the usual kind")
    } else {
        format!("{from:.0} {words}s of the usual kind")
    });
    let count = vehicles.middle();
    true_if.push(format!("{} to {} t in {} {words}s", shown(low * count), shown(high * count), shown(count)));
    let found = format!("{} t a {words} is more than {names} can carry", shown(each));
    base(Verdict::Implausible, found, arithmetic, true_if)
}

fn family_words(family: &str) -> &str {
    match family {
        "hopper" => "hopper wagon",
        "tank" => "tank wagon",
        "covered" => "covered wagon",
        "platform" => "container wagon",
        "teu" => "twenty-foot container",
        other => other,
    }
}
