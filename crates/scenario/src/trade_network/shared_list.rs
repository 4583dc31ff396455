//! A list that grows on top of one that others have too.

use std::sync::Arc;

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Part {
    first: u32,
    count: u32,
}

impl Part {
    pub(super) fn is_empty(self) -> bool {
        self.count == 0
    }

    /// The places of its items.
    pub(super) fn places(self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

/// Items of which the first stand in a list that is shared: a state inherits some millions of arcs from its base, and adds
/// some hundreds.
#[derive(Debug, Clone)]
pub(super) struct SharedList<T> {
    base: Arc<Vec<T>>,
    own: Vec<T>,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self { base: Arc::default(), own: Vec::new() }
    }
}

impl<T: Copy> SharedList<T> {
    /// Adds items; where they stand.
    pub(super) fn extend(&mut self, items: impl IntoIterator<Item = T>) -> Part {
        let first = self.own.len();
        self.own.extend(items);
        Part { first: (self.base.len() + first) as u32, count: (self.own.len() - first) as u32 }
    }

    /// The items of a part, which was added at once.
    pub(super) fn of(&self, part: Part) -> &[T] {
        let (first, count) = (part.first as usize, part.count as usize);
        match first.checked_sub(self.base.len()) {
            Some(first) => &self.own[first..first + count],
            None => &self.base[first..first + count],
        }
    }

    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.base.len() + self.own.len()
    }

    /// Other items in the same places.
    pub(super) fn of_items(items: Vec<T>) -> Self {
        Self { base: Arc::new(items), own: Vec::new() }
    }

    /// Lets others share all items; where others share the first already, the few on top stay where they are, to be copied.
    pub(super) fn freeze(&mut self) {
        if let Some(base) = Arc::get_mut(&mut self.base) {
            base.append(&mut self.own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_what_they_are_when_lists_are_shared_and_grow() {
        let mut list = SharedList::default();
        let first = list.extend([1, 2, 3]);
        list.freeze();
        let mut other = list.clone();
        let (second, theirs) = (list.extend([4, 5]), other.extend([6]));
        assert_eq!((list.of(first), list.of(second)), (&[1, 2, 3][..], &[4, 5][..]));
        assert_eq!((other.of(first), other.of(theirs)), (&[1, 2, 3][..], &[6][..]));
        list.freeze();
        assert_eq!((list.of(first), list.of(second)), (&[1, 2, 3][..], &[4, 5][..]));
        assert_eq!((list.len(), list.clone().of(second)), (5, &[4, 5][..]));
        assert!(list.extend([]).is_empty());
    }
}
