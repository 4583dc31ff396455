//! Claims: what somebody said, and how claims stand to one another.

use case::{Case, Finding, Provenance, Sheets};

use super::term;
use crate::figure::{Figure, FigureKind};
use crate::period::Period;
use crate::trade::{Flow, Measure, Observation, TOTAL, Valuation};

/// Whether a claim speaks of what was or of what is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modality {
    /// Of what was or is.
    Fact,
    /// Of what somebody means to do.
    Plan,
    /// Of what somebody expects.
    Forecast,
}

impl Modality {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "plan" => Self::Plan,
            "forecast" => Self::Forecast,
            _ => Self::Fact,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Plan => "plan",
            Self::Forecast => "forecast",
        }
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// The value of a word of the case format.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }

            /// The word of the case format.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

words! {
    /// What a claim speaks of.
    ClaimMeasure {
        /// Exports and imports together.
        TradeTurnover = "trade_turnover",
        /// Exports of `economy` to `partner`.
        TradeExports = "trade_exports",
        /// Imports of `economy` from `partner`.
        TradeImports = "trade_imports",
        /// How many times as large as in the base period.
        Growth = "growth",
        /// A share of another claim's figure.
        Share = "share",
        /// Tonnes of one cargo.
        Cargo = "cargo",
        /// Vehicles of one cargo.
        Wagons = "wagons",
        /// Tonnes per month or year.
        FlowRate = "flow_rate",
        /// A number of documents.
        Documents = "documents",
        /// A number of visits.
        Visits = "visits",
        /// Money invested.
        Investment = "investment",
        /// A number of enterprises.
        Enterprises = "enterprises",
        /// Gross domestic product.
        Gdp = "gdp",
        /// Goods that are traded.
        GoodsList = "goods_list",
        /// A number of agreements between members of two groups.
        Agreements = "agreements",
        /// A number of people.
        People = "people",
        /// Days that somebody may stay.
        Stay = "stay",
        /// When something was.
        Date = "date",
        /// How far an agreement has come.
        Status = "status",
        /// By which way.
        Route = "route",
        /// Where.
        Place = "place",
        /// Kilometres.
        Length = "length",
        /// A price of carriage.
        Tariff = "tariff",
        /// Time between two events.
        Elapsed = "elapsed",
        /// That an event was the first of its series.
        First = "first",
        /// That of two figures one is the smaller.
        Comparison = "comparison",
        /// A programme and its term.
        Programme = "programme",
    }
}

words! {
    /// How one claim stands to another.
    Relation {
        /// Its figure is a part of the other's.
        PartOf = "part_of",
        /// With the others of this relation it is the whole of the other.
        OneOfAllPartsOf = "one_of_all_parts_of",
        /// Its share is of the other's figure.
        ShareOf = "share_of",
        /// Its share is this figure.
        ShareIs = "share_is",
        /// It was taken from the other.
        Repeats = "repeats",
        /// It says that the other is false.
        Denies = "denies",
        /// It says that the other is the smaller of two.
        SaysLess = "says_less",
        /// It says that the other is the larger of two.
        SaysMore = "says_more",
    }
}

/// How one claim stands to another.
#[derive(Debug, Clone)]
pub struct Link {
    /// The first.
    pub claim: String,
    /// How it stands to the second.
    pub relation: Relation,
    /// The second.
    pub other: String,
}

impl Link {
    pub(super) fn load(sheets: &Sheets) -> Vec<Self> {
        sheets
            .rows("claim_links")
            .filter_map(|row| {
                let relation = Relation::of(row.text("relation"))?;
                Some(Self { claim: row.owned("claim"), relation, other: row.owned("other") })
            })
            .collect()
    }
}

