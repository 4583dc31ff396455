//! Base tariffs: a price per tonne from distance, by carrier, mode and goods.

use case::{Basis, Case, Finding, Form, Mode, Provenance, Sheets, Terms};
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
    /// The part that does not depend on distance, in the currency and for the basis of the terms.
    pub initial: f64,
    /// The part for each kilometre, in the same terms.
    pub per_km: f64,
    /// Currency, basis, tax, price date, payer.
    pub terms: Terms,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl Tariff {
    /// What a haul costs, in the terms of the row.
    #[must_use]
    pub fn charge(&self, km: f64) -> f64 {
        self.initial + self.per_km * km
    }

    /// When the rate held; rates assumed by a question are older than any.
    #[must_use]
    pub fn price_date(&self) -> Date {
        self.terms.price_date.unwrap_or(Date::MIN)
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
    /// Length of the haul, km.
    pub km: f64,
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
            let basis = Basis::of(row.text("basis")).unwrap_or(Basis::Tonne);
            tariffs.push(Tariff {
                id: row.owned("tariff"),
                carrier: row.owned("carrier"),
                mode,
                forms: row.list("forms").filter_map(Form::of).collect(),
                goods: GoodsScope::of(row, "goods"),
                band,
                initial: row.value("initial"),
                per_km: row.value("per_km"),
                terms: Terms::of(row, row.text("currency"), basis, Some(price_date), findings),
                provenance: Provenance::of(row),
            });
        }
        let loaded = Self { tariffs };
        loaded.check_monotone(findings);
        loaded
    }

    /// The rows that may price goods of a form and heading on a date, the one that speaks first in front: those that the
    /// user laid over the case, then the most particular in carrier, then goods, then form; of those, the last price on
    /// or before the date, else the first after it.
    #[must_use]
    pub fn shortlist(&self, form: Form, hs: &str, date: Date) -> Vec<u32> {
        let fits = |tariff: &Tariff| {
            (tariff.forms.is_empty() || tariff.forms.contains(&form)) && tariff.goods.holds(hs)
        };
        let particular = |tariff: &Tariff| {
            let goods = tariff.goods.0.iter().map(String::len).max().unwrap_or(0);
            (tariff.provenance.by_user, !tariff.carrier.is_empty(), goods, !tariff.forms.is_empty())
        };
        let timely = |tariff: &Tariff| {
            let day = tariff.price_date().duration_since(Date::constant(1900, 1, 1)).as_hours();
            if tariff.price_date() <= date { (1, day) } else { (0, -day) }
        };
        let mut list: Vec<u32> = (0u32..)
            .zip(&self.tariffs)
            .filter(|(_, tariff)| fits(tariff))
            .map(|(number, _)| number)
            .collect();
        list.sort_by_key(|number| {
            let tariff = &self.tariffs[*number as usize];
            std::cmp::Reverse((particular(tariff), timely(tariff), std::cmp::Reverse(*number)))
        });
        list
    }

    /// The first row of a shortlist that prices a carriage.
    #[must_use]
    pub fn band(&self, shortlist: &[u32], carriage: &Carriage<'_>) -> Option<(u32, &Tariff)> {
        let fits = |tariff: &Tariff| {
            tariff.mode == carriage.mode
                && tariff.band.0 <= carriage.km
                && carriage.km < tariff.band.1
                && (tariff.carrier.is_empty() || tariff.carrier == carriage.carrier)
        };
        let rows = shortlist.iter().map(|number| (*number, &self.tariffs[*number as usize]));
        rows.into_iter().find(|(_, tariff)| fits(tariff))
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
                    && near.terms == far.terms
                    && near.band.1 == far.band.0;
                if same && far.charge(far.band.0) + 1e-9 < near.charge(near.band.1) {
                    findings.push(
                        Finding::warning(
                            "falling-tariff",
                            "tariffs.csv",
                            format!(
                                "{} charges {:.2} {} at {} km, less than {} just below",
                                far.id,
                                far.charge(far.band.0),
                                far.terms.unit(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use case::{Confidence, Evidence};
    use jiff::civil::date;

    fn row(
        id: &str,
        carrier: &str,
        goods: &[&str],
        band: (f64, f64),
        per_km: f64,
        price_date: Date,
    ) -> Tariff {
        Tariff {
            id: id.to_owned(),
            carrier: carrier.to_owned(),
            mode: Mode::Rail,
            forms: Vec::new(),
            goods: GoodsScope(goods.iter().map(|prefix| (*prefix).to_owned()).collect()),
            band,
            initial: 0.0,
            per_km,
            terms: Terms { price_date: Some(price_date), ..Terms::usd_per_tonne() },
            provenance: Provenance {
                source: "test".to_owned(),
                confidence: Confidence::High,
                evidence: Evidence::Published,
                last_confirmed: None,
                place: "tariffs.csv:2".to_owned(),
                by_user: false,
                cells: Vec::new(),
            },
        }
    }

    fn tariffs() -> Tariffs {
        let always = (0.0, f64::INFINITY);
        let tariffs = vec![
            row("any", "", &[], always, 0.04, date(2020, 1, 1)),
            row("ktz-old", "KTZ", &[], always, 0.02, date(2022, 1, 1)),
            row("ktz-new", "KTZ", &[], always, 0.03, date(2025, 7, 1)),
            row("ktz-grain-near", "KTZ", &["10"], (0.0, 500.0), 0.025, date(2022, 1, 1)),
            row("ktz-grain-far", "KTZ", &["10"], (500.0, f64::INFINITY), 0.015, date(2022, 1, 1)),
        ];
        Tariffs { tariffs }
    }

    fn chosen(carrier: &str, hs: &str, km: f64, day: Date) -> String {
        let carriage = Carriage { carrier, mode: Mode::Rail, km };
        tariffs()
            .band(&tariffs().shortlist(Form::DryBulk, hs, day), &carriage)
            .map_or("none".to_owned(), |(_, tariff)| tariff.id.clone())
    }

    #[test]
    fn the_most_particular_row_prices_a_carriage_then_the_last_price_known_on_the_day() {
        let day = date(2025, 1, 1);
        assert_eq!(chosen("RZD", "2710", 100.0, day), "any");
        assert_eq!(chosen("KTZ", "2710", 100.0, day), "ktz-old");
        assert_eq!(chosen("KTZ", "2710", 100.0, date(2025, 7, 1)), "ktz-new");
        assert_eq!(
            chosen("KTZ", "2710", 100.0, date(2019, 1, 1)),
            "ktz-old",
            "else the first price after it"
        );
        assert_eq!(chosen("KTZ", "1001", 100.0, date(2026, 1, 1)), "ktz-grain-near", "goods before date");
    }

    #[test]
    fn a_band_holds_from_its_first_kilometre_up_to_but_not_including_its_last() {
        let day = date(2025, 1, 1);
        assert_eq!(chosen("KTZ", "1001", 499.9, day), "ktz-grain-near");
        assert_eq!(chosen("KTZ", "1001", 500.0, day), "ktz-grain-far");
    }

    #[test]
    fn a_charge_that_falls_where_a_band_begins_is_a_finding() {
        let mut findings = Vec::new();
        tariffs().check_monotone(&mut findings);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["falling-tariff"], "12.50 USD/t just below 500 km, 7.50 from there on");
    }
}
