//! A route written out: legs, lines of time and money, rules, and how sure all that is.

use std::collections::{BTreeMap, BTreeSet};

use case::{Confidence, Evidence, Figure, Mode, Provenance, Terms};
use jiff::civil::Date;
use network::{LinkId, PlaceId, Step};
use regime::{Closure, Compiled, Compiler, Component, Consignment, Leg as CompiledLeg, VersionId, What};

use crate::model::Model;
use crate::reliability::TravelTime;
use crate::shares::Shares;

/// What a leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegKind {
    /// Waiting and loading at the origin.
    Loading,
    /// A haul on one railway.
    Haul,
    /// A link with a border crossing on it.
    Border,
    /// A link by road, ferry, sea or air without a border.
    Link,
    /// A change of mode, gauge or vehicle.
    Change,
    /// Unloading at the destination.
    Unloading,
}

impl LegKind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Haul => "haul",
            Self::Border => "border",
            Self::Link => "link",
            Self::Change => "change",
            Self::Unloading => "unloading",
        }
    }
}

/// One line of time and money.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is for.
    pub what: What,
    /// In words.
    pub label: String,
    /// USD per tonne; nothing where not known.
    pub usd_per_tonne: Option<f64>,
    /// Hours, mean.
    pub hours: f64,
    /// Hours, standard deviation.
    pub sd: f64,
    /// The price behind the dollars, as its row has it; without an amount for what a coefficient adds
    /// to the price of another row.
    pub price: Option<LinePrice>,
    /// Where the row comes from; its figures may have an ancestry of their own: see
    /// [`Line::of_figure`].
    pub provenance: Option<Provenance>,
}

impl Line {
    /// Where one of its figures comes from; nothing where no row has it.
    #[must_use]
    pub fn of_figure(&self, figure: Figure) -> Option<&Provenance> {
        self.provenance.as_ref().map(|own| own.of_figure(figure))
    }

    /// How one of its figures came about.
    #[must_use]
    pub fn evidence(&self, figure: Figure) -> Evidence {
        self.of_figure(figure).map_or(Evidence::Assumed, |own| own.evidence)
    }

    /// The figures that a line has, of money, mean time and its spread.
    pub fn figures(&self) -> impl Iterator<Item = Figure> {
        let money = self.usd_per_tonne.is_none_or(|usd| usd != 0.0).then_some(Figure::Money);
        let hours = (self.hours != 0.0).then_some(Figure::Hours);
        let spread = (self.sd != 0.0).then_some(Figure::Spread);
        [money, hours, spread].into_iter().flatten()
    }

    /// The part of the line whose figures are assumed or of low confidence; nothing where none is.
    fn weak_part(&self) -> Option<Self> {
        let is_weak = |figure: Figure| {
            self.of_figure(figure)
                .is_none_or(|own| own.confidence == Confidence::Low || own.evidence == Evidence::Assumed)
        };
        let mut part = self.clone();
        if !is_weak(Figure::Money) {
            part.usd_per_tonne = part.usd_per_tonne.map(|_| 0.0);
        }
        if !is_weak(Figure::Hours) {
            part.hours = 0.0;
        }
        if !is_weak(Figure::Spread) {
            part.sd = 0.0;
        }
        [Figure::Money, Figure::Hours, Figure::Spread].into_iter().any(is_weak).then_some(part)
    }

    /// The date at which the price held, where there is a price with a date.
    #[must_use]
    pub fn price_date(&self) -> Option<Date> {
        self.price.as_ref().and_then(|price| price.terms.price_date)
    }
}

/// A price as its row has it.
#[derive(Debug, Clone, PartialEq)]
pub struct LinePrice {
    /// The amount in its terms; nothing for what a coefficient adds to the price of another row.
    pub amount: Option<f64>,
    /// Currency, basis, tax, price date, payer.
    pub terms: Terms,
}

