//! The cost sheet and the papers of a chapter's best route.

use case::{Evidence, Figure, Party};
use minijinja::{Value, context};
use regime::{CostItem, DocumentUse};
use scenario::{LinePrice, Model, SheetLine, SheetTotal};

use super::citation::Citations;
use super::figure::{NOT_KNOWN, figure, number, weakest, whole};
use crate::show::{cost_text, percent};
use crate::story::{Costs, Scene};

/// The sheet as the templates read it; nothing where the scene has no open route.
pub(super) fn sheet(scene: &Scene, own: &Costs, citations: &mut Citations<'_>) -> Option<Value> {
    let (model, answer) = (&scene.model, &scene.answer);
    let route = answer.routes.first()?;
    let other = own.denomination.currency != "USD";
    let told = cost_text::Told { answer, route, sheet: &own.sheet, denomination: &own.denomination };
    let headline: Vec<String> = cost_text::headline(model, &told).lines().map(str::to_owned).collect();
    let mut rows: Vec<Value> = Vec::new();
    let mut last: Option<CostItem> = None;
    for line in &own.sheet.lines {
        let heading = (last != Some(line.item)).then(|| line.item.title());
        last = Some(line.item);
        rows.push(row(own, line, heading, citations));
    }
    let mut first = Some("Subsidies, paid back to the seller");
    for line in &own.sheet.subsidies {
        rows.push(row(own, line, first.take(), citations));
    }
    let tonnes = answer.consignment.tonnes;
    let totals: Vec<Value> = [("Seller", Some(Party::Seller)), ("Buyer", Some(Party::Buyer)), ("Both", None)]
        .into_iter()
        .map(|(who, side)| total(own, who, side, tonnes))
        .collect();
    let papers: Vec<Value> =
        model.documents(answer, route).iter().map(|used| paper(model, used, citations)).collect();
    Some(context! {
        term => own.sheet.term.letters(),
        headline,
        currency => other.then_some(own.denomination.currency.as_str()),
        rows,
        totals,
        papers,
    })
}

fn row(own: &Costs, line: &SheetLine, heading: Option<&str>, citations: &mut Citations<'_>) -> Value {
    // A figure that is worked out from a rate is computed, however well the rate is known; what the
    // user gave stays the user's.
    let evidence = line.provenance.as_ref().map_or(Evidence::Assumed, |own| own.evidence);
    let computed = line.item == CostItem::Carriage || !line.how.is_empty();
    let evidence =
        if computed && evidence != Evidence::Quoted { evidence.max(Evidence::Computed) } else { evidence };
    let money = |value: Option<f64>, decimals| {
        let text = match (value, decimals) {
            (None, _) => NOT_KNOWN.to_owned(),
            (Some(value), 0) => whole(value),
            (Some(value), decimals) => number(value, decimals),
        };
        figure(&text, Some(evidence))
    };
    context! {
        heading,
        label => &line.label,
        how => &line.how,
        counts => line.counts,
        usd => money(line.usd_per_tonne, 2),
        own => money(line.usd_per_tonne.map(|usd| own.denomination.of_usd(usd)), 0),
        pays => line.payer.word(),
        price => line.price.as_ref().map(cost_text::price_words).unwrap_or_default(),
        known => cost_text::how_known(line),
        source => line.provenance.as_ref().map(|own| citations.cite(own)),
    }
}

fn total(own: &Costs, who: &str, side: Option<Party>, tonnes: f64) -> Value {
    let total: SheetTotal = own.sheet.total(side);
    let net = own.sheet.net(side);
    let counted =
        own.sheet.lines.iter().filter(|line| side.is_none_or(|side| line.payer == side) && line.counts);
    let weak =
        weakest(counted.map(|line| line.provenance.as_ref().map_or(Evidence::Assumed, |own| own.evidence)));
    let floor = if total.not_known.is_empty() { "" } else { "> " };
    let shown = |text: String| figure(&format!("{floor}{text}"), weak.max(Some(Evidence::Computed)));
    let shares = total.shares;
    context! {
        who,
        usd => shown(number(total.usd_per_tonne, 2)),
        net => shown(number(net, 2)),
        own => shown(whole(own.denomination.of_usd(net))),
        consignment => shown(whole(own.denomination.of_usd(net) * tonnes)),
        not_known => total.not_known.len(),
        shares => [shares.sourced, shares.weakly_sourced, shares.quoted, shares.modelled, shares.assumed]
            .map(percent)
            .join(" / "),
    }
}

fn paper(model: &Model, used: &DocumentUse<'_>, citations: &mut Citations<'_>) -> Value {
    let own = used.document;
    let or_not_known = |text: &str| if text.is_empty() { NOT_KNOWN.to_owned() } else { text.to_owned() };
    let at = used.crossing.map_or_else(
        || {
            own.territory
                .iter()
                .map(|economy| model.case.economies.name(economy))
                .collect::<Vec<_>>()
                .join(", ")
        },
        |crossing| model.network.crossings[crossing as usize].name.clone(),
    );
    let fee = own.fee.as_ref().map_or(NOT_KNOWN.to_owned(), |fee| {
        cost_text::price_words(&LinePrice { amount: Some(fee.amount), terms: fee.terms.clone() })
    });
    let lead = own.lead_time_hours.map_or(NOT_KNOWN.to_owned(), |hours| format!("{hours:.0} h"));
    context! {
        title => &own.title,
        needed => own.needed.words(),
        stage => own.stage.word(),
        at,
        issuer => or_not_known(&own.issuer),
        legal_basis => or_not_known(&own.legal_basis),
        lead => figure(&lead, Some(own.provenance.evidence)),
        fee => figure(&fee, Some(own.provenance.of_figure(Figure::Money).evidence)),
        note => &own.note,
        source => citations.cite(&own.provenance),
        confidence => own.provenance.confidence.word(),
    }
}
