mod changes;

use crate::certificate::{self, Flows};
use crate::columns::{Arena, Commodity, Marks, OVERFLOW, balance};
use crate::instance::{Demand, Instance};
use crate::network_search::NetworkSearch;
use crate::options::{Options, Progress, Watcher};
use crate::path_search::PathSearch;
use crate::prices::Prices;
use crate::resources::Resources;
use crate::skeleton::SkeletonSearch;
use crate::solution::{PairResult, PathFlows, Solution, Status};
use crate::sum::Sum;
use crate::{AssignmentError, LinkFunction, Method};

/// An instance with its paths and flows, kept between runs: change a capacity, a cost or a demand, and run again from
/// where it stands.
#[derive(Debug, Clone)]
pub struct Solver {
    instance: Instance,
    resources: Resources,
    /// By class, origin and destination; demands within a zone are left out.
    commodities: Vec<Commodity>,
    /// Place of a demand among the commodities.
    commodity_of: Vec<Option<u32>>,
    arena: Arena,
    marks: Marks,
    search: PathSearch,
    /// Source of a commodity.
    source_of: Vec<u32>,
    /// Whether anything is so steep that small steps crawl: a queue, a group, a hard capacity.
    steep: bool,
    /// Where few links can congest.
    prices: Option<Prices>,
    /// Whether an hour of a unit is worth the same to all.
    alike: bool,
    /// What all could save at the last look.
    last_excess: f64,
    /// Flows were changed from outside, so volumes must be summed up again.
    stale: bool,
    status: Status,
    iterations: usize,
}

/// Shares of a sweep's mean imbalance below which a demand is left for the next sweep.
const WORTHWHILE: f64 = 0.1;

impl Solver {
    /// Prepares an instance. Searches run on the full network.
    ///
    /// # Errors
    /// See [`Instance::check`].
    pub fn new(instance: Instance) -> Result<Self, AssignmentError> {
        Self::prepare(instance, |instance, commodities| {
            PathSearch::Network(NetworkSearch::new(instance, commodities))
        })
    }

    /// Prepares an instance by its skeleton: links that cannot congest are drawn together into skims between zones and
    /// links that can, once; the search then sees only these. The equilibrium is the same. Pays where few links can
    /// congest.
    ///
    /// # Errors
    /// See [`Instance::check`].
    pub fn skeleton(instance: Instance) -> Result<Self, AssignmentError> {
        Self::prepare(instance, |instance, commodities| {
            PathSearch::Skeleton(SkeletonSearch::new(instance, commodities))
        })
    }

    fn prepare(
        instance: Instance,
        search: impl FnOnce(&Instance, &[Commodity]) -> PathSearch,
    ) -> Result<Self, AssignmentError> {
        instance.check()?;
        let resources = Resources::new(&instance, Method::UserEquilibrium);
        let mut order: Vec<u32> = (0..instance.demands.len() as u32)
            .filter(|&number| {
                let demand = &instance.demands[number as usize];
                demand.origin != demand.destination
            })
            .collect();
        let key = |number: &u32| {
            let Demand { class, origin, destination, .. } = instance.demands[*number as usize];
            (class, origin, destination)
        };
        order.sort_by_key(key);
        let mut arena = Arena::default();
        let commodities: Vec<Commodity> = order
            .iter()
            .map(|&number| {
                let demand = &instance.demands[number as usize];
                let class = &instance.classes[demand.class as usize];
                let overflow = instance
                    .overflow_cost(demand)
                    .map(|cost| arena.column(OVERFLOW, &[], cost / class.value_of_time));
                Commodity {
                    demand: number,
                    class: demand.class,
                    destination: demand.destination,
                    units: demand.tonnes * class.unit_size,
                    weight: class.value_of_time / class.unit_size,
                    columns: overflow.into_iter().collect(),
                }
            })
            .collect();
        let mut commodity_of = vec![None; instance.demands.len()];
        for (place, commodity) in commodities.iter().enumerate() {
            commodity_of[commodity.demand as usize] = Some(place as u32);
        }
        let search = search(&instance, &commodities);
        let mut source_of = vec![0; commodities.len()];
        for source in 0..search.source_count() {
            source_of[search.commodities(source)].fill(source as u32);
        }
        let weight = |class: &crate::Class| class.value_of_time / class.unit_size;
        let alike = instance.classes.windows(2).all(|pair| weight(&pair[0]) == weight(&pair[1]));
        let marks = Marks::new(instance.links.len());
        let prices = Prices::new(&instance);
        Ok(Self {
            steep: steep(&instance),
            instance,
            resources,
            commodities,
            commodity_of,
            arena,
            marks,
            prices,
            search,
            source_of,
            alike,
            last_excess: f64::INFINITY,
            stale: false,
            status: Status::OutOfIterations,
            iterations: 0,
        })
    }

