//! Developer commands: `cargo xtask COMMAND`.
//!
//! | module | concept |
//! |---|---|
//! | `house` | the workspace as cargo describes it, and running cargo |
//! | `ci` | what must pass before a change goes in |
//! | `case_format`, `overlays` | `docs/case-format.md` and `docs/overlays.md`, printed from the schema |
//! | `outlines` | land, lakes and boundaries under the maps, from Natural Earth |
//! | `bench` | whole processes against the clock, then the benchmarks |
//! | `baci` | a synthetic file of trade statistics, and how fast it is imported |
//! | `architecture`, `tidy` | tests of what the house has promised itself |

mod baci;
mod bench;
mod case_format;
mod ci;
mod house;
mod outlines;
mod overlays;

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod tidy;

use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
Developer commands of Ayrum

cargo xtask ci                      formatting, lints, tests, the demo and its pictures, with the time of each
cargo xtask case-format [--check]   write docs/case-format.md and docs/overlays.md; --check only compares
cargo xtask outlines FILE           write the outlines under the maps from `countries-50m.json` of the npm
                                    package world-atlas
cargo xtask bench [--runs N]        time `ayrum route` and `ayrum demo` as whole processes over N runs
                                    (default 20), then run the benchmarks
cargo xtask bench-import [--rows N] import a synthetic BACI file (default 10 million rows): rows/s, memory
cargo xtask coverage [--seeds N]    how often 95 % intervals of three-way gravity hold the truth, over N generated
                                    panels of 150 economies and 20 years (default 2,000; some 20 minutes)
cargo xtask baci FILE [--rows N]    only write such a file
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["ci"] => ci::run(),
        ["case-format"] => case_format::write().and_then(|()| overlays::write()),
        ["case-format", "--check"] => case_format::check().and_then(|()| overlays::check()),
        ["outlines", topology] => outlines::write(Path::new(topology)),
        ["bench"] => bench::run(bench::RUNS),
        ["bench", "--runs", runs] => match runs.parse() {
            Ok(runs) if runs > 0 => bench::run(runs),
            _ => return misused(&format!("`{runs}` is not a number of runs; a whole number above zero is")),
        },
        ["bench-import"] => baci::run(baci::ROWS),
        ["bench-import", "--rows", rows] => match rows.parse() {
            Ok(rows) if rows > 0 => baci::run(rows),
            _ => return misused(&format!("`{rows}` is not a number of rows; a whole number above zero is")),
        },
        ["coverage"] => bench::coverage(bench::SEEDS),
        ["coverage", "--seeds", seeds] => match seeds.parse() {
            Ok(seeds) if seeds > 1 => bench::coverage(seeds),
            _ => return misused(&format!("`{seeds}` is not a number of seeds; a whole number above one is")),
        },
        ["baci", file] => baci::write(file.as_ref(), baci::ROWS),
        ["baci", file, "--rows", rows] => match rows.parse() {
            Ok(rows) if rows > 0 => baci::write(file.as_ref(), rows),
            _ => return misused(&format!("`{rows}` is not a number of rows; a whole number above zero is")),
        },
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [] => return misused("no command was given"),
        unknown => return misused(&format!("`{}` is not a command", unknown.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn misused(problem: &str) -> ExitCode {
    eprint!("{problem}\n\n{HELP}");
    ExitCode::from(2)
}
