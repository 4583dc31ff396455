use crate::Instance;

/// Money a tonne by class and link that a tonne costs all others at these volumes, `value of time · (v t'(v) + Σ felt · V D'(V))`:
/// tolls at which equilibrium is the system optimum of unit-hours (Pigou, *The Economics of Welfare*, 1920; Dafermos and
/// Sparrow, *Journal of Research of the National Bureau of Standards* 73B, 1969). Volumes are by link, in units.
#[must_use]
pub fn marginal_tolls(instance: &Instance, link_volumes: &[f64]) -> Vec<Vec<f64>> {
    let volume = |link: usize| link_volumes.get(link).copied().unwrap_or(0.0);
    let mut hours: Vec<f64> = instance
        .links
        .iter()
        .enumerate()
        .map(|(number, link)| volume(number) * link.function.slope(volume(number)))
        .collect();
    for group in &instance.groups {
        let load: f64 = group.members.iter().map(|member| member.weight * volume(member.link as usize)).sum();
        let outside = load * group.function.slope(load);
        for member in &group.members {
            hours[member.link as usize] += member.felt * outside;
        }
    }
    instance
        .classes
        .iter()
        .map(|class| hours.iter().map(|hours| class.value_of_time * hours).collect())
        .collect()
}
