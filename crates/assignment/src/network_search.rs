//! New paths by trees on the full network.

use rayon::prelude::*;

use crate::certificate::{closed_by_groups, open};
use crate::columns::{Arena, Commodity};
use crate::instance::Instance;
use crate::resources::Resources;
use crate::tree::{Room, Star, Tree};

/// One origin of one class, with the demands that start there.
#[derive(Debug, Clone)]
struct Source {
    class: u32,
    commodities: std::ops::Range<usize>,
    tree: Tree,
    /// Hours to the destination of each of its commodities.
    least: Vec<f64>,
    /// Paths that no column has: commodity, name, number of links.
    fresh: Vec<(u32, u64, u32)>,
    links: Vec<u32>,
}

/// Trees of all origins and classes.
#[derive(Debug, Clone)]
pub(crate) struct NetworkSearch {
    star: Star,
    sources: Vec<Source>,
    /// Hours that do not depend on flows, by class and position in the star; infinite where the class may not go.
    fixed: Vec<Vec<f64>>,
    room: Room,
    costs: Vec<Vec<f64>>,
}

impl NetworkSearch {
    /// For commodities that are sorted by class and origin.
    pub(crate) fn new(instance: &Instance, commodities: &[Commodity]) -> Self {
        let star = Star::new(instance);
        let mut sources: Vec<Source> = Vec::new();
        let key =
            |commodity: &Commodity| (commodity.class, instance.demands[commodity.demand as usize].origin);
        for (number, commodity) in commodities.iter().enumerate() {
            let (class, origin) = key(commodity);
            match sources.last_mut() {
                Some(source) if key(&commodities[source.commodities.start]) == (class, origin) => {
                    source.commodities.end = number + 1;
                }
                _ => sources.push(Source {
                    class,
                    commodities: number..number + 1,
                    tree: Tree::new(origin, instance.node_count),
                    least: Vec::new(),
                    fresh: Vec::new(),
                    links: Vec::new(),
                }),
            }
        }
        let mut search = Self { star, sources, fixed: Vec::new(), room: Room::default(), costs: Vec::new() };
        search.set_fixed(instance);
        search
    }

    /// Takes over fixed costs and closures of the instance.
    pub(crate) fn set_fixed(&mut self, instance: &Instance) {
        let closed = closed_by_groups(instance);
        self.fixed = (0..instance.classes.len())
            .map(|class| {
                let parameters = &instance.classes[class];
                let hours = |&link: &u32| {
                    let link = link as usize;
                    if open(instance, class, link) && !closed[link] {
                        parameters.fixed_cost(link) / parameters.value_of_time
                    } else {
                        f64::INFINITY
                    }
                };
                self.star.links.iter().map(hours).collect()
            })
            .collect();
        self.costs = vec![Vec::new(); instance.classes.len()];
    }

    fn set_costs(&mut self, class: usize, resources: &Resources) {
        let costs = &mut self.costs[class];
        costs.clear();
        costs.extend(
            self.star
                .links
                .iter()
                .zip(&self.fixed[class])
                .map(|(&link, fixed)| resources.jets[link as usize].0 + fixed),
        );
    }

    /// Origins and classes.
    pub(crate) fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Searches from one source at the present costs.
    pub(crate) fn search_one(&mut self, source: usize, resources: &Resources, commodities: &[Commodity]) {
        let class = self.sources[source].class as usize;
        self.set_costs(class, resources);
        let source = &mut self.sources[source];
        source.search(&self.star, &self.costs[class], commodities, &mut self.room);
    }

    /// Searches from all sources at the present costs.
    pub(crate) fn search_all(&mut self, resources: &Resources, commodities: &[Commodity]) {
        for class in 0..self.costs.len() {
            self.set_costs(class, resources);
        }
        let (star, costs) = (&self.star, &self.costs);
        // Handing out work takes longer than little work.
        if self.sources.len() * star.link_count() < 200_000 {
            for source in &mut self.sources {
                source.search(star, &costs[source.class as usize], commodities, &mut self.room);
            }
        } else {
            self.sources.par_chunks_mut(8).for_each_init(Room::default, |room, sources| {
                for source in sources {
                    source.search(star, &costs[source.class as usize], commodities, room);
                }
            });
        }
    }

    /// Class of a source.
    pub(crate) fn class(&self, source: usize) -> usize {
        self.sources[source].class as usize
    }

    /// Commodities of a source.
    pub(crate) fn commodities(&self, source: usize) -> std::ops::Range<usize> {
        self.sources[source].commodities.clone()
    }

    /// Adds the paths that the last search from a source found and no column has.
    pub(crate) fn absorb(
        &mut self,
        source: usize,
        instance: &Instance,
        commodities: &mut [Commodity],
        arena: &mut Arena,
    ) {
        let source = &mut self.sources[source];
        let mut links = source.links.as_slice();
        for &(commodity, name, length) in &source.fresh {
            let (path, rest) = links.split_at(length as usize);
            links = rest;
            let fixed = fixed(instance, source.class as usize, path);
            let column = arena.column(name, path, fixed);
            commodities[commodity as usize].columns.push(column);
        }
        source.fresh.clear();
        source.links.clear();
    }

    /// Hours of the cheapest ways of a source's commodities at the last search.
    pub(crate) fn least(&self, source: usize) -> &[f64] {
        &self.sources[source].least
    }
}

/// Hours of a path that do not depend on flows; infinite where the class may not go.
pub(crate) fn fixed(instance: &Instance, class: usize, links: &[u32]) -> f64 {
    let parameters = &instance.classes[class];
    let mut sum = 0.0;
    for &link in links {
        if !open(instance, class, link as usize) {
            return f64::INFINITY;
        }
        sum += parameters.fixed_cost(link as usize);
    }
    sum / parameters.value_of_time
}

impl Source {
    fn search(&mut self, star: &Star, costs: &[f64], commodities: &[Commodity], room: &mut Room) {
        self.tree.mend(star, costs, room);
        self.least.clear();
        self.fresh.clear();
        self.links.clear();
        for number in self.commodities.clone() {
            let commodity = &commodities[number];
            let node = commodity.destination as usize;
            let hours = room.distance[node];
            self.least.push(hours);
            if hours == f64::INFINITY || commodity.units == 0.0 {
                continue;
            }
            let name = room.name[node];
            if commodity.columns.iter().all(|column| column.name != name) {
                let from = self.links.len();
                self.tree.trace(star, commodity.destination, &mut self.links);
                self.fresh.push((number as u32, name, (self.links.len() - from) as u32));
            }
        }
    }
}
