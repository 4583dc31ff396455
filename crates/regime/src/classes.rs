//! Many classes of one cargo, compiled at once on one day.
//!
//! Whoever asks for every pair of economies asks for classes that differ by a rule or two: a ban that names one
//! destination, a fee on the goods of one origin. To judge and price the whole supply for each of them would do the
//! same work a hundred times. Here it is done once for what all share.
//!
//! 1. [`Reach`]: on which links each version of the day speaks, whatever is carried. One for all cargoes.
//! 2. Consignments are one class unless a version that closes or takes something, somewhere in this supply, speaks to
//!    one of them and not to the other.
//! 3. A step is judged and priced once, and again for the classes to which other versions speak there. The hauls of a
//!    railway likewise, as a version on one of its tracks can send all its trains another way.
//!
//! What comes out is what a [`Compiler`](crate::Compiler) gives for each consignment alone, to the bit: a test in
//! `scenario` holds both against each other on the shipped case.

use std::collections::BTreeMap;

use case::{Case, Mode};
use network::{Direction, Duration, LinkId, Network, Phase, PlaceId, Step, Supply};

use crate::Regime;
use crate::compile::Leniency;
use crate::cost::{Pricing, Sums, motion_sum};
use crate::haul::{Haul, Railway, UsableTrack, links_named_by_prices};
use crate::judge::{Day, Handling, holds_link};
use crate::rule::{Effect, Perspective, Speaking};
use jiff::civil::Date;

/// What of a day is the same whatever is carried: where the versions that speak do so, and how fast goods move.
#[derive(Debug, Clone)]
pub struct Reach {
    /// By link and direction, in the order of rules.
    links: Vec<[Vec<Speaking>; 2]>,
    /// Time in motion by link.
    motion: Vec<Duration>,
}

impl Reach {
    /// The reach of every version of a day.
    #[must_use]
    pub fn new(
        case: &Case,
        network: &Network,
        regime: &Regime,
        date: Date,
        perspective: Perspective,
    ) -> Self {
        let rules = &regime.rules;
        let speaking: Vec<Speaking> = rules
            .rules
            .iter()
            .filter_map(|rule| rules.speaking(rule, date, perspective))
            .filter(|own| matters(rules.get(own.version).effect))
            .collect();
        let at = |link: u32, direction: Direction| {
            let holds =
                |own: &&Speaking| holds_link(network, rules.get(own.version), LinkId(link), direction);
            speaking.iter().filter(holds).copied().collect()
        };
        let links = (0..network.links.len() as u32)
            .map(|link| [Direction::Forward, Direction::Backward].map(|direction| at(link, direction)))
            .collect();
        let motion = (0..network.links.len() as u32)
            .map(|link| motion_sum(case, network, date, LinkId(link)))
            .collect();
        Self { links, motion }
    }

    fn at(&self, link: LinkId, direction: Direction) -> &[Speaking] {
        &self.links[link.0 as usize][direction as usize]
    }
}

/// Whether a version of an effect can close a step, or take money or time for it.
fn matters(effect: Effect) -> bool {
    matters_locally(effect) || effect.belongs_to_hauls()
}

fn matters_locally(effect: Effect) -> bool {
    matches!(effect, Effect::Ban | Effect::Embargo | Effect::AllowedIf | Effect::Fee | Effect::Permit)
}

/// Classes of one cargo over one supply.
#[derive(Debug, Clone)]
pub struct CompiledClasses {
    /// Hauls of any class, by number.
    pub hauls: Vec<Haul>,
    /// The class of each consignment, in order.
    pub class_of: Vec<u32>,
    /// By class: what each leg takes and costs, steps of the supply first and then hauls, by number; nothing where it
    /// may not be used.
    pub legs: Vec<Vec<Option<Sums>>>,
}

/// A railway and the vehicle that its trains are made of.
type RailwayKey<'a> = (&'a str, u32);

