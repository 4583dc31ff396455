//! Stochastic choice: path-size logit over a generated choice set.
//!
//! Freight of few carriers does not all take the least cost that a model sees. Each path `k` of a demand gets the share
//!
//! ```text
//! P_k ∝ PS_k^β exp(−θ c_k),   PS_k = Σ_{a∈k} (l_a / L_k) / (number of paths of the set on a)
//! ```
//!
//! (Ben-Akiva and Bierlaire, in *Handbook of Transportation Science*, 1999), where `l` is the cost at no volume, so that
//! paths which share most of their way do not count twice. With capacity, costs depend on flows, and flows `h` and costs
//! must agree: a stochastic user equilibrium (Fisk, *Transportation Research B* 14, 1980). It is found path by path: for a
//! path and the best known one of its demand, `θ c + ln h − β ln PS` is made equal by Newton's method on the log of their
//! ratio, which no scale can overflow.

use crate::AssignmentError;
use crate::certificate::{closed_by_groups, open, volumes};
use crate::instance::Instance;
use crate::options::Method;
use crate::prices::Prices;
use crate::resources::Resources;
use crate::solution::PathFlows;
use crate::tree::{Room, Star, Tree};

/// How many paths a demand may choose from, and how they are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChoiceSetOptions {
    /// Paths of a demand at most, the cheapest included.
    pub paths: usize,
    /// Searches of a pair of origin and class at most.
    pub searches: usize,
    /// Share by which links of a path that was found become dearer for the next search (the penalty method: de la Barra,
    /// Pérez and Añez, *Proceedings of the PTRC Summer Meeting*, 1993).
    pub penalty: f64,
    /// Cost, as a multiple of the least, above which a path is no choice.
    pub detour: f64,
}

impl Default for ChoiceSetOptions {
    fn default() -> Self {
        Self { paths: 6, searches: 20, penalty: 0.2, detour: 1.6 }
    }
}

/// How demand chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogitOptions {
    /// `θ`: how much a unit of money a tonne matters. Zero for not at all.
    pub scale: f64,
    /// `β`: how much overlap matters. One as published, zero for plain logit.
    pub path_size: f64,
    /// Whether costs depend on flows.
    pub congestion: bool,
    /// Share of its demand by which a path's flow may differ from what its cost asks for.
    pub tolerance: f64,
    /// Sweeps over all demands at most.
    pub iterations: usize,
}

impl Default for LogitOptions {
    fn default() -> Self {
        Self { scale: 1.0, path_size: 1.0, congestion: true, tolerance: 1e-8, iterations: 1000 }
    }
}

/// Paths, shares and how well they agree with their costs.
#[derive(Debug, Clone, PartialEq)]
pub struct StochasticSolution {
    /// The choice set with tonnes and costs by path.
    pub paths: PathFlows,
    /// Share of its demand by path.
    pub shares: Vec<f64>,
    /// `PS` by path: one for a path that shares nothing.
    pub path_sizes: Vec<f64>,
    /// Tonnes by demand to which no path leads.
    pub unconnected: Vec<f64>,
    /// Units by link.
    pub link_volumes: Vec<f64>,
    /// Tonnes by class and link.
    pub link_tonnes: Vec<Vec<f64>>,
    /// Hours by link.
    pub link_times: Vec<f64>,
    /// Greatest difference between a path's share and what the formula gives at the final costs: the certificate.
    pub residual: f64,
    /// Whether the residual is within tolerance.
    pub converged: bool,
    /// Sweeps made.
    pub iterations: usize,
}

/// Share by which a hard capacity may be missed at the end.
const CAPACITY_TOLERANCE: f64 = 1e-6;

/// Money a tonne of a class by link under these hours; infinite where it may not go.
fn link_costs(instance: &Instance, class: usize, hours: &[f64], closed: &[bool]) -> Vec<f64> {
    let parameters = &instance.classes[class];
    (0..instance.links.len())
        .map(|link| {
            if open(instance, class, link) && !closed[link] {
                parameters.value_of_time * hours[link] + parameters.fixed_cost(link)
            } else {
                f64::INFINITY
            }
        })
        .collect()
}

