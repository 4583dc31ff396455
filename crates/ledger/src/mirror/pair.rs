//! What two economies report of each other, period by period.
//!
//! Only reports of the same period, commodity and direction are compared. A part of a year stands apart
//! from whole years; its like-for-like partner is the same months of another year. Nothing is made
//! annual unless the caller asks, and then it is marked.

use std::collections::BTreeMap;

use super::{Gap, Margin, Method, Reconciled, Reliability, fob, turnover_fob};
use crate::period::Period;
use crate::trade::{Flow, Measure, Observation};

/// One side of a mirror pair.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// The report that is compared: of the side itself, most recently published, not a re-export.
    pub chosen: Option<Observation>,
    /// All others of the same thing.
    pub others: Vec<Observation>,
}

impl Side {
    fn add(&mut self, own: Observation) {
        let rank = |own: &Observation| (own.reporter == own.economy, own.published.clone());
        match &self.chosen {
            Some(chosen) if rank(chosen) > rank(&own) => self.others.push(own),
            _ => self.others.extend(self.chosen.replace(own)),
        }
    }

    /// The amounts of two sides, where both report in the same currency.
    fn comparable(&self, other: &Self) -> Option<(f64, f64)> {
        let (one, two) = (self.chosen.as_ref()?, other.chosen.as_ref()?);
        (one.currency == two.currency).then(|| (one.amount(), two.amount()))
    }

    /// The amount compared, in units of the currency.
    #[must_use]
    pub fn amount(&self) -> Option<f64> {
        self.chosen.as_ref().map(Observation::amount)
    }
}

/// A flow in one direction.
#[derive(Debug, Clone)]
pub struct FlowRow {
    /// Who sends.
    pub exporter: String,
    /// Who receives.
    pub importer: String,
    /// What.
    pub commodity: String,
    /// When.
    pub period: Period,
    /// What the exporter says.
    pub by_exporter: Side,
    /// What the importer says.
    pub by_importer: Side,
    /// What third parties worked out, such as BACI.
    pub by_others: Vec<Observation>,
    /// How far the two are apart.
    pub gap: Option<Gap>,
    /// Values between them, FOB, by both methods.
    pub reconciled: Vec<Reconciled>,
}

/// Exports and imports together.
#[derive(Debug, Clone)]
pub struct TurnoverRow {
    /// When.
    pub period: Period,
    /// What the first economy reports.
    pub by_first: Side,
    /// What the second reports.
    pub by_second: Side,
    /// What is said without saying who reports.
    pub by_nobody: Vec<Observation>,
    /// How far the two are apart.
    pub gap: Option<Gap>,
    /// Values between them, FOB as far as their imports are known, by both methods.
    pub reconciled: Vec<Reconciled>,
    /// The share of each side's turnover taken as imports CIF, and whether it was known.
    pub import_shares: [(f64, bool); 2],
}

/// The same months of two years.
#[derive(Debug, Clone)]
pub struct LikeForLike {
    /// The earlier figure.
    pub earlier: Observation,
    /// The later one.
    pub later: Observation,
    /// The change, as a share of the earlier.
    pub change: f64,
}

/// Everything that is known of the trade of two economies.
#[derive(Debug, Clone)]
pub struct PairReport {
    /// The two.
    pub pair: (String, String),
    /// The margin of CIF over FOB.
    pub margin: Margin,
    /// Turnover by period, from whole years to parts.
    pub turnover: Vec<TurnoverRow>,
    /// Flows by direction, commodity and period.
    pub flows: Vec<FlowRow>,
    /// Comparisons of parts of years with the same parts of others.
    pub like_for_like: Vec<LikeForLike>,
    /// Mirror pairs that the weights rest on.
    pub reliability_pairs: usize,
}

