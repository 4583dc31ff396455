//! Land, lakes, boundaries and names under a map.
//!
//! They come from `assets/outlines.geojson`, written by `cargo xtask outlines`; `assets/PROVENANCE.md`
//! says from what. Only outlines: no land is coloured by state, and what is disputed is dashed.
//! They cover one part of the Earth. A map that reaches beyond it goes without them, as half a sea
//! would be worse than none.

use std::fmt::Write;
use std::sync::LazyLock;

use case::Economies;
use geojson::{FeatureCollection, GeometryValue, Position as Degrees};

use super::frame::{Frame, Position, Rectangle, escaped, lines};

static OUTLINES: LazyLock<Outlines> =
    LazyLock::new(|| Outlines::read(include_str!("../../assets/outlines.geojson")).unwrap_or_default());

/// Who made the outlines, and what a dashed line says.
pub(super) const CREDIT: &str = "Land, seas and boundaries: Natural Earth (public domain), simplified; lakes and dashed \
    lines around Abkhazia and South Ossetia / Tskhinvali are schematic. Dashed: disputed, or shown by the United \
    Nations as other than an international boundary. No line takes a position on any claim.";

/// How far beyond the frame lines are kept, in units of the page.
const MARGIN: f64 = 12.0;

/// The longest line of the name of a state, in letters.
const LONGEST_LINE: usize = 12;

/// Points nearer than this to the one before are left out, in units of the page.
const FINEST: f64 = 0.5;

/// A name and where it may stand, best first.
#[derive(Debug)]
struct Name {
    /// The name.
    name: String,
    /// ISO 3166 alpha-3; empty for a sea.
    code: String,
    at: Vec<Position>,
}

impl Name {
    /// The name as the case has it, else as the outlines have it.
    fn words<'a>(&'a self, economies: &'a Economies) -> &'a str {
        economies.all().iter().find(|own| own.id == self.code).map_or(&self.name, |own| &own.name)
    }

    /// Whether it names a state, and not a sea.
    fn is_state(&self) -> bool {
        !self.code.is_empty()
    }

    /// Where it may stand in a frame.
    fn points<'a>(&'a self, frame: &'a Frame) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.at.iter().map(|at| frame.point(*at)).filter(|point| frame.edge.holds(*point))
    }
}

/// What lies under a map.
#[derive(Debug, Default)]
pub(super) struct Outlines {
    /// West, south, east, north: the part of the Earth that is covered.
    area: [f64; 4],
    land: Vec<Vec<Position>>,
    lakes: Vec<Vec<Position>>,
    boundaries: Vec<Vec<Position>>,
    disputed: Vec<Vec<Position>>,
    names: Vec<Name>,
}

