//! What arrives, and what it means to us.
//!
//! Everything that calls us may call twice, in its own envelope. An envelope yields what stays the same when it is
//! delivered again; from that, and never from a clock, correlation ids are made.

mod emr;
mod envelope;
mod launch_event;

pub use emr::{ClusterSignal, EmrSignal, StepSignal, emr_signal};
pub use envelope::{BadEnvelope, Delivery, Message, S3Object, Trigger, delivery};
pub use launch_event::{LaunchEvent, S3Overrides};

use serde_json::Value;

/// A text member of an object, at a path.
fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(value, |at, name| at.get(name))?.as_str()
}
