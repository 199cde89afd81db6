//! The user's word for which keys of a JSON object hold what: `title=headline,text=body.plain`.

use std::str::FromStr;

use serde_json::{Map, Value};

/// What a key can hold.
const KNOWN: [&str; 10] =
    ["title", "text", "id", "date", "language", "subtitle", "byline", "url", "section", "source"];

/// Keys by what they hold; what is not named is found by the usual keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldMap(Vec<(&'static str, String)>);

/// The text maps no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' maps no field; write NAME=KEY with NAME one of {known}", known = KNOWN.join(", "))]
pub struct BadField(pub String);

impl FromStr for FieldMap {
    type Err = BadField;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut map = Vec::new();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let bad = || BadField(part.trim().to_string());
            let (name, key) = part.split_once('=').ok_or_else(bad)?;
            let name = KNOWN.iter().find(|known| **known == name.trim()).ok_or_else(bad)?;
            let key = key.trim().to_string();
            if key.is_empty() {
                return Err(bad());
            }
            map.push((*name, key));
        }
        Ok(Self(map))
    }
}

impl FieldMap {
    /// The maps of all options together.
    pub fn joined(maps: &[FieldMap]) -> Self {
        Self(maps.iter().flat_map(|map| map.0.iter().cloned()).collect())
    }

    /// The object with what is mapped under the names that bulletin's own JSON has; `None` when
    /// nothing is mapped. A key with dots names a key of an inner object.
    pub(super) fn apply(&self, object: &Map<String, Value>) -> Option<Map<String, Value>> {
        if self.0.is_empty() {
            return None;
        }
        let mut mapped = object.clone();
        for (name, key) in &self.0 {
            let name = match *name {
                "date" => "published",
                "source" => "source_name",
                name => name,
            };
            let value = object.get(key).or_else(|| at(object, key)).cloned();
            if name == "text" {
                // The user's word goes before all other keys that may hold a text.
                mapped.retain(|key, _| !super::json::holds_text(key));
            }
            if name == "title" {
                mapped.shift_remove("headline");
            }
            match value {
                Some(value) => mapped.insert(name.to_string(), value),
                None => mapped.shift_remove(name),
            };
        }
        Some(mapped)
    }
}

fn at<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let (first, rest) = path.split_once('.')?;
    let pointer = format!("/{}", rest.replace('.', "/"));
    object.get(first)?.pointer(&pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_mapped_and_bad_ones_named() {
        let map: FieldMap = "title=kop, text=govde.duz".parse().unwrap();
        let value = serde_json::json!({"kop": "B", "headline": "no", "content": "no",
            "govde": {"duz": "Metin."}});
        let mapped = map.apply(value.as_object().unwrap()).unwrap();
        assert_eq!((&mapped["title"], &mapped["text"]), (&"B".into(), &"Metin.".into()));
        assert!(!mapped.contains_key("content") && !mapped.contains_key("headline"));
        for bad in ["headline", "body=x", "text="] {
            let error = bad.parse::<FieldMap>().unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains("title, text"), "{error}");
        }
    }
}
