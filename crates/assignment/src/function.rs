use crate::AssignmentError;

/// Hours on a link, or of delay in a group, as a function of its volume in units of capacity (such as wagons a day).
///
/// All are continuous, rise nowhere less than flat, and have a derivative. Times and capacities are in whatever unit the
/// caller uses throughout; this page says hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LinkFunction {
    /// The same time at any volume.
    Constant {
        /// Hours.
        time: f64,
    },
    /// `t = t₀ (1 + b (v/c)^p)`, the function of the Bureau of Public Roads (*Traffic Assignment Manual*, 1964).
    Bpr {
        /// `t₀`, hours.
        free_flow_time: f64,
        /// `c`, units. Where it is zero and `b` and `p` are not, the link is closed.
        capacity: f64,
        /// `b`.
        coefficient: f64,
        /// `p`, zero or at least one. With zero the time is `t₀ (1 + b)`.
        power: f64,
    },
    /// `t = t₀ (2 + √(α²(1−x)² + β²) − α(1−x) − β)` with `x = v/c`, `β = (2α−1)/(2α−2)`: a conical function (Spiess,
    /// *Transportation Science* 24, 1990). Twice the free-flow time at capacity, and a straight line far above it.
    Conical {
        /// `t₀`, hours.
        free_flow_time: f64,
        /// `c`, units. Where it is zero, the link is closed.
        capacity: f64,
        /// `α` above 1: how sharp the bend is.
        alpha: f64,
    },
    /// Mean wait before `servers` that work in parallel, such as booths of a border post or berths of a port:
    ///
    /// ```text
    /// t = t₀ + κ s ρ^m / (n (1 − ρ)),   ρ = v/c,   m = √(2(n+1)) − 1
    /// ```
    ///
    /// (Sakasegawa, *Annals of the Institute of Statistical Mathematics* 29, 1977; exact for one server with Poisson
    /// arrivals, where `m = 1`). Above the share `saturation` it goes on along its tangent, so that demand above
    /// capacity has a finite, steep cost; for a limit that is never exceeded, set a hard capacity.
    Queue {
        /// `t₀`, hours without any wait, the service included.
        free_flow_time: f64,
        /// `c`: units that all servers together handle in the period. Where it is zero, the link is closed.
        capacity: f64,
        /// `n`, at least 1.
        servers: u32,
        /// `s`, hours in which one server handles one unit.
        service_time: f64,
        /// `κ = (c_a² + c_s²)/2`, of the squared coefficients of variation of arrivals and service: 1 for Poisson
        /// arrivals and exponential service, ½ for a fixed service time.
        variability: f64,
        /// Share of the capacity, above 0 and below 1, from which the tangent goes on, such as 0.98.
        saturation: f64,
    },
}

/// A value and its derivative.
pub(crate) type Jet = (f64, f64);

