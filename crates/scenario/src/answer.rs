//! Asking: from a question to routes, what is not known, and why not the rest.

use std::collections::BTreeSet;

use case::Mode;
use jiff::civil::Date;
use network::{LinkId, Need, PlaceId, Supply};
use regime::{Closure, Compiled, Compiler, Consignment, Effect, Leniency, Speaking, VersionId};

use crate::graph::{SearchGraph, Weights};
use crate::model::Model;
use crate::question::{Quantity, Question, QuestionError};
use crate::route::{RouteAnswer, Writer};

/// How many routes are looked at to say why better ones are not open.
const WHY_NOT: usize = 6;

/// A duty or subsidy on the pair of origin and destination.
#[derive(Debug, Clone)]
pub struct PairCharge {
    /// The version that says so.
    pub version: VersionId,
    /// USD per tonne; nothing where no amount is stated. A subsidy is money received.
    pub usd_per_tonne: Option<f64>,
    /// Whether it is a subsidy.
    pub is_subsidy: bool,
    /// Whether it is applied, or disputed and only shown.
    pub applied: bool,
    /// Whether it surely holds; its end may be unknown.
    pub certain: bool,
}

/// A route that is better than the best open one, and what closes it.
#[derive(Debug, Clone)]
pub struct WhyNot {
    /// The route, as if it were open.
    pub route: RouteAnswer,
    /// Everything that closes it. All of it would have to change.
    pub closures: Vec<Closure>,
}

/// Something an answer must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// A stable name for the kind of remark, such as `rule-changes-on-the-way`.
    pub code: &'static str,
    /// What it says.
    pub text: String,
}

/// What is asked, in numbers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// What is shipped.
    pub consignment: Consignment,
    /// USD per tonne and hour.
    pub value_of_time: f64,
    /// Open routes that differ in substance, best first.
    pub routes: Vec<RouteAnswer>,
    /// Every route that no other beats in money, time, CO2e and reliability at once.
    pub pareto: Vec<RouteAnswer>,
    /// Whether the Pareto set was cut off for its size.
    pub pareto_truncated: bool,
    /// Routes that may be open: what closes them may have ended. Best first.
    pub not_known: Vec<RouteAnswer>,
    /// Better routes that are closed, and why; those first for which least would have to change.
    pub why_not: Vec<WhyNot>,
    /// Duties and subsidies.
    pub pair: Vec<PairCharge>,
    /// What must be said beside.
    pub remarks: Vec<Remark>,
}

impl Model {
    pub(crate) fn consignment(&self, question: &Question) -> Result<Consignment, QuestionError> {
        let goods = &self.case.goods;
        let commodity = goods
            .commodity(&question.commodity)
            .map_err(|hint| QuestionError::UnknownCommodity { asked: question.commodity.clone(), hint })?;
        let form = question.form(commodity);
        let economy = |own: &Option<String>, place| {
            own.clone().unwrap_or_else(|| self.network.places.get(place).economy.clone())
        };
        let origin = economy(&question.economies.0, question.from);
        let destination = economy(&question.economies.1, question.to);
        let no_vehicle = || QuestionError::NoVehicle { commodity: commodity.name.clone(), form: form.word() };
        let mut consignment = Consignment::new(&self.case, commodity, form, &origin, &destination, 1.0);
        let tonnes = match question.quantity {
            Quantity::Tonnes(tonnes) => tonnes,
            Quantity::Teu(count) => count * consignment.tonnes_per_teu(&self.case).ok_or_else(no_vehicle)?,
            Quantity::Trucks(count) => {
                let truck = goods.vehicle(form, Mode::Road, 0).ok_or_else(no_vehicle)?;
                count * consignment.lots[truck as usize].tonnes_per_vehicle
            }
        };
        if !goods.vehicles().iter().any(|vehicle| vehicle.form == form) {
            return Err(no_vehicle());
        }
        consignment.tonnes = tonnes;
        for lot in &mut consignment.lots {
            lot.tonnes = tonnes;
        }
        consignment.meets.clone_from(&question.meets);
        Ok(consignment)
    }

