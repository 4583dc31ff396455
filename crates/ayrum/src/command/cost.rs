//! `ayrum cost`

use case::Party;
use regime::Timing;
use scenario::{Answer, CostSheet, Denomination, Incoterm, Model, RouteAnswer};

use super::{Done, assume, date, load, put, question, scenarios};
use crate::arguments::{CaseSource, Cost, Format};
use crate::failure::Failure;
use crate::show::cost_text::Told;
use crate::show::{self, answer_text, cost_json, cost_text};

/// What a shipment costs, line by line, and who pays.
pub(crate) fn run(asked: &Cost, case: &CaseSource) -> Result<Done, Failure> {
    if asked.format == Format::Geojson {
        return Err(Failure::new("a cost sheet has no geometry of its own").hint("table, json or csv"));
    }
    let term = incoterm(&asked.incoterm)?;
    let model = load(case)?;
    let scenario = scenarios::chosen(&model, case)?;
    let timing = match (&asked.date, &asked.depart) {
        (Some(day), _) => Timing::Snapshot(date(day)?),
        (None, Some(day)) => Timing::Dispatch(date(day)?),
        (None, None) => Timing::Snapshot(scenarios::day(&model, scenario.as_ref())),
    };
    let model = scenarios::under(model, scenario.as_ref(), timing.first_day());
    let model = assume(model, &asked.shipment, timing.first_day())?;
    let denomination = denomination(&model, &asked.currency, timing)?;
    let mut question = question(&model, &asked.shipment)?;
    question.timing = timing;
    let answer = model.answer(&question)?;
    let ranked = ranked(&model, &answer, term)?;
    let Some((_, route, sheet)) = chosen(asked, &ranked)? else {
        let said = format!("{}No route is open.\n", answer_text::heading(&model, &answer));
        if asked.format == Format::Table {
            put(&said)?;
        } else {
            eprint!("{said}");
        }
        return Ok(Done::Findings);
    };
    let told = Told { answer: &answer, route, sheet, denomination: &denomination };
    let papers = model.documents(&answer, route);
    match asked.format {
        Format::Json => put(&show::json(&cost_json::sheet(&model, &told, &papers, &ranked))?)?,
        Format::Csv => put(&cost_json::csv(&told)?)?,
        Format::Table | Format::Geojson => put(&format!(
            "{}{}{}{}{}",
            answer_text::heading(&model, &answer),
            cost_text::sheet(&model, &told),
            cost_text::ranking(&ranked, &denomination),
            cost_text::documents(&model, &papers),
            answer_text::remarks(&answer),
        ))?,
    }
    Ok(super::route::done(&answer))
}

/// A term of delivery by its letters.
pub(crate) fn incoterm(letters: &str) -> Result<Incoterm, Failure> {
    Incoterm::of(letters).ok_or_else(|| {
        let all: Vec<&str> = Incoterm::ALL.iter().map(|term| term.letters()).collect();
        Failure::new(format!("`{letters}` is not a term of delivery of Incoterms 2020"))
            .hint(format!("one of {}", all.join(", ")))
    })
}

/// The currency in which a sheet is told, at the rate of the prices' date or the first day.
pub(crate) fn denomination(model: &Model, currency: &str, timing: Timing) -> Result<Denomination, Failure> {
    let date = model.case.exchange.prices_of().unwrap_or(timing.first_day());
    Ok(model.denomination(currency, date)?)
}

/// Open routes with their sheets, in the order of what the seller pays net of subsidies; what is
/// paid by both decides between those that cost the seller the same, as ex works.
pub(crate) fn ranked<'a>(
    model: &Model,
    answer: &'a Answer,
    term: Incoterm,
) -> Result<Vec<(usize, &'a RouteAnswer, CostSheet)>, Failure> {
    let mut ranked = Vec::new();
    let mut without_ship = None;
    for (number, route) in answer.routes.iter().enumerate() {
        match model.cost_sheet(answer, route, term) {
            Ok(sheet) => ranked.push((number, route, sheet)),
            Err(error) => without_ship = Some(error),
        }
    }
    if let Some(error) = without_ship.filter(|_| ranked.is_empty()) {
        return Err(error.into());
    }
    ranked.sort_by(|a, b| {
        let paid = |sheet: &CostSheet| (sheet.net(Some(Party::Seller)), sheet.net(None));
        let (one, other) = (paid(&a.2), paid(&b.2));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)).then(a.0.cmp(&b.0))
    });
    Ok(ranked)
}

/// The route asked for by number, or the best: the first of `ayrum route`.
fn chosen<'r, 'a>(
    asked: &Cost,
    ranked: &'r [(usize, &'a RouteAnswer, CostSheet)],
) -> Result<Option<&'r (usize, &'a RouteAnswer, CostSheet)>, Failure> {
    let wanted = asked.route.unwrap_or(1);
    let found = ranked.iter().find(|(number, ..)| number + 1 == wanted);
    if found.is_none() && asked.route.is_none() {
        // The best route may have no ship, and the term asks for one.
        return Ok(ranked.iter().min_by_key(|(number, ..)| *number));
    }
    if found.is_none() && !ranked.is_empty() {
        let mut numbers: Vec<usize> = ranked.iter().map(|(number, ..)| number + 1).collect();
        numbers.sort_unstable();
        let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
        return Err(Failure::new(format!("there is no route {wanted}"))
            .hint(format!("one of {}", numbers.join(", "))));
    }
    Ok(found)
}
