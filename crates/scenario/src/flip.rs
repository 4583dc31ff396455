//! The price at which a choice turns.

use case::Mode;
use regime::What;

use crate::answer::Answer;
use crate::model::Model;
use crate::route::RouteAnswer;

/// The price of a service at which the best route by it costs as much as the best route without.
#[derive(Debug, Clone)]
pub struct Flip {
    /// The service, by number.
    pub service: u32,
    /// Its price in the case, USD per tonne; nothing where not known.
    pub price: Option<f64>,
    /// The price at which the two routes cost the same, USD per tonne. Below zero: the route by
    /// the service would lose even if the service were free.
    pub turning_price: f64,
    /// The same per vehicle of the consignment, USD.
    pub turning_price_per_vehicle: f64,
    /// The best route by the service, and whether it is only not known to be open.
    pub with: RouteAnswer,
    /// Whether that route is open, or may be.
    pub with_is_open: bool,
    /// The best route without it.
    pub without: RouteAnswer,
}

impl Model {
    /// For each ferry, ship and flight on some route of an answer, the price at which the choice
    /// between the best route by it and the best route without it turns, in generalised cost.
    #[must_use]
    pub fn flips(&self, answer: &Answer) -> Vec<Flip> {
        let open = answer.routes.iter().chain(&answer.pareto).map(|route| (route, true));
        let all: Vec<(&RouteAnswer, bool)> =
            open.chain(answer.not_known.iter().map(|route| (route, false))).collect();
        let paid = |route: &RouteAnswer, service: u32| {
            route
                .legs
                .iter()
                .flat_map(|leg| &leg.lines)
                .find(|line| line.what == What::Boarding(service))
                .cloned()
        };
        let cheapest = |with: bool, service: u32| {
            all.iter()
                .filter(|(route, _)| paid(route, service).is_some() == with)
                // The route without is an open one where there is any: what may be closed is no
                // price to beat.
                .min_by(|a, b| {
                    let doubt = |open: bool| !with && !open;
                    doubt(a.1).cmp(&doubt(b.1)).then(a.0.generalised_cost.total_cmp(&b.0.generalised_cost))
                })
                .copied()
        };
        let mut flips = Vec::new();
        for service in 0..self.network.services.len() as u32 {
            let mode = self.network.link(self.network.services[service as usize].link).mode;
            if !matches!(mode, Mode::Ferry | Mode::Sea | Mode::Air) {
                continue;
            }
            let (Some((with, with_is_open)), Some((without, _))) =
                (cheapest(true, service), cheapest(false, service))
            else {
                continue;
            };
            let Some(line) = paid(with, service) else { continue };
            let price = line.usd_per_tonne;
            let turning_price = without.generalised_cost - (with.generalised_cost - price.unwrap_or(0.0));
            let vehicle = with
                .legs
                .iter()
                .find(|leg| leg.lines.iter().any(|line| line.what == What::Boarding(service)))
                .map_or(0, |leg| leg.vehicle);
            flips.push(Flip {
                service,
                price,
                turning_price,
                turning_price_per_vehicle: turning_price
                    * answer.consignment.lots[vehicle as usize].tonnes_per_vehicle,
                with: with.clone(),
                with_is_open,
                without: without.clone(),
            });
        }
        flips
    }
}
