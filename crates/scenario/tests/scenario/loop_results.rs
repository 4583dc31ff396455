//! What a settled state means: corridors, and who pays whom.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use case::Severity;
use jiff::civil::{Date, date};
use network::LinkId;
use scenario::{
    Course, Frozen, Levy, LoopRun, LoopSettings, Measure, Model, Party, QuotaBinding, Scenario, Settled,
};

use crate::fixture::folder;
use crate::shipped;

const DAY: Date = date(2026, 7, 1);

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| Model::load(&shipped::folder()))
}

fn base() -> &'static Settled {
    static BASE: OnceLock<Settled> = OnceLock::new();
    BASE.get_or_init(|| {
        model().settle(DAY, Vec::new(), &LoopSettings::default()).expect("the case has a baseline")
    })
}

/// Fees on a border, at a place, and of a railway, as the shipped case has none.
fn with_fees() -> Scenario {
    let text = r#"
name = "fees"
title = "Fees on the way to Armenia"
dates = ["2026-07-01"]

[[measure]]
kind = "add-rule"
rule = "bridge-toll"
title = "Toll of the bridge at Sadakhlo"
issuer = "Georgia"
effect = "fee"
text = "A toll."
links = ["road-sadakhlo-bagratashen"]
territory = ["GEO"]
value = 3
unit = "per_tonne"
currency = "USD"
date = "2026-01-01"
source = "assumed"

[[measure]]
kind = "add-rule"
rule = "poti-dues"
title = "Dues of the port of Poti"
issuer = "Georgia"
effect = "fee"
text = "Dues."
places = ["poti"]
value = 2
unit = "per_tonne"
currency = "USD"
date = "2026-01-01"
source = "assumed"
"#;
    let mut findings = Vec::new();
    let scenario = Scenario::read("fees.toml", text, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    scenario.expect("a scenario")
}

fn fees() -> &'static (Model, LoopRun) {
    static FEES: OnceLock<(Model, LoopRun)> = OnceLock::new();
    FEES.get_or_init(|| {
        let scenario = with_fees();
        let applied = scenario.apply(model(), DAY);
        assert!(applied.findings.is_empty(), "{:?}", applied.findings);
        let run = model().run(&scenario, DAY, Vec::new(), &LoopSettings::default()).expect("it settles");
        (applied.model, run)
    })
}

/// Tonnes by corridor, of all groups.
fn by_corridor(settled: &Settled, model: &Model) -> BTreeMap<String, f64> {
    let flows = settled.corridors(model).flows;
    flows
        .iter()
        .filter(|own| own.group.is_none())
        .map(|own| {
            let id = match own.course {
                Course::Corridor(at) => model.network.corridors[at].id.clone(),
                course => course.words(model),
            };
            (id, own.tonnes)
        })
        .collect()
}

#[test]
fn every_tonne_across_a_border_is_counted_to_one_way() {
    let corridors = base().corridors(model());
    let economy = |zone: usize| base().ground.baseline.zones[zone].economy;
    let zones = base().ground.baseline.zones.len();
    let across = |number: usize| economy(number / zones % zones) != economy(number % zones);
    let all: f64 =
        base().trade.tonnes.iter().enumerate().filter(|(at, _)| across(*at)).map(|(_, own)| own).sum();
    let told: f64 = corridors.flows.iter().filter(|own| own.group.is_none()).map(|own| own.tonnes).sum();
    assert!((told / all - 1.0).abs() < 1e-6, "{told} of {all} t");
    let of_groups: f64 = corridors.flows.iter().filter(|own| own.group.is_some()).map(|own| own.tonnes).sum();
    assert!((of_groups / all - 1.0).abs() < 1e-6);
    let mut shares: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for own in &corridors.shares {
        *shares.entry((own.origin, own.destination)).or_default() += own.share;
    }
    // What is below a tonne is not told.
    assert!(shares.values().all(|share| *share <= 1.0 + 1e-9));
    assert!(shares.values().filter(|share| **share > 0.999).count() > 700, "{}", shares.len());
}

