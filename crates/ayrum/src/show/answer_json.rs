//! An answer as JSON.

use regime::{Closure, Timing};
use scenario::{Answer, LatestDispatch, Line, Model, RouteAnswer};
use serde::Serialize;

use super::{Ancestry, length_rows, word};

/// An answer as it is written.
#[derive(Serialize)]
pub(crate) struct WrittenAnswer {
    case: String,
    horizon: String,
    question: WrittenQuestion,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    laid_over: Vec<WrittenBearing>,
    routes: Vec<WrittenRoute>,
    pareto: Vec<WrittenRoute>,
    pareto_truncated: bool,
    not_known: Vec<WrittenRoute>,
    why_not: Vec<WrittenWhyNot>,
    between_origin_and_destination: Vec<WrittenPair>,
    turning_prices: Vec<WrittenFlip>,
    remarks: Vec<WrittenRemark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    latest_dispatch: Vec<WrittenDispatch>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cost_sheets: Vec<super::cost_json::Written>,
    attribution: String,
}

/// A table of the user that is laid over the case.
#[derive(Serialize)]
pub(crate) struct WrittenBearing {
    file: String,
    layout: &'static str,
    rows: usize,
    rows_used: usize,
    rows_that_bear_on_the_routes: usize,
    rows_that_bear_on_none: Vec<u64>,
    rows_left_out: Vec<u64>,
}

/// A last day of dispatch.
#[derive(Serialize)]
pub(crate) struct WrittenDispatch {
    arrive_by: String,
    confidence: f64,
    by: &'static str,
    hand_over: String,
    probability: f64,
    route: WrittenRoute,
}

impl WrittenAnswer {
    /// The answer with the cost sheets of its routes.
    pub(crate) fn with_cost_sheets(mut self, sheets: Vec<super::cost_json::Written>) -> Self {
        self.cost_sheets = sheets;
        self
    }

    /// Adds a last day of dispatch.
    pub(crate) fn with_dispatch(
        mut self,
        model: &Model,
        by: &'static str,
        (arrive_by, confidence): (jiff::civil::Date, f64),
        latest: &LatestDispatch,
    ) -> Self {
        self.latest_dispatch.push(WrittenDispatch {
            arrive_by: arrive_by.to_string(),
            confidence,
            by,
            hand_over: latest.dispatch.to_string(),
            probability: rounded(latest.probability),
            route: route(model, &latest.route),
        });
        self
    }
}

#[derive(Serialize)]
struct WrittenQuestion {
    from: String,
    to: String,
    commodity: String,
    form: &'static str,
    tonnes: f64,
    timing: &'static str,
    date: String,
    known: Option<String>,
    status: &'static str,
    disputed_applied: bool,
    criterion: &'static str,
    assumed: Vec<String>,
    meets: Vec<String>,
    via: Vec<String>,
    modes: Vec<&'static str>,
    not_known_is_open: bool,
    handling: bool,
    value_of_time_usd_per_tonne_hour: f64,
}

#[derive(Serialize)]
pub(crate) struct WrittenRoute {
    by: Vec<String>,
    links: Vec<String>,
    km: f64,
    hours_mean: f64,
    hours_sd: f64,
    hours_50: f64,
    hours_90: f64,
    hours_95: f64,
    time_distribution: &'static str,
    usd_per_tonne: f64,
    prices_not_known: Vec<String>,
    share_firm: f64,
    share_published_low_confidence: f64,
    share_quoted: f64,
    share_modelled: f64,
    share_assumed: f64,
    co2e_kg_per_tonne: f64,
    generalised_cost_usd_per_tonne: f64,
    waited_hours: f64,
    lawful_probability: f64,
    open_on_arrival_probability: f64,
    prices_from: Option<String>,
    prices_to: Option<String>,
    vehicles: Vec<WrittenVehicles>,
    rules: Vec<WrittenRule>,
    papers: Vec<String>,
    declared: Vec<String>,
    spread: Vec<WrittenSpread>,
    legs: Vec<WrittenLeg>,
}

