//! Tables of what a trade costs beside carriage: price indices, costs, documents.

use super::{
    AMOUNT, BASIS, CONFIDENCE, CONFIRMED, CURRENCY, FORMS, Kind, MODES, NOTE, ORIGIN_OF_FIGURE, PAYER,
    PRICE_DATE, SOURCE, Table, VAT, VAT_PERCENT, may, must,
};

/// Words for the lines of a cost sheet that a row of `costs` can give a figure for.
pub(super) const COST_ITEMS: &[&str] = &[
    "loading",
    "waiting",
    "wagon_rent",
    "empty_return",
    "transhipment",
    "border",
    "documents",
    "surveyor",
    "insurance",
    "finance",
    "losses",
    "demurrage",
    "unloading",
    "other",
    "import_vat",
];

/// Words for what a cost is paid for: those of a price, and those that only a whole shipment has.
const COST_UNITS: &[&str] = &[
    "per_tonne",
    "per_vehicle",
    "per_teu",
    "per_train",
    "per_consignment",
    "per_vehicle_day",
    "percent_of_value",
    "percent_of_value_per_year",
];

pub(super) const PRICE_INDICES: Table = Table {
    name: "price_indices",
    meaning: "A price index of the dollar, by which money of different years is brought to the prices of one date \
              where a question asks for it. Between two dates it is taken to run straight, beyond the last it is held.",
    required: false,
    unique: &["date"],
    columns: &[
        must("date", Kind::Date, "", "The date; the middle of the year for a yearly average."),
        must("value", Kind::Number, "index", "The index; any base, the same in all rows."),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

/// Terms on which a price at an origin is asked: later ones hold carriage to somewhere else.
pub(super) const ORIGIN_TERMS: &[&str] = &["EXW", "FCA", "FAS", "FOB"];

pub(super) const ORIGIN_PRICES: Table = Table {
    name: "origin_prices",
    meaning: "What goods are sold for where they start, by `ayrum landed`: who offers a commodity, where, at which \
              price. Of several prices at one place on one term the last before the day of the question speaks, or \
              else the first after it.",
    required: false,
    unique: &["price"],
    columns: &[
        must("price", Kind::Key, "", "Identifier."),
        must(
            "commodity",
            Kind::Of("commodities"),
            "",
            "The commodity, with its grade. Grades of one HS code are goods of their own and are not ranked together.",
        ),
        must("place", Kind::Of("places"), "", "Where the goods stand at this price."),
        must(
            "term",
            Kind::OneOf(ORIGIN_TERMS),
            "",
            "Term of delivery of the price: what is still to be paid begins after it.",
        ),
        may(
            "amount",
            Kind::Number,
            "money/t",
            "Price of a tonne in `currency`; empty means offered at a price not known.",
        ),
        CURRENCY,
        VAT,
        VAT_PERCENT,
        PRICE_DATE,
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        CONFIRMED,
        NOTE,
    ],
};

pub(super) const COSTS: Table = Table {
    name: "costs",
    meaning: "What a shipment costs beside carriage, handling and borders: wagons, surveyor, insurance, finance, losses. \
              A line of the cost sheet for which no row fits is printed as not known. All scope columns that are \
              filled must match; all rows that fit are added.",
    required: false,
    unique: &["cost"],
    columns: &[
        must("cost", Kind::Key, "", "Identifier."),
        must("item", Kind::OneOf(COST_ITEMS), "", "The line of the cost sheet it belongs to."),
        must("title", Kind::Text, "", "What it is, as a report can print it."),
        may("amount", Kind::Number, "`unit`", "How much; empty means not known."),
        must(
            "unit",
            Kind::OneOf(COST_UNITS),
            "",
            "What one `amount` is: money per tonne, vehicle, TEU, train, consignment or vehicle-day, or a percentage \
             of the value of the goods, once or for a year of travel.",
        ),
        may("currency", Kind::Text, "", "ISO 4217 code, where the amount is money."),
        VAT,
        VAT_PERCENT,
        may("price_date", Kind::Date, "", "The date at which the amount held."),
        PAYER,
        may("origins", Kind::Parties, "", "Scope: goods of these economies or blocs."),
        may("destinations", Kind::Parties, "", "Scope: goods for these economies or blocs."),
        may("goods", Kind::Goods, "", "Scope: HS prefixes."),
        may("forms", Kind::SomeOf(FORMS), "", "Scope: forms of goods."),
        may("modes", Kind::SomeOf(MODES), "", "Scope: routes that use one of these modes."),
        may("carriers", Kind::SeveralOf("carriers"), "", "Scope: routes by one of these carriers."),
        may("places", Kind::SeveralOf("places"), "", "Scope: routes through one of these places."),
        may("valid_from", Kind::Date, "", "First day on which it holds; empty: before the case."),
        may("valid_to", Kind::End, "", "Day after the last; empty: `open`."),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        CONFIRMED,
        NOTE,
    ],
};

pub(super) const DOCUMENTS: Table = Table {
    name: "documents",
    meaning: "A paper that a consignment needs, or may need, and where. What is not known about it stays empty and is \
              printed as not known.",
    required: false,
    unique: &["document"],
    columns: &[
        must("document", Kind::Key, "", "Identifier."),
        must("title", Kind::Text, "", "What it is called in English."),
        must(
            "kind",
            Kind::OneOf(&[
                "consignment_note",
                "customs_declaration",
                "transit_declaration",
                "phytosanitary",
                "veterinary",
                "quality",
                "origin",
                "permit",
                "commercial",
                "conformity",
            ]),
            "",
            "What sort of paper it is.",
        ),
        must(
            "needed",
            Kind::OneOf(&["yes", "if_asked", "not_known"]),
            "",
            "`not_known` where it is an open question whether it is needed, or can be had.",
        ),
        must(
            "stage",
            Kind::OneOf(&["export", "carriage", "transit", "import"]),
            "",
            "`export` and `import` for the economies of origin and destination, `transit` for those between, \
             `carriage` for what goes with the goods.",
        ),
        may(
            "territory",
            Kind::SeveralOf("economies"),
            "",
            "Scope: the economy that exports, imports or is crossed, by stage; for `carriage`, one that is touched.",
        ),
        may(
            "crossings",
            Kind::SeveralOf("crossings"),
            "",
            "Scope: routes by one of these crossings, where it is shown.",
        ),
        may("modes", Kind::SomeOf(MODES), "", "Scope: routes that use one of these modes."),
        may("goods", Kind::Goods, "", "Scope: HS prefixes."),
        may("origins", Kind::Parties, "", "Scope: goods of these economies or blocs."),
        may("destinations", Kind::Parties, "", "Scope: goods for these economies or blocs."),
        must("issuer", Kind::Text, "", "Who issues it, or `not known`."),
        may("legal_basis", Kind::Text, "", "The act, agreement or rule that asks for it; empty: not known."),
        may("lead_time_hours", Kind::Number, "h", "Usual time to get it; empty: not known."),
        AMOUNT,
        CURRENCY,
        BASIS,
        VAT,
        VAT_PERCENT,
        PRICE_DATE,
        PAYER,
        may("valid_from", Kind::Date, "", "First day on which it is asked for; empty: before the case."),
        may("valid_to", Kind::End, "", "Day after the last; empty: `open`."),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        CONFIRMED,
        NOTE,
    ],
};
