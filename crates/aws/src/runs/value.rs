//! Values as DynamoDB types them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use pipeline::run::{Cause, Outcome, Topics};

pub(super) fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn texts(values: &[String]) -> AttributeValue {
    AttributeValue::L(values.iter().map(text).collect())
}

/// A time for people, always as wide, so that texts compare as times do.
pub(super) fn time(value: Timestamp) -> AttributeValue {
    AttributeValue::S(format!("{value:.3}"))
}

/// The column `Cause`: what is known of it, and the outcome as its class.
pub(super) fn cause(cause: &Cause, outcome: Outcome) -> AttributeValue {
    let class = Some(outcome.to_string());
    map([
        ("class", &class),
        ("code", &cause.code),
        ("message", &cause.message),
        ("step", &cause.step),
        ("log_uri", &cause.log_uri),
        ("reason", &cause.reason),
        ("log_line", &cause.log_line),
    ])
}

/// The column `Notify`; absent where the pipeline names no topics.
pub(super) fn topics(topics: &Topics) -> Option<AttributeValue> {
    let named = topics.information.is_some() || topics.critical.is_some();
    named.then(|| map([("information", &topics.information), ("critical", &topics.critical)]))
}

fn map<const N: usize>(parts: [(&str, &Option<String>); N]) -> AttributeValue {
    let known = parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), text(part.as_ref()?))));
    AttributeValue::M(known.collect::<HashMap<_, _>>())
}
