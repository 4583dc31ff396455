//! What can be asked.

use case::{Form, LegalStatus, Mode};
use jiff::civil::Date;
use network::PlaceId;
use regime::{Avoided, Consignment, Leniency, Perspective, Request, Timing};

use crate::model::Model;

/// More than a year's trade of all the world's grain.
const MOST_SHIPPED: f64 = 1e9;

/// How much is shipped, and in what unit it was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// Tonnes, in the commodity's usual form.
    Tonnes(f64),
    /// Twenty-foot containers.
    Teu(f64),
    /// Truckloads that stay on their trucks.
    Trucks(f64),
}

/// What makes a route the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Money + value of time × hours + reliability ratio × value of time × standard deviation.
    GeneralisedCost,
    /// Mean time.
    Time,
    /// Money.
    Money,
    /// Greenhouse gases.
    Co2,
}

impl Criterion {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::GeneralisedCost => "generalised cost",
            Self::Time => "time",
            Self::Money => "money",
            Self::Co2 => "CO2e",
        }
    }
}

/// A question: what, from where to where, when, as known when.
///
/// ```no_run
/// # fn ask(model: &scenario::Model) -> Result<(), scenario::QuestionError> {
/// use jiff::civil::date;
/// use scenario::{Quantity, Question};
///
/// let question = Question::new(model, "Kostanay", "Dalarik", "wheat", Quantity::Tonnes(1000.0))?
///     .on(date(2025, 11, 8));
/// let answer = model.answer(&question)?;
/// assert!(!answer.routes.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Question {
    /// Where goods start.
    pub from: PlaceId,
    /// Where they end.
    pub to: PlaceId,
    /// Identifier of the commodity.
    pub commodity: String,
    /// How much.
    pub quantity: Quantity,
    /// A snapshot or a dispatch.
    pub timing: Timing,
    /// As of when, and of what standing.
    pub perspective: Perspective,
    /// Conditions that the shipper declares to meet.
    pub meets: Vec<String>,
    /// What to leave out.
    pub avoided: Avoided,
    /// Places to be visited.
    pub via: Vec<PlaceId>,
    /// The modes allowed.
    pub modes: Vec<Mode>,
    /// What makes a route the best.
    pub criterion: Criterion,
    /// Routes to give, the best included.
    pub count: usize,
    /// USD per tonne and hour; the commodity's own where nothing is said.
    pub value_of_time: Option<f64>,
    /// Whether what may be open counts as open.
    pub not_known_is_open: bool,
    /// Whether loading, unloading and waiting before departure count.
    pub handling: bool,
    /// The economies whose goods and for whom, where they differ from the places'.
    pub economies: (Option<String>, Option<String>),
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuestionError {
    /// No place has that name.
    #[error("no place is called `{asked}`")]
    UnknownPlace {
        /// The name asked for.
        asked: String,
        /// Names that come near.
        nearest: Vec<String>,
    },
    /// No commodity has that name.
    #[error("no commodity is called `{asked}`")]
    UnknownCommodity {
        /// The name asked for.
        asked: String,
        /// What would be valid.
        hint: String,
    },
    /// The date lies outside the case.
    #[error("{date} lies outside the case, which covers {first} to {last}")]
    OutsideTheCase {
        /// The date asked about.
        date: Date,
        /// The first date covered.
        first: Date,
        /// The last one.
        last: Date,
    },
    /// Nothing is shipped.
    #[error("{0} is not a quantity that can be shipped; it must be above zero and at most a billion")]
    Quantity(f64),
    /// More places to be visited than a search can hold.
    #[error("{0} places to be visited are too many; at most 6 are possible")]
    TooManyVisits(usize),
    /// The commodity does not travel that way.
    #[error("no vehicle of the case carries {commodity} in the form {form}")]
    NoVehicle {
        /// The commodity.
        commodity: String,
        /// The form.
        form: &'static str,
    },
    /// Start and end are the same.
    #[error("the journey starts and ends at {0}")]
    NoJourney(String),
    /// The numbers of the case do not fit the search.
    #[error("the case's numbers cannot be searched: {0}")]
    Search(#[from] routing::RoutingError),
}

impl Question {
    /// A question about today's form of a shipment; dates and the rest are set by the methods and
    /// fields. Without a date it is a snapshot on the case's horizon.
    ///
    /// # Errors
    /// Where a place or commodity is unknown, or the quantity is not above zero.
    pub fn new(
        model: &Model,
        from: &str,
        to: &str,
        commodity: &str,
        quantity: Quantity,
    ) -> Result<Self, QuestionError> {
        let place = |name: &str| {
            model.network.places.find(name).map_err(|unknown| QuestionError::UnknownPlace {
                asked: unknown.asked,
                nearest: unknown.nearest,
            })
        };
        let (from, to) = (place(from)?, place(to)?);
        if from == to {
            return Err(QuestionError::NoJourney(model.network.places.get(from).name.clone()));
        }
        let commodity = model
            .case
            .goods
            .commodity(commodity)
            .map_err(|hint| QuestionError::UnknownCommodity { asked: commodity.to_owned(), hint })?;
        let (Quantity::Tonnes(number) | Quantity::Teu(number) | Quantity::Trucks(number)) = quantity;
        if !(number > 0.0 && number <= MOST_SHIPPED) {
            return Err(QuestionError::Quantity(number));
        }
        Ok(Self { from, to, commodity: commodity.id.clone(), quantity, ..Self::unasked(model) })
    }

    /// What a question is where nobody said otherwise; what is shipped from where to where is not filled in.
    pub(crate) fn unasked(model: &Model) -> Self {
        Self {
            from: PlaceId(0),
            to: PlaceId(0),
            commodity: String::new(),
            quantity: Quantity::Tonnes(1000.0),
            timing: Timing::Snapshot(model.case.settings.horizon),
            perspective: Perspective { known: Date::MAX, binding: LegalStatus::InForce, disputed: false },
            meets: Vec::new(),
            avoided: Avoided::default(),
            via: Vec::new(),
            modes: Mode::ALL.to_vec(),
            criterion: Criterion::GeneralisedCost,
            count: 4,
            value_of_time: None,
            not_known_is_open: false,
            handling: true,
            economies: (None, None),
        }
    }

    /// The same question as a snapshot of a date.
    #[must_use]
    pub fn on(mut self, date: Date) -> Self {
        self.timing = Timing::Snapshot(date);
        self
    }

    /// The same question for goods handed over on a date.
    #[must_use]
    pub fn departing(mut self, date: Date) -> Self {
        self.timing = Timing::Dispatch(date);
        self
    }

    /// The same question as it would have been answered on a date.
    #[must_use]
    pub fn known(mut self, date: Date) -> Self {
        self.perspective.known = date;
        self
    }

    /// The form in which the goods travel.
    #[must_use]
    pub(crate) fn form(&self, commodity: &case::Commodity) -> Form {
        if matches!(self.quantity, Quantity::Teu(_)) { Form::Container } else { commodity.form }
    }

    /// What a compiler needs to know of the question.
    pub(crate) fn request<'a>(&self, consignment: &'a Consignment) -> Request<'a> {
        Request {
            consignment,
            timing: self.timing,
            perspective: self.perspective,
            avoided: self.avoided.clone(),
            visits: self.via.clone(),
        }
    }

    /// What the question takes as open.
    pub(crate) fn leniency(&self) -> Leniency {
        if self.not_known_is_open { Leniency::NotKnown } else { Leniency::None }
    }

    /// The modes that the quantity leaves: goods that stay on their trucks move by road and ferry.
    pub(crate) fn allowed_modes(&self) -> Vec<Mode> {
        let on_trucks = matches!(self.quantity, Quantity::Trucks(_));
        let stays = |mode: &Mode| !on_trucks || matches!(mode, Mode::Road | Mode::Ferry);
        self.modes.iter().copied().filter(stays).collect()
    }
}
