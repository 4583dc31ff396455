//! Groups of goods, and how their trade answers to cost, distance and borders.

use case::{Case, Commodity, Finding, Provenance, Row, Sheets};

use super::OutsideWay;

/// Which law a group's trade follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// Goods come from wherever they land cheapest: spatial price equilibrium.
    Homogeneous,
    /// Goods differ by origin: gravity.
    Differentiated,
}

impl GroupKind {
    /// The word of the case format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Homogeneous => "homogeneous",
            Self::Differentiated => "differentiated",
        }
    }
}

/// A coefficient with its range and where it comes from.
#[derive(Debug, Clone)]
pub struct Coefficient {
    /// The value used.
    pub value: f64,
    /// The low and high end of its range, where stated.
    pub range: Option<(f64, f64)>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A group of goods.
#[derive(Debug, Clone)]
pub struct TradeGroup {
    /// Identifier.
    pub id: String,
    /// Name in English.
    pub name: String,
    /// Which law its trade follows.
    pub kind: GroupKind,
    /// The commodity that stands for it.
    pub commodity: Commodity,
    /// HS prefixes of its goods.
    pub hs: Vec<String>,
    /// Output of, and spending on, its goods as a share of GDP; nothing for homogeneous goods.
    pub gdp_share: Option<f64>,
    /// Elasticity θ of trade to the iceberg cost, above zero; always there where differentiated.
    pub elasticity: Option<Coefficient>,
    /// Elasticity of trade to distance, below zero; always there where differentiated.
    pub distance: Option<Coefficient>,
    /// Logarithm of what crossing a border leaves of trade; always there where differentiated.
    pub border: Option<Coefficient>,
    /// Logarithm of what neighbours trade more; nothing where the case does not say.
    pub contiguity: Option<Coefficient>,
    /// Elasticity λ of the odds of the network over the way beyond it to the ratio of their costs, above zero.
    pub rivalry: Coefficient,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl TradeGroup {
    /// The iceberg factor of a cost in USD per tonne; infinite where there is no way.
    #[must_use]
    pub fn iceberg(&self, usd_per_tonne: f64) -> f64 {
        1.0 + usd_per_tonne / self.commodity.unit_value
    }

    /// Whether goods of an HS code are counted to it.
    #[must_use]
    pub fn holds(&self, hs: &str) -> bool {
        self.hs.iter().any(|prefix| hs.starts_with(prefix.as_str()))
    }
}

/// Reads `trade_groups.csv` and `trade_coefficients.csv`.
pub(super) fn load(
    case: &Case,
    sheets: &Sheets,
    ways: &[OutsideWay],
    findings: &mut Vec<Finding>,
) -> Vec<TradeGroup> {
    let mut groups: Vec<TradeGroup> = Vec::new();
    let rows = coefficients(sheets, findings);
    for row in sheets.rows("trade_groups") {
        let commodity =
            case.goods.commodities().iter().find(|commodity| commodity.id == row.text("commodity"));
        let Some(commodity) = commodity else { continue };
        if commodity.unit_value <= 0.0 {
            let problem = format!(
                "{} has no value, so its cost has no share of it; the group was left out",
                commodity.id
            );
            findings
                .push(row.error("malformed-value", "commodity", problem).valid("a unit value above zero"));
            continue;
        }
        let kind = match row.text("kind") {
            "homogeneous" => GroupKind::Homogeneous,
            _ => GroupKind::Differentiated,
        };
        let hs: Vec<String> = row.list("hs").map(str::to_owned).collect();
        let clash = groups.iter().find(|other| {
            other.hs.iter().any(|own| hs.iter().any(|new| own == new))
                && other.kind == GroupKind::Differentiated
        });
        if let Some(other) = clash {
            findings.push(
                row.warning("duplicate-row", "hs", format!("goods of {} are counted twice", other.id))
                    .valid("each HS prefix in one differentiated group"),
            );
        }
        let gdp_share = row.number("gdp_percent").map(|percent| percent / 100.0).filter(|share| *share > 0.0);
        if kind == GroupKind::Differentiated && gdp_share.is_none() {
            findings.push(
                row.error("malformed-value", "gdp_percent", "a group of no output was left out")
                    .valid("above zero where the group is differentiated"),
            );
            continue;
        }
        for way in ways.iter().filter(|way| !way.rates.contains_key(&commodity.form)) {
            findings.push(
                row.warning(
                    "missing-rate",
                    "commodity",
                    format!(
                        "{} has no rate for {} and never carries the group",
                        way.id,
                        commodity.form.word()
                    ),
                )
                .valid("a row of outside_rates.csv for that form"),
            );
        }
        let id = row.owned("group");
        let mut find = |name: &str, required: bool| {
            let found = coefficient(&rows, name, &id);
            if required && found.is_none() {
                findings.push(
                    Finding::error(
                        "missing-coefficient",
                        "trade_coefficients.csv",
                        format!("{id} has no {name} and was left out"),
                    )
                    .valid(format!("a row `{name}` for {id} or for all groups")),
                );
            }
            found
        };
        let rivalry = find("rivalry", true);
        let [mut elasticity, mut distance, mut border, mut contiguity] = [const { None }; 4];
        if kind == GroupKind::Differentiated {
            [elasticity, distance, border] =
                ["elasticity", "distance", "border"].map(|name| find(name, true));
            contiguity = find("contiguity", false);
            if elasticity.is_none() || distance.is_none() || border.is_none() {
                continue;
            }
        }
        let Some(rivalry) = rivalry else { continue };
        groups.push(TradeGroup {
            id,
            name: row.owned("name"),
            kind,
            commodity: commodity.clone(),
            hs,
            gdp_share,
            elasticity,
            distance,
            border,
            contiguity,
            rivalry,
            provenance: Provenance::of(row),
        });
    }
    groups
}

/// The rows of `trade_coefficients.csv` whose values can be.
fn coefficients<'s>(sheets: &'s Sheets, findings: &mut Vec<Finding>) -> Vec<Row<'s>> {
    let can_be = |row: &Row<'s>| {
        let value = row.value("value");
        let (is_valid, valid) = match row.text("coefficient") {
            "elasticity" | "rivalry" => (value > 0.0, "above zero"),
            "distance" => (value < 0.0, "below zero"),
            "border" => (value <= 0.0, "zero or below"),
            _ => (value >= 0.0, "zero or above"),
        };
        if !is_valid {
            let problem = format!("{value} has the wrong sign and was left out");
            findings.push(row.error("malformed-value", "value", problem).valid(valid));
        }
        is_valid
    };
    sheets.rows("trade_coefficients").filter(can_be).collect()
}

/// A coefficient of a group: its own row, else that for all groups.
fn coefficient(rows: &[Row<'_>], name: &str, group: &str) -> Option<Coefficient> {
    let of =
        |wanted: &str| rows.iter().find(|row| row.text("coefficient") == name && row.text("group") == wanted);
    of(group).or_else(|| of("")).map(|row| Coefficient {
        value: row.value("value"),
        range: row.number("low").zip(row.number("high")),
        provenance: Provenance::of(*row),
    })
}
