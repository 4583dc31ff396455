//! Many classes compiled at once are what each compiled alone is.

use std::collections::BTreeMap;

use case::Mode;
use jiff::civil::{Date, date};
use network::{LinkId, Need, PlaceId, Step, Supply};
use regime::{
    Avoided, Compiler, Consignment, Day, Leg, Leniency, Perspective, Reach, Request, Timing, compile_classes,
};
use scenario::Model;

use crate::shipped::shipped;

/// Tail, head and links or step of an arc.
type Name = (u32, u32, Vec<LinkId>, Option<Step>);

/// What an arc takes and costs, to the bit.
type Bits = [u64; 5];

fn bits(sums: &regime::Sums) -> Bits {
    [sums.usd_per_tonne, sums.hours, sums.variance, sums.km, sums.co2_kg].map(f64::to_bits)
}

fn alone(
    model: &Model,
    supply: &Supply,
    consignment: &Consignment,
    on: Date,
    perspective: Perspective,
    leniency: Leniency,
) -> BTreeMap<Name, Bits> {
    let request = Request {
        consignment,
        timing: Timing::Snapshot(on),
        perspective,
        avoided: Avoided::default(),
        visits: Vec::new(),
    };
    let compiled =
        Compiler::new(&model.case, &model.network, &model.regime, supply, request).compile(leniency);
    let name = |arc: &regime::CompiledArc| match arc.leg {
        Leg::Step(number) => (arc.tail, arc.head, Vec::new(), Some(supply.arcs[number as usize].step)),
        Leg::Haul(number) => {
            let links = compiled.hauls[number as usize].links.iter().map(|(link, _)| *link).collect();
            (arc.tail, arc.head, links, None)
        }
    };
    compiled.arcs.iter().map(|arc| (name(arc), bits(&arc.sums))).collect()
}

#[test]
fn each_of_many_classes_has_the_arcs_that_it_has_alone_to_the_bit() {
    let model = shipped();
    let economies = ["KAZ", "ARM", "GEO", "RUS", "AZE", "TUR", "CHN", "IRN", "DEU", "KGZ"];
    let places: Vec<PlaceId> = (0..model.network.places.all().len() as u32).map(PlaceId).collect();
    for (on, leniency) in [
        (date(2025, 10, 1), Leniency::None),
        (date(2025, 11, 8), Leniency::NotKnown),
        (date(2026, 5, 1), Leniency::None),
    ] {
        let perspective =
            Perspective { known: Date::MAX, binding: case::LegalStatus::InForce, disputed: false };
        let reach = Reach::new(&model.case, &model.network, &model.regime, on, perspective);
        for goods in ["wheat", "diesel", "machinery"] {
            let goods = model.case.goods.commodities().iter().find(|own| own.id == goods).unwrap();
            let need = Need {
                form: goods.form,
                origins: &places,
                destinations: &places,
                modes: &Mode::ALL,
                handling: true,
            };
            let supply = Supply::build(&model.network, &model.case, &need);
            let consignments: Vec<Consignment> = economies
                .iter()
                .flat_map(|from| economies.iter().map(move |to| (from, to)))
                .map(|(from, to)| Consignment::new(&model.case, goods, goods.form, from, to, 1000.0))
                .collect();
            let day = |own| Day::new(&model.case, &model.network, &model.regime, own, on, perspective);
            let days: Vec<Day<'_>> = consignments.iter().map(day).collect();
            let made =
                compile_classes(&model.case, &model.network, &model.regime, &supply, &reach, &days, leniency);
            assert!(made.legs.len() > 1 && made.legs.len() < days.len() / 2, "{} classes", made.legs.len());
            for (number, consignment) in consignments.iter().enumerate().step_by(7) {
                let legs = &made.legs[made.class_of[number] as usize];
                let steps = supply.arcs.len();
                let open = legs.iter().enumerate().filter_map(|(leg, sums)| Some((leg, (*sums)?)));
                let together: BTreeMap<Name, Bits> = open
                    .map(|(leg, sums)| {
                        let name = if leg < steps {
                            let arc = &supply.arcs[leg];
                            (arc.tail, arc.head, Vec::new(), Some(arc.step))
                        } else {
                            let haul = &made.hauls[leg - steps];
                            let on = Some((Mode::Rail, haul.vehicle));
                            let state =
                                |place, phase| supply.number(network::State { place, phase, on }).unwrap();
                            let links = haul.links.iter().map(|(link, _)| *link).collect();
                            let ends = (
                                state(haul.from, network::Phase::Ready),
                                state(haul.to, network::Phase::Arrived),
                            );
                            (ends.0, ends.1, links, None)
                        };
                        (name, bits(&sums))
                    })
                    .collect();
                let alone = alone(model, &supply, consignment, on, perspective, leniency);
                assert!(
                    together == alone,
                    "{} from {} to {} on {on}: {} arcs together, {} alone",
                    goods.id,
                    consignment.origin_economy,
                    consignment.destination_economy,
                    together.len(),
                    alone.len()
                );
            }
        }
    }
}
