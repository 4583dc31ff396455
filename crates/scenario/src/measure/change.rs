//! What a measure can do: one kind for each way of changing a case, with its own fields.
//!
//! The kinds that change a figure have `value`, which sets it, or `factor`, which multiplies it. The
//! kinds that add a row have the columns of the row's table under the names that
//! `docs/case-format.md` gives them; dates, source and note are those of the measure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a measure does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// Links, crossings and services are open.
    Open(Ways),
    /// Links, crossings and services are closed.
    Close(Ways),
    /// Links have another length, km.
    Km(OfLinks),
    /// Trains, trucks or ships move at another speed on links, km/h.
    Speed(OfLinks),
    /// Links take other hours in motion; for links whose hours are known as such.
    Hours(OfLinks),
    /// Links have another gauge, mm.
    Gauge(Gauge),
    /// Links, crossings or services can pass more or less.
    Capacity(Capacity),
    /// Activities at crossings take other hours: a digital single window cuts them.
    ActivityTime(OfActivities),
    /// Activities at crossings cost another price, in the terms of their rows.
    ActivityFee(OfActivities),
    /// Transfers take other hours.
    TransferTime(OfTransfers),
    /// Transfers cost another price, in the terms of their rows.
    TransferFee(OfTransfers),
    /// Waits before departure take other hours.
    WaitTime(OfWaits),
    /// Services leave more or less often, departures a week; the wait for them changes in inverse
    /// proportion.
    ServiceFrequency(OfServices),
    /// The wait for services is another, h.
    ServiceWait(OfServices),
    /// Services cost another price, in the terms of their rows.
    ServicePrice(OfServices),
    /// Base tariffs are others: both parts of the rate by a factor, or each set.
    Tariff(Tariff),
    /// A railway multiplies its tariff, on hauls in a scope: a tariff coefficient.
    TariffMultiplier(TariffMultiplier),
    /// Rules take or give another amount: a fee, a duty, a subsidy, a coefficient.
    RuleValue(OfRules),
    /// Rules have no effect.
    EndRule(Rules),
    /// A rule says again what one of its versions said.
    RepeatVersion(RepeatVersion),
    /// A rule says something new.
    AddVersion(AddVersion),
    /// There is a new rule; it needs `title` and `issuer`.
    AddRule(AddVersion),
    /// There is a new place.
    AddPlace(AddPlace),
    /// There is a new link.
    AddLink(AddLink),
    /// A link crosses a border at a new crossing.
    AddCrossing(AddCrossing),
    /// Something more is done at a crossing.
    AddActivity(AddActivity),
    /// Goods can be changed, loaded or unloaded in a new way.
    AddTransfer(AddTransfer),
    /// There is a new service on a link.
    AddService(AddService),
    /// There is a new flight between two airports; the link is added where there is none.
    AddFlight(AddFlight),
    /// Demand for goods is another, as a factor: data for trade, routes do not change.
    Demand(Demand),
    /// The output of economies is another, as a factor: data for trade, routes do not change.
    Gdp(Gdp),
}

/// Declares the fields of a kind: all strict about unknown fields, all optional ones left out where
/// empty.
macro_rules! fields {
    ($(#[doc = $about:literal])* $name:ident { $($(#[doc = $doc:literal])* $([$mark:ident])? $field:ident: $kind:ty,)* }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $doc])* $(#[serde($mark, skip_serializing_if = "is_empty")])? pub $field: $kind,)*
        }
    };
}

/// Whether an optional field says nothing.
trait Empty {
    fn says_nothing(&self) -> bool;
}
impl Empty for String {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}
impl<T> Empty for Vec<T> {
    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}
impl<T> Empty for Option<T> {
    fn says_nothing(&self) -> bool {
        self.is_none()
    }
}
impl Empty for bool {
    fn says_nothing(&self) -> bool {
        !self
    }
}
fn is_empty(field: &impl Empty) -> bool {
    field.says_nothing()
}

