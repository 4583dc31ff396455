//! `ayrum sensitivity`

use std::fmt::Write;
use std::time::{Duration, Instant};

use case::{Confidence, Evidence};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use regime::Timing;
use scenario::{Choice, Figures, Influence, Model, Outcome, Question, RangeBasis, Ranking, Turn};
use serde::Serialize;

use super::{Done, assume, date, load, put, question, scenarios};
use crate::arguments::{CaseSource, Format, Sensitivity};
use crate::failure::Failure;
use crate::show::{self, answer_json::rounded};

/// How long the work may take before a bar shows how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// Which figures matter.
pub(crate) fn run(asked: &Sensitivity, case: &CaseSource) -> Result<Done, Failure> {
    if asked.format == Format::Geojson {
        return Err(Failure::new("a sensitivity has no geometry of its own").hint("table, json or csv"));
    }
    let model = load(case)?;
    let scenario = scenarios::chosen(&model, case)?;
    let day = asked.date.as_deref().map_or_else(|| Ok(scenarios::day(&model, scenario.as_ref())), date)?;
    let model = scenarios::under(model, scenario.as_ref(), day);
    let model = assume(model, &asked.shipment, day)?;
    let question = question(&model, &asked.shipment)?.on(day);
    if asked.date.is_none() {
        let whose = if scenario.is_some() { "the scenario's date" } else { "the case's horizon" };
        eprintln!("note: no date was given; this is a snapshot of {whose}, {day}");
    }
    let sensitivity = studied(&model, &question)?;
    match asked.format {
        Format::Json => put(&show::json(&written(&model, &sensitivity))?)?,
        Format::Csv => put(&csv(&model, &sensitivity)?)?,
        Format::Table | Format::Geojson => put(&text(&model, &sensitivity, asked.most))?,
    }
    Ok(if sensitivity.open.is_none() { Done::Findings } else { Done::Good })
}

/// Studies a question; a bar shows how far it is where that takes long.
pub(super) fn studied(model: &Model, question: &Question) -> Result<scenario::Sensitivity, Failure> {
    let started = Instant::now();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("asking again with other figures {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    let sensitivity = model.sensitivity(question, |done, total| {
        if bar.is_hidden() && started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(sensitivity)
}

/// How a figure came about, as every output says it: an assumed one never looks like an observed one.
fn evidence(own: &Influence) -> &'static str {
    match (own.value, &own.provenance) {
        (None, _) => "not known",
        (Some(_), Some(provenance)) => provenance.evidence.word(),
        (Some(_), None) => Evidence::Assumed.word(),
    }
}

fn confidence(own: &Influence) -> &'static str {
    own.provenance.as_ref().map_or(Confidence::Low, |provenance| provenance.confidence).word()
}

/// Both in short; a published figure of low confidence must not look like a sure one.
fn marks(own: &Influence) -> String {
    match own.value {
        None => evidence(own).to_owned(),
        Some(_) if own.provenance.as_ref().is_some_and(|own| own.by_user) => {
            format!("user, {}, {}", evidence(own), confidence(own))
        }
        Some(_) => format!("{}, {}", evidence(own), confidence(own)),
    }
}

/// Where a range comes from, in full.
pub(crate) fn basis_words(basis: RangeBasis) -> String {
    match basis {
        RangeBasis::Stated => "stated in the case".to_owned(),
        RangeBasis::Share(share) => format!("assumed, ± {} of the value", show::percent(share)),
        RangeBasis::PricesOfTheKind => "assumed, up to the highest price of its kind in the case".to_owned(),
        RangeBasis::MoneyOfTheRoute => "assumed, up to the known money of the best route".to_owned(),
    }
}

/// The same in short.
fn basis_mark(basis: RangeBasis) -> String {
    match basis {
        RangeBasis::Stated => "stated".to_owned(),
        RangeBasis::Share(share) => format!("± {}", show::percent(share)),
        RangeBasis::PricesOfTheKind => "of its kind".to_owned(),
        RangeBasis::MoneyOfTheRoute => "of the route".to_owned(),
    }
}

