//! What a report tells, before any shape of output: the demo's story, or one question and its answer.

mod border;
mod naive;

use case::Mode;
use jiff::civil::{Date, date};
use ledger::Register;
use scenario::{
    Answer, CostSheet, Denomination, Flip, Incoterm, Measure, Model, Quantity, Question, QuestionError,
    RouteAnswer, Sensitivity,
};

use crate::arguments::CaseSource;
use crate::command::run_scenario::report::Made;
use crate::failure::Failure;
use crate::report::told::Told;
use crate::show::{answer_text, percent};

/// A part of the story.
pub(crate) struct Chapter {
    /// A short name for anchors.
    pub(crate) id: &'static str,
    /// Its title.
    pub(crate) title: String,
    /// What to look at, in a few sentences.
    pub(crate) lead: String,
    /// Its scenes.
    pub(crate) scenes: Vec<Scene>,
    /// Prices at which a choice turns, where the chapter is about one.
    pub(crate) flips: Vec<Flip>,
    /// What it comes to, from the figures.
    pub(crate) findings: Vec<String>,
    /// Which figures matter, where that was asked.
    pub(crate) sensitivity: Option<Sensitivity>,
    /// What the best route of a scene costs line by line, where the chapter is about that.
    pub(crate) costs: Option<Costs>,
    /// What the loop tells, where the chapter asks it.
    pub(crate) told: Option<Told>,
}

/// The cost sheet of a scene's best route.
pub(crate) struct Costs {
    /// The scene.
    pub(crate) scene: usize,
    /// The sheet.
    pub(crate) sheet: CostSheet,
    /// The currency in which it is told beside the dollar.
    pub(crate) denomination: Denomination,
}

impl Costs {
    /// The sheet of a scene by a term of delivery; nothing where no route is open, the term needs a
    /// ship, or the currency has no rate.
    pub(crate) fn of(scene: usize, own: &Scene, term: Incoterm, currency: &str) -> Option<Self> {
        let route = own.answer.routes.first()?;
        let sheet = own.model.cost_sheet(&own.answer, route, term).ok()?;
        let date = own.model.case.exchange.prices_of().unwrap_or(own.answer.question.timing.first_day());
        Some(Self { scene, sheet, denomination: own.model.denomination(currency, date).ok()? })
    }
}

/// One question with its answer, in a model that may have measures.
pub(crate) struct Scene {
    /// What is special about it.
    pub(crate) label: String,
    /// What is assumed, in words.
    pub(crate) assumed: Vec<String>,
    /// The model asked.
    pub(crate) model: Model,
    /// The answer.
    pub(crate) answer: Answer,
}

/// How many steps the story takes, for a progress bar.
pub(crate) const STEPS: u64 = 6;

/// Tells the story on the shipped case.
pub(crate) fn tell(
    model: &Model,
    case: &CaseSource,
    register: &Register,
    mut step: impl FnMut(&str),
) -> Result<Vec<Chapter>, Failure> {
    // The run is half of the work and waits for nothing that the questions find.
    let (made, questions) = std::thread::scope(|scope| {
        let made = scope.spawn(|| Made::of(model, case, border::SCENARIO));
        let questions = questions(model, &mut step);
        (made.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), questions)
    });
    let made = made?;
    step("border");
    let telling = made.telling(model, border::facing(), border::BUYER);
    let mut chapters = vec![border::chapter(&telling)?];
    chapters.extend(questions?);
    chapters.push(naive::chapter(model, register, &made.run.base, telling.base_evidence())?);
    Ok(chapters)
}

/// The chapters that ask for routes.
fn questions(model: &Model, step: &mut impl FnMut(&str)) -> Result<Vec<Chapter>, QuestionError> {
    let mut chapters = Vec::new();
    for (name, tell) in [
        ("wheat", wheat as fn(&Model) -> Result<Chapter, QuestionError>),
        ("diesel", diesel),
        ("flood", flood),
        ("openings", openings),
        ("middle corridor", middle_corridor),
    ] {
        step(name);
        chapters.push(tell(model)?);
    }
    Ok(chapters)
}

