//! Graphs of others as arrays, and their orders of elimination, kept beside them.
//!
//! The order is all that is slow about a hierarchy: seconds on the roads of the world, where the rest takes a
//! moment. `ayrum import graph` writes it; `ayrum matrix` takes it if it is of this very graph, and else works it out
//! anew: a file that was edited since, or none, costs time and nothing else.

use std::path::Path;

use network::SpatialGraph;
use routing::{Graph, Order, RoutingError};
use sha2::{Digest, Sha256};

const FILE: &str = "order.bin";

/// Arcs of a graph, two for an edge that is no one-way, with their lengths in metres.
pub(crate) fn arrays(graph: &SpatialGraph) -> Result<(Graph, Vec<[u32; 1]>), RoutingError> {
    let (mut arcs, mut metres) = (Vec::new(), Vec::new());
    for edge in &graph.edges {
        let length = (edge.km * 1000.0).round() as u32;
        arcs.push((edge.from, edge.to));
        metres.push([length]);
        if !edge.one_way {
            arcs.push((edge.to, edge.from));
            metres.push([length]);
        }
    }
    Ok((Graph::new(graph.nodes.len(), &arcs)?, metres))
}

/// What tells one graph from another: its nodes' number and who is joined to whom, in the order of the file.
fn fingerprint(graph: &SpatialGraph) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update((graph.nodes.len() as u64).to_le_bytes());
    for edge in &graph.edges {
        digest.update(edge.from.to_le_bytes());
        digest.update(edge.to.to_le_bytes());
    }
    digest.finalize().into()
}

/// The order worked out.
fn compute(graph: &SpatialGraph, arrays: &Graph) -> Result<Order, RoutingError> {
    let places: Vec<[f64; 2]> = graph.nodes.iter().map(|node| [node.longitude, node.latitude]).collect();
    Order::by_place(arrays, &places)
}

/// The order of a graph as bytes, to be written into its folder under the name given.
pub(crate) fn to_be_kept(graph: &SpatialGraph) -> Result<(&'static str, Vec<u8>), RoutingError> {
    let (arrays, _) = arrays(graph)?;
    let mut bytes = fingerprint(graph).to_vec();
    bytes.extend(compute(graph, &arrays)?.to_bytes());
    Ok((FILE, bytes))
}

/// The order kept in the folder of a graph, or a new one.
pub(crate) fn of(folder: &Path, graph: &SpatialGraph, arrays: &Graph) -> Result<Order, RoutingError> {
    let kept = std::fs::read(folder.join(FILE)).ok();
    let kept = kept.as_deref().and_then(|bytes| bytes.strip_prefix(&fingerprint(graph)));
    match kept.and_then(|bytes| Order::from_bytes(bytes).ok()) {
        Some(order) => Ok(order),
        None => compute(graph, arrays),
    }
}
