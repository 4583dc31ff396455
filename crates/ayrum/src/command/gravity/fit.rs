//! `ayrum gravity fit`

use gravity::{BiasCorrection, CovarianceKind, DropReason, Estimator, Fit, Table, fit, parse_formula};
use serde_json::{Value, json};

use super::{Needs, options, read, tell};
use crate::arguments::gravity::{Fit as Asked, TableFormat};
use crate::command::{Done, put};
use crate::failure::Failure;
use crate::show;

/// Estimates the formula and prints its table.
pub(crate) fn run(asked: &Asked) -> Result<Done, Failure> {
    let specifications = parse_formula(&asked.formula)?;
    let mut options = options(&asked.estimation)?;
    options.reset = asked.reset;
    let mut needs = Needs::of(&specifications, &options);
    if !asked.bias.is_empty() && asked.bias.len() != 3 {
        return Err(Failure::new(format!("--bias names {} columns", asked.bias.len()))
            .hint("three: of the exporter, the importer and the time, such as exporter,importer,year"));
    }
    asked.bias.iter().for_each(|key| needs.key(key));
    let condition = asked.estimation.condition.as_deref().map(gravity::Expression::parse).transpose()?;
    let (table, mut findings) = read(&asked.data, &needs, condition.as_ref())?;
    let fits = fit(&table, &specifications, &options)?;
    let corrections: Result<Vec<Option<BiasCorrection>>, Failure> = fits
        .iter()
        .map(|fit| match asked.bias.as_slice() {
            [exporter, importer, time] => Ok(Some(fit.bias_corrected(&table, exporter, importer, time)?)),
            _ => Ok(None),
        })
        .collect();
    let corrections = corrections?;
    for fit in &fits {
        for finding in &fit.findings {
            if !findings.contains(finding) {
                findings.push(finding.clone());
            }
        }
    }
    let done = tell(&findings);
    let pairs = || fits.iter().zip(&corrections);
    match asked.format {
        TableFormat::Json => {
            let all: Vec<Value> =
                pairs().map(|(fit, correction)| as_json(fit, correction.as_ref(), &table)).collect();
            put(&show::json(&all)?)?;
        }
        TableFormat::Csv => put(&as_csv(&fits, &corrections)?)?,
        TableFormat::Latex => put(&as_latex(&fits, &corrections, asked.stars))?,
        TableFormat::Table => {
            let texts: Vec<String> =
                pairs().map(|(fit, correction)| as_text(fit, correction.as_ref(), &table, asked)).collect();
            put(&texts.join("\n"))?;
        }
    }
    Ok(done)
}

/// One line of the table: estimate, standard error, statistic, probability, interval.
struct Line {
    name: String,
    estimate: f64,
    error: f64,
    statistic: f64,
    p: f64,
    interval: (f64, f64),
    /// What was taken off as bias.
    bias: Option<f64>,
}

fn lines(fit: &Fit, correction: Option<&BiasCorrection>) -> Vec<Line> {
    let errors = correction.map(BiasCorrection::standard_errors);
    fit.coefficients
        .iter()
        .enumerate()
        .map(|(index, coefficient)| {
            let mut used = coefficient.clone();
            if let (Some(correction), Some(errors)) = (correction, &errors) {
                used.estimate = correction.corrected[index];
                used.standard_error = errors[index];
            }
            Line {
                name: used.name.clone(),
                statistic: used.estimate / used.standard_error,
                p: fit.p_value(&used),
                interval: fit.interval(&used, 0.95),
                estimate: used.estimate,
                error: used.standard_error,
                bias: correction.map(|correction| correction.bias[index]),
            }
        })
        .collect()
}

fn stars(p: f64) -> &'static str {
    match p {
        p if p < 0.01 => "***",
        p if p < 0.05 => "**",
        p if p < 0.1 => "*",
        _ => "",
    }
}

fn estimator(fit: &Fit) -> &'static str {
    match fit.options.estimator {
        Estimator::Ppml => "Poisson pseudo-maximum likelihood",
        Estimator::LogOls => "Least squares of the logarithm",
        Estimator::Ols => "Least squares",
    }
}

fn written(fit: &Fit) -> String {
    let effects: Vec<String> = fit.effects.iter().map(|(name, _)| name.clone()).collect();
    let terms: Vec<&str> = fit.coefficients.iter().map(|coefficient| coefficient.name.as_str()).collect();
    let effects = if effects.is_empty() { String::new() } else { format!(" | {}", effects.join(" + ")) };
    format!("{} ~ {}{effects}", fit.specification.response.text(), terms.join(" + "))
}

