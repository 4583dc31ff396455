//! The nearest node to a point.

use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};

use super::SpatialGraph;
use crate::place::great_circle_between;

/// A node and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snap {
    /// Place of the node among the nodes of the graph.
    pub node: u32,
    /// Great-circle kilometres from the point to the node.
    pub km: f64,
}

/// Finds nearest nodes by an R-tree of points on the unit sphere, where a shorter chord is a shorter way, on both
/// sides of the date line and at the poles.
#[derive(Debug)]
pub struct Snapper<'g> {
    graph: &'g SpatialGraph,
    tree: RTree<GeomWithData<[f64; 3], u32>>,
}

/// A position, degrees north and east, on the unit sphere.
fn on_sphere((latitude, longitude): (f64, f64)) -> [f64; 3] {
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

impl<'g> Snapper<'g> {
    /// A finder of the nodes of a graph.
    #[must_use]
    pub fn new(graph: &'g SpatialGraph) -> Self {
        let points = (0u32..).zip(&graph.nodes);
        let points =
            points.map(|(number, node)| GeomWithData::new(on_sphere(node.position()), number)).collect();
        Self { graph, tree: RTree::bulk_load(points) }
    }

    /// The node nearest to a position, degrees north and east; the first in the file of several. `None` if
    /// the graph has no node.
    #[must_use]
    pub fn nearest(&self, position: (f64, f64)) -> Option<Snap> {
        let point = on_sphere(position);
        let mut candidates = self.tree.nearest_neighbor_iter(point);
        let first = candidates.next()?;
        let chord = first.distance_2(&point);
        let as_near = candidates.take_while(|other| other.distance_2(&point) <= chord);
        let node = as_near.map(|other| other.data).fold(first.data, u32::min);
        Some(Snap { node, km: great_circle_between(position, self.graph.nodes[node as usize].position()) })
    }

    /// Nodes within some kilometres of a position, nearest first.
    pub(super) fn within(&self, position: (f64, f64), km: f64) -> impl Iterator<Item = Snap> + '_ {
        let near = self.tree.nearest_neighbor_iter(on_sphere(position)).map(move |point| Snap {
            node: point.data,
            km: great_circle_between(position, self.graph.nodes[point.data as usize].position()),
        });
        near.take_while(move |snap| snap.km <= km)
    }
}
