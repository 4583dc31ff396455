//! `ayrum gravity` with the data that the crate's tests ship.

use crate::{Run, run};

/// The panel of "An Advanced Guide to Trade Policy Analysis", from beside the crate `gravity`.
fn panel() -> String {
    format!("{}/../gravity/tests/data/agtpa/panel_every_fourth_year.csv.gz", env!("CARGO_MANIFEST_DIR"))
}

fn written(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("trade.csv");
    std::fs::write(&path, text).expect("a file");
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

fn said(run: &Run) -> String {
    assert_eq!(run.code, 2, "{}", run.whole());
    assert!(run.stdout.is_empty(), "an error prints no data: {}", run.stdout);
    run.stderr.clone()
}

const APPLICATION_1: &str = "trade ~ log(dist) + cntg + lang + clny | exporter^year + importer^year";

#[test]
fn the_traditional_gravity_table() {
    let abroad = ["--data", &panel(), "--where", "exporter != importer", "--cluster", "pair_id", "--reset"];
    let text = run(&[&["gravity", "fit", APPLICATION_1][..], &abroad].concat());
    assert_eq!(text.code, 0, "{}", text.whole());
    // The certificate holds rounding; all else is kept.
    let kept: String = text
        .stdout
        .lines()
        .filter(|line| !line.starts_with("certificate"))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!(kept);

    let json = run(&[&["gravity", "fit", APPLICATION_1, "--format", "json"][..], &abroad].concat()).json();
    let distance = &json[0]["coefficients"][0];
    assert_eq!(distance["name"], "log(dist)");
    assert!((distance["estimate"].as_f64().unwrap() + 0.8409).abs() < 5e-5);
    assert!((distance["standard_error"].as_f64().unwrap() - 0.0317).abs() < 5e-5);
    assert!(json[0]["certificate"]["score"].as_f64().unwrap() < 1e-9);
}

#[test]
fn several_specifications_as_latex_and_csv() {
    let formula = "trade ~ csw(log(dist), cntg) | exporter^year + importer^year";
    let with = ["--data", &panel(), "--where", "exporter != importer", "--cluster", "pair_id"];
    insta::assert_snapshot!(
        run(&[&["gravity", "fit", formula, "--format", "latex"][..], &with].concat()).stdout
    );
    let csv = run(&[&["gravity", "fit", formula, "--format", "csv"][..], &with].concat()).stdout;
    assert_eq!(csv.lines().count(), 4, "{csv}");
}

#[test]
fn borders_removed() {
    let formula = "trade ~ log(dist) + cntg + border | exporter + importer";
    // A border is a column of the file: the panel has none, so the test writes one.
    let mut text = String::from("exporter,importer,trade,dist,border,cntg\n");
    for (i, j, trade, dist, contiguous) in [
        ("ARM", "ARM", 900, 60, 0),
        ("ARM", "GEO", 30, 170, 1),
        ("ARM", "KAZ", 12, 2100, 0),
        ("GEO", "ARM", 40, 170, 1),
        ("GEO", "GEO", 1500, 90, 0),
        ("GEO", "KAZ", 20, 2000, 0),
        ("KAZ", "ARM", 25, 2100, 0),
        ("KAZ", "GEO", 35, 2000, 0),
        ("KAZ", "KAZ", 9000, 900, 0),
    ] {
        text.push_str(&format!("{i},{j},{trade},{dist},{},{contiguous}\n", u8::from(i != j)));
    }
    let (_folder, path) = written(&text);
    let base = [
        "gravity",
        "counterfactual",
        "--baseline",
        &path,
        "--set",
        "border=0",
        "--sigma",
        "7",
        "--format",
        "json",
    ];
    let solved =
        run(&[&base[..], &["--formula", formula, "--reference", "KAZ", "--draws", "50", "--seed", "1"]]
            .concat());
    let json = solved.json();
    assert!(json["residual"].as_f64().unwrap() < 1e-10, "{}", solved.whole());
    let economies = json["economies"].as_array().unwrap();
    assert_eq!(economies.len(), 3);
    for economy in economies {
        assert!(economy["welfare_percent"].as_f64().unwrap() > 0.0, "{economy}");
        let interval = economy["welfare_interval"].as_array().unwrap();
        assert!(interval[0].as_f64().unwrap() <= interval[1].as_f64().unwrap());
    }
    assert!(
        economies[2]["inward_res_percent"].as_f64().unwrap().abs() < 1e-9,
        "the reference's prices do not change"
    );
    let again =
        run(&[&base[..], &["--formula", formula, "--reference", "KAZ", "--draws", "50", "--seed", "1"]]
            .concat());
    assert_eq!(solved.stdout, again.stdout, "the same seed gives the same bits");

    let known = run(&[&base[..], &["--coefficient", "border=-2"]].concat());
    assert!(known.json()["economies"][0]["welfare_percent"].as_f64().unwrap() > 0.0);
}

#[test]
fn potential_is_an_interval_and_says_what_the_sample_does_not_know() {
    let only = "exporter == 'ARG' & year == 2006 & importer != 'ARG'";
    let with = ["--data", &panel(), "--cluster", "pair_id", "--only", only, "--format", "json"];
    let json = run(&[&["gravity", "potential", APPLICATION_1][..], &with].concat()).json();
    let rows = json.as_array().unwrap();
    assert_eq!(rows.len(), 68);
    for row in rows {
        let (low, high) = (row["expected"][0].as_f64().unwrap(), row["expected"][1].as_f64().unwrap());
        assert!(low < high && !row["verdict"].as_str().unwrap().is_empty(), "{row}");
    }
    let (_folder, new) = written(
        "exporter,importer,year,dist,cntg,lang,clny\nARG,AUS,2006,12044,0,0,0\nARG,XXX,2006,9000,0,0,0\n",
    );
    let predicted = run(&[
        "gravity",
        "predict",
        APPLICATION_1,
        "--data",
        &panel(),
        "--new",
        &new,
        "--cluster",
        "pair_id",
        "--format",
        "json",
    ])
    .json();
    assert_eq!(predicted[0]["inside"], true);
    assert!(predicted[1]["value"].is_null());
    assert_eq!(predicted[1]["support"], "outside the sample: it has no trade of importer^year XXX^2006");
}

#[test]
fn bad_rows_are_told_and_bad_questions_are_errors() {
    let (_folder, path) = written(
        "exporter,importer,trade,dist\nARM,GEO,5,170\nARM,KAZ,n.a.,2100\nGEO,ARM,-3,170\nGEO,KAZ,2,inf\nKAZ,ARM,4,2100\nKAZ,GEO,6,2000\nARM,ARM,90,60\nGEO,GEO,80,90\nKAZ,KAZ,300,900\n",
    );
    let fitted = run(&["gravity", "fit", "trade ~ log(dist)", "--data", &path]);
    assert_eq!(fitted.code, 1, "{}", fitted.whole());
    insta::assert_snapshot!(fitted.stderr);
    let errors = [
        said(&run(&["gravity", "fit", "trade dist", "--data", &path])),
        said(&run(&["gravity", "fit", "trade ~ distance", "--data", &path])),
        said(&run(&["gravity", "fit", "trade ~ dist", "--data", "none.csv"])),
        said(&run(&["gravity", "fit", "trade ~ dist", "--data", "none.parquet"])),
        said(&run(&["gravity", "counterfactual", "--baseline", &path, "--coefficient", "dist=-1"])),
        said(&run(&[
            "gravity",
            "counterfactual",
            "--baseline",
            &path,
            "--coefficient",
            "dist=-1",
            "--set",
            "border=0",
        ])),
        said(&run(&[
            "gravity",
            "counterfactual",
            "--baseline",
            &path,
            "--coefficient",
            "dist=-1",
            "--set",
            "dist=1",
            "--sigma",
            "1",
        ])),
        said(&run(&["gravity", "potential", "log(trade) ~ dist", "--data", &path])),
    ];
    insta::assert_snapshot!(errors.join(""));
}

/// A small panel of two goods, as CSV: trade of five economies in two years.
fn two_goods() -> String {
    let economies = ["ARM", "GEO", "KAZ", "AZE", "RUS"];
    let mut text = String::from("exporter,importer,year,hs,trade,dist\n");
    for hs in ["1001", "2402"] {
        for (i, from) in economies.iter().enumerate() {
            for (j, to) in economies.iter().enumerate().filter(|(j, _)| *j != i) {
                for year in [2022, 2023] {
                    let dist = 200 + 300 * i.abs_diff(j) + 40 * (i * j % 3);
                    let size = (i + 2) * (j + 3) * (1 + usize::from(hs == "2402"));
                    let trade = 1000 * size * (5 + (i * 7 + j * 3 + year) % 4) / dist;
                    text.push_str(&format!("{from},{to},{year},{hs},{trade},{dist}\n"));
                }
            }
        }
    }
    text
}

#[test]
fn potential_by_commodity_with_the_reports_of_the_ledger() {
    let (folder, path) = written(&two_goods());
    let formula = "trade ~ log(dist) | exporter^year + importer^year";
    let only = "exporter == 'ARM' & importer == 'KAZ'";
    let store = folder.path().join("store").to_string_lossy().into_owned();
    // What both sides report, in thousand dollars: an exporter 80, an importer 168 with freight.
    let reports = folder.path().join("reports.csv").to_string_lossy().into_owned();
    std::fs::write(
        &reports,
        "reporter,partner,flow,hs,year,value\nARM,KAZ,export,1001,2023,80\nKAZ,ARM,import,1001,2023,168\nARM,KAZ,export,2402,2023,500\n",
    )
    .expect("a file");
    let map = folder.path().join("map.toml").to_string_lossy().into_owned();
    std::fs::write(&map, MAP).expect("a file");
    let imported = run(&["trade", "import", &reports, "--map", &map, "--store", &store]);
    assert_eq!(imported.code, 0, "{}", imported.whole());
    let with = [
        "--data", &path, "--only", only, "--by", "hs", "--ledger", "--store", &store, "--unit", "1000",
        "--format", "json",
    ];
    let found = run(&[&["gravity", "potential", formula][..], &with].concat());
    let json = found.json();
    let rows = json.as_array().expect("rows");
    assert_eq!(rows.len(), 4, "two goods, two years: {}", found.whole());
    let row = |part: &str, year: &str| {
        let is =
            |row: &&serde_json::Value| row["part"] == part && row["row"].as_str().unwrap().contains(year);
        rows.iter().find(is).unwrap_or_else(|| panic!("{part} {year}: {}", found.stdout))
    };
    let wheat = row("1001", "2023");
    assert_eq!(wheat["reports"], "reports of both sides");
    let (low, high) = (wheat["actual"][0].as_f64().unwrap(), wheat["actual"][1].as_f64().unwrap());
    assert!(low <= 80.0 && high >= 160.0 - 1e-9, "the importer's figure without freight: {wheat}");
    let (least, most) = (wheat["expected"][0].as_f64().unwrap(), wheat["expected"][1].as_f64().unwrap());
    assert!(least < most, "never a bare point: {wheat}");
    assert!((wheat["ratio"][0].as_f64().unwrap() - least / high).abs() < 1e-9);
    assert!((wheat["ratio"][1].as_f64().unwrap() - most / low).abs() < 1e-9);
    assert_eq!(row("2402", "2022")["reports"], "one report, spread not known");

    let errors = [
        said(&run(&["gravity", "potential", formula, "--data", &path, "--ledger", "--unit", "0"])),
        said(&run(&["gravity", "potential", formula, "--data", &path, "--ledger", "--year", "exporter"])),
        said(&run(&["gravity", "potential", formula, "--data", &path, "--by", "commodity"])),
        said(&run(&["gravity", "potential", formula, "--data", &path, "--store", "x"])),
    ];
    insta::assert_snapshot!(errors.join(""));
}

const MAP: &str = r#"
title = "Reports of two sides"
source = "A test"
scale = 1000
economy = { column = "reporter" }
partner = { column = "partner" }
flow = { column = "flow", words = { "export" = "export", "import" = "import" } }
commodity = { column = "hs" }
period = { column = "year" }
value = { column = "value" }
"#;

#[test]
fn parquet_is_read_as_the_same_csv_is() {
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
    use parquet::file::writer::SerializedFileWriter;
    use std::sync::Arc;

    let (folder, csv) = written(&two_goods());
    let text = std::fs::read_to_string(&csv).expect("the file");
    let column =
        |at: usize| text.lines().skip(1).map(move |line| line.split(',').nth(at).expect("a cell").to_owned());
    let schema = "message panel { REQUIRED BYTE_ARRAY exporter (UTF8); REQUIRED BYTE_ARRAY importer (UTF8);
        REQUIRED INT32 year; REQUIRED BYTE_ARRAY hs (UTF8); OPTIONAL DOUBLE trade; OPTIONAL BYTE_ARRAY dist (UTF8); }";
    let path = folder.path().join("trade.parquet");
    let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).expect("a schema"));
    let file = std::fs::File::create(&path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let texts = |at: usize| column(at).map(|cell| ByteArray::from(cell.into_bytes())).collect::<Vec<_>>();
    for at in 0..6 {
        let mut own = group.next_column().expect("a column").expect("as in the schema");
        match at {
            2 => {
                let years: Vec<i32> = column(2).map(|year| year.parse().expect("a year")).collect();
                own.typed::<Int32Type>().write_batch(&years, None, None).expect("years");
            }
            4 => {
                // The first value is missing, the rest is there.
                let trade: Vec<f64> =
                    column(4).skip(1).map(|value| value.parse().expect("a number")).collect();
                let levels: Vec<i16> = (0..=trade.len()).map(|row| i16::from(row > 0)).collect();
                own.typed::<DoubleType>().write_batch(&trade, Some(&levels), None).expect("trade");
            }
            5 => {
                // Numbers as texts, one of them none.
                let mut cells = texts(5);
                cells[3] = ByteArray::from("far");
                own.typed::<ByteArrayType>()
                    .write_batch(&cells, Some(&vec![1; cells.len()]), None)
                    .expect("texts");
            }
            _ => {
                own.typed::<ByteArrayType>().write_batch(&texts(at), None, None).expect("texts");
            }
        }
        own.close().expect("a column");
    }
    group.close().expect("a group");
    writer.close().expect("a file");
    let path = path.to_string_lossy().into_owned();
    let formula = "trade ~ log(dist) | exporter^year + importer^year";
    let found = run(&["gravity", "fit", formula, "--data", &path, "--format", "csv"]);
    assert_eq!(found.code, 1, "two rows have a fault: {}", found.whole());
    assert!(
        found.stderr.contains("trade.parquet") && found.stderr.contains("`far` is not a number"),
        "{}",
        found.stderr
    );
    let kept: String = text
        .lines()
        .enumerate()
        .filter(|(line, _)| ![1, 4].contains(line))
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let (_other, csv) = written(&kept);
    assert_eq!(run(&["gravity", "fit", formula, "--data", &csv, "--format", "csv"]).stdout, found.stdout);
    let unknown = said(&run(&["gravity", "fit", "trade ~ distance", "--data", &path]));
    assert!(unknown.contains("hint: its columns are exporter, importer, year, hs, trade, dist"), "{unknown}");
}
