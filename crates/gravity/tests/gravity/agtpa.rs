//! "An Advanced Guide to Trade Policy Analysis" (Yotov, Piermartini, Monteiro and Larch, 2016): the panel
//! applications of chapter 1, to the digits printed.

use std::collections::HashMap;

use gravity::{
    CovarianceKind, Estimator, Expression, Fit, FitOptions, Keys, SmallSample, Table, fit, parse_formula,
};

use crate::{bytes, printed, shipped, table};

const ALL: &[&str] = &[
    "trade",
    "dist",
    "cntg",
    "lang",
    "clny",
    "rta",
    "rta_lag4",
    "rta_lag8",
    "rta_lag12",
    "rta_lead4",
    "year",
    "exporter == importer",
    "year == '0'",
    "pair_id == '0'",
];

/// The panel, with what the applications add to it.
pub(crate) fn panel() -> Table {
    let text = bytes(&shipped("agtpa/panel_every_fourth_year.csv.gz"));
    let table = table(&text, &[], &FitOptions::default(), ALL);
    let numbers = |name: &str| table.numbers(name).unwrap().into_owned();
    let (trade, dist, year) = (numbers("trade"), numbers("dist"), numbers("year"));
    let (exporter, importer) =
        (table.keys("exporter").unwrap().into_owned(), table.keys("importer").unwrap().into_owned());
    let sums = |keys: &Keys, values: &[f64]| {
        let mut sums: HashMap<(u32, u32), f64> = HashMap::new();
        for row in 0..values.len() {
            *sums.entry((keys.codes[row], year[row] as u32)).or_default() += values[row];
        }
        (0..values.len()).map(|row| sums[&(keys.codes[row], year[row] as u32)]).collect::<Vec<f64>>()
    };
    let one = Keys { codes: vec![0; trade.len()], labels: vec!["all".to_owned()] };
    let (y, e, total) = (sums(&exporter, &trade), sums(&importer, &trade), sums(&one, &trade));
    let far =
        |size: &[f64]| (0..dist.len()).map(|row| dist[row] * total[row] / size[row]).collect::<Vec<f64>>();
    let (remoteness_exp, remoteness_imp) = (sums(&exporter, &far(&e)), sums(&importer, &far(&y)));
    let pairs = table.keys("pair_id").unwrap().into_owned();
    // One common effect for all domestic pairs.
    let pair_or_home = Keys::from_labels(
        (0..trade.len())
            .map(|row| if exporter.label(row) == importer.label(row) { "home" } else { pairs.label(row) }),
    );
    let pair_trade = {
        let mut sums: HashMap<&str, f64> = HashMap::new();
        (0..trade.len()).for_each(|row| *sums.entry(pairs.label(row)).or_default() += trade[row]);
        (0..trade.len()).map(|row| sums[pairs.label(row)]).collect::<Vec<f64>>()
    };
    table
        .clone()
        .with_numbers("y", y)
        .unwrap()
        .with_numbers("e", e)
        .unwrap()
        .with_numbers("remoteness_exp", remoteness_exp)
        .unwrap()
        .with_numbers("remoteness_imp", remoteness_imp)
        .unwrap()
        .with_numbers("pair_trade", pair_trade)
        .unwrap()
        .with_keys("pair_or_home", pair_or_home)
        .unwrap()
}

fn international(table: &Table) -> Table {
    table.only(&Expression::parse("exporter != importer").unwrap()).unwrap()
}

fn by_pair(estimator: Estimator) -> FitOptions {
    FitOptions {
        estimator,
        covariance: CovarianceKind::clustered("pair_id"),
        small_sample: SmallSample::Ppmlhdfe,
        reset: true,
        ..FitOptions::default()
    }
}

fn one(table: &Table, formula: &str, options: &FitOptions) -> Fit {
    fit(table, &parse_formula(formula).unwrap(), options).unwrap().remove(0)
}

#[track_caller]
fn agrees(fit: &Fit, published: &[(&str, f64, f64)]) {
    for (name, estimate, standard_error) in published {
        let found = fit.coefficient(name).unwrap_or_else(|| panic!("no {name}"));
        println!(
            "{name} {} ({}) against {estimate} ({standard_error})",
            found.estimate, found.standard_error
        );
    }
    for (name, estimate, standard_error) in published {
        let found = fit.coefficient(name).unwrap();
        printed(found.estimate, *estimate, 4);
        printed(found.standard_error, *standard_error, 4);
    }
}

const GRAVITY: &str = "log(dist) + cntg + lang + clny";

