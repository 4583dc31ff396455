//! `ayrum claims`

mod attempt;
mod citation;

use case::suggestion;
use ledger::{Check, RULES, Verdict, conflicts, verdict};
use serde::Serialize;

use super::{Done, put};
use crate::arguments::ledger::Claims;
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;

/// The gravest first.
pub(crate) const VERDICTS: [Verdict; 4] =
    [Verdict::Contradictory, Verdict::Implausible, Verdict::Unverified, Verdict::Consistent];

/// A check as JSON and CSV write it.
#[derive(Serialize)]
pub(crate) struct WrittenCheck<'a> {
    rule: &'a str,
    verdict: &'static str,
    claims: &'a [String],
    judged: &'a [String],
    found: &'a str,
    arithmetic: &'a str,
    true_if: &'a [String],
}

impl<'a> WrittenCheck<'a> {
    pub(crate) fn of(own: &'a Check) -> Self {
        Self {
            rule: own.rule,
            verdict: own.verdict.word(),
            claims: &own.claims,
            judged: own.claims.get(..own.judged).unwrap_or_default(),
            found: &own.found,
            arithmetic: &own.arithmetic,
            true_if: &own.true_if,
        }
    }
}

#[derive(Serialize)]
struct WrittenVerdict<'a> {
    claim: &'a str,
    verdict: &'static str,
    conflicts_with: Vec<&'a str>,
}

#[derive(Serialize)]
struct Written<'a> {
    case: &'a str,
    checks: Vec<WrittenCheck<'a>>,
    claims: Vec<WrittenVerdict<'a>>,
}

#[derive(Serialize)]
struct WrittenRule {
    rule: &'static str,
    sentence: &'static str,
}

/// The heading of checks as CSV.
const HEADING: &[&str] = &["verdict", "rule", "claims", "found", "arithmetic", "true_if"];

/// Looks at claims.
pub(crate) fn run(claims: &Claims, case: &CaseSource) -> Result<Done, Failure> {
    match claims {
        Claims::Check { rules: true, format, .. } => list_rules(*format),
        Claims::Check { rule, all, format, .. } => check(&Desk::load(case)?, rule.as_deref(), *all, *format),
        Claims::Try(attempt) => attempt::run(attempt, case),
        Claims::Show { id, cite, format } => citation::run(&Desk::load(case)?, id, *cite, *format),
    }
}

fn no_geometry() -> Failure {
    Failure::new("claims have no geometry").hint("table, json or csv")
}

fn list_rules(format: Format) -> Result<Done, Failure> {
    match format {
        Format::Geojson => return Err(no_geometry()),
        Format::Json => {
            let rules: Vec<WrittenRule> =
                RULES.iter().map(|rule| WrittenRule { rule: rule.id, sentence: rule.sentence }).collect();
            put(&show::json(&rules)?)?;
        }
        Format::Csv => {
            let rows = RULES.iter().map(|rule| vec![rule.id.to_owned(), rule.sentence.to_owned()]);
            put(&show::csv(&["rule", "sentence"], rows)?)?;
        }
        Format::Table => {
            let rows = RULES.iter().map(|rule| vec![rule.id.to_owned(), rule.sentence.to_owned()]).collect();
            put(&show::table(&["rule", "what it says"], rows))?;
        }
    }
    Ok(Done::Good)
}

fn check(desk: &Desk, rule: Option<&str>, all: bool, format: Format) -> Result<Done, Failure> {
    if let Some(rule) = rule
        && ledger::rule(rule).is_none()
    {
        return Err(Failure::new(format!("no rule is called `{rule}`"))
            .hint(suggestion(rule, RULES.iter().map(|rule| rule.id))));
    }
    let mut checks: Vec<&Check> = desk
        .checks
        .iter()
        .filter(|own| rule.is_none_or(|rule| own.rule == rule))
        .filter(|own| all || own.verdict != Verdict::Consistent)
        .collect();
    checks.sort_by_key(|own| std::cmp::Reverse(own.verdict));
    match format {
        Format::Geojson => return Err(no_geometry()),
        Format::Json => {
            let written = Written {
                case: &desk.case.settings.name,
                checks: checks.iter().map(|own| WrittenCheck::of(own)).collect(),
                claims: desk
                    .register
                    .claims
                    .iter()
                    .map(|claim| WrittenVerdict {
                        claim: &claim.id,
                        verdict: verdict(&claim.id, &desk.checks).word(),
                        conflicts_with: conflicts(&claim.id, &desk.checks),
                    })
                    .collect(),
            };
            put(&show::json(&written)?)?;
        }
        Format::Csv => put(&show::csv(HEADING, checks.iter().map(|own| cells(own)))?)?,
        Format::Table => put(&text(desk, &checks))?,
    }
    let grave = checks.iter().any(|own| own.verdict >= Verdict::Implausible);
    Ok(if grave { Done::Findings } else { Done::Good })
}

fn cells(own: &Check) -> Vec<String> {
    vec![
        own.verdict.word().to_owned(),
        own.rule.to_owned(),
        own.claims.join("|"),
        own.found.clone(),
        own.arithmetic.clone(),
        own.true_if.join(" | "),
    ]
}

fn text(desk: &Desk, checks: &[&Check]) -> String {
    let mut text = String::new();
    for grade in VERDICTS {
        let of_it: Vec<&&Check> = checks.iter().filter(|own| own.verdict == grade).collect();
        if of_it.is_empty() {
            continue;
        }
        text.push_str(&format!("{} ({})\n", title(grade), of_it.len()));
        for own in of_it {
            text.push_str(&paragraph(own));
        }
        text.push('\n');
    }
    let claims = &desk.register.claims;
    let count = |grade| claims.iter().filter(|claim| verdict(&claim.id, &desk.checks) == grade).count();
    let counts: Vec<String> =
        VERDICTS.iter().map(|grade| format!("{} {}", count(*grade), grade.word())).collect();
    let torn = claims.iter().filter(|claim| !conflicts(&claim.id, &desk.checks).is_empty()).count();
    text.push_str(&format!(
        "{} claims, {} rules. In themselves: {}.\n",
        claims.len(),
        RULES.len(),
        counts.join(", ")
    ));
    text.push_str(&format!(
        "{torn} conflict with another claim, whichever of the two is wrong. Unverified is no blame.\n"
    ));
    text
}

fn title(grade: Verdict) -> &'static str {
    match grade {
        Verdict::Contradictory => {
            "Contradictory: by arithmetic, calendar or law, or two claims cannot both be"
        }
        Verdict::Implausible => "Implausible under the equipment or connections stated",
        Verdict::Unverified => "Unverified: something is missing to tell",
        Verdict::Consistent => "Consistent",
    }
}

/// A check in some lines.
pub(crate) fn paragraph(own: &Check) -> String {
    let mut text = format!("  {}  [{}]\n", own.claims.join(", "), own.rule);
    let mut line = |label: &str, words: &str| {
        for (index, part) in show::wrapped(words, 92).lines().enumerate() {
            text.push_str(&format!("      {}{part}\n", if index == 0 { label } else { "  " }));
        }
    };
    line("", &own.found);
    if !own.arithmetic.is_empty() {
        line("= ", &own.arithmetic);
    }
    for condition in &own.true_if {
        line("true if: ", condition);
    }
    text
}
