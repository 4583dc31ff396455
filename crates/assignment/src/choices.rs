//! Demands that have a choice, flat in memory, and how they answer prices: the inner loops of [`prices`](crate::prices).

/// Columns of the demands that have a choice, flat.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices {
    /// What a choice belongs to, as the caller numbers it.
    pub(crate) commodities: Vec<u32>,
    /// Units by choice.
    pub(crate) units: Vec<f64>,
    /// `θ` by choice, an hour.
    pub(crate) scale: Vec<f64>,
    /// Columns of choice `c` are `first[c]..first[c + 1]`.
    pub(crate) first: Vec<u32>,
    /// Hours by column that do not depend on flows.
    pub(crate) fixed: Vec<f64>,
    /// Units by column as they stand.
    pub(crate) flow: Vec<f64>,
    /// `β ln PS` by column.
    pub(crate) size: Vec<f64>,
    /// Units by column as answered last.
    pub(crate) next: Vec<f64>,
    /// Loads of column `k` are `load_first[k]..load_first[k + 1]`.
    pub(crate) load_first: Vec<u32>,
    pub(crate) resource: Vec<u32>,
    pub(crate) weight: Vec<f64>,
}

/// How demand answers prices.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// Cheaper, but near where it stands: a demand as a whole moves for `width` hours.
    Near {
        /// Hours.
        width: f64,
    },
    /// By logit.
    Logit,
}

/// Room for one choice.
#[derive(Debug, Default)]
struct Room {
    cost: Vec<f64>,
    order: Vec<usize>,
    loads: Vec<(usize, f64)>,
    total: Vec<(usize, f64)>,
}

impl Choices {
    /// Empties all arrays.
    pub(crate) fn clear(&mut self) {
        for numbers in [&mut self.commodities, &mut self.first, &mut self.load_first, &mut self.resource] {
            numbers.clear();
        }
        for values in [
            &mut self.units,
            &mut self.scale,
            &mut self.fixed,
            &mut self.flow,
            &mut self.size,
            &mut self.next,
            &mut self.weight,
        ] {
            values.clear();
        }
        self.first.push(0);
        self.load_first.push(0);
    }

    /// Adds a column to the choice that is being put together. Its loads are those pushed since the last column.
    pub(crate) fn column(&mut self, fixed: f64, flow: f64, size: f64) {
        self.fixed.push(fixed);
        self.flow.push(flow);
        self.size.push(size);
        self.next.push(flow);
        self.load_first.push(self.resource.len() as u32);
    }

    /// Ends a choice.
    pub(crate) fn choice(&mut self, commodity: u32, units: f64, scale: f64) {
        self.commodities.push(commodity);
        self.units.push(units);
        self.scale.push(scale);
        self.first.push(self.fixed.len() as u32);
    }

    fn loads(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.load_first[column] as usize..self.load_first[column + 1] as usize;
        self.resource[range.clone()]
            .iter()
            .zip(&self.weight[range])
            .map(|(&resource, &weight)| (resource as usize, weight))
    }

    /// Adds what these flows load, times a sign.
    pub(crate) fn load(&self, flows: &[f64], sign: f64, volumes: &mut [f64]) {
        for (column, &flow) in flows.iter().enumerate() {
            if flow != 0.0 {
                for (resource, weight) in self.loads(column) {
                    volumes[resource] += sign * weight * flow;
                }
            }
        }
    }

    /// Flows of all demands at these prices into `next`, what they load added to `volumes`, and the curvature `K`, of which
    /// the lower half is filled.
    pub(crate) fn answer(&mut self, rule: Rule, price: &[f64], volumes: &mut [f64], curvature: &mut [f64]) {
        let mut room = Room::default();
        for choice in 0..self.commodities.len() {
            let range = self.first[choice] as usize..self.first[choice + 1] as usize;
            room.cost.clear();
            room.cost.extend(range.clone().map(|column| {
                let hours: f64 = self.loads(column).map(|(resource, weight)| weight * price[resource]).sum();
                self.fixed[column] + hours
            }));
            match rule {
                Rule::Near { width } if room.cost.len() == 2 => {
                    self.project_two(choice, width, &mut room, price.len(), curvature);
                }
                Rule::Near { width } => self.project(choice, width, &mut room, price.len(), curvature),
                Rule::Logit => self.share_out(choice, &mut room, price.len(), curvature),
            }
            for column in range {
                let flow = self.next[column];
                if flow > 0.0 {
                    for (resource, weight) in self.loads(column) {
                        volumes[resource] += weight * flow;
                    }
                }
            }
        }
    }

