//! What a step takes and costs, component by component.
//!
//! The same components make the numbers that the search adds and the lines that a route prints,
//! so the two cannot disagree. Money is in USD per tonne; a price that nobody knows is `None`:
//! the search counts nothing for it, and the route says that it is not known.

use case::{Case, Figure, Lot, Mode, Money, Provenance, Terms, usd_per_tonne};
use jiff::civil::Date;
use network::{Direction, Duration, LinkId, Network, Phase, PlaceId, Step, Supply, SupplyArc};

use crate::Regime;
use crate::haul::Haul;
use crate::judge::Day;
use crate::rule::{Effect, Speaking, Unit, VersionId};
use crate::tariff::{Carriage, Tariff};

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Moving along a link.
    Motion(LinkId),
    /// What a season adds on a link.
    Season(u32),
    /// An activity at a crossing: crossing and position among its activities.
    Activity(u32, u32),
    /// Waiting for and boarding a service, and its freight.
    Boarding(u32),
    /// A change of mode, gauge or vehicle.
    Change(u32),
    /// Loading at the origin.
    Loading(u32),
    /// Unloading at the destination.
    Unloading(u32),
    /// Waiting at the origin, by position in the network's waits.
    Waiting(u32),
    /// Carriage by a tariff; nothing where no tariff is known.
    Carriage(Option<u32>, Mode),
    /// A fee of a rule.
    Fee(VersionId),
    /// A paper that takes time.
    Permit(VersionId),
    /// A rule that changes or replaces a tariff, as the money it adds or takes off.
    TariffRule(VersionId),
}

/// A price as its row has it, before it became dollars per tonne.
#[derive(Debug, Clone, Copy)]
pub struct Price<'a> {
    /// The amount in its terms; nothing for what a coefficient adds to the price of another row.
    pub amount: Option<f64>,
    /// Currency, basis, tax, price date, payer.
    pub terms: &'a Terms,
}

impl<'a> Price<'a> {
    fn of(money: Option<&'a Money>) -> Option<Self> {
        money.map(|money| Self { amount: Some(money.amount), terms: &money.terms })
    }
}

/// One line of what a step takes and costs.
#[derive(Debug, Clone, Copy)]
pub struct Component<'a> {
    /// What it is.
    pub what: What,
    /// USD per tonne; nothing where not known.
    pub usd_per_tonne: Option<f64>,
    /// Time.
    pub duration: Duration,
    /// The price behind the dollars, where there is one.
    pub price: Option<Price<'a>>,
    /// Where the row comes from; its figures may have an ancestry of their own.
    pub provenance: Option<&'a Provenance>,
}

impl<'a> Component<'a> {
    /// Where one of its figures comes from.
    #[must_use]
    pub fn of_figure(&self, figure: Figure) -> Option<&'a Provenance> {
        self.provenance.map(|own| own.of_figure(figure))
    }
}

/// The sums of components.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// USD per tonne.
    pub usd_per_tonne: f64,
    /// Hours, mean.
    pub hours: f64,
    /// Hours squared, variance.
    pub variance: f64,
    /// Kilometres.
    pub km: f64,
    /// Kilograms of CO2e per tonne.
    pub co2_kg: f64,
}

impl Sums {
    /// Adds a component.
    pub fn add(&mut self, component: &Component<'_>) {
        self.usd_per_tonne += component.usd_per_tonne.unwrap_or(0.0);
        self.hours += component.duration.hours;
        self.variance += component.duration.variance;
    }
}

