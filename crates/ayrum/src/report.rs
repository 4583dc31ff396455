//! The demo's report: one plain HTML file that needs nothing from outside.
//!
//! Everything that is shown is written out here and laid out in `report.html`. Text is escaped by
//! the template; only figures with their marks and the maps are markup already, escaped where they
//! are made. What is not known is said to be so, never written as a number.

mod figure;
mod frame;
mod map;

use std::collections::BTreeSet;

use case::{Evidence, Provenance};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use regime::{Closure, VersionId};
use scenario::{Comparison, Flip, Leg, Line, Model, RouteAnswer};

use crate::failure::Failure;
use crate::show::{answer_text, percent};
use crate::story::{Chapter, Scene};

use figure::{NOT_KNOWN, cost_evidence, evidence, figure, length_evidence, number, weakest, whole};
use map::Map;

/// The report as HTML.
pub(crate) fn html(model: &Model, chapters: &[Chapter]) -> Result<String, Failure> {
    let broken = |error: minijinja::Error| Failure::new(format!("the report cannot be written: {error:#}"));
    let settings = &model.case.settings;
    let mut cited = BTreeSet::new();
    let told: Vec<Value> = chapters.iter().map(|own| chapter(own, &mut cited)).collect();
    let compared: Vec<Value> =
        model.comparisons().iter().map(|own| comparison(model, own, &mut cited)).collect();
    let page = context! {
        title => &settings.title,
        horizon => settings.horizon.to_string(),
        distribution => settings.distribution.word(),
        map_style => Value::from_safe_string(map::STYLE.to_owned()),
        assumed => figure("12.3", Some(Evidence::Assumed)),
        calibrated => figure("12.3", Some(Evidence::Calibrated)),
        computed => figure("12.3", Some(Evidence::Computed)),
        chapters => told,
        comparisons => compared,
        sources => sources(model, &cited),
        attribution => &settings.attribution,
        disputed_borders => &settings.disputed_borders,
        version => env!("CARGO_PKG_VERSION"),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(broken)?);
    environment.add_template("report.html", include_str!("report.html")).map_err(broken)?;
    environment.get_template("report.html").and_then(|template| template.render(page)).map_err(broken)
}

/// The map of the first chapter as an SVG file.
pub(crate) fn picture(chapters: &[Chapter]) -> String {
    chapters.first().and_then(Map::of).map(|map| map.svg("picture", true)).unwrap_or_default()
}

fn chapter(own: &Chapter, cited: &mut BTreeSet<String>) -> Value {
    let scenes: Vec<Value> = own
        .scenes
        .iter()
        .enumerate()
        .map(|(number, own_scene)| scene(&format!("{}-{}", own.id, number + 1), own_scene, cited))
        .collect();
    let flips: Vec<Value> = match own.scenes.first() {
        Some(first) => own.flips.iter().map(|flip| turning(&first.model, flip, cited)).collect(),
        None => Vec::new(),
    };
    let map = Map::of(own).map(|map| {
        let tracks: Vec<Value> = map.tracks.iter().rev().map(|track| {
            context! { standing => &track.standing, by => answer_text::by(track.route), places => map.names(track).join(" – ") }
        }).collect();
        context! { title => &map.title, svg => Value::from_safe_string(map.svg(own.id, false)), tracks }
    });
    context! { id => own.id, title => &own.title, lead => &own.lead, findings => &own.findings, scenes, flips, map }
}

fn scene(id: &str, own: &Scene, cited: &mut BTreeSet<String>) -> Value {
    let (model, answer) = (&own.model, &own.answer);
    let summaries =
        |routes: &[RouteAnswer]| -> Vec<Value> { routes.iter().map(|route| summary(model, route)).collect() };
    let not_known: Vec<Value> = answer
        .not_known
        .iter()
        .map(|route| {
            let closures: BTreeSet<&Closure> = route.legs.iter().flat_map(|leg| &leg.closures).collect();
            context! { by => answer_text::by(route), reasons => reasons(model, closures.into_iter(), cited) }
        })
        .collect();
    let why_not: Vec<Value> = answer
        .why_not
        .iter()
        .map(|own| context! { route => summary(model, &own.route), reasons => reasons(model, own.closures.iter(), cited) })
        .collect();
    let pair: Vec<Value> = answer
        .pair
        .iter()
        .map(|charge| {
            let version = model.regime.rules.get(charge.version);
            let amount = number(charge.usd_per_tonne.unwrap_or(f64::NAN), 2);
            context! {
                rule => rule(model, charge.version, cited),
                amount => figure(&amount, Some(version.provenance.evidence)),
                is_subsidy => charge.is_subsidy,
                applied => charge.applied,
            }
        })
        .collect();
    let best = answer.routes.first().map(|route| best(model, route, cited));
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

/// A route on one line.
fn summary(model: &Model, route: &RouteAnswer) -> Value {
    let lines = || route.legs.iter().flat_map(|leg| &leg.lines);
    let days = |probability: f64| number(route.time.quantile(probability) / 24.0, 1);
    let length = weakest(route.legs.iter().map(|leg| length_evidence(model, leg)));
    let money =
        weakest(lines().filter(|line| line.usd_per_tonne.is_some_and(|usd| usd != 0.0)).map(evidence));
    let time = weakest(lines().filter(|line| line.hours > 0.0 || line.sd > 0.0).map(evidence));
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
fn best(model: &Model, route: &RouteAnswer, cited: &mut BTreeSet<String>) -> Value {
    let legs: Vec<Value> = route.legs.iter().map(|own| leg(model, own, cited)).collect();
    let rules: Vec<Value> = route
        .rules
        .iter()
        .map(|used| {
            context! { rule => rule(model, used.version, cited), certain => used.certain, places => &used.places }
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

fn leg(model: &Model, own: &Leg, cited: &mut BTreeSet<String>) -> Value {
    let sure =
        |wanted: fn(&Line) -> bool| weakest(own.lines.iter().filter(|line| wanted(line)).map(evidence));
    let time = sure(|line| line.hours > 0.0 || line.sd > 0.0);
    let money = sure(|line| line.usd_per_tonne.is_some_and(|usd| usd != 0.0));
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
            let source = line.provenance.as_ref().map(|provenance| cite(model, provenance, cited));
            let usd = number(line.usd_per_tonne.unwrap_or(f64::NAN), 2);
            context! {
                label => &line.label,
                usd => (line.usd_per_tonne != Some(0.0)).then(|| figure(&usd, Some(evidence(line)))),
                hours => (line.hours > 0.0).then(|| figure(&number(line.hours, 1), Some(evidence(line)))),
                source,
            }
        })
        .collect();
    let km = (own.km > 0.0).then(|| figure(&whole(own.km), length_evidence(model, own)));
    context! {
        day => number(own.starts_at / 24.0, 1),
        words => answer_text::leg_words(model, own),
        km,
        hours => figure(&number(own.hours, 1), time),
        sd => figure(&number(own.variance.sqrt(), 1), time),
        usd => figure(&usd, money),
        lines,
    }
}

/// A version of a rule with its source.
fn rule(model: &Model, id: VersionId, cited: &mut BTreeSet<String>) -> Value {
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
        source => cite(model, &version.provenance, cited),
        confidence => version.provenance.confidence.word(),
        last_confirmed => version.provenance.last_confirmed.map(|date| date.to_string()),
    }
}

/// What closes something, each with its source.
fn reasons<'a>(
    model: &Model,
    closures: impl Iterator<Item = &'a Closure>,
    cited: &mut BTreeSet<String>,
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
            source => provenance.map(|own| cite(model, own, cited)),
            confidence => provenance.map_or(NOT_KNOWN, |own| own.confidence.word()),
        }
    };
    closures.map(&mut reason).collect()
}

