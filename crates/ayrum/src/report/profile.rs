//! A route as steps: where along its kilometres hours and dollars are spent.
//!
//! After the time/cost–distance method of the UN Economic and Social Commission for Asia and the
//! Pacific (UNESCAP, *Guide to time/cost-distance methodology*): distance lies across, time or cost
//! up. Movement slopes, and what is spent on the spot, at borders, ports and changes, stands upright.

use case::{Evidence, Figure};
use regime::What;
use scenario::{Leg, LegKind, Line, Model, RouteAnswer};

use super::figure::{evidence, weakest};
use crate::show::answer_text;

/// A stretch or a stop of a route.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Whether it is spent on the spot.
    pub(super) stop: bool,
    /// In words.
    pub(super) words: String,
    /// The name of the place of a stop; of a stretch the one it leads to.
    pub(super) place: String,
    /// Kilometres from the start, at its beginning and end.
    pub(super) km: (f64, f64),
    /// Mean hours since hand-over, at its beginning and end.
    pub(super) hours: (f64, f64),
    /// USD per tonne, at its beginning and end, as far as known.
    pub(super) usd: (f64, f64),
    /// What its hours rest on; nothing where it takes none.
    pub(super) hours_evidence: Option<Evidence>,
    /// What its money rests on; nothing where it costs none.
    pub(super) usd_evidence: Option<Evidence>,
    /// What is paid for and not known at what price.
    pub(super) unknown: Vec<String>,
}

impl Piece {
    /// Hours it takes.
    pub(super) fn takes(&self) -> f64 {
        self.hours.1 - self.hours.0
    }

    /// USD per tonne it costs, as far as known.
    pub(super) fn costs(&self) -> f64 {
        self.usd.1 - self.usd.0
    }
}

/// Whether a line is spent over the length of its leg, not on the spot.
fn moves(line: &Line) -> bool {
    matches!(line.what, What::Motion(_) | What::Season(_) | What::Carriage(..) | What::TariffRule(_))
}

/// Whether a line is spent at a border, in the middle of its leg.
fn at_the_border(line: &Line) -> bool {
    matches!(line.what, What::Activity(..))
}

/// The pieces of a route, in order. Hours are means and add up to the mean of the route as the search
/// counts it, dollars to its money.
pub(super) fn profile(model: &Model, route: &RouteAnswer) -> Vec<Piece> {
    let mut pieces = Pieces { model, all: Vec::new() };
    for leg in &route.legs {
        let (moving, still): (Vec<&Line>, Vec<&Line>) =
            leg.lines.iter().partition(|line| moves(line) && leg.km > 0.0);
        let (inside, before): (Vec<&Line>, Vec<&Line>) =
            still.into_iter().partition(|line| at_the_border(line) && leg.km > 0.0);
        pieces.stop(leg, &before, leg.waited);
        // What a leg takes beyond its lines is spent on the way.
        let rest = leg.hours - leg.lines.iter().map(|line| line.hours).sum::<f64>();
        if inside.is_empty() {
            pieces.stretch(leg, &moving, rest, 1.0);
        } else {
            pieces.stretch(leg, &moving, rest, 0.5);
            pieces.stop(leg, &inside, 0.0);
            pieces.stretch(leg, &moving, rest, 0.5);
        }
    }
    pieces.all
}

struct Pieces<'a> {
    model: &'a Model,
    all: Vec<Piece>,
}

impl Pieces<'_> {
    fn stretch(&mut self, leg: &Leg, lines: &[&Line], rest: f64, share: f64) {
        let hours = lines.iter().map(|line| line.hours).sum::<f64>() + rest;
        let usd = lines.iter().filter_map(|line| line.usd_per_tonne).sum::<f64>();
        if leg.km > 0.0 || hours > 1e-9 {
            self.push(false, leg, lines, leg.km * share, hours * share, usd * share);
        }
    }

    fn stop(&mut self, leg: &Leg, lines: &[&Line], waited: f64) {
        let hours = lines.iter().map(|line| line.hours).sum::<f64>() + waited;
        let usd = lines.iter().filter_map(|line| line.usd_per_tonne).sum::<f64>();
        let unknown = lines.iter().any(|line| line.usd_per_tonne.is_none());
        if hours > 0.0 || usd != 0.0 || unknown {
            self.push(true, leg, lines, 0.0, hours, usd);
        }
    }

    fn push(&mut self, stop: bool, leg: &Leg, lines: &[&Line], km: f64, hours: f64, usd: f64) {
        let start = self.all.last().map_or((0.0, 0.0, 0.0), |last| (last.km.1, last.hours.1, last.usd.1));
        let paid = lines.iter().filter(|line| line.usd_per_tonne.is_some_and(|usd| usd != 0.0));
        let slow = lines.iter().filter(|line| line.hours > 0.0 || line.sd > 0.0);
        let unknown = lines.iter().filter(|line| line.usd_per_tonne.is_none());
        let starts = stop && leg.kind != LegKind::Border;
        let place = self.model.network.places.get(if starts { leg.from } else { leg.to });
        self.all.push(Piece {
            stop,
            words: answer_text::leg_words(self.model, leg),
            place: place.name.clone(),
            km: (start.0, start.0 + km),
            hours: (start.1, start.1 + hours),
            usd: (start.2, start.2 + usd),
            hours_evidence: weakest(slow.map(|line| evidence(line, Figure::Hours))),
            usd_evidence: weakest(paid.map(|line| evidence(line, Figure::Money))),
            unknown: unknown.map(|line| line.label.clone()).collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use scenario::{Quantity, Question};

    use super::*;
    use crate::shipped;

    #[test]
    fn the_pieces_of_every_route_add_up_to_it() {
        let model = Model::load(&shipped::folder(None).expect("the case inside the program"));
        let shipments = [
            ("Kostanay", "Dalarik", "wheat"),
            ("Baku", "Yerevan", "diesel"),
            ("Altynkol", "Tbilisi", "wheat"),
        ];
        for (from, to, good) in shipments {
            let question =
                Question::new(&model, from, to, good, Quantity::Tonnes(1000.0)).expect("a question");
            for question in [question.clone().on(date(2026, 3, 5)), question.departing(date(2025, 10, 15))] {
                let answer = model.answer(&question).expect("an answer");
                let closed = answer.why_not.iter().map(|own| &own.route);
                for route in answer.routes.iter().chain(&answer.not_known).chain(closed) {
                    let pieces = profile(&model, route);
                    let last = pieces.last().expect("a route has pieces");
                    let near = |a: f64, b: f64| (a - b).abs() < 1e-6 * b.abs().max(1.0);
                    assert!(near(last.km.1, route.km), "{} km of {}", last.km.1, route.km);
                    assert!(
                        near(last.usd.1, route.usd_per_tonne),
                        "{} USD/t of {}",
                        last.usd.1,
                        route.usd_per_tonne
                    );
                    assert!(
                        near(last.hours.1, route.counted.mean),
                        "{} h of {}",
                        last.hours.1,
                        route.counted.mean
                    );
                    let unknown: usize = pieces.iter().map(|piece| piece.unknown.len()).sum();
                    assert_eq!(unknown > 0, !route.unknown_prices.is_empty());
                    assert!(pieces.iter().all(|piece| !piece.stop || piece.km.0 == piece.km.1));
                }
            }
        }
    }
}
