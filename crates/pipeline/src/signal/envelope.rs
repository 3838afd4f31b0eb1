//! The envelopes of EventBridge, SNS, SQS and S3, taken off.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::text;

/// What one invocation brings.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// One or more triggers that succeed or fail together: EventBridge, SNS, S3, a direct call.
    Together(Vec<Trigger>),
    /// SQS messages, each answered for itself (partial batch response).
    Batch(Vec<Message>),
}

/// One SQS message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What a failure of this message is answered with.
    pub message_id: String,
    /// What it holds; or why it cannot be read.
    pub triggers: Result<Vec<Trigger>, BadEnvelope>,
}

/// One thing that asks for a launch.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// What stays the same when this is delivered again, where the envelope has such a thing.
    pub id: Option<String>,
    /// When it happened, by its envelope.
    pub time: Option<Timestamp>,
    /// Whether [`Trigger::time`] is a scheduled time: it then names the run together with the pipeline.
    pub scheduled: bool,
    /// The launch event, as yet unread.
    pub body: Value,
    /// The S3 object that this tells of.
    pub object: Option<S3Object>,
}

/// An S3 object that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Object {
    /// Its bucket.
    pub bucket: String,
    /// Its key, decoded.
    pub key: String,
}

/// An envelope whose content cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadEnvelope {
    /// The text inside is no JSON.
    #[error("the {envelope} message is not JSON: {why}")]
    NotJson {
        /// Which envelope.
        envelope: &'static str,
        /// What the parser says.
        why: String,
    },
    /// A member that the envelope always has is missing.
    #[error("the {envelope} message has no {member}")]
    Missing {
        /// Which envelope.
        envelope: &'static str,
        /// Which member.
        member: &'static str,
    },
    /// Envelopes within envelopes, deeper than any service packs them.
    #[error("the event is wrapped more than {MAX_DEPTH} times")]
    TooDeep,
}

/// SNS within SQS within EventBridge, and one to spare.
const MAX_DEPTH: usize = 4;

/// Takes the envelopes off an event.
pub fn delivery(event: &Value) -> Result<Delivery, BadEnvelope> {
    match sqs_records(event) {
        Some(records) => Ok(Delivery::Batch(records.iter().filter_map(message).collect())),
        None => Ok(Delivery::Together(unwrap(event, &Outer::default(), 0)?)),
    }
}

fn sqs_records(event: &Value) -> Option<&Vec<Value>> {
    let records = event.get("Records")?.as_array()?;
    records.iter().all(|record| text(record, &["eventSource"]) == Some("aws:sqs")).then_some(records)
}

fn message(record: &Value) -> Option<Message> {
    let message_id = text(record, &["messageId"])?.to_owned();
    let outer = Outer { id: Some(message_id.clone()), time: None, scheduled: false };
    let triggers =
        inner_json(text(record, &["body"]), "SQS", "body").and_then(|body| unwrap(&body, &outer, 1));
    Some(Message { message_id, triggers })
}

/// What the envelopes so far say of the trigger inside.
#[derive(Debug, Clone, Default)]
struct Outer {
    id: Option<String>,
    time: Option<Timestamp>,
    scheduled: bool,
}

impl Outer {
    /// The outermost id stays: it is what the service that calls us repeats.
    fn within(&self, id: Option<&str>, time: Option<&str>) -> Self {
        Self {
            id: self.id.clone().or_else(|| id.map(str::to_owned)),
            time: time.and_then(|text| text.parse().ok()).or(self.time),
            scheduled: self.scheduled,
        }
    }

    fn trigger(&self, body: Value) -> Trigger {
        Trigger { id: self.id.clone(), time: self.time, scheduled: self.scheduled, body, object: None }
    }
}

