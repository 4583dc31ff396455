//! `ayrum gravity counterfactual`: estimated costs, a change of them, and the equilibrium after it.

use std::collections::HashMap;

use gravity::equilibrium::{
    Change, Deficits, Equilibrium, EquilibriumKind, EquilibriumOptions, Outcome, Sector, World, draw, solve,
    solve_all,
};
use gravity::{Expression, Finding, Fit, Table, fit};
use serde_json::json;

use super::{Needs, options, read, single, tell};
use crate::arguments::gravity::{Closure, Counterfactual, RowFormat};
use crate::command::{Done, put};
use crate::failure::Failure;
use crate::show;

/// One `--set`: a column, its new value, and the rows it holds for.
struct Setting {
    column: String,
    value: Expression,
    condition: Option<Expression>,
}

impl Setting {
    fn parse(text: &str) -> Result<Self, Failure> {
        let valid = "COLUMN=EXPRESSION, or COLUMN=EXPRESSION if EXPRESSION";
        let Some((column, rest)) = text.split_once('=').filter(|(column, _)| !column.trim().is_empty())
        else {
            return Err(Failure::new(format!("`{text}` sets nothing")).hint(valid));
        };
        let (value, condition) = match rest.split_once(" if ") {
            Some((value, condition)) => (value, Some(Expression::parse(condition.trim())?)),
            None => (rest, None),
        };
        Ok(Self { column: column.trim().to_owned(), value: Expression::parse(value.trim())?, condition })
    }

    fn apply(&self, table: &Table) -> Result<Table, Failure> {
        let mut values = table.numbers(&self.column)?.into_owned();
        let new = self.value.evaluate(table)?;
        let holds = self.condition.as_ref().map(|condition| condition.evaluate(table)).transpose()?;
        for (row, value) in values.iter_mut().enumerate() {
            if holds.as_ref().is_none_or(|holds| holds[row] == 1.0) {
                *value = new[row];
            }
        }
        Ok(table.replacing(&self.column, values)?)
    }
}

/// What the cost of trade depends on: coefficients, and the change of what they are multiplied by in each row.
struct Costs {
    coefficients: Vec<f64>,
    changes: Vec<Vec<f64>>,
    fit: Option<Fit>,
}

/// Solves the counterfactual and prints what it does to each economy.
pub(crate) fn run(asked: &Counterfactual, settings: &[String]) -> Result<Done, Failure> {
    let settings: Result<Vec<Setting>, Failure> = settings.iter().map(|text| Setting::parse(text)).collect();
    let settings = settings?;
    if settings.is_empty() {
        return Err(Failure::new("nothing changes")
            .hint("--set COLUMN=EXPRESSION says what does, such as --set border=0"));
    }
    if !(asked.sigma.is_finite() && asked.sigma > 1.0) {
        return Err(Failure::new(format!("{} is not an elasticity of substitution here", asked.sigma))
            .hint("--sigma takes a number above one"));
    }
    let (table, mut findings, costs, trade) = costs(asked, &settings)?;
    let (names, flows, row_of) = square(asked, &table, &trade, &mut findings)?;
    let theta = asked.sigma - 1.0;
    let sector = Sector { name: "all trade".to_owned(), elasticity: theta, flows, charges: Vec::new() };
    let world = World::new(names, vec![sector])?;
    let reference = asked.reference.as_ref().map(|name| world.find(name)).transpose()?;
    let change_for = |coefficients: &[f64]| {
        let mut change = Change::none(&world);
        for (cost, row) in change.costs[0].iter_mut().zip(&row_of) {
            if let Some(row) = row {
                let of_costs: f64 = coefficients.iter().zip(&costs.changes).map(|(b, x)| b * x[*row]).sum();
                *cost = (-of_costs / theta).exp();
            }
        }
        change
    };
    let options = EquilibriumOptions {
        kind: if asked.conditional { EquilibriumKind::Conditional } else { EquilibriumKind::Full },
        deficits: match asked.deficits {
            Closure::Multiplicative => Deficits::Multiplicative,
            Closure::Additive => Deficits::Additive,
            Closure::Balanced => Deficits::Balanced,
        },
        supply_elasticity: asked.supply_elasticity,
        ..EquilibriumOptions::default()
    };
    let in_reference = |solved: Equilibrium| match reference {
        Some(reference) => solved.in_prices_of(reference),
        None => solved,
    };
    let solved = solve(&world, &change_for(&costs.coefficients), &options, None)?;
    let start = solved.log_prices.clone();
    let solved = in_reference(solved);
    let mut draws: Vec<Equilibrium> = Vec::new();
    if asked.draws > 0
        && let Some(fit) = &costs.fit
    {
        let make = |number: usize| {
            change_for(&draw(&costs.coefficients, &fit.covariance.matrix, asked.seed, number as u64))
        };
        for outcome in solve_all(&world, asked.draws, make, &options, Some(&start)) {
            draws.push(in_reference(outcome?));
        }
    }
    let done = tell(&findings);
    print(asked, &solved, &draws, costs.fit.as_ref())?;
    Ok(done)
}

