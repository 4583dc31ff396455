//! Links: their lengths as sources have them, and their states over time.

use case::{Finding, Holds, LegalStatus, Mode, Provenance, Row, Sheets, Validity};
use jiff::civil::Date;

use crate::place::{PlaceId, Places, great_circle_km};

/// A link's number in its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

/// The direction in which a link is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From its `from` to its `to`.
    Forward,
    /// From its `to` to its `from`.
    Backward,
}

/// The state of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It can be used.
    Open,
    /// It is there and cannot be used.
    Closed,
    /// It is not there; it is planned.
    Planned,
    /// It is being built.
    UnderConstruction,
    /// It was there.
    Disused,
}

impl LinkState {
    fn of(word: &str) -> Self {
        match word {
            "closed" => Self::Closed,
            "planned" => Self::Planned,
            "under_construction" => Self::UnderConstruction,
            "disused" => Self::Disused,
            _ => Self::Open,
        }
    }

    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Planned => "planned",
            Self::UnderConstruction => "under construction",
            Self::Disused => "disused",
        }
    }

    /// Whether there is something to run on: track that is merely closed counts.
    #[must_use]
    pub fn is_built(self) -> bool {
        matches!(self, Self::Open | Self::Closed)
    }
}

/// A state between two dates.
#[derive(Debug, Clone)]
pub struct StateSpan {
    /// The state.
    pub state: LinkState,
    /// When it holds.
    pub validity: Validity,
    /// When it became known.
    pub known_from: Date,
    /// How binding it is: an announced opening is not an opening.
    pub status: LegalStatus,
    /// Why.
    pub reason: String,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// What a link is on a date, as it was known on another.
#[derive(Debug, Clone, Copy)]
pub struct Condition<'a> {
    /// The state.
    pub state: LinkState,
    /// Whether the state is sure to hold, or its end is unknown.
    pub certain: bool,
    /// The span that says so; nothing where no span does and the link is open for want of news.
    pub span: Option<&'a StateSpan>,
}

/// A sourced length.
#[derive(Debug, Clone)]
pub struct Length {
    /// Kilometres, as the source has them.
    pub km: f64,
    /// Whether it is the one used.
    pub used: bool,
    /// A remark; may be empty.
    pub note: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A line of one mode between two places.
#[derive(Debug, Clone)]
pub struct Link {
    /// Identifier.
    pub id: String,
    /// One end.
    pub from: PlaceId,
    /// The other end.
    pub to: PlaceId,
    /// Mode.
    pub mode: Mode,
    /// The length used, in kilometres.
    pub km: f64,
    /// Track gauge in millimetres; zero off the rails.
    pub gauge_mm: u32,
    /// Who carries and charges on it; empty for anybody.
    pub carrier: String,
    /// The economies it lies in.
    pub territory: Vec<String>,
    /// Traction; may be empty.
    pub traction: String,
    /// Tracks, where known.
    pub tracks: Option<u32>,
    /// Speed in motion, km/h, where it has its own.
    pub speed_kmh: Option<f64>,
    /// Hours in motion, where known as such.
    pub hours: Option<f64>,
    /// What it can pass, and the unit.
    pub capacity: Option<(f64, String)>,
    /// For a ferry: whether wagons and whether trucks roll on.
    pub carries: (bool, bool),
    /// Whether it can be used only from `from` to `to`.
    pub one_way: bool,
    /// Every sourced length.
    pub lengths: Vec<Length>,
    /// Its states over time, by first day.
    pub history: Vec<StateSpan>,
    /// The crossing on it, by number.
    pub crossing: Option<u32>,
    /// The services on it, by number.
    pub services: Vec<u32>,
    /// The seasons that slow it, by number.
    pub seasons: Vec<u32>,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl Link {
    /// What the link is on `date`, by what was known on `known` and by versions of at least the
    /// status `binding`.
    ///
    /// Spans that were not known or do not bind are not seen. A link without news is open; so is
    /// one whose closing nobody knew of yet; and what is planned stays planned past an opening
    /// that was merely announced.
    #[must_use]
    pub fn condition(&self, date: Date, known: Date, binding: LegalStatus) -> Condition<'_> {
        let visible = |span: &StateSpan| span.known_from <= known && span.status >= binding;
        let open = Condition { state: LinkState::Open, certain: true, span: None };
        let follows =
            |next: &StateSpan, span: &StateSpan| span.validity.to == case::End::On(next.validity.from);
        let Some(at) = self.history.iter().rposition(|span| visible(span) && span.validity.from <= date)
        else {
            // Before the news that something is planned or being built, it was not there either.
            let unbuilt =
                |span: &&StateSpan| matches!(span.state, LinkState::Planned | LinkState::UnderConstruction);
            return self.history.first().filter(unbuilt).map_or(open, |span| Condition {
                state: LinkState::Planned,
                certain: true,
                span: Some(span),
            });
        };
        let span = &self.history[at];
        match span.validity.at(date) {
            Holds::Yes => Condition { state: span.state, certain: true, span: Some(span) },
            Holds::Unknown => Condition { state: span.state, certain: false, span: Some(span) },
            // What follows is hidden from the question (not known yet, or only announced), so
            // that the end of the span must not be believed either.
            Holds::No
                if self.history.get(at + 1).is_some_and(|next| !visible(next) && follows(next, span)) =>
            {
                Condition { state: span.state, certain: true, span: Some(span) }
            }
            Holds::No => open,
        }
    }

