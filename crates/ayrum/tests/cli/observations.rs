//! Logs of trips: what the command prints of good ones, and what it says of bad ones.

use std::path::{Path, PathBuf};

use crate::{Run, run_in};
use serde_json::Value;

fn logs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trip-logs")
}

fn import(words: &str) -> Run {
    let words: Vec<&str> = ["observations", "import"].into_iter().chain(words.split_whitespace()).collect();
    run_in(&logs(), &words)
}

/// Imports a file of these bytes.
fn import_bytes(name: &str, bytes: &[u8]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), bytes).expect("a file");
    run_in(folder.path(), &["observations", "import", name])
}

/// The estimates of an indicator at a place.
fn estimates<'a>(answer: &'a Value, title: &str, place: &str) -> Vec<&'a Value> {
    let all = answer["indicators"].as_array().expect("indicators");
    all.iter().filter(|own| own["title"] == title && own["place"] == place).collect()
}

fn close(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - expected).abs() < 1e-9)
}

#[test]
fn logs_as_text() {
    insta::assert_snapshot!(import("activities.csv sheet.csv satellite.csv").whole());
}

#[test]
fn bad_rows_as_text() {
    insta::assert_snapshot!(import("bad_rows.csv").whole());
}

#[test]
fn five_samples_give_a_default_and_fewer_give_none() {
    let run = import("activities.csv --format json");
    assert_eq!(run.code, 0, "{}", run.whole());
    let answer = run.json();
    let posts = estimates(&answer, "time at border crossing points", "Redwater");
    let exit = posts.iter().find(|own| own["side"] == "exit").expect("the exit");
    assert_eq!((&exit["n"], &exit["year"], &exit["direction"]), (&5.into(), &2024.into(), &"inbound".into()));
    assert!(close(&exit["mean"], 4.0) && close(&exit["median"], 3.0) && close(&exit["default_mean"], 4.0));
    assert!(close(&exit["coefficient_of_variation"], 12.5f64.sqrt() / 4.0), "{exit}");
    let entry = posts.iter().find(|own| own["side"] == "entry" && own["year"] == 2024).expect("the entry");
    assert_eq!((&entry["n"], &entry["default_mean"]), (&1.into(), &Value::Null));
    assert_eq!(entry["default_note"], "n < 5: no default");
}

#[test]
fn directions_and_years_stand_apart() {
    let answer = import("activities.csv --format json").json();
    let speeds = estimates(&answer, "speed without delay", "5");
    let mut found: Vec<(&str, i64, f64)> = speeds
        .iter()
        .map(|own| {
            let text = own["direction"].as_str().expect("a direction");
            (text, own["year"].as_i64().expect("a year"), own["mean"].as_f64().expect("a mean"))
        })
        .collect();
    found.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    assert_eq!(found, [("inbound", 2024, 500.0 / 11.0), ("outbound", 2023, 40.0), ("outbound", 2024, 40.0)]);
}

#[test]
fn a_value_that_is_not_known_is_counted_and_never_zero() {
    let answer = import("activities.csv --format json").json();
    let slow = estimates(&answer, "speed with delay", "5");
    let unknown = slow.iter().find(|own| own["year"] == 2023).expect("2023");
    assert_eq!(
        (&unknown["n"], &unknown["not_known"], &unknown["mean"]),
        (&0.into(), &1.into(), &Value::Null)
    );
}

#[test]
fn money_is_put_to_20_tonnes_and_500_kilometres() {
    let answer = import("activities.csv --format json").json();
    let sections = estimates(&answer, "cost of a corridor section", "5");
    let mean = |direction: &str| {
        let own = sections.iter().find(|own| own["direction"] == direction && own["year"] == 2024);
        own.expect("a section")["mean"].clone()
    };
    assert!(close(&mean("inbound"), 350.0));
    assert!(close(&mean("outbound"), 310.0 * 20.0 / 25.0));
}

#[test]
fn both_sides_of_a_crossing_meet_under_one_name_whatever_the_log() {
    let answer = import("activities.csv sheet.csv satellite.csv --format json").json();
    let crossings = estimates(&answer, "time at border crossing points", "Greenhill / Redwater");
    let inbound: Vec<_> =
        crossings.iter().filter(|own| own["direction"] == "inbound" && own["year"] == 2024).collect();
    assert_eq!(inbound.len(), 1, "{crossings:?}");
    assert_eq!(inbound[0]["n"], 6, "five trips and the sheet");
    let outbound = crossings.iter().find(|own| own["direction"] == "outbound" && own["year"] == 2024);
    assert_eq!(outbound.expect("outbound")["n"], 2, "a trip and the positions");
}

