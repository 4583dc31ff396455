//! A run as a report: an analyst shows what a measure does to the lines, and to whom.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::run_in;

/// A run with its report and figures, made once.
struct Made {
    folder: tempfile::TempDir,
    json: Value,
}

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let words = [
            "run",
            "ban-returns",
            "--into",
            "ARM",
            "--report",
            "new/run.html",
            "--figures",
            "figures",
            "--format",
            "json",
        ];
        let run = run_in(folder.path(), &words);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains("report written to new/run.html"), "{}", run.stderr);
        let json = run.json();
        Made { folder, json }
    })
}

fn read(name: &str) -> String {
    read_at(&made().folder.path().join(name))
}

fn read_at(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a table of the page by their first cell, the words of each cell without marks.
fn table(page: &str, id: &str) -> BTreeMap<String, Vec<String>> {
    let (_, rest) =
        page.split_once(&format!("<table id=\"{id}\">")).unwrap_or_else(|| panic!("no table {id}"));
    let (table, _) = rest.split_once("</table>").expect("it ends");
    let plain = |cell: &str| {
        let mut words = String::new();
        let mut is_word = true;
        for part in cell.replace("<sup title=\"computed\">m</sup>", "").replace("&#x2f;", "/").chars() {
            match part {
                '<' => is_word = false,
                '>' => is_word = true,
                letter if is_word => words.push(letter),
                _ => {}
            }
        }
        words
    };
    table
        .split("<tr>")
        .skip(2)
        .map(|row| {
            let cells: Vec<String> = row
                .split("</t")
                .map(plain)
                .map(|own| own.trim_start_matches(['h', 'd', '>']).to_owned())
                .collect();
            (cells[0].clone(), cells)
        })
        .collect()
}

#[test]
fn the_report_of_a_run_needs_nothing_from_outside_and_says_on_what_it_rests() {
    let page = read("new/run.html");
    for part in [
        "Report of a run",
        "Modelled, illustrative: 0 % of the trade across borders",
        "assumed</i>",
        "as last known on 2026-05-27",
        "id=\"run-flows-before\"",
        "id=\"run-flows-after\"",
        "id=\"run-flows-difference\"",
        "id=\"totals\"",
        "id=\"markets\"",
        "id=\"trade\"",
        "id=\"capacities\"",
        "id=\"economies\"",
        "id=\"money\"",
        "id=\"certificates\"",
        "Not counted",
        "Sources and confidence",
        "id=\"source-pwt-9-1\"",
        "href=\"#source-azvision-3688\"",
        "ayrum run ban-returns --date 2026-07-01",
        "default-src 'none'",
    ] {
        assert!(page.contains(part), "`{part}` is missing");
    }
    for outside in ["<script", "src=", "<link", "@import", "url(http", "NaN", "undefined", "inf<"] {
        assert!(!page.contains(outside), "the report contains `{outside}`");
    }
    assert_leads_somewhere(&page);
}

/// Every source that is linked to is in the list of sources.
fn assert_leads_somewhere(page: &str) {
    for link in page.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap_or_default();
        assert!(page.contains(&format!("id=\"{id}\"")), "#{id} leads nowhere");
    }
}

#[test]
fn maps_and_their_table_say_what_the_result_says() {
    let links = made().json["links"].as_array().expect("links");
    let data = read("figures/run-flows-difference.csv");
    let mut rows = csv::Reader::from_reader(data.as_bytes());
    let mut count = 0;
    for row in rows.records() {
        let row = row.expect("a row as wide as the heading");
        let link = links.iter().find(|own| own["link"] == row[0]).expect("a link of the result");
        for (column, at) in [(4, 0), (5, 1)] {
            let figure: f64 = row[column].parse().expect("tonnes");
            assert!((figure - link["tonnes"][at].as_f64().expect("tonnes")).abs() < 0.06, "{row:?} {link}");
        }
        assert_eq!(&row[13], "modelled");
        count += 1;
    }
    assert!(count > 100, "{count} lines carry anything");
    let page = read("new/run.html");
    let lines = table(&page, "run-links");
    let most = links
        .iter()
        .max_by(|a, b| {
            let change = |own: &Value| {
                (own["tonnes"][1].as_f64().unwrap_or(0.0) - own["tonnes"][0].as_f64().unwrap_or(0.0)).abs()
            };
            change(a).total_cmp(&change(b))
        })
        .expect("links");
    assert!(lines.contains_key(most["name"].as_str().expect("a name")), "{most}: {lines:?}");
}

