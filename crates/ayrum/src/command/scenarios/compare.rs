//! `ayrum scenario compare`: two scenarios from one base.

use std::path::Path;

use scenario::{
    DrawSettings, DrawsSideBySide, FigureInterval, Headline, Interval, LoopSettings, Model, PERCENTILES,
    Told, TotalFigure, Totals,
};
use serde::Serialize;

use super::{chosen, day};
use crate::arguments::{CaseSource, Format};
use crate::command::run_scenario::draws::with_bar;
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
    draws: Option<WrittenDraws>,
}

/// How far the differences move where the doubted figures do: see `ayrum run --draws`.
#[derive(Serialize)]
struct WrittenDraws {
    count: usize,
    seed: u64,
    counted: usize,
    doubted_figures: usize,
    percentiles: [f64; 3],
    differences: Vec<WrittenDifference>,
}

/// The changes from the base by either scenario, and from the first to the second: without draws, then by percentiles.
#[derive(Serialize)]
struct WrittenDifference {
    what: String,
    unit: &'static str,
    first: [Option<f64>; 4],
    second: [Option<f64>; 4],
    second_less_first: [Option<f64>; 4],
    /// Share of the draws in which the second differs from the first as without draws.
    same_sign_percent: Option<f64>,
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
    /// How often the doubted figures are drawn, and from which seed.
    pub(super) draws: Option<DrawSettings>,
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
        draws: asked
            .draws
            .as_ref()
            .map(|draws| {
                let drawn = with_bar(draws, |tell| {
                    let settings = LoopSettings::default();
                    let pair = [refs[0], refs[1]];
                    model.draws_side_by_side(pair, on, observed, &settings, draws, tell)
                })?;
                Ok::<_, Failure>(written_draws(model, &drawn))
            })
            .transpose()?,
    };
    match format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            let differences = written.draws.as_ref().map(|draws| draws.differences.as_slice());
            let rows = written.totals.iter().chain(&written.real_income_percent).map(|own| {
                let figures = [own.base, own.first, own.second].map(|figure| figure.to_string());
                let mut row = [[own.what.clone(), own.unit.to_owned()].to_vec(), figures.to_vec()].concat();
                if let Some(differences) = differences {
                    let found = differences.iter().find(|other| other.what == own.what);
                    let cells = |own: &[Option<f64>; 4]| own[1..].to_vec();
                    let all = found.map_or_else(
                        || vec![None; 9],
                        |own| [&own.first, &own.second, &own.second_less_first].map(cells).concat(),
                    );
                    row.extend(
                        all.into_iter().map(|cell| cell.map(|own| own.to_string()).unwrap_or_default()),
                    );
                }
                row
            });
            let [first, second] = &written.scenarios;
            let mut heading = vec!["what", "unit", "base", first, second];
            if differences.is_some() {
                heading.extend(DIFFERENCES);
            }
            put(&show::csv(&heading, rows)?)?;
        }
        Format::Table => put(&text(&written))?,
        Format::Geojson => {
            return Err(Failure::new("a comparison has no geometry of its own").hint("table, json or csv"));
        }
    }
    Ok(if written.settled { Done::Good } else { Done::Findings })
}

/// Columns of the changes over the draws.
const DIFFERENCES: [&str; 9] = [
    "first_change_p5",
    "first_change_p50",
    "first_change_p95",
    "second_change_p5",
    "second_change_p50",
    "second_change_p95",
    "second_less_first_p5",
    "second_less_first_p50",
    "second_less_first_p95",
];

fn written_draws(model: &Model, drawn: &DrawsSideBySide) -> WrittenDraws {
    let own = &drawn.first;
    let by = |list: &[FigureInterval], told: Told| list.iter().find(|own| own.told == told).copied();
    let four = |own: Option<FigureInterval>| {
        let Interval { central, drawn } = own.map(|own| own.difference).unwrap_or_default();
        let at = |position: usize| drawn.map(|drawn| drawn[position]);
        [central, at(0), at(1), at(2)]
    };
    let named = |told: Told| match told {
        Told::Total(figure) => {
            let at = match figure {
                TotalFigure::Tonnes => 0,
                TotalFigure::TonneKm => 1,
                TotalFigure::Freight => 2,
                TotalFigure::Co2 => 3,
                TotalFigure::Delay => 4,
                TotalFigure::AllTonnes => return None,
            };
            Some((FIGURES[at].0.to_owned(), FIGURES[at].1))
        }
        Told::RealIncome(economy) => Some((model.baseline.economies[economy].id.clone(), "%")),
        _ => None,
    };
    let mut all: Vec<Told> = own.figures.iter().chain(&drawn.second).map(|own| own.told).collect();
    all.sort_unstable();
    all.dedup();
    let difference = |told: Told| {
        let (what, unit) = named(told)?;
        let between = by(&drawn.between, told);
        Some(WrittenDifference {
            what,
            unit,
            first: four(by(&own.figures, told)),
            second: four(by(&drawn.second, told)),
            second_less_first: four(between),
            same_sign_percent: between.and_then(|own| own.same_sign).map(|share| 100.0 * share),
        })
    };
    WrittenDraws {
        count: own.settings.count,
        seed: own.settings.seed,
        counted: own.counted,
        doubted_figures: own.doubts.len(),
        percentiles: PERCENTILES.map(|share| 100.0 * share),
        differences: all.into_iter().filter_map(difference).collect(),
    }
}

/// The draws in words and a table.
fn draws_text(draws: &WrittenDraws) -> String {
    let span = |own: &[Option<f64>; 4], unit: &str| {
        let short = |value: f64| match unit {
            "%" => format!("{value:+.4}"),
            _ => format!("{:+.3} m", value / 1e6),
        };
        own[1]
            .zip(own[3])
            .map_or_else(|| "–".to_owned(), |(low, high)| format!("{} … {}", short(low), short(high)))
    };
    let most = |own: &WrittenDifference| {
        [&own.first, &own.second]
            .into_iter()
            .flatten()
            .flatten()
            .fold(0.0, |most: f64, own| most.max(own.abs()))
    };
    let (mut incomes, totals): (Vec<_>, Vec<_>) = draws.differences.iter().partition(|own| own.unit == "%");
    incomes.sort_by(|a, b| most(b).total_cmp(&most(a)));
    let rows = totals.into_iter().chain(incomes.into_iter().take(MOST)).map(|own| {
        let what = if own.unit == "%" {
            format!("real income of {} (%)", own.what)
        } else {
            format!("{} ({})", own.what, own.unit)
        };
        vec![
            what,
            span(&own.first, own.unit),
            span(&own.second, own.unit),
            span(&own.second_less_first, own.unit),
            own.same_sign_percent.map_or_else(|| "–".to_owned(), |own| format!("{own:.0} %")),
        ]
    });
    format!(
        "\nChanges from the base, 5 to 95 of 100 draws, by {} of {} draws of {} doubted figures (seed {}); base, A and B share \
         each draw\n{}",
        draws.counted,
        draws.count,
        draws.doubted_figures,
        draws.seed,
        show::table(&["", "A>", "B>", "B less A>", "same sign in>"], rows.collect())
    )
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
    text.extend(written.draws.as_ref().map(draws_text));
    text
}
