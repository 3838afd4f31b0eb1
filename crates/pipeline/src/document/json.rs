//! Events bring JSON, and plans show it.

use super::node::{Entry, Key, Kind, Map, Node, Scalar, Value};
use super::origin::{Origin, Source};
use super::plain::{self, Reading};

impl Node {
    /// The tree of a JSON value; it has a source but no places.
    pub fn from_json(source: &Source, value: &serde_json::Value) -> Self {
        let scalar = |text: String, kind| Value::Scalar(Scalar::new(text, kind));
        let value = match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(yes) => scalar(yes.to_string(), Kind::Bool),
            serde_json::Value::Number(number) => scalar(number.to_string(), Kind::Number),
            serde_json::Value::String(text) => scalar(text.clone(), Kind::Text),
            serde_json::Value::Array(items) => {
                Value::List(items.iter().map(|item| Self::from_json(source, item)).collect())
            }
            serde_json::Value::Object(members) => Value::Map(Map::of_distinct(
                members.iter().map(|(name, value)| member(source, name, value)).collect(),
            )),
        };
        Self { value, origin: Origin::of(source) }
    }

    /// The tree as JSON, with a mask in the place of each secret.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Scalar(scalar) => shown(scalar),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(map) => {
                map.entries().iter().map(|entry| (entry.key.name.clone(), entry.value.to_json())).collect()
            }
        }
    }
}

fn member(source: &Source, name: &str, value: &serde_json::Value) -> Entry {
    let key = Key { name: name.to_owned(), kind: Kind::Text, origin: Origin::of(source) };
    Entry { key, value: Node::from_json(source, value) }
}

/// Numbers that readers of YAML disagree about stay as they were written.
fn shown(scalar: &Scalar) -> serde_json::Value {
    let text = scalar.shown();
    let number = match scalar.reading() {
        Reading::Null => return serde_json::Value::Null,
        Reading::Bool => return plain::boolean(text).into(),
        Reading::Integer if plain::is_whole(text) => text.parse::<i64>().ok().map(serde_json::Number::from),
        Reading::Float => text.parse::<f64>().ok().and_then(serde_json::Number::from_f64),
        Reading::Integer | Reading::Timestamp | Reading::Text => None,
    };
    number.map_or_else(|| text.into(), serde_json::Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_comes_back_as_it_went_in() {
        let value = json!({"b": [1, -2.5, true, null, "10"], "a": {"x": "yes"}});
        assert_eq!(Node::from_json(&Source::named("event"), &value).to_json(), value);
    }

    #[test]
    fn a_secret_is_masked_in_json_and_in_debug_output() {
        let origin = Origin::of(&Source::named("event"));
        let node = Node { value: Value::Scalar(Scalar::secret("hunter2")), origin };
        assert_eq!(node.to_json(), json!("***"));
        assert!(!format!("{node:?}").contains("hunter2"));
    }
}
