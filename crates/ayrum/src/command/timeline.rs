//! `ayrum timeline`

use case::suggestion;
use ledger::{Modality, Moment, Period, timeline};
use serde::Serialize;

use super::{Done, put};
use crate::arguments::ledger::Timeline;
use crate::arguments::{CaseSource, Format};
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;

#[derive(Serialize)]
struct Written<'a> {
    earliest: String,
    latest: String,
    kind: &'static str,
    id: &'a str,
    title: &'a str,
    modality: &'static str,
    parties: &'a [String],
    source: &'a str,
    confidence: &'a str,
}

/// Lists what happened when.
pub(crate) fn run(asked: &Timeline, case: &CaseSource) -> Result<Done, Failure> {
    let desk = Desk::load(case)?;
    let rough = |text: &Option<String>| match text {
        Some(text) => Period::rough(text).map(Some).ok_or_else(|| {
            Failure::new(format!("`{text}` is not a date")).hint("YYYY, YYYY-MM or YYYY-MM-DD")
        }),
        None => Ok(None),
    };
    let (from, to) = (rough(&asked.from)?, rough(&asked.to)?);
    let party = asked.party.as_deref().map(|name| party(&desk, name)).transpose()?;
    let moments: Vec<Moment> = timeline(&desk.case, &desk.register)
        .into_iter()
        .filter(|own| {
            from.is_none_or(|from| own.when.to > from.from) && to.is_none_or(|to| own.when.from < to.to)
        })
        .filter(|own| {
            party.as_ref().is_none_or(|party| own.parties.iter().any(|own| belongs(&desk, party, own)))
        })
        .collect();
    let written: Vec<Written<'_>> = moments
        .iter()
        .map(|own| Written {
            earliest: own.when.from.to_string(),
            latest: own.when.last_day().to_string(),
            kind: own.from.word(),
            id: &own.id,
            title: &own.title,
            modality: own.modality.word(),
            parties: &own.parties,
            source: &own.source,
            confidence: own.confidence,
        })
        .collect();
    match asked.format {
        Format::Geojson => return Err(Failure::new("a timeline has no geometry").hint("table, json or csv")),
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            let heading =
                ["earliest", "latest", "kind", "id", "title", "modality", "parties", "source", "confidence"];
            let rows = written.iter().map(|own| {
                vec![
                    own.earliest.clone(),
                    own.latest.clone(),
                    own.kind.to_owned(),
                    own.id.to_owned(),
                    own.title.to_owned(),
                    own.modality.to_owned(),
                    own.parties.join("|"),
                    own.source.to_owned(),
                    own.confidence.to_owned(),
                ]
            });
            put(&show::csv(&heading, rows)?)?;
        }
        Format::Table => {
            let rows = moments
                .iter()
                .map(|own| {
                    let planned = if own.modality == Modality::Fact { "" } else { " (planned)" };
                    vec![
                        when(own.when),
                        own.from.word().to_owned(),
                        format!("{}{planned}", own.title),
                        own.source.clone(),
                        own.confidence.to_owned(),
                    ]
                })
                .collect();
            let mut text = show::table(&["when", "kind", "what", "source", "sure"], rows);
            text.push_str("\nA span with “..” is when it can have been, or how long it took; order within it is not known.\n");
            text.push_str(&format!("Known up to {}.\n", desk.case.settings.horizon));
            put(&text)?;
        }
    }
    Ok(Done::Good)
}

fn when(period: Period) -> String {
    period.to_string()
}

/// An economy or bloc by name.
fn party(desk: &Desk, name: &str) -> Result<String, Failure> {
    if let Some(economy) = desk.case.economies.find(name) {
        return Ok(economy.id.clone());
    }
    let entries = timeline(&desk.case, &desk.register);
    if entries.iter().any(|own| own.parties.iter().any(|party| party == name)) {
        return Ok(name.to_owned());
    }
    let names: Vec<&str> =
        desk.case.economies.all().iter().flat_map(|own| [own.id.as_str(), own.name.as_str()]).collect();
    Err(Failure::new(format!("no economy or bloc is called `{name}`"))
        .hint(suggestion(name, names.iter().copied())))
}

/// Whether an entry's party is the one asked for, or a bloc that it belongs to.
fn belongs(desk: &Desk, asked: &str, own: &str) -> bool {
    desk.case.economies.belongs(asked, own, desk.case.settings.horizon)
}
