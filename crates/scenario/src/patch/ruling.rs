//! Versions of rules on the days of a measure.

use regime::{Unit, Version, VersionId};

use super::{Patching, span};
use crate::measure::{Measure, OfRules, RepeatVersion, Rules, Window};
use crate::model::Model;

impl Patching<'_> {
    /// The rule of an identifier; a finding where there is none.
    fn rule(&mut self, measure: &Measure, field: &str, id: &str) -> Option<u32> {
        let found = self.model.regime.rules.rules.iter().position(|rule| rule.id == id);
        if found.is_none() {
            self.unknown(measure, "rules", field, id);
        }
        found.map(|rule| rule as u32)
    }

    pub(super) fn end_rules(&mut self, own: (usize, &Measure), rules: &Rules) {
        for id in &rules.rules {
            let Some(rule) = self.rule(own.1, "rules", id) else { continue };
            let before = self.words_of(rule, own.1);
            if self.claim(own, ("rules", id, "versions"), before, "no effect") {
                carve(&mut self.model, rule, own.1.window(), |_| None);
            }
        }
    }

    pub(super) fn rule_value(&mut self, own: (usize, &Measure), rules: &OfRules) {
        let (_, measure) = own;
        for id in &rules.rules {
            let Some(rule) = self.rule(measure, "rules", id) else { continue };
            let window = measure.window();
            let model = &self.model.regime.rules;
            let inside: Vec<f64> = model.rules[rule as usize]
                .versions
                .iter()
                .map(|version| model.get(*version))
                .filter(|version| span::cut(version.validity, window).inside.is_some())
                .filter_map(|version| version.value.map(|(value, _)| value))
                .collect();
            if inside.is_empty() {
                let problem = format!("no version of `{id}` has a value {}", window.words());
                self.fault(
                    measure,
                    "nothing-to-change",
                    "rules",
                    problem,
                    "a rule that takes or gives an amount",
                );
                continue;
            }
            let Some(amount) = self.amount(measure, rules.value, rules.factor) else { return };
            let before = self.words_of(rule, measure);
            let provenance = measure.provenance(self.base);
            if self.claim(own, ("rules", id, "versions"), before, amount.words()) {
                carve(&mut self.model, rule, window, |version| {
                    let mut changed = version.clone();
                    if let Some((value, unit)) = version.value {
                        changed.value = Some((amount.of(value), unit));
                        changed.provenance.set_figure(case::Figure::Money, &provenance);
                    }
                    Some(changed)
                });
            }
        }
    }

    pub(super) fn repeat_version(&mut self, own: (usize, &Measure), repeat: &RepeatVersion) {
        let (_, measure) = own;
        let Some(rule) = self.rule(measure, "rule", &repeat.rule) else { return };
        let rules = &self.model.regime.rules;
        let versions: Vec<&Version> =
            rules.rules[rule as usize].versions.iter().map(|version| rules.get(*version)).collect();
        let Some(said) = versions.iter().find(|version| version.number == repeat.version) else {
            let all: Vec<String> = versions.iter().map(|version| version.number.to_string()).collect();
            let problem = format!("`{}` has no version {}", repeat.rule, repeat.version);
            self.fault(
                measure,
                "unknown-reference",
                "version",
                problem,
                format!("one of {}", all.join(", ")),
            );
            return;
        };
        let new = Version {
            number: next_number(&self.model, rule),
            known_from: self.first_known(measure),
            validity: span::whole(measure.window()),
            status: case::LegalStatus::InForce,
            disputed: said.disputed && !repeat.undisputed,
            note: measure.about.note.clone(),
            provenance: measure.provenance(self.base),
            ..(*said).clone()
        };
        let before = self.words_of(rule, measure);
        let after = format!("as in version {}", repeat.version);
        if self.claim(own, ("rules", &repeat.rule, "versions"), before, after) {
            carve(&mut self.model, rule, measure.window(), |_| None);
            add(&mut self.model, rule, new);
        }
    }

    /// The day on which a version of a measure became known: whatever was known when, it is assumed.
    pub(super) fn first_known(&self, measure: &Measure) -> jiff::civil::Date {
        self.base.case.settings.first_date.min(measure.about.date.0)
    }

    /// What a rule says on the first day of a measure, by the case.
    pub(super) fn words_of(&self, rule: u32, measure: &Measure) -> String {
        let rules = &self.base.regime.rules;
        let Some(rule) = rules.rules.get(rule as usize) else { return String::new() };
        let perspective = regime::Perspective {
            known: jiff::civil::Date::MAX,
            binding: case::LegalStatus::InForce,
            disputed: false,
        };
        rules.speaking(rule, measure.about.date.0, perspective).map_or_else(String::new, |speaking| {
            let version = rules.get(speaking.version);
            match version.value {
                Some((value, Unit::Money(_))) => {
                    format!("{} {value} {}", version.effect.words(), version.terms.unit())
                }
                Some((value, _)) => format!("{} {value}", version.effect.words()),
                None => version.effect.words().to_owned(),
            }
        })
    }
}

/// Takes the days of a measure out of the versions of a rule. What lies among them is replaced by what
/// `inside` makes of it.
pub(super) fn carve(
    model: &mut Model,
    rule: u32,
    window: Window,
    inside: impl Fn(&Version) -> Option<Version>,
) {
    let rules = &mut model.regime.rules;
    for id in rules.rules[rule as usize].versions.clone() {
        let version = &mut rules.versions[id.0 as usize];
        let pieces = span::cut(version.validity, window);
        if pieces.inside.is_none() {
            continue;
        }
        let replaced =
            pieces.inside.and_then(|validity| inside(version).map(|new| Version { validity, ..new }));
        let mut left = [pieces.before, pieces.after].into_iter().flatten();
        version.validity = left.next().unwrap_or(span::never(version.validity));
        let after = left.next().map(|validity| Version { validity, ..version.clone() });
        for new in replaced.into_iter().chain(after) {
            let id = VersionId(rules.versions.len() as u32);
            rules.versions.push(new);
            rules.rules[rule as usize].versions.push(id);
        }
    }
}

fn add(model: &mut Model, rule: u32, version: Version) {
    let rules = &mut model.regime.rules;
    let id = VersionId(rules.versions.len() as u32);
    rules.versions.push(version);
    rules.rules[rule as usize].versions.push(id);
}

/// A number that no version of a rule has yet.
pub(super) fn next_number(model: &Model, rule: u32) -> u32 {
    let rules = &model.regime.rules;
    let numbers = rules.rules[rule as usize].versions.iter().map(|version| rules.get(*version).number);
    numbers.max().unwrap_or(0) + 1
}
