//! Which figures are doubted, and over which range each is drawn.

use case::{PARAMETERS, Provenance};
use gravity::equilibrium::uniform;
use network::LinkId;
use regime::VersionId;

use super::Draft;
use super::trade_input::{Known, TradeInput};
use crate::baseline::ObservedCell;
use crate::input::{Input, Part};
use crate::measure::assumed;
use crate::model::Model;
use crate::sensitivity::{RangeBasis, share};

/// The length for which a tariff is named, km, where its band holds it.
const TARIFF_KM: f64 = 1000.0;

/// What kind of figure is doubted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DoubtKind {
    /// A coefficient of trade: how it answers to cost, distance, borders and prices, and how goods choose between the network
    /// and its rival.
    Parameter,
    /// A figure of the case: a price, a time, a capacity, a quantity.
    Input,
}

/// Where a figure stands.
#[derive(Debug, Clone, PartialEq)]
enum Figure {
    Route(Input),
    Trade(TradeInput),
}

/// A figure that is drawn.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// In words.
    pub label: String,
    /// The unit of its values; may be empty.
    pub unit: String,
    /// Coefficient or figure of the case.
    pub kind: DoubtKind,
    /// Its value without draws: the mode of its distribution.
    pub value: f64,
    /// The ends of its distribution.
    pub range: (f64, f64),
    /// Where they come from.
    pub basis: RangeBasis,
    /// Its ancestry; nothing where no row has it.
    pub provenance: Option<Provenance>,
    figure: Figure,
    /// The number of its stream.
    stream: u64,
}

impl Doubt {
    fn new(figure: Figure, kind: DoubtKind, known: Known) -> Option<Self> {
        let Known { words, unit, value, stated, provenance, cell } = known;
        // What is nothing stays nothing by half of it.
        if value == 0.0 && stated.is_none() {
            return None;
        }
        let (range, basis) = match stated {
            Some((low, high)) => ((low.min(value), high.max(value)), RangeBasis::Stated),
            None => {
                let share = share(provenance.as_ref())?;
                let ends = [value * (1.0 - share), value * (1.0 + share)];
                ((ends[0].min(ends[1]), ends[0].max(ends[1])), RangeBasis::Share(share))
            }
        };
        (range.0 < range.1).then(|| Self {
            label: words,
            unit,
            kind,
            value,
            range,
            basis,
            provenance,
            figure,
            stream: number_of(&cell),
        })
    }

    /// Its value in a draw.
    pub(super) fn value_of(&self, seed: u64, draw: u64) -> f64 {
        if self.range.0 >= self.range.1 {
            return self.value;
        }
        triangular(uniform(seed, self.stream.wrapping_add(draw)), self.range.0, self.value, self.range.1)
    }

    pub(super) fn set(&self, value: f64, draft: &mut Draft) {
        match &self.figure {
            Figure::Route(input) => input.set_in(value, &mut draft.model, &assumed()),
            Figure::Trade(input) => input.set(value, draft),
        }
    }
}

/// The value below which a triangular distribution has a share of its mass.
fn triangular(share: f64, low: f64, mode: f64, high: f64) -> f64 {
    let rises = (mode - low) / (high - low);
    if share < rises {
        low + (share * (high - low) * (mode - low)).sqrt()
    } else {
        high - ((1.0 - share) * (high - low) * (high - mode)).sqrt()
    }
}

/// A number for a name (FNV-1a: Fowler, Noll and Vo): streams of two figures do not meet.
fn number_of(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// All doubted figures, in the order of the case's tables.
pub(super) fn doubts(model: &Model, observed: &[ObservedCell]) -> Vec<Doubt> {
    let of_trade = TradeInput::all(model, observed).into_iter().filter_map(|input| {
        let kind = if input.is_parameter() { DoubtKind::Parameter } else { DoubtKind::Input };
        let known = input.known(model, observed)?;
        Doubt::new(Figure::Trade(input), kind, known)
    });
    let of_routes = route_inputs(model).into_iter().filter_map(|input| {
        let known = known(&input, model)?;
        Doubt::new(Figure::Route(input), DoubtKind::Input, known)
    });
    of_trade.chain(of_routes).collect()
}

fn known(input: &Input, model: &Model) -> Option<Known> {
    let provenance = input.case_provenance(model);
    let row = match (&provenance, input) {
        (_, Input::Parameter(number)) => PARAMETERS.get(*number as usize)?.0,
        (Some(own), _) => own.place.as_str(),
        (None, _) => input.file(),
    };
    Some(Known {
        words: input.case_words(model),
        unit: input.unit(model),
        value: input.case_value(model)?,
        stated: input.stated_range(model),
        cell: format!("{row} {}", input.column()),
        provenance,
    })
}

/// Every figure on which some route can rest. A price that is not known counts as nothing, as in all answers, and is not
/// drawn.
fn route_inputs(model: &Model) -> Vec<Input> {
    let network = &model.network;
    let every = [Part::Price, Part::Hours, Part::Spread];
    let count = |length: usize| 0..length as u32;
    let mut all = Vec::new();
    for (number, tariff) in (0u32..).zip(&model.regime.tariffs.tariffs) {
        let (from, to) = tariff.band;
        let km = if to.is_finite() { TARIFF_KM.clamp(from, to.max(from)) } else { TARIFF_KM.max(from) };
        all.push(Input::Tariff(number, km.max(1.0) as u32));
    }
    for (number, crossing) in (0u32..).zip(&network.crossings) {
        for activity in count(crossing.activities.len()) {
            all.extend(every.map(|part| Input::Activity(number, activity, part)));
        }
    }
    all.extend(count(network.transfers.len()).flat_map(|own| every.map(|part| Input::Transfer(own, part))));
    all.extend(count(network.services.len()).flat_map(|own| every.map(|part| Input::Service(own, part))));
    let times = [Part::Hours, Part::Spread];
    all.extend(count(network.waits.len()).flat_map(|own| times.map(|part| Input::Wait(own, part))));
    all.extend(count(network.seasons.len()).flat_map(|own| times.map(|part| Input::Season(own, part))));
    for (number, link) in (0u32..).map(LinkId).zip(&network.links) {
        all.extend(match (link.hours, link.speed_kmh) {
            (Some(_), _) => Some(Input::LinkHours(number)),
            (None, Some(_)) => Some(Input::LinkSpeed(number)),
            (None, None) => None,
        });
    }
    all.extend(count(model.regime.rules.versions.len()).map(|version| Input::Rule(VersionId(version))));
    all.extend(count(PARAMETERS.len()).map(Input::Parameter));
    all.extend(count(model.regime.emissions.intensities.len()).map(Input::Intensity));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangular_draw_has_its_ends_its_mean_and_its_mode() {
        let draw = |share: f64| triangular(share, 1.0, 2.0, 5.0);
        assert_eq!((draw(0.0), draw(1.0)), (1.0, 5.0));
        // Below the mode lies its share of the width.
        assert!((draw(0.25) - 2.0).abs() < 1e-12);
        let mean = (0..100_000).map(|own| draw((f64::from(own) + 0.5) / 1e5)).sum::<f64>() / 1e5;
        assert!((mean - 8.0 / 3.0).abs() < 1e-4, "{mean}");
        assert!((triangular(0.5, 2.0, 2.0, 4.0) - (4.0 - 2.0_f64.sqrt())).abs() < 1e-12);
    }
}
