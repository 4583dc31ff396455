//! `ayrum trade analogy`: "A trades so much with B, and C is larger than B, so A should trade more with C", judged by size, by
//! the great circle and by cost on the network.

use ledger::{Claim, ClaimMeasure, Modality, Register};
use scenario::baseline::{Analogy, Baseline, BaselineEconomy};
use scenario::{AnalogyBy, LoopSettings, Model, Settled};
use serde::Serialize;

use crate::arguments::ledger::Analogy as Asked;
use crate::arguments::{CaseSource, Format};
use crate::command::roadmap::economy;
use crate::command::{Done, date, load, put};
use crate::failure::Failure;
use crate::register::Desk;
use crate::report::flows::thousands;
use crate::report::loop_table::{Cell, Column, Table};
use crate::show;

/// Trade that is known, and of whom: what the argument starts from.
pub(crate) struct Known {
    /// USD a year: low, value, high.
    pub(crate) usd: [f64; 3],
    /// The claim it was taken from; nothing where the user gave a figure.
    pub(crate) claim: Option<Claim>,
}

/// One way to judge, and what comes out.
#[derive(Serialize)]
pub(crate) struct Row {
    method: String,
    unit: &'static str,
    to_reference: Option<f64>,
    to_subject: Option<f64>,
    pub(crate) usd: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    #[serde(skip)]
    pub(crate) by: AnalogyBy,
}

#[derive(Serialize)]
struct Written {
    program: &'static str,
    case: String,
    case_hash: String,
    date: String,
    from: String,
    reference: String,
    subject: String,
    known_usd: [f64; 3],
    claim: Option<String>,
    source: Option<String>,
    confidence: Option<&'static str>,
    gdp_usd: [f64; 3],
    gdp_year: u32,
    rows: Vec<Row>,
    reported_usd: Option<f64>,
    reported_claim: Option<String>,
}

/// Prints the argument in all ways.
pub(super) fn run(asked: &Asked, case: &CaseSource) -> Result<Done, Failure> {
    let mut model = load(case)?;
    let register = Desk::register_of(case, &mut model)?;
    let named = [&asked.from, &asked.reference, &asked.subject];
    let mut codes = Vec::new();
    for name in named {
        let code = model.case.economies.find(name).map_or(name.as_str(), |own| own.id.as_str());
        codes.push(economy(&model, code)?);
    }
    let economies: [usize; 3] = [codes[0], codes[1], codes[2]];
    if economies[0] == economies[1] || economies[0] == economies[2] || economies[1] == economies[2] {
        return Err(Failure::new("the argument needs three economies").hint("such as KAZ KGZ ARM"));
    }
    let known = known(&model, &register, asked, economies)?;
    let zones = zones(&model.baseline, economies[0], &asked.zone)?;
    let day = asked.date.as_deref().map_or(Ok(model.case.settings.horizon), date)?;
    let settled = model.settle(day, Vec::new(), &LoopSettings::default())?;
    let argument = Argument::new(&model, &register, &settled, known, economies, &zones)?;
    match asked.format {
        Format::Table => {
            let mut text = argument.table("analogy").text();
            for line in argument.sentences() {
                text.push_str(&format!("\n{}\n", show::wrapped(&line, 100)));
            }
            put(&text)?;
        }
        Format::Json => put(&show::json(&argument.written(day.to_string()))?)?,
        Format::Csv => put(&argument.csv()?)?,
        Format::Geojson => {
            return Err(Failure::new("an argument has no geometry of its own").hint("table, json or csv"));
        }
    }
    Ok(Done::Good)
}

/// The zones asked for, else all of the economy.
fn zones(baseline: &Baseline, from: usize, asked: &[String]) -> Result<Vec<usize>, Failure> {
    let own = baseline.economies[from].zones.clone();
    if asked.is_empty() {
        return Ok(own.collect());
    }
    let find = |id: &String| {
        baseline.zone(id).filter(|zone| own.contains(zone)).ok_or_else(|| {
            let known = own.clone().map(|zone| baseline.zones[zone].id.as_str());
            let name = &baseline.economies[from].name;
            Failure::new(format!("{name} has no zone `{id}`")).hint(case::suggestion(id, known))
        })
    };
    asked.iter().map(find).collect()
}

