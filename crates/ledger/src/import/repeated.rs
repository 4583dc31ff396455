//! Rows given twice.

use std::collections::HashMap;

/// Keys seen, with their lines. Statistics come sorted: keys that rise are appended to a list that a
/// search can halve, 12 bytes each; only others need a table.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    rising: Vec<u64>,
    lines: Vec<u32>,
    others: HashMap<u64, u32>,
}

impl Repeated {
    /// Notes a key; the line on which it stood before, if it did.
    pub(crate) fn note(&mut self, key: u64, line: u64) -> Option<u64> {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        if self.rising.last().is_none_or(|last| *last < key) {
            if let Some(first) = self.others.get(&key) {
                return Some(u64::from(*first));
            }
            self.rising.push(key);
            self.lines.push(line);
            return None;
        }
        if let Ok(index) = self.rising.binary_search(&key) {
            return Some(u64::from(self.lines[index]));
        }
        match self.others.entry(key) {
            std::collections::hash_map::Entry::Occupied(own) => Some(u64::from(*own.get())),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_is_repeated_exactly_where_it_stood_before(keys in proptest::collection::vec(0u64..50, 0..200)) {
            let mut repeated = Repeated::default();
            let mut seen: HashMap<u64, u64> = HashMap::new();
            for (line, key) in (1..).zip(keys) {
                prop_assert_eq!(repeated.note(key, line), seen.get(&key).copied());
                seen.entry(key).or_insert(line);
            }
        }
    }
}
