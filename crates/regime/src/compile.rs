//! Compiling: from supply, rules and dates to arcs with numbers and the reasons behind them.
//!
//! A *snapshot* applies one day's rules to the whole journey. A *dispatch* lets each rule and
//! season be judged on the day on which the cargo gets there: time after departure is cut into
//! segments between the days on which something changes, every arc is judged once a segment, and
//! an arc that is open only in some of them gets windows, in hours after departure, in which it
//! may be begun. Both are the same computation; a snapshot has one segment.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use case::{Case, Mode};
use network::{Direction, Duration, LinkId, Network, Phase, PlaceId, State, Step, Supply};

use crate::Regime;
use crate::consignment::Consignment;
use crate::cost::{Component, Pricing, Sums, motion_sum};
use crate::haul::{Haul, Railway, UsableTrack, links_named_by_prices};
use crate::judge::{Closure, Day};
use crate::rule::{Effect, Perspective, Speaking};
use crate::timeline::{MOMENT, Spans, Timeline, Timing, common, hours_between, merged, unless_always};

/// What an arc of the compiled graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// An arc of the supply, by number.
    Step(u32),
    /// A haul, by number.
    Haul(u32),
}

/// An arc with its numbers.
#[derive(Debug, Clone)]
pub struct CompiledArc {
    /// From this state of the supply.
    pub tail: u32,
    /// To this one.
    pub head: u32,
    /// What it is.
    pub leg: Leg,
    /// The segment whose day priced it.
    pub segment: u32,
    /// What it takes and costs.
    pub sums: Sums,
    /// When it may be begun at these numbers, in hours after departure; empty means always. One step
    /// comes as several arcs where its price or time changes.
    pub windows: Vec<(f64, f64)>,
    /// When it may be begun at all, in hours after departure; empty means always.
    pub allowed: Vec<(f64, f64)>,
    /// The places to be visited that it comes to, as bits.
    pub visits: u32,
}

/// What may be used although something closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leniency {
    /// Nothing: what is surely open.
    None,
    /// What may be open: whatever closes it may have ended.
    NotKnown,
    /// What rules close, on lines that are there and in use.
    Rules,
    /// Lines that are there and out of use, as after a flood, where no rule forbids them.
    Lines,
    /// Everything that is there, was there or is planned.
    Everything,
}

impl Leniency {
    pub(crate) fn allows(self, closure: &Closure, network: &Network) -> bool {
        let is_built =
            |link: &LinkId, span: &u32| network.link(*link).history[*span as usize].state.is_built();
        match self {
            Self::None => false,
            Self::NotKnown => !closure.is_certain(),
            Self::Rules => matches!(closure, Closure::Rule { .. }) || !closure.is_certain(),
            Self::Lines => match closure {
                Closure::State { link, span, certain } => !certain || is_built(link, span),
                _ => !closure.is_certain(),
            },
            Self::Everything => true,
        }
    }
}

/// What a question leaves out of the network.
#[derive(Debug, Clone, Default)]
pub struct Avoided {
    /// Places.
    pub places: Vec<PlaceId>,
    /// Economies.
    pub territory: Vec<String>,
    /// Links.
    pub links: Vec<LinkId>,
}

/// A supply judged for one consignment, by segment.
#[derive(Debug)]
pub struct Compiler<'a> {
    case: &'a Case,
    network: &'a Network,
    regime: &'a Regime,
    supply: &'a Supply,
    /// One day a segment.
    days: Vec<Day<'a>>,
    /// The hour after departure at which each segment starts.
    starts: Vec<f64>,
    /// Closures by segment, link and direction.
    links: Vec<Vec<[Vec<Closure>; 2]>>,
    /// Closures by segment and supply arc.
    arcs: Vec<Vec<Vec<Closure>>>,
    /// Hours in motion and their variance by segment and link, seasons included.
    motion: Vec<Vec<Duration>>,
    /// The first segment at whose prices and hours each segment is priced: a ban changes no price.
    priced_as: Vec<u32>,
    /// What supply arcs take and cost, by the segment that prices them; filled when asked for.
    prices: Vec<Vec<OnceCell<Sums>>>,
    avoided: Avoided,
    closed: Vec<LinkId>,
    visits: Vec<PlaceId>,
}

/// The graph that a search runs on.
#[derive(Debug)]
pub struct Compiled {
    /// Its arcs.
    pub arcs: Vec<CompiledArc>,
    /// Its hauls.
    pub hauls: Vec<Haul>,
}

