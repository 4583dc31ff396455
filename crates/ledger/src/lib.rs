//! stub
mod figure;
mod import;
mod period;
mod register;
mod trade;
pub use figure::{ABOUT, Figure, FigureKind, plain_number};
pub use import::{ColumnMap, ImportError, MapError, Options, Outcome, Progress, import};
pub use period::Period;
pub use trade::{Flow, Incoming, Manifest, Measure, NewObservation, Observation, Part, Selection, Store, StoreError, TOTAL, Valuation, WORLD};
pub use register::*;
