//! Laws, published optima and stories of assignment.

mod published;
mod tntp;
