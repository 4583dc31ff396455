//! Predictions: the fit is given back, errors agree with those of a model with dummies, and what the sample does
//! not know is said.

use gravity::{
    CovarianceKind, Expression, FitOptions, Keys, Reported, SmallSample, Support, Table, fit, parse_formula,
};

use crate::agtpa;

/// A few countries, so that a model with dummies is small.
fn small() -> Table {
    let some = ["ARG", "AUS", "AUT", "BEL", "BRA", "CAN", "CHE"]
        .map(|name| format!("exporter == '{name}'"))
        .join(" | ");
    let both = format!("({some}) & ({}) & year == 2006", some.replace("exporter", "importer"));
    agtpa::panel().only(&Expression::parse(&both).unwrap()).unwrap()
}

#[test]
fn errors_of_predictions_agree_with_those_of_a_model_with_dummies() {
    let table = small();
    for covariance in
        [CovarianceKind::Information, CovarianceKind::Heteroskedastic, CovarianceKind::clustered("pair_id")]
    {
        let options = FitOptions { covariance, small_sample: SmallSample::None, ..FitOptions::default() };
        let one = |formula: &str| fit(&table, &parse_formula(formula).unwrap(), &options).unwrap().remove(0);
        let absorbed = one("trade ~ log(dist) + cntg | exporter + importer");
        let dummies = one("trade ~ log(dist) + cntg + i(exporter) + i(importer)");
        let (a, b) =
            (absorbed.predict(&table, &table, true).unwrap(), dummies.predict(&table, &table, true).unwrap());
        for (a, b) in a.iter().zip(&b) {
            let (linear, error) = (a.linear.unwrap(), a.standard_error.unwrap());
            assert!((linear - b.linear.unwrap()).abs() < 1e-6, "{a:?} {b:?}");
            assert!((error / b.standard_error.unwrap() - 1.0).abs() < 1e-4, "{a:?} {b:?}");
        }
        // And the dummies' errors are what their whole covariance says.
        let row = table.numbers("dist").unwrap()[0].ln();
        let mut weights = vec![("log(dist)", row)];
        weights.push(("(Intercept)", 1.0));
        let constant = dummies.coefficient("cntg").map(|_| "cntg").unwrap();
        weights.push((constant, table.numbers("cntg").unwrap()[0]));
        let label = |key: &str| format!("{key}::{}", table.keys(key).unwrap().label(0));
        let (exporter, importer) = (label("exporter"), label("importer"));
        for name in [&exporter, &importer] {
            if dummies.coefficient(name).is_some() {
                weights.push((name, 1.0));
            }
        }
        let (linear, error) = dummies.combination(&weights).unwrap();
        assert!((linear - b[0].linear.unwrap()).abs() < 1e-6);
        assert!((error / b[0].standard_error.unwrap() - 1.0).abs() < 1e-6, "{error} {:?}", b[0]);
    }
}

#[test]
fn fitted_values_come_back_and_what_is_not_known_is_said() {
    let panel = agtpa::panel();
    let formula = "trade ~ rta | exporter^year + importer^year + pair_id";
    let fit = fit(&panel, &parse_formula(formula).unwrap(), &FitOptions::default()).unwrap().remove(0);
    let rows: Vec<usize> = fit.fitted().step_by(997).map(|(row, _)| row).collect();
    let some = panel.of_rows(&rows);
    for (prediction, (_, mu)) in
        fit.predict(&panel, &some, false).unwrap().iter().zip(fit.fitted().step_by(997))
    {
        assert!((prediction.value.unwrap() / mu - 1.0).abs() < 1e-6, "{prediction:?} {mu}");
    }
    let keys = |labels: [&str; 3]| Keys::from_labels(labels);
    let new = Table::new("new", 3)
        .with_keys("exporter", keys(["ARG", "XXX", "ARG"]))
        .unwrap()
        .with_keys("importer", keys(["AUS", "AUS", "AUS"]))
        .unwrap()
        .with_keys("year", keys(["2006", "2006", "2006"]))
        .unwrap()
        .with_keys("pair_id", keys(["1", "1", "1"]))
        .unwrap()
        .with_numbers("rta", vec![1.0, 0.0, 3.0])
        .unwrap()
        .with_numbers("trade", vec![100.0, 1.0, 1.0])
        .unwrap()
        .with_numbers("mirror", vec![130.0, 1.0, 1.0])
        .unwrap();
    let predictions = fit.predict(&panel, &new, true).unwrap();
    assert_eq!(predictions[0].support, Support::Inside);
    assert_eq!(
        predictions[1].support,
        Support::UnknownGroup { effect: "exporter^year".to_owned(), group: "XXX^2006".to_owned() }
    );
    assert!(predictions[1].value.is_none());
    assert_eq!(
        predictions[2].support,
        Support::Beyond { regressor: "rta".to_owned(), value: 3.0, range: (0.0, 1.0) }
    );

    let reported = Reported { value: "trade".to_owned(), low: None, high: Some("mirror".to_owned()) };
    let potential = fit.potential(&panel, &new, &reported, 0.95).unwrap();
    let (value, low, high) = potential[0].predicted.unwrap();
    assert!(low < value && value < high);
    assert_eq!(potential[0].actual, (100.0, 130.0));
    assert_eq!(potential[0].ratio.unwrap(), (low / 130.0, high / 100.0));
    assert_eq!(potential[1].verdict(), "not known: outside the sample's support");
}
