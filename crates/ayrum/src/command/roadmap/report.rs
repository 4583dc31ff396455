//! A roadmap as a report: years as steps, and which measure buys what.

use scenario::{Model, Scenario};

use super::{Figures, Written};
use crate::report::flows::signed;
use crate::report::loop_table::{Cell, Column, Table};
use crate::report::told::{Told, ToldMeasure};
use crate::report::year_chart::{Series, YearChart};
use crate::story::Chapter;

/// The chapter of a roadmap.
pub(super) fn chapter(model: &Model, scenario: &Scenario, written: &Written) -> Chapter {
    let evidence = format!(
        "Modelled, illustrative: none of the trade across borders behind it is observed. {}.",
        scenario.title
    );
    let baseline = &model.baseline;
    let economies = baseline.economies.iter().map(|own| &own.provenance);
    let groups = baseline.groups.iter().map(|own| &own.provenance);
    let cited =
        economies.chain(groups).chain(baseline.markets.iter().map(|own| &own.provenance)).cloned().collect();
    let measures = scenario
        .measures
        .iter()
        .enumerate()
        .map(|(number, own)| ToldMeasure {
            words: format!("{number}: {}, from {}", own.change.words(model), own.about.date.0),
            source: (!own.is_assumed()).then(|| own.about.source.clone()),
            note: own.about.note.clone(),
            place: own.place.to_string(),
        })
        .collect();
    let span = (written.years.first(), written.years.last());
    let (from, to) = match span {
        (Some(first), Some(last)) => (first.date.as_str(), last.date.as_str()),
        _ => ("", ""),
    };
    let summary = scenario.summary.trim().replace('\n', " ");
    let mut told = Told {
        charts: charts(written, &evidence),
        evidence,
        measures,
        is_undone: false,
        flows: None,
        tables: vec![years(written), buys(written)],
        notes: Vec::new(),
        not_counted: vec!["what the measures cost: it is no appraisal".to_owned()],
        again: format!(
            "ayrum roadmap {} --from {} --to {} --draws {} --seed {}",
            written.scenario,
            &from[..from.len().min(4)],
            &to[..to.len().min(4)],
            written.draws,
            written.seed
        ),
        cited,
    };
    let horizon = model.case.settings.horizon;
    told.notes.push(format!("Rules and lines beside the measures are as last known on {horizon}."));
    Chapter {
        id: "roadmap",
        title: scenario.title.clone(),
        lead: format!("Each year on 1 July, from {from} to {to}: with the measures in force against the same day without. {summary}")
            .trim()
            .to_owned(),
        scenes: Vec::new(),
        flips: Vec::new(),
        findings: findings(written),
        sensitivity: None,
        costs: None,
        told: Some(told),
    }
}

/// What it comes to, in sentences made of the figures.
fn findings(written: &Written) -> Vec<String> {
    let mut findings = Vec::new();
    let Some(last) = written.years.last() else { return findings };
    let thousand = |own: &Figures| (own.network_tonnes - last.base.network_tonnes) / 1000.0;
    let mut text = format!(
        "On {} the measures change freight on the network by {} thousand tonnes a year",
        last.date,
        signed(thousand(&last.after), 1)
    );
    if let Some(expected) = &last.expected {
        text.push_str(&format!(
            "; as they slip, {} are to be expected over {} draws",
            signed(thousand(expected), 1),
            written.draws
        ));
    }
    findings.push(text + ".");
    for (code, percent) in written.economies.iter().zip(&last.after.real_income_percent).take(1) {
        findings.push(format!(
            "Real income changes most in {code}: {} % on {}.",
            signed(*percent, 4),
            last.date
        ));
    }
    let gain = |own: &&super::WrittenMeasure| own.alone.real_income_percent.first().copied().unwrap_or(0.0);
    if let (Some(most), Some(code)) =
        (written.measures.iter().max_by(|a, b| gain(a).total_cmp(&gain(b))), written.economies.first())
        && gain(&most) > 0.0
    {
        findings.push(format!(
            "For {code} one measure alone brings most: {}, {} % of real income.",
            most.words,
            signed(gain(&most), 4)
        ));
    }
    findings
}

