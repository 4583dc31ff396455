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
