//! Asking: from a question to routes, what is not known, and why not the rest.

use std::collections::{BTreeMap, BTreeSet};

use case::Mode;
use jiff::civil::Date;
use network::{Need, Supply};
use regime::{
    Closure, Compiled, Compiler, Consignment, Effect, Leniency, Request, Speaking, Timeline, Timing,
    VersionId,
};

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
    /// The case's horizon, where the question lies after it.
    pub as_last_known: Option<Date>,
}

impl Model {
    fn consignment(&self, question: &Question) -> Result<Consignment, QuestionError> {
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

    fn check_date(&self, date: Date) -> Result<(), QuestionError> {
        let settings = &self.case.settings;
        if (settings.first_date..=settings.last_date).contains(&date) {
            return Ok(());
        }
        Err(QuestionError::OutsideTheCase { date, first: settings.first_date, last: settings.last_date })
    }

    /// Answers a question.
    ///
    /// # Errors
    /// Where the question cannot be asked. That no route is open is an answer, not an error.
    pub fn answer(&self, question: &Question) -> Result<Answer, QuestionError> {
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
        let request = Request {
            consignment: &consignment,
            timing: question.timing,
            perspective: question.perspective,
            avoided: question.avoided.clone(),
            visits: question.via.clone(),
        };
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

    fn remark(&self, answer: &mut Answer, request: Request<'_>) {
        let mut remarks = Vec::new();
        let mut say = |code: &'static str, text: String| {
            let remark = Remark { code, text };
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        };
        if let Some(horizon) = answer.as_last_known {
            say(
                "after-the-horizon",
                format!("as last known on {horizon}; nothing later is known to this case"),
            );
        }
        if let Some(measure) = self
            .network
            .links
            .iter()
            .flat_map(|link| &link.history)
            .find(|span| span.provenance.source == "the question")
        {
            say("assumed-state", format!("a link is {}", measure.reason));
        }
        if answer.routes.is_empty() {
            let text = match (answer.not_known.first(), answer.why_not.first()) {
                (Some(_), _) => {
                    "no route is surely open; what closes the routes shown as not known may have ended"
                        .to_owned()
                }
                (None, Some(nearest)) => format!(
                    "no route is open; the nearest one would be if {} thing(s) changed: {}",
                    nearest.closures.len(),
                    nearest
                        .closures
                        .iter()
                        .map(|closure| self.closure_words(closure))
                        .collect::<Vec<_>>()
                        .join("; ")
                ),
                (None, None) => {
                    "no route exists, open or closed, in the modes and with the places asked for".to_owned()
                }
            };
            say("no-route", text);
        }
        self.remark_changes(answer, request, &mut say);
        for route in answer.routes.iter().take(1) {
            let count = route.unknown_prices.len();
            if count > 0 {
                say(
                    "price-not-known",
                    format!("{count} price(s) on route 1 are not known; its total leaves them out"),
                );
            }
        }
        for version in self.disputed(&answer.question, &answer.consignment) {
            let rule = self.regime.rules.rule_of(version);
            say(
                "disputed-rule",
                format!(
                    "{} is disputed and not applied: {}",
                    rule.title,
                    self.regime.rules.get(version).text
                ),
            );
        }
        answer.remarks = remarks;
    }

    /// Says where a rule or state on the best routes changes before the cargo has surely arrived,
    /// and, for a dispatch, which dates its lawfulness rests on.
    fn remark_changes(
        &self,
        answer: &Answer,
        request: Request<'_>,
        say: &mut impl FnMut(&'static str, String),
    ) {
        let first = answer.question.timing.first_day();
        let request = Request { timing: Timing::Dispatch(first), ..request };
        let Timeline { days, blind_from } = Timeline::new(&self.case, &self.network, &self.regime, &request);
        if let Some(day) = blind_from {
            say(
                "too-many-changes",
                format!("changes from {day} on are not looked at: there are too many before"),
            );
        }
        let way =
            |forward: bool| if forward { network::Direction::Forward } else { network::Direction::Backward };
        let mut changes: BTreeMap<(usize, Closure, bool), Vec<String>> = BTreeMap::new();
        for (number, route) in answer.routes.iter().enumerate() {
            let nearly_sure = route.time.quantile(0.9);
            let links: Vec<_> = route.legs.iter().flat_map(|leg| leg.links.iter().copied()).collect();
            let closures_on = |segment: usize| {
                let mut set = BTreeSet::new();
                for (link, forward) in &links {
                    days[segment].link_closures(*link, way(*forward), &mut set);
                }
                set
            };
            let mut before = closures_on(0);
            for (segment, day) in days.iter().enumerate().skip(1) {
                if regime::hours_between(first, day.date) > nearly_sure {
                    break;
                }
                let after = closures_on(segment);
                for closure in after.symmetric_difference(&before) {
                    let begins = after.contains(closure);
                    changes
                        .entry((segment, closure.clone(), begins))
                        .or_default()
                        .push((number + 1).to_string());
                }
                before = after;
            }
        }
        for ((segment, closure, begins), routes) in changes {
            let text = format!(
                "{}, day {:.0} of the journey (routes {}): this {}: {}",
                days[segment].date,
                regime::hours_between(first, days[segment].date) / 24.0,
                routes.join(", "),
                if begins { "begins" } else { "ends" },
                self.closure_words(&closure)
            );
            say("rule-changes-on-the-way", text);
        }
        for (number, route) in answer.routes.iter().enumerate() {
            let rests_on_time = route.legs.iter().any(|leg| leg.lawful < 1.0);
            if rests_on_time {
                let share = route.lawful * 100.0;
                let words = if share > 99.0 { "more than 99 %".to_owned() } else { format!("{share:.0} %") };
                say(
                    "lawful-if-on-time",
                    format!(
                        "route {} is lawful when the cargo gets there with a probability of {words}",
                        number + 1
                    ),
                );
            }
            for leg in route.legs.iter().filter(|leg| leg.waited > 1.0) {
                say(
                    "waits-for-a-rule",
                    format!(
                        "on route {} the cargo waits {:.0} h at {} for a rule to change; handing it over later would save the wait",
                        number + 1,
                        leg.waited,
                        self.network.places.get(leg.from).name
                    ),
                );
            }
        }
    }

    /// Disputed versions that would speak to the question if they were applied.
    fn disputed(&self, question: &Question, consignment: &Consignment) -> Vec<VersionId> {
        if question.perspective.disputed {
            return Vec::new();
        }
        let date = question.timing.first_day();
        let applied = regime::Perspective { disputed: true, ..question.perspective };
        self.regime
            .rules
            .rules
            .iter()
            .filter_map(|rule| self.regime.rules.speaking(rule, date, applied))
            .map(|speaking| speaking.version)
            .filter(|version| {
                let own = self.regime.rules.get(*version);
                own.disputed && consignment.is_in(&own.class, &self.case, date)
            })
            .collect()
    }
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

    /// The best routes of a compiled graph that differ in substance, with their scores.
    fn best(&self, compiled: &Compiled, count: usize) -> Result<Vec<(f64, RouteAnswer)>, QuestionError> {
        let graph = self.graph(compiled)?;
        let found = graph.alternatives(self.weights, count)?;
        Ok(found
            .routes
            .iter()
            .map(|way| (way.score, self.writer.write(compiled, &graph.arcs(&way.route))))
            .collect())
    }

    fn ask(&self) -> Result<Answer, QuestionError> {
        let compiler = self.writer.compiler;
        let horizon = self.model().case.settings.horizon;
        let open = compiler.compile(if self.question.not_known_is_open {
            Leniency::NotKnown
        } else {
            Leniency::None
        });
        let graph = self.graph(&open)?;
        let found = graph.alternatives(self.weights, self.question.count.max(1))?;
        let routes: Vec<RouteAnswer> =
            found.routes.iter().map(|way| self.writer.write(&open, &graph.arcs(&way.route))).collect();
        let pareto = graph.pareto()?;
        let mut efficient: Vec<(f64, RouteAnswer)> = Vec::new();
        for route in &pareto.routes {
            let score = graph.score(route, self.weights)?;
            efficient.push((score, self.writer.write(&open, &graph.arcs(route))));
        }
        efficient.sort_by(|a, b| a.0.total_cmp(&b.0));
        let best = found.routes.first().map_or(f64::INFINITY, |way| way.score);
        let (not_known, why_not) = self.not_open(best, &routes)?;
        Ok(Answer {
            question: self.question.clone(),
            consignment: self.writer.consignment.clone(),
            value_of_time: self.weights.value_of_time,
            routes,
            pareto: efficient.into_iter().map(|(_, route)| route).collect(),
            pareto_truncated: pareto.truncated,
            not_known,
            why_not,
            pair: self.pair(),
            remarks: Vec::new(),
            as_last_known: (self.question.timing.first_day() > horizon).then_some(horizon),
        })
    }

    /// Routes that may be open, and better ones that are closed.
    fn not_open(
        &self,
        best: f64,
        open: &[RouteAnswer],
    ) -> Result<(Vec<RouteAnswer>, Vec<WhyNot>), QuestionError> {
        let closures = |route: &RouteAnswer| -> Vec<Closure> {
            let all: BTreeSet<Closure> =
                route.legs.iter().flat_map(|leg| leg.closures.iter().cloned()).collect();
            all.into_iter().collect()
        };
        let mut not_known: Vec<RouteAnswer> = Vec::new();
        let mut why_not: Vec<WhyNot> = Vec::new();
        let passes = [Leniency::NotKnown, Leniency::Rules, Leniency::Lines, Leniency::Everything];
        for leniency in
            passes.into_iter().filter(|pass| *pass != Leniency::NotKnown || !self.question.not_known_is_open)
        {
            let compiled = self.writer.compiler.compile(leniency);
            for (score, route) in self.best(&compiled, WHY_NOT)? {
                let closed_by = closures(&route);
                let seen = |other: &RouteAnswer| other.substance == route.substance;
                if closed_by.is_empty() || open.iter().any(seen) || not_known.iter().any(seen) {
                    continue;
                }
                let certain = closed_by.iter().any(Closure::is_certain);
                if !certain {
                    not_known.push(route);
                } else if score < best && !why_not.iter().any(|other| seen(&other.route)) {
                    why_not.push(WhyNot { route, closures: closed_by });
                }
            }
        }
        // Nearest first: what least would have to change for.
        why_not.sort_by(|a, b| {
            let cost = |own: &WhyNot| own.route.generalised_cost;
            a.closures.len().cmp(&b.closures.len()).then(cost(a).total_cmp(&cost(b)))
        });
        Ok((not_known, why_not))
    }

    fn pair(&self) -> Vec<PairCharge> {
        let charge = |(speaking, usd_per_tonne): (Speaking, Option<f64>), applied: bool| PairCharge {
            version: speaking.version,
            usd_per_tonne,
            is_subsidy: self.model().regime.rules.get(speaking.version).effect == Effect::Subsidy,
            applied,
        };
        let compiler = self.writer.compiler;
        let mut pair: Vec<PairCharge> =
            compiler.pair_money().into_iter().map(|money| charge(money, true)).collect();
        if !self.question.perspective.disputed {
            pair.extend(compiler.disputed_pair_money().into_iter().map(|money| charge(money, false)));
        }
        pair
    }
}
