//! Pipelines of three steps that keep a diary, and what is asked of their runs.

use serde_json::{Value, json};

use super::diary::Diary;
use crate::local_stack::given::{put_pipeline, text};
use crate::support::queue::Queue;
use crate::support::stack::Stack;

/// `pipeline.yaml` of a pipeline that resumes at once.
pub(crate) const AT_ONCE: &str = "retry: {backoff: {first: 0s}}\n";

/// The steps of every pipeline here.
pub(crate) const STEPS: [&str; 3] = ["source", "model", "report"];

/// Uploads a pipeline of three steps that write their names down.
pub(crate) fn put_three_steps(stack: &Stack, name: &str, definition: &str) -> Diary {
    put_three_steps_with(stack, name, definition, "true")
}

/// The same with a step `model` that does something after it has written its name down.
pub(crate) fn put_three_steps_with(stack: &Stack, name: &str, definition: &str, model: &str) -> Diary {
    let diary = Diary::of(stack, name);
    let commands = STEPS.map(|step| diary.step(step, if step == "model" { model } else { "true" }));
    let steps: Vec<(&str, &str)> = STEPS.into_iter().zip(commands.iter().map(String::as_str)).collect();
    put_pipeline(stack, name, &steps);
    stack.put_file(name, "pipeline.yaml", definition.as_bytes());
    diary
}

/// Asks that a step fails once on the clusters of a pipeline.
pub(crate) fn fail_once(stack: &Stack, pipeline: &str, step: &str) {
    stack.disturb(json!({"kind": "fail_step", "step_name": step, "cluster_name": pipeline}));
}

/// The event of EMR's that tells of a cluster's failure.
pub(crate) fn failure_of(cluster: &str, reason: &str) -> Value {
    json!({
        "version": "0", "id": "5e3c2a1f-0000-4000-8000-000000000001", "source": "aws.emr",
        "detail-type": "EMR Cluster State Change", "account": "123456789012", "region": "eu-west-2",
        "time": "2026-11-21T02:00:00Z", "resources": [],
        "detail": {"severity": "CRITICAL", "clusterId": cluster, "name": "any",
                   "state": "TERMINATED_WITH_ERRORS", "stateChangeReason": reason, "message": "It failed."},
    })
}

/// What programs are told of the end of an attempt: its number, status, and what is done about it.
pub(crate) fn told_end(end: &Value) -> (u64, &str, &str) {
    (
        end["detail"]["run_id"].as_u64().unwrap_or_default(),
        text(end, "/detail/status"),
        text(end, "/detail/decision/course"),
    )
}

/// What people are told of a run.
pub(crate) fn told_people(people: &Queue, correlation_id: &str) -> Value {
    people.next_with(|told| text(told, "/metadata/threadId") == correlation_id)
}

/// The row of an attempt.
pub(crate) fn attempt_of(rows: &[Value], number: u32) -> &Value {
    let ending = format!("#attempt#{number}");
    let attempt = rows.iter().find(|row| text(row, "/DataProduct").ends_with(&ending));
    attempt.unwrap_or_else(|| panic!("there is no attempt {number} in {rows:#?}"))
}

/// Names and states of the steps of an attempt, by their names.
pub(crate) fn steps_of(rows: &[Value], number: u32) -> Vec<(&str, &str)> {
    let part = format!("#attempt#{number}#step#");
    let of_attempt = |row: &&Value| text(row, "/DataProduct").contains(&part);
    let mut steps: Vec<_> =
        rows.iter().filter(of_attempt).map(|row| (text(row, "/Name"), text(row, "/State"))).collect();
    steps.sort_unstable();
    steps
}