/// The table, its costs and their change, and trade in the baseline.
fn costs(
    asked: &Counterfactual,
    settings: &[Setting],
) -> Result<(Table, Vec<Finding>, Costs, Vec<f64>), Failure> {
    let options = options(&asked.estimation)?;
    let specifications = asked.formula.as_deref().map(single).transpose()?;
    let known: Result<Vec<(Expression, f64)>, Failure> =
        asked.coefficient.iter().map(|text| coefficient(text)).collect();
    let known = known?;
    let mut needs = Needs::of(specifications.as_deref().unwrap_or_default(), &options);
    needs.key(&asked.exporter);
    needs.key(&asked.importer);
    if specifications.is_none() {
        needs.number(&asked.trade);
        known.iter().for_each(|(expression, _)| needs.expression(expression));
    }
    for setting in settings {
        let used = needs.roles.get(&setting.column).is_some_and(|role| role.number);
        if !used {
            let names: Vec<&str> =
                needs.roles.iter().filter(|(_, role)| role.number).map(|(name, _)| name.as_str()).collect();
            return Err(Failure::new(format!("no cost depends on the column `{}`", setting.column))
                .hint(format!("the numbers used are {}", names.join(", "))));
        }
    }
    for setting in settings {
        needs.expression(&setting.value);
        if let Some(condition) = &setting.condition {
            needs.expression(condition);
        }
    }
    let condition = asked.estimation.condition.as_deref().map(Expression::parse).transpose()?;
    let (table, mut findings) = read(&asked.baseline, &needs, condition.as_ref())?;
    let mut changed = table.clone();
    for setting in settings {
        changed = setting.apply(&changed)?;
    }
    let difference = |old: Vec<f64>, new: Vec<f64>| -> Vec<f64> {
        new.iter().zip(old).map(|(new, old)| new - old).collect()
    };
    let Some(specifications) = specifications else {
        let mut changes = Vec::new();
        for (expression, _) in &known {
            changes.push(difference(expression.evaluate(&table)?, expression.evaluate(&changed)?));
        }
        let trade = table.numbers(&asked.trade)?.into_owned();
        let costs =
            Costs { coefficients: known.iter().map(|(_, value)| *value).collect(), changes, fit: None };
        return Ok((table, findings, costs, trade));
    };
    let fit = fit(&table, &specifications, &options)?.remove(0);
    findings.extend(fit.findings.iter().cloned());
    let changes: Vec<Vec<f64>> = fit
        .regressors(&table)?
        .into_iter()
        .zip(fit.regressors(&changed)?)
        .map(|(old, new)| difference(old, new))
        .collect();
    // Rows dropped as separated have a fitted value of zero.
    let mut trade = vec![f64::NAN; table.rows()];
    fit.dropped.iter().for_each(|dropped| trade[dropped.row] = 0.0);
    fit.fitted().for_each(|(row, mu)| trade[row] = mu);
    let coefficients = fit.coefficients.iter().map(|coefficient| coefficient.estimate).collect();
    Ok((table, findings, Costs { coefficients, changes, fit: Some(fit) }, trade))
}

