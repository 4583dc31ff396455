//! The demo's first chapter: change a border and see the wheat.
//!
//! The case has the world without the ban. A shipped scenario puts it back; what that takes away is told the other way
//! round, as what the ban's end gave.

use network::LinkId;
use scenario::{LoopRun, Model, Scarce, Settled};

use super::Chapter;
use crate::command::run_scenario::report::{Facing, Offer, Telling, offers_of};
use crate::failure::Failure;
use crate::report::flows::{signed, thousands};

/// The scenario that puts the ban back.
pub(super) const SCENARIO: &str = "ban-returns";
/// Who buys, and who would sell.
pub(super) const BUYER: &str = "ARM";
const SELLERS: [&str; 2] = ["KAZ", "RUS"];
/// The classes of wheat, by group.
const CLASSES: [&str; 2] = ["wheat-3", "wheat-4"];

/// The chapter of a run of the scenario.
pub(super) fn chapter(telling: &Telling<'_>) -> Result<Chapter, Failure> {
    let (model, run) = (telling.model, telling.run);
    let states = telling.facing.states(run);
    let baseline = &run.base.ground.baseline;
    let missing = |what: &str| Failure::new(format!("the case has no {what}, which the demo tells of"));
    let buyer = baseline.economy(BUYER).ok_or_else(|| missing(BUYER))?;
    let mut findings = Vec::new();
    for id in CLASSES {
        let group = baseline.group(id).ok_or_else(|| missing(id))?;
        findings.extend(of_class(model, group, buyer, states));
    }
    let first = baseline.group(CLASSES[0]).ok_or_else(|| missing(CLASSES[0]))?;
    findings.extend(ways(model, first, buyer, states));
    findings.extend(telling.freight_sentence());
    findings.extend(line(telling));
    findings.push(telling.income_sentence());
    findings.extend(far_away(telling));
    let mut told = telling.told(format!("ayrum run {SCENARIO} --into {BUYER}"));
    // The wheat comes before the sums.
    if told.tables.len() > 1 {
        told.tables.swap(0, 1);
    }
    Ok(Chapter {
        id: "border",
        title: "Change a border and see the wheat".to_owned(),
        lead: format!(
            "On 21 October 2025 Azerbaijan lifted its ban on transit to Armenia. What hangs on it shows where it is put back: the \
             world of {} as the case has it stands beside the same day with the ban. Costs move trade, trade loads the lines, and \
             full lines cost time, until none of them moves any more. Told forwards, from the ban to its end.",
            run.date
        ),
        scenes: Vec::new(),
        flips: Vec::new(),
        findings,
        sensitivity: None,
        costs: None,
        told: Some(told),
    })
}

/// The facing of the story: from the ban to its end.
pub(super) fn facing() -> Facing {
    Facing::undone(["with the ban", "without the ban"])
}

/// Landed prices of both sellers, who sells, and at which price at origin the other would.
fn of_class(model: &Model, group: usize, buyer: usize, states: [&Settled; 2]) -> Vec<String> {
    let baseline = &states[0].ground.baseline;
    let good = &baseline.groups[group].name;
    let both = states.map(|state| {
        let all = offers_of(state, group, buyer);
        SELLERS.map(|id| all.iter().find(|own| own.seller == id).cloned())
    });
    let [[Some(kazakh), Some(russian)], [Some(kazakh_after), Some(russian_after)]] = &both else {
        return Vec::new();
    };
    let name = |id: &str| model.case.economies.name(id).to_owned();
    let armenia = &baseline.economies[buyer].name;
    let mut findings = vec![format!(
        "{good} lands in {armenia} from {} at {:.1} and from {} at {:.1} USD a tonne with the ban, at {:.1} and {:.1} without it: its \
         end cheapens the way by {:.1} and {:.1}. {}",
        name(SELLERS[0]),
        kazakh.landed,
        name(SELLERS[1]),
        russian.landed,
        kazakh_after.landed,
        russian_after.landed,
        kazakh.landed - kazakh_after.landed,
        russian.landed - russian_after.landed,
        sells(&name(SELLERS[0]), kazakh, kazakh_after, &name(SELLERS[1]), russian, russian_after),
    )];
    let would = |own: &Offer| (own.tonnes < 1.0).then(|| format!("below {:.1}", own.wins_at));
    findings.push(match (would(kazakh), would(kazakh_after)) {
        (Some(before), Some(after)) => format!(
            "{good} from {} would sell its first tonne there {before} USD a tonne at origin with the ban and {after} without it; it costs \
             {:.1}. It comes within {:.1} USD a tonne of selling, from {:.1} before.",
            name(SELLERS[0]),
            kazakh_after.origin,
            kazakh_after.origin - kazakh_after.wins_at,
            kazakh.origin - kazakh.wins_at,
        ),
        (Some(before), None) => format!(
            "With the ban {good} from {} would have sold {before} USD a tonne at origin, where it cost {:.1}; without it it sells.",
            name(SELLERS[0]),
            kazakh.origin
        ),
        (None, Some(after)) => format!(
            "Without the ban {good} from {} sells no more; it would {after} USD a tonne at origin, where it costs {:.1}.",
            name(SELLERS[0]),
            kazakh_after.origin
        ),
        (None, None) => format!("{good} from {} sells with the ban and without it.", name(SELLERS[0])),
    });
    findings
}

