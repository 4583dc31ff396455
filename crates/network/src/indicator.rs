//! The trade-facilitation indicators of observed trips.
//!
//! # Definitions
//!
//! The four indicators are those of CAREC's Corridor Performance Measurement and Monitoring (CPMM;
//! Asian Development Bank, annual reports since 2009; the introduction of the report for 2023 states
//! them, `cpmm.carecprogram.org/2023-report`). Border crossing point (BCP) is CPMM's word for a post.
//!
//! | indicator | of each | value |
//! |---|---|---|
//! | TFI1 | visit of a post | hours from entering to leaving it: Σ hours of the activities there, waiting and handling included |
//! | TFI2 | visit of a post | US dollars paid there, official or not, per 20 t: Σ USD × 20 / t |
//! | TFI3 | trip | US dollars of the whole trip per corridor section of 500 km and 20 t: Σ USD × 500 / Σ km × 20 / t |
//! | TFI4 | trip | speed with delay, Σ km / Σ hours, all stages; without delay, Σ km / Σ hours in motion |
//!
//! TFI2 stands beside the amount as it was paid, since a payment is often made per vehicle or train.
//!
//! # Statistics
//!
//! Of n values x with mean m: the median; the coefficient of variation s / m with
//! s² = Σ (x − m)² / (n − 1); and the mean weighted by tonnes, Σ t x / Σ t, where all tonnes are
//! known. The mean of speeds is the mean over trips, each counted once. A value that rests on
//! something not known is not a sample; how many such there were is kept beside n.
//!
//! Below [`LEAST_SAMPLES`] samples an estimate has no default: a model that takes a number from so
//! few would pass chance on as knowledge. From there on the default is mean and standard
//! deviation, because these add along a route and medians do not.

use std::collections::BTreeMap;

use crate::trip::{BorderRole, Trip, TripDirection, Visit};

/// Fewer samples than this give no default.
pub const LEAST_SAMPLES: usize = 5;

/// The tonnes to which money is put.
pub const UNIT_TONNES: f64 = 20.0;

/// The kilometres of a corridor section.
pub const SECTION_KM: f64 = 500.0;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indicator {
    /// TFI1, hours at a post.
    BorderTime,
    /// TFI2, US dollars at a post per 20 t.
    BorderCost,
    /// US dollars at a post, as they were paid.
    BorderCostAsPaid,
    /// TFI3, US dollars per 500 km and 20 t.
    SectionCost,
    /// TFI4, km/h over all the time of a trip.
    SpeedWithDelay,
    /// TFI4, km/h over the time in motion.
    SpeedWithoutDelay,
}

impl Indicator {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::BorderTime,
        Self::BorderCost,
        Self::BorderCostAsPaid,
        Self::SectionCost,
        Self::SpeedWithDelay,
        Self::SpeedWithoutDelay,
    ];

    /// CPMM's short name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BorderTime => "TFI1",
            Self::BorderCost | Self::BorderCostAsPaid => "TFI2",
            Self::SectionCost => "TFI3",
            Self::SpeedWithDelay | Self::SpeedWithoutDelay => "TFI4",
        }
    }

    /// The name for it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::BorderTime => "time at border crossing points",
            Self::BorderCost => "cost at border crossing points",
            Self::BorderCostAsPaid => "cost at border crossing points, as paid",
            Self::SectionCost => "cost of a corridor section",
            Self::SpeedWithDelay => "speed with delay",
            Self::SpeedWithoutDelay => "speed without delay",
        }
    }

    /// The unit.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::BorderTime => "h",
            Self::BorderCost => "USD per 20 t",
            Self::BorderCostAsPaid => "USD",
            Self::SectionCost => "USD per 500 km and 20 t",
            Self::SpeedWithDelay | Self::SpeedWithoutDelay => "km/h",
        }
    }
}

/// What an estimate speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One post of one economy.
    Post,
    /// Both posts of a crossing, passed one after the other.
    Crossing,
    /// All posts together.
    AllPosts,
    /// Trips of one corridor or route.
    Corridor,
}

impl Scope {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Crossing => "crossing",
            Self::AllPosts => "all posts",
            Self::Corridor => "corridor",
        }
    }
}