/// Something that somebody said.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Identifier.
    pub id: String,
    /// What is said, in the case's words.
    pub statement: String,
    /// What it speaks of.
    pub measure: ClaimMeasure,
    /// Claims of one topic and measure speak of the same thing.
    pub topic: String,
    /// Whether it speaks of what was.
    pub modality: Modality,
    /// The figure, where it has one.
    pub figure: Option<Figure>,
    /// Unit of the figure.
    pub unit: String,
    /// What is said, where it is no number.
    pub word: String,
    /// Vehicles that carried a cargo.
    pub vehicles: Option<f64>,
    /// What these were; empty where it is not said.
    pub vehicle: String,
    /// Length of the way.
    pub km: Option<f64>,
    /// Time on the way.
    pub hours: Option<f64>,
    /// Members of two groups.
    pub groups: Option<(f64, f64)>,
    /// The window of a stay, in days.
    pub within_days: Option<f64>,
    /// `stock`, `flow`, `not_stated` or empty.
    pub concept: String,
    /// `gross`, `net`, `not_stated` or empty.
    pub netting: String,
    /// The economy whose statistics are named; empty where none is.
    pub reporter: String,
    /// Who said it.
    pub said_by: String,
    /// The economy it speaks of.
    pub economy: String,
    /// The other one.
    pub partner: String,
    /// HS prefixes of goods it names.
    pub goods: Vec<String>,
    /// Its period.
    pub period: Option<Period>,
    /// The period with which growth compares.
    pub base: Option<Period>,
    /// The event from which time is counted.
    pub since: String,
    /// The events to which it may be counted.
    pub until: Vec<String>,
    /// The event it speaks of.
    pub event: String,
    /// The agreement it speaks of.
    pub agreement: String,
    /// When it was published, as a period as rough as it is known.
    pub published: Option<Period>,
    /// Others that carried the same.
    pub outlets: Vec<String>,
    /// Its note.
    pub note: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Claim {
    pub(super) fn load(case: &Case, sheets: &Sheets, findings: &mut Vec<Finding>) -> Vec<Self> {
        sheets
            .rows("claims")
            .filter_map(|row| {
                let kind = FigureKind::of(row.text("kind")).unwrap_or(FigureKind::Exact);
                let figure = Figure::read(kind, row.text("value"), row.text("high"));
                if kind == FigureKind::Range && figure.is_some_and(|figure| figure.high.is_none()) {
                    findings.push(
                        row.error(
                            "contradiction",
                            "high",
                            "the range has no upper end at or above the lower one",
                        )
                        .valid("a number at or above `value`"),
                    );
                    return None;
                }
                let published = match row.text("published") {
                    "" => case.sources.get(row.text("source")).map_or("", |source| source.date.as_str()),
                    own => own,
                };
                Some(Self {
                    id: row.owned("claim"),
                    statement: row.owned("statement"),
                    measure: ClaimMeasure::of(row.text("measure"))?,
                    topic: row.owned("topic"),
                    modality: Modality::of(row.text("modality")),
                    figure,
                    unit: row.owned("unit"),
                    word: row.owned("word"),
                    vehicles: row.number("vehicles").filter(|count| *count > 0.0),
                    vehicle: row.owned("vehicle"),
                    km: row.number("km"),
                    hours: row.number("hours"),
                    groups: row.number("among").zip(row.number("with")),
                    within_days: row.number("within_days"),
                    concept: row.owned("concept"),
                    netting: row.owned("netting"),
                    reporter: row.owned("reporter"),
                    said_by: row.owned("said_by"),
                    economy: row.owned("economy"),
                    partner: row.owned("partner"),
                    goods: row.list("goods").map(str::to_owned).collect(),
                    period: term(row, "from", "to", findings),
                    base: Period::rough(row.text("base")),
                    since: row.owned("since"),
                    until: row.list("until").map(str::to_owned).collect(),
                    event: row.owned("event"),
                    agreement: row.owned("agreement"),
                    published: Period::rough(published),
                    outlets: row.list("outlets").map(str::to_owned).collect(),
                    note: row.owned("note"),
                    provenance: Provenance::of(row),
                })
            })
            .collect()
    }

    /// The flow, where it is a claim about the trade of two economies.
    #[must_use]
    pub fn flow(&self) -> Option<Flow> {
        let flow = match self.measure {
            ClaimMeasure::TradeTurnover => Flow::Turnover,
            ClaimMeasure::TradeExports => Flow::Export,
            ClaimMeasure::TradeImports => Flow::Import,
            _ => return None,
        };
        (!self.economy.is_empty() && !self.partner.is_empty()).then_some(flow)
    }

    /// The currency of its unit and what one unit of the figure is: `USD million` is the dollar and a
    /// million.
    #[must_use]
    pub fn money(&self) -> Option<(&str, f64)> {
        let (currency, scale) = self.unit.split_once(' ').unwrap_or((&self.unit, ""));
        let is_currency = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        let scale = match scale {
            "" => 1.0,
            "thousand" => 1e3,
            "million" => 1e6,
            "billion" => 1e9,
            _ => return None,
        };
        is_currency.then_some((currency, scale))
    }

    /// The claim as a trade observation, where it is one: it needs a figure in money, two economies and a
    /// period. What lacks one of these is no observation, and the check on claims says so.
    #[must_use]
    pub fn observation(&self) -> Option<Observation> {
        let (flow, figure, period) = (self.flow()?, self.figure?, self.period?);
        let (currency, scale) = self.money()?;
        Some(Observation {
            measure: Measure::Value,
            reporter: self.reporter.clone(),
            economy: self.economy.clone(),
            partner: self.partner.clone(),
            flow,
            commodity: self.goods.first().cloned().unwrap_or_else(|| TOTAL.to_owned()),
            period,
            kind: figure.kind,
            value: figure.value,
            high: figure.high,
            scale,
            currency: currency.to_owned(),
            valuation: Valuation::Unknown,
            kilograms: None,
            ancestry: self.said_by.clone(),
            source: self.provenance.source.clone(),
            published: self.published.map(|period| period.to_string()).unwrap_or_default(),
            claim: self.id.clone(),
        })
    }

    /// The figure with its unit, or the word, as a table prints it.
    #[must_use]
    pub fn said(&self) -> String {
        match &self.figure {
            Some(figure) if self.unit.is_empty() => figure.words(),
            Some(figure) => format!("{} {}", figure.words(), self.unit),
            None => self.word.clone(),
        }
    }
}