#[test]
fn a_closed_ferry_moves_goods_to_other_corridors() {
    let before = by_corridor(base(), model());
    assert!(before["middle-corridor"] > 1e5 && before["upper-lars"] > 0.0, "{before:?}");
    let caspian =
        ["ferry-kuryk-alat", "ferry-kuryk-alat-trucks", "ferry-aktau-port-alat", "sea-aktau-port-alat"];
    let closed: Vec<Measure> =
        caspian.iter().chain(&["ferry-turkmenbashi-alat"]).map(|link| Measure::close(link, DAY)).collect();
    let shut = model().with(&closed);
    let ground =
        scenario::Ground::new(&shut, DAY, Vec::new(), &LoopSettings::default()).expect("it compiles");
    let after =
        by_corridor(&ground.settle_after(base(), &LoopSettings::default()).expect("it settles"), &shut);
    assert!(!after.contains_key("middle-corridor") && !after.contains_key("caspian-azerbaijan"), "{after:?}");
    assert!(after["russia-azerbaijan-georgia"] > before["russia-azerbaijan-georgia"]);
    assert!(after["beyond the network"] > before["beyond the network"]);
}

#[test]
fn the_first_corridor_that_fits_counts_and_a_name_that_is_not_there_is_a_finding() {
    let network = &model().network;
    let links = |ids: &[&str]| -> Vec<LinkId> {
        ids.iter().map(|id| network.link_id(id).expect("a link of the case")).collect()
    };
    let first = |ids: &[&str]| {
        let own = network.corridors.iter().find(|own| own.holds(network, &links(ids)));
        own.map(|own| own.id.as_str())
    };
    let to_tbilisi = ["rail-boyuk-kesik-gardabani", "rail-gardabani-tbilisi"];
    assert_eq!(first(&[&["ferry-kuryk-alat"][..], &to_tbilisi].concat()), Some("middle-corridor"));
    assert_eq!(first(&[&["rail-samur-yalama"][..], &to_tbilisi].concat()), Some("russia-azerbaijan-georgia"));
    assert_eq!(first(&["rail-samur-yalama"]), Some("russia-azerbaijan"));
    assert_eq!(first(&["air-nqz-evn"]), Some("air"));
    assert_eq!(first(&["rail-astana-esil"]), None);
    let broken = Model::load(&folder(
        "place a KAZ 40 40\nplace b KAZ 40 41\nrail a b 10 KTZ KAZ\n\
         corridors corridor=good name=Good through=rail-a-b not_through=road\n\
         corridors corridor=bad name=Bad through=rail-a-c|a",
    ));
    assert_eq!(broken.network.corridors.len(), 1);
    let said: Vec<String> = broken
        .findings
        .iter()
        .filter(|own| own.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(said.iter().any(|own| own.contains("corridors.csv") && own.contains("`rail-a-c`")), "{said:?}");
}

/// Money of the routes is carriage, handling, what is taken at crossings and by rules, and the ways to the gateways.
#[test]
fn freight_is_what_its_parts_are() {
    let (patched, run) = fees();
    for (settled, model) in [(&run.base, model()), (&run.after, patched)] {
        let (money, totals) = (settled.freight_money(model), settled.totals());
        assert!(
            (money.usd() / totals.freight_usd - 1.0).abs() < 1e-9,
            "{money:?} against {} USD",
            totals.freight_usd
        );
    }
}

#[test]
fn every_fee_has_one_payer_and_one_receiver_and_they_add_up_to_what_routes_pay() {
    let (patched, run) = fees();
    let states = [
        (&run.base, model()),
        (run.routes.as_ref().expect("a step"), patched),
        (run.congestion.as_ref().expect("a step"), patched),
        (&run.after, patched),
    ];
    for (settled, model) in states {
        let (rows, money) = (settled.public_money(model), settled.freight_money(model));
        let sum = |of: fn(&Levy) -> bool| -> f64 {
            rows.iter().filter(|own| of(&own.levy)).map(|own| own.usd).sum()
        };
        let crossings = sum(|levy| matches!(levy, Levy::Activity { .. }));
        let fees = sum(|levy| matches!(levy, Levy::Fee(_)));
        assert!((crossings / money.crossings_usd - 1.0).abs() < 1e-9);
        assert!((fees - money.fees_usd).abs() <= 1e-9 * money.fees_usd);
        for own in &rows {
            assert!(own.usd > 0.0 && own.tonnes > 0.0, "{own:?}");
            let same = |other: &&scenario::PublicMoney| {
                (other.levy, &other.payer, &other.receiver) == (own.levy, &own.payer, &own.receiver)
            };
            assert_eq!(rows.iter().filter(same).count(), 1, "{own:?} stands twice");
            let is_right = match own.levy {
                Levy::Subsidy(_) => {
                    matches!((&own.payer, &own.receiver), (Party::Treasury(_), Party::Sellers(_)))
                }
                Levy::Duty(_) => {
                    matches!((&own.payer, &own.receiver), (Party::Buyers(_), Party::Treasury(_)))
                }
                Levy::Fee(_) | Levy::Activity { .. } => {
                    matches!(
                        (&own.payer, &own.receiver),
                        (Party::Buyers(_), Party::Treasury(_) | Party::Carrier(_))
                    )
                }
            };
            assert!(is_right, "{own:?}");
        }
    }
    // The tolls go to whoever takes them, three and two dollars a tonne.
    let rows = run.after.public_money(patched);
    let of = |title: &str| {
        let own = rows.iter().filter(|own| own.levy.words(patched) == title);
        own.fold((0.0, 0.0), |sum, own| {
            assert_eq!(own.receiver, Party::Treasury("GEO".to_owned()));
            (sum.0 + own.tonnes, sum.1 + own.usd)
        })
    };
    for (title, toll) in [("Toll of the bridge at Sadakhlo", 3.0), ("Dues of the port of Poti", 2.0)] {
        let (tonnes, usd) = of(title);
        assert!(tonnes > 0.0 && (usd / tonnes - toll).abs() < 1e-9, "{title}: {usd} USD on {tonnes} t");
    }
    // A handover is a service of the railway; the other border charges are the state's.
    let handed = rows.iter().filter(|own| matches!(own.receiver, Party::Carrier(_)));
    assert!(handed.count() > 0);
    let link = patched.network.link_id("road-sadakhlo-bagratashen").expect("a link");
    let on_it: f64 = run.after.links().get(&link).map_or(0.0, |tonnes| tonnes.iter().sum());
    assert!(
        (of("Toll of the bridge at Sadakhlo").0 / on_it - 1.0).abs() < 1e-9,
        "each tonne on it pays once"
    );
}

#[test]
fn with_trade_frozen_duties_are_those_of_the_base_and_fees_those_of_the_routes() {
    let (patched, _) = fees();
    let settings =
        LoopSettings { frozen: Frozen { trade: true, congestion: false }, ..LoopSettings::default() };
    let run = model().run(&with_fees(), DAY, Vec::new(), &settings).expect("it settles");
    let duties = |settled: &Settled, model: &Model| -> f64 {
        let mut rows = settled.public_money(model);
        rows.retain(|own| matches!(own.levy, Levy::Duty(_) | Levy::Subsidy(_)));
        assert_eq!(rows, settled.duties_and_subsidies());
        rows.iter().map(|own| own.usd).sum()
    };
    let (before, after) = (duties(&run.base, model()), duties(&run.after, patched));
    assert!((after - before).abs() <= 1e-9 * before, "{before} and {after}");
    let money = run.after.freight_money(patched);
    assert!((money.usd() / run.after.totals().freight_usd - 1.0).abs() < 1e-9);
}

/// A quota on goods for Armenia, with what differs.
fn quota(fields: &str) -> Scenario {
    let text = format!(
        r#"
name = "quota"
title = "A quota"
dates = ["2026-07-01"]

[[measure]]
kind = "add-rule"
rule = "quota"
title = "A quota"
issuer = "Armenia"
effect = "quota"
text = "At most so much."
unit = "tonnes_per_year"
date = "2026-01-01"
source = "assumed"
{fields}
"#
    );
    let mut findings = Vec::new();
    let scenario = Scenario::read("quota.toml", &text, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    scenario.expect("a scenario")
}

fn under_quota(fields: &str) -> Settled {
    let applied = quota(fields).apply(model(), DAY);
    assert!(applied.findings.is_empty(), "{:?}", applied.findings);
    let ground = scenario::Ground::new(&applied.model, DAY, Vec::new(), &LoopSettings::default())
        .expect("it compiles");
    ground.settle_after(base(), &LoopSettings::default()).expect("it settles")
}

/// Tonnes of both classes of wheat from Russia to Armenia.
fn russian_wheat(settled: &Settled) -> f64 {
    let baseline = &settled.ground.baseline;
    let economy = |id: &str| baseline.economy(id).expect("an economy");
    let of = |own: &&scenario::PairEffect| {
        baseline.groups[own.group].id.starts_with("wheat")
            && (own.origin, own.destination) == (economy("RUS"), economy("ARM"))
    };
    settled.pairs().iter().filter(of).map(|own| own.tonnes).sum()
}

#[test]
fn a_quota_that_is_full_has_a_shadow_price_and_both_classes_of_wheat_share_it() {
    let free = russian_wheat(base());
    let most = 0.7 * free;
    let settled = under_quota(&format!(
        "origins = [\"RUS\"]\ndestinations = [\"ARM\"]\ngoods = [\"1001\"]\nvalue = {most}"
    ));
    assert!(settled.certificate.settled, "{:?}", settled.certificate);
    assert!(settled.certificate.spatial_violation < 1e-6, "{:?}", settled.certificate);
    let [own] = settled.quotas()[..] else { panic!("one quota speaks") };
    assert_eq!(own.binding, QuotaBinding::Binds);
    assert!((own.used / most - 1.0).abs() < 1e-6, "{} of {most} t", own.used);
    assert!((russian_wheat(&settled) / most - 1.0).abs() < 1e-6);
    assert!(own.shadow_price > 1.0, "{own:?}");
    // What is paid in Armenia covers price at origin, way and the rent of the quota, wherever wheat still comes.
    for goods in settled.trade.goods.iter().take(2) {
        for (lane, flow) in goods.solution.flows.iter().enumerate().filter(|(_, flow)| **flow > 1.0) {
            let (supply, demand) = goods.ends(lane);
            let landed =
                goods.solution.supply_prices[supply] + goods.costs[lane] + goods.solution.rents[lane];
            let paid = goods.solution.demand_prices[demand];
            assert!((landed / paid - 1.0).abs() < 1e-6, "{landed} and {paid} on lane {lane} with {flow} t");
        }
    }
    let armenia = base().ground.baseline.economy("ARM").expect("an economy");
    let price = |settled: &Settled| settled.economies()[armenia].goods[0].2.expect("Armenia buys wheat");
    assert!(price(&settled) > price(base()));
    // One that leaves next to nothing has a price that is the demand curve's, and says so.
    assert!(!own.is_beyond_curves);
    let tiny = under_quota("destinations = [\"ARM\"]\ngoods = [\"1001\"]\nvalue = 1000").quotas()[0];
    assert!((tiny.used / 1000.0 - 1.0).abs() < 1e-6 && tiny.is_beyond_curves, "{tiny:?}");
}

#[test]
fn a_quota_that_is_not_full_changes_nothing_and_one_of_nothing_closes() {
    let wide =
        under_quota("origins = [\"RUS\"]\ndestinations = [\"ARM\"]\ngoods = [\"1001\"]\nvalue = 5000000");
    assert_eq!(wide.quotas()[0].shadow_price, 0.0);
    assert!((russian_wheat(&wide) / russian_wheat(base()) - 1.0).abs() < 1e-6);
    let none = under_quota("origins = [\"RUS\"]\ndestinations = [\"ARM\"]\ngoods = [\"1001\"]\nvalue = 0");
    assert_eq!((russian_wheat(&none), none.quotas()[0].used), (0.0, 0.0));
}

#[test]
fn a_quota_on_a_way_or_on_goods_that_differ_by_origin_is_shown_and_binds_nobody() {
    let of_a_way = under_quota("links = [\"rail-sadakhlo-ayrum\"]\ngoods = [\"1001\"]\nvalue = 10");
    assert_eq!(of_a_way.quotas()[0].binding, QuotaBinding::OfAWay);
    assert!((russian_wheat(&of_a_way) / russian_wheat(base()) - 1.0).abs() < 1e-6);
    let machines = under_quota("destinations = [\"ARM\"]\ngoods = [\"84\"]\nvalue = 10");
    let own = machines.quotas()[0];
    assert!(own.not_limited > 10.0 && own.used == 0.0 && own.shadow_price == 0.0, "{own:?}");
    for (now, before) in machines.trade.tonnes.iter().zip(&base().trade.tonnes) {
        assert!((now - before).abs() <= 1e-6 * before.max(1.0));
    }
}
