//! Landed prices as text, JSON and CSV.

use std::fmt::Write;

use case::{Mode, OriginPrice};
use jiff::civil::Date;
use regime::{Closure, CostItem, Timing};
use scenario::{
    Delivery, Denomination, Grade, Incoterm, Landed, LandedPrices, LinePrice, Model, Question, RouteAnswer,
};
use serde_json::{Value, json};

use super::answer_json::rounded;
use super::cost_text::{how_known, price_words};
use super::{answer_text, grouped, table};
use crate::failure::Failure;

/// Landed prices with what they were asked for.
pub(crate) struct Told<'a> {
    pub(crate) model: &'a Model,
    pub(crate) template: &'a Question,
    pub(crate) term: Incoterm,
    pub(crate) denomination: &'a Denomination,
    pub(crate) prices: &'a LandedPrices,
}

impl Told<'_> {
    fn place(&self, id: &str) -> String {
        let place = self.model.network.places.find(id);
        place.map_or_else(|_| id.to_owned(), |place| self.model.network.places.get(place).name.clone())
    }

    fn commodity(&self, id: &str) -> String {
        self.model.case.goods.commodity(id).map_or_else(|_| id.to_owned(), |own| own.name.clone())
    }

    fn destination(&self) -> &str {
        &self.model.network.places.get(self.template.to).name
    }
}

/// The route of a delivery.
fn route<'a>(own: &'a Landed, delivery: &Delivery) -> &'a RouteAnswer {
    &own.answer.routes[delivery.route]
}

/// The modes of a route in order, without repeats: `rail, sea, rail`.
fn modes(route: &RouteAnswer) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = route.legs.iter().filter_map(|leg| leg.mode).map(Mode::word).collect();
    words.dedup();
    words
}

/// What closes the ways that would be cheaper, or any way at all: rules before lines.
fn closed(told: &Told<'_>, own: &Landed) -> Vec<(String, Vec<String>)> {
    let needs_a_line = |closures: &[Closure]| {
        closures.iter().any(|closure| matches!(closure, Closure::State { .. } | Closure::Service { .. }))
    };
    let why = own.answer.why_not.iter().filter(|why| !needs_a_line(&why.closures));
    let doubtful = own.answer.not_known.iter().map(|route| {
        let mut words: Vec<String> = Vec::new();
        for closure in route.legs.iter().flat_map(|leg| &leg.closures) {
            let said = told.model.closure_words(closure);
            if !words.contains(&said) {
                words.push(said);
            }
        }
        (format!("not known to be open: {} via {}", modes(route).join(", "), answer_text::by(route)), words)
    });
    why.map(|why| {
        let words = why.closures.iter().map(|closure| told.model.closure_words(closure)).collect();
        (format!("closed: {} via {}", modes(&why.route).join(", "), answer_text::by(&why.route)), words)
    })
    .chain(doubtful)
    .collect()
}

/// Closed ways that the text shows for an origin.
const MOST_CLOSED: usize = 2;

/// Everything, for reading.
pub(crate) fn text(told: &Told<'_>) -> String {
    let when = match told.template.timing {
        Timing::Snapshot(date) => format!("snapshot of {date}"),
        Timing::Dispatch(date) => format!("handed over on {date}"),
    };
    let known = told.template.perspective.known;
    let known =
        if known == Date::MAX { String::new() } else { format!(", rules and lines as known on {known}") };
    let mut text = format!(
        "What {} costs at {}, {} {}, by origin\n{when}{known}; prices without VAT\n",
        told.commodity(&told.template.commodity),
        told.destination(),
        told.term.letters(),
        told.destination(),
    );
    if told.denomination.rate.is_some() {
        let _ = writeln!(text, "At {}", told.denomination.words());
    }
    for (number, grade) in told.prices.grades.iter().enumerate() {
        text.push_str(&grade_text(told, grade, number > 0));
    }
    for offer in &told.prices.here {
        let price = offer.usd_per_tonne(&told.model.case.exchange);
        let price = price.map_or_else(|| "a price not known".to_owned(), |usd| format!("{usd:.2} USD/t"));
        let _ = writeln!(
            text,
            "\n{} offers {} at the destination itself, at {price} ({}): not ranked",
            told.place(&offer.place),
            told.commodity(&offer.commodity),
            offer.term.letters()
        );
    }
    text.push_str(
        "\nLanded = price at the origin + what the term of delivery leaves to be paid − subsidies that count. Wins at: the \
         price at the origin\nat which it would draw level with its best rival (netback). > marks sums in which lines \
         are not known; what is not known is in no sum.\n",
    );
    text
}

