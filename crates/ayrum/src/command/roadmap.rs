//! `ayrum roadmap`: a scenario over years.

mod report;

use jiff::civil::Date;
use scenario::{Headline, LoopSettings, Model, Scenario};
use serde::Serialize;

use super::run_scenario::{self, File, TradeBase};
use super::{Done, load, put, report_files, scenarios};
use crate::arguments::scenarios::Roadmap;
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::show;

/// Economies told where none is asked for.
const MOST: usize = 4;
/// Years that one question may hold.
const MOST_YEARS: i16 = 30;

#[derive(Serialize)]
pub(super) struct Written {
    program: &'static str,
    case: String,
    case_hash: String,
    scenario: String,
    title: String,
    /// The files it is made of, to run it again.
    files: Vec<File>,
    trade_base: TradeBase,
    assume_open: bool,
    measures_of: Vec<String>,
    draws: usize,
    seed: u64,
    economies: Vec<String>,
    years: Vec<WrittenYear>,
    measures: Vec<WrittenMeasure>,
}

#[derive(Serialize)]
struct WrittenYear {
    date: String,
    in_force: Vec<usize>,
    base: Figures,
    after: Figures,
    expected: Option<Figures>,
}

#[derive(Serialize)]
struct WrittenMeasure {
    measure: usize,
    words: String,
    alone: Figures,
    in_sequence: Figures,
}

/// What is told of a state.
#[derive(Serialize)]
struct Figures {
    settled: bool,
    network_tonnes: f64,
    tonne_km: f64,
    carriage_usd: f64,
    co2_tonnes: f64,
    delay_tonne_hours: f64,
    /// Change against the base of the year, in per cent, by economy as listed.
    real_income_percent: Vec<f64>,
}

/// Runs the years and prints them.
pub(crate) fn run(asked: &Roadmap, case: &CaseSource) -> Result<Done, Failure> {
    let model = load(case)?;
    let named = CaseSource { scenario: vec![asked.name.clone()], ..case.clone() };
    let Some(scenario) = scenarios::chosen(&model, &named)? else {
        return Err(Failure::new("no scenario is named").hint("`ayrum scenario list` lists them"));
    };
    let written = told(&model, &scenario, asked)?;
    let chapter = || report::chapter(&model, &scenario, &written);
    report_files::where_asked((asked.report.as_deref(), asked.figures.as_deref()), &model, chapter)?;
    match asked.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => put(&csv(&written)?)?,
        Format::Table => put(&text(&written, &scenario))?,
        Format::Geojson => {
            return Err(Failure::new("a roadmap has no geometry of its own").hint("table, json or csv"));
        }
    }
    let settled = written.years.iter().all(|year| year.base.settled && year.after.settled)
        && written.measures.iter().all(|own| own.alone.settled && own.in_sequence.settled);
    Ok(if settled { Done::Good } else { Done::Findings })
}

/// 1 July of each year.
fn julys(asked: &Roadmap) -> Result<Vec<Date>, Failure> {
    if asked.to < asked.from || asked.to - asked.from >= MOST_YEARS {
        return Err(Failure::new(format!("{} to {} is no span of years", asked.from, asked.to))
            .hint(format!("--from 2026 --to 2030; at most {MOST_YEARS} years")));
    }
    let july = |year| Date::new(year, 7, 1).map_err(|error| Failure::new(error.to_string()));
    (asked.from..=asked.to).map(july).collect()
}

/// The roadmap as it is written.
pub(super) fn told(model: &Model, scenario: &Scenario, asked: &Roadmap) -> Result<Written, Failure> {
    let dates = julys(asked)?;
    let settings = LoopSettings { assume_open: asked.assume_open, ..LoopSettings::default() };
    let observed = run_scenario::observed(model, asked.store.as_deref())?;
    let roadmap = model.roadmap(scenario, &dates, &observed, &settings, asked.draws, asked.seed)?;
    let economies = economies(model, &roadmap, asked)?;
    let figures = |own: &Headline| Figures {
        settled: own.settled,
        network_tonnes: own.totals.tonnes,
        tonne_km: own.totals.tonne_km,
        carriage_usd: own.totals.freight_usd,
        co2_tonnes: own.totals.co2_tonnes,
        delay_tonne_hours: own.totals.delay_tonne_hours,
        real_income_percent: economies.iter().map(|at| 100.0 * (own.incomes[*at] - 1.0)).collect(),
    };
    // Of the years the one of which least is observed speaks.
    let share = roadmap.years.iter().map(|year| year.observed_share).fold(f64::INFINITY, f64::min);
    Ok(Written {
        program: concat!("ayrum ", env!("CARGO_PKG_VERSION")),
        case: model.case.settings.name.clone(),
        case_hash: model.case_hash.clone(),
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        files: File::of(scenario),
        trade_base: TradeBase::new(
            model,
            if share.is_finite() { share } else { 0.0 },
            observed.len(),
            &roadmap.trade_basis,
        ),
        assume_open: asked.assume_open,
        measures_of: scenario.measures.iter().map(|own| own.words(model)).collect(),
        draws: asked.draws,
        seed: asked.seed,
        economies: economies.iter().map(|at| model.baseline.economies[*at].id.clone()).collect(),
        years: roadmap
            .years
            .iter()
            .map(|year| WrittenYear {
                date: year.date.to_string(),
                in_force: year.in_force.clone(),
                base: figures(&year.base),
                after: figures(&year.after),
                expected: year.expected.as_ref().map(figures),
            })
            .collect(),
        measures: roadmap
            .measures
            .iter()
            .map(|own| WrittenMeasure {
                measure: own.measure,
                words: scenario.measures[own.measure].words(model),
                alone: figures(&own.alone),
                in_sequence: figures(&own.in_sequence),
            })
            .collect(),
    })
}

