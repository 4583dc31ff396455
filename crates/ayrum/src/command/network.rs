//! `ayrum network`

use std::collections::BTreeMap;

use case::{LegalStatus, Mode, Provenance};
use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject};
use jiff::civil::Date;
use network::{Link, LinkId, PlaceId};
use regime::Perspective;
use scenario::Model;
use serde::Serialize;

use super::{Done, date, load, put, rules::concerns};
use crate::arguments::{CaseSource, Format, Network};
use crate::failure::Failure;
use crate::show::{self, answer_text};

#[derive(Serialize)]
struct WrittenLink {
    link: String,
    from: String,
    to: String,
    mode: &'static str,
    km: f64,
    gauge_mm: u32,
    carrier: String,
    territory: Vec<String>,
    traction: String,
    tracks: Option<u32>,
    state: &'static str,
    state_certain: bool,
    reason: String,
    evidence: &'static str,
    confidence: &'static str,
    source: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_rows: Vec<String>,
}

/// The network, or one thing in it.
pub(crate) fn run(network: &Network, case: &CaseSource) -> Result<Done, Failure> {
    let model = load(case)?;
    let day = network.date.as_deref().map_or(Ok(model.case.settings.horizon), date)?;
    if network.places || network.goods {
        return list(&model, network);
    }
    let links: Vec<LinkId> = match &network.what {
        None => (0..model.network.links.len() as u32).map(LinkId).collect(),
        Some(name) => match model.network.link_id(name) {
            Some(link) => {
                if network.format == Format::Table {
                    put(&link_text(&model, link, day))?;
                    return Ok(Done::Good);
                }
                vec![link]
            }
            None => {
                let place = super::place(&model, name)?;
                if network.format == Format::Table {
                    put(&place_text(&model, place, day))?;
                    return Ok(Done::Good);
                }
                links_at(&model, place)
            }
        },
    };
    let written: Vec<WrittenLink> = links.iter().map(|link| written(&model, *link, day)).collect();
    match network.format {
        Format::Table => put(&summary(&model, day))?,
        Format::Json => put(&show::json(&written)?)?,
        Format::Geojson => put(&show::json(&features(&model, &links, &written))?)?,
        Format::Csv => put(&show::csv(
            &[
                "link",
                "from",
                "to",
                "mode",
                "km",
                "gauge_mm",
                "carrier",
                "territory",
                "state",
                "reason",
                "evidence",
                "confidence",
                "source",
            ],
            written.iter().map(|own| {
                vec![
                    own.link.clone(),
                    own.from.clone(),
                    own.to.clone(),
                    own.mode.to_owned(),
                    own.km.to_string(),
                    own.gauge_mm.to_string(),
                    own.carrier.clone(),
                    own.territory.join("|"),
                    own.state.to_owned(),
                    own.reason.clone(),
                    own.evidence.to_owned(),
                    own.confidence.to_owned(),
                    own.source.clone(),
                ]
            }),
        )?)?,
    }
    Ok(Done::Good)
}

/// Lists places or goods.
fn list(model: &Model, network: &Network) -> Result<Done, Failure> {
    let (heading, rows): (&[&str], Vec<Vec<String>>) = if network.places {
        let row = |place: &network::Place| {
            vec![
                place.id.clone(),
                place.name.clone(),
                place.economy.clone(),
                place.kind.clone(),
                place.aliases.join("|"),
            ]
        };
        (
            &["place", "name", "economy", "kind", "aliases"],
            model.network.places.all().iter().map(row).collect(),
        )
    } else {
        let row = |good: &case::Commodity| {
            vec![
                good.id.clone(),
                good.name.clone(),
                good.hs.clone(),
                good.grade.clone(),
                good.form.word().to_owned(),
            ]
        };
        (
            &["commodity", "name", "hs", "grade", "form"],
            model.case.goods.commodities().iter().map(row).collect(),
        )
    };
    match network.format {
        Format::Table => put(&show::table(heading, rows))?,
        Format::Csv => put(&show::csv(heading, rows.into_iter())?)?,
        Format::Json => {
            let objects: Vec<std::collections::BTreeMap<&str, String>> =
                rows.into_iter().map(|row| heading.iter().copied().zip(row).collect()).collect();
            put(&show::json(&objects)?)?;
        }
        Format::Geojson => return Err(Failure::new("a list has no geometry").hint("table, json or csv")),
    }
    Ok(Done::Good)
}

