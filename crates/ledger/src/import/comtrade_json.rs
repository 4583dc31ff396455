//! UN Comtrade as its service sends it: `{"count": …, "data": [ … ]}`, read record by record.

use std::fmt;
use std::io::Read;

use case::Finding;
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::comtrade_csv::{FIELDS, Place, Taker};
use super::economies::Economies;
use super::session::{ImportError, Session};

/// Reads an answer of the service.
pub(crate) fn read(
    session: &mut Session<'_>,
    reader: &mut dyn Read,
    economies: &Economies,
) -> Result<(), ImportError> {
    let mut answer = Answer {
        session,
        economies,
        taker: Taker::default(),
        records: 0,
        has_data: false,
        count: None,
        said: Vec::new(),
        stop: None,
    };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let outcome = json.deserialize_map(&mut answer);
    let Answer { session, records, has_data, count, said, stop, .. } = answer;
    if let Some(stop) = stop {
        return Err(stop);
    }
    if let Err(error) = outcome.and_then(|()| json.end()) {
        let bytes = session.bytes.get();
        let problem = if error.is_eof() {
            format!(
                "the JSON ends early at byte {bytes}, after {records} whole record(s); nothing was stored"
            )
        } else {
            format!("the JSON cannot be read: {error}; nothing was stored")
        };
        return Err(Finding::error("malformed-json", &session.file, problem)
            .at_row(error.line() as u64)
            .valid("an answer of the service, saved whole")
            .into());
    }
    if !has_data {
        let said = if said.is_empty() { "nothing more".to_owned() } else { said.join(": ") };
        let mut finding = Finding::error(
            "no-data",
            &session.file,
            format!("there is no \"data\"; the service said {said}"),
        )
        .valid("an answer with \"data\"");
        finding.column = Some("data".to_owned());
        return Err(finding.into());
    }
    if let Some(count) = count.filter(|count| *count != records as u64) {
        let mut finding = Finding::warning(
            "count-mismatch",
            &session.file,
            format!("count says {count}, data holds {records} records: the answer may be incomplete"),
        );
        finding.column = Some("count".to_owned());
        session.keep(finding);
    }
    Ok(())
}

struct Answer<'a, 's> {
    session: &'a mut Session<'s>,
    economies: &'a Economies,
    taker: Taker,
    records: usize,
    has_data: bool,
    count: Option<u64>,
    said: Vec<String>,
    stop: Option<ImportError>,
}

impl<'de> Visitor<'de> for &mut Answer<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an answer of UN Comtrade, an object with \"data\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => {
                    self.has_data = true;
                    map.next_value_seed(Data(self))?;
                }
                "count" => self.count = map.next_value_seed(Cell)?.parse().ok(),
                "statusCode" | "message" | "error" => {
                    let text = map.next_value_seed(Cell)?;
                    if !text.is_empty() {
                        self.said.push(text);
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The list of records.
struct Data<'b, 'a, 's>(&'b mut Answer<'a, 's>);

impl<'de> DeserializeSeed<'de> for Data<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Data<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Answer { session, economies, taker, records, stop, .. } = self.0;
        while let Some(fields) = list.next_element_seed(Fields)? {
            let place = Place::Record(*records);
            *records += 1;
            let borrowed = std::array::from_fn(|index| fields[index].as_str());
            let taken = session.row().and_then(|()| taker.take(session, economies, &borrowed, place));
            if let Err(error) = taken {
                *stop = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// The fields of a record, as text.
struct Fields;

impl<'de> DeserializeSeed<'de> for Fields {
    type Value = [String; FIELDS.len()];

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = [String; FIELDS.len()];

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Self::Value = Default::default();
        while let Some(key) = map.next_key::<String>()? {
            match FIELDS.iter().position(|name| *name == key) {
                Some(index) => fields[index] = map.next_value_seed(Cell)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

/// A value as text; nothing for null.
struct Cell;

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = String;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cell {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, a text or nothing")
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_str<E>(self, value: &str) -> Result<String, E> {
        Ok(value.trim().to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<String, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok("a list".to_owned())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok("an object".to_owned())
    }
}
