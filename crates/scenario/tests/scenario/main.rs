//! What the crate promises, on cases written in a few lines of text, on cases made at random, on
//! cases that are broken on purpose, and on the shipped case.

mod broken;
mod cost_sheet;
mod fixture;
mod freight;
mod laws;
mod overlays;
mod reviewed;
mod sensitivity;
mod shipped;
mod stories;
