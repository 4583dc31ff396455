//! Trade figures and claims, as their users meet them: what the commands print, what they say of bad
//! files, and that an import is whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Run, ayrum, run_in};
use serde_json::Value;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trade-samples")
}

/// A folder of its own with the samples in it.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(samples()).expect("samples").flatten() {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
    }
    folder
}

fn at(desk: &tempfile::TempDir, words: &str) -> Run {
    run_in(desk.path(), &words.split_whitespace().collect::<Vec<_>>())
}

/// The checks of the shipped case by rule, each with its verdict and the claims it names.
fn found(rule: &str) -> Vec<(String, Vec<String>)> {
    let run = ayrum(&format!("claims check --all --rule {rule} --format json"));
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    run.json()["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .map(|own| {
            let claims = own["claims"].as_array().expect("claims").iter().map(text).collect();
            (text(&own["verdict"]), claims)
        })
        .collect()
}

/// The verdict of a rule where it names all these claims.
fn verdict(rule: &str, claims: &[&str]) -> Option<String> {
    let names = |own: &Vec<String>| claims.iter().all(|claim| own.iter().any(|own| own == claim));
    found(rule).into_iter().find(|(_, own)| names(own)).map(|(verdict, _)| verdict)
}

#[test]
fn what_cannot_be_so_on_the_corridor_is_found() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("tonnes-per-vehicle", &["X11"], "implausible"),
        ("tonnes-per-vehicle", &["X10"], "implausible"),
        ("sum-of-parts", &["X08", "X08a", "X08b"], "contradictory"),
        ("part-over-whole", &["X02", "C05"], "contradictory"),
        ("mirror-gap", &["C04", "C05"], "contradictory"),
        ("growth-base", &["C06", "X01b"], "unverified"),
        ("quoted-differently", &["X14", "X15"], "contradictory"),
        ("first", &["C10"], "contradictory"),
        ("status-overstated", &["C14"], "contradictory"),
        ("after-publication", &["C27"], "contradictory"),
        ("elapsed", &["C13"], "contradictory"),
        ("needs-connection", &["C26"], "implausible"),
        ("incomplete-rule", &["C29"], "unverified"),
    ];
    for (rule, claims, expected) in cases {
        assert_eq!(verdict(rule, claims).as_deref(), Some(*expected), "{rule} {claims:?}");
    }
}

#[test]
fn what_can_be_so_is_not_found_fault_with() {
    let cases: &[(&str, &[&str])] = &[
        ("tonnes-per-vehicle", &["C09", "C08"]),
        ("tonnes-per-vehicle", &["X03"]),
        ("tonnes-per-vehicle", &["X12"]),
        ("share", &["C07", "X02", "X01"]),
        ("agreements-among", &["C27"]),
    ];
    for (rule, claims) in cases {
        assert_eq!(verdict(rule, claims).as_deref(), Some("consistent"), "{rule} {claims:?}");
    }
}

#[test]
fn every_claim_of_the_two_articles_and_from_outside_is_in_the_case() {
    let answer = ayrum("claims check --all --format json").json();
    let ids: Vec<&str> =
        answer["claims"].as_array().expect("claims").iter().filter_map(|own| own["claim"].as_str()).collect();
    for id in
        (1..=37).map(|number| format!("C{number:02}")).chain((1..=22).map(|number| format!("X{number:02}")))
    {
        // A claim of two figures stands as two rows.
        assert!(ids.iter().any(|own| *own == id || *own == format!("{id}a")), "{id} is missing");
    }
}

#[test]
fn claims_as_text() {
    insta::assert_snapshot!(ayrum("claims check").whole());
}

#[test]
fn the_rules_as_text() {
    insta::assert_snapshot!(ayrum("claims check --rules").whole());
}

#[test]
fn tonights_figure_is_tried() {
    let run = ayrum("claims try --tonnes 4500 --wagons 39 --vehicle tank");
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.whole());
    assert_eq!(ayrum("claims try --tonnes 1984 --wagons 31 --vehicle tank").code, 0);
    assert_eq!(ayrum("claims try --tonnes 560 --trucks 20").code, 0);
    assert_eq!(ayrum("claims try --tonnes 561 --trucks 20").code, 1);
    assert_eq!(ayrum("claims try --km 815 --hours 72").code, 0);
    assert_eq!(ayrum("claims try --km 815 --hours 10").code, 1);
    assert_eq!(ayrum("claims try --tonnes 20000 --per month --wagons 15").code, 0);
    let json = ayrum("claims try --tonnes 4500 --wagons 39 --vehicle tank --format json").json();
    assert_eq!(json["verdict"], "implausible");
}

