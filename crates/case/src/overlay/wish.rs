//! What a row of an overlay asks for: cells of rows that the case has, or rows to be added.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Finding;
use crate::names::suggestion;
use crate::schema::{Column, Table, table};
use crate::sheet::{Origin, Record, Sheets, key_column};

use super::{Layout, names_a_source, valid};

/// A row of an overlay whose cells can be read. Empty cells are not in it.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) layout: Layout,
    pub(super) cells: BTreeMap<&'static str, String>,
    pub(super) origin: Arc<Origin>,
}

impl Filled {
    fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Whether it can stand for a row that the case does not have.
    pub(super) fn adds_rows(&self) -> bool {
        match self.layout {
            Layout::Table(_) => true,
            Layout::Template(template) => match template.name {
                "rules" => true,
                "quotes" => matches!(self.text("what"), "tariff" | "cost"),
                _ => false,
            },
        }
    }
}

/// Cells to be laid over a table.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) table: &'static Table,
    pub(super) find: Find,
    /// Column of the table, text, and the heading under which it stands in the overlay.
    pub(super) cells: Vec<(&'static str, String, &'static str)>,
    /// What the row says of itself, for a row that is added: a note, the day of confirmation.
    pub(super) about: Vec<(&'static str, String, &'static str)>,
    pub(super) origin: Arc<Origin>,
    /// Whether a cell that says what the case says becomes the user's all the same: a quote confirms
    /// a price, a copy of a table does not confirm all of it.
    pub(super) always: bool,
}

/// Which rows a wish speaks of.
#[derive(Debug)]
pub(super) enum Find {
    /// The one of its own identifying cells; a new one where there is none.
    Own,
    /// These, by position.
    Rows(Vec<usize>),
}

/// The columns of a layout.
pub(super) fn columns_of(layout: Layout) -> &'static [Column] {
    match layout {
        Layout::Template(template) => template.columns(),
        Layout::Table(table) => table.columns,
    }
}

/// Columns of a price, in a table and in the template of quotes. They go together: a new amount in the
/// old currency, or with the old tax, would be another price.
const PRICE: &[&str] = &["amount", "currency", "basis", "vat", "vat_percent", "price_date", "payer"];

/// What a row says of itself rather than of its subject.
const ABOUT: &[&str] = &["note", "last_confirmed"];

/// The first day of whatever has none.
const ALWAYS: &str = "1900-01-01";

