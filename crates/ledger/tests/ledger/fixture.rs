//! A register in a few lines: `table: column=value; column=value`. What a line does not say gets what the
//! format requires.

use std::collections::BTreeMap;

use case::schema::{self, Kind};
use case::{Case, Folder, Sheets};
use ledger::{Check, Margin, Register, Verdict, check};

const SETTINGS: &str = "name = \"fixture\"\ntitle = \"Fixture\"\nfirst_date = \"1980-01-01\"\n\
                        horizon = \"2026-05-27\"\nlast_date = \"2035-12-31\"\n";

/// What every register of a test has.
const GROUND: &str = "
    sources: source=paper; title=Paper; publisher=Paper; date=2025-11
    sources: source=other; title=Other; publisher=Other; date=2025-11-20
    sources: source=third; title=Third; publisher=Third; date=2026
    economies: economy=KAZ; name=Kazakhstan
    economies: economy=ARM; name=Armenia
    economies: economy=GEO; name=Georgia
    economies: economy=RUS; name=Russia
    equipment: equipment=tank-4; name=four-axle tank wagons; family=tank; low=50; high=73; usual=yes
    equipment: equipment=tank-8; name=eight-axle tank wagons; family=tank; low=100; high=125; usual=no
    equipment: equipment=hopper-4; name=four-axle hoppers; family=hopper; low=60; high=76; usual=yes
    equipment: equipment=truck; name=trucks; family=truck; low=18; high=28; usual=yes
    equipment: equipment=teu; name=containers; family=teu; low=5; high=28; usual=yes
";

/// The register that a text describes, and its case.
pub(crate) fn register(text: &str) -> (Case, Register) {
    let mut tables: BTreeMap<&str, Vec<BTreeMap<&str, String>>> = BTreeMap::new();
    let lines = GROUND.lines().chain(text.lines()).map(str::trim).filter(|line| !line.is_empty());
    for (count, line) in lines.enumerate() {
        let (name, cells) = line.split_once(": ").unwrap_or_else(|| panic!("no table: {line}"));
        let table = schema::table(name).unwrap_or_else(|| panic!("no table is called {name}"));
        let mut row: BTreeMap<&str, String> = cells
            .split("; ")
            .map(|cell| cell.split_once('=').unwrap_or_else(|| panic!("no value: {cell}")))
            .map(|(column, value)| (column.trim(), value.trim().to_owned()))
            .collect();
        if name == "claims" && row.contains_key("value") {
            row.entry("kind").or_insert("exact".to_owned());
        }
        for column in table.columns.iter().filter(|column| column.required) {
            row.entry(column.name).or_insert_with(|| match column.kind {
                Kind::Key => format!("row-{count}"),
                Kind::Of("sources") => "paper".to_owned(),
                Kind::OneOf(words) => words[0].to_owned(),
                Kind::Date => "2025-01-01".to_owned(),
                Kind::Number => "0".to_owned(),
                _ if column.name == "topic" => format!("topic-{count}"),
                _ => "somebody".to_owned(),
            });
        }
        for column in row.keys() {
            assert!(table.columns.iter().any(|own| own.name == *column), "{name} has no column {column}");
        }
        tables.entry(table.name).or_default().push(row);
    }
    let mut folder = Folder::default();
    folder.put("case.toml", SETTINGS);
    for (name, rows) in &tables {
        let table = schema::table(name).expect("a table");
        let mut text = case::heading(table) + "\n";
        for row in rows {
            let cell =
                |column: &schema::Column| format!("\"{}\"", row.get(column.name).map_or("", String::as_str));
            text += &(table.columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
        }
        folder.put(&format!("{name}.csv"), text);
    }
    let mut findings = Vec::new();
    let mut sheets = Sheets::read(&folder, &mut findings);
    let case = Case::load(&folder, &mut sheets, &mut findings);
    let register = Register::load(&case, &sheets, &mut findings);
    let ours: Vec<String> = findings
        .iter()
        .filter(|own| !matches!(own.code, "missing-file" | "missing-parameter"))
        .map(ToString::to_string)
        .collect();
    assert!(ours.is_empty(), "the fixture is wrong: {ours:?}");
    (case, register)
}

/// What a rule says of the claims of a text, the gravest first.
pub(crate) fn says(rule: &str, text: &str) -> Vec<Check> {
    assert!(ledger::rule(rule).is_some(), "no rule is called {rule}");
    let (case, register) = register(text);
    let mut checks: Vec<Check> =
        check(&case, &register, Margin::default()).into_iter().filter(|own| own.rule == rule).collect();
    checks.sort_by_key(|own| std::cmp::Reverse(own.verdict));
    checks
}

/// The gravest verdict of a rule on the claims of a text; nothing where it does not look.
pub(crate) fn worst(rule: &str, text: &str) -> Option<Verdict> {
    says(rule, text).first().map(|own| own.verdict)
}
