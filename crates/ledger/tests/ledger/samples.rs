//! Samples of real formats and their broken twins, which do not ship with the project: found by the
//! environment variable `AYRUM_DATA`, and where it is missing these tests say that they were skipped.
//!
//! Every broken file has a line in `broken/expected.csv`: accepted, accepted with a warning, taken in
//! part, or rejected; how many rows; at which line; and what the message must say.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ledger::{ColumnMap, ImportError, Options, Outcome, Selection, Store, import};

fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("AYRUM_DATA").map(|folder| PathBuf::from(folder).join("format-samples"));
    let found = folder.filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: AYRUM_DATA names no folder with format-samples");
    }
    found
}

fn take(store: &Path, file: &Path, options: &Options) -> Result<Outcome, ImportError> {
    let mut store = Store::open(store).expect("a store");
    import(&mut store, file, options, &mut |_| ControlFlow::Continue(()))
}

fn map_for(name: &str) -> Options {
    let map =
        name.starts_with("stat_office").then(|| ColumnMap::named("statistics-office-ru").expect("a map"));
    Options { map, ..Options::default() }
}

/// Words that the message about a broken file must have, by file.
const SAYS: &[(&str, &str)] = &[
    (
        "baci_wrong_delimiter_semicolon.csv",
        "the header is one field \"t;i;j;k;v;q\"; the file looks separated by \";\"",
    ),
    ("baci_truncated.csv.gz", "the compressed stream ends early"),
    ("baci_zero_bytes.csv", "0 bytes"),
    ("baci_header_only.csv", "no rows"),
    ("baci_missing_column_v.csv", "column \"v\" is missing; found t, i, j, k, q"),
    ("baci_duplicated_column.csv", "column \"v\" occurs twice (fields 5 and 6)"),
    ("baci_decimal_comma_quoted.csv", "\"2,523\" is not a number here"),
    ("baci_decimal_comma_unquoted.csv", "line 2 has 8 fields, the header has 6; probable decimal comma"),
    ("baci_decimal_comma_semicolon.csv", "looks separated by \";\""),
    ("baci_nul_byte.csv", "NUL byte in line 8"),
    ("baci_cut_mid_row.csv", "line 21 has fewer fields than the header and no line end"),
    ("comtrade_unclosed_quote.csv", "the quote opened in line 4, column cmdDesc, is not closed"),
    ("comtrade_truncated.json", "ends early at byte 9000"),
    ("comtrade_count_mismatch.json", "count says 500, data holds 12"),
    ("comtrade_error_401.json", "the service said 401"),
    ("gravity_missing_column_country_id_o.csv", "without it (year, iso3_o, iso3_d) is not a key"),
    ("wits_wrong_delimiter_tab.CSV", "looks separated by tabs"),
    ("stat_office_mixed_encoding.csv", "windows-1251 up to line 12, UTF-8 from line 13"),
    ("xlsx_truncated.xlsx", "ZIP directory missing"),
    ("xlsx_is_html.xlsx", "the file starts like HTML"),
];

#[test]
fn broken_files_get_the_outcome_and_the_message_that_is_expected() {
    let Some(folder) = samples() else { return };
    let mut expected = csv::Reader::from_path(folder.join("broken/expected.csv")).expect("expected.csv");
    let mut tested = 0;
    for row in expected.records() {
        let row = row.expect("a row");
        let (file, outcome) = (&row[0], &row[3]);
        let ours = ["baci_", "comtrade_", "gravity_", "wits_", "stat_office_", "xlsx_"];
        if !ours.iter().any(|start| file.starts_with(start)) {
            continue;
        }
        tested += 1;
        let store = tempfile::tempdir().expect("a folder");
        let result = take(store.path(), &folder.join("broken").join(file), &map_for(file));
        let said = match &result {
            Ok(done) => done.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            Err(error) => error.to_string(),
        };
        if let Some((_, words)) = SAYS.iter().find(|(name, _)| *name == file) {
            assert!(said.contains(words), "{file}: the message lacks `{words}`:\n{said}");
        }
        if outcome == "reject" {
            assert!(matches!(result, Err(ImportError::Rejected(_))), "{file} must be rejected: {said}");
            assert!(Store::open(store.path()).expect("a store").manifest.parts.is_empty(), "{file}");
            if let (Err(ImportError::Rejected(finding)), Ok(line)) = (&result, row[6].parse::<u64>()) {
                assert_eq!(finding.row, Some(line), "{file}: {said}");
            }
            continue;
        }
        let done = result.unwrap_or_else(|error| panic!("{file} must be taken: {error}"));
        let rows_ok: u64 = row[4].parse().expect("a number");
        let rejected: u64 = row[5].parse().expect("a number");
        assert_eq!(
            (done.rows - done.part.rejected - done.part.set_aside, done.part.rejected),
            (rows_ok, rejected),
            "{file}: {said}"
        );
        let lines: Vec<u64> = match row[6].split_once('-') {
            Some((first, last)) => (first.parse().expect("a line")..=last.parse().expect("a line")).collect(),
            None => row[6].split(';').filter_map(|line| line.parse().ok()).collect(),
        };
        for line in lines {
            assert!(
                done.findings.iter().any(|finding| finding.row == Some(line)),
                "{file}: nothing about line {line}:\n{said}"
            );
        }
        if outcome == "accept_with_warning" {
            assert!(!done.findings.is_empty(), "{file} must get a warning");
        }
        if outcome == "accept" {
            assert!(done.findings.is_empty(), "{file}: {said}");
        }
    }
    assert!(tested >= 27, "only {tested} broken files were tested");
}

