//! An answer as text for reading.

use std::fmt::Write;

use case::{Figure, LegalStatus, Provenance};
use jiff::civil::Date;
use regime::{Closure, Timing};
use scenario::{Answer, Flip, Leg, LegKind, Line, Model, RouteAnswer, WhyNot};

use super::{days, grouped, length_rows, percent, table};

/// The whole answer.
pub(crate) fn answer(model: &Model, answer: &Answer) -> String {
    let mut text = heading(model, answer);
    text.push_str(&routes(answer));
    if let Some(best) = answer.routes.first() {
        text.push_str("\nRoute 1, leg by leg\n");
        text.push_str(&legs(model, best));
        text.push_str(&vehicles(model, best));
        text.push_str(&money(model, answer, best));
        text.push_str(&weak_inputs(best, 5));
        text.push_str(&rules(model, answer, best));
    }
    text.push_str(&pair(model, answer));
    text.push_str(&not_known(model, answer));
    text.push_str(&why_not(model, answer, 4, 4));
    text.push_str(&flips(model, &model.flips(answer)));
    text.push_str(&pareto(answer));
    text.push_str(&remarks(answer));
    text
}

/// What was asked.
pub(crate) fn heading(model: &Model, answer: &Answer) -> String {
    let when = match answer.question.timing {
        Timing::Snapshot(date) => format!("snapshot of {date}"),
        Timing::Dispatch(date) => format!("handed over on {date}"),
    };
    let known = if answer.question.perspective.known == Date::MAX {
        "all that the case knows".to_owned()
    } else {
        format!(
            "rules and lines as known on {}, prices as the case has them",
            answer.question.perspective.known
        )
    };
    let horizon = model.case.settings.horizon;
    let beyond = if answer.question.timing.first_day() > horizon {
        format!(", as last known on {horizon}")
    } else {
        String::new()
    };
    let with = assumptions(model, answer);
    let with = if with.is_empty() { String::new() } else { format!("with {}\n", with.join("; ")) };
    let laid: String = model.bearings(answer).iter().map(|own| own.words() + "\n").collect();
    format!("{}\n{when}, {known}{beyond}{}\n{with}{laid}\n", shipment(model, answer), terms(answer))
}

/// What the question assumes that the case does not say, and how it narrows the choice.
pub(crate) fn assumptions(model: &Model, answer: &Answer) -> Vec<String> {
    let question = &answer.question;
    let place = |id: &network::PlaceId| model.network.places.get(*id).name.clone();
    let mut all: Vec<String> = model.assumed.iter().map(|own| format!("assumed: {own}")).collect();
    if question.not_known_is_open {
        all.push("assumed: what may be open is open".to_owned());
    }
    if !question.meets.is_empty() {
        all.push(format!("declared: the shipment meets {}", question.meets.join(", ")));
    }
    if !question.via.is_empty() {
        all.push(format!("by way of {}", question.via.iter().map(place).collect::<Vec<_>>().join(", ")));
    }
    let avoided: Vec<String> = question
        .avoided
        .places
        .iter()
        .map(place)
        .chain(question.avoided.territory.iter().map(|economy| model.case.economies.name(economy).to_owned()))
        .chain(question.avoided.links.iter().map(|link| model.network.link_words(*link)))
        .collect();
    if !avoided.is_empty() {
        all.push(format!("avoiding {}", avoided.join(", ")));
    }
    if question.modes.len() < case::Mode::ALL.len() {
        let modes: Vec<&str> = question.modes.iter().map(|mode| mode.word()).collect();
        all.push(format!("only by {}", modes.join(", ")));
    }
    all
}

/// What is shipped, from where to where.
pub(crate) fn shipment(model: &Model, answer: &Answer) -> String {
    let place = |id| model.network.places.get(id).name.as_str();
    format!(
        "{} t of {} ({}), {} → {}",
        grouped(answer.consignment.tonnes),
        answer.consignment.commodity.name,
        answer.consignment.form.word().replace('_', " "),
        place(answer.question.from),
        place(answer.question.to),
    )
}