#[test]
fn data_go_to_stdout_and_findings_to_stderr() {
    let run = import("bad_rows.csv --format csv");
    assert_eq!(run.code, 1, "{}", run.whole());
    assert!(run.stdout.starts_with("indicator,title,unit,scope,place,"), "{}", run.stdout);
    assert!(!run.stdout.contains("bad_rows.csv"), "{}", run.stdout);
    for place in [
        "bad_rows.csv:3, column activity_code: ",
        "bad_rows.csv:4, column hours: ",
        "bad_rows.csv:5, column record: ",
        "bad_rows.csv:6, column hours: ",
        "bad_rows.csv:7, column country: ",
        "bad_rows.csv:8: ",
        "bad_rows.csv:9, column hours: ",
        "bad_rows.csv:11: ",
    ] {
        assert!(run.stderr.contains(place), "{place}\n{}", run.stderr);
    }
}

#[test]
fn a_file_given_twice_counts_once() {
    let (once, twice) =
        (import("activities.csv --format json"), import("activities.csv ./activities.csv --format json"));
    assert_eq!(once.json()["indicators"], twice.json()["indicators"]);
    assert_eq!(twice.code, 1);
    let repeated = twice.json()["findings"].as_array().expect("findings").clone();
    assert_eq!(repeated.iter().filter(|finding| finding["code"] == "repeated-trip").count(), 7);
}

#[test]
fn files_that_hold_no_log_say_why_and_the_others_go_on() {
    for (name, bytes, said) in [
        ("empty.csv", &b""[..], "the file is empty"),
        ("book.xlsx", b"PK\x03\x04rest", "the workbook cannot be read"),
        ("latin.csv", b"trip_id,record\nT1,caf\xe9\n", "byte 0xE9 in line 2 is not UTF-8"),
        ("semicolon.csv", b"trip_id;record;hours\n", "separated by semicolons"),
        ("page.csv", b"<html>\n", "no heading of a trip log"),
        ("few.csv", b"trip_id,record,seq\n", "the column is missing"),
        (
            "heading.csv",
            b"trip_id,mode,seq,record,stop,country,border_role,distance_km,hours\n",
            "a heading and no rows",
        ),
    ] {
        let run = import_bytes(name, bytes);
        assert_eq!(run.code, 1, "{}", run.whole());
        assert!(run.stdout.contains(said), "{name}: {}", run.whole());
    }
    let run = import("activities.csv ../cli/main.rs --format json");
    assert_eq!(run.code, 1);
    assert!(!run.json()["indicators"].as_array().expect("indicators").is_empty());
}

#[test]
fn a_quote_that_is_not_closed_is_found_and_what_stands_before_it_is_read() {
    let run = import_bytes(
        "quote.csv",
        b"trip_id,mode,seq,record,stop,country,border_role,distance_km,hours,activity\n\n\
          T1,road,1,move,Redwater,,,100,2,\n\
          T1,road,2,activity,\"Redwater,GEO,exit,,1,Customs\n\
          T1,road,3,move,Poti,,,100,2,\n",
    );
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("quote.csv:4: a quote is not closed; the row and 1 line(s)"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("3 row(s), 2 left out"), "{}", run.stdout);
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let plain = std::fs::read(logs().join("activities.csv")).expect("the log");
    let run = import_bytes("marked.csv", &[b"\xef\xbb\xbf", plain.as_slice()].concat());
    assert_eq!(run.code, 0, "{}", run.whole());
}

#[test]
fn what_cannot_go_on_is_an_error() {
    let run = import("no-such-file.csv");
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: no-such-file.csv cannot be read"), "{}", run.stderr);
    let run = import("activities.csv --format geojson");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("hint: table, json or csv"), "{}", run.stderr);
}

/// The samples of formats that lie beside the repository on some machines; they are not part of it.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/format-samples");
    let there = folder.join("cpmm").is_dir();
    if !there {
        println!("skipped: no shared data");
    }
    there.then_some(folder)
}

