//! A frame of a map: where a position lies on the page, and where names have room.

use std::fmt::Write;

use minijinja::HtmlEscape;
use network::Place;

/// Kilometres in a degree of latitude.
const KM_PER_DEGREE: f64 = 111.195;

/// Degrees east and north.
pub(super) type Position = (f64, f64);

/// The position of a place.
pub(super) fn position(place: &Place) -> Position {
    (place.longitude, place.latitude)
}

/// Text in which nothing is markup.
pub(super) fn escaped(text: &str) -> String {
    HtmlEscape(text).to_string()
}

/// Text in lines of at most so many characters. Only blanks part it, not the narrow spaces within
/// a number.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The path of an SVG element through some points; whatever is not a number is left out.
pub(super) fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (x, y) in points.filter(|(x, y)| x.is_finite() && y.is_finite()) {
        let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { "M" } else { "L" });
    }
    path
}

/// A rectangle on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    /// Its left edge.
    pub(super) left: f64,
    /// Its upper edge.
    pub(super) top: f64,
    /// Its right edge.
    pub(super) right: f64,
    /// Its lower edge.
    pub(super) bottom: f64,
}

impl Rectangle {
    /// The rectangle of a corner and a size.
    pub(super) fn sized(left: f64, top: f64, width: f64, height: f64) -> Self {
        Self { left, top, right: left + width, bottom: top + height }
    }

    /// Whether a point lies in it.
    pub(super) fn holds(&self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// The square about a point, so far to each side.
    pub(super) fn about((x, y): (f64, f64), reach: f64) -> Self {
        Self { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }
    }

    /// The rectangle without a rim.
    pub(super) fn shrunk(&self, rim: f64) -> Self {
        Self {
            left: self.left + rim,
            top: self.top + rim,
            right: self.right - rim,
            bottom: self.bottom - rim,
        }
    }

    /// Whether two rectangles share more than an edge.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether all of it lies in another one.
    pub(super) fn lies_in(&self, other: &Self) -> bool {
        self.left >= other.left
            && self.right <= other.right
            && self.top >= other.top
            && self.bottom <= other.bottom
    }

    /// The attributes of an SVG rectangle.
    pub(super) fn attributes(&self) -> String {
        format!(
            "x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"",
            self.left,
            self.top,
            self.right - self.left,
            self.bottom - self.top
        )
    }
}

/// A part of the Earth on a part of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Its part of the page.
    pub(super) edge: Rectangle,
    /// Units of the page in a degree of latitude.
    pub(super) scale: f64,
    centre: Position,
    /// Degrees of latitude as long as a degree of longitude at the centre.
    shortening: f64,
}

impl Frame {
    /// The frame that shows all positions in at most a rectangle. Its width is kept, its height
    /// shrinks to what is needed.
    pub(super) fn fit(positions: impl Iterator<Item = Position>, most: Rectangle) -> Self {
        let unset = (f64::INFINITY, f64::NEG_INFINITY);
        let grown = |(least, most): (f64, f64), next: f64| (least.min(next), most.max(next));
        let (east, north) = positions.fold((unset, unset), |(east, north), (longitude, latitude)| {
            (grown(east, longitude), grown(north, latitude))
        });
        let (east, north) = if east.0 <= east.1 { (east, north) } else { ((0.0, 1.0), (0.0, 1.0)) };
        let centre = (f64::midpoint(east.0, east.1), f64::midpoint(north.0, north.1));
        let shortening = centre.1.to_radians().cos().max(0.1);
        let (width, height) = (most.right - most.left, most.bottom - most.top);
        // A margin leaves room for names.
        let across = ((east.1 - east.0) * shortening * 1.16).max(1.0);
        let down = ((north.1 - north.0) * 1.14).max(0.6);
        let scale = (width / across).min(height / down);
        let edge = Rectangle { bottom: most.top + (down * scale).clamp(0.45 * width, height), ..most };
        Self { edge, scale, centre, shortening }
    }

    /// The frame that shows so many degrees of latitude about a position.
    pub(super) fn around(centre: Position, degrees: f64, edge: Rectangle) -> Self {
        let shortening = centre.1.to_radians().cos().max(0.1);
        Self { edge, scale: (edge.bottom - edge.top) / degrees, centre, shortening }
    }

