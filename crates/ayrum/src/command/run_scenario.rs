//! `ayrum run`: a scenario through the loop of costs, trade and loads.

pub(crate) mod draws;
mod flows;
pub(crate) mod replay;
pub(crate) mod report;
mod rows;
mod tables;
pub(crate) mod text;
mod trade_base;
mod verdict;

use std::path::Path;

use ledger::{Margin, Method, Store};
use scenario::baseline::ObservedCell;
use scenario::{Frozen, LoopCertificate, LoopRun, LoopSettings, Model, Settled, Totals};
use serde::Serialize;

use super::roadmap::economy;
use super::{Done, date, load, put, report_files, scenarios};
use crate::arguments::scenarios::{Freeze, RunScenario};
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::show;

pub(crate) use trade_base::TradeBase;

/// A run as it is written.
#[derive(Serialize)]
pub(crate) struct Written {
    program: &'static str,
    case: String,
    case_hash: String,
    scenario: Named,
    date: String,
    frozen: Option<&'static str>,
    unlimited_capacity: bool,
    assume_open: bool,
    most_passes: usize,
    seed: Option<u64>,
    trade_base: TradeBase,
    settled: bool,
    /// What must be known before a figure is read: that nothing is carried, that a state is only the best point met.
    explanations: Vec<String>,
    certificates: Vec<WrittenCertificate>,
    totals: Vec<WrittenTotals>,
    economies: Vec<WrittenEconomy>,
    goods: Vec<WrittenGoods>,
    pairs: Vec<WrittenPair>,
    capacities: Vec<WrittenCapacity>,
    links: Vec<WrittenLink>,
    corridors: Vec<WrittenCorridor>,
    corridor_shares: Vec<WrittenShare>,
    freight_money: Vec<WrittenSum>,
    public_money: Vec<WrittenMoney>,
    quotas: Vec<WrittenQuota>,
    not_counted: Vec<&'static str>,
    draws: Option<draws::Written>,
}

#[derive(Serialize)]
struct Named {
    name: String,
    title: String,
    measures: Vec<String>,
    assumed: usize,
    /// The files it is made of, to run it again.
    files: Vec<File>,
}

/// A scenario file.
#[derive(Serialize)]
pub(crate) struct File {
    file: String,
    text: String,
}

impl File {
    /// The files of a scenario.
    pub(crate) fn of(scenario: &scenario::Scenario) -> Vec<Self> {
        let file = |(file, text): &(String, String)| Self { file: file.clone(), text: text.clone() };
        scenario.texts.iter().map(file).collect()
    }
}

#[derive(Serialize)]
struct WrittenCertificate {
    state: &'static str,
    settled: bool,
    passes: usize,
    searches: usize,
    delay_change_hours: f64,
    best_saving_outside: f64,
    assignment_gap: f64,
    equilibrium_residual: f64,
    spatial_violation: f64,
}

/// A total in the base, in the scenario, and what each step adds.
#[derive(Serialize)]
struct WrittenTotals {
    what: &'static str,
    unit: &'static str,
    base: f64,
    after: f64,
    /// What each step adds to the base, in order; nothing where something is frozen.
    by_routes: Option<f64>,
    by_congestion: Option<f64>,
    by_trade: Option<f64>,
}

#[derive(Serialize)]
struct WrittenEconomy {
    economy: String,
    name: String,
    real_income_percent: f64,
    exports_usd: [f64; 2],
    imports_usd: [f64; 2],
}

/// What a homogeneous good costs where it is bought, and who lands it at which price.
#[derive(Serialize)]
struct WrittenGoods {
    goods: String,
    buyer: String,
    tonnes: [f64; 2],
    price_usd_per_tonne: [Option<f64>; 2],
    rivals: Vec<WrittenRival>,
}

#[derive(Serialize)]
struct WrittenRival {
    seller: String,
    tonnes: [f64; 2],
    landed_usd_per_tonne: [Option<f64>; 2],
    /// The price at origin at which it would sell its first tonne, in the scenario.
    would_win_at_usd_per_tonne: Option<f64>,
    origin_usd_per_tonne: Option<f64>,
}

#[derive(Serialize)]
struct WrittenPair {
    group: String,
    origin: String,
    destination: String,
    tonnes: [f64; 2],
    network_tonnes: [f64; 2],
    origin_value_usd: [f64; 2],
    cost_usd_per_tonne: [f64; 2],
    /// Mean hours of what is on the network.
    network_hours: [Option<f64>; 2],
    /// CO2e of what is on the network.
    co2_tonnes: [f64; 2],
}

#[derive(Serialize)]
struct WrittenCapacity {
    name: String,
    unit: &'static str,
    yearly: f64,
    source: String,
    confidence: &'static str,
    share_percent: [f64; 2],
    delay_hours: [f64; 2],
}

#[derive(Serialize)]
struct WrittenLink {
    link: String,
    name: String,
    crossing: Option<String>,
    tonnes: [f64; 2],
}

/// Tonnes across borders by a named way, of one group or of all.
#[derive(Serialize)]
struct WrittenCorridor {
    corridor: String,
    name: String,
    group: Option<String>,
    tonnes: [f64; 2],
    tonne_km: [f64; 2],
    hours: [Option<f64>; 2],
    usd_per_tonne: [Option<f64>; 2],
}