fn errors_of(fit: &Fit, corrected: bool) -> String {
    if corrected {
        return "clustered by pair, freed of what three-way effects took (Weidner and Zylkin)".to_owned();
    }
    let clusters = match &fit.covariance.kind {
        CovarianceKind::Clustered(_) => {
            let counts: Vec<String> = fit.covariance.clusters.iter().map(usize::to_string).collect();
            format!(" ({} clusters)", counts.join(" and "))
        }
        _ => String::new(),
    };
    let repaired = if fit.covariance.repaired { "; negative eigenvalues set to zero" } else { "" };
    format!("{}{clusters}, small sample as in {}{repaired}", fit.covariance.kind, fit.covariance.small_sample)
}

fn reason(reason: &DropReason, fit: &Fit) -> String {
    let way = |way: &usize| fit.effects.get(*way).map_or("", |(name, _)| name.as_str());
    match reason {
        DropReason::GroupWithoutTrade { way: at } => format!("its group of {} never trades", way(at)),
        DropReason::Singleton { way: at } => format!("alone in its group of {}", way(at)),
        DropReason::Rectifier { certificate } => format!(
            "separated: a combination of regressors and effects is {certificate:.3} here and zero wherever there is trade"
        ),
    }
}

fn as_text(fit: &Fit, correction: Option<&BiasCorrection>, table: &Table, asked: &Asked) -> String {
    let mut heading = vec![
        "",
        "coefficient>",
        "std. error>",
        if fit.covariance.degrees_of_freedom.is_some() { "t>" } else { "z>" },
        "p>",
        "2.5 %>",
        "97.5 %>",
    ];
    if correction.is_some() {
        heading.push("bias taken off>");
    }
    let rows = lines(fit, correction)
        .into_iter()
        .map(|line| {
            let mut row = vec![
                line.name,
                format!("{:.7}{}", line.estimate, if asked.stars { stars(line.p) } else { "" }),
                format!("{:.7}", line.error),
                format!("{:.2}", line.statistic),
                format!("{:.4}", line.p),
                format!("{:.6}", line.interval.0),
                format!("{:.6}", line.interval.1),
            ];
            row.extend(line.bias.map(|bias| format!("{bias:.7}")));
            row
        })
        .collect();
    let quality = &fit.quality;
    let mut text = format!("{}: {}\n\n{}\n", estimator(fit), written(fit), show::table(&heading, rows));
    let mut say = |line: String| text.push_str(&(line + "\n"));
    say(format!("standard errors    {}", errors_of(fit, correction.is_some())));
    say(format!("observations       {}", fit.rows()));
    for (name, count) in &fit.effects {
        say(format!("groups             {name}: {count}"));
    }
    say(format!("separated rows     {}", fit.separated()));
    say(format!("rows alone         {}", fit.singletons()));
    if fit.options.estimator == Estimator::Ppml {
        say(format!(
            "pseudo-R²          {:.6} (squared correlation {:.6})",
            quality.r2, quality.squared_correlation
        ));
    } else {
        let within = quality.within_r2.map_or(String::new(), |within| format!(", within {within:.6}"));
        say(format!("R²                 {:.6} (adjusted {:.6}{within})", quality.r2, quality.adjusted_r2));
    }
    say(format!("log-likelihood     {}", super::digits(quality.log_likelihood, 10)));
    if let Some(reset) = fit.reset {
        say(format!("RESET              {:.3}, p {:.4}", reset.statistic, reset.p_value));
    }
    if !fit.collinear.is_empty() {
        say(format!("collinear, dropped {}", fit.collinear.join(", ")));
    }
    let certificate = &fit.certificate;
    say(format!(
        "certificate        {} steps, {} inner; last change {:.1e}, scores {:.1e}, group sums {:.1e}",
        certificate.iterations,
        certificate.inner_steps,
        certificate.change,
        certificate.score,
        certificate.effect_score
    ));
    if asked.dropped {
        for dropped in &fit.dropped {
            say(format!(
                "dropped            {}:{} {}",
                table.name(),
                table.line(dropped.row),
                reason(&dropped.reason, fit)
            ));
        }
    }
    text
}

