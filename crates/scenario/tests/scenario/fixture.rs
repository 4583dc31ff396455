//! A case in a few lines of text.
//!
//! ```text
//! place    ID ECONOMY LATITUDE LONGITUDE
//! rail     FROM TO KM CARRIER ECONOMY                  the link `rail-FROM-TO`
//! border   FROM TO KM CARRIER ECONOMY|ECONOMY H±SD     the same, with a crossing and its customs
//! road     FROM TO KM TERRITORY [H±SD]                 the link `road-FROM-TO`; with hours, a crossing
//! ferry    FROM TO KM H±SD USD                         the link `ferry-FROM-TO`, for wagons, and its service
//! transfer PLACE MODE MODE H±SD USD                    both ways
//! state    LINK STATE FROM..TO                         a span of the link's history
//! rule     RULE vN EFFECT FROM..TO                     a version, known when it starts, in force
//! tariff   CARRIER MODE FROM..TO INITIAL+PER_KM        USD per tonne; an empty TO: no limit
//! wait     ECONOMY MODE H±SD
//! season   LINK MM-DD..MM-DD H±SD
//! TABLE                                                a row of any table
//! ```
//!
//! Every line may go on with cells as `column=value`, which also replace what the line would put
//! there. What a question needs and no line says has a default: wheat, a hopper of either gauge
//! (70 t), a truck (20 t), rates of 0.02, 0.06 and 0.03 USD per tonne and kilometre by rail, road
//! and ferry, loading and unloading in 2 ± 1 hours for 1 USD per tonne. Economies, carriers and
//! rules exist as soon as a line names them.

use std::collections::{BTreeMap, BTreeSet};

use case::schema::{self, Kind};
use case::{Folder, PARAMETERS};
use scenario::{Answer, Model, Quantity, Question, RouteAnswer};

const SETTINGS: &str = r#"
name = "fixture"
title = "Fixture"
first_date = "2000-01-01"
horizon = "2030-01-01"
last_date = "2040-01-01"
"#;

const DEFAULTS: &str = "
sources source=test
commodities commodity=wheat hs=1001 form=dry_bulk unit_value=200 value_of_time=0.02
vehicles vehicle=hopper-1520 mode=rail gauge_mm=1520 form=dry_bulk tonnes=70 per_train=50
vehicles vehicle=hopper-1435 mode=rail gauge_mm=1435 form=dry_bulk tonnes=70 per_train=50
vehicles vehicle=truck mode=road form=dry_bulk tonnes=20
transfer * store rail 2±1 1
transfer * store road 2±1 1
tariffs tariff=rail mode=rail from_km=0 initial=0 per_km=0.02 currency=USD price_date=2000-01-01
tariffs tariff=road mode=road from_km=0 initial=0 per_km=0.06 currency=USD price_date=2000-01-01
tariffs tariff=ferry mode=ferry from_km=0 initial=0 per_km=0.03 currency=USD price_date=2000-01-01
emissions mode=rail grams_per_tonne_km=20
emissions mode=road grams_per_tonne_km=60
emissions mode=ferry grams_per_tonne_km=100
";

type Cells<'a> = Vec<(&'a str, &'a str)>;

/// The tables of a case, cell by cell.
#[derive(Debug, Default)]
struct Tables(BTreeMap<&'static str, Vec<BTreeMap<&'static str, String>>>);

impl Tables {
    /// Adds a row: `cells`, and after them `more`, which replace.
    fn row(&mut self, table: &str, cells: &[(&str, &str)], more: &Cells<'_>) {
        let table = schema::table(table).unwrap_or_else(|| panic!("no table is called {table}"));
        let mut row = BTreeMap::new();
        for (name, value) in cells.iter().chain(more) {
            let column = table.columns.iter().find(|column| column.name == *name);
            let column = column.unwrap_or_else(|| panic!("{} has no column {name}", table.name));
            row.insert(column.name, (*value).to_owned());
        }
        let key = row.get(table.columns[0].name).cloned().unwrap_or_default();
        for column in table.columns.iter().filter(|column| column.required) {
            let default = match (column.name, column.kind) {
                ("source", Kind::Of(_)) => "test",
                ("confidence", _) => "medium",
                ("status", _) => "in_force",
                ("disputed", _) => "no",
                ("movement" | "direction", _) => "any",
                (_, Kind::Text) => &key,
                _ => continue,
            };
            row.entry(column.name).or_insert_with(|| default.to_owned());
        }
        self.0.entry(table.name).or_default().push(row);
    }

