//! Volumes, hours and slopes of links and groups as they stand while flows move: what the solver reads and writes most.

use crate::instance::Instance;
use crate::options::Method;
use crate::{LinkFunction, function::Jet};

/// A function with its constants worked out for evaluation.
#[derive(Debug, Clone, Copy)]
enum Compiled {
    Constant(f64),
    /// `base + scale (v · inverse)^4`.
    Fourth {
        base: f64,
        scale: f64,
        inverse: f64,
    },
    /// `base + scale (v · inverse)^power`.
    Power {
        base: f64,
        scale: f64,
        inverse: f64,
        power: f64,
    },
    Any(LinkFunction),
    AnyMarginal(LinkFunction),
}

impl Compiled {
    fn new(function: &LinkFunction, method: Method) -> Self {
        if function.is_constant() || function.is_closed() {
            return Self::Constant(function.free_flow_time());
        }
        match (*function, method) {
            (LinkFunction::Bpr { free_flow_time, capacity, coefficient, power }, _) => {
                // The marginal of t₀(1 + b xᵖ) is t₀(1 + b(p+1) xᵖ).
                let factor = if method == Method::SystemOptimum { power + 1.0 } else { 1.0 };
                let (base, scale, inverse) =
                    (free_flow_time, free_flow_time * coefficient * factor, 1.0 / capacity);
                if power == 4.0 {
                    Self::Fourth { base, scale, inverse }
                } else {
                    Self::Power { base, scale, inverse, power }
                }
            }
            (other, Method::UserEquilibrium) => Self::Any(other),
            (other, Method::SystemOptimum) => Self::AnyMarginal(other),
        }
    }

    #[inline]
    fn jet(&self, volume: f64) -> Jet {
        match *self {
            Self::Constant(time) => (time, 0.0),
            Self::Fourth { base, scale, inverse } => {
                let x = volume.max(0.0) * inverse;
                let square = x * x;
                (base + scale * (square * square), 4.0 * scale * (square * x) * inverse)
            }
            Self::Power { base, scale, inverse, power } => {
                let x = volume.max(0.0) * inverse;
                if power == 1.0 {
                    (base + scale * x, scale * inverse)
                } else if x == 0.0 {
                    (base, 0.0)
                } else {
                    let raised = x.powf(power);
                    (base + scale * raised, power * scale * raised / x * inverse)
                }
            }
            Self::Any(ref function) => function.jet(volume),
            Self::AnyMarginal(ref function) => function.marginal(volume),
        }
    }
}

/// A capacity that must not be exceeded, priced by an augmented Lagrangian (Hestenes, *Journal of Optimization Theory and
/// Applications* 4, 1969; for traffic, Larsson and Patriksson, *Transportation Research B* 33, 1999): the price is
/// `max(0, multiplier + stiffness · (volume − limit))`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) limit: f64,
    pub(crate) multiplier: f64,
    pub(crate) stiffness: f64,
    last_excess: f64,
}

/// Hours for a volume of twice the limit, at most.
const STIFFEST: f64 = 1e9;

impl Limit {
    fn new(limit: f64, hours: f64) -> Self {
        // A tenth of the capacity too much is worth some hours at first.
        let stiffness = 10.0 * hours.max(1e-3) / limit.max(1e-300);
        Self { limit, multiplier: 0.0, stiffness, last_excess: f64::INFINITY }
    }

    pub(crate) fn price(&self, volume: f64) -> f64 {
        (self.multiplier + self.stiffness * (volume - self.limit)).max(0.0)
    }

    fn add(&self, volume: f64, jet: Jet) -> Jet {
        let price = self.price(volume);
        if price > 0.0 { (jet.0 + price, jet.1 + self.stiffness) } else { jet }
    }

    /// Share by which the limit is missed: exceeded, or not filled in spite of a price.
    pub(crate) fn miss(&self, volume: f64) -> f64 {
        let over = volume - self.limit;
        if over > 0.0 || self.price(volume) > 0.0 { over.abs() / self.limit.max(1e-300) } else { 0.0 }
    }

    fn update(&mut self, volume: f64) {
        let miss = self.miss(volume);
        self.multiplier = self.price(volume);
        // Where nothing helps, as all must travel and not all fit, it must not grow for ever.
        if miss > 0.25 * self.last_excess && self.stiffness * self.limit < STIFFEST {
            self.stiffness *= 4.0;
        }
        self.last_excess = miss;
    }
}

