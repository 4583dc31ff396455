//! Legal status, rules about days, stocks and flows.

use case::LegalStatus;

use super::{Check, Desk, Verdict, ids, shown};
use crate::register::{Claim, ClaimMeasure};

/// What an agreement is called, against its steps up to the day of publication.
pub(super) fn status_overstated(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Status) {
        let (Some(said), Some(agreement)) =
            (LegalStatus::of(&claim.word), desk.register.agreement(&claim.agreement))
        else {
            continue;
        };
        let Some(told) = claim.published.map(|published| published.last_day()) else { continue };
        let steps: Vec<String> =
            agreement.steps.iter().map(|step| format!("{} {}", step.status.words(), step.when)).collect();
        let (verdict, found, true_if) = match agreement.status_by(told) {
            None => (
                Verdict::Unverified,
                format!("the case knows no step of “{}” by {told}", agreement.title),
                vec!["a source for its status".to_owned()],
            ),
            Some(reached) if reached < said => (
                Verdict::Contradictory,
                format!(
                    "“{}” is called {}; by {told} it was {}",
                    agreement.title,
                    said.words(),
                    reached.words()
                ),
                vec![format!("said of another document, or once it is {}", said.words())],
            ),
            Some(reached) => (
                Verdict::Consistent,
                format!("“{}” was {} by {told}", agreement.title, reached.words()),
                Vec::new(),
            ),
        };
        checks.push(Check {
            rule: "status-overstated",
            verdict,
            claims: ids(&[claim]),
            judged: 1,
            found,
            arithmetic: steps.join("; "),
            true_if,
        });
    }
}

/// Days of stay without the window in which they count.
pub(super) fn incomplete_rule(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Stay) {
        let Some(figure) = claim.figure else { continue };
        let (verdict, found, true_if) = match claim.within_days {
            None => (
                Verdict::Unverified,
                format!("{} {} within what? The window is not stated", figure.words(), claim.unit),
                vec!["a window, such as any 180 days, a calendar year, or each entry anew".to_owned()],
            ),
            Some(window) if figure.middle() > window => (
                Verdict::Contradictory,
                format!("{} {} do not fit a window of {window:.0} days", figure.words(), claim.unit),
                vec!["a longer window".to_owned()],
            ),
            Some(window) => (
                Verdict::Consistent,
                format!("{} {} within {window:.0} days", figure.words(), claim.unit),
                Vec::new(),
            ),
        };
        checks.push(Check {
            rule: "incomplete-rule",
            verdict,
            claims: ids(&[claim]),
            judged: 1,
            found,
            arithmetic: match claim.within_days {
                None => "90 within any 180 days allows about half of a year; 90 at each entry allows nearly all of it".replace("90", &shown(figure.middle())),
                Some(window) => format!("{} / {}", shown(figure.middle()), shown(window)),
            },
            true_if,
        });
    }
}

/// Investments over years, and counts of what there was beside counts of what came.
pub(super) fn stock_and_flow(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in desk.of(ClaimMeasure::Investment) {
        let (Some(figure), Some(period)) = (claim.figure, claim.period) else { continue };
        let years = f64::from(period.days()) / 365.25;
        let yearly = format!(
            "{} / {} years = {} {} a year",
            figure.words(),
            shown(years),
            shown(figure.middle() / years),
            claim.unit
        );
        let missing: Vec<&str> = [("concept", &claim.concept), ("gross or net", &claim.netting)]
            .into_iter()
            .filter(|(_, word)| word.is_empty() || *word == "not_stated")
            .map(|(name, _)| name)
            .collect();
        let (verdict, found, true_if) = if claim.concept == "stock" && period.is_several_years() {
            (
                Verdict::Contradictory,
                format!("{} is called a stock and is for {period}; a stock is of a day", claim.said()),
                vec!["a sum of flows, told as one".to_owned()],
            )
        } else if !missing.is_empty() && period.is_several_years() {
            (
                Verdict::Unverified,
                format!(
                    "{} over {period} does not say: {}; it is no stock as it stands",
                    claim.said(),
                    missing.join(", ")
                ),
                vec!["a sum of yearly flows, gross; what flowed back would be taken off a stock".to_owned()],
            )
        } else {
            (
                Verdict::Consistent,
                format!("a {} {} over {period}, not a stock", claim.netting, claim.concept),
                Vec::new(),
            )
        };
        checks.push(Check {
            rule: "stock-and-flow",
            verdict,
            claims: ids(&[claim]),
            judged: 1,
            found,
            arithmetic: yearly,
            true_if,
        });
    }
    let fit = |a: &Claim, b: &Claim| {
        a.topic == b.topic
            && a.measure == b.measure
            && [a, b].iter().any(|own| own.concept == "stock")
            && [a, b].iter().any(|own| own.concept == "flow")
    };
    for (a, b) in desk.pairs(fit) {
        let (Some(one), Some(two)) = (a.figure, b.figure) else { continue };
        checks.push(Check {
            rule: "stock-and-flow",
            verdict: Verdict::Unverified,
            claims: ids(&[a, b]),
            judged: 0,
            found: format!(
                "{} is a stock and {} a flow; they are added only where both count alike",
                a.said(),
                b.said()
            ),
            arithmetic: format!(
                "{} + {} = {} if both count the same kinds",
                one.words(),
                two.words(),
                shown(one.middle() + two.middle())
            ),
            true_if: vec!["one list of all documents by title and kind".to_owned()],
        });
    }
}
