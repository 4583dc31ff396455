//! Tables of the baseline: who makes and spends how much, where goods start, how they travel where the
//! network does not reach, and what is traded.

use super::{
    CONFIDENCE, CURRENCY, FORMS, Kind, NOTE, ORIGIN_OF_FIGURE, PRICE_DATE, SOURCE, Table, VAT, VAT_PERCENT,
    may, must,
};

/// Words for kinds of ways beyond the network.
pub const OUTSIDE_KINDS: &[&str] = &["sea", "land", "inland"];
/// Words for kinds of groups of goods.
pub const GROUP_KINDS: &[&str] = &["homogeneous", "differentiated"];
/// Words for coefficients of a group.
pub const COEFFICIENTS: &[&str] = &["elasticity", "distance", "border", "contiguity", "rivalry"];
/// Words for the sides of a market.
pub const MARKET_SIDES: &[&str] = &["supply", "demand"];

/// The tables, in the order of the reference page.
pub(super) const TABLES: &[Table] = &[
    GDP,
    NEIGHBOURS,
    ZONES,
    APPROACHES,
    OUTSIDE_WAYS,
    OUTSIDE_RATES,
    TRADE_GROUPS,
    TRADE_COEFFICIENTS,
    MARKETS,
];

const GDP: Table = Table {
    name: "gdp",
    meaning: "Gross domestic product of an economy in a year, at current prices and rates of exchange. The baseline takes \
              the last year that all economies with zones have, so that sizes of different years are never compared.",
    required: false,
    unique: &["economy", "year"],
    columns: &[
        must("economy", Kind::Of("economies"), "", "The economy."),
        must("year", Kind::Count, "", "The year."),
        must("usd_million", Kind::Number, "million USD", "Gross domestic product."),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const NEIGHBOURS: Table = Table {
    name: "neighbours",
    meaning: "Two economies that share a border on land over which goods may pass. A row holds both ways.",
    required: false,
    unique: &["economy", "neighbour"],
    columns: &[
        must("economy", Kind::Of("economies"), "", "One."),
        must("neighbour", Kind::Of("economies"), "", "The other."),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const ZONES: Table = Table {
    name: "zones",
    meaning: "A part of an economy in which goods start and end: a place of the network, or the main hub of a part that \
              the network does not reach. Costs between economies are those between their zones, brought together by a \
              logsum with these weights.",
    required: false,
    unique: &["zone"],
    columns: &[
        must("zone", Kind::Key, "", "Identifier."),
        must("name", Kind::Text, "", "Name in English."),
        must("economy", Kind::Of("economies"), "", "The economy it is a part of."),
        may(
            "place",
            Kind::Of("places"),
            "",
            "The place where it meets the network; empty where it lies off it.",
        ),
        may(
            "latitude",
            Kind::SignedNumber,
            "degrees",
            "WGS 84, of the main hub; empty where there is a place.",
        ),
        may(
            "longitude",
            Kind::SignedNumber,
            "degrees",
            "WGS 84, of the main hub; empty where there is a place.",
        ),
        must(
            "weight",
            Kind::Number,
            "any",
            "Its size within its economy, such as thousands of people; only the share counts.",
        ),
        must("within_km", Kind::Number, "km", "How far goods go that stay in the zone."),
        must(
            "port_km",
            Kind::Number,
            "km",
            "Way overland to the seaport that it would use off the network; 0 on the coast.",
        ),
        may(
            "ways",
            Kind::SeveralOf("outside_ways"),
            "",
            "Ways of kind `land` and `inland` off the network that it has. All zones have the sea.",
        ),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const APPROACHES: Table = Table {
    name: "approaches",
    meaning: "How a zone off the network reaches a gateway on it: from its hub to the place by a way of `outside_ways`, at \
              that way's rates.",
    required: false,
    unique: &["zone", "place"],
    columns: &[
        must("zone", Kind::Of("zones"), "", "The zone."),
        must("place", Kind::Of("places"), "", "The gateway."),
        must("way", Kind::Of("outside_ways"), "", "By which way."),
        may(
            "km",
            Kind::Number,
            "km",
            "How far; empty: the great circle times the way's route factor. By sea the zone's `port_km` comes on top.",
        ),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const OUTSIDE_WAYS: Table = Table {
    name: "outside_ways",
    meaning: "A way of carriage beyond the network, as a formula: distance is the great circle times a factor.",
    required: false,
    unique: &["way"],
    columns: &[
        must("way", Kind::Key, "", "Identifier, such as `deep-sea`."),
        must("name", Kind::Text, "", "Name in English."),
        must(
            "kind",
            Kind::OneOf(OUTSIDE_KINDS),
            "",
            "`sea`: between the ports of any two zones, and `inland` to and from these; `land`: between two economies \
             whose zones both have the way; `inland`: within an economy and to a port.",
        ),
        must("route_factor", Kind::Number, "ratio", "Length of the way over the great circle."),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const OUTSIDE_RATES: Table = Table {
    name: "outside_rates",
    meaning: "What a way beyond the network costs for a form of goods, and how long it takes.",
    required: false,
    unique: &["way", "form"],
    columns: &[
        must("way", Kind::Of("outside_ways"), "", "The way."),
        must("form", Kind::OneOf(FORMS), "", "The form of goods."),
        must("usd_per_tonne_km", Kind::Number, "USD/(t km)", "Price of a tonne-kilometre."),
        must(
            "usd_per_tonne",
            Kind::Number,
            "USD/t",
            "Price whatever the distance: handling, papers, borders.",
        ),
        must("km_per_hour", Kind::Number, "km/h", "Speed, stops included."),
        must("hours", Kind::Number, "h", "Time whatever the distance."),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const TRADE_GROUPS: Table = Table {
    name: "trade_groups",
    meaning: "A group of goods whose trade is modelled. `homogeneous` goods come from wherever they land cheapest and have \
              rows in `markets`; `differentiated` goods differ by origin and follow gravity.",
    required: false,
    unique: &["group"],
    columns: &[
        must("group", Kind::Key, "", "Identifier."),
        must("name", Kind::Text, "", "Name in English."),
        must("kind", Kind::OneOf(GROUP_KINDS), "", "Which law its trade follows."),
        must(
            "commodity",
            Kind::Of("commodities"),
            "",
            "The commodity that stands for it: its form, unit value, value of time, and the rules it meets.",
        ),
        must("hs", Kind::Goods, "", "HS prefixes of its goods, by which observed trade is counted to it."),
        may(
            "gdp_percent",
            Kind::Number,
            "% of GDP",
            "Output of, and spending on, its goods at the border of the factory; needed where it is differentiated.",
        ),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const TRADE_COEFFICIENTS: Table = Table {
    name: "trade_coefficients",
    meaning: "How trade answers: of one group, or of all groups that have no row of their own.",
    required: false,
    unique: &["coefficient", "group"],
    columns: &[
        must(
            "coefficient",
            Kind::OneOf(COEFFICIENTS),
            "",
            "`elasticity` θ of trade to the iceberg cost, above zero; `distance`: elasticity of trade to distance, below \
             zero; `border`: the logarithm of what crossing any border leaves of trade, zero or below; `contiguity`: the \
             logarithm of what `neighbours` trade more, zero or above, and zero where there is no row; `rivalry` λ: elasticity \
             of the odds of the network over the way beyond it to the ratio of their costs, above zero, of groups of both \
             kinds.",
        ),
        may("group", Kind::Of("trade_groups"), "", "The group; empty: all others."),
        must("value", Kind::SignedNumber, "1", "The value used."),
        may("low", Kind::SignedNumber, "1", "Low end of the range."),
        may("high", Kind::SignedNumber, "1", "High end of the range."),
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};

const MARKETS: Table = Table {
    name: "markets",
    meaning: "What a zone offers or wants of a homogeneous good: tonnes a year at a price, and how they answer to the \
              price.",
    required: false,
    unique: &["group", "zone", "side"],
    columns: &[
        must("group", Kind::Of("trade_groups"), "", "The good."),
        must("zone", Kind::Of("zones"), "", "The zone."),
        must("side", Kind::OneOf(MARKET_SIDES), "", "Whether it sells or buys."),
        must("tonnes", Kind::Number, "t/year", "Tonnes a year at the price."),
        must(
            "elasticity",
            Kind::SignedNumber,
            "1",
            "Elasticity of the tonnes to the price: above zero for a supply, below for a demand.",
        ),
        may(
            "price",
            Kind::Of("origin_prices"),
            "",
            "The price at which the tonnes hold, where `origin_prices` has it: of the zone, or of a place that stands for it.",
        ),
        may(
            "amount",
            Kind::Number,
            "money/t",
            "The price where `origin_prices` cannot have it: of a demand, or off the network. With neither, a supply sells at \
             the unit value of the group's commodity, and a demand buys at the cheapest landing.",
        ),
        CURRENCY,
        VAT,
        VAT_PERCENT,
        PRICE_DATE,
        ORIGIN_OF_FIGURE,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
};