/// On which terms routes are judged.
pub(crate) fn terms(answer: &Answer) -> String {
    let question = &answer.question;
    let status = if question.perspective.binding == LegalStatus::InForce {
        String::new()
    } else {
        format!(", what is {} binds", question.perspective.binding.words())
    };
    let disputed = if question.perspective.disputed { ", disputed rules applied" } else { "" };
    format!(
        "{status}{disputed}; best by {}; an hour is worth {} USD/t",
        question.criterion.words(),
        answer.value_of_time
    )
}

/// A table of routes.
pub(crate) fn routes(answer: &Answer) -> String {
    if answer.routes.is_empty() {
        return "No route is open.\n".to_owned();
    }
    summary(&answer.routes)
}

fn summary(routes: &[RouteAnswer]) -> String {
    let rows = routes
        .iter()
        .enumerate()
        .map(|(number, route)| {
            vec![
                (number + 1).to_string(),
                grouped(route.km),
                days(route.time.quantile(0.5)),
                days(route.time.quantile(0.9)),
                money_words(route),
                format!("{:.0}", route.co2_kg),
                format!("{}{:.2}", floor(route), route.generalised_cost),
                percent(route.shares.sourced),
                by(route),
            ]
        })
        .collect();
    table(&["#", "km>", "days 50 %>", "90 %>", "USD/t>", "kg CO2e/t>", "gen. cost>", "firm>", "via"], rows)
}

/// The mark of a sum in which a price is missing.
pub(crate) fn floor(route: &RouteAnswer) -> &'static str {
    if route.unknown_prices.is_empty() { "" } else { "> " }
}

/// Money, with a mark where a price is missing.
pub(crate) fn money_words(route: &RouteAnswer) -> String {
    if route.unknown_prices.is_empty() {
        format!("{:.2}", route.usd_per_tonne)
    } else {
        format!("> {:.2}", route.usd_per_tonne)
    }
}

/// By which borders, ferries, ships and flights.
pub(crate) fn by(route: &RouteAnswer) -> String {
    if route.by.is_empty() { "no border".to_owned() } else { route.by.join(" · ") }
}

/// What a leg is, in a few words.
pub(crate) fn leg_words(model: &Model, leg: &Leg) -> String {
    let place = |id| model.network.places.get(id).name.as_str();
    let vehicle = || model.case.goods.vehicles()[leg.vehicle as usize].name.as_str();
    match leg.kind {
        LegKind::Loading => format!("wait and load, {}", place(leg.from)),
        LegKind::Unloading => format!("unload, {}", place(leg.to)),
        LegKind::Change => format!("change to {}, {}", vehicle(), place(leg.from)),
        LegKind::Haul => format!("{} – {} ({})", place(leg.from), place(leg.to), leg.carrier),
        LegKind::Border => format!("border {} – {}", place(leg.from), place(leg.to)),
        LegKind::Link => {
            format!("{} – {} ({})", place(leg.from), place(leg.to), leg.mode.map_or("", case::Mode::word))
        }
    }
}

fn legs(model: &Model, route: &RouteAnswer) -> String {
    let rows = route
        .legs
        .iter()
        .map(|leg| {
            vec![
                format!("{:.1}", leg.starts_at / 24.0),
                leg_words(model, leg),
                if leg.km > 0.0 { grouped(leg.km) + &length_marks(model, leg) } else { String::new() },
                format!("{:.1}", leg.hours),
                format!("{:.1}", leg.variance.sqrt()),
                format!("{:.2}", leg.usd_per_tonne),
                leg.lines.iter().map(line_words).collect::<Vec<_>>().join("; "),
            ]
        })
        .collect();
    table(&["day>", "leg", "km>", "hours>", "± sd>", "USD/t>", "of which"], rows)
}

