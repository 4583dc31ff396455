//! New rows: what a measure adds is written as rows of the case's tables and read by its loaders.

use std::collections::BTreeMap;

use case::{Finding, LegalStatus, LooseRow, Sheets};
use jiff::civil::Date;
use network::{LinkState, StateSpan};
use serde::Serialize;

use super::ruling::{carve, next_number};
use super::{Patching, span, way};
use crate::measure::{AddFlight, AddPlace, AddVersion, Change, Measure, TariffMultiplier, Window};

/// Cells by column.
type Cells = BTreeMap<String, String>;

/// A measure that adds rows, and the identifier of what it adds.
struct Addition<'m> {
    number: usize,
    measure: &'m Measure,
    table: &'static str,
    key: String,
}

impl Patching<'_> {
    /// Adds all rows that measures add, whatever their order.
    pub(super) fn add_all(&mut self, measures: &[Measure]) {
        let mut rows: Vec<LooseRow> = Vec::new();
        let mut added: Vec<Addition<'_>> = Vec::new();
        let airports = places_of(measures);
        for (number, measure) in measures.iter().enumerate() {
            let row = |table, cells| LooseRow {
                table,
                cells,
                provenance: measure.provenance(self.base),
                place: measure.place.clone(),
            };
            let mut add = |table: &'static str, key: &str, cells: Cells| {
                rows.push(row(table, cells));
                added.push(Addition { number, measure, table, key: key.to_owned() });
            };
            match &measure.change {
                Change::AddPlace(own) => {
                    let mut cells = cells_of(own);
                    if let Some(kind) = cells.remove("place_kind") {
                        cells.insert("kind".to_owned(), kind);
                    }
                    add("places", &own.place, cells);
                }
                Change::AddLink(own) => add("links", &own.link, cells_of(own)),
                Change::AddService(own) => {
                    add("services", &own.service, with_dates(cells_of(own), measure));
                }
                Change::AddFlight(own) => {
                    let (link, new) = self.air_link(own, &airports);
                    if let Some(new) = new {
                        // Two flights may share a new link: it is there on the days of either.
                        if !rows.iter().any(|row| is_link(row, &link)) {
                            rows.push(row("links", new));
                        }
                        added.push(Addition { number, measure, table: "links", key: link.clone() });
                    }
                    rows.push(row("services", flight_cells(own, &link, measure)));
                    added.push(Addition { number, measure, table: "services", key: own.service.clone() });
                }
                // What has no dates is there on the days of the measure only.
                Change::AddCrossing(own) if self.has_crossing(&own.link) => {
                    let problem = format!("{} has a crossing already", own.link);
                    let valid = "a link without one, or `add-activity`";
                    self.fault(measure, "duplicate-row", "link", problem, valid);
                }
                Change::AddCrossing(own) if self.in_force(measure.window()) => {
                    add("crossings", &own.crossing, cells_of(own));
                }
                Change::AddActivity(own) if self.in_force(measure.window()) => {
                    let mut cells = cells_of(own);
                    cells.entry("direction".to_owned()).or_insert_with(|| "any".to_owned());
                    add("activities", &format!("{} {}", own.crossing, own.activity), cells);
                }
                Change::AddTransfer(own) if self.in_force(measure.window()) => {
                    let mut cells = cells_of(own);
                    let both = if own.both_ways { "yes" } else { "no" };
                    cells.insert("both_ways".to_owned(), both.to_owned());
                    add("transfers", &own.transfer, cells);
                }
                _ => {}
            }
        }
        let known = std::sync::Arc::clone(&self.model.identifiers);
        let mut findings = Vec::new();
        self.new_rules(measures, &mut rows, &mut added);
        if rows.is_empty() && added.is_empty() {
            return;
        }
        let mut sheets = Sheets::of_loose(&rows, &known, &mut findings);
        self.identifiers().extend(&sheets);
        let first_link = self.model.network.links.len();
        let model = &mut self.model;
        model.network.extend(&model.case, &mut sheets, &mut findings);
        model.regime.rules.extend(&model.case, &model.network, &sheets, &mut findings);
        self.findings.extend(findings);
        for addition in &added {
            self.note_added(addition, first_link);
        }
        self.check_links(&added);
    }

    /// What is doubtful about links that were added, beside the others: a border without a crossing, a
    /// railway without a carrier.
    fn check_links(&mut self, added: &[Addition<'_>]) {
        let links: Vec<&Addition<'_>> = added.iter().filter(|own| own.table == "links").collect();
        if links.is_empty() {
            return;
        }
        let mut doubts = Vec::new();
        self.model.network.check(&mut doubts);
        for doubt in doubts {
            let of = |own: &&&Addition<'_>| {
                doubt.problem.strip_prefix(&*own.key).is_some_and(|rest| rest.starts_with(':'))
            };
            if let Some(own) = links.iter().find(of) {
                let place = &own.measure.place;
                let (file, column) = (place.file.to_string(), Some("link".to_owned()));
                self.findings.push(Finding { file, row: place.row, column, ..doubt });
            }
        }
    }

    fn has_crossing(&self, link: &str) -> bool {
        let network = &self.base.network;
        network.link_id(link).is_some_and(|link| network.link(link).crossing.is_some())
    }

    /// Claims what was added, so that two measures that add one thing are found, and gives links their
    /// days.
    fn note_added(&mut self, addition: &Addition<'_>, first_link: usize) {
        let Addition { number, measure, table, key } = addition;
        let column = if *table == "rules" { "versions" } else { "row" };
        let after = format!("added: {}", measure.change.words(self.base));
        let of_a_flight = *table == "links" && matches!(measure.change, Change::AddFlight(_));
        if of_a_flight && self.in_force(measure.window()) {
            self.touched.links.insert(key.clone());
        } else if !of_a_flight {
            self.claim((*number, measure), (table, key, column), "", after);
        }
        if *table == "activities" && self.in_force(measure.window()) {
            let crossing = key.split(' ').next().unwrap_or_default().to_owned();
            self.touched.crossings.insert(crossing);
        }
        if *table != "links" {
            return;
        }
        let provenance = measure.provenance(self.base);
        let Some(link) = self.model.network.link_id(key).filter(|link| link.0 as usize >= first_link) else {
            return;
        };
        let span_of = |state: LinkState, validity, reason: &str| StateSpan {
            state,
            validity,
            known_from: Date::MIN,
            status: LegalStatus::InForce,
            reason: reason.to_owned(),
            note: String::new(),
            provenance: provenance.clone(),
        };
        let always = span::whole(Window { from: Date::MIN, until: None });
        let history = &mut self.model.network.links[link.0 as usize].history;
        if history.is_empty() {
            history.push(span_of(LinkState::Planned, always, "Not there without the scenario"));
        }
        let open =
            span_of(LinkState::Open, span::whole(measure.window()), "Open by assumption of the scenario");
        way::put_state(history, measure.window(), open);
    }

    /// The link of a flight: the one between the airports, else a new one along the great circle.
    fn air_link(&self, flight: &AddFlight, airports: &BTreeMap<&str, Airport>) -> (String, Option<Cells>) {
        let network = &self.base.network;
        let airport = |id: &str| {
            let place = network.places.id(id).map(|place| network.places.get(place));
            let of_case = place.map(|place| Airport {
                latitude: place.latitude,
                longitude: place.longitude,
                economy: place.economy.clone(),
            });
            of_case.or_else(|| airports.get(id).cloned())
        };
        let joins = |link: &&network::Link| {
            let ends = [link.from, link.to].map(|place| network.places.get(place).id.as_str());
            link.mode == case::Mode::Air
                && (ends == [flight.from.as_str(), &flight.to] || ends == [flight.to.as_str(), &flight.from])
        };
        if let Some(link) = network.links.iter().find(joins) {
            return (link.id.clone(), None);
        }
        let id = format!("air-{}-{}", flight.from, flight.to);
        let mut cells = Cells::new();
        let mut put = |column: &str, cell: String| drop(cells.insert(column.to_owned(), cell));
        put("link", id.clone());
        put("from", flight.from.clone());
        put("to", flight.to.clone());
        put("mode", "air".to_owned());
        if let (Some(from), Some(to)) = (airport(&flight.from), airport(&flight.to)) {
            put("km", format!("{:.0}", from.km_to(&to)));
            let both = [from.economy.as_str(), to.economy.as_str()];
            put("territory", if both[0] == both[1] { both[0].to_owned() } else { both.join("|") });
        } else {
            // An unknown airport is a finding of its own.
            put("km", "1".to_owned());
        }
        (id, Some(cells))
    }

    /// New rules and versions. The days of a measure are cut out of what its rule said before.
    fn new_rules<'m>(
        &mut self,
        measures: &'m [Measure],
        rows: &mut Vec<LooseRow>,
        added: &mut Vec<Addition<'m>>,
    ) {
        let mut more: BTreeMap<String, u32> = BTreeMap::new();
        for (number, measure) in measures.iter().enumerate() {
            let (version, is_new) = match &measure.change {
                Change::AddVersion(version) => (version.clone(), false),
                Change::AddRule(version) => (version.clone(), true),
                Change::TariffMultiplier(multiplier) => (coefficient(multiplier, measure), true),
                _ => continue,
            };
            let rules = &self.model.regime.rules.rules;
            let rule = rules.iter().position(|rule| rule.id == version.rule).map(|rule| rule as u32);
            // A multiplier in the same scope on other days is one more version of the same rule.
            let again = rows.iter().any(|row| row.table == "rules" && row.cells["rule"] == version.rule);
            match (is_new, rule) {
                (false, None) if !again => {
                    self.unknown(measure, "rules", "rule", &version.rule);
                    continue;
                }
                (true, Some(_)) => {
                    let problem = format!("there is a rule `{}` already", version.rule);
                    self.fault(
                        measure,
                        "duplicate-row",
                        "rule",
                        problem,
                        "a name of its own, or `add-version`",
                    );
                    continue;
                }
                (true, None) if version.title.is_empty() || version.issuer.is_empty() => {
                    let problem = "a new rule needs a title and an issuer".to_owned();
                    self.fault(measure, "missing-value", "title", problem, "`title = …` and `issuer = …`");
                    continue;
                }
                _ => {}
            }
            let row = |table, cells| LooseRow {
                table,
                cells,
                provenance: measure.provenance(self.base),
                place: measure.place.clone(),
            };
            if is_new && !again {
                let texts = [("rule", &version.rule), ("title", &version.title), ("issuer", &version.issuer)];
                let cells = texts.map(|(column, text)| (column.to_owned(), text.clone()));
                rows.push(row("rules", cells.into_iter().collect()));
            }
            let first = rule.map_or(1, |rule| next_number(&self.model, rule));
            let next = more.entry(version.rule.clone()).or_insert(first);
            // Of two that hold on one day the later is used: it became known later.
            let behind = jiff::Span::new().days(i64::from(*next - first));
            let known = self.first_known(measure).checked_add(behind).unwrap_or(measure.about.date.0);
            rows.push(row("rule_versions", version_cells(&version, *next, known, measure)));
            *next += 1;
            added.push(Addition { number, measure, table: "rules", key: version.rule.clone() });
            if let Some(rule) = rule {
                carve(&mut self.model, rule, measure.window(), |_| None);
            }
        }
    }
}