    /// The instance as it stands.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Takes over paths and their shares from an earlier solution of an instance with the same links and demands in the
    /// same order. Paths that can no longer be used are left; tonnes follow the demand of this instance.
    ///
    /// # Errors
    /// Where the paths name links or demands that this instance does not have.
    pub fn start_from(&mut self, paths: &PathFlows) -> Result<(), AssignmentError> {
        let expected = self.instance.demands.len();
        if paths.first.len() != expected + 1 {
            let found = paths.first.len().saturating_sub(1);
            return Err(AssignmentError::Length { place: "the paths to start from".into(), found, expected });
        }
        if let Some(&link) = paths.links.iter().find(|&&link| link as usize >= self.instance.links.len()) {
            return Err(AssignmentError::Unknown {
                place: "a path to start from".into(),
                what: "link",
                number: link as usize,
                count: self.instance.links.len(),
            });
        }
        for (number, commodity) in self.commodities.iter_mut().enumerate() {
            let demand = &self.instance.demands[commodity.demand as usize];
            let class = &self.instance.classes[demand.class as usize];
            commodity.columns.retain(|column| column.name == OVERFLOW);
            for path in paths.of_demand(commodity.demand as usize) {
                let links = paths.links_of(path);
                let flow = (paths.tonnes[path] * class.unit_size).max(0.0);
                if links.is_empty() {
                    if let Some(column) = commodity.columns.iter_mut().find(|column| column.name == OVERFLOW)
                    {
                        column.flow = flow;
                    }
                    continue;
                }
                if !links_join(&self.instance, demand, links) {
                    continue;
                }
                let (name, links) = self.search.project(links);
                if let Some(column) = commodity.columns.iter_mut().find(|column| column.name == name) {
                    column.flow += flow;
                    continue;
                }
                let source = self.source_of[number] as usize;
                let fixed = self.search.fixed(source, number, &self.instance, &links);
                if fixed.is_finite() {
                    let mut column = self.arena.column(name, &links, fixed);
                    column.flow = flow;
                    commodity.columns.push(column);
                }
            }
        }
        self.stale = true;
        Ok(())
    }

    /// Brings columns, flows and volumes in line with an instance that was changed: columns on closed links go, fixed
    /// costs are summed up anew, flows are scaled to the demand.
    fn heal(&mut self) {
        self.prices = Prices::new(&self.instance);
        self.steep = steep(&self.instance);
        if !self.search.set_fixed(&self.instance, &self.commodities) {
            // Columns of the old skeleton lack links that matter now: written out in full, they give those of a new one.
            let paths = self.solution().paths;
            self.search = PathSearch::Skeleton(SkeletonSearch::new(&self.instance, &self.commodities));
            for commodity in &mut self.commodities {
                commodity.columns.retain(|column| column.name == OVERFLOW);
            }
            // They are of this very instance, so nothing about them can be wrong.
            let _ = self.start_from(&paths);
        }
        let closed = certificate::closed_by_groups(&self.instance);
        let (instance, search, arena) = (&self.instance, &self.search, &self.arena);
        for (number, commodity) in self.commodities.iter_mut().enumerate() {
            let source = self.source_of[number] as usize;
            for column in &mut commodity.columns {
                let links = arena.links(column);
                column.fixed = if column.name == OVERFLOW {
                    let demand = &instance.demands[commodity.demand as usize];
                    let class = &instance.classes[commodity.class as usize];
                    instance.overflow_cost(demand).unwrap_or(0.0) / class.value_of_time
                } else if links.iter().any(|&link| closed[link as usize]) {
                    f64::INFINITY
                } else {
                    search.fixed(source, number, instance, links)
                };
            }
            commodity.columns.retain(|column| column.fixed.is_finite());
            let sum: f64 = commodity.columns.iter().map(|column| column.flow).sum();
            for column in &mut commodity.columns {
                column.flow = if sum > 0.0 { column.flow * (commodity.units / sum) } else { 0.0 };
            }
        }
        self.stale = false;
        self.sum_volumes();
    }

