//! What comes out of a run: corridors, money, hours, flows on a map, and trade that somebody observed.

use std::fmt::Write as _;
use std::path::Path;

use geojson::{FeatureCollection, GeoJson, GeometryValue};
use serde_json::Value;

use crate::{Run, ayrum, run_in};

fn at(folder: &Path, words: &str) -> Run {
    run_in(folder, &words.split_whitespace().collect::<Vec<_>>())
}

fn rows<'v>(told: &'v Value, table: &str) -> &'v Vec<Value> {
    told[table].as_array().unwrap_or_else(|| panic!("no table {table}"))
}

const ECONOMIES: [&str; 27] = [
    "ARE", "ARM", "AZE", "BGR", "BLR", "CHN", "DEU", "FRA", "GEO", "GRC", "IND", "IRN", "ITA", "JPN", "KAZ",
    "KGZ", "KOR", "NLD", "POL", "ROU", "RUS", "TJK", "TKM", "TUR", "UKR", "USA", "UZB",
];

/// A store with machinery between the first `count` economies, more from the larger numbers than from the smaller.
fn store(folder: &Path, count: usize) {
    let map = "title = \"Machinery\"\nsource = \"Made up for a test\"\neconomy = { column = \"from\" }\n\
               partner = { column = \"to\" }\nflow = { fixed = \"export\" }\ncommodity = { column = \"hs\" }\n\
               period = { column = \"year\" }\nvalue = { column = \"usd\" }\n";
    std::fs::write(folder.join("map.toml"), map).expect("a map");
    let mut table = String::from("from,to,hs,year,usd\n");
    for (i, from) in ECONOMIES[..count].iter().enumerate() {
        for (j, to) in ECONOMIES[..count].iter().enumerate().filter(|(j, _)| *j != i) {
            let usd = 1_000_000 * (1 + (i * 31 + j * 17) % 23);
            writeln!(table, "{from},{to},84,2022,{usd}").expect("a row");
        }
    }
    std::fs::write(folder.join("trade.csv"), table).expect("a table");
    let run = at(folder, "trade import trade.csv --map map.toml --store store");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_run_tells_by_which_way_goods_go_and_who_pays_whom() {
    let told = ayrum("run tripp-2030 --format json").json();
    let corridors = rows(&told, "corridors");
    let all = |id: &str| {
        let own = corridors.iter().find(|own| own["corridor"] == id && own["group"].is_null());
        own.unwrap_or_else(|| panic!("no corridor {id}"))
    };
    assert_eq!(all("tripp-meghri")["tonnes"][0], 0.0);
    assert!(all("tripp-meghri")["tonnes"][1].as_f64() > Some(1e5));
    assert!(all("tripp-meghri")["hours"][0].is_null(), "nothing goes there in the base");
    assert!(all("middle-corridor")["usd_per_tonne"][1].as_f64() > Some(0.0));
    assert!(all("beyond")["tonnes"][0].as_f64() > all("middle-corridor")["tonnes"][0].as_f64());
    let shares = rows(&told, "corridor_shares")
        .iter()
        .filter(|own| own["origin"] == "KAZ" && own["destination"] == "ARM");
    let whole: f64 = shares.map(|own| own["share_percent"][0].as_f64().expect("a number")).sum();
    assert!((whole - 100.0).abs() < 1.0, "{whole}");
    // The parts of freight are the carriage paid in all.
    let freight: f64 =
        rows(&told, "freight_money").iter().map(|own| own["values"][1].as_f64().expect("a number")).sum();
    let paid = rows(&told, "totals").iter().find(|own| own["what"] == "carriage paid on the network");
    let paid = paid.expect("a total")["after"].as_f64().expect("a number");
    assert!((freight / paid - 1.0).abs() < 1e-9, "{freight} of {paid}");
    let charge = rows(&told, "public_money")
        .iter()
        .find(|own| own["what"] == "Aghband–Meghri: border charges" && own["receiver"] == "ARM")
        .expect("the border of the new line takes charges");
    assert_eq!((&charge["kind"], &charge["receiver_kind"]), (&"crossing charge".into(), &"treasury".into()));
    assert_eq!(charge["usd"][0], 0.0);
    for pair in rows(&told, "pairs").iter().filter(|own| own["network_tonnes"][1].as_f64() > Some(1.0)) {
        assert!(
            pair["network_hours"][1].as_f64() > Some(0.0) && pair["co2_tonnes"][1].as_f64() > Some(0.0),
            "{pair}"
        );
    }
    // What a measure adds has its own name.
    let flights = ayrum("run direct-air-cargo --date 2027-07-01 --format json").json();
    for own in rows(&flights, "links").iter().chain(rows(&flights, "public_money")) {
        let name = own["name"].as_str().or(own["what"].as_str()).expect("a name");
        assert!(!name.contains("of the scenario"), "{own}");
    }
    let text = ayrum("run tripp-2030").stdout;
    assert!(text.contains("By which way goods cross borders") && text.contains("TRIPP by Meghri"), "{text}");
    let table = ayrum("run tripp-2030 --format csv").stdout;
    for kind in
        ["corridor,", "corridor share,", "freight money,", "crossing charge,", "hours on the network,"]
    {
        assert!(table.lines().any(|line| line.starts_with(kind)), "no row of {kind}");
    }
}

#[test]
fn flows_can_be_laid_on_a_map() {
    let run = ayrum("run tripp-2030 --format geojson");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let parsed: GeoJson = run.stdout.parse().expect("it is GeoJSON");
    let flows = FeatureCollection::try_from(parsed).expect("a collection");
    let said = flows.foreign_members.as_ref().expect("what it is");
    assert_eq!(said["illustrative"], true);
    assert!(said["disputed_borders"].as_str().is_some_and(|own| !own.is_empty()));
    let of = |link: &str| {
        let own = flows.features.iter().find(|own| own.property("link") == Some(&link.into()));
        own.unwrap_or_else(|| panic!("no link {link}"))
    };
    let meghri = of("rail-aghband-meghri");
    assert!(matches!(&meghri.geometry.as_ref().expect("a line").value, GeometryValue::LineString { .. }));
    let number = |name: &str| meghri.property(name).and_then(Value::as_f64).expect("a number");
    assert_eq!(
        (meghri.property("open_base"), meghri.property("open_scenario")),
        (Some(&false.into()), Some(&true.into()))
    );
    assert_eq!(meghri.property("evidence"), Some(&"modelled".into()));
    assert_eq!(number("tonnes_change"), number("tonnes_scenario") - number("tonnes_base"));
    let groups = [
        "wheat-3",
        "wheat-4",
        "oil-products",
        "metals-ores",
        "food-drink",
        "machinery",
        "other-manufactures",
    ];
    let sum: f64 = groups.iter().map(|group| number(&format!("tonnes_scenario_{group}"))).sum();
    assert!((sum - number("tonnes_scenario")).abs() < 0.1, "{sum}");
}

#[test]
fn imported_trade_is_used_by_every_command_of_the_loop_and_its_share_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    store(folder.path(), 27);
    let text = at(folder.path(), "run ban-returns --store store").stdout;
    assert!(text.contains("Machinery: elasticity to cost"), "{text}");
    let told = at(folder.path(), "run ban-returns --store store --format json").json();
    let base = &told["trade_base"];
    assert!(base["observed_share_percent"].as_f64() > Some(0.0) && base["illustrative"] == true, "{base}");
    let machinery =
        rows(base, "modelled_with").iter().find(|own| own["group"] == "Machinery").expect("a group");
    assert_eq!(machinery["cells"], 27 * 26);
    // Values that know nothing of cost cannot say how trade falls with it.
    assert_eq!(machinery["elasticity_to_cost"]["estimated"], false);
    let why = machinery["elasticity_to_cost"]["why_published"].as_str().expect("a reason");
    assert!(why.contains("wrong sign") || why.contains("told from zero"), "{why}");
    let roadmap = at(folder.path(), "roadmap ban-returns --from 2026 --to 2026 --store store --format json");
    assert_eq!(roadmap.code, 0, "{}", roadmap.stderr);
    assert!(roadmap.json()["trade_base"]["observed_share_percent"].as_f64() > Some(0.0));
    let compared = at(folder.path(), "scenario compare ban-returns flood --store store");
    assert!(
        compared.stdout.contains("Machinery: elasticity to cost"),
        "{}{}",
        compared.stdout,
        compared.stderr
    );
    for words in ["roadmap ban-returns --store nowhere", "scenario compare ban-returns flood --store nowhere"]
    {
        let refused = at(folder.path(), words);
        assert_eq!(refused.code, 2, "{words}");
        assert!(refused.stderr.contains("nowhere holds no imported statistics"), "{}", refused.stderr);
    }
}