fn unwrap(event: &Value, outer: &Outer, depth: usize) -> Result<Vec<Trigger>, BadEnvelope> {
    if depth > MAX_DEPTH {
        return Err(BadEnvelope::TooDeep);
    }
    if let Some(records) = event.get("Records").and_then(Value::as_array) {
        return unwrap_records(records, outer, depth);
    }
    if text(event, &["Type"]) == Some("Notification") {
        let within = outer.within(text(event, &["MessageId"]), text(event, &["Timestamp"]));
        return unwrap(&inner_json(text(event, &["Message"]), "SNS", "Message")?, &within, depth + 1);
    }
    if text(event, &["Event"]) == Some("s3:TestEvent") {
        return Ok(vec![]);
    }
    match (text(event, &["detail-type"]), event.get("detail")) {
        (Some(kind), Some(detail)) => Ok(vec![event_bridge(event, kind, detail, outer)]),
        _ => Ok(vec![outer.trigger(event.clone())]),
    }
}

fn unwrap_records(records: &[Value], outer: &Outer, depth: usize) -> Result<Vec<Trigger>, BadEnvelope> {
    let several = records.len() > 1;
    let mut triggers = Vec::new();
    for (number, record) in records.iter().enumerate() {
        let mut found = match record.get("Sns") {
            Some(sns) => unwrap_sns(sns, outer, depth)?,
            None => vec![s3_record(record, outer)?],
        };
        if several && record.get("Sns").is_none() && number > 0 {
            // One message may tell of several objects: each is a run of its own, named the same on every delivery.
            found.iter_mut().for_each(|trigger| {
                trigger.id = trigger.id.take().map(|id| format!("{id}-{number}"));
            });
        }
        triggers.append(&mut found);
    }
    Ok(triggers)
}

fn unwrap_sns(sns: &Value, outer: &Outer, depth: usize) -> Result<Vec<Trigger>, BadEnvelope> {
    let within = outer.within(text(sns, &["MessageId"]), text(sns, &["Timestamp"]));
    unwrap(&inner_json(text(sns, &["Message"]), "SNS", "Message")?, &within, depth + 1)
}

/// An S3 notification record; on its own it has no id, but its sequencer never repeats for a key.
fn s3_record(record: &Value, outer: &Outer) -> Result<Trigger, BadEnvelope> {
    let missing = |member| BadEnvelope::Missing { envelope: "S3", member };
    let bucket = text(record, &["s3", "bucket", "name"]).ok_or(missing("s3.bucket.name"))?;
    let key = text(record, &["s3", "object", "key"]).ok_or(missing("s3.object.key"))?;
    let within = outer.within(text(record, &["s3", "object", "sequencer"]), text(record, &["eventTime"]));
    let object = S3Object { bucket: bucket.to_owned(), key: decoded(key) };
    Ok(Trigger { object: Some(object), ..within.trigger(Value::Object(Map::new())) })
}

/// An event from a bus. A scheduled event carries nothing; an S3 event tells of an object; any other is ours.
fn event_bridge(event: &Value, kind: &str, detail: &Value, outer: &Outer) -> Trigger {
    let within = outer.within(text(event, &["id"]), text(event, &["time"]));
    match (text(event, &["source"]), kind) {
        (_, "Scheduled Event") => Trigger { scheduled: true, ..within.trigger(Value::Object(Map::new())) },
        (Some("aws.s3"), _) => Trigger {
            object: text(detail, &["bucket", "name"])
                .zip(text(detail, &["object", "key"]))
                .map(|(bucket, key)| S3Object { bucket: bucket.to_owned(), key: key.to_owned() }),
            ..within.trigger(Value::Object(Map::new()))
        },
        _ => within.trigger(detail.clone()),
    }
}

fn inner_json(
    body: Option<&str>,
    envelope: &'static str,
    member: &'static str,
) -> Result<Value, BadEnvelope> {
    let body = body.ok_or(BadEnvelope::Missing { envelope, member })?;
    serde_json::from_str(body).map_err(|error| BadEnvelope::NotJson { envelope, why: error.to_string() })
}

