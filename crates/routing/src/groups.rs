//! What makes two routes differ in substance, as the caller sees it.

use crate::RoutingError;

/// Groups that arcs belong to: whatever makes a route a different answer if it is used or not, such as one
/// crossing, one ferry line, one tunnel. Most arcs belong to none. The numbers of groups are free.
///
/// ```
/// use routing::ArcGroups;
///
/// let groups = ArcGroups::new(4, &[(0, 7), (2, 7), (2, 3)])?;
/// assert_eq!(groups.of(2), [3, 7]);
/// assert!(groups.of(1).is_empty());
/// assert_eq!(groups.signature(&[0, 1, 2]), [3, 7]);
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArcGroups {
    first: Vec<u32>,
    groups: Vec<u32>,
    /// Pairs of group and arc, in order: the way back.
    members: Vec<(u32, u32)>,
}

impl ArcGroups {
    /// Groups for the pairs of arc and group listed, out of `arc_count` arcs. An arc may be in several
    /// groups; a pair listed twice counts once.
    ///
    /// # Errors
    /// [`RoutingError::GroupArc`] if a pair names an arc that is not there.
    pub fn new(arc_count: usize, listed: &[(u32, u32)]) -> Result<Self, RoutingError> {
        if let Some(&(arc, group)) = listed.iter().find(|&&(arc, _)| arc as usize >= arc_count) {
            return Err(RoutingError::GroupArc { arc, group, arc_count });
        }
        let mut listed = listed.to_vec();
        listed.sort_unstable();
        listed.dedup();
        let mut first = vec![0u32; arc_count + 1];
        for &(arc, _) in &listed {
            first[arc as usize + 1] += 1;
        }
        for arc in 0..arc_count {
            first[arc + 1] += first[arc];
        }
        let groups = listed.iter().map(|&(_, group)| group).collect();
        let mut members: Vec<_> = listed.into_iter().map(|(arc, group)| (group, arc)).collect();
        members.sort_unstable();
        Ok(Self { first, groups, members })
    }

    /// Number of arcs these groups were made for.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.first.len() - 1
    }

    /// Groups of `arc`, in ascending order.
    ///
    /// # Panics
    /// If there is no such arc.
    #[must_use]
    pub fn of(&self, arc: u32) -> &[u32] {
        &self.groups[self.first[arc as usize] as usize..self.first[arc as usize + 1] as usize]
    }

    /// Arcs of `group`, in ascending order.
    pub fn arcs(&self, group: u32) -> impl Iterator<Item = u32> + '_ {
        let begin = self.members.partition_point(|&(other, _)| other < group);
        self.members[begin..].iter().take_while(move |&&(other, _)| other == group).map(|&(_, arc)| arc)
    }

    /// The signature of a route: all groups of its arcs, in ascending order and without repetition.
    ///
    /// # Panics
    /// If an arc is not there.
    #[must_use]
    pub fn signature(&self, arcs: &[u32]) -> Vec<u32> {
        let mut signature: Vec<u32> = arcs.iter().flat_map(|&arc| self.of(arc)).copied().collect();
        signature.sort_unstable();
        signature.dedup();
        signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_their_arcs() {
        let groups = ArcGroups::new(3, &[(2, u32::MAX), (0, 5), (2, 5), (2, 5)]).unwrap();
        assert_eq!(groups.arcs(5).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(groups.arcs(u32::MAX).collect::<Vec<_>>(), [2]);
        assert_eq!(groups.arcs(6).count(), 0);
        assert_eq!(groups.signature(&[2, 0]), [5, u32::MAX]);
        let error = ArcGroups::new(3, &[(3, 5)]).unwrap_err();
        assert_eq!(error.to_string(), "arc 3 is put into group 5, but there are 3 arcs, numbered from 0");
    }
}