/// A part of a route.
#[derive(Debug, Clone)]
pub struct Leg {
    /// What it is.
    pub kind: LegKind,
    /// From here.
    pub from: PlaceId,
    /// To here.
    pub to: PlaceId,
    /// By which mode.
    pub mode: Option<Mode>,
    /// In which vehicle, by number.
    pub vehicle: u32,
    /// Who carries; may be empty.
    pub carrier: String,
    /// Over which links, with whether each is used from its `from`.
    pub links: Vec<(LinkId, bool)>,
    /// Mean hours after departure at which it starts, waiting for a rule included.
    pub starts_at: f64,
    /// Hours waited before it for a rule to change.
    pub waited: f64,
    /// Kilometres.
    pub km: f64,
    /// Hours, mean.
    pub hours: f64,
    /// Hours squared, variance.
    pub variance: f64,
    /// USD per tonne, as far as known.
    pub usd_per_tonne: f64,
    /// Kilograms of CO2e per tonne.
    pub co2_kg: f64,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What closes it, where a route that is not open is written out.
    pub closures: Vec<Closure>,
    /// The probability that it is not closed for good before the cargo gets there; 1 in a snapshot.
    pub lawful: f64,
    /// The probability that it is open when the cargo gets there, without a wait; 1 in a snapshot.
    pub open_on_arrival: f64,
}

/// A rule that spoke to a route.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleUse {
    /// The version.
    pub version: VersionId,
    /// Whether it surely holds.
    pub certain: bool,
    /// The links and places where it spoke, in words.
    pub places: Vec<String>,
}

/// A route written out.
#[derive(Debug, Clone)]
pub struct RouteAnswer {
    /// Its legs in order.
    pub legs: Vec<Leg>,
    /// By which borders, ferries, ships and flights, in words.
    pub by: Vec<String>,
    /// The same as links: what sets it apart.
    pub substance: Vec<LinkId>,
    /// USD per tonne, as far as known.
    pub usd_per_tonne: f64,
    /// Labels of lines for which no price is known.
    pub unknown_prices: Vec<String>,
    /// Time, with every wait for an opening taken in distribution: who is early waits.
    pub time: TravelTime,
    /// Time as the search counts it and generalised cost is made of: waits at mean times. The same as
    /// `time` where nothing is waited for.
    pub counted: TravelTime,
    /// Kilometres.
    pub km: f64,
    /// Kilograms of CO2e per tonne.
    pub co2_kg: f64,
    /// USD per tonne.
    pub generalised_cost: f64,
    /// Where the money's figures come from.
    pub shares: Shares,
    /// Vehicles of the first leg and trains they fill, where it is by rail: vehicle, vehicles,
    /// trains.
    pub vehicles: Vec<(u32, f64, Option<f64>)>,
    /// Rules that spoke to it.
    pub rules: Vec<RuleUse>,
    /// Papers that rules on the way ask for.
    pub papers: Vec<String>,
    /// Conditions of rules on the way that the shipper declared to meet.
    pub declared: Vec<String>,
    /// Where the spread of its time comes from: label, share of the variance, evidence; largest
    /// first.
    pub spread: Vec<(String, f64, Evidence)>,
    /// The first and last date at which its prices held.
    pub price_dates: Option<(Date, Date)>,
    /// What would close it, and was taken as open because the question said so.
    pub assumed_open: Vec<Closure>,
    /// Lines whose figures are assumed or of low confidence, those that matter most first.
    pub weak_inputs: Vec<Line>,
    /// Hours waited for rules to change.
    pub waited: f64,
    /// The probability that no leg is closed for good before the cargo gets there.
    pub lawful: f64,
    /// The probability that every leg is open when the cargo gets there, without a wait.
    pub open_on_arrival: f64,
}

/// What a route is written out with.
pub(crate) struct Writer<'a> {
    pub(crate) model: &'a Model,
    pub(crate) compiler: &'a Compiler<'a>,
    pub(crate) consignment: &'a Consignment,
    pub(crate) value_of_time: f64,
}

