//! Which sources the figures of a report rest on, and how sure they are.

use std::collections::{BTreeMap, BTreeSet};

use case::{Confidence, Provenance};
use minijinja::{Value, context};
use scenario::Model;

use super::figure::NOT_KNOWN;

/// The sources cited so far.
pub(super) struct Citations<'a> {
    model: &'a Model,
    /// By source: the rows that cite it, each with its confidence.
    rows: BTreeMap<String, BTreeSet<(String, Confidence)>>,
}

impl<'a> Citations<'a> {
    /// No source yet.
    pub(super) fn new(model: &'a Model) -> Self {
        Self { model, rows: BTreeMap::new() }
    }

    /// Notes a source as cited, and gives its identifier and whether the case describes it.
    pub(super) fn cite(&mut self, provenance: &Provenance) -> Value {
        let known = self.model.case.sources.contains_key(&provenance.source);
        if known {
            let row = (provenance.place.clone(), provenance.confidence);
            self.rows.entry(provenance.source.clone()).or_default().insert(row);
        }
        // What the user laid over the case is found in the user's file.
        if provenance.by_user {
            let id = format!("{}, {}", provenance.source, provenance.place);
            return context! { id, known => false, evidence => provenance.evidence.word() };
        }
        context! { id => &provenance.source, known, evidence => provenance.evidence.word() }
    }

    /// The sources cited, in the order of their identifiers, with what rests on each.
    pub(super) fn table(&self) -> Vec<Value> {
        let or_not_known = |text: &str| if text.is_empty() { NOT_KNOWN.to_owned() } else { text.to_owned() };
        let source = |(id, rows): (&String, &BTreeSet<(String, Confidence)>)| {
            let source = self.model.case.sources.get(id)?;
            let is_link = ["https://", "http://"].iter().any(|start| source.address.starts_with(start))
                && !source.address.contains(char::is_whitespace);
            Some(context! {
                id => &source.id,
                title => &source.title,
                publisher => or_not_known(&source.publisher),
                date => or_not_known(&source.date),
                address => or_not_known(&source.address),
                is_link,
                licence => &source.licence,
                rows => files(rows),
                confidence => confidence(rows),
            })
        };
        self.rows.iter().filter_map(source).collect()
    }
}

/// How many rows of which files: `tariffs.csv 2, waits.csv 1`.
fn files(rows: &BTreeSet<(String, Confidence)>) -> String {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, _) in rows {
        let file = place.rsplit_once(':').map_or(place.as_str(), |(file, _)| file);
        *files.entry(file).or_default() += 1;
    }
    files.iter().map(|(file, count)| format!("{file} {count}")).collect::<Vec<_>>().join(", ")
}

/// The confidence of rows: one word, or the least and the most.
fn confidence(rows: &BTreeSet<(String, Confidence)>) -> String {
    let all = || rows.iter().map(|(_, confidence)| *confidence);
    match (all().min(), all().max()) {
        (Some(least), Some(most)) if least == most => least.word().to_owned(),
        (Some(least), Some(most)) => format!("{} to {}", least.word(), most.word()),
        _ => NOT_KNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_file_and_their_confidence_spans() {
        let row = |place: &str, confidence| (place.to_owned(), confidence);
        let rows = BTreeSet::from([
            row("tariffs.csv:2", Confidence::Low),
            row("tariffs.csv:9", Confidence::Low),
            row("waits.csv:3", Confidence::High),
        ]);
        assert_eq!(files(&rows), "tariffs.csv 2, waits.csv 1");
        assert_eq!(confidence(&rows), "low to high");
    }
}