impl LinkFunction {
    /// Whether the time is the same at any volume.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        match *self {
            Self::Constant { .. } => true,
            Self::Bpr { free_flow_time, coefficient, power, .. } => {
                free_flow_time == 0.0 || coefficient == 0.0 || power == 0.0
            }
            Self::Conical { free_flow_time, .. } => free_flow_time == 0.0,
            Self::Queue { service_time, variability, .. } => service_time == 0.0 || variability == 0.0,
        }
    }

    /// Whether nothing can pass: the capacity is zero and the time depends on it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match *self {
            Self::Constant { .. } => false,
            Self::Bpr { capacity, coefficient, power, .. } => {
                capacity == 0.0 && coefficient != 0.0 && power != 0.0
            }
            Self::Conical { capacity, .. } | Self::Queue { capacity, .. } => capacity == 0.0,
        }
    }

    /// Capacity in units, where the function has one.
    #[must_use]
    pub fn capacity(&self) -> Option<f64> {
        match *self {
            Self::Constant { .. } => None,
            Self::Bpr { capacity, .. } | Self::Conical { capacity, .. } | Self::Queue { capacity, .. } => {
                Some(capacity)
            }
        }
    }

    /// Hours at no volume.
    #[must_use]
    pub fn free_flow_time(&self) -> f64 {
        match *self {
            Self::Constant { time } => time,
            Self::Bpr { free_flow_time, coefficient, power: 0.0, .. } => free_flow_time * (1.0 + coefficient),
            Self::Bpr { free_flow_time, .. }
            | Self::Conical { free_flow_time, .. }
            | Self::Queue { free_flow_time, .. } => free_flow_time,
        }
    }

    /// Hours at a volume, in units. A negative volume counts as none.
    #[must_use]
    pub fn time(&self, volume: f64) -> f64 {
        self.jet(volume).0
    }

    /// Derivative of the hours by the volume.
    #[must_use]
    pub fn slope(&self, volume: f64) -> f64 {
        self.jet(volume).1
    }

    /// Hours and their derivative at a volume.
    pub(crate) fn jet(&self, volume: f64) -> Jet {
        let (value, slope, _) = self.second(volume);
        (value, slope)
    }

    /// Marginal hours `t + v t'` and their derivative.
    pub(crate) fn marginal(&self, volume: f64) -> Jet {
        let (value, slope, bend) = self.second(volume);
        let volume = volume.max(0.0);
        (value + volume * slope, 2.0 * slope + volume * bend)
    }

    /// Hours with first and second derivative.
    fn second(&self, volume: f64) -> (f64, f64, f64) {
        let volume = volume.max(0.0);
        if self.is_constant() || self.is_closed() {
            return (self.free_flow_time(), 0.0, 0.0);
        }
        match *self {
            Self::Constant { time } => (time, 0.0, 0.0),
            Self::Bpr { free_flow_time, capacity, coefficient, power } => {
                let x = volume / capacity;
                let scale = free_flow_time * coefficient;
                if power == 4.0 {
                    let square = x * x;
                    let slope = scale * 4.0 * square * x / capacity;
                    return (
                        free_flow_time + scale * square * square,
                        slope,
                        scale * 12.0 * square / (capacity * capacity),
                    );
                }
                if power == 1.0 {
                    return (free_flow_time + scale * x, scale / capacity, 0.0);
                }
                if x == 0.0 {
                    let bend = if power == 2.0 { 2.0 * scale / (capacity * capacity) } else { 0.0 };
                    return (free_flow_time, 0.0, bend);
                }
                let raised = x.powf(power);
                (
                    free_flow_time + scale * raised,
                    scale * power * raised / volume,
                    scale * power * (power - 1.0) * raised / (volume * volume),
                )
            }
            Self::Conical { free_flow_time, capacity, alpha } => {
                let beta = (2.0 * alpha - 1.0) / (2.0 * alpha - 2.0);
                let left = alpha * (1.0 - volume / capacity);
                let root = (left * left + beta * beta).sqrt();
                let rate = alpha / capacity;
                (
                    free_flow_time * (2.0 + root - left - beta),
                    free_flow_time * rate * (1.0 - left / root),
                    free_flow_time * rate * rate * beta * beta / (root * root * root),
                )
            }
            Self::Queue { free_flow_time, capacity, saturation, .. } => {
                let (scale, power) = self.queue_parts();
                let share = volume / capacity;
                let at = share.min(saturation);
                let (raised, left) = (at.powf(power), 1.0 - at);
                let value = raised / left;
                let slope = if at == 0.0 {
                    if power == 1.0 { 1.0 } else { 0.0 }
                } else {
                    value * (power / at + 1.0 / left)
                };
                if share > saturation {
                    let value = value + slope * (share - saturation);
                    return (free_flow_time + scale * value, scale * slope / capacity, 0.0);
                }
                let bend = if at == 0.0 {
                    if power == 1.0 { 2.0 } else { 0.0 }
                } else {
                    value * ((power / at + 1.0 / left).powi(2) - power / (at * at) + 1.0 / (left * left))
                };
                (
                    free_flow_time + scale * value,
                    scale * slope / capacity,
                    scale * bend / (capacity * capacity),
                )
            }
        }
    }

    /// `κ s / n` and `m` of a queue.
    fn queue_parts(&self) -> (f64, f64) {
        match *self {
            Self::Queue { servers, service_time, variability, .. } => {
                let servers = f64::from(servers);
                (variability * service_time / servers, (2.0 * (servers + 1.0)).sqrt() - 1.0)
            }
            _ => (0.0, 1.0),
        }
    }

    /// `∫₀ᵛ t`, the link's part of Beckmann's objective.
    #[must_use]
    pub fn integral(&self, volume: f64) -> f64 {
        let volume = volume.max(0.0);
        if self.is_constant() || self.is_closed() {
            return self.free_flow_time() * volume;
        }
        match *self {
            Self::Constant { time } => time * volume,
            Self::Bpr { free_flow_time, capacity, coefficient, power } => {
                let x = volume / capacity;
                let raised = if power == 4.0 { (x * x) * (x * x) } else { x.powf(power) };
                free_flow_time * volume * (1.0 + coefficient * raised / (power + 1.0))
            }
            Self::Conical { free_flow_time, capacity, alpha } => {
                let beta = (2.0 * alpha - 1.0) / (2.0 * alpha - 2.0);
                // With z = α(1−x): ∫√(z²+β²) dz = ½(z√(z²+β²) + β² asinh(z/β)).
                let primitive = |z: f64| {
                    let root = (z * z + beta * beta).sqrt();
                    0.5 * (z * root + beta * beta * (z / beta).asinh()) - 0.5 * z * z
                };
                let z = alpha * (1.0 - volume / capacity);
                free_flow_time
                    * ((2.0 - beta) * volume + capacity / alpha * (primitive(alpha) - primitive(z)))
            }
            Self::Queue { free_flow_time, capacity, saturation, .. } => {
                let (scale, power) = self.queue_parts();
                let share = volume / capacity;
                let at = share.min(saturation);
                let mut area = queue_area(at, power);
                if share > saturation {
                    let value = at.powf(power) / (1.0 - at);
                    let slope = value * (power / at + 1.0 / (1.0 - at));
                    let beyond = share - saturation;
                    area += value * beyond + 0.5 * slope * beyond * beyond;
                }
                free_flow_time * volume + scale * capacity * area
            }
        }
    }

    /// Whether its numbers make sense; `place` goes into the error.
    pub(crate) fn check(&self, place: &str) -> Result<(), AssignmentError> {
        let need = |name: &'static str, value: f64, fits: bool, valid: &'static str| {
            if value.is_finite() && fits {
                Ok(())
            } else {
                Err(AssignmentError::Value { place: place.to_owned(), name, value, valid })
            }
        };
        const NOT_NEGATIVE: &str = "a finite number, zero or more";
        match *self {
            Self::Constant { time } => need("time", time, time >= 0.0, NOT_NEGATIVE),
            Self::Bpr { free_flow_time, capacity, coefficient, power } => {
                need("free-flow time", free_flow_time, free_flow_time >= 0.0, NOT_NEGATIVE)?;
                need("capacity", capacity, capacity >= 0.0, NOT_NEGATIVE)?;
                need("coefficient", coefficient, coefficient >= 0.0, NOT_NEGATIVE)?;
                need("power", power, power == 0.0 || power >= 1.0, "zero, or a finite number from one")
            }
            Self::Conical { free_flow_time, capacity, alpha } => {
                need("free-flow time", free_flow_time, free_flow_time >= 0.0, NOT_NEGATIVE)?;
                need("capacity", capacity, capacity >= 0.0, NOT_NEGATIVE)?;
                need("alpha", alpha, alpha > 1.0, "a finite number above one")
            }
            Self::Queue { free_flow_time, capacity, servers, service_time, variability, saturation } => {
                need("free-flow time", free_flow_time, free_flow_time >= 0.0, NOT_NEGATIVE)?;
                need("capacity", capacity, capacity >= 0.0, NOT_NEGATIVE)?;
                need("servers", f64::from(servers), servers >= 1, "one or more")?;
                need("service time", service_time, service_time >= 0.0, NOT_NEGATIVE)?;
                need("variability", variability, variability >= 0.0, NOT_NEGATIVE)?;
                need("saturation", saturation, saturation > 0.0 && saturation < 1.0, "above zero, below one")
            }
        }
    }
}

