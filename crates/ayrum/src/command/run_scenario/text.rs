//! A run in words and tables.

use super::{Written, WrittenCorridor, WrittenGoods, WrittenPair, WrittenQuota, WrittenTotals};
use crate::show;

/// Rows of a table that a reader is shown; JSON and CSV have all.
const MOST: usize = 8;
/// Changes below this are none: what the loop's tolerance leaves, and a thousandth of a per cent.
const SAME: f64 = 1e-5;

/// The text of a run.
pub(super) fn text(written: &Written, into: Option<&str>) -> String {
    let mut text = format!("{}\n", written.scenario.title);
    text.push_str(&format!(
        "The world of {} with its measures, against the same day without\n",
        written.date
    ));
    for measure in &written.scenario.measures {
        text.push_str(&format!("  {measure}\n"));
    }
    text.push_str(&format!("\n{}", written.trade_base.words()));
    if written.scenario.assumed > 0 {
        text.push_str(&format!(
            "{} of {} measures are assumed.\n",
            written.scenario.assumed,
            written.scenario.measures.len()
        ));
    }
    if let Some(frozen) = written.frozen {
        text.push_str(&format!("Held where it was: {frozen}.\n"));
    }
    if written.unlimited_capacity {
        text.push_str("Scarce capacities are taken as without limit.\n");
    }
    for line in &written.explanations {
        text.push_str(&format!("\n{line}\n"));
    }
    text.push_str("\nAll freight, a year\n");
    let stepped = written.totals.iter().all(|own| own.by_routes.is_some());
    text.push_str(&totals(&written.totals, stepped));
    text.push_str(&markets(written, into));
    let mut economies: Vec<_> =
        written.economies.iter().filter(|own| own.real_income_percent.abs() > 100.0 * SAME).collect();
    economies.sort_by(|a, b| b.real_income_percent.abs().total_cmp(&a.real_income_percent.abs()));
    if economies.is_empty() {
        text.push_str("\nReal incomes stay as they were.\n");
    } else {
        text.push_str("\nWho gains and loses: goods that differ by origin\n");
        let rows = economies.iter().take(MOST).map(|own| {
            let change = |[old, new]: [f64; 2]| format!("{:+.3} %", 100.0 * (new / old - 1.0));
            vec![
                own.name.clone(),
                format!("{:+.4} %", own.real_income_percent),
                change(own.exports_usd),
                change(own.imports_usd),
            ]
        });
        text.push_str(&show::table(&["economy", "real income>", "exports>", "imports>"], rows.collect()));
    }
    text.push_str(&trade(&written.pairs));
    let busy: Vec<_> =
        written.capacities.iter().filter(|own| own.share_percent.iter().any(|share| *share >= 1.0)).collect();
    if !busy.is_empty() {
        text.push_str("\nWhat is scarce (of those with a known capacity)\n");
        let rows = busy.iter().map(|own| {
            vec![
                own.name.clone(),
                format!("{:.0} → {:.0} %", own.share_percent[0], own.share_percent[1]),
                format!("{:.1} → {:.1} h", own.delay_hours[0], own.delay_hours[1]),
                format!(
                    "{} {}/year, {} ({})",
                    show::grouped(own.yearly),
                    own.unit,
                    own.source,
                    own.confidence
                ),
            ]
        });
        text.push_str(&show::table(&["capacity", "taken>", "delay>", "figure"], rows.collect()));
    }
    let mut links: Vec<_> = written
        .links
        .iter()
        .filter(|own| own.crossing.is_some() || own.name.contains("(ferry)"))
        .filter(|own| (own.tonnes[1] - own.tonnes[0]).abs() >= 1000.0)
        .collect();
    links.sort_by(|a, b| (b.tonnes[1] - b.tonnes[0]).abs().total_cmp(&(a.tonnes[1] - a.tonnes[0]).abs()));
    if !links.is_empty() {
        text.push_str("\nBorders and ferries whose load changes most, thousand tonnes a year\n");
        let rows = links.iter().take(MOST).map(|own| {
            let thousand = |tonnes: f64| show::grouped((tonnes / 1000.0).round());
            let change = own.tonnes[1] - own.tonnes[0];
            vec![
                own.name.clone(),
                thousand(own.tonnes[0]),
                thousand(own.tonnes[1]),
                format!("{:+.0}", change / 1000.0),
            ]
        });
        text.push_str(&show::table(&["link", "base>", "scenario>", "change>"], rows.collect()));
    }
    text.push_str(&corridors(&written.corridors));
    let mut changed: Vec<_> =
        written.public_money.iter().filter(|own| (own.usd[1] - own.usd[0]).abs() >= 1000.0).collect();
    changed.sort_by(|a, b| (b.usd[1] - b.usd[0]).abs().total_cmp(&(a.usd[1] - a.usd[0]).abs()));
    if !changed.is_empty() {
        text.push_str("\nPublic money and charges at crossings that change most, thousand USD a year\n");
        let rows = changed.iter().take(MOST).map(|own| {
            let thousand = |usd: f64| show::grouped((usd / 1000.0).round());
            vec![
                format!("{} ({})", own.what, own.kind),
                format!("{} {} → {} {}", own.payer, own.payer_kind, own.receiver, own.receiver_kind),
                thousand(own.usd[0]),
                thousand(own.usd[1]),
            ]
        });
        text.push_str(&show::table(&["what", "from whom to whom", "base>", "scenario>"], rows.collect()));
    }
    text.push_str(&quotas(&written.quotas));
    if let Some(draws) = &written.draws {
        text.push_str(&draws.text(into));
    }
    text.push_str("\nNot counted: ");
    text.push_str(&written.not_counted.join("; "));
    text.push_str(".\n");
    for own in &written.certificates {
        let verdict = if own.settled { "settled" } else { "NOT SETTLED: the best point met" };
        text.push_str(&format!(
            "{}: {verdict}; {} passes, {} searches; delays change by {:.0e} h, a route outside would save {:.0e}, gap {:.0e}, \
             residual {:.0e}, prices {:.0e}\n",
            own.state,
            own.passes,
            own.searches,
            own.delay_change_hours,
            own.best_saving_outside,
            own.assignment_gap.abs(),
            own.equilibrium_residual,
            own.spatial_violation
        ));
    }
    text
}