impl Outlines {
    /// Begins a map: its edge, and what lies under all lines; the outlines used. The group that it opens is closed by the
    /// caller.
    pub(super) fn begin(frame: &Frame, id: &str, out: &mut String) -> Option<&'static Self> {
        let shape = frame.edge.attributes();
        let _ = writeln!(
            out,
            "<clipPath id=\"{id}\"><rect {shape}/></clipPath><rect class=\"map-ground\" {shape}/><g clip-path=\"url(#{id})\">",
        );
        let outlines = Self::under(frame);
        if let Some(outlines) = outlines {
            outlines.ground(frame, out);
        }
        frame.graticule(out);
        if let Some(outlines) = outlines {
            outlines.boundaries(frame, out);
        }
        outlines
    }

    /// The outlines, where they cover all that a frame shows.
    pub(super) fn under(frame: &Frame) -> Option<&'static Self> {
        let (west, east, south, north) = frame.span();
        let [from_west, from_south, to_east, to_north] = OUTLINES.area;
        (west >= from_west && east <= to_east && south >= from_south && north <= to_north)
            .then_some(&*OUTLINES)
    }

    fn read(text: &str) -> Option<Self> {
        let collection: FeatureCollection = text.parse().ok()?;
        let mut outlines =
            Self { area: collection.bbox.as_ref()?.as_slice().try_into().ok()?, ..Self::default() };
        for feature in &collection.features {
            let word = |key: &str| feature.property(key).and_then(|value| value.as_str()).unwrap_or_default();
            let Some(geometry) = &feature.geometry else { continue };
            match (word("kind"), &geometry.value) {
                ("land", GeometryValue::MultiPolygon { coordinates }) => {
                    outlines.land.extend(coordinates.iter().flatten().map(|ring| line(ring)));
                }
                ("lake", GeometryValue::Polygon { coordinates }) => {
                    outlines.lakes.extend(coordinates.iter().map(|ring| line(ring)));
                }
                ("boundary", GeometryValue::MultiLineString { coordinates }) => {
                    outlines.boundaries.extend(coordinates.iter().map(|own| line(own)));
                }
                ("disputed", GeometryValue::MultiLineString { coordinates }) => {
                    outlines.disputed.extend(coordinates.iter().map(|own| line(own)));
                }
                ("sea" | "state", GeometryValue::MultiPoint { coordinates }) => outlines.names.push(Name {
                    name: word("name").to_owned(),
                    code: word("code").to_owned(),
                    at: line(coordinates),
                }),
                _ => {}
            }
        }
        Some(outlines)
    }

    /// Writes seas, land and lakes.
    pub(super) fn ground(&self, frame: &Frame, out: &mut String) {
        let _ = writeln!(out, "<rect class=\"map-sea\" {}/>", frame.edge.attributes());
        for (class, rings) in [("map-land", &self.land), ("map-lake", &self.lakes)] {
            let path: String = rings.iter().map(|ring| seen(ring, frame, true)).collect();
            if !path.is_empty() {
                let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
            }
        }
    }

    /// Writes boundaries.
    pub(super) fn boundaries(&self, frame: &Frame, out: &mut String) {
        for (class, lines) in [("map-boundary", &self.boundaries), ("map-disputed", &self.disputed)] {
            let path: String = lines.iter().map(|line| seen(line, frame, false)).collect();
            if !path.is_empty() {
                let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
            }
        }
    }

    /// Writes the names of states and seas, where they have room and cover no route.
    pub(super) fn write_names(
        &self,
        economies: &Economies,
        frame: &Frame,
        routes: &[(f64, f64)],
        taken: &mut Vec<Rectangle>,
        out: &mut String,
    ) {
        for name in &self.names {
            let words = lines(name.words(economies), LONGEST_LINE);
            let (class, letter) = if name.is_state() { ("map-state", 9.0) } else { ("map-sea-name", 7.4) };
            let width = words.iter().map(|line| line.chars().count()).max().unwrap_or(0) as f64 * letter;
            let height = 14.0 * words.len() as f64;
            let room =
                |(x, y): (f64, f64)| Rectangle::sized(x - width / 2.0, y - height / 2.0, width, height);
            let free = name.points(frame).find(|at| {
                let room = room(*at);
                room.lies_in(&frame.edge)
                    && !taken.iter().any(|other| other.meets(&room))
                    && !routes.iter().any(|point| room.holds(*point))
            });
            let Some(at) = free else { continue };
            let room = room(at);
            taken.push(room);
            for (number, line) in words.iter().enumerate() {
                let y = room.top + 11.0 + 14.0 * number as f64;
                let _ = writeln!(
                    out,
                    "<text class=\"{class}\" x=\"{:.1}\" y=\"{y:.1}\">{}</text>",
                    at.0,
                    escaped(line)
                );
            }
        }
    }
}

fn line(coordinates: &[Degrees]) -> Vec<Position> {
    coordinates.iter().filter(|at| at.len() > 1).map(|at| (at[0], at[1])).collect()
}