    /// Where a position lies on the page.
    pub(super) fn point(&self, (longitude, latitude): Position) -> (f64, f64) {
        (
            f64::midpoint(self.edge.left, self.edge.right)
                + (longitude - self.centre.0) * self.shortening * self.scale,
            f64::midpoint(self.edge.top, self.edge.bottom) - (latitude - self.centre.1) * self.scale,
        )
    }

    /// The degrees east and north that it spans: west, east, south, north.
    pub(super) fn span(&self) -> (f64, f64, f64, f64) {
        let across = (self.edge.right - self.edge.left) / (2.0 * self.scale * self.shortening);
        let down = (self.edge.bottom - self.edge.top) / (2.0 * self.scale);
        (self.centre.0 - across, self.centre.0 + across, self.centre.1 - down, self.centre.1 + down)
    }

    /// The rectangle that this frame's part of the Earth takes in another frame.
    pub(super) fn seen_in(&self, other: &Self) -> Rectangle {
        let (west, east, south, north) = self.span();
        let ((left, top), (right, bottom)) = (other.point((west, north)), other.point((east, south)));
        Rectangle { left, top, right, bottom }
    }

    /// Writes meridians and parallels.
    pub(super) fn graticule(&self, out: &mut String) {
        let (west, east, south, north) = self.span();
        let step = [0.5, 1.0, 2.0, 5.0, 10.0].into_iter().find(|step| (north - south) / step <= 5.0);
        let step = step.unwrap_or(20.0);
        let marks = |from: f64, to: f64| {
            let first = (from / step).ceil() as i32;
            (first..=(to / step).floor() as i32).map(move |number| f64::from(number) * step)
        };
        let Rectangle { left, top, right, bottom } = self.edge;
        for longitude in marks(west, east) {
            let (x, _) = self.point((longitude, south));
            let _ = write!(
                out,
                "<line class=\"map-grid\" x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\"/>"
            );
        }
        for latitude in marks(south, north) {
            let (_, y) = self.point((west, latitude));
            let _ = write!(
                out,
                "<line class=\"map-grid\" x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>"
            );
        }
        out.push('\n');
    }

    /// Writes a scale bar into a lower corner that is free, and gives the room it takes.
    pub(super) fn scale_bar(&self, taken: Option<Rectangle>, out: &mut String) -> Rectangle {
        let long = |km: f64| km / KM_PER_DEGREE * self.scale;
        let km =
            [1000.0, 500.0, 200.0, 100.0, 50.0].into_iter().find(|km| long(*km) <= 130.0).unwrap_or(20.0);
        let (width, bottom) = (long(km), self.edge.bottom);
        let at = |left: f64| Rectangle::sized(left, bottom - 32.0, width + 24.0, 32.0);
        let right = at(self.edge.right - width - 24.0);
        let room = if taken.is_some_and(|taken| taken.meets(&right)) { at(self.edge.left) } else { right };
        let (x, y) = (room.left + 12.0, bottom - 10.0);
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {:.1}V{y:.1}H{:.1}V{:.1}\" class=\"map-bar\"/><text \
             class=\"map-faint\" x=\"{x:.1}\" y=\"{:.1}\">{km} km</text>",
            y - 4.0,
            x + width,
            y - 4.0,
            y - 7.0
        );
        room
    }
}

