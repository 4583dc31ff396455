//! Rules of the house that neither the compiler nor clippy knows.

use std::path::Path;

use crate::house;

/// Folders that hold what was made, not written.
const MADE: &[&str] = &["target", ".git", "report", "node_modules"];

/// Names that say nothing of what a file holds.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "type", "types", "manager", "misc"];

/// The files of the workspace with one of these endings: path from the root, with `/`, and text.
pub(crate) fn files(endings: &[&str]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    walk(&house::root(), "", endings, &mut files);
    files.sort();
    assert!(!files.is_empty(), "there are no files in the workspace");
    files
}

fn walk(folder: &Path, prefix: &str, endings: &[&str], files: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let from_root = format!("{prefix}{name}");
        // A link could lead out of the workspace, or back to where it came from.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && !MADE.contains(&name.as_str()) {
            walk(&path, &format!("{from_root}/"), endings, files);
        } else if kind.is_file() && name.rsplit_once('.').is_some_and(|(_, end)| endings.contains(&end)) {
            // A file that went away meanwhile is nobody's fault.
            if let Ok(text) = std::fs::read(&path) {
                files.push((from_root, String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn names_of_files_say_what_they_hold() {
    let mut faults = Vec::new();
    for (path, _) in files(&["rs"]) {
        for part in path.trim_end_matches(".rs").split('/').filter(|part| EMPTY_NAMES.contains(part)) {
            faults.push(format!("{path}: `{part}` says nothing; name it after its concept"));
        }
    }
    none(&faults);
}

#[test]
fn text_has_no_tabs_and_no_trailing_blanks() {
    let mut faults = Vec::new();
    for (path, text) in files(&["rs", "md", "toml"]) {
        for (number, line) in (1..).zip(text.split('\n')) {
            if line.contains('\t') {
                faults.push(format!("{path}:{number}: a tab"));
            }
            if line.ends_with([' ', '\t', '\r']) {
                faults.push(format!("{path}:{number}: a blank at the end of the line"));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            faults.push(format!("{path}: the last line does not end"));
        }
    }
    none(&faults);
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() {
    let mut faults = Vec::new();
    for package in house::packages().expect("cargo describes the workspace") {
        let manifest = std::fs::read_to_string(&package.manifest).expect("a manifest can be read");
        let inherits = manifest
            .split_once("[lints]")
            .is_some_and(|(_, rest)| rest.trim_start().starts_with("workspace = true"));
        if !inherits {
            faults.push(format!("{}: its Cargo.toml lacks `[lints]` with `workspace = true`", package.name));
        }
    }
    none(&faults);
}

/// Whether a line holds a path of somebody's machine. An address such as
/// `https://example.org/home/` is none: there something stands before the first slash.
fn holds_a_machine_path(line: &str) -> bool {
    ["home", "root", "tmp", "Users"].iter().any(|folder| {
        let start = format!("/{folder}/");
        line.match_indices(&start).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}' | '/')))
        })
    })
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    let mut faults = Vec::new();
    for (path, text) in files(&["rs", "md", "toml"]) {
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| holds_a_machine_path(line)) {
            faults.push(format!("{path}:{number}: a path of one machine: {}", line.trim()));
        }
    }
    none(&faults);
}

#[test]
fn addresses_are_not_paths_of_machines() {
    let path = format!("see /{}/somebody/case", "home");
    assert!(holds_a_machine_path(&path));
    assert!(holds_a_machine_path(&format!("\"/{}/x\"", "tmp")));
    assert!(!holds_a_machine_path(&format!("https://example.org/{}/page", "home")));
    assert!(!holds_a_machine_path(&format!("crates/ayrum/{}/page", "root")));
}