/// Compiles the classes that some days are of: the day of one consignment each, of the same goods in the same form on
/// the same date, by the same perspective.
///
/// # Panics
/// If there is no day, or the reach is of another network.
#[must_use]
pub fn compile_classes(
    case: &Case,
    network: &Network,
    regime: &Regime,
    supply: &Supply,
    reach: &Reach,
    days: &[Day<'_>],
    leniency: Leniency,
) -> CompiledClasses {
    let railways = railways(network, supply);
    let telling = Telling::new(network, regime, supply, reach, days, &railways);
    // Consignments to which the same telling versions speak are one class.
    let mut numbers: BTreeMap<Vec<bool>, u32> = BTreeMap::new();
    let mut first: Vec<usize> = Vec::new();
    let class_of = (0..days.len())
        .map(|day| {
            *numbers.entry(telling.all_of(day)).or_insert_with(|| {
                first.push(day);
                first.len() as u32 - 1
            })
        })
        .collect();
    let days: Vec<(usize, &Day<'_>)> = first.into_iter().map(|day| (day, &days[day])).collect();
    let context = Context { case, network, regime, supply, reach, leniency };
    let mut legs: Vec<Vec<Option<Sums>>> =
        days.iter().map(|_| Vec::with_capacity(supply.arcs.len())).collect();
    for (number, arc) in supply.arcs.iter().enumerate() {
        share(&telling, &telling.steps[number], &days, |class, day, known| match known {
            Some(other) => {
                let sums: Option<Sums> = legs[other][number];
                legs[class].push(sums);
            }
            None => legs[class].push(context.step(day, arc)),
        });
    }
    let mut hauls: Vec<Haul> = Vec::new();
    for (position, (key, tracks)) in railways.iter().enumerate() {
        let mut of_class: Vec<Vec<(u32, Sums)>> = vec![Vec::new(); days.len()];
        let mut known_hauls: BTreeMap<(PlaceId, Vec<(LinkId, Direction)>), u32> = BTreeMap::new();
        share(&telling, &telling.railways[position], &days, |class, day, known| {
            of_class[class] = match known {
                Some(other) => of_class[other].clone(),
                None => context
                    .hauls(day, *key, tracks)
                    .into_iter()
                    .map(|(haul, sums)| {
                        let number =
                            *known_hauls.entry((haul.from, haul.links.clone())).or_insert_with(|| {
                                hauls.push(haul);
                                hauls.len() as u32 - 1
                            });
                        (number, sums)
                    })
                    .collect(),
            };
        });
        for (own, found) in legs.iter_mut().zip(of_class) {
            own.resize(supply.arcs.len() + hauls.len(), None);
            for (number, sums) in found {
                own[supply.arcs.len() + number as usize] = Some(sums);
            }
        }
    }
    CompiledClasses { hauls, class_of, legs }
}

/// Calls for each class in order, with the class before it to which the same of some versions speak.
fn share<'d>(
    telling: &Telling,
    versions: &[u32],
    days: &[(usize, &'d Day<'d>)],
    mut each: impl FnMut(usize, &'d Day<'d>, Option<usize>),
) {
    let mut known: Vec<(Vec<bool>, usize)> = Vec::new();
    for (class, (day, own)) in days.iter().enumerate() {
        let pattern: Vec<bool> = versions.iter().map(|version| telling.speaks(*version, *day)).collect();
        let found = known.iter().find(|(other, _)| *other == pattern).map(|(_, other)| *other);
        each(class, own, found);
        if found.is_none() {
            known.push((pattern, class));
        }
    }
}

/// The tracks of each railway by vehicle, in the supply's order.
fn railways<'a>(network: &'a Network, supply: &Supply) -> Vec<(RailwayKey<'a>, Vec<(LinkId, Direction)>)> {
    let mut railways: BTreeMap<RailwayKey<'a>, Vec<(LinkId, Direction)>> = BTreeMap::new();
    for track in &supply.tracks {
        let key = (network.link(track.link).carrier.as_str(), track.vehicle);
        railways.entry(key).or_default().push((track.link, track.direction));
    }
    railways.into_iter().collect()
}

