//! One choice among routes, studied figure by figure: the figures that the routes rest on, what comes
//! out at the ends of their ranges, and where the choice changes. Method: see
//! [`sensitivity`](crate::sensitivity).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use case::{Money, PARAMETERS, Provenance};
use regime::What;

use crate::graph::Weights;
use crate::input::{Input, Part};
use crate::model::Model;
use crate::question::{Criterion, Question, QuestionError};
use crate::sensitivity::{Choice, Figures, Influence, Outcome, RangeBasis, Ranking, Turn, share};
use crate::trial::{Asked, Totals, Trial, Way, WayLine};

/// How far a flip value is looked for: from a tenth of a speed, or nothing of any other figure, to
/// this many times the value.
const REACH: f64 = 10.0;

/// Values at which the difference of two routes is looked at before its root is narrowed down.
const GRID: u32 = 64;

/// Halvings of a step of the grid.
const HALVINGS: u32 = 60;

/// A difference of scores that is none: sums of the same figures in another order.
const NOTHING: f64 = 1e-9;

/// A figure that some route rests on, and the vehicle in which it does.
struct Found {
    input: Input,
    vehicle: u32,
}

/// One choice among routes, and the figures behind it.
pub(crate) struct Study<'a> {
    model: &'a Model,
    question: &'a Question,
    trial: &'a Trial,
    /// Asked of the model as it is.
    asked: Asked<'a>,
    /// The routes, best first, and what they take and cost.
    ways: Vec<Rc<Way>>,
    base: Vec<Totals>,
    found: Vec<Found>,
}

/// The routes known while one figure is looked at. Those of the first one's substance are one choice.
struct Field {
    ways: Vec<Rc<Way>>,
    base: Vec<Totals>,
}

impl Field {
    /// The least score among the routes of the first one's substance, or among the others, and
    /// which route has it.
    fn least(&self, totals: &[Totals], weights: Weights, kept: bool) -> Option<(f64, usize)> {
        let of_it = |number: &usize| (self.ways[*number].substance == self.ways[0].substance) == kept;
        (0..self.ways.len())
            .filter(of_it)
            .map(|number| (totals[number].score(weights), number))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    }
}

/// A copy of the model and the question, in which one figure is set to one value after another.
struct Draft {
    model: Model,
    question: Question,
}

impl Draft {
    fn with(&mut self, base: &Model, input: &Input, value: f64) -> (&Model, &Question) {
        // Tariffs are set in proportion, and added where there are none: from those of the case.
        if matches!(input, Input::Tariff(..) | Input::NoTariff(..)) {
            self.model.regime.tariffs.clone_from(&base.regime.tariffs);
        }
        input.set(value, &mut self.model, &mut self.question);
        (&self.model, &self.question)
    }
}

impl<'a> Study<'a> {
    pub(crate) fn new(
        model: &'a Model,
        question: &'a Question,
        trial: &'a Trial,
    ) -> Result<Option<Self>, QuestionError> {
        let asked = trial.ask(model, question);
        let mut ways: Vec<(Totals, Rc<Way>)> =
            asked.ways(question.count.max(1))?.into_iter().map(|way| (asked.totals(&way), way)).collect();
        // The search counts in whole numbers; of two routes that are all but equal, the exact sums
        // say which one is the best.
        ways.sort_by(|a, b| a.0.score(asked.weights).total_cmp(&b.0.score(asked.weights)));
        if ways.is_empty() {
            return Ok(None);
        }
        let (base, ways): (Vec<Totals>, Vec<Rc<Way>>) = ways.into_iter().unzip();
        let found = Self::inputs(model, question, &asked, &ways);
        Ok(Some(Self { model, question, trial, asked, ways, base, found }))
    }

