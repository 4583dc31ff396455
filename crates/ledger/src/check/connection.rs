//! Goods that need a line or a pipe.

use std::collections::{BTreeMap, VecDeque};

use super::{Check, Desk, Verdict, ids};
use crate::register::ClaimMeasure;

/// Goods by the beginning of their HS code, what they are, and what carries them.
const NEEDS: &[(&str, &str, &str, &str)] = &[
    ("2716", "electricity", "power_line", "power line"),
    ("271121", "natural gas", "gas_pipeline", "gas pipeline"),
];

/// Lists of goods that one economy sells to another.
pub(super) fn look(desk: &Desk<'_>, checks: &mut Vec<Check>) {
    for claim in
        desk.of(ClaimMeasure::GoodsList).filter(|own| !own.economy.is_empty() && !own.partner.is_empty())
    {
        for (code, good, kind, words) in NEEDS {
            if !claim.goods.iter().any(|own| own.starts_with(code)) {
                continue;
            }
            let lines: Vec<(&str, &str)> = desk
                .register
                .connections
                .iter()
                .filter(|own| own.kind == *kind)
                .map(|own| (own.from.as_str(), own.to.as_str()))
                .collect();
            let names = |way: &[&str]| {
                way.iter().map(|id| desk.case.economies.name(id)).collect::<Vec<_>>().join(" – ")
            };
            let (from, to) = (claim.economy.as_str(), claim.partner.as_str());
            let ends = names(&[from, to]);
            let (verdict, found, true_if) = match way(&lines, from, to) {
                _ if lines.is_empty() => (
                    Verdict::Unverified,
                    format!("{good} from one to the other ({ends}): the case knows no {words}s at all"),
                    vec![format!("rows of connections.csv for {words}s")],
                ),
                Some(way) if way.len() == 2 => {
                    (Verdict::Consistent, format!("there is a {words} {ends}"), Vec::new())
                }
                Some(way) => (
                    Verdict::Implausible,
                    format!("{good} is named among goods {ends}, and there is no direct {words}"),
                    vec![
                        format!("{good} passed through the grids in between: {}", names(&way)),
                        "another good put under this name, such as meters".to_owned(),
                    ],
                ),
                None => (
                    Verdict::Implausible,
                    format!("{good} is named among goods {ends}, and no {words}s join them"),
                    vec![
                        format!("a {words} that the case does not know"),
                        "another good put under this name".to_owned(),
                    ],
                ),
            };
            checks.push(Check {
                rule: "needs-connection",
                verdict,
                claims: ids(&[claim]),
                judged: 1,
                found,
                arithmetic: format!("{} {words}s known", lines.len()),
                true_if,
            });
        }
    }
}

/// The way with the fewest lines, ends included.
fn way<'a>(lines: &[(&'a str, &'a str)], from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == to {
            let mut way = vec![to];
            while *way.last()? != from {
                way.push(before[way.last()?]);
            }
            way.reverse();
            return Some(way);
        }
        for (a, b) in lines {
            let next = if *a == at {
                *b
            } else if *b == at {
                *a
            } else {
                continue;
            };
            if !before.contains_key(next) {
                before.insert(next, at);
                queue.push_back(next);
            }
        }
    }
    None
}
