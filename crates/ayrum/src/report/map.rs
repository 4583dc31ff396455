//! The map of a chapter as SVG: the links of the case in grey, the routes of its answers in colour.
//!
//! Equirectangular, with degrees of longitude shortened by the cosine of the middle latitude and
//! fitted to the places of the routes: x = (longitude − west) · cos φ · scale, y = (north −
//! latitude) · scale. Where the whole is small, a second frame shows the surroundings of the
//! destination. Land, seas and boundaries lie under both.

use std::collections::BTreeMap;
use std::fmt::Write;

use case::Mode;
use network::{LinkState, Place, PlaceId};
use scenario::Model;

use super::drawing::Drawing;
use super::frame::{Frame, Label, Rectangle, between, escaped, lines, path, position, write_labels};
use super::outlines::{self, Outlines};
use super::track::{Track, Tracks, badge};
use crate::show::grouped;

const WIDTH: f64 = 800.0;

/// A route runs alone where all others are farther away than this, in units of the page.
const ALONE: f64 = 7.0;

/// A map: what is drawn, before it is drawn.
pub(super) struct Map<'a> {
    tracks: &'a Tracks<'a>,
}

impl<'a> Map<'a> {
    /// The map of some routes.
    pub(super) fn new(tracks: &'a Tracks<'a>) -> Self {
        Self { tracks }
    }

