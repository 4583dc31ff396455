//! Freight of many goods: the same costs as routes, rules by class, and capacities that all share.

use assignment::{Options, Solution, assign, unwatched};
use case::LegalStatus;
use jiff::civil::{Date, date};
use regime::Perspective;
use scenario::{Criterion, Freight, FreightDemand, FreightTerms, Model};

use crate::fixture::{model, wheat};

const CORRIDOR: &str = "
place Field KAZ 44.0 50.0
place North KAZ 43.9 50.0
place South AZE 43.8 50.0
place West  AZE 43.7 50.0
place Ridge GEO 43.6 50.0
place Mill  ARM 43.5 50.0
rail   Field North 400 KTZ KAZ
rail   South West  400 ADY AZE
border West  Ridge 10 GR AZE|GEO 6±3
border Ridge Mill  90 GR GEO|ARM 6±3
road   Field Mill 3000 KAZ|IRN|ARM 12±6
";

/// The border of all trains, with what it can pass.
fn corridor(capacity: &str) -> Model {
    model(&format!("{CORRIDOR}border North South 10 KTZ KAZ|AZE 6±3 {capacity}\n"))
}

fn terms(on: Date) -> FreightTerms {
    FreightTerms {
        date: on,
        perspective: Perspective { known: Date::MAX, binding: LegalStatus::InForce, disputed: false },
        not_known_is_open: false,
        consignment_tonnes: 1000.0,
        overflow_cost: 10_000.0,
    }
}

fn demand(model: &Model, origin: &str, destination: &str, tonnes: f64) -> FreightDemand {
    let place = |name: &str| model.network.places.find(name).expect("a place");
    FreightDemand {
        origin: place(origin),
        destination: place(destination),
        commodity: "wheat".to_owned(),
        tonnes,
    }
}

fn solved(model: &Model, demands: &[FreightDemand], on: Date) -> (Freight, Solution) {
    let freight = model.freight(demands, &terms(on)).expect("an instance");
    let options = Options { gap: 1e-9, ..Options::default() };
    let solution = assign(freight.instance.clone(), &options, &mut unwatched).expect("a solution");
    (freight, solution)
}

/// Tonnes on the way of a link of the case, both directions together.
fn on_link(model: &Model, freight: &Freight, solution: &Solution, id: &str) -> f64 {
    let link = model.network.link_id(id).expect("a link");
    let uses = freight.links.iter().filter(|own| own.link == link).flat_map(|own| &own.members);
    uses.map(|&member| solution.link_volumes[member as usize]).sum()
}

const RAIL: &str = "rail-North-South";
const ROAD: &str = "road-Field-Mill";

#[test]
fn without_capacities_a_tonne_pays_what_its_best_route_costs() {
    let mut model = corridor("");
    // What a route's spread is worth does not add up over arcs, so it is compared without.
    model.case.parameters.get_mut("reliability_ratio").expect("a parameter").value = 0.0;
    let day = date(2025, 1, 1);
    let mut question = wheat(&model, "Field", "Mill").on(day);
    question.criterion = Criterion::GeneralisedCost;
    let answer = model.answer(&question).expect("an answer");
    let route = &answer.routes[0];
    let (_, solution) = solved(&model, &[demand(&model, "Field", "Mill", 500.0)], day);
    let least = solution.pairs[0].least_cost.expect("a cost");
    let expected = route.usd_per_tonne + answer.value_of_time * route.counted.mean;
    assert!((least - expected).abs() < 1e-2, "{least} is not {expected}");
}

#[test]
fn both_directions_share_a_capacity_and_the_rest_goes_another_way() {
    let model = corridor("capacity=1000 capacity_unit=tonnes_per_year");
    let demands = [demand(&model, "Field", "Mill", 800.0), demand(&model, "Mill", "Field", 800.0)];
    let (freight, solution) = solved(&model, &demands, date(2025, 1, 1));
    let (rail, road) =
        (on_link(&model, &freight, &solution, RAIL), on_link(&model, &freight, &solution, ROAD));
    assert!((rail - 1000.0).abs() < 0.01 && (road - 600.0).abs() < 0.01, "{rail} by rail, {road} by road");
    assert_eq!(freight.capacities.len(), 1);
    assert!(solution.group_prices[0] > 0.0, "a full capacity has a price");
}

#[test]
fn trains_and_vehicles_count_by_what_they_take() {
    // A train of 50 hoppers of 70 t: two a day are 2.555 million tonnes a year.
    let model = corridor("capacity=2 capacity_unit=trains_per_day");
    let (freight, solution) = solved(&model, &[demand(&model, "Field", "Mill", 7000.0)], date(2025, 1, 1));
    assert_eq!(freight.instance.groups[0].hard_capacity, Some(730.0));
    assert!((solution.group_volumes[0] - 2.0).abs() < 1e-9, "7,000 t are two trains");
}

#[test]
fn a_ban_binds_the_class_it_names_and_no_other() {
    let ban = "rule ban v1 ban 2000-01-01..2025-10-20 territory=AZE movement=transit destinations=ARM\n";
    let model = model(&format!("{CORRIDOR}border North South 10 KTZ KAZ|AZE 6±3\n{ban}"));
    let demands = [demand(&model, "Field", "Mill", 100.0), demand(&model, "Field", "Ridge", 10.0)];
    for (on, rail, road) in [(date(2025, 1, 1), 10.0, 100.0), (date(2025, 12, 1), 110.0, 0.0)] {
        let (freight, solution) = solved(&model, &demands, on);
        assert_eq!(freight.instance.classes.len(), 2);
        let found = [RAIL, ROAD].map(|id| on_link(&model, &freight, &solution, id));
        assert_eq!(found, [rail, road], "on {on}");
    }
}

#[test]
fn a_pair_without_a_way_stays_at_home_and_a_pair_within_a_place_stays_there() {
    let model = model(&format!(
        "{CORRIDOR}place Island TKM 40.0 52.0\nplace Rock TKM 40.1 52.0\nroad Island Rock 5 TKM\n"
    ));
    let demands = [demand(&model, "Field", "Island", 7.0), demand(&model, "Mill", "Mill", 3.0)];
    let (_, solution) = solved(&model, &demands, date(2025, 1, 1));
    // To the solver, what may stay at home has a way.
    assert_eq!((solution.pairs[0].assigned, solution.pairs[0].overflow), (0.0, 7.0));
    assert_eq!(solution.pairs[1].intrazonal, 3.0);
}
