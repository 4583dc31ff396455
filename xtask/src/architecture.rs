//! ARCHITECTURE.md against the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::house::{self, Package};
use crate::tidy::files;

/// What each crate may use, from the table of crates: a heading `crate | one line | may use`, and
/// in the last column crates, `–` for none, or `all above`.
fn allowed(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    let rows = page
        .lines()
        .skip_while(|line| cells(line).is_none_or(|cells| cells != ["crate", "one line", "may use"]))
        .skip(2)
        .map_while(cells);
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let [name, _, uses] = row.as_slice() else {
            panic!("a row of the table has not three cells: {row:?}")
        };
        let uses = match uses.as_str() {
            "–" | "-" => BTreeSet::new(),
            "all above" => allowed.keys().cloned().collect(),
            listed => listed.split(',').map(|name| name.trim().to_owned()).collect(),
        };
        assert!(allowed.insert(name.clone(), uses).is_none(), "ARCHITECTURE.md has two rows for `{name}`");
    }
    allowed
}

fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().replace('`', "")).collect())
}

/// Everything in which table and workspace differ.
fn differences(allowed: &BTreeMap<String, BTreeSet<String>>, packages: &[Package]) -> Vec<String> {
    let mut differences = Vec::new();
    for package in packages {
        let name = &package.name;
        let Some(allowed) = allowed.get(name) else {
            differences.push(format!("the crate `{name}` has no row in the table of ARCHITECTURE.md"));
            continue;
        };
        for used in package.uses.iter().filter(|used| !allowed.contains(*used)) {
            differences.push(format!(
                "`{name}` uses `{used}`, which its row in ARCHITECTURE.md does not name: do without it, or argue for the row"
            ));
        }
        let folder = package.manifest.parent().and_then(Path::file_name);
        if folder.is_none_or(|folder| folder != name.as_str()) {
            differences
                .push(format!("the crate `{name}` lies in another folder: {}", package.manifest.display()));
        }
    }
    let exists = |name: &String| packages.iter().any(|package| package.name == *name);
    for (name, uses) in allowed {
        for missing in uses.iter().chain([name]).filter(|name| !exists(name)) {
            differences.push(format!(
                "ARCHITECTURE.md names the crate `{missing}`, which the workspace does not have"
            ));
        }
    }
    differences
}

#[test]
fn crates_use_only_what_their_row_names() {
    let page = std::fs::read_to_string(house::root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let allowed = allowed(&page);
    assert!(!allowed.is_empty(), "ARCHITECTURE.md has no table `| crate | one line | may use |`");
    let packages = house::packages().expect("cargo describes the workspace");
    let differences = differences(&allowed, &packages);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn a_forbidden_use_a_missing_row_and_a_missing_crate_are_told_apart() {
    let table = "| crate | one line | may use |\n|---|---|---|\n| `ground` | x | – |\n| gone | x | ground |\n\
                 | top | x | all above |\n\nafter";
    let package = |name: &str, uses: &[&str]| Package {
        name: name.to_owned(),
        manifest: Path::new("crates").join(name).join("Cargo.toml"),
        uses: uses.iter().map(|name| (*name).to_owned()).collect(),
        benches: Vec::new(),
    };
    let packages = [package("ground", &["top"]), package("top", &["ground"]), package("new", &[])];
    let differences = differences(&allowed(table), &packages);
    let has = |words: &str| differences.iter().filter(|line| line.contains(words)).count();
    assert_eq!(has("`ground` uses `top`"), 1);
    assert_eq!(has("`new` has no row"), 1);
    assert_eq!(has("names the crate `gone`"), 2, "once for its own row, once under `all above`");
    assert_eq!(differences.len(), 4);
}

/// What the code below the program must not contain: files, the environment, the clock, output.
const OUTSIDE_WORLD: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "Instant::now",
    "SystemTime",
    "Zoned::now",
    "Timestamp::now",
    "println!",
    "eprintln!",
];

/// The files that may touch the disk: the one that reads a case, and the ledger's importer and store,
/// which stream files too large to be handed over as bytes.
const TOUCHES_THE_DISK: &[&str] = &[
    "crates/case/src/folder.rs",
    "crates/ledger/src/import.rs",
    "crates/ledger/src/trade/store.rs",
    "crates/ledger/src/trade/table.rs",
];

#[test]
fn only_the_program_knows_the_outside_world() {
    let mut faults = Vec::new();
    for (path, text) in files(&["rs"]) {
        let below =
            path.starts_with("crates/") && path.contains("/src/") && !path.starts_with("crates/ayrum/");
        if !below || TOUCHES_THE_DISK.contains(&path.as_str()) {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for word in OUTSIDE_WORLD.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{path}:{number}: `{word}` belongs into the crate `ayrum`"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
