//! Ways beyond the network: the deep sea, land ways that the case does not draw, carriage within an economy.
//!
//! ```text
//! sea      rates over factor × great circle, and inland from and to the ports of both ends
//! land     rates over factor × great circle, between economies whose zones both have the way
//! inland   the same within one economy; over `within_km` in a zone; over `port_km` to a port
//! ```
//!
//! Of several ways the one of least generalised cost counts. Rates are by form of goods. The formula is crude, and meant
//! to be: it stands for all ways that nobody drew, so that the corridor's share of trade is not taken for granted.

use std::collections::BTreeMap;

use case::{Finding, Form, Provenance, Sheets};
use network::great_circle_between;

use super::{Approach, Baseline, Zone};

/// What a way serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutsideKind {
    /// Between the ports of any two zones.
    Sea,
    /// Between two economies whose zones both have the way.
    Land,
    /// Within an economy, and to a port.
    Inland,
}

impl OutsideKind {
    /// The word of the case format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sea => "sea",
            Self::Land => "land",
            Self::Inland => "inland",
        }
    }
}

/// What a way costs for a form of goods.
#[derive(Debug, Clone)]
pub struct OutsideRate {
    /// USD per tonne-kilometre.
    pub usd_per_tonne_km: f64,
    /// USD per tonne, whatever the distance.
    pub usd_per_tonne: f64,
    /// Kilometres an hour, stops included; above zero.
    pub km_per_hour: f64,
    /// Hours, whatever the distance.
    pub hours: f64,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A way beyond the network.
#[derive(Debug, Clone)]
pub struct OutsideWay {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// What it serves.
    pub kind: OutsideKind,
    /// Its length over the great circle; above zero.
    pub route_factor: f64,
    /// Rates by form of goods.
    pub rates: BTreeMap<Form, OutsideRate>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// Carriage between two points by a way beyond the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// The way, by position in [`Baseline::ways`]; by sea the inland parts are counted in it.
    pub way: usize,
    /// USD per tonne.
    pub usd_per_tonne: f64,
    /// Hours.
    pub hours: f64,
    /// Kilometres, inland parts included.
    pub km: f64,
}

impl Passage {
    /// Money and time in USD per tonne, at a value of time in USD per tonne and hour. The formula has no spread of
    /// times.
    #[must_use]
    pub fn generalised(&self, value_of_time: f64) -> f64 {
        self.usd_per_tonne + value_of_time * self.hours
    }
}

impl OutsideRate {
    fn over(&self, way: usize, km: f64) -> Passage {
        Passage {
            way,
            usd_per_tonne: self.usd_per_tonne + self.usd_per_tonne_km * km,
            hours: self.hours + km / self.km_per_hour,
            km,
        }
    }
}

impl Baseline {
    /// The cheapest way beyond the network between two zones for a group, by generalised cost; from a zone to itself,
    /// carriage within it. With a complete case there is always one, since all zones have the sea.
    #[must_use]
    pub fn outside(&self, group: usize, from: usize, to: usize) -> Option<Passage> {
        let goods = &self.groups[group].commodity;
        let (a, b) = (&self.zones[from], &self.zones[to]);
        let at_home = a.economy == b.economy;
        let mut best: Option<Passage> = None;
        for (number, way) in self.ways.iter().enumerate() {
            let Some(rate) = way.rates.get(&goods.form) else { continue };
            let km = way.route_factor * self.km_between(from, to);
            let passage = match way.kind {
                OutsideKind::Sea if !at_home => self.by_sea(number, goods.form, km, (a, b)),
                OutsideKind::Inland if from == to => Some(rate.over(number, way.route_factor * a.within_km)),
                OutsideKind::Inland if at_home => a.shares(b, number).then(|| rate.over(number, km)),
                OutsideKind::Land if !at_home => a.shares(b, number).then(|| rate.over(number, km)),
                _ => None,
            };
            let cost = |own: &Passage| own.generalised(goods.value_of_time);
            if let Some(passage) = passage
                && best.as_ref().is_none_or(|best| cost(&passage) < cost(best))
            {
                best = Some(passage);
            }
        }
        // Parts of one economy that no inland way joins, as an exclave and the rest.
        best.or_else(|| {
            (0..self.ways.len()).filter(|way| self.ways[*way].kind == OutsideKind::Sea).find_map(|way| {
                let km = self.ways[way].route_factor * self.km_between(from, to);
                self.by_sea(way, goods.form, km, (a, b))
            })
        })
    }

