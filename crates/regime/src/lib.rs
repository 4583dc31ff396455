//! Rules and tariffs with their versions, compiled for a date, a known date and a class.
//!
//! # The problem
//!
//! Who may carry what where, and at what price, changes from day to day and by decree. The same
//! question has two answers before and after 21 October 2025, and a third if asked on the 20th
//! for cargo that gets to the border on the 31st. So a rule is a *series of versions*, each with
//! two times: when it became **known**, and when it is **valid**. For a date *D*, as known on
//! *K*, the version that speaks is the last one known by *K* whose validity holds *D* and whose
//! legal status binds. Lifting a ban is a version that says nothing is forbidden.
//!
//! # The method
//!
//! 1. [`Day`]: of every rule the version that speaks, kept if its class scope holds the
//!    consignment (goods, form, origin, destination, movement through a territory).
//! 2. [`Closure`]s: for each arc of the supply all versions and states that close it, not just
//!    the first, so that an answer can name every rule that would have to change.
//! 3. [`Compiler::compile`]: numbers per arc. Tariffs that depend on the length of a whole haul
//!    become *haul arcs*, one or a few per railway and pair of gates.
//! 4. Dispatch: segments between days of change give windows in hours after departure.
//!
//! # Why it is hard
//!
//! A rule can have an end that nobody reported. It is then neither open nor closed: see
//! [`Closure::is_certain`]. And what is not additive per arc must not be put on arcs: distance
//! tariffs belong to hauls, duties and subsidies to the pair of origin and destination.
//!
//! | module | concept |
//! |---|---|
//! | `rule` | rules, versions, scopes, which version speaks |
//! | `tariff`, `emission` | base tariffs; greenhouse gas intensities |
//! | `consignment` | what is shipped: the class |
//! | `judge` | open, closed or not known, and why |
//! | `cost` | the lines of time and money behind each number |
//! | `haul` | ways through one railway |
//! | `timeline` | days on which something changes, spans of hours |
//! | `compile` | the graph of a snapshot or a dispatch |
//! | `classes` | many classes of one cargo at once, on one day |
//!
//! Deliberately absent: any search for routes across the whole graph (crate `routing`), any
//! output format, the clock.

mod charge;
mod classes;
mod compile;
mod consignment;
mod cost;
mod document;
mod emission;
mod haul;
mod judge;
mod rule;
mod tariff;
mod timeline;

use case::{Case, Finding, Sheets};
use network::Network;

pub use charge::{Charge, ChargeUnit, CostItem, ShipmentScope, Trip};
pub use classes::{CompiledClasses, Reach, compile_classes};
pub use compile::{Avoided, Compiled, CompiledArc, Compiler, Leg, Leniency, Request};
pub use consignment::Consignment;
pub use cost::{Component, Price, Pricing, Sums, What};
pub use document::{Document, DocumentUse, Needed, Stage, documents_of};
pub use emission::{Emissions, Intensity};
pub use haul::Haul;
pub use judge::{Closure, Day};
pub use rule::{
    ClassScope, Effect, HaulScope, Heading, Movement, Perspective, Rule, Rules, Scope, Speaking, Unit,
    Version, VersionId,
};
pub use tariff::{Carriage, Tariff, Tariffs};
pub use timeline::{Timeline, Timing, hours_between};

/// The rules, tariffs and intensities of a case.
#[derive(Debug, Clone, Default)]
pub struct Regime {
    /// Rules.
    pub rules: Rules,
    /// Base tariffs.
    pub tariffs: Tariffs,
    /// Greenhouse gas intensities.
    pub emissions: Emissions,
    /// What a shipment costs beside its route.
    pub charges: Vec<Charge>,
    /// The papers that shipments need.
    pub documents: Vec<Document>,
}

impl Regime {
    /// Gives meaning to the tables of the regime.
    #[must_use]
    pub fn load(case: &Case, network: &Network, sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let regime = Self {
            rules: Rules::load(case, network, sheets, findings),
            tariffs: Tariffs::load(case, sheets, findings),
            emissions: Emissions::load(sheets),
            charges: charge::load(case, network, sheets, findings),
            documents: document::load(case, network, sheets, findings),
        };
        for mode in case::Mode::ALL {
            if regime.emissions.intensity(mode, "").is_none()
                && network.links.iter().any(|link| link.mode == mode)
            {
                findings.push(
                    Finding::warning(
                        "missing-emission",
                        "emissions.csv",
                        format!("no intensity for {}; none is counted", mode.word()),
                    )
                    .valid(format!("a row for {} without traction", mode.word())),
                );
            }
        }
        regime
    }
}
