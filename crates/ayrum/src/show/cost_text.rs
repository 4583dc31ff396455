//! A cost sheet as text for reading.

use std::fmt::Write;

use case::{Evidence, Party};
use regime::{CostItem, DocumentUse};
use scenario::{
    Answer, CostSheet, Denomination, LinePrice, Model, RouteAnswer, Shares, SheetLine, SheetTotal,
};

use super::{answer_text, days, grouped, percent, table};

/// A sheet with the currency in which it is told.
pub(crate) struct Told<'a> {
    pub(crate) answer: &'a Answer,
    pub(crate) route: &'a RouteAnswer,
    pub(crate) sheet: &'a CostSheet,
    pub(crate) denomination: &'a Denomination,
}

/// The headline, the lines, the totals.
pub(crate) fn sheet(model: &Model, told: &Told<'_>) -> String {
    let mut text = headline(model, told);
    text.push('\n');
    text.push_str(&lines(told));
    text.push_str(&totals(told));
    text
}

/// What the seller pays by the term, and how much of it is known how well.
pub(crate) fn headline(model: &Model, told: &Told<'_>) -> String {
    let term = told.sheet.term;
    let named = &model.network.places.get(model.named_place(told.answer, told.route, term)).name;
    let seller = told.sheet.total(Some(Party::Seller));
    let mut text = format!("{} {named} by route via {}\n", term.letters(), answer_text::by(told.route));
    let level = model.case.exchange.prices_of().map_or_else(String::new, |to| format!(", in prices of {to}"));
    let _ = writeln!(text, "The seller pays {}{level}", amount(told, &seller));
    if told.denomination.rate.is_some() {
        let _ = writeln!(text, "At {}", told.denomination.words());
    }
    let _ = writeln!(text, "Of this {}", shares_words(&seller.shares));
    let import_vat = told.sheet.lines.iter().find(|line| line.item == CostItem::ImportVat);
    if let Some(vat) = import_vat.filter(|line| line.payer == Party::Seller) {
        let amount = vat.usd_per_tonne.map_or("not known".to_owned(), |usd| format!("{usd:.2} USD/t"));
        let _ = writeln!(text, "Beside it the seller pays value added tax at import: {amount}");
    }
    if !seller.not_known.is_empty() {
        let _ = writeln!(
            text,
            "Not known, and in no total: {} line{}: {}",
            seller.not_known.len(),
            if seller.not_known.len() == 1 { "" } else { "s" },
            seller.not_known.join("; ")
        );
    }
    text
}

/// Shares in words.
pub(crate) fn shares_words(shares: &Shares) -> String {
    format!(
        "{} is firm (published or observed, medium or high confidence), {} published with low confidence, {} quoted \
         to you, {} modelled, {} assumed",
        percent(shares.sourced),
        percent(shares.weakly_sourced),
        percent(shares.quoted),
        percent(shares.modelled),
        percent(shares.assumed),
    )
}

/// A total per tonne and for the consignment, in dollars and in the currency asked for; more than
/// that, where lines are not known.
fn amount(told: &Told<'_>, total: &SheetTotal) -> String {
    let tonnes = told.answer.consignment.tonnes;
    let floor = if total.not_known.is_empty() { "" } else { "more than " };
    let mut text = format!(
        "{floor}{:.2} USD/t, {} USD in all",
        total.usd_per_tonne,
        grouped(total.usd_per_tonne * tonnes)
    );
    if told.denomination.currency != "USD" {
        let own = told.denomination.of_usd(total.usd_per_tonne);
        let _ = write!(
            text,
            " = {} {1}/t, {2} {1}",
            grouped(own),
            told.denomination.currency,
            grouped(own * tonnes)
        );
    }
    text
}

fn lines(told: &Told<'_>) -> String {
    let other = told.denomination.currency != "USD";
    let own_currency = format!("{}/t>", told.denomination.currency);
    let mut heading = vec!["", "USD/t>"];
    if other {
        heading.push(&own_currency);
    }
    heading.extend(["hours>", "pays", "price as it was given", "VAT", "how it is known"]);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut last: Option<CostItem> = None;
    let mut lines = told.sheet.lines.iter().peekable();
    while let Some(line) = lines.next() {
        if last != Some(line.item) {
            rows.push(vec![line.item.title().to_owned()]);
            last = Some(line.item);
        }
        if !is_free_activity(line) {
            rows.push(row(told, line));
            continue;
        }
        // What is done at a border without a price of its own stands on one row.
        let mut group = vec![line];
        while let Some(next) = lines.next_if(|next| is_free_activity(next) && border(next) == border(line)) {
            group.push(next);
        }
        rows.push(row(told, &together(&group)));
    }
    if !told.sheet.subsidies.is_empty() {
        rows.push(vec!["Subsidies, paid back to the seller".to_owned()]);
        for line in &told.sheet.subsidies {
            rows.push(row(told, line));
        }
    }
    table(&heading, rows)
}

