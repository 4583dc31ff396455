//! Measures: changes to a case that a question assumes.
//!
//! A measure patches a copy of the model; the case itself is never changed, and whatever a
//! measure touches is marked as assumed in every answer.

use case::{Confidence, Evidence, Figure, LegalStatus, Provenance, Validity};
use jiff::civil::Date;
use network::{LinkId, LinkState, StateSpan};

use crate::model::Model;

/// A change that a question assumes.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// The link is open from a date on.
    Open(LinkId, Date),
    /// The link is closed from a date on.
    Close(LinkId, Date),
    /// The rule, by number, has no effect from a date on.
    Lift(u32, Date),
    /// The service, by number, costs this many USD per tonne.
    ServicePrice(u32, f64),
}

impl Measure {
    /// The measure in words.
    #[must_use]
    pub fn words(&self, model: &Model) -> String {
        match self {
            Self::Open(link, date) => {
                format!("{} open from {date}", model.network.link_words(*link))
            }
            Self::Close(link, date) => {
                format!("{} closed from {date}", model.network.link_words(*link))
            }
            Self::Lift(rule, date) => {
                format!("{} lifted from {date}", model.regime.rules.rules[*rule as usize].title)
            }
            Self::ServicePrice(service, usd) => {
                format!("{} at {usd:.2} USD/t", model.network.services[*service as usize].name)
            }
        }
    }
}

/// The ancestry of what a question assumes.
pub(crate) fn assumed() -> Provenance {
    Provenance {
        source: "the question".to_owned(),
        confidence: Confidence::Low,
        evidence: Evidence::Assumed,
        last_confirmed: None,
        place: "the question".to_owned(),
        by_user: false,
        cells: Vec::new(),
    }
}

impl Model {
    /// A copy of the model with measures applied.
    #[must_use]
    pub fn with(&self, measures: &[Measure]) -> Self {
        let mut model = self.clone();
        for measure in measures {
            model.assumed.push(measure.words(self));
            model.apply(measure);
        }
        model
    }

    fn apply(&mut self, measure: &Measure) {
        match measure {
            Measure::Open(link, date) => self.set_state(*link, *date, LinkState::Open),
            Measure::Close(link, date) => self.set_state(*link, *date, LinkState::Closed),
            Measure::Lift(rule, date) => {
                let rules = &mut self.regime.rules;
                for id in &rules.rules[*rule as usize].versions {
                    let version = &mut rules.versions[id.0 as usize];
                    cut_short(&mut version.validity, *date);
                }
            }
            Measure::ServicePrice(service, usd) => {
                let service = &mut self.network.services[*service as usize];
                service.money = Some(case::Money { amount: *usd, terms: case::Terms::usd_per_tonne() });
                service.provenance.set_figure(Figure::Money, &assumed());
            }
        }
    }

    fn set_state(&mut self, link: LinkId, date: Date, state: LinkState) {
        let link = &mut self.network.links[link.0 as usize];
        link.history.retain(|span| span.validity.from < date);
        for span in &mut link.history {
            cut_short(&mut span.validity, date);
        }
        link.history.push(StateSpan {
            state,
            validity: Validity { from: date, to: case::End::Open, confirmed_until: None },
            // Whatever was known when, the question assumes it.
            known_from: Date::MIN,
            status: LegalStatus::InForce,
            reason: format!("{} by assumption of the question", state.words()),
            note: String::new(),
            provenance: assumed(),
        });
    }
}

/// Ends a span on a date if it would go on past it; where it may have ended before, that doubt
/// stays. A span that starts later ends where it starts.
fn cut_short(validity: &mut Validity, date: Date) {
    let goes_on = match validity.to {
        case::End::On(end) => end > date,
        case::End::Open | case::End::Unknown => true,
    };
    if goes_on {
        validity.to = case::End::On(date.max(validity.from));
    }
}