/// Tonnes, and the income that changes most, by year.
fn charts(written: &Written, evidence: &str) -> Vec<crate::report::Drawing> {
    let years: Vec<String> = written.years.iter().map(|own| own.date.chars().take(4).collect()).collect();
    let mut seen: Vec<usize> = Vec::new();
    let begins: Vec<Vec<usize>> = written
        .years
        .iter()
        .map(|year| {
            let new: Vec<usize> = year.in_force.iter().copied().filter(|own| !seen.contains(own)).collect();
            seen.extend(&new);
            new
        })
        .collect();
    let series = |of: &dyn Fn(&Figures, &Figures) -> f64| -> Vec<Series> {
        let with = written.years.iter().map(|year| of(&year.base, &year.after)).collect();
        let mut all =
            vec![Series { label: "with the measures".to_owned(), class: "track-best", values: with }];
        if written.years.iter().any(|year| year.expected.is_some()) {
            let slip = |year: &super::WrittenYear| {
                year.expected.as_ref().map_or(f64::NAN, |own| of(&year.base, own))
            };
            all.push(Series {
                label: format!("to be expected as they slip, {} draws", written.draws),
                class: "track-doubt",
                values: written.years.iter().map(slip).collect(),
            });
        }
        all
    };
    let chart = |id: &str, title: String, axis: &str, series: Vec<Series>| {
        let own = YearChart {
            id: format!("roadmap-{id}"),
            title,
            axis: axis.to_owned(),
            years: years.clone(),
            begins: begins.clone(),
            series,
            evidence: evidence.to_owned(),
        };
        own.drawing()
    };
    let tonnes = series(&|base, own| (own.network_tonnes - base.network_tonnes) / 1000.0);
    let mut charts = vec![chart(
        "tonnes",
        "Freight on the network by year".to_owned(),
        "thousand tonnes a year, change",
        tonnes,
    )];
    if let Some(code) = written.economies.first() {
        let income = series(&|_, own| own.real_income_percent.first().copied().unwrap_or(0.0));
        charts.push(chart("income", format!("Real income of {code} by year"), "per cent, change", income));
    }
    charts
}

fn columns(written: &Written, first: &str) -> Vec<Column> {
    let mut columns = vec![Column::text(first)];
    columns.extend(
        ["thousand t", "carriage, m USD", "CO2e, thousand t", "delay, thousand t h"].map(Column::number),
    );
    columns.extend(written.economies.iter().map(|own| Column::number(&format!("{own} income, %"))));
    columns
}

fn against(label: String, base: &Figures, own: &Figures) -> Vec<Cell> {
    let mut row = vec![
        Cell::text(label),
        Cell::modelled(signed((own.network_tonnes - base.network_tonnes) / 1e3, 1)),
        Cell::modelled(signed((own.carriage_usd - base.carriage_usd) / 1e6, 2)),
        Cell::modelled(signed((own.co2_tonnes - base.co2_tonnes) / 1e3, 2)),
        Cell::modelled(signed((own.delay_tonne_hours - base.delay_tonne_hours) / 1e3, 1)),
    ];
    row.extend(own.real_income_percent.iter().map(|percent| Cell::modelled(signed(*percent, 4))));
    row
}

fn years(written: &Written) -> Table {
    let mut rows = Vec::new();
    for year in &written.years {
        let force: Vec<String> = year.in_force.iter().map(ToString::to_string).collect();
        let force = if force.is_empty() { "none".to_owned() } else { force.join(", ") };
        rows.push(against(format!("{}, in force: {force}", year.date), &year.base, &year.after));
        if let Some(expected) = &year.expected {
            rows.push(against(format!("{}, to be expected", year.date), &year.base, expected));
        }
    }
    Table {
        id: "years".to_owned(),
        caption: "Each year: what the measures change on the network and in real incomes, against the base of the year".to_owned(),
        columns: columns(written, "Day"),
        rows,
        none: "No year is told.".to_owned(),
        is_folded: false,
    }
}

fn buys(written: &Written) -> Table {
    let last = written.years.last();
    let mut rows = Vec::new();
    for own in &written.measures {
        let Some(last) = last else { continue };
        rows.push(against(format!("{} alone: {}", own.measure, own.words), &last.base, &own.alone));
        rows.push(against(format!("{} with all before it", own.measure), &last.base, &own.in_sequence));
    }
    Table {
        id: "buys".to_owned(),
        caption: format!("Which measure buys what on {}", last.map_or("", |own| own.date.as_str())),
        columns: columns(written, "Measure"),
        rows,
        none: "No measure is in force on the last day.".to_owned(),
        is_folded: false,
    }
}