    fn line(&mut self, line: &str) {
        let (cells, words): (Vec<&str>, Vec<&str>) =
            line.split_whitespace().partition(|word| word.contains('='));
        let more: Cells<'_> = cells.iter().filter_map(|cell| cell.split_once('=')).collect();
        let span = |text: &'static str, span: &str| {
            let (from, to) = span.split_once("..").unwrap_or_else(|| panic!("{text}: {line}"));
            (from.to_owned(), to.to_owned())
        };
        let time = |time: &str| {
            let (mean, sd) = time.split_once('±').unwrap_or_else(|| panic!("a time is H±SD: {line}"));
            (mean.to_owned(), sd.to_owned())
        };
        match words.as_slice() {
            ["place", place, economy, latitude, longitude] => self.row(
                "places",
                &[
                    ("place", place),
                    ("economy", economy),
                    ("latitude", latitude),
                    ("longitude", longitude),
                    ("kind", "city"),
                ],
                &more,
            ),
            ["rail", from, to, km, carrier, territory] => {
                self.link("rail", from, to, km, carrier, territory, &more);
            }
            ["border", from, to, km, carrier, territory, hours] => {
                let link = self.link("rail", from, to, km, carrier, territory, &more);
                self.crossing(&link, time(hours));
            }
            ["road", from, to, km, territory] => drop(self.link("road", from, to, km, "", territory, &more)),
            ["road", from, to, km, territory, hours] => {
                let link = self.link("road", from, to, km, "", territory, &more);
                self.crossing(&link, time(hours));
            }
            ["ferry", from, to, km, hours, usd] => {
                let link = self.link("ferry", from, to, km, "", "", &vec![("carries", "rail")]);
                let (mean, sd) = time(hours);
                let wait = [("wait_hours_mean", mean.as_str()), ("wait_hours_sd", &sd)];
                self.row(
                    "services",
                    &[&[("service", link.as_str()), ("link", &link)], &wait[..], &price(usd)].concat(),
                    &more,
                );
            }
            ["transfer", place, from, to, hours, usd] => {
                let (mean, sd) = time(hours);
                let id = format!("{}-{from}-{to}", place.replace('*', "any"));
                let sides =
                    [("transfer", id.as_str()), ("place", place), ("from_mode", from), ("to_mode", to)];
                let time = [("both_ways", "yes"), ("hours_mean", mean.as_str()), ("hours_sd", &sd)];
                self.row("transfers", &[&sides[..], &time, &price(usd)].concat(), &more);
            }
            ["state", link, state, dates] => {
                let (from, to) = span("a state is FROM..TO", dates);
                let cells = [("link", *link), ("state", state), ("valid_from", &from), ("valid_to", &to)];
                self.row("link_history", &cells, &more);
            }
            ["rule", rule, version, effect, dates] => {
                let (from, to) = span("a version is FROM..TO", dates);
                let cells = [
                    ("rule", *rule),
                    ("version", version.trim_start_matches('v')),
                    ("effect", effect),
                    ("known_from", &from),
                    ("valid_from", &from),
                    ("valid_to", &to),
                ];
                self.row("rule_versions", &cells, &more);
            }
            ["tariff", carrier, mode, band, rate] => {
                let (from, to) = span("a band is FROM..TO", band);
                let (initial, per_km) =
                    rate.split_once('+').unwrap_or_else(|| panic!("a rate is INITIAL+PER_KM: {line}"));
                let id = format!("{carrier}-{mode}-{from}");
                let cells = [
                    ("tariff", id.as_str()),
                    ("carrier", carrier),
                    ("mode", mode),
                    ("from_km", &from),
                    ("to_km", &to),
                    ("initial", initial),
                    ("per_km", per_km),
                    ("currency", "USD"),
                    ("price_date", "2000-01-01"),
                ];
                self.row("tariffs", &cells, &more);
            }
            ["wait", economy, mode, hours] => {
                let (mean, sd) = time(hours);
                let id = format!("{economy}-{mode}");
                let cells = [
                    ("wait", id.as_str()),
                    ("economy", economy),
                    ("mode", mode),
                    ("hours_mean", &mean),
                    ("hours_sd", &sd),
                ];
                self.row("waits", &cells, &more);
            }
            ["season", link, days, hours] => {
                let ((from, to), (mean, sd)) = (span("a season is MM-DD..MM-DD", days), time(hours));
                let id = format!("season-{link}");
                let cells = [
                    ("season", id.as_str()),
                    ("link", link),
                    ("from", &from),
                    ("to", &to),
                    ("hours_mean", &mean),
                    ("hours_sd", &sd),
                ];
                self.row("seasons", &cells, &more);
            }
            [table] => self.row(table, &[], &more),
            [] => {}
            _ => panic!("not a line of a fixture: {line}"),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn link(
        &mut self,
        mode: &str,
        from: &str,
        to: &str,
        km: &str,
        carrier: &str,
        territory: &str,
        more: &Cells<'_>,
    ) -> String {
        let id = format!("{mode}-{from}-{to}");
        let gauge = if mode == "rail" { "1520" } else { "" };
        let cells = [
            ("link", id.as_str()),
            ("from", from),
            ("to", to),
            ("mode", mode),
            ("km", km),
            ("gauge_mm", gauge),
            ("carrier", carrier),
            ("territory", territory),
        ];
        self.row("links", &cells, more);
        id
    }

    fn crossing(&mut self, link: &str, (mean, sd): (String, String)) {
        self.row("crossings", &[("crossing", link), ("link", link), ("customs", "full")], &vec![]);
        let activity = [("crossing", link), ("direction", "any"), ("activity", "customs")];
        let time = [("hours_mean", mean.as_str()), ("hours_sd", &sd)];
        self.row("activities", &[&activity[..], &time, &price("0")].concat(), &vec![]);
    }

    /// What is spoken of and stands in no row of its own.
    fn add_what_is_named(&mut self) {
        let cells = |table: &str, column: &str| -> BTreeSet<String> {
            let rows = self.0.get(table).into_iter().flatten().filter_map(|row| row.get(column));
            rows.flat_map(|cell| cell.split('|')).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
        };
        let economies = &cells("places", "economy") | &cells("links", "territory");
        let (carriers, rules) = (cells("links", "carrier"), cells("rule_versions", "rule"));
        let stated = cells("parameters", "parameter");
        for economy in economies {
            self.row("economies", &[("economy", &economy)], &vec![]);
        }
        for carrier in carriers {
            self.row("carriers", &[("carrier", &carrier), ("mode", "rail")], &vec![]);
        }
        for rule in rules {
            self.row("rules", &[("rule", &rule)], &vec![]);
        }
        for (parameter, unit, value) in PARAMETERS.iter().filter(|(name, ..)| !stated.contains(*name)) {
            // Trucks of fixtures do not rest, so that hours can be told by heart.
            let value = if *parameter == "road_hours_per_day" { &24.0 } else { value };
            let value = value.to_string();
            let cells = [("parameter", *parameter), ("unit", unit), ("value", &value)];
            self.row("parameters", &cells, &vec![]);
        }
    }

    fn folder(&self) -> Folder {
        let mut folder = Folder::default();
        folder.put("case.toml", SETTINGS);
        for table in schema::TABLES {
            let rows = self.0.get(table.name).map_or(&[][..], Vec::as_slice);
            if rows.is_empty() && !table.required {
                continue;
            }
            let mut text = case::heading(table) + "\n";
            for row in rows {
                let cell = |column: &schema::Column| row.get(column.name).cloned().unwrap_or_default();
                text += &(table.columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
            }
            folder.put(&format!("{}.csv", table.name), text);
        }
        folder
    }
}

fn price(usd: &str) -> [(&'static str, &str); 4] {
    [("amount", usd), ("currency", "USD"), ("basis", "tonne"), ("price_date", "2000-01-01")]
}

/// The folder of the case that a text describes.
pub(crate) fn folder(text: &str) -> Folder {
    let mut tables = Tables::default();
    for line in DEFAULTS.lines().chain(text.lines()) {
        tables.line(line.split('#').next().unwrap_or_default());
    }
    tables.add_what_is_named();
    tables.folder()
}

/// The case that a text describes, loaded. A fixture that the loaders complain of is a mistake
/// of the test.
pub(crate) fn model(text: &str) -> Model {
    let model = Model::load(&folder(text));
    let complaints: Vec<String> = model
        .findings
        .iter()
        .filter(|finding| finding.code != "isolated-place")
        .map(ToString::to_string)
        .collect();
    assert_eq!(complaints, Vec::<String>::new(), "in the fixture{text}");
    model
}

/// A question about 1,000 t of wheat.
pub(crate) fn wheat(model: &Model, from: &str, to: &str) -> Question {
    Question::new(model, from, to, "wheat", Quantity::Tonnes(1000.0)).unwrap()
}

/// The best open route of an answer.
pub(crate) fn best(answer: &Answer) -> Option<&RouteAnswer> {
    answer.routes.first()
}

/// The links of a route, in order, as text.
pub(crate) fn links(model: &Model, route: &RouteAnswer) -> String {
    let links = route.legs.iter().flat_map(|leg| &leg.links);
    links.map(|(link, _)| model.network.link(*link).id.as_str()).collect::<Vec<_>>().join(" ")
}

/// The number of a link.
pub(crate) fn link(model: &Model, id: &str) -> network::LinkId {
    model.network.link_id(id).unwrap_or_else(|| panic!("no link is called {id}"))
}
