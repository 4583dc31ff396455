//! Laws that hold in every case, checked on small random ones.
//!
//! A random case has five to nine places in up to four economies, roads and rails between some of
//! them (with a border where they join two economies), and places where goods change between the
//! two. Rules and closures begin and end around the day of the question, so that a dispatch meets
//! them on the way.

use std::fmt::Write as _;

use case::Party;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use regime::Timing;
use scenario::{Answer, Criterion, Incoterm, Measure, Model, Question, RouteAnswer};

use crate::cost_sheet::assert_adds_up;
use crate::fixture::{best, links, model, wheat};

const ECONOMIES: [&str; 4] = ["KAZ", "RUS", "AZE", "GEO"];
const DAY: Date = date(2025, 1, 10);
const CRITERIA: [Criterion; 4] =
    [Criterion::GeneralisedCost, Criterion::Time, Criterion::Money, Criterion::Co2];
/// What rounding to the search's fixed point can amount to on a route of these cases.
const ROUNDING: f64 = 0.02;

#[derive(Debug, Clone)]
struct RandomLink {
    ends: (usize, usize),
    is_rail: bool,
    km: u32,
    border: (u32, u32),
}

#[derive(Debug, Clone)]
struct World {
    /// The economy of each place.
    economies: Vec<usize>,
    links: Vec<RandomLink>,
    /// Whether goods can change between rail and road, by place.
    changes: Vec<bool>,
    /// Rules and states: what closes, the link or economy concerned, first day and last, counted
    /// from the day of the question.
    closures: Vec<(Closing, usize, i64, i64)>,
}

#[derive(Debug, Clone, Copy)]
enum Closing {
    State,
    BanOnLink,
    BanOnTransit,
}

impl World {
    fn place(number: usize) -> String {
        format!("P{number}")
    }

    fn link_id(link: &RandomLink) -> String {
        let mode = if link.is_rail { "rail" } else { "road" };
        format!("{mode}-P{}-P{}", link.ends.0, link.ends.1)
    }

    /// The text of a closing, called by its number.
    fn closing(&self, number: usize, (closing, which, from, days): (Closing, usize, i64, i64)) -> String {
        let day = |offset: i64| DAY.checked_add(jiff::Span::new().days(offset)).unwrap();
        let (from, to) = (day(from), day(from + days));
        let id = Self::link_id(&self.links[which % self.links.len()]);
        match closing {
            // Spans of one link may not overlap: a link has at most one, by `World::text`.
            Closing::State => format!("state {id} closed {from}..{to}"),
            Closing::BanOnLink => {
                format!("rule r{number} v1 ban {from}..{to} known_from=2000-01-01 links={id}")
            }
            Closing::BanOnTransit => {
                let economy = ECONOMIES[self.economies[which % self.economies.len()]];
                format!(
                    "rule r{number} v1 ban {from}..{to} known_from=2000-01-01 territory={economy} movement=transit"
                )
            }
        }
    }

    /// The case without what closes.
    fn open_text(&self) -> String {
        let mut text = String::new();
        for (number, economy) in self.economies.iter().enumerate() {
            writeln!(text, "place P{number} {} 44.0{number} 50.0", ECONOMIES[*economy]).unwrap();
        }
        for own in &self.links {
            let (from, to) = (Self::place(own.ends.0), Self::place(own.ends.1));
            let (here, there) =
                (ECONOMIES[self.economies[own.ends.0]], ECONOMIES[self.economies[own.ends.1]]);
            let (km, (mean, sd)) = (own.km, own.border);
            match (own.is_rail, here == there) {
                (true, true) => writeln!(text, "rail {from} {to} {km} R{here} {here}"),
                (true, false) => writeln!(text, "border {from} {to} {km} R{here} {here}|{there} {mean}±{sd}"),
                (false, true) => writeln!(text, "road {from} {to} {km} {here}"),
                (false, false) => writeln!(text, "road {from} {to} {km} {here}|{there} {mean}±{sd}"),
            }
            .unwrap();
        }
        for (number, _) in self.changes.iter().enumerate().filter(|(_, changes)| **changes) {
            writeln!(text, "transfer P{number} rail road 4±2 2").unwrap();
        }
        text
    }

    fn text(&self) -> String {
        let mut text = self.open_text();
        let mut stated = Vec::new();
        for (number, closing) in self.closures.iter().enumerate() {
            let link = closing.1 % self.links.len();
            if matches!(closing.0, Closing::State) {
                if stated.contains(&link) {
                    continue;
                }
                stated.push(link);
            }
            writeln!(text, "{}", self.closing(number, *closing)).unwrap();
        }
        text
    }

    fn last(&self) -> String {
        Self::place(self.economies.len() - 1)
    }

