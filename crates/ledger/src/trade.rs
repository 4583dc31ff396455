//! Trade observations and the store that keeps them.

mod observation;
mod store;
mod table;

pub use observation::{Flow, Measure, NewObservation, Observation, TOTAL, Valuation, WORLD};
pub use store::{Incoming, Manifest, Part, Store, StoreError};
pub use table::Selection;
