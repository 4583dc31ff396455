//! What an equilibrium does when one number changes a little: derivatives without solving again.
//!
//! Near a solution in which every used path stays used, `n` paths of a demand keep equal costs, so changes `dh` of path
//! flows are those that keep demand and even out what the change `g = ∂c/∂θ` upsets:
//!
//! ```text
//! minimise ½ dvᵀ T' dv + g·dh   over  dv = A dh,  Σ dh = 0 for each demand
//! ```
//!
//! (Tobin and Friesz, *Transportation Science* 22, 1988; in this form Patriksson, *Transportation Science* 38, 2004). Path
//! flows are not unique, but `dv` and the derivative of each demand's cost are. The quadratic problem is solved by
//! conjugate gradients in the space of changes that keep demand. Where a path is just about to come into use, the
//! derivative differs by direction, and this is the one that keeps it out.

use crate::certificate::volumes;
use crate::instance::Instance;
use crate::solution::Solution;
use crate::{AssignmentError, LinkFunction};

/// The number that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Capacity of a link's function.
    Capacity(usize),
    /// Free-flow time of a link.
    FreeFlowTime(usize),
    /// Money a tonne that all classes pay on a link.
    Toll(usize),
    /// Capacity of a group's function.
    GroupCapacity(usize),
}

/// Derivatives by a unit of the parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// Of units by link.
    pub link_volumes: Vec<f64>,
    /// Of hours by link, delays of groups included.
    pub link_times: Vec<f64>,
    /// Of money a tonne by demand; none where nothing flows.
    pub pair_costs: Vec<Option<f64>>,
    /// Of tonnes by demand on overflow arcs.
    pub overflow: Vec<f64>,
    /// What is left out of balance by the conjugate gradients, as a share of what there was.
    pub residual: f64,
}

/// Paths that carry so small a share of their demand count as unused.
const UNUSED: f64 = 1e-9;

/// Used paths of the demands that have a choice.
struct Used {
    /// Paths of choice `c` are `first[c]..first[c + 1]`.
    first: Vec<usize>,
    paths: Vec<usize>,
}

/// Slopes of links and groups at the solution.
struct Slopes {
    links: Vec<f64>,
    /// Of the delay by the weighted volume.
    groups: Vec<f64>,
}

impl Slopes {
    /// Change of hours by link under a change of units.
    fn hours(&self, instance: &Instance, units: &[f64]) -> Vec<f64> {
        let mut hours: Vec<f64> = units.iter().zip(&self.links).map(|(units, slope)| units * slope).collect();
        for (group, slope) in instance.groups.iter().zip(&self.groups) {
            let load: f64 =
                group.members.iter().map(|member| member.weight * units[member.link as usize]).sum();
            for member in &group.members {
                hours[member.link as usize] += member.felt * slope * load;
            }
        }
        hours
    }
}

