//! Checks on claims: can it be so, and if not, what would make it so?
//!
//! A rule has an identifier and a sentence. It looks at claims by what they speak of, never at a claim
//! by its name, shows its arithmetic, names both sides, and says what would make the claim true. It never
//! corrects a figure. A claim to which no rule applies is *unverified*, which is no blame.
//!
//! | module | rules |
//! |---|---|
//! | `load` | tonnes per wagon, truck, container |
//! | `movement` | speed; trains per day |
//! | `trade` | mirror gap; growth and its base; parts of years; figures that lack reporter or period |
//! | `parts` | part and whole, sums of parts, shares, agreements among members, comparisons |
//! | `quotation` | the same said differently; many outlets, one origin; denials |
//! | `time` | periods after publication; elapsed times; who was first |
//! | `law` | legal status; days of stay; stocks and flows |
//! | `connection` | goods that need a line or a pipe |

mod connection;
mod law;
mod load;
mod movement;
mod parts;
mod quotation;
mod time;
mod trade;

use case::Case;

use crate::mirror::Margin;
use crate::register::{Claim, ClaimMeasure, Register};

/// What a check comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A rule looked and found that it can be so.
    Consistent,
    /// No rule can tell, or something is missing to tell.
    Unverified,
    /// It cannot be so under the equipment or the connections stated; under others it can.
    Implausible,
    /// It cannot be so, by arithmetic, by the calendar or by law, or two claims cannot both be.
    Contradictory,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Unverified => "unverified",
            Self::Implausible => "implausible",
            Self::Contradictory => "contradictory",
        }
    }
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Identifier.
    pub id: &'static str,
    /// What it says, in one sentence.
    pub sentence: &'static str,
    look: fn(&Desk<'_>, &mut Vec<Check>),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rule").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a rule found of some claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The rule's identifier.
    pub rule: &'static str,
    /// What it comes to.
    pub verdict: Verdict,
    /// The claims it names, both sides where there are two.
    pub claims: Vec<String>,
    /// How many of these, from the first, the verdict is on; none where it is on their standing together,
    /// so that one of them may well be right.
    pub judged: usize,
    /// What was found, in one sentence.
    pub found: String,
    /// The arithmetic.
    pub arithmetic: String,
    /// What would make it true; empty where it is.
    pub true_if: Vec<String>,
}

/// All rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "tonnes-per-vehicle",
        sentence: "A wagon, truck or container carries no more than its kind can.",
        look: load::look,
    },
    Rule {
        id: "speed",
        sentence: "Goods do not travel faster on average than their vehicles may at best.",
        look: movement::speed,
    },
    Rule {
        id: "trains-per-day",
        sentence: "A flow needs no more trains a day than a single-track line can pass.",
        look: movement::trains_per_day,
    },
    Rule {
        id: "mirror-gap",
        sentence: "Two sides of one trade differ by no more than freight and insurance can explain.",
        look: trade::mirror_gap,
    },
    Rule {
        id: "growth-base",
        sentence: "A growth factor fits the levels between which it is said to lie, and has one base.",
        look: trade::growth_base,
    },
    Rule {
        id: "partial-period",
        sentence: "A figure for a part of a year is compared only with the same part of another year.",
        look: trade::partial_period,
    },
    Rule {
        id: "incomplete-figure",
        sentence: "A trade figure says who reports it and for which period.",
        look: trade::incomplete_figure,
    },
    Rule {
        id: "part-over-whole",
        sentence: "A part is not larger than its whole.",
        look: parts::part_over_whole,
    },
    Rule {
        id: "sum-of-parts",
        sentence: "All parts together are the whole, up to rounding.",
        look: parts::sum_of_parts,
    },
    Rule { id: "share", sentence: "A share fits the part and the whole it is of.", look: parts::share },
    Rule {
        id: "agreements-among",
        sentence: "Agreements among members of two groups are enough for each and not more than there are pairs.",
        look: parts::agreements_among,
    },
    Rule { id: "comparison", sentence: "What is said to be smaller is smaller.", look: parts::comparison },
    Rule {
        id: "quoted-differently",
        sentence: "The same thing is told in the same way by all who tell it.",
        look: quotation::quoted_differently,
    },
    Rule {
        id: "one-origin",
        sentence: "Many outlets with one origin are one report.",
        look: quotation::one_origin,
    },
    Rule { id: "denied", sentence: "What the other side denies is disputed.", look: quotation::denied },
    Rule {
        id: "after-publication",
        sentence: "What is told as done does not end after it was published.",
        look: time::after_publication,
    },
    Rule {
        id: "elapsed",
        sentence: "Words for elapsed time fit the dates between which they count.",
        look: time::elapsed,
    },
    Rule {
        id: "date",
        sentence: "A date fits what another source says of the same event.",
        look: time::date,
    },
    Rule { id: "first", sentence: "What is called the first has none before it.", look: time::first },
    Rule {
        id: "status-overstated",
        sentence: "Nothing is called further along in law than it was on the day of publication.",
        look: law::status_overstated,
    },
    Rule {
        id: "incomplete-rule",
        sentence: "A rule about days says within which window they count.",
        look: law::incomplete_rule,
    },
    Rule {
        id: "stock-and-flow",
        sentence: "A stock is of a day and a flow of a span; they are not mixed.",
        look: law::stock_and_flow,
    },
    Rule {
        id: "needs-connection",
        sentence: "A good that needs a line or a pipe has one between its seller and its buyer.",
        look: connection::look,
    },
];