/// The economies asked for, else those whose income changes most in the last year.
fn economies(model: &Model, roadmap: &scenario::Roadmap, asked: &Roadmap) -> Result<Vec<usize>, Failure> {
    let known = &model.baseline.economies;
    if asked.economy.is_empty() {
        let Some(last) = roadmap.years.last() else { return Ok(Vec::new()) };
        let mut all: Vec<usize> = (0..known.len()).collect();
        let change = |at: &usize| (last.after.incomes[*at] - 1.0).abs();
        all.sort_by(|a, b| change(b).total_cmp(&change(a)));
        all.truncate(MOST);
        return Ok(all);
    }
    asked.economy.iter().map(|code| economy(model, code)).collect()
}

/// An economy of the baseline, by its code.
pub(super) fn economy(model: &Model, code: &str) -> Result<usize, Failure> {
    model.baseline.economy(code).ok_or_else(|| {
        let known = model.baseline.economies.iter().map(|own| own.id.as_str());
        Failure::new(format!("the baseline has no economy `{code}`")).hint(::case::suggestion(code, known))
    })
}

fn text(written: &Written, scenario: &Scenario) -> String {
    let mut text = format!("{}\n{}", written.title, written.trade_base.words());
    let assumed = scenario.measures.iter().filter(|own| own.is_assumed()).count();
    text.push_str(&format!("{assumed} of {} measures are assumed.\n\n", scenario.measures.len()));
    for (number, words) in written.measures_of.iter().enumerate() {
        text.push_str(&format!("  {number}  {words}\n"));
    }
    let thousand = |value: f64| format!("{:+.1}", value / 1000.0);
    let million = |value: f64| format!("{:+.2}", value / 1e6);
    let against = |base: &Figures, own: &Figures| {
        let mut row = vec![
            thousand(own.network_tonnes - base.network_tonnes),
            million(own.carriage_usd - base.carriage_usd),
            thousand(own.co2_tonnes - base.co2_tonnes),
            thousand(own.delay_tonne_hours - base.delay_tonne_hours),
        ];
        row.extend(own.real_income_percent.iter().map(|percent| format!("{percent:+.4}")));
        row
    };
    let incomes: Vec<String> = written.economies.iter().map(|own| format!("{own} income, %>")).collect();
    let mut heading =
        vec!["", "thousand t>", "carriage, m USD>", "CO2e, thousand t>", "delay, thousand t h>"];
    heading.extend(incomes.iter().map(String::as_str));
    text.push_str("\nEach year on 1 July: what the measures change on the network\n");
    let mut rows = Vec::new();
    for year in &written.years {
        let force: Vec<String> = year.in_force.iter().map(ToString::to_string).collect();
        let label = format!(
            "{} (in force: {})",
            year.date,
            if force.is_empty() { "none".to_owned() } else { force.join(", ") }
        );
        rows.push([vec![label], against(&year.base, &year.after)].concat());
        if let Some(expected) = &year.expected {
            rows.push(
                [vec![format!("  expected over {} draws", written.draws)], against(&year.base, expected)]
                    .concat(),
            );
        }
    }
    text.push_str(&show::table(&heading, rows));
    if let Some(last) = written.years.last().filter(|_| !written.measures.is_empty()) {
        text.push_str(&format!("\nWhich measure buys what on {}\n", last.date));
        let mut rows = Vec::new();
        for own in &written.measures {
            rows.push([vec![format!("{} alone", own.measure)], against(&last.base, &own.alone)].concat());
            let all = format!("{} with all before it", own.measure);
            rows.push([vec![all], against(&last.base, &own.in_sequence)].concat());
        }
        text.push_str(&show::table(&heading, rows));
    }
    text
}

fn csv(written: &Written) -> Result<String, Failure> {
    let mut heading: Vec<String> = [
        "date",
        "state",
        "measure",
        "network_tonnes",
        "tonne_km",
        "carriage_usd",
        "co2_tonnes",
        "delay_tonne_hours",
    ]
    .map(str::to_owned)
    .to_vec();
    heading.extend(written.economies.iter().map(|own| format!("real_income_percent_{own}")));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut add = |date: &str, state: &str, measure: String, own: &Figures| {
        let figures =
            [own.network_tonnes, own.tonne_km, own.carriage_usd, own.co2_tonnes, own.delay_tonne_hours];
        let all = figures.iter().chain(&own.real_income_percent).map(ToString::to_string);
        rows.push([date.to_owned(), state.to_owned(), measure].into_iter().chain(all).collect());
    };
    for year in &written.years {
        add(&year.date, "base", String::new(), &year.base);
        add(&year.date, "scenario", String::new(), &year.after);
        if let Some(expected) = &year.expected {
            add(&year.date, "expected", String::new(), expected);
        }
    }
    let last = written.years.last().map_or("", |year| year.date.as_str());
    for own in &written.measures {
        add(last, "alone", own.measure.to_string(), &own.alone);
        add(last, "in sequence", own.measure.to_string(), &own.in_sequence);
    }
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    show::csv(&heading, rows.into_iter())
}