/// A line with its figures and their marks: one mark where money and time share it, else one each.
/// The spread of a time shows only where the user gave one of the two and not the other.
fn line_words(line: &Line) -> String {
    let money = match line.usd_per_tonne {
        None => " price not known".to_owned(),
        Some(usd) if usd.abs() >= 0.005 => format!(" {usd:.2}"),
        Some(_) => String::new(),
    };
    let time = if line.hours > 0.0 { format!(" {:.1} h", line.hours) } else { String::new() };
    let of = |figure| mark(line.of_figure(figure));
    let (of_money, of_time, of_spread) = (of(Figure::Money), of(Figure::Hours), of(Figure::Spread));
    let by_user = |figure| line.of_figure(figure).is_some_and(|own| own.by_user);
    let spread = |same: &String| {
        if line.sd > 0.0 && of_spread != *same && (by_user(Figure::Hours) || by_user(Figure::Spread)) {
            format!(" ± {:.1} h{of_spread}", line.sd)
        } else {
            String::new()
        }
    };
    match (money.is_empty(), time.is_empty()) {
        (true, true) => format!("{}{}", line.label, mark(line.provenance.as_ref())),
        (true, false) => format!("{}{time}{of_time}{}", line.label, spread(&of_time)),
        (false, true) => format!("{}{money}{of_money}", line.label),
        (false, false) if of_money == of_time => {
            format!("{}{money}{time}{of_time}{}", line.label, spread(&of_time))
        }
        (false, false) => format!("{}{money}{of_money}{time}{of_time}{}", line.label, spread(&of_time)),
    }
}

/// The standing of a version: an act that lifts a rule is in force, and what it lifts has ended.
pub(crate) fn standing(version: &regime::Version) -> &'static str {
    if version.effect == regime::Effect::None { "lifted" } else { version.status.words() }
}

/// A mark for figures that are not observed or published: an assumed number must never look like
/// an observed one, and what the user laid over the case names its file and row.
pub(crate) fn mark(provenance: Option<&Provenance>) -> String {
    use case::Evidence::{Assumed, Calibrated, Computed, Observed, Published, Quoted};
    let evidence = provenance.map_or(Assumed, |own| own.evidence);
    if let Some(own) = provenance.filter(|own| own.by_user) {
        return user_mark(own);
    }
    match evidence {
        Observed | Published => String::new(),
        Quoted => " [quoted]".to_owned(),
        Computed | Calibrated | Assumed => format!(" [{}]", evidence.word()),
    }
}

/// The mark of a figure that the user laid over the case.
fn user_mark(own: &Provenance) -> String {
    let weaker = if own.evidence == case::Evidence::Quoted {
        String::new()
    } else {
        format!(", {}", own.evidence.word())
    };
    format!(" [user: {}{weaker}]", own.place)
}

/// The marks of a row, and of cells in it, that the user laid over the case.
pub(crate) fn laid_marks(provenance: &Provenance) -> String {
    if provenance.by_user {
        return user_mark(provenance);
    }
    let mut marks: Vec<(&str, Vec<&str>)> = Vec::new();
    for (column, own) in provenance.cells.iter().filter(|(_, own)| own.by_user) {
        match marks.iter_mut().find(|(place, _)| *place == own.place) {
            Some((_, columns)) => columns.push(column),
            None => marks.push((&own.place, vec![column])),
        }
    }
    let words = |(place, columns): &(&str, Vec<&str>)| format!(" [user: {place} for {}]", columns.join(", "));
    marks.iter().map(words).collect()
}

/// The marks of lengths on a leg that the user laid over the case.
fn length_marks(model: &Model, leg: &Leg) -> String {
    let rows = length_rows(model, leg);
    if rows.is_empty() { String::new() } else { format!(" [user: {}]", rows.join(", ")) }
}