/// The samples that are taken together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// What it speaks of.
    pub scope: Scope,
    /// The post, the crossing or the corridor; empty for all posts, or where the log names none.
    pub place: String,
    /// The economy of a post; empty where there is none or the log names none.
    pub economy: String,
    /// The side of a post.
    pub role: BorderRole,
    /// Modes of the trips, joined by `+`.
    pub modes: String,
    /// The direction of the trips.
    pub direction: TripDirection,
    /// The year of the trips.
    pub year: Option<i16>,
}

/// One value, with the tonnes of its trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The value, in the unit of its indicator.
    pub value: f64,
    /// Tonnes of cargo, where known.
    pub tonnes: Option<f64>,
}

/// What samples say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// How many there are.
    pub count: usize,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub median: f64,
    /// Standard deviation over mean; `None` below two samples or where the mean is zero.
    pub coefficient_of_variation: Option<f64>,
    /// The mean weighted by tonnes; `None` where the tonnes of a sample are not known.
    pub mean_by_tonnes: Option<f64>,
    /// The standard deviation; `None` below two samples.
    pub standard_deviation: Option<f64>,
}

impl Statistics {
    /// The statistics of samples; `None` where there are none.
    #[must_use]
    pub fn of(samples: &[Sample]) -> Option<Self> {
        let mut values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
        values.sort_by(f64::total_cmp);
        let count = values.len();
        let (low, high) = (*values.get(count.checked_sub(1)? / 2)?, *values.get(count / 2)?);
        // Summed in order of size, so that the order of the files changes no bit.
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_deviation = (count > 1).then(|| (squares / (count - 1) as f64).sqrt());
        let mut weighted: Option<Vec<(f64, f64)>> =
            samples.iter().map(|sample| Some((sample.value, sample.tonnes?))).collect();
        if let Some(pairs) = &mut weighted {
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        }
        let mean_by_tonnes = weighted.and_then(|pairs| {
            let tonnes: f64 = pairs.iter().map(|(_, tonnes)| tonnes).sum();
            let sum: f64 = pairs.iter().map(|(value, tonnes)| value * tonnes).sum();
            (tonnes > 0.0).then(|| sum / tonnes)
        });
        Some(Self {
            count,
            mean,
            median: f64::midpoint(low, high),
            coefficient_of_variation: standard_deviation.filter(|_| mean > 0.0).map(|own| own / mean),
            mean_by_tonnes,
            standard_deviation,
        })
    }
}

/// An indicator of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What is measured.
    pub indicator: Indicator,
    /// Of what.
    pub group: Group,
    /// What the samples say; `None` where no value is known.
    pub statistics: Option<Statistics>,
    /// Visits or trips of the group whose value is not known.
    pub not_known: usize,
}

impl Estimate {
    /// How many samples it rests on.
    #[must_use]
    pub fn count(&self) -> usize {
        self.statistics.map_or(0, |statistics| statistics.count)
    }

    /// Mean and standard deviation that a model may take where it has nothing better; `None` below
    /// [`LEAST_SAMPLES`].
    #[must_use]
    pub fn default_value(&self) -> Option<(f64, f64)> {
        let statistics = self.statistics.filter(|statistics| statistics.count >= LEAST_SAMPLES)?;
        Some((statistics.mean, statistics.standard_deviation?))
    }
}

/// Samples of one group, and how many values are not known.
type Collected = BTreeMap<(Indicator, Group), (Vec<Sample>, usize)>;

/// The indicators of trips, by indicator, place, modes, direction and year. The order of the trips
/// changes nothing.
#[must_use]
pub fn estimates(trips: &[Trip]) -> Vec<Estimate> {
    let mut collected = Collected::new();
    for trip in trips {
        let corridor = group(trip, Scope::Corridor, &trip.corridor, "", BorderRole::Inland);
        for (indicator, value) in [
            (Indicator::SectionCost, section_cost(trip)),
            (Indicator::SpeedWithDelay, speed(trip.km(), trip.hours())),
            (Indicator::SpeedWithoutDelay, speed(trip.km(), trip.moving_hours())),
        ] {
            collect(&mut collected, indicator, &corridor, value, trip);
        }
        let visits = trip.visits();
        for visit in visits.iter().filter(|visit| visit.role != BorderRole::Inland) {
            if visit.role == BorderRole::BothSides {
                let crossing =
                    group(trip, Scope::Crossing, &crossing_name(&visit.stop), "", BorderRole::BothSides);
                border(&mut collected, &crossing, visit.hours, visit.usd, trip);
                continue;
            }
            let post = group(trip, Scope::Post, &visit.stop, &visit.economy, visit.role);
            let all = group(trip, Scope::AllPosts, "", "", visit.role);
            border(&mut collected, &post, visit.hours, visit.usd, trip);
            border(&mut collected, &all, visit.hours, visit.usd, trip);
        }
        for pair in visits.windows(2) {
            let [left, entered] = pair else { continue };
            if !is_crossing(left, entered) {
                continue;
            }
            let name = crossing_name(&format!("{}/{}", left.stop, entered.stop));
            let crossing = group(trip, Scope::Crossing, &name, "", BorderRole::BothSides);
            let both = |of: fn(&Visit) -> Option<f64>| Some(of(left)? + of(entered)?);
            border(&mut collected, &crossing, both(|visit| visit.hours), both(|visit| visit.usd), trip);
        }
    }
    collected
        .into_iter()
        .map(|((indicator, group), (samples, not_known))| Estimate {
            indicator,
            group,
            statistics: Statistics::of(&samples),
            not_known,
        })
        .collect()
}

