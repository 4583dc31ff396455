//! Public money of a settled state, and what freight pays: who pays whom how much for what.
//!
//! The loop adds money up; here the legs of the loaded routes are priced anew, component by component, by the functions
//! that priced them for the search, so that both come to the same. Every row has one payer and one receiver:
//!
//! | what | payer | receiver |
//! |---|---|---|
//! | duty | buyers in the economy of destination | its treasury |
//! | subsidy | treasury of the economy of origin | sellers there |
//! | fee of a rule | buyers in the economy of destination | the carriers that the rule names, else the treasury of the economy where it is taken |
//! | charge of an activity at a crossing | buyers in the economy of destination | the railway for what is its service, else the treasury of the economy that goods enter |
//!
//! Freight is part of the landed price, so buyers pay what is taken on the way. Of a crossing the tables have one charge for
//! both sides; it is counted to the side that goods enter.

use std::collections::BTreeMap;

use network::{Direction, LinkId, Step};
use regime::{Component, Consignment, Day, Pricing, VersionId, What};

use super::settle::Settled;
use crate::Model;
use crate::trade_network::{PairMoney, RouteLeg, RouteLoad};

/// Tonnes of a consignment over which prices by consignment or train are spread, as classes have it.
const CONSIGNMENT: f64 = 1000.0;
/// Activities at a crossing that are services of the railway that carries over it.
const OF_THE_RAILWAY: [&str; 3] = ["handover", "gauge_change", "technical_inspection"];

/// What money is taken or given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Levy {
    /// A duty, by version.
    Duty(VersionId),
    /// A subsidy, by version.
    Subsidy(VersionId),
    /// A fee of a rule, by version.
    Fee(VersionId),
    /// The charge of an activity at a crossing.
    Activity {
        /// The crossing, by number.
        crossing: u32,
        /// The activity, by position at the crossing.
        activity: u32,
    },
}

/// Who pays or receives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// The treasury of an economy, by code.
    Treasury(String),
    /// Buyers in an economy.
    Buyers(String),
    /// Sellers in an economy.
    Sellers(String),
    /// A carrier, by identifier.
    Carrier(String),
}

/// Money that is taken or given in a year: one payer, one receiver.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicMoney {
    /// For what.
    pub levy: Levy,
    /// Who pays.
    pub payer: Party,
    /// Who receives.
    pub receiver: Party,
    /// Tonnes a year on which it is paid.
    pub tonnes: f64,
    /// USD a year.
    pub usd: f64,
}

/// What freight on the network is paid for, USD a year. Duties and subsidies are no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FreightMoney {
    /// Carriage: tariffs and what rules change of them, services.
    pub carriage_usd: f64,
    /// Loading, unloading and changes on the way.
    pub handling_usd: f64,
    /// Charges of activities at crossings.
    pub crossings_usd: f64,
    /// Fees of rules.
    pub fees_usd: f64,
    /// Ways beyond the network to and from its gateways.
    pub approaches_usd: f64,
}

impl Levy {
    /// The word for its kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Duty(_) => "duty",
            Self::Subsidy(_) => "subsidy",
            Self::Fee(_) => "fee",
            Self::Activity { .. } => "crossing charge",
        }
    }

    /// What it is in words: the rule's title, or the crossing and what is done there.
    #[must_use]
    pub fn words(self, model: &Model) -> String {
        match self {
            Self::Duty(version) | Self::Subsidy(version) | Self::Fee(version) => {
                model.regime.rules.rule_of(version).title.clone()
            }
            Self::Activity { crossing, activity } => {
                let own = &model.network.crossings[crossing as usize];
                format!("{}: {}", own.name, own.activities[activity as usize].name.replace('_', " "))
            }
        }
    }
}

impl Party {
    /// The code of the economy, or the identifier of the carrier.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Treasury(id) | Self::Buyers(id) | Self::Sellers(id) | Self::Carrier(id) => id,
        }
    }

    /// The word for what it is.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Treasury(_) => "treasury",
            Self::Buyers(_) => "buyers",
            Self::Sellers(_) => "sellers",
            Self::Carrier(_) => "carrier",
        }
    }
}

impl FreightMoney {
    /// All of it.
    #[must_use]
    pub fn usd(&self) -> f64 {
        self.carriage_usd + self.handling_usd + self.crossings_usd + self.fees_usd + self.approaches_usd
    }
}

