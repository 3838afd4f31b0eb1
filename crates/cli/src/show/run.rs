//! A run: its columns as the table has them, and a line in a list of runs.

use anstyle::Style;
use jiff::Timestamp;
use pipeline::run::{Outcome, Run, Status};
use serde_json::{Map, Value, json};

use super::decision::decision_json;
use super::tables::table;
use crate::terminal::{BAD, BUSY, CARE, GOOD, paint};

/// The run item by the names of its columns. What is absent is left out; a waiting state machine's token is a secret.
pub(crate) fn run_json(run: &Run) -> Value {
    let columns = json!({
        "Correlation_Id": run.key.correlation_id.as_str(),
        "DataProduct": run.key.data_product.as_str(),
        "Pipeline": run.pipeline.as_str(),
        "Date": run.date,
        "Run_Id": run.attempt.0,
        "Status": run.status.as_str(),
        "Outcome": run.outcome.map(Outcome::as_str),
        "Cause": run.cause,
        "Decision": run.decided().map(decision_json),
        "CurrentStep": run.current_step,
        "Cluster_Id": run.cluster_id.as_ref().map(ToString::to_string),
        "S3_Prefix_Snapshots": run.s3_prefix,
        "Snapshot_Type": run.snapshot_type,
        "Claimed_At": run.claimed_at.to_string(),
        "Updated_At": run.updated_at.to_string(),
        "Announced": run.announced,
        "TimeToExist": run.expires_at.as_second(),
        "Payload_Hash": run.payload_hash,
        "Config_Hash": run.config_hash,
        "Launch": run.launch.as_deref().and_then(|launch| serde_json::from_str::<Value>(launch).ok()),
    });
    without_nulls(columns)
}

/// Members that are null are left out.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// Runs, one on each line.
pub(crate) fn runs_table(runs: &[Run]) -> String {
    let titles = ["STARTED", "PIPELINE", "RUN", "ATTEMPT", "STATUS", "STEP", "CLUSTER"];
    table(&titles, runs.iter().map(line))
}

fn line(run: &Run) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    vec![
        moment(run.claimed_at),
        run.pipeline.to_string(),
        run.key.correlation_id.to_string(),
        run.attempt.to_string(),
        outcome_text(run),
        or_dash(run.current_step.clone()),
        or_dash(run.cluster_id.as_ref().map(ToString::to_string)),
    ]
}

/// A time to the second; nothing that we do is measured finer.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// The colour of an end.
pub(crate) fn outcome_style(outcome: Outcome) -> Style {
    match outcome.status() {
        Status::Completed if outcome == Outcome::SucceededWithErrors => CARE,
        Status::Completed => GOOD,
        Status::Cancelled => CARE,
        Status::Failed | Status::Launching | Status::InProgress => BAD,
    }
}

/// Where the run stands: its outcome, once it has one.
pub(crate) fn outcome_text(run: &Run) -> String {
    let style = match (run.outcome, run.status) {
        (Some(outcome), _) => outcome_style(outcome),
        (None, Status::Launching | Status::InProgress) => BUSY,
        (None, Status::Cancelled) => CARE,
        (None, Status::Completed) => GOOD,
        (None, Status::Failed) => BAD,
    };
    match run.outcome {
        Some(outcome) if outcome != Outcome::Cancelled => paint(style, format!("{} ({outcome})", run.status)),
        Some(_) | None => paint(style, run.status),
    }
}