/// The part of a line that a frame shows, as the path of an SVG element; empty where it shows none.
/// Of a run of points that lie beyond the same side of the frame only the first and last stay: what
/// lies between them is a straight line that stays beyond, as a half-plane is convex.
fn seen(line: &[Position], frame: &Frame, closed: bool) -> String {
    let Rectangle { left, top, right, bottom } = frame.edge;
    let beyond = |(x, y): (f64, f64)| {
        u8::from(x < left - MARGIN)
            | u8::from(x > right + MARGIN) << 1
            | u8::from(y < top - MARGIN) << 2
            | u8::from(y > bottom + MARGIN) << 3
    };
    let mut points: Vec<((f64, f64), u8)> = Vec::new();
    let (mut shared, mut everywhere) = (0, u8::MAX);
    for position in line {
        let point = frame.point(*position);
        let sides = beyond(point);
        everywhere &= sides;
        if let Some(((x, y), _)) = points.last()
            && (x - point.0).hypot(y - point.1) < FINEST
        {
            continue;
        }
        let goes_on = shared & sides;
        if goes_on != 0 && points.len() > 1 && points[points.len() - 2].1 & goes_on != 0 {
            points.pop();
        }
        shared = if goes_on != 0 { goes_on } else { sides };
        points.push((point, sides));
    }
    if everywhere != 0 || points.len() < if closed { 3 } else { 2 } {
        return String::new();
    }
    let mut path = super::frame::path(points.into_iter().map(|(point, _)| point));
    if closed {
        path.push('Z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> &'static Outlines {
        let frame = Frame::around((44.5, 40.2), 3.0, Rectangle::sized(0.0, 0.0, 300.0, 200.0));
        Outlines::under(&frame).expect("Armenia is covered")
    }

    /// Whether a point lies on land: it has an odd number of outlines to its east.
    fn on_land((x, y): Position) -> bool {
        let crosses = |pair: &[Position]| {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
        };
        let crossed: usize =
            shipped().land.iter().map(|ring| ring.windows(2).filter(|pair| crosses(pair)).count()).sum();
        crossed % 2 == 1
    }

    #[test]
    fn cities_lie_on_land_and_seas_are_none() {
        let cities = [
            ("Yerevan", 44.51, 40.18),
            ("Kostanay", 63.63, 53.21),
            ("Tehran", 51.42, 35.69),
            ("Urumqi", 87.6, 43.8),
        ];
        for (name, longitude, latitude) in cities {
            assert!(on_land((longitude, latitude)), "{name}");
        }
        for name in shipped().names.iter().filter(|name| !name.is_state()) {
            assert!(name.at.iter().all(|at| !on_land(*at)), "{} stands on land", name.name);
        }
        for name in shipped().names.iter().filter(|name| name.is_state()) {
            assert!(name.at.iter().all(|at| on_land(*at)), "{} stands in the water", name.name);
        }
    }

    #[test]
    fn the_boundary_at_crimea_is_dashed() {
        let perekop = |line: &&Vec<Position>| {
            line.iter().any(|(x, y)| (33.4..35.2).contains(x) && (45.6..46.3).contains(y))
        };
        assert!(shipped().disputed.iter().any(|line| perekop(&line)));
        assert!(!shipped().boundaries.iter().any(|line| perekop(&line)));
    }

    #[test]
    fn a_frame_beyond_the_outlines_has_none() {
        let frame = Frame::around((-60.0, 0.0), 10.0, Rectangle::sized(0.0, 0.0, 300.0, 200.0));
        assert!(Outlines::under(&frame).is_none());
    }

    #[test]
    fn a_line_that_only_passes_a_frame_by_is_not_drawn() {
        let frame = Frame::around((45.0, 40.0), 2.0, Rectangle::sized(0.0, 0.0, 200.0, 200.0));
        assert_eq!(seen(&[(50.0, 40.0), (51.0, 41.0), (52.0, 39.0)], &frame, false), "");
        let through = [(30.0, 40.0), (35.0, 41.0), (36.0, 39.0), (39.0, 40.0), (45.0, 40.0), (60.0, 40.0)];
        let path = seen(&through, &frame, false);
        assert_eq!(path.matches(['M', 'L']).count(), 4, "{path}");
    }
}
