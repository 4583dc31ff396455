//! What a solution says about links, borders and corridors.

use crate::instance::Instance;
use crate::solution::Solution;

/// How full a link or group is, and what that costs in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Units.
    pub volume: f64,
    /// Units, where there is a capacity: the hard one, or else the function's.
    pub capacity: Option<f64>,
    /// Volume by capacity.
    pub ratio: Option<f64>,
    /// Hours a unit beyond those at no volume.
    pub delay: f64,
    /// Unit-hours beyond those at no volume.
    pub delay_hours: f64,
}

fn load(volume: f64, capacity: Option<f64>, delay: f64) -> Load {
    let ratio = capacity.filter(|capacity| *capacity > 0.0).map(|capacity| volume / capacity);
    Load { volume, capacity, ratio, delay, delay_hours: volume * delay }
}

/// Loads by link. Delays of groups count on their members, weighted as they are felt.
#[must_use]
pub fn link_loads(instance: &Instance, solution: &Solution) -> Vec<Load> {
    let states = solution.link_volumes.iter().zip(&solution.link_times);
    instance
        .links
        .iter()
        .zip(states)
        .map(|(link, (&volume, &time))| {
            let capacity = link.hard_capacity.or(link.function.capacity());
            load(volume, capacity, (time - link.function.free_flow_time()).max(0.0))
        })
        .collect()
}

/// Loads by group, with the group's own delay.
#[must_use]
pub fn group_loads(instance: &Instance, solution: &Solution) -> Vec<Load> {
    let states = solution.group_volumes.iter().zip(&solution.group_delays);
    instance
        .groups
        .iter()
        .zip(states)
        .map(|(group, (&volume, &delay))| {
            load(volume, group.hard_capacity.or(group.function.capacity()), delay)
        })
        .collect()
}

/// Which links a path must use to be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// At least one of these.
    Any(Vec<u32>),
    /// All of these, in any order.
    All(Vec<u32>),
}

impl Selection {
    fn takes(&self, path: &[u32]) -> bool {
        match self {
            Self::Any(links) => links.iter().any(|link| path.contains(link)),
            Self::All(links) => links.iter().all(|link| path.contains(link)),
        }
    }
}

/// Whose goods use the selected links.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// Tonnes by demand of the instance, so by origin, destination and class; zeros left out.
    pub demands: Vec<(u32, f64)>,
    /// Tonnes by class.
    pub by_class: Vec<f64>,
    /// Tonnes of the selected paths by link: where these goods come from and go to.
    pub link_tonnes: Vec<f64>,
    /// All tonnes selected.
    pub tonnes: f64,
}

/// Whose goods cross these links, by origin, destination and class (a select-link analysis). How the flow of a link splits
/// among demands is determined only up to ties between equal paths; solve with a
/// [proportionality](crate::proportional_paths) step where that matters.
#[must_use]
pub fn select_links(instance: &Instance, solution: &Solution, selection: &Selection) -> Selected {
    let mut selected = Selected {
        demands: Vec::new(),
        by_class: vec![0.0; instance.classes.len()],
        link_tonnes: vec![0.0; instance.links.len()],
        tonnes: 0.0,
    };
    for (number, demand) in instance.demands.iter().enumerate() {
        let mut sum = 0.0;
        for path in solution.paths.of_demand(number) {
            let links = solution.paths.links_of(path);
            if !links.is_empty() && selection.takes(links) {
                let tonnes = solution.paths.tonnes[path];
                sum += tonnes;
                for &link in links {
                    selected.link_tonnes[link as usize] += tonnes;
                }
            }
        }
        if sum > 0.0 {
            selected.demands.push((number as u32, sum));
            selected.by_class[demand.class as usize] += sum;
            selected.tonnes += sum;
        }
    }
    selected
}

/// How the tonnes on the network split among corridors.
#[derive(Debug, Clone, PartialEq)]
pub struct CorridorShares {
    /// Tonnes by corridor of paths that use one of its links, whatever else they use.
    pub tonnes: Vec<f64>,
    /// Tonnes of paths that use links of more than one corridor, and so count in each of these.
    pub several: f64,
    /// Tonnes of paths that use none.
    pub none: f64,
    /// Tonnes of all paths looked at.
    pub all: f64,
}

/// Tonnes by corridor, each given by the links that mark it, such as its border crossings, over the demands that `include`
/// picks by number.
#[must_use]
pub fn corridor_shares(
    solution: &Solution,
    corridors: &[Vec<u32>],
    include: impl Fn(usize) -> bool,
) -> CorridorShares {
    let mut shares = CorridorShares { tonnes: vec![0.0; corridors.len()], several: 0.0, none: 0.0, all: 0.0 };
    for demand in (0..solution.pairs.len()).filter(|&demand| include(demand)) {
        for path in solution.paths.of_demand(demand) {
            let (links, tonnes) = (solution.paths.links_of(path), solution.paths.tonnes[path]);
            if links.is_empty() {
                continue;
            }
            let mut used = 0;
            for (corridor, sum) in corridors.iter().zip(&mut shares.tonnes) {
                if corridor.iter().any(|link| links.contains(link)) {
                    *sum += tonnes;
                    used += 1;
                }
            }
            shares.all += tonnes;
            match used {
                0 => shares.none += tonnes,
                1 => {}
                _ => shares.several += tonnes,
            }
        }
    }
    shares
}
