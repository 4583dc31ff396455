//! A question made ready to be asked of many changed copies of a model.
//!
//! Whoever asks how an answer depends on one figure asks the same question some hundred times. What
//! the figures do not change is made once: the consignment and the supply. What is not wanted is
//! left out: the Pareto set, what is closed, routes written out line by line. The numbers are those
//! of a whole answer, as they come from the same compiler and the same search.

use std::rc::Rc;

use case::Mode;
use network::{LinkId, Step, Supply};
use regime::{Compiled, CompiledArc, Compiler, Component, Consignment, Leg, Leniency, Pricing};

use crate::answer::turns_back;
use crate::graph::{SearchGraph, Weights};
use crate::model::Model;
use crate::question::{Criterion, Question, QuestionError};
use crate::reliability::TravelTime;

/// A route as the arcs it is made of, apart from the graph in which it was found, so that it can be
/// priced in a copy of the model in which other figures hold.
#[derive(Debug)]
pub(crate) struct Way {
    parts: Compiled,
    /// The borders, ferries, ships and flights that set it apart.
    pub(crate) substance: Vec<LinkId>,
    /// Whether nothing closes it, not even perhaps.
    pub(crate) open: bool,
}

/// What a way takes and costs in all.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Totals {
    pub(crate) usd_per_tonne: f64,
    pub(crate) hours: f64,
    pub(crate) variance: f64,
    pub(crate) co2_kg: f64,
}

impl Totals {
    /// The total that a straight line through two totals has at a share of the way between them.
    pub(crate) fn between(self, other: Self, share: f64) -> Self {
        let at = |from: f64, to: f64| from + (to - from) * share;
        Self {
            usd_per_tonne: at(self.usd_per_tonne, other.usd_per_tonne),
            hours: at(self.hours, other.hours),
            variance: at(self.variance, other.variance).max(0.0),
            co2_kg: at(self.co2_kg, other.co2_kg),
        }
    }

    /// Money, and what time and its spread are worth.
    pub(crate) fn generalised_cost(&self, weights: Weights) -> f64 {
        let value_of_time = weights.value_of_time;
        self.usd_per_tonne
            + value_of_time * self.hours
            + weights.reliability_ratio * value_of_time * self.variance.sqrt()
    }

    /// What makes a route the best, in the unit of the criterion.
    pub(crate) fn score(&self, weights: Weights) -> f64 {
        match weights.criterion {
            Criterion::GeneralisedCost => self.generalised_cost(weights),
            Criterion::Time => self.hours,
            Criterion::Money => self.usd_per_tonne,
            Criterion::Co2 => self.co2_kg,
        }
    }

    /// The time, with the distribution of the case.
    pub(crate) fn time(&self, model: &Model) -> TravelTime {
        let distribution = model.case.settings.distribution;
        TravelTime { mean: self.hours, variance: self.variance, distribution }
    }
}

/// One line of a way, and on what it lies.
pub(crate) struct WayLine<'a> {
    pub(crate) component: Component<'a>,
    pub(crate) vehicle: u32,
    pub(crate) carrier: &'a str,
    pub(crate) km: f64,
}

/// What a question needs whatever the figures are.
pub(crate) struct Trial {
    pub(crate) consignment: Consignment,
    supply: Supply,
}

impl Trial {
    pub(crate) fn new(model: &Model, question: &Question) -> Result<Self, QuestionError> {
        let (consignment, supply) = model.prepare(question)?;
        Ok(Self { consignment, supply })
    }

    /// The question asked of a model that has the network of the first one.
    pub(crate) fn ask<'a>(&'a self, model: &'a Model, question: &'a Question) -> Asked<'a> {
        let request = question.request(&self.consignment);
        let compiler = Compiler::new(&model.case, &model.network, &model.regime, &self.supply, request);
        let own = self.consignment.commodity.value_of_time;
        let weights = Weights {
            criterion: question.criterion,
            value_of_time: question.value_of_time.unwrap_or(own),
            reliability_ratio: model.case.parameter("reliability_ratio"),
        };
        Asked { model, compiler, weights, leniency: question.leniency() }
    }
}

/// A question asked of a model.
pub(crate) struct Asked<'a> {
    model: &'a Model,
    compiler: Compiler<'a>,
    pub(crate) weights: Weights,
    leniency: Leniency,
}