#[test]
fn all_maps_of_a_report_have_one_scale_and_more_than_colour() {
    let keys = |name: &str| -> Vec<String> {
        let svg = read(&format!("figures/run-flows-{name}.svg"));
        // A line may end within the words.
        let parts = svg.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words.trim());
        let text = parts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["Made by Ayrum", "Disputed, see the note", "No line takes a position", "illustrative"] {
            assert!(text.contains(part), "{name} lacks `{part}`");
        }
        svg.lines()
            .filter(|line| line.contains("t&#x2f;year"))
            .map(|line| {
                let width = line.split("stroke-width=\"").nth(1).and_then(|rest| rest.split('"').next());
                let tonnes = line.rsplit("\">").next().and_then(|rest| rest.split("</text>").next());
                format!("{} {}", width.unwrap_or("?"), tonnes.unwrap_or("?"))
            })
            .collect()
    };
    let before = keys("before");
    assert_eq!(before.len(), 3, "{before:?}");
    assert_eq!(before, keys("after"));
    assert_eq!(before, keys("difference"));
    let difference = read("figures/run-flows-difference.svg");
    assert!(
        difference.contains(">+</text>") && difference.contains(">−</text>"),
        "gains and losses have a mark"
    );
    // Who does not see the map is told what it shows.
    let (_, words) = difference.split_once("<desc").expect("a description");
    assert!(words.contains("The line that gains most is") && words.contains("the line that loses most"));
}

#[test]
fn the_parts_of_the_report_add_up_to_the_whole() {
    let page = read("new/run.html");
    let rows = table(&page, "totals");
    let tonnes = rows.get("tonnes on the network, t/year").expect("a row");
    let number = |text: &str| -> f64 {
        let digits: String = text.chars().filter(|own| own.is_ascii_digit() || *own == '.').collect();
        let size: f64 = digits.parse().unwrap_or_else(|_| panic!("`{text}` is no number"));
        if text.contains('−') { -size } else { size }
    };
    let [change, routes, congestion, trade] = [3, 4, 5, 6].map(|at: usize| number(&tonnes[at]));
    assert!((routes + congestion + trade - change).abs() <= 2.0, "{tonnes:?}");
    let total = &made().json["totals"][0];
    let whole = total["after"].as_f64().expect("a number") - total["base"].as_f64().expect("a number");
    assert!((change - whole).abs() < 1.0, "{change} {whole}");
}

#[test]
fn a_run_whose_report_cannot_be_written_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("taken"), "").expect("a file");
    let run = run_in(folder.path(), &["run", "ban-returns", "--report", "taken/below.html"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("taken") && run.stderr.contains("cannot be written"), "{}", run.stderr);
    assert!(run.stdout.is_empty(), "nothing is told as if it had gone well");
}

#[test]
fn a_run_that_holds_something_says_so_in_its_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let run =
        run_in(folder.path(), &["run", "direct-air-cargo", "--freeze", "trade", "--report", "held.html"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = read_at(&folder.path().join("held.html"));
    assert!(page.contains("Held where it was: trade."));
    assert!(!page.contains("of it routes"), "nothing is taken apart where something is held");
}

#[test]
fn a_roadmap_has_a_report_with_years_as_steps_and_what_each_measure_buys() {
    let folder = tempfile::tempdir().expect("a folder");
    let words =
        ["roadmap", "kars-both-ways", "--from", "2027", "--to", "2028", "--economy", "ARM", "--draws", "2"];
    let rest = ["--report", "years.html", "--figures", "figures", "--format", "json"];
    let run = run_in(folder.path(), &[&words[..], &rest[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = read_at(&folder.path().join("years.html"));
    for part in [
        "id=\"roadmap-tonnes\"",
        "id=\"roadmap-income\"",
        "id=\"years\"",
        "id=\"buys\"",
        "it is no appraisal",
    ] {
        assert!(page.contains(part), "`{part}` is missing");
    }
    assert!(page.contains("href=\"#source-owlorg-2026-05-24\""), "a measure with a source names it");
    assert_leads_somewhere(&page);
    let data = read_at(&folder.path().join("figures/roadmap-income.csv"));
    let last = data.lines().find(|line| line.starts_with("2028,with the measures")).expect("a row");
    let said: f64 = last.split(',').nth(2).and_then(|cell| cell.parse().ok()).expect("a number");
    let told = run.json()["years"][1]["after"]["real_income_percent"][0].as_f64().expect("a number");
    assert!((said - told).abs() < 1e-12, "{said} {told}");
}