    pub(crate) fn check_date(&self, date: Date) -> Result<(), QuestionError> {
        let settings = &self.case.settings;
        if (settings.first_date..=settings.last_date).contains(&date) {
            return Ok(());
        }
        Err(QuestionError::OutsideTheCase { date, first: settings.first_date, last: settings.last_date })
    }

    /// What a question ships, and the supply that could carry it.
    pub(crate) fn prepare(&self, question: &Question) -> Result<(Consignment, Supply), QuestionError> {
        self.check_date(question.timing.first_day())?;
        if question.via.len() > 6 {
            return Err(QuestionError::TooManyVisits(question.via.len()));
        }
        let consignment = self.consignment(question)?;
        let modes = question.allowed_modes();
        let supply = Supply::build(
            &self.network,
            &self.case,
            &Need {
                form: consignment.form,
                origins: &[question.from],
                destinations: &[question.to],
                modes: &modes,
                handling: question.handling,
            },
        );
        Ok((consignment, supply))
    }

    /// Answers a question.
    ///
    /// # Errors
    /// Where the question cannot be asked. That no route is open is an answer, not an error.
    pub fn answer(&self, question: &Question) -> Result<Answer, QuestionError> {
        let (consignment, supply) = self.prepare(question)?;
        let request = question.request(&consignment);
        let compiler = Compiler::new(&self.case, &self.network, &self.regime, &supply, request.clone());
        let value_of_time = question.value_of_time.unwrap_or(consignment.commodity.value_of_time);
        let asking = Asking {
            question,
            weights: Weights {
                criterion: question.criterion,
                value_of_time,
                reliability_ratio: self.case.parameter("reliability_ratio"),
            },
            writer: Writer { model: self, compiler: &compiler, consignment: &consignment, value_of_time },
        };
        let mut answer = asking.ask()?;
        self.remark(&mut answer, request);
        Ok(answer)
    }
}

/// Whether a route crosses a border or takes a ferry twice.
pub(crate) fn turns_back(substance: &[LinkId]) -> bool {
    (1..substance.len()).any(|at| substance[..at].contains(&substance[at]))
}

struct Asking<'a> {
    question: &'a Question,
    weights: Weights,
    writer: Writer<'a>,
}

