//! What the crate promises, on cases written in a few lines of text, on cases made at random, on
//! cases that are broken on purpose, and on the shipped case.

mod baseline;
mod broken;
mod classes;
mod cost_sheet;
mod draws;
mod feedback;
mod fixture;
mod freight;
mod laws;
mod loop_resilience;
mod loop_results;
mod measures;
mod overlays;
mod resilience;
mod reviewed;
mod sensitivity;
mod shipped;
mod shipped_scenarios;
mod stories;
