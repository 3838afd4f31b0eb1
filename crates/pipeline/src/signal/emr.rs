//! EMR's own events, read tolerantly: every member may be missing, unknown ones do not matter.
//!
//! Shapes: "Amazon EMR events", EventBridge events reference.

use jiff::Timestamp;
use serde_json::Value;

use super::text;
use crate::run::{ClusterId, ClusterState, StepId, StepState};

/// What an EMR event means to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmrSignal {
    /// `EMR Cluster State Change`.
    Cluster(ClusterSignal),
    /// `EMR Step Status Change`.
    Step(StepSignal),
    /// Nothing, because.
    Ignored(String),
}

/// A cluster has changed its state. Why is told by DescribeCluster, with its details; the event's own reason, a document
/// within a text that may be empty or broken, only spares the asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSignal {
    /// Which cluster.
    pub cluster_id: ClusterId,
    /// Its state.
    pub state: ClusterState,
    /// The code of `stateChangeReason`, where it can be read.
    pub reason_code: Option<String>,
    /// When (to the second).
    pub at: Timestamp,
}

/// A step has changed its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSignal {
    /// On which cluster.
    pub cluster_id: ClusterId,
    /// Which step.
    pub step_id: StepId,
    /// Its name; not unique.
    pub name: String,
    /// Its state.
    pub state: StepState,
    /// When (to the second).
    pub at: Timestamp,
}

/// Reads an event of the bus.
pub fn emr_signal(event: &Value) -> EmrSignal {
    let kind = text(event, &["detail-type"]).unwrap_or_default();
    let signal = match kind {
        "EMR Cluster State Change" => cluster_signal(event),
        "EMR Step Status Change" => step_signal(event),
        _ => Err(format!("an event of the kind {kind:?} is not for the recorder")),
    };
    signal.unwrap_or_else(EmrSignal::Ignored)
}

fn cluster_signal(event: &Value) -> Result<EmrSignal, String> {
    Ok(EmrSignal::Cluster(ClusterSignal {
        cluster_id: cluster_id(event)?,
        state: word(event, "state", ClusterState::parse)?,
        reason_code: reason_code(event),
        at: time(event)?,
    }))
}

fn reason_code(event: &Value) -> Option<String> {
    let reason: Value = serde_json::from_str(text(event, &["detail", "stateChangeReason"])?).ok()?;
    text(&reason, &["code"]).filter(|code| !code.is_empty()).map(str::to_owned)
}

fn step_signal(event: &Value) -> Result<EmrSignal, String> {
    let step_id = detail(event, "stepId")?;
    Ok(EmrSignal::Step(StepSignal {
        cluster_id: cluster_id(event)?,
        step_id: StepId::parse(step_id).map_err(|error| error.to_string())?,
        name: detail(event, "name").unwrap_or_default().to_owned(),
        state: word(event, "state", StepState::parse)?,
        at: time(event)?,
    }))
}

fn detail<'a>(event: &'a Value, member: &str) -> Result<&'a str, String> {
    text(event, &["detail", member]).ok_or_else(|| format!("the event has no detail.{member}"))
}

fn cluster_id(event: &Value) -> Result<ClusterId, String> {
    ClusterId::parse(detail(event, "clusterId")?).map_err(|error| error.to_string())
}

fn word<T>(event: &Value, member: &str, parse: fn(&str) -> Option<T>) -> Result<T, String> {
    let word = detail(event, member)?;
    parse(word).ok_or_else(|| format!("{member} {word:?} is not known"))
}

fn time(event: &Value) -> Result<Timestamp, String> {
    let time = text(event, &["time"]).ok_or("the event has no time")?;
    time.parse().map_err(|_| format!("the event's time {time:?} cannot be read"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_ignored_with_the_reason() {
        for (event, why) in [
            (json!({}), "is not for the recorder"),
            (
                json!({"detail-type": "EMR Cluster State Change", "time": "2026-01-01T00:00:00Z"}),
                "no detail.clusterId",
            ),
            (
                json!({"detail-type": "EMR Cluster State Change", "detail": {"clusterId": "j-1", "state": "DANCING"}}),
                "\"DANCING\" is not known",
            ),
            (
                json!({"detail-type": "EMR Step Status Change", "detail": {"clusterId": "j-1", "stepId": "s-1", "state": "RUNNING"}}),
                "no time",
            ),
        ] {
            let EmrSignal::Ignored(told) = emr_signal(&event) else { panic!("{event} was not ignored") };
            assert!(told.contains(why), "{told}");
        }
    }
}
