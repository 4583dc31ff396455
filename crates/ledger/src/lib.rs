//! Trade figures and claims that can be trusted, or shown wrong.
//!
//! **Problem.** What two economies trade, agree and build is told in figures that do not fit: one side
//! reports twice what the other does, eight months are set beside twelve, a growth has two base years, a
//! press report puts 4,500 tonnes into 39 tank wagons. Analysts retype such figures until nobody knows
//! whose they were.
//!
//! **What is done.** Each figure keeps its reporter, period, unit and source. Statistics are imported as a
//! stream into a store of Parquet files ([`Store`], [`import()`]); what two sides report of one flow is put
//! side by side and, where that makes sense, reconciled by named methods into an interval
//! ([`pair_report`], [`Method`]); what people say is kept in a register ([`Register`]) and looked at by
//! rules that show their arithmetic and what would make a claim true ([`check`]); and a project's own
//! reports of progress say when it would open at its pace so far ([`Outlook`]).
//!
//! **Why it is hard.** Nothing here may be put right. The ledger holds what was said; a rule says what
//! cannot be so and under which assumption, and leaves the figure as it stands. Files are as offices
//! publish them, with every habit of spreadsheets, and must not be half imported.
//!
//! **Files.** Unlike the kernels this crate reads and writes files: the importers and the store, and
//! nothing else. It reads no clock and no environment, and prints nothing.
//!
//! | module | concept |
//! |---|---|
//! | [`Period`], [`Figure`] | spans of days as rough as their source; figures as they were said |
//! | `trade` | observations and the store that keeps them |
//! | `import` | BACI, UN Comtrade, CEPII Gravity, tables by a column map, workbooks |
//! | `mirror` | gaps, CIF/FOB, reliability of reporters, reconciliation |
//! | `register` | claims, agreements, visits, institutions, projects, events |
//! | `check` | rules and verdicts |
//! | `slippage` | when a project would open |
//!
//! Deliberately absent: routes, rules of transport, and any estimate of trade that nobody reported.

mod check;
mod figure;
mod import;
mod mirror;
mod period;
mod register;
mod slippage;
mod trade;

pub use check::{Check, RULES, Rule, Verdict, check, conflicts, rule, verdict};
pub use figure::{ABOUT, Figure, FigureKind, plain_number};
pub use import::{ColumnMap, ImportError, MapError, Options, Outcome, Progress, import};
pub use mirror::{
    FlowRow, Gap, LikeForLike, Margin, Method, MirrorFlow, PairReport, Reconciled, Reliability, Side,
    TurnoverRow, fob, pair_report, turnover_fob,
};
pub use period::Period;
pub use register::{
    Agreement, Claim, ClaimMeasure, Connection, Equipment, Event, Institution, Link, Modality, Moment,
    ProgressReport, Project, Register, Relation, Source, Step, Visit, timeline,
};
pub use slippage::{Outlook, Pace};
pub use trade::{
    Flow, Incoming, Manifest, Measure, NewObservation, Observation, Part, Selection, Store, StoreError,
    TOTAL, Valuation, WORLD,
};
