//! Days in a scenario file, and how sure they are.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A day, written `2028-07-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        case::parse_date(&text).map(Self)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date",
            "pattern": "^\\d{4}-\\d{2}-\\d{2}$",
            "description": "A day, as 2028-07-01."
        })
    }
}

/// How sure the date of a measure is: a triangular distribution of the day on which it takes effect,
/// as for works whose opening slips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The first day that is possible.
    pub earliest: Day,
    /// The most likely day.
    pub likely: Day,
    /// The last day that is thought of.
    pub latest: Day,
    /// The project of the case from whose progress that follows, if it does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub project: String,
}

impl Expected {
    /// Whether the three days are in order.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        self.earliest <= self.likely && self.likely <= self.latest
    }

    /// The day by which the measure has taken effect with a probability, by the inverse of the
    /// triangular distribution, to the whole day. A probability outside 0 to 1 is taken as its end.
    ///
    /// ```
    /// use scenario::{Day, Expected};
    /// use jiff::civil::date;
    ///
    /// let expected = Expected {
    ///     earliest: Day(date(2028, 1, 1)),
    ///     likely: Day(date(2028, 1, 11)),
    ///     latest: Day(date(2028, 1, 21)),
    ///     project: String::new(),
    /// };
    /// assert_eq!(expected.quantile(0.0), date(2028, 1, 1));
    /// assert_eq!(expected.quantile(0.5), date(2028, 1, 11));
    /// assert_eq!(expected.quantile(1.0), date(2028, 1, 21));
    /// ```
    #[must_use]
    pub fn quantile(&self, probability: f64) -> Date {
        let days = |from: Day, to: Day| (to.0 - from.0).get_days();
        let (whole, rising) =
            (f64::from(days(self.earliest, self.latest)), f64::from(days(self.earliest, self.likely)));
        if whole <= 0.0 {
            return self.likely.0;
        }
        let share = if probability.is_nan() { 0.5 } else { probability.clamp(0.0, 1.0) };
        let after = if share * whole <= rising {
            (share * whole * rising).sqrt()
        } else {
            whole - ((1.0 - share) * whole * (whole - rising)).sqrt()
        };
        let span = jiff::Span::new().days(after.round() as i64);
        self.earliest.0.checked_add(span).unwrap_or(self.latest.0)
    }
}
