//! Freight on the network of a case: from demand in tonnes a year to an instance of the crate `assignment`.
//!
//! Rules and prices differ by class, that is by commodity and by the economies from which and to which it goes. So each
//! class has a layer of its own: the states of its supply as nodes, its open arcs as links, compiled for a date as for
//! a route. What the layers share are capacities, as a link, a crossing or a service passes only so much of all
//! classes, vehicles and directions together. Each is a [`Group`] with a hard limit and no delay below it: the waits
//! of the case are the usual ones already.
//!
//! A tonne costs its money and its mean hours at the value of time of its commodity. The standard deviation of a route
//! is left out, as it does not add up over arcs (see `graph`).
//!
//! Both directions of a link share its capacity, and those of a crossing; a service sails in each.

use std::collections::BTreeMap;

use assignment::{Class, Demand, Group, Instance, Link, LinkFunction, Member};
use jiff::civil::Date;
use network::{Direction, LinkId, Need, Phase, PlaceId, State, Step, Supply};
use regime::{Compiled, CompiledArc, Compiler, Consignment, Leg, Leniency, Perspective, Timing};

use crate::model::Model;
use crate::question::{Quantity, Question, QuestionError};

/// Days in a year, over which capacities of a day are summed.
const DAYS_A_YEAR: f64 = 365.0;

/// Value of an hour where a commodity has none: time then decides only between ways of the same money.
const LEAST_VALUE_OF_TIME: f64 = 1e-6;

/// Goods to be carried in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct FreightDemand {
    /// Where they start.
    pub origin: PlaceId,
    /// Where they end.
    pub destination: PlaceId,
    /// Identifier of the commodity.
    pub commodity: String,
    /// Tonnes a year, zero or more.
    pub tonnes: f64,
}

/// When, as known when, and what happens to what does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FreightTerms {
    /// This day's rules hold all the year.
    pub date: Date,
    /// As of when, and of what standing.
    pub perspective: Perspective,
    /// Whether what may be open counts as open.
    pub not_known_is_open: bool,
    /// Tonnes of a usual consignment, over which prices are spread.
    pub consignment_tonnes: f64,
    /// USD at which a tonne stays at home.
    pub overflow_cost: f64,
}

/// A capacity of the case.
#[derive(Debug, Clone, PartialEq)]
pub struct FreightCapacity {
    /// What it is of, in words: `ferry-kuryk-alat (tonnes_per_year)`.
    pub name: String,
    /// The link that has it, or whose crossing or service has it.
    pub link: LinkId,
}

/// A direction of a link of the case, and the links of the instance that run on it.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkUse {
    /// The link.
    pub link: LinkId,
    /// In which direction.
    pub direction: Direction,
    /// Links of the instance.
    pub members: Vec<u32>,
}

/// An instance made of a case.
#[derive(Debug, Clone)]
pub struct Freight {
    /// The arrays. Its demands are those that were given, in their order; its times are hours, its costs USD a tonne.
    pub instance: Instance,
    /// The links of the case that some class may use.
    pub links: Vec<LinkUse>,
    /// The capacities, group by group of the instance.
    pub capacities: Vec<FreightCapacity>,
    /// The links of the case that each link of the instance runs on, in order, by their place in `links`; none for
    /// loading, unloading and changes.
    pub runs_on: Vec<Vec<u32>>,
    /// Capacities that could not be counted for some class, in words.
    pub not_counted: Vec<String>,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Limited {
    Link(LinkId),
    Crossing(u32),
    Service(u32, Direction),
}

/// What a class is by: commodity, economy of origin, economy of destination.
type ClassKey = (String, String, String);

/// A layer in the making.
struct Builder<'m> {
    model: &'m Model,
    instance: Instance,
    /// By link of the instance, in order.
    uses: Vec<Vec<(LinkId, Direction)>>,
    groups: BTreeMap<Limited, Vec<Member>>,
    not_counted: Vec<String>,
}

impl Model {
    /// Makes an instance of freight demand under the rules of a date.
    ///
    /// # Errors
    /// Where a commodity is unknown, has no vehicle, or the date lies outside the case.
    pub fn freight(&self, demands: &[FreightDemand], terms: &FreightTerms) -> Result<Freight, QuestionError> {
        let economy = |place: PlaceId| self.network.places.get(place).economy.clone();
        let mut classes: BTreeMap<ClassKey, Vec<usize>> = BTreeMap::new();
        for (place, demand) in demands.iter().enumerate() {
            let key = (demand.commodity.clone(), economy(demand.origin), economy(demand.destination));
            classes.entry(key).or_default().push(place);
        }
        let mut builder = Builder {
            model: self,
            instance: Instance {
                node_count: 0,
                through: Vec::new(),
                links: Vec::new(),
                groups: Vec::new(),
                classes: Vec::new(),
                demands: vec![
                    Demand { class: 0, origin: 0, destination: 0, tonnes: 0.0, overflow_cost: None };
                    demands.len()
                ],
            },
            uses: Vec::new(),
            groups: BTreeMap::new(),
            not_counted: Vec::new(),
        };
        let mut costs = Vec::new();
        for (key, places) in &classes {
            costs.push(builder.add_class(key, places, demands, terms)?);
        }
        Ok(builder.finish(costs))
    }
}

