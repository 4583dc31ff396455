//! The ledger as its callers meet it: files into a store, reports reconciled, claims checked.

mod fixture;
mod importing;
mod mirror;
mod rules;
mod samples;
