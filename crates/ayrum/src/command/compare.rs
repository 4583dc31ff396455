//! `ayrum compare`

use std::path::Path;

use jiff::civil::Date;
use scenario::{Answer, Model};
use serde::Serialize;

use super::{Done, assume, date, load, put, question, scenarios};
use crate::arguments::{CaseSource, Compare, Format};
use crate::failure::Failure;
use crate::show::{self, answer_json, answer_text};

#[derive(Serialize)]
struct Written {
    label: String,
    answer: answer_json::WrittenAnswer,
}

/// The same shipment twice.
pub(crate) fn run(compare: &Compare, case: &CaseSource) -> Result<Done, Failure> {
    let lays_over = case.is_changed();
    // Without another difference, what is laid over is the difference.
    let by_the_user =
        lays_over && compare.date.len() < 2 && compare.known_too.is_none() && compare.case_too.is_none();
    let (first, second) = if by_the_user {
        (load(&case.alone())?, Some(load(case)?))
    } else {
        let second = compare.case_too.as_deref().map(|path| load(&case.over(path)));
        (load(case)?, second.transpose()?)
    };
    let scenario = scenarios::chosen(second.as_ref().unwrap_or(&first), case)?;
    let (day, day_too) = match compare.date.as_slice() {
        [] => (scenarios::day(&first, scenario.as_ref()), None),
        [day] => (date(day)?, None),
        [day, too] => (date(day)?, Some(date(too)?)),
        _ => return Err(Failure::new("more than two dates were given").hint("give --date once or twice")),
    };
    let known_too = compare.known_too.as_deref().map(date).transpose()?;
    let ways =
        [day_too.is_some(), known_too.is_some(), second.is_some()].into_iter().filter(|way| *way).count();
    if ways != 1 {
        return Err(Failure::new("a comparison needs one thing that differs").hint(
            "give --date twice, or --known-too DATE, or --case-too FOLDER, or --with FILE, --set KEY=VALUE or --scenario NAME",
        ));
    }
    let ask = |model: &Model, day: Date, known: Option<Date>| -> Result<Answer, Failure> {
        let mut asked = question(model, &compare.shipment)?.on(day);
        if let Some(known) = known {
            asked = asked.known(known);
        }
        Ok(model.answer(&asked)?)
    };
    let assumed_from = day_too.map_or(day, |too| day.min(too));
    // Two dates are asked in one model or two: what has no dates in the case changes with the day.
    let second = match (second, &scenario) {
        (None, Some(_)) => Some(first.clone()),
        (second, _) => second,
    };
    let of_second = day_too.unwrap_or(day);
    let first = if by_the_user { first } else { scenarios::under(first, scenario.as_ref(), day) };
    let second = second.map(|model| scenarios::under(model, scenario.as_ref(), of_second));
    let first = assume(first, &compare.shipment, assumed_from)?;
    let second = second.map(|model| assume(model, &compare.shipment, assumed_from)).transpose()?;
    let known_words = |known: Option<&str>| {
        known.map_or("all that is known".to_owned(), |known| format!("as known on {known}"))
    };
    let labels = match (&second, known_too) {
        _ if by_the_user => [format!("{day}, the case alone"), format!("{day}, {}", case.words())],
        (Some(_), _) if compare.case_too.is_some() => {
            let folder = |path: Option<&Path>| {
                path.map_or("the shipped case".to_owned(), |path| format!("the case {}", path.display()))
            };
            [
                format!("{day} in {}", folder(case.case.as_deref())),
                format!("{day} in {}", folder(compare.case_too.as_deref())),
            ]
        }
        (_, Some(too)) => {
            let before = known_words(compare.shipment.known.as_deref());
            [format!("{day}, {before}"), format!("{day}, as known on {too}")]
        }
        (_, None) => [day.to_string(), day_too.unwrap_or(day).to_string()],
    };
    let model_too = second.as_ref().unwrap_or(&first);
    let answers = [ask(&first, day, None)?, ask(model_too, day_too.unwrap_or(day), known_too)?];
    let models = [&first, model_too];
    match compare.format {
        Format::Json => {
            let written: Vec<Written> = labels
                .iter()
                .zip(models)
                .zip(&answers)
                .map(|((label, model), answer)| Written {
                    label: label.clone(),
                    answer: answer_json::answer(model, answer),
                })
                .collect();
            put(&show::json(&written)?)?;
        }
        Format::Table => put(&text(&labels, models, &answers))?,
        Format::Csv => put(&show::csv(
            &[
                "label",
                "route",
                "by",
                "km",
                "days_50",
                "days_90",
                "usd_per_tonne",
                "kg_co2e_per_tonne",
                "generalised_cost",
            ],
            rows(&labels, &answers).into_iter(),
        )?)?,
        Format::Geojson => {
            return Err(Failure::new("a comparison has no geometry of its own").hint("table, json or csv"));
        }
    }
    Ok(if answers.iter().any(|answer| answer.routes.is_empty()) { Done::Findings } else { Done::Good })
}