/// Derivatives of a user equilibrium by one parameter, in units of tonnes, hours and money of the instance.
///
/// # Errors
/// Where the parameter does not exist or the function has none such; where the solution is not one of this instance; and
/// where a hard capacity binds or groups are felt otherwise than loaded, as then this derivative is not defined.
pub fn sensitivity(
    instance: &Instance,
    solution: &Solution,
    parameter: Parameter,
) -> Result<Sensitivity, AssignmentError> {
    check(instance, solution, parameter)?;
    let (link_volumes, group_volumes) = volumes(instance, &solution.link_tonnes);
    let slopes = Slopes {
        links: (instance.links.iter().zip(&link_volumes)).map(|(link, &v)| link.function.slope(v)).collect(),
        groups: (instance.groups.iter().zip(&group_volumes))
            .map(|(group, &v)| group.function.slope(v))
            .collect(),
    };
    // What the change does to hours at the same flows, and to money.
    let mut direct = vec![0.0; instance.links.len()];
    let mut toll = None;
    match parameter {
        Parameter::Capacity(link) => {
            direct[link] = by_capacity(&instance.links[link].function, link_volumes[link]);
        }
        Parameter::FreeFlowTime(link) => {
            direct[link] = by_free_flow_time(&instance.links[link].function, link_volumes[link]);
        }
        Parameter::Toll(link) => toll = Some(link as u32),
        Parameter::GroupCapacity(group) => {
            let change = by_capacity(&instance.groups[group].function, group_volumes[group]);
            for member in &instance.groups[group].members {
                direct[member.link as usize] += member.felt * change;
            }
        }
    }

    let paths = &solution.paths;
    let mut used = Used { first: vec![0], paths: Vec::new() };
    // By used path: units a tonne, and hours by which the parameter changes it.
    let (mut size, mut push) = (Vec::new(), Vec::new());
    for (number, demand) in instance.demands.iter().enumerate() {
        let class = &instance.classes[demand.class as usize];
        let from = used.paths.len();
        used.paths
            .extend(paths.of_demand(number).filter(|&path| paths.tonnes[path] > UNUSED * demand.tonnes));
        if used.paths.len() < from + 2 {
            used.paths.truncate(from);
            continue;
        }
        used.first.push(used.paths.len());
        for &path in &used.paths[from..] {
            let links = paths.links_of(path);
            let tolls = links.iter().filter(|&&link| Some(link) == toll).count() as f64;
            let hours: f64 = links.iter().map(|&link| direct[link as usize]).sum();
            size.push(class.unit_size);
            push.push(hours + tolls / class.value_of_time);
        }
    }
    let load = |change: &[f64]| {
        let mut units = vec![0.0; instance.links.len()];
        for (&path, change) in used.paths.iter().zip(change) {
            for &link in paths.links_of(path) {
                units[link as usize] += change;
            }
        }
        units
    };
    let (change, residual) = solve(instance, solution, &used, &slopes, &push, load);

    let units = load(&change);
    let mut link_times = slopes.hours(instance, &units);
    for (time, direct) in link_times.iter_mut().zip(&direct) {
        *time += direct;
    }
    let mut overflow = vec![0.0; instance.demands.len()];
    let mut demand_of = vec![0; paths.tonnes.len()];
    for number in 0..instance.demands.len() {
        for path in paths.of_demand(number) {
            demand_of[path] = number;
        }
    }
    for ((&path, change), size) in used.paths.iter().zip(&change).zip(&size) {
        if paths.links_of(path).is_empty() {
            overflow[demand_of[path]] += change / size;
        }
    }
    let pair_costs = instance
        .demands
        .iter()
        .enumerate()
        .map(|(number, demand)| {
            let class = &instance.classes[demand.class as usize];
            let (mut sum, mut tonnes) = (0.0, 0.0);
            for path in paths.of_demand(number).filter(|&path| paths.tonnes[path] > UNUSED * demand.tonnes) {
                let money = |&link: &u32| {
                    class.value_of_time * link_times[link as usize] + f64::from(u8::from(Some(link) == toll))
                };
                sum += paths.tonnes[path] * paths.links_of(path).iter().map(money).sum::<f64>();
                tonnes += paths.tonnes[path];
            }
            (tonnes > 0.0).then(|| sum / tonnes)
        })
        .collect();
    Ok(Sensitivity { link_volumes: units, link_times, pair_costs, overflow, residual })
}