#[test]
fn a_row_in_the_form_of_the_case_is_tried() {
    let desk = desk();
    insta::assert_snapshot!(at(&desk, "claims try --row row.csv").whole());
    std::fs::write(desk.path().join("bad.csv"), "claim,statement,measure,topic,modality,said_by,source,confidence,value\nx,y,cargo,t,fact,z,general-knowledge,low,many\n")
        .expect("written");
    let bad = at(&desk, "claims try --row bad.csv");
    assert_eq!(bad.code, 2);
    assert!(bad.stderr.contains("bad.csv:2, column value: `many` is not a number"), "{}", bad.stderr);
    std::fs::write(desk.path().join("bare.csv"), "claim,statement\nx,y\n").expect("written");
    let bare = at(&desk, "claims try --row bare.csv");
    assert!(
        bare.code == 2 && bare.stderr.contains("line 1: the column `measure` is missing"),
        "{}",
        bare.stderr
    );
}

#[test]
fn what_cannot_be_tried_is_refused_with_a_hint() {
    for (words, said) in [
        ("claims try", "there is no figure to look at"),
        ("claims try --tonnes 100", "tonnes alone can be anything"),
        ("claims try --tonnes -5 --wagons 2", "--tonnes -5 is not a quantity"),
        ("claims try --tonnes 5 --wagons 0", "--wagons 0 is not a quantity"),
        ("claims show Q7", "no claim is called `Q7`"),
        ("claims check --rule tones-per-vehicle", "no rule is called `tones-per-vehicle`"),
        ("trade KAZ Atlantis", "no economy is called `Atlantis`"),
        ("trade KAZ KAZ", "does not trade with itself"),
        ("trade KAZ ARM --years soon", "`soon` is no span of years"),
        ("trade KAZ ARM --hs wheat", "`wheat` is not an HS code"),
        ("timeline --from soon", "`soon` is not a date"),
        ("timeline --party Atlantis", "no economy or bloc is called `Atlantis`"),
        ("projects --format geojson", "no geometry"),
        ("trade import x.csv --map nothing", "no column map is called `nothing`"),
    ] {
        let run = ayrum(words);
        assert!(run.code == 2 && run.stderr.contains(said), "{words}: {}", run.whole());
    }
}

/// The hash of the case, which follows its every byte, is written as dots.
fn without_hash(run: &Run) -> String {
    let settings = "SHA-256 ";
    let mut text = run.whole();
    let mut at = 0;
    while let Some(found) = text[at..].find(settings) {
        let start = at + found + settings.len();
        let end = (start + 16).min(text.len());
        text.replace_range(start..end, "................");
        at = start;
    }
    text
}

#[test]
fn a_claim_is_shown_with_ancestry_and_cited() {
    insta::assert_snapshot!(without_hash(&ayrum("claims show X15")));
    insta::assert_snapshot!(without_hash(&ayrum("claims show x11 --cite text")));
    insta::assert_snapshot!(without_hash(&ayrum("claims show X11 --cite bibtex")));
}

#[test]
fn trade_of_the_pair_as_text() {
    let desk = tempfile::tempdir().expect("a folder");
    insta::assert_snapshot!(at(&desk, "trade KAZ ARM").whole());
    insta::assert_snapshot!(at(&desk, "trade Kazakhstan Armenia --years 2024..2025 --annualise").whole());
}

#[test]
fn the_timeline_as_text() {
    insta::assert_snapshot!(ayrum("timeline --from 2025-10 --to 2025-11-10 --party ARM").whole());
}

#[test]
fn late_projects_as_text() {
    insta::assert_snapshot!(ayrum("projects --late").whole());
    let all = ayrum("projects --format json").json();
    let horadiz = all
        .as_array()
        .expect("projects")
        .iter()
        .find(|own| own["project"] == "horadiz-aghband")
        .expect("the line");
    let opening = |pace: &str| horadiz["outlook"][pace]["opening"].as_str().expect("a date")[..7].to_owned();
    assert_eq!((opening("last_pace"), opening("whole_pace")), ("2030-12".to_owned(), "2028-10".to_owned()));
}

