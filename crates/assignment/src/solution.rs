use crate::Certificate;

/// Why the solver stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The gap asked for, and the tolerance of hard capacities, are reached.
    Converged,
    /// The iterations allowed were spent first. The solution is the best so far, with its certificate.
    OutOfIterations,
    /// The progress callback asked to stop. The solution is the best so far, with its certificate.
    Cancelled,
}

/// What became of one [`Demand`](crate::Demand), in the order of the instance.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PairResult {
    /// Money a tonne of the cheapest way under the final times, the overflow arc included; none where nothing leads there.
    pub least_cost: Option<f64>,
    /// Tonnes on the network.
    pub assigned: f64,
    /// Tonnes that stay off the network, as their overflow arc is cheaper than what capacity is left.
    pub overflow: f64,
    /// Tonnes to which nothing leads, at any price.
    pub unconnected: f64,
    /// Tonnes that end where they start.
    pub intrazonal: f64,
}

/// Paths with their flows, by demand, as one array of arrays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathFlows {
    /// Paths of demand `d` are `first[d]..first[d + 1]`.
    pub first: Vec<u32>,
    /// Links of path `p` are `links[link_first[p]..link_first[p + 1]]`, from origin to destination.
    pub link_first: Vec<u32>,
    /// See `link_first`.
    pub links: Vec<u32>,
    /// Tonnes by path.
    pub tonnes: Vec<f64>,
    /// Money a tonne by path, under the final times.
    pub costs: Vec<f64>,
}

impl PathFlows {
    /// Numbers of the paths of a demand.
    #[must_use]
    pub fn of_demand(&self, demand: usize) -> std::ops::Range<usize> {
        match (self.first.get(demand), self.first.get(demand + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        }
    }

    /// Links of a path, in order.
    #[must_use]
    pub fn links_of(&self, path: usize) -> &[u32] {
        &self.links[self.link_first[path] as usize..self.link_first[path + 1] as usize]
    }
}

/// Flows, times, paths, what did not fit, and the certificate of it all.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Units by link: the sum over classes of tonnes times unit size.
    pub link_volumes: Vec<f64>,
    /// Hours by link: own function, delays of groups and shadow prices together.
    pub link_times: Vec<f64>,
    /// Tonnes by class and link.
    pub link_tonnes: Vec<Vec<f64>>,
    /// Weighted units by group.
    pub group_volumes: Vec<f64>,
    /// Hours by group, its shadow price included.
    pub group_delays: Vec<f64>,
    /// Hours that the hard capacity of a link is worth, by link; zero where it does not bind. The toll that would do the
    /// same is this times a class's value of time.
    pub link_prices: Vec<f64>,
    /// The same by group.
    pub group_prices: Vec<f64>,
    /// By demand.
    pub pairs: Vec<PairResult>,
    /// By demand. Of a solution of a skeleton, the paths on the full network.
    pub paths: PathFlows,
    /// How good it is, worked out from flows and demand alone.
    pub certificate: Certificate,
    /// Why the solver stopped.
    pub status: Status,
    /// Iterations made.
    pub iterations: usize,
}