/// Where an airport lies that a measure adds.
#[derive(Debug, Clone)]
struct Airport {
    latitude: f64,
    longitude: f64,
    economy: String,
}

impl Airport {
    fn km_to(&self, other: &Self) -> f64 {
        network::great_circle_between((self.latitude, self.longitude), (other.latitude, other.longitude))
    }
}

/// Where the places lie that measures add.
fn places_of(measures: &[Measure]) -> BTreeMap<&str, Airport> {
    let added = measures.iter().filter_map(|measure| match &measure.change {
        Change::AddPlace(own) => Some(own),
        _ => None,
    });
    let airport = |own: &AddPlace| Airport {
        latitude: own.latitude,
        longitude: own.longitude,
        economy: own.economy.clone(),
    };
    added.map(|own| (own.place.as_str(), airport(own))).collect()
}

fn is_link(row: &LooseRow, id: &str) -> bool {
    row.table == "links" && row.cells.get("link").is_some_and(|own| own == id)
}

/// The fields of a kind as cells.
fn cells_of(fields: &impl Serialize) -> Cells {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(fields) else { return Cells::new() };
    fields.into_iter().map(|(name, value)| (name, cell(&value))).collect()
}

fn cell(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        serde_json::Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string())
        }
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(all) => all.iter().map(cell).collect::<Vec<_>>().join("|"),
        serde_json::Value::Null | serde_json::Value::Object(_) => String::new(),
    }
}

