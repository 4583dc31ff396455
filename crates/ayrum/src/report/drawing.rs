//! A figure of the report: a drawing with its words and its data, inside a page or as a file of its own.
//!
//! Inside a page a drawing follows the reader's colours, light or dark. Alone it is meant for other
//! people's papers: it carries its title and whom to credit, and its colours are written out, as many
//! programs that read SVG know no variables.

use std::fmt::Write;

use super::frame::{escaped, lines};
use crate::failure::Failure;
use crate::show;

/// Colours by name: light and dark. Paper takes the light ones.
const COLOURS: &[(&str, &str, &str)] = &[
    ("ground", "#ffffff", "#14171b"),
    ("ink", "#1d2126", "#e8eaed"),
    ("soft", "#515962", "#a7aeb7"),
    ("land", "#fcfbf8", "#1b1f24"),
    ("sea", "#deebf2", "#10202b"),
    ("shore", "#a9bfcc", "#2f4553"),
    ("sea-ink", "#3f6478", "#86a9bd"),
    ("boundary", "#8a8279", "#6d7680"),
    ("net", "#b3bac1", "#4d555e"),
    ("grid", "#e3e8ec", "#262c32"),
    ("best", "#0b5fb3", "#5fb0ff"),
    ("rule", "#c23b08", "#ff8a57"),
    ("line", "#a8237c", "#f07cc4"),
    ("doubt", "#6d4fc0", "#b39cff"),
    ("other-1", "#2b7a34", "#6fce7a"),
    ("other-2", "#806200", "#e0b93c"),
    ("less", "#b9d4ee", "#27496b"),
    ("more", "#0b5fb3", "#5fb0ff"),
    ("gain", "#0b4f9e", "#6ab4ff"),
    ("loss", "#e07b12", "#ff9d45"),
    ("flow", "#8d959d", "#7b858f"),
];

/// Strokes and letters. The routes differ by their strokes too, for those who print in grey.
const RULES: &str = "\
.drawing{font-family:system-ui,sans-serif;font-size:13px;fill:var(--ink)}
.drawing path,.drawing line{fill:none;stroke-linejoin:round;stroke-linecap:round}
.drawing-ground,.map-ground{fill:var(--ground)}
.drawing-title{font-size:18px;font-weight:600}
.drawing-credit,.map-note{fill:var(--soft);font-size:11px}
.drawing .map-sea{fill:var(--sea)}
.drawing .map-land{fill:var(--land);stroke:var(--shore);stroke-width:.8;fill-rule:evenodd}
.drawing .map-lake{fill:var(--sea);stroke:var(--shore);stroke-width:.6}
.map-boundary{stroke:var(--boundary);stroke-width:.9}
.map-disputed{stroke:var(--boundary);stroke-width:.9;stroke-dasharray:2.5 3}
.map-bar{stroke:var(--soft);stroke-width:1.4}
.map-edge{fill:none;stroke:var(--net)}
.map-grid{stroke:var(--grid);stroke-width:.7}
.map-rail,.map-road,.map-water{stroke:var(--net);stroke-width:2}
.map-road{stroke-width:.8}
.map-water{stroke-width:1.4;stroke-dasharray:.1 4}
.map-shut{stroke-dasharray:5 4}
.track-best{stroke:var(--best);stroke-width:5}
.track-other-1{stroke:var(--other-1);stroke-width:3.4;stroke-dasharray:16 5}
.track-other-2{stroke:var(--other-2);stroke-width:3.4;stroke-dasharray:10 5 .1 5}
.track-doubt{stroke:var(--doubt);stroke-width:4;stroke-dasharray:.1 8}
.track-rule{stroke:var(--rule);stroke-width:4.4;stroke-dasharray:11 8}
.track-line{stroke:var(--line);stroke-width:3.4;stroke-dasharray:5 7}
.chart .track-best{stroke-width:2.8}
.chart .track-other-1{stroke-width:1.8;stroke-dasharray:10 3}
.chart .track-other-2{stroke-width:1.8;stroke-dasharray:7 3 .1 3}
.chart .track-doubt{stroke-width:2.2;stroke-dasharray:.1 4.4}
.chart .track-rule{stroke-width:2.2;stroke-dasharray:6 4.5}
.chart .track-line{stroke-width:1.8;stroke-dasharray:3 4.5}
.map-dot{fill:var(--ground);stroke:var(--ink);stroke-width:1.4}
.dot-firm{fill:var(--ink);stroke:var(--ground);stroke-width:1}
.dot-soft{fill:var(--ground);stroke:var(--ink);stroke-width:1.3}
.badge{fill:var(--ink);stroke:var(--ground);stroke-width:1.5}
.badge-letter{fill:var(--ground);font-size:11px;font-weight:700;text-anchor:middle}
.map-name,.map-faint,.chart-label{paint-order:stroke;stroke:var(--land);stroke-width:3.5px;stroke-linejoin:round}
.map-faint{fill:var(--soft);font-size:11px}
.map-state{fill:var(--soft);font-size:11px;letter-spacing:.12em;text-transform:uppercase;text-anchor:middle}
.map-sea-name{fill:var(--sea-ink);font-size:12px;font-style:italic;letter-spacing:.06em;text-anchor:middle}
.chart-label{stroke:var(--ground);font-size:12px}
.chart-axis{fill:var(--soft);font-size:12px}
.chart-end{text-anchor:end}
.chart-middle{text-anchor:middle}
.chart-base{stroke:var(--ink);stroke-width:1.2}
.drawing .bar-less{fill:var(--less);stroke:var(--best);stroke-width:1}
.drawing .bar-more{fill:var(--more);stroke:var(--best);stroke-width:1}
.drawing .mark-turn{fill:var(--rule)}
.flow-same{stroke:var(--flow)}
.flow-more{stroke:var(--gain)}
.flow-less{stroke:var(--loss)}
.drawing .flow-key{stroke:var(--ink);stroke-linecap:butt}
.drawing .flow-dots{stroke-linecap:round}
.flows .flow-net{stroke-width:.9}
.flows .flow-net.map-road{stroke-width:.5}
.flows .flow-frame{stroke:var(--ink);stroke-width:1}
";

