//! Published results and laws of gravity models.

mod agtpa;
mod equilibrium;
mod fixest;
mod laws;
mod prediction;
mod separation;
mod spatial;

use std::io::Read;
use std::path::PathBuf;

use gravity::{Expression, FitOptions, Roles, Table};

/// A file that is shipped with the tests; their README says where it comes from.
pub fn shipped(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}

/// A file of the data that may not be shipped, where `AYRUM_DATA` names their folder. Tests that need it are
/// skipped without it, and say so.
pub fn data(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("AYRUM_DATA") else {
        eprintln!("skipped: AYRUM_DATA does not name the folder that holds {file}");
        return None;
    };
    Some(PathBuf::from(folder).join(file))
}

/// The bytes of a file, unpacked where it is gzipped.
pub fn bytes(path: &std::path::Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).expect("gzip");
    text
}

/// Reads what the formulas and options need.
pub fn table(text: &[u8], formulas: &[&str], options: &FitOptions, also: &[&str]) -> Table {
    let mut roles = Roles::new();
    for formula in formulas {
        for specification in gravity::parse_formula(formula).expect("a formula") {
            for (name, role) in specification.needs() {
                let known = roles.entry(name).or_default();
                known.number |= role.number;
                known.key |= role.key;
            }
        }
    }
    for name in options.covariance.keys() {
        roles.entry(name.clone()).or_default().key = true;
    }
    for name in also {
        Expression::parse(name).expect("an expression").needs(&mut roles);
    }
    let (table, findings) = Table::from_csv("data.csv", text, &roles).expect("a table");
    assert!(findings.is_empty(), "{findings:?}");
    table
}

/// Whether a number agrees with one printed to so many decimals.
#[track_caller]
pub fn printed(found: f64, published: f64, decimals: i32) {
    let unit = 10f64.powi(-decimals);
    assert!((found - published).abs() <= 0.5001 * unit, "{found} against {published} to {decimals} decimals");
}