    /// Sums volumes up from the columns, so that the rounding of many small steps does not pile up.
    fn sum_volumes(&mut self) {
        let mut volumes = vec![0.0; self.instance.links.len()];
        for column in self.commodities.iter().flat_map(|commodity| &commodity.columns) {
            if column.flow > 0.0 {
                for &link in self.arena.links(column) {
                    volumes[link as usize] += column.flow;
                }
            }
        }
        self.resources.set_volumes(volumes);
    }

    /// Puts a demand that has no flow yet on its cheapest column.
    fn load(&mut self, commodity: usize) -> bool {
        let commodity = &mut self.commodities[commodity];
        if commodity.columns.iter().any(|column| column.flow > 0.0) {
            return false;
        }
        let (arena, resources) = (&self.arena, &mut self.resources);
        let hours = |column: &crate::columns::Column| -> f64 {
            column.fixed
                + arena.links(column).iter().map(|&link| resources.jets[link as usize].0).sum::<f64>()
        };
        let costs: Vec<f64> = commodity.columns.iter().map(hours).collect();
        if let Some(best) = (0..costs.len()).min_by(|&a, &b| costs[a].total_cmp(&costs[b])) {
            let column = &mut commodity.columns[best];
            column.flow = commodity.units;
            for &link in arena.links(column) {
                resources.add(link as usize, commodity.units);
            }
        }
        true
    }

    /// Searches new paths for all demands and loads what had none. Returns the gap before, in money, of what all could
    /// save, and what all pay; the gap is infinite where something had to be loaded.
    fn pass(&mut self, cold: bool) -> (f64, f64) {
        // While nothing flows, each origin sees what the ones before it did.
        let in_turn = cold && self.search.takes_turns();
        let total = if cold { 0.0 } else { self.total_cost() };
        if !in_turn {
            self.search.search_all(&self.resources, &self.commodities, &self.arena);
        }
        let mut least = Sum::default();
        let mut loaded = false;
        for source in 0..self.search.source_count() {
            if in_turn {
                self.search.search_one(source, &self.resources, &self.commodities);
            }
            self.search.absorb(source, &self.instance, &mut self.commodities, &mut self.arena);
            for (place, number) in self.search.commodities(source).enumerate() {
                let commodity = &self.commodities[number];
                if commodity.units == 0.0 || commodity.columns.is_empty() {
                    continue;
                }
                let mut hours = self.search.least(source)[place];
                if let Some(overflow) = commodity.columns.iter().find(|column| column.name == OVERFLOW) {
                    hours = hours.min(overflow.fixed);
                }
                least.add(commodity.units * commodity.weight * hours);
                loaded |= self.load(number);
            }
        }
        if loaded { (f64::INFINITY, total) } else { (total - least.value(), total) }
    }

    /// What all pay at the present costs.
    fn total_cost(&self) -> f64 {
        let mut total = Sum::default();
        if self.alike {
            for (volume, jet) in self.resources.volumes.iter().zip(&self.resources.jets) {
                total.add(volume * jet.0);
            }
            for column in self.commodities.iter().flat_map(|commodity| &commodity.columns) {
                total.add(column.flow * column.fixed);
            }
            return total.value() * self.commodities.first().map_or(1.0, |commodity| commodity.weight);
        }
        for commodity in &self.commodities {
            for column in commodity.columns.iter().filter(|column| column.flow > 0.0) {
                let hours: f64 =
                    self.arena.links(column).iter().map(|&link| self.resources.jets[link as usize].0).sum();
                total.add(commodity.weight * column.flow * (column.fixed + hours));
            }
        }
        total.value()
    }