#[derive(Serialize)]
struct WrittenSpread {
    label: String,
    share_of_variance: f64,
    evidence: &'static str,
}

#[derive(Serialize)]
struct WrittenVehicles {
    vehicle: String,
    count: f64,
    trains: Option<f64>,
}

#[derive(Serialize)]
struct WrittenLeg {
    kind: &'static str,
    from: String,
    to: String,
    mode: Option<&'static str>,
    carrier: String,
    starts_at_hours: f64,
    waited_hours: f64,
    km: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    km_user_rows: Vec<String>,
    hours_mean: f64,
    hours_sd: f64,
    usd_per_tonne: f64,
    co2e_kg_per_tonne: f64,
    closed_by: Vec<WrittenClosure>,
    lines: Vec<WrittenLine>,
}

#[derive(Serialize)]
struct WrittenLine {
    label: String,
    usd_per_tonne: Option<f64>,
    hours_mean: f64,
    hours_sd: f64,
    evidence: &'static str,
    confidence: Option<&'static str>,
    price_date: Option<String>,
    source: Option<String>,
    row: Option<String>,
    time_evidence: Option<&'static str>,
    time_source: Option<String>,
    time_row: Option<String>,
    sd_evidence: Option<&'static str>,
    sd_row: Option<String>,
    by_user: bool,
}

#[derive(Serialize)]
struct WrittenRule {
    rule: String,
    version: u32,
    title: String,
    effect: &'static str,
    status: &'static str,
    valid: String,
    known_from: String,
    disputed: bool,
    certain: bool,
    text: String,
    where_it_speaks: Vec<String>,
    source: String,
    confidence: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_rows: Vec<String>,
}

#[derive(Serialize)]
struct WrittenWhyNot {
    closed_by: Vec<WrittenClosure>,
    route: WrittenRoute,
}

/// A reason why something is not open.
#[derive(Serialize)]
pub(crate) struct WrittenClosure {
    kind: &'static str,
    rule: Option<String>,
    version: Option<u32>,
    link: Option<String>,
    certain: bool,
    text: String,
}

#[derive(Serialize)]
struct WrittenPair {
    rule: String,
    title: String,
    usd_per_tonne: Option<f64>,
    is_subsidy: bool,
    applied: bool,
    certain: bool,
    text: String,
}

#[derive(Serialize)]
struct WrittenFlip {
    service: String,
    name: String,
    usd_per_tonne: Option<f64>,
    turning_usd_per_tonne: f64,
    turning_usd_per_vehicle: f64,
    with_is_open: bool,
    with: Vec<String>,
    without: Vec<String>,
}

#[derive(Serialize)]
struct WrittenRemark {
    code: &'static str,
    text: String,
}

