//! The page of a pair of economies: turnover as each side reports it, findings on claims, timeline.
//!
//! Nothing is drawn as if it were known better than it is: a figure is a line over its period, at its
//! height; whole years are drawn full and parts of years broken, so that nobody reads one against the
//! other.

use std::collections::BTreeMap;
use std::fmt::Write;

use ledger::{
    Check, Margin, Modality, Observation, PairReport, Period, Register, Verdict, conflicts, timeline, verdict,
};
use minijinja::{Value, context};
use scenario::Model;

use super::citation::Citations;
use super::drawing::Drawing;
use super::frame::{Rectangle, escaped};
use crate::command::trade::report_of;
use crate::failure::Failure;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
const PLOT: Rectangle = Rectangle { left: 52.0, top: 26.0, right: 624.0, bottom: 260.0 };

/// The page of the pair about whose trade most claims speak; nothing where none does.
pub(super) fn page(
    model: &Model,
    register: &Register,
    citations: &mut Citations<'_>,
) -> Result<Option<Value>, Failure> {
    let Some((first, second)) = main_pair(register) else { return Ok(None) };
    let margin = Margin::default();
    let report = report_of(register, None, (&first, &second), None, ledger::TOTAL, margin)?;
    let checks = ledger::check(&model.case, register, margin);
    for claim in &register.claims {
        citations.cite(&claim.provenance);
    }
    let names = [&first, &second].map(|id| model.case.economies.name(id).to_owned());
    let figures = figures(&report);
    let drawing = drawing(&figures, &names);
    let inline = drawing.as_ref().map(|own| {
        context! { id => &own.id, title => &own.title, svg => Value::from_safe_string(own.inline()) }
    });
    let mut grave: Vec<&Check> = checks.iter().filter(|own| own.verdict >= Verdict::Implausible).collect();
    grave.sort_by_key(|own| std::cmp::Reverse(own.verdict));
    let count =
        |grade: Verdict| register.claims.iter().filter(|claim| verdict(&claim.id, &checks) == grade).count();
    let counts: Vec<Value> = crate::command::claims::VERDICTS
        .iter()
        .map(|grade| context! { verdict => grade.word(), count => count(*grade) })
        .collect();
    let torn = register.claims.iter().filter(|claim| !conflicts(&claim.id, &checks).is_empty()).count();
    let gaps: Vec<Value> = report
        .turnover
        .iter()
        .filter_map(|row| row.gap.map(|gap| (row, gap)))
        .map(|(row, gap)| {
            context! {
                period => row.period.to_string(),
                ratio => format!("{:.2}", gap.ratio),
                gap => format!("{:.1}", gap.symmetric * 100.0),
                explained => millions(gap.explained.1),
                difference => millions(gap.difference.abs()),
                methods => row
                    .reconciled
                    .iter()
                    .map(|own| context! { name => own.method.word(), low => millions(own.low), high => millions(own.high) })
                    .collect::<Vec<_>>(),
            }
        })
        .collect();
    let moments: Vec<Value> = timeline(&model.case, register)
        .iter()
        .filter(|own| {
            let named = |economy: &str| {
                own.parties
                    .iter()
                    .any(|party| model.case.economies.belongs(economy, party, model.case.settings.horizon))
            };
            named(&first) || named(&second)
        })
        .map(|own| {
            context! {
                when => own.when.to_string(),
                title => &own.title,
                kind => own.from.word(),
                planned => own.modality != Modality::Fact,
                source => &own.source,
                known => model.case.sources.contains_key(&own.source),
                confidence => own.confidence,
            }
        })
        .collect();
    Ok(Some(context! {
        names => names.to_vec(),
        margin => format!("{:.0}", margin.default * 100.0),
        figure => inline,
        figures => figures.iter().map(|own| row(own, &names)).collect::<Vec<_>>(),
        gaps,
        claims => register.claims.len(),
        counts,
        torn,
        findings => grave.iter().map(|own| finding(register, own)).collect::<Vec<_>>(),
        moments,
    }))
}

