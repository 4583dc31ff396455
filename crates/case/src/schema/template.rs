//! Templates of overlays: simple tables for what users have, declared like the tables of a case.
//!
//! Each says how its rows become cells of the case: see the crate's module `overlay`. The examples
//! fit the case inside the program; a test lays them over it.

use super::{
    ACTIVITIES, CONFIDENCES, Column, EFFECTS, FORMS, Kind, MODES, MOVEMENTS, NOTE, PAYER, RULE_UNITS,
    STATUSES, VAT, VAT_PERCENT, commercial::COST_ITEMS, may, must, table,
};

/// A table that a user fills in to lay figures over a case.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its name: of a file or of a sheet.
    pub name: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// The tables of the case whose cells it speaks to.
    pub lays_over: &'static [&'static str],
    columns: Columns,
    /// Rows that can be laid over the case inside the program: columns and cells.
    pub examples: &'static [&'static [(&'static str, &'static str)]],
}

#[derive(Debug, Clone, Copy)]
enum Columns {
    Own(&'static [Column]),
    OfTable(&'static str),
}

impl Template {
    /// Its columns, in the order in which they are written.
    #[must_use]
    pub fn columns(&self) -> &'static [Column] {
        match self.columns {
            Columns::Own(columns) => columns,
            Columns::OfTable(name) => table(name).map_or(&[], |table| table.columns),
        }
    }

    /// The table of the case that it is, where it has no columns of its own.
    #[must_use]
    pub fn same_as(&self) -> Option<&'static str> {
        match self.columns {
            Columns::Own(_) => None,
            Columns::OfTable(name) => Some(name),
        }
    }

    /// The cells of an example, one a column.
    pub fn example<'a>(
        &'a self,
        row: &'a [(&'static str, &'static str)],
    ) -> impl Iterator<Item = &'static str> + 'a {
        let cell = |column: &Column| row.iter().find(|(name, _)| *name == column.name);
        self.columns().iter().map(move |column| cell(column).map_or("", |(_, cell)| *cell))
    }
}

const FROM_WHOM: Column = may("from_whom", Kind::Text, "", "Who said so; outputs print it as the source.");
const HOW_SURE: Column = may(
    "confidence",
    Kind::OneOf(CONFIDENCES),
    "",
    "How sure the figure is; empty: `medium`. A figure of `low` confidence is varied by `ayrum sensitivity`.",
);

