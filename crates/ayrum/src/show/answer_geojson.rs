//! An answer as GeoJSON: each leg of each route a line, each place on the way a point.

use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject, JsonValue};
use network::PlaceId;
use scenario::{Answer, Leg, Model, RouteAnswer};

use super::length_rows;

/// Writes an answer. Lines are drawn straight from place to place.
pub(crate) fn answer(model: &Model, answer: &Answer) -> FeatureCollection {
    let open = answer.routes.iter().map(|route| ("open", route));
    let not_known = answer.not_known.iter().map(|route| ("not known", route));
    let closed = answer.why_not.iter().map(|own| ("closed", &own.route));
    let mut features = Vec::new();
    let mut places: Vec<PlaceId> = Vec::new();
    for (number, (standing, route)) in open.chain(not_known).chain(closed).enumerate() {
        for leg in &route.legs {
            let path = path(model, leg);
            for place in &path {
                if !places.contains(place) {
                    places.push(*place);
                }
            }
            if path.len() > 1 {
                features.push(line(model, number + 1, standing, route, leg, &path));
            }
        }
    }
    features.extend(places.into_iter().map(|place| point(model, place)));
    let mut foreign = JsonObject::new();
    foreign.insert("question".to_owned(), super::answer_text::heading(model, answer).trim().into());
    foreign.insert("attribution".to_owned(), model.case.settings.attribution.clone().into());
    foreign.insert("disputed_borders".to_owned(), model.case.settings.disputed_borders.clone().into());
    FeatureCollection { bbox: None, features, foreign_members: Some(foreign) }
}

/// The places of a leg in order.
pub(crate) fn path(model: &Model, leg: &Leg) -> Vec<PlaceId> {
    let mut path = vec![leg.from];
    for (link, forward) in &leg.links {
        let own = model.network.link(*link);
        path.push(if *forward { own.to } else { own.from });
    }
    path
}

fn position(model: &Model, place: PlaceId) -> Vec<f64> {
    let own = model.network.places.get(place);
    vec![own.longitude, own.latitude]
}

fn line(
    model: &Model,
    number: usize,
    standing: &str,
    route: &RouteAnswer,
    leg: &Leg,
    path: &[PlaceId],
) -> Feature {
    let positions: Vec<Vec<f64>> = path.iter().map(|place| position(model, *place)).collect();
    let mut properties = JsonObject::new();
    let mut set = |key: &str, value: JsonValue| properties.insert(key.to_owned(), value);
    set("route", number.into());
    set("standing", standing.into());
    set("by", route.by.join(" · ").into());
    set("kind", leg.kind.word().into());
    set("mode", leg.mode.map_or("", case::Mode::word).into());
    set("carrier", leg.carrier.clone().into());
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    set("km", rounded(leg.km).into());
    set("hours_mean", rounded(leg.hours).into());
    set("usd_per_tonne", rounded(leg.usd_per_tonne).into());
    let closed: Vec<JsonValue> =
        leg.closures.iter().map(|closure| model.closure_words(closure).into()).collect();
    set("closed_by", closed.into());
    let mut rows: Vec<&str> = leg
        .lines
        .iter()
        .flat_map(|line| line.figures().filter_map(|figure| line.of_figure(figure)))
        .filter(|own| own.by_user)
        .map(|own| own.place.as_str())
        .collect();
    let lengths = length_rows(model, leg);
    rows.extend(lengths.iter().map(String::as_str));
    rows.dedup();
    if !rows.is_empty() {
        set("user_rows", rows.join(" ").into());
    }
    Feature {
        geometry: Some(GeometryValue::new_line_string(positions).into()),
        properties: Some(properties),
        ..Feature::default()
    }
}

fn point(model: &Model, place: PlaceId) -> Feature {
    let own = model.network.places.get(place);
    let mut properties = JsonObject::new();
    properties.insert("place".to_owned(), own.id.clone().into());
    properties.insert("name".to_owned(), own.name.clone().into());
    properties.insert("economy".to_owned(), own.economy.clone().into());
    Feature {
        geometry: Some(GeometryValue::new_point(position(model, place)).into()),
        properties: Some(properties),
        ..Feature::default()
    }
}
