//! Commodities, the vehicles that carry them and what one vehicle takes.

use jiff::civil::Date;

use crate::exchange::Exchange;
use crate::finding::Finding;
use crate::names::{Names, suggestion};
use crate::provenance::Provenance;
use crate::sheet::Sheets;

/// A mode of transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Railway.
    Rail,
    /// Road.
    Road,
    /// A ship onto which wagons or trucks roll.
    Ferry,
    /// A ship into which goods are loaded.
    Sea,
    /// Aircraft.
    Air,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 5] = [Self::Rail, Self::Road, Self::Ferry, Self::Sea, Self::Air];

    /// The mode of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rail => "rail",
            Self::Road => "road",
            Self::Ferry => "ferry",
            Self::Sea => "sea",
            Self::Air => "air",
        }
    }
}

/// The form in which goods travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Loose dry goods: grain, ore.
    DryBulk,
    /// Liquids in tanks.
    LiquidBulk,
    /// Containers.
    Container,
    /// Pieces, bags, pallets.
    General,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 4] = [Self::DryBulk, Self::LiquidBulk, Self::Container, Self::General];

    /// The form of a word of the case format.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }

    /// The word of the case format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DryBulk => "dry_bulk",
            Self::LiquidBulk => "liquid_bulk",
            Self::Container => "container",
            Self::General => "general",
        }
    }
}

/// A good, with its grade.
#[derive(Debug, Clone)]
pub struct Commodity {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// HS code; empty for mixed goods.
    pub hs: String,
    /// Class or quality; may be empty.
    pub grade: String,
    /// Its usual form.
    pub form: Form,
    /// USD per tonne at origin.
    pub unit_value: f64,
    /// USD per tonne and hour.
    pub value_of_time: f64,
    /// The date at which the values held.
    pub price_date: Option<Date>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

/// A unit in which goods are carried.
#[derive(Debug, Clone)]
pub struct Vehicle {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// The mode it moves by.
    pub mode: Mode,
    /// Track gauge in millimetres; zero off the rails.
    pub gauge_mm: u32,
    /// The form of goods it takes.
    pub form: Form,
    /// Usual load in tonnes.
    pub tonnes: f64,
    /// Containers it takes.
    pub teu: Option<f64>,
    /// Vehicles in a usual train.
    pub per_train: Option<u32>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

/// Commodities, vehicles and loads.
#[derive(Debug, Clone, Default)]
pub struct Goods {
    commodity_names: Names,
    commodities: Vec<Commodity>,
    vehicles: Vec<Vehicle>,
    loads: Vec<(String, String, f64)>,
}

impl Goods {
    /// Reads `commodities.csv`, `vehicles.csv` and `loads.csv`.
    #[must_use]
    pub fn load(sheets: &mut Sheets, findings: &mut Vec<Finding>) -> Self {
        let mut goods = Self::default();
        let mut gone = Vec::new();
        for row in sheets.rows("commodities") {
            let hs = row.owned("hs");
            if !hs.chars().all(|digit| digit.is_ascii_digit()) {
                findings.push(
                    row.error("malformed-value", "hs", format!("`{hs}` is not an HS code"))
                        .valid("2, 4 or 6 digits"),
                );
                gone.push(row.owned("commodity"));
                continue;
            }
            let Some(form) = Form::of(row.text("form")) else { continue };
            goods.commodity_names.add(row.text("commodity"));
            goods.commodities.push(Commodity {
                id: row.owned("commodity"),
                name: row.owned("name"),
                hs,
                grade: row.owned("grade"),
                form,
                unit_value: row.value("unit_value"),
                value_of_time: row.value("value_of_time"),
                price_date: row.date("price_date"),
                provenance: Provenance::of(row),
            });
        }
        sheets.set_aside("commodities", &gone, findings);
        gone.clear();
        for row in sheets.rows("vehicles") {
            let (Some(mode), Some(form)) = (Mode::of(row.text("mode")), Form::of(row.text("form"))) else {
                continue;
            };
            let gauge_mm = row.count("gauge_mm").unwrap_or(0);
            if (mode == Mode::Rail) != (gauge_mm > 0) {
                findings.push(
                    row.error(
                        "malformed-value",
                        "gauge_mm",
                        "a gauge belongs to rail vehicles, and they need one",
                    )
                    .valid("1520 or 1435"),
                );
                gone.push(row.owned("vehicle"));
                continue;
            }
            let tonnes = row.value("tonnes");
            if tonnes <= 0.0 {
                findings.push(
                    row.error("malformed-value", "tonnes", "a vehicle that takes nothing was left out")
                        .valid("above zero"),
                );
                gone.push(row.owned("vehicle"));
                continue;
            }
            goods.vehicles.push(Vehicle {
                id: row.owned("vehicle"),
                name: row.owned("name"),
                mode,
                gauge_mm,
                form,
                tonnes,
                teu: row.number("teu").filter(|teu| *teu > 0.0),
                per_train: row.count("per_train").filter(|count| *count > 0),
                provenance: Provenance::of(row),
            });
        }
        sheets.set_aside("vehicles", &gone, findings);
        for row in sheets.rows("loads") {
            let tonnes = row.value("tonnes");
            if tonnes <= 0.0 {
                findings.push(
                    row.error("malformed-value", "tonnes", "a load of nothing was left out")
                        .valid("above zero"),
                );
                continue;
            }
            goods.loads.push((row.owned("commodity"), row.owned("vehicle"), tonnes));
        }
        goods
    }

    /// Brings the values of all goods to the prices that the exchange was asked for.
    pub fn restate(&mut self, exchange: &Exchange) {
        for commodity in &mut self.commodities {
            let factor = commodity.price_date.map_or(1.0, |date| exchange.restated(date));
            commodity.unit_value *= factor;
            commodity.value_of_time *= factor;
        }
    }

    /// All commodities, in the case's order.
    #[must_use]
    pub fn commodities(&self) -> &[Commodity] {
        &self.commodities
    }

    /// All vehicles, in the case's order.
    #[must_use]
    pub fn vehicles(&self) -> &[Vehicle] {
        &self.vehicles
    }

    /// A commodity by its identifier or its HS code.
    ///
    /// # Errors
    /// Suggestions, where nothing has that name.
    pub fn commodity(&self, name: &str) -> Result<&Commodity, String> {
        let wanted = name.to_lowercase();
        self.commodity_names
            .number(&wanted)
            .and_then(|number| self.commodities.get(number as usize))
            .or_else(|| {
                self.commodities.iter().find(|commodity| !commodity.hs.is_empty() && commodity.hs == name)
            })
            .ok_or_else(|| suggestion(name, self.commodity_names.iter()))
    }

    /// The vehicle of a form in a mode and gauge.
    #[must_use]
    pub fn vehicle(&self, form: Form, mode: Mode, gauge_mm: u32) -> Option<u32> {
        let fits =
            |vehicle: &Vehicle| vehicle.form == form && vehicle.mode == mode && vehicle.gauge_mm == gauge_mm;
        self.vehicles.iter().position(fits).and_then(|index| u32::try_from(index).ok())
    }

    /// Tonnes of a commodity in one vehicle.
    #[must_use]
    pub fn tonnes_per_vehicle(&self, commodity: &Commodity, vehicle: &Vehicle) -> f64 {
        self.loads
            .iter()
            .find(|(of, in_vehicle, _)| *of == commodity.id && *in_vehicle == vehicle.id)
            .map_or(vehicle.tonnes, |(.., tonnes)| *tonnes)
    }
}
