//! A network as files of GMNS.

use case::Finding;

use super::config::LengthUnit;
use super::{nodes, shape};
use crate::traffic::TrafficNetwork;

/// The text of the files of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GmnsText {
    /// `config.csv`.
    pub config: String,
    /// `node.csv`.
    pub node: String,
    /// `link.csv`.
    pub link: String,
    /// `use_definition.csv`, where links say who may use them.
    pub use_definition: Option<String>,
}

/// A length in words that [`LengthUnit`] knows, in kilometres; as kilometres where the words are others.
fn km(unit: &str) -> f64 {
    LengthUnit::of(unit).map_or(1.0, LengthUnit::km)
}

/// Hours in a unit of time.
fn hours(unit: &str) -> Option<f64> {
    match unit {
        "h" => Some(1.0),
        "min" => Some(1.0 / 60.0),
        "s" => Some(1.0 / 3600.0),
        _ => None,
    }
}

/// Writes a network. A network that does not say its units, as of TNTP, is written as if they were kilometres and
/// minutes, with a finding.
#[must_use]
pub fn write_network(dataset: &str, network: &TrafficNetwork, findings: &mut Vec<Finding>) -> GmnsText {
    let units = &network.units;
    if LengthUnit::of(&units.length).is_none() || hours(&units.time).is_none() {
        let problem =
            "the network does not say its units; lengths are written as kilometres, times as minutes";
        findings
            .push(Finding::warning("unknown-units", "config.csv", problem).valid("km or mile; h, min or s"));
    }
    let (km, minutes) = (km(&units.length), hours(&units.time).map_or(1.0, |hours| hours * 60.0));
    let config = csv(
        &[
            "dataset_name",
            "short_length",
            "long_length",
            "speed",
            "crs",
            "geometry_field_format",
            "currency",
            "version_number",
            "id_type",
        ],
        std::iter::once(
            [dataset, "meter", "km", "kph", &network.crs, "WKT", &units.currency, "0.96", "string"]
                .map(str::to_owned)
                .to_vec(),
        ),
    );
    let mut zones = vec![""; network.nodes.len()];
    for zone in &network.zones {
        zones[zone.node as usize] = &zone.id;
    }
    let without = network.nodes.iter().filter(|node| node.position.is_none()).count();
    if without > 0 {
        let problem = format!("{without} node(s) have no coordinates; 0, 0 is written");
        findings.push(
            Finding::warning("missing-value", "node.csv", problem).valid("a *_node.tntp beside the network"),
        );
    }
    let node = csv(
        &["node_id", "name", "x_coord", "y_coord", "node_type", "zone_id"],
        network.nodes.iter().zip(&zones).map(|(node, zone)| {
            let [x, y] = node.position.unwrap_or([0.0, 0.0]);
            let kind = if node.through { &node.kind } else { nodes::CENTROID };
            let cells: [&str; 6] = [&node.id, &node.name, &x.to_string(), &y.to_string(), kind, zone];
            cells.map(str::to_owned).to_vec()
        }),
    );
    let link = csv(
        &[
            "link_id",
            "name",
            "from_node_id",
            "to_node_id",
            "directed",
            "geometry",
            "dir_flag",
            "length",
            "facility_type",
            "capacity",
            "free_speed",
            "lanes",
            "allowed_uses",
            "toll",
            "vdf_fftt",
            "vdf_alpha",
            "vdf_beta",
        ],
        network.links.iter().map(|link| {
            let node = |place: u32| network.nodes[place as usize].id.clone();
            let (length, time) = (link.length * km, link.free_flow_time * minutes);
            // The specification ends at 200; a link without length or time has no speed.
            let speed = Some(length / (time / 60.0)).filter(|speed| (1e-3..=200.0).contains(speed));
            vec![
                link.id.clone(),
                link.name.clone(),
                node(link.from),
                node(link.to),
                "1".to_owned(),
                if link.shape.is_empty() { String::new() } else { shape::text(&link.shape) },
                "1".to_owned(),
                length.to_string(),
                link.kind.clone(),
                if link.capacity.is_finite() { link.capacity.to_string() } else { String::new() },
                speed.map(|speed| speed.to_string()).unwrap_or_default(),
                "1".to_owned(),
                link.uses.join(","),
                link.toll.to_string(),
                time.to_string(),
                link.b.to_string(),
                link.power.to_string(),
            ]
        }),
    );
    let mut uses: Vec<&String> = network.links.iter().flat_map(|link| &link.uses).collect();
    uses.sort_unstable();
    uses.dedup();
    let use_definition =
        (!uses.is_empty()).then(|| csv(&["use"], uses.into_iter().map(|word| vec![word.clone()])));
    GmnsText { config, node, link, use_definition }
}

/// A table as CSV. Text in memory can always be written.
fn csv(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let _ = writer.write_record(heading);
    for row in rows {
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