/// The trade from which the argument starts: the user's figure, a claim, or the last whole year that the register has.
fn known(model: &Model, register: &Register, asked: &Asked, economies: [usize; 3]) -> Result<Known, Failure> {
    if let Some(usd) = asked.usd {
        if !(usd.is_finite() && usd > 0.0) {
            return Err(Failure::new(format!("{usd} is no trade")).hint("USD above zero, such as 1.4e9"));
        }
        return Ok(Known { usd: [usd; 3], claim: None });
    }
    let [from, reference, _] = economies.map(|at| model.baseline.economies[at].id.as_str());
    let claim = match &asked.claim {
        Some(id) => register.claim(id).ok_or_else(|| {
            let known = register.claims.iter().map(|own| own.id.as_str());
            Failure::new(format!("no claim is called `{id}`")).hint(case::suggestion(id, known))
        })?,
        None => turnover(register, from, reference).ok_or_else(|| {
            Failure::new(format!("the register has no trade of a whole year between {from} and {reference}"))
                .hint("--usd 1.4e9 gives one")
        })?,
    };
    of_claim(claim, from, reference)
}

/// A claim as the trade from which the argument starts.
pub(crate) fn of_claim(claim: &Claim, from: &str, reference: &str) -> Result<Known, Failure> {
    let refused = |why: &str| {
        Failure::new(format!("claim {} {why}", claim.id)).hint(format!(
            "a turnover of {from} and {reference} in dollars; `ayrum claims show ID` shows a claim"
        ))
    };
    if claim.measure != ClaimMeasure::TradeTurnover || !is_of(claim, from, reference) {
        return Err(refused(&format!("is no turnover of {from} and {reference}")));
    }
    let (Some(figure), Some(("USD", scale))) = (claim.figure, claim.money()) else {
        return Err(refused("has no figure in dollars"));
    };
    let figure = figure.times(scale);
    let (low, high) = figure.rounded_bounds();
    if !(low > 0.0 && high.is_finite()) {
        return Err(refused("says no more than a bound"));
    }
    Ok(Known { usd: [low, figure.middle(), high], claim: Some(claim.clone()) })
}

fn is_of(claim: &Claim, one: &str, other: &str) -> bool {
    let pair = (claim.economy.as_str(), claim.partner.as_str());
    pair == (one, other) || pair == (other, one)
}

/// The turnover of a pair in the last whole year that the register has.
pub(crate) fn turnover<'r>(register: &'r Register, one: &str, other: &str) -> Option<&'r Claim> {
    let told = |claim: &&Claim| {
        claim.measure == ClaimMeasure::TradeTurnover
            && claim.modality == Modality::Fact
            && is_of(claim, one, other)
            && claim.period.is_some_and(|period| period.is_one_year())
            && of_claim(claim, one, other).is_ok()
    };
    register.claims.iter().filter(told).max_by_key(|claim| claim.period)
}

/// The argument in all ways, and what it starts from.
pub(crate) struct Argument<'a> {
    model: &'a Model,
    known: Known,
    economies: [&'a BaselineEconomy; 3],
    pub(crate) rows: Vec<Row>,
    reported: Option<Known>,
}

impl<'a> Argument<'a> {
    /// The argument at the costs of a settled state.
    pub(crate) fn new(
        model: &'a Model,
        register: &Register,
        settled: &Settled,
        known: Known,
        economies: [usize; 3],
        zones: &[usize],
    ) -> Result<Self, Failure> {
        let [from, reference, subject] = economies;
        let all = settled
            .analogies((from, reference, subject), known.usd)
            .map_err(|error| Failure::new(error.to_string()))?;
        let baseline = &model.baseline;
        let wanted = |by: AnalogyBy| !matches!(by, AnalogyBy::Zone(zone) if !zones.contains(&zone));
        let rows =
            all.into_iter().filter(|(by, _)| wanted(*by)).map(|(by, own)| row(baseline, by, &own)).collect();
        let own = economies.map(|at| &baseline.economies[at]);
        let reported = turnover(register, &own[0].id, &own[2].id)
            .and_then(|claim| of_claim(claim, &own[0].id, &own[2].id).ok());
        Ok(Self { model, known, economies: own, rows, reported })
    }

