//! One face for the two ways of finding paths.

use std::ops::Range;

use crate::columns::{Arena, Commodity};
use crate::instance::Instance;
use crate::network_search::{self, NetworkSearch};
use crate::resources::Resources;
use crate::skeleton::{self, SkeletonSearch};
use crate::tree::name_of;

/// Where paths come from.
#[derive(Debug, Clone)]
pub(crate) enum PathSearch {
    /// Trees on the full network; columns hold all links.
    Network(NetworkSearch),
    /// Matrices between the links that can congest; columns hold only these.
    Skeleton(SkeletonSearch),
}

impl PathSearch {
    /// Searches from one source, where that is possible by itself, at the present costs.
    pub(crate) fn search_one(&mut self, source: usize, resources: &Resources, commodities: &[Commodity]) {
        if let Self::Network(search) = self {
            search.search_one(source, resources, commodities);
        }
    }

    /// Whether sources can be searched in turn.
    pub(crate) fn takes_turns(&self) -> bool {
        matches!(self, Self::Network(_))
    }

    /// Searches from all sources at the present costs.
    pub(crate) fn search_all(&mut self, resources: &Resources, commodities: &[Commodity], arena: &Arena) {
        match self {
            Self::Network(search) => search.search_all(resources, commodities),
            Self::Skeleton(search) => search.search_all(resources, commodities, arena),
        }
    }

    /// Pairs of class and origin.
    pub(crate) fn source_count(&self) -> usize {
        match self {
            Self::Network(search) => search.source_count(),
            Self::Skeleton(search) => search.source_count(),
        }
    }

    /// Commodities of a source.
    pub(crate) fn commodities(&self, source: usize) -> Range<usize> {
        match self {
            Self::Network(search) => search.commodities(source),
            Self::Skeleton(search) => search.commodities(source),
        }
    }

    /// Adds the paths that the last search from a source found and no column has.
    pub(crate) fn absorb(
        &mut self,
        source: usize,
        instance: &Instance,
        commodities: &mut [Commodity],
        arena: &mut Arena,
    ) {
        match self {
            Self::Network(search) => search.absorb(source, instance, commodities, arena),
            Self::Skeleton(search) => search.absorb(source, commodities, arena),
        }
    }

    /// Hours of the cheapest ways of a source's commodities at the last search.
    pub(crate) fn least(&self, source: usize) -> &[f64] {
        match self {
            Self::Network(search) => search.least(source),
            Self::Skeleton(search) => search.least(source),
        }
    }

    /// Takes over fixed costs and closures of the instance. False where a link can congest that the skeleton left out.
    pub(crate) fn set_fixed(&mut self, instance: &Instance, commodities: &[Commodity]) -> bool {
        match self {
            Self::Network(search) => {
                search.set_fixed(instance);
                true
            }
            Self::Skeleton(search) => search.set_fixed(instance, commodities),
        }
    }

    /// Hours of a column that do not depend on flows; infinite where it cannot be used any more.
    pub(crate) fn fixed(&self, source: usize, commodity: usize, instance: &Instance, links: &[u32]) -> f64 {
        match self {
            Self::Network(search) => network_search::fixed(instance, search.class(source), links),
            Self::Skeleton(search) => search.fixed(source, commodity, links),
        }
    }

    /// Links and name of the column that stands for a path on the full network.
    pub(crate) fn project(&self, links: &[u32]) -> (u64, Vec<u32>) {
        match self {
            Self::Network(_) => {
                let name = links.iter().fold(0, |sum: u64, &link| sum.wrapping_add(name_of(link)));
                (name, links.to_vec())
            }
            Self::Skeleton(search) => {
                let links = search.project(links);
                (skeleton::path_name(&links), links)
            }
        }
    }

    /// Appends all links of the path for which a column stands.
    pub(crate) fn expand(
        &self,
        source: usize,
        commodity: &Commodity,
        instance: &Instance,
        links: &[u32],
        into: &mut Vec<u32>,
    ) {
        match self {
            Self::Network(_) => into.extend_from_slice(links),
            Self::Skeleton(search) => search.expand(source, commodity, instance, links, into),
        }
    }
}