/// Rounds to what the figures can bear, so that the last bits of sums do not show.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// Writes an answer.
pub(crate) fn answer(model: &Model, answer: &Answer) -> WrittenAnswer {
    let question = &answer.question;
    let place = |id| model.network.places.get(id).id.clone();
    let all = |routes: &[RouteAnswer]| routes.iter().map(|own| route(model, own)).collect();
    let rule_id = |version| model.regime.rules.rule_of(version).id.clone();
    WrittenAnswer {
        case: model.case.settings.name.clone(),
        horizon: model.case.settings.horizon.to_string(),
        question: WrittenQuestion {
            from: place(question.from),
            to: place(question.to),
            commodity: question.commodity.clone(),
            form: answer.consignment.form.word(),
            tonnes: answer.consignment.tonnes,
            timing: match question.timing {
                Timing::Snapshot(_) => "snapshot",
                Timing::Dispatch(_) => "dispatch",
            },
            date: question.timing.first_day().to_string(),
            known: (question.perspective.known != jiff::civil::Date::MAX)
                .then(|| question.perspective.known.to_string()),
            status: question.perspective.binding.words(),
            disputed_applied: question.perspective.disputed,
            criterion: question.criterion.words(),
            assumed: super::answer_text::assumptions(model, answer),
            meets: question.meets.clone(),
            via: question.via.iter().map(|id| place(*id)).collect(),
            modes: question.modes.iter().map(|mode| mode.word()).collect(),
            not_known_is_open: question.not_known_is_open,
            handling: question.handling,
            value_of_time_usd_per_tonne_hour: answer.value_of_time,
        },
        laid_over: model
            .bearings(answer)
            .into_iter()
            .map(|own| WrittenBearing {
                file: own.file,
                layout: own.layout,
                rows: own.rows,
                rows_used: own.used,
                rows_that_bear_on_the_routes: own.bearing,
                rows_that_bear_on_none: own.silent,
                rows_left_out: own.left_out,
            })
            .collect(),
        routes: all(&answer.routes),
        pareto: all(&answer.pareto),
        pareto_truncated: answer.pareto_truncated,
        not_known: all(&answer.not_known),
        why_not: answer
            .why_not
            .iter()
            .map(|own| WrittenWhyNot {
                closed_by: own.closures.iter().map(|closure| written_closure(model, closure)).collect(),
                route: route(model, &own.route),
            })
            .collect(),
        between_origin_and_destination: answer
            .pair
            .iter()
            .map(|charge| WrittenPair {
                rule: rule_id(charge.version),
                title: model.regime.rules.rule_of(charge.version).title.clone(),
                usd_per_tonne: charge.usd_per_tonne.map(rounded),
                is_subsidy: charge.is_subsidy,
                applied: charge.applied,
                certain: charge.certain,
                text: model.regime.rules.get(charge.version).text.clone(),
            })
            .collect(),
        turning_prices: model
            .flips(answer)
            .iter()
            .map(|flip| WrittenFlip {
                service: model.network.services[flip.service as usize].id.clone(),
                name: model.network.services[flip.service as usize].name.clone(),
                usd_per_tonne: flip.price.map(rounded),
                turning_usd_per_tonne: rounded(flip.turning_price),
                turning_usd_per_vehicle: rounded(flip.turning_price_per_vehicle),
                with_is_open: flip.with_is_open,
                with: flip.with.by.clone(),
                without: flip.without.by.clone(),
            })
            .collect(),
        remarks: answer
            .remarks
            .iter()
            .map(|remark| WrittenRemark { code: remark.code, text: remark.text.clone() })
            .collect(),
        latest_dispatch: Vec::new(),
        cost_sheets: Vec::new(),
        attribution: model.case.settings.attribution.clone(),
    }
}

/// Writes a reason why something is not open.
pub(crate) fn written_closure(model: &Model, closure: &Closure) -> WrittenClosure {
    let mut written = WrittenClosure {
        kind: "state",
        rule: None,
        version: None,
        link: None,
        certain: closure.is_certain(),
        text: model.closure_words(closure),
    };
    match closure {
        Closure::Rule { version, .. } => {
            written.kind = "rule";
            written.rule = Some(model.regime.rules.rule_of(*version).id.clone());
            written.version = Some(model.regime.rules.get(*version).number);
        }
        Closure::State { link, .. } => written.link = Some(model.network.link(*link).id.clone()),
        Closure::Service { service, .. } => {
            written.kind = "service";
            written.link = Some(model.network.services[*service as usize].id.clone());
        }
    }
    written
}

