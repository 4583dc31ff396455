//! The tables of a run: what stands side by side, base and scenario.

use std::collections::BTreeMap;

use network::LinkId;
use scenario::{
    CorridorFlow, CorridorShare, Corridors, Course, LoopRun, PairEffect, PublicMoney, QuotaUse, Settled,
};

use super::{
    Worlds, WrittenCapacity, WrittenCorridor, WrittenGoods, WrittenLink, WrittenMoney, WrittenPair,
    WrittenQuota, WrittenRival, WrittenShare, WrittenSum,
};

/// Landed prices of one good for one buying economy, by selling economy: tonnes, cheapest landing, and the lane of it.
pub(super) fn landings(settled: &Settled, number: usize, buyer: usize) -> Vec<(usize, f64, f64, usize)> {
    let goods = &settled.trade.goods[number];
    let baseline = &settled.ground.baseline;
    let economy = |zone: usize| baseline.zones[zone].economy;
    let mut by_seller: Vec<(usize, f64, f64, usize)> = Vec::new();
    for lane in 0..goods.costs.len() {
        let (supply, demand) = goods.ends(lane);
        if economy(goods.market.demand_zones[demand]) != buyer || !goods.costs[lane].is_finite() {
            continue;
        }
        let seller = economy(goods.market.supply_zones[supply]);
        let landed = goods.solution.supply_prices[supply] + goods.costs[lane];
        let flow = goods.solution.flows[lane];
        match by_seller.iter_mut().find(|own| own.0 == seller) {
            Some(own) => {
                own.1 += flow;
                if landed < own.2 {
                    (own.2, own.3) = (landed, lane);
                }
            }
            None => by_seller.push((seller, flow, landed, lane)),
        }
    }
    by_seller
}

pub(super) fn goods(run: &LoopRun) -> Vec<WrittenGoods> {
    let baseline = &run.base.ground.baseline;
    let (before, after) = (run.base.economies(), run.after.economies());
    let mut all = Vec::new();
    for (number, goods) in run.base.trade.goods.iter().enumerate() {
        for buyer in 0..baseline.economies.len() {
            let (_, old_tonnes, old_price) = before[buyer].goods[number];
            let (_, new_tonnes, new_price) = after[buyer].goods[number];
            if old_tonnes.max(new_tonnes) <= 0.0 {
                continue;
            }
            let old = landings(&run.base, number, buyer);
            let solved = &run.after.trade.goods[number];
            let mut rivals: Vec<WrittenRival> = landings(&run.after, number, buyer)
                .into_iter()
                .map(|(seller, tonnes, landed, lane)| {
                    let earlier = old.iter().find(|own| own.0 == seller);
                    let (supply, demand) = solved.ends(lane);
                    let origin = solved.solution.supply_prices[supply];
                    WrittenRival {
                        seller: baseline.economies[seller].id.clone(),
                        tonnes: [earlier.map_or(0.0, |own| own.1), tonnes],
                        landed_usd_per_tonne: [earlier.map(|own| own.2), Some(landed)],
                        would_win_at_usd_per_tonne: Some(
                            solved.solution.demand_prices[demand] - solved.costs[lane],
                        ),
                        origin_usd_per_tonne: Some(origin),
                    }
                })
                .collect();
            let price = |own: &WrittenRival| own.landed_usd_per_tonne[1].unwrap_or(f64::INFINITY);
            rivals.sort_by(|a, b| price(a).total_cmp(&price(b)));
            all.push(WrittenGoods {
                goods: baseline.groups[goods.group].name.clone(),
                buyer: baseline.economies[buyer].id.clone(),
                tonnes: [old_tonnes, new_tonnes],
                price_usd_per_tonne: [old_price, new_price],
                rivals,
            });
        }
    }
    all
}

