//! The fingerprint of a case: what a quotation names, so that others can see the same rows.

use case::Folder;
use sha2::{Digest, Sha256};

/// SHA-256 over names and contents of a case's files, in the order of their names.
#[must_use]
pub fn fingerprint(folder: &Folder) -> String {
    let mut hash = Sha256::new();
    for name in folder.names() {
        let bytes = folder.bytes(name).unwrap_or_default();
        // Lengths keep a byte from moving unseen from one file to the next.
        for part in [name.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_follows_every_byte_and_every_name() {
        let of = |name: &str, bytes: &str| {
            let mut folder = Folder::default();
            folder.put("case.toml", "x");
            folder.put(name, bytes);
            fingerprint(&folder)
        };
        assert_eq!(of("a.csv", "1"), of("a.csv", "1"));
        assert_ne!(of("a.csv", "1"), of("a.csv", "2"));
        assert_ne!(of("a.csv", "1"), of("b.csv", "1"));
    }
}