/// Time in motion on a link on a date, with what a season adds: the same for all goods.
fn motion<'a>(
    case: &'a Case,
    network: &'a Network,
    date: Date,
    id: LinkId,
    mut each: impl FnMut(Component<'a>),
) {
    let link = network.link(id);
    let (speed, spread) = match link.mode {
        Mode::Rail => ("speed_rail", "variance_rail"),
        Mode::Road => ("speed_road", "variance_road"),
        Mode::Ferry => ("speed_ferry", "variance_ferry"),
        Mode::Sea => ("speed_sea", "variance_sea"),
        Mode::Air => ("speed_air", "variance_air"),
    };
    let hours = link
        .hours
        .unwrap_or_else(|| link.km / link.speed_kmh.unwrap_or_else(|| case.parameter(speed)))
        // Drivers rest; everything else goes day and night.
        * if link.mode == Mode::Road { 24.0 / case.parameter("road_hours_per_day") } else { 1.0 };
    let own_time = link.hours.is_some() || link.speed_kmh.is_some();
    let own_column: &[&str] = if link.hours.is_some() { &["hours"] } else { &["speed_kmh"] };
    let general = case.parameters.get(speed).map(|parameter| &parameter.provenance);
    each(Component {
        what: What::Motion(id),
        price: None,
        usd_per_tonne: Some(0.0),
        // Moving time is taken as a sum of independent hours, so that cutting a link in two
        // changes nothing: the variance is proportional to the hours.
        duration: Duration { hours, variance: hours * case.parameter(spread) },
        provenance: if own_time { Some(link.provenance.of_cells(own_column)) } else { general },
    });
    for number in &link.seasons {
        let season = &network.seasons[*number as usize];
        if season.holds(date) {
            each(Component {
                what: What::Season(*number),
                price: None,
                usd_per_tonne: Some(0.0),
                duration: season.duration,
                provenance: Some(&season.provenance),
            });
        }
    }
}

/// The same as a sum.
pub(crate) fn motion_sum(case: &Case, network: &Network, date: Date, id: LinkId) -> Duration {
    let mut sum = Duration::default();
    motion(case, network, date, id, |component| {
        sum.hours += component.duration.hours;
        sum.variance += component.duration.variance;
    });
    sum
}

/// What is needed to price steps on a day.
#[derive(Debug, Clone, Copy)]
pub struct Pricing<'a> {
    /// The case's ground floor.
    pub case: &'a Case,
    /// The network.
    pub network: &'a Network,
    /// Rules and tariffs.
    pub regime: &'a Regime,
    /// The rules that speak on the day.
    pub day: &'a Day<'a>,
}

impl<'a> Pricing<'a> {
    fn lot(&self, vehicle: u32) -> Lot {
        self.day.consignment.lots[vehicle as usize]
    }

