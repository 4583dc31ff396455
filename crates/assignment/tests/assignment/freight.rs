//! A generated freight network: a plain crossed by two borders with few crossings, all of which can congest.

use assignment::{Class, Demand, Instance, Link, LinkFunction};

/// Numbers that look random and are the same on every machine (Knuth's linear congruential generator, upper bits).
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From zero up to, but not including, one.
    pub(crate) fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A square of `side × side` nodes with two borders at a third and two thirds, `crossings` places to cross each, in both
/// directions, so `4 · crossings` links that can congest. Of all pairs of zones, each class has this share.
pub(crate) fn instance(side: usize, crossings: usize, zones: usize, classes: usize, share: f64) -> Instance {
    loaded(side, crossings, zones, classes, share, 0.85)
}

/// The same, with demand such that the borders as a whole are loaded to this share of their capacity.
pub(crate) fn loaded(
    side: usize,
    crossings: usize,
    zones: usize,
    classes: usize,
    share: f64,
    load: f64,
) -> Instance {
    let mut draw = Draw::new(7);
    let borders = [side / 3, 2 * side / 3];
    let node = |x: usize, y: usize| (y * side + x) as u32;
    let mut links = Vec::new();
    let mut both = |a: u32, b: u32, function: LinkFunction| {
        for (tail, head) in [(a, b), (b, a)] {
            links.push(Link { tail, head, function, hard_capacity: None });
        }
    };
    for y in 0..side {
        for x in 0..side {
            let road = |draw: &mut Draw| LinkFunction::Constant { time: 1.0 + draw.share() };
            if y + 1 < side {
                both(node(x, y), node(x, y + 1), road(&mut draw));
            }
            if x + 1 < side {
                let function = road(&mut draw);
                if !borders.contains(&(x + 1)) {
                    both(node(x, y), node(x + 1, y), function);
                } else if (0..crossings).any(|crossing| crossing * side / crossings == y) {
                    let queue = LinkFunction::Queue {
                        free_flow_time: 2.0,
                        capacity: 1000.0 * (0.5 + draw.share()),
                        servers: 1 + (4.0 * draw.share()) as u32,
                        service_time: 0.5,
                        variability: 1.0,
                        saturation: 0.98,
                    };
                    both(node(x, y), node(x + 1, y), queue);
                }
            }
        }
    }
    let mut places: Vec<u32> = (0..(side * side) as u32).collect();
    for at in 0..zones {
        let other = at + (draw.share() * (places.len() - at) as f64) as usize;
        places.swap(at, other);
    }
    let mut demands = Vec::new();
    for class in 0..classes as u32 {
        for &origin in &places[..zones] {
            for &destination in &places[..zones] {
                if origin != destination && draw.share() < share {
                    let tonnes = draw.share() / share;
                    demands.push(Demand { class, origin, destination, tonnes, overflow_cost: None });
                }
            }
        }
    }
    // A unit is a wagon.
    let crossing = |demand: &&Demand| {
        let third = |node: u32| borders.iter().filter(|&&x| node as usize % side >= x).count() as i32;
        (third(demand.origin) - third(demand.destination)).abs()
    };
    let tonnes: f64 = demands.iter().map(|demand| demand.tonnes * f64::from(crossing(&demand))).sum();
    let unit_size = load * 1000.0 * (4 * crossings) as f64 / tonnes;
    Instance {
        node_count: side * side,
        through: Vec::new(),
        groups: Vec::new(),
        classes: (0..classes)
            .map(|number| Class {
                value_of_time: 0.5 + number as f64 / classes as f64,
                unit_size: unit_size * (0.8 + 0.4 * number as f64 / classes as f64),
                fixed_costs: links
                    .iter()
                    .map(|link| if link.function.is_constant() { 0.0 } else { (number * 3 % 7) as f64 })
                    .collect(),
                ..Class::plain(&format!("class {number}"))
            })
            .collect(),
        links,
        demands,
    }
}