/// Whether two visits are the two sides of a crossing.
fn is_crossing(left: &Visit, entered: &Visit) -> bool {
    left.role == BorderRole::Exit
        && entered.role == BorderRole::Entry
        && entered.adjoins
        && left.economy != entered.economy
}

/// The posts of a crossing in alphabetical order, so that both directions have one name.
fn crossing_name(stop: &str) -> String {
    let mut posts: Vec<&str> = stop.split('/').map(str::trim).filter(|post| !post.is_empty()).collect();
    posts.sort_unstable();
    posts.dedup();
    posts.join(" / ")
}

fn group(trip: &Trip, scope: Scope, place: &str, economy: &str, role: BorderRole) -> Group {
    Group {
        scope,
        place: place.to_owned(),
        economy: economy.to_owned(),
        role,
        modes: trip.modes(),
        direction: trip.direction,
        year: trip.year,
    }
}

fn collect(collected: &mut Collected, indicator: Indicator, group: &Group, value: Option<f64>, trip: &Trip) {
    let (samples, not_known) = collected.entry((indicator, group.clone())).or_default();
    match value {
        Some(value) => samples.push(Sample { value, tonnes: trip.tonnes }),
        None => *not_known += 1,
    }
}

fn border(collected: &mut Collected, group: &Group, hours: Option<f64>, usd: Option<f64>, trip: &Trip) {
    let per_unit = usd.zip(trip.tonnes).map(|(usd, tonnes)| usd / tonnes * UNIT_TONNES);
    for (indicator, value) in [
        (Indicator::BorderTime, hours),
        (Indicator::BorderCost, per_unit),
        (Indicator::BorderCostAsPaid, usd),
    ] {
        collect(collected, indicator, group, value, trip);
    }
}

fn section_cost(trip: &Trip) -> Option<f64> {
    Some(trip.usd()? * SECTION_KM / trip.km()? * UNIT_TONNES / trip.tonnes?)
}

