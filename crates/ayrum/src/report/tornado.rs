//! Which figures matter, as bars: how far each moves the best route over its range.
//!
//! The largest on top, hence the name tornado diagram. One figure at a time, the others kept; the
//! ranges are those of `scenario::share` unless the case states one.

use std::fmt::Write;

use case::Evidence;
use minijinja::{Value, context};
use scenario::{Criterion, Figures, Influence, Ranking, Sensitivity, Turn};

use super::citation::Citations;
use super::drawing::Drawing;
use super::figure::{NOT_KNOWN, figure, number, raised_mark};
use super::frame::escaped;
use crate::command::sensitivity::{basis_words, plain};

const WIDTH: f64 = 420.0;
/// Where bars may lie.
const BARS: (f64, f64) = (44.0, 376.0);
/// A name and a bar below it.
const ROW: f64 = 40.0;
/// How many figures are shown.
const MOST: usize = 10;

/// The ranking that a report shows: of the routes that are surely open, else of those that may be.
fn shown(sensitivity: &Sensitivity) -> Option<(&Ranking, Vec<&Influence>)> {
    let ranking = sensitivity.open.as_ref().or(sensitivity.not_known.as_ref())?;
    let moves = |own: &&Influence| own.changes_the_choice() || own.swing(&ranking.figures, score) > 0.0;
    let influences: Vec<&Influence> = ranking.influences.iter().filter(moves).take(MOST).collect();
    (!influences.is_empty()).then_some((ranking, influences))
}

fn score(figures: &Figures) -> f64 {
    figures.score
}

/// The unit of what makes a route the best.
fn unit(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::GeneralisedCost | Criterion::Money => "USD/t",
        Criterion::Time => "h",
        Criterion::Co2 => "kg CO2e/t",
    }
}

/// How a figure came about; what is not known is neither.
fn evidence(own: &Influence) -> Option<Evidence> {
    own.value?;
    Some(own.provenance.as_ref().map_or(Evidence::Assumed, |provenance| provenance.evidence))
}

/// A change with its sign.
fn signed(value: f64) -> String {
    let text = number(value, 2);
    if value > 0.0 && text != "0.00" { format!("+{text}") } else { text }
}

/// What another value makes of the best route, at the low and at the high end.
fn changes(own: &Influence, base: f64) -> (f64, f64) {
    (own.at_low.best.score - base, own.at_high.best.score - base)
}

/// The chart; nothing where no figure moves anything.
pub(super) fn drawing(id: &str, title: &str, sensitivity: &Sensitivity) -> Option<Drawing> {
    let (ranking, influences) = shown(sensitivity)?;
    let base = ranking.figures.score;
    let (criterion, unit) = (sensitivity.question.criterion.words(), unit(sensitivity.question.criterion));
    let farthest = influences
        .iter()
        .map(|own| changes(own, base))
        .fold((0.0_f64, 0.0_f64), |(least, most), (a, b)| (least.min(a).min(b), most.max(a).max(b)));
    let across = (farthest.1 - farthest.0).max(1e-9);
    let x = |change: f64| BARS.0 + (change - farthest.0) / across * (BARS.1 - BARS.0);
    let mut body = format!(
        "<text class=\"chart-axis\" x=\"4\" y=\"12\">{} of the best route, change in {unit}</text>\n",
        escaped(&capital(criterion))
    );
    let top = 24.0;
    let bottom = top + ROW * influences.len() as f64;
    for (row, own) in influences.iter().enumerate() {
        let y = top + ROW * row as f64;
        let (low, high) = changes(own, base);
        let turns = if own.changes_the_choice() { "◆ " } else { "" };
        let value = match own.value {
            None => format!(" ({NOT_KNOWN})"),
            Some(value) => {
                format!(" ({}{} {})", plain(value), evidence(own).map_or("", raised_mark), own.unit)
            }
        };
        let _ = writeln!(
            body,
            "<text class=\"chart-label\" x=\"4\" y=\"{:.1}\">{}</text>",
            y + 14.0,
            escaped(&shortened(&format!("{turns}{}", own.label), &value, 60))
        );
        let _ = writeln!(
            body,
            "<line class=\"chart-base\" x1=\"{0:.1}\" y1=\"{1:.1}\" x2=\"{0:.1}\" y2=\"{2:.1}\"/>",
            x(0.0),
            y + 17.0,
            y + 34.0
        );
        for (class, change, value) in [("bar-less", low, own.range.0), ("bar-more", high, own.range.1)] {
            let (from, to) = (x(change.min(0.0)), x(change.max(0.0)));
            let _ = write!(
                body,
                "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"13\"/>",
                y + 19.0,
                (to - from).max(0.5)
            );
            let (class, at) = if change < 0.0 || (change == 0.0 && value == own.range.0) {
                ("chart-end", from - 4.0)
            } else {
                ("", to + 4.0)
            };
            let _ = writeln!(
                body,
                "<text class=\"chart-axis {class}\" x=\"{at:.1}\" y=\"{:.1}\">{}</text>",
                y + 30.0,
                plain(value)
            );
        }
    }
    let zero = x(0.0);
    // Two numbers on the axis and a nought between them say enough.
    for (change, class) in [(farthest.0, "chart-middle"), (0.0, "chart-middle"), (farthest.1, "chart-middle")]
    {
        if change != 0.0 && (x(change) - zero).abs() < 40.0 {
            continue;
        }
        let words = if change == 0.0 { number(base, 2) } else { signed(change) };
        let _ = writeln!(
            body,
            "<text class=\"chart-axis {class}\" x=\"{:.1}\" y=\"{:.1}\">{words}</text>",
            x(change),
            bottom + 16.0
        );
    }
    let mut y = bottom + 40.0;
    for (class, words, at) in
        [("bar-less", "at the low end of its range", 6.0), ("bar-more", "at the high end", 214.0)]
    {
        let _ = writeln!(
            body,
            "<rect class=\"{class}\" x=\"{at}\" y=\"{:.1}\" width=\"14\" height=\"10\"/><text class=\"chart-axis\" \
             x=\"{}\" y=\"{y:.1}\">{words}</text>",
            y - 9.0,
            at + 20.0
        );
    }
    y += 18.0;
    let _ = writeln!(
        body,
        "<text class=\"chart-axis\" x=\"6\" y=\"{y:.1}\">◆ another route becomes the best within the range</text>"
    );
    let said: Vec<String> = influences
        .iter()
        .map(|own| {
            let (low, high) = changes(own, base);
            format!(
                "{} from {} to {} {}: {} to {}",
                own.label,
                plain(own.range.0),
                plain(own.range.1),
                own.unit,
                signed(low),
                signed(high)
            )
        })
        .collect();
    Some(Drawing {
        id: format!("{id}-sensitivity"),
        title: format!("Which figures matter most. {title}"),
        description: format!("Change of the {criterion} of the best route in {unit}. {}.", said.join("; ")),
        class: "chart",
        size: (WIDTH, y + 8.0),
        body,
        heading: vec![
            "rank",
            "figure",
            "row",
            "column",
            "unit",
            "value",
            "evidence",
            "low",
            "high",
            "range_is",
            "score_unit",
            "score",
            "score_at_low",
            "score_at_high",
            "changes_the_choice",
            "flip_values",
        ],
        rows: (1..).zip(&influences).map(|(rank, own)| row(rank, own, base, unit)).collect(),
    })
}

