//! What two economies report of each other, as text, JSON and CSV.

use ledger::{FlowRow, Gap, Observation, PairReport, Reconciled, Side, Store, TurnoverRow, plain_number};
use serde::Serialize;

use crate::arguments::Format;
use crate::failure::Failure;
use crate::register::Desk;
use crate::show;

/// A pair, ready to be written.
pub(super) struct Shown<'a> {
    pub(super) desk: &'a Desk,
    pub(super) store: &'a Store,
    pub(super) report: &'a PairReport,
    pub(super) commodity: &'a str,
    pub(super) annualise: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    first: &'a str,
    second: &'a str,
    commodity: &'a str,
    margin: f64,
    margin_range: (f64, f64),
    reliability_pairs: usize,
    turnover: Vec<WrittenRow>,
    flows: Vec<WrittenRow>,
    like_for_like: Vec<WrittenLike>,
}

#[derive(Serialize)]
struct WrittenRow {
    what: String,
    period: String,
    partial: bool,
    first_report: Option<WrittenFigure>,
    second_report: Option<WrittenFigure>,
    others: Vec<WrittenFigure>,
    ratio: Option<f64>,
    symmetric_gap: Option<f64>,
    difference: Option<f64>,
    explained_by_cif_fob: Option<(f64, f64, f64)>,
    reconciled_fob: Vec<WrittenMethod>,
}

#[derive(Serialize)]
struct WrittenFigure {
    reporter: String,
    kind: &'static str,
    value: f64,
    high: Option<f64>,
    scale: f64,
    currency: String,
    valuation: &'static str,
    annualised: Option<f64>,
    claim: Option<String>,
    source: String,
    published: String,
    ancestry: String,
}

#[derive(Serialize)]
struct WrittenMethod {
    method: &'static str,
    weight_of_first_report: f64,
    low: f64,
    value: f64,
    high: f64,
}

#[derive(Serialize)]
struct WrittenLike {
    earlier: String,
    later: String,
    reporter: String,
    change: f64,
    claims: Vec<String>,
}