/// A component of an arc that costs something.
struct Charge {
    what: What,
    usd_per_tonne: f64,
    /// Who receives it, where it is a fee or the charge of a crossing.
    receiver: Option<Party>,
}

/// Sums by levy, payer and receiver: tonnes and USD.
type Sums = BTreeMap<(Levy, Party, Party), (f64, f64)>;

impl Settled {
    /// Duties, subsidies, fees of rules and charges at crossings by payer and receiver. The model is the one that the state
    /// stands on, with its measures.
    #[must_use]
    pub fn public_money(&self, model: &Model) -> Vec<PublicMoney> {
        let mut sums = Sums::new();
        self.of_pairs(&mut sums);
        self.charges(model, |route, charge| {
            let levy = match charge.what {
                What::Fee(version) => Levy::Fee(version),
                What::Activity(crossing, activity) => Levy::Activity { crossing, activity },
                _ => return,
            };
            let Some(receiver) = charge.receiver.clone() else { return };
            let payer = Party::Buyers(self.code_of(route.pair.destination));
            let sum = sums.entry((levy, payer, receiver)).or_default();
            sum.0 += route.tonnes;
            sum.1 += route.tonnes * charge.usd_per_tonne;
        });
        rows(sums)
    }

    /// Duties and subsidies alone: they belong to pairs, so that no leg has to be priced.
    #[must_use]
    pub fn duties_and_subsidies(&self) -> Vec<PublicMoney> {
        let mut sums = Sums::new();
        self.of_pairs(&mut sums);
        rows(sums)
    }

    /// What freight on the network is paid for. The model is the one that the state stands on, with its measures.
    #[must_use]
    pub fn freight_money(&self, model: &Model) -> FreightMoney {
        let mut money = FreightMoney::default();
        self.charges(model, |route, charge| {
            let usd = route.tonnes * charge.usd_per_tonne;
            match charge.what {
                What::Activity(..) => money.crossings_usd += usd,
                What::Fee(_) => money.fees_usd += usd,
                What::Loading(_) | What::Unloading(_) | What::Change(_) => money.handling_usd += usd,
                _ => money.carriage_usd += usd,
            }
        });
        let network = &self.ground.network;
        for route in &self.loaded.routes {
            for entry in network.entries_of(route).into_iter().flatten() {
                money.approaches_usd += route.tonnes * entry.usd_per_tonne;
            }
        }
        money
    }

    /// Duties and subsidies: they belong to the pair of economies, whatever the way.
    fn of_pairs(&self, sums: &mut Sums) {
        let (n, zones) = (self.ground.economies(), self.ground.zones());
        let mut tonnes = vec![0.0; self.ground.baseline.groups.len() * n * n];
        for (number, own) in self.trade.tonnes.iter().enumerate() {
            let (group, from, to) = (number / (zones * zones), number / zones % zones, number % zones);
            let economy = |zone: usize| self.ground.baseline.zones[zone].economy;
            tonnes[(group * n + economy(from)) * n + economy(to)] += own;
        }
        let code = |economy: usize| self.ground.baseline.economies[economy].id.clone();
        for (cell, tonnes) in tonnes.iter().enumerate().filter(|(_, tonnes)| **tonnes > 0.0) {
            let (group, origin, destination) = (cell / (n * n), cell / n % n, cell % n);
            for PairMoney { version, is_subsidy, usd_per_tonne } in
                self.ground.network.pair_money(group, origin, destination)
            {
                let key = if *is_subsidy {
                    (Levy::Subsidy(*version), Party::Treasury(code(origin)), Party::Sellers(code(origin)))
                } else {
                    let buyers = Party::Buyers(code(destination));
                    (Levy::Duty(*version), buyers, Party::Treasury(code(destination)))
                };
                let sum = sums.entry(key).or_default();
                sum.0 += tonnes;
                sum.1 += usd_per_tonne * tonnes;
            }
        }
    }

    fn code_of(&self, zone: usize) -> String {
        let baseline = &self.ground.baseline;
        baseline.economies[baseline.zones[zone].economy].id.clone()
    }