pub(super) fn pairs(run: &LoopRun) -> Vec<WrittenPair> {
    let baseline = &run.base.ground.baseline;
    let (before, after) = (run.base.pairs(), run.after.pairs());
    let key = |own: &PairEffect| (own.group, own.origin, own.destination);
    let mut keys: Vec<(usize, usize, usize)> = before.iter().chain(&after).map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .filter(|(_, origin, destination)| origin != destination)
        .map(|own| {
            let find = |list: &[PairEffect]| list.iter().find(|pair| key(pair) == own).copied();
            let both = [find(&before), find(&after)];
            let figure = |of: fn(&PairEffect) -> f64| both.map(|pair| pair.as_ref().map_or(0.0, of));
            WrittenPair {
                group: baseline.groups[own.0].name.clone(),
                origin: baseline.economies[own.1].id.clone(),
                destination: baseline.economies[own.2].id.clone(),
                tonnes: figure(|pair| pair.tonnes),
                network_tonnes: figure(|pair| pair.network_tonnes),
                origin_value_usd: figure(|pair| pair.usd),
                cost_usd_per_tonne: figure(|pair| pair.cost),
                network_hours: both
                    .map(|pair| pair.filter(|pair| pair.network_tonnes > 0.0).map(|pair| pair.hours)),
                co2_tonnes: figure(|pair| pair.co2_tonnes),
            }
        })
        .collect()
}

pub(super) fn capacities(run: &LoopRun) -> Vec<WrittenCapacity> {
    let (before, after) = (run.base.capacities(), run.after.capacities());
    run.after
        .ground
        .network
        .capacities
        .iter()
        .zip(after)
        .map(|(capacity, new)| {
            let old = before.iter().find(|own| own.of == new.of);
            WrittenCapacity {
                name: capacity.name.clone(),
                unit: capacity.unit(),
                yearly: capacity.yearly,
                source: capacity.provenance.source.clone(),
                confidence: capacity.provenance.confidence.word(),
                share_percent: [old.map_or(0.0, |own| 100.0 * own.share), 100.0 * new.share],
                delay_hours: [old.map_or(0.0, |own| own.delay), new.delay],
            }
        })
        .collect()
}

/// Tonnes of all cargoes.
pub(crate) fn sum(tonnes: Option<&Vec<f64>>) -> f64 {
    tonnes.map_or(0.0, |tonnes| tonnes.iter().sum())
}