/// One question and its answer as a chapter of its own. The model holds what the question assumes.
pub(crate) fn one(
    model: &Model,
    answer: &Answer,
    sensitivity: Sensitivity,
    (term, currency): (Incoterm, &str),
) -> Chapter {
    let mut scene = Scene {
        label: answer_text::shipment(model, answer),
        assumed: model.assumed.clone(),
        model: model.clone(),
        answer: answer.clone(),
    };
    let heading = answer_text::heading(model, answer);
    let mut lines = heading.trim().lines().map(str::to_owned);
    let title = lines.next().unwrap_or_else(|| scene.label.clone());
    scene.label.clone_from(&title);
    let mut findings = vec![format!("{}.", capital(&best_words(&scene)))];
    if let Some(best) = answer.routes.first() {
        let shares = &best.shares;
        let all = [shares.sourced, shares.weakly_sourced, shares.quoted, shares.modelled, shares.assumed];
        let [sourced, weak, quoted, modelled, assumed] = all.map(percent);
        findings.push(format!(
            "Of its known money {sourced} is published or observed with medium or high confidence, {weak} published with \
             low confidence, {quoted} quoted to the user, {modelled} computed or calibrated, {assumed} assumed."
        ));
        if !best.unknown_prices.is_empty() {
            findings
                .push(format!("Not in the total, as no price is known: {}.", best.unknown_prices.join(", ")));
        }
    }
    if let Some(doubtful) = answer.not_known.first() {
        let by = answer_text::by(doubtful);
        findings.push(format!("It is not known whether the route by {by} is open."));
    }
    if let Some(closed) = answer.why_not.first() {
        let by = answer_text::by(&closed.route);
        let count = closed.closures.len();
        findings
            .push(format!("A better route, by {by}, is closed by {count} rule(s) or line(s); see why not."));
    }
    let costs = Costs::of(0, &scene, term, currency);
    Chapter {
        id: "route",
        title,
        lead: capital(&lines.collect::<Vec<_>>().join("; ")) + ".",
        flips: model.flips(answer),
        scenes: vec![scene],
        findings,
        sensitivity: Some(sensitivity),
        costs,
        told: None,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn scene(label: &str, model: &Model, question: &Question) -> Result<Scene, QuestionError> {
    scene_with(label, model, &[], question)
}

fn scene_with(
    label: &str,
    model: &Model,
    measures: &[Measure],
    question: &Question,
) -> Result<Scene, QuestionError> {
    let changed = model.with(measures);
    let answer = changed.answer(question)?;
    let assumed = measures.iter().map(|measure| measure.words(model)).collect();
    Ok(Scene { label: label.to_owned(), assumed, model: changed, answer })
}

fn best_cost(scene: &Scene) -> Option<f64> {
    scene.answer.routes.first().map(|route| route.generalised_cost)
}

fn best_words(scene: &Scene) -> String {
    scene.answer.routes.first().map_or_else(
        || "no route is open".to_owned(),
        |route| {
            format!(
                "the best open route goes via {}: {:.0} km, {:.0} days (50 %), {} USD/t, of which {:.0} % firm",
                route.by.join(", "),
                route.km,
                route.time.quantile(0.5) / 24.0,
                money(route),
                route.shares.sourced * 100.0
            )
        },
    )
}

/// Money as a finding may quote it: rounded, and marked where a price is missing.
fn money(route: &RouteAnswer) -> String {
    let mark = if route.unknown_prices.is_empty() { "" } else { "more than " };
    // "More than" stays true of a figure that is cut, not of one that is rounded up.
    let usd = if mark.is_empty() { route.usd_per_tonne.round() } else { route.usd_per_tonne.floor() };
    format!("{mark}{usd:.0}")
}

/// A difference of two routes' figures; nothing is more exact than the case.
fn change(before: f64, after: f64) -> String {
    format!("about {:+.0}", after - before).replace('-', "−")
}

fn wheat(model: &Model) -> Result<Chapter, QuestionError> {
    let question = Question::new(model, "Kostanay", "Dalarik", "wheat", Quantity::Tonnes(1000.0))?;
    let mut scenes = Vec::new();
    for (label, day) in [
        ("15 October 2025: two rules stand", date(2025, 10, 15)),
        ("20 October 2025: Russia's restriction is gone, Azerbaijan's ban is not", date(2025, 10, 20)),
        ("22 October 2025: the ban is gone", date(2025, 10, 22)),
        ("8 November 2025: the day the first Kazakh train reached Ayrum", date(2025, 11, 8)),
    ] {
        scenes.push(scene(label, model, &question.clone().on(day))?);
    }
    scenes.push(scene(
        "Handed over on 20 October 2025: each rule judged when the wheat gets there",
        model,
        &question.clone().departing(date(2025, 10, 20)),
    )?);
    scenes.push(scene(
        "8 November 2025, as it was known on 1 October 2025",
        model,
        &question.on(date(2025, 11, 8)).known(date(2025, 10, 1)),
    )?);
    let mut findings: Vec<String> =
        scenes.iter().map(|scene| format!("{}: {}.", scene.label, best_words(scene))).collect();
    if let (Some(before), Some(after)) = (best_cost(&scenes[0]), best_cost(&scenes[3])) {
        findings.push(format!(
            "Between 15 October and 8 November the best route's generalised cost changes by {} USD/t.",
            change(before, after)
        ));
    }
    let flips = model.flips(&scenes[3].answer);
    let sensitivity = model.sensitivity(&scenes[3].answer.question, |_, _| {})?;
    let costs = Costs::of(3, &scenes[3], Incoterm::Dap, "KZT");
    Ok(Chapter {
        id: "wheat",
        title: "Kazakh wheat to Armenia".to_owned(),
        lead: "1,000 tonnes of wheat from Kostanay to the mill at Dalarik. Two rules fell in two days of October \
               2025: Russia's restriction on Kazakh wheat on the 20th, Azerbaijan's ban on transit to Armenia on the \
               21st. What is open depends on the day that is asked about, on the day on which the cargo gets there, \
               and on what was known when."
            .to_owned(),
        scenes,
        flips,
        findings,
        sensitivity: Some(sensitivity),
        costs,
        told: None,
    })
}

fn diesel(model: &Model) -> Result<Chapter, QuestionError> {
    let question =
        Question::new(model, "Baku", "Yerevan", "diesel", Quantity::Tonnes(2000.0))?.on(date(2026, 3, 5));
    let mut with = question.clone();
    with.perspective.disputed = true;
    let scenes = vec![
        scene("Without the disputed tariff", model, &question)?,
        scene("With the disputed tariff applied", model, &with)?,
    ];
    let mut findings = Vec::new();
    if let (Some(without), Some(with)) = (scenes[0].answer.routes.first(), scenes[1].answer.routes.first()) {
        findings.push(format!(
            "If the disputed rate of 92 USD/t were charged on the Georgian stretch, the best route would cost {} \
             instead of {} USD/t. Georgia denied it; the case shows it and does not apply it.",
            money(with),
            money(without)
        ));
    }
    Ok(Chapter {
        id: "diesel",
        title: "Diesel to Armenia, with and without a disputed tariff".to_owned(),
        lead: "2,000 tonnes of diesel from Baku to Yerevan in March 2026. In December 2025 the press of one country \
               claimed a transit rate of 92 USD/t for fuel on the Georgian stretch; the other side denied it. A \
               disputed rule is shown beside the answer, and applied only when asked."
            .to_owned(),
        scenes,
        flips: Vec::new(),
        findings,
        sensitivity: None,
        costs: None,
        told: None,
    })
}

fn flood(model: &Model) -> Result<Chapter, QuestionError> {
    let question = Question::new(model, "Kostanay", "Dalarik", "wheat", Quantity::Tonnes(1000.0))?;
    let scenes = vec![
        scene("20 May 2024: before the flood", model, &question.clone().on(date(2024, 5, 20)))?,
        scene("1 June 2024: the line Sanahin–Ayrum is cut", model, &question.on(date(2024, 6, 1)))?,
    ];
    let mut findings: Vec<String> =
        scenes.iter().map(|scene| format!("{}: {}.", scene.label, best_words(scene))).collect();
    if let (Some(before), Some(after)) = (best_cost(&scenes[0]), best_cost(&scenes[1])) {
        findings.push(format!(
            "The flood changes the best route's generalised cost by {} USD/t: Armenia's only rail gate was cut, and \
             goods had to change to trucks.",
            change(before, after)
        ));
    }
    Ok(Chapter {
        id: "flood",
        title: "The flood of May 2024".to_owned(),
        lead: "On 26 May 2024 the Debed washed away the railway between Sanahin and Ayrum, the only line into Armenia \
               that was open. At the time Azerbaijan was closed to such transit as well."
            .to_owned(),
        scenes,
        flips: Vec::new(),
        findings,
        sensitivity: None,
        costs: None,
        told: None,
    })
}

fn openings(model: &Model) -> Result<Chapter, QuestionError> {
    let day = date(2030, 7, 1);
    let question = Question::new(model, "Kostanay", "Yerevan", "wheat", Quantity::Tonnes(1000.0))?.on(day);
    let from = date(2030, 1, 1);
    let open = |links: &[&str], rules: &[&str]| -> Vec<Measure> {
        let links = links.iter().map(|id| Measure::open(id, from));
        links.chain(rules.iter().map(|id| Measure::lift(id, from))).collect()
    };
    let tripp = open(TRIPP_LINKS, TRIPP_RULES);
    let ijevan = open(IJEVAN_LINKS, IJEVAN_RULES);
    let both: Vec<Measure> = tripp.iter().chain(&ijevan).cloned().collect();
    let scenes = vec![
        scene("As last known: neither is open", model, &question)?,
        scene_with(
            "TRIPP open, with Horadiz–Aghband, Nakhchivan and Yeraskh–Sadarak",
            model,
            &tripp,
            &question,
        )?,
        scene_with("Gazakh–Ijevan open", model, &ijevan, &question)?,
        scene_with("Both open", model, &both, &question)?,
    ];
    let mut findings: Vec<String> =
        scenes.iter().map(|scene| format!("{}: {}.", scene.label, best_words(scene))).collect();
    if let (Some(base), Some(tripp), Some(ijevan)) =
        (best_cost(&scenes[0]), best_cost(&scenes[1]), best_cost(&scenes[2]))
    {
        findings.push(format!(
            "For this shipment TRIPP, with the lines on both sides of it, changes the generalised cost by {} USD/t and \
             Gazakh–Ijevan by {} USD/t.",
            change(base, tripp),
            change(base, ijevan)
        ));
    }
    Ok(Chapter {
        id: "openings",
        title: "TRIPP and Gazakh–Ijevan open in 2030".to_owned(),
        lead: "Two lines that do not exist today, assumed open in 2030 together with the lifting of the rules that close \
               the border there. No opening is announced for either; this is a what-if, at today's prices. Lines and \
               their border times are the case's assumptions."
            .to_owned(),
        scenes,
        flips: Vec::new(),
        findings,
        sensitivity: None,
        costs: None,
        told: None,
    })
}

/// The links of TRIPP and of the lines on both sides of it that do not run today.
const TRIPP_LINKS: &[&str] = &[
    "rail-horadiz-minjivan",
    "rail-minjivan-aghband",
    "rail-aghband-meghri",
    "rail-meghri-ordubad",
    "rail-ordubad-julfa-azerbaijan",
    "rail-sharur-sadarak",
    "rail-yeraskh-sadarak",
];
/// The rules that would have to fall with them.
const TRIPP_RULES: &[&str] = &["az-am-border-meghri", "az-am-border-yeraskh"];
/// The links of Gazakh–Ijevan–Hrazdan that do not run today.
const IJEVAN_LINKS: &[&str] =
    &["rail-aghstafa-gazakh", "rail-gazakh-ijevan", "rail-dilijan-ijevan", "rail-hrazdan-dilijan"];
/// The rules that would have to fall with them.
const IJEVAN_RULES: &[&str] = &["az-am-border-ijevan"];

fn middle_corridor(model: &Model) -> Result<Chapter, QuestionError> {
    let day: Date = date(2026, 4, 1);
    let mut question =
        Question::new(model, "Altynkol", "Tbilisi", "containers", Quantity::Teu(40.0))?.on(day);
    question.modes = vec![Mode::Rail, Mode::Ferry, Mode::Sea];
    let mut middle = question.clone();
    middle.avoided.territory.push("RUS".to_owned());
    let mut russia = question.clone();
    russia.via =
        vec![model.network.places.find("Samur").map_err(|unknown| QuestionError::UnknownPlace {
            asked: unknown.asked,
            nearest: unknown.nearest,
        })?];
    let scenes = vec![
        scene("All routes", model, &question)?,
        scene("The Middle Corridor: not through Russia", model, &middle)?,
        scene("By Russia: through Samur", model, &russia)?,
    ];
    let mut findings = Vec::new();
    if let (Some(middle), Some(russia)) = (scenes[1].answer.routes.first(), scenes[2].answer.routes.first()) {
        findings.push(format!(
            "Middle Corridor against the way by Russia: {} USD/t, {:+.1} days (mean), {} kg CO2e/t, {:+.1} days of \
             standard deviation, {} USD/t of generalised cost.",
            change(russia.usd_per_tonne, middle.usd_per_tonne),
            (middle.time.mean - russia.time.mean) / 24.0,
            change(russia.co2_kg, middle.co2_kg),
            (middle.time.sd() - russia.time.sd()) / 24.0,
            change(russia.generalised_cost, middle.generalised_cost),
        ));
        findings.push(
            "Read it with care: no price here is firm, and the container trains that were observed on the Middle \
             Corridor took from a sixth to more than half longer than the model says (see model against observation)."
                .to_owned(),
        );
    }
    // The turning price needs both ways in one answer.
    let mut both = scenes[0].answer.clone();
    for other in &scenes[1..] {
        both.routes.extend(other.answer.routes.iter().cloned());
    }
    let flips = model.flips(&both);
    Ok(Chapter {
        id: "middle-corridor",
        title: "The Middle Corridor against the way by Russia".to_owned(),
        lead: "40 containers by rail, ferry and ship from the Chinese border at Altynkol to Tbilisi in April 2026, \
               compared on money, time, CO2e and reliability; and the price of the ship or ferry at which the choice \
               turns."
            .to_owned(),
        scenes,
        flips,
        findings,
        sensitivity: None,
        costs: None,
        told: None,
    })
}
