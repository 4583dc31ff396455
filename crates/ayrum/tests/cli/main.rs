//! The program as its users meet it: the real binary, its text, its JSON, its errors.

mod analogy;
mod assign;
mod bad_input;
mod cases;
mod cost;
mod graphs;
mod gravity;
mod landed;
mod ledger;
mod observations;
mod overlays;
mod reports;
mod run_report;
mod run_results;
mod run_scenario;
mod scenarios;
mod sensitivity;
mod story;
mod text;

use std::path::Path;
use std::process::Command;

/// What a run of the program gave.
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
}

impl Run {
    /// The data as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}\n{}", self.stdout, self.stderr))
    }

    /// Everything, as snapshots keep it.
    pub fn whole(&self) -> String {
        format!("exit code {}\n── stdout ──\n{}── stderr ──\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Runs the program with words separated by blanks.
pub fn ayrum(words: &str) -> Run {
    run(&words.split_whitespace().collect::<Vec<_>>())
}

/// Runs the program.
pub fn run(arguments: &[&str]) -> Run {
    run_in(Path::new("."), arguments)
}

/// Runs the program in a folder.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_ayrum"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts");
    Run {
        code: output.status.code().expect("the program ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("data is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("talk is UTF-8"),
    }
}

/// The wheat of the demo, with what differs.
pub fn wheat(rest: &str) -> Run {
    ayrum(&format!("route --from Kostanay --to Dalarik --commodity wheat --tonnes 1000 {rest}"))
}
