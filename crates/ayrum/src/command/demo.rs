//! `ayrum demo`

use network::LinkId;
use regime::Closure;
use scenario::{Model, WhyNot};
use std::collections::BTreeSet;
use std::fmt::Write;

use super::report_files::{write, write_figures};
use super::{Done, load, put};
use crate::arguments::{CaseSource, Demo};
use crate::failure::Failure;
use crate::register::Desk;
use crate::show::answer_text;
use crate::story::{self, Chapter};
use crate::{report, show};

/// Tables of the loop that the terminal shows of a chapter; the report has all.
const TABLES: usize = 2;

/// Tells the story and writes the report.
pub(crate) fn run(demo: &Demo, case: &CaseSource) -> Result<Done, Failure> {
    let mut model = load(case)?;
    let register = Desk::register_of(case, &mut model)?;
    let progress = indicatif::ProgressBar::new(story::STEPS);
    let chapters = story::tell(&model, case, &register, |name| {
        progress.set_message(name.to_owned());
        progress.inc(1);
    })
    .map_err(|error| {
        error.hint("the demo asks about places and scenarios of the shipped case; run it without --case")
    })?;
    progress.finish_and_clear();
    put(&text(&model, &chapters))?;
    write(&demo.out.join("report.html"), &report::html(&model, &chapters, Some(&register))?)?;
    write(&demo.out.join("picture.svg"), &report::picture(&model, &chapters))?;
    if let Some(folder) = &demo.figures {
        write_figures(folder, &model, &chapters)?;
    }
    eprintln!("report written to {}", demo.out.join("report.html").display());
    Ok(Done::Good)
}

fn text(model: &Model, chapters: &[Chapter]) -> String {
    let mut text = format!("{}\n", model.case.settings.title);
    for (number, chapter) in chapters.iter().enumerate() {
        let title = format!("{}. {}", number + 1, chapter.title);
        let _ =
            write!(text, "\n{title}\n{}\n{}\n", "═".repeat(title.chars().count()), wrapped(&chapter.lead));
        if let Some(told) = &chapter.told {
            let _ = write!(text, "\n{}\n", wrapped(&told.evidence));
            for table in told.tables.iter().take(TABLES) {
                let _ = write!(text, "\n{}", table.text());
            }
        }
        let mut lines_said = None;
        for scene in &chapter.scenes {
            let _ = write!(text, "\n▸ {}\n", scene.label);
            if !scene.assumed.is_empty() {
                let assumed = format!("assumed: {}", scene.assumed.join("; "));
                let _ = writeln!(text, "{}", wrapped(&assumed));
            }
            text.push_str(&answer_text::routes(&scene.answer));
            // The same missing lines stand in the way of many scenes; one mention is enough.
            let lines: Option<BTreeSet<LinkId>> =
                scene.answer.why_not.iter().map(lines_of).find(|links| !links.is_empty());
            let say_lines = lines.is_some() && lines != lines_said;
            if say_lines {
                lines_said = lines;
            }
            text.push_str(&answer_text::obstacles(&scene.model, &scene.answer, say_lines));
        }
        text.push_str(&answer_text::flips(model, &chapter.flips));
        text.push('\n');
        for finding in &chapter.findings {
            let _ = writeln!(text, "{}", wrapped(&format!("→ {finding}")));
        }
    }
    let _ = write!(
        text,
        "\nEvery figure has a source and a confidence; `ayrum route … --format json` shows them line by line.\n\
         Known up to {}. {}\n",
        model.case.settings.horizon,
        show::wrapped(&model.case.settings.attribution, 100),
    );
    text
}

/// The lines that would have to be opened or built for a route.
fn lines_of(own: &WhyNot) -> BTreeSet<LinkId> {
    own.closures
        .iter()
        .filter_map(|closure| match closure {
            Closure::State { link, .. } => Some(*link),
            _ => None,
        })
        .collect()
}

fn wrapped(text: &str) -> String {
    show::wrapped(text, 100)
}
