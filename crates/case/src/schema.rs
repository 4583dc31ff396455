//! The format of a case: every file, every column, its kind and its meaning.
//!
//! This is the one place where a column is declared. The reader checks cells against it, the
//! reference page `docs/case-format.md` is printed from it, and `ayrum case new` writes its
//! headers. Meaning that spans several rows (overlaps, contradictions) is checked by the crate
//! that gives the rows their meaning.

mod commercial;
mod named_way;
pub mod register;
mod template;
mod trade;

pub use template::{TEMPLATES, Template, template};
pub use trade::{COEFFICIENTS, GROUP_KINDS, MARKET_SIDES, OUTSIDE_KINDS};

/// What a cell of a column must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The row's own identifier, unique in its table: letters, digits, `-`, `_`, `.`.
    Key,
    /// Free text.
    Text,
    /// A number, zero or more.
    Number,
    /// A number of either sign.
    SignedNumber,
    /// A whole number, zero or more.
    Count,
    /// An ISO date, `2025-10-21`.
    Date,
    /// An ISO date, or a year, or a year and month: when something was published.
    RoughDate,
    /// An ISO date; `open` where no end is set; `unknown` where it may have ended.
    End,
    /// A day of the year, `MM-DD`.
    DayOfYear,
    /// `yes` or `no`.
    YesNo,
    /// One of the words given.
    OneOf(&'static [&'static str]),
    /// Some of the words given, separated by `|`.
    SomeOf(&'static [&'static str]),
    /// An identifier of the named table.
    Of(&'static str),
    /// Identifiers of the named table, separated by `|`.
    SeveralOf(&'static str),
    /// Economies or blocs, separated by `|`.
    Parties,
    /// HS code prefixes, separated by `|`; empty means every good.
    Goods,
    /// Alternatives separated by `|`, each a list of conditions joined by `+`.
    Conditions,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether an empty cell is a finding.
    pub required: bool,
    /// The unit of a number, or nothing.
    pub unit: &'static str,
    /// What it means, in one or two sentences.
    pub meaning: &'static str,
}

/// A table of a case: one CSV file.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The file's name without `.csv`.
    pub name: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// Whether a case without the file is incomplete.
    pub required: bool,
    /// The columns whose values together may appear only once.
    pub unique: &'static [&'static str],
    /// Its columns, in the order in which they are written.
    pub columns: &'static [Column],
}

const fn must(name: &'static str, kind: Kind, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, required: true, unit, meaning }
}

const fn may(name: &'static str, kind: Kind, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, required: false, unit, meaning }
}

const SOURCE: Column = must("source", Kind::Of("sources"), "", "Where the row's figures come from.");
const CONFIDENCE: Column = must(
    "confidence",
    Kind::OneOf(CONFIDENCES),
    "",
    "`high`, `medium` or `low`. General knowledge and anything assumed is `low`.",
);
const CONFIRMED: Column = may(
    "last_confirmed",
    Kind::Date,
    "",
    "The last date on which the row was known to hold. Required in spirit wherever the row can change.",
);
const NOTE: Column =
    may("note", Kind::Text, "", "Anything a reader must know, such as a conflict between sources.");
const AMOUNT: Column =
    may("amount", Kind::Number, "money", "Price in `currency` per `basis`; empty means not known.");
const VAT: Column = may(
    "vat",
    Kind::OneOf(VATS),
    "",
    "Whether the price holds value added tax: `none` (zero-rated or exempt), `included`, `excluded`. Empty: not \
     known, and the price is taken as it stands.",
);
const VAT_PERCENT: Column =
    may("vat_percent", Kind::Number, "%", "Rate of value added tax; required where it is `included`.");
const PAYER: Column =
    may("payer", Kind::OneOf(PAYERS), "", "Who pays, where that does not follow from the term of delivery.");