fn links_at(model: &Model, place: PlaceId) -> Vec<LinkId> {
    (0u32..)
        .zip(&model.network.links)
        .filter(|(_, link)| link.from == place || link.to == place)
        .map(|(number, _)| LinkId(number))
        .collect()
}

fn written(model: &Model, id: LinkId, day: Date) -> WrittenLink {
    let link = model.network.link(id);
    let condition = link.condition(day, Date::MAX, LegalStatus::InForce);
    WrittenLink {
        link: link.id.clone(),
        from: model.network.places.get(link.from).id.clone(),
        to: model.network.places.get(link.to).id.clone(),
        mode: link.mode.word(),
        km: link.km,
        gauge_mm: link.gauge_mm,
        carrier: link.carrier.clone(),
        territory: link.territory.clone(),
        traction: link.traction.clone(),
        tracks: link.tracks,
        state: condition.state.words(),
        state_certain: condition.certain,
        reason: condition.span.map(|span| span.reason.clone()).unwrap_or_default(),
        evidence: link.provenance.evidence.word(),
        confidence: link.provenance.confidence.word(),
        source: link.provenance.source.clone(),
        user_rows: link.provenance.laid_places().map(str::to_owned).collect(),
    }
}

fn features(model: &Model, links: &[LinkId], written: &[WrittenLink]) -> FeatureCollection {
    let position = |place: PlaceId| {
        let own = model.network.places.get(place);
        vec![own.longitude, own.latitude]
    };
    let features = links.iter().zip(written).map(|(id, own)| {
        let link = model.network.link(*id);
        let mut properties = JsonObject::new();
        for (key, value) in [
            ("link", own.link.clone()),
            ("mode", own.mode.to_owned()),
            ("carrier", own.carrier.clone()),
            ("state", own.state.to_owned()),
            ("reason", own.reason.clone()),
            ("source", own.source.clone()),
            ("confidence", own.confidence.to_owned()),
        ] {
            properties.insert(key.to_owned(), value.into());
        }
        if !own.user_rows.is_empty() {
            properties.insert("user_rows".to_owned(), own.user_rows.join(" ").into());
        }
        properties.insert("km".to_owned(), own.km.into());
        Feature {
            geometry: Some(
                GeometryValue::new_line_string(vec![position(link.from), position(link.to)]).into(),
            ),
            properties: Some(properties),
            ..Feature::default()
        }
    });
    let mut foreign = JsonObject::new();
    foreign.insert("attribution".to_owned(), model.case.settings.attribution.clone().into());
    foreign.insert("disputed_borders".to_owned(), model.case.settings.disputed_borders.clone().into());
    FeatureCollection { bbox: None, features: features.collect(), foreign_members: Some(foreign) }
}