/// Puts observations of two economies side by side.
#[must_use]
pub fn pair_report(
    pair: (&str, &str),
    observations: Vec<Observation>,
    reliability: &Reliability,
    margin: Margin,
) -> PairReport {
    let (first, second) = pair;
    let mut flows: BTreeMap<(Period, String, bool), FlowRow> = BTreeMap::new();
    let mut turnover: BTreeMap<Period, TurnoverRow> = BTreeMap::new();
    let mut like_for_like = Vec::new();
    let mut partial: Vec<Observation> = Vec::new();
    for own in observations {
        if own.measure != Measure::Value || own.amount().is_nan() {
            continue;
        }
        if !own.period.is_whole_years() {
            partial.push(own.clone());
        }
        if own.flow == Flow::Turnover {
            let row = turnover.entry(own.period).or_insert_with(|| TurnoverRow {
                period: own.period,
                by_first: Side::default(),
                by_second: Side::default(),
                by_nobody: Vec::new(),
                gap: None,
                reconciled: Vec::new(),
                import_shares: [(0.5, false); 2],
            });
            match own.reporter.as_str() {
                reporter if reporter == first => row.by_first.add(own),
                reporter if reporter == second => row.by_second.add(own),
                _ => row.by_nobody.push(own),
            }
            continue;
        }
        let (exporter, importer, is_export) = match own.flow {
            Flow::Export => (own.economy.clone(), own.partner.clone(), true),
            Flow::Import => (own.partner.clone(), own.economy.clone(), false),
            // Parts of exports and imports; they are kept in the store and not compared.
            _ => continue,
        };
        let forward = exporter == first;
        let row = flows.entry((own.period, own.commodity.clone(), !forward)).or_insert_with(|| FlowRow {
            exporter,
            importer,
            commodity: own.commodity.clone(),
            period: own.period,
            by_exporter: Side::default(),
            by_importer: Side::default(),
            by_others: Vec::new(),
            gap: None,
            reconciled: Vec::new(),
        });
        match (own.reporter.is_empty(), is_export) {
            (true, _) => row.by_others.push(own),
            (false, true) => row.by_exporter.add(own),
            (false, false) => row.by_importer.add(own),
        }
    }
    add_turnover_of_parts(pair, &flows, &mut turnover);
    for row in flows.values_mut() {
        if let Some((x, m)) = row.by_exporter.comparable(&row.by_importer) {
            row.gap = Gap::of_flow(x, m, margin);
            if row.gap.is_some() {
                row.reconciled = Method::ALL
                    .into_iter()
                    .map(|method| {
                        let weight = reliability.weight(method, &row.exporter, &row.importer);
                        Reconciled::between(method, x, fob(m, margin.default), weight)
                    })
                    .collect();
            }
        }
    }
    for row in turnover.values_mut() {
        row.import_shares = [first, second].map(|side| import_share(side, row, &flows));
        if let Some((a, b)) = row.by_first.comparable(&row.by_second) {
            row.gap = Gap::of_turnover(a, b, margin);
            let basis = |amount: f64, share: f64| turnover_fob(amount, share, margin.default);
            let (a, b) = (basis(a, row.import_shares[0].0), basis(b, row.import_shares[1].0));
            if row.gap.is_some() {
                row.reconciled = Method::ALL
                    .into_iter()
                    .map(|method| {
                        Reconciled::between(method, a, b, reliability.turnover_weight(method, first, second))
                    })
                    .collect();
            }
        }
    }
    for (index, later) in partial.iter().enumerate() {
        let is_same_thing = |earlier: &&Observation| {
            earlier.period.is_same_season(&later.period)
                && earlier.period.from < later.period.from
                && (earlier.flow, &earlier.reporter, &earlier.economy, &earlier.commodity, &earlier.source)
                    == (later.flow, &later.reporter, &later.economy, &later.commodity, &later.source)
        };
        let earlier = partial.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, own)| own);
        if let Some(earlier) = earlier.filter(is_same_thing).max_by_key(|own| own.period.from)
            && earlier.amount() > 0.0
        {
            let change = later.amount() / earlier.amount() - 1.0;
            like_for_like.push(LikeForLike { earlier: earlier.clone(), later: later.clone(), change });
        }
    }
    let mut turnover: Vec<TurnoverRow> = turnover.into_values().collect();
    turnover.sort_by_key(|row| (!row.period.is_whole_years(), row.period));
    let mut flows: Vec<FlowRow> = flows.into_values().collect();
    flows.sort_by(|a, b| {
        let key = |row: &FlowRow| {
            (
                row.commodity != crate::trade::TOTAL,
                row.commodity.clone(),
                !row.period.is_whole_years(),
                row.period,
            )
        };
        key(a).cmp(&key(b)).then(a.exporter.cmp(&b.exporter))
    });
    PairReport {
        pair: (first.to_owned(), second.to_owned()),
        margin,
        turnover,
        flows,
        like_for_like,
        reliability_pairs: reliability.pairs,
    }
}

