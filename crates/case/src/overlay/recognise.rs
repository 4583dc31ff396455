//! Which template, or which table of the case, an overlay is: by its name, else by its heading.

use crate::names::nearest;
use crate::schema::{TABLES, TEMPLATES, Table, Template, table, template};

use super::Overlay;

/// What an overlay is.
#[derive(Debug, Clone, Copy)]
pub enum Layout {
    /// A template.
    Template(&'static Template),
    /// A table of the case, under its own heading.
    Table(&'static Table),
}

impl Layout {
    /// The layout of an overlay: the template or table of its name, else the one whose columns its
    /// heading has. Nothing where neither fits.
    ///
    /// A template that has the columns of a table, and a table that shares its name with a template,
    /// are told apart by the heading.
    #[must_use]
    pub fn of(overlay: &Overlay) -> Option<Self> {
        let name = overlay.name.trim().to_lowercase();
        let named = template(&name).map(Self::Template).into_iter().chain(table(&name).map(Self::Table));
        let heading: Vec<&str> = overlay.heading().iter().map(String::as_str).collect();
        let best = |layouts: &mut dyn Iterator<Item = Self>| {
            let scored = layouts.map(|layout| (layout.strangers(&heading), layout.gaps(&heading), layout));
            scored.reduce(|best, next| if (next.0, next.1) < (best.0, best.1) { next } else { best })
        };
        if let Some((.., layout)) = best(&mut named.map(Self::plain)) {
            return Some(layout);
        }
        let all = TEMPLATES.iter().map(Self::Template).chain(TABLES.iter().map(Self::Table));
        let (strangers, gaps, layout) = best(&mut all.map(Self::plain))?;
        // A misspelt heading or two is a finding; a table of something else is not one of these.
        let known = heading.len().saturating_sub(strangers);
        (known >= 2 && strangers * 4 <= heading.len() && gaps * 2 <= known).then_some(layout)
    }

    /// A template that is a table of the case is read as that table.
    fn plain(self) -> Self {
        match self {
            Self::Template(template) => template.same_as().and_then(table).map_or(self, Self::Table),
            Self::Table(_) => self,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Template(template) => template.name,
            Self::Table(table) => table.name,
        }
    }

    pub(crate) fn is_template(self) -> bool {
        matches!(self, Self::Template(_))
    }

    fn columns(self) -> &'static [crate::schema::Column] {
        match self {
            Self::Template(template) => template.columns(),
            Self::Table(table) => table.columns,
        }
    }

    /// How many headings are none of its columns.
    fn strangers(self, heading: &[&str]) -> usize {
        let is_none = |name: &&&str| !self.columns().iter().any(|column| column.name == **name);
        heading.iter().filter(|name| !name.is_empty()).filter(is_none).count()
    }

    /// How many of the columns that it needs are not there.
    fn gaps(self, heading: &[&str]) -> usize {
        let is_gap = |column: &&crate::schema::Column| column.required && !heading.contains(&column.name);
        self.columns().iter().filter(is_gap).count()
    }

    /// What a table that was not recognised could have been.
    #[must_use]
    pub fn suggestion(overlay: &Overlay) -> String {
        let names =
            || TEMPLATES.iter().map(|template| template.name).chain(TABLES.iter().map(|table| table.name));
        let templates: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
        let near = nearest(&overlay.name, names(), 1);
        let near = near.first().map(|name| format!("did you mean {name}? ")).unwrap_or_default();
        format!(
            "{near}a file or sheet named like a template ({}) or a table of the case, or with its heading",
            templates.join(", ")
        )
    }
}
