//! Charges: what a shipment costs beside carriage, handling and borders.
//!
//! A charge belongs to a whole shipment on a route: the hire of its wagons, a surveyor, insurance,
//! finance. It is a line of a cost sheet, not a price of a step, so the search does not see it.

use case::{Basis, Case, Finding, Form, Mode, Provenance, Row, Sheets, Terms, Validity};
use jiff::civil::Date;
use network::{GoodsScope, Network, PlaceId};

use crate::consignment::Consignment;

/// A line of a cost sheet, in the order in which sheets print them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostItem {
    /// Loading and what a terminal asks at the origin.
    Loading,
    /// Waiting for the plan and for wagons.
    Waiting,
    /// Carriage, by railway or mode.
    Carriage,
    /// Hire of wagons for the round trip.
    WagonRent,
    /// The way back of empty wagons.
    EmptyReturn,
    /// Changes of mode, gauge or vehicle.
    Transhipment,
    /// Ferry, ship, aircraft.
    Vessel,
    /// What is done and taken at borders.
    Border,
    /// Unloading at the destination.
    Unloading,
    /// Papers.
    Documents,
    /// Surveyor and laboratory.
    Surveyor,
    /// Insurance of the goods.
    Insurance,
    /// Finance of the goods while they travel.
    Finance,
    /// Natural loss, spillage, theft.
    Losses,
    /// What standing wagons may cost beyond the plan.
    Demurrage,
    /// Anything else.
    Other,
    /// Customs duty where the goods come from.
    ExportDuty,
    /// Customs duty where they go to.
    ImportDuty,
    /// Value added tax on the goods where they are imported: a tax that is passed on, never in a net
    /// total.
    ImportVat,
}

impl CostItem {
    /// All items, in the order of a sheet.
    pub const ALL: [Self; 19] = [
        Self::Loading,
        Self::Waiting,
        Self::Carriage,
        Self::WagonRent,
        Self::EmptyReturn,
        Self::Transhipment,
        Self::Vessel,
        Self::Border,
        Self::Unloading,
        Self::Documents,
        Self::Surveyor,
        Self::Insurance,
        Self::Finance,
        Self::Losses,
        Self::Demurrage,
        Self::Other,
        Self::ExportDuty,
        Self::ImportDuty,
        Self::ImportVat,
    ];

    /// The item of a word of the case format.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.word() == word)
    }

    /// The word of the case format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Waiting => "waiting",
            Self::Carriage => "carriage",
            Self::WagonRent => "wagon_rent",
            Self::EmptyReturn => "empty_return",
            Self::Transhipment => "transhipment",
            Self::Vessel => "vessel",
            Self::Border => "border",
            Self::Unloading => "unloading",
            Self::Documents => "documents",
            Self::Surveyor => "surveyor",
            Self::Insurance => "insurance",
            Self::Finance => "finance",
            Self::Losses => "losses",
            Self::Demurrage => "demurrage",
            Self::Other => "other",
            Self::ExportDuty => "export_duty",
            Self::ImportDuty => "import_duty",
            Self::ImportVat => "import_vat",
        }
    }

    /// The item as a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Loading => "Loading and terminal",
            Self::Waiting => "Waiting for plan and wagons",
            Self::Carriage => "Carriage",
            Self::WagonRent => "Wagon hire, round trip",
            Self::EmptyReturn => "Empty return",
            Self::Transhipment => "Transhipment",
            Self::Vessel => "Ferry, ship, aircraft",
            Self::Border => "Borders",
            Self::Unloading => "Unloading",
            Self::Documents => "Documents and certificates",
            Self::Surveyor => "Surveyor",
            Self::Insurance => "Insurance",
            Self::Finance => "Finance cost of time",
            Self::Losses => "Losses",
            Self::Demurrage => "Demurrage risk",
            Self::Other => "Other",
            Self::ExportDuty => "Duty at origin",
            Self::ImportDuty => "Duty at destination",
            Self::ImportVat => "Value added tax at import",
        }
    }
}

/// What the amount of a charge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeUnit {
    /// Money, and what it is paid for.
    Money(Basis),
    /// Money for a vehicle and day.
    VehicleDay,
    /// Per cent of the value of the goods.
    PercentOfValue,
    /// Per cent of their value for a year of travel.
    PercentOfValuePerYear,
}

