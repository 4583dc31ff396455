//! Economies, the zones in which their goods start and end, and how zones reach the network.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use case::{Case, Finding, Form, Provenance, Row, Sheets};
use network::{Network, PlaceId, great_circle_between};

use super::{Baseline, OutsideWay, Passage};

/// An economy with its size.
#[derive(Debug, Clone)]
pub struct BaselineEconomy {
    /// ISO 3166 alpha-3 code.
    pub id: String,
    /// Official English short name.
    pub name: String,
    /// GDP at current prices and rates of exchange.
    pub gdp_usd: f64,
    /// The year of the GDP, the same for all.
    pub year: u32,
    /// Its zones, by position.
    pub zones: Range<usize>,
    /// Where the GDP comes from.
    pub provenance: Provenance,
}

/// A part of an economy.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// Its economy, by position.
    pub economy: usize,
    /// The place where it meets the network; nothing where it lies off it.
    pub place: Option<PlaceId>,
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// Its share of the economy; the zones of an economy add up to one.
    pub weight: f64,
    /// Kilometres that goods go that stay in it.
    pub within_km: f64,
    /// Kilometres overland to its seaport; zero on the coast.
    pub port_km: f64,
    /// Ways of kind land and inland beyond the network that it has, by position.
    pub ways: Vec<usize>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// How a zone off the network reaches a gateway on it.
#[derive(Debug, Clone)]
pub struct Approach {
    /// The zone, by position.
    pub zone: usize,
    /// The gateway.
    pub place: PlaceId,
    /// The way, by position.
    pub way: usize,
    /// Kilometres, where stated.
    pub km: Option<f64>,
    /// Great-circle kilometres from the zone's hub.
    pub great_circle_km: f64,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// Where a zone's goods enter and leave the network, and what it takes to get there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZoneEntry {
    /// The place.
    pub place: PlaceId,
    /// USD per tonne between the zone and the place.
    pub usd_per_tonne: f64,
    /// Hours likewise.
    pub hours: f64,
    /// Kilometres likewise.
    pub km: f64,
}

impl Baseline {
    /// Where goods of a form enter and leave the network: the zone's own place at no cost, or its gateways.
    #[must_use]
    pub fn entries(&self, zone: usize, form: Form) -> Vec<ZoneEntry> {
        let own = &self.zones[zone];
        let here = own.place.map(|place| ZoneEntry { place, usd_per_tonne: 0.0, hours: 0.0, km: 0.0 });
        let gateways =
            self.approaches.iter().filter(|approach| approach.zone == zone).filter_map(|approach| {
                let Passage { usd_per_tonne, hours, km, .. } = self.to_gateway(approach, form)?;
                Some(ZoneEntry { place: approach.place, usd_per_tonne, hours, km })
            });
        here.into_iter().chain(gateways).collect()
    }

    /// Multiplies the size of an economy, as a measure does.
    pub fn scale_gdp(&mut self, economy: usize, factor: f64, provenance: Provenance) {
        let own = &mut self.economies[economy];
        own.gdp_usd *= factor;
        own.provenance = provenance;
    }
}

/// Reads `gdp.csv` and `zones.csv`.
pub(super) fn load(
    case: &Case,
    network: &Network,
    sheets: &Sheets,
    ways: &[OutsideWay],
    findings: &mut Vec<Finding>,
) -> (Vec<BaselineEconomy>, Vec<Zone>) {
    let mut sizes: BTreeMap<&str, BTreeMap<u32, Row<'_>>> = BTreeMap::new();
    for row in sheets.rows("gdp") {
        let Some(year) = row.count("year") else { continue };
        if row.value("usd_million") <= 0.0 {
            findings.push(
                row.error("malformed-value", "usd_million", "an economy of no size was left out")
                    .valid("above zero, in million USD"),
            );
            continue;
        }
        sizes.entry(row.text("economy")).or_default().insert(year, row);
    }
    let mut parts: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in sheets.rows("zones") {
        if !sizes.contains_key(row.text("economy")) {
            let problem = format!("{} has no row in gdp.csv; the zone was left out", row.text("economy"));
            findings.push(row.error("missing-gdp", "economy", problem).valid("a row in gdp.csv"));
            continue;
        }
        parts.entry(row.text("economy")).or_default().push(row);
    }
    let years =
        |economy: &str| sizes.get(economy).map(|years| years.keys().copied().collect::<BTreeSet<u32>>());
    let common = parts.keys().filter_map(|economy| years(economy)).reduce(|a, b| &a & &b);
    let Some(year) = common.as_ref().map(|years| years.last().copied()) else { return Default::default() };
    let Some(year) = year else {
        findings.push(
            Finding::error(
                "no-common-year",
                "gdp.csv",
                "no year has the GDP of all economies with zones; there is no baseline",
            )
            .valid("one year with a row for each of them"),
        );
        return Default::default();
    };
    let (mut economies, mut zones): (Vec<BaselineEconomy>, Vec<Zone>) = Default::default();
    for economy in case.economies.all() {
        let Some(size) = sizes.get(economy.id.as_str()) else { continue };
        let Some(rows) = parts.get(economy.id.as_str()) else {
            findings.push(
                Finding::warning(
                    "missing-zone",
                    "zones.csv",
                    format!("{} has a GDP and no zone; it does not trade", economy.id),
                )
                .valid("a row for each part in which its goods start and end"),
            );
            continue;
        };
        let Some(row) = size.get(&year) else { continue };
        let first = zones.len();
        let number = economies.len();
        zones.extend(rows.iter().filter_map(|row| zone(*row, number, &economy.id, network, ways, findings)));
        let total: f64 = zones[first..].iter().map(|zone| zone.weight).sum();
        if total <= 0.0 {
            findings.push(
                row.error(
                    "missing-zone",
                    "economy",
                    format!("{} has no zone of a weight above zero; it does not trade", economy.id),
                )
                .valid("a zone with a weight above zero"),
            );
            zones.truncate(first);
            continue;
        }
        zones[first..].iter_mut().for_each(|zone| zone.weight /= total);
        economies.push(BaselineEconomy {
            id: economy.id.clone(),
            name: economy.name.clone(),
            gdp_usd: row.value("usd_million") * 1e6,
            year,
            zones: first..zones.len(),
            provenance: Provenance::of(*row),
        });
    }
    (economies, zones)
}