/// The rankings with the name that outputs give to each.
fn rankings(sensitivity: &scenario::Sensitivity) -> impl Iterator<Item = (&'static str, &Ranking)> {
    let open = sensitivity.open.iter().map(|ranking| ("open", ranking));
    open.chain(sensitivity.not_known.iter().map(|ranking| ("if what may be open is open", ranking)))
}

#[derive(Serialize)]
struct Written {
    case: String,
    from: String,
    to: String,
    commodity: String,
    tonnes: f64,
    date: String,
    known: Option<String>,
    criterion: &'static str,
    value_of_time_usd_per_tonne_hour: f64,
    most_worth_asking_for: Vec<String>,
    choices: Vec<WrittenRanking>,
    attribution: String,
}

#[derive(Serialize)]
struct WrittenRanking {
    among: &'static str,
    best: WrittenRoute,
    others: Vec<WrittenRoute>,
    figures: Vec<WrittenInfluence>,
}

#[derive(Serialize)]
struct WrittenRoute {
    by: Vec<String>,
    surely_open: bool,
    prices_not_known: Vec<String>,
    #[serde(flatten)]
    figures: WrittenFigures,
}

#[derive(Serialize)]
struct WrittenFigures {
    generalised_cost_usd_per_tonne: f64,
    usd_per_tonne: f64,
    hours_mean: f64,
    hours_90: f64,
    co2e_kg_per_tonne: f64,
}

#[derive(Serialize)]
struct WrittenInfluence {
    rank: usize,
    figure: String,
    row: String,
    column: &'static str,
    unit: String,
    value: Option<f64>,
    evidence: &'static str,
    confidence: &'static str,
    source: Option<String>,
    range: (f64, f64),
    range_is: String,
    changes_the_choice: bool,
    loss_by_a_wrong_choice: f64,
    at_low: WrittenOutcome,
    at_high: WrittenOutcome,
    flip_values: Vec<WrittenTurn>,
}

#[derive(Serialize)]
struct WrittenOutcome {
    value: f64,
    best_changes_to: Option<Vec<String>>,
    change_of_the_best: WrittenFigures,
    change_of_the_route_kept: WrittenFigures,
}

#[derive(Serialize)]
struct WrittenTurn {
    value: f64,
    other_route_is_best: &'static str,
    in_range: bool,
    to: Vec<String>,
    surely_open: bool,
}

fn figures(own: &Figures, base: Option<&Figures>) -> WrittenFigures {
    let less = |value: fn(&Figures) -> f64| rounded(value(own) - base.map_or(0.0, value));
    WrittenFigures {
        generalised_cost_usd_per_tonne: less(|own| own.generalised_cost),
        usd_per_tonne: less(|own| own.usd_per_tonne),
        hours_mean: less(|own| own.hours_mean),
        hours_90: less(|own| own.hours_90),
        co2e_kg_per_tonne: less(|own| own.co2_kg),
    }
}

fn influence(rank: usize, own: &Influence, base: &Figures) -> WrittenInfluence {
    let outcome = |outcome: &Outcome| WrittenOutcome {
        value: rounded(outcome.value),
        best_changes_to: outcome.changes_to.as_ref().map(|route| route.by.clone()),
        change_of_the_best: figures(&outcome.best, Some(base)),
        change_of_the_route_kept: figures(&outcome.kept, Some(base)),
    };
    let turn = |turn: &Turn| WrittenTurn {
        value: rounded(turn.value),
        other_route_is_best: if turn.above { "above" } else { "below" },
        in_range: turn.in_range,
        to: turn.to.by.clone(),
        surely_open: turn.to.open,
    };
    WrittenInfluence {
        rank,
        figure: own.label.clone(),
        row: own.place().to_owned(),
        column: own.input.column(),
        unit: own.unit.clone(),
        value: own.value.map(rounded),
        evidence: evidence(own),
        confidence: confidence(own),
        source: own.provenance.as_ref().map(|provenance| provenance.source.clone()),
        range: (rounded(own.range.0), rounded(own.range.1)),
        range_is: basis_words(own.basis),
        changes_the_choice: own.changes_the_choice(),
        loss_by_a_wrong_choice: rounded(own.loss()),
        at_low: outcome(&own.at_low),
        at_high: outcome(&own.at_high),
        flip_values: own.turns.iter().map(turn).collect(),
    }
}

