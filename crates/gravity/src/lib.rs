//! Structural gravity: what trade is, what it could be, and what a change of costs does to everybody.
//!
//! # The problem
//!
//! Trade from `i` to `j` in year `t` is explained by what the pair costs and by everything that is special to an
//! exporter, an importer and a pair:
//!
//! ```text
//! E[y_ijt] = exp(x_ijt β + a_it + g_jt + h_ij)
//! ```
//!
//! (Anderson and van Wincoop, *American Economic Review* 93, 2003; Santos Silva and Tenreyro, *Review of Economics and
//! Statistics* 88, 2006; Yotov, Piermartini, Monteiro and Larch, *An Advanced Guide to Trade Policy Analysis*, 2016).
//! From `β` follow the costs of trade, and from a change of costs, by the same theory, the trade, prices and incomes of
//! all economies at once ([`equilibrium`]). Goods that do not differ by origin follow another law, that of the cheapest
//! landing ([`spatial_equilibrium`]).
//!
//! # Why it is hard
//!
//! * A panel of 200 countries and 30 years has 1.2 million rows and 52,000 effects. Effects of exporter-year and
//!   importer-year are dense within a year and apart across years, those of pairs are the reverse: the solver takes the
//!   first two out exactly, year by year, and iterates on pairs alone.
//! * Zeros are data. Some of them have no finite estimate, and to keep those is to iterate for ever; to drop too many
//!   is to lose data. Which ones is a problem of its own.
//! * Standard errors of 52,000 effects cannot be formed, yet a prediction without theirs is worth little. They are
//!   read off one projection for each prediction.
//! * Three ways of effects bias the estimates by as much as their standard errors shrink.
//! * An equilibrium that is not solved exactly is a number without a meaning. Each carries its residual.
//!
//! # Map
//!
//! | module | holds |
//! |---|---|
//! | `table` | [`Table`]: columns of numbers and keys, and what is wrong with their cells |
//! | `finding` | [`Finding`]: a bad row, and what was done about it |
//! | `expression`, `formula` | [`Expression`], [`parse_formula`]: `trade ~ log(dist) + rta \| exporter^year` |
//! | `groups` | [`Groups`]: levels of an effect, clusters |
//! | `sample` | rows that are estimated with, and why others are not |
//! | `separation` | [`DropReason`]: rows without a finite estimate |
//! | `block`, `absorb` | effects taken out of vectors: exactly by block, the rest by conjugate gradients |
//! | `panel`, `dense` | sums over rows in a fixed order; small matrices |
//! | `ppml` | Poisson pseudo-maximum likelihood |
//! | `covariance` | [`Covariance`]: robust, clustered, and small-sample conventions by name |
//! | `fit` | [`fit()`], [`Fit`]: estimates with their certificate; least squares, RESET |
//! | `bias` | [`BiasCorrection`]: three-way incidental-parameter bias |
//! | `predict`, `potential` | [`Prediction`], [`Potential`]: with the uncertainty of the effects |
//! | [`equilibrium`] | general equilibrium by exact hat algebra |
//! | `spatial` | [`spatial_equilibrium`]: homogeneous goods |
//! | `error` | [`GravityError`] |
//!
//! # What is never here
//!
//! * Never a link, a route or a case: only tables and arrays.
//! * Never a file, a clock, or a random number without a seed.
//! * Never a sum whose bits depend on the number of threads.
//! * Never a row dropped in silence.
//!
//! # Example
//!
//! ```
//! use gravity::{FitOptions, Table, fit, parse_formula};
//!
//! let specifications = parse_formula("trade ~ log(dist) | exporter + importer")?;
//! let text = b"exporter,importer,trade,dist\n\
//!     ARM,ARM,90,60\nARM,GEO,12,170\nARM,KAZ,2,2100\nGEO,ARM,14,170\nGEO,GEO,150,90\nGEO,KAZ,3,2000\n\
//!     KAZ,ARM,4,2100\nKAZ,GEO,5,2000\nKAZ,KAZ,900,900\n";
//! let (table, findings) = Table::from_csv("trade.csv", text, &specifications[0].needs())?;
//! assert!(findings.is_empty());
//! let fits = fit(&table, &specifications, &FitOptions::default())?;
//! assert!(fits[0].coefficients[0].estimate < 0.0); // distance costs
//! assert!(fits[0].certificate.score < 1e-8);
//! # Ok::<(), gravity::GravityError>(())
//! ```

mod absorb;
mod bias;
mod block;
mod covariance;
mod dense;
pub mod equilibrium;
mod error;
mod expression;
mod finding;
mod fit;
mod formula;
mod groups;
mod panel;
mod potential;
mod ppml;
mod predict;
mod sample;
mod separation;
mod spatial;
mod table;

pub use bias::BiasCorrection;
pub use covariance::{Covariance, CovarianceKind, SmallSample};
pub use dense::Matrix;
pub use error::GravityError;
pub use expression::Expression;
pub use finding::Finding;
pub use fit::{Certificate, Coefficient, Estimator, Fit, FitOptions, Quality, Reset, SolverOptions, fit};
pub use formula::{Factor, Specification, Term, parse as parse_formula};
pub use groups::Groups;
pub use potential::{Potential, Reported};
pub use predict::{Prediction, Support};
pub use sample::Dropped;
pub use separation::DropReason;
pub use spatial::{
    Curve, Lane, Market, SpatialEquilibrium, spatial_equilibrium, spatial_equilibrium_from, spatial_state,
};
pub use table::{Keys, MISSING, Role, Roles, Table};
