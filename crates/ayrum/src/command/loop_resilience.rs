//! `ayrum resilience` over all trade: every link closed in turn, and the world settled anew.

mod text;

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use network::LinkId;
use scenario::{
    Closed, ClosingEffect, Closings, LargestFlow, LoopClosing, LoopResilience, LoopSettings, Model,
    NextRoute, Scenario,
};
use serde::Serialize;

use super::resilience::name;
use super::{Done, load, put, run_scenario, scenarios};
use crate::arguments::scenarios::Resilience;
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::show;

/// After this long, how far the closings are is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// The ranking as it is written.
#[derive(Serialize)]
struct Written {
    program: &'static str,
    case: String,
    case_hash: String,
    scenario: Option<String>,
    date: String,
    closed_in_turn: &'static str,
    of: usize,
    carry_nothing: usize,
    observed_share_percent: f64,
    illustrative: bool,
    settled: bool,
    rules: [&'static str; 3],
    closings: Vec<WrittenClosing>,
}

#[derive(Serialize)]
struct WrittenClosing {
    rank: usize,
    closed: String,
    name: String,
    crossing: Option<String>,
    tonnes: f64,
    rerouted_tonnes: f64,
    beyond_tonnes: f64,
    diverted_tonnes: f64,
    lost_tonnes: f64,
    others_tonnes: f64,
    cost_usd: f64,
    world_real_income_percent: f64,
    economies: Vec<WrittenEconomy>,
    largest_flow: Option<WrittenFlow>,
    delay_added_tonne_hours: f64,
    delays: Vec<WrittenDelay>,
    public_money_usd: f64,
    settled: bool,
    delay_change_hours: f64,
}

#[derive(Serialize)]
struct WrittenEconomy {
    economy: String,
    real_income_percent: f64,
    cost_usd: f64,
}

#[derive(Serialize)]
struct WrittenFlow {
    goods: String,
    from: String,
    to: String,
    tonnes: f64,
    route: WrittenRoute,
    next: Option<WrittenRoute>,
    /// By whichever way, before and after.
    traded_tonnes: [f64; 2],
    on_network_percent: [f64; 2],
}

#[derive(Serialize)]
struct WrittenRoute {
    by: Vec<String>,
    km: f64,
    mean_hours: f64,
    generalised_cost_usd_per_tonne: f64,
}

#[derive(Serialize)]
struct WrittenDelay {
    name: String,
    taken_percent: [f64; 2],
    tonne_hours: [f64; 2],
}

/// Closes everything that carries something in turn.
pub(super) fn run(asked: &Resilience, case: &CaseSource) -> Result<Done, Failure> {
    let model = load(case)?;
    let scenario = scenarios::chosen(&model, case)?;
    let day = scenarios::day(&model, scenario.as_ref());
    let day = asked.date.as_deref().map_or(Ok(day), super::date)?;
    let observed = run_scenario::observed(&model, asked.store.as_deref())?;
    let (started, bar) = (Instant::now(), ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
    if let Ok(style) = ProgressStyle::with_template("closing {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    let settings = LoopSettings::default();
    // Names of what a scenario adds stand in the model under it.
    let named = scenarios::under(model.clone(), scenario.as_ref(), day);
    let wanted = wanted(&named, asked)?;
    let found =
        model.loop_resilience(scenario.as_ref(), day, observed, &settings, &wanted, &|done, all| {
            if bar.is_hidden() && started.elapsed() > PATIENCE {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        })?;
    bar.finish_and_clear();
    let written = write(&named, scenario.as_ref(), day, &found, &wanted);
    match asked.format {
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => put(&csv(&written)?)?,
        Format::Table => put(&text::text(&written, asked.most))?,
        Format::Geojson => {
            return Err(Failure::new("a ranking has no geometry of its own").hint("table, json or csv"));
        }
    }
    Ok(if written.settled { Done::Good } else { Done::Findings })
}

/// What is to be closed.
fn wanted(model: &Model, asked: &Resilience) -> Result<Closings, Failure> {
    if asked.only.is_empty() {
        return Ok(if asked.places { Closings::Places } else { Closings::Links });
    }
    let network = &model.network;
    let find = |id: &String| {
        let crossing = || network.crossings.iter().find(|own| own.id == *id).map(|own| own.link);
        let link = network.link_id(id).or_else(crossing).map(Closed::Link);
        link.or_else(|| network.places.id(id).map(Closed::Place)).ok_or_else(|| {
            let links = network.links.iter().map(|own| own.id.as_str());
            let places = network.places.all().iter().map(|own| own.id.as_str());
            let known = links.chain(network.crossings.iter().map(|own| own.id.as_str())).chain(places);
            Failure::new(format!("no link, crossing or place is called `{id}`"))
                .hint(case::suggestion(id, known))
        })
    };
    let mut these = asked.only.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    these.sort_unstable();
    these.dedup();
    Ok(Closings::These(these))
}

fn write(
    model: &Model,
    scenario: Option<&Scenario>,
    day: Date,
    found: &LoopResilience,
    wanted: &Closings,
) -> Written {
    let share = found.observed_share;
    Written {
        program: concat!("ayrum ", env!("CARGO_PKG_VERSION")),
        case: model.case.settings.name.clone(),
        case_hash: model.case_hash.clone(),
        scenario: scenario.map(|own| own.name.clone()),
        date: day.to_string(),
        closed_in_turn: match wanted {
            Closings::Links => "links",
            Closings::Places => "places",
            Closings::These(_) => "those named",
        },
        of: found.count,
        carry_nothing: found.count - found.closings.len(),
        observed_share_percent: 100.0 * share,
        illustrative: share < scenario::baseline::ILLUSTRATIVE_BELOW,
        settled: found.before.certificate.settled && found.closings.iter().all(|own| own.certificate.settled),
        rules: [
            "tonnes on what is closed = rerouted + beyond + diverted + lost; others is what the network carries more of all else",
            "cost is the loss of surplus by the rule of a half over all trade, USD a year; it is not to be added to real incomes, \
             which measure the same loss for goods that differ by origin",
            "what carries less than a tonne a year is not closed: closing it changes nothing",
        ],
        closings: found
            .closings
            .iter()
            .enumerate()
            .map(|(at, own)| closing(model, found, at + 1, own))
            .collect(),
    }
}

fn closing(model: &Model, found: &LoopResilience, rank: usize, own: &LoopClosing) -> WrittenClosing {
    let baseline = &found.before.ground.baseline;
    let (id, named, crossing) = match own.closed {
        Closed::Link(link) => {
            let crossing = model.network.link(link).crossing;
            let crossing = crossing.map(|number| model.network.crossings[number as usize].id.clone());
            (model.network.link(link).id.clone(), name(model, link), crossing)
        }
        Closed::Place(place) => {
            let own = model.network.places.get(place);
            (own.id.clone(), own.name.clone(), None)
        }
    };
    let economy = |own: &ClosingEffect| WrittenEconomy {
        economy: baseline.economies[own.economy].id.clone(),
        real_income_percent: 100.0 * (own.real_income - 1.0),
        cost_usd: own.cost_usd,
    };
    WrittenClosing {
        rank,
        closed: id,
        name: named,
        crossing,
        tonnes: own.account.tonnes,
        rerouted_tonnes: own.account.rerouted,
        beyond_tonnes: own.account.beyond,
        diverted_tonnes: own.account.diverted,
        lost_tonnes: own.account.lost,
        others_tonnes: own.account.others,
        cost_usd: own.cost_usd,
        world_real_income_percent: 100.0 * (own.world_real_income - 1.0),
        economies: own.economies.iter().map(economy).collect(),
        largest_flow: own.largest.as_ref().map(|own| flow(model, found, own)),
        delay_added_tonne_hours: own.delay_added(),
        delays: own
            .delays
            .iter()
            .map(|own| WrittenDelay {
                name: own.name.clone(),
                taken_percent: own.share.map(|share| 100.0 * share),
                tonne_hours: own.tonne_hours,
            })
            .collect(),
        public_money_usd: own.public_money_usd,
        settled: own.certificate.settled,
        delay_change_hours: own.certificate.delay_change,
    }
}

fn flow(model: &Model, found: &LoopResilience, own: &LargestFlow) -> WrittenFlow {
    let baseline = &found.before.ground.baseline;
    let words = |links: &[LinkId]| links.iter().map(|link| name(model, *link)).collect();
    let route = |own: &NextRoute| WrittenRoute {
        by: words(&own.by),
        km: own.km,
        mean_hours: own.hours,
        generalised_cost_usd_per_tonne: own.cost,
    };
    WrittenFlow {
        goods: baseline.groups[own.pair.cargo].name.clone(),
        from: baseline.zones[own.pair.origin].name.clone(),
        to: baseline.zones[own.pair.destination].name.clone(),
        tonnes: own.tonnes,
        route: route(&own.route),
        next: own.next.as_ref().map(route),
        traded_tonnes: own.traded,
        on_network_percent: own.on_network.map(|share| 100.0 * share),
    }
}

/// One row for each closing.
fn csv(written: &Written) -> Result<String, Failure> {
    let heading = [
        "rank",
        "closed",
        "name",
        "crossing",
        "tonnes",
        "rerouted_tonnes",
        "beyond_tonnes",
        "diverted_tonnes",
        "lost_tonnes",
        "others_tonnes",
        "cost_usd",
        "world_real_income_percent",
        "worst_economy",
        "its_real_income_percent",
        "largest_flow",
        "its_tonnes",
        "its_route",
        "next_route",
        "cost_usd_per_tonne",
        "next_cost_usd_per_tonne",
        "delay_added_tonne_hours",
        "most_delayed",
        "public_money_usd",
        "settled",
    ];
    let rows =
        written.closings.iter().map(|own| {
            let worst = own.economies.first();
            let flow = own.largest_flow.as_ref();
            let next = flow.and_then(|own| own.next.as_ref());
            let text = |value: Option<String>| value.unwrap_or_default();
            let number = |value: f64| value.to_string();
            vec![
                own.rank.to_string(),
                own.closed.clone(),
                own.name.clone(),
                text(own.crossing.clone()),
                number(own.tonnes),
                number(own.rerouted_tonnes),
                number(own.beyond_tonnes),
                number(own.diverted_tonnes),
                number(own.lost_tonnes),
                number(own.others_tonnes),
                number(own.cost_usd),
                number(own.world_real_income_percent),
                text(worst.map(|own| own.economy.clone())),
                text(worst.map(|own| own.real_income_percent.to_string())),
                text(flow.map(|own| format!("{} {} → {}", own.goods, own.from, own.to))),
                text(flow.map(|own| own.tonnes.to_string())),
                text(flow.map(|own| own.route.by.join(" | "))),
                text(flow.map(|own| {
                    own.next.as_ref().map_or("beyond the network".into(), |own| own.by.join(" | "))
                })),
                text(flow.map(|own| own.route.generalised_cost_usd_per_tonne.to_string())),
                text(next.map(|own| own.generalised_cost_usd_per_tonne.to_string())),
                number(own.delay_added_tonne_hours),
                text(own.delays.first().map(|own| own.name.clone())),
                number(own.public_money_usd),
                if own.settled { "yes".to_owned() } else { "no".to_owned() },
            ]
        });
    show::csv(&heading, rows)
}