fn vehicles(model: &Model, route: &RouteAnswer) -> String {
    let words: Vec<String> = route
        .vehicles
        .iter()
        .map(|(vehicle, count, trains)| {
            let name = &model.case.goods.vehicles()[*vehicle as usize].name;
            match trains {
                Some(trains) => {
                    format!("{count:.0} × {name} ({trains:.0} train{})", if *trains > 1.0 { "s" } else { "" })
                }
                None => format!("{count:.0} × {name}"),
            }
        })
        .collect();
    if words.is_empty() { String::new() } else { format!("Vehicles: {}\n", words.join(", ")) }
}

fn money(model: &Model, answer: &Answer, route: &RouteAnswer) -> String {
    let shares = &route.shares;
    let mut text = format!(
        "Transport cost: {} USD/t: {} firm (published or observed, medium or high confidence), {} published with low \
         confidence, {} given by the user, {} computed or calibrated, {} assumed\n\
         Not in it: VAT, wagon hire, empty return, papers, insurance, finance, losses, demurrage; `ayrum cost` has a \
         line for each\n",
        money_words(route),
        percent(shares.sourced),
        percent(shares.weakly_sourced),
        percent(shares.quoted),
        percent(shares.modelled),
        percent(shares.assumed),
    );
    if let Some((first, last)) = route.price_dates {
        let level = model.case.exchange.prices_of().map_or_else(
            || "not adjusted for inflation".to_owned(),
            |to| format!("brought to those of {to} by the case’s index of dollar prices"),
        );
        let _ = writeln!(text, "Prices of {first} to {last}, {level}");
    }
    if matches!(answer.question.quantity, scenario::Quantity::Teu(_))
        && let Some(tonnes) = answer.consignment.tonnes_per_teu(&model.case)
    {
        let _ = writeln!(text, "Per TEU: {:.0} USD, at {tonnes} t a TEU", route.usd_per_tonne * tonnes);
    }
    if !route.unknown_prices.is_empty() {
        let _ = writeln!(text, "Prices not known, and not in the total: {}", route.unknown_prices.join("; "));
    }
    let time = &route.time;
    let _ = writeln!(
        text,
        "Time: mean {} days, sd {}; {} distribution: 50 % {}, 90 % {}, 95 % {} days",
        days(time.mean),
        days(time.sd()),
        time.distribution.word(),
        days(time.quantile(0.5)),
        days(time.quantile(0.9)),
        days(time.quantile(0.95)),
    );
    let spread: Vec<String> = route
        .spread
        .iter()
        .take(3)
        .map(|(label, share, evidence)| format!("{label} {} [{}]", percent(*share), evidence.word()))
        .collect();
    if !spread.is_empty() {
        let _ = writeln!(text, "Its spread comes from: {}", spread.join(", "));
    }
    text
}

fn weak_inputs(route: &RouteAnswer, most: usize) -> String {
    if route.weak_inputs.is_empty() {
        return String::new();
    }
    let mut text = "Assumed or weak figures that matter most:\n".to_owned();
    for line in route.weak_inputs.iter().take(most) {
        let figure = line.figures().next().unwrap_or(Figure::Money);
        let place = line.of_figure(figure).map_or("", |own| own.place.as_str());
        let money = line
            .usd_per_tonne
            .filter(|usd| usd.abs() >= 0.005)
            .map(|usd| format!("{usd:.2} USD/t, "))
            .unwrap_or_default();
        let _ = writeln!(text, "  {}: {money}{:.1} ± {:.1} h ({place})", line.label, line.hours, line.sd);
    }
    text
}