/// The versions that tell consignments apart: they speak to some and not to all, and matter somewhere in the supply.
struct Telling {
    /// By version and day, whether it speaks.
    speaks: Vec<Vec<bool>>,
    /// By step of the supply, the versions that matter there.
    steps: Vec<Vec<u32>>,
    /// By railway.
    railways: Vec<Vec<u32>>,
}

impl Telling {
    fn new(
        network: &Network,
        regime: &Regime,
        supply: &Supply,
        reach: &Reach,
        days: &[Day<'_>],
        railways: &[(RailwayKey<'_>, Vec<(LinkId, Direction)>)],
    ) -> Self {
        let mut by_version: BTreeMap<Speaking, Vec<bool>> = BTreeMap::new();
        for (number, day) in days.iter().enumerate() {
            for own in &day.speaking {
                if matters(regime.rules.get(own.version).effect) {
                    by_version.entry(*own).or_insert_with(|| vec![false; days.len()])[number] = true;
                }
            }
        }
        by_version.retain(|_, speaks| speaks.contains(&false));
        let all: Vec<Speaking> = by_version.keys().copied().collect();
        let number = |own: &Speaking| all.binary_search(own).ok().map(|at| at as u32);
        let on_link =
            |link: LinkId, direction: Direction| reach.at(link, direction).iter().filter_map(number);
        let local = |own: &u32| matters_locally(regime.rules.get(all[*own as usize].version).effect);
        let mut steps: Vec<Vec<u32>> = supply
            .arcs
            .iter()
            .map(|arc| match (arc.step, Handling::of(supply, arc)) {
                (Step::Move { link, direction, .. }, _) => on_link(link, direction).filter(local).collect(),
                (_, Some(handling)) => (0..all.len() as u32)
                    .filter(local)
                    .filter(|own| handling.is_held(network, regime.rules.get(all[*own as usize].version)))
                    .collect(),
                _ => Vec::new(),
            })
            .collect();
        let named: Vec<_> =
            all.iter().map(|own| links_named_by_prices(network, regime, std::iter::once(*own))).collect();
        let mut of_railways: Vec<Vec<u32>> = railways
            .iter()
            .map(|((carrier, _), tracks)| {
                let mut own: Vec<u32> =
                    tracks.iter().flat_map(|(link, way)| on_link(*link, *way).filter(local)).collect();
                own.extend((0..all.len() as u32).filter(|number| {
                    let version = regime.rules.get(all[*number as usize].version);
                    let carriers = &version.scope.carriers;
                    // Which ways are kept depends on which links prices name, whether or not they are taken there.
                    let named = &named[*number as usize];
                    version.effect.belongs_to_hauls()
                        && (carriers.is_empty() || carriers.iter().any(|own| own == carrier))
                        || tracks.iter().any(|(link, _)| named.contains(link))
                }));
                own.sort_unstable();
                own.dedup();
                own
            })
            .collect();
        // Those that matter nowhere tell nobody apart.
        let mut is_used = vec![false; all.len()];
        steps.iter().chain(&of_railways).flatten().for_each(|own| is_used[*own as usize] = true);
        let kept: Vec<u32> = (0..all.len() as u32).filter(|own| is_used[*own as usize]).collect();
        for own in steps.iter_mut().chain(&mut of_railways).flatten() {
            *own = kept.partition_point(|other| other < own) as u32;
        }
        let speaks = by_version.into_values().zip(is_used).filter(|(_, used)| *used).map(|(own, _)| own);
        Self { speaks: speaks.collect(), steps, railways: of_railways }
    }

    fn speaks(&self, version: u32, day: usize) -> bool {
        self.speaks[version as usize][day]
    }

    fn all_of(&self, day: usize) -> Vec<bool> {
        self.speaks.iter().map(|own| own[day]).collect()
    }
}

/// What all classes of a cargo share.
struct Context<'a> {
    case: &'a Case,
    network: &'a Network,
    regime: &'a Regime,
    supply: &'a Supply,
    reach: &'a Reach,
    leniency: Leniency,
}

impl Context<'_> {
    fn pricing<'d>(&'d self, day: &'d Day<'d>) -> Pricing<'d> {
        Pricing { case: self.case, network: self.network, regime: self.regime, day }
    }

    /// What a step takes and costs; nothing where it may not be used.
    fn step<'d>(&'d self, day: &'d Day<'d>, arc: &network::SupplyArc) -> Option<Sums> {
        let allows = |closure| self.leniency.allows(&closure, self.network);
        let is_open = match arc.step {
            Step::Move { link, direction, service } => {
                let runs = service.and_then(|service| day.service_closure(service)).is_none_or(allows);
                runs && self.is_open(day, link, direction)
            }
            Step::Load(_) | Step::Unload(_) | Step::Change(_) => {
                day.at_handling(self.supply, arc).filter_map(|own| day.closure(own)).all(allows)
            }
        };
        is_open.then(|| self.pricing(day).arc(self.supply, arc, |_| {}))
    }

    fn is_open(&self, day: &Day<'_>, link: LinkId, direction: Direction) -> bool {
        let allows = |closure| self.leniency.allows(&closure, self.network);
        let speaking = self.reach.at(link, direction).iter().copied();
        day.state_closure(link).is_none_or(allows)
            && speaking.filter(|own| day.knows(*own)).filter_map(|own| day.closure(own)).all(allows)
    }

    /// The hauls of one railway, with what they take and cost.
    fn hauls(
        &self,
        day: &Day<'_>,
        (carrier, vehicle): RailwayKey<'_>,
        tracks: &[(LinkId, Direction)],
    ) -> Vec<(Haul, Sums)> {
        let motion = &self.reach.motion;
        let pricing = self.pricing(day);
        let named = links_named_by_prices(self.network, self.regime, day.speaking.iter().copied());
        let mut bits: BTreeMap<LinkId, u128> = BTreeMap::new();
        let mut usable = Vec::with_capacity(tracks.len());
        for (id, direction) in tracks.iter().copied().filter(|(link, way)| self.is_open(day, *link, *way)) {
            let link = self.network.link(id);
            let next = 1u128 << bits.len().min(127);
            let priced = if named.contains(&id) { *bits.entry(id).or_insert(next) } else { 0 };
            let Duration { hours, variance } = motion[id.0 as usize];
            usable.push(UsableTrack {
                link: id,
                direction,
                tail: link.tail(direction),
                head: link.head(direction),
                km: link.km,
                hours,
                variance,
                co2_kg: pricing.co2_kg(id),
                time_bound: 0,
                priced,
                visits: 0,
            });
        }
        let railway = Railway::new(usable);
        let on = Some((Mode::Rail, vehicle));
        let mut is_end = vec![false; self.network.places.all().len()];
        for state in self.supply.states.iter().filter(|state| (state.phase, state.on) == (Phase::Arrived, on))
        {
            is_end[state.place.0 as usize] = true;
        }
        let ends = |place: PlaceId| is_end[place.0 as usize];
        let mut found = Vec::new();
        let gates = self.supply.states.iter().filter(|state| (state.phase, state.on) == (Phase::Ready, on));
        for gate in gates.filter(|gate| railway.touches(gate.place)) {
            railway.ways(gate.place, 0, ends, |way| found.push(way.write(carrier, vehicle, gate.place)));
        }
        let priced = |haul: Haul| {
            let mut sums = pricing.haul(&haul, |_| {});
            let mut taken = Duration::default();
            for (link, _) in &haul.links {
                taken.hours += motion[link.0 as usize].hours;
                taken.variance += motion[link.0 as usize].variance;
            }
            sums.hours += taken.hours;
            sums.variance += taken.variance;
            (haul, sums)
        };
        found.into_iter().map(priced).collect()
    }
}