fn coefficient(text: &str) -> Result<(Expression, f64), Failure> {
    let parts =
        text.rsplit_once('=').and_then(|(name, value)| Some((name, value.trim().parse::<f64>().ok()?)));
    match parts {
        Some((name, value)) if value.is_finite() => Ok((Expression::parse(name.trim())?, value)),
        _ => Err(Failure::new(format!("`{text}` is no coefficient"))
            .hint("NAME=VALUE, such as --coefficient log(dist)=-0.8")),
    }
}

/// Names in alphabetical order, flows as a square, and the row of each cell.
type Square = (Vec<String>, Vec<f64>, Vec<Option<usize>>);

/// Rows as a square of origins and destinations.
fn square(
    asked: &Counterfactual,
    table: &Table,
    trade: &[f64],
    findings: &mut Vec<Finding>,
) -> Result<Square, Failure> {
    let (from, to) = (table.keys(&asked.exporter)?, table.keys(&asked.importer)?);
    let ends = |row: usize| (from.label(row), to.label(row));
    let mut names: Vec<String> = (0..table.rows())
        .flat_map(|row| [ends(row).0.to_owned(), ends(row).1.to_owned()])
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    let number: HashMap<&str, usize> =
        names.iter().enumerate().map(|(number, name)| (name.as_str(), number)).collect();
    let n = names.len();
    let (mut flows, mut row_of) = (vec![0.0; n * n], vec![None; n * n]);
    for (row, value) in trade.iter().enumerate() {
        let (Some(i), Some(j)) = (number.get(ends(row).0), number.get(ends(row).1)) else { continue };
        if value.is_nan() {
            continue;
        }
        let cell = i * n + j;
        if let Some(before) = row_of[cell] {
            return Err(Failure::new(format!(
                "{}: lines {} and {} are both from {} to {}",
                table.name(),
                table.line(before),
                table.line(row),
                names[*i],
                names[*j]
            ))
            .hint("one row for each origin and destination; --where \"year == 2006\" takes one year"));
        }
        row_of[cell] = Some(row);
        flows[cell] = *value;
    }
    let unnamed: Vec<usize> =
        (0..table.rows()).filter(|row| ends(*row).0.is_empty() || ends(*row).1.is_empty()).collect();
    if let Some(first) = unnamed.first() {
        findings.push(Finding {
            code: "missing-value",
            table: table.name().to_owned(),
            line: Some(table.line(*first)),
            column: Some(if ends(*first).0.is_empty() { &asked.exporter } else { &asked.importer }.clone()),
            problem: "the name of an economy is missing".to_owned(),
            valid: "a label".to_owned(),
            done: "the row was left out".to_owned(),
            rows: unnamed.len(),
        });
    }
    let missing: Vec<String> = (0..n * n)
        .filter(|cell| row_of[*cell].is_none())
        .map(|cell| format!("{} to {}", names[cell / n], names[cell % n]))
        .collect();
    if !missing.is_empty() {
        let shown = missing.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = if missing.len() > 5 { format!(" and {} more", missing.len() - 5) } else { String::new() };
        findings.push(Finding {
            code: "not-square",
            table: table.name().to_owned(),
            line: None,
            column: None,
            problem: format!("{} of {} cells have no row: {shown}{more}", missing.len(), n * n),
            valid: "a row for each origin and destination, trade at home included".to_owned(),
            done: "they were taken to have no trade, which no change of cost can bring about".to_owned(),
            rows: missing.len(),
        });
    }
    Ok((names, flows, row_of))
}

/// A hat of an economy.
type Hat = fn(&Outcome) -> f64;

/// The changes that are printed, in per cent.
const COLUMNS: [(&str, Hat); 7] = [
    ("welfare", |economy| economy.welfare),
    ("real output", |economy| economy.real_output),
    ("exports", |economy| economy.exports.1 / economy.exports.0),
    ("imports", |economy| economy.imports.1 / economy.imports.0),
    ("home trade", |economy| economy.home.1 / economy.home.0),
    ("inward res.", |economy| economy.price_index),
    ("outward res.", |economy| economy.outward_resistance),
];

fn percent(hat: f64) -> f64 {
    100.0 * (hat - 1.0)
}

