//! The table of corridors: named ways through the network, by which tonnes are told.

use super::{CONFIDENCE, Kind, NOTE, SOURCE, Table, may, must};

/// The table.
pub(super) const TABLES: &[Table] = &[Table {
    name: "corridors",
    meaning: "A named way through the network. A route counts to the first row that it fits, in the order of the file; what \
              fits none goes by `other ways on the network`.",
    required: false,
    unique: &["corridor"],
    columns: &[
        must("corridor", Kind::Key, "", "Identifier."),
        must("name", Kind::Text, "", "Name in English."),
        must(
            "through",
            Kind::Conditions,
            "",
            "What a route must use: all of what is joined by `+`, of one of the alternatives separated by `|`. Places and links \
             by identifier, an economy by its code (a link in its territory), a mode by its word.",
        ),
        may(
            "not_through",
            Kind::Conditions,
            "",
            "What it must not use, in the same terms; where one alternative is used whole, the route does not fit.",
        ),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ],
}];
