//! EMR's events as EventBridge delivers them. Shapes: "Amazon EMR events", EventBridge events reference.

use jiff::Timestamp;
use pipeline::ports::StepReport;
use pipeline::run::{ClusterState, StepState};
use serde_json::{Value, json};

use super::Cluster;

/// `EMR Cluster State Change`; EMR posts none for the states that it only passes through.
pub(super) fn cluster(
    number: usize,
    cluster: &Cluster,
    state: ClusterState,
    now: Timestamp,
) -> Option<Value> {
    let severity = match state {
        ClusterState::Bootstrapping | ClusterState::Terminating => return None,
        ClusterState::TerminatedWithErrors => "CRITICAL",
        ClusterState::Starting | ClusterState::Running | ClusterState::Waiting | ClusterState::Terminated => {
            "INFO"
        }
    };
    let (id, name) = (cluster.id.as_str(), &cluster.report.name);
    let detail = json!({
        "severity": severity,
        "stateChangeReason": reason(cluster).to_string(),
        "name": name,
        "clusterId": id,
        "state": state.as_str(),
        "message": format!("Amazon EMR cluster {id} ({name}) is {state} at {}.", minute(now)),
    });
    Some(envelope(number, "EMR Cluster State Change", detail, now))
}

/// `EMR Step Status Change`.
pub(super) fn step(number: usize, cluster: &Cluster, step: &StepReport, now: Timestamp) -> Value {
    let (id, name, cluster_id) = (step.id.as_str(), &step.name, cluster.id.as_str());
    let state = step.state.unwrap_or(StepState::Pending);
    let severity = if state == StepState::Failed { "ERROR" } else { "INFO" };
    let place = format!("cluster {cluster_id} ({})", cluster.report.name);
    let detail = json!({
        "severity": severity,
        "actionOnFailure": step.action_on_failure,
        "stepId": id,
        "name": name,
        "clusterId": cluster_id,
        "state": state.as_str(),
        "message": format!("Step {id} ({name}) in Amazon EMR {place} is {state} at {}.", minute(now)),
    });
    envelope(number, "EMR Step Status Change", detail, now)
}

/// A document that travels as text; its code is empty while there is nothing to tell.
fn reason(cluster: &Cluster) -> Value {
    let code = cluster.report.reason_code.as_deref().unwrap_or_default();
    match &cluster.report.reason_message {
        Some(message) => json!({"code": code, "message": message}),
        None => json!({"code": code}),
    }
}

/// The bus keeps seconds only.
fn envelope(number: usize, kind: &str, detail: Value, now: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": format!("00000000-0000-4000-8000-{number:012}"),
        "detail-type": kind,
        "source": "aws.emr",
        "account": "123456789012",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    })
}

fn minute(now: Timestamp) -> impl std::fmt::Display {
    now.strftime("%Y-%m-%d %H:%M UTC")
}