    /// How many figures are studied.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Whether some of the routes may be closed.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.ways.iter().any(|way| !way.open)
    }

    /// The doubtful figures that the routes rest on.
    fn inputs(model: &Model, question: &Question, asked: &Asked<'_>, ways: &[Rc<Way>]) -> Vec<Found> {
        let mut inputs: BTreeMap<Input, u32> = BTreeMap::new();
        let mut lengths: BTreeMap<u32, (usize, f64)> = BTreeMap::new();
        let mut untariffed: BTreeMap<(String, case::Mode), (usize, f64)> = BTreeMap::new();
        let mut modes: BTreeSet<case::Mode> = BTreeSet::new();
        for (number, way) in ways.iter().enumerate() {
            // The length for which a tariff is named: the longest on the best route that pays it.
            let longest = |own: &mut (usize, f64), km: f64| {
                if own.0 == number {
                    own.1 = own.1.max(km);
                }
            };
            asked.lines(way, |WayLine { component, vehicle, carrier, km }| {
                let mut add = |input: Input| {
                    inputs.entry(input).or_insert(vehicle);
                };
                let parts = [Part::Price, Part::Hours, Part::Spread];
                match component.what {
                    What::Motion(_) => {}
                    What::Season(season) => {
                        parts[1..].iter().for_each(|part| add(Input::Season(season, *part)));
                    }
                    What::Activity(crossing, position) => {
                        parts.iter().for_each(|part| add(Input::Activity(crossing, position, *part)));
                    }
                    What::Boarding(service) => {
                        parts.iter().for_each(|part| add(Input::Service(service, *part)));
                    }
                    What::Change(transfer) | What::Loading(transfer) | What::Unloading(transfer) => {
                        parts.iter().for_each(|part| add(Input::Transfer(transfer, *part)));
                    }
                    What::Waiting(wait) => {
                        parts[1..].iter().for_each(|part| add(Input::Wait(wait, *part)));
                    }
                    What::Carriage(Some(row), _) => {
                        longest(lengths.entry(row).or_insert((number, km)), km);
                    }
                    What::Carriage(None, mode) => {
                        let key = (carrier.to_owned(), mode);
                        longest(untariffed.entry(key).or_insert((number, km)), km);
                    }
                    What::Fee(version) | What::Permit(version) | What::TariffRule(version) => {
                        add(Input::Rule(version));
                    }
                }
            });
            for link in asked.links(way) {
                let own = model.network.link(link);
                modes.insert(own.mode);
                let motion = match (own.hours, own.speed_kmh) {
                    (Some(_), _) => Some(Input::LinkHours(link)),
                    (None, Some(_)) => Some(Input::LinkSpeed(link)),
                    (None, None) => None,
                };
                inputs.extend(motion.map(|input| (input, 0)));
                let intensities = &model.regime.emissions.intensities;
                let intensity = model.regime.emissions.intensity(own.mode, &own.traction);
                let row =
                    intensities.iter().position(|row| intensity.is_some_and(|own| std::ptr::eq(own, row)));
                if let (Some(row), Criterion::Co2) = (row, question.criterion) {
                    inputs.insert(Input::Intensity(row as u32), 0);
                }
            }
        }
        let whole = |km: f64| km.round().max(1.0) as u32;
        inputs.extend(lengths.into_iter().map(|(row, (_, km))| (Input::Tariff(row, whole(km)), 0)));
        inputs.extend(
            untariffed
                .into_iter()
                .map(|((carrier, mode), (_, km))| (Input::NoTariff(carrier, mode, whole(km)), 0)),
        );
        for (number, (name, ..)) in (0..).zip(PARAMETERS) {
            let of_mode = |mode: &case::Mode| name.split('_').any(|part| part == mode.word());
            if *name == "reliability_ratio" || modes.iter().any(of_mode) {
                inputs.insert(Input::Parameter(number), 0);
            }
        }
        if question.value_of_time.is_none() {
            inputs.insert(Input::ValueOfTime, 0);
        }
        inputs
            .into_iter()
            .map(|(input, vehicle)| Found { input, vehicle })
            .filter(|found| match found.input.value(model, question) {
                None => true,
                // What is nothing stays nothing by half of it.
                Some(value) => {
                    value > 0.0 && share(found.input.provenance(model, question).as_ref()).is_some()
                }
            })
            .collect()
    }

    pub(crate) fn ranking(&self, tell: &mut impl FnMut()) -> Result<Ranking, QuestionError> {
        let mut influences = Vec::with_capacity(self.found.len());
        for found in &self.found {
            influences.push(self.influence(found)?);
            tell();
        }
        let mut routes = self
            .ways
            .iter()
            .zip(&self.base)
            .map(|(way, totals)| (self.choice(way), self.figures(totals, self.asked.weights)));
        let Some((best, figures)) = routes.next() else { unreachable!("a study has a best route") };
        let others = routes.collect();
        let mut ranking = Ranking { best, figures, others, influences };
        ranking.sort();
        Ok(ranking)
    }

    fn choice(&self, way: &Way) -> Choice {
        let by = way.substance.iter().map(|link| self.model.substance_words(*link)).collect();
        let mut unknown_prices = Vec::new();
        self.asked.lines(way, |WayLine { component, .. }| {
            let label = || self.model.what_words(component.what);
            if component.usd_per_tonne.is_none() && !unknown_prices.contains(&label()) {
                unknown_prices.push(label());
            }
        });
        Choice { substance: way.substance.clone(), by, open: way.open, unknown_prices }
    }

    fn figures(&self, totals: &Totals, weights: Weights) -> Figures {
        Figures {
            score: totals.score(weights),
            generalised_cost: totals.generalised_cost(weights),
            usd_per_tonne: totals.usd_per_tonne,
            hours_mean: totals.hours,
            hours_90: totals.time(self.model).quantile(0.9),
            co2_kg: totals.co2_kg,
        }
    }

    fn influence(&self, found: &Found) -> Result<Influence, QuestionError> {
        let (model, question, input) = (self.model, self.question, &found.input);
        let value = input.value(model, question);
        let provenance = input.provenance(model, question);
        let (range, basis) = self.range(found, value, provenance.as_ref());
        let from = value.unwrap_or(0.0);
        let mut field = Field { ways: self.ways.clone(), base: self.base.clone() };
        let mut draft = Draft { model: model.clone(), question: question.clone() };
        let least = match (value, input.more_is_better()) {
            (None, _) => from,
            (Some(_), true) => from / REACH,
            (Some(_), false) => 0.0,
        };
        let most = value.unwrap_or(range.1) * REACH;
        let at_low = self.outcome(&mut field, &mut draft, input, from, range.0)?;
        let at_high = self.outcome(&mut field, &mut draft, input, from, range.1)?;
        let mut turns = Vec::new();
        for (limit, outcome) in [(least, &at_low), (most, &at_high)] {
            // What does no harm at the end of the range does none beyond.
            if limit == from || outcome.is_none() {
                continue;
            }
            if let Some((value, way)) = self.turn(&mut field, &mut draft, input, (from, limit))? {
                turns.push(Turn {
                    value,
                    above: limit > from,
                    in_range: range.0 <= value && value <= range.1,
                    to: self.choice(&way),
                });
            }
        }
        Ok(Influence {
            label: input.words(model, question),
            unit: input.unit(model),
            input: input.clone(),
            provenance,
            value,
            range,
            basis,
            at_low: at_low.unwrap_or_else(|| self.unchanged(range.0)),
            at_high: at_high.unwrap_or_else(|| self.unchanged(range.1)),
            turns,
        })
    }

    fn range(
        &self,
        found: &Found,
        value: Option<f64>,
        provenance: Option<&Provenance>,
    ) -> ((f64, f64), RangeBasis) {
        let Some(value) = value else {
            return match self.highest_of_the_kind(found).filter(|highest| *highest > 0.0) {
                Some(highest) => ((0.0, highest), RangeBasis::PricesOfTheKind),
                None => ((0.0, self.base[0].usd_per_tonne.max(1.0)), RangeBasis::MoneyOfTheRoute),
            };
        };
        if let Some((low, high)) = found.input.stated_range(self.model) {
            let low = if found.input.more_is_better() { low.max(value / REACH) } else { low };
            return ((low.min(value), high.max(value)), RangeBasis::Stated);
        }
        let share = share(provenance).unwrap_or(0.0);
        ((value * (1.0 - share), value * (1.0 + share)), RangeBasis::Share(share))
    }

    /// The highest price that the case has for what an unknown price is asked for, USD per tonne.
    fn highest_of_the_kind(&self, found: &Found) -> Option<f64> {
        let Model { case, network, regime, .. } = self.model;
        let consignment = &self.trial.consignment;
        let form = consignment.form;
        let lot = consignment.lots.get(found.vehicle as usize).copied();
        let price = |money: Option<&Money>| money?.usd_per_tonne(lot?, &case.exchange);
        let fits = |forms: &[case::Form]| forms.is_empty() || forms.contains(&form);
        let highest = |prices: &mut dyn Iterator<Item = f64>| prices.max_by(f64::total_cmp);
        match &found.input {
            Input::Activity(crossing, position, _) => {
                let name = &network.crossings[*crossing as usize].activities[*position as usize].name;
                let all = || network.crossings.iter().flat_map(|crossing| &crossing.activities);
                let of_name = all().filter(|own| own.name == *name);
                highest(&mut of_name.filter_map(|own| price(own.money.as_ref())))
                    .filter(|highest| *highest > 0.0)
                    .or_else(|| highest(&mut all().filter_map(|own| price(own.money.as_ref()))))
            }
            Input::Transfer(..) => {
                let own = network.transfers.iter().filter(|own| fits(&own.forms));
                highest(&mut own.filter_map(|own| price(own.money.as_ref())))
            }
            Input::Service(number, _) => {
                let mode = |link| network.link(link).mode;
                let wanted = mode(network.services[*number as usize].link);
                let own = network.services.iter().filter(|own| mode(own.link) == wanted && fits(&own.forms));
                highest(&mut own.filter_map(|own| price(own.money.as_ref())))
            }
            Input::NoTariff(_, mode, km) => {
                let own = regime.tariffs.tariffs.iter().filter(|own| own.mode == *mode && fits(&own.forms));
                highest(&mut own.filter_map(|own| {
                    let money = Money { amount: own.charge(f64::from(*km)), terms: own.terms.clone() };
                    price(Some(&money))
                }))
            }
            _ => None,
        }
    }

    /// Asks again and adds the best route if it is not among those known. Says whether it was added.
    fn meet(
        &self,
        asked: &Asked<'_>,
        field: &mut Field,
        totals: &mut Vec<Totals>,
    ) -> Result<bool, QuestionError> {
        let Some(way) = asked.ways(1)?.into_iter().next() else { return Ok(false) };
        let own = asked.totals(&way);
        let known = field.ways.iter().zip(totals.iter()).any(|(other, totals)| {
            other.substance == way.substance && totals.score(asked.weights) <= own.score(asked.weights)
        });
        if !known {
            field.base.push(self.asked.totals(&way));
            field.ways.push(way);
            totals.push(own);
        }
        Ok(!known)
    }

    /// Whether a change can only do harm, and does none to the best route: then it stays the best.
    fn is_harmless(&self, input: &Input, from: f64, to: f64, asked: &Asked<'_>, kept: &Totals) -> bool {
        let harms = (to > from) != input.more_is_better();
        harms && *kept == self.base[0] && asked.weights == self.asked.weights
    }

    fn unchanged(&self, value: f64) -> Outcome {
        let own = self.figures(&self.base[0], self.asked.weights);
        Outcome { value, best: own, kept: own, changes_to: None }
    }

    /// What comes out at a value; nothing where it does no harm to the best route and all others can
    /// only be worse.
    fn outcome(
        &self,
        field: &mut Field,
        draft: &mut Draft,
        input: &Input,
        from: f64,
        value: f64,
    ) -> Result<Option<Outcome>, QuestionError> {
        if value == from {
            return Ok(Some(self.unchanged(value)));
        }
        let (model, question) = draft.with(self.model, input, value);
        let asked = self.trial.ask(model, question);
        let mut totals: Vec<Totals> = field.ways.iter().map(|way| asked.totals(way)).collect();
        if self.is_harmless(input, from, value, &asked, &totals[0]) {
            return Ok(None);
        }
        self.meet(&asked, field, &mut totals)?;
        let least = |kept: bool| field.least(&totals, asked.weights, kept);
        let Some((kept_score, kept)) = least(true) else { return Ok(None) };
        let other = least(false).filter(|(score, _)| *score < kept_score);
        let figures = |number: usize| self.figures(&totals[number], asked.weights);
        let outcome = Outcome {
            value,
            best: figures(other.map_or(kept, |(_, number)| number)),
            kept: figures(kept),
            changes_to: other.map(|(_, number)| self.choice(&field.ways[number])),
        };
        Ok(Some(outcome))
    }

    /// The value nearest to that of the case, up to a limit, at which another route becomes the best.
    fn turn(
        &self,
        field: &mut Field,
        draft: &mut Draft,
        input: &Input,
        (from, limit): (f64, f64),
    ) -> Result<Option<(f64, Rc<Way>)>, QuestionError> {
        let mut at_limit: Vec<Totals> = Vec::new();
        let mut met_at_limit = false;
        // Every round but the last adds a route, so there are not many.
        loop {
            if at_limit.len() < field.ways.len() {
                let (model, question) = draft.with(self.model, input, limit);
                let asked = self.trial.ask(model, question);
                at_limit.extend(field.ways[at_limit.len()..].iter().map(|way| asked.totals(way)));
            }
            let Some((value, number)) = self.root(field, input, &at_limit, (from, limit)) else {
                if met_at_limit {
                    return Ok(None);
                }
                met_at_limit = true;
                let (model, question) = draft.with(self.model, input, limit);
                if !self.meet(&self.trial.ask(model, question), field, &mut at_limit)? {
                    return Ok(None);
                }
                continue;
            };
            let (model, question) = draft.with(self.model, input, value);
            let asked = self.trial.ask(model, question);
            let mut totals: Vec<Totals> = field.ways.iter().map(|way| asked.totals(way)).collect();
            let kept = field.least(&totals, asked.weights, true).map_or(f64::INFINITY, |(score, _)| score);
            let met = self.meet(&asked, field, &mut totals)?;
            let better = totals.last().is_some_and(|own| own.score(asked.weights) < kept - NOTHING);
            if !(met && better) {
                return Ok(Some((value, field.ways[number].clone())));
            }
        }
    }

    /// The first value from the one of the case towards a limit at which a known route of another
    /// substance is as good as the best one, and that route.
    fn root(
        &self,
        field: &Field,
        input: &Input,
        at_limit: &[Totals],
        (from, limit): (f64, f64),
    ) -> Option<(f64, usize)> {
        let line = |value: f64| input.straightened(value);
        let length = line(limit) - line(from);
        // The other routes' least score above that of the best one, and the route that has it.
        let ahead = |value: f64| {
            let share = (line(value) - line(from)) / length;
            let totals: Vec<Totals> =
                field.base.iter().zip(at_limit).map(|(base, end)| base.between(*end, share)).collect();
            let weights = self.weights(input, value);
            let kept = field.least(&totals, weights, true)?.0;
            let (score, number) = field.least(&totals, weights, false)?;
            Some((score - kept, number))
        };
        let at = |step: u32| from + (limit - from) * f64::from(step) / f64::from(GRID);
        let beyond = (1..=GRID).find(|step| ahead(at(*step)).is_some_and(|(ahead, _)| ahead < 0.0))?;
        let (mut near, mut far) = (at(beyond - 1), at(beyond));
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(near, far);
            if ahead(middle)?.0 < 0.0 {
                far = middle;
            } else {
                near = middle;
            }
        }
        Some((f64::midpoint(near, far), ahead(far)?.1))
    }

    /// The weights of the question where a figure has another value.
    fn weights(&self, input: &Input, value: f64) -> Weights {
        let own = self.asked.weights;
        match input {
            Input::ValueOfTime => Weights { value_of_time: value, ..own },
            Input::Parameter(number)
                if PARAMETERS
                    .get(*number as usize)
                    .is_some_and(|(name, ..)| *name == "reliability_ratio") =>
            {
                Weights { reliability_ratio: value, ..own }
            }
            _ => own,
        }
    }
}