fn totals(all: &[WrittenTotals], stepped: bool) -> String {
    let short = |value: f64| {
        let size = value.abs();
        if size >= 1e9 {
            format!("{:.3} bn", value / 1e9)
        } else if size >= 1e6 {
            format!("{:.3} m", value / 1e6)
        } else {
            format!("{value:.0}")
        }
    };
    let signed = |value: f64| if value > 0.0 { format!("+{}", short(value)) } else { short(value) };
    let rows = all
        .iter()
        .map(|own| {
            let mut row = vec![
                format!("{} ({})", own.what, own.unit),
                short(own.base),
                short(own.after),
                signed(own.after - own.base),
            ];
            if stepped {
                row.extend(
                    [own.by_routes, own.by_congestion, own.by_trade].map(|step| signed(step.unwrap_or(0.0))),
                );
            }
            row
        })
        .collect();
    let heading = ["", "base>", "scenario>", "change>", "of it routes>", "congestion>", "trade>"];
    show::table(if stepped { &heading } else { &heading[..4] }, rows)
}

/// The markets of one economy: the one asked for, else where some price changes most.
fn markets(written: &Written, into: Option<&str>) -> String {
    let change = |own: &WrittenGoods| match own.price_usd_per_tonne {
        [Some(old), Some(new)] => (new / old - 1.0).abs(),
        _ => 0.0,
    };
    let chosen = into.map(str::to_owned).or_else(|| {
        let most = written.goods.iter().max_by(|a, b| change(a).total_cmp(&change(b)))?;
        (change(most) > SAME).then(|| most.buyer.clone())
    });
    let Some(buyer) = chosen else {
        return "\nPrices of goods that do not differ by origin stay as they were.\n".to_owned();
    };
    let of_buyer: Vec<&WrittenGoods> = written.goods.iter().filter(|own| own.buyer == buyer).collect();
    if of_buyer.is_empty() {
        return format!("\n{buyer} buys none of the goods that do not differ by origin.\n");
    }
    let mut text = format!("\nWho lands what in {buyer}, USD a tonne\n");
    let price = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
    let mut rows = Vec::new();
    for own in of_buyer {
        for rival in own.rivals.iter().take(4) {
            let wins = match (rival.would_win_at_usd_per_tonne, rival.origin_usd_per_tonne) {
                (Some(limit), Some(origin)) if rival.tonnes[1] < 1.0 => {
                    format!("would sell below {limit:.1} at origin (now {origin:.1})")
                }
                _ => String::new(),
            };
            rows.push(vec![
                own.goods.clone(),
                rival.seller.clone(),
                price(rival.landed_usd_per_tonne[0]),
                price(rival.landed_usd_per_tonne[1]),
                show::grouped(rival.tonnes[0].round()),
                show::grouped(rival.tonnes[1].round()),
                wins,
            ]);
        }
    }
    let heading = ["good", "from", "landed, base>", "scenario>", "tonnes, base>", "scenario>", ""];
    text.push_str(&show::table(&heading, rows));
    text
}