/// Whether a line is an activity at a border whose row says that it takes no money.
fn is_free_activity(line: &SheetLine) -> bool {
    line.item == CostItem::Border && line.usd_per_tonne == Some(0.0)
}

/// The border of an activity: its label ends with it.
fn border(line: &SheetLine) -> &str {
    line.label.rsplit_once(", ").map_or("", |(_, border)| border)
}

/// Activities of one border as one line, as sure as the least sure of them.
fn together(group: &[&SheetLine]) -> SheetLine {
    let mut line = group[0].clone();
    let names: Vec<&str> = group
        .iter()
        .map(|own| own.label.rsplit_once(", ").map_or(own.label.as_str(), |(name, _)| name))
        .collect();
    line.label = format!("{}, {}", names.join(", "), border(group[0]));
    line.hours = group.iter().map(|own| own.hours).sum();
    line.provenance = group.iter().filter_map(|own| own.provenance.clone()).max_by_key(|own| own.evidence);
    line.price = None;
    line
}

fn row(told: &Told<'_>, line: &SheetLine) -> Vec<String> {
    let not_known = || "not known".to_owned();
    let hours = if line.hours > 0.0 { format!("{:.1}", line.hours) } else { String::new() };
    let mut label = format!("  {}", line.label);
    if !line.how.is_empty() {
        let _ = write!(label, " ({})", line.how);
    }
    if !line.counts {
        label.push_str(" – shown, not counted");
    } else if !line.is_net() {
        label.push_str(" – a tax, in no total");
    }
    let mut cells = vec![label, line.usd_per_tonne.map_or_else(not_known, |usd| format!("{usd:.2}"))];
    if told.denomination.currency != "USD" {
        let own = line.usd_per_tonne.map(|usd| told.denomination.of_usd(usd));
        cells.push(own.map_or_else(not_known, grouped));
    }
    cells.extend([
        hours,
        line.payer.word().to_owned(),
        line.price.as_ref().map(price_words).unwrap_or_default(),
        if line.usd_per_tonne.is_some() && line.item != CostItem::ImportVat {
            line.vat.words()
        } else {
            String::new()
        },
        how_known(line),
    ]);
    cells
}

/// A price as its row has it: `705.6 USD a vehicle of 2023-03-01`.
pub(crate) fn price_words(price: &LinePrice) -> String {
    let Some(amount) = price.amount else { return String::new() };
    let amount = if amount >= 1000.0 { grouped(amount) } else { format!("{}", (amount * 1e4).round() / 1e4) };
    let date = price.terms.price_date.map_or_else(|| ", no date".to_owned(), |date| format!(" of {date}"));
    format!("{amount} {}{date}", price.terms.unit())
}

/// How the money of a line is known, and the row it stands in. What the user gave is named so.
pub(crate) fn how_known(line: &SheetLine) -> String {
    match (&line.usd_per_tonne, &line.provenance) {
        (None, Some(own)) => format!("not known, {}", own.place),
        (None, None) => "no row gives it".to_owned(),
        (Some(_), Some(own)) if own.by_user && own.evidence != Evidence::Quoted => {
            format!("user: {}, {}", own.place, own.evidence.word())
        }
        (Some(_), Some(own)) if own.evidence == Evidence::Quoted => format!("user: {}", own.place),
        (Some(_), Some(own)) => format!("{}, {} ({})", own.evidence.word(), own.confidence.word(), own.place),
        (Some(_), None) => "assumed".to_owned(),
    }
}

