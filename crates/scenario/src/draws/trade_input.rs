//! Single figures of trade and of capacities: read, named, and set in a copy of what is drawn from. Figures of routes are
//! those of [`Input`](crate::Input).

use std::sync::Arc;

use case::{Commodity, Confidence, Evidence, Form, Provenance};
use network::LinkId;

use super::Draft;
use crate::baseline::{Baseline, Coefficient, MarketSide, ObservedCell, OutsideRate, TradeGroup};
use crate::measure::assumed;
use crate::model::Model;

/// A coefficient of the law of trade of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    Elasticity,
    Distance,
    Border,
    Contiguity,
    Rivalry,
}

impl Law {
    pub(super) const ALL: [Self; 5] =
        [Self::Elasticity, Self::Distance, Self::Border, Self::Contiguity, Self::Rivalry];

    fn words(self) -> &'static str {
        match self {
            Self::Elasticity => "elasticity of trade to cost",
            Self::Distance => "elasticity of trade to distance",
            Self::Border => "logarithm of what a border leaves of trade",
            Self::Contiguity => "logarithm of what neighbours trade more",
            Self::Rivalry => "elasticity of the odds of the network over its rival",
        }
    }

    fn of(self, group: &TradeGroup) -> Option<&Coefficient> {
        match self {
            Self::Elasticity => group.elasticity.as_ref(),
            Self::Distance => group.distance.as_ref(),
            Self::Border => group.border.as_ref(),
            Self::Contiguity => group.contiguity.as_ref(),
            Self::Rivalry => Some(&group.rivalry),
        }
    }

    fn of_mut(self, group: &mut TradeGroup) -> Option<&mut Coefficient> {
        match self {
            Self::Elasticity => group.elasticity.as_mut(),
            Self::Distance => group.distance.as_mut(),
            Self::Border => group.border.as_mut(),
            Self::Contiguity => group.contiguity.as_mut(),
            Self::Rivalry => Some(&mut group.rivalry),
        }
    }
}

/// A figure of a rate beyond the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RatePart {
    PerTonneKm,
    PerTonne,
    Speed,
    Hours,
}

impl RatePart {
    pub(super) const ALL: [Self; 4] = [Self::PerTonneKm, Self::PerTonne, Self::Speed, Self::Hours];

    fn of_mut(self, rate: &mut OutsideRate) -> &mut f64 {
        match self {
            Self::PerTonneKm => &mut rate.usd_per_tonne_km,
            Self::PerTonne => &mut rate.usd_per_tonne,
            Self::Speed => &mut rate.km_per_hour,
            Self::Hours => &mut rate.hours,
        }
    }

    fn of(self, rate: &OutsideRate) -> f64 {
        match self {
            Self::PerTonneKm => rate.usd_per_tonne_km,
            Self::PerTonne => rate.usd_per_tonne,
            Self::Speed => rate.km_per_hour,
            Self::Hours => rate.hours,
        }
    }

    fn column(self) -> &'static str {
        match self {
            Self::PerTonneKm => "usd_per_tonne_km",
            Self::PerTonne => "usd_per_tonne",
            Self::Speed => "km_per_hour",
            Self::Hours => "hours",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::PerTonneKm => "USD/(t km)",
            Self::PerTonne => "USD/t",
            Self::Speed => "km/h",
            Self::Hours => "h",
        }
    }
}

/// A single figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TradeInput {
    /// A coefficient, and the row from which one group or several have it.
    Law(Law, String),
    /// Elasticity of a supply or demand, by position among the markets.
    MarketElasticity(usize),
    /// Tonnes of a supply or demand.
    MarketTonnes(usize),
    /// The price in a row, of one market or several.
    MarketPrice(String),
    /// Output of a group as a share of GDP, by position.
    GdpShare(usize),
    /// The size of an economy, by position.
    Gdp(usize),
    /// The value of a commodity.
    UnitValue(String),
    /// The value of its time.
    ValueOfTime(String),
    /// Length of a way beyond the network over the great circle, by position.
    RouteFactor(usize),
    /// A rate of such a way.
    Rate(usize, Form, RatePart),
    /// What the track or berth of a link can pass.
    LinkCapacity(LinkId),
    /// What a crossing can pass.
    CrossingCapacity(u32),
    /// What a departure of a service takes.
    ServiceCapacity(u32),
    /// An observed cell of trade, by position.
    Observed(usize),
}