#[test]
fn too_few_observed_cells_leave_the_published_law_and_say_so() {
    let folder = tempfile::tempdir().expect("a folder");
    store(folder.path(), 6);
    let told = at(folder.path(), "run ban-returns --store store --format json").json();
    let machinery = rows(&told["trade_base"], "modelled_with").iter().find(|own| own["group"] == "Machinery");
    let basis = machinery.expect("a group")["basis"].as_str().expect("words");
    assert!(basis.starts_with("published: 30 observed cells"), "{basis}");
}

#[test]
fn a_roadmap_can_be_replayed_to_the_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let first =
        ayrum("roadmap ban-returns --from 2026 --to 2026 --economy ARM --draws 2 --seed 7 --format json");
    assert_eq!(first.code, 0, "{}", first.stderr);
    std::fs::write(folder.path().join("roadmap.json"), &first.stdout).expect("a file");
    let again = at(folder.path(), "replay roadmap.json");
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.stdout, first.stdout);
    std::fs::write(folder.path().join("other.json"), "{}").expect("a file");
    let refused = at(folder.path(), "replay other.json");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("is no result of a run"), "{}", refused.stderr);
}

#[test]
fn a_quota_says_how_much_of_it_is_used_and_what_a_tonne_more_would_be_worth() {
    let folder = tempfile::tempdir().expect("a folder");
    let quota = "name = \"quota\"\ntitle = \"A quota on Russian wheat\"\ndates = [\"2026-07-01\"]\n\n[[measure]]\n\
                 kind = \"add-rule\"\nrule = \"wheat-quota\"\ntitle = \"Quota on Russian wheat\"\nissuer = \"Armenia\"\n\
                 effect = \"quota\"\ntext = \"At most so much.\"\norigins = [\"RUS\"]\ndestinations = [\"ARM\"]\n\
                 goods = [\"1001\"]\nvalue = 200000\nunit = \"tonnes_per_year\"\ndate = \"2026-01-01\"\nsource = \"assumed\"\n";
    std::fs::write(folder.path().join("quota.toml"), quota).expect("a file");
    let run = at(folder.path(), "run quota.toml --format json");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = run.json();
    let own = &rows(&told, "quotas")[0];
    assert!(own["tonnes_per_year"][0].is_null() && own["shown_only"].is_null(), "{own}");
    assert!((own["used_tonnes"][1].as_f64().expect("a number") - 200_000.0).abs() < 1.0, "{own}");
    assert!(own["shadow_price_usd_per_tonne"][1].as_f64() > Some(1.0), "{own}");
    let text = at(folder.path(), "run quota.toml").stdout;
    assert!(text.contains("Quotas\n") && text.contains("Quota on Russian wheat"), "{text}");
    assert!(at(folder.path(), "run quota.toml --format csv").stdout.contains("\nquota used,"));
}