/// `∫₀ᵃ ρ^m / (1 − ρ) dρ`. The pole is integrated by hand; what is left, `(1 − ρ^m)/(1 − ρ)`, is smooth but for a mild
/// kink at zero when `m` is no whole number, which the substitution `ρ = a y²` takes out well enough for ten digits.
fn queue_area(a: f64, power: f64) -> f64 {
    if power == 1.0 {
        return -a - (-a).ln_1p();
    }
    // Nodes and weights of the ten-point rule of Gauss and Legendre on [−1, 1], positive half.
    const RULE: [(f64, f64); 5] = [
        (0.148_874_338_981_631_2, 0.295_524_224_714_752_9),
        (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
        (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
        (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
        (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
    ];
    let smooth = |y: f64| {
        let share = a * y * y;
        let left = 1.0 - share;
        // Written through ln and exp_m1, it keeps its digits where the share is near one.
        let rest = if share == 0.0 { 1.0 } else { -(power * share.ln()).exp_m1() / left };
        rest * 2.0 * a * y
    };
    const PIECES: usize = 8;
    let mut sum = 0.0;
    for piece in 0..PIECES {
        let middle = (piece as f64 + 0.5) / PIECES as f64;
        let half = 0.5 / PIECES as f64;
        for (node, weight) in RULE {
            sum += weight * half * (smooth(middle + half * node) + smooth(middle - half * node));
        }
    }
    -(-a).ln_1p() - sum
}
