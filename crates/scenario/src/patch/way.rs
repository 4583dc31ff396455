//! Links, crossings and services opened and closed on the days of a measure.

use case::LegalStatus;
use jiff::civil::Date;
use network::{LinkId, LinkState, Service, StateSpan};

use super::{Patching, span};
use crate::measure::{Measure, Ways, Window};

impl Patching<'_> {
    pub(super) fn set_ways(&mut self, own: (usize, &Measure), ways: &Ways, open: bool) {
        let (_, measure) = own;
        let state = if open { LinkState::Open } else { LinkState::Closed };
        if ways.links.is_empty() && ways.crossings.is_empty() && ways.services.is_empty() {
            let problem = "it names nothing to be opened or closed".to_owned();
            self.fault(measure, "missing-value", "links", problem, "links, crossings or services");
        }
        for id in &ways.links {
            match self.model.network.link_id(id) {
                Some(link) => self.set_state(own, link, state),
                None => self.unknown(measure, "links", "links", id),
            }
        }
        for id in &ways.crossings {
            match self.model.network.crossings.iter().find(|crossing| crossing.id == *id) {
                Some(crossing) => {
                    let link = crossing.link;
                    self.set_state(own, link, state);
                    if self.in_force(measure.window()) {
                        self.touched.crossings.insert(id.clone());
                    }
                }
                None => self.unknown(measure, "crossings", "crossings", id),
            }
        }
        for id in &ways.services {
            if self.model.network.services.iter().any(|service| service.id == *id) {
                self.set_service(own, id, open);
            } else {
                self.unknown(measure, "services", "services", id);
            }
        }
    }

    fn set_state(&mut self, own: (usize, &Measure), link: LinkId, state: LinkState) {
        let (_, measure) = own;
        let network = &self.model.network;
        let id = network.link(link).id.clone();
        let before =
            network.link(link).condition(measure.about.date.0, Date::MAX, LegalStatus::InForce).state.words();
        if self.claim(own, ("links", &id, "state"), before, state.words()) {
            let provenance = measure.provenance(self.base);
            let by = if provenance.place == "the question" {
                "of the question".to_owned()
            } else {
                format!("of {}", provenance.place)
            };
            let new = StateSpan {
                state,
                validity: span::whole(measure.window()),
                // Whatever was known when, it is assumed.
                known_from: Date::MIN,
                status: LegalStatus::InForce,
                reason: format!("{} by assumption {by}", state.words()),
                note: measure.about.note.clone(),
                provenance,
            };
            put_state(&mut self.model.network.links[link.0 as usize].history, measure.window(), new);
        }
    }

    /// A service runs in one span; where a measure cuts it in two, the later part is a service of its
    /// own under the same identifier.
    fn set_service(&mut self, own: (usize, &Measure), id: &str, open: bool) {
        let (_, measure) = own;
        let state = if open { "runs" } else { "does not run" };
        if !self.claim(own, ("services", id, "valid_from, valid_to"), "", state) {
            return;
        }
        let window = measure.window();
        let network = &mut self.model.network;
        let mut more: Vec<Service> = Vec::new();
        let mut opened = false;
        for service in network.services.iter_mut().filter(|service| service.id == id) {
            let pieces = span::cut(service.validity, window);
            let inside = (open && !opened).then(|| span::whole(window));
            opened = true;
            let mut spans = [pieces.before, inside, pieces.after].into_iter().flatten();
            service.validity = spans.next().unwrap_or(span::never(service.validity));
            more.extend(spans.map(|validity| Service { validity, ..service.clone() }));
        }
        for service in more {
            network.links[service.link.0 as usize].services.push(network.services.len() as u32);
            network.services.push(service);
        }
    }
}

/// Puts a state into a history on the days of a measure; what held there is cut around them.
pub(super) fn put_state(history: &mut Vec<StateSpan>, window: Window, new: StateSpan) {
    let mut spans: Vec<StateSpan> = Vec::with_capacity(history.len() + 2);
    for own in history.drain(..) {
        let pieces = span::cut(own.validity, window);
        for validity in [pieces.before, pieces.after].into_iter().flatten() {
            spans.push(StateSpan { validity, ..own.clone() });
        }
    }
    spans.push(new);
    spans.sort_by_key(|own| own.validity.from);
    *history = spans;
}
