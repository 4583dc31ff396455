//! `ayrum route`

use std::path::Path;

use regime::Timing;
use scenario::Answer;

use super::{Done, assume, date, load, put, question};
use crate::arguments::{Format, Route};
use crate::failure::Failure;
use crate::show::{self, answer_csv, answer_geojson, answer_json, answer_text};

/// Routes for a shipment.
pub(crate) fn run(route: &Route, case: Option<&Path>) -> Result<Done, Failure> {
    let model = load(case)?;
    let arrive_by = route.arrive_by.as_deref().map(date).transpose()?;
    let timing = match (&route.date, &route.depart) {
        (Some(day), _) => Timing::Snapshot(date(day)?),
        (None, Some(day)) => Timing::Dispatch(date(day)?),
        (None, None) => Timing::Snapshot(model.case.settings.horizon),
    };
    let first_day = arrive_by.map_or(timing.first_day(), |_| model.case.settings.first_date);
    let model = assume(model, &route.shipment, first_day)?;
    let mut question = question(&model, &route.shipment)?;
    question.timing = timing;
    let Some(arrive_by) = arrive_by else {
        if route.date.is_none() && route.depart.is_none() {
            eprintln!(
                "note: no date was given; this is a snapshot of the case's horizon, {}",
                model.case.settings.horizon
            );
        }
        let answer = model.answer(&question)?;
        show(&model, &answer, route.format, "")?;
        return Ok(if answer.routes.is_empty() { Done::Findings } else { Done::Good });
    };
    if !(route.confidence > 0.0 && route.confidence < 1.0) {
        return Err(Failure::new(format!("{} is not a probability of arriving in time", route.confidence))
            .hint("a number between 0 and 1, such as 0.9"));
    }
    let progress = indicatif::ProgressBar::new_spinner().with_message("looking for the latest dispatch");
    progress.enable_steady_tick(std::time::Duration::from_millis(100));
    let latest = model.latest_dispatch(&question, arrive_by, route.confidence)?;
    progress.finish_and_clear();
    let Some(latest) = latest else {
        put(&format!(
            "No day of dispatch arrives by {arrive_by} with a probability of {}.\n",
            show::percent(route.confidence)
        ))?;
        return Ok(Done::Findings);
    };
    let mut answer = latest.answer;
    answer.routes.retain(|other| other.substance != latest.route.substance);
    answer.routes.insert(0, latest.route);
    let before = format!(
        "Hand the goods over on {} at the latest: by route 1 they arrive by {arrive_by} with a probability of {}.\n\n",
        latest.dispatch,
        show::percent(latest.probability)
    );
    show(&model, &answer, route.format, &before)?;
    Ok(Done::Good)
}

fn show(model: &scenario::Model, answer: &Answer, format: Format, before: &str) -> Result<(), Failure> {
    match format {
        Format::Table => put(&format!("{before}{}", answer_text::answer(model, answer))),
        Format::Json => put(&show::json(&answer_json::answer(model, answer))?),
        Format::Geojson => put(&show::json(&answer_geojson::answer(model, answer))?),
        Format::Csv => put(&answer_csv::answer(model, answer)?),
    }
}
