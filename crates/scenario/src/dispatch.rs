//! The latest dispatch that arrives in time.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::answer::Answer;
use crate::model::Model;
use crate::question::{Question, QuestionError};
use crate::route::RouteAnswer;

/// A last day on which goods can be handed over so that they arrive in time.
#[derive(Debug, Clone)]
pub struct LatestDispatch {
    /// The day.
    pub dispatch: Date,
    /// The route that arrives in time.
    pub route: RouteAnswer,
    /// The probability that it does, and is not closed for good before.
    pub probability: f64,
    /// The answer for that day.
    pub answer: Answer,
}

/// Last days of dispatch.
#[derive(Debug, Clone, Default)]
pub struct LatestDispatches {
    /// By the best route of its day.
    pub by_the_best: Option<LatestDispatch>,
    /// By any route: later, and as a rule dearer.
    pub by_any: Option<LatestDispatch>,
}

/// How far back a dispatch is looked for.
const DAYS_BACK: i32 = 200;

impl Model {
    /// The last days of dispatch from which goods arrive by the end of a day with a probability:
    /// by the best route, and by any route of the answer or its Pareto set. Looked for within 200
    /// days and within the case's dates.
    ///
    /// # Errors
    /// Where the question cannot be asked.
    pub fn latest_dispatch(
        &self,
        question: &Question,
        arrive_by: Date,
        confidence: f64,
    ) -> Result<LatestDispatches, QuestionError> {
        let end = arrive_by.tomorrow().unwrap_or(arrive_by);
        let mut latest = LatestDispatches::default();
        for days in 0..DAYS_BACK {
            let Ok(dispatch) = arrive_by.checked_sub(days.days()) else { break };
            if dispatch < self.case.settings.first_date || latest.by_the_best.is_some() {
                break;
            }
            let hours = regime::hours_between(dispatch, end);
            let mut asked = question.clone().departing(dispatch);
            asked.count = 1;
            let answer = self.answer(&asked)?;
            let in_time = |route: &RouteAnswer| route.time.probability_within(hours).min(route.lawful);
            let found = |route: &RouteAnswer| LatestDispatch {
                dispatch,
                route: route.clone(),
                probability: in_time(route),
                answer: answer.clone(),
            };
            if latest.by_any.is_none() {
                // Of the routes that arrive in time, the one of least generalised cost.
                latest.by_any = answer
                    .routes
                    .iter()
                    .chain(&answer.pareto)
                    .filter(|route| in_time(route) >= confidence)
                    .min_by(|a, b| a.generalised_cost.total_cmp(&b.generalised_cost))
                    .map(found);
            }
            latest.by_the_best =
                answer.routes.first().filter(|route| in_time(route) >= confidence).map(found);
            // The best route is a route too.
            if latest.by_any.as_ref().is_some_and(|any| any.dispatch == dispatch)
                && latest.by_the_best.is_some()
            {
                latest.by_any.clone_from(&latest.by_the_best);
            }
        }
        Ok(latest)
    }
}