impl Asked<'_> {
    /// Asks from now on as if these links and no others were closed.
    pub(crate) fn close_only(&mut self, links: &[LinkId]) {
        self.compiler.close_only(links);
    }

    /// The best ways that differ in substance, best first.
    pub(crate) fn ways(&self, count: usize) -> Result<Vec<Rc<Way>>, QuestionError> {
        let compiled = self.compiler.compile(self.leniency);
        let graph = SearchGraph::new(&self.compiler, &compiled, &self.model.network)?;
        // As in a whole answer, routes that turn back are passed over, so some more are looked for.
        let mut wanted = count;
        loop {
            let found = graph.alternatives(self.weights, wanted)?;
            let written = found.routes.iter().map(|own| self.way(&compiled, &graph.arcs(&own.route)));
            let ways: Vec<Rc<Way>> =
                written.filter(|way| !turns_back(&way.substance)).take(count).map(Rc::new).collect();
            if ways.len() == count || found.routes.len() < wanted || wanted > 8 * count {
                return Ok(ways);
            }
            wanted *= 2;
        }
    }

    /// A way out of the graph in which it was found. A snapshot has no waits.
    fn way(&self, compiled: &Compiled, arcs: &[(usize, f64)]) -> Way {
        let mut parts = Compiled { arcs: Vec::new(), hauls: Vec::new() };
        let mut open = true;
        for (number, _) in arcs {
            let arc = &compiled.arcs[*number];
            open &= self.compiler.closures(compiled, arc.leg, 0.0).is_empty();
            let leg = match arc.leg {
                Leg::Step(step) => Leg::Step(step),
                Leg::Haul(haul) => {
                    parts.hauls.push(compiled.hauls[haul as usize].clone());
                    Leg::Haul(parts.hauls.len() as u32 - 1)
                }
            };
            parts.arcs.push(CompiledArc { leg, ..arc.clone() });
        }
        let mut way = Way { parts, substance: Vec::new(), open };
        way.substance =
            self.links(&way).into_iter().filter(|link| self.model.is_substantial(*link)).collect();
        way
    }

    fn links_of(&self, way: &Way, arc: &CompiledArc) -> Vec<LinkId> {
        match arc.leg {
            Leg::Haul(number) => {
                way.parts.hauls[number as usize].links.iter().map(|(link, _)| *link).collect()
            }
            Leg::Step(number) => match self.compiler.supply().arcs[number as usize].step {
                Step::Move { link, .. } => vec![link],
                _ => Vec::new(),
            },
        }
    }

    /// The links of a way, in order.
    pub(crate) fn links(&self, way: &Way) -> Vec<LinkId> {
        way.parts.arcs.iter().flat_map(|arc| self.links_of(way, arc)).collect()
    }

    /// What a way takes and costs by the figures of this model.
    pub(crate) fn totals(&self, way: &Way) -> Totals {
        let mut totals = Totals::default();
        for arc in &way.parts.arcs {
            self.compiler.explain(&way.parts, arc, |component| {
                totals.usd_per_tonne += component.usd_per_tonne.unwrap_or(0.0);
                totals.hours += component.duration.hours;
                totals.variance += component.duration.variance;
            });
        }
        let pricing = Pricing {
            case: &self.model.case,
            network: &self.model.network,
            regime: &self.model.regime,
            day: self.compiler.day(0),
        };
        totals.co2_kg = self.links(way).into_iter().map(|link| pricing.co2_kg(link)).sum();
        totals
    }

    /// The lines of a way by the figures of this model.
    pub(crate) fn lines(&self, way: &Way, mut each: impl FnMut(WayLine<'_>)) {
        let network = &self.model.network;
        for arc in &way.parts.arcs {
            let (vehicle, carrier, km) = match arc.leg {
                Leg::Haul(number) => {
                    let haul = &way.parts.hauls[number as usize];
                    (haul.vehicle, haul.carrier.as_str(), haul.km)
                }
                Leg::Step(number) => {
                    let step = &self.compiler.supply().arcs[number as usize];
                    match step.step {
                        Step::Move { link, .. } => {
                            let own = network.link(link);
                            (step.vehicle, own.carrier.as_str(), own.km)
                        }
                        _ => (step.vehicle, "", 0.0),
                    }
                }
            };
            self.compiler.explain(&way.parts, arc, |component| {
                each(WayLine { component, vehicle, carrier, km });
            });
        }
    }
}

impl Model {
    /// Whether a link sets a route apart: a border, a ferry, a ship or a flight.
    pub(crate) fn is_substantial(&self, link: LinkId) -> bool {
        let own = self.network.link(link);
        own.crossing.is_some() || !matches!(own.mode, Mode::Rail | Mode::Road)
    }
}
