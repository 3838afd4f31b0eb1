//! What we told others: kept, in the order in which it was told.

use std::collections::BTreeMap;

use pipeline::announcement::{Notification, RunStateChange};
use pipeline::failure::{Failure, Kind};
use pipeline::ports::Notices;
use serde_json::Value;

use crate::World;
use crate::funnel::refusal;

#[derive(Clone, Default)]
pub(crate) struct Told {
    published: Vec<RunStateChange>,
    topics: BTreeMap<String, Vec<Notification>>,
    sent: Vec<Value>,
}

fn no_topic(topic: &str) -> Failure {
    refusal(&format!("notify {topic}"), "NotFound", "Topic does not exist", Kind::NotFound)
}

impl World {
    /// Makes a topic; one that was not made cannot be notified.
    pub fn put_topic(&self, arn: &str) {
        self.state.borrow_mut().notices.topics.entry(arn.to_owned()).or_default();
    }

    /// The events that were put on the bus.
    pub fn published(&self) -> Vec<RunStateChange> {
        self.state.borrow().notices.published.clone()
    }

    /// The messages that programs were sent, by whatever topic.
    pub fn sent(&self) -> Vec<Value> {
        self.state.borrow().notices.sent.clone()
    }

    /// What a topic was told; nothing, where there is no such topic.
    pub fn notified(&self, arn: &str) -> Vec<Notification> {
        self.state.borrow().notices.topics.get(arn).cloned().unwrap_or_default()
    }

    /// How often anybody was notified of anything.
    pub fn notifications(&self) -> usize {
        self.state.borrow().notices.topics.values().map(Vec::len).sum()
    }
}

impl Notices for World {
    async fn publish(&self, change: &RunStateChange) -> Result<(), Failure> {
        self.call("notices.publish", |state| {
            state.notices.published.push(change.clone());
            Ok(())
        })
        .await
    }

    async fn notify(&self, topic: &str, notification: &Notification) -> Result<(), Failure> {
        self.call("notices.notify", |state| match state.notices.topics.get_mut(topic) {
            Some(told) => {
                told.push(notification.clone());
                Ok(())
            }
            None => Err(no_topic(topic)),
        })
        .await
    }

    async fn send(&self, topic: &str, message: &Value) -> Result<(), Failure> {
        self.call("notices.send", |state| match state.notices.topics.contains_key(topic) {
            true => {
                state.notices.sent.push(message.clone());
                Ok(())
            }
            false => Err(no_topic(topic)),
        })
        .await
    }
}
