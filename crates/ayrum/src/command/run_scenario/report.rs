//! A run as a report tells it: measures, findings in sentences, flow maps, and a table for everything.

mod tables;

use case::Provenance;
use clap::Parser;
use scenario::{LoopRun, Model, Scenario, Settled};

use super::tables::landings;
use super::{Written, WrittenEconomy, WrittenGoods, looped, write};
use crate::arguments::CaseSource;
use crate::arguments::scenarios::RunScenario;
use crate::command::scenarios;
use crate::failure::Failure;
use crate::report::flows::{Flows, Side, signed};
use crate::report::told::{Told, ToldMeasure};
use crate::story::Chapter;

/// Rows of a table that a page shows.
const MOST: usize = 10;
/// Changes below this are none: what the loop's tolerance leaves.
const SAME: f64 = 1e-5;

/// Which way a run is told: from its base to its measures, or the other way where the measures undo something.
pub(crate) struct Facing {
    labels: [String; 2],
    /// Positions of base (0) and scenario (1) in the order in which they are told.
    order: [usize; 2],
}

impl Facing {
    /// From the base to the measures.
    pub(crate) fn onward() -> Self {
        Self { labels: ["without the measures".to_owned(), "with the measures".to_owned()], order: [0, 1] }
    }

    /// From the measures to the base: what they undo is told as done.
    pub(crate) fn undone(labels: [&str; 2]) -> Self {
        Self { labels: labels.map(str::to_owned), order: [1, 0] }
    }

    /// What comes first and what comes last of base and scenario.
    pub(crate) fn pair<T: Copy>(&self, both: [T; 2]) -> [T; 2] {
        self.order.map(|at| both[at])
    }

    /// A step from the base, in the direction that is told.
    fn step(&self, change: f64) -> f64 {
        if self.order[0] == 0 { change } else { -change }
    }

    fn is_undone(&self) -> bool {
        self.order[0] == 1
    }

    /// The states in the order in which they are told.
    pub(crate) fn states<'a>(&self, run: &'a LoopRun) -> [&'a Settled; 2] {
        self.pair([&run.base, &run.after])
    }
}

/// A run of a scenario by itself, as `ayrum run NAME` makes it.
pub(crate) struct Made {
    scenario: Scenario,
    /// The run.
    pub(crate) run: LoopRun,
    written: Written,
}

impl Made {
    /// Runs a scenario of the case with the defaults of the command line.
    pub(crate) fn of(model: &Model, case: &CaseSource, name: &str) -> Result<Self, Failure> {
        /// The defaults stand in the arguments, and only there.
        #[derive(clap::Parser)]
        struct Plain {
            #[command(flatten)]
            asked: RunScenario,
        }
        let plain = Plain::try_parse_from(["run", name]).map_err(|error| Failure::new(error.to_string()))?;
        let named = CaseSource { scenario: vec![name.to_owned()], ..case.clone() };
        let Some(scenario) = scenarios::chosen(model, &named)? else {
            return Err(Failure::new(format!("no scenario is called `{name}`")));
        };
        let run = looped(model, &scenario, &plain.asked)?;
        let written = write(model, &scenario, &run, &plain.asked);
        Ok(Self { scenario, run, written })
    }

    /// All that can be told of it.
    pub(crate) fn telling<'a>(&'a self, model: &'a Model, facing: Facing, buyer: &'a str) -> Telling<'a> {
        let Self { scenario, run, written } = self;
        Telling { model, scenario, run, written, facing, buyer: Some(buyer) }
    }
}

/// A run and all that is told of it.
pub(crate) struct Telling<'a> {
    /// The case without measures.
    pub(crate) model: &'a Model,
    /// The measures.
    scenario: &'a Scenario,
    /// The run.
    pub(crate) run: &'a LoopRun,
    /// The run as it is written.
    written: &'a Written,
    /// Which way it is told.
    pub(crate) facing: Facing,
    /// The economy whose markets are told; nothing: where some price changes most.
    buyer: Option<&'a str>,
}

