//! A cost sheet as JSON and CSV.

use case::{Party, Vat};
use regime::DocumentUse;
use scenario::{CostSheet, Denomination, Model, RouteAnswer, Shares, SheetLine, SheetTotal};
use serde::Serialize;

use super::answer_json::rounded;
use super::cost_text::{Told, how_known};
use crate::failure::Failure;

/// A sheet with its papers and the ranking of routes by it.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    from: String,
    to: String,
    commodity: String,
    date: String,
    assumed: Vec<String>,
    remarks: Vec<String>,
    incoterm: &'static str,
    named_place: String,
    currency: String,
    per_usd: f64,
    rate_date: Option<String>,
    rate_source: Option<String>,
    rate_confidence: Option<&'static str>,
    prices_of: Option<String>,
    via: Vec<String>,
    tonnes: f64,
    lines: Vec<WrittenLine>,
    subsidies: Vec<WrittenLine>,
    seller: Total,
    buyer: Total,
    both: Total,
    subsidy_usd_per_tonne: f64,
    seller_net_usd_per_tonne: f64,
    documents: Vec<Paper>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ranking: Vec<Rank>,
}

#[derive(Debug, Serialize)]
struct WrittenLine {
    item: &'static str,
    label: String,
    usd_per_tonne: Option<f64>,
    per_tonne: Option<f64>,
    hours: f64,
    pays: &'static str,
    counted: bool,
    on_the_route: bool,
    amount: Option<f64>,
    unit: Option<String>,
    price_date: Option<String>,
    vat: String,
    vat_usd_per_tonne: Option<f64>,
    how: String,
    evidence: &'static str,
    confidence: Option<&'static str>,
    source: Option<String>,
    row: Option<String>,
}

#[derive(Debug, Serialize)]
struct Total {
    usd_per_tonne: f64,
    per_tonne: f64,
    consignment: f64,
    is_lower_bound: bool,
    not_known: Vec<String>,
    share_firm: f64,
    share_published_low_confidence: f64,
    share_quoted: f64,
    share_modelled: f64,
    share_assumed: f64,
    vat_usd_per_tonne: f64,
    lines_without_known_vat: usize,
}

#[derive(Debug, Serialize)]
struct Paper {
    document: String,
    title: String,
    kind: String,
    needed: &'static str,
    stage: &'static str,
    territory: Vec<String>,
    crossing: Option<String>,
    issuer: String,
    legal_basis: Option<String>,
    lead_time_hours: Option<f64>,
    fee: Option<f64>,
    fee_unit: Option<String>,
    note: String,
    source: String,
    confidence: &'static str,
    row: String,
}

#[derive(Debug, Serialize)]
struct Rank {
    route: usize,
    via: Vec<String>,
    seller_net_usd_per_tonne: f64,
    seller_net_per_tonne: f64,
    is_lower_bound: bool,
    lines_not_known: usize,
}

