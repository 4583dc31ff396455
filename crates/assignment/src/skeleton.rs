//! New paths on the skeleton: zones and the links that can congest, with all else drawn together into skims.
//!
//! Where only some links can congest (borders, ports, single tracks), every way between two of them costs what it costs,
//! whatever the flows. So the cheapest ways on the links that cannot congest are found once, from each origin and from the
//! head of each link that can, to the tails of such links and to the destinations. What is left for every search is
//! arithmetic on small matrices: with `x` from link to link, `a` from the origin and `z` to the destination,
//!
//! ```text
//! W = closure of t_i + x_ij,   e_j = min(a_j, min_i a_i + W_ij),   π_d = min(direct_d, min_j e_j + t_j + z_jd)
//! ```
//!
//! which is the least cost on the full network, not an approximation of it: a cheapest path is cheapest between any two of
//! its nodes.

use rayon::prelude::*;

use crate::certificate::{closed_by_groups, open};
use crate::columns::{Arena, Commodity};
use crate::instance::Instance;
use crate::resources::Resources;
use crate::tree::{Room, Star, Tree};

/// Matrices of one class. A row or column stands for a link that can congest, unless said otherwise.
#[derive(Debug, Clone, Default)]
struct Lane {
    /// Whether the lane has any demand.
    used: bool,
    /// Hours of the links that do not depend on flows; infinite where the class may not go.
    fixed: Vec<f64>,
    /// From the head of a link (row) to the tail of another.
    between: Vec<f64>,
    /// From the head of a link (row) to a destination.
    last: Vec<f64>,
    /// The least of each row of `last`.
    last_least: Vec<f64>,
    /// Trees on links that cannot congest, from the head of each link.
    trees: Vec<Tree>,
    /// Present hours of each link.
    hours: Vec<f64>,
    /// From the tail of a link (row) over it to the tail of another, over any links between.
    closure: Vec<f64>,
}

/// One origin of one class.
#[derive(Debug, Clone)]
struct Source {
    class: u32,
    origin: u32,
    commodities: std::ops::Range<usize>,
    tree: Tree,
    /// From the origin to the tail of each link.
    first: Vec<f64>,
    /// From the origin to the destination of each commodity without any link that can congest.
    direct: Vec<f64>,
    least: Vec<f64>,
    /// Paths that no column has: commodity and number of links.
    fresh: Vec<(u32, u32)>,
    links: Vec<u32>,
}

/// Room for one source's search.
#[derive(Debug, Clone, Default)]
struct Rows {
    arrive: Vec<f64>,
    reach: Vec<f64>,
    best: Vec<f64>,
    before: Vec<u32>,
    done: Vec<bool>,
}

/// The skeleton of an instance.
#[derive(Debug, Clone)]
pub(crate) struct SkeletonSearch {
    star: Star,
    /// Links that can congest, and the place of a link among them.
    arcs: Vec<u32>,
    place: Vec<u32>,
    nodes: Vec<u32>,
    /// Place of a commodity's destination among `nodes`.
    destination: Vec<u32>,
    lanes: Vec<Lane>,
    sources: Vec<Source>,
    rows: Rows,
}

/// Whether the hours of a link can depend on flows.
fn congests(instance: &Instance) -> Vec<bool> {
    let mut congests: Vec<bool> = instance
        .links
        .iter()
        .map(|link| !link.function.is_constant() || link.hard_capacity.is_some())
        .collect();
    for member in instance.groups.iter().flat_map(|group| &group.members) {
        congests[member.link as usize] = true;
    }
    congests
}

impl SkeletonSearch {
    /// For commodities that are sorted by class and origin.
    pub(crate) fn new(instance: &Instance, commodities: &[Commodity]) -> Self {
        let congests = congests(instance);
        let arcs: Vec<u32> =
            (0..instance.links.len() as u32).filter(|&link| congests[link as usize]).collect();
        let mut place = vec![u32::MAX; instance.links.len()];
        for (number, &link) in arcs.iter().enumerate() {
            place[link as usize] = number as u32;
        }
        let mut nodes: Vec<u32> = commodities.iter().map(|commodity| commodity.destination).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let destination = commodities
            .iter()
            .map(|commodity| nodes.binary_search(&commodity.destination).unwrap_or(0) as u32)
            .collect();
        let mut sources: Vec<Source> = Vec::new();
        for (number, commodity) in commodities.iter().enumerate() {
            let origin = instance.demands[commodity.demand as usize].origin;
            match sources.last_mut() {
                Some(source) if (source.class, source.origin) == (commodity.class, origin) => {
                    source.commodities.end = number + 1;
                }
                _ => sources.push(Source {
                    class: commodity.class,
                    origin,
                    commodities: number..number + 1,
                    tree: Tree::new(origin, instance.node_count),
                    first: Vec::new(),
                    direct: Vec::new(),
                    least: Vec::new(),
                    fresh: Vec::new(),
                    links: Vec::new(),
                }),
            }
        }
        let mut search = Self {
            star: Star::new(instance),
            lanes: vec![Lane::default(); instance.classes.len()],
            arcs,
            place,
            nodes,
            destination,
            sources,
            rows: Rows::default(),
        };
        search.set_fixed(instance, commodities);
        search
    }

