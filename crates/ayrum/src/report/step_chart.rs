//! Time and cost over distance, as steps: kilometres across, hours or dollars up.
//!
//! Small enough to be read on a phone without scrolling. Routes are told apart by stroke and letter,
//! not by colour alone; a full dot on a step stands for what is observed or published, an empty one
//! for what is modelled or assumed.

use std::fmt::Write;

use case::Evidence;

use super::drawing::Drawing;
use super::figure::{number, raised_mark};
use super::frame::{Label, Rectangle, between, escaped, lines, path, write_labels};
use super::profile::{Piece, profile};
use super::track::{Track, Tracks, badge};
use crate::show::{answer_text, grouped};

const WIDTH: f64 = 420.0;
const PLOT: Rectangle = Rectangle { left: 40.0, top: 26.0, right: 392.0, bottom: 316.0 };

/// Steps below this share of the whole have no name of their own.
const WORTH_A_NAME: f64 = 0.03;

/// What stands upright in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Up {
    /// Mean hours since hand-over.
    Hours,
    /// USD per tonne.
    Usd,
}

impl Up {
    fn of(self, piece: &Piece) -> (f64, f64) {
        match self {
            Self::Hours => piece.hours,
            Self::Usd => piece.usd,
        }
    }

    fn evidence(self, piece: &Piece) -> Option<Evidence> {
        match self {
            Self::Hours => piece.hours_evidence,
            Self::Usd => piece.usd_evidence,
        }
    }

    fn axis(self) -> &'static str {
        match self {
            Self::Hours => "hours since hand-over, mean",
            Self::Usd => "USD per tonne, as far as known",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Hours => "Time over distance",
            Self::Usd => "Cost over distance",
        }
    }
}

/// The chart of some routes.
pub(super) fn drawing(id: &str, tracks: &Tracks<'_>, up: Up) -> Drawing {
    let profiles: Vec<(&Track<'_>, Vec<Piece>)> =
        tracks.all.iter().map(|track| (track, profile(track.model, track.route))).collect();
    let most =
        |value: fn(&Piece) -> f64| profiles.iter().flat_map(|(_, own)| own).map(value).fold(1.0, f64::max);
    let (km, tall) = (
        most(|piece| piece.km.1),
        most(match up {
            Up::Hours => |piece| piece.hours.1,
            Up::Usd => |piece| piece.usd.1,
        }),
    );
    let axes = Axes { km, tall: tall * 1.04 };
    let mut body = String::new();
    axes.draw(up, &mut body);
    let mut points = Vec::new();
    for (track, pieces) in profiles.iter().rev() {
        let line = corners(&axes, pieces, up);
        let _ = writeln!(body, "<path class=\"{}\" d=\"{}\"/>", track.class, path(line.iter().copied()));
        points.extend(line.windows(2).flat_map(|pair| between(pair[0], pair[1])));
    }
    let mut taken = ends(&axes, &profiles, up, &points, &mut body);
    names(&axes, &profiles, up, &points, &mut taken, &mut body);
    let height = legend(&profiles, up, &mut body);
    let (name, from_to) = (if up == Up::Hours { "time" } else { "cost" }, &tracks.title);
    Drawing {
        id: format!("{id}-{name}"),
        title: format!("{}. {from_to}", up.title()),
        description: sentence(&profiles, up),
        class: "chart",
        size: (WIDTH, height),
        body,
        heading: HEADING.to_vec(),
        rows: profiles.iter().flat_map(|(track, pieces)| rows(track, pieces)).collect(),
    }
}

/// From kilometres and hours or dollars to the page.
struct Axes {
    km: f64,
    tall: f64,
}

impl Axes {
    fn point(&self, km: f64, up: f64) -> (f64, f64) {
        (
            PLOT.left + km / self.km * (PLOT.right - PLOT.left),
            PLOT.bottom - up / self.tall * (PLOT.bottom - PLOT.top),
        )
    }

    fn draw(&self, up: Up, out: &mut String) {
        let Rectangle { left, top, right, bottom } = PLOT;
        for value in ticks(self.tall, 6.0) {
            let (_, y) = self.point(0.0, value);
            let _ = writeln!(
                out,
                "<line class=\"map-grid\" x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/><text class=\"chart-axis \
                 chart-end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                left - 5.0,
                y + 4.0,
                plain(value)
            );
        }
        for value in ticks(self.km, 5.0) {
            let (x, _) = self.point(value, 0.0);
            let _ = writeln!(
                out,
                "<line class=\"map-grid\" x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\"/><text class=\"chart-axis \
                 chart-middle\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                bottom + 16.0,
                plain(value)
            );
        }
        let _ = writeln!(
            out,
            "<path class=\"chart-base\" d=\"M{left} {top}V{bottom}H{right}\"/><text class=\"chart-axis\" x=\"4\" \
             y=\"12\">{}</text><text class=\"chart-axis chart-end\" x=\"{right}\" y=\"{:.1}\">km</text>",
            up.axis(),
            bottom + 31.0
        );
    }
}

/// Round values from zero up to a limit: steps of 1, 2 or 5 times a power of ten.
fn ticks(limit: f64, wanted: f64) -> Vec<f64> {
    let rough = (limit / wanted).max(1e-9);
    let power = 10.0_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|own| own * power).find(|own| *own >= rough).unwrap_or(rough);
    (0..=((limit / step + 1e-9) as u32)).map(|number| f64::from(number) * step).collect()
}

