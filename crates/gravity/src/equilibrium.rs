//! General equilibrium by exact hat algebra: what a change of trade costs does to everybody.
//!
//! Economies `i` make goods of sectors `s` from one factor, whose price is `w`; tastes are Cobb–Douglas across
//! sectors and Armington or Eaton–Kortum within, with elasticity `θ = σ − 1`. There are no input–output links.
//! With hats for new over old, shares `π` of expenditure and `τ` for one plus all charges on value, a change of
//! iceberg costs `d̂` and of charges has the equilibrium (Dekle, Eaton and Kortum, *IMF Staff Papers* 55, 2008;
//! charges as in Caliendo and Parro, *Review of Economic Studies* 82, 2015)
//!
//! ```text
//! P̂_js^(−θ) = Σ_i π_ijs (ŵ_i d̂_ijs τ̂_ijs)^(−θ)          prices of a sector
//! π'_ijs   = π_ijs (ŵ_i d̂_ijs τ̂_ijs)^(−θ) P̂_js^θ        shares
//! Y'_i     = Σ_s Σ_j π'_ijs α_js E'_j / τ'_ijs            each origin sells what it makes
//! Y'_i     = Y_i ŵ_i (ŵ_i / P̂_i)^ψ                        supply, of elasticity ψ
//! E'_j     = spending of Y'_j, of the revenue of charges, and of the deficit, by a named closure
//! ```
//!
//! No cost level is needed, only its change. The last equations are solved for `log ŵ` by Newton steps whose
//! Jacobian is factored anew only when the residual no longer falls fast; the residual of every equation of the
//! solution is its certificate. The *conditional* equilibrium keeps outputs and expenditures where they were and
//! lets prices clear the markets of each sector (Anderson, Larch and Yotov, *World Economy* 41, 2018).
//!
//! Cells that are zero in the baseline stay zero under hats. [`NewTrade`] gives such a cell the share it would
//! have at old prices and a stated finite cost, and the system is solved in levels there.
//!
//! # Example
//!
//! Two sectors, a tariff, and a pass in a loop: costs change a little, and the last solution is where the next begins.
//!
//! ```
//! use gravity::equilibrium::{Change, Charge, EquilibriumOptions, Receiver, Sector, World, solve};
//!
//! let names = ["ARM", "GEO", "KAZ"].map(str::to_owned).to_vec();
//! let sector = |name: &str, elasticity, flows: [f64; 9], rate: f64| Sector {
//!     name: name.to_owned(),
//!     elasticity,
//!     flows: flows.to_vec(), // from ARM to ARM, GEO, KAZ; from GEO …
//!     charges: vec![Charge {
//!         name: "tariff".to_owned(),
//!         receiver: Receiver::Importer,
//!         rates: (0..9).map(|cell| if cell / 3 == cell % 3 { 0.0 } else { rate }).collect(),
//!     }],
//! };
//! let world = World::new(names, vec![
//!     sector("goods", 5.0, [60.0, 4.0, 1.0, 6.0, 90.0, 2.0, 1.0, 3.0, 500.0], 0.05),
//!     sector("food", 3.0, [20.0, 1.0, 0.5, 2.0, 30.0, 1.0, 1.5, 2.0, 150.0], 0.10),
//! ])?;
//! let (armenia, kazakhstan) = (world.find("ARM")?, world.find("KAZ")?);
//! let mut change = Change::none(&world);
//! let options = EquilibriumOptions::default();
//! let mut last = solve(&world, &change, &options, None)?;
//! assert!((last.economies[armenia].welfare - 1.0).abs() < 1e-12); // nothing has changed
//! for cost in [0.95, 0.92, 0.91] {
//!     *change.cost(1, kazakhstan, armenia) = cost; // iceberg cost of food, new over old
//!     *change.rate(0, 0, kazakhstan, armenia) = 0.0; // no tariff on goods
//!     last = solve(&world, &change, &options, Some(&last.log_prices))?;
//!     assert!(last.residual < 1e-10); // the certificate
//! }
//! assert!(last.economies[armenia].welfare > 1.0);
//! # Ok::<(), gravity::GravityError>(())
//! ```
//!
//! | module | holds |
//! |---|---|
//! | `world` | the baseline: flows, charges and who receives them |
//! | `change` | what changes, and how deficits close |
//! | `solve` | the system and its Newton steps |
//! | `outcome` | what the solution means for each economy |
//! | `draws` | coefficients drawn from their covariance |
//! | `batch` | many changes at once |

mod batch;
mod change;
mod draws;
mod outcome;
mod solve;
mod world;

pub use batch::solve_all;
pub use change::{Change, Deficits, EquilibriumKind, EquilibriumOptions, NewTrade};
pub use draws::{draw, uniform};
pub use outcome::{Equilibrium, Outcome};
pub use solve::solve;
pub use world::{Charge, Receiver, Sector, World};
