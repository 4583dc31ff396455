//! The 18 sets of Correia, Guimarães and Zylkin: exactly the rows marked are dropped.

use gravity::{DropReason, FitOptions, Role, Roles, Table, fit, parse_formula};

use crate::{bytes, shipped};

#[test]
fn exactly_the_rows_marked_are_dropped() {
    let folder = shipped("ppml-separation");
    let mut wrong = Vec::new();
    for set in 1..=18 {
        let name = format!("{set:02}.csv");
        let text = bytes(&folder.join(&name));
        let heading = String::from_utf8_lossy(&text).lines().next().unwrap().to_owned();
        let columns = |start: &str| {
            heading.split(',').filter(|name| name.starts_with(start)).collect::<Vec<_>>().join(" + ")
        };
        let (x, ids) = (columns("x"), columns("id"));
        let x = if x.is_empty() { "1".to_owned() } else { x };
        let formula = if ids.is_empty() { format!("y ~ {x}") } else { format!("y ~ {x} | {ids}") };
        let specifications = parse_formula(&formula).unwrap();
        let mut roles: Roles = specifications[0].needs();
        roles.insert("separated".to_owned(), Role { number: true, key: false });
        let (table, _) = Table::from_csv(&name, &text, &roles).unwrap();
        let marked: Vec<usize> = table
            .numbers("separated")
            .unwrap()
            .iter()
            .enumerate()
            .filter(|(_, mark)| **mark == 1.0)
            .map(|(row, _)| row)
            .collect();
        let found = match fit(
            &table,
            &specifications,
            &FitOptions { keep_singletons: true, ..FitOptions::default() },
        ) {
            Ok(fits) => {
                let mut rows: Vec<usize> = fits[0]
                    .dropped
                    .iter()
                    .filter(|dropped| !matches!(dropped.reason, DropReason::Singleton { .. }))
                    .map(|dropped| dropped.row)
                    .collect();
                rows.sort_unstable();
                rows
            }
            Err(error) => {
                wrong.push(format!("{name}: {formula}: {error}"));
                continue;
            }
        };
        if found != marked {
            wrong.push(format!("{name}: {formula}: marked {marked:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