impl Writer<'_> {
    /// Writes out a route: compiled arcs with the hours waited before each.
    pub(crate) fn write(&self, compiled: &Compiled, arcs: &[(usize, f64)]) -> RouteAnswer {
        let distribution = self.model.case.settings.distribution;
        let mut route = RouteAnswer {
            legs: Vec::new(),
            by: Vec::new(),
            substance: Vec::new(),
            usd_per_tonne: 0.0,
            unknown_prices: Vec::new(),
            time: TravelTime { mean: 0.0, variance: 0.0, distribution },
            counted: TravelTime { mean: 0.0, variance: 0.0, distribution },
            km: 0.0,
            co2_kg: 0.0,
            generalised_cost: 0.0,
            shares: Shares::default(),
            vehicles: Vec::new(),
            rules: Vec::new(),
            papers: Vec::new(),
            declared: Vec::new(),
            spread: Vec::new(),
            price_dates: None,
            assumed_open: Vec::new(),
            weak_inputs: Vec::new(),
            waited: 0.0,
            lawful: 1.0,
            open_on_arrival: 1.0,
        };
        let mut rules: BTreeMap<(VersionId, bool), BTreeSet<String>> = BTreeMap::new();
        for (number, waited) in arcs {
            let arc = &compiled.arcs[*number];
            // Whoever is early waits: the time so far becomes max(time, opening), whether the mean
            // is early or only a part of the distribution.
            let start = route.counted.mean + waited;
            let opening = arc.allowed.iter().find(|(_, to)| start < *to).map_or(0.0, |(from, _)| *from);
            let arrival = route.time;
            route.time = arrival.at_least(opening);
            if opening <= 0.0 {
                // A wait for another season or price is as long for whoever comes.
                route.time.mean += waited;
            }
            route.counted.mean = start;
            route.waited += waited;
            let segment = self.compiler.segment_at(route.counted.mean);
            for speaking in self.compiler.speaking(compiled, arc.leg, segment) {
                let place = self.place_words(compiled, arc);
                rules.entry((speaking.version, speaking.certain)).or_default().insert(place);
            }
            if let Some(mut leg) = self.leg(compiled, arc, &arrival, (start, *waited)) {
                leg.closures = self.compiler.closures(compiled, arc.leg, leg.starts_at).into_iter().collect();
                route.lawful = route.lawful.min(leg.lawful);
                route.open_on_arrival = route.open_on_arrival.min(leg.open_on_arrival);
                for closure in &leg.closures {
                    if !route.assumed_open.contains(closure) {
                        route.assumed_open.push(closure.clone());
                    }
                }
                route.km += leg.km;
                route.co2_kg += leg.co2_kg;
                route.usd_per_tonne += leg.usd_per_tonne;
                route.time.mean += leg.hours;
                route.time.variance += leg.variance;
                route.counted.mean += leg.hours;
                route.counted.variance += leg.variance;
                route.legs.push(leg);
            }
        }
        route.rules = rules
            .into_iter()
            .map(|((version, certain), places)| RuleUse {
                version,
                certain,
                places: places.into_iter().collect(),
            })
            .collect();
        self.finish(&mut route);
        route
    }

    fn finish(&self, route: &mut RouteAnswer) {
        let ratio = self.model.case.parameter("reliability_ratio");
        route.generalised_cost = route.usd_per_tonne
            + self.value_of_time * route.counted.mean
            + ratio * self.value_of_time * route.counted.sd();
        let mut weak: Vec<Line> = Vec::new();
        let mut spread: Vec<(String, f64, Evidence)> = Vec::new();
        let mut vehicles: Vec<u32> = Vec::new();
        for leg in &route.legs {
            if leg.mode.is_some() && !vehicles.contains(&leg.vehicle) {
                vehicles.push(leg.vehicle);
            }
            for line in &leg.lines {
                if let Some(date) = line.price_date()
                    && line.usd_per_tonne.is_some_and(|usd| usd != 0.0)
                {
                    let (first, last) = route.price_dates.unwrap_or((Date::MAX, Date::MIN));
                    route.price_dates = Some((first.min(date), last.max(date)));
                }
                let variance = line.sd * line.sd;
                if variance > 0.0 && route.counted.variance > 0.0 {
                    let evidence = line.evidence(Figure::Spread);
                    let share = variance / route.counted.variance;
                    match spread.iter_mut().find(|(label, ..)| *label == line.label) {
                        Some((_, own, _)) => *own += share,
                        None => spread.push((line.label.clone(), share, evidence)),
                    }
                }
                if line.usd_per_tonne.is_none() {
                    if !route.unknown_prices.contains(&line.label) {
                        route.unknown_prices.push(line.label.clone());
                    }
                    continue;
                };
                let weight = |line: &Line| {
                    line.usd_per_tonne.unwrap_or(0.0).abs() + self.value_of_time * (line.hours + line.sd)
                };
                let Some(part) = line.weak_part().filter(|part| weight(part) > 0.0) else { continue };
                match weak.iter_mut().find(|other| other.label == part.label) {
                    Some(other) => {
                        other.hours += part.hours;
                        other.sd = other.sd.hypot(part.sd);
                        let usd = part.usd_per_tonne.unwrap_or(0.0);
                        other.usd_per_tonne = Some(other.usd_per_tonne.unwrap_or(0.0) + usd);
                    }
                    None => weak.push(part),
                }
            }
        }
        spread.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        route.spread = spread;
        let lines = route.legs.iter().flat_map(|leg| &leg.lines);
        route.shares = Shares::of(
            lines.filter_map(|line| line.usd_per_tonne.map(|usd| (usd, line.of_figure(Figure::Money)))),
        );
        let weight = |line: &Line| {
            line.usd_per_tonne.unwrap_or(0.0).abs() + self.value_of_time * (line.hours + line.sd)
        };
        weak.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.label.cmp(&b.label)));
        route.weak_inputs = weak;
        route.vehicles = vehicles
            .into_iter()
            .map(|vehicle| {
                let count = self.consignment.vehicles(vehicle);
                let own = &self.model.case.goods.vehicles()[vehicle as usize];
                (vehicle, count, own.per_train.map(|per_train| (count / f64::from(per_train)).ceil()))
            })
            .collect();
        for leg in &route.legs {
            for (link, _) in &leg.links {
                let own = self.model.network.link(*link);
                if own.crossing.is_some() || !matches!(own.mode, Mode::Rail | Mode::Road) {
                    route.by.push(self.model.substance_words(*link));
                    route.substance.push(*link);
                }
            }
        }
        let day = self.compiler.day(0);
        for used in &route.rules {
            let version = self.model.regime.rules.get(used.version);
            let (list, papers) = match version.effect {
                regime::Effect::AllowedIf => {
                    (&mut route.declared, day.met(version).cloned().unwrap_or_default())
                }
                regime::Effect::Permit => {
                    (&mut route.papers, version.conditions.iter().flatten().cloned().collect())
                }
                _ => continue,
            };
            for paper in papers {
                if !list.contains(&paper) {
                    list.push(paper);
                }
            }
        }
    }

    fn place_words(&self, compiled: &Compiled, arc: &regime::CompiledArc) -> String {
        let network = &self.model.network;
        let name = |place: PlaceId| network.places.get(place).name.as_str();
        match arc.leg {
            CompiledLeg::Haul(number) => {
                let haul = &compiled.hauls[number as usize];
                format!("{} – {}", name(haul.from), name(haul.to))
            }
            CompiledLeg::Step(number) => match self.compiler.supply().arcs[number as usize].step {
                Step::Move { link, .. } => network.link_words(link),
                _ => name(self.compiler.supply().states[arc.tail as usize].place).to_owned(),
            },
        }
    }

    fn leg(
        &self,
        compiled: &Compiled,
        arc: &regime::CompiledArc,
        arrival: &TravelTime,
        (starts_at, waited): (f64, f64),
    ) -> Option<Leg> {
        let supply = self.compiler.supply();
        let states = (supply.states[arc.tail as usize], supply.states[arc.head as usize]);
        let network = &self.model.network;
        let mut leg = Leg {
            kind: LegKind::Link,
            from: states.0.place,
            to: states.1.place,
            mode: states.1.on.map(|(mode, _)| mode),
            vehicle: 0,
            carrier: String::new(),
            links: Vec::new(),
            starts_at,
            waited,
            km: arc.sums.km,
            hours: arc.sums.hours,
            variance: arc.sums.variance,
            usd_per_tonne: arc.sums.usd_per_tonne,
            co2_kg: arc.sums.co2_kg,
            lines: Vec::new(),
            closures: Vec::new(),
            lawful: 1.0,
            open_on_arrival: 1.0,
        };
        match arc.leg {
            CompiledLeg::Haul(number) => {
                let haul = &compiled.hauls[number as usize];
                leg.kind = LegKind::Haul;
                leg.vehicle = haul.vehicle;
                leg.carrier.clone_from(&haul.carrier);
                leg.links = haul
                    .links
                    .iter()
                    .map(|(link, way)| (*link, *way == network::Direction::Forward))
                    .collect();
            }
            CompiledLeg::Step(number) => {
                let step = &supply.arcs[number as usize];
                leg.vehicle = step.vehicle;
                match step.step {
                    Step::Load(None) | Step::Unload(None) => return None,
                    Step::Load(Some(_)) => leg.kind = LegKind::Loading,
                    Step::Unload(Some(_)) => {
                        leg.kind = LegKind::Unloading;
                        leg.mode = states.0.on.map(|(mode, _)| mode);
                    }
                    Step::Change(_) => leg.kind = LegKind::Change,
                    Step::Move { link, direction, .. } => {
                        let own = network.link(link);
                        leg.carrier.clone_from(&own.carrier);
                        leg.links = vec![(link, direction == network::Direction::Forward)];
                        if own.crossing.is_some() {
                            leg.kind = LegKind::Border;
                        }
                    }
                }
            }
        }
        let mut merged: Vec<Line> = Vec::new();
        self.compiler.explain(compiled, arc, |component| {
            let line = self.line(component);
            // The links of a haul are one motion to a reader; a time of the user stays apart.
            let of_user =
                |line: &Line| line.provenance.as_ref().filter(|own| own.by_user).map(|own| own.place.clone());
            let same = |other: &&mut Line| {
                matches!((other.what, line.what), (What::Motion(_), What::Motion(_)))
                    && of_user(other) == of_user(&line)
            };
            match merged.iter_mut().find(same) {
                Some(other) => {
                    other.hours += line.hours;
                    other.sd = other.sd.hypot(line.sd);
                }
                None => merged.push(line),
            }
        });
        leg.lines = merged;
        if let Some((_, last)) = arc.allowed.last() {
            leg.lawful = if last.is_finite() { arrival.probability_within(*last) } else { 1.0 };
            leg.open_on_arrival = arc
                .allowed
                .iter()
                .map(|(from, to)| arrival.probability_within(*to) - arrival.probability_within(*from))
                .sum::<f64>()
                .clamp(0.0, 1.0);
            if arrival.mean == 0.0 {
                leg.open_on_arrival = 1.0;
            }
        }
        Some(leg)
    }

    fn line(&self, component: Component<'_>) -> Line {
        let mut provenance = component.provenance.cloned();
        // The spread of a motion follows from its hours by a parameter of its own.
        if let (What::Motion(link), Some(own)) = (component.what, &mut provenance) {
            let name = format!("variance_{}", self.model.network.link(link).mode.word());
            let spread = self.model.case.parameters.get(&name).map(|parameter| &parameter.provenance);
            if let Some(spread) = spread {
                own.set_figure(Figure::Spread, spread);
            }
        }
        Line {
            what: component.what,
            label: self.model.what_words(component.what),
            usd_per_tonne: component.usd_per_tonne,
            hours: component.duration.hours,
            sd: component.duration.variance.sqrt(),
            price: component
                .price
                .map(|price| LinePrice { amount: price.amount, terms: price.terms.clone() }),
            provenance,
        }
    }
}

