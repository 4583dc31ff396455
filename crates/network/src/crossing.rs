//! Border crossings and what is done at them; what is waited for before and on the way.

use case::{Exchange, Finding, Form, Mode, Money, Provenance, Sheets, Validity};

use crate::link::{Direction, Link, LinkId};
use crate::place::{PlaceId, Places};

/// Time with its mean and variance, in hours and hours squared.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Duration {
    /// Mean, h.
    pub hours: f64,
    /// Variance, h².
    pub variance: f64,
}

impl Duration {
    pub(crate) fn of(row: case::Row<'_>) -> Self {
        let sd = row.value("hours_sd");
        Self { hours: row.value("hours_mean"), variance: sd * sd }
    }
}

/// Chapters of the Harmonized System.
const CHAPTERS: usize = 97;

/// HS prefixes; none means every good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoodsScope(pub Vec<String>);

impl GoodsScope {
    /// The scope of a row's cell.
    #[must_use]
    pub fn of(row: case::Row<'_>, column: &str) -> Self {
        Self(row.list(column).map(str::to_owned).collect())
    }

    /// Whether a good is in the scope. A good without a code (mixed goods) is in the scope of
    /// everything, and in one that lists most chapters of the nomenclature: a rule on all goods but
    /// one holds mixed goods too, a rule on grain does not.
    #[must_use]
    pub fn holds(&self, hs: &str) -> bool {
        if hs.is_empty() {
            return self.0.is_empty()
                || self.0.iter().filter(|prefix| prefix.len() == 2).count() > CHAPTERS / 2;
        }
        self.0.is_empty() || self.0.iter().any(|prefix| hs.starts_with(prefix.as_str()))
    }
}

/// Something done at a crossing.
#[derive(Debug, Clone)]
pub struct Activity {
    /// What: `customs`, `phytosanitary` …
    pub name: String,
    /// In which direction along the link; nothing means both.
    pub direction: Option<Direction>,
    /// For which goods.
    pub goods: GoodsScope,
    /// How long it takes.
    pub duration: Duration,
    /// What it costs; nothing where not known.
    pub money: Option<Money>,
    /// Where the figures come from.
    pub provenance: Provenance,
}

/// A border crossing.
#[derive(Debug, Clone)]
pub struct Crossing {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The link it is on.
    pub link: LinkId,
    /// `full`, `internal` (inside a customs union) or `transit`.
    pub customs: String,
    /// Vehicles a day, where known.
    pub capacity: Option<f64>,
    /// What is done there.
    pub activities: Vec<Activity>,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A ferry line, shipping line, flight or train on a link.
#[derive(Debug, Clone)]
pub struct Service {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// The link it runs on.
    pub link: LinkId,
    /// Forms of goods it takes; none means all.
    pub forms: Vec<Form>,
    /// Departures a week, where known.
    pub departures_per_week: Option<f64>,
    /// What a departure takes, and the unit.
    pub capacity: Option<(f64, String)>,
    /// The wait for a departure with room.
    pub wait: Duration,
    /// What it costs; nothing where not known.
    pub money: Option<Money>,
    /// When it runs.
    pub validity: Validity,
    /// A remark; may be empty.
    pub note: String,
    /// Where the figures come from.
    pub provenance: Provenance,
}

/// A wait at the origin before goods leave.
#[derive(Debug, Clone)]
pub struct Wait {
    /// Identifier.
    pub id: String,
    /// What is waited for.
    pub name: String,
    /// In which economy.
    pub economy: String,
    /// At which place; nothing means everywhere in the economy.
    pub place: Option<PlaceId>,
    /// By which mode goods leave.
    pub mode: Mode,
    /// For which goods.
    pub goods: GoodsScope,
    /// How long it takes.
    pub duration: Duration,
    /// Where the figures come from.
    pub provenance: Provenance,
}

/// Days of every year in which a link takes longer.
#[derive(Debug, Clone)]
pub struct Season {
    /// Name.
    pub name: String,
    /// The link.
    pub link: LinkId,
    /// First day as month and day.
    pub from: (i8, i8),
    /// Last day as month and day; may lie in the next year.
    pub to: (i8, i8),
    /// The time it adds.
    pub duration: Duration,
    /// Where the figures come from.
    pub provenance: Provenance,
}

impl Season {
    /// Whether a date lies in the season.
    #[must_use]
    pub fn holds(&self, date: jiff::civil::Date) -> bool {
        let day = (date.month(), date.day());
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            day >= self.from || day <= self.to
        }
    }

    /// The days of a year on which the season starts and has ended.
    pub fn changes(&self, year: i16) -> impl Iterator<Item = jiff::civil::Date> {
        let first = jiff::civil::Date::new(year, self.from.0, self.from.1).ok();
        let after =
            jiff::civil::Date::new(year, self.to.0, self.to.1).ok().and_then(|last| last.tomorrow().ok());
        first.into_iter().chain(after)
    }
}

fn link_of(row: case::Row<'_>, links: &[Link]) -> Option<LinkId> {
    links
        .iter()
        .position(|link| link.id == row.text("link"))
        .and_then(|index| u32::try_from(index).ok())
        .map(LinkId)
}

