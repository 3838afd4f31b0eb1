//! What became of an event, for the caller and the log.

use pipeline::record::Recorded;
use pipeline::run::{AttemptRecord, Outcome};
use serde_json::{Value, json};

/// The answer of an invocation.
pub(crate) fn json_of(recorded: &Recorded) -> Value {
    match recorded {
        Recorded::Ignored(why) => json!({"status": format!("ignored, since {why}")}),
        Recorded::Unchanged(attempt) => of_attempt(attempt, "unchanged", None),
        Recorded::Advanced(attempt) => of_attempt(attempt, "recorded", None),
        Recorded::Ended(attempt, outcome) => of_attempt(attempt, "ended", Some(*outcome)),
    }
}

fn of_attempt(attempt: &AttemptRecord, status: &str, outcome: Option<Outcome>) -> Value {
    json!({
        "status": status,
        "pipeline": attempt.pipeline.as_str(),
        "correlation_id": attempt.key.run.correlation_id.as_str(),
        "run_id": attempt.key.attempt.0,
        "cluster_id": attempt.cluster_id.as_str(),
        "outcome": outcome.map(Outcome::as_str),
    })
}
