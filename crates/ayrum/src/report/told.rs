//! What a chapter tells of the loop: measures, flow maps, tables, and what all that rests on.

use case::{Evidence, Provenance};
use minijinja::{Value, context};

use super::citation::Citations;
use super::drawing::Drawing;
use super::flow_map::{self, FlowScale};
use super::flows::Flows;
use super::loop_table::Table;
use crate::story::Chapter;
use scenario::Model;

/// Results of the loop as a chapter tells them.
pub(crate) struct Told {
    /// On what they rest, in a sentence that goes with every figure.
    pub(crate) evidence: String,
    /// What is changed.
    pub(crate) measures: Vec<ToldMeasure>,
    /// Whether the chapter tells them as undone.
    pub(crate) is_undone: bool,
    /// Tonnes by link, for the maps.
    pub(crate) flows: Option<Flows>,
    /// Figures drawn elsewhere.
    pub(crate) charts: Vec<Drawing>,
    /// Tables, in order.
    pub(crate) tables: Vec<Table>,
    /// What a reader must know beside.
    pub(crate) notes: Vec<String>,
    /// What is not in the figures.
    pub(crate) not_counted: Vec<String>,
    /// How to make the same again.
    pub(crate) again: String,
    /// Rows of the case on which the figures rest.
    pub(crate) cited: Vec<Provenance>,
}

/// A measure with what stands behind it.
pub(crate) struct ToldMeasure {
    /// What it does.
    pub(crate) words: String,
    /// A source of the case, a source in words, or nothing where it is assumed.
    pub(crate) source: Option<String>,
    /// What a reader must know.
    pub(crate) note: String,
    /// The file and line where it stands.
    pub(crate) place: String,
}

/// The scale of all flow maps of some chapters.
pub(super) fn scale(chapters: &[Chapter]) -> FlowScale {
    FlowScale::of(chapters.iter().filter_map(|own| own.told.as_ref()).filter_map(|told| told.flows.as_ref()))
}

impl Told {
    /// Every figure, the maps first.
    pub(super) fn drawings(&self, id: &str, model: &Model, scale: FlowScale) -> Vec<Drawing> {
        let maps =
            self.flows.as_ref().map(|flows| flow_map::drawings(id, flows, scale, &model.case.economies));
        maps.into_iter().flatten().chain(self.charts.iter().cloned()).collect()
    }

    /// For the templates.
    pub(super) fn value(
        &self,
        id: &str,
        model: &Model,
        scale: FlowScale,
        citations: &mut Citations<'_>,
    ) -> Value {
        for provenance in &self.cited {
            citations.cite(provenance);
        }
        let inline = |drawing: &Drawing| {
            context! {
                id => &drawing.id,
                title => &drawing.title,
                words => &drawing.description,
                svg => Value::from_safe_string(drawing.inline()),
            }
        };
        let is_known = |source: &str| model.case.sources.contains_key(source);
        let measures: Vec<Value> = self
            .measures
            .iter()
            .map(|own| {
                let known = own.source.as_deref().is_some_and(is_known);
                if let Some(source) = own.source.as_ref().filter(|_| known) {
                    let place = own.place.clone();
                    citations.cite(&Provenance::of_measure(source.clone(), Evidence::Published, place));
                }
                context! { words => &own.words, source => &own.source, known, note => &own.note }
            })
            .collect();
        let maps: Vec<Value> = self
            .flows
            .iter()
            .flat_map(|flows| flow_map::drawings(id, flows, scale, &model.case.economies))
            .map(|own| inline(&own))
            .collect();
        let links = self.flows.as_ref().map(|flows| flows.table(id).value());
        context! {
            evidence => &self.evidence,
            finding => self.flows.as_ref().map(Flows::finding),
            measures,
            undone => self.is_undone,
            maps,
            links,
            charts => self.charts.iter().map(inline).collect::<Vec<_>>(),
            tables => self.tables.iter().map(Table::value).collect::<Vec<_>>(),
            notes => &self.notes,
            not_counted => &self.not_counted,
            again => &self.again,
        }
    }
}