    /// Days on which its state changes.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.history.iter().flat_map(|span| span.validity.changes().chain([span.known_from]))
    }

    /// The end at which one starts.
    #[must_use]
    pub fn tail(&self, direction: Direction) -> PlaceId {
        if direction == Direction::Forward { self.from } else { self.to }
    }

    /// The end at which one arrives.
    #[must_use]
    pub fn head(&self, direction: Direction) -> PlaceId {
        if direction == Direction::Forward { self.to } else { self.from }
    }

    /// The directions in which it can be used.
    pub fn directions(&self) -> impl Iterator<Item = Direction> {
        std::iter::once(Direction::Forward).chain((!self.one_way).then_some(Direction::Backward))
    }
}

/// Reads `links.csv`, `link_lengths.csv` and `link_history.csv`, and adds them to links.
pub(crate) fn load_links(
    sheets: &mut Sheets,
    places: &Places,
    links: &mut Vec<Link>,
    findings: &mut Vec<Finding>,
) {
    let (first, mut gone) = (links.len(), Vec::new());
    for row in sheets.rows("links") {
        match link(row, places, findings) {
            Some(link) => links.push(link),
            None => gone.push(row.owned("link")),
        }
    }
    sheets.set_aside("links", &gone, findings);
    let find = |links: &[Link], id: &str| links.iter().position(|link| link.id == id);
    for row in sheets.rows("link_lengths") {
        let Some(index) = find(links, row.text("link")) else { continue };
        links[index].lengths.push(Length {
            km: row.value("km"),
            used: row.is_yes("used"),
            note: row.owned("note"),
            provenance: Provenance::of(row),
        });
    }
    for link in &links[first..] {
        let used: Vec<&Length> = link.lengths.iter().filter(|length| length.used).collect();
        let agrees = matches!(used.as_slice(), [only] if (only.km - link.km).abs() < 0.05);
        if !link.lengths.is_empty() && !agrees {
            findings.push(
                Finding::warning(
                    "length-not-sourced",
                    "link_lengths.csv",
                    format!(
                        "{}: links.csv uses {} km, the rows marked as used say {}",
                        link.id,
                        link.km,
                        words(&used)
                    ),
                )
                .valid("exactly one row marked `yes`, with the length that links.csv uses"),
            );
        }
    }
    for row in sheets.rows("link_history") {
        let Some(index) = find(links, row.text("link")) else { continue };
        let Some(span) = state_span(row, findings) else { continue };
        let clash = links[index].history.iter().find(|other| other.validity.overlaps(&span.validity));
        if let Some(other) = clash {
            findings.push(
                row.error(
                    "overlapping-validity",
                    "valid_from",
                    format!(
                        "{}: {} {} overlaps {} {} ({}); the row was left out",
                        row.text("link"),
                        span.state.words(),
                        span.validity.words(),
                        other.state.words(),
                        other.validity.words(),
                        other.provenance.place,
                    ),
                )
                .valid("spans of one link that do not share a day"),
            );
            continue;
        }
        links[index].history.push(span);
    }
    for link in links {
        link.history.sort_by_key(|span| span.validity.from);
    }
}

