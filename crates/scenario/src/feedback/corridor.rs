//! Tonnes by corridor: which named way the goods of a settled state take.
//!
//! Each loaded route counts to the first corridor of the case that it fits, else to the other ways on the network; what
//! goes by the rival way counts as beyond the network. Trade within an economy is left out: it would drown the rest.

use std::collections::BTreeMap;

use super::settle::Settled;
use crate::Model;

/// By which way goods go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// A corridor, by position in the network's list.
    Corridor(usize),
    /// On the network by none of the corridors.
    OtherOnNetwork,
    /// Beyond the network.
    BeyondNetwork,
}

/// What goes by a corridor of a group, a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorridorFlow {
    /// By which way.
    pub course: Course,
    /// The group, by position in the baseline; nothing for all of them.
    pub group: Option<usize>,
    /// Tonnes.
    pub tonnes: f64,
    /// Tonne-kilometres: on the network, or of the way beyond it.
    pub tonne_km: f64,
    /// Mean hours, tonnes as weights; the ways between zones and the network included.
    pub hours: f64,
    /// Mean USD a tonne for carriage, likewise, without duties and subsidies.
    pub usd_per_tonne: f64,
}

/// What goes by a corridor between two economies, a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorridorShare {
    /// By which way.
    pub course: Course,
    /// The economy of origin, by position in the baseline.
    pub origin: usize,
    /// The economy of destination, by position.
    pub destination: usize,
    /// Tonnes of all groups.
    pub tonnes: f64,
    /// Share of the tonnes of the pair.
    pub share: f64,
}

/// The corridors of a settled state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Corridors {
    /// By way, first of all groups and then of each, where at least a tonne goes.
    pub flows: Vec<CorridorFlow>,
    /// By pair of economies and way, where at least a tonne goes.
    pub shares: Vec<CorridorShare>,
}

/// Sums that become means.
#[derive(Default, Clone, Copy)]
struct Sum {
    tonnes: f64,
    tonne_km: f64,
    hours: f64,
    usd: f64,
}

impl Sum {
    fn add(&mut self, tonnes: f64, km: f64, hours: f64, usd_per_tonne: f64) {
        self.tonnes += tonnes;
        self.tonne_km += tonnes * km;
        self.hours += tonnes * hours;
        self.usd += tonnes * usd_per_tonne;
    }
}

impl Course {
    /// Its name in words.
    #[must_use]
    pub fn words(self, model: &Model) -> String {
        match self {
            Self::Corridor(at) => model.network.corridors[at].name.clone(),
            Self::OtherOnNetwork => "other ways on the network".to_owned(),
            Self::BeyondNetwork => "beyond the network".to_owned(),
        }
    }
}

impl Settled {
    /// Tonnes across borders by corridor, in the order of the case's corridors. The model is the one that the state stands
    /// on, with its measures.
    #[must_use]
    pub fn corridors(&self, model: &Model) -> Corridors {
        let baseline = &self.ground.baseline;
        let economy = |zone: usize| baseline.zones[zone].economy;
        let (zones, square) = (self.ground.zones(), self.ground.zones() * self.ground.zones());
        let mut flows: BTreeMap<(Course, Option<usize>), Sum> = BTreeMap::new();
        let mut pairs: BTreeMap<(usize, usize), BTreeMap<Course, f64>> = BTreeMap::new();
        let mut note = |course: Course, group: usize, from: usize, to: usize, sum: Sum| {
            for group in [None, Some(group)] {
                let own = flows.entry((course, group)).or_default();
                own.tonnes += sum.tonnes;
                own.tonne_km += sum.tonne_km;
                own.hours += sum.hours;
                own.usd += sum.usd;
            }
            let pair = pairs.entry((economy(from), economy(to))).or_default();
            *pair.entry(course).or_default() += sum.tonnes;
        };
        let crosses = |from: usize, to: usize| economy(from) != economy(to);
        for route in self.loaded.routes.iter().filter(|own| crosses(own.pair.origin, own.pair.destination)) {
            let links = route.links(&self.ground.network);
            let corridor = model.network.corridors.iter().position(|own| own.holds(&model.network, &links));
            let course = corridor.map_or(Course::OtherOnNetwork, Course::Corridor);
            let mut sum = Sum::default();
            let hours = route.sums.hours + route.delay;
            sum.add(route.tonnes, route.sums.km, hours, route.sums.usd_per_tonne);
            note(course, route.pair.cargo, route.pair.origin, route.pair.destination, sum);
        }
        for (number, tonnes) in self.trade.tonnes.iter().enumerate() {
            let (group, from, to) = (number / square, number / zones % zones, number % zones);
            let beyond = tonnes * (1.0 - self.on_network[number]);
            if beyond <= 0.0 || !crosses(from, to) {
                continue;
            }
            // A ground has a way beyond the network for every pair.
            let Some(passage) = baseline.outside(group, from, to) else { continue };
            let mut sum = Sum::default();
            sum.add(beyond, passage.km, passage.hours, passage.usd_per_tonne);
            note(Course::BeyondNetwork, group, from, to, sum);
        }
        let flows = flows
            .into_iter()
            .filter(|(_, sum)| sum.tonnes >= 1.0)
            .map(|((course, group), sum)| CorridorFlow {
                course,
                group,
                tonnes: sum.tonnes,
                tonne_km: sum.tonne_km,
                hours: sum.hours / sum.tonnes,
                usd_per_tonne: sum.usd / sum.tonnes,
            })
            .collect();
        let shares = pairs
            .into_iter()
            .flat_map(|((origin, destination), courses)| {
                let all: f64 = courses.values().sum();
                courses.into_iter().filter(|(_, tonnes)| *tonnes >= 1.0).map(move |(course, tonnes)| {
                    CorridorShare { course, origin, destination, tonnes, share: tonnes / all }
                })
            })
            .collect();
        Corridors { flows, shares }
    }
}