impl Shown<'_> {
    /// The report in one of its shapes.
    pub(super) fn written(&self, format: Format) -> Result<String, Failure> {
        match format {
            Format::Table => Ok(self.text()),
            Format::Json => show::json(&self.json()),
            Format::Csv => self.csv(),
            Format::Geojson => Err(Failure::new("trade has no geometry").hint("table, json or csv")),
        }
    }

    fn json(&self) -> Written<'_> {
        let report = self.report;
        Written {
            first: &report.pair.0,
            second: &report.pair.1,
            commodity: self.commodity,
            margin: report.margin.default,
            margin_range: (report.margin.low, report.margin.high),
            reliability_pairs: report.reliability_pairs,
            turnover: report.turnover.iter().map(|row| self.turnover_row(row)).collect(),
            flows: report.flows.iter().map(|row| self.flow_row(row)).collect(),
            like_for_like: report
                .like_for_like
                .iter()
                .map(|own| WrittenLike {
                    earlier: own.earlier.period.to_string(),
                    later: own.later.period.to_string(),
                    reporter: own.later.voice().to_owned(),
                    change: own.change,
                    claims: [&own.earlier, &own.later]
                        .into_iter()
                        .map(|own| own.claim.clone())
                        .filter(|id| !id.is_empty())
                        .collect(),
                })
                .collect(),
        }
    }

    fn figure(&self, own: &Observation) -> WrittenFigure {
        let annual = (self.annualise && !own.period.is_whole_years())
            .then(|| own.period.annualising_factor())
            .flatten();
        WrittenFigure {
            reporter: own.reporter.clone(),
            kind: own.kind.word(),
            value: own.value,
            high: own.high,
            scale: own.scale,
            currency: own.currency.clone(),
            valuation: own.valuation.word(),
            annualised: annual.map(|factor| own.value * factor),
            claim: (!own.claim.is_empty()).then(|| own.claim.clone()),
            source: own.source.clone(),
            published: own.published.clone(),
            ancestry: own.ancestry.clone(),
        }
    }

    fn turnover_row(&self, row: &TurnoverRow) -> WrittenRow {
        let others = row.by_first.others.iter().chain(&row.by_second.others).chain(&row.by_nobody);
        self.row(
            "turnover".to_owned(),
            row.period,
            (&row.by_first, &row.by_second),
            others,
            row.gap,
            &row.reconciled,
        )
    }

    fn flow_row(&self, row: &FlowRow) -> WrittenRow {
        let others = row.by_exporter.others.iter().chain(&row.by_importer.others).chain(&row.by_others);
        let what = format!("{} to {}", row.exporter, row.importer);
        self.row(what, row.period, (&row.by_exporter, &row.by_importer), others, row.gap, &row.reconciled)
    }

    fn row<'b>(
        &self,
        what: String,
        period: ledger::Period,
        (first, second): (&Side, &Side),
        others: impl Iterator<Item = &'b Observation>,
        gap: Option<Gap>,
        reconciled: &[Reconciled],
    ) -> WrittenRow {
        WrittenRow {
            what,
            period: period.to_string(),
            partial: !period.is_whole_years(),
            first_report: first.chosen.as_ref().map(|own| self.figure(own)),
            second_report: second.chosen.as_ref().map(|own| self.figure(own)),
            others: others.map(|own| self.figure(own)).collect(),
            ratio: gap.map(|gap| gap.ratio),
            symmetric_gap: gap.map(|gap| gap.symmetric),
            difference: gap.map(|gap| gap.difference),
            explained_by_cif_fob: gap.map(|gap| gap.explained),
            reconciled_fob: reconciled
                .iter()
                .map(|own| WrittenMethod {
                    method: own.method.word(),
                    weight_of_first_report: own.weight,
                    low: own.low,
                    value: own.value,
                    high: own.high,
                })
                .collect(),
        }
    }

    fn csv(&self) -> Result<String, Failure> {
        let heading = [
            "what",
            "period",
            "partial",
            "reporter",
            "kind",
            "value",
            "high",
            "scale",
            "currency",
            "valuation",
            "annualised",
            "claim",
            "source",
            "published",
        ];
        let written = self.json();
        let mut rows = Vec::new();
        for row in written.turnover.iter().chain(&written.flows) {
            for own in row.first_report.iter().chain(&row.second_report).chain(&row.others) {
                let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
                rows.push(vec![
                    row.what.clone(),
                    row.period.clone(),
                    if row.partial { "yes" } else { "no" }.to_owned(),
                    own.reporter.clone(),
                    own.kind.to_owned(),
                    own.value.to_string(),
                    number(own.high),
                    own.scale.to_string(),
                    own.currency.clone(),
                    own.valuation.to_owned(),
                    number(own.annualised),
                    own.claim.clone().unwrap_or_default(),
                    own.source.clone(),
                    own.published.clone(),
                ]);
            }
        }
        show::csv(&heading, rows.into_iter())
    }

    fn text(&self) -> String {
        let report = self.report;
        let (first, second) = (&report.pair.0, &report.pair.1);
        let name = |id| self.desk.case.economies.name(id).to_owned();
        let what = if self.commodity == ledger::TOTAL {
            "all goods".to_owned()
        } else {
            format!("HS {}", self.commodity)
        };
        let mut text = format!(
            "{} and {}: {what}, million dollars, as each side reports it\n",
            name(first),
            name(second)
        );
        if report.turnover.is_empty() && report.flows.is_empty() {
            text.push_str("\nNothing is known: no claim of the case and no import speaks of it.\n");
            text.push_str("`ayrum trade import FILE` takes in BACI, UN Comtrade and other statistics.\n");
            return text;
        }
        let whole: Vec<&TurnoverRow> =
            report.turnover.iter().filter(|row| row.period.is_whole_years()).collect();
        let parts: Vec<&TurnoverRow> =
            report.turnover.iter().filter(|row| !row.period.is_whole_years()).collect();
        let heading = [
            "period".to_owned(),
            format!("{first} says"),
            format!("{second} says"),
            "others say".to_owned(),
            "ratio>".to_owned(),
            "gap>".to_owned(),
            "CIF/FOB explains>".to_owned(),
            "reliability".to_owned(),
            "symmetry".to_owned(),
        ];
        let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
        if !whole.is_empty() {
            text.push_str("\nTurnover, exports and imports together\n");
            let rows = whole
                .iter()
                .map(|row| {
                    let others =
                        row.by_first.others.iter().chain(&row.by_second.others).chain(&row.by_nobody);
                    self.cells(
                        row.period.to_string(),
                        (&row.by_first, &row.by_second),
                        others,
                        row.gap,
                        &row.reconciled,
                    )
                })
                .collect();
            text.push_str(&show::table(&heading, rows));
        }
        self.flows(&mut text);
        self.parts(&mut text, &parts);
        text.push_str(&self.notes(&whole));
        text
    }

    fn flows(&self, text: &mut String) {
        let report = self.report;
        for exporter in [&report.pair.0, &report.pair.1] {
            let rows: Vec<&FlowRow> = report.flows.iter().filter(|row| row.exporter == *exporter).collect();
            let Some(one) = rows.first() else { continue };
            text.push_str(&format!("\nFrom {} to {}\n", one.exporter, one.importer));
            let heading = [
                "period",
                "exporter says",
                "importer says",
                "others say",
                "ratio>",
                "gap>",
                "CIF/FOB explains>",
                "reliability",
                "symmetry",
            ];
            let cells = rows
                .iter()
                .map(|row| {
                    let others =
                        row.by_exporter.others.iter().chain(&row.by_importer.others).chain(&row.by_others);
                    let partial = if row.period.is_whole_years() { "" } else { " (part)" };
                    let period = format!("{}{partial}", row.period);
                    self.cells(period, (&row.by_exporter, &row.by_importer), others, row.gap, &row.reconciled)
                })
                .collect();
            text.push_str(&show::table(&heading, cells));
        }
    }

    fn parts(&self, text: &mut String, parts: &[&TurnoverRow]) {
        if !parts.is_empty() {
            text.push_str("\nParts of years: compared only with the same months, never with whole years\n");
            let rows = parts
                .iter()
                .flat_map(|row| {
                    let sides = row.by_first.chosen.iter().chain(&row.by_second.chosen);
                    sides.chain(&row.by_first.others).chain(&row.by_second.others).chain(&row.by_nobody)
                })
                .map(|own| {
                    let annual = match (self.annualise, own.period.annualising_factor()) {
                        (true, Some(factor)) => {
                            format!("{} if all months were alike", millions(own.amount() * factor))
                        }
                        _ => String::new(),
                    };
                    vec![
                        own.period.to_string(),
                        said(own),
                        own.voice().to_owned(),
                        own.source.clone(),
                        annual,
                    ]
                })
                .collect();
            let last = if self.annualise { "made annual" } else { "" };
            text.push_str(&show::table(&["period", "turnover", "reporter", "source", last], rows));
        }
        for own in &self.report.like_for_like {
            text.push_str(&format!(
                "  {} against {}: {}{} % ({})\n",
                own.later.period,
                own.earlier.period,
                if own.change > 0.0 { "+" } else { "" },
                plain_number((own.change * 1000.0).round() / 10.0),
                own.later.voice()
            ));
        }
    }

    fn cells<'b>(
        &self,
        period: String,
        (first, second): (&Side, &Side),
        others: impl Iterator<Item = &'b Observation>,
        gap: Option<Gap>,
        reconciled: &[Reconciled],
    ) -> Vec<String> {
        let side = |side: &Side| side.chosen.as_ref().map_or("–".to_owned(), said);
        let others: Vec<String> = others.map(said).collect();
        let interval = |own: Option<&Reconciled>| match own {
            Some(own) => format!("{}–{}", millions(own.low), millions(own.high)),
            None => "–".to_owned(),
        };
        let mut cells = vec![period, side(first), side(second), others.join("; ")];
        match gap {
            Some(gap) => cells.extend([
                format!("{:.2}", gap.ratio),
                format!("{} %", plain_number((gap.symmetric * 1000.0).round() / 10.0)),
                format!("{} of {}", millions(gap.explained.1), millions(gap.difference.abs())),
            ]),
            None => cells.extend(["–", "–", "–"].map(str::to_owned)),
        }
        cells.extend([interval(reconciled.first()), interval(reconciled.get(1))]);
        cells
    }

    fn notes(&self, whole: &[&TurnoverRow]) -> String {
        let report = self.report;
        let percent = |share: f64| plain_number((share * 1000.0).round() / 10.0);
        let mut text = format!(
            "\ngap: difference over the mean of both. CIF/FOB: freight and insurance of {} % (range {} to {} %).\n\
             reliability, symmetry: intervals on FOB basis by two methods, in the manner of BACI and of the OECD; \
             weights from {} mirror pair(s).\n",
            percent(report.margin.default),
            percent(report.margin.low),
            percent(report.margin.high),
            report.reliability_pairs,
        );
        if report.reliability_pairs < 10 {
            text.push_str("  So few pairs tell little of who is reliable: both weigh about the same, and the interval is the whole span.\n");
        }
        for row in whole.iter().filter(|row| row.gap.is_some()) {
            for ((share, known), side) in row.import_shares.iter().zip([&report.pair.0, &report.pair.1]) {
                let how = if *known { "known" } else { "assumed" };
                text.push_str(&format!(
                    "  {}: imports are {} % of what {side} reports, {how}.\n",
                    row.period,
                    percent(*share)
                ));
            }
        }
        let mut sources: Vec<&str> = Vec::new();
        let turnover = report.turnover.iter().flat_map(|row| {
            let sides = row.by_first.chosen.iter().chain(&row.by_second.chosen).chain(&row.by_first.others);
            sides.chain(&row.by_second.others).chain(&row.by_nobody)
        });
        let flows = report.flows.iter().flat_map(|row| {
            let sides =
                row.by_exporter.chosen.iter().chain(&row.by_importer.chosen).chain(&row.by_exporter.others);
            sides.chain(&row.by_importer.others).chain(&row.by_others)
        });
        for own in turnover.chain(flows) {
            if !sources.contains(&own.source.as_str()) {
                sources.push(&own.source);
            }
        }
        text.push_str("\nSources\n");
        for source in sources {
            text.push_str(&format!("  {source}: {}\n", self.desk.cited(source)));
        }
        if self.store.manifest.parts.is_empty() {
            text.push_str("\nNo statistics were imported; `ayrum trade import FILE` takes them in.\n");
        }
        text
    }
}

/// A figure with the claim that it is from.
fn said(own: &Observation) -> String {
    let figure = ledger::Figure { kind: own.kind, value: own.value, high: own.high, rounding: 0.0 };
    let figure = figure.times(own.scale / 1e6).words();
    let currency = if own.currency == "USD" { String::new() } else { format!(" {}", own.currency) };
    if own.claim.is_empty() {
        format!("{figure}{currency}")
    } else {
        format!("{figure}{currency} [{}]", own.claim)
    }
}

fn millions(dollars: f64) -> String {
    let value = dollars / 1e6;
    let step = if value.abs() < 10.0 { 100.0 } else { 10.0 };
    plain_number((value * step).round() / step)
}
