//! Everything of one correlation id: its runs, attempts, steps and cause.

use jiff::{SignedDuration, Timestamp};
use pipeline::run::{AttemptRecord, Cause, History, Run, StepState};
use serde_json::{Value, json};

use super::decision::{decision_json, decision_text};
use super::run::{moment, outcome_style, outcome_text, run_json, without_nulls};
use super::steps::{Standing, StepLine, step_lines};
use super::tables::{facts, table};
use crate::terminal::{BAD, BOLD, BUSY, CARE, DIM, GOOD, paint};

/// The history for scripts.
pub(crate) fn history_json(history: &History) -> Value {
    json!({
        "runs": history.runs.iter().map(run_json).collect::<Vec<_>>(),
        "attempts": history.attempts.iter().map(|attempt| attempt_json(attempt, history)).collect::<Vec<_>>(),
    })
}

fn attempt_json(attempt: &AttemptRecord, history: &History) -> Value {
    without_nulls(json!({
        "DataProduct": attempt.key.run.data_product.as_str(),
        "Run_Id": attempt.key.attempt.0,
        "Cluster_Id": attempt.cluster_id.as_str(),
        "Started_At": attempt.started_at.to_string(),
        "Ready_At": attempt.ready_at.map(|at| at.to_string()),
        "Ended_At": attempt.ended_at.map(|at| at.to_string()),
        "Outcome": attempt.outcome.map(|outcome| outcome.as_str()),
        "Cause": attempt.cause,
        "Decision": attempt.decision.as_ref().map(decision_json),
        "Normalized_Instance_Hours": attempt.normalized_instance_hours,
        "Steps": step_lines(attempt, &history.steps).iter().map(step_json).collect::<Vec<_>>(),
    }))
}

/// A step for scripts.
pub(crate) fn step_json(line: &StepLine<'_>) -> Value {
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
    without_nulls(json!({
        "Name": line.name,
        "State": line.standing.as_str(),
        "Step_Id": line.record.map(|record| record.step_id.to_string()),
        "Started_At": line.record.and_then(|record| at(record.started_at)),
        "Ended_At": line.record.and_then(|record| at(record.ended_at)),
    }))
}

/// The history for people.
pub(crate) fn history_text(history: &History, now: Timestamp) -> String {
    history.runs.iter().map(|run| run_text(run, history, now)).collect::<Vec<_>>().join("\n\n")
}

fn run_text(run: &Run, history: &History, now: Timestamp) -> String {
    let mut parts = vec![run_facts(run)];
    parts.extend(
        history
            .attempts
            .iter()
            .filter(|attempt| attempt.key.run == run.key)
            .map(|attempt| attempt_text(attempt, history, now)),
    );
    parts.extend(run.cause.as_ref().map(cause_text));
    parts.extend(
        run.decided().map(|decision| format!("{} {}", paint(BOLD, "decision"), decision_text(decision))),
    );
    parts.join("\n\n")
}

fn run_facts(run: &Run) -> String {
    let optional = [
        ("Cluster_Id", run.cluster_id.as_ref().map(ToString::to_string)),
        ("CurrentStep", run.current_step.clone()),
        ("S3_Prefix_Snapshots", run.s3_prefix.clone()),
        ("Snapshot_Type", run.snapshot_type.clone()),
    ];
    let always = [
        ("Correlation_Id", paint(BOLD, &run.key.correlation_id)),
        ("DataProduct", run.key.data_product.to_string()),
        ("Pipeline", run.pipeline.to_string()),
        ("Date", run.date.clone()),
        ("Run_Id", run.attempt.to_string()),
        ("Status", outcome_text(run)),
    ];
    let times = [
        ("Claimed_At", moment(run.claimed_at)),
        ("Updated_At", moment(run.updated_at)),
        ("TimeToExist", run.expires_at.as_second().to_string()),
    ];
    let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
    facts(always.into_iter().chain(optional).chain(times))
}

fn attempt_text(attempt: &AttemptRecord, history: &History, now: Timestamp) -> String {
    let end = attempt.ended_at.unwrap_or(now);
    let title = paint(BOLD, format!("attempt {} on {}", attempt.key.attempt, attempt.cluster_id));
    let outcome = attempt.outcome.map(|outcome| paint(outcome_style(outcome), outcome)).unwrap_or_default();
    let took = paint(
        DIM,
        format!("{} {}", moment(attempt.started_at), seconds(end.duration_since(attempt.started_at))),
    );
    let lines = step_lines(attempt, &history.steps);
    let steps = table(&["STEP", "STATE", "TOOK"], lines.iter().map(|line| step_row(line, now)));
    let decision = attempt.decision.as_ref().map(|decision| format!("\n→ {}", decision_text(decision)));
    format!("{title} {took} {outcome}\n{steps}{}", decision.unwrap_or_default())
}

fn step_row(line: &StepLine<'_>, now: Timestamp) -> Vec<String> {
    let took = line.took(now).map(seconds).unwrap_or_default();
    vec![line.name.to_owned(), standing_text(line.standing), took]
}

/// A step's state in its colour.
pub(crate) fn standing_text(standing: Standing) -> String {
    let style = match standing {
        Standing::Known(StepState::Running | StepState::CancelPending) => BUSY,
        Standing::Known(StepState::Completed) => GOOD,
        Standing::Known(StepState::Failed) => BAD,
        Standing::Known(StepState::Cancelled | StepState::Interrupted) | Standing::NeverRun => CARE,
        Standing::Known(StepState::Pending) | Standing::Waiting => DIM,
    };
    paint(style, standing.as_str())
}

/// A duration to a tenth of a second, and the longer it is, the rougher.
pub(crate) fn seconds(duration: SignedDuration) -> String {
    let seconds = duration.as_secs_f64().max(0.0);
    let whole = seconds as u64;
    let (minutes, hours, days) = (whole / 60, whole / 3_600, whole / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds:.1} s"),
        (0, 0, _) => format!("{minutes} min {:02} s", whole % 60),
        (0, _, _) => format!("{hours} h {:02} min", minutes % 60),
        _ => format!("{days} d {:02} h", hours % 24),
    }
}

fn cause_text(cause: &Cause) -> String {
    format!("{}\n{}", paint(BAD, "cause"), cause_facts(cause))
}

/// What is known of a cause, one part on each line.
pub(crate) fn cause_facts(cause: &Cause) -> String {
    let parts = [
        ("code", &cause.code),
        ("step", &cause.step),
        ("reason", &cause.reason),
        ("message", &cause.message),
        ("log line", &cause.log_line),
        ("log", &cause.log_uri),
    ];
    facts(parts.into_iter().filter_map(|(name, part)| Some((name, part.clone()?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_as_finely_as_people_care() {
        for (millis, told) in [
            (-5, "0.0 s"),
            (59_940, "59.9 s"),
            (61_000, "1 min 01 s"),
            (3_599_000, "59 min 59 s"),
            (3_660_000, "1 h 01 min"),
            (403_000_000, "4 d 15 h"),
        ] {
            assert_eq!(seconds(SignedDuration::from_millis(millis)), told);
        }
    }
}
