use crate::{AssignmentError, LinkFunction};

/// One direction of a road, a line, a crossing or a transfer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Node at which it begins.
    pub tail: u32,
    /// Node at which it ends.
    pub head: u32,
    /// Hours by its own volume.
    pub function: LinkFunction,
    /// Units above which nothing passes in the period, or none. What waits for it pays a shadow price, in hours.
    pub hard_capacity: Option<f64>,
}

/// How a link shares in a [`Group`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// The link.
    pub link: u32,
    /// Units of the group's capacity that a unit on this link takes.
    pub weight: f64,
    /// How many times a unit on this link feels the group's delay. Where the ratio of `felt` to `weight` is the same for
    /// all members, there is an objective that equilibrium minimises; otherwise the gap alone tells how good a solution
    /// is.
    pub felt: f64,
}

/// A capacity that several links share: both directions of a single track, all arcs of a berth. Its delay is added to the
/// time of each member.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The links that share it.
    pub members: Vec<Member>,
    /// Hours of delay by the weighted volume of its members; usually with a free-flow time of zero.
    pub function: LinkFunction,
    /// Weighted units above which nothing passes, or none.
    pub hard_capacity: Option<f64>,
}

/// Goods that move alike: a commodity in a form, with its own value of time and its own wagons.
///
/// A tonne on a link costs the class `value_of_time · hours + fixed_costs[link]`, in money.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// For messages and reports.
    pub name: String,
    /// Money a tonne and hour, above zero.
    pub value_of_time: f64,
    /// Units of capacity that a tonne takes, such as wagons a tonne. Above zero.
    pub unit_size: f64,
    /// Money a tonne by link: tolls, tariffs, prices of distance. Empty for none.
    pub fixed_costs: Vec<f64>,
    /// Whether the class may use a link, by link. Empty for all.
    pub allowed: Vec<bool>,
    /// Money at which a tonne stays off the network rather than pay more (the cost of its overflow arc), or none: then
    /// all must travel that can.
    pub overflow_cost: Option<f64>,
}

/// Tonnes of a class from a node to a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Number of the class.
    pub class: u32,
    /// Node at which they start.
    pub origin: u32,
    /// Node at which they end. Where it is the origin, they do not enter the network.
    pub destination: u32,
    /// Tonnes in the period, zero or more.
    pub tonnes: f64,
    /// Money at which a tonne of this pair stays off the network, in place of the class's.
    pub overflow_cost: Option<f64>,
}

/// A network, its classes and their demand: all that an assignment is computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Nodes are `0..node_count`.
    pub node_count: usize,
    /// Whether a path may pass through a node rather than only start or end there; TNTP's first through node. Empty: all.
    pub through: Vec<bool>,
    /// All links. Several may join the same two nodes.
    pub links: Vec<Link>,
    /// Shared capacities.
    pub groups: Vec<Group>,
    /// All classes.
    pub classes: Vec<Class>,
    /// Sparse demand. Several entries of one pair and class count apart.
    pub demands: Vec<Demand>,
}

impl Class {
    /// A class of cars: everything allowed, a value of time of one, no costs but time.
    #[must_use]
    pub fn plain(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            value_of_time: 1.0,
            unit_size: 1.0,
            fixed_costs: Vec::new(),
            allowed: Vec::new(),
            overflow_cost: None,
        }
    }

    /// Money a tonne on a link apart from time.
    #[must_use]
    pub fn fixed_cost(&self, link: usize) -> f64 {
        self.fixed_costs.get(link).copied().unwrap_or(0.0)
    }

    /// Whether the class may use a link.
    #[must_use]
    pub fn may_use(&self, link: usize) -> bool {
        self.allowed.get(link).copied().unwrap_or(true)
    }
}

impl Instance {
    /// Whether a path may pass through a node.
    #[must_use]
    pub fn passable(&self, node: usize) -> bool {
        self.through.get(node).copied().unwrap_or(true)
    }

    /// Money at which a tonne of this demand stays off the network.
    #[must_use]
    pub fn overflow_cost(&self, demand: &Demand) -> Option<f64> {
        demand.overflow_cost.or(self.classes[demand.class as usize].overflow_cost)
    }

