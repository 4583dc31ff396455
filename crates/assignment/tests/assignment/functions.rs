//! Link functions.

use assignment::LinkFunction;

const FUNCTIONS: [LinkFunction; 6] = [
    LinkFunction::Constant { time: 3.0 },
    LinkFunction::Bpr { free_flow_time: 2.0, capacity: 10.0, coefficient: 0.15, power: 4.0 },
    LinkFunction::Bpr { free_flow_time: 2.0, capacity: 10.0, coefficient: 1.5, power: 2.6 },
    LinkFunction::Conical { free_flow_time: 2.0, capacity: 10.0, alpha: 5.0 },
    LinkFunction::Queue {
        free_flow_time: 1.0,
        capacity: 10.0,
        servers: 1,
        service_time: 0.5,
        variability: 1.0,
        saturation: 0.98,
    },
    LinkFunction::Queue {
        free_flow_time: 1.0,
        capacity: 10.0,
        servers: 4,
        service_time: 2.0,
        variability: 0.5,
        saturation: 0.95,
    },
];

#[test]
fn slopes_and_integrals_are_those_of_the_times() {
    for function in FUNCTIONS {
        for volume in [0.5, 3.0, 8.0, 9.3, 9.9, 12.0] {
            let step = 1e-5;
            let slope = (function.time(volume + step) - function.time(volume - step)) / (2.0 * step);
            assert!(
                (slope - function.slope(volume)).abs() <= 1e-6 * (1.0 + slope.abs()),
                "{function:?} {volume}"
            );
            let time = (function.integral(volume + step) - function.integral(volume - step)) / (2.0 * step);
            assert!((time - function.time(volume)).abs() <= 1e-6 * time, "{function:?} {volume} {time}");
            assert!(function.slope(volume) >= 0.0);
        }
        assert_eq!(function.integral(0.0), 0.0);
    }
}

#[test]
fn a_queue_of_one_server_is_pollaczeks() {
    // M/M/1: half served, one waits as long as one is served.
    assert!((FUNCTIONS[4].time(5.0) - 1.5).abs() < 1e-12);
}

#[test]
fn a_conical_function_doubles_at_capacity() {
    assert!((FUNCTIONS[3].time(10.0) - 4.0).abs() < 1e-12);
    assert!((FUNCTIONS[3].time(0.0) - 2.0).abs() < 1e-12);
}
