//! From a compiled graph to arrays that can be searched.
//!
//! Places to be visited make layers: a node is a state together with the set of places visited so
//! far, so that a route that must go by a place is an ordinary route to the layer in which all
//! are visited.

use network::{Phase, State};
use regime::{Compiled, Compiler};
use routing::{
    AlternativeOptions, Alternatives, ArcGroups, Clock, Graph, Metric, Objective, ParetoSet, Risk, Route,
    RoutingError, Search, Windows,
};

use crate::question::Criterion;

/// Criteria: money, hours, variance, CO2e.
pub(crate) const CRITERIA: usize = 4;

/// Fixed point: units of each metric for one USD/t, hour, hour², kg/t.
const UNITS: [f64; CRITERIA] = [10_000.0, 1_000.0, 1_000.0, 1_000.0];

/// Labels that a Pareto search may make: some 0.5 s. The shipped case needs a hundredth of it; an answer
/// whose set was cut says so.
const PARETO_LABELS: usize = 200_000;

/// What a search weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weights {
    pub(crate) criterion: Criterion,
    /// USD per tonne and hour.
    pub(crate) value_of_time: f64,
    /// Value of an hour of standard deviation over that of an hour.
    pub(crate) reliability_ratio: f64,
}

impl Weights {
    fn objective(&self) -> Result<Objective<CRITERIA>, RoutingError> {
        let per_unit = |criterion: usize, weight: f64| weight / UNITS[criterion];
        let (weights, risk) = match self.criterion {
            Criterion::GeneralisedCost => {
                let weight = self.reliability_ratio * self.value_of_time / UNITS[2].sqrt();
                let risk = (weight > 0.0).then_some(Risk { criterion: 2, weight });
                ([per_unit(0, 1.0), per_unit(1, self.value_of_time), 0.0, 0.0], risk)
            }
            Criterion::Time => ([0.0, per_unit(1, 1.0), 0.0, 0.0], None),
            Criterion::Money => ([per_unit(0, 1.0), 0.0, 0.0, 0.0], None),
            Criterion::Co2 => ([0.0, 0.0, 0.0, per_unit(3, 1.0)], None),
        };
        Objective::new(weights, risk)
    }
}

/// Arrays to search in.
pub(crate) struct SearchGraph {
    graph: Graph,
    metrics: [Metric; CRITERIA],
    windows: Windows,
    groups: ArcGroups,
    sources: Vec<u32>,
    targets: Vec<u32>,
    layers: u32,
}

impl SearchGraph {
    pub(crate) fn new(
        compiler: &Compiler<'_>,
        compiled: &Compiled,
        network: &network::Network,
    ) -> Result<Self, RoutingError> {
        let supply = compiler.supply();
        let layers = 1u32 << compiler.visit_count();
        let node = |state: u32, layer: u32| state * layers + layer;
        let count = compiled.arcs.len() * layers as usize;
        let mut arcs = Vec::with_capacity(count);
        let mut values: [Vec<f64>; CRITERIA] = std::array::from_fn(|_| Vec::with_capacity(count));
        let mut windows = Vec::new();
        let mut groups = Vec::new();
        for arc in &compiled.arcs {
            let group = substance(compiler, arc, network);
            for layer in 0..layers {
                let number = arcs.len() as u32;
                arcs.push((node(arc.tail, layer), node(arc.head, layer | arc.visits)));
                let sums = &arc.sums;
                for (column, value) in
                    values.iter_mut().zip([sums.usd_per_tonne, sums.hours, sums.variance, sums.co2_kg])
                {
                    column.push(value);
                }
                if !arc.windows.is_empty() {
                    let ticks = |hours: f64| {
                        if hours.is_finite() { (hours * UNITS[1]).round() as u64 } else { u64::MAX }
                    };
                    let spans = arc.windows.iter().map(|(from, to)| (ticks(*from), ticks(*to)));
                    windows.push((number, spans.filter(|(from, to)| from < to).collect::<Vec<_>>()));
                }
                if let Some(group) = group {
                    groups.push((number, group));
                }
            }
        }
        let mut metrics = Vec::with_capacity(CRITERIA);
        for (column, units) in values.iter().zip(UNITS) {
            metrics.push(Metric::fixed_point(column, units)?);
        }
        let metrics: [Metric; CRITERIA] =
            metrics.try_into().unwrap_or_else(|_| unreachable!("one metric a criterion"));
        let ends = |phase: Phase| {
            (0u32..).zip(&supply.states).filter(move |(_, state): &(u32, &State)| state.phase == phase)
        };
        Ok(Self {
            graph: Graph::new(supply.states.len() * layers as usize, &arcs)?,
            metrics,
            windows: Windows::new(arcs.len(), &windows)?,
            groups: ArcGroups::new(arcs.len(), &groups)?,
            sources: ends(Phase::Origin)
                .map(|(number, state)| node(number, compiler.visit_bits(state.place)))
                .collect(),
            targets: ends(Phase::Destination).map(|(number, _)| node(number, layers - 1)).collect(),
            layers,
        })
    }

