//! Numbers as tables write them.

/// How a table writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notation {
    /// The decimal sign, `.` or `,`.
    pub(crate) decimal: char,
    /// Whether a lone group of three digits behind the decimal sign, `1,021`, may be decimals. Where
    /// it may not, such a number is ambiguous and is not guessed.
    pub(crate) three_decimals: bool,
}

impl Notation {
    /// Point, as many decimals as there are.
    pub(crate) const POINT: Self = Self { decimal: '.', three_decimals: true };

    /// Reads a number, blanks between thousands allowed.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub(crate) fn read(self, text: &str) -> Result<f64, String> {
        let other = if self.decimal == ',' { '.' } else { ',' };
        if text.contains(other) {
            let reading = if text.contains(self.decimal) {
                "mixes separators".to_owned()
            } else if text.matches(other).count() > 1 {
                format!("has \"{other}\" between thousands")
            } else {
                format!("may have a decimal \"{other}\" or a thousands separator")
            };
            return Err(format!("\"{text}\" is not a number here; it {reading}"));
        }
        let compact: String =
            text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')).collect();
        if let Some((whole, decimals)) = compact.split_once(self.decimal)
            && !self.three_decimals
            && decimals.len() == 3
            && whole.trim_start_matches('-').len() <= 3
            && compact.len() == text.len()
        {
            return Err(format!("\"{text}\" is ambiguous: {whole}{decimals} or {whole}.{decimals}"));
        }
        let number = compact.replace(self.decimal, ".");
        let plain = number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
        match number.parse::<f64>() {
            Ok(value) if plain && value.is_finite() => Ok(value),
            Ok(value) if plain && value.is_infinite() => Err(format!("\"{text}\" is out of range")),
            _ => Err(format!("\"{text}\" is not a number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_in_two_ways_is_not_guessed() {
        let comma = Notation { decimal: ',', three_decimals: false };
        assert_eq!(comma.read("18\u{a0}204,3"), Ok(18_204.3));
        assert_eq!(comma.read("1,5"), Ok(1.5));
        assert!(comma.read("1,021").is_err_and(|problem| problem.contains("ambiguous")));
        assert!(comma.read("18,204.3").is_err_and(|problem| problem.contains("mixes")));
        assert!(comma.read("8.779.120,5").is_err());
        assert_eq!(Notation { three_decimals: true, ..comma }.read("1,021"), Ok(1.021));
        assert!(Notation::POINT.read("2,523").is_err_and(|problem| problem.contains("decimal")));
        for bad in ["abc", "1e400", "", "NaN", "inf", "0x10"] {
            assert!(Notation::POINT.read(bad).is_err(), "{bad}");
        }
    }
}
