//! The same said differently; many outlets with one origin; denials.

use super::{Check, Desk, Verdict, ids, shown};
use crate::register::{Claim, ClaimMeasure, Modality, Relation};

/// Whether a claim is about something whose figures are compared by rules of their own.
fn has_own_rule(claim: &Claim) -> bool {
    matches!(
        claim.measure,
        ClaimMeasure::Growth | ClaimMeasure::Share | ClaimMeasure::First | ClaimMeasure::Comparison
    )
}

/// Claims of one topic and measure.
pub(super) fn quoted_differently(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    let fit = |a: &Claim, b: &Claim| {
        let same = a.topic == b.topic && a.measure == b.measure && !has_own_rule(a);
        // Trade as two economies report it differs by nature; another rule looks at that.
        let same_voice = a.flow().is_none() || (a.reporter == b.reporter && !a.reporter.is_empty());
        same && same_voice && (&a.concept, &a.economy, &a.partner) == (&b.concept, &b.economy, &b.partner)
    };
    for (a, b) in desk.pairs(fit) {
        let mut found = None;
        if let (Some(one), Some(two)) = (a.figure, b.figure)
            && a.unit == b.unit
        {
            let ((low, high), (least, most)) = (one.rounded_bounds(), two.rounded_bounds());
            let agree = low <= most && least <= high;
            let same_period = a.period.is_none() || b.period.is_none() || a.period == b.period;
            if !agree && same_period && a.modality == b.modality {
                let apart = (two.middle() - one.middle()).abs() / one.middle().min(two.middle()) * 100.0;
                found = Some((
                    Verdict::Contradictory,
                    format!("one says {}, the other {}", a.said(), b.said()),
                    format!("{} and {}: {} % apart", a.said(), b.said(), shown(apart)),
                    vec!["a revision, or two things measured differently; then each would say so".to_owned()],
                ));
            } else if agree && !same_period && a.flow().is_none() && a.modality == b.modality {
                let words = |own: &Claim| own.period.map_or_else(String::new, |period| period.to_string());
                found = Some((
                    Verdict::Contradictory,
                    format!("the same {} is told for {} and for {}", a.said(), words(a), words(b)),
                    format!("{} ≠ {}", words(a), words(b)),
                    vec!["two statements; the original would show whether there were".to_owned()],
                ));
            }
        } else if a.figure.is_none()
            && b.figure.is_none()
            && !a.word.is_empty()
            && !b.word.is_empty()
            && a.word != b.word
        {
            found = Some(if a.modality == b.modality {
                (
                    Verdict::Contradictory,
                    format!("one says “{}”, the other “{}”", a.word, b.word),
                    String::new(),
                    vec!["two things under one name".to_owned()],
                )
            } else {
                let (planned, done) = if a.modality == Modality::Fact { (b, a) } else { (a, b) };
                (
                    Verdict::Unverified,
                    format!("planned was “{}”, done was “{}”", planned.word, done.word),
                    String::new(),
                    vec!["the plan as a plan: it was carried out otherwise".to_owned()],
                )
            });
        }
        if let Some((verdict, found, arithmetic, true_if)) = found {
            checks.push(Check {
                rule: "quoted-differently",
                verdict,
                claims: ids(&[a, b]),
                judged: 0,
                found,
                arithmetic,
                true_if,
            });
        }
    }
}

/// Claims that several outlets carried.
pub(super) fn one_origin(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in &desk.register.claims {
        // A claim taken from another is counted with its origin.
        if desk.register.relates(&claim.id, Relation::Repeats).next().is_some() {
            continue;
        }
        let repeated: Vec<&Claim> = desk.register.related(&claim.id, Relation::Repeats).collect();
        let mut outlets: Vec<&str> = vec![&claim.provenance.source];
        for own in std::iter::once(&claim).chain(&repeated) {
            outlets.extend(
                std::iter::once(own.provenance.source.as_str()).chain(own.outlets.iter().map(String::as_str)),
            );
        }
        outlets.sort_unstable();
        outlets.dedup();
        if outlets.len() < 2 {
            continue;
        }
        checks.push(Check {
            rule: "one-origin",
            verdict: Verdict::Unverified,
            claims: ids(&[&[claim][..], &repeated].concat()),
            judged: 0,
            found: format!("{} outlets carry it, all from one origin: {}", outlets.len(), claim.said_by),
            arithmetic: format!("{} outlets, 1 origin: {}", outlets.len(), outlets.join(", ")),
            true_if: vec!["a second origin that does not rest on the first".to_owned()],
        });
    }
}

/// Claims that another says to be false.
pub(super) fn denied(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for link in desk.register.links.iter().filter(|link| link.relation == Relation::Denies) {
        if let (Some(denial), Some(claim)) =
            (desk.register.claim(&link.claim), desk.register.claim(&link.other))
        {
            checks.push(Check {
                rule: "denied",
                verdict: Verdict::Unverified,
                claims: ids(&[claim, denial]),
                judged: 1,
                found: format!("{} says {}; denied by {}", claim.said_by, claim.said(), denial.said_by),
                arithmetic: String::new(),
                true_if: vec!["a tariff, contract or invoice that shows it".to_owned()],
            });
        }
    }
}