fn totals(told: &Told<'_>) -> String {
    let mut text = String::from("\n");
    let sheet = told.sheet;
    for (who, side) in [("Seller", Some(Party::Seller)), ("Buyer", Some(Party::Buyer)), ("Both", None)] {
        let total = sheet.total(side);
        let _ = writeln!(text, "{who}: {}; {} not known", amount(told, &total), total.not_known.len());
    }
    let subsidy = sheet.subsidy_per_tonne();
    let disputed = sheet.subsidies.iter().filter(|line| !line.counts).count();
    if subsidy > 0.0 {
        let gross = sheet.total(Some(Party::Seller));
        let net = SheetTotal { usd_per_tonne: sheet.net(Some(Party::Seller)), ..gross };
        let _ =
            writeln!(text, "Subsidy: {subsidy:.2} USD/t; net of it the seller pays {}", amount(told, &net));
    } else if disputed > 0 {
        let _ = writeln!(text, "Subsidy: none counted; {disputed} disputed or uncertain (see the lines)");
    } else {
        text.push_str("Subsidy: none that the case knows of\n");
    }
    text.push_str("Totals are without VAT.");
    for (whose, side) in [("the seller’s", Party::Seller), ("the buyer’s", Party::Buyer)] {
        let total = sheet.total(Some(side));
        // An empty sum is −0.
        let vat = total.vat_per_tonne + 0.0;
        let _ = write!(text, " On {whose} lines it is {vat:.2} USD/t as far as known");
        let _ = match total.vat_not_known {
            0 => write!(text, "."),
            1 => write!(text, "; not known for 1 line."),
            many => write!(text, "; not known for {many} lines."),
        };
    }
    text.push('\n');
    text.push_str(
        "Finance and losses are counted for whoever bears the risk of the goods; the value of time of the search is \
         in no line\n",
    );
    text
}

/// Routes in the order of what the seller pays.
pub(crate) fn ranking(ranked: &[(usize, &RouteAnswer, CostSheet)], denomination: &Denomination) -> String {
    let own_currency = format!("{}/t>", denomination.currency);
    let mut heading = vec!["rank>", "route>", "seller pays USD/t>"];
    if denomination.currency != "USD" {
        heading.push(&own_currency);
    }
    heading.extend([
        "not known>",
        "days 50 %>",
        "90 %>",
        "firm>",
        "low>",
        "yours>",
        "modelled>",
        "assumed>",
        "via",
    ]);
    let rows = ranked
        .iter()
        .enumerate()
        .map(|(rank, (number, route, sheet))| {
            let total = sheet.total(Some(Party::Seller));
            let floor = if total.not_known.is_empty() { "" } else { "> " };
            let net = sheet.net(Some(Party::Seller));
            let mut cells =
                vec![(rank + 1).to_string(), (number + 1).to_string(), format!("{floor}{net:.2}")];
            if denomination.currency != "USD" {
                cells.push(format!("{floor}{}", grouped(denomination.of_usd(net))));
            }
            cells.extend([
                total.not_known.len().to_string(),
                days(route.time.quantile(0.5)),
                days(route.time.quantile(0.9)),
                percent(total.shares.sourced),
                percent(total.shares.weakly_sourced),
                percent(total.shares.quoted),
                percent(total.shares.modelled),
                percent(total.shares.assumed),
                answer_text::by(route),
            ]);
            cells
        })
        .collect();
    format!(
        "\nRoutes by what the seller pays, net of subsidies (low: published with low confidence)\n{}",
        table(&heading, rows)
    )
}

/// The papers of a shipment.
pub(crate) fn documents(model: &Model, uses: &[DocumentUse<'_>]) -> String {
    if uses.is_empty() {
        return "\nDocuments: the case knows of none for this shipment; that does not mean that none is needed\n"
            .to_owned();
    }
    let rows = uses
        .iter()
        .map(|used| {
            let own = used.document;
            let not_known = || "not known".to_owned();
            let at = used.crossing.map_or_else(
                || own.territory.join(", "),
                |crossing| model.network.crossings[crossing as usize].name.clone(),
            );
            vec![
                own.title.clone(),
                own.needed.words().to_owned(),
                format!("{}{}{at}", own.stage.word(), if at.is_empty() { "" } else { ", " }),
                own.issuer.clone(),
                if own.legal_basis.is_empty() { not_known() } else { own.legal_basis.clone() },
                own.lead_time_hours.map_or_else(not_known, |hours| format!("{hours:.0} h")),
                own.fee.as_ref().map_or_else(not_known, |fee| {
                    price_words(&LinePrice { amount: Some(fee.amount), terms: fee.terms.clone() })
                }),
                format!(
                    "{}, {} ({})",
                    own.provenance.source,
                    own.provenance.confidence.word(),
                    own.provenance.place
                ),
            ]
        })
        .collect();
    let mut text = format!(
        "\nDocuments that the case knows of\n{}",
        table(&["paper", "needed", "where", "issuer", "legal basis", "lead time", "fee", "source"], rows)
    );
    for used in uses.iter().filter(|used| !used.document.note.is_empty()) {
        let _ = writeln!(text, "  {}: {}", used.document.title, used.document.note);
    }
    text
}
