//! A report to send: of any question, with its figures alone, from the case and program that it names.

use std::path::Path;

use crate::run_in;

/// The wheat on a day, with a report of a name.
fn wheat_in(folder: &Path, day: &str, rest: &[&str]) -> (i32, String) {
    let mut words = vec![
        "route",
        "--from",
        "Kostanay",
        "--to",
        "Dalarik",
        "--commodity",
        "wheat",
        "--tonnes",
        "1000",
        "--date",
        day,
    ];
    words.extend(rest);
    let run = run_in(folder, &words);
    (run.code, run.stderr)
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The hash of the case that a report names.
fn hash(report: &str) -> &str {
    let (_, rest) = report.split_once("<meta name=\"ayrum-case\" content=\"").expect("the case");
    rest.split_once('"').and_then(|(content, _)| content.rsplit_once(' ')).expect("a name and a hash").1
}

#[test]
fn a_route_has_a_report_that_needs_nothing_from_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, talk) = wheat_in(folder.path(), "2025-11-08", &["--report", "new/wheat.html"]);
    assert_eq!(code, 0, "{talk}");
    let report = read(folder.path(), "new/wheat.html");
    for part in [
        "Routes compared",
        "id=\"route-map\"",
        "id=\"route-time\"",
        "id=\"route-cost\"",
        "id=\"route-sensitivity\"",
        "Rules that spoke",
        "Why not?",
        "Sources and confidence",
        "default-src 'none'",
    ] {
        assert!(report.contains(part), "`{part}` is missing");
    }
    for outside in ["<script", "src=", "<link", "@import", "url(http", "NaN", "undefined"] {
        assert!(!report.contains(outside), "the report contains `{outside}`");
    }
    assert_eq!(hash(&report).len(), 64);
}

#[test]
fn a_report_on_a_day_without_an_open_route_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let closed = [
        "--mode",
        "rail",
        "--avoid",
        "RUS",
        "--avoid",
        "Iran",
        "--report",
        "closed.html",
        "--figures",
        "closed",
    ];
    let (code, talk) = wheat_in(folder.path(), "2025-10-15", &closed);
    assert_eq!(code, 1, "{talk}");
    let report = read(folder.path(), "closed.html");
    assert!(report.contains("No route is surely open"), "the report hides that nothing is open");
    assert!(report.contains("No route is open."), "its first finding hides it");
}

#[test]
fn a_report_names_the_case_it_was_made_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = run_in(folder.path(), &["case", "export", "own"]);
    assert_eq!(export.code, 0, "{}", export.stderr);
    let report = |name: &str, rest: &[&str]| {
        let (code, talk) = wheat_in(folder.path(), "2025-11-08", &[&["--report", name], rest].concat());
        assert_eq!(code, 0, "{talk}");
        hash(&read(folder.path(), name)).to_owned()
    };
    let shipped = report("shipped.html", &[]);
    assert_eq!(report("own.html", &["--case", "own"]), shipped, "an exported case is the same case");
    let waits = folder.path().join("own/waits.csv");
    let changed = std::fs::read_to_string(&waits).expect("waits.csv").replacen(",72,", ",71,", 1);
    std::fs::write(&waits, changed).expect("waits.csv can be written");
    assert_ne!(report("changed.html", &["--case", "own"]), shipped, "a changed cell is another case");
}

#[test]
fn figures_alone_have_credits_and_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, talk) = wheat_in(folder.path(), "2025-11-08", &["--figures", "figures"]);
    assert_eq!(code, 0, "{talk}");
    for name in ["route-map", "route-time", "route-cost", "route-sensitivity"] {
        let svg = read(folder.path(), &format!("figures/{name}.svg"));
        for part in ["Kostanay → Dalarik", "GeoNames", "Made by Ayrum", "a assumed"] {
            // A line may end within the words.
            let text = svg.replace("</text>", " ").replace('\n', " ");
            assert!(text.contains(part) || svg.contains(part), "{name}.svg lacks `{part}`");
        }
        let data = read(folder.path(), &format!("figures/{name}.csv"));
        let mut rows = csv::Reader::from_reader(data.as_bytes());
        assert!(rows.records().all(|row| row.is_ok()), "{name}.csv has rows of unequal width");
        assert!(data.lines().count() > 5, "{name}.csv: {data}");
    }
    // What nobody knows is no zero in the data either.
    let cost = read(folder.path(), "figures/route-cost.csv");
    assert!(cost.contains("phytosanitary, Ganyushkino–Kigash"), "a price that is not known is not named");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("taken"), "").expect("a file");
    for option in ["--report", "--figures"] {
        let (code, talk) = wheat_in(folder.path(), "2025-11-08", &[option, "taken/below"]);
        assert_eq!(code, 2, "{talk}");
        assert!(talk.contains("taken") && talk.contains("cannot be written"), "{talk}");
    }
}

#[test]
fn the_picture_of_the_readme_is_that_of_the_demo() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_in(folder.path(), &["demo", "--out", "out"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let shown = read(Path::new(env!("CARGO_MANIFEST_DIR")), "../../docs/picture.svg");
    assert!(
        read(folder.path(), "out/picture.svg") == shown,
        "docs/picture.svg is not what the demo draws: cargo run --release -- demo && cp report/picture.svg docs/picture.svg"
    );
}