/// Hours at no volume, with those of groups.
fn free_hours(instance: &Instance) -> Vec<f64> {
    let mut hours: Vec<f64> = instance.links.iter().map(|link| link.function.free_flow_time()).collect();
    for group in &instance.groups {
        for member in &group.members {
            hours[member.link as usize] += member.felt * group.function.free_flow_time();
        }
    }
    hours
}

/// A choice set for each demand at no volume: the cheapest path, and what repeated searches with penalties on the links
/// found so far bring up, as long as it is no dearer than the detour allows. Paths come cheapest first; their tonnes are
/// zero. Pass a solution's paths to [`stochastic`] in its place where these should be the choices.
///
/// # Errors
/// See [`Instance::check`].
pub fn choice_set(instance: &Instance, options: &ChoiceSetOptions) -> Result<PathFlows, AssignmentError> {
    instance.check()?;
    let star = Star::new(instance);
    let closed = closed_by_groups(instance);
    let hours = free_hours(instance);
    let mut room = Room::default();
    let mut found: Vec<Vec<(f64, Vec<u32>)>> = vec![Vec::new(); instance.demands.len()];
    let mut order: Vec<usize> = (0..instance.demands.len()).collect();
    order.sort_by_key(|&number| (instance.demands[number].class, instance.demands[number].origin, number));
    let mut costs: (Option<u32>, Vec<f64>) = (None, Vec::new());
    let mut path = Vec::new();
    for &number in &order {
        let demand = &instance.demands[number];
        if demand.origin == demand.destination {
            continue;
        }
        if costs.0 != Some(demand.class) {
            costs = (Some(demand.class), link_costs(instance, demand.class as usize, &hours, &closed));
        }
        let costs = &costs.1;
        let mut penalised: Vec<f64> = star.links.iter().map(|&link| costs[link as usize]).collect();
        let mut tree = Tree::new(demand.origin, instance.node_count);
        let paths = &mut found[number];
        for _ in 0..options.searches.max(1) {
            tree.mend(&star, &penalised, &mut room);
            if room.distance[demand.destination as usize] == f64::INFINITY {
                break;
            }
            path.clear();
            tree.trace(&star, demand.destination, &mut path);
            let cost: f64 = path.iter().map(|&link| costs[link as usize]).sum();
            let least = paths.first().map_or(cost, |(least, _)| *least);
            if cost <= options.detour.max(1.0) * least && paths.iter().all(|(_, other)| *other != path) {
                paths.push((cost, path.clone()));
            }
            if paths.len() >= options.paths.max(1) {
                break;
            }
            for (place, &link) in star.links.iter().enumerate() {
                if path.contains(&link) {
                    // A link that costs nothing must become dearer too.
                    penalised[place] += options.penalty * costs[link as usize].max(1e-3 * least);
                }
            }
        }
        paths.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let mut set = PathFlows { first: vec![0], link_first: vec![0], ..PathFlows::default() };
    for paths in found {
        for (cost, links) in paths {
            set.links.extend_from_slice(&links);
            set.link_first.push(set.links.len() as u32);
            set.tonnes.push(0.0);
            set.costs.push(cost);
        }
        set.first.push(set.tonnes.len() as u32);
    }
    Ok(set)
}

/// Path sizes of the paths of one demand.
fn path_sizes(paths: &PathFlows, range: std::ops::Range<usize>, lengths: &[f64]) -> Vec<f64> {
    range
        .clone()
        .map(|path| {
            let links = paths.links_of(path);
            let whole: f64 = links.iter().map(|&link| lengths[link as usize]).sum();
            let part = |&link: &u32| {
                let sharing = range.clone().filter(|&other| paths.links_of(other).contains(&link)).count();
                lengths[link as usize] / sharing.max(1) as f64
            };
            if whole > 0.0 { links.iter().map(part).sum::<f64>() / whole } else { 1.0 }
        })
        .collect()
}

/// Path-size logit over a choice set, with or without capacity.
///
/// # Errors
/// See [`Instance::check`]; where the paths are not for as many demands, a path names a link that does not exist, or a
/// number of the options is not valid.
pub fn stochastic(
    instance: &Instance,
    choices: &PathFlows,
    options: &LogitOptions,
) -> Result<StochasticSolution, AssignmentError> {
    instance.check()?;
    check(instance, choices, options)?;
    let closed = closed_by_groups(instance);
    let free = free_hours(instance);
    let mut resources = Resources::new(instance, Method::UserEquilibrium);
    let mut paths = choices.clone();
    let mut path_size = vec![1.0; paths.tonnes.len()];
    let mut fixed = vec![0.0; paths.tonnes.len()];
    let mut unconnected = vec![0.0; instance.demands.len()];
    let costs: Vec<Vec<f64>> =
        (0..instance.classes.len()).map(|class| link_costs(instance, class, &free, &closed)).collect();
    paths.tonnes.fill(0.0);
    for (number, demand) in instance.demands.iter().enumerate() {
        let range = paths.of_demand(number);
        let class = demand.class as usize;
        for (path, size) in range.clone().zip(path_sizes(&paths, range.clone(), &costs[class])) {
            path_size[path] = size;
            let usable = paths.links_of(path).iter().all(|&link| costs[class][link as usize].is_finite());
            let money = |&link: &u32| instance.classes[class].fixed_cost(link as usize);
            let links = paths.links_of(path);
            fixed[path] =
                if usable && !links.is_empty() { links.iter().map(money).sum() } else { f64::INFINITY };
        }
        if range.clone().all(|path| fixed[path].is_infinite()) && demand.origin != demand.destination {
            unconnected[number] = demand.tonnes;
        }
    }
    let log_size: Vec<f64> = path_size.iter().map(|size| options.path_size * size.ln()).collect();

    // Flows by the costs at no volume.
    for (number, demand) in instance.demands.iter().enumerate() {
        let range = paths.of_demand(number);
        let utility: Vec<f64> = range
            .clone()
            .map(|path| utility(instance, demand.class, &paths, path, &fixed, &resources, options, &log_size))
            .collect();
        for (path, share) in range.zip(shares(&utility)) {
            paths.tonnes[path] = demand.tonnes * share;
        }
    }
    sum_up(instance, &paths, &mut resources, options.congestion);
    let mut prices = Prices::new(instance);
    let (mut residual, mut iterations, mut by_prices) = (0.0, 0, true);
    for sweep in 0..options.iterations.max(1) {
        residual = disagreement(instance, &paths, &fixed, &resources, options, &log_size);
        iterations = sweep;
        let miss = if resources.has_limits() { resources.worst_miss() } else { 0.0 };
        if !options.congestion || (residual <= options.tolerance && miss <= CAPACITY_TOLERANCE) {
            break;
        }
        if miss > CAPACITY_TOLERANCE && residual <= options.tolerance.max(0.1 * miss) {
            resources.update_prices();
        }
        if let Some(prices) = prices.as_mut().filter(|_| by_prices) {
            prices.begin();
            let mut places = Vec::new();
            for (number, demand) in instance.demands.iter().enumerate() {
                let class = &instance.classes[demand.class as usize];
                let before = places.len();
                for path in paths.of_demand(number).filter(|&path| fixed[path].is_finite()) {
                    let hours = fixed[path] / class.value_of_time;
                    prices.add_path(instance, &resources, paths.links_of(path), hours, log_size[path]);
                    places.push((path, class.unit_size));
                }
                if places.len() > before {
                    prices.end_demand(
                        number,
                        demand.tonnes * class.unit_size,
                        options.scale * class.value_of_time,
                    );
                }
            }
            let (units, reached) = prices.logit(&resources);
            // Where that fails, small steps take over from where it stopped.
            by_prices = reached;
            for (&(path, size), units) in places.iter().zip(units) {
                paths.tonnes[path] = units / size;
            }
            sum_up(instance, &paths, &mut resources, true);
            continue;
        }
        for number in 0..instance.demands.len() {
            even(instance, number, &mut paths, &fixed, &mut resources, options, &log_size);
        }
        sum_up(instance, &paths, &mut resources, true);
    }

    let mut link_tonnes = vec![vec![0.0; instance.links.len()]; instance.classes.len()];
    let mut share = vec![0.0; paths.tonnes.len()];
    for (number, demand) in instance.demands.iter().enumerate() {
        let parameters = &instance.classes[demand.class as usize];
        for path in paths.of_demand(number) {
            share[path] = if demand.tonnes > 0.0 { paths.tonnes[path] / demand.tonnes } else { 0.0 };
            let hours: f64 = paths.links_of(path).iter().map(|&link| resources.jets[link as usize].0).sum();
            paths.costs[path] = parameters.value_of_time * hours + fixed[path];
            for &link in paths.links_of(path) {
                link_tonnes[demand.class as usize][link as usize] += paths.tonnes[path];
            }
        }
    }
    let (link_volumes, _) = volumes(instance, &link_tonnes);
    Ok(StochasticSolution {
        shares: share,
        path_sizes: path_size,
        unconnected,
        link_volumes,
        link_tonnes,
        link_times: resources.jets.iter().map(|jet| jet.0).collect(),
        residual,
        converged: residual <= options.tolerance
            && (!options.congestion || resources.worst_miss() <= CAPACITY_TOLERANCE),
        iterations,
        paths,
    })
}

fn check(instance: &Instance, choices: &PathFlows, options: &LogitOptions) -> Result<(), AssignmentError> {
    let expected = instance.demands.len();
    let found = choices.first.len().saturating_sub(1);
    if found != expected {
        return Err(AssignmentError::Length { place: "the choice set".into(), found, expected });
    }
    let count = instance.links.len();
    if let Some(&link) = choices.links.iter().find(|&&link| link as usize >= count) {
        let place = "a path of the choice set".into();
        return Err(AssignmentError::Unknown { place, what: "link", number: link as usize, count });
    }
    for (name, value) in [("scale", options.scale), ("path size", options.path_size)] {
        if !(value.is_finite() && value >= 0.0) {
            let (place, valid) = ("the options of logit".into(), "a finite number, zero or more");
            return Err(AssignmentError::Value { place, name, value, valid });
        }
    }
    Ok(())
}

/// `−θ c + β ln PS` of a path.
#[allow(clippy::too_many_arguments)]
fn utility(
    instance: &Instance,
    class: u32,
    paths: &PathFlows,
    path: usize,
    fixed: &[f64],
    resources: &Resources,
    options: &LogitOptions,
    log_size: &[f64],
) -> f64 {
    if fixed[path].is_infinite() {
        return f64::NEG_INFINITY;
    }
    let hours: f64 = paths.links_of(path).iter().map(|&link| resources.jets[link as usize].0).sum();
    log_size[path] - options.scale * (instance.classes[class as usize].value_of_time * hours + fixed[path])
}

/// Shares by utility. All zero where nothing is possible.
fn shares(utility: &[f64]) -> Vec<f64> {
    let best = utility.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if best == f64::NEG_INFINITY {
        return vec![0.0; utility.len()];
    }
    let weights: Vec<f64> = utility.iter().map(|value| (value - best).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

fn sum_up(instance: &Instance, paths: &PathFlows, resources: &mut Resources, congestion: bool) {
    if !congestion {
        return;
    }
    let mut volumes = vec![0.0; instance.links.len()];
    for (number, demand) in instance.demands.iter().enumerate() {
        let size = instance.classes[demand.class as usize].unit_size;
        for path in paths.of_demand(number) {
            for &link in paths.links_of(path) {
                volumes[link as usize] += size * paths.tonnes[path];
            }
        }
    }
    resources.set_volumes(volumes);
}

/// Greatest difference between a share and what the formula gives at the present costs.
fn disagreement(
    instance: &Instance,
    paths: &PathFlows,
    fixed: &[f64],
    resources: &Resources,
    options: &LogitOptions,
    log_size: &[f64],
) -> f64 {
    let mut worst: f64 = 0.0;
    for (number, demand) in instance.demands.iter().enumerate().filter(|(_, demand)| demand.tonnes > 0.0) {
        let range = paths.of_demand(number);
        let utility: Vec<f64> = range
            .clone()
            .map(|path| utility(instance, demand.class, paths, path, fixed, resources, options, log_size))
            .collect();
        for (path, share) in range.zip(shares(&utility)) {
            worst = worst.max((share - paths.tonnes[path] / demand.tonnes).abs());
        }
    }
    worst
}

/// Makes each path of a demand agree with the one of the most flow, one after the other.
fn even(
    instance: &Instance,
    number: usize,
    paths: &mut PathFlows,
    fixed: &[f64],
    resources: &mut Resources,
    options: &LogitOptions,
    log_size: &[f64],
) {
    let demand = &instance.demands[number];
    let range = paths.of_demand(number);
    let class = &instance.classes[demand.class as usize];
    let Some(main) = range.clone().max_by(|&a, &b| paths.tonnes[a].total_cmp(&paths.tonnes[b])) else {
        return;
    };
    for path in range {
        let (here, there) = (paths.tonnes[path], paths.tonnes[main]);
        let both = here + there;
        if path == main || fixed[path].is_infinite() || both <= 0.0 {
            continue;
        }
        // Links in which the two differ: one way and the other.
        let (mine, others) = (paths.links_of(path), paths.links_of(main));
        let leave: Vec<u32> = mine.iter().copied().filter(|link| !others.contains(link)).collect();
        let enter: Vec<u32> = others.iter().copied().filter(|link| !mine.contains(link)).collect();
        let of = |links: &[u32]| {
            links
                .iter()
                .map(|&link| resources.jets[link as usize])
                .fold((0.0, 0.0), |sum, jet| (sum.0 + jet.0, sum.1 + jet.1))
        };
        let ((hours, rise), (other_hours, other_rise)) = (of(&leave), of(&enter));
        let groups = crate::columns::group_slope(resources, &leave, &enter, &mut Vec::new());
        let rate = options.scale * class.value_of_time;
        let gap = rate * (hours - other_hours) + options.scale * (fixed[path] - fixed[main])
            - (log_size[path] - log_size[main]);
        let bend = rate * class.unit_size * (rise + other_rise + groups) * both;
        let share = ratio(gap, bend, here / both);
        let change = both * share - here;
        paths.tonnes[path] = both * share;
        paths.tonnes[main] = both - both * share;
        for &link in &leave {
            resources.add(link as usize, change * class.unit_size);
        }
        for &link in &enter {
            resources.add(link as usize, -change * class.unit_size);
        }
    }
}

/// The share `s = 1/(1 + e^{−z})` with `z + gap + bend (s − now) = 0`, which has one root as all rises with `z`.
fn ratio(gap: f64, bend: f64, now: f64) -> f64 {
    let share = |z: f64| if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) };
    let value = |z: f64| z + gap + bend * (share(z) - now);
    let (mut low, mut high) = (-gap - bend * (1.0 - now), -gap + bend * now);
    let mut z = (-gap).clamp(low, high);
    for _ in 0..100 {
        let miss = value(z);
        if miss > 0.0 {
            high = z;
        } else {
            low = z;
        }
        let s = share(z);
        let newton = z - miss / (1.0 + bend * s * (1.0 - s));
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - z).abs() <= 1e-15 * z.abs().max(1.0) {
            break;
        }
        z = next;
    }
    share(z)
}
