//! The network as trade sees it: what it costs to bring goods from zone to zone, for all goods and all pairs at once.
//!
//! ```text
//! case, date ─▶ one graph a form of goods ─▶ classes of equal rules: numbers on its arcs ─▶ trees from every zone ─▶ skims, loads
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
//! | `form_supply` | the network of one form of goods: the arcs on which classes put their numbers |
//! | `skim` | least routes from zone to zone |
//! | `pool`, `shared_list` | routes found so far |
//! | `live_pairs` | those whose costs answer to delays, in rows |
//! | `leg` | the legs of a loaded route, to be looked at anew |
//! | `spread` | tonnes spread over the pool with capacity |

mod capacity;
mod class;
mod form_supply;
mod leg;
mod live_pairs;
mod pool;
mod shared_list;
mod skim;
mod spread;

pub use capacity::{Capacity, Scarce};
pub use class::{Cargo, Entry, NetworkZone, PairMoney, TradeNetwork};
pub(crate) use leg::RouteLeg;
pub use pool::{Learnt, Pair, RouteLoad, RoutePool};
pub use skim::Skims;
pub use spread::Loaded;
pub(crate) use spread::Spread;
