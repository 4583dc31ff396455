//! Economies by the numbers of statistics.

use std::collections::HashMap;

use case::Finding;

use super::records::Records;
use super::session::ImportError;
use crate::trade::WORLD;

/// Numbers of UN Comtrade and BACI that are not those of ISO 3166, or not in it.
const OTHERWISE: &[(u32, &str)] = &[
    (0, WORLD),
    (58, "BLX"),
    (251, "FRA"),
    (490, "S19"),
    (579, "NOR"),
    (699, "IND"),
    (711, "ZAF"),
    (736, "SDN"),
    (757, "CHE"),
    (842, "USA"),
    (891, "SCG"),
];

/// Codes of three letters by number.
#[derive(Debug, Clone)]
pub(crate) struct Economies {
    by_number: HashMap<u32, String>,
}

impl Economies {
    /// Those of ISO 3166, with the exceptions of Comtrade and BACI.
    pub(crate) fn standard() -> Self {
        let iso = rust_iso3166::ALL.iter().map(|country| (country.numeric as u32, country.alpha3.to_owned()));
        let other = OTHERWISE.iter().map(|(number, code)| (*number, (*code).to_owned()));
        Self { by_number: iso.chain(other).collect() }
    }

    /// The code of a number, given as text with or without leading zeros.
    pub(crate) fn numeric(&self, text: &[u8]) -> Option<&str> {
        let number = whole(text)?;
        self.by_number.get(&number).map(String::as_str)
    }

    /// Whether text is a code of three letters that statistics use.
    pub(crate) fn is_code(text: &str) -> bool {
        text == WORLD
            || rust_iso3166::from_alpha3(text).is_some()
            || OTHERWISE.iter().any(|(_, code)| *code == text)
    }

    /// Adds the rows of a table `country_code,…,country_iso3` as it comes with BACI. The table as a
    /// whole is refused where it is not UTF-8; what is doubtful is a warning.
    pub(crate) fn add(
        &mut self,
        file: &str,
        bytes: &[u8],
        findings: &mut Vec<Finding>,
    ) -> Result<usize, ImportError> {
        if let Err(error) = std::str::from_utf8(bytes) {
            let at = error.valid_up_to();
            let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
            return Err(Finding::error(
                "encoding",
                file,
                format!("byte 0x{:02X} in line {line} is not UTF-8", bytes[at]),
            )
            .at(line, "country_name")
            .valid("the file saved in UTF-8")
            .into());
        }
        let mut records = Records::new(bytes, b',');
        let broken = || {
            ImportError::from(Finding::error(
                "unreadable-file",
                file,
                "the table of economies cannot be read",
            ))
        };
        records.begin().map_err(|_| broken())?;
        let mut columns = None;
        let mut added = 0;
        while let Some(record) = records.next().map_err(|_| broken())? {
            let text = |index: usize| {
                record.get(index).and_then(|field| std::str::from_utf8(field).ok()).unwrap_or_default()
            };
            let Some((number, code)) = columns else {
                let find = |name: &str| (0..record.len()).find(|index| text(*index) == name);
                let missing = |name: &str| {
                    ImportError::from(
                        Finding::error("missing-column", file, format!("column \"{name}\" is missing"))
                            .at(1, name),
                    )
                };
                let number = find("country_code").ok_or_else(|| missing("country_code"))?;
                columns = Some((number, find("country_iso3").ok_or_else(|| missing("country_iso3"))?));
                continue;
            };
            let garbled = |field: &str| {
                field.chars().zip(field.chars().skip(1)).any(|(first, second)| {
                    matches!(first, 'Ã' | 'Â') && matches!(second, '\u{80}'..='\u{bf}')
                })
            };
            if let Some(name) = (0..record.len()).map(text).find(|field| garbled(field)) {
                findings.push(
                    Finding::warning(
                        "encoding",
                        file,
                        format!("\"{name}\" looks like UTF-8 read as ISO-8859-1; codes are unharmed"),
                    )
                    .at(record.line, "country_name"),
                );
            }
            let (Some(number), code) = (whole(text(number).as_bytes()), text(code)) else { continue };
            if code.len() == 3 {
                self.by_number.insert(number, code.to_owned());
                added += 1;
            }
        }
        Ok(added)
    }
}

/// A whole number of digits only.
pub(crate) fn whole(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter()
        .try_fold(0u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_statistics_are_not_all_those_of_iso() {
        let economies = Economies::standard();
        for (number, code) in
            [("51", "ARM"), ("051", "ARM"), ("398", "KAZ"), ("251", "FRA"), ("842", "USA"), ("0", "WLD")]
        {
            assert_eq!(economies.numeric(number.as_bytes()), Some(code));
        }
        for unknown in ["999", "", "5a", "-51"] {
            assert_eq!(economies.numeric(unknown.as_bytes()), None, "{unknown}");
        }
    }
}