fn as_json(fit: &Fit, correction: Option<&BiasCorrection>, table: &Table) -> Value {
    let certificate = &fit.certificate;
    json!({
        "formula": written(fit),
        "estimator": estimator(fit),
        "coefficients": lines(fit, correction).iter().map(|line| json!({
            "name": line.name, "estimate": line.estimate, "standard_error": line.error,
            "statistic": line.statistic, "p_value": line.p,
            "interval_95": [line.interval.0, line.interval.1], "bias_taken_off": line.bias,
        })).collect::<Vec<_>>(),
        "standard_errors": errors_of(fit, correction.is_some()),
        "covariance": fit.covariance.matrix.values.chunks(fit.covariance.matrix.size.max(1)).collect::<Vec<_>>(),
        "clusters": fit.covariance.clusters,
        "observations": fit.rows(),
        "groups": fit.effects.iter().map(|(name, count)| json!({ "effect": name, "groups": count })).collect::<Vec<_>>(),
        "separated_rows": fit.separated(),
        "rows_alone": fit.singletons(),
        "dropped": fit.dropped.iter().map(|dropped| json!({
            "line": table.line(dropped.row), "reason": reason(&dropped.reason, fit),
        })).collect::<Vec<_>>(),
        "collinear": fit.collinear,
        "r2": fit.quality.r2,
        "adjusted_r2": fit.quality.adjusted_r2,
        "squared_correlation": fit.quality.squared_correlation,
        "log_likelihood": fit.quality.log_likelihood,
        "reset": fit.reset.map(|reset| json!({ "statistic": reset.statistic, "p_value": reset.p_value })),
        "certificate": {
            "iterations": certificate.iterations, "inner_steps": certificate.inner_steps,
            "change": certificate.change, "deviance": certificate.deviance,
            "deviance_change": certificate.deviance_change, "score": certificate.score,
            "group_sums": certificate.effect_score,
        },
        "findings": fit.findings.iter().map(|finding| json!({
            "code": finding.code, "table": finding.table, "line": finding.line, "column": finding.column,
            "problem": finding.problem, "valid": finding.valid, "done": finding.done, "rows": finding.rows,
        })).collect::<Vec<_>>(),
    })
}

fn as_csv(fits: &[Fit], corrections: &[Option<BiasCorrection>]) -> Result<String, Failure> {
    let heading = [
        "formula",
        "name",
        "estimate",
        "standard_error",
        "statistic",
        "p_value",
        "low_95",
        "high_95",
        "observations",
    ];
    let rows = fits.iter().zip(corrections).flat_map(|(fit, correction)| {
        let (formula, rows) = (written(fit), fit.rows());
        lines(fit, correction.as_ref()).into_iter().map(move |line| {
            let numbers =
                [line.estimate, line.error, line.statistic, line.p, line.interval.0, line.interval.1];
            let mut row = vec![formula.clone(), line.name];
            row.extend(numbers.iter().map(f64::to_string));
            row.push(rows.to_string());
            row
        })
    });
    show::csv(&heading, rows)
}

/// The specifications side by side, as papers print them.
fn as_latex(fits: &[Fit], corrections: &[Option<BiasCorrection>], with_stars: bool) -> String {
    let escape = |text: &str| {
        text.replace('\\', "")
            .replace('_', "\\_")
            .replace('^', "\\^{}")
            .replace('&', "\\&")
            .replace('%', "\\%")
    };
    let columns: Vec<Vec<Line>> =
        fits.iter().zip(corrections).map(|(fit, correction)| lines(fit, correction.as_ref())).collect();
    let mut names: Vec<&str> = Vec::new();
    for line in columns.iter().flatten() {
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    let mut text = format!("\\begin{{tabular}}{{l{}}}\n\\hline\n", "r".repeat(fits.len()));
    let numbers: Vec<String> = (1..=fits.len()).map(|number| format!("({number})")).collect();
    text.push_str(&format!(" & {} \\\\\n\\hline\n", numbers.join(" & ")));
    for name in names {
        let cell = |of: &dyn Fn(&Line) -> String| -> String {
            let cells: Vec<String> = columns
                .iter()
                .map(|lines| lines.iter().find(|line| line.name == name).map_or(String::new(), of))
                .collect();
            cells.join(" & ")
        };
        let mark = |p: f64| {
            if with_stars && !stars(p).is_empty() { format!("$^{{{}}}$", stars(p)) } else { String::new() }
        };
        text.push_str(&format!(
            "{} & {} \\\\\n",
            escape(name),
            cell(&|line| format!("{:.4}{}", line.estimate, mark(line.p)))
        ));
        text.push_str(&format!(" & {} \\\\\n", cell(&|line| format!("({:.4})", line.error))));
    }
    text.push_str("\\hline\n");
    let mut row = |name: &str, of: &dyn Fn(&Fit) -> String| {
        let cells: Vec<String> = fits.iter().map(of).collect();
        text.push_str(&format!("{name} & {} \\\\\n", cells.join(" & ")));
    };
    row("Observations", &|fit| fit.rows().to_string());
    row("Fixed effects", &|fit| {
        escape(&fit.effects.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", "))
    });
    row("Separated rows", &|fit| fit.separated().to_string());
    row(
        if fits.iter().all(|fit| fit.options.estimator == Estimator::Ppml) {
            "Pseudo-$R^2$"
        } else {
            "$R^2$"
        },
        &|fit| format!("{:.4}", fit.quality.r2),
    );
    text.push_str(&format!(
        "\\hline\n\\end{{tabular}}\n% Standard errors {}\n",
        errors_of(&fits[0], corrections.iter().any(Option::is_some))
    ));
    text
}