    /// Evens out costs among columns until what is out of balance falls below `target`, in money.
    fn sweep(&mut self, target: f64, most: usize) {
        let active: Vec<u32> = (0..self.commodities.len() as u32)
            .filter(|&number| self.commodities[number as usize].columns.len() > 1)
            .collect();
        let mut threshold = 0.0;
        for _ in 0..most {
            let mut sum = 0.0;
            for &number in &active {
                let commodity = &mut self.commodities[number as usize];
                sum += commodity.weight
                    * balance(commodity, &self.arena, &mut self.resources, &mut self.marks, threshold);
            }
            threshold = WORTHWHILE * sum / active.len().max(1) as f64;
            if sum <= target {
                break;
            }
        }
    }

    /// Evens out costs among the columns there are.
    fn equalise(&mut self, excess: f64, total: f64) {
        if let Some(prices) = self.prices.as_mut().filter(|_| self.steep || !self.search.takes_turns()) {
            let money: f64 =
                self.commodities.iter().map(|commodity| commodity.units * commodity.weight).sum();
            let hours = if excess.is_finite() { excess / money } else { total / money };
            let hours = hours.max(1e-12);
            prices.settle(&self.instance, &mut self.commodities, &self.arena, &self.resources, hours);
            self.sum_volumes();
            // Where prices do not settle, small steps may still get on.
            let stalls = excess > 0.5 * self.last_excess;
            self.last_excess = excess;
            if stalls {
                self.sweep(0.0, 5);
            }
            return;
        }
        let target = if excess.is_finite() { 0.1 * excess } else { 0.0 };
        let most = if excess.is_finite() { 20 } else { 2 };
        self.sweep(target, most);
    }

    /// Runs until the gap is reached, the iterations are spent or the watcher breaks.
    pub fn run(&mut self, options: &Options, watch: &mut Watcher<'_>) -> Status {
        if options.method != self.resources.method() {
            self.resources = Resources::new(&self.instance, options.method);
            self.stale = true;
        }
        if self.stale {
            self.heal();
        }
        let flows = |commodity: &Commodity| commodity.columns.iter().any(|column| column.flow > 0.0);
        let mut cold = !self.commodities.iter().any(flows);
        self.status = Status::OutOfIterations;
        self.iterations = 0;
        self.last_excess = f64::INFINITY;
        for iteration in 0..options.iterations {
            let (excess, total) = self.pass(cold);
            cold = false;
            self.iterations = iteration + 1;
            let gap = if excess == f64::INFINITY || total > 0.0 { excess / total } else { 0.0 };
            let miss = self.resources.worst_miss();
            let paths = self.commodities.iter().map(|commodity| commodity.columns.len()).sum();
            let go_on = watch(&Progress { iteration: iteration + 1, gap, excess: miss, paths });
            if gap <= options.gap && miss <= options.capacity_tolerance {
                self.status = Status::Converged;
                break;
            }
            if go_on.is_break() {
                self.status = Status::Cancelled;
                break;
            }
            if self.resources.has_limits() && gap <= (0.1 * miss).clamp(options.gap, 1e-2) {
                self.resources.update_prices();
            }
            self.equalise(excess, total);
            self.arena.purge(&mut self.commodities);
            self.sum_volumes();
        }
        self.status
    }

