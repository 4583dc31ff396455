//! `ayrum projects`

use ledger::{Outlook, Pace, Project};
use serde::Serialize;

use super::{Done, put};
use crate::arguments::ledger::Projects;
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;

#[derive(Serialize)]
struct Written<'a> {
    project: &'a str,
    title: &'a str,
    state: &'a str,
    owner: Option<&'a str>,
    cost_million: Option<(f64, f64)>,
    currency: Option<&'a str>,
    announced: Option<String>,
    reports: Vec<WrittenReport<'a>>,
    outlook: Option<WrittenOutlook>,
    note: &'a str,
    source: &'a str,
    confidence: &'static str,
}

#[derive(Serialize)]
struct WrittenReport<'a> {
    date: String,
    percent: f64,
    announced: Option<String>,
    source: &'a str,
}

#[derive(Serialize)]
struct WrittenOutlook {
    model: &'static str,
    late: bool,
    last_pace: WrittenPace,
    whole_pace: WrittenPace,
    quantiles: [(f64, Option<String>); 3],
    points_a_year_needed: Option<f64>,
}

#[derive(Serialize)]
struct WrittenPace {
    from: String,
    to: String,
    points_a_year: f64,
    opening: Option<String>,
}

/// What the dates rest on, in one sentence.
const MODEL: &str =
    "each pace between two reports is a draw, weighted by its days; what is left goes on at that pace";

impl WrittenPace {
    fn of(pace: &Pace) -> Self {
        Self {
            from: pace.from.to_string(),
            to: pace.to.to_string(),
            points_a_year: pace.per_year(),
            opening: pace.opening.map(|day| day.to_string()),
        }
    }
}

/// Lists projects.
pub(crate) fn run(asked: &Projects, case: &CaseSource) -> Result<Done, Failure> {
    let desk = Desk::load(case)?;
    let projects: Vec<(&Project, Option<Outlook>)> = desk
        .register
        .projects
        .iter()
        .map(|own| (own, Outlook::of(own)))
        .filter(|(_, outlook)| !asked.late || outlook.as_ref().is_some_and(Outlook::is_late))
        .collect();
    let written: Vec<Written<'_>> =
        projects.iter().map(|(own, outlook)| written(own, outlook.as_ref())).collect();
    match asked.format {
        Format::Geojson => {
            return Err(Failure::new("projects have no geometry here").hint("table, json or csv"));
        }
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            let heading = [
                "project",
                "title",
                "state",
                "announced",
                "percent",
                "reported",
                "last_pace",
                "whole_pace",
                "late",
                "source",
            ];
            let rows = projects.iter().map(|(own, outlook)| {
                let last = own.reports.last();
                vec![
                    own.id.clone(),
                    own.title.clone(),
                    own.state.clone(),
                    own.announced.map(|period| period.to_string()).unwrap_or_default(),
                    last.map(|report| report.percent.to_string()).unwrap_or_default(),
                    last.map(|report| report.date.to_string()).unwrap_or_default(),
                    outlook
                        .as_ref()
                        .and_then(|own| own.latest.opening)
                        .map(|day| day.to_string())
                        .unwrap_or_default(),
                    outlook
                        .as_ref()
                        .and_then(|own| own.whole.opening)
                        .map(|day| day.to_string())
                        .unwrap_or_default(),
                    outlook
                        .as_ref()
                        .map(|own| if own.is_late() { "yes" } else { "no" }.to_owned())
                        .unwrap_or_default(),
                    own.provenance.source.clone(),
                ]
            });
            put(&show::csv(&heading, rows)?)?;
        }
        Format::Table => put(&text(&projects, asked.late))?,
    }
    Ok(Done::Good)
}

