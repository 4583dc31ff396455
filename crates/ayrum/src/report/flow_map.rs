//! Flow maps: lines as wide as what they carry, coloured by what they gain or lose.
//!
//! Three maps tell one run: each of the two states, and their difference. All maps of a report share one scale, on which
//! the width of a line grows with the square root of its tonnes: a line of a hundredth of the tonnes is a tenth as wide and
//! still seen. What gains and loses is told apart by a mark and by how dark it is, and not by colour alone.

use std::collections::BTreeMap;
use std::fmt::Write;

use case::{Economies, Mode};

use super::drawing::Drawing;
use super::flows::{Flows, LinkFlow, Named, SAME};
use super::frame::{Frame, Label, Position, Rectangle, between, escaped, lines, path, write_labels};
use super::outlines::{self, Outlines};
use super::track::badge;
use crate::show::grouped;

/// The widest line, in units of the page.
const WIDEST: f64 = 20.0;
/// The thinnest.
const THINNEST: f64 = 0.9;
/// Lines that change less than this share of the most do not stretch the map.
const WORTH_A_FRAME: f64 = 0.02;
/// Degrees of latitude of the closer look.
const NEAR: f64 = 5.2;
/// Share of what a line carries below which a change does not colour it in a state: a wide line that loses little would look
/// like a great loss. The difference shows every change.
const WORTH_A_COLOUR: f64 = 0.01;
/// Marks of gain and loss on a frame.
const MOST_MARKS: usize = 12;

/// The scale of all flow maps of a report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FlowScale {
    /// Tonnes a year of the widest line: a round number.
    most: f64,
}

impl FlowScale {
    /// The scale on which no line of some maps is too wide.
    pub(crate) fn of<'a>(all: impl Iterator<Item = &'a Flows>) -> Self {
        let most = all.flat_map(|own| &own.links).flat_map(|link| link.tonnes).fold(SAME, f64::max);
        let power = 10.0_f64.powf(most.log10().floor());
        let round = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
            .into_iter()
            .map(|own| own * power)
            .find(|own| *own >= most);
        Self { most: round.unwrap_or(most) }
    }

    /// Units of the page.
    fn width(self, tonnes: f64) -> f64 {
        (WIDEST * (tonnes.max(0.0) / self.most).sqrt()).max(THINNEST)
    }
}

/// What a map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// Before or after.
    State(usize),
    Difference,
}

/// Each state and the difference, in this order.
pub(crate) fn drawings(id: &str, flows: &Flows, scale: FlowScale, economies: &Economies) -> [Drawing; 3] {
    [(Shows::State(0), "before"), (Shows::State(1), "after"), (Shows::Difference, "difference")].map(
        |(shows, name)| {
            let map = FlowMap { flows, scale, economies, shows };
            map.drawing(format!("{id}-flows-{name}"))
        },
    )
}

struct FlowMap<'a> {
    flows: &'a Flows,
    scale: FlowScale,
    economies: &'a Economies,
    shows: Shows,
}