/// The pair of economies that most claims about trade name.
fn main_pair(register: &Register) -> Option<(String, String)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for claim in register.claims.iter().filter(|claim| claim.flow().is_some()) {
        let (a, b) = (claim.economy.as_str(), claim.partner.as_str());
        *counts.entry(if a < b { (a, b) } else { (b, a) }).or_default() += 1;
    }
    let (pair, _) = counts.into_iter().max_by_key(|(pair, count)| (*count, std::cmp::Reverse(*pair)))?;
    Some((pair.0.to_owned(), pair.1.to_owned()))
}

/// A figure of turnover, and which side says it: 0, 1, or 2 for nobody in particular.
struct Said<'a> {
    observation: &'a Observation,
    side: usize,
}

fn figures(report: &PairReport) -> Vec<Said<'_>> {
    let mut figures = Vec::new();
    for row in &report.turnover {
        for (side, own) in [(0, &row.by_first), (1, &row.by_second)] {
            figures
                .extend(own.chosen.iter().chain(&own.others).map(|observation| Said { observation, side }));
        }
        figures.extend(row.by_nobody.iter().map(|observation| Said { observation, side: 2 }));
    }
    figures.sort_by(|a, b| a.observation.period.cmp(&b.observation.period).then(a.side.cmp(&b.side)));
    figures
}

fn side_name(side: usize, names: &[String; 2]) -> &str {
    names.get(side).map_or("not stated", String::as_str)
}

fn row(own: &Said<'_>, names: &[String; 2]) -> Value {
    let observation = own.observation;
    context! {
        period => observation.period.to_string(),
        partial => !observation.period.is_whole_years(),
        by => side_name(own.side, names),
        value => words(observation),
        claim => &observation.claim,
        source => &observation.source,
    }
}

fn words(own: &Observation) -> String {
    let figure = ledger::Figure { kind: own.kind, value: own.value, high: own.high, rounding: 0.0 };
    figure.times(own.scale / 1e6).words()
}

fn millions(dollars: f64) -> String {
    ledger::plain_number((dollars / 1e5).round() / 10.0)
}

fn finding(register: &Register, own: &Check) -> Value {
    let statements: Vec<Value> = own
        .claims
        .iter()
        .filter_map(|id| register.claim(id))
        .map(|claim| {
            context! {
                id => &claim.id,
                statement => &claim.statement,
                said => claim.said(),
                by => &claim.said_by,
                source => &claim.provenance.source,
            }
        })
        .collect();
    context! {
        verdict => own.verdict.word(),
        rule => own.rule,
        found => &own.found,
        arithmetic => &own.arithmetic,
        true_if => &own.true_if,
        between => own.judged == 0,
        statements,
    }
}