    /// Skims all lanes anew for the fixed costs and closures of the instance. False where a link that was left out of the
    /// skeleton can congest now, so that a new one is needed.
    pub(crate) fn set_fixed(&mut self, instance: &Instance, commodities: &[Commodity]) -> bool {
        let congests = congests(instance);
        if (0..congests.len()).any(|link| congests[link] && self.place[link] == u32::MAX) {
            return false;
        }
        let closed = closed_by_groups(instance);
        for lane in &mut self.lanes {
            lane.used = false;
        }
        for source in &self.sources {
            self.lanes[source.class as usize].used = true;
        }
        let (star, arcs, nodes, place) = (&self.star, &self.arcs, &self.nodes, &self.place);
        // Hours on links that cannot congest, by class and position in the star.
        let free: Vec<Vec<f64>> = (0..instance.classes.len())
            .map(|class| {
                let hours = |&link: &u32| {
                    let link = link as usize;
                    let parameters = &instance.classes[class];
                    if place[link] == u32::MAX && open(instance, class, link) && !closed[link] {
                        instance.links[link].function.free_flow_time()
                            + parameters.fixed_cost(link) / parameters.value_of_time
                    } else {
                        f64::INFINITY
                    }
                };
                star.links.iter().map(hours).collect()
            })
            .collect();
        self.lanes.par_iter_mut().enumerate().filter(|(_, lane)| lane.used).for_each(|(class, lane)| {
            let mut room = Room::default();
            let parameters = &instance.classes[class];
            lane.fixed.clear();
            lane.between.clear();
            lane.last.clear();
            lane.trees.clear();
            for &arc in arcs {
                let link = &instance.links[arc as usize];
                let usable = open(instance, class, arc as usize) && !closed[arc as usize];
                let fixed = parameters.fixed_cost(arc as usize) / parameters.value_of_time;
                lane.fixed.push(if usable { fixed } else { f64::INFINITY });
                let mut tree = Tree::new(link.head, instance.node_count);
                tree.mend(star, &free[class], &mut room);
                // A path may end at a zone but not go on from there.
                let goes_on = instance.passable(link.head as usize);
                let hours = |node: u32| {
                    if goes_on || node == link.head { room.distance[node as usize] } else { f64::INFINITY }
                };
                lane.between.extend(arcs.iter().map(|&other| {
                    if goes_on { hours(instance.links[other as usize].tail) } else { f64::INFINITY }
                }));
                lane.last.extend(nodes.iter().map(|&node| hours(node)));
                lane.trees.push(tree);
            }
            let width = nodes.len().max(1);
            lane.last_least = lane
                .last
                .chunks(width)
                .map(|row| row.iter().copied().fold(f64::INFINITY, f64::min))
                .collect();
        });
        self.sources.par_iter_mut().for_each_init(Room::default, |room, source| {
            source.tree.mend(star, &free[source.class as usize], room);
            source.first.clear();
            source.first.extend(arcs.iter().map(|&arc| {
                let tail = instance.links[arc as usize].tail;
                let leaves = tail == source.origin || instance.passable(tail as usize);
                if leaves { room.distance[tail as usize] } else { f64::INFINITY }
            }));
            source.direct.clear();
            source.direct.extend(
                source
                    .commodities
                    .clone()
                    .map(|number| room.distance[commodities[number].destination as usize]),
            );
        });
        // Between two links, the tail of the second must be passable too.
        for lane in self.lanes.iter_mut().filter(|lane| lane.used) {
            let count = arcs.len();
            for (j, &arc) in arcs.iter().enumerate() {
                if !instance.passable(instance.links[arc as usize].tail as usize) {
                    for i in 0..count {
                        lane.between[i * count + j] = f64::INFINITY;
                    }
                }
            }
        }
        true
    }

