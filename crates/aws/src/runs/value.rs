//! Values as DynamoDB types them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use pipeline::run::{Cause, Course, Decision, Outcome, OwedStep, Topics};
use pipeline::signal::S3Object;

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

/// The column `Owed`; absent where nothing is known of the steps.
pub(super) fn owed(steps: &[OwedStep]) -> Option<AttributeValue> {
    let step = |step: &OwedStep| {
        AttributeValue::M(HashMap::from([
            ("name".to_owned(), text(&step.name)),
            ("fingerprint".to_owned(), text(&step.fingerprint)),
            ("runs".to_owned(), AttributeValue::Bool(step.runs)),
        ]))
    };
    (!steps.is_empty()).then(|| AttributeValue::L(steps.iter().map(step).collect()))
}

/// The column `Decision`.
pub(super) fn decision(decision: &Decision) -> AttributeValue {
    let (from, at) = match &decision.course {
        Course::Relaunch { from, at } => (from.clone(), Some(format!("{at:.3}"))),
        Course::HandOver | Course::GiveUp => (None, None),
    };
    let mut columns = parts([
        ("course", &Some(decision.course.as_str().to_owned())),
        ("why", &Some(decision.why.clone())),
        ("from", &from),
        ("at", &at),
        ("cluster_id", &decision.cluster_id.as_ref().map(ToString::to_string)),
    ]);
    columns.insert("attempt".to_owned(), number(decision.attempt));
    AttributeValue::M(columns)
}

/// The column `Launch_Object`.
pub(super) fn object(object: &S3Object) -> AttributeValue {
    map([("bucket", &Some(object.bucket.clone())), ("key", &Some(object.key.clone()))])
}

/// A flag that is set, or none.
pub(super) fn flag(set: bool) -> Option<AttributeValue> {
    set.then_some(AttributeValue::Bool(true))
}

fn map<const N: usize>(parts: [(&str, &Option<String>); N]) -> AttributeValue {
    AttributeValue::M(self::parts(parts))
}

/// What is known of several parts.
fn parts<const N: usize>(parts: [(&str, &Option<String>); N]) -> HashMap<String, AttributeValue> {
    parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), text(part.as_ref()?)))).collect()
}