fn with_dates(mut cells: Cells, measure: &Measure) -> Cells {
    cells.insert("valid_from".to_owned(), measure.about.date.0.to_string());
    let until = measure.about.until.map_or_else(|| "open".to_owned(), |day| day.0.to_string());
    cells.insert("valid_to".to_owned(), until);
    if !measure.about.note.is_empty() {
        cells.insert("note".to_owned(), measure.about.note.clone());
    }
    cells
}

fn flight_cells(flight: &AddFlight, link: &str, measure: &Measure) -> Cells {
    let mut cells = with_dates(cells_of(flight), measure);
    for column in ["from", "to"] {
        cells.remove(column);
    }
    cells.insert("link".to_owned(), link.to_owned());
    if flight.capacity.is_some() {
        cells.insert("capacity_unit".to_owned(), "tonnes".to_owned());
    }
    cells
}

fn version_cells(version: &AddVersion, number: u32, known: Date, measure: &Measure) -> Cells {
    let mut cells = with_dates(cells_of(version), measure);
    for column in ["title", "issuer"] {
        cells.remove(column);
    }
    let mut put = |column: &str, cell: &str| {
        cells.entry(column.to_owned()).or_insert_with(|| cell.to_owned());
    };
    put("version", &number.to_string());
    put("status", "in_force");
    put("disputed", "no");
    put("known_from", &known.to_string());
    put("movement", "any");
    put("direction", "any");
    cells
}