    /// Flows, times, paths and certificate as they stand.
    #[must_use]
    pub fn solution(&self) -> Solution {
        let instance = &self.instance;
        let mut link_tonnes = vec![vec![0.0; instance.links.len()]; instance.classes.len()];
        let mut pairs = vec![PairResult::default(); instance.demands.len()];
        let mut overflow = vec![0.0; instance.demands.len()];
        let mut paths = PathFlows { first: vec![0], link_first: vec![0], ..PathFlows::default() };
        let mut path_demands = Vec::new();
        for (number, demand) in instance.demands.iter().enumerate() {
            let class = &instance.classes[demand.class as usize];
            let pair = &mut pairs[number];
            match self.commodity_of[number] {
                None => pair.intrazonal = demand.tonnes,
                Some(place) => {
                    let commodity = &self.commodities[place as usize];
                    if commodity.columns.is_empty() {
                        pair.unconnected = demand.tonnes;
                    }
                    for column in commodity.columns.iter().filter(|column| column.flow > 0.0) {
                        let tonnes = column.flow / class.unit_size;
                        if column.name == OVERFLOW {
                            pair.overflow = tonnes;
                            overflow[number] = tonnes;
                        } else {
                            pair.assigned += tonnes;
                        }
                        let links = self.arena.links(column);
                        let from = paths.links.len();
                        if column.name != OVERFLOW {
                            let source = self.source_of[place as usize] as usize;
                            self.search.expand(source, commodity, instance, links, &mut paths.links);
                        }
                        for &link in &paths.links[from..] {
                            link_tonnes[demand.class as usize][link as usize] += tonnes;
                        }
                        paths.link_first.push(paths.links.len() as u32);
                        paths.tonnes.push(tonnes);
                        path_demands.push((number, (column.name == OVERFLOW).then_some(column.fixed)));
                    }
                }
            }
            paths.first.push(paths.tonnes.len() as u32);
        }
        let (link_prices, group_prices) = self.resources.prices();
        let flows = Flows {
            link_tonnes: &link_tonnes,
            overflow: &overflow,
            link_prices: &link_prices,
            group_prices: &group_prices,
        };
        let (certificate, least) = certificate::judge(instance, &flows, self.resources.method());
        for (pair, least) in pairs.iter_mut().zip(least) {
            pair.least_cost = least.is_finite().then_some(least);
        }
        let (link_volumes, group_volumes) = certificate::volumes(instance, &link_tonnes);
        let link_times =
            certificate::link_hours(instance, &link_volumes, &group_volumes, &flows, Method::UserEquilibrium);
        for (path, &(number, overflow_hours)) in path_demands.iter().enumerate() {
            let class = &instance.classes[instance.demands[number].class as usize];
            let money = |&link: &u32| {
                class.value_of_time * link_times[link as usize] + class.fixed_cost(link as usize)
            };
            let cost: f64 = paths.links_of(path).iter().map(money).sum();
            paths.costs.push(overflow_hours.map_or(cost, |hours| class.value_of_time * hours));
        }
        Solution {
            link_volumes,
            link_times,
            link_tonnes,
            group_delays: (0..instance.groups.len()).map(|group| self.resources.group_delay(group)).collect(),
            group_volumes,
            link_prices,
            group_prices,
            pairs,
            paths,
            certificate,
            status: self.status,
            iterations: self.iterations,
        }
    }
}

/// Whether an instance has queues, groups or hard capacities.
fn steep(instance: &Instance) -> bool {
    let queue = |function: &LinkFunction| matches!(function, LinkFunction::Queue { .. });
    instance.links.iter().any(|link| link.hard_capacity.is_some() || queue(&link.function))
        || !instance.groups.is_empty()
}

/// Whether links lead from a demand's origin to its destination one after another.
fn links_join(instance: &Instance, demand: &Demand, links: &[u32]) -> bool {
    let mut node = demand.origin;
    for (place, &link) in links.iter().enumerate() {
        let link = &instance.links[link as usize];
        if link.tail != node || (place > 0 && !instance.passable(node as usize) && node != demand.origin) {
            return false;
        }
        node = link.head;
    }
    node == demand.destination
}

/// Solves an instance from nothing.
///
/// # Errors
/// See [`Instance::check`].
pub fn assign(
    instance: Instance,
    options: &Options,
    watch: &mut Watcher<'_>,
) -> Result<Solution, AssignmentError> {
    let mut solver = Solver::new(instance)?;
    solver.run(options, watch);
    Ok(solver.solution())
}
