//! `ayrum resilience`: of all trade (`loop_resilience`), and of single journeys.

use network::LinkId;
use scenario::{Brief, Closing, Model, Quantity, Question};
use serde::Serialize;

use super::{Done, date, load, loop_resilience, put, scenarios};
use crate::arguments::scenarios::Resilience;
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::show;

/// The journeys of the demo: from, to, commodity, how much.
const JOURNEYS: &[(&str, &str, &str, Quantity)] = &[
    ("Kostanay", "Dalarik", "wheat", Quantity::Tonnes(1000.0)),
    ("Baku", "Yerevan", "diesel", Quantity::Tonnes(2000.0)),
    ("Altynkol", "Tbilisi", "containers", Quantity::Teu(40.0)),
];

#[derive(Serialize)]
struct Written {
    case: String,
    case_hash: String,
    date: String,
    links_closed_in_turn: usize,
    journeys: Vec<WrittenJourney>,
    closings: Vec<WrittenClosing>,
    assumed: Vec<String>,
}

#[derive(Serialize)]
struct WrittenJourney {
    journey: String,
    tonnes: f64,
    best: Option<WrittenBrief>,
}

#[derive(Serialize)]
struct WrittenClosing {
    rank: usize,
    link: String,
    name: String,
    crossing: Option<String>,
    stranded_tonnes: f64,
    increase_usd: f64,
    losses: Vec<WrittenLoss>,
}

#[derive(Serialize)]
struct WrittenLoss {
    journey: String,
    /// USD per tonne of generalised cost; nothing where no route is left.
    increase_usd_per_tonne: Option<f64>,
    next: Option<WrittenBrief>,
}

#[derive(Serialize)]
struct WrittenBrief {
    generalised_cost: f64,
    usd_per_tonne: f64,
    mean_hours: f64,
    km: f64,
    by: Vec<String>,
}

/// Closes every link in turn: for all trade through the loop, or for single journeys.
pub(crate) fn run(asked: &Resilience, case: &CaseSource) -> Result<Done, Failure> {
    if asked.from.is_none() && !asked.journeys {
        return loop_resilience::run(asked, case);
    }
    let model = load(case)?;
    let scenario = scenarios::chosen(&model, case)?;
    let day = asked.date.as_deref().map_or_else(|| Ok(scenarios::day(&model, scenario.as_ref())), date)?;
    let model = scenarios::under(model, scenario.as_ref(), day);
    let journeys: Vec<(&str, &str, &str, Quantity)> = match (&asked.from, &asked.to, &asked.commodity) {
        (Some(from), Some(to), Some(good)) => vec![(from, to, good, Quantity::Tonnes(asked.tonnes))],
        _ if case.case.is_some() => {
            return Err(Failure::new("the journeys of the demo are those of the shipped case")
                .hint("--from PLACE --to PLACE --commodity GOOD"));
        }
        _ => JOURNEYS.to_vec(),
    };
    let mut questions = Vec::new();
    let mut names = Vec::new();
    for (from, to, good, quantity) in journeys {
        let question = Question::new(&model, from, to, good, quantity)?.on(day);
        let place = |place| model.network.places.get(place).name.clone();
        let goods = model.case.goods.commodity(&question.commodity);
        let good = goods.map_or(good.to_owned(), |own| own.name.clone());
        names.push(format!("{good} {}–{}", place(question.from), place(question.to)));
        questions.push(question);
    }
    let found = model.resilience(&questions)?;
    let brief = |brief: &Brief| WrittenBrief {
        generalised_cost: rounded(brief.score),
        usd_per_tonne: rounded(brief.usd_per_tonne),
        mean_hours: rounded(brief.hours),
        km: rounded(brief.km),
        by: brief.by.iter().map(|link| name(&model, *link)).collect(),
    };
    let closing = |(rank, own): (usize, &Closing)| WrittenClosing {
        rank: rank + 1,
        link: model.network.link(own.link).id.clone(),
        name: name(&model, own.link),
        crossing: own.crossing.map(|number| model.network.crossings[number as usize].id.clone()),
        stranded_tonnes: rounded(found.stranded_tonnes(own)),
        increase_usd: rounded(found.increase(own)),
        losses: own
            .losses
            .iter()
            .map(|loss| WrittenLoss {
                journey: names[loss.question].clone(),
                increase_usd_per_tonne: loss.increase.map(rounded),
                next: loss.next.as_ref().map(brief),
            })
            .collect(),
    };
    let journeys = names.iter().zip(&found.tonnes).zip(&found.base);
    let written = Written {
        case: model.case.settings.name.clone(),
        case_hash: model.case_hash.clone(),
        date: day.to_string(),
        links_closed_in_turn: found.links,
        journeys: journeys
            .map(|((journey, tonnes), best)| WrittenJourney {
                journey: journey.clone(),
                tonnes: rounded(*tonnes),
                best: best.as_ref().map(brief),
            })
            .collect(),
        closings: found.closings.iter().enumerate().map(closing).collect(),
        assumed: model.assumed.clone(),
    };
    match asked.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => put(&csv(&written)?)?,
        Format::Table => put(&text(&written, asked.most))?,
        Format::Geojson => {
            return Err(Failure::new("a ranking has no geometry of its own").hint("table, json or csv"));
        }
    }
    let stranded = written.closings.iter().any(|own| own.stranded_tonnes > 0.0);
    let closed = written.journeys.iter().any(|own| own.best.is_none());
    Ok(if stranded || closed { Done::Findings } else { Done::Good })
}

