//! What a report says of one question and its answer, laid out by the templates `scene.html` and those
//! that it includes.

use std::collections::BTreeSet;

use case::{Evidence, Figure};
use minijinja::{Value, context};
use regime::{Closure, VersionId};
use scenario::{Comparison, Flip, Leg, Line, Model, RouteAnswer};

use super::citation::Citations;
use super::figure::{NOT_KNOWN, cost_evidence, evidence, figure, length_evidence, number, weakest, whole};
use crate::show::{Ancestry, answer_text, percent};
use crate::story::Scene;

pub(super) fn scene(id: &str, own: &Scene, citations: &mut Citations<'_>) -> Value {
    let (model, answer) = (&own.model, &own.answer);
    let summaries =
        |routes: &[RouteAnswer]| -> Vec<Value> { routes.iter().map(|route| summary(model, route)).collect() };
    let not_known: Vec<Value> = answer
        .not_known
        .iter()
        .map(|route| {
            let closures: BTreeSet<&Closure> = route.legs.iter().flat_map(|leg| &leg.closures).collect();
            context! { by => answer_text::by(route), reasons => reasons(model, closures.into_iter(), citations) }
        })
        .collect();
    let why_not: Vec<Value> = answer
        .why_not
        .iter()
        .map(|own| context! { route => summary(model, &own.route), reasons => reasons(model, own.closures.iter(), citations) })
        .collect();
    let pair: Vec<Value> = answer
        .pair
        .iter()
        .map(|charge| {
            let version = model.regime.rules.get(charge.version);
            let amount = number(charge.usd_per_tonne.unwrap_or(f64::NAN), 2);
            context! {
                rule => rule(model, charge.version, citations),
                amount => figure(&amount, Some(version.provenance.of_figure(Figure::Money).evidence)),
                is_subsidy => charge.is_subsidy,
                applied => charge.applied,
            }
        })
        .collect();
    let best = answer.routes.first().map(|route| best(model, route, citations));
    let remarks: Vec<&String> = answer.remarks.iter().map(|remark| &remark.text).collect();
    context! {
        id,
        label => &own.label,
        asked => answer_text::heading(model, answer).trim().replace('\n', "; "),
        assumed => &own.assumed,
        routes => summaries(&answer.routes),
        best,
        pair,
        doubtful => summaries(&answer.not_known),
        not_known,
        why_not,
        remarks => remarks.into_iter().map(Value::from).collect::<Vec<_>>(),
    }
}

/// Whether a line has a figure that counts in a sum: what is not known does not.
fn has_figure(line: &Line, wanted: Figure) -> bool {
    line.figures().any(|own| own == wanted) && (wanted != Figure::Money || line.usd_per_tonne.is_some())
}

/// A route on one line.
pub(super) fn summary(model: &Model, route: &RouteAnswer) -> Value {
    let lines = || route.legs.iter().flat_map(|leg| &leg.lines);
    let days = |probability: f64| number(route.time.quantile(probability) / 24.0, 1);
    let length = weakest(route.legs.iter().map(|leg| length_evidence(model, leg)));
    let of = |wanted: Figure| {
        let has = |line: &&Line| has_figure(line, wanted);
        weakest(lines().filter(has).map(|line| evidence(line, wanted)))
    };
    let (money, time) = (of(Figure::Money), of(Figure::Hours).max(of(Figure::Spread)));
    let floor = if route.unknown_prices.is_empty() { "" } else { "> " };
    let usd = |value: f64| format!("{floor}{}", number(value, 2));
    let shares = &route.shares;
    context! {
        by => answer_text::by(route),
        km => figure(&whole(route.km), length),
        days_50 => figure(&days(0.5), time),
        days_90 => figure(&days(0.9), time),
        usd => figure(&usd(route.usd_per_tonne), money),
        co2 => figure(&number(route.co2_kg, 0), length.max(Some(Evidence::Computed))),
        cost => figure(&usd(route.generalised_cost), cost_evidence(route)),
        shares => [shares.sourced, shares.weakly_sourced, shares.quoted, shares.modelled, shares.assumed].map(percent).join(" / "),
    }
}

/// The best route in full: legs, vehicles, and the rules that spoke to it.
fn best(model: &Model, route: &RouteAnswer, citations: &mut Citations<'_>) -> Value {
    let legs: Vec<Value> = route.legs.iter().map(|own| leg(model, own, citations)).collect();
    let rules: Vec<Value> = route
        .rules
        .iter()
        .map(|used| {
            context! { rule => rule(model, used.version, citations), certain => used.certain, places => &used.places }
        })
        .collect();
    let vehicles: Vec<String> = route
        .vehicles
        .iter()
        .filter_map(|(vehicle, count, trains)| {
            let name = &model.case.goods.vehicles().get(*vehicle as usize)?.name;
            let trains = trains.map(|trains| format!(" ({trains:.0} train(s))")).unwrap_or_default();
            Some(format!("{count:.0} × {name}{trains}"))
        })
        .collect();
    context! { legs, rules, vehicles, papers => &route.papers, declared => &route.declared, unknown_prices => &route.unknown_prices }
}