/// Where a link is a member: group, weight, felt.
type Membership = (u32, f64, f64);

#[derive(Debug, Clone)]
struct GroupState {
    function: Compiled,
    members: Vec<(u32, f64)>,
    volume: f64,
    delay: f64,
    slope: f64,
    limit: Option<Limit>,
    /// Of what is felt to what is loaded.
    ratio: f64,
}

/// All links and groups.
#[derive(Debug, Clone)]
pub(crate) struct Resources {
    /// Hours, delays of groups and prices included, and the slope of the link's own part.
    pub(crate) jets: Vec<Jet>,
    pub(crate) volumes: Vec<f64>,
    functions: Vec<Compiled>,
    limits: Vec<Option<Limit>>,
    /// Whether any link has a limit or is in a group.
    plain: bool,
    memberships: Vec<Vec<Membership>>,
    groups: Vec<GroupState>,
    method: Method,
}

impl Resources {
    pub(crate) fn new(instance: &Instance, method: Method) -> Self {
        let mut memberships = vec![Vec::new(); instance.links.len()];
        for (number, group) in instance.groups.iter().enumerate() {
            for member in &group.members {
                memberships[member.link as usize].push((number as u32, member.weight, member.felt));
            }
        }
        let groups: Vec<GroupState> = instance
            .groups
            .iter()
            .map(|group| {
                let hours = group
                    .members
                    .iter()
                    .map(|member| instance.links[member.link as usize].function.free_flow_time())
                    .fold(group.function.free_flow_time(), f64::max);
                GroupState {
                    function: Compiled::new(&group.function, method),
                    members: group.members.iter().map(|member| (member.link, member.felt)).collect(),
                    volume: 0.0,
                    delay: 0.0,
                    slope: 0.0,
                    limit: group.hard_capacity.map(|limit| Limit::new(limit, hours)),
                    ratio: Instance::felt_ratio(group).unwrap_or(1.0),
                }
            })
            .collect();
        let limits: Vec<Option<Limit>> = instance
            .links
            .iter()
            .map(|link| link.hard_capacity.map(|limit| Limit::new(limit, link.function.free_flow_time())))
            .collect();
        let mut resources = Self {
            jets: vec![(0.0, 0.0); instance.links.len()],
            volumes: vec![0.0; instance.links.len()],
            functions: instance.links.iter().map(|link| Compiled::new(&link.function, method)).collect(),
            plain: groups.is_empty() && limits.iter().all(Option::is_none),
            limits,
            memberships,
            groups,
            method,
        };
        resources.set_volumes(vec![0.0; instance.links.len()]);
        resources
    }

    pub(crate) fn method(&self) -> Method {
        self.method
    }

    pub(crate) fn has_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    pub(crate) fn has_limits(&self) -> bool {
        self.limits.iter().any(Option::is_some) || self.groups.iter().any(|group| group.limit.is_some())
    }

    pub(crate) fn memberships(&self, link: usize) -> &[Membership] {
        &self.memberships[link]
    }

    pub(crate) fn group_slope(&self, group: u32) -> f64 {
        self.groups[group as usize].slope
    }

    /// Hours and slope of a link's own part at a volume, its price included.
    pub(crate) fn own_jet(&self, link: usize, volume: f64) -> Jet {
        let jet = self.functions[link].jet(volume);
        self.limits[link].map_or(jet, |limit| limit.add(volume, jet))
    }

    /// What a unit of weight in a group feels at a volume, and its slope. For groups felt in proportion to their load.
    pub(crate) fn group_jet(&self, group: usize, volume: f64) -> Jet {
        let state = &self.groups[group];
        let jet = state.function.jet(volume);
        let jet = state.limit.map_or(jet, |limit| limit.add(volume, jet));
        (state.ratio * jet.0, state.ratio * jet.1)
    }

    pub(crate) fn group_delay(&self, group: usize) -> f64 {
        self.groups[group].delay
    }

    pub(crate) fn group_volume(&self, group: usize) -> f64 {
        self.groups[group].volume
    }

    pub(crate) fn set_function(&mut self, link: usize, function: &LinkFunction) {
        self.functions[link] = Compiled::new(function, self.method);
        self.refresh_link(link);
    }

    pub(crate) fn set_group_function(&mut self, group: usize, function: &LinkFunction) {
        self.groups[group].function = Compiled::new(function, self.method);
        self.refresh_group(group);
    }

