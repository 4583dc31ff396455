//! Groups of rows: the levels of a fixed effect, the clusters of a covariance.

use std::collections::HashMap;

/// A partition of rows: one code per row, numbered from 0 without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// The group of each row.
    pub codes: Vec<u32>,
    /// Number of groups.
    pub count: usize,
}

impl Groups {
    /// Numbers the codes anew in the order of their first appearance.
    #[must_use]
    pub fn new(codes: &[u32]) -> Self {
        let largest = codes.iter().copied().max().map_or(0, |code| code as usize + 1);
        let mut numbers = vec![u32::MAX; largest];
        let mut count = 0;
        let codes = codes
            .iter()
            .map(|code| {
                let number = &mut numbers[*code as usize];
                if *number == u32::MAX {
                    *number = count;
                    count += 1;
                }
                *number
            })
            .collect();
        Self { codes, count: count as usize }
    }

    /// Groups of rows that agree in all of `parts`; one group of all rows where there are none.
    #[must_use]
    pub fn together(parts: &[&[u32]], rows: usize) -> Self {
        let Some((first, rest)) = parts.split_first() else {
            return Self { codes: vec![0; rows], count: usize::from(rows > 0) };
        };
        rest.iter().fold(Self::new(first), |groups, part| groups.with(part))
    }

    /// Groups of rows that agree in this one and in `part`.
    fn with(&self, part: &[u32]) -> Self {
        let part = Self::new(part);
        let cells = self.count * part.count;
        let pairs = self.codes.iter().zip(&part.codes);
        let mut count = 0u32;
        // A table of all pairs where it is not much longer than the rows, a map elsewhere.
        let codes = if cells <= 8 * self.codes.len() + 1024 {
            let mut numbers = vec![u32::MAX; cells];
            pairs
                .map(|(a, b)| {
                    let number = &mut numbers[*a as usize * part.count + *b as usize];
                    if *number == u32::MAX {
                        *number = count;
                        count += 1;
                    }
                    *number
                })
                .collect()
        } else {
            let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
            pairs
                .map(|(a, b)| {
                    *numbers.entry((*a, *b)).or_insert_with(|| {
                        count += 1;
                        count - 1
                    })
                })
                .collect()
        };
        Self { codes, count: count as usize }
    }

    /// The groups of some rows only, numbered anew.
    #[must_use]
    pub fn of_rows(&self, rows: &[u32]) -> Self {
        let codes: Vec<u32> = rows.iter().map(|row| self.codes[*row as usize]).collect();
        Self::new(&codes)
    }

    /// Whether each of these groups lies within one group of `other`.
    #[must_use]
    pub fn nested_in(&self, other: &Self) -> bool {
        let mut outer = vec![u32::MAX; self.count];
        self.codes.iter().zip(&other.codes).all(|(inner, code)| {
            let known = &mut outer[*inner as usize];
            if *known == u32::MAX {
                *known = *code;
            }
            *known == *code
        })
    }

    /// Sum of `values` in each group.
    #[must_use]
    pub fn sums(&self, values: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.count];
        for (code, value) in self.codes.iter().zip(values) {
            sums[*code as usize] += value;
        }
        sums
    }

    /// Sum of `a × b` in each group.
    pub(crate) fn sums_of_products(&self, a: &[f64], b: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.count];
        for ((code, a), b) in self.codes.iter().zip(a).zip(b) {
            sums[*code as usize] += a * b;
        }
        sums
    }
}

/// Connected components of the graph whose edges join the two groups of each row: the component of each
/// group of `first`, of each group of `second`, and their number.
pub(crate) fn components(first: &Groups, second: &Groups) -> (Vec<u32>, Vec<u32>, usize) {
    let mut parent: Vec<u32> = (0..(first.count + second.count) as u32).collect();
    fn root(parent: &mut [u32], mut node: u32) -> u32 {
        while parent[node as usize] != node {
            parent[node as usize] = parent[parent[node as usize] as usize];
            node = parent[node as usize];
        }
        node
    }
    for (a, b) in first.codes.iter().zip(&second.codes) {
        let (a, b) = (root(&mut parent, *a), root(&mut parent, first.count as u32 + *b));
        // The smaller number becomes the root, so that the result does not depend on the order of rows.
        parent[a.max(b) as usize] = a.min(b);
    }
    let roots: Vec<u32> = (0..parent.len() as u32).map(|node| root(&mut parent, node)).collect();
    let numbered = Groups::new(&roots);
    let (of_first, of_second) = numbered.codes.split_at(first.count);
    (of_first.to_vec(), of_second.to_vec(), numbered.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_act_together_are_numbered_by_first_appearance() {
        let groups = Groups::together(&[&[7, 7, 3, 3, 7], &[1, 2, 1, 1, 1]], 5);
        assert_eq!(groups, Groups { codes: vec![0, 1, 2, 2, 0], count: 3 });
        assert!(groups.nested_in(&Groups::new(&[7, 7, 3, 3, 7])));
        assert!(!Groups::new(&[7, 7, 3, 3, 7]).nested_in(&groups));
    }

    #[test]
    fn years_come_out_as_components() {
        // Exporter-years 0, 1 and importer-years 0, 1 of one year; 2 and 2 of another.
        let first = Groups { codes: vec![0, 0, 1, 2], count: 3 };
        let second = Groups { codes: vec![0, 1, 1, 2], count: 3 };
        assert_eq!(components(&first, &second), (vec![0, 0, 1], vec![0, 0, 1], 2));
    }
}