impl FlowMap<'_> {
    fn drawing(&self, id: String) -> Drawing {
        let (width, tall) = if self.shows == Shows::Difference { (800.0, 520.0) } else { (420.0, 372.0) };
        let main = Frame::fit(self.positions().into_iter(), Rectangle::sized(1.0, 1.0, width - 2.0, tall));
        let mut body = String::new();
        let mut bottom = main.edge.bottom;
        let near = self.near(&main, width);
        self.draw(&main, &format!("{id}-main"), near.as_ref().map(|(frame, _)| frame), &mut body);
        if let Some((frame, words)) = &near {
            let _ = writeln!(
                body,
                "<text class=\"map-note\" x=\"8\" y=\"{:.0}\">{}</text>",
                frame.edge.top - 7.0,
                escaped(words)
            );
            self.draw(frame, &format!("{id}-near"), None, &mut body);
            bottom = frame.edge.bottom;
        }
        let height = self.legend(bottom + 24.0, width, &mut body);
        Drawing {
            id,
            title: self.title(),
            description: format!("Map. {} {}", self.flows.finding(), self.flows.evidence),
            class: "map flows",
            size: (width, height),
            body,
            heading: HEADING.to_vec(),
            rows: self.rows(),
        }
    }

    fn title(&self) -> String {
        let [before, after] = &self.flows.labels;
        let date = self.flows.date;
        match self.shows {
            Shows::State(state) => {
                format!("The world {}: tonnes a year by line, {date}", self.flows.labels[state])
            }
            Shows::Difference => {
                format!("From the world {before} to that {after}: what each line gains or loses, {date}")
            }
        }
    }

    /// What the map must show: lines that change, or all that carry anything where none does.
    fn positions(&self) -> Vec<Position> {
        let most = self.flows.changed().first().map_or(0.0, |link| link.change().abs());
        let changed: Vec<Position> = self
            .flows
            .links
            .iter()
            .filter(|link| most > 0.0 && link.change().abs() >= WORTH_A_FRAME * most)
            .flat_map(|link| link.ends)
            .collect();
        if changed.is_empty() { self.flows.carrying().flat_map(|link| link.ends).collect() } else { changed }
    }

    /// A closer look below the difference, at the economy that it matters most to; nothing where the whole is near enough.
    fn near(&self, main: &Frame, width: f64) -> Option<(Frame, String)> {
        let (name, centre) = self.flows.near.as_ref()?;
        if self.shows != Shows::Difference || main.scale > 90.0 || !main.edge.holds(main.point(*centre)) {
            return None;
        }
        let edge = Rectangle::sized(1.0, main.edge.bottom + 26.0, width - 2.0, 380.0);
        let words = format!("The framed part, larger: around {name}, whose real income changes most");
        Some((Frame::around(*centre, NEAR, edge), words))
    }

    fn draw(&self, frame: &Frame, id: &str, near: Option<&Frame>, out: &mut String) {
        let outlines = Outlines::begin(frame, id, out);
        self.net(frame, out);
        let strokes = self.strokes(frame);
        for stroke in &strokes {
            stroke.write(out);
        }
        if let Some(near) = near {
            let _ =
                writeln!(out, "<rect class=\"map-edge flow-frame\" {}/>", near.seen_in(frame).attributes());
        }
        let mut taken = vec![frame.scale_bar(None, out)];
        let skipped = near.map(|near| near.seen_in(frame));
        self.marks(frame, &strokes, skipped, &mut taken, out);
        let routes: Vec<(f64, f64)> = strokes
            .iter()
            .filter(|stroke| stroke.width > 2.0)
            .flat_map(|stroke| between(stroke.from, stroke.to))
            .collect();
        write_labels(&self.labels(frame, skipped), &routes, frame.edge, &mut taken, out);
        if let Some(outlines) = outlines {
            outlines.write_names(self.economies, frame, &routes, &mut taken, out);
        }
        let _ = writeln!(out, "</g><rect class=\"map-edge\" {}/>", frame.edge.attributes());
    }

    /// The lines of the case in grey, broken where they are out of use: in both states for the difference.
    fn net(&self, frame: &Frame, out: &mut String) {
        let mut paths: BTreeMap<(&str, bool), String> = BTreeMap::new();
        for link in &self.flows.links {
            let class = match link.mode {
                Mode::Rail => "map-rail",
                Mode::Road => "map-road",
                Mode::Ferry | Mode::Sea => "map-water",
                Mode::Air => continue,
            };
            let is_shut = match self.shows {
                Shows::State(state) => link.is_shut[state],
                Shows::Difference => link.is_shut[0] && link.is_shut[1],
            };
            paths
                .entry((class, is_shut))
                .or_default()
                .push_str(&path(link.ends.map(|end| frame.point(end)).into_iter()));
        }
        for ((class, shut), path) in paths {
            let shut = if shut { " map-shut" } else { "" };
            let _ = writeln!(out, "<path class=\"flow-net {class}{shut}\" d=\"{path}\"/>");
        }
    }

    /// The strokes of all links that have one, the widest first. Links between the same two places lie side by side.
    fn strokes(&self, frame: &Frame) -> Vec<Stroke> {
        let mut together: BTreeMap<_, Vec<&LinkFlow>> = BTreeMap::new();
        for link in self.flows.links.iter().filter(|link| self.tonnes(link) >= SAME) {
            let [a, b] = link.places;
            together.entry((a.min(b), a.max(b))).or_default().push(link);
        }
        let mut strokes = Vec::new();
        for mut links in together.into_values() {
            links.sort_by_key(|link| link.mode.word());
            let widths: Vec<f64> = links.iter().map(|link| self.scale.width(self.tonnes(link))).collect();
            let mut beside = -(widths.iter().sum::<f64>() + (widths.len() - 1) as f64) / 2.0;
            for (link, width) in links.iter().zip(widths) {
                let [mut from, mut to] = link.ends.map(|end| frame.point(end));
                // Whichever way a link runs, its side must be that of the next one: all are seen from the northwest.
                if 0.8 * (to.0 - from.0) + 0.6 * (to.1 - from.1) < 0.0 {
                    std::mem::swap(&mut from, &mut to);
                }
                let ((x, y), (to_x, to_y)) = (from, to);
                let long = (to_x - x).hypot(to_y - y).max(1e-9);
                let aside = beside + width / 2.0;
                let (right, down) = (-(to_y - y) / long * aside, (to_x - x) / long * aside);
                beside += width + 1.0;
                strokes.push(Stroke {
                    from: (x + right, y + down),
                    to: (to_x + right, to_y + down),
                    width,
                    class: self.class(link),
                    is_dotted: matches!(link.mode, Mode::Ferry | Mode::Sea | Mode::Air),
                    is_dashed: link.is_shut[1] && self.shows != Shows::State(0),
                    change: link.change(),
                });
            }
        }
        strokes.sort_by(|a, b| b.width.total_cmp(&a.width));
        strokes
    }

    /// What the width of a link stands for.
    fn tonnes(&self, link: &LinkFlow) -> f64 {
        match self.shows {
            Shows::State(state) => link.tonnes[state],
            Shows::Difference => link.change().abs(),
        }
    }

    fn class(&self, link: &LinkFlow) -> &'static str {
        let share = link.change().abs() / link.tonnes[0].max(link.tonnes[1]);
        let is_small = self.shows != Shows::Difference && share < WORTH_A_COLOUR;
        // Before the change nothing has changed yet.
        if self.shows == Shows::State(0) || !link.is_changed() || is_small {
            "flow-same"
        } else if link.change() > 0.0 {
            "flow-more"
        } else {
            "flow-less"
        }
    }

    /// Writes + and − on the lines that gain and lose most, where there is room.
    fn marks(
        &self,
        frame: &Frame,
        strokes: &[Stroke],
        skipped: Option<Rectangle>,
        taken: &mut Vec<Rectangle>,
        out: &mut String,
    ) {
        if self.shows == Shows::State(0) {
            return;
        }
        let inner = frame.edge.shrunk(10.0);
        let mut changed: Vec<&Stroke> = strokes.iter().filter(|stroke| stroke.class != "flow-same").collect();
        changed.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
        let mut written = 0;
        for stroke in changed {
            let at = (f64::midpoint(stroke.from.0, stroke.to.0), f64::midpoint(stroke.from.1, stroke.to.1));
            let room = Rectangle::about(at, 9.0);
            let is_free = inner.holds(at)
                && !skipped.is_some_and(|area| area.holds(at))
                && !taken.iter().any(|other| other.meets(&Rectangle::about(at, 20.0)));
            if !is_free {
                continue;
            }
            taken.push(room);
            let _ = writeln!(out, "{}", badge(if stroke.change > 0.0 { '+' } else { '−' }, at));
            written += 1;
            if written == MOST_MARKS {
                break;
            }
        }
    }

    /// Cities, and in a closer look other places where something changes; those with most tonnes first.
    fn labels(&self, frame: &Frame, skipped: Option<Rectangle>) -> Vec<Label<'_>> {
        let is_near = frame.scale > 60.0;
        let is_small = self.shows != Shows::Difference;
        let wanted = |place: &&Named| {
            let point = frame.point(place.at);
            let is_told = place.is_city || (is_near && place.change >= SAME);
            is_told && frame.edge.holds(point) && !skipped.is_some_and(|area| area.holds(point))
        };
        let label = |place: &'_ Named| {
            let point = frame.point(place.at);
            (point, place.change >= SAME && !is_small)
        };
        self.flows
            .places
            .iter()
            .filter(wanted)
            .take(if is_small { 14 } else { 30 })
            .map(|place| match label(place) {
                (point, true) => Label::strong(point, &place.name),
                (point, false) => Label::faint(point, &place.name),
            })
            .collect()
    }

    /// Writes the legend and gives the height of the whole.
    fn legend(&self, top: f64, width: f64, out: &mut String) -> f64 {
        let mut y = top;
        let columns: &[f64] = if width > 600.0 { &[8.0, 270.0, 530.0] } else { &[8.0, 214.0] };
        let mut keys: Vec<(String, String)> = Vec::new();
        let stroke = |class: &str, width: f64, more: &str| {
            format!("class=\"{class}\" stroke-width=\"{width:.1}\"{more}")
        };
        match self.shows {
            Shows::State(0) => keys.push((stroke("flow-same", 5.0, ""), "tonnes a year".to_owned())),
            _ => {
                keys.push((stroke("flow-more", 5.0, ""), "+ more than before".to_owned()));
                keys.push((stroke("flow-less", 5.0, ""), "− less than before".to_owned()));
                if self.shows != Shows::Difference {
                    keys.push((stroke("flow-same", 5.0, ""), "within 1 % of before".to_owned()));
                }
            }
        }
        for share in [1.0, 0.1, 0.01] {
            let tonnes = self.scale.most * share;
            let words = if tonnes >= 1e6 {
                format!("{} million t/year", grouped(tonnes / 1e6))
            } else {
                format!("{} t/year", grouped(tonnes))
            };
            keys.push((stroke("flow-key", self.scale.width(tonnes), ""), words));
        }
        keys.push((
            stroke("flow-key flow-dots", 3.0, " stroke-dasharray=\".1 5\""),
            "Ferry, ship or flight".to_owned(),
        ));
        keys.push(("class=\"map-rail map-shut\"".to_owned(), "Not in use on that day".to_owned()));
        let drawn = outlines_drawn(self.positions());
        if drawn {
            keys.push(("class=\"map-boundary\"".to_owned(), "Boundary".to_owned()));
            keys.push(("class=\"map-disputed\"".to_owned(), "Disputed, see the note".to_owned()));
        }
        for (number, (attributes, words)) in keys.iter().enumerate() {
            if number > 0 && number % columns.len() == 0 {
                y += 19.0;
            }
            let x = columns[number % columns.len()];
            let _ = writeln!(
                out,
                "<line {attributes} x1=\"{x}\" y1=\"{0:.0}\" x2=\"{1}\" y2=\"{0:.0}\"/><text x=\"{2}\" y=\"{y:.0}\">{3}</text>",
                y - 4.0,
                x + 44.0,
                x + 56.0,
                escaped(words)
            );
        }
        y += 20.0;
        let what = if self.shows == Shows::Difference {
            "Width is what a line gains or loses"
        } else {
            "Width is what a line carries, both directions together"
        };
        let note = format!(
            "{} {what}, by the square root of tonnes a year, on one scale for all flow maps of this report. Below {} tonnes \
             nothing is drawn but the line itself in grey. Lines are straight between places. {}",
            self.flows.evidence,
            grouped(SAME),
            if drawn { outlines::CREDIT } else { "Borders are not drawn." },
        );
        for line in lines(&note, (width / 6.3) as usize) {
            let _ = writeln!(out, "<text class=\"map-note\" x=\"8\" y=\"{y:.0}\">{}</text>", escaped(&line));
            y += 15.0;
        }
        y
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |link: &LinkFlow| {
            let word = |is_shut: bool| if is_shut { "not in use" } else { "in use" }.to_owned();
            let figure = |tonnes: f64| format!("{tonnes:.1}");
            let [(from_x, from_y), (to_x, to_y)] = link.ends;
            vec![
                link.id.clone(),
                link.name.clone(),
                link.mode.word().to_owned(),
                link.crossing.clone().unwrap_or_default(),
                figure(link.tonnes[0]),
                figure(link.tonnes[1]),
                figure(link.change()),
                word(link.is_shut[0]),
                word(link.is_shut[1]),
                from_y.to_string(),
                from_x.to_string(),
                to_y.to_string(),
                to_x.to_string(),
                "modelled".to_owned(),
            ]
        };
        self.flows.carrying().map(row).collect()
    }
}

