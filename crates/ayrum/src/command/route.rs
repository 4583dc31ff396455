//! `ayrum route`

use jiff::civil::Date;
use regime::Timing;
use scenario::{Answer, LatestDispatch, LatestDispatches, Model};

use super::{Done, assume, cost, date, load, put, question, report_files, scenarios};
use crate::arguments::{CaseSource, Format, Route};
use crate::failure::Failure;
use crate::show::cost_text::Told;
use crate::show::{self, answer_csv, answer_geojson, answer_json, answer_text, cost_json, cost_text};

/// Routes for a shipment.
pub(crate) fn run(route: &Route, case: &CaseSource) -> Result<Done, Failure> {
    let model = load(case)?;
    let scenario = scenarios::chosen(&model, case)?;
    let arrive_by = route.arrive_by.as_deref().map(date).transpose()?;
    let timing = match (&route.date, &route.depart) {
        (Some(day), _) => Timing::Snapshot(date(day)?),
        (None, Some(day)) => Timing::Dispatch(date(day)?),
        (None, None) => Timing::Snapshot(scenarios::day(&model, scenario.as_ref())),
    };
    let model = scenarios::under(model, scenario.as_ref(), arrive_by.unwrap_or(timing.first_day()));
    let first_day = arrive_by.map_or(timing.first_day(), |_| model.case.settings.first_date);
    let model = assume(model, &route.shipment, first_day)?;
    let mut question = question(&model, &route.shipment)?;
    question.timing = timing;
    let Some(arrive_by) = arrive_by else {
        if route.date.is_none() && route.depart.is_none() {
            let whose = if scenario.is_some() { "the scenario's date" } else { "the case's horizon" };
            eprintln!("note: no date was given; this is a snapshot of {whose}, {}", timing.first_day());
        }
        let answer = model.answer(&question)?;
        show(&model, &answer, route)?;
        report_files::of_answer(route, &model, &answer)?;
        return Ok(done(&answer));
    };
    if !(route.confidence > 0.0 && route.confidence < 1.0) {
        return Err(Failure::new(format!("{} is not a probability of arriving in time", route.confidence))
            .hint("a number between 0 and 1, such as 0.9"));
    }
    let progress = indicatif::ProgressBar::new_spinner().with_message("looking for the latest dispatch");
    progress.enable_steady_tick(std::time::Duration::from_millis(100));
    let latest = model.latest_dispatch(&question, arrive_by, route.confidence)?;
    progress.finish_and_clear();
    dispatches(&model, route, arrive_by, latest)
}

/// Shows the last days of dispatch, and the answer for the one by the best route.
fn dispatches(
    model: &Model,
    route: &Route,
    arrive_by: Date,
    latest: LatestDispatches,
) -> Result<Done, Failure> {
    let LatestDispatches { by_the_best, by_any } = latest;
    let Some(first) = by_the_best.as_ref().or(by_any.as_ref()) else {
        eprintln!(
            "No day of dispatch arrives by {arrive_by} with a probability of {}.",
            show::percent(route.confidence)
        );
        return Ok(Done::Findings);
    };
    let mut answer = first.answer.clone();
    answer.routes = vec![first.route.clone()];
    let words = |how: &str, latest: &LatestDispatch| {
        let share = latest.probability * 100.0;
        let share = if share > 99.0 { "more than 99 %".to_owned() } else { format!("{share:.0} %") };
        format!(
            "{how} hand the goods over on {} at the latest; they arrive by {arrive_by} with {share}: {} days (50 %), {} \
             USD/t, via {}\n",
            latest.dispatch,
            show::days(latest.route.time.quantile(0.5)),
            answer_text::money_words(&latest.route),
            answer_text::by(&latest.route),
        )
    };
    let mut text = String::new();
    if let Some(best) = &by_the_best {
        text.push_str(&words("By the best route", best));
    }
    if let Some(any) =
        by_any.as_ref().filter(|any| by_the_best.as_ref().is_none_or(|best| best.dispatch < any.dispatch))
    {
        text.push_str(&words("By any route", any));
    }
    match route.format {
        Format::Table => put(&format!(
            "{text}\n{}{}",
            answer_text::answer(model, &answer),
            sheet_text(model, &answer, route)?
        ))?,
        Format::Json => {
            let asked = (arrive_by, route.confidence);
            let mut written = answer_json::answer(model, &answer);
            for (by, latest) in [("the best route", &by_the_best), ("any route", &by_any)] {
                if let Some(latest) = latest {
                    written = written.with_dispatch(model, by, asked, latest);
                }
            }
            put(&show::json(&with_sheets(model, &answer, route, written)?)?)?;
        }
        Format::Geojson | Format::Csv => {
            eprint!("{text}");
            show(model, &answer, route)?;
        }
    }
    report_files::of_answer(route, model, &answer)?;
    Ok(done(&answer))
}

/// No open route, a rule that changes before the cargo has surely arrived, and a case with faults
/// are findings.
pub(super) fn done(answer: &Answer) -> Done {
    const FINDINGS: &[&str] =
        &["no-route", "case-has-faults", "overlay-has-faults", "rule-changes-on-the-way"];
    let found = answer.remarks.iter().any(|remark| FINDINGS.contains(&remark.code));
    if found { Done::Findings } else { Done::Good }
}

fn show(model: &Model, answer: &Answer, route: &Route) -> Result<(), Failure> {
    match route.format {
        Format::Table => {
            put(&format!("{}{}", answer_text::answer(model, answer), sheet_text(model, answer, route)?))
        }
        Format::Json => {
            let written = with_sheets(model, answer, route, answer_json::answer(model, answer))?;
            put(&show::json(&written)?)
        }
        Format::Geojson => put(&show::json(&answer_geojson::answer(model, answer))?),
        Format::Csv => put(&answer_csv::answer(model, answer)?),
    }
}

/// The cost sheet of the best route, where a term of delivery asks for one.
fn sheet_text(model: &Model, answer: &Answer, route: &Route) -> Result<String, Failure> {
    let (Some(letters), Some(best)) = (&route.incoterm, answer.routes.first()) else {
        return Ok(String::new());
    };
    let denomination = cost::denomination(model, &route.currency, answer.question.timing)?;
    let term = cost::incoterm(letters)?;
    let sheet = &model.cost_sheet(answer, best, term)?;
    let told = Told { answer, route: best, sheet, denomination: &denomination };
    Ok(format!("\nCost sheet of route 1\n{}", cost_text::sheet(model, &told)))
}

/// An answer in JSON with the cost sheet of every route that the term of delivery allows.
fn with_sheets(
    model: &Model,
    answer: &Answer,
    route: &Route,
    written: answer_json::WrittenAnswer,
) -> Result<answer_json::WrittenAnswer, Failure> {
    let Some(letters) = &route.incoterm else { return Ok(written) };
    let denomination = cost::denomination(model, &route.currency, answer.question.timing)?;
    let mut sheets = Vec::new();
    for (_, own, sheet) in &cost::ranked(model, answer, cost::incoterm(letters)?)? {
        let told = Told { answer, route: own, sheet, denomination: &denomination };
        sheets.push(cost_json::sheet(model, &told, &model.documents(answer, own), &[]));
    }
    Ok(written.with_cost_sheets(sheets))
}