/// Conjugate gradients, preconditioned by the diagonal, on changes that keep each demand.
fn solve(
    instance: &Instance,
    solution: &Solution,
    used: &Used,
    slopes: &Slopes,
    push: &[f64],
    load: impl Fn(&[f64]) -> Vec<f64>,
) -> (Vec<f64>, f64) {
    let paths = &solution.paths;
    let unit_hours = |hours: &[f64]| -> Vec<f64> {
        used.paths
            .iter()
            .map(|&path| paths.links_of(path).iter().map(|&link| hours[link as usize]).sum())
            .collect()
    };
    let mut diagonal = unit_hours(&slopes.links);
    if !instance.groups.is_empty() {
        let mut own = vec![0.0; instance.links.len()];
        for (group, slope) in instance.groups.iter().zip(&slopes.groups) {
            for member in &group.members {
                own[member.link as usize] += member.felt * member.weight * slope;
            }
        }
        for (value, group) in diagonal.iter_mut().zip(unit_hours(&own)) {
            *value += group;
        }
    }
    let floor = 1e-9 * diagonal.iter().copied().fold(0.0, f64::max) + 1e-300;
    diagonal.iter_mut().for_each(|value| *value += floor);
    // The preconditioned residual that keeps demand: (r − λ)/d with λ such that it sums to zero.
    // The common part λ is taken out of the residual too: it moves nothing, but its rounding would.
    let condition = |residual: &mut [f64]| {
        let mut z = vec![0.0; residual.len()];
        for range in used.first.windows(2).map(|pair| pair[0]..pair[1]) {
            let (mut top, mut bottom) = (0.0, 0.0);
            for k in range.clone() {
                top += residual[k] / diagonal[k];
                bottom += 1.0 / diagonal[k];
            }
            for k in range {
                residual[k] -= top / bottom;
                z[k] = residual[k] / diagonal[k];
            }
        }
        z
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let mut change = vec![0.0; push.len()];
    let mut residual: Vec<f64> = push.iter().map(|push| -push).collect();
    let mut z = condition(&mut residual);
    let mut energy = dot(&residual, &z);
    let first = energy;
    let mut direction = z.clone();
    for _ in 0..20 * (push.len() + 10) {
        if energy <= 1e-24 * first || energy <= 0.0 {
            break;
        }
        let bent = unit_hours(&slopes.hours(instance, &load(&direction)));
        let curvature = dot(&direction, &bent);
        // A direction along which no volume changes, but for rounding: there is nothing to gain on it.
        let scale: f64 = direction.iter().zip(&diagonal).map(|(x, d)| x * x * d).sum();
        if curvature <= 1e-12 * scale {
            break;
        }
        let step = energy / curvature;
        for k in 0..push.len() {
            change[k] += step * direction[k];
            residual[k] -= step * bent[k];
        }
        z = condition(&mut residual);
        let next = dot(&residual, &z);
        for k in 0..push.len() {
            direction[k] = z[k] + next / energy * direction[k];
        }
        energy = next;
    }
    (change, if first > 0.0 { (energy.max(0.0) / first).sqrt() } else { 0.0 })
}

fn check(instance: &Instance, solution: &Solution, parameter: Parameter) -> Result<(), AssignmentError> {
    let (what, number, count) = match parameter {
        Parameter::Capacity(link) | Parameter::FreeFlowTime(link) | Parameter::Toll(link) => {
            ("link", link, instance.links.len())
        }
        Parameter::GroupCapacity(group) => ("group", group, instance.groups.len()),
    };
    if number >= count {
        return Err(AssignmentError::Unknown { place: "a parameter".into(), what, number, count });
    }
    let function = match parameter {
        Parameter::Capacity(link) => Some(&instance.links[link].function),
        Parameter::GroupCapacity(group) => Some(&instance.groups[group].function),
        _ => None,
    };
    if function.is_some_and(|function| function.capacity().is_none_or(|capacity| capacity <= 0.0)) {
        return Err(AssignmentError::NotDefined(format!(
            "{what} {number} has no capacity by which its time could be derived"
        )));
    }
    let (found, expected) = (solution.paths.first.len().saturating_sub(1), instance.demands.len());
    if found != expected || solution.link_tonnes.len() != instance.classes.len() {
        return Err(AssignmentError::Length { place: "the solution's paths".into(), found, expected });
    }
    if solution.link_prices.iter().chain(&solution.group_prices).any(|price| *price > 0.0) {
        return Err(AssignmentError::NotDefined(
            "a hard capacity binds; derivatives are defined for functions, such as a queue, only".into(),
        ));
    }
    if !instance.is_integrable() {
        return Err(AssignmentError::NotDefined(
            "a group is felt otherwise than it is loaded, so its derivatives are not symmetric".into(),
        ));
    }
    Ok(())
}

/// All functions know volume and capacity as `v/c` only, so `∂t/∂c = −(v/c) t'`.
fn by_capacity(function: &LinkFunction, volume: f64) -> f64 {
    function.capacity().map_or(0.0, |capacity| -volume / capacity * function.slope(volume))
}

fn by_free_flow_time(function: &LinkFunction, volume: f64) -> f64 {
    match *function {
        LinkFunction::Constant { .. } | LinkFunction::Queue { .. } => 1.0,
        LinkFunction::Bpr { capacity, coefficient, power, .. } => {
            LinkFunction::Bpr { free_flow_time: 1.0, capacity, coefficient, power }.time(volume)
        }
        LinkFunction::Conical { capacity, alpha, .. } => {
            LinkFunction::Conical { free_flow_time: 1.0, capacity, alpha }.time(volume)
        }
    }
}