/// What a compiler needs to know.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// What is shipped.
    pub consignment: &'a Consignment,
    /// When.
    pub timing: Timing,
    /// As of when, and of what standing.
    pub perspective: Perspective,
    /// What to leave out.
    pub avoided: Avoided,
    /// Places to be visited, in any order; at most 6.
    pub visits: Vec<PlaceId>,
}

impl<'a> Compiler<'a> {
    /// Judges every arc of a supply on every day that differs.
    #[must_use]
    pub fn new(
        case: &'a Case,
        network: &'a Network,
        regime: &'a Regime,
        supply: &'a Supply,
        request: Request<'a>,
    ) -> Self {
        let first = request.timing.first_day();
        let Timeline { days, .. } = Timeline::new(case, network, regime, &request);
        let starts = days.iter().map(|day| hours_between(first, day.date)).collect();
        let closures = |fill: &dyn Fn(&mut BTreeSet<Closure>)| {
            let mut set = BTreeSet::new();
            fill(&mut set);
            set.into_iter().collect::<Vec<Closure>>()
        };
        let links = days
            .iter()
            .map(|day| {
                (0..network.links.len() as u32)
                    .map(|link| {
                        [Direction::Forward, Direction::Backward]
                            .map(|direction| closures(&|set| day.link_closures(LinkId(link), direction, set)))
                    })
                    .collect()
            })
            .collect();
        let arcs = days
            .iter()
            .map(|day| {
                supply.arcs.iter().map(|arc| closures(&|set| day.arc_closures(supply, arc, set))).collect()
            })
            .collect();
        let motion = days
            .iter()
            .map(|day| {
                let links = (0..network.links.len() as u32).map(LinkId);
                links.map(|link| motion_sum(case, network, day.date, link)).collect()
            })
            .collect();
        Self {
            case,
            network,
            regime,
            supply,
            starts,
            links,
            arcs,
            motion,
            priced_as: priced_as(network, regime, &days),
            prices: vec![vec![OnceCell::new(); supply.arcs.len()]; days.len()],
            days,
            avoided: request.avoided,
            closed: Vec::new(),
            visits: request.visits,
        }
    }

