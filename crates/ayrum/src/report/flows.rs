//! Tonnes by link in two states of the world: what flow maps draw and their table says.

use std::collections::BTreeMap;

use case::{LegalStatus, Mode};
use jiff::civil::Date;
use network::{LinkId, LinkState, PlaceId};
use scenario::{Model, Settled};

use super::frame::{Position, position};
use super::loop_table::{Cell, Column, Table};
use crate::show::grouped;

/// Changes of a link below this are none, tonnes a year.
pub(crate) const SAME: f64 = 1000.0;
/// Lines of the table that a page shows; the data of the figure have all.
const MOST: usize = 14;

/// One of two states of the world that are set side by side.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// What it is called.
    pub(crate) label: &'a str,
    /// The case as it is in it.
    pub(crate) model: &'a Model,
    /// The state.
    pub(crate) settled: &'a Settled,
}

/// What a link carries, both ways together, tonnes a year.
#[derive(Debug, Clone)]
pub(crate) struct LinkFlow {
    /// Identifier.
    pub(crate) id: String,
    /// From where to where, by which mode.
    pub(crate) name: String,
    /// Mode.
    pub(super) mode: Mode,
    /// Its ends.
    pub(super) places: [PlaceId; 2],
    /// Where these lie.
    pub(super) ends: [Position; 2],
    /// Before and after.
    pub(crate) tonnes: [f64; 2],
    /// Whether it is out of use, before and after.
    pub(super) is_shut: [bool; 2],
    /// The crossing on it.
    pub(super) crossing: Option<String>,
}

impl LinkFlow {
    /// Tonnes after less tonnes before.
    pub(crate) fn change(&self) -> f64 {
        self.tonnes[1] - self.tonnes[0]
    }

    /// Whether it changes by more than the loop's tolerance leaves.
    pub(super) fn is_changed(&self) -> bool {
        self.change().abs() >= SAME
    }
}

/// A place that a map may name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// Its name.
    pub(super) name: String,
    /// Where it lies.
    pub(super) at: Position,
    /// Whether it is a city.
    pub(super) is_city: bool,
    /// Tonnes on the links that meet there, the larger state.
    pub(super) tonnes: f64,
    /// The largest change of a link that meets there.
    pub(super) change: f64,
}

/// Tonnes by link in two states.
#[derive(Debug, Clone)]
pub(crate) struct Flows {
    /// What the two are called.
    pub(super) labels: [String; 2],
    /// The day.
    pub(super) date: Date,
    /// What the maps rest on, in a sentence.
    pub(super) evidence: String,
    /// Every link of the later state, then those that only the earlier has.
    pub(crate) links: Vec<LinkFlow>,
    /// Places on links that carry anything, those with most tonnes first.
    pub(super) places: Vec<Named>,
    /// What a closer look is taken at: the economy whose income changes most, and the middle of its zones.
    pub(super) near: Option<(String, Position)>,
}

impl Flows {
    /// The flows of two states.
    pub(crate) fn of(sides: [Side<'_>; 2], date: Date, evidence: &str) -> Self {
        let loads = sides.map(|side| side.settled.links());
        let carried = |loads: &BTreeMap<LinkId, Vec<f64>>, id: LinkId| -> f64 {
            loads.get(&id).map_or(0.0, |tonnes| tonnes.iter().sum())
        };
        // What a measure adds comes after the links of the case, so that the longer list names all.
        let names = if sides[0].model.network.links.len() > sides[1].model.network.links.len() {
            sides[0].model
        } else {
            sides[1].model
        };
        let network = &names.network;
        let links: Vec<LinkFlow> = (0u32..)
            .zip(&network.links)
            .map(|(number, link)| {
                let id = LinkId(number);
                let is_shut = |side: Side<'_>| {
                    let own = side.model.network.links.get(number as usize);
                    let state = own.map(|own| own.condition(date, Date::MAX, LegalStatus::InForce).state);
                    state != Some(LinkState::Open)
                };
                LinkFlow {
                    id: link.id.clone(),
                    name: network.link_words(id),
                    mode: link.mode,
                    places: [link.from, link.to],
                    ends: [link.from, link.to].map(|place| position(network.places.get(place))),
                    tonnes: [carried(&loads[0], id), carried(&loads[1], id)],
                    is_shut: sides.map(is_shut),
                    crossing: link.crossing.map(|at| network.crossings[at as usize].name.clone()),
                }
            })
            .collect();
        let mut met: BTreeMap<PlaceId, (f64, f64)> = BTreeMap::new();
        for link in &links {
            for place in link.places {
                let own = met.entry(place).or_default();
                own.0 += link.tonnes[0].max(link.tonnes[1]);
                own.1 = own.1.max(link.change().abs());
            }
        }
        let mut places: Vec<Named> = met
            .into_iter()
            .filter(|(_, (tonnes, _))| *tonnes >= SAME)
            .map(|(id, (tonnes, change))| {
                let place = network.places.get(id);
                Named {
                    name: place.name.clone(),
                    at: position(place),
                    is_city: place.kind == "city",
                    tonnes,
                    change,
                }
            })
            .collect();
        places.sort_by(|a, b| b.tonnes.total_cmp(&a.tonnes));
        Self {
            labels: sides.map(|side| side.label.to_owned()),
            date,
            evidence: evidence.to_owned(),
            links,
            places,
            near: near(sides),
        }
    }