/// A charge.
#[derive(Debug, Clone)]
pub struct Charge {
    /// Identifier.
    pub id: String,
    /// The line of the sheet.
    pub item: CostItem,
    /// What it is, in words.
    pub title: String,
    /// How much, in `unit`; nothing where it is known to exist and not how high it is.
    pub amount: Option<f64>,
    /// What the amount is.
    pub unit: ChargeUnit,
    /// Currency, tax, price date, payer.
    pub terms: Terms,
    /// To what it applies.
    pub scope: ShipmentScope,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// To which shipments a charge or a document applies. What is empty says nothing.
#[derive(Debug, Clone)]
pub struct ShipmentScope {
    /// Economies or blocs the goods come from.
    pub origins: Vec<String>,
    /// … and go to.
    pub destinations: Vec<String>,
    /// HS prefixes.
    pub goods: GoodsScope,
    /// Forms of goods.
    pub forms: Vec<Form>,
    /// A mode that the route uses.
    pub modes: Vec<Mode>,
    /// A carrier it uses.
    pub carriers: Vec<String>,
    /// A place it touches.
    pub places: Vec<PlaceId>,
    /// When it holds.
    pub validity: Validity,
}

/// What a route uses and touches, for finding what applies to it.
#[derive(Debug, Clone, Default)]
pub struct Trip {
    /// Modes.
    pub modes: Vec<Mode>,
    /// Carriers.
    pub carriers: Vec<String>,
    /// Places.
    pub places: Vec<PlaceId>,
    /// Crossings, by number, in order.
    pub crossings: Vec<u32>,
    /// Economies, in order.
    pub territory: Vec<String>,
}

impl ShipmentScope {
    /// The scope of a row; columns that its table lacks say nothing.
    pub(crate) fn of(row: Row<'_>, network: &Network) -> Self {
        let list = |column: &str| -> Vec<String> {
            if row.has(column) { row.list(column).map(str::to_owned).collect() } else { Vec::new() }
        };
        Self {
            origins: list("origins"),
            destinations: list("destinations"),
            goods: GoodsScope::of(row, "goods"),
            forms: list("forms").iter().filter_map(|word| Form::of(word)).collect(),
            modes: list("modes").iter().filter_map(|word| Mode::of(word)).collect(),
            carriers: list("carriers"),
            places: list("places").iter().filter_map(|place| network.places.id(place)).collect(),
            validity: Validity {
                from: row.date("valid_from").unwrap_or(Date::constant(1900, 1, 1)),
                to: row.end("valid_to"),
                confirmed_until: row.date("last_confirmed").filter(|_| row.text("valid_to") == "unknown"),
            },
        }
    }

    /// Whether it holds wherever another does, as far as modes, carriers, places, goods and forms go.
    #[must_use]
    pub fn is_as_wide_as(&self, other: &Self) -> bool {
        fn covers<T: PartialEq>(own: &[T], other: &[T]) -> bool {
            own.is_empty() || (!other.is_empty() && other.iter().all(|one| own.contains(one)))
        }
        covers(&self.modes, &other.modes)
            && covers(&self.carriers, &other.carriers)
            && covers(&self.places, &other.places)
            && covers(&self.forms, &other.forms)
            && covers(&self.goods.0, &other.goods.0)
    }

    /// Whether it holds a consignment on a trip on a date. What may have ended does not.
    #[must_use]
    pub fn holds(&self, consignment: &Consignment, trip: &Trip, case: &Case, date: Date) -> bool {
        let party = |economy: &str, parties: &[String]| {
            parties.is_empty() || parties.iter().any(|party| case.economies.belongs(economy, party, date))
        };
        party(&consignment.origin_economy, &self.origins)
            && party(&consignment.destination_economy, &self.destinations)
            && self.goods.holds(&consignment.commodity.hs)
            && (self.forms.is_empty() || self.forms.contains(&consignment.form))
            && meets(&self.modes, &trip.modes)
            && meets(&self.carriers, &trip.carriers)
            && meets(&self.places, &trip.places)
            && self.validity.at(date) == case::Holds::Yes
    }
}

/// Whether a scope names none, or one that is there.
pub(crate) fn meets<T: PartialEq>(wanted: &[T], there: &[T]) -> bool {
    wanted.is_empty() || wanted.iter().any(|own| there.contains(own))
}

/// Reads `costs.csv`.
#[must_use]
pub(crate) fn load(
    case: &Case,
    network: &Network,
    sheets: &Sheets,
    findings: &mut Vec<Finding>,
) -> Vec<Charge> {
    sheets.rows("costs").filter_map(|row| charge(row, case, network, findings)).collect()
}

fn charge(row: Row<'_>, case: &Case, network: &Network, findings: &mut Vec<Finding>) -> Option<Charge> {
    let unit = match row.text("unit") {
        "per_vehicle_day" => ChargeUnit::VehicleDay,
        "percent_of_value" => ChargeUnit::PercentOfValue,
        "percent_of_value_per_year" => ChargeUnit::PercentOfValuePerYear,
        word => ChargeUnit::Money(word.strip_prefix("per_").and_then(Basis::of)?),
    };
    let amount = row.number("amount");
    let basis = match unit {
        ChargeUnit::Money(basis) => basis,
        ChargeUnit::VehicleDay => Basis::Vehicle,
        ChargeUnit::PercentOfValue | ChargeUnit::PercentOfValuePerYear => Basis::Tonne,
    };
    let is_money = matches!(unit, ChargeUnit::Money(_) | ChargeUnit::VehicleDay);
    if is_money && amount.is_some() && !case.exchange.check(row, "currency", findings) {
        return None;
    }
    let price_date = row.date("price_date");
    if is_money && price_date.is_none() && amount.is_some_and(|amount| amount > 0.0) {
        findings.push(
            row.warning("incomplete-money", "price_date", "the amount has no price date")
                .valid("the day on which the price held, YYYY-MM-DD"),
        );
    }
    if let Some(percent) = amount.filter(|percent| !is_money && *percent > 100.0) {
        findings.push(
            row.error("too-large", "amount", format!("{percent} per cent of the value of the goods"))
                .valid("0 to 100"),
        );
        return None;
    }
    Some(Charge {
        id: row.owned("cost"),
        item: CostItem::of(row.text("item"))?,
        title: row.owned("title"),
        amount,
        unit,
        terms: Terms::of(row, row.text("currency"), basis, price_date, findings),
        scope: ShipmentScope::of(row, network),
        provenance: Provenance::of(row),
    })
}
