//! Measures applied: from a model and measures to a changed copy, and what changed.
//!
//! What has dates in the case (states of links, services, versions of rules) is changed on the days of
//! the measure, so that every later question of a date finds its answer there: the span or version that
//! held is cut around them and goes on after them. What has no dates (a speed, hours, a price, a base
//! tariff) is changed where the day of the question is one of them. Rows that a measure adds are read by
//! the loaders of the case.
//!
//! Additions go first, so that the order of measures makes no difference to what they can name. Each
//! figure that a measure speaks to is claimed; where two measures claim one figure on the same day and
//! differ, that is a finding, and the later is used. A factor multiplies the figure of the case, not
//! what an earlier measure made of it.
//!
//! | module | concept |
//! |---|---|
//! | `claim` | which measure speaks to which figure; conflicts |
//! | `addition` | new rows |
//! | `span` | days cut out of a span of dates |
//! | `way` | links, crossings and services opened and closed |
//! | `ruling` | versions of rules |
//! | `figure` | figures without dates |

mod addition;
mod claim;
mod figure;
mod ruling;
mod span;
mod way;

use std::collections::BTreeSet;
use std::sync::Arc;

use case::{Finding, Provenance};
use jiff::civil::Date;

use crate::measure::{Change, Measure, Window};
use crate::model::Model;

pub use claim::Alteration;

/// What measures change on a date, by identifier: what a computation that starts from the base has to
/// look at again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Links.
    pub links: BTreeSet<String>,
    /// Crossings.
    pub crossings: BTreeSet<String>,
    /// Services.
    pub services: BTreeSet<String>,
    /// Transfers.
    pub transfers: BTreeSet<String>,
    /// Waits before departure.
    pub waits: BTreeSet<String>,
    /// Base tariffs.
    pub tariffs: BTreeSet<String>,
    /// Rules.
    pub rules: BTreeSet<String>,
    /// Places that were added.
    pub places: BTreeSet<String>,
}

impl Touched {
    /// Whether nothing is touched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, table: &str, row: &str) {
        let set = match table {
            "links" => &mut self.links,
            "crossings" => &mut self.crossings,
            "services" => &mut self.services,
            "transfers" => &mut self.transfers,
            "waits" => &mut self.waits,
            "tariffs" => &mut self.tariffs,
            "rules" => &mut self.rules,
            "places" => &mut self.places,
            _ => return,
        };
        set.insert(row.to_owned());
    }
}

/// A change of demand or output that holds on a date, for the model of trade.
#[derive(Debug, Clone, PartialEq)]
pub struct TradeChange {
    /// What: [`Change::Demand`] or [`Change::Gdp`].
    pub change: Change,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A model under measures.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The changed copy.
    pub model: Model,
    /// What differs from the base on the date; on any date where none was given.
    pub touched: Touched,
    /// Changes of demand and output that hold on the date.
    pub trade: Vec<TradeChange>,
    /// Every figure that a measure speaks to, on whatever days, in the order of the measures.
    pub alterations: Vec<Alteration>,
    /// What is wrong with the measures, and where they contradict each other.
    pub findings: Vec<Finding>,
}

/// Applies measures to a copy of a model as it is asked on a date; without one, what has no dates is
/// changed on every day.
pub(crate) fn apply(base: &Model, measures: &[Measure], date: Option<Date>) -> Applied {
    let mut patching = Patching {
        base,
        model: base.clone(),
        date,
        touched: Touched::default(),
        trade: Vec::new(),
        claims: claim::Claims::default(),
        findings: Vec::new(),
    };
    for measure in measures {
        patching.check_about(measure);
    }
    patching.add_all(measures);
    for (number, measure) in measures.iter().enumerate() {
        patching.change(number, measure);
        patching.model.assumed.push(measure.words(base));
    }
    Applied {
        model: patching.model,
        touched: patching.touched,
        trade: patching.trade,
        alterations: patching.claims.into_alterations(),
        findings: patching.findings,
    }
}

/// A model being changed.
struct Patching<'a> {
    base: &'a Model,
    model: Model,
    date: Option<Date>,
    touched: Touched,
    trade: Vec<TradeChange>,
    claims: claim::Claims,
    findings: Vec<Finding>,
}