    /// Links that carry or carried anything worth drawing.
    pub(super) fn carrying(&self) -> impl Iterator<Item = &LinkFlow> {
        self.links.iter().filter(|link| link.tonnes.iter().any(|tonnes| *tonnes >= SAME))
    }

    /// Links by what they gain or lose, the most first; those that stay are left out.
    pub(crate) fn changed(&self) -> Vec<&LinkFlow> {
        let mut changed: Vec<&LinkFlow> = self.links.iter().filter(|link| link.is_changed()).collect();
        changed.sort_by(|a, b| b.change().abs().total_cmp(&a.change().abs()));
        changed
    }

    /// The links that gain and lose most, in a sentence.
    pub(crate) fn finding(&self) -> String {
        let changed = self.changed();
        let words = |link: &&LinkFlow| {
            format!(
                "{}, from {} to {} thousand tonnes a year",
                link.name,
                thousands(link.tonnes[0]),
                thousands(link.tonnes[1])
            )
        };
        let gains = changed.iter().find(|link| link.change() > 0.0).map(words);
        let losses = changed.iter().find(|link| link.change() < 0.0).map(words);
        match (gains, losses) {
            (Some(gain), Some(loss)) => {
                format!("The line that gains most is {gain}; the line that loses most {loss}.")
            }
            (Some(gain), None) => format!("The line that gains most is {gain}; none loses."),
            (None, Some(loss)) => format!("The line that loses most is {loss}; none gains."),
            (None, None) => "No line gains or loses a thousand tonnes a year.".to_owned(),
        }
    }

    /// The maps as a table: links by change.
    pub(super) fn table(&self, id: &str) -> Table {
        let changed = self.changed();
        let left_out = changed.len().saturating_sub(MOST);
        let rows = changed
            .iter()
            .take(MOST)
            .map(|link| {
                let crossing = link.crossing.as_deref().unwrap_or_default();
                vec![
                    Cell::text(&link.name),
                    Cell::text(crossing),
                    Cell::modelled(thousands(link.tonnes[0])),
                    Cell::modelled(thousands(link.tonnes[1])),
                    Cell::modelled(signed(link.change() / 1000.0, 1)),
                ]
            })
            .collect();
        let more = if left_out > 0 {
            format!("; {left_out} more change, the data of the figure have all")
        } else {
            String::new()
        };
        Table {
            id: format!("{id}-links"),
            caption: format!(
                "The maps as a table: lines by change, thousand tonnes a year, both directions together{more}"
            ),
            columns: vec![
                Column::text("Line"),
                Column::text("Crossing on it"),
                Column::number(&self.labels[0]),
                Column::number(&self.labels[1]),
                Column::number("change"),
            ],
            rows,
            none: "No line gains or loses a thousand tonnes a year.".to_owned(),
            is_folded: false,
        }
    }
}

/// The economy whose real income changes most, and the middle of its zones on the network.
fn near(sides: [Side<'_>; 2]) -> Option<(String, Position)> {
    let [before, after] = sides.map(|side| side.settled.economies());
    let change = |at: &usize| (after[*at].real_income / before[*at].real_income - 1.0).abs();
    let most = (0..before.len().min(after.len())).max_by(|a, b| change(a).total_cmp(&change(b)))?;
    let baseline = &sides[1].settled.ground.baseline;
    let economy = &baseline.economies[most];
    let zones = &baseline.zones[economy.zones.clone()];
    let on: Vec<_> = zones.iter().filter(|zone| zone.place.is_some()).collect();
    let weight: f64 = on.iter().map(|zone| zone.weight).sum();
    if change(&most) < 1e-6 || weight <= 0.0 {
        return None;
    }
    let mean = |of: fn(&scenario::baseline::Zone) -> f64| {
        on.iter().map(|zone| zone.weight * of(zone)).sum::<f64>() / weight
    };
    Some((economy.name.clone(), (mean(|zone| zone.longitude), mean(|zone| zone.latitude))))
}

/// Thousand tonnes, with a decimal where they are few.
pub(crate) fn thousands(tonnes: f64) -> String {
    let value = tonnes / 1000.0;
    if value.abs() < 99.95 { super::figure::number(value, 1) } else { grouped(value.round()) }
}

/// A difference with its sign and a true minus; grouped where it is large.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text =
        if value.abs() >= 1000.0 { grouped(value.round()) } else { super::figure::number(value, decimals) };
    if value > 0.0 && text.contains(|digit| ('1'..='9').contains(&digit)) { format!("+{text}") } else { text }
}
