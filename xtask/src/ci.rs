//! What must pass before a change goes in: the steps of `.ci/run`, timed.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::house;

/// Stands for the folder that the demo writes to.
const REPORT: &str = "\"$report\"";

/// What cargo is called with, step by step; a test compares them with `.ci/run`.
const STEPS: &[(&str, &[&str])] = &[
    ("formatting", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    ("tests", &["test", "--workspace"]),
    ("demo", &["run", "--release", "--", "demo", "--out", REPORT]),
];

/// The script that looks at reports in a browser.
const PICTURES: &str = "e2e/run";

/// Runs every step; the first that fails ends it.
pub(crate) fn run() -> Result<(), String> {
    let report = std::env::temp_dir().join(format!("ayrum-ci-{}", std::process::id()));
    std::fs::create_dir_all(&report)
        .map_err(|error| format!("{} cannot be made: {error}", report.display()))?;
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let outcome = STEPS.iter().try_for_each(|(name, arguments)| {
        eprintln!("\n==> {name}");
        let start = Instant::now();
        let mut command = house::cargo();
        // A snapshot that differs fails; it is not written beside the old one.
        command.env("INSTA_UPDATE", "no");
        for argument in *arguments {
            if *argument == REPORT {
                command.arg(&report);
            } else {
                command.arg(argument);
            }
        }
        let outcome = house::run(&mut command).map_err(|problem| format!("{name}: {problem}"));
        times.push((name, start.elapsed()));
        outcome
    });
    let outcome = outcome.and_then(|()| has_report(&report)).and_then(|()| {
        eprintln!("\n==> {PICTURES}");
        let start = Instant::now();
        let outcome = house::run(&mut Command::new(house::root().join(PICTURES)));
        times.push((PICTURES, start.elapsed()));
        outcome
    });
    eprintln!();
    for (name, time) in &times {
        eprintln!("{name:<12}{:>8.1} s", time.as_secs_f64());
    }
    // What the demo wrote was only to be looked at; that it stays behind would harm nobody.
    let _ = std::fs::remove_dir_all(&report);
    outcome
}

fn has_report(folder: &Path) -> Result<(), String> {
    let file = folder.join("report.html");
    match std::fs::metadata(&file) {
        Ok(metadata) if metadata.len() > 0 => Ok(()),
        Ok(_) => Err("demo: report.html is empty".to_owned()),
        Err(error) => Err(format!("demo: report.html was not written: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_runs_the_same_steps() {
        let script = std::fs::read_to_string(house::root().join(".ci/run")).expect(".ci/run can be read");
        let in_script: Vec<&str> =
            script.lines().filter_map(|line| line.strip_prefix("step cargo ")).collect();
        let here: Vec<String> = STEPS.iter().map(|(_, arguments)| arguments.join(" ")).collect();
        assert_eq!(in_script, here, "`.ci/run` and `xtask/src/ci.rs` must run the same steps");
        assert!(script.contains(&format!("step {PICTURES}\n")), "`.ci/run` does not run {PICTURES}");
    }
}
