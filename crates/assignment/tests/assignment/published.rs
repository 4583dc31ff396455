//! Published optima of the TNTP networks.

use assignment::{Options, Solver, Status};

use crate::tntp;

fn reach(folder: &str, stem: &str, weights: (f64, f64), gap: f64, objective: f64, tolerance: f64) {
    let Some(instance) = tntp::instance(folder, stem, weights.0, weights.1) else { return };
    let started = std::time::Instant::now();
    let mut solver = Solver::new(instance).unwrap();
    let status = solver.run(&Options { gap, ..Options::default() }, &mut |progress| {
        if std::env::var_os("TRACE").is_some() {
            eprintln!("{folder} {:>8.1?} {progress:?}", started.elapsed());
        }
        std::ops::ControlFlow::Continue(())
    });
    eprintln!("{folder} {:?}", started.elapsed());
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
