//! Homogeneous goods: what zones offer and want of them, and at which price.

use case::{Basis, Case, Finding, Money, Provenance, Row, Sheets};
use gravity::{Curve, Market};

use super::{Baseline, BaselineError, GroupKind, TradeGroup, Zone, shape};

/// The side of a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketSide {
    /// It sells.
    Supply,
    /// It buys.
    Demand,
}

impl MarketSide {
    /// The word of the case format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Supply => "supply",
            Self::Demand => "demand",
        }
    }
}

/// What a zone offers or wants of a homogeneous good.
#[derive(Debug, Clone)]
pub struct ZoneMarket {
    /// The good, by position of its group.
    pub group: usize,
    /// The zone, by position.
    pub zone: usize,
    /// Whether it sells or buys.
    pub side: MarketSide,
    /// Tonnes a year at the price.
    pub tonnes: f64,
    /// Elasticity of the tonnes to the price; above zero for a supply, below for a demand.
    pub elasticity: f64,
    /// USD per tonne without value added tax, where stated. A supply without one sells at the unit value of the group's
    /// commodity; a demand without one buys at the cheapest landing of the baseline.
    pub usd_per_tonne: Option<f64>,
    /// Where the price comes from, where it has an ancestry of its own.
    pub price: Option<Provenance>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// Supplies and demands of one good as the spatial equilibrium takes them.
#[derive(Debug, Clone, PartialEq)]
pub struct GoodsMarket {
    /// Supplies; tonnes a year and USD per tonne.
    pub supplies: Vec<Market>,
    /// The zone of each supply, by position.
    pub supply_zones: Vec<usize>,
    /// Demands.
    pub demands: Vec<Market>,
    /// The zone of each demand, by position.
    pub demand_zones: Vec<usize>,
    /// Demands that no supply reaches, by zone: they are not among the demands.
    pub out_of_reach: Vec<usize>,
}

impl Baseline {
    /// The share of the tonnes demanded of a homogeneous good that somebody observed or published; the rest is assumed.
    #[must_use]
    pub fn sourced_share(&self, group: usize) -> f64 {
        let (mut sourced, mut all) = (0.0, 0.0);
        for row in self.markets.iter().filter(|row| row.group == group && row.side == MarketSide::Demand) {
            all += row.tonnes;
            sourced += if row.provenance.evidence.is_sourced() { row.tonnes } else { 0.0 };
        }
        if all > 0.0 { sourced / all } else { 0.0 }
    }