fn grade_text(told: &Told<'_>, grade: &Grade, other: bool) -> String {
    let name = told.commodity(&grade.commodity);
    let mut text = format!("\n{name}");
    text.push_str(match (other, grade.grade.is_empty()) {
        (false, _) => "\n",
        (true, false) => ": a class of its own, ranked apart\n",
        (true, true) => ": class not stated, ranked apart\n",
    });
    let other_currency = told.denomination.currency != "USD";
    let own_currency = format!("{}/t>", told.denomination.currency);
    let mut heading = vec!["rank>", "origin", "price>", "way>", "subsidy>", "landed USD/t>"];
    if other_currency {
        heading.push(&own_currency);
    }
    heading.extend(["not known>", "wins at>", "margin>", "days 50 %>", "by", "via"]);
    let mut rank = 0;
    let rows = grade.offers.iter().map(|own| {
        let dash = || "–".to_owned();
        let floor = if own.is_lower_bound() { "> " } else { "" };
        let money =
            |value: Option<f64>| value.map_or_else(|| "not known".to_owned(), |usd| format!("{usd:.2}"));
        let landed = own.landed();
        let mut row = vec![
            landed.map_or_else(dash, |_| {
                rank += 1;
                rank.to_string()
            }),
            told.place(&own.offer.place),
            money(own.price),
        ];
        let Some(delivery) = &own.delivery else {
            row.extend([dash(), dash(), "no way".to_owned()]);
            row.extend(other_currency.then(dash));
            row.extend([dash(), dash(), dash(), dash(), "no open route".to_owned(), String::new()]);
            return row;
        };
        let way = route(own, delivery);
        row.extend([
            format!("{floor}{:.2}", delivery.cost),
            if delivery.subsidy == 0.0 { String::new() } else { format!("−{:.2}", delivery.subsidy) },
            landed.map_or_else(|| "not known".to_owned(), |usd| format!("{floor}{usd:.2}")),
        ]);
        if other_currency {
            row.push(
                landed.map_or_else(dash, |usd| format!("{floor}{}", grouped(told.denomination.of_usd(usd)))),
            );
        }
        row.extend([
            delivery.not_known.len().to_string(),
            own.netback.map_or_else(dash, |usd| format!("{usd:.2}")),
            own.margin().map_or_else(dash, |usd| format!("{usd:+.2}").replace('-', "−")),
            super::days(way.time.quantile(0.5)),
            modes(way).join(", "),
            answer_text::by(way),
        ]);
        row
    });
    text.push_str(&table(&heading, rows.collect()));
    text.push_str(&verdict(told, grade));
    for own in &grade.offers {
        text.push_str(&offer_text(told, own));
    }
    text
}

/// Who wins, and at which price the others would.
fn verdict(told: &Told<'_>, grade: &Grade) -> String {
    let mut text = String::new();
    let landing: Vec<&Landed> = grade.offers.iter().filter(|own| own.landed().is_some()).collect();
    match (landing.first(), landing.get(1)) {
        (None, _) => text.push_str("No offer has both a known price and an open way: nobody is ranked.\n"),
        (Some(only), None) => {
            let _ =
                writeln!(text, "{} has no rival with a known landed price.", told.place(&only.offer.place));
        }
        (Some(first), Some(second)) => {
            let by = second.landed().zip(first.landed()).map_or(0.0, |(a, b)| a - b);
            let _ = writeln!(
                text,
                "{} lands cheapest, by {by:.2} USD/t before {}{}.",
                told.place(&first.offer.place),
                told.place(&second.offer.place),
                if landing.iter().any(|own| own.is_lower_bound()) {
                    ", as far as known: lines that are not known could turn it"
                } else {
                    ""
                }
            );
        }
    }
    for own in &grade.offers {
        let (Some(netback), Some(rival)) = (own.netback, own.rival) else { continue };
        let place = told.place(&own.offer.place);
        let rival = told.place(&grade.offers[rival].offer.place);
        let _ = match own.margin() {
            None => writeln!(text, "{place} would win against {rival} at a price below {netback:.2} USD/t."),
            Some(margin) if margin < 0.0 => writeln!(
                text,
                "{place} would win against {rival} at a price below {netback:.2} USD/t, {:.2} less than now.",
                -margin
            ),
            Some(margin) => {
                writeln!(
                    text,
                    "{place} wins against {rival} up to {netback:.2} USD/t, {margin:.2} more than now."
                )
            }
        };
    }
    text
}