    /// [`Self::project`] for two columns, which is what most demands have.
    fn project_two(
        &mut self,
        choice: usize,
        width: f64,
        room: &mut Room,
        count: usize,
        curvature: &mut [f64],
    ) {
        let first = self.first[choice] as usize;
        let units = self.units[choice];
        let speed = units / width;
        let ahead = self.flow[first] - self.flow[first + 1] - speed * (room.cost[0] - room.cost[1]);
        let flow = (0.5 * (units + ahead)).clamp(0.0, units);
        self.next[first] = flow;
        self.next[first + 1] = units - flow;
        if flow > 0.0 && flow < units {
            let loads = &mut room.loads;
            loads.clear();
            loads.extend(self.loads(first));
            for (resource, weight) in self.loads(first + 1) {
                add_to(loads, resource, -weight);
            }
            outer(curvature, count, loads, 0.5 * speed);
        }
    }

    /// The point of the simplex nearest to where the demand stands, less its costs.
    fn project(&mut self, choice: usize, width: f64, room: &mut Room, count: usize, curvature: &mut [f64]) {
        let range = self.first[choice] as usize..self.first[choice + 1] as usize;
        let units = self.units[choice];
        let speed = units / width;
        let Room { cost, order, loads, total } = room;
        // From the least on, so that no digits are lost where a little cost moves much.
        let least = cost.iter().copied().fold(f64::INFINITY, f64::min);
        for (cost, column) in cost.iter_mut().zip(range.clone()) {
            *cost = self.flow[column] - speed * (*cost - least);
        }
        // What is above a level that makes the sum right (Held, Wolfe and Crowder, Mathematical Programming 6, 1974).
        order.clear();
        order.extend(0..cost.len());
        order.sort_unstable_by(|&a, &b| cost[b].total_cmp(&cost[a]).then(a.cmp(&b)));
        let (mut level, mut used, mut sum) = (0.0, 0, 0.0);
        for (rank, &column) in order.iter().enumerate() {
            sum += cost[column];
            let candidate = (sum - units) / (rank + 1) as f64;
            if cost[column] > candidate {
                (level, used) = (candidate, rank + 1);
            }
        }
        for (place, column) in range.clone().enumerate() {
            self.next[column] = (cost[place] - level).max(0.0);
        }
        if used < 2 {
            return;
        }
        // τ (Σ a aᵀ − (Σ a)(Σ a)ᵀ / n) over the columns in use, from differences to the first of them.
        let first = range.start + order[0];
        total.clear();
        for &place in &order[1..used] {
            loads.clear();
            loads.extend(self.loads(range.start + place));
            for (resource, weight) in self.loads(first) {
                add_to(loads, resource, -weight);
            }
            outer(curvature, count, loads, speed);
            for &(resource, weight) in loads.iter() {
                add_to(total, resource, weight);
            }
        }
        outer(curvature, count, total, -speed / used as f64);
    }

    /// Logit with path sizes: `K = θ (Σ h a aᵀ − (Σ h a)(Σ h a)ᵀ / d)`.
    fn share_out(&mut self, choice: usize, room: &mut Room, count: usize, curvature: &mut [f64]) {
        let range = self.first[choice] as usize..self.first[choice + 1] as usize;
        let (units, scale) = (self.units[choice], self.scale[choice]);
        let Room { cost, loads, total, .. } = room;
        for (cost, column) in cost.iter_mut().zip(range.clone()) {
            *cost = self.size[column] - scale * *cost;
        }
        let best = cost.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        cost.iter_mut().for_each(|value| *value = (*value - best).exp());
        let sum: f64 = cost.iter().sum();
        total.clear();
        for (weight, column) in cost.iter().zip(range.clone()) {
            let flow = units * weight / sum;
            self.next[column] = flow;
            if flow > 0.0 && range.len() > 1 {
                loads.clear();
                loads.extend(self.loads(column));
                outer(curvature, count, loads, scale * flow);
                for &(resource, weight) in loads.iter() {
                    add_to(total, resource, weight * flow);
                }
            }
        }
        if range.len() > 1 && units > 0.0 {
            outer(curvature, count, total, -scale / units);
        }
    }
}

fn add_to(loads: &mut Vec<(usize, f64)>, resource: usize, weight: f64) {
    match loads.iter_mut().find(|(other, _)| *other == resource) {
        Some((_, sum)) => *sum += weight,
        None => loads.push((resource, weight)),
    }
}

fn outer(matrix: &mut [f64], count: usize, loads: &[(usize, f64)], scale: f64) {
    for &(row, left) in loads {
        for &(column, right) in loads.iter().filter(|(column, _)| *column <= row) {
            matrix[row * count + column] += scale * left * right;
        }
    }
}