/// What lies before a rule.
pub(crate) struct Desk<'a> {
    pub(crate) case: &'a Case,
    pub(crate) register: &'a Register,
    pub(crate) margin: Margin,
}

impl<'a> Desk<'a> {
    /// The claims that speak of something.
    fn of(&self, measure: ClaimMeasure) -> impl Iterator<Item = &'a Claim> + '_ {
        self.register.claims.iter().filter(move |claim| claim.measure == measure)
    }

    /// Each two claims that satisfy a condition, the earlier of the case first.
    fn pairs(&self, fit: impl Fn(&Claim, &Claim) -> bool) -> Vec<(&'a Claim, &'a Claim)> {
        let claims = &self.register.claims;
        let mut pairs = Vec::new();
        for (index, first) in claims.iter().enumerate() {
            for second in &claims[index + 1..] {
                if fit(first, second) {
                    pairs.push((first, second));
                }
            }
        }
        pairs
    }
}

/// Looks at all claims of a register with all rules.
#[must_use]
pub fn check(case: &Case, register: &Register, margin: Margin) -> Vec<Check> {
    let desk = Desk { case, register, margin };
    let mut checks = Vec::new();
    for rule in RULES {
        (rule.look)(&desk, &mut checks);
    }
    checks
}

/// The verdict on a claim: the gravest of what rules found of it alone, and unverified where none looked.
/// That it conflicts with another is told apart, as the other may be the wrong one: see [`conflicts`].
#[must_use]
pub fn verdict(claim: &str, checks: &[Check]) -> Verdict {
    checks
        .iter()
        .filter(|check| check.claims.iter().take(check.judged).any(|own| own == claim))
        .map(|check| check.verdict)
        .max()
        .unwrap_or(Verdict::Unverified)
}

/// The claims beside which a claim cannot be, without a word on which of them is wrong.
#[must_use]
pub fn conflicts<'a>(claim: &str, checks: &'a [Check]) -> Vec<&'a str> {
    let mut others: Vec<&str> = checks
        .iter()
        .filter(|check| check.judged == 0 && check.verdict == Verdict::Contradictory)
        .filter(|check| check.claims.iter().any(|own| own == claim))
        .flat_map(|check| &check.claims)
        .map(String::as_str)
        .filter(|own| *own != claim)
        .collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// The rule of an identifier.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// A number with one decimal, or two where it is small.
fn shown(value: f64) -> String {
    let step = if value.abs() < 10.0 { 100.0 } else { 10.0 };
    crate::figure::plain_number((value * step).round() / step)
}

fn ids(claims: &[&Claim]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for claim in claims {
        if !ids.contains(&claim.id) {
            ids.push(claim.id.clone());
        }
    }
    ids
}
