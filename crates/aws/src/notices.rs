//! Ends of runs, told: an event on the bus, a message to a topic.

use aws_sdk_eventbridge::operation::put_events::PutEventsOutput;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sns::config::Builder;
use aws_sdk_sns::config::retry::RetryConfig;
use pipeline::announcement::{Notification, RUN_STATE_CHANGE, RunStateChange, SOURCE};
use pipeline::failure::{Failure, Kind};
use pipeline::ports::Notices;
use serde::Serialize;
use serde_json::Value;

use crate::Aws;
use crate::failure::{failure, kind};

impl Notices for Aws {
    async fn publish(&self, change: &RunStateChange) -> Result<(), Failure> {
        let doing = format!("publish the end of {} on {}", change.correlation_id, self.bus);
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source(SOURCE)
            .detail_type(RUN_STATE_CHANGE)
            .detail(json(&doing, change)?)
            .build();
        let sent = self.events.put_events().entries(entry).send().await;
        accepted(&doing, &sent.map_err(|error| failure(&doing, &error))?)
    }

    async fn notify(&self, topic: &str, notification: &Notification) -> Result<(), Failure> {
        let doing = format!("notify {topic}");
        let message = json(&doing, notification)?;
        let publish = self.topics.publish().topic_arn(topic).subject(subject(notification.title()));
        let sent = publish.message(message).send().await;
        sent.map(|_| ()).map_err(|error| failure(&doing, &error))
    }

    async fn send(&self, topic: &str, message: &Value) -> Result<(), Failure> {
        // Publish has no idempotency token: a retry after a lost answer is a second message, and so a second cluster.
        let once = Builder::new().retry_config(RetryConfig::disabled());
        let publish = self.topics.publish().topic_arn(topic).message(message.to_string());
        let sent = publish.customize().config_override(once).send().await;
        sent.map(|_| ()).map_err(|error| failure(format!("send a message to {topic}"), &error))
    }
}

/// PutEvents succeeds as a call where it has failed as an event.
fn accepted(doing: &str, answer: &PutEventsOutput) -> Result<(), Failure> {
    if answer.failed_entry_count() == 0 {
        return Ok(());
    }
    let entry = answer.entries().iter().find(|entry| entry.error_code().is_some());
    let word = entry.and_then(|entry| entry.error_code()).unwrap_or("FailedEntry").to_owned();
    let message = entry.and_then(|entry| entry.error_message()).unwrap_or("the event was not taken");
    Err(Failure { doing: doing.to_owned(), kind: kind(&word, 400), message: message.to_owned(), word })
}

/// SNS takes up to 100 ASCII characters, and no line breaks.
fn subject(title: &str) -> String {
    let printable = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    title.trim().chars().map(printable).take(100).collect()
}

fn json(doing: &str, value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure {
        doing: doing.to_owned(),
        word: "NotJson".into(),
        message: error.to_string(),
        kind: Kind::Refused,
    })
}

#[cfg(test)]
mod tests;