fn rows(labels: &[String], answers: &[Answer]) -> Vec<Vec<String>> {
    let of = |(label, answer): (&String, &Answer)| -> Vec<Vec<String>> {
        let route = |(number, route): (usize, &scenario::RouteAnswer)| {
            vec![
                label.clone(),
                (number + 1).to_string(),
                answer_text::by(route),
                format!("{:.0}", route.km),
                show::days(route.time.quantile(0.5)),
                show::days(route.time.quantile(0.9)),
                answer_text::money_words(route),
                format!("{:.0}", route.co2_kg),
                format!("{}{:.2}", answer_text::floor(route), route.generalised_cost),
            ]
        };
        answer.routes.iter().enumerate().map(route).collect()
    };
    labels.iter().zip(answers).flat_map(of).collect()
}

fn text(labels: &[String; 2], models: [&Model; 2], answers: &[Answer; 2]) -> String {
    let shipment = answer_text::shipment(models[0], &answers[0]);
    let mut text =
        format!("{shipment}\n{} against {}{}\n\n", labels[0], labels[1], answer_text::terms(&answers[0]));
    for (label, answer) in labels.iter().zip(answers) {
        text.push_str(&format!("{label}\n"));
        text.push_str(&answer_text::routes(answer));
        if answer.routes.is_empty() {
            for remark in answer.remarks.iter().filter(|remark| remark.code == "no-route") {
                text.push_str(&format!("  {}\n", remark.text));
            }
        }
        text.push('\n');
    }
    text.push_str(&difference(labels, models, answers));
    text
}

/// What became better or worse, and the rules that made the difference.
pub(crate) fn difference(labels: &[String; 2], models: [&Model; 2], answers: &[Answer; 2]) -> String {
    let mut text = String::new();
    match (answers[0].routes.first(), answers[1].routes.first()) {
        (Some(before), Some(after)) => {
            let complete = before.unknown_prices.is_empty() && after.unknown_prices.is_empty();
            let about = if complete {
                ""
            } else {
                " (prices are missing from totals, so money and generalised cost are not sure)"
            };
            let change = |label: &str, before: f64, after: f64, unit: &str| {
                format!("{label} {:+.2} {unit}", after - before)
            };
            text.push_str(&format!(
                "The best route changes by{about}: {}, {}, {}, {}\n",
                change("generalised cost", before.generalised_cost, after.generalised_cost, "USD/t"),
                change("money", before.usd_per_tonne, after.usd_per_tonne, "USD/t"),
                change("mean time", before.time.mean / 24.0, after.time.mean / 24.0, "days"),
                change("CO2e", before.co2_kg, after.co2_kg, "kg/t"),
            ));
            if before.substance != after.substance {
                text.push_str(&format!(
                    "It goes another way: via {} instead of {}\n",
                    answer_text::by(after),
                    answer_text::by(before)
                ));
            }
            if before.shares.quoted > 0.0 || after.shares.quoted > 0.0 {
                text.push_str(&format!(
                    "Of its known money {} instead of {} is the user’s\n",
                    show::percent(after.shares.quoted),
                    show::percent(before.shares.quoted)
                ));
            }
        }
        (None, Some(_)) => text.push_str("A route opens.\n"),
        (Some(_), None) => text.push_str("Every route closes.\n"),
        (None, None) => text.push_str("No route is open in either.\n"),
    }
    // A route that is closed in one and open in the other: what closes it made the difference.
    for (this, other) in [(0usize, 1usize), (1, 0)] {
        let mut said: Vec<String> = Vec::new();
        for own in &answers[this].why_not {
            let open = answers[other].routes.iter().chain(&answers[other].pareto);
            if open.into_iter().any(|route| route.substance == own.route.substance) {
                for closure in &own.closures {
                    let words = models[this].closure_words(closure);
                    if !said.contains(&words) {
                        said.push(words);
                    }
                }
            }
        }
        if !said.is_empty() {
            text.push_str(&format!(
                "Routes that are open with {} are closed with {} by:\n",
                labels[other], labels[this]
            ));
            for words in said {
                text.push_str(&format!("  – {words}\n"));
            }
        }
    }
    text
}
