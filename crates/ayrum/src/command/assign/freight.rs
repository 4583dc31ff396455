//! A task on the network of a case: tonnes a year of many commodities under the rules of a date.

use case::{Finding, LegalStatus};
use jiff::civil::Date;
use network::Direction;
use regime::Perspective;
use scenario::{FreightDemand, FreightTerms, Model};

use super::demand;
use super::rows::file_name;
use super::task::{PairNames, ReportedLink, Task};
use crate::arguments::CaseSource;
use crate::arguments::assign::Assign;
use crate::command::{date, load};
use crate::failure::Failure;

/// USD at which a tonne stays at home, where the command line does not say.
const OVERFLOW_COST: f64 = 1000.0;

/// Reads demand and compiles the case for each of its classes.
pub(super) fn task(source: &CaseSource, asked: &Assign) -> Result<Task, Failure> {
    let model = load(source)?;
    let mut findings = Vec::new();
    let demands = demands(&model, asked, &mut findings)?;
    let terms = FreightTerms {
        date: asked.date.as_deref().map_or(Ok(model.case.settings.horizon), date)?,
        perspective: Perspective {
            known: asked.known.as_deref().map_or(Ok(Date::MAX), date)?,
            binding: LegalStatus::InForce,
            disputed: false,
        },
        not_known_is_open: asked.assume_open,
        consignment_tonnes: asked.consignment,
        overflow_cost: asked.overflow_cost.unwrap_or(OVERFLOW_COST),
    };
    let freight = model.freight(&demands, &terms)?;
    let words = |problem: &String| Finding::warning("capacity-not-counted", "links.csv", problem);
    findings.extend(freight.not_counted.iter().map(words));
    let place = |place| model.network.places.get(place).name.clone();
    let links = freight
        .links
        .iter()
        .map(|own| {
            let link = model.network.link(own.link);
            let back = if own.direction == Direction::Backward { ", back" } else { "" };
            ReportedLink {
                id: link.id.clone(),
                name: format!("{}{back}", model.network.link_words(own.link)),
                from: place(link.tail(own.direction)),
                to: place(link.head(own.direction)),
                members: own.members.clone(),
                capacity: None,
                is_one: false,
            }
        })
        .collect();
    Ok(Task {
        title: format!("{} on the case, under the rules of {}", file_name(&asked.demand), terms.date),
        instance: freight.instance,
        links,
        pairs: demands
            .iter()
            .map(|demand| PairNames { origin: place(demand.origin), destination: place(demand.destination) })
            .collect(),
        groups: freight.capacities.into_iter().map(|capacity| capacity.name).collect(),
        amount: "t",
        time: "h".to_owned(),
        cost: "USD".to_owned(),
        runs_on: freight.runs_on,
        traffic: None,
        findings,
    })
}

/// Demand with its names looked up; rows of unknown ones become findings.
fn demands(
    model: &Model,
    asked: &Assign,
    findings: &mut Vec<Finding>,
) -> Result<Vec<FreightDemand>, Failure> {
    let table = demand::read(&asked.demand, findings)?;
    let Some(column) = table.class_column else {
        return Err(Failure::new(format!("{} has no column `commodity`", table.file))
            .hint("columns origin, destination, commodity, tonnes"));
    };
    let mut demands = Vec::new();
    for row in &table.rows {
        let before = findings.len();
        let mut fault = |column: &str, problem: String, valid: String| {
            findings.push(
                Finding::error("unknown-reference", &table.file, problem + "; the row was left out")
                    .at(row.line, column)
                    .valid(valid),
            );
        };
        let mut place = |column: &str, name: &str| {
            model
                .network
                .places
                .find(name)
                .map_err(|unknown| {
                    let near = unknown.nearest.join(" or ");
                    fault(column, format!("no place is called `{name}`"), near);
                })
                .ok()
        };
        let ends = [place("origin", &row.origin), place("destination", &row.destination)];
        let commodity = model
            .case
            .goods
            .commodity(&row.class)
            .map_err(|hint| fault(column, format!("no commodity is called `{}`", row.class), hint))
            .ok();
        let ([Some(origin), Some(destination)], Some(commodity)) = (ends, commodity) else {
            debug_assert!(findings.len() > before, "a row that is left out is said");
            continue;
        };
        demands.push(FreightDemand {
            origin,
            destination,
            commodity: commodity.id.clone(),
            tonnes: row.tonnes,
        });
    }
    if demands.is_empty() {
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        return Err(Failure::new(format!("{} has no demand that can be used", table.file)).hint(first));
    }
    Ok(demands)
}