/// The style of all drawings inside a page.
pub(super) fn page_style() -> String {
    let colours = |of: fn(&(&str, &str, &str)) -> String| COLOURS.iter().map(of).collect::<String>();
    let light = colours(|(name, light, _)| format!("--{name}:{light};"));
    let dark = colours(|(name, _, dark)| format!("--{name}:{dark};"));
    format!(
        ".drawing{{{light}}}\n@media screen and (prefers-color-scheme:dark){{.drawing{{{dark}}}}}\n{RULES}"
    )
}

/// The style of a drawing alone: light, without variables.
fn style_alone() -> String {
    COLOURS
        .iter()
        .fold(RULES.to_owned(), |style, (name, light, _)| style.replace(&format!("var(--{name})"), light))
}

/// Whom to credit, and on what a drawing rests.
#[derive(Debug, Clone)]
pub(super) struct Credit {
    /// Program, version, case and its hash.
    pub(super) made_by: String,
    /// The attribution that the case asks for.
    pub(super) attribution: String,
}

/// The letters that mark a figure, in words.
pub(super) const MARKS: &str =
    "Marks: a assumed, c calibrated, m modelled, u the user’s own; a sum is marked like its weakest part.";

/// A figure.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    /// A short name, for anchors and file names.
    pub(crate) id: String,
    /// What it shows, in a line.
    pub(super) title: String,
    /// The same in sentences, for those who do not see it.
    pub(super) description: String,
    /// The class that its strokes go by, besides `drawing`.
    pub(super) class: &'static str,
    /// Units of the page.
    pub(super) size: (f64, f64),
    /// What is in it, as SVG.
    pub(super) body: String,
    /// The names of the columns of its data.
    pub(super) heading: Vec<&'static str>,
    /// Its data.
    pub(super) rows: Vec<Vec<String>>,
}

impl Drawing {
    /// The drawing inside a page.
    pub(super) fn inline(&self) -> String {
        let (width, height) = self.size;
        format!(
            "<svg {}viewBox=\"0 0 {width} {height:.0}\">{}\n{}</svg>",
            self.attributes(),
            self.words(),
            self.body
        )
    }

    /// The drawing as a file of its own, with title and credits.
    pub(super) fn alone(&self, credit: &Credit) -> String {
        const LEFT: f64 = 8.0;
        let (width, height) = self.size;
        let mut text = String::new();
        let mut y = 28.0;
        for line in lines(&self.title, (width / 11.2) as usize) {
            let _ = writeln!(
                text,
                "<text class=\"drawing-title\" x=\"{LEFT}\" y=\"{y:.0}\">{}</text>",
                escaped(&line)
            );
            y += 23.0;
        }
        let top = y - 12.0;
        y = top + height + 14.0;
        for part in [&credit.attribution, &credit.made_by, MARKS] {
            for line in lines(part, (width / 6.0) as usize) {
                let _ = writeln!(
                    text,
                    "<text class=\"drawing-credit\" x=\"{LEFT}\" y=\"{y:.0}\">{}</text>",
                    escaped(&line)
                );
                y += 15.0;
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{y:.0}\" {}viewBox=\"0 0 {width} {y:.0}\">\
             {}\n<style>{}</style>\n<rect class=\"drawing-ground\" width=\"100%\" height=\"100%\"/>\n{text}\
             <g transform=\"translate(0 {top:.0})\">\n{}</g></svg>\n",
            self.attributes(),
            self.words(),
            style_alone(),
            self.body
        )
    }

    fn attributes(&self) -> String {
        let (class, id) = (self.class, &self.id);
        format!(
            "class=\"drawing {class}\" role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-words\" "
        )
    }

    fn words(&self) -> String {
        let (id, title, words) = (&self.id, escaped(&self.title), escaped(&self.description));
        format!("<title id=\"{id}-title\">{title}</title><desc id=\"{id}-words\">{words}</desc>")
    }

    /// The data of the drawing.
    pub(crate) fn csv(&self) -> Result<String, Failure> {
        show::csv(&self.heading, self.rows.iter().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_is_declared_and_alone_none_is_a_variable() {
        let alone = style_alone();
        assert!(!alone.contains("var("), "a colour is missing: {alone}");
        for (name, ..) in COLOURS {
            assert!(RULES.contains(&format!("var(--{name})")), "`{name}` colours nothing");
        }
    }

    #[test]
    fn alone_a_drawing_has_its_title_and_credits() {
        let drawing = Drawing {
            id: "a".to_owned(),
            title: "Wheat & flour".to_owned(),
            description: String::new(),
            class: "chart",
            size: (400.0, 300.0),
            body: String::new(),
            heading: vec!["x", "y"],
            rows: vec![vec!["1".to_owned(), "a, b".to_owned()]],
        };
        let credit = Credit { made_by: "Ayrum 1".to_owned(), attribution: "Places: GeoNames".to_owned() };
        let svg = drawing.alone(&credit);
        for part in ["<svg xmlns", "Wheat &amp; flour", "Ayrum 1", "GeoNames", "a assumed"] {
            assert!(svg.contains(part), "`{part}` is missing");
        }
        assert_eq!(drawing.csv().expect("rows as wide as the heading"), "x,y\n1,\"a, b\"\n");
    }
}