    pub(crate) fn set_limit(&mut self, link: usize, limit: Option<f64>, hours: f64) {
        changed_limit(&mut self.limits[link], limit, hours);
        self.plain &= limit.is_none();
        self.refresh_link(link);
    }

    pub(crate) fn set_group_limit(&mut self, group: usize, limit: Option<f64>, hours: f64) {
        changed_limit(&mut self.groups[group].limit, limit, hours);
        self.refresh_group(group);
    }

    /// Lays new volumes on all links and works everything out afresh.
    pub(crate) fn set_volumes(&mut self, volumes: Vec<f64>) {
        self.volumes = volumes;
        for group in &mut self.groups {
            group.volume = 0.0;
        }
        for (link, memberships) in self.memberships.iter().enumerate() {
            for &(group, weight, _) in memberships {
                self.groups[group as usize].volume += weight * self.volumes[link];
            }
        }
        for group in 0..self.groups.len() {
            let group = &mut self.groups[group];
            (group.delay, group.slope) = group_jet(group);
        }
        for link in 0..self.volumes.len() {
            self.refresh_link(link);
        }
    }

    /// Adds units to a link.
    #[inline]
    pub(crate) fn add(&mut self, link: usize, units: f64) {
        let volume = self.volumes[link] + units;
        self.volumes[link] = volume;
        if self.plain {
            self.jets[link] = self.functions[link].jet(volume);
        } else {
            self.add_shared(link, units);
        }
    }

    fn add_shared(&mut self, link: usize, units: f64) {
        for index in 0..self.memberships[link].len() {
            let (group, weight, _) = self.memberships[link][index];
            self.groups[group as usize].volume += weight * units;
            self.refresh_group(group as usize);
        }
        self.refresh_link(link);
    }

    fn refresh_group(&mut self, group: usize) {
        let state = &mut self.groups[group];
        (state.delay, state.slope) = group_jet(state);
        for index in 0..self.groups[group].members.len() {
            let link = self.groups[group].members[index].0;
            self.refresh_link(link as usize);
        }
    }

    fn refresh_link(&mut self, link: usize) {
        let volume = self.volumes[link];
        let mut jet = self.functions[link].jet(volume);
        if let Some(limit) = &self.limits[link] {
            jet = limit.add(volume, jet);
        }
        for &(group, _, felt) in &self.memberships[link] {
            jet.0 += felt * self.groups[group as usize].delay;
        }
        self.jets[link] = jet;
    }

    /// Hours that hard capacities are worth, by link and by group.
    pub(crate) fn prices(&self) -> (Vec<f64>, Vec<f64>) {
        let price = |limit: &Option<Limit>, volume: f64| limit.map_or(0.0, |limit| limit.price(volume));
        (
            self.limits.iter().zip(&self.volumes).map(|(limit, &volume)| price(limit, volume)).collect(),
            self.groups.iter().map(|group| price(&group.limit, group.volume)).collect(),
        )
    }

    /// Greatest share by which a hard capacity is missed.
    pub(crate) fn worst_miss(&self) -> f64 {
        let miss = |limit: &Option<Limit>, volume: f64| limit.map_or(0.0, |limit| limit.miss(volume));
        let links = self.limits.iter().zip(&self.volumes).map(|(limit, &volume)| miss(limit, volume));
        links.chain(self.groups.iter().map(|group| miss(&group.limit, group.volume))).fold(0.0, f64::max)
    }

    /// Moves the multipliers to the present prices.
    pub(crate) fn update_prices(&mut self) {
        for link in 0..self.limits.len() {
            let volume = self.volumes[link];
            if let Some(limit) = &mut self.limits[link] {
                limit.update(volume);
                self.refresh_link(link);
            }
        }
        for group in 0..self.groups.len() {
            let volume = self.groups[group].volume;
            if let Some(limit) = &mut self.groups[group].limit {
                limit.update(volume);
                self.refresh_group(group);
            }
        }
    }
}

fn changed_limit(slot: &mut Option<Limit>, limit: Option<f64>, hours: f64) {
    *slot = limit.map(|limit| match slot {
        // The price so far is a good guess of the new one.
        Some(old) => Limit { limit, last_excess: f64::INFINITY, ..*old },
        None => Limit::new(limit, hours),
    });
}

fn group_jet(group: &GroupState) -> Jet {
    let jet = group.function.jet(group.volume);
    group.limit.map_or(jet, |limit| limit.add(group.volume, jet))
}
