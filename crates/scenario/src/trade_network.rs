//! The network as trade sees it: what it costs to bring goods from zone to zone, for all goods and all pairs at once.
//!
//! ```text
//! case, date ─▶ classes of equal rules ─▶ one compiled graph each ─▶ trees from every zone ─▶ skims, loads
//! ```
//!
//! A *class* is goods that travel alike: the same cargo under the same versions of rules. Whether Kazakh wheat goes to
//! Armenia or to Georgia makes a difference only if some rule that speaks on the date tells them apart, so that some
//! hundred classes serve for thousands of pairs of economies. Which they are is worked out from the rules of the date,
//! never listed.
//!
//! A tonne's route is the one of least
//!
//! ```text
//! money + value of time × (hours + delays of scarce capacities)
//! ```
//!
//! and its generalised cost adds the reliability ratio times the value of time times the standard deviation of its hours
//! (which is not additive, and so is not looked for here; the search of a single question does, and the difference
//! is small where routes differ in more than their spread).
//!
//! | module | concept |
//! |---|---|
//! | `class` | goods that travel alike, and their graphs |
//! | `capacity` | what is scarce, and the delay it makes |
//! | `skim` | costs from zone to zone, and the routes behind them |
//! | `leg` | the legs of a loaded route, to be looked at anew |
//! | `pool` | routes found so far, and tonnes spread over them with capacity |

mod capacity;
mod class;
mod leg;
mod pool;
mod skim;

pub use capacity::{Capacity, Scarce};
pub use class::{Cargo, Entry, NetworkZone, PairMoney, TradeNetwork};
pub(crate) use leg::RouteLeg;
pub use pool::{Loaded, Pair, RouteLoad, RoutePool};
pub use skim::{PairSkim, Skims};