fn route(model: &Model, own: &RouteAnswer) -> WrittenRoute {
    let time = &own.time;
    let place = |id| model.network.places.get(id).id.clone();
    WrittenRoute {
        by: own.by.clone(),
        links: own
            .legs
            .iter()
            .flat_map(|leg| &leg.links)
            .map(|(link, _)| model.network.link(*link).id.clone())
            .collect(),
        km: rounded(own.km),
        hours_mean: rounded(time.mean),
        hours_sd: rounded(time.sd()),
        hours_50: rounded(time.quantile(0.5)),
        hours_90: rounded(time.quantile(0.9)),
        hours_95: rounded(time.quantile(0.95)),
        time_distribution: time.distribution.word(),
        usd_per_tonne: rounded(own.usd_per_tonne),
        prices_not_known: own.unknown_prices.clone(),
        share_firm: rounded(own.shares.sourced),
        share_published_low_confidence: rounded(own.shares.weakly_sourced),
        share_quoted: rounded(own.shares.quoted),
        share_modelled: rounded(own.shares.modelled),
        share_assumed: rounded(own.shares.assumed),
        co2e_kg_per_tonne: rounded(own.co2_kg),
        generalised_cost_usd_per_tonne: rounded(own.generalised_cost),
        waited_hours: rounded(own.waited),
        lawful_probability: rounded(own.lawful),
        open_on_arrival_probability: rounded(own.open_on_arrival),
        prices_from: own.price_dates.map(|(first, _)| first.to_string()),
        prices_to: own.price_dates.map(|(_, last)| last.to_string()),
        vehicles: own
            .vehicles
            .iter()
            .map(|(vehicle, count, trains)| WrittenVehicles {
                vehicle: model.case.goods.vehicles()[*vehicle as usize].id.clone(),
                count: *count,
                trains: *trains,
            })
            .collect(),
        rules: own
            .rules
            .iter()
            .map(|used| {
                let version = model.regime.rules.get(used.version);
                WrittenRule {
                    rule: model.regime.rules.rule_of(used.version).id.clone(),
                    version: version.number,
                    title: model.regime.rules.rule_of(used.version).title.clone(),
                    effect: version.effect.words(),
                    status: version.status.words(),
                    valid: version.validity.words(),
                    known_from: version.known_from.to_string(),
                    disputed: version.disputed,
                    certain: used.certain,
                    text: version.text.clone(),
                    where_it_speaks: used.places.clone(),
                    source: version.provenance.source.clone(),
                    user_rows: version.provenance.laid_places().map(str::to_owned).collect(),
                    confidence: version.provenance.confidence.word(),
                }
            })
            .collect(),
        papers: own.papers.clone(),
        declared: own.declared.clone(),
        spread: own
            .spread
            .iter()
            .map(|(label, share, evidence)| WrittenSpread {
                label: label.clone(),
                share_of_variance: rounded(*share),
                evidence: evidence.word(),
            })
            .collect(),
        legs: own
            .legs
            .iter()
            .map(|leg| WrittenLeg {
                kind: leg.kind.word(),
                from: place(leg.from),
                to: place(leg.to),
                mode: leg.mode.map(case::Mode::word),
                carrier: leg.carrier.clone(),
                starts_at_hours: rounded(leg.starts_at),
                waited_hours: rounded(leg.waited),
                km: rounded(leg.km),
                km_user_rows: length_rows(model, leg),
                hours_mean: rounded(leg.hours),
                hours_sd: rounded(leg.variance.sqrt()),
                usd_per_tonne: rounded(leg.usd_per_tonne),
                co2e_kg_per_tonne: rounded(leg.co2_kg),
                closed_by: leg.closures.iter().map(|closure| written_closure(model, closure)).collect(),
                lines: leg.lines.iter().map(line).collect(),
            })
            .collect(),
    }
}

fn line(own: &Line) -> WrittenLine {
    let ancestry = Ancestry::of(own);
    let (main, time, spread) = (ancestry.main, ancestry.time, ancestry.spread);
    WrittenLine {
        label: own.label.clone(),
        usd_per_tonne: own.usd_per_tonne.map(rounded),
        hours_mean: rounded(own.hours),
        hours_sd: rounded(own.sd),
        evidence: word(main),
        confidence: main.map(|own| own.confidence.word()),
        price_date: own.price_date().map(|date| date.to_string()),
        source: main.map(|own| own.source.clone()),
        row: main.map(|own| own.place.clone()),
        time_evidence: time.map(word),
        time_source: time.flatten().map(|own| own.source.clone()),
        time_row: time.flatten().map(|own| own.place.clone()),
        sd_evidence: spread.map(word),
        sd_row: spread.flatten().map(|own| own.place.clone()),
        by_user: ancestry.by_user(),
    }
}
