//! Which members a type has, and which of them a document sets.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// Every struct that was met while a document was read, with its members: are they set?
#[derive(Default)]
pub(super) struct Members(RefCell<BTreeMap<&'static str, BTreeMap<&'static str, bool>>>);

impl Members {
    pub(super) fn of<T: DeserializeOwned>(document: &Value) -> Self {
        let members = Self::default();
        T::deserialize(Walk { at: document, members: &members }).unwrap();
        members
    }

    pub(super) fn shapes(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().values().map(BTreeMap::len).sum()
    }

    pub(super) fn absent(&self) -> Vec<String> {
        let shapes = self.0.borrow();
        let members = shapes.iter().flat_map(|(shape, members)| members.iter().map(move |m| (shape, m)));
        members
            .filter(|(_, (_, set))| !**set)
            .map(|(shape, (member, _))| format!("{shape}.{member}"))
            .collect()
    }

    fn meet(&self, shape: &'static str, members: &'static [&'static str], document: &Value) {
        let given: BTreeSet<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
        let mut shapes = self.0.borrow_mut();
        let shape = shapes.entry(shape).or_default();
        for member in members {
            *shape.entry(member).or_default() |= given.contains(member);
        }
    }
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    at: &'a Value,
    members: &'a Members,
}

impl<'a> Walk<'a> {
    fn into(self, at: &'a Value) -> Self {
        Self { at, ..self }
    }
}

impl<'de> Deserializer<'de> for Walk<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.at {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Number(number) if number.is_f64() => visitor.visit_f64(number.as_f64().unwrap()),
            Value::Number(number) => visitor.visit_i64(number.as_i64().unwrap()),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(|item| self.into(item))))
            }
            Value::Object(pairs) => visitor.visit_map(MapDeserializer::new(
                pairs.iter().map(|(key, value)| (key.as_str(), self.into(value))),
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.members.meet(name, fields, self.at);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Walk<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