/// A run as a chapter of its own.
pub(super) fn chapter(
    model: &Model,
    scenario: &Scenario,
    run: &LoopRun,
    written: &Written,
    buyer: Option<&str>,
) -> Chapter {
    let telling = Telling { model, scenario, run, written, facing: Facing::onward(), buyer };
    let summary = scenario.summary.trim().replace('\n', " ");
    let held = match (written.frozen, written.unlimited_capacity) {
        (Some(frozen), _) => format!(" Held where it was: {frozen}."),
        (None, true) => " Scarce capacities are taken as without limit.".to_owned(),
        (None, false) => String::new(),
    };
    Chapter {
        id: "run",
        title: scenario.title.clone(),
        lead: format!(
            "The world of {} with the measures of `{}`, against the same day without. {summary}{held}",
            written.date, scenario.name
        )
        .trim()
        .to_owned(),
        scenes: Vec::new(),
        flips: Vec::new(),
        findings: telling.findings(),
        sensitivity: None,
        costs: None,
        told: Some(telling.told(format!("ayrum run {} --date {}", scenario.name, written.date))),
    }
}

impl Telling<'_> {
    /// On what all figures rest, in a sentence.
    pub(crate) fn evidence(&self) -> String {
        let base = &self.written.trade_base;
        let word = if base.illustrative { "Modelled, illustrative" } else { "Modelled" };
        let told = if self.facing.is_undone() { ", undone" } else { "" };
        format!(
            "{word}: {:.0} % of the trade across borders behind it is observed. {}, scenario “{}”{told}.",
            base.observed_share_percent, self.written.date, self.written.scenario.title
        )
    }

    /// On what figures of the base alone rest, in a sentence.
    pub(crate) fn base_evidence(&self) -> String {
        let base = &self.written.trade_base;
        let word = if base.illustrative { "Modelled, illustrative" } else { "Modelled" };
        format!(
            "{word}: costs of carriage on {}; {:.0} % of the trade across borders that the model starts from is observed.",
            self.written.date, base.observed_share_percent
        )
    }

    /// Tonnes by link, for the maps.
    fn flows(&self) -> Flows {
        let changed = self.scenario.apply(self.model, self.run.date).model;
        let models = self.facing.pair([self.model, &changed]);
        let states = self.facing.states(self.run);
        let side =
            |at: usize| Side { label: &self.facing.labels[at], model: models[at], settled: states[at] };
        Flows::of([side(0), side(1)], self.run.date, &self.evidence())
    }

    /// All of it, without the findings, which are the chapter's.
    pub(crate) fn told(&self, again: String) -> Told {
        let measures = self
            .scenario
            .measures
            .iter()
            .map(|own| ToldMeasure {
                words: format!("{}, from {}", own.change.words(self.model), own.about.date.0),
                source: (!own.is_assumed()).then(|| own.about.source.clone()),
                note: own.about.note.clone(),
                place: own.place.to_string(),
            })
            .collect();
        let mut tables = vec![self.totals()];
        tables.extend(self.markets());
        tables.extend([self.trade(), self.capacities(), self.economies(), self.money(), self.certificates()]);
        Told {
            evidence: self.evidence(),
            measures,
            is_undone: self.facing.is_undone(),
            flows: Some(self.flows()),
            charts: Vec::new(),
            tables,
            notes: self.notes(),
            not_counted: self.written.not_counted.iter().map(|own| (*own).to_owned()).collect(),
            again,
            cited: self.cited(),
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.written.settled {
            notes.push(
                "Not all states have settled: what is shown is the best point met; see the certificates."
                    .to_owned(),
            );
        }
        let horizon = self.model.case.settings.horizon;
        if self.run.date > horizon {
            notes.push(format!("Rules and lines are as last known on {horizon}."));
        }
        notes
    }

    /// Rows of the case on which the figures rest.
    fn cited(&self) -> Vec<Provenance> {
        let baseline = &self.run.base.ground.baseline;
        let mut cited: Vec<Provenance> =
            self.run.after.ground.network.capacities.iter().map(|own| own.provenance.clone()).collect();
        cited.extend(baseline.economies.iter().map(|own| own.provenance.clone()));
        for group in &baseline.groups {
            cited.push(group.provenance.clone());
            let coefficients = [&group.elasticity, &group.distance, &group.border, &group.contiguity];
            cited.extend(coefficients.into_iter().flatten().map(|own| own.provenance.clone()));
        }
        for market in &baseline.markets {
            cited.extend(market.price.iter().chain([&market.provenance]).cloned());
        }
        cited
    }

    /// What it comes to, in sentences made of the figures below.
    pub(super) fn findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        findings.extend(self.freight_sentence());
        findings.extend(self.market_sentences());
        findings.push(self.income_sentence());
        findings.push(self.flows().finding());
        findings.extend(self.capacity_sentence());
        findings
    }

    /// Freight on the network, and what each step adds.
    pub(crate) fn freight_sentence(&self) -> Option<String> {
        let own = self.written.totals.first()?;
        let [before, after] = self.facing.pair([own.base, own.after]);
        let mut text = format!(
            "Freight on the network goes from {:.2} to {:.2} million tonnes a year, {} thousand",
            before / 1e6,
            after / 1e6,
            signed((after - before) / 1000.0, 1)
        );
        if let (Some(routes), Some(congestion), Some(trade)) =
            (own.by_routes, own.by_congestion, own.by_trade)
        {
            let [routes, congestion, trade] =
                [routes, congestion, trade].map(|step| signed(self.facing.step(step) / 1000.0, 1));
            text.push_str(&format!(
                ": {routes} by other routes and ways alone, {congestion} as delays answer, {trade} as trade does"
            ));
        }
        Some(text + ".")
    }

    fn market_sentences(&self) -> Vec<String> {
        let of_buyer = self.goods_of_buyer();
        let changed = |own: &&WrittenGoods| match own.price_usd_per_tonne {
            [Some(old), Some(new)] => (new / old - 1.0).abs() > SAME,
            _ => false,
        };
        of_buyer.into_iter().filter(changed).map(|own| self.market_sentence(own)).collect()
    }

    /// Who sells a good, at which price, and at which price at origin the nearest other would.
    fn market_sentence(&self, own: &WrittenGoods) -> String {
        let [before, after] = self.facing.pair(own.price_usd_per_tonne);
        let usd = |value: Option<f64>| value.map_or("not known".to_owned(), |value| format!("{value:.1}"));
        let [_, last] = self.facing.states(self.run);
        let (sellers, others): (Vec<Offer>, Vec<Offer>) =
            offers(last, own).into_iter().partition(|offer| offer.tonnes >= 1.0);
        let names: Vec<&str> = sellers.iter().map(|offer| self.name(&offer.seller)).collect();
        let gap = |offer: &Offer| offer.origin - offer.wins_at;
        let nearest = others.iter().min_by(|a, b| gap(a).total_cmp(&gap(b))).map(|offer| {
            format!(
                "; {} would sell its first tonne below {:.1} at origin, where it costs {:.1}",
                self.name(&offer.seller),
                offer.wins_at,
                offer.origin
            )
        });
        format!(
            "{} in {}: the mean price goes from {} to {} USD a tonne; sold by {}{}.",
            own.goods,
            self.name(&own.buyer),
            usd(before),
            usd(after),
            if names.is_empty() { "nobody".to_owned() } else { names.join(" and ") },
            nearest.unwrap_or_default()
        )
    }

    /// Whose income changes, and how little that of all others does.
    pub(crate) fn income_sentence(&self) -> String {
        let mut all: Vec<(&WrittenEconomy, f64)> =
            self.written.economies.iter().map(|own| (own, self.income(own))).collect();
        all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let Some((most, change)) = all.first() else { return String::new() };
        if change.abs() < 100.0 * SAME {
            return "No economy’s real income changes by a thousandth of a per cent.".to_owned();
        }
        let moved = all.iter().filter(|(_, change)| change.abs() >= 100.0 * SAME).count();
        let rest = all.get(moved).map_or(0.0, |(_, change)| change.abs());
        format!(
            "{} {} most: its real income changes by {} %, of goods that differ by origin. {} of {} economies change by a \
             thousandth of a per cent or more; none of the others by more than {}.",
            most.name,
            if *change > 0.0 { "gains" } else { "loses" },
            signed(*change, 3),
            moved,
            all.len(),
            small_percent(rest),
        )
    }

    fn capacity_sentence(&self) -> Option<String> {
        let share = |own: &&super::WrittenCapacity| self.facing.pair(own.share_percent)[1];
        let most = self.written.capacities.iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
        let [before, after] = self.facing.pair(most.share_percent);
        let [waits, waits_after] = self.facing.pair(most.delay_hours);
        Some(format!(
            "Of what is known to be scarce, {} is taken most: {before:.0} → {after:.0} %, each passing unit waits {waits:.1} → \
             {waits_after:.1} hours.",
            most.name
        ))
    }

    /// Change of real income in per cent, in the direction told.
    fn income(&self, own: &WrittenEconomy) -> f64 {
        let change = 1.0 + own.real_income_percent / 100.0;
        100.0 * (if self.facing.is_undone() { 1.0 / change } else { change } - 1.0)
    }

    /// Economies with their change of real income in per cent.
    pub(crate) fn incomes(&self) -> impl Iterator<Item = (&str, &str, f64)> {
        self.written.economies.iter().map(|own| (own.economy.as_str(), own.name.as_str(), self.income(own)))
    }

    fn name<'s>(&'s self, economy: &'s str) -> &'s str {
        self.model.case.economies.name(economy)
    }

    /// Markets of the buyer that is told; nothing where no price changes.
    fn goods_of_buyer(&self) -> Vec<&WrittenGoods> {
        let change = |own: &&WrittenGoods| match own.price_usd_per_tonne {
            [Some(old), Some(new)] => (new / old - 1.0).abs(),
            _ => 0.0,
        };
        let most = self.written.goods.iter().max_by(|a, b| change(a).total_cmp(&change(b)));
        let chosen =
            self.buyer.or_else(|| most.filter(|own| change(own) > SAME).map(|own| own.buyer.as_str()));
        let Some(buyer) = chosen else { return Vec::new() };
        self.written.goods.iter().filter(|own| own.buyer == buyer).collect()
    }
}

