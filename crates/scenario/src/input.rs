//! Inputs: the single figures of a case on which an answer rests.
//!
//! An input is one figure of one row: a price, a mean time, its spread. It can be read, named, and
//! set in a copy of the model. What was set is marked as assumed by the question, like everything
//! that a [`Measure`](crate::Measure) touches.

use case::{Figure, Mode, Money, PARAMETERS, Parameter, Provenance, Terms};
use network::{Duration, GoodsScope, LinkId, Network};
use regime::{Tariff, Unit, VersionId, What};

use crate::measure::assumed;
use crate::model::Model;
use crate::question::Question;

/// Which figure of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The price.
    Price,
    /// The mean time.
    Hours,
    /// The standard deviation of the time.
    Spread,
}

impl Part {
    pub(crate) fn figure(self) -> Figure {
        match self {
            Self::Price => Figure::Money,
            Self::Hours => Figure::Hours,
            Self::Spread => Figure::Spread,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Hours => "mean time",
            Self::Spread => "spread of time",
        }
    }
}

/// A figure of a case on which an answer can rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// What a tariff charges for a length, km, by the tariff's number. The length is that of a
    /// carriage in question: both parts of the tariff are set in proportion.
    Tariff(u32, u32),
    /// What a carrier charges by a mode for a length, km, where the case has no tariff.
    NoTariff(String, Mode, u32),
    /// A figure of a transfer, by number.
    Transfer(u32, Part),
    /// A figure of an activity: crossing and position among its activities.
    Activity(u32, u32, Part),
    /// A figure of a service, by number.
    Service(u32, Part),
    /// A figure of a wait before departure, by number.
    Wait(u32, Part),
    /// A figure of a season, by number.
    Season(u32, Part),
    /// The hours that a link takes.
    LinkHours(LinkId),
    /// The speed on a link, km/h.
    LinkSpeed(LinkId),
    /// What a rule takes: a fee, hours, a coefficient, a rate.
    Rule(VersionId),
    /// A parameter, by its position among those the model reads.
    Parameter(u32),
    /// The value of time of the good.
    ValueOfTime,
    /// A greenhouse gas intensity, by number.
    Intensity(u32),
}

/// A row of time and, most of them, money, of which an input is one figure.
struct Row<'a> {
    part: Part,
    money: Option<&'a Money>,
    time: Duration,
    provenance: &'a Provenance,
}

/// The same, to be set.
struct RowMut<'a> {
    part: Part,
    money: Option<&'a mut Option<Money>>,
    time: &'a mut Duration,
    provenance: &'a mut Provenance,
}

impl Row<'_> {
    fn value(&self) -> Option<f64> {
        match self.part {
            Part::Price => self.money.map(|money| money.amount),
            Part::Hours => Some(self.time.hours),
            Part::Spread => Some(self.time.variance.sqrt()),
        }
    }

    fn unit(&self) -> String {
        match self.part {
            Part::Price => money_unit(self.money),
            Part::Hours | Part::Spread => "h".to_owned(),
        }
    }
}

impl RowMut<'_> {
    fn set(self, value: f64, provenance: &Provenance) {
        match (self.part, self.money) {
            (Part::Price, Some(money)) => set_money(money, value),
            (Part::Price, None) => {}
            (Part::Hours, _) => self.time.hours = value,
            (Part::Spread, _) => self.time.variance = value * value,
        }
        self.provenance.set_figure(self.part.figure(), provenance);
    }
}

/// A price is set in the terms of its row; an unknown one in dollars per tonne.
fn set_money(money: &mut Option<Money>, value: f64) {
    match money {
        Some(money) => money.amount = value,
        None => {
            *money = Some(Money { amount: value, terms: Terms::usd_per_tonne() });
        }
    }
}

fn money_unit(money: Option<&Money>) -> String {
    money.map_or_else(|| "USD/t".to_owned(), |money| money.terms.unit())
}

