//! A JSON Schema of scenario files, for editors: completion and checks while typing.
//!
//! It is made from the types that read a measure, so that the two cannot differ. A file that the
//! schema accepts can still name a link that no case has; that is what a check against a case is for.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::measure::{About, Change};
use crate::scenario_file::Scenario;

impl Scenario {
    /// The schema of a scenario file: JSON Schema, draft 2020-12.
    #[must_use]
    pub fn schema() -> Value {
        let (kinds, mut definitions) = generated();
        let measures: Vec<Value> = kinds.into_iter().map(|(_, schema)| Value::Object(schema)).collect();
        definitions.insert("Measure".to_owned(), json!({ "oneOf": measures }));
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Ayrum scenario",
            "description": "A named list of dated measures on a case.",
            "type": "object",
            "required": ["name", "title", "dates"],
            "additionalProperties": false,
            "properties": {
                "name": {
                    "type": "string",
                    "pattern": "^[\\p{L}\\p{N}._-]+$",
                    "description": "Identifier: letters, digits, `-`, `_`, `.`."
                },
                "title": { "type": "string", "description": "Title that a report can print." },
                "summary": { "type": "string", "description": "What it is about, in a few sentences." },
                "dates": {
                    "type": "array",
                    "minItems": 1,
                    "items": { "$ref": "#/$defs/Day" },
                    "description": "The days for which it is meant; the first is asked about by default."
                },
                "inherits": {
                    "type": "array",
                    "items": { "type": "string" },
                    "description": "Scenarios whose measures it has too, by name."
                },
                "measure": {
                    "type": "array",
                    "items": { "$ref": "#/$defs/Measure" },
                    "description": "What changes."
                }
            },
            "$defs": definitions
        })
    }
}

/// A JSON object.
type Object = Map<String, Value>;

/// The schema of each kind of measure with the fields that all have, and what they refer to.
fn generated() -> (Vec<(String, Object)>, Object) {
    let mut generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
    let change = generator.subschema_for::<Change>().to_value();
    let about = generator.subschema_for::<About>().to_value();
    let mut definitions = generator.take_definitions(true);
    let change = resolved(&change, &definitions);
    let about = resolved(&about, &definitions);
    let mut kinds = Vec::new();
    for variant in change.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        let mut own = resolved(variant, &definitions);
        let description = variant.get("description").cloned();
        // Fields of a kind stand in a definition of its own.
        if let Some(reference) = own.remove("$ref").map(|reference| json!({ "$ref": reference })) {
            merge(&mut own, &resolved(&reference, &definitions));
        }
        merge(&mut own, &about);
        if let Some(description) = description {
            own.insert("description".to_owned(), description);
        }
        own.insert("additionalProperties".to_owned(), Value::Bool(false));
        let kind = own
            .get("properties")
            .and_then(|properties| properties.get("kind")?.get("const")?.as_str())
            .unwrap_or_default()
            .to_owned();
        own.insert("title".to_owned(), Value::String(kind.clone()));
        kinds.push((kind, own));
    }
    definitions.retain(|name, _| matches!(name.as_str(), "Day" | "Expected"));
    (kinds, definitions)
}

/// A schema, or the one that it refers to.
fn resolved(schema: &Value, definitions: &Object) -> Object {
    let mut own = schema.as_object().cloned().unwrap_or_default();
    let name = own.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
    let Some(referred) = name.and_then(|name| definitions.get(name)).and_then(Value::as_object) else {
        return own;
    };
    let referred = referred.clone();
    own.remove("$ref");
    merge(&mut own, &referred);
    own
}

/// Adds the properties and requirements of a schema to another.
fn merge(own: &mut Object, other: &Object) {
    for (name, value) in other {
        match (own.get_mut(name), value) {
            (Some(Value::Object(own)), Value::Object(other)) => {
                for (name, value) in other {
                    own.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            (Some(Value::Array(own)), Value::Array(other)) if name == "required" => {
                for value in other {
                    if !own.contains(value) {
                        own.push(value.clone());
                    }
                }
            }
            (Some(_), _) => {}
            (None, _) => drop(own.insert(name.clone(), value.clone())),
        }
    }
}

/// The kinds of measures.
pub(crate) fn kinds() -> Vec<String> {
    generated().0.into_iter().map(|(kind, _)| kind).collect()
}

/// The fields of a kind; nothing where there is no such kind.
pub(crate) fn fields_of(kind: &str) -> Option<Vec<String>> {
    let (_, schema) = generated().0.into_iter().find(|(own, _)| own == kind && !own.is_empty())?;
    let properties = schema.get("properties")?.as_object()?;
    Some(properties.keys().filter(|name| *name != "kind").cloned().collect())
}
