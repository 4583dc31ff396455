//! Which of the user's figures bear on an answer, and which on none of its routes.

use std::collections::BTreeSet;

use case::{Fate, Figure, Provenance, RowPlace};
use regime::Closure;

use crate::answer::Answer;
use crate::incoterm::Incoterm;
use crate::model::Model;
use crate::route::RouteAnswer;

/// A table of the user beside an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearing {
    /// The file, or `--set KEY`.
    pub file: String,
    /// The template or table that it is.
    pub layout: &'static str,
    /// How many rows it has.
    pub rows: usize,
    /// How many of them are used.
    pub used: usize,
    /// How many of those bear on a route of the answer.
    pub bearing: usize,
    /// Rows that are used and bear on none.
    pub silent: Vec<u64>,
    /// Rows that could not be used; findings say why.
    pub left_out: Vec<u64>,
}

impl Bearing {
    /// The table in one line.
    #[must_use]
    pub fn words(&self) -> String {
        let list = |rows: &[u64]| {
            let word = if rows.len() == 1 { "row" } else { "rows" };
            let numbers: Vec<String> = rows.iter().take(8).map(u64::to_string).collect();
            let more = if rows.len() > 8 { ", …" } else { "" };
            format!("{word} {}{more}", numbers.join(", "))
        };
        if self.file.starts_with("--set") {
            let bears = if self.bearing > 0 { "" } else { ", bears on no figure of the routes shown" };
            return format!("laid over: {}{bears}", self.file);
        }
        let mut text = format!(
            "laid over: {} ({}), {} of {} rows used, {} bear on the routes shown",
            self.file, self.layout, self.used, self.rows, self.bearing
        );
        if !self.silent.is_empty() {
            text.push_str(&format!("; on none of them: {}", list(&self.silent)));
        }
        if !self.left_out.is_empty() {
            text.push_str(&format!("; left out: {}", list(&self.left_out)));
        }
        text
    }
}

impl Model {
    /// The user's tables, each with how many of its rows bear on the routes of an answer: those that
    /// are open, that may be, and that are closed. A row bears on a route where a figure of it is one
    /// of the route's or of its cost sheet, or a rule or paper of it speaks to it.
    #[must_use]
    pub fn bearings(&self, answer: &Answer) -> Vec<Bearing> {
        if self.laid_over.is_empty() {
            return Vec::new();
        }
        let mut spoken = BTreeSet::new();
        for route in answer.routes.iter().chain(&answer.not_known) {
            self.collect(route, &mut spoken);
        }
        let sheets: Vec<_> = answer
            .routes
            .iter()
            .filter_map(|route| self.cost_sheet(answer, route, Incoterm::Exw).ok())
            .flat_map(|sheet| sheet.lines.into_iter().chain(sheet.subsidies))
            .filter_map(|line| line.provenance)
            .collect();
        spoken.extend(sheets.iter().flat_map(Provenance::laid_places));
        for route in &answer.routes {
            for document in self.documents(answer, route) {
                spoken.extend(document.document.provenance.laid_places());
            }
        }
        for own in &answer.why_not {
            self.collect(&own.route, &mut spoken);
            for closure in &own.closures {
                self.collect_closure(closure, &mut spoken);
            }
        }
        for charge in &answer.pair {
            spoken.extend(self.regime.rules.get(charge.version).provenance.laid_places());
        }
        spoken.extend(answer.consignment.commodity.provenance.laid_places());
        let own = |place: &RowPlace| spoken.contains(place.to_string().as_str());
        let number = |place: &RowPlace| place.row;
        self.laid_over
            .iter()
            .map(|table| {
                let used =
                    || table.rows.iter().filter(|(_, fate)| **fate != Fate::LeftOut).map(|(place, _)| place);
                let left_out = table.rows.iter().filter(|(_, fate)| **fate == Fate::LeftOut);
                Bearing {
                    file: table.file.clone(),
                    layout: table.layout,
                    rows: table.rows.len(),
                    used: used().count(),
                    bearing: used().filter(|place| own(place)).count(),
                    silent: used().filter(|place| !own(place)).filter_map(number).collect(),
                    left_out: left_out.filter_map(|(place, _)| place.row).collect(),
                }
            })
            .collect()
    }

    fn collect<'a>(&'a self, route: &'a RouteAnswer, spoken: &mut BTreeSet<&'a str>) {
        let of_user = |own: &'a Provenance| own.by_user.then_some(own.place.as_str());
        for leg in &route.legs {
            for line in &leg.lines {
                spoken.extend(line.figures().filter_map(|figure| line.of_figure(figure)).filter_map(of_user));
                let terms = line.price.as_ref().map(|price| &price.terms);
                let rate = terms.and_then(|own| self.case.exchange.rate(&own.currency, own.price_date));
                spoken.extend(rate.and_then(|rate| rate.laid_over.as_deref()));
            }
            for (link, _) in &leg.links {
                let own = self.network.link(*link);
                spoken.extend(of_user(own.provenance.of_figure(Figure::Length)));
                spoken.extend(own.provenance.by_user.then_some(own.provenance.place.as_str()));
                let words = own.mode.word();
                for name in [format!("variance_{words}"), format!("{words}_hours_per_day")] {
                    spoken.extend(self.case.parameters.get(&name).and_then(|own| of_user(&own.provenance)));
                }
            }
            for closure in &leg.closures {
                self.collect_closure(closure, spoken);
            }
        }
        for used in &route.rules {
            let version = self.regime.rules.get(used.version);
            spoken.extend(version.provenance.laid_places());
            spoken.extend(self.regime.rules.rule_of(used.version).provenance.laid_places());
        }
        if route.counted.variance > 0.0 {
            let ratio = self.case.parameters.get("reliability_ratio");
            spoken.extend(ratio.and_then(|own| of_user(&own.provenance)));
        }
    }

    fn collect_closure<'a>(&'a self, closure: &Closure, spoken: &mut BTreeSet<&'a str>) {
        let provenance = match closure {
            Closure::Rule { version, .. } => Some(&self.regime.rules.get(*version).provenance),
            Closure::State { link, span, .. } => {
                self.network.link(*link).history.get(*span as usize).map(|span| &span.provenance)
            }
            Closure::Service { service, .. } => {
                self.network.services.get(*service as usize).map(|own| &own.provenance)
            }
        };
        spoken.extend(provenance.into_iter().flat_map(Provenance::laid_places));
    }
}