#[test]
fn application_1_traditional_gravity() {
    let panel = panel();
    let abroad = international(&panel);
    let ppml = one(
        &abroad,
        &format!("trade ~ {GRAVITY} | exporter^year + importer^year"),
        &by_pair(Estimator::Ppml),
    );
    assert_eq!(ppml.rows(), 28_152);
    agrees(
        &ppml,
        &[
            ("log(dist)", -0.8409, 0.0317),
            ("cntg", 0.4374, 0.0832),
            ("lang", 0.2475, 0.0765),
            ("clny", -0.2225, 0.1162),
        ],
    );
    println!("{:?} {:?} {:?}", ppml.certificate, ppml.reset, ppml.blocks());
    let p = ppml.reset.unwrap().p_value;
    // The book and its replications print 0.61 to 0.64.
    assert!((0.605..0.645).contains(&p), "{p}");

    let ols = one(
        &abroad,
        &format!("trade ~ {GRAVITY} | exporter^year + importer^year"),
        &by_pair(Estimator::LogOls),
    );
    assert_eq!(ols.rows(), 25_689);
    assert!(ols.reset.unwrap().p_value < 5e-4);
    agrees(
        &ols,
        &[
            ("log(dist)", -1.2156, 0.0376),
            ("cntg", 0.2232, 0.1995),
            ("lang", 0.6609, 0.0807),
            ("clny", 0.6705, 0.1470),
        ],
    );
}

#[test]
fn application_1_without_fixed_effects() {
    let panel = panel();
    let abroad = international(&panel);
    let options = by_pair(Estimator::LogOls);
    let plain = one(&abroad, &format!("trade ~ {GRAVITY} + log(y) + log(e)"), &options);
    agrees(
        &plain,
        &[
            ("log(dist)", -1.0016, 0.0273),
            ("cntg", 0.5738, 0.1847),
            ("lang", 0.8015, 0.0821),
            ("clny", 0.7349, 0.1442),
            ("log(y)", 1.1902, 0.0095),
            ("log(e)", 0.9076, 0.0099),
            ("(Intercept)", -11.2831, 0.2958),
        ],
    );
    let remote = "log(remoteness_exp) + log(remoteness_imp)";
    let remote = one(&abroad, &format!("trade ~ {GRAVITY} + log(y) + log(e) + {remote}"), &options);
    agrees(
        &remote,
        &[
            ("log(dist)", -1.1848, 0.0313),
            ("cntg", 0.2466, 0.1769),
            ("lang", 0.7394, 0.0784),
            ("clny", 0.8425, 0.1502),
            ("log(y)", 1.1643, 0.0095),
            ("log(e)", 0.9026, 0.0099),
            ("log(remoteness_exp)", 0.9718, 0.0682),
            ("log(remoteness_imp)", 0.2737, 0.0598),
            ("(Intercept)", -35.2185, 1.9859),
        ],
    );
}

/// Percentage change of the effect of distance from the first year to the last, with its standard error.
fn change(fit: &Fit, of: &str) -> (f64, f64) {
    let name = |year: u32| format!("year::{year}:{of}");
    let (first, last) =
        (fit.coefficient(&name(1986)).unwrap().estimate, fit.coefficient(&name(2006)).unwrap().estimate);
    let (by_first, by_last) = (-100.0 * last / (first * first), 100.0 / first);
    let (_, error) = fit.combination(&[(&name(1986), by_first), (&name(2006), by_last)]).unwrap();
    (100.0 * (last / first - 1.0), error)
}