fn leg(model: &Model, own: &Leg, citations: &mut Citations<'_>) -> Value {
    let sure = |figure: Figure| {
        let has = |line: &&Line| has_figure(line, figure);
        weakest(own.lines.iter().filter(has).map(|line| evidence(line, figure)))
    };
    let (time, spread, money) = (sure(Figure::Hours), sure(Figure::Spread), sure(Figure::Money));
    let unknown = own.lines.iter().any(|line| line.usd_per_tonne.is_none());
    let usd = match (unknown, number(own.usd_per_tonne, 2)) {
        (true, _) if own.usd_per_tonne == 0.0 => NOT_KNOWN.to_owned(),
        (true, known) => format!("> {known}"),
        (false, known) => known,
    };
    let lines: Vec<Value> = own
        .lines
        .iter()
        .map(|line| {
            let Ancestry { main, time, .. } = Ancestry::of(line);
            let source = main.map(|own| citations.cite(own));
            let other = time.flatten().filter(|time| main.is_some_and(|main| main.place != time.place));
            let time_source = other.map(|own| citations.cite(own));
            let usd = number(line.usd_per_tonne.unwrap_or(f64::NAN), 2);
            context! {
                label => &line.label,
                usd => (line.usd_per_tonne != Some(0.0)).then(|| figure(&usd, Some(evidence(line, Figure::Money)))),
                hours => (line.hours > 0.0).then(|| figure(&number(line.hours, 1), Some(evidence(line, Figure::Hours)))),
                source,
                time_source,
            }
        })
        .collect();
    let km = (own.km > 0.0).then(|| figure(&whole(own.km), length_evidence(model, own)));
    context! {
        day => number(own.starts_at / 24.0, 1),
        words => answer_text::leg_words(model, own),
        km,
        hours => figure(&number(own.hours, 1), time),
        sd => figure(&number(own.variance.sqrt(), 1), spread),
        usd => figure(&usd, money),
        lines,
    }
}

/// A version of a rule with its source.
fn rule(model: &Model, id: VersionId, citations: &mut Citations<'_>) -> Value {
    let (rule, version) = (model.regime.rules.rule_of(id), model.regime.rules.get(id));
    context! {
        title => &rule.title,
        id => &rule.id,
        number => version.number,
        effect => version.effect.words(),
        status => version.status.words(),
        disputed => version.disputed,
        validity => version.validity.words(),
        text => &version.text,
        source => citations.cite(&version.provenance),
        confidence => version.provenance.confidence.word(),
        last_confirmed => version.provenance.last_confirmed.map(|date| date.to_string()),
    }
}

/// What closes something, each with its source.
fn reasons<'a>(
    model: &Model,
    closures: impl Iterator<Item = &'a Closure>,
    citations: &mut Citations<'_>,
) -> Vec<Value> {
    let mut reason = |closure: &Closure| {
        let provenance = match closure {
            Closure::Rule { version, .. } => Some(&model.regime.rules.get(*version).provenance),
            Closure::State { link, span, .. } => {
                model.network.link(*link).history.get(*span as usize).map(|span| &span.provenance)
            }
            Closure::Service { service, .. } => {
                model.network.services.get(*service as usize).map(|service| &service.provenance)
            }
        };
        context! {
            text => model.closure_words(closure),
            source => provenance.map(|own| citations.cite(own)),
            confidence => provenance.map_or(NOT_KNOWN, |own| own.confidence.word()),
        }
    };
    closures.map(&mut reason).collect()
}

/// A price at which a choice turns.
pub(super) fn turning(model: &Model, flip: &Flip, citations: &mut Citations<'_>) -> Value {
    let Some(service) = model.network.services.get(flip.service as usize) else { return Value::UNDEFINED };
    let rests_on = cost_evidence(&flip.with).max(cost_evidence(&flip.without)).max(Some(Evidence::Computed));
    let modelled = |text: String| figure(&text, rests_on);
    context! {
        name => &service.name,
        price => figure(&number(flip.price.unwrap_or(f64::NAN), 2), Some(service.provenance.of_figure(Figure::Money).evidence)),
        turning => modelled(number(flip.turning_price, 2)),
        per_vehicle => modelled(whole(flip.turning_price_per_vehicle)),
        never => flip.turning_price < 0.0,
        is_open => flip.with_is_open,
        with => answer_text::by(&flip.with),
        without => answer_text::by(&flip.without),
        source => citations.cite(service.provenance.of_figure(Figure::Money)),
    }
}

/// An observed movement beside what the model says of it.
pub(super) fn comparison(model: &Model, own: &Comparison, citations: &mut Citations<'_>) -> Value {
    let Some(observation) = model.network.observations.get(own.observation) else { return Value::UNDEFINED };
    let place = |id| model.network.places.get(id).name.as_str();
    let modelled = |probability: f64| {
        let hours = own.modelled.map_or(f64::NAN, |time| time.quantile(probability));
        figure(&number(hours, 0), Some(Evidence::Computed))
    };
    let inside = match own.inside {
        Some(true) => "yes",
        Some(false) => "no",
        None => NOT_KNOWN,
    };
    context! {
        title => &observation.title,
        date => observation.date.to_string(),
        from => place(observation.from),
        to => place(observation.to),
        observed => observation
            .hours
            .map_or(NOT_KNOWN.to_owned(), |(least, most)| format!("{}–{}", number(least, 0), number(most, 0))),
        what_counts => &observation.what_counts,
        median => modelled(0.5),
        nearly_sure => modelled(0.9),
        inside,
        calibrated => observation.used_for_calibration,
        source => citations.cite(&observation.provenance),
        confidence => observation.provenance.confidence.word(),
    }
}