/// A price at which a choice turns.
fn turning(model: &Model, flip: &Flip, cited: &mut BTreeSet<String>) -> Value {
    let Some(service) = model.network.services.get(flip.service as usize) else { return Value::UNDEFINED };
    let rests_on = cost_evidence(&flip.with).max(cost_evidence(&flip.without)).max(Some(Evidence::Computed));
    let modelled = |text: String| figure(&text, rests_on);
    context! {
        name => &service.name,
        price => figure(&number(flip.price.unwrap_or(f64::NAN), 2), Some(service.provenance.evidence)),
        turning => modelled(number(flip.turning_price, 2)),
        per_vehicle => modelled(whole(flip.turning_price_per_vehicle)),
        never => flip.turning_price < 0.0,
        is_open => flip.with_is_open,
        with => answer_text::by(&flip.with),
        without => answer_text::by(&flip.without),
        source => cite(model, &service.provenance, cited),
    }
}

/// An observed movement beside what the model says of it.
fn comparison(model: &Model, own: &Comparison, cited: &mut BTreeSet<String>) -> Value {
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
        source => cite(model, &observation.provenance, cited),
        confidence => observation.provenance.confidence.word(),
    }
}

/// The sources cited, in the order of their identifiers.
fn sources(model: &Model, cited: &BTreeSet<String>) -> Vec<Value> {
    cited
        .iter()
        .filter_map(|id| model.case.sources.get(id))
        .map(|source| {
            let or_not_known =
                |text: &str| if text.is_empty() { NOT_KNOWN.to_owned() } else { text.to_owned() };
            let is_link = ["https://", "http://"].iter().any(|start| source.address.starts_with(start))
                && !source.address.contains(char::is_whitespace);
            context! {
                id => &source.id,
                title => &source.title,
                publisher => or_not_known(&source.publisher),
                date => or_not_known(&source.date),
                address => or_not_known(&source.address),
                is_link,
                licence => &source.licence,
            }
        })
        .collect()
}

/// Notes a source as cited, and gives its identifier and whether the case describes it.
fn cite(model: &Model, provenance: &Provenance, cited: &mut BTreeSet<String>) -> Value {
    let known = model.case.sources.contains_key(&provenance.source);
    if known {
        cited.insert(provenance.source.clone());
    }
    context! { id => &provenance.source, known, evidence => provenance.evidence.word() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::frame::escaped;
    use crate::{shipped, story};

    #[test]
    fn the_report_of_the_shipped_case_is_whole() {
        let model = Model::load(&shipped::folder(None).expect("the case inside the program"));
        let chapters = story::tell(&model, |_| {}).expect("the shipped case can be asked");
        let page = html(&model, &chapters).expect("the report can be written");
        for chapter in &chapters {
            assert!(page.contains(&escaped(&chapter.title)), "{} is missing", chapter.title);
            assert!(page.contains(&format!("id=\"{}\"", chapter.id)));
        }
        for broken in [">NaN", " NaN", ">inf<", " inf ", "undefined", "<script", "src=", "<link", "@import"] {
            assert!(!page.contains(broken), "the report contains `{broken}`");
        }
        assert!(!page.contains("url(http"), "the report loads from outside");
        assert!(page.contains("id=\"marks\""), "the legend of marks is missing");
        assert!(page.contains("<svg class=\"map\""));
        let picture = picture(&chapters);
        assert!(picture.starts_with("<svg xmlns"));
        assert!(picture.contains("map-best") && !picture.contains("NaN"));
    }
}
