//! `ayrum landed`

use regime::Timing;

use super::{Done, assume, cost, date, load, place, put, question};
use crate::arguments::{CaseSource, Format, Landed, Least, Shipment};
use crate::failure::Failure;
use crate::show;
use crate::show::landed::{self, Told};

/// What goods of every origin cost at a destination, and at which price each would win.
pub(crate) fn run(asked: &Landed, case: &CaseSource) -> Result<Done, Failure> {
    if asked.format == Format::Geojson {
        return Err(Failure::new("landed prices have no geometry").hint("table, json or csv"));
    }
    let term = cost::incoterm(&asked.incoterm)?;
    let model = load(case)?;
    let timing = match (&asked.date, &asked.depart) {
        (Some(day), _) => Timing::Snapshot(date(day)?),
        (None, Some(day)) => Timing::Dispatch(date(day)?),
        (None, None) => Timing::Snapshot(model.case.settings.horizon),
    };
    // The origins come later; until then any place but the destination stands for them.
    let to = place(&model, &asked.to)?;
    let others = model.network.places.all().iter().filter(|own| own.id != model.network.places.get(to).id);
    let somewhere = others.map(|own| own.id.clone()).next().unwrap_or_default();
    let shipment = shipment(asked, &somewhere);
    let model = assume(model, &shipment, timing.first_day())?;
    let denomination = cost::denomination(&model, &asked.currency, timing)?;
    let mut template = question(&model, &shipment)?;
    template.timing = timing;
    let prices = model.landed(&template, term)?;
    let told =
        Told { model: &model, template: &template, term, denomination: &denomination, prices: &prices };
    put(&match asked.format {
        Format::Json => show::json(&landed::written(&told))?,
        Format::Csv => landed::csv(&told)?,
        Format::Table | Format::Geojson => landed::text(&told),
    })?;
    // As with a route: that none of the goods asked for can land is something to look at.
    let lands =
        prices.grades.first().is_some_and(|grade| grade.offers.iter().any(|own| own.landed().is_some()));
    Ok(if lands { Done::Good } else { Done::Findings })
}

/// The shipment of which only the origin is still open.
fn shipment(asked: &Landed, from: &str) -> Shipment {
    Shipment {
        from: from.to_owned(),
        to: asked.to.clone(),
        commodity: asked.commodity.clone(),
        tonnes: Some(asked.tonnes),
        teu: None,
        trucks: None,
        known: asked.known.clone(),
        status: "in-force".to_owned(),
        disputed: asked.disputed,
        assume_open: asked.assume_open,
        meets: asked.meets.clone(),
        via: Vec::new(),
        avoid: asked.avoid.clone(),
        mode: asked.mode.clone(),
        // Landed prices are money; the value of time of the search is in none.
        least: Least::Money,
        alternatives: ROUTES,
        value_of_time: None,
        price_date: asked.price_date.clone(),
        open: asked.open.clone(),
        close: asked.close.clone(),
        lift: asked.lift.clone(),
    }
}

/// Routes that are looked at for each origin: charges that the search does not see may turn their order.
const ROUTES: usize = 4;