fn zone(
    row: Row<'_>,
    economy: usize,
    code: &str,
    network: &Network,
    ways: &[OutsideWay],
    findings: &mut Vec<Finding>,
) -> Option<Zone> {
    let place = network.places.id(row.text("place"));
    let position = row.number("latitude").zip(row.number("longitude"));
    let (latitude, longitude) = match (place.map(|place| network.places.get(place)), position) {
        (Some(place), None) if place.economy == code => (place.latitude, place.longitude),
        (Some(place), None) => {
            let problem =
                format!("{} lies in {}, not in {code}; the zone was left out", place.id, place.economy);
            findings
                .push(row.error("wrong-economy", "place", problem).valid("a place of the zone's economy"));
            return None;
        }
        (None, Some((latitude, longitude)))
            if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) =>
        {
            (latitude, longitude)
        }
        _ => {
            let problem = "where the zone lies is not said in one way; it was left out";
            findings.push(
                row.error("malformed-value", "place", problem)
                    .valid("a place, or a latitude −90 to 90 and a longitude −180 to 180, not both"),
            );
            return None;
        }
    };
    if row.value("weight") <= 0.0 || row.value("within_km") <= 0.0 {
        let column = if row.value("weight") <= 0.0 { "weight" } else { "within_km" };
        findings
            .push(row.error("malformed-value", column, "a zone of no size was left out").valid("above zero"));
        return None;
    }
    Some(Zone {
        id: row.owned("zone"),
        name: row.owned("name"),
        economy,
        place,
        latitude,
        longitude,
        weight: row.value("weight"),
        within_km: row.value("within_km"),
        port_km: row.value("port_km"),
        ways: row.list("ways").filter_map(|id| ways.iter().position(|way| way.id == id)).collect(),
        provenance: Provenance::of(row),
    })
}

/// Reads `neighbours.csv`.
pub(super) fn load_neighbours(
    sheets: &Sheets,
    economies: &[BaselineEconomy],
    findings: &mut Vec<Finding>,
) -> BTreeSet<(usize, usize)> {
    let mut neighbours = BTreeSet::new();
    for row in sheets.rows("neighbours") {
        let find = |column: &str| economies.iter().position(|economy| economy.id == row.text(column));
        // An economy that does not trade needs no neighbours.
        let (Some(one), Some(other)) = (find("economy"), find("neighbour")) else { continue };
        if one == other {
            findings.push(
                row.error("malformed-value", "neighbour", "an economy is not its own neighbour; left out")
                    .valid("another economy"),
            );
            continue;
        }
        neighbours.extend([(one, other), (other, one)]);
    }
    neighbours
}

/// Reads `approaches.csv`.
pub(super) fn load_approaches(
    network: &Network,
    sheets: &Sheets,
    zones: &[Zone],
    ways: &[OutsideWay],
    findings: &mut Vec<Finding>,
) -> Vec<Approach> {
    let mut approaches = Vec::new();
    for row in sheets.rows("approaches") {
        let zone = zones.iter().position(|zone| zone.id == row.text("zone"));
        let way = ways.iter().position(|way| way.id == row.text("way"));
        let (Some(zone), Some(way), Some(place)) = (zone, way, network.places.id(row.text("place"))) else {
            let problem = format!("{} was left out, and its approach with it", row.text("zone"));
            findings.push(row.error("unknown-reference", "zone", problem).valid("a zone that can be used"));
            continue;
        };
        let (from, to) = (&zones[zone], network.places.get(place));
        approaches.push(Approach {
            zone,
            place,
            way,
            km: row.number("km"),
            great_circle_km: great_circle_between(
                (from.latitude, from.longitude),
                (to.latitude, to.longitude),
            ),
            provenance: Provenance::of(row),
        });
    }
    for (number, zone) in zones.iter().enumerate() {
        if zone.place.is_none() && !approaches.iter().any(|approach| approach.zone == number) {
            findings.push(Finding::warning(
                "missing-approach",
                "approaches.csv",
                format!(
                    "{} lies off the network and has no approach to it; its trade never uses it",
                    zone.id
                ),
            ));
        }
    }
    approaches
}
