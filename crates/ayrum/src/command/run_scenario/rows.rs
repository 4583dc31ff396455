//! A run as rows of one table.

use super::Written;
use crate::failure::Failure;
use crate::show;

/// Everything as rows of one table: kind, what, where, base, scenario, unit.
pub(super) fn csv(written: &Written) -> Result<String, Failure> {
    let heading = ["table", "what", "from", "to", "unit", "base", "scenario"];
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut add = |table: &str, what: &str, from: &str, to: &str, unit: &str, values: [Option<f64>; 2]| {
        let cell = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let [base, after] = values.map(cell);
        rows.push([table, what, from, to, unit, &base, &after].map(str::to_owned).to_vec());
    };
    for own in &written.totals {
        add("total", own.what, "", "", own.unit, [Some(own.base), Some(own.after)]);
    }
    for own in &written.economies {
        let income = [Some(0.0), Some(own.real_income_percent)];
        add("economy", "real income, change", &own.economy, "", "%", income);
        add("economy", "exports", &own.economy, "", "USD/year", own.exports_usd.map(Some));
        add("economy", "imports", &own.economy, "", "USD/year", own.imports_usd.map(Some));
    }
    for own in &written.goods {
        add("price", &own.goods, "", &own.buyer, "USD/t", own.price_usd_per_tonne);
        for rival in &own.rivals {
            add("landed price", &own.goods, &rival.seller, &own.buyer, "USD/t", rival.landed_usd_per_tonne);
        }
    }
    for own in &written.pairs {
        add("trade", &own.group, &own.origin, &own.destination, "t/year", own.tonnes.map(Some));
        add(
            "trade on the network",
            &own.group,
            &own.origin,
            &own.destination,
            "t/year",
            own.network_tonnes.map(Some),
        );
        add(
            "value at origin",
            &own.group,
            &own.origin,
            &own.destination,
            "USD/year",
            own.origin_value_usd.map(Some),
        );
        add("cost", &own.group, &own.origin, &own.destination, "USD/t", own.cost_usd_per_tonne.map(Some));
        add("hours on the network", &own.group, &own.origin, &own.destination, "h", own.network_hours);
        add(
            "CO2e on the network",
            &own.group,
            &own.origin,
            &own.destination,
            "t/year",
            own.co2_tonnes.map(Some),
        );
    }
    for own in &written.capacities {
        add("capacity taken", &own.name, "", "", "%", own.share_percent.map(Some));
        add("delay", &own.name, "", "", "h", own.delay_hours.map(Some));
    }
    for own in &written.links {
        add("link", &own.name, &own.link, "", "t/year", own.tonnes.map(Some));
    }
    for own in &written.corridors {
        let group = own.group.as_deref().unwrap_or("all goods");
        add("corridor", &own.name, group, "", "t/year", own.tonnes.map(Some));
        add("corridor", &own.name, group, "", "t km/year", own.tonne_km.map(Some));
        add("corridor", &own.name, group, "", "h", own.hours);
        add("corridor", &own.name, group, "", "USD/t", own.usd_per_tonne);
    }
    for own in &written.corridor_shares {
        let values = own.share_percent.map(Some);
        add("corridor share", &own.corridor, &own.origin, &own.destination, "%", values);
    }
    for own in &written.quotas {
        add("quota", &own.rule, "", "", "t/year", own.tonnes_per_year);
        add("quota used", &own.rule, "", "", "t/year", own.used_tonnes);
        add("not limited by the quota", &own.rule, "", "", "t/year", own.not_limited_tonnes);
        add("quota, shadow price", &own.rule, "", "", "USD/t", own.shadow_price_usd_per_tonne);
    }
    for own in &written.freight_money {
        add("freight money", own.what, "", "", own.unit, own.values.map(Some));
    }
    for own in &written.public_money {
        let party = |id: &str, kind: &str| format!("{id} {kind}");
        let (payer, receiver) = (party(&own.payer, own.payer_kind), party(&own.receiver, own.receiver_kind));
        add(own.kind, &own.what, &payer, &receiver, "USD/year", own.usd.map(Some));
    }
    let Some(draws) = &written.draws else { return show::csv(&heading, rows.into_iter()) };
    let heading: Vec<&str> = heading.into_iter().chain(super::draws::COLUMNS).collect();
    rows.iter_mut().for_each(|row| {
        let cells = draws.cells(row);
        row.extend(cells);
    });
    show::csv(&heading, rows.into_iter())
}