/// What is known of a figure.
pub(super) struct Known {
    pub(super) words: String,
    pub(super) unit: String,
    pub(super) value: f64,
    pub(super) stated: Option<(f64, f64)>,
    pub(super) provenance: Option<Provenance>,
    /// The row and the column in which it stands: what has these in common is one figure.
    pub(super) cell: String,
}

/// The row from which a market has its price, and what it says of it.
fn price_row(market: &crate::baseline::ZoneMarket) -> &Provenance {
    market.price.as_ref().unwrap_or_else(|| market.provenance.of_cells(&["amount"]))
}

fn goods<'a>(baseline: &'a Baseline, commodity: &str) -> Option<&'a Commodity> {
    baseline.groups.iter().map(|group| &group.commodity).find(|own| own.id == commodity)
}

impl TradeInput {
    /// Every figure that there is, in the order of the case's tables.
    pub(super) fn all(model: &Model, observed: &[ObservedCell]) -> Vec<Self> {
        let baseline = &model.baseline;
        let mut all = Vec::new();
        let mut add = |input: Self| {
            if !all.contains(&input) {
                all.push(input);
            }
        };
        for law in Law::ALL {
            for own in baseline.groups.iter().filter_map(|group| law.of(group)) {
                add(Self::Law(law, own.provenance.place.clone()));
            }
        }
        for (number, market) in baseline.markets.iter().enumerate() {
            add(Self::MarketElasticity(number));
            add(Self::MarketTonnes(number));
            if market.usd_per_tonne.is_some() {
                add(Self::MarketPrice(price_row(market).place.clone()));
            }
        }
        (0..baseline.economies.len()).for_each(|economy| add(Self::Gdp(economy)));
        for (number, group) in baseline.groups.iter().enumerate() {
            if group.gdp_share.is_some() {
                add(Self::GdpShare(number));
            }
            add(Self::UnitValue(group.commodity.id.clone()));
            add(Self::ValueOfTime(group.commodity.id.clone()));
        }
        for (number, way) in baseline.ways.iter().enumerate() {
            add(Self::RouteFactor(number));
            for form in way.rates.keys() {
                RatePart::ALL.into_iter().for_each(|part| add(Self::Rate(number, *form, part)));
            }
        }
        let network = &model.network;
        (0u32..).zip(&network.links).filter(|(_, own)| own.capacity.is_some()).for_each(|(number, _)| {
            add(Self::LinkCapacity(LinkId(number)));
        });
        (0u32..).zip(&network.crossings).filter(|(_, own)| own.capacity.is_some()).for_each(|(number, _)| {
            add(Self::CrossingCapacity(number));
        });
        (0u32..).zip(&network.services).filter(|(_, own)| own.capacity.is_some()).for_each(|(number, _)| {
            add(Self::ServiceCapacity(number));
        });
        (0..observed.len()).for_each(|cell| add(Self::Observed(cell)));
        all
    }

    /// Whether it is a coefficient of trade, which the compiled network does not hold.
    pub(super) fn is_parameter(&self) -> bool {
        matches!(self, Self::Law(..) | Self::MarketElasticity(_))
    }

