//! An answer as CSV: one row a line of a leg of a route.

use scenario::{Answer, Model, RouteAnswer};

use super::answer_text::by;
use super::{Ancestry, csv, length_rows, word};
use crate::failure::Failure;

/// Writes an answer.
pub(crate) fn answer(model: &Model, answer: &Answer) -> Result<String, Failure> {
    let heading = [
        "date",
        "known",
        "assumed",
        "route",
        "standing",
        "by",
        "leg",
        "kind",
        "from",
        "to",
        "mode",
        "carrier",
        "km",
        "line",
        "usd_per_tonne",
        "price_date",
        "hours_mean",
        "hours_sd",
        "evidence",
        "confidence",
        "source",
        "row",
        "time_evidence",
        "time_source",
        "time_row",
        "sd_evidence",
        "sd_row",
        "km_row",
    ];
    let open = answer.routes.iter().map(|route| ("open", route));
    let not_known = answer.not_known.iter().map(|route| ("not known", route));
    let closed = answer.why_not.iter().map(|own| ("closed", &own.route));
    let all: Vec<(&str, &RouteAnswer)> = open.chain(not_known).chain(closed).collect();
    let known = match answer.question.perspective.known {
        jiff::civil::Date::MAX => String::new(),
        date => date.to_string(),
    };
    let assumed = super::answer_text::assumptions(model, answer).join("; ");
    let mut rows = Vec::new();
    for (number, (standing, route)) in all.into_iter().enumerate() {
        for (leg_number, leg) in route.legs.iter().enumerate() {
            for line in &leg.lines {
                let ancestry = Ancestry::of(line);
                let (provenance, time, spread) = (ancestry.main, ancestry.time, ancestry.spread);
                rows.push(vec![
                    answer.question.timing.first_day().to_string(),
                    known.clone(),
                    assumed.clone(),
                    (number + 1).to_string(),
                    standing.to_owned(),
                    by(route),
                    (leg_number + 1).to_string(),
                    leg.kind.word().to_owned(),
                    model.network.places.get(leg.from).id.clone(),
                    model.network.places.get(leg.to).id.clone(),
                    leg.mode.map_or("", case::Mode::word).to_owned(),
                    leg.carrier.clone(),
                    format!("{:.1}", leg.km),
                    line.label.clone(),
                    // An empty cell: a price that nobody knows is not zero.
                    line.usd_per_tonne.map(|usd| format!("{usd:.4}")).unwrap_or_default(),
                    line.price_date().map(|date| date.to_string()).unwrap_or_default(),
                    format!("{:.2}", line.hours),
                    format!("{:.2}", line.sd),
                    word(provenance).to_owned(),
                    provenance.map_or("low", |own| own.confidence.word()).to_owned(),
                    provenance.map(|own| own.source.clone()).unwrap_or_default(),
                    provenance.map(|own| own.place.clone()).unwrap_or_default(),
                    time.map(word).unwrap_or_default().to_owned(),
                    time.flatten().map(|own| own.source.clone()).unwrap_or_default(),
                    time.flatten().map(|own| own.place.clone()).unwrap_or_default(),
                    spread.map(word).unwrap_or_default().to_owned(),
                    spread.flatten().map(|own| own.place.clone()).unwrap_or_default(),
                    length_rows(model, leg).join(" "),
                ]);
            }
        }
    }
    csv(&heading, rows.into_iter())
}
