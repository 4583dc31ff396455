//! GMNS.
