//! Parts and wholes, shares, agreements among members, comparisons.

use super::{Check, Desk, Verdict, ids, shown};
use crate::figure::plain_number;
use crate::register::{Claim, ClaimMeasure, Relation};
use crate::trade::Flow;

/// The scale that brings two claims to one unit, where they have the same currency or unit.
fn common(a: &Claim, b: &Claim) -> Option<(f64, f64)> {
    match (a.money(), b.money()) {
        (Some((one, scale)), Some((two, other))) => (one == two).then_some((scale, other)),
        (None, None) => (a.unit == b.unit).then_some((1.0, 1.0)),
        _ => None,
    }
}

/// Claims said to be parts, and flows in one direction beside turnover of the same period, whoever reports.
pub(super) fn part_over_whole(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for link in desk.register.links.iter().filter(|link| link.relation == Relation::PartOf) {
        if let (Some(part), Some(whole)) =
            (desk.register.claim(&link.claim), desk.register.claim(&link.other))
        {
            checks.extend(judge(part, whole, 1.0));
        }
    }
    let claims = &desk.register.claims;
    for part in claims.iter().filter(|own| matches!(own.flow(), Some(Flow::Export | Flow::Import))) {
        for whole in claims.iter().filter(|own| own.flow() == Some(Flow::Turnover)) {
            let is_pair = (&part.economy, &part.partner) == (&whole.economy, &whole.partner)
                || (&part.economy, &part.partner) == (&whole.partner, &whole.economy);
            let inside = part.period.zip(whole.period).is_some_and(|(part, whole)| whole.holds(&part));
            let named = !part.reporter.is_empty() && !whole.reporter.is_empty();
            if !(is_pair && inside && named && part.goods.is_empty() | (part.goods == whole.goods)) {
                continue;
            }
            // What one side counts as imports, freight and all, the other counts without it.
            let allowed = if part.flow() == Some(Flow::Import) && part.reporter != whole.reporter {
                1.0 + desk.margin.high
            } else {
                1.0
            };
            checks.extend(judge(part, whole, allowed));
        }
    }
}

fn judge(part: &Claim, whole: &Claim, allowed: f64) -> Option<Check> {
    let (scale, other) = common(part, whole)?;
    let (own, all) = (part.figure?, whole.figure?);
    let (least, most) = (own.rounded_bounds().0 * scale, all.rounded_bounds().1 * other);
    let is_good = least <= most * allowed;
    let between = if part.reporter == whole.reporter {
        ""
    } else {
        "; the two reporters cannot both count all of the same goods"
    };
    Some(Check {
        rule: "part-over-whole",
        verdict: if is_good { Verdict::Consistent } else { Verdict::Contradictory },
        claims: ids(&[part, whole]),
        // Two figures of one reporter are one account; those of two may each be right of something else.
        judged: if part.reporter == whole.reporter && !part.reporter.is_empty() { 2 } else { 0 },
        found: if is_good {
            format!("{} is no more than {}, of which it is a part", part.said(), whole.said())
        } else {
            format!("the part, {}, is larger than the whole, {}{between}", part.said(), whole.said())
        },
        arithmetic: format!(
            "{} {} {}{}",
            plain_number(own.middle() * scale / other),
            if is_good { "≤" } else { ">" },
            plain_number(all.middle()),
            if allowed > 1.0 {
                format!(" × {} for freight and insurance", shown(allowed))
            } else {
                String::new()
            }
        ),
        true_if: if is_good {
            Vec::new()
        } else {
            vec![
                format!("a whole of at least {} {}", plain_number(own.middle() * scale / other), whole.unit),
                "parts and whole that do not count the same goods, such as re-exports or consignment against origin".to_owned(),
            ]
        },
    })
}

/// Wholes all of whose parts are told.
pub(super) fn sum_of_parts(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for whole in &desk.register.claims {
        let parts: Vec<&Claim> = desk.register.related(&whole.id, Relation::OneOfAllPartsOf).collect();
        let Some(all) = whole.figure.filter(|_| parts.len() > 1) else { continue };
        let mut sum = (0.0, 0.0, 0.0);
        let mut terms = Vec::new();
        for part in &parts {
            let (Some(figure), Some((scale, other))) = (part.figure, common(part, whole)) else { continue };
            let (least, most) = figure.rounded_bounds();
            let factor = scale / other;
            sum = (sum.0 + least * factor, sum.1 + most * factor, sum.2 + figure.middle() * factor);
            terms.push(plain_number(figure.middle() * factor));
        }
        if terms.len() != parts.len() {
            continue;
        }
        let (least, most) = all.rounded_bounds();
        // Sums of rounded decimals may miss by the last bit.
        let slack = 1e-9 * all.middle().abs();
        let is_good = sum.0 <= most + slack && least <= sum.1 + slack;
        let difference = sum.2 - all.middle();
        checks.push(Check {
            rule: "sum-of-parts",
            verdict: if is_good { Verdict::Consistent } else { Verdict::Contradictory },
            claims: ids(&[&[whole][..], &parts].concat()),
            judged: 1 + parts.len(),
            found: if is_good {
                format!("the parts add up to {}", whole.said())
            } else {
                format!("the parts add up to {} {}, not to {}", plain_number(sum.2), whole.unit, whole.said())
            },
            arithmetic: format!(
                "{} = {} {} {}{}",
                terms.join(" + "),
                plain_number(sum.2),
                if is_good { "≈" } else { "≠" },
                plain_number(all.middle()),
                if is_good {
                    String::new()
                } else {
                    format!(
                        ": {} {} {} ({} %)",
                        plain_number(difference.abs()),
                        whole.unit,
                        if difference > 0.0 { "too much" } else { "missing" },
                        shown(difference.abs() / all.middle() * 100.0)
                    )
                }
            ),
            true_if: if is_good {
                Vec::new()
            } else {
                vec![
                    format!("a whole of {} {}", plain_number(sum.2), whole.unit),
                    format!(
                        "parts that are {} {} {}, or that overlap",
                        plain_number(difference.abs()),
                        whole.unit,
                        if difference > 0.0 { "smaller" } else { "larger" }
                    ),
                ]
            },
        });
    }
}

