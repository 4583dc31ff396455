//! Economies and the blocs they belong to.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::Finding;
use crate::names::plain;
use crate::sheet::Sheets;
use crate::validity::{Holds, Validity};

/// An economy.
#[derive(Debug, Clone)]
pub struct Economy {
    /// ISO 3166 alpha-3 code.
    pub id: String,
    /// Official English short name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
}

/// Economies, blocs and dated membership.
#[derive(Debug, Clone, Default)]
pub struct Economies {
    economies: Vec<Economy>,
    members: BTreeMap<String, Vec<(String, Validity)>>,
}

impl Economies {
    /// Reads `economies.csv` and `blocs.csv`.
    #[must_use]
    pub fn load(sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let economies: Vec<Economy> = sheets
            .rows("economies")
            .map(|row| Economy {
                id: row.owned("economy"),
                name: row.owned("name"),
                aliases: row.list("aliases").map(str::to_owned).collect(),
            })
            .collect();
        let mut members: BTreeMap<String, Vec<(String, Validity)>> = BTreeMap::new();
        for row in sheets.rows("blocs") {
            let bloc = row.text("bloc");
            if economies.iter().any(|economy| economy.id == bloc) {
                findings.push(
                    row.error("duplicate-row", "bloc", format!("`{bloc}` is an economy already"))
                        .valid("a name of its own"),
                );
                continue;
            }
            let Some(from) = row.date("from") else { continue };
            let validity = Validity { from, to: row.end("to"), confirmed_until: None };
            members.entry(bloc.to_owned()).or_default().push((row.owned("economy"), validity));
        }
        Self { economies, members }
    }

    /// All economies, in the case's order.
    #[must_use]
    pub fn all(&self) -> &[Economy] {
        &self.economies
    }

    /// An economy by code, name or alias, in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Economy> {
        let wanted = plain(name);
        self.economies.iter().find(|economy| {
            plain(&economy.id) == wanted
                || plain(&economy.name) == wanted
                || economy.aliases.iter().any(|alias| plain(alias) == wanted)
        })
    }

    /// The name of an economy; its code where it is unknown.
    #[must_use]
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.economies.iter().find(|economy| economy.id == id).map_or(id, |economy| &economy.name)
    }

    /// Whether an economy is, or belongs on that date to, the party named.
    #[must_use]
    pub fn belongs(&self, economy: &str, party: &str, date: Date) -> bool {
        economy == party
            || self.members.get(party).is_some_and(|members| {
                members.iter().any(|(member, validity)| member == economy && validity.at(date) != Holds::No)
            })
    }

    /// Days on which membership changes.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.members.values().flatten().flat_map(|(_, validity)| validity.changes())
    }
}