#[test]
fn application_2_the_distance_puzzle() {
    let panel = panel();
    let years = [1986, 1990, 1994, 1998, 2002, 2006];
    let check = |fit: &Fit, of: &str, published: &[(f64, f64); 6], percent: (f64, f64)| {
        let named: Vec<String> = years.iter().map(|year| format!("year::{year}:{of}")).collect();
        let rows: Vec<(&str, f64, f64)> = named
            .iter()
            .zip(published)
            .map(|(name, (estimate, error))| (name.as_str(), *estimate, *error))
            .collect();
        agrees(fit, &rows);
        let found = change(fit, of);
        println!("{found:?} against {percent:?}");
        printed(found.0, percent.0, 4);
        printed(found.1, percent.1, 4);
    };
    let abroad = international(&panel);
    let others = "cntg + lang + clny | exporter^year + importer^year";
    // The copy of the table at hand prints 0.0427 for 1998, which neither this nor pyfixest (0.042073) gives;
    // all other figures agree.
    let ols = one(&abroad, &format!("trade ~ i(year, log(dist)) + {others}"), &by_pair(Estimator::LogOls));
    check(
        &ols,
        "log(dist)",
        &[
            (-1.1685, 0.0429),
            (-1.1551, 0.0416),
            (-1.2106, 0.0449),
            (-1.2481, 0.0421),
            (-1.2413, 0.0434),
            (-1.2613, 0.0430),
        ],
        (7.9502, 3.6976),
    );
    let ppml = one(&abroad, &format!("trade ~ i(year, log(dist)) + {others}"), &by_pair(Estimator::Ppml));
    assert_eq!(ppml.rows(), 28_152);
    check(
        &ppml,
        "log(dist)",
        &[
            (-0.8593, 0.0370),
            (-0.8341, 0.0377),
            (-0.8348, 0.0351),
            (-0.8469, 0.0354),
            (-0.8484, 0.0316),
            (-0.8356, 0.0312),
        ],
        (-2.7503, 3.0039),
    );
    // With trade at home, whose distance has an effect of its own.
    let home = "I(log(dist)*(exporter==importer))";
    let away = "I(log(dist)*(exporter!=importer))";
    let with_home =
        one(&panel, &format!("trade ~ i(year, {away}) + {home} + {others}"), &by_pair(Estimator::Ppml));
    assert_eq!(with_home.rows(), 28_566);
    check(
        &with_home,
        away,
        &[
            (-0.9797, 0.0720),
            (-0.9399, 0.0731),
            (-0.9150, 0.0720),
            (-0.8868, 0.0710),
            (-0.8839, 0.0706),
            (-0.8722, 0.0713),
        ],
        (-10.9648, 1.0580),
    );
    let same = "I(exporter==importer)";
    let with_border = one(
        &panel,
        &format!("trade ~ i(year, {away}) + {home} + {same} + {others}"),
        &by_pair(Estimator::Ppml),
    );
    check(
        &with_border,
        away,
        &[
            (-0.8570, 0.0627),
            (-0.8189, 0.0633),
            (-0.7958, 0.0635),
            (-0.7699, 0.0630),
            (-0.7666, 0.0626),
            (-0.7544, 0.0622),
        ],
        (-11.9693, 1.1730),
    );
    let by_country = "i(exporter, exporter == importer)";
    let own =
        one(&panel, &format!("trade ~ i(year, {away}) + {by_country} + {others}"), &by_pair(Estimator::Ppml));
    check(
        &own,
        away,
        &[
            (-0.9100, 0.0323),
            (-0.8790, 0.0321),
            (-0.8598, 0.0318),
            (-0.8329, 0.0317),
            (-0.8292, 0.0320),
            (-0.8105, 0.0320),
        ],
        (-10.9311, 0.7688),
    );
}

#[test]
fn application_3_trade_agreements() {
    let panel = panel();
    let abroad = international(&panel);
    let years = "exporter^year + importer^year";
    let ols = one(&abroad, &format!("trade ~ {GRAVITY} + rta | {years}"), &by_pair(Estimator::LogOls));
    agrees(&ols, &[("rta", -0.0044, 0.0531)]);
    let ppml = one(&abroad, &format!("trade ~ {GRAVITY} + rta | {years}"), &by_pair(Estimator::Ppml));
    agrees(&ppml, &[("rta", 0.1907, 0.0658)]);
    let pairs = format!("{years} + pair_or_home");
    let options = FitOptions { reset: false, ..by_pair(Estimator::Ppml) };
    let paired = one(&panel, &format!("trade ~ rta | {pairs}"), &options);
    assert_eq!(paired.rows(), 28_482);
    assert_eq!(paired.separated(), 84);
    agrees(&paired, &[("rta", 0.5572, 0.1022)]);
    let lead = one(&panel, &format!("trade ~ rta + rta_lead4 | {pairs}"), &options);
    agrees(&lead, &[("rta", 0.5200, 0.0859), ("rta_lead4", 0.0774, 0.0921)]);
    let lags = "rta + rta_lag4 + rta_lag8 + rta_lag12";
    let lagged = one(&panel, &format!("trade ~ {lags} | {pairs}"), &options);
    agrees(
        &lagged,
        &[
            ("rta", 0.2914, 0.0892),
            ("rta_lag4", 0.4135, 0.0672),
            ("rta_lag8", 0.1687, 0.0431),
            ("rta_lag12", 0.1189, 0.0301),
        ],
    );
    let sum = lagged
        .combination(&[("rta", 1.0), ("rta_lag4", 1.0), ("rta_lag8", 1.0), ("rta_lag12", 1.0)])
        .unwrap();
    printed(sum.0, 0.9926, 4);
    printed(sum.1, 0.0943, 4);
    let borders = "i(year, exporter != importer, ref = 2006)";
    let globalised = one(&panel, &format!("trade ~ {lags} + {borders} | {pairs}"), &options);
    agrees(
        &globalised,
        &[
            ("rta", 0.1157, 0.0867),
            ("rta_lag4", 0.2877, 0.0617),
            ("rta_lag8", 0.0693, 0.0482),
            ("rta_lag12", 0.0024, 0.0291),
            ("year::1986:exporter!=importer", -0.7056, 0.0478),
            ("year::1990:exporter!=importer", -0.4803, 0.0429),
            ("year::1994:exporter!=importer", -0.3665, 0.0335),
            ("year::1998:exporter!=importer", -0.1581, 0.0233),
            ("year::2002:exporter!=importer", -0.1409, 0.0169),
        ],
    );
}
