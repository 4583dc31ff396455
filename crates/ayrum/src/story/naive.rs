//! The demo's chapter on the naive argument: Kazakhstan trades so much with Kyrgyzstan, and Armenia is larger.

use ledger::Register;
use scenario::{Model, Settled};

use super::Chapter;
use crate::command::trade::analogy::{Argument, of_claim};
use crate::failure::Failure;
use crate::report::told::Told;

/// The claim that says what is known.
const CLAIM: &str = "C24";
/// Who trades with both, whose trade is known, whose is judged.
const ECONOMIES: [&str; 3] = ["KAZ", "KGZ", "ARM"];
/// Where goods are taken to start.
const ZONES: [&str; 2] = ["kaz-astana", "kaz-almaty"];

/// The chapter, at the costs of a settled base.
pub(super) fn chapter(
    model: &Model,
    register: &Register,
    base: &Settled,
    evidence: String,
) -> Result<Chapter, Failure> {
    let missing = |what: &str| Failure::new(format!("the case has no `{what}`, which the demo tells of"));
    let baseline = &model.baseline;
    let mut economies = [0; 3];
    for (at, id) in economies.iter_mut().zip(ECONOMIES) {
        *at = baseline.economy(id).ok_or_else(|| missing(id))?;
    }
    let mut zones = Vec::new();
    for id in ZONES {
        zones.push(baseline.zone(id).ok_or_else(|| missing(id))?);
    }
    let claim = register.claim(CLAIM).ok_or_else(|| missing(CLAIM))?;
    let known = of_claim(claim, ECONOMIES[0], ECONOMIES[1])?;
    let argument = Argument::new(model, register, base, known, economies, &zones)?;
    let zones: Vec<String> = ZONES.iter().map(|zone| format!(" --zone {zone}")).collect();
    Ok(Chapter {
        id: "naive",
        title: "“Armenia’s trade should be more than Kyrgyzstan’s”".to_owned(),
        lead: "Kazakhstan’s trade with Kyrgyzstan is 1.4 billion dollars, Armenia’s economy is the larger one, so its trade with \
               Kazakhstan should be more: so it was said. Sizes are one half of gravity; the other is how far it is, and from where, \
               by which measure."
            .to_owned(),
        scenes: Vec::new(),
        flips: Vec::new(),
        findings: argument.sentences(),
        sensitivity: None,
        costs: None,
        told: Some(Told {
            evidence,
            measures: Vec::new(),
            is_undone: false,
            flows: None,
            charts: Vec::new(),
            tables: vec![argument.table("naive-ways")],
            notes: Vec::new(),
            not_counted: Vec::new(),
            again: format!("ayrum trade analogy {} --claim {CLAIM}{}", ECONOMIES.join(" "), zones.concat()),
            cited: argument.cited(),
        }),
    })
}