    /// Each charge of each loaded route, priced anew. An arc is priced once in its class.
    fn charges(&self, model: &Model, mut each: impl FnMut(&RouteLoad, &Charge)) {
        let network = &self.ground.network;
        let mut by_class: BTreeMap<usize, Vec<&RouteLoad>> = BTreeMap::new();
        for route in &self.loaded.routes {
            by_class.entry(route.class()).or_default().push(route);
        }
        for (class, routes) in by_class {
            let Some(first) = routes.first() else { continue };
            let commodity = &network.cargoes[first.pair.cargo].commodity;
            // Goods of a class stand under the same rules, so that any pair stands for all.
            let (from, to) = (self.code_of(first.pair.origin), self.code_of(first.pair.destination));
            let consignment =
                Consignment::new(&model.case, commodity, commodity.form, &from, &to, CONSIGNMENT);
            let day = Day::new(
                &model.case,
                &model.network,
                &model.regime,
                &consignment,
                network.date,
                self.ground.perspective,
            );
            let pricing =
                Pricing { case: &model.case, network: &model.network, regime: &model.regime, day: &day };
            let mut known: BTreeMap<u32, Vec<Charge>> = BTreeMap::new();
            for route in routes {
                for &arc in route.arcs() {
                    let charges = known
                        .entry(arc)
                        .or_insert_with(|| charges_of(model, &pricing, &network.leg(class, arc)));
                    charges.iter().for_each(|charge| each(route, charge));
                }
            }
        }
    }
}

fn rows(sums: Sums) -> Vec<PublicMoney> {
    let row = |((levy, payer, receiver), (tonnes, usd))| PublicMoney { levy, payer, receiver, tonnes, usd };
    sums.into_iter().map(row).collect()
}

/// The charges of a leg.
fn charges_of(model: &Model, pricing: &Pricing<'_>, leg: &RouteLeg<'_>) -> Vec<Charge> {
    let mut found: Vec<(What, f64)> = Vec::new();
    let note = |component: Component<'_>| {
        if let Some(usd) = component.usd_per_tonne.filter(|usd| *usd != 0.0) {
            found.push((component.what, usd));
        }
    };
    let taken = match leg {
        RouteLeg::Step(supply, arc) => {
            pricing.arc(supply, arc, note);
            match arc.step {
                Step::Move { link, direction, .. } => Taken::OnLinks(vec![(link, direction)]),
                _ => Taken::At(
                    model.network.places.get(supply.states[arc.tail as usize].place).economy.clone(),
                ),
            }
        }
        RouteLeg::Haul(haul) => {
            pricing.haul(haul, note);
            Taken::OnLinks(haul.links.clone())
        }
    };
    found
        .into_iter()
        .map(|(what, usd_per_tonne)| Charge { what, usd_per_tonne, receiver: taken.receiver(model, what) })
        .collect()
}

/// Where a charge is taken.
enum Taken {
    OnLinks(Vec<(LinkId, Direction)>),
    /// In an economy, where goods are handled.
    At(String),
}

impl Taken {
    fn receiver(&self, model: &Model, what: What) -> Option<Party> {
        match what {
            What::Activity(crossing, activity) => {
                let own = &model.network.crossings[crossing as usize];
                let carrier = &model.network.link(own.link).carrier;
                let name = own.activities[activity as usize].name.as_str();
                if OF_THE_RAILWAY.contains(&name) && !carrier.is_empty() {
                    return Some(Party::Carrier(carrier.clone()));
                }
                Some(Party::Treasury(self.entered(model, own.link)))
            }
            What::Fee(version) => {
                let scope = &model.regime.rules.get(version).scope;
                let link = match self {
                    Self::At(economy) => return Some(Party::Treasury(economy.clone())),
                    Self::OnLinks(links) => {
                        links.iter().map(|(link, _)| *link).find(|link| scope.links.contains(link))?
                    }
                };
                let own = model.network.link(link);
                if scope.carriers.contains(&own.carrier) {
                    return Some(Party::Carrier(own.carrier.clone()));
                }
                let named = own.territory.iter().find(|economy| scope.territory.contains(economy));
                Some(Party::Treasury(named.cloned().unwrap_or_else(|| self.entered(model, link))))
            }
            _ => None,
        }
    }

    /// The economy that goods enter, or stay in, on a link.
    fn entered(&self, model: &Model, link: LinkId) -> String {
        let own = model.network.link(link);
        let direction = match self {
            Self::OnLinks(links) => links.iter().find(|(other, _)| *other == link).map(|(_, way)| *way),
            Self::At(_) => None,
        };
        model.network.places.get(own.head(direction.unwrap_or(Direction::Forward))).economy.clone()
    }
}
