//! `ayrum scenario compare`: two scenarios from one base.

use std::path::Path;

use scenario::{Headline, LoopSettings, Model, Totals};
use serde::Serialize;

use super::{chosen, day};
use crate::arguments::{CaseSource, Format};
use crate::command::run_scenario::{self, TradeBase};
use crate::command::{Done, date, put};
use crate::failure::Failure;
use crate::show;

/// Economies that the text tells.
const MOST: usize = 8;

#[derive(Serialize)]
struct Written {
    program: &'static str,
    case: String,
    case_hash: String,
    date: String,
    trade_base: TradeBase,
    scenarios: [String; 2],
    titles: [String; 2],
    settled: bool,
    totals: Vec<WrittenFigure>,
    real_income_percent: Vec<WrittenFigure>,
}

/// A figure in the base and by either scenario.
#[derive(Serialize)]
struct WrittenFigure {
    what: String,
    unit: &'static str,
    base: f64,
    first: f64,
    second: f64,
}

/// Reads one figure of the totals.
type Figure = fn(&Totals) -> f64;

const FIGURES: [(&str, &str, Figure); 5] = [
    ("tonnes on the network", "t/year", |own| own.tonnes),
    ("tonne-kilometres on the network", "t km/year", |own| own.tonne_km),
    ("carriage paid on the network", "USD/year", |own| own.freight_usd),
    ("CO2e on the network", "t/year", |own| own.co2_tonnes),
    ("delay at scarce capacities", "t h/year", |own| own.delay_tonne_hours),
];

/// What is compared.
pub(super) struct Asked<'a> {
    /// The scenarios.
    pub(super) names: [&'a str; 2],
    /// The day.
    pub(super) date: Option<&'a str>,
    /// The store of statistics.
    pub(super) store: Option<&'a Path>,
}

/// Runs both and prints them side by side.
pub(super) fn run(
    model: &Model,
    case: &CaseSource,
    asked: &Asked<'_>,
    format: Format,
) -> Result<Done, Failure> {
    let mut scenarios = Vec::new();
    for name in asked.names {
        let named = CaseSource { scenario: vec![name.to_owned()], ..case.clone() };
        scenarios.extend(chosen(model, &named)?);
    }
    let latest = scenarios.iter().map(|own| day(model, Some(own))).max();
    let on = match (asked.date, latest) {
        (Some(text), _) => date(text)?,
        (None, Some(latest)) => latest,
        (None, None) => model.case.settings.horizon,
    };
    let refs: Vec<&scenario::Scenario> = scenarios.iter().collect();
    let observed = run_scenario::observed(model, asked.store)?;
    let told = model.side_by_side(&refs, on, &observed, &LoopSettings::default())?;
    let (base, [first, second]) = (&told.base, told.after.as_slice()) else {
        return Err(Failure::new("two scenarios are compared").hint("`ayrum scenario list` lists them"));
    };
    let all: [&Headline; 3] = [base, first, second];
    let figure = |what: &str, unit, of: &dyn Fn(&Headline) -> f64| {
        let [base, first, second] = all.map(of);
        WrittenFigure { what: what.to_owned(), unit, base, first, second }
    };
    let incomes = model.baseline.economies.iter().enumerate();
    let written = Written {
        program: concat!("ayrum ", env!("CARGO_PKG_VERSION")),
        case: model.case.settings.name.clone(),
        case_hash: model.case_hash.clone(),
        date: on.to_string(),
        trade_base: TradeBase::new(model, told.observed_share, observed.len(), &told.trade_basis),
        scenarios: [scenarios[0].name.clone(), scenarios[1].name.clone()],
        titles: [scenarios[0].title.clone(), scenarios[1].title.clone()],
        settled: all.iter().all(|own| own.settled),
        totals: FIGURES.iter().map(|(what, unit, of)| figure(what, unit, &|own| of(&own.totals))).collect(),
        real_income_percent: incomes
            .map(|(at, economy)| figure(&economy.id, "%", &|own| 100.0 * (own.incomes[at] - 1.0)))
            .collect(),
    };
    match format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            let rows = written.totals.iter().chain(&written.real_income_percent).map(|own| {
                let figures = [own.base, own.first, own.second].map(|figure| figure.to_string());
                [[own.what.clone(), own.unit.to_owned()].to_vec(), figures.to_vec()].concat()
            });
            let [first, second] = &written.scenarios;
            put(&show::csv(&["what", "unit", "base", first, second], rows)?)?;
        }
        Format::Table => put(&text(&written))?,
        Format::Geojson => {
            return Err(Failure::new("a comparison has no geometry of its own").hint("table, json or csv"));
        }
    }
    Ok(if written.settled { Done::Good } else { Done::Findings })
}

fn text(written: &Written) -> String {
    let mut text = format!(
        "A  {} [{}]\nB  {} [{}]\nThe world of {}, against the same day without measures\n\
         {}\n",
        written.titles[0],
        written.scenarios[0],
        written.titles[1],
        written.scenarios[1],
        written.date,
        written.trade_base.words()
    );
    let rows = written
        .totals
        .iter()
        .map(|own| {
            let change = |figure: f64| format!("{:+.3} m", (figure - own.base) / 1e6);
            vec![
                format!("{} ({})", own.what, own.unit),
                format!("{:.3} m", own.base / 1e6),
                change(own.first),
                change(own.second),
            ]
        })
        .collect();
    text.push_str(&show::table(&["", "base>", "A>", "B>"], rows));
    let mut incomes: Vec<&WrittenFigure> = written.real_income_percent.iter().collect();
    let most = |own: &WrittenFigure| own.first.abs().max(own.second.abs());
    incomes.sort_by(|a, b| most(b).total_cmp(&most(a)));
    let rows = incomes
        .iter()
        .take(MOST)
        .map(|own| vec![own.what.clone(), format!("{:+.4} %", own.first), format!("{:+.4} %", own.second)])
        .collect();
    text.push_str("\nReal income of those who gain or lose most\n");
    text.push_str(&show::table(&["economy", "A>", "B>"], rows));
    text
}
