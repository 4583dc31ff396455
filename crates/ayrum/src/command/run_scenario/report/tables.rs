//! The tables of a run.

use case::Evidence;

use super::super::{WrittenEconomy, WrittenPair};
use super::{MOST, Offer, Telling, offers, small_percent};
use crate::report::flows::{signed, thousands};
use crate::report::loop_table::{Cell, Column, Table};
use crate::show::grouped;

/// Sellers of a good that a page shows.
const MOST_SELLERS: usize = 4;

impl Telling<'_> {
    pub(super) fn totals(&self) -> Table {
        let [before, after] = &self.facing.labels;
        let is_stepped = self.written.totals.iter().all(|own| own.by_routes.is_some());
        let mut columns = vec![
            Column::text("All freight, a year"),
            Column::number(before),
            Column::number(after),
            Column::number("change"),
        ];
        if is_stepped {
            columns.extend(["of it routes", "congestion", "trade"].map(Column::number));
        }
        let rows = self
            .written
            .totals
            .iter()
            .map(|own| {
                let [old, new] = self.facing.pair([own.base, own.after]);
                let mut row = vec![
                    Cell::text(format!("{}, {}", own.what, own.unit)),
                    Cell::modelled(short(old)),
                    Cell::modelled(short(new)),
                    Cell::modelled(signed_short(new - old)),
                ];
                if is_stepped {
                    let steps = [own.by_routes, own.by_congestion, own.by_trade];
                    row.extend(
                        steps.map(|step| Cell::modelled(signed_short(self.facing.step(step.unwrap_or(0.0))))),
                    );
                }
                row
            })
            .collect();
        let how = match (is_stepped, self.facing.is_undone()) {
            (false, _) => "",
            (true, false) => {
                ". The change is taken apart in this order: only routes and ways move; then delays answer; then trade"
            }
            (true, true) => {
                ". The change is taken apart from its end: only routes and ways move back; then delays answer; then trade"
            }
        };
        Table {
            id: "totals".to_owned(),
            caption: format!("All freight, a year{how}"),
            columns,
            rows,
            none: String::new(),
            is_folded: false,
        }
    }

    /// Who lands which good at which price, in both states.
    pub(super) fn markets(&self) -> Option<Table> {
        let of_buyer = self.goods_of_buyer();
        let buyer = of_buyer.first()?.buyer.clone();
        let [before, after] = &self.facing.labels;
        let states = self.facing.states(self.run);
        let mut rows = Vec::new();
        for own in of_buyer {
            let both = states.map(|state| offers(state, own));
            let mut last = both[1].clone();
            last.sort_by(|a, b| a.landed.total_cmp(&b.landed));
            for offer in last.iter().take(MOST_SELLERS) {
                let earlier = both[0].iter().find(|other| other.seller == offer.seller);
                let figure = |of: fn(&Offer) -> f64| {
                    [
                        earlier.map_or("–".to_owned(), |own| format!("{:.1}", of(own))),
                        format!("{:.1}", of(offer)),
                    ]
                    .map(Cell::modelled)
                };
                let tonnes = [earlier.map_or(0.0, |own| own.tonnes), offer.tonnes];
                let wins = |own: Option<&Offer>| match own {
                    Some(own) if own.tonnes < 1.0 => Cell::modelled(format!("{:.1}", own.wins_at)),
                    Some(_) => Cell::text("sells"),
                    None => Cell::text("–"),
                };
                let [landed, landed_after] = figure(|own| own.landed);
                rows.push(vec![
                    Cell::text(&own.goods),
                    Cell::text(self.name(&offer.seller)),
                    landed,
                    landed_after,
                    Cell::modelled(grouped(tonnes[0].round())),
                    Cell::modelled(grouped(tonnes[1].round())),
                    wins(earlier),
                    wins(Some(offer)),
                    Cell::modelled(format!("{:.1}", offer.origin)),
                ]);
            }
        }
        Some(Table {
            id: "markets".to_owned(),
            caption: format!(
                "Who lands what in {}: USD a tonne, cheapest way with time, duties and subsidies; who does not sell would sell its \
                 first tonne below the price at origin shown, were all other prices to stay",
                self.name(&buyer)
            ),
            columns: vec![
                Column::text("Good"),
                Column::text("From"),
                Column::number(&format!("landed, {before}")),
                Column::number(&format!("landed, {after}")),
                Column::number(&format!("tonnes, {before}")),
                Column::number(&format!("tonnes, {after}")),
                Column::number(&format!("would sell below, {before}")),
                Column::number(&format!("would sell below, {after}")),
                Column::number("price at origin"),
            ],
            rows,
            none: String::new(),
            is_folded: false,
        })
    }

    pub(super) fn trade(&self) -> Table {
        let change = |own: &WrittenPair| {
            let [old, new] = self.facing.pair(own.network_tonnes);
            new - old
        };
        let mut changed: Vec<&WrittenPair> =
            self.written.pairs.iter().filter(|own| change(own).abs() >= 100.0).collect();
        changed.sort_by(|a, b| change(b).abs().total_cmp(&change(a).abs()));
        let [before, after] = &self.facing.labels;
        let rows = changed
            .iter()
            .take(MOST)
            .map(|own| {
                let tonnes = self.facing.pair(own.tonnes);
                let cost = self.facing.pair(own.cost_usd_per_tonne);
                vec![
                    Cell::text(format!("{}: {} → {}", own.group, own.origin, own.destination)),
                    Cell::modelled(grouped(tonnes[0].round())),
                    Cell::modelled(grouped(tonnes[1].round())),
                    Cell::modelled(signed(change(own), 0)),
                    Cell::modelled(format!("{:.1}", cost[0])),
                    Cell::modelled(format!("{:.1}", cost[1])),
                ]
            })
            .collect();
        Table {
            id: "trade".to_owned(),
            caption: "Trade whose tonnes on the network change most, a year".to_owned(),
            columns: vec![
                Column::text("Goods and pair"),
                Column::number(&format!("tonnes, {before}")),
                Column::number(&format!("tonnes, {after}")),
                Column::number("change on the network"),
                Column::number(&format!("cost, USD/t, {before}")),
                Column::number(&format!("cost, USD/t, {after}")),
            ],
            rows,
            none: "No pair moves more than 100 tonnes onto or off the network.".to_owned(),
            is_folded: false,
        }
    }

    pub(super) fn capacities(&self) -> Table {
        let [before, after] = &self.facing.labels;
        let rows = self
            .written
            .capacities
            .iter()
            .filter(|own| own.share_percent.iter().any(|share| *share >= 1.0))
            .map(|own| {
                let share = self.facing.pair(own.share_percent);
                let delay = self.facing.pair(own.delay_hours);
                let known = self.model.case.sources.contains_key(&own.source);
                let figure = Cell::text(format!(
                    "{} {} a year, confidence: {}",
                    grouped(own.yearly),
                    own.unit,
                    own.confidence
                ));
                let figure = if known { figure.with_source(&own.source) } else { figure };
                vec![
                    Cell::text(&own.name),
                    Cell::modelled(format!("{:.1}", share[0])),
                    Cell::modelled(format!("{:.1}", share[1])),
                    Cell::modelled(format!("{:.2}", delay[0])),
                    Cell::modelled(format!("{:.2}", delay[1])),
                    figure,
                ]
            })
            .collect();
        Table {
            id: "capacities".to_owned(),
            caption: "What is scarce, of those whose capacity somebody published: share taken in per cent, and hours that each passing \
                      unit waits"
                .to_owned(),
            columns: vec![
                Column::text("Capacity"),
                Column::number(&format!("taken, {before}")),
                Column::number(&format!("taken, {after}")),
                Column::number(&format!("waits, {before}")),
                Column::number(&format!("waits, {after}")),
                Column::text("Figure and source"),
            ],
            rows,
            none: "Nothing that is known to be scarce is taken by a per cent.".to_owned(),
            is_folded: false,
        }
    }

    pub(super) fn economies(&self) -> Table {
        let mut all: Vec<&WrittenEconomy> = self.written.economies.iter().collect();
        all.sort_by(|a, b| self.income(b).abs().total_cmp(&self.income(a).abs()));
        let change = |both: [f64; 2]| {
            let [old, new] = self.facing.pair(both);
            if old > 0.0 { signed(100.0 * (new / old - 1.0), 3) } else { "–".to_owned() }
        };
        let rows = all
            .iter()
            .take(MOST)
            .map(|own| {
                vec![
                    Cell::text(&own.name),
                    Cell::modelled(signed(self.income(own), 4)),
                    Cell::modelled(change(own.exports_usd)),
                    Cell::modelled(change(own.imports_usd)),
                ]
            })
            .collect();
        let rest = all.get(MOST).map_or(0.0, |own| self.income(own).abs());
        Table {
            id: "economies".to_owned(),
            caption: format!(
                "Who gains and loses, changes in per cent: real income, exports and imports of goods that differ by origin; of the \
                 other {} economies none changes by more than {}",
                all.len().saturating_sub(MOST),
                small_percent(rest)
            ),
            columns: vec![
                Column::text("Economy"),
                Column::number("real income, %"),
                Column::number("exports, %"),
                Column::number("imports, %"),
            ],
            rows,
            none: String::new(),
            is_folded: false,
        }
    }

    pub(super) fn money(&self) -> Table {
        let [before, after] = &self.facing.labels;
        let rows = self
            .written
            .public_money
            .iter()
            .map(|own| {
                let usd = self.facing.pair(own.usd);
                vec![
                    Cell::text(format!("{} ({})", own.what, own.kind)),
                    Cell::text(format!(
                        "{} {} → {} {}",
                        own.payer, own.payer_kind, own.receiver, own.receiver_kind
                    )),
                    Cell::modelled(thousands(usd[0])),
                    Cell::modelled(thousands(usd[1])),
                    Cell::modelled(signed((usd[1] - usd[0]) / 1000.0, 1)),
                ]
            })
            .collect();
        Table {
            id: "money".to_owned(),
            caption: "Public money, thousand USD a year: who pays, who receives".to_owned(),
            columns: vec![
                Column::text("Rule"),
                Column::text("From whom to whom"),
                Column::number(before),
                Column::number(after),
                Column::number("change"),
            ],
            rows,
            none: "No rule that the case has in figures takes or gives money here.".to_owned(),
            is_folded: false,
        }
    }

    pub(super) fn certificates(&self) -> Table {
        let rows = self
            .written
            .certificates
            .iter()
            .map(|own| {
                let tiny = |value: f64| Cell::figure(format!("{:.0e}", value.abs()), Evidence::Computed);
                vec![
                    Cell::text(own.state),
                    Cell::text(if own.settled { "settled" } else { "not settled: the best point met" }),
                    Cell::text(format!("{} passes, {} searches", own.passes, own.searches)),
                    tiny(own.delay_change_hours),
                    tiny(own.best_saving_outside),
                    tiny(own.assignment_gap),
                    tiny(own.equilibrium_residual),
                    tiny(own.spatial_violation),
                ]
            })
            .collect();
        let mut columns: Vec<Column> = ["State", "Verdict", "Work"].map(Column::text).to_vec();
        columns.extend(
            ["delays change, h", "a route outside saves", "gap", "residual of trade", "violation of prices"]
                .map(Column::number),
        );
        Table {
            id: "certificates".to_owned(),
            caption: "How well each state has settled".to_owned(),
            columns,
            rows,
            none: String::new(),
            is_folded: true,
        }
    }
}

/// A number in millions or billions.
fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 {
        format!("{:.3} bn", value / 1e9)
    } else if size >= 1e6 {
        format!("{:.3} m", value / 1e6)
    } else {
        grouped(value.round())
    }
    .replace('-', "−")
}

fn signed_short(value: f64) -> String {
    if value.round() > 0.0 { format!("+{}", short(value)) } else { short(value) }
}
