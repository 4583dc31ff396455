//! `ayrum rules`

use case::LegalStatus;
use jiff::civil::Date;
use network::PlaceId;
use regime::{Perspective, Version};
use scenario::Model;
use serde::Serialize;

use super::{Done, date, load, place, put};
use crate::arguments::{CaseSource, Format, Rules};
use crate::failure::Failure;
use crate::show::{self, answer_text};

#[derive(Serialize)]
struct Written {
    rule: String,
    version: u32,
    title: String,
    issuer: String,
    effect: &'static str,
    status: &'static str,
    disputed: bool,
    valid: String,
    known_from: String,
    certain: bool,
    scope: String,
    text: String,
    source: String,
    confidence: &'static str,
    last_confirmed: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_rows: Vec<String>,
    #[serde(skip)]
    mark: String,
}

/// The rules that hold on a date.
pub(crate) fn run(rules: &Rules, case: &CaseSource) -> Result<Done, Failure> {
    let model = load(case)?;
    let on = rules.on.as_deref().map(|name| place(&model, name)).transpose()?;
    let day = rules.date.as_deref().map_or(Ok(model.case.settings.horizon), date)?;
    let known = rules.known.as_deref().map_or(Ok(Date::MAX), date)?;
    let binding = LegalStatus::of(&rules.status).unwrap_or(LegalStatus::InForce);
    // Disputed versions are listed, with their mark; whether they bind is a matter of a question.
    let perspective = Perspective { known, binding, disputed: true };
    let written: Vec<Written> = model
        .regime
        .rules
        .rules
        .iter()
        .filter_map(|rule| model.regime.rules.speaking(rule, day, perspective))
        .filter(|speaking| {
            on.is_none_or(|place| concerns(&model, model.regime.rules.get(speaking.version), place))
        })
        .map(|speaking| {
            let rule = model.regime.rules.rule_of(speaking.version);
            let version = model.regime.rules.get(speaking.version);
            Written {
                rule: rule.id.clone(),
                version: version.number,
                title: rule.title.clone(),
                issuer: rule.issuer.clone(),
                effect: version.effect.words(),
                status: version.status.words(),
                disputed: version.disputed,
                valid: version.validity.words(),
                known_from: version.known_from.to_string(),
                certain: speaking.certain,
                scope: scope(&model, version),
                text: version.text.clone(),
                source: version.provenance.source.clone(),
                confidence: version.provenance.confidence.word(),
                last_confirmed: version.provenance.last_confirmed.map(|date| date.to_string()),
                user_rows: version.provenance.laid_places().map(str::to_owned).collect(),
                mark: answer_text::laid_marks(&version.provenance),
            }
        })
        .collect();
    match rules.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Geojson => {
            return Err(Failure::new("rules have no geometry of their own").hint("table, json or csv"));
        }
        Format::Csv => put(&show::csv(
            &[
                "rule",
                "version",
                "title",
                "issuer",
                "effect",
                "status",
                "disputed",
                "valid",
                "known_from",
                "certain",
                "scope",
                "text",
                "source",
                "confidence",
                "user_rows",
            ],
            written.iter().map(|own| {
                vec![
                    own.rule.clone(),
                    own.version.to_string(),
                    own.title.clone(),
                    own.issuer.clone(),
                    own.effect.to_owned(),
                    own.status.to_owned(),
                    if own.disputed { "yes" } else { "no" }.to_owned(),
                    own.valid.clone(),
                    own.known_from.clone(),
                    if own.certain { "yes" } else { "no" }.to_owned(),
                    own.scope.clone(),
                    own.text.clone(),
                    own.source.clone(),
                    own.confidence.to_owned(),
                    own.user_rows.join(" "),
                ]
            }),
        )?)?,
        Format::Table => {
            let as_known = if known == Date::MAX { String::new() } else { format!(", as known on {known}") };
            let mut text = format!("{} rule(s) speak on {day}{as_known}\n", written.len());
            if day > model.case.settings.horizon {
                text.push_str(&format!("as last known on {}\n", model.case.settings.horizon));
            }
            for own in &written {
                let marks: Vec<&str> = [(own.disputed, "disputed"), (!own.certain, "may have ended")]
                    .into_iter()
                    .filter_map(|(holds, mark)| holds.then_some(mark))
                    .collect();
                let marks =
                    if marks.is_empty() { String::new() } else { format!(" — {}", marks.join(", ")) };
                text.push_str(&format!(
                    "\n{} [{} v{}]{marks}\n  {}, {}, {}; known from {}; {}\n  {}\n  source {} ({} confidence){}\n",
                    own.title,
                    own.rule,
                    own.version,
                    own.effect,
                    own.status,
                    own.valid,
                    own.known_from,
                    own.scope,
                    own.text,
                    own.source,
                    own.confidence,
                    own.mark
                ));
            }
            put(&text)?;
        }
    }
    Ok(Done::Good)
}

/// Whether a version speaks to a place: to it, to a link that ends there, or to its economy.
pub(crate) fn concerns(model: &Model, version: &Version, place: PlaceId) -> bool {
    let scope = &version.scope;
    let economy = &model.network.places.get(place).economy;
    let ends_there = |link: &network::LinkId| {
        let own = model.network.link(*link);
        own.from == place || own.to == place
    };
    scope.places.contains(&place) || scope.links.iter().any(ends_there) || scope.territory.contains(economy)
}

/// Where and to what a version applies, in words.
fn scope(model: &Model, version: &Version) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut list = |what: &str, names: Vec<String>| {
        if !names.is_empty() {
            parts.push(format!("{what} {}", names.join(", ")));
        }
    };
    let scope = &version.scope;
    list("in", scope.territory.clone());
    list("at", scope.places.iter().map(|place| model.network.places.get(*place).name.clone()).collect());
    list("on", scope.links.iter().map(|link| model.network.link(*link).id.clone()).collect());
    list("carried by", scope.carriers.clone());
    list("by", scope.modes.iter().map(|mode| mode.word().to_owned()).collect());
    list("from", version.class.origins.clone());
    list("to", version.class.destinations.clone());
    let goods = &version.class.goods.0;
    list("HS", if goods.len() > 12 { vec![format!("{} chapters", goods.len())] } else { goods.clone() });
    let conditions = version.conditions.iter().map(|all| all.join(" and ")).collect();
    list(if version.effect == regime::Effect::Permit { "with" } else { "unless" }, conditions);
    let movement = match version.class.movement {
        regime::Movement::Any => None,
        regime::Movement::Transit => Some("transit"),
        regime::Movement::Import => Some("imports"),
        regime::Movement::Export => Some("exports"),
        regime::Movement::Domestic => Some("domestic"),
    };
    if let Some(movement) = movement {
        parts.insert(0, movement.to_owned());
    }
    if parts.is_empty() { "everything".to_owned() } else { parts.join("; ") }
}
