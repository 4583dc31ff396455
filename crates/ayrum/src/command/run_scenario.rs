//! `ayrum run`: a scenario through the loop of costs, trade and loads.

pub(crate) mod replay;
pub(crate) mod report;
mod text;

use ledger::{Margin, Method, Store};
use scenario::baseline::ObservedCell;
use scenario::{Frozen, LoopCertificate, LoopRun, LoopSettings, Model, PairEffect, Settled, Totals};
use serde::Serialize;

use super::roadmap::economy;
use super::{Done, date, load, put, report_files, scenarios};
use crate::arguments::scenarios::{Freeze, RunScenario};
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::show;

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
    seed: Option<u64>,
    trade_base: TradeBase,
    settled: bool,
    certificates: Vec<WrittenCertificate>,
    totals: Vec<WrittenTotals>,
    economies: Vec<WrittenEconomy>,
    goods: Vec<WrittenGoods>,
    pairs: Vec<WrittenPair>,
    capacities: Vec<WrittenCapacity>,
    links: Vec<WrittenLink>,
    public_money: Vec<WrittenMoney>,
    not_counted: Vec<&'static str>,
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
struct File {
    file: String,
    text: String,
}

/// On what the trade rests.
#[derive(Serialize)]
struct TradeBase {
    observed_share_percent: f64,
    illustrative: bool,
    observed_cells: usize,
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

#[derive(Serialize)]
struct WrittenMoney {
    rule: String,
    kind: &'static str,
    payer: String,
    receiver: String,
    usd: [f64; 2],
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
    let run = looped(&model, &scenario, asked)?;
    let written = write(&model, &scenario, &run, asked);
    let chapter = || report::chapter(&model, &scenario, &run, &written, asked.into.as_deref());
    report_files::where_asked((asked.report.as_deref(), asked.figures.as_deref()), &model, chapter)?;
    match asked.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => put(&csv(&written)?)?,
        Format::Table => put(&text::text(&written, asked.into.as_deref()))?,
        Format::Geojson => {
            return Err(Failure::new("a run has no geometry of its own yet").hint("table, json or csv"));
        }
    }
    Ok(if written.settled { Done::Good } else { Done::Findings })
}

/// The run as it is written.
fn settled(model: &Model, scenario: &scenario::Scenario, asked: &RunScenario) -> Result<Written, Failure> {
    let run = looped(model, scenario, asked)?;
    Ok(write(model, scenario, &run, asked))
}

/// The run that is asked for.
fn looped(model: &Model, scenario: &scenario::Scenario, asked: &RunScenario) -> Result<LoopRun, Failure> {
    let day = asked.date.as_deref().map_or_else(|| Ok(scenarios::day(model, Some(scenario))), date)?;
    let frozen = Frozen {
        trade: asked.freeze == Some(Freeze::Trade),
        congestion: asked.freeze == Some(Freeze::Congestion),
    };
    let settings = LoopSettings {
        frozen,
        assume_open: asked.assume_open,
        unlimited: asked.unlimited,
        ..LoopSettings::default()
    };
    let observed = observed(model, asked)?;
    Ok(model.run(scenario, day, observed, &settings)?)
}

/// Cells of trade from the store of imported statistics, where there is one.
fn observed(model: &Model, asked: &RunScenario) -> Result<Vec<ObservedCell>, Failure> {
    let Some(folder) = &asked.store else { return Ok(Vec::new()) };
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
    let trade = run.base.trade.baseline.as_ref();
    let observed_share = trade.map_or(0.0, |trade| trade.observed_share(|_, _, _| true));
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
            files: scenario
                .texts
                .iter()
                .map(|(file, text)| File { file: file.clone(), text: text.clone() })
                .collect(),
        },
        date: run.date.to_string(),
        frozen: asked.freeze.map(Freeze::word),
        unlimited_capacity: asked.unlimited,
        assume_open: asked.assume_open,
        // Nothing is drawn.
        seed: None,
        trade_base: TradeBase {
            observed_share_percent: 100.0 * observed_share,
            illustrative: trade.is_none_or(|trade| trade.is_illustrative(|_, _, _| true)),
            observed_cells: run.base.ground.observed.len(),
        },
        settled: certificates.iter().all(|own| own.settled),
        certificates,
        totals: totals(run),
        economies,
        goods: goods(run),
        pairs: pairs(run),
        capacities: capacities(run),
        links: links(model, run),
        public_money: money(model, run),
        not_counted: vec![
            "traffic of others on scarce capacities, of which the case has no figure",
            "capacities of which nobody published a figure: they bind nobody",
            "hire of wagons, insurance and finance, which belong to a shipment and not to a route",
        ],
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

