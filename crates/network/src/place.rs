//! Places, and finding one by any of its names.

use std::collections::HashMap;

use case::{Finding, Names, Provenance, Sheets, nearest, plain};

/// A place's number in its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(pub u32);

/// A city, station, port, border post or airport.
#[derive(Debug, Clone)]
pub struct Place {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// ISO 3166 alpha-3 code of the economy it lies in.
    pub economy: String,
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// What it mainly is: `city`, `station`, `port`, `border`, `airport` or `junction`.
    pub kind: String,
    /// UN/LOCODE; may be empty.
    pub unlocode: String,
    /// Other names and spellings.
    pub aliases: Vec<String>,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// All places of a case.
#[derive(Debug, Clone, Default)]
pub struct Places {
    names: Names,
    places: Vec<Place>,
    by_plain_name: HashMap<String, PlaceId>,
}

/// No place has the name asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPlace {
    /// The name asked for.
    pub asked: String,
    /// Names that come near, best first.
    pub nearest: Vec<String>,
}

impl Places {
    /// Adds the rows of `places.csv` and `aliases.csv`.
    pub fn extend(&mut self, sheets: &mut Sheets, findings: &mut Vec<Finding>) {
        let places = self;
        let mut gone = Vec::new();
        for row in sheets.rows("places") {
            let (latitude, longitude) = (row.value("latitude"), row.value("longitude"));
            if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
                findings.push(
                    row.error(
                        "malformed-value",
                        "latitude",
                        format!("{latitude}, {longitude} is not on the Earth; the place was left out"),
                    )
                    .valid("latitude −90 to 90, longitude −180 to 180, in degrees"),
                );
                gone.push(row.owned("place"));
                continue;
            }
            let Some(number) = places.names.add(row.text("place")) else { continue };
            places.places.push(Place {
                id: row.owned("place"),
                name: row.owned("name"),
                economy: row.owned("economy"),
                latitude,
                longitude,
                kind: row.owned("kind"),
                unlocode: row.owned("unlocode"),
                aliases: Vec::new(),
                note: row.owned("note"),
                provenance: Provenance::of(row),
            });
            for name in [row.text("place"), row.text("name"), row.text("unlocode")] {
                if !name.is_empty() {
                    places.by_plain_name.entry(plain(name)).or_insert(PlaceId(number));
                }
            }
        }
        sheets.set_aside("places", &gone, findings);
        for row in sheets.rows("aliases") {
            let Some(id) = places.id(row.text("place")) else { continue };
            let alias = row.text("alias");
            match places.by_plain_name.get(&plain(alias)) {
                Some(other) if *other != id => {
                    let other = &places.get(*other).name;
                    findings.push(
                        row.error(
                            "duplicate-row",
                            "alias",
                            format!("`{alias}` already names {other}; the alias was left out"),
                        )
                        .valid("a name that no other place has"),
                    );
                    continue;
                }
                _ => {
                    places.by_plain_name.insert(plain(alias), id);
                }
            }
            places.places[id.0 as usize].aliases.push(alias.to_owned());
        }
    }

    /// All places, in the case's order.
    #[must_use]
    pub fn all(&self) -> &[Place] {
        &self.places
    }

    /// The place of a number that this network gave.
    #[must_use]
    pub fn get(&self, id: PlaceId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// The place of an identifier.
    #[must_use]
    pub fn id(&self, identifier: &str) -> Option<PlaceId> {
        self.names.number(identifier).map(PlaceId)
    }

    /// A place by identifier, name, UN/LOCODE or alias, in any script and case.
    ///
    /// # Errors
    /// The nearest names, where nothing has that one.
    pub fn find(&self, name: &str) -> Result<PlaceId, UnknownPlace> {
        if let Some(id) = self.id(name).or_else(|| self.by_plain_name.get(&plain(name)).copied()) {
            return Ok(id);
        }
        let every_name = || {
            self.places.iter().flat_map(|place| {
                std::iter::once(place.name.as_str()).chain(place.aliases.iter().map(String::as_str))
            })
        };
        let mut near: Vec<String> = Vec::new();
        for candidate in nearest(name, every_name(), 8) {
            let id = self.by_plain_name[&plain(candidate)];
            let place = self.get(id).name.clone();
            if !near.contains(&place) && near.len() < 3 {
                near.push(place);
            }
        }
        Err(UnknownPlace { asked: name.to_owned(), nearest: near })
    }
}

/// Great-circle distance in kilometres between two places, by the haversine formula.
#[must_use]
pub fn great_circle_km(a: &Place, b: &Place) -> f64 {
    great_circle_between((a.latitude, a.longitude), (b.latitude, b.longitude))
}

/// Great-circle distance in kilometres between two positions, each degrees north and east, on a
/// sphere of radius 6371.0088 km (the mean Earth radius of WGS 84), by the haversine formula.
#[must_use]
pub fn great_circle_between(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.1 - a.1).to_radians() / 2.0).sin();
    let chord = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * 6371.0088 * chord.clamp(0.0, 1.0).sqrt().asin()
}