const CURRENCY: Column = may("currency", Kind::Text, "", "ISO 4217 code; rates to the dollar are in `fx`.");
const BASIS: Column = may(
    "basis",
    Kind::OneOf(BASES),
    "",
    "What one `amount` is paid for: a tonne, a vehicle, a TEU, a whole train, a consignment.",
);
const PRICE_DATE: Column = may("price_date", Kind::Date, "", "The date at which the price held.");
const HOURS: Column = must("hours_mean", Kind::Number, "h", "Mean time.");
const HOURS_SD: Column = must("hours_sd", Kind::Number, "h", "Standard deviation of the time.");
const ORIGIN_OF_FIGURE: Column = may(
    "evidence",
    Kind::OneOf(EVIDENCE),
    "",
    "How the figure came about: `observed`, `published`, `quoted` (an offer to the user), `computed`, `calibrated` (chosen so that the model \
     meets an observation) or `assumed`. Empty means `published` where confidence is not low, else `assumed`.",
);

/// Words for how sure a row is.
pub const CONFIDENCES: &[&str] = &["high", "medium", "low"];
/// Words for how a figure came about.
pub const EVIDENCE: &[&str] = &["observed", "published", "quoted", "computed", "calibrated", "assumed"];
/// Words for what a price is paid for.
pub const BASES: &[&str] = &["tonne", "vehicle", "teu", "train", "consignment"];
/// Words for value added tax in a price.
pub const VATS: &[&str] = &["none", "included", "excluded"];
/// Words for who pays.
pub const PAYERS: &[&str] = &["seller", "buyer"];
/// Words for modes of transport.
pub const MODES: &[&str] = &["rail", "road", "ferry", "sea", "air"];
/// Words for the form in which goods travel.
pub const FORMS: &[&str] = &["dry_bulk", "liquid_bulk", "container", "general"];
/// Words for the legal status of a version, weakest first.
pub const STATUSES: &[&str] = &["announced", "initialled", "signed", "ratified", "in_force", "ended"];
/// Words for the state of a link.
pub const STATES: &[&str] = &["open", "closed", "planned", "under_construction", "disused"];
/// Words for what a version of a rule does.
pub const EFFECTS: &[&str] = &[
    "none",
    "ban",
    "embargo",
    "allowed_if",
    "permit",
    "quota",
    "duty",
    "fee",
    "tariff_coefficient",
    "tariff_rate",
    "subsidy",
];
/// Words for how cargo relates to the territory of a rule.
pub const MOVEMENTS: &[&str] = &["any", "transit", "import", "export", "domestic"];
/// Words for the direction in which a rule applies.
pub const DIRECTIONS: &[&str] = &["any", "forward", "backward", "entry", "exit"];
/// Words for the units of a rule's value.
pub const RULE_UNITS: &[&str] = &[
    "percent_of_value",
    "per_tonne",
    "per_vehicle",
    "per_teu",
    "per_train",
    "per_consignment",
    "factor",
    "hours",
    "tonnes_per_year",
];

/// Words for what is done at a crossing.
pub const ACTIVITIES: &[&str] = &[
    "customs",
    "phytosanitary",
    "veterinary",
    "border_guard",
    "transport_control",
    "waiting",
    "gauge_change",
    "technical_inspection",
    "document_check",
    "escort",
    "handover",
    "border_charges",
];

/// Every table of a case, in the order in which the reference page shows them.
pub const TABLES: &[Table] = &joined::<
    { CORRIDOR.len() + named_way::TABLES.len() + trade::TABLES.len() + register::TABLES.len() },
>(&[CORRIDOR, named_way::TABLES, trade::TABLES, register::TABLES]);

const fn joined<const COUNT: usize>(parts: &[&[Table]]) -> [Table; COUNT] {
    let mut tables = [parts[0][0]; COUNT];
    let (mut part, mut row, mut at) = (0, 0, 0);
    while at < COUNT {
        while row == parts[part].len() {
            (part, row) = (part + 1, 0);
        }
        tables[at] = parts[part][row];
        (row, at) = (row + 1, at + 1);
    }
    tables
}

