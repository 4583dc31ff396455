//! Corridors: named ways through the network.

use case::{Case, Finding, Mode, Provenance, Row, Sheets, suggestion};

use crate::Network;
use crate::link::LinkId;
use crate::place::PlaceId;

/// What a route can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waypoint {
    /// A place: a link that ends there.
    Place(PlaceId),
    /// A link.
    Link(LinkId),
    /// A link in the territory of an economy.
    Territory(String),
    /// A link of a mode.
    Mode(Mode),
}

/// A named way through the network.
#[derive(Debug, Clone)]
pub struct Corridor {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// What a route must use: all of one of these lists.
    pub through: Vec<Vec<Waypoint>>,
    /// What it must not use: all of one of these lists.
    pub not_through: Vec<Vec<Waypoint>>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl Corridor {
    /// Whether a route over some links goes by it.
    #[must_use]
    pub fn holds(&self, network: &Network, links: &[LinkId]) -> bool {
        let uses = |waypoint: &Waypoint| {
            links.iter().any(|id| {
                let link = network.link(*id);
                match waypoint {
                    Waypoint::Place(place) => link.from == *place || link.to == *place,
                    Waypoint::Link(own) => own == id,
                    Waypoint::Territory(economy) => link.territory.contains(economy),
                    Waypoint::Mode(mode) => link.mode == *mode,
                }
            })
        };
        let whole = |list: &Vec<Waypoint>| list.iter().all(uses);
        self.through.iter().any(whole) && !self.not_through.iter().any(whole)
    }
}

/// Reads `corridors.csv`. A row that names what is not there is left out.
pub(crate) fn load_corridors(
    case: &Case,
    network: &Network,
    sheets: &Sheets,
    findings: &mut Vec<Finding>,
) -> Vec<Corridor> {
    let mut corridors = Vec::new();
    for row in sheets.rows("corridors") {
        let lists = ["through", "not_through"].map(|column| alternatives(case, network, row, column));
        let mut complete = true;
        for finding in lists.iter().filter_map(|list| list.as_ref().err()) {
            findings.push(finding.as_ref().clone());
            complete = false;
        }
        let [Ok(through), Ok(not_through)] = lists else { continue };
        if complete {
            corridors.push(Corridor {
                id: row.owned("corridor"),
                name: row.owned("name"),
                through,
                not_through,
                provenance: Provenance::of(row),
            });
        }
    }
    corridors
}

fn alternatives(
    case: &Case,
    network: &Network,
    row: Row<'_>,
    column: &str,
) -> Result<Vec<Vec<Waypoint>>, Box<Finding>> {
    row.list(column)
        .map(|list| {
            let names = list.split('+').map(str::trim);
            names.map(|name| waypoint(case, network, row, column, name)).collect()
        })
        .collect()
}

fn waypoint(
    case: &Case,
    network: &Network,
    row: Row<'_>,
    column: &str,
    name: &str,
) -> Result<Waypoint, Box<Finding>> {
    if let Some(place) = network.places.id(name) {
        return Ok(Waypoint::Place(place));
    }
    if let Some(link) = network.link_id(name) {
        return Ok(Waypoint::Link(link));
    }
    if case.economies.all().iter().any(|economy| economy.id == name) {
        return Ok(Waypoint::Territory(name.to_owned()));
    }
    if let Some(mode) = Mode::of(name) {
        return Ok(Waypoint::Mode(mode));
    }
    let mut known: Vec<&str> = network.places.all().iter().map(|place| place.id.as_str()).collect();
    known.extend(network.links.iter().map(|link| link.id.as_str()));
    known.extend(case.economies.all().iter().map(|economy| economy.id.as_str()));
    known.extend(Mode::ALL.into_iter().map(|mode| mode.word()));
    let problem = format!("there is no place, link, economy or mode `{name}`; the corridor was left out");
    Err(Box::new(
        row.error("unknown-reference", column, problem).valid(suggestion(name, known.iter().copied())),
    ))
}
