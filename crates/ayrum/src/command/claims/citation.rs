//! `ayrum claims show`: a claim with its ancestry, conflicts and citation.

use case::suggestion;
use ledger::{Check, Claim, Relation, conflicts, verdict};
use serde::Serialize;

use super::{Done, WrittenCheck, no_geometry, paragraph};
use crate::arguments::Format;
use crate::arguments::ledger::Cite;
use crate::command::put;
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;

#[derive(Serialize)]
struct Written<'a> {
    claim: &'a str,
    statement: &'a str,
    said: String,
    period: Option<String>,
    verdict: &'static str,
    said_by: &'a str,
    reporter: &'a str,
    modality: &'static str,
    publisher: &'a str,
    title: &'a str,
    published: Option<String>,
    address: &'a str,
    confidence: &'static str,
    note: &'a str,
    place: &'a str,
    ancestry: Vec<String>,
    outlets: Vec<String>,
    conflicts_with: Vec<&'a str>,
    beside: Vec<&'a str>,
    checks: Vec<WrittenCheck<'a>>,
    case: &'a str,
    case_sha256: String,
    citation: String,
}

/// Shows a claim.
pub(super) fn run(desk: &Desk, id: &str, cite: Option<Cite>, format: Format) -> Result<Done, Failure> {
    let claim = desk.register.claim(id).ok_or_else(|| {
        Failure::new(format!("no claim is called `{id}`"))
            .hint(suggestion(id, desk.register.claims.iter().map(|claim| claim.id.as_str())))
    })?;
    match cite {
        Some(Cite::Text) => return put(&(citation(desk, claim) + "\n")).map(|()| Done::Good),
        Some(Cite::Bibtex) => return put(&bibtex(desk, claim)).map(|()| Done::Good),
        None => {}
    }
    let written = written(desk, claim);
    match format {
        Format::Geojson => return Err(no_geometry()),
        Format::Json => put(&show::json(&written)?)?,
        Format::Csv => {
            let heading = [
                "claim",
                "statement",
                "said",
                "period",
                "verdict",
                "said_by",
                "publisher",
                "published",
                "confidence",
                "case_sha256",
            ];
            let row = vec![
                written.claim.to_owned(),
                written.statement.to_owned(),
                written.said.clone(),
                written.period.clone().unwrap_or_default(),
                written.verdict.to_owned(),
                written.said_by.to_owned(),
                written.publisher.to_owned(),
                written.published.clone().unwrap_or_default(),
                written.confidence.to_owned(),
                written.case_sha256.clone(),
            ];
            put(&show::csv(&heading, std::iter::once(row))?)?;
        }
        Format::Table => put(&text(desk, claim, &written))?,
    }
    Ok(Done::Good)
}

fn checks_of<'a>(desk: &'a Desk, claim: &Claim) -> Vec<&'a Check> {
    let mut checks: Vec<&Check> = desk.checks.iter().filter(|own| own.claims.contains(&claim.id)).collect();
    checks.sort_by_key(|own| std::cmp::Reverse(own.verdict));
    checks
}

fn written<'a>(desk: &'a Desk, claim: &'a Claim) -> Written<'a> {
    let source = desk.case.sources.get(&claim.provenance.source);
    Written {
        claim: &claim.id,
        statement: &claim.statement,
        said: claim.said(),
        period: claim.period.map(|period| period.to_string()),
        verdict: verdict(&claim.id, &desk.checks).word(),
        said_by: &claim.said_by,
        reporter: &claim.reporter,
        modality: claim.modality.word(),
        publisher: source.map_or("", |source| &source.publisher),
        title: source.map_or("", |source| &source.title),
        published: claim.published.map(|period| period.to_string()),
        address: source.map_or("", |source| &source.address),
        confidence: claim.provenance.confidence.word(),
        note: &claim.note,
        place: &claim.provenance.place,
        ancestry: ancestry(desk, claim),
        outlets: claim.outlets.iter().map(|id| desk.cited(id)).collect(),
        conflicts_with: conflicts(&claim.id, &desk.checks),
        beside: desk
            .register
            .claims
            .iter()
            .filter(|own| own.topic == claim.topic && own.id != claim.id)
            .map(|own| own.id.as_str())
            .collect(),
        checks: checks_of(desk, claim).into_iter().map(WrittenCheck::of).collect(),
        case: &desk.case.settings.name,
        case_sha256: desk.folder.hash(),
        citation: citation(desk, claim),
    }
}

