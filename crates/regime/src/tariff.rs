//! Base tariffs: a price per tonne from distance, by carrier, mode and goods.

use case::{Case, Finding, Form, Mode, Provenance, Sheets};
use jiff::civil::Date;
use network::GoodsScope;

/// A band of a base tariff.
#[derive(Debug, Clone)]
pub struct Tariff {
    /// Identifier.
    pub id: String,
    /// Whose; empty for any carrier of the mode without one of its own.
    pub carrier: String,
    /// Mode.
    pub mode: Mode,
    /// Forms of goods; none means all.
    pub forms: Vec<Form>,
    /// HS prefixes.
    pub goods: GoodsScope,
    /// The band, km: from, and up to but not including.
    pub band: (f64, f64),
    /// USD per tonne that does not depend on distance.
    pub initial: f64,
    /// USD per tonne and kilometre.
    pub per_km: f64,
    /// The date at which it held.
    pub price_date: Date,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl Tariff {
    /// USD per tonne for a haul.
    #[must_use]
    pub fn charge(&self, km: f64) -> f64 {
        self.initial + self.per_km * km
    }
}

/// The base tariffs of a case.
#[derive(Debug, Clone, Default)]
pub struct Tariffs {
    /// All bands.
    pub tariffs: Vec<Tariff>,
}

/// What a tariff is looked up for.
#[derive(Debug, Clone, Copy)]
pub struct Carriage<'a> {
    /// The carrier; may be empty.
    pub carrier: &'a str,
    /// The mode.
    pub mode: Mode,
    /// The form of the goods.
    pub form: Form,
    /// Their HS code; may be empty.
    pub hs: &'a str,
    /// Length of the haul, km.
    pub km: f64,
    /// The day on which it starts.
    pub date: Date,
}

impl Tariffs {
    /// Reads `tariffs.csv`.
    #[must_use]
    pub fn load(case: &Case, sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let mut tariffs: Vec<Tariff> = Vec::new();
        for row in sheets.rows("tariffs") {
            let (Some(mode), Some(price_date)) = (Mode::of(row.text("mode")), row.date("price_date")) else {
                continue;
            };
            if !case.exchange.check(row, "currency", findings) {
                continue;
            }
            let band = (row.value("from_km"), row.number("to_km").unwrap_or(f64::INFINITY));
            if band.1 <= band.0 {
                findings.push(
                    row.error(
                        "malformed-value",
                        "to_km",
                        format!("the band ends at {} km, before it starts; the row was left out", band.1),
                    )
                    .valid(format!("more than {} km, or empty", band.0)),
                );
                continue;
            }
            let usd = |column: &str| {
                case.exchange.to_usd(row.value(column), row.text("currency"), Some(price_date))
            };
            tariffs.push(Tariff {
                id: row.owned("tariff"),
                carrier: row.owned("carrier"),
                mode,
                forms: row.list("forms").filter_map(Form::of).collect(),
                goods: GoodsScope::of(row, "goods"),
                band,
                initial: usd("initial"),
                per_km: usd("per_km"),
                price_date,
                provenance: Provenance::of(row),
            });
        }
        let loaded = Self { tariffs };
        loaded.check_monotone(findings);
        loaded
    }

    /// The band that prices a carriage: of the rows that fit, the most particular in carrier, then
    /// goods, then form; of those, the last price on or before the date, else the first after it.
    #[must_use]
    pub fn band(&self, carriage: &Carriage<'_>) -> Option<(u32, &Tariff)> {
        let fits = |tariff: &&Tariff| {
            tariff.mode == carriage.mode
                && (tariff.carrier.is_empty() || tariff.carrier == carriage.carrier)
                && (tariff.forms.is_empty() || tariff.forms.contains(&carriage.form))
                && tariff.goods.holds(carriage.hs)
                && tariff.band.0 <= carriage.km
                && carriage.km < tariff.band.1
        };
        let particular = |tariff: &Tariff| {
            let goods = tariff.goods.0.iter().map(String::len).max().unwrap_or(0);
            (!tariff.carrier.is_empty(), goods, !tariff.forms.is_empty())
        };
        let timely = |tariff: &Tariff| {
            if tariff.price_date <= carriage.date {
                (1, tariff.price_date.duration_since(Date::constant(1900, 1, 1)).as_hours())
            } else {
                (0, -tariff.price_date.duration_since(Date::constant(1900, 1, 1)).as_hours())
            }
        };
        (0u32..)
            .zip(&self.tariffs)
            .filter(|(_, tariff)| fits(tariff))
            .max_by_key(|(number, tariff)| (particular(tariff), timely(tariff), std::cmp::Reverse(*number)))
    }

    /// A charge that falls with distance would make a detour cheaper than the way.
    fn check_monotone(&self, findings: &mut Vec<Finding>) {
        for (index, tariff) in self.tariffs.iter().enumerate() {
            for other in &self.tariffs[index + 1..] {
                let (near, far) =
                    if tariff.band.0 <= other.band.0 { (tariff, other) } else { (other, tariff) };
                let same = near.carrier == far.carrier
                    && near.mode == far.mode
                    && near.forms == far.forms
                    && near.goods == far.goods
                    && near.price_date == far.price_date
                    && near.band.1 == far.band.0;
                if same && far.charge(far.band.0) + 1e-9 < near.charge(near.band.1) {
                    findings.push(
                        Finding::warning(
                            "falling-tariff",
                            "tariffs.csv",
                            format!(
                                "{} charges {:.2} USD/t at {} km, less than {} just below",
                                far.id,
                                far.charge(far.band.0),
                                far.band.0,
                                near.id
                            ),
                        )
                        .valid("a charge that does not fall with distance"),
                    );
                }
            }
        }
    }
}
