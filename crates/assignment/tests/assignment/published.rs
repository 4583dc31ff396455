//! Published optima of the TNTP networks.

use std::collections::HashMap;

use assignment::{Flows, Method, Options, Solver, Status, certify, unwatched};

use crate::tntp;

fn reach(folder: &str, stem: &str, weights: (f64, f64), gap: f64, objective: f64, tolerance: f64) {
    let Some(instance) = tntp::instance(folder, stem, weights.0, weights.1) else { return };
    let mut solver = Solver::new(instance).unwrap();
    let status = solver.run(&Options { gap, ..Options::default() }, &mut unwatched);
    let solution = solver.solution();
    assert_eq!(status, Status::Converged, "{folder}: {:?}", solution.certificate);
    let certificate = solution.certificate;
    assert!(certificate.relative_gap.abs() <= 1.01 * gap + 1e-14, "{folder}: {certificate:?}");
    assert!(certificate.conservation_error <= 1e-9 * certificate.demand, "{folder}: {certificate:?}");
    let error = (certificate.objective.unwrap() - objective).abs() / objective;
    assert!(error <= tolerance, "{folder}: objective {:?}, published {objective}", certificate.objective);
}

#[test]
fn braess() {
    reach("Braess-Example", "Braess", (0.0, 0.0), 1e-12, 386.0, 1e-9);
}

#[test]
fn sioux_falls() {
    reach("SiouxFalls", "SiouxFalls", (0.0, 0.0), 1e-12, 4_231_335.287_107_44, 1e-9);
}

#[test]
fn anaheim() {
    reach("Anaheim", "Anaheim", (0.0, 0.0), 1e-12, 1_286_032.171_096_033, 1e-9);
}

#[test]
fn barcelona() {
    reach("Barcelona", "Barcelona", (0.0, 0.0), 1e-12, 1_265_654.922_031_76, 1e-9);
}

#[test]
fn chicago_sketch() {
    reach("Chicago-Sketch", "ChicagoSketch", (0.02, 0.04), 1e-12, 17_313_018.738_747_7, 1e-9);
}

#[test]
fn eastern_massachusetts() {
    reach("Eastern-Massachusetts", "EMA", (0.0, 0.0), 1e-12, 26_160.345_922_911, 1e-8);
}

#[test]
fn berlin_friedrichshain() {
    reach("Berlin-Friedrichshain", "friedrichshain-center", (0.0, 0.0), 1e-11, 618_038.880_728, 1e-8);
}

#[test]
fn berlin_tiergarten() {
    reach("Berlin-Tiergarten", "berlin-tiergarten", (0.0, 0.0), 1e-11, 683_234.569_267, 1e-8);
}

/// No optimum is published: the gap is what tells.
#[test]
fn berlin_mitte_prenzlauer_berg_friedrichshain() {
    let Some(instance) = tntp::instance("Berlin-MPF", "berlin-mpf", 0.0, 0.0) else { return };
    let mut solver = Solver::new(instance).unwrap();
    assert_eq!(solver.run(&Options { gap: 1e-11, ..Options::default() }, &mut unwatched), Status::Converged);
    let certificate = solver.solution().certificate;
    assert!(certificate.relative_gap <= 1.01e-11, "{certificate:?}");
}

/// Its trips are not at hand; its published flows must have the published objective.
#[test]
fn chicago_regional_flows() {
    let (folder, none) = ("chicago-regional", "<END OF METADATA>");
    let texts =
        (tntp::text(folder, "ChicagoRegional_net.tntp"), tntp::text(folder, "ChicagoRegional_flow.tntp"));
    let (Some(network), Some(flows)) = texts else {
        eprintln!("skipped: no shared data (AYRUM_DATA names no folder with tntp/{folder})");
        return;
    };
    let instance = tntp::read(&network, none, 0.1, 0.25);
    let volumes: HashMap<(u32, u32), f64> = flows
        .lines()
        .filter_map(|line| {
            let values: Vec<f64> = line.split_whitespace().map_while(|word| word.parse().ok()).collect();
            (values.len() >= 3).then(|| ((values[0] as u32, values[1] as u32), values[2]))
        })
        .collect();
    let tonnes = instance.links.iter().map(|link| volumes[&(link.tail + 1, link.head + 1)]).collect();
    let flows = Flows { link_tonnes: &[tonnes], overflow: &[], link_prices: &[], group_prices: &[] };
    let objective = certify(&instance, &flows, Method::UserEquilibrium).objective.unwrap();
    assert!((objective - 30_792_611.386_439_3).abs() <= 1e-9 * objective, "{objective}");
}