pub(super) fn links(worlds: &Worlds<'_>, run: &LoopRun) -> Vec<WrittenLink> {
    let (before, after) = (run.base.links(), run.after.links());
    let mut all: Vec<LinkId> = before.keys().chain(after.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    // Links that a measure adds come after those of the case, so that the scenario's network names them all.
    let network = &worlds.after.network;
    all.into_iter()
        .map(|link| {
            let own = network.link(link);
            WrittenLink {
                link: own.id.clone(),
                name: network.link_words(link),
                crossing: own.crossing.map(|at| network.crossings[at as usize].name.clone()),
                tonnes: [sum(before.get(&link)), sum(after.get(&link))],
            }
        })
        .collect()
}

pub(super) fn money(worlds: &Worlds<'_>, run: &LoopRun) -> Vec<WrittenMoney> {
    let told = [(worlds.base, &run.base), (worlds.after, &run.after)];
    let mut all: Vec<WrittenMoney> = Vec::new();
    for (position, (model, settled)) in told.into_iter().enumerate() {
        for PublicMoney { levy, payer, receiver, tonnes, usd } in settled.public_money(model) {
            let (what, kind) = (levy.words(model), levy.word());
            // Versions of a rule in one state or the other are the same rule.
            let same = |other: &&mut WrittenMoney| {
                other.what == what
                    && (other.kind, other.payer_kind, other.receiver_kind)
                        == (kind, payer.word(), receiver.word())
                    && other.payer == payer.id()
                    && other.receiver == receiver.id()
            };
            if let Some(other) = all.iter_mut().find(same) {
                other.usd[position] += usd;
                other.tonnes[position] += tonnes;
                continue;
            }
            let at = |value: f64| if position == 0 { [value, 0.0] } else { [0.0, value] };
            all.push(WrittenMoney {
                kind,
                what,
                payer: payer.id().to_owned(),
                payer_kind: payer.word(),
                receiver: receiver.id().to_owned(),
                receiver_kind: receiver.word(),
                tonnes: at(tonnes),
                usd: at(usd),
            });
        }
    }
    all
}

pub(super) fn freight(worlds: &Worlds<'_>, run: &LoopRun) -> Vec<WrittenSum> {
    let (base, after) = (run.base.freight_money(worlds.base), run.after.freight_money(worlds.after));
    let sum = |what, base, after| WrittenSum { what, unit: "USD/year", values: [base, after] };
    vec![
        sum("carriage", base.carriage_usd, after.carriage_usd),
        sum("handling", base.handling_usd, after.handling_usd),
        sum("charges at crossings", base.crossings_usd, after.crossings_usd),
        sum("fees of rules", base.fees_usd, after.fees_usd),
        sum("ways beyond the network to its gateways", base.approaches_usd, after.approaches_usd),
    ]
}

/// Corridors of both states, by identifier.
pub(super) fn corridors(worlds: &Worlds<'_>, run: &LoopRun) -> (Vec<WrittenCorridor>, Vec<WrittenShare>) {
    let baseline = &run.base.ground.baseline;
    let Corridors { flows, shares } = run.base.corridors(worlds.base);
    let after = run.after.corridors(worlds.after);
    let id = |course: Course| match course {
        Course::Corridor(at) => worlds.base.network.corridors[at].id.clone(),
        Course::OtherOnNetwork => "other".to_owned(),
        Course::BeyondNetwork => "beyond".to_owned(),
    };
    let name = |course: Course| course.words(worlds.base);
    let mut by_flow: BTreeMap<(Option<usize>, Course), [Option<CorridorFlow>; 2]> = BTreeMap::new();
    for (position, list) in [flows, after.flows].into_iter().enumerate() {
        for own in list {
            by_flow.entry((own.group, own.course)).or_default()[position] = Some(own);
        }
    }
    let mut by_pair: BTreeMap<(usize, usize, Course), [Option<CorridorShare>; 2]> = BTreeMap::new();
    for (position, list) in [shares, after.shares].into_iter().enumerate() {
        for own in list {
            by_pair.entry((own.origin, own.destination, own.course)).or_default()[position] = Some(own);
        }
    }
    let flows = by_flow
        .into_iter()
        .map(|((group, course), both)| {
            let figure = |of: fn(&CorridorFlow) -> f64| both.map(|own| own.as_ref().map_or(0.0, of));
            let mean = |of: fn(&CorridorFlow) -> f64| both.map(|own| own.as_ref().map(of));
            WrittenCorridor {
                corridor: id(course),
                name: name(course),
                group: group.map(|group| baseline.groups[group].name.clone()),
                tonnes: figure(|own| own.tonnes),
                tonne_km: figure(|own| own.tonne_km),
                hours: mean(|own| own.hours),
                usd_per_tonne: mean(|own| own.usd_per_tonne),
            }
        })
        .collect();
    let shares = by_pair
        .into_iter()
        .map(|((origin, destination, course), both)| {
            let figure = |of: fn(&CorridorShare) -> f64| both.map(|own| own.as_ref().map_or(0.0, of));
            WrittenShare {
                origin: baseline.economies[origin].id.clone(),
                destination: baseline.economies[destination].id.clone(),
                corridor: id(course),
                tonnes: figure(|own| own.tonnes),
                share_percent: figure(|own| 100.0 * own.share),
            }
        })
        .collect();
    (flows, shares)
}

/// Quotas of both states, by rule.
pub(super) fn quotas(worlds: &Worlds<'_>, run: &LoopRun) -> Vec<WrittenQuota> {
    let told = [(worlds.base, &run.base), (worlds.after, &run.after)];
    let mut by_rule: BTreeMap<String, [Option<QuotaUse>; 2]> = BTreeMap::new();
    for (position, (model, settled)) in told.into_iter().enumerate() {
        for own in settled.quotas() {
            let title = model.regime.rules.rule_of(own.version).title.clone();
            by_rule.entry(title).or_default()[position] = Some(own);
        }
    }
    by_rule
        .into_iter()
        .map(|(rule, both)| {
            let figure = |of: fn(&QuotaUse) -> f64| both.map(|own| own.as_ref().map(of));
            WrittenQuota {
                rule,
                tonnes_per_year: figure(|own| own.tonnes),
                used_tonnes: figure(|own| own.used),
                not_limited_tonnes: figure(|own| own.not_limited),
                shadow_price_usd_per_tonne: figure(|own| own.shadow_price),
                beyond_curves: both.map(|own| own.map(|own| own.is_beyond_curves)),
                shown_only: both.iter().flatten().next_back().and_then(|own| own.binding.why_not()),
            }
        })
        .collect()
}