/// Points along a stretch, some six units apart, both ends included.
pub(super) fn between((x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> Vec<(f64, f64)> {
    let steps = ((to_x - x).hypot(to_y - y) / 6.0).ceil().clamp(1.0, 400.0);
    let at = |step: u32| {
        let share = f64::from(step) / steps;
        (x + (to_x - x) * share, y + (to_y - y) * share)
    };
    (0..=(steps as u32)).map(at).collect()
}

/// A name beside a point.
pub(super) struct Label<'a> {
    /// Where the place lies on the page.
    point: (f64, f64),
    /// Its name.
    name: &'a str,
    /// How it is lettered.
    class: &'static str,
    /// The width of a letter of that class.
    letter: f64,
    /// Whether a dot is drawn at the point.
    dot: bool,
}

impl<'a> Label<'a> {
    /// A place that matters, with a dot.
    pub(super) fn strong(point: (f64, f64), name: &'a str) -> Self {
        Self { point, name, class: "map-name", letter: 7.2, dot: true }
    }

    /// A place that is only there for orientation.
    pub(super) fn faint(point: (f64, f64), name: &'a str) -> Self {
        Self { point, name, class: "map-faint", letter: 6.3, dot: false }
    }

    /// Words at a point of a chart.
    pub(super) fn chart(point: (f64, f64), name: &'a str) -> Self {
        Self { point, name, class: "chart-label", letter: 6.7, dot: false }
    }
}

/// Writes dots and names, in order. Of the four places beside its dot a name takes the one that
/// covers least of the routes; a name without room is left out, its dot is not.
pub(super) fn write_labels(
    labels: &[Label<'_>],
    routes: &[(f64, f64)],
    edge: Rectangle,
    taken: &mut Vec<Rectangle>,
    out: &mut String,
) {
    let (dots, faint): (Vec<&Label<'_>>, Vec<&Label<'_>>) = labels.iter().partition(|label| label.dot);
    for Label { point: (x, y), .. } in &dots {
        let _ = write!(out, "<circle class=\"map-dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"/>");
        taken.push(Rectangle::about((*x, *y), 3.0));
    }
    out.push('\n');
    for Label { point: (x, y), name, class, letter, .. } in dots.into_iter().chain(faint) {
        // A bracket holds a second name.
        let name = name.split(" (").next().unwrap_or(name);
        let (width, height) = (name.chars().count() as f64 * letter + 2.0, 14.0);
        let sides = [
            (x + 6.0, y - 7.0),
            (x - 6.0 - width, y - 7.0),
            (x - width / 2.0, y - 20.0),
            (x - width / 2.0, y + 6.0),
        ];
        let free = sides
            .map(|(left, top)| Rectangle::sized(left, top, width, height))
            .into_iter()
            .filter(|room| room.lies_in(&edge) && !taken.iter().any(|other| room.meets(other)))
            .min_by_key(|room| routes.iter().filter(|point| room.holds(**point)).count());
        let Some(room) = free else { continue };
        taken.push(room);
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            room.left + 1.0,
            room.top + 11.0,
            escaped(name)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fitted_frame_shows_every_position_and_keeps_proportions() {
        let corners = [(44.0, 40.0), (64.0, 53.0)];
        let frame = Frame::fit(corners.into_iter(), Rectangle::sized(0.0, 0.0, 800.0, 500.0));
        assert!(corners.iter().all(|corner| frame.edge.holds(frame.point(*corner))));
        let middle = (f64::midpoint(44.0, 64.0), f64::midpoint(40.0, 53.0));
        let (x, y) = frame.point(middle);
        let (east, _) = frame.point((middle.0 + 1.0, middle.1));
        let (_, north) = frame.point((middle.0, middle.1 + 1.0));
        assert!(((east - x) / (y - north) - middle.1.to_radians().cos()).abs() < 1e-9);
    }

    #[test]
    fn a_frame_of_one_position_or_none_has_a_scale() {
        for positions in [vec![], vec![(44.5, 40.2)]] {
            let frame = Frame::fit(positions.into_iter(), Rectangle::sized(0.0, 0.0, 800.0, 500.0));
            assert!(frame.scale.is_finite() && frame.scale > 0.0);
        }
    }

    #[test]
    fn names_that_have_no_room_are_left_out_and_the_first_stays() {
        let labels: Vec<Label<'_>> =
            ["Ayrum", "Sadakhlo & co", "Masis", "Yerevan", "Gyumri", "Kars", "Bavra"]
                .into_iter()
                .map(|name| Label::strong((50.0, 50.0), name))
                .collect();
        let mut out = String::new();
        write_labels(&labels, &[], Rectangle::sized(0.0, 0.0, 200.0, 100.0), &mut Vec::new(), &mut out);
        assert!(out.contains(">Ayrum<"));
        assert!(!out.contains(">Bavra<"));
        assert!(!out.contains("& co"), "names are escaped");
        assert_eq!(out.matches("<circle").count(), labels.len());
    }
}