fn summary(model: &Model, day: Date) -> String {
    let network = &model.network;
    let mut text = format!("{}\nknown up to {}\n\n", model.case.settings.title, model.case.settings.horizon);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for place in network.places.all() {
        *kinds.entry(&place.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    text.push_str(&format!(
        "{} places ({}), {} crossings, {} transfers, {} services\n\n",
        network.places.all().len(),
        kinds.join(", "),
        network.crossings.len(),
        network.transfers.len(),
        network.services.len()
    ));
    let rows = Mode::ALL.into_iter().map(|mode| {
        let of_mode: Vec<&Link> = network.links.iter().filter(|link| link.mode == mode).collect();
        let state = |words: &str| {
            let in_it =
                |link: &&&Link| link.condition(day, Date::MAX, LegalStatus::InForce).state.words() == words;
            of_mode.iter().filter(in_it).count().to_string()
        };
        let low = of_mode.iter().filter(|link| link.provenance.confidence == case::Confidence::Low).count();
        vec![
            mode.word().to_owned(),
            of_mode.len().to_string(),
            show::grouped(of_mode.iter().map(|link| link.km).sum()),
            state("open"),
            state("closed"),
            state("disused"),
            state("under construction"),
            state("planned"),
            low.to_string(),
        ]
    });
    text.push_str(&format!("Links on {day}\n"));
    text.push_str(&show::table(
        &[
            "mode",
            "links>",
            "km>",
            "open>",
            "closed>",
            "disused>",
            "building>",
            "planned>",
            "low confidence>",
        ],
        rows.collect(),
    ));
    text.push_str("\nModel against observation (hours; the model's median, 10 % and 90 %)\n");
    text.push_str(&comparisons(model));
    text.push_str(&format!("\n{}\n", model.case.settings.attribution));
    if !model.case.settings.disputed_borders.is_empty() {
        text.push_str(&format!("{}\n", model.case.settings.disputed_borders));
    }
    text
}

/// Every observation beside the model.
pub(crate) fn comparisons(model: &Model) -> String {
    let rows = model
        .comparisons()
        .into_iter()
        .map(|own| {
            let observation = &model.network.observations[own.observation];
            let observed = observation.hours.map_or("no times".to_owned(), |(least, most)| {
                if (least - most).abs() < 1e-9 {
                    format!("{least:.0}")
                } else {
                    format!("{least:.0}–{most:.0}")
                }
            });
            let modelled = own.modelled.map_or("no open route".to_owned(), |time| {
                format!("{:.0} ({:.0}–{:.0})", time.quantile(0.5), time.quantile(0.1), time.quantile(0.9))
            });
            let inside = match own.inside {
                Some(true) => "inside",
                Some(false) => "OUTSIDE",
                None => "–",
            };
            vec![
                observation.title.clone(),
                observation.date.to_string(),
                observed,
                modelled,
                inside.to_owned(),
                if observation.used_for_calibration { "calibrated to" } else { "" }.to_owned(),
                observation.provenance.confidence.word().to_owned(),
            ]
        })
        .collect();
    show::table(&["observation", "date", "observed>", "model>", "median", "", "confidence"], rows)
}

fn ancestry(provenance: &Provenance) -> String {
    format!(
        "{}, {} confidence, source {}{}",
        provenance.evidence.word(),
        provenance.confidence.word(),
        provenance.source,
        answer_text::laid_marks(provenance)
    )
}

fn place_text(model: &Model, id: PlaceId, day: Date) -> String {
    let place = model.network.places.get(id);
    let mut text = format!(
        "{} [{}], {}, {} at {:.3}, {:.3} ({})\n",
        place.name,
        place.id,
        model.case.economies.name(&place.economy),
        place.kind,
        place.latitude,
        place.longitude,
        ancestry(&place.provenance)
    );
    if !place.aliases.is_empty() {
        text.push_str(&format!("also {}\n", place.aliases.join(", ")));
    }
    if !place.note.is_empty() {
        text.push_str(&format!("{}\n", place.note));
    }
    text.push_str(&format!("\nLinks on {day}\n"));
    let rows = links_at(model, id)
        .into_iter()
        .map(|link| {
            let own = written(model, link, day);
            let other = if own.from == place.id { own.to } else { own.from };
            vec![
                own.link,
                other,
                own.mode.to_owned(),
                show::grouped(own.km),
                own.state.to_owned(),
                own.reason,
            ]
        })
        .collect();
    text.push_str(&show::table(&["link", "to", "mode", "km>", "state", "why"], rows));
    let changes: Vec<_> =
        model.network.transfers.iter().filter(|transfer| transfer.place == Some(id)).collect();
    if !changes.is_empty() {
        text.push_str("\nTransfers\n");
        for transfer in changes {
            let price = transfer.money.as_ref().map_or("price not known".to_owned(), |money| {
                format!("{} {} per {:?}", money.amount, money.terms.currency, money.terms.basis)
                    .to_lowercase()
            });
            text.push_str(&format!(
                "  {}: {:.0} ± {:.0} h, {price} ({})\n",
                transfer.id,
                transfer.duration.hours,
                transfer.duration.variance.sqrt(),
                ancestry(&transfer.provenance)
            ));
        }
    }
    text.push_str("\nRules over time\n");
    for rule in &model.regime.rules.rules {
        for version in rule.versions.iter().map(|version| model.regime.rules.get(*version)) {
            if concerns(model, version, id) {
                text.push_str(&format!(
                    "  {} v{}: {}, {} ({})\n",
                    rule.title,
                    version.number,
                    version.effect.words(),
                    version.validity.words(),
                    version.text
                ));
            }
        }
    }
    text
}

fn link_text(model: &Model, id: LinkId, day: Date) -> String {
    let link = model.network.link(id);
    let mut text = format!("{} [{}]\n{} km", model.network.link_words(id), link.id, link.km);
    if link.gauge_mm > 0 {
        text.push_str(&format!(", gauge {} mm", link.gauge_mm));
    }
    for (what, value) in [
        ("carrier", link.carrier.clone()),
        ("traction", link.traction.replace('_', " ")),
        ("tracks", link.tracks.map(|tracks| tracks.to_string()).unwrap_or_default()),
        ("in", link.territory.join(" and ")),
        (
            "capacity",
            link.capacity
                .as_ref()
                .map(|(value, unit)| format!("{value} {}", unit.replace('_', " ")))
                .unwrap_or_default(),
        ),
    ] {
        let value = if value.is_empty() { "not known".to_owned() } else { value };
        text.push_str(&format!(", {what} {value}"));
    }
    text.push_str(&format!(" ({})\n", ancestry(&link.provenance)));
    if !link.note.is_empty() {
        text.push_str(&format!("{}\n", link.note));
    }
    if !link.lengths.is_empty() {
        text.push_str("\nLengths by source\n");
        for length in &link.lengths {
            let used = if length.used { "used" } else { "not used" };
            text.push_str(&format!(
                "  {} km, {used} ({}) {}\n",
                length.km,
                ancestry(&length.provenance),
                length.note
            ));
        }
    }
    text.push_str("\nStates\n");
    if link.history.is_empty() {
        text.push_str("  open, without news\n");
    }
    for span in &link.history {
        text.push_str(&format!(
            "  {} {}: {} [{}, known from {}] ({})\n",
            span.state.words(),
            span.validity.words(),
            span.reason,
            span.status.words(),
            span.known_from,
            ancestry(&span.provenance)
        ));
    }
    if let Some(number) = link.crossing {
        let crossing = &model.network.crossings[number as usize];
        text.push_str(&format!("\nCrossing {} ({})\n", crossing.name, ancestry(&crossing.provenance)));
        for activity in &crossing.activities {
            let price = activity.money.as_ref().map_or("price not known".to_owned(), |money| {
                format!("{} {} per {:?}", money.amount, money.terms.currency, money.terms.basis)
            });
            let goods = if activity.goods.0.is_empty() {
                String::new()
            } else {
                format!(" for HS {}", activity.goods.0.join(", "))
            };
            text.push_str(&format!(
                "  {}{goods}: {:.1} ± {:.1} h, {price} ({})\n",
                activity.name.replace('_', " "),
                activity.duration.hours,
                activity.duration.variance.sqrt(),
                ancestry(&activity.provenance)
            ));
        }
    }
    for number in &link.services {
        let service = &model.network.services[*number as usize];
        let price = service.money.as_ref().map_or("price not known".to_owned(), |money| {
            format!("{} {} per {:?}", money.amount, money.terms.currency, money.terms.basis)
        });
        text.push_str(&format!(
            "\nService {}: {}, wait {:.0} ± {:.0} h, {price}, {} ({})\n  {}\n",
            service.name,
            service
                .departures_per_week
                .map_or("departures not known".to_owned(), |count| format!("{count} departures a week")),
            service.wait.hours,
            service.wait.variance.sqrt(),
            service.validity.words(),
            ancestry(&service.provenance),
            service.note
        ));
    }
    let perspective = Perspective { known: Date::MAX, binding: LegalStatus::InForce, disputed: true };
    text.push_str(&format!("\nRules that name it, on {day}\n"));
    for rule in &model.regime.rules.rules {
        if let Some(speaking) = model.regime.rules.speaking(rule, day, perspective) {
            let version = model.regime.rules.get(speaking.version);
            let inside = link.territory.iter().any(|economy| version.scope.territory.contains(economy));
            if version.scope.links.contains(&id) || inside {
                text.push_str(&format!(
                    "  {} v{}: {} ({})\n",
                    rule.title,
                    version.number,
                    version.text,
                    version.validity.words()
                ));
            }
        }
    }
    text
}