/// S3 notifications write keys as a form does: `+` for a space, `%` and two digits for a byte.
fn decoded(key: &str) -> String {
    percent_encoding::percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(event: &Value) -> Trigger {
        match delivery(event).unwrap() {
            Delivery::Together(triggers) => match <[Trigger; 1]>::try_from(triggers) {
                Ok([trigger]) => trigger,
                Err(triggers) => panic!("{} triggers", triggers.len()),
            },
            Delivery::Batch(_) => panic!("a batch"),
        }
    }

    fn s3_record(key: &str) -> Value {
        json!({"eventSource": "aws:s3", "eventTime": "2026-11-21T02:00:00.000Z",
               "s3": {"bucket": {"name": "b"}, "object": {"key": key, "sequencer": "0055AED6DCD90281E5"}}})
    }

    #[test]
    fn each_envelope_yields_its_body_and_what_stays_the_same_on_redelivery() {
        let body = json!({"pipeline": "pdm"});
        let sns = json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "m-1", "Message": body.to_string()}}]});
        let bus = json!({"id": "e-1", "source": "ours", "detail-type": "Launch", "time": "2026-11-21T02:00:00Z", "detail": body});
        for (event, id) in [(body.clone(), None), (sns, Some("m-1")), (bus, Some("e-1"))] {
            let trigger = one(&event);
            assert_eq!((trigger.body, trigger.id.as_deref()), (body.clone(), id), "{event}");
        }
    }

    #[test]
    fn a_scheduled_event_brings_its_time_and_no_body() {
        let event = json!({"id": "e", "source": "aws.events", "detail-type": "Scheduled Event",
                           "time": "2026-11-21T02:00:00Z", "detail": {}});
        let trigger = one(&event);
        assert!(trigger.scheduled);
        assert_eq!(trigger.time.unwrap().to_string(), "2026-11-21T02:00:00Z");
        assert_eq!(trigger.body, json!({}));
    }

    #[test]
    fn every_record_of_an_sqs_batch_counts_and_a_broken_one_fails_alone() {
        let both = json!({"Records": [s3_record("a+b/%C3%A4.csv"), s3_record("second")]});
        let sns = json!({"Type": "Notification", "MessageId": "inner", "Message": json!({"pipeline": "p"}).to_string()});
        let record =
            |id: &str, body: String| json!({"eventSource": "aws:sqs", "messageId": id, "body": body});
        let event = json!({"Records": [
            record("m-1", both.to_string()),
            record("m-2", "not json".into()),
            record("m-3", sns.to_string()),
            record("m-4", json!({"Service": "Amazon S3", "Event": "s3:TestEvent"}).to_string()),
        ]});
        let Delivery::Batch(messages) = delivery(&event).unwrap() else { panic!("no batch") };
        let told: Vec<_> = messages
            .iter()
            .map(|message| {
                let ids = message.triggers.as_ref().map(|triggers| {
                    triggers.iter().map(|trigger| trigger.id.clone().unwrap_or_default()).collect::<Vec<_>>()
                });
                (message.message_id.as_str(), ids.unwrap_or_else(|bad| vec![bad.to_string()]))
            })
            .collect();
        assert_eq!(told[0], ("m-1", vec!["m-1".into(), "m-1-1".into()]));
        assert!(told[1].1[0].contains("SQS message is not JSON"), "{told:?}");
        assert_eq!(told[2], ("m-3", vec!["m-3".into()]));
        assert_eq!(told[3], ("m-4", vec![]));
        let first = messages[0].triggers.as_ref().unwrap()[0].object.clone().unwrap();
        assert_eq!((first.bucket.as_str(), first.key.as_str()), ("b", "a b/ä.csv"));
    }

    #[test]
    fn an_s3_event_of_the_bus_tells_of_its_object() {
        let event = json!({"id": "e-9", "source": "aws.s3", "detail-type": "Object Created", "time": "2026-11-21T02:00:00Z",
                           "detail": {"bucket": {"name": "b"}, "object": {"key": "k y"}}});
        assert_eq!(one(&event).object, Some(S3Object { bucket: "b".into(), key: "k y".into() }));
    }

    #[test]
    fn an_endless_wrapping_is_refused() {
        let mut event = json!({});
        for _ in 0..10 {
            event = json!({"Type": "Notification", "MessageId": "m", "Message": event.to_string()});
        }
        assert_eq!(delivery(&event), Err(BadEnvelope::TooDeep));
    }
}
