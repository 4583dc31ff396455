//! Identifiers and names: looked up exactly, and the nearest ones suggested.

use std::collections::HashMap;

/// Identifiers of one table, numbered in the order in which they were added.
///
/// ```
/// let mut names = case::Names::default();
/// assert_eq!(names.add("tbilisi"), Some(0));
/// assert_eq!(names.add("tbilisi"), None);
/// assert_eq!(names.number("tbilisi"), Some(0));
/// assert_eq!(names.text(0), "tbilisi");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Names {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    /// Adds an identifier; nothing if it is there already.
    pub fn add(&mut self, text: &str) -> Option<u32> {
        if self.numbers.contains_key(text) {
            return None;
        }
        let number = u32::try_from(self.texts.len()).ok()?;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        Some(number)
    }

    /// The number of an identifier.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The identifier of a number; empty where there is none.
    #[must_use]
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// All of them in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.texts.iter().map(String::as_str)
    }
}

/// A name with what does not distinguish places taken out: case, accents that spellings
/// disagree on, blanks, hyphens and apostrophes.
#[must_use]
pub fn plain(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric())
        .map(|character| match character {
            'ə' | 'á' | 'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'ı' | 'í' | 'î' | 'ï' => 'i',
            'ó' | 'ô' | 'ö' => 'o',
            'ú' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ğ' => 'g',
            'ş' => 's',
            'ё' => 'е',
            other => other,
        })
        .collect()
}

/// The candidates nearest to a text, best first, at most `most` of them; none where nothing is
/// near. Nearness is the Jaro–Winkler similarity of the plain forms.
#[must_use]
pub fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let wanted = plain(text);
    let mut scored: Vec<(f64, &str)> = candidates
        .map(|candidate| (strsim::jaro_winkler(&wanted, &plain(candidate)), candidate))
        .filter(|(score, _)| *score >= 0.75)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

/// A sentence part that suggests: `did you mean a, b or c?`, or the number of valid ones.
#[must_use]
pub fn suggestion<'a>(text: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = nearest(text, candidates.clone(), 3);
    match near.as_slice() {
        [] => {
            let all: Vec<&str> = candidates.take(8).collect();
            if all.is_empty() {
                "there are none yet".to_owned()
            } else {
                format!("for example {}", all.join(", "))
            }
        }
        [only] => format!("did you mean {only}?"),
        [first @ .., last] => format!("did you mean {} or {last}?", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_forms_ignore_case_blanks_and_turkic_letters() {
        assert_eq!(plain("Böyük Kəsik"), plain("boyuk-kasik"));
        assert_eq!(plain("Aktau Port"), plain("aktau-port"));
        assert_ne!(plain("Астана"), plain("Алматы"));
    }

    #[test]
    fn a_misspelling_finds_its_place() {
        let places = ["Kostanay", "Astana", "Dalarik"];
        assert_eq!(nearest("Kostenay", places.into_iter(), 1), ["Kostanay"]);
        assert_eq!(suggestion("Dalarick", places.into_iter()), "did you mean Dalarik?");
    }
}