const QUOTES: &[Column] = &[
    must(
        "what",
        Kind::OneOf(&["tariff", "service", "transfer", "activity", "rule", "cost"]),
        "",
        "What the price is for. Each kind has key columns of its own, below.",
    ),
    may("service", Kind::Of("services"), "", "`service`: the ferry, ship, flight or train."),
    may(
        "transfer",
        Kind::Of("transfers"),
        "",
        "`transfer`: the change of mode or gauge, the loading or unloading.",
    ),
    may("crossing", Kind::Of("crossings"), "", "`activity`: the border crossing."),
    may("activity", Kind::OneOf(ACTIVITIES), "", "`activity`: what is done there."),
    may(
        "direction",
        Kind::OneOf(&["any", "forward", "backward"]),
        "",
        "`activity`: only the row of that direction; empty: every direction.",
    ),
    may("carrier", Kind::Of("carriers"), "", "`tariff`, `cost`: whose rate; empty: any carrier's."),
    may("mode", Kind::OneOf(MODES), "", "`tariff`: the mode; empty: `rail`."),
    may(
        "gates",
        Kind::SeveralOf("places"),
        "",
        "`tariff` by rail: only hauls that begin or end at one of these stations.",
    ),
    may("from_km", Kind::Number, "km", "`tariff`: only hauls of at least this length …"),
    may("to_km", Kind::Number, "km", "`tariff`: … and shorter than this."),
    may("goods", Kind::Goods, "", "`tariff`, `activity`, `cost`: HS prefixes; empty: all goods."),
    may("forms", Kind::SomeOf(FORMS), "", "`tariff`, `cost`: forms of goods; empty: all."),
    may("rule", Kind::Of("rules"), "", "`rule`: the fee, duty, subsidy or coefficient."),
    may("version", Kind::Count, "", "`rule`: which version; empty: the last that has a value."),
    may("item", Kind::OneOf(COST_ITEMS), "", "`cost`: the line of the cost sheet."),
    may(
        "cost",
        Kind::Key,
        "",
        "`cost`: the row of `costs` that it replaces; empty: the only one of the item, else a row is added.",
    ),
    must(
        "amount",
        Kind::Number,
        "money",
        "How much, in `currency` per `basis`; for a tariff the part without distance.",
    ),
    may(
        "per_km",
        Kind::Number,
        "currency/(basis km)",
        "`tariff` without gates: the part for each kilometre.",
    ),
    may("currency", Kind::Text, "", "ISO 4217 code; required where the amount is money."),
    must(
        "basis",
        Kind::OneOf(&[
            "tonne",
            "vehicle",
            "teu",
            "train",
            "consignment",
            "vehicle_day",
            "percent_of_value",
            "percent_of_value_per_year",
            "factor",
        ]),
        "",
        "What one `amount` is paid for. The days and percentages are for `cost` and `rule`, `factor` for a \
         coefficient.",
    ),
    VAT,
    VAT_PERCENT,
    may("price_date", Kind::Date, "", "The date of the offer; required for a tariff."),
    PAYER,
    may(
        "valid_from",
        Kind::Date,
        "",
        "`tariff` by rail, `cost`: first day on which it holds; empty: always.",
    ),
    may("valid_to", Kind::End, "", "`tariff` by rail, `cost`: day after the last; empty: no end."),
    FROM_WHOM,
    HOW_SURE,
    NOTE,
];

const DISTANCES: &[Column] = &[
    must("link", Kind::Of("links"), "", "The link."),
    must("km", Kind::Number, "km", "Its length."),
    FROM_WHOM,
    HOW_SURE,
    NOTE,
];

const TIMES: &[Column] = &[
    must(
        "what",
        Kind::OneOf(&["link", "activity", "transfer", "service", "wait", "season"]),
        "",
        "What takes the time. Each kind has a key column of its own, below.",
    ),
    may("link", Kind::Of("links"), "", "`link`: time in motion; on a road the hours at the wheel."),
    may("crossing", Kind::Of("crossings"), "", "`activity`: the border crossing."),
    may("activity", Kind::OneOf(ACTIVITIES), "", "`activity`: what is done there."),
    may(
        "direction",
        Kind::OneOf(&["any", "forward", "backward"]),
        "",
        "`activity`: only the row of that direction; empty: every direction.",
    ),
    may("goods", Kind::Goods, "", "`activity`: only the row of these HS prefixes; empty: every row."),
    may(
        "transfer",
        Kind::Of("transfers"),
        "",
        "`transfer`: the change of mode or gauge, the loading or unloading.",
    ),
    may("service", Kind::Of("services"), "", "`service`: the wait for a departure with room."),
    may("wait", Kind::Of("waits"), "", "`wait`: what is waited for before goods leave."),
    may("season", Kind::Of("seasons"), "", "`season`: what the season adds."),
    must("hours_mean", Kind::Number, "h", "Mean time."),
    may(
        "hours_sd",
        Kind::Number,
        "h",
        "Its standard deviation; empty: the case's, which keeps its own evidence. Not for `link`, whose spread \
         follows from its hours.",
    ),
    FROM_WHOM,
    HOW_SURE,
    NOTE,
];