/// Landed prices of one good for one buying economy, by selling economy: tonnes, cheapest landing, and the lane of it.
fn landings(settled: &Settled, number: usize, buyer: usize) -> Vec<(usize, f64, f64, usize)> {
    let goods = &settled.trade.goods[number];
    let baseline = &settled.ground.baseline;
    let economy = |zone: usize| baseline.zones[zone].economy;
    let mut by_seller: Vec<(usize, f64, f64, usize)> = Vec::new();
    for lane in 0..goods.costs.len() {
        let (supply, demand) = goods.ends(lane);
        if economy(goods.market.demand_zones[demand]) != buyer || !goods.costs[lane].is_finite() {
            continue;
        }
        let seller = economy(goods.market.supply_zones[supply]);
        let landed = goods.solution.supply_prices[supply] + goods.costs[lane];
        let flow = goods.solution.flows[lane];
        match by_seller.iter_mut().find(|own| own.0 == seller) {
            Some(own) => {
                own.1 += flow;
                if landed < own.2 {
                    (own.2, own.3) = (landed, lane);
                }
            }
            None => by_seller.push((seller, flow, landed, lane)),
        }
    }
    by_seller
}

fn goods(run: &LoopRun) -> Vec<WrittenGoods> {
    let baseline = &run.base.ground.baseline;
    let (before, after) = (run.base.economies(), run.after.economies());
    let mut all = Vec::new();
    for (number, goods) in run.base.trade.goods.iter().enumerate() {
        for buyer in 0..baseline.economies.len() {
            let (_, old_tonnes, old_price) = before[buyer].goods[number];
            let (_, new_tonnes, new_price) = after[buyer].goods[number];
            if old_tonnes.max(new_tonnes) <= 0.0 {
                continue;
            }
            let old = landings(&run.base, number, buyer);
            let solved = &run.after.trade.goods[number];
            let mut rivals: Vec<WrittenRival> = landings(&run.after, number, buyer)
                .into_iter()
                .map(|(seller, tonnes, landed, lane)| {
                    let earlier = old.iter().find(|own| own.0 == seller);
                    let (supply, demand) = solved.ends(lane);
                    let origin = solved.solution.supply_prices[supply];
                    WrittenRival {
                        seller: baseline.economies[seller].id.clone(),
                        tonnes: [earlier.map_or(0.0, |own| own.1), tonnes],
                        landed_usd_per_tonne: [earlier.map(|own| own.2), Some(landed)],
                        would_win_at_usd_per_tonne: Some(
                            solved.solution.demand_prices[demand] - solved.costs[lane],
                        ),
                        origin_usd_per_tonne: Some(origin),
                    }
                })
                .collect();
            let price = |own: &WrittenRival| own.landed_usd_per_tonne[1].unwrap_or(f64::INFINITY);
            rivals.sort_by(|a, b| price(a).total_cmp(&price(b)));
            all.push(WrittenGoods {
                goods: baseline.groups[goods.group].name.clone(),
                buyer: baseline.economies[buyer].id.clone(),
                tonnes: [old_tonnes, new_tonnes],
                price_usd_per_tonne: [old_price, new_price],
                rivals,
            });
        }
    }
    all
}

fn pairs(run: &LoopRun) -> Vec<WrittenPair> {
    let baseline = &run.base.ground.baseline;
    let (before, after) = (run.base.pairs(), run.after.pairs());
    let key = |own: &PairEffect| (own.group, own.origin, own.destination);
    let mut keys: Vec<(usize, usize, usize)> = before.iter().chain(&after).map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .filter(|(_, origin, destination)| origin != destination)
        .map(|own| {
            let find = |list: &[PairEffect]| list.iter().find(|pair| key(pair) == own).copied();
            let both = [find(&before), find(&after)];
            let figure = |of: fn(&PairEffect) -> f64| both.map(|pair| pair.as_ref().map_or(0.0, of));
            WrittenPair {
                group: baseline.groups[own.0].name.clone(),
                origin: baseline.economies[own.1].id.clone(),
                destination: baseline.economies[own.2].id.clone(),
                tonnes: figure(|pair| pair.tonnes),
                network_tonnes: figure(|pair| pair.network_tonnes),
                origin_value_usd: figure(|pair| pair.usd),
                cost_usd_per_tonne: figure(|pair| pair.cost),
            }
        })
        .collect()
}

fn capacities(run: &LoopRun) -> Vec<WrittenCapacity> {
    let (before, after) = (run.base.capacities(), run.after.capacities());
    run.after
        .ground
        .network
        .capacities
        .iter()
        .zip(after)
        .map(|(capacity, new)| {
            let old = before.iter().find(|own| own.of == new.of);
            WrittenCapacity {
                name: capacity.name.clone(),
                unit: capacity.unit(),
                yearly: capacity.yearly,
                source: capacity.provenance.source.clone(),
                confidence: capacity.provenance.confidence.word(),
                share_percent: [old.map_or(0.0, |own| 100.0 * own.share), 100.0 * new.share],
                delay_hours: [old.map_or(0.0, |own| own.delay), new.delay],
            }
        })
        .collect()
}

