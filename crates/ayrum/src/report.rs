//! Reports: one plain HTML file each that needs nothing from outside.
//!
//! Everything that is shown is written out here and laid out in `report/templates`. Text is escaped
//! by the templates; only figures with their marks and the drawings are markup already, escaped
//! where they are made. What is not known is said to be so, never written as a number.
//!
//! | module | concept |
//! |---|---|
//! | `track` | the routes that a chapter shows, with letter and stroke |
//! | `drawing` | a figure, inside the page or alone with credits and data |
//! | `map`, `frame`, `outlines` | routes over land and sea; where things lie; what lies under them |
//! | `profile`, `step_chart` | a route as steps; time and cost over distance |
//! | `tornado` | which figures matter |
//! | `year_chart` | years as steps |
//! | `told` | what a chapter tells of the loop |
//! | `flows`, `flow_map` | tonnes by line in two states of the world, drawn as wide as they are |
//! | `loop_table` | a table of results for a page and for text |
//! | `pair` | what two economies say of each other |
//! | `costs` | the cost sheet and the papers |
//! | `scene`, `figure`, `citation` | an answer in words; figures with their marks; sources |

mod citation;
mod costs;
mod drawing;
mod figure;
pub(crate) mod flow_map;
pub(crate) mod flows;
mod frame;
pub(crate) mod loop_table;
mod map;
mod outlines;
mod pair;
mod profile;
mod scene;
mod step_chart;
pub(crate) mod told;
mod tornado;
mod track;
pub(crate) mod year_chart;

use case::Evidence;
use ledger::Register;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use scenario::{Model, RouteAnswer};

use crate::failure::Failure;
use crate::show::answer_text;
use crate::story::Chapter;

use citation::Citations;
use drawing::Credit;
pub(crate) use drawing::Drawing;
use figure::{figure, number};
use flow_map::FlowScale;
use map::Map;
use step_chart::Up;
use track::{Track, Tracks};

/// The page and its parts.
const TEMPLATES: &[(&str, &str)] = &[
    ("report.html", include_str!("report/templates/report.html")),
    ("style.css", include_str!("report/templates/style.css")),
    ("reading.html", include_str!("report/templates/reading.html")),
    ("chapter.html", include_str!("report/templates/chapter.html")),
    ("compared.html", include_str!("report/templates/compared.html")),
    ("cost_sheet.html", include_str!("report/templates/cost_sheet.html")),
    ("sensitivity.html", include_str!("report/templates/sensitivity.html")),
    ("flips.html", include_str!("report/templates/flips.html")),
    ("scene.html", include_str!("report/templates/scene.html")),
    ("legs.html", include_str!("report/templates/legs.html")),
    ("rules.html", include_str!("report/templates/rules.html")),
    ("why_not.html", include_str!("report/templates/why_not.html")),
    ("pair.html", include_str!("report/templates/pair.html")),
    ("observations.html", include_str!("report/templates/observations.html")),
    ("told.html", include_str!("report/templates/told.html")),
    ("loop_table.html", include_str!("report/templates/loop_table.html")),
    ("sources.html", include_str!("report/templates/sources.html")),
    ("about.html", include_str!("report/templates/about.html")),
];

/// The report as HTML: of the demo where it has chapters, else of one question. With a register it has
/// the page of a pair of economies.
pub(crate) fn html(
    model: &Model,
    chapters: &[Chapter],
    register: Option<&Register>,
) -> Result<String, Failure> {
    let broken = |error: minijinja::Error| Failure::new(format!("the report cannot be written: {error:?}"));
    let settings = &model.case.settings;
    let mut citations = Citations::new(model);
    let scale = told::scale(chapters);
    let shown: Vec<Value> = chapters.iter().map(|own| chapter(own, model, scale, &mut citations)).collect();
    let compared: Vec<Value> =
        model.comparisons().iter().map(|own| scene::comparison(model, own, &mut citations)).collect();
    let pair = register.map(|own| pair::page(model, own, &mut citations)).transpose()?.flatten();
    let page = context! {
        pair,
        title => &settings.title,
        horizon => settings.horizon.to_string(),
        distribution => settings.distribution.word(),
        drawing_style => Value::from_safe_string(drawing::page_style()),
        assumed => figure("12.3", Some(Evidence::Assumed)),
        quoted => figure("12.3", Some(Evidence::Quoted)),
        calibrated => figure("12.3", Some(Evidence::Calibrated)),
        computed => figure("12.3", Some(Evidence::Computed)),
        chapters => shown,
        only => chapters.len() == 1,
        has_scenes => chapters.iter().any(|own| !own.scenes.is_empty()),
        has_told => chapters.iter().any(|own| own.told.is_some()),
        comparisons => compared,
        sources => citations.table(),
        attribution => &settings.attribution,
        disputed_borders => &settings.disputed_borders,
        outlines => outlines::CREDIT,
        case => &settings.name,
        case_hash => &model.case_hash,
        version => env!("CARGO_PKG_VERSION"),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(broken)?);
    for (name, template) in TEMPLATES {
        environment.add_template(name, template).map_err(broken)?;
    }
    environment.get_template("report.html").and_then(|template| template.render(page)).map_err(broken)
}

