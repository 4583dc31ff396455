//! Measures in words.

use super::{Change, Ways};
use crate::model::Model;

impl Change {
    /// What it does, in words that a report can print, without its dates.
    #[must_use]
    pub fn words(&self, model: &Model) -> String {
        let amount = |value: Option<f64>, factor: Option<f64>, unit: &str| match (value, factor) {
            (Some(value), _) => format!("{value}{unit}"),
            (None, Some(factor)) => format!("× {factor}"),
            (None, None) => "nothing".to_owned(),
        };
        let list = |all: &[String]| {
            let shown: Vec<&str> = all.iter().take(4).map(String::as_str).collect();
            let more = if all.len() > 4 { format!(" and {} more", all.len() - 4) } else { String::new() };
            format!("{}{more}", shown.join(", "))
        };
        let links = |all: &[String]| list(&all.iter().map(|id| link_words(model, id)).collect::<Vec<_>>());
        let rules = |all: &[String]| list(&all.iter().map(|id| rule_words(model, id)).collect::<Vec<_>>());
        match self {
            Self::Open(ways) => format!("{} open", ways_words(model, ways)),
            Self::Close(ways) => format!("{} closed", ways_words(model, ways)),
            Self::Km(own) => {
                format!("length of {}: {}", links(&own.links), amount(own.value, own.factor, " km"))
            }
            Self::Speed(own) => {
                format!("speed on {}: {}", links(&own.links), amount(own.value, own.factor, " km/h"))
            }
            Self::Hours(own) => {
                format!("hours on {}: {}", links(&own.links), amount(own.value, own.factor, " h"))
            }
            Self::Gauge(own) => format!("gauge of {}: {} mm", links(&own.links), own.value),
            Self::Capacity(own) => {
                let all: Vec<String> =
                    [&own.links, &own.crossings, &own.services].into_iter().flatten().cloned().collect();
                let unit = own.unit.replace('_', " ");
                let unit = if unit.is_empty() { unit } else { format!(" {unit}") };
                format!("capacity of {}: {}", list(&all), amount(own.value, own.factor, &unit))
            }
            Self::ActivityTime(own) | Self::ActivityFee(own) => {
                let (what, unit) =
                    if matches!(self, Self::ActivityTime(_)) { ("time", " h") } else { ("price", "") };
                let activities = if own.activities.is_empty() {
                    "all activities".to_owned()
                } else {
                    list(&own.activities)
                };
                let where_ = if own.crossings.iter().any(|own| own == "*") {
                    "every crossing".to_owned()
                } else {
                    list(&own.crossings)
                };
                let activities = activities.replace('_', " ");
                format!("{what} of {activities} at {where_}: {}", amount(own.value, own.factor, unit))
            }
            Self::TransferTime(own) => {
                format!("time of {}: {}", list(&own.transfers), amount(own.value, own.factor, " h"))
            }
            Self::TransferFee(own) => {
                format!("price of {}: {}", list(&own.transfers), amount(own.value, own.factor, ""))
            }
            Self::WaitTime(own) => {
                format!("wait {}: {}", list(&own.waits), amount(own.value, own.factor, " h"))
            }
            Self::ServiceFrequency(own) => format!(
                "departures of {}: {}",
                services(model, &own.services),
                amount(own.value, own.factor, " a week")
            ),
            Self::ServiceWait(own) => {
                format!(
                    "wait for {}: {}",
                    services(model, &own.services),
                    amount(own.value, own.factor, " h")
                )
            }
            Self::ServicePrice(own) => {
                let unit = own.services.first().and_then(|id| {
                    let own = model.network.services.iter().find(|own| own.id == *id)?;
                    Some(own.money.as_ref().map_or_else(|| "USD/t".to_owned(), |money| money.terms.unit()))
                });
                let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
                match own.value {
                    Some(value) => format!("{} at {value:.2}{unit}", services(model, &own.services)),
                    None => format!(
                        "price of {}: {}",
                        services(model, &own.services),
                        amount(None, own.factor, "")
                    ),
                }
            }
            Self::Tariff(own) => {
                let parts = [
                    own.factor.map(|factor| format!("× {factor}")),
                    own.initial.map(|initial| format!("{initial} at the start")),
                    own.per_km.map(|per_km| format!("{per_km} per km")),
                ];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                format!("tariff {}: {}", list(&own.tariffs), parts.join(", "))
            }
            Self::TariffMultiplier(own) => format!("tariff of {} × {}", list(&own.carriers), own.factor),
            Self::RuleValue(own) => {
                format!("amount of {}: {}", rules(&own.rules), amount(own.value, own.factor, ""))
            }
            Self::EndRule(own) => format!("{} lifted", rules(&own.rules)),
            Self::RepeatVersion(own) => {
                format!("{} as in its version {}", rule_words(model, &own.rule), own.version)
            }
            Self::AddVersion(own) => format!("{}: {}", rule_words(model, &own.rule), own.text),
            Self::AddRule(own) => format!("new rule, {}: {}", own.title, own.text),
            Self::AddPlace(own) => format!("new place, {}", own.name),
            Self::AddLink(own) => {
                format!("new link, {} – {} ({}), {} km", own.from, own.to, own.mode, own.km)
            }
            Self::AddCrossing(own) => format!("new crossing, {}", own.name),
            Self::AddActivity(own) => {
                format!("{} at {}, {} h", own.activity.replace('_', " "), own.crossing, own.hours_mean)
            }
            Self::AddTransfer(own) => {
                format!("new transfer at {}, {} to {}", own.place, own.from_mode, own.to_mode)
            }
            Self::AddService(own) => format!("new service, {}", own.name),
            Self::AddFlight(own) => format!("new flight, {}", own.name),
            Self::Demand(own) => {
                let of = |what: &str, all: &[String]| {
                    if all.is_empty() { String::new() } else { format!(" {what} {}", list(all)) }
                };
                let goods =
                    if own.commodities.is_empty() { "all goods".to_owned() } else { list(&own.commodities) };
                let (from, to) = (of("from", &own.origins), of("in", &own.destinations));
                format!("demand for {goods}{from}{to} × {}", own.factor)
            }
            Self::Gdp(own) => format!("output of {} × {}", list(&own.economies), own.factor),
        }
    }
}

fn link_words(model: &Model, id: &str) -> String {
    model.network.link_id(id).map_or_else(|| id.to_owned(), |link| model.network.link_words(link))
}

fn rule_words(model: &Model, id: &str) -> String {
    let rule = model.regime.rules.rules.iter().find(|rule| rule.id == id);
    rule.map_or_else(|| id.to_owned(), |rule| rule.title.clone())
}

fn services(model: &Model, ids: &[String]) -> String {
    let name = |id: &String| {
        let own = model.network.services.iter().find(|own| own.id == *id);
        own.map_or_else(|| id.clone(), |own| own.name.clone())
    };
    ids.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn ways_words(model: &Model, ways: &Ways) -> String {
    let crossing = |id: &String| {
        let own = model.network.crossings.iter().find(|own| own.id == *id);
        own.map_or_else(|| id.clone(), |own| own.name.clone())
    };
    let mut all: Vec<String> = ways.links.iter().map(|id| link_words(model, id)).collect();
    all.extend(ways.crossings.iter().map(crossing));
    if !ways.services.is_empty() {
        all.push(services(model, &ways.services));
    }
    all.join(", ")
}