    /// Time in motion on a link, with what a season adds.
    pub fn motion(&self, id: LinkId, each: impl FnMut(Component<'a>)) {
        motion(self.case, self.network, self.day.date, id, each);
    }

    /// Kilograms of CO2e per tonne on a link.
    #[must_use]
    pub fn co2_kg(&self, id: LinkId) -> f64 {
        let link = self.network.link(id);
        self.regime.emissions.grams_per_tonne_km(link.mode, &link.traction) * link.km / 1000.0
    }

    /// The components of an arc of the supply, and its sums.
    pub fn arc(&self, supply: &Supply, arc: &SupplyArc, mut each: impl FnMut(Component<'a>)) -> Sums {
        let mut sums = Sums::default();
        let mut note = |component: Component<'a>| {
            sums.add(&component);
            each(component);
        };
        let place = supply.states[arc.tail as usize].place;
        match arc.step {
            Step::Move { link, direction, service } => {
                self.motion(link, &mut note);
                self.crossing(link, direction, arc.vehicle, &mut note);
                self.carriage(link, service, arc.vehicle, &mut note);
                self.rules_at_link(link, direction, arc.vehicle, &mut note);
                sums.km = self.network.link(link).km;
                sums.co2_kg = self.co2_kg(link);
            }
            Step::Load(Some(number)) => {
                let mode = self.case.goods.vehicles()[arc.vehicle as usize].mode;
                self.waits(place, mode, &mut note);
                self.handling(number, arc.vehicle, What::Loading(number), &mut note);
                self.rules_at_place(supply, arc, &mut note);
            }
            Step::Unload(Some(number)) => {
                self.handling(number, arc.vehicle, What::Unloading(number), &mut note);
                self.rules_at_place(supply, arc, &mut note);
            }
            Step::Change(number) => {
                // Goods that were trucked to a train, ship or aircraft in the economy where they
                // start wait for it as they would have at the origin.
                let states = (supply.states[arc.tail as usize], supply.states[arc.head as usize]);
                if let (Some((Mode::Road, _)), Some((mode, _))) = (states.0.on, states.1.on)
                    && self.is_origin_economy(supply, place)
                {
                    self.waits(place, mode, &mut note);
                }
                self.handling(number, arc.vehicle, What::Change(number), &mut note);
                self.rules_at_place(supply, arc, &mut note);
            }
            Step::Load(None) | Step::Unload(None) => {}
        }
        sums
    }

    fn is_origin_economy(&self, supply: &Supply, place: PlaceId) -> bool {
        let economy = |place: PlaceId| &self.network.places.get(place).economy;
        let mut origins = supply.states.iter().filter(|state| state.phase == Phase::Origin);
        origins.any(|origin| economy(origin.place) == economy(place))
    }

    fn waits(&self, place: PlaceId, mode: Mode, note: &mut impl FnMut(Component<'a>)) {
        let hs = &self.day.consignment.commodity.hs;
        for wait in self.network.waits_at(place, mode, hs) {
            let position = self.network.waits.iter().position(|other| std::ptr::eq(other, wait)).unwrap_or(0);
            note(Component {
                what: What::Waiting(position as u32),
                price: None,
                usd_per_tonne: Some(0.0),
                duration: wait.duration,
                provenance: Some(&wait.provenance),
            });
        }
    }

    fn handling(&self, number: u32, vehicle: u32, what: What, note: &mut impl FnMut(Component<'a>)) {
        let transfer = &self.network.transfers[number as usize];
        let money = transfer.money.as_ref();
        note(Component {
            what,
            usd_per_tonne: self.usd(money, vehicle),
            price: Price::of(money),
            duration: transfer.duration,
            provenance: Some(&transfer.provenance),
        });
    }

    fn crossing(
        &self,
        link: LinkId,
        direction: Direction,
        vehicle: u32,
        note: &mut impl FnMut(Component<'a>),
    ) {
        let Some(number) = self.network.link(link).crossing else { return };
        let crossing = &self.network.crossings[number as usize];
        for (position, activity) in (0u32..).zip(&crossing.activities) {
            let here = activity.direction.is_none_or(|own| own == direction);
            if here && activity.goods.holds(&self.day.consignment.commodity.hs) {
                let money = activity.money.as_ref();
                note(Component {
                    what: What::Activity(number, position),
                    usd_per_tonne: self.usd(money, vehicle),
                    price: Price::of(money),
                    duration: activity.duration,
                    provenance: Some(&activity.provenance),
                });
            }
        }
    }

    /// The freight of a link outside hauls: of the service where there is one, by tariff else. A
    /// rail link across a border is charged by the kilometre, without the initial part: that is
    /// paid once, in the haul on either side.
    fn carriage(&self, id: LinkId, service: Option<u32>, vehicle: u32, note: &mut impl FnMut(Component<'a>)) {
        let link = self.network.link(id);
        if let Some(number) = service {
            let service = &self.network.services[number as usize];
            note(Component {
                what: What::Boarding(number),
                usd_per_tonne: self.usd(service.money.as_ref(), vehicle),
                price: Price::of(service.money.as_ref()),
                duration: service.wait,
                provenance: Some(&service.provenance),
            });
            return;
        }
        let band = self.band(&link.carrier, link.mode, link.km);
        let amount = |tariff: &Tariff| {
            if link.mode == Mode::Rail { tariff.per_km * link.km } else { tariff.charge(link.km) }
        };
        let price = band.map(|(_, tariff)| Price { amount: Some(amount(tariff)), terms: &tariff.terms });
        note(Component {
            what: What::Carriage(band.map(|(number, _)| number), link.mode),
            usd_per_tonne: price.and_then(|price| self.dollars(price, vehicle)),
            price,
            duration: Duration::default(),
            provenance: band.map(|(_, tariff)| &tariff.provenance),
        });
    }

    fn band(&self, carrier: &str, mode: Mode, km: f64) -> Option<(u32, &'a Tariff)> {
        self.regime.tariffs.band(&self.day.tariffs, &Carriage { carrier, mode, km })
    }

    fn rules_at_link(
        &self,
        link: LinkId,
        direction: Direction,
        vehicle: u32,
        note: &mut impl FnMut(Component<'a>),
    ) {
        for version in self.day.taking_at_link(link, direction) {
            self.local_rule(version, vehicle, note);
        }
    }

    fn rules_at_place(&self, supply: &Supply, arc: &SupplyArc, note: &mut impl FnMut(Component<'a>)) {
        for speaking in self.day.at_handling(supply, arc).filter(|speaking| speaking.certain) {
            self.local_rule(speaking.version, arc.vehicle, note);
        }
    }

    fn local_rule(&self, id: VersionId, vehicle: u32, note: &mut impl FnMut(Component<'a>)) {
        let version = self.regime.rules.get(id);
        match (version.effect, version.value) {
            (Effect::Fee, Some((value, unit))) => note(Component {
                what: What::Fee(id),
                usd_per_tonne: self.rule_money(id, value, unit, vehicle),
                duration: Duration::default(),
                price: Some(Price { amount: Some(value), terms: &version.terms }),
                provenance: Some(&version.provenance),
            }),
            (Effect::Permit, Some((hours, Unit::Hours))) => note(Component {
                what: What::Permit(id),
                price: None,
                usd_per_tonne: Some(0.0),
                duration: Duration { hours, variance: 0.0 },
                provenance: Some(version.provenance.of_cells(&["value"])),
            }),
            _ => {}
        }
    }

    fn rule_money(&self, id: VersionId, value: f64, unit: Unit, vehicle: u32) -> Option<f64> {
        let Unit::Money(_) = unit else { return None };
        let terms = &self.regime.rules.get(id).terms;
        self.dollars(Price { amount: Some(value), terms }, vehicle)
    }

    /// Dollars per tonne of a price that has an amount.
    fn dollars(&self, price: Price<'_>, vehicle: u32) -> Option<f64> {
        usd_per_tonne(price.amount?, price.terms, self.lot(vehicle), &self.case.exchange)
    }

    fn usd(&self, money: Option<&Money>, vehicle: u32) -> Option<f64> {
        money?.usd_per_tonne(self.lot(vehicle), &self.case.exchange)
    }

    /// The freight of a haul on one railway between two gates, and what rules take on its links:
    /// the base tariff of its whole length, times the coefficients that speak to it, or the rate
    /// that replaces it; where several do, the last. Time in motion is not in it: see [`Pricing::motion`].
    ///
    /// The *CIS Railway Tariff Policy* works so: base rates by distance, and coefficients by
    /// railway, border point, goods and date.
    pub fn haul(&self, haul: &Haul, mut each: impl FnMut(Component<'a>)) -> Sums {
        let mut sums = Sums { km: haul.km, co2_kg: haul.co2_kg, ..Sums::default() };
        let mut note = |component: Component<'a>| {
            sums.add(&component);
            each(component);
        };
        // A rule that may have ended changes no price; the route names it.
        let certain = |effect: Effect| {
            self.haul_rules(haul).filter(move |speaking| {
                speaking.certain && self.regime.rules.get(speaking.version).effect == effect
            })
        };
        // A rate that replaces the tariff is the whole price, and the line that a reader gets: the
        // tariff it replaces and the difference would have the ancestry of neither.
        let rate = certain(Effect::TariffRate).filter_map(|speaking| {
            let (value, unit) = self.regime.rules.get(speaking.version).value?;
            let rate = self.rule_money(speaking.version, value, unit, haul.vehicle)?;
            Some((speaking.version, value, rate))
        });
        if let Some((version, value, rate)) = rate.last() {
            let terms = &self.regime.rules.get(version).terms;
            note(self.tariff_rule(version, rate, Some(Price { amount: Some(value), terms })));
            for (link, direction) in &haul.links {
                self.rules_at_link(*link, *direction, haul.vehicle, &mut note);
            }
            return sums;
        }
        let band = self.band(&haul.carrier, Mode::Rail, haul.km);
        let base =
            band.map(|(_, tariff)| Price { amount: Some(tariff.charge(haul.km)), terms: &tariff.terms });
        let mut charge = base.and_then(|price| self.dollars(price, haul.vehicle));
        note(Component {
            what: What::Carriage(band.map(|(number, _)| number), Mode::Rail),
            usd_per_tonne: charge,
            duration: Duration::default(),
            price: base,
            provenance: band.map(|(_, tariff)| &tariff.provenance),
        });
        for speaking in certain(Effect::TariffCoefficient) {
            if let (Some(before), Some((factor, _))) = (charge, self.regime.rules.get(speaking.version).value)
            {
                charge = Some(before * factor);
                // What a coefficient adds is money of the same terms as what it multiplies.
                let price = base.map(|base| Price { amount: None, ..base });
                note(self.tariff_rule(speaking.version, before * (factor - 1.0), price));
            }
        }
        for (link, direction) in &haul.links {
            self.rules_at_link(*link, *direction, haul.vehicle, &mut note);
        }
        sums
    }

    /// The versions that change the tariff of a haul, or would if they surely held.
    pub fn haul_rules<'h>(&'h self, haul: &'h Haul) -> impl Iterator<Item = Speaking> + 'h {
        let passes = |place: &PlaceId| {
            haul.from == *place
                || haul.links.iter().any(|(link, way)| self.network.link(*link).head(*way) == *place)
        };
        let lies_in = |territory: &String| {
            haul.links.iter().any(|(link, _)| self.network.link(*link).territory.contains(territory))
        };
        self.day.speaking.iter().copied().filter(move |speaking| {
            let version = self.regime.rules.get(speaking.version);
            let (scope, own) = (&version.scope, &version.haul);
            version.effect.belongs_to_hauls()
                && (scope.carriers.is_empty() || scope.carriers.contains(&haul.carrier))
                && (scope.modes.is_empty() || scope.modes.contains(&Mode::Rail))
                && (scope.territory.is_empty() || scope.territory.iter().any(lies_in))
                && (scope.places.is_empty() || scope.places.iter().any(passes))
                && (scope.links.is_empty() || haul.links.iter().any(|(link, _)| scope.links.contains(link)))
                && (own.gates.is_empty() || own.gates.contains(&haul.from) || own.gates.contains(&haul.to))
                && own.min_km.is_none_or(|least| haul.km >= least)
                && own.max_km.is_none_or(|most| haul.km < most)
        })
    }

    fn tariff_rule(&self, id: VersionId, usd_per_tonne: f64, price: Option<Price<'a>>) -> Component<'a> {
        Component {
            what: What::TariffRule(id),
            usd_per_tonne: Some(usd_per_tonne),
            price,
            duration: Duration::default(),
            provenance: Some(&self.regime.rules.get(id).provenance),
        }
    }

    /// USD per tonne of a duty or subsidy on the pair of origin and destination; nothing where the
    /// version names no amount.
    #[must_use]
    pub fn pair_money(&self, id: VersionId) -> Option<f64> {
        let (value, unit) = self.regime.rules.get(id).value?;
        Some(match unit {
            Unit::PercentOfValue => value / 100.0 * self.day.consignment.commodity.unit_value,
            _ => self.rule_money(id, value, unit, 0)?,
        })
    }
}
