//! Laws, published optima and stories of assignment.

mod answers;
mod freight;
mod functions;
mod laws;
mod networks;
mod proportions;
mod published;
mod tntp;
mod traps;
