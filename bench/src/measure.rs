//! Medians of runs in turn, and checksums.

use std::hint::black_box;

use cpu_time::ProcessTime;

/// One line of output.
pub struct Measurement {
    pub peer: &'static str,
    pub operation: String,
    /// Median of all runs.
    pub seconds: f64,
    /// Of all answers, the same for all who answer the same.
    pub checksum: Option<u64>,
    /// Further fields.
    pub more: serde_json::Value,
}

/// What a peer does, timed by itself: seconds and checksum of one run.
pub type Run<'r> = Box<dyn FnMut() -> (f64, Option<u64>) + 'r>;

/// Times what is done, in seconds of the processor: on a machine that has other work, the clock on the wall would
/// measure that work too. Threads that a peer starts count as well.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = ProcessTime::now();
    let answer = black_box(work());
    (start.elapsed().as_secs_f64(), answer)
}

/// Runs all peers in turn, `repeats` times; what else the machine does then falls on all alike.
pub fn in_turn(
    operation: &str,
    repeats: usize,
    mut runs: Vec<(&'static str, Run<'_>)>,
    tell: &mut dyn FnMut(Measurement),
) {
    let mut seconds = vec![Vec::new(); runs.len()];
    let mut checksums = vec![None; runs.len()];
    for _ in 0..repeats {
        for (number, (_, run)) in runs.iter_mut().enumerate() {
            let (time, checksum) = run();
            seconds[number].push(time);
            checksums[number] = checksum;
        }
    }
    for ((peer, _), (mut seconds, checksum)) in runs.iter().zip(seconds.into_iter().zip(checksums)) {
        seconds.sort_by(f64::total_cmp);
        tell(Measurement {
            peer,
            operation: operation.to_owned(),
            seconds: seconds[seconds.len() / 2],
            checksum,
            more: serde_json::json!({ "least_seconds": seconds[0], "runs": seconds.len() }),
        });
    }
}

/// A checksum that depends on the order of what is summed.
#[derive(Default)]
pub struct Checksum(u64);

impl Checksum {
    pub fn add(&mut self, value: Option<u64>) {
        self.0 = (self.0 ^ value.unwrap_or(u64::MAX)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    }

    pub fn of(values: impl IntoIterator<Item = Option<u64>>) -> Option<u64> {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        Some(sum.0)
    }
}

/// Numbers that look random and are always the same (xorshift).
pub struct Draws(pub u64);

impl Draws {
    pub fn below(&mut self, limit: usize) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % limit as u64) as u32
    }
}