    fn place(&self, id: PlaceId) -> &'a Place {
        self.tracks.place(id)
    }

    fn model(&self) -> &'a Model {
        &self.tracks.scene.model
    }

    /// What the map shows, in a sentence.
    fn sentence(&self) -> String {
        let tracks: Vec<String> = self
            .tracks
            .all
            .iter()
            .map(|track| format!("{}, {}: {}", track.letter, track.standing, track.names().join(", ")))
            .collect();
        format!("Map. {}.", tracks.join(". "))
    }

    /// The map as a drawing, with the places of its routes as data.
    pub(super) fn drawing(&self, id: &str) -> Drawing {
        let id = format!("{id}-map");
        let positions =
            self.tracks.all.iter().flat_map(|track| &track.places).map(|id| position(self.place(*id)));
        let main = Frame::fit(positions, Rectangle::sized(1.0, 1.0, WIDTH - 2.0, 520.0));
        let mut body = String::new();
        let inset = self.inset(&main);
        let taken: Vec<Rectangle> = inset.iter().map(|inset| inset.edge).collect();
        self.draw(&main, &format!("{id}-main"), taken, inset.as_ref(), &mut body);
        if let Some(inset) = &inset {
            self.draw(inset, &format!("{id}-inset"), Vec::new(), None, &mut body);
        }
        let height = self.legend(&main, main.edge.bottom + 26.0, &mut body);
        Drawing {
            id,
            title: self.tracks.title.clone(),
            description: self.sentence(),
            class: "map",
            size: (WIDTH, height),
            body,
            heading: vec![
                "route",
                "standing",
                "order",
                "place",
                "name",
                "economy",
                "latitude",
                "longitude",
                "source",
                "confidence",
            ],
            rows: self.rows(),
        }
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |track: &Track<'_>, order: usize, id: PlaceId| {
            let place = self.place(id);
            vec![
                track.letter.to_string(),
                track.standing.clone(),
                order.to_string(),
                place.id.clone(),
                place.name.clone(),
                place.economy.clone(),
                place.latitude.to_string(),
                place.longitude.to_string(),
                place.provenance.source.clone(),
                place.provenance.confidence.word().to_owned(),
            ]
        };
        let places = |track: &Track<'_>| -> Vec<Vec<String>> {
            (1..).zip(&track.places).map(|(order, id)| row(track, order, *id)).collect()
        };
        self.tracks.all.iter().flat_map(places).collect()
    }

    /// The surroundings of the destination, in a corner without routes; nothing where there is none
    /// or the whole is large enough.
    fn inset(&self, main: &Frame) -> Option<Frame> {
        let destination = self.place(self.tracks.scene.answer.question.to);
        if main.scale > 110.0 {
            return None;
        }
        let (width, height) = (290.0, 210.0);
        let (right, bottom) = (main.edge.right - width, main.edge.bottom - height);
        let points: Vec<(f64, f64)> =
            self.tracks.all.iter().flat_map(|track| self.samples(track, main)).collect();
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

    /// Points along a route, some six units apart.
    fn samples(&self, track: &Track<'_>, frame: &Frame) -> Vec<(f64, f64)> {
        let path: Vec<(f64, f64)> =
            track.places.iter().map(|place| frame.point(position(self.place(*place)))).collect();
        path.windows(2).flat_map(|pair| between(pair[0], pair[1])).collect()
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
        let outlines = Outlines::begin(frame, id, out);
        self.net(frame, out);
        for track in self.tracks.all.iter().rev() {
            let path = path(track.places.iter().map(|place| frame.point(position(self.place(*place)))));
            let _ = writeln!(out, "<path class=\"{}\" d=\"{path}\"/>", track.class);
        }
        if let Some(inset) = inset {
            let _ = writeln!(out, "<rect class=\"map-edge\" {}/>", inset.seen_in(frame).attributes());
        }
        taken.push(frame.scale_bar(inset.map(|inset| inset.edge), out));
        let skipped = inset.map(|inset| inset.seen_in(frame));
        self.badges(frame, skipped, &mut taken, out);
        let routes: Vec<(f64, f64)> =
            self.tracks.all.iter().flat_map(|track| self.samples(track, frame)).collect();
        write_labels(&self.labels(frame, skipped), &routes, edge, &mut taken, out);
        if let Some(outlines) = outlines {
            outlines.write_names(&self.model().case.economies, frame, &routes, &mut taken, out);
        }
        let _ = writeln!(out, "</g><rect class=\"map-edge\" {}/>", frame.edge.attributes());
    }

    /// Writes the letter of each route where it is farthest from all others, if it runs alone anywhere.
    fn badges(
        &self,
        frame: &Frame,
        skipped: Option<Rectangle>,
        taken: &mut Vec<Rectangle>,
        out: &mut String,
    ) {
        let samples: Vec<Vec<(f64, f64)>> =
            self.tracks.all.iter().map(|track| self.samples(track, frame)).collect();
        let inner = frame.edge.shrunk(14.0);
        // A letter on a place would hide under its dot.
        let dots: Vec<(f64, f64)> = self
            .tracks
            .all
            .iter()
            .flat_map(|track| &track.places)
            .map(|place| frame.point(position(self.place(*place))))
            .collect();
        for (number, track) in self.tracks.all.iter().enumerate() {
            let others =
                || samples.iter().enumerate().filter(|(other, _)| *other != number).flat_map(|(_, all)| all);
            let apart =
                |(x, y): (f64, f64)| others().map(|(a, b)| (x - a).hypot(y - b)).fold(60.0_f64, f64::min);
            let free = samples[number].iter().filter(|point| {
                let room = Rectangle::about(**point, 9.0);
                inner.holds(**point)
                    && !dots.iter().any(|dot| Rectangle::about(*dot, 3.0).meets(&room))
                    && apart(**point) > ALONE
                    && !skipped.is_some_and(|area| area.holds(**point))
                    && !taken.iter().any(|other| other.meets(&room))
            });
            let Some(at) = free.max_by(|a, b| apart(**a).total_cmp(&apart(**b))) else { continue };
            taken.push(Rectangle::about(*at, 9.0));
            let _ = writeln!(out, "{}", badge(track.letter, *at));
        }
    }

    /// The links of the case, one path for each way of drawing.
    fn net(&self, frame: &Frame, out: &mut String) {
        let question = &self.tracks.scene.answer.question;
        let day = question.timing.first_day();
        let mut paths: BTreeMap<(&str, bool), String> = BTreeMap::new();
        for link in &self.model().network.links {
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
        let question = &self.tracks.scene.answer.question;
        let mut ranked: Vec<(u8, PlaceId)> = vec![(0, question.from), (0, question.to)];
        for track in &self.tracks.all {
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
                labels.push(Label::strong(point, &self.place(id).name));
            }
        }
        let passed = |place: &Place| seen.iter().any(|id| self.place(*id).id == place.id);
        for place in self.model().network.places.all() {
            let point = frame.point(position(place));
            let left_to_inset = skipped.is_some_and(|area| area.holds(point));
            if place.kind == "city" && !passed(place) && frame.edge.holds(point) && !left_to_inset {
                labels.push(Label::faint(point, &place.name));
            }
        }
        labels
    }

    /// Writes the legend and gives the height of the whole.
    fn legend(&self, main: &Frame, top: f64, out: &mut String) -> f64 {
        let mut y = top;
        let stroke = |class: &str, x: f64, y: f64| {
            let (right, y) = (x + 44.0, y - 4.0);
            format!("<line class=\"{class}\" x1=\"{x}\" y1=\"{y:.0}\" x2=\"{right}\" y2=\"{y:.0}\"/>")
        };
        for track in &self.tracks.all {
            let by =
                if track.route.by.is_empty() { String::new() } else { track.route.by.join(" · ") + ", " };
            out.push_str(&track.key(4.0, y - 4.0, 72.0));
            for line in lines(&format!("{}: {by}{}\u{a0}km", track.standing, grouped(track.route.km)), 92) {
                let _ = writeln!(out, "<text x=\"90\" y=\"{y:.0}\">{}</text>", escaped(&line));
                y += 18.0;
            }
            y += 3.0;
        }
        let drawn = Outlines::under(main).is_some();
        let kinds = [
            ("map-rail", "Railway"),
            ("map-road", "Road"),
            ("map-water", "Ferry or shipping line"),
            ("map-rail map-shut", "Not in use on that day"),
            ("map-boundary", "Boundary"),
            ("map-disputed", "Disputed, see the note"),
        ];
        for (number, (class, text)) in kinds.into_iter().take(if drawn { 6 } else { 4 }).enumerate() {
            if number > 0 && number % 3 == 0 {
                y += 18.0;
            }
            let x = [8.0, 270.0, 530.0][number % 3];
            let _ =
                writeln!(out, "{}<text x=\"{}\" y=\"{y:.0}\">{text}</text>", stroke(class, x, y), x + 56.0);
        }
        y += 20.0;
        let note = format!(
            "Routes are straight between places; positions are approximate. Not in use: closed, disused, planned or \
             being built; what rules close is not shown in grey. Flights are left out. {}",
            if drawn { outlines::CREDIT } else { "Borders are not drawn." },
        );
        for line in lines(&note, 126) {
            let _ = writeln!(out, "<text class=\"map-note\" x=\"8\" y=\"{y:.0}\">{}</text>", escaped(&line));
            y += 15.0;
        }
        y
    }
}