    /// Supplies and demands of a homogeneous good. A demand without a price of its own buys its tonnes at the least of
    /// supply price and cost over all supplies, from generalised costs between zones in USD per tonne (row by row,
    /// infinite where there is no way) and ad-valorem charges by pair of economies (row by row; empty: none).
    ///
    /// Made once, of the costs of the baseline: with other costs later, the curves stay and prices move.
    ///
    /// # Errors
    /// If the group is differentiated, or a list has the wrong length.
    pub fn market(
        &self,
        group: usize,
        zone_costs: &[f64],
        charges: &[f64],
    ) -> Result<GoodsMarket, BaselineError> {
        let own = &self.groups[group];
        if own.kind != GroupKind::Homogeneous {
            return Err(BaselineError::Group {
                group: own.id.clone(),
                what: "market of one price",
                valid: self
                    .groups_of(GroupKind::Homogeneous)
                    .map(|group| self.groups[group].id.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
        let (n, count) = (self.economies.len(), self.zones.len());
        shape(format!("the costs of {}", own.id), zone_costs.len(), count * count, "zones × zones")?;
        if !charges.is_empty() {
            shape(format!("the charges of {}", own.id), charges.len(), n * n, "economies × economies")?;
        }
        let of =
            |side: MarketSide| self.markets.iter().filter(move |row| row.group == group && row.side == side);
        let price = |row: &ZoneMarket| row.usd_per_tonne.unwrap_or(own.commodity.unit_value);
        let landed = |demand: &ZoneMarket| {
            of(MarketSide::Supply)
                .map(|supply| {
                    let pair = self.zones[supply.zone].economy * n + self.zones[demand.zone].economy;
                    let charge = charges.get(pair).copied().unwrap_or(0.0);
                    price(supply) * (1.0 + charge) + zone_costs[supply.zone * count + demand.zone]
                })
                .fold(f64::INFINITY, f64::min)
        };
        let curve = |row: &ZoneMarket, price: f64| Market {
            name: self.zones[row.zone].name.clone(),
            curve: Curve::Elastic { price, at: row.tonnes, elasticity: row.elasticity },
        };
        let mut made = GoodsMarket {
            supplies: Vec::new(),
            supply_zones: Vec::new(),
            demands: Vec::new(),
            demand_zones: Vec::new(),
            out_of_reach: Vec::new(),
        };
        for row in of(MarketSide::Supply) {
            made.supplies.push(curve(row, price(row)));
            made.supply_zones.push(row.zone);
        }
        for row in of(MarketSide::Demand) {
            let price = row.usd_per_tonne.unwrap_or_else(|| landed(row));
            if price.is_finite() && price > 0.0 {
                made.demands.push(curve(row, price));
                made.demand_zones.push(row.zone);
            } else {
                made.out_of_reach.push(row.zone);
            }
        }
        Ok(made)
    }
}

/// Reads `markets.csv`.
pub(super) fn load(
    case: &Case,
    sheets: &Sheets,
    zones: &[Zone],
    groups: &[TradeGroup],
    findings: &mut Vec<Finding>,
) -> Vec<ZoneMarket> {
    let mut markets: Vec<ZoneMarket> = Vec::new();
    for row in sheets.rows("markets") {
        let zone = zones.iter().position(|zone| zone.id == row.text("zone"));
        let group = groups.iter().position(|group| group.id == row.text("group"));
        let (Some(zone), Some(group)) = (zone, group) else {
            let column = if zone.is_none() { "zone" } else { "group" };
            let problem = format!("{} was left out, and this row with it", row.text(column));
            findings.push(row.error("unknown-reference", column, problem).valid("one that can be used"));
            continue;
        };
        if groups[group].kind != GroupKind::Homogeneous {
            let problem = format!("{} differs by origin and has no market of one price", groups[group].id);
            findings.push(row.error("wrong-kind", "group", problem).valid("a homogeneous group"));
            continue;
        }
        let side = if row.text("side") == "supply" { MarketSide::Supply } else { MarketSide::Demand };
        let (tonnes, elasticity) = (row.value("tonnes"), row.value("elasticity"));
        if tonnes <= 0.0 {
            findings.push(
                row.error("malformed-value", "tonnes", "a market of nothing was left out")
                    .valid("above zero"),
            );
            continue;
        }
        if elasticity == 0.0 || (elasticity > 0.0) != (side == MarketSide::Supply) {
            let problem = format!("a {} of elasticity {elasticity} was left out", side.word());
            findings.push(
                row.error("malformed-value", "elasticity", problem)
                    .valid("above zero for a supply, below for a demand"),
            );
            continue;
        }
        let Ok((usd_per_tonne, price)) = price(case, row, findings) else { continue };
        let provenance = Provenance::of(row);
        markets.push(ZoneMarket { group, zone, side, tonnes, elasticity, usd_per_tonne, price, provenance });
    }
    markets
}

/// The price of a row in USD per tonne without value added tax, and its own ancestry where it stands in `origin_prices`.
/// Nothing where none is stated; an error, which is a finding by then, where it cannot be used.
fn price(
    case: &Case,
    row: Row<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(Option<f64>, Option<Provenance>), ()> {
    let (named, amount) = (row.text("price"), row.number("amount"));
    if !named.is_empty() && amount.is_some() {
        let problem = "the row has two prices and was left out";
        findings.push(
            row.error("two-prices", "amount", problem)
                .valid("a row of origin_prices.csv, or an amount, not both"),
        );
        return Err(());
    }
    if !named.is_empty() {
        let offer = case.origin_prices.iter().find(|offer| offer.id == named);
        let usd = offer.and_then(|offer| offer.usd_per_tonne(&case.exchange));
        let Some((offer, usd)) = offer.zip(usd) else {
            let problem = format!("{named} has no figure that can be used; the row was left out");
            findings.push(row.error("missing-price", "price", problem).valid("an offer with an amount"));
            return Err(());
        };
        return Ok((Some(usd), Some(offer.provenance.clone())));
    }
    let Some(amount) = amount else { return Ok((None, None)) };
    let money = (amount > 0.0)
        .then(|| Money::of_basis(row, amount, Basis::Tonne, &case.exchange, findings))
        .flatten();
    let Some(Money { amount, terms }) = money else {
        let problem = "goods at this price cannot be; the row was left out";
        findings.push(
            row.error("malformed-value", "amount", problem)
                .valid("above zero in a currency with a rate, or empty where not known"),
        );
        return Err(());
    };
    Ok((Some(case.exchange.to_usd(terms.vat.net(amount), &terms.currency, terms.price_date)), None))
}