/// Every figure of a report.
pub(crate) fn figures(model: &Model, chapters: &[Chapter]) -> Vec<Drawing> {
    let scale = told::scale(chapters);
    let loops = |own: &Chapter| own.told.as_ref().map(|told| told.drawings(own.id, model, scale));
    chapters.iter().flat_map(|own| loops(own).into_iter().flatten().chain(Figures::of(own).all())).collect()
}

/// A figure as a file of its own: title, credits, the hash of the case and the version of the program.
pub(crate) fn alone(model: &Model, drawing: &Drawing) -> String {
    drawing.alone(&credit(model, &format!(", case {} {}", model.case.settings.name, short(&model.case_hash))))
}

/// The map of the first chapter with routes as an SVG file. It does not name the hash of the case, so that it
/// changes only when what it shows changes.
pub(crate) fn picture(model: &Model, chapters: &[Chapter]) -> String {
    let map = chapters.iter().find_map(Tracks::of).map(|tracks| Map::new(&tracks).drawing("picture"));
    map.map(|map| map.alone(&credit(model, ""))).unwrap_or_default()
}

fn credit(model: &Model, case: &str) -> Credit {
    Credit {
        made_by: format!("Made by Ayrum {}{case}.", env!("CARGO_PKG_VERSION")),
        attribution: model.case.settings.attribution.clone(),
    }
}

/// The first digits of a hash: enough to tell two cases apart.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// The figures of a chapter.
struct Figures {
    map: Option<Drawing>,
    steps: Vec<Drawing>,
    tornado: Option<Drawing>,
}

impl Figures {
    fn of(own: &Chapter) -> Self {
        let tracks = Tracks::of(own);
        let steps =
            |tracks: &Tracks<'_>| [Up::Hours, Up::Usd].map(|up| step_chart::drawing(own.id, tracks, up));
        let tornado = own.sensitivity.as_ref().and_then(|sensitivity| {
            let title = format!("{}: {}", own.title, sensitivity.question.timing.first_day());
            tornado::drawing(own.id, &title, sensitivity)
        });
        Self {
            map: tracks.as_ref().map(|tracks| Map::new(tracks).drawing(own.id)),
            steps: tracks.as_ref().map(steps).into_iter().flatten().collect(),
            tornado,
        }
    }

    fn all(self) -> impl Iterator<Item = Drawing> {
        self.map.into_iter().chain(self.steps).chain(self.tornado)
    }
}

fn chapter(own: &Chapter, model: &Model, scale: FlowScale, citations: &mut Citations<'_>) -> Value {
    let scenes: Vec<Value> = own
        .scenes
        .iter()
        .enumerate()
        .map(|(number, own_scene)| scene::scene(&format!("{}-{}", own.id, number + 1), own_scene, citations))
        .collect();
    let flips: Vec<Value> = match own.scenes.first() {
        Some(first) => own.flips.iter().map(|flip| scene::turning(&first.model, flip, citations)).collect(),
        None => Vec::new(),
    };
    let inline = |drawing: &Drawing| {
        context! { id => &drawing.id, title => &drawing.title, svg => Value::from_safe_string(drawing.inline()) }
    };
    let figures = Figures::of(own);
    let tracks = Tracks::of(own);
    let one = own.scenes.len() == 1;
    context! {
        id => own.id,
        title => &own.title,
        lead => &own.lead,
        findings => &own.findings,
        one,
        told => own.told.as_ref().map(|told| told.value(own.id, model, scale, citations)),
        scenes,
        flips,
        map => figures.map.as_ref().map(inline),
        steps => figures.steps.iter().map(inline).collect::<Vec<_>>(),
        tornado => figures.tornado.as_ref().map(inline),
        sensitivity => own.sensitivity.as_ref().and_then(|sensitivity| tornado::table(sensitivity, citations)),
        compared => tracks.as_ref().map(|tracks| compared(tracks, one, citations)),
        costs => own.costs.as_ref().and_then(|costs| costs::sheet(own.scenes.get(costs.scene)?, costs, citations)),
    }
}

