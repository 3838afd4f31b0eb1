//! A serde deserializer over a node.
//!
//! Scalars are read as PyYAML reads them and never converted: boto3, which existing folders were written for,
//! refuses a number where text belongs and text where a number belongs.

use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::super::node::{Node, Scalar, Value};
use super::super::plain::{self, Reading};
use super::fault::Fault;
use super::members::{Items, Members, Word};
use super::{Reader, Trail};

/// A node on its way to a type.
#[derive(Clone, Copy)]
pub(super) struct At<'r, 'n> {
    pub(super) node: &'n Node,
    pub(super) trail: Trail<'r>,
    pub(super) reader: &'r Reader,
}

impl<'r, 'n> At<'r, 'n> {
    fn located<T>(self, result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| fault.at(self.node, &self.trail))
    }

    fn any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Scalar(scalar) => visit_scalar(scalar, visitor),
            Value::List(items) => visitor.visit_seq(Items::new(self, items)),
            Value::Map(map) => self.members(Members::new(self, map, None), visitor),
        }
    }

    fn members<V: Visitor<'n>>(self, mut members: Members<'_, 'n>, visitor: V) -> Result<V::Value, Fault> {
        let result = visitor.visit_map(&mut members);
        if members.has_refused() { result.map_err(Fault::beside_refused) } else { result }
    }
}

fn visit_scalar<'n, V: Visitor<'n>>(scalar: &'n Scalar, visitor: V) -> Result<V::Value, Fault> {
    let text = scalar.reveal();
    match scalar.reading() {
        Reading::Text => visitor.visit_borrowed_str(text),
        Reading::Null => visitor.visit_unit(),
        Reading::Bool => visitor.visit_bool(plain::boolean(text).unwrap_or_default()),
        Reading::Integer if plain::is_whole(text) => match text.parse::<i64>() {
            Ok(number) => visitor.visit_i64(number),
            Err(_) => Err(Fault::invalid_value(Unexpected::Other("this number"), &visitor)),
        },
        Reading::Float if plain::is_decimal(text) => match text.parse::<f64>() {
            Ok(number) => visitor.visit_f64(number),
            Err(_) => Err(Fault::invalid_value(Unexpected::Other("this number"), &visitor)),
        },
        // Nothing that we read is a date of YAML, or a number that readers of YAML disagree about.
        Reading::Integer | Reading::Float | Reading::Timestamp => {
            Err(Fault::invalid_type(Unexpected::Other("value"), &visitor))
        }
    }
}

impl<'n> Deserializer<'n> for At<'_, 'n> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.located(self.any(visitor))
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.node.is_null() { self.located(visitor.visit_none()) } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'n>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.located(visitor.visit_newtype_struct(self))
    }

    fn deserialize_struct<V: Visitor<'n>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Map(map) => self.located(self.members(Members::new(self, map, Some(fields)), visitor)),
            Value::Null | Value::Scalar(_) | Value::List(_) => {
                self.located(Err(Fault::invalid_type(Unexpected::Other("value"), &visitor)))
            }
        }
    }

    fn deserialize_enum<V: Visitor<'n>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Scalar(scalar) if scalar.reading() == Reading::Text => {
                let word: StrDeserializer<'_, Fault> = scalar.reveal().into_deserializer();
                self.located(visitor.visit_enum(word))
            }
            Value::Null | Value::Scalar(_) | Value::List(_) | Value::Map(_) => {
                self.located(Err(Fault::invalid_type(Unexpected::Other("value"), &Word)))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.located(visitor.visit_unit())
    }

    forward_to_deserialize_any! {
        <W: Visitor<'n>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}
