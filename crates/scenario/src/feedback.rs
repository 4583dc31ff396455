//! The loop: costs move trade, trade loads the network, and the load moves costs, until none of them moves any more.
//!
//! # The problem
//!
//! ```text
//! delays d ─▶ costs between zones ─▶ wedges between economies ─▶ trade ─▶ tonnes ─▶ loads ─▶ delays F(d)
//! ```
//!
//! A state of the world is a fixed point `d = F(d)` in the hours that scarce capacities add. There are a dozen of these,
//! while trade has thousands of cells and the network a hundred thousand arcs, so the loop is closed where it is
//! narrowest. The supply side is the equilibrium of Wardrop over the routes found ([`RoutePool`]); the demand side is
//! general equilibrium for goods that differ by origin, and a spatial price equilibrium for goods that do not (crate
//! `gravity`). The scheme is that of combined models of trade and networks (Evans, *Transportation Research* 10, 1976; for
//! this region Tanabe, Shibasaki and Kato, who join a network equilibrium with a world model of trade).
//!
//! # The steps
//!
//! 1. Skims at the delays give a route for each pair and cargo; new ones enter the pool.
//! 2. On the pool, costs between zones are the cheapest route's. Each pair has a rival beyond the network at a stated
//!    cost; goods are split by a logit in the logarithm of cost, and the pair's cost is the logsum of both,
//!
//!    ```text
//!    c = (c_n^(−λ) + c_o^(−λ))^(−1/λ),   share of the network = c_n^(−λ) / (c_n^(−λ) + c_o^(−λ))
//!    ```
//!
//! 3. Differentiated goods: freight and time are an iceberg cost, aggregated over zones; duties are a separate wedge whose
//!    revenue the importer has. In a scenario, exact hats of both give the new trade. Tonnes are value at the origin's price
//!    over unit value. Homogeneous goods: the spatial equilibrium of landed prices gives tonnes at once.
//! 4. Tonnes are spread over the pool with capacity, and the delays that follow are `F(d)`.
//! 5. Anderson's acceleration gives the next delays. When they stand, skims are made again; if a route outside the pool is
//!    better, it enters and the loop goes on.
//!
//! # Certificate
//!
//! A settled state names what is left: the change of delays in the last pass, the best saving outside the pool, the gap of
//! the assignment, the residual of the general equilibrium and the violation of the spatial one. A state that does not
//! settle is the best met, and says so.
//!
//! | module | concept |
//! |---|---|
//! | `ground` | what does not change while the loop runs |
//! | `zone_costs` | costs between zones, network and rival brought together |
//! | `quota` | what quotas limit, and what a tonne more would be worth |
//! | `trade` | tonnes and values at given costs |
//! | `acceleration` | fixed points, found sooner |
//! | `settle` | the loop itself |
//! | `analogies` | one pair's trade judged by another's, at the costs of a state |
//! | `effect` | what a settled state means: economies, pairs, loads |
//! | `corridor` | tonnes by corridor |
//! | `public_money` | what freight pays, duties, subsidies and fees: who pays whom |

mod acceleration;
mod analogies;
mod corridor;
mod effect;
mod ground;
mod public_money;
mod quota;
mod settle;
mod trade;
mod zone_costs;

pub use analogies::AnalogyBy;
pub use corridor::{CorridorFlow, CorridorShare, Corridors, Course};
pub use effect::{CapacityUse, EconomyEffect, GroupBasis, PairEffect, Totals};
pub use ground::{FeedbackError, Frozen, Ground, LoopSettings};
pub use public_money::{FreightMoney, Levy, Party, PublicMoney};
pub use quota::{Quota, QuotaBinding, QuotaUse};
pub use settle::{LoopCertificate, Settled};
pub use trade::{GoodsTrade, Trade};