/// Who sells how much, before and after.
fn sells(
    first: &str,
    kazakh: &Offer,
    kazakh_after: &Offer,
    second: &str,
    russian: &Offer,
    russian_after: &Offer,
) -> String {
    let tonnes = |name: &str, before: f64, after: f64| {
        if before.max(after) < 1.0 {
            format!("{name} sells nothing both times")
        } else {
            format!(
                "{name} sells {} thousand tonnes a year with the ban and {} without",
                thousands(before),
                thousands(after)
            )
        }
    };
    format!(
        "{}; {}.",
        tonnes(second, russian.tonnes, russian_after.tonnes),
        tonnes(first, kazakh.tonnes, kazakh_after.tonnes)
    )
}

/// By which borders the seller's wheat goes before and after, and what is scarce there.
fn ways(model: &Model, group: usize, buyer: usize, states: [&Settled; 2]) -> Option<String> {
    let seller = states[1].ground.baseline.economy(SELLERS[1])?;
    let [before, after] = states.map(|state| main_way(state, group, seller, buyer));
    let (before, after) = (before?, after?);
    let by = |links: &[LinkId]| {
        let network = &model.network;
        let mut names: Vec<&str> = Vec::new();
        for link in links {
            let own = network.link(*link);
            if let Some(at) = own.crossing {
                names.push(&network.crossings[at as usize].name);
            } else if own.mode.word() != "rail" && own.mode.word() != "road" {
                names.push(&network.places.get(own.from).name);
                names.push(&network.places.get(own.to).name);
            }
        }
        names.join(", ")
    };
    let scarce: Vec<String> = states[1]
        .ground
        .network
        .capacities
        .iter()
        .zip(states[1].capacities())
        .filter(|(capacity, _)| match capacity.of {
            Scarce::Link(link) => after.contains(&link),
            Scarce::Crossing(number) => after.contains(&model.network.crossings[number as usize].link),
            Scarce::Service(number) => {
                after.iter().any(|link| model.network.link(*link).services.contains(&number))
            }
        })
        .map(|(capacity, taken)| format!("{} is taken to {:.0} %", capacity.name, 100.0 * taken.share))
        .collect();
    let scarce = if scarce.is_empty() {
        "nobody published what that way can pass, so that nothing on it binds here".to_owned()
    } else {
        format!("on that way {}", scarce.join(" and "))
    };
    Some(format!(
        "Most wheat from {} goes by {} with the ban, by {} without; {scarce}.",
        model.case.economies.name(SELLERS[1]),
        by(&before),
        by(&after)
    ))
}

/// The links of the route with most tonnes between two economies.
fn main_way(state: &Settled, group: usize, seller: usize, buyer: usize) -> Option<Vec<LinkId>> {
    let economy = |zone: usize| state.ground.baseline.zones[zone].economy;
    let own = state.loaded.routes.iter().filter(|route| {
        route.pair.cargo == group
            && economy(route.pair.origin) == seller
            && economy(route.pair.destination) == buyer
    });
    let most = own.max_by(|a, b| a.tonnes.total_cmp(&b.tonnes))?;
    Some(most.links(&state.ground.network))
}

/// What each step adds on the line that the ban's end moves most.
fn line(telling: &Telling<'_>) -> Option<String> {
    let LoopRun { base, routes, congestion, after, .. } = telling.run;
    let (routes, congestion) = (routes.as_ref()?, congestion.as_ref()?);
    let loads = [base, routes, congestion, after].map(Settled::links);
    let tonnes =
        |state: usize, link: &LinkId| loads[state].get(link).map_or(0.0, |own| own.iter().sum::<f64>());
    let change = |link: &&LinkId| tonnes(0, link) - tonnes(3, link);
    let crossed = loads[0].keys().filter(|link| {
        telling.model.network.links.get(link.0 as usize).is_some_and(|own| own.crossing.is_some())
    });
    let most = crossed.max_by(|a, b| change(a).total_cmp(&change(b)))?;
    let step = |from: usize, to: usize| signed((tonnes(from, most) - tonnes(to, most)) / 1000.0, 1);
    Some(format!(
        "Of all borders {} gains most: {} thousand tonnes a year, {} of it by other routes alone, as if no trade moved, {} as delays \
         answer, {} as trade does. It carries {} instead of {}.",
        telling.model.network.link_words(*most),
        signed(change(&most) / 1000.0, 1),
        step(0, 1),
        step(1, 2),
        step(2, 3),
        thousands(tonnes(0, most)),
        thousands(tonnes(3, most)),
    ))
}

/// How little the largest economies notice.
fn far_away(telling: &Telling<'_>) -> Option<String> {
    let baseline = &telling.run.base.ground.baseline;
    let mut largest: Vec<usize> = (0..baseline.economies.len()).collect();
    largest.sort_by(|a, b| baseline.economies[*b].gdp_usd.total_cmp(&baseline.economies[*a].gdp_usd));
    let changes: Vec<(&str, f64)> = largest
        .iter()
        .take(3)
        .filter_map(|at| telling.incomes().find(|own| own.0 == baseline.economies[*at].id))
        .map(|(_, name, change)| (name, change))
        .collect();
    let most = changes.iter().map(|own| own.1.abs()).fold(0.0, f64::max);
    let names: Vec<&str> = changes.iter().map(|own| own.0).collect();
    (!names.is_empty()).then(|| {
        format!("Far away hardly anything moves: {} change by {:.6} % at most.", names.join(", "), most)
    })
}