fn words(lengths: &[&Length]) -> String {
    if lengths.is_empty() {
        return "nothing".to_owned();
    }
    lengths.iter().map(|length| format!("{} km", length.km)).collect::<Vec<_>>().join(" and ")
}

fn link(row: Row<'_>, places: &Places, findings: &mut Vec<Finding>) -> Option<Link> {
    let from = places.id(row.text("from"))?;
    let to = places.id(row.text("to"))?;
    let mode = Mode::of(row.text("mode"))?;
    if from == to {
        findings.push(
            row.error("self-loop", "to", "the link ends where it starts and was left out")
                .valid("another place"),
        );
        return None;
    }
    let gauge_mm = row.count("gauge_mm").unwrap_or(0);
    if (mode == Mode::Rail) != (gauge_mm > 0) {
        findings.push(
            row.error(
                "malformed-value",
                "gauge_mm",
                "a gauge belongs to rail links, and they need one; the link was left out",
            )
            .valid("1520 or 1435 for rail, empty for others"),
        );
        return None;
    }
    for column in ["speed_kmh", "hours"] {
        if row.number(column) == Some(0.0) {
            findings.push(
                row.error("malformed-value", column, "zero; the link was left out")
                    .valid("above zero, or empty"),
            );
            return None;
        }
    }
    let km = row.value("km");
    let straight = great_circle_km(places.get(from), places.get(to));
    // Coordinates are town centres, up to 15 km from the station or berth, at both ends.
    if km + 30.0 < straight && row.number("hours").is_none() {
        findings.push(
            row.warning(
                "too-short",
                "km",
                format!("{km} km is shorter than the straight line of {straight:.0} km"),
            )
            .valid(format!("{straight:.0} km or more, unless a coordinate is wrong")),
        );
    }
    let carries: Vec<&str> = row.list("carries").collect();
    Some(Link {
        id: row.owned("link"),
        from,
        to,
        mode,
        km,
        gauge_mm,
        carrier: row.owned("carrier"),
        territory: row.list("territory").map(str::to_owned).collect(),
        traction: row.owned("traction"),
        tracks: row.count("tracks"),
        speed_kmh: row.number("speed_kmh"),
        hours: row.number("hours"),
        capacity: row.number("capacity").map(|value| (value, row.owned("capacity_unit"))),
        carries: (carries.contains(&"rail"), carries.contains(&"road")),
        one_way: row.is_yes("one_way"),
        lengths: Vec::new(),
        history: Vec::new(),
        crossing: None,
        services: Vec::new(),
        seasons: Vec::new(),
        note: row.owned("note"),
        provenance: Provenance::of(row),
    })
}

fn state_span(row: Row<'_>, findings: &mut Vec<Finding>) -> Option<StateSpan> {
    let validity = load_validity(row, findings)?;
    Some(StateSpan {
        state: LinkState::of(row.text("state")),
        validity,
        known_from: row.date("known_from").unwrap_or(validity.from),
        status: LegalStatus::of(row.text("status"))?,
        reason: row.owned("reason"),
        note: row.owned("note"),
        provenance: Provenance::of(row),
    })
}

/// The span of a row with `valid_from`, `valid_to` and `confirmed_until`; nothing, and a finding,
/// where it ends before it starts.
pub fn load_validity(row: Row<'_>, findings: &mut Vec<Finding>) -> Option<Validity> {
    let validity = Validity {
        from: row.date("valid_from")?,
        to: row.end("valid_to"),
        confirmed_until: row.date("confirmed_until"),
    };
    let ends_early = match validity.to {
        case::End::On(end) => end <= validity.from,
        _ => validity.confirmed_until.is_some_and(|last| last < validity.from),
    };
    if ends_early {
        let column = if matches!(validity.to, case::End::On(_)) { "valid_to" } else { "confirmed_until" };
        findings.push(
            row.error(
                "ends-before-start",
                column,
                format!(
                    "it starts on {} and ends on {}; the row was left out",
                    validity.from,
                    row.text(column)
                ),
            )
            .valid(format!("a day after {}", validity.from)),
        );
        return None;
    }
    if validity.to == case::End::Unknown && validity.confirmed_until.is_none() {
        findings.push(
            row.warning(
                "unknown-end",
                "confirmed_until",
                "the end is unknown and no day of confirmation is given",
            )
            .valid("the last day on which it is known to have held"),
        );
    }
    Some(validity)
}