impl Input {
    fn row<'a>(&self, network: &'a Network) -> Option<Row<'a>> {
        Some(match *self {
            Self::Transfer(number, part) => {
                let own = network.transfers.get(number as usize)?;
                Row { part, money: own.money.as_ref(), time: own.duration, provenance: &own.provenance }
            }
            Self::Activity(crossing, position, part) => {
                let own = network.crossings.get(crossing as usize)?.activities.get(position as usize)?;
                Row { part, money: own.money.as_ref(), time: own.duration, provenance: &own.provenance }
            }
            Self::Service(number, part) => {
                let own = network.services.get(number as usize)?;
                Row { part, money: own.money.as_ref(), time: own.wait, provenance: &own.provenance }
            }
            Self::Wait(number, part) => {
                let own = network.waits.get(number as usize)?;
                Row { part, money: None, time: own.duration, provenance: &own.provenance }
            }
            Self::Season(number, part) => {
                let own = network.seasons.get(number as usize)?;
                Row { part, money: None, time: own.duration, provenance: &own.provenance }
            }
            _ => return None,
        })
    }

    fn row_mut<'a>(&self, network: &'a mut Network) -> Option<RowMut<'a>> {
        let (part, money, time, provenance) = match *self {
            Self::Transfer(number, part) => {
                let own = network.transfers.get_mut(number as usize)?;
                (part, Some(&mut own.money), &mut own.duration, &mut own.provenance)
            }
            Self::Activity(crossing, position, part) => {
                let crossing = network.crossings.get_mut(crossing as usize)?;
                let own = crossing.activities.get_mut(position as usize)?;
                (part, Some(&mut own.money), &mut own.duration, &mut own.provenance)
            }
            Self::Service(number, part) => {
                let own = network.services.get_mut(number as usize)?;
                (part, Some(&mut own.money), &mut own.wait, &mut own.provenance)
            }
            Self::Wait(number, part) => {
                let own = network.waits.get_mut(number as usize)?;
                (part, None, &mut own.duration, &mut own.provenance)
            }
            Self::Season(number, part) => {
                let own = network.seasons.get_mut(number as usize)?;
                (part, None, &mut own.duration, &mut own.provenance)
            }
            _ => return None,
        };
        Some(RowMut { part, money, time, provenance })
    }

    /// The value in the case; nothing for a price that is not known.
    #[must_use]
    pub fn value(&self, model: &Model, question: &Question) -> Option<f64> {
        match self {
            Self::ValueOfTime => question.value_of_time.or_else(|| {
                let own = model.case.goods.commodity(&question.commodity).ok()?;
                Some(own.value_of_time)
            }),
            _ => self.case_value(model),
        }
    }

    /// The value of a figure that is not the question's to say.
    pub(crate) fn case_value(&self, model: &Model) -> Option<f64> {
        if let Some(row) = self.row(&model.network) {
            return row.value();
        }
        match *self {
            Self::Tariff(row, km) => {
                Some(model.regime.tariffs.tariffs.get(row as usize)?.charge(f64::from(km)))
            }
            Self::LinkHours(link) => model.network.link(link).hours,
            Self::LinkSpeed(link) => model.network.link(link).speed_kmh,
            Self::Rule(version) => model.regime.rules.get(version).value.map(|(value, _)| value),
            Self::Parameter(number) => {
                PARAMETERS.get(number as usize).map(|(name, ..)| model.case.parameter(name))
            }
            Self::Intensity(number) => {
                Some(model.regime.emissions.intensities.get(number as usize)?.grams_per_tonne_km)
            }
            _ => None,
        }
    }

    /// The range that the case states for the figure.
    #[must_use]
    pub fn stated_range(&self, model: &Model) -> Option<(f64, f64)> {
        match *self {
            Self::Parameter(number) => {
                let (name, ..) = PARAMETERS.get(number as usize)?;
                model.case.parameters.get(*name)?.range
            }
            Self::Intensity(number) => model.regime.emissions.intensities.get(number as usize)?.range,
            _ => None,
        }
    }

    /// Where the figure comes from; nothing where no row has it.
    #[must_use]
    pub fn provenance(&self, model: &Model, question: &Question) -> Option<Provenance> {
        match self {
            Self::ValueOfTime if question.value_of_time.is_some() => Some(assumed()),
            Self::ValueOfTime => {
                let own = &model.case.goods.commodity(&question.commodity).ok()?.provenance;
                Some(own.of_cells(&["value_of_time"]).clone())
            }
            _ => self.case_provenance(model),
        }
    }

    /// Where a figure that is not the question's to say comes from.
    pub(crate) fn case_provenance(&self, model: &Model) -> Option<Provenance> {
        if let Some(row) = self.row(&model.network) {
            return Some(row.provenance.of_figure(row.part.figure()).clone());
        }
        let own = match *self {
            Self::Tariff(row, _) => {
                model.regime.tariffs.tariffs.get(row as usize)?.provenance.of_figure(Figure::Money)
            }
            Self::LinkHours(link) => model.network.link(link).provenance.of_cells(&["hours"]),
            Self::LinkSpeed(link) => model.network.link(link).provenance.of_cells(&["speed_kmh"]),
            Self::Rule(version) => model.regime.rules.get(version).provenance.of_cells(&["value"]),
            Self::Parameter(number) => {
                let (name, ..) = PARAMETERS.get(number as usize)?;
                &model.case.parameters.get(*name)?.provenance
            }
            Self::Intensity(number) => {
                let own = &model.regime.emissions.intensities.get(number as usize)?.provenance;
                own.of_cells(&["grams_per_tonne_km"])
            }
            _ => return None,
        };
        Some(own.clone())
    }

    /// The file of the case in which the figure stands, or would.
    #[must_use]
    pub fn file(&self) -> &'static str {
        match self {
            Self::Tariff(..) | Self::NoTariff(..) => "tariffs.csv",
            Self::Transfer(..) => "transfers.csv",
            Self::Activity(..) => "activities.csv",
            Self::Service(..) => "services.csv",
            Self::Wait(..) => "waits.csv",
            Self::Season(..) => "seasons.csv",
            Self::LinkHours(_) | Self::LinkSpeed(_) => "links.csv",
            Self::Rule(_) => "rule_versions.csv",
            Self::Parameter(_) => "parameters.csv",
            Self::ValueOfTime => "commodities.csv",
            Self::Intensity(_) => "emissions.csv",
        }
    }

    /// The column of the file.
    #[must_use]
    pub fn column(&self) -> &'static str {
        match self {
            Self::Tariff(..) | Self::NoTariff(..) => "initial, per_km",
            Self::Transfer(_, part)
            | Self::Activity(_, _, part)
            | Self::Wait(_, part)
            | Self::Season(_, part) => match part {
                Part::Price => "amount",
                Part::Hours => "hours_mean",
                Part::Spread => "hours_sd",
            },
            Self::Service(_, part) => match part {
                Part::Price => "amount",
                Part::Hours => "wait_hours_mean",
                Part::Spread => "wait_hours_sd",
            },
            Self::LinkHours(_) => "hours",
            Self::LinkSpeed(_) => "speed_kmh",
            Self::Rule(_) | Self::Parameter(_) => "value",
            Self::ValueOfTime => "value_of_time",
            Self::Intensity(_) => "grams_per_tonne_km",
        }
    }

    /// The unit of the value.
    #[must_use]
    pub fn unit(&self, model: &Model) -> String {
        if let Some(row) = self.row(&model.network) {
            return row.unit();
        }
        match *self {
            Self::Tariff(row, _) => model.regime.tariffs.tariffs[row as usize].terms.unit(),
            Self::NoTariff(..) => "USD/t".to_owned(),
            Self::LinkHours(_) => "h".to_owned(),
            Self::LinkSpeed(_) => "km/h".to_owned(),
            Self::Rule(version) => {
                let own = model.regime.rules.get(version);
                match own.value.map(|(_, unit)| unit) {
                    Some(Unit::Money(_)) => own.terms.unit(),
                    Some(Unit::Hours) => "h".to_owned(),
                    Some(Unit::PercentOfValue) => "% of value".to_owned(),
                    Some(Unit::TonnesPerYear) => "t a year".to_owned(),
                    Some(Unit::Factor) | None => "factor".to_owned(),
                }
            }
            Self::Parameter(number) => {
                PARAMETERS.get(number as usize).map_or("", |(_, unit, _)| unit).to_owned()
            }
            Self::ValueOfTime => "USD/(t h)".to_owned(),
            Self::Intensity(_) => "g/(t km)".to_owned(),
            _ => String::new(),
        }
    }

    /// The figure in words.
    #[must_use]
    pub fn words(&self, model: &Model, question: &Question) -> String {
        match self {
            Self::ValueOfTime => {
                let goods = model.case.goods.commodity(&question.commodity);
                format!("value of time of {}", goods.map_or(question.commodity.as_str(), |own| &own.name))
            }
            _ => self.case_words(model),
        }
    }

    /// The same of a figure that is not the question's to say.
    pub(crate) fn case_words(&self, model: &Model) -> String {
        let part_of = |part: &Part, what: What| format!("{}: {}", model.what_words(what), part.words());
        match self {
            Self::Tariff(row, km) => {
                let own = &model.regime.tariffs.tariffs[*row as usize];
                let what = model.what_words(What::Carriage(Some(*row), own.mode));
                format!("{what} for {km} km")
            }
            Self::NoTariff(carrier, mode, km) if carrier.is_empty() => {
                format!("carriage by {} for {km} km", mode.word())
            }
            Self::NoTariff(carrier, mode, km) => {
                format!("carriage by {} of {carrier} for {km} km", mode.word())
            }
            Self::Transfer(number, part) => part_of(part, What::Change(*number)),
            Self::Activity(crossing, position, part) => part_of(part, What::Activity(*crossing, *position)),
            Self::Service(number, Part::Price) => part_of(&Part::Price, What::Boarding(*number)),
            Self::Service(number, part) => {
                format!("{}: {} of the wait", model.what_words(What::Boarding(*number)), part.words())
            }
            Self::Wait(number, part) => part_of(part, What::Waiting(*number)),
            Self::Season(number, part) => part_of(part, What::Season(*number)),
            Self::LinkHours(link) => format!("{}: hours", model.network.link_words(*link)),
            Self::LinkSpeed(link) => format!("{}: speed", model.network.link_words(*link)),
            Self::Rule(version) => model.what_words(What::Fee(*version)),
            Self::Parameter(number) => {
                PARAMETERS.get(*number as usize).map_or("", |(name, ..)| name).replace('_', " ")
            }
            Self::ValueOfTime => "value of time".to_owned(),
            Self::Intensity(number) => {
                let own = &model.regime.emissions.intensities[*number as usize];
                format!("greenhouse gas intensity of {} {}", own.mode.word(), own.traction)
                    .trim_end()
                    .to_owned()
            }
        }
    }

    /// Whether a higher value is better for every route on which the figure lies: a speed.
    #[must_use]
    pub fn more_is_better(&self) -> bool {
        match self {
            Self::LinkSpeed(_) => true,
            Self::Parameter(number) => PARAMETERS
                .get(*number as usize)
                .is_some_and(|(name, ..)| !name.starts_with("variance") && !name.ends_with("ratio")),
            _ => false,
        }
    }

    /// What the money, time and variance of a route are straight lines in: the reciprocal of a
    /// speed, the square of a standard deviation, any other value as it is.
    pub(crate) fn straightened(&self, value: f64) -> f64 {
        match self {
            Self::Transfer(_, part)
            | Self::Activity(_, _, part)
            | Self::Service(_, part)
            | Self::Wait(_, part)
            | Self::Season(_, part)
                if *part == Part::Spread =>
            {
                value * value
            }
            _ if self.more_is_better() => 1.0 / value,
            _ => value,
        }
    }

    /// Sets the figure in a copy of a model, or in the question where it is the question's to say.
    /// What was set is marked as assumed.
    pub fn set(&self, value: f64, model: &mut Model, question: &mut Question) {
        match self {
            Self::ValueOfTime => question.value_of_time = Some(value),
            _ => self.set_in(value, model, &assumed()),
        }
    }

    /// Sets a figure that is not the question's to say, with its ancestry.
    pub(crate) fn set_in(&self, value: f64, model: &mut Model, provenance: &Provenance) {
        if let Some(row) = self.row_mut(&mut model.network) {
            row.set(value, provenance);
            return;
        }
        match self {
            Self::Tariff(row, km) => {
                let Some(own) = model.regime.tariffs.tariffs.get_mut(*row as usize) else { return };
                let charge = own.charge(f64::from(*km));
                if charge > 0.0 {
                    own.initial *= value / charge;
                    own.per_km *= value / charge;
                }
                own.provenance.set_figure(Figure::Money, provenance);
            }
            Self::NoTariff(carrier, mode, km) => {
                model.add_tariff(carrier, *mode, f64::from(*km), value, provenance);
            }
            Self::LinkHours(link) => {
                let own = &mut model.network.links[link.0 as usize];
                own.hours = Some(value);
                own.provenance.set_figure(Figure::Hours, provenance);
            }
            Self::LinkSpeed(link) => {
                let own = &mut model.network.links[link.0 as usize];
                own.speed_kmh = Some(value);
                own.provenance.set_figure(Figure::Hours, provenance);
            }
            Self::Rule(version) => {
                let own = &mut model.regime.rules.versions[version.0 as usize];
                own.value = own.value.map(|(_, unit)| (value, unit));
                own.provenance.set_figure(Figure::Money, provenance);
            }
            Self::Parameter(number) => {
                let Some((name, unit, _)) = PARAMETERS.get(*number as usize) else { return };
                let own = Parameter {
                    value,
                    unit: (*unit).to_owned(),
                    range: None,
                    provenance: provenance.clone(),
                };
                model.case.parameters.insert((*name).to_owned(), own);
            }
            Self::Intensity(number) => {
                let Some(own) = model.regime.emissions.intensities.get_mut(*number as usize) else { return };
                own.grams_per_tonne_km = value;
                own.provenance = provenance.clone();
            }
            _ => {}
        }
    }
}

impl Model {
    /// Adds a tariff for the lengths about one for which there is none: up to where the next begins.
    fn add_tariff(
        &mut self,
        carrier: &str,
        mode: Mode,
        km: f64,
        usd_per_tonne: f64,
        provenance: &Provenance,
    ) {
        let tariffs = &mut self.regime.tariffs.tariffs;
        let of_it = tariffs
            .iter()
            .filter(|own| own.mode == mode && (own.carrier.is_empty() || own.carrier == carrier));
        let band = of_it.fold((0.0_f64, f64::INFINITY), |(from, to), own| {
            if own.band.1 <= km {
                (from.max(own.band.1), to)
            } else if own.band.0 > km {
                (from, to.min(own.band.0))
            } else {
                (from, to)
            }
        });
        tariffs.push(Tariff {
            id: "the question".to_owned(),
            carrier: carrier.to_owned(),
            mode,
            forms: Vec::new(),
            goods: GoodsScope::default(),
            band,
            initial: 0.0,
            per_km: usd_per_tonne / km.max(1.0),
            // Of two rows that fit, the last price holds: without a date this one gives way to any.
            terms: Terms::usd_per_tonne(),
            provenance: provenance.clone(),
        });
    }
}