#[test]
fn the_shared_samples_give_the_totals_of_their_page() {
    let Some(folder) = shared() else { return };
    let words = ["observations", "import", "cpmm/cpmm_trip_log.csv", "--format", "json"];
    let run = run_in(&folder, &words);
    assert_eq!(run.code, 0, "{}", run.whole());
    let answer = run.json();
    assert_eq!(
        (&answer["files"][0]["rows"], &answer["files"][0]["left_out"], &answer["files"][0]["trips"]),
        (&60.into(), &0.into(), &5.into())
    );
    // Kilometres, hours and dollars of S-002, S-004 and S-005, as the page states them.
    for (mode, direction, km, hours, moving, usd, tonnes) in [
        ("road", "inbound", 2890.0, 148.05, 75.0, 2300.0, 22.0),
        ("rail", "inbound", 3195.0, 275.5, 169.5, 36385.0, 1000.0),
        ("rail", "outbound", 1420.0, 225.5, 77.5, 12160.0, 120.0),
    ] {
        for (title, expected) in [
            ("speed with delay", km / hours),
            ("speed without delay", km / moving),
            ("cost of a corridor section", usd * 500.0 / km * 20.0 / tonnes),
        ] {
            let own = estimates(&answer, title, "2");
            let own = own.iter().find(|own| own["mode"] == mode && own["direction"] == direction);
            let own = own.expect("an estimate");
            assert!(close(&own["mean"], expected), "{title}: {own}");
            assert_eq!(own["default_note"], "n < 5: no default");
        }
    }
    let run = run_in(&folder, &["observations", "import", "escap/tcd_sheet_kostanay_yerevan.csv"]);
    assert_eq!(run.code, 0, "{}", run.whole());
    assert!(run.stdout.contains("11 row(s), 0 left out, 1 trip(s)"), "{}", run.stdout);
}

#[test]
fn the_shared_broken_sample_gives_its_findings() {
    let Some(folder) = shared() else { return };
    let run = run_in(&folder, &["observations", "import", "broken/cpmm_bad_rows.csv", "--format", "json"]);
    assert_eq!(run.code, 1);
    let answer = run.json();
    assert_eq!(answer["files"][0]["left_out"], 6);
    let rows: Vec<u64> = answer["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .filter_map(|finding| finding["row"].as_u64())
        .collect();
    assert_eq!(rows, [2, 4, 6, 9, 11, 12]);
    for (name, said) in [
        ("xlsx_truncated.xlsx", "workbook"),
        ("xlsx_is_html.xlsx", "no heading of a trip log"),
        ("baci_zero_bytes.csv", "empty"),
    ] {
        let run = run_in(&folder.join("broken"), &["observations", "import", name]);
        assert_eq!(run.code, 1, "{name}");
        assert!(run.stdout.contains(said), "{name}: {}", run.stdout);
    }
}

/// The two logs of a desk, as sheets of one workbook with numbers as numbers.
#[test]
fn a_workbook_says_what_its_sheets_as_text_say() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for file in ["activities.csv", "sheet.csv"] {
        let text = std::fs::read_to_string(logs().join(file)).expect("a log");
        let sheet = book.add_worksheet().set_name(file).expect("a sheet");
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        for (row, record) in (0u32..).zip(reader.records()) {
            for (column, cell) in (0u16..).zip(record.expect("a row").iter()) {
                match cell.parse::<f64>() {
                    Ok(number) => drop(sheet.write(row, column, number).expect("a cell")),
                    Err(_) => drop(sheet.write(row, column, cell).expect("a cell")),
                }
            }
        }
    }
    book.add_worksheet().set_name("empty").expect("a sheet");
    let whole = import_bytes("trips.xlsx", &book.save_to_buffer().expect("a workbook"));
    let apart = import("activities.csv sheet.csv --format json");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("trips.xlsx"), book.save_to_buffer().expect("a workbook"))
        .expect("a file");
    let json = run_in(folder.path(), &["observations", "import", "trips.xlsx", "--format", "json"]);
    assert_eq!(json.json()["indicators"], apart.json()["indicators"]);
    assert!(whole.stdout.contains("trips.xlsx#activities.csv"), "{}", whole.stdout);
}
