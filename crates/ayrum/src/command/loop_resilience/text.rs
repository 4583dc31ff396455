//! The ranking in words and tables.

use super::{Written, WrittenClosing, WrittenFlow, WrittenRoute};
use crate::show;

/// Closings of which more is told than a row.
const IN_WORDS: usize = 5;
/// Economies and capacities that are named in words.
const NAMED: usize = 4;

/// The text of a ranking.
pub(super) fn text(written: &Written, most: usize) -> String {
    let what = written.closed_in_turn;
    let mut text = format!(
        "{} closed in turn on {}, and routes, trade and delays settled anew\n",
        match what {
            "links" => "Every link",
            "places" => "Every place with all its links",
            _ => "What is named",
        },
        written.date
    );
    if let Some(scenario) = &written.scenario {
        text.push_str(&format!("Under the scenario {scenario}\n"));
    }
    let word = if written.illustrative { "Illustrative: " } else { "" };
    text.push_str(&format!(
        "\n{word}{:.0} % of the trade across borders behind these figures is observed, the rest is modelled by gravity on \
         network cost.\n",
        written.observed_share_percent
    ));
    if written.carry_nothing > 0 {
        text.push_str(&format!(
            "{} of {} {what} carry a tonne a year or more; closing one of the others changes nothing.\n",
            written.closings.len(),
            written.of
        ));
    }
    if written.closings.is_empty() {
        return text + "\nNothing is carried on the network.\n";
    }
    text.push_str("\nSingle points of failure, worst first: thousand tonnes a year that were on it, where they go, and the cost\n");
    let series: Vec<&[WrittenClosing]> = written.closings.chunk_by(alike).collect();
    text.push_str(&table(&series, most));
    if series.len() > most {
        let more: usize = series[most..].iter().map(|all| all.len()).sum();
        text.push_str(&format!("… and {more} more (--most N, or --format csv)\n"));
    }
    for all in series.iter().take(IN_WORDS.min(most)) {
        text.push_str(&in_words(all));
    }
    text.push_str(
        "\nCost: loss of surplus by the rule of a half, over all trade; not to be added to real incomes, which measure the same \
         loss for goods that differ by origin. Beyond: by the deep sea or a land way that the case does not draw. Diverted: the \
         buyer has it from others. Only modelled traffic loads the network; capacities that nobody published bind nobody.\n",
    );
    let unsettled: Vec<&WrittenClosing> = written.closings.iter().filter(|own| !own.settled).collect();
    for own in &unsettled {
        text.push_str(&format!(
            "NOT SETTLED: {} [{}] is the best point met; delays still move by {:.1e} h\n",
            own.name, own.closed, own.delay_change_hours
        ));
    }
    if written.settled {
        text.push_str("The world and every closing settled.\n");
    } else if unsettled.is_empty() {
        text.push_str("NOT SETTLED: the world before any closing is the best point met\n");
    }
    text
}

/// Closings that come to the same, as of links in series: one after the other in the ranking.
fn alike(a: &WrittenClosing, b: &WrittenClosing) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs();
    close(a.cost_usd, b.cost_usd) && close(a.tonnes, b.tonnes) && close(a.beyond_tonnes, b.beyond_tonnes)
}

fn table(series: &[&[WrittenClosing]], most: usize) -> String {
    let thousand = |tonnes: f64| show::grouped((tonnes / 1000.0).round());
    let rows = series.iter().take(most).map(|all| {
        let own = &all[0];
        let worst = own.economies.first().filter(|own| own.real_income_percent < -5e-5);
        let rank = if all.len() > 1 {
            format!("{}–{}", own.rank, own.rank + all.len() - 1)
        } else {
            own.rank.to_string()
        };
        vec![
            rank,
            named(all),
            thousand(own.tonnes),
            thousand(own.rerouted_tonnes),
            thousand(own.beyond_tonnes),
            thousand(own.diverted_tonnes),
            thousand(own.lost_tonnes),
            format!("{:.1}", own.cost_usd / 1e6),
            worst.map_or_else(
                || "–".to_owned(),
                |own| format!("{} {:+.4} %", own.economy, own.real_income_percent),
            ),
        ]
    });
    let heading = [
        ">",
        "closed",
        "on it>",
        "rerouted>",
        "beyond>",
        "diverted>",
        "lost>",
        "cost, m USD/year>",
        "real income>",
    ];
    show::table(&heading, rows.collect())
}

/// The first of a series, and how many more.
fn named(all: &[WrittenClosing]) -> String {
    let first = format!("{} [{}]", all[0].name, all[0].closed);
    match all.len() {
        1 => first,
        2 => format!("{first} or {}", all[1].closed),
        more => format!("{first} or {} in series with it", more - 1),
    }
}

fn in_words(all: &[WrittenClosing]) -> String {
    let own = &all[0];
    let mut text = format!("\n{}. {}\n", own.rank, named(all));
    let losers: Vec<String> = own
        .economies
        .iter()
        .filter(|own| own.real_income_percent < -5e-5)
        .take(NAMED)
        .map(|own| {
            format!(
                "{} {:+.4} % ({:.1} m USD dearer)",
                own.economy,
                own.real_income_percent,
                own.cost_usd / 1e6
            )
        })
        .collect();
    if !losers.is_empty() {
        text.push_str(&format!("   who suffers: {}\n", losers.join(", ")));
    }
    text.extend(own.largest_flow.as_ref().map(flow));
    let delays: Vec<String> = own
        .delays
        .iter()
        .take(NAMED)
        .map(|own| {
            format!(
                "{} {:.0} → {:.0} % taken, {:+.2} m t h",
                own.name,
                own.taken_percent[0],
                own.taken_percent[1],
                (own.tonne_hours[1] - own.tonne_hours[0]) / 1e6
            )
        })
        .collect();
    if !delays.is_empty() {
        text.push_str(&format!("   delays elsewhere: {}\n", delays.join("; ")));
    }
    if own.public_money_usd.abs() >= 1000.0 {
        text.push_str(&format!("   public money: {:+.3} m USD a year\n", own.public_money_usd / 1e6));
    }
    text
}

fn flow(own: &WrittenFlow) -> String {
    let by = |own: &WrittenRoute| {
        let by = if own.by.is_empty() { "no border".to_owned() } else { own.by.join(", ") };
        format!(
            "{by} ({:.0} km, {} days, {:.0} USD/t)",
            own.km,
            show::days(own.mean_hours),
            own.generalised_cost_usd_per_tonne
        )
    };
    let share = || {
        let [before, after] = own.on_network_percent;
        format!("of what the two trade {after:.0} % go by the network, {before:.0} % before")
    };
    let next = match &own.next {
        Some(next) => format!("then by {}; {}", by(next), share()),
        None if own.traded_tonnes[1] >= 1.0 => "then beyond the network".to_owned(),
        None => "then the two no longer trade it: others sell it cheaper".to_owned(),
    };
    format!(
        "   largest flow: {} {} → {}, {} t, by {}; {next}\n",
        own.goods,
        own.from,
        own.to,
        show::grouped(own.tonnes.round()),
        by(&own.route)
    )
}
