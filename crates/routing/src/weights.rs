//! What arcs cost in several lanes at once.

use std::borrow::Borrow;
use std::sync::Arc;

use crate::aligned::Aligned;
use crate::customise::WEIGHT_LIMIT;
use crate::{CLOSED, Metric, RoutingError};

/// `K` numbers on every arc, side by side: the input of a hierarchy's customising, checked.
///
/// Lanes are whatever a caller runs side by side: scenarios, classes of shipment, or the criteria of one
/// search. A clone shares the numbers.
///
/// ```
/// use routing::{CLOSED, Metric, Weights};
///
/// let (open, shut) = (Metric::new(vec![10, 20]), Metric::new(vec![10, CLOSED]));
/// let weights = Weights::of([&open, &shut])?;
/// assert_eq!(weights.values(), [[10, 10], [20, CLOSED]]);
///
/// let error = Weights::new(vec![[7], [1 << 30]]).unwrap_err();
/// assert!(error.to_string().starts_with("arc 1 has the value 1073741824 in lane 0;"));
/// # Ok::<(), routing::RoutingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Weights<const K: usize> {
    values: Arc<Aligned<[u32; K]>>,
}

impl<const K: usize> PartialEq for Weights<K> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.values, &other.values) || self.values() == other.values()
    }
}

impl<const K: usize> Eq for Weights<K> {}

impl<const K: usize> Weights<K> {
    /// Numbers by arc and lane, each below 2³⁰ or [`CLOSED`].
    ///
    /// # Errors
    /// [`RoutingError::WeightLimit`] for a number that is neither.
    pub fn new(values: Vec<[u32; K]>) -> Result<Self, RoutingError> {
        const { assert!(K >= 1 && K <= 16, "a hierarchy has 1 to 16 lanes") };
        for (arc, numbers) in values.iter().enumerate() {
            check(arc, numbers)?;
        }
        let mut own = Aligned::zeroed(values.len());
        own.copy_from_slice(&values);
        Ok(Self { values: Arc::new(own) })
    }

    /// One metric a lane.
    ///
    /// # Errors
    /// [`RoutingError::MetricLength`] for a metric that is longer or shorter than the first, and those of
    /// [`Weights::new`].
    pub fn of(metrics: [&Metric; K]) -> Result<Self, RoutingError> {
        Self::laid(&metrics)
    }

    /// One metric a lane, and lanes that are left over closed: for callers whose number of metrics is known
    /// only when they run, and who lay them `K` at a time.
    ///
    /// ```
    /// use routing::{CLOSED, Metric, Weights};
    ///
    /// let classes: Vec<Metric> = (1..=5).map(|class| Metric::new(vec![class * 10])).collect();
    /// let batches: Result<Vec<Weights<4>>, _> = classes.chunks(4).map(Weights::filling).collect();
    /// let batches = batches?;
    /// assert_eq!(batches[0].values(), [[10, 20, 30, 40]]);
    /// assert_eq!(batches[1].values(), [[50, CLOSED, CLOSED, CLOSED]]);
    /// # Ok::<(), routing::RoutingError>(())
    /// ```
    ///
    /// # Errors
    /// [`RoutingError::Lanes`] for no metric or more than `K`, and those of [`Weights::of`].
    pub fn filling<M: Borrow<Metric>>(metrics: &[M]) -> Result<Self, RoutingError> {
        let count = metrics.len();
        if count == 0 || count > K {
            return Err(RoutingError::Lanes { metrics: count, lanes: K });
        }
        let closed = Metric::new(vec![CLOSED; metrics[0].borrow().values().len()]);
        Self::laid(&std::array::from_fn(|lane| metrics.get(lane).map_or(&closed, Borrow::borrow)))
    }

    fn laid(metrics: &[&Metric; K]) -> Result<Self, RoutingError> {
        const { assert!(K >= 1 && K <= 16, "a hierarchy has 1 to 16 lanes") };
        let columns = metrics.map(Metric::values);
        let arc_count = columns.first().map_or(0, |column| column.len());
        if let Some(lane) = columns.iter().position(|column| column.len() != arc_count) {
            return Err(RoutingError::MetricLength {
                criterion: lane,
                values: columns[lane].len(),
                arc_count,
            });
        }
        for (lane, column) in columns.iter().enumerate() {
            // `CLOSED` wraps to 0, so that the largest tells.
            let most = column.iter().fold(0, |most: u32, value| most.max(value.wrapping_add(1)));
            if most > WEIGHT_LIMIT {
                let arc = column.iter().position(|&value| value >= WEIGHT_LIMIT && value != CLOSED);
                let (arc, limit) = (arc.unwrap_or(0), WEIGHT_LIMIT - 1);
                return Err(RoutingError::WeightLimit { lane, arc, value: column[arc], limit });
            }
        }
        let columns = columns.map(|column| &column[..arc_count]);
        let mut values = Aligned::zeroed(arc_count);
        for (arc, numbers) in values.iter_mut().enumerate() {
            *numbers = columns.map(|column| column[arc]);
        }
        Ok(Self { values: Arc::new(values) })
    }

    /// The numbers, by arc.
    #[must_use]
    pub fn values(&self) -> &[[u32; K]] {
        &self.values
    }

    /// The numbers, to be changed; copied first if they are shared.
    pub(crate) fn values_mut(&mut self) -> &mut [[u32; K]] {
        &mut *Arc::make_mut(&mut self.values)
    }
}

/// Whether the numbers of an arc can be worked with.
pub(crate) fn check<const K: usize>(arc: usize, numbers: &[u32; K]) -> Result<(), RoutingError> {
    match numbers.iter().position(|&value| value >= WEIGHT_LIMIT && value != CLOSED) {
        Some(lane) => {
            Err(RoutingError::WeightLimit { lane, arc, value: numbers[lane], limit: WEIGHT_LIMIT - 1 })
        }
        None => Ok(()),
    }
}