/// Where one source has a side's exports and imports of all goods, their sum is that side's turnover.
fn add_turnover_of_parts(
    (first, second): (&str, &str),
    flows: &BTreeMap<(Period, String, bool), FlowRow>,
    turnover: &mut BTreeMap<Period, TurnoverRow>,
) {
    let total = crate::trade::TOTAL.to_owned();
    let periods: Vec<Period> = flows.keys().map(|(period, ..)| *period).collect();
    for period in periods {
        let of = |backward| flows.get(&(period, total.clone(), backward));
        let (Some(out), Some(back)) = (of(false), of(true)) else { continue };
        for (side, exports, imports) in
            [(first, &out.by_exporter, &back.by_importer), (second, &back.by_exporter, &out.by_importer)]
        {
            let (Some(exports), Some(imports)) = (&exports.chosen, &imports.chosen) else { continue };
            if exports.source != imports.source || exports.currency != imports.currency {
                continue;
            }
            let row = turnover.entry(period).or_insert_with(|| TurnoverRow {
                period,
                by_first: Side::default(),
                by_second: Side::default(),
                by_nobody: Vec::new(),
                gap: None,
                reconciled: Vec::new(),
                import_shares: [(0.5, false); 2],
            });
            let slot = if side == first { &mut row.by_first } else { &mut row.by_second };
            if slot.chosen.as_ref().is_some_and(|own| own.source == exports.source) {
                continue;
            }
            let mut sum = exports.clone();
            sum.flow = Flow::Turnover;
            sum.value = exports.amount() + imports.amount();
            (sum.scale, sum.high, sum.kilograms) = (1.0, None, None);
            sum.valuation = crate::trade::Valuation::Unknown;
            sum.ancestry = "sum of exports and imports".to_owned();
            slot.add(sum);
        }
    }
}

/// The share of a side's turnover that are its imports: known where its exports or imports of the
/// period are, else taken as a half.
fn import_share(
    side: &str,
    row: &TurnoverRow,
    flows: &BTreeMap<(Period, String, bool), FlowRow>,
) -> (f64, bool) {
    let own = [&row.by_first, &row.by_second]
        .into_iter()
        .filter_map(|side| side.chosen.as_ref())
        .find(|own| own.reporter == side);
    let Some(turnover) = own.map(Observation::amount).filter(|amount| *amount > 0.0) else {
        return (0.5, false);
    };
    for flow in
        flows.values().filter(|flow| flow.period == row.period && flow.commodity == crate::trade::TOTAL)
    {
        let (amount, is_export) = if flow.exporter == side {
            (flow.by_exporter.amount(), true)
        } else {
            (flow.by_importer.amount(), false)
        };
        let share = amount.map(|amount| amount / turnover).filter(|share| (0.0..=1.0).contains(share));
        if let Some(share) = share {
            return (if is_export { 1.0 - share } else { share }, true);
        }
    }
    (0.5, false)
}