    /// What is known of it; nothing where the model does not have it.
    pub(super) fn known(&self, model: &Model, observed: &[ObservedCell]) -> Option<Known> {
        let (baseline, network) = (&model.baseline, &model.network);
        let of =
            |words: String, unit: &str, value: f64, provenance: &Provenance, column: &'static str| Known {
                words,
                unit: unit.to_owned(),
                value,
                stated: None,
                provenance: Some(provenance.of_cells(&[column]).clone()),
                cell: format!("{} {column}", provenance.place),
            };
        let market = |number: usize| {
            let own = &baseline.markets[number];
            let (group, zone) = (&baseline.groups[own.group].name, &baseline.zones[own.zone].name);
            (own, format!("{} of {group}, {zone}", own.side.word()))
        };
        Some(match self {
            Self::Law(law, row) => {
                let own = baseline
                    .groups
                    .iter()
                    .find(|group| law.of(group).is_some_and(|own| own.provenance.place == *row))?;
                let coefficient = law.of(own)?;
                let shared = baseline
                    .groups
                    .iter()
                    .filter(|group| law.of(group).is_some_and(|own| own.provenance.place == *row));
                let groups: Vec<&str> = shared.map(|group| group.name.as_str()).collect();
                let words = format!("{}, {}", law.words(), groups.join(", "));
                Known {
                    stated: coefficient.range,
                    ..of(words, "", coefficient.value, &coefficient.provenance, "value")
                }
            }
            Self::MarketElasticity(number) => {
                let (own, words) = market(*number);
                let words = format!("elasticity of the {words}");
                of(words, "", own.elasticity, &own.provenance, "elasticity")
            }
            Self::MarketTonnes(number) => {
                let (own, words) = market(*number);
                of(words, "t/year", own.tonnes, &own.provenance, "tonnes")
            }
            Self::MarketPrice(row) => {
                let of_row = |own: &&crate::baseline::ZoneMarket| {
                    own.usd_per_tonne.is_some() && price_row(own).place == *row
                };
                let own = baseline.markets.iter().find(of_row)?;
                let (group, zone) = (&baseline.groups[own.group].name, &baseline.zones[own.zone].name);
                let side = if own.side == MarketSide::Supply { "asked" } else { "paid" };
                let words = format!("price {side} for {group}, {zone}");
                of(words, "USD/t", own.usd_per_tonne?, price_row(own), "amount")
            }
            Self::Gdp(economy) => {
                let own = baseline.economies.get(*economy)?;
                of(format!("GDP of {}", own.name), "USD/year", own.gdp_usd, &own.provenance, "usd_million")
            }
            Self::GdpShare(group) => {
                let own = baseline.groups.get(*group)?;
                let words = format!("{} as a share of GDP", own.name);
                of(words, "share", own.gdp_share?, &own.provenance, "gdp_percent")
            }
            Self::UnitValue(commodity) => {
                let own = goods(baseline, commodity)?;
                of(format!("value of {}", own.name), "USD/t", own.unit_value, &own.provenance, "unit_value")
            }
            Self::ValueOfTime(commodity) => {
                let own = goods(baseline, commodity)?;
                let words = format!("value of time of {}", own.name);
                of(words, "USD/(t h)", own.value_of_time, &own.provenance, "value_of_time")
            }
            Self::RouteFactor(way) => {
                let own = baseline.ways.get(*way)?;
                let words = format!("{}: length over the great circle", own.name);
                of(words, "factor", own.route_factor, &own.provenance, "route_factor")
            }
            Self::Rate(way, form, part) => {
                let own = baseline.ways.get(*way)?;
                let rate = own.rates.get(form)?;
                let words = format!("{}, {}: {}", own.name, form.word(), part.column().replace('_', " "));
                of(words, part.unit(), part.of(rate), &rate.provenance, part.column())
            }
            Self::LinkCapacity(link) => {
                let own = network.links.get(link.0 as usize)?;
                let (amount, unit) = own.capacity.as_ref()?;
                let words = format!("capacity of {}", network.link_words(*link));
                of(words, &unit.replace('_', " "), *amount, &own.provenance, "capacity")
            }
            Self::CrossingCapacity(number) => {
                let own = network.crossings.get(*number as usize)?;
                let words = format!("capacity of {}", own.name);
                of(words, "vehicles per day", own.capacity?, &own.provenance, "capacity")
            }
            Self::ServiceCapacity(number) => {
                let own = network.services.get(*number as usize)?;
                let (amount, unit) = own.capacity.as_ref()?;
                of(format!("capacity of {}", own.name), unit, *amount, &own.provenance, "capacity")
            }
            Self::Observed(cell) => {
                let own = observed.get(*cell)?;
                let economy = |at: usize| &baseline.economies[at].id;
                let (group, from, to) =
                    (&baseline.groups[own.group], economy(own.origin), economy(own.destination));
                Known {
                    words: format!("observed trade of {}, {from} to {to}", group.name),
                    unit: "USD/year".to_owned(),
                    value: own.usd,
                    stated: Some((own.low, own.high)),
                    provenance: Some(reported(own)),
                    cell: format!("observed {} {from} {to}", group.id),
                }
            }
        })
    }

    /// Sets it in a copy. What was set is marked as assumed where its ancestry is told.
    pub(super) fn set(&self, value: f64, draft: &mut Draft) {
        let Draft { model, observed } = draft;
        let Model { baseline, network, .. } = model;
        let baseline = Arc::make_mut(baseline);
        match self {
            Self::Law(law, row) => {
                let all = baseline.groups.iter_mut().filter_map(|group| law.of_mut(group));
                all.filter(|own| own.provenance.place == *row).for_each(|own| own.value = value);
            }
            Self::MarketElasticity(number) => baseline.markets[*number].elasticity = value,
            Self::MarketTonnes(number) => baseline.markets[*number].tonnes = value,
            Self::MarketPrice(row) => {
                let priced = baseline.markets.iter_mut().filter(|own| own.usd_per_tonne.is_some());
                priced
                    .filter(|own| price_row(own).place == *row)
                    .for_each(|own| own.usd_per_tonne = Some(value));
            }
            Self::Gdp(economy) => baseline.economies[*economy].gdp_usd = value,
            Self::GdpShare(group) => baseline.groups[*group].gdp_share = Some(value),
            Self::UnitValue(commodity) => {
                let all = baseline.groups.iter_mut().map(|group| &mut group.commodity);
                all.filter(|own| own.id == *commodity).for_each(|own| own.unit_value = value);
            }
            Self::ValueOfTime(commodity) => {
                let all = baseline.groups.iter_mut().map(|group| &mut group.commodity);
                all.filter(|own| own.id == *commodity).for_each(|own| own.value_of_time = value);
            }
            // No way is shorter than the great circle.
            Self::RouteFactor(way) => baseline.ways[*way].route_factor = value.max(1.0),
            Self::Rate(way, form, part) => {
                if let Some(rate) = baseline.ways[*way].rates.get_mut(form) {
                    *part.of_mut(rate) = value;
                }
            }
            Self::LinkCapacity(link) => {
                let own = &mut network.links[link.0 as usize];
                if let Some((amount, _)) = &mut own.capacity {
                    *amount = value;
                }
                own.provenance.cells.push(("capacity", assumed()));
            }
            Self::CrossingCapacity(number) => {
                let own = &mut network.crossings[*number as usize];
                own.capacity = Some(value);
                own.provenance.cells.push(("capacity", assumed()));
            }
            Self::ServiceCapacity(number) => {
                let own = &mut network.services[*number as usize];
                if let Some((amount, _)) = &mut own.capacity {
                    *amount = value;
                }
                own.provenance.cells.push(("capacity", assumed()));
            }
            Self::Observed(cell) => observed[*cell].usd = value,
        }
    }
}

/// The ancestry of an observed cell: who reported what stands in its note.
fn reported(cell: &ObservedCell) -> Provenance {
    Provenance {
        source: cell.note.clone(),
        confidence: Confidence::Medium,
        evidence: Evidence::Observed,
        last_confirmed: None,
        place: "imported statistics".to_owned(),
        by_user: true,
        cells: Vec::new(),
    }
}