fn written(model: &Model, sensitivity: &scenario::Sensitivity) -> Written {
    let question = &sensitivity.question;
    let place = |id| model.network.places.get(id).id.clone();
    let route = |choice: &Choice, own: &Figures| WrittenRoute {
        by: choice.by.clone(),
        surely_open: choice.open,
        prices_not_known: choice.unknown_prices.clone(),
        figures: figures(own, None),
    };
    let ranking = |(among, own): (&'static str, &Ranking)| WrittenRanking {
        among,
        best: route(&own.best, &own.figures),
        others: own.others.iter().map(|(choice, figures)| route(choice, figures)).collect(),
        figures: (1..).zip(&own.influences).map(|(rank, one)| influence(rank, one, &own.figures)).collect(),
    };
    Written {
        case: model.case.settings.name.clone(),
        from: place(question.from),
        to: place(question.to),
        commodity: question.commodity.clone(),
        tonnes: sensitivity.consignment.tonnes,
        date: question.timing.first_day().to_string(),
        known: (question.perspective.known != Date::MAX).then(|| question.perspective.known.to_string()),
        criterion: question.criterion.words(),
        value_of_time_usd_per_tonne_hour: sensitivity.value_of_time,
        most_worth_asking_for: rankings(sensitivity)
            .take(1)
            .flat_map(|(_, own)| own.most_worth_asking_for())
            .map(|own| format!("{} ({}, {})", own.label, own.place(), own.input.column()))
            .collect(),
        choices: rankings(sensitivity).map(ranking).collect(),
        attribution: model.case.settings.attribution.clone(),
    }
}

fn csv(model: &Model, sensitivity: &scenario::Sensitivity) -> Result<String, Failure> {
    let heading = [
        "among",
        "rank",
        "figure",
        "row",
        "column",
        "unit",
        "value",
        "evidence",
        "confidence",
        "source",
        "low",
        "high",
        "range_is",
        "changes_the_choice",
        "loss_by_a_wrong_choice",
        "generalised_cost_at_low",
        "generalised_cost_at_high",
        "usd_per_tonne_at_low",
        "usd_per_tonne_at_high",
        "hours_mean_at_low",
        "hours_mean_at_high",
        "hours_90_at_low",
        "hours_90_at_high",
        "flip_below",
        "flip_below_to",
        "flip_above",
        "flip_above_to",
    ];
    let number = |value: f64| format!("{value:.4}");
    let rows = written(model, sensitivity).choices.into_iter().flat_map(|ranking| {
        ranking.figures.into_iter().map(move |own| {
            let flip = |side: &str| own.flip_values.iter().find(|turn| turn.other_route_is_best == side);
            let ends = [&own.at_low, &own.at_high].map(|end| &end.change_of_the_best);
            let pair = |value: fn(&WrittenFigures) -> f64| ends.map(|end| number(value(end)));
            let mut row = vec![
                ranking.among.to_owned(),
                own.rank.to_string(),
                own.figure.clone(),
                own.row.clone(),
                own.column.to_owned(),
                own.unit.clone(),
                // An empty cell: a price that nobody knows is not zero.
                own.value.map(number).unwrap_or_default(),
                own.evidence.to_owned(),
                own.confidence.to_owned(),
                own.source.clone().unwrap_or_default(),
                number(own.range.0),
                number(own.range.1),
                own.range_is.clone(),
                if own.changes_the_choice { "yes" } else { "no" }.to_owned(),
                number(own.loss_by_a_wrong_choice),
            ];
            row.extend(pair(|own| own.generalised_cost_usd_per_tonne));
            row.extend(pair(|own| own.usd_per_tonne));
            row.extend(pair(|own| own.hours_mean));
            row.extend(pair(|own| own.hours_90));
            for turn in [flip("below"), flip("above")] {
                row.push(turn.map(|turn| number(turn.value)).unwrap_or_default());
                row.push(turn.map(|turn| turn.to.join(" · ")).unwrap_or_default());
            }
            row
        })
    });
    show::csv(&heading, rows.collect::<Vec<_>>().into_iter())
}

