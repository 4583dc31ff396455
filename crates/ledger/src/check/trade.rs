//! Trade figures: mirror gaps, growth, parts of years, and what a figure must say.

use super::{Check, Desk, Verdict, ids, shown};
use crate::mirror::Gap;
use crate::register::{Claim, ClaimMeasure, Modality};
use crate::trade::Flow;

/// The amounts that a claim allows, in units of its currency.
fn amounts(claim: &Claim) -> Option<(f64, f64)> {
    let ((_, scale), figure) = (claim.money()?, claim.figure?);
    let (least, most) = figure.rounded_bounds();
    Some((least * scale, most * scale))
}

fn is_pair(a: &Claim, b: &Claim) -> bool {
    (&a.economy, &a.partner) == (&b.economy, &b.partner)
        || (&a.economy, &a.partner) == (&b.partner, &b.economy)
}

/// Two reporters of the same trade in the same period.
pub(super) fn mirror_gap(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    let fit = |a: &Claim, b: &Claim| {
        let flows = match (a.flow(), b.flow()) {
            (Some(Flow::Turnover), Some(Flow::Turnover)) => is_pair(a, b),
            // The exports of one are the imports of the other.
            (Some(Flow::Export), Some(Flow::Import)) | (Some(Flow::Import), Some(Flow::Export)) => {
                a.economy == b.partner && a.partner == b.economy
            }
            _ => false,
        };
        let named = !a.reporter.is_empty() && !b.reporter.is_empty() && a.reporter != b.reporter;
        let same_goods = a.goods == b.goods && a.money().map(|own| own.0) == b.money().map(|own| own.0);
        flows && named && same_goods && a.period.is_some() && a.period == b.period
    };
    for (a, b) in desk.pairs(fit) {
        let (a, b) = if a.flow() == Some(Flow::Import) { (b, a) } else { (a, b) };
        let (Some((a_least, a_most)), Some((b_least, b_most)), Some(period)) =
            (amounts(a), amounts(b), a.period)
        else {
            continue;
        };
        let (Some(first), Some(second)) = (a.figure, b.figure) else { continue };
        let margin = desk.margin;
        let is_flow = a.flow() == Some(Flow::Export);
        // What can be said least: the two values that come nearest within what is said.
        let (near_a, near_b) = if a_most < b_least {
            (a_most, b_least)
        } else if b_most < a_least {
            (a_least, b_most)
        } else {
            (1.0, 1.0)
        };
        let gap = |x, y| if is_flow { Gap::of_flow(x, y, margin) } else { Gap::of_turnover(x, y, margin) };
        let Some(nearest) = gap(near_a, near_b) else { continue };
        let is_good = nearest.is_explained(margin);
        let scale = |claim: &Claim| claim.money().map_or(1.0, |own| own.1);
        let Some(said) = gap(first.middle() * scale(a), second.middle() * scale(b)) else { continue };
        checks.push(Check {
            rule: "mirror-gap",
            verdict: if is_good { Verdict::Consistent } else { Verdict::Contradictory },
            claims: ids(&[a, b]),
            judged: 0,
            found: if is_good {
                format!("what {} and {} report for {period} differs by no more than CIF/FOB can explain", a.reporter, b.reporter)
            } else {
                format!(
                    "{} reports {} and {} reports {} for {period}: {} times as much, more than CIF/FOB can explain",
                    a.reporter,
                    a.said(),
                    b.reporter,
                    b.said(),
                    shown(said.ratio)
                )
            },
            arithmetic: format!(
                "ratio {}; symmetric gap {} %; freight and insurance of {} % (range {} to {} %) explain {} of a difference of {} {}",
                shown(said.ratio),
                shown(said.symmetric * 100.0),
                shown(margin.default * 100.0),
                shown(margin.low * 100.0),
                shown(margin.high * 100.0),
                shown(said.explained.1 / scale(a)),
                shown(said.difference.abs() / scale(a)),
                a.unit
            ),
            true_if: if is_good {
                Vec::new()
            } else {
                vec![
                    "goods that one side counts by origin and the other by consignment, such as re-exports".to_owned(),
                    "trade within a customs union that one side misses, since it has no declarations".to_owned(),
                    "a report that leaves something out; figures by heading would show what".to_owned(),
                ]
            },
        });
    }
}