impl Asking<'_> {
    fn model(&self) -> &Model {
        self.writer.model
    }

    fn graph(&self, compiled: &Compiled) -> Result<SearchGraph, QuestionError> {
        Ok(SearchGraph::new(self.writer.compiler, compiled, &self.model().network)?)
    }

    /// The best routes of a graph that differ in substance, with their scores. A route that crosses
    /// a border or takes a ferry twice turns back on itself: it comes from having to visit a place,
    /// or from a tariff that is cheaper in two pieces, and nobody would send goods so.
    fn best(
        &self,
        compiled: &Compiled,
        graph: &SearchGraph,
        count: usize,
    ) -> Result<Vec<(f64, RouteAnswer)>, QuestionError> {
        // Routes that turn back are passed over, so some more are looked for.
        let mut asked = count;
        loop {
            let found = graph.alternatives(self.weights, asked)?;
            let routes: Vec<(f64, RouteAnswer)> = found
                .routes
                .iter()
                .map(|way| (way.score, self.writer.write(compiled, &graph.arcs(&way.route))))
                .filter(|(_, route)| !turns_back(&route.substance))
                .take(count)
                .collect();
            if routes.len() == count || found.routes.len() < asked || asked > 8 * count {
                return Ok(routes);
            }
            asked *= 2;
        }
    }

    fn ask(&self) -> Result<Answer, QuestionError> {
        let compiler = self.writer.compiler;
        let open = compiler.compile(self.question.leniency());
        let graph = self.graph(&open)?;
        let found = self.best(&open, &graph, self.question.count.max(1))?;
        let best = found.first().map_or(f64::INFINITY, |(score, _)| *score);
        let routes: Vec<RouteAnswer> = found.into_iter().map(|(_, route)| route).collect();
        let pareto = graph.pareto()?;
        let mut efficient: Vec<(f64, RouteAnswer)> = Vec::new();
        for route in &pareto.routes {
            let score = graph.score(route, self.weights)?;
            let written = self.writer.write(&open, &graph.arcs(route));
            if !turns_back(&written.substance) {
                efficient.push((score, written));
            }
        }
        efficient.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (not_known, why_not) = self.not_open(best)?;
        let pair = self.pair(&routes);
        Ok(Answer {
            question: self.question.clone(),
            consignment: self.writer.consignment.clone(),
            value_of_time: self.weights.value_of_time,
            routes,
            pareto: efficient.into_iter().map(|(_, route)| route).collect(),
            pareto_truncated: pareto.truncated,
            not_known,
            why_not,
            pair,
            remarks: Vec::new(),
        })
    }

    /// Routes that may be open, and better ones that are closed; `best` is the score of the best
    /// open route.
    fn not_open(&self, best: f64) -> Result<(Vec<RouteAnswer>, Vec<WhyNot>), QuestionError> {
        let mut not_known: Vec<(Vec<Closure>, RouteAnswer)> = Vec::new();
        let mut why_not: Vec<WhyNot> = Vec::new();
        let passes = [Leniency::NotKnown, Leniency::Rules, Leniency::Lines, Leniency::Everything];
        for leniency in
            passes.into_iter().filter(|pass| *pass != Leniency::NotKnown || !self.question.not_known_is_open)
        {
            let compiled = self.writer.compiler.compile(leniency);
            let graph = self.graph(&compiled)?;
            for (score, route) in self.best(&compiled, &graph, WHY_NOT)? {
                let all: BTreeSet<Closure> =
                    route.legs.iter().flat_map(|leg| leg.closures.iter().cloned()).collect();
                let closures: Vec<Closure> = all.into_iter().collect();
                if closures.is_empty() {
                    continue;
                }
                // Two closed routes by the same borders are two only if different things close them.
                let same = |other: &RouteAnswer, others: &[Closure]| {
                    other.substance == route.substance && *others == *closures
                };
                let certain = closures.iter().any(Closure::is_certain);
                if !certain && self.question.not_known_is_open {
                    continue;
                }
                if !certain && !not_known.iter().any(|(others, other)| same(other, others)) {
                    not_known.push((closures, route));
                } else if certain
                    && score < best
                    && !why_not.iter().any(|other| same(&other.route, &other.closures))
                {
                    why_not.push(WhyNot { route, closures });
                }
            }
        }
        let not_known = not_known.into_iter().map(|(_, route)| route).collect();
        // Nearest first: what least would have to change for.
        why_not.sort_by(|a, b| {
            let cost = |own: &WhyNot| own.route.generalised_cost;
            a.closures.len().cmp(&b.closures.len()).then(cost(a).total_cmp(&cost(b)))
        });
        Ok((not_known, why_not))
    }

    /// Duties and subsidies. One that is bound to places is shown only if an open route comes by one.
    fn pair(&self, routes: &[RouteAnswer]) -> Vec<PairCharge> {
        let rules = &self.model().regime.rules;
        let comes_by = |place: &PlaceId| {
            routes.iter().flat_map(|route| &route.legs).any(|leg| {
                let ends = |(link, _): &(LinkId, bool)| {
                    let own = self.model().network.link(*link);
                    own.from == *place || own.to == *place
                };
                leg.from == *place || leg.to == *place || leg.links.iter().any(ends)
            })
        };
        let charge = |(speaking, usd_per_tonne): (Speaking, Option<f64>), applied: bool| PairCharge {
            version: speaking.version,
            usd_per_tonne,
            is_subsidy: rules.get(speaking.version).effect == Effect::Subsidy,
            applied,
            certain: speaking.certain,
        };
        let compiler = self.writer.compiler;
        let mut pair: Vec<PairCharge> =
            compiler.pair_money().into_iter().map(|money| charge(money, true)).collect();
        if !self.question.perspective.disputed {
            pair.extend(compiler.disputed_pair_money().into_iter().map(|money| charge(money, false)));
        }
        pair.retain(|charge| {
            let places = &rules.get(charge.version).scope.places;
            places.is_empty() || places.iter().any(comes_by)
        });
        pair
    }
}
