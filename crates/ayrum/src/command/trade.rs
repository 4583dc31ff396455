//! `ayrum trade`

pub(crate) mod analogy;
mod import;
mod side_by_side;

use case::suggestion;
use ledger::{
    Flow, Margin, Measure, MirrorFlow, Observation, PairReport, Period, Register, Reliability, Selection,
    Store, TOTAL, pair_report,
};
use std::collections::BTreeMap;

use super::{Done, put};
use crate::arguments::CaseSource;
use crate::arguments::ledger::{Trade, TradeCommand};
use crate::failure::Failure;
use crate::register::Desk;

impl From<ledger::StoreError> for Failure {
    fn from(error: ledger::StoreError) -> Self {
        let hint = match &error {
            ledger::StoreError::Busy(_) => "wait until it has ended",
            ledger::StoreError::Manifest { .. } => "--store names another folder",
            _ => "",
        };
        Self::new(error.to_string()).hint(hint)
    }
}

/// Shows what two economies report of each other, or imports statistics.
pub(crate) fn run(trade: &Trade, case: &CaseSource) -> Result<Done, Failure> {
    match (&trade.command, &trade.first, &trade.second) {
        (Some(TradeCommand::Import(files)), ..) => import::run(files),
        (Some(TradeCommand::Analogy(asked)), ..) => analogy::run(asked, case),
        (None, Some(first), Some(second)) => pair(trade, first, second, case),
        _ => Err(Failure::new("two economies are needed").hint("such as `ayrum trade KAZ ARM`")),
    }
}

fn pair(trade: &Trade, first: &str, second: &str, case: &CaseSource) -> Result<Done, Failure> {
    if !(0.0..1.0).contains(&trade.margin) {
        return Err(Failure::new(format!("{} is not a margin", trade.margin)).hint("a share such as 0.05"));
    }
    let desk = Desk::load(case)?;
    let code = |name: &str| economy(&desk, name);
    let (first, second) = (code(first)?, code(second)?);
    if first == second {
        return Err(Failure::new(format!("{first} does not trade with itself")).hint("two economies"));
    }
    let within = match trade.years.as_deref() {
        Some(text) => Some(Period::parse(text).ok_or_else(|| {
            Failure::new(format!("`{text}` is no span of years")).hint("such as 2023 or 2019..2025")
        })?),
        None => None,
    };
    let commodity = match trade.hs.as_deref() {
        None => TOTAL.to_owned(),
        Some(code) if (2..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) => {
            code.to_owned()
        }
        Some(code) => {
            return Err(
                Failure::new(format!("`{code}` is not an HS code")).hint("two to ten digits, such as 1001")
            );
        }
    };
    let store = Store::open(&trade.store)?;
    let report = report_of(
        &desk.register,
        Some(&store),
        (&first, &second),
        within,
        &commodity,
        Margin::of(trade.margin),
    )?;
    let shown = side_by_side::Shown {
        desk: &desk,
        store: &store,
        report: &report,
        commodity: &commodity,
        annualise: trade.annualise,
    };
    put(&shown.written(trade.format)?)?;
    Ok(Done::Good)
}

/// An economy by code or name; codes that the case does not know are taken as statistics have them.
fn economy(desk: &Desk, name: &str) -> Result<String, Failure> {
    if let Some(economy) = desk.case.economies.find(name) {
        return Ok(economy.id.clone());
    }
    if name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(name.to_owned());
    }
    let names: Vec<&str> =
        desk.case.economies.all().iter().flat_map(|own| [own.id.as_str(), own.name.as_str()]).collect();
    Err(Failure::new(format!("no economy is called `{name}`")).hint(suggestion(name, names.iter().copied())))
}

/// What is known of a pair: claims of the register and, where there is a store, imported statistics.
pub(crate) fn report_of(
    register: &Register,
    store: Option<&Store>,
    (first, second): (&str, &str),
    within: Option<Period>,
    commodity: &str,
    margin: Margin,
) -> Result<PairReport, Failure> {
    let is_wanted = |own: &Observation| {
        let pair = (own.economy.as_str(), own.partner.as_str());
        (pair == (first, second) || pair == (second, first))
            && own.commodity == commodity
            && within.is_none_or(|within| within.holds(&own.period))
    };
    let mut observations: Vec<Observation> =
        register.claims.iter().filter_map(ledger::Claim::observation).filter(is_wanted).collect();
    let mut mirrors: BTreeMap<(String, String, Period, String), [f64; 2]> = BTreeMap::new();
    if let Some(store) = store {
        let selection = Selection { pair: None, within, commodity: Some(commodity.to_owned()) };
        store.select(&selection, |own| {
            if own.measure == Measure::Value && !own.reporter.is_empty() {
                let (exporter, importer, side) = match own.flow {
                    Flow::Export => (&own.economy, &own.partner, 0),
                    Flow::Import => (&own.partner, &own.economy, 1),
                    _ => return,
                };
                let source = format!("{} {}", own.source, own.ancestry);
                let key = (exporter.clone(), importer.clone(), own.period, source);
                mirrors.entry(key).or_default()[side] = own.amount();
            }
        })?;
        let pair = Some((first.to_owned(), second.to_owned()));
        store.select(&Selection { pair, within, commodity: Some(commodity.to_owned()) }, |own| {
            observations.push(own);
        })?;
    }
    let flows: Vec<MirrorFlow> = mirrors
        .into_iter()
        .filter(|(_, [x, m])| *x > 0.0 && *m > 0.0)
        .map(|((exporter, importer, ..), [by_exporter, by_importer])| MirrorFlow {
            exporter,
            importer,
            by_exporter,
            by_importer,
        })
        .collect();
    let reliability = Reliability::of(&flows, margin);
    Ok(pair_report((first, second), observations, &reliability, margin))
}
