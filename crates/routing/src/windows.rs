//! When an arc may be started: open intervals on a clock.

use crate::RoutingError;

/// Latest reading of the clock at which a window may open. At one unit per millisecond it is some nine
/// thousand years; it leaves room for sums to stay exact.
pub(crate) const LATEST_OPENING: u64 = 1 << 48;

/// Marks an arc without an entry.
const ALWAYS: u32 = u32::MAX;

/// Open intervals `[from, to)` on a clock, per arc: opening hours, sailings, seasons, embargoes.
///
/// An arc must be *started* inside one of its windows; it need not end there. An arc without an entry is
/// always open; an arc whose entry holds no window is never open.
///
/// ```
/// use routing::Windows;
///
/// let windows = Windows::new(3, &[(0, vec![(8, 18), (32, 42)]), (2, vec![])])?;
/// assert_eq!(windows.earliest_start(0, 3), Some(8)); // waits for the opening
/// assert_eq!(windows.earliest_start(0, 17), Some(17));
/// assert_eq!(windows.earliest_start(0, 18), Some(32)); // the end is not part of a window
/// assert_eq!(windows.earliest_start(0, 42), None); // no window is left
/// assert_eq!(windows.earliest_start(1, 99), Some(99)); // no entry: always open
/// assert_eq!(windows.earliest_start(2, 0), None); // an empty entry: never open
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    /// Place of each arc in `first`, or `ALWAYS`.
    entry: Vec<u32>,
    first: Vec<u32>,
    intervals: Vec<(u64, u64)>,
}

impl Windows {
    /// Windows for the arcs listed, out of `arc_count` arcs. Windows of one arc are in order and do not
    /// overlap; they may touch. `u64::MAX` serves as an end that never comes.
    ///
    /// # Errors
    /// [`RoutingError::WindowArc`], [`RoutingError::WindowArcTwice`], [`RoutingError::WindowEmpty`],
    /// [`RoutingError::WindowOrder`], or [`RoutingError::WindowTooLate`] for an opening after 2⁴⁸.
    pub fn new(arc_count: usize, listed: &[(u32, Vec<(u64, u64)>)]) -> Result<Self, RoutingError> {
        let mut entry = vec![ALWAYS; arc_count];
        let mut first = vec![0];
        let mut intervals = Vec::new();
        for (place, (arc, windows)) in listed.iter().enumerate() {
            let arc = *arc;
            let slot = entry.get_mut(arc as usize).ok_or(RoutingError::WindowArc { arc, arc_count })?;
            if *slot != ALWAYS {
                return Err(RoutingError::WindowArcTwice { arc });
            }
            *slot = place as u32;
            let mut previous_to = 0;
            for &(from, to) in windows {
                if to <= from {
                    return Err(RoutingError::WindowEmpty { arc, from, to });
                }
                if from < previous_to {
                    return Err(RoutingError::WindowOrder { arc, from, previous_to });
                }
                if from > LATEST_OPENING {
                    return Err(RoutingError::WindowTooLate { arc, from, limit: LATEST_OPENING });
                }
                previous_to = to;
                intervals.push((from, to));
            }
            first.push(intervals.len() as u32);
        }
        Ok(Self { entry, first, intervals })
    }

    /// Number of arcs these windows were made for, with an entry or without.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.entry.len()
    }

    /// Whether some arc has an entry, so that time matters at all.
    #[must_use]
    pub fn restrict(&self) -> bool {
        self.first.len() > 1
    }

    /// Windows of `arc` in order, or `None` if it is always open.
    ///
    /// # Panics
    /// If there is no such arc.
    #[must_use]
    pub fn of(&self, arc: u32) -> Option<&[(u64, u64)]> {
        match self.entry[arc as usize] {
            ALWAYS => None,
            place => {
                let place = place as usize;
                Some(&self.intervals[self.first[place] as usize..self.first[place + 1] as usize])
            }
        }
    }

    /// Earliest reading of the clock, from `now` on, at which `arc` may be started; `None` if it opens no
    /// more.
    ///
    /// # Panics
    /// If there is no such arc.
    #[must_use]
    pub fn earliest_start(&self, arc: u32, now: u64) -> Option<u64> {
        let Some(windows) = self.of(arc) else { return Some(now) };
        let next = windows.partition_point(|&(_, to)| to <= now);
        windows.get(next).map(|&(from, _)| from.max(now))
    }
}

/// Which criterion is time, and what it decides.
///
/// A route that stands at a node when its clock reads `now` may start an arc at the earliest reading
/// `start >= now` inside one of the arc's windows; the wait `start - now` is added to the clock's criterion
/// and to no other. Waiting is always allowed and there is no other reason to wait.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// The criterion that holds the time an arc takes, in units of the clock.
    pub criterion: usize,
    /// Reading of the clock when a route leaves its source. The windows are on the same clock; costs count
    /// from 0 all the same.
    pub departure: u64,
    /// When arcs may be started.
    pub windows: &'a Windows,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_make_no_sense_are_named() {
        let of = |listed: &[(u32, Vec<(u64, u64)>)]| Windows::new(2, listed).unwrap_err();
        assert_eq!(of(&[(2, vec![])]), RoutingError::WindowArc { arc: 2, arc_count: 2 });
        assert_eq!(of(&[(1, vec![]), (1, vec![(0, 1)])]), RoutingError::WindowArcTwice { arc: 1 });
        assert_eq!(of(&[(0, vec![(5, 5)])]), RoutingError::WindowEmpty { arc: 0, from: 5, to: 5 });
        let overlap = of(&[(0, vec![(0, 5), (4, 9)])]);
        assert_eq!(overlap, RoutingError::WindowOrder { arc: 0, from: 4, previous_to: 5 });
        let unsorted = of(&[(0, vec![(7, 9), (1, 2)])]);
        assert_eq!(unsorted, RoutingError::WindowOrder { arc: 0, from: 1, previous_to: 9 });
        let late = of(&[(0, vec![(u64::MAX - 1, u64::MAX)])]);
        assert!(matches!(late, RoutingError::WindowTooLate { arc: 0, .. }));
    }

    #[test]
    fn windows_may_touch_and_may_never_end() {
        let windows = Windows::new(1, &[(0, vec![(0, 5), (5, u64::MAX)])]).unwrap();
        assert_eq!(windows.earliest_start(0, 5), Some(5));
        assert_eq!(windows.earliest_start(0, 1 << 60), Some(1 << 60));
        assert!(!Windows::new(4, &[]).unwrap().restrict());
    }
}