fn links(model: &Model, run: &LoopRun) -> Vec<WrittenLink> {
    let (before, after) = (run.base.links(), run.after.links());
    let sum = |tonnes: Option<&Vec<f64>>| tonnes.map_or(0.0, |tonnes| tonnes.iter().sum());
    // Links that a measure adds come after those of the case and are named by their numbers alone.
    let mut all: Vec<_> = before.keys().chain(after.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .map(|link| {
            let own = model.network.links.get(link.0 as usize);
            let crossing =
                own.and_then(|own| own.crossing).map(|at| model.network.crossings[at as usize].name.clone());
            WrittenLink {
                link: own.map_or_else(|| format!("added-{}", link.0), |own| own.id.clone()),
                name: own
                    .map_or_else(|| "a link of the scenario".to_owned(), |_| model.network.link_words(link)),
                crossing,
                tonnes: [sum(before.get(&link)), sum(after.get(&link))],
            }
        })
        .collect()
}

fn money(model: &Model, run: &LoopRun) -> Vec<WrittenMoney> {
    let (before, after) = (run.base.public_money(), run.after.public_money());
    let mut all: Vec<WrittenMoney> = Vec::new();
    for (position, list) in [before, after].into_iter().enumerate() {
        for own in list {
            let rules = &model.regime.rules;
            let known = (own.version.0 as usize) < rules.versions.len();
            let rule = if known {
                rules.rule_of(own.version).title.clone()
            } else {
                "a rule of the scenario".to_owned()
            };
            let same = |other: &&mut WrittenMoney| {
                other.rule == rule && other.payer == own.payer && other.receiver == own.receiver
            };
            match all.iter_mut().find(same) {
                Some(other) => other.usd[position] += own.usd,
                None => {
                    let mut usd = [0.0; 2];
                    usd[position] = own.usd;
                    let kind = if own.is_subsidy { "subsidy" } else { "duty" };
                    all.push(WrittenMoney { rule, kind, payer: own.payer, receiver: own.receiver, usd });
                }
            }
        }
    }
    all
}

/// Everything as rows of one table: kind, what, where, base, scenario, unit.
fn csv(written: &Written) -> Result<String, Failure> {
    let heading = ["table", "what", "from", "to", "unit", "base", "scenario"];
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut add = |table: &str, what: &str, from: &str, to: &str, unit: &str, values: [Option<f64>; 2]| {
        let cell = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let [base, after] = values.map(cell);
        rows.push([table, what, from, to, unit, &base, &after].map(str::to_owned).to_vec());
    };
    for own in &written.totals {
        add("total", own.what, "", "", own.unit, [Some(own.base), Some(own.after)]);
    }
    for own in &written.economies {
        let income = [Some(0.0), Some(own.real_income_percent)];
        add("economy", "real income, change", &own.economy, "", "%", income);
        add("economy", "exports", &own.economy, "", "USD/year", own.exports_usd.map(Some));
        add("economy", "imports", &own.economy, "", "USD/year", own.imports_usd.map(Some));
    }
    for own in &written.goods {
        add("price", &own.goods, "", &own.buyer, "USD/t", own.price_usd_per_tonne);
        for rival in &own.rivals {
            add("landed price", &own.goods, &rival.seller, &own.buyer, "USD/t", rival.landed_usd_per_tonne);
        }
    }
    for own in &written.pairs {
        add("trade", &own.group, &own.origin, &own.destination, "t/year", own.tonnes.map(Some));
        add(
            "trade on the network",
            &own.group,
            &own.origin,
            &own.destination,
            "t/year",
            own.network_tonnes.map(Some),
        );
        add(
            "value at origin",
            &own.group,
            &own.origin,
            &own.destination,
            "USD/year",
            own.origin_value_usd.map(Some),
        );
        add("cost", &own.group, &own.origin, &own.destination, "USD/t", own.cost_usd_per_tonne.map(Some));
    }
    for own in &written.capacities {
        add("capacity taken", &own.name, "", "", "%", own.share_percent.map(Some));
        add("delay", &own.name, "", "", "h", own.delay_hours.map(Some));
    }
    for own in &written.links {
        add("link", &own.name, &own.link, "", "t/year", own.tonnes.map(Some));
    }
    for own in &written.public_money {
        add(own.kind, &own.rule, &own.payer, &own.receiver, "USD/year", own.usd.map(Some));
    }
    show::csv(&heading, rows.into_iter())
}
