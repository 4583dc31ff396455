//! The ledger as its callers meet it: files into a store, reports reconciled, claims checked.

mod importing;
mod samples;
