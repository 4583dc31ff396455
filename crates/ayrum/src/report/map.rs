//! The map of a chapter as SVG: the links of the case in grey, the routes of its answers in colour.
//!
//! Equirectangular, with degrees of longitude shortened by the cosine of the middle latitude and
//! fitted to the places of the routes: x = (longitude − west) · cos φ · scale, y = (north −
//! latitude) · scale. Where the whole is small, a second frame shows the surroundings of the
//! destination. The case knows places and links, not borders, so none are drawn.

use std::collections::BTreeMap;
use std::fmt::Write;

use case::Mode;
use jiff::civil::Date;
use network::{LinkState, Place, PlaceId};
use regime::{Closure, Timing};
use scenario::{RouteAnswer, WhyNot};

use crate::show::answer_geojson;
use crate::show::grouped;
use crate::story::{Chapter, Scene};

use super::frame::{Frame, Label, Rectangle, escaped, lines, path, position, write_labels};

/// Colours and strokes, for light and for dark.
pub(super) const STYLE: &str = "\
.map{--ground:#fff;--ink:#1d2126;--soft:#5b636d;--net:#b9c0c7;--grid:#eceff1;--best:#0b5fb3;--rule:#c73e0a;--line:#a8237c;--doubt:#6d4fc0;--other-1:#2b7a34;--other-2:#8a6a00;font-family:system-ui,sans-serif;font-size:13px;fill:var(--ink)}
.map path,.map line{fill:none;stroke-linejoin:round;stroke-linecap:round}
.map-ground{fill:var(--ground)}
.map-bar{stroke:var(--soft);stroke-width:1.4}
.map-edge{fill:none;stroke:var(--net)}
.map-grid{stroke:var(--grid)}
.map-rail,.map-road,.map-water{stroke:var(--net);stroke-width:2}
.map-road{stroke-width:.8}
.map-water{stroke-width:1.4;stroke-dasharray:.1 4}
.map-shut{stroke-dasharray:5 4}
.map-best{stroke:var(--best);stroke-width:5}
.map-other-1{stroke:var(--other-1);stroke-width:3.4}
.map-other-2{stroke:var(--other-2);stroke-width:3.4}
.map-doubt{stroke:var(--doubt);stroke-width:4;stroke-dasharray:.1 8}
.map-rule{stroke:var(--rule);stroke-width:4.4;stroke-dasharray:11 8}
.map-line{stroke:var(--line);stroke-width:3.4;stroke-dasharray:5 7}
.map-dot{fill:var(--ground);stroke:var(--ink);stroke-width:1.4}
.map-name,.map-faint{paint-order:stroke;stroke:var(--ground);stroke-width:3.5px;stroke-linejoin:round}
.map-faint{fill:var(--soft);font-size:11px}
.map-note{fill:var(--soft);font-size:11px}
.map-title{font-size:20px;font-weight:600}
@media (prefers-color-scheme:dark){.map{--ground:#14171b;--ink:#e8eaed;--soft:#a7aeb7;--net:#4d555e;--grid:#22272d;--best:#5fb0ff;--rule:#ff8a57;--line:#f07cc4;--doubt:#b39cff;--other-1:#6fce7a;--other-2:#e0b93c}}
@media print{.map{--ground:#fff;--ink:#000;--soft:#444;--net:#aaa;--grid:#eee;--best:#0b5fb3;--rule:#c73e0a;--line:#a8237c;--doubt:#6d4fc0;--other-1:#2b7a34;--other-2:#8a6a00}}
";

const WIDTH: f64 = 800.0;

/// A map: what is drawn, before it is drawn.
pub(super) struct Map<'a> {
    /// Its title.
    pub(super) title: String,
    /// The scene whose answer it shows.
    scene: &'a Scene,
    /// Its routes: those below the others first, the best open one last.
    pub(super) tracks: Vec<Track<'a>>,
}

/// A route on a map.
pub(super) struct Track<'a> {
    class: &'static str,
    /// What it stands for.
    pub(super) standing: String,
    /// The route.
    pub(super) route: &'a RouteAnswer,
    /// The places it passes, in order.
    pub(super) places: Vec<PlaceId>,
}

impl<'a> Map<'a> {
    /// The map of a chapter: the answer to its last snapshot with all that is known and without
    /// restrictions, and the best routes of its other scenes. Nothing where no route is to be
    /// drawn.
    pub(super) fn of(chapter: &'a Chapter) -> Option<Self> {
        let plain = |scene: &&Scene| {
            let question = &scene.answer.question;
            matches!(question.timing, Timing::Snapshot(_))
                && question.perspective.known == Date::MAX
                && !question.perspective.disputed
                && question.via.is_empty()
                && question.avoided.places.is_empty()
                && question.avoided.territory.is_empty()
                && question.avoided.links.is_empty()
        };
        let scene = chapter.scenes.iter().rfind(plain).or(chapter.scenes.first())?;
        let answer = &scene.answer;
        let day = answer.question.timing.first_day();
        let mut map = Self { title: format!("{}: {day}", chapter.title), scene, tracks: Vec::new() };
        let assumed = |scene: &Scene| if scene.assumed.is_empty() { "" } else { ", as assumed there" };
        let best = if scene.assumed.is_empty() {
            format!("Best open route on {day}")
        } else {
            format!("Best open route of “{}”{}", scene.label, assumed(scene))
        };
        map.add("map-best", best, answer.routes.first());
        let others = ["map-other-1", "map-other-2"];
        let mut free = others.iter();
        for other in chapter.scenes.iter().filter(|other| !std::ptr::eq(*other, scene)) {
            let best = other.answer.routes.first().filter(|best| !map.shows(best));
            if let (Some(_), Some(class)) = (best, best.and_then(|_| free.next())) {
                map.add(class, format!("Best open route of “{}”{}", other.label, assumed(other)), best);
            }
        }
        map.add(
            "map-doubt",
            "Not known to be open".to_owned(),
            answer.not_known.first().filter(|route| !map.shows(route)),
        );
        let needs_a_line =
            |own: &&WhyNot| own.closures.iter().any(|closure| matches!(closure, Closure::State { .. }));
        let by_rules = answer.why_not.iter().find(|own| !needs_a_line(own)).map(|own| &own.route);
        let by_lines = answer.why_not.iter().find(needs_a_line).map(|own| &own.route);
        map.add("map-rule", "Closed by rules: the best of them".to_owned(), by_rules);
        map.add("map-line", "On lines closed, disused or not built: the best of them".to_owned(), by_lines);
        map.tracks.reverse();
        (!map.tracks.is_empty()).then_some(map)
    }

    fn shows(&self, route: &RouteAnswer) -> bool {
        self.tracks.iter().any(|track| track.route.substance == route.substance)
    }

    fn add(&mut self, class: &'static str, standing: String, route: Option<&'a RouteAnswer>) {
        let Some(route) = route else { return };
        let mut places: Vec<PlaceId> =
            route.legs.iter().flat_map(|leg| answer_geojson::path(&self.scene.model, leg)).collect();
        places.dedup();
        self.tracks.push(Track { class, standing, route, places });
    }

    fn place(&self, id: PlaceId) -> &'a Place {
        self.scene.model.network.places.get(id)
    }

    /// The names of the places of a track.
    pub(super) fn names(&self, track: &Track<'_>) -> Vec<&'a str> {
        track.places.iter().map(|place| self.place(*place).name.as_str()).collect()
    }

    /// What the map shows, in a sentence.
    pub(super) fn sentence(&self) -> String {
        let tracks: Vec<String> = self
            .tracks
            .iter()
            .rev()
            .map(|track| format!("{}: {}", track.standing, self.names(track).join(", ")))
            .collect();
        format!("Map. {}. {}.", self.title, tracks.join(". "))
    }

    /// The map as an SVG element. `alone` makes it a file of its own, with style, ground and title.
    pub(super) fn svg(&self, id: &str, alone: bool) -> String {
        let top = if alone { 48.0 } else { 1.0 };
        let positions =
            self.tracks.iter().flat_map(|track| &track.places).map(|id| position(self.place(*id)));
        let main = Frame::fit(positions, Rectangle::sized(1.0, top, WIDTH - 2.0, 520.0));
        let mut body = String::new();
        let inset = self.inset(&main);
        let taken: Vec<Rectangle> = inset.iter().map(|inset| inset.edge).collect();
        self.draw(&main, &format!("{id}-main"), taken, inset.as_ref(), &mut body);
        if let Some(inset) = &inset {
            self.draw(inset, &format!("{id}-inset"), Vec::new(), None, &mut body);
        }
        let height = self.legend(main.edge.bottom + 24.0, &mut body);
        let (opening, heading) = if alone {
            (
                format!(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height:.0}\" "
                ),
                format!(
                    "<style>{STYLE}</style><rect class=\"map-ground\" width=\"100%\" height=\"100%\"/><text \
                     class=\"map-title\" x=\"8\" y=\"30\">{}</text>",
                    escaped(&self.title)
                ),
            )
        } else {
            ("<svg ".to_owned(), String::new())
        };
        format!(
            "{opening}class=\"map\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{}\">{heading}\n{body}</svg>\n",
            escaped(&self.sentence())
        )
    }

    /// The surroundings of the destination, in a corner without routes; nothing where there is none
    /// or the whole is large enough.
    fn inset(&self, main: &Frame) -> Option<Frame> {
        let destination = self.place(self.scene.answer.question.to);
        if main.scale > 110.0 {
            return None;
        }
        let (width, height) = (290.0, 210.0);
        let (right, bottom) = (main.edge.right - width, main.edge.bottom - height);
        let points: Vec<(f64, f64)> = self.samples(main);
        let corners = [
            (main.edge.left, bottom),
            (main.edge.left, main.edge.top),
            (right, main.edge.top),
            (right, bottom),
        ];
        let edge = corners
            .map(|(left, top)| Rectangle::sized(left, top, width, height))
            .into_iter()
            .find(|corner| !points.iter().any(|point| corner.holds(*point)))?;
        Some(Frame::around(position(destination), 3.2, edge))
    }

    /// Points along the routes, some six units apart.
    fn samples(&self, frame: &Frame) -> Vec<(f64, f64)> {
        let mut points = Vec::new();
        for track in &self.tracks {
            let path: Vec<(f64, f64)> =
                track.places.iter().map(|place| frame.point(position(self.place(*place)))).collect();
            for pair in path.windows(2) {
                let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
                let steps = ((to_x - x).hypot(to_y - y) / 6.0).ceil().clamp(1.0, 400.0);
                for step in 0..=(steps as u32) {
                    let share = f64::from(step) / steps;
                    points.push((x + (to_x - x) * share, y + (to_y - y) * share));
                }
            }
        }
        points
    }

    fn draw(
        &self,
        frame: &Frame,
        id: &str,
        mut taken: Vec<Rectangle>,
        inset: Option<&Frame>,
        out: &mut String,
    ) {
        let edge = frame.edge;
        let shape = edge.attributes();
        let _ = writeln!(
            out,
            "<clipPath id=\"{id}\"><rect {shape}/></clipPath><rect class=\"map-ground\" {shape}/><g clip-path=\"url(#{id})\">",
        );
        frame.graticule(out);
        self.net(frame, out);
        for track in &self.tracks {
            let path = path(track.places.iter().map(|place| frame.point(position(self.place(*place)))));
            let _ = writeln!(out, "<path class=\"{}\" d=\"{path}\"/>", track.class);
        }
        if let Some(inset) = inset {
            let _ = writeln!(out, "<rect class=\"map-edge\" {}/>", inset.seen_in(frame).attributes());
        }
        taken.push(frame.scale_bar(inset.map(|inset| inset.edge), out));
        let skipped = inset.map(|inset| inset.seen_in(frame));
        write_labels(&self.labels(frame, skipped), &self.samples(frame), edge, taken, out);
        let _ = writeln!(out, "</g><rect class=\"map-edge\" {shape}/>");
    }

    /// The links of the case, one path for each way of drawing.
    fn net(&self, frame: &Frame, out: &mut String) {
        let question = &self.scene.answer.question;
        let day = question.timing.first_day();
        let mut paths: BTreeMap<(&str, bool), String> = BTreeMap::new();
        for link in &self.scene.model.network.links {
            let class = match link.mode {
                Mode::Rail => "map-rail",
                Mode::Road => "map-road",
                Mode::Ferry | Mode::Sea => "map-water",
                Mode::Air => continue,
            };
            let state = link.condition(day, question.perspective.known, question.perspective.binding).state;
            let ends = [link.from, link.to].map(|place| frame.point(position(self.place(place))));
            paths.entry((class, state != LinkState::Open)).or_default().push_str(&path(ends.into_iter()));
        }
        for ((class, shut), path) in paths {
            let shut = if shut { " map-shut" } else { "" };
            let _ = writeln!(out, "<path class=\"{class}{shut}\" d=\"{path}\"/>");
        }
    }

    /// The places worth a name, those that matter most first: ends, then borders, ports and
    /// changes, then the rest of the routes, then cities off them.
    fn labels(&self, frame: &Frame, skipped: Option<Rectangle>) -> Vec<Label<'a>> {
        let question = &self.scene.answer.question;
        let mut ranked: Vec<(u8, PlaceId)> = vec![(0, question.from), (0, question.to)];
        for track in self.tracks.iter().rev() {
            let rank = |place: &PlaceId| match self.place(*place).kind.as_str() {
                "city" | "port" => 1,
                "border" => 2,
                _ => 3,
            };
            ranked.extend(track.places.iter().map(|place| (rank(place), *place)));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut seen: Vec<PlaceId> = Vec::new();
        let mut labels = Vec::new();
        for (rank, id) in ranked {
            let point = frame.point(position(self.place(id)));
            let left_to_inset = rank > 0 && skipped.is_some_and(|area| area.holds(point));
            if !seen.contains(&id) && frame.edge.holds(point) && !left_to_inset {
                seen.push(id);
                labels.push(Label { point, name: &self.place(id).name, faint: false });
            }
        }
        let passed = |place: &Place| seen.iter().any(|id| self.place(*id).id == place.id);
        for place in self.scene.model.network.places.all() {
            let point = frame.point(position(place));
            let left_to_inset = skipped.is_some_and(|area| area.holds(point));
            if place.kind == "city" && !passed(place) && frame.edge.holds(point) && !left_to_inset {
                labels.push(Label { point, name: &place.name, faint: true });
            }
        }
        labels
    }

    /// Writes the legend and gives the height of the whole.
    fn legend(&self, top: f64, out: &mut String) -> f64 {
        let mut y = top;
        let stroke = |class: &str, x: f64, y: f64| {
            let (right, y) = (x + 44.0, y - 4.0);
            format!("<line class=\"{class}\" x1=\"{x}\" y1=\"{y:.0}\" x2=\"{right}\" y2=\"{y:.0}\"/>")
        };
        for track in self.tracks.iter().rev() {
            let by =
                if track.route.by.is_empty() { String::new() } else { track.route.by.join(" · ") + ", " };
            out.push_str(&stroke(track.class, 8.0, y));
            for line in lines(&format!("{}: {by}{}\u{a0}km", track.standing, grouped(track.route.km)), 96) {
                let _ = writeln!(out, "<text x=\"64\" y=\"{y:.0}\">{}</text>", escaped(&line));
                y += 18.0;
            }
        }
        for (class, x, text) in [
            ("map-rail", 8.0, "Railway"),
            ("map-road", 150.0, "Road"),
            ("map-water", 260.0, "Ferry or shipping line"),
            ("map-rail map-shut", 500.0, "Not in use on that day"),
        ] {
            let _ =
                writeln!(out, "{}<text x=\"{}\" y=\"{y:.0}\">{text}</text>", stroke(class, x, y), x + 56.0);
        }
        y += 20.0;
        let note = format!(
            "Lines are straight between places; positions are approximate and borders are not drawn. Not in use: closed, \
             disused, planned or being built; what rules close is not shown in grey. Flights are left out. {}",
            self.scene.model.case.settings.attribution
        );
        for line in lines(&note, 120) {
            let _ = writeln!(out, "<text class=\"map-note\" x=\"8\" y=\"{y:.0}\">{}</text>", escaped(&line));
            y += 15.0;
        }
        y
    }
}