    fn ask(&self, model: &Model, criterion: Criterion, timing: Timing) -> Answer {
        model.answer(&self.question(model, criterion, timing)).unwrap()
    }

    fn question(&self, model: &Model, criterion: Criterion, timing: Timing) -> Question {
        let mut question = wheat(model, "P0", &self.last());
        (question.criterion, question.timing) = (criterion, timing);
        question
    }
}

fn a_closing() -> impl Strategy<Value = (Closing, usize, i64, i64)> {
    let kinds = prop_oneof![Just(Closing::State), Just(Closing::BanOnLink), Just(Closing::BanOnTransit)];
    (kinds, 0usize..32, -3i64..4, 1i64..6)
}

fn a_world() -> impl Strategy<Value = World> {
    (5usize..=9).prop_flat_map(|count| {
        let economies = prop::collection::vec(0usize..4, count);
        let a_link = (0..count, 1..count, any::<bool>(), 20u32..600, (1u32..20, 1u32..10)).prop_map(
            move |(from, step, is_rail, km, border)| RandomLink {
                ends: (from, (from + step) % count),
                is_rail,
                km,
                border,
            },
        );
        let links = prop::collection::vec(a_link, 6..=16);
        let changes = prop::collection::vec(any::<bool>(), count);
        let closures = prop::collection::vec(a_closing(), 0..4);
        (economies, links, changes, closures).prop_map(|(economies, mut links, changes, closures)| {
            // One link of a mode between two places, in whichever direction it was drawn.
            let pair = |link: &RandomLink| {
                (link.is_rail, link.ends.0.min(link.ends.1), link.ends.0.max(link.ends.1))
            };
            links.sort_by_key(pair);
            links.dedup_by_key(|link| pair(link));
            World { economies, links, changes, closures }
        })
    })
}

fn a_timing() -> impl Strategy<Value = Timing> {
    prop_oneof![Just(Timing::Snapshot(DAY)), Just(Timing::Dispatch(DAY))]
}

fn measured(criterion: Criterion, route: &RouteAnswer) -> f64 {
    match criterion {
        Criterion::GeneralisedCost => route.generalised_cost,
        Criterion::Time => route.counted.mean,
        Criterion::Money => route.usd_per_tonne,
        Criterion::Co2 => route.co2_kg,
    }
}

/// The best by a criterion; without a route, infinitely bad.
fn least(criterion: Criterion, answer: &Answer) -> f64 {
    best(answer).map_or(f64::INFINITY, |route| measured(criterion, route))
}