    /// Whether a group has an objective: all members feel it in proportion to what they load it with.
    pub(crate) fn felt_ratio(group: &Group) -> Option<f64> {
        let first = group.members.first()?;
        let ratio = first.felt / first.weight;
        let alike =
            |member: &Member| (member.felt - ratio * member.weight).abs() <= 1e-12 * member.felt.abs();
        group.members.iter().all(alike).then_some(ratio)
    }

    /// Whether equilibrium minimises an objective (Beckmann's).
    #[must_use]
    pub fn is_integrable(&self) -> bool {
        self.groups.iter().all(|group| group.members.is_empty() || Self::felt_ratio(group).is_some())
    }

    /// Looks at every number once.
    ///
    /// # Errors
    /// The first that is not valid, with its place.
    pub fn check(&self) -> Result<(), AssignmentError> {
        let known = |place: &dyn Fn() -> String, what: &'static str, number: u32, count: usize| {
            if (number as usize) < count {
                Ok(())
            } else {
                Err(AssignmentError::Unknown { place: place(), what, number: number as usize, count })
            }
        };
        let need = |place: &dyn Fn() -> String, name, value: f64, fits: bool, valid| {
            if value.is_finite() && fits {
                Ok(())
            } else {
                Err(AssignmentError::Value { place: place(), name, value, valid })
            }
        };
        let length = |place: &dyn Fn() -> String, found: usize, expected: usize| {
            if found == 0 || found == expected {
                Ok(())
            } else {
                Err(AssignmentError::Length { place: place(), found, expected })
            }
        };
        const NOT_NEGATIVE: &str = "a finite number, zero or more";
        length(&|| "the list of nodes to pass through".into(), self.through.len(), self.node_count)?;
        for (number, link) in self.links.iter().enumerate() {
            let place = || format!("link {number}");
            known(&place, "node", link.tail, self.node_count)?;
            known(&place, "node", link.head, self.node_count)?;
            link.function.check(&place())?;
            let hard = link.hard_capacity.unwrap_or(0.0);
            need(&place, "hard capacity", hard, hard >= 0.0, NOT_NEGATIVE)?;
        }
        for (number, group) in self.groups.iter().enumerate() {
            let place = || format!("group {number}");
            group.function.check(&place())?;
            let hard = group.hard_capacity.unwrap_or(0.0);
            need(&place, "hard capacity", hard, hard >= 0.0, NOT_NEGATIVE)?;
            for member in &group.members {
                known(&place, "link", member.link, self.links.len())?;
                need(&place, "weight", member.weight, member.weight > 0.0, "a finite number above zero")?;
                need(&place, "felt", member.felt, member.felt >= 0.0, NOT_NEGATIVE)?;
            }
        }
        for (number, class) in self.classes.iter().enumerate() {
            let place = || format!("class {number} ({})", class.name);
            let above = "a finite number above zero";
            need(&place, "value of time", class.value_of_time, class.value_of_time > 0.0, above)?;
            need(&place, "unit size", class.unit_size, class.unit_size > 0.0, above)?;
            let fixed = || format!("fixed costs of class {number}");
            length(&fixed, class.fixed_costs.len(), self.links.len())?;
            length(&|| format!("allowed links of class {number}"), class.allowed.len(), self.links.len())?;
            for (link, &cost) in class.fixed_costs.iter().enumerate() {
                let place = || format!("class {number} on link {link}");
                need(&place, "fixed cost", cost, cost >= 0.0, NOT_NEGATIVE)?;
            }
            let overflow = class.overflow_cost.unwrap_or(0.0);
            need(&place, "overflow cost", overflow, overflow >= 0.0, NOT_NEGATIVE)?;
        }
        for (number, demand) in self.demands.iter().enumerate() {
            let place = || format!("demand {number}");
            known(&place, "class", demand.class, self.classes.len())?;
            known(&place, "node", demand.origin, self.node_count)?;
            known(&place, "node", demand.destination, self.node_count)?;
            need(&place, "tonnes", demand.tonnes, demand.tonnes >= 0.0, NOT_NEGATIVE)?;
            let overflow = demand.overflow_cost.unwrap_or(0.0);
            need(&place, "overflow cost", overflow, overflow >= 0.0, NOT_NEGATIVE)?;
        }
        Ok(())
    }
}