/// Turnover over time; nothing where no figure has a period.
fn drawing(figures: &[Said<'_>], names: &[String; 2]) -> Option<Drawing> {
    let first = figures.iter().map(|own| own.observation.period.from.year()).min()?;
    let last = figures.iter().map(|own| own.observation.period.last_day().year()).max()?;
    let span = Period::between(&format!("{first:04}"), &format!("{last:04}"))?;
    let most = figures.iter().map(|own| own.observation.amount() / 1e6).fold(1.0, f64::max);
    let step = [1.0, 2.0, 5.0]
        .iter()
        .flat_map(|unit| (0..9).map(move |power| unit * 10f64.powi(power)))
        .filter(|step| most / step <= 6.0)
        .fold(f64::INFINITY, f64::min);
    let top = (most / step).ceil() * step;
    let x = |day: jiff::civil::Date| {
        let share = f64::from((day - span.from).get_days()) / f64::from(span.days());
        PLOT.left + share * (PLOT.right - PLOT.left)
    };
    let y = |value: f64| PLOT.bottom - value / top * (PLOT.bottom - PLOT.top);
    let mut body = String::new();
    let mut value = 0.0;
    while value <= top {
        let _ = writeln!(
            body,
            "<line class=\"map-grid\" x1=\"{}\" y1=\"{:.1}\" x2=\"{}\" y2=\"{:.1}\"/><text class=\"chart-axis chart-end\" x=\"{}\" y=\"{:.1}\">{}</text>",
            PLOT.left,
            y(value),
            PLOT.right,
            y(value),
            PLOT.left - 6.0,
            y(value) + 4.0,
            ledger::plain_number(value)
        );
        value += step;
    }
    for year in first..=last {
        let Some(period) = Period::year(year) else { continue };
        let _ = writeln!(
            body,
            "<line class=\"map-grid\" x1=\"{0:.1}\" y1=\"{1}\" x2=\"{0:.1}\" y2=\"{2}\"/><text class=\"chart-axis chart-middle\" x=\"{3:.1}\" y=\"{4}\">{year}</text>",
            x(period.from),
            PLOT.top,
            PLOT.bottom,
            f64::midpoint(x(period.from), x(period.to)),
            PLOT.bottom + 17.0
        );
    }
    let _ = writeln!(
        body,
        "<path class=\"chart-base\" d=\"M{} {}V{}H{}\"/><text class=\"chart-axis\" x=\"4\" y=\"14\">million dollars in the period</text>",
        PLOT.left, PLOT.top, PLOT.bottom, PLOT.right
    );
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    for own in figures {
        let (observation, name) = (own.observation, side_name(own.side, names));
        let class = ["track-best", "track-rule", "track-doubt"][own.side.min(2)];
        let (from, to) = (x(observation.period.from), x(observation.period.to));
        let height = y(observation.amount() / 1e6);
        let (dash, part) = if observation.period.is_whole_years() {
            ("", "whole")
        } else {
            (" stroke-dasharray=\"3 5\"", "part")
        };
        let _ = writeln!(body, "<path class=\"{class}\"{dash} d=\"M{from:.1} {height:.1}H{to:.1}\"/>");
        let letter = name.chars().next().unwrap_or(' ');
        // Above the line, or below it where another label stands.
        let middle = f64::midpoint(from, to);
        let is_free = |at: f64| {
            labels.iter().all(|(x, y): &(f64, f64)| (x - middle).abs() > 70.0 || (y - at).abs() > 13.0)
        };
        let label = [height - 7.0, height + 16.0, height + 30.0]
            .into_iter()
            .find(|at| is_free(*at))
            .unwrap_or(height - 7.0);
        labels.push((middle, label));
        let _ = writeln!(
            body,
            "<text class=\"chart-label chart-middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            middle,
            label,
            escaped(&format!("{letter}: {} [{}]", words(observation), observation.claim))
        );
        rows.push(vec![
            observation.period.to_string(),
            part.to_owned(),
            name.to_owned(),
            observation.kind.word().to_owned(),
            (observation.amount() / 1e6).to_string(),
            observation.claim.clone(),
            observation.source.clone(),
        ]);
    }
    for (side, (class, name)) in [
        ("track-best", names[0].as_str()),
        ("track-rule", names[1].as_str()),
        ("track-doubt", "reporter not stated"),
    ]
    .into_iter()
    .enumerate()
    {
        let left = PLOT.left + 190.0 * side as f64;
        let _ = writeln!(
            body,
            "<path class=\"{class}\" d=\"M{left} {0}h34\"/><text class=\"chart-axis\" x=\"{1}\" y=\"{2}\">{3}</text>",
            PLOT.bottom + 41.0,
            left + 42.0,
            PLOT.bottom + 45.0,
            escaped(name)
        );
    }
    let sentence = figures
        .iter()
        .map(|own| {
            format!(
                "{}: {} million dollars, {}",
                own.observation.period,
                words(own.observation),
                side_name(own.side, names)
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    Some(Drawing {
        id: "pair-turnover".to_owned(),
        title: format!("Trade of {} and {} as each side reports it", names[0], names[1]),
        description: sentence,
        class: "chart",
        size: (WIDTH, HEIGHT),
        body,
        heading: vec!["period", "year", "reporter", "kind", "usd_million", "claim", "source"],
        rows,
    })
}