/// How one offer's price comes about.
fn offer_text(told: &Told<'_>, own: &Landed) -> String {
    let offer = &own.offer;
    let mut text = format!("\n{}, {}\n", told.place(&offer.place), told.commodity(&offer.commodity));
    let mut rows = vec![vec![
        format!("Price {}", offer.term.letters()),
        own.price.map_or_else(|| "not known".to_owned(), |usd| format!("{usd:.2}")),
        price(told, offer),
    ]];
    if let Some(delivery) = &own.delivery {
        for item in CostItem::ALL {
            let lines: Vec<_> = delivery.lines.iter().filter(|line| line.item == item).collect();
            if lines.is_empty() {
                continue;
            }
            let sum: f64 = lines.iter().filter_map(|line| line.usd_per_tonne).sum();
            let missing = lines.iter().filter(|line| line.usd_per_tonne.is_none()).count();
            let known = match (missing, lines.len()) {
                (0, _) => format!("{sum:.2}"),
                (missing, all) if missing == all => "not known".to_owned(),
                _ => format!("> {sum:.2}"),
            };
            let names: Vec<String> = lines
                .iter()
                .filter(|line| line.usd_per_tonne != Some(0.0))
                .map(|line| match line.usd_per_tonne {
                    Some(_) => format!("{}, {}", line.label, how_known(line)),
                    None => format!("{}: not known", line.label),
                })
                .collect();
            rows.push(vec![item.title().to_owned(), known, names.join("; ")]);
        }
        for subsidy in &delivery.subsidies {
            let amount =
                subsidy.usd_per_tonne.map_or_else(|| "not known".to_owned(), |usd| format!("−{usd:.2}"));
            let label = if subsidy.counts {
                subsidy.label.clone()
            } else {
                format!("{} – shown, not counted", subsidy.label)
            };
            rows.push(vec!["Subsidy".to_owned(), amount, label]);
        }
    }
    text.push_str(&table(&["", "USD/t>", ""], rows));
    if !offer.note.is_empty() {
        let _ = writeln!(text, "  Note: {}", offer.note);
    }
    for (way, reasons) in closed(told, own).into_iter().take(MOST_CLOSED) {
        let _ = writeln!(text, "  {way}");
        for reason in reasons {
            let _ = writeln!(text, "    – {reason}");
        }
    }
    if own.delivery.is_none() && closed(told, own).is_empty() {
        text.push_str("  No route at all: the case has no way for these goods, open or closed by rules\n");
    }
    text
}

/// The price as its row has it, with source and age.
fn price(told: &Told<'_>, offer: &OriginPrice) -> String {
    let words = offer.money.as_ref().map_or_else(
        || "offered, price not known".to_owned(),
        |money| price_words(&LinePrice { amount: Some(money.amount), terms: money.terms.clone() }),
    );
    let rate = offer.money.as_ref().and_then(|money| {
        let terms = &money.terms;
        let rate = told.model.case.exchange.rate(&terms.currency, terms.price_date)?;
        Some(format!(", at {} {} per USD of {}", rate.per_usd, terms.currency, rate.date))
    });
    let own = &offer.provenance;
    let age = offer.date.map_or_else(String::new, |date| {
        match (told.template.timing.first_day() - date).get_days() {
            0 => String::new(),
            days if days > 0 => format!(", {days} days old"),
            days => format!(", {} days later than asked", -days),
        }
    });
    format!(
        "{words}{}{age}; {}, {} confidence ({}, {})",
        rate.unwrap_or_default(),
        own.evidence.word(),
        own.confidence.word(),
        own.source,
        own.place
    )
}