/// The routes of a chapter side by side. Where there is one scene only, its other routes too.
fn compared(tracks: &Tracks<'_>, one: bool, citations: &mut Citations<'_>) -> Vec<Value> {
    let best = tracks.scene.answer.routes.first();
    let key = |track: &Track<'_>| {
        let svg = format!(
            "<svg class=\"drawing chart key\" viewBox=\"0 0 52 18\" aria-hidden=\"true\">{}</svg>",
            track.key(2.0, 9.0, 48.0)
        );
        Value::from_safe_string(svg)
    };
    let less = |route: &RouteAnswer| {
        let best = best.filter(|best| best.substance != route.substance)?;
        let change = route.generalised_cost - best.generalised_cost;
        let sign = if change > 0.0 { "+" } else { "" };
        Some(figure(
            &format!("{sign}{}", number(change, 2)),
            Some(figure::cost_evidence(route).max(Some(Evidence::Computed))?),
        ))
    };
    let mut rows: Vec<Value> = Vec::new();
    for track in &tracks.all {
        for line in track.route.legs.iter().flat_map(|leg| &leg.lines) {
            if let Some(provenance) = &line.provenance {
                citations.cite(provenance);
            }
        }
        rows.push(context! {
            letter => track.letter.to_string(),
            key => key(track),
            standing => &track.standing,
            route => scene::summary(track.model, track.route),
            less => less(track.route),
            names => track.names().join(" – "),
        });
    }
    if one {
        let answer = &tracks.scene.answer;
        let shown = |route: &RouteAnswer| tracks.all.iter().any(|track| std::ptr::eq(track.route, route));
        let open = answer
            .routes
            .iter()
            .enumerate()
            .map(|(number, route)| (format!("Open route {}", number + 1), route));
        let doubtful = answer.not_known.iter().map(|route| ("Not known to be open".to_owned(), route));
        for (standing, route) in open.chain(doubtful).filter(|(_, route)| !shown(route)) {
            rows.push(context! {
                letter => "",
                key => "",
                standing,
                route => scene::summary(&tracks.scene.model, route),
                less => less(route),
                names => answer_text::by(route),
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::CaseSource;
    use crate::register::Desk;
    use crate::report::frame::escaped;
    use crate::{shipped, story};

    #[test]
    fn the_report_of_the_shipped_case_is_whole() {
        let mut model = Model::load(&shipped::folder(None).expect("the case inside the program"));
        let case = CaseSource::default();
        let register = Desk::register_of(&case, &mut model).expect("the shipped register");
        let chapters = story::tell(&model, &case, &register, |_| {}).expect("the shipped case can be asked");
        let page = html(&model, &chapters, None).expect("the report can be written");
        for chapter in &chapters {
            assert!(page.contains(&escaped(&chapter.title)), "{} is missing", chapter.title);
            assert!(page.contains(&format!("id=\"{}\"", chapter.id)));
        }
        for broken in [">NaN", " NaN", ">inf<", " inf ", "undefined", "<script", "src=", "<link", "@import"] {
            assert!(!page.contains(broken), "the report contains `{broken}`");
        }
        assert!(!page.contains("url(http"), "the report loads from outside");
        assert!(page.contains("id=\"marks\""), "the legend of marks is missing");
        assert!(page.contains("class=\"drawing map\""));
        for name in ["map", "time", "cost", "sensitivity"] {
            assert!(
                page.contains(&format!("id=\"wheat-{name}-title\"")),
                "the {name} of the wheat is missing"
            );
        }
        assert!(page.contains(&model.case_hash), "the hash of the case is missing");
        let picture = picture(&model, &chapters);
        assert!(picture.starts_with("<svg xmlns"));
        assert!(picture.contains("track-best") && !picture.contains("NaN"));
    }
}
