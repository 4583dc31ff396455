use thiserror::Error;

/// What cannot be assigned, and why. Each names the value, its place and what would be valid.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum AssignmentError {
    /// A link, demand or group names a node, link or class that does not exist.
    #[error("{place} names {what} {number}, but there are only {count} (valid: 0 to {})", count.saturating_sub(1))]
    Unknown {
        /// Where it is named, such as `link 7`.
        place: String,
        /// `node`, `link`, `class` or `demand`.
        what: &'static str,
        /// The number that was named.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// A number that is out of its range or not finite.
    #[error("{place}: {name} is {value}; valid is {valid}")]
    Value {
        /// Where it stands, such as `link 7` or `class 2 on link 5`.
        place: String,
        /// Which number it is.
        name: &'static str,
        /// The number.
        value: f64,
        /// What would be valid.
        valid: &'static str,
    },
    /// An array that has another length than what it describes.
    #[error("{place} has {found} entries; valid is {expected}")]
    Length {
        /// Which array.
        place: String,
        /// Entries found.
        found: usize,
        /// Entries expected.
        expected: usize,
    },
    /// A question that has no answer in theory, such as a system optimum of groups that are felt otherwise than loaded.
    #[error("{0}")]
    NotDefined(String),
}