    /// Searches from all sources at the present costs.
    pub(crate) fn search_all(&mut self, resources: &Resources, commodities: &[Commodity], arena: &Arena) {
        let arcs = &self.arcs;
        let arch = pulp::Arch::new();
        for lane in self.lanes.iter_mut().filter(|lane| lane.used) {
            lane.hours.clear();
            lane.hours.extend(
                arcs.iter().zip(&lane.fixed).map(|(&arc, fixed)| resources.jets[arc as usize].0 + fixed),
            );
            arch.dispatch(|| close(&lane.hours, &lane.between, &mut lane.closure));
        }
        let (lanes, destination, width) = (&self.lanes, &self.destination, self.nodes.len());
        let search = |source: &mut Source, rows: &mut Rows| {
            arch.dispatch(|| {
                source.search(
                    &lanes[source.class as usize],
                    arcs,
                    destination,
                    width,
                    resources,
                    commodities,
                    arena,
                    rows,
                );
            });
        };
        if self.sources.len() * (width + arcs.len()) * arcs.len() < 1_000_000 {
            for source in &mut self.sources {
                search(source, &mut self.rows);
            }
        } else {
            self.sources.par_chunks_mut(16).for_each_init(Rows::default, |rows, sources| {
                for source in sources {
                    search(source, rows);
                }
            });
        }
    }

    /// Origins and classes.
    pub(crate) fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Commodities of a source.
    pub(crate) fn commodities(&self, source: usize) -> std::ops::Range<usize> {
        self.sources[source].commodities.clone()
    }

    /// Hours of the cheapest ways of a source's commodities at the last search.
    pub(crate) fn least(&self, source: usize) -> &[f64] {
        &self.sources[source].least
    }

    /// Adds the paths that the last search from a source found and no column has.
    pub(crate) fn absorb(&mut self, source: usize, commodities: &mut [Commodity], arena: &mut Arena) {
        let mut fresh = std::mem::take(&mut self.sources[source].fresh);
        let links = std::mem::take(&mut self.sources[source].links);
        let mut from = 0;
        for &(commodity, length) in &fresh {
            let path = &links[from..from + length as usize];
            from += length as usize;
            let fixed = self.fixed(source, commodity as usize, path);
            let column = arena.column(path_name(path), path, fixed);
            commodities[commodity as usize].columns.push(column);
        }
        fresh.clear();
        self.sources[source].fresh = fresh;
        self.sources[source].links = links;
        self.sources[source].links.clear();
    }

    /// Hours of a path, given by its links that can congest, that do not depend on flows; infinite where it is closed.
    pub(crate) fn fixed(&self, source: usize, commodity: usize, links: &[u32]) -> f64 {
        let source = &self.sources[source];
        let lane = &self.lanes[source.class as usize];
        let place = |link: u32| self.place[link as usize] as usize;
        let (Some(&first), Some(&last)) = (links.first(), links.last()) else {
            return source.direct[commodity - source.commodities.start];
        };
        let mut hours = source.first[place(first)];
        for pair in links.windows(2) {
            hours +=
                lane.fixed[place(pair[0])] + lane.between[place(pair[0]) * self.arcs.len() + place(pair[1])];
        }
        let last = place(last);
        hours + lane.fixed[last] + lane.last[last * self.nodes.len() + self.destination[commodity] as usize]
    }

    /// Of a path on the full network, the links that can congest.
    pub(crate) fn project(&self, links: &[u32]) -> Vec<u32> {
        links.iter().copied().filter(|&link| self.place[link as usize] != u32::MAX).collect()
    }

    /// All links of a path that is given by those that can congest.
    pub(crate) fn expand(
        &self,
        source: usize,
        commodity: &Commodity,
        instance: &Instance,
        links: &[u32],
        into: &mut Vec<u32>,
    ) {
        let source = &self.sources[source];
        let lane = &self.lanes[source.class as usize];
        let mut tree = &source.tree;
        for &link in links {
            tree.trace(&self.star, instance.links[link as usize].tail, into);
            into.push(link);
            tree = &lane.trees[self.place[link as usize] as usize];
        }
        tree.trace(&self.star, commodity.destination, into);
    }
}

/// A name for a path of a skeleton. Paths are told apart by cost, so it need not be unique, but not that of an overflow arc.
pub(crate) fn path_name(links: &[u32]) -> u64 {
    links.iter().fold(1, |name: u64, &link| name.rotate_left(7) ^ crate::tree::name_of(link))
        & (u64::MAX >> 1)
}

/// All cheapest ways from tail to tail (Floyd, *Communications of the ACM* 5, 1962).
#[inline(always)]
fn close(hours: &[f64], between: &[f64], closure: &mut Vec<f64>) {
    let count = hours.len();
    closure.clear();
    for (row, hours) in between.chunks(count.max(1)).zip(hours) {
        closure.extend(row.iter().map(|x| hours + x));
    }
    let mut through = vec![0.0; count];
    for k in 0..count {
        through.copy_from_slice(&closure[k * count..(k + 1) * count]);
        for i in 0..count {
            let to = closure[i * count + k];
            if to < f64::INFINITY && i != k {
                lower(&mut closure[i * count..(i + 1) * count], to, &through);
            }
        }
    }
}