/// The tables of the corridor itself.
const CORRIDOR: &[Table] = &[
    Table {
        name: "sources",
        meaning: "A publication, a data set, or `general-knowledge`. Every other row names one.",
        required: true,
        unique: &["source"],
        columns: &[
            must("source", Kind::Key, "", "Identifier."),
            must("title", Kind::Text, "", "Title, or a description where the page has none."),
            must("publisher", Kind::Text, "", "Who published it."),
            may("date", Kind::RoughDate, "", "When it was published."),
            may("address", Kind::Text, "", "Where it can be found."),
            may("licence", Kind::Text, "", "Licence and the attribution it asks for."),
            NOTE,
        ],
    },
    Table {
        name: "economies",
        meaning: "An economy that ships, receives or is crossed.",
        required: true,
        unique: &["economy"],
        columns: &[
            must("economy", Kind::Key, "", "ISO 3166 alpha-3 code."),
            must("name", Kind::Text, "", "Official English short name."),
            may("aliases", Kind::Text, "", "Other names that a question may use, separated by `|`."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "blocs",
        meaning: "Membership of an economy in a bloc that rules can name.",
        required: false,
        unique: &["bloc", "economy", "from"],
        columns: &[
            must("bloc", Kind::Text, "", "Identifier of the bloc, such as `EAEU`."),
            must("economy", Kind::Of("economies"), "", "The member."),
            must("from", Kind::Date, "", "First day of membership."),
            must("to", Kind::End, "", "Day after the last day, or `open`."),
            SOURCE,
            CONFIDENCE,
        ],
    },
    Table {
        name: "places",
        meaning: "A city, station, port, border post or airport.",
        required: true,
        unique: &["place"],
        columns: &[
            must("place", Kind::Key, "", "Identifier, lower case with hyphens."),
            must("name", Kind::Text, "", "Name in English; any alias is accepted in a question."),
            must("economy", Kind::Of("economies"), "", "The economy it lies in."),
            must("latitude", Kind::SignedNumber, "degrees", "WGS 84."),
            must("longitude", Kind::SignedNumber, "degrees", "WGS 84."),
            must(
                "kind",
                Kind::OneOf(&["city", "station", "port", "border", "airport", "junction"]),
                "",
                "What it mainly is.",
            ),
            may("unlocode", Kind::Text, "", "UN/LOCODE, five letters without a blank."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "aliases",
        meaning: "Another name or spelling of a place, in any script.",
        required: false,
        unique: &["alias"],
        columns: &[
            must("place", Kind::Of("places"), "", "The place."),
            must("alias", Kind::Text, "", "The name or spelling. One alias names one place."),
            must("language", Kind::Text, "", "ISO 639-1 code of the language, or `old` for a former name."),
            SOURCE,
            CONFIDENCE,
        ],
    },
    Table {
        name: "carriers",
        meaning: "A railway, or another carrier with a tariff of its own.",
        required: true,
        unique: &["carrier"],
        columns: &[
            must("carrier", Kind::Key, "", "Identifier, such as `KTZ`."),
            must("name", Kind::Text, "", "Name in English."),
            must("mode", Kind::OneOf(MODES), "", "The mode it carries by."),
            may("economy", Kind::Of("economies"), "", "Where it is at home."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "vehicles",
        meaning: "A unit in which goods are carried: a wagon, a truck, a ship's hold, an aircraft.",
        required: true,
        unique: &["vehicle"],
        columns: &[
            must("vehicle", Kind::Key, "", "Identifier."),
            must("name", Kind::Text, "", "Name in English."),
            must(
                "mode",
                Kind::OneOf(&["rail", "road", "sea", "air"]),
                "",
                "The mode it moves by. Wagons and trucks keep theirs on a ferry.",
            ),
            may("gauge_mm", Kind::Count, "mm", "Track gauge, for rail only."),
            must("form", Kind::OneOf(FORMS), "", "The form of goods it takes."),
            must(
                "tonnes",
                Kind::Number,
                "t",
                "Usual load of one vehicle; `loads` overrides it for a commodity.",
            ),
            may("teu", Kind::Number, "TEU", "Containers a vehicle takes, for container vehicles."),
            may("per_train", Kind::Count, "vehicles", "Vehicles in a usual train, for rail only."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "commodities",
        meaning: "A good, with the grade where it matters.",
        required: true,
        unique: &["commodity"],
        columns: &[
            must("commodity", Kind::Key, "", "Identifier, such as `wheat`."),
            must("name", Kind::Text, "", "Name in English."),
            may("hs", Kind::Text, "", "HS code, 2, 4 or 6 digits; empty for mixed goods."),
            may("grade", Kind::Text, "", "Class or quality, such as `class 3`."),
            must("form", Kind::OneOf(FORMS), "", "The form in which it usually travels."),
            must("unit_value", Kind::Number, "USD/t", "Value of a tonne at origin."),
            must("value_of_time", Kind::Number, "USD/(t h)", "What an hour on the way is worth per tonne."),
            may("price_date", Kind::Date, "", "The date at which the unit value held."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "loads",
        meaning: "What one vehicle takes of one commodity, where it differs from the vehicle's usual load.",
        required: false,
        unique: &["commodity", "vehicle"],
        columns: &[
            must("commodity", Kind::Of("commodities"), "", "The good."),
            must("vehicle", Kind::Of("vehicles"), "", "The vehicle."),
            must("tonnes", Kind::Number, "t", "Load of one vehicle."),
            may("low", Kind::Number, "t", "Low end of what is usual."),
            may("high", Kind::Number, "t", "High end of what is usual."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "links",
        meaning: "A line of one mode between two places. Links run both ways unless `one_way` says otherwise.",
        required: true,
        unique: &["link"],
        columns: &[
            must("link", Kind::Key, "", "Identifier."),
            must("from", Kind::Of("places"), "", "One end; `forward` means from here."),
            must("to", Kind::Of("places"), "", "The other end."),
            must("mode", Kind::OneOf(MODES), "", "Mode of transport."),
            must("km", Kind::Number, "km", "The length used; `link_lengths` keeps every sourced value."),
            may("gauge_mm", Kind::Count, "mm", "Track gauge, for rail."),
            may(
                "carrier",
                Kind::Of("carriers"),
                "",
                "Who carries and charges on it. Empty: anybody, at the mode's general rate.",
            ),
            may(
                "territory",
                Kind::SeveralOf("economies"),
                "",
                "The economies it lies in; empty on the high seas.",
            ),
            may(
                "traction",
                Kind::OneOf(&["diesel", "electric_3kv_dc", "electric_25kv_ac", "electric"]),
                "",
                "Traction, for rail.",
            ),
            may("tracks", Kind::Count, "", "Number of tracks, for rail."),
            may("speed_kmh", Kind::Number, "km/h", "Speed in motion; empty: the mode's parameter `speed_…`."),
            may(
                "hours",
                Kind::Number,
                "h",
                "Time in motion where it is known as such (sailing, flying); overrides km over speed.",
            ),
            may("capacity", Kind::Number, "", "What it can pass in `capacity_unit`; empty: not known."),
            may(
                "capacity_unit",
                Kind::OneOf(&["tonnes_per_year", "trains_per_day", "vehicles_per_day", "teu_per_year"]),
                "",
                "Unit of the capacity.",
            ),
            may(
                "carries",
                Kind::SomeOf(&["rail", "road", "container"]),
                "",
                "For a ferry: what rolls on (`rail` wagons, `road` trucks).",
            ),
            may("one_way", Kind::YesNo, "", "`yes` where it can be used only from `from` to `to`."),
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "link_lengths",
        meaning: "A sourced length of a link, where there is more than one or it is worth showing.",
        required: false,
        unique: &["link", "km", "source"],
        columns: &[
            must("link", Kind::Of("links"), "", "The link."),
            must("km", Kind::Number, "km", "The length as the source has it."),
            must("used", Kind::YesNo, "", "`yes` on the one value that `links.km` uses."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "link_history",
        meaning: "A state of a link between two dates. Spans of one link may not overlap. Before its first span, and \
                  without any, a link is open; what is planned has a first span that says so.",
        required: false,
        unique: &["link", "valid_from"],
        columns: &[
            must("link", Kind::Of("links"), "", "The link."),
            must("state", Kind::OneOf(STATES), "", "Its state in the span."),
            must("valid_from", Kind::Date, "", "First day of the span."),
            must(
                "valid_to",
                Kind::End,
                "",
                "Day after the last day; `open` where no end is set; `unknown` where it may have ended.",
            ),
            may(
                "confirmed_until",
                Kind::Date,
                "",
                "The last day on which the state is known to have held; an `unknown` end needs it. Between it and a dated end the state may have ended.",
            ),
            may("known_from", Kind::Date, "", "When this became known; empty: on `valid_from`."),
            must(
                "status",
                Kind::OneOf(STATUSES),
                "",
                "`in_force` for what is so; `announced` and above for what is planned for a date.",
            ),
            must("reason", Kind::Text, "", "Why, in a few words that a report can print."),
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "crossings",
        meaning: "A border crossing: a link between two territories with the activities that happen there.",
        required: false,
        unique: &["link"],
        columns: &[
            must("crossing", Kind::Key, "", "Identifier."),
            must("name", Kind::Text, "", "Name that a report can print."),
            must("link", Kind::Of("links"), "", "The link that crosses the border."),
            must(
                "customs",
                Kind::OneOf(&["full", "internal", "transit"]),
                "",
                "`internal` inside a customs union, else `full`.",
            ),
            may(
                "capacity",
                Kind::Number,
                "vehicles/day",
                "Vehicles of the mode that can pass a day, both ways.",
            ),
            may("open_hours", Kind::Number, "h/day", "Hours a day in which it works; empty: not known."),
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "activities",
        meaning: "What is done at a crossing, with its time and money. Activities of one crossing add up.",
        required: false,
        unique: &["crossing", "direction", "activity", "goods"],
        columns: &[
            must("crossing", Kind::Of("crossings"), "", "The crossing."),
            must(
                "direction",
                Kind::OneOf(&["any", "forward", "backward"]),
                "",
                "Direction along the crossing's link.",
            ),
            must("activity", Kind::OneOf(ACTIVITIES), "", "What is done."),
            may("goods", Kind::Goods, "", "HS prefixes it is done for; empty: all."),
            HOURS,
            HOURS_SD,
            AMOUNT,
            CURRENCY,
            BASIS,
            VAT,
            VAT_PERCENT,
            PRICE_DATE,
            PAYER,
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "transfers",
        meaning: "A change of mode, gauge or vehicle at a place, and loading and unloading (`from` or `to` mode `store`).",
        required: true,
        unique: &["transfer"],
        columns: &[
            must("transfer", Kind::Key, "", "Identifier."),
            must(
                "place",
                Kind::Text,
                "",
                "The place, or `*` for every place that has no row of its own (loading and unloading only).",
            ),
            must(
                "from_mode",
                Kind::OneOf(&["store", "rail", "road", "ferry", "sea", "air"]),
                "",
                "Mode before.",
            ),
            may("from_gauge_mm", Kind::Count, "mm", "Gauge before, for rail."),
            must(
                "to_mode",
                Kind::OneOf(&["store", "rail", "road", "ferry", "sea", "air"]),
                "",
                "Mode after.",
            ),
            may("to_gauge_mm", Kind::Count, "mm", "Gauge after, for rail."),
            may("forms", Kind::SomeOf(FORMS), "", "Forms of goods it serves; empty: all."),
            must("both_ways", Kind::YesNo, "", "Whether the reverse is possible at the same time and price."),
            HOURS,
            HOURS_SD,
            AMOUNT,
            CURRENCY,
            BASIS,
            VAT,
            VAT_PERCENT,
            PRICE_DATE,
            PAYER,
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "services",
        meaning: "A ferry line, shipping line, flight or train that runs on a link at intervals, with what boarding it means.",
        required: false,
        unique: &["service"],
        columns: &[
            must("service", Kind::Key, "", "Identifier."),
            must("name", Kind::Text, "", "Name that a report can print."),
            must("link", Kind::Of("links"), "", "The link it runs on."),
            may("forms", Kind::SomeOf(FORMS), "", "Forms of goods it takes; empty: all."),
            may("departures_per_week", Kind::Number, "1/week", "Departures; empty: not known."),
            may("capacity", Kind::Number, "", "What one departure takes in `capacity_unit`."),
            may(
                "capacity_unit",
                Kind::OneOf(&["wagons", "trucks", "teu", "tonnes"]),
                "",
                "Unit of the capacity.",
            ),
            must(
                "wait_hours_mean",
                Kind::Number,
                "h",
                "Mean wait for a departure with room, port queue included.",
            ),
            must("wait_hours_sd", Kind::Number, "h", "Its standard deviation."),
            AMOUNT,
            CURRENCY,
            BASIS,
            VAT,
            VAT_PERCENT,
            PRICE_DATE,
            PAYER,
            may("valid_from", Kind::Date, "", "First day of service; empty: before the case."),
            may("valid_to", Kind::End, "", "Day after the last day of service; empty: `open`."),
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "waits",
        meaning: "Time that passes at the origin before goods leave: wagons, plan approval, a booking.",
        required: false,
        unique: &["wait"],
        columns: &[
            must("wait", Kind::Key, "", "Identifier."),
            must("name", Kind::Text, "", "What is waited for, as a report can print it."),
            must("economy", Kind::Of("economies"), "", "Where."),
            may("place", Kind::Of("places"), "", "Only at this place; empty: everywhere in the economy."),
            must("mode", Kind::OneOf(&["rail", "road", "sea", "air"]), "", "By which mode goods leave."),
            may("goods", Kind::Goods, "", "HS prefixes; empty: all."),
            HOURS,
            HOURS_SD,
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "seasons",
        meaning: "Days of every year in which a link takes longer and less surely, such as a pass in winter.",
        required: false,
        unique: &["season"],
        columns: &[
            must("season", Kind::Key, "", "Identifier."),
            must("name", Kind::Text, "", "Name that a report can print."),
            must("link", Kind::Of("links"), "", "The link."),
            must("from", Kind::DayOfYear, "", "First day, `MM-DD`."),
            must("to", Kind::DayOfYear, "", "Last day, `MM-DD`; may lie in the next year."),
            HOURS,
            HOURS_SD,
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "tariffs",
        meaning: "A base rate: for a haul of L km within the band, `initial` + `per_km` × L per tonne, or per `basis`. Rail bands apply to the \
                  whole haul on one railway; other modes are charged per link. Dated multipliers are rules \
                  (`tariff_coefficient`).",
        required: true,
        unique: &["carrier", "mode", "forms", "goods", "from_km", "price_date"],
        columns: &[
            must("tariff", Kind::Key, "", "Identifier."),
            may(
                "carrier",
                Kind::Of("carriers"),
                "",
                "Whose rate; empty: any carrier of the mode without one of its own.",
            ),
            must("mode", Kind::OneOf(MODES), "", "Mode."),
            may("forms", Kind::SomeOf(FORMS), "", "Forms of goods; empty: all."),
            may("goods", Kind::Goods, "", "HS prefixes; empty: all. The most particular row wins."),
            must("from_km", Kind::Number, "km", "The band holds from here …"),
            may("to_km", Kind::Number, "km", "… up to, but not including, here; empty: no limit."),
            must(
                "initial",
                Kind::Number,
                "currency/basis",
                "Part of the rate that does not depend on distance.",
            ),
            must("per_km", Kind::Number, "currency/(basis km)", "Part of the rate per kilometre."),
            must("currency", Kind::Text, "", "ISO 4217 code."),
            may("basis", Kind::OneOf(BASES), "", "What the rate is paid for; empty: a tonne."),
            VAT,
            VAT_PERCENT,
            must("price_date", Kind::Date, "", "The date at which the rate held."),
            PAYER,
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "emissions",
        meaning: "Greenhouse gas intensity of a mode, well to wheel (ISO 14083).",
        required: true,
        unique: &["mode", "traction"],
        columns: &[
            must("mode", Kind::OneOf(MODES), "", "Mode."),
            may(
                "traction",
                Kind::Text,
                "",
                "Traction of the link (rail); empty: any without a row of its own.",
            ),
            must("grams_per_tonne_km", Kind::Number, "g CO2e/(t km)", "Intensity."),
            may("low", Kind::Number, "g CO2e/(t km)", "Low end of the range."),
            may("high", Kind::Number, "g CO2e/(t km)", "High end of the range."),
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "parameters",
        meaning: "A single figure of the model, such as the reliability ratio.",
        required: true,
        unique: &["parameter"],
        columns: &[
            must("parameter", Kind::Key, "", "Identifier; the reference page lists the ones that are read."),
            must("value", Kind::Number, "`unit`", "The value used."),
            must("unit", Kind::Text, "", "Its unit."),
            may("low", Kind::Number, "`unit`", "Low end of the range."),
            may("high", Kind::Number, "`unit`", "High end of the range."),
            ORIGIN_OF_FIGURE,
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "fx",
        meaning: "A rate of exchange to the dollar on a date. Money is converted at the rate nearest to its price date.",
        required: false,
        unique: &["currency", "date"],
        columns: &[
            must("currency", Kind::Text, "", "ISO 4217 code."),
            must("date", Kind::Date, "", "The date of the rate."),
            must("per_usd", Kind::Number, "currency/USD", "Units of the currency for one dollar."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    commercial::PRICE_INDICES,
    commercial::ORIGIN_PRICES,
    commercial::COSTS,
    commercial::DOCUMENTS,
    Table {
        name: "rules",
        meaning: "A rule: who may carry what where, or what it costs. What it says when is in `rule_versions`.",
        required: false,
        unique: &["rule"],
        columns: &[
            must("rule", Kind::Key, "", "Identifier."),
            must("title", Kind::Text, "", "Title that a report can print."),
            must("issuer", Kind::Text, "", "Who made it."),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
    Table {
        name: "rule_versions",
        meaning: "One version of a rule. For a date, the version that speaks is the last one known, by the known date, whose \
                  validity holds the date; lifting a ban is a version with the effect `none` and the status `ended`. A version replaces the whole rule, its scope included: what \
                  holds beside it is a rule of its own. All scope \
                  columns that are filled must match.",
        required: false,
        unique: &["rule", "version"],
        columns: &[
            must("rule", Kind::Of("rules"), "", "The rule."),
            must("version", Kind::Count, "", "Its number within the rule, from 1."),
            must(
                "effect",
                Kind::OneOf(EFFECTS),
                "",
                "What it does. `ban` forbids by law, `embargo` is a railway's or port's operational stop, \
                  `allowed_if` forbids unless one of `conditions` is met, `permit` allows with a paper, `quota` limits, `tariff_coefficient` \
                  multiplies a rail tariff, `tariff_rate` replaces it.",
            ),
            must(
                "status",
                Kind::OneOf(STATUSES),
                "",
                "Legal status; by default only `in_force` and `ended` bind.",
            ),
            must(
                "disputed",
                Kind::YesNo,
                "",
                "`yes` where its existence or content is disputed; by default such versions are shown, not applied.",
            ),
            must("known_from", Kind::Date, "", "When it became public."),
            must("valid_from", Kind::Date, "", "First day on which it holds."),
            must(
                "valid_to",
                Kind::End,
                "",
                "Day after the last day; `open` where no end is set; `unknown` where it may have ended.",
            ),
            may(
                "confirmed_until",
                Kind::Date,
                "",
                "The last day on which it is known to have held; an `unknown` end needs it. Later, what it closes is \
                  neither open nor closed but not known.",
            ),
            may("territory", Kind::SeveralOf("economies"), "", "Scope: links in one of these economies."),
            may(
                "places",
                Kind::SeveralOf("places"),
                "",
                "Scope: whatever starts, ends, is loaded or transferred at one of these places.",
            ),
            may("links", Kind::SeveralOf("links"), "", "Scope: these links."),
            may("carriers", Kind::SeveralOf("carriers"), "", "Scope: links of these carriers."),
            may("modes", Kind::SomeOf(MODES), "", "Scope: these modes."),
            must(
                "movement",
                Kind::OneOf(MOVEMENTS),
                "",
                "Scope: how the goods relate to `territory` (`transit`: neither from nor to it).",
            ),
            must(
                "direction",
                Kind::OneOf(DIRECTIONS),
                "",
                "Scope: `forward`/`backward` along a link, `entry`/`exit` of the territory.",
            ),
            may("origins", Kind::Parties, "", "Class: goods of these economies or blocs."),
            may("destinations", Kind::Parties, "", "Class: goods for these economies or blocs."),
            may("goods", Kind::Goods, "", "Class: HS prefixes."),
            may("forms", Kind::SomeOf(FORMS), "", "Class: forms of goods."),
            may(
                "gates",
                Kind::SeveralOf("places"),
                "",
                "For tariffs: the haul begins or ends at one of these places.",
            ),
            may("min_km", Kind::Number, "km", "For tariffs: hauls of at least this length."),
            may("max_km", Kind::Number, "km", "For tariffs: hauls shorter than this."),
            may("value", Kind::Number, "`unit`", "What it amounts to."),
            may("unit", Kind::OneOf(RULE_UNITS), "", "Unit of the value."),
            may("currency", Kind::Text, "", "ISO 4217 code, where the value is money."),
            VAT,
            VAT_PERCENT,
            may("price_date", Kind::Date, "", "The date at which the money held; empty: `valid_from`."),
            PAYER,
            may(
                "conditions",
                Kind::Conditions,
                "",
                "For `allowed_if` and `permit`: what opens it, alternatives by `|`, joint conditions by `+`.",
            ),
            must("text", Kind::Text, "", "What it says, in one sentence that a report can print."),
            SOURCE,
            CONFIDENCE,
            CONFIRMED,
            NOTE,
        ],
    },
    Table {
        name: "observations",
        meaning: "A movement of real cargo, as an interval: what the model is calibrated to and compared with.",
        required: false,
        unique: &["observation"],
        columns: &[
            must("observation", Kind::Key, "", "Identifier."),
            must("title", Kind::Text, "", "Title that a report can print."),
            must("from", Kind::Of("places"), "", "Where the time starts."),
            must("to", Kind::Of("places"), "", "Where it ends."),
            may("via", Kind::SeveralOf("places"), "", "Places on the way, in order."),
            must("commodity", Kind::Of("commodities"), "", "What moved."),
            must("origin_economy", Kind::Of("economies"), "", "Whose goods."),
            must("destination_economy", Kind::Of("economies"), "", "For whom."),
            must("date", Kind::Date, "", "The day of the start, for the rules that held."),
            may("hours_min", Kind::Number, "h", "Least time the reports allow."),
            may("hours_max", Kind::Number, "h", "Most time the reports allow."),
            may("tonnes", Kind::Number, "t", "Tonnes, where reported."),
            may("vehicles", Kind::Count, "", "Wagons or trucks, where reported."),
            must(
                "what_counts",
                Kind::Text,
                "",
                "Which events bound the interval, and conflicts between reports.",
            ),
            may(
                "used_for_calibration",
                Kind::YesNo,
                "",
                "Whether a figure of the case was chosen to meet it.",
            ),
            SOURCE,
            CONFIDENCE,
            NOTE,
        ],
    },
];

/// The table of that name.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}