/// Shares beside their part and whole.
pub(super) fn share(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for share in desk.of(ClaimMeasure::Share) {
        let register = desk.register;
        for whole in register.relates(&share.id, Relation::ShareOf) {
            for part in register.relates(&share.id, Relation::ShareIs) {
                let (Some(said), Some(own), Some(all), Some((scale, other))) =
                    (share.figure, part.figure, whole.figure, common(part, whole))
                else {
                    continue;
                };
                let factor = scale / other;
                let ((low, high), (least, most)) = (own.rounded_bounds(), all.rounded_bounds());
                let (smallest, largest) = (low * factor / most, high * factor / least);
                let (said_least, said_most) = said.rounded_bounds();
                let is_good = smallest <= said_most && said_least <= largest;
                let computed = own.middle() * factor / all.middle();
                checks.push(Check {
                    rule: "share",
                    verdict: if is_good { Verdict::Consistent } else { Verdict::Contradictory },
                    claims: ids(&[share, part, whole]),
                    judged: 1,
                    found: format!("the share is {} %, {} is said", shown(computed * 100.0), share.said()),
                    arithmetic: format!("{} / {} = {computed:.3}", part.said(), whole.said()),
                    true_if: if is_good {
                        Vec::new()
                    } else {
                        vec!["another part or another whole".to_owned()]
                    },
                });
            }
        }
    }
}

/// A number of agreements between members of two groups, as a graph: each has at least one, and no pair
/// more than one unless several are meant.
pub(super) fn agreements_among(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Agreements) {
        let (Some(figure), Some((one, two))) = (claim.figure, claim.groups) else { continue };
        let (least, most) = figure.bounds();
        let (fewest, pairs) = (one.max(two), one * two);
        let (verdict, found, true_if) = if most < fewest {
            let found =
                format!("{} are too few for each of {one} and {two} members to have one", figure.words());
            (Verdict::Contradictory, found, vec![format!("{fewest:.0} or more, or fewer members")])
        } else if least > pairs {
            let found = format!("{} are more than there are pairs", figure.words());
            (Verdict::Unverified, found, vec!["several agreements between the same two".to_owned()])
        } else {
            (
                Verdict::Consistent,
                format!("{} among {one} and {two} members can be", figure.words()),
                Vec::new(),
            )
        };
        checks.push(Check {
            rule: "agreements-among",
            verdict,
            claims: ids(&[claim]),
            judged: 1,
            found,
            arithmetic: format!(
                "at least {fewest:.0} for each to have one, {pairs:.0} pairs; {} / {pairs:.0} = {} %",
                figure.words(),
                shown(figure.middle() / pairs * 100.0)
            ),
            true_if,
        });
    }
}

/// Claims that one figure is smaller than another.
pub(super) fn comparison(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Comparison) {
        for less in desk.register.relates(&claim.id, Relation::SaysLess) {
            for more in desk.register.relates(&claim.id, Relation::SaysMore) {
                let (Some(small), Some(large), Some((scale, other))) =
                    (less.figure, more.figure, common(less, more))
                else {
                    continue;
                };
                let is_false = small.bounds().0 * scale >= large.bounds().1 * other;
                let is_true = small.bounds().1 * scale < large.bounds().0 * other;
                checks.push(Check {
                    rule: "comparison",
                    verdict: if is_false {
                        Verdict::Contradictory
                    } else if is_true {
                        Verdict::Consistent
                    } else {
                        Verdict::Unverified
                    },
                    claims: ids(&[claim, less, more]),
                    judged: 0,
                    found: if is_false {
                        format!("what is said to be smaller, {}, is larger than {}", less.said(), more.said())
                    } else {
                        format!("{} is said to be smaller than {}", less.said(), more.said())
                    },
                    arithmetic: format!(
                        "{} {} {}",
                        less.said(),
                        if is_false { "≥" } else { "<" },
                        more.said()
                    ),
                    true_if: if is_false {
                        vec!["names that were exchanged, or other figures".to_owned()]
                    } else {
                        Vec::new()
                    },
                });
            }
        }
    }
}
