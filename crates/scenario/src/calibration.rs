//! Model against observation.

use network::Observation;

use crate::model::Model;
use crate::question::{Quantity, Question};
use crate::reliability::TravelTime;

/// An observed movement beside what the model says of it.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The observation, by position in the network's.
    pub observation: usize,
    /// The model's time for the same stretch on the same day, without loading and unloading;
    /// nothing where the model has no open route for it.
    pub modelled: Option<TravelTime>,
    /// Whether the model's median lies in the observed interval; nothing where either is missing.
    pub inside: Option<bool>,
}

impl Model {
    /// Every observation beside the model, on the day of the observation and with what is known
    /// now.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Comparison> {
        let compare = |(number, observation): (usize, &Observation)| {
            let modelled = self.modelled(observation);
            let inside = modelled.zip(observation.hours).map(|(time, (least, most))| {
                let median = time.quantile(0.5);
                least <= median && median <= most
            });
            Comparison { observation: number, modelled, inside }
        };
        self.network.observations.iter().enumerate().map(compare).collect()
    }

    fn modelled(&self, observation: &Observation) -> Option<TravelTime> {
        let name = |place| self.network.places.get(place).id.as_str();
        let quantity = Quantity::Tonnes(observation.tonnes.unwrap_or(1000.0));
        let mut question = Question::new(
            self,
            name(observation.from),
            name(observation.to),
            &observation.commodity,
            quantity,
        )
        .ok()?
        .on(observation.date);
        question.via.clone_from(&observation.via);
        question.handling = false;
        question.count = 1;
        // The train ran: whatever stood in its way in the case did not.
        question.not_known_is_open = true;
        question.economies =
            (Some(observation.origin_economy.clone()), Some(observation.destination_economy.clone()));
        self.answer(&question).ok()?.routes.first().map(|route| route.time)
    }
}
