use std::ops::ControlFlow;

/// Whose optimum is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// User equilibrium: nobody could do better alone (Wardrop's first principle).
    #[default]
    UserEquilibrium,
    /// System optimum: the sum of hours, with costs in hours by each class's value of time, is least (his second). The
    /// times in which it is an equilibrium are marginal ones, and [`marginal_tolls`](crate::marginal_tolls) bring it
    /// about.
    SystemOptimum,
}

/// When to stop, and what to do besides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// User equilibrium or system optimum.
    pub method: Method,
    /// Relative gap at which to stop, such as 1e-6.
    pub gap: f64,
    /// Share of a hard capacity by which it may be exceeded at the end.
    pub capacity_tolerance: f64,
    /// Iterations (of new paths for all pairs) at which to give up.
    pub iterations: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { method: Method::UserEquilibrium, gap: 1e-6, capacity_tolerance: 1e-6, iterations: 1000 }
    }
}

/// Where the solver stands, told after every iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Iterations made.
    pub iteration: usize,
    /// Relative gap.
    pub gap: f64,
    /// Greatest share by which a hard capacity is exceeded.
    pub excess: f64,
    /// Paths in use.
    pub paths: usize,
}

/// Told after every iteration; `Break` ends the run with the best solution so far, marked not converged.
pub type Watcher<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// A watcher that lets everything run.
pub fn unwatched(_: &Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
