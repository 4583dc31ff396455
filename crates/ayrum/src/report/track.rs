//! The routes that a chapter shows, in its map, its charts and its table: one letter and one stroke
//! each, the same everywhere.

use jiff::civil::Date;
use network::{Place, PlaceId};
use regime::{Closure, Timing};
use scenario::{Model, RouteAnswer, WhyNot};

use crate::show::answer_geojson;
use crate::story::{Chapter, Scene};

/// The strokes of routes that are neither the best nor closed.
const OTHERS: [&str; 2] = ["track-other-1", "track-other-2"];

/// A route that is shown.
#[derive(Clone)]
pub(super) struct Track<'a> {
    /// What it is called in figures, from A.
    pub(super) letter: char,
    /// Its stroke.
    pub(super) class: &'static str,
    /// What it stands for.
    pub(super) standing: String,
    /// The model that it was found in.
    pub(super) model: &'a Model,
    /// The route.
    pub(super) route: &'a RouteAnswer,
    /// The places it passes, in order.
    pub(super) places: Vec<PlaceId>,
}

/// The routes of a chapter.
pub(super) struct Tracks<'a> {
    /// What they belong to, and the day.
    pub(super) title: String,
    /// The scene whose answer they show first of all.
    pub(super) scene: &'a Scene,
    /// The routes, the best open one first.
    pub(super) all: Vec<Track<'a>>,
}

impl<'a> Tracks<'a> {
    /// The routes of a chapter: the answer to its last snapshot with all that is known and without
    /// restrictions, and the best routes of its other scenes. Where it has one scene, its
    /// alternatives. Nothing where there is no route.
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
        let mut tracks = Self { title: format!("{}: {day}", chapter.title), scene, all: Vec::new() };
        let assumed = |scene: &Scene| if scene.assumed.is_empty() { "" } else { ", as assumed there" };
        let one = chapter.scenes.len() == 1;
        let best = if one || scene.assumed.is_empty() {
            format!("Best open route on {day}")
        } else {
            format!("Best open route of “{}”{}", scene.label, assumed(scene))
        };
        tracks.add("track-best", best, scene, answer.routes.first());
        let mut free = OTHERS.into_iter();
        for other in chapter.scenes.iter().filter(|other| !std::ptr::eq(*other, scene)) {
            let best = other.answer.routes.first().filter(|best| !tracks.shows(best));
            if let (Some(_), Some(class)) = (best, best.and_then(|_| free.next())) {
                let standing = format!("Best open route of “{}”{}", other.label, assumed(other));
                tracks.add(class, standing, other, best);
            }
        }
        if one {
            for ((number, route), class) in answer.routes.iter().enumerate().skip(1).zip(free) {
                tracks.add(class, format!("Open route {}", number + 1), scene, Some(route));
            }
        }
        let doubtful = answer.not_known.first().filter(|route| !tracks.shows(route));
        tracks.add("track-doubt", "Not known to be open".to_owned(), scene, doubtful);
        let needs_a_line =
            |own: &&WhyNot| own.closures.iter().any(|closure| matches!(closure, Closure::State { .. }));
        let by_rules = answer.why_not.iter().find(|own| !needs_a_line(own)).map(|own| &own.route);
        let by_lines = answer.why_not.iter().find(needs_a_line).map(|own| &own.route);
        tracks.add("track-rule", "Closed by rules: the best of them".to_owned(), scene, by_rules);
        let unbuilt = "On lines closed, disused or not built: the best of them".to_owned();
        tracks.add("track-line", unbuilt, scene, by_lines);
        (!tracks.all.is_empty()).then_some(tracks)
    }

    fn shows(&self, route: &RouteAnswer) -> bool {
        self.all.iter().any(|track| track.route.substance == route.substance)
    }

    fn add(
        &mut self,
        class: &'static str,
        standing: String,
        scene: &'a Scene,
        route: Option<&'a RouteAnswer>,
    ) {
        let (Some(route), Some(letter)) = (route, ('A'..='Z').nth(self.all.len())) else { return };
        let model = &scene.model;
        let mut places: Vec<PlaceId> =
            route.legs.iter().flat_map(|leg| answer_geojson::path(model, leg)).collect();
        places.dedup();
        self.all.push(Track { letter, class, standing, model, route, places });
    }

    /// A place by its number.
    pub(super) fn place(&self, id: PlaceId) -> &'a Place {
        self.scene.model.network.places.get(id)
    }
}

impl<'a> Track<'a> {
    /// The names of its places.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.places.iter().map(|place| self.model.network.places.get(*place).name.as_str()).collect()
    }

    /// A stroke and its letter, as they stand in a legend, from a point to the right.
    pub(super) fn key(&self, x: f64, y: f64, length: f64) -> String {
        let (class, letter) = (self.class, self.letter);
        let (middle, right) = (x + 9.0, x + length);
        format!(
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\"/>{}",
            x + 22.0,
            badge(letter, (middle, y))
        )
    }
}

/// A letter in a disc.
pub(super) fn badge(letter: char, (x, y): (f64, f64)) -> String {
    format!(
        "<circle class=\"badge\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8\"/><text class=\"badge-letter\" x=\"{x:.1}\" \
         y=\"{:.1}\">{letter}</text>",
        y + 4.0
    )
}