/// Reads `crossings.csv` and `activities.csv`, adds them to crossings, and notes each crossing on its
/// link.
pub(crate) fn load_crossings(
    sheets: &Sheets,
    links: &mut [Link],
    exchange: &Exchange,
    crossings: &mut Vec<Crossing>,
    findings: &mut Vec<Finding>,
) {
    for row in sheets.rows("crossings") {
        let Some(link) = link_of(row, links) else { continue };
        if links[link.0 as usize].territory.len() < 2 {
            findings.push(
                row.warning(
                    "one-territory",
                    "link",
                    format!("{} crosses a border and lies in one economy", row.text("link")),
                )
                .valid("a link whose territory names the economies on both sides"),
            );
        }
        links[link.0 as usize].crossing = u32::try_from(crossings.len()).ok();
        crossings.push(Crossing {
            id: row.owned("crossing"),
            name: row.owned("name"),
            link,
            customs: row.owned("customs"),
            capacity: row.number("capacity"),
            activities: Vec::new(),
            note: row.owned("note"),
            provenance: Provenance::of(row),
        });
    }
    for row in sheets.rows("activities") {
        let id = row.text("crossing");
        let Some(crossing) = crossings.iter_mut().find(|crossing| crossing.id == id) else {
            findings.push(row.error(
                "unknown-reference",
                "crossing",
                format!("the crossing `{id}` was left out, and this row with it"),
            ));
            continue;
        };
        crossing.activities.push(Activity {
            name: row.owned("activity"),
            direction: match row.text("direction") {
                "forward" => Some(Direction::Forward),
                "backward" => Some(Direction::Backward),
                _ => None,
            },
            goods: GoodsScope::of(row, "goods"),
            duration: Duration::of(row),
            money: Money::of(row, exchange, findings),
            provenance: Provenance::of(row),
        });
    }
}

/// Reads `services.csv`, adds them to services, and notes each service on its link.
pub(crate) fn load_services(
    sheets: &Sheets,
    links: &mut [Link],
    exchange: &Exchange,
    services: &mut Vec<Service>,
    findings: &mut Vec<Finding>,
) {
    for row in sheets.rows("services") {
        let Some(link) = link_of(row, links) else { continue };
        let from = row.date("valid_from").unwrap_or(jiff::civil::Date::constant(1900, 1, 1));
        let to = row.end("valid_to");
        if matches!(to, case::End::On(end) if end <= from) {
            findings.push(
                row.error(
                    "ends-before-start",
                    "valid_to",
                    format!("it starts on {from} and ends on {}", row.text("valid_to")),
                )
                .valid(format!("a day after {from}")),
            );
            continue;
        }
        if let Ok(number) = u32::try_from(services.len()) {
            links[link.0 as usize].services.push(number);
        }
        services.push(Service {
            id: row.owned("service"),
            name: row.owned("name"),
            link,
            forms: row.list("forms").filter_map(Form::of).collect(),
            departures_per_week: row.number("departures_per_week"),
            capacity: row.number("capacity").map(|value| (value, row.owned("capacity_unit"))),
            wait: Duration {
                hours: row.value("wait_hours_mean"),
                variance: row.value("wait_hours_sd") * row.value("wait_hours_sd"),
            },
            money: Money::of(row, exchange, findings),
            // The day of the last news bounds only an end that is unknown.
            validity: Validity {
                from,
                to,
                confirmed_until: row.date("last_confirmed").filter(|_| to == case::End::Unknown),
            },
            note: row.owned("note"),
            provenance: Provenance::of(row),
        });
    }
}

/// Reads `waits.csv`.
#[must_use]
pub(crate) fn load_waits(sheets: &Sheets, places: &Places) -> Vec<Wait> {
    sheets
        .rows("waits")
        .filter_map(|row| {
            Some(Wait {
                id: row.owned("wait"),
                name: row.owned("name"),
                economy: row.owned("economy"),
                place: places.id(row.text("place")),
                mode: Mode::of(row.text("mode"))?,
                goods: GoodsScope::of(row, "goods"),
                duration: Duration::of(row),
                provenance: Provenance::of(row),
            })
        })
        .collect()
}

/// Reads `seasons.csv`, adds them to seasons, and notes each season on its link.
pub(crate) fn load_seasons(sheets: &Sheets, links: &mut [Link], seasons: &mut Vec<Season>) {
    for row in sheets.rows("seasons") {
        let Some(link) = link_of(row, links) else { continue };
        let day = |column: &str| -> Option<(i8, i8)> {
            let (month, day) = row.text(column).split_once('-')?;
            Some((month.parse().ok()?, day.parse().ok()?))
        };
        let (Some(from), Some(to)) = (day("from"), day("to")) else { continue };
        if let Ok(number) = u32::try_from(seasons.len()) {
            links[link.0 as usize].seasons.push(number);
        }
        seasons.push(Season {
            name: row.owned("name"),
            link,
            from,
            to,
            duration: Duration::of(row),
            provenance: Provenance::of(row),
        });
    }
}