    /// What it starts from, in a sentence with its source.
    pub(crate) fn premise(&self) -> String {
        let [from, reference, subject] = self.economies;
        let (known, sizes) = (
            match &self.known.claim {
                Some(claim) => format!(
                    "{} and {} traded {} in {} (claim {}, {}, {}; confidence: {}; as it is rounded {} to {})",
                    from.name,
                    reference.name,
                    millions(self.known.usd[1]),
                    claim.period.map_or_else(|| "a year not said".to_owned(), |period| period.to_string()),
                    claim.id,
                    claim.said_by,
                    claim.provenance.source,
                    claim.provenance.confidence.word(),
                    millions(self.known.usd[0]),
                    millions(self.known.usd[2]),
                ),
                None => format!(
                    "{} and {} trade {}, the user’s figure",
                    from.name,
                    reference.name,
                    millions(self.known.usd[1])
                ),
            },
            format!(
                "{}’s economy is {:.2} times {}’s: {} and {} in {} ({})",
                subject.name,
                subject.gdp_usd / reference.gdp_usd,
                reference.name,
                millions(subject.gdp_usd),
                millions(reference.gdp_usd),
                subject.year,
                subject.provenance.source
            ),
        );
        format!("{known}. {sizes}.")
    }

    /// What follows, from the figures, and what it is not.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let [from, reference, subject] = self.economies;
        let of = |wanted: fn(AnalogyBy) -> bool| self.rows.iter().filter(move |row| wanted(row.by));
        let span = |rows: &[&Row]| {
            let least = rows.iter().map(|row| row.usd).fold(f64::INFINITY, f64::min);
            let most = rows.iter().map(|row| row.usd).fold(0.0, f64::max);
            if most / least < 1.005 {
                millions(most)
            } else {
                format!("{} to {}", millions(least), millions(most))
            }
        };
        let size: Vec<&Row> = of(|by| by == AnalogyBy::Size).collect();
        let circle: Vec<&Row> = of(|by| matches!(by, AnalogyBy::Zone(_))).collect();
        let cost: Vec<&Row> = of(|by| matches!(by, AnalogyBy::Group(_))).collect();
        let mut sentences = vec![self.premise()];
        if !size.is_empty() && !circle.is_empty() && !cost.is_empty() {
            let times =
                |row: &&Row| row.to_subject.zip(row.to_reference).map_or(f64::NAN, |(far, near)| far / near);
            let (least, most) = cost
                .iter()
                .map(times)
                .fold((f64::INFINITY, 0.0_f64), |own, next| (own.0.min(next), own.1.max(next)));
            sentences.push(format!(
                "By size alone {} would trade {} with {}. By the great circle it is {}, by where in {} goods are taken to start; by what \
                 carriage costs it is {}, by the goods. Carriage to {} costs {least:.1} to {most:.1} times what it costs to {}, as a share of \
                 value: that is what size leaves out.",
                from.name,
                span(&size),
                subject.name,
                span(&circle),
                from.name,
                span(&cost),
                subject.name,
                reference.name,
            ));
        }
        if let Some(Known { usd, claim: Some(claim) }) = &self.reported {
            let least = self.rows.iter().map(|row| row.low).fold(f64::INFINITY, f64::min);
            let most = self.rows.iter().map(|row| row.high).fold(0.0, f64::max);
            sentences.push(format!(
                "Reported for {} and {} are {} in {} (claim {}, {}); all ways and intervals together span {} to {}.",
                from.name,
                subject.name,
                millions(usd[1]),
                claim.period.map_or_else(String::new, |period| period.to_string()),
                claim.id,
                claim.provenance.source,
                millions(least),
                millions(most)
            ));
        }
        sentences.push(
            "It is gravity without the terms of all other partners, for an order of magnitude and no more: language, agreements, goods \
             that only pass through, and what each economy makes are not in it. Intervals are the corners of the ranges of the known \
             trade and of the coefficients; the costs themselves are modelled, and most of what they rest on is assumed."
                .to_owned(),
        );
        sentences
    }

    /// The argument as a table.
    pub(crate) fn table(&self, id: &str) -> Table {
        let [from, reference, subject] = self.economies;
        let rows = self
            .rows
            .iter()
            .map(|row| {
                let nearness = |value: Option<f64>| match (value, row.unit) {
                    (Some(km), "km") => Cell::modelled(format!("{} km", show::grouped(km.round()))),
                    (Some(share), _) => Cell::modelled(format!("{:.1} % of value", 100.0 * share)),
                    (None, _) => Cell::text("–"),
                };
                vec![
                    Cell::text(&row.method),
                    nearness(row.to_reference),
                    nearness(row.to_subject),
                    Cell::modelled(short(row.usd)),
                    Cell::modelled(format!("{} – {}", short(row.low), short(row.high))),
                ]
            })
            .collect();
        Table {
            id: id.to_owned(),
            caption: format!(
                "What {} would trade with {}, judged by what it trades with {}: million USD a year",
                from.name, subject.name, reference.name
            ),
            columns: vec![
                Column::text("Judged by"),
                Column::number(&format!("to {}", reference.id)),
                Column::number(&format!("to {}", subject.id)),
                Column::number("implied trade"),
                Column::number("interval"),
            ],
            rows,
            none: String::new(),
            is_folded: false,
        }
    }

    /// Rows of the case on which it rests.
    pub(crate) fn cited(&self) -> Vec<case::Provenance> {
        let claims = [Some(&self.known), self.reported.as_ref()];
        let claims = claims.into_iter().flatten().filter_map(|own| own.claim.as_ref());
        let mut cited: Vec<case::Provenance> = claims.map(|claim| claim.provenance.clone()).collect();
        cited.extend(self.economies.iter().map(|own| own.provenance.clone()));
        for group in &self.model.baseline.groups {
            cited.extend(
                [&group.distance, &group.contiguity].into_iter().flatten().map(|own| own.provenance.clone()),
            );
        }
        cited
    }

    fn written(self, date: String) -> Written {
        let claim = self.known.claim.as_ref();
        let reported = self.reported.as_ref();
        Written {
            program: concat!("ayrum ", env!("CARGO_PKG_VERSION")),
            case: self.model.case.settings.name.clone(),
            case_hash: self.model.case_hash.clone(),
            date,
            from: self.economies[0].id.clone(),
            reference: self.economies[1].id.clone(),
            subject: self.economies[2].id.clone(),
            known_usd: self.known.usd,
            claim: claim.map(|own| own.id.clone()),
            source: claim.map(|own| own.provenance.source.clone()),
            confidence: claim.map(|own| own.provenance.confidence.word()),
            gdp_usd: self.economies.map(|own| own.gdp_usd),
            gdp_year: self.economies[2].year,
            reported_usd: reported.map(|own| own.usd[1]),
            reported_claim: reported.and_then(|own| own.claim.as_ref()).map(|own| own.id.clone()),
            rows: self.rows,
        }
    }

    fn csv(&self) -> Result<String, Failure> {
        let heading = ["method", "unit", "to_reference", "to_subject", "usd", "low", "high"];
        let cell = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let rows = self.rows.iter().map(|row| {
            vec![
                row.method.clone(),
                row.unit.to_owned(),
                cell(row.to_reference),
                cell(row.to_subject),
                row.usd.to_string(),
                row.low.to_string(),
                row.high.to_string(),
            ]
        });
        show::csv(&heading, rows)
    }
}

fn row(baseline: &Baseline, by: AnalogyBy, own: &Analogy) -> Row {
    let (method, unit) = match by {
        AnalogyBy::Size => ("size alone".to_owned(), ""),
        AnalogyBy::Zone(zone) => (format!("great circle from {}", baseline.zones[zone].name), "km"),
        AnalogyBy::Group(group) => {
            (format!("cost of carriage, {}", baseline.groups[group].name.to_lowercase()), "share of value")
        }
    };
    Row {
        method,
        unit,
        to_reference: own.reference,
        to_subject: own.subject,
        usd: own.usd,
        low: own.interval.0,
        high: own.interval.1,
        by,
    }
}

/// Million USD, of thousands.
fn short(usd: f64) -> String {
    thousands(usd / 1000.0)
}

fn millions(usd: f64) -> String {
    if usd >= 1e10 {
        format!("{:.1} billion USD", usd / 1e9)
    } else if usd >= 1e9 {
        format!("{:.2} billion USD", usd / 1e9)
    } else {
        format!("{} million USD", short(usd))
    }
}
