//! A run as GeoJSON: each link a line with what it carries in the base and in the scenario.

use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject, JsonValue};
use network::{LinkId, PlaceId};
use scenario::{LoopRun, Scenario};

use super::Worlds;
use super::tables::sum;

/// Writes the flows. Lines are drawn straight from place to place.
pub(super) fn flows(worlds: &Worlds<'_>, scenario: &Scenario, run: &LoopRun) -> FeatureCollection {
    let (before, after) = (run.base.links(), run.after.links());
    let open = [&run.base, &run.after].map(|settled| settled.ground.network.open_links());
    let network = &worlds.after.network;
    let groups = &run.base.ground.baseline.groups;
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    let line = |number: u32| {
        let (id, link) = (LinkId(number), network.link(LinkId(number)));
        let mut properties = JsonObject::new();
        let mut set = |key: &str, value: JsonValue| properties.insert(key.to_owned(), value);
        set("link", link.id.clone().into());
        set("name", network.link_words(id).into());
        set("mode", link.mode.word().into());
        set("territory", link.territory.join(" ").into());
        if let Some(crossing) = link.crossing {
            set("crossing", network.crossings[crossing as usize].name.clone().into());
        }
        // Open to goods of some pair at least; a rule may still close it to others.
        for (state, open) in ["base", "scenario"].into_iter().zip(&open) {
            set(&format!("open_{state}"), open.contains(&id).into());
        }
        let mut tonnes = |suffix: &str, base: f64, after: f64| {
            set(&format!("tonnes_base{suffix}"), rounded(base).into());
            set(&format!("tonnes_scenario{suffix}"), rounded(after).into());
            set(&format!("tonnes_change{suffix}"), rounded(after - base).into());
        };
        tonnes("", sum(before.get(&id)), sum(after.get(&id)));
        for (cargo, group) in groups.iter().enumerate() {
            let of = |loads: Option<&Vec<f64>>| loads.map_or(0.0, |loads| loads[cargo]);
            tonnes(&format!("_{}", group.id), of(before.get(&id)), of(after.get(&id)));
        }
        set("evidence", "modelled".into());
        let position = |place: PlaceId| {
            let own = network.places.get(place);
            vec![own.longitude, own.latitude]
        };
        Feature {
            geometry: Some(
                GeometryValue::new_line_string(vec![position(link.from), position(link.to)]).into(),
            ),
            properties: Some(properties),
            ..Feature::default()
        }
    };
    let settings = &worlds.base.case.settings;
    let mut foreign = JsonObject::new();
    let mut say = |key: &str, value: JsonValue| foreign.insert(key.to_owned(), value);
    say("scenario", scenario.title.clone().into());
    say("date", run.date.to_string().into());
    say("unit", "tonnes a year, both directions together".into());
    say("settled", (run.base.certificate.settled && run.after.certificate.settled).into());
    say("observed_share_percent", (100.0 * run.base.observed_share()).into());
    say("illustrative", run.base.is_illustrative().into());
    say("attribution", settings.attribution.clone().into());
    say("disputed_borders", settings.disputed_borders.clone().into());
    FeatureCollection {
        bbox: None,
        features: (0..network.links.len() as u32).map(line).collect(),
        foreign_members: Some(foreign),
    }
}