fn written<'a>(own: &'a Project, outlook: Option<&Outlook>) -> Written<'a> {
    let some = |text: &'a str| (!text.is_empty()).then_some(text);
    Written {
        project: &own.id,
        title: &own.title,
        state: &own.state,
        owner: some(&own.owner),
        cost_million: own.cost,
        currency: some(&own.currency),
        announced: own.announced.map(|period| period.to_string()),
        reports: own
            .reports
            .iter()
            .map(|report| WrittenReport {
                date: report.date.to_string(),
                percent: report.percent,
                announced: report.announced.map(|period| period.to_string()),
                source: &report.provenance.source,
            })
            .collect(),
        outlook: outlook.map(|own| WrittenOutlook {
            model: MODEL,
            late: own.is_late(),
            last_pace: WrittenPace::of(&own.latest),
            whole_pace: WrittenPace::of(&own.whole),
            quantiles: [0.1, 0.5, 0.9].map(|share| (share, own.quantile(share).map(|day| day.to_string()))),
            points_a_year_needed: own.needed.filter(|needed| needed.is_finite()),
        }),
        note: &own.note,
        source: &own.provenance.source,
        confidence: own.provenance.confidence.word(),
    }
}

fn text(projects: &[(&Project, Option<Outlook>)], late: bool) -> String {
    let mut text = String::new();
    let rows = projects
        .iter()
        .map(|(own, outlook)| {
            let cost = match own.cost {
                Some((low, high)) if low == high => {
                    format!("{} {} m", own.currency, ledger::plain_number(low))
                }
                Some((low, high)) => {
                    format!("{} {}–{} m", own.currency, ledger::plain_number(low), ledger::plain_number(high))
                }
                None => "not known".to_owned(),
            };
            let last = own.reports.last();
            vec![
                own.title.clone(),
                own.state.replace('_', " "),
                if own.owner.is_empty() { "not known".to_owned() } else { own.owner.clone() },
                cost,
                own.announced.map_or("not announced".to_owned(), |period| period.to_string()),
                last.map_or("not reported".to_owned(), |report| {
                    format!("{} % on {}", ledger::plain_number(report.percent), report.date)
                }),
                match outlook {
                    Some(own) if own.is_late() => "late at every pace so far",
                    Some(_) => "within its paces so far",
                    None => "cannot be told",
                }
                .to_owned(),
            ]
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        text.push_str(if late {
            "no project is late by its own reports\n"
        } else {
            "the case has no projects\n"
        });
        return text;
    }
    text.push_str(&show::table(
        &["project", "state", "owner", "cost", "announced", "last report", "outlook"],
        rows,
    ));
    for (own, outlook) in
        projects.iter().filter_map(|(own, outlook)| outlook.as_ref().map(|outlook| (own, outlook)))
    {
        text.push_str(&format!("\n{}\n", own.title));
        for report in &own.reports {
            let announced =
                report.announced.map(|period| format!(", announced for {period}")).unwrap_or_default();
            text.push_str(&format!(
                "  {}  {} % built{announced} ({})\n",
                report.date,
                ledger::plain_number(report.percent),
                report.provenance.source
            ));
        }
        for (label, pace) in [("last pace", &outlook.latest), ("whole pace", &outlook.whole)] {
            text.push_str(&format!(
                "  {label:<11} {:.1} points a year: opens {}\n",
                pace.per_year(),
                pace.opening.map_or("never".to_owned(), |day| format!("about {}", month(day)))
            ));
        }
        let quantile = |share| outlook.quantile(share).map_or("never".to_owned(), month);
        text.push_str(&format!("  10, 50, 90 %  {}, {}, {}\n", quantile(0.1), quantile(0.5), quantile(0.9)));
        if let Some(needed) = outlook.needed.filter(|needed| needed.is_finite()) {
            text.push_str(&format!("  needed      {needed:.1} points a year to open as announced\n"));
        }
    }
    text.push_str(&format!("\nModel: {MODEL}. It says what follows if works go on as they have gone.\n"));
    text
}

fn month(day: jiff::civil::Date) -> String {
    day.strftime("%B %Y").to_string()
}