/// What one economy offers another of a good.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    /// Code of the economy that sells.
    pub(crate) seller: String,
    /// Tonnes that it sells.
    pub(crate) tonnes: f64,
    /// The cheapest landing, USD a tonne.
    pub(crate) landed: f64,
    /// The price where that starts.
    pub(crate) origin: f64,
    /// The price there at which it would sell its first tonne.
    pub(crate) wins_at: f64,
}

/// Who lands a good at a buyer's at which price.
fn offers(settled: &Settled, own: &WrittenGoods) -> Vec<Offer> {
    let baseline = &settled.ground.baseline;
    let named = |group: &scenario::baseline::TradeGroup| group.name == own.goods;
    match (baseline.groups.iter().position(named), baseline.economy(&own.buyer)) {
        (Some(group), Some(buyer)) => offers_of(settled, group, buyer),
        _ => Vec::new(),
    }
}

/// The same of a group and a buyer by their positions; nothing where the group differs by origin.
pub(crate) fn offers_of(settled: &Settled, group: usize, buyer: usize) -> Vec<Offer> {
    let baseline = &settled.ground.baseline;
    let Some(number) = settled.trade.goods.iter().position(|goods| goods.group == group) else {
        return Vec::new();
    };
    let goods = &settled.trade.goods[number];
    landings(settled, number, buyer)
        .into_iter()
        .map(|(seller, tonnes, landed, lane)| {
            let (supply, demand) = goods.ends(lane);
            Offer {
                seller: baseline.economies[seller].id.clone(),
                tonnes,
                landed,
                origin: goods.solution.supply_prices[supply],
                wins_at: goods.solution.demand_prices[demand] - goods.costs[lane],
            }
        })
        .collect()
}

/// A share in per cent, however small.
fn small_percent(percent: f64) -> String {
    if percent < 1e-6 { "a millionth of a per cent".to_owned() } else { format!("{percent:.6} %") }
}