#[test]
fn statistics_are_imported_and_set_beside_each_other() {
    let desk = desk();
    insta::assert_snapshot!(
        at(&desk, "trade import comtrade.json baci.csv own_table.csv --map own_table.toml").whole()
    );
    insta::assert_snapshot!(at(&desk, "trade import comtrade.json baci.csv").whole());
    assert_eq!(at(&desk, "trade import own_table.csv --map own_table.toml").code, 1);
    insta::assert_snapshot!(at(&desk, "trade KAZ ARM --years 2021..2022").whole());
    insta::assert_snapshot!(at(&desk, "trade KAZ ARM --hs 100199 --format csv").whole());
    let again = at(&desk, "trade import baci.csv");
    assert!(
        again.code == 0 && again.stdout.contains("was imported before; nothing was stored twice"),
        "{}",
        again.whole()
    );
}

#[test]
fn a_statistics_office_has_its_habits() {
    let desk = desk();
    insta::assert_snapshot!(
        at(&desk, "trade import statistics_office.csv --map statistics-office-ru").whole()
    );
}

#[test]
fn bad_rows_are_listed_by_line_and_column() {
    let desk = desk();
    insta::assert_snapshot!(at(&desk, "trade import baci_bad_rows.csv comtrade_bad_records.json").whole());
    let lists: Vec<String> = std::fs::read_dir(desk.path().join("trade-store"))
        .expect("a store")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".rejected.csv"))
        .collect();
    assert_eq!(lists.len(), 2, "{lists:?}");
}

#[test]
fn malformed_files_are_refused_whole() {
    let desk = desk();
    std::fs::write(desk.path().join("empty.csv"), "").expect("written");
    std::fs::write(desk.path().join("page.xlsx"), "<html>").expect("written");
    std::fs::write(desk.path().join("map.toml"), "title = 1\n").expect("written");
    let mut said = String::new();
    for words in [
        "baci_semicolon.csv",
        "baci_decimal_comma.csv",
        "baci_unclosed_quote.csv",
        "comtrade_cut.json",
        "comtrade_refused.json",
        "empty.csv",
        "page.xlsx",
        "row.csv",
        "missing.csv",
        "own_table.csv --map map.toml",
        "baci.csv --economies row.csv",
        "baci.csv --delimiter xx",
    ] {
        let run = at(&desk, &format!("trade import {words}"));
        assert_eq!(run.code, 2, "{words}: {}", run.whole());
        said.push_str(&format!("{words}\n{}", run.stderr));
    }
    insta::assert_snapshot!(said);
    let shown = at(&desk, "trade KAZ ARM --hs 100199");
    assert!(shown.stdout.contains("Nothing is known"), "nothing of them was stored: {}", shown.whole());
}

#[test]
fn an_import_that_is_killed_leaves_the_store_as_it_was() {
    let desk = desk();
    assert_eq!(at(&desk, "trade import baci.csv").code, 0);
    let store = desk.path().join("trade-store");
    let manifest = std::fs::read(store.join("manifest.json")).expect("a manifest");
    let before = at(&desk, "trade KAZ ARM --hs 100199 --format json").stdout;
    let large = desk.path().join("large.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&large).expect("a file"));
    writeln!(file, "t,i,j,k,v,q").expect("written");
    for row in 0..800_000 {
        writeln!(file, "2023,398,51,{:06},{}.5,1", 100_000 + row, row + 1).expect("written");
    }
    drop(file);
    let mut child = Command::new(env!("CARGO_BIN_EXE_ayrum"))
        .args(["trade", "import", "large.csv"])
        .current_dir(desk.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let started = Instant::now();
    while !store.join("incoming.parquet").exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "the import did not begin");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    assert!(!child.wait().expect("it ended").success(), "it was killed half-way");
    assert_eq!(std::fs::read(store.join("manifest.json")).expect("a manifest"), manifest);
    assert_eq!(at(&desk, "trade KAZ ARM --hs 100199 --format json").stdout, before);
    // The lock went with the process, and the next import sweeps up.
    assert_eq!(at(&desk, "trade import comtrade.json").code, 0);
    assert!(!store.join("incoming.parquet").exists());
}

#[test]
fn the_report_has_the_page_of_the_pair() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_in(folder.path(), &["demo", "--out", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = std::fs::read_to_string(folder.path().join("report.html")).expect("the report");
    for part in [
        "id=\"pair\"",
        "id=\"pair-turnover\"",
        "104 [C04]",
        "53.1 [C05]",
        "115.4 t a tank wagon",
        "Official visit of Prime Minister N. Pashinyan",
    ] {
        assert!(page.contains(part), "`{part}` is missing");
    }
    let sources: Vec<&str> =
        page.split("href=\"#source-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for source in sources {
        assert!(
            page.contains(&format!("id=\"source-{source}\"")),
            "the source {source} is cited and not listed"
        );
    }
}