fn text(model: &Model, sensitivity: &scenario::Sensitivity, most: usize) -> String {
    let question = &sensitivity.question;
    let place = |id| model.network.places.get(id).name.as_str();
    let known = if question.perspective.known == Date::MAX {
        "all that the case knows".to_owned()
    } else {
        format!("as known on {}", question.perspective.known)
    };
    let mut text = format!(
        "{} t of {} ({}), {} → {}\nsnapshot of {}, {known}; best by {}; an hour is worth {} USD/t\n",
        show::grouped(sensitivity.consignment.tonnes),
        sensitivity.consignment.commodity.name,
        sensitivity.consignment.form.word().replace('_', " "),
        place(question.from),
        place(question.to),
        match question.timing {
            Timing::Snapshot(day) | Timing::Dispatch(day) => day,
        },
        question.criterion.words(),
        sensitivity.value_of_time,
    );
    match &sensitivity.open {
        Some(ranking) => {
            text.push_str(&format!(
                "\n{}",
                routes(if question.not_known_is_open { "Best route" } else { "Best open route" }, ranking)
            ));
            text.push_str(&asking(ranking));
            text.push_str(&ranked("Figures by what they can change", ranking, most));
        }
        None => text.push_str("\nNo route is open.\n"),
    }
    if let Some(ranking) = &sensitivity.not_known {
        text.push_str(&format!("\n{}", routes("Best route if what may be open is open", ranking)));
        if sensitivity.open.is_none() {
            text.push_str(&asking(ranking));
        }
        if ranking.influences.is_empty() {
            text.push_str("\nNo doubtful figure decides whether a route that may be closed is chosen.\n");
        } else {
            text.push_str(&ranked(
                "Figures that decide whether a route that may be closed is chosen",
                ranking,
                most,
            ));
        }
    }
    if sensitivity.open.is_some() || sensitivity.not_known.is_some() {
        text.push_str(NOTE);
    }
    text
}

/// What a reader must know of the ranges.
const NOTE: &str = "
One figure at a time, the others as the case has them. Ranges are assumed by this program unless the case
states them: ± 50 % of what is assumed, ± 25 % of what is computed or calibrated, ± 20 % of what has low
confidence; for a price that is not known (?), up to the highest of its kind in the case. In brackets: what
it costs to stay with the best route where the choice changes. * outside the range. Lengths, loads and rates
of exchange are not varied.
";

fn by(choice: &Choice) -> String {
    if choice.by.is_empty() { "no border".to_owned() } else { choice.by.join(" · ") }
}

/// The best route and the next one. A price that is missing is marked, as the money is then a bound.
fn routes(heading: &str, ranking: &Ranking) -> String {
    let mut text = String::new();
    let mut line = |name: &str, choice: &Choice, figures: &Figures| {
        let bound = if choice.unknown_prices.is_empty() { "" } else { "> " };
        let doubt = if choice.open { "" } else { " (may be closed)" };
        let _ = writeln!(text, "{name}: {}{doubt}", by(choice));
        let _ = writeln!(
            text,
            "  {bound}{:.2} USD/t, {} days (90 %: {}), generalised cost {bound}{:.2}",
            figures.usd_per_tonne,
            show::days(figures.hours_mean),
            show::days(figures.hours_90),
            figures.generalised_cost
        );
    };
    line(heading, &ranking.best, &ranking.figures);
    if let Some((next, figures)) = ranking.others.first() {
        line("Next", next, figures);
    }
    text
}