/// From whom it came, back to its origin.
fn ancestry(desk: &Desk, claim: &Claim) -> Vec<String> {
    let mut steps = vec![format!("{} ({})", desk.cited(&claim.provenance.source), claim.id)];
    let (mut at, mut seen) = (claim, vec![&claim.id]);
    while let Some(origin) =
        desk.register.relates(&at.id, Relation::Repeats).next().filter(|own| !seen.contains(&&own.id))
    {
        steps.push(format!("{} ({})", desk.cited(&origin.provenance.source), origin.id));
        seen.push(&origin.id);
        at = origin;
    }
    if at.said_by != "not stated" {
        steps.push(at.said_by.clone());
    }
    steps
}

fn text(desk: &Desk, claim: &Claim, own: &Written<'_>) -> String {
    let mut text = format!("{}: {}\n", claim.id, claim.statement);
    let mut line = |label: &str, words: &str| {
        if words.is_empty() {
            return;
        }
        for (index, part) in show::wrapped(words, 80).lines().enumerate() {
            text.push_str(&format!("  {:<12}{part}\n", if index == 0 { label } else { "" }));
        }
    };
    line("said", &own.said);
    line("period", own.period.as_deref().unwrap_or("not stated"));
    line("verdict", own.verdict);
    line("conflicts", &own.conflicts_with.join(", "));
    line("said by", own.said_by);
    line(
        "statistics",
        if own.reporter.is_empty() { "reporter not stated" } else { desk.case.economies.name(own.reporter) },
    );
    line("speaks of", if own.modality == "fact" { "what was" } else { own.modality });
    line("source", &desk.cited(&claim.provenance.source));
    line("address", own.address);
    line("ancestry", &own.ancestry.join(" ← "));
    line("also in", &own.outlets.join("; "));
    line("beside", &own.beside.join(", "));
    line("confidence", own.confidence);
    line("note", own.note);
    line("row", own.place);
    text.push_str("\nWhat rules found\n");
    let checks = checks_of(desk, claim);
    if checks.is_empty() {
        text.push_str("  no rule looks at a claim of this kind\n");
    }
    for check in checks {
        text.push_str(&format!("  {}", check.verdict.word()));
        text.push_str(&paragraph(check));
    }
    text.push_str(&format!("\nCite as\n  {}\n", show::wrapped(&own.citation, 96).replace('\n', "\n  ")));
    text
}

/// A sentence that quotes a claim and says where it can be seen again.
fn citation(desk: &Desk, claim: &Claim) -> String {
    let hash = desk.folder.hash();
    let figure = claim.said();
    let said = if figure.is_empty() { String::new() } else { format!(": {figure}") };
    let period = claim.period.map(|period| format!(" ({period})")).unwrap_or_default();
    let by =
        if claim.said_by == "not stated" { String::new() } else { format!(" Said by {}.", claim.said_by) };
    let others = conflicts(&claim.id, &desk.checks);
    let with = if others.is_empty() {
        String::new()
    } else {
        format!(", in conflict with {}", others.join(" and "))
    };
    let found = verdict(&claim.id, &desk.checks).word();
    format!(
        "{}{said}{period}.{by} {}. Claim {} of the case {}, SHA-256 {}, found {found} by Ayrum {}{with}.",
        claim.statement,
        desk.cited(&claim.provenance.source),
        claim.id,
        desk.case.settings.name,
        hash.get(..16).unwrap_or(&hash),
        env!("CARGO_PKG_VERSION"),
    )
}

fn bibtex(desk: &Desk, claim: &Claim) -> String {
    let source = desk.case.sources.get(&claim.provenance.source);
    let escaped = |text: &str| {
        text.replace('\\', "\\textbackslash{}")
            .replace(['{', '}'], "")
            .replace('&', "\\&")
            .replace('%', "\\%")
            .replace('#', "\\#")
            .replace('_', "\\_")
            .replace('$', "\\$")
    };
    let year = claim.published.map(|period| period.from.year().to_string()).unwrap_or_default();
    let hash = desk.folder.hash();
    let fields = [
        ("title", source.map_or("", |source| &source.title).to_owned()),
        ("howpublished", source.map_or("", |source| &source.publisher).to_owned()),
        ("year", year),
        ("url", source.map_or("", |source| &source.address).to_owned()),
        (
            "note",
            format!(
                "Claim {} of the case {}, SHA-256 {}",
                claim.id,
                desk.case.settings.name,
                hash.get(..16).unwrap_or(&hash)
            ),
        ),
    ];
    let mut text = format!("@misc{{{}-{},\n", claim.provenance.source, claim.id);
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        // An address is taken as it is by the packages that print it.
        let value = if *name == "url" { value.clone() } else { escaped(value) };
        text.push_str(&format!("  {name} = {{{value}}},\n"));
    }
    text + "}\n"
}