fn rounded(value: f64) -> f64 {
    crate::show::answer_json::rounded(value)
}

/// A link by its crossing, else by its ends.
pub(super) fn name(model: &Model, link: LinkId) -> String {
    match model.network.link(link).crossing {
        Some(number) => model.network.crossings[number as usize].name.clone(),
        None => model.network.link_words(link),
    }
}

fn csv(written: &Written) -> Result<String, Failure> {
    let heading = [
        "rank",
        "link",
        "name",
        "crossing",
        "journey",
        "increase_usd_per_tonne",
        "next_usd_per_tonne",
        "next_mean_hours",
        "next_km",
        "next_by",
    ];
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let rows = written.closings.iter().flat_map(|own| {
        own.losses.iter().map(move |loss| {
            let next = loss.next.as_ref();
            vec![
                own.rank.to_string(),
                own.link.clone(),
                own.name.clone(),
                own.crossing.clone().unwrap_or_default(),
                loss.journey.clone(),
                loss.increase_usd_per_tonne.map_or("no route left".to_owned(), |usd| usd.to_string()),
                number(next.map(|next| next.usd_per_tonne)),
                number(next.map(|next| next.mean_hours)),
                number(next.map(|next| next.km)),
                next.map(|next| next.by.join(" | ")).unwrap_or_default(),
            ]
        })
    });
    show::csv(&heading, rows)
}

fn text(written: &Written, most: usize) -> String {
    let mut text = format!(
        "Every link closed in turn on {}: {} links, {} of which some journey needs\n",
        written.date,
        written.links_closed_in_turn,
        written.closings.len()
    );
    for assumed in &written.assumed {
        text.push_str(&format!("assumed: {assumed}\n"));
    }
    text.push('\n');
    for own in &written.journeys {
        let best = own.best.as_ref().map_or_else(
            || "no route is open".to_owned(),
            |best| {
                format!(
                    "{} USD/t, {} days (mean), generalised cost {:.2}, by {}",
                    show::grouped(best.usd_per_tonne),
                    show::days(best.mean_hours),
                    best.generalised_cost,
                    best.by.join(", ")
                )
            },
        );
        text.push_str(&format!("{}, {} t: {best}\n", own.journey, show::grouped(own.tonnes)));
    }
    if written.closings.is_empty() {
        text.push_str("\nNo closing costs anything.\n");
        return text;
    }
    text.push_str(
        "\nSingle points of failure, worst first: what closing one adds to generalised cost, USD/t\n",
    );
    for own in written.closings.iter().take(most) {
        text.push_str(&format!("{:>3}  {} [{}]\n", own.rank, own.name, own.link));
        for loss in &own.losses {
            let by = |next: &WrittenBrief| {
                format!("next best by {}, {} days", next.by.join(", "), show::days(next.mean_hours))
            };
            let line = match (loss.increase_usd_per_tonne, &loss.next) {
                (Some(usd), Some(next)) => format!("+{usd:.2}; {}", by(next)),
                _ => "no route left".to_owned(),
            };
            text.push_str(&format!("     {}: {line}\n", loss.journey));
        }
    }
    if written.closings.len() > most {
        let more = written.closings.len() - most;
        text.push_str(&format!("… and {more} more (--most N, or --format csv)\n"));
    }
    text
}
