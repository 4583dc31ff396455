//! The EU-15 sample of the R package fixest, against its vignette.

use gravity::{CovarianceKind, FitOptions, SmallSample, fit, parse_formula};

use crate::{bytes, data, table};

#[test]
fn x() {
    let Some(path) = data("fixest-trade/trade_eu15_2007_2016.csv.gz") else { return };
    let text = bytes(&path);
    for (formula, cluster) in [("Euros ~ log(dist_km) | Origin + Destination + Product + Year", "Origin"),("Euros ~ log(dist_km) | Origin + Destination + Product + Year", "Origin+Destination"),("Euros ~ log(dist_km) | Origin + Destination + Product + Year", "Product"), ("Euros ~ log(dist_km)", "Origin+Destination"), ("Euros ~ log(dist_km)", "Product")] {
        let options = FitOptions { covariance: CovarianceKind::clustered(cluster), small_sample: SmallSample::Fixest, ..FitOptions::default() };
        let table = table(&text, &[formula], &options, &[]);
        let fits = fit(&table, &parse_formula(formula).unwrap(), &options).unwrap();
        println!("{formula} {cluster}: {:?} {:?} {:?} {:?}", fits[0].coefficients, fits[0].certificate, fits[0].quality, fits[0].blocks());
    }
}