/// A railway's multiplier as the version of a rule.
fn coefficient(multiplier: &TariffMultiplier, measure: &Measure) -> AddVersion {
    let own = multiplier.clone();
    let scope = [&own.carriers, &own.gates, &own.origins, &own.destinations, &own.goods, &own.forms];
    let parts: Vec<String> = scope.iter().filter(|all| !all.is_empty()).map(|all| all.join("-")).collect();
    let rule = if own.rule.is_empty() {
        format!("multiplier-{}", parts.join("-")).to_lowercase()
    } else {
        own.rule.clone()
    };
    let text = format!("{} × its tariff.", own.factor);
    AddVersion {
        rule,
        title: format!("Tariff of {} × {}", own.carriers.join(", "), own.factor),
        issuer: measure.place.file.to_string(),
        effect: "tariff_coefficient".to_owned(),
        text: if measure.about.note.is_empty() { text } else { measure.about.note.clone() },
        carriers: own.carriers,
        modes: vec!["rail".to_owned()],
        origins: own.origins,
        destinations: own.destinations,
        goods: own.goods,
        forms: own.forms,
        gates: own.gates,
        min_km: own.min_km,
        max_km: own.max_km,
        value: Some(own.factor),
        unit: "factor".to_owned(),
        ..AddVersion::default()
    }
}