/// All of it, in the shape of its JSON.
pub(crate) fn written(told: &Told<'_>) -> Value {
    let exchange = &told.model.case.exchange;
    let offer = |offer: &OriginPrice, price: Option<f64>| {
        json!({
            "offer": offer.id, "place": offer.place, "commodity": offer.commodity, "term": offer.term.letters(),
            "usd_per_tonne": price.map(rounded),
            "amount": offer.money.as_ref().map(|money| money.amount),
            "currency": offer.money.as_ref().map(|money| money.terms.currency.clone()),
            "vat": offer.money.as_ref().map(|money| money.terms.vat.words()),
            "price_date": offer.date.map(|date| date.to_string()),
            "evidence": offer.provenance.evidence.word(), "confidence": offer.provenance.confidence.word(),
            "source": offer.provenance.source, "row": offer.provenance.place, "note": offer.note,
        })
    };
    let landed = |grade: &Grade, rank: usize, own: &Landed| {
        let delivery = own.delivery.as_ref().map(|delivery| {
            let way = route(own, delivery);
            let line = |line: &scenario::SheetLine| {
                json!({
                    "item": line.item.word(), "label": line.label, "usd_per_tonne": line.usd_per_tonne.map(rounded),
                    "known": how_known(line), "counted": line.counts,
                })
            };
            json!({
                "route": delivery.route + 1, "via": way.by, "modes": modes(way),
                "days_median": rounded(way.time.quantile(0.5) / 24.0),
                "cost_usd_per_tonne": rounded(delivery.cost), "subsidy_usd_per_tonne": rounded(delivery.subsidy),
                "is_lower_bound": own.is_lower_bound(), "not_known": delivery.not_known,
                "lines": delivery.lines.iter().map(line).collect::<Vec<_>>(),
                "subsidies": delivery.subsidies.iter().map(line).collect::<Vec<_>>(),
            })
        });
        json!({
            "rank": own.landed().map(|_| rank + 1),
            "price": offer(&own.offer, own.price),
            "delivery": delivery,
            "landed_usd_per_tonne": own.landed().map(rounded),
            "landed_per_tonne": own.landed().map(|usd| rounded(told.denomination.of_usd(usd))),
            "netback_usd_per_tonne": own.netback.map(rounded),
            "margin_usd_per_tonne": own.margin().map(rounded),
            "rival": own.rival.map(|rival| grade.offers[rival].offer.id.clone()),
            "closed": closed(told, own).into_iter().map(|(way, reasons)| json!({"way": way, "reasons": reasons})).collect::<Vec<_>>(),
        })
    };
    json!({
        "to": told.model.network.places.get(told.template.to).id,
        "commodity": told.template.commodity,
        "date": told.template.timing.first_day().to_string(),
        "dispatch": matches!(told.template.timing, Timing::Dispatch(_)),
        "incoterm": told.term.letters(),
        "currency": told.denomination.currency,
        "per_usd": told.denomination.per_usd,
        "grades": told.prices.grades.iter().map(|grade| json!({
            "commodity": grade.commodity, "grade": grade.grade,
            "offers": grade.offers.iter().enumerate().map(|(rank, own)| landed(grade, rank, own)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "at_the_destination": told.prices.here.iter().map(|own| offer(own, own.usd_per_tonne(exchange))).collect::<Vec<_>>(),
    })
}

/// One row for each offer.
pub(crate) fn csv(told: &Told<'_>) -> Result<String, Failure> {
    let heading = [
        "commodity",
        "grade",
        "rank",
        "offer",
        "place",
        "term",
        "price_usd_per_tonne",
        "price_amount",
        "price_currency",
        "price_date",
        "price_confidence",
        "price_source",
        "cost_usd_per_tonne",
        "subsidy_usd_per_tonne",
        "landed_usd_per_tonne",
        "is_lower_bound",
        "not_known",
        "netback_usd_per_tonne",
        "margin_usd_per_tonne",
        "rival",
        "modes",
        "via",
        "days_median",
        "closed",
    ];
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| rounded(value).to_string());
    let row = |grade: &Grade, rank: usize, own: &Landed| {
        let (offer, delivery) = (&own.offer, own.delivery.as_ref());
        let way = delivery.map(|delivery| route(own, delivery));
        let money = offer.money.as_ref();
        vec![
            grade.commodity.clone(),
            grade.grade.clone(),
            own.landed().map_or_else(String::new, |_| (rank + 1).to_string()),
            offer.id.clone(),
            offer.place.clone(),
            offer.term.letters().to_owned(),
            number(own.price),
            number(money.map(|money| money.amount)),
            money.map_or_else(String::new, |money| money.terms.currency.clone()),
            offer.date.map_or_else(String::new, |date| date.to_string()),
            offer.provenance.confidence.word().to_owned(),
            offer.provenance.source.clone(),
            number(delivery.map(|delivery| delivery.cost)),
            number(delivery.map(|delivery| delivery.subsidy)),
            number(own.landed()),
            delivery.map_or_else(String::new, |_| own.is_lower_bound().to_string()),
            delivery.map_or_else(String::new, |delivery| delivery.not_known.join("; ")),
            number(own.netback),
            number(own.margin()),
            own.rival.map_or_else(String::new, |rival| grade.offers[rival].offer.id.clone()),
            way.map_or_else(String::new, |way| modes(way).join(", ")),
            way.map_or_else(String::new, |way| way.by.join(" · ")),
            number(way.map(|way| way.time.quantile(0.5) / 24.0)),
            closed(told, own)
                .into_iter()
                .map(|(way, reasons)| format!("{way}: {}", reasons.join("; ")))
                .collect::<Vec<_>>()
                .join(" | "),
        ]
    };
    let rows = told
        .prices
        .grades
        .iter()
        .flat_map(|grade| grade.offers.iter().enumerate().map(move |(rank, own)| row(grade, rank, own)));
    super::csv(&heading, rows)
}