    /// From zone to zone by a way of the sea of some kilometres, with the inland parts at both ends.
    fn by_sea(&self, way: usize, form: Form, km: f64, (a, b): (&Zone, &Zone)) -> Option<Passage> {
        let passage = self.ways[way].rates.get(&form)?.over(way, km);
        let passage = self.with_port(passage, form, a)?;
        self.with_port(passage, form, b)
    }

    /// With the inland part to the port of a zone; nothing where goods of the form cannot go inland.
    fn with_port(&self, passage: Passage, form: Form, zone: &Zone) -> Option<Passage> {
        if zone.port_km <= 0.0 {
            return Some(passage);
        }
        let mut inland = self.ways.iter().filter(|way| way.kind == OutsideKind::Inland);
        let part = inland.find_map(|way| way.rates.get(&form))?.over(passage.way, zone.port_km);
        Some(Passage {
            way: passage.way,
            usd_per_tonne: passage.usd_per_tonne + part.usd_per_tonne,
            hours: passage.hours + part.hours,
            km: passage.km + part.km,
        })
    }

    /// From a zone off the network to a gateway of it, or back, for a form of goods.
    pub(super) fn to_gateway(&self, approach: &Approach, form: Form) -> Option<Passage> {
        let way = &self.ways[approach.way];
        let km = approach.km.unwrap_or(way.route_factor * approach.great_circle_km);
        let passage = way.rates.get(&form)?.over(approach.way, km);
        match way.kind {
            OutsideKind::Sea => self.with_port(passage, form, &self.zones[approach.zone]),
            OutsideKind::Land | OutsideKind::Inland => Some(passage),
        }
    }
}

impl Zone {
    /// Great-circle kilometres to another zone.
    #[must_use]
    pub fn great_circle_km(&self, other: &Self) -> f64 {
        great_circle_between((self.latitude, self.longitude), (other.latitude, other.longitude))
    }

    fn shares(&self, other: &Self, way: usize) -> bool {
        self.ways.contains(&way) && other.ways.contains(&way)
    }
}

/// Reads `outside_ways.csv` and `outside_rates.csv`.
pub(super) fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Vec<OutsideWay> {
    let mut ways: Vec<OutsideWay> = Vec::new();
    for row in sheets.rows("outside_ways") {
        let route_factor = row.value("route_factor");
        if route_factor < 1.0 {
            findings.push(
                row.error(
                    "malformed-value",
                    "route_factor",
                    format!("no way is shorter than the great circle; {route_factor} was taken as 1"),
                )
                .valid("1 or more"),
            );
        }
        let kind = match row.text("kind") {
            "sea" => OutsideKind::Sea,
            "land" => OutsideKind::Land,
            _ => OutsideKind::Inland,
        };
        ways.push(OutsideWay {
            id: row.owned("way"),
            name: row.owned("name"),
            kind,
            route_factor: route_factor.max(1.0),
            rates: BTreeMap::new(),
            provenance: Provenance::of(row),
        });
    }
    for row in sheets.rows("outside_rates") {
        let Some(form) = Form::of(row.text("form")) else { continue };
        let Some(way) = ways.iter_mut().find(|way| way.id == row.text("way")) else { continue };
        let km_per_hour = row.value("km_per_hour");
        if km_per_hour <= 0.0 {
            findings.push(
                row.error("malformed-value", "km_per_hour", "a way on which nothing moves was left out")
                    .valid("above zero"),
            );
            continue;
        }
        way.rates.insert(
            form,
            OutsideRate {
                usd_per_tonne_km: row.value("usd_per_tonne_km"),
                usd_per_tonne: row.value("usd_per_tonne"),
                km_per_hour,
                hours: row.value("hours"),
                provenance: Provenance::of(row),
            },
        );
    }
    ways
}
