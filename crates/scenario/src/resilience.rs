//! Resilience: every link closed in turn, and what that costs.
//!
//! Closing a link cannot change a journey that does not use it: the best route stays open, and no
//! other becomes cheaper. So of all links only those on the best route of some question are closed and
//! searched around, and the answer is that of closing every one. Nothing but the search is repeated:
//! what is shipped, the supply, what each arc costs and what closes it stay as they are.

use std::collections::BTreeSet;

use network::LinkId;

use crate::model::Model;
use crate::question::{Question, QuestionError};
use crate::trial::{Asked, Trial, Way};

/// A route in brief.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// What makes it the best, in the unit of the question's criterion: for generalised cost USD per
    /// tonne.
    pub score: f64,
    /// Money, USD per tonne; what is not known counts as nothing.
    pub usd_per_tonne: f64,
    /// Mean time, h.
    pub hours: f64,
    /// Length, km.
    pub km: f64,
    /// The borders, ferries, ships and flights by which it goes.
    pub by: Vec<LinkId>,
    /// All its links, in order.
    pub links: Vec<LinkId>,
}

/// What a question loses by a closing.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The question, by position.
    pub question: usize,
    /// How much worse the best route becomes, in the unit of the question's criterion; nothing where no
    /// route is left.
    pub increase: Option<f64>,
    /// The next best route.
    pub next: Option<Brief>,
}

/// A link closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Closing {
    /// The link.
    pub link: LinkId,
    /// The crossing on it, by number.
    pub crossing: Option<u32>,
    /// What questions lose; a question that is not here loses nothing.
    pub losses: Vec<Loss>,
}

impl Closing {
    /// The questions that have no route left.
    pub fn stranded(&self) -> impl Iterator<Item = usize> + '_ {
        self.losses.iter().filter(|loss| loss.increase.is_none()).map(|loss| loss.question)
    }
}

/// Every link closed in turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Resilience {
    /// The best route of each question; nothing where none is open to begin with.
    pub base: Vec<Option<Brief>>,
    /// Tonnes of each question.
    pub tonnes: Vec<f64>,
    /// Closings that cost something, worst first: by the tonnes that have no route left, then by the
    /// increase times tonnes over all questions.
    pub closings: Vec<Closing>,
    /// How many links were closed; the rest of [`Resilience::closings`] costs nothing.
    pub links: usize,
}

impl Resilience {
    /// Tonnes that have no route left.
    #[must_use]
    pub fn stranded_tonnes(&self, closing: &Closing) -> f64 {
        closing.stranded().map(|question| self.tonnes[question]).sum()
    }

    /// The increase times tonnes, over the questions that have another route.
    #[must_use]
    pub fn increase(&self, closing: &Closing) -> f64 {
        let of = |loss: &Loss| loss.increase.map(|increase| increase * self.tonnes[loss.question]);
        closing.losses.iter().filter_map(of).sum()
    }
}

impl Model {
    /// Closes every link in turn and asks each question anew. A crossing is closed with its link.
    ///
    /// # Errors
    /// Where a question cannot be asked.
    pub fn resilience(&self, questions: &[Question]) -> Result<Resilience, QuestionError> {
        let mut base = Vec::with_capacity(questions.len());
        let mut tonnes = Vec::with_capacity(questions.len());
        let mut closings: Vec<Closing> = (0..self.network.links.len() as u32)
            .map(LinkId)
            .map(|link| Closing { link, crossing: self.network.link(link).crossing, losses: Vec::new() })
            .collect();
        for (number, question) in questions.iter().enumerate() {
            let trial = Trial::new(self, question)?;
            let mut asked = trial.ask(self, question);
            tonnes.push(trial.consignment.tonnes);
            let best = self.brief(&asked)?;
            let used: BTreeSet<LinkId> = best.iter().flat_map(|best| best.links.iter().copied()).collect();
            for link in used {
                asked.close_only(&[link]);
                let next = self.brief(&asked)?;
                let before = best.as_ref().map_or(0.0, |best| best.score);
                let increase = next.as_ref().map(|next| next.score - before);
                closings[link.0 as usize].losses.push(Loss { question: number, increase, next });
            }
            base.push(best);
        }
        let links = closings.len();
        closings.retain(|closing| !closing.losses.is_empty());
        let mut found = Resilience { base, tonnes, closings: Vec::new(), links };
        closings.sort_by(|a, b| {
            let worse = |of: &dyn Fn(&Closing) -> f64| of(b).total_cmp(&of(a));
            worse(&|own| found.stranded_tonnes(own))
                .then_with(|| worse(&|own| found.increase(own)))
                .then(a.link.cmp(&b.link))
        });
        found.closings = closings;
        Ok(found)
    }

    fn brief(&self, asked: &Asked<'_>) -> Result<Option<Brief>, QuestionError> {
        let ways = asked.ways(1)?;
        Ok(ways.first().map(|way| self.brief_of(asked, way)))
    }

    fn brief_of(&self, asked: &Asked<'_>, way: &Way) -> Brief {
        let totals = asked.totals(way);
        let links = asked.links(way);
        Brief {
            score: totals.score(asked.weights),
            usd_per_tonne: totals.usd_per_tonne,
            hours: totals.hours,
            km: links.iter().map(|link| self.network.link(*link).km).sum(),
            by: way.substance.clone(),
            links,
        }
    }
}
