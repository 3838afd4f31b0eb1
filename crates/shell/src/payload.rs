//! What an invocation brings, which the runtime would refuse in words of its own where it is not JSON.

use pipeline::failure::{Explained, Remedy};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An event, or why it is none.
#[derive(Debug)]
pub(crate) struct Payload(pub(crate) Result<Value, NotJson>);

/// An event that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event is not JSON: {why}")]
pub(crate) struct NotJson {
    why: String,
}

impl Explained for NotJson {
    fn code(&self) -> &'static str {
        "event.not_json"
    }

    fn remedy(&self) -> Remedy {
        Remedy::GiveUp
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Value::deserialize(deserializer).map_err(|error| NotJson { why: error.to_string() })))
    }
}