/// The pairs whose tonnes on the network change most.
fn trade(pairs: &[WrittenPair]) -> String {
    let change = |own: &WrittenPair| own.network_tonnes[1] - own.network_tonnes[0];
    let mut changed: Vec<&WrittenPair> = pairs.iter().filter(|own| change(own).abs() >= 100.0).collect();
    changed.sort_by(|a, b| change(b).abs().total_cmp(&change(a).abs()));
    if changed.is_empty() {
        return "\nNo pair moves more than 100 tonnes onto or off the network.\n".to_owned();
    }
    let rows = changed.iter().take(MOST).map(|own| {
        vec![
            own.group.clone(),
            format!("{} → {}", own.origin, own.destination),
            show::grouped(own.tonnes[0].round()),
            show::grouped(own.tonnes[1].round()),
            format!("{:+.0}", change(own)),
            format!("{:.1} → {:.1}", own.cost_usd_per_tonne[0], own.cost_usd_per_tonne[1]),
            hours(own.network_hours),
            format!("{:+.0}", own.co2_tonnes[1] - own.co2_tonnes[0]),
        ]
    });
    let heading = [
        "goods",
        "pair",
        "tonnes, base>",
        "scenario>",
        "on the network>",
        "cost, USD/t>",
        "hours there>",
        "CO2e, t>",
    ];
    format!("\nTrade that changes most, tonnes a year\n{}", show::table(&heading, rows.collect()))
}

/// Hours in the base and in the scenario.
fn hours(both: [Option<f64>; 2]) -> String {
    let [base, after] = both.map(|hours| hours.map_or_else(|| "–".to_owned(), |hours| format!("{hours:.0}")));
    format!("{base} → {after}")
}

/// Tonnes across borders by corridor.
fn corridors(all: &[WrittenCorridor]) -> String {
    let of_all: Vec<&WrittenCorridor> = all
        .iter()
        .filter(|own| own.group.is_none() && own.tonnes.iter().any(|tonnes| *tonnes >= 500.0))
        .collect();
    if of_all.is_empty() {
        return String::new();
    }
    let thousand = |tonnes: f64| show::grouped((tonnes / 1000.0).round());
    let rows = of_all.iter().map(|own| {
        let usd = own.usd_per_tonne.map(|usd| usd.map_or_else(|| "–".to_owned(), |usd| format!("{usd:.0}")));
        vec![
            own.name.clone(),
            thousand(own.tonnes[0]),
            thousand(own.tonnes[1]),
            format!("{:+.1}", (own.tonnes[1] - own.tonnes[0]) / 1000.0),
            hours(own.hours),
            format!("{} → {}", usd[0], usd[1]),
        ]
    });
    let heading = ["way", "base>", "scenario>", "change>", "hours>", "USD/t>"];
    format!(
        "\nBy which way goods cross borders, thousand tonnes a year\n{}",
        show::table(&heading, rows.collect())
    )
}

/// Quotas: how much of them is used, and what a tonne more would be worth.
fn quotas(all: &[WrittenQuota]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let both = |values: [Option<f64>; 2], digits: usize| {
        let [base, after] = values.map(|value| match value {
            Some(value) if digits > 0 => format!("{value:.digits$}"),
            Some(value) => show::grouped(value.round()),
            None => "–".to_owned(),
        });
        format!("{base} → {after}")
    };
    let rows = all.iter().map(|own| {
        let beside = own.not_limited_tonnes.iter().flatten().any(|tonnes| *tonnes >= 1.0);
        let remark = match own.shown_only {
            Some(why) => why,
            None if own.beyond_curves.contains(&Some(true)) => {
                "leaves less than a fifth of what some buyer wants: the price says more of the demand curve than of the market"
            }
            None if beside => "binds goods that do not differ by origin; for the others it is shown only",
            None => "",
        };
        vec![
            own.rule.clone(),
            both(own.tonnes_per_year, 0),
            both(own.used_tonnes, 0),
            both(own.shadow_price_usd_per_tonne, 2),
            both(own.not_limited_tonnes, 0),
            remark.to_owned(),
        ]
    });
    let heading = ["quota", "tonnes a year>", "used>", "shadow price, USD/t>", "not limited>", ""];
    format!("\nQuotas\n{}", show::table(&heading, rows.collect()))
}
