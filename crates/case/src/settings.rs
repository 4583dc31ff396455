//! `case.toml`: what a case is called, which dates it covers, and its horizon.

use jiff::civil::Date;
use serde::Deserialize;

use crate::finding::Finding;
use crate::folder::Folder;
use crate::validity::parse_date;

/// The distribution from which percentiles of a whole route's time are taken. Means and variances
/// add along a route, percentiles do not: they are read off a named distribution that has the
/// route's mean and variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeDistribution {
    /// Lognormal.
    Lognormal,
    /// Gamma.
    Gamma,
}

impl TimeDistribution {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lognormal => "lognormal",
            Self::Gamma => "gamma",
        }
    }
}

/// The settings of a case.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Identifier of the case.
    pub name: String,
    /// Title that a report can print.
    pub title: String,
    /// The first date that can be asked about.
    pub first_date: Date,
    /// The last date on which a fact was confirmed.
    pub horizon: Date,
    /// The last date that can be asked about.
    pub last_date: Date,
    /// Percentiles of time come from this.
    pub distribution: TimeDistribution,
    /// Credit that outputs carry.
    pub attribution: String,
    /// What is said of disputed borders.
    pub disputed_borders: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    title: String,
    first_date: String,
    horizon: String,
    last_date: String,
    currency: Option<String>,
    travel_time_distribution: Option<String>,
    #[serde(default)]
    attribution: String,
    #[serde(default)]
    disputed_borders: String,
}

impl Settings {
    /// Reads `case.toml`. What cannot be read is a finding and gets a default that refuses no date.
    #[must_use]
    pub fn load(folder: &Folder, findings: &mut Vec<Finding>) -> Self {
        let mut settings = Self {
            name: "unnamed".to_owned(),
            title: "Unnamed case".to_owned(),
            first_date: Date::constant(1990, 1, 1),
            horizon: Date::constant(2100, 1, 1),
            last_date: Date::constant(2100, 1, 1),
            distribution: TimeDistribution::Lognormal,
            attribution: String::new(),
            disputed_borders: String::new(),
        };
        let text = folder.bytes("case.toml").map(String::from_utf8_lossy).unwrap_or_default();
        let written: Written = match toml::from_str(&text) {
            Ok(written) => written,
            Err(error) => {
                let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count() as u64);
                findings.push(
                    Finding::error("malformed-settings", "case.toml", error.message().to_owned())
                        .at_row(line)
                        .valid("name, title, first_date, horizon, last_date; see the reference page"),
                );
                return settings;
            }
        };
        settings.name = written.name;
        settings.title = written.title;
        settings.attribution = written.attribution;
        settings.disputed_borders = written.disputed_borders;
        let mut dates_are_read = true;
        for (key, text, slot) in [
            ("first_date", &written.first_date, &mut settings.first_date),
            ("horizon", &written.horizon, &mut settings.horizon),
            ("last_date", &written.last_date, &mut settings.last_date),
        ] {
            match parse_date(text) {
                Ok(date) => *slot = date,
                Err(problem) => {
                    dates_are_read = false;
                    findings.push(Finding::error(
                        "impossible-date",
                        "case.toml",
                        format!("{key}: {problem}"),
                    ));
                }
            }
        }
        let in_order = settings.first_date <= settings.horizon && settings.horizon <= settings.last_date;
        if dates_are_read && !in_order {
            findings.push(
                Finding::error(
                    "impossible-date",
                    "case.toml",
                    "the horizon does not lie between first_date and last_date",
                )
                .valid("first_date ≤ horizon ≤ last_date"),
            );
        }
        // A question without a date is asked on the horizon, which must not be refused.
        settings.horizon = settings.horizon.min(settings.last_date).max(settings.first_date);
        match written.travel_time_distribution.as_deref() {
            None | Some("lognormal") => {}
            Some("gamma") => settings.distribution = TimeDistribution::Gamma,
            Some(other) => findings.push(
                Finding::error(
                    "unknown-word",
                    "case.toml",
                    format!("travel_time_distribution: `{other}` is not known"),
                )
                .valid("lognormal or gamma"),
            ),
        }
        if let Some(currency) = written.currency.filter(|currency| currency != "USD") {
            findings.push(
                Finding::error(
                    "unknown-word",
                    "case.toml",
                    format!("currency: answers are not given in `{currency}` yet"),
                )
                .valid("USD"),
            );
        }
        settings
    }
}
