//! Queues: where tests wait for what is told.

use serde_json::{Value, json};

use super::stack::Stack;

/// Waits of 20 seconds, the longest that SQS knows, before a test gives up.
const WAITS: usize = 15;

/// A queue of one test.
pub(crate) struct Queue {
    stack: &'static Stack,
    url: String,
    /// Its ARN.
    pub(crate) arn: String,
}

impl Queue {
    /// Makes a queue.
    pub(crate) fn new(stack: &'static Stack, name: &str, attributes: Value) -> Self {
        let asked = json!({"QueueName": name, "Attributes": attributes});
        let url = stack.call("sqs", "create_queue", asked)["QueueUrl"].as_str().unwrap().to_owned();
        let asked = json!({"QueueUrl": url, "AttributeNames": ["QueueArn"]});
        let answer = stack.call("sqs", "get_queue_attributes", asked);
        Self { stack, url, arn: answer["Attributes"]["QueueArn"].as_str().unwrap().to_owned() }
    }

    /// A queue for the events that fit a pattern.
    pub(crate) fn of_events(stack: &'static Stack, name: &str, pattern: Value) -> Self {
        let queue = Self::new(stack, name, json!({}));
        stack.call("events", "put_rule", json!({"Name": name, "EventPattern": pattern.to_string()}));
        stack.call(
            "events",
            "put_targets",
            json!({"Rule": name, "Targets": [{"Id": "1", "Arn": queue.arn}]}),
        );
        queue
    }

    /// A queue for what a topic tells.
    pub(crate) fn of_topic(stack: &'static Stack, name: &str, topic: &str) -> Self {
        let queue = Self::new(stack, name, json!({}));
        let subscription = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue.arn,
                                  "Attributes": {"RawMessageDelivery": "true"}});
        stack.call("sns", "subscribe", subscription);
        queue
    }

    /// Puts messages into it.
    pub(crate) fn send(&self, bodies: &[&str]) -> Vec<String> {
        let entries: Vec<Value> = bodies
            .iter()
            .enumerate()
            .map(|(id, body)| json!({"Id": id.to_string(), "MessageBody": body}))
            .collect();
        let sent =
            self.stack.call("sqs", "send_message_batch", json!({"QueueUrl": self.url, "Entries": entries}));
        let mut ids = vec![String::new(); bodies.len()];
        for entry in sent["Successful"].as_array().unwrap() {
            let place: usize = entry["Id"].as_str().unwrap().parse().unwrap();
            ids[place] = entry["MessageId"].as_str().unwrap().to_owned();
        }
        ids
    }

    /// The body of the next message, which is waited for.
    pub(crate) fn next_text(&self) -> String {
        let asked = json!({"QueueUrl": self.url, "WaitTimeSeconds": 20, "MaxNumberOfMessages": 1});
        for _ in 0..WAITS {
            if let Some(body) = self.received(asked.clone()) {
                return body;
            }
        }
        panic!("nothing came to {}", self.arn);
    }

    /// The same, read as JSON.
    pub(crate) fn next(&self) -> Value {
        serde_json::from_str(&self.next_text()).unwrap()
    }

    /// The next message that fits, past others.
    pub(crate) fn next_with(&self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next();
            if fits(&message) {
                return message;
            }
        }
    }

    /// The body of a message that has come by now.
    pub(crate) fn next_if_any(&self) -> Option<String> {
        self.received(json!({"QueueUrl": self.url, "MaxNumberOfMessages": 1}))
    }

    /// Whether nothing more has come until now.
    pub(crate) fn is_empty(&self) -> bool {
        self.next_if_any().is_none()
    }

    fn received(&self, asked: Value) -> Option<String> {
        let answer = self.stack.call("sqs", "receive_message", asked);
        let message = answer["Messages"].get(0)?;
        let receipt = json!({"QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"]});
        self.stack.call("sqs", "delete_message", receipt);
        Some(message["Body"].as_str().unwrap().to_owned())
    }
}