    /// The supply that was judged.
    #[must_use]
    pub fn supply(&self) -> &'a Supply {
        self.supply
    }

    /// The rules of a segment's day.
    #[must_use]
    pub fn day(&self, segment: u32) -> &Day<'a> {
        &self.days[segment as usize]
    }

    /// The segment that holds an hour after departure.
    #[must_use]
    pub fn segment_at(&self, hour: f64) -> u32 {
        // A search counts in thousandths of an hour: a wait for a day to begin may end a moment
        // before it.
        (self.starts.partition_point(|start| *start <= hour + MOMENT).max(1) - 1) as u32
    }

    /// The bits of the places to be visited that a place is.
    #[must_use]
    pub fn visit_bits(&self, place: PlaceId) -> u32 {
        (0u32..).zip(&self.visits).filter(|(_, visit)| **visit == place).map(|(bit, _)| 1 << bit).sum()
    }

    /// How many places are to be visited.
    #[must_use]
    pub fn visit_count(&self) -> u32 {
        self.visits.len() as u32
    }

    fn pricing(&self, segment: u32) -> Pricing<'_> {
        Pricing {
            case: self.case,
            network: self.network,
            regime: self.regime,
            day: &self.days[segment as usize],
        }
    }

    /// Closes these links and no others, beside what the request leaves out, for all that is compiled
    /// from now on. Nothing is judged or priced anew: a closing changes no other link.
    pub fn close_only(&mut self, links: &[LinkId]) {
        self.closed.clear();
        self.closed.extend_from_slice(links);
    }

    fn is_avoided(&self, link: LinkId) -> bool {
        let own = self.network.link(link);
        self.closed.contains(&link)
            || self.avoided.links.contains(&link)
            || self.avoided.places.contains(&own.from)
            || self.avoided.places.contains(&own.to)
            || own.territory.iter().any(|economy| self.avoided.territory.contains(economy))
    }

    /// The segments in which closures do not forbid something, as bits.
    fn usable<'c>(&self, leniency: Leniency, closures: impl Fn(usize) -> &'c [Closure]) -> u64 {
        (0..self.days.len())
            .filter(|segment| closures(*segment).iter().all(|closure| leniency.allows(closure, self.network)))
            .map(|segment| 1u64 << segment)
            .sum()
    }

    fn every_segment(&self) -> u64 {
        u64::MAX >> (64 - self.days.len())
    }

    /// The hours after departure that a segment holds.
    fn span(&self, segment: usize) -> (f64, f64) {
        (self.starts[segment], self.starts.get(segment + 1).copied().unwrap_or(f64::INFINITY))
    }

    fn spans(&self, segments: u64) -> Vec<(f64, f64)> {
        merged(
            (0..self.days.len())
                .filter(|segment| segments & (1 << segment) != 0)
                .map(|segment| self.span(segment)),
        )
    }

    /// Compiles the graph of what may be used.
    #[must_use]
    pub fn compile(&self, leniency: Leniency) -> Compiled {
        let mut compiled = Compiled { arcs: Vec::new(), hauls: Vec::new() };
        for (number, arc) in (0u32..).zip(&self.supply.arcs) {
            if let Step::Move { link, .. } = arc.step
                && self.is_avoided(link)
            {
                continue;
            }
            let usable = self.usable(leniency, |segment| &self.arcs[segment][number as usize]);
            let visits = self.visit_bits(self.supply.states[arc.head as usize].place);
            let price = |segment: u32| {
                *self.prices[segment as usize][number as usize]
                    .get_or_init(|| self.pricing(segment).arc(self.supply, arc, |_| {}))
            };
            let always = usable == self.every_segment();
            let allowed = if always { Vec::new() } else { self.spans(usable) };
            self.add_priced(&mut compiled.arcs, usable, price, |segment, sums, windows| CompiledArc {
                tail: arc.tail,
                head: arc.head,
                leg: Leg::Step(number),
                segment,
                sums,
                windows,
                allowed: allowed.clone(),
                visits,
            });
        }
        self.add_hauls(leniency, &mut compiled);
        compiled
    }

    /// Adds one arc for each different price among the usable segments.
    fn add_priced(
        &self,
        into: &mut Vec<CompiledArc>,
        usable: u64,
        price: impl Fn(u32) -> Sums,
        arc: impl Fn(u32, Sums, Vec<(f64, f64)>) -> CompiledArc,
    ) {
        let mut groups: Vec<(u32, Sums, u64)> = Vec::new();
        for segment in (0..self.days.len() as u32).filter(|segment| usable & (1 << segment) != 0) {
            let sums = price(self.priced_as[segment as usize]);
            match groups.iter_mut().find(|(_, other, _)| *other == sums) {
                Some((.., segments)) => *segments |= 1 << segment,
                None => groups.push((segment, sums, 1 << segment)),
            }
        }
        for (segment, sums, segments) in groups {
            let windows = if segments == self.every_segment() { Vec::new() } else { self.spans(segments) };
            into.push(arc(segment, sums, windows));
        }
    }

    fn railways(&self, leniency: Leniency) -> BTreeMap<(String, u32), Railway> {
        let mut railways: BTreeMap<(String, u32), Vec<UsableTrack>> = BTreeMap::new();
        let mut bits: BTreeMap<LinkId, u128> = BTreeMap::new();
        let speaking = self.days.iter().flat_map(|day| day.speaking.iter().copied());
        let named = links_named_by_prices(self.network, self.regime, speaking);
        let mut price_bits: BTreeMap<LinkId, u128> = BTreeMap::new();
        for track in &self.supply.tracks {
            if self.is_avoided(track.link) {
                continue;
            }
            let way = track.direction as usize;
            let usable = self.usable(leniency, |segment| &self.links[segment][track.link.0 as usize][way]);
            if usable == 0 {
                continue;
            }
            let mut time_bound = 0;
            if usable != self.every_segment() {
                // More time-bound links than bits share the last one: ways over them compete as if
                // they were one link.
                let next = 1u128 << bits.len().min(127);
                time_bound = *bits.entry(track.link).or_insert(next);
            }
            let link = self.network.link(track.link);
            let mut priced = 0;
            if named.contains(&track.link) {
                let next = 1u128 << price_bits.len().min(127);
                priced = *price_bits.entry(track.link).or_insert(next);
            }
            let segment = usable.trailing_zeros();
            let Duration { hours, variance } = self.motion[segment as usize][track.link.0 as usize];
            let head = link.head(track.direction);
            railways.entry((link.carrier.clone(), track.vehicle)).or_default().push(UsableTrack {
                link: track.link,
                direction: track.direction,
                tail: link.tail(track.direction),
                head,
                km: link.km,
                hours,
                variance,
                co2_kg: self.pricing(segment).co2_kg(track.link),
                time_bound,
                priced,
                visits: self.visit_bits(head),
            });
        }
        railways.into_iter().map(|(key, tracks)| (key, Railway::new(tracks))).collect()
    }

    fn add_hauls(&self, leniency: Leniency, compiled: &mut Compiled) {
        let railways = self.railways(leniency);
        for state in &self.supply.states {
            let (Phase::Ready, Some((Mode::Rail, vehicle))) = (state.phase, state.on) else { continue };
            let hauled = |place: PlaceId| State { place, phase: Phase::Arrived, on: state.on };
            for ((carrier, of_vehicle), railway) in &railways {
                if *of_vehicle != vehicle || !railway.touches(state.place) {
                    continue;
                }
                let ends = |place: PlaceId| self.supply.number(hauled(place)).is_some();
                let mut found: Vec<Haul> = Vec::new();
                railway.ways(state.place, self.visit_bits(state.place), ends, |way| {
                    found.push(way.write(carrier, vehicle, state.place));
                });
                for haul in found {
                    self.add_haul(leniency, *state, haul, compiled);
                }
            }
        }
    }

    fn add_haul(&self, leniency: Leniency, ready: State, haul: Haul, compiled: &mut Compiled) {
        let hauled = State { place: haul.to, ..State { phase: Phase::Arrived, ..ready } };
        let (Some(tail), Some(head)) = (self.supply.number(ready), self.supply.number(hauled)) else {
            return;
        };
        let passes: Vec<LinkId> = haul.links.iter().map(|(link, _)| *link).collect();
        let usable: Vec<u64> = haul
            .links
            .iter()
            .map(|(link, way)| {
                self.usable(leniency, |segment| &self.links[segment][link.0 as usize][*way as usize])
            })
            .collect();
        let number = compiled.hauls.len() as u32;
        let spans: Vec<Option<Spans>> = usable
            .iter()
            .map(|usable| (*usable != self.every_segment()).then(|| self.spans(*usable)))
            .collect();
        let mut taken_by_rules: Vec<Option<Sums>> = vec![None; self.days.len()];
        let mut groups: Vec<(u32, Sums, Spans)> = Vec::new();
        for segment in 0..self.days.len() as u32 {
            // A train that sets off in this segment must find each link open when it gets there,
            // so each link's open spans are brought forward by the hours needed to get there.
            let motion = &self.motion[segment as usize];
            let mut inside = vec![self.span(segment as usize)];
            let mut taken = Duration::default();
            for (link, spans) in passes.iter().zip(&spans) {
                if let Some(spans) = spans {
                    let forward = |(from, to): &(f64, f64)| ((from - taken.hours).max(0.0), to - taken.hours);
                    let spans: Spans = spans.iter().map(forward).filter(|(from, to)| to > from).collect();
                    inside = common(&inside, &spans);
                }
                taken.hours += motion[link.0 as usize].hours;
                taken.variance += motion[link.0 as usize].variance;
            }
            if inside.is_empty() {
                continue;
            }
            let pricing = self.priced_as[segment as usize];
            let mut sums = *taken_by_rules[pricing as usize]
                .get_or_insert_with(|| self.pricing(pricing).haul(&haul, |_| {}));
            sums.hours += taken.hours;
            sums.variance += taken.variance;
            match groups.iter_mut().find(|(_, other, _)| *other == sums) {
                Some((.., spans)) => spans.extend(inside),
                None => groups.push((segment, sums, inside)),
            }
        }
        let visits = haul.visits;
        let allowed = unless_always(merged(groups.iter().flat_map(|(.., spans)| spans.iter().copied())));
        for (segment, sums, spans) in groups {
            let windows = unless_always(merged(spans.into_iter()));
            compiled.arcs.push(CompiledArc {
                tail,
                head,
                leg: Leg::Haul(number),
                segment,
                sums,
                windows,
                allowed: allowed.clone(),
                visits,
            });
        }
        compiled.hauls.push(haul);
    }

    /// The lines behind an arc's numbers.
    pub fn explain(&self, compiled: &Compiled, arc: &CompiledArc, mut each: impl FnMut(Component<'_>)) {
        let pricing = self.pricing(arc.segment);
        match arc.leg {
            Leg::Step(number) => {
                pricing.arc(self.supply, &self.supply.arcs[number as usize], each);
            }
            Leg::Haul(number) => {
                let haul = &compiled.hauls[number as usize];
                for (link, _) in &haul.links {
                    pricing.motion(*link, &mut each);
                }
                pricing.haul(haul, each);
            }
        }
    }

    /// Every reason why a leg that is begun at an hour after departure is not open. The links of a
    /// haul are judged when the train gets there.
    #[must_use]
    pub fn closures(&self, compiled: &Compiled, leg: Leg, hour: f64) -> BTreeSet<Closure> {
        let segment = self.segment_at(hour) as usize;
        match leg {
            Leg::Step(number) => self.arcs[segment][number as usize].iter().cloned().collect(),
            Leg::Haul(number) => {
                let mut set = BTreeSet::new();
                let mut there = hour;
                for (link, direction) in &compiled.hauls[number as usize].links {
                    let link = link.0 as usize;
                    let at = self.segment_at(there) as usize;
                    set.extend(self.links[at][link][*direction as usize].iter().cloned());
                    there += self.motion[segment][link].hours;
                }
                set
            }
        }
    }

    /// The versions of rules that speak to a leg in a segment.
    #[must_use]
    pub fn speaking(&self, compiled: &Compiled, leg: Leg, segment: u32) -> BTreeSet<Speaking> {
        let day = self.day(segment);
        match leg {
            Leg::Step(number) => {
                let arc = &self.supply.arcs[number as usize];
                match arc.step {
                    Step::Move { link, direction, .. } => day.at_link(link, direction).collect(),
                    _ => day.at_handling(self.supply, arc).collect(),
                }
            }
            Leg::Haul(number) => {
                let haul = &compiled.hauls[number as usize];
                let mut all: BTreeSet<Speaking> =
                    haul.links.iter().flat_map(|(link, direction)| day.at_link(*link, *direction)).collect();
                all.extend(self.pricing(segment).haul_rules(haul));
                all
            }
        }
    }

    /// Money between origin and destination: duties and subsidies that speak on the first day,
    /// with USD per tonne where an amount is stated.
    #[must_use]
    pub fn pair_money(&self) -> Vec<(Speaking, Option<f64>)> {
        let pricing = self.pricing(0);
        self.days[0].at_pair().map(|speaking| (speaking, pricing.pair_money(speaking.version))).collect()
    }

    /// The same for disputed versions that would speak if they were applied.
    #[must_use]
    pub fn disputed_pair_money(&self) -> Vec<(Speaking, Option<f64>)> {
        let day = &self.days[0];
        let perspective = Perspective { disputed: true, ..day.perspective };
        let applied = Day::new(self.case, self.network, self.regime, day.consignment, day.date, perspective);
        let pricing = Pricing { day: &applied, ..self.pricing(0) };
        let disputed = |speaking: &Speaking| self.regime.rules.get(speaking.version).disputed;
        applied
            .at_pair()
            .filter(disputed)
            .map(|speaking| (speaking, pricing.pair_money(speaking.version)))
            .collect()
    }
}

/// For each segment the first one with the same prices and hours: the same rules that take money
/// or time, the same seasons, and the same tariffs.
fn priced_as(network: &Network, regime: &Regime, days: &[Day<'_>]) -> Vec<u32> {
    let key = |day: &Day<'_>| {
        let prices = |speaking: &&Speaking| {
            let effect = regime.rules.get(speaking.version).effect;
            effect.belongs_to_hauls() || matches!(effect, Effect::Fee | Effect::Permit)
        };
        let speaking: Vec<Speaking> = day.speaking.iter().filter(prices).copied().collect();
        let seasons: Vec<bool> = network.seasons.iter().map(|season| season.holds(day.date)).collect();
        let tariffs: Vec<bool> =
            regime.tariffs.tariffs.iter().map(|tariff| tariff.price_date() <= day.date).collect();
        (speaking, seasons, tariffs)
    };
    let mut keys = Vec::new();
    days.iter()
        .map(|day| {
            let own = key(day);
            let first = keys.iter().position(|other| *other == own).unwrap_or(keys.len());
            keys.push(own);
            first as u32
        })
        .collect()
}
