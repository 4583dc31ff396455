//! A figure with the mark of what it rests on.
//!
//! Every figure of the report goes through here, so that an assumed or modelled one never looks
//! like an observed one, and what is not known never looks like a number.

use case::{Evidence, Figure};
use minijinja::Value;
use regime::What;
use scenario::{Leg, Line, Model, RouteAnswer};

use super::frame::escaped;
use crate::show::grouped;

/// What stands where there is no number.
pub(super) const NOT_KNOWN: &str = "not known";

/// How a figure of a line came about. Without ancestry they are assumed; what a rate or speed
/// makes of a length is computed, however well the rate is sourced.
pub(super) fn evidence(line: &Line, figure: Figure) -> Evidence {
    let own = line.evidence(figure);
    match line.what {
        // What the user gave stays the user's.
        _ if own == Evidence::Quoted => own,
        What::Motion(_) | What::Carriage(..) | What::TariffRule(_) => own.max(Evidence::Computed),
        _ => own,
    }
}

/// The weakest evidence: a sum is no better than what it is made of.
pub(super) fn weakest(parts: impl Iterator<Item = impl Into<Option<Evidence>>>) -> Option<Evidence> {
    parts.filter_map(Into::into).max()
}

/// How the money and time of a route came about, all lines taken together.
pub(super) fn cost_evidence(route: &RouteAnswer) -> Option<Evidence> {
    let lines = route.legs.iter().flat_map(|leg| &leg.lines);
    weakest(lines.flat_map(|line| line.figures().map(|figure| evidence(line, figure))))
}

/// How the lengths of a leg came about; nothing for a leg without links.
pub(super) fn length_evidence(model: &Model, leg: &Leg) -> Option<Evidence> {
    weakest(leg.links.iter().map(|(id, _)| {
        let link = model.network.link(*id);
        let own = link.provenance.of_figure(Figure::Length);
        if own.by_user {
            return own.evidence;
        }
        let used = link.lengths.iter().find(|length| length.used);
        used.map_or(link.provenance.evidence, |length| length.provenance.evidence)
    }))
}

/// A number without decimals, its thousands apart.
pub(super) fn whole(value: f64) -> String {
    if value.is_finite() { grouped(value) } else { NOT_KNOWN.to_owned() }
}

/// A number with so many decimals and a true minus; “not known” for what is no number.
pub(super) fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NOT_KNOWN.to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.contains(|digit| ('1'..='9').contains(&digit)) => format!("−{rest}"),
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// The letter that marks what rests on the model or on belief; nothing for what has a source of its own.
pub(super) fn mark(evidence: Evidence) -> Option<&'static str> {
    match evidence {
        Evidence::Observed | Evidence::Published => None,
        Evidence::Quoted => Some("u"),
        Evidence::Computed => Some("m"),
        Evidence::Calibrated => Some("c"),
        Evidence::Assumed => Some("a"),
    }
}

/// The same letter raised, for drawings; empty for what has a source of its own.
pub(super) fn raised_mark(evidence: Evidence) -> &'static str {
    match mark(evidence) {
        Some("a") => "\u{1d43}",
        Some("c") => "\u{1d9c}",
        Some("u") => "\u{1d58}",
        Some(_) => "\u{1d50}",
        None => "",
    }
}

/// A figure with its mark: an assumed or modelled one never looks like an observed one.
pub(super) fn figure(text: &str, evidence: Option<Evidence>) -> Value {
    let mark = evidence.filter(|_| text != NOT_KNOWN).and_then(mark);
    let text = escaped(text);
    Value::from_safe_string(match mark.zip(evidence) {
        None => format!("<span class=\"figure\">{text}</span>"),
        Some((mark, evidence)) => format!(
            "<span class=\"figure {0}\"><i>{text}</i><sup title=\"{0}\">{mark}</sup></span>",
            evidence.word()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_carry_the_mark_of_their_evidence() {
        let observed = figure("9", Some(Evidence::Observed)).to_string();
        let assumed = figure("9", Some(Evidence::Assumed)).to_string();
        assert!(!observed.contains("<i>"));
        assert!(assumed.contains("<i>9</i><sup title=\"assumed\">a</sup>"));
        assert!(figure("> 9", None).to_string().contains("&gt; 9"));
    }

    #[test]
    fn what_is_no_number_is_not_known() {
        assert_eq!(number(f64::NAN, 2), NOT_KNOWN);
        assert_eq!(number(f64::INFINITY, 2), NOT_KNOWN);
        assert_eq!(number(-0.001, 2), "0.00");
        assert_eq!(number(-1.5, 1), "−1.5");
    }
}