fields! {
    /// What is opened or closed.
    Ways {
        /// Links, by identifier.
        [default] links: Vec<String>,
        /// Crossings, by identifier; what counts is the link they lie on.
        [default] crossings: Vec<String>,
        /// Services, by identifier.
        [default] services: Vec<String>,
    }
}
fields! {
    /// A figure of links.
    OfLinks {
        /// Links, by identifier.
        links: Vec<String>,
        /// The new value.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied.
        [default] factor: Option<f64>,
    }
}
fields! {
    /// A gauge.
    Gauge {
        /// Railway links, by identifier.
        links: Vec<String>,
        /// Track gauge, mm: 1520 or 1435.
        value: u32,
    }
}
fields! {
    /// A capacity.
    Capacity {
        /// Links, by identifier.
        [default] links: Vec<String>,
        /// Crossings, by identifier: vehicles a day.
        [default] crossings: Vec<String>,
        /// Services, by identifier: what one departure takes.
        [default] services: Vec<String>,
        /// The new value.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied.
        [default] factor: Option<f64>,
        /// Unit of the value, as the table of the link or service has it; empty: the one it has.
        [default] unit: String,
    }
}
fields! {
    /// A figure of activities at crossings.
    OfActivities {
        /// Crossings, by identifier; `*` is every crossing.
        crossings: Vec<String>,
        /// The activities meant; empty: all.
        [default] activities: Vec<String>,
        /// Only in this direction of the crossing’s link: `forward` or `backward`; empty: all rows.
        [default] direction: String,
        /// The new value: mean hours, or a price in the terms of the row.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied; of time, the standard deviation too.
        [default] factor: Option<f64>,
        /// With `value`, of time only: the new standard deviation, h.
        [default] sd: Option<f64>,
    }
}
fields! {
    /// A figure of transfers.
    OfTransfers {
        /// Transfers, by identifier.
        transfers: Vec<String>,
        /// The new value: mean hours, or a price in the terms of the row.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied; of time, the standard deviation too.
        [default] factor: Option<f64>,
        /// With `value`, of time only: the new standard deviation, h.
        [default] sd: Option<f64>,
    }
}
fields! {
    /// A figure of waits before departure.
    OfWaits {
        /// Waits, by identifier.
        waits: Vec<String>,
        /// The new mean, h.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied, the standard deviation too.
        [default] factor: Option<f64>,
        /// With `value`: the new standard deviation, h.
        [default] sd: Option<f64>,
    }
}
fields! {
    /// A figure of services.
    OfServices {
        /// Services, by identifier.
        services: Vec<String>,
        /// The new value: departures a week, mean hours, or a price in the terms of the row.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied; of time, the standard deviation too.
        [default] factor: Option<f64>,
        /// With `value`, of time only: the new standard deviation, h.
        [default] sd: Option<f64>,
    }
}
fields! {
    /// A base tariff.
    Tariff {
        /// Tariffs, by identifier.
        tariffs: Vec<String>,
        /// By what both parts of the rate are multiplied.
        [default] factor: Option<f64>,
        /// Or the new part that does not depend on distance, in the terms of the row.
        [default] initial: Option<f64>,
        /// Or the new part by the kilometre, in the terms of the row.
        [default] per_km: Option<f64>,
    }
}
fields! {
    /// A coefficient of railways’ tariffs.
    TariffMultiplier {
        /// Identifier of the rule that it becomes; empty: made from the scope.
        [default] rule: String,
        /// The railways, by identifier.
        carriers: Vec<String>,
        /// By what their tariffs are multiplied.
        factor: f64,
        /// Only hauls that begin or end at one of these places.
        [default] gates: Vec<String>,
        /// Only goods of these economies or blocs.
        [default] origins: Vec<String>,
        /// Only goods for these economies or blocs.
        [default] destinations: Vec<String>,
        /// Only these HS prefixes.
        [default] goods: Vec<String>,
        /// Only goods in these forms.
        [default] forms: Vec<String>,
        /// Only hauls of at least this length, km.
        [default] min_km: Option<f64>,
        /// Only hauls shorter than this, km.
        [default] max_km: Option<f64>,
    }
}
fields! {
    /// The amount of rules.
    OfRules {
        /// Rules, by identifier.
        rules: Vec<String>,
        /// The new value, in the unit of the rule’s versions.
        [default] value: Option<f64>,
        /// Or by what the old one is multiplied.
        [default] factor: Option<f64>,
    }
}
fields! {
    /// Rules.
    Rules {
        /// Rules, by identifier.
        rules: Vec<String>,
    }
}
fields! {
    /// A version said again.
    RepeatVersion {
        /// The rule, by identifier.
        rule: String,
        /// The number of the version.
        version: u32,
        /// Apply it though the version is disputed.
        [default] undisputed: bool,
    }
}
fields! {
    /// A new version of a rule, or a new rule.
    AddVersion {
        /// The rule, by identifier.
        rule: String,
        /// The title of a new rule.
        [default] title: String,
        /// Who makes a new rule.
        [default] issuer: String,
        /// What it does: `ban`, `fee`, `duty`, `subsidy`, `tariff_coefficient` …
        effect: String,
        /// What it says, in one sentence.
        text: String,
        /// Scope: links in one of these economies.
        [default] territory: Vec<String>,
        /// Scope: places.
        [default] places: Vec<String>,
        /// Scope: links.
        [default] links: Vec<String>,
        /// Scope: links of these carriers.
        [default] carriers: Vec<String>,
        /// Scope: modes.
        [default] modes: Vec<String>,
        /// Scope: how goods relate to the territory; empty: `any`.
        [default] movement: String,
        /// Scope: direction; empty: `any`.
        [default] direction: String,
        /// Class: goods of these economies or blocs.
        [default] origins: Vec<String>,
        /// Class: goods for these economies or blocs.
        [default] destinations: Vec<String>,
        /// Class: HS prefixes.
        [default] goods: Vec<String>,
        /// Class: forms of goods.
        [default] forms: Vec<String>,
        /// For tariffs: the haul begins or ends at one of these places.
        [default] gates: Vec<String>,
        /// For tariffs: hauls of at least this length, km.
        [default] min_km: Option<f64>,
        /// For tariffs: hauls shorter than this, km.
        [default] max_km: Option<f64>,
        /// What it amounts to.
        [default] value: Option<f64>,
        /// Unit of the value.
        [default] unit: String,
        /// ISO 4217 code, where the value is money.
        [default] currency: String,
        /// Alternatives, each of conditions joined by `+`.
        [default] conditions: Vec<String>,
    }
}
fields! {
    /// A new place.
    AddPlace {
        /// Its identifier.
        place: String,
        /// Its name in English.
        name: String,
        /// The economy it lies in.
        economy: String,
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// What it mainly is: `city`, `station`, `port`, `border`, `airport` or `junction`.
        place_kind: String,
    }
}
fields! {
    /// A new link.
    AddLink {
        /// Its identifier.
        link: String,
        /// One end.
        from: String,
        /// The other end.
        to: String,
        /// Mode of transport.
        mode: String,
        /// Length, km.
        km: f64,
        /// Track gauge, mm, for rail.
        [default] gauge_mm: Option<u32>,
        /// Who carries and charges on it.
        [default] carrier: String,
        /// The economies it lies in.
        [default] territory: Vec<String>,
        /// Traction, for rail.
        [default] traction: String,
        /// Number of tracks, for rail.
        [default] tracks: Option<u32>,
        /// Speed in motion, km/h.
        [default] speed_kmh: Option<f64>,
        /// Time in motion where it is known as such, h.
        [default] hours: Option<f64>,
        /// What it can pass.
        [default] capacity: Option<f64>,
        /// Unit of the capacity.
        [default] capacity_unit: String,
        /// For a ferry: what rolls on.
        [default] carries: Vec<String>,
        /// Whether it can be used only from `from` to `to`.
        [default] one_way: bool,
    }
}
fields! {
    /// A new crossing.
    AddCrossing {
        /// Its identifier.
        crossing: String,
        /// Its name.
        name: String,
        /// The link that crosses the border.
        link: String,
        /// `full`, `internal` or `transit`.
        customs: String,
        /// Vehicles a day.
        [default] capacity: Option<f64>,
    }
}
fields! {
    /// A new activity at a crossing.
    AddActivity {
        /// The crossing.
        crossing: String,
        /// What is done.
        activity: String,
        /// Direction along the crossing’s link; empty: `any`.
        [default] direction: String,
        /// HS prefixes it is done for; empty: all.
        [default] goods: Vec<String>,
        /// Mean time, h.
        hours_mean: f64,
        /// Standard deviation, h.
        hours_sd: f64,
        /// Price in `currency` per `basis`; nothing: not known.
        [default] amount: Option<f64>,
        /// ISO 4217 code.
        [default] currency: String,
        /// What the price is paid for.
        [default] basis: String,
        /// When the price held.
        [default] price_date: String,
    }
}
fields! {
    /// A new transfer.
    AddTransfer {
        /// Its identifier.
        transfer: String,
        /// The place.
        place: String,
        /// Mode before.
        from_mode: String,
        /// Gauge before, mm, for rail.
        [default] from_gauge_mm: Option<u32>,
        /// Mode after.
        to_mode: String,
        /// Gauge after, mm, for rail.
        [default] to_gauge_mm: Option<u32>,
        /// Forms of goods it serves; empty: all.
        [default] forms: Vec<String>,
        /// Whether the reverse is possible too.
        both_ways: bool,
        /// Mean time, h.
        hours_mean: f64,
        /// Standard deviation, h.
        hours_sd: f64,
        /// Price in `currency` per `basis`; nothing: not known.
        [default] amount: Option<f64>,
        /// ISO 4217 code.
        [default] currency: String,
        /// What the price is paid for.
        [default] basis: String,
        /// When the price held.
        [default] price_date: String,
    }
}
fields! {
    /// A new service.
    AddService {
        /// Its identifier.
        service: String,
        /// Its name.
        name: String,
        /// The link it runs on.
        link: String,
        /// Forms of goods it takes; empty: all.
        [default] forms: Vec<String>,
        /// Departures a week.
        [default] departures_per_week: Option<f64>,
        /// What one departure takes.
        [default] capacity: Option<f64>,
        /// Unit of the capacity.
        [default] capacity_unit: String,
        /// Mean wait for a departure with room, h.
        wait_hours_mean: f64,
        /// Its standard deviation, h.
        wait_hours_sd: f64,
        /// Price in `currency` per `basis`; nothing: not known.
        [default] amount: Option<f64>,
        /// ISO 4217 code.
        [default] currency: String,
        /// What the price is paid for.
        [default] basis: String,
        /// When the price held.
        [default] price_date: String,
    }
}
fields! {
    /// A new flight.
    AddFlight {
        /// Identifier of the service.
        service: String,
        /// Its name.
        name: String,
        /// One airport.
        from: String,
        /// The other.
        to: String,
        /// Forms of goods it takes; empty: all.
        [default] forms: Vec<String>,
        /// Flights a week.
        [default] departures_per_week: Option<f64>,
        /// Tonnes that one flight takes.
        [default] capacity: Option<f64>,
        /// Mean wait for a flight with room, h.
        wait_hours_mean: f64,
        /// Its standard deviation, h.
        wait_hours_sd: f64,
        /// Price in `currency` per `basis`; nothing: not known.
        [default] amount: Option<f64>,
        /// ISO 4217 code.
        [default] currency: String,
        /// What the price is paid for.
        [default] basis: String,
        /// When the price held.
        [default] price_date: String,
    }
}
fields! {
    /// A change of demand.
    Demand {
        /// Commodities, by identifier; empty: all.
        [default] commodities: Vec<String>,
        /// Economies that sell; empty: all.
        [default] origins: Vec<String>,
        /// Economies that buy; empty: all.
        [default] destinations: Vec<String>,
        /// By what demand is multiplied.
        factor: f64,
    }
}
fields! {
    /// A change of output.
    Gdp {
        /// Economies, by ISO 3166 alpha-3 code.
        economies: Vec<String>,
        /// By what output is multiplied.
        factor: f64,
    }
}