/// The share of a way in the tonnes between two economies.
#[derive(Serialize)]
struct WrittenShare {
    origin: String,
    destination: String,
    corridor: String,
    tonnes: [f64; 2],
    share_percent: [f64; 2],
}

/// A sum in the base and in the scenario.
#[derive(Serialize)]
struct WrittenSum {
    what: &'static str,
    unit: &'static str,
    values: [f64; 2],
}

/// Who pays whom how much a year.
#[derive(Serialize)]
struct WrittenMoney {
    kind: &'static str,
    what: String,
    payer: String,
    payer_kind: &'static str,
    receiver: String,
    receiver_kind: &'static str,
    /// Tonnes on which it is paid.
    tonnes: [f64; 2],
    usd: [f64; 2],
}

/// A quota that speaks on the day in one of the states.
#[derive(Serialize)]
struct WrittenQuota {
    rule: String,
    /// Tonnes a year that it allows; nothing where it does not speak.
    tonnes_per_year: [Option<f64>; 2],
    /// Tonnes in its scope of goods that do not differ by origin, which it limits where it binds.
    used_tonnes: [Option<f64>; 2],
    /// Tonnes in its scope of goods that differ by origin: it is shown for them and does not bind.
    not_limited_tonnes: [Option<f64>; 2],
    /// What a tonne more would be worth.
    shadow_price_usd_per_tonne: [Option<f64>; 2],
    /// Whether it leaves some buyer so little that the shadow price says more of the demand curve than of the market.
    beyond_curves: [Option<bool>; 2],
    /// Why it is shown only; nothing where it binds.
    shown_only: Option<&'static str>,
}

/// The models that the two states of a run stand on.
struct Worlds<'m> {
    base: &'m Model,
    after: &'m Model,
}

/// Runs the loop and prints what changes.
pub(crate) fn run(asked: &RunScenario, case: &CaseSource) -> Result<Done, Failure> {
    let model = load(case)?;
    let named = CaseSource { scenario: vec![asked.name.clone()], ..case.clone() };
    let Some(scenario) = scenarios::chosen(&model, &named)? else {
        return Err(Failure::new("no scenario is named").hint("`ayrum scenario list` lists them"));
    };
    if let Some(code) = &asked.into {
        economy(&model, code)?;
    }
    let loop_run = looped(&model, &scenario, asked)?;
    if asked.format == Format::Geojson {
        let applied = scenario.apply(&model, loop_run.date);
        let worlds = Worlds { base: &model, after: &applied.model };
        put(&show::json(&flows::flows(&worlds, &scenario, &loop_run))?)?;
        let settled = loop_run.base.certificate.settled && loop_run.after.certificate.settled;
        return Ok(if settled { Done::Good } else { Done::Findings });
    }
    let written = told(&model, &scenario, &loop_run, asked);
    let chapter = || report::chapter(&model, &scenario, &loop_run, &written, asked.into.as_deref());
    report_files::where_asked((asked.report.as_deref(), asked.figures.as_deref()), &model, chapter)?;
    match asked.format {
        Format::Json | Format::Geojson => put(&show::json(&written)?)?,
        Format::Csv => put(&rows::csv(&written)?)?,
        Format::Table => put(&text::text(&written, asked.into.as_deref()))?,
    }
    Ok(if written.settled { Done::Good } else { Done::Findings })
}

/// The run as it is written.
fn settled(model: &Model, scenario: &scenario::Scenario, asked: &RunScenario) -> Result<Written, Failure> {
    Ok(told(model, scenario, &looped(model, scenario, asked)?, asked))
}

/// A run as it is written, with its draws where some are asked for.
fn told(model: &Model, scenario: &scenario::Scenario, run: &LoopRun, asked: &RunScenario) -> Written {
    let mut written = write(model, scenario, run, asked);
    let drawn = |own| draws::drawn(model, scenario, run, &loop_settings(asked), &own);
    written.draws = draws::settings(asked).map(drawn);
    written
}

/// How the loop runs.
fn loop_settings(asked: &RunScenario) -> LoopSettings {
    let frozen = Frozen {
        trade: asked.freeze == Some(Freeze::Trade),
        congestion: asked.freeze == Some(Freeze::Congestion),
    };
    LoopSettings {
        frozen,
        assume_open: asked.assume_open,
        unlimited: asked.unlimited,
        most_passes: asked.most_passes,
        ..LoopSettings::default()
    }
}

/// The scenario through the loop.
fn looped(model: &Model, scenario: &scenario::Scenario, asked: &RunScenario) -> Result<LoopRun, Failure> {
    let day = asked.date.as_deref().map_or_else(|| Ok(scenarios::day(model, Some(scenario))), date)?;
    let observed = observed(model, asked.store.as_deref())?;
    Ok(model.run(scenario, day, observed, &loop_settings(asked))?)
}