/// `row = min(row, add + other)`.
#[inline(always)]
fn lower(row: &mut [f64], add: f64, other: &[f64]) {
    for (value, other) in row.iter_mut().zip(other) {
        let next = add + other;
        *value = if next < *value { next } else { *value };
    }
}

impl Source {
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn search(
        &mut self,
        lane: &Lane,
        arcs: &[u32],
        destination: &[u32],
        width: usize,
        resources: &Resources,
        commodities: &[Commodity],
        arena: &Arena,
        rows: &mut Rows,
    ) {
        let count = arcs.len();
        self.fresh.clear();
        self.links.clear();
        self.least.clear();
        // What each demand pays at best on the paths it has; nothing dearer need be looked at.
        rows.best.clear();
        let mut dearest: f64 = 0.0;
        for number in self.commodities.clone() {
            let commodity = &commodities[number];
            let mut best = f64::INFINITY;
            for column in &commodity.columns {
                let hours: f64 =
                    arena.links(column).iter().map(|&link| resources.jets[link as usize].0).sum();
                best = best.min(column.fixed + hours);
            }
            rows.best.push(best);
            if commodity.units > 0.0 {
                dearest = dearest.max(best.min(f64::MAX));
                if best == f64::INFINITY {
                    dearest = f64::INFINITY;
                }
            }
        }
        rows.arrive.clear();
        rows.arrive.extend_from_slice(&self.first);
        for (i, &first) in self.first.iter().enumerate() {
            if first + lane.hours[i] < dearest {
                lower(&mut rows.arrive, first, &lane.closure[i * count..(i + 1) * count]);
            }
        }
        rows.reach.clear();
        rows.reach.resize(width, f64::INFINITY);
        for j in 0..count {
            let leave = rows.arrive[j] + lane.hours[j];
            if leave + lane.last_least[j] < dearest {
                lower(&mut rows.reach, leave, &lane.last[j * width..(j + 1) * width]);
            }
        }
        let mut traced = false;
        for (index, number) in self.commodities.clone().enumerate() {
            let reach = rows.reach[destination[number] as usize];
            let least = reach.min(self.direct[index]);
            let best = rows.best[index];
            self.least.push(least.min(best));
            // Sums in another order differ in their last digits; that is no better path.
            if least >= best * (1.0 - 4e-15) || least == f64::INFINITY || commodities[number].units == 0.0 {
                continue;
            }
            let from = self.links.len();
            if reach < self.direct[index] {
                if !traced {
                    arrive_in_turn(lane, &self.first, rows);
                    traced = true;
                }
                let at = destination[number] as usize;
                let leave = |j: usize| rows.arrive[j] + lane.hours[j] + lane.last[j * width + at];
                let last = (0..count).min_by(|&a, &b| leave(a).total_cmp(&leave(b))).unwrap_or(0);
                let mut arc = last as u32;
                while arc != u32::MAX {
                    self.links.push(arcs[arc as usize]);
                    arc = rows.before[arc as usize];
                }
                self.links[from..].reverse();
            }
            let path = &self.links[from..];
            if commodities[number]
                .columns
                .iter()
                .any(|column| column.name != crate::columns::OVERFLOW && arena.links(column) == path)
            {
                self.links.truncate(from);
            } else {
                self.fresh.push((number as u32, (self.links.len() - from) as u32));
            }
        }
    }
}

/// Hours to the tail of each link with the link before, by Dijkstra's algorithm on links: what the closure gives, and how.
fn arrive_in_turn(lane: &Lane, first: &[f64], rows: &mut Rows) {
    let count = first.len();
    rows.arrive.clear();
    rows.arrive.extend_from_slice(first);
    rows.before.clear();
    rows.before.resize(count, u32::MAX);
    rows.done.clear();
    rows.done.resize(count, false);
    loop {
        let mut next = None;
        let mut least = f64::INFINITY;
        for i in 0..count {
            if !rows.done[i] && rows.arrive[i] < least {
                (next, least) = (Some(i), rows.arrive[i]);
            }
        }
        let Some(i) = next else { break };
        rows.done[i] = true;
        let leave = least + lane.hours[i];
        for j in 0..count {
            let hours = leave + lane.between[i * count + j];
            if hours < rows.arrive[j] {
                rows.arrive[j] = hours;
                rows.before[j] = i as u32;
            }
        }
    }
}