impl Patching<'_> {
    /// Whether a measure holds on the day of the question.
    fn in_force(&self, window: Window) -> bool {
        self.date.is_none_or(|date| window.holds(date))
    }

    /// A fault of a measure at one of its fields.
    fn fault(
        &mut self,
        measure: &Measure,
        code: &'static str,
        field: &str,
        problem: String,
        valid: impl Into<String>,
    ) {
        self.findings.push(Finding {
            row: measure.place.row,
            column: Some(field.to_owned()),
            ..Finding::error(code, &*measure.place.file, problem).valid(valid)
        });
    }

    /// A name that a table does not have.
    fn unknown(&mut self, measure: &Measure, table: &str, field: &str, name: &str) {
        let valid = self.model.identifiers.suggestion(table, name);
        self.fault(measure, "unknown-reference", field, format!("{table} has no `{name}`"), valid);
    }

    fn check_about(&mut self, measure: &Measure) {
        let about = &measure.about;
        if let Some(until) = about.until
            && until <= about.date
        {
            let problem = format!("it starts on {} and ends on {}", about.date.0, until.0);
            let valid = format!("a day after {}", about.date.0);
            self.fault(measure, "ends-before-start", "until", problem, valid);
        }
        let Some(expected) = &about.expected else { return };
        if !expected.is_in_order() {
            let problem = "the days of the distribution are not in order".to_owned();
            self.fault(measure, "impossible-date", "expected", problem, "earliest ≤ likely ≤ latest");
        }
        if !expected.project.is_empty() && !self.model.identifiers.has("projects", &expected.project) {
            let project = expected.project.clone();
            self.unknown(measure, "projects", "expected", &project);
        }
    }

    /// Claims a figure for a measure. Says whether the measure is to be applied to it, and notes it as
    /// touched where the measure holds on the day of the question.
    fn claim(
        &mut self,
        (number, measure): (usize, &Measure),
        (table, row, column): (&'static str, &str, &'static str),
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> bool {
        let alteration = Alteration {
            measure: number,
            table,
            row: row.to_owned(),
            column,
            from: measure.about.date.0,
            until: measure.about.until.map(|day| day.0),
            before: before.into(),
            after: after.into(),
            place: measure.place.clone(),
        };
        let is_new = self.claims.add(alteration, &mut self.findings);
        if self.in_force(measure.window()) {
            self.touched.add(table, row);
        }
        is_new
    }

    fn change(&mut self, number: usize, measure: &Measure) {
        let own = (number, measure);
        match &measure.change {
            Change::Open(ways) => self.set_ways(own, ways, true),
            Change::Close(ways) => self.set_ways(own, ways, false),
            Change::Km(links) => self.km(own, links),
            Change::Speed(links) => self.speed(own, links),
            Change::Hours(links) => self.hours(own, links),
            Change::Gauge(gauge) => self.gauge(own, gauge),
            Change::Capacity(capacity) => self.capacity(own, capacity),
            Change::ActivityTime(activities) => self.activities(own, activities, true),
            Change::ActivityFee(activities) => self.activities(own, activities, false),
            Change::TransferTime(transfers) => self.transfers(own, transfers, true),
            Change::TransferFee(transfers) => self.transfers(own, transfers, false),
            Change::WaitTime(waits) => self.waits(own, waits),
            Change::ServiceFrequency(services) => self.frequency(own, services),
            Change::ServiceWait(services) => self.service(own, services, true),
            Change::ServicePrice(services) => self.service(own, services, false),
            Change::Tariff(tariff) => self.tariff(own, tariff),
            Change::RuleValue(rules) => self.rule_value(own, rules),
            Change::EndRule(rules) => self.end_rules(own, rules),
            Change::RepeatVersion(repeat) => self.repeat_version(own, repeat),
            Change::Demand(demand) => {
                let goods = demand.commodities.clone();
                self.check_all(own, "commodities", "commodities", &goods);
                self.check_parties(own, "origins", &demand.origins);
                self.check_parties(own, "destinations", &demand.destinations);
                self.trade(own, demand.factor);
            }
            Change::Gdp(gdp) => {
                self.check_all(own, "economies", "economies", &gdp.economies);
                self.trade(own, gdp.factor);
            }
            Change::TariffMultiplier(_)
            | Change::AddVersion(_)
            | Change::AddRule(_)
            | Change::AddPlace(_)
            | Change::AddLink(_)
            | Change::AddCrossing(_)
            | Change::AddActivity(_)
            | Change::AddTransfer(_)
            | Change::AddService(_)
            | Change::AddFlight(_) => {}
        }
    }

    fn check_all(&mut self, own: (usize, &Measure), table: &'static str, field: &str, names: &[String]) {
        for name in names {
            if !self.model.identifiers.has(table, name) {
                self.unknown(own.1, table, field, name);
            }
        }
    }

    fn check_parties(&mut self, own: (usize, &Measure), field: &str, names: &[String]) {
        for name in names {
            if !self.model.identifiers.has_party(name) {
                let valid = self.model.identifiers.suggestion("parties", name);
                let problem = format!("no economy and no bloc is called `{name}`");
                self.fault(own.1, "unknown-reference", field, problem, valid);
            }
        }
    }

    /// Demand and output change no route; they are kept for the model of trade.
    fn trade(&mut self, (number, measure): (usize, &Measure), factor: f64) {
        if !(factor.is_finite() && factor >= 0.0) {
            let problem = format!("{factor} is not a factor");
            self.fault(measure, "malformed-value", "factor", problem, "a number, zero or more");
            return;
        }
        let rows: Vec<(&'static str, String)> = match &measure.change {
            Change::Gdp(gdp) => gdp.economies.iter().map(|own| ("economies", own.clone())).collect(),
            Change::Demand(demand) => {
                let or_all = |all: &[String]| if all.is_empty() { "*".to_owned() } else { all.join("|") };
                let (from, to) = (or_all(&demand.origins), or_all(&demand.destinations));
                let goods = if demand.commodities.is_empty() {
                    vec!["*".to_owned()]
                } else {
                    demand.commodities.clone()
                };
                goods.iter().map(|good| ("demand", format!("{good} {from} {to}"))).collect()
            }
            _ => Vec::new(),
        };
        let mut is_new = false;
        for (table, row) in rows {
            let column = if table == "demand" { "tonnes" } else { "gdp" };
            is_new |= self.claim((number, measure), (table, &row, column), "", format!("× {factor}"));
        }
        if is_new && self.in_force(measure.window()) {
            let provenance = measure.provenance(self.base);
            self.trade.push(TradeChange { change: measure.change.clone(), provenance });
        }
    }

    /// The identifiers, to be added to.
    fn identifiers(&mut self) -> &mut case::Identifiers {
        Arc::make_mut(&mut self.model.identifiers)
    }
}