fn row(rank: usize, own: &Influence, base: f64, unit: &str) -> Vec<String> {
    let precise = |value: f64| format!("{value:.4}");
    vec![
        rank.to_string(),
        own.label.clone(),
        own.place().to_owned(),
        own.input.column().to_owned(),
        own.unit.clone(),
        // An empty cell: a price that nobody knows is not zero.
        own.value.map(precise).unwrap_or_default(),
        evidence(own).map_or(NOT_KNOWN, Evidence::word).to_owned(),
        precise(own.range.0),
        precise(own.range.1),
        basis_words(own.basis),
        unit.to_owned(),
        precise(base),
        precise(own.at_low.best.score),
        precise(own.at_high.best.score),
        if own.changes_the_choice() { "yes" } else { "no" }.to_owned(),
        own.turns.iter().map(turn_words).collect::<Vec<_>>().join("; "),
    ]
}

/// The same as a table, with what rests on which source; nothing where no figure moves anything.
pub(super) fn table(sensitivity: &Sensitivity, citations: &mut Citations<'_>) -> Option<Value> {
    let (ranking, influences) = shown(sensitivity)?;
    let base = ranking.figures.score;
    let asked: Vec<String> = ranking.most_worth_asking_for().map(|own| own.label.clone()).collect();
    let rows: Vec<Value> = influences
        .iter()
        .map(|own| {
            let (low, high) = changes(own, base);
            let value = own.value.map_or(NOT_KNOWN.to_owned(), plain);
            context! {
                label => &own.label,
                value => figure(&value, evidence(own)),
                unit => &own.unit,
                range => format!("{}–{}", plain(own.range.0), plain(own.range.1)),
                basis => basis_words(own.basis),
                low => figure(&signed(low), Some(Evidence::Computed)),
                high => figure(&signed(high), Some(Evidence::Computed)),
                changes => own.changes_the_choice(),
                turns => own.turns.iter().map(turn_words).collect::<Vec<_>>(),
                source => own.provenance.as_ref().map(|provenance| citations.cite(provenance)),
                row => own.place(),
            }
        })
        .collect();
    Some(context! {
        criterion => sensitivity.question.criterion.words(),
        day => sensitivity.question.timing.first_day().to_string(),
        unit => unit(sensitivity.question.criterion),
        best => if ranking.best.by.is_empty() { "no border".to_owned() } else { ranking.best.by.join(" · ") },
        may_be_closed => !ranking.best.open,
        asked,
        rows,
    })
}

fn turn_words(turn: &Turn) -> String {
    format!(
        "{} {}{}: by {}{}",
        if turn.above { "above" } else { "below" },
        plain(turn.value),
        if turn.in_range { "" } else { " (outside the range)" },
        turn.to.by.join(" · "),
        if turn.to.open { "" } else { " (may be closed)" }
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text with an ending, cut before the ending where both are longer than a line.
fn shortened(text: &str, ending: &str, most: usize) -> String {
    let room = most.saturating_sub(ending.chars().count());
    if text.chars().count() <= room {
        return format!("{text}{ending}");
    }
    let cut: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…{ending}", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_before_its_value() {
        assert_eq!(shortened("tariff of KTZ", " (31 USD/t)", 60), "tariff of KTZ (31 USD/t)");
        let cut = shortened(&"a long name ".repeat(9), " (31 USD/t)", 60);
        assert!(cut.ends_with("… (31 USD/t)") && cut.chars().count() <= 60, "{cut}");
    }
}