/// A round value in as few digits as it needs.
fn plain(value: f64) -> String {
    if value.fract().abs() < 1e-9 { grouped(value) } else { number(value, if value < 1.0 { 2 } else { 1 }) }
}

/// The corners of the line of a route.
fn corners(axes: &Axes, pieces: &[Piece], up: Up) -> Vec<(f64, f64)> {
    let ends = pieces.iter().map(|piece| axes.point(piece.km.1, up.of(piece).1));
    std::iter::once(axes.point(0.0, 0.0)).chain(ends).collect()
}

/// Writes the letter of each route at its end, and gives the room that letters take.
fn ends(
    axes: &Axes,
    profiles: &[(&Track<'_>, Vec<Piece>)],
    up: Up,
    points: &[(f64, f64)],
    out: &mut String,
) -> Vec<Rectangle> {
    let mut taken: Vec<Rectangle> = Vec::new();
    for (track, pieces) in profiles {
        let Some(last) = pieces.last() else { continue };
        let (x, y) = axes.point(last.km.1, up.of(last).1);
        // Where routes end near each other a letter moves aside, to where it covers least.
        let sides = [
            (0.0, -12.0),
            (13.0, 0.0),
            (-13.0, -6.0),
            (13.0, -16.0),
            (-13.0, -22.0),
            (0.0, -30.0),
            (13.0, 17.0),
        ];
        let free = sides
            .map(|(right, down)| (x + right, y + down))
            .into_iter()
            .filter(|at| {
                let room = Rectangle::about(*at, 8.5);
                room.right <= WIDTH && room.top >= 14.0 && !taken.iter().any(|other| other.meets(&room))
            })
            .min_by_key(|at| points.iter().filter(|point| Rectangle::about(*at, 8.5).holds(**point)).count());
        let at = free.unwrap_or((x, y - 11.0));
        taken.push(Rectangle::about(at, 8.5));
        let _ = writeln!(out, "{}", badge(track.letter, at));
    }
    taken
}

/// Writes dots and names of the steps, the largest of the best route first.
fn names(
    axes: &Axes,
    profiles: &[(&Track<'_>, Vec<Piece>)],
    up: Up,
    points: &[(f64, f64)],
    taken: &mut Vec<Rectangle>,
    out: &mut String,
) {
    let mut words: Vec<((f64, f64), String)> = Vec::new();
    for (_, pieces) in profiles {
        let total = pieces.last().map_or(1.0, |last| up.of(last).1).max(1e-9);
        let rise = |piece: &Piece| up.of(piece).1 - up.of(piece).0;
        let mut stops: Vec<&Piece> = pieces
            .iter()
            .filter(|piece| piece.stop && (rise(piece) > 0.0 || (up == Up::Usd && !piece.unknown.is_empty())))
            .collect();
        stops.sort_by(|a, b| rise(b).total_cmp(&rise(a)));
        for piece in stops {
            let at = axes.point(piece.km.1, up.of(piece).1);
            let firm = up.evidence(piece).is_some_and(Evidence::is_sourced)
                && (up == Up::Hours || piece.unknown.is_empty());
            let class = if firm { "dot-firm" } else { "dot-soft" };
            let _ =
                write!(out, "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.8\"/>", at.0, at.1);
            taken.push(Rectangle::about(at, 3.0));
            let said = words.iter().any(|((x, y), _)| (x - at.0).hypot(y - at.1) < 14.0);
            if !said && (rise(piece) / total >= WORTH_A_NAME || (up == Up::Usd && !piece.unknown.is_empty()))
            {
                words.push((at, step_words(piece, up)));
            }
        }
    }
    out.push('\n');
    let labels: Vec<Label<'_>> = words.iter().map(|(at, words)| Label::chart(*at, words)).collect();
    let room = Rectangle { left: PLOT.left + 2.0, top: 16.0, right: WIDTH, bottom: PLOT.bottom };
    write_labels(&labels, points, room, taken, out);
}

/// A step in a few words: where, how much, and what that rests on.
fn step_words(piece: &Piece, up: Up) -> String {
    // A bracket holds a second name.
    let place = piece.place.split(" (").next().unwrap_or_default();
    let missing = up == Up::Usd && !piece.unknown.is_empty();
    let amount = match up {
        Up::Hours => format!("{} h", number(piece.takes(), 0)),
        Up::Usd if missing && piece.costs() == 0.0 => return format!("{place}: price not known"),
        Up::Usd => format!("{}{}", if missing { "> " } else { "" }, number(piece.costs(), 2)),
    };
    let raised = up.evidence(piece).map_or("", raised_mark);
    format!("{place} {amount}{raised}")
}

/// Writes the legend and gives the height of the whole.
fn legend(profiles: &[(&Track<'_>, Vec<Piece>)], up: Up, out: &mut String) -> f64 {
    let mut y = PLOT.bottom + 52.0;
    for (track, pieces) in profiles {
        let total = pieces.last().map_or(0.0, |last| up.of(last).1);
        let total = match up {
            Up::Hours => format!("{} h", grouped(total)),
            Up::Usd if track.route.unknown_prices.is_empty() => format!("{} USD/t", number(total, 2)),
            Up::Usd => format!("> {} USD/t", number(total, 2)),
        };
        let _ = writeln!(
            out,
            "{}<text class=\"chart-end\" x=\"{:.0}\" y=\"{y:.1}\">{}</text>",
            track.key(2.0, y - 4.0, 66.0),
            WIDTH - 6.0,
            escaped(&total)
        );
        let room = 44_usize.saturating_sub(total.chars().count());
        for (number, line) in lines(&track.standing, room).iter().enumerate() {
            y += if number > 0 { 16.0 } else { 0.0 };
            let _ = writeln!(out, "<text x=\"76\" y=\"{y:.1}\">{}</text>", escaped(line));
        }
        y += 21.0;
    }
    for (class, text, x) in
        [("dot-firm", "observed or published", 10.0), ("dot-soft", "modelled, assumed, the user’s", 172.0)]
    {
        let _ = writeln!(
            out,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{:.1}\" r=\"2.8\"/><text class=\"chart-axis\" x=\"{}\" \
             y=\"{y:.1}\">{text}</text>",
            y - 4.0,
            x + 9.0
        );
    }
    y + 10.0
}

fn sentence(profiles: &[(&Track<'_>, Vec<Piece>)], up: Up) -> String {
    let route = |(track, pieces): &(&Track<'_>, Vec<Piece>)| {
        let stops: Vec<String> =
            pieces.iter().filter(|piece| piece.stop).map(|piece| step_words(piece, up)).collect();
        let total = pieces.last().map_or(0.0, |last| up.of(last).1);
        let by = answer_text::by(track.route);
        let unit = if up == Up::Hours { "h" } else { "USD/t" };
        format!(
            "{}, {}, by {by}: {} {unit} in all; steps: {}",
            track.letter,
            track.standing,
            number(total, 1),
            stops.join(", ")
        )
    };
    format!(
        "Kilometres across, {} up. {}.",
        up.axis(),
        profiles.iter().map(route).collect::<Vec<_>>().join(". ")
    )
}

/// The columns of the data of both charts.
const HEADING: &[&str] = &[
    "route",
    "standing",
    "by",
    "order",
    "kind",
    "what",
    "place",
    "km_from",
    "km_to",
    "hours_from",
    "hours_to",
    "hours_evidence",
    "usd_per_tonne_from",
    "usd_per_tonne_to",
    "usd_evidence",
    "prices_not_known",
];

fn rows(track: &Track<'_>, pieces: &[Piece]) -> Vec<Vec<String>> {
    let figure = |value: f64| format!("{value:.2}");
    let word = |evidence: Option<Evidence>| evidence.map_or("", Evidence::word).to_owned();
    let row = |(order, piece): (usize, &Piece)| {
        vec![
            track.letter.to_string(),
            track.standing.clone(),
            answer_text::by(track.route),
            order.to_string(),
            if piece.stop { "stop" } else { "stretch" }.to_owned(),
            piece.words.clone(),
            piece.place.clone(),
            figure(piece.km.0),
            figure(piece.km.1),
            figure(piece.hours.0),
            figure(piece.hours.1),
            word(piece.hours_evidence),
            figure(piece.usd.0),
            figure(piece.usd.1),
            word(piece.usd_evidence),
            piece.unknown.join("; "),
        ]
    };
    (1..).zip(pieces).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_limit() {
        assert_eq!(ticks(390.0, 6.0), [0.0, 100.0, 200.0, 300.0]);
        assert_eq!(ticks(3334.0, 5.0), [0.0, 1000.0, 2000.0, 3000.0]);
        for limit in [0.3, 1.0, 7.0, 99.0, 12345.0] {
            let all = ticks(limit, 5.0);
            assert!((2..=8).contains(&all.len()), "{limit}: {all:?}");
            assert!(all.iter().all(|own| *own <= limit * 1.0001));
        }
    }
}
