//! Mirror statistics: one flow as the exporter and as the importer report it.
//!
//! **Problem.** Goods that leave A for B are counted twice: by A at its border (FOB) and by B at its own
//! (CIF). The two should differ by freight and insurance, some five per cent. Often they differ twofold,
//! because of goods that pass through third economies, of origin counted in another way than consignment,
//! of different days, or of mistakes. Which is right cannot be known from the two alone.
//!
//! **What is done.** Both originals are kept and shown. The gap is measured, and how much of it CIF/FOB
//! could explain at a stated margin. Then two named methods give a value between them, on a common FOB
//! basis, with weights from how well each side's reports agree with those of all its partners:
//!
//! - [`Method::ReporterReliability`], in the manner of BACI (Gaulier and Zignago, *BACI: International
//!   Trade Database at the Product-Level*, CEPII working paper 2010-23): the absolute logarithm of the
//!   ratio of mirror reports is decomposed by weighted least squares into a part of the exporter and a
//!   part of the importer, and each report weighs as the other's part.
//! - [`Method::SymmetryIndex`], in the manner of the OECD's balanced trade statistics (Fortanier and
//!   Sarrazin, OECD, 2016): each report weighs as the share of that side's trade that its partners confirm.
//!
//! Both are our own definitions after these papers, not copies of their programs; [`reliability`] states
//! the formulas. The result is an interval: the weighted mean of the two reports, give or take one
//! standard deviation of the two-point distribution with these weights, so that two reports of equal
//! standing give the whole span between them, and reports that agree give a point.
//!
//! **Margin.** Five per cent by default, three to twelve as a range: the OECD's average is about five
//! (Miao and Fortanier 2017). Distances on this corridor are long, and the margin is an argument.
//!
//! | module | concept |
//! |---|---|
//! | `reliability` | weights from all mirror pairs |
//! | `pair` | what two economies report of each other, period by period |

mod pair;
mod reliability;

pub use pair::{FlowRow, LikeForLike, PairReport, Side, TurnoverRow, pair_report};
pub use reliability::{MirrorFlow, Reliability};

/// Freight and insurance as a share of the FOB value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    /// The margin used.
    pub default: f64,
    /// Least margin thought possible.
    pub low: f64,
    /// Most margin thought possible.
    pub high: f64,
}

impl Default for Margin {
    fn default() -> Self {
        Self { default: 0.05, low: 0.03, high: 0.12 }
    }
}

impl Margin {
    /// A margin with the usual range around it, widened where it lies outside.
    #[must_use]
    pub fn of(default: f64) -> Self {
        let usual = Self::default();
        Self { default, low: usual.low.min(default), high: usual.high.max(default) }
    }
}

/// How far two reports of one thing are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The larger over the smaller.
    pub ratio: f64,
    /// The difference over the mean of the two: 0 where they agree, 2 where one is nothing.
    pub symmetric: f64,
    /// The difference, the second report less the first.
    pub difference: f64,
    /// The part of the difference that CIF/FOB could explain, at the least, the usual and the greatest
    /// margin; nothing where the difference has the wrong sign.
    pub explained: (f64, f64, f64),
}

impl Gap {
    /// Compares an exporter's report (FOB) with an importer's (CIF); nothing where a report is not above
    /// zero.
    ///
    /// ```
    /// use ledger::{Gap, Margin};
    /// let gap = Gap::of_flow(100.0, 103.0, Margin::default()).expect("two reports");
    /// assert!(gap.is_explained(Margin::default()));
    /// let gap = Gap::of_turnover(53.1, 104.0, Margin::default()).expect("two reports");
    /// assert_eq!(format!("{:.2} {:.3}", gap.ratio, gap.symmetric), "1.96 0.648");
    /// assert!(!gap.is_explained(Margin::default()));
    /// ```
    #[must_use]
    pub fn of_flow(exporter: f64, importer: f64, margin: Margin) -> Option<Self> {
        let explained = |own: f64| (importer - exporter).clamp(0.0, exporter * own);
        Self::of(
            exporter,
            importer,
            (explained(margin.low), explained(margin.default), explained(margin.high)),
        )
    }

    /// Compares two reports of turnover. Each side counts its exports FOB and its imports CIF, so that at
    /// most all of the smaller turnover can lack the margin, in either direction.
    #[must_use]
    pub fn of_turnover(first: f64, second: f64, margin: Margin) -> Option<Self> {
        let explained = |own: f64| (second - first).abs().min(first.min(second) * own);
        Self::of(first, second, (explained(margin.low), explained(margin.default), explained(margin.high)))
    }

    fn of(first: f64, second: f64, explained: (f64, f64, f64)) -> Option<Self> {
        (first > 0.0 && second > 0.0 && first.is_finite() && second.is_finite()).then(|| Self {
            ratio: first.max(second) / first.min(second),
            symmetric: (second - first).abs() / f64::midpoint(first, second),
            difference: second - first,
            explained,
        })
    }

    /// Whether the greatest margin explains all of it.
    #[must_use]
    pub fn is_explained(&self, margin: Margin) -> bool {
        let slack = 1e-9 * self.difference.abs();
        margin.high > 0.0 && self.difference.abs() <= self.explained.2 + slack || self.difference == 0.0
    }
}

/// A method of reconciliation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Weights by reporter reliability, in the manner of BACI.
    ReporterReliability,
    /// Weights by symmetry index, in the manner of the OECD.
    SymmetryIndex,
}

impl Method {
    /// Both methods.
    pub const ALL: [Self; 2] = [Self::ReporterReliability, Self::SymmetryIndex];

    /// Its name in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ReporterReliability => "reporter-reliability",
            Self::SymmetryIndex => "symmetry-index",
        }
    }
}

/// A value between two reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reconciled {
    /// By which method.
    pub method: Method,
    /// The weight of the exporter's report, or of the first side's turnover.
    pub weight: f64,
    /// The weighted mean, FOB.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Reconciled {
    /// The weighted mean of two reports on the same basis, give or take one standard deviation of the
    /// distribution that has the first with probability `weight` and the second else; never outside
    /// the two.
    #[must_use]
    pub fn between(method: Method, first: f64, second: f64, weight: f64) -> Self {
        let weight = weight.clamp(0.0, 1.0);
        let (least, most) = (first.min(second), first.max(second));
        let value = (weight * first + (1.0 - weight) * second).clamp(least, most);
        let spread = (weight * (1.0 - weight)).sqrt() * (most - least);
        Self { method, weight, value, low: (value - spread).max(least), high: (value + spread).min(most) }
    }
}

/// An importer's CIF value on FOB basis.
#[must_use]
pub fn fob(cif: f64, margin: f64) -> f64 {
    cif / (1.0 + margin)
}

/// A turnover on FOB basis, where a share of it are imports CIF.
#[must_use]
pub fn turnover_fob(turnover: f64, import_share: f64, margin: f64) -> f64 {
    turnover * (1.0 - import_share) + fob(turnover * import_share, margin)
}