/// What a class pays on the links of its layer, which begin at some number.
struct LayerCosts {
    first_link: usize,
    usd_per_tonne: Vec<f64>,
}

impl Builder<'_> {
    fn add_class(
        &mut self,
        (commodity, origin_economy, destination_economy): &ClassKey,
        places: &[usize],
        demands: &[FreightDemand],
        terms: &FreightTerms,
    ) -> Result<LayerCosts, QuestionError> {
        let model = self.model;
        let question = Question {
            from: demands[places[0]].origin,
            to: demands[places[0]].destination,
            commodity: commodity.clone(),
            quantity: Quantity::Tonnes(terms.consignment_tonnes),
            timing: Timing::Snapshot(terms.date),
            perspective: terms.perspective,
            not_known_is_open: terms.not_known_is_open,
            ..Question::unasked(model)
        };
        model.check_date(terms.date)?;
        let consignment = model.consignment(&question)?;
        let distinct = |end: fn(&FreightDemand) -> PlaceId| {
            let mut ends: Vec<PlaceId> = places.iter().map(|&place| end(&demands[place])).collect();
            ends.sort_unstable();
            ends.dedup();
            ends
        };
        let (origins, destinations) =
            (distinct(|demand| demand.origin), distinct(|demand| demand.destination));
        let need = Need {
            form: consignment.form,
            origins: &origins,
            destinations: &destinations,
            modes: &question.modes,
            handling: true,
        };
        let supply = Supply::build(&model.network, &model.case, &need);
        let compiler = Compiler::new(
            &model.case,
            &model.network,
            &model.regime,
            &supply,
            question.request(&consignment),
        );
        let leniency = if terms.not_known_is_open { Leniency::NotKnown } else { Leniency::None };
        let compiled = compiler.compile(leniency);
        let class = self.instance.classes.len() as u32;
        let value_of_time = consignment.commodity.value_of_time.max(LEAST_VALUE_OF_TIME);
        self.instance.classes.push(Class {
            name: format!("{commodity} {origin_economy}–{destination_economy}"),
            value_of_time,
            unit_size: 1.0,
            fixed_costs: Vec::new(),
            allowed: Vec::new(),
            overflow_cost: Some(terms.overflow_cost),
        });
        let first_node = self.instance.node_count as u32;
        let mut layer = LayerCosts { first_link: self.instance.links.len(), usd_per_tonne: Vec::new() };
        for arc in &compiled.arcs {
            let number = self.instance.links.len() as u32;
            self.instance.links.push(Link {
                tail: first_node + arc.tail,
                head: first_node + arc.head,
                function: LinkFunction::Constant { time: arc.sums.hours },
                hard_capacity: None,
            });
            layer.usd_per_tonne.push(arc.sums.usd_per_tonne);
            self.add_uses(number, arc, (&supply, &compiled), &consignment);
        }
        self.instance.node_count += supply.states.len();
        for &place in places {
            let demand = &demands[place];
            let mut node = |place: PlaceId, phase: Phase| {
                supply.number(State { place, phase, on: None }).map_or_else(
                    || {
                        // Nothing is loaded or unloaded there: a node of its own, to which nothing leads.
                        self.instance.node_count += 1;
                        self.instance.node_count as u32 - 1
                    },
                    |state| first_node + state,
                )
            };
            let origin = node(demand.origin, Phase::Origin);
            let destination = if demand.origin == demand.destination {
                origin
            } else {
                node(demand.destination, Phase::Destination)
            };
            self.instance.demands[place] =
                Demand { class, origin, destination, tonnes: demand.tonnes, overflow_cost: None };
        }
        Ok(layer)
    }

    /// Notes on which links of the case a link of the instance runs, and what it takes of their capacities.
    fn add_uses(
        &mut self,
        number: u32,
        arc: &CompiledArc,
        (supply, compiled): (&Supply, &Compiled),
        consignment: &Consignment,
    ) {
        self.uses.push(Vec::new());
        match arc.leg {
            Leg::Haul(haul) => {
                let haul = &compiled.hauls[haul as usize];
                for &(link, direction) in &haul.links {
                    self.add_use(number, (link, direction, None), haul.vehicle, consignment);
                }
            }
            Leg::Step(step) => {
                let step = &supply.arcs[step as usize];
                if let Step::Move { link, direction, service } = step.step {
                    self.add_use(number, (link, direction, service), step.vehicle, consignment);
                }
            }
        }
    }

    fn add_use(
        &mut self,
        number: u32,
        (link, direction, service): (LinkId, Direction, Option<u32>),
        vehicle: u32,
        consignment: &Consignment,
    ) {
        self.uses[number as usize].push((link, direction));
        let network = &self.model.network;
        let own = network.link(link);
        let mut limits: Vec<(Limited, &str)> = Vec::new();
        if let Some((_, unit)) = &own.capacity {
            limits.push((Limited::Link(link), unit));
        }
        if let Some(crossing) = own.crossing
            && network.crossings[crossing as usize].capacity.is_some()
        {
            limits.push((Limited::Crossing(crossing), "vehicles_per_day"));
        }
        if let Some(service) = service
            && let own = &network.services[service as usize]
            && own.departures_per_week.is_some()
            && let Some((_, unit)) = &own.capacity
        {
            limits.push((Limited::Service(service, direction), unit));
        }
        for (limited, unit) in limits {
            match units_per_tonne(consignment, vehicle, unit) {
                Some(weight) => {
                    let members = self.groups.entry(limited).or_default();
                    // A way that comes to a link twice takes of its capacity twice.
                    match members.iter_mut().find(|member| member.link == number) {
                        Some(member) => {
                            member.weight += weight;
                            member.felt += weight;
                        }
                        None => members.push(Member { link: number, weight, felt: weight }),
                    }
                }
                None => {
                    let name = &consignment.commodity.name;
                    let words = format!("the capacity of {} in {unit} does not count {name}", own.id);
                    if !self.not_counted.contains(&words) {
                        self.not_counted.push(words);
                    }
                }
            }
        }
    }

    fn finish(mut self, costs: Vec<LayerCosts>) -> Freight {
        let count = self.instance.links.len();
        for (class, layer) in self.instance.classes.iter_mut().zip(costs) {
            let range = layer.first_link..layer.first_link + layer.usd_per_tonne.len();
            class.fixed_costs = vec![0.0; count];
            class.fixed_costs[range.clone()].copy_from_slice(&layer.usd_per_tonne);
            class.allowed = (0..count).map(|link| range.contains(&link)).collect();
        }
        let mut capacities = Vec::new();
        for (limited, members) in std::mem::take(&mut self.groups) {
            let Some((capacity, limit)) = self.limit(limited) else { continue };
            capacities.push(capacity);
            self.instance.groups.push(Group {
                members,
                function: LinkFunction::Constant { time: 0.0 },
                hard_capacity: Some(limit),
            });
        }
        let mut places: BTreeMap<(LinkId, Direction), u32> =
            self.uses.iter().flatten().map(|used| (*used, 0)).collect();
        let mut links = Vec::with_capacity(places.len());
        for (number, ((link, direction), place)) in (0u32..).zip(&mut places) {
            *place = number;
            links.push(LinkUse { link: *link, direction: *direction, members: Vec::new() });
        }
        let mut runs_on = Vec::with_capacity(self.uses.len());
        for (member, used) in (0u32..).zip(&self.uses) {
            let own: Vec<u32> = used.iter().map(|used| places[used]).collect();
            for &place in &own {
                let members = &mut links[place as usize].members;
                if members.last() != Some(&member) {
                    members.push(member);
                }
            }
            runs_on.push(own);
        }
        Freight { instance: self.instance, links, capacities, runs_on, not_counted: self.not_counted }
    }

    /// A capacity in words, and what passes in a year.
    fn limit(&self, limited: Limited) -> Option<(FreightCapacity, f64)> {
        let network = &self.model.network;
        let capacity = |name: String, link: LinkId| FreightCapacity { name, link };
        match limited {
            Limited::Link(link) => {
                let own = network.link(link);
                let (value, unit) = own.capacity.as_ref()?;
                let a_year = if unit.ends_with("per_day") { DAYS_A_YEAR } else { 1.0 };
                Some((capacity(format!("{} ({})", own.id, yearly(unit)), link), value * a_year))
            }
            Limited::Crossing(crossing) => {
                let own = &network.crossings[crossing as usize];
                Some((capacity(format!("{} (vehicles)", own.id), own.link), own.capacity? * DAYS_A_YEAR))
            }
            Limited::Service(service, direction) => {
                let own = &network.services[service as usize];
                let (value, unit) = own.capacity.as_ref()?;
                let link = network.link(own.link);
                let from = &network.places.get(link.tail(direction)).name;
                let name = format!("{} from {from} ({unit})", own.id);
                Some((capacity(name, own.link), value * own.departures_per_week? * DAYS_A_YEAR / 7.0))
            }
        }
    }
}

/// The unit of a capacity without its period.
fn yearly(unit: &str) -> &str {
    unit.split("_per_").next().unwrap_or(unit)
}

/// Units of a capacity that a tonne in a vehicle takes; `None` where the goods have no such unit.
fn units_per_tonne(consignment: &Consignment, vehicle: u32, unit: &str) -> Option<f64> {
    let lot = &consignment.lots[vehicle as usize];
    let tonnes = match yearly(unit) {
        "tonnes" => 1.0,
        "trains" => lot.tonnes_per_vehicle * lot.vehicles_per_train?,
        "vehicles" | "wagons" | "trucks" => lot.tonnes_per_vehicle,
        "teu" => lot.tonnes_per_teu?,
        _ => return None,
    };
    (tonnes > 0.0).then(|| 1.0 / tonnes)
}