#[test]
fn each_bad_row_of_a_file_is_told_by_its_column_and_by_what_is_wrong() {
    let Some(folder) = samples() else { return };
    let store = tempfile::tempdir().expect("a folder");
    let done = take(store.path(), &folder.join("broken/baci_bad_rows.csv"), &Options::default())
        .expect("taken in part");
    let said: Vec<String> = done
        .findings
        .iter()
        .map(|own| {
            format!("{} {} {}", own.row.unwrap_or(0), own.column.as_deref().unwrap_or("-"), own.problem)
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
    let store = tempfile::tempdir().expect("a folder");
    let done = take(store.path(), &folder.join("broken/comtrade_bad_records.json"), &Options::default())
        .expect("taken in part");
    let places: Vec<&str> = done.findings.iter().filter_map(|own| own.column.as_deref()).collect();
    assert_eq!(
        places,
        ["data[2].primaryValue", "data[3].reporterCode", "data[4].flowCode", "data[5].period"]
    );
}

#[test]
fn what_the_caller_says_of_a_file_is_believed() {
    let Some(folder) = samples() else { return };
    let store = tempfile::tempdir().expect("a folder");
    let options = Options { delimiter: Some(b';'), decimal: Some(','), ..Options::default() };
    let done =
        take(store.path(), &folder.join("broken/baci_decimal_comma_semicolon.csv"), &options).expect("taken");
    assert_eq!((done.part.rows, done.part.rejected), (20, 0));
}

/// The sum of what the store holds of a pair, in dollars, and how many observations.
fn total(store: &Path, economy: &str, partner: &str) -> (usize, f64) {
    let pair = Some((economy.to_owned(), partner.to_owned()));
    let (mut count, mut sum) = (0, 0.0);
    let selection = Selection { pair, ..Selection::default() };
    Store::open(store)
        .expect("a store")
        .select(&selection, |own| {
            if own.economy == economy {
                count += 1;
                sum += own.amount();
            }
        })
        .expect("observations");
    (count, sum)
}

#[test]
fn a_sample_of_baci_has_the_totals_it_is_known_to_have() {
    let Some(folder) = samples() else { return };
    let store = tempfile::tempdir().expect("a folder");
    let file = folder.join("baci/BACI_HS17_Y2022_V202401b.csv");
    let done = take(store.path(), &file, &Options::default()).expect("taken");
    assert_eq!(
        (done.part.rows, done.part.rejected, done.part.source.as_str()),
        (204, 0, "CEPII BACI V202401b")
    );
    let (count, sum) = total(store.path(), "KAZ", "ARM");
    assert!(count == 7 && (sum - 335_724.0).abs() < 1e-6, "{count} {sum}");
    let (count, sum) = total(store.path(), "ARM", "KAZ");
    assert!(count == 5 && (sum - 2_117_701.0).abs() < 1e-6, "{count} {sum}");
    let again = take(store.path(), &file, &Options::default()).expect("taken");
    assert!(again.was_there);
    assert_eq!(Store::open(store.path()).expect("a store").manifest.parts.len(), 1);
}

#[test]
fn samples_of_comtrade_have_the_totals_they_are_known_to_have() {
    let Some(folder) = samples() else { return };
    let store = tempfile::tempdir().expect("a folder");
    let done = take(
        store.path(),
        &folder.join("comtrade/getFinalData_CA_HS_398-51_2022-2023.json"),
        &Options::default(),
    )
    .expect("taken");
    assert_eq!((done.rows, done.part.rejected), (66, 0));
    let breakdown =
        take(store.path(), &folder.join("comtrade/getFinalData_CA_plus_breakdown.json"), &Options::default())
            .expect("taken");
    assert_eq!((breakdown.part.rows, breakdown.part.set_aside), (1, 5));
    let bare = take(store.path(), &folder.join("comtrade/getFinalData_CA_nodesc.json"), &Options::default())
        .expect("taken");
    assert_eq!((bare.part.rows, bare.part.rejected), (14, 0));
    let comma = "comtrade/TradeData_11_21_2026_10_15_31_trailing_comma.csv";
    let comma = take(store.path(), &folder.join(comma), &Options::default()).expect("taken");
    assert_eq!((comma.part.rows, comma.part.rejected), (20, 0));
    let download =
        take(store.path(), &folder.join("comtrade/TradeData_11_21_2026_10_15_30.csv"), &Options::default())
            .expect("taken");
    assert_eq!((download.rows, download.part.rejected), (116, 0));
    let empty = take(store.path(), &folder.join("comtrade/getFinalData_empty.json"), &Options::default())
        .expect("no error");
    assert_eq!(empty.part.rows, 0);
}

#[test]
fn a_workbook_and_its_twin_in_text_give_the_same_cells() {
    let Some(folder) = samples() else { return };
    let (book, text) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let done =
        take(book.path(), &folder.join("stat-office/torgovlya_po_stranam_2023.xlsx"), &Options::default())
            .expect("taken");
    assert_eq!(
        (done.rows, done.part.set_aside, done.part.rows, done.part.rejected),
        (16, 3, 52, 0),
        "{:?}",
        done.findings
    );
    let twin = folder.join("stat-office/torgovlya_po_stranam_2023_cp1251.csv");
    let twin = take(text.path(), &twin, &map_for("stat_office")).expect("taken");
    assert_eq!((twin.rows, twin.part.rows, twin.part.rejected), (16, 52, 0));
    for partner in ["ARM", "RUS", "ARE", "CHE"] {
        assert_eq!(total(book.path(), "KAZ", partner), total(text.path(), "KAZ", partner), "{partner}");
    }
    let (_, armenia) = total(book.path(), "KAZ", "ARM");
    assert!((armenia - (18_204.3 + 24_939.9 + 39_442.1 + 54_035.7) * 1000.0).abs() < 1.0, "{armenia}");
}

#[test]
fn gravity_and_wits_are_read_by_their_columns() {
    let Some(folder) = samples() else { return };
    let store = tempfile::tempdir().expect("a folder");
    let gravity =
        take(store.path(), &folder.join("gravity/Gravity_V202211.csv"), &Options::default()).expect("taken");
    assert_eq!((gravity.rows, gravity.part.rejected), (60, 0));
    assert!(
        gravity.part.set_aside >= 8,
        "economies that do not exist are set aside: {}",
        gravity.part.set_aside
    );
    let mfn = folder.join("wits/AVEMFN_H5_KAZ_2021_U2/JobID-1_AVEMFN_H5_KAZ_2021_U2.CSV");
    let mfn = take(store.path(), &mfn, &Options::default()).expect("taken");
    assert_eq!(mfn.rows, 14);
    assert!(mfn.findings.iter().any(|own| own.problem.contains("leading zero")), "{:?}", mfn.findings);
    let preferential = folder.join("wits/AVEPref_H5_ARM_2021_U2/JobID-2_AVEPref_H5_ARM_2021_U2.CSV");
    let preferential = take(store.path(), &preferential, &Options::default()).expect("taken");
    assert!(
        preferential.part.rejected > 0
            && preferential.findings.iter().any(|own| own.code == "unresolved-group")
    );
    let query =
        take(store.path(), &folder.join("wits/query-result/DataJobID-1_1_KAZARM.csv"), &Options::default())
            .expect("taken");
    assert!(query.part.rows > 0 && query.part.rejected == 0, "{:?}", query.findings);
}

#[test]
fn a_table_of_economies_is_checked_too() {
    let Some(folder) = samples() else { return };
    let file = folder.join("baci/BACI_HS17_Y2022_V202401b.csv");
    let with = |table: &str| {
        let store = tempfile::tempdir().expect("a folder");
        take(store.path(), &file, &Options { economies: Some(folder.join(table)), ..Options::default() })
    };
    let good = with("baci/country_codes_V202401b.csv").expect("taken");
    assert!(good.findings.is_empty() && good.part.rows == 204);
    let latin = with("broken/country_codes_latin1.csv").expect_err("not UTF-8").to_string();
    assert!(latin.contains("byte 0xF4 in line 10 is not UTF-8"), "{latin}");
    let twice = with("broken/country_codes_mojibake.csv").expect("codes are unharmed");
    assert!(
        twice
            .findings
            .iter()
            .any(|own| own.row == Some(10) && own.problem.contains("looks like UTF-8 read as"))
    );
    assert_eq!(twice.part.rows, 204);
}
