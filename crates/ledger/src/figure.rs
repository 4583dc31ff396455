//! Figures as they were said: exact, about, at least, at most, or a range.

/// How a figure was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureKind {
    /// As it stands, up to half a unit of its last digit after the point.
    Exact,
    /// `about`, `some`: taken as five per cent either way.
    About,
    /// `more than`, `slightly above`, `no less than`.
    AtLeast,
    /// `less than`, `nearly`, `up to`.
    AtMost,
    /// From one value to another.
    Range,
}

impl FigureKind {
    /// The kind of a word of the case format.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "exact" => Self::Exact,
            "about" => Self::About,
            "at_least" => Self::AtLeast,
            "at_most" => Self::AtMost,
            "range" => Self::Range,
            _ => return None,
        })
    }

    /// The word of the case format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::About => "about",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Range => "range",
        }
    }
}

/// Half the width of `about`, as a share. "About 1,000" is taken as 950 to 1,050.
pub const ABOUT: f64 = 0.05;

/// A figure as it was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// How it was said.
    pub kind: FigureKind,
    /// The figure, or the lower end of a range.
    pub value: f64,
    /// The upper end of a range.
    pub high: Option<f64>,
    /// Half a unit of the last digit written.
    pub rounding: f64,
}

impl Figure {
    /// A figure as written; its rounding is half a unit of the last digit after the point, or of one
    /// where it has none. Nothing where the text is no number.
    ///
    /// ```
    /// use ledger::{Figure, FigureKind};
    /// let tonnes = Figure::read(FigureKind::Exact, "20099.88", "").expect("a number");
    /// assert!((tonnes.rounding - 0.005).abs() < 1e-12);
    /// let about = Figure::read(FigureKind::About, "1000", "").expect("a number");
    /// assert_eq!(about.bounds(), (950.0, 1050.0));
    /// ```
    #[must_use]
    pub fn read(kind: FigureKind, value: &str, high: &str) -> Option<Self> {
        let number = value.parse::<f64>().ok().filter(|number| number.is_finite())?;
        let decimals = value.split_once('.').map_or(0, |(_, decimals)| decimals.len().min(12)) as i32;
        let high = high.parse::<f64>().ok().filter(|high| kind == FigureKind::Range && *high >= number);
        Some(Self { kind, value: number, high, rounding: 0.5 * 10f64.powi(-decimals) })
    }

    /// An exact figure without rounding.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self { kind: FigureKind::Exact, value, high: None, rounding: 0.0 }
    }

    /// The least and the most that it can stand for. The rounding of exact figures is not in it.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        match self.kind {
            FigureKind::Exact => (self.value, self.value),
            FigureKind::About => {
                (self.value - self.value.abs() * ABOUT, self.value + self.value.abs() * ABOUT)
            }
            FigureKind::AtLeast => (self.value, f64::INFINITY),
            FigureKind::AtMost => (f64::NEG_INFINITY, self.value),
            FigureKind::Range => (self.value, self.high.unwrap_or(self.value)),
        }
    }

    /// The same with the rounding of exact figures.
    #[must_use]
    pub fn rounded_bounds(&self) -> (f64, f64) {
        let (least, most) = self.bounds();
        match self.kind {
            FigureKind::Exact => (least - self.rounding, most + self.rounding),
            _ => (least, most),
        }
    }

    /// One number for it: the figure said, or the middle of a range.
    #[must_use]
    pub fn middle(&self) -> f64 {
        match (self.kind, self.high) {
            (FigureKind::Range, Some(high)) => f64::midpoint(self.value, high),
            _ => self.value,
        }
    }

    /// The figure times a number, rounding and all.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self {
            kind: self.kind,
            value: self.value * factor,
            high: self.high.map(|high| high * factor),
            rounding: self.rounding * factor,
        }
    }

    /// As it was said: `> 35`, `≤ 90`, `about 1,000`, `7–8`.
    #[must_use]
    pub fn words(&self) -> String {
        let value = plain_number(self.value);
        match (self.kind, self.high) {
            (FigureKind::Exact, _) => value,
            (FigureKind::About, _) => format!("about {value}"),
            (FigureKind::AtLeast, _) => format!("> {value}"),
            (FigureKind::AtMost, _) => format!("≤ {value}"),
            (FigureKind::Range, Some(high)) => format!("{value}–{}", plain_number(high)),
            (FigureKind::Range, None) => value,
        }
    }
}

/// A number with groups of thousands and no more decimals than it has, at most two.
#[must_use]
pub fn plain_number(value: f64) -> String {
    let rounded = format!("{:.2}", value.abs());
    let (whole, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let mut out = String::new();
    if value < 0.0 && rounded.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        out.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_lose_empty_decimals() {
        for (value, text) in [
            (20_099.88, "20,099.88"),
            (57.0, "57"),
            (-1234.5, "−1,234.5"),
            (0.0, "0"),
            (-0.001, "0"),
            (999.999, "1,000"),
        ] {
            assert_eq!(plain_number(value), text);
        }
    }

    #[test]
    fn bounds_say_what_was_said() {
        let read = |kind, value, high| Figure::read(kind, value, high).expect(value);
        assert_eq!(read(FigureKind::AtLeast, "35", "").bounds(), (35.0, f64::INFINITY));
        assert_eq!(read(FigureKind::AtMost, "35", "").bounds(), (f64::NEG_INFINITY, 35.0));
        assert_eq!(read(FigureKind::Range, "7", "8").bounds(), (7.0, 8.0));
        assert_eq!(read(FigureKind::Exact, "104", "").rounded_bounds(), (103.5, 104.5));
        assert_eq!(Figure::read(FigureKind::Exact, "1e400", ""), None);
        assert_eq!(Figure::read(FigureKind::Exact, "many", ""), None);
    }
}
