//! A table of the loop's results: the same for a page and for text.

use case::Evidence;
use minijinja::{Value, context};

use super::figure::figure;
use crate::show;

/// A cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    /// What it rests on; nothing for words.
    evidence: Option<Evidence>,
    /// A source to link to.
    source: Option<String>,
}

impl Cell {
    /// Words.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), evidence: None, source: None }
    }

    /// A figure of the model.
    pub(crate) fn modelled(text: impl Into<String>) -> Self {
        Self::figure(text, Evidence::Computed)
    }

    /// A figure and what it rests on.
    pub(crate) fn figure(text: impl Into<String>, evidence: Evidence) -> Self {
        Self { text: text.into(), evidence: Some(evidence), source: None }
    }

    /// Words with the source that they name.
    pub(crate) fn with_source(self, source: &str) -> Self {
        Self { source: Some(source.to_owned()), ..self }
    }

    fn value(&self) -> Value {
        let shown = match self.evidence {
            Some(_) => figure(&self.text, self.evidence),
            None => Value::from(self.text.as_str()),
        };
        context! { shown, source => &self.source }
    }

    fn words(&self) -> String {
        match &self.source {
            Some(source) if self.text.is_empty() => source.clone(),
            Some(source) => format!("{} ({source})", self.text),
            None => self.text.clone(),
        }
    }
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    name: String,
    is_number: bool,
}

impl Column {
    /// A column of words.
    pub(crate) fn text(name: &str) -> Self {
        Self { name: name.to_owned(), is_number: false }
    }

    /// A column of figures.
    pub(crate) fn number(name: &str) -> Self {
        Self { name: name.to_owned(), is_number: true }
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Its anchor.
    pub(crate) id: String,
    /// What it shows, with units.
    pub(crate) caption: String,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows, each as wide as the columns.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said where there is no row.
    pub(crate) none: String,
    /// Whether a page folds it.
    pub(crate) is_folded: bool,
}

impl Table {
    /// For the templates.
    pub(super) fn value(&self) -> Value {
        let columns: Vec<Value> =
            self.columns.iter().map(|own| context! { name => &own.name, number => own.is_number }).collect();
        let rows: Vec<Vec<Value>> =
            self.rows.iter().map(|row| row.iter().map(Cell::value).collect()).collect();
        context! { id => &self.id, caption => &self.caption, columns, rows, none => &self.none, folded => self.is_folded }
    }

    /// For the terminal.
    pub(crate) fn text(&self) -> String {
        if self.rows.is_empty() {
            return format!("{}\n", self.none);
        }
        let heading: Vec<String> = self
            .columns
            .iter()
            .map(|own| if own.is_number { format!("{}>", own.name) } else { own.name.clone() })
            .collect();
        let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::words).collect()).collect();
        format!("{}\n{}", show::wrapped(&self.caption, 100), show::table(&heading, rows))
    }
}