/// Growth against the levels of its two periods, and the same factor with two bases.
pub(super) fn growth_base(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    let level = |growth: &Claim, period| {
        let same = |own: &&Claim| {
            is_pair(growth, own)
                && own.topic == growth.topic
                && own.reporter == growth.reporter
                && own.flow().is_some()
                && own.period == period
        };
        desk.register
            .claims
            .iter()
            .filter(same)
            .max_by_key(|own| own.provenance.source == growth.provenance.source)
    };
    for growth in desk.of(ClaimMeasure::Growth) {
        let (Some(factor), Some(base)) = (growth.figure, growth.base) else { continue };
        let (Some(end), Some(start)) = (level(growth, growth.period), level(growth, Some(base))) else {
            continue;
        };
        let (Some(last), Some(first)) = (amounts(end), amounts(start)) else { continue };
        let (least, most) = (last.0 / first.1, last.1 / first.0);
        let (said_least, said_most) = factor.rounded_bounds();
        let is_good = least <= said_most && said_least <= most;
        let computed = end.figure.map_or(f64::NAN, |own| own.middle())
            / start.figure.map_or(f64::NAN, |own| own.middle());
        checks.push(Check {
            rule: "growth-base",
            verdict: if is_good { Verdict::Consistent } else { Verdict::Contradictory },
            claims: ids(&[growth, end, start]),
            judged: 1,
            found: format!(
                "from {base} the levels give a factor of {}, {} is said",
                shown(computed),
                factor.words()
            ),
            arithmetic: format!("{} / {} = {}", end.said(), start.said(), shown(computed)),
            true_if: if is_good { Vec::new() } else { vec!["another base, or other levels".to_owned()] },
        });
    }
    let fit = |a: &Claim, b: &Claim| {
        let both =
            a.measure == ClaimMeasure::Growth && b.measure == ClaimMeasure::Growth && a.topic == b.topic;
        both && a.period.is_some()
            && a.period == b.period
            && a.base.is_some()
            && b.base.is_some()
            && a.base != b.base
    };
    for (a, b) in desk.pairs(fit) {
        let (Some(first), Some(second), Some(from), Some(other)) = (a.figure, b.figure, a.base, b.base)
        else {
            continue;
        };
        let ((least, most), (low, high)) = (first.rounded_bounds(), second.rounded_bounds());
        if least > high || low > most {
            continue;
        }
        let implied = |growth: &Claim| {
            let end = level(growth, growth.period)?;
            let value = end.figure?.middle() / growth.figure?.middle();
            Some((
                format!(
                    "{} / {} = {} {} in {}",
                    end.said(),
                    growth.figure?.words(),
                    shown(value),
                    end.unit,
                    growth.base?
                ),
                value,
                end,
            ))
        };
        let (one, two) = (implied(a), implied(b));
        let arithmetic = match (&one, &two) {
            (Some((one, ..)), Some((two, ..))) => format!("{one}; {two}"),
            _ => format!("{} from {from} and {} from {other}", first.words(), second.words()),
        };
        let levels: Vec<&Claim> = one.iter().chain(&two).map(|own| own.2).collect();
        let values = one.as_ref().zip(two.as_ref()).map(|(one, two)| (one.1, two.1));
        checks.push(Check {
            rule: "growth-base",
            // One and the same voice cannot have meant both; of two voices both could be right.
            verdict: if a.said_by == b.said_by { Verdict::Contradictory } else { Verdict::Unverified },
            claims: ids(&[&[a, b][..], &levels].concat()),
            judged: 0,
            found: format!("the same growth of {} is said to be from {from} and from {other}", first.words()),
            arithmetic,
            true_if: match values {
                Some((one, two)) => vec![
                    format!("both, if the level was about {} in {from} and {} in {other}", shown(one), shown(two)),
                    "one of the two, if the other base year is a slip: a figure for either year would settle it".to_owned(),
                ],
                None => vec!["levels for both base years".to_owned()],
            },
        });
    }
}

/// Figures for parts of years.
pub(super) fn partial_period(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in
        desk.register.claims.iter().filter(|claim| claim.flow().is_some() && claim.modality == Modality::Fact)
    {
        let (Some(period), Some(figure)) = (claim.period, claim.figure) else { continue };
        let (Some(months), Some(factor)) = (period.months(), period.annualising_factor()) else { continue };
        if period.is_whole_years() {
            continue;
        }
        let is_like = |other: &&Claim| {
            other.id != claim.id
                && other.flow() == claim.flow()
                && is_pair(other, claim)
                && other.reporter == claim.reporter
                && other.unit == claim.unit
                && other.period.is_some_and(|own| own.is_same_season(&period))
        };
        let alike = desk.register.claims.iter().filter(is_like).max_by_key(|own| own.period);
        let compared = alike.and_then(|other| {
            let (own, earlier) = (claim, other);
            let (later, earlier) = if own.period > earlier.period { (own, earlier) } else { (earlier, own) };
            let (last, first) = (later.figure?.middle(), earlier.figure?.middle());
            let change = (last / first - 1.0) * 100.0;
            Some(format!(
                "like for like {} against {}: {}{} %",
                later.said(),
                earlier.said(),
                if change > 0.0 { "+" } else { "" },
                shown(change)
            ))
        });
        let annual = format!(
            "{} × 12/{months} = {} a year if all months were alike",
            shown(figure.middle()),
            shown(figure.middle() * factor)
        );
        let mut both = vec![claim];
        both.extend(alike);
        checks.push(Check {
            rule: "partial-period",
            verdict: Verdict::Unverified,
            claims: ids(&both),
            judged: 1,
            found: format!(
                "{} covers {months} of 12 months ({period}); it cannot stand beside a whole year",
                claim.said()
            ),
            arithmetic: compared.map_or(annual.clone(), |compared| format!("{compared}; {annual}")),
            true_if: vec![
                "compared with the same months of another year, or once the year is whole".to_owned(),
            ],
        });
    }
}

/// Figures that do not say who reports them or for when.
pub(super) fn incomplete_figure(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.register.claims.iter().filter(|claim| claim.flow().is_some()) {
        let mut lacks = Vec::new();
        if claim.reporter.is_empty() {
            lacks.push("whose statistics it is from");
        }
        if claim.period.is_none() {
            lacks.push("for which period");
        }
        if claim.money().is_none() || claim.figure.is_none() {
            lacks.push("in which currency");
        }
        if lacks.is_empty() {
            continue;
        }
        checks.push(Check {
            rule: "incomplete-figure",
            verdict: Verdict::Unverified,
            claims: ids(&[claim]),
            judged: 1,
            found: format!("{} does not say {}", claim.said(), lacks.join(" nor ")),
            arithmetic: String::new(),
            true_if: vec!["a reporter, a period and a unit, so that it can be compared".to_owned()],
        });
    }
}
