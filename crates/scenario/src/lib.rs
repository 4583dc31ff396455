//! A case and a question, run to an answer.
//!
//! ```text
//! Question ─▶ supply (network) ─▶ closures and numbers (regime) ─▶ search (routing) ─▶ Answer
//! ```
//!
//! An [`Answer`] holds the open routes that differ in substance, the Pareto set over money, time,
//! CO2e and reliability, the routes of which it is not known whether they are open, and *why
//! not*: the better routes that are closed, each with everything that closes it.
//!
//! | module | concept |
//! |---|---|
//! | `model` | a case loaded whole |
//! | [`baseline`] | who trades what with whom before anything changes |
//! | `measure` | changes that a question assumes, applied to a copy |
//! | `question`, `answer` | what can be asked, and asking it |
//! | `remark` | what an answer must say beside its routes |
//! | `graph` | from compiled arcs to arrays |
//! | `route` | a route written out, with every line's ancestry |
//! | `cost_sheet`, `incoterm` | all that a shipment costs by a route, and who pays it |
//! | `landed` | what goods of several origins cost where they are wanted, and who would win |
//! | `denomination` | the currency and price level in which answers are told |
//! | `bearing` | which of the user's figures bear on an answer |
//! | `shares` | money by how its figures came about |
//! | `reliability` | percentiles of a whole route's time |
//! | `dispatch` | the latest dispatch that arrives in time |
//! | `freight` | demand of many goods as an instance of `assignment`, with the capacities they share |
//! | `flip` | the price at which a choice turns |
//! | `input` | a single figure of a case, to be read, named and set |
//! | `trial` | a question made ready to be asked of many changed copies |
//! | `sensitivity`, `study` | which figures matter, and where the choice of route changes |
//! | `calibration` | model against observation |
//! | `trade_network` | the network as trade sees it: all goods, all pairs of zones |
//! | `feedback` | the loop of costs, trade and loads |
//! | `resilience`, `loop_resilience` | every link closed in turn: what single journeys lose, and what all trade does |
//! | `draws` | intervals of a run by a seeded draw |
//! | `run`, `roadmap` | a scenario through the loop, on a day and over years, as differences from its base |
//!
//! Deliberately absent: arguments, files and the shapes of output (crate `ayrum`); any date
//! comparison that decides what is allowed (crate `regime`).

mod answer;
pub mod baseline;
mod bearing;
mod calibration;
mod cost_sheet;
mod denomination;
mod dispatch;
mod draws;
mod feedback;
mod flip;
mod freight;
mod graph;
mod incoterm;
mod input;
mod landed;
mod library;
mod loop_resilience;
mod measure;
mod model;
mod patch;
mod question;
mod reliability;
mod remark;
mod resilience;
mod roadmap;
mod route;
mod run;
mod scenario_file;
mod scenario_schema;
mod sensitivity;
mod shares;
mod study;
mod trade_network;
mod trial;

pub use answer::{Answer, PairCharge, Remark, WhyNot};
pub use bearing::Bearing;
pub use calibration::Comparison;
pub use cost_sheet::{CostSheet, CostSheetError, SheetLine, SheetTotal};
pub use denomination::{Denomination, DenominationError};
pub use dispatch::{LatestDispatch, LatestDispatches};
pub use draws::{
    Doubt, DoubtKind, DrawSettings, Draws, DrawsSideBySide, FigureInterval, Interval, PERCENTILES, Told,
    TotalFigure,
};
pub use feedback::{
    AnalogyBy, CapacityUse, CorridorFlow, CorridorShare, Corridors, Course, EconomyEffect, FeedbackError,
    FreightMoney, Frozen, GoodsTrade, Ground, GroupBasis, Levy, LoopCertificate, LoopSettings, PairEffect,
    Party, PublicMoney, Quota, QuotaBinding, QuotaUse, Settled, Totals, Trade,
};
pub use flip::Flip;
pub use freight::{Freight, FreightCapacity, FreightDemand, FreightTerms, LinkUse};
pub use incoterm::{CostPart, Incoterm};
pub use input::{Input, Part};
pub use landed::{Delivery, Grade, Landed, LandedError, LandedPrices};
pub use library::Library;
pub use loop_resilience::{
    Account, Closed, ClosingEffect, Closings, DelayElsewhere, LargestFlow, LoopClosing, LoopResilience,
    NextRoute,
};
pub use measure::*;
pub use model::Model;
pub use patch::{Alteration, Applied, Touched, TradeChange};
pub use question::{Criterion, Quantity, Question, QuestionError};
pub use reliability::TravelTime;
pub use resilience::{Brief, Closing, Loss, Resilience};
pub use roadmap::{Headline, MeasureEffect, Roadmap, RoadmapYear, SideBySide};
pub use route::{Leg, LegKind, Line, LinePrice, RouteAnswer, RuleUse};
pub use run::LoopRun;
pub use scenario_file::Scenario;
pub use sensitivity::{Choice, Figures, Influence, Outcome, RangeBasis, Ranking, Sensitivity, Turn, share};
pub use shares::Shares;
pub use trade_network::{
    Capacity, Cargo, Entry, Learnt, Loaded, NetworkZone, Pair, PairMoney, RouteLoad, RoutePool, Scarce,
    Skims, TradeNetwork,
};