fn rules(model: &Model, answer: &Answer, route: &RouteAnswer) -> String {
    if route.rules.is_empty() {
        return String::new();
    }
    let mut text = "Rules that apply to it:\n".to_owned();
    for used in &route.rules {
        let rule = model.regime.rules.rule_of(used.version);
        let version = model.regime.rules.get(used.version);
        let _ = writeln!(
            text,
            "  {} [{}, v{}] {} ({}, {}, source {}, {} confidence{}){}",
            rule.title,
            rule.id,
            version.number,
            version.text,
            standing(version),
            version.validity.words(),
            version.provenance.source,
            version.provenance.confidence.word(),
            if used.certain { "" } else { ", may have ended" },
            laid_marks(&version.provenance),
        );
    }
    if !route.papers.is_empty() {
        let _ = writeln!(text, "Papers needed: {}", route.papers.join(", "));
    }
    if !route.declared.is_empty() {
        let _ = writeln!(text, "Conditions met, as declared: {}", route.declared.join(", "));
    }
    if !answer.question.meets.is_empty() && route.declared.is_empty() {
        let _ = writeln!(text, "No rule on the way asked for what the shipment was said to meet.");
    }
    text
}

fn pair(model: &Model, answer: &Answer) -> String {
    if answer.pair.is_empty() {
        return "Duties: not known to this case for this pair and good\n".to_owned();
    }
    let mut text = "Between origin and destination, not in the cost of routes:\n".to_owned();
    for charge in &answer.pair {
        let rule = model.regime.rules.rule_of(charge.version);
        let version = model.regime.rules.get(charge.version);
        let amount = match charge.usd_per_tonne {
            None => "amount not stated".to_owned(),
            Some(usd) if charge.is_subsidy => format!("{usd:.2} USD/t received"),
            Some(usd) => format!("{usd:.2} USD/t"),
        };
        let applied = match (charge.applied, charge.certain) {
            (false, _) => "; disputed, shown only",
            (true, false) => "; may have ended",
            (true, true) => "",
        };
        let mark = laid_marks(&version.provenance);
        let _ = writeln!(text, "  {}: {amount}{applied}{mark}. {}", rule.title, version.text);
    }
    text
}

fn not_known(model: &Model, answer: &Answer) -> String {
    if answer.not_known.is_empty() {
        return String::new();
    }
    let mut text = "\nNot known to be open (what closes them may have ended)\n".to_owned();
    text.push_str(&summary(&answer.not_known));
    for (number, route) in answer.not_known.iter().enumerate() {
        let mut said: Vec<String> = Vec::new();
        for closure in route.legs.iter().flat_map(|leg| &leg.closures) {
            let words = model.closure_words(closure);
            if !said.contains(&words) {
                said.push(words);
            }
        }
        let _ = writeln!(text, "  {}: {}", number + 1, said.join("; "));
    }
    text
}

/// Better routes that are closed: by rules alone, and with lines that are not there.
fn why_not(model: &Model, answer: &Answer, most_by_rules: usize, most_by_lines: usize) -> String {
    let needs_a_line =
        |own: &&WhyNot| own.closures.iter().any(|closure| matches!(closure, Closure::State { .. }));
    let better = if answer.routes.is_empty() { "" } else { "better " };
    let mut text = String::new();
    for (heading, lines, most) in [
        ("closed by rules alone", false, most_by_rules),
        ("on lines closed, disused or not built", true, most_by_lines),
    ] {
        let of_it: Vec<&WhyNot> = answer.why_not.iter().filter(|own| needs_a_line(own) == lines).collect();
        if of_it.is_empty() || most == 0 {
            continue;
        }
        let _ = writeln!(text, "\nWhy not? The {better}routes {heading}");
        for WhyNot { route, closures } in of_it.iter().take(most) {
            let _ = writeln!(
                text,
                "  by {}: {} km, {} days (50 %), {} USD/t, generalised cost {:.2}",
                by(route),
                grouped(route.km),
                days(route.time.quantile(0.5)),
                money_words(route),
                route.generalised_cost,
            );
            for closure in closures {
                let _ = writeln!(text, "    – {}", model.closure_words(closure));
            }
        }
        if of_it.len() > most {
            let _ = writeln!(text, "  … and {} more (--format json lists all)", of_it.len() - most);
        }
    }
    text
}