const RULES: &[Column] = &[
    must("rule", Kind::Key, "", "Identifier; one of the case's adds a version to that rule, or changes one."),
    may("title", Kind::Text, "", "Title that a report can print; empty: the identifier."),
    may("issuer", Kind::Text, "", "Who made it."),
    may("version", Kind::Count, "", "Its number; empty: one more than the last of the rule."),
    must("effect", Kind::OneOf(EFFECTS), "", "What it does, as in `rule_versions`."),
    may("status", Kind::OneOf(STATUSES), "", "Legal status; empty: `in_force`."),
    may("disputed", Kind::YesNo, "", "Empty: `no`."),
    may("known_from", Kind::Date, "", "When it became public; empty: on `valid_from`."),
    must("valid_from", Kind::Date, "", "First day on which it holds."),
    may("valid_to", Kind::End, "", "Day after the last; empty: `open`."),
    may(
        "confirmed_until",
        Kind::Date,
        "",
        "The last day on which it is known to have held; an `unknown` end needs it.",
    ),
    may("territory", Kind::SeveralOf("economies"), "", "Scope: links in one of these economies."),
    may("places", Kind::SeveralOf("places"), "", "Scope: what starts, ends, is loaded or transferred there."),
    may("links", Kind::SeveralOf("links"), "", "Scope: these links."),
    may("carriers", Kind::SeveralOf("carriers"), "", "Scope: links of these carriers."),
    may("modes", Kind::SomeOf(MODES), "", "Scope: these modes."),
    may("movement", Kind::OneOf(MOVEMENTS), "", "How the goods relate to `territory`; empty: `any`."),
    may("direction", Kind::OneOf(super::DIRECTIONS), "", "Empty: `any`."),
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
    FROM_WHOM,
    HOW_SURE,
    NOTE,
];