/// Turns rows of overlays into wishes.
pub(super) struct Translator<'a> {
    sheets: &'a Sheets,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Translator<'a> {
    pub(super) fn new(sheets: &'a Sheets, findings: &'a mut Vec<Finding>) -> Self {
        Self { sheets, findings }
    }

    /// What a row asks for; nothing, and a finding, where that cannot be told.
    pub(super) fn wishes(&mut self, row: &Filled) -> Vec<Wish> {
        let wishes = match row.layout {
            Layout::Table(table) => self.table_row(row, table),
            Layout::Template(template) => match template.name {
                "distances" => self.distance(row),
                "times" => self.time(row),
                "rules" => self.rule(row),
                _ => self.quote(row),
            },
        };
        wishes.unwrap_or_default()
    }

    fn fail(&mut self, row: &Filled, code: &'static str, column: &str, problem: String, valid: String) {
        let place = &row.origin.place;
        self.findings.push(Finding {
            row: place.row,
            column: Some(column.to_owned()),
            ..Finding::error(code, &*place.file, format!("{problem}; the row was left out")).valid(valid)
        });
    }

    fn missing(&mut self, row: &Filled, column: &str) {
        let valid = valid(columns_of(row.layout), column);
        let what = row.text("what").to_owned();
        self.fail(row, "missing-value", column, format!("a row for a {what} needs `{column}`"), valid);
    }

    /// A row of a table of the case.
    fn table_row(&mut self, row: &Filled, table: &'static Table) -> Option<Vec<Wish>> {
        let cell = |column: &Column| Some((column.name, row.cells.get(column.name)?.clone(), column.name));
        let is_about = |column: &&Column| {
            ABOUT.contains(&column.name) || column.name == "evidence" || column.name == "confidence"
        };
        let named = |column: &&Column| !names_a_source(column);
        let cells =
            table.columns.iter().filter(named).filter(|own| !is_about(own)).filter_map(cell).collect();
        let about = table.columns.iter().filter(|own| ABOUT.contains(&own.name)).filter_map(cell).collect();
        if let Some(key) = key_column(table).filter(|key| row.text(table.columns[*key].name).is_empty()) {
            let name = table.columns[key].name;
            let valid = valid(table.columns, name);
            self.fail(row, "missing-value", name, format!("the row has no `{name}`"), valid);
            return None;
        }
        Some(vec![Wish {
            table,
            find: Find::Own,
            cells,
            about,
            origin: Arc::clone(&row.origin),
            always: false,
        }])
    }

    /// Cells of the rows of a table that fit.
    fn patch(
        &mut self,
        row: &Filled,
        name: &'static str,
        fits: impl Fn(&dyn Fn(&str) -> String) -> bool,
        cells: Vec<(&'static str, String, &'static str)>,
    ) -> Option<Vec<Wish>> {
        let table = table(name)?;
        let sheet = self.sheets.sheets.get(name)?;
        let fits = |record: &Record| {
            let text = |column: &str| {
                let index = table.columns.iter().position(|own| own.name == column);
                index.and_then(|index| record.cells.get(index)).cloned().unwrap_or_default()
            };
            fits(&text)
        };
        let rows: Vec<usize> = (0..sheet.rows.len()).filter(|index| fits(&sheet.rows[*index])).collect();
        if rows.is_empty() {
            return None;
        }
        let origin = Arc::clone(&row.origin);
        Some(vec![Wish { table, find: Find::Rows(rows), cells, about: Vec::new(), origin, always: true }])
    }

    /// Cells of the row that a key column names.
    fn patch_key(
        &mut self,
        row: &Filled,
        name: &'static str,
        column: &'static str,
        cells: Vec<(&'static str, String, &'static str)>,
    ) -> Option<Vec<Wish>> {
        let key = row.text(column).to_owned();
        if key.is_empty() {
            self.missing(row, column);
            return None;
        }
        let wishes = self.patch(row, name, |text| text(column) == key, cells);
        if wishes.is_none() {
            let near = self.near(name, column, &key);
            self.fail(row, "unknown-reference", column, format!("{name} has no `{key}`"), near);
        }
        wishes
    }

    /// The values of a column of a table that are near a text.
    fn near(&self, name: &str, column: &str, text: &str) -> String {
        let known: Vec<&str> = self.sheets.rows(name).map(|row| row.text(column)).collect();
        suggestion(text, known.iter().copied())
    }

    /// Cells of the activities of a crossing.
    fn patch_activity(
        &mut self,
        row: &Filled,
        cells: Vec<(&'static str, String, &'static str)>,
    ) -> Option<Vec<Wish>> {
        for column in ["crossing", "activity"] {
            if row.text(column).is_empty() {
                self.missing(row, column);
                return None;
            }
        }
        let wanted = ["crossing", "activity", "direction", "goods"]
            .map(|column| (column, row.text(column).to_owned()));
        let fits = |text: &dyn Fn(&str) -> String| {
            wanted.iter().all(|(column, cell)| {
                cell.is_empty() && matches!(*column, "direction" | "goods") || text(column) == *cell
            })
        };
        let wishes = self.patch(row, "activities", fits, cells);
        if wishes.is_some() {
            return wishes;
        }
        let crossing = row.text("crossing");
        if !self.sheets.rows("crossings").any(|own| own.text("crossing") == crossing) {
            let near = self.near("crossings", "crossing", crossing);
            self.fail(row, "unknown-reference", "crossing", format!("crossings has no `{crossing}`"), near);
            return None;
        }
        let mut there: Vec<String> = self
            .sheets
            .rows("activities")
            .filter(|own| own.text("crossing") == crossing)
            .map(|own| format!("{} {} {}", own.text("activity"), own.text("direction"), own.text("goods")))
            .map(|own| own.trim().to_owned())
            .collect();
        there.dedup();
        let activity = row.text("activity");
        self.fail(
            row,
            "unknown-reference",
            "activity",
            format!("{crossing} has no `{activity}` of that direction and good"),
            format!(
                "one of {}; a new one, with its time and its price, is a row laid over `activities`",
                there.join(", ")
            ),
        );
        None
    }

    fn distance(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        self.patch_key(row, "links", "link", vec![("km", row.text("km").to_owned(), "km")])
    }

    fn time(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        let hours = |mean: &'static str, sd: &'static str| {
            let mut cells = vec![(mean, row.text("hours_mean").to_owned(), "hours_mean")];
            if !row.text("hours_sd").is_empty() {
                cells.push((sd, row.text("hours_sd").to_owned(), "hours_sd"));
            }
            cells
        };
        let usual = hours("hours_mean", "hours_sd");
        match row.text("what") {
            "link" => {
                if !row.text("hours_sd").is_empty() {
                    let problem = "the spread of a link follows from its hours; this was not read";
                    let place = &row.origin.place;
                    let finding = Finding::warning("not-read", &*place.file, problem)
                        .valid("empty; the parameters `variance_…` say how much an hour adds");
                    self.findings.push(Finding {
                        row: place.row,
                        column: Some("hours_sd".to_owned()),
                        ..finding
                    });
                }
                let cells = vec![("hours", row.text("hours_mean").to_owned(), "hours_mean")];
                self.patch_key(row, "links", "link", cells)
            }
            "activity" => self.patch_activity(row, usual),
            "transfer" => self.patch_key(row, "transfers", "transfer", usual),
            "service" => {
                self.patch_key(row, "services", "service", hours("wait_hours_mean", "wait_hours_sd"))
            }
            "wait" => self.patch_key(row, "waits", "wait", usual),
            _ => self.patch_key(row, "seasons", "season", usual),
        }
    }

    fn rule(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        let (rules, versions) = (table("rules")?, table("rule_versions")?);
        let id = row.text("rule").to_owned();
        let known = self.sheets.rows("rules").any(|own| own.text("rule") == id);
        let last = self.sheets.rows("rule_versions").filter(|own| own.text("rule") == id);
        let last = last.filter_map(|own| own.count("version")).max().unwrap_or(0);
        let given = |column: &'static str, default: &str| {
            let text = row.text(column);
            (column, if text.is_empty() { default.to_owned() } else { text.to_owned() }, column)
        };
        let mut wishes = Vec::new();
        let rule = if known {
            // A version of the case's rule; its title stays unless the user has another.
            let cell = |column: &'static str| Some((column, row.cells.get(column)?.clone(), column));
            ["rule", "title", "issuer"].into_iter().filter_map(cell).collect()
        } else {
            vec![given("rule", ""), given("title", &id), given("issuer", &row.origin.source)]
        };
        let wish = |table, cells, about| Wish {
            table,
            find: Find::Own,
            cells,
            about,
            origin: Arc::clone(&row.origin),
            always: true,
        };
        if !(known && row.text("title").is_empty() && row.text("issuer").is_empty()) {
            wishes.push(wish(rules, rule, Vec::new()));
        }
        let mut cells = vec![
            given("rule", ""),
            given("version", &(last + 1).to_string()),
            given("status", "in_force"),
            given("disputed", "no"),
            given("known_from", row.text("valid_from")),
            given("valid_to", "open"),
            given("movement", "any"),
            given("direction", "any"),
        ];
        let more = versions.columns.iter().filter(|column| {
            !cells.iter().any(|(own, ..)| own == &column.name)
                && !names_a_source(column)
                && !matches!(column.name, "confidence" | "note")
        });
        let more: Vec<_> = more
            .filter_map(|column| Some((column.name, row.cells.get(column.name)?.clone(), column.name)))
            .collect();
        cells.extend(more);
        let about = row.cells.get("note").map(|note| ("note", note.clone(), "note")).into_iter().collect();
        wishes.push(wish(versions, cells, about));
        Some(wishes)
    }

    fn quote(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        let what = row.text("what");
        let own_basis: &[&str] = match what {
            "rule" => &["factor", "percent_of_value"],
            "cost" => &["vehicle_day", "percent_of_value", "percent_of_value_per_year"],
            _ => &[],
        };
        let basis = row.text("basis");
        let usual = crate::schema::BASES;
        if !usual.contains(&basis) && !own_basis.contains(&basis) {
            let valid: Vec<&str> = usual.iter().chain(own_basis).copied().collect();
            let problem = format!("a {what} is not paid for by `{basis}`");
            self.fail(row, "unknown-word", "basis", problem, format!("one of {}", valid.join(", ")));
            return None;
        }
        if basis != "factor" && !basis.starts_with("percent") && row.text("currency").is_empty() {
            self.missing(row, "currency");
            return None;
        }
        let price: Vec<_> =
            PRICE.iter().map(|column| (*column, row.text(column).to_owned(), *column)).collect();
        if !matches!(what, "tariff" | "cost") {
            self.dates_are_not_read(row);
        }
        match what {
            "service" => self.patch_key(row, "services", "service", price),
            "transfer" => self.patch_key(row, "transfers", "transfer", price),
            "activity" => self.patch_activity(row, price),
            "rule" => self.quoted_rule(row),
            "cost" => self.quoted_cost(row),
            _ => self.quoted_tariff(row),
        }
    }

    /// Prices of services, transfers, activities and rules hold on every day, whatever an offer says.
    fn dates_are_not_read(&mut self, row: &Filled) {
        for column in ["valid_from", "valid_to"] {
            if !row.text(column).is_empty() {
                let place = &row.origin.place;
                let problem = "a price of this kind is taken on every day; the date is not read";
                let finding = Finding::warning("not-read", &*place.file, problem)
                    .valid("empty, or a tariff or cost, or a version laid over by `rules`");
                self.findings.push(Finding { row: place.row, column: Some(column.to_owned()), ..finding });
            }
        }
    }

    /// The value of a version of a rule.
    fn quoted_rule(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        let id = row.text("rule").to_owned();
        let version = row.text("version").parse::<u32>().ok().or_else(|| {
            let own = self.sheets.rows("rule_versions").filter(|own| own.text("rule") == id);
            own.filter(|own| own.number("value").is_some()).filter_map(|own| own.count("version")).max()
        });
        if id.is_empty() {
            self.missing(row, "rule");
            return None;
        }
        let basis = row.text("basis");
        let unit = match basis {
            "factor" | "percent_of_value" => basis.to_owned(),
            basis => format!("per_{basis}"),
        };
        let mut cells = vec![("value", row.text("amount").to_owned(), "amount"), ("unit", unit, "basis")];
        let more = ["currency", "vat", "vat_percent", "price_date", "payer"];
        cells.extend(more.map(|column| (column, row.text(column).to_owned(), column)));
        let wanted = version.unwrap_or(0).to_string();
        let fits = |text: &dyn Fn(&str) -> String| text("rule") == id && text("version") == wanted;
        let wishes = self.patch(row, "rule_versions", fits, cells);
        if wishes.is_none() {
            let near = self.near("rules", "rule", &id);
            self.fail(
                row,
                "unknown-reference",
                "rule",
                format!("`{id}` has no such version with a value"),
                near,
            );
        }
        wishes
    }

    /// A base rate; by rail between gates, or for some time only, a rule that sets the rate.
    fn quoted_tariff(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        let mode = Some(row.text("mode")).filter(|mode| !mode.is_empty()).unwrap_or("rail").to_owned();
        if row.text("price_date").is_empty() {
            self.missing(row, "price_date");
            return None;
        }
        let text = |column: &str| row.text(column);
        let is_ruled =
            !(text("gates").is_empty() && text("valid_from").is_empty() && text("valid_to").is_empty());
        if is_ruled && (mode != "rail" || !text("per_km").is_empty()) {
            let problem =
                "gates and dates go with a rate by rail that has no part by the kilometre".to_owned();
            let column = ["gates", "valid_from", "valid_to"].into_iter().find(|own| !text(own).is_empty());
            self.fail(row, "malformed-value", column.unwrap_or_default(), problem, "empty".to_owned());
            return None;
        }
        if !is_ruled && ["per_km", "to_km"].iter().all(|column| text(column).is_empty()) {
            let problem = "one price for every length, near and far, is no tariff".to_owned();
            let valid = "`to_km`, `per_km` or `gates` say what it is for".to_owned();
            self.fail(row, "missing-value", "to_km", problem, valid);
            return None;
        }
        let keep = |name: &'static str, from: &'static str| {
            let text = row.text(from);
            (!text.is_empty()).then(|| (name, text.to_owned(), from))
        };
        let name = |columns: &[&str]| {
            let parts: Vec<String> =
                columns.iter().map(|column| row.text(column).replace('|', "-")).collect();
            let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            format!("quote-{}", parts.join("-"))
        };
        let wish = |table, cells: Vec<(&'static str, String, &'static str)>, about| Wish {
            table,
            find: Find::Own,
            cells,
            about,
            origin: Arc::clone(&row.origin),
            always: true,
        };
        let note: Vec<_> = keep("note", "note").into_iter().collect();
        if !is_ruled {
            let from_km = if text("from_km").is_empty() { "0" } else { text("from_km") };
            let id = name(&["carrier", "mode", "goods", "forms", "from_km", "price_date"]);
            let mut cells = vec![
                ("tariff", id, "what"),
                ("mode", mode, "mode"),
                ("from_km", from_km.to_owned(), "from_km"),
                ("initial", text("amount").to_owned(), "amount"),
                ("per_km", if text("per_km").is_empty() { "0" } else { text("per_km") }.to_owned(), "per_km"),
            ];
            let more = [
                "carrier",
                "forms",
                "goods",
                "to_km",
                "currency",
                "basis",
                "vat",
                "vat_percent",
                "price_date",
            ];
            cells.extend(more.iter().filter_map(|column| keep(column, column)));
            cells.extend(keep("payer", "payer"));
            return Some(vec![wish(table("tariffs")?, cells, note)]);
        }
        let id = name(&["carrier", "gates", "goods", "forms", "from_km", "to_km"]);
        let carrier = if text("carrier").is_empty() { "rail".to_owned() } else { text("carrier").to_owned() };
        let gates = if text("gates").is_empty() { String::new() } else { format!(" by {}", text("gates")) };
        let title = format!("Rate of {carrier}{gates}, as quoted");
        let from = if text("valid_from").is_empty() { ALWAYS } else { text("valid_from") }.to_owned();
        let of_rule = [
            ("rule", id.clone(), "what"),
            ("title", title.clone(), "what"),
            ("issuer", "the user".to_owned(), "what"),
        ];
        // One rule for one scope; offers for different times are versions of it.
        let version = if from == ALWAYS { "1".to_owned() } else { from.replace('-', "") };
        let saying = format!("{title}: {} {} per {}.", text("amount"), text("currency"), text("basis"));
        let word = |name: &'static str, cell: &str| (name, cell.to_owned(), "what");
        let mut cells = vec![
            ("rule", id, "what"),
            ("version", version, "valid_from"),
            word("effect", "tariff_rate"),
            word("status", "in_force"),
            word("disputed", "no"),
            ("known_from", from.clone(), "valid_from"),
            ("valid_from", from, "valid_from"),
            (
                "valid_to",
                if text("valid_to").is_empty() { "open" } else { text("valid_to") }.to_owned(),
                "valid_to",
            ),
            word("modes", "rail"),
            word("movement", "any"),
            word("direction", "any"),
            ("value", text("amount").to_owned(), "amount"),
            ("unit", format!("per_{}", text("basis")), "basis"),
            ("text", saying, "what"),
        ];
        for (name, from) in [
            ("carriers", "carrier"),
            ("gates", "gates"),
            ("min_km", "from_km"),
            ("max_km", "to_km"),
            ("goods", "goods"),
            ("forms", "forms"),
            ("currency", "currency"),
            ("vat", "vat"),
            ("vat_percent", "vat_percent"),
            ("price_date", "price_date"),
            ("payer", "payer"),
        ] {
            cells.extend(keep(name, from));
        }
        Some(vec![
            wish(table("rules")?, of_rule.to_vec(), Vec::new()),
            wish(table("rule_versions")?, cells, note),
        ])
    }

    /// A row of `costs`: the one that is named, or the only one of its item, or a new one.
    fn quoted_cost(&mut self, row: &Filled) -> Option<Vec<Wish>> {
        let table = table("costs")?;
        let item = row.text("item").to_owned();
        let of_item: Vec<&str> = self
            .sheets
            .rows("costs")
            .filter(|own| !item.is_empty() && own.text("item") == item)
            .map(|own| own.text("cost"))
            .collect();
        let id = match (row.text("cost"), of_item.as_slice()) {
            ("", []) if item.is_empty() => {
                self.missing(row, "item");
                return None;
            }
            ("", []) => {
                let scope = ["carrier", "goods", "forms"].map(|column| row.text(column).replace('|', "-"));
                let scope: String =
                    scope.iter().filter(|own| !own.is_empty()).map(|own| format!("-{own}")).collect();
                format!("quote-{item}{scope}")
            }
            ("", [only]) => (*only).to_owned(),
            ("", several) => {
                let problem = format!("the case has several rows for `{item}`");
                self.fail(row, "missing-value", "cost", problem, format!("one of {}", several.join(", ")));
                return None;
            }
            (named, _) => named.to_owned(),
        };
        let is_new = !self.sheets.rows("costs").any(|own| own.text("cost") == id);
        let basis = row.text("basis");
        let unit = if basis.starts_with("percent") { basis.to_owned() } else { format!("per_{basis}") };
        let mut cells = vec![
            ("cost", id, "cost"),
            ("amount", row.text("amount").to_owned(), "amount"),
            ("unit", unit, "basis"),
        ];
        for column in ["currency", "vat", "vat_percent", "price_date", "payer"] {
            if !is_new || !row.text(column).is_empty() {
                cells.push((column, row.text(column).to_owned(), column));
            }
        }
        for (column, from) in [
            ("carriers", "carrier"),
            ("goods", "goods"),
            ("forms", "forms"),
            ("valid_from", "valid_from"),
            ("valid_to", "valid_to"),
        ] {
            if !row.text(from).is_empty() {
                cells.push((column, row.text(from).to_owned(), from));
            }
        }
        if is_new {
            let title = format!("{}, as quoted", item.replace('_', " "));
            cells.push(("item", item, "item"));
            cells.push(("title", title, "item"));
        }
        let about = row.cells.get("note").map(|note| ("note", note.clone(), "note")).into_iter().collect();
        let origin = Arc::clone(&row.origin);
        Some(vec![Wish { table, find: Find::Own, cells, about, origin, always: true }])
    }
}