    fn search(&self) -> Result<Search<'_, CRITERIA>, RoutingError> {
        let [money, hours, variance, co2] = &self.metrics;
        Search::new(&self.graph, [money, hours, variance, co2], &self.sources, &self.targets)?
            .with_clock(Clock { criterion: 1, departure: 0, windows: &self.windows })
    }

    pub(crate) fn alternatives(
        &self,
        weights: Weights,
        count: usize,
    ) -> Result<Alternatives<CRITERIA>, RoutingError> {
        let options = AlternativeOptions { subproblem_limit: 200, ..AlternativeOptions::default() };
        self.search()?.alternatives(&weights.objective()?, &self.groups, count, options)
    }

    pub(crate) fn pareto(&self) -> Result<ParetoSet<CRITERIA>, RoutingError> {
        Ok(self.search()?.with_label_limit(PARETO_LABELS).pareto())
    }

    /// The compiled arcs of a route, each with the hours waited before it.
    pub(crate) fn arcs(&self, route: &Route<CRITERIA>) -> Vec<(usize, f64)> {
        let waits = route.waits.iter().map(|wait| *wait as f64 / UNITS[1]);
        route.arcs.iter().map(|arc| (*arc / self.layers) as usize).zip(waits).collect()
    }

    /// The score of a route, in the unit of the criterion.
    pub(crate) fn score(&self, route: &Route<CRITERIA>, weights: Weights) -> Result<f64, RoutingError> {
        Ok(weights.objective()?.score(&route.costs))
    }
}

/// What sets routes apart in substance: borders crossed, ferries, ships and flights taken. A
/// siding does not.
fn substance(compiler: &Compiler<'_>, arc: &regime::CompiledArc, network: &network::Network) -> Option<u32> {
    let regime::Leg::Step(number) = arc.leg else { return None };
    let network::Step::Move { link, .. } = compiler.supply().arcs[number as usize].step else { return None };
    let own = network.link(link);
    let substantial = own.crossing.is_some() || !matches!(own.mode, case::Mode::Rail | case::Mode::Road);
    substantial.then_some(link.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use regime::Leniency;
    use routing::{CustomMetric, End, Order, Query, Topology};

    use super::*;
    use crate::{Model, Quantity, Question};

    /// The hierarchy answers on the graphs of the shipped case as the label search does: the same Pareto sets, and
    /// the same least money, hours, variance and CO2e.
    #[test]
    fn both_engines_agree_on_the_shipped_case() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/kazakhstan-armenia");
        let model = Model::load(&case::Folder::read(&path).unwrap());
        let mut compared = 0;
        for (from, to, goods) in
            [("Kostanay", "Dalarik", "wheat"), ("Almaty", "Yerevan", "wheat"), ("Astana", "Ayrum", "wheat")]
        {
            for day in [date(2025, 9, 1), date(2025, 11, 8)] {
                let question =
                    Question::new(&model, from, to, goods, Quantity::Tonnes(1000.0)).unwrap().on(day);
                let (consignment, supply) = model.prepare(&question).unwrap();
                let request = question.request(&consignment);
                let compiler = Compiler::new(&model.case, &model.network, &model.regime, &supply, request);
                for leniency in [Leniency::None, Leniency::Rules, Leniency::Everything] {
                    let own =
                        SearchGraph::new(&compiler, &compiler.compile(leniency), &model.network).unwrap();
                    let search = own.search().unwrap();
                    let topology = Topology::new(&own.graph, &Order::by_structure(&own.graph)).unwrap();
                    let hierarchy =
                        CustomMetric::new(&topology, search.hierarchy_weights().unwrap()).unwrap();
                    let known = search.pareto();
                    let bounded = search.clone().with_hierarchy(&hierarchy).unwrap().pareto();
                    assert_eq!(bounded, known, "{from}–{to} on {day}");
                    let mut query = Query::new(&hierarchy);
                    let ends = |nodes: &[u32]| nodes.iter().map(|&node| End::at(node)).collect::<Vec<_>>();
                    let (sources, targets) = (ends(&own.sources), ends(&own.targets));
                    for criterion in 0..CRITERIA {
                        let weights = std::array::from_fn(|other| f64::from(u8::from(other == criterion)));
                        let least = search.least(&Objective::new(weights, None).unwrap());
                        let least = least.map(|(route, _)| route.costs[criterion]);
                        let route = query.route_between(criterion, &sources, &targets).unwrap();
                        assert_eq!(route.map(|route| route.distance), least);
                        compared += usize::from(least.is_some());
                    }
                }
            }
        }
        // Some of these questions have no open route; most have one.
        assert!(compared > 40, "{compared} answers");
    }
}
