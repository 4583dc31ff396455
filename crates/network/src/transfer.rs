//! Changes of mode, gauge or vehicle at a place; loading and unloading.

use case::{Exchange, Finding, Form, Mode, Money, Provenance, Sheets};

use crate::crossing::Duration;
use crate::place::{PlaceId, Places};

/// One side of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Goods lie in store: the start or the end of the journey.
    Store,
    /// Goods are in or on a vehicle of a mode, with its gauge on rails (zero: any).
    On(Mode, u32),
}

impl Side {
    fn of(mode: &str, gauge_mm: Option<u32>) -> Option<Self> {
        if mode == "store" {
            Some(Self::Store)
        } else {
            Mode::of(mode).map(|mode| Self::On(mode, gauge_mm.unwrap_or(0)))
        }
    }

    /// Whether a vehicle of this mode and gauge is on this side.
    #[must_use]
    pub fn holds(self, mode: Mode, gauge_mm: u32) -> bool {
        matches!(self, Self::On(own, gauge) if own == mode && (gauge == 0 || gauge == gauge_mm))
    }
}

/// A change of mode, gauge or vehicle.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Identifier.
    pub id: String,
    /// Where; nothing means every place without a row of its own.
    pub place: Option<PlaceId>,
    /// Before.
    pub from: Side,
    /// After.
    pub to: Side,
    /// Forms of goods it serves; none means all.
    pub forms: Vec<Form>,
    /// Whether the reverse is possible at the same time and price.
    pub both_ways: bool,
    /// How long it takes.
    pub duration: Duration,
    /// What it costs; nothing where not known.
    pub money: Option<Money>,
    /// A remark; may be empty.
    pub note: String,
    /// Where the figures come from.
    pub provenance: Provenance,
}

/// Reads `transfers.csv`.
#[must_use]
pub(crate) fn load_transfers(
    sheets: &Sheets,
    places: &Places,
    exchange: &Exchange,
    findings: &mut Vec<Finding>,
) -> Vec<Transfer> {
    let mut transfers = Vec::new();
    for row in sheets.rows("transfers") {
        let name = row.text("place");
        let place = if name == "*" { None } else { places.id(name) };
        if place.is_none() && name != "*" {
            let near = case::suggestion(name, places.all().iter().map(|place| place.id.as_str()));
            findings
                .push(row.error("unknown-reference", "place", format!("places has no `{name}`")).valid(near));
            continue;
        }
        let from = Side::of(row.text("from_mode"), row.count("from_gauge_mm"));
        let to = Side::of(row.text("to_mode"), row.count("to_gauge_mm"));
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from == to {
            findings.push(
                row.error("malformed-value", "to_mode", "it changes nothing and was left out")
                    .valid("another mode or gauge"),
            );
            continue;
        }
        let afloat = |side| matches!(side, Side::On(Mode::Ferry, _));
        let rolls = |side| matches!(side, Side::On(Mode::Rail | Mode::Road, _));
        if afloat(from) != rolls(to) && afloat(from) || afloat(to) && !rolls(from) {
            findings.push(
                row.error(
                    "malformed-value",
                    "to_mode",
                    "only wagons and trucks roll on and off a ferry; the row was left out",
                )
                .valid("rail or road on the other side of a ferry"),
            );
            continue;
        }
        if place.is_none() && from != Side::Store && to != Side::Store {
            findings.push(
                row.error(
                    "malformed-value",
                    "place",
                    "only loading and unloading may be at every place; the row was left out",
                )
                .valid("an identifier of places.csv"),
            );
            continue;
        }
        transfers.push(Transfer {
            id: row.owned("transfer"),
            place,
            from,
            to,
            forms: row.list("forms").filter_map(Form::of).collect(),
            both_ways: row.is_yes("both_ways"),
            duration: Duration::of(row),
            money: Money::of(row, exchange, findings),
            note: row.owned("note"),
            provenance: Provenance::of(row),
        });
    }
    transfers
}