fn all(answer: &Answer) -> impl Iterator<Item = &RouteAnswer> {
    answer.routes.iter().chain(&answer.pareto)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_ban_or_a_closure_never_makes_the_best_better(
        world in a_world(), more in a_closing(), timing in a_timing(),
    ) {
        let text = world.text();
        let closing = world.closing(99, more);
        prop_assume!(!(matches!(more.0, Closing::State) && text.contains(closing.split(" closed").next().unwrap())));
        let before = model(&text);
        let after = model(&format!("{text}\n{closing}"));
        for criterion in CRITERIA {
            let (was, is) = (
                least(criterion, &world.ask(&before, criterion, timing)),
                least(criterion, &world.ask(&after, criterion, timing)),
            );
            prop_assert!(is >= was - ROUNDING, "{criterion:?} fell from {was} to {is} with `{closing}` in{text}");
        }
    }

    #[test]
    fn closing_a_link_by_assumption_never_makes_the_best_better(
        world in a_world(), which in any::<prop::sample::Index>(), timing in a_timing(),
    ) {
        let before = model(&world.text());
        let id = World::link_id(which.get(&world.links));
        let after = before.with(&[Measure::close(&id, date(2000, 1, 1))]);
        for criterion in CRITERIA {
            let (was, is) = (
                least(criterion, &world.ask(&before, criterion, timing)),
                least(criterion, &world.ask(&after, criterion, timing)),
            );
            prop_assert!(is >= was - ROUNDING, "{criterion:?} fell from {was} to {is} without {id}");
        }
        let routes = world.ask(&after, Criterion::Time, timing);
        prop_assert!(all(&routes).all(|route| !links(&after, route).split(' ').any(|used| used == id)));
    }

    #[test]
    fn the_pareto_set_holds_the_best_by_each_criterion_and_nothing_dominated(
        world in a_world(), timing in a_timing(),
    ) {
        let model = model(&world.text());
        let set = world.ask(&model, Criterion::GeneralisedCost, timing);
        prop_assert!(!set.pareto_truncated);
        for criterion in CRITERIA {
            let of_set = set.pareto.iter().map(|route| measured(criterion, route)).fold(f64::INFINITY, f64::min);
            let of_best = least(criterion, &world.ask(&model, criterion, timing));
            prop_assert!(
                of_set == of_best || (of_set - of_best).abs() <= ROUNDING,
                "{criterion:?}: {of_set} in the set, {of_best} alone"
            );
        }
        let costs = |route: &RouteAnswer| [route.usd_per_tonne, route.counted.mean, route.counted.variance, route.co2_kg];
        for (number, route) in set.pareto.iter().enumerate() {
            for (other_number, other) in set.pareto.iter().enumerate() {
                let (own, others) = (costs(route), costs(other));
                let beaten = own.iter().zip(others).all(|(own, other)| other <= own - ROUNDING);
                prop_assert!(number == other_number || !beaten, "{own:?} is beaten by {others:?}");
            }
        }
    }

    #[test]
    fn the_way_back_costs_as_much_where_nothing_depends_on_the_direction(world in a_world()) {
        let model = model(&world.open_text());
        for criterion in CRITERIA {
            let there = world.question(&model, criterion, Timing::Snapshot(DAY));
            let mut back = there.clone();
            std::mem::swap(&mut back.from, &mut back.to);
            let (there, back) = (
                least(criterion, &model.answer(&there).unwrap()),
                least(criterion, &model.answer(&back).unwrap()),
            );
            prop_assert!(there == back || (there - back).abs() <= ROUNDING, "{criterion:?}: {there} there, {back} back");
        }
    }

    #[test]
    fn a_snapshot_is_a_dispatch_where_nothing_changes(world in a_world()) {
        let model = model(&world.open_text());
        for criterion in CRITERIA {
            let snapshot = world.ask(&model, criterion, Timing::Snapshot(DAY));
            let dispatch = world.ask(&model, criterion, Timing::Dispatch(DAY));
            prop_assert_eq!(format!("{:?}", snapshot.routes), format!("{:?}", dispatch.routes));
            prop_assert_eq!(format!("{:?}", snapshot.pareto), format!("{:?}", dispatch.pareto));
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer(world in a_world(), timing in a_timing()) {
        let text = world.text();
        let answer = || format!("{:?}", world.ask(&model(&text), Criterion::GeneralisedCost, timing));
        prop_assert_eq!(answer(), answer());
    }

    #[test]
    fn the_lines_of_a_leg_add_up_to_it_and_the_legs_to_the_route(world in a_world(), timing in a_timing()) {
        let at = ECONOMIES[world.economies[0]];
        let model = model(&format!("{}\nwait {at} rail 10±5\nwait {at} road 3±1", world.text()));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        for route in all(&world.ask(&model, Criterion::GeneralisedCost, timing)) {
            for leg in &route.legs {
                let usd: f64 = leg.lines.iter().filter_map(|line| line.usd_per_tonne).sum();
                let hours: f64 = leg.lines.iter().map(|line| line.hours).sum();
                let variance: f64 = leg.lines.iter().map(|line| line.sd * line.sd).sum();
                prop_assert!(near(usd, leg.usd_per_tonne), "{usd} USD/t in the lines of {leg:?}");
                prop_assert!(near(hours, leg.hours), "{hours} h in the lines of {leg:?}");
                prop_assert!(near(variance, leg.variance), "{variance} h² in the lines of {leg:?}");
                let km: f64 = leg.links.iter().map(|(link, _)| model.network.link(*link).km).sum();
                prop_assert!(near(km, leg.km), "{km} km on the links of {leg:?}");
            }
            let sum = |of: fn(&scenario::Leg) -> f64| route.legs.iter().map(of).sum::<f64>();
            prop_assert!(near(sum(|leg| leg.usd_per_tonne), route.usd_per_tonne));
            prop_assert!(near(sum(|leg| leg.hours + leg.waited), route.counted.mean));
            prop_assert!(near(sum(|leg| leg.variance), route.counted.variance));
            // A wait for a fixed hour takes spread away and makes the mean no shorter.
            prop_assert!(route.time.mean >= route.counted.mean - ROUNDING, "{} {}", route.time.mean, route.counted.mean);
            prop_assert!(route.time.variance <= route.counted.variance + 1e-6);
            prop_assert!(near(sum(|leg| leg.co2_kg), route.co2_kg));
            prop_assert!(near(sum(|leg| leg.km), route.km));
            prop_assert!(near(sum(|leg| leg.waited), route.waited));
        }
    }

    #[test]
    fn the_lines_of_a_cost_sheet_add_up_to_the_route_and_each_has_one_payer(world in a_world(), timing in a_timing()) {
        let at = ECONOMIES[world.economies[0]];
        let model = model(&format!(
            "{}\nwait {at} rail 10±5
             costs cost=hire item=wagon_rent amount=14 unit=per_vehicle_day currency=USD price_date=2000-01-01
             costs cost=cover item=insurance amount=0.5 unit=percent_of_value",
            world.text()
        ));
        let answer = world.ask(&model, Criterion::GeneralisedCost, timing);
        for route in all(&answer) {
            for term in Incoterm::ALL.into_iter().filter(|term| !term.needs_a_ship()) {
                let sheet = model.cost_sheet(&answer, route, term).unwrap();
                assert_adds_up(&sheet, route);
                let sides = [Party::Seller, Party::Buyer].map(|side| sheet.total(Some(side)).usd_per_tonne);
                let both = sheet.total(None).usd_per_tonne;
                prop_assert!((sides[0] + sides[1] - both).abs() < 1e-6, "{sides:?} are not {both}");
            }
        }
    }

    /// … and what is open is closed by nothing, on the day on which the cargo gets there.
    #[test]
    fn nothing_closes_a_leg_of_an_open_route(world in a_world(), timing in a_timing()) {
        let model = model(&world.text());
        for route in all(&world.ask(&model, Criterion::GeneralisedCost, timing)) {
            for leg in &route.legs {
                prop_assert_eq!(&leg.closures, &[], "{:?} in{}", leg, world.text());
            }
        }
    }

    #[test]
    fn what_is_said_to_be_closed_is_closed_by_something_and_would_be_better(world in a_world()) {
        let (open, model) = (model(&world.open_text()), model(&world.text()));
        let answer = world.ask(&model, Criterion::GeneralisedCost, Timing::Snapshot(DAY));
        let best = least(Criterion::GeneralisedCost, &answer);
        for why in &answer.why_not {
            prop_assert!(!why.closures.is_empty());
            prop_assert!(why.route.generalised_cost <= best + ROUNDING);
        }
        // Where nothing is open, a way that is closed is shown if there is any.
        let open = world.ask(&open, Criterion::GeneralisedCost, Timing::Snapshot(DAY));
        prop_assert_eq!(
            answer.routes.is_empty() && answer.not_known.is_empty() && answer.why_not.is_empty(),
            open.routes.is_empty()
        );
    }

    #[test]
    fn cutting_a_link_in_two_changes_nothing_on_the_way(
        world in a_world(), which in any::<prop::sample::Index>(), share in 1u32..100,
    ) {
        let at_home = |link: &RandomLink| world.economies[link.ends.0] == world.economies[link.ends.1];
        let inside: Vec<usize> = (0..world.links.len()).filter(|own| at_home(&world.links[*own])).collect();
        prop_assume!(!inside.is_empty());
        let number = *which.get(&inside);
        let cut = world.links[number].clone();
        let whole = world.open_text();
        let first = f64::from(cut.km) * f64::from(share) / 100.0;
        let line = whole.lines().nth(world.economies.len() + number).unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let half = |from: &str, to: &str, km: f64| {
            format!("{} {from} {to} {km} {}", words[0], words[4..].join(" "))
        };
        let middle = format!("place Middle {} 44.0 50.0", ECONOMIES[world.economies[cut.ends.0]]);
        let halves = [
            half(words[1], "Middle", first),
            half("Middle", words[2], f64::from(cut.km) - first),
        ];
        let parted = whole.replace(line, &format!("{middle}\n{}", halves.join("\n")));
        let (before, after) = (model(&whole), model(&parted));
        for criterion in CRITERIA {
            let ask = |model: &Model| world.ask(model, criterion, Timing::Snapshot(DAY));
            let (was, is) = (ask(&before), ask(&after));
            prop_assert_eq!(best(&was).is_none(), best(&is).is_none());
            let (Some(was), Some(is)) = (best(&was), best(&is)) else { continue };
            let (was_it, is_it) = (measured(criterion, was), measured(criterion, is));
            prop_assert!((was_it - is_it).abs() <= ROUNDING, "{criterion:?}: {was_it} whole, {is_it} in two");
            // Where several are the best, another of them may be chosen.
            if links(&before, was).replace(&World::link_id(&cut), "") == without_halves(&links(&after, is)) {
                prop_assert!((was.time.mean - is.time.mean).abs() < 1e-6);
                prop_assert!((was.time.variance - is.time.variance).abs() < 1e-6);
                prop_assert!((was.usd_per_tonne - is.usd_per_tonne).abs() < 1e-6);
            }
        }
    }
}

/// The links of a way with what touches the mid place taken out, leaving the blanks of one link.
fn without_halves(links: &str) -> String {
    let kept: Vec<&str> = links.split(' ').collect();
    let mut out: Vec<&str> = Vec::new();
    for id in kept {
        let half = id.contains("Middle");
        if half && out.last() == Some(&"") {
            continue;
        }
        out.push(if half { "" } else { id });
    }
    out.join(" ")
}
