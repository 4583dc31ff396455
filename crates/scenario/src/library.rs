//! Scenarios by name: what they inherit, and several at once.

use std::collections::BTreeMap;

use case::{Finding, suggestion};

use crate::measure::Measure;
use crate::scenario_file::Scenario;

/// Scenarios that can be named.
#[derive(Debug, Clone, Default)]
pub struct Library {
    scenarios: BTreeMap<String, Scenario>,
}

impl Library {
    /// Adds a scenario; one of the same name is replaced.
    pub fn add(&mut self, scenario: Scenario) {
        self.scenarios.insert(scenario.name.clone(), scenario);
    }

    /// A scenario as its file has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Scenario> {
        self.scenarios.get(name)
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &Scenario> + Clone {
        self.scenarios.values()
    }

    /// Scenarios as one, with what they inherit: what is inherited stands before what inherits it, and a
    /// scenario that is reached twice counts once. Its name, title and dates are those of the scenarios
    /// named. A name that is unknown, and one that inherits from itself, is a finding.
    #[must_use]
    pub fn combined(&self, names: &[&str], findings: &mut Vec<Finding>) -> Scenario {
        let mut order: Vec<&str> = Vec::new();
        for name in names {
            match self.get(name) {
                Some(scenario) => self.visit(scenario, &mut Vec::new(), &mut order, findings),
                None => findings.push(
                    Finding::error("unknown-scenario", *name, format!("no scenario is called `{name}`"))
                        .valid(self.near(name)),
                ),
            }
        }
        let named: Vec<&Scenario> = names.iter().filter_map(|name| self.get(name)).collect();
        let joined = |field: fn(&Scenario) -> &str, by: &str| {
            named.iter().map(|own| field(own)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(by)
        };
        let measures: Vec<Measure> = order
            .iter()
            .filter_map(|name| self.get(name))
            .flat_map(|scenario| scenario.measures.iter().cloned())
            .collect();
        let mut dates: Vec<_> = named.iter().flat_map(|own| own.dates.iter().copied()).collect();
        dates.sort_unstable();
        dates.dedup();
        Scenario {
            name: joined(|own| &own.name, " + "),
            title: joined(|own| &own.title, " + "),
            summary: joined(|own| &own.summary, " "),
            dates: if let [only] = named.as_slice() { only.dates.clone() } else { dates },
            inherits: Vec::new(),
            measures,
            file: joined(|own| &own.file, ", "),
            texts: order
                .iter()
                .filter_map(|name| self.get(name))
                .flat_map(|scenario| scenario.texts.iter().cloned())
                .collect(),
        }
    }

    fn near(&self, name: &str) -> String {
        suggestion(name, self.scenarios.keys().map(String::as_str))
    }

    fn visit<'a>(
        &'a self,
        scenario: &'a Scenario,
        path: &mut Vec<&'a str>,
        order: &mut Vec<&'a str>,
        findings: &mut Vec<Finding>,
    ) {
        if order.contains(&scenario.name.as_str()) {
            return;
        }
        path.push(&scenario.name);
        for name in &scenario.inherits {
            let at = |code, problem: String, valid: String| Finding {
                column: Some("inherits".to_owned()),
                ..Finding::error(code, &scenario.file, problem).valid(valid)
            };
            if path.contains(&name.as_str()) {
                let circle = path.join(" → ");
                let problem = format!("`{name}` inherits from itself: {circle} → {name}");
                findings.push(at(
                    "circular-inheritance",
                    problem,
                    "scenarios that do not inherit it".to_owned(),
                ));
                continue;
            }
            match self.get(name) {
                Some(inherited) => self.visit(inherited, path, order, findings),
                None => {
                    let problem = format!("no scenario is called `{name}`");
                    findings.push(at("unknown-scenario", problem, self.near(name)));
                }
            }
        }
        path.pop();
        order.push(&scenario.name);
    }
}