impl Model {
    /// A border, ferry, ship or flight in words.
    #[must_use]
    pub fn substance_words(&self, link: LinkId) -> String {
        let own = self.network.link(link);
        let ends = || {
            format!("{} – {}", self.network.places.get(own.from).name, self.network.places.get(own.to).name)
        };
        match own.mode {
            Mode::Rail | Mode::Road => own
                .crossing
                .map_or_else(ends, |crossing| self.network.crossings[crossing as usize].name.clone()),
            Mode::Ferry => format!("ferry {}", ends()),
            Mode::Sea => format!("ship {}", ends()),
            Mode::Air => format!("flight {}", ends()),
        }
    }

    /// What a line is for, in words.
    #[must_use]
    pub fn what_words(&self, what: What) -> String {
        let network = &self.network;
        let version = |id: VersionId| self.regime.rules.rule_of(id).title.clone();
        match what {
            What::Motion(link) => format!("in motion by {}", network.link(link).mode.word()),
            What::Season(number) => network.seasons[number as usize].name.clone(),
            What::Activity(crossing, position) => {
                let crossing = &network.crossings[crossing as usize];
                format!(
                    "{}, {}",
                    crossing.activities[position as usize].name.replace('_', " "),
                    crossing.name
                )
            }
            What::Boarding(service) => network.services[service as usize].name.clone(),
            What::Change(number) => {
                let transfer = &network.transfers[number as usize];
                let side = |side: network::Side| match side {
                    network::Side::Store => "store".to_owned(),
                    network::Side::On(mode, 0) => mode.word().to_owned(),
                    network::Side::On(mode, gauge) => format!("{} {gauge}", mode.word()),
                };
                let place =
                    transfer.place.map_or("any place", |place| network.places.get(place).name.as_str());
                format!("transfer {} / {}, {place}", side(transfer.from), side(transfer.to))
            }
            What::Loading(_) => "loading".to_owned(),
            What::Unloading(_) => "unloading".to_owned(),
            What::Waiting(number) => network.waits[number as usize].name.clone(),
            What::Carriage(Some(number), _) => {
                let tariff = &self.regime.tariffs.tariffs[number as usize];
                if tariff.carrier.is_empty() {
                    format!("carriage by {}", tariff.mode.word())
                } else {
                    format!("tariff of {}", tariff.carrier)
                }
            }
            What::Carriage(None, mode) => format!("carriage by {}", mode.word()),
            What::Fee(id) | What::Permit(id) | What::TariffRule(id) => version(id),
        }
    }

    /// A reason why something is not open, in words.
    #[must_use]
    pub fn closure_words(&self, closure: &Closure) -> String {
        let doubt = |certain: bool| if certain { "" } else { ": may have ended" };
        match closure {
            Closure::Rule { version, certain } => {
                let rule = self.regime.rules.rule_of(*version);
                let own = self.regime.rules.get(*version);
                format!(
                    "{}: {} ({}){}",
                    rule.title,
                    own.effect.words(),
                    own.validity.words(),
                    doubt(*certain)
                )
            }
            Closure::State { link, span, certain } => {
                let own = &self.network.link(*link).history[*span as usize];
                format!(
                    "{} is {}: {}{}",
                    self.network.link_words(*link),
                    own.state.words(),
                    own.reason,
                    doubt(*certain)
                )
            }
            Closure::Service { service, certain: true } => {
                let own = &self.network.services[*service as usize];
                format!("{} does not run on that day (it ran {})", own.name, own.validity.words())
            }
            Closure::Service { service, certain: false } => {
                let own = &self.network.services[*service as usize];
                format!("{}: not known whether it runs on that day ({})", own.name, own.validity.words())
            }
        }
    }
}
