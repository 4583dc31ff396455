//! Links closed in turn through the loop: what holds of any closing, on the shipped case.

use std::sync::OnceLock;

use jiff::civil::{Date, date};
use network::LinkId;
use scenario::{Closed, Closings, LoopResilience, LoopSettings, Measure};

use crate::shipped::shipped;

const DAY: Date = date(2026, 7, 1);

fn link(id: &str) -> Closed {
    Closed::Link(shipped().network.link_id(id).unwrap_or_else(|| panic!("no link is called {id}")))
}

/// Links on the busiest ways of all kinds: rail, road and ferry, with and without a rival nearby.
const BUSY: [&str; 4] =
    ["rail-samur-yalama", "road-sadakhlo-bagratashen", "rail-sadakhlo-ayrum", "ferry-aktau-port-alat"];

fn closed_in_turn(these: &[Closed], settings: &LoopSettings) -> LoopResilience {
    let wanted = Closings::These(these.to_vec());
    shipped()
        .loop_resilience(None, DAY, Vec::new(), settings, &wanted, &|_, _| ())
        .expect("the case has a baseline")
}

fn busy() -> &'static LoopResilience {
    static BUSY_ONES: OnceLock<LoopResilience> = OnceLock::new();
    BUSY_ONES.get_or_init(|| closed_in_turn(&BUSY.map(link), &LoopSettings::default()))
}

#[test]
fn all_that_was_on_it_is_rerouted_beyond_diverted_or_lost() {
    let found = busy();
    let before = found.before.totals();
    let loads = found.before.links();
    for own in &found.closings {
        let Closed::Link(link) = own.closed else { panic!("links were closed") };
        let account = own.account;
        assert!(own.certificate.settled, "{own:?}");
        assert!(account.tonnes > 1000.0, "{own:?}");
        let load: f64 = loads[&link].iter().sum();
        assert!((account.tonnes / load - 1.0).abs() < 1e-9, "{account:?}, {load} on the link");
        let parts = [account.rerouted, account.beyond, account.diverted, account.lost];
        assert!(parts.iter().all(|part| *part >= 0.0), "{account:?}");
        assert!((parts.iter().sum::<f64>() / account.tonnes - 1.0).abs() < 1e-9, "{account:?}");
        // What leaves the network is what is no longer on it, but for what others do meanwhile.
        let left = account.beyond + account.diverted + account.lost;
        let applied = shipped().with(&[Measure::close(&shipped().network.link(link).id, DAY)]);
        let ground = scenario::Ground::new(&applied, DAY, Vec::new(), &LoopSettings::default()).unwrap();
        let after = ground.settle_after(&found.before, &LoopSettings::default()).unwrap();
        let gone = before.tonnes - after.totals().tonnes;
        assert!(
            (gone - (left - account.others)).abs() < 1e-6 * before.tonnes,
            "{gone} are gone, {account:?}"
        );
        assert!(!after.links().contains_key(&link));
    }
}

#[test]
fn closings_come_worst_first_and_say_who_suffers_and_where_the_largest_flow_goes() {
    let found = busy();
    assert!(found.closings.windows(2).all(|pair| pair[0].cost_usd >= pair[1].cost_usd));
    for own in &found.closings {
        assert!(own.cost_usd > 0.0, "{own:?}");
        assert!(own.economies.windows(2).all(|pair| pair[0].real_income <= pair[1].real_income));
        let costs: f64 = own.economies.iter().map(|own| own.cost_usd).sum();
        assert!((costs / own.cost_usd - 1.0).abs() < 1e-9);
        let largest = own.largest.as_ref().expect("something was on it");
        assert!(largest.tonnes <= own.account.tonnes * (1.0 + 1e-12), "{largest:?} {:?}", own.account);
        // Where others leave a full line for good, those that stay may find it freer: by little.
        assert!(largest.on_network[1] <= largest.on_network[0] + 0.01, "{largest:?}");
        if let Some(next) = &largest.next {
            assert!(
                !next.by.iter().any(|link| own.links.contains(link)),
                "the next route is closed: {own:?}"
            );
            assert!(next.cost >= 0.99 * largest.route.cost, "{largest:?}");
        }
    }
    // The railway to Ayrum is Armenia's: nobody loses more by its closing.
    let baseline = &found.before.ground.baseline;
    let ayrum =
        found.closings.iter().find(|own| own.closed == link("rail-sadakhlo-ayrum")).expect("it was closed");
    assert_eq!(baseline.economies[ayrum.economies[0].economy].id, "ARM");
}

#[test]
fn closing_what_nobody_uses_changes_nothing() {
    let loads = busy().before.links();
    let tonnes = |link: LinkId| loads.get(&link).map_or(0.0, |own| own.iter().sum());
    let unused: Vec<Closed> = (0..shipped().network.links.len() as u32)
        .map(LinkId)
        .filter(|link| tonnes(*link) < 1.0)
        .step_by(25)
        .map(Closed::Link)
        .collect();
    assert!(unused.len() >= 2, "few links are unused: {unused:?}");
    let found = closed_in_turn(&unused, &LoopSettings::default());
    let before = found.before.totals();
    for own in &found.closings {
        assert!(own.account.tonnes < 1.0, "{own:?}");
        assert!(own.cost_usd.abs() < 1e-6 * before.freight_usd, "{own:?}");
        assert!((own.world_real_income - 1.0).abs() < 1e-9, "{own:?}");
        assert!(own.economies.iter().all(|own| (own.real_income - 1.0).abs() < 1e-7), "{own:?}");
        assert!(own.account.others.abs() < 1e-5 * before.tonnes, "{own:?}");
    }
}

/// With congestion a closing can free a line that was full for others. Without limits it only takes ways away.
#[test]
fn without_limits_no_closing_makes_the_world_richer() {
    let settings = LoopSettings { unlimited: true, ..LoopSettings::default() };
    for own in closed_in_turn(&BUSY.map(link), &settings).closings {
        assert!(own.world_real_income <= 1.0 + 1e-9, "{own:?}");
        assert!(own.cost_usd > 0.0 && own.delays.is_empty(), "{own:?}");
    }
}

#[test]
fn one_thread_ranks_as_two_do_and_a_place_is_all_its_links() {
    let sadakhlo = Closed::Place(shipped().network.places.id("sadakhlo").expect("a place of the case"));
    let these = [link("rail-sadakhlo-ayrum"), link("rail-samur-yalama"), sadakhlo];
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| closed_in_turn(&these, &LoopSettings::default()).closings)
    };
    let (one, two) = (on(1), on(2));
    assert_eq!(one, two);
    let of = |closed: Closed| one.iter().find(|own| own.closed == closed).expect("it was closed");
    let (place, part) = (of(sadakhlo), of(link("rail-sadakhlo-ayrum")));
    assert!(place.links.len() > 1 && place.account.tonnes >= part.account.tonnes);
    assert!(place.cost_usd >= part.cost_usd, "{} and {}", place.cost_usd, part.cost_usd);
}