/// Cells of trade from the store of imported statistics, where there is one.
pub(crate) fn observed(model: &Model, folder: Option<&Path>) -> Result<Vec<ObservedCell>, Failure> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let store = Store::open(folder)?;
    if store.is_empty() {
        return Err(Failure::new(format!("{} holds no imported statistics", folder.display()))
            .hint("`ayrum trade import FILE --store FOLDER` makes a store"));
    }
    let (cells, left_out) =
        model.baseline.observed_in(&store, Margin::default(), Method::ReporterReliability)?;
    for line in &left_out {
        eprintln!("warning: {line}");
    }
    Ok(cells)
}

fn write(model: &Model, scenario: &scenario::Scenario, run: &LoopRun, asked: &RunScenario) -> Written {
    let baseline = &run.base.ground.baseline;
    let applied = scenario.apply(model, run.date);
    let worlds = Worlds { base: model, after: &applied.model };
    let (corridors, corridor_shares) = tables::corridors(&worlds, run);
    let states = [
        ("base", Some(&run.base)),
        ("routes", run.routes.as_ref()),
        ("congestion", run.congestion.as_ref()),
        ("scenario", Some(&run.after)),
    ];
    let certificates: Vec<WrittenCertificate> = states
        .iter()
        .filter_map(|(state, settled)| settled.map(|own| certificate(state, &own.certificate)))
        .collect();
    let (before, after) = (run.base.economies(), run.after.economies());
    let economies = before
        .iter()
        .zip(&after)
        .map(|(old, new)| WrittenEconomy {
            economy: baseline.economies[old.economy].id.clone(),
            name: baseline.economies[old.economy].name.clone(),
            real_income_percent: 100.0 * (new.real_income - 1.0),
            exports_usd: [old.exports_usd, new.exports_usd],
            imports_usd: [old.imports_usd, new.imports_usd],
        })
        .collect();
    Written {
        program: concat!("ayrum ", env!("CARGO_PKG_VERSION")),
        case: model.case.settings.name.clone(),
        case_hash: model.case_hash.clone(),
        scenario: Named {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            measures: scenario.measures.iter().map(|measure| measure.words(model)).collect(),
            assumed: scenario.measures.iter().filter(|measure| measure.is_assumed()).count(),
            files: File::of(scenario),
        },
        date: run.date.to_string(),
        frozen: asked.freeze.map(Freeze::word),
        unlimited_capacity: asked.unlimited,
        assume_open: asked.assume_open,
        most_passes: asked.most_passes,
        seed: asked.draws.map(|_| asked.seed),
        trade_base: TradeBase::new(
            model,
            run.base.observed_share(),
            run.base.ground.observed.len(),
            &run.base.trade_basis(),
        ),
        settled: certificates.iter().all(|own| own.settled),
        explanations: verdict::explanations(run),
        certificates,
        totals: totals(run),
        economies,
        goods: tables::goods(run),
        pairs: tables::pairs(run),
        capacities: tables::capacities(run),
        links: tables::links(&worlds, run),
        corridors,
        corridor_shares,
        freight_money: tables::freight(&worlds, run),
        public_money: tables::money(&worlds, run),
        quotas: tables::quotas(&worlds, run),
        not_counted: vec![
            "traffic of others on scarce capacities, of which the case has no figure",
            "capacities of which nobody published a figure: they bind nobody",
            "hire of wagons, insurance and finance, which belong to a shipment and not to a route",
        ],
        draws: None,
    }
}

fn certificate(state: &'static str, own: &LoopCertificate) -> WrittenCertificate {
    WrittenCertificate {
        state,
        settled: own.settled,
        passes: own.passes,
        searches: own.searches,
        delay_change_hours: own.delay_change,
        best_saving_outside: own.saving,
        assignment_gap: own.assignment_gap,
        equilibrium_residual: own.equilibrium_residual,
        spatial_violation: own.spatial_violation,
    }
}

/// Reads one figure of the totals.
type Figure = fn(&Totals) -> f64;

fn totals(run: &LoopRun) -> Vec<WrittenTotals> {
    let figures: [(&str, &str, Figure); 6] = [
        ("tonnes on the network", "t/year", |own| own.tonnes),
        ("tonne-kilometres on the network", "t km/year", |own| own.tonne_km),
        ("carriage paid on the network", "USD/year", |own| own.freight_usd),
        ("CO2e on the network", "t/year", |own| own.co2_tonnes),
        ("delay at scarce capacities", "t h/year", |own| own.delay_tonne_hours),
        ("tonnes between all zones, by whichever way", "t/year", |own| own.all_tonnes),
    ];
    let of = |settled: &Settled| settled.totals();
    let (base, after) = (of(&run.base), of(&run.after));
    let steps = run.routes.as_ref().map(of).zip(run.congestion.as_ref().map(of));
    figures
        .into_iter()
        .map(|(what, unit, figure)| WrittenTotals {
            what,
            unit,
            base: figure(&base),
            after: figure(&after),
            by_routes: steps.as_ref().map(|(routes, _)| figure(routes) - figure(&base)),
            by_congestion: steps.as_ref().map(|(routes, delays)| figure(delays) - figure(routes)),
            by_trade: steps.as_ref().map(|(_, delays)| figure(&after) - figure(delays)),
        })
        .collect()
}