/// A sheet in the shape of its JSON.
pub(crate) fn sheet(
    model: &Model,
    told: &Told<'_>,
    papers: &[DocumentUse<'_>],
    ranked: &[(usize, &RouteAnswer, CostSheet)],
) -> Written {
    let sheet = told.sheet;
    let denomination = told.denomination;
    let total = |side| total(told, &sheet.total(side));
    let place = |id| model.network.places.get(id).id.clone();
    let rank = |(number, route, sheet): &(usize, &RouteAnswer, CostSheet)| {
        let net = sheet.net(Some(Party::Seller));
        let not_known = sheet.total(Some(Party::Seller)).not_known.len();
        Rank {
            route: number + 1,
            via: route.by.clone(),
            seller_net_usd_per_tonne: rounded(net),
            seller_net_per_tonne: rounded(denomination.of_usd(net)),
            is_lower_bound: not_known > 0,
            lines_not_known: not_known,
        }
    };
    Written {
        from: place(told.answer.question.from),
        to: place(told.answer.question.to),
        commodity: told.answer.question.commodity.clone(),
        date: told.answer.question.timing.first_day().to_string(),
        assumed: super::answer_text::assumptions(model, told.answer),
        remarks: told.answer.remarks.iter().map(|remark| remark.text.clone()).collect(),
        incoterm: sheet.term.letters(),
        named_place: place(model.named_place(told.answer, told.route, sheet.term)),
        currency: denomination.currency.clone(),
        per_usd: denomination.per_usd,
        rate_date: denomination.rate.as_ref().map(|(date, ..)| date.to_string()),
        rate_source: denomination.rate.as_ref().map(|(_, source, _)| source.clone()),
        rate_confidence: denomination.rate.as_ref().map(|(.., confidence)| confidence.word()),
        prices_of: model.case.exchange.prices_of().map(|date| date.to_string()),
        via: told.route.by.clone(),
        tonnes: told.answer.consignment.tonnes,
        lines: sheet.lines.iter().map(|own| line(denomination, own)).collect(),
        subsidies: sheet
            .subsidies
            .iter()
            .map(|own| WrittenLine { item: "subsidy", ..line(denomination, own) })
            .collect(),
        seller: total(Some(Party::Seller)),
        buyer: total(Some(Party::Buyer)),
        both: total(None),
        subsidy_usd_per_tonne: rounded(sheet.subsidy_per_tonne()),
        seller_net_usd_per_tonne: rounded(sheet.net(Some(Party::Seller))),
        documents: papers.iter().map(|used| paper(model, used)).collect(),
        ranking: ranked.iter().map(rank).collect(),
    }
}

fn line(denomination: &Denomination, own: &SheetLine) -> WrittenLine {
    let provenance = own.provenance.as_ref();
    let terms = own.price.as_ref().map(|price| &price.terms);
    WrittenLine {
        item: own.item.word(),
        label: own.label.clone(),
        usd_per_tonne: own.usd_per_tonne.map(rounded),
        per_tonne: own.usd_per_tonne.map(|usd| rounded(denomination.of_usd(usd))),
        hours: rounded(own.hours),
        pays: own.payer.word(),
        counted: own.is_net(),
        on_the_route: own.on_the_route,
        amount: own.price.as_ref().and_then(|price| price.amount).map(rounded),
        unit: terms.map(case::Terms::unit),
        price_date: terms.and_then(|terms| terms.price_date).map(|date| date.to_string()),
        vat: if own.usd_per_tonne.is_some() { own.vat.words() } else { Vat::NotKnown.words() },
        vat_usd_per_tonne: own.vat_per_tonne().map(rounded),
        how: own.how.clone(),
        evidence: match (own.usd_per_tonne, provenance) {
            (None, _) => "not known",
            (Some(_), Some(provenance)) => provenance.evidence.word(),
            (Some(_), None) => "assumed",
        },
        confidence: own.usd_per_tonne.and(provenance).map(|own| own.confidence.word()),
        source: provenance.map(|own| own.source.clone()),
        row: provenance.map(|own| own.place.clone()),
    }
}

fn total(told: &Told<'_>, own: &SheetTotal) -> Total {
    let Shares { sourced, weakly_sourced, quoted, modelled, assumed } = own.shares;
    let per_tonne = told.denomination.of_usd(own.usd_per_tonne);
    Total {
        usd_per_tonne: rounded(own.usd_per_tonne),
        per_tonne: rounded(per_tonne),
        consignment: rounded(per_tonne * told.answer.consignment.tonnes),
        is_lower_bound: !own.not_known.is_empty(),
        not_known: own.not_known.clone(),
        share_firm: rounded(sourced),
        share_published_low_confidence: rounded(weakly_sourced),
        share_quoted: rounded(quoted),
        share_modelled: rounded(modelled),
        share_assumed: rounded(assumed),
        vat_usd_per_tonne: rounded(own.vat_per_tonne),
        lines_without_known_vat: own.vat_not_known,
    }
}

fn paper(model: &Model, used: &DocumentUse<'_>) -> Paper {
    let own = used.document;
    Paper {
        document: own.id.clone(),
        title: own.title.clone(),
        kind: own.kind.clone(),
        needed: own.needed.words(),
        stage: own.stage.word(),
        territory: own.territory.clone(),
        crossing: used.crossing.map(|crossing| model.network.crossings[crossing as usize].name.clone()),
        issuer: own.issuer.clone(),
        legal_basis: Some(own.legal_basis.clone()).filter(|text| !text.is_empty()),
        lead_time_hours: own.lead_time_hours,
        fee: own.fee.as_ref().map(|fee| fee.amount),
        fee_unit: own.fee.as_ref().map(|fee| fee.terms.unit()),
        note: own.note.clone(),
        source: own.provenance.source.clone(),
        confidence: own.provenance.confidence.word(),
        row: own.provenance.place.clone(),
    }
}

/// A sheet as CSV, one line a row.
pub(crate) fn csv(told: &Told<'_>) -> Result<String, Failure> {
    let heading = [
        "item",
        "line",
        "pays",
        "usd_per_tonne",
        "currency",
        "per_tonne",
        "consignment",
        "hours",
        "amount",
        "unit",
        "price_date",
        "vat",
        "counted",
        "how",
        "how_known",
    ];
    let tonnes = told.answer.consignment.tonnes;
    let number = |value: Option<f64>| value.map(|value| rounded(value).to_string()).unwrap_or_default();
    let lines = told.sheet.lines.iter().map(|line| (line.item.word(), line));
    let subsidies = told.sheet.subsidies.iter().map(|line| ("subsidy", line));
    let rows = lines.chain(subsidies).map(|(item, line)| {
        let own = line.usd_per_tonne.map(|usd| told.denomination.of_usd(usd));
        vec![
            item.to_owned(),
            line.label.clone(),
            line.payer.word().to_owned(),
            line.usd_per_tonne.map_or_else(|| "not known".to_owned(), |usd| rounded(usd).to_string()),
            told.denomination.currency.clone(),
            number(own),
            number(own.map(|own| own * tonnes)),
            number(Some(line.hours).filter(|hours| *hours > 0.0)),
            number(line.price.as_ref().and_then(|price| price.amount)),
            line.price.as_ref().map(|price| price.terms.unit()).unwrap_or_default(),
            line.price
                .as_ref()
                .and_then(|price| price.terms.price_date)
                .map(|date| date.to_string())
                .unwrap_or_default(),
            line.vat.words(),
            if line.is_net() { "yes" } else { "no" }.to_owned(),
            line.how.clone(),
            how_known(line),
        ]
    });
    super::csv(&heading, rows)
}
