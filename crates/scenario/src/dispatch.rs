//! The latest dispatch that arrives in time.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::answer::Answer;
use crate::model::Model;
use crate::question::{Question, QuestionError};
use crate::route::RouteAnswer;

/// The last day on which goods can be handed over so that they arrive in time.
#[derive(Debug, Clone)]
pub struct LatestDispatch {
    /// The day.
    pub dispatch: Date,
    /// The route that arrives in time.
    pub route: RouteAnswer,
    /// The probability that it does, and lawfully.
    pub probability: f64,
    /// The answer for that day.
    pub answer: Answer,
}

/// How far back a dispatch is looked for.
const DAYS_BACK: i32 = 200;

impl Model {
    /// The last day of dispatch from which some route arrives by the end of a day with a
    /// probability; nothing where none does within 200 days, or within the case's dates.
    ///
    /// # Errors
    /// Where the question cannot be asked.
    pub fn latest_dispatch(
        &self,
        question: &Question,
        arrive_by: Date,
        confidence: f64,
    ) -> Result<Option<LatestDispatch>, QuestionError> {
        let end = arrive_by.tomorrow().unwrap_or(arrive_by);
        for days in 0..DAYS_BACK {
            let Ok(dispatch) = arrive_by.checked_sub(days.days()) else { break };
            if dispatch < self.case.settings.first_date {
                break;
            }
            let hours = regime::hours_between(dispatch, end);
            let mut asked = question.clone().departing(dispatch);
            asked.count = 1;
            // The mean time of the fastest route bounds what can arrive at all: cheap to check
            // before every other day is asked in full.
            let answer = self.answer(&asked)?;
            let in_time = |route: &RouteAnswer| route.time.probability_within(hours).min(route.lawful);
            let best =
                answer.routes.iter().chain(&answer.pareto).map(|route| (in_time(route), route)).max_by(
                    |a, b| {
                        a.0.total_cmp(&b.0)
                            .then_with(|| b.1.generalised_cost.total_cmp(&a.1.generalised_cost))
                    },
                );
            // Of the routes that arrive in time, the cheapest.
            let chosen = answer
                .routes
                .iter()
                .chain(&answer.pareto)
                .filter(|route| in_time(route) >= confidence)
                .min_by(|a, b| a.generalised_cost.total_cmp(&b.generalised_cost));
            if let (Some(route), Some(_)) = (chosen, best) {
                let (probability, route) = (in_time(route), route.clone());
                return Ok(Some(LatestDispatch { dispatch, route, probability, answer }));
            }
        }
        Ok(None)
    }
}