/// What stands in the way, in short: the nearest route that is not known to be open, the nearest
/// ones that rules close and, if wanted, that need lines, and what rests on time.
pub(crate) fn obstacles(model: &Model, answer: &Answer, with_lines: bool) -> String {
    let mut text = String::new();
    if let Some(route) = answer.not_known.first() {
        let mut said: Vec<String> = Vec::new();
        for closure in route.legs.iter().flat_map(|leg| &leg.closures) {
            let words = model.closure_words(closure);
            if !said.contains(&words) {
                said.push(words);
            }
        }
        let _ = writeln!(
            text,
            "  not known to be open: by {} ({} days, {} USD/t): {}",
            by(route),
            days(route.time.quantile(0.5)),
            money_words(route),
            said.join("; ")
        );
    }
    text.push_str(&why_not(model, answer, 1, usize::from(with_lines)));
    for remark in answer.remarks.iter().filter(|remark| TIMELY.contains(&remark.code)) {
        let _ = writeln!(text, "  {}", remark.text);
    }
    text
}

/// Remarks that a short text keeps.
const TIMELY: &[&str] = &[
    "no-route",
    "taken-as-open",
    "may-hold",
    "rule-changes-on-the-way",
    "lawful-if-on-time",
    "waits-for-a-rule",
    "after-the-horizon",
];

/// Prices at which a choice turns.
pub(crate) fn flips(model: &Model, flips: &[Flip]) -> String {
    let mut text = String::new();
    for flip in flips {
        let service = &model.network.services[flip.service as usize];
        let today = flip.price.map_or("not known".to_owned(), |price| {
            let own = service.provenance.of_figure(Figure::Money);
            let place = if own.by_user { format!(", user: {}", own.place) } else { String::new() };
            format!("{price:.2} USD/t ({}{place})", own.evidence.word())
        });
        let doubt = if flip.with_is_open { "" } else { ", if it is open" };
        let turn = if flip.turning_price < 0.0 {
            format!("is dearer by {:.2} USD/t even if the service were free", -flip.turning_price)
        } else {
            format!(
                "is cheaper below {:.2} USD/t ({} USD a vehicle) and dearer above",
                flip.turning_price,
                grouped(flip.turning_price_per_vehicle)
            )
        };
        let _ = writeln!(
            text,
            "  {}: now {today}; the best route by it{doubt} {turn}, against {}",
            service.name,
            by(&flip.without)
        );
    }
    if text.is_empty() {
        text
    } else {
        format!("\nSwitching values: prices at which the choice turns, in generalised cost\n{text}")
    }
}

fn pareto(answer: &Answer) -> String {
    if answer.pareto.len() < 2 {
        return String::new();
    }
    let best = |value: fn(&RouteAnswer) -> f64| {
        answer
            .pareto
            .iter()
            .map(value)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), next| (low.min(next), high.max(next)))
    };
    let (money, time, co2) =
        (best(|route| route.usd_per_tonne), best(|route| route.time.mean / 24.0), best(|route| route.co2_kg));
    format!(
        "\nPareto set over money, time, CO2e and reliability: {} routes{}; {:.2}–{:.2} USD/t, {:.1}–{:.1} days, {:.0}–{:.0} kg CO2e/t\n",
        answer.pareto.len(),
        if answer.pareto_truncated { " (cut off for its size)" } else { "" },
        money.0,
        money.1,
        time.0,
        time.1,
        co2.0,
        co2.1,
    )
}

pub(crate) fn remarks(answer: &Answer) -> String {
    if answer.remarks.is_empty() {
        return String::new();
    }
    let mut text = "\nNotes\n".to_owned();
    for remark in &answer.remarks {
        let _ = writeln!(text, "  {} [{}]", remark.text, remark.code);
    }
    text
}