/// The figures most worth asking for.
fn asking(ranking: &Ranking) -> String {
    let mut text = String::new();
    for (number, own) in (1..).zip(ranking.most_worth_asking_for()) {
        let value = match own.value {
            Some(value) => format!("now {} {}", plain(value), own.unit),
            None => "price not known".to_owned(),
        };
        let _ = writeln!(
            text,
            "  {number}. {}: {value} [{}, {} confidence; {}, {}]",
            own.label,
            evidence(own),
            confidence(own),
            own.place(),
            own.input.column(),
        );
        let cost = |own: &Figures| own.generalised_cost;
        let days = |own: &Figures| own.hours_90 / 24.0;
        let _ = writeln!(
            text,
            "     from {} to {} {}: generalised cost {} USD/t, 90 % time {} days",
            plain(own.range.0),
            plain(own.range.1),
            own.unit,
            change(own, &ranking.figures, cost, 2),
            change(own, &ranking.figures, days, 1),
        );
        for turn in &own.turns {
            let _ = writeln!(
                text,
                "     {} {} {}: the best route is by {}{}",
                if turn.above { "above" } else { "below" },
                plain(turn.value),
                own.unit,
                by(&turn.to),
                if turn.to.open { "" } else { ", which may be closed" },
            );
        }
    }
    match text.is_empty() {
        true => "\nNo doubtful figure changes the answer.\n".to_owned(),
        false => format!("\nMost worth asking for\n{text}"),
    }
}

fn ranked(heading: &str, ranking: &Ranking, most: usize) -> String {
    let flip = |own: &Influence| {
        let words = own.turns.iter().map(|turn| {
            let side = if turn.above { ">" } else { "<" };
            format!("{side} {}{}", plain(turn.value), if turn.in_range { "" } else { "*" })
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let row = |(rank, own): (usize, &Influence)| {
        vec![
            rank.to_string(),
            own.label.clone(),
            own.value.map_or("?".to_owned(), plain),
            format!("{}–{}", plain(own.range.0), plain(own.range.1)),
            basis_mark(own.basis),
            own.unit.clone(),
            change(own, &ranking.figures, |own| own.generalised_cost, 2),
            change(own, &ranking.figures, |own| own.hours_90 / 24.0, 1),
            if own.changes_the_choice() { format!("changes ({:.2})", own.loss()) } else { String::new() },
            flip(own),
            marks(own),
            own.place().to_owned(),
        ]
    };
    let rows = (1..).zip(&ranking.influences).take(most).map(row).collect();
    let mut text = format!("\n{heading}\n");
    text.push_str(&show::table(
        &[
            "#",
            "figure",
            "now>",
            "range>",
            "",
            "unit",
            "gen. cost>",
            "days 90 %>",
            "choice",
            "flip value",
            "evidence",
            "row",
        ],
        rows,
    ));
    if ranking.influences.len() > most {
        let _ = writeln!(text, "… and {} more (--most N, or --format json)", ranking.influences.len() - most);
    }
    text
}

/// How a figure of the best route changes from one end of a range to the other.
fn change(own: &Influence, base: &Figures, figure: fn(&Figures) -> f64, digits: usize) -> String {
    let signed = |outcome: &Outcome| {
        let change = figure(&outcome.best) - figure(base);
        let text = format!("{:.digits$}", change.abs());
        let is_nothing = text.chars().all(|digit| matches!(digit, '0' | '.'));
        match (is_nothing, change < 0.0) {
            (true, _) => "0".to_owned(),
            (false, true) => format!("−{text}"),
            (false, false) => format!("+{text}"),
        }
    };
    match (signed(&own.at_low), signed(&own.at_high)) {
        (low, high) if low == high => low,
        (low, high) => format!("{low} … {high}"),
    }
}

/// A value with as many digits as it needs: some four that count.
pub(crate) fn plain(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => 0,
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