fn speed(km: Option<f64>, hours: Option<f64>) -> Option<f64> {
    km.zip(hours.filter(|hours| *hours > 0.0)).map(|(km, hours)| km / hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trip::{Stage, StageKind};
    use case::Mode;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
    }

    fn samples(values: &[(f64, f64)]) -> Vec<Sample> {
        values.iter().map(|(value, tonnes)| Sample { value: *value, tonnes: Some(*tonnes) }).collect()
    }

    fn of(values: &[f64]) -> Statistics {
        let equal: Vec<(f64, f64)> = values.iter().map(|value| (*value, 20.0)).collect();
        Statistics::of(&samples(&equal)).expect("samples")
    }

    fn stage(kind: StageKind, stop: &str, economy: &str, role: BorderRole, hours: f64, usd: f64) -> Stage {
        Stage {
            line: 0,
            kind,
            mode: Some(Mode::Road),
            stop: stop.to_owned(),
            economy: economy.to_owned(),
            role,
            activity: String::new(),
            hours: Some(hours),
            usd: Some(usd),
            usd_unofficial: None,
            set_aside: false,
        }
    }

    /// 100 km, the post of Red on both sides with `hours` at the exit and 1 h at the entry, 150 km.
    fn trip(direction: TripDirection, year: i16, tonnes: f64, hours: f64) -> Trip {
        let road = |km| StageKind::Move { km: Some(km) };
        Trip {
            direction,
            year: Some(year),
            tonnes: Some(tonnes),
            stages: vec![
                stage(road(100.0), "Red", "", BorderRole::Inland, 2.0, 90.0),
                stage(StageKind::Activity, "Red", "AZE", BorderRole::Exit, hours, 40.0),
                stage(StageKind::Activity, "Red", "GEO", BorderRole::Entry, 1.0, 10.0),
                stage(road(150.0), "Tbilisi", "", BorderRole::Inland, 3.0, 110.0),
            ],
            ..Trip::default()
        }
    }

    fn found(
        estimates: &[Estimate],
        indicator: Indicator,
        matches: impl Fn(&Group) -> bool,
    ) -> Vec<&Estimate> {
        estimates.iter().filter(|own| own.indicator == indicator && matches(&own.group)).collect()
    }

    fn exit(group: &Group) -> bool {
        group.scope == Scope::Post && group.role == BorderRole::Exit
    }

    #[test]
    fn the_median_is_the_middle_or_halfway_between_the_two_in_the_middle() {
        for (values, median) in
            [(&[7.0][..], 7.0), (&[9.0, 1.0], 5.0), (&[9.0, 1.0, 2.0], 2.0), (&[4.0, 1.0, 100.0, 2.0], 3.0)]
        {
            assert_eq!(of(values).median, median, "{values:?}");
        }
    }

    #[test]
    fn one_far_sample_moves_the_mean_and_not_the_median() {
        let (near, far) = (of(&[1.0, 2.0, 3.0, 4.0, 5.0]), of(&[1.0, 2.0, 3.0, 4.0, 500.0]));
        assert_eq!(near.median, far.median);
        assert!(far.mean > near.mean);
    }

    #[test]
    fn the_coefficient_of_variation_knows_no_unit() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let own = of(&values);
        assert!(close(own.mean, 5.0));
        let expected = (32.0f64 / 7.0).sqrt() / 5.0;
        assert!(close(own.coefficient_of_variation.expect("known"), expected));
        let minutes = of(&values.map(|value| value * 60.0));
        assert!(close(minutes.coefficient_of_variation.expect("known"), expected));
        assert!(close(of(&[3.0, 3.0, 3.0]).coefficient_of_variation.expect("known"), 0.0));
        assert_eq!(of(&[3.0]).coefficient_of_variation, None);
        assert_eq!(of(&[0.0, 0.0]).coefficient_of_variation, None);
    }

    #[test]
    fn weights_count_as_repetition_and_only_their_ratio_matters() {
        let weighted = Statistics::of(&samples(&[(1.0, 20.0), (4.0, 40.0)])).expect("samples");
        assert!(close(weighted.mean_by_tonnes.expect("known"), of(&[1.0, 4.0, 4.0]).mean));
        let heavier = Statistics::of(&samples(&[(1.0, 200.0), (4.0, 400.0)])).expect("samples");
        assert!(close(heavier.mean_by_tonnes.expect("known"), 3.0));
        let equal = of(&[1.0, 4.0, 10.0]);
        assert!(close(equal.mean_by_tonnes.expect("known"), equal.mean));
        let unknown = [Sample { value: 1.0, tonnes: None }, Sample { value: 2.0, tonnes: Some(1.0) }];
        assert_eq!(Statistics::of(&unknown).expect("samples").mean_by_tonnes, None);
    }

    #[test]
    fn the_order_of_samples_and_of_trips_changes_nothing() {
        let values = [(0.1, 20.0), (0.7, 22.0), (1e6, 1.0), (0.3, 18.0)];
        let mut turned = values;
        turned.reverse();
        assert_eq!(Statistics::of(&samples(&values)), Statistics::of(&samples(&turned)));
        let mut trips: Vec<Trip> =
            (1..7).map(|hours| trip(TripDirection::Inbound, 2024, 20.0, f64::from(hours) / 3.0)).collect();
        let forth = estimates(&trips);
        trips.reverse();
        assert_eq!(forth, estimates(&trips));
    }

    #[test]
    fn the_four_indicators_of_one_trip() {
        let all = estimates(&[trip(TripDirection::Inbound, 2024, 40.0, 4.0)]);
        let mean = |indicator, scope| {
            let own = found(&all, indicator, |group| group.scope == scope);
            own[0].statistics.expect("known").mean
        };
        let exit_mean = |indicator| found(&all, indicator, exit)[0].statistics.expect("known").mean;
        assert!(close(exit_mean(Indicator::BorderTime), 4.0));
        assert!(close(exit_mean(Indicator::BorderCost), 20.0), "40 USD for 40 t are 20 for 20 t");
        assert!(close(exit_mean(Indicator::BorderCostAsPaid), 40.0));
        assert!(close(mean(Indicator::BorderTime, Scope::Crossing), 5.0));
        assert!(
            close(mean(Indicator::SectionCost, Scope::Corridor), 250.0),
            "250 USD, twice the km, half the t"
        );
        assert!(close(mean(Indicator::SpeedWithDelay, Scope::Corridor), 25.0));
        assert!(close(mean(Indicator::SpeedWithoutDelay, Scope::Corridor), 50.0));
    }

    #[test]
    fn twice_the_load_for_twice_the_money_costs_the_same_per_unit() {
        let light = trip(TripDirection::Inbound, 2024, 20.0, 4.0);
        let mut heavy = Trip { tonnes: Some(40.0), ..light.clone() };
        for stage in &mut heavy.stages {
            stage.usd = stage.usd.map(|usd| usd * 2.0);
        }
        let per_unit = |trip: Trip| {
            let all = estimates(&[trip]);
            [Indicator::BorderCost, Indicator::SectionCost]
                .map(|indicator| found(&all, indicator, |_| true)[0].statistics.expect("known").mean)
        };
        let (light, heavy) = (per_unit(light), per_unit(heavy));
        assert!(close(light[0], heavy[0]) && close(light[1], heavy[1]));
    }

    #[test]
    fn delay_never_makes_faster() {
        for hours in [0.0, 0.5, 40.0] {
            let all = estimates(&[trip(TripDirection::Inbound, 2024, 20.0, hours)]);
            let mean = |indicator| found(&all, indicator, |_| true)[0].statistics.expect("known").mean;
            assert!(mean(Indicator::SpeedWithDelay) <= mean(Indicator::SpeedWithoutDelay));
        }
    }

    #[test]
    fn directions_and_years_are_kept_apart_and_add_up() {
        let trips = [
            trip(TripDirection::Inbound, 2023, 20.0, 1.0),
            trip(TripDirection::Inbound, 2024, 20.0, 2.0),
            trip(TripDirection::Outbound, 2024, 20.0, 3.0),
            trip(TripDirection::Outbound, 2024, 20.0, 5.0),
        ];
        let all = estimates(&trips);
        let exits = found(&all, Indicator::BorderTime, exit);
        let counts: Vec<(TripDirection, Option<i16>, usize)> =
            exits.iter().map(|own| (own.group.direction, own.group.year, own.count())).collect();
        assert_eq!(
            counts,
            [
                (TripDirection::Inbound, Some(2023), 1),
                (TripDirection::Inbound, Some(2024), 1),
                (TripDirection::Outbound, Some(2024), 2)
            ]
        );
        assert_eq!(counts.iter().map(|(.., count)| count).sum::<usize>(), trips.len());
    }

    #[test]
    fn fewer_than_five_samples_give_no_default() {
        for count in 1..8 {
            let trips: Vec<Trip> = (0..count)
                .map(|hours: i32| trip(TripDirection::Inbound, 2024, 20.0, f64::from(hours)))
                .collect();
            for own in estimates(&trips) {
                assert_eq!(own.default_value().is_some(), count >= 5, "{count} {own:?}");
            }
        }
    }

    #[test]
    fn what_is_not_known_is_counted_and_is_no_sample() {
        let mut trips: Vec<Trip> =
            (0..5).map(|hours| trip(TripDirection::Inbound, 2024, 20.0, f64::from(hours))).collect();
        trips[0].stages[1].hours = None;
        let all = estimates(&trips);
        let own = found(&all, Indicator::BorderTime, exit)[0];
        assert_eq!((own.count(), own.not_known), (4, 1));
        assert_eq!(own.default_value(), None, "four known of five visits are four samples");
        let delay = found(&all, Indicator::SpeedWithDelay, |_| true)[0];
        let motion = found(&all, Indicator::SpeedWithoutDelay, |_| true)[0];
        assert_eq!((delay.count(), motion.count()), (4, 5));
    }

    #[test]
    fn a_crossing_has_one_name_in_both_directions() {
        assert_eq!(crossing_name("Yalama / Samur"), crossing_name("Samur/Yalama"));
        assert_eq!(crossing_name("Red/Red"), "Red");
    }
}
