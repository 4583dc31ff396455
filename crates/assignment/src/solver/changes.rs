//! Changes to an instance between runs. Flows stay; what no longer fits them is brought in line by the next run.

use super::Solver;
use crate::{AssignmentError, LinkFunction};

impl Solver {
    fn known(&self, what: &'static str, number: usize, count: usize) -> Result<(), AssignmentError> {
        if number < count {
            return Ok(());
        }
        Err(AssignmentError::Unknown { place: "a change".into(), what, number, count })
    }

    /// Changes the function of a link: its capacity, its free-flow time, or both.
    ///
    /// # Errors
    /// Where there is no such link, or the function is not valid.
    pub fn set_function(&mut self, link: usize, function: LinkFunction) -> Result<(), AssignmentError> {
        self.known("link", link, self.instance.links.len())?;
        function.check(&format!("link {link}"))?;
        let before = self.instance.links[link].function;
        self.instance.links[link].function = function;
        self.resources.set_function(link, &function);
        // What does not depend on flows is skimmed and summed up by column.
        self.stale |= before.is_closed() != function.is_closed();
        self.stale |= before.is_constant() || function.is_constant();
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
        self.known("group", group, self.instance.groups.len())?;
        function.check(&format!("group {group}"))?;
        let before = self.instance.groups[group].function.is_closed();
        self.instance.groups[group].function = function;
        self.resources.set_group_function(group, &function);
        self.stale |= before != function.is_closed();
        Ok(())
    }

    /// Sets, changes or lifts the hard capacity of a link.
    ///
    /// # Errors
    /// Where there is no such link, or the capacity is not valid.
    pub fn set_hard_capacity(&mut self, link: usize, limit: Option<f64>) -> Result<(), AssignmentError> {
        self.known("link", link, self.instance.links.len())?;
        check_limit(limit, || format!("link {link}"))?;
        let state = &mut self.instance.links[link];
        self.stale |= (state.hard_capacity == Some(0.0)) != (limit == Some(0.0));
        self.stale |= state.hard_capacity.is_some() != limit.is_some();
        state.hard_capacity = limit;
        self.resources.set_limit(link, limit, state.function.free_flow_time());
        Ok(())
    }

    /// Sets, changes or lifts the hard capacity of a group.
    ///
    /// # Errors
    /// Where there is no such group, or the capacity is not valid.
    pub fn set_group_hard_capacity(
        &mut self,
        group: usize,
        limit: Option<f64>,
    ) -> Result<(), AssignmentError> {
        self.known("group", group, self.instance.groups.len())?;
        check_limit(limit, || format!("group {group}"))?;
        let state = &mut self.instance.groups[group];
        self.stale |= (state.hard_capacity == Some(0.0)) != (limit == Some(0.0));
        state.hard_capacity = limit;
        self.resources.set_group_limit(group, limit, state.function.free_flow_time());
        Ok(())
    }

    /// Changes what a tonne of a class pays on a link, in money.
    ///
    /// # Errors
    /// Where there is no such class or link, or the cost is not valid.
    pub fn set_fixed_cost(&mut self, class: usize, link: usize, cost: f64) -> Result<(), AssignmentError> {
        self.known("class", class, self.instance.classes.len())?;
        self.known("link", link, self.instance.links.len())?;
        if !(cost.is_finite() && cost >= 0.0) {
            let place = format!("class {class} on link {link}");
            let valid = "a finite number, zero or more";
            return Err(AssignmentError::Value { place, name: "fixed cost", value: cost, valid });
        }
        let costs = &mut self.instance.classes[class].fixed_costs;
        costs.resize(self.instance.links.len(), 0.0);
        costs[link] = cost;
        self.stale = true;
        Ok(())
    }

    /// Opens or closes a link to a class.
    ///
    /// # Errors
    /// Where there is no such class or link.
    pub fn set_allowed(&mut self, class: usize, link: usize, allowed: bool) -> Result<(), AssignmentError> {
        self.known("class", class, self.instance.classes.len())?;
        self.known("link", link, self.instance.links.len())?;
        let open = &mut self.instance.classes[class].allowed;
        open.resize(self.instance.links.len(), true);
        open[link] = allowed;
        self.stale = true;
        Ok(())
    }

    /// Changes the tonnes of a demand.
    ///
    /// # Errors
    /// Where there is no such demand, or the tonnes are not valid.
    pub fn set_tonnes(&mut self, demand: usize, tonnes: f64) -> Result<(), AssignmentError> {
        self.known("demand", demand, self.instance.demands.len())?;
        if !(tonnes.is_finite() && tonnes >= 0.0) {
            let (place, valid) = (format!("demand {demand}"), "a finite number, zero or more");
            return Err(AssignmentError::Value { place, name: "tonnes", value: tonnes, valid });
        }
        self.instance.demands[demand].tonnes = tonnes;
        if let Some(place) = self.commodity_of[demand] {
            let commodity = &mut self.commodities[place as usize];
            commodity.units = tonnes * self.instance.classes[commodity.class as usize].unit_size;
        }
        self.stale = true;
        Ok(())
    }
}

fn check_limit(limit: Option<f64>, place: impl FnOnce() -> String) -> Result<(), AssignmentError> {
    match limit {
        Some(value) if !(value.is_finite() && value >= 0.0) => {
            let valid = "none, or a finite number, zero or more";
            Err(AssignmentError::Value { place: place(), name: "hard capacity", value, valid })
        }
        _ => Ok(()),
    }
}