/// Every template, in the order in which the reference page shows them.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "quotes",
        meaning: "A price that was offered: for carriage, a ferry, a transfer, a border activity, a fee or another \
                  cost. It speaks to the price alone; hours keep what the case knows of them.",
        lays_over: &["tariffs", "services", "transfers", "activities", "rules", "rule_versions", "costs"],
        columns: Columns::Own(QUOTES),
        examples: &[
            &[
                ("what", "tariff"),
                ("carrier", "KTZ"),
                ("mode", "rail"),
                ("from_km", "0"),
                ("to_km", "4000"),
                ("goods", "1001"),
                ("amount", "31.5"),
                ("currency", "USD"),
                ("basis", "tonne"),
                ("vat", "none"),
                ("price_date", "2025-11-03"),
                ("from_whom", "Forwarder A"),
                ("confidence", "medium"),
            ],
            &[
                ("what", "service"),
                ("service", "kuryk-alat-wagons"),
                ("amount", "820"),
                ("currency", "USD"),
                ("basis", "vehicle"),
                ("vat", "none"),
                ("price_date", "2025-11-04"),
                ("from_whom", "Forwarder A"),
                ("confidence", "medium"),
                ("note", "Loaded wagon; the empty one back is quoted apart."),
            ],
        ],
    },
    Template {
        name: "distances",
        meaning: "The length of a link, as a ministry or railway has it.",
        lays_over: &["links", "link_lengths"],
        columns: Columns::Own(DISTANCES),
        examples: &[
            &[
                ("link", "rail-sadakhlo-ayrum"),
                ("km", "12"),
                ("from_whom", "Railway B"),
                ("confidence", "high"),
            ],
            &[("link", "rail-boyuk-kesik-gardabani"), ("km", "15"), ("from_whom", "Railway B")],
        ],
    },
    Template {
        name: "times",
        meaning: "The time that something takes: a link, a border activity, a transfer, a wait.",
        lays_over: &["links", "activities", "transfers", "services", "waits", "seasons"],
        columns: Columns::Own(TIMES),
        examples: &[
            &[
                ("what", "service"),
                ("service", "kuryk-alat-wagons"),
                ("hours_mean", "60"),
                ("hours_sd", "40"),
                ("from_whom", "Port agent C"),
            ],
            &[
                ("what", "activity"),
                ("crossing", "ganyushkino-kigash"),
                ("activity", "handover"),
                ("hours_mean", "3"),
                ("from_whom", "Railway B"),
            ],
        ],
    },
    Template {
        name: "tariffs",
        meaning: "A base rate, with the columns of `tariffs`. A rate of the user speaks before one of the case wherever \
                  it fits.",
        lays_over: &["tariffs"],
        columns: Columns::OfTable("tariffs"),
        examples: &[
            &[
                ("tariff", "my-ktz-wheat"),
                ("carrier", "KTZ"),
                ("mode", "rail"),
                ("goods", "1001"),
                ("from_km", "0"),
                ("initial", "4"),
                ("per_km", "0.0125"),
                ("currency", "USD"),
                ("price_date", "2025-11-03"),
                ("source", "Forwarder A"),
                ("confidence", "medium"),
            ],
            &[
                ("tariff", "my-gr-containers"),
                ("carrier", "GR"),
                ("mode", "rail"),
                ("forms", "container"),
                ("from_km", "0"),
                ("initial", "120"),
                ("per_km", "1.1"),
                ("currency", "USD"),
                ("basis", "teu"),
                ("vat", "none"),
                ("price_date", "2025-10-20"),
                ("source", "Forwarder A"),
                ("confidence", "low"),
            ],
        ],
    },
    Template {
        name: "trips",
        meaning: "A movement of real cargo, with the columns of `observations`: what the model is compared with.",
        lays_over: &["observations"],
        columns: Columns::OfTable("observations"),
        examples: &[
            &[
                ("observation", "my-train-2026-02"),
                ("title", "Our wheat train of February 2026"),
                ("from", "yalama"),
                ("to", "ayrum"),
                ("via", "boyuk-kesik|gardabani|sadakhlo"),
                ("commodity", "wheat"),
                ("origin_economy", "KAZ"),
                ("destination_economy", "ARM"),
                ("date", "2026-02-10"),
                ("hours_min", "60"),
                ("hours_max", "84"),
                ("tonnes", "1020"),
                ("vehicles", "15"),
                ("what_counts", "From arrival at Yalama to arrival at Ayrum, by our consignment notes."),
                ("used_for_calibration", "no"),
                ("source", "Consignment notes"),
                ("confidence", "high"),
            ],
            &[
                ("observation", "my-train-2026-03"),
                ("title", "Our wheat train of March 2026"),
                ("from", "yalama"),
                ("to", "ayrum"),
                ("commodity", "wheat"),
                ("origin_economy", "KAZ"),
                ("destination_economy", "ARM"),
                ("date", "2026-03-04"),
                ("hours_min", "50"),
                ("hours_max", "70"),
                ("what_counts", "From arrival at Yalama to arrival at Ayrum, by our consignment notes."),
                ("source", "Consignment notes"),
                ("confidence", "medium"),
            ],
        ],
    },
    Template {
        name: "rules",
        meaning: "A rule and what it says, in one row.",
        lays_over: &["rules", "rule_versions"],
        columns: Columns::Own(RULES),
        examples: &[
            &[
                ("rule", "my-sadakhlo-fee"),
                ("title", "Handling fee at Sadakhlo"),
                ("issuer", "Forwarder A"),
                ("version", "1"),
                ("effect", "fee"),
                ("valid_from", "2025-01-01"),
                ("links", "rail-sadakhlo-ayrum"),
                ("direction", "forward"),
                ("value", "12"),
                ("unit", "per_vehicle"),
                ("currency", "USD"),
                ("price_date", "2025-11-03"),
                ("text", "Twelve dollars a wagon are taken for handling at Sadakhlo."),
                ("from_whom", "Forwarder A"),
            ],
            &[
                ("rule", "my-winter-stop"),
                ("title", "Winter stop of loading at Ayrum"),
                ("issuer", "Railway B"),
                ("version", "1"),
                ("effect", "embargo"),
                ("known_from", "2025-12-20"),
                ("valid_from", "2026-01-10"),
                ("valid_to", "2026-01-20"),
                ("places", "ayrum"),
                ("text", "Nothing is loaded or unloaded at Ayrum for ten days."),
                ("from_whom", "Railway B"),
                ("confidence", "high"),
            ],
        ],
    },
];

/// The template of that name.
#[must_use]
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
