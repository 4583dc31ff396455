//! An assignment made ready: the arrays of the kernel, and the words for them.

use assignment::{Instance, Selection, Solution, select_links};
use case::{Finding, suggestion};
use network::{PairDemand, TrafficNetwork};

use crate::failure::Failure;

/// All that an assignment is computed from, and what its numbers are called.
pub(super) struct Task {
    /// What is assigned to what, in words.
    pub(super) title: String,
    /// The arrays.
    pub(super) instance: Instance,
    /// Links as they are reported.
    pub(super) links: Vec<ReportedLink>,
    /// The reported links that each link of the instance runs on, in order.
    pub(super) runs_on: Vec<Vec<u32>>,
    /// Names of the ends of each demand.
    pub(super) pairs: Vec<PairNames>,
    /// Shared capacities, by the groups of the instance.
    pub(super) groups: Vec<String>,
    /// What demand is counted in, such as `t`.
    pub(super) amount: &'static str,
    /// The unit of times; empty where the network does not say.
    pub(super) time: String,
    /// The unit of costs; empty where it is that of times, or not known.
    pub(super) cost: String,
    /// The network of others that it came from, with its demand, for export.
    pub(super) traffic: Option<(TrafficNetwork, Vec<PairDemand>)>,
    /// What was wrong with the files.
    pub(super) findings: Vec<Finding>,
}

/// A link as it is reported.
pub(super) struct ReportedLink {
    /// Its identifier.
    pub(super) id: String,
    /// Its name, perhaps empty.
    pub(super) name: String,
    /// Where it begins.
    pub(super) from: String,
    /// Where it ends.
    pub(super) to: String,
    /// The links of the instance that run on it.
    pub(super) members: Vec<u32>,
    /// Units at capacity, where known.
    pub(super) capacity: Option<f64>,
    /// Whether it is a link of the instance itself. Otherwise the instance's links run on it and further, as a haul
    /// does, and it has no time of its own.
    pub(super) is_one: bool,
}

impl ReportedLink {
    /// Its identifier, with its ends where these do not stand in it.
    pub(super) fn words(&self) -> String {
        if self.is_one { self.id.clone() } else { format!("{} from {} to {}", self.id, self.from, self.to) }
    }
}

/// Names of the ends of a demand.
pub(super) struct PairNames {
    pub(super) origin: String,
    pub(super) destination: String,
}

/// What a reported link carries.
pub(super) struct LinkRow<'t> {
    pub(super) link: &'t ReportedLink,
    /// Units.
    pub(super) volume: f64,
    /// Tonnes by class.
    pub(super) tonnes: Vec<f64>,
    /// Units over capacity, where one is known.
    pub(super) load: Option<f64>,
    /// Its times, where it has some of its own.
    pub(super) times: Option<Times>,
    /// What its hard capacity is worth, in time.
    pub(super) price: f64,
}

/// Times of a link.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// Of the empty link.
    pub(super) free: f64,
    /// With its flow.
    pub(super) loaded: f64,
    /// What all units lose together against the empty link.
    pub(super) delay: f64,
}

/// Goods that pass a selected link, of one demand.
pub(super) struct Selected {
    /// Number of the reported link.
    pub(super) link: usize,
    /// Number of the demand.
    pub(super) demand: usize,
    /// Tonnes.
    pub(super) tonnes: f64,
}

impl Task {
    /// What every reported link carries in a solution.
    pub(super) fn link_rows(&self, solution: &Solution) -> Vec<LinkRow<'_>> {
        self.links
            .iter()
            .map(|link| {
                let ReportedLink { members, capacity, is_one, .. } = link;
                let members = || members.iter().map(|member| *member as usize);
                let volume: f64 = members().map(|member| solution.link_volumes[member]).sum();
                let of_class = |tonnes: &Vec<f64>| members().map(|member| tonnes[member]).sum();
                let times = members().next().filter(|_| *is_one).map(|member| {
                    let (free, loaded) =
                        (self.instance.links[member].function.free_flow_time(), solution.link_times[member]);
                    // A closed link has no time, and nothing loses any on it.
                    Times { free, loaded, delay: if volume > 0.0 { volume * (loaded - free) } else { 0.0 } }
                });
                LinkRow {
                    link,
                    volume,
                    tonnes: solution.link_tonnes.iter().map(of_class).collect(),
                    load: capacity.map(|capacity| volume / capacity),
                    times,
                    price: members().map(|member| solution.link_prices[member]).fold(0.0, f64::max),
                }
            })
            .collect()
    }

    /// The reported links of some identifiers.
    ///
    /// # Errors
    /// Where there is no such link.
    pub(super) fn selected(&self, ids: &[String]) -> Result<Vec<usize>, Failure> {
        let mut selected = Vec::new();
        for id in ids {
            let before = selected.len();
            // Both directions of a link of the case have its identifier.
            selected.extend((0..self.links.len()).filter(|&place| self.links[place].id == *id));
            if selected.len() == before {
                let known = self.links.iter().map(|link| link.id.as_str());
                return Err(Failure::new(format!("no link is called `{id}`")).hint(suggestion(id, known)));
            }
        }
        Ok(selected)
    }

    /// The goods on links, demand by demand.
    pub(super) fn select(&self, links: &[usize], solution: &Solution) -> Vec<Selected> {
        let mut found = Vec::new();
        for &link in links {
            let selection = Selection::Any(self.links[link].members.clone());
            let own = select_links(&self.instance, solution, &selection);
            found.extend(own.demands.into_iter().map(|(demand, tonnes)| Selected {
                link,
                demand: demand as usize,
                tonnes,
            }));
        }
        found
    }

    /// The class of a demand, in words.
    pub(super) fn class_of(&self, demand: usize) -> &str {
        &self.instance.classes[self.instance.demands[demand].class as usize].name
    }
}