/// Whether land and boundaries lie under a map of some positions: asked of a frame of its proportions.
fn outlines_drawn(positions: Vec<Position>) -> bool {
    let frame = Frame::fit(positions.into_iter(), Rectangle::sized(1.0, 1.0, 798.0, 520.0));
    Outlines::under(&frame).is_some()
}

/// A line on the page.
struct Stroke {
    from: (f64, f64),
    to: (f64, f64),
    width: f64,
    class: &'static str,
    is_dotted: bool,
    is_dashed: bool,
    change: f64,
}

impl Stroke {
    fn write(&self, out: &mut String) {
        let width = self.width;
        let dashes = match (self.is_dashed, self.is_dotted) {
            (true, _) => format!(" stroke-dasharray=\"{:.1} {:.1}\"", 6.0 + width, 4.0 + width / 2.0),
            (false, true) => format!(" stroke-dasharray=\".1 {:.1}\"", width * 1.7 + 1.5),
            (false, false) => String::new(),
        };
        let line = path([self.from, self.to].into_iter());
        let _ = writeln!(
            out,
            "<path class=\"{}\" stroke-width=\"{width:.1}\"{dashes} d=\"{line}\"/>",
            self.class
        );
    }
}

/// The columns of the data of a flow map.
const HEADING: &[&str] = &[
    "link",
    "name",
    "mode",
    "crossing",
    "tonnes_before",
    "tonnes_after",
    "change",
    "before",
    "after",
    "from_latitude",
    "from_longitude",
    "to_latitude",
    "to_longitude",
    "evidence",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_grows_with_the_root_of_tonnes_up_to_the_widest() {
        let scale = FlowScale { most: 4e7 };
        assert!((scale.width(4e7) - WIDEST).abs() < 1e-12);
        assert!((scale.width(4e6) / scale.width(1e6) - 2.0).abs() < 1e-12);
        assert!((scale.width(10.0) - THINNEST).abs() < 1e-12, "what is drawn is seen");
    }

    #[test]
    fn the_scale_is_round_and_holds_every_map() {
        assert_eq!(FlowScale::of(std::iter::empty()), FlowScale { most: SAME }, "nothing to draw");
    }
}