/// The interval of an economy's welfare over the draws, in per cent.
fn interval(draws: &[Equilibrium], economy: usize, of: Hat, level: f64) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = draws.iter().map(|draw| percent(of(&draw.economies[economy]))).collect();
    values.sort_by(f64::total_cmp);
    let at = |p: f64| values[((values.len() - 1) as f64 * p).round() as usize];
    (!values.is_empty()).then(|| (at(0.5 - level / 2.0), at(0.5 + level / 2.0)))
}

fn print(
    asked: &Counterfactual,
    solved: &Equilibrium,
    draws: &[Equilibrium],
    fit: Option<&Fit>,
) -> Result<(), Failure> {
    let welfare = COLUMNS[0].1;
    match asked.format {
        RowFormat::Json => {
            let economies: Vec<_> = solved
                .economies
                .iter()
                .enumerate()
                .map(|(number, economy)| {
                    let mut object = serde_json::Map::new();
                    object.insert("name".to_owned(), json!(economy.name));
                    for (name, of) in COLUMNS {
                        object.insert(
                            format!("{}_percent", name.replace(' ', "_").replace('.', "")),
                            json!(percent(of(economy))),
                        );
                    }
                    for (name, (old, new)) in [
                        ("output", economy.output),
                        ("expenditure", economy.expenditure),
                        ("exports", economy.exports),
                        ("imports", economy.imports),
                        ("home_trade", economy.home),
                    ] {
                        object.insert(name.to_owned(), json!([old, new]));
                    }
                    object.insert(
                        "welfare_interval".to_owned(),
                        json!(interval(draws, number, welfare, asked.level)),
                    );
                    serde_json::Value::Object(object)
                })
                .collect();
            put(&show::json(&json!({
                "kind": if asked.conditional { "conditional" } else { "full" },
                "sigma": asked.sigma, "reference": asked.reference, "draws": draws.len(), "seed": asked.seed,
                "residual": solved.residual, "iterations": solved.iterations, "economies": economies,
                "coefficients": fit.map(|fit| fit.coefficients.iter().map(|b| json!({
                    "name": b.name, "estimate": b.estimate, "standard_error": b.standard_error,
                })).collect::<Vec<_>>()),
            }))?)
        }
        RowFormat::Csv => {
            let mut heading = vec!["economy"];
            heading.extend(COLUMNS.iter().map(|(name, _)| *name));
            heading.extend(["welfare low", "welfare high"]);
            let rows = solved.economies.iter().enumerate().map(|(number, economy)| {
                let mut row = vec![economy.name.clone()];
                row.extend(COLUMNS.iter().map(|(_, of)| percent(of(economy)).to_string()));
                let bounds = interval(draws, number, welfare, asked.level);
                row.extend(
                    [bounds.map(|b| b.0), bounds.map(|b| b.1)]
                        .map(|b| b.map_or(String::new(), |b| b.to_string())),
                );
                row
            });
            put(&show::csv(&heading, rows)?)
        }
        RowFormat::Table => {
            let mut heading: Vec<String> = vec!["% change".to_owned()];
            heading.extend(COLUMNS.iter().map(|(name, _)| format!("{name}>")));
            if !draws.is_empty() {
                heading.push(format!("welfare, {:.0} %>", 100.0 * asked.level));
            }
            let rows = solved
                .economies
                .iter()
                .enumerate()
                .map(|(number, economy)| {
                    let mut row = vec![economy.name.clone()];
                    row.extend(COLUMNS.iter().map(|(_, of)| format!("{:.4}", percent(of(economy)))));
                    row.extend(
                        interval(draws, number, welfare, asked.level)
                            .map(|(low, high)| format!("{low:.3} – {high:.3}")),
                    );
                    row
                })
                .collect();
            let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
            put(&show::table(&heading, rows))?;
            if let Some(fit) = fit {
                let costs: Vec<String> = fit
                    .coefficients
                    .iter()
                    .map(|b| format!("{} {:.6} ({:.6})", b.name, b.estimate, b.standard_error))
                    .collect();
                put(&format!("\ncosts by {}\n", costs.join(", ")))?;
            }
            let kind = if asked.conditional { "conditional" } else { "full" };
            put(&format!(
                "{kind} equilibrium, sigma {}, largest excess of sales over output {:.1e} after {} steps\n",
                asked.sigma, solved.residual, solved.iterations
            ))
        }
    }
}
