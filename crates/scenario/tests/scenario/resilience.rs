//! Every link closed in turn: what is found is what closing each by hand gives.

use jiff::civil::date;
use scenario::{Measure, Model, Quantity, Question};

use crate::fixture::{model, wheat};
use crate::shipped::shipped;

fn question(model: &Model, from: &str, to: &str) -> Question {
    Question::new(model, from, to, "wheat", Quantity::Tonnes(1000.0)).unwrap().on(date(2025, 11, 8))
}

#[test]
fn each_loss_is_that_of_the_link_closed_by_hand_and_no_other_link_costs_anything() {
    let base = shipped();
    let asked = question(base, "Kostanay", "Dalarik");
    let found = base.resilience(std::slice::from_ref(&asked)).unwrap();
    let best = base.answer(&asked).unwrap().routes[0].generalised_cost;
    assert!((found.base[0].as_ref().unwrap().score - best).abs() < 1e-6);
    for (number, link) in base.network.links.iter().enumerate() {
        let closing = found.closings.iter().find(|closing| closing.link.0 as usize == number);
        // By hand, all that cost something and a tenth of those that do not.
        if closing.is_none() && number % 10 != 0 {
            continue;
        }
        let closed = base.with(&[Measure::close(&link.id, date(2018, 1, 1))]);
        let by_hand = closed.answer(&asked).unwrap().routes.first().map(|route| route.generalised_cost);
        match (closing.map(|closing| closing.losses[0].increase), by_hand) {
            (None, after) => assert!((after.unwrap() - best).abs() < 1e-6, "{}", link.id),
            (Some(None), after) => assert_eq!(after, None, "{}", link.id),
            (Some(Some(increase)), after) => {
                assert!(increase >= -1e-9, "closing {} lowers the cost by {}", link.id, -increase);
                assert!((after.unwrap() - best - increase).abs() < 1e-6, "{}", link.id);
            }
        }
    }
}

#[test]
fn a_link_without_another_way_strands_and_comes_first_and_then_the_dearest_detour() {
    let base = model(
        "place Field KAZ 44.0 50.0
         place Gate  KAZ 44.0 50.5
         place Mill  KAZ 44.0 51.0
         place Near  KAZ 44.1 50.7
         road Field Gate 50 KAZ
         road Gate Mill 50 KAZ
         road Gate Near 40 KAZ
         road Near Mill 40 KAZ",
    );
    let found = base.resilience(&[wheat(&base, "Field", "Mill"), wheat(&base, "Gate", "Near")]).unwrap();
    let ranked: Vec<(&str, usize, bool)> = found
        .closings
        .iter()
        .map(|own| (base.network.link(own.link).id.as_str(), own.losses.len(), own.stranded().count() > 0))
        .collect();
    assert_eq!(
        ranked,
        [("road-Field-Gate", 1, true), ("road-Gate-Near", 1, false), ("road-Gate-Mill", 1, false)]
    );
    assert_eq!(found.links, 4);
    let detour = found.closings[1].losses[0].next.as_ref().unwrap();
    assert_eq!(detour.km, 90.0, "by the mill");
}

#[test]
fn a_question_without_a_route_loses_nothing_by_any_closing() {
    let base = model("place A KAZ 44.0 50.0\nplace B KAZ 44.0 51.0\nplace C KAZ 44.5 51.0\nroad B C 60 KAZ");
    let found = base.resilience(&[wheat(&base, "A", "B")]).unwrap();
    assert_eq!(found.base, [None]);
    assert_eq!(found.closings, []);
}
